//! A client of a host without a screen: asks, waits for the answer, folds the facts, prints output as it is stored.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use crate::cli::exit::{self, Fault};
use crate::cli::opening;
use crate::config::folders::{Folders, RunFolder};
use crate::console::client::Client;
use crate::console::starter;
use crate::console::wire::{FromHost, PROTOCOL, Role, ToHost};
use crate::i18n::Language;
use crate::ids::{AttemptId, RunId};
use crate::run::command::{Command, Refusal};
use crate::run::event::{ActorKind, Fact};
use crate::run::server::{self, OnServer};
use crate::run::state::{Applied, Progress, RunState};
use crate::runbook::model::Block;
use crate::tui::content::refusal;
use crate::tui::keymap::{self, Keymap};

/// A server is looked at when the run begins; its answer comes within this time.
const SEEN_WITHIN: std::time::Duration = std::time::Duration::from_secs(10);

/// A host lets a client in at once; one that is stopped or has no room does not answer at all.
const WELCOME: std::time::Duration = std::time::Duration::from_secs(30);

/// A followed run.
pub(super) struct Follow {
    client: Client,
    folder: RunFolder,
    /// The fold of all facts so far.
    pub(super) state: RunState,
    role: Role,
    trouble: Option<String>,
    /// The host writes no more.
    broken: bool,
    asked: u64,
    printed: Option<Printed>,
    voice: Voice,
    interrupts: Interrupts,
}

/// How a run is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// Lines for a person.
    Lines,
    /// One JSON object a line: every fact, every line of output.
    Json,
}

struct Printed {
    attempt: AttemptId,
    offset: u64,
    line: Vec<u8>,
}

/// Ctrl-C and SIGTERM. None is lost from the moment that this is made.
pub(super) struct Interrupts {
    int: tokio::signal::unix::Signal,
    term: tokio::signal::unix::Signal,
}

/// Why the host did not do what was asked.
pub(super) enum Denied {
    /// The run says no.
    Refused(Refusal),
    /// Somebody else drives the run by now.
    TakenOver,
    /// The host could not.
    Failed(String),
    /// There is no host any more.
    Gone,
    /// The host lets nobody in.
    Silent,
}

impl From<Denied> for Fault {
    fn from(denied: Denied) -> Self {
        let language = exit::language();
        match denied {
            Denied::Refused(refusal) => {
                // Nobody is at a screen.
                let keymap = Keymap::none();
                let voice = keymap::Voice { language, keymap: &keymap };
                Self::refused(refusal::sentence(&refusal, &RunState::default(), voice))
            }
            Denied::TakenOver => Self::refused(language.pick(
                "別の画面がこの実施を引き継ぎました。ここではこれ以上何も始めません。続きはそちらで: tejun attach",
                "another screen has taken the run over; nothing more was started here, and it goes on there: tejun attach",
            )),
            Denied::Failed(fault) => Self::not_written(format!("{fault}\n{}", language.pick(
                "実施は終わっていません。戻るには: tejun attach",
                "the run stays open and is not over; return to it with: tejun attach",
            ))),
            Denied::Gone => Self::not_written(language.pick(
                "実施を受け持つプロセスが終わりました。実施はジャーナルに残っています: tejun attach",
                "the host of the run ended; the run is in the journal: tejun attach",
            )),
            Denied::Silent => Self::not_written(language.pick(
                "実施を受け持つプロセスが応答しません。実施はそのままです。停止（SIGSTOP）されていないか確かめ、後で戻ってください: tejun attach",
                "the host of the run does not answer; the run is as it was. See whether it is stopped (SIGSTOP), and return later: tejun attach",
            )),
        }
    }
}

impl Interrupts {
    /// Begins to listen; the signals do not end the program any more. Within a runtime.
    pub(super) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { int: signal(SignalKind::interrupt())?, term: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! { _ = self.int.recv() => {}, _ = self.term.recv() => {} }
    }
}

