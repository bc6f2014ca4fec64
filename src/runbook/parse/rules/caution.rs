//! Lines that say what to beware of: `**WARNING**: …`, `※…`, 【注意】, `Do not …`.
//!
//! A sentence that only holds such a word is no caution: the word stands at its beginning and is closed by a mark.

use super::Line;
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Caution, CautionLevel};
use crate::runbook::text::{Pattern, half_width, has_any};

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

const OPENING: &[char] = &['[', '【', '(', '〔', '《', '<', '〈', '「'];
const CLOSING: &[char] = &[']', '】', ')', '〕', '》', '>', '〉', '」'];
/// Signs that are drawn before a word, or around it: ★注意★, ■注意■.
const DRAWN: &[char] =
    &['★', '☆', '■', '□', '●', '○', '◎', '◆', '◇', '▲', '△', '▼', '*', '!', '⚠', '\u{fe0f}', '❗', '‼'];

static FORBIDDING: Pattern = Pattern::new(
    r"(?i)^(?:(?:please\s+)?(?:do not|don't|never|must not|you (?:should|must|may) (?:not|never)|you shouldn't|you mustn't|under no circumstances)\s|絶対に.*(?:ない|禁止|厳禁)|決して.*ない)|(?:しない|行わない|触らない|使わない|実行しない|使用しない)(?:でください|こと)(?:[。!]|$)|(?:は|を|の)?(?:厳禁|禁止)(?:です|とする|します)?[。!]?$",
)
.needing(&["not", "n't", "never", "under no", "絶対に", "決して", "しない", "行わない", "触らない", "使わない", "厳禁", "禁止"]);
/// What forbids nothing: an expected result, or a word of comfort.
static NOT_FORBIDDING: Pattern =
    Pattern::new(r"(?i)^(?:you should(?: not|n't)\s+(?:see|get|have|need|observe|notice|expect|be)|don't\s+(?:worry|hesitate|panic)|do not hesitate|never\s?mind)(?-u:\b)")
        .needing(&["not", "n't", "never"]);
/// A sentence that says of itself that it is to be kept in mind.
static MINDFUL: Pattern = Pattern::new(
    r"(?i)^(?:please\s+)?(?:(?:also\s+)?(?:take\s+)?note|be\s+(?:aware|careful|mindful|warned)|keep\s+in\s+mind|bear\s+in\s+mind|beware)\s+(?:also\s+)?that\s",
)
.needing(&["note", "be", "mind"]);
/// What is done cannot be taken back.
static LASTING: Pattern = Pattern::new(
    r"(?i)^(?:warning\s+)?(?:this|these|the|running|it)\s[^?:]*?(?:(?:is|are)\s+(?:an?\s+)?(?:(?:very|highly|potentially|extremely)\s+)?(?:destructive|irreversible|dangerous)(?-u:\b)|(?:cannot|can't|can not) be (?:undone|reversed|reverted|recovered|restored)(?-u:\b))|^[^。]*(?:元に戻せ|元には戻せ|取り消せ|取り消しでき|復元でき|復旧でき|巻き戻せ|やり直せ)(?:ません|ない)(?:[。!]|ため|ので|$)|^[^。]*取り返しがつか(?:ない|ません)(?:[。!]|ため|ので|$)",
)
.needing(&["destructive", "irreversible", "dangerous", "be undone", "be rever", "be re", "戻せ", "取り消", "でき", "やり直せ", "取り返し"]);
/// A sentence ends, and a caution begins: `…する。注意：…`.
static INSIDE: Pattern = Pattern::new(r"[。!.]\s*([(\[【〔《<★■◆]?\s*[^\s:。、.]{1,10}?\s*[:\]】〕》>★■◆])")
    .needing(&[":", "]", "】", "〕", "》", ">", "★", "■", "◆"]);
static ASIDE: Pattern =
    Pattern::new(r"[(\[【]\s*([^()\[\]【】:]{1,12}?)\s*[::!]\s*([^()\[\]【】]+)[)\]】]").needing(&[":", "!"]);
/// A remark behind a title: `起動する　※夜間のみ`.
static REMARK: Pattern = Pattern::new(r"\S[\s。]+※\s*(?:\d{1,2}[\s:)]\s*)?(\S.*)$").needing(&["※"]);

/// The caution word at the beginning of `half`: how grave it is, and where it ends.
fn word(lexicon: &Lexicon, half: &str) -> Option<(CautionLevel, usize)> {
    // 注: and 注1) are marks; the letter alone begins too many other words.
    let mark = || {
        half.strip_prefix('注')
            .filter(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with([':', ')', ']', '】']))
    };
    let found = lexicon
        .leading(half, &TOPICS.map(|(topic, _)| topic))
        .and_then(|(said, end)| TOPICS.iter().find(|(topic, _)| *topic == said).map(|(_, level)| (*level, end)));
    found.or_else(|| mark().map(|_| (CautionLevel::Note, '注'.len_utf8())))
}

