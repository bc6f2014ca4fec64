//! Lines of a section that each say one thing: items of lists and lines of paragraphs.

use crate::runbook::parse::outline::{List, Node, Paragraph};
use crate::runbook::parse::time::source_words;
use crate::runbook::text::{Pattern, half_width, one_line};

/// One line, with what hangs under it.
pub(in crate::runbook::parse) struct Entry<'a> {
    pub(in crate::runbook::parse) text: String,
    /// The bold words that it begins with.
    pub(in crate::runbook::parse) lead: Option<&'a str>,
    /// Its number in an ordered list.
    pub(in crate::runbook::parse) number: Option<u64>,
    /// It is an item of a list.
    pub(in crate::runbook::parse) listed: bool,
    /// It is to be ticked.
    pub(in crate::runbook::parse) task: bool,
    pub(in crate::runbook::parse) nodes: &'a [Node],
    pub(in crate::runbook::parse) line: usize,
}

/// Every item of the lists, and every line of the paragraphs, among `nodes`; what is nested hangs on its item.
pub(in crate::runbook::parse) fn entries(nodes: &[Node]) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Paragraph(paragraph) => found.extend(lines(paragraph)),
            Node::List(list) => found.extend(items(list)),
            Node::Quote(quote) => found.extend(entries(&quote.nodes)),
            Node::Fence(_) | Node::Table(_) => {}
        }
    }
    found
}

/// The items of a list.
pub(in crate::runbook::parse) fn items(list: &List) -> Vec<Entry<'_>> {
    let numbered = |at: usize| list.start.map(|start| start + at as u64);
    let item = |(at, item): (usize, &'_ _)| {
        let item: &crate::runbook::parse::outline::Item = item;
        (at, item.line, item.task)
    };
    let mut found = Vec::new();
    for (at, listed) in list.items.iter().enumerate() {
        let (at, line, task) = item((at, listed));
        let lead = listed.text.lead.as_deref();
        let text = one_line(&listed.text.text);
        found.push(Entry { text, lead, number: numbered(at), listed: true, task, nodes: &listed.nodes, line });
    }
    found
}

/// Lines that each name something and its value stay apart; running text is one line.
fn lines(paragraph: &Paragraph) -> Vec<Entry<'_>> {
    let lead = paragraph.lead.as_deref();
    let make =
        |text: String, lead, line| Entry { text, lead, number: None, listed: false, task: false, nodes: &[], line };
    let apart = paragraph.text.lines().all(|line| paired(line).is_some());
    if !apart {
        return vec![make(one_line(&paragraph.text), lead, paragraph.line)];
    }
    let whole = paragraph.text.lines().enumerate();
    whole.map(|(at, line)| make(line.trim().to_owned(), lead.filter(|_| at == 0), paragraph.line + at)).collect()
}

static NAMED: Pattern = Pattern::new(r"^\s*(?:[-*・•]\s+)?(\S.{0,59}?)\s*[:]\s*(.*)$").needing(&[":"]);
static DASHED: Pattern = Pattern::new(r"^\s*(\S.{0,59}?)\s+(?:[-–—]|=>|->|→)\s+(\S.*)$");

/// The name and the value of a line such as `対応時間: 即座`; the value may be empty.
pub(in crate::runbook::parse) fn named(text: &str) -> Option<(String, String)> {
    let half = half_width(text);
    let found = NAMED.captures(&half)?;
    // The colon of an address or of a time of day names nothing.
    let value = found.get(2)?;
    let name = found.get(1)?;
    let clock = name.as_str().ends_with(|c: char| c.is_ascii_digit())
        && value.as_str().starts_with(|c: char| c.is_ascii_digit());
    if value.as_str().starts_with("//") || clock {
        return None;
    }
    Some((source_words(text, &half, name.range()), source_words(text, &half, value.range())))
}

/// Like [`named`], and also for `name - value`.
pub(in crate::runbook::parse) fn paired(text: &str) -> Option<(String, String)> {
    named(text).or_else(|| {
        let half = half_width(text);
        let found = DASHED.captures(&half)?;
        Some((source_words(text, &half, found.get(1)?.range()), source_words(text, &half, found.get(2)?.range())))
    })
}

/// The words of all that hangs under a line, joined as its language joins points.
pub(in crate::runbook::parse) fn joined(nodes: &[Node]) -> String {
    let texts: Vec<String> = entries(nodes).into_iter().map(|entry| entry.text).collect();
    join(&texts)
}

/// Points in one text.
pub(in crate::runbook::parse) fn join(texts: &[String]) -> String {
    let japanese = texts.iter().any(|text| text.chars().any(|c| matches!(c, 'ぁ'..='ヿ' | '一'..='鿿')));
    texts.join(if japanese { "、" } else { ", " })
}
