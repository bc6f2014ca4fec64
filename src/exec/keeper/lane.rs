//! The loop of the keeper: the terminal, the door for hosts, the host, and children that end.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io::{self, Read};
use std::num::NonZeroU64;
use std::os::fd::AsFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{WaitOptions, WaitStatus};

use super::link::{Host, Listener};
use super::pty::Tty;
use super::running::{Running, Seen};
use super::shell::{Left, Shell};
use super::tree::Process;
use super::{log, text_of, tree};
use crate::config::folders::RunFolder;
use crate::exec::evidence::{Closed, Evidence, Late};
use crate::exec::exit::{self, ExitFile, could_not_start};
use crate::exec::protocol::{self, FromKeeper, Hello, ToKeeper};
use crate::ids::AttemptId;
use crate::run::environment::{EnvironmentChange, MOST_SHOWN, VariableChange};
use crate::run::event::{Carry, Finish, Outcome, Stop, Survivor};
use crate::term::{Redactor, Secret};

/// So many reads of the terminal are taken before others are served; what they give is stored at once.
const FAIR_READS: usize = 64;

/// What stands in place of a value that was typed unseen.
const UNSEEN: &str = "***";

/// A line that was typed unseen and is shorter than this hides only a value that is the same.
const LEAST_UNSEEN: usize = 4;

/// More that was typed and not read is dropped: nobody types that much.
const MOST_INPUT: usize = 1024 * 1024;

/// A disk that refused an exit file is asked again after this time.
const SAVE_AGAIN: Duration = Duration::from_secs(1);

/// After so many refusals the end of a command is told without an exit file: the host must not wait for ever. The file
/// is still tried, because what a host was told may not be on disk either.
const MOST_SAVES: u32 = 3;

/// Without a host, the socket is looked after so often: nobody could reach this keeper without it.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// So many processes that outlive their command are told.
const MOST_SURVIVORS: usize = 16;

/// So much of the command line of each, in characters.
const SURVIVOR_CHARS: usize = 100;

/// The character of Ctrl-C.
const ETX: u8 = 3;

#[derive(Debug)]
struct Unsaved {
    exit: ExitFile,
    again_at: Instant,
    tries: u32,
    /// A host has taken note of the end.
    noted: bool,
}

/// A keeper at work.
#[derive(Debug)]
pub(super) struct Keeper {
    run: RunFolder,
    lane: u32,
    listener: Listener,
    tty: Tty,
    shell: Shell,
    /// Names of the variables that it began with and that were not empty.
    began_with: Vec<String>,
    /// Cloned for each attempt.
    redactor: Redactor,
    child_ended: UnixStream,
    host: Option<Host>,
    /// Connected, and has not yet said that it is the host.
    visitor: Option<Host>,
    announced: u64,
    input: Vec<u8>,
    /// What was typed while the terminal showed nothing of it: a password, most likely.
    unseen: Vec<u8>,
    running: Option<Running>,
    /// Whose late output may come, and where it goes.
    late: Option<(AttemptId, Late)>,
    /// Finished, and not yet taken note of by a host.
    finished: Vec<(AttemptId, Finish)>,
    unsaved: Vec<Unsaved>,
    closing: bool,
    /// How many bytes of one command's output are stored.
    output_limit: Option<NonZeroU64>,
}

/// What the loop was woken by.
struct Woken {
    tty: PollFlags,
    door: bool,
    host: bool,
    visitor: bool,
    child: bool,
}

impl Keeper {
    pub(super) fn new(
        run: RunFolder,
        lane: u32,
        listener: Listener,
        tty: Tty,
        shell: Shell,
        redactor: Redactor,
        child_ended: UnixStream,
    ) -> Self {
        Self {
            run,
            lane,
            listener,
            tty,
            began_with: shell.set_names(),
            shell,
            redactor,
            child_ended,
            host: None,
            visitor: None,
            announced: 0,
            input: Vec::new(),
            unseen: Vec::new(),
            running: None,
            late: None,
            finished: Vec::new(),
            unsaved: Vec::new(),
            closing: false,
            output_limit: None,
        }
    }

    /// The same, whose commands store no more than `limit` bytes of output each.
    pub(super) fn limited(self, limit: Option<NonZeroU64>) -> Self {
        Self { output_limit: limit, ..self }
    }

