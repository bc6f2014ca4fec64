//! The settings of a user: `config.toml` in the settings folder.
//!
//! Only reads the text; opening the file is for others. A name that is not known is refused, so that a slip of the
//! pen is not taken for a setting.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::calendar::Calendar;
use super::connections::{self, Connections};
use super::evidence::EvidenceSettings;
use super::interpreters::{self, Interpreters};
use super::library::Library;
use super::sign_off::SignOffSettings;
use crate::i18n::Language;

/// What a user has set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `theme = "light"`: the theme of the screen, by its name or that of a file, from the folder of the settings; for
    /// whom neither the command line nor `NO_COLOR` asks for another.
    pub theme: Option<String>,
    /// `language = "ja"`: the language of the screen; that of the locale where nothing is said.
    pub language: Option<Language>,
    /// `[lexicon]`: the team's own words by topic, beside those that the program brings along.
    pub lexicon: BTreeMap<String, Vec<String>>,
    /// `[keys]`: keys for actions of the screen, by name, in the order of the file.
    #[serde(skip)]
    pub keys: Vec<KeySetting>,
    #[serde(rename = "keys")]
    written_keys: BTreeMap<String, toml::Spanned<Keys>>,
    /// `mouse`: the screen listens to the mouse.
    pub mouse: bool,
    /// `clipboard`: output may be copied to the clipboard of the terminal.
    pub clipboard: bool,
    /// `ambiguous_width`: in how many columns the terminal draws characters of ambiguous width.
    pub ambiguous_width: AmbiguousWidth,
    /// `[[environments]]`: what a machine is, by its name; the first that fits counts.
    pub environments: Vec<HostRule>,
    /// `[connections.NAME]`: servers that sql and redis fences run on.
    #[serde(deserialize_with = "connections::read")]
    pub connections: Connections,
    /// `[interpreters]`: what runs the fences of other languages, by their tag.
    #[serde(deserialize_with = "interpreters::read")]
    pub interpreters: Interpreters,
    /// `[evidence]`: how long and how much of outputs is kept.
    pub evidence: EvidenceSettings,
    /// `[sign_off]`: keys, and the second person.
    pub sign_off: SignOffSettings,
    /// `[limits]`: how long something may take.
    pub limits: Limits,
    /// `[library]`: where runbooks and records are.
    pub library: Library,
    /// `[calendar]`: the days on which duties fall.
    pub calendar: Calendar,
}

/// In how many columns the terminal draws the characters whose East Asian Width is ambiguous (UAX #11).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AmbiguousWidth {
    /// `1`: as most terminals do.
    #[default]
    One,
    /// `2`: as many do where Japanese is read.
    Two,
    /// `"auto"`: the terminal is asked when a screen opens.
    Asked,
}

impl<'de> Deserialize<'de> for AmbiguousWidth {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Columns(i64),
            Word(String),
        }
        let known = Written::deserialize(from).ok().and_then(|written| match written {
            Written::Columns(1) => Some(Self::One),
            Written::Columns(2) => Some(Self::Two),
            Written::Word(word) if word == "auto" => Some(Self::Asked),
            Written::Columns(_) | Written::Word(_) => None,
        });
        known.ok_or_else(|| D::Error::custom("ambiguous_width is 1, 2 or auto in quotes"))
    }
}

/// How long something may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// `command = "30m"`: the time after which a command is asked to end, in seconds; it may run for ever where nothing
    /// is said.
    #[serde(deserialize_with = "seconds")]
    pub command: Option<NonZeroU64>,
}

/// Keys for an action of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySetting {
    /// The action.
    pub action: String,
    /// Its keys.
    pub keys: Vec<String>,
    /// The line of the file.
    pub line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Keys {
    One(String),
    Several(Vec<String>),
}

/// What the machines of some names are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostRule {
    /// What it is called, such as 検証.
    pub name: String,
    /// Patterns of host names: `*` stands for any letters, `?` for one.
    pub hosts: Vec<String>,
    /// Whether mistakes there hurt somebody. Where nothing is said, they do.
    #[serde(default = "hurts")]
    pub production: bool,
}

