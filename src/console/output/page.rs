//! Pages: some lines of an evidence file as rows of a terminal, each with the line that it belongs to.
//!
//! A page is made anew whenever it is asked for, so output of any length costs the host nothing while nobody reads it.
//! It begins with a fresh terminal: a colour that an earlier page left on does not reach it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::console::wire::{OutputPage, PageRow, Spot};
use crate::exec::Size;
use crate::ids::AttemptId;
use crate::term::Emulator;
use crate::vault::evidence;

/// The most bytes of a page. A line that is longer is cut into pieces of this length.
pub(super) const MOST_BYTES: usize = 64 * 1024;

/// The most lines of a page.
const MOST_LINES: usize = 500;

/// Reads the page of `attempt` at `spot`; a file that cannot be read is told in the page.
pub fn read(path: &Path, attempt: AttemptId, size: Size, spot: Spot) -> OutputPage {
    read_page(path, attempt, size, spot).unwrap_or_else(|fault| OutputPage {
        attempt,
        cols: size.cols,
        spot,
        start: 0,
        seen: 0,
        next: 0,
        total: 0,
        rows: Vec::new(),
        fault: Some(fault.to_string()),
    })
}

fn read_page(path: &Path, attempt: AttemptId, size: Size, spot: Spot) -> io::Result<OutputPage> {
    let file = evidence::open(path)?;
    let total = file.metadata()?.len();
    let (start, bytes) = match spot {
        Spot::Before(offset) => before(&file, offset.min(total))?,
        Spot::From(offset) => from(&file, offset.min(total), total)?,
    };
    let seen = start + bytes.len() as u64;
    let rows = rows(&bytes, start, size);
    // A last line that is not whole is read again when there is more of it.
    let open = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let next = if open < bytes.len() && seen == total { start + open as u64 } else { seen };
    Ok(OutputPage { attempt, cols: size.cols, spot, start, seen, next, total, rows, fault: None })
}

fn get(file: &File, offset: u64, end: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(end - offset).unwrap_or(MOST_BYTES)];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}

/// The last lines that end at `end`.
fn before(file: &File, end: u64) -> io::Result<(u64, Vec<u8>)> {
    let offset = end.saturating_sub(MOST_BYTES as u64);
    let mut bytes = get(file, offset, end)?;
    let ends = |bytes: &[u8]| -> Vec<usize> {
        let inner = bytes.len().saturating_sub(1);
        bytes[..inner].iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect()
    };
    let starts = ends(&bytes);
    let cut = if starts.len() >= MOST_LINES {
        starts[starts.len() - MOST_LINES]
    } else if offset == 0 {
        0
    } else {
        // The first line is not whole; where it is all there is, it is shown from the middle.
        starts.first().copied().unwrap_or_else(|| character(&bytes))
    };
    bytes.drain(..cut);
    Ok((offset + cut as u64, bytes))
}

/// The first lines from `start` on.
fn from(file: &File, start: u64, total: u64) -> io::Result<(u64, Vec<u8>)> {
    let mut bytes = get(file, start, total.min(start + MOST_BYTES as u64))?;
    let ends = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
    let whole: Vec<usize> = ends.take(MOST_LINES).collect();
    let at_end = start + bytes.len() as u64 == total;
    match whole.last() {
        Some(last) if whole.len() == MOST_LINES || !at_end => bytes.truncate(*last),
        // A line that is longer than a page goes on in the next one.
        None if !at_end => bytes.truncate(bytes.len() - unfinished(&bytes)),
        Some(_) | None => {}
    }
    Ok((start, bytes))
}

/// Where the first whole character begins.
fn character(bytes: &[u8]) -> usize {
    bytes.iter().take(4).position(|b| b & 0xc0 != 0x80).unwrap_or(0)
}

/// How many bytes at the end belong to a character that is not whole.
pub(super) fn unfinished(bytes: &[u8]) -> usize {
    let back = bytes.iter().rev().take(3).position(|b| b & 0xc0 != 0x80);
    let Some(back) = back else { return 0 };
    let lead = bytes.len() - 1 - back;
    match std::str::from_utf8(&bytes[lead..]) {
        Err(fault) if fault.error_len().is_none() && lead > 0 => back + 1,
        Ok(_) | Err(_) => 0,
    }
}

