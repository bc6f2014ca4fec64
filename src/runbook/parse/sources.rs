//! Where the steps of one section come from.

use super::fence::Place;
use super::outline::{self, Fence, Item, List, Node, Paragraph, Section};
use super::trail::Trail;
use super::{cautions, matching, step};
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Step, StepForm};
use crate::runbook::text::one_line;

mod bullets;
mod commands;
mod flow;
pub(super) mod headings;
pub(super) use flow::box_lines;
mod listed;
mod shared;
mod table;

use listed::Wanted;

/// The steps that stand directly under a heading; `trail` ends with that heading.
pub(super) fn steps(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let mut made = strongest(section, trail);
    if let Some(first) = made.first_mut().filter(|_| section.level > 0) {
        introduce(first, section, trail.lexicon);
    }
    made
}

/// What is said before the first item or row is told with it.
fn introduce(first: &mut Step, section: &Section, lexicon: &Lexicon) {
    if matches!(first.form, StepForm::TaskItem | StepForm::OrderedItem | StepForm::Bullet | StepForm::TableRow) {
        let told = section.nodes.iter().map_while(|node| match node {
            Node::Paragraph(paragraph) => Some(paragraph),
            Node::List(_) | Node::Fence(_) | Node::Table(_) | Node::Quote(_) => None,
        });
        let said = |paragraph: &&Paragraph| {
            !paragraph.link_only
                && cautions::of_paragraph(lexicon, paragraph).is_none()
                && cautions::over_list(lexicon, paragraph).is_none()
                && step::condition_over(&one_line(&paragraph.text)).is_none()
        };
        let told: Vec<String> = told.filter(said).map(|paragraph| one_line(&paragraph.text)).collect();
        first.details.splice(0..0, told);
    }
}

/// The steps of the strongest source, with the work that stands beside it.
fn strongest(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let example = trail.own().has(Topic::Example);
    let about = trail.is_background() || example;
    if has_tasks(section) {
        // What else the section asks for stands beside its tasks.
        let beside = !about && !trail.names();
        let wanted = Wanted { tasks: true, ordered: beside, bullets: beside, tables: beside, beside: true };
        return listed::steps(section, trail, wanted);
    }
    if about {
        // Instructions in order are instructions, whatever stands over them; of an example only the fences are shown.
        let reads = if example { !trail.any(Topic::Specimen) } else { !trail.names() };
        let instructs =
            reads && section.lists().filter(|list| list.start.is_some()).any(|list| bullets::all_work(list, trail));
        return if instructs { listed::steps(section, trail, Wanted::ORDERED) } else { Vec::new() };
    }
    if let Some(rows) = table::steps(section, trail) {
        let both = !trail.names() && listed::works(section, trail);
        let wanted = Wanted { tables: true, beside: true, ..Wanted::ORDERED };
        return if both { listed::steps(section, trail, wanted) } else { rows };
    }
    let shown = || trail.is_example() && !trail.any(Topic::Specimen);
    let worked = || section.lists().any(|list| list.start.is_some() && bullets::all_work(list, trail));
    let names = trail.names() && !(shown() && worked());
    if !names && listed::instructs(section, trail) {
        return listed::steps(section, trail, Wanted::ORDERED);
    }
    let found = commands::steps(section, trail);
    if !found.is_empty() {
        return found;
    }
    let drawn = flow::steps(section, trail);
    if !drawn.is_empty() {
        return drawn;
    }
    if names { Vec::new() } else { bullets::steps(section, trail) }
}

/// Items that each begin with a condition of their own are alternatives: none of them is what comes next.
fn alternatives(made: &mut [Step]) {
    let own = |step: &Step| step.condition.is_some() && step.form != StepForm::TaskItem;
    if made.len() >= 2 && made.iter().all(own) {
        made.iter_mut().for_each(|step| step.optional = true);
    }
}

pub(super) fn has_tasks(section: &Section) -> bool {
    section.lists().any(|list| list.items.iter().any(|item| item.task))
}

/// An item that holds a fence which may run.
fn has_command(item: &Item) -> bool {
    item.nodes.iter().any(|node| match node {
        Node::Fence(fence) => step::executable(fence),
        Node::List(list) => list.items.iter().any(has_command),
        Node::Paragraph(_) | Node::Table(_) | Node::Quote(_) => false,
    })
}

fn has_fence(item: &Item) -> bool {
    item.nodes.iter().any(|node| matches!(node, Node::Fence(_)))
}
