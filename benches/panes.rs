//! Output through a pane, beside tmux and a bare terminal in the same run: how long a flood takes, what reaches the outer
//! terminal, how soon a key is answered meanwhile, what it costs in memory, and whether a slow line holds a command up.
//!
//! Machines are noisy, so in each round every program gets the same flood once, and medians are compared.
//! `cargo bench --bench panes --profile release-quick -- --help` says what can be chosen.

#[path = "waits/ending.rs"]
mod ending;
#[path = "waits/home.rs"]
#[expect(dead_code, reason = "shared with the bench of waits, which needs more of it")]
mod home;
#[path = "panes/screen.rs"]
mod screen;
#[path = "panes/table.rs"]
mod table;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use sha2::Digest as _;

use home::Home;
use screen::{Look, Screen};
use table::{Row, Samples};

const TEJUN: &str = env!("CARGO_BIN_EXE_tejun");

/// Bytes a second of a slow line: 1 Mbit.
const SLOW: u64 = 125_000;

/// Letters that are in no flood.
const LETTERS: &str = "αβγδεζηθικλμνξοπ";

/// How long a key may take to be lost.
const LOST: Duration = Duration::from_secs(3);

const HELP: &str =
    "cargo bench --bench panes --profile release-quick -- [--rounds N] [--mb N] [--idle SECONDS] [--strict]
  --rounds N       measured rounds after one to warm up (default 3)
  --mb N           the size of the flood in megabytes (default 200)
  --idle SECONDS   how long the screen is watched when all is over; 0 leaves it out (default 10)
  --strict         exit with 1 when a goal is not met, or there is no tmux to compare with";

struct Args {
    rounds: usize,
    mb: u64,
    idle: u64,
    strict: bool,
    /// Cargo says so when it runs benches, and not when it runs tests.
    bench: bool,
}

