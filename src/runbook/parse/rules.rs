//! Branch rules and criteria: `残り < 7日: 更新する`, `If the disk is full: …`, `正常: 200 OK`.
//!
//! A rule is stated by a short line: something measured, a threshold and what to do. Running text states none.

use std::borrow::Cow;

use regex::Captures;

use super::time::source_words;
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Rule, RuleOp, RuleSense};
use crate::runbook::text::{Pattern, half_width};

mod caution;
mod event;
mod threshold;

#[cfg(test)]
pub(super) use caution::aside;
#[cfg(test)]
pub(super) use caution::caution;
pub(super) use caution::{aside_with, caution_with, is_demand, lead_with, make_caution, whole_caution_with};
use threshold::{Comparison, comparison};

/// The half-width form of a line, and the way back.
struct Line<'a> {
    text: &'a str,
    half: Cow<'a, str>,
}

impl<'a> Line<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, half: half_width(text) }
    }

    fn words_at(&self, range: std::ops::Range<usize>) -> Option<String> {
        Some(source_words(self.text, &self.half, range)).filter(|words| !words.is_empty())
    }

    fn words(&self, found: &Captures<'_>, at: usize) -> Option<String> {
        found.get(at).and_then(|hit| self.words_at(hit.range()))
    }
}

/// A rule is a short line; a longer one is running text.
const LONGEST: usize = 120;
/// What is measured has a name, not a sentence.
const LONGEST_SUBJECT: usize = 50;

static LEAD: Pattern =
    Pattern::new(r"(?i)^\s*(?:(?:if|when|whenever|once|in case|もし|仮に)\s+|もし|万一)?(?:the\s+)?");
static SUBJECT_END: Pattern =
    Pattern::new(r"(?i)(?:\s*(?:[:：、,=]|が|は|の|で|(?-u:\b)(?:is|are|of|at|by|to)(?-u:\b)))*\s*$");
static ASKED_WHEN: Pattern =
    Pattern::new(r"(?i)^(.*\S)\s+(?:when|if|once|whenever)\s+(?:the\s+)?(\S.*)$").needing(&["when", "if", "once"]);
static SEPARATOR: Pattern = Pattern::new(r"(?i)(?:[:：→⇒➡;]|=>|->|(?:^|\s)[–—-]\s|(?-u:\b)then(?-u:\b))\s*");
static WHILE: Pattern = Pattern::new(
    r"(?i)^\s*(?:[\s、,]|が|\([^)]*\))*(?:\d+\s*(?:秒|分|時間|日|回)間?(?:以上)?(?:連続)?(?:で|に|を)?(?:継続|続|経過|持続)[ぁ-ん]*(?:場合|時|とき)?(?:には|は|で|に)?\s*[、,]?|(?:発生|検出|検知|継続|連続)(?:した|し|する)(?:場合|時|とき|ら)(?:には|は|に|で)?|\([^)]*\)|(?:for|over|during|in|within|of|on|per)\s[^:;,→]*)?\s*",
);

/// Where the words of what to do stand behind a comparison that ends at `from`.
fn action_at(half: &str, from: usize) -> Option<usize> {
    let tail = half.get(from..)?;
    let skipped = WHILE.find(tail).map_or(0, |hit| hit.end());
    let rest = tail.get(skipped..)?;
    let at = match SEPARATOR.find(rest) {
        // A comma, or nothing, stands between them.
        Some(mark) if mark.start() <= rest.find(['、', ',', '。']).unwrap_or(usize::MAX) => mark.end(),
        _ => rest.len() - rest.trim_start_matches(['、', ',', ' ']).len(),
    };
    let action = rest.get(at..)?.trim();
    (!action.is_empty() && action.chars().any(char::is_alphanumeric)).then(|| from + skipped + at)
}

/// What stands in front of a comparison, without words that only lead to it.
fn subject(this: &Line<'_>, to: usize) -> Option<String> {
    let before = this.half.get(..to)?;
    let lead = LEAD.find(before).map_or(0, |hit| hit.end());
    // What is measured is named before the first colon: エラーレート: 1分間で5%以上.
    let named = before.get(lead..)?.find(':').map(|colon| lead + colon);
    let end = named.filter(|end| *end > lead).unwrap_or(to);
    let words = before.get(lead..end)?;
    let trimmed = SUBJECT_END.find(words).map_or(words.len(), |hit| hit.start());
    let found = this.words_at(lead..lead + trimmed)?;
    (found.chars().count() <= LONGEST_SUBJECT && found.chars().any(char::is_alphanumeric)).then_some(found)
}

