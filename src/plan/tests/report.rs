//! The report of a week or a month.

use pretty_assertions::assert_eq;

use super::*;
use crate::i18n::Language;
use crate::plan::report::{IncidentProcedures, Inputs, plot, report};
use crate::plan::{Measured, Span};
use crate::runbook::lexicon::Lexicon;
use crate::runbook::parse::Parser;

fn written(duties: &[Duty], done: &[Done], span: &Span, language: Language) -> String {
    with_incidents(&IncidentProcedures::default(), duties, done, span, language)
}

fn with_incidents(
    incidents: &IncidentProcedures,
    duties: &[Duty],
    done: &[Done],
    span: &Span,
    language: Language,
) -> String {
    let calendar = tokyo();
    let now = at("2026-11-26 15:00 +0900");
    report(&Inputs { calendar: &calendar, duties, done, drills: &[], incidents, span, now, language })
}

#[test]
fn incidents_are_told_with_how_soon_somebody_acted_and_how_soon_they_were_over() {
    let book = "# 障害対応\n\n## P1（緊急）障害対応\n- [ ] **確認する**\n  ```bash\n  date\n  ```\n\n## 週次点検\n- [ ] **見る**\n";
    let contents = Parser::new(Lexicon::built_in()).contents("incident.md", book.as_bytes());
    let mut incidents = IncidentProcedures::default();
    incidents.add(&contents);
    let incident = |started: &str, outcome, acted, took| Done {
        book: Book { path: contents.path.clone(), title: contents.title.clone() },
        outcome,
        acted: Some(at(started) + chrono::TimeDelta::minutes(acted)),
        ended: Some(at(started) + chrono::TimeDelta::minutes(took)),
        planned: Some([50, 50]),
        ..done("P1（緊急）障害対応", started)
    };
    let other = Done { procedure: "週次点検".into(), ..incident("2026-11-04 02:00 +0900", Outcome::Well, 0, 500) };
    let all = [
        incident("2026-11-02 02:00 +0900", Outcome::Well, 4, 40),
        incident("2026-11-03 02:00 +0900", Outcome::Findings, 1, 61),
        other,
        incident("2026-11-05 02:00 +0900", Outcome::Aborted, 10, 900),
    ];

    let text = with_incidents(&incidents, &[], &all, &november(), Language::Ja);

    let section = text.split("## ").find(|part| part.starts_with("障害対応")).expect("a section");
    for line in [
        "| 2026-11-02 02:00 | P1（緊急）障害対応 | P1 | 4 | 40 | 50 | 成功 |",
        "| 2026-11-03 02:00 | P1（緊急）障害対応 | P1 | 1 | 61 超過 | 50 | 対応あり |",
        "| 2026-11-05 02:00 | P1（緊急）障害対応 | P1 | 10 | - | 50 | 中断 |",
        "- **平均着手時間**: 5 分（3 件）",
        "- **平均解決時間 (MTTR)**: 51 分（2 件）",
    ] {
        assert!(section.contains(line), "{line}: {section}");
    }
    assert!(!section.contains("週次点検"), "{section}");
    let none = written(&[], &all, &november(), Language::Ja);
    assert!(!none.contains("MTTR"), "no runbook says that it is an incident: {none}");
}

fn november() -> Span {
    Span::month("2026-11").expect("a month")
}

fn run(started: &str, value: f64, findings: &[&str]) -> Done {
    Done {
        outcome: if findings.is_empty() { Outcome::Well } else { Outcome::Findings },
        findings: findings.iter().map(|f| (*f).to_owned()).collect(),
        measured: vec![Measured {
            step: "容量".into(),
            rule: "容量 > 80%: ログローテーション".into(),
            shown: format!("{value}%"),
            value,
            applies: value > 80.0,
        }],
        ..done("点検", started)
    }
}

#[test]
fn what_was_done_and_missed_is_counted_slot_by_slot() {
    let duties = [
        Duty { planned: Some([10, 15]), ..duty("点検", "weekly:mon@02:00") },
        duty("月の作業", "monthly"),
        Duty { automatic: true, ..duty("cron", "cron:0 2 * * *") },
    ];
    let done = [
        run("2026-11-02 02:10 +0900", 70.0, &[]),
        run("2026-11-11 10:00 +0900", 85.0, &["容量: 容量 > 80% (85%)"]),
        run("2026-11-16 01:55 +0900", 93.0, &["容量: 容量 > 80% (93%)"]),
    ];
    let text = written(&duties, &done, &november(), Language::Ja);
    assert!(
        text.starts_with("# 月次報告 2026-11\n\n- **期間**: 2026-11-01 – 2026-11-30\n- **時点**: 2026-11-26 15:00\n"),
        "{text}"
    );
    // The fourth Monday was missed; the second was done late. The month is not over.
    assert!(text.contains("予定 4 件、実施 3 件、未実施 1 件（実施率 75%）"), "{text}");
    assert!(text.contains("| 点検 | 定期メンテナンス | 3 | 1 | 1 |"), "{text}");
    assert!(text.contains("- 点検 (定期メンテナンス): 2026-11-23 02:00\n"), "{text}");
    assert!(text.contains("記録で追えない作業: 1 件"), "{text}");
    assert!(text.contains("## 所見\n\n- 2026-11-11 点検: 容量: 容量 \\> 80% (85%)\n- 2026-11-16"), "{text}");
    assert!(text.contains("| 点検 | 10–15 | 20 超過 | 20 | 3 |"), "{text}");
    assert!(text.contains("| 点検: 容量 | 容量 | ▁▆█ | 70% | 93% | 93% | 2/3 |"), "{text}");
    assert!(!text.contains("月の作業"), "{text}");
}

