//! Cells of a terminal that draws characters of ambiguous width in two columns.
//!
//! Pure. Each such character is told to the buffer as two columns wide, so that what stands behind it is put where the
//! terminal's cursor then is. Pictures of terminals, and the editor's widget, count one column; their rows are laid anew.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::tui::text::cells;

/// What becomes of lines and blocks that frames and bars are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// They are drawn in ASCII: a picture keeps its columns.
    Ascii,
    /// They stay what they are: every character counts.
    Kept,
}

/// Puts text at a place, in `room` columns; gives the column after it.
pub(super) fn put(buffer: &mut Buffer, (x, y): (u16, u16), room: usize, text: &str, style: Style) -> u16 {
    let mut at = x;
    let mut left = room;
    for cluster in text.graphemes(true).filter(|cluster| !cluster.contains(char::is_control)) {
        let Some((wide, rest)) = fitting(cluster, left) else { break };
        left = rest;
        at = set(buffer, (at, y), cluster, wide, style);
    }
    at
}

/// How wide a character is, and the room that is left behind it; nothing where it does not fit.
fn fitting(cluster: &str, room: usize) -> Option<(u16, usize)> {
    let wide = cells(cluster);
    Some((u16::try_from(wide).ok()?, room.checked_sub(wide)?))
}

/// Puts one character that is `wide` columns wide; gives the column after it.
fn set(buffer: &mut Buffer, (x, y): (u16, u16), cluster: &str, wide: u16, style: Style) -> u16 {
    if wide == 0 {
        return x;
    }
    let cell = &mut buffer[(x, y)];
    cell.reset();
    cell.set_symbol(cluster).set_style(style);
    if let Some(own) = NonZeroU16::new(wide).filter(|own| own.get() != cluster.cell_width()) {
        cell.set_diff_option(CellDiffOption::ForcedWidth(own));
    }
    for hidden in x + 1..x + wide {
        buffer[(hidden, y)].reset();
        buffer[(hidden, y)].set_style(style);
    }
    x + wide
}

/// Lays a row anew that counts one column for what the terminal draws in two; gives where its column `x` is then. Blanks
/// that stand together give way, so that columns behind them stay; what is pushed over the edge is cut.
pub(super) fn stretch(buffer: &mut Buffer, row: Rect, lines: Lines, x: u16) -> u16 {
    let row = Rect { height: row.height.min(1), ..row }.intersection(buffer.area);
    let mut old: Vec<(u16, Cell)> = Vec::new();
    let mut at = row.left();
    while at < row.right() && !row.is_empty() {
        let cell = buffer[(at, row.y)].clone();
        let wide = cell.cell_width().max(1);
        old.push((at, cell));
        at = at.saturating_add(wide);
    }
    let grows = |cell: &Cell| cells(cell.symbol()) > usize::from(cell.cell_width());
    if !old.iter().any(|(_, cell)| grows(cell)) {
        return x;
    }
    let (mut now, mut owed, mut place) = (row.left(), 0, x);
    for (index, (was, cell)) in old.iter().enumerate() {
        if *was <= x {
            place = now + (x - was);
        }
        let blank = |cell: &Cell| cell.symbol() == " ";
        if owed > 0 && blank(cell) && old.get(index + 1).is_none_or(|(_, next)| blank(next)) {
            owed -= 1;
            continue;
        }
        let plain = match lines {
            Lines::Ascii => line(cell.symbol()),
            Lines::Kept => None,
        };
        let symbol = plain.unwrap_or(cell.symbol());
        let Some((wide, _)) = fitting(symbol, usize::from(row.right() - now)) else { break };
        owed += wide.saturating_sub(cell.cell_width());
        now = set(buffer, (now, row.y), symbol, wide, cell.style());
    }
    // Only a character that is cut leaves something of what was there before.
    for rest in now..row.right() {
        let style = buffer[(rest, row.y)].style();
        buffer[(rest, row.y)].reset();
        buffer[(rest, row.y)].set_style(style);
    }
    place.min(row.right().saturating_sub(1))
}

/// A line or block of a drawing (U+2500 to U+259F) in ASCII.
fn line(symbol: &str) -> Option<&'static str> {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return None };
    match c {
        '─' | '━' | '┄' | '┅' | '┈' | '┉' | '╌' | '╍' | '╴' | '╶' | '╸' | '╺' | '╼' | '╾' => {
            Some("-")
        }
        '═' => Some("="),
        '│' | '┃' | '┆' | '┇' | '┊' | '┋' | '╎' | '╏' | '║' | '╵' | '╷' | '╹' | '╻' | '╽' | '╿' => {
            Some("|")
        }
        '╱' => Some("/"),
        '╲' => Some("\\"),
        '╳' => Some("x"),
        '\u{2500}'..='\u{257f}' => Some("+"),
        '░' => Some("."),
        '▒' => Some(":"),
        '\u{2580}'..='\u{259f}' => Some("#"),
        _ => None, // It is no part of a drawing.
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::text::measure_as;
    use crate::tui::theme::Ambiguous;

    /// The row as it is told to the terminal: what stands in which column.
    fn stretched(text: &str, room: u16, lines: Lines) -> String {
        measure_as(Ambiguous::Wide);
        let area = Rect::new(0, 0, room, 1);
        let mut buffer = Buffer::empty(area);
        buffer.set_string(0, 0, text, Style::new());
        stretch(&mut buffer, area, lines, 0);
        measure_as(Ambiguous::Narrow);
        let mut told = String::new();
        let mut x = 0;
        while x < room {
            let cell = &buffer[(x, 0)];
            told.push_str(cell.symbol());
            x += cell.cell_width().max(1);
        }
        assert_eq!(x, room, "{told:?}");
        told.trim_end().to_owned()
    }

    #[test]
    fn columns_behind_several_blanks_stay_and_what_has_no_room_is_cut() {
        for (text, lines, wanted) in [
            ("plain 日本", Lines::Ascii, "plain 日本"),
            ("①   2", Lines::Ascii, "①  2"),
            ("● on ok", Lines::Ascii, "● on ok"),
            ("日①  α  x", Lines::Ascii, "日① α x"),
            ("├─ a │ █░", Lines::Ascii, "+- a | #."),
            ("├─ a", Lines::Kept, "├─ a"),
            ("①②③④⑤⑥⑦", Lines::Kept, "①②③④⑤"),
        ] {
            assert_eq!(stretched(text, 11, lines), wanted, "{text}");
        }
    }

    #[test]
    fn the_cursor_stays_at_its_character() {
        measure_as(Ambiguous::Wide);
        let area = Rect::new(0, 0, 12, 1);
        for (x, wanted) in [(0, 0), (1, 2), (2, 4), (3, 5), (9, 11), (11, 11)] {
            let mut buffer = Buffer::empty(area);
            buffer.set_string(0, 0, "①②ab", Style::new());
            assert_eq!(stretch(&mut buffer, area, Lines::Kept, x), wanted, "{x}");
        }
        measure_as(Ambiguous::Narrow);
    }
}
