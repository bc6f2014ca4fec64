//! Cautions that stand in a section: in marked paragraphs, under words such as 注意事項, in quotes and admonitions.

use super::outline::{Node, Paragraph, Quote, Section};
use super::{rules, step};
use crate::runbook::lexicon::Lexicon;
use crate::runbook::model::{Caution, CautionLevel};
use crate::runbook::text::one_line;

/// The level and the words of the caution that a paragraph states; no words when it only names what follows.
fn stated(lexicon: &Lexicon, paragraph: &Paragraph) -> Option<(CautionLevel, String)> {
    paragraph.caution.get_or_init(|| find_stated(lexicon, paragraph)).clone()
}

fn find_stated(lexicon: &Lexicon, paragraph: &Paragraph) -> Option<(CautionLevel, String)> {
    let whole = one_line(&paragraph.text);
    // A word alone in the first line names what the next lines say.
    let joined = || if whole == paragraph.text { None } else { rules::whole_caution_with(lexicon, &whole) };
    let found = rules::whole_caution_with(lexicon, &paragraph.text).or_else(joined);
    if let Some((level, text)) = found {
        return Some((level, one_line(&text)));
    }
    let lead = paragraph.lead.as_deref()?;
    let rest = whole.strip_prefix(lead)?;
    if let Some(level) = rules::lead_with(lexicon, lead) {
        return Some((level, rest.trim_start_matches([':', '：', ' ', '　']).to_owned()));
    }
    (rest.trim().is_empty() && rules::is_demand(lead)).then_some((CautionLevel::Caution, whole))
}

/// The caution that a paragraph states.
pub(super) fn of_paragraph(lexicon: &Lexicon, paragraph: &Paragraph) -> Option<Caution> {
    let (level, text) = stated(lexicon, paragraph).filter(|(_, text)| !text.is_empty())?;
    Some(rules::make_caution(level, &text, paragraph.line))
}

/// The level of the cautions in the list below, where a paragraph such as 注意事項: stands over one.
pub(super) fn over_list(lexicon: &Lexicon, paragraph: &Paragraph) -> Option<CautionLevel> {
    let text = one_line(&paragraph.text);
    stated(lexicon, paragraph)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(level, _)| level)
        .or_else(|| (text.contains("注意事項") && text.chars().count() < SHORT).then_some(CautionLevel::Caution))
}

/// A line that only names a list is shorter than this.
const SHORT: usize = 12;

/// What an admonition says of itself before its text: the kind behind `:::note`, or a title that is only such a word.
fn named(lexicon: &Lexicon, paragraph: &Paragraph) -> Option<(Option<CautionLevel>, String)> {
    let (first, rest) = paragraph.text.split_once('\n').unwrap_or((&paragraph.text, ""));
    let first = first.trim();
    let kind = match first {
        "info" => Some(CautionLevel::Note),
        "warn" | "alert" => Some(CautionLevel::Warning),
        _ if first.chars().all(|c| c.is_ascii_lowercase()) && KINDS.contains(&first) => Some(level(first)),
        _ => None,
    };
    let word = rules::lead_with(lexicon, first).is_some();
    (kind.is_some() || word).then(|| (kind, one_line(rest)))
}

/// The kinds that may stand behind the name of an admonition.
const KINDS: &[&str] = &["note", "tip", "hint", "warning", "danger", "error", "critical", "caution", "important"];

/// The cautions that an alert, an admonition, or a quote that begins like a caution, holds.
pub(super) fn of_quote(lexicon: &Lexicon, quote: &Quote) -> Vec<Caution> {
    let mut found = Vec::new();
    let mut marked: Option<CautionLevel> = quote.alert.as_deref().map(level);
    for (at, node) in quote.nodes.iter().enumerate() {
        match node {
            Node::Paragraph(paragraph) if quote.alert.is_some() => {
                let named = named(lexicon, paragraph).filter(|_| at == 0);
                let (kind, text) = named.unwrap_or_else(|| (None, one_line(&paragraph.text)));
                marked = kind.or(marked);
                let said = marked.filter(|_| !text.is_empty());
                found.extend(said.map(|level| rules::make_caution(level, &text, paragraph.line)));
            }
            Node::Paragraph(paragraph) => match stated(lexicon, paragraph) {
                Some((level, text)) if text.is_empty() => marked = Some(level),
                Some((level, text)) => found.push(rules::make_caution(level, &text, quote.line)),
                None => {
                    let whole = one_line(&paragraph.text);
                    found.extend(marked.map(|level| rules::make_caution(level, &whole, paragraph.line)));
                }
            },
            Node::List(list) => {
                let items = list.items.iter().filter(|item| !item.text.text.is_empty());
                found.extend(
                    items.filter_map(|item| Some(rules::make_caution(marked?, &one_line(&item.text.text), item.line))),
                );
            }
            Node::Quote(inner) => found.extend(of_quote(lexicon, inner)),
            Node::Fence(_) | Node::Table(_) => {}
        }
    }
    found
}

/// The level that the name of an alert or an admonition means.
pub(super) fn level(name: &str) -> CautionLevel {
    match name {
        "warning" | "danger" | "error" | "critical" => CautionLevel::Warning,
        "caution" | "important" | "attention" => CautionLevel::Caution,
        _ => CautionLevel::Note,
    }
}

/// The cautions that govern a whole section: those before its first step, and its lists of cautions.
pub(super) fn of_section(lexicon: &Lexicon, section: &Section) -> Vec<Caution> {
    let mut found = Vec::new();
    let mut list_follows = None;
    let mut begun = false;
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => {
                list_follows = over_list(lexicon, paragraph);
                if !begun {
                    found.extend(of_paragraph(lexicon, paragraph));
                }
                continue;
            }
            Node::List(list) => match list_follows {
                Some(level) => {
                    let items = list.items.iter().map(|item| (one_line(&item.text.text), item.line));
                    found.extend(items.map(|(text, line)| rules::make_caution(level, &text, line)));
                }
                None => begun = true,
            },
            Node::Quote(quote) if !begun => found.extend(of_quote(lexicon, quote)),
            Node::Fence(fence) => match step::admonition(fence) {
                Some(caution) if !begun => found.push(caution),
                Some(_) => {}
                None => begun = true,
            },
            Node::Table(_) | Node::Quote(_) => {}
        }
        list_follows = None;
    }
    found
}

/// Every sentence of a section whose heading says that it holds cautions.
pub(super) fn of_guidance(lexicon: &Lexicon, section: &Section) -> Vec<Caution> {
    let mut found = Vec::new();
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => found.push(of_paragraph(lexicon, paragraph).unwrap_or_else(|| {
                rules::make_caution(CautionLevel::Caution, &one_line(&paragraph.text), paragraph.line)
            })),
            Node::List(list) => found.extend(
                list.items
                    .iter()
                    .map(|item| rules::make_caution(CautionLevel::Caution, &one_line(&item.text.text), item.line)),
            ),
            Node::Quote(quote) => found.extend(of_quote(lexicon, quote)),
            Node::Fence(_) | Node::Table(_) => {}
        }
    }
    found
}
