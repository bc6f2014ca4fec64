//! What commands print, where it stands among them without a prompt: told by its looks, and never run.

use super::groups::Group;
use super::{lines, nature};
use crate::runbook::text::Pattern;

mod looks;

static ANNOUNCED: Pattern = Pattern::new(concat!(
    r"(?i)^(?:出力(?:例|結果)?|実行結果例?|表示例|結果例?|期待(?:結果|値|出力|される(?:出力|結果|値))",
    r"|(?:(?:example|sample|expected|typical)\s+)?(?:output|result)s?(?:\s+example)?)",
    r"\s*(?:[(（][^)）]*[)）])?\s*[:：]?$",
))
.needing(&["出力", "結果", "表示例", "期待", "output", "result"]);

/// A comment that says that output follows.
pub(super) fn announced(comment: &str) -> bool {
    ANNOUNCED.is_match(comment)
}

/// Words that programs print alone on a line.
const STATUS: &[&str] = &[
    "active",
    "inactive",
    "activating",
    "failed",
    "running",
    "stopped",
    "enabled",
    "disabled",
    "masked",
    "ok",
    "healthy",
    "unhealthy",
    "ready",
    "pong",
    "imok",
    "success",
    "succeeded",
    "up",
    "down",
    "none",
    "null",
    "standby",
    "primary",
    "secondary",
    "master",
    "slave",
    "replica",
    "leader",
    "follower",
    "online",
    "offline",
    "passed",
    "completed",
    "error",
    "no",
    "on",
    "off",
    "synced",
    "permissive",
    "enforcing",
];

/// The line is a word that says how something is, or a number.
pub(super) fn is_word(line: &str) -> bool {
    let line = line.trim();
    let status = STATUS.iter().any(|word| line.eq_ignore_ascii_case(word));
    let number = !line.is_empty() && line.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '%');
    status || number
}

/// The line is plainly no command, or a word that says how something is.
fn is_output(line: &str) -> bool {
    is_word(line) || (!nature::looks_like_command(line.trim()) && nature::is_no_command(line.trim()))
}

/// The line on which the output of the one command begins that the lines hold, where that is plain.
pub(super) fn output_of_one(lines: &[&str]) -> Option<usize> {
    output_behind(lines, &lines::command_starts(lines))
}

/// The same, where the lines on which commands begin are known.
fn output_behind(lines: &[&str], starts: &[usize]) -> Option<usize> {
    let [first, at, ..] = *starts else { return None };
    let command = lines.get(first)?;
    let named = nature::starts_with_program(command) && !nature::is_no_command(command);
    let whole = lines.get(..first)?.iter().all(|line| line.trim().is_empty());
    (named && whole && looks::plainly_output(lines.get(at..)?)).then_some(at)
}

/// Takes the output off a group where a blank line and a header of columns part it from the commands; where the
/// boundary is not as plain, the group is told to hold output.
pub(super) fn tell_apart(group: &mut Group) {
    if group.comments_only {
        return;
    }
    group.prints = group.comments.first().is_some_and(|comment| announced(comment));
    if group.prints || !group.text.contains('\n') {
        return;
    }
    let all: Vec<&str> = group.text.split('\n').collect();
    let starts = lines::command_starts(&all);
    if let Some(at) = output_behind(&all, &starts) {
        take_off(group, at);
        return;
    }
    let Some(at) = starts.iter().skip(1).find(|at| all.get(**at).is_some_and(|line| is_output(line))).copied() else {
        return;
    };
    let (head, tail) = all.split_at(at);
    let parted = head.last().is_some_and(|line| line.trim().is_empty());
    let header = tail.first().is_some_and(|line| nature::is_header(line));
    let commands = starts.iter().filter(|start| **start > at).filter_map(|start| all.get(*start));
    if parted && header && !commands.clone().any(|line| nature::looks_like_command(line)) {
        take_off(group, at);
    } else {
        group.prints = true;
    }
}

/// Keeps the lines from `at` on as what the lines before them print.
fn take_off(group: &mut Group, at: usize) {
    let all: Vec<&str> = group.text.split('\n').collect();
    let (head, tail) = all.split_at(at);
    let kept = head.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    let output = tail.join("\n");
    let text = head.get(..kept).unwrap_or_default().join("\n");
    group.last = group.first + kept.saturating_sub(1);
    group.text = text;
    group.output.get_or_insert(output);
}
