//! From arguments to a runbook, a procedure and the first fact of a run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::args::Place;
use crate::cli::exit::{self, Fault};
use crate::cli::project;
use crate::cli::told;
use crate::config::connections::Connections;
use crate::config::folders::Folders;
use crate::config::interpreters::Interpreters;
use crate::config::machine;
use crate::config::settings::{Environment, Limits, Settings};
use crate::config::sign_off::SecondPerson;
use crate::exec::program;
use crate::i18n::Language;
use crate::ids::RunId;
use crate::run::event::{ActorKind, Mode, RunStart, RunbookRef};
use crate::run::server::KnownConnection;
use crate::runbook::interpreters;
use crate::runbook::lexicon::Lexicon;
use crate::runbook::model::{FieldMeaning, Procedure, Runbook};
use crate::runbook::parse::find_procedure;
use crate::runbook::reader::Reader;
use crate::vault::source::{self, Source};
use crate::vault::team_log;
use crate::vault::trust::{Trust, TrustList};

/// The runbooks that come with the program: trusted by their very bytes.
pub(super) const SHIPPED: &[&[u8]] = &[
    include_bytes!("../../runbooks/system-check.ja.md"),
    include_bytes!("../../runbooks/system-check.en.md"),
    include_bytes!("../../runbooks/incident-first-response.ja.md"),
];

/// The names of their files.
pub(super) const SHIPPED_NAMES: &[&str] =
    &["system-check.ja.md", "system-check.en.md", "incident-first-response.ja.md"];

/// A runbook that was read, once.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) source: Source,
    pub(super) runbook: Runbook,
    /// What stood after `#`.
    pub(super) wanted: Option<String>,
}

/// Splits `FILE#PROCEDURE`: the longest file name that is there wins, so a `#` in a name does no harm.
pub(super) fn split(argument: &str) -> (PathBuf, Option<String>) {
    let whole = Path::new(argument);
    if whole.symlink_metadata().is_ok() {
        return (whole.to_owned(), None);
    }
    let cuts: Vec<usize> = argument.match_indices('#').map(|(i, _)| i).collect();
    let there = |i: &&usize| argument.get(..**i).is_some_and(|f| Path::new(f).symlink_metadata().is_ok());
    let cut = cuts.iter().rev().find(there).or(cuts.first());
    match cut.and_then(|i| Some((argument.get(..*i)?, argument.get(i + 1..)?))) {
        Some((file, wanted)) => (file.into(), Some(wanted.to_owned()).filter(|w| !w.is_empty())),
        None => (whole.to_owned(), None),
    }
}

/// Reads and parses a runbook, by the words of the program and those of the user's team.
pub(super) fn open(argument: &str, language: Language) -> Result<Opened, Fault> {
    read(argument, &reader(language)?, language)
}

/// How the user's settings have a runbook read.
pub(super) fn reader(language: Language) -> Result<Reader, Fault> {
    Ok(Reader { lexicon: lexicon(language)?, interpreters: interpreters(language)? })
}

/// What the user has set up to run the fences of other languages.
fn interpreters(language: Language) -> Result<Interpreters, Fault> {
    let interpreters = settings(language)?.interpreters;
    let Some(tag) = interpreters::refused(&interpreters) else { return Ok(interpreters) };
    let path = Folders::of_user().map(|folders| folders.settings()).unwrap_or_default();
    let why = match language {
        Language::Ja => {
            format!("[interpreters] {tag}: このタグのブロックは tejun がそのまま実行します。行を消してください")
        }
        Language::En => format!("[interpreters] {tag}: fences of this tag need no interpreter; take the line away"),
    };
    Err(bad_settings(&path, &why, language))
}

/// Reads and parses a runbook as every machine does, whatever its user has set.
pub(super) fn open_plain(argument: &str, language: Language) -> Result<Opened, Fault> {
    read(argument, &Reader::default(), language)
}

fn read(argument: &str, reader: &Reader, language: Language) -> Result<Opened, Fault> {
    let (path, wanted) = split(argument);
    let source = source::read(&path).map_err(|e| Fault::usage(e.told(language)))?;
    let runbook = reader.read(&path.to_string_lossy(), &source.bytes);
    Ok(Opened { source, runbook, wanted })
}

/// What the user has set; what holds for everybody where there is no file.
pub(super) fn settings(language: Language) -> Result<Settings, Fault> {
    let Some(path) = Folders::of_user().map(|folders| folders.settings()) else { return Ok(Settings::default()) };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(error) => return Err(bad_settings(&path, &error.to_string(), language)),
    };
    Settings::read(&text).map_err(|error| bad_settings(&path, &error.to_string(), language))
}

