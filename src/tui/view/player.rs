//! Draws a recording: what is run above, the terminal as it was, and where in time it is below.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::keymap::{self, Context};
use crate::tui::player::Player;
use crate::tui::text::{self, Line, fit, width, wrap};
use crate::tui::theme::{Role, Theme};
use crate::tui::view::paint::Brush;
use crate::tui::view::wide::Lines;
use crate::tui::view::{chrome, output};

/// Draws it.
pub fn draw(player: &Player<'_>, theme: &Theme, frame: &mut Frame<'_>) {
    text::measure_as(theme.ambiguous);
    let area = frame.area();
    let mut brush = Brush { buffer: frame.buffer_mut(), theme, language: player.language };
    brush.fill(area, Role::Text);
    if area.height < 4 || area.width < 20 {
        return;
    }
    let row = |y: u16| Rect { y, height: 1, ..area };
    brush.fill(row(area.top()), Role::Header);
    let part = player.parts.get(player.part);
    let title = part.map_or(player.title.as_str(), |part| part.title.as_str());
    let count = format!("{}/{} ", player.part + 1, player.parts.len());
    let room = usize::from(area.width).saturating_sub(width(&count) + 2);
    let style = brush.style(Role::Header);
    brush.text((area.x + 1, area.top()), area.right(), &fit(title, room), style);
    let x = area.right().saturating_sub(u16::try_from(width(&count)).unwrap_or(0));
    brush.text((x, area.top()), area.right(), &count, style);
    if let Some(part) = part {
        let line = Line::of(" $ ", Role::Dim).and(
            &fit(&part.text.lines().collect::<Vec<_>>().join(" "), usize::from(area.width).saturating_sub(4)),
            Role::Command,
        );
        brush.line(&line, row(area.top() + 1));
    }
    let pane = Rect { y: area.top() + 2, height: area.height.saturating_sub(4), ..area };
    if player.helps {
        help(player, &mut brush, pane);
    } else {
        picture(player, &mut brush, pane);
    }
    progress(player, &mut brush, row(area.bottom().saturating_sub(2)));
    footer(player, &mut brush, row(area.bottom().saturating_sub(1)));
}

/// The terminal as it was.
fn picture(player: &Player<'_>, brush: &mut Brush<'_>, pane: Rect) {
    let rows = player.rows();
    // A terminal that was higher than the pane shows its end, where it was written.
    let used = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
    let skip = used.saturating_sub(usize::from(pane.height));
    for (cells, y) in rows.iter().skip(skip).zip(pane.top()..pane.bottom()) {
        let mut x = pane.x;
        for span in cells {
            let style = output::look(&span.look, brush.theme.output_colours);
            let text = crate::tui::foreign::sanitise_cells(&span.text);
            x = brush.cells((x, y), pane.right(), &text, style);
        }
        brush.stretch(Rect { y, height: 1, ..pane }, Lines::Ascii, pane.x);
    }
}

fn progress(player: &Player<'_>, brush: &mut Brush<'_>, area: Rect) {
    let clock = |ms: u64| format!("{:02}:{:02}:{:02}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    let (at, length) = (player.at, player.length());
    let state = match (player.paused, at >= length) {
        (_, true) => player.language.pick("終わり", "end"),
        (true, false) => player.language.pick("停止中", "paused"),
        (false, false) => player.language.pick("再生中", "playing"),
    };
    let times = if brush.ascii() { "x" } else { "×" };
    let mut left = format!(" {} / {}  {state}  {times}{} ", clock(at), clock(length), player.speed());
    if let Some(part) = player.parts.get(player.part) {
        left.push_str(&part.clock);
        if at >= part.until {
            left.push_str("  ");
            left.push_str(&part.end);
        }
    }
    let style = brush.style(Role::Title);
    let x = brush.text((area.x, area.y), area.right(), &left, style);
    let room = usize::from(area.right().saturating_sub(x + 2));
    if room >= 8 && length > 0 {
        let done = usize::try_from(u128::from(at) * room as u128 / u128::from(length)).unwrap_or(0).min(room);
        let (full, empty) = if brush.ascii() { ("#", ".") } else { ("━", "─") };
        let style = brush.style(Role::Current);
        let x = brush.text((x + 1, area.y), area.right(), &full.repeat(done), style);
        let style = brush.style(Role::Dim);
        brush.text((x, area.y), area.right(), &empty.repeat(room - done), style);
    }
}

fn footer(player: &Player<'_>, brush: &mut Brush<'_>, area: Rect) {
    if player.searching {
        let line = Line::of(" /", Role::Key).and(&player.search.text(), Role::Text).and("_", Role::Dim);
        return brush.line(&line, area);
    }
    if let Some(said) = &player.said {
        return brush.line(&Line::of(&format!(" {said}"), Role::Caution), area);
    }
    let actions = keymap::footer(Context::Player);
    let keys = actions.iter().map(|action| (player.keymap.key(Context::Player, *action), action.word(player.language)));
    chrome::keys(keys.collect(), area.x + 1, brush, area);
}

/// All keys, with what each does.
fn help(player: &Player<'_>, brush: &mut Brush<'_>, area: Rect) {
    brush.fill(area, Role::Text);
    let lines = help_lines(player, area.width);
    brush.lines(&lines, player.help_from, Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area });
}

/// The list of all keys on a screen of `cols`.
pub fn help_lines(player: &Player<'_>, cols: u16) -> Vec<Line> {
    let room = usize::from(cols.saturating_sub(2)).max(1);
    let column = if room < 50 { 10 } else { 18 };
    let mut lines = Vec::new();
    for action in Action::ALL {
        let keys = player.keymap.keys_in(Context::Player, *action).join(" ");
        if !keys.is_empty() {
            let pad = " ".repeat(column_after(&keys, column));
            let line = Line::of(&keys, Role::Key).and(&pad, Role::Text).and(action.doc(player.language), Role::Text);
            lines.extend(wrap(line, room, column));
        }
    }
    lines
}

fn column_after(keys: &str, column: usize) -> usize {
    column.saturating_sub(width(keys)).max(1)
}
