//! The headings of a document alone: what stands under them is passed over as it comes.

use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Parser, Tag, TagEnd};

use super::super::{List, Node, Paragraph, Section, Source, admonition, numbering};
use super::inline::Inline;
use super::{MAX_DEPTH, closes, heading_words, is_heading_end, number, options, place};

/// What one look over a document finds.
pub(in crate::runbook::parse) struct Skimmed {
    /// Sections in the order of the document, none below another, without what stands in them.
    pub(in crate::runbook::parse) sections: Vec<Section>,
    /// The front matter's text.
    pub(in crate::runbook::parse) front_matter: String,
    /// The opening line of a fence that the document's end closes.
    pub(in crate::runbook::parse) unclosed: Option<usize>,
}

/// Reads the headings of a document, the same as [`super::read`] finds.
pub(in crate::runbook::parse) fn skim(source: &Source) -> Skimmed {
    let events = Parser::new_ext(&source.text, options()).into_offset_iter();
    let mut eye = Eye { source, events, unclosed: None, front_matter: String::new() };
    let mut flat = vec![Section { line: 1, ..Section::default() }];
    while let Some((event, range)) = eye.events.next() {
        let Event::Start(tag) = event else { continue };
        if let Tag::Heading { level, .. } = tag {
            let title = heading_words(&eye.inline(is_heading_end).text);
            flat.push(Section { level: number(level), title, line: source.line(range.start), ..Section::default() });
        } else if let Some(node) = eye.block(tag, &range) {
            place(node, &mut flat);
            // Only the block that stands right above another can be its heading.
            if let Some(last) = flat.last_mut() {
                last.nodes.drain(..last.nodes.len().saturating_sub(1));
            }
        }
    }
    let Eye { unclosed, front_matter, .. } = eye;
    flat.remove(0);
    flat.iter_mut().for_each(|section| section.nodes = Vec::new());
    Skimmed { sections: flat, front_matter, unclosed }
}

struct Eye<'a> {
    source: &'a Source,
    events: OffsetIter<'a>,
    unclosed: Option<usize>,
    front_matter: String,
}

impl<'a> Eye<'a> {
    /// As much of a block as tells whether it stands like a heading; of others only that they are there.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what the tree has no place for is passed over")]
    fn block(&mut self, tag: Tag<'a>, range: &std::ops::Range<usize>) -> Option<Node> {
        let raw = || self.source.text.get(range.clone()).unwrap_or_default();
        let other = Some(Node::Paragraph(Paragraph::default()));
        match tag {
            Tag::Paragraph if numbering::could_be_drawn(raw()) => {
                let text = self.inline(|end| matches!(end, TagEnd::Paragraph));
                Some(Node::Paragraph(Paragraph { line: self.source.line(range.start), ..text }))
            }
            Tag::HtmlBlock => {
                let text = admonition::html_text(&self.html());
                let line = self.source.line(range.start);
                (!text.is_empty()).then_some(Node::Paragraph(Paragraph { text, line, ..Paragraph::default() }))
            }
            Tag::MetadataBlock(_) => {
                self.front_matter = self.inline(|end| matches!(end, TagEnd::MetadataBlock(_))).text;
                None
            }
            Tag::CodeBlock(kind) => {
                self.fence(&kind, range);
                self.pass(0);
                other
            }
            Tag::List(start) => {
                self.pass(1);
                Some(Node::List(List { start, items: Vec::new() }))
            }
            Tag::BlockQuote(_) => {
                self.pass(1);
                other
            }
            Tag::Paragraph | Tag::Table(_) => {
                self.pass(0);
                other
            }
            _ => {
                self.pass(MAX_DEPTH + 1);
                None
            }
        }
    }

    /// The source of an HTML block.
    fn html(&mut self) -> String {
        let mut html = String::new();
        for (event, _) in self.events.by_ref() {
            if let Event::Html(part) | Event::Text(part) = &event {
                html.push_str(part);
            } else if matches!(event, Event::End(TagEnd::HtmlBlock)) {
                break;
            }
        }
        html
    }

    /// Reads text up to the end that `is_end` knows.
    fn inline(&mut self, is_end: fn(&TagEnd) -> bool) -> Paragraph {
        let mut text = Inline::default();
        for (event, _) in self.events.by_ref() {
            if matches!(&event, Event::End(end) if is_end(end)) {
                break;
            }
            text.take(event);
        }
        text.done()
    }

    /// Passes over everything up to the end of the block that was just entered; `deep` lists and quotes are open.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only what can hold a fence counts")]
    fn pass(&mut self, mut deep: usize) {
        let mut open = 1;
        while open > 0 {
            let Some((event, range)) = self.events.next() else { return };
            match event {
                Event::Start(tag) => {
                    open += 1;
                    match tag {
                        Tag::CodeBlock(kind) if deep <= MAX_DEPTH => self.fence(&kind, &range),
                        Tag::List(_) | Tag::BlockQuote(_) => deep += 1,
                        // Nobody looks into a footnote.
                        Tag::FootnoteDefinition(_) => deep += MAX_DEPTH + 1,
                        _ => {}
                    }
                }
                Event::End(end) => {
                    open -= 1;
                    match end {
                        TagEnd::List(_) | TagEnd::BlockQuote(_) => deep = deep.saturating_sub(1),
                        TagEnd::FootnoteDefinition => deep = deep.saturating_sub(MAX_DEPTH + 1),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes a fence that nothing closes.
    fn fence(&mut self, kind: &CodeBlockKind<'_>, range: &std::ops::Range<usize>) {
        if matches!(kind, CodeBlockKind::Fenced(_)) && !closes(self.source.text.get(range.clone()).unwrap_or_default())
        {
            self.unclosed = Some(self.source.line(range.start));
        }
    }
}
