//! Every recurring duty that the document states: in headings, in tables, in cron lines.

use super::outline::{Fence, Node, Section, Table};
use super::words::{Column, column};
use super::{fence, time};
use crate::runbook::model::{Due, DueSource, Frequency, Procedure, TriggerKind};
use crate::runbook::shell;

/// The duties of a document in the order of their lines.
pub(super) fn schedule(root: &Section, procedures: &[Procedure]) -> Vec<Due> {
    let mut found: Vec<Due> = procedures.iter().filter_map(heading_due).collect();
    of_section(root, &mut found);
    found.sort_by_key(|due| due.line);
    found
}

/// The rows of a table that has a column for how often and one for what.
fn of_table(table: &Table) -> Vec<Due> {
    let columns: Vec<Column> =
        table.header.iter().map(|header| column(crate::runbook::lexicon::Lexicon::built_in(), header)).collect();
    let place = |wanted: Column| columns.iter().position(|column| *column == wanted);
    let (Some(often), Some(what)) = (place(Column::Frequency), place(Column::Title)) else { return Vec::new() };
    let row = |(cells, line): &(Vec<String>, usize)| {
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).filter(|cell| !cell.is_empty());
        let occasion = time::occasion(cell(Some(often))?);
        Some(Due {
            title: cell(Some(what))?.clone(),
            frequency: occasion.as_ref().and_then(|o| o.frequency).unwrap_or(Frequency::Unspecified),
            rule: occasion.and_then(|occasion| occasion.rule),
            owner: cell(place(Column::Owner)).cloned(),
            planned_min: cell(place(Column::Duration)).and_then(|text| time::length(text)),
            priority: cell(place(Column::Priority)).cloned(),
            procedure: None,
            line: *line,
            source: DueSource::Table,
        })
    };
    table.rows.iter().filter_map(row).collect()
}

fn heading_due(procedure: &Procedure) -> Option<Due> {
    if procedure.trigger.kind != TriggerKind::Schedule {
        return None;
    }
    let titles = procedure.heading_path.iter().rev();
    let frequency = titles.filter_map(|title| time::occasion(title)).find_map(|occasion| occasion.frequency)?;
    Some(Due {
        title: procedure.title.clone(),
        frequency,
        rule: procedure.trigger.rule.clone(),
        owner: None,
        planned_min: None,
        priority: None,
        procedure: Some(procedure.id.clone()),
        line: procedure.line,
        source: DueSource::Heading,
    })
}

/// The duties that cron lines of fences state, titled by the comment above.
fn of_section(section: &Section, found: &mut Vec<Due>) {
    of_nodes(&section.nodes, found);
    for child in &section.children {
        of_section(child, found);
    }
}

fn of_nodes(nodes: &[Node], found: &mut Vec<Due>) {
    for node in nodes {
        match node {
            Node::Table(table) => found.extend(of_table(table)),
            Node::Fence(fence)
                if !matches!(fence::lang(fence).as_deref(), Some("yaml" | "json" | "python" | "sql")) =>
            {
                cron_fence(fence, found)
            }
            Node::List(list) => list.items.iter().for_each(|item| of_nodes(&item.nodes, found)),
            Node::Quote(quote) => of_nodes(&quote.nodes, found),
            Node::Fence(_) | Node::Paragraph(_) => {}
        }
    }
}

fn cron_fence(fence: &Fence, found: &mut Vec<Due>) {
    let mut comment: Option<&str> = None;
    for (at, line) in fence.lines.iter().enumerate() {
        if let Some(words) = line.trim().strip_prefix('#') {
            comment = Some(words.trim_start_matches('#').trim()).filter(|words| !words.is_empty());
        } else if let Some((fields, command)) = shell::cron_line(line) {
            found.push(Due {
                title: comment.take().map_or(command, str::to_owned),
                frequency: time::cron_frequency(&fields),
                rule: Some(format!("cron:{fields}")),
                owner: None,
                planned_min: None,
                priority: None,
                procedure: None,
                line: fence.first + at,
                source: DueSource::Cron,
            });
        }
    }
}
