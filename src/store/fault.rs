//! What can be wrong with a journal, and what follows from it.
//!
//! A fault is the source of a [`StoreError`](super::StoreError); [`StoreError::fault`](super::StoreError::fault) finds it.

use std::error::Error;
use std::sync::Arc;

use crate::ids::{Digest, Seq};

/// The error of the layer below. Shared, because the first failure of a broken journal is told again and again.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// What is wrong with a journal.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// There is no room. Nothing of the failed write is kept, and the next one works as soon as there is room again.
    #[error("the disk is full: nothing saved is lost; free some space and try again")]
    Full(#[source] Cause),
    /// A write or a sync failed, or the file is not a sound database. Final for this handle: what the kernel failed to
    /// write once it may report as written the next time, so every later write fails with this first failure.
    #[error("the journal failed and is no longer written; check the disk, then start again")]
    Broken(#[source] Cause),
    /// Another program held the write lock for too long. The same write may be tried again.
    #[error("another program keeps the journal locked; try again")]
    Busy(#[source] Cause),
    /// Any other failure. Nothing of the failed write is kept.
    #[error("the database refused")]
    Refused(#[source] Cause),
    /// The linked SQLite has a defect that loses committed writes.
    #[error("SQLite {found} can lose saved facts and must not write; {least} or newer is needed")]
    OldSqlite {
        /// The linked version.
        found: String,
        /// The first sound version.
        least: &'static str,
    },
    /// A newer program made the journal's tables: it may be read, but not written.
    #[error("a newer tejun wrote it (schema {found}, this one knows {known}): update tejun, or open it for reading")]
    NewerSchema {
        /// The version of the tables.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// There is a database, but not one of ours.
    #[error("it is a database of another program, or an empty one")]
    NotAJournal,
    /// The handle was opened for reading.
    #[error("it was opened for reading only")]
    ReadOnly,
    /// The stored bytes of a runbook do not have the digest that they are kept under.
    #[error("the stored runbook {0} is damaged")]
    DamagedRunbook(Digest),
    /// A fact has a place or a number that the database cannot hold.
    #[error("fact {0} is too large for the database")]
    Overflow(Seq),
}

impl Fault {
    /// Writing can go on with this handle, at the latest when the outer cause (room, a lock) is gone.
    pub fn passes(&self) -> bool {
        match self {
            Self::Full(_) | Self::Busy(_) | Self::Refused(_) | Self::Overflow(_) => true,
            Self::Broken(_)
            | Self::OldSqlite { .. }
            | Self::NewerSchema { .. }
            | Self::NotAJournal
            | Self::ReadOnly
            | Self::DamagedRunbook(_) => false,
        }
    }
}
