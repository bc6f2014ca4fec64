//! What happens to evidence after a run is over: compressed, and removed where the settings say so.
//!
//! Runs in the host, after everybody was told that the run is over. Nothing here is allowed to fail the run: what cannot be
//! done is said in the log, and done after the next run.

use crate::cli::{opening, runs};
use crate::clock::{Clock as _, SystemClock};
use crate::config::folders::{Folders, RunFolder};
use crate::i18n::Language;
use crate::run::query;
use crate::run::state::{Phase, Progress, RunState};
use crate::vault::compressed::{self, Packed};
use crate::vault::retention::{self, Over};

/// Compresses the outputs of a run whose record is saved.
pub(super) fn pack(folder: &RunFolder, state: &RunState) {
    if state.record.is_none() || state.phase == Phase::Open {
        return;
    }
    for attempt in &state.attempts {
        let expected = match &attempt.progress {
            Progress::Finished { finish, .. } => Some(&finish.sha256),
            Progress::Running | Progress::Lost { .. } => None,
        };
        let path = folder.output(attempt.start.attempt);
        match compressed::compress(&path, expected) {
            Ok(Packed::Done { .. } | Packed::AsItWas) => {}
            Ok(Packed::Differs) => tracing::warn!(path = %path.display(), "evidence is not what the journal says"),
            Err(fault) => tracing::warn!(%fault, path = %path.display(), "evidence was not compressed"),
        }
    }
}

/// Removes what the settings do not keep.
pub(super) async fn retain(folders: &Folders) {
    let settings = match opening::settings(Language::En) {
        Ok(settings) => settings.evidence,
        Err(fault) => {
            tracing::warn!(fault = fault.text, "nothing is removed: the settings cannot be read");
            return;
        }
    };
    if settings.keep.is_none() && settings.limit.is_none() {
        return;
    }
    let over = match runs::all(folders).await {
        Ok(listed) => listed.into_iter().filter_map(|listed| {
            let state = listed.state.filter(|s| s.record.is_some() && !listed.hosted)?;
            Some(Over {
                run: listed.run,
                folder: folders.run(listed.run),
                ended: query::ended_at(&state)?,
                clock_set: !state.clock_steps.is_empty(),
            })
        }),
        Err(fault) => {
            tracing::warn!(fault = opening::chain(fault.as_ref()), "nothing is removed: the journal cannot be read");
            return;
        }
    };
    match retention::apply(&over.collect::<Vec<_>>(), &settings, SystemClock.now()) {
        Ok(removed) => {
            for gone in removed {
                tracing::info!(run = %gone.run, files = gone.files, bytes = gone.bytes, why = ?gone.why, "evidence removed");
            }
        }
        Err(fault) => tracing::warn!(%fault, "evidence could not be removed"),
    }
}
