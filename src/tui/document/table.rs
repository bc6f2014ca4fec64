//! Tables: columns as wide as their cells where there is room, else narrowed, with cells of several rows.

use crate::tui::document::{Row, TableRow};
use crate::tui::text::{Line, Piece, width, wrap};
use crate::tui::theme::Role;

/// The narrowest column that text is still readable in.
const NARROWEST: usize = 6;

/// Lays a table out in `room` cells; the first row is its head.
pub(super) fn rows(rows: &[TableRow], room: usize, ascii: bool) -> Vec<Row> {
    let count = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    if count == 0 {
        return Vec::new();
    }
    let bar = if ascii { " | " } else { " │ " };
    let (dash, cross) = if ascii { ("-", "-+-") } else { ("─", "─┼─") };
    let widths = widths(rows, count, room.saturating_sub(3 * (count - 1)));
    if widths.iter().sum::<usize>() + 3 * (count - 1) > room {
        return listed(rows, room);
    }
    let mut out = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let head = n == 0;
        let cells: Vec<Vec<Line>> = (0..count)
            .map(|column| {
                let pieces = row.cells.get(column).cloned().unwrap_or_default();
                let pieces = if head { titled(pieces) } else { pieces };
                wrap(Line { pieces, ..Line::empty() }, widths[column].max(1), 0)
            })
            .collect();
        let high = cells.iter().map(Vec::len).max().unwrap_or(1);
        for at in 0..high {
            let mut line = Line::empty();
            for (column, cell) in cells.iter().enumerate() {
                if column > 0 {
                    line = line.and(bar, Role::Border);
                }
                let part = cell.get(at).cloned().unwrap_or_default();
                let pad = widths[column].saturating_sub(part.width());
                line.pieces.extend(part.pieces);
                if column + 1 < count {
                    line = line.and(&" ".repeat(pad), Role::Text);
                }
            }
            out.push(Row { line, source: row.line });
        }
        if head {
            let parts: Vec<String> = widths.iter().map(|w| dash.repeat(*w)).collect();
            out.push(Row { line: Line::of(&parts.join(cross), Role::Border), source: row.line + 1 });
        }
    }
    out
}

fn titled(pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.into_iter().map(|p| Piece::new(p.text(), Role::Title)).collect()
}

fn cell_width(cell: &[Piece]) -> usize {
    cell.iter().map(|p| width(p.text())).sum()
}

/// How wide each column is. Where they do not fit, the widest give way first.
fn widths(rows: &[TableRow], count: usize, room: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = (0..count)
        .map(|c| rows.iter().filter_map(|r| r.cells.get(c)).map(|cell| cell_width(cell)).max().unwrap_or(0).max(1))
        .collect();
    loop {
        let sum: usize = widths.iter().sum();
        let Some(widest) = widths.iter().max().copied() else { return widths };
        if sum <= room || widest <= NARROWEST {
            return widths;
        }
        // All of the widest go down to the next, or as far as is needed.
        let many = widths.iter().filter(|w| **w == widest).count();
        let next = widths.iter().filter(|w| **w < widest).max().copied().unwrap_or(0).max(NARROWEST);
        let needed = (sum - room).div_ceil(many);
        let to = widest.saturating_sub(needed).max(next);
        for w in widths.iter_mut().filter(|w| **w == widest) {
            *w = to;
        }
    }
}

/// A table of more columns than there is room for: each row as a list of its cells under their heads.
fn listed(rows: &[TableRow], room: usize) -> Vec<Row> {
    let mut out = Vec::new();
    let Some((head, body)) = rows.split_first() else { return out };
    let body = if body.is_empty() { rows } else { body };
    for row in body {
        for (column, cell) in row.cells.iter().enumerate() {
            let mark = if column == 0 { "- " } else { "  " };
            let mut line = Line::of(mark, Role::Key);
            if let Some(name) = head.cells.get(column).filter(|_| row.line != head.line) {
                line.pieces.extend(name.iter().map(|p| Piece::new(p.text(), Role::Dim)));
                line = line.and(": ", Role::Dim);
            }
            line.pieces.extend(cell.iter().cloned());
            out.extend(wrap(line, room, 2).into_iter().map(|line| Row { line, source: row.line }));
        }
    }
    out
}
