//! The form in which a fact is stored and hashed, and the one place where versions are read.

use serde::Deserialize;

use crate::ids::{Digest, EventId, Seq};
use crate::run::event::{Fact, VERSION};

/// A fact in the form in which it is stored and hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its place in the run.
    pub seq: Seq,
    /// Its id.
    pub id: EventId,
    /// The JSON text; these bytes are never made again from the value.
    pub text: String,
}

impl Stored {
    /// Encodes `fact`.
    ///
    /// # Errors
    /// When the fact cannot be written as JSON, which no fact of this version is.
    pub fn encode(fact: &Fact) -> Result<Self, serde_json::Error> {
        Ok(Self { seq: fact.seq, id: fact.id, text: serde_json::to_string(fact)? })
    }

    /// Reads the fact back, bringing old versions up to [`VERSION`].
    ///
    /// # Errors
    /// [`Unreadable`] when the version is newer than this program, or the text is damaged.
    pub fn decode(&self) -> Result<Fact, Unreadable> {
        #[derive(Deserialize)]
        struct Version {
            version: u16,
        }
        let damaged = |source| Unreadable::Damaged { seq: self.seq, source };
        let Version { version } = serde_json::from_str(&self.text).map_err(damaged)?;
        if version > VERSION {
            return Err(Unreadable::Newer { seq: self.seq, version });
        }
        // Versions 2 and 3 only added events and fields with a default: there is nothing to bring up yet.
        serde_json::from_str(&self.text).map_err(damaged)
    }

    /// The SHA-256 of the stored text: what the next fact names as [`Fact::prev`].
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }
}

/// Why a stored fact cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A newer program wrote it.
    #[error("fact {seq} has version {version}, newer than this program reads ({VERSION})")]
    Newer {
        /// Which fact.
        seq: Seq,
        /// Its version.
        version: u16,
    },
    /// The text is not what was written.
    #[error("fact {seq} is damaged")]
    Damaged {
        /// Which fact.
        seq: Seq,
        /// What the reader stumbled over.
        #[source]
        source: serde_json::Error,
    },
}
