//! Facts that make the steps of a run others than those of its document. The document itself is never written.

use serde::{Deserialize, Serialize};

use crate::ids::{Digest, StepId};
use crate::run::event::{PlannedAction, RunbookRef};
use crate::runbook::model::{Block, Command, Guidance, Procedure, Step};

/// How the steps of a run became others than the document's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum PlanChange {
    /// A step was added to this run.
    StepAdded {
        /// The step that it stands behind; at the beginning where there is none.
        after: Option<StepId>,
        /// The line of the document that it was made of; absent where a person wrote it.
        line: Option<usize>,
        /// The new step, whole: nothing is looked up later.
        step: Box<Step>,
        /// Why.
        reason: Option<String>,
    },
    /// A command of a step is another one in this run.
    CommandChanged {
        /// Which step.
        step: StepId,
        /// The place of the command among the step's commands.
        command: usize,
        /// What it is now, whole.
        to: Box<Command>,
        /// Why.
        reason: String,
    },
    /// A step got one more command in this run, behind those that it has.
    CommandAdded {
        /// Which step.
        step: StepId,
        /// What holds the command.
        block: Box<Block>,
        /// Why.
        reason: String,
    },
    /// Commands belong to another step than the one that they were matched with.
    CommandsMoved {
        /// The step that they were matched with.
        from: StepId,
        /// Their places among that step's commands, in order.
        commands: Vec<usize>,
        /// The step that they belong to; they stand behind the commands that it has.
        to: StepId,
        /// Why, where somebody said so.
        reason: Option<String>,
    },
    /// The file was changed after the run began, and a person took the changes in.
    DocumentRenewed(Box<NewDocument>),
}

/// A document that took the place of the one that a run had: everything that the run needs of it, as the first fact
/// holds it of the first one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewDocument {
    /// The SHA-256 of the document that the run had until then.
    pub was: Digest,
    /// The document; the journal keeps the text under its digest.
    pub runbook: RunbookRef,
    /// The whole parsed procedure.
    pub procedure: Procedure,
    /// What the actions of rules would run.
    pub actions: Vec<PlannedAction>,
    /// The document's advice for before, during and after the work.
    pub guidance: Vec<Guidance>,
}
