//! Tables as checklists: a column that names what to do, and one that says how, what to expect or how long.

use super::super::outline::{Node, Section, Table};
use super::super::words::{Column, column};
use super::super::{rules, time};
use super::{Lexicon, step};
use crate::runbook::model::{Step, StepForm};

/// The rows of the section's check tables as steps.
pub(super) fn steps(section: &Section, lexicon: &Lexicon) -> Option<Vec<Step>> {
    let tables = section.nodes.iter().filter_map(|node| if let Node::Table(table) = node { Some(table) } else { None });
    let steps: Vec<Step> =
        tables.filter(|table| is_checklist(table, lexicon)).flat_map(|table| rows(table, lexicon)).collect();
    (!steps.is_empty()).then_some(steps)
}

fn columns(table: &Table, lexicon: &Lexicon) -> Vec<Column> {
    table.header.iter().map(|header| column(lexicon, header)).collect()
}

/// The column that says what to do: the first whose cells are more than numbers.
fn title_column(table: &Table, columns: &[Column]) -> Option<usize> {
    let worded = |at: &usize| {
        let words = |cell: &String| cell.chars().any(char::is_alphabetic);
        table.rows.iter().filter(|(cells, _)| cells.get(*at).is_some_and(words)).count() * 2 > table.rows.len()
    };
    (0..columns.len()).filter(|at| columns.get(*at) == Some(&Column::Title)).find(worded)
}

fn is_box(cell: &str) -> bool {
    matches!(cell.trim(), "[ ]" | "[x]" | "[X]" | "☐" | "□" | "☑")
}

fn is_checklist(table: &Table, lexicon: &Lexicon) -> bool {
    let columns = columns(table, lexicon);
    let has = |wanted: Column| columns.contains(&wanted);
    let boxes = table.rows.iter().any(|(cells, _)| cells.iter().any(|cell| is_box(cell)));
    title_column(table, &columns).is_some()
        && !has(Column::Frequency)
        && (has(Column::Method) || has(Column::Expect) || has(Column::Duration) || boxes)
}

fn rows(table: &Table, lexicon: &Lexicon) -> Vec<Step> {
    let columns = columns(table, lexicon);
    let title_at = title_column(table, &columns).unwrap_or_default();
    let mut steps = Vec::new();
    for (cells, line) in &table.rows {
        let Some(title) = cells.get(title_at).filter(|title| !title.is_empty()) else { continue };
        let mut made = step::titled(title, *line, StepForm::TableRow);
        for (at, cell) in cells.iter().enumerate().filter(|(at, cell)| *at != title_at && !cell.is_empty()) {
            match columns.get(at).copied().unwrap_or(Column::Other) {
                _ if is_box(cell) => {}
                Column::Expect => {
                    made.rules.extend(rules::criterion(title, cell, *line));
                    made.expect = Some(cell.clone());
                }
                Column::Duration => {
                    made.planned_min = time::length(cell);
                    made.planned_text = Some(cell.clone());
                }
                Column::Owner => made.owner = Some(cell.clone()),
                Column::Priority => made.priority = Some(cell.clone()),
                Column::Mark => {}
                Column::Method => made.method = Some(cell.clone()),
                // A second column of this kind says how.
                Column::Title if cell.chars().any(char::is_alphabetic) && made.method.is_none() => {
                    made.method = Some(cell.clone())
                }
                Column::Title if cell.chars().all(|c| !c.is_alphabetic()) => {}
                Column::Title | Column::Frequency | Column::Other => made.details.push(cell.clone()),
            }
        }
        steps.push(made);
    }
    steps
}
