//! The escalation ladder: who is called, and after how many minutes.
//!
//! A rung names somebody in a few words; what is only described in sentences is not read as a ladder.

use super::columns::{Columns, cell, tables};
use super::entry::{Entry, entries, named};
use super::{Head, Place, mentions};
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::EscalationRung;
use crate::runbook::parse::outline::{Fence, Node, Table};
use crate::runbook::parse::time::{self, source_words};
use crate::runbook::text::{Pattern, half_width, has_any};

/// Somebody has a name of a few words.
const LONGEST_NAME: usize = 40;

static TAIL: Pattern = Pattern::new(r"^(\S.*?)\s*[(\[]([^()\[\]]+)[)\]]\s*$").needing(&["(", "["]);
static TIER: Pattern = Pattern::new(
    r"(?i)^(?:第?\s*[一二三四五1-9]\s*(?:次|段階|報|階層)(?:対応|連絡先|エスカレーション)?|(?:l|lv\.?|level|tier|レベル|ステップ|step|stage)\s*-?\s*\d(?:\s*サポート|\s*support)?|primary|secondary|tertiary|first|second|third|最終|一次|二次|三次)$",
);
static TIME_FIRST: Pattern = Pattern::new(
    r"(?i)^(?:検知(?:から|後)\s*|発生(?:から|後)\s*|after\s+|within\s+|t\s*\+\s*|\+)?\d+\s*(?:[~–-]\s*\d+\s*)?(?:秒|分|時間|日|m|min|mins|minutes?|h|hours?|hrs?)(?-u:\b|)\s*(?:間)?\s*(?:以内|後|経過後?|以上|超|まで|以降|で(?:未解決|応答なし)|応答なし|未応答|未解決|later|without (?:response|ack\w*)|no (?:response|ack\w*))*(?:の場合)?$",
);

static UNSOLVED: Pattern = Pattern::new(
    r"^(\d+\s*(?:分|時間|日)\S*?(?:ない|なければ|経過した|続いた|未解決の|未復旧の)(?:場合|とき|時)?)(?:は|には|に)?\s*[:、,→]?\s*(\S.{0,40})$",
)
.needing(&["分", "時間", "日"]);

/// Minutes from a text that tells when somebody is called.
fn after(lexicon: &Lexicon, text: &str) -> Option<u32> {
    let half = half_width(text);
    if half.trim().trim_start_matches("t+").trim_start_matches("T+").trim() == "0" {
        return Some(0);
    }
    let Some(span) = time::span(&half) else { return time::target(lexicon, text) };
    let before = half.get(..span.range.start).unwrap_or_default();
    let within = half.contains("以内") || has_any(&half, &["within"]);
    let told = leads(before) && !has_any(&half, &["before"]);
    told.then(|| span.minutes[usize::from(within)])
}

/// Only words that lead to a time stand before it.
fn leads(before: &str) -> bool {
    static LEAD: Pattern = Pattern::new(
        r"(?i)^\s*(?:(?:障害)?(?:検知|発生|連絡|通知|開始)(?:から|後)?|(?:l|レベル|level|tier)\s*\d\s*(?:から|:)?|after|within|in|for|t?\+|[<≤>~約]|さらに|応答(?:が)?(?:ない|なし)(?:場合)?|未応答|未解決|もし|no (?:response|ack\w*)|[\s:、,])*$",
    );
    LEAD.is_match(before)
}

fn is_somebody(lexicon: &Lexicon, text: &str) -> bool {
    let count = text.chars().count();
    let ascii = text.is_ascii();
    (1..=LONGEST_NAME).contains(&count)
        && (!ascii || text.split_whitespace().count() <= 6)
        && !text.contains(['。', ';', '?', '？', ':', '：'])
        && !text.trim_end().ends_with(['.', ':', '：'])
        && (!lexicon.says(text, Topic::Action)
            || text.chars().count() <= 8 && !ascii && !text.ends_with(['る', 'す', 'い', '認']))
        && text.chars().any(char::is_alphabetic)
}

