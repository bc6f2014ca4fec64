//! Holds a stored run against its hash chain and names the first fact that does not fit.
//!
//! Pure. Knows only the envelope of a fact, so that facts of newer programs can be checked as well. The chain alone
//! cannot see a change of the last fact or a cut tail: [`check_rows`] sees the first with the digests that the journal
//! took down when it wrote, and the head in a signed record shows both.

use serde::Deserialize;

use crate::ids::{Digest, EventId, RunId, Seq};
use crate::run::event::Stored;

/// The first fact that does not fit, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// The run has no facts at all.
    #[error("the run has no facts")]
    Empty,
    /// A place is empty.
    #[error("fact {at} is missing")]
    Missing {
        /// The first empty place.
        at: Seq,
    },
    /// A fact stands after one that it should precede.
    #[error("fact {at} is out of order")]
    OutOfOrder {
        /// The fact that is too late.
        at: Seq,
    },
    /// The text cannot be read.
    #[error("fact {at} is damaged")]
    Damaged {
        /// Which fact.
        at: Seq,
    },
    /// The text says another run, place or id than the row that holds it.
    #[error("fact {at} belongs to another place")]
    Misplaced {
        /// Where it stands.
        at: Seq,
    },
    /// The text is not the one that was written: the next fact names another digest.
    #[error("fact {at} was changed after it was written")]
    Changed {
        /// Which fact.
        at: Seq,
    },
    /// The fact does not name the digest of the one before it, and nothing tells which of the two was changed.
    #[error("fact {at} does not continue the one before it")]
    Unlinked {
        /// The later of the two.
        at: Seq,
    },
}

impl ChainFault {
    /// The place of the first bad fact.
    pub fn at(&self) -> Seq {
        match self {
            Self::Empty => Seq(1),
            Self::Missing { at }
            | Self::OutOfOrder { at }
            | Self::Damaged { at }
            | Self::Misplaced { at }
            | Self::Changed { at }
            | Self::Unlinked { at } => *at,
        }
    }
}

/// What every version of a fact has.
#[derive(Deserialize)]
struct Envelope {
    run: RunId,
    seq: Seq,
    id: EventId,
    prev: Digest,
}

/// Checks all facts of `run`, from the first on, and returns the head: the digest of the last text.
///
/// # Errors
/// [`ChainFault`] naming the first fact that does not fit.
pub fn check_chain(run: RunId, facts: &[Stored]) -> Result<Digest, ChainFault> {
    let mut head = Digest::of(b"");
    let mut expected = Seq(1);
    for (index, fact) in facts.iter().enumerate() {
        let envelope = envelope(run, expected, fact)?;
        if envelope.prev != head {
            return Err(unlinked(run, facts, index));
        }
        head = fact.digest();
        expected = expected.next();
    }
    if facts.is_empty() { Err(ChainFault::Empty) } else { Ok(head) }
}

/// Checks all facts of `run` as [`check_chain`] does, and each also against the digest that was taken down with it.
///
/// # Errors
/// [`ChainFault`] naming the first fact that does not fit.
pub fn check_rows(run: RunId, facts: &[Stored], digests: &[Digest]) -> Result<Digest, ChainFault> {
    let chain = check_chain(run, facts);
    let changed = facts.iter().zip(digests).find(|(fact, digest)| fact.digest() != **digest).map(|(fact, _)| fact.seq);
    match (chain, changed) {
        (Ok(_), Some(at)) => Err(ChainFault::Changed { at }),
        (Err(fault), Some(at)) if at < fault.at() => Err(ChainFault::Changed { at }),
        (chain, _) => chain,
    }
}

fn envelope(run: RunId, expected: Seq, fact: &Stored) -> Result<Envelope, ChainFault> {
    if fact.seq > expected {
        return Err(ChainFault::Missing { at: expected });
    }
    if fact.seq < expected {
        return Err(ChainFault::OutOfOrder { at: fact.seq });
    }
    let envelope: Envelope =
        serde_json::from_str(&fact.text).map_err(|_syntax| ChainFault::Damaged { at: fact.seq })?;
    if envelope.run != run || envelope.seq != fact.seq || envelope.id != fact.id {
        return Err(ChainFault::Misplaced { at: fact.seq });
    }
    Ok(envelope)
}

/// Tells which of two neighbours was changed: the later one, when the fact after it does not vouch for it either.
fn unlinked(run: RunId, facts: &[Stored], index: usize) -> ChainFault {
    let later = &facts[index];
    let vouched = facts.get(index + 1).and_then(|after| {
        let envelope = envelope(run, later.seq.next(), after).ok()?;
        Some(envelope.prev == later.digest())
    });
    match (vouched, index.checked_sub(1)) {
        (Some(false), _) => ChainFault::Changed { at: later.seq },
        (Some(true), Some(earlier)) => ChainFault::Changed { at: facts[earlier].seq },
        (Some(true) | None, _) => ChainFault::Unlinked { at: later.seq },
    }
}
