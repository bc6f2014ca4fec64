//! Lines that say what to beware of: `**WARNING**: …`, `※…`, 【注意】, `Do not …`.
//!
//! A sentence that only holds such a word is no caution: the word stands at its beginning and is closed by a mark.

use std::ops::Range;

use super::Line;
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Caution, CautionLevel};
use crate::runbook::text::{Pattern, has_any};

/// Signs that begin a caution by themselves.
const SIGNS: &[(&str, CautionLevel)] = &[
    ("⚠", CautionLevel::Caution),
    ("🚨", CautionLevel::Warning),
    ("⛔", CautionLevel::Warning),
    ("🛑", CautionLevel::Warning),
    ("☠", CautionLevel::Warning),
    ("❗", CautionLevel::Caution),
    ("‼", CautionLevel::Caution),
    ("ℹ", CautionLevel::Note),
    ("💡", CautionLevel::Note),
];

const TOPICS: [(Topic, CautionLevel); 3] = [
    (Topic::Warning, CautionLevel::Warning),
    (Topic::Caution, CautionLevel::Caution),
    (Topic::Note, CautionLevel::Note),
];

const OPENING: &[char] = &['[', '【', '(', '〔', '《', '<', '〈', '「', '■', '●', '◆', '*', '!'];
const CLOSING: &[char] = &[']', '】', ')', '〕', '》', '>', '〉', '」'];

static FORBIDDING: Pattern = Pattern::new(
    r"(?i)^(?:(?:please\s+)?(?:do not|don't|never|must not|under no circumstances)\s|絶対に.*(?:ない|禁止|厳禁)|決して.*ない)|(?:しない|行わない|触らない|使わない|実行しない|使用しない)(?:でください|こと)(?:[。!]|$)|(?:は|を|の)?(?:厳禁|禁止)(?:です|とする|します)?[。!]?$",
)
.needing(&["not", "don't", "never", "under no", "絶対に", "決して", "しない", "行わない", "触らない", "使わない", "厳禁", "禁止"]);
static ASIDE: Pattern =
    Pattern::new(r"[(\[【]\s*([^()\[\]【】:]{1,12}?)\s*[::!]\s*([^()\[\]【】]+)[)\]】]").needing(&[":", "!"]);

/// The caution word at the beginning of `half`: how grave it is, and where it ends.
fn word(lexicon: &Lexicon, half: &str) -> Option<(CautionLevel, usize)> {
    let begin = |(topic, level): &(Topic, CautionLevel)| {
        let range: Range<usize> = lexicon.find(half, *topic)?;
        (range.start == 0).then_some((*level, range.end))
    };
    // 注: and 注1) are marks; the letter alone begins too many other words.
    let mark = || {
        half.strip_prefix('注')
            .filter(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with([':', ')', ']', '】']))
    };
    let found = TOPICS.iter().filter_map(begin).max_by_key(|(_, end)| *end);
    found.or_else(|| mark().map(|_| (CautionLevel::Note, '注'.len_utf8())))
}

/// Where the words of the caution begin behind its first word, when a mark closes that word.
fn closed(half: &str, end: usize, bracket: bool) -> Option<usize> {
    let word = half.get(..end)?;
    let rest = half.get(end..)?;
    if word == "※" {
        return Some(end);
    }
    let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if number.len() < rest.len() && number.starts_with([':', ')', ']']) { number } else { rest };
    let trimmed = rest.trim_start();
    if word == "注"
        && !bracket
        && let Some(rest) = trimmed.strip_prefix([')', ']'])
    {
        return Some(half.len() - rest.trim_start().len());
    }
    let begins = |text: &str| half.len() - text.trim_start().len();
    if bracket {
        let inside = trimmed.strip_prefix(CLOSING)?;
        return Some(begins(inside.trim_start().trim_start_matches([':', '!'])));
    }
    if trimmed.is_empty() {
        return Some(half.len());
    }
    if let Some(rest) = trimmed.strip_prefix([':', '!', '※']) {
        return Some(begins(rest.trim_start_matches([':', '!'])));
    }
    // A dash with space on both sides, a word on a line of its own, or NB before its sentence.
    let dash = rest.starts_with(' ') && trimmed.starts_with(['-', '–', '—']) && trimmed.chars().nth(1) == Some(' ');
    if dash {
        return Some(begins(trimmed.trim_start_matches(['-', '–', '—'])));
    }
    let lone = rest.starts_with('\n') || (word.eq_ignore_ascii_case("nb") && rest.starts_with([' ', ',', '.']));
    lone.then(|| begins(rest.trim_start_matches([',', '.', ' '])))
}

/// The caution that a line states: its level, and its words, which are empty when a list follows.
pub(in crate::runbook::parse) fn caution_with(lexicon: &Lexicon, text: &str) -> Option<(CautionLevel, String)> {
    let this = Line::new(text);
    let whole = this.half.trim_start();
    let sign = SIGNS.iter().find(|(sign, _)| whole.starts_with(sign));
    let bare = match sign {
        Some((sign, _)) => whole.get(sign.len()..)?.trim_start_matches(['\u{fe0f}', ' ', '*', '❗', '‼', '⚠']),
        None => whole,
    };
    let inner = bare.trim_start_matches(|c: char| OPENING.contains(&c) || c == ' ');
    let bracket =
        bare.trim_start().starts_with(['[', '【', '(', '〔', '《', '<', '〈', '「']) && inner.len() < bare.len();
    let said = |from: &str, at: usize| {
        let start = this.half.len() - from.len() + at;
        this.words_at(start..this.half.len()).unwrap_or_default()
    };
    let found = word(lexicon, inner).and_then(|(level, end)| closed(inner, end, bracket).map(|at| (level, at)));
    if let Some((level, at)) = found {
        let level = sign.filter(|(_, of)| *of == CautionLevel::Warning).map_or(level, |(_, of)| *of);
        return Some((level, said(inner, at)));
    }
    if let Some((_, level)) = sign {
        return (!bare.trim().is_empty()).then(|| (*level, said(bare, 0)));
    }
    if FORBIDDING.is_match(whole.trim_end()) && !whole.contains('\n') {
        let grave = has_any(whole, &["絶対", "厳禁", "禁止", "never", "under no circumstances"]);
        let level = if grave { CautionLevel::Warning } else { CautionLevel::Caution };
        return Some((level, text.trim().to_owned()));
    }
    None
}

/// The caution in brackets inside a title or a label: `初期化（注意: 全データ削除）`.
pub(in crate::runbook::parse) fn aside_with(lexicon: &Lexicon, text: &str) -> Option<(CautionLevel, String)> {
    let this = Line::new(text);
    let found = ASIDE.captures(&this.half)?;
    let lead = found.get(1)?.as_str();
    let (level, end) = word(lexicon, lead)?;
    (end == lead.len()).then_some(())?;
    Some((level, this.words(&found, 2)?))
}

/// [`caution_with`] with the words that the program brings along.
pub(in crate::runbook::parse) fn caution(text: &str) -> Option<(CautionLevel, String)> {
    caution_with(Lexicon::built_in(), text)
}

/// A caution of the document.
pub(in crate::runbook::parse) fn make_caution(level: CautionLevel, text: &str, line: usize) -> Caution {
    Caution { level, text: text.to_owned(), line }
}

/// [`aside_with`] with the words that the program brings along.
#[cfg(test)]
pub(in crate::runbook::parse) fn aside(text: &str) -> Option<(CautionLevel, String)> {
    aside_with(Lexicon::built_in(), text)
}
