//! Statements of SQL, one after the other: each in a transaction that cannot write where it only reads, and what
//! was kept and what was not is said where one fails.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition, PgSeverity};
use tokio::sync::watch;

use super::LONGEST_MESSAGE;
use super::TRUNCATED;
use super::cancel::Canceller;
use super::kept::Kept;
use super::notices;
use super::printer::Printer;
use super::session::{Piece, Sql, said};
use super::table::{MOST_ROWS, Table};
use super::task::Ended;
use crate::config::connections::{Connection, ServerKind};
use crate::run::event::Stop;
use crate::runbook::statements::Nature;
use crate::runbook::statements::sql::{Control, Statement, split};

/// A server that was asked to give up is waited for so long.
const GRACE: Duration = Duration::from_secs(10);

/// What a server says beside its answer is shown after this time, however long the answer takes.
const LISTEN_EVERY: Duration = Duration::from_millis(500);

/// Rows that wait for the widths of their columns are shown after this time.
const SHOW_AFTER: Duration = Duration::from_millis(500);

/// What is to be done.
pub(super) struct Work<'a> {
    pub(super) text: &'a str,
    pub(super) may_write: bool,
    pub(super) connection: &'a Connection,
    pub(super) cols: usize,
    pub(super) asked: watch::Receiver<Option<Stop>>,
}

/// What came of a statement.
struct Answer {
    /// So many rows came.
    rows: usize,
    /// More would have come.
    more: bool,
    /// So many rows were changed, as the server counts them.
    changed: Option<u64>,
    ms: u128,
}

/// Why statements went no further.
enum Fault {
    /// The server said no.
    Refused(sqlx::Error),
    /// A person gave it up.
    Cancelled,
    /// The connection ended, or the server does not answer.
    Lost(String),
}

/// Runs the statements of `work`.
pub(super) async fn run(mut sql: Sql, work: Work<'_>, out: &mut Printer) -> Ended {
    let statements = split(work.text, sql.kind());
    let refused = statements.iter().enumerate().find_map(|(i, s)| s.refused().map(|why| (i + 1, s.line, why)));
    if let Some((number, line, why)) = refused {
        out.print(&format!("! statement {number} (line {line}) is not sent: {why}. Nothing was run."));
        sql.close().await;
        return Ended::Failed;
    }
    let ended = match prepare(&mut sql, &work).await {
        Ok(canceller) => {
            let mut run = Run { sql: &mut sql, work: &work, canceller, kept: Kept::default(), out };
            run.all(&statements).await
        }
        Err(fault) => match grave(&fault) {
            true => Ended::Lost(format!("the connection was lost before anything was run: {}", said(&fault))),
            false => {
                complain(&fault, None, out);
                Ended::Failed
            }
        },
    };
    if !matches!(ended, Ended::Lost(_)) {
        sql.close().await;
    }
    ended
}

/// Sets the session up.
async fn prepare(sql: &mut Sql, work: &Work<'_>) -> Result<Canceller, sqlx::Error> {
    let ms = work.connection.timeout_s.map(|s| s.saturating_mul(1000));
    match sql.kind() {
        ServerKind::Postgres | ServerKind::Redis => {
            // What the server calls done is on its disk, whatever it or the role is set to.
            sql.tell("SET synchronous_commit = on; SET standard_conforming_strings = on").await?;
            if let Some(ms) = ms {
                sql.tell(&format!("SET statement_timeout = {ms}")).await?;
            }
        }
        ServerKind::Mysql => {
            // Only queries obey it; a server that does not know it is none the worse.
            if let Some(ms) = ms {
                let _unknown = sql.tell(&format!("SET SESSION max_execution_time = {ms}")).await;
            }
        }
        ServerKind::Sqlite => {
            if !work.may_write {
                sql.tell("PRAGMA query_only = 1").await?;
            }
        }
    }
    Canceller::of(sql, work.connection).await
}

struct Run<'a> {
    sql: &'a mut Sql,
    work: &'a Work<'a>,
    canceller: Canceller,
    kept: Kept,
    out: &'a mut Printer,
}

