//! The hidden subcommands: the process that owns a run, and the one that holds a terminal session.

use std::io::Read as _;
use std::sync::Arc;

use anyhow::Context as _;
use rustix::process::Signal;
use tracing_subscriber::filter::{FilterExt as _, FilterFn, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::args::{Host, Keep};
use crate::cli::exit::{Exit, Fault};
use crate::cli::{keeping, opening};
use crate::clock::SystemClock;
use crate::config::folders::{Folders, RunFolder};
use crate::console::host::{HostLock, serve};
use crate::console::presence::Presence;
use crate::console::starter::{Answer, Order, Task, from_hex};
use crate::engine::{Engine, EngineError, Resources, identity};
use crate::exec::keepers::Keepers;
use crate::exec::live::Live;
use crate::exec::query::notices::{self, Ear};
use crate::exec::query::{self, Queries};
use crate::exec::simulator::Simulator;
use crate::exec::{Executor, Size};
use crate::i18n::Language;
use crate::ids::RunId;
use crate::run::event::{Mode, Stored};
use crate::run::state::RunState;
use crate::runbook::reader::Reader;
use crate::store::Journal as _;
use crate::store::sqlite::SqliteJournal;
use crate::term::{Secrets, secrets_of_env};
use crate::vault::signature::Keygen;

/// The size of a lane before a screen says another.
const SIZE: Size = Size { cols: 80, rows: 24 };

pub(super) fn keep(args: &Keep) -> Exit {
    let keeper = crate::exec::keeper::Args {
        folder: args.folder.clone(),
        lane: args.lane,
        cwd: args.cwd.clone(),
        size: Size { cols: args.cols, rows: args.rows },
        output_limit: args.output_limit,
        // A command may show the settings themselves. A slip in them keeps no command from running.
        secrets: opening::connections(Language::En).map(|all| crate::exec::query::passwords(&all)).unwrap_or_default(),
    };
    if crate::exec::keeper::run(&keeper) == 0 { Exit::Well } else { Exit::Failed }
}

/// Owns a run: reads its order on standard input, says on standard output when it listens, and stays until the run is
/// over.
pub(super) fn host(args: &Host) -> anyhow::Result<Exit> {
    let ended = take(args);
    if let Err(fault) = &ended {
        let why = opening::chain(fault.as_ref());
        tracing::error!(fault = why, "the host ends");
        let journal =
            fault.is::<EngineError>() || fault.is::<crate::store::StoreError>() || fault.is::<std::io::Error>();
        // Whoever started this process waits for an answer, whatever went wrong.
        answer(&Answer::Failed { why, journal });
        return Ok(Exit::NotWritten);
    }
    ended
}

fn take(args: &Host) -> anyhow::Result<Exit> {
    // A session of its own: closing the terminal or the login touches nothing of the run.
    let _leads_one_already = rustix::process::setsid();
    // Where it gets the first of its threads and not the second, the runtime would wait for ever.
    super::exit::ask_for_threads(4)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // Before the lock is taken: who finds it taken asks its holder for the socket by a signal that would end it.
    runtime.block_on(async { pass_over_signals() })?;
    let folders = opening::folders(Language::En)?;
    let folder = folders.run(args.run);
    log_to(&folder)?;
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text)?;
    let order: Order = serde_json::from_slice(&text)?;
    if order.run != args.run {
        return Err(Fault::usage("the order is for another run").into());
    }
    let locked = HostLock::take(&folder);
    let place = folder.host_lock();
    let unlocked = || {
        let language = match &order.task {
            Task::Begin { start, .. } => start.language,
            Task::Resume => runtime.block_on(language_of(&folders, order.run)).unwrap_or(Language::En),
        };
        match language {
            Language::Ja => format!(
                "{} に書けません。新しく実行されたコマンドはなく、保存済みのものは無事です。空きを作ってもう一度行ってください",
                place.display()
            ),
            Language::En => format!(
                "failed to write {}; no command was started and what is saved is safe. Free some space and try again",
                place.display()
            ),
        }
    };
    let Some(lock) = locked.with_context(unlocked)? else {
        answer(&Answer::Taken);
        return Ok(Exit::Refused);
    };
    runtime.block_on(own(order, &folders, folder))?;
    // What is over belongs to nobody: this very run counts among what may be removed.
    drop(lock);
    runtime.block_on(keeping::retain(&folders));
    Ok(Exit::Well)
}

/// The terminal's signals are not for this process; a machine that shuts down takes the commands with it anyhow. The
/// request for a new socket is heard where the socket is.
fn pass_over_signals() -> std::io::Result<()> {
    for signal in [Signal::HUP, Signal::INT, Signal::QUIT, Signal::USR1] {
        let kind = tokio::signal::unix::SignalKind::from_raw(signal.as_raw());
        let mut signal = tokio::signal::unix::signal(kind)?;
        tokio::spawn(async move { while signal.recv().await.is_some() {} });
    }
    Ok(())
}

