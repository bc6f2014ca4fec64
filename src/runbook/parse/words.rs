//! What headings and columns say: which headings count as steps, and what a column of a table holds.

use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::text::{Pattern, half_width};

static HEADING_NUMBER: Pattern = Pattern::new(
    r"(?i)^(?:(?:step|phase|stage|task|手順|ステップ|フェーズ|作業)\s*[#.]?\s*\d{1,2}\s*[-:.)、–]?|\(?\d{1,2}\s*[.):、]|[①-⑳])\s*(\D.*)?$",
)
.needing(&["step", "phase", "stage", "task", "手順", "ステップ", "フェーズ", "作業", ".", ")", ":", "、", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩", "⑪", "⑫", "⑬", "⑭", "⑮", "⑯", "⑰", "⑱", "⑲", "⑳"]);

/// The words of a heading that counts as a step: `Step 2: …`, `1. …`, but not `1.2 …`.
pub(super) fn step_heading(title: &str) -> bool {
    HEADING_NUMBER.is_match(&half_width(title))
}

/// The number that such a heading counts with.
pub(super) fn heading_number(title: &str) -> Option<u32> {
    let half = half_width(title);
    if let Some(ring) = half.chars().next().filter(|c| ('①'..='⑳').contains(c)) {
        return Some(u32::from(ring) - u32::from('①') + 1);
    }
    let digits = half.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

static DECIMAL: Pattern = Pattern::new(r"^(\d{1,2}(?:\.\d{1,2}){0,2})\.?(?:\s|$|[^\d.\s])");

/// The number of a heading that is counted within its chapter, in parts: 4.1 of `4.1 監視の抑止`.
pub(super) fn decimals(title: &str) -> Option<Vec<u32>> {
    let half = half_width(title);
    let found = DECIMAL.captures(&half)?;
    found[1].split('.').map(|part| part.parse().ok()).collect()
}

static NAMED_STEP: Pattern =
    Pattern::new(r"(?i)^(?:step|手順|ステップ)\s*[#.]?\s*\d{1,2}").needing(&["step", "手順", "ステップ"]);

/// The heading says by a word, not only by a number, that it is a step.
pub(super) fn named_step(title: &str) -> bool {
    NAMED_STEP.is_match(&half_width(title))
}

static PHASE: Pattern = Pattern::new(r"(?i)^(?:\d+[.)]\s*)?(?:phase|stage|フェーズ|フェイズ|段階)\s*\d").needing(&[
    "phase",
    "stage",
    "フェーズ",
    "フェイズ",
    "段階",
]);

/// The heading names a phase.
pub(super) fn phase_heading(title: &str) -> bool {
    PHASE.is_match(&half_width(title))
}

/// What a column of a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Title,
    Method,
    Expect,
    Duration,
    Owner,
    Priority,
    Frequency,
    Mark,
    /// Only counts the rows.
    Number,
    /// When a row is done.
    Time,
    /// The command itself.
    Command,
    /// Several rows belong to it.
    Group,
    /// What happens, which is what to do in a timetable.
    Content,
    /// What else is to be said of a row.
    Remark,
    Other,
}

/// A header that is only a box or a mark for one has at most so many letters.
const MARK_LETTERS: usize = 8;

/// What the column under this header holds.
pub(super) fn column(lexicon: &Lexicon, header: &str) -> Column {
    if lexicon.is_word(header, &[Topic::ColumnNumber]) || header.trim() == "#" {
        return Column::Number;
    }
    if lexicon.is_word(header, &[Topic::ColumnTime]) {
        return Column::Time;
    }
    if lexicon.is_word(header, &[Topic::ColumnGroup]) {
        return Column::Group;
    }
    if lexicon.is_word(header, &[Topic::ColumnRemark]) {
        return Column::Remark;
    }
    let said = lexicon.topics(header);
    let order = [
        (Topic::ColumnCommand, Column::Command),
        (Topic::ColumnExpect, Column::Expect),
        (Topic::ColumnMethod, Column::Method),
        (Topic::ColumnFrequency, Column::Frequency),
        (Topic::ColumnDuration, Column::Duration),
        (Topic::ColumnOwner, Column::Owner),
        (Topic::ColumnPriority, Column::Priority),
    ];
    if let Some((_, column)) = order.iter().find(|(topic, _)| said.has(*topic)) {
        *column
    } else if said.has(Topic::ColumnTitle)
        && !(said.has(Topic::ColumnMark) && header.trim().eq_ignore_ascii_case("check"))
    {
        Column::Title
    } else if lexicon.is_word(header, &[Topic::ColumnContent]) {
        Column::Content
    } else if said.has(Topic::ColumnMark) && header.chars().count() <= MARK_LETTERS {
        Column::Mark
    } else {
        Column::Other
    }
}
