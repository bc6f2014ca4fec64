//! Starts the host process of a run, in a session of its own, and finds the host of a run that has one.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::folders::{Folders, RunFolder};
use crate::console::client::Client;
use crate::console::socket::SocketError;
use crate::i18n::Language;
use crate::ids::RunId;
use crate::run::event::{ActorKind, RunStart};

/// What a new host is told on its standard input, as one JSON text.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// The run.
    pub run: RunId,
    /// Begin it, or take it up.
    pub task: Task,
}

/// What a new host is to do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Task {
    /// Begin a run.
    Begin {
        /// The first fact.
        start: Box<RunStart>,
        /// The bytes of the runbook, in hexadecimal pairs.
        runbook: String,
        /// A person or a headless run.
        kind: ActorKind,
    },
    /// Take up a run whose host is gone.
    Resume,
}

/// What a new host answers on its standard output, as one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    /// It listens.
    Ready,
    /// Another host has the run in hand.
    Taken,
    /// It could not begin.
    Failed {
        /// What happened, what is safe, what to do.
        why: String,
        /// The journal could not be written.
        journal: bool,
    },
}

/// Why no host could be reached.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The process could not be started.
    #[error("failed to start the host process {exe}")]
    Spawn {
        /// The program.
        exe: PathBuf,
        /// The fault of the system.
        #[source]
        source: std::io::Error,
    },
    /// It ended without an answer.
    #[error(
        "the host process ended without an answer; it started no command. Try again; if that fails too, look at its log: {log}"
    )]
    NoAnswer {
        /// Where its log is.
        log: PathBuf,
    },
    /// It says why not.
    #[error("{why}")]
    Failed {
        /// What happened, what is safe, what to do.
        why: String,
        /// The journal could not be written.
        journal: bool,
    },
    /// It cannot be reached.
    #[error("failed to reach the host of the run")]
    Unreachable(#[source] SocketError),
}

/// Starts a host with `order` and waits until it listens.
///
/// # Errors
/// When it does not come up; no run has begun then, or the run is as it was.
pub fn start_host(exe: &Path, folder: &RunFolder, order: &Order) -> Result<Answer, StartError> {
    let fault = |source| StartError::Spawn { exe: exe.to_owned(), source };
    let no_answer = || StartError::NoAnswer { log: folder.log() };
    #[expect(clippy::disallowed_methods, reason = "the one place that starts a host")]
    let mut child = std::process::Command::new(exe)
        .arg("host")
        .arg(order.run.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(fault)?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    // The host outlives this process; while this one lives it must not leave a zombie behind. Where there is no room for a
    // thread, a zombie until this process ends harms nobody.
    let _no_room = std::thread::Builder::new().spawn(move || drop(child.wait()));
    let text = serde_json::to_vec(order).map_err(|e| fault(e.into()))?;
    if let Some(mut input) = input
        && input.write_all(&text).is_err()
    {
        return Err(no_answer());
    }
    let mut line = String::new();
    let read = output.map(|o| BufReader::new(o).read_line(&mut line));
    match read {
        Some(Ok(1..)) => serde_json::from_str(&line).map_err(|_| no_answer()),
        Some(Ok(0) | Err(_)) | None => Err(no_answer()),
    }
}

/// How often a host that is just coming up or going down is tried again, and how long each try waits.
const TRIES: u32 = 40;
/// How often a host may say that it listens and not be there: one that finds its run over saves the record and goes.
const GONE: u32 = 3;
const PAUSE: Duration = Duration::from_millis(50);

/// Reaches the host of `run`; starts one that takes the run up when there is none. `language` is that of the one who
/// attaches.
///
/// # Errors
/// When neither works.
pub async fn attach(exe: &Path, folders: &Folders, run: RunId, language: Language) -> Result<Client, StartError> {
    let folder = folders.run(run);
    let mut last = match Client::connect(&folder, language).await {
        Ok(client) => return Ok(client),
        Err(fault) => fault,
    };
    let mut gone = 0;
    for _ in 0..TRIES {
        let (exe, started_in) = (exe.to_owned(), folder.clone());
        let order = Order { run, task: Task::Resume };
        let answer = tokio::task::spawn_blocking(move || start_host(&exe, &started_in, &order)).await;
        match answer {
            Ok(Ok(Answer::Failed { why, journal })) => return Err(StartError::Failed { why, journal }),
            Ok(Ok(Answer::Ready)) if gone == GONE => break,
            Ok(Ok(Answer::Ready)) => gone += 1,
            Ok(Ok(Answer::Taken)) => {
                // A living host whose socket was taken away makes it anew when it is asked to.
                super::host::ask_for_socket(&folder);
                tokio::time::sleep(PAUSE).await;
            }
            Ok(Err(fault)) => return Err(fault),
            Err(_) => return Err(StartError::NoAnswer { log: folder.log() }),
        }
        match Client::connect(&folder, language).await {
            Ok(client) => return Ok(client),
            Err(fault) => last = fault,
        }
    }
    Err(StartError::Unreachable(last))
}

/// Bytes in hexadecimal, for [`Task::Begin`].
pub fn to_hex(bytes: &[u8]) -> String {
    crate::ids::Digest::from_raw(bytes).0
}

/// The bytes of a text made by [`to_hex`].
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|p| std::str::from_utf8(p).ok().and_then(|p| u8::from_str_radix(p, 16).ok())).collect()
}
