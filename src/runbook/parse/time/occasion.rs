//! When something is due: `毎月第2火曜日 03:00`, `every Tuesday at 03:00`, デプロイ前, T-5日.
//!
//! An occasion that the grammar of rules cannot write, such as two days of the week, keeps its words and its
//! frequency and has no rule. A period that is none of the known ones, such as 隔週, is of no known frequency.

use std::borrow::Cow;
use std::ops::Range;

use regex::Captures;

use super::clock::times_of_day;
use super::source_words;
use super::working::{Moved, moved};
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Frequency, TriggerKind};
use crate::runbook::text::{Pattern, half_width};

/// An occasion that a heading names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook::parse) struct Occasion {
    pub(in crate::runbook::parse) kind: TriggerKind,
    pub(in crate::runbook::parse) rule: Option<String>,
    pub(in crate::runbook::parse) frequency: Option<Frequency>,
    pub(in crate::runbook::parse) text: String,
    /// It recurs, and the text does not say how often.
    pub(in crate::runbook::parse) vague: bool,
    /// Where the words stand in the half-width text.
    pub(in crate::runbook::parse) range: Range<usize>,
}

macro_rules! patterns {
    ($($name:ident = $pattern:literal, needs $needs:expr;)*) => {
        $(static $name: Pattern = Pattern::new($pattern).needing(&$needs);)*
    };
}

