//! Running commands: the keeper with its lane, and the simulator of drills.
//!
//! [`Executor`] is what the engine is generic over. A drill's engine is built with the simulator and has no way to a
//! real process.

mod evidence;
pub mod exit;
mod folder;
pub mod keeper;
pub mod keepers;
mod lane_task;
pub mod live;
pub mod program;
mod protocol;
pub mod query;
pub mod simulator;

pub use exit::exit_file;

use std::future::Future;

use crate::ids::AttemptId;
use crate::run::environment::EnvironmentChange;
use crate::run::event::{Finish, Mode, Stop};
use crate::run::server::{KnownConnection, OnServer, Seen};
use crate::term::Secret;

/// Columns and rows of a pane; at least two columns and one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Size {
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

/// A command to be started, after its fact is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// Which attempt it is; names the evidence files.
    pub attempt: AttemptId,
    /// The exact bytes that run.
    pub text: String,
    /// Secrets for this one command, by the variables that it gets them in.
    pub secrets: Vec<(String, Secret)>,
    /// What a person changed in the shell since the command before it.
    pub changes: Vec<EnvironmentChange>,
}

/// Statements to be run on a server, after their fact is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statements {
    /// Which attempt it is; names the evidence files.
    pub attempt: AttemptId,
    /// The exact bytes that run.
    pub text: String,
    /// The server that the person saw, and whether they may write.
    pub on: OnServer,
}

/// A lane as it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Its number in the run.
    pub lane: u32,
    /// The process id of its keeper.
    pub keeper: u32,
    /// The absolute path of the shell.
    pub shell: String,
    /// The folder that its next command starts in.
    pub cwd: String,
    /// Names of the variables that it began with and that were not empty, where that is known.
    pub set: Option<Vec<String>>,
}

/// A living keeper that an earlier host left, with what it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// The lane.
    pub lane: Lane,
    /// The attempt that is still running, and the bytes of its output so far.
    pub running: Option<(AttemptId, u64)>,
}

/// What an executor saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// So many bytes of output are in the evidence file.
    Output {
        /// Whose output.
        attempt: AttemptId,
        /// Bytes in the file.
        bytes: u64,
    },
    /// A command ended; its output and its exit file are on disk.
    Finished {
        /// Which attempt.
        attempt: AttemptId,
        /// How it ended.
        finish: Finish,
    },
    /// Nobody knows how statements on a server ended.
    Lost {
        /// Which attempt.
        attempt: AttemptId,
        /// What was seen.
        why: String,
    },
    /// A server was looked at.
    Seen {
        /// By which connection.
        connection: String,
        /// What was seen.
        seen: Seen,
    },
    /// A keeper is gone without a word.
    LaneLost {
        /// Its lane.
        lane: u32,
        /// What was seen.
        why: String,
    },
}

/// Why an executor could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The lane could not be opened.
    #[error("failed to open lane {lane}: {why}")]
    OpenLane {
        /// Which lane.
        lane: u32,
        /// What happened.
        why: String,
        /// The fault of the system, where there was one.
        #[source]
        source: Option<std::io::Error>,
    },
    /// The keeper could not be told.
    #[error("failed to reach the keeper of lane {lane}")]
    Unreachable {
        /// Which lane.
        lane: u32,
        /// The fault of the system.
        #[source]
        source: std::io::Error,
    },
}

impl ExecError {
    /// Whether it is certain that no command was started.
    pub fn nothing_started(&self) -> bool {
        match self {
            Self::OpenLane { .. } => true,
            Self::Unreachable { .. } => false,
        }
    }
}

/// Runs commands in lanes. One task owns it; nothing here blocks for long.
pub trait Executor: Send + 'static {
    /// The mode of the runs that it serves.
    const MODE: Mode;

    /// Opens a lane that starts in `cwd`.
    fn open_lane(&mut self, lane: u32, cwd: &str, size: Size) -> impl Future<Output = Result<Lane, ExecError>> + Send;

    /// Finds the keepers that an earlier host of this run left, and takes them in hand.
    fn adopt(&mut self) -> impl Future<Output = Vec<Adopted>> + Send;

    /// Starts a command. A failure to start comes back as a [`Report::Finished`] with `CouldNotStart` where the
    /// keeper could be reached.
    fn start(&mut self, lane: u32, launch: Launch) -> impl Future<Output = Result<(), ExecError>> + Send;

    /// Types `bytes` into the lane's terminal.
    fn input(&mut self, lane: u32, bytes: Vec<u8>) -> impl Future<Output = Result<(), ExecError>> + Send;

    /// Tells the lane's terminal its size.
    fn resize(&mut self, lane: u32, size: Size) -> impl Future<Output = Result<(), ExecError>> + Send;

    /// Sends the signals of `how` to what the attempt started.
    fn stop(&mut self, lane: u32, attempt: AttemptId, how: Stop) -> impl Future<Output = Result<(), ExecError>> + Send;

    /// The connections that statements can run on: names and kinds.
    fn connections(&self) -> Vec<KnownConnection> {
        Vec::new()
    }

    /// Looks at the server of a connection; what is seen comes back as a [`Report::Seen`].
    fn look(&mut self, _connection: &str) {}

    /// Runs statements on a server. How they end comes back as a report, also when they could not begin.
    fn query(&mut self, statements: Statements);

    /// Ends a lane: its keeper ends once no command runs.
    fn close_lane(&mut self, lane: u32) -> impl Future<Output = ()> + Send;

    /// The next thing that was seen. Waits for ever while there is nothing. Cancelling loses nothing.
    fn next(&mut self) -> impl Future<Output = Report> + Send;
}
