//! Duties as a file for calendar programs (RFC 5545).
//!
//! Each slot is an event of its own with an id that stays the same, so that a file that is read again changes what was
//! moved and adds nothing twice. Times are in UTC: no program has to know the zone.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, TimeDelta, TimeZone, Utc};
use icalendar::{Component as _, EventLike as _};

use crate::i18n::Language;
use crate::ids::Digest;
use crate::plan::duty::{Duty, Rank};
use crate::plan::grid::{Calendar, Slot, SlotKind};
use crate::plan::rule::{Period, Rule};
use crate::term::sanitise::inline;

/// The calendar file of the slots that open from `now` on, `days` days long, and of those that are open.
pub fn calendar_file<Z: TimeZone>(
    calendar: &Calendar<Z>,
    duties: &[Duty],
    now: DateTime<FixedOffset>,
    days: u32,
    language: Language,
) -> String {
    let mut file = icalendar::Calendar::empty();
    file.append_property(("VERSION", "2.0"));
    file.append_property(("PRODID", "-//tejun//tejun//EN"));
    file.append_property(("CALSCALE", "GREGORIAN"));
    let mut ids = BTreeSet::new();
    // What a machine does, and what comes every hour, is no appointment.
    let appointments = duties.iter().filter(|duty| !duty.automatic && duty.rule != Rule::Within(Period::Hour));
    for duty in appointments {
        let until = now + TimeDelta::days(i64::from(days));
        let open = calendar.latest(&duty.rule, now).filter(|slot| slot.due > now);
        for slot in open.into_iter().chain(calendar.between(&duty.rule, now + TimeDelta::nanoseconds(1), until)) {
            let mut id = uid(duty, &slot, 0);
            let mut twin = 0;
            while !ids.insert(id.clone()) {
                twin += 1;
                id = uid(duty, &slot, twin);
            }
            file.push(event(calendar, duty, &slot, &id, now, language));
        }
    }
    file.to_string()
}

/// The id of a slot: of its time and of what is to be done, whatever folder the runbook lies in.
fn uid(duty: &Duty, slot: &Slot, twin: usize) -> String {
    let file = duty.book.path.rsplit('/').next().unwrap_or_default();
    let procedure = duty.procedure.as_ref().map_or("", |(_, headings)| headings.as_str());
    let what = [file, &duty.book.title, procedure, &duty.title].join("\u{0}");
    let digest = Digest::of(format!("{what}\u{0}{}\u{0}{twin}", slot.opens.timestamp()).as_bytes());
    format!("{}@tejun", digest.as_str().get(..32).unwrap_or_default())
}

fn event<Z: TimeZone>(
    calendar: &Calendar<Z>,
    duty: &Duty,
    slot: &Slot,
    id: &str,
    now: DateTime<FixedOffset>,
    language: Language,
) -> icalendar::Event {
    let mut event = icalendar::Event::with_uid(id);
    event.timestamp(now.with_timezone(&Utc));
    event.summary(&inline(&duty.title));
    match slot.kind {
        SlotKind::Minute => {
            event.starts(slot.opens.with_timezone(&Utc));
            if let Some([_, most]) = duty.planned.filter(|planned| planned[1] > 0) {
                event.ends((slot.opens + TimeDelta::minutes(i64::from(most))).with_timezone(&Utc));
            }
        }
        SlotKind::Day => {
            event.all_day(calendar.local(slot.opens).date());
        }
        SlotKind::Period => {
            // The last day on which it can be done.
            event.all_day(calendar.local(slot.due - TimeDelta::seconds(1)).date());
        }
    }
    if slot.kind != SlotKind::Minute {
        event.append_property(("TRANSP", "TRANSPARENT"));
    }
    let of_one_to_nine = match duty.rank() {
        Rank::High => "1",
        Rank::Middle => "5",
        Rank::Low => "9",
    };
    event.append_property(("PRIORITY", of_one_to_nine));
    event.description(&description(duty, slot, language));
    event
}

fn description(duty: &Duty, slot: &Slot, language: Language) -> String {
    let mut lines = vec![format!("{}: {}", language.pick("手順書", "runbook"), inline(&duty.book.title))];
    if let Some((_, headings)) = &duty.procedure {
        lines.push(format!("{}: {}", language.pick("手順", "procedure"), inline(headings)));
    }
    if let Some(owner) = &duty.owner {
        lines.push(format!("{}: {}", language.pick("担当", "owner"), inline(owner)));
    }
    if slot.kind == SlotKind::Period {
        let from = slot.opens.format("%Y-%m-%d");
        lines.push(format!("{}: {from}", language.pick("実施できる日", "can be done from")));
    }
    if let Some(shift) = slot.shift {
        lines.push(format!("{}: {shift}", language.pick("休日のため、実施の候補日", "a holiday; could be done on")));
    }
    lines.push(format!("{}:{}", inline(&duty.book.path), duty.line));
    lines.join("\n")
}
