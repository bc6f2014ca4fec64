//! Recovery targets: RPO and RTO of a service, in tables, in lists and in lines such as `RTO: 4時間 / RPO: 1時間`.

use super::Place;
use super::columns::{cell, tables};
use super::entry::{Entry, entries};
use crate::runbook::lexicon::Topic;
use crate::runbook::model::RecoveryTarget;
use crate::runbook::parse::outline::{Node, Table};
use crate::runbook::parse::time;
use crate::runbook::text::{Pattern, half_width, has_any};

static OBJECTIVE: Pattern = Pattern::new(
    r"(?i)(?-u:\b)(rpo|rto)(?-u:\b)(?:\s*\([^)]*\))?\s*(?:目標|target|objective)?\s*(?:は|を|が|of|is)?\s*[:=≤<]*\s*(?:最大|約)?\s*(\d[^、。,;/|)]*|ゼロ|なし|zero|none)",
)
.needing(&["rpo", "rto"]);

/// Which of the two a text names: the first hit of each in minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Objectives {
    pub(super) rpo_min: Option<u32>,
    pub(super) rto_min: Option<u32>,
}

impl Objectives {
    /// The objectives that a text states.
    pub(super) fn of(text: &str) -> Self {
        let half = half_width(text);
        let mut found = Self::default();
        for hit in OBJECTIVE.captures_iter(&half) {
            let Some(minutes) = hit.get(2).and_then(|value| minutes(value.as_str())) else { continue };
            let rpo = hit.get(1).is_some_and(|word| word.as_str().eq_ignore_ascii_case("rpo"));
            let slot = if rpo { &mut found.rpo_min } else { &mut found.rto_min };
            slot.get_or_insert(minutes);
        }
        found
    }

    pub(super) fn is_empty(self) -> bool {
        self.rpo_min.is_none() && self.rto_min.is_none()
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self { rpo_min: self.rpo_min.or(other.rpo_min), rto_min: self.rto_min.or(other.rto_min) }
    }
}

/// The minutes of a target; `0`, ゼロ and なし are no loss at all.
fn minutes(value: &str) -> Option<u32> {
    let half = half_width(value);
    let trimmed = half.trim().trim_start_matches(['<', '≤', '=', '~', ' ']).to_lowercase();
    let none = ["ゼロ", "なし", "zero", "none"].iter().any(|word| trimmed.starts_with(word));
    let zero =
        trimmed.strip_prefix('0').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
    time::span(&trimmed).map(|span| span.minutes[1]).or_else(|| (none || zero).then_some(0))
}

fn names(text: &str, what: [&str; 4]) -> bool {
    has_any(&half_width(text), &what)
}

/// The first cell of a row names an objective, and not something about it such as its rate.
fn is_row_name(text: &str) -> bool {
    static NAME: Pattern = Pattern::new(
        r"(?i)^(?:\S{1,10}?\s*)?(?:rpo|rto|recovery (?:point|time) objective|目標復旧時[点間]|復旧時[点間]目標)\s*(?:目標値?|objective|target)?\s*(?:\([^)]*\))?$",
    );
    NAME.is_match(half_width(text).trim())
}

fn is_rpo(text: &str) -> bool {
    names(text, ["rpo", "目標復旧時点", "復旧時点目標", "recovery point"])
}

fn is_rto(text: &str) -> bool {
    names(text, ["rto", "目標復旧時間", "復旧時間目標", "recovery time"])
}

fn add(found: &mut Vec<RecoveryTarget>, service: &str, of: Objectives, line: usize) {
    if of.is_empty() {
        return;
    }
    // The two lines of one service are one target.
    let other = found.iter_mut().find(|known| known.service == service);
    match other {
        Some(known) => {
            known.rpo_min = known.rpo_min.or(of.rpo_min);
            known.rto_min = known.rto_min.or(of.rto_min);
        }
        None => {
            found.push(RecoveryTarget { service: service.to_owned(), rpo_min: of.rpo_min, rto_min: of.rto_min, line })
        }
    }
}

/// Reads the recovery targets of a section.
pub(super) fn read(place: &Place<'_>, found: &mut Vec<RecoveryTarget>) {
    for table in tables(place.section) {
        if !by_column(table, found) {
            by_row(place, table, found);
        }
    }
    if place.under(Topic::Scenario) || place.is_procedure() {
        return;
    }
    let in_scenario = |at: usize| {
        let before = place.section.nodes.get(..at).unwrap_or_default().iter().rev();
        before.take_while(|node| !matches!(node, Node::Fence(_))).any(|node| {
            matches!(node, Node::Paragraph(text) if text.lead.as_deref().is_some_and(|lead| place.lexicon.says(lead, Topic::Scenario)))
        })
    };
    for (at, node) in
        place.section.nodes.iter().enumerate().filter(|(_, node)| matches!(node, Node::List(_) | Node::Paragraph(_)))
    {
        if !in_scenario(at) {
            of_lines(place, &entries(std::slice::from_ref(node)), &service(place), found);
        }
    }
}