patterns! {
    NTH_DAYS = r"第\s*[1-5一二三四五]\s*(?:(?:[・、,/&と]|および|及び)\s*(?:第\s*)?[1-5一二三四五]\s*)+(?:週目?の?)?\s*[月火水木金土日]曜日?|(?i)\b(?:1st|2nd|3rd|4th|first|second|third|fourth)(?:\s*(?:,|and|&|/)\s*(?:and\s+)?(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last))+\s+(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?s?", needs ["第", "1st", "2nd", "3rd", "first", "second", "third"];
    NTH_WORD = r"(?i)[1-5](?:st|nd|rd|th)?|[一二三四五]|first|second|third|fourth|fifth|last", needs ["1", "2", "3", "4", "5", "一", "二", "三", "四", "五", "first", "second", "third", "fourth", "fifth", "last"];
    NTH_DAY = r"(?i)(?:第\s*([1-5一二三四五])|(最終|最後の))\s*(?:週目?の?)?\s*([月火水木金土日])曜日?|\b(1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last)\s+(mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?s?\b", needs ["第", "最終", "最後の", "1st", "2nd", "3rd", "4th", "5th", "first", "second", "third", "fourth", "fifth", "last"];
    YEARLY = r"(?:毎年|年次|年に?1回)\s*[(:]?\s*(\d{1,2}月(?:の?(?:\d{1,2}日|末日|末営業日|最終営業日|第\s*\d{1,2}\s*営業日|末|(?:第\s*[1-5]|最終|最後の)\s*[月火水木金土日]曜日?))?(?:\s*(?:[・、,/と]|および|及び)\s*\d{1,2}月\d{1,2}日)*)(?:$|[^~〜–-])", needs ["年"];
    OF_YEAR = r"(\d{1,2})月(?:の?(?:(\d{1,2})日|(末営業日|最終営業日|第\s*\d{1,2}\s*営業日|末日|末)|(?:第\s*([1-5])|最終|最後の)\s*([月火水木金土日])曜日?))?", needs ["月"];
    YEARLY_EN = r"(?i)\b(?:every|each)\s+year,?\s+(?:on|in)?\s*|\b(?:annually|yearly),?\s+(?:on|in)\s+", needs ["year", "annually"];
    OF_YEAR_EN = r"(?i)^(?:the\s+)?(?:(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?(?:\s+(\d{1,2})(?:st|nd|rd|th)?\b)?|(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*)", needs ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    QUARTER_N = r"(?i)第\s*([1-4一二三四])\s*四半期|\bq([1-4])\b|\b(first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter\b", needs ["四半期", "quarter", "q1", "q2", "q3", "q4"];
    MONTH_DAY = r"(?i)(?:毎月|月次[(:\s]*)\s*(\d{1,2})\s*日|\b(\d{1,2})(?:st|nd|rd|th)\s+(?:day\s+)?of\s+(?:each|every|the)\s+month|\bmonthly\s+on\s+(?:day\s+|the\s+)?(\d{1,2})", needs ["月", "month"];
    MONTH_DAYS = r"(?i)(?:毎月|月次[(:\s]*)\s*\d{1,2}\s*日?(?:\s*(?:[・、,/と]|および|及び)\s*\d{1,2}\s*日?)+|\b\d{1,2}(?:st|nd|rd|th)(?:\s*(?:,|and|&|/)\s*(?:and\s+)?\d{1,2}(?:st|nd|rd|th))+\s+of\s+(?:each|every|the)\s+month", needs ["月", "month"];
    MONTH_EDGE = r"(?i)毎月の?(?:最終日|初日|最終営業日|第\s*(?:\d+|[一二三])\s*営業日)|(?:毎月の?|各月の?)?月?(?:月末|月初|毎月末|毎月初|月初め|月中)(?:め)?(?:の?(?:最終|第\s*(?:\d+|[一二三]))?\s*(?:営業日|平日))?|\b(?:first|last|1st|final)\s+(?:business|working|calendar)?\s*days?\s+(?:of\s+(?:the|each|every)\s+month)|\b(?:first|last|1st)\s+(?:business|working)\s+day\b|\b(?:end|beginning|start)\s+of\s+(?:the|each|every)?\s*month\b|\bmonth[ -]end\b", needs ["月末", "月初", "月中", "毎月", "day", "month"];
    IN_MONTHS = r"(?:(?:\d{1,2}\s*月?\s*[・、,/と]\s*)*(\d{1,2})\s*月|([奇偶])数月)の?\s*(?:(\d{1,2})日|(末営業日|最終営業日|第\s*[1-9一二三]\s*営業日|末日|末)|(?:第\s*([1-5一二三四五])|(最終|最後の))\s*(?:週目?の?)?\s*([月火水木金土日])曜日?)", needs ["月"];
    MONTHS_OF_YEAR = r"(?:毎年|年\s*(?:に\s*)?([2-9]|1[0-2])\s*回)\s*[(:、]?\s*(\d{1,2}\s*月?(?:\s*\d{1,2}日)?(?:\s*(?:[・、,/と]|および|及び)\s*\d{1,2}\s*月?(?:\s*\d{1,2}日)?)+)(?:$|[^\d~〜–-])", needs ["年"];
    DAYS_OF_COUNT = r"(月\s*(?:に\s*)?[2-9]\s*回|週\s*(?:に\s*)?[1-6]\s*[回日])\s*[(:、]\s*((?:[月火水木金土日](?:曜日?)?|\d{1,2}\s*日?)(?:\s*(?:[・、,/と~–-]|から)?\s*(?:[月火水木金土日](?:曜日?)?|\d{1,2}\s*日?))*)\s*(?:$|[)に])", needs ["回", "日"];
    OFFSET = r"(?i)^の?\s*(?:\d+\s*(?:営業)?日(?:前|後)|(?:前|翌|翌々)(?:営業)?日|(?:の)?直[前後]|締め後|の?締め切り後|以降の?(?:最初|直近)|以後の?(?:最初|直近))", needs ["日", "直", "後"];
    OFFSET_EN = r"(?i)\b(?:before|after|following|preceding|prior\s+to)\s+(?:the\s+)?$", needs ["before", "after", "following", "preceding", "prior"];
    OF_QUARTER = r"(?:四半期|半期)(?:ごと|毎|末|初)?の?\s*(?:初月|最初の月|最終月|末月|[1-3]\s*[かヶカケ箇]月目|第\s*[1-3]\s*月)?\s*の?\s*$", needs ["半期"];
    OF_QUARTER_EN = r"(?i)^\s+(?:of|in)\s+(?:the|each|every|a)?\s*(?:quarter|half[- ]year)", needs ["quarter", "half"];
    OF_MONTH_EN = r"(?i)^\s+(?:of|in)\s+(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)", needs ["of", "in"];
    WEEKDAYS_JA = r"(?:毎週|週次)\s*[(:]?\s*((?:[月火水木金土日](?:\s*曜日?)?(?:\s*(?:[・、,/と~–-]|から)\s*[月火水木金土日](?:\s*曜日?)?)+|[月火水木金土日]{2,7}(?:\s*曜日?)?))(?:$|[^\p{Han}]|に|の|は|まで)|(?:[月火水木金土日](?:曜日?)?\s*(?:[・、,/と~–-]|から)\s*)+[月火水木金土日]曜日?", needs ["月", "火", "水", "木", "金", "土", "日"];
    WEEKDAYS_EN = r"(?i)\b(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?s?(?:\s*(?:,|and|&|/|through|to|–|-)+\s*(?:and\s+)?(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?s?)+\b", needs ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    ONE_DAY = r"(?i)(through|to\b|[~–-]|から)?\s*(?:([月火水木金土日])(?:曜日?)?|\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*)", needs ["月", "火", "水", "木", "金", "土", "日", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    WORKDAYS = r"(?i)平日|^営業日(?:\s*\d|$)|毎営業日|営業日ごと|\bweekdays?\b|\b(?:every|each)\s+(?:business|working)\s+day\b", needs ["平日", "営業日", "weekday", "business", "working"];
    WEEKDAY = r"(?i)([月火水木金土日])曜日?|毎週\s*[(]?([月火水木金土日])(?:\)|$|[^\p{Han}])|\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b|\b(mon|tue|wed|thu|fri|sat|sun)\.?\s+(?:at\s+)?\d{1,2}:\d{2}", needs ["月", "火", "水", "木", "金", "土", "日", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    OTHER_PERIOD = r"(?i)隔週|隔日|隔月|半年(?:ごと|毎|に|次)?|(?:^|[^四])半期(?:ごと|毎|に|次)?|年\s*(?:に\s*)?[2-9]\s*回|\d+\s*(?:週間?|日)(?:ごと|毎|に\s*\d?\s*[回度])|[2-9]\s*年(?:ごと|毎|に)|(?:[2456]|1[01])\s*[かヶカケ箇]月(?:ごと|毎|に)|\b(?:bi-?weekly|fortnightly|bi-?monthly|semi-?annual(?:ly)?|bi-?annual(?:ly)?|half[- ]yearly|every\s+(?:other|second)\s+(?:day|week|month|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|every\s+(?:two|three|four|six|\d+)\s+(?:days|weeks|months|years)|twice\s+(?:a|per)\s+year)\b|\d+\s*分(?:ごと|毎|おき)|\bevery\s+\d+\s*(?:minutes?|mins?)\b", needs ["隔", "半年", "半期", "回", "ごと", "毎", "に", "bi", "fortnight", "semi", "half", "every", "twice", "おき"];
    OFTEN_A_DAY = r"(?i)(?:1?日|毎日)\s*(?:に\s*)?[2-9]\s*回|\b(?:twice|three times|\d+ times)\s+(?:daily|a day|per day)\b", needs ["回", "twice", "times"];
    OFTEN_A_WEEK = r"(?i)週\s*(?:に\s*)?[2-6]\s*[回日]|毎?週末|\b(?:twice|three times|\d+ times)\s+(?:weekly|a week|per week)\b|\bweekends?\b", needs ["週", "twice", "times", "weekend"];
    OFTEN_A_MONTH = r"(?i)月\s*(?:に\s*)?[2-9]\s*回|\b(?:twice|three times|\d+ times)\s+(?:monthly|a month|per month)\b", needs ["回", "twice", "times"];
    HOURS = r"(?i)(?:[2-9]|1\d|2[0-3])\s*時間(?:ごと|毎|おき)|\bevery\s+(?:two|three|four|six|eight|twelve|\d+)\s*(?:hours|hrs)\b", needs ["時間", "every"];
    HOURLY = r"(?i)1?\s*時間(?:ごと|毎|に\s*1\s*回)", needs ["時間"];
    ONCE = r"(?i)(?:1?(日)|(週)|(月)|(四半期)|(年))\s*に?\s*1\s*[回度]|\bonce\s+(?:a|per|every|each)\s+(?:(day)|(week)|(month)|(quarter)|(year))\b|\b(?:every|each|per)\s+(?:(day)|(week)|(month)|(quarter)|(year))\b|(?:3\s*[かヶカケ箇]月|(?:every\s+)?(?:three|3)\s+months)(?:ごと|毎|に\s*1\s*[回度])?", needs ["回", "度", "once", "every", "each", "per", "月", "months"];
    RELATIVE = r"(?i)\bt([+-])\s*(\d+)\s*(日|週間?|時間|d\b|days?|w\b|weeks?|h\b|hours?)|(\d+)\s*(営業日|日|週間|[かヶカケ箇]月|時間)(前|後)(?:$|[^\p{Han}]|に|ま|の|か)|(?:後|after[^()]*?)\s*[(]\s*(?:within\s+)?(\d+)\s*(営業日|日|週間|[かヶカケ箇]月|(?:business|working)\s+days?|days?|weeks?|months?|hours?)\s*(?:以内)?\s*[)]|\b(\d+|one|two|three)\s*((?:business\s+|working\s+)?days?|weeks?|months?|hours?)\s+(before|after|prior|ahead)\b|\bwithin\s+(\d+|one|two)\s*((?:business\s+|working\s+)?days?|weeks?|months?)\s+(after|of)\b|(前日|翌日|前営業日|翌営業日|前週|翌週)|(?:発生|検知|復旧|完了|終了|リリース|デプロイ|対応|障害|訓練|作業)後、?\s*(\d+)\s*(営業日|日|週間|[かヶカケ箇]月|時間)以内", needs ["t-", "t+", "前", "後", "before", "after", "prior", "ahead", "within", "翌"];
    EVENT = r"(?i)((?:本番)?(?:デプロイ|リリース|移行|切替|切り替え|アップグレード|バージョンアップ|構成変更|設定変更|変更作業|変更|再起動|メンテナンス|引き継ぎ|リストア|復旧|障害対応|訓練|作業)(?:の)?(?:直)?[前後])(?:$|[^\p{Han}]|に|の|チェック|確認|作業)|\b((?:before|after|pre-?|post-?)\s*(?:the\s+|every\s+|each\s+|any\s+|a\s+)?(?:deploy\w*|release|migration|upgrade|failover|handover|maintenance|change|restore|incident)s?)\b", needs ["前", "後", "before", "after", "pre", "post"];
}

/// Every occasion but those of the lexicon has one of these.
static HINT: Pattern = Pattern::new(
    r"(?i)[毎月火水木金土日週年期隔半前後翌回度]|ごと|おき|平日|営業|day|week|month|quarter|year|q[1-4]|every|each|once|twice|times|bi|semi|half|before|after|pre|post|within|ahead|prior|fortnight|t\s*[+-]|\b(?:mon|tue|wed|thu|fri|sat|sun)",
);

const DAYS: [(&str, &str); 7] =
    [("月", "mon"), ("火", "tue"), ("水", "wed"), ("木", "thu"), ("金", "fri"), ("土", "sat"), ("日", "sun")];

fn day(word: &str) -> &'static str {
    let lower = word.to_lowercase();
    DAYS.iter().find(|(ja, en)| *ja == word || lower.starts_with(en)).map_or("mon", |(_, en)| en)
}

fn nth(word: &str) -> &'static str {
    match word.to_lowercase().as_str() {
        "1" | "一" | "1st" | "first" => "1st",
        "2" | "二" | "2nd" | "second" => "2nd",
        "3" | "三" | "3rd" | "third" => "3rd",
        "4" | "四" | "4th" | "fourth" => "4th",
        "5" | "五" | "5th" | "fifth" => "5th",
        _ => "last",
    }
}

