//! The executor of live runs: keepers for what a shell runs, connections for what a server runs.

use super::keepers::Keepers;
use super::query::Queries;
use super::{Adopted, ExecError, Executor, Lane, Launch, Report, Size, Statements};
use crate::ids::AttemptId;
use crate::run::event::{Mode, Stop};
use crate::run::server::KnownConnection;
use crate::run::state::NO_LANE;

/// Keepers and connections of one run.
#[derive(Debug)]
pub struct Live {
    keepers: Keepers,
    queries: Queries,
}

impl Live {
    /// Both together.
    pub fn new(keepers: Keepers, queries: Queries) -> Self {
        Self { keepers, queries }
    }
}

impl Executor for Live {
    const MODE: Mode = Mode::Live;

    async fn open_lane(&mut self, lane: u32, cwd: &str, size: Size) -> Result<Lane, ExecError> {
        self.keepers.open_lane(lane, cwd, size).await
    }

    async fn adopt(&mut self) -> Vec<Adopted> {
        self.keepers.adopt().await
    }

    async fn start(&mut self, lane: u32, launch: Launch) -> Result<(), ExecError> {
        self.keepers.start(lane, launch).await
    }

    async fn input(&mut self, lane: u32, bytes: Vec<u8>) -> Result<(), ExecError> {
        // Nobody reads at a server.
        if lane == NO_LANE { Ok(()) } else { self.keepers.input(lane, bytes).await }
    }

    async fn resize(&mut self, lane: u32, size: Size) -> Result<(), ExecError> {
        self.queries.resize(size);
        self.keepers.resize(lane, size).await
    }

    async fn stop(&mut self, lane: u32, attempt: AttemptId, how: Stop) -> Result<(), ExecError> {
        if self.queries.stop(attempt, how) { Ok(()) } else { self.keepers.stop(lane, attempt, how).await }
    }

    fn connections(&self) -> Vec<KnownConnection> {
        self.queries.known()
    }

    fn look(&mut self, connection: &str) {
        self.queries.look(connection);
    }

    fn query(&mut self, statements: Statements) {
        self.queries.start(statements);
    }

    async fn close_lane(&mut self, lane: u32) {
        self.keepers.close_lane(lane).await;
    }

    async fn next(&mut self) -> Report {
        tokio::select! {
            report = self.keepers.next() => report,
            report = self.queries.next() => report,
        }
    }
}
