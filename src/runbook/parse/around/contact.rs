//! Persons and suppliers to call: lists, tables and single lines with numbers, addresses or support plans.
//!
//! A value that nobody has filled in yet is kept and marked: it must be seen before it is needed.

use super::Place;
use super::columns::{Columns, cell, tables};
use super::entry::{Entry, entries, paired};
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::Contact;
use crate::runbook::parse::outline::{Node, Table};
use crate::runbook::text::{Pattern, half_width, has_any};

static REACHABLE: Pattern = Pattern::new(
    r"(?i)[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S|mailto:|\+?\(?\d{2,5}\)?[-\s]\d{2,4}[-\s]\d{3,4}|^\+?\d{9,13}$|(?:^|[\s:])[#@][\w-]{2,}|(?:^|[^a-z])x{2,4}[-\s]x{2,4}|内線\s*:?\s*\d+|\bext\.?\s*\d+",
);
static BLANK: Pattern = Pattern::new(
    r"(?i)(?:^|[^a-z0-9])x{2,}(?:[^a-z]|$)|^[\s_.…*?-]*$|_{3,}|\.{3,}|…|<[^<>@]{1,40}>|\{\{.*\}\}|^\{[^{}]+\}$|\$\{[^{}]+\}|^\[[^\[\]]+\]$|^[(（][^()（）]+[)）]$|(?:^|[^a-z])yyyy|y{4}|(?-u:\b)(?:your|my|some)[-_]?(?:company|domain|org|team|name|corp|number|phone|email|service|workspace|channel)|(?-u:\b)company\.(?:com|co\.jp|local)|\.(?:example|invalid|test)(?:$|[\s/:])|(?:^|[^\d])0{2,4}-0{3,4}-0{4}(?:$|\D)|○○|〇〇|●●|△△|××|✕✕|change_?me|replace[-_ ](?:me|with)",
);
/// Words of a value that say how somebody is reached.
static WAY: Pattern = Pattern::new(
    r"(?i)^(?:電話(?:番号)?|tel|telephone|phone(?: number)?|mobile|携帯(?:電話)?|内線(?:番号)?|e-?mail|メール(?:アドレス)?|mail|slack|teams|line|チャンネル|channel|chat|チャット|url|web|サイト|pagerduty|pager|fax|連絡先|窓口|contact|hotline|ホットライン|緊急(?:時)?(?:連絡先|電話)?|(?:平日)?(?:日中|夜間|休日)(?:・(?:夜間|休日))?|24/7)(?:\s*\([^)]*\))?$",
);
/// Names of values that reach nobody.
const ASIDE: &[&str] = &[
    "対応時間",
    "受付時間",
    "営業時間",
    "対応範囲",
    "役割",
    "備考",
    "注意",
    "時間帯",
    "対象",
    "用途",
    "目的",
    "契約番号",
    "契約",
    "更新日",
    "最終更新",
    "担当範囲",
    "hours",
    "role",
    "note",
    "notes",
    "scope",
    "availability",
    "responsibility",
    "timezone",
    "updated",
    "sla",
    "when to contact",
];

/// A value that is still to be filled in.
pub(super) fn is_unset(lexicon: &Lexicon, value: &str) -> bool {
    let half = half_width(value.trim());
    let word = lexicon.find(&half, Topic::Unset).is_some_and(|range| {
        // Placeholder domains and marks count anywhere, words only where they are the value.
        half.get(range.clone()).is_some_and(|word| word.contains('.') || !word.is_ascii()) || range.len() == half.len()
    });
    half.is_empty() || BLANK.is_match(&half) || word
}

fn reachable(lexicon: &Lexicon, value: &str) -> bool {
    let half = half_width(value);
    REACHABLE.is_match(&half) || is_unset(lexicon, value)
}

fn add(place: &Place<'_>, found: &mut Vec<Contact>, name: &str, value: &str, line: usize) {
    // One blank among the ways to reach somebody is enough to look before it is needed.
    // To know only that somebody is called by telephone reaches nobody.
    let only_ways = value.split(" / ").all(|part| WAY.is_match(half_width(part).trim()));
    let unset = only_ways || value.split(" / ").any(|part| is_unset(place.lexicon, part));
    let name = name.trim().trim_matches(['*', '「', '」']).trim();
    let known = found.iter().any(|known| known.line == line && known.name == name && known.value == value);
    if name.is_empty() || known {
        return;
    }
    found.push(Contact { name: name.to_owned(), value: value.trim().to_owned(), unset, line });
}

/// Reads the contacts of a section.
pub(super) fn read(place: &Place<'_>, found: &mut Vec<Contact>) {
    let ladder = place.own().is_some_and(|head| head.words.has(Topic::Escalation));
    let about = place.heads.iter().any(|head| head.topics.has(Topic::Contact));
    for table in tables(place.section) {
        of_table(place, table, about, found);
    }
    if about && !ladder && !place.is_procedure() {
        let owner = person(place);
        for node in &place.section.nodes {
            match node {
                Node::List(list) => of_items(place, &super::entry::items(list), owner, found),
                Node::Paragraph(_) => of_items(place, &entries(std::slice::from_ref(node)), owner, found),
                Node::Fence(fence) if matches!(fence.info.trim(), "" | "text" | "txt" | "plain") => {
                    for (at, line) in fence.lines.iter().enumerate() {
                        if let Some((name, value)) = paired(line) {
                            one(place, &name, &value, owner, fence.first + at, found);
                        }
                    }
                }
                Node::Fence(_) | Node::Table(_) | Node::Quote(_) => {}
            }
        }
    } else {
        lone(place, &entries(&place.section.nodes), found);
    }
}

