//! The detail under its own headings: who, where, with which document; deviations, notes, evidence, provenance.

use crate::record::Inputs;
use crate::record::escape::{BETWEEN, inline, inline_word, link};
use crate::record::render::page::{Page, time};
use crate::record::render::{block, steps, verification};
use crate::record::words::{self, Words};
use crate::run::environment::EnvironmentChange;
use crate::run::event::{Ending, Verdict};
use crate::run::guidance::{self, Pause};
use crate::run::query;
use crate::run::state::{Changed, Mark, Origin, Phase, Progress, RunState, Started, StepState};
use crate::run::verification::KeyHolder;
use crate::runbook::model::{ProcedureKind, Step};

/// Writes everything after the documented block.
pub(crate) fn write(inputs: &Inputs<'_>, started: &Started, page: &mut Page) {
    particulars(inputs.state, started, page);
    steps::write(inputs, page);
    deviations(inputs.state, page);
    notes(inputs.state, page);
    evidence(inputs, page);
    provenance(inputs, started, page);
}

fn particulars(state: &RunState, started: &Started, page: &mut Page) {
    let start = &started.start;
    page.heading(2, page.say(Words::DETAILS));
    page.text(Words::TITLE, &block::title(started));
    page.fact(Words::MODE, words::mode(start.mode, page.language()));
    sign_off(state, page);
    page.fact(Words::START, &time(started.at));
    page.fact(Words::END, &query::ended_at(state).map_or_else(|| inline(""), time));
    page.fact(Words::STARTED_BY, &page.who(&started.by));
    verification::of_run(state, page);
    let path = &start.procedure.heading_path;
    let path = if path.is_empty() { start.procedure.title.clone() } else { path.join(" › ") };
    for (pause, words) in [(Pause::Begin, Words::GUIDANCE), (Pause::End, Words::GUIDANCE_END)] {
        if let Some(stamp) = guidance::read(state, pause) {
            page.fact(words, &page.stamp(stamp));
        }
    }
    page.text(Words::PROCEDURE, &path);
    page.text(Words::RUNBOOK, &start.runbook.title);
    page.text(Words::RUNBOOK_FILE, &start.runbook.path);
    page.text(Words::RUNBOOK_VERSION, start.runbook.version.as_deref().unwrap_or_default());
    page.text(Words::RUNBOOK_SHA256, start.runbook.sha256.as_str());
    for renewal in &state.renewals {
        let (document, steps) = (&renewal.document, &renewal.steps);
        let counts = [&steps.kept, &steps.changed, &steps.new, &steps.gone].map(|steps| steps.len().to_string());
        let [was, is] = [&document.was, &document.runbook.sha256].map(|sha256| inline(sha256.as_str()));
        let version = inline(document.runbook.version.as_deref().unwrap_or_default());
        page.fact(Words::RENEWED, &[page.stamp(&renewal.stamp), was, is, version, counts.join(BETWEEN)].join(BETWEEN));
    }
    for step in &state.clock_steps {
        page.fact(Words::CLOCK_SET, &[time(step.at), clock_set(step.by_ms)].join(BETWEEN));
    }
    page.text(Words::HOST, &start.host);
    page.text(Words::ENVIRONMENT, start.environment.as_ref().map_or("", |e| e.name.as_str()));
    page.text(Words::USER, &start.user);
    page.text(Words::FOLDER, &start.cwd);
    for change in &state.shell_changes {
        let (words, name, value) = match &change.change {
            Some(EnvironmentChange::Set { name, value }) => (Words::VARIABLE_SET, name.as_str(), value.as_str()),
            Some(EnvironmentChange::Remove { name }) => (Words::VARIABLE_REMOVED, name.as_str(), ""),
            Some(EnvironmentChange::Folder { path }) => (Words::FOLDER_CHANGED, "", path.as_str()),
            None => (Words::FRESH_SHELL, "", ""),
        };
        let parts = [page.say(words), &inline(name), &inline(value), &page.stamp(&change.stamp)];
        page.fact(Words::SHELL_CHANGED, &parts.join(BETWEEN));
    }
    page.fact(Words::RUN, &state.run.map_or_else(|| inline(""), |run| run.to_string()));
}

/// By how much a clock was set: whole seconds, with their sign.
fn clock_set(by_ms: i64) -> String {
    format!("{:+} s", by_ms / 1000)
}

