//! The sections of a record, from its pieces.

use super::ParseFault;
use super::life;
use super::lines::{Form, Item};
use super::part::{Part, Value};
use super::verification;
use crate::i18n::Language;
use crate::ids::{Digest, Seq};
use crate::record::escape::{NOTHING, unescape, unlink};
use crate::record::model::{
    CommandRecord, Deviation, Ended, EvidenceRecord, ExcerptRecord, Field, GapRecord, MarkRecord, MeasuredRecord,
    NoteRecord, Provenance, Record, RunbookRecord, ServerRecord, SignOff, StepRecord, StopRecord, SurvivorRecord,
};
use crate::record::words::{self, Words};
use crate::run::event::Verdict;

/// The record that `items` make.
pub(crate) fn record(items: &[Item<'_>]) -> Result<Record, ParseFault> {
    let (first, rest) = items.split_first().ok_or(ParseFault::NoRecord)?;
    let Form::Heading { raw: heading, .. } = first.form else { return Err(ParseFault::NoRecord) };
    let end = rest.iter().position(|i| !matches!(i.form, Form::Bullet { .. })).ok_or(ParseFault::NoRecord)?;
    let (fields, rest) = rest.split_at(end);
    let (language, details) = [Language::Ja, Language::En]
        .into_iter()
        .find_map(|l| Some((l, Part::find(rest, 2, Words::DETAILS.text(l), l)?)))
        .ok_or(ParseFault::NoRecord)?;
    let section = |words: Words| Part::find(rest, 2, words.text(language), language);
    for item in rest {
        let known = [Words::DETAILS, Words::STEPS, Words::DEVIATIONS, Words::NOTES, Words::EVIDENCE, Words::PROVENANCE];
        match item.form {
            Form::Heading { level: 1 | 5 | 6, .. } => return Err(ParseFault::UnknownLine { line: item.line }),
            Form::Heading { level: 2, raw } if known.iter().all(|k| k.text(language) != raw) => {
                return Err(ParseFault::UnknownLine { line: item.line });
            }
            Form::Heading { .. } | Form::Bullet { .. } | Form::Fence(_) => {}
        }
    }
    let steps = section(Words::STEPS).ok_or_else(|| details.missing(Words::STEPS))?;
    let provenance = section(Words::PROVENANCE).ok_or_else(|| details.missing(Words::PROVENANCE))?;
    let started = details.one(Words::START)?.time()?;
    Ok(Record {
        language,
        heading: unescape(heading),
        fields: fields.iter().filter_map(field).collect(),
        title: details.one(Words::TITLE)?.text(),
        date: started.date_naive(),
        mode: details.one(Words::MODE)?.read(|raw| words::mode_of(raw, language))?,
        sign_off: sign_off(&details)?,
        started,
        ended: details.one(Words::END)?.optional(Value::time)?,
        started_by: details.one(Words::STARTED_BY)?.parts().who()?,
        verifier: details.one(Words::VERIFIER)?.maybe(),
        approver: details.one(Words::APPROVER)?.maybe(),
        verification: verification::of_run(&details)?,
        procedure: details.one(Words::PROCEDURE)?.text(),
        advice: life::advice(&details)?,
        runbook: RunbookRecord {
            title: details.one(Words::RUNBOOK)?.text(),
            path: details.one(Words::RUNBOOK_FILE)?.text(),
            version: details.one(Words::RUNBOOK_VERSION)?.maybe(),
            sha256: Digest(details.one(Words::RUNBOOK_SHA256)?.text()),
        },
        renewals: details.all(Words::RENEWED).map(|v| life::renewal(&v)).collect::<Result<_, _>>()?,
        clock_steps: details.all(Words::CLOCK_SET).map(|v| life::clock_step(&v)).collect::<Result<_, _>>()?,
        host: details.one(Words::HOST)?.text(),
        // Records of before have no such line.
        environment: details.all(Words::ENVIRONMENT).next().map(|value| value.text()).unwrap_or_default(),
        user: details.one(Words::USER)?.text(),
        cwd: details.one(Words::FOLDER)?.text(),
        shell_changes: details.all(Words::SHELL_CHANGED).map(|v| life::shell_change(&v)).collect::<Result<_, _>>()?,
        run: details.one(Words::RUN)?.read(|raw| raw.parse().ok())?,
        steps: steps.split(3).map(|part| step(&part)).collect::<Result<_, _>>()?,
        deviations: each(section(Words::DEVIATIONS), deviation)?,
        notes: each(section(Words::NOTES), note)?,
        evidence: each(section(Words::EVIDENCE), evidence)?,
        provenance: Provenance {
            redactions: provenance.one(Words::REDACTIONS)?.number()?,
            head: Digest(provenance.one(Words::HEAD)?.text()),
            head_seq: Seq(provenance.one(Words::HEAD_SEQ)?.number()?),
            signed_by: provenance
                .all(Words::SIGNATURE)
                .next()
                .map(|v| verification::signed_by(&v))
                .transpose()?
                .flatten(),
            started_with: provenance.one(Words::STARTED_WITH)?.text(),
            tejun: provenance.one(Words::TEJUN)?.text(),
        },
    })
}

fn field(item: &Item<'_>) -> Option<Field> {
    let Form::Bullet { name, raw } = item.form else { return None };
    let value = if raw == NOTHING { NOTHING.to_owned() } else { unescape(raw) };
    Some(Field { name: unescape(name), value })
}

fn sign_off(details: &Part<'_>) -> Result<SignOff, ParseFault> {
    let value = details.one(Words::SIGN_OFF)?;
    let mut parts = value.parts();
    let word = parts.next()?.raw;
    let say = |words: Words| words.text(details.language);
    if word == say(Words::OPEN) {
        return Ok(SignOff::Open);
    }
    let (at, by) = (parts.next()?.time()?, parts.who()?);
    if word == say(Words::ABORTED) {
        return Ok(SignOff::Aborted { reason: details.one(Words::REASON)?.text(), by, at });
    }
    if word == say(Words::UNSIGNED) {
        return Ok(SignOff::Unsigned { reason: details.one(Words::REASON)?.text(), by, at });
    }
    let completion = words::completion_of(word, details.language).ok_or_else(|| value.unreadable())?;
    Ok(SignOff::Signed { completion, by, at })
}

fn step(part: &Part<'_>) -> Result<StepRecord, ParseFault> {
    let (number, title) = part.raw.split_once(' ').ok_or(ParseFault::UnknownLine { line: part.line })?;
    let mark = match part.all(Words::MARK).next() {
        None => None,
        Some(value) => {
            let mut parts = value.parts();
            let what = parts.next()?.read(|raw| words::mark_of(raw, part.language))?;
            let said = |words| part.all(words).next().and_then(|v| v.maybe());
            Some(MarkRecord {
                what,
                at: parts.next()?.time()?,
                by: parts.who()?,
                proposed: part.all(Words::NOT_AS_PROPOSED).next().map(|v| verdict(&v)).transpose()?,
                reason: said(Words::REASON),
                approver: said(Words::APPROVER),
                overrides: part.all(Words::OVERRIDES).next().map(|v| life::overridden(&v, verdict)).transpose()?,
                due: said(Words::DUE),
                owner: said(Words::OWNER),
            })
        }
    };
    let proposed = part.all(Words::PROPOSED).next();
    Ok(StepRecord {
        number: unescape(number),
        title: unescape(title),
        state: part.one(Words::STATE)?.text(),
        mark,
        proposed: proposed.map(|v| verdict(&v)).transpose()?,
        measured: part.all(Words::RULE).map(|v| measured(&v)).collect::<Result<_, _>>()?,
        taken_back: part.all(Words::TAKEN_BACK).map(|v| taken_back(&v)).collect::<Result<_, _>>()?,
        acknowledged: part.all(Words::ACKNOWLEDGED).map(|v| life::acknowledged(&v)).collect::<Result<_, _>>()?,
        branch_of: part.all(Words::BRANCH_OF).next().map(|v| life::branch(&v)).transpose()?,
        hold: life::hold(part)?,
        reverts: part.all(Words::REVERT).map(|v| life::revert(&v)).collect::<Result<_, _>>()?,
        added: part.all(Words::ADDED).next().map(|v| life::added(&v)).transpose()?,
        changes: part.values().filter_map(|v| life::change(&v)).collect::<Result<_, _>>()?,
        gone: part.all(Words::STEP_GONE).next().map(|v| life::gone(&v)).transpose()?,
        condition: part.all(Words::CONDITION).next().map(|v| life::condition(&v)).transpose()?,
        answers: part.all(Words::ANSWERED).map(|v| life::answer(&v)).collect::<Result<_, _>>()?,
        points: part.all(Words::POINT).map(|v| life::point(&v)).collect::<Result<_, _>>()?,
        choices: part.all(Words::CHOSEN).map(|v| life::choice(&v)).collect::<Result<_, _>>()?,
        planned_min: part.all(Words::PLANNED).next().map(|v| planned(&v)).transpose()?,
        aloud: part.all(Words::READ_ALOUD).map(|v| verification::aloud(&v)).collect::<Result<_, _>>()?,
        checks: part.all(Words::CHECKED).map(|v| verification::check(&v)).collect::<Result<_, _>>()?,
        commands: part.split(4).map(|c| command(&c)).collect::<Result<_, _>>()?,
    })
}

fn planned(value: &Value<'_>) -> Result<[u32; 2], ParseFault> {
    value.read(|raw| {
        let minutes = raw.strip_suffix(" min")?;
        let (least, most) = minutes.split_once('-').unwrap_or((minutes, minutes));
        Some([least.parse().ok()?, most.parse().ok()?])
    })
}

fn measured(value: &Value<'_>) -> Result<MeasuredRecord, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let rule = parts.next()?.text();
    let shown = parts.next()?;
    // The word for an unread value stands alone: a read one is followed by more.
    let Ok(holds) = parts.next() else {
        return match shown.raw == say(Words::NOT_MEASURED) {
            true => Ok(MeasuredRecord { rule, shown: None, holds: None, applies: false, matched: None }),
            false => Err(value.unreadable()),
        };
    };
    let all = [(Words::APPLIES, (true, true)), (Words::HOLDS, (true, false)), (Words::HOLDS_NOT, (false, false))];
    let (holds, applies) = holds.read(|raw| all.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, v)| v))?;
    let matched = parts.next()?.maybe();
    Ok(MeasuredRecord { rule, shown: Some(shown.text()), holds: Some(holds), applies, matched })
}

