//! What a person does to a step besides running and judging it: each begins with a form.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::ids::StepId;
use crate::run::command::Command;
use crate::run::event::Verdict;
use crate::run::state::Mark;
use crate::tui::action::Action;
use crate::tui::edit::Field;
use crate::tui::model::{Dialog, FormAbout, FormAsk, Model, RunView};
use crate::tui::update::{may_act, open, refuse, run_mut};
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

fn form(about: FormAbout, fields: usize) -> FormAsk {
    FormAsk { about, fields: vec![Field::default(); fields], focus: 0, scroll: 0 }
}

/// What a filled form asks of the host, and the step that it is about.
pub(super) fn answer(form: FormAsk) -> Result<(Option<StepId>, Command), Say> {
    if form.fields.iter().any(Field::is_blank) {
        return Err(Say::FIELD_MISSING);
    }
    let mut texts = form.fields.iter().map(Field::text);
    let mut next = || texts.next().unwrap_or_default();
    Ok(match form.about {
        FormAbout::Override(step) => {
            let (reason, approver) = (next(), next());
            (Some(step.clone()), Command::OverrideStep { step, reason, approver })
        }
    })
}
