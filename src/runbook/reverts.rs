//! What a command changes for a time, and what is to be undone then: a proposal, for a person to settle.
//!
//! Reads text only. The commands are data (`lexicon/reverts.toml`); what a text undoes itself is left out.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::i18n::Language;

/// One kind of change.
#[derive(Debug, Deserialize)]
struct Kind {
    /// The words of the command, in their order; `|` between those of which one will do.
    words: Vec<String>,
    /// The words of the command that undoes it.
    undone: Vec<String>,
    ja: String,
    en: String,
}

#[derive(Debug, Deserialize)]
struct Kinds {
    revert: Vec<Kind>,
}

fn kinds() -> &'static [Kind] {
    static KINDS: OnceLock<Vec<Kind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let read = toml::from_str::<Kinds>(include_str!("lexicon/reverts.toml"));
        read.map(|kinds| kinds.revert).unwrap_or_default()
    })
}

/// What is to be undone after `text` was run, a line each: what to do, and the command that it undoes.
pub fn of_command(text: &str, language: Language) -> Vec<String> {
    let whole = text.replace("\\\n", " ");
    let lines: Vec<(&str, Vec<String>)> =
        whole.lines().map(str::trim).filter(|line| !line.starts_with('#')).map(|line| (line, words(line))).collect();
    let mut found: Vec<String> = Vec::new();
    for (at, (line, parts)) in lines.iter().enumerate() {
        if parts.first().is_some_and(|first| PRINTING.contains(&first.as_str())) {
            continue;
        }
        let Some(kind) = kinds().iter().find(|kind| has(parts, &kind.words)) else { continue };
        let undone = lines.iter().skip(at + 1).any(|(_, later)| !kind.undone.is_empty() && has(later, &kind.undone));
        let what = format!("{}: {line}", language.pick(kind.ja.as_str(), kind.en.as_str()));
        if !undone && !found.contains(&what) {
            found.push(what);
        }
    }
    found
}

/// What these are given is only printed or searched.
const PRINTING: &[&str] = &["echo", "printf", "grep", "man", "which", "type"];

/// The words of a command line, in lower case, without the signs between them.
fn words(line: &str) -> Vec<String> {
    let sign = |c: char| c.is_whitespace() || "\"'`;&|(),=".contains(c);
    line.split(sign).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The words stand in the line, in their order; the first of them as a command's name.
fn has(line: &[String], wanted: &[String]) -> bool {
    let mut rest = line.iter();
    wanted.iter().enumerate().all(|(at, word)| {
        rest.any(|part| {
            let name = if at == 0 { part.rsplit('/').next().unwrap_or(part) } else { part.as_str() };
            word.split('|').any(|one| name == one)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_read() {
        assert!(kinds().len() > 10);
        assert!(kinds().iter().all(|kind| !kind.words.is_empty() && !kind.ja.is_empty() && !kind.en.is_empty()));
    }

    #[test]
    fn a_change_for_a_time_is_seen_in_its_command() {
        for (text, owed) in [
            ("systemctl stop redis", true),
            ("sudo systemctl stop redis", true),
            ("/usr/bin/systemctl stop redis", true),
            ("docker compose stop backend celery", true),
            ("kubectl scale deployment backend --replicas=5", true),
            ("kubectl scale deployment backend \\\n  --replicas 5", true),
            ("psql -U postgres -c \"ALTER SYSTEM SET max_connections = 300;\"", true),
            ("ALTER SYSTEM SET max_connections = 300;", true),
            ("redis-cli CONFIG SET maxmemory 2gb", true),
            ("export LOG_LEVEL=DEBUG", true),
            ("php artisan down", true),
            ("kubectl cordon node-1", true),
            ("systemctl status redis", false),
            ("systemctl restart redis", false),
            ("systemctl start redis", false),
            ("kubectl get deployment", false),
            ("psql -c 'ALTER SYSTEM RESET max_connections'", false),
            ("# systemctl stop redis", false),
            ("grep DEBUG app.log", false),
            ("echo stop", false),
            ("systemctl stop app\ncp a b\nsystemctl start app", false),
        ] {
            let found = of_command(text, Language::Ja);
            assert_eq!(!found.is_empty(), owed, "{text}: {found:?}");
        }
    }

    #[test]
    fn what_is_owed_names_the_command() {
        let found = of_command("systemctl stop nginx\nsystemctl stop app", Language::En);
        assert_eq!(
            found,
            ["start the service again: systemctl stop nginx", "start the service again: systemctl stop app"]
        );
    }
}
