//! The journal: one contract for every store, and what SQLite adds to it.

mod chain;
pub(crate) mod child;
mod contract;
pub(crate) mod facts;
mod sqlite;
mod sqlite_faults;
mod sqlite_kill;
mod sqlite_upgrade;