/// The person's key, and the file of those whose keys count.
pub(super) fn sign_off(language: Language) -> Result<(Option<PathBuf>, PathBuf), Fault> {
    let settings = settings(language)?.sign_off;
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let config = folders(language)?.config;
    Ok((settings.key(home.as_deref()), settings.allowed_signers(&config, home.as_deref())))
}

/// The words of the user's team with those of the program; nothing where the user has set none.
pub(super) fn lexicon(language: Language) -> Result<Option<Lexicon>, Fault> {
    let settings = settings(language)?;
    if settings.lexicon.is_empty() {
        return Ok(None);
    }
    let path = Folders::of_user().map(|folders| folders.settings()).unwrap_or_default();
    Lexicon::with(&settings.lexicon).map(Some).map_err(|error| bad_settings(&path, &error.to_string(), language))
}

/// The connections of the user. A run of a document alone never adds one.
pub(super) fn connections(language: Language) -> Result<Connections, Fault> {
    settings(language).map(|settings| settings.connections)
}

/// The names and kinds of what statements of a run in `mode` go to.
pub(super) fn known_connections(mode: Mode, language: Language) -> Result<Vec<KnownConnection>, Fault> {
    Ok(match mode {
        Mode::Drill => crate::exec::simulator::connections(),
        Mode::Live => connections(language)?.into_iter().map(|(name, c)| KnownConnection::new(&name, c.kind)).collect(),
    })
}

/// The keys of the user.
pub(super) fn keymap(settings: &Settings, language: Language) -> Result<crate::tui::keymap::Keymap, Fault> {
    use crate::tui::keymap::{Keymap, Wish};
    let wish = |key: &crate::config::settings::KeySetting| Wish {
        action: key.action.clone(),
        keys: key.keys.clone(),
        line: key.line,
    };
    let wishes: Vec<Wish> = settings.keys.iter().map(wish).collect();
    Keymap::with(&wishes).map_err(|fault| {
        let path = Folders::of_user().map(|folders| folders.settings()).unwrap_or_default();
        let place = format!("{}:{}: [keys]", path.display(), fault.line);
        bad_settings(&path, &format!("{place} {}", fault.told(language)), language)
    })
}

fn bad_settings(path: &Path, why: &str, language: Language) -> Fault {
    let head = language.pick(
        "設定ファイルが読めません。何も実行していません。直すか、ファイルを移動してください",
        "the settings cannot be read; nothing was run. Mend the file or move it away",
    );
    Fault::usage(format!("{head}: {}\n{why}", path.display()))
}

/// The folders of this user.
pub(super) fn folders(language: Language) -> Result<Folders, Fault> {
    use std::os::unix::fs::MetadataExt as _;
    let folders = Folders::of_user().ok_or_else(|| {
        Fault::not_written(language.pick(
            "ホームフォルダが分からないため記録を残せません。何も実行していません。HOME に絶対パスを設定してください",
            "no home folder is known, so nothing could be journalled; nothing was run. Set HOME to an absolute path",
        ))
    })?;
    let sudo = std::env::var("SUDO_UID").ok().and_then(|uid| uid.parse().ok());
    let owner = folders.state.ancestors().find_map(|path| std::fs::metadata(path).ok()).map(|found| found.uid());
    match owner.filter(|owner| is_borrowed(rustix::process::geteuid().as_raw(), sudo, *owner)) {
        None => Ok(folders),
        Some(owner) => {
            let (user, state) = (machine::user_name(owner), folders.state.display());
            Err(Fault::not_written(match language {
                Language::Ja => format!(
                    "sudo で起動されましたが、{state} は利用者 {user} のものです。root のファイルが残ると {user} が使えなくなるため、何も作らず、何も実行していません。tejun は {user} のまま起動し、sudo は手順書のコマンドに書いてください。root として記録するなら sudo -H tejun で起動してください"
                ),
                Language::En => format!(
                    "tejun was started by sudo, and {state} is in the hands of {user}, whom files of root would lock out; nothing was made and nothing was run. Start tejun as {user} and write sudo into the commands of the runbook; to work as root, start it with sudo -H tejun"
                ),
            }))
        }
    }
}

/// Whether root works in the folders of the person who called `sudo`: that one could not use what root leaves there.
fn is_borrowed(own: u32, sudo: Option<u32>, owner: u32) -> bool {
    own == 0 && owner != 0 && sudo == Some(owner)
}

