//! The folders of runbooks and the calendar of a team, as the settings name them.

use std::path::{Path, PathBuf};

use crate::cli::exit::Fault;
use crate::cli::opening;
use crate::clock::Zone;
use crate::config::calendar::Holidays as HolidaySetting;
use crate::config::folders::Folders;
use crate::config::library::expanded;
use crate::config::settings::Settings;
use crate::i18n::Language;
use crate::ids::Digest;
use crate::plan::{Calendar, Holidays};
use crate::runbook::lexicon::Lexicon;
use crate::runbook::model::Contents;
use crate::runbook::parse::Parser;
use crate::vault::shelf::{Shelf, markdown_under};
use crate::vault::source;

/// What a user works with: folders, words and calendar.
pub(in crate::cli) struct Team {
    pub(in crate::cli) folders: Folders,
    /// Folders of runbooks, by the settings.
    pub(in crate::cli) roots: Vec<PathBuf>,
    /// Folders of records: the program's own, and those of the settings.
    pub(in crate::cli) records: Vec<PathBuf>,
    pub(in crate::cli) calendar: Calendar<Zone>,
    /// The digest of the words by which the user reads runbooks.
    words: Digest,
    lexicon: Option<Lexicon>,
}

/// Something that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Unread {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) message: String,
}

/// What came of one file or folder.
pub(in crate::cli) enum Read {
    Book(Contents),
    Unread(Unread),
}

/// Files beside runbooks that are none.
const ABOUT: [&str; 6] = ["README", "CHANGELOG", "ARCHITECTURE", "LICENSE", "CONTRIBUTING", "CODE_OF_CONDUCT"];

impl Team {
    /// What the user has set; `records` is one more folder of them.
    pub(in crate::cli) fn of_user(records: Option<&Path>, language: Language) -> Result<Self, Fault> {
        let folders = opening::folders(language)?;
        let settings = opening::settings(language)?;
        let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        let path = |written: &String| expanded(written, home.as_deref());
        let others = settings.library.records.iter().map(path);
        let records = std::iter::once(folders.records()).chain(others).chain(records.map(Path::to_owned));
        let words = format!("{:?}", settings.lexicon);
        Ok(Self {
            roots: settings.library.folders.iter().map(path).collect(),
            records: records.collect(),
            calendar: calendar(&settings, &folders, language)?,
            words: Digest::of(words.as_bytes()),
            lexicon: opening::lexicon(language)?,
            folders,
        })
    }

    /// Reads the runbooks of `roots` one after the other and hands each to `take`, which says whether to go on. What is known
    /// by its digest is not parsed again.
    pub(in crate::cli) fn read(&self, roots: &[PathBuf], language: Language, mut take: impl FnMut(Read) -> bool) {
        let mut shelf = Shelf::load(&self.folders.cache, self.made_by());
        let parser = Parser::new(self.lexicon.as_ref().unwrap_or_else(|| Lexicon::built_in()));
        let mut seen = std::collections::BTreeSet::new();
        let mut each = |path: &Path| match source::read(path) {
            Err(fault) => take(Read::Unread(Unread { path: path.to_owned(), message: fault.told(language) })),
            Ok(source) if !seen.insert(source.canonical.clone()) => true,
            Ok(source) => {
                let path = source.canonical.to_string_lossy().into_owned();
                let known = shelf.contents(&source.digest).cloned();
                let contents = known.unwrap_or_else(|| {
                    let contents = parser.contents(&path, &source.bytes);
                    shelf.put(contents.clone());
                    contents
                });
                take(Read::Book(Contents { path, ..contents }))
            }
        };
        let mut go_on = true;
        for (path, message) in unreadable_folders(roots, language, |path| go_on = go_on && each(path)) {
            if !go_on {
                break;
            }
            go_on = take(Read::Unread(Unread { path, message }));
        }
        if let Err(fault) = shelf.save(&self.folders.cache) {
            tracing::warn!(%fault, "what was read of the runbooks could not be kept");
        }
    }

