//! What a run allows, refuses and remembers.

mod decisions;
mod properties;
mod values;
mod verdicts;
