//! The document as the parser understands it: procedures, steps, commands, rules and what stands beside them.
//!
//! The serialised form of [`Runbook`] is the contract of `tejun inspect --json`: fields are added, never renamed,
//! and an absent value is `null`, `[]` or `false`, never a missing key. Lines are 1-based lines of the source file.
//! Text is the source's own, without markdown marks.

mod around;
mod command;
mod contents;

pub use around::*;
pub use command::*;
pub use contents::*;

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
    /// The document's words that make it a hold point: the work stops there until somebody releases it.
    #[serde(default)]
    pub hold: Option<String>,
    /// The document's words that what it does is to be undone later.
    #[serde(default)]
    pub revert: Option<String>,
    /// The digest of everything that the document says of the step, wherever it stands: the same id with another
    /// digest is a step that was changed. Absent in runs that began before it was kept.
    #[serde(default)]
    pub content: Option<Digest>,
}

impl Step {
    /// The title without its number, where it begins with the number that the step has anyway: both are shown beside
    /// each other.
    pub fn bare_title(&self) -> &str {
        let after = Some(self.number.as_str()).filter(|n| !n.is_empty()).and_then(|n| self.title.strip_prefix(n));
        let bare = after.and_then(|rest| rest.strip_prefix(['.', '．', '、', ')', '）', ':', '：']));
        bare.map(str::trim_start).filter(|rest| !rest.is_empty()).unwrap_or(&self.title)
    }

    /// A step that says no more than its title: done by hand, without an id or a number yet.
    pub fn titled(title: impl Into<String>, line: usize, form: StepForm) -> Self {
        Self {
            id: StepId(String::new()),
            number: String::new(),
            title: title.into(),
            line,
            form,
            optional: false,
            shared_block: false,
            condition: None,
            manual: true,
            phase: None,
            details: Vec::new(),
            blocks: Vec::new(),
            rules: Vec::new(),
            cautions: Vec::new(),
            method: None,
            expect: None,
            owner: None,
            priority: None,
            planned_min: None,
            planned_text: None,
            deadline: None,
            hold: None,
            revert: None,
            content: None,
        }
    }

    /// The document says the same of both steps.
    pub fn is_unchanged(&self, other: &Self) -> bool {
        self.id == other.id && self.content.is_some() && self.content == other.content
    }

    /// The commands of all fences, in document order.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.blocks.iter().flat_map(|b| b.commands.iter())
    }

    /// A command of it could run once values are filled in and connections configured.
    pub fn could_run(&self) -> bool {
        self.blocks.iter().any(|block| {
            let connected = matches!(block.executor, ExecutorKind::Sql | ExecutorKind::Redis | ExecutorKind::Python);
            let shell = block.executor == ExecutorKind::Shell;
            let filled = |c: &Command| c.runnable || c.reason == Some(CommandReason::Placeholder);
            connected || (shell && block.commands.iter().any(filled))
        })
    }

    /// The command at `index` among [`Step::commands`], to be changed.
    pub fn command_mut(&mut self, index: usize) -> Option<&mut Command> {
        self.blocks.iter_mut().flat_map(|b| &mut b.commands).nth(index)
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
