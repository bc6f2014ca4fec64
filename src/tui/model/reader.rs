//! The document on the screen: its text as far as it is known, and where the person reads it.

use chrono::{DateTime, FixedOffset};

use crate::console::wire::FileNow;
use crate::tui::document::{Document, Row};
use crate::tui::edit::Field;

/// What is known of the document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paper {
    /// Its text.
    pub text: Text,
    /// Its source, once the text is here.
    pub source: String,
    /// What its file is now, beside the text.
    pub file: Option<FileNow>,
    /// When the host was asked for it last.
    pub asked: Option<DateTime<FixedOffset>>,
    /// The answer is on its way: a disk that does not answer is not asked twice.
    pub awaited: bool,
}

/// The text of the document, as far as it is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Text {
    /// Nobody can give it.
    #[default]
    Nowhere,
    /// The host gives it when it is asked.
    Offered,
    /// It is on its way.
    Asked,
    /// It is here, and was not looked at yet.
    Unread(String),
    /// It is here.
    There(Box<Document>),
    /// It could not be had; why, harmless.
    Refused(String),
}

impl Paper {
    /// The document, when it is here.
    pub fn document(&self) -> Option<&Document> {
        match &self.text {
            Text::There(document) => Some(document),
            Text::Nowhere | Text::Offered | Text::Asked | Text::Unread(_) | Text::Refused(_) => None,
        }
    }

    /// The file says something else now.
    pub fn is_changed(&self) -> bool {
        matches!(self.file, Some(FileNow::Changed { .. }))
    }
}

/// Reading the document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reader {
    /// What is shown.
    pub page: Page,
    /// The line of the source that is to be brought into sight once there are rows.
    pub goal: Option<usize>,
    /// The rows at the width that they were made for; none yet when the width is 0.
    pub rows: Vec<Row>,
    /// The width that the rows were made for.
    pub width: usize,
    /// The first row that is shown.
    pub scroll: usize,
    /// What is looked for.
    pub search: Field,
    /// It is being typed.
    pub searching: bool,
    /// The row at which the search began.
    pub from: usize,
    /// The rows that hold it.
    pub found: Vec<usize>,
    /// The one among them that the person is at.
    pub at: Option<usize>,
    /// The row that is to become a step, while one is chosen.
    pub picking: Option<usize>,
}

/// What is shown of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// Its text.
    #[default]
    Text,
    /// What its file says otherwise than the run.
    Difference,
}

impl Reader {
    /// Reading from a line on.
    pub fn at(line: Option<usize>) -> Self {
        Self { goal: line, ..Self::default() }
    }

    /// The first row of a line of the source, or of the next line that is shown.
    pub fn row_of(&self, line: usize) -> Option<usize> {
        let at = self.rows.partition_point(|row| row.source < line);
        (at < self.rows.len()).then_some(at)
    }

    /// The line of the source that stands first in sight.
    pub fn line(&self) -> usize {
        self.rows.get(self.scroll).map_or(0, |row| row.source)
    }
}
