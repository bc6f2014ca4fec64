//! What a person does to a step besides running and judging it: each begins with a form.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::ids::StepId;
use crate::run::choices;
use crate::run::command::{Command, Settle};
use crate::run::event::Verdict;
use crate::run::state::Mark;
use crate::tui::action::Action;
use crate::tui::edit::Field;
use crate::tui::model::{Dialog, FormAbout, FormAsk, Model, RunView};
use crate::tui::update::{environment, may_act, open, refuse, run_mut};
use crate::tui::words::Say;

/// Opens the form of an action of this family.
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
    let own = run.state.steps.get(run.selected).ok_or(Say::NO_SUCH_STEP)?;
    if action == Action::Choose {
        return choose(run).map(Some);
    }
    let about = match action {
        Action::Override => match own.mark {
            Mark::Judged { verdict: Verdict::Failed | Verdict::Undecided, .. } => FormAbout::Override(own.id.clone()),
            _ => return Err(Say::NOTHING_TO_OVERRIDE), // Nothing else is accepted all the same.
        },
        // The other actions belong to other families.
        _ => return Ok(None),
    };
    Ok(Some(Dialog::Form(form(about, 2))))
}

/// Sub-points of the step, else the alternatives that the command stands among, else the step itself.
fn choose(run: &RunView) -> Result<Dialog, Say> {
    let (Some(own), Some(step)) = (run.state.steps.get(run.selected), run.step()) else {
        return Err(Say::NO_SUCH_STEP);
    };
    if own.mark != Mark::Open {
        return Err(Say::MARKED);
    }
    let id = step.id.clone();
    if !choices::alternatives(step, run.command).is_empty() {
        return Ok(Dialog::Choose { step: id, command: Some(run.command), scroll: 0 });
    }
    if choices::steps_are_alternatives(&run.state) && run.state.chosen.as_ref().is_none_or(|(chosen, _)| *chosen != id)
    {
        return Ok(Dialog::Choose { step: id, command: None, scroll: 0 });
    }
    let points = choices::points(step);
    if points.is_empty() {
        return Err(Say::NOTHING_TO_CHOOSE);
    }
    let at = (0..points.len()).find(|at| !own.ticked.contains_key(at)).unwrap_or(0);
    Ok(Dialog::Points { step: id, at })
}

pub(super) fn form(about: FormAbout, fields: usize) -> FormAsk {
    FormAsk { about, fields: vec![Field::default(); fields], focus: 0, scroll: 0 }
}

/// What a filled form asks of the host, and the step that it is about.
pub(super) fn answer(form: FormAsk) -> Result<(Option<StepId>, Command), Say> {
    let needed = |(at, _): &(usize, &Field)| form.about.optional() != Some(*at);
    if form.fields.iter().enumerate().filter(needed).any(|(_, field)| field.is_blank()) {
        return Err(Say::FIELD_MISSING);
    }
    let mut texts = form.fields.iter().map(Field::text);
    let mut next = || texts.next().unwrap_or_default();
    Ok(match form.about {
        FormAbout::Override(step) => {
            let (reason, approver) = (next(), next());
            (Some(step.clone()), Command::OverrideStep { step, reason, approver })
        }
        FormAbout::Owe(step) => (Some(step.clone()), Command::OweRevert { step, what: next() }),
        FormAbout::Undone(number) => {
            let comment = Some(next()).filter(|comment| !comment.trim().is_empty());
            (None, Command::SettleRevert { number, how: Settle::Done { comment } })
        }
        FormAbout::HandOver(number) => {
            let (reason, due, owner) = (next(), next(), next());
            (None, Command::SettleRevert { number, how: Settle::HandOver { reason, due, owner } })
        }
        FormAbout::DropRevert(number) => (None, Command::SettleRevert { number, how: Settle::Drop { reason: next() } }),
        FormAbout::SetHold(step) => (Some(step.clone()), Command::SetHold { step, text: next() }),
        FormAbout::Release(step) => {
            let (by, said) = (next(), next());
            (Some(step.clone()), Command::ReleaseHold { step, by, said })
        }
        FormAbout::AddStep { after } => {
            let (title, command, reason) = (next(), next(), next());
            let command = (!command.trim().is_empty()).then_some(command);
            (after.clone(), Command::AddStep { after, title, command, reason })
        }
        FormAbout::ChangeCommand { step, command, text } => {
            (Some(step.clone()), Command::ChangeCommand { step, command, text, reason: next() })
        }
        FormAbout::Environment(about) => (None, environment::answer(about, next)),
    })
}
