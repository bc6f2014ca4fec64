//! Bullets as steps, where the heading says that there is something to do or the bullets read like work.

use super::super::head;
use super::{Item, List, Node, Section, Step, StepForm, Topic, Trail, cautions, step};
use crate::runbook::text::one_line;

/// Half of the bullets must read like work where the heading alone does not say so.
fn read_like_work(items: &[&Item], trail: &Trail<'_>) -> bool {
    let work = items.iter().filter(|item| orders(first_line(item), trail)).count();
    work * 2 >= items.len()
}

/// A line asks for something, or ends with a Japanese verb of which nothing else is the subject.
fn orders(line: &str, trail: &Trail<'_>) -> bool {
    let text = line.trim_end_matches(['。', ' ', '　']);
    let verb = text.ends_with(['る', 'す', 'く', 'ぐ', 'む', 'ぶ', 'つ', 'う']) && !text.contains(['が', 'は']);
    let state =
        ["ある", "いる", "なる", "できる", "れる", "出る", "わかる", "分かる"].iter().any(|end| text.ends_with(end));
    trail.lexicon.says(line, Topic::Action) || verb && !state
}

/// Every item of the list reads like work.
pub(super) fn all_work(list: &List, trail: &Trail<'_>) -> bool {
    let items: Vec<&Item> = list.items.iter().filter(|item| !item.text.link_only).collect();
    items.len() >= 2 && items.iter().all(|item| trail.lexicon.says(first_line(item), Topic::Action))
}

/// A sentence such as "it can be used to:" describes what stands below it, and asks for nothing.
fn describes(text: &str, trail: &Trail<'_>) -> bool {
    let asked = trail.lexicon.topics(text);
    text.ends_with([':', '：'])
        && text.split_whitespace().count() >= LONG_LEAD
        && !asked.any(&[Topic::Action, Topic::Procedural, Topic::Asking])
        && step::condition_over(text).is_none()
}

/// A lead of fewer words only names what stands below it.
const LONG_LEAD: usize = 4;

/// The item says something that is still so.
fn is_said(item: &Item) -> bool {
    !item.text.link_only && !item.text.struck && !item.text.text.is_empty()
}

fn first_line(item: &Item) -> &str {
    item.text.text.lines().next().unwrap_or_default()
}

/// The bullets of the section.
pub(super) fn steps(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let own = trail.own();
    let due = trail.occasions().next().flatten().is_some();
    let said = due || own.has(Topic::Procedural);
    let maybe = own.any(&[Topic::Activity, Topic::Action, Topic::Before, Topic::After]) || trail.is_work();
    if !said && !maybe {
        return Vec::new();
    }
    let mut cautions_follow = false;
    let mut condition = None;
    let mut described = false;
    let mut pending = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => {
                cautions_follow = cautions::over_list(trail.lexicon, paragraph).is_some();
                let text = one_line(&paragraph.text);
                condition = step::condition_over(&text);
                described = describes(text.trim(), trail);
                if let Some(caution) = cautions::of_paragraph(trail.lexicon, paragraph).filter(|_| !steps.is_empty()) {
                    pending.push(caution);
                }
            }
            Node::List(list) if !cautions_follow && list.start.is_none() => {
                let items: Vec<&Item> = list.items.iter().filter(|item| is_said(item)).collect();
                let lines = items.iter().map(|item| first_line(item));
                let about = section.level <= 1 && head::describes_document(lines, |value| orders(value, trail));
                if !items.is_empty() && !about && ((said && !described) || read_like_work(&items, trail)) {
                    let from = steps.len();
                    steps.extend(items.iter().map(|item| step::from_item(item, StepForm::Bullet, trail.lexicon)));
                    let made = &mut steps[from..];
                    super::alternatives(made);
                    for step in made.iter_mut() {
                        step.condition = step.condition.take().or_else(|| condition.clone());
                    }
                    if let Some(first) = made.first_mut() {
                        first.cautions.splice(0..0, std::mem::take(&mut pending));
                    }
                }
            }
            Node::Quote(quote) if !steps.is_empty() => pending.extend(cautions::of_quote(trail.lexicon, quote)),
            Node::List(_) | Node::Fence(_) | Node::Table(_) | Node::Quote(_) => {}
        }
    }
    if let Some(last) = steps.last_mut() {
        last.cautions.append(&mut pending);
    }
    steps
}
