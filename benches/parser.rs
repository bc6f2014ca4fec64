//! How long a runbook takes to be understood, beside the bare parsers of markdown and shell over the same text.
//!
//! Machines are noisy, so hardly anything is held against a number of milliseconds: both sides are timed in turn, by the
//! processor's time of the thread, and the medians of all rounds are compared. Only a reload, which is to fit into a
//! frame, and the index of a thousand runbooks have times of their own for goals.
//! `cargo bench --bench parser -- [--rounds N] [--strict] [FILE…]`: a file stands in for the generated runbook.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use pulldown_cmark::{Options, Parser as Markdown};
use rustix::time::{ClockId, clock_gettime};
use tejun::runbook::lexicon::Lexicon;
use tejun::runbook::model::{Block, ExecutorKind, Runbook};
use tejun::runbook::parse::{Parser, headings, sketch};
use tejun::runbook::shell::Analyst;

/// The text of a runbook of some forty kilobytes: checklists with fences, tables, numbered comments, prose.
fn generated(chapters: usize) -> String {
    let mut text = String::from("# 定期点検の手引き\n\n**バージョン**: 2.1\n\n");
    for chapter in 0..chapters {
        let _ = write!(
            text,
            "## {chapter}. 毎週の点検 {chapter}\n\n### 月曜日 02:00 - 状態の点検 {chapter}\n\n\
             - [ ] **空き容量の確認 {chapter}**\n  ```bash\n  # 全体\n  df -h /srv/data{chapter}\n\n  # 内訳\n  du -sh /srv/data{chapter}/* | sort -h | tail -5\n  ```\n  - 使用率 > 80%: 古いログを消す\n  - 使用率 > 90%: 担当に連絡する\n\
             - [ ] **控えの確認 {chapter}**\n  ```bash\n  ls -lt /srv/backup/*.gz | head -3\n  ```\n  - 失敗時: 手で取り直す\n\n\
             ### 入れ替え手順 {chapter}\n\n**注意**: 利用者に知らせてから始める\n\n```bash\n# 1. 止める\nsudo systemctl stop worker{chapter}\n\n# 2. 取り出す\ntar -xzf /srv/release/<version>.tar.gz -C /srv/app\n\n# 3. 動かす\nsudo systemctl start worker{chapter}\nfor n in 1 2 3; do\n  curl -fsS http://localhost:80{chapter}/health && break\n  sleep 1\ndone\n```\n\n\
             ### 点検表 {chapter}（毎日）\n\n| 項目 | 確認方法 | 正常基準 |\n|------|----------|----------|\n| 応答 | `GET /health` | 200 OK |\n| 使用率 | `df` | 80% 未満 |\n| 誤り | ログ | 0 件が理想 |\n\n\
             ここでは表にない所見も記録に残す。判断に迷うときは当番に相談し、勝手に進めない。\n\n"
        );
    }
    text
}

/// A runbook of `count` steps, each with a command.
fn long(count: usize) -> String {
    let mut text = String::from("# 長い手順\n\n## 手順\n\n");
    for step in 0..count {
        let _ = write!(text, "- [ ] 対象 {step} を確認する\n  ```bash\n  ping -c 1 host-{step}\n  ```\n");
    }
    text
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
}

/// The blocks for the shell of a runbook, in document order.
fn shell_blocks(runbook: &Runbook) -> impl Iterator<Item = &Block> {
    let steps = runbook.procedures.iter().flat_map(|procedure| &procedure.steps).flat_map(|step| &step.blocks);
    let blocks = steps.chain(runbook.reference.iter().flat_map(|reference| &reference.blocks));
    blocks.filter(|block| block.executor == ExecutorKind::Shell)
}

/// Every command of the blocks for the shell.
fn shell_commands(runbook: &Runbook) -> Vec<String> {
    shell_blocks(runbook).flat_map(|block| &block.commands).map(|command| command.text.clone()).collect()
}

/// The shell texts of a runbook, each fence once, in document order.
fn shell_fences(runbook: &Runbook) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for block in shell_blocks(runbook) {
        let new: Vec<&str> = block
            .commands
            .iter()
            .filter(|command| seen.insert(command.line))
            .map(|command| command.text.as_str())
            .collect();
        if !new.is_empty() {
            found.push(new.join("\n"));
        }
    }
    found
}

/// How long the processor was busy with this thread until now.
fn busy() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

