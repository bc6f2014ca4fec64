//! Integration tests, in one binary.

mod exec;
