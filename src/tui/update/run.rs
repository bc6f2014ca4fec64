//! Running, stopping and typing into commands.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::i18n::Language;
use crate::ids::Digest;
use crate::run::command::{Again, Block};
use crate::run::event::Stop;
use crate::run::query;
use crate::run::state::{Mark, Progress};
use crate::runbook::model::DangerLevel;
use crate::tui::action::Action;
use crate::tui::content::refusal;
use crate::tui::edit::Field;
use crate::tui::model::{Dialog, Model, Pane, Request, RunAsk, RunView, Tone};
use crate::tui::update::{flight, may_act, open, run_mut, say};
use crate::tui::words::Say;

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Request> {
    match action {
        Action::RunCommand => return run_command(model),
        Action::Stop => stop(model),
        Action::TypeInto => type_into(model),
        Action::LeaveTyping => {
            if let Some(run) = run_mut(model) {
                run.typing = None;
                run.focus = Pane::List;
            }
        }
        // The other actions belong to other families.
        _ => {}
    }
    Vec::new()
}

/// What comes next on the way to a running command.
enum Next {
    Refuse(String),
    Open(Dialog),
    Send(RunAsk),
}

fn run_command(model: &mut Model) -> Vec<Request> {
    let language = model.language;
    let Some(run) = run_mut(model) else { return Vec::new() };
    match next(run, language) {
        Next::Refuse(sentence) => say(model, &sentence, Tone::Problem),
        Next::Open(dialog) => open(model, dialog),
        Next::Send(ask) => return send(run, ask, None, None),
    }
    Vec::new()
}

fn next(run: &RunView, language: Language) -> Next {
    let no = |s: Say| Next::Refuse(s.text(language).to_owned());
    if let Err(sentence) = may_act(run) {
        return no(sentence);
    }
    // Who reads output presses Enter as in a pager: what would run must be in sight.
    if run.zoomed {
        return no(Say::LEAVE_OUTPUT);
    }
    let (Some(step), Some(state)) = (run.step(), run.state.steps.get(run.selected)) else {
        return no(Say::NOTHING_TO_RUN);
    };
    if run.sending(&step.id) {
        return no(Say::STILL_SENDING);
    }
    let Some((block, command)) = step.command(run.command) else { return no(Say::NOTHING_TO_RUN) };
    let judged = match state.mark {
        Mark::Open => false,
        Mark::Judged { .. } => true,
        Mark::Skipped { .. } | Mark::Deferred { .. } | Mark::RuledOut { .. } => return no(Say::MARKED),
    };
    if run.running().is_some() {
        return no(Say::BUSY);
    }
    if !command.placeholders.is_empty() {
        let names = command.placeholders.iter().map(|p| p.name.clone()).collect();
        return Next::Refuse(refusal::blocked(&Block::Placeholder { names }, language));
    }
    if !query::can_run(block, command) {
        return Next::Refuse(refusal::blocked(&Block::NotRunnable { reason: command.reason }, language));
    }
    let times = query::attempts_of(&run.state, &step.id, run.command).count();
    let again = if times > 0 { Again::Repeat } else { Again::First };
    let shown = Digest::of(command.text.as_bytes());
    let ask = RunAsk { step: step.id.clone(), command: run.command, shown, again };
    if command.dangers.iter().any(|d| d.level >= DangerLevel::Disruptive) {
        return Next::Open(Dialog::Danger { ask, typed: Field::default(), scroll: 0 });
    }
    if judged || times > 0 { Next::Open(Dialog::RunAgain(ask)) } else { Next::Send(ask) }
}

/// Asks for the command; the loop mints the attempt's id.
pub(super) fn send(run: &mut RunView, ask: RunAsk, typed: Option<String>, dialog: Option<Dialog>) -> Vec<Request> {
    let id = flight(run, Some(ask.step.clone()), dialog);
    vec![Request::Attempt { id, ask, typed }]
}

fn stop(model: &mut Model) {
    let language = model.language;
    let Some(run) = run_mut(model) else { return };
    let refused = match (may_act(run), run.running().map(|a| a.start.attempt)) {
        (Err(sentence), _) => sentence,
        (Ok(()), None) => Say::NOT_RUNNING,
        (Ok(()), Some(attempt)) => {
            open(model, Dialog::Stop { attempt, how: Stop::Interrupt });
            return;
        }
    };
    say(model, refused.text(language), Tone::Problem);
}

fn type_into(model: &mut Model) {
    let language = model.language;
    let Some(run) = run_mut(model) else { return };
    let shown = run.shown_attempt().filter(|a| a.progress == Progress::Running).map(|a| a.start.attempt);
    let refused = match (may_act(run), shown) {
        (Err(sentence), _) => sentence,
        (Ok(()), None) => Say::NOT_SHOWN_RUNNING,
        (Ok(()), Some(attempt)) => {
            run.typing = Some(attempt);
            run.focus = Pane::Output;
            run.output.scroll = 0;
            return;
        }
    };
    say(model, refused.text(language), Tone::Problem);
}
