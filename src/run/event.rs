//! The facts of a run: what happened, in the past tense, and the envelope that each is journalled in.
//!
//! Pure data. A fact is never changed after it was appended; its stored text is what the hash chain is made of.
//! Events of a later version than [`VERSION`] cannot be read here: the run is then opened read-only.

mod life;
mod plan;
mod start;
mod stored;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, Digest, EventId, RunId, Seq, StepId};
use crate::run::denial::Denial;
use crate::run::environment::{EnvironmentChange, VariableChange};
use crate::run::guidance::Pause;
use crate::run::server::{ConnectionUse, KnownConnection, Seen};
use crate::run::verification::{KeyHolder, VerificationEvent};
use crate::runbook::model::Step;

pub use life::{HoldFact, RevertFact};
pub use plan::{NewDocument, PlanChange};
pub use start::{PlannedAction, RunStart, RunbookRef};
pub use stored::{Stored, Unreadable};

/// The version of the events that this program writes, and the newest that it reads. Version 2 added values, fresh
/// shells, connections to servers, what happens in the life of a step, and steps that a run changes for itself; version
/// 3 documents that are renewed during a run.
pub const VERSION: u16 = 3;

/// One fact in the journal: an event with who, where and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The run that it belongs to.
    pub run: RunId,
    /// Its place in the run, from 1 without a gap.
    pub seq: Seq,
    /// Its own id; the same fact sent twice has the same one.
    pub id: EventId,
    /// Who caused it.
    pub actor: Actor,
    /// The host name of the machine that appended it.
    pub machine: String,
    /// The kernel's id of that machine's start; two facts with one boot id can be compared by [`Fact::since_boot_ms`].
    pub boot: String,
    /// The wall clock of that machine.
    pub at: DateTime<FixedOffset>,
    /// Milliseconds since that machine was started.
    pub since_boot_ms: u64,
    /// The SHA-256 of the stored text of the fact before it; of the empty text for the first one.
    pub prev: Digest,
    /// The version of [`Fact::event`].
    pub version: u16,
    /// What happened.
    pub event: Event,
}

/// Who caused a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user id that the kernel reported (`SO_PEERCRED`), or that of the host itself.
    pub uid: u32,
    /// The name of that user on the machine.
    pub user: String,
    /// What the person is called in the record.
    pub operator: String,
    /// Whether a person acted or the program.
    pub kind: ActorKind,
    /// The key that the person proved to have when the screen joined; nothing where none was.
    #[serde(default)]
    pub key: Option<KeyHolder>,
}

/// Whether a person acted or the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person at a screen.
    Person,
    /// A headless run: nobody was there.
    Unattended,
    /// The host itself, reporting what it saw.
    Host,
}

