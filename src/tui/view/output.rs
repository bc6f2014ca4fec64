//! The output pane: the rows of a frame with the colours that their program asked for.

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use unicode_segmentation::UnicodeSegmentation as _;

use crate::term::cells::{Colour, Look, Row};
use crate::tui::content::output;
use crate::tui::find::Folded;
use crate::tui::model::{Model, Output, RunView, Search};
use crate::tui::theme::Role;
use crate::tui::view::chrome::{self, SearchRow};
use crate::tui::view::paint::Brush;
use crate::tui::view::wide::Lines;
use crate::tui::words::{Notice, Say};

/// Draws an output; gives the place of the cursor when the person types into it.
pub(super) fn draw(
    model: &Model,
    run: &RunView,
    out: &Output,
    area: Rect,
    brush: &mut Brush<'_>,
) -> Option<(u16, u16)> {
    if out.attempt.is_none() {
        note(&Say::NO_OUTPUT.text(model.voice()), Role::Dim, area, brush);
        return None;
    }
    let wanted = out.search.as_ref().map(|s| Folded::new(&s.text.text())).unwrap_or_default();
    let height = usize::from(area.height);
    if let Some(reading) = &out.reading {
        if let Some(fault) = &reading.fault {
            let text = format!("{}: {fault}", Notice::UNREADABLE.text(model.language));
            note(&text, Role::Problem, area, brush);
            return None;
        }
        let shown: Vec<(u64, &Row)> = reading.rows(reading.top).take(height).map(|row| (row.line, &row.row)).collect();
        // Until the first page is here, the picture stays.
        if !shown.is_empty() {
            rows(&shown, &wanted, (out.search.as_ref().and_then(Search::line), None), area, brush);
            return None;
        }
    }
    let shown: Vec<(u64, &Row)> = (0..).zip(&out.rows).take(height).collect();
    let cursor = out.cursor.and_then(|(x, y)| Some((area.x.checked_add(x)?, area.y.checked_add(y)?)));
    let (x, y) = rows(&shown, &wanted, (None, cursor), area, brush)?;
    let typed_into = run.typing.is_some() && run.typing == out.attempt;
    (typed_into && x < area.right() && y < area.bottom()).then_some((x, y))
}

fn note(text: &str, role: Role, area: Rect, brush: &mut Brush<'_>) {
    let lines = crate::tui::text::prose(text, role, usize::from(area.width).saturating_sub(1).max(1), 0);
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    brush.lines(&lines, 0, area);
}

/// Draws rows with what is looked for marked in them; in the line `at` as the place that the person is at. Gives where
/// the cursor is drawn.
fn rows(
    shown: &[(u64, &Row)],
    wanted: &Folded,
    (at, mut cursor): (Option<u64>, Option<(u16, u16)>),
    area: Rect,
    brush: &mut Brush<'_>,
) -> Option<(u16, u16)> {
    let marks = output::marks(shown, wanted);
    for (((line, row), marks), y) in shown.iter().zip(marks).zip(area.top()..area.bottom()) {
        // Seen without colour as well, and over any that the program asked for.
        let how = if at == Some(*line) { Modifier::REVERSED } else { Modifier::UNDERLINED };
        let found = brush.style(Role::Measured).add_modifier(how);
        let (mut x, mut place) = (area.x, 0);
        for span in *row {
            let style = look(&span.look, brush.theme.output_colours);
            if marks.is_empty() {
                x = brush.cells((x, y), area.right(), &span.text, style);
                continue;
            }
            for part in span.text.graphemes(true) {
                let inside = marks.iter().any(|(first, last)| (*first..=*last).contains(&place));
                x = brush.cells((x, y), area.right(), part, if inside { found } else { style });
                place += 1;
            }
        }
        let column = cursor.filter(|(_, row)| *row == y).map(|(x, _)| x);
        let seen = brush.stretch(Rect { y, height: 1, ..area }, Lines::Ascii, column.unwrap_or(area.x));
        cursor = cursor.map(|(x, row)| if row == y { (seen, row) } else { (x, row) });
    }
    cursor
}

/// How much of the output is out of sight, and where the person is in it.
pub(super) fn place(out: &Output, height: usize) -> String {
    let count = out.search.as_ref().filter(|s| !s.text.text().is_empty()).map(Search::count);
    let part = match &out.reading {
        Some(reading) => {
            let last = reading.rows(reading.top).take(height).last().map_or(0, |row| row.line);
            let total = reading.pages.back().map_or(1, |page| page.total).max(out.bytes).max(1);
            let end = reading.ends(out.bytes) && reading.top + height >= reading.len();
            let percent = if end { 100 } else { (u128::from(last) * 100 / u128::from(total)).min(99) };
            Some(format!("{percent:>3}%"))
        }
        None if out.below > 0 || out.scroll > 0 => Some(format!("{}^ {}v", out.above, out.below)),
        // How many there are is known once they are read.
        None if out.above > 0 => Some("^".to_owned()),
        None => None,
    };
    count.into_iter().chain(part).collect::<Vec<_>>().join(" ")
}

/// What is looked for, in the place of messages; while it is typed, with the cursor.
pub(super) fn search(model: &Model, out: &Output, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let search = out.search.as_ref()?;
    let status = if model.layout.status.is_empty() { model.layout.footer } else { model.layout.status };
    if !search.typing && (model.layout.status.is_empty() || model.said.is_some()) {
        return None;
    }
    brush.fill(status, Role::Text);
    let missing = search.done && search.found.is_empty();
    let (count, count_role) = match &search.fault {
        Some(fault) => (format!(" {} ({fault}) ", Notice::UNREADABLE.text(model.language)), Role::Problem),
        None => (format!(" {} ", search.count()), if missing { Role::Problem } else { Role::Dim }),
    };
    let field = SearchRow { field: &search.text, typing: search.typing, count: &count, count_role };
    chrome::search(model, &field, status, brush)
}

pub(super) fn look(look: &Look, colours: bool) -> Style {
    let mut style = Style::default();
    if colours {
        style.fg = colour(look.fg);
        style.bg = colour(look.bg);
    }
    for (is, modifier) in [
        (look.bold, Modifier::BOLD),
        (look.dim, Modifier::DIM),
        (look.italic, Modifier::ITALIC),
        (look.underlined, Modifier::UNDERLINED),
        (look.reversed, Modifier::REVERSED),
        (look.struck, Modifier::CROSSED_OUT),
    ] {
        if is {
            style = style.add_modifier(modifier);
        }
    }
    style
}

/// The terminal's own colour is that of the theme.
fn colour(colour: Colour) -> Option<Color> {
    match colour {
        Colour::Default => None,
        Colour::Indexed(n) => Some(Color::Indexed(n)),
        Colour::Rgb(r, g, b) => Some(Color::Rgb(r, g, b)),
    }
}
