//! The executor of live runs: starts keepers, finds those that an earlier host left, and speaks with them.
//!
//! Each lane has a task of its own that owns the connection. What comes from a keeper waits in a bounded queue: when
//! the engine is slow, the task stops reading, and the keeper announces less often. What goes to a keeper is bounded
//! too: too many unsent requests mean a keeper that does not answer, and are refused.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io;
use std::num::NonZeroU64;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use super::folder::{self, Folder};
use super::lane_task::{Connection, LaneTask};
use super::protocol::{Handshake, Hello, ToKeeper, VERSION};
use super::{Adopted, ExecError, Executor, Lane, Launch, Report, Size, Statements};
use crate::config::folders::RunFolder;
use crate::ids::AttemptId;
use crate::run::event::Stop;

/// Reports that wait for the engine.
const MOST_REPORTS: usize = 64;

/// Requests that wait for a keeper.
const MOST_ASKED: usize = 1024;

/// A keeper that was started or asked and says nothing for so long is taken for stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// The keepers of one run.
#[derive(Debug)]
pub struct Keepers {
    folder: RunFolder,
    program: PathBuf,
    /// That program is the one that runs here.
    own: bool,
    output_limit: Option<NonZeroU64>,
    lanes: HashMap<u32, mpsc::Sender<ToKeeper>>,
    reports: mpsc::Receiver<(u32, Report)>,
    reporter: mpsc::Sender<(u32, Report)>,
    /// Handed out by [`Executor::next`]; the keeper is told with the next call, when the engine has taken note.
    unacknowledged: Option<(u32, AttemptId)>,
    /// Ends that were handed out already: a keeper repeats them to a new connection.
    seen: HashSet<AttemptId>,
}

impl Keepers {
    /// The keepers of the run in `folder`; new ones are started from `program`, the path of this program. Where that is
    /// taken away or replaced later, they are started from the program that runs.
    pub fn new(folder: RunFolder, program: PathBuf) -> Self {
        let (reporter, reports) = mpsc::channel(MOST_REPORTS);
        let own = super::program::runs_here(&program);
        Self {
            folder,
            program,
            own,
            output_limit: None,
            lanes: HashMap::new(),
            reports,
            reporter,
            unacknowledged: None,
            seen: HashSet::new(),
        }
    }

    /// The same, whose commands store no more than `limit` bytes of output each.
    pub fn with_output_limit(self, limit: Option<NonZeroU64>) -> Self {
        Self { output_limit: limit, ..self }
    }

    /// Takes the keeper of `lane` in hand.
    async fn connect(&mut self, lane: u32) -> io::Result<Hello> {
        let (connection, hello) = connect(&self.folder, lane).await?;
        let (ask, asked) = mpsc::channel(MOST_ASKED);
        let task = LaneTask::new(self.folder.clone(), lane, connection, asked, self.reporter.clone());
        tokio::spawn(task.run());
        self.lanes.insert(lane, ask);
        Ok(hello)
    }

    fn ask(&self, lane: u32, request: ToKeeper) -> Result<(), ExecError> {
        let fault = |kind: io::ErrorKind| ExecError::Unreachable { lane, source: kind.into() };
        let ask = self.lanes.get(&lane).ok_or_else(|| fault(io::ErrorKind::NotConnected))?;
        ask.try_send(request).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => fault(io::ErrorKind::WouldBlock),
            mpsc::error::TrySendError::Closed(_) => fault(io::ErrorKind::NotConnected),
        })
    }

    /// Starts the process of a keeper, and waits until it listens.
    async fn spawn(&self, lane: u32, cwd: &str, size: Size) -> io::Result<()> {
        let named = self.program.clone();
        let program = if self.own { super::program::to_start(named) } else { named };
        let mut command = keeper_command(&program, &self.folder, lane, cwd, size)?;
        if let Some(limit) = self.output_limit {
            command.args(["--output-limit", &limit.to_string()]);
        }
        let mut child = command.spawn()?;
        let said = child.stdout.take().ok_or_else(|| io::Error::other("the keeper has no standard output"))?;
        // Taken from the process table when it ends, whenever that is.
        tokio::spawn(async move { child.wait().await });
        let mut line = String::new();
        tokio::time::timeout(PATIENCE, BufReader::new(said).read_line(&mut line)).await??;
        match serde_json::from_str(&line) {
            Ok(Handshake::Listening) => Ok(()),
            Ok(Handshake::Failed { why }) => Err(io::Error::other(why)),
            Err(_) => Err(io::Error::other("the keeper ended before it listened")),
        }
    }
}

