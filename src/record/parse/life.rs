//! Reads what a record says of the life of a step besides its commands.

use super::ParseFault;
use super::part::{Part, Value};
use crate::ids::Digest;
use crate::record::model::{
    AcknowledgedRecord, AddedRecord, AdviceRecord, AnswerRecord, BranchRecord, ChangeRecord, ChangeWhat, ChoiceRecord,
    ClockRecord, ConditionRecord, GoneRecord, HoldRecord, OverriddenRecord, PointRecord, ReleaseRecord, RenewalRecord,
    RevertEndRecord, RevertRecord, ShellRecord, ShellWhat,
};
use crate::record::words::Words;
use crate::run::guidance::Pause;

pub(crate) fn acknowledged(value: &Value<'_>) -> Result<AcknowledgedRecord, ParseFault> {
    let mut parts = value.parts();
    Ok(AcknowledgedRecord { at: parts.next()?.time()?, by: parts.who()?, text: parts.next()?.text() })
}

pub(crate) fn branch(value: &Value<'_>) -> Result<BranchRecord, ParseFault> {
    let mut parts = value.parts();
    let (step, rule) = (parts.next()?.text(), parts.next()?.text());
    Ok(BranchRecord { step, rule, at: parts.next()?.time()?, by: parts.who()? })
}

/// The hold point of a step, with its release.
pub(crate) fn hold(part: &Part<'_>) -> Result<Option<HoldRecord>, ParseFault> {
    let of_document = part.all(Words::HOLD).next().map(|value| (value.text(), None, None));
    let set = part.all(Words::HOLD_SET).next().map(|value| {
        let mut parts = value.parts();
        Ok::<_, ParseFault>((parts.next()?.text(), Some(parts.next()?.time()?), Some(parts.who()?)))
    });
    let Some((text, set_at, set_by)) = set.transpose()?.or(of_document) else { return Ok(None) };
    let released = part.all(Words::RELEASED).next().map(|value| {
        let mut parts = value.parts();
        let (released_by, said) = (parts.next()?.text(), parts.next()?.text());
        Ok::<_, ParseFault>(ReleaseRecord { released_by, said, at: parts.next()?.time()?, by: parts.who()? })
    });
    Ok(Some(HoldRecord { text, set_by, set_at, released: released.transpose()? }))
}

pub(crate) fn revert(value: &Value<'_>) -> Result<RevertRecord, ParseFault> {
    const ENDS: [(Words, RevertEndRecord); 4] = [
        (Words::REVERT_OPEN, RevertEndRecord::Open),
        (Words::REVERT_DONE, RevertEndRecord::Done),
        (Words::REVERT_HANDED, RevertEndRecord::HandedOver),
        (Words::REVERT_DROPPED, RevertEndRecord::Dropped),
    ];
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let what = parts.next()?.text();
    let end = parts.next()?.read(|raw| ENDS.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, end)| end))?;
    let mut maybe = || parts.next().map(|part| part.maybe());
    let (said, due, owner) = (maybe()?, maybe()?, maybe()?);
    let (at, by) = (parts.next()?.time()?, parts.who()?);
    let (settled_at, settled_by) = match parts.next() {
        Ok(time) => (Some(time.time()?), Some(parts.who()?)),
        Err(_) => (None, None),
    };
    Ok(RevertRecord { what, end, said, due, owner, by, at, settled_by, settled_at })
}

/// Who read the document's advice.
pub(crate) fn advice(details: &Part<'_>) -> Result<Vec<AdviceRecord>, ParseFault> {
    let mut found = Vec::new();
    for (pause, words) in [(Pause::Begin, Words::GUIDANCE), (Pause::End, Words::GUIDANCE_END)] {
        if let Some(value) = details.all(words).next() {
            let mut parts = value.parts();
            found.push(AdviceRecord { pause, at: parts.next()?.time()?, by: parts.who()? });
        }
    }
    Ok(found)
}

pub(crate) fn added(value: &Value<'_>) -> Result<AddedRecord, ParseFault> {
    let mut parts = value.parts();
    let line = parts.next()?.optional(|line| line.read(|raw| raw.parse().ok()))?;
    Ok(AddedRecord { line, reason: parts.next()?.maybe(), at: parts.next()?.time()?, by: parts.who()? })
}

/// The kinds of changes with the names of their lines.
const CHANGES: [(Words, ChangeWhat); 6] = [
    (Words::COMMAND_CHANGED, ChangeWhat::Changed),
    (Words::COMMAND_ADDED, ChangeWhat::Added),
    (Words::COMMANDS_FROM, ChangeWhat::CameFrom),
    (Words::COMMANDS_TO, ChangeWhat::WentTo),
    (Words::STEP_RENEWED, ChangeWhat::Renewed),
    (Words::STEP_NEW, ChangeWhat::New),
];

