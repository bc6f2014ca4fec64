//! Comparisons in a line: `> 80%`, `80% 以上`, `at least 3 nodes`, with the words before and behind them.
//!
//! A range such as `80〜90%` is no threshold: one side of it would be a rule that the document does not state.

use std::ops::Range;

use regex::Captures;

use crate::runbook::model::RuleOp;
use crate::runbook::text::Pattern;

/// A comparison and where it stands in the half-width line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Comparison {
    pub(super) op: RuleOp,
    pub(super) value: f64,
    /// Where the unit stands; empty where there is none.
    pub(super) unit: Range<usize>,
    /// From the first letter that belongs to the comparison to the last.
    pub(super) range: Range<usize>,
    /// The words go on as a demand: `80%未満であること`.
    pub(super) demand: bool,
}

macro_rules! number {
    () => {
        r"(-?\d[\d,]*(?:\.\d+)?)\s*"
    };
}

macro_rules! unit {
    () => {
        r"((?:%|‰|℃|°C|(?:(?:ミリ|マイクロ)秒|秒|分間?|時間|日間?|週間?|か月|ヶ月|カ月|件|個|回|台|人|名|度|倍|本|行|つ|桁|ポイント|ユーザー|タスク|ジョブ|リクエスト|メッセージ|接続|プロセス|スレッド|セッション|エラー)|(?:[kmgtp]i?b(?:ps|/s)?|bps|bytes?|[kmg]?hz|ms|msec|us|µs|ns|secs?|seconds?|s|mins?|minutes?|m|hrs?|hours?|h|days?|d|weeks?|months?|percent|rps|qps|tps|iops|requests?|req|errors?|connections?|messages?|jobs?|pods?|nodes?|cores?|users?|items?|rows?|files?|times|threads?|processes|sessions?|restarts?|replicas?|x|c)(?-u:\b))?(?:\s?/\s?(?:秒|分|時間?|日|月|(?:s|sec|second|m|min|minute|h|hour|day|d)(?-u:\b)))?)?"
    };
}

static SIGN: Pattern = Pattern::new(concat!(
    r"(?i)(?:^|[^-=<>!~])(>=|<=|==|=>|=<|≥|≧|⩾|≤|≦|⩽|>|<|(?:^|[\p{Han}\p{Katakana}ー ])=)\s*",
    number!(),
    unit!()
))
.needing(&["<", ">", "=", "≥", "≧", "⩾", "≤", "≦", "⩽"]);

static WORD: Pattern = Pattern::new(concat!(
    number!(),
    r"(%|‰|℃|[A-Za-z/%]{1,12}|[\p{Katakana}ー]{1,8}?|[\p{Han}/]{1,4}?|つ)?\s*(?:の)?\s*(以上|以下|以内|未満|(?:を|が)?\s*(?:超過|超え|超)|(?:より|を)\s*(?:も)?(?:大き|多|高|長)|(?:より|を)\s*(?:も)?(?:小さ|少な|低|短)|(?:を\s*)?上回|(?:を\s*)?下回|を\s*割|を\s*切)"
))
.needing(&["以", "未満", "超", "より", "回", "割", "切", "を"]);

/// What Japanese words of comparison go on with: their ending, and words such as の場合 and のとき.
static ENDING: Pattern = Pattern::new(
    r"^(?:く|い|け|し|す|り|っ|る|れ|ら|わ|え)*(?:て(?:しま(?:っ|い|う)?)?(?:い|お)?)?(?P<not>ないと|なければ|なかった|ない|ません)?(?:ました|ます|った|た|る|れ)?(?:たら|れば|ら|ば|と)?(?:\s*(?:に|と)(?:なっ|達し)(?:て(?:い)?)?(?:たら|た|る)?)?(?:\s*(?:の|した|する|である)?(?:場合|時点?|とき|際|状態)|\s*(?:なら(?:ば)?|であれば|でしたら|だったら))?(?P<demand>\s*(?:であること|である|となること|になること|のこと|こと|を維持|に保つ|を保つ|を確保|が正常|なら正常))?\s*(?:に?(?:のみ|だけ|限り)|には|では|は|に|で|の|も)?",
);

