//! The values of a run: what a command is with them in the places of its placeholders.
//!
//! Pure. What is shown, what is approved and what runs come from [`prepare`] alone, so that they cannot differ (I10).

use std::collections::BTreeMap;
use std::ops::Range;

use crate::run::command::Place;
use crate::run::query;
use crate::run::state::RunState;
use crate::runbook::model::{
    Block, Command, CommandReason, Danger, DangerLevel, ExecutorKind, Placeholder, Procedure, Target, TargetKind,
};
use crate::runbook::shell::Analyst;
use crate::runbook::shell::filling::{Doubt, Unfilled, Value, fill};
use crate::term::redact::names_a_secret;

/// The form of a value that looks like an example: it is questioned, and may stay.
pub const SAMPLE: &str = "sample";

/// A command as it would run.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Byte for byte what runs.
    pub text: String,
    /// Where the values stand in it.
    pub places: Vec<Range<usize>>,
    /// What a person must look at before it runs.
    pub doubts: Vec<Doubt>,
    /// What it may destroy, disrupt or change, with the values in it.
    pub dangers: Vec<Danger>,
    /// Where its disruptive and destructive dangers act, with the values in it.
    pub targets: Vec<Target>,
    /// The secrets that it is given in variables.
    pub secrets: Vec<Wanted>,
    /// Why it cannot be run, with the values in it.
    pub reason: Option<CommandReason>,
}

/// A secret that a command is given in a variable, so that it stands in no journal and on no command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the placeholder.
    pub name: String,
    /// The variable.
    pub variable: String,
}

/// The placeholders of a command that name secrets, each with the variable that it is given in.
pub fn secrets(command: &Command) -> Vec<Wanted> {
    let named = command.placeholders.iter().filter(|placeholder| names_a_secret(&placeholder.name));
    named
        .enumerate()
        .map(|(at, placeholder)| Wanted {
            name: placeholder.name.clone(),
            variable: format!("TEJUN_SECRET_{}", at + 1),
        })
        .collect()
}

/// The command with the values of the run.
///
/// # Errors
/// [`Unfilled`] while a value is missing, or where one cannot be put in safely.
pub fn prepare(state: &RunState, block: &Block, command: &Command) -> Result<Prepared, Unfilled> {
    let wanted = wanted(command, |name| state.values.contains_key(name));
    if wanted.is_empty() {
        return Ok(Prepared {
            text: command.text.clone(),
            places: Vec::new(),
            doubts: Vec::new(),
            dangers: command.dangers.clone(),
            targets: command.targets.clone(),
            secrets: Vec::new(),
            reason: command.reason,
        });
    }
    with(state, block, command, &wanted, &state.values)
}

/// The command with `values`, which may be under way to the run.
///
/// # Errors
/// As [`prepare`].
pub fn preview(
    state: &RunState,
    block: &Block,
    command: &Command,
    values: &BTreeMap<String, String>,
) -> Result<Prepared, Unfilled> {
    let wanted = wanted(command, |name| values.contains_key(name));
    with(state, block, command, &wanted, values)
}

fn with(
    state: &RunState,
    block: &Block,
    command: &Command,
    wanted: &[Placeholder],
    values: &BTreeMap<String, String>,
) -> Result<Prepared, Unfilled> {
    let secrets = secrets(command);
    let value = |name: &str| match secrets.iter().find(|secret| secret.name == name) {
        Some(secret) => Some(Value::Variable(&secret.variable)),
        None => values.get(name).map(|value| Value::Data(value)),
    };
    let filled = fill(block.executor, &command.text, wanted, &value)?;
    let language = state.start().map_or(crate::i18n::Language::Ja, |start| start.language);
    let mut probe = Command { text: filled.text, ..Command::default() };
    // A value can make a command dangerous that was not, and must never make one harmless that was.
    Analyst::default().look(block.executor, &probe.text).fill(&mut probe, block.executor, language);
    let mut dangers = command.dangers.clone();
    for danger in probe.dangers {
        if !dangers.iter().any(|known| known.rule == danger.rule) {
            dangers.push(danger);
        }
    }
    let targets = if probe.targets.is_empty() { command.targets.clone() } else { probe.targets };
    let reason = probe.reason.filter(|reason| *reason != CommandReason::Placeholder);
    Ok(Prepared { text: probe.text, places: filled.places, doubts: filled.doubts, dangers, targets, secrets, reason })
}

