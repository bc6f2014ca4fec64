//! Plays a run again: the outputs as they came, with speed, pause, seeking and search.
//!
//! Knows no files: the tape gives bytes, and where in time they belong. Seeking back begins at the command that was running
//! then, whose terminal is the whole of what was seen.

#![expect(clippy::wildcard_enum_match_arm, reason = "actions of other screens do nothing here")]

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crossterm::event::{Event as TerminalEvent, KeyEvent, KeyEventKind};
use ratatui::Terminal;
use ratatui::backend::Backend as Surface;

use crate::i18n::Language;
use crate::term::cells::Row;
use crate::term::emulator::Emulator;
use crate::term::fold::Folded;
use crate::term::plain::plain_text;
use crate::tui::action::Action;
use crate::tui::backend::Input;
use crate::tui::edit::Field;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::terminal::{Guard, Mouse};
use crate::tui::theme::Theme;
use crate::tui::view::player as view;

/// How far a key goes in time.
const STEP: u64 = 5_000;

/// How fast it can be, in hundredths.
const SPEEDS: [u32; 8] = [25, 50, 100, 200, 400, 800, 1600, 6400];

/// Lines above the screen that are kept.
const HISTORY: usize = 1000;

/// What is found across two pieces of output is no longer than this, in bytes.
const OVERLAP: usize = 800;

/// More than this is not fed to the picture at once, in bytes: a jump in a flood shows its end, as if it had been watched.
const MOST_FED: usize = 8 * 1024 * 1024;

/// One command of the recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The step and which attempt it is.
    pub title: String,
    /// What was run.
    pub text: String,
    /// How it ended.
    pub end: String,
    /// When it began, in milliseconds of the recording.
    pub from: u64,
    /// When it ended.
    pub until: u64,
    /// The wall clock at its start.
    pub clock: String,
}

/// A piece of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When it came, in milliseconds of the recording.
    pub ms: u64,
    /// Of which part.
    pub part: usize,
    /// From which byte of its output.
    pub offset: u64,
    /// How many bytes.
    pub bytes: usize,
}

/// Where the bytes are.
pub trait Tape {
    /// A piece of output.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&mut self, moment: &Moment) -> io::Result<Vec<u8>>;
}

/// A recording, and where it is being played.
pub struct Player<'t> {
    /// What it is called.
    pub title: String,
    /// Its commands, in the order of their starts.
    pub parts: Vec<Part>,
    moments: Vec<Moment>,
    tape: &'t mut dyn Tape,
    /// The place in time.
    pub at: u64,
    /// The next moment, and how many of its bytes are seen already.
    next: usize,
    seen: usize,
    /// The part that is shown.
    pub part: usize,
    emulator: Emulator,
    size: (u16, u16),
    /// How much of the picture the screen shows.
    pub screen: (u16, u16),
    /// The place among the speeds.
    speed: usize,
    /// It stands still.
    pub paused: bool,
    /// What is looked for, and whether it is being typed.
    pub search: Field,
    /// It is being typed.
    pub searching: bool,
    /// The list of keys is shown.
    pub helps: bool,
    /// From which of its lines on.
    pub help_from: usize,
    /// The last thing that the person was told.
    pub said: Option<String>,
    /// Which key does what.
    pub keymap: Keymap,
    /// The language of the screen.
    pub language: Language,
}

impl<'t> Player<'t> {
    /// A recording at its beginning. Parts and moments are in the order of time.
    pub fn new(
        title: String,
        parts: Vec<Part>,
        moments: Vec<Moment>,
        tape: &'t mut dyn Tape,
        size: (u16, u16),
        language: Language,
    ) -> Self {
        let mut player = Self {
            title,
            parts,
            moments,
            tape,
            at: 0,
            next: 0,
            seen: 0,
            part: 0,
            emulator: Emulator::new(2, 1, 0),
            size,
            screen: size,
            speed: 2,
            paused: false,
            search: Field::default(),
            searching: false,
            helps: false,
            help_from: 0,
            said: None,
            keymap: Keymap::default(),
            language,
        };
        player.begin(0);
        player
    }

    /// The same with keys of a person's own.
    #[must_use]
    pub fn with_keymap(mut self, keymap: Keymap) -> Self {
        self.keymap = keymap;
        self
    }

    /// The rows of the picture.
    pub fn rows(&self) -> Vec<Row> {
        self.emulator.rows(0)
    }

    /// How long the recording is.
    pub fn length(&self) -> u64 {
        self.parts.iter().map(|part| part.until).max().unwrap_or(0)
    }

    /// How fast it is played, as a factor.
    pub fn speed(&self) -> f64 {
        f64::from(SPEEDS.get(self.speed).copied().unwrap_or(100)) / 100.0
    }

    /// The terminal of a part, empty.
    fn begin(&mut self, part: usize) {
        self.part = part;
        self.emulator = Emulator::new(self.size.0.max(2), self.size.1.max(1), HISTORY);
    }

    /// The first moment of a part, or what comes after it.
    fn first(&self, part: usize) -> usize {
        self.moments.partition_point(|m| m.part < part)
    }

