//! Evidence of runs that are over takes less room, and not a byte of it changes.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;
use tejun::ids::Digest;
use tejun::vault::compressed::{Packed, compress, exists, open, packed};

fn evidence(dir: &Path, bytes: &[u8]) -> PathBuf {
    let path = dir.join("a.out");
    std::fs::write(&path, bytes).expect("written");
    path
}

fn content(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    open(path).expect("there").read_to_end(&mut bytes).expect("read");
    bytes
}

/// Lines with bytes that are no text between them.
fn output() -> Vec<u8> {
    (0..20_000u32).flat_map(|n| [format!("line {n}\r\n").into_bytes(), vec![0xff, (n % 251) as u8]].concat()).collect()
}

#[test]
fn every_byte_is_read_back_and_the_plain_file_goes() {
    let dir = tempfile::tempdir().expect("a folder");
    let bytes = output();
    let path = evidence(dir.path(), &bytes);

    let done = compress(&path, Some(&Digest::of(&bytes))).expect("compressed");

    let now = packed(&path).metadata().expect("there").len();
    assert_eq!(done, Packed::Done { now, before: bytes.len() as u64 });
    assert!(now < bytes.len() as u64 / 3, "{now}");
    assert!(!path.exists() && exists(&path));
    assert_eq!(content(&path), bytes);
    assert_eq!(compress(&path, None).expect("once"), Packed::AsItWas);
    assert_eq!(tejun::vault::evidence::read(&path, 8, 6).expect("read"), bytes[8..14]);
    assert_eq!(tejun::vault::evidence::tail(&path, 5).expect("read"), bytes[bytes.len() - 5..]);
    assert_eq!(tejun::vault::evidence::digest(&path).expect("read"), (bytes.len() as u64, Digest::of(&bytes)));
    assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 1, "nothing is left of reading it");
    let mode = std::os::unix::fs::PermissionsExt::mode(&packed(&path).metadata().expect("there").permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_not_what_the_journal_says_is_left_as_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = evidence(dir.path(), &output());

    assert_eq!(compress(&path, Some(&Digest::of(b"other"))).expect("looked at"), Packed::Differs);

    assert!(path.exists() && !packed(&path).exists());
    assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 1, "no half of a file is left");
}

#[test]
fn small_files_stay_plain() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = evidence(dir.path(), b"ok\n");

    assert_eq!(compress(&path, None).expect("looked at"), Packed::AsItWas);

    assert_eq!(content(&path), b"ok\n");
}

#[test]
fn what_a_crash_left_half_done_is_ended_and_nothing_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let bytes = output();
    let path = evidence(dir.path(), &bytes);
    for left_behind in [&b"no zstd at all"[..], b""] {
        std::fs::write(&path, &bytes).expect("written");
        std::fs::write(packed(&path), left_behind).expect("written");

        assert!(matches!(compress(&path, None).expect("compressed"), Packed::Done { .. }));

        assert_eq!(content(&path), bytes);
    }
}

#[test]
fn a_damaged_file_is_a_fault_and_never_other_bytes() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = evidence(dir.path(), &output());
    compress(&path, None).expect("compressed");
    let mut damaged = std::fs::read(packed(&path)).expect("there");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(packed(&path), &damaged).expect("written");

    let read = open(&path).expect("there").read_to_end(&mut Vec::new());

    assert!(read.is_err());
    damaged.truncate(middle);
    std::fs::write(packed(&path), &damaged).expect("written");
    assert!(open(&path).expect("there").read_to_end(&mut Vec::new()).is_err(), "half of it");
}
