//! The line between a screen and the host of its run: brings messages, and reaches the next host when one dies.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use super::signature::{self, Asked};
use crate::cli::{opening, runs};
use crate::config::folders::Folders;
use crate::console::client::Client;
use crate::console::presence::{self, PresenceError};
use crate::console::starter;
use crate::console::wire::{FromHost, PROTOCOL, Role, ToHost};
use crate::i18n::Language;
use crate::ids::RunId;
use crate::run::event::Fact;
use crate::run::state::RunState;
use crate::tui::backend::Input;
use crate::vault::signature::Keygen;

/// Between the screen's queue and a host, once there is one.
#[derive(Clone)]
pub(in crate::cli) struct Line {
    pub(in crate::cli) inputs: mpsc::Sender<Input>,
    pub(super) to_host: ToHostOf,
    pub(super) state: Arc<Mutex<RunState>>,
    /// What brings the messages of the host, so that it can be ended.
    pub(super) task: Arc<Mutex<Option<tokio::task::AbortHandle>>>,
    /// Runs that were left with a record: it is signed with the person's key once the terminal is theirs again.
    pub(super) over: Arc<Mutex<Vec<(RunState, bool)>>>,
    /// The run was signed off at this screen.
    pub(super) signs: Arc<AtomicBool>,
    /// The record that the person's key was asked for.
    pub(super) asked: Asked,
}

impl Line {
    /// Remembers the task that brings the host's messages; the one before is ended.
    pub(in crate::cli) fn follow(&self, task: Option<tokio::task::AbortHandle>) {
        let before = self.task.lock().map(|mut now| std::mem::replace(&mut *now, task));
        if let Ok(Some(before)) = before {
            before.abort();
        }
    }

    /// Leaves the host: it sees that nobody is there any more.
    pub(in crate::cli) fn leave(&self) {
        self.follow(None);
        if let Ok(mut way) = self.to_host.lock() {
            *way = None;
        }
        let left = self.state.lock().map(|mut state| std::mem::take(&mut *state)).unwrap_or_default();
        let signs = self.signs.swap(false, Ordering::Relaxed);
        if left.record.is_some() {
            self.over.lock().unwrap_or_else(PoisonError::into_inner).push((left, signs));
        }
    }

    /// The runs that were on the screen, the last one at the end, and whether they were signed off here.
    pub(super) fn all_over(&self) -> Vec<(RunState, bool)> {
        let before = self.over.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let last = self.state.lock().map(|state| (state.clone(), self.signs.load(Ordering::Relaxed)));
        before.into_iter().chain(last).collect()
    }
}

/// Where messages to the host go at this moment.
pub(super) type ToHostOf = Arc<Mutex<Option<tokio::sync::mpsc::Sender<ToHost>>>>;

/// How often a host is looked for again in a row before the person is left with the message.
const REATTACH: usize = 3;

/// Brings a client's messages to the screen, and says hello. When the host dies before the run is over, another one is
/// reached or started, and the screen goes on.
pub(in crate::cli) struct Pump {
    pub(super) line: Line,
    pub(super) hello: ToHost,
    /// The person's key.
    pub(super) key: Option<PathBuf>,
    /// The person's language.
    pub(super) language: Language,
}

/// Why a connection was left.
enum Ended {
    /// The run is over, or the host does not want this client, or the screen is gone.
    ForGood,
    /// The host is gone.
    HostDied,
}

impl Pump {
    pub(in crate::cli) async fn go(mut self, client: Client, folders: Folders, run: RunId) {
        let mut next = Some(client);
        let mut left = REATTACH;
        while let Some(client) = next.take() {
            let welcomed = match self.follow(client).await {
                // A host that saves a record and goes may close the door before anybody is let in.
                (Ended::ForGood, false) if self.tell_end(&folders, run).await => return,
                (Ended::ForGood, _) => return,
                (Ended::HostDied, welcomed) => welcomed,
            };
            if self.line.inputs.send(Input::HostGone).is_err() {
                return;
            }
            // A host that let the screen in and died later is another matter than one that dies at once.
            left = if welcomed { REATTACH } else { left.saturating_sub(1) };
            let Ok(exe) = opening::own_program() else { return };
            if left > 0 {
                next = starter::attach(&exe, &folders, run, self.language)
                    .await
                    .inspect_err(|fault| tracing::error!(fault = opening::chain(fault), "no host could be reached"))
                    .ok();
            }
            // A host that finds the run over saves its record and goes, before anybody can reach it.
            if next.is_none() && self.tell_end(&folders, run).await {
                return;
            }
        }
    }

