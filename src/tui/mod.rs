//! The screen: terminal guard, keymap, actions, model, update, views, themes.
//!
//! Sees the run through [`backend::Backend`] and the messages of [`crate::console::wire`]; never a process, a database
//! or a file of the run. `draw` takes shared references only.

pub mod action;
pub mod backend;
pub mod bidi;
pub mod content;
pub mod document;
pub mod drive;
pub mod edit;
pub mod find;
pub mod foreign;
pub mod keymap;
pub mod layout;
pub mod model;
pub mod player;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod words;

pub use drive::{TuiError, run};
pub use model::{Opening, Place, Preview, Settings};
pub use theme::Theme;
