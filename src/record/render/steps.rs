//! Every step: its state, what was measured against its rules, and its commands as they were run.

use crate::ids::Digest;
use crate::record::escape::{BETWEEN, NOTHING, inline, inline_word, visible_block};
use crate::record::model::MarkKind;
use crate::record::render::page::{Page, time};
use crate::record::render::{life, verification};
use crate::record::words::{self, Words};
use crate::record::{Excerpt, Inputs};
use crate::run::event::{Finish, Outcome, Verdict};
use crate::run::query;
use crate::run::state::{Attempt, Mark, Progress, Stamp, StepState};
use crate::runbook::model::{Block, ExecutorKind, Step};

/// So many places of replaced secrets stand in the record; the journal has more.
const PLACES: usize = 20;

/// Writes the section of the steps.
pub(crate) fn write(inputs: &Inputs<'_>, page: &mut Page) {
    page.heading(2, page.say(Words::STEPS));
    for (step, document) in inputs.state.with_gone() {
        page.heading(3, &format!("{} {}", inline_word(&document.number), inline(&document.title)));
        page.fact(Words::STATE, query::label_of(inputs.state, step, document).words(page.language()));
        if let Some(mark) = Parts::of(&step.mark) {
            let word = words::mark(mark.kind, page.language());
            page.fact(Words::MARK, &[word, &page.stamp(mark.stamp)].join(BETWEEN));
            if let Some(proposed) = mark.proposed {
                page.fact(Words::NOT_AS_PROPOSED, words::mark(words::judged(proposed), page.language()));
            }
            if let Mark::Overridden { verdict, comment, judged, .. } = &step.mark {
                let word = words::mark(words::judged(*verdict), page.language());
                let comment = inline(comment.as_deref().unwrap_or_default());
                page.fact(Words::OVERRIDES, &[word, &page.stamp(judged), &comment].join(BETWEEN));
            }
            let said = [
                (Words::REASON, mark.reason),
                (Words::APPROVER, mark.approver),
                (Words::DUE, mark.due),
                (Words::OWNER, mark.owner),
            ];
            for (name, text) in said {
                if let Some(text) = text {
                    page.text(name, text);
                }
            }
        }
        if let Some([least, most]) = document.planned_min {
            page.fact(
                Words::PLANNED,
                &if least == most { format!("{least} min") } else { format!("{least}-{most} min") },
            );
        }
        measured(step, document, page);
        life::write(inputs.state, step, document, page);
        verification::of_step(inputs.state, step, page);
        for mark in step.earlier.iter().filter_map(Parts::of) {
            let word = words::mark(mark.kind, page.language());
            let texts = [mark.reason, mark.due, mark.owner].map(|t| inline(t.unwrap_or_default()));
            let proposed = mark.proposed.map_or(NOTHING, |p| words::mark(words::judged(p), page.language()));
            let approver = inline(mark.approver.unwrap_or_default());
            let parts = [word, &page.stamp(mark.stamp), &texts.join(BETWEEN), proposed, &approver];
            page.fact(Words::TAKEN_BACK, &parts.join(BETWEEN));
        }
        commands(inputs, step, document, page);
    }
}

/// The kind of a mark; an open step has none.
pub(crate) fn kind_of(mark: &Mark) -> Option<MarkKind> {
    Parts::of(mark).map(|p| p.kind)
}

