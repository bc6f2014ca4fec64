//! Signing, giving up, taking over and leaving.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::console::wire::Role;
use crate::run::guidance::Pause;
use crate::run::state::Phase;
use crate::run::{query, reverts};
use crate::tui::action::Action;
use crate::tui::backend::Left;
use crate::tui::edit::Field;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::{Dialog, Link, Model, Reason, Request, RowsAbout, RowsAsk, Screen};
use crate::tui::update::{home, may_act, open, plan, refuse, run_mut};
use crate::tui::words::Say;

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Request> {
    if matches!(action, Action::Detach | Action::Quit) {
        return leave(model);
    }
    let (preview, signer) = (model.preview, sanitise_inline(&model.operator));
    let Some(run) = run_mut(model) else { return Vec::new() };
    let next = match action {
        Action::SignOff => may_act(run).and_then(|()| {
            if run.running().is_some() {
                return Err(Say::BUSY);
            }
            if run.draft.is_some() {
                return Err(Say::DRAFT_LEFT);
            }
            let steps = query::untouched(&run.state);
            if steps.is_empty()
                && let Some((number, _)) = reverts::open(&run.state).next()
            {
                return Ok(Dialog::Rows(RowsAsk { about: RowsAbout::RevertHow { number }, at: 0 }));
            }
            if steps.is_empty()
                && let Some(pause) = plan::pause(run, Pause::End, action)
            {
                return Ok(pause);
            }
            Ok(if steps.is_empty() {
                Dialog::Sign { signer, fields: preview(&run.state), scroll: 0 }
            } else {
                Dialog::Untouched { steps, scroll: 0 }
            })
        }),
        Action::Abort => may_act(run).and_then(|()| {
            if run.running().is_some() {
                return Err(Say::BUSY);
            }
            Ok(Dialog::Reason { about: Reason::Abort, text: Field::default() })
        }),
        Action::TakeOver => match run.link {
            Link::Gone => Err(Say::GONE),
            Link::Up(Role::Drive) => Err(Say::DRIVING),
            Link::Up(Role::Watch) => Ok(Dialog::TakeOver),
        },
        // The other actions belong to other families.
        _ => return Vec::new(),
    };
    match next {
        Ok(dialog) => open(model, dialog),
        Err(sentence) => refuse(model, sentence),
    }
    Vec::new()
}

/// Leaves, after a question where a run goes on without the screen.
fn leave(model: &mut Model) -> Vec<Request> {
    match &model.screen {
        Screen::Run(r) if r.state.phase == Phase::Open && r.link != Link::Gone => {
            open(model, Dialog::Detach);
            Vec::new()
        }
        Screen::Home => vec![Request::Leave(left(model))],
        Screen::Run(_) | Screen::Pick(_) | Screen::Waiting { .. } if model.home.is_some() => home::back(model),
        Screen::Run(_) | Screen::Pick(_) | Screen::Waiting { .. } => vec![Request::Leave(left(model))],
    }
}

/// What is left behind when the screen is left now.
pub(super) fn left(model: &Model) -> Left {
    match &model.screen {
        // A run that was asked for may begin any moment.
        Screen::Pick(p) if p.starting => Left::Detached,
        Screen::Home | Screen::Pick(_) => Left::Ended,
        Screen::Waiting { .. } => Left::Detached,
        Screen::Run(r) if r.state.phase != Phase::Open => Left::Ended,
        Screen::Run(_) => Left::Detached,
    }
}
