//! The output pane: the rows of a frame with the colours that their program asked for.

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::term::cells::{Colour, Look};
use crate::tui::content::detail;
use crate::tui::model::{Model, RunView};
use crate::tui::theme::Role;
use crate::tui::view::paint::Brush;

/// Draws the pane; gives the place of the cursor when the person types into it.
pub(super) fn draw(model: &Model, run: &RunView, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let area = model.layout.output;
    if run.output.attempt.is_none() {
        let lines = crate::tui::text::prose(detail::no_output(model.language), Role::Dim, usize::from(area.width), 0);
        let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
        brush.lines(&lines, 0, area);
        return None;
    }
    for (row, y) in run.output.rows.iter().zip(area.top()..area.bottom()) {
        let mut x = area.x;
        for span in row {
            let style = look(&span.look, brush.theme.output_colours);
            x = brush.text((x, y), area.right(), &span.text, style);
        }
    }
    let (x, y) = run.output.cursor?;
    let (x, y) = (area.x.checked_add(x)?, area.y.checked_add(y)?);
    (run.typing.is_some() && x < area.right() && y < area.bottom()).then_some((x, y))
}

fn look(look: &Look, colours: bool) -> Style {
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
