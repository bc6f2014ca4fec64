//! What a command needs before it can run: values to fill in, variables from outside, samples to replace.

use std::ops::Range;

use super::syntax::{Facts, Script};
use crate::runbook::model::Placeholder;
use crate::runbook::text::Pattern;

static ANGLE: Pattern = Pattern::new(r"<([A-Za-z_\p{Han}\p{Hiragana}\p{Katakana}][\w :.,/'’ー・-]*)>").needing(&["<"]);
static FULL_ANGLE: Pattern = Pattern::new(r"＜([^＜＞\n]+)＞").needing(&["＜"]);
static BRACES: Pattern = Pattern::new(r"\{\{\s*([A-Za-z_][\w-]*)\s*\}\}").needing(&["{{"]);
static SHOUTED: Pattern =
    Pattern::new(r"\b(?:YOUR_[A-Z0-9_]+|CHANGE_?ME|REPLACE_(?:ME|WITH)\w*|[Rr]eplace-with-[\w-]+|changeme)\b")
        .needing(&["YOUR_", "CHANGE", "REPLACE"]);
static UNREADABLE: Pattern = Pattern::new("\u{FFFD}");

/// Words in angle brackets that programs print or that are markup.
const NO_VALUES: &[&str] =
    &["none", "pending", "unknown", "nil", "null", "invalid", "EOF", "html", "head", "title", "body", "div", "p", "br"];

/// A value to fill in: where it stands, its name, how it is written.
pub(super) type Marked = (Range<usize>, String, &'static str);

/// Every value of `text` that is written as one to fill in: where, its name, its form. In order, without overlap.
pub(super) fn marked_values(text: &str) -> Vec<Marked> {
    let mut found: Vec<Marked> = Vec::new();
    for (pattern, form) in
        [(&ANGLE, "<>"), (&FULL_ANGLE, "＜＞"), (&BRACES, "{{}}"), (&SHOUTED, "word"), (&UNREADABLE, "unreadable")]
    {
        for hit in pattern.captures_iter(text) {
            let Some(whole) = hit.get(0) else { continue };
            let name = hit.get(1).unwrap_or(whole).as_str().trim().to_owned();
            let before = text[..whole.start()].chars().next_back();
            let escaped = matches!(before, Some('<' | '\\'));
            let markup = NO_VALUES.contains(&name.as_str()) || text.contains(&format!("</{name}>"));
            let overlaps = found.iter().any(|(range, ..)| range.start < whole.end() && whole.start() < range.end);
            let none = form == "<>" && (escaped || markup);
            if !none && !overlaps {
                found.push((whole.range(), name, form));
            }
        }
    }
    found.sort_by_key(|(range, ..)| range.start);
    found
}

/// The values that must be filled in first, each name once.
pub(super) fn placeholders(script: &Script, facts: &Facts) -> Vec<Placeholder> {
    let mut found = named(&script.marked, &facts.comments);
    if facts.left_out && !found.iter().any(|known| known.name == "...") {
        found.push(Placeholder { name: "...".to_owned(), form: "...".to_owned() });
    }
    found
}

/// The names of the values that stand outside of `comments`, each once.
pub(super) fn named(marked: &[Marked], comments: &[Range<usize>]) -> Vec<Placeholder> {
    let mut found: Vec<Placeholder> = Vec::new();
    for (range, name, form) in marked {
        let said = comments.iter().any(|comment| comment.contains(&range.start));
        if !said && !found.iter().any(|known| known.name == *name) {
            found.push(Placeholder { name: name.clone(), form: (*form).to_owned() });
        }
    }
    found
}

/// Variables that every shell has.
const ALWAYS_SET: &[&str] = &[
    "HOME",
    "PATH",
    "USER",
    "LOGNAME",
    "PWD",
    "OLDPWD",
    "SHELL",
    "HOSTNAME",
    "RANDOM",
    "SECONDS",
    "LINENO",
    "UID",
    "EUID",
    "PPID",
    "IFS",
    "LANG",
    "LC_ALL",
    "TERM",
    "TMPDIR",
    "EDITOR",
    "PAGER",
    "FUNCNAME",
    "PIPESTATUS",
    "REPLY",
    "OPTARG",
    "OPTIND",
    "BASH_SOURCE",
    "BASHPID",
    "BASH_VERSION",
    "EPOCHSECONDS",
    "HOSTTYPE",
    "OSTYPE",
    "SHLVL",
];

/// The variables that are needed from outside.
pub(super) fn needed(facts: &Facts) -> Vec<String> {
    facts.uses.iter().filter(|name| !ALWAYS_SET.contains(&name.as_str())).cloned().collect()
}

static SAMPLES: Pattern = Pattern::new(concat!(
    r"(?i)\b[\w.-]*\bexample\.(?:com|org|net|jp|co\.jp)\b",
    r"|\byour-[\w.-]+|/path/to(?:/[\w./-]*)?",
    r"|\b[\w.-]*(?:19|20)[0-9]{6}(?:[_-][0-9]{4,6})?\b[\w.-]*",
    r"|\bYYYY[-/]?MM[-/]?DD\b|\b[\w-]*X{3,}\b[\w-]*",
    r"|\buser:pass(?:word)?@[\w.-]+|\bhost:[0-9]+\b|\buser-123\b",
))
.needing(&[
    "example.",
    "your-",
    "/path/to",
    "YYYY",
    "XXX",
    "user:pass",
    "host:",
    "user-123",
    "190",
    "191",
    "192",
    "193",
    "194",
    "195",
    "196",
    "197",
    "198",
    "199",
    "200",
    "201",
    "202",
    "203",
    "204",
    "205",
    "206",
    "207",
    "208",
    "209",
]);

/// The values that look like examples, each once.
pub(super) fn sample_values(text: &str, comments: &[Range<usize>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for hit in SAMPLES.find_iter(text) {
        let seen = hit.as_str().trim_end_matches('.').to_owned();
        if !comments.iter().any(|comment| comment.contains(&hit.start())) && !found.contains(&seen) {
            found.push(seen);
        }
    }
    found
}
