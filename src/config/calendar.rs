//! `[calendar]`: the time zone, the holidays and the quarters by which duties fall due.

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// The days on which duties fall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// `timezone = "Asia/Tokyo"`: the zone of the times that runbooks name; that of the machine where nothing is said.
    #[serde(deserialize_with = "zone")]
    pub timezone: Option<TimeZone>,
    /// `quarter_start = 4`: the month in which the year of quarters begins; January where nothing is said.
    #[serde(deserialize_with = "month")]
    pub quarter_start: Option<u32>,
    /// `holidays = ["2026-12-29 year end"]`, or the name of a file with such lines.
    pub holidays: Holidays,
}

/// Holidays as the settings name them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Holidays {
    /// The name of a file, from the folder of the settings.
    File(String),
    /// Each day with its name.
    Listed(Vec<String>),
}

impl Default for Holidays {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

fn zone<'de, D: Deserializer<'de>>(from: D) -> Result<Option<TimeZone>, D::Error> {
    let name = String::deserialize(from)?;
    let wrong = || D::Error::custom("timezone is no name of a time zone; write one such as Asia/Tokyo");
    // The zones within the program: the same on every machine, also where it has none.
    TimeZoneDatabase::bundled().get(&name).map(Some).map_err(|_| wrong())
}

fn month<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let month = u32::deserialize(from)?;
    let wrong = || D::Error::custom("quarter_start is no month; write a number from 1 to 12");
    (1..=12).contains(&month).then_some(Some(month)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::Settings;

    fn read(lines: &str) -> Result<Calendar, String> {
        let text = format!("[calendar]\n{lines}\n");
        Settings::read(&text).map(|settings| settings.calendar).map_err(|error| error.to_string())
    }

    #[test]
    fn a_calendar_is_read_with_its_holidays_in_a_file_or_a_list() {
        let calendar = read("timezone = \"Asia/Tokyo\"\nquarter_start = 4\nholidays = \"holidays.csv\"");
        let calendar = calendar.expect("it is right");
        assert_eq!(calendar.timezone.as_ref().and_then(TimeZone::iana_name), Some("Asia/Tokyo"));
        assert_eq!(calendar.quarter_start, Some(4));
        assert_eq!(calendar.holidays, Holidays::File("holidays.csv".into()));
        let listed = read("holidays = [\"2026-12-29 年末\"]").map(|c| c.holidays);
        assert_eq!(listed, Ok(Holidays::Listed(vec!["2026-12-29 年末".into()])));
        assert_eq!(read(""), Ok(Calendar::default()));
    }

    #[test]
    fn what_is_no_zone_month_or_holiday_is_refused_with_its_line() {
        for (line, named) in [
            ("timezone = \"Tokio\"", "time zone"),
            ("quarter_start = 13", "month"),
            ("holidays = 3", "line 2"),
            ("holiday = []", "holiday"),
        ] {
            let error = read(line).expect_err(line);
            assert!(error.contains(named) && error.contains("line 2"), "{error}");
        }
    }
}
