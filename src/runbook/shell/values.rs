//! What a command needs before it can run: values to fill in, variables from outside, samples to replace.

use std::ops::Range;

use super::syntax::{Facts, Script};

use crate::runbook::model::Placeholder;
use crate::runbook::text::Pattern;

mod blanks;
pub(super) use blanks::noun;

static ANGLE: Pattern =
    Pattern::new(r"<([A-Za-z_\p{Han}\p{Hiragana}\p{Katakana}][\w :.,/'’ー・（）()-]*)>").needing(&["<"]);
static FULL_ANGLE: Pattern = Pattern::new(r"＜([^＜＞\n]+)＞").needing(&["＜"]);
static BRACES: Pattern = Pattern::new(r"\{\{\s*([\p{L}_][^{}\n|\x22'`$()\[\]]*?)\s*\}\}").needing(&["{{"]);
static BRACE: Pattern = Pattern::new(r"\{([\p{L}_][\w-]+)\}").needing(&["{"]);
static SHOUTED: Pattern = Pattern::new(
    r"\b(?:YOUR_[A-Z0-9_]+|YOUR[A-Z]{3,}|CHANGE_?ME|REPLACE_(?:ME|WITH)\w*|[A-Z0-9_]+_HERE|[Rr]eplace-with-[\w-]+|changeme|TBD)\b",
)
.needing(&["YOUR", "CHANGE", "REPLACE", "_HERE", "TBD"]);
/// A time that is to be written into a statement, and no form of one: `to_char` has its form behind a comma.
static MOMENT: Pattern = Pattern::new(
    r"(?i)(?:\bto_(?:date|timestamp)\s*\(|\btime|[=<>]|\bbetween|\band|\bvalues\s*\()\s*['\x22](YYYY[-/]?MM[^'\x22\n]*)['\x22]",
)
.needing(&["YYYY"]);
/// The name of an unset secret: stars for what is not shown.
static STARRED: Pattern = Pattern::new(r"(?m)^\s*(?:export\s+)?(\w+)=['\x22]?[^\s'\x22]*\*{4,}").needing(&["****"]);
static UNREADABLE: Pattern = Pattern::new("\u{FFFD}");
static TO_CHANGE: Pattern = Pattern::new(
    r"(?i)#.*(?:change ?me|replace ?me|fill (?:this )?in|要変更|要編集|要置換|(?:置き?|書き)換え(?:る|て)|変更して(?:ください|下さい))",
)
.needing(&["change", "replace", "fill", "要", "換え", "変更"]);

/// Words in angle brackets that programs print or that are markup.
const NO_VALUES: &[&str] =
    &["none", "pending", "unknown", "nil", "null", "invalid", "EOF", "html", "head", "title", "body", "div", "p", "br"];

/// Words in braces that templates and small languages have of their own.
const NO_BRACES: &[&str] = &[
    "end", "else", "range", "if", "with", "json", "print", "next", "exit", "getline", "title", "body", "owner", "repo",
    "branch",
];

/// Programs whose arguments hold braces of their own.
const BRACE_LANGUAGES: &[&str] = &[
    "awk", "jq ", "perl ", "python", "ruby ", "sed ", "printf", "jsonpath", "node -", "-I{", "-I {", "curl -w",
    "jmespath",
];

