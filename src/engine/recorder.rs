//! Writes the record of a run that is over: evidence beside it, the markdown last.

use std::path::PathBuf;

use crate::engine::Engine;
use crate::exec::Executor;
use crate::i18n::Language;
use crate::ids::{AttemptId, RunId};
use crate::record::{self, EvidenceFile, Excerpt, Inputs};
use crate::run::command::Observation;
use crate::run::state::{Attempt, Progress, RunState};
use crate::store::Journal;
use crate::vault::evidence::{Copied, Piece};
use crate::vault::records::{Draft, RecordError};
use crate::vault::team_log::{self, Before};
use crate::vault::{self};

/// How much of an output stands in the record itself, in bytes; the whole output is in the evidence file beside it.
const EXCERPT: usize = 8 * 1024;

impl<J: Journal, X: Executor> Engine<J, X> {
    /// Writes the record and its evidence, then the entry in the team's log. A disk that refuses the record is trouble,
    /// said to everybody and tried again; the run stays as it is.
    pub(super) async fn write_record(&mut self) {
        if self.has_waiting() {
            return;
        }
        if self.state.record.is_some() {
            return self.append_to_log(Before::Perhaps).await;
        }
        let job = Job {
            run: self.run,
            state: self.state.clone(),
            head: self.head().clone(),
            folder: self.with.folder.clone(),
            secrets: self.with.secrets.clone(),
        };
        let written = match tokio::task::spawn_blocking(move || job.write()).await {
            Ok(written) => written.map_err(|e| super::dispatcher::chain(&e)),
            Err(stopped) => Err(stopped.to_string()),
        };
        match written {
            Ok((path, sha256)) => {
                self.see(Observation::RecordSaved { path: path.to_string_lossy().into_owned(), sha256 }).await;
                self.append_to_log(Before::Never).await;
            }
            Err(why) => self.record_trouble(&why),
        }
    }

    /// Adds the documented block to the team's log, once: what prevents it is a fact, and the record is saved already.
    async fn append_to_log(&mut self, before: Before) {
        let Some(path) = self.state.waiting_log().map(str::to_owned) else { return };
        let entry = self.with.secrets.redact(&record::documented_block(&self.state));
        let log = PathBuf::from(&path);
        let added = tokio::task::spawn_blocking(move || team_log::append(&log, &entry, before)).await;
        let fault = match added {
            Ok(added) => added.err().map(|fault| super::dispatcher::chain(&fault)),
            Err(stopped) => Some(stopped.to_string()),
        };
        self.see(Observation::LogAppended { path, fault }).await;
    }
}

struct Job {
    run: RunId,
    state: RunState,
    head: crate::ids::Digest,
    folder: crate::config::folders::RunFolder,
    secrets: crate::term::Secrets,
}

impl Job {
    fn write(&self) -> Result<(PathBuf, crate::ids::Digest), RecordError> {
        let dir = self.state.start().map(|s| PathBuf::from(&s.record_dir)).unwrap_or_default();
        let excerpts: Vec<Excerpt> = self.state.attempts.iter().filter_map(|a| self.excerpt(a.start.attempt)).collect();
        let stored: Vec<_> = self
            .state
            .attempts
            .iter()
            .filter(|a| matches!(a.progress, Progress::Finished { .. } | Progress::Lost { .. }))
            .map(|a| (a, self.folder.output(a.start.attempt)))
            .filter(|(_, path)| path.exists())
            .collect();
        // What children printed after the end of their command stands behind the outputs.
        let late: Vec<_> = self
            .state
            .attempts
            .iter()
            .map(|a| (a, self.folder.late(a.start.attempt)))
            .filter(|(_, path)| path.exists())
            .collect();
        // The digest is compared below: evidence that was changed is said in the record, and does not prevent it.
        let piece = |path: &PathBuf, name: String| Piece { path: path.clone(), name, digest: None };
        let mut pieces: Vec<Piece> = stored.iter().map(|(a, path)| piece(path, self.title_of(a))).collect();
        let language = self.state.start().map_or(Language::En, |start| start.language);
        let after = language.pick("終了後の出力", "after-its-end");
        pieces.extend(late.iter().map(|(a, path)| piece(path, format!("{}-{after}", self.title_of(a)))));
        let text = |folder: &str, copies: &[Copied]| {
            let evidence: Vec<EvidenceFile> = stored
                .iter()
                .map(|(attempt, _)| (attempt, false))
                .chain(late.iter().map(|(attempt, _)| (attempt, true)))
                .zip(copies)
                .map(|((attempt, is_late), copy)| {
                    // The journal says nothing of what came late.
                    let finish = match &attempt.progress {
                        Progress::Finished { finish, .. } if !is_late => Some(finish),
                        Progress::Finished { .. } | Progress::Running | Progress::Lost { .. } => None,
                    };
                    EvidenceFile {
                        attempt: attempt.start.attempt,
                        file: format!("{folder}/{}", copy.file),
                        bytes: copy.bytes,
                        complete: finish.map_or(is_late, |f| f.gaps.is_empty()),
                        matches: finish.map(|f| f.sha256 == copy.digest),
                        sha256: copy.digest.clone(),
                    }
                })
                .collect();
            let text = record::render(&Inputs {
                state: &self.state,
                head: &self.head,
                head_seq: self.state.seq,
                excerpts: &excerpts,
                evidence: &evidence,
                tejun: env!("CARGO_PKG_VERSION"),
            });
            self.secrets.redact(&text).into_bytes()
        };
        let (stem, note) = (self.stem(), self.folder.record_note());
        let saved = Draft { dir: &dir, stem: &stem, run: self.run, note: &note }.save(&pieces, text)?;
        if self.state.start().is_some_and(|s| s.shared_record)
            && let Err(fault) = vault::records::share(&saved.path)
        {
            // It is saved, and for its owner alone: whoever needs it asks for it.
            tracing::error!(%fault, path = %saved.path.display(), "the group cannot read the record");
        }
        Ok((saved.path, saved.digest))
    }

    /// `YYYY-MM-DD-HHMM-` and the title, made safe for a file name.
    fn stem(&self) -> String {
        vault::slug(&record::file_stem(&self.state))
    }

    fn title_of(&self, attempt: &Attempt) -> String {
        let step = self.state.procedure_steps().iter().find(|s| s.id == attempt.start.step);
        step.map_or_else(|| attempt.start.step.0.clone(), |s| format!("{}-{}", s.number, s.title))
    }

    fn excerpt(&self, attempt: AttemptId) -> Option<Excerpt> {
        let path = self.folder.output(attempt);
        let length = std::fs::metadata(&path).ok()?.len();
        let bytes = crate::vault::evidence::tail(&path, EXCERPT).ok()?;
        Some(Excerpt { attempt, text: crate::term::plain::plain_text(&bytes), cut: length > EXCERPT as u64 })
    }
}
