//! Files that are read and written: runbooks, trust, evidence, records.

mod compressed;
mod evidence;
mod folders;
mod outputs;
mod records;
mod retention;
mod saving;
mod shelf;
mod signature;
mod slug;
mod source;
mod team_log;
mod trust;
mod umask;