/// The rung that a line states: `チームリード（15分以内）`, `Level 2: lead`, `30分経過: マネージャー`.
fn rung(lexicon: &Lexicon, text: &str, line: usize) -> Option<EscalationRung> {
    let half = half_width(text);
    let words = |range| source_words(text, &half, range);
    let make = |who: String, text: String, after_min| {
        let who = who.trim_end_matches(['へ', 'に']).trim().to_owned();
        is_somebody(lexicon, &who).then_some(EscalationRung { who, after_min, text, line })
    };
    let bracketed = |part: &str| {
        let half = half_width(part);
        let found = TAIL.captures(&half)?;
        let (who, when) = (found.get(1)?.range(), found.get(2)?.range());
        Some((source_words(part, &half, who), source_words(part, &half, when)))
    };
    if let Some(found) = UNSOLVED.captures(&half) {
        let when = words(found.get(1)?.range());
        return make(called(&words(found.get(2)?.range())), when.clone(), after(lexicon, &when));
    }
    if let Some((name, value)) = named(text).filter(|(_, value)| !value.is_empty()) {
        let first = half_width(&name);
        if TIME_FIRST.is_match(first.trim()) {
            return make(called(&value), name.clone(), after(lexicon, &name));
        }
        if TIER.is_match(first.trim()) {
            return match bracketed(&value) {
                Some((who, when)) => make(who, when.clone(), after(lexicon, &when)),
                None => make(value, name, None),
            };
        }
        // The name of a tier may carry the time: L2（15分以内）: リード.
        if let Some((tier, when)) = bracketed(&name).filter(|(_, when)| after(lexicon, when).is_some()) {
            let who = if TIER.is_match(half_width(&tier).trim()) { value } else { tier };
            return make(who, when.clone(), after(lexicon, &when));
        }
        let condition =
            value.chars().count() <= LONGEST_NAME && (after(lexicon, &value).is_some() || conditional(&value));
        return condition.then(|| make(name, value.clone(), after(lexicon, &value))).flatten();
    }
    if let Some((who, when)) = bracketed(text) {
        // A tier may stand before the name: L2 リード（15分以内）.
        return make(who, when.clone(), after(lexicon, &when));
    }
    let arrow = half.find(['→', '⇒']).filter(|at| TIME_FIRST.is_match(half.get(..*at).unwrap_or_default().trim()));
    if let Some(at) = arrow {
        let when = words(0..at);
        return make(called(&words(at + '→'.len_utf8()..half.len())), when.clone(), after(lexicon, &when));
    }
    None
}

/// Who is called in words such as 「リードへ連絡」 and "page the lead".
fn called(text: &str) -> String {
    let text = text.trim().trim_end_matches('。');
    let ends = [
        "に連絡",
        "へ連絡",
        "に通知",
        "へ通知",
        "にエスカレーション",
        "へエスカレーション",
        "に報告",
        "へ報告",
        "を招集",
        "を召集",
        "する",
    ];
    let text = ends.iter().rev().fold(text, |text, end| text.strip_suffix(end).unwrap_or(text));
    let starts = ["page ", "call ", "notify ", "contact ", "escalate to ", "inform ", "the "];
    let cut = |text: &str, start: &str| {
        let begins = text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
        if begins { text.get(start.len()..).unwrap_or_default().to_owned() } else { text.to_owned() }
    };
    starts.iter().fold(text.to_owned(), |text, start| cut(&text, start))
}

fn conditional(text: &str) -> bool {
    let half = half_width(text);
    half.ends_with(['時', '合']) || half.contains("場合") || has_any(&half, &["if", "when", "only"])
}

static ARROW: Pattern = Pattern::new(r"\s*(?:→|⇒|➡|=>|->|-->)\s*").needing(&["→", "⇒", "➡", "=>", "->"]);

/// The rungs of a line such as `A → B（15分） → C（30分）`.
fn chain(lexicon: &Lexicon, text: &str, line: usize) -> Vec<EscalationRung> {
    let mut rungs = Vec::new();
    let half = half_width(text);
    let mut from = 0;
    let ends: Vec<(usize, usize)> =
        ARROW.find_iter(&half).map(|mark| (mark.start(), mark.end())).chain([(half.len(), half.len())]).collect();
    for (to, next) in &ends {
        let part = source_words(text, &half, from..*to);
        from = *next;
        let read = rung(lexicon, &part, line).or_else(|| {
            is_somebody(lexicon, &part).then(|| EscalationRung {
                who: part.clone(),
                after_min: None,
                text: String::new(),
                line,
            })
        });
        let Some(read) = read else { return Vec::new() };
        rungs.push(read);
    }
    // Without a time in it, a line with arrows is a ladder only when it names people and nothing else.
    let told = rungs.iter().any(|rung| !rung.text.is_empty());
    let brief = |rung: &EscalationRung| {
        let words = rung.who.split_whitespace().count();
        words <= 3
            && rung.who.chars().count() <= 20
            && !has_any(&rung.who, &["notified", "assessed", "engaged", "detection"])
    };
    let people = rungs.iter().all(brief) && !rungs.iter().any(|rung| lexicon.says(&rung.who, Topic::Action));
    if rungs.len() < 2 || !(told || people) { Vec::new() } else { rungs }
}

