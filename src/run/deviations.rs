//! What a run does otherwise than its document: steps that are added, commands that are changed or belong elsewhere.
//!
//! Pure. A command that a person typed is looked at as one of the document is, and is approved like one; the document is
//! never written.

use crate::i18n::Language;
use crate::ids::StepId;
use crate::run::branches::fresh;
use crate::run::command::{Block, Decision, Refusal};
use crate::run::decide::{facts, needed, person};
use crate::run::event::{Actor, Event, PlanChange};
use crate::run::query;
use crate::run::state::{Mark, Origin, RunState, StepState};
use crate::runbook::model::{Block as Fence, Command as DocumentCommand, CommandReason, ExecutorKind, Step, StepForm};
use crate::runbook::shell;
use crate::term::sanitise;

/// Decides that a step that a person wrote is one of this run.
pub(super) fn add(
    state: &RunState,
    actor: &Actor,
    after: Option<StepId>,
    (title, command, reason): (String, Option<String>, String),
) -> Result<Decision, Refusal> {
    person(actor)?;
    let mut step = Step::titled(sanitise::inline(&needed(title)?), 0, StepForm::Paragraph);
    if let Some(text) = command.and_then(|text| needed(text).ok()) {
        step.blocks = vec![typed(state, ExecutorKind::Shell, &text)?];
    }
    let reason = Some(needed(reason)?);
    added(state, after, step, None, reason)
}

/// Decides that a line of the document is a step of this run.
pub(super) fn add_line(
    state: &RunState,
    actor: &Actor,
    after: Option<StepId>,
    line: usize,
    mut step: Step,
) -> Result<Decision, Refusal> {
    person(actor)?;
    step.title = needed(step.title)?;
    // A client can make the program more careful, never less.
    for block in &mut step.blocks {
        for command in &mut block.commands {
            looked_at(command, block.executor, language(state));
        }
    }
    added(state, after, step, Some(line), None)
}

/// Decides that a command of a step is another one in this run; without a place, that the step has one more.
pub(super) fn change_command(
    state: &RunState,
    actor: &Actor,
    id: StepId,
    place: Option<usize>,
    (text, reason): (String, String),
) -> Result<Decision, Refusal> {
    person(actor)?;
    let (_, step) = open(state, &id)?;
    let (text, reason) = (needed(text)?, needed(reason)?);
    let Some(command) = place else {
        let block = Box::new(typed(state, ExecutorKind::Shell, &text)?);
        return Ok(plan(PlanChange::CommandAdded { step: id, block, reason }));
    };
    let (block, old) = step.command(command).ok_or(Refusal::NoSuchCommand { command })?;
    if !can_be_changed(block) {
        return Err(Refusal::NoSuchCommand { command });
    }
    if query::attempts_of(state, &id, command).any(|a| a.progress == crate::run::state::Progress::Running) {
        return Err(Refusal::Marked);
    }
    let new = typed(state, block.executor, &text)?.commands.into_iter().next().unwrap_or_default();
    if old.text.trim_end() == new.text && old.reason == new.reason {
        return Ok(Decision::default());
    }
    let to = DocumentCommand { label: old.label.clone(), line: old.line, end_line: old.end_line, ..new };
    Ok(plan(PlanChange::CommandChanged { step: id, command, to: Box::new(to), reason }))
}

/// A command of this fence can become another one: something runs it.
pub fn can_be_changed(block: &Fence) -> bool {
    matches!(block.executor, ExecutorKind::Shell | ExecutorKind::Sql | ExecutorKind::Redis)
}

/// Decides that commands belong to another step than the one that they were matched with.
pub(super) fn move_commands(
    state: &RunState,
    actor: &Actor,
    from: StepId,
    mut commands: Vec<usize>,
    (to, reason): (StepId, Option<String>),
) -> Result<Decision, Refusal> {
    person(actor)?;
    commands.sort_unstable();
    commands.dedup();
    let (_, source) = open(state, &from)?;
    open(state, &to)?;
    if let Some(missing) = commands.iter().find(|place| source.command(**place).is_none()) {
        return Err(Refusal::NoSuchCommand { command: *missing });
    }
    if commands.is_empty() || from == to {
        return Ok(Decision::default());
    }
    if state.attempts.iter().any(|a| a.start.step == from) {
        return Err(Refusal::RunAlready);
    }
    let reason = reason.and_then(|reason| needed(reason).ok());
    Ok(plan(PlanChange::CommandsMoved { from, commands, to, reason }))
}

fn added(
    state: &RunState,
    after: Option<StepId>,
    mut step: Step,
    line: Option<usize>,
    reason: Option<String>,
) -> Result<Decision, Refusal> {
    let before = match &after {
        Some(id) => Some(pair(state, id)?.1),
        None => None,
    };
    let (base, number) = before.map_or(("", "0"), |s| (s.id.0.as_str(), s.number.as_str()));
    let known = |s: &&StepState| matches!(&s.origin, Origin::Added { after: a, .. } if *a == after);
    let place = 1 + state.steps.iter().filter(known).count();
    step.id = fresh(state, &format!("{base}+added{place}"));
    step.number = format!("{number}+{place}");
    step.phase = before.and_then(|s| s.phase.clone());
    // Who adds a step means to do it.
    step.optional = false;
    step.manual = !step.could_run();
    Ok(plan(PlanChange::StepAdded { after, line, step: Box::new(step), reason }))
}

fn plan(change: PlanChange) -> Decision {
    facts(vec![Event::PlanChanged(change)])
}

fn language(state: &RunState) -> Language {
    state.start().map_or(Language::Ja, |start| start.language)
}

/// The fence of a typed command; one that could never run is refused while its text is still in the hands of the person.
fn typed(state: &RunState, executor: ExecutorKind, text: &str) -> Result<Fence, Refusal> {
    match refused(state, Some(executor), text) {
        Some(reason) => Err(Refusal::Blocked { by: Block::NotRunnable { reason: Some(reason) } }),
        None => Ok(shell::typed(executor, text, language(state))),
    }
}

/// Why a typed command could never run; by a shell where nothing is said.
pub fn refused(state: &RunState, executor: Option<ExecutorKind>, text: &str) -> Option<CommandReason> {
    let block = shell::typed(executor.unwrap_or(ExecutorKind::Shell), text, language(state));
    block.commands.iter().find_map(|c| c.reason.filter(|reason| *reason != CommandReason::Placeholder))
}

/// Adds what the analysis finds and the command does not say.
fn looked_at(command: &mut DocumentCommand, executor: ExecutorKind, language: Language) {
    let found = shell::typed(executor, &command.text, language).commands.into_iter().next().unwrap_or_default();
    for danger in found.dangers {
        if !command.dangers.iter().any(|known| known.rule == danger.rule) {
            command.dangers.push(danger);
        }
    }
    command.reason = command.reason.or(found.reason);
    command.runnable = command.runnable && command.reason.is_none();
}

fn pair<'a>(state: &'a RunState, id: &StepId) -> Result<(&'a StepState, &'a Step), Refusal> {
    let mut both = state.steps.iter().zip(state.procedure_steps());
    both.find(|(own, _)| own.id == *id).ok_or_else(|| Refusal::NoSuchStep { step: id.clone() })
}

fn open<'a>(state: &'a RunState, id: &StepId) -> Result<(&'a StepState, &'a Step), Refusal> {
    let found = pair(state, id)?;
    if found.0.mark == Mark::Open { Ok(found) } else { Err(Refusal::Marked) }
}
