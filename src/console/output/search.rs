//! Where a text stands in an evidence file: all lines that hold it, from the first to the last byte.
//!
//! Memory is bounded by a piece of the file, whatever its length. Width, case and the kind of kana make no difference,
//! and no letter means anything but itself.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::console::output::page::{MOST_BYTES, unfinished};
use crate::term::fold::fold;
use crate::term::plain_text;
use crate::vault::evidence;

/// So much of the file is read at one go.
const CHUNK: usize = 1024 * 1024;

/// After so many lines it is seen whether anybody still waits.
const LOOK_UP: usize = 64;

/// The most places that are told: who has more looks for something longer.
pub const MOST_FOUND: usize = 20_000;

/// What was found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Offsets of the lines that hold it, in order; those that were not told before.
    pub lines: Vec<u64>,
    /// Up to where the file was looked through.
    pub until: u64,
    /// There are more places than are told.
    pub more: bool,
}

/// Looks for `wanted` from the line at `from` on, for as long as `goes_on`. `tell` is given what was found now and then.
///
/// # Errors
/// When the file cannot be read.
pub fn search(
    path: &Path,
    wanted: &str,
    from: u64,
    goes_on: impl Fn() -> bool,
    mut tell: impl FnMut(Found),
) -> io::Result<Found> {
    let file = evidence::open(path)?;
    let total = file.metadata()?.len();
    let mut found = Found { until: from.min(total), ..Found::default() };
    let Some(mut needle) = Needle::new(wanted) else { return Ok(found) };
    let (mut told, mut lines) = (0, 0_usize);
    // What stands over the seam of two pieces of a long line is in the second one.
    let seam = wanted.len().saturating_sub(1).min(CHUNK / 2);
    while found.until < total {
        let back = seam.min(usize::try_from(found.until - from).unwrap_or(seam));
        let chunk = read(&file, found.until - back as u64, total)?;
        let start = found.until - back as u64;
        let last = start + chunk.len() as u64 == total;
        let mut at = back;
        while at < chunk.len() {
            let end = at + piece(&chunk[at..]);
            if !last && end == chunk.len() && !chunk.ends_with(b"\n") {
                // It goes on in the next chunk.
                break;
            }
            let within = at > 0 && chunk.get(at - 1) != Some(&b'\n');
            let begin = if within { at.saturating_sub(seam) } else { at };
            if needle.is_in(&chunk[begin..end]) {
                found.lines.push(start + at as u64);
            }
            at = end;
            lines += 1;
            if lines % LOOK_UP == 0 && !goes_on() {
                return Ok(found);
            }
        }
        let whole = chunk.iter().rposition(|b| *b == b'\n').map_or(0, |line| line + 1);
        // A last line that is not whole is looked through again when there is more of it.
        found.until = if last { (start + whole as u64).max(found.until) } else { start + at as u64 };
        if told + found.lines.len() > MOST_FOUND {
            found.lines.truncate(MOST_FOUND - told);
            found.more = true;
            return Ok(found);
        }
        if last {
            break;
        }
        let until = found.until;
        told += found.lines.len();
        tell(std::mem::take(&mut found));
        found.until = until;
    }
    Ok(found)
}

fn read(file: &File, offset: u64, total: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(total - offset).unwrap_or(CHUNK).min(CHUNK)];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}

/// How long the first line is; as much of it as a page takes.
fn piece(bytes: &[u8]) -> usize {
    let most = &bytes[..bytes.len().min(MOST_BYTES)];
    match memchr::memchr(b'\n', most) {
        Some(end) => end + 1,
        None if most.len() == bytes.len() => most.len(),
        None => most.len() - unfinished(most),
    }
}

/// What is looked for, made ready.
struct Needle {
    finder: memchr::memmem::Finder<'static>,
    scratch: Vec<u8>,
}

impl Needle {
    /// Absent where nothing is looked for.
    fn new(wanted: &str) -> Option<Self> {
        let folded = fold(wanted);
        let finder = memchr::memmem::Finder::new(folded.as_bytes()).into_owned();
        (!folded.is_empty()).then_some(Self { finder, scratch: Vec::new() })
    }