/// Reads the rungs of a section under a heading of escalation.
pub(super) fn read(place: &Place<'_>, found: &mut Vec<EscalationRung>) {
    let own = place.own().is_some_and(heads_ladder);
    let above = place.heads.iter().rev().nth(1).is_some_and(heads_ladder);
    for table in tables(place.section) {
        if own || above || is_ladder(place.lexicon, table) {
            of_table(place.lexicon, table, found);
        }
    }
    if own {
        of_headings(place, found);
    }
    if own || above && place.section.children.is_empty() && !place.is_procedure() {
        of_lines(place, found);
    } else if place.section.nodes.iter().any(|node| matches!(node, Node::Paragraph(_))) {
        announced(place, found);
    }
}

/// The table says itself who is called after what time.
fn is_ladder(lexicon: &Lexicon, table: &Table) -> bool {
    let columns = Columns::of(lexicon, table);
    let elapsed = |at: &usize| has_any(columns.name(*at), &["経過", "elapsed"]);
    let called = [Topic::ColumnCalled, Topic::ColumnContact].into_iter().any(|topic| columns.has(topic));
    called && (0..table.header.len()).any(|at| elapsed(&at))
}

/// Rungs whose time is a heading and whose first line says who is called.
fn of_headings(place: &Place<'_>, found: &mut Vec<EscalationRung>) {
    let rungs = place.section.children.iter().filter_map(|child| {
        if !TIME_FIRST.is_match(half_width(&child.title).trim()) {
            return None;
        }
        let line = entries(&child.nodes).into_iter().next()?;
        let who = called(line.text.trim_end_matches(['。', '.'])).trim_end_matches(['へ', 'に']).trim().to_owned();
        let after_min = after(place.lexicon, &child.title);
        let text = child.title.clone();
        is_somebody(place.lexicon, &who).then_some(EscalationRung { who, after_min, text, line: line.line })
    });
    add_all(found, rungs.collect());
}

fn ladder(lexicon: &Lexicon, text: &str) -> bool {
    mentions(lexicon, text, Topic::Escalation) && ascends(text)
}

fn heads_ladder(head: &Head) -> bool {
    head.words.has(Topic::Escalation) && ascends(&head.title)
}

fn ascends(text: &str) -> bool {
    !has_any(text, &["de-escalation"])
}

fn of_lines(place: &Place<'_>, found: &mut Vec<EscalationRung>) {
    for node in &place.section.nodes {
        match node {
            Node::List(list) => of_entries(place.lexicon, &super::entry::items(list), found),
            Node::Fence(fence) => of_fence(place.lexicon, fence, found),
            Node::Paragraph(_) => {
                let lines = entries(std::slice::from_ref(node));
                for entry in &lines {
                    add_all(found, chain(place.lexicon, &entry.text, entry.line));
                }
                if lines.len() > 1 {
                    of_entries(place.lexicon, &lines, found);
                }
            }
            Node::Table(_) | Node::Quote(_) => {}
        }
    }
}

/// A list right under a line such as `**エスカレーションパス**:`.
fn announced(place: &Place<'_>, found: &mut Vec<EscalationRung>) {
    let mut armed = false;
    for node in &place.section.nodes {
        match node {
            Node::Paragraph(paragraph) => {
                let short = paragraph.text.chars().count() <= LONGEST_NAME;
                armed = short && paragraph.lead.is_some() && ladder(place.lexicon, &paragraph.text);
                continue;
            }
            Node::List(list) if armed => of_entries(place.lexicon, &super::entry::items(list), found),
            Node::Table(table) if armed => of_table(place.lexicon, table, found),
            Node::Fence(fence) if armed => of_fence(place.lexicon, fence, found),
            Node::List(_) | Node::Fence(_) | Node::Table(_) | Node::Quote(_) => {}
        }
        armed = false;
    }
}

