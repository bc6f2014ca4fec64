//! The documented block: the heading and the bullets that the runbook itself describes.
//!
//! Where the runbook describes none, the six fields 実施日時, 担当者, 内容, 結果, 所要時間, 特記事項 in its language.

use crate::i18n::Language;
use crate::record::escape::{self, NOTHING, inline, visible_line};
use crate::record::render::page::Page;
use crate::record::render::verification;
use crate::record::words::{self, Words};
use crate::run::event::{ActorKind, Ending, Mode, Verdict};
use crate::run::query;
use crate::run::state::{Mark, Phase, RevertEnd, RunState, Started, StepState};
use crate::runbook::model::{FieldMeaning, Procedure, RecordFormat, RuleOp, RuleSense, Step};

/// The fields and values of the documented block, in its order, as plain text on one line each. A field that nothing is
/// known about has the value `-`. Empty for a run without its first fact.
pub fn documented_fields(state: &RunState) -> Vec<(String, String)> {
    let Some(started) = &state.started else { return Vec::new() };
    let language = started.start.language;
    let format = started.start.record_format.as_ref();
    let fields: Vec<(String, FieldMeaning)> = match format {
        Some(format) if !format.fields.is_empty() => {
            format.fields.iter().map(|f| (visible_line(&f.name), f.meaning)).collect()
        }
        Some(_) | None => default_fields(language),
    };
    let value = |meaning| {
        let text = visible_line(&value(state, started, meaning));
        if text.is_empty() { NOTHING.to_owned() } else { text }
    };
    fields.into_iter().map(|(name, meaning)| (name, value(meaning))).collect()
}

/// The name of the record's file without its ending: local start, then the title, with 訓練 before it for a drill. The
/// title is as the document has it; whoever makes the file turns it into a safe name. Empty without a first fact.
pub fn file_stem(state: &RunState) -> String {
    let Some(started) = &state.started else { return String::new() };
    let language = started.start.language;
    let drill = match started.start.mode {
        Mode::Live => "",
        Mode::Drill => language.pick("訓練-", "drill-"),
    };
    format!("{}-{drill}{}", started.at.format("%Y-%m-%d-%H%M"), title(started))
}

/// Writes the heading and the bullets.
pub(crate) fn write(state: &RunState, started: &Started, page: &mut Page) {
    let (level, heading) = heading(state, started);
    page.first_heading(level, &heading);
    for (name, value) in documented_fields(state) {
        let value = if value == NOTHING { value } else { inline(&value) };
        page.bullet(&inline(&name), &value);
    }
}

/// The title: the example's own where it is of this procedure's frequency, else the procedure's top heading.
pub(crate) fn title(started: &Started) -> String {
    let procedure = &started.start.procedure;
    let example = started.start.record_format.as_ref().and_then(|f| f.example_title.as_deref());
    let fitting = example.filter(|e| Period::of_words(e).is_some_and(|p| Some(p) == Period::of(procedure)));
    let top = procedure.heading_path.iter().map(String::as_str).find(|h| !visible_line(h).is_empty());
    visible_line(fitting.or(top).unwrap_or(&procedure.title))
}

/// How often something is done, as far as titles name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Period {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Period {
    /// That of a procedure: its schedule rule's, else that of its headings, the nearest first.
    fn of(procedure: &Procedure) -> Option<Self> {
        let rule = procedure.trigger.rule.as_deref().unwrap_or_default();
        let rule = match rule.split([':', '@']).next().unwrap_or_default() {
            "hourly" => Some(Self::Hour),
            "daily" => Some(Self::Day),
            "weekly" => Some(Self::Week),
            "monthly" => Some(Self::Month),
            "quarterly" | "quarter" => Some(Self::Quarter),
            "yearly" => Some(Self::Year),
            _ => None, // Cron lines, events and rules without a period.
        };
        rule.or_else(|| procedure.heading_path.iter().rev().find_map(|h| Self::of_words(h)))
    }

    /// That of a title. The longer periods are looked for first: 四半期 holds 半期 and 毎四半期 holds 毎.
    fn of_words(text: &str) -> Option<Self> {
        let words: [(&[&str], Self); 6] = [
            (&["四半期", "quarter"], Self::Quarter),
            (&["年次", "毎年", "年間", "annual", "yearly"], Self::Year),
            (&["月次", "毎月", "月例", "monthly"], Self::Month),
            (&["週次", "毎週", "週間", "weekly"], Self::Week),
            (&["日次", "毎日", "daily"], Self::Day),
            (&["毎時", "hourly"], Self::Hour),
        ];
        let text = text.to_lowercase();
        words.into_iter().find(|(names, _)| names.iter().any(|n| text.contains(n))).map(|(_, period)| period)
    }
}

