//! What a run has done that must be undone: it stays open until it is undone, handed over, or nothing of the kind.
//!
//! Pure. What a command does is read from its text as it runs, so that a command that was typed or filled in is seen as
//! well; the document's own words add what no command shows.

use crate::i18n::Language;
use crate::ids::StepId;
use crate::run::command::{Decision, Refusal, Settle};
use crate::run::decide::{facts, needed, person};
use crate::run::event::{Actor, Event, RevertFact};
use crate::run::state::{Revert, RunState};
use crate::runbook::model::Step;
use crate::runbook::reverts;

/// What is still to be undone, with its number.
pub fn open(state: &RunState) -> impl Iterator<Item = (usize, &Revert)> {
    state.reverts.iter().zip(1..).filter(|(revert, _)| revert.end.is_none()).map(|(revert, number)| (number, revert))
}

/// What running `text` for `step` leaves to be undone.
pub fn owed_by(state: &RunState, step: &Step, text: Option<&str>) -> Vec<String> {
    let language = state.start().map_or(Language::Ja, |start| start.language);
    let mut found: Vec<String> = text.map(|text| reverts::of_command(text, language)).unwrap_or_default();
    // The document's words say it of the step; a command that shows it says it better.
    if found.is_empty() {
        found.extend(step.revert.clone());
    }
    found
}

/// The facts that work on a step leaves something to be undone; what is open already is no news.
pub(super) fn owed_by_work(state: &RunState, id: &StepId, text: Option<&str>) -> Vec<Event> {
    let Some(step) = state.procedure_steps().iter().find(|s| s.id == *id) else { return Vec::new() };
    let news = |what: &String| !open(state).any(|(_, known)| known.step == *id && known.what == *what);
    let owed = owed_by(state, step, text).into_iter().filter(news);
    owed.map(|what| Event::RevertNoted(RevertFact::Owed { step: id.clone(), what, proposed: true })).collect()
}

/// The facts that a step that was done by hand leaves something to be undone.
pub(super) fn owed_by_hand(state: &RunState, id: &StepId) -> Vec<Event> {
    let known = state.reverts.iter().any(|revert| revert.step == *id);
    let run = state.attempts.iter().any(|attempt| attempt.start.step == *id);
    if known || run { Vec::new() } else { owed_by_work(state, id, None) }
}

/// Decides that a step has done something that must be undone.
pub(super) fn owe(state: &RunState, actor: &Actor, step: StepId, what: String) -> Result<Decision, Refusal> {
    person(actor)?;
    if !state.steps.iter().any(|s| s.id == step) {
        return Err(Refusal::NoSuchStep { step });
    }
    let what = needed(what)?;
    Ok(facts(vec![Event::RevertNoted(RevertFact::Owed { step, what, proposed: false })]))
}

/// Decides what becomes of something that must be undone.
pub(super) fn settle(state: &RunState, actor: &Actor, number: usize, how: Settle) -> Result<Decision, Refusal> {
    person(actor)?;
    if !open(state).any(|(known, _)| known == number) {
        return Err(Refusal::NothingToRevert);
    }
    let fact = match how {
        Settle::Done { comment } => {
            RevertFact::Done { number, comment: comment.and_then(|comment| needed(comment).ok()) }
        }
        Settle::HandOver { reason, due, owner } => {
            RevertFact::HandedOver { number, reason: needed(reason)?, due: needed(due)?, owner: needed(owner)? }
        }
        Settle::Drop { reason } => RevertFact::Dropped { number, reason: needed(reason)? },
    };
    Ok(facts(vec![Event::RevertNoted(fact)]))
}
