//! The report of a week or a month, as markdown: what was done against the plan, what was found, how long it took, and how
//! measured values went.
//!
//! Whatever titles and findings hold, the structure of the page is the report's own.

mod incidents;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{
    DateTime, Datelike as _, Days as DaysLater, FixedOffset, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Weekday,
};

use crate::i18n::Language;
use crate::plan::due::is_done;
use crate::plan::duty::{Done, Duty, Measured};
use crate::plan::grid::{Calendar, Slot, SlotKind};
use crate::plan::rule::{Period as RulePeriod, Rule};
use crate::term::sanitise::inline;

pub use incidents::IncidentProcedures;

/// The days of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What the report is called, such as `2026-11` or `2026-W48`.
    pub name: String,
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
}

impl Span {
    /// The month that `date` is in.
    pub fn month_of(date: NaiveDate) -> Option<Self> {
        let from = date.with_day(1)?;
        Some(Self { name: from.format("%Y-%m").to_string(), from, until: from.checked_add_months(Months::new(1))? })
    }

    /// The week, from Monday on, that `date` is in.
    pub fn week_of(date: NaiveDate) -> Option<Self> {
        let from = date.checked_sub_days(DaysLater::new(u64::from(date.weekday().num_days_from_monday())))?;
        Some(Self { name: from.format("%G-W%V").to_string(), from, until: from.checked_add_days(DaysLater::new(7))? })
    }

    /// The month that `text` names, such as `2026-11`.
    pub fn month(text: &str) -> Option<Self> {
        Self::month_of(NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?)
    }

    /// The week that `text` names, such as `2026-W48`.
    pub fn week(text: &str) -> Option<Self> {
        let (year, week) = text.split_once("-W")?;
        Self::week_of(NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)?)
    }
}

/// What a report is made of.
pub struct Inputs<'a, Z> {
    /// The calendar of the team.
    pub calendar: &'a Calendar<Z>,
    /// The duties of all runbooks.
    pub duties: &'a [Duty],
    /// Runs that are over, the oldest first.
    pub done: &'a [Done],
    /// Drills that are over.
    pub drills: &'a [Done],
    /// The procedures that begin with an incident.
    pub incidents: &'a IncidentProcedures,
    /// The days.
    pub span: &'a Span,
    /// The time at which the report is made.
    pub now: DateTime<FixedOffset>,
    /// Its language.
    pub language: Language,
}

/// How a duty went in the days of a report.
struct Kept<'a> {
    duty: &'a Duty,
    missed: Vec<Slot>,
    done: usize,
    late: usize,
}

/// The most lines of a list: a report that nobody reads to its end tells nothing.
const MOST: usize = 100;

/// The most times of one duty that are named.
const MOST_TIMES: usize = 10;

/// The most values of a trend.
const MOST_VALUES: usize = 24;

/// The report.
pub fn report<Z: TimeZone>(inputs: &Inputs<'_, Z>) -> String {
    let page = Page { language: inputs.language, text: String::new() };
    let from = inputs.calendar.instant(inputs.span.from.and_time(NaiveTime::MIN));
    let until = inputs.calendar.instant(inputs.span.until.and_time(NaiveTime::MIN));
    let within: Vec<&Done> = inputs.done.iter().filter(|d| d.started >= from && d.started < until).collect();
    let tracked = inputs.duties.iter().filter(|d| d.is_tracked() && d.rule != Rule::Within(RulePeriod::Hour));
    let kept: Vec<Kept<'_>> = tracked.filter_map(|duty| kept(inputs, duty, from, until)).collect();
    let mut page = page;
    head(&mut page, inputs);
    plan(&mut page, inputs, &kept);
    runs(&mut page, inputs, &within);
    incidents::incidents(&mut page, inputs.calendar, inputs.incidents, &within);
    points(&mut page, ("所見", "Findings"), &within, |done| &done.findings);
    points(&mut page, ("失敗", "Failures"), &within, |done| &done.failures);
    points(&mut page, ("延期", "Deferred"), &within, |done| &done.deferred);
    durations(&mut page, inputs, &within);
    trends(&mut page, inputs, until);
    let drills = inputs.drills.iter().filter(|d| d.started >= from && d.started < until).count();
    if drills > 0 {
        page.heading(("訓練", "Drills"));
        page.line(&match page.language {
            Language::Ja => format!("{drills} 件"),
            Language::En => format!("{drills}"),
        });
    }
    page.text
}