    /// Who made what is kept: this very program, by these words.
    fn made_by(&self) -> String {
        use std::os::unix::fs::MetadataExt as _;
        let own = std::env::current_exe().and_then(std::fs::metadata);
        let built = own.map(|meta| format!("{}-{}", meta.size(), meta.mtime())).unwrap_or_default();
        format!("{} {built} {}", env!("CARGO_PKG_VERSION"), self.words)
    }
}

/// Hands every file of `roots` to `each`; gives the folders that could not be read.
fn unreadable_folders(roots: &[PathBuf], language: Language, mut each: impl FnMut(&Path)) -> Vec<(PathBuf, String)> {
    let mut unread = Vec::new();
    for root in roots {
        if !root.is_dir() {
            each(root);
            continue;
        }
        let found = markdown_under(root);
        found.files.iter().filter(|path| is_runbook(path)).for_each(|path| each(path));
        unread.extend(found.unread.into_iter().map(|(path, fault)| {
            let words = language.pick("フォルダを読めません", "the folder cannot be read");
            let message = format!("{}: {words}: {fault}", path.display());
            (path, message)
        }));
        if found.cut {
            let words = language.pick(
                "ファイルが多すぎるため、途中までしか読んでいません。[library] folders に手順書のフォルダだけを書いてください",
                "there are too many files; only a part was read. Name only the folders of runbooks under [library] folders",
            );
            unread.push((root.clone(), format!("{}: {words}", root.display())));
        }
    }
    unread
}

fn is_runbook(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    !ABOUT.iter().any(|about| name.starts_with(about))
}

/// The runbooks where nobody has named a folder: those of this folder and of its folder `runbooks`, and none below.
pub(in crate::cli) fn here() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for dir in [".", "runbooks"] {
        let Ok(entries) = std::fs::read_dir(dir) else { continue };
        let files = entries.flatten().map(|entry| entry.path());
        found.extend(files.filter(|path| path.extension().is_some_and(|ending| ending == "md") && is_runbook(path)));
    }
    found.sort();
    found.into_iter().map(|path| path.strip_prefix("./").map(Path::to_owned).unwrap_or(path)).collect()
}

fn calendar(settings: &Settings, folders: &Folders, language: Language) -> Result<Calendar<Zone>, Fault> {
    let holidays = match &settings.calendar.holidays {
        // The first line of a file may be a heading, and no first day may.
        HolidaySetting::Listed(days) => Holidays::read(&format!("#\n{}", days.join("\n"))).map_err(|fault| {
            let day = days.get(fault.line.saturating_sub(2)).cloned().unwrap_or_default();
            bad_holidays("[calendar] holidays", &day, language)
        })?,
        HolidaySetting::File(name) => {
            let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
            let path = folders.config.join(expanded(name, home.as_deref()));
            let place = path.to_string_lossy().into_owned();
            let bytes = std::fs::read(&path).map_err(|fault| bad_holidays(&place, &fault.to_string(), language))?;
            // The list of the Cabinet Office of Japan is in another encoding; its dates are not.
            let text = String::from_utf8_lossy(&bytes);
            Holidays::read(&text).map_err(|fault| bad_holidays(&place, &fault.to_string(), language))?
        }
    };
    Ok(Calendar {
        zone: settings.calendar.timezone.map_or(Zone::Machine, Zone::Named),
        holidays,
        quarter_start: settings.calendar.quarter_start.unwrap_or(1),
    })
}

fn bad_holidays(place: &str, why: &str, language: Language) -> Fault {
    let head = language.pick(
        "休日の一覧が読めません。各行に 2026-01-01 元日 のように書いてください",
        "the list of holidays cannot be read; write a line such as 2026-01-01 New Year for each",
    );
    Fault::usage(format!("{head}: {place}: {why}"))
}