/// The level and the markdown of the heading.
fn heading(state: &RunState, started: &Started) -> (usize, String) {
    let language = started.start.language;
    let drill = match started.start.mode {
        Mode::Live => "",
        Mode::Drill => language.pick("【訓練】", "[DRILL] "),
    };
    let ending = match &state.phase {
        Phase::Signed { .. } => "",
        Phase::Open | Phase::Closed { ending: Ending::Unsigned, .. } => Words::UNSIGNED_MARK.text(language),
        Phase::Closed { ending: Ending::Aborted, .. } => Words::ABORTED_MARK.text(language),
    };
    let title = escape::escape(&format!("{drill}{}{ending}", title(started)));
    let date = started.at.format("%Y-%m-%d").to_string();
    let own = started.start.record_format.as_ref().and_then(|f| own_heading(f, &date, &title));
    own.unwrap_or_else(|| (2, format!("{date} {title}")))
}

/// The heading in the document's form, where that names both date and title.
fn own_heading(format: &RecordFormat, date: &str, title: &str) -> Option<(usize, String)> {
    let form = visible_line(&format.heading);
    let level = form.chars().take_while(|c| *c == '#').count();
    let rest = form.get(level..)?.strip_prefix(' ').filter(|_| (1..=3).contains(&level))?.trim();
    let dated = rest.find("{date}")?;
    let titled = rest.find("{title}")?;
    let [(first, first_key, first_value), (second, second_key, second_value)] = if dated < titled {
        [(dated, "{date}", date), (titled, "{title}", title)]
    } else {
        [(titled, "{title}", title), (dated, "{date}", date)]
    };
    let before = escape::escape(&rest[..first]);
    let between = escape::escape(&rest[first + first_key.len()..second]);
    let after = escape::escape(&rest[second + second_key.len()..]);
    Some((level, format!("{before}{first_value}{between}{second_value}{after}")))
}

fn default_fields(language: Language) -> Vec<(String, FieldMeaning)> {
    let fields = [
        (Words::DATE, FieldMeaning::Date),
        (Words::OPERATOR, FieldMeaning::Operator),
        (Words::WORK, FieldMeaning::Work),
        (Words::RESULT, FieldMeaning::Result),
        (Words::DURATION, FieldMeaning::Duration),
        (Words::REMARKS, FieldMeaning::Notes),
    ];
    fields.map(|(name, meaning)| (name.text(language).to_owned(), meaning)).to_vec()
}

fn value(state: &RunState, started: &Started, meaning: FieldMeaning) -> String {
    let language = started.start.language;
    match meaning {
        FieldMeaning::Date => started.at.format("%Y-%m-%d %H:%M").to_string(),
        FieldMeaning::Operator => started.start.operator.clone(),
        FieldMeaning::Work => work(state, started),
        FieldMeaning::Result => {
            let result = if query::failed(state) { Words::FAILURE } else { Words::SUCCESS };
            result.text(language).to_owned()
        }
        FieldMeaning::Duration => duration(state),
        FieldMeaning::Notes => remarks(state, language),
        FieldMeaning::Verifier => {
            match (&state.verification.alone, verification::verifiers(state, Words::JOIN.text(language))) {
                (Some((reason, _)), names) if names.is_empty() => alone(reason, language),
                (Some(_) | None, names) => names,
            }
        }
        FieldMeaning::Approver => verification::approvers(state, Words::JOIN.text(language)),
        // Nobody but a person can say it.
        FieldMeaning::Other => String::new(),
    }
}

fn alone(reason: &str, language: Language) -> String {
    match language {
        Language::Ja => format!("一人作業（{}）", visible_line(reason)),
        Language::En => format!("worked alone ({})", visible_line(reason)),
    }
}

/// The titles of the steps that were done.
fn work(state: &RunState, started: &Started) -> String {
    let done = steps(state).filter(|(s, _)| matches!(s.mark, Mark::Judged { .. } | Mark::Overridden { .. }));
    let titles: Vec<String> = done.map(|(_, d)| visible_line(&d.title)).filter(|t| !t.is_empty()).collect();
    if titles.is_empty() {
        started.start.procedure.title.clone()
    } else {
        titles.join(Words::JOIN.text(started.start.language))
    }
}

