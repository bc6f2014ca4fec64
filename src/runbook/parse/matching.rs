//! Which item of a list a group of a shared fence belongs to, by the words of its label.

use crate::runbook::shell::Group;
use crate::runbook::text::{Pattern, half_width};

/// Half of the shorter text's word pairs must be in the longer one; below that, chance matches appear.
const ENOUGH: f64 = 0.5;

static ASIDE: Pattern = Pattern::new(r"\([^)]*\)|^\s*\d{1,2}[.)]\s*");
static COMMON: Pattern = Pattern::new(
    r"(?:確認|チェック|検証|実施|実行|作業|レビュー|検討|特定|の|を|する)|\b(?:the|a|an|of|check|checks|verify|confirm|review|run|and|for|to)\b",
);

/// For each group, the place of the item that it belongs to.
pub(super) fn assign(titles: &[&str], groups: &[Group]) -> Vec<Option<usize>> {
    let mut scores = Vec::new();
    let titles: Vec<Words> = titles.iter().map(|title| Words::of(title)).collect();
    for (at, group) in groups.iter().enumerate() {
        let Some(label) = group.label.as_deref().map(Words::of) else { continue };
        for (item, title) in titles.iter().enumerate() {
            let score = likeness(title, &label);
            if score >= ENOUGH {
                // Among equals the pair that stands in the same place wins.
                scores.push((score, at.abs_diff(item), at, item));
            }
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut found = vec![None; groups.len()];
    for (_, _, group, item) in scores {
        if found[group].is_none() {
            found[group] = Some(item);
        }
    }
    for (at, _) in groups.iter().enumerate().filter(|(at, group)| *at > 0 && group.goes_on) {
        found[at] = found[at - 1];
    }
    found
}

fn core(text: &str) -> String {
    let half = half_width(text).to_lowercase();
    let plain = ASIDE.replace_all(&half, " ");
    let kept = COMMON.replace_all(&plain, " ");
    if kept.trim().is_empty() { plain.into_owned() } else { kept.into_owned() }
}

/// The words of a text, as pairs of letters that follow each other inside a word: sorted, each once.
pub(super) struct Words(Vec<(char, char)>);

impl Words {
    /// The words that say what `text` is about.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Vec::new();
        for word in core(text).split(|c: char| !c.is_alphanumeric() && c != 'ー') {
            let mut letters = word.chars();
            let Some(mut before) = letters.next() else { continue };
            let mut alone = true;
            for letter in letters {
                found.push((before, letter));
                before = letter;
                alone = false;
            }
            if alone {
                found.push((before, before));
            }
        }
        found.sort_unstable();
        found.dedup();
        Self(found)
    }

    /// How much of the shorter, and of the longer text's words stands in the other one, from 0 to 1.
    pub(super) fn shares(&self, other: &Self) -> (f64, f64) {
        let (a, b) = (&self.0, &other.0);
        let least = a.len().min(b.len());
        if least == 0 {
            return (0.0, 0.0);
        }
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let common = number(a.iter().filter(|pair| b.binary_search(pair).is_ok()).count());
        (common / number(least), common / number(a.len().max(b.len())))
    }
}

fn likeness(a: &Words, b: &Words) -> f64 {
    let (shorter, longer) = a.shares(b);
    // The longer text breaks ties between items that hold the label whole.
    shorter + longer * 0.01
}
