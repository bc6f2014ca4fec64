//! The record format that a document describes: a list of fields, an example, or both.
//!
//! Where the two disagree the example wins; a field that only the list has is put at its place in the list.

use super::fence;
use super::outline::{Fence, Item, Node, Section, Table};
use super::time::source_words;
use crate::runbook::model::{FieldMeaning, RecordField, RecordFormat};
use crate::runbook::text::{AnyOf, Pattern, half_width, has_any};

static FIELD: Pattern = Pattern::new(r"^\s*(?:[-*+]\s+)?\*{0,2}([^*::|]{1,40}?)\*{0,2}\s*[::]\s*\*{0,2}\s*(.*)$");
static HEADING: Pattern = Pattern::new(r"^#{1,6}\s+(\S.*)$");
static DATE: Pattern = Pattern::new(r"(?:\d{4}|YYYY)(?:[-/.](?:\d{1,2}|MM)[-/.](?:\d{1,2}|DD)|年\s*(?:\d{1,2}|MM)月\s*(?:\d{1,2}|DD)日)(?:\s+(?:\d{1,2}:\d{2}|HH:MM))?").needing(&["-", "/", ".", "年"]);

/// The heading of a record when the document shows none.
const PLAIN_HEADING: &str = "## {date} {title}";

/// Finds the record format, and the lines of the headings that describe it.
pub(super) fn find(root: &Section) -> Option<(RecordFormat, Vec<usize>)> {
    let mut parts = Parts::default();
    look(root, false, &mut parts);
    let example = parts.example.as_ref();
    if parts.listed.is_empty() && example.is_none() {
        return None;
    }
    let shown = example.map(|example| example.fields.clone()).unwrap_or_default();
    let heading = example.and_then(|example| example.heading.clone()).unwrap_or_else(|| PLAIN_HEADING.to_owned());
    let fields = merge(&parts.listed, shown);
    // Two fields that mean something make a format; less is a list that happens to be about records.
    let known = fields.iter().filter(|field| field.meaning != FieldMeaning::Other).count();
    let format = RecordFormat {
        heading,
        example_title: example.and_then(|e| e.title.clone()),
        fields,
        line: parts.lines.first().copied()?,
    };
    (known >= 2).then_some((format, parts.lines))
}

#[derive(Default)]
struct Parts {
    listed: Vec<RecordField>,
    example: Option<Example>,
    lines: Vec<usize>,
}

struct Example {
    heading: Option<String>,
    title: Option<String>,
    fields: Vec<RecordField>,
}

fn look(section: &Section, inside: bool, parts: &mut Parts) {
    let about = inside || names_record(&section.title);
    if about {
        let before = parts.lines.len();
        if parts.listed.is_empty() {
            parts.listed = listed(section);
            if !parts.listed.is_empty() {
                parts.lines.push(section.line);
            }
        }
        if parts.example.is_none()
            && let Some(example) = section.fences().find_map(example)
        {
            parts.example = Some(example);
            parts.lines.push(section.line);
        }
        if before == parts.lines.len() && !inside && section.nodes.is_empty() {
            parts.lines.push(section.line);
        }
    }
    for child in &section.children {
        look(child, about && section.level > 0, parts);
    }
}

/// The fields that the lists and the tables of a section name.
fn listed(section: &Section) -> Vec<RecordField> {
    let items: Vec<&Item> = section.lists().flat_map(|list| &list.items).filter(|item| !item.task).collect();
    let named: Vec<RecordField> = items.iter().filter_map(|item| field(&item.text.text)).collect();
    if !named.is_empty() {
        return named;
    }
    // Bare names make a format only where most are names of fields.
    let bare: Vec<RecordField> = items.iter().filter_map(|item| bare(&item.text.text)).collect();
    if bare.len() == items.len() && known(&bare) >= 2 {
        return bare;
    }
    section
        .nodes
        .iter()
        .filter_map(|node| if let Node::Table(table) = node { of_table(table) } else { None })
        .next()
        .unwrap_or_default()
}

/// The longest name of a field.
const LONGEST_NAME: usize = 20;

fn bare(text: &str) -> Option<RecordField> {
    let name = text.trim();
    let short = !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.contains(['。', '.']);
    short.then(|| RecordField { meaning: meaning(name), name: name.to_owned(), format: None })
}

fn known(fields: &[RecordField]) -> usize {
    fields.iter().filter(|field| field.meaning != FieldMeaning::Other).count()
}

/// A table with a row for each field, or with a column for each.
fn of_table(table: &Table) -> Option<Vec<RecordField>> {
    let named = |at: usize, words: &[&str]| table.header.get(at).is_some_and(|name| has_any(name, words));
    if named(0, &["項目", "フィールド", "記録項目", "記入項目", "field", "item", "name"]) {
        let format = (1..table.header.len()).find(|at| {
            named(
                *at,
                &[
                    "形式",
                    "書式",
                    "記入例",
                    "記載例",
                    "例",
                    "内容",
                    "説明",
                    "format",
                    "example",
                    "description",
                    "value",
                ],
            )
        });
        let row = |cells: &Vec<String>| {
            let mut made = bare(cells.first()?)?;
            made.format = format.and_then(|at| cells.get(at)).filter(|format| !format.is_empty()).cloned();
            Some(made)
        };
        let rows: Vec<RecordField> = table.rows.iter().filter_map(|(cells, _)| row(cells)).collect();
        return (known(&rows) >= 2).then_some(rows);
    }
    let columns: Vec<RecordField> = table.header.iter().filter_map(|name| bare(name)).collect();
    (known(&columns) >= 3 && columns.len() == table.header.len()).then_some(columns)
}

