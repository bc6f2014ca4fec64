//! One row of a terminal screen, as runs of equally styled text: what the host sends and the screen draws.
//!
//! The text of a [`Span`] holds no control character: it comes out of the emulator's cells.

use serde::{Deserialize, Serialize};

/// A colour as the program in the pane asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Colour {
    /// The terminal's own.
    #[default]
    Default,
    /// One of the 256 indexed colours.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// How a run of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// Foreground.
    #[serde(skip_serializing_if = "is_default")]
    pub fg: Colour,
    /// Background.
    #[serde(skip_serializing_if = "is_default")]
    pub bg: Colour,
    /// Bold.
    #[serde(skip_serializing_if = "is_default")]
    pub bold: bool,
    /// Dim.
    #[serde(skip_serializing_if = "is_default")]
    pub dim: bool,
    /// Italic.
    #[serde(skip_serializing_if = "is_default")]
    pub italic: bool,
    /// Underlined.
    #[serde(skip_serializing_if = "is_default")]
    pub underlined: bool,
    /// Foreground and background exchanged.
    #[serde(skip_serializing_if = "is_default")]
    pub reversed: bool,
    /// Struck out.
    #[serde(skip_serializing_if = "is_default")]
    pub struck: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Equally styled text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The text, without control characters.
    pub text: String,
    /// How it looks.
    #[serde(default, skip_serializing_if = "is_default")]
    pub look: Look,
}

/// One row; blanks at its end are left out.
pub type Row = Vec<Span>;