/// What the targets of a section are for, by its heading.
fn service(place: &Place<'_>) -> String {
    place.title().trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' ' | ')')).to_owned()
}

static LEADING: Pattern = Pattern::new(
    r"(?i)^(?:(\S.{0,30}?)\s*(?:[:(、,|]|の|\s[–—-]\s)\s*|(\S{1,30})\s+)?(?:(?:目標)?(?:rpo|rto)(?-u:\b)|(?:recovery (?:point|time) objective)|目標復旧(?:時間|時点))",
)
.needing(&["rpo", "rto", "objective", "目標復旧"]);

fn of_lines(place: &Place<'_>, lines: &[Entry<'_>], service: &str, found: &mut Vec<RecoveryTarget>) {
    for entry in lines.iter().filter(|entry| !entry.task && !place.is_step(entry.line)) {
        let half = half_width(&entry.text);
        let sentence = half.trim_end_matches('。').contains('。') || half.chars().count() > 80;
        if let Some(leading) = LEADING.captures(&half).filter(|_| !sentence) {
            let objective = |name: &str| is_rpo(name) || is_rto(name);
            let named = leading
                .get(1)
                .or_else(|| leading.get(2))
                .filter(|name| !objective(name.as_str()))
                .map(|name| time::source_words(&entry.text, &half, name.range()));
            add(found, named.as_deref().unwrap_or(service), Objectives::of(&entry.text), entry.line);
        } else if entry.listed && !entry.nodes.is_empty() && entry.text.chars().count() <= 40 {
            let name = entry.text.trim_end_matches([':', '：']);
            of_lines(place, &entries(entry.nodes), name, found);
        }
    }
}

/// A table with a column for RPO or RTO and a row for each service.
fn by_column(table: &Table, found: &mut Vec<RecoveryTarget>) -> bool {
    let at = |is: fn(&str) -> bool| table.header.iter().position(|header| is(header));
    let (rpo, rto) = (at(is_rpo), at(is_rto));
    let Some(name) = (0..table.header.len()).find(|at| Some(*at) != rpo && Some(*at) != rto) else { return false };
    let literal = |at: Option<usize>| {
        at.and_then(|at| table.header.get(at)).is_some_and(|name| has_any(&half_width(name), &["rpo", "rto"]))
    };
    // A report of results tells what was reached, and 復旧目標時間 alone may be a column of severities.
    let report = table.header.iter().any(|name| has_any(name, &["結果", "判定", "実績", "result", "actual"]));
    if rpo == rto || report || !(literal(rpo) || literal(rto) || rpo.is_some() && rto.is_some()) {
        return false;
    }
    for (cells, line) in &table.rows {
        let value = |at: Option<usize>| cell(cells, at).and_then(minutes);
        let of = Objectives { rpo_min: value(rpo), rto_min: value(rto) };
        if let Some(service) = cell(cells, Some(name)).filter(|_| !of.is_empty()) {
            found.push(RecoveryTarget {
                service: service.to_owned(),
                rpo_min: of.rpo_min,
                rto_min: of.rto_min,
                line: *line,
            });
        }
    }
    true
}

/// A table with a row for RPO and one for RTO, and a column for each service.
fn by_row(place: &Place<'_>, table: &Table, found: &mut Vec<RecoveryTarget>) {
    let named = |cells: &[String]| cells.first().is_some_and(|first| is_row_name(first));
    let rows: Vec<_> = table.rows.iter().filter(|(cells, _)| named(cells)).collect();
    if rows.is_empty() || rows.iter().any(|(_, line)| place.is_step(*line)) {
        return;
    }
    let plain = [
        "値",
        "目標",
        "説明",
        "備考",
        "測定",
        "内容",
        "定義",
        "value",
        "target",
        "objective",
        "note",
        "description",
        "definition",
        "how",
    ];
    let generic =
        |header: &str| plain.iter().any(|word| header.to_lowercase().contains(word)) || header.trim().is_empty();
    for (at, header) in table.header.iter().enumerate().skip(1) {
        let mut of = Objectives::default();
        for (cells, _) in &rows {
            let value = cell(cells, Some(at)).and_then(minutes);
            let rpo = cells.first().is_some_and(|first| is_rpo(first));
            let slot = if rpo { &mut of.rpo_min } else { &mut of.rto_min };
            *slot = slot.or(value);
        }
        let name = if generic(header) { service(place) } else { header.clone() };
        let line = rows.first().map_or(place.section.line, |(_, line)| *line);
        add(found, &name, of, line);
        if generic(header) && !of.is_empty() {
            return;
        }
    }
}
