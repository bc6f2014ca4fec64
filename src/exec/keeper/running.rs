//! One attempt, from its start to the end of its output.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use rustix::process::{Signal, WaitStatus};

use super::pty::Tty;
use super::shell::Started;
use super::tree::{self, Process};
use crate::clock::{Clock, SystemClock};
use crate::exec::evidence::Evidence;
use crate::ids::AttemptId;

/// Between SIGTERM and SIGKILL: time enough to tidy up, and what a person still waits for.
const GRACE: Duration = Duration::from_secs(5);

/// Between two looks at what is left, and two rounds of SIGKILL against processes that keep forking.
const AGAIN: Duration = Duration::from_millis(50);

/// After so many rounds of SIGKILL, what is left cannot be killed: it waits in the kernel, or is another user's.
const MOST_ROUNDS: u32 = 100;

/// The mark of the end is awaited for so long. It comes at once, unless another process tore it in two.
const MARK_WAIT: Duration = Duration::from_secs(2);

/// The attempt that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) attempt: AttemptId,
    pub(super) evidence: Evidence,
    pub(super) shell: Started,
    /// How the shell ended, and how long it had run then.
    pub(super) ended: Option<(WaitStatus, Duration)>,
    /// What ran before it and is none of its own.
    pub(super) spared: HashSet<Process>,
    stopping: Option<Stopping>,
    mark: Option<Mark>,
}

#[derive(Debug)]
struct Stopping {
    kill_at: Instant,
    look_at: Instant,
    rounds: u32,
}

/// Written to the terminal after the last output: what comes before it belongs to the attempt.
#[derive(Debug)]
struct Mark {
    text: Vec<u8>,
    written: usize,
    /// Output that may be the beginning of the mark.
    tail: Vec<u8>,
    give_up_at: Instant,
}

/// Whether the mark was seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// More output may come.
    No,
    /// The output is complete; what follows is late.
    Mark(Vec<u8>),
}

impl Running {
    pub(super) fn new(attempt: AttemptId, evidence: Evidence, shell: Started, spared: HashSet<Process>) -> Self {
        Self { attempt, evidence, shell, ended: None, spared, stopping: None, mark: None }
    }

    /// Whether the shell is still there.
    pub(super) fn is_alive(&self) -> bool {
        self.ended.is_none()
    }

    /// Asks the tree of this attempt to end, and forces it after a grace.
    pub(super) fn terminate(&mut self, now: Instant) {
        if self.mark.is_none() {
            tree::signal(&self.spared, Signal::TERM);
            // Asked twice, the grace of the first holds.
            self.stopping.get_or_insert(Stopping { kill_at: now + GRACE, look_at: now, rounds: 0 });
        }
    }

    /// Ends the tree of this attempt.
    pub(super) fn kill(&mut self, now: Instant) {
        if self.mark.is_none() {
            self.stopping = Some(Stopping { kill_at: now, look_at: now, rounds: 0 });
            self.press(now);
        }
    }

    /// Goes on with a stop: kills when the grace is over, and notes when nothing is left.
    pub(super) fn press(&mut self, now: Instant) {
        let Some(stopping) = self.stopping.as_mut() else { return };
        if now >= stopping.kill_at {
            let told = tree::signal(&self.spared, Signal::KILL);
            stopping.kill_at = now + AGAIN;
            stopping.rounds += 1;
            if told == 0 || stopping.rounds >= MOST_ROUNDS {
                self.stopping = None;
            }
        } else if self.ended.is_some() && now >= stopping.look_at {
            stopping.look_at = now + AGAIN;
            if tree::descendants(&self.spared).is_empty() {
                self.stopping = None;
            }
        }
    }

    /// Once the shell ended and nothing is being stopped: writes the mark, as far as it goes.
    pub(super) fn write_mark(&mut self, tty: &Tty, now: Instant) {
        if self.ended.is_none() || self.stopping.is_some() {
            return;
        }
        let mark = self.mark.get_or_insert_with(|| {
            // An ended command may have stopped the output.
            tty.restore();
            let text = format!("\u{1b}]7777;tejun-end-{}\u{1b}\\", SystemClock.fresh_id().as_simple()).into_bytes();
            Mark { text, written: 0, tail: Vec::new(), give_up_at: now + MARK_WAIT }
        });
        if mark.written < mark.text.len()
            && let Ok(n) = tty.write_as_output(&mark.text[mark.written..])
        {
            mark.written += n;
        }
    }

    /// Takes output of the terminal.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Seen {
        let Some(mark) = self.mark.as_mut() else {
            self.evidence.push(bytes);
            return Seen::No;
        };
        mark.tail.extend_from_slice(bytes);
        if let Some(at) = mark.tail.windows(mark.text.len()).position(|w| w == mark.text) {
            self.evidence.push(&mark.tail[..at]);
            return Seen::Mark(mark.tail.split_off(at + mark.text.len()));
        }
        let decided = mark.tail.len().saturating_sub(mark.text.len() - 1);
        self.evidence.push(&mark.tail[..decided]);
        mark.tail.drain(..decided);
        Seen::No
    }

    /// Whether the mark will not come any more; what may have been its beginning is then output.
    pub(super) fn gives_up(&mut self, now: Instant) -> bool {
        match self.mark.as_mut() {
            Some(mark) if now >= mark.give_up_at => {
                self.evidence.push(&std::mem::take(&mut mark.tail));
                true
            }
            Some(_) | None => false,
        }
    }

    /// When something is to be done without being woken.
    pub(super) fn wakes_at(&self, now: Instant) -> Option<Instant> {
        let mark = self.mark.as_ref().map(|m| if m.written < m.text.len() { now + AGAIN } else { m.give_up_at });
        let stopping = self.stopping.as_ref().map(|s| match self.ended {
            Some(_) => s.kill_at.min(s.look_at),
            None => s.kill_at,
        });
        mark.into_iter().chain(stopping).min()
    }
}
