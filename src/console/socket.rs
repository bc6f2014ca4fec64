//! The run's unix socket: bound and reached through the run's folder, so that the length of the path never matters.
//!
//! The folder is checked to be ours and closed to others; the kernel says who the peer is.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

/// An open folder that is ours, mode 0700, not a link.
#[derive(Debug)]
pub struct PrivateFolder {
    fd: OwnedFd,
    path: PathBuf,
}

/// Why a socket could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// The folder cannot be opened.
    #[error("failed to open the run's folder {path}")]
    Open {
        /// Which folder.
        path: PathBuf,
        /// The fault of the system.
        #[source]
        source: std::io::Error,
    },
    /// The folder is open to others.
    #[error("refused to use {path}: it is not a folder of this user alone (owner {owner}, mode {mode:o})")]
    NotPrivate {
        /// Which folder.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// Its mode.
        mode: u32,
    },
    /// The socket cannot be bound or reached.
    #[error("failed to {doing} the socket in {path}")]
    Socket {
        /// What was tried: `bind`, `reach`.
        doing: &'static str,
        /// The folder.
        path: PathBuf,
        /// The fault of the system.
        #[source]
        source: std::io::Error,
    },
}

impl PrivateFolder {
    /// Opens `path` and checks it.
    ///
    /// # Errors
    /// When it cannot be opened, is a link, or is open to other users.
    pub fn open(path: &Path) -> Result<Self, SocketError> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
        let fault = |e: rustix::io::Errno| SocketError::Open { path: path.to_owned(), source: e.into() };
        let fd = rustix::fs::open(path, flags, Mode::empty()).map_err(fault)?;
        let stat = rustix::fs::fstat(&fd).map_err(fault)?;
        let mode = stat.st_mode & 0o7777;
        if stat.st_uid != rustix::process::getuid().as_raw() || mode & 0o077 != 0 {
            return Err(SocketError::NotPrivate { path: path.to_owned(), owner: stat.st_uid, mode });
        }
        Ok(Self { fd, path: path.to_owned() })
    }

    fn short(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}/{name}", self.fd.as_raw_fd()))
    }

    /// Binds the socket `name`, in place of one that a dead process left. The caller holds the lock that says nobody
    /// else is alive.
    ///
    /// # Errors
    /// When the socket cannot be bound.
    pub fn bind(&self, name: &str) -> Result<tokio::net::UnixListener, SocketError> {
        let fault = |source| SocketError::Socket { doing: "bind", path: self.path.clone(), source };
        match rustix::fs::unlinkat(&self.fd, name, rustix::fs::AtFlags::empty()) {
            Ok(()) | Err(rustix::io::Errno::NOENT) => {}
            Err(e) => return Err(fault(e.into())),
        }
        let listener = tokio::net::UnixListener::bind(self.short(name)).map_err(fault)?;
        // Whatever the umask of the operator left open. The folder is closed to others at every moment.
        rustix::fs::chmodat(&self.fd, name, Mode::RUSR | Mode::WUSR, rustix::fs::AtFlags::empty())
            .map_err(|e| fault(e.into()))?;
        Ok(listener)
    }

    /// Reaches the socket `name`.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(&self, name: &str) -> Result<tokio::net::UnixStream, SocketError> {
        tokio::net::UnixStream::connect(self.short(name)).await.map_err(|source| SocketError::Socket {
            doing: "reach",
            path: self.path.clone(),
            source,
        })
    }

    /// Whether the socket `name` is still there: a cleaner may have taken it.
    pub fn has(&self, name: &str) -> bool {
        rustix::fs::statat(&self.fd, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }
}
