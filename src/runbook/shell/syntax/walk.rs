//! One walk over a syntax tree that collects all that is asked of a shell text.

use std::collections::BTreeMap;
use std::ops::Range;

use tree_sitter::Node;

use super::calls::{Call, Input};
use super::inner;
use super::quote::bare;
use super::shape;
use crate::runbook::shell::targets::{Place, Variables};

mod names;
use super::{Script, ShellParser};
use names::is_name;

/// What one walk finds.
#[derive(Debug, Default, PartialEq)]
pub(in crate::runbook::shell) struct Facts {
    /// Every call, in order of appearance, the wrapped ones after their wrappers.
    pub(in crate::runbook::shell) calls: Vec<Call>,
    /// The files that redirections write.
    pub(in crate::runbook::shell) writes: Vec<Write>,
    /// The files that redirections read.
    pub(in crate::runbook::shell) reads: Vec<String>,
    /// Where the comments are.
    pub(in crate::runbook::shell) comments: Vec<Range<usize>>,
    /// The variables that are used before the text sets them.
    pub(in crate::runbook::shell) uses: Vec<String>,
    /// The variables that stay set behind the text.
    pub(in crate::runbook::shell) sets: Vec<String>,
    /// `...` stands where a word is to be filled in.
    pub(in crate::runbook::shell) left_out: bool,
    /// Blanks of Japanese text, such as `○○` and `【名前】`.
    pub(in crate::runbook::shell) blanks: Vec<String>,
    /// A shell would refuse the text, though the grammar knows it.
    pub(in crate::runbook::shell) refused: bool,
    /// A menu asks for a choice.
    pub(in crate::runbook::shell) asks: bool,
    /// Program text that calls of interpreters hold, and where it acts.
    pub(in crate::runbook::shell) code: Vec<(String, Place)>,
}

/// A redirection into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Write {
    /// The file.
    pub(in crate::runbook::shell) target: String,
    /// The file is gone on with.
    pub(in crate::runbook::shell) appends: bool,
    /// Nothing is written, which only empties the file.
    pub(in crate::runbook::shell) empties: bool,
    /// Where it is.
    pub(in crate::runbook::shell) place: Place,
}

/// What the nodes above say of a call.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    input: Input,
    /// The text that is fed, by its place among the texts of the walk.
    stdin: Option<usize>,
    /// What is fed to the last call of a pipe only.
    tail: Option<(Input, Option<usize>)>,
    tail_captured: bool,
    captured: bool,
    background: bool,
    cut_short: bool,
    pipe: Option<(u32, u32)>,
}

struct Walker<'s> {
    script: &'s Script,
    facts: Facts,
    found: Vec<Call>,
    texts: Vec<String>,
    /// Variables with a value that stands in the text.
    literals: BTreeMap<String, String>,
    /// All that the variables may stand for.
    variables: Variables,
    /// Variables that are set for one call.
    passing: Vec<String>,
    pipes: u32,
}

/// Collects what `script` holds; texts that it hands to other shells are read too.
pub(super) fn facts(script: &Script, parser: &mut ShellParser, layer: usize) -> Facts {
    let mut walker = Walker {
        script,
        facts: Facts::default(),
        found: Vec::new(),
        texts: Vec::new(),
        literals: BTreeMap::new(),
        variables: Variables::default(),
        passing: Vec::new(),
        pipes: 0,
    };
    if let Some(simple) = &script.simple {
        walker.found.clone_from(&simple.calls);
        walker.facts.comments.clone_from(&simple.comments);
    } else if let Some(tree) = &script.tree {
        let mut open = vec![(tree.root_node(), Around::default())];
        while let Some((node, around)) = open.pop() {
            let from = open.len();
            walker.visit(node, around, &mut open);
            if let Some(new) = open.get_mut(from..) {
                new.reverse();
            }
        }
    }
    if script.broken() {
        walker.word_by_word();
    }
    walker.feed();
    let Walker { mut facts, found, literals, variables, passing, .. } = walker;
    let used = std::mem::take(&mut facts.uses);
    facts.uses = used.into_iter().filter(|name| !facts.sets.contains(name) && !passing.contains(name)).collect();
    for call in found {
        let around = inner::Around { layer, literals: &literals, variables: &variables };
        inner::add(parser, call, around, &[], &mut facts);
    }
    facts
}

