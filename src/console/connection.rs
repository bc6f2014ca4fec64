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
    let mut writer = tokio::spawn(async move {
        while let Some(message) = queue.recv().await {
            let Ok(text) = serde_json::to_vec(&message) else { break };
            if text.len() > MAX_FRAME || sink.send(Bytes::from(text)).await.is_err() {
                break;
            }
        }
    });
    loop {
        let heard = tokio::select! {
            heard = source.next() => heard,
            // The host let go of a client that was too slow, or nothing can be written: it is hung up, and sees that.
            _ = &mut writer => {
                let _host_is_gone_too = host.send(FromClient::Left { client }).await;
                return;
            }
        };
        let Some(Ok(bytes)) = heard else { break };
        let Ok(message) = serde_json::from_slice::<ToHost>(&bytes) else { break };
        if host.send(FromClient::Said { client, message }).await.is_err() {
            break;
        }
    }
    let _host_is_gone_too = host.send(FromClient::Left { client }).await;
    // What was queued before the client hung up is still delivered, or the write fails.
    let _ended = writer.await;
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn a_client_that_the_host_lets_go_of_is_hung_up() {
        let (mut ours, theirs) = UnixStream::pair().expect("a pair");
        let (to_host, mut inbox) = mpsc::channel(4);
        tokio::spawn(serve(theirs, ClientId(1), to_host));
        let hello = br#"{"type":"hello","protocol":1,"role":"drive","operator":"x","kind":"person"}"#;
        ours.write_all(&u32::try_from(hello.len()).expect("short").to_be_bytes()).await.expect("written");
        ours.write_all(hello).await.expect("written");
        let Some(FromClient::Joined { out, .. }) = inbox.recv().await else { panic!("nobody joined") };

        drop(out);
        let read = tokio::time::timeout(HELLO, ours.read(&mut [0; 8])).await;

        assert_eq!(read.expect("it ends").expect("it ends well"), 0);
    }
}
