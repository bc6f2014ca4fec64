//! `tejun runs`, and what `tejun` alone says: the runs of this machine, from the journal.

use crate::cli::args::Runs;
use crate::cli::exit::{Exit, Fault};
use crate::cli::opening;
use crate::config::folders::Folders;
use crate::console::host::host_lives;
use crate::i18n::Language;
use crate::ids::{ProcedureId, RunId, Seq};
use crate::run::event::{Ending, Event, Fact, Mode, Stored};
use crate::run::query;
use crate::run::state::{Phase, Progress, RunState};
use crate::store::Journal as _;
use crate::store::sqlite::SqliteJournal;
use crate::term::sanitise::inline;
use crate::vault::retention;

/// A run as the list shows it.
pub(super) struct Listed {
    pub(super) run: RunId,
    /// Absent when the facts cannot be read; then `fault` says why.
    pub(super) state: Option<RunState>,
    pub(super) fault: Option<String>,
    /// A host has it in hand.
    pub(super) hosted: bool,
    /// What retention removed of its outputs, a line each time.
    pub(super) removed: Vec<String>,
}

impl Listed {
    pub(super) fn is_open(&self) -> bool {
        self.state.as_ref().is_some_and(|s| s.phase == Phase::Open)
    }

    /// Something is left to do: steps, or the record of a run whose host died before it was saved.
    fn goes_on(&self) -> bool {
        self.state.as_ref().is_some_and(|s| s.phase == Phase::Open || s.record.is_none())
    }
}

/// All runs, the newest first. No journal is no run.
pub(super) async fn all(folders: &Folders) -> anyhow::Result<Vec<Listed>> {
    if !folders.journal().exists() {
        return Ok(Vec::new());
    }
    let journal = SqliteJournal::open_read_only(&folders.journal()).await?;
    let mut listed = Vec::new();
    for line in journal.runs().await? {
        let stored = journal.load(line.run, Seq(0)).await?;
        let facts: Result<Vec<_>, _> = stored.iter().map(Stored::decode).collect();
        let (state, fault) = match facts {
            Ok(facts) => (Some(RunState::of(&facts)), None),
            Err(unreadable) => (None, Some(opening::chain(&unreadable))),
        };
        let folder = folders.run(line.run);
        let (hosted, removed) = (host_lives(&folder), retention::removed(&folder));
        listed.push(Listed { run: line.run, state, fault, hosted, removed });
    }
    Ok(listed)
}

/// The facts of a run that is over and has its record; nothing where something is left to do, or nobody can say.
pub(super) async fn ended(folders: &Folders, run: RunId) -> Option<Vec<Fact>> {
    let journal = SqliteJournal::open_read_only(&folders.journal()).await.ok()?;
    let stored = journal.load(run, Seq(0)).await.ok()?;
    let facts: Vec<Fact> = stored.iter().map(Stored::decode).collect::<Result<_, _>>().ok()?;
    let state = RunState::of(&facts);
    (state.phase != Phase::Open && state.record.is_some()).then_some(facts)
}

/// The open runs of a procedure of the document at `path`, the newest first.
pub(super) async fn going_on(
    folders: &Folders,
    path: &str,
    procedure: &ProcedureId,
    mode: Mode,
) -> anyhow::Result<Vec<Listed>> {
    if !folders.journal().exists() {
        return Ok(Vec::new());
    }
    let journal = SqliteJournal::open_read_only(&folders.journal()).await?;
    let mut found = Vec::new();
    for line in journal.runs().await? {
        // A run whose facts cannot be read is told of by `tejun runs`; it holds no other up.
        let Ok(Event::RunStarted(start)) = line.first.decode().map(|fact| fact.event) else { continue };
        let same = start.runbook.path == path && start.procedure.id == *procedure && start.mode == mode;
        // A run that is over says so among its last facts; only an open one is read whole.
        if !same || is_over(&journal.load(line.run, Seq(line.last.0.saturating_sub(TAIL))).await?) {
            continue;
        }
        let facts: Result<Vec<_>, _> = journal.load(line.run, Seq(0)).await?.iter().map(Stored::decode).collect();
        let Ok(facts) = facts else { continue };
        let state = Some(RunState::of(&facts));
        let listed = Listed {
            run: line.run,
            state,
            fault: None,
            hosted: host_lives(&folders.run(line.run)),
            removed: Vec::new(),
        };
        if listed.is_open() {
            found.push(listed);
        }
    }
    Ok(found)
}

