//! What a run does otherwise than its document, as text: forms, lists, and what stands beside such steps.

use std::borrow::Cow;

use crate::i18n::Language;
use crate::ids::StepId;
use crate::run::command::Block;
use crate::run::query;
use crate::run::state::{Changed, Origin, Stamp, StepState};
use crate::runbook::shell;
use crate::tui::content::detail::Pen;
use crate::tui::content::dialog::step_title;
use crate::tui::content::{clock, environment, owes, refusal, renewal, server, signs};
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::{ConfirmAbout, RowsAbout, RowsAsk, RunView};
use crate::tui::text::{Line, fit, prose, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label};

/// The form of a step that is to be added.
pub fn added(run: Option<&RunView>, after: Option<&StepId>, pen: Pen) -> (Ask, Vec<Line>, Vec<Label>) {
    let mut text = after.map(|after| step_title(run, after, pen)).unwrap_or_default();
    if let Some(first) = text.first_mut() {
        *first = first.clone().and(&format!("  {}", signs(pen.ascii).follows), Role::Dim);
    }
    text.extend(prose(&Ask::ADD_STEP_WHY.text(pen.voice()), Role::Caution, pen.room, 0));
    (Ask::ADD_STEP, text, vec![Label::TITLE, Label::COMMAND_OPTIONAL, Label::REASON])
}

/// The form of a command that becomes another one: what it was, what it is, and what that may do.
pub fn changed(
    run: Option<&RunView>,
    step: &StepId,
    command: Option<usize>,
    text: &str,
    pen: Pen,
) -> (Ask, Vec<Line>, Vec<Label>) {
    let mut out = step_title(run, step, pen);
    let found = run.and_then(|r| r.step_of(step)).and_then(|s| s.command(command?));
    let rows = |sign: &str, text: &str, role: Role| -> Vec<Line> {
        text.lines().flat_map(|line| wrap_exact(Line::of(sign, Role::Dim).and(line, role), pen.room, 4)).collect()
    };
    let executor = found.map_or(crate::runbook::model::ExecutorKind::Shell, |(block, _)| block.executor);
    if let Some((_, old)) = found {
        out.extend(rows("- ", &old.text, Role::Failed));
    }
    out.extend(rows("+ ", text, Role::Good));
    for new in &shell::typed(executor, text, pen.language).commands {
        for danger in &new.dangers {
            out.extend(wrap(Line::of("! ", Role::Danger).and(&danger.why, Role::Danger), pen.room, 2));
        }
        let names: Vec<&str> = new.placeholders.iter().map(|p| p.name.as_str()).collect();
        if !names.is_empty() {
            let line = format!("! {}: {}", Label::PLACEHOLDER.text(pen.language), names.join(", "));
            out.extend(wrap(Line::of(&line, Role::Placeholder), pen.room, 2));
        }
    }
    out.extend(prose(&Ask::CHANGE_WHY.text(pen.voice()), Role::Caution, pen.room, 0));
    (Ask::CHANGE, out, vec![Label::REASON])
}

/// The title and the text of what is agreed to.
pub fn confirm(run: &RunView, about: &ConfirmAbout, pen: Pen) -> (Ask, Vec<Line>) {
    match about {
        ConfirmAbout::Guidance { pause, .. } => owes::pause(run, *pause, pen),
        ConfirmAbout::Renew { offer, untrusted, difference } => renewal::text(offer, *untrusted, difference, pen),
        ConfirmAbout::Line { after, line, step } => {
            let place = format!("{} {line}  ", Label::LINE.text(pen.language));
            let mut out = wrap(Line::of(&place, Role::Dim).and(&step.title, Role::Title), pen.room, 2);
            for (block, command) in step.blocks.iter().flat_map(|b| b.commands.iter().map(move |c| (b, c))) {
                let rows = command.text.lines();
                out.extend(
                    rows.flat_map(|text| wrap_exact(Line::of("  ", Role::Text).and(text, Role::Command), pen.room, 4)),
                );
                if !query::could_run(&run.state.connections, block, command) {
                    let why = refusal::blocked(&Block::NotRunnable { reason: command.reason }, pen.voice());
                    out.extend(prose(&why, Role::Dim, pen.room, 4));
                }
                for danger in &command.dangers {
                    out.extend(wrap(Line::of("  ! ", Role::Danger).and(&danger.why, Role::Danger), pen.room, 4));
                }
            }
            if step.blocks.is_empty() {
                out.extend(prose(Label::BY_HAND.text(pen.language), Role::Dim, pen.room, 2));
            }
            out.push(Line::empty());
            out.extend(after.iter().flat_map(|after| step_title(Some(run), after, pen)));
            out.extend(prose(&Ask::LINE_WHY.text(pen.voice()), Role::Text, pen.room, 0));
            (Ask::LINE, out)
        }
    }
}

/// What stands over a command that is being written.
pub fn edited(run: &RunView, step: &StepId, pen: Pen) -> Vec<Line> {
    step_title(Some(run), step, pen)
}

/// The title of a list of rows.
pub fn title(rows: &RowsAsk) -> Ask {
    match rows.about {
        RowsAbout::Move { .. } => Ask::MOVE,
        RowsAbout::Environment => Ask::ENVIRONMENT,
        RowsAbout::Reverts { .. } => Ask::REVERTS,
        RowsAbout::RevertHow { .. } => Ask::REVERT_HOW,
        RowsAbout::Connection { .. } => Ask::CONNECTION,
    }
}

