//! The SQLite journal on a full disk, over a damaged file, and cut off in the middle.

use std::fs;
use std::os::unix::fs::FileExt as _;

use pretty_assertions::assert_eq;
use sqlx::Connection as _;
use tejun::ids::Seq;
use tejun::store::fault::Fault;
use tejun::store::sqlite::SqliteJournal;
use tejun::store::verify::{ChainFault, check_chain, check_rows};
use tejun::store::{AppendError, Journal as _};

use super::contract::Place as _;
use super::facts::Tail;
use super::sqlite::File;

/// The tables take some pages; this leaves room for a few facts.
const LITTLE_ROOM: u32 = 24;

#[tokio::test]
async fn a_full_disk_stops_writing_until_there_is_room_again() {
    let file = File::fresh();
    let journal = SqliteJournal::open_limited(&file.path(), Some(LITTLE_ROOM)).await.unwrap();
    let mut tail = Tail::new(1);
    let large = "満".repeat(2000);

    let fault = loop {
        let before = tail.clone();
        match journal.append(tail.run, before.seq, &tail.notes(&[&large])).await {
            Ok(_) => {}
            Err(AppendError::Store(error)) => {
                tail = before;
                break error.fault().cloned().unwrap();
            }
            Err(other) => panic!("{other:?}"),
        }
    };
    let at = tail.seq;
    let again = journal.append(tail.run, at, &tail.clone().notes(&[&large])).await;

    assert!(at > Seq(0) && matches!(fault, Fault::Full(_)) && fault.passes(), "{fault:?}");
    assert!(matches!(again, Err(AppendError::Store(e)) if matches!(e.fault(), Some(Fault::Full(_)))));
    assert_eq!(check_chain(tail.run, &journal.load(tail.run, Seq(0)).await.unwrap()), Ok(tail.prev.clone()));

    journal.limit_pages(10_000).await.unwrap();
    journal.append(tail.run, at, &tail.notes(&[&large])).await.unwrap();
    assert_eq!(check_chain(tail.run, &journal.load(tail.run, Seq(0)).await.unwrap()), Ok(tail.prev));
}

#[tokio::test]
async fn tables_that_could_not_all_be_made_are_not_there_at_all() {
    let file = File::fresh();

    for pages in 2..8 {
        if let Err(error) = SqliteJournal::open_limited(&file.path(), Some(pages)).await {
            assert!(matches!(error.fault(), Some(Fault::Full(_))), "{error:?}");
            let mut raw = file.raw().await;
            let tables: i64 =
                sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut raw).await.unwrap();
            assert_eq!(tables, 0, "with {pages} pages");
            raw.close().await.unwrap();
        }
    }

    let mut tail = Tail::new(1);
    file.open().await.append(tail.run, Seq(0), &tail.notes(&["一"])).await.unwrap();
}

