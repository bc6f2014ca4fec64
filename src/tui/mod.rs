//! The screen: terminal guard, keymap, actions, model, update, views, themes.
//!
//! Sees the run through [`backend::Backend`] and the messages of [`crate::console::wire`]; never a process, a database
//! or a file of the run. `draw` takes shared references only.

pub mod backend;
