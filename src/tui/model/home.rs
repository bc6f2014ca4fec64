//! The home screen: what is due, the library of runbooks, the runs that go on, and the records.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::ids::{ProcedureId, RunId};
use crate::plan::{Done, OpenRun};
use crate::tui::action::Action;
use crate::tui::edit::Field;
use crate::tui::find::Folded;
use crate::tui::model::library::{FoundPlace, Library, ReadBook, Reckoned, Sketched};
use crate::tui::model::seek::{Seek, Seeking};
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
    pub rows: Arc<Vec<Item>>,
    /// Those that fit the filter, in the order in which they are shown.
    pub hits: Vec<RowHit>,
    /// What was typed when these hits were looked for.
    sought: String,
    /// A search beside the screen that is not over.
    seeking: Option<Seeking>,
    /// How many searches there were.
    searches: u64,
    /// The selected one among the hits.
    pub selected: usize,
    /// What the person has selected. It may be away while the library is read again, and is selected once it is there.
    wanted: Option<Target>,
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

/// A row of a list: what it stands for. How that looks is made when it is shown, so that a list of many thousand rows
/// costs no more than its length.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A row that is made already, as those of short lists, and headings.
    Made(Box<Row>),
    /// A line of what is due, by its place.
    Duty(Arc<Reckoned>, usize),
    /// A runbook.
    Book(Arc<ReadBook>),
    /// A procedure of a runbook, by its place.
    Procedure(Arc<ReadBook>, usize),
    /// A runbook of which only titles are known.
    Sketched(Arc<Sketched>),
}

impl Item {
    /// What Enter does; nothing for a heading.
    pub fn target(&self) -> Option<Target> {
        match self {
            Self::Made(row) => row.target.clone(),
            Self::Duty(..) | Self::Book(_) | Self::Procedure(..) | Self::Sketched(_) => {
                let (path, procedure) = self.place()?;
                Some(Target::Book(path.to_owned(), procedure.cloned()))
            }
        }
    }

    /// Whether it can be opened.
    pub fn opens(&self) -> bool {
        match self {
            Self::Made(row) => row.target.is_some(),
            Self::Duty(..) | Self::Book(_) | Self::Procedure(..) | Self::Sketched(_) => true,
        }
    }

    /// Whether Enter opens `target`.
    fn leads_to(&self, target: &Target) -> bool {
        match (self, target) {
            (Self::Made(row), _) => row.target.as_ref() == Some(target),
            (_, Target::Book(path, procedure)) => self.place() == Some((path, procedure.as_ref())),
            (_, Target::Shipped(_) | Target::Run(_) | Target::Record(..)) => false,
        }
    }

    /// The runbook and the procedure that it stands for.
    fn place(&self) -> Option<(&str, Option<&ProcedureId>)> {
        match self {
            Self::Made(_) => None,
            Self::Duty(reckoned, at) => {
                let duty = &reckoned.agenda.lines.get(*at)?.duty;
                Some((&duty.book.path, duty.procedure.as_ref().map(|(id, _)| id)))
            }
            Self::Book(book) => Some((&book.contents.path, None)),
            Self::Procedure(book, at) => Some((&book.contents.path, Some(&book.contents.procedures.get(*at)?.id))),
            Self::Sketched(book) => Some((&book.path, None)),
        }
    }

    /// Its text as it is searched.
    pub(super) fn folded(&self) -> Option<&Folded> {
        match self {
            Self::Made(row) => Some(&row.folded),
            Self::Duty(reckoned, at) => reckoned.titles.get(*at),
            Self::Book(book) => Some(&book.title),
            Self::Procedure(book, at) => book.entries.get(*at).map(|entry| &entry.folded),
            Self::Sketched(book) => Some(&book.folded),
        }
    }
}

/// A row as it looks.
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
    /// Look for what a long list is narrowed to.
    Seek(Seek),
    /// Leave the run that is shown: the home screen is shown again.
    Leave,
    /// Hold all duties against what was done once more: another minute has begun.
    Reckon,
}

