//! Evidence files, as stored.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::PathBuf;

use pretty_assertions::assert_eq;
use tejun::ids::Digest;
use tejun::vault::evidence::{Copied, EvidenceError, Piece, copy_into, copy_name, digest, folder_of, read, tail};
use tempfile::TempDir;

/// A folder with a record and evidence of these bytes.
fn beside(contents: &[&[u8]]) -> (TempDir, PathBuf, Vec<Piece>) {
    let home = tempfile::tempdir().unwrap();
    let record = home.path().join("2026-01-01-0200-週次.md");
    fs::write(&record, "# 記録").unwrap();
    let pieces = contents.iter().enumerate().map(|(i, bytes)| {
        let path = home.path().join(format!("{i}.out"));
        fs::write(&path, bytes).unwrap();
        Piece { path, name: format!("ディスク/確認 {i}"), digest: Some(Digest::of(bytes)) }
    });
    let pieces = pieces.collect();
    (home, record, pieces)
}

#[test]
fn any_part_can_be_read_and_never_more_than_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.out");
    fs::write(&path, b"0123456789").unwrap();

    for (offset, max, expected) in
        [(0, 4, "0123"), (8, 4, "89"), (10, 4, ""), (u64::MAX, 4, ""), (0, usize::MAX, "0123456789"), (3, 0, "")]
    {
        assert_eq!(read(&path, offset, max).unwrap(), expected.as_bytes(), "{offset} {max}");
    }
    assert_eq!(tail(&path, 3).unwrap(), b"789");
    assert_eq!(tail(&path, 100).unwrap(), b"0123456789");
    assert!(read(&home.path().join("none"), 0, 1).is_err());
    assert!(read(home.path(), 0, 1).is_err());
}

#[test]
fn a_link_is_no_evidence() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("secret"), "x").unwrap();
    symlink(home.path().join("secret"), home.path().join("a.out")).unwrap();

    assert!(read(&home.path().join("a.out"), 0, 1).is_err());
    assert!(digest(&home.path().join("a.out")).is_err());
}

#[test]
fn the_digest_of_a_file_larger_than_the_buffer_is_that_of_its_bytes() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.out");
    let bytes: Vec<u8> = (0..300_000_u32).map(|i| i.to_le_bytes()[0]).collect();
    fs::write(&path, &bytes).unwrap();

    assert_eq!(digest(&path).unwrap(), (300_000, Digest::of(&bytes)));
}

#[test]
fn evidence_is_copied_beside_the_record_under_numbered_names() {
    let large = vec![7; 200_000];
    let (home, record, pieces) = beside(&[b"\x1b[31m\0\xff", &large, b""]);

    let copied = copy_into(&record, &pieces).unwrap();
    let again = copy_into(&record, &pieces).unwrap();

    let folder = home.path().join("2026-01-01-0200-週次.evidence");
    assert_eq!(folder_of(&record), folder);
    assert_eq!(copied[0].file, "01-ディスク-確認-0.out");
    assert_eq!(copied[1], Copied { file: copy_name(1, "ディスク/確認 1"), bytes: 200_000, digest: Digest::of(&large) });
    assert_eq!(again, copied);
    for (piece, copy) in pieces.iter().zip(&copied) {
        let path = folder.join(&copy.file);
        assert_eq!(fs::read(&path).unwrap(), fs::read(&piece.path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
}

#[test]
fn changed_evidence_is_not_copied() {
    let (_home, record, mut pieces) = beside(&[b"one", b"two"]);
    fs::write(&pieces[1].path, "twO").unwrap();

    let error = copy_into(&record, &pieces).unwrap_err();

    assert!(matches!(&error, EvidenceError::Changed { path, .. } if *path == pieces[1].path), "{error}");
    assert_eq!(fs::read_dir(folder_of(&record)).unwrap().count(), 1, "only the first one is there");

    pieces[1].digest = None;
    assert_eq!(copy_into(&record, &pieces).unwrap()[1].digest, Digest::of(b"twO"), "nothing to compare with");
}

#[test]
fn what_stands_in_the_place_of_a_copy_is_not_touched() {
    let (home, record, pieces) = beside(&[b"one"]);
    let folder = folder_of(&record);
    fs::create_dir(&folder).unwrap();
    let target = home.path().join("target");
    fs::write(&target, "one").unwrap();
    symlink(&target, folder.join(copy_name(0, &pieces[0].name))).unwrap();

    let taken = copy_into(&record, &pieces).unwrap_err();
    assert!(matches!(taken, EvidenceError::Taken { .. }), "{taken}");

    fs::remove_dir_all(&folder).unwrap();
    symlink(home.path(), &folder).unwrap();
    let linked = copy_into(&record, &pieces).unwrap_err();
    assert!(matches!(linked, EvidenceError::Folder { .. }), "{linked}");
}

#[test]
fn missing_evidence_is_named() {
    let (home, record, _) = beside(&[]);
    let path = home.path().join("gone.out");
    let piece = Piece { path: path.clone(), name: "x".into(), digest: None };

    let error = copy_into(&record, &[piece]).unwrap_err();

    assert!(matches!(error, EvidenceError::Read { path: named, .. } if named == path));
}