/// Whether the runbook may run commands.
pub(super) fn trusted(opened: &Opened, folders: &Folders) -> Result<bool, Fault> {
    let list = TrustList::load(&folders.trust()).map_err(|e| Fault::refused(chain(&e)))?;
    Ok(list.of(&opened.source.canonical, &opened.source.digest, SHIPPED) != Trust::No)
}

/// The procedure that is asked for; the only one when none is.
pub(super) fn choose<'a>(opened: &'a Opened, flag: Option<&str>, language: Language) -> Result<&'a Procedure, Fault> {
    let wanted = flag.or(opened.wanted.as_deref());
    if let Some(wanted) = wanted {
        return find_procedure(&opened.runbook, wanted).map_err(|e| {
            Fault::usage(format!(
                "{}\n{}\n{}",
                told::one(&e, language),
                language.pick("手順の一覧:", "its procedures:"),
                titles(&opened.runbook)
            ))
        });
    }
    match &opened.runbook.procedures[..] {
        [only] => Ok(only),
        [] => Err(Fault::usage(language.pick(
            "この文書には実行できる手順がありません。tejun inspect で読み取り結果を確認してください",
            "the document has no procedure to run; see what was read with tejun inspect",
        ))),
        _ => {
            let head = language.pick(
                "手順が複数あります。FILE#手順名 で指定してください:",
                "the document has several procedures; name one as FILE#PROCEDURE:",
            );
            Err(Fault::usage(format!("{head}\n{}", titles(&opened.runbook))))
        }
    }
}

/// The procedures of a runbook, a line each.
fn titles(runbook: &Runbook) -> String {
    let lines: Vec<String> = runbook.procedures.iter().map(|p| format!("  {}", p.heading_path.join(" › "))).collect();
    lines.join("\n")
}

/// What a run is called from, with every path made absolute.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) operator: String,
    pub(super) cwd: PathBuf,
    pub(super) record_dir: PathBuf,
    pub(super) append_to: Option<PathBuf>,
    pub(super) host: String,
    pub(super) environment: Option<Environment>,
    pub(super) limits: Limits,
    pub(super) second_person: SecondPerson,
    pub(super) shared_records: bool,
    pub(super) user: String,
    /// The settings of the project that want somebody at the screen.
    pub(super) attended: Option<PathBuf>,
}

/// Where and as whom `opened` is run, checked before anything is started.
pub(super) fn standing(
    place: &Place,
    opened: &Opened,
    folders: &Folders,
    language: Language,
) -> Result<Standing, Fault> {
    let user = machine::user_name(machine::own_uid());
    let operator = place.operator.clone().map(|o| o.trim().to_owned()).filter(|o| !o.is_empty());
    let cwd = match &place.cwd {
        Some(dir) => dir.clone(),
        None => std::env::current_dir().map_err(|e| {
            Fault::usage(format!(
                "{}: {e}",
                language.pick("現在のフォルダが読めません", "the current folder cannot be read")
            ))
        })?,
    };
    let cwd = std::fs::canonicalize(&cwd).ok().filter(|d| d.is_dir()).ok_or_else(|| {
        let head = language
            .pick("作業フォルダがありません。何も実行していません", "the working folder is not there; nothing was run");
        Fault::usage(format!("{head}: {}", cwd.display()))
    })?;
    let record_dir = place.record_dir.clone().unwrap_or_else(|| folders.records());
    let record_dir = std::path::absolute(&record_dir).unwrap_or(record_dir);
    let append_to = place.append.as_deref().map(team_log::resolve).transpose();
    let append_to = append_to.map_err(|fault| Fault::not_written(chain(&fault)))?;
    let host = machine::host_name();
    let settings = settings(language)?;
    let mut standing = Standing {
        operator: operator.unwrap_or_else(|| user.clone()),
        cwd,
        record_dir,
        append_to,
        environment: settings.environment(&host),
        limits: settings.limits,
        second_person: settings.sign_off.second_person,
        shared_records: settings.sign_off.shared_records,
        host,
        user,
        attended: None,
    };
    project::tighten(&mut standing, &opened.source.canonical, language)?;
    Ok(standing)
}

/// Makes sure that a record can be saved, and the team's log be added to, before anything is run. A runbook can be looked at without.
pub(super) fn check_records(standing: &Standing) -> Result<(), Fault> {
    crate::vault::records::check_writable(&standing.record_dir).map_err(|e| Fault::not_written(chain(&e)))?;
    let checked = standing.append_to.as_deref().map_or(Ok(()), team_log::check);
    checked.map_err(|fault| Fault::not_written(chain(&fault)))
}

