//! What a host and a keeper say to each other: JSON in frames with a length in front.
//!
//! JSON, so that the host of another version can still take a keeper in hand: unknown fields are passed over.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Size;
use crate::ids::AttemptId;
use crate::run::environment::EnvironmentChange;
use crate::run::event::{Finish, Stop};
use crate::term::Secret;

/// The version of this protocol.
pub(crate) const VERSION: u32 = 1;

/// The longest frame. Longer than any command that a runbook holds; a frame that claims more ends the connection.
pub(crate) const LONGEST_FRAME: usize = 16 * 1024 * 1024;

/// From the host to the keeper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ToKeeper {
    /// The first frame: who sends it is the host from now on.
    Take,
    Start {
        attempt: AttemptId,
        text: String,
        #[serde(default)]
        secrets: Vec<(String, Secret)>,
        #[serde(default)]
        changes: Vec<EnvironmentChange>,
    },
    Input {
        bytes: Vec<u8>,
    },
    Resize {
        size: Size,
    },
    Stop {
        attempt: AttemptId,
        how: Stop,
    },
    Ack {
        attempt: AttemptId,
    },
    Close,
}

/// From the keeper to the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FromKeeper {
    Hello(Hello),
    Output { attempt: AttemptId, bytes: u64 },
    Finished { attempt: AttemptId, finish: Finish },
}

/// The first frame on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) version: u32,
    pub(crate) lane: u32,
    pub(crate) pid: u32,
    pub(crate) shell: String,
    pub(crate) cwd: String,
    pub(crate) running: Option<(AttemptId, u64)>,
    /// Names of the variables that the lane began with; a keeper of an older program says nothing of them.
    #[serde(default)]
    pub(crate) set: Option<Vec<String>>,
}

/// What a keeper says on its standard output once it listens, or when it cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Handshake {
    Listening,
    Failed { why: String },
}

/// Why a peer cannot be understood. The connection ends with it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Garbled {
    #[error("a frame of {0} bytes is longer than allowed")]
    TooLong(usize),
    #[error("a frame is not what was expected")]
    NotOurs(#[from] serde_json::Error),
}

impl From<Garbled> for std::io::Error {
    fn from(garbled: Garbled) -> Self {
        Self::new(std::io::ErrorKind::InvalidData, garbled)
    }
}

/// Writes `message` as a frame.
pub(crate) fn encode(message: &impl Serialize) -> Result<Vec<u8>, Garbled> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message)?;
    let len = frame.len() - 4;
    let short = u32::try_from(len).ok().filter(|_| len <= LONGEST_FRAME).ok_or(Garbled::TooLong(len))?;
    frame[..4].copy_from_slice(&short.to_le_bytes());
    Ok(frame)
}

/// Puts frames together from what was read.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    buffer: Vec<u8>,
    from: usize,
}

impl Decoder {
    /// Takes what was read.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.from > 0 {
            self.buffer.drain(..self.from);
            self.from = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next complete frame.
    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Garbled> {
        let rest = &self.buffer[self.from..];
        let Some((head, body)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        let len = usize::try_from(u32::from_le_bytes(*head)).unwrap_or(usize::MAX);
        if len > LONGEST_FRAME {
            return Err(Garbled::TooLong(len));
        }
        let Some(body) = body.get(..len) else { return Ok(None) };
        let message = serde_json::from_slice(body)?;
        self.from += 4 + len;
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn frames_are_put_together_from_single_bytes() {
        let said = [ToKeeper::Input { bytes: vec![0, 255] }, ToKeeper::Close];
        let mut decoder = Decoder::default();
        let mut heard = Vec::new();

        for frame in &said {
            for byte in encode(frame).unwrap() {
                decoder.feed(&[byte]);
                heard.extend(decoder.next::<ToKeeper>().unwrap());
            }
        }

        assert_eq!(heard, said);
    }

    #[test]
    fn a_frame_that_claims_too_much_is_refused_before_it_is_awaited() {
        let mut decoder = Decoder::default();
        decoder.feed(&u32::MAX.to_le_bytes());
        assert!(matches!(decoder.next::<ToKeeper>(), Err(Garbled::TooLong(_))));
    }

    proptest! {
        #[test]
        fn random_bytes_are_refused_or_awaited(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut decoder = Decoder::default();
            decoder.feed(&bytes);
            while let Ok(Some(_)) = decoder.next::<ToKeeper>() {}
        }
    }
}
