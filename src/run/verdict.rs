//! Holds the rules of a step against what its commands printed, and proposes a verdict.
//!
//! Pure. Never guesses: where two values could be meant, none is measured and a person decides. The exit status alone
//! is no verdict: a status other than 0 that no rule explains is undecided.

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use regex::Regex;

use crate::run::event::{Measurement, Outcome, Verdict};
use crate::runbook::model::{Rule, RuleOp, RuleSense, Step};

/// What one command of the step gave.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// How it ended; absent when nobody knows.
    pub outcome: Option<&'a Outcome>,
    /// What it printed, as plain text.
    pub text: &'a str,
    /// Nothing of what it printed was lost on the way to the disk.
    pub complete: bool,
    /// `text` is all of what it printed, and all of what a server had to say.
    pub whole: bool,
}

impl Output<'_> {
    fn well(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Exited { code: 0 }))
    }

    /// Ended well, and nothing of it is missing: what a rule looks for may stand in what was lost.
    fn can_be_judged(&self) -> bool {
        self.well() && self.complete
    }
}

/// What the rules of `step` propose for `outputs`, read at the time `at`.
pub fn propose(step: &Step, outputs: &[Output<'_>], at: DateTime<FixedOffset>) -> (Verdict, Vec<Measurement>) {
    let mut measured: Vec<Measurement> =
        step.rules.iter().enumerate().filter_map(|(i, rule)| measure(i, rule, outputs, at)).collect();
    choose_tiers(&step.rules, &mut measured);
    let rule_of = |m: &Measurement| step.rules.get(m.rule);
    if !outputs.iter().all(|output| output.whole) {
        // Of a part only what is found is known: what was not read may hold another value.
        let bad = |m: &Measurement, rule: &Rule| match rule.when {
            RuleSense::Alarm => m.applies,
            RuleSense::Normal => !m.holds,
        };
        measured.retain(|m| rule_of(m).is_some_and(|rule| rule.op == RuleOp::Event || bad(m, rule)));
    }
    let alarm = measured.iter().any(|m| m.applies && rule_of(m).is_some_and(|r| r.when == RuleSense::Alarm));
    let missed = |soft: bool| {
        measured.iter().any(|m| !m.holds && rule_of(m).is_some_and(|r| r.when == RuleSense::Normal && r.soft == soft))
    };
    let unread = step.rules.iter().enumerate().any(|(i, _)| measured.iter().all(|m| m.rule != i));
    let verdict = if alarm || missed(false) {
        Verdict::Finding
    } else if missed(true) || !outputs.iter().all(Output::can_be_judged) || unread {
        Verdict::Undecided
    } else {
        Verdict::Ok
    };
    (verdict, measured)
}

/// The verdict of a run that nobody attends: a rule that matched is a finding; a status other than 0 that no rule
/// explains cannot be judged, nor can an output of which a part was lost, nor a threshold whose value was not read: one
/// full disk among several must not come out green. All else is well.
pub fn unattended(step: &Step, outputs: &[Output<'_>], measured: &[Measurement]) -> Verdict {
    let rule_of = |m: &Measurement| step.rules.get(m.rule);
    let matched = measured.iter().any(|m| match rule_of(m).map(|r| r.when) {
        Some(RuleSense::Alarm) => m.applies,
        Some(RuleSense::Normal) => !m.holds,
        None => false,
    });
    let unread =
        step.rules.iter().enumerate().any(|(i, r)| r.op != RuleOp::Event && measured.iter().all(|m| m.rule != i));
    if matched {
        Verdict::Finding
    } else if outputs.iter().all(Output::can_be_judged) && !unread {
        Verdict::Ok
    } else {
        Verdict::Undecided
    }
}

fn measure(index: usize, rule: &Rule, outputs: &[Output<'_>], at: DateTime<FixedOffset>) -> Option<Measurement> {
    if rule.op == RuleOp::Event {
        return event(index, rule, outputs);
    }
    let threshold = rule.value?;
    let found = candidates(rule, outputs, at);
    let (value, matched) = only(&found)?;
    let unit = rule.unit.as_deref().unwrap_or_default();
    let holds = match rule.op {
        RuleOp::Gt => value > threshold,
        RuleOp::Ge => value >= threshold,
        RuleOp::Lt => value < threshold,
        RuleOp::Le => value <= threshold,
        RuleOp::Eq => (value - threshold).abs() < f64::EPSILON,
        RuleOp::Event => false,
    };
    let shown = format!("{value}{unit}");
    Some(Measurement { rule: index, value: Some(value), shown, matched, holds, applies: false })
}

/// An event can be read when it speaks of failure: the exit status tells.
fn event(index: usize, rule: &Rule, outputs: &[Output<'_>]) -> Option<Measurement> {
    static FAILURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)失敗|異常終了|エラー(?:時|の場合|なら)|\bfail(?:s|ed|ure|ures)?\b|\bunsuccessful|\bon error\b")
            .ok()
    });
    let words = format!("{} {}", rule.subject, rule.text.split([':', '：']).next().unwrap_or_default());
    if !FAILURE.as_ref().is_some_and(|r| r.is_match(&words)) {
        return None;
    }
    let bad = outputs.iter().find(|o| !o.well());
    let matched = match bad.map(|o| o.outcome) {
        None => String::new(),
        Some(Some(Outcome::Exited { code })) => format!("exit {code}"),
        Some(Some(Outcome::Signalled { signal })) => format!("signal {signal}"),
        Some(Some(Outcome::CouldNotStart { why })) => why.clone(),
        Some(None) => "?".to_owned(),
    };
    // Where nobody knows how the command ended, nobody knows either whether it failed.
    if bad.is_some_and(|o| o.outcome.is_none()) {
        return None;
    }
    Some(Measurement {
        rule: index,
        value: None,
        shown: matched.clone(),
        matched,
        holds: bad.is_some(),
        applies: false,
    })
}

type Candidate = (f64, String);

/// The one value that all candidates agree on.
fn only(found: &[Candidate]) -> Option<Candidate> {
    let first = found.first()?;
    let agree = found.iter().all(|c| (c.0 - first.0).abs() < f64::EPSILON);
    agree.then(|| first.clone())
}

/// Values in the unit of `rule`. Where the whole output gives several, only the lines that name the subject count.
fn candidates(rule: &Rule, outputs: &[Output<'_>], at: DateTime<FixedOffset>) -> Vec<Candidate> {
    let lines: Vec<&str> = outputs.iter().flat_map(|o| o.text.lines()).collect();
    let all: Vec<Candidate> = lines.iter().flat_map(|l| values_in(l, rule, at)).collect();
    if only(&all).is_some() || all.is_empty() {
        return all;
    }
    let named = lines.iter().filter(|l| !rule.subject.is_empty() && l.contains(rule.subject.as_str()));
    named.flat_map(|l| values_in(l, rule, at)).collect()
}

fn values_in(line: &str, rule: &Rule, at: DateTime<FixedOffset>) -> Vec<Candidate> {
    let unit = rule.unit.as_deref().unwrap_or_default().trim();
    match unit {
        "日" | "日間" | "day" | "days" => {
            let mut found = numbers_before(line, r"(?:日|days?\b)");
            found.extend(days_until(line, at));
            found
        }
        "" | "件" | "個" | "回" | "台" => {
            let bare = line.trim().parse::<f64>().ok().map(|v| (v, line.trim().to_owned()));
            if unit.is_empty() {
                bare.into_iter().collect()
            } else {
                let mut found = numbers_before(line, &regex::escape(unit));
                found.extend(bare);
                found
            }
        }
        "%" | "％" => numbers_before(line, "[%％]"),
        "秒" | "s" | "sec" => numbers_before(line, r"(?:秒|s\b|sec\b|seconds?\b)"),
        "分" | "min" => numbers_before(line, r"(?:分|min\b|minutes?\b)"),
        other => numbers_before(line, &regex::escape(other)),
    }
}

fn numbers_before(line: &str, unit: &str) -> Vec<Candidate> {
    let Ok(pattern) = Regex::new(&format!(r"(?:^|[^\w.])(-?\d[\d,]*(?:\.\d+)?)\s*{unit}")) else { return Vec::new() };
    let found = pattern.captures_iter(line).filter_map(|c| {
        let number = c.get(1)?;
        let value = number.as_str().replace(',', "").parse().ok()?;
        Some((value, c.get(0)?.as_str().trim_start().to_owned()))
    });
    found.collect()
}

/// Whole days from `at` until the one date of an expiry line, such as `Not After : Feb  1 12:00:00 2027 GMT`.
fn days_until(line: &str, at: DateTime<FixedOffset>) -> Option<Candidate> {
    static EXPIRY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)not ?after|expir|valid until|有効期限|期限").ok());
    static ENGLISH: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}:\d{2}:\d{2}) (\d{4})").ok());
    static ISO: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d{4}-\d{2}-\d{2}").ok());
    if !EXPIRY.as_ref()?.is_match(line) {
        return None;
    }
    let (date, text) = if let Some(c) = ENGLISH.as_ref()?.captures(line) {
        let text = format!("{} {} {} {}", &c[1], &c[2], &c[3], &c[4]);
        (NaiveDateTime::parse_from_str(&text, "%b %d %H:%M:%S %Y").ok()?, c[0].to_owned())
    } else {
        let found = ISO.as_ref()?.find(line)?.as_str();
        (NaiveDate::parse_from_str(found, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?, found.to_owned())
    };
    let seconds = (date - at.naive_utc()).num_seconds();
    let days = i32::try_from(seconds.div_euclid(86_400)).ok()?;
    Some((f64::from(days), text))
}

/// Among the rules on one subject that hold, the tightest applies: the highest of `>`, the lowest of `<`.
fn choose_tiers(rules: &[Rule], measured: &mut [Measurement]) {
    let holding: Vec<usize> = measured.iter().enumerate().filter(|(_, m)| m.holds).map(|(i, _)| i).collect();
    let key = |m: &Measurement| rules.get(m.rule).map(|r| (r, r.value.unwrap_or_default()));
    let winners: Vec<usize> = holding
        .iter()
        .copied()
        .filter(|i| {
            let Some((rule, value)) = key(&measured[*i]) else { return false };
            holding.iter().all(|j| {
                let Some((other, other_value)) = key(&measured[*j]) else { return true };
                let same = other.subject == rule.subject && other.op == rule.op;
                !same
                    || match rule.op {
                        RuleOp::Gt | RuleOp::Ge => value >= other_value,
                        RuleOp::Lt | RuleOp::Le => value <= other_value,
                        RuleOp::Eq | RuleOp::Event => true,
                    }
            })
        })
        .collect();
    for i in winners {
        measured[i].applies = true;
    }
}