fn rows(bytes: &[u8], start: u64, size: Size) -> Vec<PageRow> {
    let most = bytes.len() / usize::from(size.cols.max(2)) + MOST_LINES;
    let mut emulator = Emulator::new(size.cols, size.rows, most);
    let mut lines: Vec<u64> = Vec::new();
    let mut at = start;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        emulator.feed(line);
        let row = emulator.cursor_row();
        let end = if line.ends_with(b"\n") { row } else { row + 1 };
        lines.resize(end.max(lines.len()), at);
        at += line.len() as u64;
    }
    emulator.stop_sync();
    let last = lines.last().copied().unwrap_or(start);
    let mut rows = emulator.all_rows();
    let used = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |at| at + 1);
    rows.truncate(used.max(lines.len()));
    let lines = lines.into_iter().chain(std::iter::repeat(last));
    rows.into_iter().zip(lines).map(|(row, line)| PageRow { line, row }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ATTEMPT: AttemptId = AttemptId(uuid::Uuid::from_u128(1));
    const SIZE: Size = Size { cols: 20, rows: 5 };

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        file
    }

    fn texts(page: &OutputPage) -> Vec<(u64, String)> {
        page.rows.iter().map(|r| (r.line, r.row.iter().map(|s| s.text.as_str()).collect())).collect()
    }

    /// All lines from the first to the last page, forwards.
    fn forwards(path: &Path) -> Vec<(u64, String)> {
        let (mut all, mut at) = (Vec::new(), 0);
        loop {
            let page = read(path, ATTEMPT, SIZE, Spot::From(at));
            assert_eq!(page.fault, None);
            all.extend(texts(&page));
            if page.seen == page.total {
                return all;
            }
            assert!(page.next > at, "it goes on");
            at = page.next;
        }
    }

    fn backwards(path: &Path) -> Vec<(u64, String)> {
        let (mut all, mut at) = (Vec::new(), u64::MAX);
        loop {
            let page = read(path, ATTEMPT, SIZE, Spot::Before(at));
            assert_eq!(page.fault, None);
            let mut rows = texts(&page);
            rows.append(&mut all);
            all = rows;
            if page.start == 0 {
                return all;
            }
            assert!(page.start < at, "it goes on");
            at = page.start;
        }
    }

    #[test]
    fn rows_know_the_line_that_they_belong_to() {
        let file = file("one\r\n日本語の長い行が折り返される場合\r\n\r\nend".as_bytes());
        let page = read(file.path(), ATTEMPT, SIZE, Spot::From(0));
        assert_eq!(
            texts(&page),
            [
                (0, "one".to_owned()),
                (5, "日本語の長い行が折り".to_owned()),
                (5, "返される場合".to_owned()),
                (55, String::new()),
                (57, "end".to_owned()),
            ]
        );
        assert_eq!((page.seen, page.next, page.total), (60, 57, 60), "the open line is read again");
    }

    #[test]
    fn long_output_is_the_same_read_from_either_end() {
        let text: String = (0..20_000).map(|n| format!("line {n}\r\n")).collect();
        let file = file(text.as_bytes());

        let all = forwards(file.path());

        assert_eq!(all.len(), 20_000);
        assert_eq!(all[12_345].1, "line 12345");
        assert_eq!(backwards(file.path()), all);
    }

    #[test]
    fn a_line_without_end_is_read_in_pieces_that_halve_no_character() {
        let file = file("あ".repeat(100_000).as_bytes());

        let text: String = forwards(file.path()).into_iter().map(|(_, text)| text).collect();

        assert_eq!(text.chars().count(), 100_000);
        assert!(text.chars().all(|c| c == 'あ'));
    }

    #[test]
    fn a_flood_of_empty_lines_makes_small_pages() {
        let file = file(&b"\n".repeat(60_000));
        assert_eq!(read(file.path(), ATTEMPT, SIZE, Spot::From(0)).rows.len(), MOST_LINES);
        assert_eq!(read(file.path(), ATTEMPT, SIZE, Spot::Before(u64::MAX)).rows.len(), MOST_LINES);
    }

    #[test]
    fn a_file_that_is_gone_is_told() {
        let page = read(Path::new("/nowhere/x.out"), ATTEMPT, SIZE, Spot::From(0));
        assert!(page.fault.is_some() && page.rows.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end_from_both_sides(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let file = file(&bytes);
            forwards(file.path());
            backwards(file.path());
        }
    }
}