/// How many of its last facts say whether a run is over. One that says it earlier is read whole.
const TAIL: u64 = 8;

fn is_over(tail: &[Stored]) -> bool {
    tail.iter()
        .filter_map(|stored| stored.decode().ok())
        .any(|fact| matches!(fact.event, Event::RunSigned { .. } | Event::RunClosed { .. } | Event::RecordSaved { .. }))
}

/// The one run that `wanted` means: its id or the end of it; without a word the only open one.
pub(super) fn choose<'a>(listed: &'a [Listed], wanted: Option<&str>, language: Language) -> Result<&'a Listed, Fault> {
    let hits: Vec<&Listed> = match wanted {
        Some(wanted) => {
            let wanted = wanted.to_ascii_lowercase().replace('-', "");
            listed.iter().filter(|l| !wanted.is_empty() && l.run.to_string().ends_with(&wanted)).collect()
        }
        None => listed.iter().filter(|l| l.goes_on()).collect(),
    };
    match hits[..] {
        [one] => Ok(one),
        [] if wanted.is_some() => Err(Fault::usage(
            language.pick("その実行は見つかりません。一覧: tejun runs", "no such run. The list: tejun runs"),
        )),
        [] => Err(Fault::usage(language.pick("進行中の実施はありません", "no run goes on"))),
        _ => {
            let lines: Vec<String> = hits.iter().map(|l| format!("  {}", one_line(l, language))).collect();
            let head = language
                .pick("進行中の実施が複数あります。番号を指定してください:", "several runs are meant; name one:");
            Err(Fault::usage(format!("{head}\n{}", lines.join("\n"))))
        }
    }
}

/// What stands before a line that says what retention removed.
pub(super) const RETENTION: (&str, &str) = ("保存期限により削除した控え", "own copies removed by retention");

pub(super) fn list(args: &Runs, language: Language) -> anyhow::Result<Exit> {
    let folders = opening::folders(language)?;
    let listed = runtime()?.block_on(all(&folders))?;
    if args.json {
        let lines: Vec<_> = listed.iter().map(json).collect();
        super::say_json(&serde_json::to_string_pretty(&lines)?);
        return Ok(Exit::Well);
    }
    if listed.is_empty() {
        super::say(language.pick("実行の記録はまだありません", "no runs yet"));
    }
    for l in &listed {
        super::say(one_line(l, language));
        for gone in &l.removed {
            super::say(format!("    {}: {}", language.pick(RETENTION.0, RETENTION.1), inline(gone)));
        }
    }
    Ok(Exit::Well)
}

/// What `tejun` alone says: what goes on, and how to begin.
pub(super) fn overview(language: Language) -> anyhow::Result<Exit> {
    let folders = opening::folders(language)?;
    let listed = runtime()?.block_on(all(&folders))?;
    let open: Vec<&Listed> = listed.iter().filter(|l| l.goes_on()).collect();
    if !open.is_empty() {
        super::say(language.pick("進行中の実施 (tejun attach で戻ります):", "runs that go on (tejun attach returns):"));
        for l in open {
            super::say(format!("  {}", one_line(l, language)));
        }
    }
    let here = crate::cli::library::here();
    if !here.is_empty() {
        super::say(language.pick("このフォルダの手順書:", "runbooks here:"));
        for file in here {
            super::say(format!("  tejun open {}", inline(&file.to_string_lossy())));
        }
    }
    super::say(language.pick("使い方: tejun FILE.md、tejun --help", "usage: tejun FILE.md, tejun --help"));
    Ok(Exit::Well)
}

pub(super) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()
}

/// The state of a run in one word.
fn phase(l: &Listed, language: Language) -> &'static str {
    let Some(state) = &l.state else { return language.pick("読めません", "unreadable") };
    match &state.phase {
        Phase::Signed { .. } | Phase::Closed { .. } if state.record.is_none() => {
            language.pick("終了（記録未保存）", "over, record not saved yet")
        }
        Phase::Signed { .. } => language.pick("署名済", "signed"),
        Phase::Closed { ending: Ending::Aborted, .. } => language.pick("中断", "aborted"),
        Phase::Closed { ending: Ending::Unsigned, .. } => language.pick("未署名", "unsigned"),
        Phase::Open => {
            let running = state.attempts.iter().any(|a| a.progress == Progress::Running);
            let lost = state.attempts.iter().any(|a| matches!(a.progress, Progress::Lost { .. }));
            match (running, lost, l.hosted) {
                (true, _, true) => language.pick("実行中", "running"),
                (true, _, false) => language.pick("実行中（ホスト停止）", "running, host gone"),
                (false, true, _) => language.pick("結果不明あり", "outcome unknown"),
                (false, false, _) => language.pick("進行中", "open"),
            }
        }
    }
}

