//! Opens the file: checks the place and the version of SQLite, brings the tables up to date, sets the pragmas.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqlSafeStr as _, SqliteConnection, SqlitePool};

use super::health::classify;
use super::place::{self, PlaceError};
use crate::store::fault::Fault;

/// The first version without the WAL-reset defect, by which committed writes could be lost when two connections write.
const LEAST_SQLITE: &str = "3.51.3";

/// How long a writer waits for another process's transaction. One takes some ten milliseconds on a slow disk; who holds
/// the lock longer than this is stopped or stuck, and the caller is told rather than left to wait.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait for a connection of this process; longer than [`BUSY_TIMEOUT`], as the one before may use that up.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(20);

/// How many reads go on at one time. Opened at once and kept, because a full disk has no room for a new reader's index.
const READERS: u32 = 2;

/// How long opening waits for another program that is opening the same file.
const OPEN_PATIENCE: Duration = Duration::from_secs(10);
const OPEN_RETRY: Duration = Duration::from_millis(10);

/// How long the log of earlier programs must be, in bytes, to be taken in before this one begins: that syncs twice while
/// somebody waits.
const LOG_TAKEN_IN: u64 = 1 << 20;

/// A step that makes or changes the tables: its version, its name, its statements.
pub(super) type Step = (i64, &'static str, &'static str);

/// The steps that made the tables, in order. Append only: a published one is never changed.
const MIGRATIONS: &[Step] = &[(1, "journal", include_str!("../migrations/sqlite/0001_journal.sql"))];

/// Why the file was not opened.
#[derive(Debug)]
pub(super) enum Refusal {
    Place(PlaceError),
    Fault(Fault),
}

impl From<PlaceError> for Refusal {
    fn from(error: PlaceError) -> Self {
        Self::Place(error)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(classify(error, || false))
    }
}

/// How a file is opened for writing.
#[derive(Default)]
pub(super) struct Means<'m> {
    /// Room for so many pages only.
    pub(super) max_pages: Option<u32>,
    /// Steps behind those of this program.
    pub(super) later: &'m [Step],
}

/// The version that the tables have once all steps are done.
fn newest(later: &[Step]) -> i64 {
    later.last().or(MIGRATIONS.last()).map_or(0, |last| last.0)
}