/// The command that becomes a keeper. It stays in the host's process group until it leads a session of its own, and
/// is not ended with the host.
#[expect(clippy::disallowed_methods, reason = "the one place where a keeper becomes a process")]
fn keeper_command(
    program: &Path,
    folder: &RunFolder,
    lane: u32,
    cwd: &str,
    size: Size,
) -> io::Result<tokio::process::Command> {
    let log = OpenOptions::new().append(true).create(true).mode(0o600).open(folder.log())?;
    let mut command = std::process::Command::new(program);
    command
        .args([
            OsStr::new("keep"),
            OsStr::new("--folder"),
            folder.path().as_os_str(),
            OsStr::new("--cwd"),
            OsStr::new(cwd),
        ])
        .args(["--lane", &lane.to_string(), "--cols", &size.cols.to_string(), "--rows", &size.rows.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::from(log));
    Ok(command.into())
}

/// Connects to the keeper of `lane`, and hears its greeting.
pub(super) async fn connect(folder: &RunFolder, lane: u32) -> io::Result<(Connection, Hello)> {
    let open = Folder::open(folder.path())?;
    // A path through the open folder is short, however deep the folder lies.
    let path = format!("/proc/self/fd/{}/{}", open.as_fd().as_raw_fd(), RunFolder::lane_socket(lane));
    let stream = UnixStream::connect(path).await?;
    if !folder::is_ours(&stream) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the keeper belongs to another user"));
    }
    let mut connection = Connection::new(stream);
    let hello = tokio::time::timeout(PATIENCE, connection.greeting()).await??;
    if hello.version != VERSION {
        return Err(io::Error::other(format!("the keeper speaks version {} of the protocol", hello.version)));
    }
    connection.take().await?;
    Ok((connection, hello))
}

fn lane_of(hello: &Hello) -> Lane {
    Lane {
        lane: hello.lane,
        keeper: hello.pid,
        shell: hello.shell.clone(),
        cwd: hello.cwd.clone(),
        set: hello.set.clone(),
    }
}

impl Executor for Keepers {
    const MODE: crate::run::event::Mode = crate::run::event::Mode::Live;

    async fn open_lane(&mut self, lane: u32, cwd: &str, size: Size) -> Result<Lane, ExecError> {
        let fault = |what: &str, source: io::Error| ExecError::OpenLane {
            lane,
            why: format!("{what}: {source}"),
            source: Some(source),
        };
        if let Err(e) = tokio::fs::DirBuilder::new().mode(0o700).create(self.folder.evidence()).await
            && e.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(fault("its folder of evidence", e));
        }
        self.spawn(lane, cwd, size).await.map_err(|e| fault("its keeper", e))?;
        let hello = self.connect(lane).await.map_err(|e| fault("its socket", e))?;
        Ok(lane_of(&hello))
    }

    async fn adopt(&mut self) -> Vec<Adopted> {
        let mut lanes = Vec::new();
        if let Ok(mut entries) = tokio::fs::read_dir(self.folder.path()).await {
            while let Ok(Some(entry)) = entries.next_entry().await {
                let name = entry.file_name();
                let number = name.to_str().and_then(|n| n.strip_prefix("lane-")?.strip_suffix(".sock")?.parse().ok());
                lanes.extend(number.filter(|n| !self.lanes.contains_key(n)));
            }
        }
        lanes.sort_unstable();
        let mut adopted = Vec::new();
        for lane in lanes {
            match self.connect(lane).await {
                Ok(hello) => adopted.push(Adopted { lane: lane_of(&hello), running: hello.running }),
                // A socket that a killed keeper left is replaced when the lane is opened again.
                Err(fault) => tracing::warn!(lane, %fault, "no keeper answers"),
            }
        }
        adopted
    }

    async fn start(&mut self, lane: u32, launch: Launch) -> Result<(), ExecError> {
        let Launch { attempt, text, secrets, changes } = launch;
        self.ask(lane, ToKeeper::Start { attempt, text, secrets, changes })
    }

    async fn input(&mut self, lane: u32, bytes: Vec<u8>) -> Result<(), ExecError> {
        self.ask(lane, ToKeeper::Input { bytes })
    }

    async fn resize(&mut self, lane: u32, size: Size) -> Result<(), ExecError> {
        self.ask(lane, ToKeeper::Resize { size })
    }

    async fn stop(&mut self, lane: u32, attempt: AttemptId, how: Stop) -> Result<(), ExecError> {
        self.ask(lane, ToKeeper::Stop { attempt, how })
    }

    fn query(&mut self, statements: Statements) {
        // A keeper speaks to a shell and to nothing else.
        let finish = super::exit::could_not_start("this executor has no connections");
        let report = Report::Finished { attempt: statements.attempt, finish };
        let _full = self.reporter.try_send((crate::run::state::NO_LANE, report));
    }

    async fn close_lane(&mut self, lane: u32) {
        // A keeper that is gone is closed already.
        let _gone = self.ask(lane, ToKeeper::Close);
        // The task goes on until the keeper has ended, and reports what it still says.
        self.lanes.remove(&lane);
    }

    async fn next(&mut self) -> Report {
        if let Some((lane, attempt)) = self.unacknowledged.take() {
            // Not told, it is told again to the next connection, and passed over.
            let _repeated = self.ask(lane, ToKeeper::Ack { attempt });
        }
        loop {
            let Some((lane, report)) = self.reports.recv().await else {
                // Cannot be: this value holds a sender itself.
                std::future::pending::<()>().await;
                continue;
            };
            match &report {
                Report::Finished { attempt, .. } => {
                    self.unacknowledged = Some((lane, *attempt));
                    if !self.seen.insert(*attempt) {
                        continue;
                    }
                }
                Report::LaneLost { lane, .. } => drop(self.lanes.remove(lane)),
                Report::Output { .. } | Report::Lost { .. } | Report::Seen { .. } => {}
            }
            return report;
        }
    }
}
