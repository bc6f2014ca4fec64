//! Taking in what was changed in the document after the run began: the procedure as the new text has it, and what
//! becomes of the steps.
//!
//! Pure. What was shown is what is taken in: the host reads the file, and the digest tells whether it is the text that
//! the person looked at.

use serde::{Deserialize, Serialize};

use crate::ids::StepId;
use crate::run::branches;
use crate::run::command::{Decision, Refusal};
use crate::run::decide::{facts, no_attempt_open, person};
use crate::run::event::{Actor, Event, NewDocument, PlanChange, RunbookRef};
use crate::run::state::{Origin, RunState};
use crate::runbook::advice;
use crate::runbook::model::{Procedure, Runbook};

/// What becomes of the steps of a document by another text of it. Steps that the run added itself are none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The document says the same of them: they keep everything.
    pub kept: Vec<StepId>,
    /// It says something else of them: they are open again.
    pub changed: Vec<StepId>,
    /// They were not there.
    pub new: Vec<StepId>,
    /// They are there no more.
    pub gone: Vec<StepId>,
}

/// Compares the steps of the run with those of the procedure in another text.
pub fn compare(state: &RunState, procedure: &Procedure) -> Compared {
    let mut found = Compared::default();
    let known = state.gone.iter().map(|gone| &gone.step);
    for new in &procedure.steps {
        let now = state.steps.iter().zip(&state.plan).filter(|(own, _)| own.origin == Origin::Document);
        let old = now.map(|(_, step)| step).chain(known.clone()).find(|step| step.id == new.id);
        let to = match old {
            Some(old) if old.is_unchanged(new) => &mut found.kept,
            Some(_) => &mut found.changed,
            None => &mut found.new,
        };
        to.push(new.id.clone());
    }
    let of_document = state.steps.iter().filter(|own| own.origin == Origin::Document).map(|own| &own.id);
    found.gone = of_document.filter(|id| procedure.steps.iter().all(|step| step.id != **id)).cloned().collect();
    found
}

/// The document of a run as another text has it; nothing where the text has the procedure no more, or nothing to do in
/// it.
pub fn document(state: &RunState, runbook: &Runbook) -> Option<NewDocument> {
    let (old, now) = (state.runbook()?, state.procedure()?);
    let same = |p: &&Procedure| p.id == now.id;
    let procedure = runbook.procedures.iter().find(same).filter(|procedure| !procedure.steps.is_empty())?;
    Some(NewDocument {
        was: old.sha256.clone(),
        runbook: RunbookRef {
            path: old.path.clone(),
            sha256: runbook.sha256.clone(),
            title: runbook.title.clone(),
            version: runbook.metadata.version.clone(),
        },
        procedure: procedure.clone(),
        actions: branches::planned(runbook, procedure),
        guidance: advice::of(runbook, procedure),
    })
}

/// Decides that a document takes the place of the one that the run has.
pub(super) fn renew(state: &RunState, actor: &Actor, document: Box<NewDocument>) -> Result<Decision, Refusal> {
    person(actor)?;
    no_attempt_open(state)?;
    let now = state.runbook().ok_or(Refusal::NotBegun)?;
    // Asked twice is asked once.
    if document.runbook.sha256 == now.sha256 {
        return Ok(Decision::default());
    }
    if document.was != now.sha256 {
        return Err(Refusal::DocumentChanged);
    }
    Ok(facts(vec![Event::PlanChanged(PlanChange::DocumentRenewed(document))]))
}
