//! What a client asks of an output beside its picture, and what it is told.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::Change;
use crate::ids::{AttemptId, RunId};
use crate::term::cells::Row;

/// Where a page of an output lies, by bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// It ends there; past the end of the output it is the last one.
    Before(u64),
    /// It begins there: at the start of a line, or of a page that was told.
    From(u64),
}

/// Some lines of an output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputPage {
    /// Whose output.
    pub attempt: AttemptId,
    /// For how many columns its rows were made.
    pub cols: u16,
    /// What was asked for.
    pub spot: Spot,
    /// Its first byte.
    pub start: u64,
    /// The byte after its last one.
    pub seen: u64,
    /// Where to read on: before `seen` where the last line may grow.
    pub next: u64,
    /// Bytes in the evidence file.
    pub total: u64,
    /// Its rows.
    pub rows: Vec<PageRow>,
    /// Why it cannot be read.
    #[serde(default)]
    pub fault: Option<String>,
}

/// A row of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRow {
    /// The first byte of the line that it belongs to.
    pub line: u64,
    /// The row.
    pub row: Row,
}

/// Where a text stands in an output. Several of these answer one search; the last one is `done`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFound {
    /// The client's number of the search.
    pub id: u64,
    /// The first bytes of the lines that hold it, in order; those that were not told before.
    pub lines: Vec<u64>,
    /// Up to where the output was looked through: a search for more begins there.
    pub until: u64,
    /// It is the last answer.
    pub done: bool,
    /// There are more lines than are told.
    pub more: bool,
    /// Why it ended early.
    #[serde(default)]
    pub fault: Option<String>,
}

/// What an output is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The output of the attempt at the same command before it.
    Attempt,
    /// The output of the same command in the run of the procedure before this one.
    Run,
}

/// What changed from another output to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Whose output.
    pub attempt: AttemptId,
    /// What was asked for.
    pub with: Against,
    /// What it was compared with; absent where there is none.
    pub other: Option<OtherOutput>,
    /// What ran was not the same to the byte.
    pub text_differs: bool,
    /// What differs, with some lines around; empty where nothing does.
    pub difference: Vec<Change>,
    /// There is more than is told.
    pub cut: bool,
    /// Only the ends of the outputs were compared.
    pub shortened: bool,
    /// Why they were not compared.
    #[serde(default)]
    pub fault: Option<String>,
}

/// An output that another one was compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherOutput {
    /// Its run, where it is another one.
    pub run: Option<RunId>,
    /// Which attempt at the command it was.
    pub number: u32,
    /// When it was started.
    pub at: DateTime<FixedOffset>,
    /// Bytes of it.
    pub bytes: u64,
}
