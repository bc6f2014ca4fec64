//! Cron lines: their fields, and the days and minutes that they and other schedule rules name.

use std::collections::BTreeSet;

/// The bounds of the five fields: minute, hour, day of the month, month, weekday.
const BOUNDS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Days of a month; the months that have fewer never see the last ones.
const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// How many combinations of date and weekday there are.
const EVERY_DAY: usize = 366 * 7;

/// When something happens: the days, as (month, day, weekday), and the minutes of the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Times {
    days: BTreeSet<(u32, u32, u32)>,
    /// One of the days, and the rule does not say which.
    some_day: bool,
    pub(super) minutes: BTreeSet<u32>,
}

impl Times {
    /// The same on one weekday only, 0 for Sunday.
    pub(super) fn only_on(mut self, weekday: u32) -> Self {
        self.days.retain(|(_, _, day)| *day == weekday);
        self
    }

    /// Some minute of some day belongs to both.
    pub(super) fn meet(&self, other: &Self) -> Option<u32> {
        let minute = self.minutes.intersection(&other.minutes).next()?;
        let every_day = |times: &Self| !times.some_day && times.days.len() == EVERY_DAY;
        let meet = match (self.some_day, other.some_day) {
            (false, false) => !self.days.is_disjoint(&other.days),
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

/// When a cron line runs.
pub(super) fn times(fields: &[&str]) -> Result<Times, Wrong> {
    let mut all = Vec::new();
    for (at, field) in fields.iter().enumerate().take(5) {
        all.push(values(field, at).ok_or_else(|| Wrong::Field(at, (*field).to_owned()))?);
    }
    let [minutes, hours, dates, months, weekdays] = &all[..] else { return Err(Wrong::Field(0, String::new())) };
    let free = |at: usize| fields.get(at).is_some_and(|field| field.starts_with('*'));
    // A line that names both a date and a weekday runs on either.
    let either = !free(2) && !free(4);
    let days = days(|month, date, weekday| {
        let on_date = dates.contains(&date);
        let on_weekday = weekdays.contains(&weekday) || weekday == 0 && weekdays.contains(&7);
        months.contains(&month) && if either { on_date || on_weekday } else { on_date && on_weekday }
    });
    if days.is_empty() {
        return Err(Wrong::Never);
    }
    let minutes = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute)).collect();
    Ok(Times { days, some_day: false, minutes })
}

fn days(wanted: impl Fn(u32, u32, u32) -> bool) -> BTreeSet<(u32, u32, u32)> {
    let dates = (1..=12).zip(LENGTHS).flat_map(|(month, length)| (1..=length).map(move |date| (month, date)));
    dates
        .flat_map(|(month, date)| (0..7).map(move |day| (month, date, day)))
        .filter(|(m, d, w)| wanted(*m, *d, *w))
        .collect()
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
    let (hour, minute) = clock.split_once(':')?;
    let minute = hour.parse::<u32>().ok()? % 24 * 60 + minute.parse::<u32>().ok()?;
    let weekday = |name: &str| DAYS.iter().position(|day| *day == name).and_then(|n| u32::try_from(n).ok());
    let days = match day.split_once(':') {
        None if day == "daily" => days(|_, _, _| true),
        Some(("weekly", name)) => {
            let wanted = weekday(name)?;
            days(|_, _, day| day == wanted)
        }
        Some(("monthly", which)) => match which.split_once('-') {
            None => {
                let wanted: u32 = which.parse().ok()?;
                days(|_, date, _| date == wanted)
            }
            Some((nth, name)) => {
                let wanted = weekday(name)?;
                let nth = nth.chars().next().and_then(|c| c.to_digit(10));
                days(|month, date, day| {
                    let length = LENGTHS.get(month as usize - 1).copied().unwrap_or(31);
                    day == wanted && nth.map_or(date + 7 > length, |nth| date.div_ceil(7) == nth)
                })
            }
        },
        _ => days(|_, _, _| true),
    };
    let some_day = !(day == "daily" || day.starts_with("weekly:") || day.starts_with("monthly:"));
    Some(Times { days, some_day, minutes: BTreeSet::from([minute]) })
}
