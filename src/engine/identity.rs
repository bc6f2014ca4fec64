//! Who and where, as it is stamped on facts.

use crate::config::machine;
use crate::run::event::{Actor, ActorKind};

/// The machine that appends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its host name.
    pub machine: String,
    /// The kernel's id of its start.
    pub boot: String,
}

impl Place {
    /// This machine.
    pub fn here() -> Self {
        Self { machine: machine::host_name(), boot: crate::clock::boot_id() }
    }
}

/// A person or a headless run behind a socket: the uid is what the kernel reported for the peer.
pub fn peer(uid: u32, operator: &str, kind: ActorKind) -> Actor {
    Actor { uid, user: machine::user_name(uid), operator: operator.to_owned(), kind, key: None }
}

/// The host itself.
pub fn host() -> Actor {
    let uid = machine::own_uid();
    Actor { uid, user: machine::user_name(uid), operator: "tejun".to_owned(), kind: ActorKind::Host, key: None }
}
