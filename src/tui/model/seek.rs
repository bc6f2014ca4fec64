//! Looking for what a list is narrowed to: at once in a short list, beside the screen in a long one.
//!
//! Pure. Who looks beside the screen is asked by a [`Seek`], and answers with what [`Seek::hits`] gives.

use std::sync::Arc;

use crate::tui::action::Action;
use crate::tui::find::Query;
use crate::tui::model::home::{Item, RowHit};

/// Lists of up to so many rows are searched at once. That takes less time than a person sees even in a program that is
/// not optimised; of longer ones the screen shows that it searches.
pub const AT_ONCE: usize = 2000;

/// So many rows are looked at before it is asked again whether anybody still wants to know.
const ROWS_AT_A_TIME: usize = 500;

/// The most actions that wait for a search. Nobody presses more keys in that time, but a key may be held down.
const MOST_WAITING: usize = 64;

/// What is to be looked for in a list.
#[derive(Debug, Clone)]
pub struct Seek {
    /// Which search it is: an answer counts for the last one only.
    pub number: u64,
    /// What was typed.
    pub typed: String,
    /// The list. A long one is handed on as it is.
    pub rows: Arc<Vec<Item>>,
}

/// The same search, without looking at the rows.
impl PartialEq for Seek {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.typed == other.typed && Arc::ptr_eq(&self.rows, &other.rows)
    }
}

impl Eq for Seek {}

impl Seek {
    /// The rows that fit, the best first, and headings left out; all rows where nothing was typed. Nothing when `wanted`
    /// says meanwhile that nobody asks for it any more.
    pub fn hits(&self, wanted: impl Fn() -> bool) -> Option<Vec<RowHit>> {
        let mut query = Query::new(&self.typed);
        if query.is_empty() {
            return Some((0..self.rows.len()).map(|row| RowHit { row, marks: Vec::new() }).collect());
        }
        let mut scored: Vec<(u32, RowHit)> = Vec::new();
        for (row, one) in self.rows.iter().enumerate() {
            if row % ROWS_AT_A_TIME == 0 && !wanted() {
                return None;
            }
            let fit = if one.opens() { one.folded().and_then(|folded| query.fit(folded, &[])) } else { None };
            scored.extend(fit.map(|fit| (fit.score, RowHit { row, marks: fit.marks })));
        }
        // Stable: among equals the order of the list stays.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        Some(scored.into_iter().map(|(_, hit)| hit).collect())
    }

    /// Whether it is done at once.
    pub(super) fn is_short(&self) -> bool {
        self.rows.len() <= AT_ONCE || Query::new(&self.typed).is_empty()
    }
}

/// A search that goes on beside the screen.
pub(super) struct Seeking {
    pub(super) seek: Seek,
    /// What the person did meanwhile with what is to be found. It is done once that is there.
    pub(super) then: Vec<Action>,
    /// Rows that came meanwhile: looked through next. A search that began anew with each of them would never end while
    /// they keep coming.
    pub(super) next: Option<Arc<Vec<Item>>>,
}

impl Seeking {
    pub(super) fn later(&mut self, action: Action) {
        if self.then.len() < MOST_WAITING {
            self.then.push(action);
        }
    }
}