/// The days of the week that a text such as `月・水〜金` or `Mon, Wed to Fri` lists, in its order.
fn weekdays(text: &str) -> Vec<&'static str> {
    let names = DAYS.map(|(_, en)| en);
    let mut listed: Vec<&str> = Vec::new();
    for found in ONE_DAY.captures_iter(text) {
        let name = day(group(&found, &[2, 3]));
        let place = |name: &str| names.iter().position(|known| *known == name).unwrap_or_default();
        match listed.last().filter(|_| found.get(1).is_some()).map(|from| place(from)) {
            // A range may go over the end of the week: 土〜月.
            Some(from) => {
                let (mut at, to) = (from, place(name));
                while at != to {
                    at = (at + 1) % names.len();
                    listed.push(names[at]);
                }
            }
            None => listed.push(name),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    listed.retain(|name| seen.insert(*name));
    listed
}

/// `monthly:1st-mon,3rd-mon` of 第1・第3月曜.
fn nth_days(text: &str) -> Option<String> {
    let name = *weekdays(text).last()?;
    let which: Vec<String> = NTH_WORD.find_iter(text).map(|found| format!("{}-{name}", nth(found.as_str()))).collect();
    Some(format!("monthly:{}", which.join(",")))
}

/// `monthly:1,15` of 毎月1日と15日.
fn month_days(text: &str) -> Option<String> {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let numbers: Vec<u32> = numbers.map_while(|digits| digits.parse().ok()).collect();
    let dates = numbers.iter().all(|date| (1..=31).contains(date));
    dates.then(|| format!("monthly:{}", numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",")))
}

