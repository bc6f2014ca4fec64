//! The handle of those who attach: messages to the host and from it, over the run's socket.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use crate::config::folders::RunFolder;
use crate::console::socket::{PrivateFolder, SocketError};
use crate::console::wire::{FromHost, MAX_FRAME, PROTOCOL, ToHost, other_version};
use crate::i18n::Language;
use crate::term::sanitise::inline;

/// Messages that may wait in either direction. The host keeps one frame and a few facts in flight, a person types
/// slower than this.
const QUEUE: usize = 1024;

/// A connection to a host. It ends when both of its ends are dropped: the host sees at once that nobody is there.
#[derive(Debug)]
pub struct Client {
    /// What is said to the host. Closed when the connection ends.
    pub to: mpsc::Sender<ToHost>,
    /// What the host says. Ends when the connection ends.
    pub from: mpsc::Receiver<FromHost>,
}

impl Client {
    /// Reaches the host of a run. A host of another version is heard as [`FromHost::NotWelcome`], in `language`.
    ///
    /// # Errors
    /// When the folder is not ours alone, or nobody listens.
    pub async fn connect(folder: &RunFolder, language: Language) -> Result<Self, SocketError> {
        let private = PrivateFolder::open(folder.path())?;
        let stream = private.connect(RunFolder::HOST_SOCKET).await?;
        let codec = LengthDelimitedCodec::builder().max_frame_length(MAX_FRAME).new_codec();
        let (mut sink, mut source) = Framed::new(stream, codec).split();
        let (to, mut outgoing) = mpsc::channel::<ToHost>(QUEUE);
        let (incoming, from) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            while let Some(message) = outgoing.recv().await {
                let Ok(text) = serde_json::to_vec(&message) else { break };
                if sink.send(Bytes::from(text)).await.is_err() {
                    break;
                }
            }
        });
        tokio::spawn(async move {
            loop {
                let next = tokio::select! {
                    next = source.next() => next,
                    () = incoming.closed() => None,
                };
                let Some(Ok(bytes)) = next else { break };
                let message = understood(&bytes, language);
                let over = matches!(message, FromHost::NotWelcome { .. });
                if incoming.send(message).await.is_err() || over {
                    break;
                }
            }
        });
        Ok(Self { to, from })
    }
}

/// What the host says. One of another version is left alone: what it says could mean something else there.
fn understood(bytes: &[u8], language: Language) -> FromHost {
    /// What the welcomes of all versions have.
    #[derive(Deserialize)]
    struct Version {
        protocol: u32,
        tejun: Option<String>,
    }
    let (protocol, tejun) = match serde_json::from_slice::<FromHost>(bytes) {
        Ok(FromHost::Welcome { protocol, tejun, .. }) if protocol != PROTOCOL => (Some(protocol), Some(tejun)),
        Ok(message) => return message,
        Err(_) => match serde_json::from_slice::<Version>(bytes) {
            Ok(version) => (Some(version.protocol), version.tejun),
            Err(_) => (None, None),
        },
    };
    let tejun = tejun.map(|version| inline(&version));
    FromHost::NotWelcome { why: other_version(protocol, PROTOCOL, tejun.as_deref(), language) }
}
