//! Choosing a procedure, trusting its document, and starting a run of it.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::ids::{ProcedureId, RunId};
use crate::tui::action::Action;
use crate::tui::backend::{Beside, GoingOn};
use crate::tui::model::{Dialog, Model, Opened, Request, Screen, Tone};
use crate::tui::update::{open, refuse, say, tell};
use crate::tui::words::Say;

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Request> {
    let Screen::Pick(pick) = &mut model.screen else { return Vec::new() };
    match action {
        Action::Filter => pick.filtering = true,
        Action::Open => {
            if let Some(procedure) = pick.matching().get(pick.selected).copied() {
                pick.opened = Some(Opened { procedure, scroll: 0 });
            }
        }
        Action::Trust => {
            if pick.trusted {
                tell(model, Say::ALREADY_TRUSTED);
            } else {
                open(model, Dialog::Trust { scroll: 0 });
            }
        }
        Action::Start => {
            if pick.starting {
                tell(model, Say::STARTING);
            } else if !pick.trusted && !pick.place.drill {
                refuse(model, Say::UNTRUSTED);
            } else if let Some(p) = pick.opened.and_then(|o| pick.runbook.procedures.get(o.procedure)) {
                let id = p.id.clone();
                pick.starting = true;
                tell(model, Say::STARTING);
                return vec![Request::Start(id, Beside::Ask)];
            }
        }
        // The other actions belong to other families.
        _ => {}
    }
    Vec::new()
}

/// Runs of the procedure go on: the person joins one, or begins another all the same.
pub(super) fn goes_on(model: &mut Model, procedure: ProcedureId, runs: Vec<GoingOn>) -> Vec<Request> {
    if let Screen::Pick(pick) = &mut model.screen {
        pick.starting = false;
        model.said = None;
        open(model, Dialog::Join { procedure, runs, at: 0 });
    }
    Vec::new()
}

/// Joins the chosen run, or begins another where none is chosen.
pub(super) fn join(model: &mut Model, procedure: ProcedureId, chosen: Option<RunId>) -> Vec<Request> {
    let Screen::Pick(pick) = &mut model.screen else { return Vec::new() };
    pick.starting = true;
    let sentence = if chosen.is_some() { Say::JOINING } else { Say::STARTING };
    tell(model, sentence);
    match chosen {
        Some(run) => vec![Request::Join(run)],
        None => vec![Request::Start(procedure, Beside::Another)],
    }
}

/// A run could not be started.
pub(super) fn start_failed(model: &mut Model, why: &str) -> Vec<Request> {
    if let Screen::Pick(pick) = &mut model.screen {
        pick.starting = false;
    }
    say(model, why, Tone::Problem);
    Vec::new()
}