    /// Begins a part at its first moment.
    fn rewind(&mut self, part: usize) {
        self.begin(part);
        (self.next, self.seen) = (self.first(part), 0);
    }

    /// Plays on to `ms`.
    pub fn advance(&mut self, ms: u64) {
        self.at = ms.min(self.length());
        let until = self.moments.partition_point(|m| m.ms <= self.at);
        if let Some(last) = until.checked_sub(1).filter(|_| until > self.next) {
            self.feed((until, 0), self.moments[last].part);
        }
        // A command that prints nothing is shown as well.
        if let Some(part) = self.parts.iter().rposition(|part| part.from <= self.at).filter(|part| *part > self.part) {
            self.begin(part);
        }
    }

    /// Shows what was printed up to some bytes of a moment, which is of `part` or the first of the next one.
    fn feed(&mut self, (until, bytes): (usize, usize), part: usize) {
        if part != self.part {
            self.rewind(part);
        }
        let mut ahead: usize = self.moments[self.next.min(until)..until].iter().map(|m| m.bytes).sum();
        if ahead > MOST_FED {
            // What is that far up is neither seen nor scrolled to.
            self.begin(part);
            self.seen = 0;
            while ahead > MOST_FED {
                ahead -= self.moments[self.next].bytes;
                self.next += 1;
            }
        }
        while self.next < until || (self.next == until && self.seen < bytes) {
            let Some(moment) = self.moments.get(self.next).copied() else { break };
            let end = if self.next == until { bytes } else { usize::MAX };
            match self.tape.read(&moment) {
                Ok(read) => self.emulator.feed(&read[self.seen.min(read.len())..end.min(read.len())]),
                Err(fault) => self.said = Some(fault.to_string()),
            }
            (self.next, self.seen) = if self.next == until { (until, bytes) } else { (self.next + 1, 0) };
        }
    }

    /// Goes to `ms`, back or forth.
    pub fn seek(&mut self, ms: u64) {
        let ms = ms.min(self.length());
        let part = self.parts.iter().rposition(|part| part.from <= ms).unwrap_or(0);
        // What lies before the part that is gone to need not be fed.
        if ms < self.at || part > self.part {
            self.rewind(part);
        }
        self.advance(ms);
    }

    /// When the next thing is to be seen; nothing when it stands still.
    fn due(&self) -> Option<u64> {
        (!self.paused && self.at < self.length()).then(|| {
            let next = self.moments.get(self.next).map_or(self.length(), |m| m.ms);
            // The clock of the footer goes on in silences.
            next.min(self.at.saturating_add(u64::from(SPEEDS[self.speed]) * 10))
        })
    }

    /// Goes to the next line after this place that holds what is looked for; from the beginning where none does.
    pub fn find(&mut self) {
        let wanted = Folded::new(&self.search.text());
        if wanted.chars().is_empty() {
            return;
        }
        let here = (self.next, self.seen);
        let (found, again) = match self.look(&wanted, here, self.moments.len()) {
            Some(found) => (Some(found), false),
            None => (self.look(&wanted, (0, 0), here.0.saturating_add(1)), true),
        };
        let Some((moment, bytes)) = found else {
            self.said = Some(self.language.pick("見つかりません", "it is not found").to_owned());
            return;
        };
        let Moment { part, ms, .. } = self.moments[moment];
        if again {
            self.rewind(part);
        }
        self.feed((moment, bytes), part);
        (self.at, self.paused) = (ms, true);
        let say = self
            .language
            .pick("これより後にはなく、先頭から探しました", "not after that place: found from the beginning");
        self.said = again.then(|| say.to_owned());
    }

    /// Where the next line ends that holds what is wanted, from some bytes of a moment on.
    fn look(&mut self, wanted: &Folded, (from, bytes): (usize, usize), until: usize) -> Option<(usize, usize)> {
        let (mut kept, mut of) = (Vec::new(), usize::MAX);
        for at in from..until.min(self.moments.len()) {
            let moment = self.moments[at];
            let Ok(read) = self.tape.read(&moment) else { continue };
            if moment.part != of {
                kept.clear();
                of = moment.part;
            }
            let mut end = if at == from { bytes.min(read.len()) } else { 0 };
            let whole = [&kept[..], &read[end..]].concat();
            if Folded::new(&plain_text(&whole)).occurrences(wanted).is_empty() {
                let line = whole.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
                kept = whole[line.max(whole.len().saturating_sub(OVERLAP))..].to_vec();
                continue;
            }
            for line in read[end..].split_inclusive(|b| *b == b'\n') {
                end += line.len();
                kept.extend_from_slice(line);
                if !Folded::new(&plain_text(&kept)).occurrences(wanted).is_empty() {
                    return Some((at, end - usize::from(line.ends_with(b"\n"))));
                }
                // Of a line that goes on in the next piece its end is enough.
                let over = if line.ends_with(b"\n") { kept.len() } else { kept.len().saturating_sub(OVERLAP) };
                kept.drain(..over);
            }
        }
        None
    }

