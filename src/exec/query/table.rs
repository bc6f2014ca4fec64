//! Rows as a table of text, or a line for each value where a table is wider than the pane.
//!
//! Pure. The first rows decide how wide the columns are; the rest comes out as it comes in.

use unicode_width::UnicodeWidthStr as _;

use crate::term::{Breaks, sanitise};

/// So many rows of one statement are shown.
pub(super) const MOST_ROWS: usize = 1000;

/// So many rows are waited for before the widths are settled.
const FIRST_ROWS: usize = 100;

/// A value is cut at so many columns.
const WIDEST: usize = 200;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    text: String,
    null: bool,
}

impl Cell {
    /// NULL.
    pub(super) fn null() -> Self {
        Self { text: "NULL".to_owned(), null: true }
    }

    /// A text as the server wrote it; a long one is cut, and its length is told.
    pub(super) fn text(bytes: &[u8]) -> Self {
        // More bytes than could be shown need not be looked at.
        let head = bytes.get(..WIDEST * 4).unwrap_or(bytes);
        let head_text = String::from_utf8_lossy(head);
        let shown = sanitise(&head_text, Breaks::Show);
        let text = clip(&shown, WIDEST);
        let text = match text.len() < shown.len() || head.len() < bytes.len() {
            true => format!("{text}… ({} bytes)", bytes.len()),
            false => text.to_owned(),
        };
        Self { text, null: false }
    }

    /// Bytes that are no text.
    pub(super) fn blob(bytes: &[u8]) -> Self {
        use std::fmt::Write as _;
        let mut hex = String::from("\\x");
        for byte in bytes.iter().take(WIDEST / 2) {
            let _infallible = write!(hex, "{byte:02x}");
        }
        if bytes.len() > WIDEST / 2 {
            let _infallible = write!(hex, "… ({} bytes)", bytes.len());
        }
        Self { text: hex, null: false }
    }

    /// What it says; nothing for NULL.
    pub(super) fn value(&self) -> Option<&str> {
        (!self.null).then_some(self.text.as_str())
    }

    fn is_number(&self) -> bool {
        !self.text.is_empty() && self.text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
    }
}

/// The beginning of `text` that fits into `room` columns.
fn clip(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (i, c) in text.char_indices() {
        used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used > room {
            return text.get(..i).unwrap_or_default();
        }
    }
    text
}

/// How rows are laid out.
enum Layout {
    /// Columns of these widths; true where values stand at the right.
    Columns(Vec<(usize, bool)>),
    /// A line for each value, with names of this width.
    Lines(usize),
}

/// A table that is being drawn.
pub(super) struct Table {
    room: usize,
    names: Vec<String>,
    waiting: Vec<Vec<Cell>>,
    layout: Option<Layout>,
    rows: usize,
}

impl Table {
    /// A table with these columns in `room` columns of the pane.
    pub(super) fn new(names: Vec<String>, room: usize) -> Self {
        let names = names.iter().map(|n| clip(&sanitise(n, Breaks::Show), WIDEST).to_owned()).collect();
        Self { room: room.max(20), names, waiting: Vec::new(), layout: None, rows: 0 }
    }

    /// Whether rows wait for the widths to be settled.
    pub(super) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes a row; gives what can be printed now.
    pub(super) fn row(&mut self, cells: Vec<Cell>) -> String {
        match self.layout {
            None => {
                self.waiting.push(cells);
                if self.waiting.len() >= FIRST_ROWS { self.settle() } else { String::new() }
            }
            Some(_) => {
                let mut out = String::new();
                self.draw(&cells, &mut out);
                out
            }
        }
    }

    /// Settles the widths by what has come so far.
    pub(super) fn settle(&mut self) -> String {
        let mut out = String::new();
        if self.layout.is_none() {
            self.layout = Some(self.lay_out());
            self.head(&mut out);
        }
        for cells in std::mem::take(&mut self.waiting) {
            self.draw(&cells, &mut out);
        }
        out
    }

    fn lay_out(&self) -> Layout {
        let widths: Vec<(usize, bool)> = self
            .names
            .iter()
            .enumerate()
            .map(|(i, name)| {
                let cells = || self.waiting.iter().filter_map(|row| row.get(i));
                let widest = cells().map(|c| c.text.width()).max().unwrap_or(0).max(name.width());
                let mut values = cells().filter(|c| !c.null).peekable();
                (widest, values.peek().is_some() && values.all(Cell::is_number))
            })
            .collect();
        let all: usize = widths.iter().map(|(w, _)| w + 3).sum();
        // One column reads well however long it is.
        if all > self.room + 3 && widths.len() > 1 {
            Layout::Lines(self.names.iter().map(|n| n.width()).max().unwrap_or(0))
        } else {
            Layout::Columns(widths)
        }
    }

