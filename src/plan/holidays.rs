//! The days on which nobody works, as a team lists them.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, Weekday};

/// Holidays with their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays(BTreeMap<NaiveDate, String>);

/// A line of a list of holidays that names no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} begins with no date such as 2026-01-01")]
pub struct NoDate {
    /// The line, from 1.
    pub line: usize,
}

/// How far a working day is looked for: no list of holidays has so long a row of them.
const FAR: usize = 60;

impl Holidays {
    /// Reads a list: a line for each day, a date (`2026-01-01`, `2026/1/1`, `20260101`) and its name behind a comma or a
    /// space. Empty lines, lines that begin with `#` and a first line of headings are passed over.
    ///
    /// # Errors
    /// [`NoDate`] names the first line that is none of these.
    pub fn read(text: &str) -> Result<Self, NoDate> {
        let mut days = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim_start_matches('\u{feff}').trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (date, name) = line.split_once([',', ' ', '\t', '　']).unwrap_or((line, ""));
            match Self::date(date.trim_matches('"')) {
                Some(date) => drop(days.insert(date, name.trim().trim_matches('"').to_owned())),
                // The list of the Cabinet Office of Japan has one.
                None if at == 0 => {}
                None => return Err(NoDate { line: at + 1 }),
            }
        }
        Ok(Self(days))
    }

    /// A date as people write it.
    pub fn date(text: &str) -> Option<NaiveDate> {
        ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())
    }

    /// Adds a day.
    pub fn add(&mut self, date: NaiveDate, name: String) {
        self.0.insert(date, name);
    }

    /// Adds the days of another list.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The name of the holiday on `date`; it may be empty.
    pub fn name(&self, date: NaiveDate) -> Option<&str> {
        self.0.get(&date).map(String::as_str)
    }

    /// Whether people work on `date`.
    pub fn is_working(&self, date: NaiveDate) -> bool {
        !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !self.0.contains_key(&date)
    }

    /// The first working day from `date` on.
    pub fn working_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        date.iter_days().take(FAR).find(|day| self.is_working(*day))
    }
}
