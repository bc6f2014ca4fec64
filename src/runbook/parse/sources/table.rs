//! Tables as checklists: a column that names what to do, and one that says how, what to expect or how long.

use super::super::outline::{Node, Section, Table};
use super::super::words::{Column, column};
use super::super::{rules, time};
use super::step;
use crate::runbook::model::{Step, StepForm};

/// The rows of the section's check tables as steps.
pub(super) fn steps(section: &Section) -> Option<Vec<Step>> {
    let tables = section.nodes.iter().filter_map(|node| if let Node::Table(table) = node { Some(table) } else { None });
    let steps: Vec<Step> = tables.filter(|table| is_checklist(table)).flat_map(rows).collect();
    (!steps.is_empty()).then_some(steps)
}

fn columns(table: &Table) -> Vec<Column> {
    table.header.iter().map(|header| column(header)).collect()
}

fn is_checklist(table: &Table) -> bool {
    let columns = columns(table);
    let has = |wanted: Column| columns.contains(&wanted);
    let boxes = table.rows.iter().any(|(cells, _)| cells.iter().any(|cell| matches!(cell.trim(), "[ ]" | "☐" | "□")));
    has(Column::Title)
        && !has(Column::Frequency)
        && (has(Column::Method) || has(Column::Expect) || has(Column::Duration) || boxes)
}

fn rows(table: &Table) -> Vec<Step> {
    let columns = columns(table);
    let title_at = columns.iter().position(|column| *column == Column::Title).unwrap_or_default();
    let mut steps = Vec::new();
    for (cells, line) in &table.rows {
        let Some(title) = cells.get(title_at).filter(|title| !title.is_empty()) else { continue };
        let mut made = step::titled(title, *line, StepForm::TableRow);
        for (at, cell) in cells.iter().enumerate().filter(|(at, cell)| *at != title_at && !cell.is_empty()) {
            match columns.get(at).copied().unwrap_or(Column::Other) {
                Column::Method => made.method = Some(cell.clone()),
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
                Column::Title | Column::Frequency | Column::Other => made.details.push(cell.clone()),
            }
        }
        steps.push(made);
    }
    steps
}
