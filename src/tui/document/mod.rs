//! The whole document, rendered: markdown in, lines with roles out, each with the line of the source that it came from.
//!
//! Pure. Line breaks of the source are kept, so that a line is found again; nothing is left out, what markdown would
//! hide (comments, front matter, tags) is shown dim.

mod build;
mod rows;
mod table;

use crate::tui::text::{Line, Piece};

/// A document, ready to be laid out at any width.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// How many lines its source has.
    pub lines: usize,
    blocks: Vec<Block>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its line in the source, from 1.
    pub line: usize,
    /// Its level, from 1.
    pub level: usize,
    /// Its text, harmless.
    pub text: String,
}

/// A row as it is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line.
    pub line: Line,
    /// The line of the source that it came from, from 1.
    pub source: usize,
}

/// A part of a document that is laid out by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    /// A line of text.
    Text(Text),
    /// A table.
    Table { prefix: Vec<Piece>, rows: Vec<TableRow> },
    /// A line across.
    Rule { line: usize },
    /// An empty line.
    Blank { line: usize },
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    line: usize,
    /// What stands before the first row: the mark of a list, the bar of a quotation.
    first: Vec<Piece>,
    /// What stands before the rows after it.
    rest: Vec<Piece>,
    pieces: Vec<Piece>,
    /// It is broken where the room ends and nowhere else: every byte counts.
    exact: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct TableRow {
    line: usize,
    cells: Vec<Vec<Piece>>,
}

impl Document {
    /// Reads markdown. Its text may come from anywhere: it is cleaned here.
    pub fn of(text: &str) -> Self {
        build::build(text)
    }

    /// The rows at a width of `room` cells.
    pub fn rows(&self, room: usize, ascii: bool) -> Vec<Row> {
        rows::rows(&self.blocks, room.max(8), ascii)
    }
}

#[cfg(test)]
mod tests;
