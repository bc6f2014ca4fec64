//! What it costs that a fact is durable before anything comes of it, and what a long run costs who returns to it.
//!
//! Machines are noisy, so a commit is held against an append with `fdatasync` in the same rounds, and the journal's share of
//! a flood against the time of that flood. Only the way back into a run has a time of its own for a goal.
//! `cargo bench --bench journal --profile release-quick -- --help` says what can be chosen.

#[path = "waits/ending.rs"]
mod ending;
#[path = "waits/home.rs"]
#[expect(dead_code, reason = "shared with the bench of waits, which needs more of it")]
mod home;
#[path = "waits/terminal.rs"]
#[expect(dead_code, reason = "shared with the bench of waits, which needs more of it")]
mod terminal;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tejun::ids::{Digest, EventId, RunId, Seq};
use tejun::run::event::{Actor, ActorKind, Event, Fact, Stored, VERSION};
use tejun::store::Journal as _;
use tejun::store::sqlite::SqliteJournal;
use uuid::Uuid;

use home::Home;
use terminal::Terminal;

const TEJUN: &str = env!("CARGO_BIN_EXE_tejun");

/// So many facts are appended in a round.
const FACTS: usize = 400;

/// The bytes of a raw append: about those of a fact.
const RAW: usize = 300;

/// How long the way back into a long run may take.
const RETURN: Duration = Duration::from_secs(1);

/// The largest share of a flood's time that its facts may cost.
const SHARE: f64 = 0.05;

/// The most facts in a second of a flood.
const RATE: f64 = 20.0;

/// How long the long run may take to be made.
const PATIENCE: Duration = Duration::from_secs(900);

const HELP: &str =
    "cargo bench --bench journal --profile release-quick -- [--rounds N] [--mb N] [--steps N] [--step-mb N] [--strict]
  --rounds N     measured rounds after one to warm up (default 5)
  --mb N         the size of the flood in megabytes (default 200)
  --steps N      steps of the long run (default 500); 0 leaves it out
  --step-mb N    megabytes that each of its steps prints (default 4)
  --strict       exit with 1 when a goal is not met";

struct Args {
    rounds: usize,
    mb: u64,
    steps: usize,
    step_mb: u64,
    strict: bool,
    /// Cargo says so when it runs benches, and not when it runs tests.
    bench: bool,
}

