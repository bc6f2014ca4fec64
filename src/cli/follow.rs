//! A client of a host without a screen: asks, waits for the answer, folds the facts, prints output as it is stored.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use crate::cli::exit::Fault;
use crate::cli::opening;
use crate::config::folders::{Folders, RunFolder};
use crate::console::client::Client;
use crate::console::starter;
use crate::console::wire::{FromHost, PROTOCOL, Role, ToHost};
use crate::ids::{AttemptId, RunId};
use crate::run::command::Command;
use crate::run::event::ActorKind;
use crate::run::state::{Progress, RunState};

/// A followed run.
pub(super) struct Follow {
    client: Client,
    folder: RunFolder,
    /// The fold of all facts so far.
    pub(super) state: RunState,
    trouble: Option<String>,
    asked: u64,
    printed: Option<Printed>,
    prints: bool,
    interrupts: Interrupts,
}

struct Printed {
    attempt: AttemptId,
    offset: u64,
    line: Vec<u8>,
}

struct Interrupts {
    int: tokio::signal::unix::Signal,
    term: tokio::signal::unix::Signal,
}

impl Interrupts {
    async fn next(&mut self) {
        tokio::select! { _ = self.int.recv() => {}, _ = self.term.recv() => {} }
    }
}

impl Follow {
    /// Attaches to the host of `run` as a headless driver.
    pub(super) async fn attach(folders: &Folders, run: RunId, operator: &str, prints: bool) -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupts = Interrupts { int: signal(SignalKind::interrupt())?, term: signal(SignalKind::terminate())? };
        let client = starter::attach(&opening::own_program()?, folders, run).await?;
        let hello = ToHost::Hello {
            protocol: PROTOCOL,
            role: Role::Drive,
            operator: operator.to_owned(),
            kind: ActorKind::Unattended,
        };
        let gone = || Fault::not_written("the host of the run ended; the run is in the journal: tejun runs");
        client.to.send(hello).await.map_err(|_| gone())?;
        let mut follow = Self {
            client,
            folder: folders.run(run),
            state: RunState::default(),
            trouble: None,
            asked: 0,
            printed: None,
            prints,
            interrupts,
        };
        while follow.state.run.is_none() {
            let message = follow.client.from.recv().await.ok_or_else(gone)?;
            if let FromHost::NotWelcome { why } = message {
                return Err(Fault::refused(why).into());
            }
            follow.take(message);
        }
        Ok(follow)
    }

    /// Asks for a command and waits for the answer. A signal does not cut this short: the answer comes at once.
    pub(super) async fn ask(&mut self, command: Command) -> anyhow::Result<()> {
        self.asked += 1;
        let id = self.asked;
        let gone = || Fault::not_written("the host of the run ended; the run is in the journal: tejun runs");
        self.client.to.send(ToHost::Do { id, command }).await.map_err(|_| gone())?;
        loop {
            let message = self.client.from.recv().await.ok_or_else(gone)?;
            if let FromHost::Done { id: answered } | FromHost::Committed { done: Some(answered), .. } = &message
                && *answered == id
            {
                self.take(message);
                return Ok(());
            }
            if let FromHost::Refused { id: answered, refusal, .. } = &message
                && *answered == id
            {
                return Err(Fault::refused(refusal.to_string()).into());
            }
            if let FromHost::Failed { id: answered, fault } = &message
                && *answered == id
            {
                return Err(Fault::not_written(fault.clone()).into());
            }
            self.take(message);
        }
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
            let message = tokio::select! {
                message = self.client.from.recv() => message,
                () = self.interrupts.next() => return Ok(false),
            };
            let Some(message) = message else {
                return Err(Fault::not_written(
                    "the host of the run ended while a command was running; the command goes on: tejun attach",
                )
                .into());
            };
            self.take(message);
        }
    }

    /// Waits until the record is saved; gives its path, or why it could not be saved.
    pub(super) async fn record(&mut self) -> Result<String, String> {
        loop {
            if let Some(record) = &self.state.record {
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
            FromHost::Welcome { facts, .. } | FromHost::Committed { facts, .. } => {
                for fact in &facts {
                    self.state.apply(fact);
                }
            }
            FromHost::Grew { attempt, bytes } => self.print_up_to(attempt, bytes),
            FromHost::Trouble { text } => self.trouble = text,
            FromHost::NotWelcome { .. }
            | FromHost::RoleChanged { .. }
            | FromHost::Done { .. }
            | FromHost::Refused { .. }
            | FromHost::Failed { .. }
            | FromHost::Frame(_)
            | FromHost::Goodbye => {}
        }
    }

    /// Prints what the evidence file holds up to `end`, whole lines, made harmless.
    fn print_up_to(&mut self, attempt: AttemptId, end: u64) {
        if !self.prints {
            return;
        }
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
                    say_output(&printed.line);
                    printed.line.clear();
                }
            }
        }
    }

    fn end_line(&mut self) {
        if let Some(printed) = &mut self.printed
            && !printed.line.is_empty()
        {
            say_output(&printed.line);
            printed.line.clear();
        }
    }
}

fn say_output(line: &[u8]) {
    let text = crate::term::plain::plain_text(line);
    for line in text.lines() {
        super::say(format!("  | {}", crate::term::sanitise::inline(line)));
    }
}
