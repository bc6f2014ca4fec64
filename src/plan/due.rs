//! What is overdue, due today, open, and next; what collides; how much work lies on each day.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days as DaysLater, FixedOffset, NaiveDate, TimeDelta, TimeZone};

use crate::plan::duty::{Done, Duty, Rank};
use crate::plan::grid::{Calendar, Slot, SlotKind};
use crate::plan::rule::Rule;
use crate::runbook::model::Frequency;

/// Where a duty stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its time has passed, and no record says that it was done.
    Overdue {
        /// The slot that was missed last.
        slot: Slot,
    },
    /// It is due today.
    Today {
        /// The slot.
        slot: Slot,
    },
    /// It is to be done within a period that has begun.
    Open {
        /// The period.
        slot: Slot,
    },
    /// It is done, or its time is yet to come.
    Next {
        /// The slot.
        slot: Slot,
    },
    /// It is due when something happens.
    OnEvent,
    /// Nobody says when it is due.
    Irregular,
}

/// A duty with where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct DueLine {
    /// The duty.
    pub duty: Duty,
    /// Where it stands.
    pub standing: Standing,
    /// The next slot that has not begun.
    pub next: Option<Slot>,
    /// When it was carried out last, and how that came out.
    pub last: Option<Done>,
    /// How many slots passed since then without a record; the one that is overdue is one of them.
    pub missed: usize,
}

/// Duties at one minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// When they meet first.
    pub at: DateTime<FixedOffset>,
    /// Their titles, each with its runbook's.
    pub titles: Vec<(String, String)>,
}

/// The work of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLoad {
    /// The day.
    pub date: NaiveDate,
    /// The holiday that it is.
    pub holiday: Option<String>,
    /// How many duties lie on it.
    pub duties: usize,
    /// Their planned minutes, least and most.
    pub minutes: [u32; 2],
    /// How many of them say no minutes.
    pub unplanned: usize,
}

/// Everything that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Agenda {
    /// Every duty, the most urgent first.
    pub lines: Vec<DueLine>,
    /// Duties that meet within the days.
    pub collisions: Vec<Collision>,
    /// The days from today on.
    pub days: Vec<DayLoad>,
}

/// The work of so many days is summed up, and collisions are looked for in them.
const DAYS: u64 = 7;

/// The most slots that are counted as missed.
const MANY: usize = 999;

/// Holds the duties against what was done, as it is at `now`.
pub fn agenda<Z: TimeZone>(
    calendar: &Calendar<Z>,
    duties: &[Duty],
    done: &[Done],
    now: DateTime<FixedOffset>,
) -> Agenda {
    let mut lines: Vec<DueLine> = duties.iter().map(|duty| line(calendar, duty, done, now)).collect();
    lines.sort_by_cached_key(|line| (order(line), line.duty.book.clone(), line.duty.line));
    Agenda { collisions: collisions(calendar, duties, now), days: days(calendar, duties, now), lines }
}

/// The most urgent first: what is overdue by priority and age, then today's by time, then what must be done soonest.
fn order(line: &DueLine) -> (u8, Rank, Option<DateTime<FixedOffset>>, Reverse<usize>) {
    let rank = line.duty.rank();
    match &line.standing {
        Standing::Overdue { slot } => (0, rank, Some(slot.due), Reverse(line.missed)),
        Standing::Today { slot } => (1, Rank::High, Some(slot.opens), Reverse(0)),
        Standing::Open { slot } => (2, rank, Some(slot.due), Reverse(0)),
        Standing::Next { slot } => (3, Rank::High, Some(slot.opens), Reverse(0)),
        Standing::OnEvent => (4, rank, None, Reverse(0)),
        Standing::Irregular => (5, rank, None, Reverse(0)),
    }
}

