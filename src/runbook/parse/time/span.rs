//! Lengths of time: `30 分`, `1〜2 時間`, `1時間30分`, `90min`, 即座.

use std::ops::Range;

use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::text::{Pattern, half_width};

static QUANTITY: Pattern = Pattern::new(
    r"(?i)(\d[\d,]*(?:\.\d+)?)\s*(?:(?:[~–—-]|から|to)\s*(\d+(?:\.\d+)?)\s*)?(秒|分|時間半?|営業日|日間?|週間?|(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|(?:business|working)[ -]days?|days?|weeks?|wks?|[smhdw]))",
);
static JOINED: Pattern = Pattern::new(r"^\s*(?:and\s+)?(\d)");
static UP_TO: Pattern = Pattern::new(r"^\s*(?:以内)?\s*(?:[~–—-]|から|to)\s*(\d)");

/// A length of time in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook::parse) struct Span {
    /// Least and most, in minutes.
    pub(in crate::runbook::parse) minutes: [u32; 2],
    /// It is told in hours or less.
    pub(in crate::runbook::parse) clock: bool,
    /// Where it stands in the half-width text.
    pub(in crate::runbook::parse) range: Range<usize>,
}

/// One number with its unit.
struct Quantity {
    seconds: [u64; 2],
    /// Seconds of the unit; none for days on which people work, which are no length of time.
    unit: Option<u64>,
    range: Range<usize>,
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

fn unit_seconds(unit: &str) -> Option<u64> {
    let unit = unit.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| unit.starts_with(word));
    if is(&["営業", "business", "working"]) {
        None
    } else if is(&["秒", "s"]) {
        Some(1)
    } else if is(&["分", "m"]) {
        Some(60)
    } else if is(&["時間", "h"]) {
        Some(HOUR)
    } else if is(&["日", "d"]) {
        Some(DAY)
    } else {
        Some(7 * DAY)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is clamped to what fits")]
fn times(count: &str, unit: u64) -> u64 {
    let count: f64 = count.replace(',', "").parse().unwrap_or(0.0);
    let unit = u32::try_from(unit).unwrap_or(u32::MAX);
    (count * f64::from(unit)).clamp(0.0, f64::from(u32::MAX)).ceil() as u64
}

/// The first quantity of `half` that begins at `from` or later.
fn quantity(half: &str, from: usize) -> Option<Quantity> {
    let rest = half.get(from..)?;
    for found in QUANTITY.captures_iter(rest) {
        let (Some(whole), Some(least), Some(unit)) = (found.get(0), found.get(1), found.get(3)) else { continue };
        let range = from + whole.start()..from + whole.end();
        let before = half.get(..range.start).unwrap_or_default();
        // A date, a clock time or a part of another number is no length.
        let goes_on = from > 0 && range.start == from;
        let part = before.ends_with(['.', ':', '/', '月', '年', '第'])
            || before.ends_with(|c: char| c.is_ascii_alphanumeric());
        if part && !goes_on {
            continue;
        }
        // 3 hosts are no hours.
        let latin = unit.as_str().ends_with(|c: char| c.is_ascii_alphabetic());
        if latin && half.get(range.end..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())) {
            continue;
        }
        let seconds = unit_seconds(unit.as_str());
        let half_more = if unit.as_str() == "時間半" { HOUR / 2 } else { 0 };
        let count = |text: &str| seconds.map_or(0, |unit| times(text, unit)) + half_more;
        let first = count(least.as_str());
        let last = found.get(2).map_or(first, |most| count(most.as_str()));
        return Some(Quantity { seconds: [first, last], unit: seconds, range });
    }
    None
}

/// Where a quantity goes on: with a smaller unit (`1時間30分`) or up to a second length (`30分〜1時間`).
fn next(half: &str, end: usize, pattern: &Pattern) -> Option<Quantity> {
    let rest = half.get(end..)?;
    let digit = pattern.captures(rest)?.get(1)?.start();
    quantity(half, end + digit).filter(|found| found.range.start == end + digit)
}

/// The first length of time in a half-width text; nothing where it counts the days on which people work.
pub(in crate::runbook::parse) fn span(half: &str) -> Option<Span> {
    let first = quantity(half, 0)?;
    let unit = first.unit?;
    let mut seconds = first.seconds;
    let mut range = first.range;
    let add = |seconds: &mut u64, range: &mut Range<usize>, above: u64| {
        if let Some(part) = next(half, range.end, &JOINED).filter(|part| part.unit.is_some_and(|unit| unit < above)) {
            *seconds += part.seconds[0];
            range.end = part.range.end;
            return true;
        }
        false
    };
    if seconds[0] == seconds[1] && add(&mut seconds[0], &mut range, unit) {
        seconds[1] = seconds[0];
    }
    if seconds[0] == seconds[1]
        && let Some(most) = next(half, range.end, &UP_TO)
        && let Some(above) = most.unit
    {
        range.end = most.range.end;
        seconds[1] = most.seconds[1];
        add(&mut seconds[1], &mut range, above);
    }
    let minutes = seconds.map(|seconds| u32::try_from(seconds.div_ceil(60)).unwrap_or(u32::MAX));
    Some(Span { minutes: [minutes[0], minutes[1].max(minutes[0])], clock: unit < DAY, range })
}

/// Nothing but marks and words of a limit stands in `text`.
fn only_limit(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut rest = lower.trim();
    for word in ["以内", "まで", "within", "less than", "under", "max", "<", "≤", "=", "約", "目標", "を", ":"]
    {
        rest = rest.trim_start_matches(word).trim().trim_end_matches(word).trim();
    }
    rest.is_empty()
}

/// The minutes within which something is to be done: 0 for 即座; nothing for 次営業日 and what names no time.
pub(in crate::runbook::parse) fn target(lexicon: &Lexicon, text: &str) -> Option<u32> {
    let half = half_width(text);
    let span = span(&half);
    let Some(now) = lexicon.find(&half, Topic::Immediate) else { return span.map(|span| span.minutes[1]) };
    let Some(span) = span else { return Some(0) };
    if span.range.start < now.start {
        return Some(span.minutes[1]);
    }
    // 即時（5分以内） says how soon that is; 即時対応（4時間以内に修正） tells of something else.
    let inside = half.get(now.end..).and_then(|rest| rest.split_once('(')).and_then(|(_, rest)| rest.split_once(')'));
    let inside_is_limit = inside.is_some_and(|(inside, _)| {
        let alone = super::span::span(inside);
        alone.is_some_and(|found| {
            let before = inside.get(..found.range.start).unwrap_or_default();
            let after = inside.get(found.range.end..).unwrap_or_default();
            only_limit(before) && only_limit(after)
        })
    });
    Some(if inside_is_limit { span.minutes[1] } else { 0 })
}
