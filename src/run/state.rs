//! What is known of a run: the fold of its facts.
//!
//! Pure: no IO, no clock. Total: any sequence of facts gives a state, never a panic. Tolerates duplicates (by `seq`).
//! Does not tolerate a gap or another order: such a fact is left out and said so ([`Applied::Gap`]); the journal
//! forbids both, and a follower that sees a gap loads again.

mod life;
mod plan;
mod renewal;
mod step;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use crate::ids::{AttemptId, Digest, RunId, Seq, StepId};
use crate::run::choices;
use crate::run::clock_step::{ClockStep, Moment};
use crate::run::environment::{self, EnvironmentChange, SetBy, Variable, VariableChange};
use crate::run::event::{
    Actor, AttemptStart, Completion, Ending, Event, Fact, Finish, Measurement, RunStart, Stop, Verdict,
};
use crate::run::guidance::Pause;
use crate::run::server::{self, ConnectionUse, KnownConnection, Seen, ServerIdentity};
use crate::run::verification::VerificationState;
use crate::runbook::model::Step;

pub use life::{Hold, Release, Revert, RevertEnd};
pub use plan::{Changed, StepChange};
pub use renewal::{Gone, Renewal};
pub use step::{Acknowledged, Answer, Mark, Origin, StepState};

/// The lane of attempts that run on a server: the host's own connection, and no shell.
pub const NO_LANE: u32 = 0;

/// What is known of a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunState {
    /// The run, once it has a first fact.
    pub run: Option<RunId>,
    /// The place of the last fact.
    pub seq: Seq,
    /// The first fact.
    pub started: Option<Box<Started>>,
    /// The steps of this run, in their order.
    pub steps: Vec<StepState>,
    /// The step that was chosen, where the steps are alternatives.
    pub chosen: Option<(StepId, Stamp)>,
    /// What each of them is: those of the procedure, and those that this run added.
    pub plan: Vec<Step>,
    /// The documents that took the place of the first one, in their order.
    pub renewals: Vec<Renewal>,
    /// The steps that are in the document no more. They do not count; what was done of them is kept.
    pub gone: Vec<Gone>,
    /// All attempts, in the order of their starts.
    pub attempts: Vec<Attempt>,
    /// The values of placeholders, by name.
    pub values: BTreeMap<String, String>,
    /// What must be undone, or had to be; each by its number, from 1.
    pub reverts: Vec<Revert>,
    /// The pauses at which advice was read.
    pub read: Vec<(Pause, Stamp)>,
    /// All notes.
    pub notes: Vec<Note>,
    /// All lanes, in the order in which they were opened.
    pub lanes: Vec<LaneState>,
    /// What people changed of the run's shell, in order.
    pub shell_changes: Vec<ShellChange>,
    /// The connections that statements can run on.
    pub connections: Vec<KnownConnection>,
    /// What was last seen of each server, by the name of its connection.
    pub servers: BTreeMap<String, Seen>,
    /// Where the statements of attempts ran.
    pub uses: Vec<ConnectionUse>,
    /// What is known of the second person.
    pub verification: VerificationState,
    /// Open, signed or closed.
    pub phase: Phase,
    /// The saved record.
    pub record: Option<SavedRecord>,
    /// What became of the entry in the team's log.
    pub log: Option<LogEntry>,
    /// The wall clock of the last fact.
    pub last_at: Option<DateTime<FixedOffset>>,
    /// Where the wall clock was set while the run went on.
    pub clock_steps: Vec<ClockStep>,
    /// The moment of the last fact.
    pub(crate) moment: Option<Moment>,
}

/// The first fact of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Started {
    /// What it says.
    pub start: RunStart,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: Actor,
    /// On which machine.
    pub machine: String,
}

/// Who did something, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The place of the fact: what came first came first, whatever the clock said.
    pub seq: Seq,
}

/// What the rules of a step propose.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The attempt whose output was read last.
    pub attempt: AttemptId,
    /// The proposed verdict.
    pub verdict: Verdict,
    /// What was measured.
    pub measured: Vec<Measurement>,
}