/// An English comparison needs a mark between it and what to do; in Japanese the words may follow each other.
fn marked(half: &str, found: &Comparison, action: usize) -> bool {
    let between = half.get(found.range.end..action).unwrap_or_default();
    let words = half.get(found.range.clone()).unwrap_or_default();
    let japanese = |c: char| matches!(c, 'ぁ'..='ヿ' | '一'..='鿿');
    between.contains([':', ';', ',', '、', '→', '⇒', '➡', '>', '-', '–', '—'])
        || between.to_lowercase().contains("then")
        || words.chars().any(japanese)
        || between.chars().any(japanese)
}

/// A unit, half-width so that ％ and % are the same.
fn unit(half: &str, range: std::ops::Range<usize>) -> Option<String> {
    half.get(range).map(|unit| unit.trim().to_owned()).filter(|unit| !unit.is_empty())
}

static LEGEND: Pattern = Pattern::new(
    r"(?i)[:→=]\s*(?:濃い|薄い)?(?:赤|黄|緑|青|橙|紫|灰|オレンジ|グレー|(?:red|yellow|green|orange|amber|blue|gr[ae]y|purple)(?-u:\b))",
)
.needing(&[":", "→", "="]);
static VERSIONED: Pattern = Pattern::new(
    r"(?i)(?:バージョン|版数|(?-u:\b)(?:version|ver\.?|release|revision|rev\.?))\s*(?:番号)?\s*(?:が|は|is)?[\s:]*$",
)
.needing(&["バージョン", "版数", "ver", "release", "rev"]);

/// The comparison of a line that speaks of a measurement: no version, nothing that is only quoted, no legend of colours.
fn measured(half: &str) -> Option<Comparison> {
    let found = comparison(half)?;
    let before = half.get(..found.range.start)?;
    let open = |opening: char, closing: char| before.matches(opening).count() > before.matches(closing).count();
    let quoted = open('「', '」') || open('『', '』') || open('“', '”') || before.matches('"').count() % 2 == 1;
    let legend = LEGEND.is_match(half.get(found.range.end..)?);
    (!quoted && !legend && !VERSIONED.is_match(before)).then_some(found)
}

/// The threshold that a line states, with or without what to do about it.
pub(super) fn threshold_with(lexicon: &Lexicon, text: &str, line: usize) -> Option<Rule> {
    threshold_of(lexicon, &Line::new(text), None, line)
}

/// The rule that the title of a step states, also where it names nothing that is measured.
pub(super) fn of_title(lexicon: &Lexicon, text: &str, line: usize) -> Option<Rule> {
    let rule = threshold_of(lexicon, &Line::new(text), Some(""), line)?;
    (rule.action.is_some() || rule.when == RuleSense::Normal).then_some(rule)
}

static SUPPOSES: Pattern = Pattern::new(r"(?i)場合|とき|時|際|たら|れば|なら|超|^\s*(?:if|when|once|whenever)(?-u:\b)");

/// The condition that a comparison puts on the work beside it: `80%を超えたら連絡`, `Page the lead if it is above 90%`.
pub(super) fn condition(text: &str) -> Option<String> {
    let this = Line::new(text);
    if !this.half.bytes().any(|byte| byte.is_ascii_digit()) || this.half.chars().count() > LONGEST {
        return None;
    }
    let found = measured(&this.half).filter(|found| !found.demand)?;
    let before = this.half.get(..found.range.start)?;
    if let Some(asked) = ASKED_WHEN.captures(before).filter(|_| !is_limit(&this.half[found.range.clone()])) {
        let from = asked.get(1)?.end();
        let rest = this.half.get(found.range.end..)?;
        let end = found.range.end + rest.find([',', ';', '(', ')', ':']).unwrap_or(rest.trim_end_matches('.').len());
        return this.words_at(from..end);
    }
    let action = action_at(&this.half, found.range.end).filter(|at| marked(&this.half, &found, *at))?;
    let clause = this.half.get(..action)?;
    let ends = clause.trim_end_matches(|c: char| c == ' ' || "、,:;→⇒➡-=>–—".contains(c));
    // A time within which something is to be done is no condition of it.
    let limit = is_limit(this.half.get(found.range)?);
    let separated = ends.len() < clause.trim_end().len() && !limit;
    if before.contains(['、', '。']) || !(SUPPOSES.is_match(ends) || separated) {
        return None;
    }
    let bare = ["には", "は", "で"].iter().find_map(|tail| ends.strip_suffix(tail)).unwrap_or(ends);
    // The number of a heading is no part of it.
    let number = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let from = number.strip_prefix(['.', ')']).filter(|rest| number.len() < bare.len() && rest.starts_with(' '));
    this.words_at(bare.len() - from.unwrap_or(bare).len()..bare.len())
}

