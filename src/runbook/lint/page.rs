//! The source text of a document, with the headings, links and fences that the rules look at.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::runbook::text::Pattern;

/// A heading.
pub(super) struct Heading {
    pub(super) level: u8,
    pub(super) title: String,
    pub(super) line: usize,
    /// Its words in the text.
    pub(super) span: Range<usize>,
}

/// A link or a picture.
pub(super) struct PageLink {
    pub(super) target: String,
    pub(super) span: Range<usize>,
}

/// A code block.
pub(super) struct PageFence {
    /// The first word of the info string; nothing for a bare fence.
    pub(super) tag: Option<String>,
    /// Written with a fence, not by its indent.
    pub(super) fenced: bool,
    /// The line of the opening fence.
    pub(super) line: usize,
    /// The first and the last line of its content; the last is before the first where it is empty.
    pub(super) first: usize,
    pub(super) last: usize,
}

/// Where a finding is.
pub(super) struct Place {
    pub(super) span: Range<usize>,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_column: usize,
}

/// A document as text.
pub(super) struct Page {
    pub(super) text: String,
    starts: Vec<usize>,
    pub(super) headings: Vec<Heading>,
    pub(super) links: Vec<PageLink>,
    pub(super) fences: Vec<PageFence>,
    /// For each line: it is the inside of a code block.
    code: Vec<bool>,
}

impl Page {
    pub(super) fn read(text: String) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let code = vec![false; starts.len() + 1];
        let (headings, links, fences) = (Vec::new(), Vec::new(), Vec::new());
        let mut page = Self { text, starts, headings, links, fences, code };
        page.mark();
        page
    }

    fn mark(&mut self) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_GFM
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        let text = std::mem::take(&mut self.text);
        let mut title: Option<(String, Range<usize>)> = None;
        #[expect(clippy::wildcard_enum_match_arm, reason = "what no rule looks at is passed over")]
        for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => title = Some((String::new(), range.end..range.start)),
                Event::End(TagEnd::Heading(level)) => {
                    if let Some((words, span)) = title.take() {
                        let span = if span.start < span.end { span } else { range.clone() };
                        let line = self.line_of(range.start);
                        let title = words.trim().to_owned();
                        self.headings.push(Heading { level: level as u8, title, line, span });
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    self.links.push(PageLink { target: dest_url.into_string(), span: range });
                }
                Event::Start(Tag::CodeBlock(kind)) => self.fence(&kind, range, &text),
                Event::Text(words) | Event::Code(words) => {
                    if let Some((title, span)) = &mut title {
                        title.push_str(&words);
                        *span = span.start.min(range.start)..span.end.max(range.end);
                    }
                }
                _ => {}
            }
        }
        self.text = text;
    }

    fn fence(&mut self, kind: &CodeBlockKind<'_>, range: Range<usize>, text: &str) {
        let body = text.get(range.clone()).unwrap_or_default().trim_end_matches('\n');
        let line = self.line_of(range.start);
        let end = self.line_of(range.start + body.len());
        let (fenced, tag) = match kind {
            CodeBlockKind::Fenced(info) => {
                (true, info.split([' ', '\t', ',', '{', '}']).find(|word| !word.is_empty()).map(str::to_lowercase))
            }
            CodeBlockKind::Indented => (false, None),
        };
        let mark = |line: &str| {
            let line = line.trim_start_matches(['>', ' ', '\t']);
            line.starts_with("```") || line.starts_with("~~~")
        };
        let closed = fenced && end > line && body.rsplit('\n').next().is_some_and(mark);
        let (first, last) = (line + usize::from(fenced), end - usize::from(closed));
        for at in first..=last {
            if let Some(inside) = self.code.get_mut(at) {
                *inside = true;
            }
        }
        self.fences.push(PageFence { tag, fenced, line, first, last });
    }

    /// The number of lines.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 1, that holds the byte `at`.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).max(1)
    }

    /// The line is the inside of a code block.
    pub(super) fn in_code(&self, line: usize) -> bool {
        self.code.get(line).copied().unwrap_or_default()
    }

    /// The bytes of a line without its end; empty at the end of the text for a line that is not there.
    pub(super) fn range(&self, line: usize) -> Range<usize> {
        let Some(start) = line.checked_sub(1).and_then(|at| self.starts.get(at)) else {
            return self.text.len()..self.text.len();
        };
        let end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        *start..end.max(*start)
    }

    /// The bytes of a line without the space around its words.
    pub(super) fn words(&self, line: usize) -> Range<usize> {
        let range = self.range(line);
        let text = self.line(line);
        let start = range.start + (text.len() - text.trim_start().len());
        start..(start + text.trim().len())
    }

    /// The text of a line.
    pub(super) fn line(&self, line: usize) -> &str {
        self.text.get(self.range(line)).unwrap_or_default()
    }

    /// The first place of `needle` in the lines from `first` to `last`.
    pub(super) fn find(&self, first: usize, last: usize, needle: &str) -> Option<Range<usize>> {
        let start = self.range(first).start;
        let at = start + self.text.get(start..self.range(last).end)?.find(needle)?;
        (!needle.is_empty()).then(|| at..at + needle.len())
    }

    /// `needle` in the lines from `first` to `last`; else the words of the first of them.
    pub(super) fn find_or_line(&self, first: usize, last: usize, needle: &str) -> Range<usize> {
        self.find(first, last, needle).unwrap_or_else(|| self.words(first))
    }

    /// Cuts a span to the text and to its first line.
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        let mut start = span.start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let line = self.line_of(start);
        let range = self.range(line);
        let mut end = span.end.clamp(start, range.end.max(start));
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let count = |to: usize| self.text.get(range.start..to).unwrap_or_default().chars().count() + 1;
        Place { line, column: count(start), end_column: count(end), span: start..end }
    }

    /// The heading that stands on a line.
    pub(super) fn heading_at(&self, line: usize) -> Option<usize> {
        self.headings.binary_search_by_key(&line, |heading| heading.line).ok()
    }

    /// The fence whose content holds the line.
    pub(super) fn fence_at(&self, line: usize) -> Option<&PageFence> {
        let at = self.fences.partition_point(|fence| fence.line <= line).checked_sub(1)?;
        self.fences.get(at).filter(|fence| (fence.first..=fence.last).contains(&line))
    }
}

