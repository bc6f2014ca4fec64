//! The engine itself: takes commands and reports, appends facts, keeps the state, lets effects happen.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::folders::RunFolder;
use crate::engine::Trouble;
use crate::engine::identity::{self, Place};
use crate::exec::{Executor, Launch, Report, Size};
use crate::i18n::Language;
use crate::ids::{Digest, EventId, RunId, Seq};
use crate::run::command::{Block, Command, Decision, Effect, Observation, Refusal};
use crate::run::decide::{decide, observe};
use crate::run::denial::Denial;
use crate::run::environment::EnvironmentChange;
use crate::run::event::{Actor, Event, Fact, Mode, RunStart, Unreadable, VERSION};
use crate::run::state::{Attempt, NO_LANE, Phase, Progress, RunState};
use crate::store::{AppendError, Journal, StoreError};
use crate::term::Secrets;

/// How often a decision is taken anew when others append at the same time. Each round somebody got on, so a handful is
/// plenty; past it the operator is told.
const ROUNDS: usize = 16;

/// What an engine works with.
pub struct Resources<J, X> {
    /// Where facts go.
    pub journal: J,
    /// What runs commands.
    pub executor: X,
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// The folder of the run.
    pub folder: RunFolder,
    /// Values that no journal, record or log may hold.
    pub secrets: Secrets,
    /// The size of the first lane.
    pub size: Size,
}

/// The owner of one run.
pub struct Engine<J, X> {
    pub(super) with: Resources<J, X>,
    pub(super) run: RunId,
    pub(super) state: RunState,
    head: Digest,
    place: Place,
    /// Observations that could not be appended: the journal failed. Nothing is decided before they are.
    waiting: VecDeque<Observation>,
    trouble: Option<Trouble>,
    /// Facts that were appended and not handed out yet.
    news: Vec<Fact>,
}

