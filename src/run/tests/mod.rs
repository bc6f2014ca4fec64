//! What a run allows, refuses and remembers.

mod decisions;
mod properties;
mod servers;
mod values;
mod verdicts;
