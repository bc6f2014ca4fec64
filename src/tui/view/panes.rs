//! The run screen: steps on the left, details over output on the right, or one pane at a time.

use ratatui::layout::Rect;

use crate::run::state::{Attempt, Progress};
use crate::tui::action::Action;
use crate::tui::content::detail::{self, Pen};
use crate::tui::content::{checklist, over as over_content, owes};
use crate::tui::keymap::Context;
use crate::tui::layout::Kind;
use crate::tui::model::{Model, Pane, RunView, Second};
use crate::tui::text::{fit, width};
use crate::tui::theme::Role;
use crate::tui::view::output;
use crate::tui::view::paint::Brush;
use crate::tui::words::Label;

/// Draws the panes; gives the place of the cursor of the program that is typed into.
pub(super) fn draw(model: &Model, run: &RunView, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let layout = &model.layout;
    if run.zoomed {
        return zoomed(model, run, brush);
    }
    match layout.kind {
        Kind::TooSmall => None,
        Kind::Single => {
            tabs(model, run, brush);
            match run.focus {
                Pane::List => list(model, run, brush),
                Pane::Detail => details(model, run, brush),
                Pane::Output | Pane::Second => return output::draw(model, run, &run.output, layout.output, brush),
            }
            None
        }
        Kind::Double => {
            let x = layout.list.right();
            let left = Rect { width: layout.list.width, ..layout.top };
            let right = Rect { x: x + 1, width: layout.top.width - x - 1, ..layout.top };
            let title = |p: Pane| if run.focus == p { Role::Focus } else { Role::Dim };
            brush.rule(left, &checklist::title(run, model.language), &list_place(model, run), title(Pane::List));
            brush.rule(right, Label::DETAIL.text(model.language), &detail_place(model, run), title(Pane::Detail));
            brush.joint(x, layout.top.y, "┬");
            brush.upright(x, layout.body.y, layout.body.bottom());
            brush.joint(x, layout.output_title.y, "├");
            brush.rule(layout.output_title, &output_title(model, run), &output_place(model, run), title(Pane::Output));
            bottom(model, brush, Some(x));
            list(model, run, brush);
            details(model, run, brush);
            output::draw(model, run, &run.output, layout.output, brush)
        }
    }
}

/// The output alone, or with what stands beside it.
fn zoomed(model: &Model, run: &RunView, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let layout = &model.layout;
    let split = !layout.second_title.is_empty();
    let role = |active: bool| if active || !split { Role::Focus } else { Role::Dim };
    let second_active =
        split && matches!((run.focus, &run.second), (Pane::Second, _) | (Pane::Detail, Some(Second::Step)));
    let first = if split { layout.output_title } else { layout.top };
    brush.rule(first, &output_title(model, run), &output_place(model, run), role(!second_active));
    let cursor = output::draw(model, run, &run.output, layout.output, brush);
    if !split {
        bottom(model, brush, None);
        return cursor;
    }
    let beside = layout.second_title.y == layout.top.y;
    if beside {
        let x = layout.output.right();
        brush.joint(x, layout.top.y, "┬");
        brush.upright(x, layout.body.y, layout.body.bottom());
        bottom(model, brush, Some(x));
    } else {
        bottom(model, brush, None);
    }
    let cursor_of_second = match &run.second {
        Some(Second::Output(second)) => {
            let title = title_of(model, second.attempt.and_then(|a| run.state.attempt(a)));
            let place = output::place(second, usize::from(layout.second.height));
            brush.rule(layout.second_title, &title, &place, role(second_active));
            output::draw(model, run, second, layout.second, brush)
        }
        Some(Second::Step) => {
            let title = Label::DETAIL.text(model.language);
            brush.rule(layout.second_title, title, &detail_place(model, run), role(second_active));
            details(model, run, brush);
            None
        }
        None => None,
    };
    cursor.or(cursor_of_second)
}

fn bottom(model: &Model, brush: &mut Brush<'_>, joint: Option<u16>) {
    let area = model.layout.bottom;
    if !area.is_empty() {
        brush.rule(area, "", "", Role::Dim);
        if let Some(x) = joint {
            brush.joint(x, area.y, "┴");
        }
    }
}

