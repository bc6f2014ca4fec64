//! What can be asked of a run, what can be reported to it, and why it may say no.
//!
//! Pure data. A command comes from a client; an observation comes from the host's own effects.

mod refusal;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, Digest, StepId};
use crate::run::denial::Denial;
use crate::run::environment::EnvironmentChange;
use crate::run::event::{Ending, Event, Finish, Measurement, NewDocument, RunStart, Stop, Verdict};
use crate::run::guidance::Pause;
use crate::run::server::{KnownConnection, OnServer, Seen};
use crate::run::verification::VerificationCommand;
use crate::runbook::model::Step;
use crate::term::Secret;

pub use refusal::{Block, Refusal};

/// What a person at a screen, or a headless run, asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    /// Begin the run.
    StartRun(Box<RunStart>),
    /// Run one command of a step.
    StartAttempt {
        /// The id of the attempt, minted by the client: asking twice is asking once.
        attempt: AttemptId,
        /// The step.
        step: StepId,
        /// The place of the command among the step's commands.
        command: usize,
        /// The SHA-256 of the text that was shown: what was shown is what runs.
        shown: Digest,
        /// The person knows that it was run before.
        again: Again,
        /// The names that the person typed to confirm a danger, one for each place where it acts.
        typed: Vec<String>,
        /// In which shell it is to run.
        #[serde(default)]
        place: Place,
        /// Values of placeholders that name a secret, for this attempt alone.
        #[serde(default)]
        secrets: BTreeMap<String, Secret>,
    },
    /// Run one command of a step on a server.
    RunStatements {
        /// The id of the attempt, minted by the client: asking twice is asking once.
        attempt: AttemptId,
        /// The step.
        step: StepId,
        /// The place of the command among the step's commands.
        command: usize,
        /// The SHA-256 of the text that was shown: what was shown is what runs.
        shown: Digest,
        /// The person knows that it was run before.
        again: Again,
        /// The names that the person typed to confirm a danger, one for each place where it acts.
        typed: Vec<String>,
        /// The server that was shown, and whether the person agreed to writes.
        on: Box<OnServer>,
    },
    /// Choose one of several connections, for the fences that could run on it.
    ChooseConnection {
        /// The name of the connection.
        connection: String,
    },
    /// Look at the server of a connection once more.
    LookAtServer {
        /// The name of the connection.
        connection: String,
    },
    /// Stop a running attempt.
    StopAttempt {
        /// Which one.
        attempt: AttemptId,
        /// How.
        how: Stop,
    },
    /// Judge a step; that makes it done.
    GiveVerdict {
        /// Which step.
        step: StepId,
        /// The judgement.
        verdict: Verdict,
        /// What the person says about it.
        comment: Option<String>,
    },
    /// Leave a step out.
    SkipStep {
        /// Which step.
        step: StepId,
        /// Why.
        reason: String,
    },
    /// Put a step off.
    DeferStep {
        /// Which step.
        step: StepId,
        /// Why.
        reason: String,
        /// Until when.
        due: String,
        /// Who will do it.
        owner: String,
    },
    /// Say that a step does not apply.
    RuleOutStep {
        /// Which step.
        step: StepId,
        /// Why.
        reason: String,
    },
    /// Accept a step that was judged failed or undecided.
    OverrideStep {
        /// Which step.
        step: StepId,
        /// Why.
        reason: String,
        /// Who approved it.
        approver: String,
    },
    /// Take a mark back.
    ReopenStep {
        /// Which step.
        step: StepId,
        /// Why.
        reason: Option<String>,
    },
    /// Say that cautions were read.
    AcknowledgeCautions {
        /// The step whose command they govern.
        step: StepId,
        /// The cautions, as they were shown.
        texts: Vec<String>,
    },
    /// Say whether the condition of a rule holds that could not be read; yes opens its action.
    AnswerRule {
        /// Which step.
        step: StepId,
        /// The place of the rule among the step's rules.
        rule: usize,
        /// It holds.
        holds: bool,
    },
    /// Make the action of a rule that applies a step of this run.
    OpenBranch {
        /// Which step.
        step: StepId,
        /// The place of the rule among the step's rules.
        rule: usize,
    },
    /// Add a step to this run, with the command that a person typed for it.
    AddStep {
        /// The step that it stands behind; at the beginning where there is none.
        after: Option<StepId>,
        /// Its title.
        title: String,
        /// Its command, where it has one.
        command: Option<String>,
        /// Why.
        reason: String,
    },
    /// Make a line of the document a step of this run.
    AddLine {
        /// The step that it stands behind; at the beginning where there is none.
        after: Option<StepId>,
        /// The line.
        line: usize,
        /// What the document has there.
        step: Box<Step>,
    },
    /// Make a command of a step another one in this run, or give the step one more.
    ChangeCommand {
        /// Which step.
        step: StepId,
        /// The place of the command; absent for one more.
        command: Option<usize>,
        /// The command.
        text: String,
        /// Why.
        reason: String,
    },
    /// Say that commands belong to another step.
    MoveCommands {
        /// The step that they were matched with.
        from: StepId,
        /// Their places.
        commands: Vec<usize>,
        /// The step that they belong to.
        to: StepId,
        /// Why.
        reason: Option<String>,
    },
    /// Take in what was changed in the document. Only the host asks for it, with what it read itself: no client can.
    #[serde(skip)]
    RenewDocument(Box<NewDocument>),
    /// Say that a step has done something that must be undone.
    OweRevert {
        /// Which step.
        step: StepId,
        /// What is to be undone.
        what: String,
    },
    /// Say what becomes of something that must be undone.
    SettleRevert {
        /// Its number.
        number: usize,
        /// What.
        how: Settle,
    },
    /// Make a step a hold point of this run.
    SetHold {
        /// Which step.
        step: StepId,
        /// What is waited for.
        text: String,
    },
    /// Say that somebody released a hold point.
    ReleaseHold {
        /// Which step.
        step: StepId,
        /// Who released it.
        by: String,
        /// What that person said.
        said: String,
    },
    /// Say that the document's advice for a part of the work was read.
    ReadGuidance {
        /// For which part.
        pause: Pause,
    },
    /// Say that a step with a condition applies.
    ApplyStep {
        /// Which step.
        step: StepId,
    },
    /// Say that a sub-point was done, or was not.
    TickPoint {
        /// Which step.
        step: StepId,
        /// The place of the sub-point.
        point: usize,
        /// It was done.
        done: bool,
    },
    /// Choose one of several alternatives.
    ChooseAlternative {
        /// The step, or the step of the command.
        step: StepId,
        /// The place of the command; absent where steps are the alternatives.
        command: Option<usize>,
    },
    /// Give placeholders their values, or take them back.
    SetValues {
        /// The value by the placeholder's name; nothing to take it back.
        values: BTreeMap<String, Option<String>>,
    },
    /// Write something down.
    AddNote {
        /// The step that it is about.
        step: Option<StepId>,
        /// The text.
        text: String,
    },
    /// Change a variable or the folder of the run's own shell.
    ChangeEnvironment {
        /// What.
        change: EnvironmentChange,
    },
    /// Begin anew in the folder in which the run began, with the variables that it began with.
    ResetShell,
    /// Between two people: reading aloud, agreeing, checking; or working alone.
    Verification(VerificationCommand),
    /// Take the wheel.
    TakeOver,
    /// Sign the run off.
    SignOff,
    /// End the run without a signature.
    CloseRun {
        /// How.
        ending: Ending,
        /// Why.
        reason: String,
    },
}