/// The first fact of a run.
pub(super) fn run_start(opened: &Opened, procedure: &Procedure, standing: &Standing, mode: Mode) -> RunStart {
    RunStart {
        mode,
        runbook: RunbookRef {
            path: opened.source.canonical.to_string_lossy().into_owned(),
            sha256: opened.source.digest.clone(),
            title: opened.runbook.title.clone(),
            version: opened.runbook.metadata.version.clone(),
        },
        procedure: procedure.clone(),
        record_format: opened.runbook.record_format.clone(),
        language: opened.runbook.language,
        operator: standing.operator.clone(),
        host: standing.host.clone(),
        environment: standing.environment.clone(),
        command_limit_s: standing.limits.command,
        second_person: second_person(opened, standing),
        shared_record: standing.shared_records,
        user: standing.user.clone(),
        cwd: standing.cwd.to_string_lossy().into_owned(),
        record_dir: standing.record_dir.to_string_lossy().into_owned(),
        append_to: standing.append_to.as_ref().map(|log| log.to_string_lossy().into_owned()),
        values: BTreeMap::new(),
        actions: crate::run::branches::planned(&opened.runbook, procedure),
        guidance: crate::runbook::advice::of(&opened.runbook, procedure),
        tejun: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Whether a second person has to look: by the settings, and where the document's own record has a line for one.
fn second_person(opened: &Opened, standing: &Standing) -> SecondPerson {
    let fields = opened.runbook.record_format.iter().flat_map(|format| &format.fields);
    let asks = fields.into_iter().any(|field| field.meaning == FieldMeaning::Verifier);
    standing.second_person.max(if asks { SecondPerson::Independent } else { SecondPerson::None })
}

/// Starts the host of a new run and waits until it listens.
pub(super) fn start(
    folders: &Folders,
    run: RunId,
    start: RunStart,
    bytes: &[u8],
    kind: ActorKind,
) -> Result<(), Fault> {
    use crate::console::starter::{Answer, Order, Task, start_host, to_hex};
    let folder = folders.run(run);
    let private = |path: &Path| crate::vault::private_dir(path).map_err(|e| Fault::not_written(chain(&e)));
    private(&folders.state)?;
    private(&folders.state.join("runs"))?;
    private(folder.path())?;
    private(&folder.evidence())?;
    let order = Order { run, task: Task::Begin { start: Box::new(start), runbook: to_hex(bytes), kind } };
    let exe = own_program()?;
    match start_host(&exe, &folder, &order).map_err(|e| Fault::not_written(chain(&e)))? {
        Answer::Ready => Ok(()),
        Answer::Taken => Err(Fault::refused("the run has a host already")),
        Answer::Failed { why, .. } => Err(Fault::not_written(why)),
    }
}

/// The path of this very program, for the processes that it starts; also where its file was taken away or replaced.
pub(super) fn own_program() -> Result<PathBuf, Fault> {
    let path = std::env::current_exe();
    path.map(program::to_start).map_err(|e| Fault::not_written(format!("the program does not find itself: {e}")))
}

/// An error with its causes.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    told::chain(error, exit::language())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_works_in_the_folders_of_nobody_who_called_sudo() {
        for (own, sudo, owner, borrowed) in [
            (0, Some(1000), 1000, true),
            // `sudo -H`, a login as root, and root in a container whose home is of another user.
            (0, Some(1000), 0, false),
            (0, None, 0, false),
            (0, None, 1001, false),
            // `sudo -u`, and a person whose shell came from sudo.
            (1001, Some(1000), 1001, false),
            (1000, Some(1000), 1000, false),
            // A shell of root under sudo, by another person's home.
            (0, Some(1000), 1002, false),
        ] {
            assert_eq!(is_borrowed(own, sudo, owner), borrowed, "{own} {sudo:?} {owner}");
        }
    }

    #[test]
    fn a_procedure_stands_after_the_file_that_is_there() {
        let dir = tempfile::tempdir().expect("a folder");
        let odd = dir.path().join("a#b.md");
        std::fs::write(&odd, "x").expect("a file");
        let odd = odd.to_str().expect("plain");
        for (argument, file, wanted) in [
            ("none.md".to_owned(), "none.md", None),
            ("none.md#x".to_owned(), "none.md", Some("x")),
            ("none.md#".to_owned(), "none.md", None),
            (odd.to_owned(), odd, None),
            (format!("{odd}#月曜 #1"), odd, Some("月曜 #1")),
        ] {
            assert_eq!(split(&argument), (PathBuf::from(file), wanted.map(str::to_owned)), "{argument}");
        }
    }
}
