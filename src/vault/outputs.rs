//! Saves what a command printed as a text that people read.

use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{Folder, Placed, stream};
use super::evidence;
use crate::term::plain::PlainStream;

/// What was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Where it is.
    pub path: PathBuf,
    /// Bytes of it.
    pub bytes: u64,
}

/// Why an output was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Something has that name.
    #[error("{path} is there already; nothing was written")]
    Taken {
        /// Which.
        path: PathBuf,
    },
    /// It names no file.
    #[error("{path} is no name for a file")]
    Name {
        /// Which.
        path: PathBuf,
    },
    /// The folder cannot be used.
    #[error("failed to open the folder {path}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The evidence cannot be read.
    #[error("failed to read the output")]
    Read {
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("failed to write {path}; nothing of it is left")]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Writes the evidence at `from` as plain text to `to` (mode 0600, whole or not at all, never over something).
///
/// # Errors
/// [`SaveError`]; nothing is at `to` then that was not there before.
pub fn save_text(from: &Path, to: &Path) -> Result<Saved, SaveError> {
    let named = to.file_name().and_then(|name| name.to_str());
    let Some(name) = named else { return Err(SaveError::Name { path: to.to_owned() }) };
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Links on the way to the folder are the person's own.
    let folder = parent.canonicalize().and_then(|path| Folder::open(&path));
    let folder = folder.map_err(|source| SaveError::Folder { path: parent.to_owned(), source })?;
    let path = folder.path().join(name);
    let mut evidence = evidence::open(from).map_err(|source| SaveError::Read { source })?;
    let failed = |source| SaveError::Write { path: path.clone(), source };
    let mut file = folder.begin().map_err(failed)?;
    let (mut plain, mut text, mut bytes, mut write_failed) = (PlainStream::default(), String::new(), 0, None);
    let streamed = stream(&mut evidence, |piece| {
        plain.push(piece, &mut text);
        bytes += text.len() as u64;
        let written = file.write(text.as_bytes());
        text.clear();
        written.map_err(|error| {
            let kind = error.kind();
            write_failed = Some(error);
            io::Error::from(kind)
        })
    });
    match (streamed, write_failed) {
        (_, Some(error)) => return Err(failed(error)),
        (Err(source), None) => return Err(SaveError::Read { source }),
        (Ok(()), None) => {}
    }
    plain.finish(&mut text);
    bytes += text.len() as u64;
    file.write(text.as_bytes()).map_err(failed)?;
    file.finish().map_err(failed)?;
    match file.place_new(name).map_err(failed)? {
        Placed::Taken => Err(SaveError::Taken { path }),
        Placed::Done => Ok(Saved { path, bytes }),
    }
}
