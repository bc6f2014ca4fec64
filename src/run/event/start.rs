//! The first fact of a run.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

use crate::config::settings::Environment;
use crate::config::sign_off::SecondPerson;
use crate::i18n::Language;
use crate::ids::Digest;
use crate::run::event::Mode;
use crate::runbook::model::{Guidance, Procedure, RecordFormat, Step};

/// The first fact of a run: everything that the run needs to know, so that the source is not read again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStart {
    /// Live or drill.
    pub mode: Mode,
    /// The document.
    pub runbook: RunbookRef,
    /// The whole parsed procedure: ids, steps, commands and rules as they were shown.
    pub procedure: Procedure,
    /// The record format that the document describes.
    pub record_format: Option<RecordFormat>,
    /// The language of the record.
    pub language: Language,
    /// What the person who started it is called.
    pub operator: String,
    /// The host name of the machine on which commands run.
    pub host: String,
    /// What that machine is by the settings, such as 検証; nothing where no rule says so.
    #[serde(default)]
    pub environment: Option<Environment>,
    /// Seconds after which a command is asked to end, by the settings.
    #[serde(default)]
    pub command_limit_s: Option<NonZeroU64>,
    /// Whether a second person has to look.
    #[serde(default)]
    pub second_person: SecondPerson,
    /// The group of the folder may read the record and its evidence.
    #[serde(default)]
    pub shared_record: bool,
    /// The user as whom commands run.
    pub user: String,
    /// The folder in which the first command starts.
    pub cwd: String,
    /// The absolute path of the folder for the record.
    pub record_dir: String,
    /// The absolute path of the team's running log that gets the documented block too.
    #[serde(default)]
    pub append_to: Option<String>,
    /// Values of placeholders, by name.
    pub values: BTreeMap<String, String>,
    /// What the actions of rules would run, where the document has a place that is named so.
    #[serde(default)]
    pub actions: Vec<PlannedAction>,
    /// The document's advice for before, during and after the work.
    #[serde(default)]
    pub guidance: Vec<Guidance>,
    /// The version of the program that started it.
    pub tejun: String,
}

/// What the action of a rule would run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedAction {
    /// The action in the rule's words.
    pub action: String,
    /// The title of the place in the document that it names.
    pub from: String,
    /// The work, as a step.
    pub step: Step,
}

/// The document that a run was started from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunbookRef {
    /// Its absolute path when the run was started.
    pub path: String,
    /// The SHA-256 of its bytes; the journal keeps the text under it.
    pub sha256: Digest,
    /// Its title.
    pub title: String,
    /// Its version, where it states one.
    pub version: Option<String>,
}
