//! A record as it is read back from its markdown.
//!
//! The serialised form is what `tejun record show --json` prints: fields are added, never renamed.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, RunId, Seq};
use crate::run::event::{ActorKind, Completion, Mode, Stop, Verdict};

mod life;
mod verification;

pub use life::*;
pub use verification::*;

/// A whole record. Texts are as they were shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Its language.
    pub language: Language,
    /// Its first heading.
    pub heading: String,
    /// The documented block, in its order.
    pub fields: Vec<Field>,
    /// The title without date and marks.
    pub title: String,
    /// The local date of the start.
    pub date: NaiveDate,
    /// Live or drill.
    pub mode: Mode,
    /// How the run ended.
    pub sign_off: SignOff,
    /// The start.
    pub started: DateTime<FixedOffset>,
    /// When it was signed or closed.
    pub ended: Option<DateTime<FixedOffset>>,
    /// Who started it.
    pub started_by: Who,
    /// 確認者.
    pub verifier: Option<String>,
    /// 承認者.
    pub approver: Option<String>,
    /// The second person.
    pub verification: VerificationRecord,
    /// The procedure's headings.
    pub procedure: String,
    /// Who read the document's advice, at the beginning and before the signature.
    pub advice: Vec<AdviceRecord>,
    /// The document.
    pub runbook: RunbookRecord,
    /// The changes of the document that were taken in during the run.
    pub renewals: Vec<RenewalRecord>,
    /// The machine on which commands ran.
    pub host: String,
    /// What that machine is, such as 検証; empty where nobody said so.
    #[serde(default)]
    pub environment: String,
    /// The user as whom they ran.
    pub user: String,
    /// The folder of the first command.
    pub cwd: String,
    /// Where the wall clock was set while the run went on.
    pub clock_steps: Vec<ClockRecord>,
    /// What people changed of the folder and the variables.
    pub shell_changes: Vec<ShellRecord>,
    /// The run.
    pub run: RunId,
    /// The steps, in the order of the procedure.
    pub steps: Vec<StepRecord>,
    /// Where the run went another way than the document.
    pub deviations: Vec<Deviation>,
    /// The notes.
    pub notes: Vec<NoteRecord>,
    /// The files that hold the whole outputs.
    pub evidence: Vec<EvidenceRecord>,
    /// Where the record comes from.
    pub provenance: Provenance,
}

/// One line of the documented block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SignOff {
    /// Nobody has ended it.
    Open,
    /// It was signed off.
    Signed {
        /// Which kind of complete.
        completion: Completion,
        /// Who.
        by: Who,
        /// When.
        at: DateTime<FixedOffset>,
    },
    /// 中断.
    Aborted {
        /// Why.
        reason: String,
        /// Who.
        by: Who,
        /// When.
        at: DateTime<FixedOffset>,
    },
    /// 未署名.
    Unsigned {
        /// Why.
        reason: String,
        /// Who.
        by: Who,
        /// When.
        at: DateTime<FixedOffset>,
    },
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Who {
    /// What the person is called.
    pub operator: String,
    /// The user's name on the machine.
    pub user: String,
    /// The user's id.
    pub uid: u32,
    /// A person or the program.
    pub kind: ActorKind,
    /// The key that the person proved to have.
    pub key: Option<KeyRecord>,
}

/// The document that the run was started from; what was taken in later is [`Record::renewals`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunbookRecord {
    /// Its title.
    pub title: String,
    /// Its path.
    pub path: String,
    /// Its version.
    pub version: Option<String>,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepRecord {
    /// The number before the title.
    pub number: String,
    /// The title.
    pub title: String,
    /// The one word for its state, in the record's language.
    pub state: String,
    /// What was decided about it.
    pub mark: Option<MarkRecord>,
    /// What the rules proposed.
    pub proposed: Option<Verdict>,
    /// The rules, with what was measured.
    pub measured: Vec<MeasuredRecord>,
    /// Marks that were taken back.
    pub taken_back: Vec<MarkRecord>,
    /// The cautions that were read before its commands.
    pub acknowledged: Vec<AcknowledgedRecord>,
    /// The rule whose action it is; absent for a step of the document.
    pub branch_of: Option<BranchRecord>,
    /// What the work waited for there.
    pub hold: Option<HoldRecord>,
    /// What it left to be undone.
    pub reverts: Vec<RevertRecord>,
    /// How it came into the run, where the document does not have it as a step.
    pub added: Option<AddedRecord>,
    /// What the run changed of its commands, and that the document changed it.
    pub changes: Vec<ChangeRecord>,
    /// The document has it no more.
    pub gone: Option<GoneRecord>,
    /// The condition under which it applies.
    pub condition: Option<ConditionRecord>,
    /// What was said of its rules that could not be read.
    pub answers: Vec<AnswerRecord>,
    /// Its sub-points, where some were ticked.
    pub points: Vec<PointRecord>,
    /// What was chosen among alternatives.
    pub choices: Vec<ChoiceRecord>,
    /// The minutes that the document plans for it, from and to.
    pub planned_min: Option<[u32; 2]>,
    /// Its commands that were read aloud.
    pub aloud: Vec<AloudRecord>,
    /// Its checks by a second person.
    pub checks: Vec<CheckRecord>,
    /// Every attempt, and the commands that were never run although the step was judged.
    pub commands: Vec<CommandRecord>,
}

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// Judged as well.
    Ok,
    /// 要対応.
    Finding,
    /// 失敗.
    Failed,
    /// 判定不能.
    Undecided,
    /// 上書き承認.
    Overridden,
    /// 省略.
    Skipped,
    /// 延期.
    Deferred,
    /// 該当なし.
    RuledOut,
}

