//! The slots in which a duty is to be done: where they lie, in the time zone of the team.
//!
//! A time that the clocks pass over lies where they go on; one that they show twice is the first of both.

use chrono::{
    DateTime, Datelike as _, Days as DaysLater, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
    TimeZone, Timelike as _, Utc,
};
use croner::{Cron, Direction};

use crate::plan::holidays::Holidays;
use crate::plan::rule::{Days, MonthDay, Period, Rule};

/// What a team's calendar is.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar<Z> {
    /// The time zone.
    pub zone: Z,
    /// The days on which nobody works.
    pub holidays: Holidays,
    /// The month in which a year of quarters begins, from 1.
    pub quarter_start: u32,
}

/// A time in which a duty is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// From when.
    pub opens: DateTime<FixedOffset>,
    /// From when on it is late.
    pub due: DateTime<FixedOffset>,
    /// How exact it is.
    pub kind: SlotKind,
    /// The working day on which it could be done where its own is a holiday.
    pub shift: Option<NaiveDate>,
}

/// How exact a slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// It begins at a minute.
    Minute,
    /// Some time on a day.
    Day,
    /// Some time within a longer period.
    Period,
}

/// How far days are looked at for the next one: more than a year, and a cron line may name a day of leap years.
const FAR: u64 = 3000;

/// How many minutes clocks may pass over at once: a zone that crossed the date line left out a day.
const LONGEST_GAP: i64 = 26 * 60;

/// The most slots that are told at once.
const MANY: usize = 1000;

impl<Z: TimeZone> Calendar<Z> {
    /// The instant at which clocks show `local`.
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<FixedOffset> {
        let shown = |local: &NaiveDateTime| self.zone.from_local_datetime(local).earliest().map(|t| t.fixed_offset());
        let later = (0..=LONGEST_GAP).filter_map(|minutes| local.checked_add_signed(TimeDelta::minutes(minutes)));
        later.take(usize::try_from(LONGEST_GAP).unwrap_or(0)).find_map(|t| shown(&t)).unwrap_or_else(|| {
            // Only a date at the end of all dates comes here.
            Utc.from_utc_datetime(&local).fixed_offset()
        })
    }

    /// What clocks show at `instant`.
    pub fn local(&self, instant: DateTime<FixedOffset>) -> NaiveDateTime {
        instant.with_timezone(&self.zone).naive_local()
    }

    /// The last slot that is open at `now` or was before.
    pub fn latest(&self, rule: &Rule, now: DateTime<FixedOffset>) -> Option<Slot> {
        // Two hours ahead, as clocks may go back.
        let mut local = self.local(now).checked_add_signed(TimeDelta::hours(2))?;
        loop {
            let (opens, slot) = self.before(rule, local)?;
            if slot.opens <= now {
                return Some(slot);
            }
            local = opens;
        }
    }

    /// The slot that opens next after `now`.
    pub fn next(&self, rule: &Rule, now: DateTime<FixedOffset>) -> Option<Slot> {
        let mut local = self.local(now).checked_sub_signed(TimeDelta::hours(2))?;
        loop {
            let (opens, slot) = self.after(rule, local)?;
            if slot.opens > now {
                return Some(slot);
            }
            local = opens;
        }
    }

    /// The slots that open from `from` until before `until`, in order; not more than a thousand.
    pub fn between(&self, rule: &Rule, from: DateTime<FixedOffset>, until: DateTime<FixedOffset>) -> Vec<Slot> {
        let mut found = Vec::new();
        let mut at = from - TimeDelta::nanoseconds(1);
        while let Some(slot) = self.next(rule, at).filter(|slot| slot.opens < until) {
            at = slot.opens;
            found.push(slot);
            if found.len() == MANY {
                break;
            }
        }
        found
    }

    /// The last slot that opens before clocks show `local`, with the local time at which it opens.
    fn before(&self, rule: &Rule, local: NaiveDateTime) -> Option<(NaiveDateTime, Slot)> {
        let opens = match rule {
            Rule::Days { days, minutes } => {
                let day = |back| local.date().checked_sub_days(DaysLater::new(back));
                let mut fitting = (0..FAR).map_while(day).filter(|date| days.has(*date, &self.holidays));
                // A minute of the day after may lie behind all of the day before it.
                let last = |date| openings(date, minutes).filter(|opens| *opens < local).max();
                let first = fitting.by_ref().find_map(last)?;
                fitting.next().and_then(last).map_or(first, |other| first.max(other))
            }
            Rule::Within(period) => {
                let start = self.start(*period, local)?;
                if start < local {
                    start
                } else {
                    self.start(*period, start.checked_sub_signed(TimeDelta::minutes(1))?)?
                }
            }
            Rule::Cron(cron) => cron_turn(cron, local, Direction::Backward)?,
            Rule::Event(_) | Rule::Relative { .. } | Rule::Irregular => return None,
        };
        Some((opens, self.slot(rule, opens)?))
    }

    /// The first slot that opens after clocks show `local`, with the local time at which it opens.
    fn after(&self, rule: &Rule, local: NaiveDateTime) -> Option<(NaiveDateTime, Slot)> {
        let opens = match rule {
            Rule::Days { days, minutes } => {
                // A minute at the end of a day is one of the next.
                let first = local.date().pred_opt()?;
                let day = |ahead| first.checked_add_days(DaysLater::new(ahead));
                let mut fitting = (0..FAR).map_while(day).filter(|date| days.has(*date, &self.holidays));
                let next = |date| openings(date, minutes).filter(|opens| *opens > local).min();
                let first = fitting.by_ref().find_map(next)?;
                fitting.next().and_then(next).map_or(first, |other| first.min(other))
            }
            Rule::Within(period) => {
                let start = self.start(*period, local)?;
                if start > local { start } else { self.following(*period, start)? }
            }
            Rule::Cron(cron) => cron_turn(cron, local, Direction::Forward)?,
            Rule::Event(_) | Rule::Relative { .. } | Rule::Irregular => return None,
        };
        Some((opens, self.slot(rule, opens)?))
    }

