//! A process that saves a record is killed before each of its calls to the system that change something; the next one saves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pretty_assertions::assert_eq;
use tejun::ids::{Digest, RunId};
use tejun::vault::evidence::{Copied, Piece};
use tejun::vault::records::{Draft, Saved};
use uuid::Uuid;

use super::records::names;
use crate::store::child::{child, is_child};

const NAME: &str = "vault::saving::a_record_whose_saving_was_killed_at_any_point_is_saved_once_under_its_name";
const PLACE: &str = "TEJUN_TEST_RECORDS";
const PIECES: &str = "TEJUN_TEST_PIECES";

/// What changes something on disk.
const CALLS: [&str; 6] = ["mkdir", "mkdirat", "unlinkat", "renameat", "renameat2", "fsync"];

/// More than saving makes of them.
const MOST: usize = 100;

/// Saves the record of the run with this number; what it says differs from try to try, as it does where the journal went on.
fn save(home: &Path, run: u128, pieces: usize, said: &str) -> Saved {
    let own = home.join(run.to_string());
    let pieces: Vec<Piece> = (0..pieces)
        .map(|n| Piece { path: own.join(format!("out-{n}")), name: format!("確認{n}"), digest: None })
        .collect();
    let draft = Draft {
        dir: &home.join("records"),
        stem: "2026-01-01-0200-週次",
        run: RunId(Uuid::from_u128(run)),
        note: &own.join("record.json"),
    };
    draft
        .save(&pieces, |folder, copies: &[Copied]| {
            let list: String = copies.iter().map(|copy| format!("{folder}/{} {}\n", copy.file, copy.digest)).collect();
            format!("run {run}\n{said}\n{list}").into_bytes()
        })
        .unwrap()
}

/// A home with what two runs printed.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for run in 1..=2 {
        let own = home.path().join(run.to_string());
        fs::create_dir(&own).unwrap();
        for n in 0..2 {
            fs::write(own.join(format!("out-{n}")), format!("run {run} output {n}\n")).unwrap();
        }
    }
    home
}

/// Runs this test in another process that saves for run 1, and is killed before it makes `call` for the `time`th time, from 1;
/// whether it came to its end.
#[expect(clippy::disallowed_methods, reason = "a kill concerns a whole process, so the test starts itself in another")]
fn killed_at(call: &str, time: usize, home: &Path, pieces: usize) -> bool {
    let child = child(NAME, "022");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-o"]).arg(home.join("trace")).args(["-e", &format!("trace={call}")]);
    strace.args(["-e", &format!("inject={call}:signal=KILL:when={time}")]).arg(child.get_program());
    strace.args(child.get_args()).envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
    strace.env(PLACE, home).env(PIECES, pieces.to_string());
    let ended = strace.output().expect("scripts/test installs strace");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() == said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    ended.status.success()
}

/// The records in the home, each with its copies of evidence, after a look that nothing else is there.
fn found(home: &Path, pieces: usize) -> Vec<(String, String)> {
    let dir = home.join("records");
    let all = names(&dir);
    let records: Vec<&String> = all.iter().filter(|name| name.ends_with(".md")).collect();
    assert_eq!(all.len(), records.len() * if pieces == 0 { 1 } else { 2 }, "{all:?}");
    records
        .into_iter()
        .map(|name| {
            let text = fs::read_to_string(dir.join(name)).unwrap();
            let run = text.lines().next().unwrap().to_owned();
            let mut listed = 0;
            for line in text.lines().skip(2) {
                let (file, digest) = line.split_once(' ').unwrap();
                let copy = fs::read(dir.join(file)).unwrap();
                assert_eq!(Digest::of(&copy).to_string(), digest);
                assert!(String::from_utf8(copy).unwrap().starts_with(&run), "{name} has the evidence of another");
                listed += 1;
            }
            assert_eq!(listed, pieces);
            (name.clone(), run)
        })
        .collect()
}

#[test]
fn a_record_whose_saving_was_killed_at_any_point_is_saved_once_under_its_name() {
    if is_child() {
        let home = PathBuf::from(std::env::var_os(PLACE).unwrap());
        let pieces = std::env::var(PIECES).unwrap().parse().unwrap();
        save(&home, 1, pieces, "first");
        return;
    }
    for (pieces, least) in [(0, 6), (2, 15)] {
        let mut kills = 0;
        for call in CALLS {
            let end = (1..MOST).find(|time| {
                let home = home();
                let ended = killed_at(call, *time, home.path(), pieces);
                if !ended {
                    let killed = format!("with {pieces} pieces killed before {call} {time}");
                    is_saved_once(home.path(), pieces, time % 2 == 0, &killed);
                }
                ended
            });
            kills += end.expect("saving comes to its end") - 1;
        }
        assert!(kills >= least, "with {pieces} pieces it was killed {kills} times only");
    }
}

/// Saves for run 1 again, with `between` after another run saved at the same minute under the same title.
fn is_saved_once(home: &Path, pieces: usize, between: bool, killed: &str) {
    if between {
        save(home, 2, pieces, "another");
    }

    let saved = save(home, 1, pieces, "second");

    assert_eq!(Digest::of(&fs::read(&saved.path).unwrap()), saved.digest, "{killed}");
    let found = found(home, pieces);
    let mine: Vec<_> = found.iter().filter(|(_, run)| run == "run 1").collect();
    assert_eq!(mine.len(), 1, "{killed}: {found:?}");
    assert!(saved.path.ends_with(&mine[0].0), "{killed}");
    assert_eq!(found.len(), if between { 2 } else { 1 }, "{killed}: {found:?}");
    if !between {
        assert_eq!(found[0].0, "2026-01-01-0200-週次.md", "{killed}");
    }
}

#[test]
fn a_record_that_another_hand_changed_after_its_host_died_is_not_taken_for_the_run_s_own() {
    let home = home();
    let first = save(home.path(), 1, 2, "first");
    fs::write(&first.path, "changed").unwrap();

    let second = save(home.path(), 1, 2, "second");

    assert_eq!(fs::read_to_string(&first.path).unwrap(), "changed");
    assert!(second.path.ends_with("2026-01-01-0200-週次-2.md"), "{second:?}");
}

#[test]
fn a_note_that_cannot_be_read_or_names_something_outside_is_no_name() {
    for note in ["", "{", r#"{"name":"../../x","sha256":"","evidence":null}"#, r#"{"name":"x"}"#] {
        let home = home();
        fs::write(home.path().join("1/record.json"), note).unwrap();

        let saved = save(home.path(), 1, 2, "first");

        assert!(saved.path.ends_with("2026-01-01-0200-週次.md"), "{note}: {saved:?}");
        assert_eq!(found(home.path(), 2).len(), 1);
    }
}
