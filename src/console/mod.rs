//! The process that owns a run (the *host*), its socket, and the handle of those who attach.

mod acceptor;
pub mod client;
pub mod connection;
mod denials;
pub mod document;
pub mod frames;
pub mod host;
pub mod output;
mod participants;
pub mod presence;
pub mod socket;
pub mod starter;
pub mod wire;
