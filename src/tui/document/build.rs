//! From markdown to blocks.

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::tui::document::{Block, Document, Heading, TableRow, Text};
use crate::tui::text::{Piece, width};
use crate::tui::theme::Role;

/// Reads markdown.
pub(super) fn build(text: &str) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    let mut builder = Builder { starts, ..Builder::default() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let line = builder.line_of(range.start);
        builder.event(event, line, builder.line_of(range.end.saturating_sub(1)));
    }
    builder.flush();
    let lines = text.lines().count();
    Document { headings: builder.headings, lines, blocks: builder.blocks }
}

/// What text stands in.
enum Around {
    Quote,
    /// A list's item, with its mark until that is used.
    Item {
        mark: Option<String>,
        indent: usize,
    },
}

#[derive(Default)]
struct Builder {
    starts: Vec<usize>,
    blocks: Vec<Block>,
    headings: Vec<Heading>,
    around: Vec<Around>,
    /// The number of the next item of each open list; nothing for one without numbers.
    lists: Vec<Option<u64>>,
    pieces: Vec<Piece>,
    line: usize,
    strong: usize,
    struck: usize,
    links: Vec<(String, usize)>,
    heading: Option<usize>,
    code: Option<Code>,
    table: Option<Vec<TableRow>>,
    /// Something was written since the last empty line.
    written: bool,
}

struct Code {
    role: Role,
    fenced: bool,
    line: usize,
    text: String,
    started: bool,
}

