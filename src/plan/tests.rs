//! Duties against calendars and records.

use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;

use crate::ids::{ProcedureId, RunId};
use crate::plan::rule::Rule;
use crate::plan::{Book, Calendar, Done, Duty, Holidays, Outcome, Slot, Standing, agenda};
use crate::runbook::model::Frequency;

mod due;
mod grid;
mod ics;
mod properties;
mod report;

fn date(text: &str) -> NaiveDate {
    Holidays::date(text).expect("a date")
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_str(text, "%Y-%m-%d %H:%M %z").expect("a time")
}

fn tokyo() -> Calendar<Tz> {
    let holidays = Holidays::read("2026-11-03 文化の日\n2026-11-23,勤労感謝の日\n2027-01-01,元日\n").expect("a list");
    Calendar { zone: chrono_tz::Asia::Tokyo, holidays, quarter_start: 4 }
}

fn berlin() -> Calendar<Tz> {
    Calendar { zone: chrono_tz::Europe::Berlin, holidays: Holidays::default(), quarter_start: 1 }
}

fn rule(text: &str) -> Rule {
    Rule::read(Some(text), Frequency::Unspecified)
}

fn book() -> Book {
    Book { path: "/runbooks/weekly.md".into(), title: "定期メンテナンス".into() }
}

fn duty(title: &str, written: &str) -> Duty {
    Duty {
        book: book(),
        title: title.into(),
        rule: rule(written),
        written: Some(written.into()),
        frequency: Frequency::Weekly,
        owner: None,
        planned: None,
        priority: None,
        procedure: Some((ProcedureId(title.into()), title.into())),
        line: 1,
        automatic: false,
    }
}

fn done(title: &str, started: &str) -> Done {
    Done {
        run: RunId(uuid::Uuid::from_u128(1)),
        book: book(),
        procedure: title.into(),
        started: at(started),
        ended: Some(at(started) + chrono::TimeDelta::minutes(20)),
        operator: "山田".into(),
        outcome: Outcome::Well,
        record: None,
        findings: Vec::new(),
        failures: Vec::new(),
        deferred: Vec::new(),
        measured: Vec::new(),
        acted: None,
        planned: None,
    }
}

fn shown(slot: &Slot) -> String {
    slot.opens.format("%Y-%m-%d %H:%M %z").to_string()
}
