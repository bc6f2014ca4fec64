//! The process that owns a run (the *host*), its socket, and the handle of those who attach.

pub mod wire;
