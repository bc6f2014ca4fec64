//! Every recurring duty that the document states: in headings, in tables, in cron lines, in items of lists.
//!
//! A line states one duty at most. A duty is linked to the procedure that does it only where the words plainly match.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::around::{Columns, Entry, cell, entries, named, tables, visit};
use super::matching::Words;
use super::outline::{Fence, Node, Section, Table};
use super::time::{self, Occasion};
use super::{fence, outline};
use crate::ids::ProcedureId;
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Due, DueSource, Frequency, Procedure, TriggerKind};
use crate::runbook::shell;
use crate::runbook::text::{Pattern, half_width, has_any};

/// The duties of a document in the order of their lines.
pub(super) fn schedule(lexicon: &Lexicon, root: &Section, title: &str, procedures: &[Procedure]) -> Vec<Due> {
    let mut headings = BTreeMap::new();
    let frequencies: Vec<Option<Frequency>> =
        procedures.iter().map(|procedure| procedure_frequency(lexicon, procedure, &mut headings)).collect();
    let timed = || procedures.iter().zip(&frequencies);
    let mut found: Vec<Due> =
        timed().filter_map(|(procedure, often)| Some(heading_due(procedure, (*often)?))).collect();
    let steps: BTreeSet<usize> = timed()
        .filter(|(_, often)| often.is_some_and(|often| often != Frequency::Unspecified))
        .flat_map(|(procedure, _)| procedure.steps.iter().map(|step| step.line))
        .collect();
    visit(root, &[], &mut |section, _| {
        for table in tables(section) {
            of_table(lexicon, table, &mut found);
        }
        of_nodes(&section.nodes, &mut found);
        let entries = entries(&section.nodes);
        of_heading(lexicon, section, title, &entries, &mut found);
        of_items(lexicon, &entries, &section.title, &steps, &mut found);
    });
    let mut lines = BTreeSet::new();
    found.retain(|due| lines.insert(due.line));
    found.sort_by_key(|due| due.line);
    let mut known: Option<Vec<Named>> = None;
    for due in found.iter_mut().filter(|due| due.procedure.is_none()) {
        let known = known.get_or_insert_with(|| timed().map(|(p, often)| Named::of(p, *often)).collect());
        due.procedure = procedure_of(due, known);
    }
    found
}

fn due(title: &str, occasion: Option<&Occasion>, line: usize, source: DueSource) -> Due {
    Due {
        title: title.to_owned(),
        frequency: occasion.and_then(|occasion| occasion.frequency).unwrap_or(Frequency::Unspecified),
        rule: occasion.and_then(|occasion| occasion.rule.clone()),
        only_on: None,
        owner: None,
        planned_min: None,
        priority: None,
        procedure: None,
        line,
        source,
    }
}

static CRON_FIELDS: Pattern = Pattern::new(
    r"^(?:[\d*][\d*/,-]*\s+){2}[\d*?L][\d*/,L?-]*\s+(?:[\d*][\d*/,-]*|[A-Za-z]{3}(?:-[A-Za-z]{3})?)\s+(?:[\d*?][\d*/,#L-]*|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*)$",
);

/// The five fields of a cron line that stand alone in a text.
fn cron_fields(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['`', '\'', '"']).trim();
    CRON_FIELDS.is_match(text).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The rows of a table that has a column for how often and one for what.
