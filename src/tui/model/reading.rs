//! An output as it is read back from its evidence, and what is looked for in it.

use std::collections::VecDeque;

use crate::console::wire::{OutputPage, PageRow, Spot};
use crate::tui::edit::Field;

/// So many pages are held at a time; those that are far from what is seen are let go.
const MOST_PAGES: usize = 6;

/// Reading an output back: the pages around the place that is seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Pages at hand, next to one another.
    pub pages: VecDeque<OutputPage>,
    /// The first row that is seen, among the rows of all pages.
    pub top: usize,
    /// The columns that the pages are made for.
    pub cols: u16,
    /// The place that is to be brought into sight once its page is here.
    pub goal: Option<Goal>,
    /// The page that is on its way.
    pub asked: Option<Spot>,
    /// Why it cannot be read, harmless.
    pub fault: Option<String>,
}

/// A place that is to be brought into sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// So many rows above the last screenful.
    FromEnd(usize),
    /// The line that begins at this byte, as the first one that is seen.
    Line(u64),
    /// The row of the line at this byte that holds what is looked for, with some rows above it.
    Found(u64),
}

impl Reading {
    /// Reading from a place on.
    pub fn at(goal: Goal) -> Self {
        Self { goal: Some(goal), ..Self::default() }
    }

    /// Rows at hand.
    pub fn len(&self) -> usize {
        self.pages.iter().map(|page| page.rows.len()).sum()
    }

    /// No row is at hand.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows from `from` on.
    pub fn rows(&self, from: usize) -> impl Iterator<Item = &PageRow> {
        self.pages.iter().flat_map(|page| &page.rows).skip(from)
    }

    /// The first byte of the line of the row at `at`.
    pub fn line_at(&self, at: usize) -> Option<u64> {
        self.rows(at).next().map(|row| row.line)
    }

    /// The rows of the line that begins at `line`, or of the last one before it.
    pub fn row_of(&self, line: u64) -> usize {
        let after = self.rows(0).take_while(|row| row.line <= line).count();
        let Some(own) = after.checked_sub(1).and_then(|at| self.line_at(at)) else { return 0 };
        self.rows(0).take_while(|row| row.line < own).count()
    }

    /// Whether the line that begins at `line` is at hand.
    pub fn has(&self, line: u64) -> bool {
        let (Some(first), Some(last)) = (self.pages.front(), self.pages.back()) else { return false };
        (first.start..last.seen).contains(&line)
    }

    /// Nothing comes before the first row that is at hand.
    pub fn begins(&self) -> bool {
        self.pages.front().is_some_and(|page| page.start == 0)
    }

    /// Nothing comes after the last row that is at hand, of `bytes` known ones.
    pub fn ends(&self, bytes: u64) -> bool {
        self.pages.back().is_some_and(|page| page.seen >= page.total.max(bytes))
    }

    /// Takes a page in that was asked for; false when it does not belong here any more.
    pub fn take(&mut self, page: OutputPage) -> bool {
        if self.asked != Some(page.spot) || self.cols != page.cols {
            return false;
        }
        self.asked = None;
        match (self.pages.front().map(|p| p.start), page.spot) {
            (Some(start), Spot::Before(end)) if end == start => {
                self.top += page.rows.len();
                self.pages.push_front(page);
                while self.pages.len() > MOST_PAGES {
                    self.pages.pop_back();
                }
            }
            (Some(_), Spot::From(start)) if self.pages.back().is_some_and(|p| p.next == start) => {
                if let Some(last) = self.pages.back_mut() {
                    // A line that was not whole is in the new page again.
                    last.rows.retain(|row| row.line < start);
                    last.seen = start;
                }
                self.pages.push_back(page);
                while self.pages.len() > MOST_PAGES
                    && let Some(first) = self.pages.pop_front()
                {
                    self.top = self.top.saturating_sub(first.rows.len());
                }
            }
            (_, Spot::Before(_) | Spot::From(_)) => {
                self.pages.clear();
                self.top = 0;
                self.pages.push_back(page);
            }
        }
        true
    }

    /// Lets go of all pages, and goes on at a place.
    pub fn go(&mut self, goal: Goal) {
        self.pages.clear();
        self.top = 0;
        self.asked = None;
        self.goal = Some(goal);
    }
}

/// What is looked for in an output.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Search {
    /// The text.
    pub text: Field,
    /// It is being typed.
    pub typing: bool,
    /// The number of the search that is under way or was answered.
    pub id: u64,
    /// The byte at which it began: the end of the output where nothing was scrolled back.
    pub from: u64,
    /// What was read when it began: that comes back when it is given up.
    pub before: Option<Box<Reading>>,
    /// The first bytes of the lines that hold it, as far as they are known.
    pub found: Vec<u64>,
    /// Up to where the output was looked through.
    pub until: u64,
    /// All of the output was looked through.
    pub done: bool,
    /// There are more lines than are told.
    pub more: bool,
    /// The one among them that the person is at.
    pub at: Option<usize>,
    /// The person asked for the next one, and it is looked for in what came since.
    pub wants_next: bool,
    /// Why it ended early, harmless.
    pub fault: Option<String>,
}

impl Search {
    /// The line that the person is at.
    pub fn line(&self) -> Option<u64> {
        self.at.and_then(|at| self.found.get(at).copied())
    }

    /// Where the person is among what was found, such as `3/17`.
    pub fn count(&self) -> String {
        let place = self.at.map_or(0, |at| at + 1);
        let more = if self.more {
            "+"
        } else if self.done {
            ""
        } else {
            "…"
        };
        format!("{place}/{}{more}", self.found.len())
    }
}
