//! The variables and the folder of a shell of the run, as far as they differ from its start, and who set them.
//!
//! Pure. A secret is in none of it: what names one is never handed from one command to the next.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::ids::AttemptId;
use crate::run::command::{Block, Decision, Refusal};
use crate::run::event::Event;
use crate::run::query;
use crate::run::state::{RunState, Stamp};
use crate::runbook::shell::filling::check_value;
use crate::term::redact::names_a_secret;

/// How much of a variable's value is kept in a fact, in bytes. A longer one is carried whole all the same.
pub const MOST_SHOWN: usize = 4096;

/// What a command did to a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableChange {
    /// Its name.
    pub name: String,
    /// Its value, with secrets masked and no longer than [`MOST_SHOWN`]; nothing where it is not set any more.
    pub value: Option<String>,
    /// The value is longer.
    #[serde(default)]
    pub cut: bool,
}

/// What a person does to the shell of the run, before its next command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EnvironmentChange {
    /// Sets a variable.
    Set {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// Takes a variable away.
    Remove {
        /// Its name.
        name: String,
    },
    /// Goes to another folder.
    Folder {
        /// Its absolute path.
        path: String,
    },
}

/// A variable that is not as the run began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value as it may be shown; nothing where it was taken away.
    pub value: Option<String>,
    /// The value is longer.
    pub cut: bool,
    /// What made it so.
    pub by: SetBy,
}

/// What made a variable what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetBy {
    /// A command.
    Command(AttemptId),
    /// A person.
    Person(Stamp),
}

/// The name is one that a shell can have.
pub fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Variables that a person does not set: each shell has its own, or they make bash itself another.
fn is_fixed(name: &str) -> bool {
    name.starts_with("BASH")
        || name.starts_with("TEJUN_")
        || ["_", "PWD", "OLDPWD", "SHELLOPTS", "SHLVL", "UID", "EUID", "PPID", "LINENO", "POSIXLY_CORRECT", "ENV"]
            .contains(&name)
}

/// Decides a change by a person: it holds from the next command of the run's own shell on.
pub(crate) fn change(state: &RunState, change: EnvironmentChange) -> Result<Decision, Refusal> {
    let lane = query::main_lane(state).ok_or(Refusal::Blocked { by: Block::NoLane })?;
    let change = match change {
        EnvironmentChange::Set { name, value } => {
            settable(&name)?;
            if names_a_secret(&name) {
                return Err(Refusal::SecretValue { name });
            }
            check_value(&value).map_err(|why| Refusal::BadValue { name: name.clone(), why })?;
            EnvironmentChange::Set { name, value }
        }
        EnvironmentChange::Remove { name } => {
            settable(&name)?;
            EnvironmentChange::Remove { name }
        }
        EnvironmentChange::Folder { path } => {
            check_value(&path).map_err(|why| Refusal::BadValue { name: "cd".to_owned(), why })?;
            EnvironmentChange::Folder { path: Path::new(&lane.cwd).join(path).to_string_lossy().into_owned() }
        }
    };
    Ok(Decision { events: vec![Event::EnvironmentChanged { lane: lane.lane, change }], effects: Vec::new() })
}

fn settable(name: &str) -> Result<(), Refusal> {
    if is_name(name) && !is_fixed(name) { Ok(()) } else { Err(Refusal::NotAVariable { name: name.to_owned() }) }
}

/// Takes a change of one variable into the list.
pub(crate) fn note(variables: &mut Vec<Variable>, new: Variable) {
    variables.retain(|known| known.name != new.name);
    variables.push(new);
    variables.sort_by(|a, b| a.name.cmp(&b.name));
}
