//! Starting a command: bash with nothing but the command, and what the one before it left.
//!
//! Nothing is typed and no file is written: the text, the script that goes before it, the gate and the place for the
//! state are descriptors of the keeper, opened through `/proc` by name, so that the command inherits none of them.
//! The text is evaluated as a whole, so that bash names it `bash: line N` in its messages whatever it came from.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::MemfdFlags;
use rustix::pipe::PipeFlags;
use rustix::process::Pid;

use super::carry::{self, Env, State};
use super::pty::Tty;
use crate::run::environment::EnvironmentChange;
use crate::term::Secret;

/// The arguments of bash before the text that it runs.
const HOW_IT_BEGINS: [&str; 3] = ["--noprofile", "--norc", "-c"];

/// Written by the prologue when nothing but the command is left to do.
const REACHED: &[u8] = b"reached";

/// Variables that make bash itself behave in another way before the command begins.
const NOT_PASSED: [&[u8]; 5] = [b"BASH_ENV", b"SHELLOPTS", b"BASHOPTS", b"COLUMNS", b"LINES"];

/// The absolute path of bash: the system's own, else the first on the absolute part of `path`.
pub(super) fn find_bash(path: Option<&OsStr>) -> Option<PathBuf> {
    let runs = |p: &Path| p.is_file() && rustix::fs::access(p, rustix::fs::Access::EXEC_OK).is_ok();
    let listed = path.into_iter().flat_map(std::env::split_paths).filter(|p| p.is_absolute()).map(|p| p.join("bash"));
    ["/bin/bash", "/usr/bin/bash"].into_iter().map(PathBuf::from).chain(listed).find(|p| runs(p))
}

/// The keeper's own environment, less what is tejun's own.
pub(super) fn own_env() -> Env {
    std::env::vars_os()
        .map(|(name, value)| (name.into_vec(), value.into_vec()))
        .filter(|(name, _)| !name.starts_with(b"TEJUN_"))
        .collect()
}

/// How commands of a lane are started.
#[derive(Debug)]
pub(super) struct Shell {
    /// The absolute path of bash.
    pub(super) path: PathBuf,
    /// The keeper's environment.
    pub(super) env: Env,
    /// The folder of the next command.
    pub(super) cwd: PathBuf,
    /// What the last command that left something left.
    pub(super) state: Option<State>,
}

/// A command that was started.
#[derive(Debug)]
pub(super) struct Started {
    /// Its process, and the process group that it leads.
    pub(super) pid: Pid,
    state: File,
    /// Must live until the shell has opened them.
    _descriptors: [OwnedFd; 4],
}

/// What was found in the place for the state.
#[derive(Debug)]
pub(super) enum Left {
    /// The command did not begin.
    NotReached,
    /// It ended without handing anything on.
    Nothing,
    /// It handed its state on.
    State(Box<State>),
}

impl Started {
    /// What the command left.
    pub(super) fn left(mut self, env: &Env) -> Left {
        let mut written = Vec::new();
        let read = self.state.rewind().and_then(|()| self.state.read_to_end(&mut written));
        match read {
            Ok(0) => Left::NotReached,
            Ok(_) => carry::parse(&written, env).map_or(Left::Nothing, |state| Left::State(Box::new(state))),
            Err(_) => Left::Nothing,
        }
    }
}

fn memory(name: &str, content: &[u8]) -> io::Result<File> {
    let mut file = File::from(rustix::fs::memfd_create(name, MemfdFlags::CLOEXEC)?);
    file.write_all(content)?;
    Ok(file)
}

/// A path by which the shell can open `fd` of this process.
fn link(fd: &impl AsRawFd) -> String {
    format!("/proc/{}/fd/{}", std::process::id(), fd.as_raw_fd())
}

/// Quotes `text` for bash.
fn quote(text: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for b in text {
        if *b == b'\'' {
            quoted.extend_from_slice(b"'\\''");
        } else {
            quoted.push(*b);
        }
    }
    quoted.push(b'\'');
    quoted
}

/// What is evaluated after `text`: leaving from within it keeps the statuses of its last pipeline, which the end of
/// the evaluation would forget. Left out where another line could be taken for a part of the text.
fn last_line(text: &str) -> &'static str {
    if text.contains("<<") || text.ends_with('\\') { "" } else { "$'\\n{ exit; } 2>/dev/null'" }
}

