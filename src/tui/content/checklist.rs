//! The list of steps: current mark, state, number, title, state word or time.

use chrono::{DateTime, FixedOffset};

use crate::i18n::Language;
use crate::run::query::{self, Label as StepLabel};
use crate::run::reverts;
use crate::run::state::{Mark, Progress};
use crate::tui::content::{elapsed, glyph, owes, plan, short, signs};
use crate::tui::model::{ListRow, RunView, StepFilter};
use crate::tui::text::{Line, fit, width};
use crate::tui::theme::Role;
use crate::tui::words::Label;

/// One line for each step, and one for each phase over its first step.
pub fn lines(run: &RunView, now: DateTime<FixedOffset>, language: Language, ascii: bool, room: usize) -> Vec<Line> {
    let current = run.current();
    let count = run.state.procedure_steps().len();
    let number_width = run.state.procedure_steps().iter().map(|s| width(&s.number)).max().unwrap_or(1).min(5);
    let mut lines = Vec::with_capacity(count);
    for row in run.list_rows() {
        lines.push(match row {
            ListRow::Heading(phase) => {
                let phase = crate::tui::foreign::sanitise_inline(phase);
                Line::of(&format!(" {}", fit(&phase, room.saturating_sub(2))), Role::Dim)
            }
            ListRow::Step(i) => line(run, i, current == Some(i), (now, language, ascii), (room, number_width)),
        });
    }
    lines
}

fn line(
    run: &RunView,
    index: usize,
    current: bool,
    (now, language, ascii): (DateTime<FixedOffset>, Language, bool),
    (room, number_width): (usize, usize),
) -> Line {
    let Some(step) = run.state.procedure_steps().get(index) else { return Line::empty() };
    let label = query::label(&run.state, index);
    let (sign, role) = glyph(label, ascii);
    let (word, word_role) = word(run, index, label, role, now, language);
    let mark = if current { signs(ascii).current } else { " " };
    let number = format!("{:>number_width$} ", fit(&step.number, number_width));
    let used = 4 + number_width + 1 + if word.is_empty() { 0 } else { width(&word) + 2 };
    let title = crate::tui::foreign::sanitise_inline(step.bare_title());
    let own = run.state.steps.get(index).map_or("", plan::sign);
    let title = fit(&format!("{own}{title}"), room.saturating_sub(used));
    let title_role = match label {
        StepLabel::Done | StepLabel::Skipped | StepLabel::Deferred | StepLabel::RuledOut | StepLabel::Conditional => {
            Role::Dim
        }
        StepLabel::Untouched
        | StepLabel::UnderWay
        | StepLabel::Running
        | StepLabel::OutcomeUnknown
        | StepLabel::AwaitsVerdict
        | StepLabel::DoneWithFinding
        | StepLabel::Overridden
        | StepLabel::NeedsAction
        | StepLabel::Failed
        | StepLabel::Undecided => {
            if current {
                Role::Title
            } else {
                Role::Text
            }
        }
    };
    let mut line = Line::of(mark, Role::Current)
        .and(" ", Role::Text)
        .and(sign, role)
        .and(" ", Role::Text)
        .and(&number, Role::Dim)
        .and(&title, title_role);
    if !word.is_empty() {
        line = line.right(&format!("{word} "), word_role);
    }
    line.row = (run.selected == index).then_some(Role::Selected);
    line
}

/// What stands over the list: what it is, and what it is narrowed to.
pub fn title(run: &RunView, language: Language) -> String {
    let name = Label::STEPS.text(language);
    if run.filter == StepFilter::All {
        return name.to_owned();
    }
    let all = run.state.steps.len();
    let fits = (0..all).filter(|i| run.fits(*i)).count();
    format!("{name}: {} {fits}/{all}", run.filter.word(language))
}

/// How many rows of the list are out of sight in `height` rows.
pub fn beyond(run: &RunView, height: usize) -> String {
    let (_, _, rows) = run.selected_rows();
    let (above, below) = (run.list_scroll, rows.saturating_sub(run.list_scroll + height));
    if above + below == 0 { String::new() } else { format!("{above}^ {below}v") }
}

/// The word at the right: what is under way, how long it takes, how long there is, or the state.
fn word(
    run: &RunView,
    index: usize,
    label: StepLabel,
    role: Role,
    now: DateTime<FixedOffset>,
    language: Language,
) -> (String, Role) {
    let (Some(step), Some(state)) = (run.state.procedure_steps().get(index), run.state.steps.get(index)) else {
        return (String::new(), role);
    };
    if run.sending(&step.id) {
        return (Label::SENDING.text(language).to_owned(), Role::Running);
    }
    let running = run.state.attempts.iter().find(|a| a.start.step == step.id && a.progress == Progress::Running);
    if let Some(a) = running {
        return (elapsed(now - a.stamp.at), Role::Running);
    }
    if state.mark == Mark::Open
        && label != StepLabel::Conditional
        && let Some(due) = step.deadline.as_ref().and_then(|d| query::due_at(&run.state, d))
    {
        let left = due - now;
        let warn = left.num_seconds() < 60;
        return if left.num_seconds() >= 0 {
            let role = if warn { Role::Caution } else { Role::Dim };
            (format!("{} {}", Label::TIME_LEFT.text(language), elapsed(left)), role)
        } else {
            (format!("{} {}", Label::TIME_OVER.text(language), elapsed(-left)), Role::Danger)
        };
    }
    if owes::holds_here(state) {
        return (Label::HELD.text(language).to_owned(), Role::Caution);
    }
    let word = match (short(label, language), plan::sign(state)) {
        ("", "+ ") => Label::ADDED.text(language),
        ("", "~ ") => Label::CHANGED.text(language),
        (word, _) => word,
    };
    (word.to_owned(), role)
}

/// How many steps have findings, are put off, and are left.
pub fn counts(run: &RunView, language: Language) -> Line {
    let labels: Vec<_> = (0..run.state.steps.len()).map(|i| query::label(&run.state, i)).collect();
    let findings = labels
        .iter()
        .filter(|l| matches!(l, StepLabel::DoneWithFinding | StepLabel::NeedsAction | StepLabel::Failed))
        .count();
    let deferred = labels.iter().filter(|l| **l == StepLabel::Deferred).count();
    let (done, all) = query::progress(&run.state);
    let part = |line: Line, word: Label, n: usize, role: Role| {
        let role = if n == 0 { Role::Dim } else { role };
        line.and(&format!(" {} ", word.text(language)), Role::Dim).and(&format!("{n} "), role)
    };
    let line = part(Line::empty(), Label::FINDINGS, findings, Role::Finding);
    let line = part(line, Label::DEFERRED, deferred, Role::Waiting);
    let owed = reverts::open(&run.state).count();
    let line = if owed > 0 { part(line, Label::REVERTS_OPEN, owed, Role::Danger) } else { line };
    let running = query::running(&run.state).count();
    let line = if running > 1 { part(line, Label::RUNNING, running, Role::Running) } else { line };
    part(line, Label::LEFT, all.saturating_sub(done), Role::Title)
}
