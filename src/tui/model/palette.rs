//! The palette: everything that can be done or gone to from here, found by typing a part of its name.

use crate::ids::StepId;
use crate::tui::action::Action;
use crate::tui::edit::Field;
use crate::tui::find::{Folded, Query};

/// The palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    /// What was typed.
    pub query: Field,
    /// Everything that can be found, in the order in which it is shown while nothing is typed.
    pub entries: Vec<Entry>,
    /// What fits, the best first.
    pub hits: Vec<Hit>,
    /// The selected one among the hits.
    pub selected: usize,
    /// The first hit that is shown.
    pub scroll: usize,
}

/// Something that can be done or gone to.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What Enter does.
    pub target: Target,
    /// What is shown of it, harmless.
    pub text: String,
    /// Its keys, or what it is.
    pub tag: String,
    shown: Folded,
    names: Vec<Folded>,
}

/// What Enter does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Does what the action's key does.
    Do(Action),
    /// Goes to a step of the run.
    Step(StepId),
    /// Opens a procedure of the document, by its place.
    Procedure(usize),
    /// Opens the document at a line.
    Line(usize),
}

/// An entry that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its place among the entries.
    pub entry: usize,
    /// The characters that were found in its text.
    pub marks: Vec<usize>,
}

impl Entry {
    /// An entry that is found by its harmless `text` and by other `names`.
    pub fn new(target: Target, text: String, tag: String, names: &[&str]) -> Self {
        let names = names.iter().map(|name| Folded::new(name)).collect();
        Self { target, shown: Folded::new(&text), text, tag, names }
    }
}

impl Palette {
    /// The palette as it opens.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut palette =
            Self { query: Field::default(), entries: Vec::new(), hits: Vec::new(), selected: 0, scroll: 0 };
        palette.offer(entries);
        palette
    }

    /// Other entries; what is selected stays so where it is still there.
    pub fn offer(&mut self, entries: Vec<Entry>) {
        let before = self.chosen().map(|e| e.target.clone());
        self.entries = entries;
        self.seek();
        let same = |hit: &Hit| self.entries.get(hit.entry).map(|e| &e.target) == before.as_ref();
        self.selected = self.hits.iter().position(same).unwrap_or(0);
    }

    /// Looks for what was typed; the best is selected.
    pub fn seek(&mut self) {
        let mut query = Query::new(&self.query.text());
        let mut scored: Vec<(u32, Hit)> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if let Some(fit) = query.fit(&entry.shown, &entry.names) {
                scored.push((fit.score, Hit { entry: at, marks: fit.marks }));
            }
        }
        // Stable: among equals the order of the entries stays.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.hits = scored.into_iter().map(|(_, hit)| hit).collect();
        self.selected = 0;
        self.scroll = 0;
    }

    /// The selected entry.
    pub fn chosen(&self) -> Option<&Entry> {
        self.entries.get(self.hits.get(self.selected)?.entry)
    }
}
