//! A terminal for the real program: keys in, screen out. Waits for what the screen shows, never for time to pass.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use tejun::term::emulator::Emulator;

/// The guard against a program that never shows what is waited for; far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A home of its own for the program, with a folder to work in.
pub(super) struct Home {
    pub(super) dir: tempfile::TempDir,
}

impl Home {
    pub(super) fn new() -> Self {
        Self::within(&std::env::temp_dir())
    }

    /// A home on the file system of `place`.
    pub(super) fn within(place: &Path) -> Self {
        let home = Self { dir: tempfile::tempdir_in(place).expect("a folder") };
        for name in ["home", "work", "records"] {
            std::fs::create_dir(home.dir.path().join(name)).expect("a folder");
        }
        std::fs::write(home.runbook(), include_bytes!("../fixtures/weekly.md")).expect("a runbook");
        home
    }

    pub(super) fn runbook(&self) -> PathBuf {
        self.dir.path().join("weekly.md")
    }

    pub(super) fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// Writes the settings of this home.
    pub(super) fn settings(&self, text: &str) {
        let file = self.dir.path().join("home/.config/tejun/config.toml");
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("settings");
    }

    pub(super) fn records(&self) -> PathBuf {
        self.dir.path().join("records")
    }

    /// `FILE#PROCEDURE`.
    pub(super) fn procedure(&self, name: &str) -> String {
        format!("{}#{name}", self.runbook().display())
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.dir.path().join("home");
        vec![
            ("HOME", home.display().to_string()),
            ("PATH", std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".into())),
            ("LANG", "ja_JP.UTF-8".into()),
            ("TERM", "xterm-256color".into()),
            ("TEJUN_OPERATOR", "山田 太郎".into()),
            ("TEJUN_RECORD_DIR", self.records().display().to_string()),
        ]
    }

    /// Runs the program to its end without a terminal.
    pub(super) fn tejun(&self, args: &[&str]) -> Output {
        #[expect(clippy::disallowed_methods, reason = "the test starts the program")]
        let mut command = Command::new(env!("CARGO_BIN_EXE_tejun"));
        command.args(args).env_clear().envs(self.environment()).current_dir(self.work()).stdin(Stdio::null());
        command.output().expect("the program starts")
    }

    /// The same, after a line of the shell such as `umask 0`.
    pub(super) fn tejun_after(&self, line: &str, args: &[&str]) -> Output {
        #[expect(clippy::disallowed_methods, reason = "the test starts the program")]
        let mut command = Command::new("bash");
        command.args(["-c", &format!("{line}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_tejun")]).args(args);
        command.env_clear().envs(self.environment()).current_dir(self.work()).stdin(Stdio::null());
        command.output().expect("the program starts")
    }

    /// Puts a runbook of one procedure with these commands in the place of the weekly one, and trusts it.
    pub(super) fn write(&self, commands: &[&str]) {
        let steps = commands.iter().map(|c| format!("- [ ] **{}**\n  ```bash\n  {c}\n  ```\n", &c[..4]));
        std::fs::write(self.runbook(), format!("# 手順書\n\n### 作業\n{}", steps.collect::<String>()))
            .expect("a runbook");
        let trusted = self.tejun(&["trust", &self.runbook().display().to_string()]);
        assert!(trusted.status.success(), "{trusted:?}");
    }

    /// Starts the program without a terminal; what it says can be read, and it can be told something.
    pub(super) fn spawn(&self, args: &[&str]) -> std::process::Child {
        #[expect(clippy::disallowed_methods, reason = "the test starts the program")]
        let mut command = Command::new(env!("CARGO_BIN_EXE_tejun"));
        command.args(args).env_clear().envs(self.environment()).current_dir(self.work());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    /// Starts the program in a terminal.
    pub(super) fn terminal(&self, cols: u16, rows: u16, args: &[&str]) -> Terminal {
        Terminal::start(self, env!("CARGO_BIN_EXE_tejun").as_ref(), cols, rows, args, &[])
    }

    /// The same with other variables; an empty value takes one away.
    pub(super) fn terminal_with(&self, cols: u16, rows: u16, args: &[&str], other: &[(&str, &str)]) -> Terminal {
        Terminal::start(self, env!("CARGO_BIN_EXE_tejun").as_ref(), cols, rows, args, other)
    }

    /// The same with the program at `program`.
    pub(super) fn terminal_of(&self, program: &Path, cols: u16, rows: u16, args: &[&str]) -> Terminal {
        Terminal::start(self, program, cols, rows, args, &[])
    }

    /// What `tejun runs --json` says.
    pub(super) fn runs(&self) -> serde_json::Value {
        let output = self.tejun(&["runs", "--json"]);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
    }

    /// The text of the only record.
    pub(super) fn record(&self) -> (PathBuf, String) {
        let found: Vec<PathBuf> = std::fs::read_dir(self.records())
            .expect("a folder")
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "md"))
            .collect();
        let [path] = &found[..] else { panic!("one record: {found:?}") };
        (path.clone(), std::fs::read_to_string(path).expect("a record"))
    }

