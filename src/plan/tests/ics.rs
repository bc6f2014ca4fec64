//! The file for calendar programs.

use pretty_assertions::assert_eq;

use super::*;
use crate::i18n::Language;
use crate::plan::calendar_file;

fn file(duties: &[Duty], days: u32) -> String {
    calendar_file(&tokyo(), duties, at("2026-11-26 15:00 +0900"), days, Language::Ja)
}

/// The lines of the file as they are when folded lines are joined.
fn unfolded(file: &str) -> Vec<String> {
    file.replace("\r\n ", "").split("\r\n").filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn a_duty_is_an_event_in_utc_for_each_of_its_slots() {
    let duty = Duty { planned: Some([20, 30]), owner: Some("SRE".into()), ..duty("点検", "weekly:mon@02:00") };

    let lines = unfolded(&file(&[duty], 10));

    let of = |name: &str| lines.iter().filter(|l| l.starts_with(name)).cloned().collect::<Vec<_>>();
    assert_eq!(of("BEGIN:"), ["BEGIN:VCALENDAR", "BEGIN:VEVENT"]);
    assert_eq!(of("DTSTART"), ["DTSTART:20261129T170000Z"]);
    assert_eq!(of("DTEND"), ["DTEND:20261129T173000Z"]);
    assert_eq!(of("DTSTAMP"), ["DTSTAMP:20261126T060000Z"]);
    assert_eq!(of("SUMMARY"), ["SUMMARY:点検"]);
    assert_eq!(
        of("DESCRIPTION"),
        ["DESCRIPTION:手順書: 定期メンテナンス\\n手順: 点検\\n担当: SRE\\n/runbooks/weekly.md:1"]
    );
}

#[test]
fn what_has_no_minute_is_a_whole_day_and_a_period_its_last_one() {
    let lines = unfolded(&file(&[duty("a", "daily"), duty("b", "monthly"), duty("c", "event:デプロイ前")], 2));
    let starts: Vec<_> = lines.iter().filter(|l| l.starts_with("DTSTART")).map(String::as_str).collect();
    assert_eq!(
        starts,
        [
            "DTSTART;VALUE=DATE:20261126",
            "DTSTART;VALUE=DATE:20261127",
            "DTSTART;VALUE=DATE:20261128",
            "DTSTART;VALUE=DATE:20261130"
        ]
    );
    assert!(lines.iter().filter(|l| *l == "TRANSP:TRANSPARENT").count() == 4);
}

#[test]
fn ids_stay_the_same_and_differ_from_each_other() {
    let ids = |duties: &[Duty]| -> Vec<String> {
        unfolded(&file(duties, 30)).into_iter().filter(|l| l.starts_with("UID:")).collect()
    };
    let moved =
        Duty {
            book: Book { path: "/other/weekly.md".into(), ..book() }, line: 9, ..duty("点検", "weekly:mon@02:00")
        };
    let one = ids(&[duty("点検", "weekly:mon@02:00")]);
    assert_eq!(one.len(), 4);
    assert_eq!(ids(&[moved]), one);
    let twins = ids(&[duty("点検", "weekly:mon@02:00"), duty("点検", "weekly:mon@02:00")]);
    assert_eq!(twins.iter().collect::<std::collections::BTreeSet<_>>().len(), 8);
}

#[test]
fn no_title_adds_a_line_to_the_file() {
    let hostile = "点検\r\nBEGIN:VEVENT\nATTENDEE:mailto:x;a,b\\n\u{202e}\u{0}\u{1b}[2J";
    let duty = Duty { owner: Some(hostile.into()), ..duty(hostile, "weekly:mon@02:00") };
    let file = file(&[duty], 10);

    let lines = unfolded(&file);
    assert_eq!(lines.iter().filter(|l| l.starts_with("BEGIN:VEVENT")).count(), 1);
    assert!(!lines.iter().any(|l| l.starts_with("ATTENDEE")), "{lines:?}");
    assert!(file.chars().all(|c| !c.is_control() || matches!(c, '\r' | '\n')), "{file:?}");
    assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{file}");
}

#[test]
fn long_lines_are_folded_between_letters() {
    let title = "とても長い名前の点検".repeat(20);
    let file = file(&[duty(&title, "weekly:mon@02:00")], 10);
    assert!(file.split("\r\n").all(|line| line.len() <= 75), "{file}");
    assert!(unfolded(&file).contains(&format!("SUMMARY:{title}")));
}
