//! What holds for every rule, zone and moment.

use chrono::{TimeDelta, Timelike as _};
use proptest::prelude::*;

use super::*;

fn rules() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "hourly",
        "daily",
        "daily@02:30",
        "daily@24:00",
        "workdays@09:00",
        "weekly",
        "weekly:mon@02:00",
        "weekly:sun,wed",
        "monthly",
        "monthly:31",
        "monthly:2nd-tue@03:00",
        "monthly:5th-sun",
        "monthly:last-workday",
        "quarterly",
        "quarter:3",
        "yearly",
        "cron:15 2 * * 0",
        "cron:0 0 29 2 *",
    ])
}

fn zones() -> impl Strategy<Value = Tz> {
    use chrono_tz::{Africa, America, Asia, Australia, Europe, Pacific};
    prop::sample::select(vec![
        Asia::Tokyo,
        Asia::Kathmandu,
        Europe::Berlin,
        America::New_York,
        America::St_Johns,
        Australia::Lord_Howe,
        Africa::Casablanca,
        Pacific::Apia,
    ])
}

proptest! {
    #[test]
    fn the_next_slot_lies_behind_the_last_and_both_are_on_the_grid(
        written in rules(), zone in zones(), second in 946_684_800i64..2_200_000_000, quarter_start in 1u32..=12,
    ) {
        let calendar = Calendar { zone, holidays: tokyo().holidays, quarter_start };
        let rule = rule(written);
        let now = DateTime::from_timestamp(second, 0).expect("a time").fixed_offset();
        let last = calendar.latest(&rule, now).expect("a slot");
        let next = calendar.next(&rule, now).expect("a slot");
        prop_assert!(last.opens <= now && now < next.opens, "{} {now} {}", last.opens, next.opens);
        prop_assert!(last.due >= last.opens);
        // From one slot the other is found again.
        let again = [calendar.next(&rule, last.opens), calendar.latest(&rule, next.opens)];
        prop_assert!(again.iter().all(|slot| slot.as_ref() == Some(&next)), "{again:?} {next:?}");
        prop_assert_eq!(calendar.latest(&rule, next.opens - TimeDelta::seconds(1)).expect("a slot"), last);
        prop_assert_eq!(next.opens.second(), 0);
        let between = calendar.between(&rule, next.opens, next.opens + TimeDelta::days(400));
        prop_assert_eq!(between.first(), Some(&next));
        prop_assert!(between.windows(2).all(|pair| pair[0].opens < pair[1].opens));
    }

    #[test]
    fn any_text_is_a_rule_and_any_duty_stands_somewhere(written in "\\PC*", second in 0i64..4_000_000_000) {
        let now = DateTime::from_timestamp(second, 0).expect("a time").fixed_offset();
        for written in [written.clone(), format!("cron:{written}"), format!("weekly:{written}"), format!("relative:{written}")] {
            let duties = [duty("点検", &written)];
            prop_assert_eq!(agenda(&tokyo(), &duties, &[], now).lines.len(), 1);
        }
    }

    #[test]
    fn whenever_it_was_done_the_next_slot_stays_where_it_is(written in rules(), minutes in 0i64..200_000) {
        let now = at("2026-11-26 15:00 +0900");
        let run = Done { started: now - TimeDelta::minutes(minutes), ..done("点検", "2026-11-01 00:00 +0900") };
        let with = agenda(&tokyo(), &[duty("点検", written)], std::slice::from_ref(&run), now);
        let without = agenda(&tokyo(), &[duty("点検", written)], &[], now);
        prop_assert_eq!(&with.lines[0].next, &without.lines[0].next);
    }
}
