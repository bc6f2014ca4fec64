//! `tejun report`: what was done in a week or a month, as markdown.

use crate::cli::args::Report;
use crate::cli::due::roots;
use crate::cli::exit::{Exit, Fault};
use crate::cli::library::{Past, Read, Team};
use crate::clock::{Clock as _, SystemClock};
use crate::i18n::Language;
use crate::plan::report::{IncidentProcedures, Inputs, report};
use crate::plan::{Duty, Span};
use crate::term::sanitise::inline;

pub(super) fn write(args: &Report, language: Language) -> anyhow::Result<Exit> {
    let (files, record_dir) = match args {
        Report::Weekly(of) => (&of.of.files, &of.of.record_dir),
        Report::Monthly(of) => (&of.of.files, &of.of.record_dir),
    };
    let team = Team::of_user(record_dir.as_deref(), language)?;
    let now = SystemClock.now().with_timezone(&team.calendar.zone).fixed_offset();
    let span = span(args, team.calendar.local(now).date(), language)?;
    let (mut duties, mut unread, mut incidents) = (Vec::new(), Vec::new(), IncidentProcedures::default());
    team.read(&roots(files, &team), language, |read| {
        match read {
            Read::Book(contents) => {
                incidents.add(&contents);
                duties.extend(Duty::all_of(&contents));
            }
            Read::Unread(one) => unread.push(one),
            Read::Sketched(..) => {}
        }
        true
    });
    let past = super::runs::runtime()?.block_on(Past::read(&team.folders, &team.records, language));
    let inputs = Inputs {
        calendar: &team.calendar,
        duties: &duties,
        done: &past.done,
        drills: &past.drills,
        incidents: &incidents,
        span: &span,
        now,
        language,
    };
    super::say(report(&inputs).trim_end());
    unread.extend(past.unread);
    unread.iter().for_each(|one| super::warn(inline(&one.message)));
    Ok(if unread.is_empty() { Exit::Well } else { Exit::Usage })
}

/// The days that are asked for, else those that today is in.
fn span(args: &Report, today: chrono::NaiveDate, language: Language) -> Result<Span, Fault> {
    let named = match args {
        Report::Weekly(of) => of.week.as_deref().map_or_else(|| Span::week_of(today), Span::week),
        Report::Monthly(of) => of.month.as_deref().map_or_else(|| Span::month_of(today), Span::month),
    };
    named.ok_or_else(|| {
        Fault::usage(language.pick(
            "期間が読めません。--week 2026-W48 または --month 2026-11 のように書いてください",
            "that is no week and no month; write --week 2026-W48 or --month 2026-11",
        ))
    })
}
