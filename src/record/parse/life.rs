//! Reads what a record says of the life of a step besides its commands.

use super::ParseFault;
use super::part::Value;
use crate::record::model::{AcknowledgedRecord, AnswerRecord, BranchRecord, ConditionRecord, OverriddenRecord};
use crate::record::words::Words;

pub(crate) fn acknowledged(value: &Value<'_>) -> Result<AcknowledgedRecord, ParseFault> {
    let mut parts = value.parts();
    Ok(AcknowledgedRecord { at: parts.next()?.time()?, by: parts.who()?, text: parts.next()?.text() })
}

pub(crate) fn branch(value: &Value<'_>) -> Result<BranchRecord, ParseFault> {
    let mut parts = value.parts();
    let (step, rule) = (parts.next()?.text(), parts.next()?.text());
    Ok(BranchRecord { step, rule, at: parts.next()?.time()?, by: parts.who()? })
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