    /// Works until the lane is closed and nothing runs.
    pub(super) fn keep(mut self) -> io::Result<()> {
        loop {
            let woken = self.wait()?;
            let now = Instant::now();
            if woken.child {
                self.reap();
            }
            if woken.tty.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                self.read_output();
            }
            if woken.door
                && let Some(stream) = self.listener.accept()
            {
                self.greet(stream);
            }
            if woken.host {
                self.listen(now);
            }
            if woken.visitor {
                self.let_in(now);
            }
            if self.host.is_none() {
                self.listener.look_after();
            }
            self.type_input();
            self.go_on(now);
            self.save(now);
            self.announce();
            if self.closing && self.running.is_none() {
                self.listener.remove();
                return Ok(());
            }
        }
    }

    fn wait(&self) -> io::Result<Woken> {
        let now = Instant::now();
        let wakes_at = self.running.as_ref().and_then(|r| r.wakes_at(now));
        let wakes_at = wakes_at.into_iter().chain(self.unsaved.iter().map(|u| u.again_at)).min();
        let timeout = wakes_at.map(|at| at.saturating_duration_since(now) + Duration::from_millis(1));
        let alone = self.host.is_none().then_some(LOOK_AFTER);
        let timeout = timeout.into_iter().chain(alone).min();
        let timeout = timeout.and_then(|t| Timespec::try_from(t).ok());
        let tty = if self.input.is_empty() { PollFlags::IN } else { PollFlags::IN | PollFlags::OUT };
        let master = self.tty.master();
        let mut fds = vec![
            PollFd::new(&master, tty),
            PollFd::new(&self.listener, PollFlags::IN),
            PollFd::new(&self.child_ended, PollFlags::IN),
        ];
        let (mut host, mut visitor) = (None, None);
        for (line, place) in [(&self.host, &mut host), (&self.visitor, &mut visitor)] {
            if let Some(line) = line {
                let wanted = if line.is_idle() { PollFlags::IN } else { PollFlags::IN | PollFlags::OUT };
                *place = Some(fds.len());
                fds.push(PollFd::from_borrowed_fd(line.as_fd(), wanted));
            }
        }
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
        let woken = |i: usize| fds.get(i).is_some_and(|fd| !fd.revents().is_empty());
        Ok(Woken {
            tty: fds[0].revents(),
            door: woken(1),
            child: woken(2),
            host: host.is_some_and(woken),
            visitor: visitor.is_some_and(woken),
        })
    }

    /// Takes note of all children that ended, also those that were left to this process.
    fn reap(&mut self) {
        let mut bytes = [0; 64];
        while matches!(self.child_ended.read(&mut bytes), Ok(n) if n > 0) {}
        while let Ok(Some((pid, status))) = rustix::process::wait(WaitOptions::NOHANG) {
            if let Some(running) = self.running.as_mut().filter(|r| r.is_alive() && r.shell.pid == pid) {
                running.ended = Some((status, running.evidence.elapsed()));
            }
        }
    }

    fn read_output(&mut self) {
        let mut buffer = [0; 64 * 1024];
        for _ in 0..FAIR_READS {
            let bytes = match self.tty.read(&mut buffer) {
                Ok(n) if n > 0 => &buffer[..n],
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Ok(_) | Err(_) => break,
            };
            let Some(running) = self.running.as_mut() else {
                if let Some((attempt, late)) = self.late.as_mut() {
                    late.push(&self.run, *attempt, bytes);
                }
                continue;
            };
            if let Seen::Mark(late) = running.take(bytes) {
                self.finish(&late);
            }
        }
        if let Some(running) = self.running.as_mut() {
            running.evidence.store();
        }
    }

    fn greet(&mut self, stream: UnixStream) {
        // An end that is not on disk yet is still to be told: a new host must not take it for lost.
        let ending = || self.unsaved.last().map(|u| (u.exit.attempt, u.exit.finish.bytes));
        let running = self.running.as_ref().map(|r| (r.attempt, r.evidence.stored())).or_else(ending);
        let hello = Hello {
            version: protocol::VERSION,
            lane: self.lane,
            pid: std::process::id(),
            shell: text_of(&self.shell.path),
            cwd: text_of(&self.shell.cwd),
            running,
            set: Some(self.began_with.clone()),
        };
        let visitor = self.visitor.insert(Host::new(stream, hello));
        if visitor.send().is_err() {
            self.visitor = None;
        }
    }

    /// Makes the visitor the host, once it says that it is.
    fn let_in(&mut self, now: Instant) {
        let Some(mut visitor) = self.visitor.take() else { return };
        let (heard, line) = visitor.hear();
        let mut heard = heard.into_iter();
        match (heard.next(), line) {
            (Some(ToKeeper::Take), line) => {
                for (attempt, finish) in &self.finished {
                    visitor.tell(&FromKeeper::Finished { attempt: *attempt, finish: finish.clone() });
                }
                self.announced = 0;
                self.host = line.is_ok().then_some(visitor);
                self.obey(heard.collect(), now);
            }
            (None, Ok(())) => {
                if visitor.send().is_ok() {
                    self.visitor = Some(visitor);
                }
            }
            // Not one of ours.
            (Some(_), _) | (None, Err(_)) => {}
        }
    }

    fn listen(&mut self, now: Instant) {
        let Some(host) = self.host.as_mut() else { return };
        let (heard, line) = host.hear();
        if line.is_err() {
            self.host = None;
        }
        self.obey(heard, now);
    }

    fn obey(&mut self, heard: Vec<ToKeeper>, now: Instant) {
        for message in heard {
            match message {
                ToKeeper::Take => {}
                ToKeeper::Start { attempt, text, secrets, changes } => self.start(attempt, &text, &secrets, &changes),
                ToKeeper::Input { bytes } => {
                    if self.running.as_ref().is_some_and(Running::is_alive)
                        && self.input.len() + bytes.len() <= MOST_INPUT
                    {
                        if self.tty.hides_lines() && self.unseen.len() + bytes.len() <= MOST_INPUT {
                            self.unseen.extend_from_slice(&bytes);
                        }
                        self.input.extend_from_slice(&bytes);
                    }
                }
                ToKeeper::Resize { size } => {
                    if let Err(fault) = self.tty.resize(size) {
                        log(&format!("failed to resize lane {}: {fault}", self.lane));
                    }
                }
                ToKeeper::Stop { attempt, how } => self.stop(attempt, how, now),
                ToKeeper::Ack { attempt } => self.noted(attempt),
                ToKeeper::Close => self.closing = true,
            }
        }
    }

    fn start(&mut self, attempt: AttemptId, text: &str, secrets: &[(String, Secret)], changes: &[EnvironmentChange]) {
        if self.running.as_ref().is_some_and(|r| r.attempt == attempt)
            || self.unsaved.iter().any(|u| u.exit.attempt == attempt && u.tries < MOST_SAVES)
        {
            // It is on its way; the host asks what became of it.
            self.announced = 0;
            return;
        }
        let known = self.finished.iter().find(|(finished, _)| *finished == attempt).map(|(_, finish)| finish.clone());
        if let Some(finish) = known {
            self.tell(&FromKeeper::Finished { attempt, finish });
            return;
        }
        match exit::read(&self.run, attempt) {
            Ok(Some(exit)) => return self.report(attempt, exit.finish),
            Ok(None) => {}
            Err(fault) => {
                return self.report(attempt, could_not_start(&format!("its exit file is unreadable: {fault}")));
            }
        }
        if self.running.is_some() || self.closing {
            let why = if self.closing { "the lane is being closed" } else { "another command runs in this lane" };
            return self.conclude(attempt, could_not_start(why), Vec::new());
        }
        // What earlier commands still write comes before this one.
        self.read_output();
        if !secrets.is_empty() {
            // They stay hidden for the life of the lane: a later command may still print them.
            self.redactor = self.redactor.with(secrets.iter().map(|(_, secret)| secret.reveal().as_bytes().to_vec()));
        }
        let evidence = match Evidence::create(&self.run, attempt, self.redactor.clone()) {
            Ok(evidence) => evidence.limited(self.output_limit),
            // How that earlier start ended is not known, and this does not make it so: nothing is written.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                return self
                    .report(attempt, could_not_start("this attempt was started before, and how it ended is unknown"));
            }
            Err(e) => return self.conclude(attempt, could_not_start(&format!("its evidence file: {e}")), Vec::new()),
        };
        self.tty.restore();
        self.tty.forget_input();
        self.input.clear();
        self.shell.change(changes);
        let spared = tree::descendants(&std::collections::HashSet::new());
        match self.shell.start(&self.tty, text, secrets) {
            Ok(shell) => {
                self.late = None;
                self.announced = 0;
                self.running = Some(Running::new(attempt, evidence, shell, spared));
            }
            Err(fault) => {
                let _unused = self.tty.set_foreground(None);
                evidence.close();
                self.conclude(attempt, could_not_start(&fault.to_string()), Vec::new());
            }
        }
    }

    fn stop(&mut self, attempt: AttemptId, how: Stop, now: Instant) {
        let Some(running) = self.running.as_mut().filter(|r| r.attempt == attempt) else { return };
        match how {
            Stop::Interrupt if running.is_alive() => {
                // A process of another user (sudo) cannot be told by us, but by the terminal.
                if self.tty.interrupt(running.shell.pid).is_err() {
                    self.input.push(ETX);
                }
            }
            Stop::Interrupt => {}
            Stop::Terminate => running.terminate(now),
            Stop::Kill => running.kill(now),
        }
    }

    fn type_input(&mut self) {
        while !self.input.is_empty() {
            match self.tty.write(&self.input) {
                Ok(n) if n > 0 => drop(self.input.drain(..n)),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Drives the end of the running attempt.
    fn go_on(&mut self, now: Instant) {
        let Some(running) = self.running.as_mut() else { return };
        running.press(now);
        running.write_mark(&self.tty, now);
        if running.gives_up(now) {
            self.finish(&[]);
        }
    }

    /// The output of the running attempt is complete.
    fn finish(&mut self, late: &[u8]) {
        let Some(running) = self.running.take() else { return };
        self.input.clear();
        // Cannot fail while the session is ours, which it is for the life of this process.
        let _still_ours = self.tty.set_foreground(None);
        let Running { attempt, evidence, shell, ended, spared, .. } = running;
        let elapsed = evidence.elapsed();
        let Closed { bytes, sha256, gaps, redactions, redacted_at } = evidence.close();
        let (status, duration) = ended.map_or((None, elapsed), |(status, duration)| (Some(status), duration));
        let mut outcome = outcome_of(status);
        let mut carry = Carry::Ended;
        let mut pipeline = Vec::new();
        match shell.left(&self.shell.env) {
            Left::State(state) => {
                pipeline.clone_from(&state.pipeline);
                self.shell.cwd = OsString::from_vec(state.cwd.clone()).into();
                let changed = state.changed(self.shell.state.as_ref(), &self.shell.env);
                let changed = changed.into_iter().map(|(name, value)| self.shown(&name, value.as_deref())).collect();
                carry = Carry::Carried { cwd: text_of(&self.shell.cwd), dropped: state.dropped.clone(), changed };
                self.shell.state = Some(*state);
            }
            Left::Nothing => {}
            Left::NotReached => {
                if let Outcome::Exited { code } = outcome {
                    let why = format!("the shell ended with status {code} before the command began");
                    outcome = Outcome::CouldNotStart { why };
                }
            }
        }
        let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let survivors = self.survivors(&spared);
        let finish = Finish { outcome, bytes, sha256, gaps, redactions, redacted_at, duration_ms, carry, survivors };
        let mut after = Late::new(self.redactor.clone());
        after.push(&self.run, attempt, late);
        self.late = Some((attempt, after));
        self.conclude(attempt, finish, pipeline);
    }

    /// A change of a variable as it may stand in a fact: secrets masked, and no longer than it is worth.
    fn shown(&self, name: &[u8], value: Option<&[u8]>) -> VariableChange {
        let mut cut = false;
        let value = value.map(|value| {
            if self.was_typed_unseen(value) {
                return UNSEEN.to_owned();
            }
            let text = self.masked(value);
            cut = text.len() > MOST_SHOWN;
            text.get(..text.floor_char_boundary(MOST_SHOWN)).unwrap_or_default().to_owned()
        });
        VariableChange { name: String::from_utf8_lossy(name).into_owned(), value, cut }
    }

    /// A text as it may stand in a fact: secrets masked.
    fn masked(&self, text: &[u8]) -> String {
        let (mut redactor, mut masked) = (self.redactor.clone(), Vec::new());
        redactor.push(text, &mut masked);
        redactor.flush(&mut masked);
        String::from_utf8_lossy(&masked).into_owned()
    }

    /// What the command that ended leaves running, so far as it is told.
    fn survivors(&self, spared: &HashSet<Process>) -> Vec<Survivor> {
        let told = tree::survivors(spared).into_iter().take(MOST_SURVIVORS).map(|(pid, line)| {
            // A copy of the shell itself, such as a group of commands in the background, says nothing by its arguments.
            let own = line.strip_prefix(self.shell.path.as_os_str().as_bytes()).is_some_and(Shell::is_how_it_begins);
            let line = if own { "bash".to_owned() } else { self.masked(&line) };
            let command = line.chars().take(SURVIVOR_CHARS).collect();
            Survivor { pid, command }
        });
        told.collect()
    }

    /// Whether a value holds a line that was typed while the terminal did not show it.
    fn was_typed_unseen(&self, value: &[u8]) -> bool {
        let lines = self.unseen.split(|b| matches!(b, b'\r' | b'\n')).filter(|line| !line.is_empty());
        let holds = |line: &[u8]| line.len() >= LEAST_UNSEEN && value.windows(line.len()).any(|part| part == line);
        lines.into_iter().any(|line| value == line || holds(line))
    }

    /// Writes the exit file, then tells the host.
    fn conclude(&mut self, attempt: AttemptId, finish: Finish, pipeline: Vec<i32>) {
        let exit = ExitFile { attempt, finish, pipeline };
        self.unsaved.push(Unsaved { exit, again_at: Instant::now(), tries: 0, noted: false });
        self.save(Instant::now());
    }

    fn save(&mut self, now: Instant) {
        for mut unsaved in std::mem::take(&mut self.unsaved) {
            if now < unsaved.again_at {
                self.unsaved.push(unsaved);
                continue;
            }
            let saved = exit::write(&self.run, &unsaved.exit);
            unsaved.tries = unsaved.tries.saturating_add(1);
            if let Err(fault) = &saved
                && unsaved.tries <= MOST_SAVES
            {
                log(&format!("failed to write the exit file of {}: {fault}", unsaved.exit.attempt));
            }
            let told = unsaved.tries > MOST_SAVES;
            if !told && (saved.is_ok() || unsaved.tries == MOST_SAVES) {
                self.report(unsaved.exit.attempt, unsaved.exit.finish.clone());
            }
            if saved.is_ok() {
                if unsaved.noted {
                    self.finished.retain(|(finished, _)| *finished != unsaved.exit.attempt);
                }
            } else {
                unsaved.again_at = now + SAVE_AGAIN;
                self.unsaved.push(unsaved);
            }
        }
    }

    /// A host has taken note of an end. One that is not on disk is told to the next host as well.
    fn noted(&mut self, attempt: AttemptId) {
        match self.unsaved.iter_mut().find(|u| u.exit.attempt == attempt) {
            Some(unsaved) => unsaved.noted = true,
            None => self.finished.retain(|(finished, _)| *finished != attempt),
        }
    }

    /// Tells the host now, and the next one again, until one has taken note.
    fn report(&mut self, attempt: AttemptId, finish: Finish) {
        self.tell(&FromKeeper::Finished { attempt, finish: finish.clone() });
        self.finished.push((attempt, finish));
    }

    fn tell(&mut self, message: &FromKeeper) {
        if let Some(host) = self.host.as_mut() {
            host.tell(message);
        }
    }

    /// Announces new output, when the host took all that was said before; and sends.
    fn announce(&mut self) {
        let Some(host) = self.host.as_mut() else { return };
        if let Some(running) = &self.running
            && running.evidence.stored() > self.announced
            && host.is_idle()
        {
            self.announced = running.evidence.stored();
            host.tell(&FromKeeper::Output { attempt: running.attempt, bytes: self.announced });
        }
        if host.send().is_err() {
            self.host = None;
        }
    }
}

fn outcome_of(status: Option<WaitStatus>) -> Outcome {
    let code = status.and_then(WaitStatus::exit_status);
    let signal = status.and_then(WaitStatus::terminating_signal);
    match (code, signal) {
        (Some(code), _) => Outcome::Exited { code },
        (None, Some(signal)) => Outcome::Signalled { signal },
        (None, None) => Outcome::CouldNotStart { why: "the shell's end was not seen".to_owned() },
    }
}