    /// Shows the run from the journal, where it is over and has its record; whether it does.
    pub(in crate::cli) async fn tell_end(&self, folders: &Folders, run: RunId) -> bool {
        let Some(facts) = runs::ended(folders, run).await else { return false };
        self.take(&facts);
        let ToHost::Hello { role, .. } = self.hello else { return false };
        let whole = FromHost::Welcome {
            protocol: PROTOCOL,
            run,
            role,
            tejun: env!("CARGO_PKG_VERSION").to_owned(),
            facts,
            document: false,
            outputs: false,
            challenge: None,
        };
        let _screen_is_gone = self.line.inputs.send(Input::Host(Box::new(whole)));
        true
    }

    fn take(&self, facts: &[Fact]) {
        if let Ok(mut state) = self.line.state.lock() {
            for fact in facts {
                state.apply(fact);
            }
            // At once: what waits until the screen is left is lost with the screen.
            if self.line.signs.load(Ordering::Relaxed) && state.record.is_some() {
                signature::at_once(&self.line.asked, &state, self.key.as_deref(), &self.line.inputs, self.language);
            }
        }
    }

    /// Says who sits here, where the host asks and the person has a key. What the agent takes its time for holds nothing up.
    fn prove(&self, run: RunId, challenge: Option<String>) {
        let (Some(challenge), Some(key)) = (challenge, self.key.clone()) else { return };
        let line = self.line.clone();
        tokio::task::spawn_blocking(move || {
            let keygen = Keygen::find(std::env::var_os("PATH").as_deref()).map_err(PresenceError::from);
            match keygen.and_then(|keygen| presence::prove(&keygen, &key, run, &challenge)) {
                Ok(signature) => {
                    let to = line.to_host.lock().ok().and_then(|to| to.clone());
                    let _host_is_gone = to.map(|to| to.try_send(ToHost::Prove { signature }).is_ok());
                }
                Err(why) => {
                    let answer = FromHost::Proven { key: None, why: Some(opening::chain(&why)) };
                    let _screen_is_gone = line.inputs.send(Input::Host(Box::new(answer)));
                }
            }
        });
    }

    /// What it does here is what it wants of the next host: who looked on takes the wheel from nobody.
    fn keep(&mut self, now: Role) {
        if let ToHost::Hello { role, .. } = &mut self.hello {
            *role = now;
        }
    }

    async fn follow(&mut self, client: Client) -> (Ended, bool) {
        let Client { to, mut from } = client;
        if to.send(self.hello.clone()).await.is_err() {
            return (Ended::HostDied, false);
        }
        if let Ok(mut way) = self.line.to_host.lock() {
            *way = Some(to);
        }
        let (mut welcomed, mut ended) = (false, Ended::HostDied);
        while let Some(message) = from.recv().await {
            match &message {
                FromHost::Welcome { facts, run, challenge, role, .. } => {
                    welcomed = true;
                    self.keep(*role);
                    self.take(facts);
                    self.prove(*run, challenge.clone());
                }
                FromHost::Committed { facts, .. } => self.take(facts),
                FromHost::Goodbye | FromHost::NotWelcome { .. } => ended = Ended::ForGood,
                FromHost::RoleChanged { role } => self.keep(*role),
                FromHost::Done { .. }
                | FromHost::Proven { .. }
                | FromHost::Refused { .. }
                | FromHost::Failed { .. }
                | FromHost::Frame(_)
                | FromHost::Document(_)
                | FromHost::OutputPage(_)
                | FromHost::OutputFound(_)
                | FromHost::OutputCompared(_)
                | FromHost::Grew { .. }
                | FromHost::Trouble { .. } => {}
            }
            if self.line.inputs.send(Input::Host(Box::new(message))).is_err() {
                return (Ended::ForGood, welcomed);
            }
        }
        if matches!(ended, Ended::ForGood) {
            let _screen_is_gone = self.line.inputs.send(Input::HostGone);
        }
        (ended, welcomed)
    }
}