/// A time such as `90s`, `30m` or `1h 30m`, in whole seconds.
fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NonZeroU64>, D::Error> {
    let text = String::deserialize(from)?;
    let time = humantime::parse_duration(&text)
        .map_err(|why| D::Error::custom(format!("{text:?} is no time ({why}); write 90s, 30m or 1h")))?;
    NonZeroU64::new(time.as_secs()).map(Some).ok_or_else(|| D::Error::custom("a time limit of less than a second"))
}

const fn hurts() -> bool {
    true
}

/// What a machine is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// What it is called.
    pub name: String,
    /// Mistakes there hurt somebody.
    pub production: bool,
}

/// The text is no settings file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

impl Settings {
    /// Reads the text of a settings file.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] names the line and what stands there.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let mut read: Self = read_toml(text)?;
        for (action, written) in std::mem::take(&mut read.written_keys) {
            let before = text.get(..written.span().start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let keys = match written.into_inner() {
                Keys::One(key) => vec![key],
                Keys::Several(keys) => keys,
            };
            read.keys.push(KeySetting { action, keys, line });
        }
        read.keys.sort_by_key(|key| key.line);
        Ok(read)
    }
}

impl Settings {
    /// What the machine `host` is, where a rule says so.
    pub fn environment(&self, host: &str) -> Option<Environment> {
        let rule = self.environments.iter().find(|rule| fits(&rule.hosts, host))?;
        Some(Environment { name: rule.name.clone(), production: rule.production })
    }
}

/// Reads a file of settings; a fault names the line and no value of it.
pub(super) fn read_toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, SettingsError> {
    toml::from_str(text).map_err(|error| {
        // What the reader itself prints quotes the line, and a line may hold a password.
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        SettingsError(format!("line {line}: {}", without_values(error.message())))
    })
}

/// One of the patterns fits the name of a machine.
pub(super) fn fits(patterns: &[String], host: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, host))
}

/// `pattern` fits the whole of `host`, whatever the case of its letters.
fn matches(pattern: &str, host: &str) -> bool {
    let lower = |text: &str| text.to_ascii_lowercase().chars().collect::<Vec<_>>();
    let (pattern, host) = (lower(pattern), lower(host));
    // Which ends of `host` the pattern so far can reach.
    let mut reached = vec![false; host.len() + 1];
    reached[0] = true;
    for sign in pattern {
        let before = std::mem::take(&mut reached);
        reached = vec![false; host.len() + 1];
        for at in 0..=host.len() {
            reached[at] = match sign {
                '*' => before[at] || (at > 0 && reached[at - 1]),
                '?' => at > 0 && before[at - 1],
                letter => at > 0 && before[at - 1] && host[at - 1] == letter,
            };
        }
    }
    reached[host.len()]
}

