//! The duties of runbooks, and what was done about them.

use chrono::{DateTime, FixedOffset};

use crate::i18n::Language;
use crate::ids::{ProcedureId, RunId};
use crate::plan::rule::Rule;
use crate::runbook::model::{Contents, Due, DueSource, Frequency, Listed, TriggerKind};

/// A runbook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Book {
    /// Where it lies.
    pub path: String,
    /// Its title.
    pub title: String,
}

impl Book {
    /// Whether the two are one runbook: at one place, or of one title and file name in two copies of a team's folder.
    pub fn is(&self, other: &Self) -> bool {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        self.path == other.path || (self.title == other.title && name(&self.path) == name(&other.path))
    }
}

/// Something that is to be done again and again.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    /// The runbook that states it.
    pub book: Book,
    /// What is to be done.
    pub title: String,
    /// When.
    pub rule: Rule,
    /// When, as the parser wrote it.
    pub written: Option<String>,
    /// How often.
    pub frequency: Frequency,
    /// Who does it.
    pub owner: Option<String>,
    /// Planned minutes, least and most.
    pub planned: Option<[u32; 2]>,
    /// How urgent it is, in the document's words.
    pub priority: Option<String>,
    /// The procedure that does it: its id and its headings.
    pub procedure: Option<(ProcedureId, String)>,
    /// The line that states it.
    pub line: usize,
    /// A machine does it.
    pub automatic: bool,
}

/// How urgent a duty is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// 高.
    High,
    /// 中, or nothing is said.
    Middle,
    /// 低.
    Low,
}

/// Words for a high and a low priority; the rest is in the middle.
const HIGH: &[&str] =
    &["高", "最優先", "緊急", "必須", "重大", "p1", "p0", "high", "critical", "urgent", "◎", "★★★", "a"];
const LOW: &[&str] = &["低", "任意", "p3", "p4", "low", "optional", "△", "c"];

/// The headings of a procedure on one line, as records write them.
pub(super) fn headings(procedure: &Listed) -> String {
    if procedure.heading_path.is_empty() { procedure.title.clone() } else { procedure.heading_path.join(" › ") }
}

impl Duty {
    /// The duties that a runbook states, in the order of their lines.
    pub fn all_of(contents: &Contents) -> Vec<Self> {
        let book = Book { path: contents.path.clone(), title: contents.title.clone() };
        let events =
            contents.procedures.iter().filter(|p| p.trigger.rule.is_some() && p.trigger.kind == TriggerKind::Event);
        let mut duties: Vec<Self> = contents.schedule.iter().map(|due| Self::of(&book, due, contents)).collect();
        duties.extend(events.map(|p| Self::on_event(&book, p)));
        duties.sort_by_key(|duty| duty.line);
        duties
    }

    fn of(book: &Book, due: &Due, contents: &Contents) -> Self {
        let procedure = due.procedure.as_ref().and_then(|id| contents.procedures.iter().find(|p| p.id == *id));
        Self {
            book: book.clone(),
            title: due.title.clone(),
            rule: Rule::of(due),
            written: due.rule.clone(),
            frequency: due.frequency,
            owner: due.owner.clone(),
            planned: due.planned_min,
            priority: due.priority.clone(),
            procedure: procedure.map(|p| (p.id.clone(), headings(p))),
            line: due.line,
            automatic: due.source == DueSource::Cron,
        }
    }

    /// A procedure that is due before or after something that happens.
    fn on_event(book: &Book, procedure: &Listed) -> Self {
        Self {
            book: book.clone(),
            title: procedure.title.clone(),
            rule: Rule::read(procedure.trigger.rule.as_deref(), Frequency::Unspecified),
            written: procedure.trigger.rule.clone(),
            frequency: Frequency::Unspecified,
            owner: None,
            planned: None,
            priority: None,
            procedure: Some((procedure.id.clone(), headings(procedure))),
            line: procedure.line,
            automatic: false,
        }
    }

