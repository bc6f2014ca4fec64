//! Effects on lanes: opening, adopting, starting, stopping, closing.

use std::collections::BTreeSet;

use crate::engine::Engine;
use crate::exec::{Executor, Lane, Launch};
use crate::ids::AttemptId;
use crate::run::command::Observation;
use crate::run::event::{Carry, Finish, Outcome, Stop};
use crate::run::server;
use crate::run::state::{NO_LANE, Phase, Progress};
use crate::store::Journal;

impl<J: Journal, X: Executor> Engine<J, X> {
    /// Opens the next lane, the first one in the folder that the run was started in. A failure is a fact in the log and leaves the
    /// run without a lane: the next command tries again.
    pub(super) async fn open_lane(&mut self) -> bool {
        let number = self.state.lanes.iter().map(|l| l.lane).max().unwrap_or(0) + 1;
        // A shell beside another that works begins where that one stands.
        let here = crate::run::query::running(&self.state).next().and(crate::run::query::main_lane(&self.state));
        let here = here.map(|lane| lane.cwd.clone());
        let Some(cwd) = here.or_else(|| self.state.start().map(|s| s.cwd.clone())) else { return false };
        match self.with.executor.open_lane(number, &cwd, self.with.size).await {
            Ok(lane) => {
                let Lane { lane, keeper, shell, cwd, set } = lane;
                self.see(Observation::LaneOpened { lane, keeper, shell, cwd, set }).await;
                true
            }
            Err(fault) => {
                tracing::error!(fault = super::dispatcher::chain(&fault), "no lane could be opened");
                false
            }
        }
    }

    /// Takes living keepers in hand and settles every attempt that was open.
    pub(super) async fn take_up(&mut self) {
        let adopted = self.with.executor.adopt().await;
        let running: Vec<AttemptId> = adopted.iter().filter_map(|a| a.running.map(|(id, _)| id)).collect();
        self.see(Observation::HostStarted { pid: std::process::id(), adopted: running.clone() }).await;
        let open: Vec<(AttemptId, u32)> = self
            .state
            .attempts
            .iter()
            .filter(|a| a.progress == Progress::Running)
            .map(|a| (a.start.attempt, a.start.lane))
            .collect();
        for (attempt, lane) in open {
            if !running.contains(&attempt) {
                let keeper_lives = adopted.iter().any(|a| a.lane.lane == lane);
                self.settle(attempt, keeper_lives).await;
            }
        }
        let gone: Vec<u32> = self
            .state
            .lanes
            .iter()
            .filter(|l| !l.lost && adopted.iter().all(|a| a.lane.lane != l.lane))
            .map(|l| l.lane)
            .collect();
        for lane in gone {
            let why = "no keeper of this lane was found when the host started".to_owned();
            self.see(Observation::LaneLost { lane, why }).await;
        }
        // A host that died between a keeper's start and its fact.
        for Lane { lane, keeper, shell, cwd, set } in adopted.into_iter().map(|a| a.lane) {
            if self.state.lanes.iter().all(|l| l.lane != lane) {
                self.see(Observation::LaneOpened { lane, keeper, shell, cwd, set }).await;
            }
        }
        if self.state.phase == Phase::Open {
            self.know_connections().await;
        }
        self.propose_missing().await;
        if self.state.phase != Phase::Open {
            self.close_lanes().await;
            self.write_record().await;
        }
    }

    /// A keeper is gone: what it wrote down about its attempts still counts.
    pub(super) async fn lane_lost(&mut self, lane: u32, why: String) {
        let open: Vec<AttemptId> = self
            .state
            .attempts
            .iter()
            .filter(|a| a.start.lane == lane && a.progress == Progress::Running)
            .map(|a| a.start.attempt)
            .collect();
        for attempt in open {
            self.settle(attempt, false).await;
        }
        self.see(Observation::LaneLost { lane, why }).await;
    }

