//! What a text may destroy, disrupt or change.
//!
//! A rule looks at one call at a time; wrappers such as `sudo` are taken off before. Each theme has its own table.

use super::syntax::{Call, Facts};
use super::targets::Place;
use crate::i18n::Language;
use crate::runbook::model::{Danger, DangerLevel, Target};

mod cloud;
mod code;
mod containers;
mod databases;
mod files;
mod hidden;
mod machines;
mod network;
mod packages;
mod redis_text;
mod servers;
mod sql;
mod tools;
mod unseen;

pub(super) use hidden::{LONG_BLANK, UNSEEN, blanks, misleads};

/// One thing that can happen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    id: &'static str,
    level: DangerLevel,
    ja: &'static str,
    en: &'static str,
}

impl Rule {
    const fn new(id: &'static str, level: DangerLevel, ja: &'static str, en: &'static str) -> Self {
        Self { id, level, ja, en }
    }

    /// The name of the rule.
    pub(super) const fn id(&self) -> &'static str {
        self.id
    }

    /// The danger in the words of `language`.
    pub(super) fn danger(&self, language: Language) -> Danger {
        Danger { rule: self.id.to_owned(), level: self.level, why: language.pick(self.ja, self.en).to_owned() }
    }
}

/// Beside the command stands that nobody is to run it.
pub(super) static FORBIDDEN: Rule = Rule::new(
    "forbidden",
    DangerLevel::Destructive,
    "実行しないようにと書かれています。",
    "The document says not to run this.",
);

/// The rules that matched, each once.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found(Vec<&'static Rule>);

impl Found {
    /// What `look` finds.
    fn by(look: impl FnOnce(&mut Self)) -> Self {
        let mut found = Self::default();
        look(&mut found);
        found
    }

    /// Something that must be confirmed by name.
    fn grave(&self) -> bool {
        self.0.iter().any(|rule| rule.level >= DangerLevel::Disruptive)
    }

    fn add(&mut self, rule: &'static Rule) {
        if !self.0.iter().any(|known| known.id == rule.id) {
            self.0.push(rule);
        }
    }

    fn add_if(&mut self, happens: bool, rule: &'static Rule) {
        if happens {
            self.add(rule);
        }
    }
}

/// The dangers of a shell text, the gravest first, and where those act that stop a service or lose data.
/// `of_the_text` are dangers that are of no one call.
pub(super) fn shell(facts: &Facts, of_the_text: &[&'static Rule]) -> (Vec<&'static Rule>, Vec<Target>) {
    let mut found = Found::default();
    let mut targets = Vec::new();
    of_the_text.iter().for_each(|rule| found.add(rule));
    unseen::fetched(facts, &mut found);
    if found.grave() {
        // It may be anywhere that the text names.
        targets.push(Target::here());
        facts.calls.iter().for_each(|call| add_targets(&call.place, &mut targets));
    }
    let mut add = |part: Found, place: &Place| {
        if part.grave() {
            add_targets(place, &mut targets);
        }
        part.0.iter().for_each(|rule| found.add(rule));
    };
    for call in &facts.calls {
        add(look(call), &call.place);
    }
    for write in &facts.writes {
        add(Found::by(|found| files::written(write, found)), &write.place);
    }
    for (text, place) in &facts.code {
        add(Found::by(|found| code::program_text(text, found)), place);
    }
    (sorted(found), targets)
}

fn add_targets(place: &Place, targets: &mut Vec<Target>) {
    for target in place.targets() {
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
}

/// The dangers of SQL text.
pub(super) fn sql(text: &str) -> Vec<&'static Rule> {
    let mut found = Found::default();
    sql::look(text, &mut found);
    sorted(found)
}

/// The dangers of lines for a Redis server.
pub(super) fn redis(text: &str) -> Vec<&'static Rule> {
    let mut found = Found::default();
    redis_text::lines(text, &mut found);
    sorted(found)
}

/// The dangers of program text.
pub(super) fn program(text: &str) -> Vec<&'static Rule> {
    let mut found = Found::default();
    code::program_text(text, &mut found);
    sorted(found)
}

fn sorted(mut found: Found) -> Vec<&'static Rule> {
    found.0.sort_by_key(|rule| std::cmp::Reverse(rule.level));
    found.0
}

fn look(call: &Call) -> Found {
    let mut all = Found::default();
    if only_shows(call) {
        return all;
    }
    let found = &mut all;
    files::look(call, found);
    databases::look(call, found);
    redis_text::look(call, found);
    servers::look(call, found);
    containers::look(call, found);
    cloud::look(call, found);
    machines::look(call, found);
    network::look(call, found);
    packages::look(call, found);
    code::look(call, found);
    unseen::look(call, found);
    tools::look(call, found.0.is_empty(), found);
    all
}

/// A form of a call that shows what would happen, or how the program is used.
fn only_shows(call: &Call) -> bool {
    // What deletes files has no such form.
    if matches!(call.program(), "rm" | "dd" | "shred" | "unlink" | "xargs" | "find") {
        return false;
    }
    let dry = call.args().iter().any(|arg| match arg.split_once('=') {
        Some((option, value)) => matches!(option, "--dry-run" | "--dryrun") && !matches!(value, "none" | "false"),
        None => {
            matches!(arg.as_str(), "--dry-run" | "--dryrun" | "--noop" | "--just-print" | "--simulate" | "--whatif")
        }
    });
    dry || only_asks(call) || call.args().first().is_some_and(|first| first == "help")
}

/// Programs whose verbs are several words.
const LONG_VERBS: &[&str] =
    &["aws", "gcloud", "az", "oci", "doctl", "gh", "kubectl", "oc", "docker", "podman", "terraform", "tofu", "git"];

/// `--help` or `--version` behind no more than a verb: where an operand or a value stands too, the flag may be an option
/// of the work, such as the version to go to.
fn only_asks(call: &Call) -> bool {
    let Some((last, verb)) = call.args().split_last() else { return false };
    if call.args().first().is_some_and(|first| first == "--help") {
        return true;
    }
    let most = match last.as_str() {
        "--help" if LONG_VERBS.contains(&call.program()) => 3,
        "--help" | "--version" => 1,
        _ => return false,
    };
    let plain = |word: &String| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    verb.len() <= most && verb.iter().all(plain)
}

/// The program is one of `programs` and one of `verbs` is an argument.
fn does(call: &Call, programs: &[&str], verbs: &[&str]) -> bool {
    programs.contains(&call.program()) && call.has_any(verbs)
}

/// The words of a call that are neither options nor the values of `valued` options.
fn verbs<'c>(call: &'c Call, valued: &[&str]) -> Vec<&'c str> {
    let mut found = Vec::new();
    let mut args = call.args().iter();
    while let Some(arg) = args.next() {
        if valued.contains(&arg.as_str()) {
            args.next();
        } else if !arg.starts_with('-') {
            found.push(arg.as_str());
        }
    }
    found
}

#[cfg(test)]
mod tests;