    /// How urgent it is.
    pub fn rank(&self) -> Rank {
        let word = self.priority.as_deref().unwrap_or_default().trim().to_lowercase();
        let says =
            |words: &[&str]| words.iter().any(|w| word == *w || (!w.is_ascii() || w.len() > 2) && word.contains(w));
        match () {
            () if says(HIGH) => Rank::High,
            () if says(LOW) => Rank::Low,
            () => Rank::Middle,
        }
    }

    /// Whether the records can tell that it was done.
    pub fn is_tracked(&self) -> bool {
        self.procedure.is_some() && !self.automatic
    }
}

/// A run that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The run.
    pub run: RunId,
    /// The runbook.
    pub book: Book,
    /// The procedure's headings.
    pub procedure: String,
    /// The start.
    pub started: DateTime<FixedOffset>,
    /// The end.
    pub ended: Option<DateTime<FixedOffset>>,
    /// Who ran it.
    pub operator: String,
    /// How it came out.
    pub outcome: Outcome,
    /// The path of its record, where there is one.
    pub record: Option<String>,
    /// Steps whose rules applied, each with what was measured.
    pub findings: Vec<String>,
    /// Steps that failed or could not be judged.
    pub failures: Vec<String>,
    /// Steps that were put off, each with until when and by whom.
    pub deferred: Vec<String>,
    /// What rules measured.
    pub measured: Vec<Measured>,
    /// When somebody first ran or decided something.
    pub acted: Option<DateTime<FixedOffset>>,
    /// The minutes that the document plans for its steps, from and to; absent where it plans none.
    pub planned: Option<[u32; 2]>,
}

/// How a run came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Well.
    Well,
    /// Well, with findings.
    Findings,
    /// Failed.
    Failed,
    /// Steps were left undone.
    Incomplete,
    /// Given up.
    Aborted,
}

impl Outcome {
    /// Its word for a reader.
    pub fn word(self, language: Language) -> &'static str {
        match self {
            Self::Well => language.pick("成功", "well"),
            Self::Findings => language.pick("対応あり", "with findings"),
            Self::Failed => language.pick("失敗", "failed"),
            Self::Incomplete => language.pick("未完了", "left undone"),
            Self::Aborted => language.pick("中断", "aborted"),
        }
    }
}

/// A value that a rule measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The step.
    pub step: String,
    /// The rule in the document's words.
    pub rule: String,
    /// The value with its unit.
    pub shown: String,
    /// The number in it.
    pub value: f64,
    /// The rule applied.
    pub applies: bool,
}

impl Done {
    /// Whether the work was carried out, well or not.
    pub fn counts(&self) -> bool {
        match self.outcome {
            Outcome::Well | Outcome::Findings | Outcome::Failed => true,
            Outcome::Incomplete | Outcome::Aborted => false,
        }
    }

    /// Whether it is what `duty` asks for.
    pub fn does(&self, duty: &Duty) -> bool {
        duty.procedure.as_ref().is_some_and(|(_, headings)| *headings == self.procedure) && self.book.is(&duty.book)
    }

    /// How long it took, in minutes that were begun.
    pub fn minutes(&self) -> Option<i64> {
        self.ended.map(|ended| ((ended - self.started).num_seconds().max(0) + 59) / 60)
    }
}

/// A run that goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRun {
    /// The run.
    pub run: RunId,
    /// The runbook.
    pub book: Book,
    /// The procedure's headings.
    pub procedure: String,
    /// The procedure's title.
    pub title: String,
    /// The start.
    pub started: DateTime<FixedOffset>,
    /// Who runs it.
    pub operator: String,
    /// Nothing real is touched.
    pub drill: bool,
    /// Marked steps, and all that count.
    pub progress: (usize, usize),
    /// How many commands run at this moment.
    pub running: usize,
    /// A host has it in hand.
    pub hosted: bool,
}