/// A heading over a record holds one of these.
static RECORD: AnyOf = AnyOf::new(&["record", "log", "記録", "実施報告", "作業報告"]);

fn names_record(title: &str) -> bool {
    if !RECORD.is_in(title) {
        return false;
    }
    let english = has_any(title, &["record", "log entry", "maintenance log", "work log", "logbook"]);
    let japanese = ["記録", "実施報告", "作業報告"].iter().any(|word| title.contains(word));
    english || japanese
}

fn field(text: &str) -> Option<RecordField> {
    let line = text.lines().next()?;
    let found = FIELD.captures(line)?;
    let name = found[1].trim().to_owned();
    let format = Some(found[2].trim().to_owned()).filter(|format| !format.is_empty());
    Some(RecordField { meaning: meaning(&name), name, format })
}

fn example(fence: &Fence) -> Option<Example> {
    if !matches!(fence::lang(fence), None | Some("markdown" | "md" | "text" | "txt" | "plain")) {
        return None;
    }
    let fields: Vec<RecordField> = fence
        .lines
        .iter()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| field(line))
        .map(|field| RecordField { format: None, ..field })
        .collect();
    let heading =
        fence.lines.iter().find_map(|line| HEADING.captures(line).map(|found| (line, found[1].trim().to_owned())));
    let known = fields.iter().filter(|field| field.meaning != FieldMeaning::Other).count();
    if known < 2 {
        return None;
    }
    let Some((line, words)) = heading else { return Some(Example { heading: None, title: None, fields }) };
    let marks: String = line.chars().take_while(|c| *c == '#').collect();
    let half = half_width(&words);
    let (shape, title) = match DATE.find(&half) {
        Some(date) => {
            let before = source_words(&words, &half, 0..date.start());
            let after = source_words(&words, &half, date.end()..half.len());
            let separators = |c: char| c.is_whitespace() || "-:|–—・()（）".contains(c);
            if after.trim_matches(separators).is_empty() {
                let gap = half.get(..date.start()).unwrap_or_default();
                let title = gap.trim_end_matches(separators).trim().to_owned();
                let tail = &half[date.end()..];
                let shown = if title.is_empty() { "" } else { "{title}" };
                (format!("{shown}{}{{date}}{}", &gap[gap.trim_end_matches(separators).len()..], tail.trim_end()), title)
            } else {
                let title = after.trim_start_matches(separators).to_owned();
                let gap = after[..after.len() - title.len()].trim_end().to_owned();
                let lead = if before.is_empty() { String::new() } else { format!("{before} ") };
                let gap = if gap.is_empty() { " ".to_owned() } else { format!(" {gap} ") };
                (format!("{lead}{{date}}{gap}{{title}}"), title)
            }
        }
        None => ("{title}".to_owned(), words),
    };
    let heading = Some(format!("{marks} {}", shape.trim()));
    Some(Example { heading, title: Some(title).filter(|title| !title.is_empty()), fields })
}

/// What a field of this name means.
fn meaning(name: &str) -> FieldMeaning {
    let half = half_width(name);
    let ja = |words: &[&str]| words.iter().any(|word| half.contains(word));
    let en = |words: &[&str]| has_any(&half, words);
    if ja(&["承認"]) || en(&["approver", "approved by", "approval"]) {
        FieldMeaning::Approver
    } else if ja(&["確認者", "立会", "検証者"])
        || en(&["verifier", "verified by", "reviewer", "reviewed by", "checked by", "witness"])
    {
        FieldMeaning::Verifier
    } else if ja(&["担当", "実施者", "作業者", "対応者", "記録者"])
        || en(&["operator", "owner", "performed by", "done by", "engineer", "who"])
    {
        FieldMeaning::Operator
    } else if ja(&["所要", "作業時間", "対応時間"]) || en(&["duration", "time taken", "time spent", "elapsed"])
    {
        FieldMeaning::Duration
    } else if ja(&["日時", "実施日", "作業日", "日付"]) || en(&["date", "date and time", "when", "started"]) {
        FieldMeaning::Date
    } else if ja(&["結果", "判定"]) || en(&["result", "outcome", "status"]) {
        FieldMeaning::Result
    } else if ja(&["特記", "備考", "メモ", "所見"]) || en(&["notes", "note", "remarks", "comments", "findings"])
    {
        FieldMeaning::Notes
    } else if ja(&["内容", "作業", "対応"]) || en(&["work", "task", "what", "work done", "activity", "summary"]) {
        FieldMeaning::Work
    } else {
        FieldMeaning::Other
    }
}

fn same(a: &RecordField, b: &RecordField) -> bool {
    if a.meaning == FieldMeaning::Other || b.meaning == FieldMeaning::Other {
        a.name == b.name
    } else {
        a.meaning == b.meaning
    }
}

fn merge(listed: &[RecordField], shown: Vec<RecordField>) -> Vec<RecordField> {
    let mut fields = shown;
    for (at, wanted) in listed.iter().enumerate() {
        if let Some(known) = fields.iter_mut().find(|field| same(field, wanted)) {
            known.format.clone_from(&wanted.format);
            continue;
        }
        let before = listed[..at].iter().rev().find_map(|earlier| fields.iter().position(|field| same(field, earlier)));
        fields.insert(before.map_or(0, |place| place + 1), wanted.clone());
    }
    fields
}
