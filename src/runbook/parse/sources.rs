//! Where the steps of one section come from.

use super::fence::{self, Place};
use super::outline::{Fence, Item, Node, Paragraph, Section};
use super::{matching, rules, step, time, words};
use crate::runbook::model::{Step, StepForm};
use crate::runbook::text::one_line;

mod flow;
mod shared;
mod table;

/// The steps that stand directly under a heading; `path` ends with that heading.
pub(super) fn steps(section: &Section, path: &[String]) -> Vec<Step> {
    let title = path.last().map_or("", String::as_str);
    if section.lists().any(|list| list.items.iter().any(|item| item.task)) {
        return listed(section, |item| item.task, StepForm::TaskItem);
    }
    let background = path.iter().any(|title| words::is_background(title));
    if background || words::is_example(title) {
        return Vec::new();
    }
    if let Some(rows) = table::steps(section) {
        return rows;
    }
    let defined = path.iter().any(|title| words::is_definition(title)) && !words::is_procedural(title);
    let ordered = |item: &Item| !item.text.link_only;
    if !defined && section.lists().any(|list| list.start.is_some() && list.items.iter().any(ordered)) {
        return listed(section, ordered, StepForm::OrderedItem);
    }
    let commands = from_fences(section, title);
    if !commands.is_empty() {
        return commands;
    }
    let drawn = flow::steps(section, title);
    if !drawn.is_empty() {
        return drawn;
    }
    let due = time::occasion(title).is_some() || words::is_procedural(title);
    if due && !defined && !words::is_inventory(title) {
        return bullets(section);
    }
    Vec::new()
}

/// A procedure whose steps are headings: two or more that are numbered, and none that holds a list of steps itself.
pub(super) fn numbered_headings(section: &Section) -> Option<Vec<Step>> {
    let numbered: Vec<&Section> = section.children.iter().filter(|child| words::step_heading(&child.title)).collect();
    let leaf = |child: &&Section| {
        let listed = child.lists().any(|list| list.start.is_some() || list.items.iter().any(|item| item.task));
        let tables = child.nodes.iter().any(|node| matches!(node, Node::Table(_)));
        child.children.is_empty()
            && !listed
            && !tables
            && !words::is_background(&child.title)
            && !words::is_definition(&child.title)
    };
    let all = numbered.len() >= 2 && numbered.len() == section.children.len() && numbered.iter().all(leaf);
    let working = numbered.iter().any(|child| child.fences().any(step::executable));
    let own =
        section.lists().any(|list| list.items.iter().any(|item| item.task)) || section.fences().any(step::executable);
    if !all || !working || own {
        return None;
    }
    let steps = numbered.iter().map(|child| {
        let mut made = step::titled(&child.title, child.line, StepForm::NumberedHeading);
        step::add_nodes(&mut made, &child.nodes);
        made
    });
    Some(steps.collect())
}

fn has_fence(item: &Item) -> bool {
    item.nodes.iter().any(|node| matches!(node, Node::Fence(_)))
}

/// The items of the section's lists, with the fences that stand between and behind them.
fn listed(section: &Section, wanted: fn(&Item) -> bool, form: StepForm) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    // The steps of the list that was read last, and whether a fence of them is still open.
    let mut list_from = 0;
    let mut bare = false;
    let mut output_next = false;
    for (at, node) in section.nodes.iter().enumerate() {
        match node {
            Node::List(list)
                if list.items.iter().any(wanted) && (form == StepForm::TaskItem || list.start.is_some()) =>
            {
                list_from = steps.len();
                let items = list.items.iter().filter(|item| wanted(item));
                bare = items.clone().all(|item| !has_fence(item));
                steps.extend(items.map(|item| step::from_item(item, form)));
            }
            Node::Fence(fence) if step::admonition(fence).is_none() => {
                let goes_on = continues(section, at, steps.len());
                if output_next || steps.is_empty() || !step::executable(fence) {
                    let place = if output_next { Place::Output } else { Place::Item };
                    match steps.last_mut() {
                        Some(last) => step::add_fence(last, fence, place),
                        None => steps.extend(lone(fence, section)),
                    }
                } else if bare && !goes_on && steps.len() - list_from > 1 {
                    shared::share(&mut steps, list_from, fence);
                    bare = false;
                } else if let Some(last) = steps.last_mut() {
                    step::add_fence(last, fence, Place::Item);
                }
            }
            Node::Paragraph(paragraph) => {
                output_next = step::announces_output(paragraph);
                continue;
            }
            Node::List(_) | Node::Fence(_) | Node::Table(_) | Node::Quote(_) => {}
        }
        output_next = false;
    }
    steps
}

