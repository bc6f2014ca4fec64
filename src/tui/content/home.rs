//! The lists of the home screen, as rows.

use chrono::{DateTime, FixedOffset};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::i18n::Language;
use crate::plan::{Done, DueLine, Outcome, Standing};
use crate::tui::content::agenda::{Dates, group, minutes};
use crate::tui::find::Folded;
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::{Keymap, Voice};
use crate::tui::model::home::{Home, Item, Row, Tab, Target};
use crate::tui::model::library::{Library, ReadBook, Reckoned};
use crate::tui::text::{Line, fit, prose, width};
use crate::tui::theme::Role;
use crate::tui::words::{HomeWords, Say};

/// How the rows are made.
#[derive(Clone, Copy)]
pub struct Pen<'k> {
    /// The time.
    pub now: DateTime<FixedOffset>,
    /// The language.
    pub language: Language,
    /// The keys of the person.
    pub keymap: &'k Keymap,
    /// Signs of ASCII only.
    pub ascii: bool,
    /// Columns.
    pub room: usize,
}

impl<'k> Pen<'k> {
    /// How the person is spoken to.
    fn voice(self) -> Voice<'k> {
        Voice { language: self.language, keymap: self.keymap }
    }
}

/// The most records that are listed.
const MOST_RECORDS: usize = 5000;

/// The rows of the list that is shown.
pub fn items(home: &Home, pen: Pen) -> Vec<Item> {
    let library = &home.library;
    match home.tab {
        Tab::Due => due(library, pen),
        Tab::Library => books(library, pen),
        Tab::Runs => made(runs(library, pen)).collect(),
        Tab::Records => made(records(library, pen)).collect(),
        Tab::Found => made(found(library, pen)).collect(),
    }
}

fn made(rows: Vec<Row>) -> impl Iterator<Item = Item> {
    rows.into_iter().map(|row| Item::Made(Box::new(row)))
}

/// How an item looks; nothing where it is not there.
fn looks(library: &Library, item: &Item, pen: Pen) -> Option<Row> {
    match item {
        Item::Made(row) => Some(row.as_ref().clone()),
        Item::Duty(reckoned, at) => duty(library, reckoned, *at, pen),
        Item::Book(book) => Some(titled(item, &book.contents.path, &book.contents.title)),
        Item::Sketched(book) => Some(titled(item, &book.path, &book.title)),
        Item::Procedure(book, at) => listed(library, item, book, *at, pen),
    }
}

/// The name of a list, with how much is in it.
pub fn tab(library: &Library, tab: Tab, language: Language) -> String {
    let late =
        library.reckoned.agenda.lines.iter().filter(|line| matches!(line.standing, Standing::Overdue { .. })).count();
    let (word, count) = match tab {
        Tab::Due => (HomeWords::DUE, late),
        Tab::Library => (HomeWords::LIBRARY, library.books.len() + library.sketched.len()),
        Tab::Runs => (HomeWords::RUNS, library.open.len()),
        Tab::Records => (HomeWords::RECORDS, library.done.len()),
        Tab::Found => (HomeWords::FOUND, library.found.places.len()),
    };
    let word = word.text(language);
    match (tab, count) {
        (Tab::Due, 0) | (Tab::Found, 0) => word.to_owned(),
        // What is late is marked by more than its number.
        (Tab::Due, late) => format!("{word} !{late}"),
        (_, count) => format!("{word} {count}"),
    }
}

/// What is still being read, or what could not be.
pub fn status(library: &Library, language: Language) -> String {
    if !library.books_read {
        let (read, all) = (library.books.len(), library.books.len() + library.sketched.len());
        return match language {
            Language::Ja if read < all => format!("手順書を読んでいます… {read}/{all} 件"),
            Language::Ja => format!("手順書を読んでいます… {read} 件"),
            Language::En if read < all => format!("reading runbooks… {read} of {all}"),
            Language::En => format!("reading runbooks… {read}"),
        };
    }
    if !library.past_read {
        return HomeWords::READING_RECORDS.text(language).to_owned();
    }
    match (library.unread.len(), language) {
        (0, _) => String::new(),
        (count, Language::Ja) => format!("読めないもの {count} 件（手順書の一覧の末尾）"),
        (count, Language::En) => format!("{count} could not be read (at the end of the library)"),
    }
}

