//! What is overdue, due, done and next.

use pretty_assertions::assert_eq;

use super::*;

/// Where a duty of `written` stands, in one word, with its slot.
#[track_caller]
fn stands(written: &str, runs: &[&str], now: &str, expected: &str) {
    let duties = [duty("点検", written)];
    let runs: Vec<Done> = runs.iter().map(|started| done("点検", started)).collect();
    let agenda = agenda(&tokyo(), &duties, &runs, at(now));
    let line = &agenda.lines[0];
    let (word, slot) = match &line.standing {
        Standing::Overdue { slot } => ("overdue", Some(slot)),
        Standing::Today { slot } => ("today", Some(slot)),
        Standing::Open { slot } => ("open", Some(slot)),
        Standing::Next { slot } => ("next", Some(slot)),
        Standing::OnEvent => ("event", None),
        Standing::Irregular => ("irregular", None),
    };
    let slot = slot.map(|slot| slot.opens.format(" %m-%d %H:%M").to_string()).unwrap_or_default();
    let missed = if line.missed > 0 { format!(" missed {}", line.missed) } else { String::new() };
    assert_eq!(format!("{word}{slot}{missed}"), expected, "{written} at {now}");
}

#[test]
fn a_duty_is_overdue_when_its_minute_or_its_day_has_passed_without_a_record() {
    let thursday = "2026-11-26 15:00 +0900";
    stands("weekly:mon@02:00", &[], thursday, "overdue 11-23 02:00 missed 1");
    stands("weekly:thu@16:00", &["2026-11-19 16:05 +0900"], thursday, "today 11-26 16:00");
    stands("weekly:thu@14:00", &["2026-11-19 14:05 +0900"], thursday, "overdue 11-26 14:00 missed 1");
    stands("weekly:thu", &["2026-11-19 14:05 +0900"], thursday, "today 11-26 00:00");
    stands("weekly:wed", &["2026-11-18 14:05 +0900"], thursday, "overdue 11-25 00:00 missed 1");
    stands("monthly:1", &["2026-11-01 10:00 +0900"], thursday, "next 12-01 00:00");
    stands("event:デプロイ前", &[], thursday, "event");
}

#[test]
fn what_is_done_late_does_not_shift_the_grid() {
    stands("weekly:mon@02:00", &["2026-11-25 18:00 +0900"], "2026-11-26 15:00 +0900", "next 11-30 02:00");
    // On the eve of the next slot it is still the last one that was done.
    stands("daily@02:00", &["2026-11-26 01:50 +0900"], "2026-11-26 03:00 +0900", "overdue 11-26 02:00 missed 1");
    stands("weekly:mon@02:00", &["2026-11-22 23:00 +0900"], "2026-11-23 03:00 +0900", "overdue 11-23 02:00 missed 1");
}

#[test]
fn what_is_done_a_little_early_is_done() {
    let runs = ["2026-11-25 02:00 +0900", "2026-11-26 01:50 +0900"];
    stands("daily@02:00", &runs, "2026-11-26 03:00 +0900", "next 11-27 02:00");
    stands("daily@02:00", &runs, "2026-11-27 03:00 +0900", "overdue 11-27 02:00 missed 1");
}

#[test]
fn a_period_is_open_until_its_last_day() {
    stands("weekly", &["2026-11-20 10:00 +0900"], "2026-11-26 15:00 +0900", "open 11-23 00:00");
    stands("weekly", &["2026-11-20 10:00 +0900"], "2026-11-29 15:00 +0900", "today 11-23 00:00");
    stands("weekly", &["2026-11-23 10:00 +0900"], "2026-11-29 15:00 +0900", "next 11-30 00:00");
    stands("quarterly", &["2026-06-20 10:00 +0900"], "2026-11-29 15:00 +0900", "open 10-01 00:00 missed 1");
}

#[test]
fn a_quarter_of_each_year_is_overdue_once_it_is_over() {
    let now = "2026-11-26 15:00 +0900";
    stands("quarter:3", &["2025-11-26 15:00 +0900"], now, "open 10-01 00:00");
    stands("quarter:1", &["2025-05-26 15:00 +0900"], now, "overdue 04-01 00:00 missed 1");
    stands("quarter:1", &["2026-05-26 15:00 +0900"], now, "next 04-01 00:00");
    stands("quarter:1", &["2026-08-01 15:00 +0900"], now, "next 04-01 00:00");
}

#[test]
fn what_was_missed_since_the_last_record_is_counted() {
    stands("daily@02:00", &["2026-11-22 02:00 +0900"], "2026-11-26 15:00 +0900", "overdue 11-26 02:00 missed 4");
    stands("daily@02:00", &["2006-11-22 02:00 +0900"], "2026-11-26 15:00 +0900", "overdue 11-26 02:00 missed 999");
}

#[test]
fn a_run_that_was_given_up_or_left_undone_does_nothing_and_one_that_failed_was_carried_out() {
    for (outcome, expected) in [
        (Outcome::Aborted, false),
        (Outcome::Incomplete, false),
        (Outcome::Failed, true),
        (Outcome::Findings, true),
        (Outcome::Well, true),
    ] {
        let runs = [Done { outcome, ..done("点検", "2026-11-23 02:05 +0900") }];
        let agenda = agenda(&tokyo(), &[duty("点検", "weekly:mon@02:00")], &runs, at("2026-11-26 15:00 +0900"));
        let done = matches!(agenda.lines[0].standing, Standing::Next { .. });
        assert_eq!(done, expected, "{outcome:?}");
    }
}

