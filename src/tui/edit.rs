//! A field: text and a cursor between its characters. It is one row high; a field that keeps lines shows a sign for each
//! of their ends.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::tui::foreign::sanitise_inline;
use crate::tui::text;

/// The longest text of a field in characters: far more than a reason needs, and no burden to the journal.
const LONGEST: usize = 2000;

/// What an end of a line is shown as; in ASCII as terminals write the character.
const LINE_END: (&str, &str) = ("↵", "^J");

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    parts: Vec<String>,
    cursor: usize,
    /// Ends of lines stay what they are; else they become blanks.
    lines: bool,
}

impl Field {
    /// A field with `text` in it and the cursor at its end.
    pub fn with(text: &str) -> Self {
        let mut field = Self::default();
        field.insert(text);
        field
    }

    /// A field that keeps several lines, with `text` in it and the cursor at its end.
    pub fn of_lines(text: &str) -> Self {
        let mut field = Self { lines: true, ..Self::default() };
        field.insert(text);
        field
    }

    /// Puts another text in the place of the whole.
    pub fn replace(&mut self, text: &str) {
        self.parts.clear();
        self.cursor = 0;
        self.insert(text);
    }

    /// Begins another line, where the field keeps lines.
    pub fn new_line(&mut self) {
        if self.lines {
            self.insert("\n");
        }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.parts.concat()
    }

    /// The same field with a star for every character: what a secret shows of itself.
    pub fn covered(&self) -> Self {
        Self { parts: vec!["*".to_owned(); self.parts.len()], ..self.clone() }
    }

    /// Nothing but blanks is in it.
    pub fn is_blank(&self) -> bool {
        self.parts.iter().all(|p| p.trim().is_empty())
    }

    /// Puts clean `text` in at the cursor.
    pub fn insert(&mut self, text: &str) {
        let clean = match self.lines {
            true => text.replace("\r\n", "\n").split(['\r', '\n']).map(sanitise_inline).collect::<Vec<_>>().join("\n"),
            false => sanitise_inline(&text.split(['\r', '\n']).collect::<Vec<_>>().join(" ")),
        };
        let mut whole = self.parts[..self.cursor].concat();
        whole.push_str(&clean);
        let tail = self.parts[self.cursor..].concat();
        // Characters may grow together at the seams: the whole is cut anew.
        let at = whole.graphemes(true).count();
        whole.push_str(&tail);
        self.parts = whole.graphemes(true).take(LONGEST).map(str::to_owned).collect();
        self.cursor = at.min(self.parts.len());
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the keyboard is not ours to list")]
    /// Takes an editing key. Keys that mean nothing here are left alone.
    pub fn key(&mut self, key: KeyEvent) {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('a') if control => self.cursor = 0,
            KeyCode::Char('e') if control => self.cursor = self.parts.len(),
            KeyCode::Char('b') if control => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Char('f') if control => self.cursor = (self.cursor + 1).min(self.parts.len()),
            KeyCode::Char('h') if control => self.backspace(),
            KeyCode::Char('u') if control => {
                self.parts.drain(..self.cursor);
                self.cursor = 0;
            }
            KeyCode::Char('k') if control => self.parts.truncate(self.cursor),
            KeyCode::Char('w') if control => self.word_back(),
            KeyCode::Char(c) if !control && !key.modifiers.contains(KeyModifiers::ALT) => {
                self.insert(c.encode_utf8(&mut [0; 4]));
            }
            KeyCode::Enter if key.modifiers.contains(KeyModifiers::ALT) => self.new_line(),
            KeyCode::Backspace => self.backspace(),
            KeyCode::Delete if self.cursor < self.parts.len() => {
                self.parts.remove(self.cursor);
            }
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.parts.len()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.parts.len(),
            // Every other key of the keyboard edits nothing.
            _ => {}
        }
    }

    fn backspace(&mut self) {
        if self.cursor > 0 {
            self.cursor -= 1;
            self.parts.remove(self.cursor);
        }
    }

    fn word_back(&mut self) {
        let blank = |p: &String| p.trim().is_empty();
        let mut from = self.cursor;
        while from > 0 && blank(&self.parts[from - 1]) {
            from -= 1;
        }
        while from > 0 && !blank(&self.parts[from - 1]) {
            from -= 1;
        }
        self.parts.drain(from..self.cursor);
        self.cursor = from;
    }

    /// What is seen of it in `room` columns, and the column of the cursor.
    pub fn window(&self, room: usize, ascii: bool) -> (String, usize) {
        let room = room.max(1);
        let end = if ascii { LINE_END.1 } else { LINE_END.0 };
        let seen = |part: &String| -> String { if part == "\n" { end.to_owned() } else { part.clone() } };
        let wide = |parts: &[String]| parts.iter().map(|p| text::width(&seen(p))).sum::<usize>();
        let mut from = 0;
        while from < self.cursor && wide(&self.parts[from..self.cursor]) + 1 > room {
            from += 1;
        }
        let column = wide(&self.parts[from..self.cursor]);
        let mut shown = String::new();
        let mut used = 0;
        for part in self.parts[from..].iter().map(seen) {
            used += text::width(&part);
            if used > room {
                break;
            }
            shown.push_str(&part);
        }
        (shown, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(field: &mut Field, keys: &[KeyCode]) {
        for code in keys {
            field.key(KeyEvent::new(*code, KeyModifiers::NONE));
        }
    }

    #[test]
    fn japanese_is_edited_character_by_character() {
        let mut field = Field::with("容量");
        typed(&mut field, &[KeyCode::Left, KeyCode::Char('X'), KeyCode::Right, KeyCode::Backspace]);
        assert_eq!(field.text(), "容X");
    }

    #[test]
    fn a_long_text_shows_the_part_with_the_cursor() {
        let mut field = Field::with("あいうえお");
        assert_eq!(field.window(5, false), ("えお".to_owned(), 4));
        typed(&mut field, &[KeyCode::Home]);
        assert_eq!(field.window(5, false), ("あい".to_owned(), 0));
    }

    #[test]
    fn lines_stay_whole_where_they_are_kept_and_each_end_is_one_sign() {
        let mut field = Field::of_lines("a\r\nb\rc\x1b[0m");
        assert_eq!(field.text(), "a\nb\nc␛[0m");
        typed(&mut field, &[KeyCode::Home, KeyCode::Right]);
        field.new_line();
        field.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::ALT));
        assert_eq!(field.text(), "a\n\n\nb\nc␛[0m");
        assert_eq!(field.window(20, false), ("a↵↵↵b↵c␛[0m".to_owned(), 3));
        typed(&mut field, &[KeyCode::Backspace, KeyCode::Delete, KeyCode::Left]);
        assert_eq!((field.text().as_str(), field.window(3, false)), ("a\nb\nc␛[0m", ("a↵b".to_owned(), 1)));
        assert_eq!(field.window(6, true), ("a^Jb^J".to_owned(), 1));
        let mut one = Field::with("a");
        one.new_line();
        one.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::ALT));
        assert_eq!(one.text(), "a", "a field of one line has no second one");
    }

    #[test]
    fn a_paste_of_several_lines_becomes_one_without_controls() {
        assert_eq!(Field::with("a\r\nb\x1b[0m").text(), "a  b␛[0m");
    }
}
