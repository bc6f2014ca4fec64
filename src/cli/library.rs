//! The runbooks of the user's folders, their calendar, and what was done, brought together from files and the journal.

mod in_order;
mod past;
mod records;
mod search;
mod team;

pub(super) use past::Past;
pub(super) use records::{SavedRecord, records};
pub(super) use search::search;
pub(super) use team::{Read, Team, Unread, here};
