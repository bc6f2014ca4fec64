//! The host: the process that owns a run. One task holds the engine, the pictures and the list of clients; connections
//! and the executor only bring it something to do.

mod limits;
mod renewal;

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::config::folders::RunFolder;
use crate::console::acceptor::{self, Reserve};
use crate::console::connection::{ClientId, Door, FromClient};
use crate::console::denials::{self, Denials};
use crate::console::document;
use crate::console::frames::Frames;
use crate::console::host::renewal::Reread;
use crate::console::output::{self, search::Found};
use crate::console::participants::Participants;
use crate::console::presence::Presence;
use crate::console::socket::{PrivateFolder, SocketError};
use crate::console::wire::{self, Against, FromHost, OutputFound, PROTOCOL, Role, Spot, ToHost};
use crate::engine::{Engine, EngineError, Trouble, identity};
use crate::exec::{Executor, Report, Size};
use crate::i18n::Language;
use crate::ids::{AttemptId, RunId};
use crate::run::command::Command;
use crate::run::denial::Tried;
use crate::run::event::{Event, Fact};
use crate::run::state::Progress;
use crate::run::verification::KeyHolder;
use crate::runbook::reader::Reader;
use crate::store::Journal;

/// What connections may have waiting for the host; a client waits when it is full.
const INBOX: usize = 256;

/// What a client is told that wants to act and does not drive.
fn not_driving(language: Language) -> String {
    language
        .pick(
            "ほかの画面がこの実施を操作しています。何も変更していません。操作するには先に引き継いでください。",
            "Another screen drives this run; nothing was done. Take the run over first.",
        )
        .to_owned()
}

/// How often a disk that refused is tried again.
const RETRY: Duration = Duration::from_secs(2);

/// How long a program may hold its picture back until an update is whole.
const HELD_BACK: Duration = Duration::from_millis(150);

/// How long the host rests after a bite of output while somebody types. What they type goes through several processes, and a
/// scheduler that shares the processor among sessions may let them wait long beside one that never sleeps.
const REST: Duration = Duration::from_micros(50);

/// How often the journal notes how much output there is while it grows.
const MARK: Duration = Duration::from_secs(5);

/// How long the last messages may take to reach the clients when the host ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// The lock that says which process is the host of a run. Held until it is dropped or the process ends.
#[derive(Debug)]
pub struct HostLock(#[expect(dead_code, reason = "held for its lock")] File);

impl HostLock {
    /// Takes the lock; absent when another host has it.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn take(folder: &RunFolder) -> std::io::Result<Option<Self>> {
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
            .open(folder.host_lock())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Ok(None),
            Err(std::fs::TryLockError::Error(e)) => return Err(e),
        }
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())?;
        Ok(Some(Self(file)))
    }
}

/// Whether a host has the run in hand.
pub fn host_lives(folder: &RunFolder) -> bool {
    let locked = File::open(folder.host_lock()).map(|f| f.try_lock_shared());
    matches!(locked, Ok(Err(std::fs::TryLockError::WouldBlock)))
}

/// Asks a living host, whose socket was taken away, to make it anew.
pub fn ask_for_socket(folder: &RunFolder) {
    let mut text = String::new();
    let read = File::open(folder.host_lock()).and_then(|f| f.take(16).read_to_string(&mut text));
    let pid = read.ok().and_then(|_| text.trim().parse().ok()).and_then(rustix::process::Pid::from_raw);
    let Some(pid) = pid else { return };
    // Only a process that holds the lock is signalled: the number alone may be another's by now.
    if host_lives(folder) {
        let _gone = rustix::process::kill_process(pid, rustix::process::Signal::USR1);
    }
}

enum Happening {
    Client(FromClient),
    Seen(Report),
    Feed,
    Frames,
    HeldBack,
    Retry,
    /// A command is over its time.
    Limit,
    /// So much of an output is on the disk; nothing where the disk did not say so.
    Synced(Option<(AttemptId, u64)>),
    /// The runbook's file was read again, to be taken in.
    Reread(Box<Reread>),
}