/// A list is a ladder when most of its items are rungs.
fn of_entries(lexicon: &Lexicon, items: &[Entry<'_>], found: &mut Vec<EscalationRung>) {
    if items.iter().any(|item| item.task) {
        return;
    }
    let mut rungs = Vec::new();
    let mut read = 0;
    for item in items {
        let links = chain(lexicon, &item.text, item.line);
        if links.is_empty() {
            rungs.extend(rung(lexicon, &item.text, item.line).inspect(|_| read += 1).or_else(|| {
                let plain = item.number.is_some() && is_somebody(lexicon, &item.text);
                plain.then(|| EscalationRung {
                    who: item.text.clone(),
                    after_min: None,
                    text: String::new(),
                    line: item.line,
                })
            }));
        } else {
            read += 1;
            rungs.extend(links);
        }
    }
    let plain = rungs.iter().filter(|rung| rung.text.is_empty()).count();
    if read * 2 > items.len() && !rungs.is_empty()
        || rungs.len() >= 2 && rungs.len() == items.len() && plain < rungs.len()
    {
        add_all(found, rungs);
    }
}

/// A ladder that is drawn in a fence of plain text.
fn of_fence(lexicon: &Lexicon, fence: &Fence, found: &mut Vec<EscalationRung>) {
    if !matches!(fence.info.trim(), "" | "text" | "txt" | "plain") {
        return;
    }
    let lines: Vec<(&str, usize)> = fence
        .lines
        .iter()
        .enumerate()
        .map(|(at, line)| (line.trim(), fence.first + at))
        .filter(|(line, _)| !line.is_empty() && !matches!(*line, "↓" | "▼" | "|" | "│" | "v" | "⬇"))
        .collect();
    let read = |(line, at): &(&str, usize)| {
        let links = chain(lexicon, line, *at);
        if !links.is_empty() {
            return links;
        }
        let bare =
            line.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' ' | '-' | '・' | '↓'));
        rung(lexicon, bare, *at).into_iter().collect()
    };
    let rungs: Vec<Vec<EscalationRung>> = lines.iter().map(read).collect();
    if !lines.is_empty() && rungs.iter().all(|rungs| !rungs.is_empty()) {
        add_all(found, rungs.into_iter().flatten().collect());
    }
}

fn of_table(lexicon: &Lexicon, table: &Table, found: &mut Vec<EscalationRung>) {
    let columns = Columns::of(lexicon, table);
    let level = columns.first(Topic::ColumnLevel);
    let when = (0..table.header.len())
        .filter(|at| Some(*at) != level)
        .find(|at| lexicon.says(columns.name(*at), Topic::ColumnElapsed));
    let who = (0..table.header.len())
        .find(|at| lexicon.says(columns.name(*at), Topic::ColumnCalled))
        .or_else(|| columns.other(Topic::ColumnOwner, &[level]))
        .or_else(|| columns.other(Topic::ColumnName, &[level]))
        // Who is called may be all that the column of contacts says.
        .or_else(|| columns.other(Topic::ColumnContact, &[level]).filter(|_| when.is_some()));
    let when = when.filter(|at| Some(*at) != who);
    let Some(who) = who.filter(|_| level.is_some() || when.is_some()) else { return };
    let rungs = table.rows.iter().filter_map(|(cells, line)| {
        let name = cell(cells, Some(who))?;
        // A number or an address is nobody.
        let name = Some(name).filter(|name| name.chars().any(char::is_alphabetic) && !name.contains('@'))?;
        let text = cell(cells, when).or_else(|| cell(cells, level)).unwrap_or_default();
        let after_min = cell(cells, when).and_then(|text| after(lexicon, text));
        (name.chars().count() <= LONGEST_NAME).then(|| EscalationRung {
            who: name.to_owned(),
            after_min,
            text: text.to_owned(),
            line: *line,
        })
    });
    add_all(found, rungs.collect());
}

fn add_all(found: &mut Vec<EscalationRung>, rungs: Vec<EscalationRung>) {
    for rung in rungs {
        if !found.iter().any(|known| known.who == rung.who && (known.text == rung.text || known.line == rung.line)) {
            found.push(rung);
        }
    }
}