/// The heading names the person when a heading above it says that these are contacts.
fn person<'a>(place: &'a Place<'_>) -> Option<&'a str> {
    let own = place.path.last()?;
    let above = place.heads.split_last().map_or(&[][..], |(_, above)| above);
    above.iter().any(|head| head.topics.has(Topic::Contact)).then_some(own.as_str())
}

fn of_items(place: &Place<'_>, items: &[Entry<'_>], owner: Option<&str>, found: &mut Vec<Contact>) {
    for item in items {
        let before = found.len();
        if let Some((name, value)) = paired(&item.text) {
            if value.is_empty() && !item.listed && items.len() == 1 {
                // A line such as 「社内:」 stands over what follows.
                continue;
            }
            if !value.is_empty() || item.nodes.is_empty() {
                one(place, &name, &value, owner, item.line, found);
            } else {
                of_items(place, &entries(item.nodes), Some(&name), found);
                continue;
            }
        } else if item.listed {
            let link =
                place.links.iter().find(|(seen, _, line)| *line == item.line && item.text.starts_with(seen.as_str()));
            let whole = half_width(&item.text);
            if let Some((seen, target, _)) = link {
                add(place, found, seen, target, item.line);
            } else if let Some(hit) = REACHABLE.find(&whole).filter(|hit| hit.start() > 0 && !whole.contains('。')) {
                let count = whole.get(..hit.start()).unwrap_or_default().chars().count();
                let split = item.text.char_indices().nth(count).map_or(item.text.len(), |(at, _)| at);
                let (name, value) = item.text.split_at(split);
                let ends = |c: char| c.is_whitespace() || "（(<:：-–—、,#@".contains(c);
                let value = value.trim_end_matches([')', '）', '>']);
                if name.chars().count() <= 40 {
                    add(place, found, name.trim_end_matches(ends), value, item.line);
                }
            }
        }
        let parent = if before == found.len() { item.text.as_str() } else { "" };
        let parent = Some(parent).filter(|text| !text.is_empty() && text.chars().count() <= 40).or(owner);
        of_items(place, &entries(item.nodes), parent, found);
    }
}

/// A contact from a name and a value; a way such as 電話 is that of `owner`.
fn one(place: &Place<'_>, name: &str, value: &str, owner: Option<&str>, line: usize, found: &mut Vec<Contact>) {
    let aside =
        has_any(name, ASIDE) || place.lexicon.says(name, Topic::Caution) || place.lexicon.says(name, Topic::Note);
    let prose = value.chars().count() > 80 || value.contains('。') || value.split_whitespace().count() > 10;
    if aside || name.chars().count() > 40 || prose && !reachable(place.lexicon, value) {
        return;
    }
    let way = WAY.is_match(&half_width(name));
    add(place, found, owner.filter(|_| way).unwrap_or(name), value, line);
}

/// A line such as `問い合わせ先: ops@…` that stands anywhere.
fn lone(place: &Place<'_>, lines: &[Entry<'_>], found: &mut Vec<Contact>) {
    for entry in lines {
        if let Some((name, value)) = super::named(&entry.text) {
            let says = place.lexicon.says(&name, Topic::Contact) && name.chars().count() <= 40;
            if says && value.chars().count() <= 80 && reachable(place.lexicon, &value) && !value.is_empty() {
                add(place, found, &name, &value, entry.line);
            }
        }
    }
}

fn of_table(place: &Place<'_>, table: &Table, about: bool, found: &mut Vec<Contact>) {
    let columns = Columns::of(place.lexicon, table);
    let numbers = |at: &usize| !has_any(columns.name(*at), &["サービス", "手段", "間隔"]);
    let values: Vec<usize> = columns.all(Topic::ColumnContact).filter(numbers).collect();
    let taken: Vec<Option<usize>> = values.iter().map(|at| Some(*at)).collect();
    let level = columns.other(Topic::ColumnLevel, &taken);
    let name = columns
        .other(Topic::ColumnName, &taken)
        .or(level)
        .or_else(|| (about && !taken.contains(&Some(0))).then_some(0));
    let (Some(name), false) = (name, values.is_empty()) else { return };
    let rows: Vec<(String, String, usize)> = table
        .rows
        .iter()
        .filter_map(|(cells, line)| {
            let name = cell(cells, Some(name))?.to_owned();
            let parts: Vec<&str> = values.iter().filter_map(|at| cell(cells, Some(*at))).collect();
            Some((name, parts.join(" / "), *line))
        })
        .collect();
    let filled = rows.iter().filter(|(_, value, _)| !value.is_empty());
    let seen = filled.clone().filter(|(_, value, _)| reachable(place.lexicon, value)).count();
    let headed = about || place.under(Topic::Contact);
    if !headed && seen * 2 <= filled.count() {
        return;
    }
    for (name, value, line) in rows {
        add(place, found, &name, &value, line);
    }
}
