//! One attempt on a server, from the look at who is there to the exit file.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::printer::Printer;
use super::session::{self, Session};
use super::{clean, redis, sql};
use crate::config::connections::Connection;
use crate::config::folders::RunFolder;
use crate::exec::evidence::{Closed, Evidence};
use crate::exec::exit::{self, ExitFile, could_not_start};
use crate::exec::{Report, Statements};
use crate::run::event::{Carry, Finish, Outcome, Stop};
use crate::run::server::Seen;
use crate::term::Redactor;

/// A disk that refused an exit file is asked again so often, with this pause.
const SAVES: usize = 3;
const SAVE_AGAIN: Duration = Duration::from_secs(1);

/// What it is done with.
pub(super) struct Task {
    pub(super) folder: RunFolder,
    pub(super) connection: Option<Connection>,
    pub(super) redactor: Redactor,
    pub(super) output_limit: Option<std::num::NonZeroU64>,
    pub(super) cols: usize,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) asked: watch::Receiver<Option<Stop>>,
    pub(super) statements: Statements,
}

/// How statements ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// All were carried out.
    Well,
    /// The server refused one, or one was not sent.
    Failed,
    /// A person gave them up, and the server said so.
    Cancelled,
    /// Nobody knows.
    Lost(String),
}

impl Task {
    /// Runs them to their end; gives how that was.
    pub(super) async fn run(self) -> Report {
        let attempt = self.statements.attempt;
        let not_begun = |why: &str| Report::Finished { attempt, finish: could_not_start(&clean(&self.redactor, why)) };
        let on = &self.statements.on;
        let Some(connection) = &self.connection else {
            return not_begun(&format!("connection `{}` is not set up any more", on.connection));
        };
        let (session, identity) = match session::open(connection).await {
            Ok(open) => open,
            Err(why) => return not_begun(&format!("the server was not reached: {why}")),
        };
        if identity != on.identity {
            let why = format!(
                "the server is not the one that was shown; nothing was sent. Shown: {}. Now: {}",
                on.identity.line(),
                identity.line()
            );
            session.close().await;
            let seen = Seen::Server { identity };
            let _ending = self.reports.send(Report::Seen { connection: on.connection.clone(), seen }).await;
            return not_begun(&why);
        }
        let evidence = match Evidence::create(&self.folder, attempt, self.redactor.clone()) {
            Ok(evidence) => evidence.limited(self.output_limit),
            Err(fault) => {
                session.close().await;
                return not_begun(&format!("its evidence cannot be written: {fault}"));
            }
        };
        let mut printer = Printer::new(attempt, evidence, self.reports.clone());
        printer.print(&format!("-- {}", identity.line()));
        let ended = match session {
            Session::Sql(session) => {
                let work = sql::Work {
                    text: &self.statements.text,
                    may_write: on.may_write,
                    connection,
                    cols: self.cols,
                    asked: self.asked.clone(),
                };
                sql::run(session, work, &mut printer).await
            }
            Session::Redis(session) => {
                redis::run(session, connection, &self.statements.text, self.asked.clone(), &mut printer).await
            }
        };
        if let Ended::Lost(why) = &ended {
            printer.print(&format!("! {}", clean(&self.redactor, why)));
        }
        let duration_ms = printer.elapsed_ms();
        let Closed { bytes, sha256, gaps, redactions, redacted_at } = printer.close();
        let outcome = match ended {
            Ended::Well => Outcome::Exited { code: 0 },
            Ended::Failed => Outcome::Exited { code: 1 },
            Ended::Cancelled => Outcome::Signalled { signal: rustix::process::Signal::INT.as_raw() },
            Ended::Lost(why) => return Report::Lost { attempt, why: clean(&self.redactor, &why) },
        };
        let finish = Finish {
            outcome,
            bytes,
            sha256,
            gaps,
            redactions,
            redacted_at,
            duration_ms,
            carry: Carry::Ended,
            survivors: Vec::new(),
        };
        let exit = ExitFile { attempt, finish: finish.clone(), pipeline: Vec::new() };
        for tried in 1..=SAVES {
            match exit::write(&self.folder, &exit) {
                Ok(()) => break,
                Err(fault) => tracing::error!(%fault, %attempt, "an exit file could not be written"),
            }
            if tried < SAVES {
                tokio::time::sleep(SAVE_AGAIN).await;
            }
        }
        Report::Finished { attempt, finish }
    }
}
