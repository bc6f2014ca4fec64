//! What was measured, as a table.

use std::fmt::Write as _;
use std::time::Duration;

/// Numbers of the rounds.
#[derive(Default, Clone)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn push(&mut self, value: f64) {
        self.0.push(value);
        self.0.sort_by(f64::total_cmp);
    }

    pub(crate) fn push_time(&mut self, time: Duration) {
        self.push(time.as_secs_f64());
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(&other.0);
        self.0.sort_by(f64::total_cmp);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The value below which `part` of all are.
    pub(crate) fn quantile(&self, part: f64) -> Option<f64> {
        let last = self.0.len().checked_sub(1)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among a few samples")]
        let at = (part * last as f64).round() as usize;
        self.0.get(at.min(last)).copied()
    }

    pub(crate) fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    fn text(&self, unit: &str) -> String {
        match (self.median(), self.0.first(), self.0.last()) {
            (Some(median), Some(first), Some(last)) => format!("{median:.2} ({first:.2}-{last:.2}) {unit}"),
            _ => "-".to_owned(),
        }
    }
}

/// One measured thing, and what it should be.
pub(crate) struct Row {
    what: String,
    ours: String,
    theirs: String,
    ratio: Option<f64>,
    goal: String,
    meets: Option<bool>,
    /// A goal that is missed is told, and fails nothing.
    wish: bool,
}

impl Row {
    /// At most so many times what another took in the same run.
    pub(crate) fn ratio(what: &str, ours: &Samples, theirs: &Samples, unit: &str, most: f64, of: &str) -> Self {
        let ratio = ours.median().zip(theirs.median()).map(|(a, b)| a / b);
        Self {
            what: what.to_owned(),
            ours: ours.text(unit),
            theirs: theirs.text(unit),
            ratio,
            goal: format!("<= {most}x {of}"),
            meets: ratio.map(|r| r <= most),
            wish: false,
        }
    }

    /// At most so much.
    pub(crate) fn most(what: &str, value: Option<f64>, theirs: Option<f64>, unit: &str, most: f64) -> Self {
        let text = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.2} {unit}"));
        Self {
            what: what.to_owned(),
            ours: text(value),
            theirs: text(theirs),
            ratio: value.zip(theirs).map(|(a, b)| a / b),
            goal: format!("<= {most} {unit}"),
            meets: value.map(|v| v <= most),
            wish: false,
        }
    }

    /// The same as something to be hoped for.
    pub(crate) fn wished(self) -> Self {
        Self { wish: true, ..self }
    }

    /// Whether it fails.
    pub(crate) fn fails(&self) -> bool {
        self.meets == Some(false) && !self.wish
    }
}

/// The table; numbers are medians with the smallest and the largest of the rounds.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut lines = vec![["what", "tejun", "other", "ratio", "goal", "meets"].map(str::to_owned)];
    lines.extend(rows.iter().map(|row| {
        let meets = match (row.meets, row.wish) {
            (None, _) => "-",
            (Some(true), _) => "yes",
            (Some(false), true) => "not yet",
            (Some(false), false) => "NO",
        };
        [
            row.what.clone(),
            row.ours.clone(),
            row.theirs.clone(),
            row.ratio.map_or_else(|| "-".to_owned(), |r| format!("{r:.2}x")),
            row.goal.clone(),
            meets.to_owned(),
        ]
    }));
    let widths: [usize; 6] = std::array::from_fn(|i| lines.iter().map(|l| l[i].len()).max().unwrap_or(0));
    let mut text = String::new();
    for line in &lines {
        let cells: Vec<String> = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        // Writing to a string does not fail.
        let _always_well = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}
