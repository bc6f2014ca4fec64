//! The integration tests, in one binary.

mod exec;
mod store;
mod vault;
