//! The folders of runbooks and the calendar of a team, as the settings name them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::in_order::in_order;
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
use crate::runbook::parse::{Parser, Sketch, sketch};
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
    /// The first look at a runbook, by its path; the whole follows.
    Sketched(String, Sketch),
    Book(Contents),
    Unread(Unread),
}

/// What the first look at a file gave.
enum Look {
    Known(Contents),
    New(Contents),
    Sketched(String, Sketch),
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

    /// Reads the runbooks of `roots` and hands each to `take`, which says whether to go on. What is known by its digest is
    /// not parsed again.
    pub(in crate::cli) fn read(&self, roots: &[PathBuf], language: Language, take: impl FnMut(Read) -> bool) {
        self.read_by(roots, language, false, take);
    }

    /// The same, but what is not known is sketched first: the sketches of all runbooks come before the first of these
    /// is read whole.
    pub(in crate::cli) fn sketch(&self, roots: &[PathBuf], language: Language, take: impl FnMut(Read) -> bool) {
        self.read_by(roots, language, true, take);
    }

    fn read_by(&self, roots: &[PathBuf], language: Language, sketched: bool, mut take: impl FnMut(Read) -> bool) {
        let mut shelf = Shelf::load(&self.folders.cache, self.made_by());
        let lexicon = self.lexicon.as_ref().unwrap_or_else(|| Lexicon::built_in());
        let (files, unread) = files(roots, language);
        let looked = |path: &PathBuf| {
            let source =
                source::read(path).map_err(|fault| Unread { path: path.clone(), message: fault.told(language) })?;
            let name = source.canonical.to_string_lossy().into_owned();
            let look = match shelf.known(&source.digest) {
                Some(known) => Look::Known(Contents { path: name, ..known.clone() }),
                None if sketched => Look::Sketched(name.clone(), sketch(&name, &source.bytes)),
                None => Look::New(Parser::new(lexicon).contents(&name, &source.bytes)),
            };
            Ok((source.canonical, look))
        };
        let (mut seen, mut used, mut new, mut left) = (BTreeSet::new(), Vec::new(), Vec::new(), Vec::new());
        let mut go_on = in_order(&files, looked, |read| match read {
            Err(unread) => take(Read::Unread(unread)),
            Ok((canonical, _)) if !seen.insert(canonical.clone()) => true,
            Ok((_, Look::Known(contents))) => {
                used.push(contents.sha256.clone());
                take(Read::Book(contents))
            }
            Ok((_, Look::New(contents))) => {
                new.push(contents.clone());
                take(Read::Book(contents))
            }
            Ok((canonical, Look::Sketched(path, sketch))) => {
                left.push(canonical);
                take(Read::Sketched(path, sketch))
            }
        });
        let whole = |path: &PathBuf| {
            let source =
                source::read(path).map_err(|fault| Unread { path: path.clone(), message: fault.told(language) })?;
            Ok(Parser::new(lexicon).contents(&path.to_string_lossy(), &source.bytes))
        };
        go_on = go_on
            && in_order(&left, whole, |read| match read {
                Err(unread) => take(Read::Unread(unread)),
                Ok(contents) => {
                    new.push(contents.clone());
                    take(Read::Book(contents))
                }
            });
        for one in unread {
            go_on = go_on && take(Read::Unread(one));
        }
        for digest in used {
            shelf.contents(&digest);
        }
        new.into_iter().for_each(|contents| shelf.put(contents));
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

/// Every file of `roots`, and the folders that could not be read.
fn files(roots: &[PathBuf], language: Language) -> (Vec<PathBuf>, Vec<Unread>) {
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    for root in roots {
        if !root.is_dir() {
            files.push(root.clone());
            continue;
        }
        let found = markdown_under(root);
        files.extend(found.files.into_iter().filter(|path| is_runbook(path)));
        unread.extend(found.unread.into_iter().map(|(path, fault)| {
            let words = language.pick("フォルダを読めません", "the folder cannot be read");
            let message = format!("{}: {words}: {fault}", path.display());
            Unread { path, message }
        }));
        if found.cut {
            let words = language.pick(
                "ファイルが多すぎるため、途中までしか読んでいません。[library] folders に手順書のフォルダだけを書いてください",
                "there are too many files; only a part was read. Name only the folders of runbooks under [library] folders",
            );
            unread.push(Unread { path: root.clone(), message: format!("{}: {words}", root.display()) });
        }
    }
    (files, unread)
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
        zone: settings.calendar.timezone.clone().map_or(Zone::Machine, Zone::Named),
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
