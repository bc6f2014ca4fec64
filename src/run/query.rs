//! What a screen, a record or a list asks of a run: labels, progress, what is next, how it ended.
//!
//! Pure. Everything shown of a step comes from here, so that the screen and the record cannot disagree.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::config::sign_off::SecondPerson;
use crate::i18n::Language;
use crate::ids::{AttemptId, StepId};
use crate::run::event::{ActorKind, Completion, Outcome, Stop, Verdict};
use crate::run::server::{self, KnownConnection};
use crate::run::state::{Attempt, LaneState, Mark, NO_LANE, Phase, Progress, RunState, StepState};
use crate::run::{branches, choices, verification};
use crate::runbook::model::{
    Block, BlockReason, Command, CommandReason, Danger, DangerLevel, Deadline, ExecutorKind, ProcedureKind, Step,
    Target, TargetKind,
};
use crate::runbook::statements::{self, Nature};

/// The four axes of a step's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axes {
    /// Whether it applies.
    pub applicability: Applicability,
    /// Whether its commands were run.
    pub execution: Execution,
    /// How it was judged, or what the rules propose.
    pub verdict: Option<Verdict>,
    /// Whether a second person has looked.
    pub verification: Verification,
}

/// Whether a step applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// 対象.
    Applies,
    /// 該当なし.
    RuledOut,
}

/// What became of a step's commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Execution {
    /// 未実行.
    NotRun,
    /// 実行中.
    Running,
    /// Some were run, some were not.
    Partly,
    /// 終了: all were run; the worst exit status that they gave.
    Ended {
        /// The first exit status that is not 0, else 0.
        code: i32,
    },
    /// 中断: a signal ended one.
    Signalled {
        /// The signal.
        signal: i32,
    },
    /// One could not be started.
    CouldNotStart,
    /// 結果不明.
    Unknown,
    /// 手動: there is nothing to run.
    Manual,
}

/// Whether a second person has looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// 不要.
    NotNeeded,
    /// 待ち: the step is marked, and nobody else has looked.
    Awaited,
    /// 済.
    Done,
    /// 差戻し.
    SentBack,
}

/// The one word that is shown for a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// 未着手.
    Untouched,
    /// Some of its commands were run.
    UnderWay,
    /// 実行中.
    Running,
    /// 結果不明.
    OutcomeUnknown,
    /// 判定待ち.
    AwaitsVerdict,
    /// 完了.
    Done,
    /// 完了（対応あり）: a person judged it so.
    DoneWithFinding,
    /// 要対応: a rule matched, and nobody was there to act on it.
    NeedsAction,
    /// 失敗.
    Failed,
    /// 判定不能（要確認）.
    Undecided,
    /// 上書き承認.
    Overridden,
    /// 省略.
    Skipped,
    /// 延期.
    Deferred,
    /// 該当なし.
    RuledOut,
    /// 条件付き: it counts only where somebody says that it applies.
    Conditional,
}

impl Label {
    /// Its name for scripts, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::UnderWay => "under_way",
            Self::Running => "running",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::AwaitsVerdict => "awaits_verdict",
            Self::Done => "done",
            Self::DoneWithFinding => "done_with_finding",
            Self::NeedsAction => "needs_action",
            Self::Failed => "failed",
            Self::Undecided => "undecided",
            Self::Skipped => "skipped",
            Self::Deferred => "deferred",
            Self::RuledOut => "not_applicable",
            Self::Conditional => "conditional",
            Self::Overridden => "overridden",
        }
    }

    /// The words for it.
    pub fn words(self, language: Language) -> &'static str {
        let (ja, en) = match self {
            Self::Untouched => ("未着手", "not started"),
            Self::UnderWay => ("途中", "under way"),
            Self::Running => ("実行中", "running"),
            Self::OutcomeUnknown => ("結果不明", "outcome unknown"),
            Self::AwaitsVerdict => ("判定待ち", "awaits verdict"),
            Self::Done => ("完了", "done"),
            Self::DoneWithFinding => ("完了（対応あり）", "done, with a finding"),
            Self::NeedsAction => ("要対応", "needs action"),
            Self::Failed => ("失敗", "failed"),
            Self::Undecided => ("判定不能（要確認）", "undecided"),
            Self::Overridden => ("上書き承認", "accepted by override"),
            Self::Skipped => ("省略", "skipped"),
            Self::Deferred => ("延期", "deferred"),
            Self::RuledOut => ("該当なし", "not applicable"),
            Self::Conditional => ("条件付き", "only if it applies"),
        };
        language.pick(ja, en)
    }
}

