//! Recurring duties that collide, contradict each other or never come round.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cron::{self, Times, Wrong};
use super::{Desk, Severity, rules, say};
use crate::runbook::model::{Due, DueSource, Frequency};
use crate::runbook::text::Pattern;

/// A duty that comes round more often than this each day meets everything, and says nothing.
const OFTEN: usize = 12;

/// Past this many duties a document is not one that a person plans by; each is held against all others.
const MANY: usize = 500;

pub(super) fn check(desk: &mut Desk<'_>) {
    collisions(desk);
    same_duty(desk);
    no_period(desk);
    cron_lines(desk);
}

fn place(desk: &Desk<'_>, due: &Due) -> Range<usize> {
    match due.source {
        DueSource::Cron => desk.page.words(due.line),
        DueSource::Heading | DueSource::Table | DueSource::List => {
            desk.page.find_or_line(due.line, due.line, &due.title)
        }
    }
}

fn collisions(desk: &mut Desk<'_>) {
    let timed: Vec<(&Due, Times)> = desk
        .book
        .schedule
        .iter()
        .filter_map(|due| Some((due, times_of(desk, due)?)))
        .filter(|(_, times)| times.minutes.len() <= OFTEN)
        .take(MANY)
        .collect();
    for (at, (due, times)) in timed.iter().enumerate() {
        // Each duty is held against the first that it meets.
        let Some((other, minute)) = timed.iter().take(at).find_map(|(other, theirs)| {
            let minute = times.meet(theirs)?;
            (!one_duty(desk, (due, times), (other, theirs)) && other.line != due.line).then_some((*other, minute))
        }) else {
            continue;
        };
        let (title, line) = (&other.title, other.line);
        let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
        let message = say!(
            desk.language,
            "{clock} に、{line} 行目の「{title}」と重なる日があります",
            "at {clock} there are days on which this meets “{title}” of line {line}"
        );
        let related = desk.related(place(desk, other), say!(desk.language, "重なる作業", "the other duty"));
        let span = place(desk, due);
        desk.add(&rules::SCHEDULE_COLLISION, Severity::Warning, span, message).related.push(related);
    }
}

static WEEKDAY_TEST: Pattern =
    Pattern::new(r#"\bdate\b[^\]]*%([uw])[^\]]*?(?:-eq|==?)\s*["']?([0-7])\b"#).needing(&["date"]);

/// When a duty comes round. A cron line cannot say “the first Monday”; it tests the weekday in its command.
fn times_of(desk: &Desk<'_>, due: &Due) -> Option<Times> {
    let times = cron::of_rule(due.rule.as_deref()?)?;
    let test = WEEKDAY_TEST.captures(desk.page.line(due.line)).filter(|_| due.source == DueSource::Cron);
    let weekday = test.and_then(|hit| hit.get(2)?.as_str().parse::<u32>().ok());
    Some(match weekday {
        Some(day) => times.only_on(day % 7),
        None => times,
    })
}

/// The two are one duty, said twice: a heading and the cron line that carries it out.
fn one_duty(desk: &Desk<'_>, (due, times): (&Due, &Times), (other, theirs): (&Due, &Times)) -> bool {
    if due.title == other.title {
        return true;
    }
    let name = |due: &Due| {
        let procedure = desk.book.procedures.iter().find(|procedure| Some(&procedure.id) == due.procedure.as_ref());
        procedure.map_or(due.title.clone(), |procedure| procedure.heading_path.join(" "))
    };
    let stated_twice = (due.source == DueSource::Cron) != (other.source == DueSource::Cron);
    stated_twice && times == theirs && common_words(&name(due), &name(other))
}

/// Both titles hold the same three letters of a foreign word, or two characters of Japanese.
fn common_words(one: &str, other: &str) -> bool {
    const SCHEDULE: [&str; 8] = ["月曜", "曜日", "毎週", "毎日", "週次", "日次", "月次", "毎月"];
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let chars: Vec<char> = one.chars().collect();
    let pair = |pair: &[char]| {
        let word: String = pair.iter().collect();
        !word.is_ascii()
            && pair.iter().all(|c| c.is_alphabetic())
            && !SCHEDULE.contains(&word.as_str())
            && other.contains(&word)
    };
    let word = |word: &str| word.len() > 3 && word.is_ascii() && other.contains(word);
    chars.windows(2).any(pair) || one.split(|c: char| !c.is_ascii_alphabetic()).any(word)
}

/// Where a duty is named, and how often it is done there.
struct Named<'a> {
    title: &'a str,
    line: usize,
    frequency: Frequency,
}

fn same_duty(desk: &mut Desk<'_>) {
    let book = desk.book;
    let known = |due: &&Due| due.frequency != Frequency::Unspecified && !due.title.trim().is_empty();
    let dues = book.schedule.iter().filter(known);
    let stated: Vec<_> =
        dues.clone().map(|due| Named { title: &due.title, line: due.line, frequency: due.frequency }).collect();
    told_apart(desk, &stated, Severity::Warning);
    // A step of the daily and of the weekly round may be meant to be in both.
    let often: BTreeMap<_, _> = dues.filter_map(|due| Some((due.procedure.as_ref()?, due.frequency))).collect();
    let rounds = book.procedures.iter().filter_map(|procedure| Some((procedure, *often.get(&procedure.id)?)));
    let steps: Vec<_> = rounds
        .flat_map(|(procedure, frequency)| procedure.steps.iter().map(move |step| (step, frequency)))
        .map(|(step, frequency)| Named { title: &step.title, line: step.line, frequency })
        .collect();
    told_apart(desk, &steps, Severity::Note);
}