/// Owns `engine` until its run is over and its record is saved. `reader` is how a runbook that was changed is
/// read.
///
/// # Errors
/// When the socket cannot be bound.
pub async fn serve<J: Journal, X: Executor>(
    engine: Engine<J, X>,
    folder: RunFolder,
    presence: Option<Presence>,
    reader: Reader,
    ready: impl FnOnce(),
) -> Result<(), SocketError> {
    let private = PrivateFolder::open(folder.path())?;
    let listener = private.bind(RunFolder::HOST_SOCKET)?;
    let reserve = Reserve::new().map_err(|source| SocketError::Socket {
        doing: "keep a file descriptor in reserve for",
        path: folder.path().to_owned(),
        source,
    })?;
    let (to_host, inbox) = mpsc::channel(INBOX);
    let run = engine.state().run.unwrap_or(RunId(uuid::Uuid::nil()));
    let language = engine.state().start().map_or(Language::En, |start| start.language);
    let door = Door { run, language, presence: presence.map(Arc::new) };
    let acceptor = tokio::spawn(acceptor::accept(private, listener, reserve, to_host.downgrade(), door));
    let mut host = Host {
        engine,
        frames: Frames::new(folder.clone()),
        folder,
        participants: Participants::default(),
        denials: Denials::default(),
        facts: Vec::new(),
        said: None,
        marked: None,
        size: Size { cols: 80, rows: 24 },
        retry_at: None,
        show_at: None,
        limits: Vec::new(),
        syncing: JoinSet::new(),
        reader: Arc::new(reader),
        rereading: JoinSet::new(),
    };
    host.take_up();
    ready();
    host.run(inbox, to_host).await;
    acceptor.abort();
    Ok(())
}

/// What clients are told of the journal.
fn trouble(trouble: Option<&Trouble>) -> FromHost {
    FromHost::Trouble {
        text: trouble.map(|trouble| trouble.text.clone()),
        broken: trouble.is_some_and(|trouble| trouble.broken),
    }
}

struct Host<J, X> {
    engine: Engine<J, X>,
    folder: RunFolder,
    frames: Frames,
    participants: Participants,
    denials: Denials,
    facts: Vec<Fact>,
    /// The trouble that clients know of.
    said: Option<Trouble>,
    marked: Option<Instant>,
    size: Size,
    /// When the disk is tried again, while it refuses. A point in time: what happens meanwhile does not put it off.
    retry_at: Option<Instant>,
    /// When a picture that is held back is shown all the same.
    show_at: Option<Instant>,
    /// When running commands are asked to end, where there is a limit.
    limits: Vec<(AttemptId, Instant)>,
    /// Brings output to the disk before a fact says that it is there; the host does not wait for it.
    syncing: JoinSet<Option<(AttemptId, u64)>>,
    /// The words by which a changed runbook is read.
    reader: Arc<Reader>,
    /// Reads the runbook's file again; the host does not wait for it.
    rereading: JoinSet<Reread>,
}

impl<J: Journal, X: Executor> Host<J, X> {
    /// What was known before anybody looked on: the facts, and the pictures of what runs.
    fn take_up(&mut self) {
        self.facts = self.engine.take_news();
        for attempt in self.engine.state().attempts.iter().filter(|a| a.progress == Progress::Running) {
            self.frames.take_up(attempt.start.attempt, self.size);
            // What ran before counts.
            let begun = self.facts.iter().find(|fact| fact.seq == attempt.stamp.seq);
            let spent = begun.map(|fact| self.engine.time_since(fact)).unwrap_or_default();
            let left = self.limit().map(|limit| limit.saturating_sub(spent));
            self.limits.extend(left.map(|left| (attempt.start.attempt, Instant::now() + left)));
        }
        self.said = self.engine.trouble().cloned();
    }

