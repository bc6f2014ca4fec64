//! What a run does otherwise than its document: adding a step, writing a command, moving commands to another step.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use ratatui_textarea::TextArea;

use crate::ids::StepId;
use crate::run::command::{Block, Command};
use crate::run::deviations;
use crate::run::state::Mark;
use crate::runbook::model::Step;
use crate::tui::action::Action;
use crate::tui::content::refusal;
use crate::tui::model::{ConfirmAbout, ConfirmAsk, Dialog, FormAbout, Model, RowsAbout, RowsAsk, RunView, Screen};
use crate::tui::update::{environment, life, mark, may_act, open, refuse, run_mut};
use crate::tui::words::Say;

/// Opens the dialog of an action of this family.
pub(super) fn act(model: &mut Model, action: Action) {
    let Some(run) = run_mut(model) else { return };
    match dialog(run, action) {
        Ok(Some(dialog)) => open(model, dialog),
        Ok(None) => {}
        Err(sentence) => refuse(model, sentence),
    }
}

fn dialog(run: &RunView, action: Action) -> Result<Option<Dialog>, Say> {
    may_act(run)?;
    if action == Action::AddStep {
        let after = run.step().map(|step| step.id.clone());
        return Ok(Some(Dialog::Form(life::form(FormAbout::AddStep { after }, 3))));
    }
    let (Some(own), Some(step)) = (run.state.steps.get(run.selected), run.step()) else {
        return Err(Say::NO_SUCH_STEP);
    };
    if own.mark != Mark::Open {
        return Err(Say::MARKED);
    }
    Ok(Some(match action {
        Action::ChangeCommand => {
            let found = step.command(run.command).filter(|(block, _)| deviations::can_be_changed(block));
            let lines = found.map(|(_, command)| command.text.lines().map(str::to_owned).collect());
            let area = mark::area(lines.unwrap_or_default());
            Dialog::Edit { step: step.id.clone(), command: found.map(|_| run.command), area }
        }
        Action::MoveCommand => {
            if step.command(run.command).is_none() {
                return Err(Say::NOTHING_TO_RUN);
            }
            if run.state.attempts.iter().any(|a| a.start.step == step.id) {
                return Err(Say::RUN_ALREADY);
            }
            let commands = vec![run.command];
            let about = RowsAbout::Move { from: step.id.clone(), commands, whole: false };
            let last = run.state.steps.len().saturating_sub(1);
            let next = if run.selected < last { run.selected + 1 } else { run.selected.saturating_sub(1) };
            if next == run.selected {
                return Err(Say::ONE_STEP);
            }
            Dialog::Rows(RowsAsk { about, at: next })
        }
        // The other actions belong to other families.
        _ => return Ok(None),
    }))
}

/// The command is written: what is left is the reason. One that could never run stays in the hands of the person.
pub(super) fn edited(model: &mut Model, step: StepId, command: Option<usize>, area: Box<TextArea<'static>>) {
    let language = model.language;
    let text = area.lines().join("\n");
    let Some(run) = run_mut(model) else { return };
    let executor = command.and_then(|at| Some(run.step_of(&step)?.command(at)?.0.executor));
    let problem = match deviations::refused(&run.state, executor, &text) {
        _ if text.trim().is_empty() => Some(Say::FIELD_MISSING.text(language).to_owned()),
        Some(reason) => Some(refusal::blocked(&Block::NotRunnable { reason: Some(reason) }, language)),
        None => None,
    };
    if problem.is_some() {
        model.dialog = Some(Dialog::Edit { step, command, area });
        model.dialog_problem = problem;
        return;
    }
    open(model, Dialog::Form(life::form(FormAbout::ChangeCommand { step, command, text }, 1)));
}

/// Moves on among the rows.
pub(super) fn choose(model: &mut Model, by: isize) {
    let Screen::Run(run) = &model.screen else { return };
    if let Some(Dialog::Rows(rows)) = &mut model.dialog {
        let count = match rows.about {
            RowsAbout::Move { .. } => run.state.steps.len(),
            RowsAbout::Environment => environment::count(run),
        };
        let last = count.saturating_sub(1);
        rows.at = rows.at.saturating_add_signed(by).min(last);
    }
}

/// Moves one command, or the whole fence that it stands in.
pub(super) fn other_scope(model: &mut Model) {
    let Screen::Run(run) = &model.screen else { return };
    let Some(Dialog::Rows(RowsAsk { about: RowsAbout::Move { from, commands, whole }, .. })) = &mut model.dialog else {
        return;
    };
    let Some(step) = run.step_of(from) else { return };
    let fence = fence_of(step, run.command);
    *whole = !*whole && fence.len() > 1;
    *commands = if *whole { fence } else { vec![run.command] };
}

/// The places of the commands of the fence that a command stands in.
fn fence_of(step: &Step, command: usize) -> Vec<usize> {
    let mut first = 0;
    for block in &step.blocks {
        let places = first..first + block.commands.len();
        if places.contains(&command) {
            return places.collect();
        }
        first = places.end;
    }
    vec![command]
}

/// What a yes asks of the host, and the step that it is about.
pub(super) fn agreed(asked: ConfirmAsk) -> (Option<StepId>, Command) {
    match asked.about {
        ConfirmAbout::Line { after, line, step } => (after.clone(), Command::AddLine { after, line, step }),
    }
}

/// What a chosen row asks of the host, and the step that it is about.
pub(super) fn chosen(run: &RunView, rows: RowsAsk) -> Result<(Option<StepId>, Command), Say> {
    match rows.about {
        RowsAbout::Move { from, commands, .. } => {
            let to = run.state.steps.get(rows.at).ok_or(Say::NO_SUCH_STEP)?;
            if to.id == from {
                return Err(Say::ITS_OWN_STEP);
            }
            if to.mark != Mark::Open {
                return Err(Say::MARKED);
            }
            Ok((Some(from.clone()), Command::MoveCommands { from, commands, to: to.id.clone(), reason: None }))
        }
        // It opens a form, and asks nothing by itself.
        RowsAbout::Environment => Err(Say::NO_SHELL),
    }
}
