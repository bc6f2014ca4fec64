//! The keeper of a lane: a process that owns one terminal session, and the commands that run in it one after the
//! other. The body of the hidden subcommand `tejun keep`.
//!
//! Blocking and single-threaded, without a runtime: a loop over `poll`. It outlives its host, and takes
//! the next one that connects. Signals do not end it, but SIGKILL does: the kernel then hangs up its session.

mod carry;
mod lane;
mod link;
mod pty;
mod running;
mod shell;
mod signals;
mod tree;

use std::io::{self, Write};
use std::num::NonZeroU64;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use self::lane::Keeper;
use self::link::Listener;
use self::pty::Tty;
use self::shell::Shell;
use super::Size;
use super::folder::Folder;
use super::protocol::Handshake;
use crate::config::folders::RunFolder;
use crate::term::redact::{Redactor, secrets_of_env};

/// What a keeper is started with. It holds secrets, so it is not printed.
#[derive(Clone)]
pub struct Args {
    /// The folder of the run.
    pub folder: PathBuf,
    /// The number of the lane.
    pub lane: u32,
    /// The folder that the first command starts in.
    pub cwd: PathBuf,
    /// The size of the terminal.
    pub size: Size,
    /// How many bytes of one command's output are stored.
    pub output_limit: Option<NonZeroU64>,
    /// What no output may show, beside the secrets of the environment.
    pub secrets: Vec<Vec<u8>>,
}

/// Keeps a lane until it is closed. Returns the exit status of the process.
pub fn run(args: &Args) -> u8 {
    let keeper = match open(args) {
        Ok(keeper) => keeper,
        Err(fault) => {
            log(&format!("keeper of lane {} failed to start: {fault}", args.lane));
            shake_hands(&Handshake::Failed { why: fault.to_string() });
            return 1;
        }
    };
    shake_hands(&Handshake::Listening);
    match keeper.keep() {
        Ok(()) => 0,
        Err(fault) => {
            log(&format!("keeper of lane {} failed: {fault}", args.lane));
            1
        }
    }
}

fn open(args: &Args) -> io::Result<Keeper> {
    if !args.cwd.is_absolute() || !args.folder.is_absolute() {
        return Err(io::Error::other("the folders of the run and of its first command must be absolute"));
    }
    let folder = Folder::open(&args.folder)?;
    lead_session()?;
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let child_ended = signals::handle_all()?;
    let env = shell::own_env();
    let path = std::env::var_os("PATH");
    let path = shell::find_bash(path.as_deref()).ok_or_else(|| io::Error::other("there is no bash on this machine"))?;
    let named = env.iter().map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), value.clone()));
    let mut secrets = secrets_of_env(named);
    secrets.extend(args.secrets.iter().cloned());
    let redactor = Redactor::new(secrets);
    let tty = Tty::open(args.size)?;
    let listener = Listener::open(folder, args.lane)?;
    let shell = Shell { path, env, cwd: args.cwd.clone(), state: None };
    // Nothing of the file system is held by staying where the host was started.
    std::env::set_current_dir("/")?;
    let run = RunFolder(args.folder.clone());
    Ok(Keeper::new(run, args.lane, listener, tty, shell, redactor, child_ended).limited(args.output_limit))
}

/// Makes this process the leader of a session without a terminal.
fn lead_session() -> io::Result<()> {
    match rustix::process::setsid() {
        Ok(_) => Ok(()),
        // Started as the leader of a session already.
        Err(_) if rustix::process::getsid(None).ok() == Some(rustix::process::getpid()) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

/// Tells the process that started this one; it may have gone.
fn shake_hands(hands: &Handshake) {
    if let Ok(mut line) = serde_json::to_vec(hands) {
        line.push(b'\n');
        let _nobody_there = rustix::io::write(std::io::stdout(), &line);
    }
}

/// Says something in the log of the run, which is the standard error of a keeper.
fn log(line: &str) {
    let _nowhere_to_complain = writeln!(io::stderr(), "{line}");
}

/// The lossy text of a path.
fn text_of(path: &std::path::Path) -> String {
    String::from_utf8_lossy(path.as_os_str().as_bytes()).into_owned()
}
