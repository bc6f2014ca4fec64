//! Cautions that stand in a section: in marked paragraphs, under words such as 注意事項, in quotes and admonitions.

use super::outline::{Node, Paragraph, Quote, Section};
use super::{rules, step};
use crate::runbook::model::{Caution, CautionLevel};
use crate::runbook::text::one_line;

/// The caution that a paragraph states.
pub(super) fn of_paragraph(paragraph: &Paragraph) -> Option<Caution> {
    let whole = one_line(&paragraph.text);
    let (level, text) = rules::caution(&whole).filter(|(_, text)| !text.is_empty())?;
    Some(rules::make_caution(level, &text, paragraph.line))
}

/// The level of the cautions in the list below, where a paragraph such as 注意事項: stands over one.
pub(super) fn over_list(paragraph: &Paragraph) -> Option<CautionLevel> {
    let text = one_line(&paragraph.text);
    rules::caution(&text)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(level, _)| level)
        .or_else(|| (text.contains("注意事項") && text.chars().count() < SHORT).then_some(CautionLevel::Caution))
}

/// A line that only names a list is shorter than this.
const SHORT: usize = 12;

/// The cautions that an alert, an admonition, or a quote that begins like a caution, holds.
pub(super) fn of_quote(quote: &Quote) -> Vec<Caution> {
    let mut found = Vec::new();
    let mut marked: Option<CautionLevel> = quote.alert.as_deref().map(level);
    for node in &quote.nodes {
        match node {
            Node::Paragraph(paragraph) => {
                let whole = one_line(&paragraph.text);
                match rules::caution(&whole) {
                    Some((level, text)) if quote.alert.is_none() => {
                        if text.is_empty() {
                            marked = Some(level);
                        } else {
                            found.push(rules::make_caution(level, &text, quote.line));
                        }
                    }
                    Some(_) | None => {
                        found.extend(marked.map(|level| rules::make_caution(level, &whole, paragraph.line)));
                    }
                }
            }
            Node::List(list) => {
                let items = list.items.iter().filter(|item| !item.text.text.is_empty());
                found.extend(
                    items.filter_map(|item| Some(rules::make_caution(marked?, &one_line(&item.text.text), item.line))),
                );
            }
            Node::Quote(inner) => found.extend(of_quote(inner)),
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
pub(super) fn of_section(section: &Section) -> Vec<Caution> {
    let mut found = Vec::new();
    let mut list_follows = None;
    let mut begun = false;
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => {
                list_follows = over_list(paragraph);
                if !begun {
                    found.extend(of_paragraph(paragraph));
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
            Node::Quote(quote) if !begun => found.extend(of_quote(quote)),
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
pub(super) fn of_guidance(section: &Section) -> Vec<Caution> {
    let mut found = Vec::new();
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => found.push(of_paragraph(paragraph).unwrap_or_else(|| {
                rules::make_caution(CautionLevel::Caution, &one_line(&paragraph.text), paragraph.line)
            })),
            Node::List(list) => found.extend(
                list.items
                    .iter()
                    .map(|item| rules::make_caution(CautionLevel::Caution, &one_line(&item.text.text), item.line)),
            ),
            Node::Quote(quote) => found.extend(of_quote(quote)),
            Node::Fence(_) | Node::Table(_) => {}
        }
    }
    found
}