    fn slot(&self, rule: &Rule, opens: NaiveDateTime) -> Option<Slot> {
        let (due, kind) = match rule {
            Rule::Days { minutes, .. } if minutes.is_empty() => {
                (opens.checked_add_days(DaysLater::new(1))?, SlotKind::Day)
            }
            Rule::Within(period) => {
                let end = match period {
                    Period::QuarterOf(_) => opens.checked_add_months(Months::new(3))?,
                    Period::MonthsOf(_) => opens.checked_add_months(Months::new(1))?,
                    Period::Hour | Period::Week | Period::Month | Period::Quarter | Period::Year => {
                        self.following(*period, opens)?
                    }
                };
                (end, SlotKind::Period)
            }
            Rule::Days { .. } | Rule::Cron(_) | Rule::Event(_) | Rule::Relative { .. } | Rule::Irregular => {
                (opens, SlotKind::Minute)
            }
        };
        let shift = match rule {
            Rule::Days { days, minutes } => {
                // What is due at 25:00 is work of the day before.
                let its_day = |date: &NaiveDate| {
                    days.has(*date, &self.holidays) && openings(*date, minutes).any(|time| time == opens)
                };
                [Some(opens.date()), opens.date().pred_opt()]
                    .into_iter()
                    .flatten()
                    .find(its_day)
                    .and_then(|date| self.shift(days, date))
            }
            Rule::Within(_) | Rule::Cron(_) | Rule::Event(_) | Rule::Relative { .. } | Rule::Irregular => None,
        };
        Some(Slot { opens: self.instant(opens), due: self.instant(due), kind, shift })
    }

    /// The working day instead of `date`, for a day that was not chosen as one of no work.
    fn shift(&self, days: &Days, date: NaiveDate) -> Option<NaiveDate> {
        let numbered = |day: &MonthDay| matches!(day, MonthDay::Number(_) | MonthDay::Last);
        let holiday = || self.holidays.name(date).is_some() || !self.holidays.is_working(date);
        let moved = match days {
            Days::Every | Days::Working | Days::Moved(..) => false,
            Days::OfWeek(_) => self.holidays.name(date).is_some(),
            Days::OfMonth(days) if days.iter().all(numbered) => holiday(),
            Days::OfYear(days) if days.iter().all(|(_, day)| numbered(day)) => holiday(),
            Days::OfMonth(_) | Days::OfYear(_) => self.holidays.name(date).is_some(),
        };
        moved.then(|| self.holidays.working_from(date)).flatten()
    }

    /// When the period began in which clocks show `local`; for one quarter or month of each year the last one.
    fn start(&self, period: Period, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let date = local.date();
        let first = |date: NaiveDate| date.with_day(1).map(|date| date.and_time(NaiveTime::MIN));
        let months_back = |months: u32| first(date)?.checked_sub_months(Months::new(months));
        let into_year = (date.month() + 12 - self.quarter_start.clamp(1, 12)) % 12;
        match period {
            Period::Hour => date.and_hms_opt(local.hour(), 0, 0),
            Period::Week => {
                let into = u64::from(date.weekday().num_days_from_monday());
                date.checked_sub_days(DaysLater::new(into)).map(|date| date.and_time(NaiveTime::MIN))
            }
            Period::Month => first(date),
            Period::Quarter => months_back(into_year % 3),
            Period::Year => months_back(into_year),
            Period::QuarterOf(number) => {
                let its = (number.clamp(1, 4) - 1) * 3;
                months_back((into_year + 12 - its) % 12)
            }
            Period::MonthsOf(months) => {
                months_back((0..12).find(|back| months.has((date.month() + 11 - back) % 12 + 1))?)
            }
        }
    }

    /// When the period begins that follows the one that began at `start`.
    fn following(&self, period: Period, start: NaiveDateTime) -> Option<NaiveDateTime> {
        match period {
            Period::Hour => start.checked_add_signed(TimeDelta::hours(1)),
            Period::Week => start.checked_add_days(DaysLater::new(7)),
            Period::Month => start.checked_add_months(Months::new(1)),
            Period::Quarter => start.checked_add_months(Months::new(3)),
            Period::QuarterOf(_) | Period::Year => start.checked_add_months(Months::new(12)),
            Period::MonthsOf(months) => {
                let ahead = (1..=12).find(|ahead| months.has((start.month() - 1 + ahead) % 12 + 1))?;
                start.checked_add_months(Months::new(ahead))
            }
        }
    }
}

/// When the slots of a day open: at its beginning where no minute is named.
fn openings(date: NaiveDate, minutes: &[u32]) -> impl Iterator<Item = NaiveDateTime> {
    let minutes = if minutes.is_empty() { &[0] } else { minutes };
    minutes.iter().map(move |minute| date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(*minute)))
}

/// When the cron line comes round, as clocks show it.
fn cron_turn(cron: &Cron, local: NaiveDateTime, direction: Direction) -> Option<NaiveDateTime> {
    let at = Utc.from_utc_datetime(&local);
    let turn = match direction {
        Direction::Forward => cron.find_next_occurrence(&at, false),
        Direction::Backward => cron.find_previous_occurrence(&at, false),
    };
    turn.ok().map(|turn| turn.naive_utc())
}