    /// Waits until no host of this home lives: what follows a run is done then.
    pub(super) fn wait_for_hosts(&self) {
        let until = Instant::now() + PATIENCE;
        for pid in self.processes("host") {
            let Some(pid) = rustix::process::Pid::from_raw(pid) else { continue };
            // Gone already is as good.
            let Ok(process) = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()) else { continue };
            let left = until.saturating_duration_since(Instant::now());
            let left = rustix::time::Timespec::try_from(left).expect("a short time");
            let mut ended = [rustix::event::PollFd::new(&process, rustix::event::PollFlags::IN)];
            assert_eq!(rustix::event::poll(&mut ended, Some(&left)).expect("it waits"), 1, "a host does not end");
        }
    }

    /// The process ids of the program's processes with `word` as their first argument.
    pub(super) fn processes(&self, word: &str) -> Vec<i32> {
        let home = format!("HOME={}", self.dir.path().join("home").display());
        let mut found = Vec::new();
        for entry in std::fs::read_dir("/proc").expect("proc").flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
            let read = |name: &str| std::fs::read(entry.path().join(name)).unwrap_or_default();
            let (line, environment) = (read("cmdline"), read("environ"));
            let second = line.split(|b| *b == 0).nth(1).map(|w| w == word.as_bytes());
            let ours = environment.split(|b| *b == 0).any(|v| v == home.as_bytes());
            if ours && second == Some(true) {
                found.push(pid);
            }
        }
        found
    }
}

impl Drop for Home {
    /// Nothing of a test that failed half-way lives on.
    fn drop(&mut self) {
        for word in ["host", "keep"] {
            for pid in self.processes(word) {
                kill(pid);
            }
        }
    }
}

