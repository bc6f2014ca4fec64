//! The choosing of a procedure.

use crate::ids::ProcedureId;
use crate::runbook::model::Runbook;
use crate::tui::edit::Field;
use crate::tui::model::Place;

/// The choosing of a procedure.
pub struct Pick {
    /// The document.
    pub runbook: Box<Runbook>,
    /// Its content is trusted.
    pub trusted: bool,
    /// What was changed since it was trusted last, in lines.
    pub changes: Vec<String>,
    /// Where commands would run.
    pub place: Place,
    /// What the list is narrowed to.
    pub filter: Field,
    /// The filter is being typed.
    pub filtering: bool,
    /// The selected one among those that match.
    pub selected: usize,
    /// The first row of the list that is shown.
    pub scroll: usize,
    /// The procedure that was opened, by its place in the document.
    pub opened: Option<Opened>,
    /// A start was asked for.
    pub starting: bool,
}

/// A procedure that was opened to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Its place in the document.
    pub procedure: usize,
    /// The first row that is shown.
    pub scroll: usize,
}

impl Pick {
    /// The picker as it opens.
    pub fn new(runbook: Box<Runbook>, trusted: bool, wanted: Option<&ProcedureId>, place: Place) -> Self {
        let found = wanted.and_then(|id| runbook.procedures.iter().position(|p| p.id == *id));
        Self {
            trusted,
            changes: Vec::new(),
            place,
            filter: Field::default(),
            filtering: false,
            selected: found.unwrap_or(0),
            scroll: 0,
            opened: found.map(|procedure| Opened { procedure, scroll: 0 }),
            starting: false,
            runbook,
        }
    }

    /// The procedures that match the filter, by their place in the document.
    pub fn matching(&self) -> Vec<usize> {
        let wanted = self.filter.text().to_lowercase();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let fits = |i: &usize| {
            let Some(p) = self.runbook.procedures.get(*i) else { return false };
            let text = format!("{} {}", p.heading_path.join(" "), p.title).to_lowercase();
            words.iter().all(|w| text.contains(w))
        };
        (0..self.runbook.procedures.len()).filter(fits).collect()
    }
}
