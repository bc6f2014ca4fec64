//! What changed from an earlier output, over the panes.

use ratatui::layout::Rect;

use crate::tui::content::outputs;
use crate::tui::layout;
use crate::tui::model::{Comparison, Model, Screen};
use crate::tui::theme::Role;
use crate::tui::view::chrome;
use crate::tui::view::paint::Brush;

/// Draws the comparison.
pub(super) fn draw(model: &Model, shown: &Comparison, brush: &mut Brush<'_>) {
    let top = model.layout.top;
    let area = layout::reader(model.layout, 0);
    brush.clear_wide(Rect { y: top.y, height: area.bottom().saturating_sub(top.y), ..top }, Role::Text);
    let title = match &model.screen {
        Screen::Run(run) => outputs::title(run, shown, model.language),
        Screen::Home | Screen::Pick(_) | Screen::Waiting { .. } => String::new(),
    };
    let last = (shown.scroll + usize::from(area.height)).min(shown.rows.len());
    let part = (last * 100).checked_div(shown.rows.len()).unwrap_or(100);
    brush.rule(top, &title, &format!("{part:>3}%"), Role::Focus);
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    brush.lines(&shown.rows, shown.scroll, inner);
    chrome::status(model, brush);
}
