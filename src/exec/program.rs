//! The program that runs here, for those who start it once more.
//!
//! An upgrade takes the file away or puts another one in its place while a run lives. What is started then must be the
//! program that runs: a path that is gone starts nothing, and another program need not speak as this one does.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The kernel's name for the program of whoever looks it up; between fork and exec that is still the one that started it.
const RUNNING: &str = "/proc/self/exe";

/// Whether the file at `path` is the program that runs here.
pub fn runs_here(path: &Path) -> bool {
    let identity = |path: &Path| path.metadata().ok().map(|file| (file.dev(), file.ino()));
    identity(path).is_some_and(|file| identity(Path::new(RUNNING)) == Some(file))
}

/// From what the program that runs here is started once more: `path` while it is that program, or where the kernel has no
/// name for it (no `/proc`), else that name.
pub fn to_start(path: PathBuf) -> PathBuf {
    if runs_here(&path) || !Path::new(RUNNING).exists() { path } else { PathBuf::from(RUNNING) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_was_taken_away_or_replaced_is_started_from_what_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let (own, other) = (folder.path().join("own"), folder.path().join("other"));
        std::os::unix::fs::symlink(std::env::current_exe().expect("it runs"), &own).expect("a link");
        std::fs::write(&other, "another program").expect("a file");
        for (path, started) in
            [(&own, own.as_path()), (&other, Path::new(RUNNING)), (&folder.path().join("gone"), Path::new(RUNNING))]
        {
            assert_eq!(to_start(path.clone()), started);
        }
    }
}
