//! What a project asks of everybody who works by its runbooks: `.tejun.toml` beside them.
//!
//! It can only make a run more careful. Only reads the text; opening the file is for others. What is not known is refused, and so
//! is a known name with a value that would loosen something.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::settings::{Environment, Limits, SettingsError, fits, read_toml};
use super::sign_off::SecondPerson;

/// The name of the file.
pub const FILE: &str = ".tejun.toml";

/// What a project asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Project {
    /// `[[environments]]`: machines that are production for this project, by their names; the first that fits counts.
    pub environments: Vec<Production>,
    /// `[limits]`: how long something may take; the shorter time counts.
    pub limits: Limits,
    /// `[sign_off]`: the second person.
    pub sign_off: ProjectSignOff,
    /// `[run]`: how its runbooks may be run.
    pub run: RunRules,
}

/// Machines on which mistakes hurt somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Production {
    /// What they are called, such as 本番.
    pub name: String,
    /// Patterns of host names: `*` stands for any letters, `?` for one.
    pub hosts: Vec<String>,
    /// Mistakes there hurt somebody: it may be said, and nothing else may.
    #[serde(default = "always", deserialize_with = "only_true")]
    pub production: bool,
}

/// `[sign_off]` of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProjectSignOff {
    /// `second_person`: whether somebody else has to look; the more careful word counts.
    pub second_person: SecondPerson,
}

/// `[run]` of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunRules {
    /// `headless = false`: its runbooks are not run line by line with nobody there.
    #[serde(rename = "headless", deserialize_with = "only_false")]
    pub attended: bool,
}

const fn always() -> bool {
    true
}

fn only_true<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    match bool::deserialize(from)? {
        true => Ok(true),
        false => Err(D::Error::custom("production = false would make runs less careful; a project cannot do that")),
    }
}

fn only_false<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    match bool::deserialize(from)? {
        false => Ok(true),
        true => Err(D::Error::custom("headless = true would make runs less careful; a project cannot do that")),
    }
}

impl Project {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// [`SettingsError`] names the line and what stands there.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        read_toml(text)
    }

    /// What the machine `host` is, where the user's settings say `by_user` of it.
    pub fn environment(&self, host: &str, by_user: Option<Environment>) -> Option<Environment> {
        let known = self.environments.iter().find(|known| fits(&known.hosts, host));
        match (known, by_user) {
            // The user's own word for a machine that is production anyhow.
            (Some(_), Some(own)) if own.production => Some(own),
            (Some(known), _) => Some(Environment { name: known.name.clone(), production: known.production }),
            (None, own) => own,
        }
    }

    /// The shorter of its limits and those of the user.
    pub fn limits(&self, by_user: Limits) -> Limits {
        Limits { command: [self.limits.command, by_user.command].into_iter().flatten().min() }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;

    fn named(text: &str) -> Project {
        Project::read(text).expect(text)
    }

    #[test]
    fn a_project_makes_a_machine_production_and_never_less() {
        let project = named("[[environments]]\nname = \"本番\"\nhosts = [\"db*\"]\nproduction = true\n");
        let own = |name: &str, production| Some(Environment { name: name.to_owned(), production });
        for (host, by_user, expected) in [
            ("db01", None, own("本番", true)),
            ("db01", own("検証", false), own("本番", true)),
            ("db01", own("大阪本番", true), own("大阪本番", true)),
            ("web1", own("検証", false), own("検証", false)),
            ("web1", None, None),
        ] {
            assert_eq!(project.environment(host, by_user.clone()), expected, "{host} {by_user:?}");
        }
    }

    #[test]
    fn the_shorter_limit_counts() {
        let seconds = |seconds| Limits { command: NonZeroU64::new(seconds) };
        for (written, by_user, expected) in [
            ("[limits]\ncommand = \"10m\"", 60, 60),
            ("[limits]\ncommand = \"10m\"", 3600, 600),
            ("[limits]\ncommand = \"10m\"", 0, 600),
            ("", 60, 60),
            ("", 0, 0),
        ] {
            assert_eq!(named(written).limits(seconds(by_user)), seconds(expected), "{written} {by_user}");
        }
    }

    #[test]
    fn a_second_person_and_somebody_at_the_screen_can_be_asked_for() {
        let project = named("[sign_off]\nsecond_person = \"dangerous\"\n[run]\nheadless = false\n");
        assert_eq!((project.sign_off.second_person, project.run.attended), (SecondPerson::Dangerous, true));
        assert_eq!(named(""), Project::default());
        assert!(!Project::default().run.attended);
    }

    #[test]
    fn what_would_loosen_something_or_name_a_program_is_refused_with_its_line() {
        for (text, told) in [
            ("[[environments]]\nname = \"x\"\nhosts = [\"*\"]\nproduction = false\n", "production = false"),
            ("[run]\nheadless = true\n", "headless = true"),
            ("[run]\nshell = \"/tmp/sh\"\n", "shell"),
            ("\n[connections.main]\nurl = \"postgres://x\"\n", "connections"),
            ("[sign_off]\nallowed_signers = \"/tmp/mine\"\n", "allowed_signers"),
            ("[sign_off]\nkey = \"/tmp/mine\"\n", "key"),
            ("[sign_off]\nshared_records = true\n", "shared_records"),
            ("[evidence]\nkeep = \"1d\"\n", "evidence"),
            ("[lexicon]\nprocedural = [\"x\"]\n", "lexicon"),
            ("[keys]\nskip = \"x\"\n", "keys"),
            ("[library]\nfolders = [\"/\"]\n", "library"),
            ("clipboard = true\n", "clipboard"),
            ("trust = true\n", "trust"),
        ] {
            let error = Project::read(text).expect_err(text).to_string();
            assert!(error.contains(told) && error.contains("line "), "{text}: {error}");
        }
    }
}
