//! Small helpers for words in two languages, and patterns that are compiled once.

use std::sync::LazyLock;

use regex::Regex;

/// A pattern that is compiled on first use.
pub(super) type Pattern = LazyLock<Regex>;

/// Compiles a pattern that is written in this crate.
#[expect(clippy::expect_used, reason = "every pattern is a literal of this crate and is compiled by the tests")]
pub(super) fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is valid")
}

/// Makes full-width digits, letters and punctuation half-width, one character for one.
pub(super) fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '　' => ' ',
            '〜' => '~',
            other => other,
        })
        .collect()
}

/// True when `text` holds any of `words`, whatever their case.
pub(super) fn has_any(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    words.iter().any(|word| if word.is_ascii() { has_word(&lower, word) } else { lower.contains(word) })
}

/// True when `text` holds `word` and no letter goes on before or after it; a plural `s` may follow.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let rest = &text[at + word.len()..];
        let after = rest.strip_prefix('s').unwrap_or(rest).chars().next();
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !letter(before) && (!letter(after) || !letter(rest.chars().next()))
    })
}

/// `text` in one line, without surrounding space.
pub(super) fn one_line(text: &str) -> String {
    text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
