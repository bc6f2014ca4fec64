//! Lists and headings that markdown does not know and Japanese manuals are full of: `（1）`, `①`, `１．`, `手順1：`, `・`,
//! `□`, and `■` over a part.

use super::{Item, List, Node, Paragraph};
use crate::runbook::lexicon::{Lexicon, Topic};
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
    /// `A.`, `(a)`
    Lettered,
    /// `I.`, `ii)`
    Roman,
    /// `1-1`, `1.1.1`
    Nested,
    /// `手順1：`, `【手順1】`, `STEP1`
    Named,
    /// `・`
    Point,
    /// `●`
    Drawn,
    /// `□`
    Box,
}

static BRACKETED: Pattern = Pattern::new(r"^\((\d{1,2})\)\s*").needing(&["("]);
static CIRCLED: Pattern = Pattern::new(r"^([①-⑳])\s*");
static DOTTED: Pattern = Pattern::new(r"^(\d{1,2})(?:[.、]\s*|\)\s*)").needing(&[".", "、", ")"]);
static KANA: Pattern = Pattern::new(r"^(?:\([ア-ン]\)|[ア-ン][.)])\s*").needing(&["(", ".", ")"]);
static NESTED: Pattern =
    Pattern::new(r"^\d{1,2}(?:-\d{1,2}){1,3}[.):]?\s+|^\d{1,2}(?:\.\d{1,2}){1,3}[.):]?\s+").needing(&["-", "."]);
static ROMAN: Pattern = Pattern::new(r"^(?:[IVX]{1,4}|[ivx]{1,4})[.)]\s+").needing(&[".", ")"]);
static LETTERED: Pattern = Pattern::new(r"^(?:[A-Za-z][.)]\s+|\([A-Za-z]\)\s*)").needing(&[".", ")"]);
static NAMED: Pattern =
    Pattern::new(r"(?i)^(?:【(?:手順|作業|ステップ|step)\s*(\d{1,2})】|(?:手順|ステップ|step)\s*(\d{1,2})\s*[:.)])\s*")
        .needing(&["手順", "作業", "ステップ", "step"]);
static POINT: Pattern = Pattern::new(r"^[・•‣▪]\s*").needing(&["・", "•", "‣", "▪"]);
static DRAWN: Pattern = Pattern::new(r"^[●○◆◇■▶►]\s*").needing(&["●", "○", "◆", "◇", "■", "▶", "►"]);
static BOX: Pattern = Pattern::new(r"^(?:[□☐☑]|\[ \])\s*").needing(&["□", "☐", "☑", "[ ]"]);

static UNIT: Pattern = Pattern::new(
    r"(?i)^(?:%|[kmgtp]i?b?(?:ps|/s)?|m?s(?:ecs?)?|mins?|minutes?|hours?|hrs?|h|days?|d|weeks?|months?|years?|times|x|vcpus?|cores?|[km]?w|v)(?:$|[^A-Za-z\p{Han}\p{Hiragana}\p{Katakana}])|^(?:分|秒|時間|日|週|月|年|件|個|台|人|名|回|倍|度|本|行|円)(?:$|[^\p{Han}])",
);

/// The first letter of a line could be one of a mark.
fn could_begin(line: &str) -> bool {
    match line.as_bytes() {
        [b'0'..=b'9' | b'(' | b'[', ..] => true,
        [b'a'..=b'z' | b'A'..=b'Z', b'.' | b')', ..] => true,
        [b'i' | b'v' | b'x' | b'I' | b'V' | b'X' | b's' | b'S', ..] => true,
        // Signs, brackets, digits and letters of Japanese text.
        [first, ..] => *first >= 0x80,
        [] => false,
    }
}

