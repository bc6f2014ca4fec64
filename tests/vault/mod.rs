//! Files that are read and written: runbooks, trust, evidence, records.

mod evidence;
mod folders;
mod outputs;
mod records;
mod shelf;
mod slug;
mod source;
mod team_log;
mod trust;
mod umask;