/// What the home screen is told.
#[derive(Debug, Clone, PartialEq)]
pub enum HomeNews {
    /// Everything is read from the beginning.
    Begun,
    /// Runbooks were looked at for the first time.
    Sketched(Vec<Sketched>),
    /// Runbooks were read.
    Books(Vec<ReadBook>),
    /// What is due was reckoned anew.
    Reckoned(Arc<Reckoned>),
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
    /// What a long list was narrowed to is found.
    Sought {
        /// Which search it was.
        number: u64,
        /// The rows that fit, the best first.
        hits: Vec<RowHit>,
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

impl Home {
    /// The screen as it opens.
    pub fn new(library: Library) -> Self {
        Self {
            library,
            tab: Tab::Due,
            filter: Field::default(),
            search: Field::default(),
            typing: None,
            rows: Arc::default(),
            hits: Vec::new(),
            sought: String::new(),
            seeking: None,
            searches: 0,
            selected: 0,
            wanted: None,
            scroll: 0,
            opening: false,
            opened_record: None,
            stale: true,
            made_for: None,
        }
    }

    /// Other rows; what is selected stays so where it is still there, and is selected again where it comes back. Gives what
    /// is to be looked for beside the screen.
    pub fn offer(&mut self, rows: Vec<Item>) -> Option<HomeAsk> {
        let (typed, rows) = (self.filter.text(), Arc::new(rows));
        match &mut self.seeking {
            Some(seeking) if seeking.seek.typed == typed => {
                seeking.next = Some(rows);
                None
            }
            Some(_) | None => self.look_for(rows),
        }
    }

    /// Looks for what was typed. Gives what is to be looked for beside the screen.
    pub fn seek(&mut self) -> Option<HomeAsk> {
        let newest = |seeking: &Seeking| seeking.next.as_ref().unwrap_or(&seeking.seek.rows).clone();
        let rows = self.seeking.as_ref().map_or_else(|| self.rows.clone(), newest);
        self.look_for(rows)
    }

    /// Another list is shown: nothing of the one before it stays.
    pub fn leave_list(&mut self) {
        (self.filter, self.seeking) = (Field::default(), None);
        (self.rows, self.hits, self.stale) = (Arc::default(), Vec::new(), true);
        self.begin();
    }

    fn look_for(&mut self, rows: Arc<Vec<Item>>) -> Option<HomeAsk> {
        self.searches += 1;
        let seek = Seek { number: self.searches, typed: self.filter.text(), rows };
        let before = self.seeking.take();
        if seek.is_short() {
            let hits = seek.hits(|| true).unwrap_or_default();
            self.arrive(seek, hits);
            return None;
        }
        // What was done waits on, unless it was meant for what another text finds.
        let then =
            before.filter(|before| before.seek.typed == seek.typed).map(|before| before.then).unwrap_or_default();
        self.seeking = Some(Seeking { seek: seek.clone(), then, next: None });
        Some(HomeAsk::Seek(seek))
    }

    /// What a search beside the screen found, where it is the last one: gives what the person did meanwhile, and what is to be
    /// looked for next.
    pub fn found(&mut self, number: u64, hits: Vec<RowHit>) -> (Vec<Action>, Option<HomeAsk>) {
        match self.seeking.take() {
            Some(Seeking { seek, then, next }) if seek.number == number => {
                self.arrive(seek, hits);
                (then, next.and_then(|rows| self.look_for(rows)))
            }
            other => {
                self.seeking = other;
                (Vec::new(), None)
            }
        }
    }

    /// Whether what is shown was found by another text than the one that is typed.
    pub fn is_behind(&self) -> bool {
        self.seeking.as_ref().is_some_and(|seeking| seeking.seek.typed != self.sought || self.hits.is_empty())
    }

    /// Keeps an action for what is being looked for; whether it is kept.
    pub fn later(&mut self, action: Action) -> bool {
        let behind = self.is_behind();
        if let Some(seeking) = self.seeking.as_mut().filter(|_| behind) {
            seeking.later(action);
        }
        behind
    }

    fn arrive(&mut self, seek: Seek, hits: Vec<RowHit>) {
        let same = self.sought == seek.typed;
        let before = if same { self.wanted.take().or_else(|| self.chosen()) } else { None };
        (self.rows, self.hits, self.sought) = (seek.rows, hits, seek.typed);
        if !same {
            // Another text: what fits it best is what is meant.
            self.selected = 0;
            return self.select(0);
        }
        // Several rows may open the same: the one that is selected goes before others.
        let stays =
            before.as_ref().is_some_and(|before| self.row(self.selected).is_some_and(|row| row.leads_to(before)));
        if !stays && let Some(at) = before.as_ref().and_then(|before| self.place_of(before)) {
            self.selected = at;
        }
        self.land();
        self.wanted = before;
    }

    /// The first hit that opens `target`.
    pub fn place_of(&self, target: &Target) -> Option<usize> {
        self.hits.iter().position(|hit| self.rows.get(hit.row).is_some_and(|row| row.leads_to(target)))
    }

    /// The field that is typed in.
    pub fn field(&mut self) -> Option<&mut Field> {
        match self.typing? {
            Typed::Filter => Some(&mut self.filter),
            Typed::Search => Some(&mut self.search),
        }
    }

    /// The row of a hit.
    pub fn row(&self, hit: usize) -> Option<&Item> {
        self.rows.get(self.hits.get(hit)?.row)
    }

    /// Whether there is a row at the hit that can be opened.
    pub fn opens(&self, hit: usize) -> bool {
        self.row(hit).is_some_and(Item::opens)
    }

    /// What the selected row opens.
    pub fn chosen(&self) -> Option<Target> {
        self.row(self.selected).and_then(Item::target)
    }

    /// Selects the hit at `to`, or the nearest after or before it that can be opened.
    pub fn select(&mut self, to: usize) {
        let last = self.hits.len().saturating_sub(1);
        let to = to.min(last);
        let after = (to..self.hits.len()).find(|at| self.opens(*at));
        let before = (0..to).rev().find(|at| self.opens(*at));
        let forward = to >= self.selected;
        let found = if forward { after.or(before) } else { before.filter(|_| !self.opens(to)).or(after) };
        self.selected = found.unwrap_or(to);
        self.wanted = None;
    }

    /// Selects what stands first, once there are rows.
    pub fn begin(&mut self) {
        (self.selected, self.scroll, self.wanted) = (0, 0, None);
    }

    /// Brings the selection to a row that can be opened.
    fn land(&mut self) {
        let at = self.selected.min(self.hits.len().saturating_sub(1));
        self.selected = at;
        if !self.opens(at) {
            self.select(at);
        }
    }
}
