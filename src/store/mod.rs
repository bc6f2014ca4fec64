//! The journal: facts appended at an expected place, and read back.
//!
//! [`Journal`] is what the engine sees; one contract suite holds every implementation to it.

pub mod fault;
pub mod sqlite;
pub mod verify;

use std::future::Future;

use crate::ids::{Digest, RunId, Seq};
use crate::run::event::{Fact, Stored};

/// One line of the list of runs, taken from the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLine {
    /// The run.
    pub run: RunId,
    /// Its first fact.
    pub first: Stored,
    /// The place of its last fact.
    pub last: Seq,
}

/// Facts and runbook texts, kept durably.
pub trait Journal: Clone + Send + Sync + 'static {
    /// Appends `facts` right after `expected`, all or none, and returns what was stored once it is durable.
    ///
    /// The caller fills every field of the facts, `seq` and `prev` too; they are checked here. An `AttemptStarted`
    /// also claims its command (run, step, command, number) in a unique row with a fencing token.
    /// Appending the same facts (same ids at the same places) again is no conflict and changes nothing.
    fn append(
        &self,
        run: RunId,
        expected: Seq,
        facts: &[Fact],
    ) -> impl Future<Output = Result<Vec<Stored>, AppendError>> + Send;

    /// The facts of a run after `after`, in order.
    fn load(&self, run: RunId, after: Seq) -> impl Future<Output = Result<Vec<Stored>, StoreError>> + Send;

    /// All runs, the newest first.
    fn runs(&self) -> impl Future<Output = Result<Vec<RunLine>, StoreError>> + Send;

    /// Keeps the bytes of a runbook under their digest.
    fn keep_runbook(&self, bytes: &[u8]) -> impl Future<Output = Result<Digest, StoreError>> + Send;

    /// The bytes of a runbook.
    fn runbook(&self, digest: &Digest) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;
}

/// Why facts were not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else appended first: load, decide again.
    #[error("another writer appended first: the run is at fact {actual}, not {expected}")]
    Conflict {
        /// Where the caller believed the run to be.
        expected: Seq,
        /// Where it is.
        actual: Seq,
    },
    /// The command was claimed by another attempt.
    #[error("the command was claimed by another attempt")]
    Claimed,
    /// The facts do not follow one another, or do not follow the journal's last one.
    #[error("the facts do not continue the journal at {at}")]
    Broken {
        /// The first that does not.
        at: Seq,
    },
    /// The journal cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the journal could not be used.
#[derive(Debug, thiserror::Error)]
#[error("failed to {doing} the journal {journal}")]
pub struct StoreError {
    /// What was tried: `open`, `read`, `write`.
    pub doing: &'static str,
    /// Which journal: a path, or a URL without its password.
    pub journal: String,
    /// What happened.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl StoreError {
    /// What is wrong, where the store knows: whether to wait for room, to give up, or to open for reading only.
    pub fn fault(&self) -> Option<&fault::Fault> {
        self.source.downcast_ref()
    }
}
