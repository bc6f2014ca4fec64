//! What is said of outputs: the list of them, names for files, what changed from an earlier one.

use crate::console::wire::{Against, Compared};
use crate::i18n::Language;
use crate::ids::AttemptId;
use crate::run::state::{Attempt, Progress};
use crate::tui::content::detail::{self, Pen};
use crate::tui::content::dialog::Form;
use crate::tui::content::document::changed;
use crate::tui::content::{clock, signs};
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::Voice;
use crate::tui::model::{Comparison, CopyPart, Model, OutputDialog, RunView, Screen};
use crate::tui::text::{Line, Piece, fit, prose, wrap};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label, Notice, Say};

/// The longest proposed name of a file, in characters.
const LONGEST_NAME: usize = 40;

/// All outputs of a run: those that run first, then the newest.
pub fn listed(run: &RunView) -> Vec<&Attempt> {
    let runs = |a: &&Attempt| a.progress == Progress::Running;
    let running = run.state.attempts.iter().filter(runs);
    let over = run.state.attempts.iter().rev().filter(|a| !runs(a));
    running.chain(over).collect()
}

/// The name under which an output would be saved: step, title and number of the attempt.
pub fn proposed_name(run: &RunView, attempt: AttemptId) -> String {
    let Some(attempt) = run.state.attempt(attempt) else { return "output.txt".to_owned() };
    let step = run.state.procedure_steps().iter().find(|s| s.id == attempt.start.step);
    let title = step.map_or(String::new(), |s| format!("{}-{}", s.number, s.title));
    let mut name = String::new();
    for c in title.chars() {
        match c {
            c if c.is_alphanumeric() => name.push(c),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {} // One line between words is enough.
        }
    }
    let name: String = name.chars().take(LONGEST_NAME).collect();
    format!("{}-{}-{}.txt", name.trim_end_matches('-'), attempt.start.command + 1, attempt.start.number)
}

/// Says what was copied.
pub fn copied(lines: usize, bytes: usize, language: Language) -> String {
    match language {
        Language::Ja => {
            format!(
                "端末のクリップボードへ送りました（{lines} 行、{bytes} バイト）。端末が受け付けないこともあります。"
            )
        }
        Language::En => {
            format!("Sent to the terminal's clipboard ({lines} lines, {bytes} bytes); it may refuse it.")
        }
    }
}

/// The dialog as it is drawn; absent where it is drawn by itself.
pub fn form<'a>(model: &'a Model, dialog: &'a OutputDialog, pen: Pen) -> Option<Form<'a>> {
    let say = |ask: Ask| ask.text(pen.voice());
    let mut form = Form {
        title: String::new(),
        grave: false,
        text: Vec::new(),
        scroll: 0,
        choices: Vec::new(),
        choosing: false,
        fields: Vec::new(),
        area: None,
    };
    match dialog {
        OutputDialog::Comparison(_) => return None,
        OutputDialog::Save { name, .. } => {
            form.title = say(Ask::SAVE_OUTPUT).into_owned();
            form.text = prose(&say(Ask::SAVE_OUTPUT_WHY), Role::Text, pen.room, 0);
            form.fields.push(crate::tui::content::dialog::Entry {
                label: Label::FILE_NAME.text(pen.language).into(),
                field: name,
                focus: true,
                hidden: false,
            });
        }
        OutputDialog::Copy { part, .. } => {
            form.title = say(Ask::COPY).into_owned();
            form.text = prose(&say(Ask::COPY_WHY), Role::Text, pen.room, 0);
            let word = |part: CopyPart| match part {
                CopyPart::Seen => say(Ask::COPY_SEEN),
                CopyPart::All => say(Ask::COPY_ALL),
                CopyPart::Command => say(Ask::COPY_COMMAND),
            };
            form.choices = CopyPart::ALL.iter().map(|p| (word(*p), Role::Text, p == part)).collect();
            form.choosing = true;
        }
        OutputDialog::Panes { at } => {
            form.title = say(Ask::PANES).into_owned();
            let Screen::Run(run) = &model.screen else { return None };
            form.text = listed(run).into_iter().enumerate().map(|(i, a)| pane(run, a, i == *at, pen)).collect();
            form.scroll = at.saturating_sub(usize::from(model.size.1 / 3));
        }
    }
    Some(form)
}

