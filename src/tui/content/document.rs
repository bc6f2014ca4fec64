//! The document's rows: its text, or what was changed in its file since the run has it.

use crate::console::wire::{Change, ChangeKind, FileNow};
use crate::i18n::Language;
use crate::tui::document::Row;
use crate::tui::find::Folded;
use crate::tui::model::{Model, Page, Paper, Screen, Text};
use crate::tui::text::{Line, Piece, prose, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Label, Notice, Say};
use unicode_segmentation::UnicodeSegmentation as _;

/// The cells at the left: the mark of the current step, and of the place that was found.
pub const GUTTER: usize = 2;

/// The rows of a page in `room` cells.
pub fn rows(paper: &Paper, page: Page, language: Language, ascii: bool, room: usize) -> Vec<Row> {
    match page {
        Page::Text => match &paper.text {
            Text::There(document) => document.rows(room, ascii),
            Text::Refused(why) => plain(why, Role::Problem, room),
            Text::Nowhere => plain(Notice::NO_TEXT.text(language), Role::Problem, room),
            Text::Offered | Text::Asked | Text::Unread(_) => plain(Notice::READING.text(language), Role::Dim, room),
        },
        Page::Difference => match &paper.file {
            Some(FileNow::Changed { difference, cut, .. }) => {
                let mut out: Vec<Row> = difference.iter().flat_map(|change| changed(change, room)).collect();
                if *cut {
                    out.extend(plain(Notice::CUT.text(language), Role::Caution, room));
                }
                out
            }
            Some(FileNow::Same | FileNow::Unread { .. }) | None => Vec::new(),
        },
    }
}

fn plain(text: &str, role: Role, room: usize) -> Vec<Row> {
    prose(text, role, room, 0).into_iter().map(|line| Row { line, source: 0 }).collect()
}

/// A line of a difference, with its number and its sign.
pub fn changed(change: &Change, room: usize) -> Vec<Row> {
    let (sign, role) = match change.kind {
        ChangeKind::Gap => return vec![Row { line: Line::of("...", Role::Dim), source: 0 }],
        ChangeKind::Kept => (" ", Role::Dim),
        ChangeKind::Taken => ("-", Role::Failed),
        ChangeKind::Added => ("+", Role::Good),
    };
    let line = Line::of(&format!("{:>4} {sign} ", change.line), Role::Dim).and(&change.text, role);
    wrap_exact(line, room, 7).into_iter().map(|line| Row { line, source: change.line }).collect()
}

/// The line of the step that the document's view begins at: the selected one; of the picker, the procedure's.
pub fn here(model: &Model) -> Option<usize> {
    match &model.screen {
        Screen::Run(run) => run.step().map(|step| step.line),
        Screen::Pick(pick) => {
            let at = pick.opened.map(|o| o.procedure).or_else(|| pick.matching().get(pick.selected).copied())?;
            pick.runbook.procedures.get(at).map(|p| p.line)
        }
        Screen::Home | Screen::Waiting { .. } => None,
    }
}

/// The line of the current step.
pub fn current(model: &Model) -> Option<usize> {
    let Screen::Run(run) = &model.screen else { return None };
    run.state.procedure_steps().get(run.current()?).map(|step| step.line)
}

/// A width at which no line of a document is broken.
const UNBROKEN: usize = 4000;

/// The words of a line of the source, as they are shown, without the marks around them.
pub fn words(paper: &Paper, line: usize) -> String {
    let rows = paper.document().map(|document| document.rows(UNBROKEN, true)).unwrap_or_default();
    let pieces = rows.iter().filter(|row| row.source == line).flat_map(|row| &row.line.pieces);
    let text: String = pieces.map(Piece::text).collect();
    let mark = |c: char| c.is_whitespace() || "-*+#>|•·☐☑☒[]".contains(c);
    let cells: Vec<&str> = text.trim_start_matches(mark).split(" | ").map(str::trim).collect();
    cells.join(" / ").trim_end_matches([' ', '|']).to_owned()
}

/// What is said over the text: that its file was changed, or cannot be read.
pub fn banner(model: &Model, page: Page, room: usize) -> Vec<Line> {
    let language = model.language;
    let (text, role) = match (&model.paper.file, page) {
        (Some(FileNow::Changed { .. }), Page::Text) => (Say::CHANGED.text(model.voice()), Role::Caution),
        (Some(FileNow::Changed { .. }), Page::Difference) => (Say::DIFFERENCE.text(model.voice()), Role::Caution),
        (Some(FileNow::Unread { why }), _) => {
            (format!("{}: {why}", Label::FILE_UNREAD.text(language)).into(), Role::Caution)
        }
        (Some(FileNow::Same) | None, _) => return Vec::new(),
    };
    let mut rows = wrap(Line::of("! ", role).and(&text, role), room, 2);
    rows.truncate(2);
    rows
}

/// The rows that hold what is looked for.
pub fn found(rows: &[Row], wanted: &str) -> Vec<usize> {
    let wanted = Folded::new(wanted);
    if wanted.is_empty() {
        return Vec::new();
    }
    let holds = |text: &str| !Folded::new(text).occurrences(&wanted).is_empty();
    let text = |row: &Row| row.line.pieces.iter().map(Piece::text).collect::<String>();
    let mut found = Vec::new();
    let mut at = 0;
    // What a row's end breaks is found in the line as a whole.
    while at < rows.len() {
        let same = rows[at..].iter().take_while(|r| r.source == rows[at].source).count().max(1);
        let own: Vec<usize> = (at..at + same).filter(|n| holds(&text(&rows[*n]))).collect();
        if own.is_empty() && same > 1 {
            let whole: String = rows[at..at + same].iter().map(|r| text(r).trim_start().to_owned()).collect();
            if holds(&whole) {
                found.push(at);
            }
        }
        found.extend(own);
        at += same;
    }
    found
}

/// A line with what is looked for marked in it.
pub fn marked(line: &Line, wanted: &Folded) -> Line {
    let text: String = line.pieces.iter().map(Piece::text).collect();
    let places = Folded::new(&text).occurrences(wanted);
    if places.is_empty() {
        return line.clone();
    }
    let mut out = Line { row: line.row, ..Line::empty() };
    let mut at = 0;
    for piece in &line.pieces {
        let mut run = (String::new(), piece.role);
        for part in piece.text().graphemes(true) {
            let inside = places.iter().any(|(from, to)| (*from..=*to).contains(&at));
            let role = if inside { Role::Measured } else { piece.role };
            if role != run.1 {
                out = out.and(&run.0, run.1);
                run = (String::new(), role);
            }
            run.0.push_str(part);
            at += 1;
        }
        out = out.and(&run.0, run.1);
    }
    out
}