impl Follow {
    /// Attaches to the host of `run` as a headless driver.
    pub(super) async fn attach(
        folders: &Folders,
        run: RunId,
        operator: &str,
        voice: Voice,
        interrupts: Interrupts,
    ) -> anyhow::Result<Self> {
        let client = starter::attach(&opening::own_program()?, folders, run, exit::language()).await?;
        let hello = ToHost::Hello {
            protocol: PROTOCOL,
            role: Role::Drive,
            operator: operator.to_owned(),
            kind: ActorKind::Unattended,
        };
        client.to.send(hello).await.map_err(|_| Fault::from(Denied::Gone))?;
        let mut follow = Self {
            client,
            folder: folders.run(run),
            state: RunState::default(),
            role: Role::Drive,
            trouble: None,
            broken: false,
            asked: 0,
            printed: None,
            voice,
            interrupts,
        };
        while follow.state.run.is_none() {
            let message = tokio::time::timeout(WELCOME, follow.client.from.recv()).await;
            let Ok(message) = message else { return Err(Fault::from(Denied::Silent).into()) };
            let message = message.ok_or_else(|| Fault::from(Denied::Gone))?;
            if let FromHost::NotWelcome { why } = message {
                return Err(Fault::refused(why).into());
            }
            follow.take(message);
        }
        Ok(follow)
    }

    /// Asks for a command and waits for the answer. A signal does not cut this short: the answer comes at once.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is no answer to this is taken in as ever")]
    pub(super) async fn ask(&mut self, command: Command) -> Result<(), Denied> {
        self.asked += 1;
        let asked = self.asked;
        self.client.to.send(ToHost::Do { id: asked, command }).await.map_err(|_| Denied::Gone)?;
        loop {
            match self.client.from.recv().await.ok_or(Denied::Gone)? {
                FromHost::Done { id } if id == asked => return Ok(()),
                message @ FromHost::Committed { done: Some(id), .. } if id == asked => {
                    self.take(message);
                    return Ok(());
                }
                FromHost::Refused { id, refusal, .. } if id == asked => return Err(Denied::Refused(refusal)),
                FromHost::Failed { id, .. } if id == asked && self.role == Role::Watch => {
                    return Err(Denied::TakenOver);
                }
                FromHost::Failed { id, fault } if id == asked => return Err(Denied::Failed(fault)),
                other => self.take(other),
            }
        }
    }