impl Args {
    fn parse(mut words: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut args = Self { rounds: 3, mb: 200, idle: 10, strict: false, bench: false };
        while let Some(word) = words.next() {
            let mut number =
                || words.next().and_then(|n| n.parse::<u64>().ok()).with_context(|| format!("{word} N\n{HELP}"));
            match word.as_str() {
                "--rounds" => args.rounds = usize::try_from(number()?)?.max(1),
                "--mb" => args.mb = number()?.max(1),
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
        writeln!(out, "nothing was measured: run cargo bench --bench panes --profile release-quick")?;
        return Ok(true);
    }
    let tmux = find_tmux();
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("flood.log");
    let digest = write_log(&log, args.mb)?;
    writeln!(out, "load before: {}; {} rounds of {} MB after one to warm up", load(), args.rounds, args.mb)?;
    let mut seen = Seen::default();
    for round in 0..=args.rounds {
        let mut once = Seen::default();
        once.round(&log, &digest, tmux.as_deref(), args, round == args.rounds)
            .with_context(|| format!("round {round}"))?;
        if round > 0 {
            seen.add(&once);
        }
    }
    let rows = seen.rows(args);
    writeln!(out, "load after:  {}\n", load())?;
    write!(out, "{}", table::text(&rows))?;
    writeln!(
        out,
        "keys: {} typed in the flood, {} lost; tmux: {} typed",
        seen.keys.count(),
        seen.lost,
        seen.tmux_keys.count()
    )?;
    if tmux.is_none() {
        writeln!(out, "tmux is not installed here: nothing was compared with it")?;
    }
    let well = tmux.is_some() && seen.lost == 0 && !rows.iter().any(Row::fails);
    Ok(well || !args.strict)
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

fn find_tmux() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).map(|folder| folder.join("tmux")).find(|path| path.is_file())
}

/// Writes lines as services write them; gives the digest of what a terminal makes of them.
fn write_log(path: &Path, mb: u64) -> anyhow::Result<String> {
    const WORDS: [&str; 12] = [
        "connection",
        "established",
        "worker",
        "request",
        "timeout",
        "retry",
        "upstream",
        "cache",
        "flush",
        "replica",
        "rollout",
        "checkpoint",
    ];
    let mut lines = String::new();
    let mut random: u64 = 7;
    for n in 0..20_000_u64 {
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            random >> 33
        };
        let level = ["INFO", "WARN", "DEBUG", "ERROR"][usize::try_from(next() % 4)?];
        let (minute, second, ms) = (n / 60 % 60, n % 60, next() % 1000);
        let (api, request) = (next() % 32, next());
        // Writing to a string does not fail.
        let _always_well =
            write!(lines, "2026-11-20T20:{minute:02}:{second:02}.{ms:03}Z {level} [api-{api}] req={request:016x}");
        for _ in 0..3 + next() % 10 {
            lines.push(' ');
            lines.push_str(WORDS[usize::try_from(next() % 12)?]);
        }
        lines.push('\n');
    }
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    // The kernel's terminal puts a carriage return before each line feed.
    let shown = lines.replace('\n', "\r\n");
    let (mut hash, mut written) = (sha2::Sha256::new(), 0);
    while written < mb * 1_000_000 {
        file.write_all(lines.as_bytes())?;
        hash.update(shown.as_bytes());
        written += u64::try_from(lines.len())?;
    }
    file.flush()?;
    hash.update(b"FLOOD_END\r\n");
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// The flood as a command: it waits at the gate, and leaves a file when it is done.
fn flood(log: &Path, times: usize) -> String {
    let cats = format!("cat {}; ", log.display()).repeat(times);
    format!("read -r go < gate; {cats}printf 'FLOOD%sEND\\n' _; touch done")
}

fn make_gate(home: &Home) -> anyhow::Result<()> {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    Ok(rustix::fs::mknodat(rustix::fs::CWD, home.path().join("gate"), rustix::fs::FileType::Fifo, mode, 0)?)
}

fn open_gate(home: &Home) -> anyhow::Result<()> {
    Ok(std::fs::write(home.path().join("gate"), "go\n")?)
}

fn is_done(home: &Home) -> bool {
    home.path().join("done").exists()
}

/// All that was measured.
#[derive(Default)]
struct Seen {
    bare: Samples,
    tmux: Samples,
    tejun: Samples,
    tmux_bytes: Samples,
    bytes: Samples,
    rate: Samples,
    /// Until the command itself was done, over a fast and over a slow line.
    fast: Samples,
    slow: Samples,
    quiet_keys: Samples,
    bare_keys: Samples,
    keys: Samples,
    tmux_keys: Samples,
    lost: usize,
    memory: Samples,
    growth: Samples,
    idle_cpu: Samples,
    idle_bytes: Samples,
}

impl Seen {
    fn round(&mut self, log: &Path, digest: &str, tmux: Option<&Path>, args: &Args, last: bool) -> anyhow::Result<()> {
        self.bare.push_time(bare(log)?);
        self.echo_of_a_bare_terminal()?;
        if let Some(tmux) = tmux {
            self.flood_in_tmux(tmux, log)?;
        }
        self.flood_in_tejun(log, digest, if last { args.idle } else { 0 })?;
        self.slow_line(log)?;
        if let Some(tmux) = tmux {
            self.keys_in_tmux(tmux, log)?;
        }
        self.keys_in_tejun(log)
    }

    fn flood_in_tmux(&mut self, tmux: &Path, log: &Path) -> anyhow::Result<()> {
        let home = Home::new()?;
        make_gate(&home)?;
        let command = format!("{}; cat", flood(log, 1));
        let mut screen = in_tmux(&home, tmux, &command)?;
        screen.watch(Duration::from_millis(500))?;
        let (begun, before) = (Instant::now(), screen.bytes);
        open_gate(&home)?;
        screen.wait("FLOOD_END")?;
        self.tmux.push_time(begun.elapsed());
        screen.watch(Duration::from_millis(300))?;
        self.tmux_bytes.push(kb(screen.bytes - before));
        Ok(())
    }

