//! Writes records: each under a name of its own, whole, on disk before it is called saved, and never written again.

use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::atomic::{Folder, Placed};
use super::evidence::{Copied, EvidenceError, Piece};
use super::folder::{self, FolderError};
use crate::i18n::is_invisible;
use crate::ids::Digest;

/// How many records may share one stem. Two do when they are of one minute and one title; a thousand means that something
/// writes records in a loop, and it is stopped.
const MAX_TWINS: u32 = 1000;

/// How long a stem may be in bytes: a file name has 255, and a number, an ending and that of a signature go behind it.
const MAX_STEM: usize = 200;

/// A record on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its absolute path, without links.
    pub path: PathBuf,
    /// The digest of its bytes.
    pub digest: Digest,
}

/// Why a record was not saved.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The folder cannot be made, or is none.
    #[error("failed to use the folder for records")]
    Folder(#[from] FolderError),
    /// The folder takes no files.
    #[error(
        "the folder for records {path} cannot be written; free some space, change its permissions, or choose another folder"
    )]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The name could lead out of the folder, or be taken for an option.
    #[error("{stem:?} cannot be the name of a record")]
    Name {
        /// The name.
        stem: String,
    },
    /// A copy of its evidence could not be made.
    #[error("failed to copy the evidence of the record")]
    Evidence(#[from] EvidenceError),
    /// Something has the name already; nothing is written over.
    #[error("{path} is there already; nothing was written. Move it away, or choose another name")]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// Too many records have this name already.
    #[error("{path} already holds {MAX_TWINS} records named {stem}; move some of them away")]
    Crowded {
        /// The folder.
        path: PathBuf,
        /// The name.
        stem: String,
    },
}

/// Saves a record as `{stem}.md` in `dir`; as `{stem}-2.md` and so on where that name is taken.
///
/// The folder is made (mode 0700) where it is missing. The file has mode 0600.
///
/// # Errors
/// [`RecordError`]; then no file was changed, and there is no new one, except where the folder's own sync failed: that one
/// is whole, but may be gone after a power cut.
pub fn save(dir: &Path, stem: &str, bytes: &[u8]) -> Result<Saved, RecordError> {
    if !is_safe(stem) {
        return Err(RecordError::Name { stem: stem.to_owned() });
    }
    folder::make(dir)?;
    let unwritable = |source| RecordError::Unwritable { path: dir.to_owned(), source };
    let folder = Folder::open(dir).map_err(unwritable)?;
    let mut file = folder.begin().map_err(unwritable)?;
    file.write(bytes).and_then(|()| file.finish()).map_err(unwritable)?;
    for number in 1..=MAX_TWINS {
        let name = if number == 1 { format!("{stem}.md") } else { format!("{stem}-{number}.md") };
        match file.place_new(&name).map_err(unwritable)? {
            Placed::Done => return Ok(Saved { path: folder.path().join(name), digest: Digest::of(bytes) }),
            Placed::Taken => {}
        }
    }
    Err(RecordError::Crowded { path: dir.to_owned(), stem: stem.to_owned() })
}

/// Saves a record whose text names copies of its evidence: the copies first, in `{name}.evidence`, then the text that
/// `text` makes of the folder's name and the copies. The name is taken by making the folder, so two records of one minute
/// and one title get two.
///
/// # Errors
/// [`RecordError`]; then there is no record, and no copy of evidence is left behind.
pub fn save_with_evidence(
    dir: &Path,
    stem: &str,
    pieces: &[Piece],
    text: impl FnOnce(&str, &[Copied]) -> Vec<u8>,
) -> Result<Saved, RecordError> {
    if pieces.is_empty() {
        return save(dir, stem, &text("", &[]));
    }
    if !is_safe(stem) {
        return Err(RecordError::Name { stem: stem.to_owned() });
    }
    folder::make(dir)?;
    let unwritable = |source| RecordError::Unwritable { path: dir.to_owned(), source };
    let folder = Folder::open(dir).map_err(unwritable)?;
    let names = (1..=MAX_TWINS).map(|n| if n == 1 { stem.to_owned() } else { format!("{stem}-{n}") });
    for name in names {
        let evidence = format!("{name}.evidence");
        let record = folder.path().join(format!("{name}.md"));
        if record.symlink_metadata().is_ok() || !folder.new_subfolder(&evidence).map_err(unwritable)? {
            continue;
        }
        let saved = fill(&folder, &record, &evidence, pieces, text);
        if saved.is_err() && record.symlink_metadata().is_err() {
            // Saving is tried again: each try would leave copies behind, on a disk that may be full of them.
            let _left_behind = std::fs::remove_dir_all(folder.path().join(&evidence));
        }
        return saved;
    }
    Err(RecordError::Crowded { path: dir.to_owned(), stem: stem.to_owned() })
}

/// Copies `pieces` into the new and empty folder `evidence`, then writes the record beside it.
fn fill(
    folder: &Folder,
    record: &Path,
    evidence: &str,
    pieces: &[Piece],
    text: impl FnOnce(&str, &[Copied]) -> Vec<u8>,
) -> Result<Saved, RecordError> {
    let unwritable = |source| RecordError::Unwritable { path: folder.path().to_owned(), source };
    let copies = super::evidence::copy_into(record, pieces)?;
    let bytes = text(evidence, &copies);
    let mut file = folder.begin().map_err(unwritable)?;
    file.write(&bytes).and_then(|()| file.finish()).map_err(unwritable)?;
    let name = record.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    match file.place_new(&name).map_err(unwritable)? {
        Placed::Done => Ok(Saved { path: record.to_owned(), digest: Digest::of(&bytes) }),
        Placed::Taken => Err(RecordError::Crowded { path: folder.path().to_owned(), stem: name }),
    }
}

/// Lets the group of its folder read a record and the copies of its evidence (mode 0640, 0750 for the folder). Others still
/// see nothing.
///
/// # Errors
/// What the system said; then some of them may be for their owner alone still.
pub fn share(record: &Path) -> io::Result<()> {
    let mode = |path: &Path, mode: u32| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
    let evidence = super::evidence::folder_of(record);
    if evidence.symlink_metadata().is_ok_and(|m| m.is_dir()) {
        for entry in std::fs::read_dir(&evidence)? {
            let path = entry?.path();
            if path.symlink_metadata()?.is_file() {
                mode(&path, 0o640)?;
            }
        }
        mode(&evidence, 0o750)?;
    }
    mode(record, 0o640)
}

/// Whether a record is for its group as well.
pub(super) fn is_shared(record: &Path) -> bool {
    record.metadata().is_ok_and(|m| m.mode() & 0o040 != 0)
}

/// Makes sure that a record can be saved in `dir`, by writing a file there and taking it away; for use before a run.
///
/// # Errors
/// [`RecordError`] as [`save`] would give.
pub fn check_writable(dir: &Path) -> Result<(), RecordError> {
    folder::make(dir)?;
    let try_it = || {
        let folder = Folder::open(dir)?;
        let mut file = folder.begin()?;
        file.write(b"tejun was here")?;
        file.finish()
    };
    try_it().map_err(|source| RecordError::Unwritable { path: dir.to_owned(), source })
}

/// Whether `stem` names a file in the folder and nothing else.
fn is_safe(stem: &str) -> bool {
    !stem.is_empty()
        && stem.len() <= MAX_STEM
        && !stem.starts_with(['.', '-'])
        && !stem.contains("..")
        && !stem.contains(['/', '\\', '／', '＼', '．', '\u{2215}', '\u{2044}'])
        && !stem.chars().any(|c| c.is_control() || is_invisible(c))
}