/// Whether a command of a fence can be run once its values are filled in: in a shell, or on one of `connections`.
pub fn could_run(connections: &[KnownConnection], block: &Block, command: &Command) -> bool {
    match server::needs_server(block) {
        true => has_server(connections, block) && matches!(command.reason, None | Some(CommandReason::Placeholder)),
        false => {
            block.executor == ExecutorKind::Shell
                && (command.runnable || command.reason == Some(CommandReason::Placeholder))
        }
    }
}

/// The fence is there to be run, and there is a connection for it, or several to choose from.
fn has_server(connections: &[KnownConnection], block: &Block) -> bool {
    block.reason == Some(BlockReason::NotConfigured) && !server::fitting(connections, block).is_empty()
}

/// The dangers of a command that runs on a server: a write that is not known as one is one all the same.
pub fn dangers_on_server(known: &[Danger], writes: bool, language: Language) -> Vec<Danger> {
    let mut dangers = known.to_vec();
    if writes && dangers.is_empty() {
        dangers.push(Danger {
            rule: "server-write".to_owned(),
            level: DangerLevel::Changes,
            why: language
                .pick(
                    "サーバーのデータや設定を変える可能性があります。",
                    "It may change data or settings of the server.",
                )
                .to_owned(),
        });
    }
    dangers
}

/// The names that are typed to confirm the dangers of a command in a shell: of each place where they act, and of the
/// machine where its text names no other.
pub fn names_of(state: &RunState, targets: &[Target]) -> Vec<(TargetKind, String)> {
    let host = || state.start().map(|start| start.host.clone()).unwrap_or_default();
    let mut names: Vec<(TargetKind, String)> = Vec::new();
    for target in targets {
        let name = target.name.clone().unwrap_or_else(host);
        if !names.iter().any(|(_, known)| *known == name) {
            names.push((target.kind, name));
        }
    }
    if names.is_empty() {
        names.push((TargetKind::Machine, host()));
    }
    names
}

/// The run's own shell: the first that is not lost.
pub fn main_lane(state: &RunState) -> Option<&LaneState> {
    state.lanes.iter().filter(|lane| !lane.lost).min_by_key(|lane| lane.lane)
}

/// The attempts that run now, in the order of their starts.
pub fn running(state: &RunState) -> impl Iterator<Item = &Attempt> {
    state.attempts.iter().filter(|attempt| attempt.progress == Progress::Running)
}

/// The command of an attempt is one that runs until it is stopped.
pub fn never_ends(state: &RunState, attempt: &Attempt) -> bool {
    let step = state.procedure_steps().iter().find(|step| step.id == attempt.start.step);
    step.and_then(|step| step.command(attempt.start.command)).is_some_and(|(_, command)| command.never_ends)
}

/// The attempts of one command, in order.
pub fn attempts_of<'a>(state: &'a RunState, step: &'a StepId, command: usize) -> impl Iterator<Item = &'a Attempt> {
    state.attempts.iter().filter(move |a| a.start.step == *step && a.start.command == command)
}

/// The last attempt of one command as it is now: one that this run changed has not been run yet.
pub fn last_attempt<'a>(state: &'a RunState, step: &StepId, command: usize) -> Option<&'a Attempt> {
    let own = state.steps.iter().find(|s| s.id == *step);
    let since = own.and_then(|own| own.since.get(&command)).copied().unwrap_or_default();
    let later = state.attempts.get(since..).unwrap_or_default();
    later.iter().rev().find(|a| a.start.step == *step && a.start.command == command)
}

/// The places of a step's commands that can be run, once their values are filled in.
pub fn runnable_commands(connections: &[KnownConnection], step: &Step) -> Vec<usize> {
    let with_block = step.blocks.iter().flat_map(|b| b.commands.iter().map(move |c| (b, c)));
    with_block.enumerate().filter(|(_, (b, c))| could_run(connections, b, c)).map(|(i, _)| i).collect()
}

/// The first runnable command of a step that was not run yet.
pub fn next_command(state: &RunState, step: &Step) -> Option<usize> {
    choices::wanted_commands(state, step).into_iter().find(|c| last_attempt(state, &step.id, *c).is_none())
}

/// How many commands of a step could be run and were not.
pub fn unrun_commands(state: &RunState, step: &StepId) -> usize {
    let Some(step) = state.procedure_steps().iter().find(|s| s.id == *step) else { return 0 };
    choices::wanted_commands(state, step).into_iter().filter(|c| last_attempt(state, &step.id, *c).is_none()).count()
}

