//! Reads what a step's commands printed and holds its rules against it.

use crate::engine::Engine;
use crate::exec::Executor;
use crate::exec::query::TRUNCATED;
use crate::ids::{AttemptId, StepId};
use crate::run::command::Observation;
use crate::run::event::{ActorKind, Mode, Outcome};
use crate::run::query;
use crate::run::state::{Attempt, Mark, Progress};
use crate::run::verdict::{self, Output};
use crate::store::Journal;

/// How much of the end of an output the rules read, in bytes. Values stand in short outputs or near the end of long
/// ones; where more was printed, only what speaks against the step counts, and a person decides.
const READ: usize = 256 * 1024;

/// What one command of a step gave, owned.
pub(super) struct Given {
    outcome: Option<Outcome>,
    text: String,
    complete: bool,
    whole: bool,
}

impl Given {
    pub(super) fn as_output(&self) -> Output<'_> {
        Output { outcome: self.outcome.as_ref(), text: &self.text, complete: self.complete, whole: self.whole }
    }
}

/// The attempt was one of statements on a server, which have no lane.
fn on_server(attempt: &Attempt) -> bool {
    attempt.start.lane == 0
}

/// An answer of a server was cut: it had more to say.
fn is_cut(text: &str) -> bool {
    text.lines().any(|line| line.starts_with(TRUNCATED))
}

impl<J: Journal, X: Executor> Engine<J, X> {
    /// Proposes a verdict once every command of the step that can be run has ended.
    pub(super) async fn propose_verdict(&mut self, step: &StepId, attempt: AttemptId) {
        let Some(document) = self.state.procedure_steps().iter().find(|s| s.id == *step).cloned() else { return };
        let runnable = crate::run::choices::wanted_commands(&self.state, &document);
        let ended = runnable
            .iter()
            .all(|c| query::last_attempt(&self.state, step, *c).is_some_and(|a| a.progress != Progress::Running));
        if !ended {
            return;
        }
        let given = self.given(step, &runnable);
        let outputs: Vec<Output<'_>> = given.iter().map(Given::as_output).collect();
        let (verdict, measured) = verdict::propose(&document, &outputs, self.with.clock.now());
        drop(outputs);
        self.see(Observation::VerdictProposed { step: step.clone(), attempt, verdict, measured }).await;
    }

    /// Proposes what a full journal or a dying host left out: for every open step whose last end was not read yet.
    pub(super) async fn propose_missing(&mut self) {
        let open = self.state.steps.iter().filter(|s| s.mark == Mark::Open);
        let missing: Vec<(StepId, AttemptId)> = open
            .filter_map(|s| {
                let last = self.state.attempts.iter().rev().find(|a| a.start.step == s.id)?;
                let ended = matches!(last.progress, Progress::Finished { .. });
                (ended && s.proposal.is_none()).then(|| (s.id.clone(), last.start.attempt))
            })
            .collect();
        for (step, attempt) in missing {
            self.propose_verdict(&step, attempt).await;
        }
    }

    /// The ends and texts of the last attempts of `commands`.
    pub(super) fn given(&self, step: &StepId, commands: &[usize]) -> Vec<Given> {
        let last = commands.iter().filter_map(|c| query::last_attempt(&self.state, step, *c));
        last.map(|a| {
            let (outcome, complete) = match &a.progress {
                Progress::Finished { finish, .. } => {
                    // What never ends was ended by a person: that is how it ends well.
                    let ended_by_hand = a.stops.iter().any(|(_, stamp)| stamp.by.kind == ActorKind::Person);
                    let outcome = if ended_by_hand && query::never_ends(&self.state, a) {
                        Outcome::Exited { code: 0 }
                    } else {
                        finish.outcome.clone()
                    };
                    (Some(outcome), finish.gaps.is_empty())
                }
                Progress::Running | Progress::Lost { .. } => (None, false),
            };
            let text = match X::MODE {
                Mode::Live => {
                    let path = self.with.folder.output(a.start.attempt);
                    crate::term::plain::plain_text(&crate::vault::evidence::tail(&path, READ).unwrap_or_default())
                }
                // A simulated output quotes the command: a number in it measures nothing.
                Mode::Drill => String::new(),
            };
            let whole = match &a.progress {
                Progress::Finished { finish, .. } => finish.bytes <= READ as u64 && !(on_server(a) && is_cut(&text)),
                Progress::Running | Progress::Lost { .. } => false,
            };
            Given { outcome, text, complete, whole }
        })
        .collect()
    }
}
