//! What was refused because of who tried it: another user at the door, or a screen that only looks on.

use serde::{Deserialize, Serialize};

/// Somebody tried what they may not do; nothing came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denial {
    /// The user id that the kernel reported for the peer.
    pub uid: u32,
    /// The name of that user on the machine.
    pub user: String,
    /// What was tried.
    pub tried: Tried,
    /// How many times, since a fact last told of it.
    pub times: u32,
}

/// What somebody tried.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Tried {
    /// To attach, as a user to whom the run does not belong.
    Attach,
    /// To change the run from a screen that only looks on.
    Command {
        /// The name of the command, as it goes over the socket.
        command: String,
    },
    /// To type into a command from a screen that only looks on.
    Type,
}
