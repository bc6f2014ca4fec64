//! A journal in memory and an executor without processes; both follow a plan of faults and write down what they saw.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use crate::exec::{Adopted, ExecError, Executor, Lane, Launch, Report, Size};
use crate::ids::{AttemptId, Digest, RunId, Seq};
use crate::run::event::{Event, Fact, Mode, Stop, Stored};
use crate::store::{AppendError, Journal, RunLine, StoreError};

type WhatTheyAppend = Box<dyn FnOnce(&[Stored]) -> Vec<Fact> + Send>;

/// Another writer, who appends what it makes of the facts so far.
pub(super) struct Rival(pub(super) WhatTheyAppend);

/// What goes wrong, and when.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    /// Appends that fail from now on, until it is set back.
    pub(super) journal_is_full: bool,
    /// Appends of such an event fail from now on, until it is set back.
    pub(super) no_room_for: Option<fn(&Event) -> bool>,
    /// Another writer gets in before the next append with these events.
    pub(super) rival: Option<Rival>,
}

#[derive(Debug, Default)]
struct Inside {
    runs: BTreeMap<RunId, Vec<Stored>>,
    claims: Vec<(RunId, String, usize, u32)>,
    plan: FaultPlan,
}

/// A journal in memory.
#[derive(Debug, Clone, Default)]
pub(super) struct MemoryJournal(Arc<Mutex<Inside>>);

impl std::fmt::Debug for Rival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("rival")
    }
}

impl MemoryJournal {
    pub(super) fn plan(&self, change: impl FnOnce(&mut FaultPlan)) {
        change(&mut self.0.lock().expect("whole").plan);
    }

    pub(super) fn facts(&self, run: RunId) -> Vec<Fact> {
        let inside = self.0.lock().expect("whole");
        inside.runs.get(&run).into_iter().flatten().map(|s| s.decode().expect("it decodes")).collect()
    }

    pub(super) fn insert(&self, stored: Stored, run: RunId) {
        self.0.lock().expect("whole").runs.entry(run).or_default().push(stored);
    }
}

fn full() -> AppendError {
    AppendError::Store(StoreError { doing: "write", journal: "memory".into(), source: "no space left".into() })
}

impl Journal for MemoryJournal {
    async fn append(&self, run: RunId, expected: Seq, facts: &[Fact]) -> Result<Vec<Stored>, AppendError> {
        let mut inside = self.0.lock().expect("whole");
        if inside.plan.journal_is_full {
            return Err(full());
        }
        if inside.plan.no_room_for.is_some_and(|kind| facts.iter().any(|f| kind(&f.event))) {
            return Err(full());
        }
        if let Some(rival) = inside.plan.rival.take() {
            let theirs = (rival.0)(inside.runs.entry(run).or_default());
            let theirs: Vec<Stored> = theirs.iter().map(|f| Stored::encode(f).expect("it encodes")).collect();
            inside.runs.entry(run).or_default().extend(theirs);
        }
        let actual = inside.runs.get(&run).and_then(|r| r.last()).map_or(Seq(0), |s| s.seq);
        if actual != expected {
            return Err(AppendError::Conflict { expected, actual });
        }
        for fact in facts {
            if let Event::AttemptStarted(a) = &fact.event {
                let claim = (run, a.step.0.clone(), a.command, a.number);
                if inside.claims.contains(&claim) {
                    return Err(AppendError::Claimed);
                }
                inside.claims.push(claim);
            }
        }
        let stored: Vec<Stored> = facts.iter().map(|f| Stored::encode(f).expect("it encodes")).collect();
        inside.runs.entry(run).or_default().extend(stored.clone());
        Ok(stored)
    }

    async fn load(&self, run: RunId, after: Seq) -> Result<Vec<Stored>, StoreError> {
        let inside = self.0.lock().expect("whole");
        Ok(inside.runs.get(&run).into_iter().flatten().filter(|s| s.seq > after).cloned().collect())
    }

    async fn runs(&self) -> Result<Vec<RunLine>, StoreError> {
        Ok(Vec::new())
    }

    async fn keep_runbook(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        Ok(Digest::of(bytes))
    }

    async fn runbook(&self, _digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }
}

/// What an executor was asked for, with the facts that were durable at that moment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    Start(AttemptId, String, usize),
    Stop(AttemptId, Stop),
    Close(u32),
    Query(crate::exec::Statements),
}

/// An executor without processes.
#[derive(Debug, Clone)]
pub(super) struct FakeExecutor {
    journal: MemoryJournal,
    run: RunId,
    pub(super) asked: Arc<Mutex<Vec<Asked>>>,
    pub(super) living: Arc<Mutex<Vec<Adopted>>>,
    pub(super) reports: Arc<Mutex<VecDeque<Report>>>,
}

impl FakeExecutor {
    pub(super) fn over(journal: &MemoryJournal, run: RunId) -> Self {
        Self { journal: journal.clone(), run, asked: Arc::default(), living: Arc::default(), reports: Arc::default() }
    }

    fn note(&self, asked: Asked) {
        self.asked.lock().expect("whole").push(asked);
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("whole").clone()
    }
}

impl Executor for FakeExecutor {
    const MODE: Mode = Mode::Live;

    async fn open_lane(&mut self, lane: u32, cwd: &str, _size: Size) -> Result<Lane, ExecError> {
        if self.living.lock().expect("whole").iter().any(|a| a.lane.lane == lane) {
            return Err(ExecError::OpenLane { lane, why: "the lane has a living keeper already".into(), source: None });
        }
        Ok(Lane { lane, keeper: 70 + lane, shell: "/bin/bash".into(), cwd: cwd.into(), set: None })
    }

    async fn adopt(&mut self) -> Vec<Adopted> {
        self.living.lock().expect("whole").clone()
    }

    async fn start(&mut self, _lane: u32, launch: Launch) -> Result<(), ExecError> {
        let durable = self.journal.facts(self.run);
        let known =
            durable.iter().filter(|f| matches!(&f.event, Event::AttemptStarted(a) if a.attempt == launch.attempt));
        self.note(Asked::Start(launch.attempt, launch.text, known.count()));
        Ok(())
    }

    async fn input(&mut self, _lane: u32, _bytes: Vec<u8>) -> Result<(), ExecError> {
        Ok(())
    }

    async fn resize(&mut self, _lane: u32, _size: Size) -> Result<(), ExecError> {
        Ok(())
    }

    async fn stop(&mut self, _lane: u32, attempt: AttemptId, how: Stop) -> Result<(), ExecError> {
        self.note(Asked::Stop(attempt, how));
        Ok(())
    }

    fn query(&mut self, statements: crate::exec::Statements) {
        self.note(Asked::Query(statements));
    }

    async fn close_lane(&mut self, lane: u32) {
        self.note(Asked::Close(lane));
    }

    async fn next(&mut self) -> Report {
        let next = self.reports.lock().expect("whole").pop_front();
        match next {
            Some(report) => report,
            None => std::future::pending().await,
        }
    }
}