/// What was decided about a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MarkRecord {
    /// What.
    pub what: MarkKind,
    /// What the rules proposed, where the judgement is another.
    pub proposed: Option<Verdict>,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The reason, or what was said with a judgement.
    pub reason: Option<String>,
    /// Who approved of an override.
    pub approver: Option<String>,
    /// The judgement that was overridden.
    pub overrides: Option<OverriddenRecord>,
    /// Until when a step was put off.
    pub due: Option<String>,
    /// Who does it then.
    pub owner: Option<String>,
}

/// A rule and what was measured for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasuredRecord {
    /// The rule in the document's words.
    pub rule: String,
    /// The value with its unit; absent where nothing could be read.
    pub shown: Option<String>,
    /// The condition holds; absent where nothing could be read.
    pub holds: Option<bool>,
    /// It is the rule that applies.
    pub applies: bool,
    /// The text that the value was read from.
    pub matched: Option<String>,
}

/// One attempt of a command, or a command that was never run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandRecord {
    /// Its place among the step's commands, from 1.
    pub command: usize,
    /// Which attempt, from 1; absent where it was never run.
    pub number: Option<u32>,
    /// The text as shown.
    pub text: String,
    /// The SHA-256 of the exact bytes, where they hold something that the text cannot show.
    pub exact: Option<Digest>,
    /// The attempt.
    pub attempt: Option<AttemptId>,
    /// The server that it ran on; absent where a shell ran it.
    pub server: Option<ServerRecord>,
    /// How it ended.
    pub ended: Ended,
    /// The start.
    pub started: Option<DateTime<FixedOffset>>,
    /// Who started it.
    pub by: Option<Who>,
    /// The end, or when it was lost.
    pub finished: Option<DateTime<FixedOffset>>,
    /// How long it took in milliseconds.
    pub duration_ms: Option<u64>,
    /// Bytes of output.
    pub bytes: Option<u64>,
    /// The SHA-256 of the output.
    pub sha256: Option<Digest>,
    /// What is missing of the output.
    pub gaps: Vec<GapRecord>,
    /// How many secrets were replaced in the output.
    pub redactions: u64,
    /// Where in the output the first of them begin.
    pub redacted_at: Vec<u64>,
    /// Processes of the command that lived on after it.
    pub survivors: Vec<SurvivorRecord>,
    /// The signals that were asked for.
    pub stops: Vec<StopRecord>,
    /// What is quoted of the output.
    pub excerpt: Option<ExcerptRecord>,
}

/// The server that statements ran on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerRecord {
    /// The name of the connection.
    pub connection: String,
    /// What the server said it is.
    pub identity: String,
    /// The person agreed to writes.
    pub may_write: bool,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Ended {
    /// It was never run.
    NotRun,
    /// It still ran.
    Running,
    /// By itself.
    Exited {
        /// The exit status.
        code: i32,
    },
    /// By a signal.
    Signalled {
        /// Which.
        signal: i32,
    },
    /// It was never started.
    CouldNotStart {
        /// Why.
        why: String,
    },
    /// 結果不明.
    Lost {
        /// What was seen.
        why: String,
    },
}

/// A process that lived on after its command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurvivorRecord {
    /// Its command line.
    pub command: String,
    /// Its process id.
    pub pid: u32,
}

/// Output that could not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GapRecord {
    /// At which byte.
    pub at: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// The wall clock was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClockRecord {
    /// What it said afterwards.
    pub at: DateTime<FixedOffset>,
    /// By how many seconds; negative where it went back.
    pub by_s: i64,
}

/// A signal that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StopRecord {
    /// Which.
    pub how: Stop,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// What is quoted of an output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExcerptRecord {
    /// The text as shown.
    pub text: String,
    /// Something is left out.
    pub cut: bool,
}

/// Where the run went another way than the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The number of the step.
    pub step: String,
    /// The title of the step.
    pub title: String,
    /// What happened.
    pub text: String,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteRecord {
    /// The number of the step that it is about.
    pub step: Option<String>,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The text.
    pub text: String,
}

/// A file that holds a whole output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceRecord {
    /// Whose output.
    pub attempt: AttemptId,
    /// The file's name or relative path.
    pub file: String,
    /// Its bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: Digest,
    /// Nothing is missing.
    pub complete: bool,
    /// Whether it was found to be what the journal says.
    pub matches: Option<bool>,
}

/// Where a record comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// How many secrets were replaced in all outputs.
    pub redactions: u64,
    /// The hash of the journal's last fact.
    pub head: Digest,
    /// The place of that fact.
    pub head_seq: Seq,
    /// The key that its signature must be by; absent where nobody with a key signed the run off.
    pub signed_by: Option<KeyRecord>,
    /// The version of the program that started the run.
    pub started_with: String,
    /// The version of the program that wrote the record.
    pub tejun: String,
}