/// Where the words of the caution begin behind its first word, when a mark closes that word.
fn closed(half: &str, end: usize, bracket: bool) -> Option<usize> {
    let word = half.get(..end)?;
    let rest = half.get(end..)?;
    if word == "※" {
        // ※1 is a mark, ※1台ずつ a sentence.
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let marked = number.len() < rest.len() && number.starts_with([' ', ':', ')', '.']);
        return Some(if marked { half.len() - number.trim_start_matches([' ', ':', ')', '.']).len() } else { end });
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
    let drawn = trimmed.trim_start_matches(DRAWN);
    if drawn.trim().is_empty() {
        return Some(half.len());
    }
    if drawn.len() < trimmed.len() {
        return Some(begins(drawn.trim_start().trim_start_matches([':', '!'])));
    }
    if let Some(rest) = trimmed.strip_prefix([':', '※']) {
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
    // No part of the line is lost: what it asks to beware of needs the sentence before it.
    let behind = || inside(lexicon, &half_width(text)).map(|(level, _)| (level, text.trim().to_owned()));
    whole_caution_with(lexicon, text).or_else(behind)
}

/// Like [`caution_with`], and nothing for a caution behind a sentence that asks for work.
pub(in crate::runbook::parse) fn whole_caution_with(lexicon: &Lexicon, text: &str) -> Option<(CautionLevel, String)> {
    let this = Line::new(text);
    let whole = this.half.trim_start();
    let sign = SIGNS.iter().find(|(sign, _)| whole.starts_with(sign));
    let bare = whole.trim_start_matches(|c: char| DRAWN.contains(&c) || c == ' ');
    let bare = sign.and_then(|(sign, _)| bare.strip_prefix(sign)).unwrap_or(bare).trim_start_matches(['\u{fe0f}', ' ']);
    let inner = bare.trim_start_matches(|c: char| OPENING.contains(&c) || c == ' ');
    let bracket = inner.len() < bare.len();
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
    let level = sentence(whole.trim_end())?;
    Some((level, text.trim().to_owned()))
}

/// How grave a sentence is that is a caution as a whole.
fn sentence(whole: &str) -> Option<CautionLevel> {
    if whole.contains('\n') {
        return None;
    }
    if FORBIDDING.is_match(whole) && !NOT_FORBIDDING.is_match(whole) {
        let grave = has_any(whole, &["絶対", "厳禁", "禁止", "never", "under no circumstances"]);
        return Some(if grave { CautionLevel::Warning } else { CautionLevel::Caution });
    }
    if LASTING.is_match(whole) {
        return Some(CautionLevel::Warning);
    }
    MINDFUL.is_match(whole).then_some(CautionLevel::Note)
}

/// The caution that begins behind a sentence: its level, and where its words begin.
fn inside(lexicon: &Lexicon, half: &str) -> Option<(CautionLevel, usize)> {
    INSIDE.captures_iter(half).find_map(|found| {
        let lead = found.get(1)?;
        let bare = lead.as_str().trim_matches(|c: char| !c.is_alphanumeric());
        let (level, end) = word(lexicon, bare)?;
        (end == bare.len()).then_some((level, lead.end()))
    })
}

/// The words of a paragraph that is printed bold as a whole and asks for something.
pub(in crate::runbook::parse) fn is_demand(text: &str) -> bool {
    static DEMAND: Pattern = Pattern::new(
        r"(?i)^(?:[^。]*(?:必ず|かならず|厳守)[^。]*(?:こと|ください|下さい|する|せよ|厳守)[。!！]?$|(?:please\s+)?(?:always|make sure|be sure|ensure|you must)\s.*[.!]$)",
    )
    .needing(&["必ず", "かならず", "厳守", "always", "sure", "ensure", "must"]);
    !text.contains('\n') && DEMAND.is_match(text.trim())
}

/// The lead of a paragraph that is no more than a word of caution: `**Note** The door is heavy.`
pub(in crate::runbook::parse) fn lead_with(lexicon: &Lexicon, lead: &str) -> Option<CautionLevel> {
    let half = half_width(lead);
    let bare = half.trim_matches(|c: char| !c.is_alphanumeric());
    word(lexicon, bare).filter(|(_, end)| *end == bare.len()).map(|(level, _)| level)
}

/// The caution in brackets inside a title or a label, `初期化（注意: 全データ削除）`, or the remark behind it.
pub(in crate::runbook::parse) fn aside_with(lexicon: &Lexicon, text: &str) -> Option<(CautionLevel, String)> {
    let this = Line::new(text);
    if let Some(remark) = REMARK.captures(&this.half) {
        return Some((CautionLevel::Note, this.words(&remark, 1)?));
    }
    if let Some((level, at)) = inside(lexicon, &this.half) {
        return Some((level, this.words_at(at..this.half.len())?));
    }
    // What is said last of the work: 水を捨てる。元に戻せません。
    let lasting = text.split_inclusive('。').skip(1).find(|sentence| LASTING.is_match(sentence.trim()));
    if let Some(sentence) = lasting {
        return Some((CautionLevel::Warning, sentence.trim().to_owned()));
    }
    let found = ASIDE.captures(&this.half)?;
    let lead = found.get(1)?.as_str();
    let (level, end) = word(lexicon, lead)?;
    (end == lead.len()).then_some(())?;
    Some((level, this.words(&found, 2)?))
}

/// [`caution_with`] with the words that the program brings along.
#[cfg(test)]
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