type Open<'t> = Vec<(Node<'t>, Around)>;

impl Walker<'_> {
    fn visit<'t>(&mut self, node: Node<'t>, around: Around, open: &mut Open<'t>) {
        match node.kind() {
            "comment" => self.facts.comments.push(node.byte_range()),
            "pipeline" => self.pipeline(node, around, open),
            "redirected_statement" => self.redirected(node, around, open),
            "command" => self.command(node, around, open),
            "command_substitution" => children(node, Around { captured: true, ..Around::default() }, open),
            "process_substitution" => {
                let reads = self.script.slice(node).starts_with('>');
                let input = if reads { Input::Pipe } else { Input::Terminal };
                children(node, Around { input, captured: !reads, ..Around::default() }, open);
            }
            "file_redirect" => self.file_redirect(node, false, around, open),
            "variable_assignment" => self.assignment(node, around, open),
            "declaration_command" | "unset_command" => {
                self.declaration(node);
                children(node, around, open);
            }
            "for_statement" => {
                self.facts.asks |= node.child(0).is_some_and(|word| word.kind() == "select");
                self.loop_variable(node);
                children(node, around, open);
            }
            "simple_expansion" | "expansion" => {
                self.expansion(node);
                children(node, around, open);
            }
            "word" => {
                self.facts.left_out |= matches!(self.script.slice(node), "..." | "…");
                self.blank(node);
            }
            "string" | "raw_string" => {
                let inner = self.script.slice(node).trim_matches(['"', '\'']);
                self.facts.left_out |= matches!(inner, "..." | "…");
                self.blank(node);
                children(node, around, open);
            }
            kind => {
                if matches!(
                    kind,
                    "program"
                        | "if_statement"
                        | "elif_clause"
                        | "else_clause"
                        | "compound_statement"
                        | "do_group"
                        | "subshell"
                ) {
                    self.facts.refused |= shape::refuses(node);
                }
                children(node, around, open);
            }
        }
    }

    fn pipeline<'t>(&mut self, node: Node<'t>, around: Around, open: &mut Open<'t>) {
        let (id, from) = around.pipe.unwrap_or_else(|| {
            self.pipes += 1;
            (self.pipes, 0)
        });
        let mut cursor = node.walk();
        let stages: Vec<_> = node.named_children(&mut cursor).collect();
        let count = stages.iter().filter(|stage| stage.kind() != "comment").count();
        let cutter = stages.iter().rposition(|stage| self.ends_early(*stage));
        let mut at = 0;
        for (place, stage) in stages.iter().enumerate() {
            if stage.kind() == "comment" {
                open.push((*stage, around));
                continue;
            }
            let last = at + 1 == count;
            let cut = cutter.is_some_and(|cutter| cutter > place);
            let mut here = Around { pipe: Some((id, from + u32::try_from(at).unwrap_or(0))), tail: None, ..around };
            if at > 0 {
                here = Around { input: Input::Pipe, stdin: None, ..here };
            }
            here.captured |= !last;
            here.cut_short |= cut;
            if last && let Some((input, stdin)) = around.tail {
                here = Around { input, stdin, ..here };
            }
            here.captured |= last && around.tail_captured;
            open.push((*stage, here));
            at += 1;
        }
    }

    /// A reader that stops before its input does.
    fn ends_early(&self, stage: Node<'_>) -> bool {
        let mut words = self.script.slice(stage).split_whitespace();
        match words.next() {
            Some("head") => true,
            Some("grep" | "egrep") => words.any(|word| word.starts_with("-m") || word == "-q"),
            Some("sed") => words.any(|word| word.trim_matches(['\'', '"']).ends_with('q')),
            _ => false,
        }
    }

    fn redirected<'t>(&mut self, node: Node<'t>, around: Around, open: &mut Open<'t>) {
        let body = node.child_by_field_name("body");
        let empties = body.is_none_or(|body| {
            // The grammar hangs a redirection on all commands of a list; it belongs to the last.
            let last = if body.kind() == "list" { body.child(body.child_count().saturating_sub(1)) } else { None };
            let text = self.script.slice(last.unwrap_or(body)).trim();
            matches!(text, ":" | "true" | "cat /dev/null" | "echo -n" | "printf ''")
        });
        let mut inside = around;
        let mut fed = None;
        let mut cursor = node.walk();
        let redirects: Vec<_> = node.children_by_field_name("redirect", &mut cursor).collect();
        for redirect in &redirects {
            match redirect.kind() {
                "heredoc_redirect" => {
                    let (text, goes_on) = self.heredoc(*redirect);
                    self.texts.push(text);
                    fed = Some((Input::File, Some(self.texts.len() - 1)));
                    if goes_on {
                        self.pipes += 1;
                        inside = Around { pipe: Some((self.pipes, 0)), captured: true, ..inside };
                        let behind = Around { input: Input::Pipe, pipe: Some((self.pipes, 1)), ..around };
                        children(*redirect, behind, open);
                    } else {
                        children(*redirect, around, open);
                    }
                }
                "herestring_redirect" => {
                    fed = Some((Input::File, Some(self.herestring(*redirect))));
                    children(*redirect, around, open);
                }
                _ => {
                    match self.direction(*redirect) {
                        Some('<') => fed = Some((Input::File, None)),
                        Some(_) => inside.tail_captured = true,
                        None => {}
                    }
                    self.file_redirect(*redirect, empties, around, open);
                }
            }
        }
        let Some(body) = body else { return };
        if body.kind() == "pipeline" {
            inside.tail = fed;
        } else {
            if let Some((input, stdin)) = fed {
                inside = Around { input, stdin, ..inside };
            }
            inside.captured |= inside.tail_captured;
            inside.tail_captured = false;
        }
        open.push((body, inside));
    }

    /// The text of a heredoc, and whether a pipe goes on behind its first line.
    fn heredoc(&self, redirect: Node<'_>) -> (String, bool) {
        let mut cursor = redirect.walk();
        let mut text = String::new();
        let mut goes_on = false;
        for child in redirect.children(&mut cursor) {
            match child.kind() {
                "heredoc_body" => self.script.slice(child).clone_into(&mut text),
                "pipeline" | "command" | "redirected_statement" => goes_on = true,
                _ => {}
            }
        }
        (text, goes_on)
    }

    fn herestring(&mut self, redirect: Node<'_>) -> usize {
        let text = self.script.slice(redirect).trim_start_matches(['<', '0']);
        self.texts.push(bare(text));
        self.texts.len() - 1
    }

    /// `<` reads a file, `>` writes one; a redirection to another descriptor does neither.
    fn direction(&self, redirect: Node<'_>) -> Option<char> {
        let text = self.script.slice(redirect).trim_start_matches(|c: char| c.is_ascii_digit());
        if text.starts_with("<&") {
            return None;
        }
        if let Some(rest) = text.strip_prefix(">&") {
            return (!rest.starts_with(|c: char| c.is_ascii_digit() || c == '-')).then_some('>');
        }
        text.trim_start_matches('&').chars().next()
    }

    fn file_redirect<'t>(&mut self, node: Node<'t>, empties: bool, around: Around, open: &mut Open<'t>) {
        if let Some(target) = node.child_by_field_name("destination") {
            let target = bare(self.script.slice(target));
            match self.direction(node) {
                Some('>') => {
                    let appends = self.script.slice(node).contains(">>");
                    self.facts.writes.push(Write { target, appends, empties, place: Place::default() });
                }
                Some(_) => self.facts.reads.push(target),
                None => {}
            }
        }
        children(node, Around { captured: false, ..around }, open);
    }

    fn command<'t>(&mut self, node: Node<'t>, around: Around, open: &mut Open<'t>) {
        self.facts.refused |= shape::refuses_call(node, self.script.slice(node), &self.script.masked);
        let mut words = Vec::new();
        let mut variables = Vec::new();
        let mut here = around;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "variable_assignment" => variables.push(self.script.slice(child).to_owned()),
                "comment" => {}
                "herestring_redirect" => {
                    here.input = Input::File;
                    here.stdin = Some(self.herestring(child));
                }
                "file_redirect" => match self.direction(child) {
                    Some('<') => here.input = Input::File,
                    Some(_) => here.captured = true,
                    None => {}
                },
                _ => words.push(bare(self.script.slice(child))),
            }
            open.push((child, Around { tail: None, pipe: None, ..around }));
        }
        if matches!(words.first().map(String::as_str), Some("read" | "mapfile" | "readarray" | "getopts")) {
            let names = words.iter().skip(1).filter(|word| is_name(word));
            names.clone().for_each(|name| self.variables.set_unseen(name));
            self.facts.sets.extend(names.cloned());
        }
        self.found.push(Call {
            words,
            input: here.input,
            stdin: here.stdin.and_then(|at| self.texts.get(at).cloned()),
            captured: here.captured,
            background: here.background,
            cut_short: here.cut_short,
            variables,
            pipe: here.pipe,
            place: Place::default(),
        });
    }

    /// A blank of Japanese text that is no text to print.
    fn blank(&mut self, node: Node<'_>) {
        let text = self.script.slice(node);
        if text.is_ascii() {
            return;
        }
        let command = std::iter::successors(node.parent(), Node::parent).find(|above| above.kind() == "command");
        let name = command.and_then(|command| command.child_by_field_name("name")).map(|name| self.script.slice(name));
        let says = matches!(
            name,
            Some("echo" | "printf" | "logger" | "wall" | "grep" | "egrep" | "fgrep" | "rg" | "git" | "gh" | "mail")
        );
        if says {
            return;
        }
        // The program itself is no value of another.
        let argument = node.parent().is_some_and(|above| above.kind() != "command_name");
        if let Some(noun) =
            super::super::values::noun(name.unwrap_or_default(), text).filter(|_| node.kind() == "word" && argument)
        {
            self.facts.blanks.push(noun);
            return;
        }
        let circles =
            text.split(|c| !matches!(c, '○' | '〇' | '●' | '◯' | '×' | '△' | '□')).find(|run| run.chars().count() > 1);
        let bracketed = text.split_once('【').and_then(|(_, rest)| rest.split_once('】')).map(|(name, _)| name);
        let bracketed = bracketed.filter(|_| node.kind() == "word");
        self.facts.blanks.extend(bracketed.or(circles).map(str::to_owned));
    }

    /// The lines of a text that does not parse, taken apart at the signs between commands.
    fn word_by_word(&mut self) {
        for line in self.script.masked.lines().filter(|line| !line.trim_start().starts_with('#')) {
            for part in line.split(['|', ';', '&', '(', ')', '`']) {
                let words: Vec<String> = part.split_whitespace().map(bare).collect();
                self.found.push(Call { words, input: Input::Pipe, ..Call::default() });
            }
        }
    }

    /// Gives each call of a pipe the text that the call before it prints, where that stands in the script.
    fn feed(&mut self) {
        for at in 0..self.found.len() {
            let Some(call) = self.found.get(at) else { return };
            let Some((pipe, place)) = call.pipe.filter(|(_, place)| *place > 0 && call.stdin.is_none()) else {
                continue;
            };
            let before = self.found.iter().find(|other| other.pipe == Some((pipe, place - 1)));
            let text = before.and_then(|before| match before.program() {
                "echo" | "printf" => Some(before.args().join(" ")),
                "cat" if before.args().is_empty() => before.stdin.clone(),
                _ => None,
            });
            if let (Some(text), Some(call)) = (text, self.found.get_mut(at)) {
                call.stdin = Some(text);
            }
        }
    }
}

/// The children of a node, each told whether it is run in the background.
fn children<'t>(node: Node<'t>, around: Around, open: &mut Open<'t>) {
    let mut cursor = node.walk();
    let from = open.len();
    for child in node.children(&mut cursor) {
        if child.kind() == "&" {
            if let Some((_, before)) = open.get_mut(from..).and_then(<[_]>::last_mut) {
                before.background = true;
            }
        } else if child.child_count() > 0 || child.is_named() {
            open.push((child, around));
        }
    }
}
