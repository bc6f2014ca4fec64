//! What the tests of the engine begin with.

use std::sync::Arc;

use uuid::Uuid;

use crate::clock::TestClock;
use crate::config::folders::RunFolder;
use crate::engine::tests::fakes::{FakeExecutor, MemoryJournal};
use crate::engine::{Engine, EngineError, Resources};
use crate::exec::Size;
use crate::ids::{AttemptId, Digest, RunId, StepId};
use crate::run::command::{Again, Command, Place};
use crate::run::event::RunStart;
use crate::run::testing::{checklist, person, start_of, two_in_the_morning};
use crate::term::Secrets;

pub(super) const RUN: RunId = RunId(Uuid::from_u128(1));

/// A folder, a journal and an executor that outlive the engines over them.
pub(super) struct Bench {
    pub(super) dir: tempfile::TempDir,
    pub(super) journal: MemoryJournal,
    pub(super) executor: FakeExecutor,
}

impl Bench {
    pub(super) fn new() -> Self {
        let journal = MemoryJournal::default();
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("evidence")).expect("a folder");
        let executor = FakeExecutor::over(&journal, RUN);
        Self { dir, journal, executor }
    }

    pub(super) fn start(&self) -> RunStart {
        RunStart { record_dir: self.dir.path().join("records").display().to_string(), ..start_of(checklist()) }
    }

    pub(super) fn with<X>(&self, executor: X) -> Resources<MemoryJournal, X> {
        Resources {
            journal: self.journal.clone(),
            executor,
            clock: Arc::new(TestClock::at(two_in_the_morning())),
            folder: RunFolder(self.dir.path().to_owned()),
            secrets: Secrets::of([b"hunter2-secret".to_vec()]),
            size: Size { cols: 80, rows: 24 },
        }
    }

    pub(super) async fn begin(&self) -> Engine<MemoryJournal, FakeExecutor> {
        Engine::begin(self.with(self.executor.clone()), RUN, &person(), self.start()).await.expect("it begins")
    }

    pub(super) async fn resume(&self) -> Result<Engine<MemoryJournal, FakeExecutor>, EngineError> {
        Engine::resume(self.with(self.executor.clone()), RUN).await
    }
}

pub(super) fn attempt(n: u128) -> AttemptId {
    AttemptId(Uuid::from_u128(n))
}

pub(super) fn run_disk_check(n: u128) -> Command {
    Command::StartAttempt {
        attempt: attempt(n),
        step: StepId("step-1".into()),
        command: 0,
        shown: Digest::of(b"df -h /"),
        again: Again::First,
        typed: Vec::new(),
        place: Place::Main,
        secrets: Default::default(),
    }
}