/// `HH:MM`, a minute that has begun counts whole.
fn duration(state: &RunState) -> String {
    let taken = query::duration(state).num_milliseconds();
    // Never negative: `query::duration` holds it at zero.
    let minutes = (taken + 59_999) / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What is to be noted: steps left undone, findings, failures, then notes.
fn remarks(state: &RunState, language: Language) -> String {
    let mut said = Vec::new();
    match (query::undone(state), language) {
        (0, _) => {}
        (n, Language::Ja) => said.push(format!("未完了 {n} 件")),
        (n, Language::En) => said.push(format!("{n} not done")),
    }
    if let Some((reason, _)) = &state.verification.alone {
        said.push(alone(reason, language));
    }
    for (what, end) in state.reverts.iter().map(|revert| (visible_line(&revert.what), &revert.end)) {
        match (end.as_ref().map(|(end, _)| end), language) {
            (None, Language::Ja) => said.push(format!("戻し未了: {what}")),
            (None, Language::En) => said.push(format!("still to be undone: {what}")),
            (Some(RevertEnd::HandedOver { due, owner, .. }), _) => {
                let [due, owner] = [due, owner].map(|text| visible_line(text));
                said.push(match language {
                    Language::Ja => format!("戻しを引き継ぎ: {what}（{owner}、{due}）"),
                    Language::En => format!("to be undone by {owner}, {due}: {what}"),
                });
            }
            (Some(RevertEnd::Done { .. } | RevertEnd::Dropped { .. }), _) => {}
        }
    }
    for (state, document) in steps(state) {
        if let Mark::Judged { verdict: Verdict::Finding, comment, stamp, .. } = &state.mark {
            let open = match stamp.by.kind {
                ActorKind::Unattended => Words::NOT_ACTED_ON.text(language),
                ActorKind::Person | ActorKind::Host => "",
            };
            let found = findings(state, document, comment.as_deref(), language);
            said.extend(found.into_iter().map(|f| format!("{f}{open}")));
        }
    }
    for (state, document) in steps(state) {
        if let Mark::Judged { verdict: verdict @ (Verdict::Failed | Verdict::Undecided), .. } = &state.mark {
            let word = words::mark(words::judged(*verdict), language);
            said.push(format!("{}: {word}", visible_line(&document.title)));
        }
        if let Mark::Overridden { verdict, reason, approver, .. } = &state.mark {
            let word = words::mark(words::judged(*verdict), language);
            let [title, reason, approver] = [&document.title, reason, approver].map(|t| visible_line(t));
            said.push(match language {
                Language::Ja => format!("{title}: {word}（上書き承認 {approver}: {reason}）"),
                Language::En => format!("{title}: {word} (override approved by {approver}: {reason})"),
            });
        }
    }
    said.extend(state.notes.iter().map(|n| visible_line(&n.text)).filter(|n| !n.is_empty()));
    if said.is_empty() { Words::NONE.text(language).to_owned() } else { said.join(Words::JOIN.text(language)) }
}

/// What was found and what it asks for: 容量85% → ログローテーション実行. Where no rule says it, the title and the comment.
fn findings(state: &StepState, document: &Step, comment: Option<&str>, language: Language) -> Vec<String> {
    let mut found = Vec::new();
    for measured in state.proposal.iter().flat_map(|p| &p.measured) {
        let Some(rule) = document.rules.get(measured.rule) else { continue };
        let met = match rule.when {
            RuleSense::Alarm => measured.applies,
            RuleSense::Normal => !measured.holds,
        };
        if !met {
            continue;
        }
        let what = match rule.op {
            RuleOp::Event => {
                let event = visible_line(&rule.subject);
                let event = event.strip_suffix("の場合").or_else(|| event.strip_suffix('時')).unwrap_or(&event);
                format!("{}: {event}", visible_line(&document.title))
            }
            RuleOp::Gt | RuleOp::Ge | RuleOp::Lt | RuleOp::Le | RuleOp::Eq => {
                let space = if rule.subject.is_ascii() { " " } else { "" };
                format!("{}{space}{}", visible_line(&rule.subject), visible_line(&measured.shown))
            }
        };
        found.push(match rule.action.as_deref().map(visible_line).filter(|a| !a.is_empty()) {
            Some(action) => format!("{what} → {action}"),
            None => what,
        });
    }
    if found.is_empty() {
        let title = visible_line(&document.title);
        let word = words::mark(words::judged(Verdict::Finding), language);
        let comment = comment.map(visible_line).filter(|c| !c.is_empty());
        found.push(format!("{title}: {}", comment.as_deref().unwrap_or(word)));
    }
    found
}

fn steps(state: &RunState) -> impl Iterator<Item = (&StepState, &Step)> {
    state.steps.iter().zip(state.procedure_steps())
}
