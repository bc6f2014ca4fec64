//! What is asked about outputs: where to save one, what of it to copy, which one to see, what changed in it.

use crate::console::wire::{Against, Compared};
use crate::ids::AttemptId;
use crate::tui::edit::Field;
use crate::tui::keymap::Context;
use crate::tui::text::Line;

/// A question about outputs, or an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum OutputDialog {
    /// Under which name an output is saved.
    Save {
        /// Whose output.
        attempt: AttemptId,
        /// The name.
        name: Field,
    },
    /// What of an output goes to the clipboard of the terminal.
    Copy {
        /// Whose output.
        attempt: AttemptId,
        /// The choice.
        part: CopyPart,
    },
    /// The list of outputs.
    Panes {
        /// The one that the keys belong to, by its place in the list.
        at: usize,
    },
    /// What changed from an earlier output.
    Comparison(Comparison),
}

/// What is copied of an output, and of what printed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyPart {
    /// The rows that are seen.
    Seen,
    /// All of it, or its end.
    All,
    /// The command that printed it.
    Command,
}

impl CopyPart {
    /// All parts, in the order of the choice.
    pub const ALL: [Self; 3] = [Self::Seen, Self::All, Self::Command];

    /// The part after this one, or the one before.
    pub fn moved(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|part| *part == self).unwrap_or(0);
        let next = at.saturating_add_signed(by).min(Self::ALL.len() - 1);
        Self::ALL.get(next).copied().unwrap_or(self)
    }
}

/// What changed from an earlier output, as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Whose output.
    pub attempt: AttemptId,
    /// With what it is compared.
    pub with: Against,
    /// What was found; absent while it is on its way.
    pub told: Option<Compared>,
    /// Its rows at the width that they were made for.
    pub rows: Vec<Line>,
    /// That width; 0 before.
    pub width: usize,
    /// The first row that is seen.
    pub scroll: usize,
}

impl OutputDialog {
    /// Where a key is pressed while it is open.
    pub fn context(&self) -> Context {
        match self {
            Self::Save { .. } => Context::Field,
            Self::Copy { .. } => Context::Choice,
            Self::Panes { .. } => Context::Panes,
            Self::Comparison(_) => Context::Comparison,
        }
    }

    /// The scroll of what scrolls.
    pub fn scroll(&mut self) -> Option<&mut usize> {
        match self {
            Self::Comparison(comparison) => Some(&mut comparison.scroll),
            Self::Save { .. } | Self::Copy { .. } | Self::Panes { .. } => None,
        }
    }

    /// The field that is typed in.
    pub fn field(&mut self) -> Option<&mut Field> {
        match self {
            Self::Save { name, .. } => Some(name),
            Self::Copy { .. } | Self::Panes { .. } | Self::Comparison(_) => None,
        }
    }
}