fn line<Z: TimeZone>(calendar: &Calendar<Z>, duty: &Duty, done: &[Done], now: DateTime<FixedOffset>) -> DueLine {
    let mut its: Vec<&Done> = done.iter().filter(|d| d.counts() && d.does(duty) && d.started <= now).collect();
    its.sort_by_key(|d| d.started);
    let last = its.last().map(|d| (*d).clone());
    let next = calendar.next(&duty.rule, now);
    let bare = |standing| DueLine { duty: duty.clone(), standing, next: next.clone(), last: last.clone(), missed: 0 };
    match duty.rule {
        Rule::Event(_) | Rule::Relative { .. } => return bare(Standing::OnEvent),
        Rule::Irregular => return bare(Standing::Irregular),
        Rule::Days { .. } | Rule::Within(_) | Rule::Cron(_) => {}
    }
    let current = calendar.latest(&duty.rule, now).filter(|_| duty.is_tracked());
    let Some(current) = current.filter(|slot| !is_done(calendar, &duty.rule, slot, &its)) else {
        // A slot of today that a person can still take part in is today's also where nobody can say that it was done.
        let running = calendar.latest(&duty.rule, now).filter(|slot| !duty.is_tracked() && slot.due > now);
        return match running.or_else(|| next.clone()) {
            None => bare(Standing::Irregular),
            Some(slot) => bare(upcoming(calendar, slot, now)),
        };
    };
    let missed = missed(calendar, &duty.rule, &current, &its, now);
    let standing = match current.kind {
        // One quarter of each year may be over for long.
        SlotKind::Minute | SlotKind::Day | SlotKind::Period if current.due <= now => {
            Standing::Overdue { slot: current }
        }
        SlotKind::Minute | SlotKind::Day => Standing::Today { slot: current },
        SlotKind::Period => upcoming(calendar, current, now),
    };
    DueLine { missed, ..bare(standing) }
}

/// Where a duty stands whose slot is open or yet to come.
fn upcoming<Z: TimeZone>(calendar: &Calendar<Z>, slot: Slot, now: DateTime<FixedOffset>) -> Standing {
    let today = calendar.local(now).date();
    let last_moment = calendar.local(slot.due - TimeDelta::seconds(1)).date();
    let (opens, due) = (calendar.local(slot.opens).date(), last_moment);
    match slot.kind {
        SlotKind::Minute | SlotKind::Day if opens == today => Standing::Today { slot },
        SlotKind::Period if slot.opens <= now && due == today => Standing::Today { slot },
        SlotKind::Period if slot.opens <= now => Standing::Open { slot },
        SlotKind::Minute | SlotKind::Day | SlotKind::Period => Standing::Next { slot },
    }
}

/// Whether one of the runs, which are in order, did what `slot` asks for. A run belongs to the slot before it; one shortly
/// before a slot belongs to that one where the slot before is done already, so what is done late shifts nothing.
pub(super) fn is_done<Z: TimeZone>(calendar: &Calendar<Z>, rule: &Rule, slot: &Slot, runs: &[&Done]) -> bool {
    if runs.last().is_some_and(|run| run.started >= slot.opens) {
        return true;
    }
    let Some(before) = earlier(calendar, rule, slot) else { return false };
    let early = (slot.opens - before.opens) / EARLY;
    let could = |run: &&&Done| run.started >= slot.opens - early && run.started < slot.opens;
    let count = runs.iter().filter(could).count();
    let in_time = runs.iter().any(|run| run.started >= before.opens && run.started < slot.opens - early);
    match slot.kind {
        SlotKind::Period => false,
        SlotKind::Minute | SlotKind::Day => count > 0 && (in_time || count > 1),
    }
}

/// A run within this part of the time between two slots before the second may be one that came early.
const EARLY: i32 = 8;

fn earlier<Z: TimeZone>(calendar: &Calendar<Z>, rule: &Rule, slot: &Slot) -> Option<Slot> {
    calendar.latest(rule, slot.opens - TimeDelta::seconds(1))
}