/// SIGKILL.
pub(super) fn kill(pid: i32) {
    if let Some(pid) = rustix::process::Pid::from_raw(pid) {
        let _gone = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
}

struct Shared {
    emulator: Emulator,
    raw: Vec<u8>,
    ended: bool,
    /// So many bytes may still be taken, where the line is slow.
    room: Option<usize>,
}

/// The program in a terminal.
pub(super) struct Terminal {
    pty: Option<pty_process::blocking::Pty>,
    child: std::process::Child,
    shared: Arc<(Mutex<Shared>, Condvar)>,
    /// The reader ends when this is dropped.
    stop: Option<std::io::PipeWriter>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Terminal {
    fn start(home: &Home, program: &Path, cols: u16, rows: u16, args: &[&str], other: &[(&str, &str)]) -> Self {
        let (pty, pts) = pty_process::blocking::open().expect("a terminal");
        pty.resize(pty_process::Size::new(rows, cols)).expect("a size");
        let mut command = pty_process::blocking::Command::new(program).args(args).env_clear();
        for (name, value) in home.environment() {
            command = command.env(name, value);
        }
        for (name, value) in other {
            command = if value.is_empty() { command.env_remove(name) } else { command.env(name, value) };
        }
        let child = command.current_dir(home.work()).spawn(pts).expect("the program starts");
        let reader = pty.as_fd().try_clone_to_owned().expect("a second descriptor");
        let first = Shared { emulator: Emulator::new(cols, rows, 100), raw: Vec::new(), ended: false, room: None };
        let shared = Arc::new((Mutex::new(first), Condvar::new()));
        let to = shared.clone();
        let (stopped, stop) = std::io::pipe().expect("a pipe");
        let reader = std::thread::spawn(move || {
            use rustix::event::{PollFd, PollFlags, poll};
            let mut reader = std::fs::File::from(reader);
            let mut bytes = [0; 8192];
            loop {
                let stop = {
                    let mut both = [PollFd::new(&reader, PollFlags::IN), PollFd::new(&stopped, PollFlags::IN)];
                    poll(&mut both, None).expect("it waits");
                    both[0].revents().is_empty() && !both[1].revents().is_empty()
                };
                if stop {
                    return;
                }
                let most = {
                    let held = |shared: &mut Shared| shared.room == Some(0);
                    let shared = to.1.wait_while(to.0.lock().expect("whole"), held).expect("whole");
                    shared.room.unwrap_or(bytes.len()).min(bytes.len())
                };
                let got = reader.read(&mut bytes[..most]).unwrap_or(0);
                let mut shared = to.0.lock().expect("whole");
                shared.room = shared.room.map(|room| room.saturating_sub(got));
                shared.ended = got == 0;
                shared.emulator.feed(&bytes[..got]);
                shared.raw.extend_from_slice(&bytes[..got]);
                to.1.notify_all();
                if got == 0 {
                    return;
                }
            }
        });
        Self { pty: Some(pty), child, shared, stop: Some(stop), reader: Some(reader) }
    }

    /// Types: `<enter>`, `<esc>`, `<tab>`, `<space>`, `<c-x>`, and all else as it stands.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        let mut bytes = Vec::new();
        let mut rest = keys;
        while let Some(next) = rest.chars().next() {
            if let Some((name, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                match name {
                    "enter" => bytes.push(b'\r'),
                    "esc" => bytes.push(0x1b),
                    "tab" => bytes.push(b'\t'),
                    "space" => bytes.push(b' '),
                    "down" => bytes.extend_from_slice(b"\x1b[B"),
                    _ => match name.strip_prefix("c-").and_then(|c| c.bytes().next()) {
                        Some(c) => bytes.push(c & 0x1f),
                        None => panic!("no such key: {name}"),
                    },
                }
                rest = after;
            } else {
                bytes.extend_from_slice(next.to_string().as_bytes());
                rest = &rest[next.len_utf8()..];
            }
        }
        self.pty.as_mut().expect("a terminal").write_all(&bytes).expect("keys");
        self
    }

    /// The terminal gets another size.
    pub(super) fn resize(&mut self, cols: u16, rows: u16) -> &mut Self {
        self.shared.0.lock().expect("whole").emulator.resize(cols, rows);
        self.pty.as_ref().expect("a terminal").resize(pty_process::Size::new(rows, cols)).expect("a size");
        self
    }

    /// The screen as text.
    pub(super) fn screen(&self) -> String {
        text(&self.shared.0.lock().expect("whole").emulator)
    }

    /// The line takes nothing any more but what [`Terminal::take`] allows.
    pub(super) fn slow_down(&mut self) -> &mut Self {
        self.shared.0.lock().expect("whole").room = Some(0);
        self
    }

    /// The line is as fast as ever.
    pub(super) fn speed_up(&mut self) -> &mut Self {
        self.shared.0.lock().expect("whole").room = None;
        self.shared.1.notify_all();
        self
    }

    /// Takes pieces of `piece` bytes from a slow line until the screen shows `wanted`; how many bytes that were.
    #[track_caller]
    pub(super) fn take(&mut self, piece: usize, wanted: &str) -> usize {
        let until = Instant::now() + PATIENCE;
        let (lock, changed) = &*self.shared;
        let mut shared = lock.lock().expect("whole");
        let before = shared.raw.len();
        loop {
            let screen = text(&shared.emulator);
            if screen.contains(wanted) {
                return shared.raw.len() - before;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !shared.ended, "waited for {wanted:?}; the screen was:\n{screen}");
            if shared.room == Some(0) {
                shared.room = Some(piece);
                changed.notify_all();
            }
            shared = changed.wait_timeout(shared, left).expect("whole").0;
        }
    }

    /// Everything that was written to the terminal so far.
    pub(super) fn raw(&self) -> Vec<u8> {
        self.shared.0.lock().expect("whole").raw.clone()
    }

    /// Waits until the screen shows `wanted`.
    #[track_caller]
    pub(super) fn wait_for(&mut self, wanted: &str) -> &mut Self {
        self.wait_until(wanted, |screen| screen.contains(wanted))
    }

    /// Waits until the screen does not show `unwanted` any more.
    #[track_caller]
    pub(super) fn wait_without(&mut self, unwanted: &str) -> &mut Self {
        self.wait_until(unwanted, |screen| !screen.contains(unwanted))
    }

    #[track_caller]
    fn wait_until(&mut self, what: &str, shows: impl Fn(&str) -> bool) -> &mut Self {
        let until = Instant::now() + PATIENCE;
        let (lock, changed) = &*self.shared;
        let mut shared = lock.lock().expect("whole");
        loop {
            let screen = text(&shared.emulator);
            if shows(&screen) {
                drop(shared);
                return self;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !shared.ended, "waited for {what:?}; the screen was:\n{screen}");
            shared = changed.wait_timeout(shared, left).expect("whole").0;
        }
    }

    /// Sends the program a signal.
    pub(super) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("it is there");
    }

    /// The terminal is taken away, as when the line drops.
    pub(super) fn hang_up(mut self) -> std::process::ExitStatus {
        // With the last descriptor closed the kernel hangs the terminal's session up.
        drop(self.stop.take());
        self.reader.take().map(std::thread::JoinHandle::join).transpose().expect("the reader ended well");
        drop(self.pty.take());
        self.child.wait().expect("it ends")
    }

    /// Kills the program when it has written so many bytes to the terminal.
    #[track_caller]
    pub(super) fn kill_after(&mut self, bytes: usize) {
        let until = Instant::now() + PATIENCE;
        let (lock, changed) = &*self.shared;
        let mut shared = lock.lock().expect("whole");
        while shared.raw.len() < bytes {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !shared.ended, "it wrote {} of {bytes} bytes", shared.raw.len());
            shared = changed.wait_timeout(shared, left).expect("whole").0;
        }
        drop(shared);
        self.signal(rustix::process::Signal::KILL);
    }

    /// Waits for the program's end.
    #[track_caller]
    pub(super) fn ended(mut self) -> (std::process::ExitStatus, Vec<u8>) {
        let until = Instant::now() + PATIENCE;
        {
            let (lock, changed) = &*self.shared;
            let mut shared = lock.lock().expect("whole");
            while !shared.ended {
                let left = until.saturating_duration_since(Instant::now());
                assert!(!left.is_zero(), "the program does not end; the screen was:\n{}", text(&shared.emulator));
                shared = changed.wait_timeout(shared, left).expect("whole").0;
            }
        }
        (self.child.wait().expect("it ends"), self.raw())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn text(emulator: &Emulator) -> String {
    let rows = emulator.rows(0);
    let lines = rows.iter().map(|row| row.iter().map(|s| s.text.as_str()).collect::<String>());
    lines.collect::<Vec<_>>().join("\n")
}

use std::os::fd::AsFd;

/// Opens the other end of a gate that a command waits at, and lets it through.
pub(super) fn open_gate(gate: &Path) {
    std::fs::write(gate, "go\n").expect("somebody waits at the gate");
}

/// Makes a gate: a command that reads it waits until it is opened.
pub(super) fn make_gate(gate: &Path) {
    rustix::fs::mknodat(rustix::fs::CWD, gate, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
        .expect("a gate");
}
