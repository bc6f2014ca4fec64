//! How times and outcomes of duties are written, on the screen and in lists.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate};

use crate::clock::Zone;
use crate::i18n::Language;
use crate::plan::rule::{Rule, Unit};
use crate::plan::{Calendar, Done, DueLine, Slot, SlotKind, Standing};
use crate::tui::foreign::sanitise_inline;

/// What is needed to write a time.
#[derive(Clone, Copy)]
pub struct Dates<'a> {
    /// The calendar of the team.
    pub calendar: &'a Calendar<Zone>,
    /// The time now.
    pub now: DateTime<FixedOffset>,
    /// The language.
    pub language: Language,
}

const DAYS: [(&str, &str); 7] =
    [("月", "Mon"), ("火", "Tue"), ("水", "Wed"), ("木", "Thu"), ("金", "Fri"), ("土", "Sat"), ("日", "Sun")];

/// The heading over duties that stand so.
pub fn group(standing: &Standing, language: Language) -> &'static str {
    match standing {
        Standing::Overdue { .. } => language.pick("期限超過", "Overdue"),
        Standing::Today { .. } => language.pick("今日", "Today"),
        Standing::Open { .. } => language.pick("期間内", "Open"),
        Standing::Next { .. } => language.pick("次回", "Next"),
        Standing::OnEvent => language.pick("都度", "When it happens"),
        Standing::Irregular => language.pick("不定期", "No known time"),
    }
}

/// Planned minutes.
pub fn minutes([least, most]: [u32; 2], language: Language) -> String {
    let unit = language.pick("分", " min");
    if least == most { format!("{most}{unit}") } else { format!("{least}–{most}{unit}") }
}

impl Dates<'_> {
    /// A day with its day of the week; with its year where that is another one than now.
    pub fn day(&self, date: NaiveDate) -> String {
        let (ja, en) = usize::try_from(date.weekday().num_days_from_monday()).map_or(DAYS[0], |at| DAYS[at % 7]);
        let form = if date.year() == self.calendar.local(self.now).year() { "%m-%d" } else { "%Y-%m-%d" };
        format!("{} ({})", date.format(form), self.language.pick(ja, en))
    }

    /// The time now, in full.
    pub fn moment(&self) -> String {
        let local = self.calendar.local(self.now);
        let (ja, en) = usize::try_from(local.weekday().num_days_from_monday()).map_or(DAYS[0], |at| DAYS[at % 7]);
        let offset = self.now.with_timezone(&self.calendar.zone).format("%:z");
        format!("{} ({}) {} {offset}", local.format("%Y-%m-%d"), self.language.pick(ja, en), local.format("%H:%M"))
    }

    /// When it was done last, by the clocks of the team, and how that came out.
    pub fn last(&self, done: Option<&Done>) -> String {
        let Some(done) = done else { return self.language.pick("記録なし", "no record").to_owned() };
        let at = self.calendar.local(done.started).format("%Y-%m-%d %H:%M");
        format!("{} {at} {}", self.language.pick("前回", "last"), done.outcome.word(self.language))
    }

    /// The same with the day alone.
    pub fn last_day(&self, done: &Done) -> String {
        let day = self.calendar.local(done.started).format("%m-%d");
        format!("{day} {}", done.outcome.word(self.language))
    }

    /// When a duty is or was due.
    pub fn when(&self, line: &DueLine) -> String {
        match &line.standing {
            Standing::Overdue { slot } | Standing::Today { slot } | Standing::Open { slot } => self.opens(slot),
            Standing::Next { slot } if slot.kind == SlotKind::Period => {
                let day = self.day(self.calendar.local(slot.opens).date());
                match self.language {
                    Language::Ja => format!("{day} から"),
                    Language::En => format!("from {day}"),
                }
            }
            Standing::Next { slot } => self.opens(slot),
            Standing::OnEvent => self.happens(&line.duty.rule),
            Standing::Irregular => "-".to_owned(),
        }
    }

    fn opens(&self, slot: &Slot) -> String {
        let opens = self.calendar.local(slot.opens);
        match slot.kind {
            SlotKind::Minute => format!("{} {}", self.day(opens.date()), opens.format("%H:%M")),
            SlotKind::Day => self.day(opens.date()),
            SlotKind::Period => {
                let last = self.calendar.local(slot.due - chrono::TimeDelta::seconds(1));
                let last =
                    if opens.date() == last.date() { last.format("%H:%M").to_string() } else { self.day(last.date()) };
                match self.language {
                    Language::Ja => format!("{last} まで"),
                    Language::En => format!("by {last}"),
                }
            }
        }
    }

    /// What a duty waits for that has no date.
    fn happens(&self, rule: &Rule) -> String {
        match rule {
            Rule::Relative { count, unit } => {
                let (ja, en) = match unit {
                    Unit::Hour => ("時間", "h"),
                    Unit::Day => ("日", "d"),
                    Unit::WorkingDay => ("営業日", " working days"),
                    Unit::Week => ("週間", "w"),
                    Unit::Month => ("か月", "mo"),
                };
                match self.language {
                    Language::Ja => format!("{}{ja}{}", count.abs(), if *count < 0 { "前" } else { "後" }),
                    Language::En => format!("{}{en} {}", count.abs(), if *count < 0 { "before" } else { "after" }),
                }
            }
            Rule::Event(words) => match self.language {
                Language::Ja => sanitise_inline(words),
                Language::En => format!("when: {}", sanitise_inline(words)),
            },
            Rule::Days { .. } | Rule::Within(_) | Rule::Cron(_) | Rule::Irregular => "-".to_owned(),
        }
    }

    /// The working day that is proposed where a duty falls on a holiday.
    pub fn shift(&self, line: &DueLine) -> Option<String> {
        let slot = match &line.standing {
            Standing::Today { slot } | Standing::Next { slot } => slot,
            Standing::Overdue { .. } | Standing::Open { .. } | Standing::OnEvent | Standing::Irregular => return None,
        };
        let to = self.day(slot.shift?);
        let name = self.calendar.holidays.name(self.calendar.local(slot.opens).date());
        let name = name.filter(|name| !name.is_empty()).map(sanitise_inline);
        let name = name.unwrap_or_else(|| self.language.pick("休日", "no working day").to_owned());
        Some(match self.language {
            Language::Ja => format!("{name} → {to} を提案"),
            Language::En => format!("{name}: {to} instead?"),
        })
    }
}