/// The rows to choose from, with the one marked that the keys belong to.
pub fn rows(run: &RunView, asked: &RowsAsk, pen: Pen) -> Vec<Line> {
    match &asked.about {
        RowsAbout::Environment => environment::rows(run, asked.at, pen),
        RowsAbout::Reverts { numbers, .. } => owes::choices(run, numbers, asked.at, pen),
        RowsAbout::RevertHow { number } => owes::ends(run, *number, asked.at, pen),
        RowsAbout::Connection { names } => server::rows(run, names, asked.at, pen),
        RowsAbout::Move { from, commands, .. } => {
            let source = run.step_of(from);
            let texts = commands.iter().filter_map(|at| Some(source?.command(*at)?.1.text.as_str()));
            let mut out: Vec<Line> = texts
                .flat_map(str::lines)
                .map(|text| Line::of(&fit(&sanitise_inline(text), pen.room), Role::Command))
                .take(2)
                .collect();
            let steps = run.state.procedure_steps().iter().enumerate();
            out.extend(steps.map(|(i, step)| {
                let role = if step.id == *from { Role::Dim } else { Role::Text };
                let text = fit(&sanitise_inline(step.bare_title()), pen.room.saturating_sub(8));
                let line = Line::of(&format!("{} ", step.number), Role::Dim).and(&text, role);
                Line { row: (i == asked.at).then_some(Role::Selected), ..line }
            }));
            out
        }
    }
}

/// How much is moved: the choices under the list.
pub fn scopes(asked: &RowsAsk, pen: Pen) -> Vec<(Cow<'static, str>, Role, bool)> {
    match &asked.about {
        RowsAbout::Environment | RowsAbout::Connection { .. } => Vec::new(),
        RowsAbout::Move { whole, .. } => [(Label::ONE_COMMAND, false), (Label::WHOLE_FENCE, true)]
            .map(|(label, all)| (label.text(pen.language).into(), Role::Title, *whole == all))
            .to_vec(),
        RowsAbout::Reverts { .. } | RowsAbout::RevertHow { .. } => Vec::new(),
    }
}

/// Where a step of this run comes from that the document does not have so.
pub fn origin(own: &StepState, pen: Pen) -> Option<Vec<Line>> {
    let Origin::Added { line, reason, stamp, .. } = &own.origin else { return None };
    let what = match (line, pen.language) {
        (Some(line), Language::Ja) => format!("この実施で追加（文書 {line} 行目）"),
        (Some(line), Language::En) => format!("added in this run (line {line} of the document)"),
        (None, Language::Ja) => "この実施で追加".to_owned(),
        (None, Language::En) => "added in this run".to_owned(),
    };
    Some(said(&what, reason.as_deref(), stamp, pen))
}

/// What this run changed of a step.
pub fn changes(run: &RunView, own: &StepState, pen: Pen) -> Vec<Line> {
    let number = |id: &StepId| run.step_of(id).map_or_else(|| id.0.clone(), |s| s.number.clone());
    let mut out = Vec::new();
    for change in &own.changes {
        let what = match (&change.what, pen.language) {
            (Changed::Command { command, was, .. }, Language::Ja) => {
                format!("この実施で変更（コマンド {}、元: {}）", command + 1, one_line(was))
            }
            (Changed::Command { command, was, .. }, Language::En) => {
                format!("changed in this run (command {}, was: {})", command + 1, one_line(was))
            }
            (Changed::CommandAdded { .. }, Language::Ja) => "この実施でコマンドを追加".to_owned(),
            (Changed::CommandAdded { .. }, Language::En) => "a command was added in this run".to_owned(),
            (Changed::CameFrom { step, .. }, Language::Ja) => format!("手順 {} から移したコマンド", number(step)),
            (Changed::CameFrom { step, .. }, Language::En) => format!("has commands of step {}", number(step)),
            (Changed::WentTo { step, .. }, Language::Ja) => format!("コマンドを手順 {} へ移した", number(step)),
            (Changed::WentTo { step, .. }, Language::En) => format!("its commands went to step {}", number(step)),
            (Changed::ByDocument, Language::Ja) => "実施中に文書が変更された（判定は改めて）".to_owned(),
            (Changed::ByDocument, Language::En) => "the document changed it during the run; judge it anew".to_owned(),
            (Changed::NewInDocument, Language::Ja) => "実施中に文書へ追加された".to_owned(),
            (Changed::NewInDocument, Language::En) => "it was added to the document during the run".to_owned(),
        };
        out.extend(said(&what, change.reason.as_deref(), &change.stamp, pen));
    }
    out
}

/// The sign before the title of a step that the document does not have so.
pub fn sign(own: &StepState) -> &'static str {
    match &own.origin {
        Origin::Added { .. } => "+ ",
        Origin::Document | Origin::Branch { .. } => match own.changes.last().map(|change| &change.what) {
            None => "",
            Some(Changed::NewInDocument) => "+ ",
            Some(_) => "~ ", // All others changed a step that was there.
        },
    }
}

/// The first line of a command, and that there is more.
fn one_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if lines.next().is_some() { format!("{first} …") } else { first.to_owned() }
}

fn said(what: &str, reason: Option<&str>, stamp: &Stamp, pen: Pen) -> Vec<Line> {
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    let line = Line::of(what, Role::Finding)
        .and(&reason, Role::Text)
        .and(&format!("  {} {}", stamp.by.operator, clock(stamp.at)), Role::Dim);
    wrap(line, pen.room, 2)
}
