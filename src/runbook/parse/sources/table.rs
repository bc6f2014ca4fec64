//! Tables as checklists: a column that names what to do, and one that says how, what to expect, by whom or when.

use super::super::outline::{Fence, Node, Paragraph, Section, Table};
use super::super::words::{Column, column};
use super::super::{phases, rules, time};
use super::{Lexicon, Place, Topic, Trail, cautions, outline, shared, step};
use crate::runbook::forbidden;
use crate::runbook::model::{CautionLevel, Phase, Step, StepForm};
use crate::runbook::shell;
use crate::runbook::text::{Pattern, one_line};

/// The rows of the section's check tables as steps, with the fences that stand behind them.
pub(super) fn steps(section: &Section, trail: &Trail<'_>) -> Option<Vec<Step>> {
    let lexicon = trail.lexicon;
    let mut steps: Vec<Step> = Vec::new();
    let mut above: Option<&Paragraph> = None;
    let mut output = false;
    for node in &section.nodes {
        match node {
            Node::Table(table) if is_checklist(table, trail) => steps.extend(rows(table, lexicon)),
            Node::Paragraph(paragraph) => {
                output = step::announces_output(paragraph, lexicon);
                above = Some(paragraph).filter(|paragraph| cautions::of_paragraph(lexicon, paragraph).is_none());
                continue;
            }
            Node::Fence(fence) if !steps.is_empty() && !output && step::executable(fence) => {
                behind(&mut steps, fence, above);
            }
            Node::Table(_) | Node::List(_) | Node::Fence(_) | Node::Quote(_) => {}
        }
        above = None;
        output = false;
    }
    steps.iter().any(|step| step.form == StepForm::TableRow).then_some(steps)
}

/// Gives the rows what a fence behind the table holds for them; a fence that names no row is a step apart.
fn behind(steps: &mut Vec<Step>, fence: &Fence, above: Option<&Paragraph>) {
    if outline::holds_document(fence) || step::admonition(fence).is_some() {
        return;
    }
    let Some(text) = above.filter(|_| !shared::any_match(steps, fence)) else {
        return shared::share(steps, 0, fence);
    };
    let mut made = step::titled(&step::sentence(&one_line(&text.text)), text.line, StepForm::Paragraph);
    made.optional = true;
    step::add_fence(&mut made, fence, Place::Heading);
    steps.push(made);
}

fn columns(table: &Table, lexicon: &Lexicon) -> Vec<Column> {
    let kinds = table.header.iter().map(|header| column(lexicon, header));
    // 「ステップ」 counts the steps, or says what they are.
    let worded = |(at, kind)| if kind == Column::Number && is_worded(table, at) { Column::Title } else { kind };
    kinds.enumerate().map(worded).collect()
}

/// Most cells of a column say something in words.
fn is_worded(table: &Table, at: usize) -> bool {
    let words = |cell: &String| cell.chars().any(char::is_alphabetic) && !is_box(cell);
    table.rows.iter().filter(|(cells, _)| cells.get(at).is_some_and(words)).count() * 2 > table.rows.len()
}

/// The column that says what to do: the first whose cells are more than numbers. Of a timetable it is what happens, or
/// the phase where nothing else is said.
fn title_column(table: &Table, columns: &[Column]) -> Option<usize> {
    let first = |wanted: Column| {
        (0..columns.len()).filter(|at| columns.get(*at) == Some(&wanted)).find(|at| is_worded(table, *at))
    };
    let timed =
        columns.contains(&Column::Time) && (columns.contains(&Column::Owner) || columns.contains(&Column::Duration));
    let told = || if timed { first(Column::Content).or_else(|| first(Column::Group)) } else { None };
    first(Column::Title).or_else(told)
}

fn is_box(cell: &str) -> bool {
    matches!(cell.trim(), "[ ]" | "[x]" | "[X]" | "☐" | "□" | "☑")
}

pub(super) fn is_checklist(table: &Table, trail: &Trail<'_>) -> bool {
    let columns = columns(table, trail.lexicon);
    let has = |wanted: Column| columns.contains(&wanted);
    let boxes = table.rows.iter().any(|(cells, _)| cells.iter().any(|cell| is_box(cell)));
    let filled_in = boxes || has(Column::Mark) || has(Column::Remark);
    // Criteria and definitions have columns like checks; those that are to be filled in are checks.
    let defines = trail.own().has(Topic::Definition) && !filled_in;
    let how = has(Column::Method) || has(Column::Expect) || has(Column::Duration) || has(Column::Command) || boxes;
    let ordered = (has(Column::Number) || has(Column::Time)) && (has(Column::Owner) || filled_in);
    title_column(table, &columns).is_some() && !has(Column::Frequency) && !defines && (how || ordered)
}