    /// Ends an open attempt by its exit file, or says that nobody knows.
    async fn settle(&mut self, attempt: AttemptId, keeper_lives: bool) {
        match crate::exec::exit_file(&self.with.folder, attempt) {
            Ok(Some(finish)) => {
                let step = self.state.attempt(attempt).map(|a| a.start.step.clone());
                self.see(Observation::AttemptFinished { attempt, finish }).await;
                if let Some(step) = step {
                    self.propose_verdict(&step, attempt).await;
                }
            }
            Ok(None) => {
                let on_server = self.state.attempt(attempt).is_some_and(|a| a.start.lane == NO_LANE);
                let why = if on_server {
                    self.language().pick(
                        "文を送ったプロセスが停止しました。サーバーで何が行われたかは分かりません",
                        "the process that ran the statements is gone: nobody knows what the server has done",
                    )
                } else if keeper_lives {
                    self.language().pick(
                        "コマンドを受け持つプロセスに、このコマンドの控えがありません",
                        "the process that looks after commands does not know this one",
                    )
                } else {
                    self.language().pick(
                        "コマンドを受け持つプロセスが停止し、終わり方が残っていません",
                        "the process that looked after the command is gone and left no word of how it ended",
                    )
                };
                self.see(Observation::AttemptLost { attempt, why: why.to_owned() }).await;
            }
            Err(fault) => {
                let said = self.language().pick("終わり方の控えを読めません", "its exit file cannot be read");
                let why = format!("{said} ({fault})");
                self.see(Observation::AttemptLost { attempt, why }).await;
            }
        }
    }

    /// Says which connections there are, and looks at the servers that the run will need.
    pub(super) async fn know_connections(&mut self) {
        let connections = self.with.executor.connections();
        self.see(Observation::ConnectionsKnown { connections }).await;
        let blocks = self.state.procedure_steps().iter().flat_map(|s| &s.blocks);
        let known = &self.state.connections;
        let needed: BTreeSet<String> =
            blocks.filter_map(|b| server::connection_of(known, b).ok()).map(|c| c.name.clone()).collect();
        for connection in needed {
            self.with.executor.look(&connection);
        }
    }

    pub(super) async fn spawn(&mut self, lane: u32, launch: Launch) {
        let attempt = launch.attempt;
        // What a person writes from now on must not hold them either.
        launch.secrets.iter().for_each(|(_, secret)| self.with.secrets.learn(secret));
        if let Err(fault) = self.with.executor.start(lane, launch).await {
            let why = super::dispatcher::chain(&fault);
            if fault.nothing_started() {
                let finish = Finish {
                    outcome: Outcome::CouldNotStart { why },
                    bytes: 0,
                    sha256: crate::ids::Digest::of(b""),
                    gaps: Vec::new(),
                    redactions: 0,
                    redacted_at: Vec::new(),
                    duration_ms: 0,
                    carry: Carry::Ended,
                    survivors: Vec::new(),
                };
                self.see(Observation::AttemptFinished { attempt, finish }).await;
            } else {
                let said = self.language().pick(
                    "コマンドを受け持つプロセスに届いたかどうか分かりません",
                    "whether it reached the process that looks after commands is unknown",
                );
                self.see(Observation::AttemptLost { attempt, why: format!("{said} ({why})") }).await;
            }
        }
    }

    pub(super) async fn stop(&mut self, attempt: AttemptId, lane: u32, how: Stop) {
        if let Err(fault) = self.with.executor.stop(lane, attempt, how).await {
            tracing::error!(fault = super::dispatcher::chain(&fault), %attempt, "a signal could not be sent");
        }
    }

    pub(super) async fn close_lanes(&mut self) {
        let open: Vec<u32> = self.state.lanes.iter().filter(|l| !l.lost).map(|l| l.lane).collect();
        for lane in open {
            self.with.executor.close_lane(lane).await;
        }
    }

    /// Types into the terminal of a running attempt. Bytes for an attempt that does not run are dropped.
    pub async fn type_into(&mut self, attempt: AttemptId, bytes: Vec<u8>) {
        let lane = self.state.attempt(attempt).filter(|a| a.progress == Progress::Running).map(|a| a.start.lane);
        if let Some(lane) = lane
            && let Err(fault) = self.with.executor.input(lane, bytes).await
        {
            tracing::error!(fault = super::dispatcher::chain(&fault), "input did not reach the command");
        }
    }

    /// Tells the open lanes the size of the pane.
    pub async fn resize(&mut self, size: crate::exec::Size) {
        self.with.size = size;
        let open: Vec<u32> = self.state.lanes.iter().filter(|l| !l.lost).map(|l| l.lane).collect();
        for lane in open {
            if let Err(fault) = self.with.executor.resize(lane, size).await {
                tracing::error!(fault = super::dispatcher::chain(&fault), "the size did not reach the lane");
            }
        }
    }
}
