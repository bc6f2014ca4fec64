//! The document as a tree of sections, and what stands under each heading.
//!
//! Knows markdown and nothing of runbooks. The tree owns its text; lines are 1-based.

use std::cell::OnceCell;
use std::sync::OnceLock;

use super::fence::Parts;
use super::source::{Depth, Source};
use super::time::{Occasion, occasion_with};
use crate::runbook::lexicon::{Lexicon, Topics};
use crate::runbook::model::CautionLevel;

mod admonition;
mod build;
mod numbering;
pub(super) use build::{read, skim};

/// What the markdown parser saw.
pub(super) struct Outline {
    /// The whole document: a section of level 0 without a title.
    pub(super) root: Section,
    /// The front matter's text.
    pub(super) front_matter: String,
    /// Links: what the reader sees, the target, the line.
    pub(super) links: Vec<(String, String, usize)>,
    /// The opening line of a fence that the document's end closes.
    pub(super) unclosed: Option<usize>,
}

/// A heading with everything below it.
#[derive(Default)]
pub(super) struct Section {
    pub(super) level: u8,
    pub(super) title: String,
    pub(super) line: usize,
    pub(super) nodes: Vec<Node>,
    pub(super) children: Vec<Section>,
    /// A line of text that stands like a heading, by how far below the others its sign puts it.
    pub(super) drawn: Option<u8>,
    /// What the title speaks of, looked up once.
    topics: OnceCell<Topics>,
    /// The occasion that the title names, looked up once.
    occasion: OnceCell<Option<Occasion>>,
}

/// One block of a section or an item.
pub(super) enum Node {
    Paragraph(Paragraph),
    List(List),
    Fence(Fence),
    Table(Table),
    Quote(Quote),
}

/// Running text.
#[derive(Default)]
pub(super) struct Paragraph {
    /// The text without marks; soft breaks are `\n`.
    pub(super) text: String,
    /// The bold words that it begins with.
    pub(super) lead: Option<String>,
    /// Nothing but links and punctuation.
    pub(super) link_only: bool,
    /// The level and the words of the caution that it states, looked up once.
    pub(super) caution: OnceCell<Option<(CautionLevel, String)>>,
    /// The inline code that the whole text is.
    pub(super) code: Option<String>,
    /// The whole text is struck through.
    pub(super) struck: bool,
    pub(super) line: usize,
}

/// A list.
pub(super) struct List {
    /// The first number of an ordered list.
    pub(super) start: Option<u64>,
    pub(super) items: Vec<Item>,
}

/// An item of a list.
#[derive(Default)]
pub(super) struct Item {
    /// `[ ]` or `[x]` stands before the text.
    pub(super) task: bool,
    pub(super) text: Paragraph,
    pub(super) nodes: Vec<Node>,
    pub(super) line: usize,
}

/// A code block.
#[derive(Default)]
pub(super) struct Fence {
    /// The whole info string.
    pub(super) info: String,
    /// The lines without the indent of the list around them.
    pub(super) lines: Vec<String>,
    /// The line of the opening fence.
    pub(super) line: usize,
    /// The source line of the first content line.
    pub(super) first: usize,
    /// Code by its indent, without a fence.
    pub(super) indented: bool,
    /// How much of it is asked for.
    pub(super) depth: Depth,
    /// The words around it that say that nobody is to run it.
    pub(super) forbidden: Option<String>,
    /// What was read from it, kept for whoever asks again.
    pub(super) read: OnceLock<Box<Parts>>,
    /// The document that stands in it, read when somebody asks for it.
    pub(super) document: OnceCell<Box<Section>>,
}

/// A table.
pub(super) struct Table {
    pub(super) header: Vec<String>,
    /// The cells of each row, with its line.
    pub(super) rows: Vec<(Vec<String>, usize)>,
    /// What of each cell could be typed: what stands between backticks, else its lines.
    pub(super) typed: Vec<Vec<Vec<String>>>,
}

/// A quote; `alert` is the kind of an alert or an admonition.
pub(super) struct Quote {
    pub(super) alert: Option<String>,
    pub(super) nodes: Vec<Node>,
    pub(super) line: usize,
}

impl Fence {
    /// The code block that one line of code makes.
    pub(super) fn of_line(code: String, line: usize) -> Self {
        Self { lines: vec![code], line, first: line, ..Self::default() }
    }
}

impl Section {
    /// What the title speaks of.
    pub(super) fn topics(&self, lexicon: &Lexicon) -> Topics {
        *self.topics.get_or_init(|| lexicon.topics(&self.title))
    }

    /// The occasion that the title names.
    pub(super) fn occasion(&self, lexicon: &Lexicon) -> Option<&Occasion> {
        self.occasion.get_or_init(|| occasion_with(lexicon, &self.title)).as_ref()
    }

    /// The fences directly under the heading.
    pub(super) fn fences(&self) -> impl Iterator<Item = &Fence> {
        self.nodes.iter().filter_map(|node| if let Node::Fence(fence) = node { Some(fence) } else { None })
    }

    /// The lists directly under the heading.
    pub(super) fn lists(&self) -> impl Iterator<Item = &List> {
        self.nodes.iter().filter_map(|node| if let Node::List(list) = node { Some(list) } else { None })
    }
}

/// The document that stands in a fence of markdown: its headings and lists do not belong to the outer ones.
pub(super) fn nested(fence: &Fence) -> Option<&Section> {
    if !holds_document(fence) {
        return None;
    }
    let document = || Box::new(read(&Source::new(fence.lines.join("\n"), fence.depth).starting_at(fence.first)).root);
    Some(fence.document.get_or_init(document))
}

/// The fence says that it holds a document.
pub(super) fn holds_document(fence: &Fence) -> bool {
    let tag = fence.info.split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
    ["markdown", "md", "gfm", "commonmark"].iter().any(|known| tag.eq_ignore_ascii_case(known))
}