async fn own(order: Order, folders: &Folders, folder: RunFolder) -> anyhow::Result<()> {
    let journal = SqliteJournal::open(&folders.journal()).await?;
    let (mode, language) = match &order.task {
        Task::Begin { start, .. } => (start.mode, start.language),
        Task::Resume => first_of(&journal, order.run).await?,
    };
    match mode {
        Mode::Live => {
            // A slip in the settings keeps no run from being taken up: it then has no connections.
            let output_limit = opening::settings(Language::En).ok().and_then(|s| s.evidence.output_limit);
            let connections = opening::connections(Language::En)
                .inspect_err(|fault| tracing::error!(fault = fault.text, "no connections"))
                .unwrap_or_default();
            let secrets = secrets_of_env(environment());
            let keepers = Keepers::new(folder.clone(), opening::own_program()?).with_output_limit(output_limit);
            let passwords = query::passwords(&connections);
            let queries = Queries::new(folder.clone(), connections, secrets).with_output_limit(output_limit);
            let executor = Live::new(keepers, queries);
            own_with(order, folder, journal, executor, passwords).await
        }
        Mode::Drill => {
            let executor = Simulator::new(folder.clone(), language);
            own_with(order, folder, journal, executor, Vec::new()).await
        }
    }
}

async fn own_with<X: Executor>(
    order: Order,
    folder: RunFolder,
    journal: SqliteJournal,
    executor: X,
    passwords: Vec<Vec<u8>>,
) -> anyhow::Result<()> {
    let with = Resources {
        journal: journal.clone(),
        executor,
        clock: Arc::new(SystemClock),
        folder: folder.clone(),
        secrets: Secrets::of(secrets_of_env(environment()).into_iter().chain(passwords)),
        size: SIZE,
    };
    let engine = match order.task {
        Task::Begin { start, runbook, kind } => {
            let bytes = from_hex(&runbook).ok_or_else(|| Fault::usage("the runbook in the order is damaged"))?;
            journal.keep_runbook(&bytes).await?;
            let actor = identity::peer(crate::config::machine::own_uid(), &start.operator, kind);
            Engine::begin(with, order.run, &actor, *start).await?
        }
        Task::Resume => Engine::resume(with, order.run).await?,
    };
    serve(engine, folder.clone(), presence(), reader(), || answer(&Answer::Ready)).await?;
    let stored = journal.load(order.run, crate::ids::Seq(0)).await?;
    let facts = stored.iter().map(Stored::decode).collect::<Result<Vec<_>, _>>()?;
    let state = RunState::of(&facts);
    // Bytes are read and written: nothing else of this process waits for it any more.
    tokio::task::spawn_blocking(move || keeping::pack(&folder, &state)).await?;
    Ok(())
}

/// How people are known by keys: where there is a list of signers and the program that reads it. A drill practises it.
fn presence() -> Option<Presence> {
    let (_, allowed) = opening::sign_off(Language::En)
        .inspect_err(|fault| tracing::error!(fault = fault.text, "nobody is known by a key"))
        .ok()?;
    if !allowed.is_file() {
        return None;
    }
    let keygen = Keygen::find(std::env::var_os("PATH").as_deref())
        .inspect_err(|fault| tracing::error!(%fault, "nobody is known by a key"))
        .ok()?;
    Some(Presence { keygen, allowed })
}

/// How a runbook that is changed during the run is read. A slip in the settings leaves what every machine does.
fn reader() -> Reader {
    let own = opening::reader(Language::En).inspect_err(|fault| tracing::error!(fault = fault.text, "no own words"));
    own.unwrap_or_default()
}

async fn first_of(journal: &SqliteJournal, run: RunId) -> anyhow::Result<(Mode, Language)> {
    let stored = journal.load(run, crate::ids::Seq(0)).await?;
    let first = stored.first().ok_or(EngineError::NoSuchRun { run })?.decode()?;
    let known = RunState::of([&first]).start().map(|s| (s.mode, s.language));
    Ok(known.ok_or(EngineError::NoSuchRun { run })?)
}

/// The language of a run that is in the journal, where that can be read.
async fn language_of(folders: &Folders, run: RunId) -> Option<Language> {
    let journal = SqliteJournal::open_read_only(&folders.journal()).await.ok()?;
    first_of(&journal, run).await.ok().map(|(_, language)| language)
}

/// The variables of this process. A name that is no text cannot look like a secret's.
fn environment() -> impl Iterator<Item = (String, Vec<u8>)> {
    use std::os::unix::ffi::OsStringExt as _;
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_vec())))
}

fn answer(answer: &Answer) {
    if let Ok(text) = serde_json::to_string(answer) {
        super::say(text);
    }
}

/// The libraries that speak to servers of the user.
const NOT_LOGGED: [&str; 4] = ["sqlx::postgres", "sqlx_postgres", "sqlx_mysql", "redis"];

/// The log of a run's host: beside its evidence, for the owner alone.
fn log_to(folder: &RunFolder) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = std::fs::File::options().append(true).create(true).mode(0o600).open(folder.log())?;
    let chosen = tracing_subscriber::EnvFilter::try_from_env("TEJUN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // What servers say is evidence, and addresses are secrets: neither is for the log, whatever is asked for.
    let own = FilterFn::new(|at| !NOT_LOGGED.iter().any(|target| at.target().starts_with(target)));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::sync::Mutex::new(file)).with_ansi(false);
    let ear = Targets::new().with_target(notices::TARGET, tracing::Level::TRACE);
    tracing_subscriber::registry().with(lines.with_filter(chosen.and(own))).with(Ear.with_filter(ear)).init();
    Ok(())
}
