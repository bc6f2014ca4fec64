//! The branches of a run: actions of rules that become steps, and steps that count only where their condition holds.
//!
//! Pure. What a branch would run is fixed by the first fact ([`planned`]); nothing is looked up later. Where two places
//! of the document could be meant by an action, none is, and the step is done by hand.

use crate::ids::StepId;
use crate::run::command::{Decision, Refusal};
use crate::run::decide::{facts, person};
use crate::run::event::{Actor, Event, PlannedAction};
use crate::run::state::{Mark, Origin, RunState, StepState};
use crate::runbook::model::{Procedure, Rule, Runbook, Step};

/// What is known of the condition of a rule that has an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// Nobody knows yet whether it holds: it is to be asked.
    Unknown,
    /// It does not hold, or another rule of its kind applies: 該当なし.
    No,
    /// It applies, and its action waits.
    Applies,
    /// Its action is a step of this run.
    Opened(StepId),
}

/// The branches of a step: every rule that has an action, by its place.
pub fn of<'a>(state: &RunState, step: &'a Step) -> Vec<(usize, &'a Rule, Branch)> {
    let rules = step.rules.iter().enumerate().filter(|(_, rule)| action(rule).is_some());
    rules.map(|(at, rule)| (at, rule, branch(state, &step.id, at))).collect()
}

fn branch(state: &RunState, id: &StepId, rule: usize) -> Branch {
    let here = |s: &&StepState| matches!(&s.origin, Origin::Branch { of, rule: r } if of == id && *r == rule);
    if let Some(opened) = state.steps.iter().find(here) {
        return Branch::Opened(opened.id.clone());
    }
    let Some(step) = state.steps.iter().find(|s| s.id == *id) else { return Branch::Unknown };
    let measured = step.proposal.iter().flat_map(|p| &p.measured).find(|m| m.rule == rule);
    let holds = measured.map(|m| m.applies).or_else(|| step.answers.get(&rule).map(|answer| answer.holds));
    match holds {
        None => Branch::Unknown,
        Some(true) => Branch::Applies,
        Some(false) => Branch::No,
    }
}

/// The action of a rule, where it has one.
pub fn action(rule: &Rule) -> Option<&str> {
    rule.action.as_deref().map(str::trim).filter(|action| !action.is_empty())
}

/// The condition under which a step counts. A condition that all steps share is one of the whole procedure, which was
/// started knowing it.
pub fn condition<'a>(state: &RunState, step: &'a Step) -> Option<&'a str> {
    condition_in(state.procedure()?, step)
}

/// The condition under which a step of `procedure` counts.
pub fn condition_in<'a>(procedure: &Procedure, step: &'a Step) -> Option<&'a str> {
    let own = step.condition.as_deref()?;
    let all = procedure.steps.iter().all(|s| s.condition.as_deref() == Some(own));
    (!all).then_some(own)
}

/// A step that counts only once somebody says so, and nobody has: it has a condition, or the document leaves it open.
pub fn waits(state: &RunState, state_of: &StepState, step: &Step) -> bool {
    state_of.applied.is_none() && (step.optional || condition(state, step).is_some())
}

/// The fact that a step applies, where nobody has said so: who works on it says it by that.
pub(super) fn applied_by_work(state: &RunState, id: &StepId) -> Option<Event> {
    let mut both = state.steps.iter().zip(state.procedure_steps());
    let (own, step) = both.find(|(own, _)| own.id == *id)?;
    let is_branch = condition(state, step).is_some() && waits(state, own, step);
    is_branch.then(|| Event::StepApplied { step: id.clone() })
}

/// Decides that a step with a condition applies.
pub(super) fn apply_step(state: &RunState, actor: &Actor, id: StepId) -> Result<Decision, Refusal> {
    person(actor)?;
    let (own, step) = pair(state, &id)?;
    if own.mark != Mark::Open {
        return Err(Refusal::Marked);
    }
    Ok(if waits(state, own, step) { facts(vec![Event::StepApplied { step: id }]) } else { Decision::default() })
}

/// Decides what a person says of a rule whose value could not be read. Yes opens its action.
pub(super) fn answer(state: &RunState, actor: &Actor, id: StepId, at: usize, holds: bool) -> Result<Decision, Refusal> {
    person(actor)?;
    let (_, step) = pair(state, &id)?;
    let rule = step.rules.get(at).filter(|rule| action(rule).is_some()).ok_or(Refusal::NoSuchRule)?;
    if branch(state, &id, at) != Branch::Unknown {
        return Err(Refusal::RuleRead);
    }
    let mut events = vec![Event::RuleAnswered { step: id, rule: at, holds }];
    if holds {
        events.push(opened(state, step, at, rule));
    }
    Ok(facts(events))
}

/// Decides that the action of a rule becomes a step of this run.
pub(super) fn open(state: &RunState, actor: &Actor, id: &StepId, at: usize) -> Result<Decision, Refusal> {
    person(actor)?;
    let (_, step) = pair(state, id)?;
    let rule = step.rules.get(at).filter(|rule| action(rule).is_some()).ok_or(Refusal::NoSuchRule)?;
    match branch(state, id, at) {
        Branch::Opened(_) => Ok(Decision::default()),
        Branch::Applies => Ok(facts(vec![opened(state, step, at, rule)])),
        Branch::Unknown | Branch::No => Err(Refusal::RuleDoesNotApply),
    }
}

