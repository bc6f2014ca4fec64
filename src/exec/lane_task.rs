//! The task that owns the connection to one keeper.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use super::protocol::{self, Decoder, FromKeeper, Hello, ToKeeper};
use super::{Report, keepers};
use crate::config::folders::RunFolder;
use crate::ids::AttemptId;

/// A stream of frames.
#[derive(Debug)]
pub(super) struct Connection {
    stream: UnixStream,
    decoder: Decoder,
}

impl Connection {
    pub(super) fn new(stream: UnixStream) -> Self {
        Self { stream, decoder: Decoder::default() }
    }

    /// The next frame; nothing at the end of the connection. Cancelling loses nothing.
    async fn next(&mut self) -> io::Result<Option<FromKeeper>> {
        let mut buffer = [0; 16 * 1024];
        loop {
            if let Some(message) = self.decoder.next()? {
                return Ok(Some(message));
            }
            let n = self.stream.read(&mut buffer).await?;
            if n == 0 {
                return Ok(None);
            }
            self.decoder.feed(&buffer[..n]);
        }
    }

    /// The first frame.
    pub(super) async fn greeting(&mut self) -> io::Result<Hello> {
        match self.next().await? {
            Some(FromKeeper::Hello(hello)) => Ok(hello),
            Some(FromKeeper::Output { .. } | FromKeeper::Finished { .. }) => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the keeper did not say who it is"))
            }
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Says that this is the host from now on.
    pub(super) async fn take(&mut self) -> io::Result<()> {
        self.send(&protocol::encode(&ToKeeper::Take)?).await
    }

    async fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.stream.write_all(frame).await
    }
}

/// Between the engine's side and the keeper of one lane.
#[derive(Debug)]
pub(super) struct LaneTask {
    folder: RunFolder,
    lane: u32,
    connection: Connection,
    asked: mpsc::Receiver<ToKeeper>,
    reports: mpsc::Sender<(u32, Report)>,
    /// Waits for a place in the queue; nothing is read before it has one.
    waiting: Option<Report>,
    /// Asked for, and no sign of it yet: asked for again after a new connection, which does no harm.
    starting: Option<(AttemptId, ToKeeper)>,
    closing: bool,
}

enum Turn {
    Asked(Option<ToKeeper>),
    Heard(io::Result<Option<FromKeeper>>),
    Place(bool),
}

impl LaneTask {
    pub(super) fn new(
        folder: RunFolder,
        lane: u32,
        connection: Connection,
        asked: mpsc::Receiver<ToKeeper>,
        reports: mpsc::Sender<(u32, Report)>,
    ) -> Self {
        Self { folder, lane, connection, asked, reports, waiting: None, starting: None, closing: false }
    }

    /// Works until the keeper is gone, or nobody asks any more.
    pub(super) async fn run(mut self) {
        loop {
            let turn = tokio::select! {
                asked = self.asked.recv(), if !self.closing => Turn::Asked(asked),
                heard = self.connection.next(), if self.waiting.is_none() => Turn::Heard(heard),
                place = self.reports.reserve(), if self.waiting.is_some() => Turn::Place(match (place, self.waiting.take()) {
                    (Ok(place), Some(report)) => { place.send((self.lane, report)); true }
                    (Ok(_), None) => true,
                    (Err(_), _) => false,
                }),
            };
            let goes_on = match turn {
                Turn::Asked(Some(request)) => self.pass_on(request).await,
                // The executor is dropped: the keeper stays, for the next host.
                Turn::Asked(None) | Turn::Place(false) => false,
                Turn::Heard(Ok(Some(message))) => {
                    self.hear(message);
                    true
                }
                Turn::Heard(Ok(None)) => self.connect_again("the connection ended").await,
                Turn::Heard(Err(fault)) => self.connect_again(&fault.to_string()).await,
                Turn::Place(true) => true,
            };
            if !goes_on {
                return;
            }
        }
    }

    async fn pass_on(&mut self, request: ToKeeper) -> bool {
        match &request {
            ToKeeper::Start { attempt, .. } => self.starting = Some((*attempt, request.clone())),
            ToKeeper::Close => self.closing = true,
            ToKeeper::Take
            | ToKeeper::Input { .. }
            | ToKeeper::Resize { .. }
            | ToKeeper::Stop { .. }
            | ToKeeper::Ack { .. } => {}
        }
        let frame = match protocol::encode(&request) {
            Ok(frame) => frame,
            Err(fault) => return self.refuse(&request, &fault.to_string()).await,
        };
        match self.connection.send(&frame).await {
            Ok(()) => true,
            Err(fault) => self.connect_again(&fault.to_string()).await,
        }
    }

    /// The request cannot be put in a frame: it is too long. Only a command can be.
    async fn refuse(&mut self, request: &ToKeeper, why: &str) -> bool {
        let ToKeeper::Start { attempt, .. } = request else { return true };
        self.starting = None;
        let report = Report::Finished { attempt: *attempt, finish: super::exit::could_not_start(why) };
        self.reports.send((self.lane, report)).await.is_ok()
    }

    fn hear(&mut self, message: FromKeeper) {
        let (attempt, report) = match message {
            FromKeeper::Hello(_) => return,
            FromKeeper::Output { attempt, bytes } => (attempt, Report::Output { attempt, bytes }),
            FromKeeper::Finished { attempt, finish } => (attempt, Report::Finished { attempt, finish }),
        };
        self.starting.take_if(|(starting, _)| *starting == attempt);
        self.waiting = Some(report);
    }

    /// The connection ended: once more, and then the lane is lost.
    async fn connect_again(&mut self, why: &str) -> bool {
        if self.closing {
            return false;
        }
        let again = match keepers::connect(&self.folder, self.lane).await {
            Ok((connection, hello)) => {
                self.connection = connection;
                let starting =
                    self.starting.as_ref().filter(|(attempt, _)| hello.running.is_none_or(|(r, _)| r != *attempt));
                match starting {
                    Some((_, request)) => match protocol::encode(request) {
                        Ok(frame) => self.connection.send(&frame).await,
                        Err(garbled) => Err(garbled.into()),
                    },
                    None => Ok(()),
                }
            }
            Err(fault) => Err(fault),
        };
        let Err(fault) = again else { return true };
        let why = format!("the keeper is gone: {why}; and again: {fault}");
        // Nobody there to hear it: the host is ending.
        let _ending = self.reports.send((self.lane, Report::LaneLost { lane: self.lane, why })).await;
        false
    }
}
