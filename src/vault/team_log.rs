//! Adds an entry to the running log of a team: one file, written by many, of which no byte is touched.
//!
//! The file is exchanged as a whole, so that a reader sees it before or after and a full disk leaves it as it was. The
//! folder is locked meanwhile against other writers of this program; a change by anybody else is noticed until the very
//! exchange.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

use super::atomic::{Folder, Placed};
use crate::record::team_log::{self, NoPlace};

/// How large a log may be. One entry is a few hundred bytes: this is the work of a century, or another file.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// How often another writer may come between before the entry is given up.
const TRIES: u32 = 8;

/// Why an entry is not in the log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The path names no file.
    #[error("{path} names no file")]
    Name {
        /// Which.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("the log {path} cannot be read or written; it must be a plain file in a folder that you may write")]
    Unusable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is a link, a folder, or has several names.
    #[error("the log {path} is {what}; name the file itself")]
    NotPlain {
        /// Which.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Nobody may write it, which is somebody's word.
    #[error("the log {path} is read-only and was left as it is; allow writing (chmod u+w) or name another file")]
    ReadOnly {
        /// Which.
        path: PathBuf,
    },
    /// It is larger than any log.
    #[error("the log {path} is larger than {MAX_BYTES} bytes; begin a new one")]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// The entry has no place in it.
    #[error("the log {path} was left as it is")]
    NoPlace {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: NoPlace,
    },
    /// Others write it all the time.
    #[error("the log {path} was changed again and again while the entry was added; it was left to the others")]
    Contended {
        /// Which.
        path: PathBuf,
    },
}

/// Whether an entry may stand in the log already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// It was never tried.
    Never,
    /// An earlier process may have added it before it died.
    Perhaps,
}

/// The path of a log with its folder made absolute and free of links. The file itself need not be there.
///
/// # Errors
/// [`LogError`] where the folder is not there.
pub fn resolve(path: &Path) -> Result<PathBuf, LogError> {
    let name = path.file_name().ok_or_else(|| LogError::Name { path: path.to_owned() })?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unusable = |source| LogError::Unusable { path: path.to_owned(), source };
    Ok(folder.canonicalize().map_err(unusable)?.join(name))
}

/// Makes sure that an entry can be added, for use before a run.
///
/// # Errors
/// [`LogError`] as [`append`] would give.
pub fn check(path: &Path) -> Result<(), LogError> {
    let log = Log::open(path)?;
    let (old, _) = log.read()?;
    with_entry(path, &old, "## 2000-01-01\n")?;
    let file = log.folder.begin().map_err(|source| log.unusable(source))?;
    file.finish().map_err(|source| log.unusable(source))
}

/// Adds `entry` to the log at `path`, which [`resolve`] gave. A new log has mode 0600; one that is there keeps owner and
/// mode.
///
/// # Errors
/// [`LogError`]; then the log is as it was.
pub fn append(path: &Path, entry: &str, before: Before) -> Result<(), LogError> {
    let log = Log::open(path)?;
    log.folder.lock().map_err(|source| log.unusable(source))?;
    for _ in 0..TRIES {
        let (old, seen) = log.read()?;
        if before == Before::Perhaps && team_log::holds(&old, entry) {
            return Ok(());
        }
        if log.exchange(&with_entry(path, &old, entry)?, seen.as_ref())? {
            return Ok(());
        }
    }
    Err(LogError::Contended { path: path.to_owned() })
}

fn with_entry(path: &Path, old: &[u8], entry: &str) -> Result<Vec<u8>, LogError> {
    team_log::with_entry(old, entry).map_err(|source| LogError::NoPlace { path: path.to_owned(), source })
}

struct Log {
    folder: Folder,
    name: String,
    path: PathBuf,
}

impl Log {
    fn open(path: &Path) -> Result<Self, LogError> {
        let unusable = |source| LogError::Unusable { path: path.to_owned(), source };
        let no_name = || LogError::Name { path: path.to_owned() };
        let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(no_name)?.to_owned();
        let folder = Folder::open(path.parent().ok_or_else(no_name)?).map_err(unusable)?;
        Ok(Self { folder, name, path: path.to_owned() })
    }

    fn unusable(&self, source: io::Error) -> LogError {
        LogError::Unusable { path: self.path.clone(), source }
    }

    /// What the log holds, and the file that holds it; nothing where it is not there yet.
    fn read(&self) -> Result<(Vec<u8>, Option<File>), LogError> {
        let plain = |what| LogError::NotPlain { path: self.path.clone(), what };
        let mut file = match self.folder.read(&self.name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), None)),
            Err(error) if self.path.is_symlink() => {
                tracing::debug!(%error, "a link is not followed");
                return Err(plain("a symbolic link"));
            }
            Err(_) if self.path.is_dir() => return Err(plain("a folder")),
            Err(error) => return Err(self.unusable(error)),
        };
        let meta = file.metadata().map_err(|source| self.unusable(source))?;
        if meta.nlink() > 1 {
            return Err(plain("one of several names of a file"));
        }
        // The file is exchanged and not written to, so the system would not object.
        if meta.mode() & 0o222 == 0 {
            return Err(LogError::ReadOnly { path: self.path.clone() });
        }
        if meta.len() > MAX_BYTES {
            return Err(LogError::TooLarge { path: self.path.clone() });
        }
        let mut old = Vec::new();
        file.read_to_end(&mut old).map_err(|source| self.unusable(source))?;
        Ok((old, Some(file)))
    }

    /// Puts the new text in the place of the file that was `seen`; false where another is there by now.
    fn exchange(&self, new: &[u8], seen: Option<&File>) -> Result<bool, LogError> {
        let unusable = |source| self.unusable(source);
        let mut file = self.folder.begin().map_err(unusable)?;
        file.write(new).map_err(unusable)?;
        let Some(seen) = seen else {
            file.finish().map_err(unusable)?;
            return file.place_new(&self.name).map(|placed| placed == Placed::Done).map_err(unusable);
        };
        let was = seen.metadata().map_err(unusable)?;
        let own = file.file().metadata().map_err(unusable)?;
        if (was.uid(), was.gid()) != (own.uid(), own.gid()) {
            // Without its owner and group others could lose their access.
            let owner = (was.uid() != own.uid()).then_some(was.uid());
            fchown(file.file(), owner, Some(was.gid())).map_err(unusable)?;
        }
        rustix::fs::fchmod(file.file(), Mode::from_raw_mode(was.mode() & 0o7777))
            .map_err(|error| unusable(error.into()))?;
        file.finish().map_err(unusable)?;
        let now = match self.folder.read(&self.name).and_then(|file| file.metadata()) {
            Ok(now) => now,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(unusable(error)),
        };
        let same = |meta: &std::fs::Metadata| (meta.dev(), meta.ino(), meta.len(), meta.mtime(), meta.mtime_nsec());
        if same(&now) != same(&was) {
            return Ok(false);
        }
        file.replace(&self.name).map_err(unusable)?;
        Ok(true)
    }
}
