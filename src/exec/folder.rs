//! The folder of a run, opened once and checked: nobody else may reach what lies in it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

/// An open folder that is ours alone.
#[derive(Debug)]
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// Opens `path`; refuses a link, a folder of another owner, and one that others can enter.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::open(path, flags, Mode::empty())?;
        let stat = rustix::fs::fstat(&fd)?;
        let refuse = |why: &str| {
            Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!("refused the folder {}: {why}", path.display()),
            ))
        };
        if stat.st_uid != rustix::process::geteuid().as_raw() {
            return refuse("it belongs to another user");
        }
        if stat.st_mode & 0o077 != 0 {
            return refuse("others can enter it");
        }
        Ok(Self(fd))
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Whether the kernel says that the peer of `stream` is our own user.
pub(crate) fn is_ours(stream: &impl AsFd) -> bool {
    rustix::net::sockopt::socket_peercred(stream).is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_folder_that_others_can_enter_and_a_link_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let open = dir.path().join("open");
        let own = dir.path().join("own");
        for (path, mode) in [(&open, 0o755), (&own, 0o700)] {
            std::fs::create_dir(path).unwrap();
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&own, &link).unwrap();

        assert!(Folder::open(&own).is_ok());
        assert!(Folder::open(&open).is_err());
        assert!(Folder::open(&link).is_err());
    }
}
