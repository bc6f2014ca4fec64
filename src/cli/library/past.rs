//! What was done and what goes on: from the folders of records, and from the journal of this machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};

use crate::cli::library::Unread;
use crate::cli::opening;
use crate::config::folders::Folders;
use crate::console::host::host_lives;
use crate::i18n::Language;
use crate::ids::{Digest, RunId, Seq};
use crate::plan::{Book, Done, Measured, OpenRun, Outcome};
use crate::record::{Inputs, MarkKind, ParseFault, Record, SignOff, StepRecord};
use crate::run::event::{Completion, Mode, Stored};
use crate::run::query::{self, Label};
use crate::run::state::{Phase, RunState};
use crate::store::Journal as _;
use crate::store::sqlite::SqliteJournal;
use crate::vault::shelf::markdown_under;
use crate::vault::source;

/// What was done and what goes on.
#[derive(Default)]
pub(in crate::cli) struct Past {
    /// Runs that are over, the oldest first. Drills are none of them.
    pub(in crate::cli) done: Vec<Done>,
    /// Runs that go on, the newest first.
    pub(in crate::cli) open: Vec<OpenRun>,
    /// Drills that are over.
    pub(in crate::cli) drills: Vec<Done>,
    /// What could not be read.
    pub(in crate::cli) unread: Vec<Unread>,
}

impl Past {
    /// Reads everything; what cannot be read is said, and the rest is told.
    pub(in crate::cli) async fn read(folders: &Folders, records: &[PathBuf], language: Language) -> Self {
        let mut past = Self::default();
        let mut known = BTreeSet::new();
        for dir in records.iter().filter(|dir| dir.exists()) {
            past.records(dir, &mut known, language);
        }
        if let Err(fault) = past.journal(folders, &known, language).await {
            let path = folders.journal();
            past.unread.push(Unread { message: opening::chain(fault.as_ref()), path });
        }
        past.done.sort_by_key(|done| done.started);
        past.drills.sort_by_key(|done| done.started);
        past.open.sort_by_key(|run| std::cmp::Reverse(run.started));
        past
    }

    fn records(&mut self, dir: &Path, known: &mut BTreeSet<RunId>, language: Language) {
        for path in markdown_under(dir).files {
            match read_record(&path, language) {
                // Another document of the team.
                Ok(None) => {}
                Ok(Some(record)) if !known.insert(record.run) => {}
                Ok(Some(record)) => self.take(&record, Some(path.to_string_lossy().into_owned())),
                Err(message) => self.unread.push(Unread { path, message }),
            }
        }
    }

    /// Runs whose records are elsewhere, or not written yet.
    async fn journal(
        &mut self,
        folders: &Folders,
        known: &BTreeSet<RunId>,
        language: Language,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if !folders.journal().exists() {
            return Ok(());
        }
        let journal = SqliteJournal::open_read_only(&folders.journal()).await?;
        for line in journal.runs().await? {
            if known.contains(&line.run) {
                continue;
            }
            let stored = journal.load(line.run, Seq(0)).await?;
            let facts: Result<Vec<_>, _> = stored.iter().map(Stored::decode).collect();
            match facts {
                Ok(facts) => self.run(&RunState::of(&facts), folders, line.run),
                Err(fault) => {
                    let words = language.pick("実行を読めません", "the run cannot be read");
                    let message = format!("{words}: {}: {}", line.run.short(), opening::chain(&fault));
                    self.unread.push(Unread { path: folders.journal(), message });
                }
            }
        }
        Ok(())
    }

    fn run(&mut self, state: &RunState, folders: &Folders, run: RunId) {
        let Some(started) = &state.started else { return };
        if state.phase == Phase::Open {
            let procedure = &started.start.procedure;
            self.open.push(OpenRun {
                run,
                book: Book { path: started.start.runbook.path.clone(), title: started.start.runbook.title.clone() },
                procedure: procedure.heading_path.join(" › "),
                title: procedure.title.clone(),
                started: started.at,
                operator: started.start.operator.clone(),
                drill: started.start.mode == Mode::Drill,
                progress: query::progress(state),
                running: query::running(state).count(),
                hosted: host_lives(&folders.run(run)),
            });
            return;
        }
        let nobody = Digest::of(b"");
        let inputs = Inputs { state, head: &nobody, head_seq: state.seq, excerpts: &[], evidence: &[], tejun: "" };
        // A record is the one form in which a run that is over is read, whether it was saved here or elsewhere.
        match crate::record::parse(&crate::record::render(&inputs)) {
            Ok(record) => self.take(&record, state.record.as_ref().map(|saved| saved.path.clone())),
            Err(fault) => self.unread.push(Unread { path: folders.journal(), message: opening::chain(&fault) }),
        }
    }

    fn take(&mut self, record: &Record, path: Option<String>) {
        let Some(done) = of_record(record, path) else { return };
        match record.mode {
            Mode::Live => self.done.push(done),
            Mode::Drill => self.drills.push(done),
        }
    }
}

/// The record at `path`; nothing where it is another document.
fn read_record(path: &Path, language: Language) -> Result<Option<Record>, String> {
    Ok(read_whole(path, language)?.map(|(record, _)| record))
}

/// The record at `path` and its file; nothing where it is another document.
pub(super) fn read_whole(path: &Path, language: Language) -> Result<Option<(Record, source::Source)>, String> {
    let source = source::read(path).map_err(|fault| fault.told(language))?;
    match crate::record::parse(&String::from_utf8_lossy(&source.bytes)) {
        Ok(record) => Ok(Some((record, source))),
        Err(ParseFault::NoRecord) => Ok(None),
        Err(fault) => {
            let words = language.pick("記録として読めません", "cannot be read as a record");
            Err(format!("{}: {words}: {fault}", path.display()))
        }
    }
}

