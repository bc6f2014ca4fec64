//! Procedures whose steps stand in several sections: drills with their phases, incident flows by the clock, and
//! checklists that are documents in a fence.

use super::outline::Section;
use super::sources::headings;
use super::trail::Trail;
use super::{sources, time, words};
use crate::runbook::lexicon::Topic;
use crate::runbook::model::{Phase, Step};

/// The steps below a section whose parts are phases of one procedure.
///
/// A drill's parts are its phases, with the dated lists before and after it. Elsewhere each part must say that it is
/// a phase, or by when it must be done.
pub(super) fn phased(section: &Section, trail: &Trail<'_>) -> Option<Vec<Step>> {
    if section.level == 0 || section.children.len() < 2 {
        return None;
    }
    let drill = trail.own().has(Topic::Drill) && !trail.own().has(Topic::Scenario);
    // Headings are cheap to look at, and few documents go on from here.
    if !drill && !section.children.iter().all(|child| is_marked(&child.title)) {
        return None;
    }
    if !sources::steps(section, trail).is_empty() {
        return None;
    }
    let parts = parts(section, trail);
    // Dated parts of other work come up on days of their own and are procedures.
    let whole =
        if drill { parts.iter().any(|part| part.marked || part.dated) } else { parts.iter().all(|part| part.marked) };
    (parts.len() >= 2 && whole).then(|| join(parts, drill))
}

/// The steps of a document in a fence: its task items, with the headings over them as phases.
pub(super) fn document(document: &Section, trail: &Trail<'_>) -> Option<Vec<Step>> {
    let mut parts = Vec::new();
    collect(document, trail, &mut parts);
    parts.retain(|part| part.tasks);
    let drill = trail.any(Topic::Drill);
    (!parts.is_empty()).then(|| join(parts, drill))
}

/// Every step in a section and below it.
pub(super) fn below(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let mut parts = Vec::new();
    collect(section, trail, &mut parts);
    parts.into_iter().flat_map(|part| part.steps).collect()
}

/// The planned minutes of a phase, the most where its heading names two numbers.
pub(super) fn planned(title: &str) -> Option<u32> {
    time::planned(title).map(|([_, most], _)| most)
}

struct Part {
    title: String,
    /// The heading names a phase, or by when it must be done.
    marked: bool,
    /// The heading names a date before or after the day itself, or how long it takes.
    dated: bool,
    tasks: bool,
    steps: Vec<Step>,
}

fn parts(section: &Section, trail: &Trail<'_>) -> Vec<Part> {
    let mut found = Vec::new();
    for child in &section.children {
        collect(child, &trail.down(child), &mut found);
    }
    found
}

fn collect(section: &Section, trail: &Trail<'_>, found: &mut Vec<Part>) {
    let joined = headings::joined(section, trail);
    let lines = joined.as_ref().map(|joined| joined.lines.clone()).unwrap_or_default();
    let steps = joined.map_or_else(|| sources::steps(section, trail), |joined| joined.steps);
    if !steps.is_empty() {
        let title = section.title.clone();
        let marked = is_marked(&title);
        let relative = section
            .occasion(trail.lexicon)
            .and_then(|said| said.rule.as_ref())
            .is_some_and(|rule| rule.starts_with("relative:"));
        let dated = relative || time::planned(&title).is_some();
        let tasks = section.lists().any(|list| list.items.iter().any(|item| item.task));
        found.push(Part { marked, dated, tasks, title, steps });
    }
    for child in section.children.iter().filter(|child| !lines.contains(&child.line)) {
        collect(child, &trail.down(child), found);
    }
}

/// The heading names a phase, or by when it must be done.
fn is_marked(title: &str) -> bool {
    time::deadline(title).is_some() || words::phase_heading(title)
}

fn join(parts: Vec<Part>, drill: bool) -> Vec<Step> {
    let several = parts.len() > 1;
    let mut steps = Vec::new();
    for part in parts {
        let planned_min = planned(&part.title);
        let deadline = if drill { None } else { time::deadline(&part.title) };
        for mut step in part.steps {
            if several && !part.title.is_empty() {
                step.phase = Some(Phase { title: part.title.clone(), planned_min });
            }
            step.deadline = step.deadline.or_else(|| deadline.clone());
            steps.push(step);
        }
    }
    steps
}
