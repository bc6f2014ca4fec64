//! When something is due, how long it takes and by when it must be done, read from headings and titles.
//!
//! Conservative: what is not plainly said gives nothing.

use std::ops::Range;

use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Deadline, Frequency};
use crate::runbook::text::{Pattern, half_width};

mod clock;
mod occasion;
mod span;
mod working;

#[cfg(test)]
pub(super) use occasion::occasion;
pub(super) use occasion::{Occasion, occasion_with};
pub(super) use span::{span, target};
pub(super) use working::moved;

/// The part of `original` that the bytes `range` of its half-width form came from.
pub(super) fn source_words(original: &str, half: &str, range: Range<usize>) -> String {
    let from = half.get(..range.start).unwrap_or_default().chars().count();
    let count = half.get(range).unwrap_or_default().chars().count();
    original.chars().skip(from).take(count).collect::<String>().trim().to_owned()
}

static BRACKETS: Pattern = Pattern::new(r"[(\[【]([^()\[\]【】]*)[)\]】]").needing(&["(", "[", "【"]);
static LIMIT: Pattern = Pattern::new(
    r"(?i)以内|(?-u:\b)(?:within|max(?:imum)?|no later than|sla|target|under)(?-u:\b)|[<≤]|目標|期限|まで",
)
.needing(&["以内", "within", "max", "no later", "sla", "target", "under", "<", "≤", "目標", "期限", "まで"]);
static SINCE: Pattern = Pattern::new(
    r"(?i)(?-u:\b)t\s*\+\s*(\d+)(?:\s*[~–—-]\s*(\d+))?\s*(秒|分|時間|(?:seconds?|secs?|minutes?|mins?|min|m|hours?|hrs?|h|s)(?-u:\b))",
)
.needing(&["t+", "t +"]);
static AT_START: Pattern =
    Pattern::new(r"(?i)^(within\s+[\d.]+\s*\p{L}{1,8}|[\d.]+\s*[^\d\s:、,(]{1,8}?\s*以内)\s*(?:に|[:、,])")
        .needing(&["以内", "within"]);
static AFTER: Pattern = Pattern::new(
    r"^(?:障害|警報|アラート)?(?:の)?(?:検知|発生|発覚|受付|受信|開始|通知|連絡|宣言|着信)(?:から|後|より)?、?\s*([\d.]+\s*[^\d\s:、,(]{1,8}?\s*以内)\s*(?:に|[:、,])",
)
.needing(&["以内"]);
static AT_END: Pattern =
    Pattern::new(r"(?i)(?:[:、,\s–—-])\s*((?:within\s+\d+\s*\p{L}+|\d[\d.]*\s*\p{L}{1,4}?\s*以内))\s*[.。]?\s*$")
        .needing(&["以内", "within"]);

/// What is said of a time that runs out, which is when something has failed: 5分以内に起動しなければ失敗.
static RUNS_OUT: Pattern = Pattern::new(
    r"(?i)なければ|ない(?:場合|時|とき|なら|と)|(?:でき|せ|れ|え)ず|失敗|異常|中止|(?-u:\b)(?:fail\w*|if|unless|otherwise|abort)(?-u:\b)",
)
.needing(&["ない", "なければ", "ず", "失敗", "異常", "中止", "fail", "if", "unless", "otherwise", "abort"]);

/// The deadline that the words `range` of a title state.
fn by(title: &str, half: &str, range: Range<usize>, min: u32) -> Deadline {
    Deadline { min, from: "start".to_owned(), text: source_words(title, half, range) }
}

/// に作成 and を目安に完了, but no sentence.
const LONGEST_CLAUSE: usize = 10;

/// Where the limit stands in `half` from `from` on: the time, with 以内 or "within" beside it.
fn limit(half: &str, inside: Range<usize>) -> Option<(Range<usize>, u32)> {
    let words = half.get(inside.clone())?;
    let found = span(words)?;
    let mut range = inside.start + found.range.start..inside.start + found.range.end;
    let behind = half.get(range.end..inside.end).unwrap_or_default();
    if let Some(word) = ["以内", "を目標", "まで"].iter().find(|word| behind.trim_start().starts_with(**word)) {
        range.end += behind.len() - behind.trim_start().len() + word.len();
    }
    let before = half.get(inside.start..range.start).unwrap_or_default();
    if let Some(at) =
        before.to_lowercase().rfind("within").filter(|at| before.get(at + 6..).is_some_and(|gap| gap.trim().is_empty()))
    {
        range.start = inside.start + at;
    }
    // What goes on behind the time says what is due: に作成; a longer clause only tells of a time.
    let clause = half.get(range.end..inside.end).unwrap_or_default().trim();
    (clause.chars().count() <= LONGEST_CLAUSE || clause.is_ascii()).then_some((range, found.minutes[1]))
}