    fn flood_in_tejun(&mut self, log: &Path, digest: &str, idle: u64) -> anyhow::Result<()> {
        let home = Home::new()?;
        make_gate(&home)?;
        let mut screen = in_tejun(&home, &[&flood(log, 1)])?;
        screen.keys("\r")?;
        screen.wait("running 0:")?;
        screen.watch(Duration::from_millis(500))?;
        let (begun, before) = (Instant::now(), screen.bytes);
        open_gate(&home)?;
        let (mut done, mut shown) = (None, None);
        while shown.is_none() {
            screen.watch(Duration::from_millis(2))?;
            if done.is_none() && is_done(&home) {
                done = Some(begun.elapsed());
            }
            // The command's own text has it in two parts.
            shown = screen.text().contains("FLOOD_END").then(|| begun.elapsed());
        }
        let (shown, bytes) = (shown.unwrap_or_default(), screen.bytes - before);
        self.tejun.push_time(shown);
        self.bytes.push(kb(bytes));
        self.rate.push(kb(bytes) / shown.as_secs_f64());
        screen.wait_until("done", |_| is_done(&home))?;
        self.fast.push_time(done.unwrap_or_else(|| begun.elapsed()));
        screen.wait("rc 0")?;
        check_evidence(&home, digest)?;
        let first = memory(&home, &screen)?;
        self.memory.push(first);
        if idle > 0 {
            self.watch_idle(&home, &mut screen, Duration::from_secs(idle))?;
        }
        std::fs::remove_file(home.path().join("done"))?;
        screen.keys("\r")?;
        screen.wait("Run it again?")?;
        screen.keys("y")?;
        screen.wait("running 0:")?;
        open_gate(&home)?;
        screen.wait_until("done again", |_| is_done(&home))?;
        screen.wait("rc 0")?;
        self.growth.push(memory(&home, &screen)? - first);
        Ok(())
    }

    fn watch_idle(&mut self, home: &Home, screen: &mut Screen, time: Duration) -> anyhow::Result<()> {
        screen.watch(Duration::from_secs(2))?;
        let before = (home.cpu_time(), screen.bytes);
        screen.watch(time)?;
        self.idle_cpu.push_time(home.cpu_time().saturating_sub(before.0));
        self.idle_bytes.push((screen.bytes - before.1) as f64 / time.as_secs_f64());
        Ok(())
    }

    fn slow_line(&mut self, log: &Path) -> anyhow::Result<()> {
        let home = Home::new()?;
        make_gate(&home)?;
        let mut screen = in_tejun(&home, &[&flood(log, 1)])?;
        screen.keys("\r")?;
        screen.wait("running 0:")?;
        screen.watch(Duration::from_millis(500))?;
        screen.rate = Some(SLOW);
        let begun = Instant::now();
        open_gate(&home)?;
        screen.wait_until("done", |_| is_done(&home))?;
        self.slow.push_time(begun.elapsed());
        Ok(())
    }

    fn keys_in_tmux(&mut self, tmux: &Path, log: &Path) -> anyhow::Result<()> {
        let home = Home::new()?;
        make_gate(&home)?;
        let mut screen = in_tmux(&home, tmux, "cat")?;
        screen.watch(Duration::from_millis(500))?;
        let command = format!("{}; cat", flood(log, 2));
        for words in [vec!["split-window", "-h", &command], vec!["select-pane", "-L"]] {
            #[expect(clippy::disallowed_methods, reason = "the bench starts the program")]
            let mut control = Command::new(tmux);
            control.args(["-L", "panes"]).args(&words).env_clear().envs(home.environment()).current_dir(home.path());
            if !control.stdin(Stdio::null()).status()?.success() {
                bail!("tmux does not take {words:?}");
            }
        }
        screen.watch(Duration::from_millis(500))?;
        open_gate(&home)?;
        type_until(&mut screen, &mut self.tmux_keys, || is_done(&home))?;
        Ok(())
    }