fn head<Z: TimeZone>(page: &mut Page, inputs: &Inputs<'_, Z>) {
    let week = inputs.span.name.contains('W');
    let title =
        if week { page.say(("週次報告", "Weekly report")) } else { page.say(("月次報告", "Monthly report")) };
    let last = inputs.span.until.pred_opt().unwrap_or(inputs.span.until);
    let _infallible = writeln!(page.text, "# {title} {}\n", inputs.span.name);
    let now = inputs.calendar.local(inputs.now);
    let period = page.say(("期間", "Period"));
    page.line(&format!("- **{period}**: {} – {last}", inputs.span.from));
    if now.date() < inputs.span.until {
        let so_far = page.say(("時点", "As of"));
        page.line(&format!("- **{so_far}**: {}", now.format("%Y-%m-%d %H:%M")));
    }
}

/// How a duty went; nothing where none of its slots is over yet.
fn kept<'a, Z: TimeZone>(
    inputs: &Inputs<'_, Z>,
    duty: &'a Duty,
    from: DateTime<FixedOffset>,
    until: DateTime<FixedOffset>,
) -> Option<Kept<'a>> {
    let calendar = inputs.calendar;
    let runs: Vec<&Done> = inputs.done.iter().filter(|d| d.counts() && d.does(duty)).collect();
    let mut slots = calendar.between(&duty.rule, from, until);
    if slots.first().is_none_or(|slot| slot.kind == SlotKind::Period) {
        // A longer period belongs to the report of the days in which it ends.
        let before = calendar.latest(&duty.rule, from - TimeDelta::seconds(1)).into_iter();
        slots = before.chain(slots).filter(|slot| slot.due > from && slot.due <= until).collect();
    }
    let mut kept = Kept { duty, missed: Vec::new(), done: 0, late: 0 };
    for slot in slots {
        let next = calendar.next(&duty.rule, slot.opens).map_or(until, |next| next.opens);
        let before_next: Vec<&Done> = runs.iter().copied().filter(|run| run.started < next).collect();
        if is_done(calendar, &duty.rule, &slot, &before_next) {
            kept.done += 1;
            let last_day =
                calendar.local(slot.due - TimeDelta::seconds(1)).date().max(calendar.local(slot.opens).date());
            let first = before_next.iter().find(|run| run.started >= slot.opens);
            kept.late += usize::from(first.is_some_and(|run| calendar.local(run.started).date() > last_day));
        } else if slot.due <= inputs.now {
            kept.missed.push(slot);
        }
    }
    (kept.done + kept.missed.len() > 0).then_some(kept)
}

fn plan<Z: TimeZone>(page: &mut Page, inputs: &Inputs<'_, Z>, kept: &[Kept<'_>]) {
    page.heading(("実施状況", "Done against the plan"));
    let missed: usize = kept.iter().map(|k| k.missed.len()).sum();
    let done: usize = kept.iter().map(|k| k.done).sum();
    let all = done + missed;
    if let Some(percent) = (done * 100).checked_div(all) {
        page.line(&match page.language {
            Language::Ja => format!("予定 {all} 件、実施 {done} 件、未実施 {missed} 件（実施率 {percent}%）"),
            Language::En => format!("{all} due, {done} done, {missed} missed ({percent} % done)"),
        });
        page.table(&[
            ("作業", "Duty"),
            ("手順書", "Runbook"),
            ("実施", "Done"),
            ("未実施", "Missed"),
            ("遅れ", "Late"),
        ]);
        for k in kept {
            let (done, missed, late) = (k.done.to_string(), k.missed.len().to_string(), k.late.to_string());
            page.row(&[&k.duty.title, &k.duty.book.title, &done, &missed, &late]);
        }
    } else {
        page.line(page.say((
            "この期間に期限の来た、記録で追える作業はありません。",
            "No duty that records can tell of fell due.",
        )));
    }
    let untold = inputs.duties.iter().filter(|d| !d.is_tracked()).count();
    if untold > 0 {
        page.line("");
        page.line(&match page.language {
            Language::Ja => format!("手順がないか cron で行うため、記録で追えない作業: {untold} 件"),
            Language::En => format!("Duties that no record can tell of (no procedure, or done by cron): {untold}"),
        });
    }
    if missed > 0 {
        page.heading(("未実施", "Missed"));
        let lines = kept.iter().filter(|k| !k.missed.is_empty()).map(|k| {
            let mut times: Vec<String> = k.missed.iter().take(MOST_TIMES).map(|slot| time(inputs, slot)).collect();
            if k.missed.len() > MOST_TIMES {
                times.push(page.others(k.missed.len() - MOST_TIMES));
            }
            format!("- {} ({}): {}", cell(&k.duty.title), cell(&k.duty.book.title), times.join(", "))
        });
        let lines = lines.collect();
        page.list(lines);
    }
}

