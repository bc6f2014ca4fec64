//! What a run owes, what it waits for, and what is read before it goes on, as text.

use crate::i18n::Language;
use crate::ids::StepId;
use crate::run::guidance::{self, Pause};
use crate::run::reverts;
use crate::run::state::{Mark, RevertEnd, StepState};
use crate::runbook::model::Step;
use crate::tui::content::clock;
use crate::tui::content::detail::Pen;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::RunView;
use crate::tui::text::{Line, fit, prose, wrap};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label};

/// The most rows over the list that say what must be undone.
const ON_TOP: usize = 3;

/// What stays on top of the list until it is undone: a row each, and how many more there are.
pub fn on_top(run: &RunView, language: Language, room: usize) -> Vec<Line> {
    let open: Vec<_> = reverts::open(&run.state).collect();
    let shown = if open.len() > ON_TOP { ON_TOP - 1 } else { open.len() };
    let row = |text: &str| Line::of(&fit(&sanitise_inline(text), room), Role::Danger);
    let mut rows: Vec<Line> = open
        .iter()
        .take(shown)
        .map(|(_, revert)| {
            let number = run.step_of(&revert.step).map_or("", |step| step.number.as_str());
            row(&format!("! {} {number} {}", Label::REVERT.text(language), revert.what))
        })
        .collect();
    let more = open.len() - shown;
    if more > 0 {
        rows.push(row(&match language {
            Language::Ja => format!("! ほか {more} 件（r）"),
            Language::En => format!("! {more} more (r)"),
        }));
    }
    rows
}

/// What one of the things to be undone is.
pub fn what(run: Option<&RunView>, number: usize, pen: Pen) -> Vec<Line> {
    let found = run.and_then(|run| number.checked_sub(1).and_then(|at| run.state.reverts.get(at)));
    found.map(|revert| wrap(Line::of(&revert.what, Role::Title), pen.room, 2)).unwrap_or_default()
}

fn row(text: &str, chosen: bool, role: Role, pen: Pen) -> Line {
    let mark = if chosen { "> " } else { "  " };
    let text = fit(&sanitise_inline(text), pen.room.saturating_sub(2));
    Line { row: chosen.then_some(Role::Selected), ..Line::of(mark, Role::Key).and(&text, role) }
}

/// The things to be undone, and a row for one more.
pub fn choices(run: &RunView, numbers: &[usize], at: usize, pen: Pen) -> Vec<Line> {
    let texts = numbers.iter().filter_map(|number| Some(&run.state.reverts.get(number.checked_sub(1)?)?.what));
    let mut out: Vec<Line> = texts.enumerate().map(|(i, what)| row(what, i == at, Role::Text, pen)).collect();
    out.push(row(Label::REVERT_MORE.text(pen.language), at == numbers.len(), Role::Dim, pen));
    out
}

/// What can become of one of them.
pub fn ends(run: &RunView, number: usize, at: usize, pen: Pen) -> Vec<Line> {
    let mut out = what(Some(run), number, pen);
    out.push(Line::empty());
    let ends = [Ask::REVERT_DONE, Ask::REVERT_HAND, Ask::REVERT_DROP];
    out.extend(ends.iter().enumerate().map(|(i, end)| row(&end.text(pen.voice()), i == at, Role::Text, pen)));
    out
}

/// The hold point of a step, with who released it.
pub fn hold(run: &RunView, step: &StepId, pen: Pen) -> Vec<Line> {
    let own = run.state.steps.iter().find(|s| s.id == *step);
    let Some(hold) = own.and_then(|own| own.hold.as_ref()) else { return Vec::new() };
    let role = if hold.released.is_none() { Role::Danger } else { Role::Dim };
    let mut line = Line::of(&format!("{}: ", Label::HOLD.text(pen.language)), role).and(&hold.text, role);
    if let Some(stamp) = &hold.set {
        line = line.and(&format!("  {} {}", stamp.by.operator, clock(stamp.at)), Role::Dim);
    }
    let mut out = wrap(line, pen.room, 2);
    if let Some(release) = &hold.released {
        let head = format!("{} {}: ", Label::RELEASED.text(pen.language), release.by);
        let by = match pen.language {
            Language::Ja => format!("  入力 {} {}", release.stamp.by.operator, clock(release.stamp.at)),
            Language::En => format!("  entered by {} {}", release.stamp.by.operator, clock(release.stamp.at)),
        };
        let line = Line::of(&head, Role::Good).and(&release.said, Role::Text).and(&by, Role::Dim);
        out.extend(wrap(line, pen.room, 2));
    }
    out
}

