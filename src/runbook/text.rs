//! Small helpers for words in two languages, and patterns that are compiled once.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Captures, Match, Regex};

/// A pattern of this crate, compiled when the first text comes that it could match.
///
/// Compiling one takes longer than reading a page, and most pages need few of them.
pub(super) struct Pattern {
    pattern: &'static str,
    needs: Option<AnyOf>,
    regex: OnceLock<Regex>,
}

/// Words of which a text may hold one, whatever the case of ASCII letters: a look at its bytes tells.
pub(super) struct AnyOf {
    words: &'static [&'static str],
    /// The bytes that the words begin with.
    firsts: Bytes,
    /// The same bytes, where they are few: a text is searched for them many bytes at a time.
    few: Option<[u8; FEW]>,
    /// What follows the first byte.
    seconds: Bytes,
    /// What follows the second byte of words that begin with a letter of several bytes: nearly all Japanese letters
    /// have one of few first bytes.
    thirds: Bytes,
}

/// So many first bytes are few.
const FEW: usize = 3;

/// So many bytes are looked at at once.
const AT_ONCE: usize = 64;

/// A set of bytes.
#[derive(Clone, Copy)]
struct Bytes([u64; 4]);

const NO_BYTES: Bytes = Bytes([0; 4]);
const EVERY_BYTE: Bytes = Bytes([u64::MAX; 4]);

impl Bytes {
    const fn with(mut self, byte: u8) -> Self {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
        self
    }

    /// With a letter, large and small.
    const fn with_cases(self, byte: u8) -> Self {
        self.with(byte.to_ascii_lowercase()).with(byte.to_ascii_uppercase())
    }

    /// The bytes, where they are few.
    const fn few(&self) -> Option<[u8; FEW]> {
        let mut found = [0; FEW];
        let (mut byte, mut count) = (u8::MAX, 0);
        while byte > 0 {
            if self.has(byte) {
                if count == FEW {
                    return None;
                }
                found[count] = byte;
                count += 1;
            }
            byte -= 1;
        }
        // What is left of the places looks for nothing else.
        while count < FEW {
            found[count] = found[0];
            count += 1;
        }
        Some(found)
    }

    const fn has(&self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] & (1 << (byte & 63)) != 0
    }
}

impl AnyOf {
    pub(super) const fn new(words: &'static [&'static str]) -> Self {
        let (mut firsts, mut seconds, mut thirds) = (NO_BYTES, NO_BYTES, NO_BYTES);
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_bytes();
            firsts = firsts.with_cases(word[0]);
            seconds = if word.len() > 1 { seconds.with_cases(word[1]) } else { EVERY_BYTE };
            // A letter of two bytes may be followed by anything.
            if word[0] >= 0xE0 {
                thirds = thirds.with(word[2]);
            } else if word[0] >= 0x80 {
                thirds = EVERY_BYTE;
            }
            at += 1;
        }
        Self { words, firsts, few: firsts.few(), seconds, thirds }
    }

    /// True when `text` holds one of the words.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.chunks(AT_ONCE).enumerate().any(|(nth, part)| {
            let could = self.few.is_none_or(|few| {
                let wanted = |byte: u8| few.iter().fold(is_odd(byte), |found, known| found | (byte == *known));
                part.iter().fold(0, |found, byte| found | u8::from(wanted(*byte))) != 0
            });
            could && (nth * AT_ONCE..nth * AT_ONCE + part.len()).any(|at| self.stands_at(&bytes[at..]))
        })
    }

    fn stands_at(&self, rest: &[u8]) -> bool {
        match rest {
            // Two signs are an S and a K of another case.
            [0xC5, 0xBF, ..] | [0xE2, 0x84, 0xAA, ..] => true,
            [first, rest @ ..] if self.firsts.has(*first) => {
                rest.first().is_none_or(|second| self.seconds.has(*second))
                    && (*first < 0x80 || rest.get(1).is_none_or(|third| self.thirds.has(*third)))
                    && self.begins(*first, rest)
            }
            _ => false,
        }
    }

    fn begins(&self, first: u8, rest: &[u8]) -> bool {
        self.words.iter().filter_map(|word| word.as_bytes().split_first()).any(|(letter, word)| {
            letter.eq_ignore_ascii_case(&first)
                && rest.get(..word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
        })
    }
}

/// The first bytes of the two signs that are letters of another case.
const fn is_odd(byte: u8) -> bool {
    (byte == 0xC5) | (byte == 0xE2)
}

impl Pattern {
    /// A pattern that could match any text.
    pub(super) const fn new(pattern: &'static str) -> Self {
        Self { pattern, needs: None, regex: OnceLock::new() }
    }

    /// Every text that it matches holds one of `needs`, whatever the case of its letters.
    pub(super) const fn needing(mut self, needs: &'static [&'static str]) -> Self {
        self.needs = Some(AnyOf::new(needs));
        self
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.could_match(text).is_some_and(|regex| regex.is_match(text))
    }

    pub(super) fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        self.could_match(text)?.find(text)
    }

    pub(super) fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Match<'t>> + use<'_, 't> {
        self.could_match(text).into_iter().flat_map(|regex| regex.find_iter(text))
    }

    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.could_match(text)?.captures(text)
    }

    pub(super) fn captures_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Captures<'t>> + use<'_, 't> {
        self.could_match(text).into_iter().flat_map(|regex| regex.captures_iter(text))
    }

    pub(super) fn replace_all<'t>(&self, text: &'t str, with: &str) -> Cow<'t, str> {
        self.could_match(text).map_or(Cow::Borrowed(text), |regex| regex.replace_all(text, with))
    }

    /// The compiled pattern, unless `text` has nothing of what a match needs.
    fn could_match(&self, text: &str) -> Option<&Regex> {
        let could = self.needs.as_ref().is_none_or(|needs| needs.is_in(text));
        debug_assert!(could || !self.regex().is_match(text), "{:?} needs nothing of {text:?}", self.pattern);
        could.then(|| self.regex())
    }

    #[expect(clippy::expect_used, reason = "every pattern is a literal of this crate and is compiled by the tests")]
    fn regex(&self) -> &Regex {
        // Boundaries of ASCII words: the fast engines know no others beside Japanese text, and no pattern needs others.
        let pattern = || self.pattern.replace(r"\b", r"(?-u:\b)");
        self.regex.get_or_init(|| Regex::new(&pattern()).expect("the pattern is valid"))
    }
}

/// Makes full-width digits, letters and punctuation half-width, one character for one.
pub(super) fn half_width(text: &str) -> Cow<'_, str> {
    // Most lines have none of these; the bytes tell, without a look at every character.
    let wide = text.as_bytes().windows(3).any(|bytes| match bytes {
        [0xEF, second, _] => matches!(second, 0xBC | 0xBD),
        [0xE3, 0x80, last] => matches!(last, 0x80 | 0x9C),
        _ => false,
    });
    if !wide {
        return Cow::Borrowed(text);
    }
    let half = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '　' => ' ',
        '〜' => '~',
        other => other,
    };
    Cow::Owned(text.chars().map(half).collect())
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

#[cfg(test)]
mod tests {
    use super::half_width;

    #[test]
    fn full_width_signs_become_half_width_and_others_stay() {
        for (text, expected) in [
            ("ＡＢＣ１２３！～", "ABC123!~"),
            ("あ　い〜う", "あ い~う"),
            ("かな カナ ｶﾅ 漢字。、「」", "かな カナ ｶﾅ 漢字。、「」"),
            ("plain\u{feff}", "plain\u{feff}"),
            ("", ""),
        ] {
            assert_eq!(half_width(text), expected);
        }
    }
}
