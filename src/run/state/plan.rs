//! Folding the facts that make the steps of a run others than the document's.

use crate::ids::StepId;
use crate::run::event::PlanChange;
use crate::run::state::{Origin, RunState, Stamp, StepState};
use crate::runbook::model::{Block, Step};

/// What this run changed of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepChange {
    /// What.
    pub what: Changed,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// Who and when.
    pub stamp: Stamp,
}

/// One change of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// A command is another one.
    Command {
        /// Its place among the step's commands.
        command: usize,
        /// What it was.
        was: String,
        /// What it is.
        to: String,
    },
    /// It has one more command.
    CommandAdded {
        /// The command.
        text: String,
    },
    /// Commands came from another step.
    CameFrom {
        /// Which step.
        step: StepId,
        /// The commands.
        texts: Vec<String>,
    },
    /// Commands went to another step.
    WentTo {
        /// Which step.
        step: StepId,
        /// The commands.
        texts: Vec<String>,
    },
    /// The document says something else of it than it did.
    ByDocument,
    /// It came into the document after the run began.
    NewInDocument,
}

impl StepChange {
    /// The document made it, not this run.
    pub fn is_of_document(&self) -> bool {
        matches!(self.what, Changed::ByDocument | Changed::NewInDocument)
    }
}

impl RunState {
    /// Takes a change of the steps in.
    pub(super) fn change_plan(&mut self, change: &PlanChange, stamp: Stamp) {
        match change {
            PlanChange::StepAdded { after, line, step, reason } => {
                let origin =
                    Origin::Added { after: after.clone(), line: *line, reason: reason.clone(), stamp: stamp.clone() };
                let new = StepState { origin, applied: Some(stamp), ..StepState::of(step) };
                let at = after.as_ref().map_or(0, |after| self.behind(after));
                self.insert(at, new, step);
            }
            PlanChange::CommandChanged { step, command, to, reason } => {
                let before = self.attempts.len();
                let Some(was) = self.document_mut(step).and_then(|s| s.command_mut(*command)) else { return };
                let was = std::mem::replace(was, (**to).clone()).text;
                self.settle_manual(step);
                if let Some(own) = self.step_mut(step) {
                    own.since.insert(*command, before);
                    let what = Changed::Command { command: *command, was, to: to.text.clone() };
                    own.changes.push(StepChange { what, reason: Some(reason.clone()), stamp });
                }
            }
            PlanChange::CommandAdded { step, block, reason } => {
                let Some(document) = self.document_mut(step) else { return };
                document.blocks.push((**block).clone());
                self.settle_manual(step);
                if let Some(own) = self.step_mut(step) {
                    let text = block.commands.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join("\n");
                    let what = Changed::CommandAdded { text };
                    own.changes.push(StepChange { what, reason: Some(reason.clone()), stamp });
                }
            }
            PlanChange::CommandsMoved { from, commands, to, reason } => {
                self.move_commands(from, commands, to, reason.as_deref(), stamp);
            }
            PlanChange::DocumentRenewed(document) => self.renew(document, stamp),
        }
    }

    fn move_commands(&mut self, from: &StepId, commands: &[usize], to: &StepId, reason: Option<&str>, stamp: Stamp) {
        if self.document_mut(to).is_none() {
            return;
        }
        let moved = self.document_mut(from).map(|step| taken_out(step, commands)).unwrap_or_default();
        let texts: Vec<String> = moved.iter().flat_map(|b| &b.commands).map(|c| c.text.clone()).collect();
        // What warned of a command warns of it wherever it stands.
        let cautions = self.document_mut(from).map(|step| step.cautions.clone()).unwrap_or_default();
        if let Some(step) = self.document_mut(to) {
            step.blocks.extend(moved);
            let news = cautions.into_iter().filter(|caution| !step.cautions.iter().any(|own| own.text == caution.text));
            let news: Vec<_> = news.collect();
            step.cautions.extend(news);
        }
        let sides = [
            (from, Changed::WentTo { step: to.clone(), texts: texts.clone() }),
            (to, Changed::CameFrom { step: from.clone(), texts }),
        ];
        for (step, what) in sides {
            self.settle_manual(step);
            if let Some(own) = self.step_mut(step) {
                own.changes.push(StepChange { what, reason: reason.map(str::to_owned), stamp: stamp.clone() });
            }
        }
        // What was chosen there was chosen by its place.
        if let Some(own) = self.step_mut(from) {
            own.chosen.clear();
            own.since.clear();
        }
    }

    fn document_mut(&mut self, id: &StepId) -> Option<&mut Step> {
        self.plan.iter_mut().find(|s| s.id == *id)
    }

    fn settle_manual(&mut self, id: &StepId) {
        if let Some(step) = self.document_mut(id) {
            step.manual = !step.could_run();
        }
    }
}

/// Takes commands out of a step, each with the fence that it stood in; a fence without commands goes.
fn taken_out(step: &mut Step, commands: &[usize]) -> Vec<Block> {
    let mut moved: Vec<Block> = Vec::new();
    let mut place = 0;
    for block in &mut step.blocks {
        let all = std::mem::take(&mut block.commands);
        let mut gone = Vec::new();
        for command in all {
            if commands.contains(&place) {
                gone.push(command)
            } else {
                block.commands.push(command)
            }
            place += 1;
        }
        if !gone.is_empty() {
            moved.push(Block { commands: gone, ..block.clone() });
        }
    }
    step.blocks.retain(|block| !block.commands.is_empty());
    moved
}