/// A fence over the list stays reachable as a step that does not count.
fn lone(fence: &Fence, section: &Section) -> Option<Step> {
    if !step::executable(fence) {
        return None;
    }
    let mut made = step::titled(&section.title, fence.line, StepForm::Paragraph);
    made.optional = true;
    step::add_fence(&mut made, fence, Place::Item);
    Some(made)
}

/// An ordered list goes on behind the fence at `at`.
fn continues(section: &Section, at: usize, count: usize) -> bool {
    section.nodes[at + 1..]
        .iter()
        .find_map(|node| if let Node::List(list) = node { Some(list) } else { None })
        .and_then(|list| list.start)
        .is_some_and(|start| start as usize == count + 1 || (start == 1 && count == 1))
}

/// Bullets where the heading says that there is something to do.
fn bullets(section: &Section) -> Vec<Step> {
    let mut cautions_follow = false;
    let mut steps = Vec::new();
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => cautions_follow = step::caution_heading(&one_line(&paragraph.text)).is_some(),
            Node::List(list) if !cautions_follow => {
                let items = list.items.iter().filter(|item| !item.text.link_only && !item.text.text.is_empty());
                steps.extend(items.map(|item| step::from_item(item, StepForm::Bullet)));
            }
            Node::List(_) | Node::Fence(_) | Node::Table(_) | Node::Quote(_) => {}
        }
    }
    steps
}

/// A heading, or paragraphs, over commands.
fn from_fences(section: &Section, title: &str) -> Vec<Step> {
    let executable: Vec<&Fence> = section.fences().filter(|fence| step::executable(fence)).collect();
    let [first, rest @ ..] = &executable[..] else { return Vec::new() };
    if rest.is_empty() {
        let numbered = shared::numbered_comments(first);
        if !numbered.is_empty() {
            return numbered;
        }
    }
    let named = section.nodes.iter().filter(|node| matches!(node, Node::Paragraph(p) if names_step(p))).count();
    if named == 0 && rest.is_empty() {
        let mut made = step::titled(title, section.line.max(1), StepForm::Heading);
        attach_all(&mut made, section);
        return vec![made];
    }
    paragraphs(section, title)
}

/// A paragraph that is the name of the fence below it: bold words, or words that end in a colon.
fn names_step(paragraph: &Paragraph) -> bool {
    let text = paragraph.text.trim();
    let bold = paragraph.lead.as_deref().is_some_and(|lead| lead.chars().count() + 2 >= text.chars().count());
    (bold || text.ends_with([':', '：'])) && step::caution_heading(text).is_none() && !step::announces_output(paragraph)
}

fn attach_all(made: &mut Step, section: &Section) {
    let mut output_next = false;
    // Cautions are the section's; they are not told twice.
    let mut cautions_follow = false;
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => {
                let whole = one_line(&paragraph.text);
                output_next = step::announces_output(paragraph);
                cautions_follow = step::caution_heading(&whole).is_some();
                if !output_next && rules::caution(&whole).is_none() && !cautions_follow {
                    made.details.push(whole);
                }
                continue;
            }
            Node::Fence(fence) => {
                step::add_fence(made, fence, if output_next { Place::Output } else { Place::Heading })
            }
            Node::List(_) if cautions_follow => {}
            Node::List(list) => made.details.extend(list.items.iter().map(|item| one_line(&item.text.text))),
            Node::Table(_) | Node::Quote(_) => {}
        }
        output_next = false;
        cautions_follow = false;
    }
}

/// One step for each fence that may run, named by the paragraph above it, else by the heading.
fn paragraphs(section: &Section, title: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut above: Option<&Paragraph> = None;
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => above = Some(paragraph),
            Node::Fence(fence) => {
                let output = above.is_some_and(step::announces_output);
                if output || !step::executable(fence) {
                    if let Some(last) = steps.last_mut() {
                        step::add_fence(last, fence, if output { Place::Output } else { Place::Heading });
                    }
                } else if above.is_none() && !steps.is_empty() {
                    if let Some(last) = steps.last_mut() {
                        step::add_fence(last, fence, Place::Heading);
                    }
                } else {
                    steps.push(named_step(above, fence, title));
                }
                above = None;
            }
            Node::List(_) | Node::Table(_) | Node::Quote(_) => {}
        }
    }
    steps
}

fn named_step(above: Option<&Paragraph>, fence: &Fence, title: &str) -> Step {
    let (name, line, form) = match above {
        Some(paragraph) => (one_line(&paragraph.text), paragraph.line, StepForm::Paragraph),
        None => (title.to_owned(), fence.line, StepForm::Heading),
    };
    let mut made = step::titled(name.trim_end_matches([':', '：']), line, form);
    step::add_fence(&mut made, fence, Place::Heading);
    made
}
