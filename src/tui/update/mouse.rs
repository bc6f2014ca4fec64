//! The mouse, where it is listened to: a click selects, the wheel scrolls. It runs nothing and answers no question.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::run::state::Phase;
use crate::tui::action::Action;
use crate::tui::content;
use crate::tui::layout::{self, Kind};
use crate::tui::model::{Dialog, ListRow, Model, Pane, Request, RunView, Screen};
use crate::tui::update::{act, navigate};

/// Rows that one notch of the wheel moves.
const NOTCH: usize = 3;

/// Takes an event of the mouse in.
#[expect(clippy::wildcard_enum_match_arm, reason = "moves, drags and other buttons mean nothing here")]
pub(super) fn mouse(model: &mut Model, event: MouseEvent) -> Vec<Request> {
    let at = Position { x: event.column, y: event.row };
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => click(model, at),
        MouseEventKind::ScrollDown => wheel(model, at, Action::Down),
        MouseEventKind::ScrollUp => wheel(model, at, Action::Up),
        // Moves, drags and the other buttons.
        _ => {}
    }
    Vec::new()
}

fn click(model: &mut Model, at: Position) {
    model.said = None;
    let (layout, language) = (model.layout, model.language);
    if let Some(dialog) = &mut model.dialog {
        if let Dialog::Palette(palette) = dialog {
            let inner = layout::inside(layout::palette(model.size));
            let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
            if let Some(row) = row_in(list, at).map(|row| row + palette.scroll).filter(|row| *row < palette.hits.len())
            {
                palette.selected = row;
            }
        }
        return;
    }
    match &mut model.screen {
        Screen::Run(run) if run.state.phase == Phase::Open && run.typing.is_none() => {
            let Some(pane) = pane_at(run, layout, at) else { return };
            run.focus = pane;
            let Some(row) = (pane == Pane::List).then(|| row_in(layout.list, at)).flatten() else { return };
            if let Some(ListRow::Step(step)) = run.list_rows().get(row + run.list_scroll) {
                let step = *step;
                navigate::select(run, step);
            }
        }
        Screen::Pick(pick) if pick.opened.is_none() => {
            let list = Rect { y: layout.body.y + 2, height: layout.body.height.saturating_sub(2), ..layout.body };
            let rows = content::pick::rows(pick, language, usize::from(list.width));
            let row = row_in(list, at).and_then(|row| rows.get(row + pick.scroll));
            if let Some(item) = row.and_then(|row| row.item) {
                pick.selected = item;
            }
        }
        Screen::Home => {
            if let Some(home) = &mut model.home
                && let Some(row) = row_in(layout.body, at).map(|row| row + home.scroll)
                && !home.is_behind()
                && home.opens(row)
            {
                home.select(row);
            }
        }
        Screen::Run(_) | Screen::Pick(_) | Screen::Waiting { .. } => {}
    }
}

fn wheel(model: &mut Model, at: Position, way: Action) {
    let (layout, offers_outputs) = (model.layout, model.offers_outputs);
    let times = |model: &mut Model, action: Action| {
        for _ in 0..NOTCH {
            let _moves_ask_nothing = act(model, action);
        }
    };
    match &model.dialog {
        Some(Dialog::Palette(_)) => {
            let way = if way == Action::Down { Action::ChoiceAfter } else { Action::ChoiceBefore };
            let _moves_ask_nothing = act(model, way);
        }
        Some(_) => times(model, way),
        None => {
            if let Screen::Run(run) = &mut model.screen
                && run.state.phase == Phase::Open
            {
                let Some(pane) = pane_at(run, layout, at) else { return };
                let before = std::mem::replace(&mut run.focus, pane);
                let steps = if pane == Pane::List { 1 } else { NOTCH };
                for _ in 0..steps {
                    navigate::step(run, layout, way, offers_outputs);
                }
                // Looking elsewhere with the wheel takes the keys nowhere.
                run.focus = before;
            } else {
                times(model, way);
            }
        }
    }
}

fn pane_at(run: &RunView, layout: layout::Layout, at: Position) -> Option<Pane> {
    if run.zoomed {
        let second = [Pane::Second, Pane::Detail].into_iter().find(|p| layout.pane(*p).contains(at));
        let split = !layout.second_title.is_empty();
        return second.filter(|_| split).or(layout.output.contains(at).then_some(Pane::Output));
    }
    match layout.kind {
        Kind::TooSmall => None,
        Kind::Single => layout.body.contains(at).then_some(run.focus),
        Kind::Double => [Pane::List, Pane::Detail, Pane::Output].into_iter().find(|p| layout.pane(*p).contains(at)),
    }
}

fn row_in(area: Rect, at: Position) -> Option<usize> {
    area.contains(at).then(|| usize::from(at.y - area.y))
}
