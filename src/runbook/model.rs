//! The document as the parser understands it: procedures, steps, commands, rules and what stands beside them.
//!
//! The serialised form of [`Runbook`] is the contract of `tejun inspect --json`: fields are added, never renamed,
//! and an absent value is `null`, `[]` or `false`, never a missing key. Lines are 1-based lines of the source file.
//! Text is the source's own, without markdown marks.

use serde::{Deserialize, Serialize};

pub use crate::i18n::Language;
use crate::ids::{Digest, ProcedureId, StepId};

/// The version of the serialised form of [`Runbook`].
pub const SCHEMA: u32 = 1;

/// A whole parsed document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Runbook {
    /// The version of this form, [`SCHEMA`].
    pub schema: u32,
    /// Where the document was read from, as the user named it; empty where it came from no file.
    pub path: String,
    /// The SHA-256 of the source bytes.
    pub sha256: Digest,
    /// The language that the document is written in.
    pub language: Language,
    /// The document's title: its first top heading, else front matter, else the file name.
    pub title: String,
    /// Version, dates and the like from front matter and from the lines under the title.
    pub metadata: Metadata,
    /// What an operator can open, run and sign, in document order.
    pub procedures: Vec<Procedure>,
    /// Every recurring duty that the document states.
    pub schedule: Vec<Due>,
    /// The document's own scale of severities.
    pub severities: Vec<Severity>,
    /// The escalation ladder.
    pub escalation: Vec<EscalationRung>,
    /// Persons and suppliers to call.
    pub contacts: Vec<Contact>,
    /// RPO and RTO per environment.
    pub recovery_targets: Vec<RecoveryTarget>,
    /// Drill scenarios.
    pub scenarios: Vec<Scenario>,
    /// Monitoring thresholds that belong to no step.
    pub metric_rules: Vec<Rule>,
    /// Advice for before, during and after any run.
    pub guidance: Vec<Guidance>,
    /// The record format that the document itself describes.
    pub record_format: Option<RecordFormat>,
    /// Fences that belong to no step: examples, configuration, program text.
    pub reference: Vec<Reference>,
    /// Links to other documents.
    pub links: Vec<Link>,
    /// What the parser could not read or had to guess.
    pub diagnostics: Vec<Diagnostic>,
}

/// What the document says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// プロジェクト, Project.
    pub project: Option<String>,
    /// バージョン, Version.
    pub version: Option<String>,
    /// 作成日, Created.
    pub created: Option<String>,
    /// 最終更新日, Updated.
    pub updated: Option<String>,
    /// 対象者, Audience.
    pub audience: Option<String>,
    /// Scalar values of the front matter, by key.
    pub front_matter: std::collections::BTreeMap<String, String>,
}

/// A section that an operator opens, runs and signs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Procedure {
    /// Stable: the same text gives the same id.
    pub id: ProcedureId,
    /// The heading's text.
    pub title: String,
    /// The headings above and including this one, without the document's title.
    pub heading_path: Vec<String>,
    /// The line of the heading.
    pub line: usize,
    /// How its steps relate to each other.
    pub kind: ProcedureKind,
    /// When it is due.
    pub trigger: Trigger,
    /// Cautions of the whole section.
    pub cautions: Vec<Caution>,
    /// The steps, in document order.
    pub steps: Vec<Step>,
}

/// How the steps of a procedure relate to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureKind {
    /// The order is free and every item counts.
    Checklist,
    /// The order matters.
    Sequence,
    /// An incident flow with deadlines.
    Flow,
    /// Alternatives to choose from: nothing is next and nothing counts against progress.
    Menu,
    /// Phases with planned minutes.
    Drill,
    /// A symptom and what to try.
    Troubleshooting,
}

/// When a procedure is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// What kind of occasion it is.
    pub kind: TriggerKind,
    /// The words of the document; empty where it says nothing.
    pub text: String,
    /// The schedule rule, such as `weekly:mon@02:00`.
    pub rule: Option<String>,
}

/// What occasion starts a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    /// A date or a period.
    Schedule,
    /// An incident.
    Incident,
    /// Something that happens, such as a deployment.
    Event,
    /// A drill.
    Drill,
    /// Whenever somebody wants it.
    OnDemand,
}

