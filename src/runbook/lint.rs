//! What is wrong with a runbook: findings with a rule, a place, a reason and a fix.
//!
//! Pure: whether a link leads anywhere is asked of the caller. Total: any bytes give a report, never a panic, and every
//! place lies in the text. Text of the document in a message is not sanitised here; whoever shows it does that.

use std::ops::Range;

use crate::i18n::Language;
use crate::runbook::model::Runbook;
use crate::runbook::parse;

mod commands;
mod cron;
mod duties;
mod order;
mod page;
mod people;
mod prose;
mod rules;
mod secrets;
mod structure;
mod titles;
mod unseen;

#[cfg(test)]
mod tests;

pub use rules::{RULES, Rule};
pub use structure::sentence as diagnostic;

use page::Page;

/// How grave a finding is, from mild to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// It will go wrong for somebody.
    Warning,
    /// The document cannot be trusted to say what it seems to say.
    Error,
}

/// A second place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The bytes of the text.
    pub span: Range<usize>,
    /// Its line, from 1.
    pub line: usize,
    /// What stands there.
    pub words: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How grave it is here.
    pub severity: Severity,
    /// The bytes of the text; never more than one line.
    pub span: Range<usize>,
    /// Its line, from 1.
    pub line: usize,
    /// The last line that is meant.
    pub end_line: usize,
    /// The first character in its line, from 1.
    pub column: usize,
    /// The character behind the last one.
    pub end_column: usize,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// What to do about it.
    pub fix: String,
    /// Other places.
    pub related: Vec<Related>,
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nothing is there.
    Missing,
    /// Something is there.
    There,
    /// A text is there, in which anchors can be looked for.
    Text(String),
    /// Nobody can say.
    Unknown,
}

/// What was found in one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The text that the places are counted in.
    pub text: String,
    /// The findings in the order of their places.
    pub findings: Vec<Finding>,
    /// Places that hold a secret: they are not to be shown.
    pub secrets: Vec<Range<usize>>,
}

/// Looks for everything that is wrong with a document. `follow` says what a relative link leads to.
pub fn lint(path: &str, bytes: &[u8], follow: &dyn Fn(&str) -> Target, language: Language) -> Report {
    let book = parse::parse(path, bytes);
    let page = Page::read(parse::text(bytes));
    let mut desk = Desk { page: &page, book: &book, language, follow, findings: Vec::new(), secrets: Vec::new() };
    structure::diagnostics(&mut desk);
    if !desk.book.diagnostics.iter().any(|d| d.kind == "nul") {
        structure::check(&mut desk);
        titles::check(&mut desk);
        commands::check(&mut desk);
        order::check(&mut desk);
        prose::check(&mut desk);
        secrets::check(&mut desk);
        duties::check(&mut desk);
        people::check(&mut desk);
        unseen::check(&mut desk);
    }
    let Desk { mut findings, secrets, .. } = desk;
    findings.sort_by(|a, b| (a.span.start, a.rule.id, a.span.end).cmp(&(b.span.start, b.rule.id, b.span.end)));
    findings.dedup_by(|a, b| (a.rule.id, &a.span) == (b.rule.id, &b.span));
    Report { text: page.text, findings, secrets }
}

/// What a rule works with.
struct Desk<'a> {
    page: &'a Page,
    book: &'a Runbook,
    language: Language,
    follow: &'a dyn Fn(&str) -> Target,
    findings: Vec<Finding>,
    secrets: Vec<Range<usize>>,
}

impl Desk<'_> {
    /// Notes a finding at `span`, which is cut to its first line and to the text.
    fn add(&mut self, rule: &'static Rule, severity: Severity, span: Range<usize>, message: String) -> &mut Finding {
        let at = self.page.place(span);
        self.findings.push(Finding {
            rule,
            severity,
            line: at.line,
            end_line: at.line,
            column: at.column,
            end_column: at.end_column,
            span: at.span,
            message,
            why: rule.why(self.language).to_owned(),
            fix: rule.fix(self.language).to_owned(),
            related: Vec::new(),
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// A second place for a finding.
    fn related(&self, span: Range<usize>, words: String) -> Related {
        let at = self.page.place(span);
        Related { span: at.span, line: at.line, words }
    }
}

/// A text in the language of the reader.
macro_rules! say {
    ($language:expr, $ja:literal, $en:literal $(,)?) => {
        match $language {
            $crate::i18n::Language::Ja => format!($ja),
            $crate::i18n::Language::En => format!($en),
        }
    };
}
use say;
