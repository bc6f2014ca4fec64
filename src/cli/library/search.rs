//! Looks for words in records and in the outputs that lie beside them.
//!
//! Memory is bounded whatever the files hold: outputs are read piece by piece, and a line is cut where it is too long.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::i18n::Language;
use crate::term::fold::fold;
use crate::term::plain::PlainStream;
use crate::term::sanitise::inline;
use crate::vault::evidence;
use crate::vault::shelf::markdown_under;
use crate::vault::source;

/// A line that holds all the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Hit {
    /// The record, or the record whose output it is.
    pub(in crate::cli) record: PathBuf,
    /// The first heading of the record.
    pub(in crate::cli) title: String,
    /// The file that holds the line: the record or an output.
    pub(in crate::cli) file: PathBuf,
    /// The number of the line, from 1.
    pub(in crate::cli) line: usize,
    /// The line, harmless and cut around the words.
    pub(in crate::cli) text: String,
}

impl Hit {
    /// The line is one of an output.
    pub(in crate::cli) fn is_output(&self) -> bool {
        self.file != self.record
    }
}

/// So much of an output is read at once.
const PIECE: usize = 256 * 1024;

/// The most lines that are told of one file: a word that stands on every line is told often enough.
const MOST_OF_FILE: usize = 20;

/// So many characters of a line are shown.
const SHOWN: usize = 160;

/// The words that are looked for, in the form in which they are compared.
struct Words(Vec<String>);

impl Words {
    fn of(words: &str) -> Self {
        Self(words.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect())
    }

    /// Where the first of the words stands in the line that holds them all, in characters of the folded line.
    fn stand_in(&self, line: &str) -> Option<usize> {
        let plain = line.is_ascii();
        if plain && self.0.iter().any(|word| !word.is_ascii()) {
            return None;
        }
        let line = if plain { line.to_ascii_lowercase() } else { fold(line) };
        let places: Option<Vec<usize>> = self.0.iter().map(|word| line.find(word.as_str())).collect();
        let first = places?.into_iter().min()?;
        line.get(..first).map(|before| before.chars().count())
    }
}

/// Hands every line under `dirs` that holds all `words` to `take`, the newest record first, until it says that it is enough,
/// or until nobody has `wanted` it any more, which is asked before each file and each piece of an output.
/// Gives what could not be read.
pub(in crate::cli) fn search(
    dirs: &[PathBuf],
    words: &str,
    language: Language,
    wanted: impl Fn() -> bool,
    mut take: impl FnMut(Hit) -> bool,
) -> Vec<String> {
    let words = Words::of(words);
    let mut unread = Vec::new();
    if words.0.is_empty() {
        return unread;
    }
    let mut records: Vec<PathBuf> =
        dirs.iter().filter(|dir| dir.exists()).flat_map(|dir| markdown_under(dir).files).collect();
    // Their names begin with the date.
    records.sort_by(|a, b| b.file_name().cmp(&a.file_name()));
    let mut seen = BTreeSet::new();
    for record in records {
        if !wanted() {
            return unread;
        }
        let source = match source::read(&record) {
            Ok(source) => source,
            Err(fault) => {
                unread.push(fault.told(language));
                continue;
            }
        };
        if !seen.insert(source.canonical) {
            continue;
        }
        let text = String::from_utf8_lossy(&source.bytes);
        let first = text.lines().next().unwrap_or_default().trim_start_matches('#').trim();
        let title = inline(if first.is_empty() { "?" } else { first });
        let mut file = File { record: &record, title: &title, path: &record, line: 0, told: 0 };
        if !file.lines(&text, &words, &mut take) {
            return unread;
        }
        let mut outputs: Vec<PathBuf> = std::fs::read_dir(evidence::folder_of(&record))
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        outputs.sort();
        for path in outputs.iter().filter(|path| path.is_file()) {
            let mut file = File { record: &record, title: &title, path, line: 0, told: 0 };
            match file.output(&words, &wanted, &mut take) {
                Ok(true) => {}
                Ok(false) => return unread,
                Err(fault) => unread.push(format!("{}: {fault}", path.display())),
            }
        }
    }
    unread
}

/// A file that is being looked through.
struct File<'a> {
    record: &'a Path,
    title: &'a str,
    path: &'a Path,
    line: usize,
    told: usize,
}

impl File<'_> {
    /// Whether to go on.
    fn lines(&mut self, text: &str, words: &Words, take: &mut impl FnMut(Hit) -> bool) -> bool {
        for line in text.lines() {
            self.line += 1;
            let Some(at) = words.stand_in(line).filter(|_| self.told < MOST_OF_FILE) else { continue };
            self.told += 1;
            let hit = Hit {
                record: self.record.to_owned(),
                title: self.title.to_owned(),
                file: self.path.to_owned(),
                line: self.line,
                text: around(line, at),
            };
            if !take(hit) {
                return false;
            }
        }
        true
    }

    fn output(
        &mut self,
        words: &Words,
        wanted: &impl Fn() -> bool,
        take: &mut impl FnMut(Hit) -> bool,
    ) -> std::io::Result<bool> {
        use std::io::Read as _;
        // What is compressed is found by the name that it had before.
        let packed = self.path.extension().is_some_and(|ending| ending == "zst");
        let plain = if packed { self.path.with_extension("") } else { self.path.to_owned() };
        let mut file = evidence::open(&plain)?;
        let (mut stream, mut text, mut piece) = (PlainStream::default(), String::new(), vec![0; PIECE]);
        loop {
            if !wanted() {
                return Ok(false);
            }
            let count = match file.read(&mut piece) {
                Ok(count) => count,
                Err(fault) if fault.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(fault) => return Err(fault),
            };
            if count == 0 {
                stream.finish(&mut text);
                return Ok(self.lines(&text, words, take));
            }
            stream.push(piece.get(..count).unwrap_or_default(), &mut text);
            if !self.lines(&text, words, take) {
                return Ok(false);
            }
            if self.told == MOST_OF_FILE {
                return Ok(true);
            }
            text.clear();
        }
    }
}