/// The comparison is a time within which something is to be done.
fn is_limit(words: &str) -> bool {
    words.contains("以内") || words.to_lowercase().contains("within")
}

/// `about` is what the line speaks of where it does not say so itself.
fn threshold_of(lexicon: &Lexicon, this: &Line<'_>, about: Option<&str>, line: usize) -> Option<Rule> {
    let (text, half) = (this.text, &*this.half);
    if !half.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if half.chars().count() > LONGEST || half.trim_end_matches(['。', '.', ' ']).contains(['。', '\n']) {
        return None;
    }
    let found = measured(half)?;
    let at = if found.demand { None } else { action_at(half, found.range.end).filter(|at| marked(half, &found, *at)) };
    let mut action = at.and_then(|at| this.words_at(at..half.len()));
    let mut subject = subject(this, found.range.start);
    if action.is_none()
        && let Some(asked) = ASKED_WHEN.captures(half.get(..found.range.start)?)
    {
        action = this.words(&asked, 1);
        subject = this.words(&asked, 2);
    }
    if subject.is_none() && action.is_some() && LEAD.find(half.get(..found.range.start)?)?.end() == found.range.start {
        // Nothing stands before the number: 80%以上の場合は….
        let clause = half.get(..at.unwrap_or(found.range.end))?;
        let supposes = SUPPOSES.is_match(clause) || !clause.contains("以内") && clause.contains([':', '→', '⇒']);
        subject = about.filter(|_| supposes).map(str::to_owned);
    }
    let action = action.map(|action| action.trim_end_matches(['。', '.']).to_owned());
    let soft = lexicon.says(text, Topic::Soft);
    let healthy = |action: &str| {
        let half = half_width(action);
        lexicon.find(&half, Topic::Healthy).is_some_and(|range| range.start == 0)
    };
    let normal = found.demand || action.as_deref().is_some_and(healthy) || (soft && action.is_none());
    // What must be over within a time is no alarm while it is not.
    if !normal && found.op == RuleOp::Le && is_limit(half.get(found.range.clone())?) {
        return None;
    }
    Some(Rule {
        when: if normal { RuleSense::Normal } else { RuleSense::Alarm },
        subject: subject?,
        op: found.op,
        value: Some(found.value),
        unit: unit(&this.half, found.unit),
        action,
        soft,
        text: text.to_owned(),
        line,
    })
}

/// The rule that a line under a step states; `about` is the step.
pub(super) fn rule_with(lexicon: &Lexicon, text: &str, about: Option<&str>, line: usize) -> Option<Rule> {
    let this = Line::new(text);
    if let Some(rule) = threshold_of(lexicon, &this, about, line) {
        return (rule.action.is_some() || rule.when == RuleSense::Normal).then_some(rule);
    }
    let (subject, action) = event::event(&this)?;
    let text = text.to_owned();
    let op = RuleOp::Event;
    let action = Some(action);
    Some(Rule { when: RuleSense::Alarm, subject, op, value: None, unit: None, action, soft: false, text, line })
}

/// [`rule_with`] with the words that the program brings along.
#[cfg(test)]
pub(super) fn rule(text: &str, line: usize) -> Option<Rule> {
    rule_with(Lexicon::built_in(), text, None, line)
}