impl Run<'_> {
    async fn all(&mut self, statements: &[Statement]) -> Ended {
        for (i, statement) in statements.iter().enumerate() {
            let number = i + 1;
            if self.work.asked.borrow().is_some() {
                self.say_kept(number, statements.len(), false);
                return Ended::Cancelled;
            }
            self.out.print(&format!("-- statement {number} (line {})", statement.line));
            match self.one(number, statement).await {
                Ok(()) => {}
                Err(fault) => return self.failed(fault, number, statements).await,
            }
        }
        if self.kept.is_open() {
            // A connection is that of one command: nobody could end the transaction later.
            let undone = self.kept.open().to_vec();
            let rolled_back = self.sql.tell("ROLLBACK").await;
            let what = match undone.is_empty() {
                true => "it was ended".to_owned(),
                false => format!("statements {} were rolled back", list(&undone)),
            };
            self.out.print(&format!("! the transaction was left open: {what}"));
            return match rolled_back {
                Ok(()) if undone.is_empty() => Ended::Well,
                Ok(()) => Ended::Failed,
                Err(fault) => Ended::Lost(format!("the connection was lost: {}", said(&fault))),
            };
        }
        Ended::Well
    }

    async fn failed(&mut self, fault: Fault, number: usize, statements: &[Statement]) -> Ended {
        let ended = match fault {
            Fault::Refused(error) => {
                complain(&error, statements.get(number - 1), self.out);
                Ended::Failed
            }
            Fault::Cancelled => {
                self.out.print("! cancelled: the server gave it up");
                Ended::Cancelled
            }
            Fault::Lost(why) => Ended::Lost(format!(
                "the connection was lost during statement {number}: {why}. Nobody knows whether it was carried out; \
                 nothing is run again. Look at the server."
            )),
        };
        let lost = matches!(ended, Ended::Lost(_));
        if self.kept.is_open() && !lost {
            let _gone_with_the_connection = self.sql.tell("ROLLBACK").await;
        }
        self.say_kept(number, statements.len(), lost);
        ended
    }

    /// Says what is kept although not all was carried out.
    fn say_kept(&mut self, stopped_at: usize, all: usize, lost: bool) {
        if self.work.may_write {
            self.out.print(&self.kept.sentence(stopped_at, all, lost));
        } else if stopped_at < all {
            let rest: Vec<usize> = (stopped_at + 1..=all).collect();
            self.out.print(&format!("! not sent: statements {}", list(&rest)));
        }
    }

    async fn one(&mut self, number: usize, statement: &Statement) -> Result<(), Fault> {
        let reads = statement.nature() == Nature::Reads;
        let control = statement.control();
        let query = reads && control == Control::None && statement.gives_rows();
        let wrap = match self.sql.kind() {
            ServerKind::Postgres | ServerKind::Redis => "BEGIN READ ONLY",
            ServerKind::Mysql => "START TRANSACTION READ ONLY",
            ServerKind::Sqlite => "",
        };
        let wraps = query && !self.kept.is_open() && !wrap.is_empty();
        if wraps {
            self.tell(wrap).await?;
        }
        let text = match control {
            Control::Begin if !self.work.may_write => statement.begin_read_only(),
            Control::Begin | Control::Commit | Control::Rollback | Control::Implicit | Control::None => {
                statement.text.clone()
            }
        };
        let done = self.send(&text, reads).await;
        let unnamed = done.as_ref().is_ok_and(|answer| answer.rows == 0);
        if unnamed && query {
            // Without a row nobody told the names of the columns.
            let names = self.sql.columns(&statement.text).await.unwrap_or_default();
            self.out.print(&Table::new(names, self.work.cols).settle());
        }
        if wraps && !matches!(done, Err(Fault::Lost(_))) {
            self.tell("ROLLBACK").await?;
        }
        let Answer { rows, more, changed, ms } = done?;
        let word = |n: u64| if n == 1 { "row" } else { "rows" };
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        self.out.print(&match (query, changed) {
            (true, _) if more => format!("(more than {MOST_ROWS} rows, {ms} ms)"),
            (true, _) => format!("({rows} {}, {ms} ms)", word(rows)),
            (false, Some(changed)) if !reads => format!("(done, {changed} {}, {ms} ms)", word(changed)),
            (false, _) => format!("(done, {ms} ms)"),
        });
        self.kept.done(number, control, reads);
        Ok(())
    }

    async fn tell(&mut self, sql: &str) -> Result<(), Fault> {
        self.sql.tell(sql).await.map_err(|e| if grave(&e) { Fault::Lost(said(&e)) } else { Fault::Refused(e) })
    }

    /// Sends one statement and prints the rows that come back.
    async fn send(&mut self, text: &str, reads: bool) -> Result<Answer, Fault> {
        let began = Instant::now();
        let room = self.work.cols;
        let mut asked = self.work.asked.clone();
        let limit = self.work.connection.timeout_s.map(Duration::from_secs);
        // The others keep to the time themselves.
        let limit = limit.filter(|_| matches!(self.canceller, Canceller::Sqlite(_)));
        let mut give_up_at: Option<tokio::time::Instant> = None;
        let (mut cancelled, mut enough) = (false, false);
        let (mut table, mut rows, mut changed): (Option<Table>, usize, Option<u64>) = (None, 0, None);
        let mut show_at: Option<tokio::time::Instant> = None;
        let mut tick = tokio::time::interval(LISTEN_EVERY);
        let mut answer = self.sql.send(text);
        let fault = loop {
            self.out.print(&notices::taken());
            let far = tokio::time::Instant::now() + Duration::from_secs(3600);
            let over_time = limit.map(|l| tokio::time::Instant::from_std(began + l));
            let stop = tokio::select! {
                piece = answer.try_next() => match piece {
                    Ok(Some(Piece::Row(names, cells))) => {
                        rows += 1;
                        if rows <= MOST_ROWS {
                            let table = table.get_or_insert_with(|| Table::new(names, room));
                            self.out.print(&table.row(cells));
                            show_at = table.waits().then(|| show_at.unwrap_or(tokio::time::Instant::now() + SHOW_AFTER));
                            continue;
                        }
                        // A query is not asked for rows that nobody sees; what writes is left to end.
                        if !reads || enough {
                            continue;
                        }
                        enough = true;
                        None
                    }
                    Ok(Some(Piece::Done(count))) => {
                        if let Some(mut table) = table.take() {
                            self.out.print(&table.settle());
                        }
                        changed = Some(count);
                        continue;
                    }
                    Ok(None) => break None,
                    Err(fault) => break Some(fault),
                },
                _ = tick.tick() => continue,
                () = tokio::time::sleep_until(show_at.unwrap_or(far)), if show_at.is_some() => {
                    show_at = None;
                    if let Some(table) = &mut table {
                        self.out.print(&table.settle());
                    }
                    continue;
                }
                () = tokio::time::sleep_until(over_time.unwrap_or(far)), if over_time.is_some() && !cancelled => {
                    cancelled = true;
                    self.out.print("! it took longer than the connection allows");
                    Some(Stop::Interrupt)
                }
                () = tokio::time::sleep_until(give_up_at.unwrap_or(far)), if give_up_at.is_some() => {
                    return Err(Fault::Lost("the server was asked to give up and does not answer".to_owned()));
                }
                Ok(()) = asked.changed() => {
                    cancelled = true;
                    *asked.borrow_and_update()
                }
            };
            if enough && stop.is_none() && matches!(self.canceller, Canceller::Sqlite(_)) {
                // Rows that nobody takes are not made.
                break None;
            }
            give_up_at = Some(tokio::time::Instant::now() + GRACE);
            if let Err(why) = self.canceller.cancel(stop.unwrap_or(Stop::Interrupt)).await {
                self.out.print(&format!("! the server could not be asked to give up: {why}"));
            }
        };
        drop(answer);
        self.out.print(&notices::taken());
        if let Some(mut table) = table.take() {
            self.out.print(&table.settle());
        }
        if enough {
            self.out.print(&format!("{TRUNCATED} at {MOST_ROWS} rows: the server was told to stop"));
        } else if rows > MOST_ROWS {
            self.out.print(&format!("{TRUNCATED} at {MOST_ROWS} of {rows} rows"));
        }
        if let Some(fault) = fault {
            if grave(&fault) {
                return Err(Fault::Lost(said(&fault)));
            }
            if cancelled && gave_up(&fault) {
                return Err(Fault::Cancelled);
            }
            if !(enough && gave_up(&fault)) {
                return Err(Fault::Refused(fault));
            }
        }
        Ok(Answer { rows, more: enough, changed, ms: began.elapsed().as_millis() })
    }
}