/// The day at an edge of the month; 月初 and 月中 name none.
fn month_edge(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let last = has(&["末", "最終", "last", "final", "end"]);
    if has(&["営業日", "平日", "business", "working"]) {
        let digit = |c: char| match c {
            '一' => Some('1'),
            '二' => Some('2'),
            '三' => Some('3'),
            c => c.is_ascii_digit().then_some(c),
        };
        let number: String = lower.chars().filter_map(digit).collect();
        // 月末の第1営業日 is no day that one could name.
        return match (last, number.parse::<u32>()) {
            (true, Err(_)) => Some("last-workday".to_owned()),
            (false, Err(_)) => Some("1st-workday".to_owned()),
            (false, Ok(number @ 1..=23)) => Some(format!("{}-workday", ordinal(number))),
            (true, Ok(_)) | (false, Ok(_)) => None,
        };
    }
    match () {
        () if last => Some("last".to_owned()),
        () if has(&["初日", "first", "1st"]) => Some("1".to_owned()),
        () => None,
    }
}

/// `yearly:04-01` of 毎年4月1日, `yearly:03-last-workday` of 毎年3月末営業日, `yearly:04` of 毎年4月.
fn days_of_year(text: &str) -> Option<String> {
    let days = OF_YEAR.captures_iter(text).map(|found| {
        let number = found[1].parse::<u32>().ok().filter(|n| (1..=12).contains(n))?;
        let which = match (found.get(2), found.get(3), found.get(5)) {
            (Some(date), _, _) => Some(date.as_str().parse::<u32>().ok().filter(|d| (1..=31).contains(d))?.to_string()),
            (_, Some(edge), _) => Some(month_edge(edge.as_str())?),
            (_, _, Some(name)) => {
                let which = found.get(4).map_or("last", |n| nth(n.as_str()));
                Some(format!("{which}-{}", day(name.as_str())))
            }
            (None, None, None) => None,
        };
        Some(which.map_or_else(|| format!("{number:02}"), |which| format!("{number:02}-{which}")))
    });
    let days: Vec<String> = days.collect::<Option<_>>()?;
    Some(format!("yearly:{}", days.join(",")))
}