fn sign_off(state: &RunState, page: &mut Page) {
    match &state.phase {
        Phase::Open => page.fact(Words::SIGN_OFF, page.say(Words::OPEN)),
        Phase::Signed { completion, stamp } => {
            let words = words::completion(*completion, page.language());
            page.fact(Words::SIGN_OFF, &[words, page.stamp(stamp)].join(BETWEEN));
        }
        Phase::Closed { ending, reason, stamp } => {
            let words = match ending {
                Ending::Aborted => Words::ABORTED,
                Ending::Unsigned => Words::UNSIGNED,
            };
            page.fact(Words::SIGN_OFF, &[page.say(words), &page.stamp(stamp)].join(BETWEEN));
            page.text(Words::REASON, reason);
        }
    }
}

fn deviations(state: &RunState, page: &mut Page) {
    let mut found = Vec::new();
    let mut latest = None;
    let ordered = state.procedure().is_some_and(|p| matches!(p.kind, ProcedureKind::Sequence | ProcedureKind::Flow));
    for (step, document) in state.with_gone() {
        let name = format!("{} {}", inline_word(&document.number), inline(&document.title));
        let gone = state.gone.iter().any(|gone| gone.own.id == step.id);
        for text in of_the_plan(step, page)
            .chain(gone.then(|| page.say(Words::GONE_FROM_DOCUMENT).to_owned()))
            .chain(left_open(state, step, page))
            .chain(deviations_of(state, step, document, page))
        {
            found.push((name.clone(), text));
        }
        if let Mark::Judged { stamp, .. } = &step.mark {
            if ordered && latest.is_some_and(|l| stamp.seq < l) {
                found.push((name, page.say(Words::OUT_OF_ORDER).to_owned()));
            }
            latest = latest.max(Some(stamp.seq));
        }
    }
    if !found.is_empty() {
        page.heading(2, page.say(Words::DEVIATIONS));
    }
    for (name, text) in found {
        page.bullet(&name, &inline(&text));
    }
}

/// What the run left that was to be undone or released.
fn left_open<'a>(state: &'a RunState, step: &'a StepState, page: &'a Page) -> impl Iterator<Item = String> + 'a {
    let over = state.phase != Phase::Open;
    let work = !matches!(step.mark, Mark::RuledOut { .. } | Mark::Deferred { .. });
    let held = step.hold.as_ref().is_some_and(|hold| hold.released.is_none()) && work && over;
    let owed = state.reverts.iter().filter(|revert| revert.step == step.id && revert.end.is_none());
    let owed = owed.map(|revert| format!("{}: {}", page.say(Words::REVERT_LEFT), revert.what));
    held.then(|| page.say(Words::HOLD_UNRELEASED).to_owned()).into_iter().chain(owed)
}

/// What the run made of the steps themselves, with the reasons.
fn of_the_plan<'a>(step: &'a StepState, page: &'a Page) -> impl Iterator<Item = String> + 'a {
    let added = match &step.origin {
        Origin::Added { line: None, reason, .. } => Some((Words::STEP_ADDED, reason)),
        Origin::Added { line: Some(_), reason, .. } => Some((Words::LINE_ADDED, reason)),
        Origin::Document | Origin::Branch { .. } => None,
    };
    let changes = step.changes.iter().map(|change| {
        let words = match change.what {
            Changed::Command { .. } | Changed::CommandAdded { .. } => Words::STEP_CHANGED,
            Changed::CameFrom { .. } | Changed::WentTo { .. } => Words::MATCH_CORRECTED,
            Changed::ByDocument => Words::CHANGED_BY_DOCUMENT,
            Changed::NewInDocument => Words::NEW_IN_DOCUMENT,
        };
        (words, &change.reason)
    });
    added.into_iter().chain(changes).map(|(words, reason)| match reason {
        Some(reason) => format!("{}: {reason}", page.say(words)),
        None => page.say(words).to_owned(),
    })
}

