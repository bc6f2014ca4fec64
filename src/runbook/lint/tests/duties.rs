//! Recurring duties and cron lines.

use pretty_assertions::assert_eq;

use super::super::Severity::{Note, Warning};
use super::super::cron;
use super::{check, marked, report};

/// A document with two headings that are due, and one crontab.
fn duties(first: &str, second: &str, crontab: &str) -> String {
    format!("# A\n\n## {first}\n\n- [ ] a\n\n## {second}\n\n- [ ] b\n\n## Cron\n\n```cron\n{crontab}\n```\n")
}

#[test]
fn duties_at_one_time() {
    check("schedule-collision", &duties("月曜日 02:00 - 点検", "毎日 02:00 - 写し", ""), &[(7, Warning)]);
    check("schedule-collision", &duties("月曜日 02:00 - 点検", "B", "0 2 * * * /opt/backup"), &[(14, Warning)]);
    check("schedule-collision", &duties("A1", "B", "0 2 * * 1 /opt/a\n0 2 1 * * /opt/b"), &[(15, Warning)]);
    check("schedule-collision", &duties("第1月曜日 03:00 - 更新", "毎月5日 03:00 - 締め", ""), &[(7, Warning)]);
    let report = report(&duties("月曜日 02:00 - 点検", "毎日 02:00 - 写し", ""));
    let finding = report.findings.iter().find(|f| f.rule.id == "schedule-collision").expect("a finding");
    assert_eq!(finding.related.iter().map(|r| r.line).collect::<Vec<_>>(), [3]);
}

#[test]
fn duties_that_never_meet() {
    check("schedule-collision", &duties("月曜日 02:00 - 点検", "水曜日 02:00 - 写し", ""), &[]);
    check("schedule-collision", &duties("月曜日 02:00 - 点検", "毎日 02:30 - 写し", ""), &[]);
    check("schedule-collision", &duties("第1月曜日 03:00 - 更新", "第3月曜日 03:00 - 整理", ""), &[]);
    check("schedule-collision", &duties("第1月曜日 03:00 - 更新", "毎月15日 03:00 - 締め", ""), &[]);
    check("schedule-collision", &duties("毎週 - 点検", "毎日 - 写し", ""), &[]);
}

#[test]
fn the_cron_line_that_carries_out_a_heading_does_not_collide_with_it() {
    check("schedule-collision", &duties("月曜日 02:00 - 点検", "B", "# 毎週の点検\n0 2 * * 1 /opt/check"), &[]);
    let first_monday = "# 更新\n0 3 1-7 * * [ \"$(date +%u)\" = 1 ] && /opt/update";
    check("schedule-collision", &duties("第1月曜日 03:00 - 更新", "B", first_monday), &[]);
    check("schedule-collision", &duties("月曜日 02:00 - 点検", "B", "*/5 * * * * /opt/poll"), &[]);
}

#[test]
fn one_duty_with_two_frequencies() {
    let table = |second: &str| {
        format!(
            "# A\n\n## 定期作業\n\n| 作業 | 頻度 |\n|---|---|\n| 証明書の確認 | 毎週 |\n| 証明書の確認 | {second} |\n"
        )
    };
    check("duplicate-duty", &table("毎月"), &[(8, Warning)]);
    check("duplicate-duty", &table("毎週"), &[]);
    let rounds =
        |second: &str| format!("# A\n\n## 毎日の点検\n\n- [ ] 写しの確認\n\n## 毎週の点検\n\n- [ ] {second}\n");
    check("duplicate-duty", &rounds("写しの確認"), &[(9, Note)]);
    check("duplicate-duty", &rounds("鍵の確認"), &[]);
}

#[test]
fn a_duty_without_a_period() {
    check("no-period", "# A\n\n## 定期的な作業\n\n- [ ] 見る\n", &[(3, Note)]);
    check("no-period", "# A\n\n## 毎週の作業\n\n- [ ] 見る\n", &[]);
    check("no-period", "# A\n\n## 作業\n\n| 作業 | 頻度 |\n|---|---|\n| 鍵の交換 | 90日 |\n| 写し | 常時 |\n", &[]);
}