/// When a slot lies.
fn time<Z: TimeZone>(inputs: &Inputs<'_, Z>, slot: &Slot) -> String {
    let opens = inputs.calendar.local(slot.opens);
    match slot.kind {
        SlotKind::Minute => opens.format("%Y-%m-%d %H:%M").to_string(),
        SlotKind::Day => opens.format("%Y-%m-%d").to_string(),
        SlotKind::Period => {
            let last = inputs.calendar.local(slot.due - TimeDelta::seconds(1));
            format!("{} – {}", opens.format("%Y-%m-%d"), last.format("%Y-%m-%d"))
        }
    }
}

fn runs<Z: TimeZone>(page: &mut Page, inputs: &Inputs<'_, Z>, within: &[&Done]) {
    page.heading(("実施した作業", "Runs"));
    if within.is_empty() {
        page.line(page.say(("記録はありません。", "No record.")));
        return;
    }
    page.table(&[
        ("開始", "Start"),
        ("作業", "Procedure"),
        ("担当者", "Operator"),
        ("結果", "Result"),
        ("分", "Minutes"),
    ]);
    for done in within.iter().take(MOST) {
        let start = inputs.calendar.local(done.started).format("%Y-%m-%d %H:%M").to_string();
        let minutes = done.minutes().map(|m| m.to_string()).unwrap_or_default();
        page.row(&[&start, &done.procedure, &done.operator, done.outcome.word(page.language), &minutes]);
    }
    page.rest(within.len());
}

fn points(page: &mut Page, title: (&'static str, &'static str), within: &[&Done], of: fn(&Done) -> &Vec<String>) {
    let each = within.iter().flat_map(|done| of(done).iter().map(move |text| (done, text)));
    let lines: Vec<String> = each
        .map(|(done, text)| format!("- {} {}: {}", done.started.format("%Y-%m-%d"), cell(&done.procedure), cell(text)))
        .collect();
    if !lines.is_empty() {
        page.heading(title);
        page.list(lines);
    }
}

/// Planned against actual minutes, procedure by procedure. The duties of one procedure share its runs.
fn durations<Z: TimeZone>(page: &mut Page, inputs: &Inputs<'_, Z>, within: &[&Done]) {
    let (mut planned, mut whole) = (BTreeMap::<(&str, &str), [u32; 2]>::new(), BTreeMap::new());
    for duty in inputs.duties {
        if let (Some((_, headings)), Some([least, most])) = (&duty.procedure, duty.planned) {
            let key = (duty.book.title.as_str(), headings.as_str());
            // What the procedure's own heading plans is all of it, and no more than its parts.
            if headings == &duty.title || headings.ends_with(&format!(" › {}", duty.title)) {
                whole.insert(key, [least, most]);
            }
            let sum = planned.entry(key).or_default();
            *sum = [sum[0].saturating_add(least), sum[1].saturating_add(most)];
        }
    }
    planned.extend(whole);
    let mut actual: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for done in within.iter().filter(|done| done.counts()) {
        if let Some(minutes) = done.minutes() {
            actual.entry((done.book.title.as_str(), done.procedure.as_str())).or_default().push(minutes);
        }
    }
    if actual.is_empty() {
        return;
    }
    page.heading(("所要時間（分）", "Minutes, planned and actual"));
    page.table(&[
        ("作業", "Procedure"),
        ("計画", "Planned"),
        ("実績（中央値）", "Actual (median)"),
        ("最長", "Longest"),
        ("回数", "Runs"),
    ]);
    for (key, mut minutes) in actual {
        minutes.sort_unstable();
        let (median, longest) = (minutes[minutes.len() / 2], minutes[minutes.len() - 1]);
        let plan = planned.get(&key).copied();
        let over = plan.is_some_and(|[_, most]| median > i64::from(most));
        let plan = match plan {
            Some([least, most]) if least == most => most.to_string(),
            Some([least, most]) => format!("{least}–{most}"),
            None => "-".to_owned(),
        };
        let median = if over { format!("{median} {}", page.say(("超過", "over"))) } else { median.to_string() };
        page.row(&[key.1, &plan, &median, &longest.to_string(), &minutes.len().to_string()]);
    }
}