fn deviations_of(state: &RunState, step: &StepState, document: &Step, page: &Page) -> Vec<String> {
    let language = page.language();
    let verdict = match &step.mark {
        Mark::Judged { verdict, .. } => *verdict,
        Mark::Open => {
            let left = query::untouched(state).contains(&step.id);
            let tried = state.attempts.iter().any(|a| a.start.step == step.id);
            let said = if tried { Words::LEFT_UNJUDGED } else { Words::LEFT_UNTOUCHED };
            return left.then(|| page.say(said).to_owned()).into_iter().collect();
        }
        Mark::Overridden { .. } | Mark::Skipped { .. } | Mark::Deferred { .. } | Mark::RuledOut { .. } => {
            return steps::kind_of(&step.mark).map(|k| words::mark(k, language).to_owned()).into_iter().collect();
        }
    };
    let mut found = Vec::new();
    let unrun = query::unrun_commands(state, &step.id);
    let tried = state.attempts.iter().any(|a| a.start.step == step.id);
    if unrun > 0 && !tried && verdict == Verdict::Ok {
        found.push(page.say(Words::OK_UNRUN).to_owned());
    } else if unrun > 0 {
        found.push(match language {
            crate::i18n::Language::Ja => format!("実行しなかったコマンド {unrun} 件"),
            crate::i18n::Language::En => format!("{unrun} commands not run"),
        });
    }
    let last = (0..document.commands().count()).filter_map(|c| query::last_attempt(state, &step.id, c));
    if last.into_iter().any(|a| matches!(a.progress, Progress::Lost { .. })) {
        found.push(page.say(Words::JUDGED_UNKNOWN).to_owned());
    }
    if let Some(proposed) = step.proposal.as_ref().map(|p| p.verdict).filter(|p| *p != verdict) {
        let word = |v| words::mark(words::judged(v), language);
        found.push(match language {
            crate::i18n::Language::Ja => format!("規則の提案は{}、判定は{}", word(proposed), word(verdict)),
            crate::i18n::Language::En => format!("rules proposed {}, judged {}", word(proposed), word(verdict)),
        });
    }
    found
}

fn notes(state: &RunState, page: &mut Page) {
    if !state.notes.is_empty() {
        page.heading(2, page.say(Words::NOTES));
    }
    for note in &state.notes {
        let step = note.step.as_ref().and_then(|id| state.with_gone().map(|(_, step)| step).find(|s| s.id == *id));
        let step = inline_word(step.map_or("", |s| &s.number));
        let line = [step, page.who(&note.stamp.by), inline(&note.text)].join(BETWEEN);
        page.bullet(&time(note.stamp.at), &line);
    }
}

fn evidence(inputs: &Inputs<'_>, page: &mut Page) {
    if !inputs.evidence.is_empty() {
        page.heading(2, page.say(Words::EVIDENCE));
    }
    for file in inputs.evidence {
        let complete = if file.complete { Words::COMPLETE } else { Words::INCOMPLETE };
        let matches = match file.matches {
            Some(true) => Words::MATCHES,
            Some(false) => Words::DIFFERS,
            None => Words::NOT_COMPARED,
        };
        let bytes = format!("{} bytes", file.bytes);
        let sha256 = inline(file.sha256.as_str());
        let line = [&link(&file.file), &bytes, &sha256, page.say(complete), page.say(matches)].join(BETWEEN);
        page.bullet(&file.attempt.to_string(), &line);
    }
}

fn provenance(inputs: &Inputs<'_>, started: &Started, page: &mut Page) {
    let redactions = inputs.state.attempts.iter().map(|a| match &a.progress {
        Progress::Finished { finish, .. } => finish.redactions,
        Progress::Running | Progress::Lost { .. } => 0,
    });
    let redactions = redactions.fold(0, u64::saturating_add);
    page.heading(2, page.say(Words::PROVENANCE));
    page.fact(Words::REDACTIONS, &redactions.to_string());
    page.text(Words::HEAD, inputs.head.as_str());
    page.fact(Words::HEAD_SEQ, &inputs.head_seq.to_string());
    let signature = match signer(inputs.state) {
        None => page.say(Words::NO_SIGNATURE).to_owned(),
        Some(key) => {
            let beside = page.say(Words::SIGNED_BESIDE);
            [beside, &inline(&key.principal), &inline(&key.fingerprint)].join(BETWEEN)
        }
    };
    page.fact(Words::SIGNATURE, &signature);
    page.text(Words::STARTED_WITH, &started.start.tejun);
    page.text(Words::TEJUN, inputs.tejun);
}

/// The key of the person who signed the run off, where they proved to have one.
fn signer(state: &RunState) -> Option<&KeyHolder> {
    match &state.phase {
        Phase::Signed { stamp, .. } => stamp.by.key.as_ref(),
        Phase::Open | Phase::Closed { .. } => None,
    }
}
