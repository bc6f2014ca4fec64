//! Saving records.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use pretty_assertions::assert_eq;
use tejun::ids::{Digest, RunId};
use tejun::vault::evidence::{Copied, Piece};
use tejun::vault::records::{Draft, RecordError, Saved, check_writable};
use tejun::vault::{FolderError, slug};
use uuid::Uuid;

pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Saves `bytes` for a run of its own, without evidence.
pub(super) fn save(dir: &Path, stem: &str, bytes: &[u8]) -> Result<Saved, RecordError> {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    let own = tempfile::tempdir().unwrap();
    let run = RunId(Uuid::from_u128(RUNS.fetch_add(1, Ordering::Relaxed).into()));
    let draft = Draft { dir, stem, run, note: &own.path().join("record.json") };
    draft.save(&[], |_, _| bytes.to_vec())
}

#[test]
fn a_record_is_saved_in_a_folder_that_is_made_for_it() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("記録/2026");

    let saved = save(&dir, "2026-01-01-0200-週次メンテナンス", "# 記録\n".as_bytes()).unwrap();

    let path = home.path().canonicalize().unwrap().join("記録/2026/2026-01-01-0200-週次メンテナンス.md");
    assert_eq!(saved, Saved { path: path.clone(), digest: Digest::of("# 記録\n".as_bytes()) });
    assert_eq!(fs::read_to_string(&path).unwrap(), "# 記録\n");
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&dir).unwrap().mode() & 0o777, 0o700);
    assert_eq!(names(&dir).len(), 1, "no temporary file is left");
}

#[test]
fn records_of_one_minute_and_one_title_all_exist() {
    let home = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let dir = home.path();
            scope.spawn(move || save(dir, "same", format!("{writer}").as_bytes()).unwrap());
        }
    });

    let found = names(home.path());
    assert_eq!(
        found,
        ["same-2.md", "same-3.md", "same-4.md", "same-5.md", "same-6.md", "same-7.md", "same-8.md", "same.md"]
    );
    let mut texts: Vec<_> = found.iter().map(|n| fs::read_to_string(home.path().join(n)).unwrap()).collect();
    texts.sort();
    assert_eq!(texts, ["0", "1", "2", "3", "4", "5", "6", "7"]);
}

#[test]
fn what_has_the_name_already_is_not_touched_whatever_it_is() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("target");
    let dir = home.path().join("records");
    fs::create_dir(&dir).unwrap();
    fs::write(&target, "mine").unwrap();
    symlink(&target, dir.join("a.md")).unwrap();
    symlink(home.path().join("nowhere"), dir.join("a-2.md")).unwrap();
    fs::create_dir(dir.join("a-3.md")).unwrap();

    let saved = save(&dir, "a", b"record").unwrap();

    assert!(saved.path.ends_with("a-4.md"), "{saved:?}");
    assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
    assert!(!home.path().join("nowhere").exists());
}

#[test]
fn a_link_in_the_place_of_the_folder_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let elsewhere = home.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, home.path().join("records")).unwrap();

    let refused = save(&home.path().join("records"), "a", b"record").unwrap_err();

    assert!(matches!(refused, RecordError::Folder(FolderError::Symlink { .. })), "{refused:?}");
    assert_eq!(names(&elsewhere), [""; 0]);
}

#[test]
fn a_folder_above_may_be_a_link_and_the_path_is_the_real_one() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("real")).unwrap();
    symlink(home.path().join("real"), home.path().join("link")).unwrap();

    let saved = save(&home.path().join("link/records"), "a", b"record").unwrap();

    assert_eq!(saved.path, home.path().canonicalize().unwrap().join("real/records/a.md"));
}

#[test]
fn a_hostile_name_is_refused_and_its_slug_is_not() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("records");
    let long = "x".repeat(300);
    let hostile = [
        "../../x",
        "/etc/x",
        &long,
        "-rf",
        "a\nb",
        "．．／x",
        "a／b",
        ".",
        "..",
        ".hidden",
        "",
        "a\u{1b}[31m",
        "a\u{202e}b",
        "a\0b",
        "a/b",
        "a\u{200b}",
        "a\\b",
        "..\u{2215}x",
        "\u{7f}",
    ];
    for name in hostile {
        let refused = save(&dir, name, b"record");
        assert!(matches!(refused, Err(RecordError::Name { .. })), "{name:?}: {refused:?}");
        let message = refused.unwrap_err().to_string();
        assert!(!message.contains(['\u{1b}', '\n', '\u{202e}']), "{message:?}");
    }
    assert!(!dir.exists(), "nothing was made");

    for name in hostile {
        save(&dir, &slug(name), b"record").unwrap();
    }
    assert_eq!(names(&dir).len(), hostile.len());
    assert_eq!(names(home.path()), ["records"], "nothing lies outside");
}

#[test]
fn a_folder_that_takes_no_files_is_told_before_the_run() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();

    check_writable(&home.path().join("new")).unwrap();
    let none = check_writable(&file).unwrap_err();
    let below = check_writable(&file.join("x")).unwrap_err();
    // A folder that takes no files from anybody, root included.
    let unwritable = check_writable(Path::new("/proc")).unwrap_err();
    let unsaved = save(Path::new("/proc"), "a", b"record").unwrap_err();

    assert_eq!(names(&home.path().join("new")), [""; 0]);
    assert!(matches!(none, RecordError::Folder(FolderError::NotAFolder { .. })), "{none:?}");
    assert!(matches!(below, RecordError::Folder(FolderError::Make { .. })), "{below:?}");
    assert!(matches!(unwritable, RecordError::Unwritable { .. }), "{unwritable:?}");
    assert!(matches!(unsaved, RecordError::Unwritable { .. }), "{unsaved:?}");
    assert!(unwritable.to_string().contains("choose another folder"), "{unwritable}");
}

#[test]
fn a_record_whose_evidence_cannot_be_copied_leaves_nothing_behind_and_its_name_free() {
    let home = tempfile::tempdir().unwrap();
    let piece = |name: &str| Piece { path: home.path().join(name), name: name.to_owned(), digest: None };
    fs::write(home.path().join("a"), b"one").unwrap();
    let dir = home.path().join("records");
    let text = |_: &str, _: &[Copied]| b"record".to_vec();

    let note = home.path().join("record.json");
    let draft = Draft { dir: &dir, stem: "x", run: RunId(Uuid::from_u128(1)), note: &note };

    let refused = draft.save(&[piece("a"), piece("b")], text);
    let left = names(&dir);
    fs::write(home.path().join("b"), b"two").unwrap();
    draft.save(&[piece("a"), piece("b")], text).unwrap();

    assert!(matches!(refused, Err(RecordError::Evidence(_))), "{refused:?}");
    assert_eq!(left, [""; 0]);
    assert_eq!(names(&dir), ["x.evidence", "x.md"]);
}