/// The values that rules measured, run after run until the end of the days, each row with a small plot.
fn trends<Z: TimeZone>(page: &mut Page, inputs: &Inputs<'_, Z>, until: DateTime<FixedOffset>) {
    let mut series: BTreeMap<(&str, &str, &str), Vec<&Measured>> = BTreeMap::new();
    for done in inputs.done.iter().filter(|done| done.started < until) {
        for measured in &done.measured {
            let key = (done.procedure.as_str(), measured.step.as_str(), subject(&measured.rule));
            series.entry(key).or_default().push(measured);
        }
    }
    if series.is_empty() {
        return;
    }
    page.heading(("測定値の推移", "Measured values"));
    page.table(&[
        ("手順", "Step"),
        ("値", "Value"),
        ("推移", "Trend"),
        ("最小", "Least"),
        ("最大", "Most"),
        ("最新", "Latest"),
        ("該当", "Applied"),
    ]);
    for ((procedure, step, subject), values) in series {
        let values = &values[values.len().saturating_sub(MOST_VALUES)..];
        let numbers: Vec<f64> = values.iter().map(|m| m.value).collect();
        let by = |a: &&&Measured, b: &&&Measured| a.value.total_cmp(&b.value);
        let shown = |m: Option<&&Measured>| m.map(|m| m.shown.clone()).unwrap_or_default();
        let (least, most) = (shown(values.iter().min_by(by)), shown(values.iter().max_by(by)));
        let applied = format!("{}/{}", values.iter().filter(|m| m.applies).count(), values.len());
        let name = procedure.rsplit(" › ").next().unwrap_or_default();
        let step = format!("{name}: {step}");
        page.row(&[&step, subject, &plot(&numbers), &least, &most, &shown(values.last()), &applied]);
    }
}

/// What a rule measures: its words before the comparison.
fn subject(rule: &str) -> &str {
    let end = rule.find(['<', '>', '=', '≥', '≤', '≧', '≦', ':', '：']).unwrap_or(rule.len());
    rule.get(..end).unwrap_or(rule).trim()
}

/// A plot of one line: the least value is the lowest bar, the most the highest.
pub fn plot(values: &[f64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bar = |value: &f64| {
        // The bar that is nearest; where all values are one, the middle.
        let place = if most > least { (value - least) / (most - least) * 7.0 } else { 3.0 };
        (0u8..8).min_by(|a, b| (f64::from(*a) - place).abs().total_cmp(&(f64::from(*b) - place).abs()))
    };
    values.iter().filter_map(bar).filter_map(|at| BARS.get(usize::from(at))).collect()
}

/// The page as it is written.
struct Page {
    language: Language,
    text: String,
}

impl Page {
    fn say(&self, (ja, en): (&'static str, &'static str)) -> &'static str {
        self.language.pick(ja, en)
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, words: (&'static str, &'static str)) {
        let words = self.say(words);
        let _infallible = writeln!(self.text, "\n## {words}\n");
    }

    fn table(&mut self, columns: &[(&'static str, &'static str)]) {
        let names: Vec<&str> = columns.iter().map(|words| self.say(*words)).collect();
        if !self.text.ends_with("\n\n") {
            self.line("");
        }
        let _infallible = writeln!(self.text, "| {} |\n|{}", names.join(" | "), "---|".repeat(columns.len()));
    }

    fn row(&mut self, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        let _infallible = writeln!(self.text, "| {} |", cells.join(" | "));
    }

    fn list(&mut self, lines: Vec<String>) {
        let count = lines.len();
        lines.iter().take(MOST).for_each(|line| self.line(line));
        self.rest(count);
    }

    /// Says how many lines were left out.
    fn rest(&mut self, count: usize) {
        if count > MOST {
            let left = count - MOST;
            self.line("");
            let others = self.others(left);
            self.line(&others);
        }
    }

    fn others(&self, count: usize) -> String {
        match self.language {
            Language::Ja => format!("ほか {count} 件"),
            Language::En => format!("and {count} more"),
        }
    }
}

/// A text within a line or a cell: nothing in it is markup.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for c in inline(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '~' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
