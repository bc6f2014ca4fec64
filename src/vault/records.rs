//! Writes records: each under a name of its own, whole, on disk before it is called saved, and never written again.

use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{Folder, Placed, TEMPORARY};
use super::evidence::{Copied, EvidenceError, Piece};
use super::folder::{self, FolderError};
use crate::i18n::is_invisible;
use crate::ids::{Digest, RunId};

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
    /// The name could not be noted in the run's folder.
    #[error("failed to note the record's name in {path}; free some space, or change its permissions")]
    Note {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
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

/// The record of a run that is over, on its way to a name.
///
/// A host may die anywhere in the saving, and the next one begins it anew. What is unfinished lies under names that are this
/// run's alone. The name that the record is about to get is noted in the run's folder before anything has it, with what it
/// is known by again: so the next host takes up what has its name already, and no record is written twice or left without
/// its evidence.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The folder for records. It is made (mode 0700) where it is missing.
    pub dir: &'a Path,
    /// The file's name without its ending. Where it is taken, `-2` and so on goes behind it.
    pub stem: &'a str,
    /// Whose record it is. Only one process at a time saves for a run.
    pub run: RunId,
    /// Where the name is noted: a file in the run's own folder.
    pub note: &'a Path,
}

/// The name that a record gets, and what tells it from what others put there meanwhile.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    /// Without an ending.
    name: String,
    /// Of the record's bytes.
    sha256: Digest,
    /// The device and the inode of the folder with its evidence, which it keeps when it is named.
    evidence: Option<(u64, u64)>,
}

impl Note {
    /// What is noted there; nothing where it cannot be read: then the record gets a name that is free.
    fn read(path: &Path) -> Option<Self> {
        let note: Self = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        is_safe(&note.name).then_some(note)
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::Error::from(io::ErrorKind::InvalidFilename));
        };
        let folder = Folder::open(parent)?;
        let mut file = folder.begin()?;
        file.write(&serde_json::to_vec(self)?)?;
        file.finish()?;
        file.replace(&name.to_string_lossy())
    }
}

impl Draft<'_> {
    /// Saves the record that `text` makes of the name of the evidence's folder and the copies in it: `NAME.evidence` with the
    /// copies of `pieces`, where there are any, then `NAME.md` (mode 0600). One that was saved before a host died is found
    /// again, and nothing is written.
    ///
    /// # Errors
    /// [`RecordError`]; then there is no record, no copy of evidence is left behind, and nothing else was changed.
    pub fn save(&self, pieces: &[Piece], text: impl Fn(&str, &[Copied]) -> Vec<u8>) -> Result<Saved, RecordError> {
        if !is_safe(self.stem) {
            return Err(RecordError::Name { stem: self.stem.to_owned() });
        }
        folder::make(self.dir)?;
        let folder = Folder::open(self.dir).map_err(|source| self.unwritable(source))?;
        if let Some(saved) = self.take_up(&folder).map_err(|source| self.unwritable(source))? {
            return Ok(saved);
        }
        let saved = self.place(&folder, pieces, text);
        if saved.is_err() {
            // Saving is tried again: each try would leave copies behind, on a disk that may be full of them.
            let _left_behind = folder.remove_subfolder(&self.unnamed());
            // What a failed sync left undecided is not taken for saved later.
            let _left_behind = std::fs::remove_file(self.note);
        }
        saved
    }

    /// What a host that died left of this record: the whole of it under its name, or pieces, which are taken away.
    fn take_up(&self, folder: &Folder) -> io::Result<Option<Saved>> {
        if let Some(note) = Note::read(self.note) {
            let (record, evidence) = (format!("{}.md", note.name), format!("{}.evidence", note.name));
            match folder.read(&record) {
                Ok(mut there) => {
                    if super::evidence::sum(&mut there, |_| Ok(()))?.1 == note.sha256 {
                        folder.sync()?;
                        folder.remove_subfolder(&self.unnamed())?;
                        return Ok(Some(Saved { path: folder.path().join(record), digest: note.sha256 }));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    folder.remove_subfolder(&self.unnamed())?;
                    if note.evidence.is_some() && folder.identity(&evidence)? == note.evidence {
                        folder.name_subfolder(&evidence, &self.unnamed())?;
                    } else if note.evidence.is_some() {
                        // Where a file system cannot rename without replacing, an empty folder may hold the name still.
                        folder.remove_empty_subfolder(&evidence);
                    }
                }
                // Something else has the name.
                Err(_) => {}
            }
        }
        folder.remove_subfolder(&self.unnamed())?;
        Ok(None)
    }

    /// Makes all of it, then gives it the first name that is free.
    fn place(
        &self,
        folder: &Folder,
        pieces: &[Piece],
        text: impl Fn(&str, &[Copied]) -> Vec<u8>,
    ) -> Result<Saved, RecordError> {
        let unwritable = |source| self.unwritable(source);
        let unnamed = self.unnamed();
        let (copies, inode) = if pieces.is_empty() {
            (Vec::new(), None)
        } else {
            let within = folder.subfolder(&unnamed).map_err(unwritable)?;
            let copies = super::evidence::copy_all(&within, pieces)?;
            (copies, folder.identity(&unnamed).map_err(unwritable)?)
        };
        for number in 1..=MAX_TWINS {
            let name = if number == 1 { self.stem.to_owned() } else { format!("{}-{number}", self.stem) };
            let (record, evidence) = (format!("{name}.md"), format!("{name}.evidence"));
            if folder.has(&record).map_err(unwritable)? || folder.has(&evidence).map_err(unwritable)? {
                continue;
            }
            let bytes = text(if inode.is_some() { &evidence } else { "" }, &copies);
            let mut file = folder.begin_as(&format!("{unnamed}.tmp")).map_err(unwritable)?;
            file.write(&bytes).and_then(|()| file.finish()).map_err(unwritable)?;
            let note = Note { name, sha256: Digest::of(&bytes), evidence: inode };
            note.write(self.note).map_err(|source| RecordError::Note { path: self.note.to_owned(), source })?;
            if inode.is_some() && folder.name_subfolder(&unnamed, &evidence).map_err(unwritable)? == Placed::Taken {
                continue;
            }
            let placed = file.place_new(&record);
            if !matches!(placed, Ok(Placed::Done)) {
                if file.is_placed() {
                    // It has its name, and may be gone after a power cut: the next try writes it anew.
                    let _left_behind = folder.remove(&record);
                }
                if inode.is_some() {
                    folder.name_subfolder(&evidence, &unnamed).map_err(unwritable)?;
                }
            }
            match placed.map_err(unwritable)? {
                Placed::Done => return Ok(Saved { path: folder.path().join(record), digest: note.sha256 }),
                Placed::Taken => {}
            }
        }
        Err(RecordError::Crowded { path: self.dir.to_owned(), stem: self.stem.to_owned() })
    }

    /// What the evidence is called, and how the record is called at first, before they have their names.
    fn unnamed(&self) -> String {
        format!("{TEMPORARY}{}", self.run)
    }

    fn unwritable(&self, source: io::Error) -> RecordError {
        RecordError::Unwritable { path: self.dir.to_owned(), source }
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
/// [`RecordError`] as [`Draft::save`] would give.
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