#[test]
fn cron_lines_that_cannot_run() {
    for (line, word) in [
        ("70 2 * * * /opt/a", "70"),
        ("0 24 * * * /opt/a", "24"),
        ("0 2 0 * * /opt/a", "0"),
        ("0 2 * 13 * /opt/a", "13"),
        ("0 2 * * 8 /opt/a", "8"),
        ("0 5-2 * * * /opt/a", "5-2"),
        ("0 2 31 2 * /opt/a", "0 2 31 2 * /opt/a"),
        ("0 2 * * /opt/a", "0 2 * * /opt/a"),
    ] {
        let text = format!("# A\n\n```cron\n{line}\n```\n");
        check("invalid-cron", &text, &[(4, Warning)]);
        assert_eq!(marked("invalid-cron", &text), word);
    }
    check("invalid-cron", "# A\n\n```yaml\nschedule: \"0 25 * * *\"\n```\n", &[(4, Warning)]);
}

#[test]
fn lines_that_are_fine_or_no_cron_lines() {
    for line in [
        "0 2 * * 1-5 /opt/a",
        "*/15 0-6,22 * jan-mar mon /opt/a",
        "0 2 29 2 * /opt/a",
        "0 0 * * 7 root /opt/a",
        "@daily /opt/a",
        "10 20 30 40 50 rows",
        "* one",
        "1 * 2 = 2 and so on",
        "schedule: \"0 2 * * *\"",
    ] {
        check("invalid-cron", &format!("# A\n\n```text\n{line}\n```\n"), &[]);
    }
    check("invalid-cron", "# A\n\n70 2 * * * /opt/a\n", &[]);
}

#[test]
fn a_line_with_date_and_weekday_runs_on_either() {
    let meet = |one: &str, other: &str| {
        let times = |rule: &str| cron::of_rule(rule).expect("a time");
        times(one).meet(&times(other))
    };
    assert_eq!(meet("cron:0 2 13 * 5", "weekly:fri@02:00"), Some(120));
    assert_eq!(meet("cron:0 2 13 * 5", "monthly:13@02:00"), Some(120));
    assert_eq!(meet("cron:0 2 13 * *", "monthly:14@02:00"), None);
    assert_eq!(meet("monthly:last-fri@18:00", "cron:0 18 25 12 *"), Some(18 * 60));
    assert_eq!(meet("monthly:last-fri@18:00", "cron:0 18 24 12 *"), None);
    assert_eq!(meet("cron:@daily", "daily@00:00"), Some(0));
    assert_eq!(meet("weekly:mon,thu@02:00", "weekly:thu,sun@02:00"), Some(120));
    assert_eq!(meet("weekly:mon,wed@02:00", "weekly:thu@02:00"), None);
    assert_eq!(meet("workdays@02:00", "weekly:fri@02:00"), Some(120));
    assert_eq!(meet("workdays@02:00", "weekly:sat,sun@02:00"), None);
    assert_eq!(meet("monthly:last@02:00", "monthly:31@02:00"), Some(120));
    assert_eq!(meet("monthly:1,15@02:00", "cron:0 2 15 * *"), Some(120));
    assert_eq!(meet("monthly:1st-mon,3rd-mon@02:00", "monthly:2nd-mon@02:00"), None);
    assert_eq!(meet("monthly:1st-workday@02:00", "daily@02:00"), Some(120), "whatever the day is");
    assert_eq!(meet("monthly:1st-workday@02:00", "weekly:mon@02:00"), None, "it may be another day");
    assert_eq!(meet("weekly@02:00", "daily@02:00"), Some(120), "whatever the day is");
    assert_eq!(meet("weekly@02:00", "weekly:mon@02:00"), None, "it may be another day");
    assert_eq!(cron::of_rule("quarterly"), None);
}
