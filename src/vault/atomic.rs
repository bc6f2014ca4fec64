//! New files that appear whole or not at all.
//!
//! The folder is held open, and every name is resolved in it without following links: nobody can exchange the folder
//! between the check and the write. A crash leaves at most a temporary file, whose name starts with [`TEMPORARY`].

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

/// How the names of unfinished files start.
pub(super) const TEMPORARY: &str = ".tejun-";

/// How often a fresh temporary name is tried. Names hold the process id and a count, so that a name is taken only by what
/// an earlier process of the same id left behind.
const NAME_TRIES: u32 = 100;

/// How a file is opened that nobody else has.
const NEW: OFlags =
    OFlags::WRONLY.union(OFlags::CREATE).union(OFlags::EXCL).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// A folder, held open.
#[derive(Debug)]
pub(super) struct Folder {
    fd: OwnedFd,
    path: PathBuf,
}

impl Folder {
    /// Opens the folder at `path`, which must not be a link, and finds its canonical path.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::open(path, flags, Mode::empty())?;
        let path = path.canonicalize()?;
        let (held, named) = (rustix::fs::fstat(&fd)?, rustix::fs::lstat(&path)?);
        if (held.st_dev, held.st_ino) != (named.st_dev, named.st_ino) {
            return Err(io::Error::other("the folder was exchanged while it was opened"));
        }
        Ok(Self { fd, path })
    }

    /// Its canonical path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes (mode 0700) or opens the folder `name` in this one.
    pub(super) fn subfolder(&self, name: &str) -> io::Result<Self> {
        match rustix::fs::mkdirat(&self.fd, name, Mode::RWXU) {
            Ok(()) => self.sync()?,
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&self.fd, name, flags, Mode::empty())?;
        Ok(Self { fd, path: self.path.join(name) })
    }

    /// Gives the folder `from` the name `to`, unless something has it, and brings that to disk.
    pub(super) fn name_subfolder(&self, from: &str, to: &str) -> io::Result<Placed> {
        match rustix::fs::renameat_with(&self.fd, from, &self.fd, to, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            Err(Errno::EXIST) => return Ok(Placed::Taken),
            // Some file systems cannot rename without replacing; an empty folder holds the name, and is replaced.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match rustix::fs::mkdirat(&self.fd, to, Mode::RWXU) {
                Ok(()) => rustix::fs::renameat(&self.fd, from, &self.fd, to)?,
                Err(Errno::EXIST) => return Ok(Placed::Taken),
                Err(error) => return Err(error.into()),
            },
            Err(error) => return Err(error.into()),
        }
        self.sync()?;
        Ok(Placed::Done)
    }

    /// Takes the folder `name` away with the files in it, where it is there.
    pub(super) fn remove_subfolder(&self, name: &str) -> io::Result<()> {
        match self.identity(name)? {
            Some(_) => std::fs::remove_dir_all(self.path.join(name)),
            None => Ok(()),
        }
    }

    /// Takes the folder `name` away where it is there and nothing is in it.
    pub(super) fn remove_empty_subfolder(&self, name: &str) {
        let _nothing_to_remove = rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR);
    }

    /// The device and the inode of what is called `name` here; nothing where nothing is.
    pub(super) fn identity(&self, name: &str) -> io::Result<Option<(u64, u64)>> {
        match rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some((stat.st_dev, stat.st_ino))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether anything, a link that leads nowhere included, is called `name` here.
    pub(super) fn has(&self, name: &str) -> io::Result<bool> {
        Ok(self.identity(name)?.is_some())
    }

    /// Opens the plain file `name` in this folder for reading.
    pub(super) fn read(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::openat(&self.fd, name, flags, Mode::empty())?);
        if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a plain file")) }
    }

    /// Starts a file that has no name yet that anybody looks for (mode 0600).
    pub(super) fn begin(&self) -> io::Result<Unfinished<'_>> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        for _ in 0..NAME_TRIES {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("{TEMPORARY}{}-{count}.tmp", std::process::id());
            match rustix::fs::openat(&self.fd, &name, NEW, Mode::RUSR | Mode::WUSR) {
                Ok(fd) => return Ok(Unfinished { folder: self, name, file: File::from(fd), placed: false }),
                Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }

    /// Starts a file as [`Folder::begin`] does, under the name `name`, in the place of one that a process that died left there.
    pub(super) fn begin_as(&self, name: &str) -> io::Result<Unfinished<'_>> {
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
        let fd = rustix::fs::openat(&self.fd, name, NEW, Mode::RUSR | Mode::WUSR)?;
        Ok(Unfinished { folder: self, name: name.to_owned(), file: File::from(fd), placed: false })
    }

    /// Waits until no other process of this program holds the folder; it is held until this is dropped.
    pub(super) fn lock(&self) -> io::Result<()> {
        Ok(rustix::fs::flock(&self.fd, FlockOperation::LockExclusive)?)
    }

    /// Takes the file `name` away, and brings that to disk.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        rustix::fs::unlinkat(&self.fd, name, AtFlags::empty())?;
        self.sync()
    }

    /// Brings its entries to disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        // The first failure is final: the caller says so, and nobody syncs again to hear something better.
        Ok(rustix::fs::fsync(&self.fd)?)
    }
}