/// A row that can be opened.
fn row(target: Option<Target>, text: &str, note: String) -> Row {
    let text = sanitise_inline(text);
    Row {
        target,
        sign: (" ", Role::Text),
        indent: 0,
        lead: String::new(),
        folded: Folded::default(),
        text,
        role: Role::Text,
        of: String::new(),
        note,
        note_role: Role::Dim,
    }
}

/// A row of a short list: what is searched in it is made with it.
fn searched(target: Option<Target>, text: &str, note: String) -> Row {
    let row = row(target, text, note);
    Row { folded: Folded::new(&row.text), ..row }
}

fn heading(text: &str) -> Row {
    Row { role: Role::Title, ..row(None, text, String::new()) }
}

fn told(text: &str, role: Role, pen: Pen) -> Vec<Row> {
    let room = pen.room.saturating_sub(4).max(1);
    let lines = prose(text, role, room, 0);
    let words = |line: &Line| line.pieces.iter().map(|piece| piece.text()).collect::<String>();
    lines.iter().map(|line| Row { role, ..row(None, &words(line), String::new()) }).collect()
}

/// The sign of a duty, different for each without colour.
fn sign(standing: &Standing, ascii: bool) -> (&'static str, Role) {
    let (sign, plain, role) = match standing {
        Standing::Overdue { .. } => ("!", "!", Role::Failed),
        Standing::Today { .. } => ("●", "*", Role::Waiting),
        Standing::Open { .. } => ("◇", "o", Role::Text),
        Standing::Next { .. } => ("·", ".", Role::Dim),
        Standing::OnEvent => ("»", ">", Role::Dim),
        Standing::Irregular => ("?", "?", Role::Dim),
    };
    (if ascii { plain } else { sign }, role)
}

/// How an outcome looks.
fn look(outcome: Outcome) -> Role {
    match outcome {
        Outcome::Well => Role::Good,
        Outcome::Findings => Role::Finding,
        Outcome::Failed | Outcome::Aborted => Role::Failed,
        Outcome::Incomplete => Role::Unknown,
    }
}

fn due(library: &Library, pen: Pen) -> Vec<Item> {
    let dates = Dates { calendar: &library.calendar, now: pen.now, language: pen.language };
    let mut rows = Vec::new();
    let mut above = "";
    for (at, line) in library.reckoned.agenda.lines.iter().enumerate() {
        let name = group(&line.standing, pen.language);
        if name != above {
            rows.extend(made(vec![heading(name)]));
            above = name;
        }
        rows.push(Item::Duty(library.reckoned.clone(), at));
    }
    if rows.is_empty() && library.books_read {
        let words = match library.books.is_empty() {
            true => Say::NO_BOOKS.text(pen.voice()),
            false => HomeWords::NOTHING_DUE.text(pen.language).into(),
        };
        return made(told(&words, Role::Dim, pen)).collect();
    }
    if library.past_read && library.books_read {
        rows.extend(made(days(library, dates)));
        rows.extend(made(collisions(library, dates)));
    }
    rows
}

fn duty(library: &Library, reckoned: &Reckoned, at: usize, pen: Pen) -> Option<Row> {
    let dates = Dates { calendar: &library.calendar, now: pen.now, language: pen.language };
    let line = reckoned.agenda.lines.get(at)?;
    let duty = &line.duty;
    let target = Target::Book(duty.book.path.clone(), duty.procedure.as_ref().map(|(id, _)| id.clone()));
    let does = |run: &&crate::plan::OpenRun| {
        !run.drill && duty.procedure.as_ref().is_some_and(|(_, h)| *h == run.procedure) && run.book.is(&duty.book)
    };
    let running = library.open.iter().find(does);
    let mut said: Vec<String> = Vec::new();
    said.extend(duty.priority.as_deref().map(sanitise_inline));
    said.extend(duty.planned.map(|planned| minutes(planned, pen.language)));
    if pen.room >= 100 {
        said.extend(duty.owner.as_deref().map(sanitise_inline));
        said.push(fit(&sanitise_inline(&duty.book.title), 24));
    }
    let mut note_role = Role::Dim;
    if duty.automatic {
        said.push(HomeWords::AUTOMATIC.text(pen.language).to_owned());
    } else if running.is_some() {
        said.push(HomeWords::RUNNING.text(pen.language).to_owned());
        note_role = Role::Running;
    } else if !library.past_read {
        said.push("…".to_owned());
    } else if duty.is_tracked() {
        said.push(past(line.last.as_ref(), dates, pen));
    }
    if let Some(shift) = dates.shift(line) {
        said.push(shift);
    }
    let sign = match running {
        Some(_) => (if pen.ascii { "~" } else { "↻" }, Role::Running),
        None => sign(&line.standing, pen.ascii),
    };
    let lead = dates.when(line);
    let pad = " ".repeat(18usize.saturating_sub(width(&lead)));
    Some(Row {
        sign,
        lead: if pen.room >= 60 { format!("{lead}{pad} ") } else { format!("{} ", short(&lead)) },
        note_role,
        ..row(Some(target), &duty.title, said.join("  "))
    })
}

