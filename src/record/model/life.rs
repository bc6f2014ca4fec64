//! What a record says of the life of a step besides its commands: cautions, branches, conditions.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::Who;
use crate::run::event::Verdict;

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
