//! Cron lines: their fields, and the days and minutes that they and other schedule rules name.

use std::collections::BTreeSet;

/// The bounds of the five fields: minute, hour, day of the month, month, weekday.
const BOUNDS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Days of a month; the months that have fewer never see the last ones.
const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// How many combinations of date and weekday there are.
const EVERY_DAY: u32 = 366 * 7;

/// When something happens: the days, and the minutes of the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Times {
    days: Days,
    /// One of the days, and the rule does not say which.
    some_day: bool,
    pub(super) minutes: BTreeSet<u32>,
}

impl Times {
    /// The same on one weekday only, 0 for Sunday.
    pub(super) fn only_on(mut self, weekday: u32) -> Self {
        let wanted = days(|_, _, day| day == weekday);
        self.days.0.iter_mut().zip(wanted.0).for_each(|(ours, theirs)| *ours &= theirs);
        self
    }

    /// Some minute of some day belongs to both.
    pub(super) fn meet(&self, other: &Self) -> Option<u32> {
        let minute = self.minutes.intersection(&other.minutes).next()?;
        let every_day = |times: &Self| !times.some_day && times.days.count() == EVERY_DAY;
        let meet = match (self.some_day, other.some_day) {
            (false, false) => self.days.0.iter().zip(&other.days.0).any(|(ours, theirs)| ours & theirs != 0),
            (true, false) => every_day(other),
            (false, true) => every_day(self),
            (true, true) => false,
        };
        meet.then_some(*minute)
    }
}

/// What is wrong with the fields of a cron line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// A field cannot hold this: its number from 0, and what it holds.
    Field(usize, String),
    /// No day has this date.
    Never,
}

/// The values that one field names.
fn values(field: &str, at: usize) -> Option<BTreeSet<u32>> {
    let (low, high) = *BOUNDS.get(at)?;
    let number = |word: &str| {
        let word = word.to_lowercase();
        let names: &[&str] = if at == 3 {
            &MONTHS
        } else if at == 4 {
            &DAYS
        } else {
            &[]
        };
        let named = names.iter().position(|name| *name == word).and_then(|n| u32::try_from(n).ok());
        let value = named.map(|n| n + u32::from(at == 3)).or_else(|| word.parse().ok())?;
        (low..=high).contains(&value).then_some(value)
    };
    let mut found = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let step: u32 = step.map_or(Some(1), |step| step.parse().ok().filter(|n| (1..=high.max(1) + 1).contains(n)))?;
        let (first, last) = if range == "*" {
            (low, high)
        } else if let Some((first, last)) = range.split_once('-') {
            (number(first)?, number(last)?)
        } else {
            let first = number(range)?;
            (first, if part.contains('/') { high } else { first })
        };
        if first > last {
            return None;
        }
        found.extend((first..=last).step_by(usize::try_from(step).ok()?));
    }
    Some(found)
}

/// The values of the five fields, or what is wrong with them.
fn fields(fields: &[&str]) -> Result<[BTreeSet<u32>; 5], Wrong> {
    let mut all: [BTreeSet<u32>; 5] = Default::default();
    for (at, of) in all.iter_mut().enumerate() {
        let field = fields.get(at).copied().unwrap_or_default();
        *of = values(field, at).ok_or_else(|| Wrong::Field(at, field.to_owned()))?;
    }
    let [_, _, dates, months, _] = &all;
    let first = dates.first().copied().unwrap_or_default();
    let longest = (1..=12).zip(LENGTHS).filter(|(month, _)| months.contains(month)).map(|(_, length)| length).max();
    // A weekday that is named too gives it days to run on.
    let by_weekday = fields.get(4).is_some_and(|field| !field.starts_with('*'));
    if !by_weekday && longest.is_none_or(|longest| first > longest) {
        return Err(Wrong::Never);
    }
    Ok(all)
}

/// What is wrong with the fields of a cron line.
pub(super) fn wrong(line: &[&str]) -> Option<Wrong> {
    fields(line).err()
}

/// When a cron line runs.
fn times(line: &[&str]) -> Result<Times, Wrong> {
    let [minutes, hours, dates, months, weekdays] = fields(line)?;
    let free = |at: usize| line.get(at).is_some_and(|field| field.starts_with('*'));
    // A line that names both a date and a weekday runs on either.
    let either = !free(2) && !free(4);
    let days = days(|month, date, weekday| {
        let on_date = dates.contains(&date);
        let on_weekday = weekdays.contains(&weekday) || weekday == 0 && weekdays.contains(&7);
        months.contains(&month) && if either { on_date || on_weekday } else { on_date && on_weekday }
    });
    let of_hour = |hour: &u32| minutes.iter().map(|minute| hour * 60 + minute).collect::<Vec<_>>();
    let minutes = hours.iter().flat_map(of_hour).collect();
    Ok(Times { days, some_day: false, minutes })
}

