//! When a duty comes round, as the rule says that the parser wrote: `weekly:mon@02:00`, `monthly:1st-mon`, `cron:0 2 * * 1`.
//!
//! Total: a text that is no rule is a duty that comes round at no known time.

use std::str::FromStr as _;

use chrono::{Datelike as _, NaiveDate, TimeDelta, Weekday};
use croner::Cron;

use crate::plan::holidays::Holidays;
use crate::runbook::model::{Due, Frequency};

/// When a duty comes round.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// On certain days, at the minutes of the day that are named.
    Days {
        /// Which days.
        days: Days,
        /// The minutes of the day in order, none where no time is named; from 1440 on they lie on the day after.
        minutes: Vec<u32>,
    },
    /// Once within each period, whenever it suits.
    Within(Period),
    /// By the five fields of a cron line.
    Cron(Box<Cron>),
    /// Before or after something that happens, in the document's words.
    Event(String),
    /// So long before or after a day that somebody sets.
    Relative {
        /// How much; less than nothing is before it.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// It recurs, and nobody says when.
    Irregular,
}

/// Which days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Days {
    /// Every day.
    Every,
    /// Every day from Monday to Friday that is no holiday.
    Working,
    /// Days of the week.
    OfWeek(Vec<Weekday>),
    /// Days of the month.
    OfMonth(Vec<MonthDay>),
    /// Days of the year: the month, from 1, and its day.
    OfYear(Vec<(u32, MonthDay)>),
    /// Such days, and a working day instead of one on which nobody works.
    Moved(Box<Self>, Stead),
}

/// The working day that stands in for a day on which nobody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stead {
    /// The last one before it.
    Before,
    /// The first one after it.
    After,
}

/// A day of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthDay {
    /// By its number; the last day of a month that is shorter.
    Number(u32),
    /// The n-th of a day of the week.
    Nth(u32, Weekday),
    /// The last of a day of the week.
    LastOf(Weekday),
    /// The last day.
    Last,
    /// The n-th working day.
    NthWorking(u32),
    /// The last working day.
    LastWorking,
}

/// A period within which something is done once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// An hour.
    Hour,
    /// From Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months, from the month that the settings name.
    Quarter,
    /// One of the four quarters of each year, from 1.
    QuarterOf(u32),
    /// Twelve months, from the same month.
    Year,
    /// Each of some months of the year.
    MonthsOf(Months),
}

/// Months of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months(u16);

impl Months {
    fn of(numbers: &[u32]) -> Self {
        Self(numbers.iter().fold(0, |all, number| all | 1u16.checked_shl(*number).unwrap_or(0)))
    }

    /// Whether the month, from 1, is among them.
    pub fn has(self, number: u32) -> bool {
        self.0.checked_shr(number).is_some_and(|rest| rest & 1 == 1)
    }
}

/// A unit of time before or after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Days on which people work.
    WorkingDay,
    /// Weeks.
    Week,
    /// Months.
    Month,
}

impl Rule {
    /// Reads `rule`; where there is none, or it is none, the frequency says within which period.
    pub fn read(rule: Option<&str>, frequency: Frequency) -> Self {
        rule.and_then(Self::of_text).unwrap_or(match frequency {
            Frequency::Hourly => Self::Within(Period::Hour),
            Frequency::Daily => Self::Days { days: Days::Every, minutes: Vec::new() },
            Frequency::Weekly => Self::Within(Period::Week),
            Frequency::Monthly => Self::Within(Period::Month),
            Frequency::Quarterly => Self::Within(Period::Quarter),
            Frequency::Yearly => Self::Within(Period::Year),
            Frequency::Unspecified => Self::Irregular,
        })
    }

    /// When `due` comes round; a cron line whose command goes on only on one day of the week comes round on no other.
    pub fn of(due: &Due) -> Self {
        let rule = due.rule.as_deref();
        let guarded = due.only_on.as_deref().and_then(|day| {
            let fields = rule?.strip_prefix("cron:")?.strip_suffix('*')?;
            // `+` asks for both days, where cron itself takes either.
            Self::of_text(&format!("cron:{fields}+{day}"))
        });
        guarded.unwrap_or_else(|| Self::read(rule, due.frequency))
    }

    fn of_text(rule: &str) -> Option<Self> {
        if let Some(fields) = rule.strip_prefix("cron:") {
            return Cron::from_str(fields).ok().map(|cron| Self::Cron(Box::new(cron)));
        }
        if let Some(what) = rule.strip_prefix("event:") {
            return Some(Self::Event(what.to_owned()));
        }
        if let Some(time) = rule.strip_prefix("relative:") {
            return relative(time);
        }
        let (rule, mut minutes) = match rule.split_once('@') {
            Some((rule, clocks)) => (rule, all(clocks, minute_of_day)?),
            None => (rule, Vec::new()),
        };
        minutes.sort_unstable();
        minutes.dedup();
        let (rule, stead) = match rule.split_once('/') {
            Some((rule, "workday-before")) => (rule, Some(Stead::Before)),
            Some((rule, "workday-after")) => (rule, Some(Stead::After)),
            Some(_) => return None,
            None => (rule, None),
        };
        let days = |days| {
            let days = match stead {
                Some(stead) => Days::Moved(Box::new(days), stead),
                None => days,
            };
            Some(Self::Days { days, minutes })
        };
        match rule.split_once(':') {
            None => match rule {
                "hourly" => Some(Self::Within(Period::Hour)),
                "daily" => days(Days::Every),
                "workdays" => days(Days::Working),
                "weekly" => Some(Self::Within(Period::Week)),
                "monthly" => Some(Self::Within(Period::Month)),
                "quarterly" => Some(Self::Within(Period::Quarter)),
                "yearly" => Some(Self::Within(Period::Year)),
                _ => None,
            },
            Some(("weekly", list)) => days(Days::OfWeek(all(list, weekday)?)),
            Some(("monthly", list)) => days(Days::OfMonth(all(list, month_day)?)),
            Some(("yearly", list)) => match all(list, month) {
                Some(numbers) => Some(Self::Within(Period::MonthsOf(Months::of(&numbers)))),
                None => days(Days::OfYear(all(list, year_day)?)),
            },
            Some(("quarter", number)) => {
                let number = number.parse().ok().filter(|n| (1..=4).contains(n))?;
                Some(Self::Within(Period::QuarterOf(number)))
            }
            Some(_) => None,
        }
    }
}

