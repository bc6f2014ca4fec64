//! The running log of a team: where a new entry stands in it, and the file with the entry put in.
//!
//! Pure. What is there stays byte for byte: the new text is the old one with the entry between two of its bytes.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Why an entry has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// The file is no UTF-8 text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// What stands before the entry would swallow it, such as a fence that is never closed.
    #[error("a fence or a comment in it is never closed, and would swallow the entry")]
    Swallowed,
}

/// The log with `entry` in it: before the newest entry, which is the first heading with a date, else at the end. The
/// entry is a documented block, as [`super::documented_block`] gives it.
///
/// # Errors
/// [`NoPlace`]; the file is to be left as it is.
pub fn with_entry(old: &[u8], entry: &str) -> Result<Vec<u8>, NoPlace> {
    let text = std::str::from_utf8(old).map_err(|_not_utf8| NoPlace::NotText)?;
    // A mark of the byte order is no part of the first heading.
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let body = text.get(skipped..).unwrap_or_default();
    let at = skipped + newest(body).unwrap_or(body.len());
    let (before, behind) = text.split_at(at);
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let entry = entry.trim_end().replace('\n', line_end);
    let mut new = String::with_capacity(text.len() + entry.len() + 8);
    new.push_str(before);
    let above = before.trim_start_matches('\u{feff}');
    if !above.is_empty() {
        let blank = format!("{line_end}{line_end}");
        let missing = match () {
            () if above.ends_with(&blank) => 0,
            () if above.ends_with(line_end) => 1,
            () => 2,
        };
        (0..missing).for_each(|_| new.push_str(line_end));
    }
    let starts = new.len() - skipped;
    new.push_str(&entry);
    new.push_str(line_end);
    if !behind.is_empty() {
        new.push_str(line_end);
    }
    new.push_str(behind);
    let stands = headings(new.get(skipped..).unwrap_or_default()).iter().any(|(range, _)| range.start == starts);
    if stands { Ok(new.into_bytes()) } else { Err(NoPlace::Swallowed) }
}

/// Whether `entry` stands in the log already, as the newest one.
pub fn holds(old: &[u8], entry: &str) -> bool {
    let Ok(text) = std::str::from_utf8(old) else { return false };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (entry, at) = (entry.trim_end(), newest(&text).unwrap_or(text.len()));
    text.get(at..)
        .and_then(|rest| rest.strip_prefix(entry))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('\n'))
}

/// Where the newest entry begins.
fn newest(text: &str) -> Option<usize> {
    headings(text).into_iter().find(|(_, title)| has_date(title)).map(|(range, _)| range.start)
}

/// The headings that stand in nothing else, with their words. The title of the whole document is none of them.
#[expect(clippy::wildcard_enum_match_arm, reason = "only headings and their words are looked at")]
fn headings(text: &str) -> Vec<(Range<usize>, String)> {
    let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut found = Vec::new();
    let (mut depth, mut open) = (0_u32, None);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = Some((range, level, String::new()));
                depth += 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(TagEnd::Heading(_)) => {
                depth -= 1;
                let done = open.take();
                found.extend(
                    done.map(|(range, level, title): (Range<usize>, HeadingLevel, String)| (range, level, title)),
                );
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(part) | Event::Code(part) => {
                if let Some((_, _, title)) = &mut open {
                    title.push_str(&part);
                }
            }
            // What else stands in a heading has no words.
            _ => {}
        }
    }
    let first_is_title =
        matches!(found.as_slice(), [(_, HeadingLevel::H1, _), (_, second, _), ..] if *second != HeadingLevel::H1);
    found.into_iter().skip(usize::from(first_is_title)).map(|(range, _, title)| (range, title)).collect()
}

