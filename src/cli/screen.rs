//! Wires the screen: terminal, readers, the connection to the host.

mod line;
mod signature;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use crate::cli::args::{Attach, Open, Place};
use crate::cli::exit::{Exit, Fault};
use crate::cli::home::Desk;
use crate::cli::library::Team;
use crate::cli::opening::{self, Opened, Standing};
use crate::cli::runs::{self, Listed};
use crate::cli::{headless, home, plan, trust};
use crate::clock::{Clock as _, SystemClock};
use crate::config::folders::Folders;
use crate::config::library::expanded;
use crate::config::machine;
use crate::config::settings::{AmbiguousWidth, Settings as OwnSettings};
use crate::console::client::Client;
use crate::console::starter;
use crate::console::wire::{PROTOCOL, Role, ToHost};
use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, ProcedureId, RunId};
use crate::run::command::Command;
use crate::run::event::{ActorKind, Mode, RunStart};
use crate::tui::backend::{Backend, Beside, GoingOn, Input, Left};
use crate::tui::model::home::HomeAsk;
use crate::tui::theme::Ambiguous;
use crate::tui::{self, Opening, Settings};
use crate::vault::outputs::{self, SaveError, Saved};
use crate::vault::recall;

pub(super) use line::{Line, Pump};

/// Opens a runbook on the screen.
pub(super) fn open(args: &Open, language: Language) -> anyhow::Result<Exit> {
    open_in(args, Mode::Live, &Wishes::default(), language)
}

/// What is wished of the run that is begun on the screen.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes {
    /// Values, as they were given.
    pub(super) set: Vec<String>,
    /// The digest by which the document is trusted for this run.
    pub(super) once: Option<String>,
    /// Begin it although one of the procedure goes on.
    pub(super) another: bool,
}

/// Opens a runbook on the screen, live or as a drill.
pub(super) fn open_in(args: &Open, mode: Mode, wishes: &Wishes, language: Language) -> anyhow::Result<Exit> {
    let once = wishes.once.as_deref();
    let opened = opening::open(&args.file, language)?;
    need_terminal(language)?;
    let folders = opening::folders(language)?;
    let standing = opening::standing(&args.place, &opened, &folders, language)?;
    if once.is_some() {
        headless::check_trust(&opened, once, &folders, language)?;
    }
    let trusted = mode == Mode::Drill || once.is_some() || opening::trusted(&opened, &folders)?;
    let wanted = opened.wanted.as_ref().map(|_| opening::choose(&opened, None, language).map(|p| p.id.clone()));
    let wanted = wanted.transpose()?;
    let start = pick(&opened, &standing, &folders, (mode, trusted), wanted, language)?;
    let theme = args.place.theme.clone();
    let down = Down {
        folders,
        operator: standing.operator.clone(),
        source: Some((opened, standing, mode)),
        wishes: wishes.clone(),
        key: args.place.key.clone().or(opening::sign_off(language)?.0),
        role: Role::Drive,
        language,
    };
    show(start, down, None, theme.as_deref(), None, language)
}

/// What a run is started from: the runbook, where and as whom, and in which mode.
pub(super) type Ground = (Opened, Standing, Mode);

/// The choosing of a procedure of a runbook.
pub(super) fn pick(
    opened: &Opened,
    standing: &Standing,
    folders: &Folders,
    (mode, trusted): (Mode, bool),
    wanted: Option<ProcedureId>,
    language: Language,
) -> Result<Opening, Fault> {
    let place = tui::Place {
        host: standing.host.clone(),
        environment: standing.environment.clone(),
        user: standing.user.clone(),
        cwd: standing.cwd.to_string_lossy().into_owned(),
        operator: standing.operator.clone(),
        drill: mode == Mode::Drill,
        connections: opening::known_connections(mode, language)?,
    };
    let text = crate::runbook::parse::text(&opened.source.bytes);
    let changes = if trusted { Vec::new() } else { trust::changed(opened, folders, language) };
    Ok(Opening::Pick { runbook: Box::new(opened.runbook.clone()), text, trusted, changes, wanted, place })
}

