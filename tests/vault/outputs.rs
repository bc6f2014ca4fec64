//! Outputs that people save.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use pretty_assertions::assert_eq;
use tejun::vault::outputs::{SaveError, save_text};

#[test]
fn an_output_is_saved_as_text_that_only_its_owner_reads() {
    let home = tempfile::tempdir().unwrap();
    let from = home.path().join("a.out");
    fs::write(&from, "\u{1b}[31m容量\u{1b}[0m 93%\r\n 10%\r100%\r\n\u{1b}]52;c;eA==\u{7}終").unwrap();

    let saved = save_text(&from, &home.path().join("容量.txt")).unwrap();

    assert_eq!(fs::read_to_string(&saved.path).unwrap(), "容量 93%\n100%\n終");
    assert_eq!(saved.bytes, fs::metadata(&saved.path).unwrap().len());
    assert_eq!(fs::metadata(&saved.path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn nothing_is_written_over_and_no_link_is_followed() {
    let home = tempfile::tempdir().unwrap();
    let from = home.path().join("a.out");
    fs::write(&from, "new").unwrap();
    let (file, link, other) = (home.path().join("file"), home.path().join("link"), home.path().join("other"));
    fs::write(&file, "old").unwrap();
    symlink(&other, &link).unwrap();

    for to in [&file, &link] {
        assert!(matches!(save_text(&from, to), Err(SaveError::Taken { .. })), "{to:?}");
    }

    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    assert!(!other.exists());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 3, "nothing unfinished is left");
}

#[test]
fn a_place_that_cannot_be_is_said() {
    let home = tempfile::tempdir().unwrap();
    let from = home.path().join("a.out");
    fs::write(&from, "x").unwrap();

    assert!(matches!(save_text(&from, &home.path().join("none/x")), Err(SaveError::Folder { .. })));
    assert!(matches!(save_text(&from, std::path::Path::new("/")), Err(SaveError::Name { .. })));
    assert!(matches!(save_text(&home.path().join("none"), &home.path().join("x")), Err(SaveError::Read { .. })));
    assert!(!home.path().join("x").exists());
}
