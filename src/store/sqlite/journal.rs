//! The handle on a journal file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::pool::PoolConnection;
use sqlx::{Executor as _, Row as _, Sqlite, SqlitePool};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::append::{self, Failure};
use super::health::{Health, classify};
use super::open::{self, Means, Refusal, Step};
use crate::ids::{AttemptId, Digest, EventId, RunId, Seq};
use crate::run::event::{Fact, Stored};
use crate::store::fault::Fault;
use crate::store::{AppendError, Journal, RunLine, StoreError};

/// After how many writes the log is copied into the database file. A write changes about six pages of 4096 bytes, so the
/// log stays at some three megabytes. Past it, when readers hold the log open, it grows until they are done.
const WRITES_PER_CHECKPOINT: u32 = 128;

/// A journal in a SQLite file.
///
/// Writes run in a task of their own: a caller that goes away in the middle leaves a whole transaction or none behind.
#[derive(Debug, Clone)]
pub struct SqliteJournal {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    write: Option<SqlitePool>,
    read: SqlitePool,
    health: Health,
    writes: AtomicU32,
}

/// What looking the journal's file over found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedOver {
    /// The version of SQLite.
    pub version: String,
    /// What is wrong; empty where nothing is.
    pub faults: Vec<String>,
}

impl SqliteJournal {
    /// Opens the journal at `path` for writing; makes it where there is none.
    ///
    /// # Errors
    /// When the place is not ours alone ([`PlaceError`](super::PlaceError) as the source), the linked SQLite is
    /// defective, a newer program made the tables, or the file cannot be used (a [`Fault`] as the source).
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_by(path, Means::default()).await
    }

    /// As [`SqliteJournal::open`], with room for `max_pages` pages only: how tests fill a disk.
    ///
    /// # Errors
    /// As [`SqliteJournal::open`].
    #[doc(hidden)]
    pub async fn open_limited(path: &Path, max_pages: Option<u32>) -> Result<Self, StoreError> {
        Self::open_by(path, Means { max_pages, ..Means::default() }).await
    }

    /// As [`SqliteJournal::open`], with steps behind those that make the tables of this program: how tests are a newer program.
    ///
    /// # Errors
    /// As [`SqliteJournal::open`].
    #[doc(hidden)]
    pub async fn open_later(path: &Path, later: &[Step]) -> Result<Self, StoreError> {
        Self::open_by(path, Means { later, ..Means::default() }).await
    }

    async fn open_by(path: &Path, means: Means<'_>) -> Result<Self, StoreError> {
        let (write, read) = open::writable(path, &means).await.map_err(|refusal| refused(path, refusal))?;
        Ok(Self::over(path, Some(write), read))
    }

    /// Opens the journal at `path` for reading. Also one that a newer program wrote, and one in a read-only folder.
    ///
    /// # Errors
    /// When there is no journal at `path`, or it cannot be read.
    pub async fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let read = open::readable(path).await.map_err(|refusal| refused(path, refusal))?;
        Ok(Self::over(path, None, read))
    }

    fn over(path: &Path, write: Option<SqlitePool>, read: SqlitePool) -> Self {
        let (path, health, writes) = (path.to_owned(), Health::new(path), AtomicU32::new(0));
        Self { inner: Arc::new(Inner { path, write, read, health, writes }) }
    }

    /// Changes how many pages there is room for: how tests free a full disk.
    ///
    /// # Errors
    /// When the database refuses.
    #[doc(hidden)]
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        let mut conn = self.inner.writer().await?;
        let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        conn.execute(pragma).await.map_err(|error| self.inner.unwritten(error))?;
        Ok(())
    }

    /// The value of a pragma of the write connection.
    ///
    /// # Errors
    /// When the journal cannot be written.
    #[doc(hidden)]
    pub async fn pragma(&self, name: &'static str) -> Result<String, StoreError> {
        let mut conn = self.inner.writer().await?;
        let sql = sqlx::AssertSqlSafe(format!("PRAGMA {name}"));
        let row = sqlx::query(sql).fetch_one(&mut *conn).await.map_err(|error| self.inner.unread(error))?;
        row.try_get_unchecked(0).map_err(|error| self.inner.unread(error))
    }

    /// Looks the file over: the version of the library, and what its own quick check finds wrong.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn look_over(&self) -> Result<LookedOver, StoreError> {
        let read = &self.inner.read;
        let unread = |error| self.inner.unread(error);
        let version = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(read).await.map_err(unread)?;
        let said: Vec<String> = sqlx::query_scalar("PRAGMA quick_check").fetch_all(read).await.map_err(unread)?;
        Ok(LookedOver { version, faults: said.into_iter().filter(|line| line != "ok").collect() })
    }

    /// The fencing token of an attempt: it grows with every claim in this journal. Absent where nothing was claimed.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn fencing_token(&self, attempt: AttemptId) -> Result<Option<i64>, StoreError> {
        sqlx::query_scalar("SELECT token FROM claims WHERE attempt_id = ?1")
            .bind(attempt.to_string())
            .fetch_optional(&self.inner.read)
            .await
            .map_err(|error| self.inner.unread(error))
    }

    /// The digests that were taken down when the facts of a run were written, in order, for
    /// [`check_rows`](crate::store::verify::check_rows).
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn digests(&self, run: RunId) -> Result<Vec<Digest>, StoreError> {
        let rows: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT CAST(digest AS BLOB) FROM facts WHERE run_id = ?1 ORDER BY seq")
                .bind(run.to_string())
                .fetch_all(&self.inner.read)
                .await
                .map_err(|error| self.inner.unread(error))?;
        Ok(rows.into_iter().map(|digest| Digest(text(digest))).collect())
    }

    /// Waits for what is being written and closes the file. Dropping the handle is as safe, but leaves the log behind.
    pub async fn close(&self) {
        self.inner.read.close().await;
        if let Some(write) = &self.inner.write {
            write.close().await;
        }
    }
}

