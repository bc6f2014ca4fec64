//! Which runbooks a person has trusted: a canonical path together with the digest of what was there.
//!
//! A changed file is not trusted, nor is a copy or a link in another place. A list that cannot be read trusts nothing and
//! is not written over. Does not survive another program of the same user that edits the list on purpose.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::atomic::Folder;
use super::folder::{FolderError, private_dir};
use crate::ids::Digest;

/// The version of the list's form.
const VERSION: u32 = 1;

/// The largest list that is read, in bytes: some ten thousand runbooks. A larger one is not a list that we wrote.
const MAX_BYTES: u64 = 4 << 20;

/// Why a runbook may run commands, or that it may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It is byte for byte one that came with the program.
    Shipped,
    /// A person trusted these bytes in this place.
    Listed,
    /// Nobody did.
    No,
}

/// The list of trusted runbooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustList {
    file: PathBuf,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    sha256: Digest,
    at: DateTime<FixedOffset>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    version: u32,
    trusted: Vec<Entry>,
}

/// Why the list was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Its folder is not ours alone.
    #[error("failed to use the folder of the trust list")]
    Folder(#[source] FolderError),
    /// It cannot be read.
    #[error("failed to read the trust list {path}; nothing is trusted until it can be read")]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Its content is not a list.
    #[error("the trust list {path} is damaged; repair it, or move it away and trust your runbooks again")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What the reader stumbled over.
        #[source]
        source: serde_json::Error,
    },
    /// A newer program wrote it.
    #[error("the trust list {path} is of a newer tejun (form {version}); update tejun")]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// Others could have written it.
    #[error(
        "the trust list {path} can be written by other users, or is not a plain file of yours; check it, then run chmod 600 on it"
    )]
    Unsafe {
        /// Which.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("failed to write the trust list {path}; the runbook is not trusted")]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The runbook's path cannot be written down exactly.
    #[error("the path {path} is not UTF-8 and cannot be listed; rename the file")]
    Unnameable {
        /// Which.
        path: PathBuf,
    },
}

impl TrustList {
    /// Reads the list at `path`; an empty one where there is none.
    ///
    /// # Errors
    /// [`TrustError`] naming the file, when it cannot be read, is damaged, or could have been written by others.
    pub fn load(path: &Path) -> Result<Self, TrustError> {
        Ok(Self { file: path.to_owned(), entries: entries(path)? })
    }

    /// Whether exactly these bytes in exactly this place were trusted.
    pub fn is_trusted(&self, canonical: &Path, digest: &Digest) -> bool {
        canonical.to_str().is_some_and(|path| self.entries.iter().any(|e| e.path == path && e.sha256 == *digest))
    }

    /// The text that was trusted in this place last, where it is still kept and is what it was.
    pub fn trusted_text(&self, canonical: &Path) -> Option<Vec<u8>> {
        let path = canonical.to_str()?;
        let entry = self.entries.iter().find(|entry| entry.path == path)?;
        let folder = Folder::open(&self.place().ok()?.0.join(TEXTS)).ok()?;
        let mut text = Vec::new();
        folder.read(entry.sha256.as_str()).ok()?.take(MAX_BYTES).read_to_end(&mut text).ok()?;
        // What somebody changed there says nothing about what was trusted.
        (Digest::of(&text) == entry.sha256).then_some(text)
    }

    /// Why the runbook may run commands; `shipped` are the texts that came with the program.
    pub fn of(&self, canonical: &Path, digest: &Digest, shipped: &[&[u8]]) -> Trust {
        if shipped.iter().any(|bytes| Digest::of(bytes) == *digest) {
            Trust::Shipped
        } else if self.is_trusted(canonical, digest) {
            Trust::Listed
        } else {
            Trust::No
        }
    }