fn taken_back(value: &Value<'_>) -> Result<MarkRecord, ParseFault> {
    let mut parts = value.parts();
    Ok(MarkRecord {
        what: parts.next()?.read(|raw| words::mark_of(raw, value.language))?,
        at: parts.next()?.time()?,
        by: parts.who()?,
        reason: parts.next()?.maybe(),
        due: parts.next()?.maybe(),
        owner: parts.next()?.maybe(),
        // Records of earlier versions end here.
        proposed: parts.next().ok().and_then(|v| v.optional(verdict).transpose()).transpose()?,
        approver: parts.next().ok().and_then(|v| v.maybe()),
        overrides: None,
    })
}

fn verdict(value: &Value<'_>) -> Result<Verdict, ParseFault> {
    value.read(|raw| words::verdict_of(raw, value.language))
}

fn command(part: &Part<'_>) -> Result<CommandRecord, ParseFault> {
    let mut numbers = part.raw.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let unknown = || ParseFault::UnknownLine { line: part.line };
    let mut fences = part.items.iter().filter_map(|i| match &i.form {
        Form::Fence(text) => Some(text.clone()),
        Form::Heading { .. } | Form::Bullet { .. } => None,
    });
    let command = numbers.next().and_then(|n| n.parse().ok()).ok_or_else(unknown)?;
    let text = fences.next().ok_or_else(unknown)?;
    let cut = part.all(Words::EXCERPT).next().map(|v| v.raw == Words::CUT.text(part.language));
    let excerpt = cut.map(|cut| fences.next().map(|text| ExcerptRecord { text, cut }).ok_or_else(unknown));
    let (started, by) = match part.all(Words::START).next() {
        None => (None, None),
        Some(value) => {
            let mut parts = value.parts();
            (Some(parts.next()?.time()?), Some(parts.who()?))
        }
    };
    let (finished, duration_ms) = match part.all(Words::END).next() {
        None => (None, None),
        Some(value) => {
            let mut parts = value.parts();
            (Some(parts.next()?.time()?), parts.next().ok().map(|v| v.count(" ms")).transpose()?)
        }
    };
    let (bytes, sha256) = match part.all(Words::OUTPUT).next() {
        None => (None, None),
        Some(value) => {
            let mut parts = value.parts();
            (Some(parts.next()?.count(" bytes")?), parts.next().ok().map(|v| Digest(v.text())))
        }
    };
    let redactions = part.all(Words::REDACTIONS).next().map(|v| redactions(&v)).transpose()?.unwrap_or_default();
    Ok(CommandRecord {
        command,
        number: numbers.next().map(|n| n.parse().map_err(|_| unknown())).transpose()?,
        text,
        exact: part.all(Words::EXACT).next().map(|v| Digest(v.text())),
        attempt: part.all(Words::ATTEMPT).next().map(|v| v.read(|raw| raw.parse().ok())).transpose()?,
        server: part.all(Words::SERVER).next().map(|v| server(&v)).transpose()?,
        ended: ended(&part.one(Words::EXIT)?)?,
        started,
        by,
        finished,
        duration_ms,
        bytes,
        sha256,
        gaps: part.all(Words::GAP).map(|v| gap(&v)).collect::<Result<_, _>>()?,
        redactions: redactions.0,
        redacted_at: redactions.1,
        survivors: part.all(Words::SURVIVOR).map(|v| survivor(&v)).collect::<Result<_, _>>()?,
        stops: part.all(Words::STOP).map(|v| stop(&v)).collect::<Result<_, _>>()?,
        excerpt: excerpt.transpose()?,
    })
}

