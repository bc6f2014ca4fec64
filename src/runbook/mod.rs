//! The document: its model and the parser that reads it.
//!
//! Pure: no IO, no clock, no randomness. Total: any text gives a [`model::Runbook`], never a panic.

pub mod advice;
mod forbidden;
pub mod interpreters;
pub mod lexicon;
pub mod lines;
pub mod lint;
pub mod model;
pub mod parse;
pub mod reader;
pub mod reverts;
pub mod shell;
pub mod statements;
mod text;
