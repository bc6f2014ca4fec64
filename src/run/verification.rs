//! 確認: the second person. Commands that are read aloud and agreed to before they run, steps that are checked after, and
//! work alone, which needs a reason.
//!
//! Pure. Two people are two where the kernel or a key says so, never where a name does: who proved a key is the person that
//! the key belongs to, everybody else is their user id, and the superuser may be anybody. An agreement is to the bytes that
//! were read aloud, for one start of the command.

use serde::{Deserialize, Serialize};

use crate::config::sign_off::SecondPerson;
use crate::ids::{AttemptId, Digest, StepId};
use crate::run::command::{Block, Decision, Refusal};
use crate::run::decide::{facts, needed, person};
use crate::run::event::{Actor, Event};
use crate::run::state::{Mark, RunState, Stamp};
use crate::run::values;

/// What happened between two people. Its fact's actor is who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum VerificationEvent {
    /// 読み上げ: the operator read a command aloud and waits for an answer.
    ReadAloud {
        /// The step.
        step: StepId,
        /// The place of the command.
        command: usize,
        /// The exact bytes that would run.
        text: String,
    },
    /// はい: the second person agrees that these bytes run, once.
    Confirmed {
        /// The step.
        step: StepId,
        /// The place of the command.
        command: usize,
        /// The SHA-256 of the text that was read aloud.
        shown: Digest,
    },
    /// いいえ: the second person does not agree.
    Objected {
        /// The step.
        step: StepId,
        /// The place of the command.
        command: usize,
        /// The SHA-256 of the text that was read aloud.
        shown: Digest,
        /// Why.
        reason: String,
    },
    /// 独立確認: the second person checked a step that is done.
    Checked {
        /// The step.
        step: StepId,
        /// It is as it should be; else it is sent back (差戻し).
        agrees: bool,
        /// What was said about it.
        comment: Option<String>,
    },
    /// 一人作業: there is no second person.
    WorkedAlone {
        /// Why.
        reason: String,
    },
}

/// What is asked for between two people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum VerificationCommand {
    /// Read a command aloud.
    ReadAloud {
        /// The step.
        step: StepId,
        /// The place of the command.
        command: usize,
        /// The SHA-256 of the text as shown.
        shown: Digest,
    },
    /// Agree to what was read aloud.
    Confirm {
        /// The step.
        step: StepId,
        /// The place of the command.
        command: usize,
        /// The SHA-256 of the text as shown.
        shown: Digest,
    },
    /// Not agree to it.
    Object {
        /// The step.
        step: StepId,
        /// The place of the command.
        command: usize,
        /// The SHA-256 of the text as shown.
        shown: Digest,
        /// Why.
        reason: String,
    },
    /// Check a step that is done.
    Check {
        /// The step.
        step: StepId,
        /// It is as it should be.
        agrees: bool,
        /// What is said about it.
        comment: Option<String>,
    },
    /// Work alone.
    WorkAlone {
        /// Why.
        reason: String,
    },
}

impl VerificationCommand {
    /// It is the second person's: somebody who looks on may ask for it.
    pub fn is_of_the_verifier(&self) -> bool {
        match self {
            Self::Confirm { .. } | Self::Object { .. } | Self::Check { .. } => true,
            Self::ReadAloud { .. } | Self::WorkAlone { .. } => false,
        }
    }
}

impl VerificationCommand {
    /// The same with what the person wrote passed through `clean`.
    pub fn with_texts(self, clean: impl Fn(String) -> String) -> Self {
        match self {
            Self::Object { step, command, shown, reason } => {
                Self::Object { step, command, shown, reason: clean(reason) }
            }
            Self::Check { step, agrees, comment } => Self::Check { step, agrees, comment: comment.map(clean) },
            Self::WorkAlone { reason } => Self::WorkAlone { reason: clean(reason) },
            same @ (Self::ReadAloud { .. } | Self::Confirm { .. }) => same,
        }
    }
}

/// A key that a person proved to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyHolder {
    /// What the team's list of signers calls the person.
    pub principal: String,
    /// The fingerprint of the key.
    pub fingerprint: String,
}

/// What is known of the second person in a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerificationState {
    /// Everything that was read aloud, in order.
    pub aloud: Vec<Aloud>,
    /// Every check of a step, in order.
    pub checks: Vec<Check>,
    /// Why there is no second person, and who said so.
    pub alone: Option<(String, Stamp)>,
}

/// A command that was read aloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aloud {
    /// The step.
    pub step: StepId,
    /// The place of the command.
    pub command: usize,
    /// The exact bytes.
    pub text: String,
    /// Who read it.
    pub stamp: Stamp,
    /// The answer.
    pub answer: Option<Answer>,
    /// The attempt that ran it.
    pub used: Option<AttemptId>,
}