/// A value to fill in: where it stands, its name, how it is written.
pub(super) type Marked = (Range<usize>, String, &'static str);

/// Every value of `text` that is written as one to fill in: where, its name, its form. In order, without overlap.
/// `braces` says that braces mean nothing of their own.
pub(super) fn marked_values(text: &str, braces: bool) -> Vec<Marked> {
    let mut found: Vec<Marked> = Vec::new();
    for (pattern, form) in [
        (&ANGLE, "<>"),
        (&FULL_ANGLE, "＜＞"),
        (&BRACES, "{{}}"),
        (&BRACE, "{}"),
        (&SHOUTED, "word"),
        (&MOMENT, "time"),
        (&UNREADABLE, "unreadable"),
    ] {
        if !braces && form.starts_with('{') {
            continue;
        }
        for hit in pattern.captures_iter(text) {
            let Some(whole) = hit.get(0) else { continue };
            let inner = hit.get(1).unwrap_or(whole).as_str();
            let name = inner.trim().to_owned();
            let overlaps = found.iter().any(|(range, ..)| range.start < whole.end() && whole.start() < range.end);
            if !overlaps && is_value(text, &whole.range(), inner, form) {
                found.push((whole.range(), name, form));
            }
        }
    }
    found.sort_by_key(|(range, ..)| range.start);
    found
}

/// What stands in the marks is a name of a value, and no redirection, markup, template or variable.
fn is_value(text: &str, range: &Range<usize>, inner: &str, form: &str) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let last = before.chars().next_back();
    match form {
        "<>" => {
            let markup = NO_VALUES.contains(&inner) || inner.ends_with('/') || text.contains(&format!("</{inner}>"));
            let group = before.ends_with("(?") || before.ends_with("(?P");
            !matches!(last, Some('<' | '\\')) && !markup && !group && !inner.ends_with(' ')
        }
        "{{}}" => {
            let first = inner.split_whitespace().next().unwrap_or_default();
            let template = ["{{.", "{{ .", "{{-", "{{range", "{{ range", "{{if", "{{ if", "{{with", "{{$", "{{ $"];
            let own = NO_BRACES.contains(&first) || template.iter().any(|sign| text.contains(sign));
            !own && !inner.contains(" .")
        }
        "{}" => {
            let line = before.rsplit('\n').next().unwrap_or_default();
            let own = BRACE_LANGUAGES.iter().any(|program| line.contains(program));
            let taken = last.is_some_and(|c| matches!(c, '$' | '{' | '%' | '@' | '\\' | '}' | '#' | '(' | ')' | '^'))
                || after.starts_with(['}', '{', ','])
                || NO_BRACES.contains(&inner);
            let body = before.trim_end().ends_with([')', ']']);
            !own && !taken && !body
        }
        "word" => {
            let variable = matches!(last, Some('$')) || before.ends_with("${") || before.ends_with("${!");
            !variable && !after.starts_with('=')
        }
        _ => true,
    }
}

/// The values that must be filled in first, each name once.
pub(super) fn placeholders(script: &Script, facts: &Facts) -> Vec<Placeholder> {
    let mut found = named(&script.marked, &facts.comments);
    let mut add = |name: &str, form: &str| {
        if !found.iter().any(|known| known.name == name) {
            found.push(Placeholder { name: name.to_owned(), form: form.to_owned() });
        }
    };
    if facts.left_out {
        add("...", "...");
    }
    for blank in &facts.blanks {
        add(blank, "blank");
    }
    for call in &facts.calls {
        blanks::of_call(call, &facts.sets, &mut add);
    }
    for file in facts.writes.iter().map(|write| &write.target).chain(&facts.reads) {
        blanks::of_file(file, &facts.sets, &mut add);
    }
    for hit in STARRED.captures_iter(&script.text) {
        add(hit.get(1).map_or("", |name| name.as_str()), "xx");
    }
    for comment in &facts.comments {
        let Some(text) = script.text.get(comment.clone()).filter(|text| TO_CHANGE.is_match(text)) else { continue };
        let line = script.text.get(..comment.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        if !line.trim().is_empty() {
            let name = line.trim().trim_start_matches("export ").split('=').next().unwrap_or_default();
            let simple = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            add(if simple { name } else { text.trim_start_matches('#').trim() }, "#");
        }
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
    r"|(?-i:\b[\w-]*[A-Z0-9_-]EXAMPLE[A-Z0-9_-]*\b|\b[\w-]+-(?:COMPROMISED|ATTACKED|AFFECTED)[\w-]*)",
    r"|\b(?:compromised|affected|attacker)-(?:user|bucket|role|instance|key|account|host)\b",
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
    "19",
    "20",
    "EXAMPLE",
    "COMPROMISED",
    "ATTACKED",
    "AFFECTED",
    "attacker-",
]);

/// The values that look like examples, each once. What `asked` is asked for anyway is none: neither within its marks nor by its name.
pub(super) fn sample_values(
    text: &str,
    comments: &[Range<usize>],
    marked: &[Marked],
    asked: &[Placeholder],
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for hit in SAMPLES.find_iter(text) {
        let seen = hit.as_str().trim_end_matches('.').to_owned();
        let within = |range: &Range<usize>| range.contains(&hit.start());
        let is_asked = marked.iter().any(|(range, ..)| within(range)) || asked.iter().any(|known| known.name == seen);
        if !is_asked && !comments.iter().any(within) && !found.contains(&seen) {
            found.push(seen);
        }
    }
    found
}