/// Shows the home screen.
pub(super) fn show_home(start: Opening, team: Team, place: &Place, language: Language) -> anyhow::Result<Exit> {
    let user = machine::user_name(machine::own_uid());
    let down = Down {
        folders: team.folders.clone(),
        operator: place.operator.clone().filter(|o| !o.trim().is_empty()).unwrap_or(user),
        source: None,
        wishes: Wishes::default(),
        key: place.key.clone().or(opening::sign_off(language)?.0),
        role: Role::Drive,
        language,
    };
    show(start, down, None, place.theme.as_deref(), Some((team, place.clone())), language)
}

/// Shows a run that goes on.
pub(super) fn attach(
    folders: &Folders,
    run: RunId,
    args: &Attach,
    role: Role,
    language: Language,
) -> anyhow::Result<Exit> {
    need_terminal(language)?;
    let user = machine::user_name(machine::own_uid());
    let down = Down {
        folders: folders.clone(),
        operator: args.operator.clone().filter(|o| !o.trim().is_empty()).unwrap_or(user),
        source: None,
        wishes: Wishes::default(),
        key: args.key.clone().or(opening::sign_off(language)?.0),
        role,
        language,
    };
    show(Opening::Attach, down, Some(run), args.theme.as_deref(), None, language)
}

fn need_terminal(language: Language) -> Result<(), Fault> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Fault::usage(language.pick(
        "端末がありません。何も実行していません。画面なしで実行するには: tejun run FILE#手順 --headless",
        "there is no terminal; nothing was run. Without a screen: tejun run FILE#PROCEDURE --headless",
    )))
}

/// What the screen's backend works with.
pub(super) struct Down {
    pub(super) folders: Folders,
    pub(super) operator: String,
    /// The runbook to start from; absent when attached.
    pub(super) source: Option<(Opened, Standing, Mode)>,
    /// What the command line wishes of a run that is begun.
    pub(super) wishes: Wishes,
    /// The person's key, where there is one.
    pub(super) key: Option<PathBuf>,
    /// What it wants to do there.
    pub(super) role: Role,
    pub(super) language: Language,
}

fn show(
    start: Opening,
    down: Down,
    run: Option<RunId>,
    theme: Option<&str>,
    home: Option<(Team, Place)>,
    language: Language,
) -> anyhow::Result<Exit> {
    let own = opening::settings(language)?;
    let settings = Settings {
        language,
        keymap: opening::keymap(&own, language)?,
        mouse: own.mouse,
        clipboard: own.clipboard,
        theme: theme_of(theme, &own, language)?.drawn(drawn(own.ambiguous_width)),
        clock: Arc::new(SystemClock),
        operator: down.operator.clone(),
        preview: crate::record::documented_fields,
        earlier: recall::recall(&down.folders.values()),
    };
    let runtime = super::runs::runtime()?;
    let (inputs, queue) = mpsc::channel();
    let mut wires = Wires {
        down: Arc::new(Mutex::new(Arc::new(down))),
        runtime: runtime.handle().clone(),
        line: Line {
            inputs: inputs.clone(),
            to_host: Arc::default(),
            state: Arc::default(),
            task: Arc::default(),
            over: Arc::default(),
            signs: Arc::default(),
            asked: Arc::default(),
        },
        desk: home.map(|(team, place)| Arc::new(Desk::new(team, place, language, inputs.clone()))),
    };
    let folders = wires.down().folders.clone();
    if let Some(run) = run {
        // The connection stands before the screen is touched, so that a failure is a plain message.
        let client = runtime.block_on(starter::attach(&opening::own_program()?, &folders, run, language))?;
        runtime.spawn(wires.pump().go(client, folders.clone(), run));
    }
    if let Err(fault) = log_to(&folders) {
        // A runbook can be looked at without a log; a run says by itself when nothing can be written.
        tracing::debug!(%fault, "no log");
    }
    if let Some(desk) = &wires.desk {
        desk.reload(&wires.runtime);
    }
    let keys = tui::terminal::spawn_readers(inputs)?;
    let left = tui::run(start, settings, &mut wires, queue)?;
    match left {
        // The reader is blocked in a terminal that is gone; nothing waits for it.
        Left::Hangup => std::process::exit(0),
        Left::Detached => {
            let run = wires.line.state.lock().ok().and_then(|s| s.run).map(|r| r.short()).unwrap_or_default();
            let head = language.pick("実施は続いています。戻るには", "the run goes on. Return with");
            super::say(format!("{head}: tejun attach {run}"));
        }
        Left::Ended => {}
    }
    // A key may ask for its passphrase now.
    keys.stop();
    let mut exit = Exit::Well;
    for (state, signs) in wires.line.all_over() {
        if let Some(record) = &state.record {
            super::say(format!("{}: {}", language.pick("記録", "record"), crate::term::sanitise::inline(&record.path)));
        }
        // Who only looked on, or signed at another screen, signs nothing here.
        if signs {
            let down = wires.down();
            exit = exit.max(signature::at_the_end(&wires.line.asked, &state, down.key.as_deref(), language));
        }
    }
    runtime.shutdown_background();
    Ok(exit)
}