static ENGLISH: Pattern = Pattern::new(concat!(
    r"(?i)(?:(?:is|are|was|were|stays?|stayed|remains?|goes|go|drops?|falls?|rises?|gets|becomes?|reaches|takes?|has been|must be|should be)\s+)?(?-u:\b)(not exceed(?:ing)?|above|over|exceeds?|exceeded|exceeding|(?:no|not) (?:more|greater|higher|longer|later) than|(?:no|not) (?:less|fewer|lower) than|(?:more|greater|higher|longer|larger|bigger|older) than|at least|a? ?minimum of|below|beneath|under|(?:less|lower|fewer|shorter|smaller|newer) than|at most|a? ?maximum of|up to|within)\s+(?:or equal to\s+)?",
    number!(),
    unit!()
))
.needing(&["above", "over", "exceed", "than", "at least", "minimum", "below", "beneath", "under", "at most", "maximum", "up to", "within"]);

static OR_MORE: Pattern = Pattern::new(concat!(
    r"(?i)",
    number!(),
    unit!(),
    r"\s*(?:or|and)\s+(more|higher|greater|above|over|longer|less|lower|fewer|below|under|shorter)(?-u:\b)"
))
.needing(&["or", "and"]);

fn sign(word: &str) -> RuleOp {
    match word {
        ">=" | "=>" | "≥" | "≧" | "⩾" => RuleOp::Ge,
        "<=" | "=<" | "≤" | "≦" | "⩽" => RuleOp::Le,
        ">" => RuleOp::Gt,
        "<" => RuleOp::Lt,
        _ => RuleOp::Eq,
    }
}

fn japanese(word: &str) -> RuleOp {
    let has = |words: &[&str]| words.iter().any(|part| word.contains(part));
    if has(&["以上"]) {
        RuleOp::Ge
    } else if has(&["以下", "以内"]) {
        RuleOp::Le
    } else if has(&["未満", "小さ", "少な", "低", "短", "下回", "割", "切"]) {
        RuleOp::Lt
    } else {
        RuleOp::Gt
    }
}

fn english(word: &str) -> RuleOp {
    let word = word.to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|part| word.trim_start().starts_with(part));
    let has = |words: &[&str]| words.iter().any(|part| word.contains(part));
    if starts(&["not exceed", "at most", "a maximum", "maximum", "up to", "within"]) {
        RuleOp::Le
    } else if starts(&["at least", "a minimum", "minimum"]) {
        RuleOp::Ge
    } else if starts(&["no ", "not "]) {
        if has(&["less", "fewer", "lower"]) { RuleOp::Ge } else { RuleOp::Le }
    } else if has(&["below", "beneath", "under", "less", "lower", "fewer", "shorter", "smaller", "newer"]) {
        RuleOp::Lt
    } else {
        RuleOp::Gt
    }
}

/// The comparison that holds when `op` does not.
fn negated(op: RuleOp) -> RuleOp {
    match op {
        RuleOp::Gt => RuleOp::Le,
        RuleOp::Ge => RuleOp::Lt,
        RuleOp::Lt => RuleOp::Ge,
        RuleOp::Le => RuleOp::Gt,
        RuleOp::Eq | RuleOp::Event => op,
    }
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.replace(',', "").parse().ok()
}

