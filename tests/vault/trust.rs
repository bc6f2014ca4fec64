//! The list of trusted runbooks.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use pretty_assertions::assert_eq;
use tejun::ids::Digest;
use tejun::vault::trust::{Trust, TrustError, TrustList};
use tempfile::TempDir;

fn noon() -> DateTime<FixedOffset> {
    "2026-01-01T12:00:00+09:00".parse().unwrap()
}

fn state() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("state/trust.json");
    (home, path)
}

#[test]
fn trust_is_bound_to_the_place_and_to_the_bytes() {
    let (_home, path) = state();
    let place = Path::new("/srv/手順.md");
    let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
    let mut list = TrustList::load(&path).unwrap();
    assert!(!list.is_trusted(place, &old));

    list.trust(place, &old, noon()).unwrap();
    let reloaded = TrustList::load(&path).unwrap();

    assert_eq!(reloaded, list);
    assert!(reloaded.is_trusted(place, &old));
    assert!(!reloaded.is_trusted(place, &new), "one byte was edited");
    assert!(!reloaded.is_trusted(Path::new("/tmp/手順.md"), &old), "a copy");
    assert!(!reloaded.is_trusted(Path::new("/srv/../srv/手順.md"), &old), "not the canonical path");
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);

    list.trust(place, &new, noon()).unwrap();
    assert!(list.is_trusted(place, &new));
    assert!(!list.is_trusted(place, &old), "going back to the old text is a change like any other");
}

#[test]
fn a_shipped_runbook_needs_no_entry() {
    let (_home, path) = state();
    let place = Path::new("/srv/a.md");
    let shipped: &[&[u8]] = &[b"# one", b"# two"];
    let mut list = TrustList::load(&path).unwrap();
    list.trust(place, &Digest::of(b"mine"), noon()).unwrap();

    assert_eq!(list.of(Path::new("/anywhere"), &Digest::of(b"# two"), shipped), Trust::Shipped);
    assert_eq!(list.of(place, &Digest::of(b"mine"), shipped), Trust::Listed);
    assert_eq!(list.of(place, &Digest::of(b"# two "), shipped), Trust::No);
}

#[test]
fn a_broken_list_is_named_trusts_nothing_and_stays_as_it_is() {
    let place = Path::new("/srv/a.md");
    for text in ["", "{", "[]", "{\"version\":1}", "{\"version\":1,\"trusted\":[],\"all\":true}", "\u{0}\u{ff}"] {
        let (_home, path) = state();
        let mut list = TrustList::load(&path).unwrap();
        list.trust(place, &Digest::of(b""), noon()).unwrap();
        fs::write(&path, text).unwrap();

        let loaded = TrustList::load(&path).unwrap_err();
        let written = list.trust(Path::new("/srv/b.md"), &Digest::of(b""), noon()).unwrap_err();

        assert!(matches!(loaded, TrustError::Damaged { .. }), "{text:?}: {loaded:?}");
        assert!(loaded.to_string().contains(path.to_str().unwrap()), "{loaded}");
        assert!(matches!(written, TrustError::Damaged { .. }), "{text:?}: {written:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_list_of_a_newer_program_is_not_written_over() {
    let (_home, path) = state();
    let text = "{\"version\":2,\"trusted\":{\"paths\":[]}}";
    let mut list = TrustList::load(&path).unwrap();
    list.trust(Path::new("/a"), &Digest::of(b""), noon()).unwrap();
    fs::write(&path, text).unwrap();

    assert!(matches!(TrustList::load(&path), Err(TrustError::Newer { version: 2, .. })));
    assert!(list.trust(Path::new("/b"), &Digest::of(b""), noon()).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_list_that_others_could_have_written_trusts_nothing() {
    let (home, path) = state();
    TrustList::load(&path).unwrap().trust(Path::new("/a"), &Digest::of(b""), noon()).unwrap();

    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(matches!(TrustList::load(&path), Err(TrustError::Unsafe { .. })));

    let elsewhere = home.path().join("elsewhere.json");
    fs::rename(&path, &elsewhere).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&elsewhere, &path).unwrap();
    assert!(matches!(TrustList::load(&path), Err(TrustError::Unsafe { .. })));

    fs::remove_file(&path).unwrap();
    fs::set_permissions(path.parent().unwrap(), fs::Permissions::from_mode(0o777)).unwrap();
    let mut list = TrustList::load(&path).unwrap();
    assert!(matches!(list.trust(Path::new("/a"), &Digest::of(b""), noon()), Err(TrustError::Folder(_))));
    assert!(!list.is_trusted(Path::new("/a"), &Digest::of(b"")));
}

#[test]
fn many_at_once_lose_no_entry() {
    const EACH: usize = 20;
    let (_home, path) = state();
    let digest = Digest::of(b"");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (path, digest) = (&path, &digest);
            scope.spawn(move || {
                for entry in 0..EACH {
                    let mut list = TrustList::load(path).unwrap();
                    list.trust(Path::new(&format!("/{writer}/{entry}")), digest, noon()).unwrap();
                }
            });
        }
    });

    let list = TrustList::load(&path).unwrap();
    for writer in 0..4 {
        for entry in 0..EACH {
            assert!(list.is_trusted(Path::new(&format!("/{writer}/{entry}")), &digest), "{writer}/{entry}");
        }
    }
    let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the list and its lock: {names:?}");
}

#[test]
fn a_path_that_cannot_be_written_down_is_refused() {
    let (_home, path) = state();
    let place = Path::new(std::ffi::OsStr::from_bytes(b"/srv/\xff.md"));
    let mut list = TrustList::load(&path).unwrap();

    assert!(matches!(list.trust(place, &Digest::of(b""), noon()), Err(TrustError::Unnameable { .. })));
    assert!(!list.is_trusted(place, &Digest::of(b"")));
}

#[test]
fn the_text_that_was_trusted_is_kept_and_a_changed_copy_of_it_says_nothing() {
    let (_home, path) = state();
    let place = Path::new("/srv/a.md");
    let mut list = TrustList::load(&path).unwrap();
    list.trust(place, &Digest::of(b"# one\n"), noon()).unwrap();
    assert_eq!(list.trusted_text(place), None, "it was not kept");

    list.keep_text(b"# one\n").unwrap();

    assert_eq!(list.trusted_text(place), Some(b"# one\n".to_vec()));
    let kept = path.with_file_name("trusted").join(Digest::of(b"# one\n").as_str());
    assert_eq!(fs::metadata(&kept).unwrap().mode() & 0o777, 0o600);
    fs::write(&kept, "# two\n").unwrap();
    assert_eq!(list.trusted_text(place), None);
}