/// One step of a procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Stable and unique in the document.
    pub id: StepId,
    /// The number shown before the title, from 1.
    pub number: String,
    /// The title without markdown marks.
    pub title: String,
    /// The line that it starts on.
    pub line: usize,
    /// Which form of the source it came from.
    pub form: StepForm,
    /// It does not count against progress.
    pub optional: bool,
    /// Its commands come from a fence that several steps share.
    pub shared_block: bool,
    /// The condition under which it applies, in the document's words.
    pub condition: Option<String>,
    /// It has no command that can be run.
    pub manual: bool,
    /// The drill phase that it belongs to.
    pub phase: Option<Phase>,
    /// Sub-bullets, sub-points and text.
    pub details: Vec<String>,
    /// Its fences.
    pub blocks: Vec<Block>,
    /// Its branch rules and criteria.
    pub rules: Vec<Rule>,
    /// Its cautions.
    pub cautions: Vec<Caution>,
    /// 確認方法: how to check, in the document's words.
    pub method: Option<String>,
    /// 正常基準 or 期待結果: what is expected, in the document's words.
    pub expect: Option<String>,
    /// 担当.
    pub owner: Option<String>,
    /// 優先度.
    pub priority: Option<String>,
    /// 所要時間 in minutes, least and most.
    pub planned_min: Option<[u32; 2]>,
    /// 所要時間 in the document's words.
    pub planned_text: Option<String>,
    /// The time by which it must be done.
    pub deadline: Option<Deadline>,
}

impl Step {
    /// The commands of all fences, in document order.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.blocks.iter().flat_map(|b| b.commands.iter())
    }

    /// The command at `index` among [`Step::commands`], with the fence that holds it.
    pub fn command(&self, index: usize) -> Option<(&Block, &Command)> {
        self.blocks.iter().flat_map(|b| b.commands.iter().map(move |c| (b, c))).nth(index)
    }
}

/// Which form of the source a step came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepForm {
    /// `- [ ] …`
    TaskItem,
    /// A row of a check table.
    TableRow,
    /// A plain bullet.
    Bullet,
    /// `1. …`
    OrderedItem,
    /// `### 1. …`
    NumberedHeading,
    /// A heading over a command.
    Heading,
    /// A paragraph over a command.
    Paragraph,
    /// A line of a fenced flow.
    FlowLine,
    /// A numbered comment of a fence.
    ScriptComment,
}

/// A phase of a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// The phase's heading.
    pub title: String,
    /// Planned minutes.
    pub planned_min: Option<u32>,
}

/// The time by which a step must be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Minutes from [`Deadline::from`].
    pub min: u32,
    /// What the minutes count from: `start`, the start of the run.
    pub from: String,
    /// The document's words, such as `5分以内`.
    pub text: String,
}

/// One fence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// The line of the opening fence.
    pub line: usize,
    /// The first word of the info string.
    pub lang: Option<String>,
    /// What would run it.
    pub executor: ExecutorKind,
    /// How its commands relate to each other.
    pub shape: Shape,
    /// At least one command can be run.
    pub runnable: bool,
    /// Why it cannot be run.
    pub reason: Option<BlockReason>,
    /// It may be run as one unit.
    pub whole_runnable: bool,
    /// The command groups.
    pub commands: Vec<Command>,
}

/// What runs a fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutorKind {
    /// bash in a lane.
    Shell,
    /// A configured SQL connection.
    Sql,
    /// A configured Redis connection.
    Redis,
    /// A configured python.
    Python,
    /// Nothing.
    None,
}

/// How the commands of a fence relate to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One command.
    Single,
    /// Commands in order.
    Sequence,
    /// Alternatives.
    Menu,
    /// A shebang script: one command, the whole text.
    Script,
    /// Only comments: nothing to run.
    CommentsOnly,
    /// An example, configuration or program text.
    Reference,
    /// What a command is expected to print.
    ExpectedOutput,
}

