//! One client's connection, seen from the host: who it is, what it says, what it is sent.
//!
//! A connection can do no harm to the run: another user is cut off at once, a message that is too long or not
//! understood ends it, and one that does not read is dropped when its queue is full; it may come again.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use crate::console::wire::{FromHost, MAX_FRAME, ToHost};

/// Messages that may wait for a client. A client that is this far behind is not reading: it is dropped, and gets all
/// facts anew when it comes back.
pub(super) const QUEUE: usize = 1024;

/// The longest message of a client: a note or a paste, not a document.
const MAX_FROM_CLIENT: usize = 4 * 1024 * 1024;

/// How long a client may take to say who it is.
const HELLO: Duration = Duration::from_secs(5);

/// A client's number in its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(pub u64);

/// What connections tell their host.
#[derive(Debug)]
pub enum FromClient {
    /// A client is there and has said who it is.
    Joined {
        /// Its number.
        client: ClientId,
        /// Its user, by the kernel.
        uid: u32,
        /// Its first message.
        hello: ToHost,
        /// What is sent to it.
        out: mpsc::Sender<FromHost>,
    },
    /// A client said something.
    Said {
        /// Which client.
        client: ClientId,
        /// What.
        message: ToHost,
    },
    /// A client is gone.
    Left {
        /// Which client.
        client: ClientId,
    },
}

fn codec(longest: usize) -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder().max_frame_length(longest).new_codec()
}

/// Serves one connection until it ends.
pub(super) async fn serve(stream: UnixStream, client: ClientId, host: mpsc::Sender<FromClient>) {
    let own = crate::config::machine::own_uid();
    let uid = match stream.peer_cred() {
        Ok(peer) if peer.uid() == own || peer.uid() == 0 => peer.uid(),
        Ok(peer) => {
            tracing::warn!(uid = peer.uid(), "another user tried to attach and was refused");
            return;
        }
        Err(fault) => {
            tracing::warn!(%fault, "the peer of a connection is unknown; it was refused");
            return;
        }
    };
    let mut framed = Framed::new(stream, codec(MAX_FROM_CLIENT));
    let first = match tokio::time::timeout(HELLO, framed.next()).await {
        Ok(Some(Ok(bytes))) => serde_json::from_slice::<ToHost>(&bytes).ok(),
        Ok(Some(Err(_)) | None) | Err(_) => None,
    };
    let Some(hello @ ToHost::Hello { .. }) = first else { return };
    let (out, mut queue) = mpsc::channel(QUEUE);
    if host.send(FromClient::Joined { client, uid, hello, out }).await.is_err() {
        return;
    }
    let (mut sink, mut source) = framed.split();
    // The longest message to a client is longer than what it may send.
    let writer = tokio::spawn(async move {
        while let Some(message) = queue.recv().await {
            let Ok(text) = serde_json::to_vec(&message) else { break };
            if text.len() > MAX_FRAME || sink.send(Bytes::from(text)).await.is_err() {
                break;
            }
        }
    });
    while let Some(Ok(bytes)) = source.next().await {
        let Ok(message) = serde_json::from_slice::<ToHost>(&bytes) else { break };
        if host.send(FromClient::Said { client, message }).await.is_err() {
            break;
        }
    }
    let _host_is_gone_too = host.send(FromClient::Left { client }).await;
    // What was queued before the client hung up is still delivered, or the write fails.
    let _ended = writer.await;
}
