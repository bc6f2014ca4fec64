//! The document's own scale of severities: tables, lists and headings such as `レベル1: 緊急（サービス停止）`.
//!
//! A scale has at least two levels and names each of them once; tiers of an escalation and priorities of tasks are none.

use std::collections::BTreeSet;

use super::columns::{Columns, cell, tables};
use super::entry::{Entry, entries, join, joined, named};
use super::{Head, Place, mentions};
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::Severity;
use crate::runbook::parse::outline::{Node, Section, Table};
use crate::runbook::parse::time::{self, source_words};
use crate::runbook::text::{Pattern, half_width, has_any};

static MARK: Pattern = Pattern::new(
    r"(?i)^((?:sev(?:erity)?(?:\s*level)?|priority|prio|level|(?:障害|重要度|緊急度|優先度)?レベル|優先度|重要度|重大度|深刻度|緊急度)\s*[-_.]?\s*(?:\d{1,2}|[A-E])(?-u:\b)|p-?\d(?-u:\b))\s*",
);
static WEAK_MARK: Pattern = Pattern::new(
    r"(?i)^((?:[sl]|lv\.?|tier|rank|class|ランク|クラス)\s*-?\s*(?:\d{1,2}|[A-E])(?-u:\b)|[A-ES](?:ランク|級)|[1-5一二三四五]級)\s*",
);
/// Names that levels have where they bear no mark.
const NAMES: &[&str] = &[
    "critical",
    "blocker",
    "emergency",
    "urgent",
    "high",
    "major",
    "medium",
    "moderate",
    "normal",
    "low",
    "minor",
    "trivial",
    "info",
    "informational",
    "warning",
    "緊急",
    "重大",
    "致命的",
    "クリティカル",
    "高",
    "中",
    "低",
    "重度",
    "中度",
    "軽度",
    "軽微",
    "警告",
    "情報",
    "大",
    "小",
];

/// A level that is being read.
struct Read {
    level: String,
    name: String,
    rest: String,
}

/// The mark, the name and what else stands in a text such as `P1（重大）: サービス停止`.
fn marked(text: &str, weak: bool) -> Option<Read> {
    let half = half_width(text);
    let found = MARK.captures(&half).or_else(|| weak.then(|| WEAK_MARK.captures(&half)).flatten())?;
    let mark = found.get(1)?;
    let end = found.get(0)?.end();
    let level = source_words(text, &half, mark.range());
    let words = |range| source_words(text, &half, range);
    let rest = half.get(end..)?;
    // The words must be set off from the mark, or the heading is about something else: 「P1 障害対応フロー」.
    let set_off =
        rest.is_empty() || rest.starts_with(['(', '[', ':', '-', '–', '—', '・', '|', ',', '、', '/', '=', '→']);
    let known = |word: &str| NAMES.iter().any(|name| name.eq_ignore_ascii_case(word.trim()));
    let first = rest.split(['(', ':', ' ', '-', '–', '—', ',']).next().unwrap_or_default();
    if !set_off && !known(first) {
        return None;
    }
    if let Some(inside) = rest.strip_prefix(['(', '[']) {
        let close = inside.find([')', ']']).unwrap_or(inside.len());
        let name = words(end + 1..end + 1 + close);
        let after = end + 1 + close + usize::from(close < inside.len());
        return Some(Read { level, name, rest: trimmed(&words(after..half.len())) });
    }
    let lead =
        rest.len() - rest.trim_start_matches([':', '-', '–', '—', '・', '|', ',', '、', '/', '=', '→', ' ']).len();
    let from = end + lead;
    let said = half.get(from..)?;
    let name_end = said
        .find(['(', ':', '|', ',', '、', '。'])
        .into_iter()
        .chain([" - ", " – ", " — "].iter().filter_map(|dash| said.find(dash)))
        .min()
        .unwrap_or(said.len());
    let name = said.get(..name_end)?.trim();
    if name.chars().count() > 16 && !known(name) && name.split(' ').count() > 3 || name.chars().count() > 28 {
        return Some(Read { level, name: String::new(), rest: words(from..half.len()) });
    }
    let name = words(from..from + name_end);
    Some(Read { level, name, rest: trimmed(&words(from + name_end..half.len())) })
}

