//! What stands at the head of a document: front matter, title, version and the like, language.

use std::collections::BTreeMap;

use super::outline::{Node, Section};
use crate::runbook::model::{Language, Metadata};
use crate::runbook::text::{Pattern, half_width, has_any};

static ENTRY: Pattern = Pattern::new(r"^([^::]{1,30}?)\s*[::]\s*(\S.*)$");

/// The scalar values of a front matter.
pub(super) fn front_matter(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with([' ', '\t', '-', '#'])) {
        if let Some((key, value)) = line.split_once(':') {
            let value = value.trim().trim_matches(['"', '\'']).to_owned();
            if !value.is_empty() {
                found.insert(key.trim().to_owned(), value);
            }
        }
    }
    found
}

/// What the lines under the title and the front matter say of the document.
pub(super) fn metadata(root: &Section, front: BTreeMap<String, String>) -> Metadata {
    let mut metadata = Metadata::default();
    for (key, value) in &front {
        enter(&mut metadata, key, value);
    }
    for node in &root.nodes {
        if let Node::Paragraph(paragraph) = node {
            for line in paragraph.text.lines() {
                let half = half_width(line);
                if let Some(found) = ENTRY.captures(&half) {
                    let count = found[2].chars().count();
                    let value: String = line.chars().skip(line.chars().count().saturating_sub(count)).collect();
                    enter(&mut metadata, &found[1], value.trim());
                }
            }
        }
    }
    metadata.front_matter = front;
    metadata
}

fn enter(metadata: &mut Metadata, key: &str, value: &str) {
    let says = |words: &[&str]| has_any(key, words);
    let slot = if says(&["更新日", "最終更新", "updated", "last updated", "last modified", "lastmod"]) {
        &mut metadata.updated
    } else if says(&["作成日", "created", "date"]) {
        &mut metadata.created
    } else if says(&["バージョン", "版数", "version"]) {
        &mut metadata.version
    } else if says(&["プロジェクト", "システム名", "project", "system"]) {
        &mut metadata.project
    } else if says(&["対象者", "対象読者", "audience"]) {
        &mut metadata.audience
    } else {
        return;
    };
    slot.get_or_insert_with(|| value.to_owned());
}

/// Every tenth letter of a Japanese runbook is Japanese even where commands fill it; English ones have none.
const JAPANESE_SHARE: usize = 10;

/// The language of a document.
pub(super) fn language(text: &str) -> Language {
    let japanese = text.chars().filter(|c| matches!(c, 'ぁ'..='ヿ' | '一'..='鿿')).count();
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    if japanese > 0 && japanese * JAPANESE_SHARE >= latin { Language::Ja } else { Language::En }
}