    /// Plays as fast as is asked for, as nearly as there is such a speed.
    pub fn set_speed(&mut self, factor: Option<f64>) {
        let Some(factor) = factor.filter(|f| f.is_finite() && *f > 0.0) else { return };
        let far = |at: &usize| (f64::from(SPEEDS[*at]) / 100.0 / factor).ln().abs();
        self.speed = (0..SPEEDS.len()).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(2);
    }

    /// Takes a key; false when the person leaves.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        if self.searching {
            match self.keymap.resolve(Context::Field, key) {
                Some(Action::Accept) => {
                    self.searching = false;
                    self.find();
                }
                Some(Action::Cancel) => self.searching = false,
                _ => self.search.key(key), // Text, and moving in it.
            }
            return true;
        }
        self.said = None;
        if self.helps {
            // Any key goes on in a list that does not fit, and then back to the picture.
            let (cols, rows) = self.screen;
            let next = self.help_from + usize::from(rows).max(1);
            let leaves = matches!(self.keymap.resolve(Context::Player, key), Some(Action::Quit | Action::Help));
            self.helps = !leaves && next < view::help_lines(self, cols).len();
            self.help_from = if self.helps { next } else { 0 };
            return true;
        }
        match self.keymap.resolve(Context::Player, key) {
            Some(action) => self.act(action),
            None => true,
        }
    }

    /// Carries an action out; false when the person leaves.
    fn act(&mut self, action: Action) -> bool {
        match action {
            Action::Quit => return false,
            Action::Play if self.at >= self.length() => {
                self.seek(0);
                self.paused = false;
            }
            Action::Play => self.paused = !self.paused,
            Action::Faster => self.speed = (self.speed + 1).min(SPEEDS.len() - 1),
            Action::Slower => self.speed = self.speed.saturating_sub(1),
            Action::Forward => self.seek(self.at + STEP),
            Action::Rewind => self.seek(self.at.saturating_sub(STEP)),
            Action::PartAfter => {
                let next = self.parts.iter().map(|p| p.from).find(|from| *from > self.at);
                self.seek(next.unwrap_or_else(|| self.length()));
            }
            Action::PartBefore => {
                let before = self.parts.iter().map(|p| p.from).rfind(|from| *from < self.at);
                self.seek(before.unwrap_or(0));
            }
            Action::First => self.seek(0),
            Action::Last => self.seek(self.length()),
            Action::Find => {
                self.search = Field::default();
                self.searching = true;
                self.paused = true;
            }
            Action::FindNext => self.find(),
            Action::OneOn => {
                // One piece further, while it stands still.
                if let Some(next) = self.moments.get(self.next).map(|m| m.ms) {
                    self.paused = true;
                    self.seek(next);
                }
            }
            Action::Help => {
                self.helps = true;
                self.paused = true;
            }
            _ => {} // The other actions belong to other screens.
        }
        true
    }
}

/// Plays a recording on the terminal until the person leaves it.
///
/// # Errors
/// When the terminal cannot be taken over or drawn on.
pub fn play(player: &mut Player<'_>, theme: &Theme, inputs: &Receiver<Input>) -> io::Result<()> {
    let mut guard = Guard::enter(Mouse::Left)?;
    let left = follow(guard.terminal(), player, theme, inputs)?;
    if left == Over::Hangup {
        guard.forsake();
    }
    Ok(())
}

/// How playing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Left,
    Hangup,
}

fn follow<S: Surface<Error = io::Error>>(
    terminal: &mut Terminal<S>,
    player: &mut Player<'_>,
    theme: &Theme,
    inputs: &Receiver<Input>,
) -> io::Result<Over> {
    let mut since = (Instant::now(), player.at);
    player.advance(player.at);
    loop {
        terminal.draw(|frame| {
            view::draw(player, theme, frame);
            player.screen = (frame.area().width, frame.area().height.saturating_sub(4));
        })?;
        let wait = player.due().map(|due| {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of a recording")]
            let ahead = (due.saturating_sub(since.1)) as f64 / player.speed() / 1000.0;
            Duration::from_secs_f64(ahead.min(3600.0)).saturating_sub(since.0.elapsed())
        });
        let input = match wait {
            Some(wait) => inputs.recv_timeout(wait),
            None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        if !player.paused {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds of a recording")]
            let passed = (since.0.elapsed().as_secs_f64() * 1000.0 * player.speed()) as u64;
            player.advance(since.1 + passed);
        }
        match input {
            Ok(Input::Terminal(TerminalEvent::Key(key))) if key.kind != KeyEventKind::Release => {
                if !player.key(key) {
                    return Ok(Over::Left);
                }
                since = (Instant::now(), player.at);
            }
            Ok(Input::Terminal(TerminalEvent::Resize(..))) => terminal.autoresize()?,
            Ok(Input::Hangup) | Err(RecvTimeoutError::Disconnected) => return Ok(Over::Hangup),
            Ok(Input::Asked) => return Ok(Over::Left),
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
