//! What a run allows, refuses and remembers.

mod branches;
mod cautions;
mod decisions;
mod overrides;
mod properties;
mod values;
mod verdicts;