/// What a run is for; fixed by its first fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 本番: commands really run.
    Live,
    /// 訓練: a simulator answers; nothing real is touched.
    Drill,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The run began. Always the first fact, and only the first.
    RunStarted(Box<RunStart>),
    /// A host process took the run in hand: at its start, or after an earlier host died.
    HostStarted {
        /// Its process id.
        pid: u32,
        /// The attempts that were still running in a living keeper.
        adopted: Vec<AttemptId>,
    },
    /// A lane (one shell's life) was opened.
    LaneOpened {
        /// Its number in the run, from 1.
        lane: u32,
        /// The process id of its keeper.
        keeper: u32,
        /// The absolute path of the shell.
        shell: String,
        /// The folder that it starts in.
        cwd: String,
        /// Names of the variables that it began with and that were not empty, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        set: Option<Vec<String>>,
    },
    /// A person changed a variable or the folder: it holds from the next command of the lane on.
    EnvironmentChanged {
        /// The number of the lane.
        lane: u32,
        /// What was changed.
        change: EnvironmentChange,
    },
    /// A person asked for a fresh shell: the lane is closed, and what its commands had set is gone with it.
    LaneReset {
        /// Its number.
        lane: u32,
    },
    /// A lane's keeper is gone, and with it the carried folder and variables.
    LaneLost {
        /// Its number.
        lane: u32,
        /// What was seen.
        why: String,
    },
    /// A command is about to be run. Durable before the command starts.
    AttemptStarted(AttemptStart),
    /// So much output of a running attempt is on disk.
    OutputMarked {
        /// Which attempt.
        attempt: AttemptId,
        /// Bytes in its evidence file.
        bytes: u64,
    },
    /// An attempt ended, and its output is on disk.
    AttemptFinished {
        /// Which attempt.
        attempt: AttemptId,
        /// How it ended and what it left.
        finish: Finish,
    },
    /// Nobody knows how an attempt ended (結果不明). A person decides what follows; nothing is run again by itself.
    AttemptLost {
        /// Which attempt.
        attempt: AttemptId,
        /// What was seen.
        why: String,
    },
    /// A signal was asked for. Durable before the signal is sent.
    StopAsked {
        /// Which attempt.
        attempt: AttemptId,
        /// Which signal.
        how: Stop,
    },
    /// The rules of a step were held against its output.
    VerdictProposed {
        /// Which step.
        step: StepId,
        /// The attempt whose output was read.
        attempt: AttemptId,
        /// What the rules propose.
        verdict: Verdict,
        /// What was measured, a line for each rule that could be read.
        measured: Vec<Measurement>,
    },
    /// A person (or a headless run) judged a step, and it is done with that.
    VerdictGiven {
        /// Which step.
        step: StepId,
        /// The judgement.
        verdict: Verdict,
        /// What the person said about it.
        comment: Option<String>,
    },
    /// A step was left out.
    StepSkipped {
        /// Which step.
        step: StepId,
        /// Why.
        reason: String,
    },
    /// A step was put off.
    StepDeferred {
        /// Which step.
        step: StepId,
        /// Why.
        reason: String,
        /// Until when, in the operator's words.
        due: String,
        /// Who will do it.
        owner: String,
    },
    /// A step does not apply this time.
    StepRuledOut {
        /// Which step.
        step: StepId,
        /// Why.
        reason: String,
    },
    /// 上書き承認: a step that was judged failed or undecided is accepted all the same.
    StepOverridden {
        /// Which step.
        step: StepId,
        /// Why.
        reason: String,
        /// Who approved it.
        approver: String,
    },
    /// A mark was taken back; what it was stays in the journal.
    StepReopened {
        /// Which step.
        step: StepId,
        /// Why.
        reason: Option<String>,
    },
    /// A person read a caution before a command that it governs.
    CautionAcknowledged {
        /// The step whose command it was.
        step: StepId,
        /// The caution, as the document has it.
        text: String,
    },
    /// A person said whether the condition of a rule holds that could not be read.
    RuleAnswered {
        /// Which step.
        step: StepId,
        /// The place of the rule among the step's rules.
        rule: usize,
        /// It holds.
        holds: bool,
    },
    /// The action of a rule became a step of this run.
    BranchOpened {
        /// The step whose rule it is.
        of: StepId,
        /// The place of the rule among that step's rules.
        rule: usize,
        /// The new step, whole: nothing is looked up later.
        step: Box<Step>,
    },
    /// The steps of this run became others than the document's.
    PlanChanged(PlanChange),
    /// Something that must be undone later, or what became of it.
    RevertNoted(RevertFact),
    /// A hold point, or its release.
    HoldNoted(HoldFact),
    /// A person read the document's advice for a part of the work.
    GuidanceRead {
        /// When it is meant to be read.
        pause: Pause,
        /// The titles of what was read.
        titles: Vec<String>,
    },
    /// A step with a condition applies this time.
    StepApplied {
        /// Which step.
        step: StepId,
    },
    /// A sub-point of a step was done.
    PointTicked {
        /// Which step.
        step: StepId,
        /// The place of the sub-point.
        point: usize,
        /// Its words.
        text: String,
    },
    /// A sub-point was not done after all.
    PointCleared {
        /// Which step.
        step: StepId,
        /// The place of the sub-point.
        point: usize,
    },
    /// One of several alternatives was chosen; the others are not applicable to this run.
    AlternativeChosen {
        /// The step that was chosen, or whose command was.
        step: StepId,
        /// The place of the command; absent where steps are the alternatives.
        command: Option<usize>,
    },
    /// Values for placeholders were given, or taken back. They hold for the commands that are started from now on.
    ValuesSet {
        /// The value by the placeholder's name; nothing where it was taken back.
        values: BTreeMap<String, Option<String>>,
    },
    /// Somebody wrote something down.
    NoteAdded {
        /// The step that it is about, or the run as a whole.
        step: Option<StepId>,
        /// The text.
        text: String,
    },
    /// Two people, or one alone: what was read aloud, agreed to, checked.
    Verification(VerificationEvent),
    /// The actor took the wheel: others look on from now.
    DriverChanged,
    /// Somebody tried what they may not do; it was refused.
    AccessDenied(Denial),
    /// Which connections the host can run statements on. Names and kinds, never addresses.
    ConnectionsKnown {
        /// All of them.
        connections: Vec<KnownConnection>,
    },
    /// A person chose one of several connections for what runs from now on.
    ConnectionChosen {
        /// Its name.
        connection: String,
    },
    /// The host looked at a server.
    ConnectionSeen {
        /// The name of the connection.
        connection: String,
        /// What it saw.
        seen: Seen,
    },
    /// Where the statements of the attempt that begins with the next fact run, and what the person agreed to.
    ConnectionUsed(ConnectionUse),
    /// The run was signed off.
    RunSigned {
        /// Which kind of complete it is.
        completion: Completion,
    },
    /// The run was ended without a signature.
    RunClosed {
        /// Aborted by a person, or ended unsigned by a headless run.
        ending: Ending,
        /// Why.
        reason: String,
    },
    /// The record is on disk.
    RecordSaved {
        /// Its absolute path.
        path: String,
        /// The SHA-256 of its bytes.
        sha256: Digest,
    },
    /// An addendum or a check was put beside the record.
    AddedBeside {
        /// Its absolute path.
        path: String,
        /// The SHA-256 of its bytes.
        sha256: Digest,
    },
    /// The documented block stands in the team's running log, or could not be added to it.
    LogAppended {
        /// The path of the log.
        path: String,
        /// Why it is not there.
        fault: Option<String>,
    },
}

