//! `tejun run` and `tejun drill` line by line: a client of the host like any screen, with nobody in front of it.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use crate::cli::args::{Open, Run};
use crate::cli::exit::{Exit, Fault};
use crate::cli::follow::{Denied, Follow, Interrupts, Voice};
use crate::cli::opening::{self, Opened};
use crate::cli::plan::{self, PlannedCommand, PlannedStep, Undone};
use crate::cli::runs::{self, Listed};
use crate::cli::screen::{self, Wishes};
use crate::clock::{Clock as _, SystemClock};
use crate::config::folders::Folders;
use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, RunId, StepId};
use crate::run::command::{Again, Block, Command, Place, Refusal};
use crate::run::event::{ActorKind, Ending, Mode, Outcome, RunStart, Stop, Verdict};
use crate::run::query;
use crate::run::state::Progress;
use crate::run::verdict::{self, Output};
use crate::runbook::model::{CommandReason, Procedure, Step};
use crate::term::sanitise::inline;
use crate::tui::content::refusal;
use crate::tui::keymap::{self, Keymap};

/// `tejun run`: on the screen where there is one, else line by line.
pub(super) fn run_or_open(args: &Run, language: Language) -> anyhow::Result<Exit> {
    begin(args, Mode::Live, language)
}

/// `tejun drill`.
pub(super) fn drill(args: &Run, language: Language) -> anyhow::Result<Exit> {
    begin(args, Mode::Drill, language)
}

fn begin(args: &Run, mode: Mode, language: Language) -> anyhow::Result<Exit> {
    if args.procedure.is_some() && opening::split(&args.file).1.is_some() {
        let text = language.pick(
            "手順が FILE#手順 と --procedure の両方で指定されています。どちらか一つにしてください",
            "a procedure is named twice, by FILE#PROCEDURE and by --procedure; name it once",
        );
        return Err(Fault::usage(text).into());
    }
    let lines = args.headless || args.dry_run || args.json;
    if !lines && std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        if !args.only.is_empty() || args.from.is_some() || args.stop_on_failure {
            return Err(Fault::usage(language.pick(
                "--only、--from、--stop-on-failure は画面では使えません。何も実行していません。--headless を付けてください",
                "--only, --from and --stop-on-failure are for runs without a screen; nothing was run. Add --headless",
            ))
            .into());
        }
        let file = match &args.procedure {
            Some(p) => format!("{}#{p}", opening::split(&args.file).0.display()),
            None => args.file.clone(),
        };
        return screen::open_in(
            &Open { file, place: args.place.clone() },
            mode,
            &Wishes { set: args.set.clone(), once: args.trust.clone(), another: args.another },
            language,
        );
    }
    let opened = opening::open(&args.file, language)?;
    let procedure = opening::choose(&opened, args.procedure.as_deref(), language)?;
    let values = plan::values(procedure, &args.set, language)?;
    let connections = opening::known_connections(mode, language)?;
    let steps = plan::plan(procedure, args, &values, &connections, language)?;
    if args.dry_run {
        plan::print(procedure, &steps, language);
        return Ok(Exit::Well);
    }
    let folders = opening::folders(language)?;
    if mode == Mode::Live {
        check_trust(&opened, args.trust.as_deref(), &folders, language)?;
    }
    let standing = opening::standing(&args.place, &opened, &folders, language)?;
    if let (Some(file), Mode::Live) = (&standing.attended, mode) {
        let say = language.pick(
            "このプロジェクトの手順書は、人のいない実行（--headless）が禁じられています。何も実行していません。画面で開いてください: tejun open",
            "runbooks of this project are not run with nobody there (--headless); nothing was run. Open it on the screen: tejun open",
        );
        return Err(Fault::refused(format!("{say}: {}", file.display())).into());
    }
    let run = RunId(SystemClock.fresh_id());
    let first = RunStart { values, ..opening::run_start(&opened, procedure, &standing, mode) };
    opening::check_records(&standing)?;
    let runtime = runs::runtime()?;
    if mode == Mode::Live && !args.another {
        let going = runtime.block_on(runs::going_on(&folders, &first.runbook.path, &procedure.id, mode))?;
        none_goes_on(&going, language)?;
    }
    // From here on an interrupt ends the run, and not this process alone.
    let interrupts = runtime.block_on(async { Interrupts::listen() })?;
    opening::start(&folders, run, first, &opened.source.bytes, ActorKind::Unattended)?;
    let voice = if args.json { Voice::Json } else { Voice::Lines };
    runtime.block_on(async {
        let mut unattended = Unattended {
            follow: Follow::attach(&folders, run, &standing.operator, voice, interrupts).await?,
            procedure,
            language,
            worst: Exit::Well,
            quiet: args.json,
            undone: Vec::new(),
        };
        unattended.all(&steps, args).await
    })
}