/// The placeholders of a command, and those of its sample values that `answered` knows.
fn wanted(command: &Command, answered: impl Fn(&str) -> bool) -> Vec<Placeholder> {
    let samples = command.sample_values.iter().filter(|name| answered(name)).map(|name| sample(name));
    command.placeholders.iter().cloned().chain(samples).collect()
}

fn sample(name: &str) -> Placeholder {
    Placeholder { name: name.to_owned(), form: SAMPLE.to_owned() }
}

/// Everything that a command asks a value for: its placeholders, then its sample values.
pub fn asked(command: &Command) -> Vec<Placeholder> {
    wanted(command, |_| true)
}

/// Everything that the commands of a procedure ask a value for, each name once, in order.
pub fn asked_in(procedure: &Procedure) -> Vec<Placeholder> {
    asked_by(&procedure.steps)
}

/// Everything that the commands of `steps` ask a value for, each name once, in order.
pub fn asked_by(steps: &[crate::runbook::model::Step]) -> Vec<Placeholder> {
    let mut found: Vec<Placeholder> = Vec::new();
    let commands = steps.iter().flat_map(crate::runbook::model::Step::commands);
    for placeholder in commands.flat_map(asked) {
        if !found.iter().any(|known| known.name == placeholder.name) {
            found.push(placeholder);
        }
    }
    found
}

/// The variables that a destructive command uses and that are empty where it would run: what it destroys is then something else
/// than its text says. Of a shell of which it is not known what it began with nothing is said.
pub fn empty_variables(state: &RunState, executor: ExecutorKind, ready: &Prepared, place: Place) -> Vec<String> {
    let Some(lane) = query::main_lane(state) else { return Vec::new() };
    let Some(began_with) = &lane.set else { return Vec::new() };
    if ready.dangers.iter().all(|danger| danger.level < DangerLevel::Destructive) {
        return Vec::new();
    }
    // A shell beside it knows nothing of what was set since.
    let since = if place == Place::Main { lane.variables.as_slice() } else { &[] };
    let is_empty = |name: &String| match since.iter().rev().find(|variable| variable.name == *name) {
        Some(variable) => variable.value.as_deref().unwrap_or_default().is_empty(),
        None => !began_with.contains(name),
    };
    let is_given = |name: &String| ready.secrets.iter().any(|secret| secret.variable == *name);
    let uses = Analyst::default().look(executor, &ready.text).uses.clone();
    uses.into_iter().filter(|name| !is_given(name) && is_empty(name)).collect()
}

/// The names that are typed to confirm the dangers of a command in a shell: of the places where they act, then each variable that
/// is empty, as a shell writes that it is.
pub fn names(state: &RunState, executor: ExecutorKind, ready: &Prepared, place: Place) -> Vec<(TargetKind, String)> {
    let mut names = query::names_of(state, &ready.targets);
    let empty = empty_variables(state, executor, ready, place);
    names.extend(empty.into_iter().map(|name| (TargetKind::Empty, format!("{name}=\"\""))));
    names
}

/// What a command asks a value for and has none yet; secrets are asked for at every start.
pub fn missing(state: &RunState, command: &Command) -> Vec<Placeholder> {
    asked(command)
        .into_iter()
        .filter(|placeholder| !state.values.contains_key(&placeholder.name) && !names_a_secret(&placeholder.name))
        .collect()
}
