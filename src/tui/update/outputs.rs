//! Copying, saving, comparing and choosing outputs.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::console::wire::{Against, Compared, ToHost};
use crate::ids::AttemptId;
use crate::run::state::{Attempt, Progress};
use crate::run::{query, values};
use crate::tui::action::Action;
use crate::tui::content::outputs;
use crate::tui::edit::Field;
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::Voice;
use crate::tui::layout::{self, Kind};
use crate::tui::model::{
    Comparison, CopyPart, Dialog, Model, Output, OutputDialog, Pane, Request, RunView, Screen, Second, Tone,
};
use crate::tui::update::{navigate, open, refuse, run_mut, say};
use crate::tui::words::Say;

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Request> {
    if let Some(Dialog::Output(dialog)) = &mut model.dialog {
        return match (action, &mut **dialog) {
            (Action::Split, OutputDialog::Panes { at }) => {
                let at = *at;
                beside(model, at);
                Vec::new()
            }
            (Action::Difference, OutputDialog::Comparison(shown)) => {
                let (attempt, with) = (shown.attempt, other(shown.with));
                compare(model, attempt, with)
            }
            _ => Vec::new(),
        };
    }
    if matches!(action, Action::Compare | Action::Split) && !model.offers_outputs {
        refuse(model, Say::OLD_HOST);
        return Vec::new();
    }
    let clipboard = model.clipboard;
    let Some(run) = run_mut(model) else { return Vec::new() };
    if action == Action::Panes {
        let at = outputs::listed(run).iter().position(|a| Some(a.start.attempt) == run.active().attempt);
        if run.state.attempts.is_empty() {
            refuse(model, Say::NO_OUTPUT);
        } else {
            open(model, Dialog::Output(Box::new(OutputDialog::Panes { at: at.unwrap_or(0) })));
        }
        return Vec::new();
    }
    let (attempt, command) = (run.active().attempt, command_text(run));
    if action == Action::Copy && !clipboard {
        refuse(model, Say::NO_CLIPBOARD);
        return Vec::new();
    }
    let Some(attempt) = attempt else {
        // What has not run here may be run elsewhere.
        return match command.filter(|_| action == Action::Copy) {
            Some(text) => copy(model, text),
            None => {
                refuse(model, Say::NO_OUTPUT);
                Vec::new()
            }
        };
    };
    match action {
        Action::Copy => {
            open(model, Dialog::Output(Box::new(OutputDialog::Copy { attempt, part: CopyPart::Seen })));
        }
        Action::SaveOutput => {
            let name = Field::with(&outputs::proposed_name(run, attempt));
            open(model, Dialog::Output(Box::new(OutputDialog::Save { attempt, name })));
        }
        Action::Compare => {
            let again = run.state.attempt(attempt).is_some_and(|a| a.start.number > 1);
            return compare(model, attempt, if again { Against::Attempt } else { Against::Run });
        }
        Action::Split => split(model),
        _ => {} // The other actions belong to other families.
    }
    Vec::new()
}

fn other(with: Against) -> Against {
    match with {
        Against::Attempt => Against::Run,
        Against::Run => Against::Attempt,
    }
}

fn compare(model: &mut Model, attempt: AttemptId, with: Against) -> Vec<Request> {
    let shown = Comparison { attempt, with, told: None, rows: Vec::new(), width: 0, scroll: 0 };
    open(model, Dialog::Output(Box::new(OutputDialog::Comparison(shown))));
    vec![Request::Send(ToHost::CompareOutput { attempt, with })]
}

/// What changed from an earlier output.
pub(super) fn compared(model: &mut Model, mut told: Compared) {
    let Some(Dialog::Output(dialog)) = &mut model.dialog else { return };
    let OutputDialog::Comparison(shown) = &mut **dialog else { return };
    if (shown.attempt, shown.with) != (told.attempt, told.with) {
        return;
    }
    for change in &mut told.difference {
        change.text = sanitise_inline(&change.text);
    }
    told.fault = told.fault.map(|fault| sanitise_inline(&fault));
    shown.told = Some(told);
    shown.width = 0;
}