/// Whether a file got its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    /// It is there, and on disk.
    Done,
    /// Something else has the name; nothing was changed.
    Taken,
}

/// A file that is being written. Dropped before it is placed, it is gone.
#[derive(Debug)]
pub(super) struct Unfinished<'f> {
    folder: &'f Folder,
    name: String,
    file: File,
    placed: bool,
}

impl Unfinished<'_> {
    /// Writes all `bytes`.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// The file, for its owner and its mode.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Whether it has its name, whatever became of the sync behind that.
    pub(super) fn is_placed(&self) -> bool {
        self.placed
    }

    /// Lets the group read it, and nobody else.
    pub(super) fn share(&self) -> io::Result<()> {
        Ok(rustix::fs::fchmod(&self.file, Mode::RUSR | Mode::WUSR | Mode::RGRP)?)
    }

    /// Brings the bytes to disk; after this it can be placed.
    pub(super) fn finish(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Gives the file its name, unless something has it, and brings that to disk.
    pub(super) fn place_new(&mut self, name: &str) -> io::Result<Placed> {
        let fd = self.folder.fd.as_fd();
        match rustix::fs::renameat_with(fd, &self.name, fd, name, RenameFlags::NOREPLACE) {
            Ok(()) => self.placed = true,
            Err(Errno::EXIST) => return Ok(Placed::Taken),
            // Some file systems cannot rename without replacing; a second name does the same.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                match rustix::fs::linkat(fd, &self.name, fd, name, AtFlags::empty()) {
                    Ok(()) => rustix::fs::unlinkat(fd, &self.name, AtFlags::empty())?,
                    Err(Errno::EXIST) => return Ok(Placed::Taken),
                    Err(error) => return Err(error.into()),
                }
                self.placed = true;
            }
            Err(error) => return Err(error.into()),
        }
        self.folder.sync()?;
        Ok(Placed::Done)
    }

    /// Gives the file its name, in the place of what has it, and brings that to disk.
    pub(super) fn replace(mut self, name: &str) -> io::Result<()> {
        let fd = self.folder.fd.as_fd();
        rustix::fs::renameat(fd, &self.name, fd, name)?;
        self.placed = true;
        self.folder.sync()
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.placed {
            // Nothing can be done where this fails, and an unfinished file does no harm.
            let _left_behind = rustix::fs::unlinkat(&self.folder.fd, &self.name, AtFlags::empty());
        }
    }
}

/// Feeds everything that `file` holds to `take`, piece by piece.
pub(super) fn stream(file: &mut File, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    /// Large enough that the calls do not count, small enough for the processor's cache.
    const PIECE: usize = 64 * 1024;
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(n) => take(&piece[..n])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
