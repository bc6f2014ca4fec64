//! What a command needs, asks for and may do: found once for each text, and kept.

use std::collections::HashMap;
use std::sync::Arc;

use super::syntax::{Script, ShellParser};
use super::{dangers, groups, habits, openers, values};
use crate::i18n::Language;
use crate::runbook::forbidden;
use crate::runbook::model::{Command, CommandReason, ExecutorKind, Placeholder, Target};

/// How many texts are kept before all are forgotten: a folder of runbooks has fewer.
const KEPT: usize = 8192;

/// Looks at commands, and remembers what it saw.
///
/// A caller that reads documents again and again keeps one, so that only what has changed is looked at.
pub struct Analyst {
    parser: ShellParser,
    kept: HashMap<(ExecutorKind, String), Arc<Findings>>,
}

/// What was found in the text of a command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// Why the text cannot be run, whatever its values.
    pub reason: Option<CommandReason>,
    /// Values that must be filled in first.
    pub placeholders: Vec<Placeholder>,
    /// The variables that it uses and does not set.
    pub uses: Vec<String>,
    /// The variables that it sets for what comes after it.
    pub sets: Vec<String>,
    /// What it may destroy, disrupt or change.
    pub(super) dangers: Vec<&'static dangers::Rule>,
    /// Where its disruptive and destructive dangers act.
    pub targets: Vec<Target>,
    /// Values that look like examples.
    pub sample_values: Vec<String>,
    /// It asks for input.
    pub interactive: bool,
    /// It runs until it is stopped.
    pub never_ends: bool,
    /// It prints a secret.
    pub reads_secret: bool,
    /// A secret stands in it as plain text.
    pub secret_on_command_line: bool,
}

impl Findings {
    /// Tells a command what was found. What its structure refuses stays refused, and needs no values.
    pub fn fill(&self, command: &mut Command, executor: ExecutorKind, language: Language) {
        // What stands above a command is no part of its text.
        let forbidden = command.dangers.iter().any(|danger| danger.rule == dangers::FORBIDDEN.id());
        let above = Some(&dangers::FORBIDDEN).filter(|rule| forbidden && !self.dangers.contains(rule));
        command.dangers =
            above.into_iter().chain(self.dangers.iter().copied()).map(|rule| rule.danger(language)).collect();
        command.targets.clone_from(&self.targets);
        command.reason = command.reason.or(self.reason);
        if command.reason.is_some() {
            command.runnable = false;
            return;
        }
        command.placeholders.clone_from(&self.placeholders);
        command.reason = (!self.placeholders.is_empty()).then_some(CommandReason::Placeholder);
        command.runnable = executor == ExecutorKind::Shell && command.reason.is_none();
        command.environment.clone_from(&self.uses);
        command.sample_values.clone_from(&self.sample_values);
        command.interactive = self.interactive;
        command.never_ends = self.never_ends;
        command.reads_secret = self.reads_secret;
        command.secret_on_command_line = self.secret_on_command_line;
    }
}

impl Default for Analyst {
    fn default() -> Self {
        Self { parser: ShellParser::new(), kept: HashMap::new() }
    }
}

impl Analyst {
    /// What `text` needs and may do when `executor` runs it.
    pub fn look(&mut self, executor: ExecutorKind, text: &str) -> Arc<Findings> {
        // The key is owned only where the text is new.
        let key = (executor, text.to_owned());
        if let Some(known) = self.kept.get(&key) {
            return Arc::clone(known);
        }
        let found = Arc::new(match executor {
            ExecutorKind::Shell => self.shell(text),
            ExecutorKind::Sql => plain(text, true, dangers::sql(text)),
            ExecutorKind::Redis => plain(text, true, dangers::redis(text)),
            ExecutorKind::Python => plain(text, false, dangers::program(text)),
            ExecutorKind::None => Findings::default(),
        });
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(key, Arc::clone(&found));
        found
    }

    fn shell(&mut self, text: &str) -> Findings {
        let script = Script::for_facts(&mut self.parser, text);
        let facts = script.facts(&mut self.parser);
        let hidden = hidden(&script.text, &script.marked);
        let calls = &facts.calls;
        let syntax = (script.broken() || facts.refused).then_some(CommandReason::Syntax);
        // A script has a shell of its own, and ends that.
        let mut comments = facts.comments.iter().filter_map(|comment| script.text.get(comment.clone()));
        let forbidden = comments.any(forbidden::in_comment).then_some(&dangers::FORBIDDEN);
        let of_the_text: Vec<_> = forbidden.into_iter().chain(hidden.map(|(rule, _)| rule)).collect();
        let (dangers, mut targets) = dangers::shell(&facts, &of_the_text);
        unmask(&mut targets, &script);
        let elsewhere = !groups::is_script(text) && openers::goes_elsewhere(&mut self.parser, text, calls);
        let placeholders = values::placeholders(&script, &facts);
        Findings {
            reason: hidden.and_then(|(_, reason)| reason).or(syntax).or(elsewhere.then_some(CommandReason::Elsewhere)),
            sample_values: values::sample_values(text, &facts.comments, &script.marked, &placeholders),
            placeholders,
            uses: values::needed(&facts),
            dangers,
            targets,
            interactive: facts.asks
                || calls.iter().any(|call| habits::interactive(call) || openers::opened(call).is_some()),
            never_ends: habits::loops_forever(text) || habits::never_end(calls),
            reads_secret: calls.iter().any(habits::reads_secret),
            secret_on_command_line: calls.iter().any(habits::shows_secret),
            sets: facts.sets,
        }
    }
}

/// Puts the marked values back into names that were read where they were masked.
fn unmask(targets: &mut [Target], script: &Script) {
    let mut marked: Vec<_> = script.marked.iter().map(|(range, ..)| range.clone()).collect();
    marked.sort_by_key(|range| std::cmp::Reverse(range.len()));
    for name in targets.iter_mut().filter_map(|target| target.name.as_mut()) {
        for range in &marked {
            if let (Some(mask), Some(text)) = (script.masked.get(range.clone()), script.text.get(range.clone()))
                && mask != text
                && name.contains(mask)
            {
                *name = name.replacen(mask, text, 1);
            }
        }
    }
}

/// A text that no shell reads.
fn plain(text: &str, braces: bool, mut dangers: Vec<&'static dangers::Rule>) -> Findings {
    let marked = values::marked_values(text, braces);
    let hidden = hidden(text, &marked);
    dangers.extend(hidden.map(|(rule, _)| rule));
    let placeholders = values::named(&marked, &[]);
    Findings {
        reason: hidden.and_then(|(_, reason)| reason),
        sample_values: values::sample_values(text, &[], &marked, &placeholders),
        placeholders,
        dangers,
        ..Findings::default()
    }
}

/// What is hidden in a text, and why that blocks it.
fn hidden(text: &str, marked: &[values::Marked]) -> Option<(&'static dangers::Rule, Option<CommandReason>)> {
    let filled: Vec<_> = marked.iter().map(|(range, ..)| range.clone()).collect();
    if dangers::misleads(text, &filled) {
        Some((&dangers::UNSEEN, Some(CommandReason::Hidden)))
    } else {
        dangers::blanks(text).then_some((&dangers::LONG_BLANK, None))
    }
}
