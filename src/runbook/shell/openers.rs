//! Calls that hand the keyboard to another shell, host or client: what stands behind them is meant for there.

use super::lines;
use super::programs::is_program;
use super::syntax::{Call, Input, Script, ShellParser, started_at};

/// What a call opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    /// A shell, here as somebody else or on another machine.
    Shell,
    /// A client with a language of its own.
    Client,
}

const SHELLS: &[&str] = &["bash", "sh", "zsh", "dash", "ksh", "ash", "fish"];

/// What a call opens, when it is left to the keyboard and is given nothing to do.
pub(super) fn opened(call: &Call) -> Option<Opened> {
    if call.input != Input::Terminal || call.background || call.captured {
        return None;
    }
    let operands = || call.operands().count();
    let verb = |at: usize| call.operands().nth(at).unwrap_or_default();
    let ends = |wrapper: &str, skip: usize| started_at(call, wrapper).is_none_or(|at| call.words.len() <= at + skip);
    let told = |options: &[&str]| {
        call.args().iter().any(|arg| options.iter().any(|o| arg == o || arg.starts_with(&format!("{o}="))))
    };
    let terminal = || call.short('t') || told(&["--tty"]);
    let shell = match call.program() {
        program if SHELLS.contains(&program) => {
            call.args().iter().all(|arg| matches!(arg.as_str(), "-l" | "-i" | "-il" | "-li" | "--login"))
        }
        "ssh" | "autossh" | "mosh" | "slogin" => {
            started_at(call, "ssh").is_some() && ends("ssh", 1) && !asks_ssh(call) && !call.words.is_empty()
        }
        "su" => !told(&["-c", "--command"]),
        "sudo" | "doas" => (call.short('i') || call.short('s')) && ends("sudo", 0),
        "chroot" => ends("chroot", 1) && operands() > 0,
        "nsenter" | "unshare" => ends("nsenter", 0),
        "newgrp" | "sg" => !told(&["-c"]),
        "oc" | "kubectl" | "k" => match verb_of(call) {
            "rsh" | "debug" => !call.has("--") && operands() <= 2 + valued(call) && !told(&["--show-labels"]),
            "attach" => true,
            "run" => terminal() && !call.has("--"),
            _ => false,
        },
        "docker" | "podman" | "nerdctl" | "docker-compose" => match verb_of(call) {
            "attach" => true,
            "run" => terminal() && !call.short('d') && started_words(call, "run") == 1,
            _ => false,
        },
        "virtctl" => matches!(verb(0), "console" | "vnc" | "ssh"),
        "virsh" => verb(0) == "console",
        "machinectl" => matches!(verb(0), "shell" | "login") && operands() <= 2,
        "lxc" | "incus" => matches!(verb(0), "shell" | "console"),
        "pct" => matches!(verb(0), "enter" | "console"),
        "qm" => verb(0) == "terminal",
        "toolbox" | "distrobox" => matches!(verb(0), "enter"),
        "vagrant" | "minikube" | "multipass" | "colima" | "limactl" | "podman-machine" => {
            matches!(verb(0), "ssh" | "shell") && !told(&["-c", "--command", "--"]) && !speaks(call, 1)
        }
        "gcloud" => call.has("ssh") && !told(&["--command"]) && !call.has("--"),
        "aws" => {
            call.has("start-session") && !told(&["--document-name"])
                || call.has("execute-command") && call.has("--interactive")
        }
        "az" => call.has("ssh") && call.has("vm") && !call.has("--"),
        // A tool of the team: `enter web`, without a command behind the name.
        program if !is_program(program) || program == "deployer" => {
            matches!(verb(0), "exec" | "shell" | "console" | "ssh" | "rsh" | "enter")
                && !call.has("--")
                && !speaks(call, 1)
        }
        _ => false,
    };
    if shell { Some(Opened::Shell) } else { client(call).then_some(Opened::Client) }
}

/// The first word of a cluster's or container's client that says what it does.
fn verb_of(call: &Call) -> &str {
    let verbs = ["rsh", "debug", "attach", "run", "exec"];
    call.operands().find(|word| verbs.contains(word)).unwrap_or_default()
}

