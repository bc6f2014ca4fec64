//! What a call starts: the program behind `sudo`, `xargs`, `docker exec` and the like, the shell text behind `bash -c`
//! and `ssh`, and the program text behind `python -c`.

use std::collections::BTreeMap;

use super::calls::Call;
use super::quote::bare;
use super::walk::{Facts, facts};
use super::{Script, ShellParser};
use crate::runbook::model::Target;
use crate::runbook::shell::targets::{Variables, inherit, place};

/// How deep a call may hide behind others (`ssh` of `sudo` of `bash -c` …) before it is no longer looked at.
const MAX_LAYERS: usize = 8;

/// How many calls of one text are looked at; a text with more of them is no runbook's.
const MAX_CALLS: usize = 4000;

const SHELLS: &[&str] = &["bash", "sh", "zsh", "dash", "ksh", "ash", "fish"];

/// What the text around a call says of it.
#[derive(Clone, Copy)]
pub(super) struct Around<'t> {
    /// How deep it hides behind others.
    pub(super) layer: usize,
    /// Variables with a value that stands in the text.
    pub(super) literals: &'t BTreeMap<String, String>,
    /// All that the variables may stand for.
    pub(super) variables: &'t Variables,
}

/// Adds a call, and those that it starts, behind it. `outer` is where the call that starts it acts.
pub(super) fn add(parser: &mut ShellParser, mut call: Call, around: Around<'_>, outer: &[Target], into: &mut Facts) {
    let layer = around.layer;
    resolve(&mut call.words, around.literals);
    if let Some(program) = call.words.first_mut()
        && let Some((_, name)) = program.rsplit_once('/')
        && !is_script(program)
    {
        *program = name.to_owned();
    }
    if call.program().is_empty() || layer > MAX_LAYERS || into.calls.len() >= MAX_CALLS {
        return;
    }
    call.place = place(&call, around.variables);
    inherit(&mut call.place.at, outer);
    let at = call.place.at.clone();
    let words = inner_words(&call);
    let texts = inner_texts(&call);
    into.code.extend(code(&call).map(|text| (text, call.place.clone())));
    let started = words.map(|words| call.starting(words));
    let stdin = call.stdin.clone();
    let (input, captured, background) = (call.input, call.captured, call.background);
    into.calls.push(call);
    if let Some(started) = started {
        add(parser, started, Around { layer: layer + 1, ..around }, &at, into);
    }
    if layer >= MAX_LAYERS {
        return;
    }
    for text in texts {
        let mut found = facts(&Script::for_facts(parser, &text), parser, layer + 1);
        for (number, inner) in found.calls.iter_mut().enumerate() {
            inherit(&mut inner.place.at, &at);
            inner.captured |= captured;
            inner.background |= background;
            if number == 0 && inner.input == super::Input::Terminal {
                inner.input = input;
                inner.stdin = inner.stdin.take().or_else(|| stdin.clone().filter(|fed| *fed != text));
            }
        }
        found.writes.iter_mut().for_each(|write| inherit(&mut write.place.at, &at));
        found.code.iter_mut().for_each(|(_, place)| inherit(&mut place.at, &at));
        into.calls.extend(found.calls);
        into.writes.extend(found.writes);
        into.code.extend(found.code);
        into.asks |= found.asks;
    }
}

/// Puts the value of a variable, or the program that is looked up, in the place of the first word.
fn resolve(words: &mut Vec<String>, literals: &BTreeMap<String, String>) {
    let Some(first) = words.first() else { return };
    let Some(rest) = first.strip_prefix('$') else { return };
    let looked_up = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).and_then(|inner| {
        let mut inner = inner.split_whitespace();
        match inner.next()? {
            "which" => inner.next(),
            "command" | "type" => inner.nth(1),
            _ => None,
        }
    });
    let name = rest.trim_matches(['{', '}']);
    let value = looked_up.or_else(|| literals.get(name).map(String::as_str));
    if let Some(value) = value {
        let value: Vec<String> = value.split_whitespace().map(bare).collect();
        words.splice(..1, value);
    }
}

/// A path that names a script of the team, whose folder says something.
fn is_script(program: &str) -> bool {
    program.starts_with("./")
        || program.starts_with('$')
        || program.contains("script")
        || program.ends_with(".sh")
        || program.ends_with(".py")
}

