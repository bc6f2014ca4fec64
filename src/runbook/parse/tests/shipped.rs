//! The runbooks that come with the program.

use pretty_assertions::assert_eq;

use super::{check_steps, parse};
use crate::runbook::model::*;

const JAPANESE: &[u8] = include_bytes!("../../../../runbooks/system-check.ja.md");
const ENGLISH: &[u8] = include_bytes!("../../../../runbooks/system-check.en.md");
const INCIDENT: &[u8] = include_bytes!("../../../../runbooks/incident-first-response.ja.md");

/// Reads a shipped runbook: nothing to report, nothing dangerous, nothing to fill in.
fn check(bytes: &[u8]) -> Runbook {
    let runbook = parse("runbooks/x.md", bytes);
    assert_eq!(runbook.diagnostics, []);
    for command in runbook.procedures.iter().flat_map(|p| &p.steps).flat_map(Step::commands) {
        let quiet = !command.interactive && !command.never_ends && !command.reads_secret;
        assert!(
            command.runnable && command.dangers.is_empty() && command.environment.is_empty() && quiet,
            "{}",
            command.text
        );
    }
    runbook
}

fn rules(runbook: &Runbook) -> Vec<Option<&str>> {
    runbook.procedures.iter().map(|procedure| procedure.trigger.rule.as_deref()).collect()
}

fn fields(runbook: &Runbook) -> Vec<&str> {
    runbook.record_format.iter().flat_map(|format| &format.fields).map(|field| field.name.as_str()).collect()
}

#[test]
fn the_japanese_check_has_two_weekly_procedures_and_a_record() {
    let runbook = check(JAPANESE);

    assert_eq!(
        (runbook.language, rules(&runbook)),
        (Language::Ja, vec![Some("weekly:mon@09:00"), Some("weekly:thu@09:00")])
    );
    check_steps(&runbook, "健康診断", &[("ディスクの空き", 1), ("メモリの残り", 1), ("負荷", 2), ("時刻", 1)]);
    assert_eq!(runbook.procedures[0].steps.iter().filter(|step| !step.rules.is_empty()).count(), 3);
    assert_eq!(runbook.guidance.len(), 3);
    assert_eq!(fields(&runbook), ["実施日時", "担当者", "実施内容", "結果", "所要時間", "特記事項"]);
}

#[test]
fn the_english_check_has_two_weekly_procedures_and_a_record() {
    let runbook = check(ENGLISH);

    assert_eq!(
        (runbook.language, rules(&runbook)),
        (Language::En, vec![Some("weekly:mon@09:00"), Some("weekly:thu@09:00")])
    );
    check_steps(
        &runbook,
        "Vital signs",
        &[("Room on the root file system", 1), ("Memory that is left", 1), ("Load", 2), ("Clock", 1)],
    );
    assert_eq!(runbook.procedures[0].steps.iter().filter(|step| !step.rules.is_empty()).count(), 3);
    assert_eq!(runbook.guidance.len(), 3);
    assert_eq!(fields(&runbook), ["Date", "Operator", "Work", "Result", "Duration", "Notes"]);
}

#[test]
fn the_first_response_counts_its_deadlines_from_the_start() {
    let runbook = check(INCIDENT);

    let procedure = &runbook.procedures[0];
    let deadlines: Vec<_> =
        procedure.steps.iter().map(|step| step.deadline.as_ref().map(|deadline| deadline.min)).collect();
    assert_eq!(deadlines, [None, Some(5), Some(15), Some(15), Some(30), None]);
    assert_eq!((procedure.kind, procedure.trigger.kind), (ProcedureKind::Flow, TriggerKind::Incident));
    assert_eq!(fields(&runbook), ["実施日時", "担当者", "対応内容", "結果", "所要時間", "特記事項"]);
}
