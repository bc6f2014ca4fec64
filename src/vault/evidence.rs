//! Reads what commands printed, as stored, and copies it beside a record.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};

use super::atomic::{Folder, Placed, stream};
use super::compressed;
use super::slug::slug;
use crate::ids::Digest;

/// An evidence file to be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it lies.
    pub path: PathBuf,
    /// What a person calls it, such as the title of its step; becomes part of the copy's name.
    pub name: String,
    /// What the journal says of it; absent for an attempt whose end nobody knows.
    pub digest: Option<Digest>,
}

/// A copy of an evidence file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The name of the copy within [`folder_of`] the record.
    pub file: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The digest of those bytes.
    pub digest: Digest,
}

/// Why evidence was not copied. Pieces before the named one may be there; copying again goes on behind them.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The folder beside the record cannot be made or opened.
    #[error("failed to make the folder {path} for evidence")]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The piece cannot be read.
    #[error("failed to read the evidence {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The copy cannot be written.
    #[error("failed to write the evidence {path}; free some space and save again")]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The bytes are not those that the journal speaks of.
    #[error(
        "the evidence {path} was changed after the command ended: its SHA-256 is {found}, the journal says {expected}"
    )]
    Changed {
        /// Which.
        path: PathBuf,
        /// What the journal says.
        expected: Digest,
        /// What is there.
        found: Digest,
    },
    /// Something else has the name of the copy.
    #[error("{path} is there already and is something else; move it away and save again")]
    Taken {
        /// Which.
        path: PathBuf,
    },
}

/// At most `max` bytes from `offset` on; fewer at the end.
///
/// # Errors
/// When the file cannot be read, or is not a plain file.
pub fn read(path: &Path, offset: u64, max: usize) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let there = file.metadata()?.len().saturating_sub(offset);
    let size = usize::try_from(there).map_or(max, |there| there.min(max));
    let mut bytes = vec![0; size];
    let mut filled = 0;
    while filled < size {
        match file.read_at(&mut bytes[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// The last `max` bytes.
///
/// # Errors
/// As [`read`].
pub fn tail(path: &Path, max: usize) -> io::Result<Vec<u8>> {
    let length = open(path)?.metadata()?.len();
    read(path, length.saturating_sub(max as u64), max)
}

/// How many bytes the file has, and their digest.
///
/// # Errors
/// As [`read`].
pub fn digest(path: &Path) -> io::Result<(u64, Digest)> {
    sum(&mut open(path)?, |_| Ok(()))
}

/// Where in time a byte of an output belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The first byte that came then.
    pub offset: u64,
    /// Milliseconds since the start.
    pub ms: u64,
}

/// The index of an output, in its order; empty where there is none. What does not fit to what stands before it is passed over:
/// the index only makes a replay better.
pub fn index(path: &Path) -> Vec<Mark> {
    /// An entry: offset, lines, milliseconds, eight bytes each with the lowest first.
    const ENTRY: usize = 24;
    /// A recording of a year has fewer entries.
    const MOST: usize = 64 << 20;
    let bytes = read(path, 0, MOST).unwrap_or_default();
    let number = |entry: &[u8], at: usize| entry.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
    let mut marks: Vec<Mark> = Vec::new();
    for entry in bytes.chunks_exact(ENTRY) {
        let (Some(offset), Some(ms)) = (number(entry, 0), number(entry, 16)) else { break };
        if marks.last().is_none_or(|last| last.offset <= offset && last.ms <= ms) {
            marks.push(Mark { offset, ms });
        }
    }
    marks
}

/// The folder for the evidence of the record at `record`: `NAME.evidence` beside `NAME.md`.
pub fn folder_of(record: &Path) -> PathBuf {
    record.with_extension("evidence")
}

/// The name that the copy of the piece at `index` gets, from 0: known before the record is written.
pub fn copy_name(index: usize, name: &str) -> String {
    format!("{:02}-{}.out", index + 1, slug(name))
}

/// Copies `pieces` into [`folder_of`] the record (mode 0600, each whole or not at all), and checks each against its
/// digest on the way. Doing it again changes nothing.
///
/// # Errors
/// [`EvidenceError`] naming the first piece that is not there afterwards.
pub fn copy_into(record: &Path, pieces: &[Piece]) -> Result<Vec<Copied>, EvidenceError> {
    let path = folder_of(record);
    let folder = open_folder(&path).map_err(|source| EvidenceError::Folder { path, source })?;
    copy_all(&folder, pieces)
}

/// As [`copy_into`], into a folder that is held open.
pub(super) fn copy_all(folder: &Folder, pieces: &[Piece]) -> Result<Vec<Copied>, EvidenceError> {
    pieces.iter().enumerate().map(|(index, piece)| copy(folder, copy_name(index, &piece.name), piece)).collect()
}

fn open_folder(path: &Path) -> io::Result<Folder> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or(io::Error::from(io::ErrorKind::InvalidFilename))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The record's folder was checked when the record was saved; links above it are its owner's.
    Folder::open(&parent.canonicalize()?)?.subfolder(name)
}

fn copy(folder: &Folder, file: String, piece: &Piece) -> Result<Copied, EvidenceError> {
    let unread = |source| EvidenceError::Read { path: piece.path.clone(), source };
    let unwritten = |source| EvidenceError::Write { path: folder.path().join(&file), source };
    let mut from = open(&piece.path).map_err(unread)?;
    let mut to = folder.begin().map_err(unwritten)?;
    let mut write_failed = None;
    let summed = sum(&mut from, |bytes| {
        to.write(bytes).map_err(|error| {
            let kind = error.kind();
            write_failed = Some(error);
            io::Error::from(kind)
        })
    });
    let (bytes, digest) = match (summed, write_failed) {
        (_, Some(error)) => return Err(unwritten(error)),
        (Err(error), None) => return Err(unread(error)),
        (Ok(sum), None) => sum,
    };
    if let Some(expected) = &piece.digest
        && *expected != digest
    {
        return Err(EvidenceError::Changed { path: piece.path.clone(), expected: expected.clone(), found: digest });
    }
    to.finish().map_err(unwritten)?;
    if to.place_new(&file).map_err(unwritten)? == Placed::Taken {
        let there = folder.read(&file).and_then(|mut there| sum(&mut there, |_| Ok(())));
        if !there.is_ok_and(|(_, there)| there == digest) {
            return Err(EvidenceError::Taken { path: folder.path().join(&file) });
        }
    }
    Ok(Copied { file, bytes, digest })
}

/// How many bytes the file has, and their digest; each piece goes to `take` on the way.
pub(super) fn sum(file: &mut File, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(u64, Digest)> {
    file.seek(SeekFrom::Start(0))?;
    let (mut bytes, mut hash) = (0, Sha256::new());
    stream(file, |piece| {
        bytes += piece.len() as u64;
        hash.update(piece);
        take(piece)
    })?;
    Ok((bytes, Digest::from_raw(&hash.finalize())))
}

/// Opens an evidence file for reading.
///
/// # Errors
/// When it cannot be read, or is not a plain file.
pub fn open(path: &Path) -> io::Result<File> {
    const FLAGS: i32 = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(FLAGS).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return if compressed::packed(path).symlink_metadata().is_ok() {
                compressed::unpacked(path)
            } else {
                Err(error)
            };
        }
        Err(error) => return Err(error),
    };
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a plain file")) }
}
