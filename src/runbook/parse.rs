//! From the bytes of a file to a [`Runbook`].
//!
//! Never fails: what cannot be understood is left out or shown as text, and said in the diagnostics.
//! Never runs, opens or looks up anything; `path` is only passed on.

use std::collections::BTreeMap;

use crate::ids::Digest;
use crate::runbook::lexicon::Lexicon;
use crate::runbook::model::{
    Contents, Diagnostic, DiagnosticSeverity, Due, Language, Link, Listed, RecordFormat, Runbook, SCHEMA,
};
use crate::runbook::shell::Analyst;

mod analysis;
mod around;
mod cautions;
mod choice;
mod duties;
mod fence;
mod find;
mod head;
mod ids;
mod matching;
mod outline;
mod pauses;
mod phases;
mod record;
mod rules;
mod sections;
mod source;
mod sources;
mod step;
mod time;
mod trail;
mod words;

pub use find::{NotFound, find_procedure};

use outline::{Outline, Section};
use sections::Harvest;
use source::{Depth, Source, finding};

#[cfg(test)]
mod tests;

/// Fences of this tag run without an interpreter that the user names: by the shell, or on a connection.
pub fn runs_by_itself(tag: &str) -> bool {
    fence::runs_by_itself(tag)
}

/// Reads a document. Never fails; `path` is only kept, and names a document that has no title.
pub fn parse(path: &str, bytes: &[u8]) -> Runbook {
    Parser::new(Lexicon::built_in()).parse(path, bytes)
}

/// Reads documents by the words of one lexicon; a parser that is kept looks only at commands that it has not seen.
pub struct Parser<'a> {
    lexicon: &'a Lexicon,
    analyst: Analyst,
}

impl<'a> Parser<'a> {
    /// A parser that reads by the words of `lexicon`.
    pub fn new(lexicon: &'a Lexicon) -> Self {
        Self { lexicon, analyst: Analyst::default() }
    }

    /// Reads a document. Never fails; `path` is only kept, and names a document that has no title.
    pub fn parse(&mut self, path: &str, bytes: &[u8]) -> Runbook {
        let mut runbook = Structure::read(self.lexicon, path, bytes, Depth::Whole).whole(self.lexicon, path, bytes);
        analysis::analyse(&mut self.analyst, runbook.language, &mut runbook.procedures, &mut runbook.reference);
        pauses::mark(self.lexicon, &mut runbook.procedures);
        runbook
    }

    /// Reads only what a list of runbooks shows: nothing that stands around the procedures, and no command is looked at.
    pub fn contents(&self, path: &str, bytes: &[u8]) -> Contents {
        let Structure { language, title, harvest, schedule, .. } =
            Structure::read(self.lexicon, path, bytes, Depth::Listed);
        let procedures = harvest.procedures.into_iter().map(Listed::of).collect();
        Contents { path: path.to_owned(), sha256: Digest::of(bytes), language, title, procedures, schedule }
    }
}

/// What stands in a document, before its commands are looked at.
struct Structure {
    language: Language,
    title: String,
    front: BTreeMap<String, String>,
    outline: Outline,
    harvest: Harvest,
    record_format: Option<RecordFormat>,
    schedule: Vec<Due>,
    diagnostics: Vec<Diagnostic>,
}

impl Structure {
    fn read(lexicon: &Lexicon, path: &str, bytes: &[u8], depth: Depth) -> Self {
        let mut diagnostics = Vec::new();
        let text = source::decode(bytes, &mut diagnostics);
        let text = source::foreign_fences(text);
        let language = head::language(&text);
        let unread = source::unread_markup(&text);
        let mut outline = read_repaired(text, depth, &mut diagnostics);
        let front = head::front_matter(&outline.front_matter);
        let title = take_title(&mut outline.root).or_else(|| front.get("title").cloned()).unwrap_or_else(|| stem(path));
        let mut harvest = Harvest::of(depth);
        let record_format = record::find(&outline.root).map(|(format, lines)| {
            harvest.taken = lines;
            format
        });
        harvest.document(&outline.root, &title, lexicon);
        if let Some(line) = unread.filter(|_| harvest.procedures.is_empty()) {
            let message = "The document holds HTML or the markup of another program, and no steps were found; only markdown is read.";
            diagnostics.push(finding(line, "html_unread", DiagnosticSeverity::Warning, message));
        }
        let schedule = duties::schedule(lexicon, &outline.root, &title, &harvest.procedures);
        Self { language, title, front, outline, harvest, record_format, schedule, diagnostics }
    }

