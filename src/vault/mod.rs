//! Files: the runbook as it is read, the list of trusted runbooks, evidence, records, and their signatures.
//!
//! Says "saved" only after the bytes and the folder entry are on disk. Nothing here follows a link in the last part of a
//! path that it writes, and nothing is ever written over, except the list of trusted runbooks by its next version, and a team's log by itself with
//! one entry more.

mod atomic;
pub mod beside;
pub mod compressed;
pub mod evidence;
mod folder;
pub mod outputs;
pub mod recall;
pub mod records;
pub mod retention;
pub mod shelf;
pub mod signature;
mod slug;
pub mod source;
pub mod team_log;
pub mod trust;

pub use folder::{FolderError, private_dir};
pub use slug::slug;