impl Args {
    fn parse(mut words: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut args = Self { rounds: 5, mb: 200, steps: 500, step_mb: 4, strict: false, bench: false };
        while let Some(word) = words.next() {
            let mut number =
                || words.next().and_then(|n| n.parse::<u64>().ok()).with_context(|| format!("{word} N\n{HELP}"));
            match word.as_str() {
                "--rounds" => args.rounds = usize::try_from(number()?)?.max(1),
                "--mb" => args.mb = number()?.max(1),
                "--steps" => args.steps = usize::try_from(number()?)?,
                "--step-mb" => args.step_mb = number()?.max(1),
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
        writeln!(out, "nothing was measured: run cargo bench --bench journal --profile release-quick")?;
        return Ok(true);
    }
    writeln!(out, "load before: {}; {} rounds after one to warm up", load(), args.rounds)?;
    let mut report = Report(Vec::new());
    let commit = commits(args.rounds, &mut report)?;
    flood(args, commit, &mut report)?;
    if args.steps > 0 {
        long_run(args, &mut report)?;
    }
    writeln!(out, "load after:  {}\n", load())?;
    for Row { what, told, met } in &report.0 {
        writeln!(out, "{what:<58} {told}   {}", if *met { "met" } else { "NOT MET" })?;
    }
    Ok(report.0.iter().all(|row| row.met) || !args.strict)
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

struct Report(Vec<Row>);

struct Row {
    what: String,
    told: String,
    met: bool,
}

impl Report {
    fn ratio(&mut self, what: &str, [ours, raw]: [Duration; 2], goal: f64) {
        let ratio = ours.as_secs_f64() / raw.as_secs_f64().max(f64::EPSILON);
        let told = format!("{ours:>10.3?} to {raw:>10.3?}   {ratio:>5.2}x   goal {goal}x");
        self.0.push(Row { what: what.to_owned(), told, met: ratio <= goal });
    }

    fn time(&mut self, what: String, times: &mut [Duration], goal: Duration) {
        let (middle, last) = (median(times), times.last().copied().unwrap_or_default());
        let told = format!("{middle:>10.3?} at most {last:>10.3?}   goal {goal:?}");
        self.0.push(Row { what, told, met: middle <= goal });
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The middle, and the one that only one of a hundred is above.
fn middle_and_tail(mut times: Vec<Duration>) -> [Duration; 2] {
    let middle = median(&mut times);
    [middle, times.get(times.len() * 99 / 100).copied().unwrap_or_default()]
}

/// A fact in the journal beside as many bytes behind an `fdatasync`, in turn on one disk; gives the median of a commit.
fn commits(rounds: usize, report: &mut Report) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let journal = runtime.block_on(SqliteJournal::open(&folder.path().join("state/journal.db")))?;
    let mut raw = std::fs::File::options().append(true).create(true).open(folder.path().join("raw"))?;
    let mut tail = Tail::new();
    let (mut of_journal, mut of_raw) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for round in 0..=rounds {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..FACTS {
            let begun = Instant::now();
            raw.write_all(&[b'x'; RAW])?;
            raw.sync_data()?;
            theirs.push(begun.elapsed());
            let (expected, fact) = (tail.seq, tail.fact()?);
            let begun = Instant::now();
            runtime.block_on(journal.append(tail.run, expected, &[fact]))?;
            ours.push(begun.elapsed());
        }
        if round > 0 {
            for (all, times) in [(&mut of_journal, ours), (&mut of_raw, theirs)] {
                let [middle, last] = middle_and_tail(times);
                all[0].push(middle);
                all[1].push(last);
            }
        }
    }
    let of_both = |at: usize, of_journal: &mut [Vec<Duration>; 2], of_raw: &mut [Vec<Duration>; 2]| {
        [median(&mut of_journal[at]), median(&mut of_raw[at])]
    };
    let middle = of_both(0, &mut of_journal, &mut of_raw);
    report.ratio("a fact, to an append with fdatasync: p50", middle, 2.0);
    report.ratio("a fact, to an append with fdatasync: p99", of_both(1, &mut of_journal, &mut of_raw), 3.0);
    Ok(middle[0])
}

/// The end of a run that facts are appended to.
struct Tail {
    run: RunId,
    seq: Seq,
    prev: Digest,
}

impl Tail {
    fn new() -> Self {
        Self { run: RunId(Uuid::from_u128(1)), seq: Seq(0), prev: Digest::of(b"") }
    }

    fn fact(&mut self) -> anyhow::Result<Fact> {
        self.seq = self.seq.next();
        let actor = Actor {
            uid: 1000,
            user: "taro".into(),
            operator: "Taro Yamada".into(),
            kind: ActorKind::Person,
            key: None,
        };
        let fact = Fact {
            run: self.run,
            seq: self.seq,
            id: EventId(Uuid::from_u128(u128::from(self.seq.0))),
            actor,
            machine: "web-01".into(),
            boot: "00000000-0000-0000-0000-000000000001".into(),
            at: "2026-01-01T02:00:00+09:00".parse()?,
            since_boot_ms: 1000,
            prev: self.prev.clone(),
            version: VERSION,
            event: Event::NoteAdded { step: None, text: "looked at".into() },
        };
        self.prev = Stored::encode(&fact)?.digest();
        Ok(fact)
    }
}

/// Lines as services write them, so many megabytes.
fn write_log(path: &Path, mb: u64) -> anyhow::Result<()> {
    let mut lines = String::new();
    for n in 0..10_000 {
        // Writing to a string does not fail.
        let _always_well = writeln!(lines, "2026-11-20T20:00:{:02}Z INFO [api-{}] request {n} done", n % 60, n % 32);
    }
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let (mut left, length) = (mb * 1_000_000, u64::try_from(lines.len())?);
    while left > 0 {
        file.write_all(&lines.as_bytes()[..usize::try_from(left.min(length))?])?;
        left = left.saturating_sub(length);
    }
    Ok(file.flush()?)
}

/// The facts of the only run in a home.
fn facts(home: &Home) -> anyhow::Result<Vec<Fact>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let journal = SqliteJournal::open_read_only(&home.path().join(".local/state/tejun/journal.db")).await?;
        let run = journal.runs().await?.first().context("no run")?.run;
        Ok(journal.load(run, Seq(0)).await?.iter().map(Stored::decode).collect::<Result<Vec<_>, _>>()?)
    })
}

/// What its facts cost a flood: their number while it goes on, at the price of a commit.
fn flood(args: &Args, commit: Duration, report: &mut Report) -> anyhow::Result<()> {
    let (mut shares, mut rates) = (Vec::new(), Vec::new());
    for round in 0..=args.rounds {
        let home = Home::new()?;
        write_log(&home.path().join("flood.log"), args.mb)?;
        let text = "# Flood\n\n## Flood\n- [ ] **All of it**\n  ```bash\n  cat flood.log\n  ```\n";
        let book = home.file("flood.md", text)?;
        home.run(&["trust".into(), book.clone().into()])?;
        home.run(&["run".into(), book.into(), "--headless".into()])?;
        let facts = facts(&home)?;
        let place = |of: &dyn Fn(&Event) -> bool| facts.iter().position(|fact| of(&fact.event)).context("no such fact");
        let begun = place(&|event| matches!(event, Event::AttemptStarted(_)))?;
        let ended = place(&|event| matches!(event, Event::AttemptFinished { .. }))?;
        let ms = facts[ended].since_boot_ms.saturating_sub(facts[begun].since_boot_ms).max(1);
        let count = u32::try_from(ended - begun + 1)?;
        if round > 0 {
            let seconds = ms as f64 / 1000.0;
            shares.push((commit * count).as_secs_f64() / seconds);
            rates.push(f64::from(count) / seconds);
        }
    }
    let worst = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let (share, rate) = (worst(&shares), worst(&rates));
    let told = format!("{:>9.3} % of its time   goal {} %", share * 100.0, SHARE * 100.0);
    report.0.push(Row { what: format!("facts of a flood of {} MB", args.mb), told, met: share <= SHARE });
    let told = format!("{rate:>9.2} a second      goal {RATE}");
    report.0.push(Row { what: format!("facts of a flood of {} MB", args.mb), told, met: rate <= RATE });
    Ok(())
}

/// A run of many steps whose outputs are large, left open at its last one; how long it takes to be back in it, with its
/// host alive and with a new one.
fn long_run(args: &Args, report: &mut Report) -> anyhow::Result<()> {
    let home = Home::new()?;
    write_log(&home.path().join("output.log"), args.step_mb)?;
    let mut text = String::from("# Long\n\n## Long\n");
    for step in 1..args.steps {
        let _always_well =
            write!(text, "- [ ] **Look at part {step}**\n  ```bash\n  cat output.log; echo {step}\n  ```\n");
    }
    text.push_str("- [ ] **The last one waits**\n  ```bash\n  touch there; read -r go < gate\n  ```\n");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, home.path().join("gate"), rustix::fs::FileType::Fifo, mode, 0)?;
    let book = home.file("long.md", &text)?;
    home.run(&["trust".into(), book.clone().into()])?;
    let mut headless = headless(&home, &book)?;
    let until = Instant::now() + PATIENCE;
    while !home.path().join("there").exists() {
        if Instant::now() > until || headless.try_wait()?.is_some() {
            bail!("the long run never came to its last step");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    headless.kill()?;
    headless.wait()?;
    let bytes = bytes_under(&home.path().join(".local/state/tejun/runs"))?;
    let what = format!("{} steps, {} MB of outputs", args.steps, bytes / 1_000_000);

    let (mut opened, mut resumed) = (Vec::new(), Vec::new());
    for round in 0..=args.rounds {
        let open = attach(&home)?;
        for pid in home.processes(Some("host")).into_iter().filter_map(rustix::process::Pid::from_raw) {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL)?;
        }
        home.wait_for_the_end_of("host")?;
        let resume = attach(&home)?;
        if round > 0 {
            opened.push(open);
            resumed.push(resume);
        }
    }
    report.time(format!("{what}: attach to its host"), &mut opened, RETURN);
    report.time(format!("{what}: attach with a new host"), &mut resumed, RETURN);
    Ok(())
}

fn headless(home: &Home, book: &Path) -> anyhow::Result<std::process::Child> {
    #[expect(clippy::disallowed_methods, reason = "the bench starts the program")]
    let mut command = Command::new(TEJUN);
    command.args([OsString::from("run"), book.into(), "--headless".into()]);
    command.env_clear().envs(home.environment()).current_dir(home.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.spawn()?)
}

/// How long it takes until the screen shows the step that runs.
fn attach(home: &Home) -> anyhow::Result<Duration> {
    let mut terminal = Terminal::start(home, Path::new(TEJUN), [OsString::from("attach")])?;
    let shown = terminal.wait(|shown| shown.contains("The last one waits") && shown.contains("running"))?;
    let took = shown - terminal.begun;
    terminal.wait_until_quiet()?;
    Ok(took)
}

fn bytes_under(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { bytes_under(&entry.path())? } else { meta.len() };
    }
    Ok(bytes)
}