/// Why a fence cannot be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockReason {
    /// Its language is not executable.
    NotExecutable,
    /// It holds only comments.
    CommentsOnly,
    /// Cron lines.
    Cron,
    /// Configuration text.
    Config,
    /// Output of a command.
    Output,
    /// Input of an interactive program.
    Repl,
    /// It needs a connection that is not configured.
    NotConfigured,
}

/// One command group: the lines under one comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// The comment above it.
    pub label: Option<String>,
    /// The first line of `text`.
    pub line: usize,
    /// The last line of `text`.
    pub end_line: usize,
    /// Byte for byte what would run.
    pub text: String,
    /// It can be run as it stands.
    pub runnable: bool,
    /// Why it cannot be run.
    pub reason: Option<CommandReason>,
    /// Values that must be filled in first.
    pub placeholders: Vec<Placeholder>,
    /// Variables that it needs from outside.
    pub environment: Vec<String>,
    /// What it may destroy, disrupt or change.
    pub dangers: Vec<Danger>,
    /// Values that look like examples.
    pub sample_values: Vec<String>,
    /// It asks for input.
    pub interactive: bool,
    /// It runs until it is stopped.
    pub never_ends: bool,
    /// It prints a secret.
    pub reads_secret: bool,
}

/// Why a command cannot be run as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandReason {
    /// A value is not filled in.
    Placeholder,
    /// A cron line.
    Cron,
    /// Configuration text.
    Config,
    /// Only comments.
    CommentsOnly,
}

/// A value that must be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholder {
    /// The name, such as `revision_id`.
    pub name: String,
    /// How it is written, such as `<>`.
    pub form: String,
}

/// Something dangerous in a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Danger {
    /// The rule that found it, such as `redis-flushall`.
    pub rule: String,
    /// How bad it is.
    pub level: DangerLevel,
    /// What can happen, in one sentence.
    pub why: String,
}

/// How bad a danger is, from mild to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DangerLevel {
    /// Other state is altered.
    Changes,
    /// A service stops, restarts or fails over.
    Disruptive,
    /// Data can be lost or overwritten.
    Destructive,
}

/// A branch rule or a criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// What is true when the condition holds.
    pub when: RuleSense,
    /// What is measured, such as 容量.
    pub subject: String,
    /// How it is compared.
    pub op: RuleOp,
    /// The threshold; absent for an event.
    pub value: Option<f64>,
    /// The unit, such as `%` or 日.
    pub unit: Option<String>,
    /// What to do, such as ログローテーション実行.
    pub action: Option<String>,
    /// 理想: a miss is to be looked at, not a failure.
    pub soft: bool,
    /// The document's words.
    pub text: String,
    /// Its line.
    pub line: usize,
}

/// What is true when a rule's condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleSense {
    /// Something must be done.
    Alarm,
    /// All is well.
    Normal,
}

/// How a rule compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleOp {
    /// Greater than.
    #[serde(rename = ">")]
    Gt,
    /// At least.
    #[serde(rename = ">=")]
    Ge,
    /// Less than.
    #[serde(rename = "<")]
    Lt,
    /// At most.
    #[serde(rename = "<=")]
    Le,
    /// Equal.
    #[serde(rename = "==")]
    Eq,
    /// Something happened, such as 失敗時.
    #[serde(rename = "event")]
    Event,
}

/// Something to know before acting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caution {
    /// How grave it is.
    pub level: CautionLevel,
    /// The document's words.
    pub text: String,
    /// Its line.
    pub line: usize,
}

/// How grave a caution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CautionLevel {
    /// 注意, Caution.
    Caution,
    /// 警告, Warning.
    Warning,
    /// ※, Note.
    Note,
}

/// A recurring duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// What is to be done.
    pub title: String,
    /// How often.
    pub frequency: Frequency,
    /// The schedule rule, such as `weekly:mon@02:00`.
    pub rule: Option<String>,
    /// 担当者.
    pub owner: Option<String>,
    /// Planned minutes, least and most.
    pub planned_min: Option<[u32; 2]>,
    /// 優先度.
    pub priority: Option<String>,
    /// The procedure that does it.
    pub procedure: Option<ProcedureId>,
    /// Its line.
    pub line: usize,
    /// Where the document states it.
    pub source: DueSource,
}