impl Shell {
    /// Starts `text` in the terminal; it does not begin before it is in the foreground. It alone gets `secrets`, in
    /// its environment and in no word of a command line.
    pub(super) fn start(&self, tty: &Tty, text: &str, secrets: &[(String, Secret)]) -> io::Result<Started> {
        if text.contains('\0') {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the command holds a NUL, which no shell can read",
            ));
        }
        let script = memory("tejun-command", text.as_bytes())?;
        let state = memory("tejun-state", b"")?;
        let (gate, opener) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        let prologue = memory("tejun-prologue", &self.prologue(&link(&script), &link(&state), &link(&gate)))?;
        let terminal = tty.open_slave()?;
        let mut command = self.command(&link(&prologue), last_line(text));
        command.envs(secrets.iter().map(|(name, secret)| (name, secret.reveal())));
        command
            .stdin(Stdio::from(terminal.try_clone()?))
            .stdout(Stdio::from(terminal.try_clone()?))
            .stderr(Stdio::from(terminal));
        let child = command.spawn().map_err(|e| {
            let folder = &self.cwd;
            if folder.is_dir() {
                e
            } else {
                io::Error::new(e.kind(), format!("the folder {} is gone", folder.display()))
            }
        })?;
        // The child is reaped by the keeper's loop, with all others.
        let pid = Pid::from_child(&child);
        tty.set_foreground(Some(pid))?;
        rustix::io::write(&opener, b"\n")?;
        // The opener stays until the shell has read: were the keeper killed, the shell would read an end and give up.
        Ok(Started { pid, state, _descriptors: [script.into(), prologue.into(), gate, opener] })
    }

    /// Makes what a person changed hold for the next command.
    pub(super) fn change(&mut self, changes: &[EnvironmentChange]) {
        for change in changes {
            match change {
                EnvironmentChange::Folder { path } => self.cwd = PathBuf::from(path),
                EnvironmentChange::Set { name, value } => match &mut self.state {
                    Some(state) => state.set(name.as_bytes(), value.as_bytes(), &quote(value.as_bytes())),
                    None => drop(self.env.insert(name.clone().into_bytes(), value.clone().into_bytes())),
                },
                EnvironmentChange::Remove { name } => match &mut self.state {
                    Some(state) => state.remove(name.as_bytes()),
                    None => drop(self.env.remove(name.as_bytes())),
                },
            }
        }
    }

    /// Names of the variables that commands are given and that are not empty.
    pub(super) fn set_names(&self) -> Vec<String> {
        let set = self.env.iter().filter(|(name, value)| !value.is_empty() && !NOT_PASSED.contains(&name.as_slice()));
        set.filter_map(|(name, _)| String::from_utf8(name.clone()).ok()).collect()
    }

    /// Whether a command line goes on behind the shell's path as that of a shell of a lane does.
    pub(super) fn is_how_it_begins(rest: &[u8]) -> bool {
        rest.strip_prefix(b" ").is_some_and(|rest| rest.starts_with(HOW_IT_BEGINS.join(" ").as_bytes()))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where a command of a runbook becomes a process")]
    fn command(&self, prologue: &str, last: &str) -> Command {
        let mut command = Command::new(&self.path);
        command
            .args(HOW_IT_BEGINS)
            .arg(format!(". {prologue} || exit; eval \"unset -v __tejun_text;$__tejun_text\"{last}"))
            .arg("bash")
            .process_group(0)
            .current_dir(&self.cwd)
            .env_clear();
        for (name, value) in &self.env {
            let passed = !NOT_PASSED.contains(&name.as_slice()) && name != b"POSIXLY_CORRECT";
            if passed && self.state.as_ref().is_none_or(|state| state.passes(name)) {
                command.env(OsStr::from_bytes(name), OsStr::from_bytes(value));
            }
        }
        command.env("PWD", &self.cwd);
        if self.state.as_ref().is_none_or(|state| !state.holds(b"TERM")) {
            command.env("TERM", "xterm-256color");
        }
        command
    }

    /// The script that goes before the command.
    fn prologue(&self, script: &str, state: &str, gate: &str) -> Vec<u8> {
        let mut out = Vec::new();
        // Descriptors that the keeper itself inherited from a careless parent.
        out.extend_from_slice(
            b"for __tejun_fd in /proc/self/fd/*; do __tejun_fd=${__tejun_fd##*/}\n\
              case $__tejun_fd in 0|1|2|*[!0-9]*) ;; *) eval \"exec $__tejun_fd>&-\" ;; esac; done\n\
              unset -v __tejun_fd\n",
        );
        match &self.state {
            Some(carried) => carried.restore(&mut out),
            None => {
                for name in [&b"BASH_ENV"[..], b"POSIXLY_CORRECT"] {
                    if let Some(value) = self.env.get(name) {
                        out.extend_from_slice(b"export ");
                        out.extend_from_slice(name);
                        out.push(b'=');
                        out.extend_from_slice(&quote(value));
                        out.push(b'\n');
                    }
                }
            }
        }
        out.extend_from_slice(
            TRAP.replace("@STATE@", state)
                .replace("@SCRIPT@", script)
                .replace("@GATE@", gate)
                .replace("@MAGIC@", carry::MAGIC)
                .as_bytes(),
        );
        out.extend_from_slice(b"printf ");
        out.extend_from_slice(REACHED);
        out.extend_from_slice(format!(" >|{state}\n").as_bytes());
        out
    }
}

/// The end of the prologue: the hook that hands the state on, the text of the command, the wait for the terminal.
const TRAP: &str = r#"__tejun_carry() {
  set +euxv
  trap - DEBUG ERR RETURN
  unset -f __tejun_carry
  local __tejun_name
  local -a __tejun_names
  builtin compgen -v >|@STATE@
  builtin mapfile -t __tejun_names <@STATE@
  {
    builtin printf '%s\0' @MAGIC@
    builtin printf '%s ' "$@"
    builtin printf '\0'
    builtin pwd
    builtin printf '\0'
    builtin umask
    builtin printf '\0'
    for __tejun_name in "${__tejun_names[@]}"; do
      builtin printf 'v\0%s\0' "$__tejun_name"
      builtin declare -p -- "$__tejun_name"
      builtin printf '\0%s\0' "${!__tejun_name-}"
    done
    builtin printf 'f\0'
    builtin declare -f
    builtin printf '\0'
    builtin declare -F
    builtin printf '\0end\0'
  } >|@STATE@
}
mapfile -d '' -t __tejun_text <@SCRIPT@ || exit
read -r __tejun_gate <@GATE@ || exit
unset -v __tejun_gate
trap '{ __tejun_carry "$?" "${PIPESTATUS[@]}"; } 2>/dev/null' EXIT
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bash_is_found_by_an_absolute_path_only() {
        let found = find_bash(Some(OsStr::new(".:relative:/nowhere")));
        assert!(found.is_none_or(|p| p.is_absolute()));
    }

    #[test]
    fn a_quoted_text_is_one_word() {
        assert_eq!(quote(b"it's"), b"'it'\\''s'");
    }
}