    async fn run(&mut self, mut inbox: mpsc::Receiver<FromClient>, door: mpsc::Sender<FromClient>) {
        // One that writes no more makes way when nobody looks on: the next one opens the journal anew.
        while !(self.engine.is_finished() || self.engine.can_be_left() && self.participants.are_gone()) {
            let behind = self.frames.is_behind();
            let due = self.participants.next_frame(&self.frames);
            let now = Instant::now();
            let held = self.frames.held_back().then(|| *self.show_at.get_or_insert(now + HELD_BACK));
            let retry = self.engine.trouble().is_some().then(|| *self.retry_at.get_or_insert(now + RETRY));
            (self.show_at, self.retry_at) = (held, retry);
            let limit = self.limits.iter().map(|(_, at)| *at).min();
            let happening = tokio::select! {
                biased;
                Some(message) = inbox.recv() => Happening::Client(message),
                report = self.engine.next_report() => Happening::Seen(report),
                () = tokio::time::sleep_until(due.unwrap_or(now)), if due.is_some() => Happening::Frames,
                () = tokio::time::sleep_until(held.unwrap_or(now)), if held.is_some() => Happening::HeldBack,
                () = tokio::time::sleep_until(retry.unwrap_or(now)), if retry.is_some() => Happening::Retry,
                () = tokio::time::sleep_until(limit.unwrap_or(now)), if limit.is_some() => Happening::Limit,
                Some(Ok(reread)) = self.rereading.join_next() => Happening::Reread(Box::new(reread)),
                Some(synced) = self.syncing.join_next() => Happening::Synced(synced.ok().flatten()),
                () = std::future::ready(()), if behind => Happening::Feed,
            };
            match happening {
                Happening::Client(message) => self.client(message).await,
                Happening::Seen(report) => self.seen(report).await,
                Happening::Feed => {
                    for (attempt, bytes) in self.frames.feed() {
                        self.engine.type_into(attempt, bytes).await;
                    }
                    if self.participants.somebody_types(Instant::now()) {
                        // Not a timer of the runtime: those are twenty times as long.
                        std::thread::sleep(REST);
                    }
                }
                Happening::Frames => self.participants.send_frames(&mut self.frames, self.size, Instant::now()),
                Happening::HeldBack => {
                    self.show_at = None;
                    self.frames.show_held_back();
                }
                Happening::Limit => self.end_what_is_over_time().await,
                Happening::Synced(Some((attempt, bytes))) => self.engine.mark_output(attempt, bytes).await,
                Happening::Synced(None) => {}
                Happening::Reread(reread) => self.renew(*reread).await,
                Happening::Retry => {
                    self.retry_at = None;
                    self.engine.retry().await;
                }
            }
            self.publish(None);
        }
        self.participants.broadcast(&FromHost::Goodbye);
        self.participants.clear();
        drop(door);
        // Connections end when their clients have read the last message; those that do not are left behind.
        let all_left = async { while inbox.recv().await.is_some() {} };
        let _slow_ones_are_left = tokio::time::timeout(FAREWELL, all_left).await;
    }

    async fn seen(&mut self, report: Report) {
        if let Report::Output { attempt, bytes } = report {
            self.frames.grew(attempt, bytes);
            self.participants.grew(attempt, bytes);
            let due = self.marked.is_none_or(|at| at.elapsed() >= MARK);
            if due && self.syncing.is_empty() {
                if self.marked.is_some() {
                    let folder = self.folder.clone();
                    self.syncing.spawn_blocking(move || {
                        let synced = File::open(folder.output(attempt)).and_then(|output| output.sync_data());
                        let named = synced.and_then(|()| File::open(folder.evidence())?.sync_all());
                        named.is_ok().then_some((attempt, bytes))
                    });
                }
                self.marked = Some(Instant::now());
            }
            return;
        }
        self.engine.report(report).await;
    }

    /// Tells everybody what became durable, and keeps the pictures in step with it.
    /// `done` names the client's command that the news answer; gives whether they did.
    fn publish(&mut self, done: Option<(ClientId, u64)>) -> bool {
        let news = self.engine.take_news();
        for fact in &news {
            match &fact.event {
                Event::AttemptStarted(start) => {
                    self.frames.watch_live(start.attempt, self.size);
                    let limit = self.limit();
                    self.limits.extend(limit.map(|limit| (start.attempt, Instant::now() + limit)));
                    self.marked = None;
                }
                Event::AttemptFinished { attempt, finish } => {
                    self.limits.retain(|(known, _)| known != attempt);
                    self.participants.grew(*attempt, finish.bytes);
                    self.frames.ended(*attempt, finish.bytes);
                }
                Event::AttemptLost { attempt, .. } => self.ended(*attempt),
                Event::RunStarted(_)
                | Event::HostStarted { .. }
                | Event::LaneOpened { .. }
                | Event::LaneLost { .. }
                | Event::LaneReset { .. }
                | Event::OutputMarked { .. }
                | Event::StopAsked { .. }
                | Event::VerdictProposed { .. }
                | Event::VerdictGiven { .. }
                | Event::StepSkipped { .. }
                | Event::StepDeferred { .. }
                | Event::StepRuledOut { .. }
                | Event::StepOverridden { .. }
                | Event::StepReopened { .. }
                | Event::CautionAcknowledged { .. }
                | Event::RuleAnswered { .. }
                | Event::BranchOpened { .. }
                | Event::PlanChanged(_)
                | Event::RevertNoted(_)
                | Event::HoldNoted(_)
                | Event::GuidanceRead { .. }
                | Event::StepApplied { .. }
                | Event::PointTicked { .. }
                | Event::PointCleared { .. }
                | Event::AlternativeChosen { .. }
                | Event::ValuesSet { .. }
                | Event::NoteAdded { .. }
                | Event::DriverChanged
                | Event::AccessDenied(_)
                | Event::AddedBeside { .. }
                | Event::Verification(_)
                | Event::ConnectionsKnown { .. }
                | Event::ConnectionSeen { .. }
                | Event::ConnectionUsed(_)
                | Event::RunSigned { .. }
                | Event::RunClosed { .. }
                | Event::ConnectionChosen { .. }
                | Event::EnvironmentChanged { .. }
                | Event::LogAppended { .. }
                | Event::RecordSaved { .. } => {}
            }
        }
        if !news.is_empty() {
            self.participants.commit(&news, done);
            self.facts.extend(news.iter().cloned());
        }
        if self.engine.trouble() != self.said.as_ref() {
            self.said = self.engine.trouble().cloned();
            self.participants.broadcast(&trouble(self.said.as_ref()));
        }
        !news.is_empty()
    }

