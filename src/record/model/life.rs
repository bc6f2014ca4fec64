//! What a record says of the life of a step besides its commands: cautions, branches, conditions.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::Who;
use crate::ids::Digest;
use crate::run::event::Verdict;
use crate::run::guidance::Pause;

/// A caution that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcknowledgedRecord {
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The caution.
    pub text: String,
}

/// The rule whose action a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BranchRecord {
    /// The number of the step whose rule it is.
    pub step: String,
    /// The rule in the document's words.
    pub rule: String,
    /// Who opened it.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// A hold point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldRecord {
    /// What was waited for.
    pub text: String,
    /// Who made the step one; absent where the document says so.
    pub set_by: Option<Who>,
    /// When.
    pub set_at: Option<DateTime<FixedOffset>>,
    /// Its release.
    pub released: Option<ReleaseRecord>,
}

/// The release of a hold point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseRecord {
    /// Who released it.
    pub released_by: String,
    /// What that person said.
    pub said: String,
    /// Who entered it.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// Something that had to be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RevertRecord {
    /// What.
    pub what: String,
    /// What became of it.
    pub end: RevertEndRecord,
    /// What was said about it.
    pub said: Option<String>,
    /// Until when it was handed over.
    pub due: Option<String>,
    /// To whom.
    pub owner: Option<String>,
    /// Who opened it.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Who settled it.
    pub settled_by: Option<Who>,
    /// When.
    pub settled_at: Option<DateTime<FixedOffset>>,
}

/// What became of something that had to be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RevertEndRecord {
    /// Nothing yet.
    Open,
    /// It was undone.
    Done,
    /// Somebody else undoes it.
    HandedOver,
    /// There was nothing to undo.
    Dropped,
}

/// Who read the document's advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdviceRecord {
    /// Before which part of the work.
    pub pause: Pause,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// How a step came into a run whose document does not have it as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddedRecord {
    /// The line of the document that it was made of; absent where a person wrote it.
    pub line: Option<usize>,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// What a run changed of the commands of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeRecord {
    /// What kind of change.
    pub what: ChangeWhat,
    /// The place of the command, from 1, or the number of the other step; absent for a command that was added.
    pub place: Option<String>,
    /// What it was, or what went away.
    pub was: Option<String>,
    /// What it is, or what came.
    pub is: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// A kind of change of a step's commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeWhat {
    /// A command is another one.
    Changed,
    /// A command was added.
    Added,
    /// Commands came from another step.
    CameFrom,
    /// Commands went to another step.
    WentTo,
    /// The document was changed during the run.
    Renewed,
    /// The step came into the document during the run.
    New,
}

/// A change of the document that was taken in during the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenewalRecord {
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The SHA-256 of the text before.
    pub was: Digest,
    /// The SHA-256 of the text since.
    pub sha256: Digest,
    /// Its version, where it states one.
    pub version: Option<String>,
    /// How many steps stayed as they were.
    pub kept: usize,
    /// How many were changed, and were open again.
    pub changed: usize,
    /// How many were new.
    pub new: usize,
    /// How many were there no more.
    pub gone: usize,
}

/// What a person changed of the shell of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShellRecord {
    /// What.
    pub what: ShellWhat,
    /// The name of the variable.
    pub name: Option<String>,
    /// The value of the variable, or the path of the folder.
    pub value: Option<String>,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// A kind of change of the shell of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShellWhat {
    /// A variable has a value.
    Set,
    /// A variable is gone.
    Removed,
    /// The work goes on in another folder.
    Folder,
    /// The shell began anew.
    Reset,
}

/// Who took in that the document has a step no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoneRecord {
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// What a person said of a rule that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerRecord {
    /// The rule in the document's words.
    pub rule: String,
    /// It applies.
    pub holds: bool,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// The condition of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConditionRecord {
    /// The document's words.
    pub text: String,
    /// Who said that it holds; absent where nobody did.
    pub by: Option<Who>,
    /// When.
    pub at: Option<DateTime<FixedOffset>>,
}

/// A judgement that was overridden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverriddenRecord {
    /// The judgement.
    pub verdict: Verdict,
    /// Who judged.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What was said about it.
    pub comment: Option<String>,
}

/// A sub-point of a step of which some were ticked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PointRecord {
    /// Its words.
    pub text: String,
    /// Who did it; absent where nobody did.
    pub by: Option<Who>,
    /// When.
    pub at: Option<DateTime<FixedOffset>>,
}

/// What was chosen among alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChoiceRecord {
    /// The place of the command, from 1; absent where the step was chosen.
    pub command: Option<usize>,
    /// Who chose.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}
