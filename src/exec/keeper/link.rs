//! The keeper's end of the line to its host.
//!
//! One host at a time; the newest that says so wins, and of those that have not said anything only the last stays. Nothing here waits: what a slow host does not take stays in a buffer that is
//! bounded, because output is announced anew only when everything before was taken.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use crate::config::folders::RunFolder;
use crate::exec::folder::Folder;
use crate::exec::protocol::{self, Decoder, FromKeeper, Hello, ToKeeper};

/// So much is read from a host before others are served again.
const FAIR_READ: usize = 1024 * 1024;

/// The listening socket of a lane, under a path that cannot be too long for the kernel.
#[derive(Debug)]
pub(super) struct Listener {
    listener: UnixListener,
    path: PathBuf,
    _folder: Folder,
}

impl Listener {
    /// Listens in `folder`. A socket that nobody listens on any more is replaced; a living keeper is not.
    pub(super) fn open(folder: Folder, lane: u32) -> io::Result<Self> {
        let path =
            PathBuf::from(format!("/proc/self/fd/{}", folder.as_fd().as_raw_fd())).join(RunFolder::lane_socket(lane));
        let listener = match bind(&path) {
            Err(e) if e.kind() == io::ErrorKind::AddrInUse => {
                if UnixStream::connect(&path).is_ok() {
                    return Err(io::Error::new(e.kind(), "the lane has a living keeper already"));
                }
                std::fs::remove_file(&path)?;
                bind(&path)?
            }
            bound => bound?,
        };
        Ok(Self { listener, path, _folder: folder })
    }

    /// Makes the socket anew when somebody took it away: a cleaner, or a person who tidied up.
    pub(super) fn look_after(&mut self) {
        let gone = self.path.symlink_metadata().is_err_and(|e| e.kind() == io::ErrorKind::NotFound);
        // A folder that takes no socket now may take one later.
        if gone && let Ok(anew) = bind(&self.path) {
            self.listener = anew;
        }
    }

    /// The next host at the door, when it is one of ours.
    pub(super) fn accept(&self) -> Option<UnixStream> {
        // Few at a time: a flood of callers does not keep the terminal waiting.
        for _ in 0..8 {
            let Ok((stream, _)) = self.listener.accept() else { return None };
            if super::super::folder::is_ours(&stream) && stream.set_nonblocking(true).is_ok() {
                return Some(stream);
            }
        }
        None
    }

    /// Takes the socket away.
    pub(super) fn remove(&self) {
        let _gone_already = std::fs::remove_file(&self.path);
    }
}

/// Binds `path`, for the owner alone.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}

/// A connected host.
#[derive(Debug)]
pub(super) struct Host {
    stream: UnixStream,
    decoder: Decoder,
    unsent: Vec<u8>,
    sent: usize,
}

/// The host is gone, or cannot be understood.
#[derive(Debug)]
pub(super) struct Gone;

impl Host {
    /// Takes a host, and greets it.
    pub(super) fn new(stream: UnixStream, hello: Hello) -> Self {
        let mut host = Self { stream, decoder: Decoder::default(), unsent: Vec::new(), sent: 0 };
        host.tell(&FromKeeper::Hello(hello));
        host
    }

    /// Puts `message` in the buffer.
    pub(super) fn tell(&mut self, message: &FromKeeper) {
        // These messages are small: they always fit a frame.
        if let Ok(frame) = protocol::encode(message) {
            self.unsent.extend_from_slice(&frame);
        }
    }

    /// Whether the host took everything so far.
    pub(super) fn is_idle(&self) -> bool {
        self.unsent.is_empty()
    }

    /// Sends what can be sent without waiting.
    pub(super) fn send(&mut self) -> Result<(), Gone> {
        while self.sent < self.unsent.len() {
            match self.stream.write(&self.unsent[self.sent..]) {
                Ok(0) => return Err(Gone),
                Ok(n) => self.sent += n,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(Gone),
            }
        }
        self.unsent.clear();
        self.sent = 0;
        Ok(())
    }

    /// Reads what there is, and returns what was said. What was said before the end of a connection is still heard.
    pub(super) fn hear(&mut self) -> (Vec<ToKeeper>, Result<(), Gone>) {
        let mut heard = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut total = 0;
        while total < FAIR_READ {
            match self.stream.read(&mut buffer) {
                Ok(0) => return (heard, Err(Gone)),
                Ok(n) => {
                    total += n;
                    self.decoder.feed(&buffer[..n]);
                    loop {
                        match self.decoder.next() {
                            Ok(Some(message)) => heard.push(message),
                            Ok(None) => break,
                            Err(_) => return (heard, Err(Gone)),
                        }
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return (heard, Err(Gone)),
            }
        }
        (heard, Ok(()))
    }
}

impl AsFd for Host {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
