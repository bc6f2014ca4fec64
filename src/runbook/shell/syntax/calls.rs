//! The program calls of a shell text, also those behind `sudo`, `xargs`, `ssh` and the like.

use tree_sitter::Node;

use super::{Script, ShellParser};

/// How deep a call may hide behind others (`ssh` of `sudo` of `bash -c` …) before it is no longer looked at.
const MAX_LAYERS: usize = 8;

/// Where a call's input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook::shell) enum Input {
    /// The terminal.
    Terminal,
    /// The call before it in a pipe.
    Pipe,
    /// A file or a text in the script.
    File,
}

/// One program with its arguments, quotes taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Call {
    /// The program, without its folder, and its arguments.
    pub(in crate::runbook::shell) words: Vec<String>,
    /// Where its input comes from.
    pub(in crate::runbook::shell) input: Input,
    /// Its output goes into a pipe or a file.
    pub(in crate::runbook::shell) captured: bool,
    /// It is run in the background.
    pub(in crate::runbook::shell) background: bool,
}

impl Call {
    /// The program's name.
    pub(in crate::runbook::shell) fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The arguments.
    pub(in crate::runbook::shell) fn args(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }

    /// True when `word` is one of the arguments.
    pub(in crate::runbook::shell) fn has(&self, word: &str) -> bool {
        self.args().iter().any(|arg| arg == word)
    }

    /// True when a short option such as `f` is given, alone or in a bundle such as `-rf`.
    pub(in crate::runbook::shell) fn short(&self, option: char) -> bool {
        self.args().iter().any(|arg| arg.starts_with('-') && !arg.starts_with("--") && arg[1..].contains(option))
    }

    /// The arguments that are no options.
    pub(in crate::runbook::shell) fn operands(&self) -> impl Iterator<Item = &str> {
        self.args().iter().map(String::as_str).filter(|arg| !arg.starts_with('-'))
    }
}

impl Script {
    /// Every call, in order of appearance, the wrapped ones after their wrappers.
    pub(in crate::runbook::shell) fn calls(&self, parser: &mut ShellParser) -> Vec<Call> {
        self.calls_within(parser, 0)
    }

    fn calls_within(&self, parser: &mut ShellParser, layer: usize) -> Vec<Call> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if node.kind() == "command" {
                let call = Call {
                    words: self.words(node),
                    input: input(node),
                    captured: captured(node),
                    background: background(node),
                };
                add(parser, call, layer, &mut found);
            }
            true
        });
        if self.broken() {
            for line in self.masked.lines().filter(|line| !line.trim_start().starts_with('#')) {
                for part in line.split(['|', ';', '&']) {
                    let words: Vec<String> = part.split_whitespace().map(|word| bare(word).to_owned()).collect();
                    let call = Call { words, input: Input::Pipe, captured: false, background: false };
                    add(parser, call, layer, &mut found);
                }
            }
        }
        found
    }

    fn words(&self, command: Node<'_>) -> Vec<String> {
        let mut cursor = command.walk();
        let kept = |node: &Node<'_>| {
            !matches!(
                node.kind(),
                "variable_assignment" | "file_redirect" | "heredoc_redirect" | "herestring_redirect" | "comment"
            )
        };
        command.children(&mut cursor).filter(kept).map(|node| bare(self.slice(node)).to_owned()).collect()
    }
}

fn bare(word: &str) -> &str {
    let word = word.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = word.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    word
}

fn add(parser: &mut ShellParser, mut call: Call, layer: usize, found: &mut Vec<Call>) {
    if let Some(program) = call.words.first_mut()
        && let Some((_, name)) = program.rsplit_once('/')
        && !is_script(program)
    {
        *program = name.to_owned();
    }
    if call.program().is_empty() || layer > MAX_LAYERS {
        return;
    }
    let inner = inner_words(&call);
    let text = inner_text(&call);
    let (input, captured, background) = (call.input, call.captured, call.background);
    found.push(call);
    if let Some(words) = inner {
        add(parser, Call { words, input, captured, background }, layer + 1, found);
    }
    if let Some(text) = text
        && layer < MAX_LAYERS
    {
        found.extend(Script::read(parser, &text).calls_within(parser, layer + 1));
    }
}

/// A path that names a script of the team, whose folder says something.
fn is_script(program: &str) -> bool {
    program.starts_with("./") || program.contains("script") || program.ends_with(".sh") || program.ends_with(".py")
}