/// Why an engine could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The run says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The journal cannot be used.
    #[error("failed to append to the journal")]
    Journal(#[source] AppendError),
    /// The journal cannot be read.
    #[error("failed to read the run from the journal")]
    Load(#[source] StoreError),
    /// A fact cannot be read by this program.
    #[error("failed to read the run's facts")]
    Unreadable(#[from] Unreadable),
    /// The run is of another mode than the executor.
    #[error("a {run:?} run cannot be driven by a {executor:?} executor")]
    WrongMode {
        /// The run's mode.
        run: Mode,
        /// The executor's.
        executor: Mode,
    },
    /// The journal knows no such run.
    #[error("the journal has no run {run}")]
    NoSuchRun {
        /// The run that was asked for.
        run: RunId,
    },
    /// Others kept appending.
    #[error("other operators kept changing the run; nothing was done")]
    Crowded,
}

impl<J: Journal, X: Executor> Engine<J, X> {
    /// Begins a run: its first fact, then its first lane.
    ///
    /// # Errors
    /// When the journal cannot be written, or the mode of `start` is not the executor's. Nothing runs then.
    pub async fn begin(with: Resources<J, X>, run: RunId, actor: &Actor, start: RunStart) -> Result<Self, EngineError> {
        if start.mode != X::MODE {
            return Err(EngineError::WrongMode { run: start.mode, executor: X::MODE });
        }
        let mut engine = Self::new(with, run);
        engine.command(actor, Command::StartRun(Box::new(start))).await?;
        engine.see(Observation::HostStarted { pid: std::process::id(), adopted: Vec::new() }).await;
        engine.open_lane().await;
        engine.know_connections().await;
        Ok(engine)
    }

    /// Takes up a run that an earlier host left: living keepers are adopted, what ended meanwhile is read from its exit
    /// file, and what nobody knows is said to be unknown. Nothing is run again.
    ///
    /// # Errors
    /// When the journal cannot be read, or holds facts of a newer program.
    pub async fn resume(with: Resources<J, X>, run: RunId) -> Result<Self, EngineError> {
        let mut engine = Self::new(with, run);
        engine.reload().await?;
        let Some(mode) = engine.state.start().map(|s| s.mode) else { return Err(EngineError::NoSuchRun { run }) };
        if mode != X::MODE {
            return Err(EngineError::WrongMode { run: mode, executor: X::MODE });
        }
        if engine.state.phase == Phase::Open || engine.state.record.is_none() || engine.state.waiting_log().is_some() {
            engine.take_up().await;
        }
        Ok(engine)
    }

    fn new(with: Resources<J, X>, run: RunId) -> Self {
        Self {
            with,
            run,
            state: RunState::default(),
            head: Digest::of(b""),
            place: Place::here(),
            waiting: VecDeque::new(),
            trouble: None,
            news: Vec::new(),
        }
    }

    /// What is known of the run.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// The journal, for what is read beside the run.
    pub fn journal(&self) -> J {
        self.with.journal.clone()
    }

    /// The hash of the last fact.
    pub fn head(&self) -> &Digest {
        &self.head
    }

    /// What is wrong with the journal or the record: what happened, what is safe, what to do.
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// Whether this engine writes no more and holds nothing that the next one would not find: commands are in the hands
    /// of their keepers, and no statement waits for its server.
    pub fn can_be_left(&self) -> bool {
        let asks = |attempt: &Attempt| attempt.progress == Progress::Running && attempt.start.lane == NO_LANE;
        self.trouble.as_ref().is_some_and(|trouble| trouble.broken) && !self.state.attempts.iter().any(asks)
    }

    /// The facts that were appended since the last call, in order.
    pub fn take_news(&mut self) -> Vec<Fact> {
        std::mem::take(&mut self.news)
    }

    /// Whether the run is over and nothing of it waits for the disk.
    pub fn is_finished(&self) -> bool {
        let written = self.state.record.is_some() && self.state.waiting_log().is_none();
        self.state.phase != Phase::Open && written && self.waiting.is_empty()
    }

    /// The wall clock that facts are stamped with.
    pub fn now(&self) -> chrono::DateTime<chrono::FixedOffset> {
        self.with.clock.now()
    }

    /// How long ago a fact was appended, by the time since the machine's start: setting the wall clock changes nothing of
    /// it. Of a fact from before a restart only the wall clock is known; one that was set back gives nothing.
    pub fn time_since(&self, fact: &Fact) -> std::time::Duration {
        let passed = self.with.clock.since_boot().checked_sub(std::time::Duration::from_millis(fact.since_boot_ms));
        match passed.filter(|_| fact.boot == self.place.boot) {
            Some(passed) => passed,
            None => self.now().signed_duration_since(fact.at).to_std().unwrap_or_default(),
        }
    }

    /// Carries out a command: decided, durable, applied, then its effects.
    ///
    /// # Errors
    /// A refusal, or a journal that fails. Nothing has happened then.
    pub async fn command(&mut self, actor: &Actor, command: Command) -> Result<(), EngineError> {
        if !self.waiting.is_empty() {
            self.catch_up().await?;
            self.propose_missing().await;
        }
        if let Command::SetValues { values } = &command {
            let hides = |value: &Option<String>| value.as_ref().is_some_and(|v| self.with.secrets.redact(v) != *v);
            if let Some((name, _)) = values.iter().find(|(_, value)| hides(value)) {
                return Err(Refusal::SecretValue { name: name.clone() }.into());
            }
        }
        if let Command::ChangeEnvironment { change: EnvironmentChange::Set { name, value } } = &command
            && self.with.secrets.redact(value) != *value
        {
            return Err(Refusal::SecretValue { name: name.clone() }.into());
        }
        // A typed command runs byte for byte as it is kept: nothing can be taken out of it.
        let typed = command.typed();
        if typed.is_some_and(|text| self.with.secrets.redact(text) != text) {
            return Err(Refusal::TypedSecret.into());
        }
        let command = self.without_secrets(command);
        for _ in 0..ROUNDS {
            let decision = match decide(&self.state, actor, command.clone()) {
                Err(Refusal::Blocked { by: Block::NoLane }) if self.open_lane().await => continue,
                other => other?,
            };
            let Decision { events, effects } = decision;
            match self.append(actor, events).await {
                Ok(()) => {
                    self.carry_out(effects).await;
                    return Ok(());
                }
                Err(AppendError::Conflict { .. } | AppendError::Claimed) => self.reload().await?,
                Err(fault @ (AppendError::Broken { .. } | AppendError::Store(_))) => {
                    self.in_trouble(&fault);
                    return Err(EngineError::Journal(fault));
                }
            }
        }
        Err(EngineError::Crowded)
    }

    /// Takes in what the executor saw.
    pub async fn report(&mut self, report: Report) {
        match report {
            Report::Output { .. } => {}
            Report::Finished { attempt, finish } => {
                let step = self.state.attempt(attempt).map(|a| a.start.step.clone());
                self.see(Observation::AttemptFinished { attempt, finish }).await;
                if let Some(step) = step {
                    self.propose_verdict(&step, attempt).await;
                }
            }
            Report::Lost { attempt, why } => self.see(Observation::AttemptLost { attempt, why }).await,
            Report::Seen { connection, seen } => self.see(Observation::ConnectionSeen { connection, seen }).await,
            Report::LaneLost { lane, why } => {
                self.lane_lost(lane, why).await;
            }
        }
    }

    /// The next thing that the executor sees. Waits while there is nothing; cancelling loses nothing.
    pub async fn next_report(&mut self) -> Report {
        self.with.executor.next().await
    }

    /// Notes how much output of a running attempt is on disk.
    pub async fn mark_output(&mut self, attempt: crate::ids::AttemptId, bytes: u64) {
        self.see(Observation::OutputMarked { attempt, bytes }).await;
    }

    /// Journals that somebody tried what they may not do.
    pub async fn note_denial(&mut self, denial: Denial) {
        self.see(Observation::AccessDenied(denial)).await;
    }

    /// Tries again what the disk refused. Called now and then while [`Engine::trouble`] is set.
    pub async fn retry(&mut self) {
        // What waits may be that the record is saved: it must not be written once more before that is known.
        if self.catch_up().await.is_err() {
            return;
        }
        self.trouble = None;
        self.propose_missing().await;
        if self.state.phase != Phase::Open {
            self.write_record().await;
        }
    }

    /// Whether something that was seen waits for the journal.
    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Appends what the host saw; kept for later when the journal fails.
    pub(super) async fn see(&mut self, observation: Observation) {
        self.waiting.push_back(observation);
        // What the journal refuses waits, and the fault is told as trouble.
        let _waits = self.catch_up().await;
    }

    /// Appends all observations that wait.
    async fn catch_up(&mut self) -> Result<(), EngineError> {
        let host = identity::host();
        let mut rounds = 0;
        while let Some(observation) = self.waiting.front().cloned() {
            let events = observe(&self.state, observation);
            match self.append(&host, events).await {
                Ok(()) => {
                    self.waiting.pop_front();
                    rounds = 0;
                }
                Err(AppendError::Conflict { .. } | AppendError::Claimed) if rounds < ROUNDS => {
                    rounds += 1;
                    self.reload().await?;
                }
                Err(fault) => {
                    self.in_trouble(&fault);
                    return Err(EngineError::Journal(fault));
                }
            }
        }
        Ok(())
    }

    async fn append(&mut self, actor: &Actor, events: Vec<Event>) -> Result<(), AppendError> {
        if events.is_empty() {
            return Ok(());
        }
        let expected = self.state.seq;
        let facts = self.facts(actor, events)?;
        let stored = self.with.journal.append(self.run, expected, &facts).await?;
        if let Some(last) = stored.last() {
            self.head = last.digest();
        }
        self.trouble = None;
        for fact in facts {
            self.state.apply(&fact);
            self.news.push(fact);
        }
        Ok(())
    }

    fn facts(&self, actor: &Actor, events: Vec<Event>) -> Result<Vec<Fact>, AppendError> {
        let (at, clock) = (self.with.clock.now(), &*self.with.clock);
        let (mut seq, mut prev) = (self.state.seq, self.head.clone());
        let mut facts = Vec::with_capacity(events.len());
        for event in events {
            seq = seq.next();
            let fact = Fact { at, ..stamped(clock, &self.place, (self.run, seq, prev), actor, event) };
            let stored = crate::run::event::Stored::encode(&fact).map_err(|_| AppendError::Broken { at: seq })?;
            prev = stored.digest();
            facts.push(fact);
        }
        Ok(facts)
    }

    /// Reads what others appended.
    async fn reload(&mut self) -> Result<(), EngineError> {
        let after: Seq = self.state.seq;
        let stored = self.with.journal.load(self.run, after).await.map_err(EngineError::Load)?;
        for s in stored {
            let fact = s.decode()?;
            self.head = s.digest();
            self.state.apply(&fact);
            self.news.push(fact);
        }
        Ok(())
    }

    /// The language of the run.
    pub(super) fn language(&self) -> Language {
        self.state.start().map_or(Language::En, |start| start.language)
    }

    fn in_trouble(&mut self, fault: &AppendError) {
        self.say_trouble(Trouble::of_journal(fault, self.language()), "the journal cannot be written");
    }

    pub(super) fn record_trouble(&mut self, why: &str) {
        self.say_trouble(Trouble::of_record(why, self.language()), "the record cannot be written");
    }

    /// The same trouble is met at every try: the log, which may lie on the very disk that is full, gets it once.
    fn say_trouble(&mut self, trouble: Trouble, what: &str) {
        if self.trouble.as_ref() != Some(&trouble) {
            tracing::error!(fault = trouble.text, "{what}");
        }
        self.trouble = Some(trouble);
    }

    /// The command with secrets taken out of what a person wrote. Commands of the runbook are what they are.
    fn without_secrets(&self, command: Command) -> Command {
        let clean = |text: String| self.with.secrets.redact(&text);
        match command {
            Command::GiveVerdict { step, verdict, comment } => {
                Command::GiveVerdict { step, verdict, comment: comment.map(clean) }
            }
            Command::SkipStep { step, reason } => Command::SkipStep { step, reason: clean(reason) },
            Command::DeferStep { step, reason, due, owner } => {
                Command::DeferStep { step, reason: clean(reason), due: clean(due), owner: clean(owner) }
            }
            Command::RuleOutStep { step, reason } => Command::RuleOutStep { step, reason: clean(reason) },
            Command::OverrideStep { step, reason, approver } => {
                Command::OverrideStep { step, reason: clean(reason), approver: clean(approver) }
            }
            Command::ReopenStep { step, reason } => Command::ReopenStep { step, reason: reason.map(clean) },
            Command::AddStep { after, title, command, reason } => {
                Command::AddStep { after, title: clean(title), command, reason: clean(reason) }
            }
            Command::ChangeCommand { step, command, text, reason } => {
                Command::ChangeCommand { step, command, text, reason: clean(reason) }
            }
            Command::MoveCommands { from, commands, to, reason } => {
                Command::MoveCommands { from, commands, to, reason: reason.map(clean) }
            }
            Command::OweRevert { step, what } => Command::OweRevert { step, what: clean(what) },
            Command::SettleRevert { number, how } => Command::SettleRevert { number, how: how.said(clean) },
            Command::SetHold { step, text } => Command::SetHold { step, text: clean(text) },
            Command::ReleaseHold { step, by, said } => Command::ReleaseHold { step, by: clean(by), said: clean(said) },
            Command::AddNote { step, text } => Command::AddNote { step, text: clean(text) },
            Command::Verification(command) => Command::Verification(command.with_texts(clean)),
            Command::CloseRun { ending, reason } => Command::CloseRun { ending, reason: clean(reason) },
            same @ (Command::StartRun(_)
            | Command::RenewDocument(_)
            | Command::ResetShell
            | Command::ChangeEnvironment { .. }
            | Command::AcknowledgeCautions { .. }
            | Command::AnswerRule { .. }
            | Command::OpenBranch { .. }
            | Command::ApplyStep { .. }
            | Command::AddLine { .. }
            | Command::ReadGuidance { .. }
            | Command::TickPoint { .. }
            | Command::ChooseAlternative { .. }
            | Command::SetValues { .. }
            | Command::StartAttempt { .. }
            | Command::RunStatements { .. }
            | Command::ChooseConnection { .. }
            | Command::LookAtServer { .. }
            | Command::StopAttempt { .. }
            | Command::TakeOver
            | Command::SignOff) => same,
        }
    }

    async fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Spawn { attempt, lane, text, secrets, changes } => {
                    self.spawn(lane, Launch { attempt, text, secrets, changes }).await;
                }
                Effect::Query { attempt, text, on } => {
                    self.with.executor.query(crate::exec::Statements { attempt, text, on });
                }
                Effect::Look { connection } => self.with.executor.look(&connection),
                Effect::Stop { attempt, lane, how } => self.stop(attempt, lane, how).await,
                Effect::Renew { lane } => {
                    self.with.executor.close_lane(lane).await;
                    self.open_lane().await;
                }
                Effect::WriteRecord => {
                    self.close_lanes().await;
                    self.write_record().await;
                }
            }
        }
    }
}

/// A fact of `actor`, with what the clock and the machine say.
pub(super) fn stamped(
    clock: &dyn Clock,
    place: &Place,
    (run, seq, prev): (RunId, Seq, Digest),
    actor: &Actor,
    event: Event,
) -> Fact {
    Fact {
        run,
        seq,
        id: EventId(clock.fresh_id()),
        actor: actor.clone(),
        machine: place.machine.clone(),
        boot: place.boot.clone(),
        at: clock.now(),
        since_boot_ms: u64::try_from(clock.since_boot().as_millis()).unwrap_or(u64::MAX),
        prev,
        version: VERSION,
        event,
    }
}

/// An error with all its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
