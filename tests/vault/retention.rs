//! What the settings do not keep goes, oldest first, and is said.

use std::num::NonZeroU64;
use std::path::Path;

use chrono::{DateTime, FixedOffset, TimeDelta};
use pretty_assertions::assert_eq;
use tejun::config::evidence::EvidenceSettings;
use tejun::config::folders::RunFolder;
use tejun::ids::RunId;
use tejun::vault::retention::{Over, Why, apply, removed};

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-20T02:00:00+09:00").expect("a time")
}

/// A run that ended so many days ago and left so many bytes.
fn over(dir: &Path, number: u128, days: i64, bytes: usize) -> Over {
    let folder = RunFolder(dir.join(number.to_string()));
    std::fs::create_dir_all(folder.evidence()).expect("a folder");
    std::fs::write(folder.evidence().join("a.out"), vec![b'x'; bytes]).expect("written");
    Over { run: RunId(uuid::Uuid::from_u128(number)), folder, ended: now() - TimeDelta::days(days), clock_set: false }
}

fn settings(keep_days: u64, limit: u64) -> EvidenceSettings {
    EvidenceSettings {
        keep: NonZeroU64::new(keep_days * 24 * 3600),
        limit: NonZeroU64::new(limit),
        ..EvidenceSettings::default()
    }
}

fn there(over: &Over) -> bool {
    over.folder.evidence().join("a.out").exists()
}

#[test]
fn everything_is_kept_where_nothing_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let runs = [over(dir.path(), 1, 4000, 10)];

    assert_eq!(apply(&runs, &settings(0, 0), now()).expect("applied"), []);

    assert!(there(&runs[0]) && removed(&runs[0].folder).is_empty());
}

#[test]
fn what_is_too_old_goes_and_its_run_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let runs = [over(dir.path(), 1, 29, 10), over(dir.path(), 2, 31, 20)];

    let gone = apply(&runs, &settings(30, 0), now()).expect("applied");

    assert_eq!(
        gone.iter().map(|r| (r.run, r.files, r.bytes, r.why)).collect::<Vec<_>>(),
        [(runs[1].run, 1, 20, Why::Old)]
    );
    assert_eq!([there(&runs[0]), there(&runs[1])], [true, false]);
    let said = removed(&runs[1].folder);
    assert!(said.len() == 1 && said[0].contains("20 bytes") && said[0].contains("keep"), "{said:?}");
    assert_eq!(apply(&runs, &settings(30, 0), now()).expect("applied"), [], "once");
}

#[test]
fn j111_nothing_goes_for_its_age_while_the_last_run_saw_the_clock_being_set() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut runs = [over(dir.path(), 1, 4000, 10), over(dir.path(), 2, 0, 20)];
    runs[1].clock_set = true;

    assert_eq!(apply(&runs, &settings(30, 0), now()).expect("applied"), []);
    assert_eq!(apply(&runs, &settings(30, 20), now()).expect("applied").len(), 1, "what is too much goes all the same");

    runs = [over(dir.path(), 1, 4000, 10), over(dir.path(), 2, 0, 20)];
    runs[0].clock_set = true;
    assert_eq!(apply(&runs, &settings(30, 0), now()).expect("applied").len(), 1, "an older run says nothing of today");
}

#[test]
fn what_is_too_much_goes_from_the_oldest_on() {
    let dir = tempfile::tempdir().expect("a folder");
    let runs = [over(dir.path(), 1, 1, 50), over(dir.path(), 2, 3, 50), over(dir.path(), 3, 2, 50)];

    let gone = apply(&runs, &settings(0, 100), now()).expect("applied");

    assert_eq!(gone.iter().map(|r| (r.run, r.why)).collect::<Vec<_>>(), [(runs[1].run, Why::TooMuch)]);
    assert_eq!(runs.iter().map(there).collect::<Vec<_>>(), [true, false, true]);
}
