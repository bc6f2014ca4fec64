//! Pictures of output: an emulator for each attempt that is looked at, fed from its evidence file.
//!
//! The evidence file is the channel: nothing that is not stored is shown, and a host that starts anew has the same
//! picture. Nobody downstream slows the command; a reader that falls behind reads on from where it was.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::config::folders::RunFolder;
use crate::exec::Size;
use crate::ids::AttemptId;
use crate::term::emulator::Emulator;

/// Rows kept above the screen, for a screen that grows; who scrolls back reads the evidence file.
const SCROLLBACK: usize = 100;

/// How much output is taken in at one go, in bytes: a fraction of a millisecond of work, after which keys are looked at.
const BITE: usize = 32 * 1024;

/// How much of the end of a finished output is shown, in bytes.
const TAIL: u64 = 4 * 1024 * 1024;

/// How many finished outputs are kept ready.
const KEPT: usize = 8;

/// The emulators of a run.
pub struct Frames {
    folder: RunFolder,
    panes: HashMap<AttemptId, Pane>,
    used: u64,
}

/// One output.
pub struct Pane {
    /// Its terminal.
    pub emulator: Emulator,
    /// Counts up whenever the picture may have changed.
    pub generation: u64,
    /// Bytes known to be in the file.
    pub known: u64,
    fed: u64,
    live: bool,
    /// What was asked before this offset an earlier host has answered.
    answered: u64,
    file: Option<File>,
    last_used: u64,
}

impl Frames {
    /// No pictures yet.
    pub fn new(folder: RunFolder) -> Self {
        Self { folder, panes: HashMap::new(), used: 0 }
    }

    /// The folder of the run.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// The output of a running attempt: its emulator answers the program and is fed from the first byte.
    pub fn watch_live(&mut self, attempt: AttemptId, size: Size) {
        self.used += 1;
        let pane = self.panes.entry(attempt).or_insert_with(|| Pane::new(size));
        pane.live = true;
        pane.last_used = self.used;
    }

    /// The output of an attempt that an earlier host watched: answers that it gave are not given again.
    pub fn take_up(&mut self, attempt: AttemptId, size: Size) {
        self.watch_live(attempt, size);
        let length = self.length(attempt);
        if let Some(pane) = self.panes.get_mut(&attempt) {
            pane.known = length;
            pane.answered = length;
            pane.fed = length.saturating_sub(TAIL);
        }
    }

    fn length(&self, attempt: AttemptId) -> u64 {
        std::fs::metadata(self.folder.output(attempt)).map_or(0, |m| m.len())
    }

    /// So many bytes are in the file of `attempt`.
    pub fn grew(&mut self, attempt: AttemptId, bytes: u64) {
        if let Some(pane) = self.panes.get_mut(&attempt) {
            pane.known = pane.known.max(bytes);
        }
    }

    /// The attempt ended: what is left is fed, answers are not sent any more.
    pub fn ended(&mut self, attempt: AttemptId, bytes: u64) {
        self.grew(attempt, bytes);
        if let Some(pane) = self.panes.get_mut(&attempt) {
            pane.live = false;
        }
        self.make_room(KEPT);
    }

    /// The picture of `attempt`, made from its file when it is not at hand.
    pub fn pane(&mut self, attempt: AttemptId, size: Size) -> &Pane {
        self.used += 1;
        let used = self.used;
        if !self.panes.contains_key(&attempt) {
            self.make_room(KEPT - 1);
            let mut pane = Pane::new(size);
            pane.known = self.length(attempt);
            pane.fed = pane.known.saturating_sub(TAIL);
            self.panes.insert(attempt, pane);
        }
        let pane = self.panes.entry(attempt).or_insert_with(|| Pane::new(size));
        pane.last_used = used;
        pane
    }

    /// The generation of a picture that is at hand.
    pub fn generation(&self, attempt: AttemptId) -> Option<u64> {
        self.panes.get(&attempt).map(|p| p.generation)
    }

    /// All panes get a new size.
    pub fn resize(&mut self, size: Size) {
        for pane in self.panes.values_mut() {
            pane.emulator.resize(size.cols, size.rows);
            pane.generation += 1;
        }
    }

