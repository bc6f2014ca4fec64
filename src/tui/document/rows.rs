//! From blocks to rows of a width.

use crate::tui::document::{Block, Row, Text, table};
use crate::tui::text::{Line, Piece, width, wrap, wrap_exact};
use crate::tui::theme::Role;

/// Lays blocks out in `room` cells.
pub(super) fn rows(blocks: &[Block], room: usize, ascii: bool) -> Vec<Row> {
    let mut out = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block {
            Block::Text(text) => one(text, room, ascii, &mut out),
            Block::Table { prefix, rows } => {
                let prefix = fitting(prefix, room);
                let space = room - wide(&prefix);
                for mut row in table::rows(rows, space, ascii) {
                    row.line = before(&prefix, row.line, ascii);
                    out.push(row);
                }
            }
            Block::Rule { line } => {
                let dash = if ascii { "-" } else { "─" };
                out.push(Row { line: Line::of(&dash.repeat(room), Role::Border), source: *line });
            }
            Block::Blank { line } => out.push(Row { line: Line::empty(), source: *line }),
        }
    }
    out
}

fn one(text: &Text, room: usize, ascii: bool, out: &mut Vec<Row>) {
    let (first, rest) = (fitting(&text.first, room), fitting(&text.rest, room));
    let space = room - wide(&first).max(wide(&rest));
    let line = Line { pieces: text.pieces.clone(), ..Line::empty() };
    let lines = if text.exact { wrap_exact(line, space, 0) } else { wrap(line, space, 0) };
    for (n, line) in lines.into_iter().enumerate() {
        let prefix = if n == 0 { &first } else { &rest };
        out.push(Row { line: before(prefix, line, ascii), source: text.line });
    }
}

/// A prefix that leaves room for the text; deep below others a text goes without.
fn fitting(prefix: &[Piece], room: usize) -> Vec<Piece> {
    if wide(prefix) * 2 > room { Vec::new() } else { prefix.to_vec() }
}

fn wide(pieces: &[Piece]) -> usize {
    pieces.iter().map(|p| width(p.text())).sum()
}

fn before(prefix: &[Piece], line: Line, ascii: bool) -> Line {
    let mut pieces = prefix.to_vec();
    if ascii {
        for piece in &mut pieces {
            if piece.role == Role::Border {
                *piece = Piece::new("| ", Role::Border);
            }
        }
    }
    pieces.extend(line.pieces);
    Line { pieces, ..Line::empty() }
}
