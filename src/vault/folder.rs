//! Folders that nobody else may write.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// Why a folder is not used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The system did not allow to make it or to look at it.
    #[error("failed to make the folder {path}; choose another place, or ask its owner for access")]
    Make {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A link could lead anywhere, and could be changed at any time.
    #[error("{path} is a symbolic link; name the folder that it leads to")]
    Symlink {
        /// Which.
        path: PathBuf,
    },
    /// Something else is there.
    #[error("{path} is not a folder; move it away, or choose another place")]
    NotAFolder {
        /// Which.
        path: PathBuf,
    },
    /// Another user could exchange what is in it.
    #[error("the folder {path} belongs to another user (uid {owner}); move it away, or choose another place")]
    Foreign {
        /// Which.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// Other users could exchange what is in it.
    #[error("the folder {path} can be written by other users (mode {mode:04o}); run chmod go-w on it")]
    Open {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

/// Makes the folder (mode 0700, with those above it) where it is missing, and checks it where it is there: it must be
/// ours, no link, and not writable for others.
///
/// # Errors
/// [`FolderError`], which says what to do.
pub fn private_dir(path: &Path) -> Result<(), FolderError> {
    let meta = make(path)?;
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(FolderError::Foreign { path: path.to_owned(), owner: meta.uid() });
    }
    let mode = meta.mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(FolderError::Open { path: path.to_owned(), mode });
    }
    Ok(())
}

/// Makes the folder (mode 0700, with those above it) where it is missing; it may belong to anybody, but is no link.
pub(super) fn make(path: &Path) -> Result<fs::Metadata, FolderError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    let meta = match (made, fs::symlink_metadata(path)) {
        (_, Ok(meta)) => meta,
        (Err(source), Err(_)) | (Ok(()), Err(source)) => {
            return Err(FolderError::Make { path: path.to_owned(), source });
        }
    };
    if meta.is_symlink() {
        return Err(FolderError::Symlink { path: path.to_owned() });
    }
    if !meta.is_dir() {
        return Err(FolderError::NotAFolder { path: path.to_owned() });
    }
    Ok(meta)
}