const FAILED: [MarkKind; 2] = [MarkKind::Failed, MarkKind::Undecided];

/// The steps with such a mark.
fn marked<'a>(record: &'a Record, kinds: &[MarkKind]) -> Vec<&'a StepRecord> {
    let fits = |step: &&StepRecord| step.mark.as_ref().is_some_and(|mark| kinds.contains(&mark.what));
    record.steps.iter().filter(fits).collect()
}

/// How the run of a record ended; nothing for one that nobody has ended.
pub(super) fn outcome(record: &Record) -> Option<Outcome> {
    let any = |kinds: &[MarkKind]| !marked(record, kinds).is_empty();
    Some(match &record.sign_off {
        SignOff::Open => return None,
        SignOff::Aborted { .. } => Outcome::Aborted,
        SignOff::Signed { completion: Completion::Failed, .. } => Outcome::Failed,
        SignOff::Unsigned { .. } if record.steps.iter().any(|step| is_left_undone(step, record)) => Outcome::Incomplete,
        SignOff::Unsigned { .. } if any(&FAILED) => Outcome::Failed,
        SignOff::Signed { .. } | SignOff::Unsigned { .. } if any(&[MarkKind::Finding]) => Outcome::Findings,
        SignOff::Signed { .. } | SignOff::Unsigned { .. } => Outcome::Well,
    })
}

/// What a record tells; nothing for a run that nobody has ended.
fn of_record(record: &Record, path: Option<String>) -> Option<Done> {
    let title = |step: &&StepRecord| step.title.clone();
    Some(Done {
        run: record.run,
        book: Book { path: record.runbook.path.clone(), title: record.runbook.title.clone() },
        procedure: record.procedure.clone(),
        started: record.started,
        ended: record.ended,
        operator: record.started_by.operator.clone(),
        outcome: outcome(record)?,
        record: path,
        findings: marked(record, &[MarkKind::Finding]).into_iter().map(finding).collect(),
        failures: marked(record, &FAILED).iter().map(title).collect(),
        deferred: marked(record, &[MarkKind::Deferred]).into_iter().map(deferred).collect(),
        measured: record.steps.iter().flat_map(measured).collect(),
        acted: record.steps.iter().flat_map(acts).min(),
        planned: planned(record),
    })
}

/// When something of the step was run or decided.
fn acts(step: &StepRecord) -> impl Iterator<Item = DateTime<FixedOffset>> {
    let marks = step.mark.iter().chain(&step.taken_back).map(|mark| mark.at);
    step.commands.iter().filter_map(|command| command.started).chain(marks)
}

/// The minutes that the document plans for the steps of a run.
fn planned(record: &Record) -> Option<[u32; 2]> {
    let steps = record.steps.iter().filter_map(|step| step.planned_min);
    steps.reduce(|sum, step| [sum[0].saturating_add(step[0]), sum[1].saturating_add(step[1])])
}

/// Nobody has judged the step, although it counts.
fn is_left_undone(step: &StepRecord, record: &Record) -> bool {
    use Label::{AwaitsVerdict, OutcomeUnknown, Running, UnderWay, Untouched};
    let open = [Untouched, UnderWay, Running, AwaitsVerdict, OutcomeUnknown];
    step.mark.is_none() && step.gone.is_none() && open.iter().any(|label| label.words(record.language) == step.state)
}

/// What was found: the rule that applied with its value, else what the person said.
fn finding(step: &StepRecord) -> String {
    let rule = step.measured.iter().find(|m| m.applies);
    let said = step.mark.as_ref().and_then(|mark| mark.reason.clone());
    match (rule, said) {
        (Some(rule), _) => {
            let value = rule.shown.as_deref().map(|shown| format!(" ({shown})")).unwrap_or_default();
            format!("{}: {}{value}", step.title, rule.rule)
        }
        (None, Some(said)) => format!("{}: {said}", step.title),
        (None, None) => step.title.clone(),
    }
}

fn deferred(step: &StepRecord) -> String {
    let mark = step.mark.as_ref();
    let said = [mark.and_then(|m| m.due.as_deref()), mark.and_then(|m| m.owner.as_deref())];
    let said: Vec<&str> = said.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    if said.is_empty() { step.title.clone() } else { format!("{} ({})", step.title, said.join(", ")) }
}

/// Every value that a rule of the step measured, once for each value that was read.
fn measured(step: &StepRecord) -> Vec<Measured> {
    let mut seen = BTreeSet::new();
    let each = step.measured.iter().filter_map(|m| {
        let shown = m.shown.as_ref()?;
        let value = number(shown)?;
        Some(Measured {
            step: step.title.clone(),
            rule: m.rule.clone(),
            shown: shown.clone(),
            value,
            applies: m.applies,
        })
    });
    // Several tiers of a rule measure one value; the one that applies speaks for them.
    let mut all: Vec<Measured> = each.collect();
    all.sort_by_key(|m| !m.applies);
    all.retain(|m| seen.insert(m.shown.clone()));
    all
}

/// The number that a value begins with.
fn number(shown: &str) -> Option<f64> {
    let text = shown.trim().replace(',', "");
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))).unwrap_or(text.len());
    text.get(..end)?.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_the_number_before_its_unit() {
        for (shown, value) in [
            ("85%", Some(85.0)),
            ("1,234 件", Some(1234.0)),
            ("-3.5 s", Some(-3.5)),
            ("OK", None),
            ("", None),
            ("-", None),
            ("1e400", Some(1.0)),
        ] {
            assert_eq!(number(shown), value, "{shown}");
        }
    }
}
