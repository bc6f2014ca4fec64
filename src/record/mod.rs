//! The maintenance record: a run as the markdown file that a team keeps, and that file read back.
//!
//! Pure: no IO, no clock; texts come in plain, digests and sizes come in computed. Whatever titles, notes, reasons and
//! outputs hold, a CommonMark parser sees the same structure, and what [`render()`] writes [`parse()`] reads. Texts are shown
//! rather than kept byte for byte: line breaks inside a line become ` / `, and characters that cannot be seen, or that
//! turn the writing direction, are replaced by a sign or by their number. Nothing here says whether a file was altered.

mod beside;
mod escape;
mod html;
mod model;
mod parse;
mod render;
pub mod team_log;
#[cfg(test)]
mod tests;
pub mod words;

pub use beside::{ADDENDUM, Beside, BesideInputs, BesideKind, CHECK, parse_beside, render_beside};
pub use html::html;
pub use model::{
    AcknowledgedRecord, AloneRecord, AloudAnswerRecord, AloudRecord, AnswerRecord, BranchRecord, CheckRecord,
    ChoiceRecord, CommandRecord, ConditionRecord, Deviation, Ended, EvidenceRecord, ExcerptRecord, Field, GapRecord,
    KeyRecord, MarkKind, MarkRecord, MeasuredRecord, NoteRecord, OverriddenRecord, PointRecord, Provenance, Record,
    RunbookRecord, SignOff, StepRecord, StopRecord, SurvivorRecord, VerificationRecord, Who,
};
pub use parse::{ParseFault, parse};
pub use render::{documented_block, documented_fields, file_stem, render};

use crate::ids::{AttemptId, Digest, Seq};
use crate::run::state::RunState;

/// The plain text of an attempt's output, or of its tail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Whose output.
    pub attempt: AttemptId,
    /// The text.
    pub text: String,
    /// Something of the output is left out.
    pub cut: bool,
}

/// The file that holds the whole output of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Whose output.
    pub attempt: AttemptId,
    /// Its name, or its path relative to the record.
    pub file: String,
    /// How many bytes it holds uncompressed.
    pub bytes: u64,
    /// The SHA-256 of those bytes.
    pub sha256: Digest,
    /// Nothing is missing.
    pub complete: bool,
    /// Whether the file is what the journal says, where that was looked at.
    pub matches: Option<bool>,
}

/// What a record is made of.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The run.
    pub state: &'a RunState,
    /// The hash of the journal's last fact.
    pub head: &'a Digest,
    /// The place of that fact.
    pub head_seq: Seq,
    /// Excerpts of outputs; an attempt without one is shown without.
    pub excerpts: &'a [Excerpt],
    /// The files that hold the whole outputs.
    pub evidence: &'a [EvidenceFile],
    /// The version of the program that writes the record.
    pub tejun: &'a str,
}