impl Builder {
    fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).max(1)
    }

    fn event(&mut self, event: Event<'_>, line: usize, last: usize) {
        match event {
            Event::Start(tag) => self.start(tag, line),
            Event::End(tag) => self.end(tag, last),
            Event::Text(text) => self.text(&text, line),
            Event::Code(code) => self.put(&format!("`{code}`"), Role::Command, line),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.put(&text, Role::Text, line),
            Event::Html(html) | Event::InlineHtml(html) => {
                for (n, part) in html.split_inclusive('\n').enumerate() {
                    self.put(part.trim_end_matches('\n'), Role::Dim, line + n);
                    if part.ends_with('\n') {
                        self.flush();
                    }
                }
            }
            Event::FootnoteReference(name) => self.put(&format!("[^{name}]"), Role::Dim, line),
            // Line breaks stay as they were written: a line is found again where it was.
            Event::SoftBreak | Event::HardBreak if self.table.is_none() => self.flush(),
            Event::SoftBreak | Event::HardBreak => self.put(" ", Role::Text, line),
            Event::Rule => {
                self.gap(line);
                self.blocks.push(Block::Rule { line });
                self.written = true;
            }
            Event::TaskListMarker(done) => self.put(if done { "[x] " } else { "[ ] " }, Role::Title, line),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "emphasis and the like look as their text does")]
    fn start(&mut self, tag: Tag<'_>, line: usize) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => {
                self.flush();
                let first_of_item = matches!(self.around.last(), Some(Around::Item { mark: Some(_), .. }));
                if !first_of_item {
                    self.gap(line);
                }
            }
            Tag::Heading { level, .. } => {
                self.gap(line);
                self.heading = Some(level as usize);
                self.put(&format!("{} ", "#".repeat(level as usize)), Role::Dim, line);
            }
            Tag::BlockQuote(kind) => {
                self.gap(line);
                self.around.push(Around::Quote);
                if let Some(kind) = kind {
                    let (word, role) = match kind {
                        BlockQuoteKind::Note => ("NOTE", Role::Caution),
                        BlockQuoteKind::Tip => ("TIP", Role::Caution),
                        BlockQuoteKind::Important => ("IMPORTANT", Role::Caution),
                        BlockQuoteKind::Warning => ("WARNING", Role::Danger),
                        BlockQuoteKind::Caution => ("CAUTION", Role::Danger),
                    };
                    self.put(&format!("[!{word}]"), role, line);
                    self.flush();
                    self.written = false;
                }
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                self.gap(line);
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                if let CodeBlockKind::Fenced(tag) = kind {
                    self.put(&format!("```{tag}"), Role::Dim, line);
                    self.flush();
                }
                let text = String::new();
                self.code = Some(Code { role: Role::Command, fenced, line, text, started: false });
            }
            Tag::MetadataBlock(_) => {
                self.put("---", Role::Dim, line);
                self.flush();
                self.code =
                    Some(Code { role: Role::Dim, fenced: false, line: line + 1, text: String::new(), started: true });
            }
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.gap(line);
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    Some(None) | None => "- ".to_owned(),
                };
                self.line = line;
                self.around.push(Around::Item { indent: width(&mark), mark: Some(mark) });
            }
            Tag::FootnoteDefinition(name) => {
                self.gap(line);
                let mark = crate::tui::foreign::sanitise_inline(&format!("[^{name}]: "));
                self.line = line;
                self.around.push(Around::Item { indent: 4, mark: Some(mark) });
            }
            Tag::Table(_) => {
                self.flush();
                self.gap(line);
                self.table = Some(Vec::new());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.table {
                    rows.push(TableRow { line, cells: Vec::new() });
                }
            }
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough => {
                self.struck += 1;
                self.put("~~", Role::Dim, line);
            }
            Tag::Link { dest_url, .. } => self.links.push((dest_url.into_string(), self.pieces.len())),
            Tag::Image { dest_url, .. } => {
                self.put("![", Role::Dim, line);
                self.links.push((dest_url.into_string(), self.pieces.len()));
            }
            // Emphasis and the like: their text says it.
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "emphasis and the like look as their text does")]
    fn end(&mut self, tag: TagEnd, last: usize) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::Heading(_) => {
                let text: String = self.pieces.iter().skip(1).map(Piece::text).collect();
                if let Some(level) = self.heading.take() {
                    self.headings.push(Heading { line: self.line, level, text: text.trim().to_owned() });
                }
                self.flush();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.around.pop();
            }
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => self.end_code(last),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Item | TagEnd::FootnoteDefinition => {
                if matches!(self.around.last(), Some(Around::Item { mark: Some(_), .. })) && self.pieces.is_empty() {
                    let line = self.line;
                    self.put(" ", Role::Text, line);
                }
                self.flush();
                self.around.pop();
            }
            TagEnd::TableCell => {
                let pieces = std::mem::take(&mut self.pieces);
                if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
                    row.cells.push(pieces);
                }
            }
            TagEnd::Table => {
                if let Some(rows) = self.table.take() {
                    let (_, prefix) = self.prefixes();
                    self.blocks.push(Block::Table { prefix, rows });
                    self.written = true;
                }
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough => {
                self.struck = self.struck.saturating_sub(1);
                let line = self.line;
                self.put("~~", Role::Dim, line);
            }
            TagEnd::Link | TagEnd::Image => {
                let Some((url, from)) = self.links.pop() else { return };
                let line = self.line;
                if tag == TagEnd::Image {
                    self.put("]", Role::Dim, line);
                }
                let text: String = self.pieces.iter().skip(from).map(Piece::text).collect();
                if text != url {
                    self.put(&format!(" ({url})"), Role::Dim, line);
                }
            }
            // Their start changed nothing.
            _ => {}
        }
    }

    fn text(&mut self, text: &str, line: usize) {
        if let Some(code) = &mut self.code {
            if !code.started {
                code.line = line;
                code.started = true;
            }
            code.text.push_str(text);
            return;
        }
        let role = if self.heading.is_some() || self.strong > 0 {
            Role::Title
        } else if self.struck > 0 {
            Role::Dim
        } else {
            Role::Text
        };
        self.put(text, role, line);
    }

    fn end_code(&mut self, last: usize) {
        let Some(code) = self.code.take() else { return };
        for (line, text) in (code.line..).zip(code.text.lines()) {
            let (first, rest) = self.prefixes();
            let pieces = vec![Piece::new(text, code.role)];
            self.blocks.push(Block::Text(Text { line, first, rest, pieces, exact: true }));
        }
        self.written = true;
        if code.fenced || code.role == Role::Dim {
            self.put(if code.fenced { "```" } else { "---" }, Role::Dim, last.max(code.line));
            self.flush();
        }
    }

    fn put(&mut self, text: &str, role: Role, line: usize) {
        if self.pieces.is_empty() {
            self.line = line;
        }
        if !text.is_empty() {
            self.pieces.push(Piece::new(text, role));
        }
    }

    /// Ends the line that is being written.
    fn flush(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        if pieces.is_empty() {
            return;
        }
        if self.table.is_some() {
            self.pieces = pieces;
            return;
        }
        let (first, rest) = self.prefixes();
        self.blocks.push(Block::Text(Text { line: self.line, first, rest, pieces, exact: false }));
        self.written = true;
    }

    /// An empty line, where something stands above.
    fn gap(&mut self, line: usize) {
        self.flush();
        let in_item = matches!(self.around.last(), Some(Around::Item { .. }));
        if self.written && !in_item {
            self.blocks.push(Block::Blank { line: line.saturating_sub(1).max(1) });
            self.written = false;
        }
    }

    /// What stands before the next row and before those after it. The mark of an item is used up.
    fn prefixes(&mut self) -> (Vec<Piece>, Vec<Piece>) {
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for around in &mut self.around {
            match around {
                Around::Quote => {
                    first.push(Piece::new("│ ", Role::Border));
                    rest.push(Piece::new("│ ", Role::Border));
                }
                Around::Item { mark, indent } => {
                    let blanks = Piece::new(&" ".repeat(*indent), Role::Text);
                    first.push(mark.take().map_or_else(|| blanks.clone(), |mark| Piece::new(&mark, Role::Key)));
                    rest.push(blanks);
                }
            }
        }
        (first, rest)
    }
}