fn time(work: &mut dyn FnMut()) -> Duration {
    let from = busy();
    work();
    busy().saturating_sub(from)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The medians of works that are timed in turn.
fn in_turn<const N: usize>(rounds: usize, works: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..=rounds {
        for at in (0..N).rev() {
            times[at].push(time(&mut *works[at]));
        }
    }
    // The first round warms up.
    times.map(|mut times| median(times.split_off(1)))
}

fn bare_shell(fences: &[String]) {
    let mut parser = tree_sitter::Parser::new();
    if parser.set_language(&tree_sitter_bash::LANGUAGE.into()).is_ok() {
        for fence in fences {
            black_box(parser.parse(fence, None));
        }
    }
}

struct Report {
    /// What was measured, what came of it, and whether the goal is met, where there is one.
    rows: Vec<(String, String, Option<bool>)>,
}

impl Report {
    fn ratio(&mut self, what: &str, [ours, bare]: [Duration; 2], goal: f64) {
        let ratio = ours.as_secs_f64() / bare.as_secs_f64().max(f64::EPSILON);
        let row = format!("{ours:>10.3?} to {bare:>10.3?}   {ratio:>5.2}x   goal {goal}x");
        self.rows.push((what.to_owned(), row, Some(ratio <= goal)));
    }

    fn time(&mut self, what: &str, took: Duration, how: &str, goal: Option<Duration>) {
        let wanted = goal.map(|goal| format!("   goal {goal:?}")).unwrap_or_default();
        self.rows.push((what.to_owned(), format!("{took:>10.3?} {how}{wanted}"), goal.map(|goal| took <= goal)));
    }
}

/// A runbook that was edited is read again within a frame.
const RELOAD_GOAL: Duration = Duration::from_millis(16);

fn measure(rounds: usize, name: &str, text: &str, report: &mut Report) {
    let lexicon = Lexicon::built_in();
    let parser = Parser::new(lexicon);
    let mut markdown = || {
        black_box(Markdown::new_ext(text, options()).into_offset_iter().count());
    };
    let mut structure = || {
        black_box(headings(text.as_bytes()));
    };
    let mut listed = || {
        black_box(parser.contents(name, text.as_bytes()));
    };
    let [structure, listed, bare] = in_turn(rounds, [&mut structure, &mut listed, &mut markdown]);
    report.ratio(&format!("{name}: structure, to bare markdown"), [structure, bare], 3.0);
    // A whole entry names procedures and duties with the number of their steps. It is read beside the screen and kept by
    // the text's digest, so that a document pays this once.
    let times = listed.as_secs_f64() / bare.as_secs_f64().max(f64::EPSILON);
    report.time(&format!("{name}: whole entry of a list"), listed, &format!("{times:.1}x bare markdown"), None);
    let mut kept = Parser::new(lexicon);
    let runbook = kept.parse(name, text.as_bytes());
    let (fences, commands) = (shell_fences(&runbook), shell_commands(&runbook));
    let mut whole = || {
        black_box(Parser::new(lexicon).parse(name, text.as_bytes()));
    };
    // What a reload does: everything but a look at commands that were seen before.
    let mut again = || {
        black_box(kept.parse(name, text.as_bytes()));
    };
    let mut shell = || bare_shell(&fences);
    let mut looked = || {
        let mut analyst = Analyst::default();
        for command in &commands {
            black_box(analyst.look(ExecutorKind::Shell, command));
        }
    };
    let works: [&mut dyn FnMut(); 5] = [&mut whole, &mut again, &mut looked, &mut shell, &mut markdown];
    let [whole, again, looked, shell, markdown] = in_turn(rounds, works);
    report.ratio(&format!("{name}: shell analysis, to bare bash"), [looked, shell], 2.0);
    report.time(&format!("{name}: read for the first time"), whole, "", None);
    let times = again.as_secs_f64() / markdown.as_secs_f64().max(f64::EPSILON);
    report.time(&format!("{name}: read again"), again, &format!("{times:.1}x bare markdown"), Some(RELOAD_GOAL));
}

fn scale(rounds: usize, report: &mut Report) {
    let parser = Parser::new(Lexicon::built_in());
    let (few, many) = (long(1_000), long(10_000));
    let mut tenfold = || {
        black_box(parser.contents("long.md", many.as_bytes()));
    };
    let mut single = || {
        black_box(parser.contents("short.md", few.as_bytes()));
    };
    report.ratio("10,000 steps, to 1,000", in_turn(rounds, [&mut tenfold, &mut single]), 13.0);
}

/// How long a thousand runbooks may take until all of them can be found by their titles and sections.
const INDEX_GOAL: Duration = Duration::from_millis(500);

/// All cores work for it, as they do for the home screen.
fn index(text: &str, report: &mut Report) {
    let texts: Vec<String> = (0..1000).map(|n| format!("{text}\n<!-- {n} -->\n")).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all = |each: &(dyn Fn(&str) + Sync)| {
        let from = Instant::now();
        std::thread::scope(|scope| {
            for part in texts.chunks(texts.len().div_ceil(threads)) {
                scope.spawn(move || part.iter().for_each(|text| each(text)));
            }
        });
        from.elapsed()
    };
    let sketched = all(&|text| {
        black_box(sketch("one.md", text.as_bytes()));
    });
    let listed = all(&|text| {
        black_box(Parser::new(Lexicon::built_in()).contents("one.md", text.as_bytes()));
    });
    let (kilobytes, how) = (text.len() / 1000, format!("on {threads} threads"));
    report.time(&format!("1,000 runbooks of {kilobytes} KB sketched"), sketched, &how, Some(INDEX_GOAL));
    report.time(&format!("1,000 runbooks of {kilobytes} KB listed whole, beside the screen"), listed, &how, None);
}

fn main() -> anyhow::Result<ExitCode> {
    let (mut rounds, mut strict, mut bench, mut files) = (15, false, false, Vec::new());
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--bench" => bench = true,
            "--strict" => strict = true,
            "--rounds" => rounds = words.next().and_then(|n| n.parse().ok()).context("--rounds N")?,
            _ => files.push(word),
        }
    }
    if !bench {
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = Report { rows: Vec::new() };
    let own = generated(24);
    if files.is_empty() {
        measure(rounds, "generated", &own, &mut report);
    }
    for file in &files {
        let text = std::fs::read_to_string(file).with_context(|| file.clone())?;
        let name = file.rsplit('/').next().unwrap_or(file);
        measure(rounds, name, &text, &mut report);
    }
    scale(rounds.min(5), &mut report);
    index(&own, &mut report);
    let mut out = std::io::stdout().lock();
    for (what, row, met) in &report.rows {
        writeln!(out, "{what:<60} {row}   {}", met.map_or("", |met| if met { "met" } else { "NOT MET" }))?;
    }
    let missed = report.rows.iter().any(|(.., met)| *met == Some(false));
    Ok(if strict && missed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
