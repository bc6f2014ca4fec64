//! Painting: the model and the theme in, cells out. Shared references only.

mod chrome;
mod comparison;
mod dialog;
mod document;
mod home;
mod output;
mod paint;
mod palette;
mod panes;
mod pick;
pub mod player;
mod wide;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::run::state::Phase;
use crate::tui::layout::Kind;
use crate::tui::model::{Dialog, Model, OutputDialog, Screen};
use crate::tui::theme::{Role, Theme};
use crate::tui::view::paint::Brush;
use crate::tui::words::Notice;

/// Draws the whole screen.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let cursor = {
        let mut brush = Brush { buffer: frame.buffer_mut(), theme, language: model.language };
        brush.fill(area, Role::Text);
        screen(model, &mut brush, area)
    };
    if let Some((x, y)) = cursor
        && x < area.width
        && y < area.height
    {
        frame.set_cursor_position((x, y));
    }
}

/// Draws the screen; gives the place of the cursor, where there is one.
fn screen(model: &Model, brush: &mut Brush<'_>, area: Rect) -> Option<(u16, u16)> {
    // A resize is under way: its event is in the queue, and what is settled for another size is not drawn.
    if (area.width, area.height) != model.size {
        return None;
    }
    if model.layout.kind == Kind::TooSmall {
        too_small(model, brush, area);
        return None;
    }
    chrome::header(model, brush);
    chrome::footer(model, brush);
    let cursor = match &model.screen {
        Screen::Home => model.home.as_ref().and_then(|home| home::draw(model, home, brush)),
        Screen::Waiting { refused, silent, .. } => {
            let waiting = Notice::WAITING.text(model.language);
            chrome::notice(model, brush, refused.as_deref().or(silent.as_deref()).unwrap_or(waiting));
            None
        }
        Screen::Pick(pick) => pick::draw(model, pick, brush),
        Screen::Run(run) if run.state.phase != Phase::Open => {
            panes::over(model, run, brush);
            None
        }
        Screen::Run(run) => panes::draw(model, run, brush),
    };
    chrome::status(model, brush);
    let cursor = match &model.screen {
        Screen::Run(run) if run.state.phase == Phase::Open => output::search(model, run.active(), brush).or(cursor),
        Screen::Home | Screen::Run(_) | Screen::Pick(_) | Screen::Waiting { .. } => cursor,
    };
    match &model.dialog {
        None => cursor,
        Some(Dialog::Document(reader)) => document::draw(model, reader, brush),
        Some(Dialog::Output(dialog)) if let OutputDialog::Comparison(shown) = &**dialog => {
            comparison::draw(model, shown, brush);
            None
        }
        Some(Dialog::Palette(palette)) => Some(palette::draw(model, palette, brush)),
        Some(_) => dialog::draw(model, brush),
    }
}

fn too_small(model: &Model, brush: &mut Brush<'_>, area: Rect) {
    let lines = [Notice::TOO_SMALL.text(model.language), Notice::TOO_SMALL_SAFE.text(model.language)];
    let mut y = area.y;
    let running = matches!(model.screen, Screen::Run(_));
    for text in lines.iter().take(if running { 2 } else { 1 }) {
        for line in crate::tui::text::prose(text, Role::Problem, usize::from(area.width).max(1), 0) {
            if y < area.bottom() {
                brush.line(&line, Rect { y, height: 1, ..area });
                y += 1;
            }
        }
    }
}
