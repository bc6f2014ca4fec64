//! What a terminal shows: emulation, plain text, redaction and sanitising.
//!
//! Pure: no IO, no clock, no randomness.

pub mod cast;
pub mod cells;
pub mod emulator;
pub mod fold;
mod forms;
pub mod harmless;
pub mod keys;
mod needle;
pub mod plain;
pub mod redact;
pub mod sanitise;
pub mod secrets;
mod shapes;
mod strings;

pub use emulator::Emulator;
pub use plain::plain_text;
pub use redact::{Redactor, redact_text, secrets_of_env};
pub use sanitise::{Breaks, sanitise};
pub use secrets::{Secret, Secrets};
