//! Where everything stands, from the size of the terminal.
//!
//! Pure. The panes do not move when a message comes: a command's terminal is resized only when the person resizes.

use ratatui::layout::Rect;

use crate::tui::model::Pane;

/// Fewer columns than this and the panes stand one behind the other.
const TWO_COLUMNS: u16 = 72;
/// Fewer rows than this and the panes stand one behind the other.
const TWO_ROWS: u16 = 14;
/// The smallest screen that shows anything but a notice.
pub const SMALLEST: (u16, u16) = (20, 6);

/// How the panes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Nothing fits but a notice.
    #[default]
    TooSmall,
    /// One pane at a time.
    Single,
    /// The steps on the left, details and output on the right.
    Double,
}

/// The columns from which two outputs stand side by side; below, one over the other.
const BESIDE: u16 = 100;
/// Fewer rows than this and nothing can stand under an output.
const SPLIT_ROWS: u16 = 12;

/// What fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// All panes.
    #[default]
    Panes,
    /// The output alone.
    Zoomed,
    /// The output and the details of its step.
    WithStep,
    /// Two outputs.
    TwoOutputs,
}

/// Whether two things fit on a screen of this size.
pub fn splits((w, h): (u16, u16)) -> bool {
    w >= BESIDE || h >= SPLIT_ROWS
}

/// Where everything stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// How the panes stand.
    pub kind: Kind,
    /// The header.
    pub header: Rect,
    /// The banner of the journal; empty when all is well.
    pub trouble: Rect,
    /// The line under the header: a rule, or the names of the panes.
    pub top: Rect,
    /// Everything between header and footer.
    pub body: Rect,
    /// What stays on top of the steps; empty where nothing is owed.
    pub pinned: Rect,
    /// The steps.
    pub list: Rect,
    /// The details.
    pub detail: Rect,
    /// The title line of the output.
    pub output_title: Rect,
    /// The output.
    pub output: Rect,
    /// The title line of what stands beside the output; empty where nothing does.
    pub second_title: Rect,
    /// The output beside it; empty where there is none.
    pub second: Rect,
    /// The line under the panes; empty when there is no room.
    pub bottom: Rect,
    /// Messages and counts; empty when there is no room.
    pub status: Rect,
    /// The keys.
    pub footer: Rect,
}

impl Layout {
    /// Settles where everything stands.
    pub fn of((w, h): (u16, u16), trouble_rows: u16, shape: Shape) -> Self {
        if w < SMALLEST.0 || h < SMALLEST.1 {
            return Self::default();
        }
        let kind = if w >= TWO_COLUMNS && h >= TWO_ROWS { Kind::Double } else { Kind::Single };
        let row = |y: u16, rows: u16| Rect::new(0, y, w, rows);
        let trouble = row(1, trouble_rows.min(h.saturating_sub(6)).min(3));
        let top = row(1 + trouble.height, 1);
        let footer = row(h - 1, 1);
        let status_rows = u16::from(h >= 8);
        let bottom_rows = u16::from(kind == Kind::Double);
        let body_y = top.bottom();
        let body = row(body_y, (h - 1 - status_rows - bottom_rows).saturating_sub(body_y));
        let bottom = row(body.bottom(), bottom_rows);
        let status = row(bottom.bottom(), status_rows);
        let mut layout = Self {
            kind,
            header: row(0, 1),
            trouble,
            top,
            body,
            pinned: Rect::default(),
            list: body,
            detail: body,
            output_title: Rect::default(),
            output: body,
            second_title: Rect::default(),
            second: Rect::default(),
            bottom,
            status,
            footer,
        };
        if matches!(shape, Shape::WithStep | Shape::TwoOutputs) && splits((w, h)) {
            let (first, title, second) = halves(top, body);
            layout.output_title = Rect { width: first.width, ..top };
            layout.output = first;
            layout.second_title = title;
            if shape == Shape::WithStep {
                layout.detail = second;
            } else {
                layout.second = second;
            }
        }
        if kind == Kind::Double && shape == Shape::Panes {
            let left = (w * 9 / 20).clamp(30, 64);
            let output_rows = (body.height * 9 / 20).max(4);
            let right = Rect::new(left + 1, body.y, w - left - 1, body.height);
            layout.list = Rect::new(0, body.y, left, body.height);
            layout.detail = Rect { height: right.height - output_rows - 1, ..right };
            layout.output_title = Rect { y: layout.detail.bottom(), height: 1, ..right };
            layout.output = Rect { y: layout.detail.bottom() + 1, height: output_rows, ..right };
        }
        layout
    }