impl Journal for SqliteJournal {
    async fn append(&self, run: RunId, expected: Seq, facts: &[Fact]) -> Result<Vec<Stored>, AppendError> {
        let inner = Arc::clone(&self.inner);
        let rows = append::rows(run, expected, facts).map_err(|failure| inner.unappended(expected, failure))?;
        let (done, outcome) = oneshot::channel();
        tokio::spawn(async move {
            let mut conn = match inner.writer().await {
                Ok(conn) => conn,
                Err(error) => return drop(done.send(Err(error.into()))),
            };
            let result = append::append(&mut conn, run, expected, &rows).await;
            let wrote = result.is_ok();
            let _caller_may_be_gone = done.send(result.map_err(|failure| inner.unappended(expected, failure)));
            if wrote {
                inner.maybe_checkpoint(conn).await;
            }
        });
        outcome.await.unwrap_or_else(|_stopped| Err(self.inner.stopped().into()))
    }

    async fn load(&self, run: RunId, after: Seq) -> Result<Vec<Stored>, StoreError> {
        let Ok(after) = i64::try_from(after.0) else { return Ok(Vec::new()) };
        sqlx::query(
            "SELECT seq, CAST(event_id AS BLOB) AS event_id, CAST(text AS BLOB) AS text
             FROM facts WHERE run_id = ?1 AND seq > ?2 ORDER BY seq",
        )
        .bind(run.to_string())
        .bind(after)
        .try_map(|row| stored(&row))
        .fetch_all(&self.inner.read)
        .await
        .map_err(|error| self.inner.unread(error))
    }

    async fn runs(&self) -> Result<Vec<RunLine>, StoreError> {
        let rows = sqlx::query(
            "SELECT f.run_id, f.seq, CAST(f.event_id AS BLOB) AS event_id, CAST(f.text AS BLOB) AS text, r.last
             FROM (SELECT run_id, min(seq) AS first, max(seq) AS last FROM facts GROUP BY run_id) AS r
             JOIN facts AS f ON f.run_id = r.run_id AND f.seq = r.first
             ORDER BY f.at DESC, f.run_id DESC",
        )
        .try_map(|row: sqlx::sqlite::SqliteRow| {
            Ok((row.try_get::<String, _>("run_id")?, stored(&row)?, row.try_get::<i64, _>("last")?))
        })
        .fetch_all(&self.inner.read)
        .await
        .map_err(|error| self.inner.unread(error))?;
        let lines = rows.into_iter().filter_map(|(run, first, last)| {
            let Ok(run) = run.parse() else {
                tracing::warn!(run, "a run with a damaged id is left out of the list");
                return None;
            };
            Some(RunLine { run, first, last: place(last) })
        });
        Ok(lines.collect())
    }