/// A definition without the brackets or the marks that set it off.
fn trimmed(text: &str) -> String {
    let text = text.trim().trim_start_matches([':', '：', '-', '–', '—', '|', ',', '、', ' ']).trim();
    let inside = text.strip_prefix(['(', '（']).and_then(|rest| rest.strip_suffix([')', '）']));
    inside.filter(|inside| !inside.contains(['(', '（'])).unwrap_or(text).trim().to_owned()
}

/// A level that only has a name.
fn bare(text: &str) -> Option<Read> {
    let half = half_width(text);
    let end = half.find(['(', ':', '|', '、', ',']).into_iter().chain(half.find(" - ")).min().unwrap_or(half.len());
    let name = source_words(text, &half, 0..end);
    let rest = trimmed(&source_words(text, &half, end..half.len()));
    (!name.is_empty()).then(|| Read { level: name.clone(), name, rest })
}

fn is_name(text: &str) -> bool {
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(text.trim()))
}

/// Adds a level, or completes one that the document has told of before.
fn add(found: &mut Vec<Severity>, severity: Severity) {
    let key =
        |level: &str| half_width(level).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let Some(known) = found.iter_mut().find(|known| key(&known.level) == key(&severity.level)) else {
        found.push(severity);
        return;
    };
    if known.target_text.is_none() {
        known.target_min = severity.target_min;
        known.target_text = severity.target_text;
    }
    if known.name.is_empty() {
        known.name = severity.name;
    }
    if known.definition.is_empty() {
        known.definition = severity.definition;
    }
}

fn distinct(levels: &[Read]) -> bool {
    let seen: BTreeSet<_> = levels.iter().map(|read| read.level.to_lowercase()).collect();
    seen.len() == levels.len() && levels.len() >= 2
}

/// Reads the levels that stand in a section.
pub(super) fn read(place: &Place<'_>, found: &mut Vec<Severity>) {
    if place.under(Topic::Escalation) && !place.about(Topic::Severity) || place.about(Topic::Contact) {
        return;
    }
    for table in tables(place.section) {
        of_table(place, table, found);
    }
    if place.own().is_some_and(names_scale) {
        for node in &place.section.nodes {
            if let Node::List(list) = node {
                of_list(place.lexicon, &super::entry::items(list), list.start.is_some(), found);
            } else if let Node::Paragraph(_) = node {
                let lines = entries(std::slice::from_ref(node));
                if lines.iter().all(|line| marked(&line.text, false).is_some()) {
                    of_list(place.lexicon, &lines, false, found);
                }
            }
        }
    }
    of_headings(place, found);
}

/// The heading is over a scale of levels, and not over work to do.
fn names_scale(head: &Head) -> bool {
    let topics = head.topics;
    let work = topics.any(&[Topic::Procedural, Topic::Troubleshooting, Topic::Escalation]);
    topics.has(Topic::Severity) && (!work || head.title.contains("定義"))
}

