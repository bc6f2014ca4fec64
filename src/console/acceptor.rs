//! Lets clients in: one connection after the other, each served by a task of its own.
//!
//! Whoever cannot be let in is told why. A host that has no file descriptor left would otherwise leave its clients
//! waiting without an end, so one is kept in reserve for this.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use tokio::net::{UnixListener, UnixStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::config::folders::RunFolder;
use crate::console::connection::{self, ClientId, Door, FromClient};
use crate::console::socket::PrivateFolder;
use crate::i18n::Language;

/// Connections at one time. A handful of screens look at a run; a flood of them must not starve it.
const CONNECTIONS: usize = 64;

/// How long accepting rests when there is no descriptor even for a refusal: trying at once again would spin.
const REST: Duration = Duration::from_secs(2);

/// A descriptor that is given up when a client can only be let in to be told that it cannot stay.
#[derive(Debug)]
pub(super) struct Reserve(Option<OwnedFd>);

impl Reserve {
    /// Takes the descriptor.
    ///
    /// # Errors
    /// When there is none even for this.
    pub(super) fn new() -> std::io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        Ok(Self(Some(rustix::fs::open("/dev/null", flags, Mode::empty())?)))
    }

    /// Gives the descriptor up; whether there was one.
    fn give_up(&mut self) -> bool {
        self.0.take().is_some()
    }

    fn fill(&mut self) {
        if self.0.is_none()
            && let Ok(anew) = Self::new()
        {
            *self = anew;
        }
    }
}

/// Lets clients in until the task is aborted.
pub(super) async fn accept(
    private: PrivateFolder,
    mut listener: UnixListener,
    mut reserve: Reserve,
    host: mpsc::WeakSender<FromClient>,
    door: Door,
) {
    let mut again = signal(SignalKind::user_defined1()).ok();
    let mut connections = JoinSet::new();
    let mut count = 0;
    loop {
        let asked = async {
            match &mut again {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            stream = listener.accept() => match stream {
                Ok((stream, _)) => {
                    while connections.try_join_next().is_some() {}
                    if connections.len() >= CONNECTIONS {
                        refuse(&stream, &crowded(door.language));
                        continue;
                    }
                    // The run is over: nobody is let in any more.
                    let Some(host) = host.upgrade() else { continue };
                    count += 1;
                    connections.spawn(connection::serve(stream, ClientId(count), host, door.clone()));
                }
                Err(fault) => {
                    tracing::warn!(%fault, "a connection could not be accepted");
                    let out_of_descriptors = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE]
                        .iter()
                        .any(|errno| fault.raw_os_error() == Some(errno.raw_os_error()));
                    if !out_of_descriptors || !reserve.give_up() {
                        reserve.fill();
                        tokio::time::sleep(REST).await;
                        continue;
                    }
                    if let Ok(Ok((stream, _))) = tokio::time::timeout(REST, listener.accept()).await {
                        refuse(&stream, &without_descriptors(&fault, door.language));
                    }
                    reserve.fill();
                }
            },
            _ = asked => if !private.has(RunFolder::HOST_SOCKET) {
                match private.bind(RunFolder::HOST_SOCKET) {
                    Ok(anew) => listener = anew,
                    Err(fault) => tracing::error!(%fault, "the socket could not be made anew"),
                }
            },
        }
    }
}

/// More screens than may look at a run.
fn crowded(language: Language) -> String {
    match language {
        Language::Ja => {
            format!(
                "この実施にはすでに {CONNECTIONS} の画面がつながっています。実施への影響はありません。どれかを閉じてください"
            )
        }
        Language::En => format!(
            "{CONNECTIONS} screens are connected to this run already; the run is not affected: close one of them"
        ),
    }
}

/// The host can open nothing more.
fn without_descriptors(fault: &std::io::Error, language: Language) -> String {
    let process = std::process::id();
    match language {
        Language::Ja => format!(
            "実施を受け持つプロセスがこれ以上ファイルを開けず、画面をつなげません。実施への影響はありません。上限（ulimit -n）を上げ、プロセス {process} を終了してからつなぎ直してください ({fault})"
        ),
        Language::En => format!(
            "the host of the run cannot let anybody in: {fault}; the run is not affected: raise the limit (ulimit -n), end \
             the host (process {process}) and attach again"
        ),
    }
}

/// Says why nobody is let in. The buffer of a new connection has room for it, and nobody waits for one that has not.
fn refuse(stream: &UnixStream, why: &str) {
    tracing::warn!(why, "a client was refused");
    let _hears_nothing = stream.try_write(&connection::refusal(why));
}