    fn ended(&mut self, attempt: AttemptId) {
        let bytes = self.engine.state().attempt(attempt).map_or(0, |a| a.bytes);
        self.frames.ended(attempt, bytes);
    }

    async fn client(&mut self, message: FromClient) {
        match message {
            FromClient::Joined { client, uid, hello, challenge, out } => {
                self.welcome(client, (uid, hello), challenge, out)
            }
            FromClient::Denied { uid } => self.denied(uid, Tried::Attach).await,
            FromClient::Proven { client, holder } => self.proven(client, holder),
            FromClient::Left { client } => self.participants.leave(client),
            FromClient::Said { client, message } => self.said(client, message).await,
        }
    }

    /// Notes that somebody tried what they may not do.
    async fn denied(&mut self, uid: u32, tried: Tried) {
        if let Some(denial) = self.denials.note(uid, tried, Instant::now()) {
            self.engine.note_denial(denial).await;
        }
    }

    /// Whose key the client has from now on.
    fn proven(&mut self, client: ClientId, holder: Result<KeyHolder, String>) {
        let answer = match holder {
            Ok(key) => {
                self.participants.known_by(client, key.clone());
                FromHost::Proven { key: Some(key), why: None }
            }
            Err(why) => {
                tracing::warn!(why, "a screen could not prove who sits there");
                FromHost::Proven { key: None, why: Some(why) }
            }
        };
        self.participants.send(client, answer);
    }

    fn welcome(
        &mut self,
        client: ClientId,
        (uid, hello): (u32, ToHost),
        challenge: Option<String>,
        out: mpsc::Sender<FromHost>,
    ) {
        let ToHost::Hello { protocol, role, operator, kind } = hello else { return };
        if protocol != PROTOCOL {
            let language = self.language();
            let why = wire::other_version(Some(PROTOCOL), protocol, Some(env!("CARGO_PKG_VERSION")), language);
            let _full_or_gone = out.try_send(FromHost::NotWelcome { why });
            return;
        }
        let operator = crate::term::sanitise::inline(&operator);
        let actor = identity::peer(uid, &operator, kind);
        let role = self.participants.join(client, actor, role, out);
        let Some(run) = self.engine.state().run else { return };
        let welcome = FromHost::Welcome {
            protocol: PROTOCOL,
            run,
            role,
            tejun: env!("CARGO_PKG_VERSION").to_owned(),
            facts: self.facts.clone(),
            document: true,
            outputs: true,
            challenge,
        };
        self.participants.send(client, welcome);
        if self.said.is_some() {
            self.participants.send(client, trouble(self.said.as_ref()));
        }
    }

    /// The language of the run: what a host says of itself is said in it.
    fn language(&self) -> Language {
        self.engine.state().start().map_or(Language::En, |start| start.language)
    }

    async fn said(&mut self, client: ClientId, message: ToHost) {
        let Some((actor, role)) = self.participants.who(client) else { return };
        match message {
            // A proof is looked at where it comes in; one that nobody asked for ends the connection.
            ToHost::Hello { .. } | ToHost::Prove { .. } => self.participants.leave(client),
            ToHost::TakeOver => {
                if self.engine.command(&actor, crate::run::command::Command::TakeOver).await.is_ok() {
                    self.participants.take_over(client);
                    self.fit(client).await;
                }
            }
            ToHost::Do { id, command } if role == Role::Watch && !is_of_the_verifier(&command) => {
                self.participants.send(client, FromHost::Failed { id, fault: not_driving(self.language()) });
                self.denied(actor.uid, Tried::Command { command: denials::name_of(&command) }).await;
            }
            ToHost::Do { id, command } => {
                let done = self.engine.command(&actor, command).await;
                self.answer(client, id, done);
            }
            ToHost::RenewDocument { id, shown } => self.reread(client, actor, id, shown).await,
            ToHost::View { pane, attempt, cols, rows, scroll } => {
                self.participants.view(client, pane, attempt, Size { cols, rows }, scroll);
                self.fit(client).await;
            }
            ToHost::ReadDocument => self.read_document(client),
            ToHost::ReadOutput { attempt, cols, rows, spot } => {
                self.read_output(client, attempt, Size { cols, rows }, spot);
            }
            ToHost::SearchOutput { id, attempt, wanted, from } => {
                self.search_output(client, id, attempt, wanted, from);
            }
            ToHost::CompareOutput { attempt, with } => self.compare_output(client, attempt, with),
            ToHost::FrameShown { number } => self.participants.shown(client, number),
            ToHost::Type { attempt, bytes } => {
                if role == Role::Drive {
                    self.participants.typed(client, attempt, Instant::now());
                    self.engine.type_into(attempt, bytes).await;
                } else {
                    self.denied(actor.uid, Tried::Type).await;
                }
            }
        }
    }