/// No list of holidays has a longer row of days without work.
const LONGEST_REST: usize = 60;

impl Days {
    /// Whether `date` is one of the days.
    pub(super) fn has(&self, date: NaiveDate, holidays: &Holidays) -> bool {
        match self {
            Self::Every => true,
            Self::Working => holidays.is_working(date),
            Self::OfWeek(days) => days.contains(&date.weekday()),
            Self::OfMonth(days) => days.iter().any(|day| day.is(date, holidays)),
            Self::OfYear(days) => days.iter().any(|(month, day)| date.month() == *month && day.is(date, holidays)),
            Self::Moved(days, stead) => {
                // The day itself, and the days without work between it and the next working day on the other side.
                let step = |day: &NaiveDate| match stead {
                    Stead::Before => day.succ_opt(),
                    Stead::After => day.pred_opt(),
                };
                let beside = std::iter::successors(step(&date), step).take(LONGEST_REST);
                let mut rest = beside.take_while(|day| !holidays.is_working(*day));
                holidays.is_working(date) && (days.has(date, holidays) || rest.any(|day| days.has(day, holidays)))
            }
        }
    }
}

impl MonthDay {
    fn is(self, date: NaiveDate, holidays: &Holidays) -> bool {
        let (day, last) = (date.day(), last_day(date));
        match self {
            Self::Number(number) => day == number.min(last),
            Self::Nth(nth, weekday) => date.weekday() == weekday && (day - 1) / 7 + 1 == nth,
            Self::LastOf(weekday) => date.weekday() == weekday && day + 7 > last,
            Self::Last => day == last,
            Self::NthWorking(nth) => {
                let working = |n: &u32| date.with_day(*n).is_some_and(|d| holidays.is_working(d));
                holidays.is_working(date) && u32::try_from((1..=day).filter(working).count()) == Ok(nth)
            }
            Self::LastWorking => {
                let working = |n: u32| date.with_day(n).is_some_and(|d| holidays.is_working(d));
                working(day) && !(day + 1..=last).any(working)
            }
        }
    }
}

/// The number of days of the month of `date`.
fn last_day(date: NaiveDate) -> u32 {
    let next = date.with_day(1).and_then(|first| first.checked_add_months(chrono::Months::new(1)));
    next.and_then(|next| next.pred_opt()).map_or(31, |last| last.day())
}

fn all<T>(list: &str, one: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    list.split(',').map(one).collect()
}

/// The minute of the day of `HH:MM`; operations count on to 29:59, which is 05:59 of the day after.
fn minute_of_day(clock: &str) -> Option<u32> {
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour < 30).then_some(hour * 60 + minute)
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "mon" => Weekday::Mon,
        "tue" => Weekday::Tue,
        "wed" => Weekday::Wed,
        "thu" => Weekday::Thu,
        "fri" => Weekday::Fri,
        "sat" => Weekday::Sat,
        "sun" => Weekday::Sun,
        _ => return None,
    })
}

fn month_day(word: &str) -> Option<MonthDay> {
    match word.split_once('-') {
        None if word == "last" => Some(MonthDay::Last),
        None => word.parse().ok().filter(|n| (1..=31).contains(n)).map(MonthDay::Number),
        Some(("last", "workday")) => Some(MonthDay::LastWorking),
        Some((nth, "workday")) => ordinal(nth).map(MonthDay::NthWorking),
        Some(("last", day)) => weekday(day).map(MonthDay::LastOf),
        Some((nth, day)) => Some(MonthDay::Nth(ordinal(nth).filter(|n| *n <= 5)?, weekday(day)?)),
    }
}

fn month(word: &str) -> Option<u32> {
    word.parse().ok().filter(|n| (1..=12).contains(n))
}

/// `04-01`, `04-last`, `04-1st-mon`.
fn year_day(word: &str) -> Option<(u32, MonthDay)> {
    let (number, day) = word.split_once('-')?;
    Some((month(number)?, month_day(day)?))
}

fn ordinal(word: &str) -> Option<u32> {
    let digits = word.strip_suffix("st").or(word.strip_suffix("nd")).or(word.strip_suffix("rd"));
    digits.or(word.strip_suffix("th"))?.parse().ok().filter(|n| (1..=23).contains(n))
}

fn relative(time: &str) -> Option<Rule> {
    let unit = match time.chars().last()? {
        'h' => Unit::Hour,
        'd' => Unit::Day,
        'b' => Unit::WorkingDay,
        'w' => Unit::Week,
        'm' => Unit::Month,
        _ => return None,
    };
    let count: i64 = time.get(..time.len() - 1)?.parse().ok()?;
    TimeDelta::try_days(count).map(|_| Rule::Relative { count, unit })
}