/// Without a person who could choose, a procedure that goes on is not begun once more.
fn none_goes_on(going: &[Listed], language: Language) -> Result<(), Fault> {
    let Some(newest) = going.first() else { return Ok(()) };
    let lines: String = going.iter().map(|listed| format!("\n  {}", runs::one_line(listed, language))).collect();
    let run = newest.run.short();
    Err(Fault::refused(match language {
        Language::Ja => format!(
            "この手順書はすでに実施中です。何も実行していません。{lines}\n\
             加わるには: tejun attach {run}\n別の実施を新しく始めるには: --another"
        ),
        Language::En => format!(
            "a run of this procedure goes on; nothing was run.{lines}\n\
             To join it: tejun attach {run}\nTo begin another run all the same: --another"
        ),
    }))
}

/// Trust from the list, from the bytes that come with the program, or for this once by the digest.
pub(super) fn check_trust(
    opened: &Opened,
    once: Option<&str>,
    folders: &Folders,
    language: Language,
) -> Result<(), Fault> {
    if let Some(once) = once {
        let given = once.strip_prefix("sha256:").unwrap_or(once).to_ascii_lowercase();
        return if given == opened.source.digest.0 {
            Ok(())
        } else {
            Err(Fault::refused(match language {
                Language::Ja => format!(
                    "--trust の値が文書と一致しません。何も実行していません。この文書は sha256:{}",
                    opened.source.digest
                ),
                Language::En => {
                    format!("--trust does not match; nothing was run. This document is sha256:{}", opened.source.digest)
                }
            }))
        };
    }
    if opening::trusted(opened, folders)? {
        return Ok(());
    }
    let file = inline(&opened.runbook.path);
    let changed: String =
        super::trust::changed(opened, folders, language).iter().map(|line| format!("\n{line}")).collect();
    Err(Fault::refused(match language {
        Language::Ja => format!(
            "この文書はまだ信頼されていません（新しいか、変更されています）。何も実行していません。\n\
             内容を確認してから: tejun trust {file}\nこの一回だけなら: --trust sha256:{}{changed}",
            opened.source.digest
        ),
        Language::En => format!(
            "this runbook is not trusted yet (it is new, or it was changed); nothing was run.\n\
             Read it, then: tejun trust {file}\nFor this once: --trust sha256:{}{changed}",
            opened.source.digest
        ),
    }))
}

struct Unattended<'a> {
    follow: Follow,
    procedure: &'a Procedure,
    language: Language,
    worst: Exit,
    quiet: bool,
    undone: Vec<(String, String)>,
}

/// Why the run is ended before its last step.
enum Halt {
    Interrupted,
    Failed,
}

