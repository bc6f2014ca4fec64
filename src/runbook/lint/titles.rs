//! Names that stand for more than one thing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, Severity, rules, say};
use crate::runbook::model::StepForm;
use crate::runbook::text::one_line;

/// Two procedures, sibling headings or steps of one name.
pub(super) fn check(desk: &mut Desk<'_>) {
    procedures_and_headings(desk);
    steps(desk);
}

fn procedures_and_headings(desk: &mut Desk<'_>) {
    let (page, book) = (desk.page, desk.book);
    let opened: BTreeSet<usize> = book.procedures.iter().map(|procedure| procedure.line).collect();
    let mut path: Vec<(u8, usize, String)> = Vec::new();
    let mut seen: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for (at, heading) in page.headings.iter().enumerate() {
        path.retain(|(level, ..)| *level < heading.level);
        // The heading above is part of the name: the same words in two chapters are two things.
        let parent = path.last().map_or(0, |(_, at, _)| *at + 1);
        path.push((heading.level, at, heading.title.clone()));
        let title = one_line(&heading.title);
        if title.is_empty() {
            continue;
        }
        let Some(first) = seen.get(&(parent, title.clone())).and_then(|at| page.headings.get(*at)) else {
            seen.insert((parent, title), at);
            continue;
        };
        let both = opened.contains(&first.line) && opened.contains(&heading.line);
        let line = first.line;
        let (severity, message) = if both {
            (
                Severity::Warning,
                say!(
                    desk.language,
                    "手順「{title}」が {line} 行目にもあります",
                    "line {line} has a procedure “{title}” too"
                ),
            )
        } else {
            (
                Severity::Note,
                say!(
                    desk.language,
                    "見出し「{title}」が {line} 行目にもあります",
                    "line {line} has a heading “{title}” too"
                ),
            )
        };
        let other = desk.related(first.span.clone(), say!(desk.language, "一つ目", "the first"));
        desk.add(&rules::DUPLICATE_TITLE, severity, heading.span.clone(), message).related.push(other);
    }
}

fn steps(desk: &mut Desk<'_>) {
    let (page, book) = (desk.page, desk.book);
    for procedure in &book.procedures {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for step in &procedure.steps {
            // A paragraph over a command is no name that anybody would call out.
            let named = !matches!(step.form, StepForm::Paragraph | StepForm::FlowLine) && !step.title.trim().is_empty();
            if !named {
                continue;
            }
            let Some(first) = seen.get(step.title.as_str()).copied() else {
                seen.insert(&step.title, step.line);
                continue;
            };
            if first == step.line || page.heading_at(step.line).is_some() {
                continue;
            }
            let title = &step.title;
            let message = say!(
                desk.language,
                "同じ手順の {first} 行目にも項目「{title}」があります",
                "line {first} of the same procedure has a step “{title}” too"
            );
            let other =
                desk.related(page.find_or_line(first, first, title), say!(desk.language, "一つ目", "the first"));
            let span = page.find_or_line(step.line, step.line, title);
            desk.add(&rules::DUPLICATE_TITLE, Severity::Note, span, message).related.push(other);
        }
    }
}
