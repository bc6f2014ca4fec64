//! When something is due, how long it takes and by when it must be done, read from headings and titles.
//!
//! Conservative: what is not plainly said gives nothing.

use std::ops::Range;

use regex::Captures;

use crate::runbook::model::{Deadline, Frequency, TriggerKind};
use crate::runbook::text::{Pattern, half_width};

/// An occasion that a heading names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Occasion {
    pub(super) kind: TriggerKind,
    pub(super) rule: Option<String>,
    pub(super) frequency: Option<Frequency>,
    pub(super) text: String,
}

/// The part of `original` that the bytes `range` of its half-width form came from.
pub(super) fn source_words(original: &str, half: &str, range: Range<usize>) -> String {
    let from = half.get(..range.start).unwrap_or_default().chars().count();
    let count = half.get(range).unwrap_or_default().chars().count();
    original.chars().skip(from).take(count).collect::<String>().trim().to_owned()
}

macro_rules! patterns {
    ($($name:ident = $pattern:literal, needs $needs:expr;)*) => {
        $(static $name: Pattern = Pattern::new($pattern).needing(&$needs);)*
    };
}

patterns! {
    NTH_DAY = r"(?i)(?:第\s*([1-5])|(最終))\s*([月火水木金土日])曜日?|\b(1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last)\s+(mon|tue|wed|thu|fri|sat|sun)[a-z]*", needs ["第", "最終", "1st", "2nd", "3rd", "4th", "5th", "first", "second", "third", "fourth", "fifth", "last"];
    QUARTER_N = r"(?i)第\s*([1-4])\s*四半期|\bq([1-4])\b|\b(first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter\b", needs ["四半期", "quarter", "q1", "q2", "q3", "q4"];
    MONTH_DAY = r"(?i)毎月\s*(\d{1,2})\s*日|\b(\d{1,2})(?:st|nd|rd|th)\s+(?:day\s+)?of\s+(?:each|every|the)\s+month|\bmonthly\s+on\s+(?:day\s+|the\s+)?(\d{1,2})", needs ["毎月", "month"];
    WEEKDAY = r"(?i)([月火水木金土日])曜日?|\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b|\b(mon|tue|wed|thu|fri|sat|sun)\.?\s+\d{1,2}:\d{2}", needs ["月", "火", "水", "木", "金", "土", "日", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    HOURLY = r"(?i)毎時|(?:1)?時間ごと|\bhourly\b|\bevery hour\b", needs ["毎時", "時間ごと", "hour"];
    DAILY = r"(?i)毎日|毎朝|毎晩|毎夜|日次|日々|\bdaily\b|\bevery (?:day|morning|night)\b|\bnightly\b", needs ["毎日", "毎朝", "毎晩", "毎夜", "日次", "日々", "daily", "every ", "nightly"];
    WEEKLY = r"(?i)毎週|週次|週\s*1\s*回|\bweekly\b|\bevery week\b", needs ["週", "week"];
    QUARTERLY = r"(?i)四半期|\bquarterly\b|\bevery quarter\b", needs ["四半期", "quarter"];
    MONTHLY = r"(?i)毎月|月次|月\s*1\s*回|\bmonthly\b|\bevery month\b", needs ["月", "month"];
    YEARLY = r"(?i)毎年|年次|年\s*1\s*回|\byearly\b|\bannual(?:ly)?\b|\bevery year\b", needs ["年", "year", "annual"];
    REGULAR = r"(?i)定期|\bregular(?:ly)?\b|\bperiodic(?:ally)?\b|\brecurring\b|\broutine\b", needs ["定期", "regular", "periodic", "recurring", "routine"];
    CLOCK = r"(?:^|[^\d:])([01]?\d|2[0-4]):([0-5]\d)(?:$|\D)", needs [":"];
    RELATIVE = r"(?i)\bt-(\d+)\s*(日|週間?|d|days?|w|weeks?)|(\d+)\s*(日|週間|か月|ヶ月)前|\b(\d+)\s*(days?|weeks?)\s+before\b", needs ["t-", "前", "before"];
    EVENT = r"(?i)((?:本番)?(?:デプロイ|リリース|移行|切替|切り替え|アップグレード|構成変更|変更作業|再起動|引き継ぎ)(?:の)?(?:直)?[前後])(?:$|[^\p{Han}]|に|の|チェック|確認|作業)|\b((?:before|after|pre-?|post-?)\s*(?:the\s+|every\s+|each\s+|a\s+)?(?:deploy\w*|release|migration|upgrade|failover|handover|change))\b", needs ["前", "後", "before", "after", "pre", "post"];
    DEADLINE = r"(?i)[((\[][^()\[\]]*?((\d+)\s*(秒|分|時間|日|週間)\s*以内)[^()\[\]]*[))\]]\s*$|^((\d+)\s*(秒|分|時間|日|週間)\s*以内)\s*(?:[::、に])|[(\[][^()\[\]]*?(within\s+(\d+)\s*(seconds?|secs?|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?))[^()\[\]]*[)\]]\s*$|^(within\s+(\d+)\s*(seconds?|minutes?|mins?|hours?|hrs?|h|days?))\s*[:,]", needs ["以内", "within"];
    PLANNED = r"(?i)[(\[](?:約|所要時間[::]?\s*|about\s+|~\s*|approx\.?\s+)?\s*((\d+)\s*(?:[~–-]\s*(\d+)\s*)?(分|時間|minutes?|mins?|min|hours?|hrs?|h))[)\]]\s*$", needs ["(", "["];
    LENGTH = r"(?i)(\d+(?:\.\d+)?)\s*(?:[~–-]\s*(\d+(?:\.\d+)?)\s*)?(分|時間|minutes?|mins?|min|hours?|hrs?|h)", needs ["分", "時間", "min", "h"];
}

const DAYS: [(&str, &str); 7] =
    [("月", "mon"), ("火", "tue"), ("水", "wed"), ("木", "thu"), ("金", "fri"), ("土", "sat"), ("日", "sun")];

fn day(word: &str) -> &'static str {
    let lower = word.to_lowercase();
    DAYS.iter().find(|(ja, en)| *ja == word || lower.starts_with(en)).map_or("mon", |(_, en)| en)
}

