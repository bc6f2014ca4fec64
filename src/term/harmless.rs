//! A stream for somebody else's terminal: text, colours and the movement of the cursor stay; whatever could do more goes.
//!
//! What goes: titles, clipboard, links and every other string; questions that a terminal answers by typing; modes of mouse,
//! paste and keyboard; resets. What comes out is text, and does not depend on how the stream was split.

use unicode_width::UnicodeWidthChar as _;

use super::sanitise::is_invisible;

/// Where in the stream the filter is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Place {
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// After ESC and one of `( ) * + # %`: one more byte belongs to it.
    Designation(u8),
    /// In a control sequence.
    Sequence(Vec<u8>),
    /// In a string, which is left out.
    String,
    /// In a string, after ESC.
    StringEscape,
}

/// The longest control sequence that is passed on; longer ones do nothing good.
const LONGEST: usize = 64;

/// A filter of one stream.
#[derive(Debug, Default)]
pub struct Harmless {
    place: Place,
    /// Bytes of a character that is not whole yet.
    partial: Vec<u8>,
}

impl Harmless {
    /// Takes the next `bytes`, and appends what stays to `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut String) {
        for &byte in bytes {
            match std::mem::take(&mut self.place) {
                Place::Text => self.text(byte, out),
                Place::Escape => self.escape(byte, out),
                Place::Designation(which) => {
                    // Line drawing and the letters of a country: the ones that programs use to draw boxes.
                    if matches!(which, b'(' | b')') && matches!(byte, b'0' | b'B' | b'A') {
                        out.extend(['\u{1b}', char::from(which), char::from(byte)]);
                    }
                }
                Place::Sequence(so_far) => self.sequence(so_far, byte, out),
                // No string goes over a line end: one that is not ended hides no more than its line.
                Place::String if byte == b'\n' => out.push('\n'),
                Place::String => self.place = in_string(byte),
                Place::StringEscape => {
                    self.place = if byte == b'\\' { Place::Text } else { Place::Escape };
                    if self.place == Place::Escape {
                        self.escape(byte, out);
                    }
                }
            }
        }
    }

    /// The stream is over: a character that was not whole is a mark.
    pub fn finish(&mut self, out: &mut String) {
        if !self.partial.is_empty() {
            self.partial.clear();
            out.push(char::REPLACEMENT_CHARACTER);
        }
        self.place = Place::Text;
    }

    fn text(&mut self, byte: u8, out: &mut String) {
        match byte {
            0x1b => {
                self.broken(out);
                self.place = Place::Escape;
            }
            b'\n' | b'\r' | b'\t' | 0x08 | 0x0e | 0x0f => {
                self.broken(out);
                out.push(char::from(byte));
            }
            // The other controls: a bell a line is a nuisance, ENQ is a question.
            0x00..=0x1f | 0x7f => self.broken(out),
            0x20..=0x7e => {
                self.broken(out);
                out.push(char::from(byte));
            }
            0x80.. => {
                self.partial.push(byte);
                match std::str::from_utf8(&self.partial) {
                    Ok(text) => {
                        // U+0080 to U+009F are controls as well; what turns text around or is not seen stays as little
                        // as in a pane.
                        let seen = |c: char| match (is_invisible(c), c.width()) {
                            _ if c.is_control() => None,
                            (true, None | Some(0)) => None,
                            (true, Some(_)) => Some(char::REPLACEMENT_CHARACTER),
                            (false, _) => Some(c),
                        };
                        out.extend(text.chars().filter_map(seen));
                        self.partial.clear();
                    }
                    Err(error) if error.error_len().is_some() => {
                        out.push(char::REPLACEMENT_CHARACTER);
                        // The byte that broke it may begin the next one.
                        let last = self.partial.pop().filter(|_| !self.partial.is_empty());
                        self.partial.clear();
                        if let Some(last) = last {
                            self.text(last, out);
                        }
                    }
                    Err(_) => {}
                }
            }
        }
    }

    fn broken(&mut self, out: &mut String) {
        if !self.partial.is_empty() {
            self.partial.clear();
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }

    fn escape(&mut self, byte: u8, out: &mut String) {
        self.place = match byte {
            b'[' => Place::Sequence(Vec::new()),
            b']' | b'P' | b'X' | b'^' | b'_' => Place::String,
            b'(' | b')' | b'*' | b'+' | b'#' | b'%' | b' ' => Place::Designation(byte),
            0x1b => Place::Escape,
            b'7' | b'8' | b'D' | b'E' | b'H' | b'M' => {
                out.extend(['\u{1b}', char::from(byte)]);
                Place::Text
            }
            _ => Place::Text, // Resets, keypad modes, and what nobody knows.
        };
    }

    fn sequence(&mut self, mut so_far: Vec<u8>, byte: u8, out: &mut String) {
        match byte {
            0x1b => self.place = Place::Escape,
            0x18 | 0x1a => {}
            0x40..=0x7e => {
                if is_harmless(&so_far, byte) {
                    out.push_str("\u{1b}[");
                    out.extend(so_far.iter().map(|b| char::from(*b)));
                    out.push(char::from(byte));
                }
            }
            0x20..=0x3f => {
                if so_far.len() < LONGEST {
                    so_far.push(byte);
                } else {
                    // It is read to its end, and left out: what is too long has a byte too many for any that stays.
                    so_far.push(b'!');
                    so_far.truncate(LONGEST + 1);
                }
                self.place = Place::Sequence(so_far);
            }
            // A control within a sequence acts at once.
            b'\n' | b'\r' | b'\t' | 0x08 => {
                out.push(char::from(byte));
                self.place = Place::Sequence(so_far);
            }
            _ => self.place = Place::Sequence(so_far),
        }
    }
}

