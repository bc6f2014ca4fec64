//! Drill scenarios: `シナリオ1: データベース障害` with its situation, its goal and what is checked.

use super::Place;
use super::columns::{cell, tables};
use super::entry::{Entry, entries, joined, named};
use super::recovery::Objectives;
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::Scenario;
use crate::runbook::parse::outline::{Fence, Node};
use crate::runbook::parse::time::source_words;
use crate::runbook::text::{Pattern, half_width};

static TITLE: Pattern = Pattern::new(
    r"(?i)^(?:[\d.]+\s+)?(?:(?:訓練|想定|障害)?シナリオ|(?:drill\s+)?scenario)\s*(?:#?\s*(?:\d{1,2}|[A-Z一二三四五①-⑨])(?-u:\b|))?\s*(?:[:.)、-]|–|—|\s)\s*(\S.*)$",
)
.needing(&["シナリオ", "scenario"]);

/// What the lines of a scenario say.
#[derive(Default)]
struct Parts {
    situation: String,
    goal: String,
    checks: String,
    objectives: Objectives,
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.situation.is_empty() && self.goal.is_empty() && self.checks.is_empty()
    }

    fn take(&mut self, lexicon: &Lexicon, name: &str, value: String) {
        self.objectives = self.objectives.or(Objectives::of(&format!("{name}: {value}")));
        let slot = match part(lexicon, name) {
            Some(Topic::Situation) => &mut self.situation,
            Some(Topic::Goal) => &mut self.goal,
            Some(_) => &mut self.checks,
            None => return,
        };
        if slot.is_empty() {
            *slot = value;
        }
    }

    fn read(&mut self, lexicon: &Lexicon, lines: &[Entry<'_>]) {
        for entry in lines {
            match named(&entry.text) {
                Some((name, value)) if value.is_empty() => self.take(lexicon, &name, joined(entry.nodes)),
                Some((name, value)) => self.take(lexicon, &name, value),
                None => self.objectives = self.objectives.or(Objectives::of(&entry.text)),
            }
        }
    }

    fn read_fence(&mut self, lexicon: &Lexicon, fence: &Fence) {
        for (name, value) in fence.lines.iter().filter(|line| !line.starts_with(' ')).filter_map(|line| named(line)) {
            self.take(lexicon, &name, value);
        }
    }

    fn scenario(self, title: &str, line: usize) -> Scenario {
        let of = self.objectives.or(Objectives::of(title));
        Scenario {
            title: title.trim().trim_end_matches([':', '：']).to_owned(),
            situation: self.situation,
            goal: self.goal,
            checks: self.checks,
            rto_min: of.rto_min,
            rpo_min: of.rpo_min,
            line,
        }
    }
}

/// Which part of a scenario a name such as 目標 stands for.
fn part(lexicon: &Lexicon, name: &str) -> Option<Topic> {
    let half = half_width(name);
    let topics = [Topic::Checks, Topic::Situation, Topic::Goal];
    topics.into_iter().find(|topic| half.chars().count() <= 24 && lexicon.find(&half, *topic).is_some())
}

/// The words of a title behind `シナリオ1:`.
fn title(text: &str) -> Option<String> {
    let half = half_width(text);
    let found = TITLE.captures(&half)?;
    found.get(1).map(|words| source_words(text, &half, words.range()))
}

/// Reads the scenarios of a section.
pub(super) fn read(place: &Place<'_>, found: &mut Vec<Scenario>) {
    for child in &place.section.children {
        let own = title(&child.title);
        let above = || place.own().is_some_and(|head| head.topics.has(Topic::Scenario)).then(|| child.title.clone());
        if let Some(title) = own.or_else(above) {
            let mut parts = Parts::default();
            parts.read(place.lexicon, &entries(&child.nodes));
            for node in &child.nodes {
                if let Node::Fence(fence) = node
                    && matches!(fence.info.trim(), "" | "text" | "txt" | "plain")
                {
                    parts.read_fence(place.lexicon, fence);
                }
            }
            if !parts.is_empty() {
                found.push(parts.scenario(&title, child.line));
            }
        }
    }
    by_lead(place, found);
    by_item(place, found);
    by_table(place, found);
}

/// A bold line over its list.
fn by_lead(place: &Place<'_>, found: &mut Vec<Scenario>) {
    let mut open: Option<(String, usize, Parts)> = None;
    let mut close = |open: Option<(String, usize, Parts)>| {
        if let Some((title, line, parts)) = open.filter(|(_, _, parts)| !parts.is_empty()) {
            found.push(parts.scenario(&title, line));
        }
    };
    for node in &place.section.nodes {
        if let Node::Paragraph(paragraph) = node {
            let first = paragraph.text.lines().next().unwrap_or_default();
            if let Some(title) = paragraph.lead.as_ref().and_then(|_| title(first)) {
                close(open.take());
                open = Some((title, paragraph.line, Parts::default()));
                let rest: Vec<Entry<'_>> = entries(std::slice::from_ref(node)).into_iter().skip(1).collect();
                if let Some((_, _, parts)) = &mut open {
                    parts.read(place.lexicon, &rest);
                }
                continue;
            }
        }
        if let Some((_, _, parts)) = &mut open {
            parts.read(place.lexicon, &entries(std::slice::from_ref(node)));
        }
    }
    close(open);
}

/// An item over its sub-items.
fn by_item(place: &Place<'_>, found: &mut Vec<Scenario>) {
    let above = place.lexicon.says(place.title(), Topic::Scenario);
    for entry in entries(&place.section.nodes).iter().filter(|entry| entry.listed && !entry.nodes.is_empty()) {
        let Some(title) = title(&entry.text).or_else(|| above.then(|| entry.text.clone())) else { continue };
        let mut parts = Parts::default();
        parts.read(place.lexicon, &entries(entry.nodes));
        if !parts.is_empty() {
            found.push(parts.scenario(&title, entry.line));
        }
    }
}

fn by_table(place: &Place<'_>, found: &mut Vec<Scenario>) {
    for table in tables(place.section) {
        let named = |header: &String| place.lexicon.says(header, Topic::Scenario);
        let Some(name) = table.header.iter().position(named) else { continue };
        let parts_at: Vec<usize> = (0..table.header.len())
            .filter(|at| {
                *at != name && table.header.get(*at).is_some_and(|header| part(place.lexicon, header).is_some())
            })
            .collect();
        if parts_at.is_empty() {
            continue;
        }
        for (cells, line) in &table.rows {
            let mut parts = Parts::default();
            for (at, header) in table.header.iter().enumerate().filter(|(at, _)| *at != name) {
                if let Some(value) = cell(cells, Some(at)) {
                    parts.take(place.lexicon, header, value.to_owned());
                }
            }
            if let Some(words) = cell(cells, Some(name)).filter(|_| !parts.is_empty()) {
                found.push(parts.scenario(&title(words).unwrap_or_else(|| words.to_owned()), *line));
            }
        }
    }
}
