//! What happened to a step besides its commands: cautions that were read, branches, conditions.

use crate::ids::StepId;
use crate::record::escape::{BETWEEN, NOTHING, inline, inline_word};
use crate::record::render::page::Page;
use crate::record::words::Words;
use crate::run::state::{Changed, Origin, Revert, RevertEnd, RunState, StepState};
use crate::run::{branches, choices};
use crate::runbook::model::Step;

/// Writes what stands before the commands of a step.
pub(crate) fn write(state: &RunState, step: &StepState, document: &Step, page: &mut Page) {
    let found = |id: &StepId| state.with_gone().map(|(_, step)| step).find(|s| s.id == *id);
    match (&step.origin, &step.applied) {
        (Origin::Branch { of, .. }, Some(stamp)) => {
            let number = inline_word(found(of).map_or("", |s| &s.number));
            let rule = inline(document.condition.as_deref().unwrap_or_default());
            page.fact(Words::BRANCH_OF, &[number, rule, page.stamp(stamp)].join(BETWEEN));
        }
        (Origin::Branch { .. }, None) => {}
        (Origin::Added { line, reason, stamp, .. }, _) => {
            let line = line.map_or_else(|| NOTHING.to_owned(), |line| line.to_string());
            let reason = inline(reason.as_deref().unwrap_or_default());
            page.fact(Words::ADDED, &[line, reason, page.stamp(stamp)].join(BETWEEN));
        }
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
    if let Some(hold) = &step.hold {
        match &hold.set {
            None => page.fact(Words::HOLD, &inline(&hold.text)),
            Some(stamp) => page.fact(Words::HOLD_SET, &[inline(&hold.text), page.stamp(stamp)].join(BETWEEN)),
        }
        if let Some(release) = &hold.released {
            let parts = [inline(&release.by), inline(&release.said), page.stamp(&release.stamp)];
            page.fact(Words::RELEASED, &parts.join(BETWEEN));
        }
    }
    for revert in state.reverts.iter().filter(|revert| revert.step == step.id) {
        self::revert(revert, page);
    }
    for change in &step.changes {
        let number = |id: &StepId| inline_word(found(id).map_or(id.0.as_str(), |s| &s.number));
        let (words, place, was, is) = match &change.what {
            Changed::Command { command, was, to } => {
                (Words::COMMAND_CHANGED, (command + 1).to_string(), inline(was), inline(to))
            }
            Changed::CommandAdded { text } => (Words::COMMAND_ADDED, inline(""), inline(""), inline(text)),
            Changed::CameFrom { step, texts } => {
                (Words::COMMANDS_FROM, number(step), inline(""), inline(&texts.join("\n")))
            }
            Changed::WentTo { step, texts } => {
                (Words::COMMANDS_TO, number(step), inline(&texts.join("\n")), inline(""))
            }
            Changed::ByDocument => (Words::STEP_RENEWED, inline(""), inline(""), inline("")),
            Changed::NewInDocument => (Words::STEP_NEW, inline(""), inline(""), inline("")),
        };
        let reason = inline(change.reason.as_deref().unwrap_or_default());
        page.fact(words, &[place, was, is, reason, page.stamp(&change.stamp)].join(BETWEEN));
    }
    if let Some(gone) = state.gone.iter().find(|gone| gone.own.id == step.id) {
        page.fact(Words::STEP_GONE, &page.stamp(&gone.stamp));
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

/// Something that must be undone, and what became of it.
fn revert(revert: &Revert, page: &mut Page) {
    let (words, said, until) = match revert.end.as_ref().map(|(end, _)| end) {
        None => (Words::REVERT_OPEN, "", None),
        Some(RevertEnd::Done { comment }) => (Words::REVERT_DONE, comment.as_deref().unwrap_or_default(), None),
        Some(RevertEnd::HandedOver { reason, due, owner }) => {
            (Words::REVERT_HANDED, reason.as_str(), Some((due, owner)))
        }
        Some(RevertEnd::Dropped { reason }) => (Words::REVERT_DROPPED, reason.as_str(), None),
    };
    let (due, owner) = until.map_or(("", ""), |(due, owner)| (due.as_str(), owner.as_str()));
    let mut parts = vec![inline(&revert.what), page.say(words).to_owned(), inline(said), inline(due), inline(owner)];
    parts.push(page.stamp(&revert.stamp));
    parts.extend(revert.end.as_ref().map(|(_, stamp)| page.stamp(stamp)));
    page.fact(Words::REVERT, &parts.join(BETWEEN));
}
