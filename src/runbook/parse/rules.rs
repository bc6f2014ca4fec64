//! Branch rules and criteria: `残り < 7日: 更新する`, `If the disk is full: …`, `正常: 200 OK`.

use regex::Captures;

use super::time::source_words;
use crate::runbook::model::{Caution, CautionLevel, Rule, RuleOp, RuleSense};
use crate::runbook::text::{Pattern, half_width};

macro_rules! patterns {
    ($($name:ident = $pattern:literal, needs $needs:expr;)*) => {
        $(static $name: Pattern = Pattern::new($pattern).needing(&$needs);)*
    };
}

patterns! {
    SYMBOL = r"^(.+?)\s*[:が]?\s*(>=|<=|==|>|<|≥|≧|≤|≦)\s*(\d[\d,]*(?:\.\d+)?)\s*([^\d\s:→、,.=<>-]*?)\s*(?:の場合は?|なら|のとき|時|で)?\s*(?:[:→、,]|=>|->|⇒)\s*(\S.*)$", needs ["<", ">", "==", "≥", "≧", "≤", "≦"];
    SYMBOL_ONLY = r"^(.+?)\s*[:が]?\s*(>=|<=|==|>|<|≥|≧|≤|≦)\s*(\d[\d,]*(?:\.\d+)?)\s*(\S*)$", needs ["<", ">", "==", "≥", "≧", "≤", "≦"];
    WORD = r"^(.*?[^\d.,\s])\s*[:がは]?\s*(?:の)?\s*(\d[\d,]*(?:\.\d+)?)\s*(%|[A-Za-z/]{1,8}|秒|分|時間|日間?|週間|か月|件|回|個|台|人|度|倍|本|行|つ)?\s*(以上|以下|以内|未満|を?超過?(?:えたら|えた|える|え)?|より大きい|より小さい|を下回\S*?)\s*(?:の?場合は?|なら|のとき|時|で|は)?\s*(?:[:→、,]|=>|->|⇒)?\s*(.*)$", needs ["以上", "以下", "以内", "未満", "超", "より大きい", "より小さい", "を下回"];
    ENGLISH = r"(?i)^(?:if\s+|when\s+)?(.+?)\s+(?:is\s+|are\s+|stays\s+|remains\s+)?(above|over|exceeds|exceeding|more than|greater than|higher than|at least|below|under|less than|lower than|fewer than|at most|no more than)\s+(\d[\d,]*(?:\.\d+)?)\s*(%|[a-z/]*)\s*(?:[:,;→]|=>|->|⇒|then\b)\s*(\S.*)$", needs ["above", "over", "exceed", "than", "at least", "at most", "below", "under"];
    EVENT = r"(?i)^(\S.*?(?:時|場合は?|たら|なければ|ければ))\s*(?:[:→、,]|=>|->|⇒)\s*(\S.*)$", needs ["時", "場合", "たら", "ければ"];
    EVENT_EN = r"(?i)^((?:if|when|in case of)\s+.+?|on\s+\S+(?:\s+\S+)?)\s*(?:[:;→]|=>|->|⇒)\s*(\S.*)$|^(.+\b(?:fails?|failed|failure|missing))\s*(?:[:→]|=>|->)\s*(\S.*)$|^((?:if|when)\s+.+?),\s*(\S.*)$", needs [":", ";", "→", ">", "⇒", ","];
    CRITERION = r"(?i)^(?:期待(?:値|結果|される結果)?|正常(?:値|時|基準)?|合格基準|判定基準|expected(?: result| output)?|normal|healthy|pass(?: if)?|ok if)\s*[:]\s*(\S.*)$", needs ["期待", "正常", "基準", "expected", "normal", "healthy", "pass", "ok if"];
    CAUTION = r"(?i)^(?:⚠️?|🚨|❗️?)?\s*(?:\[?(注意(?:事項|点)?|caution|important|重要)\]?|(警告|危険|warning|danger)|(※|note|nb|補足|tip))\s*(?:[:!]|(?:※))?\s*(.*)$", needs ["注意", "重要", "警告", "危険", "※", "補足", "caution", "important", "warning", "danger", "note", "nb", "tip"];
}

/// A rule is a short line; a longer one that begins with "if" is running text.
const LONGEST_EVENT: usize = 120;

fn number(text: &str) -> Option<f64> {
    text.replace(',', "").parse().ok()
}

fn operator(word: &str) -> RuleOp {
    match word.to_lowercase().as_str() {
        ">=" | "≥" | "≧" | "以上" | "at least" => RuleOp::Ge,
        "<=" | "≤" | "≦" | "以下" | "以内" | "at most" | "no more than" => RuleOp::Le,
        "<" | "未満" | "より小さい" | "below" | "under" | "less than" | "lower than" | "fewer than" => {
            RuleOp::Lt
        }
        "==" => RuleOp::Eq,
        word if word.starts_with("を下回") => RuleOp::Lt,
        _ => RuleOp::Gt,
    }
}

