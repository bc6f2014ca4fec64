//! Sub-points that are ticked one by one, and alternatives of which one is chosen.
//!
//! Pure. A choice is a person's: to run one alternative says nothing of the others, since what looks like a menu may be
//! a list of things that are all to be done.

use std::ops::Range;

use crate::ids::StepId;
use crate::run::command::{Decision, Refusal};
use crate::run::decide::{facts, person};
use crate::run::event::{Actor, Event};
use crate::run::query;
use crate::run::state::{Mark, RunState, StepState};
use crate::runbook::model::{Block, ProcedureKind, Shape, Step};

/// The sub-points of a step: what a person does by hand in it.
pub fn points(step: &Step) -> &[String] {
    if step.manual { &step.details } else { &[] }
}

/// Some sub-points of a step are ticked, and some are not.
pub fn half_ticked(own: &StepState, step: &Step) -> bool {
    !own.ticked.is_empty() && own.ticked.len() < points(step).len()
}

/// The fences of a step, each with the places of its commands.
fn places(step: &Step) -> Vec<(&Block, Range<usize>)> {
    let mut first = 0;
    let placed = step.blocks.iter().map(|block| {
        let places = first..first + block.commands.len();
        first = places.end;
        (block, places)
    });
    placed.collect()
}

/// The fence of a command, with the places of its commands.
fn fence_of(step: &Step, command: usize) -> Option<(&Block, Range<usize>)> {
    places(step).into_iter().find(|(_, places)| places.contains(&command))
}

/// The alternatives that a command of a step stands among, by their places; none where it stands among none. Where
/// whole fences stand for each other, those are the commands of all of them.
pub fn alternatives(step: &Step, command: usize) -> Vec<usize> {
    match fence_of(step, command) {
        Some((block, _)) if block.alternative => {
            places(step).into_iter().filter(|(block, _)| block.alternative).flat_map(|(_, places)| places).collect()
        }
        Some((block, places)) if block.shape == Shape::Menu && block.commands.len() > 1 => places.collect(),
        _ => Vec::new(),
    }
}

/// This command is the alternative that was chosen, or a part of it.
pub fn is_chosen(own: &StepState, step: &Step, command: usize) -> bool {
    let whole = fence_of(step, command).filter(|(block, _)| block.alternative);
    match whole {
        Some((_, places)) => places.into_iter().any(|part| own.chosen.contains_key(&part)),
        None => own.chosen.contains_key(&command),
    }
}

/// Another alternative than this command was chosen.
pub fn passed_over(own: &StepState, step: &Step, command: usize) -> bool {
    let others = alternatives(step, command);
    !is_chosen(own, step, command) && others.iter().any(|other| own.chosen.contains_key(other))
}

/// The condition of the fence that a command stands in, where it has one of its own.
pub fn condition_of(step: &Step, command: usize) -> Option<&str> {
    fence_of(step, command)?.0.condition.as_deref()
}

/// The places of a step's commands that are to be run: those that can, without alternatives that were passed over, and
/// without those for some case only that nobody has run.
pub fn wanted_commands(state: &RunState, step: &Step) -> Vec<usize> {
    let own = state.steps.iter().find(|s| s.id == step.id);
    let ran = |command: usize| query::last_attempt(state, &step.id, command).is_some();
    let wanted = |command: &usize| {
        own.is_none_or(|own| !passed_over(own, step, *command))
            && (condition_of(step, *command).is_none() || ran(*command))
    };
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
        Some(command) => (!alternatives(step, command).is_empty(), is_chosen(own, step, command)),
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
