//! Facts of what a run owes and of what it waits for: things to be undone, hold points.

use serde::{Deserialize, Serialize};

use crate::ids::StepId;

/// What became of something that must be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "revert", rename_all = "snake_case")]
pub enum RevertFact {
    /// Something was done that must be undone. Its number is its place among all of the run, from 1.
    Owed {
        /// The step that did it.
        step: StepId,
        /// What is to be undone.
        what: String,
        /// The program proposed it; else a person said so.
        proposed: bool,
    },
    /// It was undone.
    Done {
        /// Its number.
        number: usize,
        /// What was said about it.
        comment: Option<String>,
    },
    /// Somebody else undoes it later.
    HandedOver {
        /// Its number.
        number: usize,
        /// Why.
        reason: String,
        /// Until when.
        due: String,
        /// Who.
        owner: String,
    },
    /// There is nothing to undo.
    Dropped {
        /// Its number.
        number: usize,
        /// Why.
        reason: String,
    },
}

/// What became of a hold point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "hold", rename_all = "snake_case")]
pub enum HoldFact {
    /// A step became a hold point in this run.
    Set {
        /// Which step.
        step: StepId,
        /// What is waited for.
        text: String,
    },
    /// Somebody released the work. Entered by the actor of the fact.
    Released {
        /// Which step.
        step: StepId,
        /// Who released it.
        by: String,
        /// What that person said.
        said: String,
    },
}