/// `2026-11-20`, `2026/11/20`, `2026.11.20` or 2026年11月20日.
fn has_date(title: &str) -> bool {
    let digits: String = title.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    ["0000-00-00", "0000/00/00", "0000/0/", "0000/00/0", "0000.00.00", "0000年"]
        .iter()
        .any(|form| digits.contains(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "## 2026-11-20 週次\n- **結果**: 成功\n";

    #[track_caller]
    fn check(old: &str, new: &str) {
        let found = with_entry(old.as_bytes(), ENTRY).map(|bytes| String::from_utf8(bytes).expect("text"));
        assert_eq!(found.as_deref(), Ok(new));
        assert!(holds(new.as_bytes(), ENTRY), "it is found again");
        assert!(!holds(old.as_bytes(), ENTRY));
    }

    #[test]
    fn the_newest_entry_stands_first_and_behind_what_is_no_entry() {
        let entry = ENTRY;
        check("", entry);
        check("## 2026-11-13 週次\n- x\n", &format!("{entry}\n## 2026-11-13 週次\n- x\n"));
        check("# 記録\n\n説明\n\n## 2026-11-13 週次\n", &format!("# 記録\n\n説明\n\n{entry}\n## 2026-11-13 週次\n"));
        check("# 記録\n## 使い方\n書く\n", &format!("# 記録\n## 使い方\n書く\n\n{entry}"));
        check("# 記録\n## 使い方\n\n## 2026/11/13\n", &format!("# 記録\n## 使い方\n\n{entry}\n## 2026/11/13\n"));
        check("# 2026年の記録\n\n## 2026年11月13日\n", &format!("# 2026年の記録\n\n{entry}\n## 2026年11月13日\n"));
        check("text without end", &format!("text without end\n\n{entry}"));
    }

    #[test]
    fn a_date_that_is_no_heading_begins_no_entry() {
        let front = "---\ntitle: log\ndate: 2026-01-01\n---\n\n";
        check(&format!("{front}## 2026-11-13\n"), &format!("{front}{ENTRY}\n## 2026-11-13\n"));
        let fence = "```\n## 2020-01-01\n```\n\n> ## 2020-01-01\n\n<!--\n## 2020-01-01\n-->\n\n";
        check(&format!("{fence}## 2026-11-13\n"), &format!("{fence}{ENTRY}\n## 2026-11-13\n"));
    }

    #[test]
    fn bytes_stay_and_line_ends_are_those_of_the_file() {
        let old = "\u{feff}# 記録\r\n\r\n## 2026-11-13\r\n- a  \r\n";
        let new = with_entry(old.as_bytes(), ENTRY).expect("a place");
        let new = String::from_utf8(new).expect("text");
        let entry = ENTRY.replace('\n', "\r\n");
        assert_eq!(new, format!("\u{feff}# 記録\r\n\r\n{entry}\r\n## 2026-11-13\r\n- a  \r\n"));
        let first = with_entry("\u{feff}## 2026-11-13\n".as_bytes(), ENTRY).expect("a place");
        assert_eq!(String::from_utf8(first).expect("text"), format!("\u{feff}{ENTRY}\n## 2026-11-13\n"));
    }

    #[test]
    fn a_file_in_which_the_entry_would_not_be_read_is_left() {
        for (old, why) in [
            (&b"# \x83\x8d\x83O\n"[..], NoPlace::NotText),
            (&b"\xff\xfe#\0"[..], NoPlace::NotText),
            (b"# log\n\n```sh\nls\n", NoPlace::Swallowed),
            (b"# log\n\n<!-- open\n", NoPlace::Swallowed),
        ] {
            assert_eq!(with_entry(old, ENTRY), Err(why), "{old:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_log_holds_its_bytes_stay_in_order(old in "(# log\n|## 2026-01-0[1-9] x\n|- a\n|```\n|text|\n|\r\n|> ## 2020-01-01\n|---\n){0,12}") {
            if let Ok(new) = with_entry(old.as_bytes(), ENTRY) {
                let new = String::from_utf8(new).expect("text");
                let cut = (0..=old.len()).filter(|at| old.is_char_boundary(*at))
                    .any(|at| new.starts_with(&old[..at]) && new.ends_with(&old[at..]) && new.len() > old.len());
                proptest::prop_assert!(cut);
                proptest::prop_assert!(new.replace("\r\n", "\n").contains(ENTRY.trim_end()));
            }
        }
    }
}