/// Makes the rows of a comparison for the width that there is.
pub(super) fn settle(model: &mut Model) {
    let room = usize::from(model.layout.body.width).saturating_sub(2).max(1);
    let height = usize::from(layout::reader(model.layout, 0).height).max(1);
    let (language, keymap) = (model.language, model.keymap.clone());
    let Some(Dialog::Output(dialog)) = &mut model.dialog else { return };
    let OutputDialog::Comparison(shown) = &mut **dialog else { return };
    if shown.width != room {
        shown.rows = outputs::comparison(shown, Voice { language, keymap: &keymap }, room);
        shown.width = room;
    }
    shown.scroll = shown.scroll.min(shown.rows.len().saturating_sub(height));
}

/// Enter in a dialog of this family.
pub(super) fn accept(model: &mut Model) -> Vec<Request> {
    if let Some(Dialog::Output(dialog)) = &mut model.dialog
        && dialog.field().is_some_and(|name| name.is_blank())
    {
        model.dialog_problem = Some(Say::FIELD_MISSING.text(model.voice()).into_owned());
        return Vec::new();
    }
    let Some(Dialog::Output(dialog)) = model.dialog.take() else { return Vec::new() };
    match *dialog {
        OutputDialog::Save { attempt, name } => vec![Request::SaveOutput { attempt, name: name.text() }],
        OutputDialog::Copy { attempt, part: CopyPart::All } => vec![Request::CopyOutput { attempt }],
        OutputDialog::Copy { attempt, part: CopyPart::Seen } => {
            let height = usize::from(model.layout.output.height);
            let Some(out) = run_mut(model).and_then(|run| run.output_of(attempt)) else { return Vec::new() };
            let text = seen(out, height);
            copy(model, text)
        }
        OutputDialog::Copy { attempt, part: CopyPart::Command } => {
            let found = run_mut(model).and_then(|run| run.state.attempt(attempt)).map(|a| a.start.text.clone());
            copy(model, found.unwrap_or_default())
        }
        OutputDialog::Panes { at } => {
            show(model, at);
            Vec::new()
        }
        OutputDialog::Comparison(_) => Vec::new(),
    }
}

/// The chosen command of the step, as it would run; as the document has it where a value is missing.
fn command_text(run: &RunView) -> Option<String> {
    let (block, command) = run.step()?.command(run.command)?;
    Some(values::prepare(&run.state, block, command).map_or_else(|_missing| command.text.clone(), |ready| ready.text))
}

/// The rows that are seen, as text: what the end of a row broke is one line again.
fn seen(out: &Output, height: usize) -> String {
    let text = |row: &crate::term::cells::Row| row.iter().map(|span| span.text.as_str()).collect::<String>();
    let mut lines: Vec<(Option<u64>, String)> = Vec::new();
    match out.reading.as_ref().filter(|reading| !reading.is_empty()) {
        Some(reading) => {
            for row in reading.rows(reading.top).take(height) {
                match lines.last_mut() {
                    Some((line, before)) if *line == Some(row.line) => before.push_str(&text(&row.row)),
                    Some(_) | None => lines.push((Some(row.line), text(&row.row))),
                }
            }
        }
        None => lines.extend(out.rows.iter().take(height).map(|row| (None, text(row)))),
    }
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line.trim_end().to_owned()).collect();
    lines.join("\n").trim_end().to_owned()
}

/// The text of an output, as far as it is copied.
pub(super) fn copy_ready(model: &mut Model, text: Result<String, String>) -> Vec<Request> {
    match text {
        Ok(text) => copy(model, text),
        Err(why) => {
            say(model, &why, Tone::Problem);
            Vec::new()
        }
    }
}