fn of_table(lexicon: &Lexicon, table: &Table, found: &mut Vec<Due>) {
    let columns = Columns::of(lexicon, table);
    let named = |words: &[&str]| {
        (0..table.header.len()).find(|at| {
            let name = columns.name(*at).to_lowercase();
            words.iter().any(|word| name == *word || !word.is_ascii() && name.contains(word))
        })
    };
    let often = columns.first(Topic::ColumnFrequency).or_else(|| {
        named(&["スケジュール", "schedule", "cron", "周期", "サイクル", "時期", "実施日", "曜日", "weekday"])
    });
    let Some(often) = often else { return };
    // Below 曜日 a day of the week needs no 毎週.
    let weekday = columns.name(often).contains("曜日");
    let what = columns.other(Topic::ColumnTitle, &[Some(often)]);
    // A table of people tells how often they are written to, not what is done.
    let people = ["関係者", "ステークホルダー", "対象者", "stakeholder", "audience", "role", "役割"];
    let first = columns.name(0).to_lowercase();
    if what.is_none() && people.iter().any(|word| first.contains(word)) {
        return;
    }
    let counter = |at: &usize| {
        matches!(columns.name(*at).trim().to_lowercase().as_str(), "#" | "no" | "no." | "id" | "番号" | "項番")
    };
    let owner = columns.other(Topic::ColumnOwner, &[Some(often), what]);
    let duration = columns.other(Topic::ColumnDuration, &[Some(often), what, owner]);
    let priority = columns.other(Topic::ColumnPriority, &[Some(often), what]);
    let taken = [Some(often), owner, duration, priority];
    let worded = (0..table.header.len()).find(|at| !taken.contains(&Some(*at)) && !counter(at));
    // How it is done names a duty only where nothing before it says what is done.
    let how = |at: &usize| {
        let name = columns.name(*at);
        name.contains("手順") || name.contains("方法") || name.to_lowercase().contains("procedure")
    };
    let Some(what) = what.filter(|at| !how(at)).or(worded).or(what) else { return };
    // Only a column that is plainly of frequencies says that a row recurs although the period is not known.
    let plain =
        ["頻度", "周期", "frequency", "cadence"].iter().any(|word| columns.name(often).to_lowercase().contains(word));
    let mut above: Option<String> = None;
    for (cells, line) in &table.rows {
        // An empty cell goes on with the frequency above it.
        let own = cell(cells, Some(often)).map(str::to_owned);
        let Some(text) = own.clone().or_else(|| above.clone()) else { continue };
        above = own.or(above);
        let Some(title) = cell(cells, Some(what)) else { continue };
        let fields = cron_fields(&text);
        let bare = weekday && text.starts_with(['月', '火', '水', '木', '金', '土', '日']);
        let occasion = time::occasion_with(lexicon, &text)
            .or_else(|| bare.then(|| time::occasion_with(lexicon, &format!("毎週{text}"))).flatten());
        let recurs = occasion.as_ref().is_some_and(|occasion| occasion.frequency.is_some()) || fields.is_some();
        let never = occasion.is_some() || time::length(&text).is_some() || NOT_RECURRING.is_match(&text);
        if !recurs && (!plain || never) {
            continue;
        }
        let mut made = due(title, occasion.as_ref(), *line, DueSource::Table);
        if let Some(fields) = fields {
            made.frequency = time::cron_frequency(&fields);
            made.rule = Some(format!("cron:{fields}"));
        }
        made.owner = cell(cells, owner).map(str::to_owned);
        made.planned_min = cell(cells, duration).and_then(time::length);
        made.priority = cell(cells, priority).map(str::to_owned);
        found.push(made);
    }
}

/// Cells of a column of frequencies that tell of no recurring duty.
static NOT_RECURRING: Pattern = Pattern::new(
    r"(?i)都度|随時|必要|リアルタイム|常時|継続|時$|場合|なし|on demand|as needed|when needed|ad[- ]hoc|continuous|real[- ]?time|never|once$|n/a|初回|一度",
);

