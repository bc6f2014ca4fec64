//! Thresholds of monitoring that belong to no step: tables of limits, and lists such as `CPU使用率: 80%以上でアラート`.

use super::columns::{Columns, cell, tables};
use super::entry::{Entry, entries, named};
use super::{Place, mentions};
use crate::runbook::lexicon::Topic;
use crate::runbook::model::{Rule, RuleSense};
use crate::runbook::parse::outline::Table;
use crate::runbook::parse::rules;
use crate::runbook::text::{Pattern, half_width, has_any};

/// Reads the thresholds of a section.
pub(super) fn read(place: &Place<'_>, found: &mut Vec<Rule>) {
    for table in tables(place.section) {
        of_table(place, table, found);
    }
    if place.is_procedure() || place.under(Topic::Scenario) {
        return;
    }
    let watched = place.under(Topic::Monitoring);
    of_lines(place, &entries(&place.section.nodes), "", watched, found);
}

fn of_lines(place: &Place<'_>, lines: &[Entry<'_>], owner: &str, watched: bool, found: &mut Vec<Rule>) {
    for entry in lines.iter().filter(|entry| entry.listed && !entry.task && !place.is_step(entry.line)) {
        let before = found.len();
        found.extend(of_line(place, &entry.text, owner, watched, entry.line));
        if before == found.len() {
            let name = entry.text.trim_end_matches([':', '：']);
            let owner = if name.chars().count() <= 30 { name } else { "" };
            of_lines(place, &entries(entry.nodes), owner, watched, found);
        }
    }
}

static PARTS: Pattern = Pattern::new(r"\s*(?:[、;/]|,\s)\s*");

/// The rules of one line: one, or one for each tier of `警告 70%以上、危険 90%以上`.
fn of_line(place: &Place<'_>, text: &str, owner: &str, watched: bool, line: usize) -> Vec<Rule> {
    let alarms =
        |rule: &Rule| rule.action.as_deref().is_some_and(|action| mentions(place.lexicon, action, Topic::Alarm));
    if let Some((subject, value)) = named(text) {
        let half = half_width(&value);
        let parts: Vec<&str> = split(&half);
        let tiers: Vec<Rule> = parts.iter().filter_map(|part| tier(place, part, &subject, text, line)).collect();
        if parts.len() >= 2 && tiers.len() == parts.len() {
            return tiers;
        }
        // A line such as `警告: 70%以上` under what is measured.
        let tier = subject.chars().count() <= 12 && mentions(place.lexicon, &subject, Topic::Alarm);
        if !owner.is_empty()
            && tier
            && let Some(rule) = rules::limit_with(place.lexicon, &value, line)
        {
            let (subject, action) = (owner.to_owned(), Some(subject));
            return vec![Rule { subject, action, text: text.to_owned(), ..rule }];
        }
    }
    let Some(rule) = rules::threshold_with(place.lexicon, text, line) else { return Vec::new() };
    let bare = rule.action.is_none() && rule.when == RuleSense::Alarm;
    let limits = place.path.iter().rev().take(2).any(|title| {
        has_any(
            title,
            &[
                "閾値",
                "しきい値",
                "アラート条件",
                "アラート設定",
                "通知条件",
                "アラートルール",
                "threshold",
                "thresholds",
                "alert rules",
                "alert conditions",
            ],
        )
    });
    let keep = if bare { limits } else { rule.when == RuleSense::Alarm && (watched || alarms(&rule)) };
    if keep { vec![rule] } else { Vec::new() }
}

fn split(half: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for mark in PARTS.find_iter(half) {
        parts.push(half.get(from..mark.start()).unwrap_or_default());
        from = mark.end();
    }
    parts.push(half.get(from..).unwrap_or_default());
    parts.retain(|part| !part.trim().is_empty());
    parts
}

static AT: Pattern = Pattern::new(r"(?i)^\s*([a-z]+)\s+(?:at|from)\s+(\d\S*(?:\s\S+)?)\s*$").needing(&["at", "from"]);