/// Options that take the next word, for the wrappers below.
fn takes_value(wrapper: &str, option: &str) -> bool {
    let options: &[&str] = match wrapper {
        "sudo" => &["-u", "-g", "-C", "-D", "-h", "-p", "-r", "-t"],
        "env" => &["-u", "-C", "-S"],
        "xargs" => &["-n", "-I", "-P", "-d", "-L", "-s", "-a"],
        "ssh" => &["-p", "-i", "-l", "-o", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-e", "-m", "-w", "-W"],
        "docker" | "podman" | "kubectl" | "oc" => &[
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
        ],
        "nice" => &["-n"],
        "timeout" => &["-s", "-k"],
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
        } else if !word.starts_with('-') {
            return Some(at);
        }
        at += if takes_value(wrapper, word) { 2 } else { 1 };
    }
    None
}

/// The words of the call that this call starts.
fn inner_words(call: &Call) -> Option<Vec<String>> {
    let words = &call.words;
    let after = |skip: usize, program: &str| {
        let mut at = first_operand(words, program, 1)?;
        while program == "env" && words.get(at).is_some_and(|word| word.contains('=')) {
            at += 1;
        }
        Some(at + skip)
    };
    let start = match call.program() {
        program @ ("sudo" | "doas" | "env" | "nohup" | "time" | "nice" | "ionice" | "setsid" | "stdbuf" | "exec"
        | "command" | "xargs" | "watch") => after(0, program)?,
        "timeout" | "flock" | "chroot" => after(1, call.program())?,
        "find" => words.iter().position(|word| matches!(word.as_str(), "-exec" | "-execdir" | "-ok"))? + 1,
        "kubectl" | "oc" if call.has("exec") || call.has("debug") => words.iter().position(|word| word == "--")? + 1,
        program @ ("docker" | "podman" | "docker-compose") if call.has("exec") => {
            let exec = words.iter().position(|word| word == "exec")? + 1;
            first_operand(words, if program == "docker-compose" { "docker" } else { program }, exec)? + 1
        }
        _ => return None,
    };
    let inner: Vec<String> = words.get(start..)?.to_vec();
    (!inner.is_empty()).then_some(inner)
}

/// Shell text that the call runs: `bash -c …`, `ssh host …`.
fn inner_text(call: &Call) -> Option<String> {
    match call.program() {
        "bash" | "sh" | "zsh" | "su" | "runuser" => {
            let at = call
                .words
                .iter()
                .position(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))?;
            call.words.get(at + 1).cloned()
        }
        "eval" => Some(call.args().join(" ")),
        "ssh" => {
            let host = first_operand(&call.words, "ssh", 1)?;
            let text = call.words.get(host + 1..)?.join(" ");
            (!text.is_empty()).then_some(text)
        }
        _ => None,
    }
}

fn redirects<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let own: Vec<_> = node.children(&mut cursor).filter(|child| child.kind().ends_with("_redirect")).collect();
    let Some(parent) = node.parent().filter(|parent| parent.kind() == "redirected_statement") else { return own };
    let mut cursor = parent.walk();
    own.into_iter().chain(parent.children(&mut cursor).filter(|child| child.kind().ends_with("_redirect"))).collect()
}

fn input(command: Node<'_>) -> Input {
    let reads =
        |node: &Node<'_>| node.kind() != "file_redirect" || node.child(0).is_some_and(|mark| mark.kind() == "<");
    if redirects(command).iter().any(reads) {
        return Input::File;
    }
    let mut node = command;
    while let Some(parent) = node.parent() {
        if parent.kind() == "pipeline" && parent.named_child(0).is_some_and(|first| first.id() != node.id()) {
            return Input::Pipe;
        }
        node = parent;
    }
    Input::Terminal
}

fn captured(command: Node<'_>) -> bool {
    let writes = |node: &Node<'_>| {
        node.child(0).is_some_and(|mark| mark.kind().starts_with('>') || mark.kind().starts_with("&>"))
    };
    if redirects(command).iter().any(writes) {
        return true;
    }
    let mut node = command;
    while let Some(parent) = node.parent() {
        let last =
            u32::try_from(parent.named_child_count()).unwrap_or(0).checked_sub(1).and_then(|at| parent.named_child(at));
        if parent.kind() == "command_substitution"
            || (parent.kind() == "pipeline" && last.is_some_and(|last| last.id() != node.id()))
        {
            return true;
        }
        node = parent;
    }
    false
}

fn background(command: Node<'_>) -> bool {
    let mut node = command;
    while let Some(parent) = node.parent() {
        if node.next_sibling().is_some_and(|next| next.kind() == "&") {
            return true;
        }
        node = parent;
    }
    false
}