/// A line such as `頻度: 年1回` under a heading, which says how often the whole section is due.
fn of_heading(lexicon: &Lexicon, section: &Section, document: &str, entries: &[Entry<'_>], found: &mut Vec<Due>) {
    let title = if section.level == 0 { document } else { &section.title };
    if title.is_empty() {
        return;
    }
    for entry in entries.iter().filter(|entry| !entry.listed) {
        let Some((_, value)) = named(&entry.text).filter(|(name, _)| period_name(name)) else { continue };
        let own = match section.level {
            0 => time::occasion_with(lexicon, title).is_some_and(|own| own.frequency.is_some() && !own.vague),
            _ => section.occasion(lexicon).is_some_and(|own| own.frequency.is_some() && !own.vague),
        };
        if own {
            return;
        }
        // What stands in brackets only says more about it, but where it lists the days.
        let bare = value.split(['(', '（']).next().map_or("", str::trim);
        let unsaid = time::occasion_with(lexicon, bare).is_some_and(|said| said.rule.is_none() && !said.vague);
        let whole = unsaid || time::moved(&half_width(&value)).is_some();
        let value = if whole { value.as_str() } else { bare };
        let occasion = time::occasion_with(lexicon, value).filter(|occasion| !occasion.vague);
        if occasion.as_ref().is_some_and(|said| said.frequency.is_some()) && is_short(&half_width(value)) {
            let mut made = due(title, occasion.as_ref(), entry.line, DueSource::List);
            // The headings above say how often only what says nothing itself.
            let inherited = |due: &Due| due.source == DueSource::Heading && due.line == section.line;
            if let Some(at) = found.iter().position(inherited) {
                made.procedure = found.remove(at).procedure;
            }
            found.push(made);
        }
    }
}

fn heading_due(procedure: &Procedure, frequency: Frequency) -> Due {
    let mut made = due(&procedure.title, None, procedure.line, DueSource::Heading);
    made.frequency = frequency;
    made.rule.clone_from(&procedure.trigger.rule);
    made.procedure = Some(procedure.id.clone());
    made.planned_min = time::planned(&procedure.title).map(|(minutes, _)| minutes).or_else(|| {
        let each = procedure.steps.iter().filter_map(|step| step.planned_min);
        each.reduce(|sum, step| [sum[0].saturating_add(step[0]), sum[1].saturating_add(step[1])])
    });
    made
}

/// The duties that cron lines of fences state.
fn of_nodes(nodes: &[Node], found: &mut Vec<Due>) {
    for node in nodes {
        match node {
            Node::Fence(fence) if !outline::holds_document(fence) => {
                let program =
                    matches!(fence::lang(fence), Some("yaml" | "json" | "python" | "sql" | "ruby" | "promql"));
                if !program {
                    cron_fence(fence, found);
                }
            }
            Node::List(list) => list.items.iter().for_each(|item| of_nodes(&item.nodes, found)),
            Node::Quote(quote) => of_nodes(&quote.nodes, found),
            Node::Fence(_) | Node::Paragraph(_) | Node::Table(_) => {}
        }
    }
}

static USER: Pattern = Pattern::new(r"^(?:root|[a-z_][a-z0-9_-]{1,31})\s+((?:/|\[|test\s|cd\s|[a-z]+=)\S*.*)$");

/// A test in front of a command that holds on one day of the week; cron writes `\%` for `%`.
static GUARD: Pattern = Pattern::new(
    r#"^(?:[a-z_][a-z0-9_-]{0,31}\s+)?(?:\[\[?|test)\s+["']?(?:\$\(|`)date\s+["']?\+\\?%([uwa])["']?(?:\)|`)["']?\s+(?:==?|-eq)\s+["']?(\d|[A-Z][a-z]{2})["']?\s*(?:\]\]?)?\s*&&"#,
)
.needing(&["date"]);

/// The day of the week on which a command goes on that begins with a test such as `[ "$(date '+\%u')" = "1" ] &&`.
fn guarded(command: &str) -> Option<&'static str> {
    const DAYS: [&str; 8] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let found = GUARD.captures(command)?;
    let (form, said) = (&found[1], &found[2]);
    match said.parse::<usize>() {
        // %u counts from 1 to 7, %w from 0 to 6.
        Ok(number) => DAYS.get(number).copied().filter(|_| match form {
            "u" => number >= 1,
            "w" => number <= 6,
            _ => false,
        }),
        Err(_) => DAYS.into_iter().find(|name| form == "a" && said.eq_ignore_ascii_case(name)),
    }
}

/// Each cron line is titled by the comment above it, else by what it runs.
fn cron_fence(fence: &Fence, found: &mut Vec<Due>) {
    let mut comment: Option<&str> = None;
    for (at, line) in fence.lines.iter().enumerate() {
        if let Some(words) = line.trim().strip_prefix('#') {
            comment = Some(words.trim_start_matches('#').trim()).filter(|words| !words.is_empty());
        } else if let Some((fields, command)) = shell::cron_line(line).filter(|(fields, _)| fields != "@reboot") {
            // A line of /etc/cron.d names the user before the command.
            let runs = USER.captures(&command).map_or(command.clone(), |found| found[1].to_owned());
            let mut made = due(comment.take().unwrap_or(&runs), None, fence.first + at, DueSource::Cron);
            made.frequency = time::cron_frequency(&fields);
            made.rule = Some(format!("cron:{fields}"));
            made.only_on = guarded(&command).map(str::to_owned);
            found.push(made);
        } else if line.trim().is_empty() {
            comment = None;
        }
    }
}

