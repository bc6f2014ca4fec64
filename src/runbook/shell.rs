//! Shell text: how it splits into commands, and what each command needs, asks for and may do.
//!
//! Reads text only; nothing is run. A text that does not parse is still looked at, word by word.

use crate::i18n::Language;
use crate::runbook::model::{Block, BlockReason, Command, CommandReason, ExecutorKind, Shape};

mod analyst;
mod dangers;
pub mod filling;
mod groups;
mod habits;
mod lines;
mod nature;
mod openers;
mod plain;
mod printed;
mod programs;
mod syntax;
mod targets;
mod values;

pub use analyst::{Analyst, Findings};
pub use groups::{Group, split};

/// The command that a group of a fence makes, as far as its structure says. `first` is the source line of the fence's
/// first content line.
pub fn command(group: &Group, first: usize) -> Command {
    let reason = if group.comments_only {
        Some(CommandReason::CommentsOnly)
    } else {
        nature::refuse(&group.text, &group.comments)
            .or_else(|| group.prints.then_some(CommandReason::Output))
            .or_else(|| nature::unclosed_quote(&group.text).then_some(CommandReason::Syntax))
    };
    Command {
        label: group.label.clone(),
        line: first + group.first,
        end_line: first + group.last,
        text: group.text.clone(),
        runnable: reason.is_none(),
        reason,
        expected_output: group.output.clone(),
        ..Command::default()
    }
}

/// The fence of one command that a person typed, looked at as one of the document is.
pub fn typed(executor: ExecutorKind, text: &str, language: Language) -> Block {
    let text = text.trim_end().to_owned();
    let comments_only = executor == ExecutorKind::Shell
        && text.lines().map(str::trim_start).all(|line| line.is_empty() || line.starts_with('#'));
    let mut command =
        Command { reason: comments_only.then_some(CommandReason::CommentsOnly), text, ..Command::default() };
    Analyst::default().look(executor, &command.text).fill(&mut command, executor, language);
    let (lang, reason) = match executor {
        ExecutorKind::Sql => ("sql", Some(BlockReason::NotConfigured)),
        ExecutorKind::Redis => ("redis", Some(BlockReason::NotConfigured)),
        ExecutorKind::Shell | ExecutorKind::Python | ExecutorKind::None => ("bash", None),
    };
    Block {
        line: 0,
        lang: Some(lang.to_owned()),
        executor,
        shape: Shape::Single,
        runnable: command.runnable,
        reason,
        whole_runnable: command.runnable,
        commands: vec![command],
        alternative: false,
        condition: None,
    }
}

/// The lines are plainly commands, of which the first group may run; what is in doubt is not.
pub fn is_plainly_run(lines: &[String]) -> bool {
    plain::runs(lines)
}

/// The line opens a shell for the lines below it.
pub fn opens_shell(line: &str) -> bool {
    openers::line_opens(line)
}

/// Lines of the text are meant for the shell or the client that a line before them opens.
pub fn goes_elsewhere(text: &str) -> bool {
    openers::text_goes_elsewhere(text)
}

/// The lines are typed at a router or a firewall.
pub fn is_device(lines: &[String]) -> bool {
    nature::is_device(lines)
}

/// The danger of a command beside which stands that nobody is to run it; its words come with the language.
pub fn forbidden() -> crate::runbook::model::Danger {
    dangers::FORBIDDEN.danger(crate::i18n::Language::En)
}

/// A line of an interactive program, such as `mysql> …`.
pub fn is_repl(line: &str) -> bool {
    nature::is_repl(line)
}

/// The number and the words of a comment such as `1. Stop the service`.
pub fn numbered(comment: &str) -> Option<(String, String)> {
    groups::numbered(comment)
}

/// The text names a file of settings, such as `.env` or `/etc/hosts`.
pub fn names_settings(text: &str) -> bool {
    nature::names_settings(text)
}

/// Nothing but `NAME=value`, blank lines and comments.
pub fn is_settings(lines: &[impl AsRef<str>]) -> bool {
    nature::is_settings(lines)
}

/// The five fields of a cron line and what it runs.
pub fn cron_line(line: &str) -> Option<(String, String)> {
    nature::cron_line(line)
}

/// The lines on which a command begins, counted from 0.
pub fn command_starts(lines: &[impl AsRef<str>]) -> Vec<usize> {
    lines::command_starts(lines)
}

/// Tells, line by line, whether a command goes on behind the line.
#[derive(Default)]
pub struct Follower(lines::Reader);

impl Follower {
    /// Reads the next line; true when the command goes on behind it.
    pub fn goes_on(&mut self, line: &str) -> bool {
        self.0.line(line).is_some() && self.0.goes_on()
    }
}

/// The line is part of a command line by its looks: a program, an assignment, a word of the shell.
pub fn looks_like_command(line: &str) -> bool {
    nature::looks_like_command(line)
}

/// The line has the shape of a command, whatever its program: a word in small letters, then options, paths or values.
pub fn has_command_shape(line: &str) -> bool {
    nature::has_command_shape(line)
}

/// The line is what a program prints, a sentence, data, or a diagram.
pub fn is_no_command(line: &str) -> bool {
    nature::is_no_command(line)
}

/// The line on which the output of the one command begins that the lines hold, where that is plain.
pub fn output_of_one(lines: &[&str]) -> Option<usize> {
    printed::output_of_one(lines)
}

/// The program that a line starts with is one that operators are known to use.
pub fn starts_with_program(line: &str) -> bool {
    nature::starts_with_program(line)
}

#[cfg(test)]
mod tests;
