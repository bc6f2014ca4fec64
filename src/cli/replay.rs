//! `tejun replay`: plays the outputs of a run again, or writes them as a recording.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use crate::cli::args::Replay;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{opening, runs, screen};
use crate::config::folders::RunFolder;
use crate::i18n::Language;
use crate::run::event::Outcome;
use crate::run::state::{Attempt, Progress, RunState};
use crate::term::cast::{Cast, Head};
use crate::term::sanitise::inline;
use crate::tui::player::{self, Moment, Part, Player, Tape};
use crate::vault::beside;
use crate::vault::evidence::{self, Mark};
use crate::vault::retention;

/// So much is read at a time.
const PIECE: u64 = 64 * 1024;

/// Silences are cut to this, where nothing else is asked for.
const IDLE: Duration = Duration::from_secs(2);

/// The size of a recording where nobody says another: what a lane has before a screen says another.
const SIZE: (u16, u16) = (80, 24);

pub(super) fn replay(args: &Replay, language: Language) -> anyhow::Result<Exit> {
    let folders = opening::folders(language)?;
    let (run, step) = match args.run.split_once('#') {
        Some((run, step)) => (run, Some(step)),
        None => (args.run.as_str(), None),
    };
    let listed = runs::runtime()?.block_on(runs::all(&folders))?;
    let chosen = runs::choose(&listed, Some(run), language)?;
    let Some(state) = &chosen.state else {
        return Err(Fault::usage(chosen.fault.clone().unwrap_or_default()).into());
    };
    let folder = folders.run(chosen.run);
    let attempts = wanted(state, step, language)?;
    let idle = u64::try_from(args.idle.unwrap_or(IDLE).as_millis()).unwrap_or(u64::MAX);
    let mut reel = Reel::of(state, &folder, &attempts, if idle == 0 { u64::MAX } else { idle }, language);
    if reel.files.iter().all(Option::is_none) {
        let gone = retention::removed(&folder).join("\n");
        let say = language.pick("出力が残っていません", "no output is kept of it");
        return Err(Fault::usage(format!("{say}\n{gone}").trim_end().to_owned()).into());
    }
    let title = state.start().map(|s| s.procedure.title.clone()).unwrap_or_default();
    if let Some(file) = &args.cast {
        return cast(file, &mut reel, (&title, state), args, language);
    }
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return play(&mut reel, title, args, language);
    }
    print(&mut reel)
}

/// The attempts that are asked for, in the order of their starts.
fn wanted<'a>(state: &'a RunState, step: Option<&str>, language: Language) -> Result<Vec<&'a Attempt>, Fault> {
    let fits = |attempt: &&Attempt| {
        let found = state.procedure_steps().iter().find(|s| s.id == attempt.start.step);
        step.is_none_or(|step| found.is_some_and(|s| s.number == step || s.title.contains(step)))
    };
    let all: Vec<&Attempt> = state.attempts.iter().filter(fits).collect();
    if all.is_empty() {
        return Err(Fault::usage(
            language.pick("その手順で実行したコマンドはありません", "no command of such a step was run"),
        ));
    }
    Ok(all)
}

/// The outputs of a run in time.
struct Reel {
    parts: Vec<Part>,
    moments: Vec<Moment>,
    files: Vec<Option<File>>,
}

impl Reel {
    fn of(state: &RunState, folder: &RunFolder, attempts: &[&Attempt], idle: u64, language: Language) -> Self {
        let mut reel = Self { parts: Vec::new(), moments: Vec::new(), files: Vec::new() };
        let (mut now, mut ended_at) = (0u64, None::<chrono::DateTime<chrono::FixedOffset>>);
        for (index, attempt) in attempts.iter().enumerate() {
            if let Some(before) = ended_at {
                let gap = u64::try_from((attempt.stamp.at - before).num_milliseconds()).unwrap_or(0);
                now = now.saturating_add(gap.min(idle));
            }
            let from = now;
            let path = folder.output(attempt.start.attempt);
            let file = evidence::open(&path).ok();
            let length = file.as_ref().and_then(|f| f.metadata().ok()).map_or(0, |m| m.len());
            let marks = evidence::index(&folder.index(attempt.start.attempt));
            now = reel.add(index, from, length, &marks, idle);
            let (end, took, at) = ended(attempt, language);
            let last = marks.last().map_or(0, |mark| mark.ms);
            now = now.saturating_add(took.saturating_sub(last).min(idle));
            ended_at = Some(at);
            reel.parts.push(Part {
                title: title(state, attempt, language),
                text: attempt.start.text.clone(),
                end,
                from,
                until: now,
                clock: attempt.stamp.at.format("%Y-%m-%d %H:%M:%S").to_string(),
            });
            reel.files.push(file);
        }
        reel
    }

