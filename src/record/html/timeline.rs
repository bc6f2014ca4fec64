//! The timeline of a run as a picture: each step's commands as they ran, its mark, and beside them what was planned.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::text;
use crate::record::model::{Ended, Record, StepRecord};

/// Widths and heights, in units of the picture.
const WIDTH: f64 = 960.0;
const NAMES: f64 = 250.0;
const ROW: f64 = 30.0;
const TOP: f64 = 28.0;
/// Room for the words behind the last bar.
const RIGHT: f64 = 120.0;

/// How many characters of a title stand beside its row.
const TITLE: usize = 20;

/// How far lines of the scale may stand apart, in seconds.
const SCALES: [i64; 13] = [1, 5, 15, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400];

/// The picture as SVG.
pub(super) fn svg(record: &Record) -> String {
    let scale = Scale::of(record);
    #[expect(clippy::cast_precision_loss, reason = "rows of a picture")]
    let height = TOP + ROW * record.steps.len() as f64 + 40.0;
    let label = record.language.pick("実施の時間の流れ", "Timeline of the run");
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-label=\"{label}\">\n<title>{label}</title>\n"
    );
    grid(&scale, height, &mut out);
    let mut before = record.started;
    for (index, step) in record.steps.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "rows of a picture")]
        let y = TOP + ROW * index as f64;
        row(record, step, (&scale, y, before), &mut out);
        before = step.mark.as_ref().map_or(before, |mark| mark.at.max(before));
    }
    let y = height - 12.0;
    let (plan, ran, judged) = match record.language {
        crate::i18n::Language::Ja => ("計画", "実行", "判定"),
        crate::i18n::Language::En => ("planned", "ran", "judged"),
    };
    let _infallible = writeln!(
        out,
        "<rect class=\"plan\" x=\"{NAMES}\" y=\"{:.1}\" width=\"26\" height=\"10\"/><text x=\"{:.1}\" y=\"{y:.1}\">{plan}</text>\
         <rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"26\" height=\"8\"/><text x=\"{:.1}\" y=\"{y:.1}\">{ran}</text>\
         <circle class=\"mark\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/><text x=\"{:.1}\" y=\"{y:.1}\">{judged}</text>",
        y - 9.0,
        NAMES + 32.0,
        NAMES + 100.0,
        y - 8.0,
        NAMES + 132.0,
        NAMES + 200.0,
        y - 4.0,
        NAMES + 210.0,
    );
    out.push_str("</svg>\n");
    out
}

struct Scale {
    from: DateTime<FixedOffset>,
    seconds: f64,
}

impl Scale {
    /// From the start of the run to its end, with what was planned behind it.
    fn of(record: &Record) -> Self {
        let from = record.started;
        let commands = record.steps.iter().flat_map(|s| &s.commands).filter_map(|c| c.finished.or(c.started));
        let marks = record.steps.iter().filter_map(|s| s.mark.as_ref()).map(|m| m.at);
        let planned = record.steps.iter().filter_map(|s| Some(begun(s)? + planned(s)?));
        let last = commands.chain(marks).chain(planned).chain(record.ended).max().unwrap_or(from);
        #[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
        let seconds = ((last - from).num_milliseconds().max(1000)) as f64 / 1000.0;
        Self { from, seconds }
    }

    /// The place of a time.
    fn x(&self, at: DateTime<FixedOffset>) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of a run")]
        let seconds = (at - self.from).num_milliseconds().max(0) as f64 / 1000.0;
        NAMES + (seconds / self.seconds).min(1.0) * (WIDTH - NAMES - RIGHT)
    }
}

/// When the first command of a step began.
fn begun(step: &StepRecord) -> Option<DateTime<FixedOffset>> {
    step.commands.iter().filter_map(|c| c.started).min()
}

/// How long it may take by the document.
fn planned(step: &StepRecord) -> Option<TimeDelta> {
    TimeDelta::try_minutes(i64::from(step.planned_min?[1]))
}

fn grid(scale: &Scale, height: f64, out: &mut String) {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a scale")]
    let apart = SCALES.into_iter().find(|s| scale.seconds / *s as f64 <= 8.0);
    #[expect(clippy::cast_possible_truncation, reason = "a run of more than a week is divided by eight")]
    let apart = apart.unwrap_or((scale.seconds / 8.0) as i64).max(1);
    let form = if apart < 60 {
        "%H:%M:%S"
    } else if apart < 86_400 {
        "%H:%M"
    } else {
        "%m-%d"
    };
    for n in 0..=9 {
        let Some(at) = TimeDelta::try_seconds(apart * n).and_then(|d| scale.from.checked_add_signed(d)) else { break };
        #[expect(clippy::cast_precision_loss, reason = "seconds of a scale")]
        if (apart * n) as f64 > scale.seconds {
            break;
        }
        let x = scale.x(at);
        let _infallible = writeln!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" y1=\"18\" x2=\"{x:.1}\" y2=\"{:.1}\"/><text class=\"dim\" x=\"{x:.1}\" y=\"13\" text-anchor=\"middle\">{}</text>",
            height - 30.0,
            at.format(form)
        );
    }
}

fn row(record: &Record, step: &StepRecord, (scale, y, before): (&Scale, f64, DateTime<FixedOffset>), out: &mut String) {
    let title: String = step.title.chars().take(TITLE).collect();
    let cut = if step.title.chars().count() > TITLE { "…" } else { "" };
    let _infallible =
        writeln!(out, "<text x=\"4\" y=\"{:.1}\">{}</text>", y + 19.0, text(&format!("{} {title}{cut}", step.number)));
    let began = begun(step).or(step.mark.as_ref().map(|_| before));
    let ended = step.mark.as_ref().map(|mark| mark.at);
    let plan = began.and_then(|began| Some((began, planned(step)?)));
    if let Some((began, plan)) = plan {
        let over = ended.is_some_and(|ended| ended - began > plan);
        let class = if over { "over" } else { "plan" };
        let (from, until) = (scale.x(began), scale.x(began + plan));
        let _infallible = writeln!(
            out,
            "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"20\" rx=\"3\"/>",
            y + 4.0,
            (until - from).max(2.0)
        );
    }
    for command in &step.commands {
        let Some(started) = command.started else { continue };
        let until = command.finished.unwrap_or(started);
        let well = matches!(command.ended, Ended::Exited { code: 0 } | Ended::Running);
        let (from, until) = (scale.x(started), scale.x(until));
        let _infallible = writeln!(
            out,
            "<rect class=\"{}\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"10\" rx=\"2\"/>",
            if well { "bar" } else { "bad" },
            y + 9.0,
            (until - from).max(2.0)
        );
    }
    if let Some(ended) = ended {
        let x = scale.x(ended);
        let took = began.map(|began| minutes(ended - began)).unwrap_or_default();
        let words = match (plan, record.language) {
            (Some((_, plan)), crate::i18n::Language::Ja) => format!("{took}（計画 {}）", minutes(plan)),
            (Some((_, plan)), crate::i18n::Language::En) => format!("{took} (planned {})", minutes(plan)),
            (None, _) => took,
        };
        let _infallible = writeln!(
            out,
            "<circle class=\"mark\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"4\"/><text class=\"dim\" x=\"{:.1}\" y=\"{:.1}\">{words}</text>",
            y + 14.0,
            x + 8.0,
            y + 19.0
        );
    }
}

/// `12:34`, minutes and seconds; hours where there are some.
fn minutes(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}
