//! What happened to a step besides its commands: cautions that were read, branches, conditions.

use crate::ids::StepId;
use crate::record::escape::{BETWEEN, inline, inline_word};
use crate::record::render::page::Page;
use crate::record::words::Words;
use crate::run::state::{Origin, RunState, StepState};
use crate::run::{branches, choices};
use crate::runbook::model::Step;

/// Writes what stands before the commands of a step.
pub(crate) fn write(state: &RunState, step: &StepState, document: &Step, page: &mut Page) {
    let found = |id: &StepId| state.procedure_steps().iter().find(|s| s.id == *id);
    match (&step.origin, &step.applied) {
        (Origin::Branch { of, .. }, Some(stamp)) => {
            let number = inline_word(found(of).map_or("", |s| &s.number));
            let rule = inline(document.condition.as_deref().unwrap_or_default());
            page.fact(Words::BRANCH_OF, &[number, rule, page.stamp(stamp)].join(BETWEEN));
        }
        (Origin::Branch { .. }, None) => {}
        (Origin::Document, applied) => {
            if let Some(condition) = branches::condition(state, document) {
                let line = match applied {
                    Some(stamp) => [inline(condition), page.stamp(stamp)].join(BETWEEN),
                    None => inline(condition),
                };
                page.fact(Words::CONDITION, &line);
            }
        }
    }
    for (rule, answer) in &step.answers {
        let text = inline(document.rules.get(*rule).map_or("", |r| &r.text));
        let holds = page.say(if answer.holds { Words::APPLIES } else { Words::APPLIES_NOT }).to_owned();
        page.fact(Words::ANSWERED, &[text, holds, page.stamp(&answer.stamp)].join(BETWEEN));
    }
    for (point, text) in choices::points(document).iter().enumerate().filter(|_| !step.ticked.is_empty()) {
        let line = match step.ticked.get(&point) {
            Some(stamp) => [page.say(Words::POINT_DONE), &inline(text), &page.stamp(stamp)].join(BETWEEN),
            None => [page.say(Words::POINT_OPEN), &inline(text)].join(BETWEEN),
        };
        page.fact(Words::POINT, &line);
    }
    for (command, stamp) in &step.chosen {
        let place = format!("{} {}", page.say(Words::COMMAND), command.saturating_add(1));
        page.fact(Words::CHOSEN, &[place, page.stamp(stamp)].join(BETWEEN));
    }
    if let Some((_, stamp)) = state.chosen.as_ref().filter(|(chosen, _)| *chosen == step.id) {
        page.fact(Words::CHOSEN, &[page.say(Words::CHOSEN_STEP), &page.stamp(stamp)].join(BETWEEN));
    }
    for read in &step.acknowledged {
        page.fact(Words::ACKNOWLEDGED, &[page.stamp(&read.stamp), inline(&read.text)].join(BETWEEN));
    }
}