fn opened(state: &RunState, of: &Step, at: usize, rule: &Rule) -> Event {
    let title = action(rule).unwrap_or_default().to_owned();
    let place =
        1 + state.steps.iter().filter(|s| matches!(&s.origin, Origin::Branch { of: o, .. } if *o == of.id)).count();
    let planned = state.actions().iter().find(|planned| planned.action == title);
    let mut step = planned.map_or_else(|| by_hand(of), |planned| planned.step.clone());
    step.id = fresh(state, &format!("{}+{place}", of.id.0));
    step.number = format!("{}-{place}", of.number);
    step.title = title;
    step.line = rule.line;
    step.optional = false;
    step.condition = Some(rule.text.clone());
    Event::BranchOpened { of: of.id.clone(), rule: at, step: Box::new(step) }
}

/// An id that no step of the run has.
pub(super) fn fresh(state: &RunState, wanted: &str) -> StepId {
    let taken = |id: &str| state.steps.iter().any(|s| s.id.0 == id);
    let mut id = wanted.to_owned();
    while taken(&id) {
        id.push('+');
    }
    StepId(id)
}

/// A step without anything to run, in the place of `like`.
pub(super) fn by_hand(like: &Step) -> Step {
    Step {
        id: like.id.clone(),
        number: like.number.clone(),
        phase: like.phase.clone(),
        ..Step::titled("", like.line, like.form)
    }
}

fn pair<'a>(state: &'a RunState, id: &StepId) -> Result<(&'a StepState, &'a Step), Refusal> {
    let mut both = state.steps.iter().zip(state.procedure_steps());
    both.find(|(own, _)| own.id == *id).ok_or_else(|| Refusal::NoSuchStep { step: id.clone() })
}

/// What the actions of a procedure's rules would run: the one procedure or step of the document that is named so.
pub fn planned(runbook: &Runbook, procedure: &Procedure) -> Vec<PlannedAction> {
    let mut found: Vec<PlannedAction> = Vec::new();
    for step in &procedure.steps {
        for action in step.rules.iter().filter_map(action) {
            if found.iter().all(|known| known.action != action)
                && let Some((from, planned)) = named(runbook, procedure, step, action)
            {
                found.push(PlannedAction { action: action.to_owned(), from, step: planned });
            }
        }
    }
    found
}

/// The title and the work of the one place that `action` names.
fn named(runbook: &Runbook, own: &Procedure, of: &Step, action: &str) -> Option<(String, Step)> {
    let wanted = core(action);
    let is_named = |title: &str| !wanted.is_empty() && core(title) == wanted;
    let other = runbook.procedures.iter().filter(|p| p.id != own.id && is_named(&p.title));
    let procedures = other.map(|p| (p.title.clone(), whole(of, p)));
    let steps = runbook.procedures.iter().flat_map(|p| &p.steps);
    let steps = steps.filter(|s| s.id != of.id && is_named(&s.title));
    let mut all = procedures.chain(steps.map(|s| (s.title.clone(), s.clone())));
    let first = all.next()?;
    let only = all.next().is_none();
    (only && !first.1.blocks.is_empty()).then_some(first)
}

/// All steps of a procedure as one.
fn whole(like: &Step, procedure: &Procedure) -> Step {
    let mut step = by_hand(like);
    step.cautions.clone_from(&procedure.cautions);
    for part in &procedure.steps {
        step.details.push(format!("{} {}", part.number, part.title));
        step.details.extend(part.details.iter().cloned());
        step.blocks.extend(part.blocks.iter().cloned());
        step.cautions.extend(part.cautions.iter().cloned());
    }
    step.manual = step.blocks.is_empty();
    step
}

/// What a title and an action have in common when they mean the same work: 「ログ整理を実行」 and 「ログ整理手順」.
fn core(text: &str) -> String {
    let mut text: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '。' | '.' | '、')).collect();
    text = text.to_lowercase();
    while let Some(rest) = ENDINGS.iter().find_map(|ending| text.strip_suffix(ending)) {
        text = rest.to_owned();
    }
    text
}

/// Endings that say only that something is done.
const ENDINGS: &[&str] = &["する", "を", "の", "実行", "実施", "手順", "作業", "procedure"];

#[cfg(test)]
mod tests {
    use super::core;

    #[test]
    fn an_action_and_a_title_meet_in_what_is_done() {
        for (action, title, same) in [
            ("ログローテーション実行", "ログローテーション手順", true),
            ("ログローテーションを実行する", "ログローテーション", true),
            ("緊急対応", "緊急対応の手順", true),
            ("Rotate logs", "rotate logs procedure", true),
            ("ログローテーション実行", "ログ確認", false),
            ("実行", "手順", true),
        ] {
            assert_eq!(core(action) == core(title), same, "{action} / {title}");
        }
        assert_eq!(core("実行"), "", "which names nothing");
    }
}
