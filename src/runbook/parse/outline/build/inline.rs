//! Text with its marks taken off, while it is being read.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::super::{Node, Paragraph, admonition};

/// Text that is being read.
#[derive(Default)]
pub(super) struct Inline {
    /// The line of the first word, for text without a paragraph of its own.
    pub(super) line: Option<usize>,
    text: String,
    /// Inline code goes over several lines.
    pub(super) broken: bool,
    lead: Option<String>,
    bold_from: Option<usize>,
    link: Option<(usize, String)>,
    linked: bool,
    struck_from: Option<usize>,
    /// What stands before the end of the last words that are struck through, if nothing but such words.
    struck: Option<usize>,
    /// What stands between backticks.
    pub(super) code: Vec<String>,
    /// The words that stand outside the links.
    plain: String,
}

/// Words that only lead to a link.
const POINTERS: &[&str] = &[
    "see",
    "also",
    "refer",
    "to",
    "the",
    "and",
    "or",
    "for",
    "more",
    "details",
    "information",
    "info",
    "read",
    "docs",
    "documentation",
    "reference",
    "link",
    "in",
    "this",
    "at",
    "runbook",
    "page",
    "following",
    "を参照してください",
    "を参照",
    "参照",
    "詳細は",
    "詳しくは",
    "はこちら",
    "こちら",
    "および",
    "または",
    "と",
    "も",
    "を",
    "の",
];

/// The words say no more than that there is a link.
fn points_only(words: &str) -> bool {
    words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .all(|word| POINTERS.iter().any(|pointer| word.eq_ignore_ascii_case(pointer)))
}

impl Inline {
    /// Takes one event; gives the words and the target of a link that it completes.
    #[expect(clippy::wildcard_enum_match_arm, reason = "marks and HTML are not text")]
    pub(super) fn take(&mut self, event: Event<'_>) -> Option<(String, String)> {
        match event {
            Event::Text(text) => self.push(&text),
            Event::Code(code) => {
                self.push(&code);
                self.code.push(code.to_string());
                return names_document(&code).then(|| (code.to_string(), code.to_string()));
            }
            // Only tags that browsers know are markup; `<pod-name>` is a word of the author.
            Event::InlineHtml(tag) if !admonition::is_markup(&tag) => self.push(&tag),
            Event::InlineHtml(tag) if admonition::breaks(&tag) => self.push("\n"),
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            Event::Start(Tag::Strong) if self.text.trim().is_empty() => self.bold_from = Some(self.text.len()),
            Event::End(TagEnd::Strong) => {
                if let Some(from) = self.bold_from.take() {
                    self.lead = self.text.get(from..).map(|lead| lead.trim().to_owned());
                }
            }
            Event::Start(Tag::Strikethrough) => self.struck_from = Some(self.text.len()),
            Event::End(TagEnd::Strikethrough) => {
                let from =
                    self.struck_from.take().filter(|from| self.is_empty_between(self.struck.unwrap_or(0), *from));
                self.struck = from.map(|_| self.text.len()).or(self.struck);
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.link = Some((self.text.len(), dest_url.to_string())),
            Event::End(TagEnd::Link) => {
                let (from, target) = self.link.take()?;
                self.linked = true;
                let seen = self.text.get(from..).unwrap_or_default().to_owned();
                return (!target.starts_with('#')).then_some((seen, target));
            }
            _ => {}
        }
        None
    }

    fn push(&mut self, text: &str) {
        if self.link.is_none() {
            self.plain.push_str(text);
        }
        self.text.push_str(text);
    }

    fn is_empty_between(&self, from: usize, to: usize) -> bool {
        self.text.get(from..to).is_some_and(|words| words.chars().all(|c| !c.is_alphanumeric()))
    }

    /// The text as a paragraph.
    pub(super) fn done(self) -> Paragraph {
        let link_only = self.linked && points_only(&self.plain);
        let struck = self.struck.is_some_and(|end| self.is_empty_between(end, self.text.len()));
        let text = self.text.trim().to_owned();
        let only = self.code.into_iter().next();
        let code = only.filter(|code| !self.linked && !self.broken && self.lead.is_none() && code.trim() == text);
        let line = self.line.unwrap_or_default();
        Paragraph { text, lead: self.lead, link_only, code, struck, line, ..Paragraph::default() }
    }

    /// Ends a run of text that has no paragraph of its own.
    pub(super) fn flush(&mut self, nodes: &mut Vec<Node>) {
        let taken = std::mem::take(self);
        if !taken.text.trim().is_empty() {
            nodes.push(Node::Paragraph(taken.done()));
        }
    }
}

/// An inline code that names another document, such as `docs/failover.md`.
fn names_document(code: &str) -> bool {
    let path = code.split('#').next().unwrap_or(code);
    path.len() > 3 && path.ends_with(".md") && !path.contains(char::is_whitespace)
}