#[tokio::test]
async fn many_handles_opened_at_once_make_one_journal() {
    let file = std::sync::Arc::new(File::fresh());
    let opened: Vec<_> = (0..6)
        .map(|_| {
            let file = std::sync::Arc::clone(&file);
            tokio::spawn(async move { SqliteJournal::open(&file.path()).await.map(drop) })
        })
        .collect();

    for open in opened {
        open.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_first_final_failure_is_told_until_the_journal_is_opened_again() {
    let file = File::fresh();
    let mut tail = Tail::new(1);
    let journal = file.open().await;
    journal.append(tail.run, Seq(0), &tail.notes(&["一"])).await.unwrap();
    journal.close().await;
    let mut raw = file.raw().await;
    let page: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_schema WHERE name = 'facts'")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    let sound = fs::read(file.path()).unwrap();
    let offset = u64::try_from((page - 1) * 4096).unwrap();
    let write =
        |bytes: &[u8]| fs::File::options().write(true).open(file.path()).unwrap().write_all_at(bytes, offset).unwrap();

    write(&[0xff; 4096]);
    let journal = file.open().await;
    let next = tail.notes(&["二"]);
    let first = journal.append(tail.run, Seq(1), &next).await;
    let start = usize::try_from(offset).unwrap();
    write(&sound[start..start + 4096]);
    let second = journal.append(tail.run, Seq(1), &next).await;

    let cause = |result: Result<_, AppendError>| match result {
        Err(AppendError::Store(error)) => match error.fault() {
            Some(Fault::Broken(cause)) => cause.to_string(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(cause(second), cause(first));
    assert!(journal.keep_runbook(b"x").await.is_err());
    journal.close().await;
    file.open().await.append(tail.run, Seq(1), &next).await.unwrap();
}

#[tokio::test]
async fn a_damaged_row_is_named_and_the_other_runs_open() {
    let file = File::fresh();
    let journal = file.open().await;
    let (mut bad, mut good) = (Tail::new(1), Tail::new(2));
    journal.append(bad.run, Seq(0), &bad.notes(&["一", "二", "三", "四"])).await.unwrap();
    journal.append(good.run, Seq(0), &good.notes(&["一"])).await.unwrap();
    let check = async || {
        let facts = journal.load(bad.run, Seq(0)).await.unwrap();
        let digests = journal.digests(bad.run).await.unwrap();
        (check_chain(bad.run, &facts).err(), check_rows(bad.run, &facts, &digests).err())
    };
    assert_eq!(check().await, (None, None));

    let mut raw = file.raw().await;
    let damage = async |raw: &mut sqlx::SqliteConnection, sql: &'static str| {
        sqlx::raw_sql(sql).execute(raw).await.unwrap();
    };
    damage(&mut raw, "UPDATE facts SET text = replace(text, '四', '肆') WHERE seq = 4").await;
    assert_eq!(check().await, (None, Some(ChainFault::Changed { at: Seq(4) })));
    damage(
        &mut raw,
        "UPDATE facts SET text = CAST(replace(CAST(text AS BLOB), x'e4ba8c', x'e4ff8c') AS TEXT) WHERE seq = 2",
    )
    .await;
    let changed = ChainFault::Changed { at: Seq(2) };
    assert_eq!(check().await, (Some(changed.clone()), Some(changed)), "also where the text is no text any more");
    damage(&mut raw, "UPDATE facts SET event_id = 'nonsense' WHERE run_id LIKE '%1' AND seq = 1").await;
    assert_eq!(check().await.0, Some(ChainFault::Misplaced { at: Seq(1) }));

    assert_eq!(check_chain(good.run, &journal.load(good.run, Seq(0)).await.unwrap()), Ok(good.prev));
    assert_eq!(journal.runs().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_damaged_runbook_is_an_error_and_not_a_runbook() {
    let file = File::fresh();
    let journal = file.open().await;
    let digest = journal.keep_runbook(b"# safe").await.unwrap();

    sqlx::raw_sql("UPDATE runbooks SET bytes = x'00'").execute(&mut file.raw().await).await.unwrap();

    let error = journal.runbook(&digest).await.unwrap_err();
    assert!(matches!(error.fault(), Some(Fault::DamagedRunbook(named)) if *named == digest));
}

#[tokio::test]
async fn a_write_that_was_cut_off_is_not_there() {
    let file = File::fresh();
    let mut tail = Tail::new(1);
    let journal = file.open().await;
    journal.append(tail.run, Seq(0), &tail.notes(&["一"])).await.unwrap();
    // Another process begins to write and dies: its lock goes with it.
    let mut raw = file.raw().await;
    sqlx::raw_sql("BEGIN IMMEDIATE; DELETE FROM facts").execute(&mut raw).await.unwrap();
    let waiting = tokio::spawn({
        let (journal, mut tail) = (journal.clone(), tail.clone());
        async move { journal.append(tail.run, Seq(1), &tail.notes(&["二"])).await }
    });

    raw.close().await.unwrap();

    waiting.await.unwrap().unwrap();
    assert_eq!(journal.load(tail.run, Seq(0)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_log_does_not_grow_without_end() {
    let file = File::fresh();
    let journal = file.open().await;
    let mut tail = Tail::new(1);

    for _ in 0..400 {
        let at = tail.seq;
        journal.append(tail.run, at, &tail.notes(&["記"])).await.unwrap();
    }

    let log = fs::metadata(file.path().with_file_name("journal.db-wal")).unwrap().len();
    assert!(log < 4 << 20, "{log} bytes");
}