/// How many words of a cluster client are values of options.
fn valued(call: &Call) -> usize {
    let options =
        ["-n", "--namespace", "-c", "--container", "--context", "--kubeconfig", "--image", "--target", "--as"];
    call.args().iter().filter(|arg| options.contains(&arg.as_str())).count()
}

/// How many words stand behind `verb` and its options.
fn started_words(call: &Call, verb: &str) -> usize {
    let behind: Vec<String> = call.words.iter().skip_while(|word| *word != verb).cloned().collect();
    let tail = Call { words: behind, ..Call::default() };
    started_at(&tail, "docker").map_or(0, |at| tail.words.len().saturating_sub(at))
}

/// A command stands among the words from the operand `from` on.
fn speaks(call: &Call, from: usize) -> bool {
    call.operands().skip(from).any(|word| is_program(word) || word.contains(' '))
}

/// Forms of `ssh` that open no shell.
fn asks_ssh(call: &Call) -> bool {
    call.has_any(&["-N", "-V", "-G", "-Q", "-O", "-W"]) || call.short('N') || call.has("-f")
}

/// A client that reads lines of its own language from the keyboard.
fn client(call: &Call) -> bool {
    match call.program() {
        "mysql" | "mariadb" | "psql" | "redis-cli" | "valkey-cli" | "mongo" | "mongosh" | "sqlite3" | "sqlplus"
        | "rman" | "cqlsh" | "python" | "python3" | "node" | "php" | "irb" | "pry" | "ipython" | "fdisk" | "gdisk"
        | "parted" | "sftp" | "ftp" | "lftp" | "telnet" | "gpg" | "gpg2" | "rails" | "bin/rails" | "openssl"
        | "nsupdate" | "influx" | "clickhouse-client" => super::habits::interactive(call),
        _ => false,
    }
}

/// The first call of a line, whose words are told by the blanks between them, opens a shell.
pub(super) fn line_opens(line: &str) -> bool {
    let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let call = |words: &[String]| Call { words: words.to_vec(), ..Call::default() };
    if opened(&call(&words)) == Some(Opened::Shell) {
        return true;
    }
    if words.first().is_some_and(|word| word == "sudo") {
        words.remove(0);
    }
    let last = words.last().map(|word| word.rsplit('/').next().unwrap_or(word).to_owned());
    let into = words.iter().any(|word| word == "exec") && last.is_some_and(|last| SHELLS.contains(&last.as_str()));
    into || opened(&call(&words)) == Some(Opened::Shell)
}

/// The same of a text that has not been looked at yet.
pub(super) fn text_goes_elsewhere(text: &str) -> bool {
    let parser = &mut ShellParser::new();
    let calls = Script::for_facts(parser, text).facts(parser).calls;
    goes_elsewhere(parser, text, &calls)
}

/// Lines of the text are meant for the shell or the client that a line before them opens, or end the shell itself.
pub(super) fn goes_elsewhere(parser: &mut ShellParser, text: &str, calls: &[Call]) -> bool {
    let lines: Vec<&str> = text.split('\n').collect();
    let starts = lines::command_starts(&lines);
    let line = |at: usize| starts.get(at).and_then(|at| lines.get(*at)).map_or("", |line| line.trim());
    if (0..starts.len()).any(|at| matches!(line(at), "exit" | "logout")) {
        return true;
    }
    if starts.len() < 2 || !calls.iter().any(|call| opened(call).is_some()) {
        return false;
    }
    starts.windows(2).enumerate().any(|(at, pair)| {
        let part = lines.get(pair[0]..pair[1]).unwrap_or_default().join("\n");
        let script = Script::for_facts(parser, &part);
        let facts = script.facts(parser);
        let opens = facts.calls.iter().filter_map(opened).collect::<Vec<_>>();
        opens.contains(&Opened::Shell)
            || (opens.contains(&Opened::Client) && !super::nature::starts_with_program(line(at + 1)))
    })
}
