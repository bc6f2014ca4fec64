//! What the home screen knows of runbooks and runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Zone;
use crate::ids::ProcedureId;
use crate::plan::{Agenda, Calendar, Done, DueLine, OpenRun};
use crate::runbook::model::{Contents, Listed};
use crate::runbook::parse::Sketch;
use crate::tui::find::Folded;
use crate::tui::foreign::sanitise_inline;

/// What is known of runbooks and runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    /// The calendar of the team.
    pub calendar: Calendar<Zone>,
    /// The folders of the settings.
    pub folders: Vec<String>,
    /// Runbooks that come with the program, by their file names and titles.
    pub shipped: Vec<(String, String)>,
    /// The runbooks as they were read.
    pub books: Vec<Arc<ReadBook>>,
    /// Runbooks of which only titles are known yet, by their paths.
    pub sketched: BTreeMap<String, Arc<Sketched>>,
    /// All of them are read.
    pub books_read: bool,
    /// What could not be read, harmless.
    pub unread: Vec<String>,
    /// Runs that are over, the oldest first.
    pub done: Vec<Done>,
    /// Runs that go on, the newest first.
    pub open: Vec<OpenRun>,
    /// Records and journal are read.
    pub past_read: bool,
    /// What is due.
    pub reckoned: Arc<Reckoned>,
    /// What a search found.
    pub found: Found,
}

/// A runbook that was looked at for the first time: it can be found by its title and its headings, and opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketched {
    /// Where it lies.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Title and headings, as they are searched.
    pub folded: Folded,
}

impl Sketched {
    /// What is shown of the runbook at `path`.
    pub fn of(path: String, sketch: &Sketch) -> Self {
        let mut words = sanitise_inline(&sketch.title);
        for heading in &sketch.headings {
            words.push(' ');
            words.push_str(&heading.title);
        }
        Self { path, title: sketch.title.clone(), folded: Folded::new(&words) }
    }
}

/// A runbook that was read. What is searched in it stands ready, so that the lists are made of it at once.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadBook {
    /// What it holds.
    pub contents: Contents,
    /// Its title as it is searched.
    pub title: Folded,
    /// More of its procedures, in their order.
    pub entries: Vec<Entry>,
}

/// A procedure of a runbook that was read. It is found by its runbook's title too.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its headings on one line, as records write them.
    pub headings: String,
    /// Its title, its headings and its runbook's title, as they are searched.
    pub folded: Folded,
}

impl ReadBook {
    /// A runbook with these contents.
    pub fn of(contents: Contents) -> Self {
        let title = &contents.title;
        let entry = |procedure: &Listed| {
            let shown = sanitise_inline(&procedure.title);
            Entry {
                headings: procedure.heading_path.join(" › "),
                folded: Folded::new(&format!("{shown} {} {title}", procedure.heading_path.join(" "))),
            }
        };
        let entries = contents.procedures.iter().map(entry).collect();
        Self { title: Folded::new(&sanitise_inline(title)), entries, contents }
    }
}

/// What is due, with what is looked for in it ready. It is made beside the screen: that takes long for many runbooks.
#[derive(Debug, Clone, PartialEq)]
pub struct Reckoned {
    /// What is due.
    pub agenda: Agenda,
    /// The titles of its lines as they are searched.
    pub titles: Vec<Folded>,
    /// The place of the most urgent line of each procedure, by runbook and procedure.
    urgent: BTreeMap<String, BTreeMap<ProcedureId, usize>>,
}

impl Reckoned {
    /// Nothing is due.
    pub fn nothing() -> Self {
        Self::of(Agenda { lines: Vec::new(), collisions: Vec::new(), days: Vec::new() })
    }

    /// What is due, made ready.
    pub fn of(agenda: Agenda) -> Self {
        let titles = agenda.lines.iter().map(|line| Folded::new(&sanitise_inline(&line.duty.title))).collect();
        let mut urgent: BTreeMap<String, BTreeMap<ProcedureId, usize>> = BTreeMap::new();
        for (at, line) in agenda.lines.iter().enumerate() {
            if let Some((id, _)) = &line.duty.procedure {
                urgent.entry(line.duty.book.path.clone()).or_default().entry(id.clone()).or_insert(at);
            }
        }
        Self { agenda, titles, urgent }
    }

    /// The most urgent duty of a procedure of the runbook at `path`.
    pub fn duty(&self, path: &str, procedure: &ProcedureId) -> Option<&DueLine> {
        self.agenda.lines.get(*self.urgent.get(path)?.get(procedure)?)
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// What was looked for; nothing yet where it is empty.
    pub words: String,
    /// The places, the newest record first.
    pub places: Vec<FoundPlace>,
    /// It is over.
    pub over: bool,
    /// There is more than is shown.
    pub cut: bool,
}

/// A place in a record or in an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlace {
    /// The record, or the record whose output it is.
    pub record: String,
    /// What to call it.
    pub title: String,
    /// The line of the record; absent in an output.
    pub line: Option<usize>,
    /// The line's text, or a part of it.
    pub text: String,
}

impl Library {
    /// Nothing is read yet.
    pub fn new(calendar: Calendar<Zone>, folders: Vec<String>, shipped: Vec<(String, String)>) -> Self {
        Self {
            calendar,
            folders,
            shipped,
            reckoned: Arc::new(Reckoned::nothing()),
            books: Vec::new(),
            sketched: BTreeMap::new(),
            books_read: false,
            unread: Vec::new(),
            done: Vec::new(),
            open: Vec::new(),
            past_read: false,
            found: Found::default(),
        }
    }
}
