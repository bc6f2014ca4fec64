//! The folder and the variables of the run's own shell: looked at, and changed one by one.

use crate::run::command::Command;
use crate::run::environment::EnvironmentChange;
use crate::run::query;
use crate::tui::edit::Field;
use crate::tui::model::{Dialog, EnvironmentAbout, FormAbout, FormAsk, Model, RowsAbout, RowsAsk, RunView};
use crate::tui::update::{may_act, open, refuse, run_mut};
use crate::tui::words::Say;

/// Rows before the first variable: the folder, and a new variable.
const FIRST: usize = 2;

/// Shows what differs from the start.
pub(super) fn show(model: &mut Model) {
    let Some(run) = run_mut(model) else { return };
    let shell = query::main_lane(&run.state).is_some();
    match may_act(run) {
        Err(sentence) => refuse(model, sentence),
        Ok(()) if !shell => refuse(model, Say::NO_SHELL),
        Ok(()) => open(model, Dialog::Rows(RowsAsk { about: RowsAbout::Environment, at: 0 })),
    }
}

/// How many rows there are.
pub(super) fn count(run: &RunView) -> usize {
    FIRST + query::main_lane(&run.state).map_or(0, |lane| lane.variables.len())
}

/// The form for the chosen row.
pub(super) fn form(run: &RunView, at: usize) -> Option<FormAsk> {
    let lane = query::main_lane(&run.state)?;
    let (about, fields) = match at {
        0 => (EnvironmentAbout::Folder, vec![Field::with(&lane.cwd)]),
        1 => (EnvironmentAbout::NewVariable, vec![Field::default(), Field::default()]),
        _ => {
            let variable = lane.variables.get(at - FIRST)?;
            let value = variable.value.as_deref().filter(|_| !variable.cut).unwrap_or_default();
            (EnvironmentAbout::Variable { name: variable.name.clone() }, vec![Field::with(value)])
        }
    };
    Some(FormAsk { about: FormAbout::Environment(about), fields, focus: 0, scroll: 0 })
}

/// What a filled form asks of the host.
pub(super) fn answer(about: EnvironmentAbout, mut next: impl FnMut() -> String) -> Command {
    let change = match about {
        EnvironmentAbout::Folder => EnvironmentChange::Folder { path: next() },
        EnvironmentAbout::NewVariable => EnvironmentChange::Set { name: next().trim().to_owned(), value: next() },
        EnvironmentAbout::Variable { name } => match next() {
            value if value.is_empty() => EnvironmentChange::Remove { name },
            value => EnvironmentChange::Set { name, value },
        },
    };
    Command::ChangeEnvironment { change }
}
