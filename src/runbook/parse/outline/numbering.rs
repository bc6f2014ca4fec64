//! Lists and headings that markdown does not know and Japanese manuals are full of: `（1）`, `①`, `１．`, `手順1：`, `・`,
//! `□`, and `■` over a part.

use super::{Item, List, Node, Paragraph};
use crate::runbook::text::{Pattern, half_width};

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `(1)`
    Bracketed,
    /// `①`
    Circled,
    /// `１．`, or `1.` inside a paragraph.
    Dotted,
    /// `ア．`, `(ア)`
    Kana,
    /// `1-1`, `1.1.1`
    Nested,
    /// `手順1：`, `【手順1】`, `STEP1`
    Named,
    /// `・`
    Point,
    /// `□`
    Box,
}

static BRACKETED: Pattern = Pattern::new(r"^\((\d{1,2})\)\s*").needing(&["("]);
static CIRCLED: Pattern = Pattern::new(r"^([①-⑳])\s*");
static DOTTED: Pattern = Pattern::new(r"^(\d{1,2})(?:[.、]\s*|\)\s*)").needing(&[".", "、", ")"]);
static KANA: Pattern = Pattern::new(r"^(?:\([ア-ン]\)|[ア-ン][.)])\s*").needing(&["(", ".", ")"]);
static NESTED: Pattern =
    Pattern::new(r"^\d{1,2}(?:-\d{1,2}){1,3}[.):]?\s+|^\d{1,2}(?:\.\d{1,2}){1,3}[.):]?\s+").needing(&["-", "."]);
static NAMED: Pattern =
    Pattern::new(r"(?i)^(?:【(?:手順|作業|ステップ|step)\s*(\d{1,2})】|(?:手順|ステップ|step)\s*(\d{1,2})\s*[:.)])\s*")
        .needing(&["手順", "作業", "ステップ", "step"]);
static POINT: Pattern = Pattern::new(r"^[・•‣▪]\s*").needing(&["・", "•", "‣", "▪"]);
static BOX: Pattern = Pattern::new(r"^(?:[□☐☑]|\[ \])\s*").needing(&["□", "☐", "☑", "[ ]"]);

static UNIT: Pattern =
    Pattern::new(r"^[A-Za-z%]{1,4}\b|^(?:分|秒|時間|日|週|月|年|件|個|台|人|名|回|倍|度|本|行|円)(?:$|[^\p{Han}])");

/// The mark that a line begins with, and how many characters of the line it takes.
fn mark(line: &str) -> Option<(Mark, usize)> {
    let half = half_width(line);
    let kinds = [
        (Mark::Box, &BOX),
        (Mark::Named, &NAMED),
        (Mark::Bracketed, &BRACKETED),
        (Mark::Circled, &CIRCLED),
        (Mark::Nested, &NESTED),
        (Mark::Dotted, &DOTTED),
        (Mark::Kana, &KANA),
        (Mark::Point, &POINT),
    ];
    let (kind, hit) = kinds.iter().find_map(|(kind, pattern)| Some((*kind, pattern.find(&half)?)))?;
    let rest = half.get(hit.end()..).unwrap_or_default();
    // `1.5 GB` and `1-2 分` are amounts.
    let worded = rest.starts_with(|c: char| c.is_alphabetic() || "「『【<\"'`*".contains(c));
    let amount = match kind {
        Mark::Dotted => !worded,
        Mark::Nested => !worded || UNIT.is_match(rest),
        Mark::Bracketed | Mark::Circled | Mark::Kana | Mark::Named | Mark::Point | Mark::Box => false,
    };
    (!amount && !rest.trim().is_empty()).then(|| (kind, half.get(..hit.end()).unwrap_or_default().chars().count()))
}

/// Turns marked lines of paragraphs into lists; what stands between two of them belongs to the item above.
pub(super) fn gather(nodes: Vec<Node>) -> Vec<Node> {
    let Some(kind) = common(&nodes) else { return nodes };
    let mut kept = Vec::with_capacity(nodes.len());
    let mut items: Vec<Item> = Vec::new();
    for node in nodes {
        match node {
            Node::Paragraph(paragraph) => split(paragraph, kind, &mut kept, &mut items),
            // Tables and lists of their own end what stands before them.
            Node::Table(_) => {
                finish(kind, &mut items, &mut kept);
                kept.push(node);
            }
            other @ (Node::List(_) | Node::Fence(_) | Node::Quote(_)) => match items.last_mut() {
                Some(last) => last.nodes.push(other),
                None => kept.push(other),
            },
        }
    }
    finish(kind, &mut items, &mut kept);
    kept
}

