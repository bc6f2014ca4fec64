//! What is kept of what commands printed, after a run is over: compressed, for so long, and up to so much.
//!
//! Only evidence of runs that are over goes, and only from the program's own folders. What went is written down in the run's
//! folder before it goes, so that whoever looks for it is told.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use crate::config::evidence::EvidenceSettings;
use crate::config::folders::RunFolder;
use crate::ids::RunId;

/// Where a run's folder says what was removed.
const REMOVED: &str = "removed.log";

/// A run that is over.
#[derive(Debug, Clone)]
pub struct Over {
    /// Which.
    pub run: RunId,
    /// Its folder.
    pub folder: RunFolder,
    /// When it ended.
    pub ended: DateTime<FixedOffset>,
    /// The clock was set while it went on.
    pub clock_set: bool,
}

/// Why evidence goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is older than `keep`.
    Old,
    /// All evidence together is more than `limit`.
    TooMuch,
}

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Of which run.
    pub run: RunId,
    /// How many files.
    pub files: usize,
    /// How many bytes on disk.
    pub bytes: u64,
    /// Why.
    pub why: Why,
}

/// Removes what the settings do not keep any more; the runs that ended first go first. While the run that ended last saw the
/// clock being set, nothing goes for its age: a clock that jumped years ahead and comes back would have taken everything.
///
/// # Errors
/// The first fault of the disk; what went before it is written down.
pub fn apply(over: &[Over], settings: &EvidenceSettings, now: DateTime<FixedOffset>) -> io::Result<Vec<Removed>> {
    let mut runs: Vec<(&Over, u64)> = over.iter().map(|run| (run, size(&run.folder))).filter(|(_, n)| *n > 0).collect();
    runs.sort_by_key(|(run, _)| run.ended);
    let unsure = over.iter().max_by_key(|run| run.ended).is_some_and(|run| run.clock_set);
    let mut all: u64 = runs.iter().map(|(_, bytes)| bytes).sum();
    let mut removed = Vec::new();
    for (run, bytes) in runs {
        let age = u64::try_from((now - run.ended).num_seconds()).unwrap_or(0);
        let why = if !unsure && settings.keep.is_some_and(|keep| age > keep.get()) {
            Why::Old
        } else if settings.limit.is_some_and(|limit| all > limit.get()) {
            Why::TooMuch
        } else {
            continue;
        };
        removed.push(remove(run, why, settings, now)?);
        all = all.saturating_sub(bytes);
    }
    Ok(removed)
}

/// What a run's folder says of evidence that was removed, a line each time; empty where none was.
pub fn removed(folder: &RunFolder) -> Vec<String> {
    let text = std::fs::read_to_string(folder.path().join(REMOVED)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn files(folder: &RunFolder) -> Vec<(std::path::PathBuf, u64)> {
    let entries = std::fs::read_dir(folder.evidence()).map(|entries| entries.flatten().collect::<Vec<_>>());
    let entries = entries.unwrap_or_default().into_iter();
    entries.filter_map(|e| e.metadata().ok().filter(|m| m.is_file()).map(|m| (e.path(), m.len()))).collect()
}

fn size(folder: &RunFolder) -> u64 {
    files(folder).iter().map(|(_, bytes)| bytes).sum()
}

fn remove(over: &Over, why: Why, settings: &EvidenceSettings, now: DateTime<FixedOffset>) -> io::Result<Removed> {
    let files = files(&over.folder);
    let bytes = files.iter().map(|(_, bytes)| bytes).sum();
    let rule = match (why, settings) {
        (Why::Old, EvidenceSettings { keep: Some(keep), .. }) => {
            let keep = humantime::format_duration(std::time::Duration::from_secs(keep.get()));
            format!("older than [evidence] keep = {keep}")
        }
        (Why::TooMuch, EvidenceSettings { limit: Some(limit), .. }) => {
            format!("all evidence is more than [evidence] limit = {limit} bytes")
        }
        (Why::Old | Why::TooMuch, _) => String::new(),
    };
    let at = now.format("%Y-%m-%d %H:%M:%S %:z");
    write_down(over.folder.path(), &format!("{at}  removed {} files, {bytes} bytes: {rule}", files.len()))?;
    for (path, _) in &files {
        std::fs::remove_file(path)?;
    }
    Ok(Removed { run: over.run, files: files.len(), bytes, why })
}

fn write_down(folder: &Path, line: &str) -> io::Result<()> {
    let no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600).custom_flags(no_link);
    let mut file = options.open(folder.join(REMOVED))?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()
}
