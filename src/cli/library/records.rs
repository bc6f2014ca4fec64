//! The saved records: those of the folders of records, and those that the journal of this machine knows to be elsewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::library::past::{outcome, read_whole};
use crate::cli::library::{Team, Unread};
use crate::cli::opening;
use crate::i18n::Language;
use crate::ids::{RunId, Seq};
use crate::plan::Outcome;
use crate::record::Record;
use crate::run::event::{Event, Stored};
use crate::store::Journal as _;
use crate::store::sqlite::SqliteJournal;
use crate::vault::shelf::markdown_under;

/// A record that was saved.
pub(in crate::cli) struct SavedRecord {
    /// Its file.
    pub(in crate::cli) path: PathBuf,
    /// What it says.
    pub(in crate::cli) record: Record,
    /// Its bytes.
    pub(in crate::cli) bytes: Vec<u8>,
    /// How its run ended.
    pub(in crate::cli) outcome: Outcome,
}

/// How many of a run's last facts are looked through for its record.
const TAIL: u64 = 64;

/// Hands every record to `take`; gives what could not be read. A record of which there are copies is told once.
pub(in crate::cli) async fn records(team: &Team, language: Language, mut take: impl FnMut(SavedRecord)) -> Vec<Unread> {
    let (mut known, mut unread) = (BTreeSet::new(), Vec::new());
    for dir in team.records.iter().filter(|dir| dir.exists()) {
        let found = markdown_under(dir);
        for path in found.files {
            one(path, &mut known, &mut unread, language, &mut take);
        }
        unread.extend(found.unread.into_iter().map(|(path, fault)| {
            let words = language.pick("フォルダを読めません", "the folder cannot be read");
            Unread { message: format!("{}: {words}: {fault}", path.display()), path }
        }));
        if found.cut {
            let words = language.pick(
                "ファイルが多すぎるため、途中までしか読んでいません",
                "there are too many files; only a part was read",
            );
            unread.push(Unread { path: dir.clone(), message: format!("{}: {words}", dir.display()) });
        }
    }
    match elsewhere(&team.folders.journal(), &known).await {
        // One that was moved is found in its folder, or nowhere.
        Ok(paths) => paths.into_iter().filter(|path| path.exists()).for_each(|path| {
            one(path, &mut known, &mut unread, language, &mut take);
        }),
        Err(fault) => {
            unread.push(Unread { path: team.folders.journal(), message: opening::chain(fault.as_ref()) });
        }
    }
    unread
}

fn one(
    path: PathBuf,
    known: &mut BTreeSet<RunId>,
    unread: &mut Vec<Unread>,
    language: Language,
    take: &mut impl FnMut(SavedRecord),
) {
    match read_whole(&path, language) {
        // Another document of the team.
        Ok(None) => {}
        Ok(Some((record, source))) => {
            if known.insert(record.run)
                && let Some(outcome) = outcome(&record)
            {
                take(SavedRecord { path, record, bytes: source.bytes, outcome });
            }
        }
        Err(message) => unread.push(Unread { path, message }),
    }
}

/// Where the journal says that the records of runs that are not `known` were saved.
async fn elsewhere(
    journal: &Path,
    known: &BTreeSet<RunId>,
) -> Result<Vec<PathBuf>, Box<dyn std::error::Error + Send + Sync>> {
    if !journal.exists() {
        return Ok(Vec::new());
    }
    let journal = SqliteJournal::open_read_only(journal).await?;
    let mut paths = Vec::new();
    for line in journal.runs().await?.into_iter().filter(|line| !known.contains(&line.run)) {
        // What cannot be read of the journal is told by `tejun runs`.
        let saved = |facts: &[Stored]| {
            facts.iter().rev().filter_map(|stored| stored.decode().ok()).find_map(|fact| {
                let Event::RecordSaved { path, .. } = fact.event else { return None };
                Some(PathBuf::from(path))
            })
        };
        let tail = journal.load(line.run, Seq(line.last.0.saturating_sub(TAIL))).await?;
        match saved(&tail) {
            Some(path) => paths.push(path),
            // Behind it stands what was put beside the record, and that may be much.
            None if line.last.0 > TAIL => paths.extend(saved(&journal.load(line.run, Seq(0)).await?)),
            None => {}
        }
    }
    Ok(paths)
}
