//! The process that writes is killed: everything that it was told is saved is there.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tejun::ids::Seq;
use tejun::store::Journal as _;
use tejun::store::sqlite::SqliteJournal;
use tejun::store::verify::check_chain;

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
