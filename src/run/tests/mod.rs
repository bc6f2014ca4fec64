//! What a run allows, refuses and remembers.

mod branches;
mod cautions;
mod decisions;
mod properties;
mod values;
mod verdicts;
