//! What stands at the head of a document: front matter, title, version and the like, language.

use std::collections::BTreeMap;

use super::outline::{Node, Section};
use crate::runbook::model::{Language, Metadata};
use crate::runbook::text::{Pattern, half_width, has_any};

static ENTRY: Pattern = Pattern::new(r"^([^::]{1,30}?)\s*[::]\s*(\S.*)$");

/// The scalar values of a front matter; a nested one is named by its path, such as `meta.audience`.
pub(super) fn front_matter(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut parents: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let Some((key, value)) = line.trim_start().split_once(':').filter(|(key, _)| !key.starts_with(['-', '#']))
        else {
            continue;
        };
        parents.retain(|(depth, _)| *depth < indent);
        let key = key.trim().trim_matches(['"', '\'']);
        // A line of running text is no value.
        if indent > 0 && (key.contains(' ') || parents.is_empty()) {
            continue;
        }
        let path = parents.iter().map(|(_, parent)| parent.as_str()).chain([key]).collect::<Vec<_>>().join(".");
        let value = scalar(value);
        if value.is_empty() {
            parents.push((indent, key.to_owned()));
        } else if !matches!(value.as_str(), "|" | ">" | "|-" | ">-") {
            found.insert(path, value);
        }
    }
    found
}

/// A value without its quotes and the comment behind it.
fn scalar(value: &str) -> String {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some((inside, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inside.to_owned();
        }
    }
    value.split(" #").next().unwrap_or(value).trim().to_owned()
}

/// What the lines under the title and the front matter say of the document.
pub(super) fn metadata(root: &Section, front: BTreeMap<String, String>) -> Metadata {
    let mut metadata = Metadata::default();
    for (key, value) in &front {
        enter(&mut metadata, key, value);
    }
    of_section(root, &mut metadata);
    for child in root.children.iter().filter(|child| names_document(&child.title)) {
        of_section(child, &mut metadata);
    }
    metadata.front_matter = front;
    metadata
}

/// A heading such as 文書情報 over what the document says of itself.
fn names_document(title: &str) -> bool {
    has_any(
        title,
        &[
            "文書情報",
            "文書管理",
            "ドキュメント情報",
            "ドキュメント管理",
            "基本情報",
            "document information",
            "document control",
            "document info",
            "metadata",
        ],
    )
}

static ABOUT: Pattern = Pattern::new(
    r"(?i)^(?:文書|資料|版|バージョン|作成|承認|(?:最終)?更新|改[訂定版]|制定|発行|対象|適用|担当|主管|管理|所管|分類|機密|公開|作業[日者]|実施[日者]|確認者|日時|場所|author|owner|version|revision|(?:last )?updated|created|date|status|scope|applies to|team|document|doc\b|reviewed|reviewer|approved)",
);

/// The lines name things and their values, and one of them is what a document says of itself: 文書番号: OPS-014.
pub(super) fn describes_document<'a>(
    lines: impl Iterator<Item = &'a str> + Clone,
    orders: impl Fn(&str) -> bool,
) -> bool {
    let entry = |line: &str| ENTRY.captures(&half_width(line)).is_some_and(|found| !orders(&found[2]));
    lines.clone().all(entry) && lines.into_iter().any(|line| ABOUT.is_match(&half_width(line)))
}

fn of_section(section: &Section, metadata: &mut Metadata) {
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => paragraph.text.lines().for_each(|line| of_line(line, metadata)),
            Node::List(list) => {
                list.items.iter().filter(|item| !item.task).for_each(|item| of_line(&item.text.text, metadata))
            }
            Node::Quote(quote) => {
                for node in &quote.nodes {
                    if let Node::Paragraph(paragraph) = node {
                        paragraph.text.lines().for_each(|line| of_line(line, metadata));
                    }
                }
            }
            Node::Table(table) => {
                let rows = std::iter::once(&table.header).chain(table.rows.iter().map(|(cells, _)| cells));
                for cells in rows {
                    if let [key, value] = &cells[..]
                        && key.chars().count() <= 30
                        && !value.is_empty()
                    {
                        enter(metadata, key, value);
                    }
                }
            }
            Node::Fence(_) => {}
        }
    }
}

fn of_line(line: &str, metadata: &mut Metadata) {
    let half = half_width(line);
    if let Some(found) = ENTRY.captures(&half) {
        let count = found[2].chars().count();
        let value: String = line.chars().skip(line.chars().count().saturating_sub(count)).collect();
        enter(metadata, &found[1], value.trim());
    }
}

fn enter(metadata: &mut Metadata, key: &str, value: &str) {
    let says = |words: &[&str]| has_any(key, words);
    let is = |words: &[&str]| words.iter().any(|word| key.trim().trim_end_matches('.').eq_ignore_ascii_case(word));
    let slot =
        if says(&["更新日", "最終更新", "改訂日", "改定日", "updated", "last updated", "last modified", "lastmod"])
        {
            &mut metadata.updated
        } else if says(&["作成日", "制定日", "初版", "created", "date"]) {
            &mut metadata.created
        } else if says(&["バージョン", "版数", "版番号", "文書版", "リビジョン", "version", "revision"])
            || is(&["版", "ver", "rev"])
        {
            &mut metadata.version
        } else if says(&["プロジェクト", "システム名", "project", "system"]) {
            &mut metadata.project
        } else if says(&["対象者", "対象読者", "想定読者", "audience"]) {
            &mut metadata.audience
        } else {
            return;
        };
    slot.get_or_insert_with(|| value.to_owned());
}

/// Every tenth letter of a Japanese runbook is Japanese even where commands fill it; English ones have none.
const JAPANESE_SHARE: usize = 10;

/// So many bytes are counted at once, whose number fits a byte: many side by side.
const COUNTED: usize = 128;

/// The language of a document.
pub(super) fn language(text: &str) -> Language {
    let bytes = text.as_bytes();
    // The first bytes tell enough: ぁ to ヿ begin with E3 and its three second bytes, 一 to 鿿 with E4 to E9.
    let pairs = bytes.chunks(COUNTED).zip(bytes.get(1..).unwrap_or_default().chunks(COUNTED));
    let kana = pairs.map(|(first, second)| {
        let is = |(a, b): (&u8, &u8)| u8::from((*a == 0xE3) & (*b >= 0x81) & (*b <= 0x83));
        usize::from(first.iter().zip(second).map(is).sum::<u8>())
    });
    let count = |is: fn(u8) -> bool| -> usize {
        let part = |bytes: &[u8]| usize::from(bytes.iter().map(|byte| u8::from(is(*byte))).sum::<u8>());
        bytes.chunks(COUNTED).map(part).sum()
    };
    let japanese = kana.sum::<usize>() + count(|byte| (0xE4..=0xE9).contains(&byte));
    let latin = count(|byte| byte.is_ascii_alphabetic());
    if japanese > 0 && japanese * JAPANESE_SHARE >= latin { Language::Ja } else { Language::En }
}