/// A message of the reader without the value that it stumbled over.
fn without_values(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some((before, quoted)) = rest.split_once('"') {
        out.push_str(before);
        out.push_str("\"…\"");
        rest = quoted.rsplit_once('"').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::connections::ServerKind;

    #[test]
    fn a_time_limit_is_written_as_people_write_times() {
        let read = |text: &str| Settings::read(text).map(|settings| settings.limits.command.map(NonZeroU64::get));
        assert_eq!(read("[limits]\ncommand = \"1h 30m\"\n"), Ok(Some(5400)));
        assert_eq!(read("[limits]\n"), Ok(None));
        for text in ["[limits]\ncommand = \"soon\"\n", "[limits]\ncommand = \"0s\"\n", "[limits]\ncomand = \"1s\"\n"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_theme_is_any_name_and_a_language_one_of_two() {
        let read = |text: &str| Settings::read(text).map(|settings| (settings.theme, settings.language));
        assert_eq!(read(""), Ok((None, None)));
        assert_eq!(read("theme = \"light\"\nlanguage = \"ja\""), Ok((Some("light".into()), Some(Language::Ja))));
        let error = read("language = \"fr\"").expect_err("it is no language of the program").to_string();
        assert!(error.contains("line 1") && error.contains("`ja`"), "{error}");
    }

    #[test]
    fn the_width_of_ambiguous_characters_is_one_column_two_or_asked_for() {
        let read = |text: &str| Settings::read(text).map(|settings| settings.ambiguous_width);
        for (text, wanted) in [
            ("", AmbiguousWidth::One),
            ("ambiguous_width = 1", AmbiguousWidth::One),
            ("ambiguous_width = 2", AmbiguousWidth::Two),
            ("ambiguous_width = \"auto\"", AmbiguousWidth::Asked),
        ] {
            assert_eq!(read(text), Ok(wanted), "{text}");
        }
        for text in ["ambiguous_width = 3", "ambiguous_width = \"wide\"", "ambiguous_width = true"] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains("line 1") && error.contains("1, 2 or auto"), "{error}");
        }
    }

    #[test]
    fn the_first_rule_that_fits_the_name_of_a_machine_says_what_it_is() {
        let text = "[[environments]]\nname = \"検証\"\nhosts = [\"stg-*\", \"web?\"]\nproduction = false\n\
                    [[environments]]\nname = \"本番\"\nhosts = [\"*\"]\n";
        let settings = Settings::read(text).expect("it reads");
        for (host, name, production) in [
            ("stg-db01", "検証", false),
            ("STG-1", "検証", false),
            ("web1", "検証", false),
            ("web12", "本番", true),
            ("my-stg-1", "本番", true),
            ("", "本番", true),
        ] {
            let seen = settings.environment(host).map(|e| (e.name, e.production));
            assert_eq!(seen, Some((name.to_owned(), production)), "{host}");
        }
        assert_eq!(Settings::default().environment("db01"), None);
    }

    #[test]
    fn keys_are_read_with_their_lines() {
        let read =
            Settings::read("mouse = true\n[keys]\nskip = \"x\"\njudge = [\"m\",\n  \"F5\"]\n").expect("it reads");
        let key = |action: &str, keys: &[&str], line| KeySetting {
            action: action.into(),
            keys: keys.iter().map(|k| (*k).to_owned()).collect(),
            line,
        };
        assert_eq!(read.keys, [key("skip", &["x"], 3), key("judge", &["m", "F5"], 4)]);
        assert!(read.mouse);
        let error = Settings::read("\n[keys]\nskip = 1\n").expect_err("no key").to_string();
        assert!(error.contains("line 3"), "{error}");
    }

    #[test]
    fn words_are_read_and_a_slip_of_the_pen_is_refused_with_its_line() {
        let read = Settings::read("[lexicon]\nprocedural = [\"段取り\"]\n");
        assert_eq!(read.map(|s| s.lexicon["procedural"].clone()), Ok(vec!["段取り".to_owned()]));
        assert_eq!(Settings::read(""), Ok(Settings::default()));
        for (text, named) in
            [("[lexicn]\n", "lexicn"), ("\n[lexicon]\nprocedural = \"x\"\n", "line 3"), ("[", "line 1")]
        {
            let error = Settings::read(text).expect_err(text).to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn connections_are_read_by_name() {
        let text = "[connections.main]\nurl = \"postgres://app:hunter22@db/app\"\n\
                    [connections.cache]\nurl = \"redis://cache\"\ntimeout = \"30s\"\n";
        let read = Settings::read(text).expect("it is right").connections;
        let seen: Vec<_> = read.iter().map(|(name, c)| (name.as_str(), c.kind, c.timeout_s)).collect();
        assert_eq!(seen, [("cache", ServerKind::Redis, Some(30)), ("main", ServerKind::Postgres, None)]);
    }

    #[test]
    fn i8_no_fault_in_the_settings_quotes_a_password() {
        for text in [
            "[connections.main]\nurl = \"http://app:hunter22@db\"",
            "[connections.main]\nurll = \"postgres://app:hunter22@db\"",
            "[connections]\nmain = \"postgres://app:hunter22@db\"",
            "connections = \"postgres://app:hunter22@db\"",
            "[connections.main]\nurl = \"postgres://app:hunter22@db\" x",
            "[connections.main]\nurl = \"postgres://app:hunter22@db",
            "[connections.main]\nurl = \"redis://a\"\ntimeout = \"hunter22\"",
        ] {
            let error = Settings::read(text).expect_err(text).to_string();
            assert!(!error.contains("hunter22") && error.contains("line "), "{error}");
        }
        let printed = format!("{:?}", Settings::read("[connections.main]\nurl = \"postgres://a:hunter22@db\""));
        assert!(!printed.contains("hunter22"), "{printed}");
    }
}
