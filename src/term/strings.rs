//! Takes the strings that a program sends to a terminal (titles, links, clipboard, colours) out of a stream.
//!
//! The emulation would collect them without bound, and nothing of them is shown. None of them holds a line end: one that is
//! not ended on its line was none, and hides nothing.

/// Where in the stream the filter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    #[default]
    Text,
    /// After ESC, which is still held back.
    Escape,
    /// In a string: everything is taken out.
    String,
}

/// So much of a string is kept, in case that it is none.
const MOST_KEPT: usize = 4096;

/// A filter of one stream.
#[derive(Debug, Default)]
pub(super) struct StringFilter {
    place: Place,
    /// What was taken out since the string began.
    taken: Vec<u8>,
}

impl StringFilter {
    /// Takes the next `bytes`, and appends what is not part of a string to `out`.
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            self.place = match (self.place, byte) {
                (Place::Text | Place::String, 0x1b) => Place::Escape,
                (Place::Text, byte) => {
                    out.push(byte);
                    Place::Text
                }
                (Place::Escape, b']' | b'P' | b'X' | b'^' | b'_') => {
                    self.taken.clear();
                    Place::String
                }
                (Place::Escape, 0x1b) => Place::Escape,
                // A control between ESC and its letter acts, and does not end the sequence.
                (Place::Escape, byte) if byte < 0x18 => {
                    out.push(byte);
                    Place::Escape
                }
                (Place::Escape, byte) => {
                    out.extend([0x1b, byte]);
                    Place::Text
                }
                // BEL, CAN and SUB end a string; so does ESC, which begins something else.
                (Place::String, 0x07 | 0x18 | 0x1a) => Place::Text,
                (Place::String, b'\n') => {
                    out.append(&mut self.taken);
                    out.push(b'\n');
                    Place::Text
                }
                (Place::String, byte) => {
                    if self.taken.len() < MOST_KEPT {
                        self.taken.push(byte);
                    }
                    Place::String
                }
            };
        }
    }

    /// The stream is over: appends what was taken for a string that was not ended.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.place == Place::String {
            out.append(&mut self.taken);
        }
        self.place = Place::Text;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_taken_out_however_they_end() {
        for (stream, left) in [
            (&b"a\x1b]0;title\x07b"[..], &b"ab"[..]),
            (b"a\x1b]8;;x\x1b\\b", b"a\x1b\\b"),
            (b"a\x1bPdcs\x1b[31mb", b"a\x1b[31mb"),
            (b"a\x1b]x\x18b", b"ab"),
            (b"a\x1b\x1b]x\x07b", b"ab"),
            (b"\x1b(]b", b"\x1b(]b"),
            (b"a\x1b", b"a"),
            (b"a\x1b]0;b\r\nc", b"a0;b\r\nc"),
            (b"a\x1bPq\nb\x07c", b"aq\nb\x07c"),
            (b"a\x1b]0;b\x07c\x1b]1;d", b"ac1;d"),
        ] {
            for at in 0..=stream.len() {
                let mut filter = StringFilter::default();
                let mut out = Vec::new();
                filter.push(&stream[..at], &mut out);
                filter.push(&stream[at..], &mut out);
                filter.finish(&mut out);
                assert_eq!(out, left, "{stream:?} split at {at}");
            }
        }
    }
}
