//! Who sits at a screen, proven by a key: the host asks for a signature of a text that nobody has signed before, and looks
//! whose key it is in the team's list of signers.
//!
//! A key that the list does not have proves nothing, and the screen goes on without. The text names the run and the purpose,
//! so that a signature is of no use anywhere else.

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};

use crate::ids::RunId;
use crate::run::verification::KeyHolder;
use crate::vault::signature::{Ask, Keygen, PRESENCE, Rejected, SignatureError};

/// What a host needs to know a person by a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// The program that checks signatures.
    pub keygen: Keygen,
    /// The file that lists whose keys count.
    pub allowed: PathBuf,
}

/// Why a screen goes on without a key.
#[derive(Debug, thiserror::Error)]
pub enum PresenceError {
    /// The text is not of the run that was reached.
    #[error("the host asked to sign a text of another run; nothing was signed")]
    OtherRun,
    /// The key gave no signature.
    #[error(transparent)]
    NotSigned(#[from] SignatureError),
}

/// The text that a screen of `run` has to sign; `nonce` was never used before.
pub fn challenge(run: RunId, nonce: uuid::Uuid) -> String {
    format!("tejun: who sits at a screen of run {run}\n{nonce}\n")
}

/// Signs the challenge of a host of `run`. Nobody is asked for a passphrase: the screen is in use.
///
/// # Errors
/// [`PresenceError`]; the screen then goes on without a key.
pub fn prove(keygen: &Keygen, key: &Path, run: RunId, challenge: &str) -> Result<String, PresenceError> {
    let first = challenge.lines().next().unwrap_or_default();
    if first != format!("tejun: who sits at a screen of run {run}") {
        return Err(PresenceError::OtherRun);
    }
    Ok(keygen.sign(key, PRESENCE, challenge.as_bytes(), Ask::Nobody)?)
}

impl Presence {
    /// Whose signature of the challenge it is.
    ///
    /// # Errors
    /// [`Rejected`] when it proves nothing.
    pub fn holder(&self, challenge: &str, signature: &str, at: DateTime<FixedOffset>) -> Result<KeyHolder, Rejected> {
        let signer = self.keygen.verify(&self.allowed, PRESENCE, challenge.as_bytes(), signature, at)?;
        Ok(KeyHolder { principal: signer.principal, fingerprint: signer.fingerprint })
    }
}