/// Whether a part of what the step's commands printed, when they last ran, is in no evidence file.
pub fn lost_output(state: &RunState, step: &StepId) -> bool {
    let Some(step) = state.procedure_steps().iter().find(|s| s.id == *step) else { return false };
    let mut last = (0..step.commands().count()).filter_map(|command| last_attempt(state, &step.id, command));
    last.any(|attempt| match &attempt.progress {
        Progress::Finished { finish, .. } => !finish.gaps.is_empty(),
        Progress::Running | Progress::Lost { .. } => false,
    })
}

/// Why a judgement needs words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordsNeeded {
    /// Not all commands were run: to call the step well is a deviation.
    Unrun,
    /// A part of the output is in no evidence: who signs must have said that they know.
    OutputMissing,
    /// Of the sub-points some were ticked and some were not.
    PointsLeft,
    /// It is not what the rules say.
    Disagrees,
}

/// Why a person who judges the step so must say something about it.
pub fn words_needed(state: &RunState, step: &StepId, verdict: Verdict) -> Option<WordsNeeded> {
    let mut pairs = state.steps.iter().zip(state.procedure_steps());
    let (own, document) = pairs.find(|(own, _)| own.id == *step)?;
    if verdict == Verdict::Ok {
        if unrun_commands(state, step) > 0 {
            return Some(WordsNeeded::Unrun);
        }
        if lost_output(state, step) {
            return Some(WordsNeeded::OutputMissing);
        }
        if choices::half_ticked(own, document) {
            return Some(WordsNeeded::PointsLeft);
        }
    }
    own.proposal.as_ref().filter(|proposal| proposal.verdict != verdict).map(|_| WordsNeeded::Disagrees)
}

/// The four axes of the step at `index`.
pub fn axes(state: &RunState, index: usize) -> Option<Axes> {
    let (step, document) = pair(state, index)?;
    let applicability =
        if matches!(step.mark, Mark::RuledOut { .. }) { Applicability::RuledOut } else { Applicability::Applies };
    let verdict = match &step.mark {
        Mark::Judged { verdict, .. } | Mark::Overridden { verdict, .. } => Some(*verdict),
        Mark::Open | Mark::Skipped { .. } | Mark::Deferred { .. } | Mark::RuledOut { .. } => {
            step.proposal.as_ref().map(|p| p.verdict)
        }
    };
    let verification = verification_of(state, step, document);
    Some(Axes { applicability, execution: execution(state, document), verdict, verification })
}

/// Whether a second person has looked at the step: a check counts, and so does an agreement to every command that was run.
fn verification_of(state: &RunState, step: &StepState, document: &Step) -> Verification {
    if let Some(check) = verification::check_of(state, &step.id) {
        return if check.agrees { Verification::Done } else { Verification::SentBack };
    }
    if verification::policy(state) == SecondPerson::None || state.verification.alone.is_some() {
        return Verification::NotNeeded;
    }
    let ran: Vec<AttemptId> = (0..document.commands().count())
        .filter_map(|c| last_attempt(state, &step.id, c))
        .map(|a| a.start.attempt)
        .collect();
    let agreed = |attempt: &AttemptId| {
        let asked = state.verification.aloud.iter().find(|a| a.used == Some(*attempt));
        asked.and_then(|a| a.answer.as_ref()).is_some_and(|answer| answer.agrees)
    };
    match step.mark {
        Mark::Open => Verification::NotNeeded,
        Mark::Skipped { .. }
        | Mark::Deferred { .. }
        | Mark::RuledOut { .. }
        | Mark::Judged { .. }
        | Mark::Overridden { .. } => {
            if !ran.is_empty() && ran.iter().all(agreed) {
                Verification::Done
            } else {
                Verification::Awaited
            }
        }
    }
}

/// The steps that a second person sent back.
pub fn sent_back(state: &RunState) -> Vec<StepId> {
    let sent = |s: &&StepState| verification::check_of(state, &s.id).is_some_and(|check| !check.agrees);
    state.steps.iter().filter(sent).map(|s| s.id.clone()).collect()
}

/// The statements of a fence, on the connection that it would run on, only read.
pub fn only_reads(state: &RunState, block: &Block, text: &str) -> bool {
    let connection = server::connection_of(&state.connections, block);
    connection.is_ok_and(|c| statements::nature(text, c.kind) != Nature::Writes)
}

