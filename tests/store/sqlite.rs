//! What the SQLite journal promises besides the contract: its place, its modes, its versions.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tejun::ids::Seq;
use tejun::run::event::Event;
use tejun::store::fault::Fault;
use tejun::store::sqlite::{PlaceError, SqliteJournal};
use tejun::store::{AppendError, Journal as _, StoreError};
use tempfile::TempDir;

use super::contract::{Place, suite};
use super::facts::{Tail, start};

/// A folder of its own with a journal in it.
pub(super) struct File {
    folder: TempDir,
}

impl File {
    pub(super) fn fresh() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("state/journal.db")
    }

    /// A connection past the journal, as somebody with the `sqlite3` program has.
    pub(super) async fn raw(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.path()).connect().await.unwrap()
    }
}

impl Place for File {
    type J = SqliteJournal;

    async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(&self.path()).await.unwrap()
    }
}

/// The whole chain of causes, as a person sees it.
fn told(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

fn place_error(result: Result<SqliteJournal, StoreError>) -> PlaceError {
    *result.unwrap_err().source.downcast().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract() {
    suite(File::fresh).await;
}

#[tokio::test]
async fn a_commit_is_synced_and_the_log_is_on() {
    let file = File::fresh();
    let journal = file.open().await;

    assert_eq!(journal.pragma("journal_mode").await.unwrap(), "wal");
    assert_eq!(journal.pragma("synchronous").await.unwrap(), "2", "FULL");
    assert_eq!(journal.pragma("foreign_keys").await.unwrap(), "1");
    assert_eq!(journal.pragma("busy_timeout").await.unwrap(), "5000");
    assert_eq!(journal.pragma("wal_autocheckpoint").await.unwrap(), "0", "the journal checkpoints by itself");
}

#[tokio::test]
async fn a_link_in_the_place_of_the_file_or_the_folder_is_refused() {
    let file = File::fresh();
    let folder = file.path().parent().unwrap().to_owned();
    let elsewhere = file.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o700)).unwrap();

    symlink(&elsewhere, &folder).unwrap();
    let linked_folder = place_error(SqliteJournal::open(&file.path()).await);
    fs::remove_file(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    symlink(elsewhere.join("other.db"), file.path()).unwrap();
    let linked_file = place_error(SqliteJournal::open(&file.path()).await);
    let read = place_error(SqliteJournal::open_read_only(&file.path()).await);

    assert!(matches!(linked_folder, PlaceError::Symlink { path } if path == folder));
    assert!(matches!(linked_file, PlaceError::Symlink { path } if path == file.path()));
    assert!(matches!(read, PlaceError::Symlink { path } if path == file.path()));
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "nothing was written through the link");
}

#[tokio::test]
async fn a_folder_that_others_can_write_is_refused() {
    let file = File::fresh();
    let folder = file.path().parent().unwrap().to_owned();
    fs::create_dir(&folder).unwrap();
    for (bits, refused) in [(0o777, true), (0o770, true), (0o702, true), (0o755, false), (0o700, false)] {
        fs::set_permissions(&folder, fs::Permissions::from_mode(bits)).unwrap();

        let opened = SqliteJournal::open(&file.path()).await;

        assert_eq!(opened.is_err(), refused, "{bits:o}");
        if refused {
            assert!(matches!(place_error(opened), PlaceError::Open { mode, .. } if mode == bits));
        }
    }
}

#[tokio::test]
async fn a_folder_of_another_user_is_refused() {
    let file = File::fresh();
    let path = if rustix::process::geteuid().is_root() {
        let folder = file.path().parent().unwrap().to_owned();
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        std::os::unix::fs::chown(&folder, Some(12345), None).unwrap();
        file.path()
    } else {
        PathBuf::from("/usr/journal.db")
    };

    let refused = place_error(SqliteJournal::open(&path).await);

    assert!(matches!(refused, PlaceError::Foreign { .. }), "{refused}");
}

#[tokio::test]
async fn a_file_with_two_names_or_of_another_kind_is_refused() {
    let file = File::fresh();
    file.open().await.close().await;
    let second = file.path().with_file_name("second.db");
    fs::hard_link(file.path(), &second).unwrap();
    let linked = place_error(SqliteJournal::open(&file.path()).await);
    let folder = file.path().with_file_name("folder.db");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    let kind = place_error(SqliteJournal::open(&folder).await);

    assert!(matches!(linked, PlaceError::Linked { .. }), "{linked}");
    assert!(matches!(kind, PlaceError::Kind { .. }), "{kind}");
}

