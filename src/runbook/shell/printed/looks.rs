//! Lines that can be nothing but output: a table, a listing, data, lines of a log, values by their names.

use crate::runbook::shell::nature;
use crate::runbook::text::Pattern;

/// The lines are output of one kind, and none of them could be a command.
pub(super) fn plainly_output(lines: &[&str]) -> bool {
    let full: Vec<&str> = lines.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    !full.is_empty() && (data(&full) || table(&full) || listing(&full) || log(&full) || values(&full) || status(&full))
}

/// JSON, as one text or line by line.
fn data(lines: &[&str]) -> bool {
    let holds = |text: &str| {
        text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok()
    };
    holds(&lines.join("\n")) || lines.iter().all(|line| holds(line))
}

static HEADER: Pattern = Pattern::new(
    r"^\s*(?:[A-Z][A-Z0-9_/%()-]*(?:\s+[A-Z%#][A-Z0-9%/_()-]*)+|[A-Z][\w()-]*(?:\s+(?:[A-Z%#][\w%/()-]*|on))+|\|.*\||[+|][-=+|]+)\s*$",
);
static AMOUNT: Pattern = Pattern::new(r"^\d+(?:\.\d+)?(?:[KMGTP]i?B?|%|B)?$|^-$");

/// A header of columns, and rows below it of which none begins with a program.
fn table(lines: &[&str]) -> bool {
    let Some((header, rows)) = lines.split_first().filter(|(header, rows)| HEADER.is_match(header) && !rows.is_empty())
    else {
        return false;
    };
    if header.trim_start().starts_with(['|', '+']) {
        return rows.iter().all(|row| row.trim_start().starts_with(['|', '+', '(']));
    }
    let columns = header.split_whitespace().count();
    rows.iter().all(|row| {
        let words: Vec<&str> = row.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        // The name of a device or a mount point is no program where amounts follow it.
        let path = first.contains('/') && words.iter().skip(1).filter(|word| AMOUNT.is_match(word)).count() > 1;
        words.len() > 1
            && words.len() + 2 >= columns
            && (path || !nature::looks_like_command(row))
            && !row.contains(['$', ';', '&', '`', '"'])
            && !words.iter().skip(1).any(|word| word.starts_with("--"))
    })
}

static FILE: Pattern = Pattern::new(r"^\s*(?:total \d|[-dlbcps](?:[r-][w-][xsStT-]){3}[.+@]?\s+\d)");

/// Files with their rights.
fn listing(lines: &[&str]) -> bool {
    lines.iter().all(|line| FILE.is_match(line))
}

static LOGGED: Pattern = Pattern::new(
    r"^\s*(?:\[?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}|\[?(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2}\s+\d{1,2},? (?:\d{4} )?\d{2}:\d{2}|\S+ \S+ \S+ \[\d{2}/[A-Z][a-z]{2}/\d{4}|\[\s*\d+\.\d+\]|-- (?:Logs begin|No entries|Journal begins))",
);

/// Lines that begin with a time; what is indented below one goes on from it.
fn log(lines: &[&str]) -> bool {
    lines.first().is_some_and(|first| LOGGED.is_match(first))
        && lines.iter().all(|line| LOGGED.is_match(line) || line.starts_with([' ', '\t']))
}

static VALUE: Pattern = Pattern::new(r"^\s*[A-Za-z][\w./()-]*(?: [\w./()-]+){0,3}\s*:(?:\s+\S.*)?$").needing(&[":"]);

/// Names with their values, more than one.
fn values(lines: &[&str]) -> bool {
    lines.len() > 1 && lines.iter().all(|line| VALUE.is_match(line) && !nature::looks_like_command(line))
}

/// What `systemctl status` shows: a dot, and indented lines below it.
fn status(lines: &[&str]) -> bool {
    lines.split_first().is_some_and(|(first, rest)| {
        first.trim_start().starts_with(['●', '○', '×'])
            && rest.iter().all(|line| line.starts_with([' ', '\t', '●']) || LOGGED.is_match(line))
    })
}
