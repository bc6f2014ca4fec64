//! Moving about: it never changes the run.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::run::state::{Attempt, Phase};
use crate::run::{choices, query};
use crate::tui::action::Action;
use crate::tui::layout::Layout;
use crate::tui::model::{Dialog, Model, Opened, Pane, RunView, Screen, Second, StepFilter};
use crate::tui::update::{dialog, moving_pane, palette, reading};

/// Carries a move out.
pub(super) fn act(model: &mut Model, action: Action) {
    let layout = model.layout;
    if let Some(open) = &mut model.dialog {
        let page = usize::from(model.size.1 / 2).max(1);
        if let Dialog::Palette(p) = open {
            palette::step(p, action, page);
        } else if let Some(scroll) = dialog::scroll_of(open) {
            *scroll = shifted(*scroll, action, page);
        }
        return;
    }
    match &mut model.screen {
        Screen::Home | Screen::Waiting { .. } => {}
        Screen::Pick(p) => {
            let page = usize::from(layout.body.height.saturating_sub(3)).max(1);
            match &mut p.opened {
                Some(Opened { scroll, .. }) => *scroll = shifted(*scroll, action, page),
                None => p.selected = shifted(p.selected, action, page),
            }
        }
        Screen::Run(run) => in_run(run, layout, action, model.offers_outputs),
    }
}

fn in_run(run: &mut RunView, layout: Layout, action: Action, offers_outputs: bool) {
    match action {
        Action::FilterSteps => {
            run.filter = run.filter.next();
            run.focus = Pane::List;
            run.zoomed = false;
            // What does not belong here is left, unless it is the current one: to the next that does.
            if !run.fits(run.selected) && run.current() != Some(run.selected) {
                let all = run.state.steps.len();
                let after = (run.selected..all).chain(0..run.selected).find(|i| run.fits(*i));
                if let Some(next) = after.or(run.current()) {
                    select(run, next);
                }
            }
        }
        Action::ToCurrent => {
            run.filter = StepFilter::All;
            if let Some(current) = run.current() {
                select(run, current);
            }
            run.focus = Pane::List;
            run.zoomed = false;
        }
        Action::NextRunning => {
            let at =
                |run: &RunView, attempt: &Attempt| Some((run.index_of(&attempt.start.step)?, attempt.start.command));
            let places: Vec<(usize, usize)> = query::running(&run.state).filter_map(|a| at(run, a)).collect();
            let here = (run.selected, run.command);
            let next = places.iter().copied().filter(|place| *place > here).min().or(places.iter().copied().min());
            if let Some((step, command)) = next {
                select(run, step);
                run.command = command;
            }
        }
        Action::NextPane | Action::PaneBefore if run.zoomed && run.second.is_some() => {
            run.focus = match (moving_pane(run), &run.second) {
                (Pane::Output, Some(Second::Step)) => Pane::Detail,
                (Pane::Output, Some(Second::Output(_))) => Pane::Second,
                _ => Pane::Output,
            };
        }
        Action::NextPane => {
            run.focus = match run.focus {
                Pane::List => Pane::Detail,
                Pane::Detail => Pane::Output,
                Pane::Output | Pane::Second => Pane::List,
            };
            run.zoomed = false;
        }
        Action::PaneBefore => {
            run.focus = match run.focus {
                Pane::List => Pane::Output,
                Pane::Detail => Pane::List,
                Pane::Output | Pane::Second => Pane::Detail,
            };
            run.zoomed = false;
        }
        Action::Zoom => {
            run.zoomed = !run.zoomed;
            if !run.zoomed {
                run.output.scroll = 0;
                run.output.reading = None;
                run.output.search = None;
                run.second = None;
                if run.focus == Pane::Second {
                    run.focus = Pane::Output;
                }
            }
        }
        Action::DetailDown => run.detail_scroll += 1,
        Action::DetailUp => run.detail_scroll = run.detail_scroll.saturating_sub(1),
        Action::CommandBefore => choose(run, run.command.checked_sub(1)),
        Action::CommandAfter => choose(run, run.command.checked_add(1)),
        // All others are moves up and down.
        _ => step(run, layout, action, offers_outputs),
    }
}

pub(super) fn step(run: &mut RunView, layout: Layout, action: Action, offers_outputs: bool) {
    if run.state.phase != Phase::Open {
        run.over_scroll = shifted(run.over_scroll, action, usize::from(layout.body.height).max(1));
        return;
    }
    let pane = moving_pane(run);
    let page = usize::from(layout.pane(pane).height.saturating_sub(1)).max(1);
    match pane {
        Pane::List => {
            let listed = run.listed();
            let at = listed.iter().position(|i| *i == run.selected).unwrap_or(0);
            let to = shifted(at, action, page).min(listed.len().saturating_sub(1));
            select(run, listed.get(to).copied().unwrap_or(run.selected));
        }
        Pane::Detail => run.detail_scroll = shifted(run.detail_scroll, action, page),
        Pane::Output | Pane::Second if offers_outputs => {
            let height = usize::from(layout.pane(pane).height).max(1);
            reading::scroll(run.active_mut(), height, action, page);
        }
        Pane::Output | Pane::Second => {
            // Counted from the end: up is more.
            let most = usize::try_from(run.output.above.saturating_add(run.output.scroll)).unwrap_or(usize::MAX);
            let now = usize::try_from(run.output.scroll).unwrap_or(0);
            let from_top = shifted(most.saturating_sub(now), action, page).min(most);
            run.output.scroll = u32::try_from(most - from_top).unwrap_or(u32::MAX);
        }
    }
}

/// Selects a step, and with it the command that is next in it.
pub(super) fn select(run: &mut RunView, index: usize) {
    run.pinned = None;
    if run.selected != index {
        run.selected = index;
        run.detail_scroll = 0;
    }
    next_command(run);
}

/// Chooses the first command that was not run; when all were, the last that is wanted, else the last that can be.
pub(super) fn next_command(run: &mut RunView) {
    let Some(step) = run.step() else { return };
    let next = query::next_command(&run.state, step)
        .or_else(|| choices::wanted_commands(&run.state, step).last().copied())
        .or_else(|| query::runnable_commands(&run.state.connections, step).last().copied())
        .unwrap_or(0);
    run.command = next;
}

fn choose(run: &mut RunView, command: Option<usize>) {
    let count = run.step().map_or(0, |s| s.commands().count());
    if let Some(c) = command.filter(|c| *c < count) {
        run.command = c;
        run.pinned = None;
    }
}

/// A place after a move.
pub(super) fn shifted(at: usize, action: Action, page: usize) -> usize {
    match action {
        Action::Down => at.saturating_add(1),
        Action::Up => at.saturating_sub(1),
        Action::PageDown => at.saturating_add(page),
        Action::PageUp => at.saturating_sub(page),
        Action::First => 0,
        // A place past the end is brought back when the model is settled.
        Action::Last => usize::MAX / 2,
        // No other action is a move.
        _ => at,
    }
}