/// Whether the connection, and not the statement, has failed: nobody knows then what was carried out.
fn grave(error: &sqlx::Error) -> bool {
    let Some(database) = error.as_database_error() else { return !matches!(error, sqlx::Error::Decode(_)) };
    if let Some(pg) = database.try_downcast_ref::<PgDatabaseError>() {
        return matches!(pg.severity(), PgSeverity::Fatal | PgSeverity::Panic);
    }
    let code = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>().map(|e| e.number());
    // The server shuts down, or the connection was killed.
    matches!(code, Some(1053 | 1077 | 1079 | 1927 | 2006 | 2013 | 3169))
}

/// Whether the server says that it gave a statement up because it was asked to.
fn gave_up(error: &sqlx::Error) -> bool {
    let Some(database) = error.as_database_error() else { return false };
    let number = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>().map(|e| e.number());
    let code = database.code();
    matches!(number, Some(1317)) || matches!(code.as_deref(), Some("57014" | "9"))
}

/// Prints what the server says, with its code and the place in the statement.
fn complain(error: &sqlx::Error, statement: Option<&Statement>, out: &mut Printer) {
    let bounded = |text: &str| text.chars().take(LONGEST_MESSAGE).collect::<String>();
    let Some(database) = error.as_database_error() else {
        out.print(&bounded(&format!("ERROR: {}", said(error))));
        return;
    };
    let code = database.code().unwrap_or_default();
    out.print(&bounded(&format!("ERROR {code}: {}", database.message())));
    let Some(pg) = database.try_downcast_ref::<PgDatabaseError>() else { return };
    if let (Some(PgErrorPosition::Original(at)), Some(statement)) = (pg.position(), statement) {
        let before: String = statement.text.chars().take(at.saturating_sub(1)).collect();
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        let text = statement.text.lines().nth(line).unwrap_or_default();
        out.print(&bounded(&format!("line {}, column {column}: {text}", statement.line + line)));
    }
    for (word, text) in [("DETAIL", pg.detail()), ("HINT", pg.hint())] {
        if let Some(text) = text {
            out.print(&bounded(&format!("{word}: {text}")));
        }
    }
    if code == "25006" {
        out.print("! a statement that looks as if it only reads is sent in a transaction that cannot write");
    }
}

/// Numbers in one text.
pub(super) fn list(numbers: &[usize]) -> String {
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}
