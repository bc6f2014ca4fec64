//! Why a command is refused, and what a command that could run waits for.

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, StepId};
use crate::run::guidance::Pause;
use crate::run::server::NoConnection;
use crate::runbook::model::{CommandReason, Danger};
use crate::runbook::shell::filling::BadValue;

/// Why a command is refused. Nothing has happened then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Refusal {
    /// The run has no first fact.
    #[error("the run has not begun")]
    NotBegun,
    /// The run has its first fact already.
    #[error("the run has begun already")]
    Begun,
    /// The run is signed or closed.
    #[error("the run is over; it is not changed any more")]
    Over,
    /// No such step.
    #[error("this run has no step {step}")]
    NoSuchStep {
        /// The id that was asked for.
        step: StepId,
    },
    /// No such command.
    #[error("the step has no command {command}")]
    NoSuchCommand {
        /// The place that was asked for.
        command: usize,
    },
    /// No such attempt, or it has ended.
    #[error("that command is not running")]
    NotRunning,
    /// Another attempt runs in the lane.
    #[error("another command is running ({operator})")]
    LaneBusy {
        /// The attempt.
        attempt: AttemptId,
        /// Who started it.
        operator: String,
    },
    /// The command cannot be run.
    #[error("the command is blocked: {by}")]
    Blocked {
        /// By what.
        by: Block,
    },
    /// The text that was shown is not the text of the run.
    #[error("the command that was shown is not the one of this run")]
    NotAsShown,
    /// The document is not the one that was shown.
    #[error("the document was changed again after it was shown")]
    DocumentChanged,
    /// It has been run before, and the person may not know.
    #[error("the command was run before ({times} times)")]
    RunBefore {
        /// How many times.
        times: u32,
    },
    /// The step has a mark already.
    #[error("the step is marked already; reopen it first")]
    Marked,
    /// A hold point holds the work that nobody has released.
    #[error("the work is held at step {by} until somebody releases it: {text}")]
    Held {
        /// The step that holds it.
        by: StepId,
        /// What is waited for.
        text: String,
    },
    /// The step is no hold point, or was released.
    #[error("nothing is held there")]
    NotHeld,
    /// Nothing of that number is to be undone.
    #[error("there is nothing of that number to undo")]
    NothingToRevert,
    /// Something is still to be undone.
    #[error("{} things are still to be undone: {}", .whats.len(), .whats.join(" / "))]
    RevertsOpen {
        /// What.
        whats: Vec<String>,
    },
    /// The document's advice for this part of the work was not read.
    #[error("the runbook's advice for this part of the work was not read yet")]
    Unread {
        /// For which part.
        pause: Pause,
    },
    /// Commands of the step were run: they stay where they ran.
    #[error("commands of the step were run already")]
    RunAlready,
    /// What was typed is, or holds, a secret, and would be journalled.
    #[error("what was typed holds a secret, which is never kept in the journal")]
    TypedSecret,
    /// The step has no mark to take back.
    #[error("the step has no mark to take back")]
    NotMarked,
    /// A reason is needed.
    #[error("a reason is needed")]
    ReasonMissing,
    /// Only a step that was judged failed or undecided is accepted all the same.
    #[error("only a step that was judged failed or undecided can be accepted all the same")]
    NothingToOverride,
    /// Nobody approves of what they do themselves.
    #[error("another person must approve it")]
    OwnApproval,
    /// The kernel and the keys do not tell the two apart.
    #[error("that needs a second person, told apart by a user of their own or by a key")]
    SamePerson,
    /// The step has no such sub-point.
    #[error("the step has no such sub-point")]
    NoSuchPoint,
    /// There is nothing to choose from.
    #[error("it stands among no alternatives")]
    NoAlternative,
    /// Only a person can do it.
    #[error("a person must do that")]
    NeedsPerson,
    /// The step has no such caution.
    #[error("no such caution governs the step")]
    NoSuchCaution,
    /// The step has no such rule, or the rule has no action.
    #[error("the step has no such rule with an action")]
    NoSuchRule,
    /// What the rule measures is known.
    #[error("the rule was read, or was answered already")]
    RuleRead,
    /// The rule does not apply.
    #[error("the rule does not apply")]
    RuleDoesNotApply,
    /// No command of the run asks for that value.
    #[error("no command asks for a value named {name}")]
    NoSuchValue {
        /// The name that was given.
        name: String,
    },
    /// The value is no good.
    #[error("{name}: {why}")]
    BadValue {
        /// The name of the placeholder.
        name: String,
        /// Why.
        why: BadValue,
    },
    /// No shell has such a variable, or it is not for a person to set.
    #[error("{name} is no variable that can be set here")]
    NotAVariable {
        /// The name that was given.
        name: String,
    },
    /// The value is, or looks like, a secret, and would be journalled.
    #[error("the value of {name} looks like a secret, which is never kept in the journal")]
    SecretValue {
        /// The name of the placeholder.
        name: String,
    },
    /// Steps are untouched.
    #[error("{} steps are not done, skipped or deferred", .steps.len())]
    Untouched {
        /// Which ones.
        steps: Vec<StepId>,
    },
    /// A second person sent steps back.
    #[error("{} steps were sent back by the second person", .steps.len())]
    SentBack {
        /// Which ones.
        steps: Vec<StepId>,
    },
    /// An attempt is open.
    #[error("a command is still running")]
    AttemptOpen {
        /// Which one.
        attempt: AttemptId,
    },
}

/// What blocks a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// Its fence or its text is nothing to run.
    #[error("it is nothing that a shell runs")]
    NotRunnable {
        /// Why, where the document's command says so.
        reason: Option<CommandReason>,
    },
    /// Values are missing.
    #[error("it needs a value for {}", .names.join(", "))]
    Placeholder {
        /// Their names.
        names: Vec<String>,
    },
    /// A value has no place in the command where it is safe.
    #[error("the value of {name} cannot be put in safely")]
    NoPlace {
        /// The name of the placeholder.
        name: String,
    },
    /// Quoting alone does not make a value harmless, and nobody is there to look at it.
    #[error("the value of {name} must be looked at by a person where it stands")]
    Doubt {
        /// The name of the placeholder.
        name: String,
    },
    /// Cautions that nobody has read.
    #[error("a caution governs it that nobody has read: {}", .texts.join(" / "))]
    Caution {
        /// The cautions.
        texts: Vec<String>,
    },
    /// A danger that nobody confirmed.
    #[error("it is dangerous, and nobody confirmed it")]
    Danger {
        /// The dangers.
        dangers: Vec<Danger>,
        /// The names that are to be typed.
        targets: Vec<String>,
    },
    /// Nobody agreed to it.
    #[error("a second person has to agree to it")]
    Unconfirmed,
    /// It has no connection.
    #[error("it needs a connection to a server that is set up")]
    NoServer {
        /// Why not.
        why: NoConnection,
    },
    /// Nobody has seen its server yet.
    #[error("the server of connection `{connection}` was not reached: {why}")]
    ServerNotSeen {
        /// The name of the connection.
        connection: String,
        /// What happened.
        why: String,
    },
    /// The server is not the one that was shown.
    #[error("the server of connection `{connection}` is not the one that was shown")]
    OtherServer {
        /// The name of the connection.
        connection: String,
    },
    /// The lane is lost and no new one is open.
    #[error("no shell could be started; the log of the run says why")]
    NoLane,
}
