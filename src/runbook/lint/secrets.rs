//! Secrets among the arguments of a command, and keys that stand in the text.

use std::ops::Range;

use super::{Desk, Severity, commands, rules, say};
use crate::runbook::text::Pattern;

/// How a secret is handed over on the command line; its value is the first group that matched.
static ON_THE_LINE: [(&str, Pattern); 9] = [
    (
        "--password",
        Pattern::new(r#"(?i)\s--?(?:[a-z0-9]+-)*(?:password|passwd|passphrase|secret|api[-_]?key|access[-_]?key|secret[-_]?key|auth[-_]?token|token)(?:=|\s+)(\\"[^"\n]*"|"[^"\n]*"|'[^'\n]*'|[^\s|;&)"'=-][^\s|;&)]*)"#)
            .needing(&["pass", "secret", "key", "token"]),
    ),
    ("-p", Pattern::new(r#"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mysqlcheck|mysqlbinlog)\b(?:[^|;&\n]*?\s)-p(\\"[^"\n]+"|"[^"\n]+"|'[^'\n]+'|[^\s|;&)"']+)"#).needing(&["-p"])),
    ("-a", Pattern::new(r#"\bredis-cli\b(?:[^|;&\n]*?\s)(?:-a|--pass)\s+(\\"[^"\n]*"|"[^"\n]*"|'[^'\n]*'|[^\s|;&)"']+)"#).needing(&["redis-cli"])),
    ("-p", Pattern::new(r#"\b(?:sshpass\s+-p|docker\s+login\b[^|;&\n]*?\s-p|mongo(?:sh|dump|restore)?\b[^|;&\n]*?\s-p)\s*(\\"[^"\n]+"|"[^"\n]+"|'[^'\n]+'|[^\s|;&)"'-][^\s|;&)]*)"#).needing(&["-p"])),
    ("-u", Pattern::new(r#"\b(?:curl|wget|http)\b[^|;\n]*?\s(?:-u|--user|--proxy-user)[ =]*["']?[^\s:"'|;]+:([^\s"'|;@]+)"#).needing(&["-u", "user"])),
    ("Authorization", Pattern::new(r#"(?i)\bauthorization:\s*(?:bearer|basic|token)\s+([^\s"']+)"#).needing(&["authorization"])),
    ("URL", Pattern::new(r#"\b[a-z][a-z0-9+.-]*://[^\s:/@"'<>]+:([^\s/@"']+)@"#).needing(&["://"])),
    ("PASSWORD=", Pattern::new(r#"\b(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH|[A-Z][A-Z0-9_]*(?:PASSWORD|SECRET|TOKEN|API_KEY|ACCESS_KEY))=(\\"[^"\n]+"|"[^"\n]+"|'[^'\n]+'|[^\s|;&)"'$(`<]+)"#).needing(&["PASSWORD", "PWD", "AUTH", "SECRET", "TOKEN", "KEY"])),
    ("pass:", Pattern::new(r#"\bopenssl\b[^|;\n]*?\s-pass(?:in|out)?\s+["']?pass:([^\s"'|;]+)"#).needing(&["pass:"])),
];

static MARKS: Pattern =
    Pattern::new(r"(?i)--?(?:lock|next|client|page|starting|continuation|request|resume)[-_]token").needing(&["token"]);

/// Keys whose form says whose they are.
static KEYS: [(&str, Pattern); 9] = [
    ("AWS", Pattern::new(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b").needing(&["AKIA", "ASIA"])),
    ("GitHub", Pattern::new(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})").needing(&["gh", "github_pat_"])),
    ("GitLab", Pattern::new(r"\bglpat-[A-Za-z0-9_-]{20,}").needing(&["glpat-"])),
    ("Slack", Pattern::new(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bhooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,}").needing(&["xox", "hooks.slack.com"])),
    ("Stripe", Pattern::new(r"\b[sr]k_live_[A-Za-z0-9]{16,}").needing(&["k_live_"])),
    ("Google", Pattern::new(r"\bAIza[0-9A-Za-z_-]{35}").needing(&["AIza"])),
    ("JWT", Pattern::new(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}").needing(&["eyJ"])),
    ("npm", Pattern::new(r"\bnpm_[A-Za-z0-9]{36}\b").needing(&["npm_"])),
    ("PRIVATE KEY", Pattern::new(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----").needing(&["-----BEGIN"])),
];

pub(super) fn check(desk: &mut Desk<'_>) {
    let commands: Vec<_> = commands::everywhere(desk).collect();
    for command in commands {
        for line in command.line..=command.end_line {
            on_the_line(desk, line);
        }
    }
    in_the_text(desk);
}

/// What a value is.
#[derive(PartialEq, Eq)]
enum Value {
    /// The secret itself.
    Literal,
    /// A variable, or a value to fill in: the secret when it runs.
    Later,
    /// No secret.
    None,
}

fn value(written: &str) -> Value {
    let bare = written.trim_matches(['"', '\'', '\\']);
    let lower = bare.to_lowercase();
    let sample = ["password", "pass", "passwd", "secret", "token", "changeme", "your", "example", "redacted"];
    if bare.is_empty()
        || bare.starts_with("-")
        || matches!(lower.as_str(), "true" | "false" | "stdin" | "none" | "null")
    {
        Value::None
    } else if bare.contains(['$', '<', '{', '`', '＜'])
        || bare.chars().all(|c| "*x.•X".contains(c))
        || sample.iter().any(|s| lower.contains(s))
    {
        Value::Later
    } else {
        Value::Literal
    }
}

fn on_the_line(desk: &mut Desk<'_>, line: usize) {
    let page = desk.page;
    let (text, start) = (page.line(line), page.range(line).start);
    if text.trim_start().starts_with('#') {
        return;
    }
    let mut taken: Vec<Range<usize>> = Vec::new();
    for (manner, pattern) in &ON_THE_LINE {
        for hit in pattern.captures_iter(text) {
            let Some(secret) = hit.get(1) else { continue };
            let kind = value(secret.as_str());
            let environment = *manner == "PASSWORD=";
            // What a request is told by, and no key to anything.
            let mark = hit.get(0).is_some_and(|whole| MARKS.is_match(whole.as_str()));
            let overlaps = taken.iter().any(|range| range.start < secret.end() && secret.start() < range.end);
            if kind == Value::None || mark || overlaps || (environment && kind == Value::Later) {
                continue;
            }
            taken.push(secret.range());
            let span = start + secret.start()..start + secret.end();
            let (severity, message) = if kind == Value::Literal {
                desk.secrets.push(span.clone());
                let message = if environment {
                    say!(desk.language, "秘密の値がコマンドに書かれています", "a secret is written into the command")
                } else {
                    say!(
                        desk.language,
                        "秘密の値が引数（{manner}）に書かれています",
                        "a secret is written among the arguments ({manner})"
                    )
                };
                (Severity::Warning, message)
            } else {
                (
                    Severity::Note,
                    say!(
                        desk.language,
                        "実行すると秘密が引数（{manner}）になります",
                        "when this runs, a secret is among the arguments ({manner})"
                    ),
                )
            };
            desk.add(&rules::SECRET_ON_COMMAND_LINE, severity, span, message);
        }
    }
}

fn in_the_text(desk: &mut Desk<'_>) {
    let page = desk.page;
    for (owner, pattern) in &KEYS {
        for hit in pattern.find_iter(&page.text) {
            let key = hit.as_str();
            let tail: std::collections::BTreeSet<char> = key.chars().rev().take(12).collect();
            let sample = key.to_uppercase().contains("EXAMPLE") || tail.len() < 4;
            if sample && *owner != "PRIVATE KEY" {
                continue;
            }
            let message =
                say!(desk.language, "本物と思われる鍵があります（{owner}）", "this looks like a real key ({owner})");
            if *owner != "PRIVATE KEY" {
                desk.secrets.push(hit.range());
            } else if let Some(body) = key_body(&page.text, hit.end()) {
                desk.secrets.push(body);
            }
            desk.add(&rules::SECRET_IN_TEXT, Severity::Error, hit.range(), message);
        }
    }
}

/// The lines between the marks of a private key.
fn key_body(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    Some(from..from + rest.find("-----END")?)
}