    /// Keeps rows on top of the steps, as many as leave most of the room to the steps.
    pub fn pin(&mut self, rows: usize) {
        let most = self.list.height / 3;
        let rows = u16::try_from(rows).unwrap_or(most).min(most);
        self.pinned = Rect { height: rows, ..self.list };
        self.list = Rect { y: self.list.y + rows, height: self.list.height - rows, ..self.list };
    }

    /// Where a pane stands.
    pub fn pane(&self, pane: Pane) -> Rect {
        match pane {
            Pane::List => self.list,
            Pane::Detail => self.detail,
            Pane::Output => self.output,
            Pane::Second => self.second,
        }
    }
}

/// Two places of one size, and the title line of the second one.
fn halves(top: Rect, body: Rect) -> (Rect, Rect, Rect) {
    if body.width >= BESIDE {
        let half = (body.width - 1) / 2;
        let (first, x) = (Rect { width: half, ..body }, body.x + half + 1);
        return (first, Rect { x, width: body.width - half - 1, ..top }, Rect { x, width: half, ..body });
    }
    let half = body.height.saturating_sub(1) / 2;
    let title = Rect { y: body.y + half, height: 1, ..body };
    (Rect { height: half, ..body }, title, Rect { y: title.bottom(), height: half, ..body })
}

/// Where a dialog of `rows` rows stands on a screen of this size, lines around it included.
pub fn dialog((w, h): (u16, u16), rows: u16) -> Rect {
    let width = w.saturating_sub(if w > 60 { 8 } else { 0 }).min(100);
    let height = rows.saturating_add(2).min(h.saturating_sub(2)).max(h.min(4));
    Rect::new((w - width) / 2, h.saturating_sub(height) / 2, width, height)
}

/// Where the palette stands: as high as it may be, so that it does not jump while one types.
pub fn palette((w, h): (u16, u16)) -> Rect {
    let full = dialog((w, h), 20);
    Rect { y: full.y.min(h.saturating_sub(full.height)), ..full }
}

/// Where the rows of the document stand: under the line at the top and `banner` rows, down to messages or keys.
pub fn reader(layout: Layout, banner: usize) -> Rect {
    let bottom = if layout.status.is_empty() { layout.footer.y } else { layout.status.y };
    let free = bottom.saturating_sub(layout.top.bottom());
    let banner = u16::try_from(banner).unwrap_or(u16::MAX).min(free.saturating_sub(1));
    let y = layout.top.bottom() + banner;
    Rect { y, height: bottom.saturating_sub(y), ..layout.top }
}

/// What is inside the lines around a dialog.
pub fn inside(outer: Rect) -> Rect {
    Rect {
        x: outer.x + 2.min(outer.width),
        y: outer.y + 1.min(outer.height),
        width: outer.width.saturating_sub(4),
        height: outer.height.saturating_sub(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_on_the_screen_at_every_size() {
        for w in 1..260 {
            for h in 1..80 {
                for shape in [Shape::Panes, Shape::Zoomed, Shape::WithStep, Shape::TwoOutputs] {
                    let l = Layout::of((w, h), h % 4, shape);
                    assert!(
                        shape != Shape::TwoOutputs || l.second.is_empty() || l.second.as_size() == l.output.as_size()
                    );
                    let all = [
                        l.second_title,
                        l.second,
                        l.header,
                        l.trouble,
                        l.top,
                        l.body,
                        l.list,
                        l.detail,
                        l.output,
                        l.bottom,
                        l.status,
                        l.footer,
                    ];
                    for r in all {
                        assert!(r.right() <= w && r.bottom() <= h, "{w}x{h} {r:?}");
                    }
                    let d = dialog((w, h), 30);
                    assert!(d.right() <= w && d.bottom() <= h, "{w}x{h} {d:?}");
                }
            }
        }
    }
}
