//! The journal in one SQLite file: the store of a machine on its own.
//!
//! Survives a crash and a power cut at any point (write-ahead log, `synchronous=FULL`), a full disk, a caller that goes
//! away in the middle, and other processes on the same file. Does not survive a disk that lies about syncing, or a file
//! system shared between machines.

mod append;
mod health;
mod journal;
mod open;
mod place;

pub use journal::{LookedOver, SqliteJournal};
pub use place::PlaceError;
