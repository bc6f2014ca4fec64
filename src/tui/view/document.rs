//! The document over the panes: a title with the place, what is to be said of its file, and its rows.

use ratatui::layout::Rect;

use crate::tui::content::document::{GUTTER, banner, current, marked};
use crate::tui::content::signs;
use crate::tui::find::Folded;
use crate::tui::foreign::sanitise_inline;
use crate::tui::layout;
use crate::tui::model::{Model, Page, Reader, Screen};
use crate::tui::text::Line;
use crate::tui::theme::Role;
use crate::tui::view::chrome::{self, SearchRow};
use crate::tui::view::paint::Brush;
use crate::tui::words::Label;

/// The sign of the place that was found: not like that of the current step.
const FOUND: &str = "*";

/// The sign of the line that is to become a step.
const PICKED: &str = "+";

/// Draws the document; gives the place of the cursor of the search.
pub(super) fn draw(model: &Model, reader: &Reader, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let top = model.layout.top;
    let room = usize::from(top.width).saturating_sub(GUTTER + 1);
    let over = banner(model, reader.page, room);
    let area = layout::reader(model.layout, over.len());
    brush.clear_wide(Rect { y: top.y, height: area.bottom().saturating_sub(top.y), ..top }, Role::Text);
    title(model, reader, area, brush);
    let said = Rect { y: top.bottom(), height: area.y.saturating_sub(top.bottom()), ..top };
    brush.lines(&over, 0, Rect { x: said.x + 1, width: said.width.saturating_sub(1), ..said });
    rows(model, reader, area, brush);
    let status = if model.layout.status.is_empty() { model.layout.footer } else { model.layout.status };
    if model.said.is_some() && !reader.searching {
        chrome::status(model, brush);
        return None;
    }
    if !reader.searching && model.layout.status.is_empty() {
        return None;
    }
    brush.fill(status, Role::Text);
    search(model, reader, status, brush)
}

fn title(model: &Model, reader: &Reader, area: Rect, brush: &mut Brush<'_>) {
    let path = match &model.screen {
        Screen::Run(run) => run.state.start().map_or_else(String::new, |s| s.runbook.path.clone()),
        Screen::Pick(pick) => pick.runbook.path.clone(),
        Screen::Home => model.home.as_ref().and_then(|home| home.opened_record.clone()).unwrap_or_default(),
        Screen::Waiting { .. } => String::new(),
    };
    let label = match reader.page {
        Page::Text => Label::FILE,
        Page::Difference => Label::DIFFERENCE,
    };
    let last = reader.scroll + usize::from(area.height);
    let part = (last.min(reader.rows.len()) * 100).checked_div(reader.rows.len()).unwrap_or(100);
    let lines = model.paper.document().map_or(0, |d| d.lines);
    // Always as wide: nothing moves while one scrolls.
    let digits = lines.to_string().len();
    let place = format!("L{:>digits$}/{lines} {part:>3}%", reader.line());
    let title = format!("{}  {}", label.text(model.language), sanitise_inline(&path));
    brush.rule(model.layout.top, &title, &place, Role::Focus);
}

fn rows(model: &Model, reader: &Reader, area: Rect, brush: &mut Brush<'_>) {
    let wanted = Folded::new(&reader.search.text());
    let current = if reader.page == Page::Text { current(model).and_then(|line| reader.row_of(line)) } else { None };
    let found = reader.at.and_then(|at| reader.found.get(at).copied());
    let signs = signs(model.ascii);
    let gutter = u16::try_from(GUTTER).unwrap_or(0);
    for (at, y) in (reader.scroll..).zip(area.top()..area.bottom()) {
        let Some(row) = reader.rows.get(at) else { break };
        let mark = if reader.picking == Some(at) {
            PICKED
        } else if current == Some(at) {
            signs.current
        } else if found == Some(at) {
            FOUND
        } else {
            ""
        };
        brush.line(&Line::of(mark, Role::Current), Rect { y, height: 1, width: gutter, ..area });
        let mut line = if wanted.is_empty() { row.line.clone() } else { marked(&row.line, &wanted) };
        if found == Some(at) || reader.picking == Some(at) {
            line.row = Some(Role::Selected);
        }
        let place = Rect { x: area.x + gutter, y, height: 1, width: area.width.saturating_sub(gutter) };
        brush.line(&line, place);
    }
}

/// What is looked for and how often it is there; while it is typed, with the cursor.
fn search(model: &Model, reader: &Reader, area: Rect, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    if !reader.searching && reader.search.is_blank() {
        return None;
    }
    let place = reader.at.map_or(0, |at| at + 1);
    let count = format!(" {place}/{} ", reader.found.len());
    let count_role = if reader.found.is_empty() { Role::Problem } else { Role::Dim };
    let row = SearchRow { field: &reader.search, typing: reader.searching, count: &count, count_role };
    chrome::search(model, &row, area, brush)
}