/// The part of the line around the place, harmless. Folding changes the number of characters a little, so the place is
/// about right and the part is wide.
fn around(line: &str, at: usize) -> String {
    const BEFORE: usize = 40;
    let line = line.trim_end();
    let from = at.saturating_sub(BEFORE);
    let part: String = line.chars().skip(if line.chars().count() > SHOWN { from } else { 0 }).take(SHOWN).collect();
    inline(part.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &str) -> Vec<(String, usize, String)> {
        let home = tempfile::tempdir().expect("a folder");
        let record = home.path().join("2026-11-20-0200-weekly.md");
        std::fs::write(&record, "## 2026-11-20 週次メンテナンス\n- **担当者**: 山田 太郎\n\nＣＰＵ使用率 85%\n")
            .expect("a file");
        std::fs::create_dir(home.path().join("2026-11-20-0200-weekly.evidence")).expect("a folder");
        let output = home.path().join("2026-11-20-0200-weekly.evidence/01-df.txt");
        std::fs::write(&output, "ok\r\n\u{1b}[31m/dev/sda1\u{1b}[0m  ディスク 93%\r\nlast").expect("a file");
        std::fs::write(home.path().join("2026-12-01-other.md"), "# 山田のメモ\n").expect("a file");
        let mut hits = Vec::new();
        let unread = search(
            &[home.path().to_owned()],
            words,
            Language::Ja,
            || true,
            |hit| {
                let name = hit.file.file_name().expect("a name").to_string_lossy().into_owned();
                hits.push((name, hit.line, hit.text));
                true
            },
        );
        assert_eq!(unread, Vec::<String>::new());
        hits
    }

    #[test]
    fn words_are_found_in_records_and_outputs_whatever_their_width_and_case_the_newest_first() {
        let names = |words: &str| found(words).into_iter().map(|(name, line, _)| (name, line)).collect::<Vec<_>>();
        let record = "2026-11-20-0200-weekly.md".to_owned();
        assert_eq!(names("cpu 85"), [(record.clone(), 4)]);
        assert_eq!(names("山田"), [("2026-12-01-other.md".into(), 1), (record, 2)]);
        assert_eq!(names("ﾃﾞｨｽｸ SDA1"), [("01-df.txt".into(), 2)]);
        assert_eq!(names("85 93"), []);
        assert_eq!(names("  "), []);
    }

    #[test]
    fn what_is_told_is_harmless() {
        assert_eq!(found("sda1")[0].2, "/dev/sda1  ディスク 93%");
    }

    #[test]
    fn a_long_line_is_cut_around_the_words_and_a_full_file_is_told_in_part() {
        let home = tempfile::tempdir().expect("a folder");
        let text = format!("{}needle{}\n{}", "x".repeat(5000), "y".repeat(5000), "needle\n".repeat(500));
        std::fs::write(home.path().join("a.md"), text).expect("a file");
        let mut hits = Vec::new();
        search(
            &[home.path().to_owned()],
            "needle",
            Language::Ja,
            || true,
            |hit| {
                hits.push(hit.text);
                true
            },
        );
        assert_eq!(hits.len(), MOST_OF_FILE);
        assert!(hits[0].contains("needle") && hits[0].chars().count() <= SHOWN, "{}", hits[0]);
    }

    #[test]
    fn a_search_that_nobody_wants_any_more_reads_no_further_piece_and_no_further_file() {
        let home = tempfile::tempdir().expect("a folder");
        std::fs::write(home.path().join("a.md"), "# a\n").expect("a file");
        std::fs::write(home.path().join("0.md"), "# last, needle\n").expect("a file");
        let folder = home.path().join("a.evidence");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("01.txt"), format!("{}\nneedle\n", "x\n".repeat(4 * PIECE))).expect("a file");
        // Asked before each of the two records and before each piece of the output, and once more at its end.
        for (patience, found) in [(1, 0), (2, 0), (3, 0), (50, 2)] {
            let (asked, mut hits) = (std::cell::Cell::new(0), 0);
            let wanted = || {
                asked.set(asked.get() + 1);
                asked.get() <= patience
            };
            search(&[home.path().to_owned()], "needle", Language::Ja, wanted, |_| {
                hits += 1;
                true
            });
            assert_eq!(hits, found, "{patience}");
            assert!(asked.get() <= patience + 1, "it went on after it was told to stop: {}", asked.get());
        }
    }
}
