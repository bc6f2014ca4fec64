//! The incidents of a report: runs of procedures that the runbook begins with an incident.

use std::collections::BTreeSet;

use chrono::TimeZone;

use crate::i18n::Language;
use crate::plan::duty::{Done, Outcome, headings};
use crate::plan::grid::Calendar;
use crate::plan::report::{MOST, Page};
use crate::runbook::model::{Contents, Listed, TriggerKind};

/// The procedures that begin with an incident, each by the title of its runbook and its headings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncidentProcedures(BTreeSet<(String, String)>);

impl IncidentProcedures {
    /// Adds those of a runbook.
    pub fn add(&mut self, contents: &Contents) {
        let begins = |procedure: &&Listed| procedure.trigger.kind == TriggerKind::Incident;
        let named = |procedure: &Listed| (contents.title.clone(), headings(procedure));
        self.0.extend(contents.procedures.iter().filter(begins).map(named));
    }

    /// Whether a run was one of these.
    fn has(&self, done: &Done) -> bool {
        self.0.contains(&(done.book.title.clone(), done.procedure.clone()))
    }
}

/// Every incident with how soon somebody acted and how soon it was over, then the means.
pub(super) fn incidents<Z: TimeZone>(
    page: &mut Page,
    calendar: &Calendar<Z>,
    known: &IncidentProcedures,
    within: &[&Done],
) {
    let incidents: Vec<&Done> = within.iter().copied().filter(|done| known.has(done)).collect();
    if incidents.is_empty() {
        return;
    }
    page.heading(("障害対応", "Incidents"));
    page.table(&[
        ("開始", "Start"),
        ("手順", "Procedure"),
        ("重大度", "Severity"),
        ("着手（分）", "Acted after (min)"),
        ("解決（分）", "Resolved after (min)"),
        ("計画（分）", "Planned (min)"),
        ("結果", "Result"),
    ]);
    for done in incidents.iter().take(MOST) {
        let start = calendar.local(done.started).format("%Y-%m-%d %H:%M").to_string();
        let minutes = |minutes: Option<i64>| minutes.map_or_else(|| "-".to_owned(), |minutes| minutes.to_string());
        let over = matches!((done.planned, resolved(done)), (Some([_, most]), Some(took)) if took > i64::from(most));
        let took = match over {
            true => format!("{} {}", minutes(resolved(done)), page.say(("超過", "over"))),
            false => minutes(resolved(done)),
        };
        let planned = match done.planned {
            Some([least, most]) if least == most => most.to_string(),
            Some([least, most]) => format!("{least}–{most}"),
            None => "-".to_owned(),
        };
        let severity = severity(&done.procedure).unwrap_or("-");
        let result = done.outcome.word(page.language);
        page.row(&[&start, &done.procedure, severity, &minutes(acted(done)), &took, &planned, result]);
    }
    page.rest(incidents.len());
    let means = [
        (("平均着手時間", "Mean time to act"), mean(incidents.iter().filter_map(|done| acted(done)))),
        (("平均解決時間 (MTTR)", "Mean time to resolve (MTTR)"), mean(incidents.iter().filter_map(|d| resolved(d)))),
    ];
    page.line("");
    for (words, (mean, count)) in means.into_iter().filter_map(|(words, mean)| Some((words, mean?))) {
        let words = page.say(words);
        page.line(&match page.language {
            Language::Ja => format!("- **{words}**: {mean} 分（{count} 件）"),
            Language::En => format!("- **{words}**: {mean} min ({count})"),
        });
    }
}

/// Minutes until somebody first ran or decided something.
fn acted(done: &Done) -> Option<i64> {
    Some((done.acted? - done.started).num_minutes().max(0))
}

/// Minutes until it was over; nothing where it was given up or failed.
fn resolved(done: &Done) -> Option<i64> {
    done.minutes().filter(|_| matches!(done.outcome, Outcome::Well | Outcome::Findings))
}

/// The mean in whole minutes, and of how many.
fn mean(minutes: impl Iterator<Item = i64>) -> Option<(i64, usize)> {
    let minutes: Vec<i64> = minutes.collect();
    let count = i64::try_from(minutes.len()).ok().filter(|count| *count > 0)?;
    Some(((minutes.iter().sum::<i64>() + count / 2) / count, minutes.len()))
}

/// The severity that headings name, such as `P1` or `SEV-2`.
fn severity(headings: &str) -> Option<&str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    headings.split(|c| !word(c)).find(|token| {
        let letters = token.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = token.len() - letters.len();
        let letters = letters.trim_end_matches('-');
        digits == 1 && ["P", "SEV", "LV"].iter().any(|known| letters.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_severity_is_read_from_headings_and_nothing_else_is_one() {
        for (headings, expected) in [
            ("障害対応 › P1（緊急）の対応", Some("P1")),
            ("Incident › SEV-2: slow", Some("SEV-2")),
            ("sev3", Some("sev3")),
            ("Level 1", None),
            ("S3 の容量", None),
            ("HTTP2 の障害", None),
            ("P99 遅延", None),
            ("初動", None),
        ] {
            assert_eq!(severity(headings), expected, "{headings}");
        }
    }
}
