//! Steps that are headings: numbered ones that follow each other, and conditions with what to do about them below.

use super::super::{phases, time, words};
use super::{Node, Section, Step, StepForm, Topic, Trail, has_tasks, step};
use crate::runbook::model::Phase;

/// The steps of numbered headings, and the lines of the headings that they were read from.
pub(in crate::runbook::parse) struct Joined {
    pub(in crate::runbook::parse) steps: Vec<Step>,
    pub(in crate::runbook::parse) lines: Vec<usize>,
}

/// A sequence whose steps are the numbered headings below a section; nothing where they are chapters.
pub(in crate::runbook::parse) fn joined(section: &Section, trail: &Trail<'_>) -> Option<Joined> {
    let about = |child: &Section| {
        let below = trail.down(child);
        below.own().has(Topic::Background) || below.names()
    };
    let numbered: Vec<&Section> =
        section.children.iter().filter(|child| words::step_heading(&child.title) && !about(child)).collect();
    // The parts of a drill are its phases, also those without a number.
    let drill = trail.own().has(Topic::Drill);
    if drill || numbered.len() < 2 || has_tasks(section) || section.fences().any(step::executable) {
        return None;
    }
    // A heading over them that speaks of work, or one that calls itself a step, makes a sequence of whatever is below.
    let work = section.level > 1 && trail.own().any(&[Topic::Procedural, Topic::Activity]);
    let named = numbered.iter().all(|child| words::named_step(&child.title));
    let commands = numbered.iter().any(|child| child.fences().any(step::executable));
    let plain = commands && numbered.len() == section.children.len() && numbered.iter().all(|child| is_leaf(child));
    if !(work || named || plain || commands && is_counted(&numbered, trail))
        || section.lists().any(|list| list.start.is_some() && list.items.len() > 1)
    {
        return None;
    }
    let lines = numbered.iter().map(|child| child.line).collect();
    let steps: Vec<Step> = numbered.into_iter().flat_map(|child| of_heading(child, trail)).collect();
    (steps.len() >= 2).then_some(Joined { steps, lines })
}

/// Headings that count on and hold one step each, but for a few with a list of their own: one sequence, whatever stands
/// between them without a number. Problems that are counted are none.
fn is_counted(numbered: &[&Section], trail: &Trail<'_>) -> bool {
    let numbers: Vec<Option<u32>> = numbered.iter().map(|child| words::heading_number(&child.title)).collect();
    let on = numbers.windows(2).all(|pair| matches!(pair, [Some(one), Some(next)] if one + 1 == *next));
    let problem = |child: &&Section| {
        let said = trail.down(child);
        let topics = [Topic::Troubleshooting, Topic::Incident, Topic::Scenario, Topic::Drill];
        said.own().any(&topics) || step::condition_heading(&child.title).is_some()
    };
    let leaves = numbered.iter().filter(|child| is_leaf(child)).count();
    let steps = numbered.iter().filter(|child| child.fences().any(step::executable)).count();
    on && leaves >= 2
        && steps * 2 > numbered.len()
        && leaves * 2 > numbered.len()
        && numbered.iter().all(|child| child.children.is_empty() && !has_tasks(child))
        && !trail.any(Topic::Troubleshooting)
        && !numbered.iter().any(problem)
}

/// The section holds no list or table of steps of its own.
fn is_leaf(section: &Section) -> bool {
    let listed = section.lists().any(|list| list.start.is_some() || list.items.iter().any(|item| item.task));
    let tables = section.nodes.iter().any(|node| matches!(node, Node::Table(_)));
    section.children.is_empty() && !listed && !tables
}

/// The step that a numbered heading is, or the steps below it with the heading as their phase.
fn of_heading(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let inner = if is_leaf(section) { Vec::new() } else { phases::below(section, &trail.down(section)) };
    if inner.is_empty() {
        let mut made = step::titled(&section.title, section.line, StepForm::NumberedHeading);
        step::add_nodes(&mut made, &section.nodes, trail.lexicon);
        for child in &section.children {
            made.details.push(child.title.clone());
            step::add_nodes(&mut made, &child.nodes, trail.lexicon);
        }
        return vec![made];
    }
    let phase = Phase { title: section.title.clone(), planned_min: phases::planned(&section.title) };
    let deadline = time::deadline(&section.title);
    let phased = |mut step: Step| {
        step.phase = Some(phase.clone());
        step.deadline = step.deadline.or_else(|| deadline.clone());
        step
    };
    inner.into_iter().map(phased).collect()
}

/// The step of a heading such as `If the node is gone` that has only words below it.
pub(in crate::runbook::parse) fn branch(section: &Section, trail: &Trail<'_>) -> Option<Step> {
    let words = section.nodes.iter().any(|node| matches!(node, Node::Paragraph(_) | Node::List(_)));
    let about = trail.down(section);
    let condition = step::condition_heading(&section.title)?;
    if !words || !section.children.is_empty() || about.own().has(Topic::Background) || about.names() {
        return None;
    }
    let mut made = step::titled(&section.title, section.line, StepForm::Heading);
    step::add_nodes(&mut made, &section.nodes, trail.lexicon);
    made.condition = Some(condition);
    made.optional = true;
    Some(made)
}

/// The step of a numbered heading that has only words below it, where they ask for something.
pub(in crate::runbook::parse) fn by_hand(section: &Section, trail: &Trail<'_>) -> Option<Step> {
    let below = trail.down(section);
    let about = below.own().has(Topic::Background) || below.names() || below.own().has(Topic::Guidance);
    let asks = |node: &Node| match node {
        Node::Paragraph(paragraph) => trail.lexicon.topics(&paragraph.text).any(&[Topic::Action, Topic::Asking]),
        Node::List(list) => list.items.iter().any(|item| trail.lexicon.says(&item.text.text, Topic::Action)),
        Node::Fence(_) | Node::Table(_) | Node::Quote(_) => false,
    };
    if !words::step_heading(&section.title) || !section.children.is_empty() || about || !section.nodes.iter().any(asks)
    {
        return None;
    }
    let mut made = step::titled(&section.title, section.line, StepForm::NumberedHeading);
    step::add_nodes(&mut made, &section.nodes, trail.lexicon);
    Some(made)
}