    /// Trusts what is in this place now, and only that: trust in what was there before ends.
    ///
    /// What others trusted since the list was read is kept, and is in the list afterwards.
    ///
    /// # Errors
    /// [`TrustError`]; then the runbook is not trusted, and the file is as it was.
    pub fn trust(&mut self, canonical: &Path, digest: &Digest, at: DateTime<FixedOffset>) -> Result<(), TrustError> {
        let Some(path) = canonical.to_str().map(str::to_owned) else {
            return Err(TrustError::Unnameable { path: canonical.to_owned() });
        };
        let (folder, name) = self.place()?;
        private_dir(&folder).map_err(TrustError::Folder)?;
        let _held_until_written = self.lock()?;
        let mut entries = entries(&self.file)?;
        entries.retain(|entry| entry.path != path);
        entries.push(Entry { path, sha256: digest.clone(), at });
        self.write(&folder, &name, &entries).map_err(|source| self.unwritten(source))?;
        self.entries = entries;
        Ok(())
    }

    /// Keeps a text beside the list, so that a later change of it can be shown.
    ///
    /// # Errors
    /// What the system said; only the difference is lost then.
    pub fn keep_text(&self, bytes: &[u8]) -> io::Result<()> {
        let folder = self.place().map_err(io::Error::other)?.0.join(TEXTS);
        private_dir(&folder).map_err(io::Error::other)?;
        let folder = Folder::open(&folder)?;
        let mut file = folder.begin()?;
        file.write(bytes)?;
        file.finish()?;
        file.replace(Digest::of(bytes).as_str())
    }

    fn place(&self) -> Result<(PathBuf, String), TrustError> {
        let name = self.file.file_name().and_then(|name| name.to_str());
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        match name {
            Some(name) => Ok((folder.unwrap_or(Path::new(".")).to_owned(), name.to_owned())),
            None => Err(self.unwritten(io::Error::from(io::ErrorKind::InvalidFilename))),
        }
    }

    /// Waits for other programs that change the list. The lock is a file of its own, as the list is exchanged.
    fn lock(&self) -> Result<File, TrustError> {
        let mut path = self.file.clone().into_os_string();
        path.push(".lock");
        let lock =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).custom_flags(NOFOLLOW).open(path);
        lock.and_then(|file| file.lock().map(|()| file)).map_err(|source| self.unwritten(source))
    }

    fn write(&self, folder: &Path, name: &str, entries: &[Entry]) -> io::Result<()> {
        let list = List { version: VERSION, trusted: entries.to_vec() };
        let folder = Folder::open(folder)?;
        let mut file = folder.begin()?;
        file.write(&serde_json::to_vec_pretty(&list)?)?;
        file.finish()?;
        file.replace(name)
    }

    fn unwritten(&self, source: io::Error) -> TrustError {
        TrustError::Write { path: self.file.clone(), source }
    }
}

/// The folder of the texts that were trusted, beside the list.
const TEXTS: &str = "trusted";

const NOFOLLOW: i32 = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).bits().cast_signed();

fn entries(path: &Path) -> Result<Vec<Entry>, TrustError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let unread = |source| TrustError::Read { path: path.to_owned(), source };
    let damaged = |source| TrustError::Damaged { path: path.to_owned(), source };
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => {}
        Ok(_) => return Err(TrustError::Unsafe { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unread(error)),
    }
    let file = OpenOptions::new().read(true).custom_flags(NOFOLLOW).open(path).map_err(unread)?;
    let meta = file.metadata().map_err(unread)?;
    if !meta.is_file() || meta.uid() != rustix::process::geteuid().as_raw() || meta.mode() & 0o022 != 0 {
        return Err(TrustError::Unsafe { path: path.to_owned() });
    }
    if meta.len() > MAX_BYTES {
        return Err(unread(io::Error::from(io::ErrorKind::FileTooLarge)));
    }
    let mut text = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut text).map_err(unread)?;
    let Version { version } = serde_json::from_slice(&text).map_err(damaged)?;
    if version > VERSION {
        return Err(TrustError::Newer { path: path.to_owned(), version });
    }
    let list: List = serde_json::from_slice(&text).map_err(damaged)?;
    Ok(list.trusted)
}