/// The step holds the work, and nobody has released it.
pub fn holds_here(own: &StepState) -> bool {
    own.hold.as_ref().is_some_and(|hold| hold.released.is_none()) && !matches!(own.mark, Mark::RuledOut { .. })
}

/// The hold point of a step, and what it leaves to be undone.
pub fn of_step(run: &RunView, own: &StepState, step: &Step, pen: Pen) -> Vec<Line> {
    let mut out = hold(run, &own.id, pen);
    for revert in run.state.reverts.iter().filter(|revert| revert.step == own.id) {
        let (role, said) = match &revert.end {
            None => (Role::Danger, String::new()),
            Some((end, stamp)) => {
                let (word, text) = match end {
                    RevertEnd::Done { comment } => (Ask::REVERT_DONE, comment.clone().unwrap_or_default()),
                    RevertEnd::HandedOver { reason, due, owner } => {
                        (Ask::REVERT_HAND, format!("{owner} {due} {reason}"))
                    }
                    RevertEnd::Dropped { reason } => (Ask::REVERT_DROP, reason.clone()),
                };
                let who = format!("{} {}", stamp.by.operator, clock(stamp.at));
                (Role::Dim, format!("  {}: {text}  {who}", word.text(pen.voice())))
            }
        };
        let line = Line::of(&format!("! {} {}", Label::REVERT.text(pen.language), revert.what), role);
        out.extend(wrap(line.and(&said, Role::Dim), pen.room, 2));
    }
    let known = run.state.reverts.iter().any(|revert| revert.step == own.id);
    if let Some(words) = step.revert.as_ref().filter(|_| !known) {
        let line = Line::of(&format!("{}: ", Label::WHAT_TO_REVERT.text(pen.language)), Role::Caution);
        out.extend(wrap(line.and(words, Role::Caution), pen.room, 2));
    }
    out
}

/// What a command leaves to be undone, and the advice that names it.
pub fn of_command(run: &RunView, text: &str, pen: Pen) -> Vec<Line> {
    let mut out = Vec::new();
    let said = guidance::naming(&run.state, text);
    for advice in said {
        let line = Line::of(&format!("    {}: ", Label::ADVICE.text(pen.language)), Role::Caution);
        out.extend(wrap(line.and(advice, Role::Caution), pen.room, 4));
    }
    for what in crate::runbook::reverts::of_command(text, pen.language) {
        let what = what.split(": ").next().unwrap_or_default().to_owned();
        let line = Line::of(&format!("    {}: ", Label::WHAT_TO_REVERT.text(pen.language)), Role::Caution);
        out.extend(wrap(line.and(&what, Role::Caution), pen.room, 4));
    }
    out
}

/// The title and the text of a pause.
pub fn pause(run: &RunView, pause: Pause, pen: Pen) -> (Ask, Vec<Line>) {
    let mut out = Vec::new();
    for said in guidance::at(&run.state, pause) {
        out.extend(wrap(Line::of(&said.title, Role::Title), pen.room, 2));
        for item in &said.items {
            out.extend(wrap(Line::of("- ", Role::Dim).and(item, Role::Text), pen.room, 2));
        }
    }
    out.push(Line::empty());
    out.extend(prose(&Ask::PAUSE_WHY.text(pen.voice()), Role::Caution, pen.room, 0));
    (if pause == Pause::Begin { Ask::PAUSE_BEGIN } else { Ask::PAUSE_END }, out)
}
