//! Writes the record: the documented block first, then the detail.
//!
//! Every foreign text goes through [`super::escape`]; what is written as it is, is the program's own.

mod block;
mod detail;
mod life;
pub(crate) mod page;
mod steps;
mod verification;

pub use block::{documented_fields, file_stem};

use crate::record::Inputs;
use crate::run::state::RunState;
use page::Page;

/// The documented block alone: the heading and the bullets, as they stand in the record and in a team's log.
pub fn documented_block(state: &RunState) -> String {
    let Some(started) = &state.started else { return String::new() };
    let mut page = Page::new(started.start.language);
    block::write(state, started, &mut page);
    page.finish()
}

/// The whole record as markdown. A run without its first fact has none: the text is empty.
pub fn render(inputs: &Inputs<'_>) -> String {
    let Some(started) = &inputs.state.started else { return String::new() };
    let mut page = Page::new(started.start.language);
    block::write(inputs.state, started, &mut page);
    detail::write(inputs, started, &mut page);
    page.finish()
}
