//! Folding a document that took the place of the one that the run had.
//!
//! A step of which the document says the same keeps all that is known of it. One that was changed is open again: what
//! was done of it stays, and counts for nothing. What the document has no more is kept beside the steps, and comes back
//! with the step.

use std::collections::BTreeMap;

use crate::ids::StepId;
use crate::run::event::{NewDocument, PlannedAction, RunbookRef};
use crate::run::guidance::{self, Pause};
use crate::run::renewal::{self, Compared};
use crate::run::state::{Acknowledged, Changed, Hold, Mark, Origin, RunState, Stamp, StepChange, StepState};
use crate::runbook::model::{Guidance, Procedure, Step};

/// A document that took the place of the one before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Renewal {
    /// What the run has of it.
    pub document: NewDocument,
    /// What became of the steps.
    pub steps: Compared,
    /// Who and when.
    pub stamp: Stamp,
}

/// A step that is in the document no more.
#[derive(Debug, Clone, PartialEq)]
pub struct Gone {
    /// What is known of it.
    pub own: StepState,
    /// What the document said.
    pub step: Step,
    /// Who took the change in, and when.
    pub stamp: Stamp,
}

type Pair = (StepState, Step);

impl RunState {
    /// The document as it holds now: the one that the run began with, or the last that was taken in.
    pub fn runbook(&self) -> Option<&RunbookRef> {
        let last = self.renewals.last().map(|renewal| &renewal.document.runbook);
        last.or_else(|| self.start().map(|start| &start.runbook))
    }

    /// The procedure as the document has it now. The steps of the run are [`RunState::procedure_steps`].
    pub fn procedure(&self) -> Option<&Procedure> {
        let last = self.renewals.last().map(|renewal| &renewal.document.procedure);
        last.or_else(|| self.start().map(|start| &start.procedure))
    }

    /// What the actions of rules would run.
    pub fn actions(&self) -> &[PlannedAction] {
        let last = self.renewals.last().map(|renewal| &renewal.document.actions);
        last.or_else(|| self.start().map(|start| &start.actions)).map_or(&[], Vec::as_slice)
    }

    /// The document's advice.
    pub fn guidance(&self) -> &[Guidance] {
        let last = self.renewals.last().map(|renewal| &renewal.document.guidance);
        last.or_else(|| self.start().map(|start| &start.guidance)).map_or(&[], Vec::as_slice)
    }

    /// The steps with what is known of them, those that are in the document no more behind the others.
    pub fn with_gone(&self) -> impl Iterator<Item = (&StepState, &Step)> {
        self.steps.iter().zip(&self.plan).chain(self.gone.iter().map(|gone| (&gone.own, &gone.step)))
    }

    /// Takes a document in that took the place of the one that the run had.
    pub(super) fn renew(&mut self, document: &NewDocument, stamp: Stamp) {
        let compared = renewal::compare(self, &document.procedure);
        for id in &compared.changed {
            // The judgement becomes an earlier one, and a check of it is void.
            self.mark(id, Mark::Open);
        }
        let said = |state: &Self, pause: Pause| -> Vec<Guidance> { guidance::at(state, pause).cloned().collect() };
        let before = [Pause::Begin, Pause::End].map(|pause| (pause, said(self, pause)));
        let (known, followers) = self.taken_apart(document, &stamp);
        let mut builder = Builder { followers, attempts: self.attempts.len(), stamp: stamp.clone(), both: Vec::new() };
        builder.build(&document.procedure.steps, known);
        (self.steps, self.plan) = builder.both.into_iter().unzip();
        self.chosen.take_if(|(step, _)| !compared.kept.contains(step));
        self.renewals.push(Renewal { document: document.clone(), steps: compared, stamp });
        // Advice that is another one was not read.
        let same = before.map(|(pause, said_before)| (pause, said_before == said(self, pause)));
        self.read.retain(|(read, _)| same.iter().any(|(pause, same)| pause == read && *same));
    }

