//! The folder and the variables of the run's own shell, as far as they differ from its start.

use crate::run::environment::{SetBy, Variable};
use crate::run::query;
use crate::tui::content::clock;
use crate::tui::content::detail::Pen;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::{EnvironmentAbout, RunView};
use crate::tui::text::{Line, fit, prose, width, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label};

/// The rows: the folder, a new variable, then each variable with what set it.
pub fn rows(run: &RunView, at: usize, pen: Pen) -> Vec<Line> {
    let Some(lane) = query::main_lane(&run.state) else { return Vec::new() };
    let start = run.state.start().map(|start| start.cwd.as_str()).unwrap_or_default();
    let mark = |row: usize, line: Line| Line { row: (row == at).then_some(Role::Selected), ..line };
    let folder = format!("{} {}", Label::FOLDER.text(pen.language), sanitise_inline(&lane.cwd));
    let role = if lane.cwd == start { Role::Text } else { Role::Finding };
    let mut out = vec![mark(0, Line::of(&fit(&folder, pen.room), role))];
    out.push(mark(1, Line::of(&format!("+ {}", Label::NEW_VARIABLE.text(pen.language)), Role::Text)));
    for (number, variable) in lane.variables.iter().enumerate() {
        out.push(mark(number + 2, row(run, variable, pen)));
    }
    if lane.variables.is_empty() {
        out.extend(prose(&Ask::NO_VARIABLES.text(pen.voice()), Role::Dim, pen.room, 0));
    }
    if !lane.dropped.is_empty() {
        let names = lane.dropped.iter().map(|name| sanitise_inline(name)).collect::<Vec<_>>().join(", ");
        let text = format!("{} {names}", &Ask::NOT_HANDED_ON.text(pen.voice()));
        out.extend(prose(&text, Role::Caution, pen.room, 2));
    }
    out
}

fn row(run: &RunView, variable: &Variable, pen: Pen) -> Line {
    let by = set_by(run, &variable.by, pen);
    let space = pen.room.saturating_sub(width(&by) + 2);
    let name = sanitise_inline(&variable.name);
    let line = match &variable.value {
        Some(value) => {
            let more = if variable.cut { "…" } else { "" };
            let text = fit(&format!("{name}={}{more}", sanitise_inline(value)), space);
            Line::of(&text, Role::Text)
        }
        None => Line::of(&fit(&format!("- {name}"), space), Role::Dim),
    };
    line.right(&by, Role::Dim)
}

/// The step whose command set it, or the person who did.
fn set_by(run: &RunView, by: &SetBy, pen: Pen) -> String {
    match by {
        SetBy::Person(stamp) => {
            fit(&format!("{} {}", sanitise_inline(&stamp.by.operator), clock(stamp.at)), pen.room / 3)
        }
        SetBy::Command(attempt) => {
            let step = run.state.attempt(*attempt).and_then(|a| run.step_of(&a.start.step));
            step.map_or_else(String::new, |step| {
                fit(&format!("{} {}", step.number, sanitise_inline(step.bare_title())), pen.room / 3)
            })
        }
    }
}

/// The form in which one of them is changed.
pub fn form(run: Option<&RunView>, about: &EnvironmentAbout, pen: Pen) -> (Ask, Vec<Line>, Vec<Label>) {
    let (why, labels) = match about {
        EnvironmentAbout::Folder => (Ask::FOLDER_WHY, vec![Label::FOLDER]),
        EnvironmentAbout::Variable { .. } => (Ask::VARIABLE_WHY, vec![Label::VALUE]),
        EnvironmentAbout::NewVariable => (Ask::NEW_VARIABLE_WHY, vec![Label::NAME, Label::VALUE]),
    };
    let mut text = Vec::new();
    if let (EnvironmentAbout::Variable { name }, Some(run)) = (about, run) {
        let known = query::main_lane(&run.state).and_then(|lane| lane.variables.iter().find(|v| v.name == *name));
        let by = known.map(|variable| set_by(run, &variable.by, pen)).unwrap_or_default();
        let line = Line::of(&sanitise_inline(name), Role::Title).and(&format!("  {by}"), Role::Dim);
        text.extend(wrap_exact(line, pen.room, 2));
    }
    text.extend(prose(&why.text(pen.voice()), Role::Text, pen.room, 0));
    (Ask::ENVIRONMENT, text, labels)
}
