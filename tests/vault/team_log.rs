//! The running log of a team: entries are added, and nothing else of the file is touched.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;
use tejun::vault::team_log::{Before, LogError, append, check, resolve};

const OLD: &str = "# 記録\n\n## 2026-11-13 週次\n- **結果**: 成功  \n";
const ENTRY: &str = "## 2026-11-20 週次\n- **結果**: 失敗\n";

fn log(dir: &Path, text: &str) -> PathBuf {
    let path = dir.canonicalize().unwrap().join("log.md");
    fs::write(&path, text).unwrap();
    path
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn an_entry_is_added_before_the_newest_and_mode_and_bytes_stay() {
    let dir = tempfile::tempdir().unwrap();
    let path = log(dir.path(), OLD);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();

    append(&path, ENTRY, Before::Never).unwrap();

    let expected = format!("# 記録\n\n{ENTRY}\n## 2026-11-13 週次\n- **結果**: 成功  \n");
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o664);
    assert_eq!(names(dir.path()), ["log.md"], "nothing is left beside it");
}

#[test]
fn an_entry_that_an_earlier_process_added_is_not_added_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = log(dir.path(), OLD);
    append(&path, ENTRY, Before::Never).unwrap();
    let once = fs::read(&path).unwrap();

    append(&path, ENTRY, Before::Perhaps).unwrap();
    assert_eq!(fs::read(&path).unwrap(), once);
    append(&path, ENTRY, Before::Never).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap().matches("2026-11-20").count(), 2, "two runs of one minute are two");
}

#[test]
fn a_new_log_is_ours_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = resolve(&dir.path().join("new.md")).unwrap();
    check(&path).unwrap();
    assert!(!path.exists(), "a check makes no log");

    append(&path, ENTRY, Before::Never).unwrap();

    assert_eq!(fs::read_to_string(&path).unwrap(), ENTRY);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
}

#[test]
fn a_link_a_folder_a_second_name_and_other_text_are_refused_and_left() {
    let dir = tempfile::tempdir().unwrap();
    let path = log(dir.path(), OLD);
    let place = path.parent().unwrap();
    symlink(&path, place.join("link.md")).unwrap();
    symlink("nowhere", place.join("dangling.md")).unwrap();
    fs::create_dir(place.join("folder.md")).unwrap();
    fs::write(place.join("sjis.md"), b"# \x83\x8d\x83O\n").unwrap();
    fs::write(place.join("open.md"), "```\n").unwrap();

    for (name, expected) in [
        ("link.md", "a symbolic link"),
        ("dangling.md", "a symbolic link"),
        ("folder.md", "a folder"),
        ("sjis.md", "left as it is"),
        ("open.md", "left as it is"),
    ] {
        for answer in [check(&place.join(name)), append(&place.join(name), ENTRY, Before::Never)] {
            let fault = answer.expect_err(name).to_string();
            assert!(fault.contains(expected), "{name}: {fault}");
        }
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), OLD);
    assert!(!place.join("nowhere").exists());
    fs::hard_link(&path, place.join("twin.md")).unwrap();
    assert!(matches!(append(&path, ENTRY, Before::Never), Err(LogError::NotPlain { .. })));
    assert!(resolve(&place.join("missing/log.md")).is_err());
}

#[test]
fn a_log_that_nobody_may_write_is_refused_before_a_run_and_left() {
    let dir = tempfile::tempdir().unwrap();
    let path = log(dir.path(), OLD);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();

    assert!(matches!(check(&path), Err(LogError::ReadOnly { .. })));
    assert!(matches!(append(&path, ENTRY, Before::Never), Err(LogError::ReadOnly { .. })));

    assert_eq!(fs::read_to_string(&path).unwrap(), OLD);
}

#[test]
fn writers_at_one_time_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = log(dir.path(), OLD);
    let add = |writer: usize| {
        for number in 0..10 {
            append(&path, &format!("## 2026-11-20 {writer}-{number}\n- x\n"), Before::Never).unwrap();
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|writer| drop(scope.spawn(move || add(writer)))));

    let text = fs::read_to_string(&path).unwrap();
    for writer in 0..4 {
        for number in 0..10 {
            assert_eq!(text.matches(&format!("## 2026-11-20 {writer}-{number}\n")).count(), 1, "{text}");
        }
    }
    assert!(text.ends_with("## 2026-11-13 週次\n- **結果**: 成功  \n"));
    assert_eq!(names(dir.path()), ["log.md"]);
}
