//! The home screen: what is due, the library of runbooks, the runs that go on, and the records.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use crate::clock::Zone;
use crate::ids::{ProcedureId, RunId};
use crate::plan::{Agenda, Calendar, Done, DueLine, Duty, OpenRun, agenda};
use crate::runbook::model::Contents;
use crate::runbook::parse::Sketch;
use crate::tui::edit::Field;
use crate::tui::find::{Folded, Query};
use crate::tui::foreign::sanitise_inline;
use crate::tui::theme::Role;

/// The home screen.
pub struct Home {
    /// What is known.
    pub library: Library,
    /// Which list is shown.
    pub tab: Tab,
    /// What the list is narrowed to.
    pub filter: Field,
    /// What is looked for in records and evidence.
    pub search: Field,
    /// What is typed at this moment.
    pub typing: Option<Typed>,
    /// The rows of the list.
    pub rows: Vec<Row>,
    /// Those that fit the filter, in the order in which they are shown.
    pub hits: Vec<RowHit>,
    /// The selected one among the hits.
    pub selected: usize,
    /// The first hit that is shown.
    pub scroll: usize,
    /// Something was asked for that opens another screen.
    pub opening: bool,
    /// The record that is read.
    pub opened_record: Option<String>,
    /// The rows are to be made anew.
    pub stale: bool,
    /// The width and the minute for which the rows were made.
    pub made_for: Option<(usize, DateTime<FixedOffset>)>,
}

/// A list of the home screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What is due.
    Due,
    /// Runbooks and their procedures.
    Library,
    /// Runs that go on.
    Runs,
    /// Records.
    Records,
    /// What a search found.
    Found,
}

impl Tab {
    /// All lists in their order.
    pub const ALL: [Self; 5] = [Self::Due, Self::Library, Self::Runs, Self::Records, Self::Found];

    /// The list `by` places further, round and round.
    pub fn moved(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0);
        Self::ALL.get((at + by) % Self::ALL.len()).copied().unwrap_or(self)
    }
}

/// What is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// What the list is narrowed to.
    Filter,
    /// What is looked for in records and evidence.
    Search,
}

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
    pub books: Vec<Contents>,
    /// Runbooks of which only titles are known yet.
    pub sketched: Vec<Sketched>,
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
    pub agenda: Agenda,
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

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What Enter does; nothing for a heading.
    pub target: Option<Target>,
    /// The sign before it.
    pub sign: (&'static str, Role),
    /// How far it is moved to the right.
    pub indent: usize,
    /// A part before the text that stays when the list is narrow.
    pub lead: String,
    /// The text.
    pub text: String,
    /// How the text looks.
    pub role: Role,
    /// What it belongs to: said where the list is narrowed, as the rows above are not there then.
    pub of: String,
    /// What stands at the right.
    pub note: String,
    /// How that looks.
    pub note_role: Role,
    /// The text as it is searched.
    pub folded: Folded,
}

/// What Enter opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A runbook, at a procedure.
    Book(String, Option<ProcedureId>),
    /// A runbook that comes with the program.
    Shipped(String),
    /// A run that goes on.
    Run(RunId),
    /// A record, at a line.
    Record(String, Option<usize>),
}

/// A row that fits the filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowHit {
    /// Its place among the rows.
    pub row: usize,
    /// The characters that were found in its text.
    pub marks: Vec<usize>,
}

/// What the home screen asks for; answered by [`HomeNews`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HomeAsk {
    /// Read runbooks, records and journal again.
    Reload,
    /// Open a runbook.
    Open(Target),
    /// Look for words in records and evidence.
    Search(String),
    /// Leave the run that is shown: the home screen is shown again.
    Leave,
}

/// What the home screen is told.
#[derive(Debug, Clone, PartialEq)]
pub enum HomeNews {
    /// Everything is read from the beginning.
    Begun,
    /// Runbooks were looked at for the first time.
    Sketched(Vec<Sketched>),
    /// Runbooks were read.
    Books(Vec<Contents>),
    /// Something could not be read, and why.
    Unread(String),
    /// All runbooks are read.
    BooksRead,
    /// Records and journal are read.
    Past {
        /// Runs that are over.
        done: Vec<Done>,
        /// Runs that go on.
        open: Vec<OpenRun>,
    },
    /// A runbook is open.
    Opened(Box<super::Opening>),
    /// A run is reached: its host speaks next.
    Reached,
    /// A record's text.
    Record {
        /// Its text.
        text: String,
        /// The line to begin at.
        line: Option<usize>,
    },
    /// A search found something.
    Found {
        /// What was looked for.
        words: String,
        /// The places.
        places: Vec<FoundPlace>,
    },
    /// A search is over.
    SearchOver {
        /// What was looked for.
        words: String,
        /// There is more than was told.
        cut: bool,
    },
    /// What was asked for could not be done, and why.
    Failed(String),
}