/// Each month with its 月: `3・6・9・12月` lists months.
fn months_written_out(text: &str) -> String {
    let months = text.split(['・', '、', ',', '/', 'と', 'お', '及']).map(str::trim);
    months
        .map(|month| if month.contains('月') { month.to_owned() } else { format!("{month}月") })
        .collect::<Vec<_>>()
        .join(",")
}

/// Whether the list has as many entries as is said before it: 年2回.
fn counts(said: regex::Match<'_>, list: &str) -> bool {
    said.as_str().parse() == Ok(OF_YEAR.find_iter(&months_written_out(list)).count())
}

/// The same of `April 1` and `1 April`, with the length of what was read.
fn day_of_year(text: &str) -> Option<(String, usize)> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let found = OF_YEAR_EN.captures(text)?;
    let name = group(&found, &[1, 4]).to_lowercase();
    let number = MONTHS.iter().position(|month| name.starts_with(month))? + 1;
    let rule = match group(&found, &[2, 3]) {
        "" => format!("yearly:{number:02}"),
        date => format!("yearly:{number:02}-{}", date.parse::<u32>().ok().filter(|d| (1..=31).contains(d))?),
    };
    Some((rule, span(&found).end))
}

fn ordinal(number: u32) -> String {
    let ending = match number {
        11..=13 => "th",
        _ => match number % 10 {
            1 => "st",
            2 => "nd",
            3 => "rd",
            _ => "th",
        },
    };
    format!("{number}{ending}")
}

fn group<'a>(found: &'a Captures<'_>, places: &[usize]) -> &'a str {
    places.iter().find_map(|at| found.get(*at)).map_or("", |hit| hit.as_str())
}

fn span(found: &Captures<'_>) -> Range<usize> {
    found.get(0).map_or(0..0, |hit| hit.range())
}

/// The periods that a word of the lexicon says, in the order of [`PERIODS`].
const PLAIN: [(&str, Frequency); 6] = [
    ("hourly", Frequency::Hourly),
    ("daily", Frequency::Daily),
    ("weekly", Frequency::Weekly),
    ("quarterly", Frequency::Quarterly),
    ("monthly", Frequency::Monthly),
    ("yearly", Frequency::Yearly),
];
const PERIODS: [Topic; 7] =
    [Topic::Hourly, Topic::Daily, Topic::Weekly, Topic::Quarterly, Topic::Monthly, Topic::Yearly, Topic::Regular];

/// What is being read, with the times of day that it names, and to where its day moves from a holiday.
struct Title<'a> {
    text: &'a str,
    half: Cow<'a, str>,
    clock: Option<(String, usize)>,
    moved: Option<(Moved, Range<usize>)>,
}