/// The half-width form of a line, and the way back.
struct Line<'a> {
    text: &'a str,
    half: String,
}

impl<'a> Line<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, half: half_width(text) }
    }

    fn words(&self, found: &Captures<'_>, at: usize) -> Option<String> {
        found.get(at).map(|hit| source_words(self.text, &self.half, hit.range())).filter(|words| !words.is_empty())
    }
}

/// The rule that a line under a step states.
pub(super) fn rule(text: &str, line: usize) -> Option<Rule> {
    let this = Line::new(text);
    let make = |found: &Captures<'_>, places: [usize; 5]| {
        let [subject, op, value, unit, action] = places;
        let action = this.words(found, action)?;
        let ok = action.starts_with("正常") || action.eq_ignore_ascii_case("ok") || action.contains("であること");
        Some(Rule {
            when: if ok { RuleSense::Normal } else { RuleSense::Alarm },
            subject: this.words(found, subject)?,
            op: operator(found.get(op)?.as_str()),
            value: Some(number(found.get(value)?.as_str())?),
            unit: this.words(found, unit),
            action: Some(action),
            soft: text.contains("理想"),
            text: text.to_owned(),
            line,
        })
    };
    if let Some(found) = SYMBOL.captures(&this.half) {
        return make(&found, [1, 2, 3, 4, 5]);
    }
    if let Some(found) = WORD.captures(&this.half) {
        return make(&found, [1, 4, 2, 3, 5]);
    }
    if let Some(found) = ENGLISH.captures(&this.half) {
        return make(&found, [1, 2, 3, 4, 5]);
    }
    if this.half.chars().count() > LONGEST_EVENT || this.half.contains(". ") || this.half.ends_with(':') {
        return None;
    }
    let (subject, action) = if let Some(found) = EVENT.captures(&this.half) {
        (this.words(&found, 1)?, this.words(&found, 2)?)
    } else {
        let found = EVENT_EN.captures(&this.half)?;
        {
            let words = |places: [usize; 3]| places.into_iter().find_map(|at| this.words(&found, at));
            (words([1, 3, 5])?, words([2, 4, 6])?)
        }
    };
    if subject.ends_with("日時") || subject.ends_with("同時") {
        return None;
    }
    Some(Rule {
        when: RuleSense::Alarm,
        subject,
        op: RuleOp::Event,
        value: None,
        unit: None,
        action: Some(action),
        soft: false,
        text: text.to_owned(),
        line,
    })
}

/// What a line such as `期待結果: 200 OK` says is expected.
pub(super) fn expectation(text: &str) -> Option<String> {
    let this = Line::new(text);
    let found = CRITERION.captures(&this.half)?;
    this.words(&found, 1)
}

/// The rule in a criterion such as `80% 未満`, about `subject`.
pub(super) fn criterion(subject: &str, text: &str, line: usize) -> Option<Rule> {
    let sentence = format!("{subject} {text}");
    let this = Line::new(&sentence);
    let (op, value, unit) = if let Some(found) = WORD.captures(&this.half) {
        (operator(found.get(4)?.as_str()), number(found.get(2)?.as_str())?, this.words(&found, 3))
    } else if let Some(found) = SYMBOL_ONLY.captures(&this.half) {
        (operator(found.get(2)?.as_str()), number(found.get(3)?.as_str())?, this.words(&found, 4))
    } else {
        static EXACT: Pattern = Pattern::new(r"(\d+(?:\.\d+)?)\s*(件|個|回|台)?");
        let half = half_width(text);
        let found = EXACT.captures(&half)?;
        (RuleOp::Eq, number(&found[1])?, found.get(2).map(|unit| unit.as_str().to_owned()))
    };
    Some(Rule {
        when: RuleSense::Normal,
        subject: subject.to_owned(),
        op,
        value: Some(value),
        unit,
        action: None,
        soft: text.contains("理想"),
        text: text.to_owned(),
        line,
    })
}

/// The caution that a line states: its level, and its words, which are empty when a list follows.
pub(super) fn caution(text: &str) -> Option<(CautionLevel, String)> {
    let this = Line::new(text);
    let found = CAUTION.captures(&this.half)?;
    let rest = found.get(4).map_or("", |hit| hit.as_str());
    let marked = this.half[..this.half.len() - rest.len()].trim_end().ends_with([':', '!', '※']) || rest.is_empty();
    if !marked {
        return None;
    }
    let level = if found.get(2).is_some() {
        CautionLevel::Warning
    } else if found.get(3).is_some() {
        CautionLevel::Note
    } else {
        CautionLevel::Caution
    };
    Some((level, this.words(&found, 4).unwrap_or_default()))
}

/// A caution of the document.
pub(super) fn make_caution(level: CautionLevel, text: &str, line: usize) -> Caution {
    Caution { level, text: text.to_owned(), line }
}