/// Combinations of month, date and weekday, one bit for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Days(Vec<u64>);

impl Days {
    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

fn days(wanted: impl Fn(u32, u32, u32) -> bool) -> Days {
    let mut words = Vec::with_capacity(42);
    let (mut word, mut bit) = (0u64, 0);
    for (month, length) in (1..=12).zip(LENGTHS) {
        for (date, weekday) in (1..=length).flat_map(|date| (0..7).map(move |day| (date, day))) {
            word |= u64::from(wanted(month, date, weekday)) << bit;
            bit += 1;
            if bit == 64 {
                words.push(word);
                (word, bit) = (0, 0);
            }
        }
    }
    words.push(word);
    Days(words)
}

/// When a schedule rule such as `weekly:mon@02:00` or `cron:0 2 * * 1` comes round; nothing where it names no clock.
pub(super) fn of_rule(rule: &str) -> Option<Times> {
    if let Some(fields) = rule.strip_prefix("cron:") {
        let fields: Vec<&str> = match fields {
            "@daily" | "@midnight" => vec!["0", "0", "*", "*", "*"],
            "@weekly" => vec!["0", "0", "*", "*", "0"],
            "@monthly" => vec!["0", "0", "1", "*", "*"],
            "@yearly" | "@annually" => vec!["0", "0", "1", "1", "*"],
            fields => fields.split_whitespace().collect(),
        };
        return times(&fields).ok();
    }
    let (day, clock) = rule.split_once('@')?;
    let minute_of = |clock: &str| {
        let (hour, minute) = clock.split_once(':')?;
        Some((hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?))
    };
    let clocks: Vec<(u32, u32)> = clock.split(',').map(minute_of).collect::<Option<_>>()?;
    let minutes = clocks.iter().map(|(hour, minute)| hour % 24 * 60 + minute).collect();
    let day_after = clocks.iter().any(|(hour, _)| *hour >= 24);
    // Where a day moves to another one, nothing is known of it here.
    let (day, moves) = day.split_once('/').map_or((day, false), |(day, _)| (day, true));
    let weekday = |name: &str| DAYS.iter().position(|day| *day == name).and_then(|n| u32::try_from(n).ok());
    let length = |month: u32| LENGTHS.get(month as usize - 1).copied().unwrap_or(31);
    // Holidays are not known here: a working day is one from Monday to Friday.
    let working = |day: u32| (1..=5).contains(&day);
    let days = match day.split_once(':') {
        None if day == "daily" => days(|_, _, _| true),
        None if day == "workdays" => days(|_, _, day| working(day)),
        Some(("weekly", names)) => {
            let wanted: Vec<u32> = names.split(',').map(weekday).collect::<Option<_>>()?;
            days(|_, _, day| wanted.contains(&day))
        }
        Some(("monthly", list)) => {
            let wanted: Vec<MonthDay> =
                list.split(',').map(|which| month_day(which, weekday)).collect::<Option<_>>()?;
            days(|month, date, day| {
                wanted.iter().any(|wanted| match *wanted {
                    MonthDay::Number(number) => date == number.min(length(month)),
                    MonthDay::Nth(nth, name) => day == name && date.div_ceil(7) == nth,
                    MonthDay::LastOf(name) => day == name && date + 7 > length(month),
                    MonthDay::Working => working(day),
                })
            })
        }
        _ => days(|_, _, _| true),
    };
    let of_a_month = day.starts_with("monthly:") && !day.contains("workday");
    let some_day = (moves || day_after && day != "daily")
        || !(day == "daily" || day == "workdays" || day.starts_with("weekly:") || of_a_month);
    Some(Times { days, some_day, minutes })
}

/// A day of the month in a schedule rule.
#[derive(Clone, Copy)]
enum MonthDay {
    /// By its number; the last one of a shorter month.
    Number(u32),
    /// The n-th of a day of the week.
    Nth(u32, u32),
    /// The last of a day of the week.
    LastOf(u32),
    /// Some day on which people work.
    Working,
}

/// Reads `15`, `last`, `2nd-tue`, `last-fri`, `1st-workday`.
fn month_day(which: &str, weekday: impl Fn(&str) -> Option<u32>) -> Option<MonthDay> {
    match which.split_once('-') {
        None if which == "last" => Some(MonthDay::Number(31)),
        None => which.parse().ok().map(MonthDay::Number),
        Some((_, "workday")) => Some(MonthDay::Working),
        Some(("last", name)) => weekday(name).map(MonthDay::LastOf),
        Some((nth, name)) => Some(MonthDay::Nth(nth.chars().next()?.to_digit(10)?, weekday(name)?)),
    }
}