/// What a line such as `期待結果: 200 OK` says is expected.
pub(super) fn expectation(text: &str, lexicon: &Lexicon) -> Option<String> {
    if !text.contains([':', '：', '】', ']', '］', '→']) {
        return None;
    }
    let this = Line::new(text);
    let start = this.half.len() - this.half.trim_start_matches([' ', '→', '⇒', '・']).len();
    let whole = this.half.get(start..)?;
    let inner = whole.strip_prefix(['【', '[', '(']).unwrap_or(whole);
    let (_, end) = lexicon.leading(inner, &[Topic::Criterion])?;
    let behind = inner.get(end..)?.trim_start();
    let value = if inner.len() < whole.len() {
        behind.strip_prefix(['】', ']', ')'])?.trim_start_matches([':', ' '])
    } else {
        behind.strip_prefix(':')?
    };
    this.words_at(this.half.len() - value.len()..this.half.len())
}

static EXACT: Pattern = Pattern::new(
    r"(?i)^(?:(?:http(?:/\d(?:\.\d)?)?|status(?: code)?|ステータス(?:コード)?|終了コード|exit (?:code|status)|return code|returns?|ちょうど|exactly)\s*[:=は]?\s*|[^\d\s]{1,20}[\s:がは]+)?(\d[\d,]*(?:\.\d+)?)\s*(%|件|個|回|台|本|行|人|名|秒|分|errors?|rows?|pods?|nodes?|items?|lines?)?\s*(?:ok|created|accepted|no content|のみ|ちょうど|(?:で|が)(?:ある|返る|返却される)(?:こと)?|(?:を|が)返(?:す|却)?(?:される|る)?(?:こと)?|である(?:こと)?|が理想.*|が望ましい.*|であれば正常|is ideal.*|ideally|expected|in total)?[。.]?$",
);

/// The rule in a criterion such as `80% 未満`, about `subject`.
pub(super) fn criterion_with(lexicon: &Lexicon, subject: &str, text: &str, line: usize) -> Option<Rule> {
    let this = Line::new(text);
    let (op, value, unit) = if let Some(found) = measured(&this.half) {
        (found.op, found.value, unit(&this.half, found.unit))
    } else {
        let found = EXACT.captures(this.half.trim())?;
        let unit = found.get(2).map(|unit| unit.as_str().to_owned());
        (RuleOp::Eq, threshold::number(&found[1])?, unit)
    };
    Some(Rule {
        when: RuleSense::Normal,
        subject: subject.to_owned(),
        op,
        value: Some(value),
        unit,
        action: None,
        soft: lexicon.says(text, Topic::Soft),
        text: text.to_owned(),
        line,
    })
}

/// [`criterion_with`] with the words that the program brings along.
#[cfg(test)]
pub(super) fn criterion(subject: &str, text: &str, line: usize) -> Option<Rule> {
    criterion_with(Lexicon::built_in(), subject, text, line)
}

/// The threshold in a cell of a column of thresholds: `>2秒`, `80%以上`, and `予算の80%`, which is reached at 80 %.
pub(super) fn limit_with(lexicon: &Lexicon, text: &str, line: usize) -> Option<Rule> {
    static BARE: Pattern = Pattern::new(
        r"(?i)^([^\d~]{0,24}?)(\d[\d,]*(?:\.\d+)?)\s*((?:%|[A-Za-z]{1,10}|[\p{Han}\p{Katakana}ー]{1,4}?|つ)(?:/\p{L}{1,6})?)?\s*(?:[\s(、,]|of\b|$|連続|到達|程度)",
    );
    let this = Line::new(text);
    let (op, value, unit, named) = if let Some(found) = measured(&this.half) {
        let named = subject(&this, found.range.start);
        (found.op, found.value, unit(&this.half, found.unit), named)
    } else {
        let half = this.half.trim_start_matches('約');
        let found = BARE.captures(half)?;
        let end = found.get(0)?.end();
        let range = half.get(end..)?.trim_start().starts_with(['~', '–']);
        // A number of a name, such as DB-07 or v2, measures nothing.
        let named = found.get(1)?.as_str().ends_with(|c: char| c.is_ascii_alphanumeric() || "-_.#/".contains(c));
        if named {
            return None;
        }
        let unit = found.get(3).map(|unit| unit.as_str().to_owned());
        (!range).then_some((RuleOp::Ge, threshold::number(&found[2])?, unit, None))?
    };
    Some(Rule {
        when: RuleSense::Alarm,
        subject: named.unwrap_or_default(),
        op,
        value: Some(value),
        unit,
        action: None,
        soft: lexicon.says(text, Topic::Soft),
        text: text.to_owned(),
        line,
    })
}