/// A command that is about to be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptStart {
    /// Its id, minted by the client.
    pub attempt: AttemptId,
    /// The step.
    pub step: StepId,
    /// The place of the command among the step's commands, from 0.
    pub command: usize,
    /// How many times this command has been tried in this run, this one included.
    pub number: u32,
    /// The lane that runs it.
    pub lane: u32,
    /// The exact bytes that run.
    pub text: String,
}

/// How an attempt ended and what it left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    /// How it ended.
    pub outcome: Outcome,
    /// Bytes in the evidence file.
    pub bytes: u64,
    /// The SHA-256 of those bytes, as stored.
    pub sha256: Digest,
    /// What is missing from the evidence file.
    pub gaps: Vec<Gap>,
    /// How many secrets were replaced.
    pub redactions: u64,
    /// Where in the evidence file the replacements begin, as many of them as are told.
    #[serde(default)]
    pub redacted_at: Vec<u64>,
    /// Wall time of the command in milliseconds, by a clock that does not go back.
    pub duration_ms: u64,
    /// What the command handed on to the next one.
    pub carry: Carry,
    /// Processes of the command that lived on after it; the first of them, in the order of their start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub survivors: Vec<Survivor>,
}

/// A process that lived on after its command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survivor {
    /// Its process id on the machine of the run.
    pub pid: u32,
    /// Its command line, secrets masked, and no longer than it is worth.
    pub command: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// It ended by itself.
    Exited {
        /// Its exit status.
        code: i32,
    },
    /// A signal ended it.
    Signalled {
        /// The signal's number.
        signal: i32,
    },
    /// It was never started.
    CouldNotStart {
        /// Why.
        why: String,
    },
}

/// Output that could not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The offset in the evidence file at which bytes are missing.
    pub at: u64,
    /// How many are missing.
    pub bytes: u64,
}

/// What a command handed on to the next one in its lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Carry {
    /// Folder, umask, variables and functions.
    Carried {
        /// The folder that the next command starts in.
        cwd: String,
        /// Names of variables that were dropped because they hold secrets.
        dropped: Vec<String>,
        /// What it did to variables.
        #[serde(default)]
        changed: Vec<VariableChange>,
    },
    /// Nothing: the command was replaced, killed, or had its own exit trap. The next command starts from what the one before left.
    Ended,
}

/// How an attempt is to be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// SIGINT to the foreground process group, as Ctrl-C does.
    Interrupt,
    /// SIGTERM to the whole tree, SIGKILL to what is left after a grace period.
    Terminate,
    /// SIGKILL to the whole tree.
    Kill,
}

/// The judgement of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All is well.
    Ok,
    /// 要対応: a threshold was met; something must be done, or was done.
    Finding,
    /// NG: the step failed.
    Failed,
    /// 判定不能 (要確認): nobody can say.
    Undecided,
}

/// One rule held against one output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The place of the rule among the step's rules, from 0.
    pub rule: usize,
    /// The value that was read; absent for an event.
    pub value: Option<f64>,
    /// The value with its unit, as a person writes it, such as `85%`.
    pub shown: String,
    /// The text of the output that the value was read from.
    pub matched: String,
    /// The rule's condition holds.
    pub holds: bool,
    /// This is the rule that applies: the highest tier of those that hold.
    pub applies: bool,
}

/// Which kind of complete a signed run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Completion {
    /// 完了.
    Complete,
    /// 完了（延期 n 件）.
    WithDeferred {
        /// How many steps were put off.
        steps: usize,
    },
    /// 完了（上書き n 件）.
    WithOverrides {
        /// How many steps were accepted although they failed or could not be judged.
        steps: usize,
        /// How many were put off besides.
        deferred: usize,
    },
    /// 失敗.
    Failed,
}

/// How a run ended that nobody signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// 中断: a person gave it up.
    Aborted,
    /// 未署名: a headless run came to its end.
    Unsigned,
}
