//! Folding the facts of what a run owes and of what it waits for.

use crate::ids::StepId;
use crate::run::event::{HoldFact, RevertFact};
use crate::run::state::{RunState, Stamp};
use crate::runbook::model::Step;

/// Something that must be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revert {
    /// The step that did it.
    pub step: StepId,
    /// What is to be undone.
    pub what: String,
    /// The program proposed it; else a person said so.
    pub proposed: bool,
    /// Who did it, or said so, and when.
    pub stamp: Stamp,
    /// What became of it.
    pub end: Option<(RevertEnd, Stamp)>,
}

/// What became of something that must be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevertEnd {
    /// It was undone.
    Done {
        /// What was said about it.
        comment: Option<String>,
    },
    /// Somebody else undoes it later.
    HandedOver {
        /// Why.
        reason: String,
        /// Until when.
        due: String,
        /// Who.
        owner: String,
    },
    /// There was nothing to undo.
    Dropped {
        /// Why.
        reason: String,
    },
}

/// A hold point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// What is waited for.
    pub text: String,
    /// Who made the step one; absent where the document says so.
    pub set: Option<Stamp>,
    /// Who released it.
    pub released: Option<Release>,
}

/// The release of a hold point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Who released it.
    pub by: String,
    /// What that person said.
    pub said: String,
    /// Who entered it, and when.
    pub stamp: Stamp,
}

impl Hold {
    /// The hold point that the document makes of a step.
    pub(super) fn of(step: &Step) -> Option<Self> {
        step.hold.clone().map(|text| Self { text, set: None, released: None })
    }
}

impl RunState {
    pub(super) fn note_revert(&mut self, fact: &RevertFact, stamp: Stamp) {
        let (number, end) = match fact {
            RevertFact::Owed { step, what, proposed } => {
                let (step, what, proposed) = (step.clone(), what.clone(), *proposed);
                self.reverts.push(Revert { step, what, proposed, stamp, end: None });
                return;
            }
            RevertFact::Done { number, comment } => (number, RevertEnd::Done { comment: comment.clone() }),
            RevertFact::HandedOver { number, reason, due, owner } => {
                let (reason, due, owner) = (reason.clone(), due.clone(), owner.clone());
                (number, RevertEnd::HandedOver { reason, due, owner })
            }
            RevertFact::Dropped { number, reason } => (number, RevertEnd::Dropped { reason: reason.clone() }),
        };
        if let Some(revert) = number.checked_sub(1).and_then(|at| self.reverts.get_mut(at)) {
            revert.end = Some((end, stamp));
        }
    }

    pub(super) fn note_hold(&mut self, fact: &HoldFact, stamp: Stamp) {
        match fact {
            HoldFact::Set { step, text } => {
                if let Some(own) = self.step_mut(step) {
                    own.hold = Some(Hold { text: text.clone(), set: Some(stamp), released: None });
                }
            }
            HoldFact::Released { step, by, said } => {
                if let Some(hold) = self.step_mut(step).and_then(|own| own.hold.as_mut()) {
                    hold.released = Some(Release { by: by.clone(), said: said.clone(), stamp });
                }
            }
        }
    }
}
