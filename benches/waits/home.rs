//! A home of its own for what is measured, so that everything that was started in it can be found and ended.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::bail;
use rustix::process::{Pid, Signal, kill_process};

/// How long processes may take to go.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ticks of `/proc/PID/stat` in a second: the kernel promises it to all programs of this architecture.
const TICKS: u64 = 100;

/// Dropping it ends all processes that have it as their home.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let home = Self(tempfile::tempdir()?);
        std::fs::create_dir(home.path().join("records"))?;
        Ok(home)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file into it. vim leaves its own file beside what it shows, so nothing is opened where it belongs.
    pub(crate) fn file(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path)
    }

    pub(crate) fn environment(&self) -> Vec<(&'static str, OsString)> {
        let home = self.path();
        vec![
            ("HOME", home.into()),
            ("PATH", std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into())),
            ("SHELL", "/bin/sh".into()),
            ("LANG", "C.UTF-8".into()),
            ("TERM", "xterm-256color".into()),
            ("TMUX_TMPDIR", home.into()),
            ("TEJUN_LANG", "en".into()),
            ("TEJUN_OPERATOR", "Taro Yamada".into()),
            ("TEJUN_RECORD_DIR", home.join("records").into()),
        ]
    }

    /// Runs tejun to its end without a terminal.
    pub(crate) fn run(&self, args: &[OsString]) -> anyhow::Result<()> {
        #[expect(clippy::disallowed_methods, reason = "the bench starts the program")]
        let mut command = Command::new(crate::TEJUN);
        command.args(args).env_clear().envs(self.environment()).current_dir(self.path()).stdin(Stdio::null());
        let output = command.output()?;
        // A step that needs a person, or finds something, is no fault here.
        if !matches!(output.status.code(), Some(0 | 1 | 4)) {
            bail!("{args:?}: {output:?}");
        }
        Ok(())
    }

    /// The processes in this home, or those of them with `word` as their first argument.
    pub(crate) fn processes(&self, word: Option<&str>) -> Vec<i32> {
        let mut home = OsString::from("HOME=");
        home.push(self.path());
        let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
        let mut found = Vec::new();
        for entry in entries.flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse() else { continue };
            let read = |name: &str| std::fs::read(entry.path().join(name)).unwrap_or_default();
            let (line, environment) = (read("cmdline"), read("environ"));
            let ours = environment.split(|b| *b == 0).any(|v| v == home.as_encoded_bytes());
            let first = line.split(|b| *b == 0).nth(1);
            if ours && word.is_none_or(|w| first == Some(w.as_bytes())) {
                found.push(pid);
            }
        }
        found
    }

    /// Waits until the processes with `word` as their first argument have ended.
    pub(crate) fn wait_for_the_end_of(&self, word: &str) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        while !self.processes(Some(word)).is_empty() {
            if Instant::now() > until {
                bail!("the {word} process does not end");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// The time that the processes in this home have had of a processor.
    pub(crate) fn cpu_time(&self) -> Duration {
        let ticks = |pid: i32| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // The name of the program may hold anything; behind it stand numbers.
            let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            let numbers = rest.split(' ').skip(11).take(2);
            numbers.filter_map(|n| n.parse::<u64>().ok()).sum::<u64>()
        };
        Duration::from_millis(self.processes(None).into_iter().map(ticks).sum::<u64>() * 1000 / TICKS)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        for pid in self.processes(None).into_iter().filter_map(Pid::from_raw) {
            let _gone = kill_process(pid, Signal::KILL);
        }
        let until = Instant::now() + PATIENCE;
        while !self.processes(None).is_empty() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