fn copy(model: &mut Model, text: String) -> Vec<Request> {
    if text.is_empty() {
        refuse(model, Say::NO_OUTPUT);
        return Vec::new();
    }
    let sentence = outputs::copied(text.lines().count(), text.len(), model.language);
    say(model, &sentence, Tone::Plain);
    vec![Request::Copy(text)]
}

/// What became of saving an output: the question comes back where the name will not do.
pub(super) fn saved(model: &mut Model, attempt: AttemptId, name: &str, outcome: Result<String, String>) {
    match outcome {
        Ok(sentence) => say(model, &sentence, Tone::Plain),
        Err(why) if model.dialog.is_none() => {
            open(model, Dialog::Output(Box::new(OutputDialog::Save { attempt, name: Field::with(name) })));
            model.dialog_problem = Some(sanitise_inline(&why));
        }
        Err(why) => say(model, &why, Tone::Problem),
    }
}

/// The next choice, or the one before.
pub(super) fn choose(dialog: &mut OutputDialog, count: usize, by: isize) {
    match dialog {
        OutputDialog::Copy { part, .. } => {
            *part = part.moved(by.signum());
        }
        OutputDialog::Panes { at } => *at = at.saturating_add_signed(by).min(count.saturating_sub(1)),
        OutputDialog::Save { .. } | OutputDialog::Comparison(_) => {}
    }
}

/// Goes to the output at a place of the list.
fn show(model: &mut Model, at: usize) {
    let Some(run) = run_mut(model) else { return };
    let Some(attempt) = outputs::listed(run).get(at).map(|a| (*a).clone()) else { return };
    let Some(step) = run.index_of(&attempt.start.step) else { return };
    navigate::select(run, step);
    run.command = attempt.start.command;
    run.pinned = Some(attempt.start.attempt);
    if let Some(Second::Output(second)) = &run.second
        && second.attempt == Some(attempt.start.attempt)
    {
        run.second = None;
    }
    run.focus = Pane::Output;
    run.zoomed = true;
}

/// Shows the output at a place of the list beside the one that is there.
fn beside(model: &mut Model, at: usize) {
    let fits = layout::splits(model.size);
    model.dialog = None;
    let Some(run) = run_mut(model) else { return };
    let Some(attempt) = outputs::listed(run).get(at).map(|a| a.start.attempt) else { return };
    if !fits {
        refuse(model, Say::NO_ROOM);
        return;
    }
    if run.output.attempt == Some(attempt) {
        refuse(model, Say::SHOWN_ALREADY);
        return;
    }
    run.second = Some(Second::Output(Box::new(Output { attempt: Some(attempt), ..Output::default() })));
    run.zoomed = true;
    run.focus = Pane::Output;
}

/// Puts something beside the output: another one, then the step, then nothing.
fn split(model: &mut Model) {
    let fits = layout::splits(model.size) && model.layout.kind != Kind::TooSmall;
    let Some(run) = run_mut(model) else { return };
    if !fits {
        refuse(model, Say::NO_ROOM);
        return;
    }
    let next = match &run.second {
        None => another(run).map_or(Some(Second::Step), |a| {
            let attempt = Some(a.start.attempt);
            Some(Second::Output(Box::new(Output { attempt, ..Output::default() })))
        }),
        Some(Second::Output(_)) => Some(Second::Step),
        Some(Second::Step) => None,
    };
    run.second = next;
    run.zoomed = true;
    run.focus = Pane::Output;
}

/// The output that one most wants to see beside the first: one that runs, else the last one.
fn another(run: &RunView) -> Option<&Attempt> {
    let other = |a: &&Attempt| Some(a.start.attempt) != run.output.attempt;
    let over = |a: &&Attempt| a.progress != Progress::Running && other(a);
    query::running(&run.state).filter(other).last().or_else(|| run.state.attempts.iter().rev().find(over))
}

/// How many outputs there are to choose from.
pub(super) fn count(model: &Model) -> usize {
    match &model.screen {
        Screen::Run(run) => outputs::listed(run).len(),
        Screen::Home | Screen::Pick(_) | Screen::Waiting { .. } => 0,
    }
}