/// How many slots passed after the last run until `current`; that one counts where it is late. Nothing is known of the time
/// before the first run.
fn missed<Z: TimeZone>(
    calendar: &Calendar<Z>,
    rule: &Rule,
    current: &Slot,
    runs: &[&Done],
    now: DateTime<FixedOffset>,
) -> usize {
    let late = usize::from(current.due <= now);
    let Some(last) = runs.last() else { return late };
    let between = calendar.between(rule, last.started + TimeDelta::seconds(1), current.opens);
    let came_early = between.first().is_some_and(|first| is_done(calendar, rule, first, runs));
    (between.len() - usize::from(came_early) + late).min(MANY)
}

/// The duties of each day from today on. What may be done at any time of a longer period lies on no day.
fn days<Z: TimeZone>(calendar: &Calendar<Z>, duties: &[Duty], now: DateTime<FixedOffset>) -> Vec<DayLoad> {
    let today = calendar.local(now).date();
    let midnight = |date: NaiveDate| calendar.instant(date.and_time(chrono::NaiveTime::MIN));
    let dates: Vec<NaiveDate> = (0..DAYS).filter_map(|n| today.checked_add_days(DaysLater::new(n))).collect();
    let empty = |date: &NaiveDate| {
        let holiday = calendar.holidays.name(*date).map(str::to_owned);
        (*date, DayLoad { date: *date, holiday, duties: 0, minutes: [0, 0], unplanned: 0 })
    };
    let mut loads: BTreeMap<NaiveDate, DayLoad> = dates.iter().map(empty).collect();
    let Some(end) = dates.last().and_then(|last| last.succ_opt()) else { return Vec::new() };
    for duty in duties.iter().filter(|duty| !duty.automatic && matches!(duty.rule, Rule::Days { .. } | Rule::Cron(_))) {
        for slot in calendar.between(&duty.rule, midnight(today), midnight(end)) {
            let Some(load) = loads.get_mut(&calendar.local(slot.opens).date()) else { continue };
            load.duties += 1;
            match duty.planned {
                Some([least, most]) => {
                    load.minutes = [load.minutes[0].saturating_add(least), load.minutes[1].saturating_add(most)];
                }
                None => load.unplanned += 1,
            }
        }
    }
    loads.into_values().collect()
}

/// Duties that begin at one minute within the days. What comes round every hour meets everything, and is left out.
fn collisions<Z: TimeZone>(calendar: &Calendar<Z>, duties: &[Duty], now: DateTime<FixedOffset>) -> Vec<Collision> {
    let until = now + TimeDelta::days(i64::try_from(DAYS).unwrap_or(0));
    let mut at: BTreeMap<DateTime<FixedOffset>, Vec<&Duty>> = BTreeMap::new();
    for duty in duties.iter().filter(|duty| duty.frequency != Frequency::Hourly) {
        for slot in calendar.between(&duty.rule, now, until).into_iter().filter(|s| s.kind == SlotKind::Minute) {
            let meet = at.entry(slot.opens).or_default();
            if !meet.iter().any(|other| is_same_work(other, duty)) {
                meet.push(duty);
            }
        }
    }
    let mut told = BTreeSet::new();
    at.into_iter()
        .map(|(at, duties)| (at, duties.iter().map(|d| (d.title.clone(), d.book.title.clone())).collect::<Vec<_>>()))
        .filter(|(_, titles)| titles.len() > 1 && told.insert(titles.clone()))
        .map(|(at, titles)| Collision { at, titles })
        .collect()
}

/// The two are one duty, said twice: in a heading and in the cron line that carries it out.
fn is_same_work(one: &Duty, other: &Duty) -> bool {
    let bare = |duty: &Duty| {
        let words = duty.title.rsplit([':', '：', '–', '—']).next().unwrap_or_default();
        words.rsplit(" - ").next().unwrap_or_default().trim().to_lowercase()
    };
    one.book == other.book && (one.title == other.title || one.automatic != other.automatic && bare(one) == bare(other))
}