/// One execution of one command.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// What was started.
    pub start: AttemptStart,
    /// Who and when.
    pub stamp: Stamp,
    /// What is known of its end.
    pub progress: Progress,
    /// Bytes of output known to be on disk.
    pub bytes: u64,
    /// The signals that were asked for.
    pub stops: Vec<(Stop, Stamp)>,
}

/// What is known of an attempt's end.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// It runs.
    Running,
    /// It ended.
    Finished {
        /// How.
        finish: Finish,
        /// When.
        at: DateTime<FixedOffset>,
    },
    /// 結果不明.
    Lost {
        /// What was seen.
        why: String,
        /// When.
        at: DateTime<FixedOffset>,
    },
}

/// Something that somebody wrote down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The step that it is about.
    pub step: Option<StepId>,
    /// The text.
    pub text: String,
    /// Who and when.
    pub stamp: Stamp,
}

/// What a person changed of the run's shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellChange {
    /// The variable or the folder; absent where a fresh shell was asked for.
    pub change: Option<EnvironmentChange>,
    /// Who and when.
    pub stamp: Stamp,
}

/// One lane of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneState {
    /// Its number.
    pub lane: u32,
    /// Its keeper.
    pub keeper: u32,
    /// The shell.
    pub shell: String,
    /// The folder of the next command.
    pub cwd: String,
    /// Names of the variables that it began with and that were not empty, where that is known.
    pub set: Option<Vec<String>>,
    /// The keeper is gone.
    pub lost: bool,
    /// The variables that are not as the shell began, by name.
    pub variables: Vec<Variable>,
    /// Names of variables that hold secrets and were not handed on.
    pub dropped: Vec<String>,
    /// What a person changed and no command has seen yet.
    pub pending: Vec<EnvironmentChange>,
}

/// Whether a run goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Phase {
    /// It goes on.
    #[default]
    Open,
    /// It was signed off.
    Signed {
        /// Which kind of complete.
        completion: Completion,
        /// Who and when.
        stamp: Stamp,
    },
    /// It ended without a signature.
    Closed {
        /// How.
        ending: Ending,
        /// Why.
        reason: String,
        /// Who and when.
        stamp: Stamp,
    },
}

/// What became of the entry in the team's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The log.
    pub path: String,
    /// Why the entry is not there.
    pub fault: Option<String>,
}

/// The saved record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedRecord {
    /// Its absolute path.
    pub path: String,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
}

/// What became of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It is part of the state now.
    Yes,
    /// It was already part of it.
    Duplicate,
    /// A fact before it is missing; the state is as it was.
    Gap,
}

