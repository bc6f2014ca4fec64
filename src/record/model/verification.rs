//! What a record says of the second person: what was read aloud, agreed to and checked, or why nobody was there.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::Who;
use crate::config::sign_off::SecondPerson;

/// A key that a person proved to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyRecord {
    /// What the list of signers calls the person.
    pub principal: String,
    /// The fingerprint of the key.
    pub fingerprint: String,
}

/// Whether a second person had to look, and how many steps were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerificationRecord {
    /// Whether somebody had to.
    pub policy: SecondPerson,
    /// Steps that were checked, or whose commands were all agreed to.
    pub done: usize,
    /// Steps that nobody else looked at.
    pub awaited: usize,
    /// Steps that were sent back.
    pub sent_back: usize,
    /// 一人作業.
    pub alone: Option<AloneRecord>,
}

/// Why there was no second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AloneRecord {
    /// Who said so.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Why.
    pub reason: String,
}

/// A command that was read aloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AloudRecord {
    /// Its place among the step's commands, from 1.
    pub command: usize,
    /// Who read it.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The second person's answer; absent where none was given.
    pub answer: Option<AloudAnswerRecord>,
}

/// The second person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AloudAnswerRecord {
    /// はい.
    pub agrees: bool,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Why not.
    pub reason: Option<String>,
}

/// A check of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckRecord {
    /// It was as it should be.
    pub agrees: bool,
    /// The step was run or marked again afterwards.
    pub void: bool,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What was said.
    pub comment: Option<String>,
}