/// What became of the commands of `step`: the last attempt of each counts.
pub fn execution(state: &RunState, step: &Step) -> Execution {
    let runnable = choices::wanted_commands(state, step);
    if runnable.is_empty() {
        return Execution::Manual;
    }
    let last: Vec<_> = runnable.iter().map(|c| last_attempt(state, &step.id, *c)).collect();
    let progress = || last.iter().flatten().map(|a| &a.progress);
    if progress().any(|p| *p == Progress::Running) {
        return Execution::Running;
    }
    if progress().any(|p| matches!(p, Progress::Lost { .. })) {
        return Execution::Unknown;
    }
    let mut code = 0;
    for p in progress() {
        if let Progress::Finished { finish, .. } = p {
            match &finish.outcome {
                Outcome::Exited { code: c } => code = if code == 0 { *c } else { code },
                Outcome::Signalled { signal } => return Execution::Signalled { signal: *signal },
                Outcome::CouldNotStart { .. } => return Execution::CouldNotStart,
            }
        }
    }
    match last.iter().filter(|a| a.is_none()).count() {
        0 => Execution::Ended { code },
        n if n == last.len() => Execution::NotRun,
        _ => Execution::Partly,
    }
}

/// The one word for the step at `index`.
pub fn label(state: &RunState, index: usize) -> Label {
    pair(state, index).map_or(Label::Untouched, |(step, document)| label_of(state, step, document))
}

/// The one word for a step, which may be in the document no more.
pub fn label_of(state: &RunState, step: &StepState, document: &Step) -> Label {
    let execution = execution(state, document);
    match &step.mark {
        Mark::Judged { verdict: Verdict::Ok, .. } => Label::Done,
        Mark::Judged { verdict: Verdict::Finding, stamp, .. } => match stamp.by.kind {
            ActorKind::Unattended => Label::NeedsAction,
            ActorKind::Person | ActorKind::Host => Label::DoneWithFinding,
        },
        Mark::Judged { verdict: Verdict::Failed, .. } => Label::Failed,
        Mark::Judged { verdict: Verdict::Undecided, .. } => Label::Undecided,
        Mark::Overridden { .. } => Label::Overridden,
        Mark::Skipped { .. } => Label::Skipped,
        Mark::Deferred { .. } => Label::Deferred,
        Mark::RuledOut { .. } => Label::RuledOut,
        Mark::Open => match execution {
            Execution::Running => Label::Running,
            Execution::Unknown => Label::OutcomeUnknown,
            Execution::Partly => Label::UnderWay,
            Execution::Ended { .. } | Execution::Signalled { .. } | Execution::CouldNotStart => Label::AwaitsVerdict,
            Execution::NotRun | Execution::Manual if choices::step_passed_over(state, &step.id) => Label::RuledOut,
            Execution::NotRun | Execution::Manual => match (branches::waits(state, step, document), &state.phase) {
                (false, _) => Label::Untouched,
                (true, Phase::Open) => Label::Conditional,
                (true, Phase::Signed { .. } | Phase::Closed { .. }) => Label::RuledOut,
            },
        },
    }
}

fn pair(state: &RunState, index: usize) -> Option<(&StepState, &Step)> {
    Some((state.steps.get(index)?, state.procedure_steps().get(index)?))
}

/// Whether every step counts: in a menu and in troubleshooting nothing is next.
pub fn every_step_counts(state: &RunState) -> bool {
    let kind = state.procedure().map(|procedure| procedure.kind);
    !matches!(kind, Some(ProcedureKind::Menu | ProcedureKind::Troubleshooting))
}

/// Whether the step at `index` counts: it must be marked before the run is signed.
pub fn counts(state: &RunState, index: usize) -> bool {
    pair(state, index).is_some_and(|(step, document)| {
        let chosen = state.chosen.as_ref().is_some_and(|(chosen, _)| *chosen == step.id);
        chosen || step.applied.is_some() || (every_step_counts(state) && !branches::waits(state, step, document))
    })
}

fn counting(state: &RunState) -> impl Iterator<Item = &StepState> {
    state.steps.iter().enumerate().filter(|(i, _)| counts(state, *i)).map(|(_, s)| s)
}

/// The steps that count and have no mark.
pub fn untouched(state: &RunState) -> Vec<StepId> {
    counting(state).filter(|s| s.mark == Mark::Open).map(|s| s.id.clone()).collect()
}

