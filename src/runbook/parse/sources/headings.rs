//! Steps that are headings: numbered ones that follow each other, and conditions with what to do about them below.

use super::super::{choice, fence, phases, time, words};
use super::{Fence, Node, Place, Section, Step, StepForm, Topic, Trail, has_tasks, step};
use crate::runbook::model::Phase;
use crate::runbook::text::{Pattern, half_width, one_line};

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
    let mut numbered: Vec<&Section> =
        section.children.iter().filter(|child| words::step_heading(&child.title) && !about(child)).collect();
    if numbered.is_empty() && counts_within(section, trail) {
        numbered = section.children.iter().filter(|child| !about(child)).collect();
    }
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
    let steps: Vec<Step> = numbered
        .into_iter()
        .enumerate()
        .flat_map(|(at, child)| {
            let mut made = of_heading(child, trail);
            if at > 0
                && let Some(words) = way_back(&child.title)
            {
                made.iter_mut().for_each(|step| {
                    step.condition.get_or_insert_with(|| words.clone());
                });
            }
            made
        })
        .collect();
    (steps.len() >= 2).then_some(Joined { steps, lines })
}

static WORK: Pattern =
    Pattern::new(r"(?i)手順|作業|実施|procedure|steps").needing(&["手順", "作業", "実施", "procedure", "steps"]);
static CHAPTER: Pattern =
    Pattern::new(r"(?i)運用|日常|定期|監視|障害|トラブル|各種|一覧|保守|operation|routine|common|incident").needing(&[
        "運用",
        "日常",
        "定期",
        "監視",
        "障害",
        "トラブル",
        "各種",
        "一覧",
        "保守",
        "operation",
        "routine",
        "common",
        "incident",
    ]);
static OF_ITS_OWN: Pattern =
    Pattern::new(r"(?i)手順|方法|procedure|how to").needing(&["手順", "方法", "procedure", "how to"]);

/// The headings below `4. 作業手順` that count on as 4.1, 4.2, … are its steps, unless each is a procedure of its own.
fn counts_within(section: &Section, trail: &Trail<'_>) -> bool {
    let Some(own) = words::decimals(&section.title) else { return false };
    let counted = section.children.iter().enumerate().all(|(at, child)| {
        let parts = words::decimals(&child.title).unwrap_or_default();
        parts.len() == own.len() + 1 && parts.starts_with(&own) && parts.last() == u32::try_from(at + 1).ok().as_ref()
    });
    let apart = |child: &Section| {
        let said = trail.down(child);
        let topics = [Topic::Troubleshooting, Topic::Incident, Topic::Scenario, Topic::Drill];
        OF_ITS_OWN.is_match(&child.title)
            || said.own().any(&topics)
            || step::condition_heading(&child.title).is_some()
            || child.occasion(trail.lexicon).is_some()
            || !is_one(child)
            || child.children.iter().any(|below| below.fences().any(step::executable))
    };
    section.level > 1
        && WORK.is_match(&section.title)
        && !CHAPTER.is_match(&section.title)
        && !trail.any(Topic::Troubleshooting)
        && section.children.len() >= 2
        && counted
        && !section.children.iter().any(apart)
}

/// The section holds one thing to do: a fence of one command, several of which one is taken, a list or a table.
fn is_one(section: &Section) -> bool {
    let fences: Vec<_> = section.fences().filter(|fence| step::executable(fence)).collect();
    let several = |fence: &&Fence| fence::read(fence, Place::Heading).block.commands.len() > 1;
    let offered = section.nodes.iter().any(|node| match node {
        Node::Paragraph(paragraph) => choice::offers(&one_line(&paragraph.text)),
        Node::List(_) | Node::Fence(_) | Node::Table(_) | Node::Quote(_) => false,
    });
    (fences.len() < 2 || offered) && !fences.iter().any(several)
}

static WAY_BACK: Pattern = Pattern::new(
    r"(?i)^[\d.()\s]*((?:切り?戻し|ロールバック|rollback|roll back)(?:手順|作業|方法|処理|の?実施|(?-u:\b) (?:procedure|steps))?)\s*(?:\([^()]*\))?$",
)
.needing(&["戻し", "ロールバック", "rollback", "roll back"]);

/// A step of a sequence that is the way back from it, which is gone only where something went wrong.
fn way_back(title: &str) -> Option<String> {
    let half = half_width(title);
    WAY_BACK.captures(&half).map(|found| found[1].to_owned())
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