    async fn keep_runbook(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let (inner, digest, bytes) = (Arc::clone(&self.inner), Digest::of(bytes), bytes.to_vec());
        let kept = digest.clone();
        let task = tokio::spawn(async move {
            let mut conn = inner.writer().await?;
            append::keep_runbook(&mut conn, &digest, &bytes).await.map_err(|error| inner.unwritten(error))
        });
        task.await.unwrap_or_else(|_stopped| Err(self.inner.stopped()))?;
        Ok(kept)
    }

    async fn runbook(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let bytes: Option<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM runbooks WHERE sha256 = ?1")
            .bind(digest.as_str())
            .fetch_optional(&self.inner.read)
            .await
            .map_err(|error| self.inner.unread(error))?;
        match bytes {
            Some(bytes) if Digest::of(&bytes) != *digest => {
                Err(self.inner.failed("read", Fault::DamagedRunbook(digest.clone())))
            }
            bytes => Ok(bytes),
        }
    }
}

impl Inner {
    /// The write connection, unless an earlier write failed for good.
    async fn writer(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        let pool = self.write.as_ref().ok_or_else(|| self.failed("write", Fault::ReadOnly))?;
        let conn = pool.acquire().await.map_err(|error| self.unwritten(error))?;
        // Asked when it is our turn: the write before this one may have failed.
        self.health.check().map_err(|fault| self.failed("write", fault))?;
        Ok(conn)
    }

    /// Copies the log into the database file now and then. A failed sync here is as final as in a write.
    async fn maybe_checkpoint(&self, mut conn: PoolConnection<Sqlite>) {
        if !(self.writes.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(WRITES_PER_CHECKPOINT) {
            return;
        }
        if let Err(error) = conn.execute("PRAGMA wal_checkpoint(PASSIVE)").await {
            let fault = self.health.note(error);
            tracing::error!(?fault, journal = %self.path.display(), "the journal's log could not be checkpointed");
        }
    }

    fn unappended(&self, expected: Seq, failure: Failure) -> AppendError {
        match failure {
            Failure::Conflict { actual } => AppendError::Conflict { expected, actual },
            Failure::Claimed => AppendError::Claimed,
            Failure::Broken { at } => AppendError::Broken { at },
            Failure::Fault(fault) => self.failed("write", fault).into(),
            Failure::Sql(error) => self.unwritten(error).into(),
        }
    }

    fn unwritten(&self, error: sqlx::Error) -> StoreError {
        self.failed("write", self.health.note(error))
    }

    fn unread(&self, error: sqlx::Error) -> StoreError {
        self.failed("read", classify(error, || false))
    }

    /// The program is being stopped, and the write with it.
    fn stopped(&self) -> StoreError {
        self.failed("write", Fault::Refused(Arc::new(sqlx::Error::PoolClosed)))
    }

    fn failed(&self, doing: &'static str, fault: Fault) -> StoreError {
        StoreError { doing, journal: self.path.display().to_string(), source: Box::new(fault) }
    }
}

fn refused(path: &Path, refusal: Refusal) -> StoreError {
    let source: Box<dyn std::error::Error + Send + Sync> = match refusal {
        Refusal::Place(error) => Box::new(error),
        Refusal::Fault(fault) => Box::new(fault),
    };
    StoreError { doing: "open", journal: path.display().to_string(), source }
}

/// A row as it is, also where it is damaged: the chain check then names it.
fn stored(row: &sqlx::sqlite::SqliteRow) -> Result<Stored, sqlx::Error> {
    let id = text(row.try_get("event_id")?);
    Ok(Stored { seq: place(row.try_get("seq")?), id: event_id(&id), text: text(row.try_get("text")?) })
}

/// The id that a row holds; the nil id where it is damaged.
pub(super) fn event_id(text: &str) -> EventId {
    text.parse().unwrap_or(EventId(Uuid::nil()))
}

fn place(seq: i64) -> Seq {
    Seq(u64::try_from(seq).unwrap_or_default())
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
