//! A program in a terminal of 120 columns and 40 rows, read by whoever waits for it.

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

/// How long nothing is written when a frame has settled.
const QUIET: Duration = Duration::from_millis(150);

/// The guard against a program that never shows what is waited for; far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program and its terminal. Dropping it ends the program.
pub(crate) struct Terminal {
    pty: pty_process::blocking::Pty,
    child: std::process::Child,
    emulator: Emulator,
    /// When it was started.
    pub(crate) begun: Instant,
    /// When it last wrote something.
    last: Instant,
    /// How many bytes it wrote.
    pub(crate) bytes: u64,
    /// Whether its terminal is closed.
    pub(crate) ended: bool,
}

impl Terminal {
    pub(crate) fn start(home: &Home, program: &Path, args: impl IntoIterator<Item = OsString>) -> anyhow::Result<Self> {
        let (pty, pts) = pty_process::blocking::open()?;
        pty.resize(pty_process::Size::new(ROWS, COLS))?;
        let mut command = pty_process::blocking::Command::new(program).args(args).env_clear();
        for (name, value) in home.environment() {
            command = command.env(name, value);
        }
        let begun = Instant::now();
        let child = command.current_dir(home.path()).spawn(pts)?;
        let emulator = Emulator::new(COLS, ROWS, 0);
        Ok(Self { pty, child, emulator, begun, last: begun, bytes: 0, ended: false })
    }

    pub(crate) fn keys(&mut self, keys: &str) -> anyhow::Result<()> {
        Ok(self.pty.write_all(keys.as_bytes())?)
    }

    /// Reads until the screen is as wanted. Returns when the bytes that made it so came in.
    pub(crate) fn wait(&mut self, shows: impl Fn(&str) -> bool) -> anyhow::Result<Instant> {
        let until = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if shows(&screen) {
                return Ok(self.last);
            }
            let left = until.saturating_duration_since(Instant::now());
            if self.ended || left.is_zero() {
                bail!("the screen never showed what was waited for:\n{screen}");
            }
            Self::read_any(&mut [self], left)?;
        }
    }

    /// Reads until nothing is written any more. Returns when the last bytes came in.
    pub(crate) fn wait_until_quiet(&mut self) -> anyhow::Result<Instant> {
        let until = Instant::now() + PATIENCE;
        let mut quiet_from = Instant::now();
        while quiet_from.elapsed() < QUIET {
            if self.ended || Instant::now() > until {
                bail!("the program ended, or never stopped writing:\n{}", self.screen());
            }
            let left = QUIET.saturating_sub(quiet_from.elapsed());
            let before = self.bytes;
            Self::read_any(&mut [self], left)?;
            if self.bytes != before {
                quiet_from = Instant::now();
            }
        }
        Ok(self.last)
    }

    pub(crate) fn wait_for_end(mut self) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        while !self.ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("the program does not end:\n{}", self.screen());
            }
            Self::read_any(&mut [&mut self], left)?;
        }
        self.child.wait().map(drop).context("the program cannot be waited for")
    }

    /// Reads once from those that have written something within `time`.
    pub(crate) fn read_any(terminals: &mut [&mut Self], time: Duration) -> anyhow::Result<()> {
        let time = Timespec::try_from(time)?;
        let mut fds: Vec<_> = terminals.iter().map(|t| PollFd::new(&t.pty, PollFlags::IN)).collect();
        poll(&mut fds, Some(&time)).context("interrupted")?;
        let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        for (terminal, ready) in terminals.iter_mut().zip(ready) {
            if ready {
                terminal.read()?;
            }
        }
        Ok(())
    }

    fn read(&mut self) -> anyhow::Result<()> {
        let mut bytes = [0; 64 * 1024];
        // The last descriptor of the other side closes with an error here.
        let got = self.pty.read(&mut bytes).unwrap_or(0);
        self.ended = got == 0;
        if got == 0 {
            return Ok(());
        }
        self.last = Instant::now();
        self.bytes += u64::try_from(got)?;
        self.emulator.feed(&bytes[..got]);
        let replies = self.emulator.replies();
        if !replies.is_empty() {
            self.pty.write_all(&replies)?;
        }
        Ok(())
    }

    pub(crate) fn screen(&self) -> String {
        let rows = self.emulator.rows(0);
        let lines = rows.iter().map(|row| row.iter().map(|s| s.text.as_str()).collect::<String>());
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
