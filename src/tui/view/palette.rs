//! The palette: a field over what fits.

use ratatui::layout::Rect;

use crate::tui::content::palette::row;
use crate::tui::layout;
use crate::tui::model::{Model, Palette};
use crate::tui::text::Line;
use crate::tui::theme::Role;
use crate::tui::view::dialog;
use crate::tui::view::paint::Brush;
use crate::tui::words::{Label, Say};

/// Draws the palette; gives the place of the cursor.
pub(super) fn draw(model: &Model, palette: &Palette, brush: &mut Brush<'_>) -> (u16, u16) {
    let outer = layout::palette(model.size);
    brush.clear_wide(outer, Role::Dialog);
    let title = format!("{}  {}", Label::PALETTE.text(model.language), palette.hits.len());
    dialog::edge(&title, false, outer, brush);
    let inner = layout::inside(outer);
    let prompt = Rect { height: 1, ..inner };
    brush.line(&Line::of("> ", Role::Key), prompt);
    let field = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2), ..prompt };
    brush.fill(field, Role::FieldFocus);
    let (shown, column) = palette.query.window(usize::from(field.width).saturating_sub(1), brush.ascii());
    let style = brush.style(Role::FieldFocus);
    brush.text((field.x, field.y), field.right(), &shown, style);
    let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    let room = usize::from(list.width);
    if palette.hits.is_empty() {
        let lines = crate::tui::text::prose(&Say::NOTHING_FITS.text(model.voice()), Role::Dim, room, 0);
        brush.lines(&lines, 0, list);
    }
    for (at, y) in (palette.scroll..).zip(list.top()..list.bottom()) {
        let Some(line) = row(palette, at, model.ascii, room) else { break };
        brush.line(&line, Rect { y, height: 1, ..list });
    }
    // The signs stand on the frame: keys fill the rows to their end.
    let beyond = palette.scroll + usize::from(list.height) < palette.hits.len();
    let frame = Rect { width: list.width + (outer.right() - list.right()), ..list };
    let style = brush.style(Role::Current);
    for (there, y, sign) in [(palette.scroll > 0, list.top(), "^"), (beyond, list.bottom().saturating_sub(1), "v")] {
        if there && !list.is_empty() {
            brush.text((frame.right() - 1, y), frame.right(), sign, style);
        }
    }
    (field.x + u16::try_from(column).unwrap_or(0), field.y)
}
