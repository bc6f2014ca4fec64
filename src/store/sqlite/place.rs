//! Where the file may lie: a folder that nobody else can write, and a plain file of ours in it.
//!
//! Never opens the database file itself once it exists: closing any descriptor of it would drop the locks that SQLite
//! holds in this process.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Why a journal is not put or opened there.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The folder, or the file, cannot be made or looked at.
    #[error("cannot use {path}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A link could lead anywhere, and could be changed while the file is open.
    #[error("{path} is a symbolic link; name the real place")]
    Symlink {
        /// Which.
        path: PathBuf,
    },
    /// Something else is there.
    #[error("{path} is not {wanted}")]
    Kind {
        /// Which.
        path: PathBuf,
        /// What it should be.
        wanted: &'static str,
    },
    /// Another user could exchange what is in it.
    #[error("{path} belongs to another user (uid {owner})")]
    Foreign {
        /// Which.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// Other users could exchange what is in it.
    #[error("{path} can be written by other users (mode {mode:04o}); run chmod go-w on it")]
    Open {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A second name of the file would get a log of its own, and the two would destroy each other.
    #[error("{path} has more than one name (hard links); copy it instead")]
    Linked {
        /// Which.
        path: PathBuf,
    },
    /// Another program is opening it, and does not finish.
    #[error("another program is opening {path} and does not finish")]
    Locked {
        /// Which.
        path: PathBuf,
    },
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> PlaceError + '_ {
    |source| PlaceError::Io { path: path.to_owned(), source }
}

/// The folder of `file`; the current one where the path names none.
pub(super) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Makes the folder (mode 0700) where it is missing, and refuses one that other users could write.
pub(super) fn prepare_folder(file: &Path) -> Result<(), PlaceError> {
    let folder = folder_of(file);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).or_else(|error| {
        match fs::symlink_metadata(folder) {
            Ok(_) => Ok(()), // Something else is there: said below.
            Err(_) => Err(io_at(folder)(error)),
        }
    })?;
    let meta = fs::symlink_metadata(folder).map_err(io_at(folder))?;
    check(folder, &meta)?;
    if !meta.is_dir() {
        return Err(PlaceError::Kind { path: folder.to_owned(), wanted: "a folder" });
    }
    Ok(())
}

/// Makes the empty database file (mode 0600) where it is missing, and refuses anything but a plain file of ours.
///
/// The caller holds the [`lock`], so that nobody opens the new file before its descriptor is closed here.
pub(super) fn prepare_file(file: &Path) -> Result<(), PlaceError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    match made {
        Ok(_) => {
            let folder = folder_of(file);
            return File::open(folder).and_then(|f| f.sync_all()).map_err(io_at(folder));
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(io_at(file)(error)),
    }
    let meta = fs::symlink_metadata(file).map_err(io_at(file))?;
    check(file, &meta)?;
    if !meta.is_file() {
        return Err(PlaceError::Kind { path: file.to_owned(), wanted: "a plain file" });
    }
    if meta.nlink() > 1 {
        return Err(PlaceError::Linked { path: file.to_owned() });
    }
    if meta.mode() & 0o777 != 0o600 {
        fs::set_permissions(file, Permissions::from_mode(0o600)).map_err(io_at(file))?;
    }
    Ok(())
}

/// Refuses to read through a link, or from anything but a plain file.
pub(super) fn check_readable(file: &Path) -> Result<(), PlaceError> {
    let meta = fs::symlink_metadata(file).map_err(io_at(file))?;
    if meta.is_symlink() {
        return Err(PlaceError::Symlink { path: file.to_owned() });
    }
    if !meta.is_file() {
        return Err(PlaceError::Kind { path: file.to_owned(), wanted: "a plain file" });
    }
    Ok(())
}

/// Tries to get the lock that makes opening one after the other; absent while another program opens the journal.
pub(super) fn lock(file: &Path) -> Result<Option<File>, PlaceError> {
    let path = with_suffix(file, ".lock");
    let flags = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default();
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags)
        .open(&path)
        .map_err(io_at(&path))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(io_at(&path)(error)),
    }
}

/// `file` with `suffix` put after its whole name.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn check(path: &Path, meta: &fs::Metadata) -> Result<(), PlaceError> {
    if meta.is_symlink() {
        return Err(PlaceError::Symlink { path: path.to_owned() });
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(PlaceError::Foreign { path: path.to_owned(), owner: meta.uid() });
    }
    let mode = meta.mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(PlaceError::Open { path: path.to_owned(), mode });
    }
    Ok(())
}
