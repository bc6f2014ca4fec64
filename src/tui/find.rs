//! Finding text by what a person types: width, case and the kind of kana make no difference.
//!
//! Pure. Places are counted in characters as they are seen (grapheme clusters) of the text that was given.

use nucleo_matcher::{Config, Matcher, Utf32Str};

pub use crate::term::fold::Folded;

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
            let needle = Utf32Str::Unicode(word.chars());
            let mut places = Vec::new();
            let seen = self.matcher.fuzzy_indices(Utf32Str::Unicode(shown.chars()), needle, &mut places);
            let mut by_name = None;
            for name in names {
                by_name = by_name.max(self.matcher.fuzzy_match(Utf32Str::Unicode(name.chars()), needle));
            }
            match (seen, by_name) {
                // What is seen goes first among equals: it can be marked.
                (Some(score), other) if Some(score) >= other => {
                    fit.score += u32::from(score);
                    let places = places.iter().filter_map(|at| shown.place(usize::try_from(*at).ok()?));
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
}