    /// Tells a client what became of its command. The facts go out with the answer that they belong to, or before it.
    fn answer(&mut self, client: ClientId, id: u64, done: Result<(), EngineError>) {
        let answered = self.publish(done.is_ok().then_some((client, id)));
        let answer = match done {
            Ok(()) if answered => return,
            Ok(()) => FromHost::Done { id },
            Err(EngineError::Refused(refusal)) => FromHost::Refused { id, refusal, seq: self.engine.state().seq },
            Err(fault) => FromHost::Failed { id, fault: fault.told(self.language()) },
        };
        self.participants.send(client, answer);
    }

    /// Answers when the text is read; the run does not wait for it.
    fn read_document(&self, client: ClientId) {
        let Some(out) = self.participants.way_to(client) else { return };
        let (state, reader) = (self.engine.state().clone(), self.reader.clone());
        let journal = self.engine.journal();
        tokio::spawn(async move {
            let document = document::read(journal, state, reader).await;
            let _full_or_gone = out.try_send(FromHost::Document(document));
        });
    }

    /// Answers when the page is read; the run does not wait for it.
    fn read_output(&self, client: ClientId, attempt: AttemptId, size: Size, spot: Spot) {
        let Some(out) = self.participants.way_to(client) else { return };
        let path = self.frames.folder().output(attempt);
        tokio::task::spawn_blocking(move || {
            let page = output::page::read(&path, attempt, size, spot);
            let _full_or_gone = out.try_send(FromHost::OutputPage(page));
        });
    }

    /// Answers while it looks, until another search of the client ends this one.
    fn search_output(&self, client: ClientId, id: u64, attempt: AttemptId, wanted: String, from: u64) {
        let Some(out) = self.participants.way_to(client) else { return };
        let Some(current) = self.participants.begin_search(client, id) else { return };
        let path = self.frames.folder().output(attempt);
        tokio::task::spawn_blocking(move || {
            let tell = |found: Found, done: bool, fault: Option<String>| {
                let Found { lines, until, more } = found;
                let answer = OutputFound { id, lines, until, done, more, fault };
                let _full_or_gone = out.try_send(FromHost::OutputFound(answer));
            };
            let goes_on = || current.load(Ordering::Relaxed) == id;
            let looked = output::search::search(&path, &wanted, from, goes_on, |found| tell(found, false, None));
            if goes_on() {
                let (found, fault) = match looked {
                    Ok(found) => (found, None),
                    Err(fault) => (Found { until: from, ..Found::default() }, Some(fault.to_string())),
                };
                tell(found, true, fault);
            }
        });
    }

    /// Answers when both outputs are read.
    fn compare_output(&self, client: ClientId, attempt: AttemptId, with: Against) {
        let Some(out) = self.participants.way_to(client) else { return };
        let (journal, state) = (self.engine.journal(), self.engine.state().clone());
        let folder = self.frames.folder().clone();
        tokio::spawn(async move {
            let compared = output::compare::compare(journal, state, folder, attempt, with).await;
            let _full_or_gone = out.try_send(FromHost::OutputCompared(compared));
        });
    }

    /// The driver's pane is the size of the lanes.
    async fn fit(&mut self, client: ClientId) {
        if let Some(size) = self.participants.size_of_driver(client)
            && size != self.size
        {
            self.size = size;
            self.engine.resize(size).await;
            self.frames.resize(size);
        }
    }
}

/// Somebody who looks on may ask for it: the second person does, and whether it is one is decided with the command.
fn is_of_the_verifier(command: &Command) -> bool {
    matches!(command, Command::Verification(asked) if asked.is_of_the_verifier())
}
