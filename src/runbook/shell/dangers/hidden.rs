//! Text of a command that a reader would not see, or would take for something else: characters without a shape, those
//! that turn text around, letters of one alphabet that look like another's, and what stands far outside the pane.

use std::ops::Range;

use super::Rule;
use crate::i18n::{is_false_space, is_invisible};
use crate::runbook::model::DangerLevel::Disruptive;
use crate::runbook::text::Pattern;

/// Blank lines in a row after which a reader takes the command to be over.
const BLANK_LINES: usize = 12;

/// Blanks in a row after which the rest of a line is outside any pane that is looked at.
const BLANKS: usize = 60;

/// Characters that are not seen.
pub(in crate::runbook::shell) static UNSEEN: Rule = Rule::new(
    "hidden-text",
    Disruptive,
    "見えない文字か、文字の並びを変える文字、紛らわしい文字があります。",
    "Holds characters that are not seen, that turn the text around, or that look like others.",
);
/// A long blank.
pub(in crate::runbook::shell) static LONG_BLANK: Rule = Rule::new(
    "hidden-text",
    Disruptive,
    "長い空白の後に続きがあります。全文を確かめてください。",
    "Goes on after a long blank: look at the whole text.",
);

/// A reader would take the text for something else than the shell does, wherever that stands. `filled` are the places
/// of values to fill in, which a person will look at.
pub(in crate::runbook::shell) fn misleads(text: &str, filled: &[Range<usize>]) -> bool {
    if text.is_ascii() {
        return text.bytes().any(|byte| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\t'));
    }
    let mut before = ' ';
    for c in text.chars() {
        if !matches!(c, ' '..='~' | '\n' | '\t') && is_unseen(c, before) {
            return true;
        }
        before = c;
    }
    Reader::default().misleads(text, filled)
}

/// The text goes on where nobody looks.
pub(in crate::runbook::shell) fn blanks(text: &str) -> bool {
    let wide = |line: &str| line.len() >= BLANKS && line.split(|c| c != ' ').any(|run| run.len() >= BLANKS);
    text.lines().any(wide) || blank_run(text) >= BLANK_LINES
}

fn is_unseen(c: char, before: char) -> bool {
    // Emoji and the variants of a sign are joined and coloured with these; behind another letter they only hide.
    let joins = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{e0100}'..='\u{e01ef}')
        && !before.is_ascii()
        && !is_invisible(before)
        || (matches!(c, '\u{fe0f}') && (before.is_ascii_digit() || matches!(before, '#' | '*')))
        || (c == '\u{200d}' && before == '\u{fe0f}');
    let control = c.is_control() && !matches!(c, '\n' | '\t');
    !joins && (control || is_invisible(c))
}

static HEREDOC: Pattern = Pattern::new(r#"(?:^|[^<])<<-?\s*\\?['"]?(\w+)['"]?"#).needing(&["<<"]);

/// Reads the words that stand outside of quotes.
#[derive(Default)]
struct Reader {
    quote: Option<char>,
    word: String,
    /// The words of this command print text, which may look as it likes.
    prints: bool,
    first: bool,
    heredoc: Option<String>,
}

impl Reader {
    fn misleads(mut self, text: &str, filled: &[Range<usize>]) -> bool {
        let mut at = 0;
        self.first = true;
        for line in text.split_inclusive('\n') {
            let from = at;
            at += line.len();
            if let Some(end) = &self.heredoc {
                if line.trim() == end {
                    self.heredoc = None;
                }
                continue;
            }
            if self.line(line, from, filled) {
                return true;
            }
            if self.quote.is_none() {
                self.heredoc = HEREDOC.captures(line).map(|found| found[1].to_owned());
            }
        }
        self.end_word()
    }

    fn line(&mut self, line: &str, from: usize, filled: &[Range<usize>]) -> bool {
        let mut chars = line.char_indices();
        let mut before = '\n';
        while let Some((at, c)) = chars.next() {
            let place = from + at;
            let to_fill = filled.iter().any(|range| range.contains(&place));
            match self.quote {
                _ if to_fill => {}
                Some(quote) if c == quote => self.quote = None,
                Some('"') | None if c == '\\' => {
                    chars.next();
                }
                Some(_) => {}
                None if matches!(c, '\'' | '"') => self.quote = Some(c),
                None if c == '#' && before.is_whitespace() => return self.end_word(),
                None if c.is_ascii_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')' | '<' | '>') => {
                    if self.end_word() {
                        return true;
                    }
                    self.first |= !matches!(c, ' ' | '\t' | '<' | '>');
                }
                None => self.word.push(c),
            }
            before = c;
        }
        false
    }

    fn end_word(&mut self) -> bool {
        let word = std::mem::take(&mut self.word);
        if word.is_empty() {
            return false;
        }
        if self.first {
            self.prints = matches!(word.as_str(), "echo" | "printf" | "logger" | "say");
            self.first = word.contains('=');
        }
        word_misleads(&word, self.prints)
    }
}

/// A word outside of quotes looks like another.
fn word_misleads(word: &str, prints: bool) -> bool {
    if word.is_ascii() {
        return false;
    }
    if mixes_alphabets(word) {
        return true;
    }
    let quotes = |c: char| matches!(c, '“' | '”' | '‘' | '’' | '„' | '‟' | '‛' | '′' | '″' | '＂' | '＇');
    let beside_ascii =
        word.chars().zip(word.chars().skip(1)).any(|(a, b)| quotes(a) && b.is_ascii() || a.is_ascii() && quotes(b));
    if beside_ascii || (word.chars().all(quotes)) {
        return true;
    }
    let mut chars = word.chars();
    let dash = |c: char| matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}');
    let option = chars.next().is_some_and(dash) && chars.next().is_some_and(|c| c.is_ascii_alphanumeric() || dash(c));
    if option || word.chars().any(is_false_space) {
        return true;
    }
    // Japanese text as a name or as something to print is what it looks like.
    let japanese =
        word.chars().any(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff66}'..='\u{ff9f}'));
    if prints || (japanese && !word.contains('\u{3000}')) {
        return false;
    }
    word.chars().any(|c| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}' | '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{1d400}'..='\u{1d7ff}'))
}

