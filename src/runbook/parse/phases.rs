//! Procedures whose steps stand in several sections: drills with their phases, incident flows by the clock, and
//! checklists that are documents in a fence.

use super::outline::Section;
use super::sources::headings;
use super::trail::Trail;
use super::{cautions, sources, time, words};
use crate::runbook::lexicon::Topic;
use crate::runbook::model::{Caution, Phase, Step};

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

/// The steps of a drill that is the whole document: its phases, with the lists before and after them. Gives the lines of
/// the headings that they were read from as well.
pub(super) fn drill_document(root: &Section, trail: &Trail<'_>) -> Option<(Vec<Step>, Vec<usize>)> {
    let drill = root.level == 0 && trail.own().has(Topic::Drill) && !trail.own().has(Topic::Scenario);
    let phase = |child: &&Section| is_marked(&child.title) || is_dated(&child.title, trail);
    if !drill || root.children.iter().filter(phase).count() < 2 || !sources::steps(root, trail).is_empty() {
        return None;
    }
    let around = |child: &Section| {
        child.title.ends_with(['前', '後']) || trail.lexicon.topics(&child.title).any(&[Topic::Before, Topic::After])
    };
    let mut lines = Vec::new();
    let mut parts = Parts::default();
    for child in root.children.iter().filter(|child| phase(child) || around(child)) {
        let known = parts.found.len();
        parts.collect(child, &trail.down(child));
        if parts.found.len() > known {
            lines.push(child.line);
        }
    }
    let parts = parts.done();
    (parts.len() >= 2).then(|| (join(parts, true), lines))
}

/// The steps of a document in a fence: its task items, with the headings over them as phases.
pub(super) fn document(document: &Section, trail: &Trail<'_>) -> Option<Vec<Step>> {
    let mut parts = Parts::default();
    parts.collect(document, trail);
    let mut parts = parts.done();
    parts.retain(|part| part.tasks);
    let drill = trail.any(Topic::Drill);
    (!parts.is_empty()).then(|| join(parts, drill))
}

/// Every step in a section and below it.
pub(super) fn below(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let mut parts = Parts::default();
    parts.collect(section, trail);
    parts.done().into_iter().flat_map(|part| part.steps).collect()
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
    let mut parts = Parts::default();
    for child in &section.children {
        parts.collect(child, &trail.down(child));
    }
    parts.done()
}

/// The parts that are found, one after the other.
#[derive(Default)]
struct Parts {
    found: Vec<Part>,
    /// Cautions that stand over a part, for its first step.
    waiting: Vec<Caution>,
}

impl Parts {
    fn collect(&mut self, section: &Section, trail: &Trail<'_>) {
        let joined = headings::joined(section, trail);
        let lines = joined.as_ref().map(|joined| joined.lines.clone()).unwrap_or_default();
        let mut steps = joined.map_or_else(|| sources::steps(section, trail), |joined| joined.steps);
        self.waiting.extend(cautions::of_section(trail.lexicon, section));
        if let Some(first) = steps.first_mut() {
            first.cautions.splice(0..0, std::mem::take(&mut self.waiting));
            let title = section.title.clone();
            let marked = is_marked(&title);
            let dated = is_dated(&title, trail);
            let joined = section.children.iter().filter(|child| lines.contains(&child.line));
            let tasks = std::iter::once(section).chain(joined).any(sources::has_tasks);
            self.found.push(Part { marked, dated, tasks, title, steps });
        }
        for child in section.children.iter().filter(|child| !lines.contains(&child.line)) {
            self.collect(child, &trail.down(child));
        }
    }

    /// Cautions behind all steps are of the last one.
    fn done(mut self) -> Vec<Part> {
        if let Some(last) = self.found.last_mut().and_then(|part| part.steps.last_mut()) {
            last.cautions.append(&mut self.waiting);
        }
        self.found
    }
}

/// The heading names a date before or after the day itself, or how long it takes.
fn is_dated(title: &str, trail: &Trail<'_>) -> bool {
    let relative = time::occasion_with(trail.lexicon, title)
        .and_then(|said| said.rule)
        .is_some_and(|rule| rule.starts_with("relative:"));
    relative || time::planned(title).is_some()
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