impl Library {
    /// Nothing is read yet.
    pub fn new(calendar: Calendar<Zone>, folders: Vec<String>, shipped: Vec<(String, String)>) -> Self {
        let agenda = Agenda { lines: Vec::new(), collisions: Vec::new(), days: Vec::new() };
        Self {
            calendar,
            folders,
            shipped,
            agenda,
            books: Vec::new(),
            sketched: Vec::new(),
            books_read: false,
            unread: Vec::new(),
            done: Vec::new(),
            open: Vec::new(),
            past_read: false,
            found: Found::default(),
        }
    }

    /// Holds all duties against what was done, as it is at `now`.
    pub fn reckon(&mut self, now: DateTime<FixedOffset>) {
        let duties: Vec<Duty> = self.books.iter().flat_map(Duty::all_of).collect();
        self.agenda = agenda(&self.calendar, &duties, &self.done, now);
    }

    /// The most urgent duty of each procedure, by runbook and procedure.
    pub fn duties(&self) -> BTreeMap<(&str, &ProcedureId), &DueLine> {
        let mut found = BTreeMap::new();
        for line in &self.agenda.lines {
            if let Some((id, _)) = &line.duty.procedure {
                found.entry((line.duty.book.path.as_str(), id)).or_insert(line);
            }
        }
        found
    }
}

impl Home {
    /// The screen as it opens.
    pub fn new(library: Library) -> Self {
        Self {
            library,
            tab: Tab::Due,
            filter: Field::default(),
            search: Field::default(),
            typing: None,
            rows: Vec::new(),
            hits: Vec::new(),
            selected: 0,
            scroll: 0,
            opening: false,
            opened_record: None,
            stale: true,
            made_for: None,
        }
    }

    /// Other rows; what is selected stays so where it is still there.
    pub fn offer(&mut self, rows: Vec<Row>) {
        let before = self.chosen().and_then(|row| row.target.clone());
        self.rows = rows;
        self.seek();
        let same = |hit: &RowHit| self.rows.get(hit.row).and_then(|row| row.target.as_ref()) == before.as_ref();
        if before.is_some() {
            self.selected = self.hits.iter().position(same).unwrap_or(self.selected);
        }
        self.land();
    }

    /// Looks for what was typed. Headings are left out of what was found, and the best stands first.
    pub fn seek(&mut self) {
        let mut query = Query::new(&self.filter.text());
        if query.is_empty() {
            self.hits = (0..self.rows.len()).map(|row| RowHit { row, marks: Vec::new() }).collect();
            return;
        }
        let mut scored: Vec<(u32, RowHit)> = Vec::new();
        for (row, one) in self.rows.iter().enumerate().filter(|(_, row)| row.target.is_some()) {
            if let Some(fit) = query.fit(&one.folded, &[]) {
                scored.push((fit.score, RowHit { row, marks: fit.marks }));
            }
        }
        // Stable: among equals the order of the list stays.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.hits = scored.into_iter().map(|(_, hit)| hit).collect();
    }

    /// The field that is typed in.
    pub fn field(&mut self) -> Option<&mut Field> {
        match self.typing? {
            Typed::Filter => Some(&mut self.filter),
            Typed::Search => Some(&mut self.search),
        }
    }

    /// The row of a hit.
    pub fn row(&self, hit: usize) -> Option<&Row> {
        self.rows.get(self.hits.get(hit)?.row)
    }

    /// The selected row.
    pub fn chosen(&self) -> Option<&Row> {
        self.row(self.selected).filter(|row| row.target.is_some())
    }

    /// Selects the hit at `to`, or the nearest after or before it that can be opened.
    pub fn select(&mut self, to: usize) {
        let last = self.hits.len().saturating_sub(1);
        let to = to.min(last);
        let opens = |home: &Self, at: usize| home.row(at).is_some_and(|row| row.target.is_some());
        let after = (to..self.hits.len()).find(|at| opens(self, *at));
        let before = (0..to).rev().find(|at| opens(self, *at));
        let forward = to >= self.selected;
        let found = if forward { after.or(before) } else { before.filter(|_| !opens(self, to)).or(after) };
        self.selected = found.unwrap_or(to);
    }

    /// Brings the selection to a row that can be opened.
    fn land(&mut self) {
        let at = self.selected.min(self.hits.len().saturating_sub(1));
        self.selected = at;
        if self.chosen().is_none() {
            self.select(at);
        }
    }
}