/// Items such as `フルバックアップ: 週1回` and `毎日 2:00 にバックアップ`.
fn of_items(lexicon: &Lexicon, items: &[Entry<'_>], owner: &str, steps: &BTreeSet<usize>, found: &mut Vec<Due>) {
    for item in items.iter().filter(|item| item.listed) {
        if !item.task && !steps.contains(&item.line) {
            found.extend(of_item(lexicon, &item.text, owner, item.line));
        }
        let name = item.text.trim_end_matches([':', '：']);
        of_items(lexicon, &entries(item.nodes), name, steps, found);
    }
}

/// A statement of a period is short; a longer line only mentions one.
const LONGEST_VALUE: usize = 24;
const LONGEST_ITEM: usize = 60;

/// Whether a value states no more than a period; where its day moves from a holiday belongs to it.
fn is_short(half: &str) -> bool {
    let moves = time::moved(half).and_then(|(_, words)| half.get(words)).map_or(0, |words| words.chars().count());
    half.chars().count() - moves <= LONGEST_VALUE
}

/// Names that say only that a period follows; what is due stands above them.
const PERIOD_NAMES: &[&str] = &[
    "スケジュール",
    "頻度",
    "周期",
    "タイミング",
    "実行タイミング",
    "実施時期",
    "実行時刻",
    "実施時刻",
    "実行頻度",
    "日時",
    "実施日",
    "実施日時",
    "実施曜日",
    "作業日時",
    "schedule",
    "frequency",
    "when",
    "interval",
    "cadence",
];

/// 実施頻度 and 更新頻度, but no sentence.
const LONGEST_NAME: usize = 6;

fn period_name(name: &str) -> bool {
    let bare = name.trim_matches(['*', ' ', '　', '【', '】', '■', '●', '・']);
    let compound = bare.ends_with("頻度") && bare.chars().count() <= LONGEST_NAME;
    compound || PERIOD_NAMES.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

fn of_item(lexicon: &Lexicon, text: &str, owner: &str, line: usize) -> Option<Due> {
    let recurring =
        |text: &str| time::occasion_with(lexicon, text).filter(|found| found.frequency.is_some() && !found.vague);
    if text.chars().count() > LONGEST_ITEM || text.contains('。') {
        return None;
    }
    // Few items say when, and fewer have the five fields of a cron line.
    let fields = text.split_whitespace().count() >= 5 && text.contains(|c: char| c == '*' || c.is_numeric());
    if !fields && recurring(text).is_none() {
        return None;
    }
    let pair = named(text);
    if let Some((name, value)) = pair.as_ref().filter(|(_, value)| !value.is_empty()) {
        let only_period = period_name(name) && !owner.is_empty();
        let name = if only_period { owner } else { name };
        if let Some(fields) = cron_fields(value) {
            let mut made = due(name, None, line, DueSource::Cron);
            made.frequency = time::cron_frequency(&fields);
            made.rule = Some(format!("cron:{fields}"));
            return Some(made);
        }
        let half = half_width(value);
        let states = |found: &Occasion| {
            let before = half.get(..found.range.start).unwrap_or_default().trim();
            before.is_empty() && is_short(&half)
        };
        if let Some(occasion) = recurring(value).filter(states) {
            return Some(due(name, Some(&occasion), line, DueSource::List));
        }
    }
    let occasion = recurring(text)?;
    let half = half_width(text);
    // 毎週 in 毎週月曜 belongs to the period.
    let lead = |text: &str| ["毎週", "毎月", "every", "each", "on"].iter().any(|word| text.eq_ignore_ascii_case(word));
    let before = Some(half.get(..occasion.range.start)?.trim()).filter(|before| !lead(before)).unwrap_or_default();
    let rest = half.get(occasion.range.end..)?;
    if before.is_empty() {
        // What follows must be set off, or the words are part of a name: 「月次レポート」.
        let bare = rest.trim_start();
        let marks: &[char] = &['に', 'の', 'は', ':', '、', ',', '-', '~', '('];
        if bare.len() == rest.len() && !bare.starts_with(marks) {
            return None;
        }
        let words = bare.strip_prefix(marks).unwrap_or(bare);
        let start = half.len() - words.trim_start().len();
        let title = time::source_words(text, &half, start..half.len());
        let named = title.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
        return named.then(|| due(&title, Some(&occasion), line, DueSource::List));
    }
    // The period stands in brackets at the end: 「ログの整理（毎日）」.
    let name = before.strip_suffix(['(', '['])?.trim_end();
    let ends = rest.trim().trim_start_matches([')', ']']).is_empty();
    ends.then(|| due(&time::source_words(text, &half, 0..name.len()), Some(&occasion), line, DueSource::List))
}

/// How much of the shorter name stands in the longer one, and of the longer one in the shorter: 訓練 is not every drill.
const ALIKE: f64 = 0.75;
const ALIKE_WHOLE: f64 = 0.5;
const LEAST_LETTERS: usize = 4;

/// A name with the words that it is made of.
struct Name<'a> {
    text: &'a str,
    words: Words,
}

impl<'a> Name<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, words: Words::of(text) }
    }

    /// A duty and what bears this name are named alike; to check something is not to do it.
    fn is_like(&self, duty: &Name<'_>) -> bool {
        let (shorter, longer) = duty.words.shares(&self.words);
        shorter >= ALIKE && longer >= ALIKE_WHOLE && (duty.checks() || !self.checks())
    }

    fn checks(&self) -> bool {
        has_any(self.text, &["確認", "チェック", "点検", "特定", "洗い出し", "check", "verify", "identify"])
    }
}

