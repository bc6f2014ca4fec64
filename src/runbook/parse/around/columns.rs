//! What the columns of a table hold, by the words of their headers.

use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::parse::outline::{Node, Section, Table};

/// The columns of one table.
pub(in crate::runbook::parse) struct Columns<'a> {
    lexicon: &'a Lexicon,
    header: &'a [String],
}

impl<'a> Columns<'a> {
    pub(in crate::runbook::parse) fn of(lexicon: &'a Lexicon, table: &'a Table) -> Self {
        Self { lexicon, header: &table.header }
    }

    /// Every column whose header speaks of `topic`.
    pub(in crate::runbook::parse) fn all(&self, topic: Topic) -> impl Iterator<Item = usize> + '_ {
        self.header.iter().enumerate().filter(move |(_, name)| self.lexicon.says(name, topic)).map(|(at, _)| at)
    }

    /// The first column whose header speaks of `topic`.
    pub(in crate::runbook::parse) fn first(&self, topic: Topic) -> Option<usize> {
        self.all(topic).next()
    }

    /// The first column, none of `taken`, whose header speaks of `topic`.
    pub(in crate::runbook::parse) fn other(&self, topic: Topic, taken: &[Option<usize>]) -> Option<usize> {
        self.all(topic).find(|at| !taken.contains(&Some(*at)))
    }

    pub(in crate::runbook::parse) fn has(&self, topic: Topic) -> bool {
        self.first(topic).is_some()
    }

    /// The words of the header at `at`.
    pub(in crate::runbook::parse) fn name(&self, at: usize) -> &str {
        self.header.get(at).map_or("", String::as_str)
    }
}

/// The words of a cell; nothing for an empty one and for a dash.
pub(in crate::runbook::parse) fn cell(cells: &[String], at: Option<usize>) -> Option<&str> {
    let text = cells.get(at?)?.trim();
    (!matches!(text, "" | "-" | "–" | "—" | "ー" | "－")).then_some(text)
}

/// The tables directly under the heading of a section.
pub(in crate::runbook::parse) fn tables(section: &Section) -> impl Iterator<Item = &Table> {
    section.nodes.iter().filter_map(|node| if let Node::Table(table) = node { Some(table) } else { None })
}