fn of_table(place: &Place<'_>, table: &Table, found: &mut Vec<Severity>) {
    let columns = Columns::of(place.lexicon, table);
    let Some(level) =
        columns.first(Topic::ColumnLevel).filter(|at| *at == 0 || (*at == 1 && is_counter(columns.name(0))))
    else {
        return;
    };
    let other = |topic| columns.other(topic, &[Some(level)]);
    let name = (0..table.header.len())
        .find(|at| *at != level && has_any(columns.name(*at), &["名称", "名前", "呼称", "ラベル", "label", "name"]));
    let definition = columns.other(Topic::ColumnDefinition, &[Some(level), name]);
    let timed = |at: &usize| {
        has_any(columns.name(*at), &["時間", "目標", "期限", "time", "sla", "deadline", "target", "within"])
    };
    let taken = [Some(level), name, definition];
    let answered = |at: &usize| {
        let name = columns.name(*at);
        has_any(name, &["対応", "初動", "応答", "着手", "response", "respond", "acknowledge"])
            && !name.contains("復旧")
            && timed_or_start(name)
    };
    let targets = || columns.all(Topic::ColumnTarget).filter(|at| !taken.contains(&Some(*at)));
    let target = targets().find(answered).or_else(|| targets().find(timed));
    let target = target.or_else(|| columns.other(Topic::ColumnTarget, &taken));
    if columns.has(Topic::ColumnFrequency) || definition.is_none() && target.is_none() {
        return;
    }
    if definition.is_none() && (other(Topic::ColumnTitle).is_some() || columns.has(Topic::ColumnContact)) {
        return;
    }
    let scale = place.heads.iter().rev().take(2).any(names_scale);
    let rows: Vec<(&Vec<String>, usize, &str)> =
        table.rows.iter().filter_map(|(cells, line)| Some((cells, *line, cell(cells, Some(level))?))).collect();
    let marks = rows.iter().filter(|(_, _, text)| marked(text, scale).is_some()).count();
    let names = rows.iter().filter(|(_, _, text)| bare(text).is_some_and(|read| is_name(&read.name))).count();
    let says_severity = mentions(place.lexicon, columns.name(level), Topic::Severity);
    let plain = names * 2 > rows.len() && (scale || says_severity && definition.is_some());
    if marks * 2 <= rows.len() && !plain {
        return;
    }
    let reads: Vec<Read> = rows.iter().filter_map(|(_, _, text)| marked(text, scale).or_else(|| bare(text))).collect();
    if !distinct(&reads) || reads.len() != rows.len() {
        return;
    }
    for ((cells, line, _), read) in rows.iter().zip(reads) {
        let target_text = cell(cells, target).map(str::to_owned);
        let label = cell(cells, name).map(str::to_owned);
        let definition = cell(cells, definition).map_or(read.rest, str::to_owned);
        add(
            found,
            Severity {
                level: read.level,
                name: label.unwrap_or(read.name),
                definition,
                target_min: target_text.as_deref().and_then(|text| time::target(place.lexicon, text)),
                target_text,
                line: *line,
            },
        );
    }
}

/// A header that asks when the work on an incident begins.
fn timed_or_start(name: &str) -> bool {
    has_any(name, &["時間", "目標", "期限", "開始", "初動", "time", "sla", "deadline", "target", "within"])
}

fn is_counter(header: &str) -> bool {
    matches!(header.trim().to_lowercase().as_str(), "" | "#" | "no" | "no." | "id" | "番号" | "項番")
}

