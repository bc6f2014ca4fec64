//! Statements on servers: the host's own connections, one for each attempt.
//!
//! What a server says is written where the output of a shell is written, through the same redactor, so that panes,
//! digests, records and replays know no difference. A connection is opened for an attempt and closed after it; a lost
//! one is never opened again for the same statements: nobody knows what they did.

mod cancel;
mod identity;
mod kept;
pub mod notices;
mod printer;
mod redis;
mod session;
mod sql;
mod table;
mod task;

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::{Report, Size, Statements};
use crate::config::connections::{Connection, Connections};
use crate::config::folders::RunFolder;
use crate::ids::AttemptId;
use crate::run::event::Stop;
use crate::run::server::{KnownConnection, Seen};
use crate::term::redact::{Redactor, SHORTEST_SECRET};
use crate::term::sanitise::inline;

/// Reports that wait for the engine.
const MOST_REPORTS: usize = 64;

/// Reaching a server and asking who it is may take so long.
const PATIENCE: Duration = Duration::from_secs(6);

/// A message of a server or a library is shown up to this many characters.
const LONGEST_MESSAGE: usize = 2000;

/// What the line begins with that tells of an answer cut short: there is more than is shown.
pub const TRUNCATED: &str = "! truncated";

/// The connections of one run.
#[derive(Debug)]
pub struct Queries {
    folder: RunFolder,
    connections: Connections,
    redactor: Redactor,
    output_limit: Option<NonZeroU64>,
    cols: u16,
    running: HashMap<AttemptId, watch::Sender<Option<Stop>>>,
    reports: mpsc::Receiver<Report>,
    reporter: mpsc::Sender<Report>,
}

impl Queries {
    /// The connections that the user has set up. `secrets` are what no output may show; the passwords of the
    /// connections are added to them.
    pub fn new(folder: RunFolder, connections: Connections, mut secrets: Vec<Vec<u8>>) -> Self {
        let (reporter, reports) = mpsc::channel(MOST_REPORTS);
        secrets.extend(passwords(&connections));
        let redactor = Redactor::new(secrets);
        Self { folder, connections, redactor, output_limit: None, cols: 80, running: HashMap::new(), reports, reporter }
    }

    /// The same, that store no more than `limit` bytes of what one command prints.
    pub fn with_output_limit(self, limit: Option<NonZeroU64>) -> Self {
        Self { output_limit: limit, ..self }
    }

    /// Their names and kinds.
    pub fn known(&self) -> Vec<KnownConnection> {
        let known = self.connections.iter().map(|(name, c)| KnownConnection::new(name, c.kind));
        known.collect()
    }

    /// The pane is of this size: a table that does not fit is drawn in another way.
    pub fn resize(&mut self, size: Size) {
        self.cols = size.cols;
    }

    /// Looks at the server of a connection.
    pub fn look(&mut self, name: &str) {
        let Some(connection) = self.connections.get(name).cloned() else { return };
        let (name, reporter, redactor) = (name.to_owned(), self.reporter.clone(), self.redactor.clone());
        tokio::spawn(async move {
            let seen = match session::open(&connection).await {
                Ok((session, identity)) => {
                    session.close().await;
                    Seen::Server { identity }
                }
                Err(why) => Seen::Unreachable { why: clean(&redactor, &why) },
            };
            let _host_is_ending = reporter.send(Report::Seen { connection: name, seen }).await;
        });
    }

    /// Runs statements.
    pub fn start(&mut self, statements: Statements) {
        let (stop, asked) = watch::channel(None);
        self.running.insert(statements.attempt, stop);
        let connection = self.connections.get(&statements.on.connection).cloned();
        let task = task::Task {
            folder: self.folder.clone(),
            connection,
            redactor: self.redactor.clone(),
            output_limit: self.output_limit,
            cols: usize::from(self.cols),
            reports: self.reporter.clone(),
            asked,
            statements,
        };
        let (attempt, reporter) = (task.statements.attempt, self.reporter.clone());
        let work = tokio::spawn(notices::listening(task.run()));
        tokio::spawn(async move {
            // A fault of this program in the middle of statements is no end of them.
            let why = "the part of the program that ran the statements has failed".to_owned();
            let report = work.await.unwrap_or(Report::Lost { attempt, why });
            // Nobody there to hear it: the host is ending.
            let _ending = reporter.send(report).await;
        });
    }

    /// Asks the server to give statements up; false when they are not ours.
    pub fn stop(&mut self, attempt: AttemptId, how: Stop) -> bool {
        self.running.get(&attempt).is_some_and(|stop| stop.send(Some(how)).is_ok())
    }

    /// The next thing that was seen. Cancelling loses nothing.
    pub async fn next(&mut self) -> Report {
        match self.reports.recv().await {
            Some(report) => {
                if let Report::Finished { attempt, .. } | Report::Lost { attempt, .. } = &report {
                    self.running.remove(attempt);
                }
                report
            }
            // Cannot be: this value holds a sender itself.
            None => std::future::pending().await,
        }
    }
}

/// The passwords of all connections that are long enough to be looked for.
pub fn passwords(connections: &Connections) -> Vec<Vec<u8>> {
    let all = connections.values().flat_map(Connection::passwords);
    all.filter(|p| p.len() >= SHORTEST_SECRET).map(String::into_bytes).collect()
}

/// A message without secrets and controls, in one line of bounded length.
fn clean(redactor: &Redactor, message: &str) -> String {
    let mut redactor = redactor.clone();
    let mut out = Vec::new();
    let end = message.char_indices().nth(LONGEST_MESSAGE).map_or(message.len(), |(i, _)| i);
    redactor.push(message.get(..end).unwrap_or_default().as_bytes(), &mut out);
    redactor.flush(&mut out);
    inline(&String::from_utf8_lossy(&out))
}
