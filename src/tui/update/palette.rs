//! The palette: opening it, moving in it, and going where Enter says.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::tui::action::Action;
use crate::tui::content;
use crate::tui::model::{Dialog, Model, Opened, Palette, Pane, Request, Screen, Target};
use crate::tui::update::{act, document, navigate, open, run_mut};

/// Opens the palette.
pub(super) fn show(model: &mut Model) -> Vec<Request> {
    let requests = document::need(model);
    let entries = content::palette::entries(model);
    open(model, Dialog::Palette(Box::new(Palette::new(entries))));
    requests
}

/// Moves in the palette.
pub(super) fn step(palette: &mut Palette, action: Action, page: usize) {
    let last = palette.hits.len().saturating_sub(1);
    let at = palette.selected;
    palette.selected = match action {
        // Up from the first goes to the last, and back: the list is short where something was typed.
        Action::ChoiceAfter if at >= last => 0,
        Action::ChoiceAfter => at + 1,
        Action::ChoiceBefore if at == 0 => last,
        Action::ChoiceBefore => at - 1,
        Action::PageDown => at.saturating_add(page).min(last),
        Action::PageUp => at.saturating_sub(page),
        // No other action is a move.
        _ => at,
    };
}

/// Does what the selected entry says; for an action exactly what its key does.
pub(super) fn take(model: &mut Model, palette: &Palette) -> Vec<Request> {
    let Some(entry) = palette.chosen() else {
        // Nothing fits: what was typed stays.
        model.dialog = Some(Dialog::Palette(Box::new(palette.clone())));
        return Vec::new();
    };
    match &entry.target {
        Target::Do(action) => {
            // The screen may have changed below the palette: only what has a key there is done, or what the document has.
            if *action != Action::Renew && model.keymap.keys_in(model.ground(), *action).is_empty() {
                return Vec::new();
            }
            return act(model, *action);
        }
        Target::Step(step) => {
            if let Some(run) = run_mut(model)
                && let Some(at) = run.index_of(step)
            {
                navigate::select(run, at);
                run.focus = Pane::List;
                run.zoomed = false;
            }
        }
        Target::Procedure(procedure) => {
            if let Screen::Pick(pick) = &mut model.screen {
                pick.opened = Some(Opened { procedure: *procedure, scroll: 0 });
            }
        }
        Target::Line(line) => return document::show(model, Some(*line)),
    }
    Vec::new()
}