    fn head(&self, out: &mut String) {
        let Some(Layout::Columns(widths)) = &self.layout else { return };
        if self.names.is_empty() {
            return;
        }
        let names: Vec<Cell> = self.names.iter().map(|n| Cell { text: n.clone(), null: false }).collect();
        line(&names, widths, out);
        let dashes: Vec<String> = widths.iter().map(|(w, _)| "-".repeat(*w)).collect();
        out.push_str(&dashes.join("-+-"));
        out.push('\n');
    }

    fn draw(&mut self, cells: &[Cell], out: &mut String) {
        self.rows += 1;
        match &self.layout {
            Some(Layout::Lines(room)) => {
                out.extend(["-[ row ", &self.rows.to_string(), " ]-\n"]);
                for (name, cell) in self.names.iter().zip(cells) {
                    out.push_str(&pad(name, *room, false));
                    out.push_str(" | ");
                    out.push_str(&cell.text);
                    out.push('\n');
                }
            }
            Some(Layout::Columns(widths)) => line(cells, widths, out),
            None => line(cells, &[], out),
        }
    }
}

fn line(cells: &[Cell], widths: &[(usize, bool)], out: &mut String) {
    let parts: Vec<String> = cells
        .iter()
        .enumerate()
        .map(|(i, cell)| widths.get(i).map_or_else(|| cell.text.clone(), |(w, right)| pad(&cell.text, *w, *right)))
        .collect();
    out.push_str(parts.join(" | ").trim_end());
    out.push('\n');
}

fn pad(text: &str, width: usize, right: bool) -> String {
    let fill = " ".repeat(width.saturating_sub(text.width()));
    if right { format!("{fill}{text}") } else { format!("{text}{fill}") }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn cells(row: &[&str]) -> Vec<Cell> {
        row.iter().map(|t| if *t == "NULL" { Cell::null() } else { Cell::text(t.as_bytes()) }).collect()
    }

    fn drawn(names: &[&str], rows: &[&[&str]], room: usize) -> String {
        let mut table = Table::new(names.iter().map(|n| (*n).to_owned()).collect(), room);
        let mut out = String::new();
        for row in rows {
            out.push_str(&table.row(cells(row)));
        }
        out.push_str(&table.settle());
        out
    }

    #[test]
    fn columns_stand_under_each_other_whatever_the_script() {
        assert_eq!(
            drawn(&["id", "名前"], &[&["1", "山田"], &["200", "Bo"], &["3", "NULL"]], 80),
            " id | 名前\n----+-----\n  1 | 山田\n200 | Bo\n  3 | NULL\n"
        );
    }

    #[test]
    fn no_rows_show_the_names() {
        assert_eq!(drawn(&["a", "b"], &[], 80), "a | b\n--+--\n");
        assert_eq!(drawn(&[], &[], 80), "");
    }

    #[test]
    fn a_table_that_is_too_wide_has_a_line_for_each_value() {
        assert_eq!(
            drawn(&["a", "long name"], &[&["1", "a text that is long"]], 20),
            "-[ row 1 ]-\na         | 1\nlong name | a text that is long\n"
        );
    }

    #[test]
    fn i12_controls_in_values_and_names_are_shown_as_pictures() {
        let out = drawn(&["a\u{1b}[2J"], &[&["x\u{1b}]0;t\u{7}\ny\u{202e}"]], 80);
        assert!(!out.contains('\u{1b}') && !out.contains('\u{7}') && !out.contains('\u{202e}'), "{out:?}");
        assert_eq!(out.lines().count(), 3, "{out:?}");
    }

    #[test]
    fn a_long_value_is_cut_and_its_length_told() {
        let cell = Cell::text("長".repeat(40_000).as_bytes());
        assert!(cell.text.ends_with("… (120000 bytes)") && cell.text.width() < 230, "{}", cell.text);
        assert_eq!(Cell::blob(&[0, 255]).text, "\\x00ff");
    }

    #[test]
    fn rows_behind_the_first_ones_come_out_at_once() {
        let mut table = Table::new(vec!["n".to_owned()], 80);
        let first: String = (0..FIRST_ROWS).map(|n| table.row(cells(&[&n.to_string()]))).collect();
        assert_eq!(first.lines().count(), FIRST_ROWS + 2);
        assert_eq!(table.row(cells(&["7"])), " 7\n");
        assert!(!table.waits());
    }
}
