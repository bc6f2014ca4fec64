//! What a terminal shows: emulation, plain text, redaction and sanitising.
//!
//! Pure: no IO, no clock, no randomness.

pub mod cells;
pub mod redact;

pub use redact::Redactor;