    /// Whether some output is not taken in yet.
    pub fn is_behind(&self) -> bool {
        self.panes.values().any(|p| p.fed < p.known)
    }

    /// Takes in one bite of every output that is behind; gives what programs asked their terminal, to be answered.
    pub fn feed(&mut self) -> Vec<(AttemptId, Vec<u8>)> {
        let mut answers = Vec::new();
        for (attempt, pane) in &mut self.panes {
            if pane.fed >= pane.known {
                continue;
            }
            if pane.file.is_none() {
                pane.file = File::open(self.folder.output(*attempt)).ok();
            }
            let end = if pane.fed < pane.answered { pane.answered.min(pane.known) } else { pane.known };
            let want = usize::try_from(end - pane.fed).unwrap_or(BITE).min(BITE);
            let mut bytes = vec![0; want];
            let got = pane.file.as_ref().and_then(|f| f.read_at(&mut bytes, pane.fed).ok()).unwrap_or(0);
            if got == 0 {
                // The file is shorter than was said, or cannot be read: what is shown stays as it is.
                pane.known = pane.fed;
                continue;
            }
            pane.emulator.feed(bytes.get(..got).unwrap_or_default());
            pane.fed += got as u64;
            pane.generation += 1;
            let replies = pane.emulator.replies();
            if pane.live && pane.fed > pane.answered && !replies.is_empty() {
                answers.push((*attempt, replies));
            }
        }
        answers
    }

    /// Whether a program holds its picture back until an update is whole.
    pub fn held_back(&self) -> bool {
        self.panes.values().any(|p| p.emulator.sync_open())
    }

    /// Shows what programs hold back: they took too long.
    pub fn show_held_back(&mut self) {
        for pane in self.panes.values_mut().filter(|p| p.emulator.sync_open()) {
            pane.emulator.stop_sync();
            pane.generation += 1;
        }
    }

    /// Forgets finished outputs until at most `most` are left.
    fn make_room(&mut self, most: usize) {
        while self.panes.values().filter(|p| !p.live).count() > most {
            let oldest = self.panes.iter().filter(|(_, p)| !p.live).min_by_key(|(_, p)| p.last_used).map(|(a, _)| *a);
            match oldest {
                Some(attempt) => drop(self.panes.remove(&attempt)),
                None => return,
            }
        }
    }
}

impl Pane {
    fn new(size: Size) -> Self {
        Self {
            emulator: Emulator::new(size.cols, size.rows, SCROLLBACK),
            generation: 1,
            known: 0,
            fed: 0,
            live: false,
            answered: 0,
            file: None,
            last_used: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { cols: 80, rows: 24 };

    fn frames() -> (tempfile::TempDir, Frames) {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("evidence")).expect("a folder");
        let folder = RunFolder(dir.path().to_owned());
        (dir, Frames::new(folder))
    }

    fn attempt(n: u128) -> AttemptId {
        AttemptId(uuid::Uuid::from_u128(n))
    }

    fn feed_all(frames: &mut Frames) -> Vec<(AttemptId, Vec<u8>)> {
        let mut answers = Vec::new();
        while frames.is_behind() {
            answers.extend(frames.feed());
        }
        answers
    }

    #[test]
    fn a_new_host_does_not_answer_again_what_the_host_before_it_answered() {
        let (_dir, mut frames) = frames();
        let path = frames.folder.output(attempt(1));
        std::fs::write(&path, b"asked: \x1b[6n").expect("evidence");

        frames.take_up(attempt(1), SIZE);
        let old = feed_all(&mut frames);
        std::fs::write(&path, b"asked: \x1b[6n and again: \x1b[6n").expect("evidence");
        frames.grew(attempt(1), 27);
        let new = feed_all(&mut frames);

        assert_eq!(old, []);
        assert_eq!(new, [(attempt(1), b"\x1b[1;20R".to_vec())]);
    }

    #[test]
    fn of_many_finished_outputs_only_a_few_are_kept_ready() {
        let (_dir, mut frames) = frames();

        for n in 0..100 {
            frames.watch_live(attempt(n), SIZE);
            frames.ended(attempt(n), 0);
        }

        assert_eq!(frames.panes.len(), KEPT);
        assert!(frames.generation(attempt(99)).is_some(), "the last one is at hand");
    }
}
