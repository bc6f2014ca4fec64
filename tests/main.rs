//! The tests of the whole crate, in one binary.

#[cfg(test)]
mod store;
#[cfg(test)]
mod vault;