    /// The steps that the document has again, by their ids, and those of this run by the step that they stand behind.
    /// What is in the document no more goes to [`RunState::gone`].
    fn taken_apart(
        &mut self,
        document: &NewDocument,
        stamp: &Stamp,
    ) -> (BTreeMap<StepId, Pair>, BTreeMap<Option<StepId>, Vec<Pair>>) {
        let new = &document.procedure.steps;
        let stays = |id: &StepId| new.iter().any(|step| step.id == *id);
        let old: Vec<Step> = self.plan.clone();
        let both: Vec<Pair> = std::mem::take(&mut self.steps).into_iter().zip(std::mem::take(&mut self.plan)).collect();
        let (back, gone) = std::mem::take(&mut self.gone).into_iter().partition(|gone: &Gone| stays(&gone.step.id));
        self.gone = gone;
        let mut known: BTreeMap<StepId, Pair> =
            back.into_iter().map(|gone: Gone| (gone.step.id.clone(), (gone.own, gone.step))).collect();
        let mut followers: BTreeMap<Option<StepId>, Vec<Pair>> = BTreeMap::new();
        let mut last = None;
        for (mut own, step) in both {
            match (&mut own.origin, stays(&step.id)) {
                (Origin::Document, true) => {
                    last = Some(step.id.clone());
                    known.insert(step.id.clone(), (own, step));
                }
                (Origin::Document, false) => self.gone.push(Gone { own, step, stamp: stamp.clone() }),
                (Origin::Branch { of, rule }, _) => {
                    *rule = moved_rule(&old, new, of, *rule);
                    followers.entry(last.clone()).or_default().push((own, step));
                }
                (Origin::Added { .. }, _) => followers.entry(last.clone()).or_default().push((own, step)),
            }
        }
        (known, followers)
    }
}

/// The place of a rule in what the document says of its step now; past all places where it has it no more.
fn moved_rule(old: &[Step], new: &[Step], of: &StepId, rule: usize) -> usize {
    let text = old.iter().find(|step| step.id == *of).and_then(|step| step.rules.get(rule)).map(|rule| &rule.text);
    let Some(step) = new.iter().find(|step| step.id == *of) else { return rule };
    step.rules.iter().position(|rule| Some(&rule.text) == text).unwrap_or(usize::MAX)
}

/// Puts the steps together again, in the order of the new document.
struct Builder {
    followers: BTreeMap<Option<StepId>, Vec<Pair>>,
    attempts: usize,
    stamp: Stamp,
    both: Vec<Pair>,
}

impl Builder {
    fn build(&mut self, steps: &[Step], mut known: BTreeMap<StepId, Pair>) {
        self.follow(None);
        for new in steps {
            let pair = match known.remove(&new.id) {
                Some((own, old)) if old.is_unchanged(new) => kept(own, old, new),
                Some((own, old)) => self.changed(own, &old, new),
                None => self.came(new),
            };
            self.both.push(pair);
            self.follow(Some(new.id.clone()));
        }
    }

    /// What this run put behind a step stays behind it.
    fn follow(&mut self, step: Option<StepId>) {
        self.both.extend(self.followers.remove(&step).unwrap_or_default());
    }

    fn came(&self, step: &Step) -> Pair {
        let mut own = StepState::of(step);
        own.changes.push(self.change(Changed::NewInDocument));
        (own, step.clone())
    }

    /// The step is as at the beginning; what was done of it stays known.
    fn changed(&self, own: StepState, old: &Step, new: &Step) -> Pair {
        let most = old.commands().count().max(new.commands().count());
        let mut changes = own.changes;
        changes.push(self.change(Changed::ByDocument));
        let acknowledged = own.acknowledged.into_iter().map(|read| Acknowledged { void: true, ..read });
        // A hold that a person set here is none of the document's.
        let hold = own.hold.filter(|hold| hold.set.is_some()).or_else(|| Hold::of(new));
        let state = StepState {
            earlier: own.earlier,
            acknowledged: acknowledged.collect(),
            hold,
            changes,
            since: (0..most).map(|command| (command, self.attempts)).collect(),
            ..StepState::of(new)
        };
        (state, new.clone())
    }

    fn change(&self, what: Changed) -> StepChange {
        StepChange { what, reason: None, stamp: self.stamp.clone() }
    }
}

/// What this run made of the step's commands stays; lines and numbers are those of the new text.
fn kept(own: StepState, old: Step, new: &Step) -> Pair {
    let of_run = own.changes.iter().rev().take_while(|change| !change.is_of_document()).next().is_some();
    let step = match of_run {
        true => Step { line: new.line, number: new.number.clone(), phase: new.phase.clone(), ..old },
        false => new.clone(),
    };
    (own, step)
}
