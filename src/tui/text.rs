//! Lines of text with roles: what the contents are made of, before a theme gives them colours.
//!
//! Pure. A [`Piece`] is clean by construction. Widths are counted in columns here and nowhere else: as terminals draw
//! characters, and those that Unicode leaves open as the terminal at hand does ([`Ambiguous`]). What ratatui counts is
//! not asked: it takes a half-width kana with a sound mark for three columns.

use std::cell::Cell;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::tui::foreign::sanitise_inline;
use crate::tui::theme::{Ambiguous, Role};

/// Equally styled text, clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    text: String,
    /// What it is.
    pub role: Role,
}

impl Piece {
    /// Text from anywhere; it is cleaned here.
    pub fn new(text: &str, role: Role) -> Self {
        Self { text: sanitise_inline(text), role }
    }

    /// The clean text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// One line on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its parts, from the left.
    pub pieces: Vec<Piece>,
    /// Flush right, when there is room.
    pub right: Option<Piece>,
    /// The role of the whole row, for a selection.
    pub row: Option<Role>,
}

impl Line {
    /// An empty line.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A line of one piece.
    pub fn of(text: &str, role: Role) -> Self {
        Self::default().and(text, role)
    }

    /// The same line with one more piece.
    #[must_use]
    pub fn and(mut self, text: &str, role: Role) -> Self {
        self.pieces.push(Piece::new(text, role));
        self
    }

    /// The same line with a piece at its right end.
    #[must_use]
    pub fn right(mut self, text: &str, role: Role) -> Self {
        self.right = Some(Piece::new(text, role));
        self
    }

    /// The width in cells, without the right piece.
    pub fn width(&self) -> usize {
        self.pieces.iter().map(|p| width(&p.text)).sum()
    }
}

thread_local! {
    /// A thread draws on one terminal.
    static DRAWN: Cell<Ambiguous> = const { Cell::new(Ambiguous::Narrow) };
}

/// Says how the terminal of this thread draws: what is measured from now on is measured so.
pub fn measure_as(ambiguous: Ambiguous) {
    DRAWN.set(ambiguous);
}

/// The width of clean text in columns.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(cells).sum()
}

/// The columns of one character as it is seen (a grapheme cluster).
pub fn cells(cluster: &str) -> usize {
    cells_as(cluster, DRAWN.get())
}

/// The columns of one character on a terminal that draws so.
pub fn cells_as(cluster: &str, ambiguous: Ambiguous) -> usize {
    match ambiguous {
        Ambiguous::Wide if cluster.chars().next().is_some_and(is_open_letter) => 2,
        Ambiguous::Wide => cluster.width_cjk(),
        Ambiguous::Narrow => cluster.width(),
    }
}

/// Whether `c` is a letter, or a sign that stands for one, of ambiguous width: terminals draw it as they draw the other
/// characters of that width, `unicode-width` counts one column in either case.
fn is_open_letter(c: char) -> bool {
    let code = u32::from(c);
    let next = OPEN_LETTERS.partition_point(|(first, _)| *first <= code);
    next.checked_sub(1).and_then(|at| OPEN_LETTERS.get(at)).is_some_and(|(_, last)| code <= *last)
}

/// The letters (General_Category L) and modifier signs (Sk) whose East_Asian_Width is A, by UAX #11 of Unicode 14.
#[rustfmt::skip]
const OPEN_LETTERS: &[(u32, u32)] = &[
    (0xa8, 0xa8), (0xaa, 0xaa), (0xb4, 0xb4), (0xb8, 0xb8), (0xba, 0xba), (0xc6, 0xc6), (0xd0, 0xd0), (0xd8, 0xd8),
    (0xde, 0xe1), (0xe6, 0xe6), (0xe8, 0xea), (0xec, 0xed), (0xf0, 0xf0), (0xf2, 0xf3), (0xf8, 0xfa), (0xfc, 0xfc),
    (0xfe, 0xfe), (0x101, 0x101), (0x111, 0x111), (0x113, 0x113), (0x11b, 0x11b), (0x126, 0x127), (0x12b, 0x12b),
    (0x131, 0x133), (0x138, 0x138), (0x13f, 0x142), (0x144, 0x144), (0x148, 0x14b), (0x14d, 0x14d), (0x152, 0x153),
    (0x166, 0x167), (0x16b, 0x16b), (0x1ce, 0x1ce), (0x1d0, 0x1d0), (0x1d2, 0x1d2), (0x1d4, 0x1d4), (0x1d6, 0x1d6),
    (0x1d8, 0x1d8), (0x1da, 0x1da), (0x1dc, 0x1dc), (0x251, 0x251), (0x261, 0x261), (0x2c4, 0x2c4), (0x2c7, 0x2c7),
    (0x2c9, 0x2cb), (0x2cd, 0x2cd), (0x2d0, 0x2d0), (0x2d8, 0x2db), (0x2dd, 0x2dd), (0x2df, 0x2df), (0x391, 0x3a1),
    (0x3a3, 0x3a9), (0x3b1, 0x3c1), (0x3c3, 0x3c9), (0x401, 0x401), (0x410, 0x44f), (0x451, 0x451), (0x207f, 0x207f),
    (0x2113, 0x2113), (0x2126, 0x2126), (0x212b, 0x212b),
];

/// The longest head of clean `text` that fits in `max` cells, with a mark when something is left out.
pub fn fit(text: &str, max: usize) -> String {
    if width(text) <= max {
        return text.to_owned();
    }
    let (head, used) = head(text, max.saturating_sub(1));
    let mut head = head.to_owned();
    if used < max {
        head.push('~');
    }
    head
}

