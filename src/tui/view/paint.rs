//! The brush: puts lines with roles into cells, and never half of a wide character.

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::i18n::Language;
use crate::tui::bidi;
use crate::tui::text::{Line, fit, width};
use crate::tui::theme::{Ambiguous, Glyphs, Role, Theme};
use crate::tui::view::wide::{self, Lines};

/// What is painted with.
pub(super) struct Brush<'a> {
    /// The cells.
    pub(super) buffer: &'a mut Buffer,
    /// How roles look.
    pub(super) theme: &'a Theme,
    /// The language.
    pub(super) language: Language,
}

impl Brush<'_> {
    pub(super) fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    pub(super) fn ascii(&self) -> bool {
        self.theme.glyphs == Glyphs::Ascii
    }

    /// Empties `area` and gives it the ground of `role`.
    pub(super) fn fill(&mut self, area: Rect, role: Role) {
        let area = area.intersection(self.buffer.area);
        let style = self.style(role);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                let cell = &mut self.buffer[(x, y)];
                cell.reset();
                cell.set_style(style);
            }
        }
    }

    /// Empties `area` for something that lies over the screen. A wide character that reaches into it from the left
    /// would swallow its first column: that one goes as well.
    pub(super) fn clear_wide(&mut self, area: Rect, role: Role) {
        let area = area.intersection(self.buffer.area);
        if area.left() > self.buffer.area.left() {
            for y in area.top()..area.bottom() {
                let cell = &mut self.buffer[(area.left() - 1, y)];
                if cell.cell_width() > 1 {
                    cell.set_symbol(" ").set_diff_option(CellDiffOption::None);
                }
            }
        }
        self.fill(area, role);
    }

    /// Puts text at a place, cut at `right`; gives the column after it.
    pub(super) fn text(&mut self, at: (u16, u16), right: u16, text: &str, style: Style) -> u16 {
        self.put(at, right, text, style, self.theme.ambiguous)
    }

    /// The same for text out of the cells of a terminal, which counts one column for what is of ambiguous width.
    pub(super) fn cells(&mut self, at: (u16, u16), right: u16, text: &str, style: Style) -> u16 {
        self.put(at, right, text, style, Ambiguous::Narrow)
    }

    fn put(&mut self, (x, y): (u16, u16), right: u16, text: &str, style: Style, ambiguous: Ambiguous) -> u16 {
        let area = self.buffer.area;
        if y >= area.bottom() || x >= right.min(area.right()) {
            return x;
        }
        let room = usize::from(right.min(area.right()) - x);
        let ground = self.buffer[(x, y)].style();
        wide::put(self.buffer, (x, y), room, text, (ground.patch(style), ambiguous))
    }

    /// Lays a row that was painted with a picture or by a widget, which count other columns, as the terminal draws it;
    /// gives where its column `x` is then.
    pub(super) fn stretch(&mut self, row: Rect, lines: Lines, x: u16) -> u16 {
        wide::stretch(self.buffer, row, lines, x)
    }

    /// Puts a line into the first row of `area`.
    pub(super) fn line(&mut self, line: &Line, area: Rect) {
        let row = Rect { height: area.height.min(1), ..area };
        if row.is_empty() {
            return;
        }
        if let Some(role) = line.row {
            let style = self.style(role);
            let inside = row.intersection(self.buffer.area);
            for x in inside.left()..inside.right() {
                self.buffer[(x, inside.y)].set_style(style);
            }
        }
        let mut right = row.right();
        let ordered = bidi::on_screen(&line.pieces);
        if let Some(piece) = &line.right {
            let wide = u16::try_from(width(piece.text())).unwrap_or(u16::MAX);
            if wide < row.width {
                right = row.right() - wide;
                let style = self.over(line, piece.role);
                let ordered = bidi::on_screen(std::slice::from_ref(piece));
                let mut x = right;
                for piece in ordered.as_deref().unwrap_or(std::slice::from_ref(piece)) {
                    x = self.text((x, row.y), row.right(), piece.text(), style);
                }
            }
        }
        let mut x = row.x;
        for piece in ordered.as_deref().unwrap_or(&line.pieces) {
            let style = self.over(line, piece.role);
            x = self.text((x, row.y), right, piece.text(), style);
        }
    }

    /// A role's look on a row with a look of its own: the ground of the row stays where it has one.
    fn over(&self, line: &Line, role: Role) -> Style {
        // The ground of plain text is that of the screen: on a dialog it is the dialog's.
        let style = self.style(role);
        let style = if role == Role::Text { Style { bg: None, ..style } } else { style };
        match line.row.map(|r| self.style(r)) {
            // A reversed row in another colour than its own would be hard to read.
            Some(row) if row.fg.is_some() || row.add_modifier.contains(ratatui::style::Modifier::REVERSED) => row,
            Some(_) => Style { bg: None, ..style },
            None => style,
        }
    }

    /// Puts lines into `area` from `scroll` on.
    pub(super) fn lines(&mut self, lines: &[Line], scroll: usize, area: Rect) {
        for (line, y) in lines.iter().skip(scroll).zip(area.top()..area.bottom()) {
            self.line(line, Rect { y, height: 1, ..area });
        }
    }

    /// Says at the right edge of `area` that more stands above or below what is shown.
    pub(super) fn more(&mut self, area: Rect, above: bool, below: bool) {
        if area.is_empty() {
            return;
        }
        let x = area.right() - 1;
        for (there, y, sign) in [(above, area.top(), "^"), (below, area.bottom() - 1, "v")] {
            if there {
                self.clear_wide(Rect { x, y, width: 1, height: 1 }, Role::Text);
                let style = self.style(Role::Current);
                self.text((x, y), area.right(), sign, style);
            }
        }
    }

    /// A rule across `area`, with a title in it.
    pub(super) fn rule(&mut self, area: Rect, title: &str, right: &str, role: Role) {
        let dash = if self.ascii() { "-" } else { "─" };
        let style = self.style(Role::Border);
        self.text((area.x, area.y), area.right(), &dash.repeat(usize::from(area.width)), style);
        let mut space = usize::from(area.width).saturating_sub(2);
        if !right.is_empty() && width(right) + 4 <= space {
            let wide = u16::try_from(width(right) + 3).unwrap_or(0);
            let style = self.style(Role::Dim);
            self.text((area.right() - wide, area.y), area.right() - 1, &format!(" {right} "), style);
            space -= width(right) + 3;
        }
        if !title.is_empty() && space > 4 {
            let style = self.style(role);
            let title = fit(title, space.saturating_sub(2));
            self.text((area.x + 1, area.y), area.right(), &format!(" {title} "), style);
        }
    }

    /// A line down `area`.
    pub(super) fn upright(&mut self, x: u16, top: u16, bottom: u16) {
        let bar = if self.ascii() { "|" } else { "│" };
        let style = self.style(Role::Border);
        for y in top..bottom {
            self.text((x, y), x + 1, bar, style);
        }
    }

    /// One sign of the lines.
    pub(super) fn joint(&mut self, x: u16, y: u16, sign: &str) {
        let sign = if self.ascii() { "+" } else { sign };
        let style = self.style(Role::Border);
        self.text((x, y), x + 1, sign, style);
    }
}