/// A mark, taken apart.
struct Parts<'a> {
    kind: MarkKind,
    stamp: &'a Stamp,
    proposed: Option<Verdict>,
    reason: Option<&'a str>,
    approver: Option<&'a str>,
    due: Option<&'a str>,
    owner: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(mark: &'a Mark) -> Option<Self> {
        let plain = |kind, stamp, reason| {
            Some(Self { kind, stamp, proposed: None, reason, approver: None, due: None, owner: None })
        };
        match mark {
            Mark::Open => None,
            Mark::Judged { verdict, proposed, comment, stamp } => {
                let proposed = proposed.filter(|p| p != verdict);
                plain(words::judged(*verdict), stamp, comment.as_deref()).map(|parts| Self { proposed, ..parts })
            }
            Mark::Overridden { reason, approver, stamp, .. } => {
                let parts = plain(MarkKind::Overridden, stamp, Some(reason));
                parts.map(|parts| Self { approver: Some(approver), ..parts })
            }
            Mark::Skipped { reason, stamp } => plain(MarkKind::Skipped, stamp, Some(reason)),
            Mark::RuledOut { reason, stamp } => plain(MarkKind::RuledOut, stamp, Some(reason)),
            Mark::Deferred { reason, due, owner, stamp } => {
                let parts = plain(MarkKind::Deferred, stamp, Some(reason));
                parts.map(|parts| Self { due: Some(due), owner: Some(owner), ..parts })
            }
        }
    }
}

/// Every rule of the document, with its value where one was read.
fn measured(step: &StepState, document: &Step, page: &mut Page) {
    if let Some(proposal) = &step.proposal {
        page.fact(Words::PROPOSED, words::mark(words::judged(proposal.verdict), page.language()));
    }
    for (index, rule) in document.rules.iter().enumerate() {
        let text = inline(&rule.text);
        let found = step.proposal.iter().flat_map(|p| &p.measured).find(|m| m.rule == index);
        let line = match found {
            None => [&text, page.say(Words::NOT_MEASURED)].join(BETWEEN),
            Some(m) => {
                let holds = match (m.holds, m.applies) {
                    (_, true) => Words::APPLIES,
                    (true, false) => Words::HOLDS,
                    (false, false) => Words::HOLDS_NOT,
                };
                [&text, &inline(&m.shown), page.say(holds), &inline(&m.matched)].join(BETWEEN)
            }
        };
        page.fact(Words::RULE, &line);
    }
}

/// Every attempt, command by command; then what was never run although the step was judged.
fn commands(inputs: &Inputs<'_>, step: &StepState, document: &Step, page: &mut Page) {
    let judged = matches!(step.mark, Mark::Judged { .. } | Mark::Overridden { .. });
    let with_block = document.blocks.iter().flat_map(|b| b.commands.iter().map(move |c| (b, c)));
    for (index, (block, command)) in with_block.enumerate() {
        for attempt in query::attempts_of(inputs.state, &step.id, index) {
            self::attempt(inputs, attempt, page);
        }
        // One that became another command was not run by the attempts before.
        let tried = query::last_attempt(inputs.state, &step.id, index).is_some();
        if judged && !tried && query::could_run(&inputs.state.connections, block, command) {
            let (command_word, not_run) = (page.say(Words::COMMAND), page.say(Words::NOT_RUN));
            page.heading(4, &format!("{command_word} {} ({not_run})", index + 1));
            page.fence(language_of(block), &command.text);
            exact(&command.text, page);
            page.fact(Words::EXIT, not_run);
        }
    }
    // An attempt of a command that the document does not have is still an attempt.
    let count = document.commands().count();
    let others = inputs.state.attempts.iter().filter(|a| a.start.step == step.id && a.start.command >= count);
    for other in others {
        attempt(inputs, other, page);
    }
}

