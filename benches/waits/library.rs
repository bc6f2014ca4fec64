//! Keys on the home screen while many runbooks are read for the first time, beside the same keys once all are read.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::home::Home;
use crate::table::Samples;
use crate::terminal::Terminal;
use crate::{TEJUN, runbook};

/// So many runbooks take far longer to be read than a key takes.
const BOOKS: usize = 120;

/// So many keys are pressed once all is read.
const KEYS: usize = 60;

/// What the screen says as long as runbooks are read, and the sign of the selected row.
const READING: &str = "reading runbooks";
const SELECTED: char = '▸';

/// How long the slowest key of each round takes: one that waits is felt, however quick the others are.
#[derive(Default)]
pub(crate) struct Keys {
    /// While runbooks are read.
    pub(crate) reading: Samples,
    /// Once all are read.
    pub(crate) quiet: Samples,
}

/// At most so many times as long as in the quiet screen: the cores are shared with what reads.
pub(crate) const GOAL: f64 = 20.0;

/// One cold library, and keys in it.
pub(crate) fn watch() -> anyhow::Result<Keys> {
    let home = Home::new()?;
    let (books, settings) = (home.path().join("books"), home.path().join(".config/tejun"));
    std::fs::create_dir_all(&books)?;
    std::fs::create_dir_all(&settings)?;
    std::fs::write(settings.join("config.toml"), format!("[library]\nfolders = [\"{}\"]\n", books.display()))?;
    for number in 0..BOOKS {
        let text = runbook::largest().replacen("Checks of all services", &format!("Checks {number:03}"), 1);
        std::fs::write(books.join(format!("{number:03}.md")), text)?;
    }
    let mut terminal = Terminal::start(&home, Path::new(TEJUN), std::iter::empty::<OsString>())?;
    terminal.wait(|shown| shown.contains(READING))?;
    terminal.keys("\t")?;
    terminal.wait(|shown| selected(shown).is_some_and(|row| row.contains("Checks")))?;
    let mut slowest = Duration::ZERO;
    while terminal.screen().contains(READING) {
        slowest = slowest.max(press(&mut terminal)?);
    }
    let mut keys = Keys::default();
    keys.reading.push(slowest);
    if slowest.is_zero() {
        bail!("all was read before a key was pressed");
    }
    terminal.wait_until_quiet()?;
    let mut slowest = Duration::ZERO;
    for _ in 0..KEYS {
        slowest = slowest.max(press(&mut terminal)?);
    }
    keys.quiet.push(slowest);
    Ok(keys)
}

/// Goes to the next row; how long it took until that one was shown as the selected one.
fn press(terminal: &mut Terminal) -> anyhow::Result<Duration> {
    let before = selected(&terminal.screen());
    let begun = Instant::now();
    terminal.keys("j")?;
    Ok(terminal.wait(|shown| selected(shown).is_some_and(|row| Some(row) != before))?.duration_since(begun))
}

/// The text of the selected row: rows above it may come, and it stays the same.
fn selected(shown: &str) -> Option<String> {
    let row = shown.lines().find(|line| line.contains(SELECTED))?;
    Some(row.trim().to_owned())
}