/// The time within which a level is answered, among the lines under it.
fn target_of(lexicon: &Lexicon, lines: &[Entry<'_>]) -> Option<String> {
    lines.iter().find_map(|entry| {
        let (name, value) = named(&entry.text)?;
        let asks = lexicon.says(&name, Topic::ColumnTarget) && name.chars().count() <= 24 && !value.is_empty();
        asks.then_some(value)
    })
}

static WITHIN: Pattern = Pattern::new(r"(?i)[(\[]([^()\[\]]*(?:以内|within|即座|即時|immediate|営業日|<)[^()\[\]]*)[)\]]|(within\s+\d+\s*\w+)|(?:対応時間|初動|response(?: time)?|対応)\s*:?\s*(\d[^、。,;)]*|即座|即時|immediate\w*)")
    .needing(&["以内", "within", "即座", "即時", "immediate", "営業日", "<", "対応", "初動", "response"]);

fn of_list(lexicon: &Lexicon, items: &[Entry<'_>], ordered: bool, found: &mut Vec<Severity>) {
    let working = items.iter().filter(|item| lexicon.says(&item.text, Topic::Action)).count();
    if items.len() < 2 || items.iter().any(|item| item.task) {
        return;
    }
    let read = |item: &Entry<'_>| {
        marked(&item.text, true).or_else(|| {
            let read = bare(&item.text)?;
            let short = read.name.chars().count() <= 24;
            match item.number {
                Some(number) if short => Some(Read { level: number.to_string(), ..read }),
                None if item.lead.is_some() && short || is_name(&read.name) => Some(read),
                _ => None,
            }
        })
    };
    let reads: Vec<Read> = items.iter().filter_map(read).collect();
    if reads.len() != items.len() || !distinct(&reads) {
        return;
    }
    let unmarked = items.iter().any(|item| marked(&item.text, true).is_none());
    if unmarked && working * 2 > items.len() {
        return;
    }
    // Numbers alone make a scale only of names, with what they mean.
    let told = items
        .iter()
        .zip(&reads)
        .all(|(item, read)| is_name(&read.name) || !item.nodes.is_empty() || !read.rest.is_empty());
    if ordered && reads.iter().all(|read| read.level.parse::<u64>().is_ok()) && !told {
        return;
    }
    for (item, read) in items.iter().zip(reads) {
        let lines = entries(item.nodes);
        let half = half_width(&item.text);
        let inside = || {
            let hit = WITHIN.captures(&half)?;
            let hit = hit.get(1).or_else(|| hit.get(2)).or_else(|| hit.get(3))?;
            Some(source_words(&item.text, &half, hit.range()))
        };
        let target_text = target_of(lexicon, &lines).or_else(inside);
        let points: Vec<String> = lines
            .iter()
            .filter(|entry| target_of(lexicon, std::slice::from_ref(entry)).is_none())
            .map(|entry| {
                named(&entry.text)
                    .filter(|(name, _)| lexicon.says(name, Topic::ColumnDefinition))
                    .map_or(entry.text.clone(), |(_, value)| value)
            })
            .collect();
        let definition =
            if points.is_empty() || !read.rest.is_empty() && target_text.as_deref() != Some(read.rest.as_str()) {
                if target_text.as_deref() == Some(read.rest.as_str()) { String::new() } else { read.rest }
            } else {
                join(&points)
            };
        let target_min = target_text.as_deref().and_then(|text| time::target(lexicon, text));
        add(
            found,
            Severity { level: read.level, name: read.name, definition, target_min, target_text, line: item.line },
        );
    }
}

/// Headings that each name a level: two or more beside each other.
fn of_headings(place: &Place<'_>, found: &mut Vec<Severity>) {
    let scale = place.heads.last().is_some_and(names_scale);
    let named: Vec<(&Section, Read)> = place
        .section
        .children
        .iter()
        .filter_map(|child| Some((child, marked(outline_number(&child.title), scale)?)))
        .collect();
    let timed = |child: &Section| target_of(place.lexicon, &entries(&child.nodes)).is_some();
    let told = named.iter().filter(|(child, _)| timed(child)).count();
    let seen: BTreeSet<_> = named.iter().map(|(_, read)| read.level.to_lowercase()).collect();
    if seen.len() < 2
        || seen.len() != named.len()
        || !(scale || told > 0 || place.under(Topic::Incident) || place.under(Topic::Severity))
    {
        return;
    }
    for (child, read) in named {
        let lines = entries(&child.nodes);
        let target_text = target_of(place.lexicon, &lines);
        let definition = if read.rest.is_empty() { meaning(place.lexicon, child, &lines) } else { read.rest };
        let target_min = target_text.as_deref().and_then(|text| time::target(place.lexicon, text));
        add(
            found,
            Severity { level: read.level, name: read.name, definition, target_min, target_text, line: child.line },
        );
    }
}

/// A heading without the number in front of it.
fn outline_number(title: &str) -> &str {
    let rest = title.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '));
    if title.starts_with(|c: char| c.is_ascii_digit()) && !rest.is_empty() { rest } else { title }
}

/// What the text under the heading of a level says that it means.
fn meaning(lexicon: &Lexicon, section: &Section, lines: &[Entry<'_>]) -> String {
    let told = lines.iter().find_map(|entry| {
        let (name, value) = named(&entry.text)?;
        let defines = lexicon.says(&name, Topic::ColumnDefinition) && name.chars().count() <= 24;
        defines.then(|| if value.is_empty() { joined(entry.nodes) } else { value })
    });
    let plain =
        |entry: &&Entry<'_>| !entry.listed && named(&entry.text).is_none() && !entry.text.ends_with([':', '：']);
    let listed = || {
        let points: Vec<String> = lines
            .iter()
            .filter(|entry| entry.listed && entry.number.is_none() && !entry.task)
            .map(|entry| entry.text.clone())
            .collect();
        let work = points.iter().filter(|point| lexicon.says(point, Topic::Action)).count();
        (section.children.is_empty() && work * 2 <= points.len()).then(|| join(&points))
    };
    told.filter(|text| !text.is_empty())
        .or_else(|| lines.iter().find(plain).map(|entry| entry.text.clone()))
        .or_else(listed)
        .unwrap_or_default()
}
