//! Folders of ours alone.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use tejun::vault::{FolderError, private_dir};

#[test]
fn a_missing_folder_is_made_for_us_alone() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a/b");

    private_dir(&path).unwrap();
    private_dir(&path).unwrap();

    for folder in [&path, &home.path().join("a")] {
        assert_eq!(fs::metadata(folder).unwrap().mode() & 0o777, 0o700);
    }
}

#[test]
fn a_folder_that_others_can_write_is_refused() {
    let home = tempfile::tempdir().unwrap();
    for (mode, refused) in [(0o777, true), (0o720, true), (0o1777, true), (0o755, false), (0o500, false)] {
        fs::set_permissions(home.path(), fs::Permissions::from_mode(mode)).unwrap();

        let checked = private_dir(home.path());

        assert_eq!(checked.is_err(), refused, "{mode:o}");
        if let Err(error) = checked {
            assert!(matches!(&error, FolderError::Open { mode: found, .. } if *found == mode), "{error}");
            assert!(error.to_string().contains("chmod go-w"), "{error}");
        }
    }
}

#[test]
fn a_link_a_file_and_a_foreign_folder_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let (real, link, file) = (home.path().join("real"), home.path().join("link"), home.path().join("file"));
    private_dir(&real).unwrap();
    symlink(&real, &link).unwrap();
    symlink(home.path().join("nowhere"), home.path().join("dangling")).unwrap();
    fs::write(&file, "").unwrap();
    let foreign = if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&real, Some(12345), None).unwrap();
        real
    } else {
        "/usr".into()
    };

    assert!(matches!(private_dir(&link), Err(FolderError::Symlink { .. })));
    assert!(matches!(private_dir(&home.path().join("dangling")), Err(FolderError::Symlink { .. })));
    assert!(matches!(private_dir(&file), Err(FolderError::NotAFolder { .. })));
    assert!(matches!(private_dir(&file.join("below")), Err(FolderError::Make { .. })));
    assert!(matches!(private_dir(&foreign), Err(FolderError::Foreign { .. })));
}
