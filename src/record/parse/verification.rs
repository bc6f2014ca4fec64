//! Reads what a record says of the second person.

use super::ParseFault;
use super::part::{Part, Value};
use crate::record::model::{AloneRecord, AloudAnswerRecord, AloudRecord, CheckRecord, KeyRecord, VerificationRecord};
use crate::record::words::{self, Words};

/// The lines of the whole run; records of before have none.
pub(crate) fn of_run(details: &Part<'_>) -> Result<VerificationRecord, ParseFault> {
    let mut found = VerificationRecord::default();
    if let Some(value) = details.all(Words::SECOND_PERSON).next() {
        let mut parts = value.parts();
        found.policy = parts.next()?.read(|raw| words::second_person_of(raw, value.language))?;
        found.done = count(&parts.next()?, Words::CHECK_DONE)?;
        found.awaited = count(&parts.next()?, Words::CHECK_AWAITED)?;
        found.sent_back = count(&parts.next()?, Words::SENT_BACK)?;
    }
    if let Some(value) = details.all(Words::ALONE).next() {
        let mut parts = value.parts();
        let (at, by) = (parts.next()?.time()?, parts.who()?);
        found.alone = Some(AloneRecord { by, at, reason: parts.next()?.text() });
    }
    Ok(found)
}

fn count(value: &Value<'_>, words: Words) -> Result<usize, ParseFault> {
    value.read(|raw| raw.strip_prefix(words.text(value.language))?.trim().parse().ok())
}

pub(crate) fn aloud(value: &Value<'_>) -> Result<AloudRecord, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let command = parts.next()?.read(|raw| raw.strip_prefix(say(Words::COMMAND))?.trim().parse().ok())?;
    let (at, by) = (parts.next()?.time()?, parts.who()?);
    let words = [(Words::YES, Some(true)), (Words::NO, Some(false)), (Words::NO_ANSWER, None)];
    let agrees = parts.next()?.read(|raw| words.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, agrees)| agrees))?;
    let answer = match agrees {
        None => None,
        Some(agrees) => {
            let (at, by) = (parts.next()?.time()?, parts.who()?);
            Some(AloudAnswerRecord { agrees, by, at, reason: parts.next()?.maybe() })
        }
    };
    Ok(AloudRecord { command, by, at, answer })
}

pub(crate) fn check(value: &Value<'_>) -> Result<CheckRecord, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let all = [
        (Words::CHECK_DONE, (true, false)),
        (Words::SENT_BACK, (false, false)),
        (Words::CHECK_DONE_VOID, (true, true)),
        (Words::SENT_BACK_VOID, (false, true)),
    ];
    let mut parts = value.parts();
    let (agrees, void) = parts.next()?.read(|raw| all.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, v)| v))?;
    let (at, by) = (parts.next()?.time()?, parts.who()?);
    Ok(CheckRecord { agrees, void, by, at, comment: parts.next()?.maybe() })
}

/// The key that the signature of the record must be by.
pub(crate) fn signed_by(value: &Value<'_>) -> Result<Option<KeyRecord>, ParseFault> {
    let mut parts = value.parts();
    if parts.next()?.raw != Words::SIGNED_BESIDE.text(value.language) {
        return Ok(None);
    }
    Ok(Some(KeyRecord { principal: parts.next()?.text(), fingerprint: parts.next()?.text() }))
}