/// The names of the panes, the one that is seen marked.
fn tabs(model: &Model, run: &RunView, brush: &mut Brush<'_>) {
    let area = model.layout.top;
    let mut x = area.x;
    let steps = checklist::title(run, model.language);
    let (detail, output) = (Label::DETAIL.text(model.language), Label::OUTPUT.text(model.language));
    for (pane, word) in [(Pane::List, steps.as_str()), (Pane::Detail, detail), (Pane::Output, output)] {
        let (text, role) =
            if run.focus == pane { (format!("[{word}] "), Role::Focus) } else { (format!(" {word}  "), Role::Dim) };
        let style = brush.style(role);
        x = brush.text((x, area.y), area.right(), &text, style);
    }
    let space = usize::from(area.right().saturating_sub(x));
    if run.focus == Pane::List {
        let place = fit(&list_place(model, run), space);
        let wide = u16::try_from(width(&place)).unwrap_or(0);
        let style = brush.style(Role::Dim);
        brush.text((area.right().saturating_sub(wide), area.y), area.right(), &place, style);
    } else if let Some(step) = run.step() {
        // What the other panes are about.
        let title = crate::tui::foreign::sanitise_inline(&format!("{} {}", step.number, step.bare_title()));
        let style = brush.style(Role::Text);
        brush.text((x, area.y), area.right(), &fit(&title, space), style);
    }
}

/// How much of the list is out of sight.
fn list_place(model: &Model, run: &RunView) -> String {
    checklist::beyond(run, usize::from(model.layout.list.height))
}

fn list(model: &Model, run: &RunView, brush: &mut Brush<'_>) {
    let pinned = model.layout.pinned;
    brush.lines(&owes::on_top(run, model.language, usize::from(pinned.width)), 0, pinned);
    let area = model.layout.list;
    let lines = checklist::lines(run, model.now, model.language, model.ascii, usize::from(area.width));
    brush.lines(&lines, run.list_scroll, area);
    if lines.is_empty() {
        let text = crate::tui::text::prose(Label::NO_STEPS.text(model.language), Role::Dim, usize::from(area.width), 0);
        brush.lines(&text, 0, area);
    }
}

fn details(model: &Model, run: &RunView, brush: &mut Brush<'_>) {
    let area = model.layout.detail;
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    brush.lines(&run.detail, run.detail_scroll, inner);
    let (above, below) = beyond(run, area);
    let style = brush.style(Role::Current);
    let right = area.right().saturating_sub(1);
    if above > 0 {
        brush.text((right, area.y), area.right(), "^", style);
    }
    if below > 0 && area.height > 0 {
        brush.text((right, area.bottom() - 1), area.right(), "v", style);
    }
}

fn beyond(run: &RunView, area: Rect) -> (usize, usize) {
    let seen = run.detail_scroll + usize::from(area.height);
    (run.detail_scroll, run.detail.len().saturating_sub(seen))
}

/// How much of the details is out of sight, and the keys that bring it.
fn detail_place(model: &Model, run: &RunView) -> String {
    match beyond(run, model.layout.detail) {
        (0, 0) => String::new(),
        (above, below) => {
            let key = |action| model.keymap.key(Context::Run, action);
            format!("{}/{} {above}^ {below}v", key(Action::DetailDown), key(Action::DetailUp))
        }
    }
}

/// The title of the output pane: whose output it is, and how it went.
fn output_title(model: &Model, run: &RunView) -> String {
    title_of(model, run.shown_attempt())
}

fn title_of(model: &Model, attempt: Option<&Attempt>) -> String {
    let name = Label::OUTPUT.text(model.language);
    let Some(attempt) = attempt else { return name.to_owned() };
    let pen = Pen { now: model.now, language: model.language, keymap: &model.keymap, ascii: model.ascii, room: 200 };
    let line = detail::outcome(attempt, 1, pen);
    let how: String = line.pieces.iter().map(crate::tui::text::Piece::text).collect();
    let how = match &attempt.progress {
        Progress::Running | Progress::Finished { .. } => how.trim().to_owned(),
        Progress::Lost { .. } => fit(how.trim(), 30),
    };
    let text = attempt.start.text.lines().next().unwrap_or("");
    let text = crate::tui::foreign::sanitise_inline(text);
    format!("{name} - {how} - {}", fit(&text, 60))
}

/// How much of the output is out of sight.
fn output_place(model: &Model, run: &RunView) -> String {
    output::place(&run.output, usize::from(model.layout.output.height))
}

/// Draws the final screen.
pub(super) fn over(model: &Model, run: &RunView, brush: &mut Brush<'_>) {
    let body = model.layout.body;
    brush.rule(model.layout.top, "", "", Role::Dim);
    bottom(model, brush, None);
    let lines = over_content::lines(run, model.language, model.ascii, usize::from(body.width));
    brush.lines(&lines, run.over_scroll, body);
    brush.more(body, run.over_scroll > 0, run.over_scroll + usize::from(body.height) < lines.len());
}
