//! The second person, as text: what is read aloud, what is to be checked, and who looked.

use crate::config::sign_off::SecondPerson;
use crate::i18n::Language;
use crate::run::query::{self, Verification};
use crate::run::verification;
use crate::tui::content::clock;
use crate::tui::content::detail::Pen;
use crate::tui::content::dialog::{exact, step_title};
use crate::tui::model::{RunView, VerifyAsk};
use crate::tui::text::{Line, prose, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label, Say};

/// The title and the text of a question.
pub fn question(run: &RunView, ask: &VerifyAsk, pen: Pen) -> (Ask, Vec<Line>) {
    let say = |ask: Ask| prose(&ask.text(pen.voice()), Role::Text, pen.room, 0);
    match ask {
        VerifyAsk::Aloud { step, command, .. } => {
            let mut out = step_title(Some(run), step, pen);
            out.extend(place(run, pen));
            out.extend(exact(&text_of(run, step, *command), pen.room));
            out.push(Line::empty());
            match verification::waiting(&run.state).filter(|a| a.step == *step && a.command == *command) {
                Some(_) => out.extend(prose(&Say::READ_ALOUD.text(pen.voice()), Role::Waiting, pen.room, 0)),
                None => out.extend(say(Ask::READ_ALOUD_WHY)),
            }
            (Ask::READ_ALOUD, out)
        }
        VerifyAsk::Answer { step, .. } => {
            let mut out = Vec::new();
            if let Some(aloud) = verification::waiting(&run.state) {
                let text = format!("{}  {}", aloud.stamp.by.operator, clock(aloud.stamp.at));
                out.extend(wrap(Line::of(&text, Role::Title), pen.room, 2));
                out.extend(step_title(Some(run), step, pen));
                out.extend(place(run, pen));
                out.extend(exact(&aloud.text, pen.room));
            }
            out.push(Line::empty());
            out.extend(say(Ask::ANSWER_WHY));
            (Ask::ANSWER, out)
        }
        VerifyAsk::Check(step) => {
            let mut out = step_title(Some(run), step, pen);
            out.push(Line::empty());
            out.extend(say(Ask::CHECK_WHY));
            (Ask::CHECK, out)
        }
    }
}

/// The bytes that the command would run now.
fn text_of(run: &RunView, step: &crate::ids::StepId, command: usize) -> String {
    let step = run.state.procedure_steps().iter().find(|s| s.id == *step);
    let found = step.and_then(|s| s.command(command));
    let ready = found.and_then(|(block, command)| crate::run::values::prepare(&run.state, block, command).ok());
    ready.map(|ready| ready.text).unwrap_or_default()
}

/// Where it would run.
fn place(run: &RunView, pen: Pen) -> Vec<Line> {
    let Some(start) = run.state.start() else { return Vec::new() };
    let folder = query::main_lane(&run.state).map_or(start.cwd.as_str(), |lane| lane.cwd.as_str());
    let text =
        format!("{} {}  {} {}", Label::HOST.text(pen.language), start.host, Label::USER.text(pen.language), start.user);
    let mut out = wrap(Line::of(&text, Role::Title), pen.room, 2);
    out.extend(wrap_exact(Line::of(&format!("{} {folder}", Label::FOLDER.text(pen.language)), Role::Dim), pen.room, 2));
    out
}

/// Whether and by whom the step at `index` was looked at.
pub fn of_step(run: &RunView, index: usize, pen: Pen) -> Vec<Line> {
    let Some(axes) = query::axes(&run.state, index) else { return Vec::new() };
    let (word, role) = match axes.verification {
        Verification::NotNeeded => return Vec::new(),
        Verification::Awaited => (Label::CHECK_AWAITED, Role::Waiting),
        Verification::Done => (Label::CHECK_DONE, Role::Good),
        Verification::SentBack => (Label::SENT_BACK, Role::Failed),
    };
    let mut line = Line::of(&format!("{} ", Label::SECOND_PERSON.text(pen.language)), Role::Dim)
        .and(word.text(pen.language), role);
    let check = run.state.steps.get(index).and_then(|s| verification::check_of(&run.state, &s.id));
    if let Some(check) = check {
        line = line.and(&format!("  {} {}", check.stamp.by.operator, clock(check.stamp.at)), Role::Dim);
        if let Some(comment) = &check.comment {
            line = line.and(&format!("  {comment}"), Role::Text);
        }
    }
    wrap(line, pen.room, 2)
}

/// What the signature says of the second person.
pub fn of_run(run: &RunView, pen: Pen) -> Vec<Line> {
    if let Some((reason, _)) = &run.state.verification.alone {
        let line = Line::of(&format!("{}: ", Label::ALONE.text(pen.language)), Role::Caution).and(reason, Role::Text);
        return wrap(line, pen.room, 2);
    }
    let names: Vec<&str> = verification::verifiers(&run.state).iter().map(|by| by.operator.as_str()).collect();
    if verification::policy(&run.state) == SecondPerson::None && names.is_empty() {
        return Vec::new();
    }
    let all = (0..run.state.steps.len()).filter_map(|i| query::axes(&run.state, i));
    let awaited = all.filter(|axes| axes.verification == Verification::Awaited).count();
    let names = if names.is_empty() { "-".to_owned() } else { names.join(", ") };
    let left = match (awaited, pen.language) {
        (0, _) => String::new(),
        (n, Language::Ja) => format!("  確認待ち {n} 件（記録に残り、あとで tejun record check で確認できます）"),
        (n, Language::En) => {
            format!("  {n} steps await a check (said in the record; tejun record check does it later)")
        }
    };
    let line = Line::of(&format!("{}: ", Label::SECOND_PERSON.text(pen.language)), Role::Dim)
        .and(&names, Role::Title)
        .and(&left, Role::Waiting);
    wrap(line, pen.room, 2)
}
