//! What a run knows of one of its steps: what was decided, read, answered and chosen.

use std::collections::BTreeMap;

use crate::ids::StepId;
use crate::run::event::Verdict;
use crate::run::state::{Hold, Proposal, Stamp, StepChange};
use crate::runbook::model::Step;

/// One step of the run.
#[derive(Debug, Clone, PartialEq)]
pub struct StepState {
    /// Which step.
    pub id: StepId,
    /// What a person decided about it.
    pub mark: Mark,
    /// What the rules propose.
    pub proposal: Option<Proposal>,
    /// Earlier marks that were taken back.
    pub earlier: Vec<Mark>,
    /// The cautions that were read before its commands.
    pub acknowledged: Vec<Acknowledged>,
    /// Where it comes from.
    pub origin: Origin,
    /// Who said that it applies, where it has a condition.
    pub applied: Option<Stamp>,
    /// What was said of its rules that could not be read, by their places.
    pub answers: BTreeMap<usize, Answer>,
    /// Its sub-points that were done, by their places.
    pub ticked: BTreeMap<usize, Stamp>,
    /// The commands that were chosen among alternatives, by their places.
    pub chosen: BTreeMap<usize, Stamp>,
    /// What the work waits for there.
    pub hold: Option<Hold>,
    /// What this run changed of it.
    pub changes: Vec<StepChange>,
    /// How many attempts the run had when a command became another one, by the command's place.
    pub since: BTreeMap<usize, usize>,
}

/// Where a step of a run comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The document.
    Document,
    /// The action of a rule.
    Branch {
        /// The step whose rule it is.
        of: StepId,
        /// The place of the rule.
        rule: usize,
    },
    /// This run: a person wrote it, or made it of a line of the document.
    Added {
        /// The step that it was put behind.
        after: Option<StepId>,
        /// The line of the document.
        line: Option<usize>,
        /// Why.
        reason: Option<String>,
        /// Who and when.
        stamp: Stamp,
    },
}

/// What a person said of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its condition holds.
    pub holds: bool,
    /// Who and when.
    pub stamp: Stamp,
}

impl StepState {
    /// A step as the run begins with it.
    pub fn of(step: &Step) -> Self {
        Self { hold: Hold::of(step), ..Self::untouched(step.id.clone()) }
    }

    /// A step that nothing has happened to yet.
    pub fn untouched(id: StepId) -> Self {
        Self {
            id,
            mark: Mark::Open,
            proposal: None,
            earlier: Vec::new(),
            acknowledged: Vec::new(),
            origin: Origin::Document,
            applied: None,
            answers: BTreeMap::new(),
            ticked: BTreeMap::new(),
            chosen: BTreeMap::new(),
            hold: None,
            changes: Vec::new(),
            since: BTreeMap::new(),
        }
    }
}

/// A caution that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The caution.
    pub text: String,
    /// Who and when.
    pub stamp: Stamp,
    /// The document changed the step since: it is to be read again.
    pub void: bool,
}

/// What was decided about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// Nothing yet.
    Open,
    /// It was judged.
    Judged {
        /// The judgement.
        verdict: Verdict,
        /// What the rules proposed then.
        proposed: Option<Verdict>,
        /// What was said about it.
        comment: Option<String>,
        /// Who and when.
        stamp: Stamp,
    },
    /// It was judged failed or undecided, and accepted all the same.
    Overridden {
        /// The judgement.
        verdict: Verdict,
        /// What was said about it.
        comment: Option<String>,
        /// Who judged, and when.
        judged: Stamp,
        /// Why it is accepted.
        reason: String,
        /// Who approved it.
        approver: String,
        /// Who wrote it down, and when.
        stamp: Stamp,
    },
    /// It was left out.
    Skipped {
        /// Why.
        reason: String,
        /// Who and when.
        stamp: Stamp,
    },
    /// It was put off.
    Deferred {
        /// Why.
        reason: String,
        /// Until when.
        due: String,
        /// Who will do it.
        owner: String,
        /// Who and when.
        stamp: Stamp,
    },
    /// It does not apply.
    RuledOut {
        /// Why.
        reason: String,
        /// Who and when.
        stamp: Stamp,
    },
}
