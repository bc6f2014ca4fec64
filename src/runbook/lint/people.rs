//! Contacts, deadlines and reactions: what people need of a document when something has happened.

use std::collections::BTreeSet;

use super::{Desk, Severity, rules, say};
use crate::runbook::text::{Pattern, half_width, one_line};

pub(super) fn check(desk: &mut Desk<'_>) {
    contacts(desk);
    deadlines(desk);
    reactions(desk);
}

static MASKED: Pattern = Pattern::new(
    r"(?:^|[^\w-])(?:\+\d{1,3}-)?(?:0\d{0,3}-)?[xX×○〇]{2,4}-[xX×○〇]{2,4}-[xX×○〇]{3,4}(?:$|[^\w-])|\b0\d{1,3}-[xX×○〇]{2,4}-[xX×○〇]{4}|\b0{2,3}-0{4}-0{4}\b|[○〇]{2,4}-[○〇]{2,4}-[○〇]{3,4}",
);

fn contacts(desk: &mut Desk<'_>) {
    let (page, book) = (desk.page, desk.book);
    let mut lines = BTreeSet::new();
    for contact in book.contacts.iter().filter(|contact| contact.unset) {
        lines.insert(contact.line);
        let name = &contact.name;
        let span = page.find_or_line(contact.line, contact.line, &contact.value);
        let message =
            say!(desk.language, "「{name}」の連絡先が仮の値のままです", "the contact of “{name}” was never filled in");
        desk.add(&rules::CONTACT_UNSET, Severity::Warning, span, message);
    }
    for line in (1..=page.len()).filter(|line| !lines.contains(line)) {
        if let Some(hit) = MASKED.find(page.line(line)) {
            let start = page.range(line).start;
            let digit = |c: char| c.is_alphanumeric() || "+×○〇".contains(c);
            let lead = hit.as_str().find(digit).unwrap_or_default();
            let tail = hit.as_str().len() - hit.as_str().trim_end_matches(|c| !digit(c)).len();
            let message = say!(desk.language, "連絡先が仮の値のままです", "this contact was never filled in");
            desk.add(
                &rules::CONTACT_UNSET,
                Severity::Warning,
                start + hit.start() + lead..start + hit.end() - tail,
                message,
            );
        }
    }
}

fn deadlines(desk: &mut Desk<'_>) {
    let (page, book) = (desk.page, desk.book);
    for procedure in &book.procedures {
        let place = |step: &crate::runbook::model::Step, text: &str| page.find_or_line(step.line, step.line, text);
        let dated: Vec<_> = procedure.steps.iter().filter_map(|step| Some((step, step.deadline.as_ref()?))).collect();
        for pair in dated.windows(2) {
            let [(before, earlier), (step, deadline)] = pair else { continue };
            if deadline.min < earlier.min && deadline.from == earlier.from {
                let (text, line) = (&earlier.text, before.line);
                let message = say!(
                    desk.language,
                    "前の項目の期限（{line} 行目の {text}）より早い期限です",
                    "this is due before the step above it ({text} on line {line})"
                );
                let related = desk.related(place(before, text), say!(desk.language, "前の期限", "the deadline before"));
                let span = place(step, &deadline.text);
                desk.add(&rules::DEADLINE_SUM, Severity::Note, span, message).related.push(related);
            }
        }
        let words = procedure.heading_path.join(" ");
        // `P1` is not meant by `P10`.
        let digit_free = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
        let mentions = |level: &str| {
            !level.is_empty()
                && half_width(&words)
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| word.strip_prefix(level).is_some_and(digit_free))
        };
        let severity = book
            .severities
            .iter()
            .find(|s| s.level.chars().any(|c| c.is_ascii_digit()) && s.level.len() > 1 && mentions(&s.level));
        let target = severity.and_then(|s| Some((s, s.target_min?)));
        if let Some((severity, target)) = target
            && let Some((step, deadline)) = dated.iter().find(|(_, deadline)| deadline.min > target)
        {
            let (level, line) = (&severity.level, severity.line);
            let message = say!(
                desk.language,
                "{line} 行目にある {level} の目標（{target} 分）より遅い期限です",
                "this is later than the target of {level}, {target} minutes, on line {line}"
            );
            let span = place(step, &deadline.text);
            desk.add(&rules::DEADLINE_SUM, Severity::Note, span, message);
        }
    }
}

static AROUND_AN_ACTION: Pattern = Pattern::new(
    r"^(?:→|->|⇒|:|：|\s)+|(?:を)?(?:実行|実施|開始|検討|行う|する|へ|に移行|に進む|を参照|してください|します)+[。.]?$|。$",
);
static PROCEDURE_NAME: Pattern = Pattern::new(
    r"^[\p{Han}\p{Katakana}ーA-Za-z0-9・ ]{2,16}(?:対応|手順|処理|復旧|プラン|フロー|ローテーション|切り替え|切替|フェイルオーバー)$|^(?:[Rr]un|[Ff]ollow|[Ss]tart|[Ss]ee) the .{3,40} (?:procedure|runbook|plan|process)$",
);
static PLAIN: Pattern =
    Pattern::new(r"^(?:早急|至急|即時|即|個別|適宜|別途|要|直ちに)?(?:に)?(?:対応|処理|復旧|手順|切り替え|切替)$");

/// Reactions named by a rule, of which the document says nothing else.
fn reactions(desk: &mut Desk<'_>) {
    let (page, book) = (desk.page, desk.book);
    let steps = || book.procedures.iter().flat_map(|procedure| &procedure.steps);
    let mut lines: BTreeSet<usize> = steps().flat_map(|step| &step.rules).map(|rule| rule.line).collect();
    lines.extend(book.metric_rules.iter().map(|rule| rule.line));
    let elsewhere: Vec<String> =
        (1..=page.len()).filter(|line| !lines.contains(line)).map(|line| fold(page.line(line))).collect();
    let mut said: BTreeSet<String> = BTreeSet::new();
    for rule in steps().flat_map(|step| &step.rules).chain(&book.metric_rules) {
        let Some(action) = &rule.action else { continue };
        let name = one_line(&AROUND_AN_ACTION.replace_all(action.trim(), ""));
        if !PROCEDURE_NAME.is_match(&name) || PLAIN.is_match(&name) {
            continue;
        }
        let bare = name
            .trim_start_matches(|c: char| c.is_ascii_alphabetic() && name.starts_with(['R', 'r', 'F', 'f', 'S', 's']));
        let bare = bare.trim().strip_prefix("the ").unwrap_or(bare.trim());
        let key = fold(if name.is_ascii() { bare } else { &name });
        if key.is_empty() || elsewhere.iter().any(|line| line.contains(&key)) || !said.insert(key) {
            continue;
        }
        let span = page.find_or_line(rule.line, rule.line, action);
        let message = say!(
            desk.language,
            "「{name}」の手順がこの文書にありません",
            "nothing in this document describes “{name}”"
        );
        desk.add(&rules::RULE_WITHOUT_ACTION, Severity::Note, span, message);
    }
}

fn fold(text: &str) -> String {
    half_width(text).to_lowercase().split_whitespace().collect()
}