    /// Whether a person has interrupted since this was asked last.
    pub(super) async fn interrupted(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.interrupts.next() => true,
            () = std::future::ready(()) => false,
        }
    }

    /// The server that a fence runs on, once it has been seen; nothing for a fence of the shell, or where it cannot be
    /// seen: the run then says why.
    pub(super) async fn server(&mut self, block: &Block) -> anyhow::Result<Option<OnServer>> {
        let Ok(connection) = server::connection_of(&self.state.connections, block).cloned() else { return Ok(None) };
        let until = tokio::time::Instant::now() + SEEN_WITHIN;
        while !self.state.servers.contains_key(&connection.name) {
            match tokio::time::timeout_at(until, self.client.from.recv()).await {
                Ok(Some(message)) => self.take(message),
                Ok(None) => return Err(Fault::from(Denied::Gone).into()),
                Err(_) => break,
            }
        }
        let identity = self.state.server(&connection.name).cloned();
        Ok(identity.map(|identity| OnServer { connection: connection.name, identity, may_write: false }))
    }

    /// Waits until an attempt has ended, printing its output. False when a person interrupts first.
    pub(super) async fn until_ended(&mut self, attempt: AttemptId) -> anyhow::Result<bool> {
        loop {
            let ended = self.state.attempt(attempt).is_none_or(|a| a.progress != Progress::Running);
            if ended {
                self.print_up_to(attempt, u64::MAX);
                self.end_line();
                return Ok(true);
            }
            if self.broken {
                // How the command ends is in its keeper's hands; the host that comes next reads it.
                return Err(Fault::not_written(self.language().pick(
                    "実施は終わっていません。コマンドは続いています。戻るには: tejun attach",
                    "the run stays open and is not over, and the command goes on; return to it with: tejun attach",
                ))
                .into());
            }
            let message = tokio::select! {
                message = self.client.from.recv() => message,
                () = self.interrupts.next() => return Ok(false),
            };
            let Some(message) = message else {
                return Err(Fault::not_written(self.language().pick(
                    "コマンドの実行中に、実施を受け持つプロセスが終わりました。コマンドは続いています: tejun attach",
                    "the host of the run ended while a command was running; the command goes on: tejun attach",
                ))
                .into());
            };
            self.take(message);
        }
    }

    /// Waits until the record is saved; gives its path, or why it could not be saved.
    pub(super) async fn record(&mut self) -> Result<String, String> {
        loop {
            if let Some(record) = self.state.record.as_ref().filter(|_| self.state.waiting_log().is_none()) {
                return Ok(record.path.clone());
            }
            if let Some(trouble) = &self.trouble {
                return Err(trouble.clone());
            }
            match self.client.from.recv().await {
                Some(message) => self.take(message),
                None => return Err("the host ended before the record was saved: tejun attach".to_owned()),
            }
        }
    }

    fn take(&mut self, message: FromHost) {
        match message {
            FromHost::Welcome { facts, role, .. } => {
                self.role = role;
                self.fold(&facts);
            }
            FromHost::Committed { facts, .. } => self.fold(&facts),
            FromHost::RoleChanged { role } => self.role = role,
            FromHost::Grew { attempt, bytes } => self.print_up_to(attempt, bytes),
            FromHost::Trouble { text, broken } => self.troubled(text, broken),
            FromHost::NotWelcome { .. }
            | FromHost::Done { .. }
            | FromHost::Proven { .. }
            | FromHost::Refused { .. }
            | FromHost::Failed { .. }
            | FromHost::Frame(_)
            | FromHost::Document(_)
            | FromHost::OutputPage(_)
            | FromHost::OutputFound(_)
            | FromHost::OutputCompared(_)
            | FromHost::Goodbye => {}
        }
    }

    /// Says once what is wrong, and once that it is over: what waits for the disk would look as if it hung.
    fn troubled(&mut self, text: Option<String>, broken: bool) {
        match &text {
            Some(text) if self.trouble.as_ref() != Some(text) => super::warn(text),
            None if self.trouble.is_some() => super::warn(
                self.language()
                    .pick("記録（ジャーナル）に再び書けるようになりました", "the journal can be written again"),
            ),
            Some(_) | None => {}
        }
        (self.trouble, self.broken) = (text, broken);
    }

    fn language(&self) -> Language {
        self.state.start().map_or(Language::En, |start| start.language)
    }

    fn fold(&mut self, facts: &[Fact]) {
        for fact in facts {
            if self.state.apply(fact) == Applied::Yes && self.voice == Voice::Json {
                super::say_json(&fact_line(fact).to_string());
            }
        }
    }

    /// Prints what the evidence file holds up to `end`, whole lines, made harmless.
    fn print_up_to(&mut self, attempt: AttemptId, end: u64) {
        if self.printed.as_ref().is_none_or(|p| p.attempt != attempt) {
            self.end_line();
            self.printed = Some(Printed { attempt, offset: 0, line: Vec::new() });
        }
        let Ok(file) = File::open(self.folder.output(attempt)) else { return };
        let mut bytes = vec![0; 64 * 1024];
        let Some(printed) = &mut self.printed else { return };
        while printed.offset < end {
            let want = usize::try_from(end - printed.offset).unwrap_or(bytes.len()).min(bytes.len());
            let got = file.read_at(bytes.get_mut(..want).unwrap_or_default(), printed.offset).unwrap_or(0);
            if got == 0 {
                return;
            }
            printed.offset += got as u64;
            for piece in bytes.get(..got).unwrap_or_default().split_inclusive(|b| *b == b'\n') {
                printed.line.extend_from_slice(piece);
                // A line without an end is not kept for ever.
                if piece.ends_with(b"\n") || printed.line.len() > 64 * 1024 {
                    say_output(self.voice, attempt, &printed.line);
                    printed.line.clear();
                }
            }
        }
    }

    fn end_line(&mut self) {
        if let Some(printed) = &mut self.printed
            && !printed.line.is_empty()
        {
            say_output(self.voice, printed.attempt, &printed.line);
            printed.line.clear();
        }
    }
}

fn say_output(voice: Voice, attempt: AttemptId, line: &[u8]) {
    let text = crate::term::plain::plain_text(line);
    for line in text.lines() {
        match voice {
            Voice::Lines => super::say(format!("  | {}", crate::term::sanitise::inline(line))),
            Voice::Json => {
                super::say_json(&serde_json::json!({ "type": "output", "attempt": attempt, "text": line }).to_string());
            }
        }
    }
}

/// A fact as a line for scripts: the procedure, which `inspect --json` tells, is only named.
fn fact_line(fact: &Fact) -> serde_json::Value {
    let mut event = serde_json::to_value(&fact.event).unwrap_or_default();
    if let Some(procedure) = event.get_mut("procedure") {
        *procedure = serde_json::json!({ "id": procedure["id"], "title": procedure["title"] });
    }
    serde_json::json!({
        "type": "fact",
        "run": fact.run,
        "seq": fact.seq,
        "at": fact.at,
        "operator": fact.actor.operator,
        "event": event,
    })
}
