//! What a run allows, refuses and remembers.

mod branches;
mod cautions;
mod choices;
mod clock;
mod decisions;
mod deviations;
mod environment;
mod life;
mod overrides;
mod properties;
mod renewal;
mod servers;
mod values;
mod verdicts;
mod verification;
