//! The list of what is due, as lines for people.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate};

use super::Dues;
use crate::i18n::Language;
use crate::plan::{Done, DueLine, Outcome, Slot, SlotKind, Standing};
use crate::term::sanitise::inline;
use crate::tui::text::{fit, width};

/// How wide titles are shown.
const TITLE: usize = 40;

/// What is due, group by group; then the work of the days and what collides.
pub(super) fn lines(dues: &Dues, language: Language) -> Vec<String> {
    let mut out = vec![format!("{} {}", moment(dues.now, language), dues.team.calendar.zone)];
    let mut group = "";
    for line in &dues.agenda.lines {
        let name = group_name(&line.standing, language);
        if name != group {
            out.push(String::new());
            out.push(name.to_owned());
            group = name;
        }
        out.push(one(dues, line, language));
    }
    if dues.agenda.lines.is_empty() {
        out.push(String::new());
        out.push(match language {
            Language::Ja => format!("定期作業の記載がありません（手順書 {} 件）", dues.books),
            Language::En => format!("no recurring duty is stated ({} runbooks)", dues.books),
        });
        return out;
    }
    out.extend(days(dues, language));
    out.extend(collisions(dues, language));
    out
}

/// The heading over duties that stand so.
pub(in crate::cli) fn group_name(standing: &Standing, language: Language) -> &'static str {
    match standing {
        Standing::Overdue { .. } => language.pick("期限超過", "Overdue"),
        Standing::Today { .. } => language.pick("今日", "Today"),
        Standing::Open { .. } => language.pick("期間内", "Open"),
        Standing::Next { .. } => language.pick("次回", "Next"),
        Standing::OnEvent => language.pick("都度", "When it happens"),
        Standing::Irregular => language.pick("不定期", "No known time"),
    }
}

fn one(dues: &Dues, line: &DueLine, language: Language) -> String {
    let duty = &line.duty;
    let mut parts = vec![padded(&when(dues, line, language), 20), padded(&inline(&duty.title), TITLE)];
    let mut said = vec![inline(&duty.book.title)];
    said.extend(duty.priority.as_deref().map(|p| format!("{} {}", language.pick("優先度", "priority"), inline(p))));
    said.extend(duty.owner.as_deref().map(inline));
    said.extend(duty.planned.map(|planned| minutes(planned, language)));
    if duty.automatic {
        said.push(language.pick("自動 (cron)", "automatic (cron)").to_owned());
    } else if let Some(run) = dues.running(line) {
        said.push(format!("{} {}", language.pick("実行中", "running"), run.run.short()));
    } else if duty.is_tracked() {
        said.push(last(line.last.as_ref(), language));
    }
    if line.missed > 1 {
        said.push(match language {
            Language::Ja => format!("{} 回未実施", line.missed),
            Language::En => format!("{} missed", line.missed),
        });
    }
    said.extend(shift(dues, line, language));
    parts.push(said.join("  "));
    format!("  {}", parts.join("  ").trim_end())
}

/// When a duty is or was due.
fn when(dues: &Dues, line: &DueLine, language: Language) -> String {
    let local = |t: DateTime<FixedOffset>| dues.team.calendar.local(t);
    let opens = |slot: &Slot| match slot.kind {
        SlotKind::Minute => {
            format!("{} {}", day(local(slot.opens).date(), dues, language), local(slot.opens).format("%H:%M"))
        }
        SlotKind::Day => day(local(slot.opens).date(), dues, language),
        SlotKind::Period => {
            let last = local(slot.due - chrono::TimeDelta::seconds(1));
            let last = if local(slot.opens).date() == last.date() {
                last.format("%H:%M").to_string()
            } else {
                day(last.date(), dues, language)
            };
            match language {
                Language::Ja => format!("{last} まで"),
                Language::En => format!("by {last}"),
            }
        }
    };
    match &line.standing {
        Standing::Overdue { slot } | Standing::Today { slot } | Standing::Open { slot } => opens(slot),
        Standing::Next { slot } if slot.kind == SlotKind::Period => match language {
            Language::Ja => format!("{} から", day(local(slot.opens).date(), dues, language)),
            Language::En => format!("from {}", day(local(slot.opens).date(), dues, language)),
        },
        Standing::Next { slot } => opens(slot),
        Standing::OnEvent => happens(line, language),
        Standing::Irregular => "-".to_owned(),
    }
}

/// What a duty waits for that has no date.
fn happens(line: &DueLine, language: Language) -> String {
    use crate::plan::rule::{Rule, Unit};
    match &line.duty.rule {
        Rule::Relative { count, unit } => {
            let (ja, en) = match unit {
                Unit::Hour => ("時間", "h"),
                Unit::Day => ("日", "d"),
                Unit::Week => ("週間", "w"),
                Unit::Month => ("か月", "mo"),
            };
            match language {
                Language::Ja => format!("{}{ja}{}", count.abs(), if *count < 0 { "前" } else { "後" }),
                Language::En => format!("{}{en} {}", count.abs(), if *count < 0 { "before" } else { "after" }),
            }
        }
        Rule::Event(words) => match language {
            Language::Ja => inline(words),
            Language::En => format!("when: {}", inline(words)),
        },
        Rule::Days { .. } | Rule::Within(_) | Rule::Cron(_) | Rule::Irregular => "-".to_owned(),
    }
}