fn in_string(byte: u8) -> Place {
    match byte {
        0x07 | 0x18 | 0x1a => Place::Text,
        0x1b => Place::StringEscape,
        _ => Place::String,
    }
}

/// Whether a control sequence only moves, erases, scrolls or colours.
fn is_harmless(parameters: &[u8], end: u8) -> bool {
    if parameters.len() > LONGEST {
        return false;
    }
    let numbers = parameters.iter().all(|b| matches!(b, b'0'..=b'9' | b';' | b':'));
    match end {
        b'A'..=b'H'
        | b'J'
        | b'K'
        | b'L'
        | b'M'
        | b'P'
        | b'S'
        | b'T'
        | b'X'
        | b'@'
        | b'`'
        | b'a'
        | b'd'
        | b'e'
        | b'f'
        | b'm'
        | b'r'
        | b's'
        | b'u' => numbers,
        b'h' | b'l' => {
            // The cursor's look, wrapping, the other screen.
            let modes = parameters.strip_prefix(b"?").unwrap_or(b"?");
            let known = |mode: &[u8]| matches!(mode, b"7" | b"25" | b"47" | b"1047" | b"1048" | b"1049");
            modes.split(|b| *b == b';').all(known)
        }
        _ => false, // Everything else asks, reports or changes something that stays.
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn through(bytes: &[u8]) -> String {
        let (mut filter, mut out) = (Harmless::default(), String::new());
        filter.push(bytes, &mut out);
        filter.finish(&mut out);
        out
    }

    #[test]
    fn text_colours_and_movement_stay() {
        for text in [
            "plain 日本語 é\r\n",
            "\u{1b}[1;31mred\u{1b}[0m",
            "\u{1b}[2J\u{1b}[10;5H",
            "\u{1b}[?25l\u{1b}[?1049h",
            "\u{1b}(0qqq\u{1b}(B",
            "\u{1b}7\u{1b}8",
        ] {
            assert_eq!(through(text.as_bytes()), text, "{text:?}");
        }
    }

    #[test]
    fn what_could_do_more_goes() {
        for (stream, left) in [
            (&b"a\x1b]0;title\x07b"[..], "ab"),
            (b"a\x1b]52;c;AAAA\x1b\\b", "ab"),
            (b"a\x1b]0;never ended\nb", "a\nb"),
            (b"a\x1b]8;;http://x\x07link\x1b]8;;\x07b", "alinkb"),
            (b"a\x1bP$q\"p\x1b\\b", "ab"),
            (b"a\x1b[c\x1b[6n\x1b[21t\x1b[>q\x05b", "ab"),
            (b"a\x1b[?1000h\x1b[?2004h\x1b[>1u\x1b[20hb", "ab"),
            (b"a\x1bcb\x1b=c\x1b#8d", "abcd"),
            (b"a\xc2\x9b31mb", "a31mb"),
            ("a\u{202e}b\u{200b}c\u{2800}d".as_bytes(), "abc\u{fffd}d"),
            (b"a\x07\x00\x7fb", "ab"),
            (b"a\x1b[\x1b]0;x\x07b", "ab"),
            (b"\xff\xe3\x81A", "\u{fffd}\u{fffd}A"),
            (b"a\xe3\x81", "a\u{fffd}"),
        ] {
            assert_eq!(through(stream), left, "{stream:?}");
        }
        let long = [b"a\x1b[".to_vec(), vec![b'1'; 200], b"mb".to_vec()].concat();
        assert_eq!(through(&long), "ab");
    }

    proptest! {
        #[test]
        fn it_does_not_depend_on_the_split_and_nothing_dangerous_comes_out(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b']'), Just(b'['), Just(b'?')], 0..60),
            at in 0usize..60,
        ) {
            let at = at.min(bytes.len());
            let (mut filter, mut out) = (Harmless::default(), String::new());
            filter.push(&bytes[..at], &mut out);
            filter.push(&bytes[at..], &mut out);
            filter.finish(&mut out);

            prop_assert_eq!(&out, &through(&bytes));
            let dangerous = ["\u{1b}]", "\u{1b}P", "\u{5}", "\u{7}"].iter().any(|bad| out.contains(bad));
            prop_assert!(!dangerous, "{:?}", out);
            prop_assert_eq!(through(out.as_bytes()), out, "once is enough");
        }
    }
}