impl Command {
    /// The command line that a person typed with it.
    pub fn typed(&self) -> Option<&str> {
        if let Self::AddStep { command, .. } = self {
            command.as_deref()
        } else if let Self::ChangeCommand { text, .. } = self {
            Some(text)
        } else {
            None
        }
    }
}

/// What becomes of something that must be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Settle {
    /// It was undone.
    Done {
        /// What is said about it.
        comment: Option<String>,
    },
    /// Somebody else undoes it later.
    HandOver {
        /// Why.
        reason: String,
        /// Until when.
        due: String,
        /// Who.
        owner: String,
    },
    /// There is nothing to undo.
    Drop {
        /// Why.
        reason: String,
    },
}

impl Settle {
    /// The same with what a person wrote told otherwise.
    pub fn said(self, tell: impl Fn(String) -> String) -> Self {
        match self {
            Self::Done { comment } => Self::Done { comment: comment.map(tell) },
            Self::HandOver { reason, due, owner } => {
                Self::HandOver { reason: tell(reason), due: tell(due), owner: tell(owner) }
            }
            Self::Drop { reason } => Self::Drop { reason: tell(reason) },
        }
    }
}

/// In which shell of the run a command is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The run's own: commands run there one after the other, and each leaves folder and variables to the next.
    #[default]
    Main,
    /// One beside it, while a command runs there: it begins in the same folder, and what it sets stays there.
    Beside,
}

