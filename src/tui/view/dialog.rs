//! Dialogs: a frame over the screen with text, choices and fields.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::tui::content::dialog::{self, Entry, Form};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::text::{Line, fit, prose, width};
use crate::tui::theme::Role;
use crate::tui::view::paint::Brush;
use crate::tui::view::wide::Lines;

/// Draws the open dialog; gives the place of the cursor of its field.
pub(super) fn draw(model: &Model, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let room = usize::from(layout::dialog(model.size, 1).width.saturating_sub(4)).max(4);
    let form = dialog::form(model, room)?;
    let problem: Vec<Line> =
        model.dialog_problem.as_ref().map(|p| prose(p, Role::Problem, room, 0)).unwrap_or_default();
    let fixed = form.fixed_rows() + problem.len();
    let rows = u16::try_from(form.text.len() + fixed).unwrap_or(u16::MAX);
    let outer = layout::dialog(model.size, rows);
    brush.clear_wide(outer, Role::Dialog);
    edge(&form.title, form.grave, outer, brush);
    let inner = layout::inside(outer);
    let fixed = u16::try_from(fixed).unwrap_or(u16::MAX).min(inner.height.saturating_sub(1));
    let body = Rect { height: inner.height - fixed, ..inner };
    brush.lines(&form.text, form.scroll, body);
    let seen = form.scroll + usize::from(body.height);
    if seen < form.text.len() {
        let style = brush.style(Role::Current);
        brush.text((outer.right().saturating_sub(2), body.bottom().saturating_sub(1)), outer.right() - 1, "v", style);
    }
    if form.scroll > 0 {
        let style = brush.style(Role::Current);
        brush.text((outer.right().saturating_sub(2), body.y), outer.right() - 1, "^", style);
    }
    below(&form, &problem, Rect { y: body.bottom(), height: fixed, ..inner }, brush)
}

/// The lines around a dialog, with its title.
pub(super) fn edge(title: &str, grave: bool, outer: Rect, brush: &mut Brush<'_>) {
    if outer.width < 4 || outer.height < 3 {
        return;
    }
    let role = if grave { Role::Danger } else { Role::DialogBorder };
    let style = brush.style(Role::DialogBorder).patch(brush.style(role));
    let [tl, tr, bl, br, dash, bar] =
        if brush.ascii() { ["+", "+", "+", "+", "-", "|"] } else { ["┌", "┐", "└", "┘", "─", "│"] };
    let (left, right, top, bottom) = (outer.x, outer.right() - 1, outer.y, outer.bottom() - 1);
    let across = dash.repeat(usize::from(outer.width - 2));
    brush.text((left, top), right + 1, &format!("{tl}{across}{tr}"), style);
    brush.text((left, bottom), right + 1, &format!("{bl}{across}{br}"), style);
    for y in top + 1..bottom {
        brush.text((left, y), left + 1, bar, style);
        brush.text((right, y), right + 1, bar, style);
    }
    let title = fit(title, usize::from(outer.width.saturating_sub(6)));
    brush.text((left + 2, top), right, &format!(" {title} "), style);
}

/// One row that is chosen or typed in.
enum Row<'f> {
    Choice(&'f (Cow<'f, str>, Role, bool)),
    Field(&'f Entry<'f>),
}

/// Choices, fields and the problem; gives the place of the cursor. Where not all have room the problem and the row that has
/// the keys are seen.
fn below(form: &Form<'_>, problem: &[Line], area: Rect, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let choices = form.choices.iter().map(Row::Choice);
    let rows: Vec<Row<'_>> = choices.chain(form.fields.iter().map(Row::Field)).collect();
    let told = u16::try_from(problem.len()).unwrap_or(u16::MAX).min(area.height.saturating_sub(1));
    let typed = u16::from(form.area.is_some());
    let room = usize::from(area.height.saturating_sub(told).saturating_sub(typed)).min(rows.len());
    let has_keys = |row: &Row<'_>| match row {
        Row::Choice((.., chosen)) => *chosen && form.choosing,
        Row::Field(entry) => entry.focus,
    };
    let focus = rows.iter().position(has_keys).unwrap_or(0);
    let first = (focus + 1).saturating_sub(room).min(rows.len() - room);
    let mut y = area.y;
    let mut cursor = None;
    let labels = form.fields.iter().map(|entry| width(&entry.label)).max().unwrap_or(0);
    for row in rows.iter().skip(first).take(room) {
        let place = Rect { y, height: 1, ..area };
        match row {
            Row::Choice((word, role, chosen)) => {
                let mark = if *chosen { "(*) " } else { "( ) " };
                let row = (*chosen && form.choosing).then_some(Role::Selected);
                let line =
                    Line { row, ..Line::of(mark, Role::Key).and(word, if *chosen { *role } else { Role::Text }) };
                brush.line(&line, place);
            }
            Row::Field(entry) => cursor = field(entry, labels, place, brush).or(cursor),
        }
        y += 1;
    }
    if rows.len() > room {
        let style = brush.style(Role::Current);
        for (more, mark, y) in [(first > 0, "^", area.y), (first + room < rows.len(), "v", y.saturating_sub(1))] {
            if more {
                brush.text((area.right(), y), area.right() + 1, mark, style);
            }
        }
    }
    if let Some(textarea) = form.area {
        let rows = area.bottom().saturating_sub(y).saturating_sub(told);
        let place = Rect { y, height: rows, ..area }.intersection(brush.buffer.area);
        brush.fill(place, Role::Field);
        if !place.is_empty() {
            let mut textarea = textarea.clone();
            textarea.set_style(brush.style(Role::Field));
            // The terminal's own cursor stands there: an input method shows what is being composed beside it.
            textarea.set_cursor_style(brush.style(Role::Field));
            (&textarea).render(place, brush.buffer);
            let at = textarea.screen_cursor();
            let (top, left) = textarea.scroll_offset();
            let row = u16::try_from(at.row).unwrap_or(u16::MAX).saturating_sub(top);
            let column = u16::try_from(at.col).unwrap_or(u16::MAX).saturating_sub(left);
            let y = place.y.saturating_add(row).min(place.bottom().saturating_sub(1));
            let mut x = place.x.saturating_add(column).min(place.right().saturating_sub(1));
            for line in place.top()..place.bottom() {
                let seen = brush.stretch(Rect { y: line, height: 1, ..place }, Lines::Kept, x);
                x = if line == y { seen } else { x };
            }
            cursor = Some((x, y));
        }
        y += rows;
    }
    brush.lines(problem, 0, Rect { y, height: area.bottom().saturating_sub(y), ..area });
    cursor
}

/// A field with what it asks for; gives the place of the cursor where it is typed in.
fn field(entry: &Entry<'_>, labels: usize, area: Rect, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let Entry { label, field, focus, hidden } = entry;
    let pad = labels.saturating_sub(width(label));
    brush.line(&Line::of(&format!("{label}{}: ", " ".repeat(pad)), Role::Dim), area);
    let x = area.x + u16::try_from(labels + 2).unwrap_or(0);
    let place = Rect { x, width: area.right().saturating_sub(x), ..area };
    let role = if *focus { Role::FieldFocus } else { Role::Field };
    brush.fill(place, role);
    let room = usize::from(place.width).saturating_sub(1);
    let covered = hidden.then(|| field.covered());
    let (shown, column) = covered.as_ref().unwrap_or(field).window(room, brush.ascii());
    let style = brush.style(role);
    brush.text((x, area.y), area.right(), &shown, style);
    focus.then(|| (x + u16::try_from(column).unwrap_or(0), area.y))
}
