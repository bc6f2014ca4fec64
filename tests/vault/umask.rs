//! Files are ours alone whatever the umask says.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use tejun::ids::{Digest, Seq};
use tejun::store::Journal as _;
use tejun::store::sqlite::SqliteJournal;
use tejun::vault::evidence::{Piece, copy_into};
use tejun::vault::team_log::{Before, append};
use tejun::vault::trust::TrustList;

use crate::store::child::under_umask;
use crate::store::facts::Tail;
use crate::vault::records::save;

#[test]
fn no_file_is_open_to_others_under_any_umask() {
    for umask in ["000", "022", "077"] {
        under_umask(umask, "vault::umask::no_file_is_open_to_others_under_any_umask", write_everything);
    }
}

fn write_everything() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("state");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut tail = Tail::new(1);
    let journal = runtime.block_on(SqliteJournal::open(&state.join("journal.db"))).unwrap();
    runtime.block_on(journal.append(tail.run, Seq(0), &tail.notes(&["一"]))).unwrap();
    let at = "2026-01-01T12:00:00+09:00".parse().unwrap();
    TrustList::load(&state.join("trust.json")).unwrap().trust(Path::new("/a"), &Digest::of(b""), at).unwrap();
    let saved = save(&state.join("records/2026"), "a", b"record").unwrap();
    let output = state.join("journal.db.lock");
    append(&state.canonicalize().unwrap().join("records/log.md"), "## 2026-01-01\n", Before::Never).unwrap();
    copy_into(&saved.path, &[Piece { path: output, name: "x".into(), digest: None }]).unwrap();

    let mut seen = Vec::new();
    look(&state, &mut seen);
    seen.sort();
    let expected = [
        "0600 01-x.out",
        "0600 a.md",
        "0600 journal.db",
        "0600 journal.db-shm",
        "0600 journal.db-wal",
        "0600 journal.db.lock",
        "0600 log.md",
        "0600 trust.json",
        "0600 trust.json.lock",
        "0700 2026",
        "0700 a.evidence",
        "0700 records",
        "0700 state",
    ];
    assert_eq!(seen, expected);
}

fn look(path: &Path, seen: &mut Vec<String>) {
    let meta = fs::symlink_metadata(path).unwrap();
    seen.push(format!("{:04o} {}", meta.mode() & 0o7777, path.file_name().unwrap().display()));
    if meta.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            look(&entry.unwrap().path(), seen);
        }
    }
}