/// Options that take the next word, for the wrappers below.
fn takes_value(wrapper: &str, option: &str) -> bool {
    let options: &[&str] = match wrapper {
        "sudo" | "doas" => &["-u", "-g", "-C", "-D", "-h", "-p", "-r", "-t", "-T", "-U", "--user", "--group"],
        "env" => &["-u", "-C", "-S", "--unset", "--chdir"],
        "xargs" => &["-n", "-I", "-P", "-d", "-L", "-s", "-a", "-E", "--max-args", "--max-procs", "--delimiter"],
        "parallel" => &["-j", "--jobs", "-I", "-n", "--colsep", "-a"],
        "ssh" => {
            &["-p", "-i", "-l", "-o", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-e", "-m", "-w", "-W", "-E", "-S"]
        }
        "docker" => &[
            "-n",
            "--namespace",
            "-c",
            "--container",
            "-u",
            "--user",
            "-e",
            "--env",
            "-w",
            "--workdir",
            "-f",
            "--file",
            "--context",
            "-p",
            "--publish",
            "-v",
            "--volume",
            "--name",
            "--network",
            "--net",
            "--entrypoint",
            "--env-file",
            "--mount",
            "-l",
            "--label",
            "-h",
            "--hostname",
            "-m",
            "--memory",
            "--cpus",
            "--restart",
            "--platform",
            "--volumes-from",
            "--add-host",
            "--dns",
            "--project-name",
            "--profile",
            "--index",
            "--detach-keys",
            "--log-driver",
            "--ulimit",
            "--cap-add",
            "--device",
            "--ip",
            "--pid",
            "--gpus",
        ],
        "kubectl" => &[
            "-n",
            "--namespace",
            "-c",
            "--container",
            "--context",
            "--kubeconfig",
            "-s",
            "--server",
            "--image",
            "--as",
        ],
        "nice" | "ionice" => &["-n", "-c", "-p", "--adjustment"],
        "timeout" => &["-s", "-k", "--signal", "--kill-after"],
        "chrt" | "taskset" => &["-c", "-p"],
        "stdbuf" => &["-i", "-o", "-e"],
        "watch" => &["-n", "--interval"],
        "flock" => &["-w", "-E", "--timeout"],
        "nsenter" => &["-t", "--target", "-S", "-G"],
        "runuser" | "su" => &["-u", "-s", "-g", "-G", "--user", "--shell"],
        "strace" => &["-e", "-o", "-p", "-s", "-P"],
        "systemd-run" => &["-u", "-p", "--unit", "--property", "-M", "-H"],
        "time" => &["-f", "-o", "--format", "--output"],
        "exec" => &["-a"],
        _ => &[],
    };
    options.contains(&option)
}

/// The place of the first word from `from` on that is neither an option of `wrapper` nor an option's value.
fn first_operand(words: &[String], wrapper: &str, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(word) = words.get(at) {
        if word == "--" {
            return Some(at + 1);
        } else if !word.starts_with('-') || word == "-" {
            return Some(at);
        }
        at += if takes_value(wrapper, word) { 2 } else { 1 };
    }
    None
}

/// The place of the first word behind the options of a call; `wrapper` says which of them take a value.
pub(in crate::runbook::shell) fn started_at(call: &Call, wrapper: &str) -> Option<usize> {
    first_operand(&call.words, wrapper, 1)
}

/// The words of the call that this call starts.
fn inner_words(call: &Call) -> Option<Vec<String>> {
    let words = &call.words;
    let place = |wanted: &str| words.iter().position(|word| word == wanted);
    let dashes = || place("--").map(|at| at + 1);
    let after = |wrapper: &str, skip: usize| Some(first_operand(words, wrapper, 1)? + skip);
    let behind = |verb: &str, wrapper: &str, skip: usize| Some(first_operand(words, wrapper, place(verb)? + 1)? + skip);
    let start = match call.program() {
        wrapper @ ("sudo" | "doas" | "env") => {
            let mut at = after(wrapper, 0)?;
            while words.get(at).is_some_and(|word| word.contains('=') && !word.starts_with('-')) {
                at += 1;
            }
            at
        }
        wrapper @ ("nohup" | "time" | "nice" | "ionice" | "setsid" | "stdbuf" | "exec" | "command" | "builtin"
        | "xargs" | "watch" | "parallel" | "busybox" | "chronic" | "unbuffer" | "strace" | "systemd-run"
        | "coproc" | "caffeinate" | "proxychains" | "torsocks" | "ssh-agent" | "dotenv" | "direnv"
        | "firejail") => after(wrapper, 0)?,
        wrapper @ ("timeout" | "flock" | "chroot" | "gosu" | "su-exec" | "chrt" | "taskset" | "unshare") => {
            after(wrapper, 1)?
        }
        "nsenter" | "runuser" => dashes().or_else(|| after(call.program(), 0))?,
        "find" | "fd" => {
            words.iter().position(|word| {
                matches!(word.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir" | "-x" | "-X" | "--exec")
            })? + 1
        }
        "kubectl" | "oc" if call.has_any(&["exec", "debug", "run", "rsh"]) => {
            dashes().or_else(|| behind("exec", "kubectl", 1)).or_else(|| behind("rsh", "kubectl", 1))?
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" | "crictl" if call.has("exec") => {
            behind("exec", "docker", 1)?
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" if call.has("run") => behind("run", "docker", 1)?,
        "lxc" | "incus" | "machinectl" | "deployer" => dashes()?,
        "ip" => behind("exec", "ip", 1).filter(|_| call.has("netns"))?,
        "bundle" | "pipenv" | "poetry" | "uv" | "rye" | "pdm" | "npm" | "pnpm" | "yarn" | "asdf" | "mise" | "dip" => {
            place("exec").or_else(|| place("run")).map(|at| at + 1)?
        }
        "npx" | "pnpx" | "bunx" | "uvx" | "pipx" => after("npx", 0)?,
        "heroku" => place("run").map(|at| at + 1)?,
        _ => return None,
    };
    let inner: Vec<String> = words.get(start..)?.to_vec();
    // What `npm run` names is a script of the project, not a program.
    let named = matches!(call.program(), "npm" | "pnpm" | "yarn") && call.has("run");
    (!inner.is_empty() && !named).then_some(inner)
}

/// Shell texts that the call runs: `bash -c …`, `ssh host …`, a heredoc for `bash`.
fn inner_texts(call: &Call) -> Vec<String> {
    let mut found = Vec::new();
    let words = &call.words;
    let joined = |from: usize| words.get(from..).map(|rest| rest.join(" ")).filter(|text| !text.is_empty());
    match call.program() {
        shell if SHELLS.contains(&shell) || matches!(shell, "su" | "runuser" | "script" | "flock" | "vagrant") => {
            let at = words.iter().position(|word| {
                word == "--command" || (word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))
            });
            found.extend(at.and_then(|at| words.get(at + 1).cloned()));
            let reads_script = at.is_none() && (call.operands().all(|word| word == "-") || call.has("-s"));
            if reads_script && SHELLS.contains(&shell) {
                found.extend(call.stdin.clone());
            }
            if shell == "su" && at.is_none() {
                found.extend(call.stdin.clone());
            }
        }
        // What a call prints is not known; that is told of the call itself.
        "eval" => found.extend(joined(1).filter(|text| !text.starts_with(['$', '`']))),
        "trap" => found.extend(words.get(1).filter(|text| text.contains(' ')).cloned()),
        "alias" => {
            found.extend(call.args().iter().filter_map(|arg| arg.split_once('=')).map(|(_, text)| text.to_owned()))
        }
        "watch" | "parallel" | "at" | "batch" => {
            found.extend(call.args().iter().filter(|arg| arg.contains(' ')).cloned());
            found.extend(call.stdin.clone().filter(|_| matches!(call.program(), "at" | "batch")));
        }
        "ssh" | "autossh" | "mosh" => {
            let Some(host) = first_operand(words, "ssh", 1) else { return found };
            match joined(host + 1) {
                Some(text) => found.push(text),
                None => found.extend(call.stdin.clone()),
            }
        }
        "pdsh" | "pssh" | "parallel-ssh" | "dsh" | "clush" => found.extend(call.args().last().cloned()),
        "gcloud" | "fly" | "flyctl" | "az" | "aws" => {
            found.extend(call.value_of(&["--command", "-C", "--scripts"]).map(str::to_owned));
            let commands = call.args().iter().filter_map(|arg| arg.split_once("commands=")).map(|(_, text)| text);
            found.extend(commands.map(|text| text.trim_matches(['[', ']', '"', '\'']).to_owned()));
        }
        "ansible" => found.extend(call.value_of(&["-a", "--args"]).map(str::to_owned)),
        "tmux" | "screen" | "xterm" => found.extend(call.args().iter().filter(|arg| arg.contains(' ')).cloned()),
        "env" => found.extend(call.value_of(&["-S", "--split-string"]).map(str::to_owned)),
        "sudo" if call.has("-s") || call.has("-i") => found.extend(call.stdin.clone()),
        _ => {}
    }
    // Program text that calls a shell says in quotes what the shell is to do.
    for code in code(call).iter().filter(|code| calls_shell(code)) {
        found.extend(quoted(code));
    }
    found
}

/// Program text that an interpreter is given on its command line or as its input.
fn code(call: &Call) -> Option<String> {
    let words = &call.words;
    let behind = |options: &[&str]| {
        let at = words.iter().position(|word| {
            options.contains(&word.as_str())
                || (word.starts_with('-') && !word.starts_with("--") && options.iter().any(|o| word.ends_with(&o[1..])))
        })?;
        words.get(at + 1).cloned()
    };
    match call.program() {
        "python" | "python2" | "python3" => behind(&["-c"]).or_else(|| call.stdin.clone()),
        "perl" | "ruby" | "node" | "lua" => behind(&["-e"]).or_else(|| call.stdin.clone()),
        "php" => behind(&["-r"]).or_else(|| call.stdin.clone()),
        "awk" | "gawk" | "mawk" | "nawk" => {
            call.operands().find(|word| word.contains("system") || word.contains('|')).map(str::to_owned)
        }
        "rails" if call.has("runner") => call.args().last().cloned(),
        "mongosh" | "mongo" => behind(&["--eval"]).or_else(|| call.stdin.clone()),
        _ => call.value_of(&["--eval"]).filter(|_| matches!(call.program(), "node" | "rails")).map(str::to_owned),
    }
}

fn calls_shell(code: &str) -> bool {
    ["system", "subprocess", "popen", "exec", "spawn", "`", "%x"].iter().any(|word| code.contains(word))
}

/// The texts between quotes, and the words of lists of quoted words as one text.
fn quoted(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        if matches!(c, '"' | '\'' | '`') {
            found.push(chars.by_ref().take_while(|next| *next != c).collect::<String>());
        }
    }
    let together = found.join(" ");
    found.retain(|text| text.contains(' '));
    if found.is_empty() { vec![together] } else { found }
}
