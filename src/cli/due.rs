//! `tejun due`: what is overdue, due today, open and next, for people, for scripts and for calendar programs.

mod draw;
mod json;

use std::path::PathBuf;

use crate::cli::args::Due;
use crate::cli::exit::{Exit, Fault};
use crate::cli::library::{Past, Read, Team, Unread, here};
use crate::clock::{Clock as _, SystemClock};
use crate::i18n::Language;
use crate::plan::{Agenda, DueLine, Duty, OpenRun, Standing, agenda, calendar_file};

/// What is due, with what it was read from.
pub(super) struct Dues {
    pub(super) team: Team,
    pub(super) agenda: Agenda,
    pub(super) past: Past,
    /// Runbooks and records that could not be read.
    pub(super) unread: Vec<Unread>,
    /// How many runbooks were read.
    pub(super) books: usize,
    pub(super) now: chrono::DateTime<chrono::FixedOffset>,
}

impl Dues {
    /// The run that does the duty at this moment.
    pub(super) fn running(&self, line: &DueLine) -> Option<&OpenRun> {
        let (_, headings) = line.duty.procedure.as_ref()?;
        self.past.open.iter().find(|run| !run.drill && run.procedure == *headings && run.book.is(&line.duty.book))
    }
}

/// Where runbooks are looked for: what is named, else the folders of the settings, else this folder.
pub(super) fn roots(named: &[PathBuf], team: &Team) -> Vec<PathBuf> {
    match (named, &team.roots[..]) {
        ([], []) => here(),
        ([], roots) => roots.to_vec(),
        (named, _) => named.to_vec(),
    }
}

pub(super) fn due(args: &Due, language: Language) -> anyhow::Result<Exit> {
    let team = Team::of_user(args.record_dir.as_deref(), language)?;
    let (mut duties, mut unread, mut books) = (Vec::new(), Vec::new(), 0);
    let roots = roots(&args.files, &team);
    if roots.is_empty() {
        return Err(nothing_named(language).into());
    }
    team.read(&roots, language, |read| {
        match read {
            Read::Book(contents) => {
                books += 1;
                duties.extend(Duty::all_of(&contents));
            }
            Read::Unread(one) => unread.push(one),
            Read::Sketched(..) => {}
        }
        true
    });
    let now = SystemClock.now();
    let now = now.with_timezone(&team.calendar.zone).fixed_offset();
    let exit = if unread.is_empty() { Exit::Well } else { Exit::Usage };
    if args.ics {
        unread.iter().for_each(|one| super::warn(crate::term::sanitise::inline(&one.message)));
        // Every line of the file ends as RFC 5545 wants it, the last one too.
        let file = calendar_file(&team.calendar, &duties, now, args.days, language);
        super::say(format!("{}\r", file.trim_end()));
        return Ok(exit);
    }
    let past = super::runs::runtime()?.block_on(Past::read(&team.folders, &team.records, language));
    unread.extend(past.unread.iter().cloned());
    let agenda = agenda(&team.calendar, &duties, &past.done, now);
    let overdue = agenda.lines.iter().any(|line| matches!(line.standing, Standing::Overdue { .. }));
    let dues = Dues { team, agenda, past, unread, books, now };
    if args.json {
        super::say_json(&serde_json::to_string_pretty(&json::object(&dues))?);
    } else {
        super::screen::measure_output(language)?;
        draw::lines(&dues, language).iter().for_each(super::say);
        for one in &dues.unread {
            super::warn(crate::term::sanitise::inline(&one.message));
        }
    }
    Ok(if overdue && exit == Exit::Well { Exit::Undone } else { exit })
}

fn nothing_named(language: Language) -> Fault {
    Fault::usage(language.pick(
        "手順書がありません。ファイルかフォルダを指定するか、config.toml の [library] に folders = [\"~/runbooks\"] と書いてください",
        "there is no runbook. Name a file or folder, or write folders = [\"~/runbooks\"] under [library] in config.toml",
    ))
}