fn server(value: &Value<'_>) -> Result<ServerRecord, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let connection = parts.next()?.text();
    let identity = parts.next()?.text();
    let may_write = parts.next()?.read(|raw| {
        let known = [(Words::MAY_WRITE, true), (Words::READ_ONLY, false)];
        known.into_iter().find(|(word, _)| say(*word) == raw).map(|(_, may)| may)
    })?;
    Ok(ServerRecord { connection, identity, may_write })
}

fn ended(value: &Value<'_>) -> Result<Ended, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let word = parts.next()?.raw;
    if word == say(Words::NOT_RUN) {
        Ok(Ended::NotRun)
    } else if word == say(Words::RUNNING) {
        Ok(Ended::Running)
    } else if word == say(Words::LOST) {
        Ok(Ended::Lost { why: parts.next()?.text() })
    } else if word == say(Words::COULD_NOT_START) {
        Ok(Ended::CouldNotStart { why: parts.next()?.text() })
    } else if let Some(signal) = word.strip_prefix(say(Words::SIGNAL)) {
        Ok(Ended::Signalled { signal: signal.trim().parse().map_err(|_| value.unreadable())? })
    } else {
        Ok(Ended::Exited { code: word.parse().map_err(|_| value.unreadable())? })
    }
}

/// How many, and where the first of them are.
fn redactions(value: &Value<'_>) -> Result<(u64, Vec<u64>), ParseFault> {
    let mut parts = value.parts();
    let count = parts.next()?.number()?;
    let mut places = Vec::new();
    while let Ok(place) = parts.next() {
        places.push(place.read(|raw| raw.strip_prefix('@')?.parse().ok())?);
    }
    Ok((count, places))
}

