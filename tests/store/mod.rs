//! The journal: one contract for every store, and what SQLite adds to it.

mod chain;
mod contract;
mod facts;
mod sqlite;
mod sqlite_faults;