/// A procedure with the names that a duty may bear.
struct Named<'a> {
    procedure: &'a Procedure,
    frequency: Option<Frequency>,
    title: Name<'a>,
    /// What its steps say, looked up where a duty comes round as often.
    steps: OnceCell<Vec<Name<'a>>>,
}

impl<'a> Named<'a> {
    fn of(procedure: &'a Procedure, frequency: Option<Frequency>) -> Self {
        Self { procedure, frequency, title: Name::of(&procedure.title), steps: OnceCell::new() }
    }

    fn steps(&self) -> &[Name<'a>] {
        let steps = || self.procedure.steps.iter();
        self.steps.get_or_init(|| {
            steps()
                .flat_map(|step| std::iter::once(&step.title).chain(&step.details))
                .map(|name| Name::of(name))
                .collect()
        })
    }
}

/// The procedure that plainly does a duty.
fn procedure_of(due: &Due, known: &[Named<'_>]) -> Option<ProcedureId> {
    if due.title.chars().filter(|c| c.is_alphanumeric()).count() < LEAST_LETTERS {
        return None;
    }
    if due.source == DueSource::Cron {
        let script = script(&due.title)?;
        let runs = |named: &&Named<'_>| {
            let headed = named.procedure.heading_path.iter().any(|title| title.contains(script));
            headed || named.procedure.steps.iter().any(|step| step.title.contains(script))
        };
        return only(known.iter().filter(runs).map(|named| named.procedure));
    }
    let duty = Name::of(&due.title);
    // First a procedure that comes round as often and has it among its steps, then one that is named like it.
    let by_step = known
        .iter()
        .filter(|named| named.frequency == Some(due.frequency) && named.steps().iter().any(|name| name.is_like(&duty)));
    let by_title = known.iter().filter(|named| {
        let other = named.frequency.is_some_and(|frequency| frequency != due.frequency);
        !other && named.title.is_like(&duty)
    });
    only(by_step.map(|named| named.procedure)).or_else(|| only(by_title.map(|named| named.procedure)))
}

/// How often a procedure comes round by the nearest of its headings that says so. `known` keeps what a heading says.
fn procedure_frequency<'a>(
    lexicon: &Lexicon,
    procedure: &'a Procedure,
    known: &mut BTreeMap<&'a str, Option<Frequency>>,
) -> Option<Frequency> {
    if procedure.trigger.kind != TriggerKind::Schedule {
        return None;
    }
    let mut said = |title: &'a String| {
        *known
            .entry(title)
            .or_insert_with(|| time::occasion_with(lexicon, title).and_then(|occasion| occasion.frequency))
    };
    procedure.heading_path.iter().rev().find_map(&mut said)
}

/// The name of the script that a cron line runs.
fn script(command: &str) -> Option<&str> {
    let path = command.split_whitespace().find(|word| word.ends_with(".sh") || word.ends_with(".py"))?;
    path.rsplit('/').next()
}

fn only<'a>(mut procedures: impl Iterator<Item = &'a Procedure>) -> Option<ProcedureId> {
    let first = procedures.next()?;
    procedures.next().is_none().then(|| first.id.clone())
}
