//! Hold points: the work stops there until a named person releases it.
//!
//! Pure. A hold point holds its own step and every step behind it; where steps are alternatives, its own alone. A step
//! that does not apply holds nothing. To skip the step releases nothing.

use crate::ids::StepId;
use crate::run::branches;
use crate::run::command::{Decision, Refusal};
use crate::run::decide::{another, facts, needed, person};
use crate::run::event::{Actor, Event, HoldFact};
use crate::run::query;
use crate::run::state::{Hold, Mark, RunState};

/// The step that holds the work at `step`, with its hold point.
pub fn holding<'a>(state: &'a RunState, step: &StepId) -> Option<(&'a StepId, &'a Hold)> {
    let at = state.steps.iter().position(|s| s.id == *step)?;
    let from = if query::every_step_counts(state) { 0 } else { at };
    (from..=at).find_map(|index| {
        let own = state.steps.get(index)?;
        let hold = own.hold.as_ref().filter(|hold| hold.released.is_none())?;
        let passed_by = matches!(own.mark, Mark::RuledOut { .. })
            || (index != at && branches::waits(state, own, state.procedure_steps().get(index)?));
        (!passed_by).then_some((&own.id, hold))
    })
}

/// Refuses work on a step that a hold point holds.
pub(super) fn released(state: &RunState, step: &StepId) -> Result<(), Refusal> {
    match holding(state, step) {
        Some((by, hold)) => Err(Refusal::Held { by: by.clone(), text: hold.text.clone() }),
        None => Ok(()),
    }
}

/// Decides that a step is a hold point of this run.
pub(super) fn set(state: &RunState, actor: &Actor, step: StepId, text: String) -> Result<Decision, Refusal> {
    person(actor)?;
    let own = state.steps.iter().find(|s| s.id == step);
    let own = own.ok_or_else(|| Refusal::NoSuchStep { step: step.clone() })?;
    if own.hold.as_ref().is_some_and(|hold| hold.released.is_none()) {
        return Ok(Decision::default());
    }
    if own.mark != Mark::Open {
        return Err(Refusal::Marked);
    }
    Ok(facts(vec![Event::HoldNoted(HoldFact::Set { step, text: needed(text)? })]))
}

/// Decides that somebody released a hold point: never the one who works on it.
pub(super) fn release(
    state: &RunState,
    actor: &Actor,
    step: StepId,
    (by, said): (String, String),
) -> Result<Decision, Refusal> {
    person(actor)?;
    let own = state.steps.iter().find(|s| s.id == step);
    let own = own.ok_or_else(|| Refusal::NoSuchStep { step: step.clone() })?;
    if own.hold.as_ref().is_none_or(|hold| hold.released.is_some()) {
        return Err(Refusal::NotHeld);
    }
    let (by, said) = (another(actor, by)?, needed(said)?);
    Ok(facts(vec![Event::HoldNoted(HoldFact::Released { step, by, said })]))
}