impl Title<'_> {
    /// An occasion that recurs; without a rule where the grammar has none for it.
    fn recurs(&self, rule: Option<String>, frequency: Frequency, range: Range<usize>) -> Occasion {
        let (at, clock_end) = self.clock.as_ref().map_or(("", 0), |(at, end)| (at.as_str(), *end));
        let mut range = range.start..clock_end.max(range.end);
        let mut moves = "";
        // Only what names its days can move one.
        if let Some((moved, words)) = self.moved.as_ref().filter(|_| rule.as_ref().is_some_and(|r| r.contains(':'))) {
            range.end = range.end.max(words.end);
            moves = moved.word();
        }
        let text = source_words(self.text, &self.half, range.clone());
        let rule = rule.map(|rule| format!("{rule}{moves}{at}"));
        Occasion { kind: TriggerKind::Schedule, rule, frequency: Some(frequency), text, vague: false, range }
    }

    fn happens(&self, rule: String, range: Range<usize>) -> Occasion {
        let text = source_words(self.text, &self.half, range.clone());
        let rule = rule.replace("{}", &text);
        Occasion { kind: TriggerKind::Event, rule: Some(rule), frequency: None, text, vague: false, range }
    }

    /// Several days of the week; every other week's have no rule.
    fn on_days(&self, days: &str, range: Range<usize>) -> Occasion {
        if let Some(other) = OTHER_PERIOD.find(&self.half).filter(|other| other.start() < range.start) {
            return self.recurs(None, Frequency::Unspecified, other.start()..range.end.max(other.end()));
        }
        self.recurs(Some(format!("weekly:{}", weekdays(days).join(","))), Frequency::Weekly, range)
    }

    /// A day or a month of each year.
    fn of_year(&self) -> Option<Occasion> {
        let half = &*self.half;
        if let Some(found) =
            MONTHS_OF_YEAR.captures(half).filter(|found| found.get(1).is_none_or(|n| counts(n, &found[2])))
            && let Some(rule) = days_of_year(&months_written_out(&found[2]))
        {
            let frequency = match rule.split(',').count() {
                _ if found.get(1).is_none() => Frequency::Yearly,
                4 => Frequency::Quarterly,
                _ => Frequency::Unspecified,
            };
            let end = found.get(2).map_or(span(&found).end, |days| days.end());
            return Some(self.recurs(Some(rule), frequency, span(&found).start..end));
        }
        if let Some(found) =
            YEARLY.captures(half).filter(|found| !half.get(..span(found).start).is_some_and(|w| w.ends_with('半')))
            && let Some(days) = found.get(1)
            && let Some(rule) = days_of_year(days.as_str())
        {
            return Some(self.recurs(Some(rule), Frequency::Yearly, span(&found).start..days.end()));
        }
        let found = YEARLY_EN.find(half)?;
        let (rule, length) = day_of_year(half.get(found.end()..)?)?;
        Some(self.recurs(Some(rule), Frequency::Yearly, found.start()..found.end() + length))
    }

    /// A day of some months of the year: 1月・7月の第2火曜日, 奇数月の10日.
    fn in_months(&self) -> Option<Occasion> {
        let found = IN_MONTHS.captures(&self.half)?;
        let range = span(&found);
        let months: Vec<u32> = match found.get(2).map(|word| word.as_str()) {
            Some("奇") => (1..=12).step_by(2).collect(),
            Some(_) => (2..=12).step_by(2).collect(),
            None => {
                let end = found.get(1)?.end();
                let digits = self.half.get(range.start..end)?.split(|c: char| !c.is_ascii_digit());
                digits.filter(|digits| !digits.is_empty()).map(|digits| digits.parse().ok()).collect::<Option<_>>()?
            }
        };
        if !months.iter().all(|number| (1..=12).contains(number)) {
            return None;
        }
        let which = match (found.get(3), found.get(4), found.get(7)) {
            (Some(date), _, _) => date.as_str().parse::<u32>().ok().filter(|d| (1..=31).contains(d))?.to_string(),
            (_, Some(edge), _) => month_edge(edge.as_str())?,
            (_, _, Some(name)) => {
                let which = found.get(5).map_or("last", |n| nth(n.as_str()));
                format!("{which}-{}", day(name.as_str()))
            }
            (None, None, None) => return None,
        };
        // One month's date may be that of one year only.
        let this_year = self.half.get(..range.start).is_some_and(|before| before.trim_end().ends_with(['年', '/']));
        if months.len() == 1 && (found.get(7).is_none() || this_year) {
            return None;
        }
        let days: Vec<String> = months.iter().map(|number| format!("{number:02}-{which}")).collect();
        let frequency = match months.len() {
            1 => Frequency::Yearly,
            4 => Frequency::Quarterly,
            _ => Frequency::Unspecified,
        };
        Some(self.recurs(Some(format!("yearly:{}", days.join(","))), frequency, range))
    }

    /// The same day of each month, but where the words around it name another: 毎月25日の3営業日前, the day after the second
    /// Tuesday, 四半期の第1月曜日. That one has no rule.
    fn of_months(&self, rule: Option<String>, range: Range<usize>) -> Option<Occasion> {
        let half = &*self.half;
        let (before, behind) = (half.get(..range.start).unwrap_or_default(), half.get(range.end..).unwrap_or_default());
        if OF_QUARTER.is_match(before) || OF_QUARTER_EN.is_match(behind) {
            return Some(self.recurs(None, Frequency::Quarterly, range));
        }
        if let Some(name) = OF_MONTH_EN.captures(behind) {
            let (month, _) = day_of_year(&name[1])?;
            let days = rule?.strip_prefix("monthly:").map(|day| format!("{month}-{day}"));
            let range = range.start..range.end + span(&name).end;
            return days.map(|rule| self.recurs(Some(rule), Frequency::Yearly, range));
        }
        let other = OFFSET.is_match(behind) || OFFSET_EN.is_match(before);
        // The day that is named is not the one that is meant; nor is its time of day one of this rule.
        Some(self.recurs(rule.filter(|_| !other), Frequency::Monthly, range))
    }

    /// A day of the year, of the month, of the quarter or of the week.
    fn dated(&self) -> Option<Occasion> {
        let half = &*self.half;
        if let Some(found) = self.of_year() {
            return Some(found);
        }
        if let Some(found) = self.in_months() {
            return Some(found);
        }
        if let Some(found) = NTH_DAYS.find(half) {
            return self.of_months(nth_days(found.as_str()), found.range());
        }
        if let Some(found) = NTH_DAY.captures(half) {
            let which = if found.get(2).is_some() { "last" } else { nth(group(&found, &[1, 4])) };
            let rule = format!("monthly:{which}-{}", day(group(&found, &[3, 5])));
            return self.of_months(Some(rule), span(&found));
        }
        if let Some(found) = QUARTER_N.captures(half) {
            let number = nth(group(&found, &[1, 2, 3])).chars().next().unwrap_or('1');
            return Some(self.recurs(Some(format!("quarter:{number}")), Frequency::Yearly, span(&found)));
        }
        if let Some(found) = MONTH_EDGE.find(half) {
            let rule = month_edge(found.as_str()).map(|which| format!("monthly:{which}"));
            return self.of_months(rule, found.range());
        }
        if let Some(found) = MONTH_DAYS.find(half) {
            return self.of_months(month_days(found.as_str()), found.range());
        }
        if let Some(found) = MONTH_DAY.captures(half)
            && let Some(date) = group(&found, &[1, 2, 3]).parse::<u32>().ok().filter(|date| (1..=31).contains(date))
        {
            return self.of_months(Some(format!("monthly:{date}")), span(&found));
        }
        if let Some(found) = DAYS_OF_COUNT.captures(half)
            && let Some(days) = found.get(2)
        {
            let range = span(&found).start..days.end();
            if found[1].starts_with('月') {
                return self.of_months(month_days(days.as_str()), range);
            }
            return Some(self.on_days(days.as_str(), range));
        }
        if let Some(found) = WORKDAYS.find(half) {
            return Some(self.recurs(Some("workdays".to_owned()), Frequency::Daily, found.range()));
        }
        if let Some(found) = WEEKDAYS_JA.captures(half) {
            let days = found.get(1).or_else(|| found.get(0)).map_or("", |days| days.as_str());
            let end = found.get(1).map_or(span(&found).end, |days| days.end());
            return Some(self.on_days(days, span(&found).start..end));
        }
        if let Some(found) = WEEKDAYS_EN.find(half) {
            return Some(self.on_days(found.as_str(), found.range()));
        }
        let found = WEEKDAY.captures(half)?;
        // Every other Friday is not every Friday.
        if let Some(other) = OTHER_PERIOD.find(half).filter(|other| other.start() < span(&found).start) {
            return Some(self.recurs(None, Frequency::Unspecified, other.start()..span(&found).end.max(other.end())));
        }
        let rule = format!("weekly:{}", day(group(&found, &[1, 2, 3, 4])));
        Some(self.recurs(Some(rule), Frequency::Weekly, span(&found)))
    }

    /// A period: 毎日, 月1回, every six hours, 隔週.
    fn period(&self, said: [Option<Range<usize>>; 6]) -> Option<Occasion> {
        let half = &*self.half;
        let counted: [(&Pattern, Frequency); 5] = [
            (&OTHER_PERIOD, Frequency::Unspecified),
            (&OFTEN_A_DAY, Frequency::Daily),
            (&OFTEN_A_WEEK, Frequency::Weekly),
            (&OFTEN_A_MONTH, Frequency::Monthly),
            (&HOURS, Frequency::Hourly),
        ];
        for (pattern, frequency) in counted {
            if let Some(found) = pattern.find(half) {
                return Some(self.recurs(None, frequency, found.range()));
            }
        }
        for ((rule, frequency), range) in PLAIN.into_iter().zip(said) {
            if let Some(range) = range {
                return Some(self.recurs(Some(rule.to_owned()), frequency, range));
            }
        }
        if let Some(found) = HOURLY.find(half) {
            return Some(self.recurs(Some("hourly".to_owned()), Frequency::Hourly, found.range()));
        }
        let found = ONCE.captures(half)?;
        let at = (1..=15).find(|at| found.get(*at).is_some());
        let (rule, frequency) = match at.map(|at| (at - 1) % 5) {
            Some(0) => ("daily", Frequency::Daily),
            Some(1) => ("weekly", Frequency::Weekly),
            Some(2) => ("monthly", Frequency::Monthly),
            Some(4) => ("yearly", Frequency::Yearly),
            _ if at.is_some()
                || found[0].contains(['ご', '毎', '回', '度'])
                || found[0].to_lowercase().starts_with("every") =>
            {
                ("quarterly", Frequency::Quarterly)
            }
            _ => return None,
        };
        Some(self.recurs(Some(rule.to_owned()), frequency, span(&found)))
    }

    /// Something that happens, or a time before or after it.
    fn relative(&self) -> Option<Occasion> {
        let half = &*self.half;
        if let Some(found) = RELATIVE.captures(half) {
            let word = |places: &[usize]| group(&found, places).to_lowercase();
            let (count, unit) = (word(&[2, 4, 7, 9, 12, 16]), word(&[3, 5, 8, 10, 13, 17]));
            let near = word(&[15]);
            let count = match count.as_str() {
                "one" | "" => "1",
                "two" => "2",
                "three" => "3",
                other => other,
            };
            let working = unit.starts_with("営業") || unit.starts_with("business") || unit.starts_with("working");
            let unit = if working || near.ends_with("営業日") {
                'b'
            } else if unit.starts_with(['週', 'w']) || near.ends_with('週') {
                'w'
            } else if unit.contains('月') || unit.starts_with("mo") {
                'm'
            } else if unit.starts_with("時") || unit.starts_with('h') {
                'h'
            } else {
                'd'
            };
            let before = word(&[1]) == "-"
                || word(&[6]) == "前"
                || near.starts_with('前')
                || matches!(word(&[11]).as_str(), "before" | "prior" | "ahead");
            let sign = if before { '-' } else { '+' };
            let start = found.get(7).or_else(|| found.get(16)).or_else(|| found.get(0))?.start();
            let end =
                [17, 15, 14, 13, 11, 8, 6, 3].into_iter().find_map(|at| found.get(at)).map_or(start, |hit| hit.end());
            let end =
                if half.get(end..).is_some_and(|rest| rest.starts_with("以内")) { end + "以内".len() } else { end };
            return Some(self.happens(format!("relative:{sign}{count}{unit}"), start..end));
        }
        let found = EVENT.captures(half)?;
        let hit = found.get(1).or_else(|| found.get(2))?;
        Some(self.happens("event:{}".to_owned(), hit.range()))
    }
}

