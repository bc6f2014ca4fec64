//! The second person: reading a command aloud and answering it, checking a step, and saying that one works alone.

use crate::console::wire::Role;
use crate::ids::{Digest, StepId};
use crate::run::command::Command;
use crate::run::event::Fact;
use crate::run::state::{Mark, Phase};
use crate::run::verification::{self, VerificationCommand, VerificationEvent};
use crate::tui::action::Action;
use crate::tui::edit::Field;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::{Dialog, Link, Model, Reason, Request, RunView, Tone, VerifyAsk};
use crate::tui::update::{ask, may_act, open, refuse, run_mut, say, tell};
use crate::tui::words::Say;

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) {
    let Some(run) = run_mut(model) else { return };
    let next = if action == Action::WorkAlone {
        may_act(run).map(|()| Dialog::Reason { about: Reason::WorkAlone, text: Field::default() })
    } else {
        verify(run)
    };
    match next {
        Ok(dialog) => open(model, dialog),
        Err(sentence) => refuse(model, sentence),
    }
}

/// What somebody who looks on has to say: to what is read aloud, else to the selected step.
fn verify(run: &RunView) -> Result<Dialog, Say> {
    if run.link == Link::Gone {
        return Err(Say::GONE);
    }
    if run.state.phase != Phase::Open {
        return Err(Say::OVER);
    }
    // Whoever asks for it may answer, also the only one who is there; the host tells two people apart.
    if let Some(dialog) = question(run) {
        return Ok(dialog);
    }
    let own = run.state.steps.get(run.selected).ok_or(Say::NO_SUCH_STEP)?;
    match own.mark {
        Mark::Open => Err(Say::NOTHING_TO_CHECK),
        Mark::Judged { .. }
        | Mark::Overridden { .. }
        | Mark::Skipped { .. }
        | Mark::Deferred { .. }
        | Mark::RuledOut { .. } => Ok(Dialog::Verify { ask: VerifyAsk::Check(own.id.clone()), scroll: 0 }),
    }
}

/// The question that waits for somebody who looks on.
fn to_answer(run: &RunView) -> Option<Dialog> {
    question(run).filter(|_| run.link == Link::Up(Role::Watch))
}

/// The question that waits for whoever is another person.
fn question(run: &RunView) -> Option<Dialog> {
    let aloud = verification::waiting(&run.state)?;
    let shown = Digest::of(aloud.text.as_bytes());
    let (step, command) = (aloud.step.clone(), aloud.command);
    Some(Dialog::Verify { ask: VerifyAsk::Answer { step, command, shown }, scroll: 0 })
}

/// Tells of what happened between two people, and asks whoever looks on.
pub(super) fn heard(model: &mut Model, facts: &[Fact]) {
    for fact in facts {
        let crate::run::event::Event::Verification(event) = &fact.event else { continue };
        let who = sanitise_inline(&fact.actor.operator);
        match event {
            VerificationEvent::ReadAloud { .. } => {
                let Some(run) = run_mut(model) else { return };
                match to_answer(run) {
                    Some(dialog) if model.dialog.is_none() => open(model, dialog),
                    Some(_) => refuse(model, Say::READ_ALOUD_TO_YOU),
                    None => tell(model, Say::READ_ALOUD),
                }
            }
            VerificationEvent::Confirmed { .. } => {
                let text = format!("{who}: {}", Say::CONFIRMED.text(model.voice()));
                say(model, &text, Tone::Plain);
            }
            VerificationEvent::Objected { reason, .. } => {
                let text = format!("{who}: {} {reason}", Say::OBJECTED.text(model.voice()));
                say(model, &sanitise_inline(&text), Tone::Problem);
            }
            VerificationEvent::Checked { agrees, comment, .. } => {
                let word = if *agrees { Say::CHECKED } else { Say::SENT_BACK };
                let text = format!("{who}: {} {}", word.text(model.voice()), comment.as_deref().unwrap_or_default());
                say(model, sanitise_inline(&text).trim_end(), if *agrees { Tone::Plain } else { Tone::Problem });
            }
            VerificationEvent::WorkedAlone { .. } => tell(model, Say::ALONE),
        }
    }
    // A question that was answered meanwhile, or whose command is another by now, is no question any more.
    if let Some(Dialog::Verify { ask: VerifyAsk::Answer { .. }, .. }) = &model.dialog
        && let Some(run) = run_mut(model)
        && question(run).is_none()
    {
        model.dialog = None;
    }
}

/// What a yes asks of the host.
pub(super) fn yes(run: &mut RunView, asked: VerifyAsk, kept: Dialog) -> Vec<Request> {
    let (step, command) = match asked {
        VerifyAsk::Aloud { step, command, shown } => {
            (Some(step.clone()), VerificationCommand::ReadAloud { step, command, shown })
        }
        VerifyAsk::Answer { step, command, shown } => {
            (Some(step.clone()), VerificationCommand::Confirm { step, command, shown })
        }
        VerifyAsk::Check(step) => {
            (Some(step.clone()), VerificationCommand::Check { step, agrees: true, comment: None })
        }
    };
    ask(run, step, Command::Verification(command), Some(kept))
}

/// What a no leads to: it needs a reason.
pub(super) fn no(asked: VerifyAsk) -> Option<Dialog> {
    let about = match asked {
        VerifyAsk::Aloud { .. } => return None,
        VerifyAsk::Answer { step, command, shown } => Reason::Object { step, command, shown },
        VerifyAsk::Check(step) => Reason::SendBack(step),
    };
    Some(Dialog::Reason { about, text: Field::default() })
}

/// Whether a command must be read aloud first.
pub(super) fn must_read_aloud(run: &RunView, step: &StepId, command: usize, shown: &Digest, dangerous: bool) -> bool {
    verification::needs_agreement(&run.state, dangerous)
        && verification::agreement(&run.state, step, command, shown).is_none()
}
