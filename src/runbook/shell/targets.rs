//! Where a call acts: on which machine, in which database, by which context of a client.
//!
//! Only what stands in the text is known here. A name out of a variable is spelled where the text sets it; else the
//! word stands for itself, and the machine that runs the text counts too.

use std::collections::{BTreeMap, BTreeSet};

use super::syntax::Call;
use crate::runbook::model::{Target, TargetKind};

mod clients;
mod options;

use options::Options;

/// How many names one word is spelled out to.
const MOST_NAMES: usize = 64;

/// What a text says of its variables.
#[derive(Debug, Clone, Default)]
pub(in crate::runbook::shell) struct Variables {
    values: BTreeMap<String, BTreeSet<String>>,
    /// Names that are given values too which do not stand in the text.
    unknown: BTreeSet<String>,
}

impl Variables {
    /// The text gives `name` a value that stands in it.
    pub(in crate::runbook::shell) fn set(&mut self, name: &str, value: String) {
        self.values.entry(name.to_owned()).or_default().insert(value);
    }

    /// The text gives `name` a value that does not stand in it.
    pub(in crate::runbook::shell) fn set_unseen(&mut self, name: &str) {
        self.unknown.insert(name.to_owned());
    }

    /// What `word` may stand for. A variable that the text does not set stays as it is written.
    fn spell(&self, word: &str) -> Vec<String> {
        let mut open = vec![(String::new(), word.to_owned())];
        let mut found = Vec::new();
        while let Some((done, rest)) = open.pop() {
            if found.len() + open.len() >= MOST_NAMES {
                return vec![word.to_owned()];
            }
            let Some((before, name, behind)) = variable(&rest) else {
                found.push(format!("{done}{rest}"));
                continue;
            };
            let written = rest.get(before.len()..rest.len() - behind.len()).unwrap_or_default();
            let values = self.values.get(name).into_iter().flatten().map(String::as_str);
            let as_written = (self.unknown.contains(name) || !self.values.contains_key(name)).then_some(written);
            open.extend(values.chain(as_written).map(|value| (format!("{done}{before}{value}"), behind.to_owned())));
        }
        found.sort();
        found
    }
}

/// The first variable of a word, with what stands before and behind it.
fn variable(word: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = word.split_once('$')?;
    if let Some(rest) = rest.strip_prefix('{') {
        let (name, behind) = rest.split_once('}')?;
        return is_name(name).then_some((before, name, behind));
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    is_name(name).then_some((before, name, behind))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Where a call acts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Place {
    /// The machines, or what stands for them; none where the call acts on the machine that runs the text.
    pub(in crate::runbook::shell) at: Vec<Target>,
    /// The databases.
    pub(in crate::runbook::shell) databases: Vec<Target>,
}

impl Place {
    /// All of it, the machine that runs the text where no other is named.
    pub(in crate::runbook::shell) fn targets(&self) -> Vec<Target> {
        let at = if self.at.is_empty() { vec![Target::here()] } else { self.at.clone() };
        at.into_iter().chain(self.databases.iter().cloned()).collect()
    }
}

/// What is handed to a machine acts there: what names none acts on `outer`.
pub(in crate::runbook::shell) fn inherit(at: &mut Vec<Target>, outer: &[Target]) {
    if outer.is_empty() {
        return;
    }
    if at.is_empty() {
        at.extend_from_slice(outer);
        return;
    }
    let inner = std::mem::take(at);
    for target in inner {
        let spelled = if target.kind == TargetKind::Machine { outer.to_vec() } else { vec![target] };
        at.extend(spelled);
    }
}

/// Where `call` acts by its own words.
pub(in crate::runbook::shell) fn place(call: &Call, variables: &Variables) -> Place {
    let mut finder = Finder { call, variables, found: Place::default() };
    clients::look(&mut finder);
    finder.found
}

/// Collects the names that a call says.
struct Finder<'c> {
    call: &'c Call,
    variables: &'c Variables,
    found: Place,
}

impl Finder<'_> {
    /// A host, a host with user and port, or an address with a scheme.
    fn host(&mut self, word: &str) {
        for word in self.variables.spell(word) {
            self.add_host(&word);
        }
    }

    fn add_host(&mut self, word: &str) {
        let name = if word.contains("$(") || word.contains('`') { Some(word) } else { host_of(word) };
        match name {
            None => self.add(Target::here()),
            Some(name) if is_local(name) => self.add(Target::here()),
            Some(name) if varies(name) => {
                self.add(Target::here());
                self.add(Target::named(TargetKind::Host, name));
            }
            Some(name) => self.add(Target::named(TargetKind::Host, name)),
        }
    }

    /// A context, a project or the like.
    fn other(&mut self, word: &str) {
        for name in self.variables.spell(word).iter().filter(|name| !name.is_empty()) {
            if varies(name) {
                self.add(Target::here());
            }
            self.add(Target::named(TargetKind::Other, name));
        }
    }

    fn database(&mut self, word: &str) {
        for name in self.variables.spell(word).iter().filter(|name| !name.is_empty()) {
            let target = Target::named(TargetKind::Database, name);
            if !self.found.databases.contains(&target) {
                self.found.databases.push(target);
            }
        }
    }

    fn add(&mut self, target: Target) {
        if !self.found.at.contains(&target) {
            self.found.at.push(target);
        }
    }

    /// An address such as `postgres://user@host/database`.
    fn address(&mut self, word: &str) {
        for word in self.variables.spell(word) {
            self.add_host(&word);
            let path = word.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
            let name = path.and_then(|path| path.split(['?', '#', '/']).next());
            if let Some(name) = name {
                self.database(name);
            }
        }
    }

    /// The value of a variable that is set for the call, or by the text before it.
    fn environment(&self, name: &str) -> Vec<String> {
        let own = self.call.variables.iter().filter_map(|set| set.split_once('=')).rfind(|(known, _)| *known == name);
        match own {
            Some((_, value)) => vec![super::syntax::bare(value)],
            None => self.variables.values.get(name).into_iter().flatten().cloned().collect(),
        }
    }

    fn hosts_of_environment(&mut self, names: &[&str]) {
        let values: Vec<String> = names.iter().flat_map(|name| self.environment(name)).collect();
        for value in values {
            self.host(&value);
        }
    }

    fn others_of_environment(&mut self, names: &[&str]) {
        let values: Vec<String> = names.iter().flat_map(|name| self.environment(name)).collect();
        for value in values {
            self.other(&value);
        }
    }
}

/// The host in `user@host:port`, `scheme://user:password@host:port/path` or `[::1]:port`; none where it is a path.
fn host_of(word: &str) -> Option<&str> {
    let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let name = if let Some(six) = rest.strip_prefix('[') {
        six.split(']').next().unwrap_or_default()
    } else if rest.matches(':').count() == 1 {
        rest.split(':').next().unwrap_or_default()
    } else {
        rest
    };
    (!name.is_empty()).then_some(name)
}

/// The machine itself, by a name that every machine has.
fn is_local(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.as_str(), "localhost" | "localhost.localdomain" | "localhost4" | "localhost6" | "ip6-localhost")
        || matches!(lower.as_str(), "::1" | "0.0.0.0" | "::" | ".")
        || lower.strip_prefix("127.").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// The name is put together when the command runs.
fn varies(name: &str) -> bool {
    name.contains('$') || name.contains('`') || name.contains("{}")
}

#[cfg(test)]
mod tests;