static NAMED_ANCHOR: Pattern =
    Pattern::new(r#"(?:\b(?:id|name)\s*=\s*["']?|\{#|^\()([^"'\s>})]+)"#).needing(&["id", "name", "{#", "("]);

static LABEL: Pattern = Pattern::new(r"^\([\w:./-]+\)=$").needing(&[")="]);

/// The document is a page of a site whose labels are known to all of its pages.
pub(super) fn has_labels(page: &Page) -> bool {
    let directive =
        |fence: &PageFence| page.line(fence.line).contains("```{") || page.line(fence.line).contains(":::{");
    page.fences.iter().any(directive) || (1..=page.len()).any(|line| LABEL.is_match(page.line(line).trim()))
}

/// Every anchor of a document, folded as [`fold_anchor`] folds what a link asks for.
pub(super) fn anchors(page: &Page) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for heading in &page.headings {
        let name = fold_anchor(&heading.title);
        // The second heading of a name is reached with `-1` behind it.
        let n = times.entry(name.clone()).or_default();
        found.insert(if *n == 0 { name } else { format!("{name}{n}") });
        *n += 1;
    }
    for line in 1..=page.len() {
        let named = NAMED_ANCHOR.captures_iter(page.line(line));
        found.extend(named.filter_map(|hit| Some(fold_anchor(hit.get(1)?.as_str()))));
    }
    found
}

/// An anchor without what one site keeps and another leaves out.
pub(super) fn fold_anchor(words: &str) -> String {
    words.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Undoes `%20` and the like.
pub(super) fn unescape(target: &str) -> String {
    let bytes = target.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = target.get(at + 1..at + 3).filter(|_| *byte == b'%');
        if let Some(escaped) = pair.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(escaped);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
