//! What is due and what was done: a runbook's duties held against a calendar and against the records.
//!
//! Pure: no IO, no clock; the time, the holidays and what was done come in. Says only what the records tell: a duty that
//! no procedure does, and one that a cron line does, is never called overdue.

mod due;
mod duty;
mod grid;
mod holidays;
mod ics;
pub mod report;
pub mod rule;
#[cfg(test)]
mod tests;

pub use due::{Agenda, Collision, DayLoad, DueLine, Standing, agenda};
pub use duty::{Book, Done, Duty, Measured, OpenRun, Outcome, Rank};
pub use grid::{Calendar, Slot, SlotKind};
pub use holidays::{Holidays, NoDate};
pub use ics::calendar_file;
pub use report::Span;