/// Whether the person knows that a command was run before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// It has not been run in this run.
    First,
    /// It has, and is to be run once more.
    Repeat,
}

/// What the host reports of its own effects.
#[derive(Debug, Clone, PartialEq)]
pub enum Observation {
    /// The host took the run in hand.
    HostStarted {
        /// Its process id.
        pid: u32,
        /// Attempts that still run.
        adopted: Vec<AttemptId>,
    },
    /// A lane is open.
    LaneOpened {
        /// Its number.
        lane: u32,
        /// Its keeper.
        keeper: u32,
        /// The shell.
        shell: String,
        /// The folder.
        cwd: String,
        /// Names of the variables that it began with and that were not empty, where that is known.
        set: Option<Vec<String>>,
    },
    /// A keeper is gone.
    LaneLost {
        /// Its lane.
        lane: u32,
        /// What was seen.
        why: String,
    },
    /// So much output is on disk.
    OutputMarked {
        /// Whose.
        attempt: AttemptId,
        /// Bytes.
        bytes: u64,
    },
    /// An attempt ended.
    AttemptFinished {
        /// Which.
        attempt: AttemptId,
        /// How.
        finish: Finish,
    },
    /// Nobody knows how an attempt ended.
    AttemptLost {
        /// Which.
        attempt: AttemptId,
        /// What was seen.
        why: String,
    },
    /// The rules were held against the output.
    VerdictProposed {
        /// Which step.
        step: StepId,
        /// The attempt that was read last.
        attempt: AttemptId,
        /// The proposal.
        verdict: Verdict,
        /// What was measured.
        measured: Vec<Measurement>,
    },
    /// The documented block stands in the team's log, or could not be added to it.
    LogAppended {
        /// The path of the log.
        path: String,
        /// Why it is not there.
        fault: Option<String>,
    },
    /// The record is on disk.
    RecordSaved {
        /// Where.
        path: String,
        /// Its digest.
        sha256: Digest,
    },
    /// Somebody tried what they may not do.
    AccessDenied(Denial),
    /// These connections are set up.
    ConnectionsKnown {
        /// All of them.
        connections: Vec<KnownConnection>,
    },
    /// A server was looked at.
    ConnectionSeen {
        /// By which connection.
        connection: String,
        /// What was seen.
        seen: Seen,
    },
}

/// What follows from a command: facts first, effects after they are durable.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decision {
    /// The facts, in order. Empty when the command was carried out already.
    pub events: Vec<Event>,
    /// What is to be done once the facts are durable.
    pub effects: Vec<Effect>,
}

/// Something to be done once its fact is durable.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Start the command of an attempt.
    Spawn {
        /// Which attempt.
        attempt: AttemptId,
        /// In which lane.
        lane: u32,
        /// The exact bytes.
        text: String,
        /// Secrets for this one command, by the variables that it gets them in.
        secrets: Vec<(String, Secret)>,
        /// What a person changed since the command before it.
        changes: Vec<EnvironmentChange>,
    },
    /// Send the statements of an attempt to a server.
    Query {
        /// Which attempt.
        attempt: AttemptId,
        /// The exact bytes.
        text: String,
        /// Where, and whether they may write.
        on: OnServer,
    },
    /// Look at the server of a connection.
    Look {
        /// The name of the connection.
        connection: String,
    },
    /// Send the signals.
    Stop {
        /// To which attempt.
        attempt: AttemptId,
        /// In which lane.
        lane: u32,
        /// Which ones.
        how: Stop,
    },
    /// End a lane, and open another in its place.
    Renew {
        /// Which lane ends.
        lane: u32,
    },
    /// Write the record and end the lanes.
    WriteRecord,
}