/// The number before `at` is the lower end of a range, or part of a date, a version or a name.
fn part_of_more(half: &str, at: usize) -> bool {
    let before = half.get(..at).unwrap_or_default();
    let joined = before.trim_end();
    let range = joined.ends_with(['~', '–', '—', '-'])
        && joined
            .trim_end_matches(['~', '–', '—', '-', ' '])
            .ends_with(|c: char| c.is_ascii_digit() || matches!(c, '%' | '秒' | '分' | '件' | '日'));
    let clock = before.strip_suffix(':').is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    range || clock || before.ends_with(['.', '/', '_']) || before.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// A range or another number goes on behind the comparison.
fn goes_on(half: &str, end: usize) -> bool {
    half.get(end..).is_some_and(|rest| {
        rest.trim_start()
            .strip_prefix(['~', '–', '—'])
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    })
}

fn span(found: &Captures<'_>, at: usize) -> Range<usize> {
    found.get(at).map_or(0..0, |hit| hit.range())
}

fn by_sign(half: &str) -> Option<Comparison> {
    SIGN.captures_iter(half).find_map(|found| {
        let op = found.get(1)?;
        let end = span(&found, 0).end;
        let tag = half.get(end..).is_some_and(|rest| rest.starts_with('>')) && op.as_str() == "<";
        let value = found.get(2)?;
        if tag || goes_on(half, end) || half.get(value.end()..).is_some_and(|rest| rest.starts_with([':', '-', '.'])) {
            return None;
        }
        let lead = if op.as_str().ends_with('=') && !op.as_str().starts_with(['>', '<', '=']) {
            op.end() - 1
        } else {
            op.start()
        };
        let unit = found.get(3).map_or(value.end()..value.end(), |unit| unit.range());
        Some(Comparison {
            op: sign(op.as_str()),
            value: number(value.as_str())?,
            unit,
            range: lead..end,
            demand: false,
        })
    })
}

fn by_word(half: &str) -> Option<Comparison> {
    // 30日以上前 is a date and no measure.
    let ago = |found: &Captures<'_>| half.get(span(found, 3).end..).is_some_and(|rest| rest.starts_with('前'));
    let all: Vec<Captures<'_>> =
        WORD.captures_iter(half).filter(|found| !part_of_more(half, span(found, 1).start) && !ago(found)).collect();
    // A time within which something is measured stands before the threshold.
    let measured = |found: &&Captures<'_>| found.get(3).is_some_and(|word| word.as_str() != "以内");
    let found = all.iter().find(measured).or(all.first())?;
    let word = found.get(3)?;
    let rest = half.get(word.end()..)?;
    let ending = ENDING.captures(rest)?;
    let flips = ending.name("not").is_some() && !word.as_str().ends_with("少な");
    let op = japanese(word.as_str());
    let value = found.get(1)?;
    Some(Comparison {
        op: if flips { negated(op) } else { op },
        value: number(value.as_str())?,
        unit: found.get(2).map_or(value.end()..value.end(), |unit| unit.range()),
        range: value.start()..word.end() + ending.get(0)?.end(),
        demand: ending.name("demand").is_some(),
    })
}

fn by_english(half: &str) -> Option<Comparison> {
    let make = |found: &Captures<'_>, op: RuleOp, value: usize, unit: usize| {
        let number_at = found.get(value)?;
        let unit = found.get(unit).map_or(number_at.end()..number_at.end(), |unit| unit.range());
        Some(Comparison {
            op,
            value: number(number_at.as_str())?,
            unit,
            range: span(found, 0),
            demand: half.get(span(found, 0)).is_some_and(|words| {
                let words = words.to_lowercase();
                words.starts_with("must be") || words.starts_with("should be")
            }),
        })
    };
    if let Some(found) = OR_MORE.captures(half).filter(|found| !part_of_more(half, span(found, 1).start)) {
        let more = ["more", "higher", "greater", "above", "over", "longer"];
        let word = found.get(3)?.as_str().to_lowercase();
        let op = if more.contains(&word.as_str()) { RuleOp::Ge } else { RuleOp::Le };
        return make(&found, op, 1, 2);
    }
    let all: Vec<Captures<'_>> = ENGLISH.captures_iter(half).collect();
    let measured =
        |found: &&Captures<'_>| found.get(1).is_some_and(|word| !word.as_str().eq_ignore_ascii_case("within"));
    let found = all.iter().find(measured).or(all.first())?;
    make(found, english(found.get(1)?.as_str()), 2, 3)
}

/// The comparison that a half-width line states first.
pub(super) fn comparison(half: &str) -> Option<Comparison> {
    by_sign(half).or_else(|| by_word(half)).or_else(|| by_english(half))
}