/// The day alone: on a narrow screen there is no room for more.
fn short(lead: &str) -> &str {
    lead.split_once(" (").map_or(lead, |(day, _)| day)
}

/// When it was done last, as short as the screen asks for.
fn past(done: Option<&Done>, dates: Dates<'_>, pen: Pen) -> String {
    match done {
        Some(done) if pen.room < 100 => dates.last_day(done),
        done => dates.last(done),
    }
}

fn days(library: &Library, dates: Dates<'_>) -> Vec<Row> {
    let mut rows = vec![heading(HomeWords::DAYS.text(dates.language))];
    for load in &library.reckoned.agenda.days {
        let mut text = match dates.language {
            Language::Ja => format!("{}  {:>3} 件", dates.day(load.date), load.duties),
            Language::En => format!("{}  {:>3} duties", dates.day(load.date), load.duties),
        };
        if load.minutes[1] > 0 {
            text = format!("{text}  {}", minutes(load.minutes, dates.language));
        }
        if let Some(holiday) = load.holiday.as_deref() {
            text = format!("{text}  {holiday}");
        }
        rows.push(row(None, &text, String::new()));
    }
    rows
}

fn collisions(library: &Library, dates: Dates<'_>) -> Vec<Row> {
    if library.reckoned.agenda.collisions.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![heading(HomeWords::COLLISIONS.text(dates.language))];
    for collision in &library.reckoned.agenda.collisions {
        let at = library.calendar.local(collision.at);
        let titles: Vec<&str> = collision.titles.iter().map(|(title, _)| title.as_str()).collect();
        let text = format!("{} {}  {}", dates.day(at.date()), at.format("%H:%M"), titles.join(" / "));
        rows.push(row(None, &text, String::new()));
    }
    rows
}

/// The folder of a runbook.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn books(library: &Library, pen: Pen) -> Vec<Item> {
    let whole = library.books.iter().map(|book| (book.contents.path.as_str(), Item::Book(book.clone())));
    let sketched = library.sketched.values().map(|book| (book.path.as_str(), Item::Sketched(book.clone())));
    let mut sorted: Vec<(&str, Item)> = whole.chain(sketched).collect();
    sorted.sort_by_key(|(path, _)| (folder(path), *path));
    let mut rows = Vec::new();
    let mut above = None;
    for (path, book) in sorted {
        if above != Some(folder(path)) {
            rows.extend(made(vec![Row { role: Role::Dim, ..row(None, folder(path), String::new()) }]));
            above = Some(folder(path));
        }
        let procedures = match &book {
            Item::Book(book) => {
                (0..book.contents.procedures.len()).map(|at| Item::Procedure(book.clone(), at)).collect()
            }
            Item::Sketched(_) | Item::Made(_) | Item::Duty(..) | Item::Procedure(..) => Vec::new(),
        };
        rows.push(book);
        rows.extend(procedures);
    }
    if library.books.is_empty() && library.books_read {
        rows.extend(made(told(&Say::NO_BOOKS.text(pen.voice()), Role::Message, pen)));
    }
    let none = library.books.is_empty() && library.sketched.is_empty();
    if none || library.folders.is_empty() {
        rows.extend(made(vec![heading(HomeWords::SHIPPED.text(pen.language))]));
        let shipped =
            |(file, title): &(String, String)| searched(Some(Target::Shipped(file.clone())), title, file.clone());
        rows.extend(made(library.shipped.iter().map(shipped).collect()));
    }
    if !library.unread.is_empty() {
        rows.extend(made(vec![heading(HomeWords::UNREAD.text(pen.language))]));
        rows.extend(made(library.unread.iter().flat_map(|text| told(text, Role::Problem, pen)).collect()));
    }
    rows
}

