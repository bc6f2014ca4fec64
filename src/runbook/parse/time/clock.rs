//! The times of day that a text names: `03:00`, 午後3時半, 9時と17時, 5pm, 25:00.

use std::ops::Range;

use crate::runbook::text::Pattern;

macro_rules! patterns {
    ($($name:ident = $pattern:literal, needs $needs:expr;)*) => {
        $(static $name: Pattern = Pattern::new($pattern).needing(&$needs);)*
    };
}

patterns! {
    CLOCK = r"(?:^|[^\d:])([01]?\d|2\d):([0-5]\d)(?:$|\D)", needs [":"];
    CLOCK_JA = r"(午前|午後|早朝|朝|夜|深夜|夕方|AM|PM|am|pm)?\s*(?:^|[^\d:])?([01]?\d|2\d)\s*時(?:\s*(半)|\s*([0-5]?\d)\s*分)?(?:$|[^間点期\d])", needs ["時"];
    CLOCK_EN = r"(?i)(?:^|[^\d:.])(?:(1[0-2]|0?[1-9])(?::([0-5]\d))?\s*[-~–]\s*)?(1[0-2]|0?[1-9])(?::([0-5]\d))?\s*([ap])\.?m\b", needs ["am", "pm", "a.m", "p.m"];
    NOON = r"(?i)正午|\b(?:at\s+)?noon\b|\bmidnight\b|午前零時|深夜零時", needs ["正午", "noon", "midnight", "零時"];
    HOURS_JA = r"(?:^|[^\d:])((?:(?:[01]?\d|2\d)\s*[・、,]\s*)+)(?:[01]?\d|2\d)\s*時(?:$|[^間点期\d])", needs ["時"];
    ALSO = r"(?i)^\s*(?:[・、,/&]|と|および|及び|,?\s*\band\b)\s*(?:at\s+)?", needs ["・", "、", ",", "/", "&", "と", "および", "及び", "and"];
    UNTIL = r"^\s*(?:[~〜–-]|から)\s*", needs ["~", "〜", "–", "-", "から"];
    BETWEEN = r"^\s*の?間", needs ["間"];
}

/// A time of day. Operations count on beyond midnight: 25:00 is 01:00 of the day after.
struct Clock {
    hour: u32,
    minute: u32,
    /// It is said to be one of the afternoon or of the evening.
    late: bool,
    range: Range<usize>,
}

fn number(found: &regex::Captures<'_>, at: usize) -> Option<u32> {
    found.get(at).and_then(|digits| digits.as_str().parse().ok())
}

fn afternoon(hour: u32, late: bool) -> u32 {
    if late && hour < 12 { hour + 12 } else { hour }
}

/// The first time of day in a text.
fn clock(half: &str) -> Option<Clock> {
    if let Some(found) = CLOCK_EN.captures(half) {
        let (begin, end) = (number(&found, 1), number(&found, 3)?);
        let first = begin.unwrap_or(end);
        // From 11 to 1 pm begins before noon.
        let late = found[5].eq_ignore_ascii_case("p") != (first % 12 > end % 12);
        let minute = number(&found, if begin.is_some() { 2 } else { 4 }).unwrap_or(0);
        let hour = if first == 12 && !late { 0 } else { afternoon(first, late) };
        let start = found.get(1).or_else(|| found.get(3))?.start();
        return Some(Clock { hour, minute, late: false, range: start..found.get(0)?.end() });
    }
    if let Some(found) = CLOCK.captures(half) {
        let digits = found.get(1)?.start();
        let before = half.get(..digits).unwrap_or_default().trim_end();
        let late = before.ends_with("午後");
        let word = ["午後", "午前"].iter().find(|word| before.ends_with(**word));
        let start = word.map_or(digits, |word| before.len() - word.len());
        let hour = afternoon(number(&found, 1)?, late);
        return Some(Clock { hour, minute: number(&found, 2)?, late, range: start..found.get(2)?.end() });
    }
    if let Some(found) = CLOCK_JA.captures(half) {
        let word = found.get(1).map_or(String::new(), |word| word.as_str().to_lowercase());
        let late = matches!(word.as_str(), "午後" | "夕方" | "夜" | "pm");
        let minute = if found.get(3).is_some() { 30 } else { number(&found, 4).unwrap_or(0) };
        let end = found.get(4).or_else(|| found.get(3)).or_else(|| found.get(2))?.end();
        // 時 or 分 stands directly behind the number.
        let unit = half.get(end..).map(|rest| (rest, rest.trim_start()));
        let unit = unit.filter(|(_, word)| word.starts_with(['時', '分']));
        let end = unit.map_or(end, |(rest, word)| end + rest.len() - word.len() + '時'.len_utf8());
        let start = found.get(1).or_else(|| found.get(2))?.start();
        return Some(Clock { hour: afternoon(number(&found, 2)?, late), minute, late, range: start..end });
    }
    let found = NOON.find(half)?;
    let noon = found.as_str().contains("正午") || found.as_str().to_lowercase().contains("noon");
    Some(Clock { hour: if noon { 12 } else { 0 }, minute: 0, late: false, range: found.range() })
}

/// A time of day with which a text begins.
fn at_start(half: &str) -> Option<Clock> {
    clock(half).filter(|clock| clock.range.start == 0)
}

/// The times of day of a text as a rule has them, `@09:00,17:00`, and where they end. Of a span such as 22:00〜26:00 it is
/// the beginning.
pub(super) fn times_of_day(half: &str) -> Option<(String, usize)> {
    if let Some(found) = HOURS_JA.captures(half)
        && let Some(last) = clock(half.get(found.get(1)?.end()..)?)
    {
        let listed = found[1].split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
        let times = listed.map(|hour| (hour, 0)).chain([(last.hour, last.minute)]).collect();
        return Some((written(times), found.get(1)?.end() + last.range.end));
    }
    let first = clock(half)?;
    let between = half.get(..first.range.start)?.trim_end().to_lowercase().ends_with("between");
    let mut times = vec![(first.hour, first.minute)];
    let (mut end, mut late) = (first.range.end, first.late);
    while let Some(rest) = half.get(end..).filter(|_| !between) {
        let span = UNTIL.find(rest).and_then(|until| Some(until.end() + at_start(rest.get(until.end()..)?)?.range.end));
        let from = span.unwrap_or(0);
        let Some(also) = rest.get(from..).and_then(|rest| ALSO.find(rest)) else { break };
        let from = from + also.end();
        let Some(next) = rest.get(from..).and_then(at_start) else { break };
        let behind = rest.get(from + next.range.end..).unwrap_or_default();
        if span.is_none() && BETWEEN.is_match(behind) {
            break;
        }
        // 午後1時と5時 is 13:00 and 17:00.
        late |= next.late;
        times.push((afternoon(next.hour, late), next.minute));
        end += from + next.range.end;
    }
    Some((written(times), end))
}

fn written(mut times: Vec<(u32, u32)>) -> String {
    times.sort_unstable();
    times.dedup();
    let times: Vec<String> = times.iter().map(|(hour, minute)| format!("{hour:02}:{minute:02}")).collect();
    format!("@{}", times.join(","))
}