/// The theme that the command line asks for; without colours where the terminal is to have none; else the one of the settings.
pub(super) fn theme_of(asked: Option<&str>, own: &OwnSettings, language: Language) -> Result<tui::Theme, Fault> {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let dumb = std::env::var("TERM").is_ok_and(|t| t == "dumb");
    let (name, from) = match (asked.filter(|name| !name.is_empty()), own.theme.as_deref()) {
        (Some(name), _) => (name, None),
        (None, _) if no_colour || dumb => ("mono", None),
        (None, Some(name)) => (name, Some(opening::folders(language)?.config)),
        (None, None) => ("dark", None),
    };
    tui::Theme::named(name).or_else(|unknown| {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let path = from.as_ref().map_or_else(|| name.into(), |folder| folder.join(expanded(name, home.as_deref())));
        let read = match std::fs::read_to_string(path) {
            Ok(text) => tui::Theme::parse(name, &text).map_err(|e| opening::chain(&e)),
            Err(_) => Err(opening::chain(&unknown)),
        };
        let place = if from.is_some() { "config.toml, theme: " } else { "" };
        read.map_err(|why| Fault::usage(format!("{place}{why}")))
    })
}

/// How the terminal draws characters of ambiguous width. It is asked only where the settings say so; one that does not
/// answer is taken for the usual one.
pub(super) fn drawn(set: AmbiguousWidth) -> Ambiguous {
    match set {
        AmbiguousWidth::One => Ambiguous::Narrow,
        AmbiguousWidth::Two => Ambiguous::Wide,
        AmbiguousWidth::Asked => match tui::terminal::ask_ambiguous_width() {
            Some(2) => Ambiguous::Wide,
            Some(_) | None => Ambiguous::Narrow,
        },
    }
}

/// Measures what is printed from here on as the settings say. A terminal is asked only where there is one.
pub(super) fn measure_output(language: Language) -> Result<(), Fault> {
    use std::io::IsTerminal as _;
    let set = opening::settings(language)?.ambiguous_width;
    let is_seen = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let drawn = if set == AmbiguousWidth::Asked && !is_seen { Ambiguous::Narrow } else { drawn(set) };
    tui::text::measure_as(drawn);
    Ok(())
}

