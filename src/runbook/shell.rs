//! Shell text: how it splits into commands, and what each command needs, asks for and may do.
//!
//! Reads text only; nothing is run. A text that does not parse is still looked at, word by word.

use crate::runbook::model::{Command, CommandReason};

mod dangers;
mod groups;
mod habits;
mod nature;
mod syntax;
mod values;

pub use groups::{Group, split};

use syntax::Script;

/// The command that a group of a fence makes. `first` is the source line of the fence's first content line.
pub fn command(group: &Group, first: usize) -> Command {
    let text = group.text.clone();
    let nature =
        if group.comments_only { Some(CommandReason::CommentsOnly) } else { nature::refuse(&text, &group.comments) };
    let script = Script::read(&text);
    let torn = || (script.broken() && nature::unclosed_quote(&text)).then_some(CommandReason::Config);
    let nature = nature.or_else(torn);
    let placeholders = if nature.is_none() { values::placeholders(&script) } else { Vec::new() };
    let reason = nature.or_else(|| (!placeholders.is_empty()).then_some(CommandReason::Placeholder));
    let shell = nature.is_none();
    let calls = if shell { script.calls() } else { Vec::new() };
    Command {
        label: group.label.clone(),
        line: first + group.first,
        end_line: first + group.last,
        runnable: reason.is_none(),
        reason,
        placeholders,
        environment: if shell { values::environment(&script) } else { Vec::new() },
        dangers: dangers::dangers(&text, &calls),
        sample_values: if shell { values::sample_values(&script) } else { Vec::new() },
        interactive: calls.iter().any(habits::interactive),
        never_ends: habits::loops_forever(&script) || calls.iter().any(habits::never_ends),
        reads_secret: calls.iter().any(habits::reads_secret),
        text,
    }
}

/// What SQL text may destroy, disrupt or change.
pub fn sql_dangers(text: &str) -> Vec<crate::runbook::model::Danger> {
    dangers::sql_dangers(text)
}

/// A line of an interactive program, such as `mysql> …`.
pub fn is_repl(line: &str) -> bool {
    nature::is_repl(line)
}

/// The number and the words of a comment such as `1. Stop the service`.
pub fn numbered(comment: &str) -> Option<(String, String)> {
    groups::numbered(comment)
}

/// The five fields of a cron line and what it runs.
pub fn cron_line(line: &str) -> Option<(String, String)> {
    nature::cron_line(line)
}

/// The program that a line starts with is one that operators are known to use.
pub fn starts_with_program(line: &str) -> bool {
    nature::starts_with_program(line)
}

#[cfg(test)]
mod tests;