#[test]
fn a_period_belongs_to_the_days_in_which_it_ends() {
    let october = Span::month("2026-10").expect("a month");
    let text = written(&[duty("四半期の作業", "quarter:2"), duty("月の作業", "monthly")], &[], &october, Language::En);
    assert!(text.contains("1 due, 0 done, 1 missed (0 % done)"), "{text}");
    assert!(text.contains("- 月の作業 (定期メンテナンス): 2026-10-01 – 2026-10-31\n"), "{text}");
    assert!(!text.contains("As of"), "{text}");
    let september = Span::month("2026-09").expect("a month");
    let text = written(&[duty("四半期の作業", "quarter:2")], &[], &september, Language::En);
    assert!(text.contains("- 四半期の作業 (定期メンテナンス): 2026-07-01 – 2026-09-30\n"), "{text}");
}

#[test]
fn an_empty_report_says_so() {
    let text = written(&[], &[], &Span::week("2026-W48").expect("a week"), Language::En);
    assert_eq!(
        text,
        "# Weekly report 2026-W48\n\n- **Period**: 2026-11-23 – 2026-11-29\n- **As of**: 2026-11-26 15:00\n\n\
         ## Done against the plan\n\nNo duty that records can tell of fell due.\n\n## Runs\n\nNo record.\n"
    );
}

#[test]
fn weeks_and_months_are_named_as_people_name_them() {
    let days = |span: Option<Span>| span.map(|s| (s.name, s.from.to_string(), s.until.to_string()));
    let of = |name: &str, from: &str, until: &str| Some((name.to_owned(), from.to_owned(), until.to_owned()));
    assert_eq!(days(Span::month("2026-12")), of("2026-12", "2026-12-01", "2027-01-01"));
    assert_eq!(days(Span::week("2027-W01")), of("2027-W01", "2027-01-04", "2027-01-11"));
    assert_eq!(days(Span::week_of(date("2027-01-03"))), of("2026-W53", "2026-12-28", "2027-01-04"));
    for wrong in ["2026-13", "2026", "x", "2026-11-01"] {
        assert_eq!(Span::month(wrong), None, "{wrong}");
    }
    assert_eq!(Span::week("2026-W54"), None);
}

#[test]
fn no_title_changes_the_structure_of_the_page() {
    let hostile = "a | b\n# c <script> ![x](y) `z`\u{202e}";
    let hostile_run =
        Done { findings: vec![hostile.into()], outcome: Outcome::Findings, ..done(hostile, "2026-11-02 02:00 +0900") };
    let duties =
        [Duty { procedure: Some((ProcedureId("x".into()), hostile.into())), ..duty(hostile, "weekly:mon@02:00") }];
    let plain_run =
        Done { findings: vec!["a".into()], outcome: Outcome::Findings, ..done("b", "2026-11-02 02:00 +0900") };
    let plain_duty = [duty("b", "weekly:mon@02:00")];
    let shape = |text: &str| -> Vec<String> {
        let events = pulldown_cmark::Parser::new_ext(text, pulldown_cmark::Options::ENABLE_TABLES);
        let tags = events.filter(|e| !matches!(e, pulldown_cmark::Event::Text(_) | pulldown_cmark::Event::SoftBreak));
        tags.map(|e| format!("{e:?}")).collect()
    };
    let hostile = written(&duties, &[hostile_run], &november(), Language::Ja);
    assert_eq!(shape(&hostile), shape(&written(&plain_duty, &[plain_run], &november(), Language::Ja)), "{hostile}");
}

#[test]
fn a_plot_shows_the_least_and_the_most() {
    assert_eq!(plot(&[1.0, 2.0, 8.0]), "▁▂█");
    assert_eq!(plot(&[5.0, 5.0]), "▄▄");
    assert_eq!(plot(&[]), "");
}

#[test]
fn what_a_heading_plans_is_the_whole_of_its_procedure_and_not_one_more_part() {
    let part = |title: &str, planned: u32| Duty {
        title: title.into(),
        planned: Some([planned, planned]),
        ..duty("点検", "weekly:mon@02:00")
    };
    let done = [run("2026-11-02 02:10 +0900", 70.0, &[])];
    let parts = [part("容量", 10), part("控え", 15)];
    let text = written(&parts, &done, &november(), Language::Ja);
    assert!(text.contains("| 点検 | 25 | 20 | 20 | 1 |"), "{text}");
    let all = [part("点検", 30), part("容量", 10), part("控え", 15)];
    let text = written(&all, &done, &november(), Language::Ja);
    assert!(text.contains("| 点検 | 30 | 20 | 20 | 1 |"), "{text}");
}
