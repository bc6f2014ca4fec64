//! What the screen needs from below, so that it can be driven by a test as by a real host.

use crate::console::wire::{FromHost, ToHost};
use crate::ids::{AttemptId, Digest, ProcedureId, RunId};
use crate::tui::model::home::{HomeAsk, HomeNews};

/// The way down from the screen. Answers come back as [`Input`]s; no call blocks.
pub trait Backend {
    /// Trusts the opened runbook's content.
    ///
    /// # Errors
    /// A sentence for the person: what happened, what to do.
    fn trust(&mut self) -> Result<(), String>;

    /// Whether a text at a place is trusted.
    fn trusts(&mut self, path: &str, sha256: &Digest) -> bool;

    /// Trusts the text at a place, where it is the one that was shown.
    ///
    /// # Errors
    /// A sentence for the person: what happened, what to do.
    fn trust_text(&mut self, path: &str, shown: &Digest) -> Result<(), String>;

    /// Starts a run of a procedure: answered by [`Input::Host`] with a welcome, by [`Input::StartFailed`], or, where one
    /// goes on and that was not known, by [`Input::GoesOn`].
    fn start(&mut self, procedure: &ProcedureId, beside: Beside);

    /// Joins a run that goes on: answered by [`Input::Host`] with a welcome, or by [`Input::StartFailed`].
    fn join(&mut self, run: RunId);

    /// Says something to the attached host. Dropped when there is none.
    fn send(&mut self, message: ToHost);

    /// Remembers values by their names for runs to come. None of them is a secret.
    fn remember(&mut self, values: Vec<(String, String)>);

    /// Puts a text into the clipboard of the terminal, as far as the terminal takes it.
    fn copy(&mut self, text: &str);

    /// Gives the text of the end of an output: answered by [`Input::CopyReady`].
    fn copy_output(&mut self, attempt: AttemptId);

    /// Saves an output as text: answered by [`Input::Saved`].
    fn save_output(&mut self, attempt: AttemptId, name: &str);

    /// Does what the home screen asks for: answered by [`Input::Home`].
    fn home(&mut self, ask: HomeAsk);

    /// A fresh identifier for an attempt.
    fn fresh_id(&mut self) -> uuid::Uuid;
}

/// Whether a run is begun where one of the same procedure goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Not before the person knows.
    Ask,
    /// The person knows.
    Another,
}

/// A run of the procedure that goes on, as the person is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoingOn {
    /// The run.
    pub run: RunId,
    /// One line that names it, made harmless.
    pub line: String,
}

/// What reaches the screen's loop: one queue, one order.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A key, a paste or a new size from the terminal.
    Terminal(crossterm::event::Event),
    /// The terminal is gone: leave without drawing.
    Hangup,
    /// The system asks this program to end: leave, and give the terminal back.
    Asked,
    /// The host said something.
    Host(Box<FromHost>),
    /// The connection to the host ended.
    HostGone,
    /// A run could not be started.
    StartFailed(String),
    /// The text of an output is here, or why it is not.
    CopyReady(Result<String, String>),
    /// An output was saved, or not.
    Saved {
        /// Whose output.
        attempt: AttemptId,
        /// The file, as it was typed.
        name: String,
        /// Where it is, or why it is not: a sentence for the person.
        outcome: Result<String, String>,
    },
    /// Runs of the procedure go on: nothing was started.
    GoesOn {
        /// The procedure.
        procedure: ProcedureId,
        /// The runs, the newest first.
        runs: Vec<GoingOn>,
    },

    /// What becomes of the signature of the record with the person's key.
    KeySignature(KeySignature),
    /// Something for the home screen.
    Home(Box<HomeNews>),
    /// A moment passed: clocks and deadlines are drawn anew.
    Tick,
}

/// What becomes of the signature of the record with the key of the person who signed off at this screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySignature {
    /// The key is asked.
    Working,
    /// It is made: the file.
    Made(String),
    /// The key is asked again, at the terminal, when the screen is left.
    WhenLeft,
}

/// How the screen was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Nothing was started, or the run is over.
    Ended,
    /// The run goes on without a screen.
    Detached,
    /// The terminal is gone.
    Hangup,
}