fn nth(word: &str) -> &'static str {
    match word.to_lowercase().as_str() {
        "1" | "1st" | "first" => "1st",
        "2" | "2nd" | "second" => "2nd",
        "3" | "3rd" | "third" => "3rd",
        "4" | "4th" | "fourth" => "4th",
        "5" | "5th" | "fifth" => "5th",
        _ => "last",
    }
}

fn group<'a>(found: &'a Captures<'_>, places: &[usize]) -> &'a str {
    places.iter().find_map(|at| found.get(*at)).map_or("", |hit| hit.as_str())
}

/// The occasion that a heading names, if it names one.
pub(super) fn occasion(title: &str) -> Option<Occasion> {
    let half = half_width(title);
    let clock = CLOCK.captures(&half).map(|found| format!("@{:0>2}:{}", &found[1], &found[2])).unwrap_or_default();
    let make = |rule: String, frequency: Frequency, span: Range<usize>| {
        let clock_end = CLOCK.captures(&half).and_then(|found| found.get(2)).map_or(0, |minutes| minutes.end());
        let end = clock_end.max(span.end);
        let text = source_words(title, &half, span.start..end);
        Some(Occasion { kind: TriggerKind::Schedule, rule: Some(rule), frequency: Some(frequency), text })
    };
    if let Some(found) = NTH_DAY.captures(&half) {
        let which = if found.get(2).is_some() { "last" } else { nth(group(&found, &[1, 4])) };
        return make(
            format!("monthly:{which}-{}{clock}", day(group(&found, &[3, 5]))),
            Frequency::Monthly,
            span(&found),
        );
    }
    if let Some(found) = QUARTER_N.captures(&half) {
        let number = nth(group(&found, &[1, 2, 3])).chars().next().unwrap_or('1');
        return make(format!("quarter:{number}{clock}"), Frequency::Yearly, span(&found));
    }
    if let Some(found) = MONTH_DAY.captures(&half) {
        let date: u32 = group(&found, &[1, 2, 3]).parse().ok().filter(|date| (1..=31).contains(date))?;
        return make(format!("monthly:{date}{clock}"), Frequency::Monthly, span(&found));
    }
    if let Some(found) = WEEKDAY.captures(&half) {
        return make(format!("weekly:{}{clock}", day(group(&found, &[1, 2, 3]))), Frequency::Weekly, span(&found));
    }
    let plain: [(&Pattern, &str, Frequency); 6] = [
        (&HOURLY, "hourly", Frequency::Hourly),
        (&DAILY, "daily", Frequency::Daily),
        (&WEEKLY, "weekly", Frequency::Weekly),
        (&QUARTERLY, "quarterly", Frequency::Quarterly),
        (&MONTHLY, "monthly", Frequency::Monthly),
        (&YEARLY, "yearly", Frequency::Yearly),
    ];
    for (pattern, rule, frequency) in plain {
        if let Some(found) = pattern.find(&half) {
            return make(format!("{rule}{clock}"), frequency, found.range());
        }
    }
    other_occasion(title, &half)
}

