//! What was measured, as a table.

use std::fmt::Write as _;
use std::time::Duration;

/// Times of the rounds.
#[derive(Default, Clone)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
        self.0.sort();
    }

    /// How many times as long as those of `other`, by the medians.
    pub(crate) fn beside(&self, other: &Self) -> Option<f64> {
        Some(self.median()? / other.median()?)
    }

    fn median(&self) -> Option<f64> {
        let (low, high) = (self.0.get(self.0.len().checked_sub(1)? / 2)?, self.0.get(self.0.len() / 2)?);
        Some((ms(*low) + ms(*high)) / 2.0)
    }

    pub(crate) fn text(&self) -> String {
        match (self.median(), self.0.first(), self.0.last()) {
            (Some(median), Some(first), Some(last)) => {
                format!("{median:.1} ({:.1}-{:.1}) ms", ms(*first), ms(*last))
            }
            _ => "-".to_owned(),
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// What an idle screen costs.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) cpu: Duration,
    pub(crate) bytes: u64,
}

impl Cost {
    pub(crate) fn since(self, before: Self) -> Self {
        Self { cpu: self.cpu.saturating_sub(before.cpu), bytes: self.bytes.saturating_sub(before.bytes) }
    }
}

/// One measured thing.
pub(crate) enum Value {
    Wait(Samples),
    Idle(Cost),
    Missing,
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Wait(samples) => samples.text(),
            Self::Idle(cost) => format!("{:.2} s, {} B", cost.cpu.as_secs_f64(), cost.bytes),
            Self::Missing => "-".to_owned(),
        }
    }
}

/// What it should be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// At most so many times as long as tmux takes to start its server and show it.
    OfTmux(f64),
    /// No time of a processor, and no more bytes than a clock needs.
    Idle { bytes: u64 },
}

pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) tejun: Value,
    pub(crate) tmux: Value,
    pub(crate) vim: Value,
    pub(crate) goal: Goal,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        match (&self.tejun, &self.tmux) {
            (Value::Wait(ours), Value::Wait(theirs)) => Some(ours.median()? / theirs.median()?),
            _ => None,
        }
    }

    /// Whether the goal is met; absent when there was nothing to compare with.
    pub(crate) fn meets(&self) -> Option<bool> {
        match (self.goal, &self.tejun) {
            (Goal::OfTmux(most), _) => self.ratio().map(|r| r <= most),
            (Goal::Idle { bytes }, Value::Idle(cost)) => Some(cost.cpu.is_zero() && cost.bytes <= bytes),
            (Goal::Idle { .. }, Value::Wait(_) | Value::Missing) => None,
        }
    }
}

/// The table; times are medians with the fastest and the slowest round.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut lines = vec![["what", "tejun", "tmux", "vim", "to tmux", "goal", "meets"].map(str::to_owned)];
    lines.extend(rows.iter().map(|row| {
        [
            row.what.clone(),
            row.tejun.text(),
            row.tmux.text(),
            row.vim.text(),
            row.ratio().map_or_else(|| "-".to_owned(), |r| format!("{r:.2}x")),
            match row.goal {
                Goal::OfTmux(most) => format!("<= {most}x tmux"),
                Goal::Idle { bytes } => format!("0.00 s, <= {bytes} B"),
            },
            row.meets().map_or("-", |m| if m { "yes" } else { "NO" }).to_owned(),
        ]
    }));
    let widths: [usize; 7] = std::array::from_fn(|i| lines.iter().map(|l| l[i].len()).max().unwrap_or(0));
    let mut text = String::new();
    for line in &lines {
        let cells: Vec<String> = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        // Writing to a string does not fail.
        let _always_well = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}