/// A row of the list: which step, how it goes and for how long, and the command.
fn pane(run: &RunView, attempt: &Attempt, chosen: bool, pen: Pen) -> Line {
    let step = run.state.procedure_steps().iter().find(|s| s.id == attempt.start.step);
    let number = step.map_or("", |s| s.number.as_str());
    let outcome =
        detail::outcome(attempt, usize::try_from(attempt.start.number).unwrap_or(1), Pen { room: 200, ..pen });
    let how: String = outcome.pieces.iter().map(Piece::text).collect();
    let text = sanitise_inline(attempt.start.text.lines().next().unwrap_or(""));
    let running = attempt.progress == Progress::Running;
    let mark = if chosen { signs(pen.ascii).next } else { " " };
    let (how, role) = (fit(how.trim(), pen.room / 2), if running { Role::Running } else { Role::Dim });
    let mut line = Line::of(&format!("{mark} {number:>3}  "), Role::Key).and(&how, role).and("  ", Role::Text);
    let left = pen.room.saturating_sub(line.width());
    line = line.and(&fit(&text, left), Role::Command);
    line.row = chosen.then_some(Role::Selected);
    line
}

/// The title of a comparison.
pub fn title(run: &RunView, shown: &Comparison, language: Language) -> String {
    let number = run.state.attempt(shown.attempt).map_or(0, |a| a.start.number);
    let word = Label::COMPARISON.text(language);
    let Some(other) = shown.told.as_ref().and_then(|told| told.other.as_ref()) else { return word.to_owned() };
    let at = other.at;
    match (language, other.run) {
        (Language::Ja, None) => format!("{word}: {}回目（{}）→ {number}回目", other.number, clock(at)),
        (Language::En, None) => format!("{word}: attempt {} ({}) to attempt {number}", other.number, clock(at)),
        (Language::Ja, Some(_)) => format!("{word}: 前回の実施（{}）→ 今回", at.format("%Y-%m-%d %H:%M")),
        (Language::En, Some(_)) => format!("{word}: the run of {} to this one", at.format("%Y-%m-%d %H:%M")),
    }
}

/// The rows of a comparison in `room` cells.
pub fn comparison(shown: &Comparison, voice: Voice<'_>, room: usize) -> Vec<Line> {
    let language = voice.language;
    let notice = |sentence: Notice, role: Role| prose(sentence.text(language), role, room, 2);
    let Some(told) = &shown.told else { return notice(Notice::COMPARING, Role::Dim) };
    if let Some(fault) = &told.fault {
        let text = format!("{}: {fault}", Notice::UNREADABLE.text(language));
        return wrap(Line::of(&text, Role::Problem), room, 2);
    }
    if told.other.is_none() {
        return match shown.with {
            Against::Attempt => prose(&Say::NO_ATTEMPT_BEFORE.text(voice), Role::Message, room, 2),
            Against::Run => prose(&Say::NO_RUN_BEFORE.text(voice), Role::Message, room, 2),
        };
    }
    let mut rows = remarks(told, language, room);
    if told.difference.is_empty() {
        rows.extend(notice(Notice::NO_DIFFERENCE, Role::Good));
    }
    rows.extend(told.difference.iter().flat_map(|change| changed(change, room)).map(|row| row.line));
    if told.cut {
        rows.extend(notice(Notice::CUT, Role::Caution));
    }
    rows
}

fn remarks(told: &Compared, language: Language, room: usize) -> Vec<Line> {
    let mut rows = Vec::new();
    if told.text_differs {
        rows.extend(prose(Notice::OTHER_COMMAND.text(language), Role::Caution, room, 2));
    }
    if told.shortened {
        rows.extend(prose(Notice::SHORTENED.text(language), Role::Caution, room, 2));
    }
    rows
}