fn other_occasion(title: &str, half: &str) -> Option<Occasion> {
    if let Some(found) = RELATIVE.captures(half) {
        let unit = group(&found, &[2, 4, 6]).to_lowercase();
        let unit = if unit.starts_with('週') || unit.starts_with('w') {
            'w'
        } else if unit.contains('月') {
            'm'
        } else {
            'd'
        };
        let rule = format!("relative:-{}{unit}", group(&found, &[1, 3, 5]));
        let text = source_words(title, half, span(&found));
        return Some(Occasion { kind: TriggerKind::Event, rule: Some(rule), frequency: None, text });
    }
    if let Some(found) = EVENT.captures(half) {
        let hit = found.get(1).or_else(|| found.get(2))?;
        let text = source_words(title, half, hit.range());
        return Some(Occasion { kind: TriggerKind::Event, rule: Some(format!("event:{text}")), frequency: None, text });
    }
    let found = REGULAR.find(half)?;
    let text = source_words(title, half, found.range());
    Some(Occasion { kind: TriggerKind::Schedule, rule: None, frequency: Some(Frequency::Unspecified), text })
}

fn span(found: &Captures<'_>) -> Range<usize> {
    found.get(0).map_or(0..0, |hit| hit.range())
}

/// How many minutes a unit has, over 60 for seconds.
fn minutes(count: u64, unit: &str) -> u32 {
    let unit = unit.to_lowercase();
    let total = match unit.as_str() {
        "秒" => count.div_ceil(60),
        _ if unit.starts_with('s') => count.div_ceil(60),
        "時間" => count.saturating_mul(60),
        _ if unit.starts_with('h') => count.saturating_mul(60),
        "日" => count.saturating_mul(24 * 60),
        _ if unit.starts_with('d') => count.saturating_mul(24 * 60),
        "週間" => count.saturating_mul(7 * 24 * 60),
        _ if unit.starts_with('w') => count.saturating_mul(7 * 24 * 60),
        _ => count,
    };
    u32::try_from(total).unwrap_or(u32::MAX)
}

/// The deadline that a title carries in brackets at its end, or before a colon at its start.
pub(super) fn deadline(title: &str) -> Option<Deadline> {
    let half = half_width(title);
    let found = DEADLINE.captures(&half)?;
    let first = [1, 4, 7, 10].into_iter().find(|at| found.get(*at).is_some())?;
    let words = found.get(first)?;
    let count: u64 = found.get(first + 1)?.as_str().parse().ok()?;
    let unit = found.get(first + 2)?.as_str();
    Some(Deadline {
        min: minutes(count, unit),
        from: "start".to_owned(),
        text: source_words(title, &half, words.range()),
    })
}

/// The planned time that a title carries in brackets at its end: minutes, least and most, and the words.
pub(super) fn planned(title: &str) -> Option<([u32; 2], String)> {
    let half = half_width(title);
    let found = PLANNED.captures(&half)?;
    let words = found.get(1)?;
    Some((length(words.as_str())?, source_words(title, &half, words.range())))
}

/// The minutes, least and most, that a text such as `1〜2 時間` names.
pub(super) fn length(text: &str) -> Option<[u32; 2]> {
    let half = half_width(text);
    let found = LENGTH.captures(&half)?;
    let unit = found.get(3)?.as_str();
    let whole = |at: usize| found.get(at).and_then(|count| count.as_str().parse::<u64>().ok());
    let least = minutes(whole(1)?, unit);
    Some([least, whole(2).map_or(least, |most| minutes(most, unit))])
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
        [_, _, "*", "*", "*"] => Frequency::Daily,
        [_, _, _, "*/3" | "1,4,7,10" | "3,6,9,12", _] => Frequency::Quarterly,
        [_, _, "*", "*", _] => Frequency::Weekly,
        [_, _, _, "*", _] => Frequency::Monthly,
        [_, _, _, month, _] if month.parse::<u32>().is_ok() => Frequency::Yearly,
        _ => Frequency::Unspecified,
    }
}