/// Letters that look like Latin ones.
const LOOK_ALIKES: &str = "аеорсухіјѕһԁԛԝАВЕКМНОРСТХУІЈЅοορνΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɡ";

fn mixes_alphabets(word: &str) -> bool {
    let alike = word.chars().filter(|c| LOOK_ALIKES.contains(*c)).count();
    let foreign = word.chars().filter(|c| matches!(c, '\u{370}'..='\u{52f}')).count();
    let latin = word.chars().any(|c| c.is_ascii_alphabetic());
    alike > 0
        && (latin || (foreign == alike && alike > 1 && word.chars().all(|c| LOOK_ALIKES.contains(c) || c.is_ascii())))
}

/// The longest run of blank lines between others.
fn blank_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for line in text.trim().lines() {
        run = if line.trim().is_empty() { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_would_not_see_or_would_misread_blocks() {
        for (text, found) in [
            ("echo ok", false),
            ("echo \"使用率　85% ⚠️\"", false),
            ("echo 使用率　85％（暫定）〜", false),
            ("ls # 確認　する – “x”", false),
            ("cd 設計書（最新）/ＡＰＩ一覧", false),
            ("grep 'ＥＲＲＯＲ – “x”' log", false),
            ("cat <<EOF\n　字下げ “x”\nEOF", false),
            ("echo 葛\u{e0100}城 👩\u{200d}💻", false),
            ("for i in 1 2; do\n\n\techo $i\n\ndone", false),
            ("echo \u{202e}ok", true),
            ("echo 'a\u{202e}b'", true),
            ("ls # a\u{2066}b", true),
            ("rm\u{200b} -rf x", true),
            ("r\u{200d}m x", true),
            ("ls\u{a0}-la", true),
            ("echo \u{1b}[8mrm", true),
            ("rm　-rf x", true),
            ("ｒｍ -rf x", true),
            ("ls ｜ wc", true),
            ("ls –la", true),
            ("git commit -m “fix it”", true),
            ("rm -rf /sr\u{443}", true),
            ("\u{441}\u{440} a b", true),
            ("ls \u{1d41a}", true),
        ] {
            assert_eq!(misleads(text, &[]), found, "{text:?}");
        }
    }

    #[test]
    fn what_stands_behind_a_long_blank_is_told() {
        for (text, found) in [
            (format!("echo a{};rm x", " ".repeat(80)), true),
            (format!("echo a{}rm x", "\n".repeat(40)), true),
            ("echo a\n\n\nls".to_owned(), false),
        ] {
            assert_eq!(blanks(&text), found, "{text:?}");
        }
    }
}
