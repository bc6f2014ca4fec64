//! What a run allows, refuses and remembers.

mod cautions;
mod decisions;
mod properties;
mod values;
mod verdicts;
