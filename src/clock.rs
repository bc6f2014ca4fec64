//! The clock as a value, so that everything above can be tested without waiting.
//!
//! The only place that asks the system for the time, the boot id or a fresh identifier.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, Offset as _, TimeZone};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// By its name.
    Named(chrono_tz::Tz),
    /// The machine's.
    Machine,
    /// Always so far from UTC.
    Fixed(FixedOffset),
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.name()),
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
            Self::Named(zone) => zone.offset_from_local_datetime(local).map(|offset| offset.fix()),
            Self::Machine => chrono::Local.offset_from_local_datetime(local),
            Self::Fixed(offset) => MappedLocalTime::Single(*offset),
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> FixedOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> FixedOffset {
        match self {
            Self::Named(zone) => zone.offset_from_utc_datetime(utc).fix(),
            Self::Machine => chrono::Local.offset_from_utc_datetime(utc),
            Self::Fixed(offset) => *offset,
        }
    }
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
}
