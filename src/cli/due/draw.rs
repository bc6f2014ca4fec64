//! The list of what is due, as lines for people.

use super::Dues;
use crate::i18n::Language;
use crate::plan::DueLine;
use crate::term::sanitise::inline;
use crate::tui::content::agenda::{Dates, group, minutes};
use crate::tui::text::{fit, width};

/// How wide times and titles are shown.
const WHEN: usize = 20;
const TITLE: usize = 40;

/// What is due, group by group; then the work of the days and what collides.
pub(super) fn lines(dues: &Dues, language: Language) -> Vec<String> {
    let dates = Dates { calendar: &dues.team.calendar, now: dues.now, language };
    let mut out = vec![format!("{} {}", dates.moment(), dues.team.calendar.zone)];
    let mut above = "";
    for line in &dues.agenda.lines {
        let name = group(&line.standing, language);
        if name != above {
            out.push(String::new());
            out.push(name.to_owned());
            above = name;
        }
        out.push(one(dues, line, dates));
    }
    if dues.agenda.lines.is_empty() {
        out.push(String::new());
        out.push(match language {
            Language::Ja => format!("定期作業の記載がありません（手順書 {} 件）", dues.books),
            Language::En => format!("no recurring duty is stated ({} runbooks)", dues.books),
        });
        return out;
    }
    out.extend(days(dues, dates));
    out.extend(collisions(dues, dates));
    out
}

fn one(dues: &Dues, line: &DueLine, dates: Dates<'_>) -> String {
    let (duty, language) = (&line.duty, dates.language);
    let mut said = vec![inline(&duty.book.title)];
    said.extend(duty.priority.as_deref().map(|p| format!("{} {}", language.pick("優先度", "priority"), inline(p))));
    said.extend(duty.owner.as_deref().map(inline));
    said.extend(duty.planned.map(|planned| minutes(planned, language)));
    if duty.automatic {
        said.push(language.pick("自動 (cron)", "automatic (cron)").to_owned());
    } else if let Some(run) = dues.running(line) {
        said.push(format!("{} {}", language.pick("実施中", "running"), run.run.short()));
    } else if duty.is_tracked() {
        said.push(dates.last(line.last.as_ref()));
    }
    if line.missed > 1 {
        said.push(match language {
            Language::Ja => format!("{} 回未実施", line.missed),
            Language::En => format!("{} missed", line.missed),
        });
    }
    said.extend(dates.shift(line));
    let parts = [padded(&dates.when(line), WHEN), padded(&inline(&duty.title), TITLE), said.join("  ")];
    format!("  {}", parts.join("  ").trim_end())
}

fn days(dues: &Dues, dates: Dates<'_>) -> Vec<String> {
    let language = dates.language;
    let mut out = vec![String::new(), language.pick("日ごとの予定", "Work of the days").to_owned()];
    for load in &dues.agenda.days {
        let mut parts = vec![padded(&dates.day(load.date), 11)];
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

fn collisions(dues: &Dues, dates: Dates<'_>) -> Vec<String> {
    if dues.agenda.collisions.is_empty() {
        return Vec::new();
    }
    let mut out = vec![String::new(), dates.language.pick("同じ時刻の作業", "At the same time").to_owned()];
    for collision in &dues.agenda.collisions {
        let at = dues.team.calendar.local(collision.at);
        let titles: Vec<String> = collision.titles.iter().map(|(title, _)| inline(title)).collect();
        out.push(format!("  {} {}  {}", dates.day(at.date()), at.format("%H:%M"), titles.join(" / ")));
    }
    out
}

fn padded(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(&text))))
}
