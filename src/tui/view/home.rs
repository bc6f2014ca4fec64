//! The home screen: the names of its lists over the one that is shown.

use ratatui::layout::Rect;

use crate::tui::content::home as content;
use crate::tui::model::Model;
use crate::tui::model::home::{Home, Tab, Typed};
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::view::paint::Brush;
use crate::tui::words::{HomeWords, Label};

/// Draws the home screen; gives the place of the cursor of what is typed.
pub(super) fn draw(model: &Model, home: &Home, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let layout = &model.layout;
    tabs(model, home, brush);
    if !layout.bottom.is_empty() {
        brush.rule(layout.bottom, "", "", Role::Dim);
    }
    let body = layout.body;
    let pen = content::Pen {
        now: model.now,
        language: model.language,
        keymap: &model.keymap,
        ascii: model.ascii,
        room: usize::from(body.width),
    };
    for (hit, y) in (home.scroll..).zip(body.top()..body.bottom()) {
        let Some(line) = content::line(home, hit, pen) else { break };
        brush.line(&line, Rect { y, height: 1, ..body });
    }
    if home.hits.is_empty() && !home.filter.is_blank() {
        let words = match home.is_behind() {
            true => HomeWords::SEARCHING.text(model.language).into(),
            false => crate::tui::words::Say::NOTHING_FITS.text(model.voice()),
        };
        let lines = crate::tui::text::prose(&words, Role::Dim, pen.room.saturating_sub(2), 0);
        brush.lines(&lines, 0, Rect { x: body.x + 1, width: body.width.saturating_sub(1), ..body });
    }
    field(model, home, brush)
}

/// The names of the lists; the one that is shown stands in brackets.
fn tabs(model: &Model, home: &Home, brush: &mut Brush<'_>) {
    let area = model.layout.top;
    brush.rule(area, "", "", Role::Dim);
    let mut x = area.x + 1;
    for tab in Tab::ALL {
        let name = content::tab(&home.library, tab, model.language);
        let shown = tab == home.tab;
        let name = if shown { format!("[{name}]") } else { format!(" {name} ") };
        let role = if shown { Role::Title } else { Role::Dim };
        let style = brush.style(role);
        x = brush.text((x, area.y), area.right(), &name, style);
    }
}

/// The filter or the search while it is typed, and a filter that holds; else what is being read.
fn field(model: &Model, home: &Home, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let row = if model.layout.status.is_empty() { model.layout.footer } else { model.layout.status };
    let (label, field) = match home.typing {
        Some(Typed::Search) => (HomeWords::SEARCH.text(model.language), &home.search),
        Some(Typed::Filter) => (Label::FILTER.text(model.language), &home.filter),
        None if !home.filter.is_blank() => (Label::FILTER.text(model.language), &home.filter),
        None => {
            if !model.layout.status.is_empty() {
                let text = content::status(&home.library, model.language);
                let style = brush.style(Role::Dim);
                brush.text((row.x + 1, row.y), row.right(), &text, style);
            }
            return None;
        }
    };
    let label = format!(" {label}: ");
    let x = row.x + u16::try_from(width(&label)).unwrap_or(0);
    let behind = if home.is_behind() { HomeWords::SEARCHING.text(model.language) } else { "" };
    let kept = if behind.is_empty() { 0 } else { width(behind) + 2 };
    let room = usize::from(row.right().saturating_sub(x + 1)).saturating_sub(kept).max(1);
    let (shown, column) = field.window(room, brush.ascii());
    brush.fill(row, Role::Text);
    let style = brush.style(Role::Key);
    brush.text((row.x, row.y), row.right(), &label, style);
    let style = brush.style(if home.typing.is_some() { Role::FieldFocus } else { Role::Field });
    brush.text((x, row.y), row.right(), &format!("{shown} "), style);
    let style = brush.style(Role::Dim);
    let at = row.right().saturating_sub(u16::try_from(width(behind) + 1).unwrap_or(0));
    brush.text((at, row.y), row.right(), behind, style);
    home.typing.map(|_| (x + u16::try_from(column).unwrap_or(0), row.y))
}
