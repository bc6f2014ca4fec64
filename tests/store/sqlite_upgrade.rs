//! The tables are changed by a newer program that is killed in the middle: they are the old ones or the new ones.

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tejun::ids::Seq;
use tejun::run::event::Stored;
use tejun::store::Journal as _;
use tejun::store::fault::Fault;
use tejun::store::sqlite::SqliteJournal;
use tejun::store::verify::check_chain;

use super::child::{child, is_child};
use super::facts::Tail;

const NAME: &str =
    "store::sqlite_upgrade::a18_tables_that_a_killed_program_was_changing_are_the_old_ones_and_all_is_there";
const PLACE: &str = "TEJUN_TEST_JOURNAL";
const FACTS: usize = 50;

type Step = (i64, &'static str, &'static str);

/// What comes with the step that is killed, and is over when that one begins.
const SHORT: Step = (
    2,
    "short",
    "CREATE TABLE second (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; \
     INSERT INTO second SELECT seq, 'fact' FROM facts;",
);

/// More rows than are written before it is killed: SQLite writes into its log what has no room in memory.
const LONG: Step = (
    3,
    "long",
    "CREATE TABLE third (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; \
     INSERT INTO third WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000) \
     SELECT i, hex(zeroblob(50)) FROM n;",
);

/// The same as it is when it comes to its end.
const ENDS: Step = (
    3,
    "long",
    "CREATE TABLE third (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; \
     INSERT INTO third SELECT seq, 'fact' FROM facts;",
);

/// A journal with facts.
async fn filled(path: &Path) -> Tail {
    let journal = SqliteJournal::open(path).await.unwrap();
    let mut tail = Tail::new(1);
    let facts = tail.notes(&["書"; FACTS]);
    journal.append(tail.run, Seq(0), &facts).await.unwrap();
    tail
}

async fn tables(path: &Path) -> Vec<String> {
    let mut raw = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('second', 'third') ORDER BY name";
    sqlx::query_scalar(names).fetch_all(&mut raw).await.unwrap()
}

/// All facts, whole.
async fn read(journal: &SqliteJournal, tail: &Tail) -> Vec<Stored> {
    let stored = journal.load(tail.run, Seq(0)).await.unwrap();
    check_chain(tail.run, &stored).unwrap();
    stored
}

#[tokio::test]
async fn a18_tables_that_a_killed_program_was_changing_are_the_old_ones_and_all_is_there() {
    if is_child() {
        let path = PathBuf::from(std::env::var_os(PLACE).unwrap());
        SqliteJournal::open_later(&path, &[SHORT, LONG]).await.unwrap();
        return;
    }
    // How far its log goes when it is killed: not yet begun, at the first page that has no room, and well behind it.
    for bytes in [0, 1, 1 << 20, 3 << 20, 8 << 20] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/journal.db");
        let mut tail = filled(&path).await;
        let log = path.with_file_name("journal.db-wal");

        let mut newer = child(NAME, "022").env(PLACE, &path).spawn().unwrap();
        while std::fs::metadata(&log).map_or(0, |meta| meta.len()) < bytes {
            assert!(newer.try_wait().unwrap().is_none(), "it ended before its log had {bytes} bytes");
            std::thread::yield_now();
        }
        newer.kill().unwrap();
        newer.wait().unwrap();

        // The old program goes on as if nothing had been.
        let journal = SqliteJournal::open(&path).await.unwrap();
        assert_eq!(read(&journal, &tail).await.len(), FACTS, "{bytes}");
        assert_eq!(tables(&path).await, Vec::<String>::new(), "{bytes}");
        let at = tail.seq;
        let next = tail.notes(&["再開"]);
        journal.append(tail.run, at, &next).await.unwrap();
        drop(journal);

        // And the newer one does it all, at its second try.
        let journal = SqliteJournal::open_later(&path, &[SHORT, ENDS]).await.unwrap();
        assert_eq!(read(&journal, &tail).await.len(), FACTS + 1, "{bytes}");
        assert_eq!(tables(&path).await, ["second", "third"], "{bytes}");
    }
}

#[tokio::test]
async fn a18_an_old_program_does_not_write_into_newer_tables_and_reads_them() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("state/journal.db");
    let mut tail = filled(&path).await;
    let newer = SqliteJournal::open_later(&path, &[SHORT]).await.unwrap();
    let at = tail.seq;
    let next = tail.notes(&["新"]);
    newer.append(tail.run, at, &next).await.unwrap();
    drop(newer);

    let refused = SqliteJournal::open(&path).await.unwrap_err();
    let fault = refused.source.downcast_ref::<Fault>();
    assert!(matches!(fault, Some(Fault::NewerSchema { found: 2, known: 1 })), "{refused:?}");
    let journal = SqliteJournal::open_read_only(&path).await.unwrap();
    assert_eq!(read(&journal, &tail).await.len(), FACTS + 1);
    // A step that ends in a fault leaves nothing of itself, and nothing of those before it.
    let broken: [Step; 2] =
        [(3, "third", "CREATE TABLE third (id INTEGER);"), (4, "broken", "SELECT nothing FROM nowhere;")];
    SqliteJournal::open_later(&path, &[SHORT, broken[0], broken[1]]).await.unwrap_err();
    assert_eq!(tables(&path).await, ["second"]);
}
