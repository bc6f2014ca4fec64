//! The dispatcher over a journal and an executor that do as a test tells them.

mod bench;
mod fakes;
mod invariants;
mod recovery;