impl RunState {
    /// The fold of `facts` from nothing.
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        let mut state = Self::default();
        for fact in facts {
            state.apply(fact);
        }
        state
    }

    /// Takes one fact in.
    pub fn apply(&mut self, fact: &Fact) -> Applied {
        if fact.seq <= self.seq {
            return Applied::Duplicate;
        }
        if fact.seq != self.seq.next() {
            return Applied::Gap;
        }
        self.seq = fact.seq;
        self.run.get_or_insert(fact.run);
        self.last_at = Some(fact.at);
        let moment = Moment::of(fact);
        self.clock_steps.extend(self.moment.replace(moment.clone()).and_then(|before| moment.step_since(&before)));
        let stamp = Stamp { by: fact.actor.clone(), at: fact.at, seq: fact.seq };
        match &fact.event {
            Event::RunStarted(start) => self.begin(start, fact),
            Event::HostStarted { .. } | Event::DriverChanged | Event::AccessDenied(_) | Event::AddedBeside { .. } => {}
            Event::Verification(event) => self.verification.apply(event, stamp),
            Event::ConnectionsKnown { connections } => {
                let chosen: Vec<String> =
                    self.connections.iter().filter(|c| c.chosen).map(|c| c.name.clone()).collect();
                self.connections.clone_from(connections);
                chosen.iter().for_each(|name| server::choose(&mut self.connections, name));
            }
            Event::ConnectionChosen { connection } => server::choose(&mut self.connections, connection),
            Event::ConnectionSeen { connection, seen } => {
                self.servers.insert(connection.clone(), seen.clone());
            }
            Event::ConnectionUsed(used) => self.uses.push(used.clone()),
            Event::LaneOpened { lane, keeper, shell, cwd, set } => {
                self.lanes.retain(|l| l.lane != *lane);
                self.lanes.push(LaneState {
                    lane: *lane,
                    keeper: *keeper,
                    shell: shell.clone(),
                    cwd: cwd.clone(),
                    set: set.clone(),
                    lost: false,
                    variables: Vec::new(),
                    dropped: Vec::new(),
                    pending: Vec::new(),
                });
            }
            Event::EnvironmentChanged { lane, change } => self.change_environment(*lane, change, stamp),
            Event::LaneLost { lane, .. } | Event::LaneReset { lane } => {
                if matches!(fact.event, Event::LaneReset { .. }) {
                    self.shell_changes.push(ShellChange { change: None, stamp });
                }
                for l in self.lanes.iter_mut().filter(|l| l.lane == *lane) {
                    l.lost = true;
                }
            }
            Event::AttemptStarted(start) => {
                for lane in self.lanes.iter_mut().filter(|l| l.lane == start.lane) {
                    lane.pending.clear();
                }
                self.verification.started(&start.step, start.command, &start.text, start.attempt);
                self.verification.changed(&start.step);
                // What an earlier attempt proposed says nothing about this one.
                if let Some(s) = self.step_mut(&start.step) {
                    s.proposal = None;
                    s.answers.clear();
                }
                self.attempts.push(Attempt {
                    start: start.clone(),
                    stamp,
                    progress: Progress::Running,
                    bytes: 0,
                    stops: Vec::new(),
                });
            }
            Event::OutputMarked { attempt, bytes } => {
                if let Some(a) = self.attempt_mut(*attempt) {
                    a.bytes = a.bytes.max(*bytes);
                }
            }
            Event::AttemptFinished { attempt, finish } => self.finish(*attempt, finish, fact.at),
            Event::AttemptLost { attempt, why } => {
                if let Some(a) = self.attempt_mut(*attempt) {
                    a.progress = Progress::Lost { why: why.clone(), at: fact.at };
                }
            }
            Event::StopAsked { attempt, how } => {
                if let Some(a) = self.attempt_mut(*attempt) {
                    a.stops.push((*how, stamp));
                }
            }
            Event::VerdictProposed { step, attempt, verdict, measured } => {
                if let Some(s) = self.step_mut(step) {
                    s.proposal = Some(Proposal { attempt: *attempt, verdict: *verdict, measured: measured.clone() });
                }
            }
            Event::VerdictGiven { step, verdict, comment } => {
                let proposed = self.steps.iter().find(|s| s.id == *step).and_then(|s| s.proposal.as_ref());
                let proposed = proposed.map(|p| p.verdict);
                self.mark(step, Mark::Judged { verdict: *verdict, proposed, comment: comment.clone(), stamp });
            }
            Event::StepSkipped { step, reason } => self.mark(step, Mark::Skipped { reason: reason.clone(), stamp }),
            Event::StepDeferred { step, reason, due, owner } => self
                .mark(step, Mark::Deferred { reason: reason.clone(), due: due.clone(), owner: owner.clone(), stamp }),
            Event::StepRuledOut { step, reason } => self.mark(step, Mark::RuledOut { reason: reason.clone(), stamp }),
            Event::StepOverridden { step, reason, approver } => self.override_mark(step, reason, approver, stamp),
            Event::StepReopened { step, .. } => self.mark(step, Mark::Open),
            Event::CautionAcknowledged { step, text } => {
                if let Some(s) = self.step_mut(step) {
                    s.acknowledged.push(Acknowledged { text: text.clone(), stamp, void: false });
                }
            }
            Event::RuleAnswered { step, rule, holds } => {
                if let Some(s) = self.step_mut(step) {
                    s.answers.insert(*rule, Answer { holds: *holds, stamp });
                }
            }
            Event::BranchOpened { of, rule, step } => {
                let origin = Origin::Branch { of: of.clone(), rule: *rule };
                let new = StepState { origin, applied: Some(stamp), ..StepState::of(step) };
                self.insert(self.behind(of), new, step);
            }
            Event::PlanChanged(change) => self.change_plan(change, stamp),
            Event::RevertNoted(fact) => self.note_revert(fact, stamp),
            Event::HoldNoted(fact) => self.note_hold(fact, stamp),
            Event::GuidanceRead { pause, .. } => self.read.push((*pause, stamp)),
            Event::StepApplied { step } => {
                if let Some(s) = self.step_mut(step) {
                    s.applied = Some(stamp);
                }
            }
            Event::PointTicked { step, point, .. } => {
                if let Some(s) = self.step_mut(step) {
                    s.ticked.insert(*point, stamp);
                }
            }
            Event::PointCleared { step, point } => {
                if let Some(s) = self.step_mut(step) {
                    s.ticked.remove(point);
                }
            }
            Event::AlternativeChosen { step, command: None } => self.chosen = Some((step.clone(), stamp)),
            Event::AlternativeChosen { step, command: Some(command) } => {
                let others = self.plan.iter().find(|s| s.id == *step).map(|s| choices::alternatives(s, *command));
                if let Some(s) = self.step_mut(step) {
                    s.chosen.retain(|known, _| others.as_ref().is_none_or(|others| !others.contains(known)));
                    s.chosen.insert(*command, stamp);
                }
            }
            Event::ValuesSet { values } => {
                for (name, value) in values {
                    match value {
                        Some(value) => self.values.insert(name.clone(), value.clone()),
                        None => self.values.remove(name),
                    };
                }
            }
            Event::NoteAdded { step, text } => {
                self.notes.push(Note { step: step.clone(), text: text.clone(), stamp });
            }
            Event::RunSigned { completion } => self.phase = Phase::Signed { completion: *completion, stamp },
            Event::RunClosed { ending, reason } => {
                self.phase = Phase::Closed { ending: *ending, reason: reason.clone(), stamp };
            }
            Event::LogAppended { path, fault } => {
                self.log = Some(LogEntry { path: path.clone(), fault: fault.clone() });
            }
            Event::RecordSaved { path, sha256 } => {
                self.record = Some(SavedRecord { path: path.clone(), sha256: sha256.clone() });
            }
        }
        Applied::Yes
    }

    fn begin(&mut self, start: &RunStart, fact: &Fact) {
        if self.started.is_some() {
            return;
        }
        self.steps = start.procedure.steps.iter().map(StepState::of).collect();
        self.plan.clone_from(&start.procedure.steps);
        self.values.clone_from(&start.values);
        self.started = Some(Box::new(Started {
            start: start.clone(),
            at: fact.at,
            by: fact.actor.clone(),
            machine: fact.machine.clone(),
        }));
    }

    fn finish(&mut self, attempt: AttemptId, finish: &Finish, at: DateTime<FixedOffset>) {
        let Some(a) = self.attempts.iter_mut().find(|a| a.start.attempt == attempt) else { return };
        a.bytes = finish.bytes;
        a.progress = Progress::Finished { finish: finish.clone(), at };
        let lane = a.start.lane;
        if let crate::run::event::Carry::Carried { cwd, dropped, changed } = &finish.carry {
            for l in self.lanes.iter_mut().filter(|l| l.lane == lane) {
                l.cwd.clone_from(cwd);
                l.dropped.clone_from(dropped);
                for VariableChange { name, value, cut } in changed.iter().cloned() {
                    environment::note(&mut l.variables, Variable { name, value, cut, by: SetBy::Command(attempt) });
                }
                // What a person changed meanwhile comes behind what the command left.
                for change in &l.pending {
                    if let EnvironmentChange::Folder { path } = change {
                        l.cwd.clone_from(path);
                    }
                }
            }
        }
    }

    fn change_environment(&mut self, lane: u32, change: &EnvironmentChange, stamp: Stamp) {
        self.shell_changes.push(ShellChange { change: Some(change.clone()), stamp: stamp.clone() });
        let Some(lane) = self.lanes.iter_mut().find(|l| l.lane == lane) else { return };
        let by = SetBy::Person(stamp);
        let (name, value) = match change {
            EnvironmentChange::Set { name, value } => (name.clone(), Some(value.clone())),
            EnvironmentChange::Remove { name } => (name.clone(), None),
            EnvironmentChange::Folder { path } => {
                lane.cwd.clone_from(path);
                lane.pending.push(change.clone());
                return;
            }
        };
        environment::note(&mut lane.variables, Variable { name, value, cut: false, by });
        lane.pending.push(change.clone());
    }

    fn mark(&mut self, step: &StepId, mark: Mark) {
        self.verification.changed(step);
        if let Some(s) = self.step_mut(step) {
            let before = std::mem::replace(&mut s.mark, mark);
            // The judgement below an override goes with it.
            if let Mark::Overridden { verdict, comment, judged, .. } = &before {
                let (verdict, comment, stamp) = (*verdict, comment.clone(), judged.clone());
                s.earlier.push(Mark::Judged { verdict, proposed: None, comment, stamp });
            }
            if before != Mark::Open {
                s.earlier.push(before);
            }
        }
    }

    fn override_mark(&mut self, step: &StepId, reason: &str, approver: &str, stamp: Stamp) {
        self.verification.changed(step);
        let Some(s) = self.step_mut(step) else { return };
        if let Mark::Judged { verdict, comment, stamp: judged, .. } = &s.mark {
            s.mark = Mark::Overridden {
                verdict: *verdict,
                comment: comment.clone(),
                judged: judged.clone(),
                reason: reason.to_owned(),
                approver: approver.to_owned(),
                stamp,
            };
        }
    }

    /// The place behind a step, its branches and what was added behind it, with all that follows from those.
    fn behind(&self, step: &StepId) -> usize {
        let Some(at) = self.steps.iter().position(|s| s.id == *step) else { return self.steps.len() };
        let mut family = vec![step];
        let followers = self.steps.iter().skip(at + 1).take_while(|s| {
            let follows = match &s.origin {
                Origin::Branch { of: parent, .. } | Origin::Added { after: Some(parent), .. } => {
                    family.contains(&parent)
                }
                Origin::Added { after: None, .. } | Origin::Document => false,
            };
            if follows {
                family.push(&s.id);
            }
            follows
        });
        at + 1 + followers.count()
    }

    /// Puts a step in, once.
    fn insert(&mut self, at: usize, own: StepState, step: &Step) {
        if self.steps.iter().all(|s| s.id != own.id) {
            self.steps.insert(at.min(self.steps.len()), own);
            self.plan.insert(at.min(self.plan.len()), step.clone());
        }
    }

    fn step_mut(&mut self, id: &StepId) -> Option<&mut StepState> {
        self.steps.iter_mut().find(|s| s.id == *id)
    }

    fn attempt_mut(&mut self, id: AttemptId) -> Option<&mut Attempt> {
        self.attempts.iter_mut().find(|a| a.start.attempt == id)
    }

    /// The team's log that waits for its entry.
    pub fn waiting_log(&self) -> Option<&str> {
        let wanted = self.start().and_then(|start| start.append_to.as_deref());
        wanted.filter(|_| self.log.is_none() && self.phase != Phase::Open)
    }

    /// The first fact's content, once there is one.
    pub fn start(&self) -> Option<&RunStart> {
        self.started.as_ref().map(|s| &s.start)
    }

    /// The steps of this run, beside [`RunState::steps`]: those of the procedure, and those that this run added.
    pub fn procedure_steps(&self) -> &[Step] {
        &self.plan
    }

    /// What the server of a connection says it is, as it was last seen.
    pub fn server(&self, connection: &str) -> Option<&ServerIdentity> {
        match self.servers.get(connection) {
            Some(Seen::Server { identity }) => Some(identity),
            Some(Seen::Unreachable { .. }) | None => None,
        }
    }

    /// Where the statements of an attempt ran; nothing where it ran in a shell.
    pub fn used_by(&self, attempt: AttemptId) -> Option<&ConnectionUse> {
        self.uses.iter().find(|u| u.attempt == attempt)
    }

    /// An attempt by its id.
    pub fn attempt(&self, id: AttemptId) -> Option<&Attempt> {
        self.attempts.iter().find(|a| a.start.attempt == id)
    }
}