/// The mark that at least two lines of the paragraphs share; the first such mark is the outermost.
fn common(nodes: &[Node]) -> Option<Mark> {
    let starts = |line: &str| !line.starts_with(|c: char| c.is_ascii_alphabetic());
    let lines = nodes.iter().filter_map(|node| if let Node::Paragraph(text) = node { Some(text) } else { None });
    let marks: Vec<Mark> = lines
        .flat_map(|text| text.text.lines())
        .filter(|line| starts(line) || line.len() < 200)
        .filter_map(|line| mark(line).map(|(kind, _)| kind))
        .collect();
    let count = |wanted: Mark| marks.iter().filter(|kind| **kind == wanted).count();
    marks.iter().copied().find(|kind| count(*kind) >= 2 || (*kind == Mark::Box && count(*kind) == 1))
}

fn split(paragraph: Paragraph, kind: Mark, kept: &mut Vec<Node>, items: &mut Vec<Item>) {
    let mut plain: Vec<&str> = Vec::new();
    let mut plain_line = paragraph.line;
    let flush = |plain: &mut Vec<&str>, line: usize, kept: &mut Vec<Node>, items: &mut Vec<Item>| {
        let text = std::mem::take(plain).join("\n");
        if text.trim().is_empty() {
            return;
        }
        let lead = paragraph.lead.clone().filter(|lead| text.starts_with(lead.as_str()));
        let rest = Node::Paragraph(Paragraph { text, lead, line, link_only: paragraph.link_only, code: None });
        match items.last_mut() {
            Some(last) => last.nodes.push(rest),
            None => kept.push(rest),
        }
    };
    for (at, line) in paragraph.text.lines().enumerate() {
        let found = mark(line).filter(|(found, _)| *found == kind);
        let Some((_, skipped)) = found else {
            if plain.is_empty() {
                plain_line = paragraph.line + at;
            }
            plain.push(line);
            continue;
        };
        flush(&mut plain, plain_line, kept, items);
        let text: String = line.chars().skip(skipped).collect();
        let line = paragraph.line + at;
        let lead =
            paragraph.lead.as_ref().is_some_and(|lead| lead.ends_with(text.trim())).then(|| text.trim().to_owned());
        let text = Paragraph { text: text.trim().to_owned(), lead, line, link_only: paragraph.link_only, code: None };
        items.push(Item { task: kind == Mark::Box, text, nodes: Vec::new(), line });
    }
    flush(&mut plain, plain_line, kept, items);
}

fn finish(kind: Mark, items: &mut Vec<Item>, kept: &mut Vec<Node>) {
    let items = std::mem::take(items);
    if !items.is_empty() {
        let start = (!matches!(kind, Mark::Point | Mark::Box)).then_some(1);
        kept.push(Node::List(List { start, items }));
    }
}

/// Takes the box off a list item that has one which markdown does not know.
pub(super) fn unbox(item: &mut Item) {
    if item.task || !item.text.text.starts_with(['□', '☐', '☑', '[', '［', '■']) {
        return;
    }
    let half = half_width(&item.text.text);
    if let Some(hit) = BOX.find(&half) {
        let skipped = half.get(..hit.end()).unwrap_or_default().chars().count();
        item.task = true;
        item.text.text = item.text.text.chars().skip(skipped).collect::<String>().trim().to_owned();
        item.text.lead = None;
    }
}

/// A heading has at most so many letters.
const LONGEST_HEADING: usize = 40;

/// The words of a line that stands over a part like a heading: `■ 切り戻し`, `【手順】`.
pub(super) fn heading(paragraph: &Paragraph) -> Option<String> {
    let text = paragraph.text.trim();
    if text.contains('\n') || text.chars().count() > LONGEST_HEADING || text.ends_with(['。', ':', '：', '、']) {
        return None;
    }
    let words = if let Some(words) = text.strip_prefix(['■', '◆', '▼', '◎', '★']) {
        words.trim_end_matches(['■', '◆', '▼', '◎', '★'])
    } else {
        text.strip_prefix('【')?.strip_suffix('】')?
    };
    let words = words.trim();
    let plain = !words.is_empty() && !words.contains(['【', '】']);
    plain.then(|| words.to_owned())
}