pub(super) fn one_line(l: &Listed, language: Language) -> String {
    let Some((state, started)) = l.state.as_ref().and_then(|s| Some((s, s.started.as_ref()?))) else {
        return format!("{}  {}  {}", l.run.short(), phase(l, language), inline(l.fault.as_deref().unwrap_or("?")));
    };
    let (done, all) = query::progress(state);
    let mode = match started.start.mode {
        Mode::Live => String::new(),
        Mode::Drill => language.pick("【訓練】", "[DRILL] ").to_owned(),
    };
    format!(
        "{}  {}  {mode}{} › {}  {done}/{all}  {}  {}",
        l.run.short(),
        started.at.format("%Y-%m-%d %H:%M"),
        inline(&started.start.runbook.title),
        inline(&started.start.procedure.title),
        phase(l, language),
        inline(&started.start.operator),
    )
}

fn json(l: &Listed) -> serde_json::Value {
    let state = l.state.as_ref();
    let started = state.and_then(|s| s.started.as_ref());
    let (done, all) = state.map(query::progress).unwrap_or_default();
    let attempts: Vec<_> = state
        .map(|s| s.attempts.iter())
        .into_iter()
        .flatten()
        .map(|a| {
            let (progress, code) = match &a.progress {
                Progress::Running => ("running", None),
                Progress::Lost { .. } => ("unknown", None),
                Progress::Finished { finish, .. } => match &finish.outcome {
                    crate::run::event::Outcome::Exited { code } => ("exited", Some(*code)),
                    crate::run::event::Outcome::Signalled { signal } => ("signalled", Some(*signal)),
                    crate::run::event::Outcome::CouldNotStart { .. } => ("could_not_start", None),
                },
            };
            serde_json::json!({
                "attempt": a.start.attempt.to_string(), "step": a.start.step, "command": a.start.command,
                "number": a.start.number, "progress": progress, "status": code, "bytes": a.bytes,
            })
        })
        .collect();
    let labels: Vec<_> = state
        .map(|s| (0..s.steps.len()).map(|i| query::label(s, i)).collect::<Vec<_>>())
        .unwrap_or_default()
        .iter()
        .map(|l| l.words(Language::En))
        .collect();
    serde_json::json!({
        "run": l.run.to_string(),
        "state": phase(l, Language::En),
        "open": l.is_open(),
        "hosted": l.hosted,
        "started": started.map(|s| s.at.to_rfc3339()),
        "mode": started.map(|s| s.start.mode),
        "runbook": started.map(|s| s.start.runbook.path.clone()),
        "procedure": started.map(|s| s.start.procedure.title.clone()),
        "operator": started.map(|s| s.start.operator.clone()),
        "done": done,
        "steps": all,
        "labels": labels,
        "attempts": attempts,
        "record": state.and_then(|s| s.record.as_ref()).map(|r| r.path.clone()),
        "removed": l.removed,
        "fault": l.fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::state::{SavedRecord, Stamp};
    use crate::run::testing::{person, two_in_the_morning};

    fn closed(n: u128, record: Option<SavedRecord>) -> Listed {
        let stamp = Stamp { by: person(), at: two_in_the_morning(), seq: Seq(1) };
        let phase = Phase::Closed { ending: Ending::Unsigned, reason: String::new(), stamp };
        let state = RunState { phase, record, ..RunState::default() };
        Listed {
            run: RunId(uuid::Uuid::from_u128(n)),
            state: Some(state),
            fault: None,
            hosted: false,
            removed: Vec::new(),
        }
    }

    #[test]
    fn a_run_that_is_over_and_whose_record_is_not_saved_is_returned_to() {
        let saved = SavedRecord { path: "/r.md".into(), sha256: crate::ids::Digest::of(b"") };
        let listed = [closed(1, Some(saved)), closed(2, None)];

        let chosen = choose(&listed, None, Language::En).expect("one goes on");

        assert_eq!(chosen.run, listed[1].run);
        assert_eq!(phase(chosen, Language::En), "over, record not saved yet");
    }
}