/// The second person's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// はい.
    pub agrees: bool,
    /// Why not.
    pub reason: Option<String>,
    /// Who and when.
    pub stamp: Stamp,
}

/// A check of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The step.
    pub step: StepId,
    /// It is as it should be.
    pub agrees: bool,
    /// What was said about it.
    pub comment: Option<String>,
    /// Who and when.
    pub stamp: Stamp,
    /// The step was run, marked or taken back since: what was checked is not what is there.
    pub void: bool,
}

impl Aloud {
    fn is_of(&self, step: &StepId, command: usize, shown: &Digest) -> bool {
        self.step == *step && self.command == command && Digest::of(self.text.as_bytes()) == *shown
    }
}

impl VerificationState {
    /// Takes one fact in.
    pub(super) fn apply(&mut self, event: &VerificationEvent, stamp: Stamp) {
        match event {
            VerificationEvent::ReadAloud { step, command, text } => {
                let (step, command, text) = (step.clone(), *command, text.clone());
                self.aloud.push(Aloud { step, command, text, stamp, answer: None, used: None });
            }
            VerificationEvent::Confirmed { step, command, shown } => {
                self.answer(step, *command, shown, Answer { agrees: true, reason: None, stamp });
            }
            VerificationEvent::Objected { step, command, shown, reason } => {
                self.answer(step, *command, shown, Answer { agrees: false, reason: Some(reason.clone()), stamp });
            }
            VerificationEvent::Checked { step, agrees, comment } => {
                let (step, comment) = (step.clone(), comment.clone());
                self.checks.push(Check { step, agrees: *agrees, comment, stamp, void: false });
            }
            VerificationEvent::WorkedAlone { reason } => self.alone = Some((reason.clone(), stamp)),
        }
    }

    fn answer(&mut self, step: &StepId, command: usize, shown: &Digest, answer: Answer) {
        let asked = self.aloud.iter_mut().rev().find(|a| a.is_of(step, command, shown));
        if let Some(asked) = asked.filter(|a| a.answer.is_none()) {
            asked.answer = Some(answer);
        }
    }

    /// An attempt took an agreement with it: the next start needs another.
    pub(super) fn started(&mut self, step: &StepId, command: usize, text: &str, attempt: AttemptId) {
        let shown = Digest::of(text.as_bytes());
        let asked = self.aloud.iter_mut().rev().find(|a| a.is_of(step, command, &shown));
        if let Some(asked) = asked.filter(|a| a.used.is_none()) {
            asked.used = Some(attempt);
        }
    }

    /// A step was run, marked or taken back: its checks were of something else.
    pub(super) fn changed(&mut self, step: &StepId) {
        self.checks.iter_mut().filter(|c| c.step == *step).for_each(|c| c.void = true);
    }
}

/// Whether the two are one person, as far as anybody but themselves can know.
pub fn same_person(one: &Actor, other: &Actor) -> bool {
    match (&one.key, &other.key) {
        (Some(a), Some(b)) => a.principal == b.principal || a.fingerprint == b.fingerprint,
        (Some(_), None) | (None, Some(_)) | (None, None) => one.uid == other.uid || one.uid == 0 || other.uid == 0,
    }
}

/// Whether a second person has to look at this run.
pub fn policy(state: &RunState) -> SecondPerson {
    state.start().map_or(SecondPerson::None, |start| start.second_person)
}

/// Whether a command may only run after a second person's はい.
pub fn needs_agreement(state: &RunState, dangerous: bool) -> bool {
    let asked = match policy(state) {
        SecondPerson::None | SecondPerson::Independent => false,
        SecondPerson::Dangerous => dangerous,
        SecondPerson::Every => true,
    };
    asked && state.verification.alone.is_none()
}

/// The agreement that the next start of these bytes would take with it.
pub fn agreement<'a>(state: &'a RunState, step: &StepId, command: usize, shown: &Digest) -> Option<&'a Aloud> {
    let asked = state.verification.aloud.iter().rev().find(|a| a.is_of(step, command, shown))?;
    Some(asked).filter(|a| a.used.is_none() && a.answer.as_ref().is_some_and(|answer| answer.agrees))
}

/// What was read aloud last and waits for an answer.
pub fn waiting(state: &RunState) -> Option<&Aloud> {
    state.verification.aloud.last().filter(|a| a.answer.is_none() && a.used.is_none())
}

/// The last check of the step as it is now.
pub fn check_of<'a>(state: &'a RunState, step: &StepId) -> Option<&'a Check> {
    state.verification.checks.iter().rev().find(|c| c.step == *step).filter(|c| !c.void)
}

