//! Steps of the wall clock: what it says is held against the time since the start of the machine, which nobody sets.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::run::event::Fact;

/// The wall clock was set between two facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockStep {
    /// What the clock said at the first fact after it.
    pub at: DateTime<FixedOffset>,
    /// By how much it went forward, in milliseconds; negative where it went back.
    pub by_ms: i64,
}

/// From this on a difference is told. Records count minutes; what is less is the daily work of whatever keeps the clock right.
const LEAST: TimeDelta = TimeDelta::minutes(1);

/// When a fact was appended, by both clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    boot: String,
    since_boot_ms: u64,
    at: DateTime<FixedOffset>,
}

impl Moment {
    pub(super) fn of(fact: &Fact) -> Self {
        Self { boot: fact.boot.clone(), since_boot_ms: fact.since_boot_ms, at: fact.at }
    }

    /// How the wall clock was set since `before`. Nothing is known across a restart of the machine, or of another one.
    pub(super) fn step_since(&self, before: &Self) -> Option<ClockStep> {
        if self.boot != before.boot {
            return None;
        }
        let passed = i64::try_from(self.since_boot_ms.checked_sub(before.since_boot_ms)?).ok()?;
        let by = (self.at - before.at).checked_sub(&TimeDelta::try_milliseconds(passed)?)?;
        (by.abs() >= LEAST).then(|| ClockStep { at: self.at, by_ms: by.num_milliseconds() })
    }
}
