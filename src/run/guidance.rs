//! The document's advice for before, during and after the work: read as a pause, and repeated where it is meant.
//!
//! Pure. Advice for before and during is read before the first work of a person; advice for the end before the signature.

use crate::run::cautions;
use crate::run::command::{Decision, Refusal};
use crate::run::decide::{facts, person};
use crate::run::event::{Actor, ActorKind, Event};
use crate::run::state::{RunState, Stamp};
use crate::runbook::model::{Guidance, GuidanceTime};

/// A time at which the work stops to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Before the work begins.
    Begin,
    /// Before the signature.
    End,
}

/// The advice that is read at a pause.
pub fn at(state: &RunState, pause: Pause) -> impl Iterator<Item = &Guidance> {
    state.guidance().iter().filter(move |said| (said.when == GuidanceTime::After) == (pause == Pause::End))
}

/// The advice of a pause that nobody has read yet.
pub fn unread(state: &RunState, pause: Pause) -> bool {
    read(state, pause).is_none() && at(state, pause).next().is_some()
}

/// Who read the advice of a pause, and when.
pub fn read(state: &RunState, pause: Pause) -> Option<&Stamp> {
    state.read.iter().find(|(known, _)| *known == pause).map(|(_, stamp)| stamp)
}

/// The advice for the time of the work that names something of a command.
pub fn naming<'a>(state: &'a RunState, text: &'a str) -> impl Iterator<Item = &'a str> {
    let during = at(state, Pause::Begin).filter(|said| said.when == GuidanceTime::During);
    during.flat_map(|said| &said.items).map(String::as_str).filter(|item| cautions::names(item, text))
}

/// Refuses a person's work, or signature, before what comes first was read.
pub(super) fn heeded(state: &RunState, actor: &Actor, pause: Pause) -> Result<(), Refusal> {
    if actor.kind == ActorKind::Person && unread(state, pause) { Err(Refusal::Unread { pause }) } else { Ok(()) }
}

/// Decides that the advice of a pause was read. What was read already is no news.
pub(super) fn acknowledge(state: &RunState, actor: &Actor, pause: Pause) -> Result<Decision, Refusal> {
    person(actor)?;
    if !unread(state, pause) {
        return Ok(Decision::default());
    }
    let titles = at(state, pause).map(|said| said.title.clone()).collect();
    Ok(facts(vec![Event::GuidanceRead { pause, titles }]))
}