/// Finds duties of one title and two frequencies.
fn told_apart(desk: &mut Desk<'_>, duties: &[Named<'_>], severity: Severity) {
    let mut seen: BTreeMap<String, (usize, Frequency)> = BTreeMap::new();
    for Named { title, line, frequency } in duties {
        let name: String = title.to_lowercase().split_whitespace().collect();
        let (first, theirs) = *seen.entry(name).or_insert((*line, *frequency));
        if theirs == *frequency {
            continue;
        }
        let message = say!(
            desk.language,
            "「{title}」の頻度が {first} 行目と違います",
            "“{title}” has another frequency here than on line {first}"
        );
        let place = |line| desk.page.find_or_line(line, line, title);
        let related = desk.related(place(first), say!(desk.language, "こちらの頻度", "the other frequency"));
        let span = place(*line);
        desk.add(&rules::DUPLICATE_DUTY, severity, span, message).related.push(related);
    }
}

/// A period, or the word that there is none, that no schedule can be made of.
static STATED: Pattern = Pattern::new(
    r"(?i)\d+\s*(?:分|時間|日|週間?|か月|ヶ月|カ月|ヵ月|月|年)|半期|半年|隔週|隔月|随時|常時|都度|必要に応じ|自動|不定期|\b\d+\s*(?:minutes?|hours?|days?|weeks?|months?|years?)\b|\bon[- ]demand\b|\bas needed\b|\bcontinuous|\bautomatic|\bbi-?weekly\b|\bbi-?monthly\b|\bad[- ]hoc\b",
);
static FAILURE: Pattern = Pattern::new(r"(?i)失敗|エラー|異常|\bfail|\berror|パスワード|password");

fn no_period(desk: &mut Desk<'_>) {
    let book = desk.book;
    let open = |due: &&Due| due.frequency == Frequency::Unspecified && due.source != DueSource::Cron;
    for due in book.schedule.iter().filter(open) {
        if STATED.is_match(desk.page.line(due.line)) || FAILURE.is_match(&due.title) {
            continue;
        }
        let title = &due.title;
        let message = say!(
            desk.language,
            "定期作業「{title}」の頻度が書かれていません",
            "“{title}” recurs, and nothing says how often"
        );
        let span = place(desk, due);
        desk.add(&rules::NO_PERIOD, Severity::Note, span, message);
    }
}

static QUOTED: Pattern = Pattern::new(r#"(?:cron|schedule|crontab)["']?\s*[:=]\s*["']([^"']+)["']"#)
    .needing(&["cron", "schedule", "crontab"]);
static FIELD: Pattern = Pattern::new(
    r"(?i)^(?:[\d*][\d*/,-]*|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[-,](?:\w{3}|\d+))*)$",
);
static STARTS_COMMAND: Pattern = Pattern::new(r"^(?:[A-Za-z_./~$(\[@]|cd\b)");

/// Every line of code that means to be a cron line.
fn cron_lines(desk: &mut Desk<'_>) {
    let page = desk.page;
    for line in (1..=page.len()).filter(|line| page.in_code(*line)) {
        let text = page.line(line);
        let start = page.range(line).start;
        let quoted = QUOTED.captures(text).and_then(|hit| hit.get(1));
        let (fields, at) = match quoted {
            Some(hit) => (hit.as_str(), start + hit.start()),
            None => (text, start),
        };
        let words: Vec<&str> = fields.split_whitespace().collect();
        let timed = words.iter().take_while(|word| FIELD.is_match(word)).count();
        let stars = words.iter().take(timed.min(5)).any(|word| word.starts_with('*'));
        let shape = if quoted.is_some() {
            words.len() == timed
        } else {
            words.get(timed).is_some_and(|word| STARTS_COMMAND.is_match(word))
        };
        if !stars || !shape || !fields.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '*') {
            continue;
        }
        let language = desk.language;
        let whole = at + (fields.len() - fields.trim_start().len())..at + fields.trim_end().len();
        let (span, message) = match words.get(..5).filter(|_| timed == 5).map(cron::wrong) {
            Some(None) => continue,
            Some(Some(Wrong::Never)) => (whole, say!(language, "この日付は暦にありません", "no day has this date")),
            Some(Some(Wrong::Field(n, field))) => {
                let name = field_name(n, language);
                let before: usize = words.iter().take(n).fold(0, |from, word| {
                    fields.get(from..).and_then(|rest| rest.find(word)).map_or(from, |at| from + at + word.len())
                });
                let found = fields.get(before..).and_then(|rest| rest.find(&field)).map(|at| at + before);
                let span = found.map_or(whole, |from| at + from..at + from + field.len());
                (
                    span,
                    say!(
                        language,
                        "cron の{name}に {field} は使えません",
                        "{field} cannot be the {name} of a cron line"
                    ),
                )
            }
            // A list of numbers and stars may be anything; four fields before a path, or in a cron setting, are not.
            None if timed == 4 && (quoted.is_some() || words.get(4).is_some_and(|word| word.starts_with('/'))) => {
                (whole, say!(language, "cron の欄が一つ足りません", "a field of this cron line is missing"))
            }
            None => continue,
        };
        desk.add(&rules::INVALID_CRON, Severity::Warning, span, message);
    }
}

fn field_name(n: usize, language: crate::i18n::Language) -> &'static str {
    const NAMES: [(&str, &str); 5] = [
        ("分の欄", "minute"),
        ("時の欄", "hour"),
        ("日の欄", "day of the month"),
        ("月の欄", "month"),
        ("曜日の欄", "weekday"),
    ];
    NAMES.get(n).map_or("", |(ja, en)| language.pick(ja, en))
}