impl Unattended<'_> {
    async fn all(&mut self, steps: &[PlannedStep], args: &Run) -> anyhow::Result<Exit> {
        let mut ending = Ending::Unsigned;
        let mut reason = String::new();
        let stops = args.stop_on_failure || plan::is_sequence(self.procedure);
        for planned in steps {
            let Some(step) = self.procedure.steps.get(planned.index) else { continue };
            match self.step(step, planned, stops).await? {
                None => {}
                Some(Halt::Failed) => break,
                Some(Halt::Interrupted) => {
                    ending = Ending::Aborted;
                    reason = self.word("割り込みにより中断", "interrupted").to_owned();
                    self.worst = Exit::Interrupted;
                    break;
                }
            }
        }
        if !query::untouched(&self.follow.state).is_empty() {
            self.at_least(Exit::Undone);
        }
        self.ask(Command::CloseRun { ending, reason }).await?;
        let saved = self.follow.record().await;
        self.finish(saved)
    }

    fn finish(&mut self, saved: Result<String, String>) -> anyhow::Result<Exit> {
        let (path, fault) = match saved {
            Ok(path) => (Some(path), None),
            Err(why) => (None, Some(why)),
        };
        let log = self.follow.state.log.clone();
        if fault.is_some() || log.as_ref().is_some_and(|log| log.fault.is_some()) {
            self.at_least(Exit::NotWritten);
        }
        let state = &self.follow.state;
        if self.quiet {
            let steps: Vec<_> = (0..state.steps.len())
                .filter_map(|i| {
                    let step = state.procedure_steps().get(i)?;
                    let label = query::label(state, i);
                    Some(serde_json::json!({
                        "id": step.id,
                        "number": step.number,
                        "title": step.title,
                        "state": label.name(),
                        "words": label.words(self.language),
                    }))
                })
                .collect();
            let undone: Vec<_> = self.undone.iter().map(|(s, w)| serde_json::json!({ "step": s, "why": w })).collect();
            let whole = serde_json::json!({
                "type": "summary",
                "exit": self.worst.code(),
                "run": state.run.map(|r| r.to_string()),
                "failed": query::failed(state),
                "record": path,
                "fault": fault,
                "log": log.as_ref().map(|log| serde_json::json!({ "path": log.path, "fault": log.fault })),
                "steps": steps,
                "undone": undone,
            });
            super::say_json(&whole.to_string());
            return Ok(self.worst);
        }
        let result = if query::failed(state) { self.word("失敗", "failed") } else { self.word("成功", "well") };
        self.say(format!("\n{}: {result}", self.word("結果", "result")));
        if let Some(why) = &fault {
            super::warn(format!(
                "tejun: {}: {}",
                self.word("記録を保存できません", "the record could not be saved"),
                inline(why)
            ));
        }
        if let Some(path) = &path {
            self.say(format!("{}: {}", self.word("記録", "record"), inline(path)));
        }
        if let Some(log) = &log {
            let path = inline(&log.path);
            match &log.fault {
                None => self.say(format!("{}: {path}", self.word("チームの記録に追記", "added to the team's log"))),
                Some(why) => super::warn(format!(
                    "tejun: {}: {}",
                    self.word(
                        "チームの記録に追記できません。記録は保存済みです。記録の先頭の項目を手で写してください",
                        "the team's log did not get the entry; the record is saved, copy its first block by hand"
                    ),
                    inline(why)
                )),
            }
        }
        Ok(self.worst)
    }

    async fn step(&mut self, step: &Step, planned: &PlannedStep, stops: bool) -> anyhow::Result<Option<Halt>> {
        if !planned.chosen {
            let reason = self.word("--only / --from により対象外", "not chosen (--only, --from)").to_owned();
            self.ask(Command::SkipStep { step: step.id.clone(), reason }).await?;
            return Ok(None);
        }
        self.say(format!("\n▶ {} {}", inline(&step.number), inline(&step.title)));
        if let Some(condition) = &planned.condition {
            self.leave(step, &Undone::Conditional(condition.clone()));
            return Ok(None);
        }
        if planned.commands.is_empty() {
            self.leave(step, &Undone::Manual);
            return Ok(None);
        }
        for c in &planned.commands {
            if let Some(why) = &c.undone {
                self.leave(step, why);
                continue;
            }
            let ended = match self.command(step, c).await? {
                Some(ended) => ended,
                None => return Ok(Some(Halt::Interrupted)),
            };
            // A checklist goes on whatever a command gave; a sequence ends at its first failure.
            if stops && ended != Some(0) {
                break;
            }
        }
        let verdict = self.judge(step, planned).await?;
        Ok(match verdict {
            Some(Verdict::Ok) | None => None,
            Some(Verdict::Finding | Verdict::Failed | Verdict::Undecided) => stops.then_some(Halt::Failed),
        })
    }

    fn leave(&mut self, step: &Step, why: &Undone) {
        match why {
            Undone::Dangerous(_) | Undone::NotRunnable(Some(CommandReason::Hidden)) => self.at_least(Exit::Refused),
            // What does not count is not missing.
            Undone::Conditional(_) => {}
            Undone::Manual
            | Undone::Menu
            | Undone::Placeholder(_)
            | Undone::Doubtful(_)
            | Undone::Interactive
            | Undone::NeverEnds
            | Undone::NoConnection
            | Undone::NotRunnable(_) => self.at_least(Exit::Undone),
        }
        let words = why.words(self.language);
        self.say(format!("  – {}: {words}", self.word("残しました", "left undone")));
        self.undone.push((step.title.clone(), words));
    }

    /// Runs one command; its exit status where it has one. Absent when the person interrupted.
    async fn command(&mut self, step: &Step, planned: &PlannedCommand) -> anyhow::Result<Option<Option<i32>>> {
        for (i, line) in planned.text.lines().enumerate() {
            self.say(format!("  {} {}", if i == 0 { "$" } else { ">" }, inline(line)));
        }
        let attempt = AttemptId(SystemClock.fresh_id());
        let (id, command, again) = (step.id.clone(), planned.index, Again::First);
        let shown = Digest::of(planned.text.as_bytes());
        let on = match step.command(planned.index) {
            Some((block, _)) => self.follow.server(block).await?,
            None => None,
        };
        let start = match on {
            Some(on) => {
                let on = Box::new(on);
                Command::RunStatements { attempt, step: id, command, shown, again, typed: Vec::new(), on }
            }
            None => {
                let secrets = BTreeMap::new();
                let place = Place::Main;
                Command::StartAttempt { attempt, step: id, command, shown, again, typed: Vec::new(), place, secrets }
            }
        };
        if self.follow.interrupted().await {
            return Ok(None);
        }
        match self.follow.ask(start).await {
            Ok(()) => {}
            Err(Denied::Refused(refusal)) => {
                // A shell that cannot be started is no refusal of the run.
                let no_shell = matches!(refusal, Refusal::Blocked { by: Block::NoLane | Block::ServerNotSeen { .. } });
                self.at_least(if no_shell { Exit::Failed } else { Exit::Refused });
                // Nobody is at a screen.
                let keymap = Keymap::none();
                let voice = keymap::Voice { language: self.language, keymap: &keymap };
                self.say(format!(
                    "  – {}: {}",
                    self.word("開始できません", "not started"),
                    inline(&refusal::sentence(&refusal, &self.follow.state, voice))
                ));
                return Ok(Some(None));
            }
            Err(other) => return Err(Fault::from(other).into()),
        }
        if !self.follow.until_ended(attempt).await? {
            self.stop(attempt).await?;
            self.say(format!("  {}", self.ending(attempt).0));
            return Ok(None);
        }
        let (text, code) = self.ending(attempt);
        self.say(format!("  {text}"));
        Ok(Some(code))
    }

    /// Ends a command that a person interrupted: it is asked to, and forced to when the person interrupts again.
    async fn stop(&mut self, attempt: AttemptId) -> anyhow::Result<()> {
        for how in [Stop::Terminate, Stop::Kill] {
            match self.follow.ask(Command::StopAttempt { attempt, how }).await {
                // It may have ended in this very moment; then there is nothing to stop.
                Ok(()) | Err(Denied::Refused(Refusal::NotRunning)) => {}
                Err(other) => return Err(Fault::from(other).into()),
            }
            if self.follow.until_ended(attempt).await? {
                return Ok(());
            }
        }
        let text = self.word(
            "コマンドが終了しないため、実行中のまま離れました。戻るには: tejun attach",
            "the command does not end and was left running. Return to it with: tejun attach",
        );
        Err(Fault { text: text.to_owned(), exit: Exit::Interrupted }.into())
    }

    async fn ask(&mut self, command: Command) -> Result<(), Fault> {
        self.follow.ask(command).await.map_err(Fault::from)
    }

    fn ending(&self, attempt: AttemptId) -> (String, Option<i32>) {
        let (text, code) = self.bare_ending(attempt);
        let perhaps = self.follow.state.attempt(attempt).is_some_and(query::may_lack_memory);
        if !perhaps {
            return (text, code);
        }
        let words = self.word("強制終了（メモリ不足の可能性）", "killed (possible out of memory)");
        (format!("{text}  {words}"), code)
    }

    fn bare_ending(&self, attempt: AttemptId) -> (String, Option<i32>) {
        match self.follow.state.attempt(attempt).map(|a| &a.progress) {
            Some(Progress::Finished { finish, .. }) => {
                let seconds = format!("{}.{}s", finish.duration_ms / 1000, finish.duration_ms % 1000 / 100);
                match &finish.outcome {
                    Outcome::Exited { code } => (format!("rc {code}  {seconds}"), Some(*code)),
                    Outcome::Signalled { .. } if self.follow.state.used_by(attempt).is_some() => {
                        (format!("{}  {seconds}", self.word("中止", "cancelled")), None)
                    }
                    Outcome::Signalled { signal } => {
                        (format!("{} {signal}  {seconds}", self.word("シグナル", "signal")), None)
                    }
                    Outcome::CouldNotStart { why } => {
                        (format!("{}: {}", self.word("開始できません", "could not start"), inline(why)), None)
                    }
                }
            }
            Some(Progress::Lost { why, .. }) => {
                (format!("{}: {}", self.word("結果不明", "outcome unknown"), inline(why)), None)
            }
            Some(Progress::Running) | None => (self.word("結果不明", "outcome unknown").to_owned(), None),
        }
    }

    /// Judges a step of which everything was run, or that failed on the way.
    async fn judge(&mut self, step: &Step, planned: &PlannedStep) -> anyhow::Result<Option<Verdict>> {
        let state = &self.follow.state;
        let outcomes: Vec<(Option<Outcome>, bool)> = planned
            .commands
            .iter()
            .filter_map(|c| query::last_attempt(state, &step.id, c.index))
            .map(|a| match &a.progress {
                Progress::Finished { finish, .. } => (Some(finish.outcome.clone()), finish.gaps.is_empty()),
                Progress::Running | Progress::Lost { .. } => (None, true),
            })
            .collect();
        if outcomes.is_empty() {
            return Ok(None);
        }
        let outputs: Vec<Output<'_>> = outcomes
            .iter()
            .map(|(outcome, complete)| Output { outcome: outcome.as_ref(), text: "", complete: *complete, whole: true })
            .collect();
        let incomplete = outputs.iter().any(|o| !o.complete);
        let measured = self.measured(&step.id);
        let verdict = verdict::unattended(step, &outputs, &measured);
        if !planned.runs_whole() && verdict == Verdict::Ok {
            // A part was left for a person: so is the judgement.
            return Ok(None);
        }
        if outcomes.len() < planned.counting() && verdict == Verdict::Ok {
            return Ok(None);
        }
        let words = match verdict {
            Verdict::Ok => "OK",
            Verdict::Finding => self.word("要対応", "finding"),
            Verdict::Failed => self.word("失敗", "failed"),
            Verdict::Undecided => self.word("判定不能（要確認）", "undecided: look at it"),
        };
        let applied = measured.iter().find(|m| m.applies).and_then(|m| step.rules.get(m.rule).map(|r| (m, r)));
        let rule = applied.map(|(m, r)| format!("  {} [{}]", inline(&r.text), inline(&m.shown))).unwrap_or_default();
        self.say(format!("  → {words}{rule}"));
        if verdict != Verdict::Ok {
            self.at_least(Exit::Failed);
        }
        if incomplete {
            self.say(self.word(
                "  ! 出力の一部を保存できませんでした（ディスクを確認）",
                "  ! a part of the output could not be stored; look at the disk",
            ));
            self.at_least(Exit::NotWritten);
        }
        let missing = incomplete && verdict == Verdict::Ok;
        let comment =
            missing.then(|| self.word("出力の一部が保存されていません", "a part of the output was not stored"));
        let comment = comment.map(str::to_owned);
        self.ask(Command::GiveVerdict { step: step.id.clone(), verdict, comment }).await?;
        Ok(Some(verdict))
    }

    fn measured(&self, step: &StepId) -> Vec<crate::run::event::Measurement> {
        let found = self.follow.state.steps.iter().find(|s| s.id == *step);
        found.and_then(|s| s.proposal.as_ref()).map(|p| p.measured.clone()).unwrap_or_default()
    }

    fn at_least(&mut self, exit: Exit) {
        self.worst = self.worst.max(exit);
    }

    fn word(&self, ja: &'static str, en: &'static str) -> &'static str {
        self.language.pick(ja, en)
    }

    fn say(&self, text: impl AsRef<str>) {
        if !self.quiet {
            super::say(text);
        }
    }
}
