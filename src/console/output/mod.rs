//! What a client reads of an attempt's output beside its picture: pages of it, the places of a text, the difference
//! from another output.
//!
//! All of it comes from evidence files, a bounded piece at a time, and beside the run: a disk that does not answer
//! holds up this answer and nothing else.

pub mod compare;
pub mod page;
pub mod search;
