//! The lane's terminal.
//!
//! The keeper leads the terminal's session, and holds its slave side open for ever: the master then never reports
//! an end, whatever a command closes.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::process::{Pid, Signal};
use rustix::pty::OpenptFlags;
use rustix::termios::{
    Action, InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, Winsize, tcflow,
    tcflush, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp, tcsetwinsize,
};

use super::signals::from_background;
use crate::exec::Size;

/// Both sides of the terminal.
#[derive(Debug)]
pub(super) struct Tty {
    master: OwnedFd,
    /// Non-blocking, and an open file of its own: no command can change its flags.
    slave: OwnedFd,
    sane: Termios,
    keeper: Pid,
}

impl Tty {
    /// Makes a terminal and takes it as the controlling one. The caller leads a session without a terminal.
    pub(super) fn open(size: Size) -> io::Result<Self> {
        let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        rustix::pty::grantpt(&master)?;
        rustix::pty::unlockpt(&master)?;
        let slave =
            rustix::pty::ioctl_tiocgptpeer(&master, OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&master, true)?;
        rustix::io::ioctl_fionbio(&slave, true)?;
        rustix::process::ioctl_tiocsctty(&slave)?;
        let mut sane = tcgetattr(&slave)?;
        sane.input_modes |= InputModes::IUTF8;
        // Nobody could continue a command that Ctrl-Z stopped.
        sane.special_codes[SpecialCodeIndex::VSUSP] = 0;
        let tty = Self { master, slave, sane, keeper: rustix::process::getpid() };
        tty.resize(size)?;
        tty.restore();
        Ok(tty)
    }

    /// The side that the keeper reads output from.
    pub(super) fn master(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// Whether a line is being asked for that is not shown while it is typed, as a password is.
    pub(super) fn hides_lines(&self) -> bool {
        tcgetattr(&self.slave).is_ok_and(|now| {
            now.local_modes.contains(LocalModes::ICANON) && !now.local_modes.contains(LocalModes::ECHO)
        })
    }

    /// A fresh opening of the side that commands see; blocking, as a command expects.
    pub(super) fn open_slave(&self) -> io::Result<OwnedFd> {
        Ok(rustix::pty::ioctl_tiocgptpeer(
            &self.master,
            OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC,
        )?)
    }

    /// Undoes what a command did to the terminal's settings, also a stop of its output.
    pub(super) fn restore(&self) {
        let mut flowing = self.sane.clone();
        flowing.input_modes.remove(InputModes::IXON);
        from_background(|| {
            // Each is tried whatever became of the one before: none of them can fail on an open terminal.
            let _unstopped = tcsetattr(&self.slave, OptionalActions::Now, &flowing);
            let _sane = tcsetattr(&self.slave, OptionalActions::Now, &self.sane);
            let _flowing = tcflow(&self.slave, Action::OOn);
        });
    }

    /// Forgets what was typed and not read.
    pub(super) fn forget_input(&self) {
        let _infallible = from_background(|| tcflush(&self.slave, QueueSelector::IFlush));
    }

    /// Tells the terminal its size.
    pub(super) fn resize(&self, size: Size) -> io::Result<()> {
        let winsize = Winsize { ws_row: size.rows.max(1), ws_col: size.cols.max(2), ws_xpixel: 0, ws_ypixel: 0 };
        Ok(tcsetwinsize(&self.master, winsize)?)
    }

    /// Puts the process group of a command, or of the keeper, in the foreground.
    pub(super) fn set_foreground(&self, group: Option<Pid>) -> io::Result<()> {
        Ok(from_background(|| tcsetpgrp(&self.slave, group.unwrap_or(self.keeper)))?)
    }

    /// Sends SIGINT to the foreground, as Ctrl-C does.
    pub(super) fn interrupt(&self, command: Pid) -> io::Result<()> {
        let group = tcgetpgrp(&self.slave).ok().filter(|group| *group != self.keeper).unwrap_or(command);
        Ok(rustix::process::kill_process_group(group, Signal::INT)?)
    }

    /// Reads output; `WouldBlock` when there is none.
    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(&self.master, buffer)?)
    }

    /// Types.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(&self.master, bytes)?)
    }

    /// Writes on the side of the commands, without waiting.
    pub(super) fn write_as_output(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(from_background(|| rustix::io::write(&self.slave, bytes))?)
    }
}
