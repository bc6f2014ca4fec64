//! What a run does otherwise than its document: adding a step, writing a command, moving commands to another step.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use ratatui_textarea::TextArea;

use crate::ids::StepId;
use crate::run::command::{Block, Command};
use crate::run::guidance::{self, Pause};
use crate::run::state::Mark;
use crate::run::{deviations, holds, reverts};
use crate::runbook::model::Step;
use crate::tui::action::Action;
use crate::tui::content::refusal;
use crate::tui::keymap::Voice;
use crate::tui::model::{
    ConfirmAbout, ConfirmAsk, Dialog, FormAbout, Model, Request, RowsAbout, RowsAsk, RunView, Screen,
};
use crate::tui::update::{ask, environment, life, mark, may_act, open, refuse, renewal, run_mut};
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
    if action == Action::Revert {
        let numbers: Vec<usize> = reverts::open(&run.state).map(|(number, _)| number).collect();
        return Ok(Some(match numbers.is_empty() {
            true => Dialog::Form(life::form(FormAbout::Owe(own.id.clone()), 1)),
            false => Dialog::Rows(RowsAsk { about: RowsAbout::Reverts { numbers, step: own.id.clone() }, at: 0 }),
        }));
    }
    if action == Action::Hold {
        return Ok(Some(match holds::holding(&run.state, &own.id) {
            Some((by, _)) => release(by.clone()),
            None if own.mark != Mark::Open => return Err(Say::MARKED),
            None => Dialog::Form(life::form(FormAbout::SetHold(own.id.clone()), 1)),
        }));
    }
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

/// Asks who released a hold point.
pub(super) fn release(step: StepId) -> Dialog {
    Dialog::Form(life::form(FormAbout::Release(step), 2))
}

/// The pause that comes before what is wished for, where nobody has read it yet.
pub(super) fn pause(run: &RunView, pause: Pause, then: Action) -> Option<Dialog> {
    let about = ConfirmAbout::Guidance { pause, then };
    guidance::unread(&run.state, pause).then_some(Dialog::Confirm(ConfirmAsk { about, scroll: 0 }))
}

/// The command is written: what is left is the reason. One that could never run stays in the hands of the person.
pub(super) fn edited(model: &mut Model, step: StepId, command: Option<usize>, area: Box<TextArea<'static>>) {
    let (language, keymap) = (model.language, model.keymap.clone());
    let voice = Voice { language, keymap: &keymap };
    let text = area.lines().join("\n");
    let Some(run) = run_mut(model) else { return };
    let executor = command.and_then(|at| Some(run.step_of(&step)?.command(at)?.0.executor));
    let problem = match deviations::refused(&run.state, executor, &text) {
        _ if text.trim().is_empty() => Some(Say::FIELD_MISSING.text(voice).into_owned()),
        Some(reason) => Some(refusal::blocked(&Block::NotRunnable { reason: Some(reason) }, voice)),
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
        let last = match &rows.about {
            RowsAbout::Move { .. } => run.state.steps.len().saturating_sub(1),
            RowsAbout::Environment => environment::count(run).saturating_sub(1),
            RowsAbout::Reverts { numbers, .. } => numbers.len(),
            RowsAbout::RevertHow { .. } => 2,
            RowsAbout::Connection { names } => names.len().saturating_sub(1),
        };
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

/// What a yes asks of the host.
pub(super) fn agreed(run: &mut RunView, asked: ConfirmAsk) -> Vec<Request> {
    let kept = Dialog::Confirm(asked.clone());
    let (step, command) = match asked.about {
        ConfirmAbout::Renew { .. } => return renewal::agreed(run, asked),
        ConfirmAbout::Guidance { pause, .. } => (None, Command::ReadGuidance { pause }),
        ConfirmAbout::Line { after, line, step } => (after.clone(), Command::AddLine { after, line, step }),
    };
    ask(run, step, command, Some(kept))
}

/// The dialog that a chosen row leads on to; nothing where it asks the host at once.
pub(super) fn further(rows: &RowsAsk) -> Option<Dialog> {
    let about = match &rows.about {
        // A row of the shell's folder and variables has a form of its own.
        RowsAbout::Move { .. } | RowsAbout::Environment | RowsAbout::Connection { .. } => return None,
        RowsAbout::Reverts { numbers, step } => match numbers.get(rows.at) {
            Some(number) => {
                return Some(Dialog::Rows(RowsAsk { about: RowsAbout::RevertHow { number: *number }, at: 0 }));
            }
            None => (FormAbout::Owe(step.clone()), 1),
        },
        RowsAbout::RevertHow { number } => match rows.at {
            0 => (FormAbout::Undone(*number), 1),
            1 => (FormAbout::HandOver(*number), 3),
            _ => (FormAbout::DropRevert(*number), 1),
        },
    };
    let (about, fields) = about;
    Some(Dialog::Form(life::form(about, fields)))
}

/// What a chosen row asks of the host, and the step that it is about.
pub(super) fn chosen(run: &RunView, rows: RowsAsk) -> Result<(Option<StepId>, Command), Say> {
    match rows.about {
        // These lead on to another dialog: see `further`.
        RowsAbout::Reverts { .. } | RowsAbout::RevertHow { .. } => Err(Say::NOTHING_TO_REVERT),
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
        RowsAbout::Connection { names } => {
            let connection = names.get(rows.at).cloned().ok_or(Say::ONE_CONNECTION)?;
            Ok((None, Command::ChooseConnection { connection }))
        }
        // It opens a form, and asks nothing by itself.
        RowsAbout::Environment => Err(Say::NO_SHELL),
    }
}