/// How many steps were left undone. Where no step counts by itself, as in a menu, all of them while nothing was done at all.
pub fn undone(state: &RunState) -> usize {
    let is_idle = state.attempts.is_empty() && state.steps.iter().all(|step| step.mark == Mark::Open);
    let counts = every_step_counts(state) || state.chosen.is_some() || !is_idle;
    if counts { untouched(state).len() } else { progress(state).1 }
}

/// Marked steps and all steps that count; where nothing counts by itself, all of them.
pub fn progress(state: &RunState) -> (usize, usize) {
    if every_step_counts(state) || state.chosen.is_some() {
        (counting(state).filter(|s| s.mark != Mark::Open).count(), counting(state).count())
    } else {
        let steps = || state.steps.iter().zip(state.procedure_steps()).filter(|(_, d)| !d.optional);
        (steps().filter(|(s, _)| s.mark != Mark::Open).count(), steps().count())
    }
}

/// The current step: the first that counts and has no mark, at or after `from`, else from the beginning.
pub fn current(state: &RunState, from: usize) -> Option<usize> {
    let open = |i: &usize| state.steps.get(*i).is_some_and(|s| s.mark == Mark::Open) && counts(state, *i);
    (from..state.steps.len()).find(open).or_else(|| (0..from.min(state.steps.len())).find(open))
}

/// How the run would be signed, or was.
pub fn completion(state: &RunState) -> Completion {
    if failed(state) {
        return Completion::Failed;
    }
    let count = |wanted: fn(&Mark) -> bool| state.steps.iter().filter(|s| wanted(&s.mark)).count();
    let deferred = count(|mark| matches!(mark, Mark::Deferred { .. }));
    match (count(|mark| matches!(mark, Mark::Overridden { .. })), deferred) {
        (0, 0) => Completion::Complete,
        (0, steps) => Completion::WithDeferred { steps },
        (steps, deferred) => Completion::WithOverrides { steps, deferred },
    }
}

/// Whether the kernel may have ended the command, or a part of it, for want of memory: it was killed, and nobody here asked for
/// that. A shell whose program was killed ends with 137.
pub fn may_lack_memory(attempt: &Attempt) -> bool {
    let killed = match &attempt.progress {
        Progress::Finished { finish, .. } => {
            matches!(finish.outcome, Outcome::Signalled { signal: KILL } | Outcome::Exited { code: KILLED })
        }
        Progress::Running | Progress::Lost { .. } => false,
    };
    killed && attempt.start.lane != NO_LANE && !attempt.stops.iter().any(|(how, _)| *how != Stop::Interrupt)
}

/// The signal that the kernel sends when memory runs out, and the status of a shell whose program it ended.
const KILL: i32 = 9;
const KILLED: i32 = 128 + KILL;

/// 失敗: a step failed or is undecided, a finding has nobody who acted on it, steps were left undone, or the run was
/// given up.
pub fn failed(state: &RunState) -> bool {
    let bad = |s: &StepState| match &s.mark {
        Mark::Judged { verdict, stamp, .. } => match verdict {
            Verdict::Ok => false,
            Verdict::Finding => stamp.by.kind == ActorKind::Unattended,
            Verdict::Failed | Verdict::Undecided => true,
        },
        Mark::Open | Mark::Overridden { .. } | Mark::Skipped { .. } | Mark::Deferred { .. } | Mark::RuledOut { .. } => {
            false
        }
    };
    let aborted = matches!(&state.phase, Phase::Closed { ending, .. } if *ending == crate::run::event::Ending::Aborted);
    aborted || state.steps.iter().any(bad) || undone(state) > 0
}

/// The time that a run took: to its end, else to its last fact. Never negative, whatever the clock did.
pub fn duration(state: &RunState) -> TimeDelta {
    let end = ended_at(state).or(state.last_at);
    match (state.started.as_ref(), end) {
        (Some(s), Some(end)) => (end - s.at).max(TimeDelta::zero()),
        (None, _) | (_, None) => TimeDelta::zero(),
    }
}

/// When the run was signed or closed.
pub fn ended_at(state: &RunState) -> Option<DateTime<FixedOffset>> {
    match &state.phase {
        Phase::Open => None,
        Phase::Signed { stamp, .. } | Phase::Closed { stamp, .. } => Some(stamp.at),
    }
}

/// The wall clock by which a step must be done: deadlines count from the start of the run.
pub fn due_at(state: &RunState, deadline: &Deadline) -> Option<DateTime<FixedOffset>> {
    let started = state.started.as_ref()?;
    started.at.checked_add_signed(TimeDelta::try_minutes(i64::from(deadline.min))?)
}