/// The write pool, of one connection, and the read pool.
pub(super) async fn writable(path: &Path, means: &Means<'_>) -> Result<(SqlitePool, SqlitePool), Refusal> {
    place::prepare_folder(path)?;
    let opening = wait_for_lock(path).await?;
    place::prepare_file(path)?;
    let mut first = base(path).connect().await?;
    require_sound(&linked_version(&mut first).await?)?;
    refuse_foreign(path, &mut first, newest(means.later)).await?;

    let mut options = base(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // The journal checkpoints by itself: the automatic one would swallow a failed sync.
        .pragma("wal_autocheckpoint", "0");
    if let Some(pages) = means.max_pages {
        options = options.pragma("max_page_count", pages.to_string());
    }
    let write = lasting(1).connect_with(options).await?;
    // Not before: the last connection that closes takes the log in and removes it, and the next one makes it anew.
    first.close().await?;
    let ready = match prepare(&write, path, means.later).await {
        Ok(()) => lasting(READERS).connect_with(base(path).read_only(true)).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    drop(opening);
    match ready {
        Ok(read) => Ok((write, read)),
        Err(refusal) => {
            write.close().await;
            Err(refusal)
        }
    }
}

/// A read pool on a file that is not touched.
pub(super) async fn readable(path: &Path) -> Result<SqlitePool, Refusal> {
    place::check_readable(path)?;
    // Without a log there is no other writer, and where the folder is read-only SQLite could not make the log's index.
    let frozen = !place::with_suffix(path, "-wal").exists()
        && rustix::fs::access(place::folder_of(path), rustix::fs::Access::WRITE_OK).is_err();
    // One connection: a handle that only reads belongs to a program that lists or shows runs, one after the other.
    let read = lasting(1).connect_with(base(path).read_only(true).immutable(frozen)).await?;
    let looked = async {
        let mut conn = read.acquire().await?;
        Ok::<_, sqlx::Error>((has_table(&mut conn, "facts").await?, holds_anything(&mut conn).await?))
    };
    let other = match looked.await {
        Ok((true, _)) => return Ok(read),
        Ok((false, true)) => Err(Fault::NotAJournal.into()),
        Ok((false, false)) => unwritten().await,
        Err(error) => Err(error.into()),
    };
    read.close().await;
    other
}

/// What is read of a file that whoever made it left without tables, killed or out of room: a journal without a run. The next
/// writer makes the tables.
async fn unwritten() -> Result<SqlitePool, Refusal> {
    let empty = lasting(1).connect_with(base(Path::new(":memory:")).in_memory(true)).await?;
    migrator(&[]).run_direct(None, &mut *empty.acquire().await?, false).await.map_err(unmigrated)?;
    Ok(empty)
}

fn base(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .disable_statement_logging()
}

/// A pool whose connections are opened now and stay.
fn lasting(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

async fn wait_for_lock(path: &Path) -> Result<std::fs::File, PlaceError> {
    let started = tokio::time::Instant::now();
    loop {
        if let Some(lock) = place::lock(path)? {
            return Ok(lock);
        }
        if started.elapsed() > OPEN_PATIENCE {
            return Err(PlaceError::Locked { path: path.to_owned() });
        }
        tokio::time::sleep(OPEN_RETRY).await;
    }
}

async fn linked_version(conn: &mut SqliteConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SELECT sqlite_version()").fetch_one(conn).await
}

/// Refuses a SQLite that could lose what was committed.
fn require_sound(version: &str) -> Result<(), Fault> {
    let numbers = |v: &str| v.split('.').map(|part| part.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>();
    if numbers(version) >= numbers(LEAST_SQLITE) {
        Ok(())
    } else {
        Err(Fault::OldSqlite { found: version.to_owned(), least: LEAST_SQLITE })
    }
}

/// Looks at an existing file before anything is written to it, the journal mode included.
async fn refuse_foreign(path: &Path, conn: &mut SqliteConnection, known: i64) -> Result<(), Refusal> {
    if std::fs::metadata(path).is_ok_and(|meta| meta.len() == 0) {
        return Ok(()); // Fresh, or all that there is stands in the log, which can only be ours.
    }
    if has_table(conn, "_sqlx_migrations").await? {
        return refuse_newer(conn, known).await;
    }
    if holds_anything(conn).await? { Err(Fault::NotAJournal.into()) } else { Ok(()) }
}

async fn holds_anything(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(conn).await?;
    Ok(found > 0)
}

async fn refuse_newer(conn: &mut SqliteConnection, known: i64) -> Result<(), Refusal> {
    let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(conn).await?;
    match found {
        Some(found) if found > known => Err(Fault::NewerSchema { found, known }.into()),
        Some(_) | None => Ok(()),
    }
}

async fn has_table(conn: &mut SqliteConnection, name: &str) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1")
        .bind(name)
        .fetch_one(conn)
        .await?;
    Ok(found > 0)
}

/// Checks that the log is really on, and brings the tables up to date in one transaction: all of it or nothing.
async fn prepare(pool: &SqlitePool, path: &Path, later: &[Step]) -> Result<(), Refusal> {
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(pool).await?;
    if mode != "wal" {
        let why = format!("this file system cannot hold a write-ahead log (journal mode {mode})");
        return Err(Fault::Refused(Arc::from(Box::<dyn std::error::Error + Send + Sync>::from(why))).into());
    }
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    if has_table(&mut transaction, "_sqlx_migrations").await? {
        refuse_newer(&mut transaction, newest(later)).await?;
    }
    migrator(later).run_direct(None, &mut *transaction, false).await.map_err(unmigrated)?;
    transaction.commit().await?;
    let log = std::fs::metadata(place::with_suffix(path, "-wal")).map_or(0, |meta| meta.len());
    if log < LOG_TAKEN_IN { Ok(()) } else { checkpoint(pool).await }
}

/// All steps, those of `later` behind those of this program.
fn migrator(later: &[Step]) -> Migrator {
    let migrations = MIGRATIONS.iter().chain(later).map(|&(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

fn unmigrated(error: MigrateError) -> Refusal {
    if let MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) = error {
        error.into()
    } else {
        Fault::Refused(Arc::new(error)).into()
    }
}

/// Takes in the log of earlier programs, so that it does not grow where each of them writes little. What has no room,
/// or is held by a reader, stays in the log.
async fn checkpoint(pool: &SqlitePool) -> Result<(), Refusal> {
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(pool).await
        && let fault @ Fault::Broken(_) = classify(error, || false)
    {
        return Err(fault.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_with_the_wal_reset_defect_must_not_write() {
        for (version, sound) in [
            ("3.40.1", false),
            ("3.51.2", false),
            ("3.51.3", true),
            ("3.51.10", true),
            ("3.52.1", true),
            ("4.0.0", true),
        ] {
            assert_eq!(require_sound(version).is_ok(), sound, "{version}");
        }
    }
}
