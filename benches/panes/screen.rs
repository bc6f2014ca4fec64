//! A program in a terminal of 120 columns and 40 rows, read as fast as it writes or as slowly as a line.

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tejun::term::Emulator;

use crate::home::Home;

const COLS: u16 = 120;
const ROWS: u16 = 40;

/// The guard against a program that never comes to its end; far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(300);

/// What came last is kept for finding something in it.
const WINDOW: usize = 64 * 1024;

/// How what is written is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// As a screen: for what draws differences.
    Screen,
    /// As bytes: an emulation would hold up what writes much.
    Bytes,
}

/// The program and its terminal. Dropping it ends the program.
pub(crate) struct Screen {
    pty: pty_process::blocking::Pty,
    child: std::process::Child,
    emulator: Emulator,
    look: Look,
    window: Vec<u8>,
    /// How many bytes it wrote.
    pub(crate) bytes: u64,
    /// Bytes a second that are read; all that come when absent.
    pub(crate) rate: Option<u64>,
}

impl Screen {
    pub(crate) fn start(
        home: &Home,
        look: Look,
        program: &Path,
        args: impl IntoIterator<Item = OsString>,
    ) -> anyhow::Result<Self> {
        let (pty, pts) = pty_process::blocking::open()?;
        pty.resize(pty_process::Size::new(ROWS, COLS))?;
        let mut command = pty_process::blocking::Command::new(program).args(args).env_clear();
        for (name, value) in home.environment() {
            command = command.env(name, value);
        }
        let child = command.current_dir(home.path()).spawn(pts)?;
        let emulator = Emulator::new(COLS, ROWS, 0);
        Ok(Self { pty, child, emulator, look, window: Vec::new(), bytes: 0, rate: None })
    }

    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap_or(0)
    }

    pub(crate) fn keys(&mut self, keys: &str) -> anyhow::Result<()> {
        Ok(self.pty.write_all(keys.as_bytes())?)
    }

    /// Reads until `shown` is there.
    pub(crate) fn wait(&mut self, shown: &str) -> anyhow::Result<()> {
        self.wait_until(shown, |screen| screen.shows(shown))
    }

    /// Reads until something is so.
    pub(crate) fn wait_until(&mut self, what: &str, is: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        while !is(self) {
            if Instant::now() > until {
                bail!("{what:?} never came:\n{}", self.text());
            }
            self.read(Duration::from_millis(20))?;
        }
        Ok(())
    }

    /// Reads for so long.
    pub(crate) fn watch(&mut self, time: Duration) -> anyhow::Result<()> {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.read(left)?;
        }
        Ok(())
    }

    /// Types a letter and takes the time until it is written; nothing where it did not come in time.
    pub(crate) fn echo(&mut self, letter: char, patience: Duration) -> anyhow::Result<Option<Duration>> {
        let letter = letter.to_string();
        self.window.clear();
        let begun = Instant::now();
        self.keys(&letter)?;
        while begun.elapsed() < patience {
            if memchr::memmem::find(&self.window, letter.as_bytes()).is_some() {
                let took = begun.elapsed();
                // It goes again, so that the line does not grow.
                self.keys("\x7f")?;
                return Ok(Some(took));
            }
            self.read(patience.saturating_sub(begun.elapsed()))?;
        }
        self.keys("\x7f")?;
        Ok(None)
    }

    fn shows(&self, shown: &str) -> bool {
        match self.look {
            Look::Screen => self.text().contains(shown),
            Look::Bytes => memchr::memmem::find(&self.window, shown.as_bytes()).is_some(),
        }
    }

    /// Reads what is there within `time`, at most.
    fn read(&mut self, time: Duration) -> anyhow::Result<()> {
        let mut fds = [PollFd::new(&self.pty, PollFlags::IN)];
        poll(&mut fds, Some(&Timespec::try_from(time)?)).context("interrupted")?;
        if fds[0].revents().is_empty() {
            return Ok(());
        }
        let mut bytes = [0; 64 * 1024];
        let most = if self.rate.is_some() { 1024 } else { bytes.len() };
        let got = self.pty.read(&mut bytes[..most]).unwrap_or(0);
        if got == 0 {
            bail!("the program ended:\n{}", self.text());
        }
        if let Some(rate) = self.rate {
            std::thread::sleep(Duration::from_secs_f64(got as f64 / rate as f64));
        }
        let bytes = &bytes[..got];
        self.bytes += u64::try_from(got)?;
        self.window.extend_from_slice(bytes);
        let old = self.window.len().saturating_sub(WINDOW);
        if old > WINDOW {
            self.window.drain(..old);
        }
        if self.look == Look::Screen {
            self.emulator.feed(bytes);
            let replies = self.emulator.replies();
            if !replies.is_empty() {
                self.pty.write_all(&replies)?;
            }
        }
        Ok(())
    }

    pub(crate) fn text(&self) -> String {
        let rows = self.emulator.rows(0);
        let lines = rows.iter().map(|row| row.iter().map(|s| s.text.as_str()).collect::<String>());
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
