//! What a user waits for, beside tmux and vim in the same run: the first frame, the start of a run, the way back to it,
//! what an idle screen costs, and keys in a library that is being read.
//!
//! Machines are noisy, so nothing is held against a number of milliseconds: in each round every program is started once,
//! and the medians of all rounds are compared. `cargo bench --bench waits -- --help` says what can be chosen.

#[path = "waits/ending.rs"]
mod ending;
#[path = "waits/home.rs"]
mod home;
#[path = "waits/library.rs"]
mod library;
#[path = "waits/runbook.rs"]
mod runbook;
#[path = "waits/table.rs"]
mod table;
#[path = "waits/terminal.rs"]
mod terminal;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use home::Home;
use table::{Cost, Goal, Row, Samples, Value};
use terminal::Terminal;

const TEJUN: &str = env!("CARGO_BIN_EXE_tejun");
const SHIPPED: &str = include_str!("../runbooks/system-check.en.md");
const SHIPPED_PROCEDURE: &str = "Monday 09:00 - Vital signs";

/// What the screen shows when it asks whether to start, and when the run is there.
const QUESTION: &str = "Start a run of this procedure?";
const RUN_SCREEN: &str = "No output yet.";

const HELP: &str = "cargo bench --bench waits -- [--rounds N] [--idle SECONDS] [--strict]
  --rounds N       measured rounds after one to warm up (default 7)
  --idle SECONDS   how long idle screens are watched; 0 leaves it out (default 10)
  --strict         exit with 1 when a goal is not met, or a peer to compare with is missing";

struct Args {
    rounds: usize,
    idle: u64,
    strict: bool,
    /// Cargo says so when it runs benches, and not when it runs tests.
    bench: bool,
}

impl Args {
    fn parse(mut words: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut args = Self { rounds: 7, idle: 10, strict: false, bench: false };
        while let Some(word) = words.next() {
            let mut number = || words.next().and_then(|n| n.parse().ok()).with_context(|| format!("{word} N\n{HELP}"));
            match word.as_str() {
                "--rounds" => args.rounds = usize::try_from(number()?)?.max(1),
                "--idle" => args.idle = number()?,
                "--strict" => args.strict = true,
                "--bench" => args.bench = true,
                _ => bail!("{HELP}"),
            }
        }
        Ok(args)
    }
}

fn main() -> ExitCode {
    ending::ending(Args::parse(std::env::args().skip(1)).and_then(|args| bench(&args)))
}

