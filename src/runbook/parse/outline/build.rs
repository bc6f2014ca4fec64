//! Turns the events of the markdown parser into the tree.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::super::fence;
use super::{Fence, Item, List, Node, Outline, Paragraph, Quote, Section, Source, Table, admonition, numbering};

use crate::runbook::forbidden;
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::text::one_line;

mod events;
mod inline;
mod skim;
use events::Events;
use inline::Inline;
pub(in crate::runbook::parse) use skim::skim;

/// How deep lists and quotes may nest before their inside is passed over; hand-written text stays far below.
const MAX_DEPTH: usize = 24;

/// The markdown that runbooks are written in.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
}

/// Reads the tree of a document.
pub(in crate::runbook::parse) fn read(source: &Source) -> Outline {
    let events = Events::of(Parser::new_ext(&source.text, options()).into_offset_iter());
    let mut reader =
        Reader { source, events, depth: 0, links: Vec::new(), front_matter: String::new(), unclosed: None };
    let mut flat: Vec<Section> = vec![Section { line: 1, ..Section::default() }];
    while reader.events.first().is_some() {
        if let Some((level, range)) = reader.heading() {
            let line = source.line(range.start);
            let title = heading_words(&reader.inline(is_heading_end).text);
            flat.push(Section { level, title, line, ..Section::default() });
        } else if let Some(node) = reader.node() {
            place(node, &mut flat);
        }
    }
    let (links, front_matter, unclosed) = (reader.links, reader.front_matter, reader.unclosed);
    for section in &mut flat {
        let nodes = numbering::gather(admonition::gather(std::mem::take(&mut section.nodes)));
        section.nodes = nodes.into_iter().map(code_alone).collect();
        forbid(None, &mut section.nodes);
    }
    Outline { root: nest(flat), front_matter, links, unclosed }
}

/// A paragraph that is one command as inline code is a code block.
fn code_alone(node: Node) -> Node {
    if let Node::Paragraph(Paragraph { code: Some(code), line, .. }) = &node
        && fence::is_inline_command(code)
    {
        return Node::Fence(Fence::of_line(code.clone(), *line));
    }
    node
}

/// Tells the fences below words that forbid them. `lead` stands above the nodes.
fn forbid(lead: Option<&str>, nodes: &mut [Node]) {
    let mut above = lead.map(str::to_owned);
    for node in nodes {
        let said = above.take();
        match node {
            Node::Paragraph(paragraph) => above = Some(paragraph.text.clone()),
            Node::Fence(fence) => {
                fence.forbidden = said.filter(|text| forbidden::below(text)).map(|text| one_line(&text))
            }
            Node::Quote(quote) => forbid(None, &mut quote.nodes),
            Node::List(_) | Node::Table(_) => {}
        }
    }
}

/// The words of a heading in one line, without an anchor such as `{#restore}`.
fn heading_words(text: &str) -> String {
    let line = text.replace('\n', " ");
    let line = line.trim().trim_end_matches('#').trim_end();
    let anchor = if line.ends_with('}') { line.rfind("{#") } else { None };
    anchor.map_or(line, |at| line[..at].trim_end()).to_owned()
}

/// Puts a block under the last heading; a line that stands like a heading opens a part below it.
fn place(node: Node, flat: &mut Vec<Section>) {
    let Some(last) = flat.last_mut() else { return };
    let said = match &node {
        Node::Paragraph(paragraph) => numbering::heading(paragraph),
        Node::List(list) if list.start.is_some() => last.nodes.last().and_then(numbering::over_list),
        Node::List(_) | Node::Fence(_) | Node::Table(_) | Node::Quote(_) => None,
    };
    let Some(said) = said.filter(|said| !caution_word(&said.title)) else { return last.nodes.push(node) };
    let nodes = match node {
        Node::Paragraph(_) => said.below.into_iter().map(Node::Paragraph).collect(),
        Node::List(_) | Node::Fence(_) | Node::Table(_) | Node::Quote(_) => {
            last.nodes.pop();
            vec![node]
        }
    };
    // Parts that are drawn alike stand beside each other.
    let level = match (last.drawn, said.rank) {
        (Some(above), rank) if above < rank => last.level + 1,
        (Some(above), rank) if above > rank => last.level.saturating_sub(1).max(2),
        (Some(_), _) => last.level,
        (None, _) => last.level.max(1) + 1,
    };
    flat.push(Section {
        level,
        title: said.title,
        line: said.line,
        drawn: Some(said.rank),
        nodes,
        ..Section::default()
    });
}

/// The words say that a caution follows, and open no part.
fn caution_word(title: &str) -> bool {
    let known = Lexicon::built_in();
    known.topics(title).any(&[Topic::Caution, Topic::Warning, Topic::Note, Topic::Guidance])
}