    fn keys_in_tejun(&mut self, log: &Path) -> anyhow::Result<()> {
        let home = Home::new()?;
        make_gate(&home)?;
        let mut screen = in_tejun(&home, &["cat", &flood(log, 2)])?;
        screen.keys("\r")?;
        screen.wait("running 0:")?;
        screen.keys("j\r")?;
        screen.wait("Run it beside")?;
        screen.keys("y")?;
        screen.wait_until("two run", |screen| screen.text().matches("0:0").count() >= 4)?;
        screen.keys("g|")?;
        screen.wait("┬")?;
        screen.keys("i")?;
        screen.wait("TYPING")?;
        screen.watch(Duration::from_millis(500))?;
        let mut typed = 0;
        type_until(&mut screen, &mut self.quiet_keys, || {
            typed += 1;
            typed > 40
        })?;
        open_gate(&home)?;
        self.lost += type_until(&mut screen, &mut self.keys, || is_done(&home))?;
        Ok(())
    }

    fn echo_of_a_bare_terminal(&mut self) -> anyhow::Result<()> {
        let home = Home::new()?;
        let mut screen = Screen::start(&home, Look::Bytes, Path::new("/bin/cat"), [])?;
        screen.watch(Duration::from_millis(200))?;
        let mut typed = 0;
        type_until(&mut screen, &mut self.bare_keys, || {
            typed += 1;
            typed > 40
        })?;
        Ok(())
    }

    fn add(&mut self, other: &Self) {
        let pairs: [(&mut Samples, &Samples); 16] = [
            (&mut self.bare, &other.bare),
            (&mut self.tmux, &other.tmux),
            (&mut self.tejun, &other.tejun),
            (&mut self.tmux_bytes, &other.tmux_bytes),
            (&mut self.bytes, &other.bytes),
            (&mut self.rate, &other.rate),
            (&mut self.fast, &other.fast),
            (&mut self.slow, &other.slow),
            (&mut self.quiet_keys, &other.quiet_keys),
            (&mut self.bare_keys, &other.bare_keys),
            (&mut self.keys, &other.keys),
            (&mut self.tmux_keys, &other.tmux_keys),
            (&mut self.memory, &other.memory),
            (&mut self.growth, &other.growth),
            (&mut self.idle_cpu, &other.idle_cpu),
            (&mut self.idle_bytes, &other.idle_bytes),
        ];
        for (all, once) in pairs {
            all.extend(once);
        }
        self.lost += other.lost;
    }

