//! The pure state machine of a run.
//!
//! Facts ([`event`]) fold into a state ([`state`]); a command is decided against it ([`decide`]); everything that a
//! screen or a record says is asked of it ([`query`]). No IO, no clock, no randomness: time and ids come in with facts.

pub mod branches;
pub mod cautions;
pub mod choices;
pub mod clock_step;
pub mod command;
pub mod decide;
pub mod denial;
pub mod deviations;
pub mod environment;
pub mod event;
pub mod guidance;
pub mod holds;
pub mod query;
pub mod renewal;
pub mod reverts;
pub mod server;
pub mod state;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod values;
pub mod verdict;
pub mod verification;