fn gap(value: &Value<'_>) -> Result<GapRecord, ParseFault> {
    let mut parts = value.parts();
    let at = parts.next()?.read(|raw| raw.strip_prefix('@')?.parse().ok())?;
    Ok(GapRecord { at, bytes: parts.next()?.count(" bytes")? })
}

fn survivor(value: &Value<'_>) -> Result<SurvivorRecord, ParseFault> {
    let mut parts = value.parts();
    let command = parts.next()?.text();
    Ok(SurvivorRecord { command, pid: parts.next()?.read(|raw| raw.strip_prefix("pid ")?.parse().ok())? })
}

fn stop(value: &Value<'_>) -> Result<StopRecord, ParseFault> {
    let mut parts = value.parts();
    Ok(StopRecord { how: parts.next()?.read(words::stop_of)?, at: parts.next()?.time()?, by: parts.who()? })
}

fn deviation(value: &Value<'_>) -> Result<Deviation, ParseFault> {
    let (step, title) = value.name.split_once(' ').ok_or_else(|| value.unreadable())?;
    Ok(Deviation { step: unescape(step), title: unescape(title), text: value.text() })
}

fn note(value: &Value<'_>) -> Result<NoteRecord, ParseFault> {
    let at = Value { raw: value.name, ..*value }.time()?;
    let mut parts = value.parts();
    Ok(NoteRecord { at, step: parts.next()?.maybe(), by: parts.who()?, text: parts.next()?.text() })
}

fn evidence(value: &Value<'_>) -> Result<EvidenceRecord, ParseFault> {
    let say = |words: Words| words.text(value.language);
    let mut parts = value.parts();
    let complete = [(Words::COMPLETE, true), (Words::INCOMPLETE, false)];
    let matches = [(Words::MATCHES, Some(true)), (Words::DIFFERS, Some(false)), (Words::NOT_COMPARED, None)];
    Ok(EvidenceRecord {
        attempt: value.name.parse().map_err(|_| value.unreadable())?,
        file: parts.next()?.read(unlink)?,
        bytes: parts.next()?.count(" bytes")?,
        sha256: Digest(parts.next()?.text()),
        complete: parts.next()?.read(|raw| complete.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, v)| v))?,
        matches: parts.next()?.read(|raw| matches.into_iter().find(|(w, _)| say(*w) == raw).map(|(_, v)| v))?,
    })
}

fn each<T>(part: Option<Part<'_>>, read: impl Fn(&Value<'_>) -> Result<T, ParseFault>) -> Result<Vec<T>, ParseFault> {
    part.iter().flat_map(Part::values).map(|v| read(&v)).collect()
}
