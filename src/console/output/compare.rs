//! What changed from one output to another: that of the attempt before, or of the same step in the run before.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::folders::RunFolder;
use crate::console::document::difference;
use crate::console::wire::{Against, Compared, OtherOutput};
use crate::engine::chain;
use crate::ids::{AttemptId, RunId, Seq};
use crate::run::event::{Event, RunStart, Stored};
use crate::run::query;
use crate::run::state::{Attempt, Progress, RunState};
use crate::store::Journal;
use crate::term::plain_text;
use crate::vault::evidence;

/// The most bytes of each output that are compared, from its end.
const MOST: usize = 1024 * 1024;

/// How many earlier runs are looked at for one that ran the command.
const RUNS: usize = 50;

/// Compares the output of `attempt` of the run in `folder` with another one.
pub async fn compare<J: Journal>(
    journal: J,
    state: RunState,
    folder: RunFolder,
    attempt: AttemptId,
    with: Against,
) -> Compared {
    let mut compared = Compared {
        attempt,
        with,
        other: None,
        text_differs: false,
        difference: Vec::new(),
        cut: false,
        shortened: false,
        fault: None,
    };
    let Some(ours) = state.attempt(attempt) else { return compared };
    let found = match with {
        Against::Attempt => Ok(attempt_before(&state, ours).map(|a| (None, a.clone()))),
        Against::Run => run_before(&journal, &state, ours).await.map(|f| f.map(|(run, a)| (Some(run), a))),
    };
    let (run, other) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return compared,
        Err(fault) => {
            compared.fault = Some(fault);
            return compared;
        }
    };
    compared.text_differs = other.start.text != ours.start.text;
    compared.other =
        Some(OtherOutput { run, number: other.start.number, at: other.stamp.at, bytes: length_of(&other) });
    let theirs = path_in(&folder, run).output(other.start.attempt);
    let looked = tokio::task::spawn_blocking(move || told(&theirs, &folder.output(attempt))).await;
    match looked {
        Ok(Ok((difference, cut, shortened))) => {
            compared.difference = difference;
            compared.cut = cut;
            compared.shortened = shortened;
        }
        Ok(Err(fault)) => compared.fault = Some(fault.to_string()),
        Err(stopped) => compared.fault = Some(stopped.to_string()),
    }
    compared
}

fn length_of(attempt: &Attempt) -> u64 {
    match &attempt.progress {
        Progress::Finished { finish, .. } => finish.bytes,
        Progress::Running | Progress::Lost { .. } => attempt.bytes,
    }
}

fn path_in(folder: &RunFolder, run: Option<RunId>) -> RunFolder {
    match run {
        None => folder.clone(),
        Some(run) => RunFolder(folder.path().parent().map_or_else(PathBuf::new, |runs| runs.join(run.to_string()))),
    }
}

fn attempt_before<'a>(state: &'a RunState, ours: &Attempt) -> Option<&'a Attempt> {
    let same = |a: &&Attempt| a.start.step == ours.start.step && a.start.command == ours.start.command;
    state.attempts.iter().take_while(|a| a.start.attempt != ours.start.attempt).filter(same).last()
}

/// The last attempt at the same command in the newest earlier run of the same procedure that ran it.
async fn run_before<J: Journal>(
    journal: &J,
    state: &RunState,
    ours: &Attempt,
) -> Result<Option<(RunId, Attempt)>, String> {
    let Some(start) = state.start() else { return Ok(None) };
    let begun = state.attempts.first().map_or(ours.stamp.at, |a| a.stamp.at);
    let mut left = RUNS;
    for line in journal.runs().await.map_err(|fault| chain(&fault))? {
        if Some(line.run) == state.run || !line.first.decode().is_ok_and(|f| before(&f.event, start, f.at < begun)) {
            continue;
        }
        let stored = journal.load(line.run, Seq(0)).await.map_err(|fault| chain(&fault))?;
        // A run that a newer program wrote is left alone.
        let facts: Result<Vec<_>, _> = stored.iter().map(Stored::decode).collect();
        let earlier = facts.map(|facts| RunState::of(&facts)).unwrap_or_default();
        let last = query::last_attempt(&earlier, &ours.start.step, ours.start.command);
        if let Some(found) = last.filter(|a| a.progress != Progress::Running) {
            return Ok(Some((line.run, found.clone())));
        }
        left -= 1;
        if left == 0 {
            break;
        }
    }
    Ok(None)
}

/// Whether a run began as one of the same procedure: live runs are compared with live ones, drills with drills.
fn before(first: &Event, ours: &RunStart, earlier: bool) -> bool {
    let Event::RunStarted(theirs) = first else { return false };
    let same_document = theirs.runbook.path == ours.runbook.path || theirs.runbook.title == ours.runbook.title;
    earlier && theirs.mode == ours.mode && theirs.procedure.id == ours.procedure.id && same_document
}

type Told = (Vec<crate::console::wire::Change>, bool, bool);

fn told(theirs: &Path, ours: &Path) -> io::Result<Told> {
    let ((old, old_cut), (new, new_cut)) = (text(theirs)?, text(ours)?);
    let (difference, cut) = difference(&old, &new);
    Ok((difference, cut, old_cut || new_cut))
}

/// The text of the end of an output, and whether there is more before it.
fn text(path: &Path) -> io::Result<(String, bool)> {
    let length = evidence::open(path)?.metadata()?.len();
    let bytes = evidence::tail(path, MOST)?;
    let cut = length > bytes.len() as u64;
    // A first line that is not whole would differ from every other one.
    let from = if cut { bytes.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1) } else { 0 };
    Ok((plain_text(&bytes[from..]), cut))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::wire::ChangeKind;

    fn folder() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let dir = tempfile::tempdir().expect("a folder");
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        (dir, old, new)
    }

    #[test]
    fn outputs_are_compared_as_they_were_read_by_people() {
        let (_dir, old, new) = folder();
        std::fs::write(&old, "\u{1b}[32m/var 80%\u{1b}[0m\r\n/home 10%\r\n").expect("written");
        std::fs::write(&new, " 5%\r/var 93%\r\n/home 10%\r\n").expect("written");

        let (difference, cut, shortened) = told(&old, &new).expect("it is read");

        let seen: Vec<_> = difference.iter().map(|c| (c.kind, c.text.as_str())).collect();
        assert_eq!(
            seen,
            [(ChangeKind::Taken, "/var 80%"), (ChangeKind::Added, "/var 93%"), (ChangeKind::Kept, "/home 10%")]
        );
        assert!(!cut && !shortened);
    }

    #[test]
    fn of_huge_outputs_the_ends_are_compared_and_it_is_said() {
        let (_dir, old, new) = folder();
        let long = "the same line\n".repeat(200_000);
        std::fs::write(&old, format!("{long}80%\n")).expect("written");
        std::fs::write(&new, format!("{long}93%\n")).expect("written");

        let (difference, cut, shortened) = told(&old, &new).expect("it is read");

        let changed = difference.iter().filter(|c| matches!(c.kind, ChangeKind::Taken | ChangeKind::Added));
        assert_eq!(changed.map(|c| c.text.as_str()).collect::<Vec<_>>(), ["80%", "93%"]);
        assert!(shortened && !cut);
    }
}