#[tokio::test]
async fn a_file_that_others_could_read_is_closed_to_them() {
    let file = File::fresh();
    file.open().await.close().await;
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();

    let _journal = file.open().await;

    assert_eq!(mode(&file.path()), 0o600);
}

#[tokio::test]
async fn a_newer_schema_is_read_but_not_written() {
    let file = File::fresh();
    let mut tail = Tail::new(1);
    let journal = file.open().await;
    journal.append(tail.run, Seq(0), &tail.notes(&["一"])).await.unwrap();
    journal.close().await;
    let mut raw = file.raw().await;
    sqlx::raw_sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'future', 1, x'00', 0);
         ALTER TABLE facts ADD COLUMN mood TEXT;",
    )
    .execute(&mut raw)
    .await
    .unwrap();
    raw.close().await.unwrap();

    let refused = SqliteJournal::open(&file.path()).await.unwrap_err();
    let reader = SqliteJournal::open_read_only(&file.path()).await.unwrap();

    assert!(matches!(refused.fault(), Some(Fault::NewerSchema { found: 99, known: 1 })), "{refused:?}");
    assert!(told(&refused).contains("update tejun"), "{}", told(&refused));
    assert_eq!(reader.load(tail.run, Seq(0)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_reading_handle_writes_nothing() {
    let file = File::fresh();
    let mut tail = Tail::new(1);
    let writer = file.open().await;
    let reader = SqliteJournal::open_read_only(&file.path()).await.unwrap();
    writer.append(tail.run, Seq(0), &tail.notes(&["一"])).await.unwrap();

    let refused = reader.append(tail.run, Seq(1), &tail.notes(&["二"])).await;

    assert!(matches!(refused, Err(AppendError::Store(e)) if matches!(e.fault(), Some(Fault::ReadOnly))));
    assert_eq!(reader.load(tail.run, Seq(0)).await.unwrap().len(), 1, "it sees what others write");
    assert!(reader.keep_runbook(b"x").await.is_err());
}

#[tokio::test]
async fn reading_makes_no_journal() {
    let file = File::fresh();

    assert!(SqliteJournal::open_read_only(&file.path()).await.is_err());
    assert!(!file.path().exists());
}

#[tokio::test]
async fn a_journal_that_was_only_begun_reads_as_one_without_a_run_and_is_made_by_the_next_writer() {
    for log in [false, true] {
        let file = File::fresh();
        let folder = file.path().parent().unwrap().to_owned();
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(file.path(), "").unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).unwrap();
        if log {
            // Its maker had come as far as the log.
            let mut conn = file.raw().await;
            sqlx::query("PRAGMA journal_mode = WAL").execute(&mut conn).await.unwrap();
        }

        let reader = SqliteJournal::open_read_only(&file.path()).await.unwrap();

        assert_eq!(reader.runs().await.unwrap().len(), 0);
        SqliteJournal::open(&file.path()).await.unwrap();
        assert_eq!(SqliteJournal::open_read_only(&file.path()).await.unwrap().runs().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let file = File::fresh();
    fs::create_dir(file.path().parent().unwrap()).unwrap();
    let mut other = SqliteConnectOptions::new().filename(file.path()).create_if_missing(true).connect().await.unwrap();
    sqlx::raw_sql("CREATE TABLE bookmarks (url TEXT)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    fs::set_permissions(file.path().parent().unwrap(), fs::Permissions::from_mode(0o700)).unwrap();
    let before = fs::read(file.path()).unwrap();

    let written = SqliteJournal::open(&file.path()).await.unwrap_err();
    let read = SqliteJournal::open_read_only(&file.path()).await.unwrap_err();

    assert!(matches!(written.fault(), Some(Fault::NotAJournal)), "{written:?}");
    assert!(matches!(read.fault(), Some(Fault::NotAJournal)), "{read:?}");
    assert_eq!(fs::read(file.path()).unwrap(), before);
}

#[tokio::test]
async fn a_fencing_token_grows_with_every_claim() {
    let file = File::fresh();
    let journal = file.open().await;
    let mut tail = Tail::new(1);
    let facts: Vec<_> = (0..3).map(|command| tail.fact(start(command))).collect();
    journal.append(tail.run, Seq(0), &facts).await.unwrap();

    let mut tokens = Vec::new();
    for fact in &facts {
        let Event::AttemptStarted(start) = &fact.event else { panic!("start makes a start") };
        tokens.push(journal.fencing_token(start.attempt).await.unwrap());
    }

    assert_eq!(tokens, [Some(1), Some(2), Some(3)]);
}