/// The occasion that a heading or a cell names, if it names one.
pub(in crate::runbook::parse) fn occasion_with(lexicon: &Lexicon, text: &str) -> Option<Occasion> {
    let half = half_width(text);
    let [hourly, daily, weekly, quarterly, monthly, yearly, regular] = lexicon.find_each(&half, PERIODS);
    let said = [hourly, daily, weekly, quarterly, monthly, yearly];
    // Most lines name no time at all.
    let hinted = HINT.is_match(&half) || said.iter().any(Option::is_some);
    if !hinted && !cfg!(debug_assertions) {
        return regular.map(|range| vague(text, &half, range));
    }
    let clock = times_of_day(&half);
    let moved = moved(&half);
    let title = Title { text, half, clock, moved };
    if let Some(found) = title.dated().or_else(|| title.period(said)).or_else(|| title.relative()) {
        debug_assert!(hinted, "nothing hints at an occasion in {text:?}");
        return Some(found);
    }
    regular.map(|range| vague(text, &title.half, range))
}

/// It recurs, and nothing says how often.
fn vague(text: &str, half: &str, range: Range<usize>) -> Occasion {
    let words = source_words(text, half, range.clone());
    let frequency = Some(Frequency::Unspecified);
    Occasion { kind: TriggerKind::Schedule, rule: None, frequency, text: words, vague: true, range }
}

/// [`occasion_with`] with the words that the program brings along.
#[cfg(test)]
pub(in crate::runbook::parse) fn occasion(text: &str) -> Option<Occasion> {
    occasion_with(Lexicon::built_in(), text)
}
