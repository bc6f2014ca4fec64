//! Where the slots of a rule lie.

use pretty_assertions::assert_eq;

use super::*;

/// The slots before and after a moment.
#[track_caller]
fn around(calendar: &Calendar<Tz>, written: &str, now: &str, before: &str, after: &str) {
    let seen = [calendar.latest(&rule(written), at(now)), calendar.next(&rule(written), at(now))];
    let seen = seen.map(|slot| slot.as_ref().map(shown));
    let offset = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    assert_eq!(seen, [offset(before), offset(after)], "{written} at {now}");
}

#[test]
fn slots_lie_on_the_grid_of_their_rule() {
    let tokyo = tokyo();
    let now = "2026-11-26 15:00 +0900";
    for (written, before, after) in [
        ("daily@02:00", "2026-11-26 02:00 +0900", "2026-11-27 02:00 +0900"),
        ("daily", "2026-11-26 00:00 +0900", "2026-11-27 00:00 +0900"),
        ("daily@24:00", "2026-11-26 00:00 +0900", "2026-11-27 00:00 +0900"),
        ("daily@09:00,17:00", "2026-11-26 09:00 +0900", "2026-11-26 17:00 +0900"),
        ("daily@25:00", "2026-11-26 01:00 +0900", "2026-11-27 01:00 +0900"),
        ("daily@09:00,25:00", "2026-11-26 09:00 +0900", "2026-11-27 01:00 +0900"),
        ("weekly:wed@25:00", "2026-11-26 01:00 +0900", "2026-12-03 01:00 +0900"),
        ("daily@30:00", "", ""),
        ("monthly:1,22/workday-before", "2026-11-20 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("monthly:22/workday-after@10:00", "2026-11-24 10:00 +0900", "2026-12-22 10:00 +0900"),
        ("monthly:1/workday-before", "2026-10-30 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("weekly:mon/workday-after", "2026-11-24 00:00 +0900", "2026-11-30 00:00 +0900"),
        ("monthly:22/somewhere", "", ""),
        ("yearly:06,12", "2026-06-01 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("yearly:03,06,09,12", "2026-09-01 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("workdays@09:00", "2026-11-26 09:00 +0900", "2026-11-27 09:00 +0900"),
        ("weekly:mon@02:00", "2026-11-23 02:00 +0900", "2026-11-30 02:00 +0900"),
        ("weekly:mon,thu@16:00", "2026-11-23 16:00 +0900", "2026-11-26 16:00 +0900"),
        ("weekly", "2026-11-23 00:00 +0900", "2026-11-30 00:00 +0900"),
        ("monthly:1st-mon@03:00", "2026-11-02 03:00 +0900", "2026-12-07 03:00 +0900"),
        ("monthly:1st-mon,3rd-mon", "2026-11-16 00:00 +0900", "2026-12-07 00:00 +0900"),
        ("monthly:5th-mon", "2026-08-31 00:00 +0900", "2026-11-30 00:00 +0900"),
        ("monthly:last-fri@17:30", "2026-10-30 17:30 +0900", "2026-11-27 17:30 +0900"),
        ("monthly:1", "2026-11-01 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("monthly:31", "2026-10-31 00:00 +0900", "2026-11-30 00:00 +0900"),
        ("monthly:last", "2026-10-31 00:00 +0900", "2026-11-30 00:00 +0900"),
        ("monthly:1st-workday", "2026-11-02 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("monthly:last-workday", "2026-10-30 00:00 +0900", "2026-11-30 00:00 +0900"),
        ("monthly", "2026-11-01 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("quarterly", "2026-10-01 00:00 +0900", "2027-01-01 00:00 +0900"),
        ("quarter:1", "2026-04-01 00:00 +0900", "2027-04-01 00:00 +0900"),
        ("yearly", "2026-04-01 00:00 +0900", "2027-04-01 00:00 +0900"),
        ("yearly:04-1@09:00", "2026-04-01 09:00 +0900", "2027-04-01 09:00 +0900"),
        ("yearly:02-29", "2026-02-28 00:00 +0900", "2027-02-28 00:00 +0900"),
        ("yearly:04-1,10-1", "2026-10-01 00:00 +0900", "2027-04-01 00:00 +0900"),
        ("yearly:03-last-workday", "2026-03-31 00:00 +0900", "2027-03-31 00:00 +0900"),
        ("yearly:01-2nd-mon", "2026-01-12 00:00 +0900", "2027-01-11 00:00 +0900"),
        ("yearly:11", "2026-11-01 00:00 +0900", "2027-11-01 00:00 +0900"),
        ("yearly:12", "2025-12-01 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("yearly:13-1", "", ""),
        ("hourly", "2026-11-26 15:00 +0900", "2026-11-26 16:00 +0900"),
        ("cron:0 2 * * 1", "2026-11-23 02:00 +0900", "2026-11-30 02:00 +0900"),
        ("cron:30 4 1 */3 *", "2026-10-01 04:30 +0900", "2027-01-01 04:30 +0900"),
        ("cron:@monthly", "2026-11-01 00:00 +0900", "2026-12-01 00:00 +0900"),
        ("event:デプロイ前", "", ""),
        ("relative:-1w", "", ""),
        ("cron:0 0 31 2 *", "", ""),
        ("weekly:day@02:00", "", ""),
        ("weekly:mon@2500", "", ""),
        ("", "", ""),
    ] {
        around(&tokyo, written, now, before, after);
    }
}

#[test]
fn a_month_of_each_year_is_late_when_the_month_is_over_and_a_leap_day_is_there_in_leap_years() {
    let month = tokyo().latest(&rule("yearly:04"), at("2026-11-26 15:00 +0900")).expect("a slot");
    assert_eq!(month.due, at("2026-05-01 00:00 +0900"));
    around(&tokyo(), "yearly:02-29", "2028-02-01 00:00 +0900", "2027-02-28 00:00 +0900", "2028-02-29 00:00 +0900");
}

#[test]
fn a_moment_that_is_a_slot_belongs_to_it() {
    around(&tokyo(), "daily@02:00", "2026-11-26 02:00 +0900", "2026-11-26 02:00 +0900", "2026-11-27 02:00 +0900");
    around(&tokyo(), "monthly", "2026-12-01 00:00 +0900", "2026-12-01 00:00 +0900", "2027-01-01 00:00 +0900");
    around(&tokyo(), "monthly", "2026-11-30 15:00 +0000", "2026-12-01 00:00 +0900", "2027-01-01 00:00 +0900");
}

#[test]
fn a_slot_keeps_its_time_of_day_when_the_clocks_change() {
    let berlin = berlin();
    around(&berlin, "daily@09:00", "2026-10-24 12:00 +0200", "2026-10-24 09:00 +0200", "2026-10-25 09:00 +0100");
    // What the clocks pass over lies where they go on; what they show twice is the first.
    around(&berlin, "daily@02:30", "2026-03-28 12:00 +0100", "2026-03-28 02:30 +0100", "2026-03-29 03:00 +0200");
    around(&berlin, "daily@02:30", "2026-10-25 00:10 +0200", "2026-10-24 02:30 +0200", "2026-10-25 02:30 +0200");
    around(&berlin, "daily@02:30", "2026-10-25 02:10 +0100", "2026-10-25 02:30 +0200", "2026-10-26 02:30 +0100");
}

#[test]
fn a_date_that_a_zone_left_out_is_no_obstacle() {
    let samoa = Calendar { zone: chrono_tz::Pacific::Apia, holidays: Holidays::default(), quarter_start: 1 };
    let next = samoa.next(&rule("cron:0 9 30 12 *"), at("2011-12-01 00:00 +0000")).expect("a slot");
    assert_eq!(next.opens, at("2011-12-31 00:00 +1400"));
}

#[test]
fn a_slot_on_a_holiday_names_the_working_day_after_it() {
    let tokyo = tokyo();
    for (written, now, shift) in [
        ("weekly:mon@02:00", "2026-11-20 00:00 +0900", Some("2026-11-24")),
        ("weekly:mon@02:00", "2026-11-24 00:00 +0900", None),
        ("monthly:4th-mon", "2026-11-20 00:00 +0900", Some("2026-11-24")),
        ("monthly:1", "2026-10-20 00:00 +0900", Some("2026-11-02")),
        ("monthly:1", "2026-12-20 00:00 +0900", Some("2027-01-04")),
        ("weekly:mon@25:00", "2026-11-23 12:00 +0900", Some("2026-11-24")),
        ("monthly:22/workday-before", "2026-11-10 00:00 +0900", None),
        // Who says Sunday means Sunday.
        ("weekly:sun", "2026-11-20 00:00 +0900", None),
        ("daily", "2026-11-22 00:00 +0900", None),
        ("workdays", "2026-11-22 12:00 +0900", None),
    ] {
        let next = tokyo.next(&rule(written), at(now)).expect("a slot");
        assert_eq!(next.shift, shift.map(date), "{written} at {now}");
    }
    let next = tokyo.next(&rule("workdays@09:00"), at("2026-11-22 12:00 +0900")).expect("a slot");
    assert_eq!(shown(&next), "2026-11-24 09:00 +0900");
}

#[test]
fn without_a_rule_the_frequency_is_the_period() {
    assert_eq!(Rule::read(None, Frequency::Weekly), rule("weekly"));
    assert_eq!(Rule::read(Some("nonsense"), Frequency::Yearly), rule("yearly"));
    assert_eq!(Rule::read(None, Frequency::Unspecified), Rule::Irregular);
}

#[test]
fn lists_of_holidays_are_read_as_people_keep_them() {
    let read =
        Holidays::read("\u{feff}国民の祝日・休日月日,名称\n2026/1/1,元日\n\n# own\n20260813\n2026-12-29 year end\n");
    let read = read.expect("a list");
    assert_eq!(read.name(date("2026-01-01")), Some("元日"));
    assert_eq!(read.name(date("2026-08-13")), Some(""));
    assert_eq!(read.name(date("2026-12-29")), Some("year end"));
    assert_eq!(read.name(date("2026-12-30")), None);
    assert_eq!(Holidays::read("2026-01-01\nsoon\n").map_err(|fault| fault.line), Err(2));
}

#[test]
fn a_cron_line_with_a_test_of_the_day_comes_round_only_when_both_hold() {
    let text = "## 定期\n\n```cron\n# 毎月第1月曜日 3:00\n0 3 1-7 * * root [ \"$(date '+\\%u')\" = \"1\" ] && /opt/monthly.sh\n```\n";
    let book = crate::runbook::parse::parse("cron.md", text.as_bytes());
    let due = book.schedule.first().expect("a duty");
    let tokyo = tokyo();
    let now = at("2026-11-26 15:00 +0900");
    let seen = [tokyo.latest(&Rule::of(due), now), tokyo.next(&Rule::of(due), now)];
    let seen = seen.map(|slot| slot.as_ref().map(shown));
    assert_eq!(seen, [Some("2026-11-02 03:00 +0900".to_owned()), Some("2026-12-07 03:00 +0900".to_owned())]);
}