/// The mark that a line begins with, and how many characters of the line it takes.
fn mark(line: &str) -> Option<(Mark, usize)> {
    if !could_begin(line) {
        return None;
    }
    let half = half_width(line);
    let kinds = [
        (Mark::Box, &BOX),
        (Mark::Named, &NAMED),
        (Mark::Bracketed, &BRACKETED),
        (Mark::Circled, &CIRCLED),
        (Mark::Nested, &NESTED),
        (Mark::Dotted, &DOTTED),
        (Mark::Kana, &KANA),
        (Mark::Roman, &ROMAN),
        (Mark::Lettered, &LETTERED),
        (Mark::Drawn, &DRAWN),
        (Mark::Point, &POINT),
    ];
    let (kind, hit) = kinds.iter().find_map(|(kind, pattern)| Some((*kind, pattern.find(&half)?)))?;
    let rest = half.get(hit.end()..).unwrap_or_default();
    // `1.5 GB` and `1-2 分` are amounts.
    let worded = rest.starts_with(|c: char| c.is_alphabetic() || "「『【<\"'`*".contains(c));
    let number = half.get(..hit.end()).unwrap_or_default();
    let length = number.chars().count();
    let amount = match kind {
        // A full-width point, or a space behind it, ends a number; only 2.5 goes on.
        Mark::Dotted => {
            let ended = number.ends_with([' ', '、', ')'])
                || line.chars().take(length).any(|c| c == '．')
                    && line.chars().nth(length).is_some_and(|c| c.is_ascii_digit());
            !worded && !ended
        }
        Mark::Nested => !number.trim_end().ends_with(['.', ')', ':']) && (!worded || UNIT.is_match(rest)),
        Mark::Bracketed
        | Mark::Circled
        | Mark::Kana
        | Mark::Lettered
        | Mark::Roman
        | Mark::Named
        | Mark::Point
        | Mark::Drawn
        | Mark::Box => false,
    };
    (!amount && !rest.trim().is_empty()).then_some((kind, length))
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
            // Letters number points of running text more often than steps.
            Node::List(_) if matches!(kind, Mark::Lettered | Mark::Roman) => {
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
    let marks: Vec<(Mark, bool)> = lines
        .flat_map(|text| text.text.lines())
        .filter(|line| starts(line) || line.len() < 200)
        .filter_map(|line| mark(line).map(|(kind, _)| (kind, is_first(kind, line))))
        .collect();
    let count = |wanted: Mark| marks.iter().filter(|(kind, _)| *kind == wanted).count();
    let begun = |wanted: Mark| marks.iter().find(|(kind, _)| *kind == wanted).is_some_and(|(_, first)| *first);
    let kinds = marks.iter().map(|(kind, _)| *kind);
    kinds.into_iter().find(|kind| (count(*kind) >= 2 && begun(*kind)) || (*kind == Mark::Box && count(*kind) == 1))
}

/// Letters count only from the first on; a line that begins with another one is a sentence.
fn is_first(kind: Mark, line: &str) -> bool {
    let letter = line.trim_start_matches(['(', '（']).chars().next().unwrap_or_default();
    match kind {
        Mark::Lettered => matches!(letter, 'A' | 'a'),
        Mark::Roman => matches!(letter, 'I' | 'i'),
        Mark::Bracketed | Mark::Circled | Mark::Dotted | Mark::Kana | Mark::Nested => true,
        Mark::Named | Mark::Point | Mark::Drawn | Mark::Box => true,
    }
}

/// Parts an item's text from the marked lines that go on behind it, and reads what hangs on the item.
pub(super) fn inside(item: &mut Item) {
    let marked = |node: &Node| matches!(node, Node::Paragraph(text) if text.text.lines().any(could_begin));
    let goes_on = item.text.text.lines().skip(1).any(could_begin);
    if !goes_on && !item.nodes.iter().any(marked) {
        return;
    }
    let lines: Vec<&str> = item.text.text.lines().collect();
    // A wrapped line that begins with a version or an amount is no list of its own: 4.19 and later.
    let kind =
        |line: &str| mark(line).map(|(kind, _)| kind).filter(|kind| !matches!(kind, Mark::Nested | Mark::Dotted));
    let paragraphs =
        item.nodes.iter().filter_map(|node| if let Node::Paragraph(text) = node { Some(text) } else { None });
    let below: Vec<Mark> = paragraphs.flat_map(|text| text.text.lines()).filter_map(kind).collect();
    let own: Vec<(usize, Mark)> = (1..lines.len()).filter_map(|at| Some((at, kind(lines[at])?))).collect();
    let first = own.iter().find(|(at, found)| {
        let beside = own.iter().filter(|(_, other)| other == found).count();
        beside + below.iter().filter(|other| *other == found).count() >= 2 && is_first(*found, lines[*at])
    });
    if let Some((at, _)) = first {
        let (text, rest) = (lines[..*at].join("\n"), lines[*at..].join("\n"));
        let rest = Paragraph { text: rest, line: item.text.line + at, ..Paragraph::default() };
        item.text.text = text;
        item.nodes.insert(0, Node::Paragraph(rest));
    } else if below.is_empty() {
        return;
    }
    item.nodes = gather(std::mem::take(&mut item.nodes));
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
        let rest =
            Node::Paragraph(Paragraph { text, lead, line, link_only: paragraph.link_only, ..Paragraph::default() });
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
        let text = Paragraph {
            text: text.trim().to_owned(),
            lead,
            line,
            link_only: paragraph.link_only,
            struck: paragraph.struck,
            ..Paragraph::default()
        };
        items.push(Item { task: kind == Mark::Box, text, nodes: Vec::new(), line });
    }
    flush(&mut plain, plain_line, kept, items);
}

