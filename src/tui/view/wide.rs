//! Characters in cells, as wide as the terminal draws them.
//!
//! Pure. Where ratatui counts otherwise the buffer is told, so that what stands behind a character is put where the
//! terminal's cursor then is. Pictures of terminals count one column for what is of ambiguous width, and the editor's
//! widget counts as ratatui does; their rows are laid anew.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::tui::text::{cells, cells_as};
use crate::tui::theme::Ambiguous;

/// What becomes of lines and blocks that frames and bars are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// They are drawn in ASCII: a picture keeps its columns.
    Ascii,
    /// They stay what they are: every character counts.
    Kept,
}

/// Puts text at a place, in `room` columns; gives the column after it.
pub(super) fn put(
    buffer: &mut Buffer,
    (x, y): (u16, u16),
    room: usize,
    text: &str,
    (style, ambiguous): (Style, Ambiguous),
) -> u16 {
    let mut at = x;
    let mut left = room;
    let clusters = text.graphemes(true).filter(|cluster| !cluster.contains(char::is_control));
    for cluster in clusters.flat_map(apart) {
        let wide = cells_as(cluster, ambiguous);
        let (Some(rest), Ok(wide)) = (left.checked_sub(wide), u16::try_from(wide)) else { break };
        left = rest;
        at = set(buffer, (at, y), cluster, wide, style);
    }
    at
}

/// The parts of a character that a terminal puts into cells of their own: the sound marks of half-width kana.
fn apart(cluster: &str) -> impl Iterator<Item = &str> {
    let mut rest = cluster;
    std::iter::from_fn(move || {
        let mut marks = rest.char_indices().skip(1).filter(|(_, c)| matches!(c, '\u{ff9e}' | '\u{ff9f}'));
        let (part, behind) = rest.split_at(marks.next().map_or(rest.len(), |(at, _)| at));
        rest = behind;
        (!part.is_empty()).then_some(part)
    })
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

/// Lays a row anew whose characters were counted otherwise than the terminal draws them; gives where its column `x` is
/// then. Blanks that stand together give way, so that columns behind them stay; what is pushed over the edge is cut.
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
    let differs = |cell: &Cell| cells(cell.symbol()) != usize::from(cell.cell_width());
    if !old.iter().any(|(_, cell)| differs(cell)) {
        return x;
    }
    let (mut now, mut owed, mut place) = (row.left(), 0u16, x);
    for (index, (was, cell)) in old.iter().enumerate() {
        if *was <= x {
            place = now.saturating_add(x - was);
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
        let wide = u16::try_from(cells(symbol)).unwrap_or(u16::MAX);
        if wide > row.right() - now {
            break;
        }
        owed += wide.saturating_sub(cell.cell_width());
        for part in apart(symbol) {
            now = set(buffer, (now, row.y), part, u16::try_from(cells(part)).unwrap_or(0), cell.style());
        }
    }
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
            ("ﾊﾞｯｸｱｯﾌﾟ", Lines::Kept, "ﾊﾞｯｸｱｯﾌﾟ"),
        ] {
            assert_eq!(stretched(text, 11, lines), wanted, "{text}");
        }
    }

    #[test]
    fn the_cursor_stays_at_its_character() {
        measure_as(Ambiguous::Wide);
        let area = Rect::new(0, 0, 12, 1);
        for (x, wanted) in [(0, 0), (1, 2), (2, 4), (3, 5), (11, 11)] {
            let mut buffer = Buffer::empty(area);
            buffer.set_string(0, 0, "①②ab", Style::new());
            assert_eq!(stretch(&mut buffer, area, Lines::Kept, x), wanted, "{x}");
        }
        measure_as(Ambiguous::Narrow);
    }
}