/// A runbook above its procedures.
fn titled(item: &Item, path: &str, title: &str) -> Row {
    let file = path.rsplit('/').next().unwrap_or_default();
    Row { role: Role::Title, ..row(item.target(), title, fit(&sanitise_inline(file), 28)) }
}

/// A procedure below its runbook, with when it is due and how it came out last.
fn listed(library: &Library, item: &Item, book: &ReadBook, at: usize, pen: Pen) -> Option<Row> {
    let dates = Dates { calendar: &library.calendar, now: pen.now, language: pen.language };
    let contents = &book.contents;
    let (procedure, entry) = (contents.procedures.get(at)?, book.entries.get(at)?);
    let line = library.reckoned.duty(&contents.path, &procedure.id);
    let does = |done: &&Done| done.book.path == contents.path && done.procedure == entry.headings;
    let done = library.done.iter().rev().find(does).or_else(|| line.and_then(|line| line.last.as_ref()));
    let when = line.map(|line| short_standing(line, dates, pen)).unwrap_or_default();
    let result = match done {
        Some(done) => dates.last_day(done),
        None => String::new(),
    };
    let note = [when, result].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ");
    let mut row = row(item.target(), &procedure.title, note);
    row.indent = 2;
    row.of = fit(&sanitise_inline(&contents.title), 30);
    if let Some(line) = line {
        row.sign = sign(&line.standing, pen.ascii);
        row.note_role = if matches!(line.standing, Standing::Overdue { .. }) { Role::Finding } else { Role::Dim };
    }
    Some(row)
}

fn short_standing(line: &DueLine, dates: Dates<'_>, pen: Pen) -> String {
    let when = dates.when(line);
    if pen.room < 100 {
        return short(&when).to_owned();
    }
    match line.standing {
        Standing::Overdue { .. } => format!("{} {when}", group(&line.standing, pen.language)),
        Standing::Today { .. }
        | Standing::Open { .. }
        | Standing::Next { .. }
        | Standing::OnEvent
        | Standing::Irregular => when,
    }
}

fn runs(library: &Library, pen: Pen) -> Vec<Row> {
    if library.open.is_empty() {
        let words = if library.past_read { HomeWords::NO_RUNS } else { HomeWords::READING_RECORDS };
        return told(words.text(pen.language), Role::Dim, pen);
    }
    let one = |run: &crate::plan::OpenRun| {
        let (done, all) = run.progress;
        let (sign, role) = match (run.running > 0, pen.ascii) {
            (true, true) => ("~", Role::Running),
            (true, false) => ("↻", Role::Running),
            (false, _) => ("-", Role::Waiting),
        };
        let drill = if run.drill { HomeWords::DRILL.text(pen.language) } else { "" };
        let text = format!("{drill}{} › {}", run.title, run.book.title);
        let who = sanitise_inline(&run.operator);
        let note =
            if pen.room >= 60 { format!("{done}/{all}  {who}  {}", run.run.short()) } else { format!("{done}/{all}") };
        Row {
            sign: (sign, role),
            lead: format!("{} ", library.calendar.local(run.started).format("%m-%d %H:%M")),
            ..searched(Some(Target::Run(run.run)), &text, note)
        }
    };
    library.open.iter().map(one).collect()
}