/// The log of screens: never the terminal.
fn log_to(folders: &Folders) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    crate::vault::private_dir(&folders.state).map_err(|e| Fault::not_written(opening::chain(&e)))?;
    // A disk that takes no log may still be looked at; what must be written says so itself.
    let Ok(file) = std::fs::File::options().append(true).create(true).mode(0o600).open(folders.log()) else {
        return Ok(());
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("TEJUN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_writer(std::sync::Mutex::new(file)).with_ansi(false).with_env_filter(filter).init();
    Ok(())
}

pub(super) struct Wires {
    /// What runs are started from now.
    pub(super) down: Arc<Mutex<Arc<Down>>>,
    pub(super) runtime: tokio::runtime::Handle,
    pub(super) line: Line,
    /// The home screen's, where there is one.
    pub(super) desk: Option<Arc<Desk>>,
}

impl Wires {
    pub(super) fn down(&self) -> Arc<Down> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn pump(&self) -> Pump {
        let hello = ToHost::Hello {
            protocol: PROTOCOL,
            role: self.down().role,
            operator: self.down().operator.clone(),
            kind: ActorKind::Person,
        };
        Pump { line: self.line.clone(), hello, key: self.down().key.clone(), language: self.down().language }
    }
}

impl Down {
    /// Starts the host of a new run. Waits until it listens.
    fn begin(&self, procedure: &ProcedureId) -> Result<RunId, Fault> {
        let Some((opened, standing, mode)) = &self.source else {
            return Err(Fault::usage("there is no runbook to start from"));
        };
        let found = opened.runbook.procedures.iter().find(|p| p.id == *procedure);
        let procedure = found.ok_or_else(|| Fault::usage("the runbook has no such procedure"))?;
        opening::check_records(standing)?;
        let run = RunId(SystemClock.fresh_id());
        let values = plan::values(procedure, &self.wishes.set, self.language)?;
        let first = RunStart { values, ..opening::run_start(opened, procedure, standing, *mode) };
        opening::start(&self.folders, run, first, &opened.source.bytes, ActorKind::Person)?;
        Ok(run)
    }

    /// The runs of the procedure that go on. What cannot be told holds nothing up: the start says what is wrong.
    async fn going_on(&self, procedure: &ProcedureId) -> Vec<GoingOn> {
        let Some((opened, _, mode)) = &self.source else { return Vec::new() };
        let path = opened.source.canonical.to_string_lossy();
        let found = runs::going_on(&self.folders, &path, procedure, *mode).await;
        let found = found.inspect_err(|fault| tracing::warn!(%fault, "the runs that go on are not known"));
        let line = |listed: Listed| GoingOn { run: listed.run, line: runs::one_line(&listed, self.language) };
        found.unwrap_or_default().into_iter().map(line).collect()
    }

    async fn reach(&self, run: RunId) -> Result<Client, String> {
        let exe = opening::own_program().map_err(|fault| fault.text)?;
        starter::attach(&exe, &self.folders, run, self.language).await.map_err(|fault| opening::chain(&fault))
    }

    async fn begin_and_reach(self: Arc<Self>, procedure: ProcedureId) -> Result<(RunId, Client), String> {
        let down = self.clone();
        let begun = tokio::task::spawn_blocking(move || down.begin(&procedure)).await;
        let run = begun.map_err(|stopped| stopped.to_string())?.map_err(|fault| fault.text)?;
        self.reach(run).await.map(|client| (run, client)).map_err(|why| {
            let what = self.language.pick(
                "実施は始まりましたが、画面が接続できません。この画面を離れ、tejun attach で戻れます",
                "the run has begun, but this screen cannot reach it. Leave the screen and return with tejun attach",
            );
            format!("{what}: {why}")
        })
    }
}

impl Backend for Wires {
    fn trust(&mut self) -> Result<(), String> {
        let down = self.down();
        match &down.source {
            Some((opened, _, _)) => trust::add(opened, &down.folders).map_err(|e| e.text),
            None => Ok(()),
        }
    }

    fn trusts(&mut self, path: &str, sha256: &Digest) -> bool {
        trust::is_trusted(Path::new(path), sha256, &self.down().folders)
    }

    fn trust_text(&mut self, path: &str, shown: &Digest) -> Result<(), String> {
        let down = self.down();
        trust::add_shown(Path::new(path), shown, &down.folders, down.language).map_err(|fault| fault.text)
    }

    fn start(&mut self, procedure: &ProcedureId, beside: Beside) {
        let (down, pump, procedure) = (self.down(), self.pump(), procedure.clone());
        let task = self.runtime.spawn(async move {
            let folders = down.folders.clone();
            if beside == Beside::Ask && !down.wishes.another {
                let runs = down.going_on(&procedure).await;
                if !runs.is_empty() {
                    let _screen_is_gone = pump.line.inputs.send(Input::GoesOn { procedure, runs });
                    return;
                }
            }
            match down.begin_and_reach(procedure).await {
                Ok((run, client)) => pump.go(client, folders, run).await,
                Err(why) => {
                    let _screen_is_gone = pump.line.inputs.send(Input::StartFailed(why));
                }
            }
        });
        self.line.follow(Some(task.abort_handle()));
    }

    fn home(&mut self, ask: HomeAsk) {
        home::carry_out(self, ask);
    }

    fn join(&mut self, run: RunId) {
        let (down, pump) = (self.down(), self.pump());
        let task = self.runtime.spawn(async move {
            match down.reach(run).await {
                Ok(client) => pump.go(client, down.folders.clone(), run).await,
                Err(why) => {
                    let _screen_is_gone = pump.line.inputs.send(Input::StartFailed(why));
                }
            }
        });
        self.line.follow(Some(task.abort_handle()));
    }

    fn send(&mut self, message: ToHost) {
        if matches!(&message, ToHost::Do { command: Command::SignOff, .. }) {
            self.line.signs.store(true, Ordering::Relaxed);
        }
        // A full queue means a host that does not read; the person sees that nothing is answered and may press again.
        let to = self.line.to_host.lock().ok().and_then(|to| to.clone());
        if let Some(to) = to
            && let Err(dropped) = to.try_send(message)
        {
            tracing::warn!(%dropped, "a message to the host was dropped");
        }
    }

    fn remember(&mut self, values: Vec<(String, String)>) {
        let file = self.down().folders.values();
        self.runtime.spawn_blocking(move || {
            if let Err(fault) = recall::remember(&file, &values) {
                tracing::warn!(%fault, "the values are not remembered for other runs");
            }
        });
    }

    fn copy(&mut self, text: &str) {
        tui::terminal::copy(text);
    }

    fn copy_output(&mut self, attempt: AttemptId) {
        let (from, inputs) = (self.evidence(attempt), self.line.inputs.clone());
        let language = self.down().language;
        self.runtime.spawn_blocking(move || {
            let text = from.and_then(|from| crate::vault::evidence::tail(&from, MOST_COPIED).ok());
            let unread = language.pick(
                "出力を読めないため、何も送っていません",
                "the output cannot be read; nothing was sent to the clipboard",
            );
            let text = text.map(|bytes| crate::term::plain_text(&bytes)).ok_or_else(|| unread.to_owned());
            let _screen_is_gone = inputs.send(Input::CopyReady(text));
        });
    }

    fn save_output(&mut self, attempt: AttemptId, name: &str) {
        let (from, inputs, name) = (self.evidence(attempt), self.line.inputs.clone(), name.to_owned());
        let language = self.down().language;
        self.runtime.spawn_blocking(move || {
            let to = home_of(&name);
            let saved = from.map(|from| outputs::save_text(&from, &to));
            let outcome = match saved {
                Some(Ok(saved)) => Ok(told_saved(&saved, language)),
                Some(Err(fault)) => Err(not_saved(&fault, language)),
                None => Err(language.pick("実施に接続していません", "there is no run").to_owned()),
            };
            let _screen_is_gone = inputs.send(Input::Saved { attempt, name, outcome });
        });
    }

    fn fresh_id(&mut self) -> uuid::Uuid {
        SystemClock.fresh_id()
    }
}

impl Wires {
    /// Where the output of an attempt of the run on the screen is kept.
    fn evidence(&self, attempt: AttemptId) -> Option<PathBuf> {
        let run = self.line.state.lock().ok().and_then(|state| state.run)?;
        Some(self.down().folders.run(run).output(attempt))
    }
}

/// The most of an output that is copied, in bytes: what terminals take at one time.
const MOST_COPIED: usize = 64 * 1024;

/// A file as a person names it: `~/` is the home folder.
fn home_of(name: &str) -> PathBuf {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
    match (name.trim().strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(name.trim()),
    }
}

fn told_saved(saved: &Saved, language: Language) -> String {
    let path = saved.path.display();
    match language {
        Language::Ja => format!("出力を保存しました: {path}（{} バイト）", saved.bytes),
        Language::En => format!("The output was saved: {path} ({} bytes)", saved.bytes),
    }
}

fn not_saved(fault: &SaveError, language: Language) -> String {
    let text = opening::chain(fault);
    match (language, fault) {
        (Language::En, SaveError::Taken { .. } | SaveError::Name { .. }) => format!("{text}: give another name"),
        (Language::En, SaveError::Folder { .. } | SaveError::Read { .. } | SaveError::Write { .. }) => {
            format!("{text}. The run is not affected: give another place")
        }
        (Language::Ja, SaveError::Taken { path }) => {
            format!("{} は既にあります。何も書いていません。別の名前を入力してください", path.display())
        }
        (Language::Ja, SaveError::Name { .. }) => "ファイルの名前ではありません。別の名前を入力してください".to_owned(),
        (Language::Ja, SaveError::Folder { .. } | SaveError::Read { .. } | SaveError::Write { .. }) => {
            format!("保存できません（{text}）。実施には影響しません。別の場所を入力してください")
        }
    }
}
