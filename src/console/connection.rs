//! One client's connection, seen from the host: who it is, what it says, what it is sent.
//!
//! A connection can do no harm to the run: another user is cut off at once, a message that is too long or not
//! understood ends it, and one that does not read is dropped when its queue is full; it may come again.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio_util::codec::{Encoder as _, FramedRead, FramedWrite, LengthDelimitedCodec};

use crate::clock::{Clock as _, SystemClock};
use crate::console::presence::{self, Presence};
use crate::console::wire::{FromHost, MAX_FRAME, PROTOCOL, Role, ToHost};
use crate::i18n::Language;
use crate::ids::RunId;
use crate::run::event::ActorKind;
use crate::run::verification::KeyHolder;

/// Messages that may wait for a client. A client that is this far behind is not reading: it is dropped, and gets all
/// facts anew when it comes back.
pub(super) const QUEUE: usize = 1024;

/// The longest message of a client: a note or a paste, not a document.
const MAX_FROM_CLIENT: usize = 4 * 1024 * 1024;

/// How long a client may take to say who it is.
const HELLO: Duration = Duration::from_secs(5);

/// What a connection is let in by.
#[derive(Debug, Clone)]
pub(super) struct Door {
    /// The run.
    pub(super) run: RunId,
    /// What it is told in.
    pub(super) language: Language,
    /// How people are known by keys, where they are.
    pub(super) presence: Option<Arc<Presence>>,
}

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
        /// What it may sign to be known by a key.
        challenge: Option<String>,
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
    /// A client proved to have a key.
    Proven {
        /// Which client.
        client: ClientId,
        /// Whose key it is, or why it proves nothing.
        holder: Result<KeyHolder, String>,
    },
    /// A user to whom the run does not belong tried to attach, and was sent away.
    Denied {
        /// The user, by the kernel.
        uid: u32,
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

/// The bytes that tell a client, as the first thing that it hears, why it is not let in.
pub(super) fn refusal(why: &str) -> Vec<u8> {
    let text = serde_json::to_vec(&FromHost::NotWelcome { why: why.to_owned() }).unwrap_or_default();
    let mut bytes = BytesMut::new();
    // Only a text longer than the longest message cannot be encoded.
    let _fits = codec(MAX_FRAME).encode(Bytes::from(text), &mut bytes);
    bytes.into()
}

/// Serves one connection until it ends.
pub(super) async fn serve(stream: UnixStream, client: ClientId, host: mpsc::Sender<FromClient>, door: Door) {
    let own = crate::config::machine::own_uid();
    let uid = match stream.peer_cred() {
        Ok(peer) if peer.uid() == own || peer.uid() == 0 => peer.uid(),
        Ok(peer) => {
            // A new connection has room for it, and nobody waits for one that has not.
            let why = door.language.pick(
                "この実施は別の利用者のものです。何も変更していません。画面の共有か、記録を頼んでください",
                "this run belongs to another user; nothing was done. Ask them to share their screen, or the record",
            );
            let _hears_nothing = stream.try_write(&refusal(why));
            let _host_is_gone = host.send(FromClient::Denied { uid: peer.uid() }).await;
            return;
        }
        Err(fault) => {
            tracing::warn!(%fault, "the peer of a connection is unknown; it was refused");
            return;
        }
    };
    let (reader, writer) = stream.into_split();
    let mut source = FramedRead::new(reader, codec(MAX_FROM_CLIENT));
    // The longest message to a client is longer than what it may send.
    let mut sink = FramedWrite::new(writer, codec(MAX_FRAME));
    let first = match tokio::time::timeout(HELLO, source.next()).await {
        Ok(Some(Ok(bytes))) => hello(&bytes),
        Ok(Some(Err(_)) | None) | Err(_) => None,
    };
    let Some(hello @ ToHost::Hello { .. }) = first else { return };
    let (out, mut queue) = mpsc::channel(QUEUE);
    let challenge = door.presence.as_ref().map(|_| presence::challenge(door.run, SystemClock.fresh_id()));
    let joined = FromClient::Joined { client, uid, hello, challenge: challenge.clone(), out };
    if host.send(joined).await.is_err() {
        return;
    }
    let mut writer = tokio::spawn(async move {
        while let Some(message) = queue.recv().await {
            let Ok(mut text) = serde_json::to_vec(&message) else { break };
            let too_long = text.len() > MAX_FRAME;
            if too_long {
                tracing::error!(bytes = text.len(), "a message to a client is too long");
                let why = format!("the run is too large to be shown ({} MiB); it goes on", text.len() >> 20);
                text = serde_json::to_vec(&FromHost::NotWelcome { why }).unwrap_or_default();
            }
            if sink.send(Bytes::from(text)).await.is_err() || too_long {
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
        let said = match (message, &door.presence, &challenge) {
            // What the client says next comes after its proof: nothing of it is taken for somebody else's.
            (ToHost::Prove { signature }, Some(presence), Some(challenge)) => {
                let holder = proven(presence.clone(), challenge.clone(), signature).await;
                FromClient::Proven { client, holder }
            }
            (message, _, _) => FromClient::Said { client, message },
        };
        if host.send(said).await.is_err() {
            break;
        }
    }
    let _host_is_gone_too = host.send(FromClient::Left { client }).await;
    // What was queued before the client hung up is still delivered, or the write fails.
    let _ended = writer.await;
}

/// The first message of a client. One of another version may have another form, of which only the version counts.
fn hello(bytes: &[u8]) -> Option<ToHost> {
    #[derive(Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Version {
        Hello { protocol: u32 },
    }
    serde_json::from_slice(bytes).ok().or_else(|| {
        let Version::Hello { protocol } = serde_json::from_slice(bytes).ok()?;
        let (role, kind) = (Role::Watch, ActorKind::Person);
        // What it meant to say in its own version is not asked: the host turns it away.
        (protocol != PROTOCOL).then(|| ToHost::Hello { protocol, role, operator: String::new(), kind })
    })
}

/// Looks whose signature it is, away from the host's own work.
async fn proven(presence: Arc<Presence>, challenge: String, signature: String) -> Result<KeyHolder, String> {
    let looked = tokio::task::spawn_blocking(move || presence.holder(&challenge, &signature, SystemClock.now())).await;
    match looked {
        Ok(holder) => holder.map_err(|rejected| crate::engine::chain(&rejected)),
        Err(stopped) => Err(stopped.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    /// A served connection: the client's end, and what the host sends through.
    async fn joined() -> (FramedRead<UnixStream, LengthDelimitedCodec>, mpsc::Sender<FromHost>) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (to_host, mut inbox) = mpsc::channel(8);
        let (run, language) = (RunId(uuid::Uuid::from_u128(1)), Language::Ja);
        let door = Door { run, language, presence: None };
        tokio::spawn(serve(theirs, ClientId(1), to_host, door));
        let hello = ToHost::Hello {
            protocol: PROTOCOL,
            role: Role::Watch,
            operator: "taro".to_owned(),
            kind: ActorKind::Person,
        };
        let mut sink = FramedWrite::new(ours, codec(MAX_FRAME));
        sink.send(Bytes::from(serde_json::to_vec(&hello).unwrap())).await.unwrap();
        let Some(FromClient::Joined { out, .. }) = inbox.recv().await else { panic!("it said hello") };
        (FramedRead::new(sink.into_inner(), codec(MAX_FRAME)), out)
    }

    async fn sent(fault: String) -> FromHost {
        let (mut client, out) = joined().await;
        out.send(FromHost::Failed { id: 1, fault }).await.unwrap();
        let bytes = client.next().await.expect("a message").expect("whole");
        serde_json::from_slice(&bytes).expect("understood")
    }

    #[tokio::test]
    async fn a_message_to_a_client_may_be_longer_than_one_of_a_client() {
        let fault = "x".repeat(MAX_FROM_CLIENT + 1);

        assert_eq!(sent(fault.clone()).await, FromHost::Failed { id: 1, fault });
    }

    #[tokio::test]
    async fn a_message_that_is_too_long_for_the_line_is_said_so() {
        let message = sent("x".repeat(MAX_FRAME)).await;

        assert!(matches!(message, FromHost::NotWelcome { .. }));
    }

    #[tokio::test]
    async fn a_client_that_the_host_lets_go_of_is_hung_up() {
        let (client, out) = joined().await;

        drop(out);
        let mut stream = client.into_inner();
        let read = tokio::time::timeout(HELLO, stream.read(&mut [0; 8])).await;

        assert_eq!(read.expect("it ends").expect("it ends well"), 0);
    }
}