/// Who marked a step and when.
pub fn marked(mark: &Mark) -> Option<&Stamp> {
    match mark {
        Mark::Open => None,
        Mark::Judged { stamp, .. }
        | Mark::Overridden { stamp, .. }
        | Mark::Skipped { stamp, .. }
        | Mark::Deferred { stamp, .. }
        | Mark::RuledOut { stamp, .. } => Some(stamp),
    }
}

/// Those who agreed to a command or checked a step, each once, in the order in which they first did.
pub fn verifiers(state: &RunState) -> Vec<&Actor> {
    let answers = state.verification.aloud.iter().filter_map(|a| a.answer.as_ref()).map(|answer| &answer.stamp);
    let mut stamps: Vec<&Stamp> = answers.chain(state.verification.checks.iter().map(|c| &c.stamp)).collect();
    stamps.sort_by_key(|stamp| stamp.at);
    let mut found: Vec<&Actor> = Vec::new();
    for stamp in stamps {
        if !found.iter().any(|known| known.operator == stamp.by.operator && same_person(known, &stamp.by)) {
            found.push(&stamp.by);
        }
    }
    found
}

/// A start of a command: refused where a second person has to agree and did not.
pub(super) fn agreed(
    state: &RunState,
    actor: &Actor,
    (step, command): (&StepId, usize),
    shown: &Digest,
    dangerous: bool,
) -> Result<(), Refusal> {
    if !needs_agreement(state, dangerous) {
        return Ok(());
    }
    let unconfirmed = || Refusal::Blocked { by: Block::Unconfirmed };
    let found = agreement(state, step, command, shown).and_then(|a| a.answer.as_ref()).ok_or_else(unconfirmed)?;
    // The wheel may have gone over to the very person who agreed.
    if same_person(actor, &found.stamp.by) { Err(Refusal::SamePerson) } else { Ok(()) }
}

/// Decides a command of this family.
pub(super) fn decide(state: &RunState, actor: &Actor, command: VerificationCommand) -> Result<Decision, Refusal> {
    person(actor)?;
    let event = match command {
        VerificationCommand::ReadAloud { step, command, shown } => {
            let text = text_of(state, &step, command)?;
            if Digest::of(text.as_bytes()) != shown {
                return Err(Refusal::NotAsShown);
            }
            if agreement(state, &step, command, &shown).is_some() {
                return Ok(Decision::default());
            }
            VerificationEvent::ReadAloud { step, command, text }
        }
        VerificationCommand::Confirm { step, command, shown } => {
            answerable(state, actor, &step, command, &shown)?;
            VerificationEvent::Confirmed { step, command, shown }
        }
        VerificationCommand::Object { step, command, shown, reason } => {
            answerable(state, actor, &step, command, &shown)?;
            VerificationEvent::Objected { step, command, shown, reason: needed(reason)? }
        }
        VerificationCommand::Check { step, agrees, comment } => {
            let own = state.steps.iter().find(|s| s.id == step);
            let own = own.ok_or_else(|| Refusal::NoSuchStep { step: step.clone() })?;
            let marked = marked(&own.mark).ok_or(Refusal::NotMarked)?;
            let did = state.attempts.iter().filter(|a| a.start.step == step).map(|a| &a.stamp.by);
            if did.chain([&marked.by]).any(|by| same_person(by, actor)) {
                return Err(Refusal::SamePerson);
            }
            let comment = comment.and_then(|c| needed(c).ok());
            if !agrees && comment.is_none() {
                return Err(Refusal::ReasonMissing);
            }
            VerificationEvent::Checked { step, agrees, comment }
        }
        VerificationCommand::WorkAlone { reason } => VerificationEvent::WorkedAlone { reason: needed(reason)? },
    };
    Ok(facts(vec![Event::Verification(event)]))
}

/// The bytes that a command would run now.
fn text_of(state: &RunState, id: &StepId, command: usize) -> Result<String, Refusal> {
    let step = state.procedure_steps().iter().find(|s| s.id == *id);
    let step = step.ok_or_else(|| Refusal::NoSuchStep { step: id.clone() })?;
    let (block, command) = step.command(command).ok_or(Refusal::NoSuchCommand { command })?;
    let ready = values::prepare(state, block, command).map_err(|_unfilled| Refusal::NotAsShown)?;
    Ok(ready.text)
}

/// What was read aloud last, these very bytes, by somebody else, and not answered yet.
fn answerable(state: &RunState, actor: &Actor, step: &StepId, command: usize, shown: &Digest) -> Result<(), Refusal> {
    let asked = waiting(state).filter(|a| a.is_of(step, command, shown)).ok_or(Refusal::NotAsShown)?;
    if same_person(actor, &asked.stamp.by) { Err(Refusal::SamePerson) } else { Ok(()) }
}
