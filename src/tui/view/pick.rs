//! The picker: the list of procedures, or one of them opened.

use ratatui::layout::Rect;

use crate::tui::content::pick as content;
use crate::tui::model::{Model, Pick};
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::view::chrome;
use crate::tui::view::paint::Brush;
use crate::tui::words::{Label, Notice, Say};

/// Draws the picker; gives the place of the cursor of the filter.
pub(super) fn draw(model: &Model, pick: &Pick, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let layout = &model.layout;
    let language = model.language;
    if !layout.bottom.is_empty() {
        brush.rule(layout.bottom, "", "", Role::Dim);
    }
    if pick.runbook.procedures.is_empty() {
        chrome::notice(model, brush, Notice::NO_PROCEDURES.text(language));
        return None;
    }
    let body = layout.body;
    let room = usize::from(body.width);
    if let Some(opened) = pick.opened {
        if let Some(p) = pick.runbook.procedures.get(opened.procedure) {
            let title = crate::tui::foreign::sanitise_inline(&p.title);
            brush.rule(layout.top, &title, content::kind(p.kind, language), Role::Title);
            let lines = content::opened(pick, p, model.voice(), room);
            brush.lines(&lines, opened.scroll, body);
            brush.more(body, opened.scroll > 0, opened.scroll + usize::from(body.height) < lines.len());
        }
        return None;
    }
    let count = pick.matching().len();
    brush.rule(layout.top, Label::PROCEDURES.text(language), &format!("{count}"), Role::Title);
    let head = content::head(pick, language, room);
    brush.lines(&head, 0, body);
    let list = Rect { y: body.y + 2, height: body.height.saturating_sub(2), ..body };
    let rows: Vec<_> = content::rows(pick, language, room).into_iter().map(|r| r.line).collect();
    brush.lines(&rows, pick.scroll, list);
    brush.more(list, pick.scroll > 0, pick.scroll + usize::from(list.height) < rows.len());
    if rows.is_empty() {
        let lines = crate::tui::text::prose(&Say::NO_MATCH.text(model.voice()), Role::Dim, room.saturating_sub(2), 0);
        brush.lines(&lines, 0, Rect { x: list.x + 1, width: list.width.saturating_sub(1), ..list });
    }
    if !pick.filtering && pick.filter.is_blank() {
        return None;
    }
    filter(model, pick, brush)
}

fn filter(model: &Model, pick: &Pick, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let row = if model.layout.status.is_empty() { model.layout.footer } else { model.layout.status };
    let label = format!(" {}: ", Label::FILTER.text(model.language));
    let x = row.x + u16::try_from(width(&label)).unwrap_or(0);
    let room = usize::from(row.right().saturating_sub(x + 1));
    let (shown, column) = pick.filter.window(room, brush.ascii());
    brush.fill(row, Role::Text);
    let style = brush.style(Role::Key);
    brush.text((row.x, row.y), row.right(), &label, style);
    let style = brush.style(if pick.filtering { Role::FieldFocus } else { Role::Field });
    brush.text((x, row.y), row.right(), &format!("{shown} "), style);
    pick.filtering.then(|| (x + u16::try_from(column).unwrap_or(0), row.y))
}