/// How often a duty recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every year.
    Yearly,
    /// Every hour.
    Hourly,
    /// Recurring, with no period given.
    Unspecified,
}

/// Where the document states a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueSource {
    /// A heading.
    Heading,
    /// A table row.
    Table,
    /// A cron line.
    Cron,
    /// A list item.
    List,
}

/// One level of the document's scale of severities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severity {
    /// The document's own mark, such as P1.
    pub level: String,
    /// Its name, such as 重大.
    pub name: String,
    /// What it means.
    pub definition: String,
    /// The target in minutes.
    pub target_min: Option<u32>,
    /// The target in the document's words.
    pub target_text: Option<String>,
    /// Its line.
    pub line: usize,
}

/// One rung of the escalation ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationRung {
    /// Who is called.
    pub who: String,
    /// Minutes after the start.
    pub after_min: Option<u32>,
    /// The document's words.
    pub text: String,
    /// Its line.
    pub line: usize,
}

/// A person or supplier to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub name: String,
    /// A number, an address, or what stands in its place.
    pub value: String,
    /// The value is a placeholder.
    pub unset: bool,
    /// Its line.
    pub line: usize,
}

/// RPO and RTO of one service or environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryTarget {
    /// Which one.
    pub service: String,
    /// Recovery point objective in minutes.
    pub rpo_min: Option<u32>,
    /// Recovery time objective in minutes.
    pub rto_min: Option<u32>,
    /// Its line.
    pub line: usize,
}

/// A drill scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its title.
    pub title: String,
    /// 状況.
    pub situation: String,
    /// 目標.
    pub goal: String,
    /// 確認項目.
    pub checks: String,
    /// RTO in minutes.
    pub rto_min: Option<u32>,
    /// RPO in minutes.
    pub rpo_min: Option<u32>,
    /// Its line.
    pub line: usize,
}

/// Advice that holds for any run of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// When it is to be heeded.
    pub when: GuidanceTime,
    /// Its heading.
    pub title: String,
    /// Its points.
    pub items: Vec<String>,
    /// Its line.
    pub line: usize,
}

/// When advice is to be heeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuidanceTime {
    /// Before the run.
    Before,
    /// While it goes on.
    During,
    /// At its end.
    After,
}

/// The record format that the document describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFormat {
    /// The heading with its parts named: `## {date} {title}`.
    pub heading: String,
    /// The title of the example, such as 週次メンテナンス.
    pub example_title: Option<String>,
    /// The fields in the order in which they are written.
    pub fields: Vec<RecordField>,
    /// The line of the section.
    pub line: usize,
}

/// One field of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordField {
    /// The name as the record writes it.
    pub name: String,
    /// What it means.
    pub meaning: FieldMeaning,
    /// The format in the document's words, such as `HH:MM`.
    pub format: Option<String>,
}

/// What a field of the record means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldMeaning {
    /// 実施日時.
    Date,
    /// 担当者.
    Operator,
    /// 内容.
    Work,
    /// 結果.
    Result,
    /// 所要時間.
    Duration,
    /// 特記事項.
    Notes,
    /// 確認者.
    Verifier,
    /// 承認者.
    Approver,
    /// A field that only a person can fill.
    Other,
}

/// Fences under a heading that is no procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The headings above, without the document's title.
    pub heading_path: Vec<String>,
    /// The line of the heading.
    pub line: usize,
    /// The fences.
    pub blocks: Vec<Block>,
}

/// A link to another document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What the reader sees.
    pub text: String,
    /// Where it points.
    pub target: String,
    /// Its line.
    pub line: usize,
}

/// Something that the parser could not read or had to guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Its line.
    pub line: usize,
    /// What kind of finding it is, such as `unclosed_fence`.
    pub kind: String,
    /// How grave it is.
    pub severity: DiagnosticSeverity,
    /// One sentence for the reader.
    pub message: String,
}

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosticSeverity {
    /// The document cannot be understood there.
    Error,
    /// Something was repaired or passed over.
    Warning,
    /// Good to know.
    Note,
}