/// A tier such as `70%以上で警告` or `警告 70%以上` of what `subject` names.
fn tier(place: &Place<'_>, part: &str, subject: &str, text: &str, line: usize) -> Option<Rule> {
    let alarm =
        |word: &String| mentions(place.lexicon, word, Topic::Alarm) || has_any(word, &["危険", "注意", "調査", "対応"]);
    if let Some(found) = AT.captures(part) {
        let rule = rules::limit_with(place.lexicon, found.get(2)?.as_str(), line)?;
        let action = found.get(1).map(|word| word.as_str().to_owned()).filter(alarm)?;
        return Some(Rule { subject: subject.to_owned(), action: Some(action), text: text.to_owned(), ..rule });
    }
    let rule = rules::threshold_with(place.lexicon, &format!("{subject}: {part}"), line)?;
    let lead = rules::limit_with(place.lexicon, part, line).map(|limit| limit.subject).filter(|lead| !lead.is_empty());
    let action = rule.action.clone().or(lead).filter(alarm)?;
    Some(Rule { subject: subject.to_owned(), action: Some(action), text: text.to_owned(), ..rule })
}

fn of_table(place: &Place<'_>, table: &Table, found: &mut Vec<Rule>) {
    let columns = Columns::of(place.lexicon, table);
    let mut limits: Vec<usize> = columns.all(Topic::ColumnThreshold).collect();
    let conditions = limits.is_empty();
    if conditions {
        // A column of conditions holds thresholds where monitoring is spoken of, and only with a sign or a word.
        let named = |at: &usize| has_any(columns.name(*at), &["条件", "condition", "発報条件", "trigger"]) && *at > 0;
        limits = (0..table.header.len()).filter(named).filter(|_| place.under(Topic::Monitoring)).collect();
    }
    if limits.is_empty() {
        return;
    }
    let taken: Vec<Option<usize>> = limits.iter().map(|at| Some(*at)).collect();
    let is_number = |at: usize| {
        let name = columns.name(at).trim().to_lowercase();
        name.ends_with("id") || name.ends_with("番号") || matches!(name.as_str(), "#" | "no" | "no.")
    };
    let metric = columns
        .other(Topic::ColumnMetric, &taken)
        .or_else(|| (0..table.header.len()).find(|at| !taken.contains(&Some(*at)) && !is_number(*at)));
    let with_metric: Vec<Option<usize>> = taken.iter().copied().chain([metric]).collect();
    let action = columns.other(Topic::ColumnAction, &with_metric);
    for (cells, line) in table.rows.iter().filter(|(_, line)| !place.is_step(*line)) {
        let Some(subject) = cell(cells, metric) else { continue };
        for limit in &limits {
            let Some(rule) = cell(cells, Some(*limit)).and_then(|text| of_cell(place, text, conditions, *line)) else {
                continue;
            };
            // 警告閾値 and 危険閾値 say themselves what it means to pass them.
            let header = half_width(columns.name(*limit)).into_owned();
            let tier = ["閾値", "しきい値", "基準値", "値", "threshold", "Threshold", "limit", "Limit", "level"];
            let tier = tier
                .iter()
                .fold(header, |name, word| name.replace(word, ""))
                .trim()
                .trim_matches(['(', ')', ' '])
                .to_owned();
            let tier = Some(tier).filter(|tier| !tier.is_empty() && !conditions && limits.len() > 1);
            let own = Some(&rule.subject).filter(|own| conditions && own.chars().count() >= 2).cloned();
            let subject = own.unwrap_or_else(|| subject.to_owned());
            let action = cell(cells, action).map(str::to_owned).or(tier);
            found.push(Rule { subject, action, ..rule });
        }
    }
}

fn of_cell(place: &Place<'_>, text: &str, strict: bool, line: usize) -> Option<Rule> {
    static COMPARES: Pattern = Pattern::new(r"[<>=≥≦≧≤]|以上|以下|未満|超|[上下]回");
    let rule = rules::limit_with(place.lexicon, text, line)?;
    (!strict || COMPARES.is_match(&half_width(text))).then_some(rule)
}
