//! A fact that is added to a run which is over: what was put beside its record.

use crate::clock::Clock;
use crate::engine::dispatcher::stamped;
use crate::engine::identity::Place;
use crate::ids::{Digest, RunId, Seq};
use crate::run::event::{Actor, Event, Stored};
use crate::store::{AppendError, Journal};

/// How often it is tried again when others append at the same time.
const ROUNDS: u32 = 100;

/// Whether the journal took a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is durable.
    Yes,
    /// The journal does not know the run: it was carried out on another machine, or by another user.
    Elsewhere,
}

/// Notes that `by` put the file at `path` with this digest beside the record of `run`.
///
/// # Errors
/// When the journal cannot be read or written; the file is as it is.
pub async fn note_beside<J: Journal>(
    journal: &J,
    clock: &dyn Clock,
    run: RunId,
    by: &Actor,
    (path, sha256): (&str, &Digest),
) -> Result<Noted, AppendError> {
    let place = Place::here();
    let mut round = 0;
    loop {
        let stored = journal.load(run, Seq(0)).await.map_err(AppendError::Store)?;
        let Some(last) = stored.last() else { return Ok(Noted::Elsewhere) };
        let event = Event::AddedBeside { path: path.to_owned(), sha256: sha256.clone() };
        let fact = stamped(clock, &place, (run, last.seq.next(), last.digest()), by, event);
        Stored::encode(&fact).map_err(|_| AppendError::Broken { at: fact.seq })?;
        match journal.append(run, last.seq, &[fact]).await {
            Ok(_) => return Ok(Noted::Yes),
            Err(AppendError::Conflict { .. }) if round < ROUNDS => round += 1,
            Err(fault) => return Err(fault),
        }
    }
}
