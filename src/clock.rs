//! The clock as a value, so that everything above can be tested without waiting.
//!
//! The only place that asks the system for the time, the boot id or a fresh identifier.

use std::time::Duration;

use chrono::{
    DateTime, Datelike as _, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, TimeZone, Timelike as _,
};
use uuid::Uuid;

/// Where time and fresh identifiers come from.
pub trait Clock: Send + Sync {
    /// The wall clock, with the offset of the local time zone.
    fn now(&self) -> DateTime<FixedOffset>;
    /// Time since the machine was started; it never goes back while the machine runs.
    fn since_boot(&self) -> Duration;
    /// A fresh identifier, ordered by time (UUID version 7).
    fn fresh_id(&self) -> Uuid;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> DateTime<FixedOffset> {
        chrono::Local::now().fixed_offset()
    }

    fn since_boot(&self) -> Duration {
        let t = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Duration::new(u64::try_from(t.tv_sec).unwrap_or(0), u32::try_from(t.tv_nsec).unwrap_or(0))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that mints identifiers")]
    fn fresh_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// A time zone: one that was named, or that of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Zone {
    /// By its name.
    Named(jiff::tz::TimeZone),
    /// The machine's.
    Machine,
    /// Always so far from UTC.
    Fixed(FixedOffset),
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.iana_name().unwrap_or_default()),
            Self::Machine => f.write_str("local"),
            Self::Fixed(offset) => offset.fmt(f),
        }
    }
}

impl TimeZone for Zone {
    type Offset = FixedOffset;

    fn from_offset(offset: &FixedOffset) -> Self {
        Self::Fixed(*offset)
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<FixedOffset> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
        match self {
            Self::Named(zone) => named_local(zone, local),
            Self::Machine => chrono::Local.offset_from_local_datetime(local),
            Self::Fixed(offset) => MappedLocalTime::Single(*offset),
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> FixedOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> FixedOffset {
        match self {
            Self::Named(zone) => named_utc(zone, utc),
            Self::Machine => chrono::Local.offset_from_utc_datetime(utc),
            Self::Fixed(offset) => *offset,
        }
    }
}

/// The offset of a named zone at an instant; that of the last or first one it knows for what lies beyond the year 9999.
fn named_utc(zone: &jiff::tz::TimeZone, utc: &NaiveDateTime) -> FixedOffset {
    let seconds = utc.and_utc().timestamp();
    let beyond = if seconds < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    fixed(zone.to_offset(jiff::Timestamp::from_second(seconds).unwrap_or(beyond)))
}

/// The offsets that a wall clock of a named zone may have: none where it is turned forward past `local`, two where it is turned back over it.
fn named_local(zone: &jiff::tz::TimeZone, local: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
    use jiff::tz::AmbiguousOffset::{Fold, Gap, Unambiguous};
    let Some(wall) = wall(local) else { return MappedLocalTime::None };
    match zone.to_ambiguous_timestamp(wall).offset() {
        Unambiguous { offset } => MappedLocalTime::Single(fixed(offset)),
        Gap { .. } => MappedLocalTime::None,
        Fold { before, after } => MappedLocalTime::Ambiguous(fixed(before), fixed(after)),
    }
}

/// The same reading of a clock for the other library; `None` beyond the years that it knows.
fn wall(local: &NaiveDateTime) -> Option<jiff::civil::DateTime> {
    let day = jiff::civil::Date::new(
        i16::try_from(local.year()).ok()?,
        i8::try_from(local.month()).ok()?,
        i8::try_from(local.day()).ok()?,
    );
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    let time =
        jiff::civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0);
    Some(day.ok()?.to_datetime(time.ok()?))
}

fn fixed(offset: jiff::tz::Offset) -> FixedOffset {
    // Both libraries know offsets of less than 26 hours; chrono those of less than 24, and no zone has more than 16.
    FixedOffset::east_opt(offset.seconds()).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc))
}

/// The kernel's id of this start of the machine; empty where it cannot be read.
pub fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|s| s.trim().to_owned()).unwrap_or_default()
}

/// A clock for tests: it stands still until it is told to go on, and its identifiers count up.
#[derive(Debug)]
pub struct TestClock {
    state: std::sync::Mutex<(DateTime<FixedOffset>, Duration, u128)>,
}

impl TestClock {
    /// A clock that stands at `now`.
    pub fn at(now: DateTime<FixedOffset>) -> Self {
        Self { state: std::sync::Mutex::new((now, Duration::from_secs(1000), 1)) }
    }

    /// Sets the wall clock, as a person or a time service does: no time passes.
    pub fn set(&self, to: DateTime<FixedOffset>) {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0 = to;
    }

    /// Lets `by` pass.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.0 += by;
        state.1 += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<FixedOffset> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0
    }

    fn since_boot(&self) -> Duration {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).1
    }

    fn fresh_id(&self) -> Uuid {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.2 += 1;
        Uuid::from_u128(state.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j114_a_thousand_identifiers_of_one_moment_are_different_and_in_order() {
        let ids: Vec<Uuid> = (0..1000).map(|_| SystemClock.fresh_id()).collect();

        assert!(ids.is_sorted_by(|before, after| before < after));
        // A thousand take far less than a second: many share their millisecond.
        let millisecond = |id: &Uuid| id.as_u128() >> 80;
        assert!(ids.is_sorted_by_key(millisecond));
    }

    fn named(name: &str) -> Zone {
        Zone::Named(jiff::tz::TimeZoneDatabase::bundled().get(name).expect(name))
    }

    /// Every hour and a half of the days around each turn of the clock, and instants strewn from 1970 to 2069.
    fn instants() -> Vec<NaiveDateTime> {
        let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("a day").and_time(chrono::NaiveTime::MIN);
        let strewn = (0..4000).map(|n| year(1970) + chrono::Duration::seconds(n * 787_337));
        let dense = (0..6000).map(|n| year(2026) + chrono::Duration::minutes(n * 90 + 15));
        strewn.chain(dense).collect()
    }

    #[test]
    fn named_zones_turn_their_clocks_when_another_reading_of_the_zones_says_so() {
        use chrono_tz::{America, Asia, Australia, Europe, Pacific};
        let zones = [
            Asia::Tokyo,
            Asia::Kathmandu,
            Europe::Berlin,
            Europe::London,
            America::New_York,
            America::Sao_Paulo,
            Australia::Lord_Howe,
            Pacific::Apia,
            Pacific::Chatham,
            Pacific::Auckland,
        ];
        for other in zones {
            let ours = named(other.name());
            assert_eq!(ours.to_string(), other.name());
            for instant in instants() {
                let utc = chrono::Offset::fix(&other.offset_from_utc_datetime(&instant));
                assert_eq!(ours.offset_from_utc_datetime(&instant), utc, "{other} {instant} UTC");
                let local = other.offset_from_local_datetime(&instant).map(|offset| chrono::Offset::fix(&offset));
                assert_eq!(ours.offset_from_local_datetime(&instant), local, "{other} {instant}");
            }
        }
    }

    #[test]
    fn a_named_zone_bears_the_ends_of_time() {
        let tokyo = named("Asia/Tokyo");
        let nine = FixedOffset::east_opt(9 * 3600).expect("an offset");
        assert_eq!(tokyo.offset_from_utc_datetime(&NaiveDateTime::MAX), nine);
        assert_eq!(tokyo.offset_from_local_datetime(&NaiveDateTime::MAX), MappedLocalTime::None);
        assert!(tokyo.offset_from_utc_datetime(&NaiveDateTime::MIN).local_minus_utc() > 0);
    }
}
