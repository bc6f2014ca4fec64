//! Finding text by what a person types: width, case and the kind of kana make no difference.
//!
//! Pure. Places are counted in characters as they are seen (grapheme clusters) of the text that was given.

use nucleo_matcher::{Config, Matcher, Utf32Str};
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

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }
}

fn hiragana(c: char) -> char {
    match c {
        '\u{30A1}'..='\u{30F6}' | '\u{30FD}'..='\u{30FE}' => {
            char::from_u32(u32::from(c) - 0x60).unwrap_or(c) // The two blocks stand in the same order.
        }
        other => other,
    }
}

/// Several words that are all to be found, in any order and with gaps.
pub struct Query {
    words: Vec<Folded>,
    matcher: Matcher,
}

/// How well a text fits a query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fit {
    /// More is better.
    pub score: u32,
    /// The places of the characters that were found, in order.
    pub marks: Vec<usize>,
}

impl Query {
    /// What was typed.
    pub fn new(typed: &str) -> Self {
        let words = typed.split_whitespace().map(Folded::new).filter(|w| !w.is_empty()).collect();
        let mut config = Config::DEFAULT;
        // Both sides are folded already.
        config.normalize = false;
        Self { words, matcher: Matcher::new(config) }
    }

    /// Nothing was asked for: everything fits.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well `shown` fits; a word that is not in it may be found in one of its other `names`.
    pub fn fit(&mut self, shown: &Folded, names: &[Folded]) -> Option<Fit> {
        let mut fit = Fit::default();
        for word in &self.words {
            let needle = Utf32Str::Unicode(&word.chars);
            let mut places = Vec::new();
            let seen = self.matcher.fuzzy_indices(Utf32Str::Unicode(&shown.chars), needle, &mut places);
            let mut by_name = None;
            for name in names {
                by_name = by_name.max(self.matcher.fuzzy_match(Utf32Str::Unicode(&name.chars), needle));
            }
            match (seen, by_name) {
                // What is seen goes first among equals: it can be marked.
                (Some(score), other) if Some(score) >= other => {
                    fit.score += u32::from(score);
                    let places = places.iter().filter_map(|at| shown.from.get(usize::try_from(*at).ok()?).copied());
                    fit.marks.extend(places);
                }
                (_, Some(score)) => fit.score += u32::from(score),
                (_, None) => return None,
            }
        }
        fit.marks.sort_unstable();
        fit.marks.dedup();
        Some(fit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(typed: &str, text: &str) -> Option<Vec<usize>> {
        Query::new(typed).fit(&Folded::new(text), &[]).map(|f| f.marks)
    }

    #[test]
    fn width_case_and_kana_make_no_difference() {
        assert_eq!(fits("バックアップ", "ﾊﾞｯｸｱｯﾌﾟ確認"), Some(vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(fits("ばっく", "バックアップ成功確認"), Some(vec![0, 1, 2]));
        assert_eq!(fits("Ｄｆ", "df -h"), Some(vec![0, 1]));
        assert_eq!(fits("ssl", "SSL証明書"), Some(vec![0, 1, 2]));
        assert_eq!(fits("確認", "表"), None);
    }

    #[test]
    fn words_are_found_in_any_order_and_all_of_them() {
        assert_eq!(fits("確認 容量", "ログディスク容量確認"), Some(vec![6, 7, 8, 9]));
        assert_eq!(fits("容量 削除", "ログディスク容量確認"), None);
    }

    #[test]
    fn a_name_that_is_not_shown_is_found_too() {
        let fit = Query::new("skip").fit(&Folded::new("省略"), &[Folded::new("skip")]);
        assert_eq!(fit.map(|f| f.marks), Some(Vec::new()));
    }

    #[test]
    fn occurrences_are_told_in_characters_as_they_are_seen() {
        let text = Folded::new("ｶﾞス、ガス");
        assert_eq!(text.occurrences(&Folded::new("がす")), [(0, 1), (3, 4)]);
        assert_eq!(text.occurrences(&Folded::new("")), []);
    }
}
