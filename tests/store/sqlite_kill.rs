//! Processes that write: one is killed, and everything that it was told is saved is there; several write at one time.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tejun::ids::Seq;
use tejun::store::Journal as _;
use tejun::store::sqlite::SqliteJournal;
use tejun::store::verify::check_chain;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};

use super::child::{child, is_child};
use super::facts::Tail;

const NAME: &str = "store::sqlite_kill::what_was_acknowledged_survives_a_kill";
const PLACE: &str = "TEJUN_TEST_JOURNAL";

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    if is_child() {
        return write_for_ever(&PathBuf::from(std::env::var_os(PLACE).unwrap())).await;
    }
    // Killed while it opens, soon after, and past the first checkpoint.
    for lines in [0, 1, 7, 60, 200] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/journal.db");
        let mut writer = child(NAME, "022").env(PLACE, &path).stdout(Stdio::piped()).spawn().unwrap();
        let acknowledged = BufReader::new(writer.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("saved ")?.parse().ok())
            .take(lines)
            .last()
            .unwrap_or(0_u64);
        writer.kill().unwrap();
        writer.wait().unwrap();

        let journal = SqliteJournal::open(&path).await.unwrap();
        let mut tail = Tail::new(1);
        let stored = journal.load(tail.run, Seq(0)).await.unwrap();

        assert!(stored.len() as u64 >= acknowledged, "{} of {acknowledged}", stored.len());
        if !stored.is_empty() {
            check_chain(tail.run, &stored).unwrap();
            tail = Tail::behind(tail.run, &stored);
        }
        let at = tail.seq;
        let mut next = tail.notes(&["再開"]);
        // The child counts its identifiers from the start as well.
        next[0].id = tejun::ids::EventId(uuid::Uuid::from_u128(u128::MAX));
        journal.append(tail.run, at, &next).await.unwrap();
    }
}

#[expect(clippy::infinite_loop, reason = "it ends when it is killed")]
async fn write_for_ever(path: &Path) {
    let journal = SqliteJournal::open(path).await.unwrap();
    let mut tail = Tail::new(1);
    loop {
        let at = tail.seq;
        journal.append(tail.run, at, &tail.notes(&["書"])).await.unwrap();
        println!("saved {}", tail.seq);
    }
}

const TWO: &str = "store::sqlite_kill::a17_two_processes_write_while_a_third_brings_the_log_home_and_nothing_is_lost";
const RUN: &str = "TEJUN_TEST_RUN";
const EACH: u64 = 150;

#[tokio::test]
async fn a17_two_processes_write_while_a_third_brings_the_log_home_and_nothing_is_lost() {
    if is_child() {
        let run = std::env::var(RUN).unwrap().parse().unwrap();
        return write_some(&PathBuf::from(std::env::var_os(PLACE).unwrap()), run).await;
    }
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("state/journal.db");
    SqliteJournal::open(&path).await.unwrap();
    let mut writers: Vec<_> = [1, 2]
        .map(|run: u128| {
            let mut writer = child(TWO, "022");
            writer.env(PLACE, &path).env(RUN, run.to_string()).stdout(Stdio::piped()).spawn().unwrap()
        })
        .into();
    let told: Vec<_> = writers.iter_mut().map(|writer| BufReader::new(writer.stdout.take().unwrap()).lines()).collect();
    let acknowledged: Vec<_> = told
        .into_iter()
        .map(|lines| {
            std::thread::spawn(move || lines.map_while(Result::ok).filter(|l| l.starts_with("saved ")).count())
        })
        .collect();

    // The third: each round writes the log back into the file and cuts it off, as far as the others let it.
    let mut raw = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.unwrap();
    while writers.iter_mut().any(|writer| writer.try_wait().unwrap().is_none()) {
        let _busy = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut raw).await;
        tokio::task::yield_now().await;
    }

    for writer in &mut writers {
        assert!(writer.wait().unwrap().success());
    }
    let journal = SqliteJournal::open(&path).await.unwrap();
    for (run, acknowledged) in [1, 2].into_iter().zip(acknowledged) {
        let run = Tail::new(run).run;
        let stored = journal.load(run, Seq(0)).await.unwrap();
        assert_eq!((acknowledged.join().unwrap(), stored.len()), (EACH as usize, EACH as usize));
        check_chain(run, &stored).unwrap();
    }
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut raw).await.unwrap();
    assert_eq!(sound, "ok");
}

async fn write_some(path: &Path, run: u128) {
    let journal = SqliteJournal::open(path).await.unwrap();
    let mut tail = Tail::new(run);
    while tail.seq < Seq(EACH) {
        let at = tail.seq;
        let mut next = tail.notes(&["書"]);
        // Each process counts its identifiers from the start.
        next[0].id = tejun::ids::EventId(uuid::Uuid::from_u128((run << 64) + u128::from(at.0)));
        tail = Tail { at: tail.at, ..Tail::new(run) };
        journal.append(tail.run, at, &next).await.unwrap();
        tail = Tail::behind(tail.run, &[tejun::run::event::Stored::encode(&next[0]).unwrap()]);
        println!("saved {}", tail.seq);
    }
}