    /// The whole runbook, with what stands around the procedures.
    fn whole(mut self, lexicon: &Lexicon, path: &str, bytes: &[u8]) -> Runbook {
        let root = &self.outline.root;
        self.harvest.rest(root, &self.title, lexicon);
        around::caution_titles(lexicon, &self.title, root.line.max(1), &mut self.harvest.procedures);
        let around = around::read(lexicon, root, &self.harvest.procedures, &self.outline.links);
        Runbook {
            schema: SCHEMA,
            path: path.to_owned(),
            sha256: Digest::of(bytes),
            language: self.language,
            metadata: head::metadata(root, self.front),
            title: self.title,
            procedures: self.harvest.procedures,
            schedule: self.schedule,
            severities: around.severities,
            escalation: around.escalation,
            contacts: around.contacts,
            recovery_targets: around.recovery_targets,
            scenarios: around.scenarios,
            metric_rules: around.metric_rules,
            guidance: self.harvest.guidance,
            record_format: self.record_format,
            reference: self.harvest.reference,
            links: self.outline.links.into_iter().map(|(text, target, line)| Link { text, target, line }).collect(),
            diagnostics: self.diagnostics,
        }
    }
}

/// A heading, or a line that stands like one, where the document's sections begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 is the highest; what is no heading of markdown stands one below the heading over it.
    pub level: u8,
    /// The words, without marks.
    pub title: String,
    /// Counted from 1.
    pub line: usize,
}

/// The headings of a document in its order: its structure alone, without a look at what stands under them.
pub fn headings(bytes: &[u8]) -> Vec<Heading> {
    glance(bytes).0
}

/// The headings of a document, and its front matter's text.
fn glance(bytes: &[u8]) -> (Vec<Heading>, String) {
    let source = Source::new(source::foreign_fences(text(bytes)), Depth::Listed);
    let mut seen = outline::skim(&source);
    if let Some((repaired, _)) = seen.unclosed.and_then(|open| source::repair_tail(&source.text, open)) {
        seen = outline::skim(&Source::new(repaired, Depth::Listed));
    }
    let heading = |section: Section| Heading { level: section.level, title: section.title, line: section.line };
    (seen.sections.into_iter().map(heading).collect(), seen.front_matter)
}

/// What the first look at a document shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// The document's title, the same that [`Parser::contents`] gives.
    pub title: String,
    /// The headings under it.
    pub headings: Vec<Heading>,
}

/// Reads the title and the headings of a document: enough to find it in a list, and read in a small part of the time
/// that its contents take. `path` names a document that has no title.
pub fn sketch(path: &str, bytes: &[u8]) -> Sketch {
    let (mut headings, front) = glance(bytes);
    let title = if let Some(at) = headings.iter().position(|heading| heading.level == 1) {
        Some(headings.remove(at).title)
    } else {
        // A lone heading names the document, and stays what it is.
        let lone = headings.first().filter(|first| headings.iter().skip(1).all(|other| other.level > first.level));
        lone.map(|heading| heading.title.clone())
    };
    let title = title.or_else(|| head::front_matter(&front).remove("title")).unwrap_or_else(|| stem(path));
    Sketch { title, headings }
}

/// The text of a document, of which [`parse`] counts the lines: `\n` line ends and no byte order mark.
pub fn text(bytes: &[u8]) -> String {
    source::decode(bytes, &mut Vec::new())
}

/// Reads the outline; a broken end is repaired and reported.
fn read_repaired(text: String, depth: Depth, diagnostics: &mut Vec<Diagnostic>) -> Outline {
    let source = Source::new(text, depth);
    let outline = outline::read(&source);
    let Some(open) = outline.unclosed else { return outline };
    if let Some((repaired, line)) = source::repair_tail(&source.text, open) {
        let message = "The closing line of the last fence carries a stray tag; the fence is closed there and the tags are passed over.";
        diagnostics.push(finding(line, "broken_fence_end", DiagnosticSeverity::Warning, message));
        return outline::read(&Source::new(repaired, depth));
    }
    let message = "Nothing closes this fence; it is read up to the end of the document.";
    diagnostics.push(finding(open, "unclosed_fence", DiagnosticSeverity::Warning, message));
    outline
}

/// Takes the first top heading out of the tree: what stands under it is the document.
fn take_title(root: &mut Section) -> Option<String> {
    let Some(at) = root.children.iter().position(|child| child.level == 1) else {
        // A lone heading names the document, and stays what it is.
        return if let [only] = &root.children[..] { Some(only.title.clone()) } else { None };
    };
    let top = root.children.iter().filter(|child| child.level == 1).count();
    let first = root.children.remove(at);
    root.line = first.line;
    root.nodes.extend(first.nodes);
    let mut children = first.children;
    if top > 1 || !root.children.is_empty() {
        // Further top headings are chapters beside the first one's.
        let rest = std::mem::take(&mut root.children);
        children.extend(rest);
        children.sort_by_key(|child| child.line);
    }
    root.children = children;
    Some(first.title)
}

fn stem(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