/// The change that a line tells, where it tells one.
pub(crate) fn change(value: &Value<'_>) -> Option<Result<ChangeRecord, ParseFault>> {
    let (_, what) = CHANGES.into_iter().find(|(words, _)| words.text(value.language) == value.name)?;
    let read = || {
        let mut parts = value.parts();
        let mut next = || parts.next().map(|part| part.maybe());
        let (place, was, is, reason) = (next()?, next()?, next()?, next()?);
        Ok(ChangeRecord { what, place, was, is, reason, at: parts.next()?.time()?, by: parts.who()? })
    };
    Some(read())
}

/// What a person changed of the shell.
pub(crate) fn shell_change(value: &Value<'_>) -> Result<ShellRecord, ParseFault> {
    const ALL: [(Words, ShellWhat); 4] = [
        (Words::VARIABLE_SET, ShellWhat::Set),
        (Words::VARIABLE_REMOVED, ShellWhat::Removed),
        (Words::FOLDER_CHANGED, ShellWhat::Folder),
        (Words::FRESH_SHELL, ShellWhat::Reset),
    ];
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let what = parts.next()?.read(|raw| ALL.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, what)| what))?;
    let (name, value) = (parts.next()?.maybe(), parts.next()?.maybe());
    Ok(ShellRecord { what, name, value, at: parts.next()?.time()?, by: parts.who()? })
}

/// The wall clock was set.
pub(crate) fn clock_step(value: &Value<'_>) -> Result<ClockRecord, ParseFault> {
    let mut parts = value.parts();
    let at = parts.next()?.time()?;
    Ok(ClockRecord { at, by_s: parts.next()?.read(|raw| raw.strip_suffix(" s")?.parse().ok())? })
}

/// A change of the document that was taken in.
pub(crate) fn renewal(value: &Value<'_>) -> Result<RenewalRecord, ParseFault> {
    let mut parts = value.parts();
    let (at, by) = (parts.next()?.time()?, parts.who()?);
    let (was, sha256, version) = (parts.next()?.text(), parts.next()?.text(), parts.next()?.maybe());
    let mut count = || parts.next()?.read(|raw| raw.parse().ok());
    let (kept, changed, new, gone) = (count()?, count()?, count()?, count()?);
    Ok(RenewalRecord { by, at, was: Digest(was), sha256: Digest(sha256), version, kept, changed, new, gone })
}

pub(crate) fn gone(value: &Value<'_>) -> Result<GoneRecord, ParseFault> {
    let mut parts = value.parts();
    Ok(GoneRecord { at: parts.next()?.time()?, by: parts.who()? })
}

pub(crate) fn answer(value: &Value<'_>) -> Result<AnswerRecord, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let all = [(Words::APPLIES, true), (Words::APPLIES_NOT, false)];
    let mut parts = value.parts();
    let rule = parts.next()?.text();
    let holds = parts.next()?.read(|raw| all.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, holds)| holds))?;
    Ok(AnswerRecord { rule, holds, at: parts.next()?.time()?, by: parts.who()? })
}

pub(crate) fn condition(value: &Value<'_>) -> Result<ConditionRecord, ParseFault> {
    let mut parts = value.parts();
    let text = parts.next()?.text();
    let Ok(at) = parts.next() else { return Ok(ConditionRecord { text, by: None, at: None }) };
    Ok(ConditionRecord { text, at: Some(at.time()?), by: Some(parts.who()?) })
}

pub(crate) fn overridden(
    value: &Value<'_>,
    verdict: impl Fn(&Value<'_>) -> Result<crate::run::event::Verdict, ParseFault>,
) -> Result<OverriddenRecord, ParseFault> {
    let mut parts = value.parts();
    let verdict = verdict(&parts.next()?)?;
    let (at, by) = (parts.next()?.time()?, parts.who()?);
    Ok(OverriddenRecord { verdict, at, by, comment: parts.next()?.maybe() })
}

pub(crate) fn point(value: &Value<'_>) -> Result<PointRecord, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let done = [(Words::POINT_DONE, true), (Words::POINT_OPEN, false)];
    let done = parts.next()?.read(|raw| done.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, done)| done))?;
    let text = parts.next()?.text();
    if !done {
        return Ok(PointRecord { text, by: None, at: None });
    }
    Ok(PointRecord { text, at: Some(parts.next()?.time()?), by: Some(parts.who()?) })
}

pub(crate) fn choice(value: &Value<'_>) -> Result<ChoiceRecord, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let command = parts.next()?.read(|raw| match raw == say(Words::CHOSEN_STEP) {
        true => Some(None),
        false => raw.strip_prefix(say(Words::COMMAND))?.trim().parse().ok().map(Some),
    })?;
    Ok(ChoiceRecord { command, at: parts.next()?.time()?, by: parts.who()? })
}