pub(super) fn rows(table: &Table, lexicon: &Lexicon) -> Vec<Step> {
    let columns = columns(table, lexicon);
    let title_at = title_column(table, &columns).unwrap_or_default();
    let mut steps: Vec<Step> = Vec::new();
    // What stands once for several rows.
    let mut group: Option<Phase> = None;
    for (row, (cells, line)) in table.rows.iter().enumerate() {
        let named = cells
            .iter()
            .enumerate()
            .find(|(at, cell)| *at != title_at && columns.get(*at) == Some(&Column::Group) && is_said(cell));
        if let Some((_, title)) = named {
            group = Some(Phase { title: title.clone(), planned_min: phases::planned(title) });
        }
        let title = cells.get(title_at).filter(|title| !title.is_empty());
        match title {
            Some(title) => {
                let mut made = step::titled(title, *line, StepForm::TableRow);
                made.phase.clone_from(&group);
                steps.push(made);
            }
            // A row without a title goes on with the step above.
            None if steps.is_empty() => continue,
            None => {}
        }
        let Some(made) = steps.last_mut() else { continue };
        for (at, cell) in cells.iter().enumerate().filter(|(at, cell)| *at != title_at && is_said(cell)) {
            let typed = table.typed.get(row).and_then(|row| row.get(at)).map_or(&[][..], Vec::as_slice);
            let mut kind = columns.get(at).copied().unwrap_or(Column::Other);
            // 「確認」 and 「結果」 are boxes to be filled in, or say what to look at.
            let looks = |header: &String| header.contains(['確', '結']);
            if kind == Column::Mark && is_worded(table, at) && table.header.get(at).is_some_and(looks) {
                kind = Column::Expect;
            }
            let header = table.header.get(at).map_or("", String::as_str);
            if kind == Column::Remark && lexicon.topics(header).any(&[Topic::Caution, Topic::Warning]) {
                made.cautions.push(rules::make_caution(CautionLevel::Caution, cell, *line));
                continue;
            }
            fill(made, kind, &Cell { text: cell, typed, line: *line }, lexicon);
        }
    }
    steps
}

/// One cell: its text, and what of it could be typed.
struct Cell<'a> {
    text: &'a str,
    typed: &'a [String],
    line: usize,
}

/// The cell is neither empty, nor a box, nor a dash.
fn is_said(cell: &str) -> bool {
    !is_box(cell) && cell.chars().any(char::is_alphanumeric)
}

fn fill(made: &mut Step, kind: Column, cell: &Cell<'_>, lexicon: &Lexicon) {
    let text = cell.text.to_owned();
    if !matches!(kind, Column::Command | Column::Number | Column::Group)
        && let Some((level, words)) = rules::whole_caution_with(lexicon, &text).filter(|(_, words)| !words.is_empty())
    {
        made.cautions.push(rules::make_caution(level, &words, cell.line));
        return;
    }
    match kind {
        Column::Expect => {
            made.rules.extend(rules::criterion_with(lexicon, &made.title, &text, cell.line));
            made.expect = Some(made.expect.take().map_or(text.clone(), |known| format!("{known} / {text}")));
        }
        Column::Duration => {
            made.planned_min = time::length(&text);
            made.planned_text = Some(text);
        }
        Column::Owner => made.owner = Some(text),
        Column::Priority => made.priority = Some(text),
        Column::Method => made.method = Some(text),
        Column::Time => match time::deadline_with(lexicon, &text) {
            Some(deadline) => made.deadline = Some(deadline),
            None => made.details.push(text),
        },
        Column::Command => {
            made.method.get_or_insert(text);
            for command in commands(cell) {
                let mut fence = command_cell(command, cell.line);
                let against = forbidden::of_code(cell.text, command) || forbidden::by_its_end(command);
                fence.forbidden = against.then(|| cell.text.to_owned());
                step::add_fence(made, &fence, Place::Item);
            }
        }
        Column::Title | Column::Mark | Column::Number if text.chars().all(|c| !c.is_alphabetic()) => {}
        Column::Mark | Column::Number | Column::Group => {}
        Column::Title | Column::Frequency | Column::Content | Column::Other | Column::Remark => made.details.push(text),
    }
}

/// The commands in a cell: its code, else the lines of a cell without any, where each begins with a program.
fn commands<'a>(cell: &Cell<'a>) -> Vec<&'a str> {
    let lines: Vec<&str> = cell.typed.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    let prose = lines.concat().len() < cell.text.len();
    let runs = |line: &&str| {
        let line = line.strip_prefix("$ ").unwrap_or(line);
        shell::starts_with_program(line) && !is_file(line, cell.text, prose)
    };
    // Lines between words are words too.
    let code = prose || lines.iter().all(runs);
    if code { lines.into_iter().filter(runs).collect() } else { Vec::new() }
}

static FILE: Pattern = Pattern::new(
    r"^/(?:etc/(?:[\w.-]+|[^i]\S*)|var/log/\S*|\S+\.(?:conf|cfg|ini|env|log|txt|md|csv|json|ya?ml|toml|xml|properties))$",
)
.needing(&["/"]);
static RUN: Pattern = Pattern::new(r"(?i)実行|起動|叩|\brun\b|\bexecute\b|\bstart\b");

/// The line is a path alone that is looked at or edited, and no program: by its name, or by the words around it.
fn is_file(line: &str, cell: &str, prose: bool) -> bool {
    let path = line.starts_with('/') && !line.contains(char::is_whitespace);
    path && (FILE.is_match(line) || (prose && !RUN.is_match(cell)))
}

/// A cell of a column of commands as a fence of one line.
fn command_cell(command: &str, line: usize) -> Fence {
    Fence { info: "bash".to_owned(), lines: vec![command.to_owned()], line, first: line, ..Fence::default() }
}