fn finish(kind: Mark, items: &mut Vec<Item>, kept: &mut Vec<Node>) {
    let items = std::mem::take(items);
    if !items.is_empty() {
        let works = |item: &Item| Lexicon::built_in().says(&item.text.text, Topic::Action);
        let start = match kind {
            Mark::Point | Mark::Drawn | Mark::Box => None,
            Mark::Lettered | Mark::Roman if items.iter().filter(|item| works(item)).count() * 2 <= items.len() => None,
            Mark::Bracketed | Mark::Circled | Mark::Dotted | Mark::Kana => Some(1),
            Mark::Lettered | Mark::Roman | Mark::Nested | Mark::Named => Some(1),
        };
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

/// A line that stands over a part like a heading.
pub(super) struct Drawn {
    pub(super) title: String,
    pub(super) line: usize,
    /// How far below others its sign puts it.
    pub(super) rank: u8,
    /// The marked lines right below it.
    pub(super) below: Option<Paragraph>,
}

/// The heading that a paragraph is, `■ 切り戻し`, `【手順】`, or that stands in it over marked lines.
pub(super) fn heading(paragraph: &Paragraph) -> Option<Drawn> {
    let text = paragraph.text.trim();
    let Some((first, rest)) = text.split_once('\n') else {
        return drawn(text, paragraph.line).filter(|drawn| drawn.rank == 0);
    };
    let below = mark(rest.lines().next()?)?.0;
    if mark(first).is_some_and(|(own, _)| own == below) {
        return None;
    }
    let rest = Paragraph { text: rest.to_owned(), line: paragraph.line + 1, ..Paragraph::default() };
    Some(Drawn { below: Some(rest), ..drawn(first.trim_end_matches([':', '：']), paragraph.line)? })
}

/// The heading that the node over a list is.
pub(super) fn over_list(node: &Node) -> Option<Drawn> {
    let Node::Paragraph(paragraph) = node else { return None };
    drawn(paragraph.text.trim(), paragraph.line)
}

/// Signs that stand before a heading.
const HEADS: &[char] = &['■', '◆', '▼', '◎', '★'];
/// Signs that stand before a heading only where a list is below it.
const MINOR: &[char] = &['●', '○', '◇'];

/// The source of a paragraph holds a sign that could stand before a heading, or one that stands for another.
pub(super) fn could_be_drawn(raw: &str) -> bool {
    raw.contains(|c| c == '&' || c == '【' || HEADS.contains(&c) || MINOR.contains(&c))
}

fn drawn(text: &str, line: usize) -> Option<Drawn> {
    if text.contains('\n') || text.chars().count() > LONGEST_HEADING || text.ends_with(['。', ':', '：', '、']) {
        return None;
    }
    let sign = |signs: &[char]| text.strip_prefix(signs).map(|words| words.trim_end_matches(signs));
    let (words, rank) = match (sign(HEADS), sign(MINOR)) {
        (Some(words), _) => (words, 0),
        (None, Some(words)) => (words, 1),
        (None, None) => (text.strip_prefix('【')?.strip_suffix('】')?, 0),
    };
    let words = words.trim();
    let plain = !words.is_empty() && !words.contains(['【', '】']);
    plain.then(|| Drawn { title: words.to_owned(), line, rank, below: None })
}