/// Puts the sections, which come in document order, under each other by level.
fn nest(flat: Vec<Section>) -> Section {
    let mut open: Vec<Section> = Vec::new();
    for section in flat {
        while open.len() > 1 && open.last().is_some_and(|last| last.level >= section.level) {
            fold_last(&mut open);
        }
        open.push(section);
    }
    while open.len() > 1 {
        fold_last(&mut open);
    }
    open.pop().unwrap_or_default()
}

fn fold_last(open: &mut Vec<Section>) {
    if let Some(done) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(done);
    }
}

fn is_heading_end(end: &TagEnd) -> bool {
    matches!(end, TagEnd::Heading(_))
}

struct Reader<'a> {
    source: &'a Source,
    events: Events<'a>,
    depth: usize,
    links: Vec<(String, String, usize)>,
    front_matter: String,
    unclosed: Option<usize>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        self.events.next()
    }

    /// Steps into a heading, when one is next.
    fn heading(&mut self) -> Option<(u8, Range<usize>)> {
        let (Event::Start(Tag::Heading { level, .. }), range) = self.events.first()? else { return None };
        let found = (number(*level), range.clone());
        self.next();
        Some(found)
    }

    /// Reads one block; gives nothing for what has no place in the tree. Always moves on.
    fn node(&mut self) -> Option<Node> {
        let (event, range) = self.next()?;
        let Event::Start(tag) = event else { return None };
        if self.depth > MAX_DEPTH {
            self.skip();
            return None;
        }
        self.depth += 1;
        let node = self.block(tag, &range);
        self.depth -= 1;
        node
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what the tree has no place for is passed over")]
    fn block(&mut self, tag: Tag<'a>, range: &Range<usize>) -> Option<Node> {
        let line = self.source.line(range.start);
        match tag {
            Tag::Paragraph => {
                let text = self.inline(|end| matches!(end, TagEnd::Paragraph));
                Some(Node::Paragraph(Paragraph { line, ..text }))
            }
            Tag::Heading { .. } => {
                // A heading inside a list or a quote is a line of text there, not a section.
                let text = self.inline(is_heading_end);
                Some(Node::Paragraph(Paragraph { line, ..text }))
            }
            Tag::CodeBlock(kind) => Some(Node::Fence(self.fence(&kind, range))),
            Tag::List(start) => Some(Node::List(self.list(start))),
            Tag::Table(_) => Some(Node::Table(self.table())),
            Tag::BlockQuote(kind) => {
                let nodes = self.nodes(|end| matches!(end, TagEnd::BlockQuote(_)));
                let alert = kind.map(|kind| alert_name(kind).to_owned());
                Some(Node::Quote(Quote { alert, nodes: admonition::gather(nodes), line }))
            }
            Tag::HtmlBlock => {
                let text = admonition::html_text(&self.html());
                (!text.is_empty()).then_some(Node::Paragraph(Paragraph { text, line, ..Paragraph::default() }))
            }
            Tag::MetadataBlock(_) => {
                self.front_matter = self.inline(|end| matches!(end, TagEnd::MetadataBlock(_))).text;
                None
            }
            _ => {
                self.skip();
                None
            }
        }
    }

    /// The source of an HTML block.
    fn html(&mut self) -> String {
        let mut html = String::new();
        while let Some((event, _)) = self.next() {
            if let Event::Html(part) | Event::Text(part) = &event {
                html.push_str(part);
            } else if matches!(event, Event::End(TagEnd::HtmlBlock)) {
                break;
            }
        }
        html
    }

    /// Passes over everything up to the end of the block that was just entered.
    fn skip(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.next() {
                Some((Event::Start(_), _)) => depth += 1,
                Some((Event::End(_), _)) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    fn nodes(&mut self, is_end: fn(&TagEnd) -> bool) -> Vec<Node> {
        let mut nodes = Vec::new();
        while let Some((event, _)) = self.events.first() {
            if let Event::End(end) = event
                && is_end(end)
            {
                self.next();
                break;
            }
            nodes.extend(self.node());
        }
        nodes
    }

    /// Reads text up to the end that `is_end` knows.
    fn inline(&mut self, is_end: fn(&TagEnd) -> bool) -> Paragraph {
        self.words(is_end).0
    }

    /// Reads text up to the end that `is_end` knows, and tells what of it is code.
    fn words(&mut self, is_end: fn(&TagEnd) -> bool) -> (Paragraph, Vec<String>) {
        let mut text = Inline::default();
        while let Some((event, range)) = self.next() {
            if let Event::End(end) = &event
                && is_end(end)
            {
                break;
            }
            let line = self.source.line(range.start);
            self.note_code(&mut text, &event, &range);
            self.links.extend(text.take(event).map(|(seen, target)| (seen, target, line)));
        }
        let code = text.code.clone();
        (text.done(), code)
    }

    /// Code that goes over several lines is not what stands in the source.
    fn note_code(&self, text: &mut Inline, event: &Event<'_>, range: &Range<usize>) {
        let over_lines = || self.source.text.get(range.clone()).is_none_or(|raw| raw.contains('\n'));
        text.broken |= matches!(event, Event::Code(_)) && over_lines();
    }

    fn fence(&mut self, kind: &CodeBlockKind<'_>, range: &Range<usize>) -> Fence {
        let mut content = String::new();
        while let Some((event, _)) = self.next() {
            if let Event::Text(text) = &event {
                content.push_str(text);
            } else if matches!(event, Event::End(TagEnd::CodeBlock)) {
                break;
            }
        }
        let line = self.source.line(range.start);
        let (info, first) = match kind {
            CodeBlockKind::Fenced(info) => (info.trim().to_owned(), line + 1),
            CodeBlockKind::Indented => (String::new(), line),
        };
        if matches!(kind, CodeBlockKind::Fenced(_)) && !closes(self.source.text.get(range.clone()).unwrap_or_default())
        {
            self.unclosed = Some(line);
        }
        let indented = matches!(kind, CodeBlockKind::Indented);
        let lines = content.lines().map(str::to_owned).collect();
        Fence { info, lines, line, first, indented, depth: self.source.depth, ..Fence::default() }
    }

    fn list(&mut self, start: Option<u64>) -> List {
        let mut items = Vec::new();
        while let Some((event, range)) = self.next() {
            if matches!(event, Event::Start(Tag::Item)) {
                let line = self.source.line(range.start);
                items.push(self.item(line));
            } else if matches!(event, Event::End(TagEnd::List(_))) {
                break;
            }
        }
        List { start, items }
    }

    fn item(&mut self, line: usize) -> Item {
        let mut item = Item { line, ..Item::default() };
        let mut loose = Inline::default();
        while let Some((event, range)) = self.events.first() {
            let here = self.source.line(range.start);
            if matches!(event, Event::End(TagEnd::Item)) {
                self.next();
                break;
            } else if matches!(event, Event::TaskListMarker(_)) {
                item.task = true;
                self.next();
            } else if matches!(event, Event::Start(tag) if is_block(tag)) {
                let marker = self.events.second().map(|(event, _)| event);
                item.task |= matches!(marker, Some(Event::TaskListMarker(_)));
                loose.flush(&mut item.nodes);
                item.nodes.extend(self.node());
            } else if let Some((event, range)) = self.next() {
                loose.line.get_or_insert(here);
                self.note_code(&mut loose, &event, &range);
                self.links.extend(loose.take(event).map(|(seen, target)| (seen, target, here)));
            }
        }
        loose.flush(&mut item.nodes);
        item.nodes = admonition::gather(std::mem::take(&mut item.nodes));
        if matches!(item.nodes.first(), Some(Node::Paragraph(_)))
            && let Node::Paragraph(text) = item.nodes.remove(0)
        {
            item.text = text;
        }
        item.nodes = std::mem::take(&mut item.nodes).into_iter().map(code_alone).collect();
        forbid(Some(&item.text.text), &mut item.nodes);
        numbering::unbox(&mut item);
        numbering::inside(&mut item);
        item
    }

    fn table(&mut self) -> Table {
        let mut table = Table { header: Vec::new(), rows: Vec::new(), typed: Vec::new() };
        let (mut cells, mut typed) = (Vec::new(), Vec::new());
        while let Some((event, range)) = self.next() {
            if matches!(event, Event::Start(Tag::TableCell)) {
                let (text, inside) = self.words(|end| matches!(end, TagEnd::TableCell));
                let lines = if inside.is_empty() { text.text.lines().map(str::to_owned).collect() } else { inside };
                cells.push(one_line(&text.text));
                typed.push(lines);
            } else if matches!(event, Event::End(TagEnd::TableHead)) {
                table.header = std::mem::take(&mut cells);
                typed.clear();
            } else if matches!(event, Event::End(TagEnd::TableRow)) {
                table.rows.push((std::mem::take(&mut cells), self.source.line(range.start)));
                table.typed.push(std::mem::take(&mut typed));
            } else if matches!(event, Event::End(TagEnd::Table)) {
                break;
            }
        }
        table
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::Table(_)
            | Tag::MetadataBlock(_)
            | Tag::FootnoteDefinition(_)
    )
}

/// True when the source of a fence ends with a legal closing line.
fn closes(raw: &str) -> bool {
    let raw = raw.trim_end();
    let fence = raw.chars().take_while(|c| *c == '`' || *c == '~').count();
    let Some((_, last)) = raw.rsplit_once('\n') else { return false };
    let last = last.trim_start_matches(['>', ' ', '\t']);
    let mark = raw.chars().next().unwrap_or('`');
    last.chars().count() >= fence && last.chars().all(|c| c == mark)
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn alert_name(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}