    fn is_in(&mut self, line: &[u8]) -> bool {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(|b| matches!(b, b'\t' | b' '..=b'~')) {
            self.scratch.clear();
            self.scratch.extend(line.iter().map(u8::to_ascii_lowercase));
            return self.finder.find(&self.scratch).is_some();
        }
        self.finder.find(fold(&plain_text(line)).as_bytes()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], wanted: &str) -> Found {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let mut lines = Vec::new();
        let last = search(file.path(), wanted, 0, || true, |found| lines.extend(found.lines));
        let last = last.expect("it is read");
        lines.extend(last.lines);
        Found { lines, ..last }
    }

    #[test]
    fn lines_are_found_whatever_their_width_case_colour_or_kana() {
        let text =
            "Error: disk\r\n\u{1b}[31mER\u{1b}[1mROR\u{1b}[0m\r\nﾊﾞｯｸｱｯﾌﾟ 済\r\n 10%\r100% error\r\nok\r\n".as_bytes();
        for (wanted, lines) in [
            ("error", &[0, 13, 63][..]),
            ("ＥＲＲＯＲ", &[0, 13, 63]),
            ("バックアップ", &[33]),
            ("10%", &[]),
            ("100%", &[63]),
            (".*", &[]),
            ("(", &[]),
            ("", &[]),
        ] {
            assert_eq!(all(text, wanted).lines, lines, "{wanted:?}");
        }
    }

    #[test]
    fn all_of_a_long_output_is_looked_through() {
        let mut text: Vec<u8> = (0..300_000).flat_map(|n| format!("row {n}\r\n").into_bytes()).collect();
        text.extend_from_slice(b"the needle\r\n");
        assert!(text.len() > 3 * CHUNK);

        let found = all(&text, "row 29999");

        assert_eq!(found.lines.len(), 11, "29999 and 299990 to 299999");
        assert_eq!(found.until, text.len() as u64);
        assert_eq!(all(&text, "needle").lines, [text.len() as u64 - 12]);
    }

    #[test]
    fn more_places_than_anybody_goes_through_are_said_to_be_more() {
        let found = all(&b"x\n".repeat(MOST_FOUND + 5), "x");
        assert_eq!((found.lines.len(), found.more), (MOST_FOUND, true));
    }

    #[test]
    fn a_line_that_is_not_whole_is_looked_through_again() {
        let found = all(b"one\ntwo", "two");
        assert_eq!((found.lines, found.until), (vec![4], 4));
        assert_eq!(all(b"two", "two").until, 0);
    }

    #[test]
    fn a_line_without_end_is_looked_through_in_pieces() {
        let mut text = vec![b'x'; 5 * CHUNK];
        text.extend_from_slice(b" needle");
        assert_eq!(all(&text, "needle").lines.len(), 1);
    }

    #[test]
    fn a_text_over_the_seam_of_two_pieces_is_found() {
        for before in [MOST_BYTES - 3, CHUNK - 3, CHUNK + MOST_BYTES - 3] {
            let mut text = vec![b'x'; before];
            text.extend_from_slice("容量 needle".as_bytes());
            text.extend_from_slice(&vec![b'x'; CHUNK]);
            assert_eq!(all(&text, "needle").lines.len(), 1, "{before}");
            assert_eq!(all(&text, "容量").lines.len(), 1, "{before}");
        }
    }

    #[test]
    fn a_search_that_nobody_waits_for_ends_early() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), b"x\n".repeat(3 * CHUNK)).expect("written");
        let asked = std::cell::Cell::new(0);
        let goes_on = || {
            asked.set(asked.get() + 1);
            asked.get() < 3
        };

        let found = search(file.path(), "x", 0, goes_on, |_| panic!("it ended before there was anything to tell"));

        assert_eq!(found.expect("it is read").lines.len(), 3 * LOOK_UP);
    }
}
