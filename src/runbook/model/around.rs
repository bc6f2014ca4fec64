//! What stands around the steps: cautions, duties, severities, contacts, the record format, diagnostics.

use serde::{Deserialize, Serialize};

use super::command::Block;
use crate::ids::ProcedureId;

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
    /// The one day of the week (`mon`) on which the command of a cron line goes on, where it begins with a test of the date.
    pub only_on: Option<String>,
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