#[test]
fn a_run_counts_for_its_procedure_in_its_runbook_wherever_that_lies() {
    let now = at("2026-11-26 15:00 +0900");
    let run = done("点検", "2026-11-23 02:05 +0900");
    let copy = Book { path: "/home/sato/weekly.md".into(), ..book() };
    let other = Book { path: "/runbooks/other.md".into(), title: "他".into() };
    for (run, counts) in [
        (run.clone(), true),
        (Done { book: copy, ..run.clone() }, true),
        (Done { book: other, ..run.clone() }, false),
        (Done { procedure: "点検 2".into(), ..run.clone() }, false),
        (Done { started: at("2026-11-26 18:00 +0900"), ..run }, false),
    ] {
        let agenda = agenda(&tokyo(), &[duty("点検", "weekly:mon@02:00")], std::slice::from_ref(&run), now);
        assert_eq!(agenda.lines[0].last.is_some(), counts, "{run:?}");
    }
}

#[test]
fn what_no_record_can_tell_is_never_overdue() {
    let untracked = Duty { procedure: None, ..duty("清掃", "weekly:mon@02:00") };
    let machine = Duty { automatic: true, ..duty("夜間", "cron:0 2 * * *") };
    let today = Duty { procedure: None, ..duty("見回り", "weekly:thu") };
    let agenda = agenda(&tokyo(), &[untracked, machine, today], &[], at("2026-11-26 15:00 +0900"));
    let seen: Vec<_> =
        agenda.lines.iter().map(|l| (l.duty.title.as_str(), matches!(l.standing, Standing::Next { .. }))).collect();
    assert_eq!(seen, [("見回り", false), ("夜間", true), ("清掃", true)]);
}

#[test]
fn the_most_urgent_stands_first() {
    let urgent = |title: &str, written: &str, priority: Option<&str>| Duty {
        priority: priority.map(str::to_owned),
        ..duty(title, written)
    };
    let duties = [
        urgent("next", "weekly:sat", None),
        urgent("event", "event:デプロイ前", None),
        urgent("open", "monthly", None),
        urgent("today", "weekly:thu@23:00", Some("低")),
        urgent("overdue low", "weekly:sun", Some("低")),
        urgent("overdue plain", "weekly:tue", None),
        urgent("overdue high", "weekly:wed", Some("高")),
        urgent("overdue high, older", "weekly:tue", Some("High")),
    ];
    let runs: Vec<Done> = ["next", "today"].iter().map(|title| done(title, "2026-11-21 10:00 +0900")).collect();
    let agenda = agenda(&tokyo(), &duties, &runs, at("2026-11-26 15:00 +0900"));
    let titles: Vec<_> = agenda.lines.iter().map(|line| line.duty.title.as_str()).collect();
    assert_eq!(
        titles,
        ["overdue high, older", "overdue high", "overdue plain", "overdue low", "today", "open", "next", "event"]
    );
}

#[test]
fn duties_of_one_minute_collide_once_and_what_comes_every_hour_does_not() {
    let duties = [
        duty("点検", "weekly:mon@02:00"),
        Duty { automatic: true, ..duty("バックアップ", "cron:0 2 * * *") },
        Duty { automatic: true, ..duty("ログ", "cron:0 2 * * *") },
        Duty { frequency: Frequency::Hourly, ..duty("監視", "cron:*/5 * * * *") },
        // The cron line that carries the first out.
        Duty { automatic: true, ..duty("毎週月曜 2:00 - 点検", "cron:0 2 * * 1") },
    ];
    let agenda = agenda(&tokyo(), &duties, &[], at("2026-11-26 15:00 +0900"));
    let seen: Vec<_> =
        agenda.collisions.iter().map(|c| (c.at.format("%m-%d %H:%M").to_string(), c.titles.len())).collect();
    assert_eq!(seen, [("11-27 02:00".to_owned(), 2), ("11-30 02:00".to_owned(), 3)]);
}

#[test]
fn the_minutes_of_a_day_are_summed_and_what_says_none_is_counted() {
    let planned = |title: &str, written: &str, planned| Duty { planned, ..duty(title, written) };
    let duties = [
        planned("a", "daily@02:00", Some([5, 10])),
        planned("b", "weekly:fri", Some([30, 30])),
        planned("c", "weekly:fri", None),
        planned("d", "weekly", Some([60, 60])),
    ];
    let agenda = agenda(&tokyo(), &duties, &[], at("2026-11-20 15:00 +0900"));
    let seen: Vec<_> = agenda.days.iter().take(4).map(|d| (d.duties, d.minutes, d.unplanned)).collect();
    assert_eq!(seen, [(3, [35, 40], 1), (1, [5, 10], 0), (1, [5, 10], 0), (1, [5, 10], 0)]);
    assert_eq!(agenda.days.len(), 7);
    assert_eq!(agenda.days[3].holiday.as_deref(), Some("勤労感謝の日"));
}