/// The deadline that a title carries, in minutes from the start: `初動（5分以内）`, `（T+2〜5分）`, `Within 2 hours: …`.
pub(super) fn deadline_with(lexicon: &Lexicon, title: &str) -> Option<Deadline> {
    let half = half_width(title);
    if let Some(found) = SINCE.captures(&half) {
        let last = found.get(2).or_else(|| found.get(1))?.as_str();
        let length = format!("{last}{}", found.get(3)?.as_str());
        return Some(by(title, &half, found.get(0)?.range(), span(&length)?.minutes[1]));
    }
    for found in BRACKETS.captures_iter(&half) {
        let Some(inside) = found.get(1) else { continue };
        if RUNS_OUT.is_match(inside.as_str()) {
            continue;
        }
        if LIMIT.is_match(inside.as_str())
            && let Some((range, min)) = limit(&half, inside.range())
        {
            return Some(by(title, &half, range, min));
        }
        let now =
            lexicon.find(inside.as_str(), Topic::Immediate).filter(|now| *now == (0..inside.as_str().trim_end().len()));
        if let Some(now) = now {
            return Some(by(title, &half, inside.start() + now.start..inside.start() + now.end, 0));
        }
    }
    let plain = AT_START.captures(&half).or_else(|| AFTER.captures(&half)).or_else(|| AT_END.captures(&half));
    if let Some(inside) = plain.as_ref().and_then(|found| found.get(1)).filter(|words| LIMIT.is_match(words.as_str())) {
        if RUNS_OUT.is_match(&half) {
            return None;
        }
        let (range, min) = limit(&half, inside.range())?;
        return Some(by(title, &half, range, min));
    }
    // 即時: …
    let (_, end) = lexicon.leading(&half, &[Topic::Immediate]).filter(|_| half.contains([':', '、']))?;
    let rest = half.get(end..)?.trim_start();
    rest.starts_with([':', '、']).then(|| by(title, &half, 0..end, 0))
}

/// [`deadline_with`] with the words that the program brings along.
pub(super) fn deadline(title: &str) -> Option<Deadline> {
    deadline_with(Lexicon::built_in(), title)
}

static ABOUT: Pattern = Pattern::new(
    r"(?i)^\s*(?:約|およそ|目安|所要時間|所要|作業時間|見込み|想定|about|approx(?:imately|\.)?|around|est(?:imated|\.)?|takes|duration|time|ca\.|~|[:\s])*\s*$",
);
static ROUGHLY: Pattern = Pattern::new(r"(?i)^\s*(?:程度|ほど|くらい|ぐらい|弱|強|前後|each|per \w+|/\S+)?\s*$");

/// The planned time that a title carries in brackets: minutes, least and most, and the words.
pub(super) fn planned(title: &str) -> Option<([u32; 2], String)> {
    let half = half_width(title);
    BRACKETS.captures_iter(&half).find_map(|found| {
        let inside = found.get(1)?;
        let length = span(inside.as_str()).filter(|length| length.clock)?;
        let before = inside.as_str().get(..length.range.start)?;
        let after = inside.as_str().get(length.range.end..)?;
        let range = inside.start() + length.range.start..inside.start() + length.range.end;
        let alone = ABOUT.is_match(before) && ROUGHLY.is_match(after);
        alone.then(|| (length.minutes, source_words(title, &half, range)))
    })
}

/// The minutes, least and most, that a text such as `1〜2 時間` names; 半日 and 2日 are no minutes.
pub(super) fn length(text: &str) -> Option<[u32; 2]> {
    let half = half_width(text);
    span(&half).filter(|length| length.clock).map(|length| length.minutes)
}

/// How often a cron line comes round.
pub(super) fn cron_frequency(fields: &str) -> Frequency {
    let fields: Vec<&str> = fields.split_whitespace().collect();
    match fields[..] {
        ["@hourly"] => Frequency::Hourly,
        ["@daily" | "@midnight"] => Frequency::Daily,
        ["@weekly"] => Frequency::Weekly,
        ["@monthly"] => Frequency::Monthly,
        ["@yearly" | "@annually"] => Frequency::Yearly,
        [_, hour, "*", "*", "*"] if hour.starts_with('*') => Frequency::Hourly,
        [_, _, "*", "*", "*" | "1-5" | "mon-fri" | "MON-FRI" | "0-6"] => Frequency::Daily,
        [_, _, _, "*/3" | "1,4,7,10" | "3,6,9,12" | "2,5,8,11", _] => Frequency::Quarterly,
        [_, _, "*", "*", _] => Frequency::Weekly,
        [_, _, _, "*", _] => Frequency::Monthly,
        [_, _, _, month, _] if month.parse::<u32>().is_ok() => Frequency::Yearly,
        _ => Frequency::Unspecified,
    }
}