    fn rows(&self, args: &Args) -> Vec<Row> {
        let ms = |samples: &Samples, part: f64| samples.quantile(part).map(|s| s * 1000.0);
        let added = ms(&self.quiet_keys, 0.99).zip(ms(&self.bare_keys, 0.99)).map(|(ours, bare)| ours - bare);
        let flood = format!("G1 flood of {} MB until its end is shown", args.mb);
        let (bytes, tmux_bytes) = (self.bytes.median(), self.tmux_bytes.median());
        let mut rows = vec![
            Row::ratio(&flood, &self.tejun, &self.tmux, "s", 0.8, "tmux"),
            Row::ratio("G1 the same, as a wish", &self.tejun, &self.tmux, "s", 0.5, "tmux").wished(),
            Row::ratio("G2 the same beside a bare reader", &self.tejun, &self.bare, "s", 1.3, "bare"),
            Row::most("G3 bytes to the outer terminal", bytes, tmux_bytes, "KB", 300.0),
            Row::most("G3 the same in a second", self.rate.median(), None, "KB/s", 64.0),
            Row::most("G4 key in the flood, p50", ms(&self.keys, 0.5), ms(&self.tmux_keys, 0.5), "ms", 5.0),
            Row::most("G4 key in the flood, p99", ms(&self.keys, 0.99), ms(&self.tmux_keys, 0.99), "ms", 20.0),
            Row::most("G5 key in quiet, p99 over a bare one", added, None, "ms", 2.0),
            Row::most("G6 memory of screen, host and keeper", self.memory.median(), None, "MB", 30.0),
            Row::most("G6 growth by another flood", self.growth.median(), None, "MB", 2.0),
            Row::ratio("G7 the command over a slow line", &self.slow, &self.fast, "s", 1.1, "a fast one"),
        ];
        if args.idle > 0 {
            rows.push(Row::most("G9 processor when idle", self.idle_cpu.median(), None, "s", 0.0));
            rows.push(Row::most("G9 bytes when idle", self.idle_bytes.median(), None, "B/s", 50.0));
        }
        rows
    }
}

fn kb(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}

/// Types a letter now and then until it is enough; gives how many were lost.
fn type_until(screen: &mut Screen, into: &mut Samples, mut enough: impl FnMut() -> bool) -> anyhow::Result<usize> {
    let mut lost = 0;
    for letter in LETTERS.chars().cycle() {
        if enough() {
            break;
        }
        match screen.echo(letter, LOST)? {
            Some(took) => into.push_time(took),
            None => lost += 1,
        }
        screen.watch(Duration::from_millis(40))?;
    }
    Ok(lost)
}

/// How long a reader takes that does nothing with what it reads.
fn bare(log: &Path) -> anyhow::Result<Duration> {
    let (mut pty, pts) = pty_process::blocking::open()?;
    let begun = Instant::now();
    let mut child = pty_process::blocking::Command::new("cat").arg(log).spawn(pts)?;
    let mut bytes = vec![0; 64 * 1024];
    while pty.read(&mut bytes).is_ok_and(|got| got > 0) {}
    child.wait()?;
    Ok(begun.elapsed())
}

fn in_tmux(home: &Home, tmux: &Path, command: &str) -> anyhow::Result<Screen> {
    let words = ["-L", "panes", "-f", "/dev/null", "new-session", command].map(OsString::from);
    Screen::start(home, Look::Bytes, tmux, words)
}

/// A run whose steps have these commands, on its screen.
fn in_tejun(home: &Home, commands: &[&str]) -> anyhow::Result<Screen> {
    let steps = commands.iter().enumerate().map(|(n, c)| format!("- [ ] **Step {n}**\n  ```bash\n  {c}\n  ```\n"));
    let text = format!("# Floods\n\n## Flood\n{}", steps.collect::<String>());
    let file = home.file("floods.md", &text)?;
    home.run(&["trust".into(), file.clone().into()])?;
    let procedure = format!("{}#Flood", file.display());
    let mut screen = Screen::start(home, Look::Screen, Path::new(TEJUN), ["open".into(), OsString::from(procedure)])?;
    screen.wait("Start a run of this procedure?")?;
    screen.keys("y")?;
    screen.wait("No output yet.")?;
    Ok(screen)
}

/// The whole output is on disk, as it came.
fn check_evidence(home: &Home, digest: &str) -> anyhow::Result<()> {
    let runs = home.path().join(".local/state/tejun/runs");
    let mut found = Vec::new();
    for run in std::fs::read_dir(&runs)?.flatten() {
        for file in std::fs::read_dir(run.path().join("evidence"))?.flatten().map(|f| f.path()) {
            if file.extension().is_some_and(|e| e == "out") {
                let (_, sum) = tejun::vault::evidence::digest(&file)?;
                found.push(sum.to_string());
            }
        }
    }
    if !found.iter().any(|sum| sum.ends_with(digest)) {
        bail!("the evidence is not what was printed: {found:?} and {digest}");
    }
    Ok(())
}

/// What screen, host and keepers have of the memory, in megabytes.
fn memory(home: &Home, screen: &Screen) -> anyhow::Result<f64> {
    let mut pids = vec![screen.pid()];
    for word in ["host", "keep"] {
        pids.extend(home.processes(Some(word)));
    }
    let mut sum = 0.0;
    for pid in pids {
        // What several processes share, such as the program itself, is counted once.
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
        let kb: f64 = line.trim().trim_end_matches(" kB").parse()?;
        sum += kb / 1000.0;
    }
    Ok(sum)
}