fn attempt(inputs: &Inputs<'_>, attempt: &Attempt, page: &mut Page) {
    let start = &attempt.start;
    let place = start.command.saturating_add(1);
    page.heading(
        4,
        &match page.language() {
            crate::i18n::Language::Ja => format!("{} {place} ({} 回目)", page.say(Words::COMMAND), start.number),
            crate::i18n::Language::En => format!("{} {place} (attempt {})", page.say(Words::COMMAND), start.number),
        },
    );
    let used = inputs.state.used_by(start.attempt);
    page.fence(used.map_or("sh", |u| if u.on.identity.kind.speaks_sql() { "sql" } else { "redis" }), &start.text);
    exact(&start.text, page);
    if let Some(on) = used.map(|u| &u.on) {
        let may = page.say(if on.may_write { Words::MAY_WRITE } else { Words::READ_ONLY });
        page.fact(Words::SERVER, &[&inline(&on.connection), &inline(&on.identity.line()), may].join(BETWEEN));
    }
    let mut ended = ended(&attempt.progress, page);
    if query::may_lack_memory(attempt) {
        ended = [ended.as_str(), page.say(Words::PERHAPS_NO_MEMORY)].join(BETWEEN);
    }
    page.fact(Words::EXIT, &ended);
    page.fact(Words::START, &page.stamp(&attempt.stamp));
    match &attempt.progress {
        Progress::Running => {}
        Progress::Lost { at, .. } => page.fact(Words::END, &time(*at)),
        Progress::Finished { finish, at } => {
            page.fact(Words::END, &[time(*at), format!("{} ms", finish.duration_ms)].join(BETWEEN));
        }
    }
    page.fact(Words::ATTEMPT, &start.attempt.to_string());
    match &attempt.progress {
        Progress::Running | Progress::Lost { .. } => page.fact(Words::OUTPUT, &format!("{} bytes", attempt.bytes)),
        Progress::Finished { finish, .. } => output(finish, page),
    }
    for (how, stamp) in &attempt.stops {
        page.fact(Words::STOP, &[words::stop(*how), &page.stamp(stamp)].join(BETWEEN));
    }
    if let Some(excerpt) = inputs.excerpts.iter().find(|e| e.attempt == start.attempt) {
        page.fact(Words::EXCERPT, page.say(if excerpt.cut { Words::CUT } else { Words::WHOLE }));
        page.fence("text", &quoted(excerpt));
    }
}

fn language_of(block: &Block) -> &'static str {
    match block.executor {
        ExecutorKind::Sql => "sql",
        ExecutorKind::Redis => "redis",
        ExecutorKind::Shell | ExecutorKind::Python | ExecutorKind::None => "sh",
    }
}

/// The fence shows a control as a picture, so the digest says which bytes really ran.
fn exact(text: &str, page: &mut Page) {
    if visible_block(text) != text {
        page.fact(Words::EXACT, Digest::of(text.as_bytes()).as_str());
    }
}

fn ended(progress: &Progress, page: &Page) -> String {
    match progress {
        Progress::Running => page.say(Words::RUNNING).to_owned(),
        Progress::Lost { why, .. } => [page.say(Words::LOST), &inline(why)].join(BETWEEN),
        Progress::Finished { finish, .. } => match &finish.outcome {
            Outcome::Exited { code } => code.to_string(),
            Outcome::Signalled { signal } => format!("{} {signal}", page.say(Words::SIGNAL)),
            Outcome::CouldNotStart { why } => [page.say(Words::COULD_NOT_START), &inline(why)].join(BETWEEN),
        },
    }
}

fn output(finish: &Finish, page: &mut Page) {
    page.fact(Words::OUTPUT, &[format!("{} bytes", finish.bytes), inline(finish.sha256.as_str())].join(BETWEEN));
    for left in &finish.survivors {
        page.fact(Words::SURVIVOR, &[inline(&left.command), format!("pid {}", left.pid)].join(BETWEEN));
    }
    for gap in &finish.gaps {
        page.fact(Words::GAP, &[format!("@{}", gap.at), format!("{} bytes", gap.bytes)].join(BETWEEN));
    }
    if finish.redactions > 0 {
        let places = finish.redacted_at.iter().take(PLACES).map(|at| format!("@{at}"));
        let parts: Vec<String> = std::iter::once(finish.redactions.to_string()).chain(places).collect();
        page.fact(Words::REDACTIONS, &parts.join(BETWEEN));
    }
}

/// An output's lines, without a last empty one.
fn quoted(excerpt: &Excerpt) -> String {
    excerpt.text.replace("\r\n", "\n").trim_end_matches('\n').to_owned()
}