fn records(library: &Library, pen: Pen) -> Vec<Row> {
    if library.done.is_empty() {
        let words = if library.past_read { HomeWords::NO_RECORDS } else { HomeWords::READING_RECORDS };
        return told(words.text(pen.language), Role::Dim, pen);
    }
    let one = |done: &Done| {
        let target = match done.record.clone() {
            Some(path) => Target::Record(path, None),
            // Its host died before the record had its place; the next one saves it.
            None => Target::Run(done.run),
        };
        let last = done.procedure.rsplit(" › ").next().unwrap_or_default();
        let who = sanitise_inline(&done.operator);
        let word = done.outcome.word(pen.language);
        let day = library.calendar.local(done.started).format(if pen.room >= 60 { "%Y-%m-%d %H:%M" } else { "%m-%d" });
        let unsaved = HomeWords::UNSAVED.text(pen.language);
        // What stands at the right gives way where it is narrow.
        let (lead, note) = match (&done.record, pen.room >= 60) {
            (Some(_), true) => (format!("{day} "), format!("{word}  {who}")),
            (Some(_), false) => (format!("{day} "), word.to_owned()),
            (None, true) => (format!("{day} "), format!("{unsaved}  {who}")),
            (None, false) => (format!("{day} {unsaved} "), String::new()),
        };
        Row {
            lead,
            note_role: if done.record.is_some() { look(done.outcome) } else { Role::Problem },
            ..searched(Some(target), &format!("{last} › {}", done.book.title), note)
        }
    };
    library.done.iter().rev().take(MOST_RECORDS).map(one).collect()
}

fn found(library: &Library, pen: Pen) -> Vec<Row> {
    let found = &library.found;
    if found.words.is_empty() {
        return told(&Say::SEARCH_HOW.text(pen.voice()), Role::Dim, pen);
    }
    let mut rows = Vec::new();
    let mut above: Option<&str> = None;
    for place in &found.places {
        if above != Some(place.record.as_str()) {
            rows.push(heading(&place.title));
            above = Some(&place.record);
        }
        let lead = match place.line {
            Some(line) => format!("{line:>5} "),
            None => format!("{} ", HomeWords::EVIDENCE.text(pen.language)),
        };
        let target = Target::Record(place.record.clone(), place.line);
        rows.push(Row { lead, indent: 1, ..searched(Some(target), &place.text, String::new()) });
    }
    if found.over && found.places.is_empty() {
        rows.extend(told(&Say::NOTHING_FITS.text(pen.voice()), Role::Dim, pen));
    }
    if found.over && found.cut {
        rows.extend(told(HomeWords::MORE_FOUND.text(pen.language), Role::Dim, pen));
    }
    if !found.over {
        rows.extend(told(HomeWords::SEARCHING.text(pen.language), Role::Dim, pen));
    }
    rows
}

/// The line of a hit: its sign, its text with what was found in it, and what stands at the right.
pub fn line(home: &Home, hit: usize, pen: Pen) -> Option<Line> {
    let mut row = looks(&home.library, home.row(hit)?, pen)?;
    let behind = home.is_behind();
    let marks = home.hits.get(hit).filter(|_| !behind).map_or(&[][..], |hit| &hit.marks);
    if behind {
        // Found by what was typed before: it is not told as what is looked for now.
        (row.sign.1, row.role, row.note_role) = (Role::Dim, Role::Dim, Role::Dim);
    }
    let indent = if home.filter.is_blank() { row.indent } else { 0 };
    let selected = hit == home.selected && row.target.is_some() && !behind;
    let sign = if selected { super::signs(pen.ascii).next } else { " " };
    let before = indent + 3 + width(row.sign.0) + width(&row.lead);
    // A title that is cut says less than a note that is missing.
    let wide = width(&row.text);
    let left = pen.room.saturating_sub(before + 1);
    let note = if home.filter.is_blank() || row.of.is_empty() { &row.note } else { &row.of };
    let note = if wide.min(40) + width(note) + 2 <= left { note.as_str() } else { "" };
    let space = left.saturating_sub(if note.is_empty() { 0 } else { width(note) + 2 });
    let mut line = if row.target.is_some() {
        Line::of(sign, Role::Current)
            .and(&" ".repeat(indent), Role::Text)
            .and(row.sign.0, row.sign.1)
            .and(" ", Role::Text)
    } else {
        Line::of(" ", Role::Text)
    };
    line = line.and(&row.lead, Role::Dim);
    let mut part = (String::new(), row.role);
    for (place, letter) in fit(&row.text, space.max(1)).graphemes(true).enumerate() {
        let role = if marks.binary_search(&place).is_ok() { Role::Measured } else { row.role };
        if role != part.1 {
            line = line.and(&part.0, part.1);
            part = (String::new(), role);
        }
        part.0.push_str(letter);
    }
    line = line.and(&part.0, part.1);
    if !note.is_empty() {
        line = line.right(&format!("{note} "), row.note_role);
    }
    line.row = selected.then_some(Role::Selected);
    Some(line)
}
