//! Reads a record back, line by line, in exactly the form that it was written in.
//!
//! Strict: a line that the program does not write is a fault with its number, never skipped. Does not tell whether the
//! file was altered: digests and the journal do.

mod life;
pub(crate) mod lines;
pub(crate) mod part;
mod sections;
pub(crate) mod verification;

use crate::record::model::Record;

/// Reads a record.
///
/// # Errors
/// A [`ParseFault`] that names the first line that is none of a record's.
pub fn parse(text: &str) -> Result<Record, ParseFault> {
    sections::record(&lines::items(text)?)
}

/// Why a text is not a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseFault {
    /// It does not begin with a record's heading and fields.
    #[error("this is no record: it does not begin with a heading and fields")]
    NoRecord,
    /// A line of no known form.
    #[error("line {line} is no line of a record")]
    UnknownLine {
        /// Which line, from 1.
        line: usize,
    },
    /// A fence without an end.
    #[error("the fence of line {line} has no end")]
    OpenFence {
        /// Which line, from 1.
        line: usize,
    },
    /// A line whose value cannot be understood.
    #[error("line {line}: {name} cannot be read")]
    Unreadable {
        /// Which line, from 1.
        line: usize,
        /// The name that the record gives it.
        name: String,
    },
    /// Something that every record has.
    #[error("after line {line}: {name} is missing")]
    Missing {
        /// The line of the heading that it belongs under, from 1.
        line: usize,
        /// The name that the record gives it.
        name: String,
    },
}