fn shift(dues: &Dues, line: &DueLine, language: Language) -> Option<String> {
    let slot = match &line.standing {
        Standing::Today { slot } | Standing::Next { slot } => slot,
        Standing::Overdue { .. } | Standing::Open { .. } | Standing::OnEvent | Standing::Irregular => return None,
    };
    let to = day(slot.shift?, dues, language);
    let date = dues.team.calendar.local(slot.opens).date();
    let name = dues.team.calendar.holidays.name(date).filter(|name| !name.is_empty()).map(inline);
    let name = name.unwrap_or_else(|| language.pick("休日", "no working day").to_owned());
    Some(match language {
        Language::Ja => format!("{name} → {to} を提案"),
        Language::En => format!("{name}: {to} instead?"),
    })
}

/// When it was done last.
fn last(done: Option<&Done>, language: Language) -> String {
    let Some(done) = done else { return language.pick("記録なし", "no record").to_owned() };
    let at = done.started.format("%Y-%m-%d %H:%M");
    format!("{} {at} {}", language.pick("前回", "last"), outcome(done.outcome, language))
}

/// The word for an outcome.
pub(in crate::cli) fn outcome(outcome: Outcome, language: Language) -> &'static str {
    match outcome {
        Outcome::Well => language.pick("成功", "well"),
        Outcome::Findings => language.pick("対応あり", "with findings"),
        Outcome::Failed => language.pick("失敗", "failed"),
        Outcome::Incomplete => language.pick("未完了", "left undone"),
        Outcome::Aborted => language.pick("中断", "aborted"),
    }
}

fn minutes([least, most]: [u32; 2], language: Language) -> String {
    let unit = language.pick("分", " min");
    if least == most { format!("{most}{unit}") } else { format!("{least}–{most}{unit}") }
}

fn days(dues: &Dues, language: Language) -> Vec<String> {
    let mut out = vec![String::new(), language.pick("日ごとの予定", "Work of the days").to_owned()];
    for load in &dues.agenda.days {
        let mut parts = vec![padded(&day(load.date, dues, language), 11)];
        parts.push(match language {
            Language::Ja => format!("{:>3} 件", load.duties),
            Language::En => format!("{:>3} duties", load.duties),
        });
        if load.minutes[1] > 0 {
            parts.push(minutes(load.minutes, language));
        }
        if load.unplanned > 0 {
            parts.push(match language {
                Language::Ja => format!("（所要時間の記載なし {} 件）", load.unplanned),
                Language::En => format!("({} without planned time)", load.unplanned),
            });
        }
        parts.extend(load.holiday.as_deref().filter(|name| !name.is_empty()).map(inline));
        out.push(format!("  {}", parts.join("  ")));
    }
    out
}

fn collisions(dues: &Dues, language: Language) -> Vec<String> {
    if dues.agenda.collisions.is_empty() {
        return Vec::new();
    }
    let mut out = vec![String::new(), language.pick("同じ時刻の作業", "At the same time").to_owned()];
    for collision in &dues.agenda.collisions {
        let at = dues.team.calendar.local(collision.at);
        let titles: Vec<String> = collision.titles.iter().map(|(title, _)| inline(title)).collect();
        out.push(format!("  {} {}  {}", day(at.date(), dues, language), at.format("%H:%M"), titles.join(" / ")));
    }
    out
}

const DAYS: [(&str, &str); 7] =
    [("月", "Mon"), ("火", "Tue"), ("水", "Wed"), ("木", "Thu"), ("金", "Fri"), ("土", "Sat"), ("日", "Sun")];

/// A day with its day of the week; with its year where that is another one than now.
fn day(date: NaiveDate, dues: &Dues, language: Language) -> String {
    let (ja, en) = usize::try_from(date.weekday().num_days_from_monday()).map_or(DAYS[0], |at| DAYS[at % 7]);
    let form = if date.year() == dues.team.calendar.local(dues.now).year() { "%m-%d" } else { "%Y-%m-%d" };
    format!("{} ({})", date.format(form), language.pick(ja, en))
}

fn moment(now: DateTime<FixedOffset>, language: Language) -> String {
    let (ja, en) = usize::try_from(now.weekday().num_days_from_monday()).map_or(DAYS[0], |at| DAYS[at % 7]);
    format!("{} ({}) {}", now.format("%Y-%m-%d"), language.pick(ja, en), now.format("%H:%M %:z"))
}

fn padded(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(&text))))
}
