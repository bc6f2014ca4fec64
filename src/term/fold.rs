//! Text as it is compared in a search: width, case and the kind of kana make no difference.
//!
//! Places are counted in characters as they are seen (grapheme clusters) of the text that was given.

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// Text in the form in which it is compared, with the way back to the text as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    chars: Vec<char>,
    /// For each of `chars` the place of the character that it came from.
    from: Vec<usize>,
}

impl Folded {
    /// Folds `text`: full and half width, capital and small letters, katakana and hiragana are the same.
    pub fn new(text: &str) -> Self {
        let mut folded = Self::default();
        for (at, part) in text.graphemes(true).enumerate() {
            for c in part.nfkc().flat_map(char::to_lowercase).map(hiragana) {
                folded.chars.push(c);
                folded.from.push(at);
            }
        }
        folded
    }

    /// The places of the characters of each occurrence of `wanted`, as first and last.
    pub fn occurrences(&self, wanted: &Self) -> Vec<(usize, usize)> {
        let long = wanted.chars.len();
        if long == 0 {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(here) = self.chars.get(at..at + long) {
            if here == wanted.chars.as_slice() {
                found.push((self.from[at], self.from[at + long - 1]));
                at += long;
            } else {
                at += 1;
            }
        }
        found
    }

    /// The characters as they are compared.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The place in the text that was given of the character at `at`.
    pub fn place(&self, at: usize) -> Option<usize> {
        self.from.get(at).copied()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }
}

/// The same as text, for many long lines in which only whether something is there is asked.
pub fn fold(text: &str) -> String {
    if text.chars().all(is_simple) {
        return text.chars().map(|c| hiragana(c.to_ascii_lowercase())).collect();
    }
    text.nfkc().flat_map(char::to_lowercase).map(hiragana).collect()
}

/// A letter that has no other width, and no case but that of ASCII; most of what is printed.
fn is_simple(c: char) -> bool {
    matches!(c, '\0'..='\u{7f}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}' | '\u{4E00}'..='\u{9FFF}')
}

fn hiragana(c: char) -> char {
    match c {
        '\u{30A1}'..='\u{30F6}' | '\u{30FD}'..='\u{30FE}' => {
            char::from_u32(u32::from(c) - 0x60).unwrap_or(c) // The two blocks stand in the same order.
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occurrences_are_told_in_characters_as_they_are_seen() {
        let text = Folded::new("ｶﾞス、ガス");
        assert_eq!(text.occurrences(&Folded::new("がす")), [(0, 1), (3, 4)]);
        assert_eq!(text.occurrences(&Folded::new("")), []);
    }

    #[test]
    fn text_and_characters_are_folded_alike() {
        for text in ["Error ＥＲＲＯＲ", "ﾊﾞｯｸｱｯﾌﾟ バックアップ", "が か\u{3099}", "容量 85%", "Straße ﬁ ①", "ヴヽー"]
        {
            assert_eq!(fold(text), Folded::new(text).chars().iter().collect::<String>(), "{text}");
        }
    }
}