    /// Adds an output that begins at `from`; gives when it ends.
    fn add(&mut self, part: usize, from: u64, length: u64, marks: &[Mark], idle: u64) -> u64 {
        let first = [Mark { offset: 0, ms: 0 }];
        let marks = if marks.is_empty() { &first[..] } else { marks };
        let (mut now, mut real) = (from, 0);
        for (index, mark) in marks.iter().enumerate() {
            now = now.saturating_add(mark.ms.saturating_sub(real).min(idle));
            real = real.max(mark.ms);
            let end = marks.get(index + 1).map_or(length, |next| next.offset.min(length));
            let mut offset = if index == 0 { 0 } else { mark.offset };
            while offset < end {
                let bytes = (end - offset).min(PIECE);
                let bytes_here = usize::try_from(bytes).unwrap_or(usize::MAX);
                self.moments.push(Moment { ms: now, part, offset, bytes: bytes_here });
                offset += bytes;
            }
        }
        now
    }
}

impl Tape for Reel {
    fn read(&mut self, moment: &Moment) -> io::Result<Vec<u8>> {
        let file = self.files.get(moment.part).and_then(Option::as_ref);
        let file = file.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let mut bytes = vec![0; moment.bytes];
        let mut filled = 0;
        while filled < bytes.len() {
            match file.read_at(&mut bytes[filled..], moment.offset + filled as u64)? {
                0 => break,
                n => filled += n,
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }
}

fn title(state: &RunState, attempt: &Attempt, language: Language) -> String {
    let step = state.procedure_steps().iter().find(|s| s.id == attempt.start.step);
    let name = step.map_or_else(|| attempt.start.step.0.clone(), |s| format!("{} {}", s.number, s.bare_title()));
    let again = match (attempt.start.number, language) {
        (1, _) => String::new(),
        (n, Language::Ja) => format!("（{n} 回目）"),
        (n, Language::En) => format!(" (attempt {n})"),
    };
    inline(&format!("{name}{again}"))
}

/// How an attempt ended, how long it took, and when it was over.
fn ended(attempt: &Attempt, language: Language) -> (String, u64, chrono::DateTime<chrono::FixedOffset>) {
    match &attempt.progress {
        Progress::Running => (language.pick("実行中", "running").to_owned(), 0, attempt.stamp.at),
        Progress::Lost { at, .. } => (language.pick("結果不明", "outcome unknown").to_owned(), 0, *at),
        Progress::Finished { finish, at } => {
            let how = match &finish.outcome {
                Outcome::Exited { code } => format!("rc {code}"),
                Outcome::Signalled { signal } => format!("signal {signal}"),
                Outcome::CouldNotStart { .. } => language.pick("起動できず", "could not start").to_owned(),
            };
            (how, finish.duration_ms, *at)
        }
    }
}

fn play(reel: &mut Reel, title: String, args: &Replay, language: Language) -> anyhow::Result<Exit> {
    let own = opening::settings(language)?;
    let theme = screen::theme_of(args.theme.as_deref(), &own, language)?.drawn(screen::drawn(own.ambiguous_width));
    let (inputs, queue) = mpsc::channel();
    let (cols, rows) = args.size.unwrap_or_else(|| crossterm::terminal::size().unwrap_or(SIZE));
    let (parts, moments) = (reel.parts.clone(), reel.moments.clone());
    // Two rows above and two below belong to the player.
    let mut player = Player::new(title, parts, moments, reel, (cols, rows.saturating_sub(4).max(1)), language);
    player = player.with_keymap(opening::keymap(&own, language)?);
    player.set_speed(args.speed);
    let _until_the_end = crate::tui::terminal::spawn_readers(inputs)?;
    player::play(&mut player, &theme, &queue)?;
    Ok(Exit::Well)
}

/// Writes the recording to a new file, or to standard output.
fn cast(
    file: &Path,
    reel: &mut Reel,
    (title, state): (&str, &RunState),
    args: &Replay,
    language: Language,
) -> anyhow::Result<Exit> {
    let (cols, rows) = args.size.unwrap_or(SIZE);
    let began = state.started.as_ref().map_or(0, |s| s.at.timestamp());
    let head = Head { cols, rows, began, title, idle: args.idle.map(|idle| idle.as_secs_f64()).filter(|s| *s > 0.0) };
    if file == Path::new("-") {
        let mut out = io::stdout().lock();
        record(&mut out, reel, &head).map_err(|e| Fault::not_written(e.to_string()))?;
        return Ok(Exit::Well);
    }
    let saved = beside::stream_new(file, |out| record(out, reel, &head)).map_err(|fault| {
        let say = language.pick("録画を書けませんでした", "the recording was not written");
        Fault::not_written(format!("{say}: {}", opening::chain(&fault)))
    })?;
    let say =
        language.pick("録画を保存しました（再生: asciinema play）", "the recording is saved (asciinema play plays it)");
    super::say(format!("{say}: {}", inline(&saved.to_string_lossy())));
    Ok(Exit::Well)
}

fn record(out: &mut dyn io::Write, reel: &mut Reel, head: &Head<'_>) -> io::Result<()> {
    out.write_all(Cast::head(head).as_bytes())?;
    let mut cast = Cast::default();
    let (parts, moments) = (reel.parts.clone(), reel.moments.clone());
    let mut moments = moments.into_iter().peekable();
    for (index, part) in parts.iter().enumerate() {
        out.write_all(cast.command(part.from, &part.title, &part.text).as_bytes())?;
        while let Some(moment) = moments.next_if(|m| m.part == index) {
            let bytes = reel.read(&moment)?;
            out.write_all(cast.output(moment.ms, &bytes).as_bytes())?;
        }
        out.write_all(cast.finish(part.until).as_bytes())?;
    }
    out.flush()
}

/// Without a terminal: the outputs as text, one after the other.
fn print(reel: &mut Reel) -> anyhow::Result<Exit> {
    let (parts, moments) = (reel.parts.clone(), reel.moments.clone());
    let mut moments = moments.into_iter().peekable();
    for (index, part) in parts.iter().enumerate() {
        super::say(format!("# {}  {}  {}", part.title, part.clock, part.end));
        for line in part.text.lines() {
            super::say(format!("$ {}", inline(line)));
        }
        let mut line = Vec::new();
        while let Some(moment) = moments.next_if(|m| m.part == index) {
            for piece in reel.read(&moment)?.split_inclusive(|b| *b == b'\n') {
                line.extend_from_slice(piece);
                // A line without an end is not kept for ever.
                if piece.ends_with(b"\n") || line.len() as u64 > PIECE {
                    say_text(&line);
                    line.clear();
                }
            }
        }
        if !line.is_empty() {
            say_text(&line);
        }
    }
    Ok(Exit::Well)
}

fn say_text(bytes: &[u8]) {
    for line in crate::term::plain::plain_text(bytes).lines() {
        super::say(inline(line));
    }
}

/// `80x24`.
pub(super) fn size(text: &str) -> Result<(u16, u16), String> {
    let parsed =
        text.split_once(['x', 'X', '×']).and_then(|(cols, rows)| Some((cols.parse().ok()?, rows.parse().ok()?)));
    parsed.filter(|(cols, rows)| *cols >= 2 && *rows >= 1).ok_or_else(|| format!("{text:?} is no size; write 80x24"))
}