/// Measures and prints; whether all is well, as far as that was asked.
fn bench(args: &Args) -> anyhow::Result<bool> {
    let mut out = std::io::stdout();
    if !args.bench {
        writeln!(out, "nothing was measured: run cargo bench --bench waits")?;
        return Ok(true);
    }
    let tmux = Peer::find(&["tmux"]);
    let vim = Peer::find(&["vim", "vi"]);
    writeln!(out, "load before: {}; {} rounds after one to warm up", load(), args.rounds)?;
    let mut waits = Waits::default();
    for round in 0..=args.rounds {
        let mut once = Waits::default();
        once.round(tmux.as_ref(), vim.as_ref()).with_context(|| format!("round {round}"))?;
        if round > 0 {
            waits.add(once);
        }
    }
    let mut rows = waits.rows();
    if args.idle > 0 {
        rows.extend(idle(Duration::from_secs(args.idle), tmux.as_ref(), vim.as_ref()).context("idle")?);
    }
    writeln!(out, "load after:  {}\n", load())?;
    write!(out, "{}", table::text(&rows))?;
    let mut keys = library::Keys::default();
    for round in 0..args.rounds {
        let once = library::watch().with_context(|| format!("the library, round {round}"))?;
        keys.reading.add(once.reading);
        keys.quiet.add(once.quiet);
    }
    let quick = keys.reading.beside(&keys.quiet).is_some_and(|times| times <= library::GOAL);
    writeln!(
        out,
        "\nthe slowest key in a library: {} while it is read, {} once it is read; goal <= {}x: {}",
        keys.reading.text(),
        keys.quiet.text(),
        library::GOAL,
        if quick { "yes" } else { "NO" }
    )?;
    for (name, peer) in [("tmux", &tmux), ("vim", &vim)] {
        if peer.is_none() {
            writeln!(out, "{name} is not installed here: nothing was compared with it")?;
        }
    }
    let well = quick && tmux.is_some() && vim.is_some() && rows.iter().all(|r| r.meets() != Some(false));
    Ok(well || !args.strict)
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

/// A program to compare with.
struct Peer(PathBuf);

impl Peer {
    fn find(names: &[&str]) -> Option<Self> {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let places = names.iter().flat_map(|n| std::env::split_paths(&folders).map(move |f| f.join(n)));
        places.into_iter().find(|p| p.is_file()).map(Self)
    }

    /// A tmux server of its own. It ends with the home, as everything that was started in it.
    fn tmux(&self, home: &Home) -> anyhow::Result<Terminal> {
        Terminal::start(home, &self.0, ["-L", "waits", "-f", "/dev/null", "new-session"].map(OsString::from))
    }

    fn vim(&self, home: &Home, file: &Path) -> anyhow::Result<Terminal> {
        Terminal::start(home, &self.0, ["-u".into(), "NONE".into(), file.into()])
    }
}

fn tejun(home: &Home, word: &str, argument: Option<&Path>) -> anyhow::Result<Terminal> {
    let words = [Some(OsString::from(word)), argument.map(OsString::from)];
    Terminal::start(home, Path::new(TEJUN), words.into_iter().flatten())
}

/// How long something took, in milliseconds; one sample of each in a round.
#[derive(Default)]
struct Waits {
    tmux: First,
    vim: First,
    vim_largest: First,
    open: First,
    open_largest: First,
    start: Samples,
    start_largest: Samples,
    attach: Samples,
    attach_largest: Samples,
}

/// The way to the first frame.
#[derive(Default)]
struct First {
    glyph: Samples,
    settled: Samples,
}

impl First {
    fn watch(&mut self, mut terminal: Terminal) -> anyhow::Result<()> {
        let begun = terminal.begun;
        let glyph = terminal.wait(|shown| !shown.trim().is_empty())?;
        let settled = terminal.wait_until_quiet()?;
        self.glyph.push(glyph - begun);
        self.settled.push(settled - begun);
        Ok(())
    }

    fn add(&mut self, other: Self) {
        self.glyph.add(other.glyph);
        self.settled.add(other.settled);
    }
}

impl Waits {
    fn round(&mut self, tmux: Option<&Peer>, vim: Option<&Peer>) -> anyhow::Result<()> {
        let home = Home::new()?;
        let shipped = home.file("shipped.md", SHIPPED)?;
        let largest = home.file("largest.md", &runbook::largest())?;
        // A first run makes the journal and the folders: nobody waits for that twice.
        for file in [&shipped, &largest] {
            home.run(&["trust".into(), file.into()])?;
        }
        let procedure = format!("{}#{SHIPPED_PROCEDURE}", shipped.display());
        home.run(&["run".into(), procedure.clone().into(), "--headless".into()])?;

        if let Some(tmux) = tmux {
            let home = Home::new()?;
            self.tmux.watch(tmux.tmux(&home)?)?;
        }
        self.open.watch(tejun(&home, "open", Some(&shipped))?)?;
        if let Some(vim) = vim {
            self.vim.watch(vim.vim(&home, &shipped)?)?;
        }
        self.open_largest.watch(tejun(&home, "open", Some(&largest))?)?;
        if let Some(vim) = vim {
            self.vim_largest.watch(vim.vim(&home, &largest)?)?;
        }
        let (start, attach) = start_and_return(&home, Path::new(&procedure))?;
        self.start.push(start);
        self.attach.push(attach);
        let procedure = format!("{}#{}", largest.display(), runbook::PROCEDURE);
        let (start, attach) = start_and_return(&home, Path::new(&procedure))?;
        self.start_largest.push(start);
        self.attach_largest.push(attach);
        Ok(())
    }

    fn add(&mut self, other: Self) {
        self.tmux.add(other.tmux);
        self.vim.add(other.vim);
        self.vim_largest.add(other.vim_largest);
        self.open.add(other.open);
        self.open_largest.add(other.open_largest);
        self.start.add(other.start);
        self.start_largest.add(other.start_largest);
        self.attach.add(other.attach);
        self.attach_largest.add(other.attach_largest);
    }

    fn rows(self) -> Vec<Row> {
        let none = Samples::default;
        let (open, again) = (Goal::OfTmux(1.2), Goal::OfTmux(0.6));
        let cold = self.tmux.glyph;
        let kb = |text: usize| text.div_ceil(1024);
        let (small, large) = (kb(SHIPPED.len()), kb(runbook::largest().len()));
        let row = |what: String, tejun, tmux: &Samples, vim, goal| Row {
            what,
            tejun: Value::Wait(tejun),
            tmux: Value::Wait(tmux.clone()),
            vim: Value::Wait(vim),
            goal,
        };
        vec![
            row(format!("open {small} KB: first glyph"), self.open.glyph, &cold, self.vim.glyph, open),
            row(format!("open {small} KB: settled"), self.open.settled, &self.tmux.settled, self.vim.settled, open),
            row(format!("open {large} KB: first glyph"), self.open_largest.glyph, &cold, self.vim_largest.glyph, open),
            row(
                format!("open {large} KB: settled"),
                self.open_largest.settled,
                &self.tmux.settled,
                self.vim_largest.settled,
                open,
            ),
            row(format!("start {small} KB: y to the run"), self.start, &cold, none(), open),
            row(format!("start {large} KB: y to the run"), self.start_largest, &cold, none(), open),
            row(format!("attach {small} KB: to the run"), self.attach, &cold, none(), again),
            row(format!("attach {large} KB: to the run"), self.attach_largest, &cold, none(), again),
        ]
    }
}

/// Opens a procedure and starts its run; absent from the time is what came before the key.
fn start(home: &Home, procedure: &Path) -> anyhow::Result<(Terminal, Duration)> {
    let mut terminal = tejun(home, "open", Some(procedure))?;
    terminal.wait(|shown| shown.contains(QUESTION))?;
    terminal.wait_until_quiet()?;
    let begun = Instant::now();
    terminal.keys("y")?;
    let shown = terminal.wait(|shown| shown.contains(RUN_SCREEN))?;
    for word in ["host", "keep"] {
        if home.processes(Some(word)).is_empty() {
            bail!("the run screen is there without its {word} process");
        }
    }
    Ok((terminal, shown - begun))
}

/// Starts a run, leaves it, returns to it and ends it: how long the start took, and the return.
fn start_and_return(home: &Home, procedure: &Path) -> anyhow::Result<(Duration, Duration)> {
    let (mut terminal, started) = start(home, procedure)?;
    terminal.wait_until_quiet()?;
    terminal.keys("q")?;
    terminal.wait(|shown| shown.contains("Leave the screen?"))?;
    terminal.keys("y")?;
    terminal.wait_for_end()?;

    let mut terminal = tejun(home, "attach", None)?;
    let returned = terminal.wait(|shown| shown.contains(RUN_SCREEN))? - terminal.begun;
    terminal.wait_until_quiet()?;
    terminal.keys("A")?;
    terminal.wait(|shown| shown.contains("Give the run up"))?;
    terminal.keys("measured\r")?;
    terminal.wait(|shown| !shown.contains("Give the run up"))?;
    home.wait_for_the_end_of("host")?;
    Ok((started, returned))
}

/// Watches idle screens, all at the same time.
fn idle(time: Duration, tmux: Option<&Peer>, vim: Option<&Peer>) -> anyhow::Result<Vec<Row>> {
    let homes = [Home::new()?, Home::new()?, Home::new()?, Home::new()?];
    let [picker, run, of_tmux, of_vim] = &homes;
    let shipped = |home: &Home| home.file("shipped.md", SHIPPED);
    let procedure = format!("{}#{SHIPPED_PROCEDURE}", shipped(run)?.display());
    let mut subjects =
        vec![(picker, tejun(picker, "open", Some(&shipped(picker)?))?), (run, start(run, Path::new(&procedure))?.0)];
    subjects.extend(tmux.map(|t| t.tmux(of_tmux)).transpose()?.map(|t| (of_tmux, t)));
    let file = shipped(of_vim)?;
    subjects.extend(vim.map(|v| v.vim(of_vim, &file)).transpose()?.map(|t| (of_vim, t)));
    for (_, terminal) in &mut subjects {
        terminal.wait_until_quiet()?;
    }
    let costs = |subjects: &[(&Home, Terminal)]| -> Vec<Cost> {
        subjects.iter().map(|(home, t)| Cost { cpu: home.cpu_time(), bytes: t.bytes }).collect()
    };
    let before = costs(&subjects);
    let until = Instant::now() + time;
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        let mut terminals: Vec<&mut Terminal> = subjects.iter_mut().map(|(_, t)| t).collect();
        Terminal::read_any(&mut terminals, left)?;
        if terminals.iter().any(|t| t.ended) {
            bail!("a program ended while it was watched");
        }
    }
    let spent = costs(&subjects).into_iter().zip(before).map(|(after, before)| after.since(before));
    let mut of = std::collections::HashMap::new();
    for ((home, _), cost) in subjects.iter().zip(spent) {
        of.insert(home.path().to_owned(), cost);
    }
    let cost = |home: &Home| of.get(home.path()).map_or(Value::Missing, |c| Value::Idle(*c));
    let row = |what: &str, tejun| Row {
        what: format!("{what}: idle {} s", time.as_secs()),
        tejun,
        tmux: cost(of_tmux),
        vim: cost(of_vim),
        goal: Goal::Idle { bytes: 50 * time.as_secs() },
    };
    Ok(vec![row("picker", cost(picker)), row("run screen", cost(run))])
}
