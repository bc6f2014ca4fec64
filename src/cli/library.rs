//! The runbooks of the user's folders, their calendar, and what was done, brought together from files and the journal.

mod past;
mod team;

pub(super) use past::{OpenRun, Past};
pub(super) use team::{Read, Team, Unread, here};
