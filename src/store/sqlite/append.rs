//! The transactions that write, on the one write connection.
//!
//! The statements begin and end the transaction themselves: SQLite rolls some failures back on its own, after which the
//! driver's own transaction would count one that is no more, and refuse every later one.

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use sqlx::{Executor as _, SqliteConnection};

use super::journal::event_id;
use crate::ids::{Digest, RunId, Seq};
use crate::run::event::{AttemptStart, Event, Fact, Stored};
use crate::store::fault::Fault;

/// A fact ready to be written.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) stored: Stored,
    prev: Digest,
    digest: Digest,
    seq: i64,
    version: u16,
    kind: String,
    at: DateTime<FixedOffset>,
    uid: u32,
    claim: Option<(AttemptStart, i64)>,
}

/// Why nothing was appended.
#[derive(Debug)]
pub(super) enum Failure {
    Conflict { actual: Seq },
    Claimed,
    Broken { at: Seq },
    Fault(Fault),
    Sql(sqlx::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

/// Encodes `facts` and checks that they take the places after `expected`.
pub(super) fn rows(run: RunId, expected: Seq, facts: &[Fact]) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::with_capacity(facts.len());
    let mut place = expected;
    for fact in facts {
        place = place.next();
        if fact.run != run || fact.seq != place {
            return Err(Failure::Broken { at: fact.seq });
        }
        rows.push(row(fact)?);
    }
    Ok(rows)
}

fn row(fact: &Fact) -> Result<Row, Failure> {
    #[derive(Deserialize)]
    struct Kinded {
        event: Kind,
    }
    #[derive(Deserialize)]
    struct Kind {
        r#type: String,
    }
    let refused = |error| Failure::Fault(Fault::Refused(std::sync::Arc::new(error)));
    let overflow = |_| Failure::Fault(Fault::Overflow(fact.seq));
    let stored = Stored::encode(fact).map_err(refused)?;
    let Kinded { event: Kind { r#type: kind } } = serde_json::from_str(&stored.text).map_err(refused)?;
    let claim = if let Event::AttemptStarted(start) = &fact.event {
        Some((start.clone(), i64::try_from(start.command).map_err(overflow)?))
    } else {
        None
    };
    Ok(Row {
        digest: stored.digest(),
        prev: fact.prev.clone(),
        seq: i64::try_from(fact.seq.0).map_err(overflow)?,
        version: fact.version,
        kind,
        at: fact.at,
        uid: fact.actor.uid,
        claim,
        stored,
    })
}

/// Appends `rows` after `expected` in one transaction. When this returns `Ok`, they are on disk.
pub(super) async fn append(
    conn: &mut SqliteConnection,
    run: RunId,
    expected: Seq,
    rows: &[Row],
) -> Result<Vec<Stored>, Failure> {
    let done = write(conn, run, expected, rows).await;
    or_back(conn, done).await
}

/// Keeps the bytes of a runbook, unless they are there.
pub(super) async fn keep_runbook(
    conn: &mut SqliteConnection,
    digest: &Digest,
    bytes: &[u8],
) -> Result<(), sqlx::Error> {
    conn.execute("BEGIN IMMEDIATE").await?;
    let done = sqlx::query("INSERT INTO runbooks (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        .bind(digest.as_str())
        .bind(bytes)
        .execute(&mut *conn)
        .await
        .map(|_| ());
    finish(conn, done).await
}

async fn finish<T, E: From<sqlx::Error>>(conn: &mut SqliteConnection, done: Result<T, E>) -> Result<T, E> {
    let done = match done {
        Ok(value) => conn.execute("COMMIT").await.map(|_| value).map_err(E::from),
        failed => failed,
    };
    or_back(conn, done).await
}

/// Rolls back what failed.
async fn or_back<T, E>(conn: &mut SqliteConnection, done: Result<T, E>) -> Result<T, E> {
    if done.is_err() {
        // This is intentional: SQLite may have rolled back already, and then there is nothing to roll back.
        let _nothing_left = conn.execute("ROLLBACK").await;
    }
    done
}

/// The transaction from its begin to its commit. Each query is handed to the thread of the driver and awaited, which costs about
/// as much as SQLite's own work: so the first looks while it begins, and the last commits what it inserts.
async fn write(conn: &mut SqliteConnection, run: RunId, expected: Seq, rows: &[Row]) -> Result<Vec<Stored>, Failure> {
    let run_text = run.to_string();
    let (actual, head) = begin(conn, &run_text).await?;
    if actual != expected {
        let stored = repeated(conn, &run_text, rows).await?.ok_or(Failure::Conflict { actual })?;
        conn.execute("COMMIT").await?;
        return Ok(stored);
    }
    let mut head = &head;
    for (i, row) in rows.iter().enumerate() {
        if row.prev != *head {
            return Err(Failure::Broken { at: row.stored.seq });
        }
        head = &row.digest;
        insert(conn, &run_text, row, i + 1 == rows.len()).await?;
    }
    if rows.is_empty() {
        conn.execute("COMMIT").await?;
    }
    Ok(rows.iter().map(|row| row.stored.clone()).collect())
}

/// Begins the transaction, and tells the place and the digest of the last fact of a run.
async fn begin(conn: &mut SqliteConnection, run: &str) -> Result<(Seq, Digest), sqlx::Error> {
    let row: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "BEGIN IMMEDIATE;
         SELECT seq, CAST(text AS BLOB) FROM facts WHERE run_id = ?1 ORDER BY seq DESC LIMIT 1",
    )
    .bind(run)
    .fetch_optional(conn)
    .await?;
    let (seq, text) = row.unwrap_or_default();
    Ok((Seq(u64::try_from(seq).unwrap_or_default()), Digest::of(&text)))
}

/// What is stored in the places of `rows`, if those are the same facts.
async fn repeated(conn: &mut SqliteConnection, run: &str, rows: &[Row]) -> Result<Option<Vec<Stored>>, Failure> {
    let mut stored = Vec::with_capacity(rows.len());
    for row in rows {
        let found: Option<(String, String)> =
            sqlx::query_as("SELECT event_id, text FROM facts WHERE run_id = ?1 AND seq = ?2")
                .bind(run)
                .bind(row.seq)
                .fetch_optional(&mut *conn)
                .await?;
        match found {
            Some((id, text)) if event_id(&id) == row.stored.id => {
                stored.push(Stored { seq: row.stored.seq, id: row.stored.id, text });
            }
            Some(_) | None => return Ok(None),
        }
    }
    Ok(if stored.is_empty() { None } else { Some(stored) })
}

macro_rules! fact {
    () => {
        "INSERT INTO facts (run_id, seq, event_id, version, kind, at, actor_uid, text, digest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    };
}

macro_rules! claim {
    () => {
        "INSERT INTO claims (run_id, step_id, command, number, attempt_id) VALUES (?1, ?2, ?3, ?4, ?5)"
    };
}

/// Inserts a fact and what it claims; `last` commits.
async fn insert(conn: &mut SqliteConnection, run: &str, row: &Row, last: bool) -> Result<(), Failure> {
    sqlx::query(if last && row.claim.is_none() { concat!(fact!(), "; COMMIT") } else { fact!() })
        .bind(run)
        .bind(row.seq)
        .bind(row.stored.id.to_string())
        .bind(row.version)
        .bind(&row.kind)
        .bind(row.at.timestamp_micros())
        .bind(row.uid)
        .bind(&row.stored.text)
        .bind(row.digest.as_str())
        .execute(&mut *conn)
        .await
        .map_err(|error| on_duplicate(error, Failure::Broken { at: row.stored.seq }))?;

    let Some((start, command)) = &row.claim else { return Ok(()) };
    sqlx::query(if last { concat!(claim!(), "; COMMIT") } else { claim!() })
        .bind(run)
        .bind(start.step.as_str())
        .bind(command)
        .bind(start.number)
        .bind(start.attempt.to_string())
        .execute(conn)
        .await
        .map_err(|error| on_duplicate(error, Failure::Claimed))?;
    Ok(())
}

/// A row that exists means `duplicate`; for a fact that is its id in another place.
fn on_duplicate(error: sqlx::Error, duplicate: Failure) -> Failure {
    let unique = error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation);
    if unique { duplicate } else { Failure::Sql(error) }
}