fn head(text: &str, max: usize) -> (&str, usize) {
    let mut used = 0;
    for (at, g) in text.grapheme_indices(true) {
        let w = cells(g);
        if used + w > max {
            return (&text[..at], used);
        }
        used += w;
    }
    (text, used)
}

/// Breaks a line into rows of at most `max` cells; the rows after the first are indented by `indent` blanks.
pub fn wrap(line: Line, max: usize, indent: usize) -> Vec<Line> {
    if line.width() <= max {
        return vec![line];
    }
    let indent = if indent * 2 >= max { 0 } else { indent };
    let whole: String = line.pieces.iter().map(|p| p.text.as_str()).collect();
    let breaks: Vec<usize> = unicode_linebreak::linebreaks(&whole).map(|(at, _)| at).collect();
    let mut rows = Vec::new();
    let mut start = 0;
    while start < whole.len() {
        let room = if rows.is_empty() { max } else { max - indent };
        let end = row_end(&whole, start, room, &breaks);
        let mut row = slice(&line.pieces, start, end);
        if !rows.is_empty() && indent > 0 {
            row.pieces.insert(0, Piece { text: " ".repeat(indent), role: Role::Text });
        }
        row.row = line.row;
        rows.push(row);
        start = end;
    }
    rows
}

/// Breaks a line at exactly the cell where the room ends: for commands, where every byte counts.
pub fn wrap_exact(line: Line, max: usize, indent: usize) -> Vec<Line> {
    let indent = if indent * 2 >= max { 0 } else { indent };
    let whole: String = line.pieces.iter().map(|p| p.text.as_str()).collect();
    let mut rows = Vec::new();
    let mut start = 0;
    while start < whole.len() {
        let room = if rows.is_empty() { max } else { max - indent };
        let end = row_end(&whole, start, room, &[]);
        let mut row = slice(&line.pieces, start, end);
        if !rows.is_empty() && indent > 0 {
            row.pieces.insert(0, Piece { text: " ".repeat(indent), role: Role::Text });
        }
        rows.push(row);
        start = end;
    }
    if rows.is_empty() { vec![line] } else { rows }
}

/// Where the row that starts at `start` ends: at the last break that fits, else in the middle of a word.
fn row_end(whole: &str, start: usize, room: usize, breaks: &[usize]) -> usize {
    let rest = &whole[start..];
    let (fits, _) = head(rest, room);
    let hard = if fits.is_empty() {
        // One character wider than the room: it stands alone, and is cut when it is drawn.
        start + rest.graphemes(true).next().map_or(rest.len(), str::len)
    } else {
        start + fits.len()
    };
    if hard >= whole.len() {
        return whole.len();
    }
    breaks.iter().copied().rfind(|b| *b > start && *b <= hard).unwrap_or(hard)
}

fn slice(pieces: &[Piece], start: usize, end: usize) -> Line {
    let mut line = Line::empty();
    let mut at = 0;
    for p in pieces {
        let (from, to) = (start.max(at), end.min(at + p.text.len()));
        if from < to {
            line.pieces.push(Piece { text: p.text[from - at..to - at].to_owned(), role: p.role });
        }
        at += p.text.len();
    }
    line
}

/// Wraps prose, line by line.
pub fn prose(text: &str, role: Role, max: usize, indent: usize) -> Vec<Line> {
    text.lines().flat_map(|l| wrap(Line::of(l, role), max, indent)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, max: usize) -> Vec<String> {
        let lines = wrap(Line::of(text, Role::Text), max, 0);
        lines.iter().map(|l| l.pieces.iter().map(Piece::text).collect()).collect()
    }

    #[test]
    fn japanese_is_broken_between_characters_but_not_before_a_full_stop() {
        assert_eq!(rows("容量を確認する。次へ", 14), ["容量を確認す", "る。次へ"]);
    }

    #[test]
    fn a_word_longer_than_the_row_is_cut() {
        assert_eq!(rows("abcdefgh ij", 4), ["abcd", "efgh", " ij"]);
    }

    #[test]
    fn no_row_is_wider_than_its_room_and_nothing_is_lost() {
        let text = "df -h /var/log 容量が80%を超えたらローテーションする";
        for max in 2..40 {
            let rows = rows(text, max);
            assert!(rows.iter().all(|r| width(r) <= max), "{max}: {rows:?}");
            assert_eq!(rows.concat(), text);
        }
    }

    #[test]
    fn characters_of_ambiguous_width_are_measured_as_the_terminal_draws_them() {
        let samples =
            ["①", "…", "─", "○", "※", "→", "α", "×", "a", "日", "ｱ", "ﾊﾟ", "e\u{301}", "👍", "①日a", "ﾊﾞｯｸ", "Ж"];
        for (drawn, wanted) in [
            (Ambiguous::Narrow, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 2, 4, 4, 1]),
            (Ambiguous::Wide, [2, 2, 2, 2, 2, 2, 2, 2, 1, 2, 1, 2, 1, 2, 5, 4, 2]),
        ] {
            measure_as(drawn);
            assert_eq!(samples.map(width), wanted, "{drawn:?}");
        }
        assert_eq!((fit("手順①②", 7), rows("①②③", 4)), ("手順①~".to_owned(), vec!["①②".to_owned(), "③".to_owned()]));
        measure_as(Ambiguous::Narrow);
    }

    #[test]
    fn a_cut_text_says_so_and_never_halves_a_wide_character() {
        assert_eq!(fit("日本語", 6), "日本語");
        assert_eq!(fit("日本語", 5), "日本~");
        assert_eq!(fit("日本語", 4), "日~");
        assert_eq!(fit("日本語", 0), "");
    }
}
