//! Stored output as plain text, for records and rules.
//!
//! Escape sequences are taken out, and a line that was written over (a progress bar) is what was left of it. Not a
//! screen: what a full-screen program draws does not come out in a useful order.

use alacritty_terminal::vte::{Params, Parser, Perform};

use super::strings::StringFilter;

/// A cursor that is sent further to the right than this past the end of its line stops there.
const MOST_PADDING: usize = 500;

/// A line that is longer, in characters, is handed on in parts: memory is bounded whatever is printed.
const MOST_LINE: usize = 64 * 1024;

/// How much the parser is given at a time: it looks ahead for the next ESC anew after each byte that is no UTF-8, and a long
/// piece of such bytes would cost its square.
const PIECE: usize = 256;

/// The text of `bytes`: line ends are `\n`, tabs are kept, there is no other control character.
pub fn plain_text(bytes: &[u8]) -> String {
    let mut stream = PlainStream::default();
    let mut text = String::new();
    stream.push(bytes, &mut text);
    stream.finish(&mut text);
    text
}

/// The same for a stream that is too long to be held: text comes out line by line.
#[derive(Default)]
pub struct PlainStream {
    parser: Parser,
    strings: StringFilter,
    page: Page,
    kept: Vec<u8>,
}

impl PlainStream {
    /// Takes the next `bytes`, and appends the lines that are whole now to `text`.
    pub fn push(&mut self, bytes: &[u8], text: &mut String) {
        self.kept.clear();
        self.strings.push(bytes, &mut self.kept);
        for piece in self.kept.chunks(PIECE) {
            self.parser.advance(&mut self.page, piece);
        }
        text.push_str(&self.page.text);
        self.page.text.clear();
    }

    /// The stream is over: appends what is left of its last line.
    pub fn finish(mut self, text: &mut String) {
        self.kept.clear();
        self.strings.finish(&mut self.kept);
        self.parser.advance(&mut self.page, &self.kept);
        text.push_str(&self.page.text);
        text.extend(self.page.line);
    }
}

#[derive(Debug, Default)]
struct Page {
    text: String,
    line: Vec<char>,
    column: usize,
}

impl Page {
    fn go(&mut self, column: usize) {
        self.column = column.min(self.line.len() + MOST_PADDING);
    }

    fn put(&mut self, c: char) {
        while self.line.len() < self.column {
            self.line.push(' ');
        }
        match self.line.get_mut(self.column) {
            Some(old) => *old = c,
            None => self.line.push(c),
        }
        self.column += 1;
        if self.line.len() >= MOST_LINE {
            self.text.extend(self.line.drain(..));
            self.column = 0;
        }
    }
}

impl Perform for Page {
    fn print(&mut self, c: char) {
        if !c.is_control() {
            self.put(c);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' => {
                self.text.extend(self.line.drain(..));
                self.text.push('\n');
                // After a bare line feed a terminal goes on below; the column of a plain text is the first one.
                self.column = 0;
            }
            b'\r' => self.column = 0,
            b'\t' => self.put('\t'),
            8 => self.column = self.column.saturating_sub(1),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _ignore: bool, action: char) {
        if !intermediates.is_empty() {
            return;
        }
        let first = params.iter().next().and_then(|p| p.first().copied()).unwrap_or(0);
        let count = usize::from(first.max(1));
        match (action, first) {
            ('K', 0) => self.line.truncate(self.column),
            ('K', 1) => {
                let end = self.column.saturating_add(1).min(self.line.len());
                self.line[..end].fill(' ');
            }
            ('K', 2) => self.line.clear(),
            ('C', _) => self.go(self.column + count),
            ('D', _) => self.go(self.column.saturating_sub(count)),
            ('G', _) => self.go(count - 1),
            ('P', _) if self.column < self.line.len() => {
                let end = (self.column + count).min(self.line.len());
                self.line.drain(self.column..end);
            }
            _ => {} // Colours and the like, and what only a screen can follow.
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_line_that_is_no_text_is_read_like_a_short_one() {
        for bytes in [&b"\xff"[..], b"\xe5\xae", b"\xe5\xaeA", b"\xff\xe5\xae\xb9"] {
            let once = plain_text(&[bytes, b"A"].concat());
            let often = plain_text(&[&bytes.repeat(150_000)[..], b"A"].concat());
            assert!(often == once[..once.len() - 1].repeat(150_000) + "A", "{bytes:x?}");
        }
    }

    #[test]
    fn the_text_is_what_a_reader_saw_at_the_end() {
        for (bytes, text) in [
            (&b"one\r\ntwo"[..], "one\ntwo"),
            (b"\x1b[31;1mred\x1b[0m\n", "red\n"),
            (b" 10%\r 50%\r100%\r\ndone", "100%\ndone"),
            (b"long line\r\x1b[Kshort\n", "short\n"),
            (b"abc\x08\x08X\n", "aXc\n"),
            (b"a\tb\x07\n", "a\tb\n"),
            (b"\x1b]0;title\x07text\x1b]8;;http://x\x1b\\link\n", "textlink\n"),
            (b"\x1b]unterminated", "unterminated"),
            (b"before\n\x1b]0;97% used\nafter", "before\n0;97% used\nafter"),
            (b"x\x1b[5Gy\n", "x   y\n"),
            ("容量 85%\u{202e}\n".as_bytes(), "容量 85%\u{202e}\n"),
            (b"bad \xff\xfe\x00 end", "bad \u{fffd}\u{fffd} end"),
        ] {
            assert_eq!(plain_text(bytes), text);
        }
    }

    #[test]
    fn a_stream_gives_the_same_text_wherever_it_is_cut() {
        let bytes = "容量\r\n\u{1b}[31m10%\r50%\r\u{1b}]0;t\u{7}100%\n終".as_bytes();
        for at in 0..=bytes.len() {
            let (mut stream, mut text) = (PlainStream::default(), String::new());
            stream.push(&bytes[..at], &mut text);
            stream.push(&bytes[at..], &mut text);
            stream.finish(&mut text);
            assert_eq!(text, "容量\n100%\n終", "cut at {at}");
        }
    }

    #[test]
    fn an_endless_line_and_an_endless_string_are_not_held() {
        let (mut stream, mut text) = (PlainStream::default(), String::new());
        for _ in 0..40 {
            stream.push(&[b'x'; 10_000], &mut text);
        }
        assert!(text.len() >= 400_000 - MOST_LINE && stream.page.line.len() < MOST_LINE);
        stream.push(b"\x1b]0;", &mut text);
        for _ in 0..40 {
            stream.push(&[b'x'; 10_000], &mut text);
        }
        stream.push(b"\x07end\n", &mut text);
        stream.finish(&mut text);
        assert!(text.len() == 400_004 && text.ends_with("xend\n"), "{}", text.len());
    }

    #[test]
    fn a_far_column_does_not_fill_the_memory() {
        assert!(plain_text(b"\x1b[65535Gx").len() <= MOST_PADDING + 1);
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_text_without_controls(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(!plain_text(&bytes).chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
