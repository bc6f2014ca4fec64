//! Sub-points that are ticked one by one, and alternatives of which one is chosen.
//!
//! Pure. A choice is a person's: to run one alternative says nothing of the others, since what looks like a menu may be
//! a list of things that are all to be done.

use crate::ids::StepId;
use crate::run::command::{Decision, Refusal};
use crate::run::decide::{facts, person};
use crate::run::event::{Actor, Event};
use crate::run::query;
use crate::run::state::{Mark, RunState, StepState};
use crate::runbook::model::{ProcedureKind, Shape, Step};

/// The sub-points of a step: what a person does by hand in it.
pub fn points(step: &Step) -> &[String] {
    if step.manual { &step.details } else { &[] }
}

/// Some sub-points of a step are ticked, and some are not.
pub fn half_ticked(own: &StepState, step: &Step) -> bool {
    !own.ticked.is_empty() && own.ticked.len() < points(step).len()
}

/// The alternatives that a command of a step stands among, by their places; none where it stands among none.
pub fn alternatives(step: &Step, command: usize) -> Vec<usize> {
    let mut first = 0;
    for block in &step.blocks {
        let places = first..first + block.commands.len();
        if places.contains(&command) {
            let several = block.shape == Shape::Menu && block.commands.len() > 1;
            return if several { places.collect() } else { Vec::new() };
        }
        first = places.end;
    }
    Vec::new()
}

/// Another alternative than this command was chosen.
pub fn passed_over(own: &StepState, step: &Step, command: usize) -> bool {
    let others = alternatives(step, command);
    others.iter().any(|other| *other != command && own.chosen.contains_key(other))
}

/// The places of a step's commands that are to be run: those that can, without alternatives that were passed over.
pub fn wanted_commands(state: &RunState, step: &Step) -> Vec<usize> {
    let own = state.steps.iter().find(|s| s.id == step.id);
    let wanted = |command: &usize| own.is_none_or(|own| !passed_over(own, step, *command));
    query::runnable_commands(&state.connections, step).into_iter().filter(wanted).collect()
}

/// The steps of the run are alternatives.
pub fn steps_are_alternatives(state: &RunState) -> bool {
    state.procedure().is_some_and(|procedure| procedure.kind == ProcedureKind::Menu)
}

/// Another step than this one was chosen of a menu.
pub fn step_passed_over(state: &RunState, id: &StepId) -> bool {
    state.chosen.as_ref().is_some_and(|(chosen, _)| chosen != id)
}

/// Decides that a sub-point was done, or was not.
pub(super) fn tick(state: &RunState, actor: &Actor, id: StepId, point: usize, done: bool) -> Result<Decision, Refusal> {
    person(actor)?;
    let (own, step) = open(state, &id)?;
    let text = points(step).get(point).ok_or(Refusal::NoSuchPoint)?.clone();
    Ok(match (own.ticked.contains_key(&point), done) {
        (false, true) => facts(vec![Event::PointTicked { step: id, point, text }]),
        (true, false) => facts(vec![Event::PointCleared { step: id, point }]),
        (true, true) | (false, false) => Decision::default(),
    })
}

/// Decides that one of several alternatives is the one of this run.
pub(super) fn choose(state: &RunState, actor: &Actor, id: StepId, command: Option<usize>) -> Result<Decision, Refusal> {
    person(actor)?;
    let (own, step) = open(state, &id)?;
    let (offered, chosen) = match command {
        Some(command) => (!alternatives(step, command).is_empty(), own.chosen.contains_key(&command)),
        None => (steps_are_alternatives(state), state.chosen.as_ref().is_some_and(|(chosen, _)| *chosen == id)),
    };
    match (offered, chosen) {
        (false, _) => Err(Refusal::NoAlternative),
        (true, true) => Ok(Decision::default()),
        (true, false) => Ok(facts(vec![Event::AlternativeChosen { step: id, command }])),
    }
}

fn open<'a>(state: &'a RunState, id: &StepId) -> Result<(&'a StepState, &'a Step), Refusal> {
    let mut both = state.steps.iter().zip(state.procedure_steps());
    let (own, step) = both.find(|(own, _)| own.id == *id).ok_or_else(|| Refusal::NoSuchStep { step: id.clone() })?;
    if own.mark == Mark::Open { Ok((own, step)) } else { Err(Refusal::Marked) }
}
