//! The dispatcher of a run: decide, journal, apply, publish, then effect.
//!
//! One task owns an [`Engine`]. It is generic over its journal and its executor: a drill's engine is built over the
//! simulator and cannot reach a process. A fact is durable before its effect starts (I2); a journal that fails stops
//! new commands and leaves running ones alive (I3).

pub mod afterwards;
mod dispatcher;
mod effects;
pub mod identity;
mod reading;
mod recorder;
#[cfg(test)]
mod tests;
mod trouble;

pub use dispatcher::{Engine, EngineError, Resources, chain};
pub use trouble::{Trouble, unread};
