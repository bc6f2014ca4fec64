//! Reading an output back from its evidence, and looking for a text in it.
//!
//! Pages are asked for as they come near; what is seen stays where it is, however much is printed meanwhile.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::console::wire::{OutputFound, OutputPage, Spot, ToHost};
use crate::ids::AttemptId;
use crate::tui::action::Action;
use crate::tui::content::output;
use crate::tui::edit::Field;
use crate::tui::find::Folded;
use crate::tui::foreign::{sanitise_cells, sanitise_inline};
use crate::tui::model::{Goal, Model, Output, Pane, Reading, Request, RunView, Search};
use crate::tui::update::{refuse, run_mut};
use crate::tui::words::Say;

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Request> {
    if !model.offers_outputs {
        refuse(model, Say::OLD_HOST);
        return Vec::new();
    }
    let Some(run) = run_mut(model) else { return Vec::new() };
    if run.active().attempt.is_none() {
        refuse(model, Say::NO_OUTPUT);
        return Vec::new();
    }
    match action {
        Action::Find => {
            if !run.zoomed {
                run.focus = Pane::Output;
            }
            find(run.active_mut());
            Vec::new()
        }
        Action::FindNext => next(model, 1),
        Action::FindBefore => next(model, -1),
        _ => Vec::new(),
    }
}

/// Moves in an output of which `height` rows are seen.
pub(super) fn scroll(out: &mut Output, height: usize, action: Action, page: usize) {
    let by = if matches!(action, Action::PageDown | Action::PageUp) { page } else { 1 };
    let bytes = out.bytes;
    let Some(reading) = &mut out.reading else {
        let goal = match action {
            Action::Up | Action::PageUp => Goal::FromEnd(by),
            Action::First => Goal::Line(0),
            _ => return, // Down from the end there is nothing.
        };
        out.reading = Some(Reading::at(goal));
        return;
    };
    let last = reading.len().saturating_sub(height);
    match (action, reading.goal) {
        (Action::Last, _) => out.reading = None,
        (Action::First, _) if reading.begins() => {
            reading.goal = None;
            reading.top = 0;
        }
        (Action::First, _) => reading.go(Goal::Line(0)),
        (Action::Up | Action::PageUp, Some(Goal::FromEnd(rows))) => reading.goal = Some(Goal::FromEnd(rows + by)),
        (Action::Down | Action::PageDown, Some(Goal::FromEnd(rows))) if rows <= by => out.reading = None,
        (Action::Down | Action::PageDown, Some(Goal::FromEnd(rows))) => {
            reading.goal = Some(Goal::FromEnd(rows - by));
        }
        (Action::Up | Action::PageUp, _) => reading.top = reading.top.saturating_sub(by),
        (Action::Down | Action::PageDown, _) => {
            // Down to the end, the output is followed again.
            if reading.top + by >= last && reading.ends(bytes) {
                out.reading = None;
            } else {
                reading.top = (reading.top + by).min(last);
            }
        }
        _ => {} // No other action is a move.
    }
}

/// Brings the place into sight that is wanted, and asks for the pages around it.
pub(super) fn settle(out: &mut Output, cols: u16, rows: u16) -> Vec<Request> {
    let (Some(attempt), height) = (out.attempt, usize::from(rows)) else { return Vec::new() };
    let wanted = out.search.as_ref().map(|s| Folded::new(&s.text.text())).filter(|w| !w.is_empty());
    let Some(reading) = &mut out.reading else { return Vec::new() };
    if reading.cols != cols {
        let line = reading.line_at(reading.top);
        let goal = reading.goal.or(line.map(Goal::Line)).unwrap_or(Goal::FromEnd(0));
        reading.go(goal);
        reading.cols = cols;
    }
    if reading.pages.is_empty() {
        if reading.asked.is_some() || reading.fault.is_some() {
            return Vec::new();
        }
        let spot = match reading.goal {
            Some(Goal::Line(line) | Goal::Found(line)) => Spot::From(line),
            Some(Goal::FromEnd(_)) | None => Spot::Before(u64::MAX),
        };
        return ask(reading, attempt, rows, spot);
    }
    match reading.goal {
        Some(Goal::FromEnd(back)) => {
            let most = reading.len().saturating_sub(height);
            if most == 0 && reading.begins() && reading.ends(out.bytes) {
                // All of it is in sight.
                out.reading = None;
                return Vec::new();
            }
            if back <= most || reading.begins() {
                reading.top = most.saturating_sub(back);
                reading.goal = None;
            }
        }
        Some(Goal::Line(line)) => {
            reading.top = reading.row_of(line);
            reading.goal = None;
        }
        Some(Goal::Found(line)) => {
            let at = reading.row_of(line) + wanted.map_or(0, |wanted| row_within(reading, line, &wanted));
            let in_sight = at >= reading.top && at + 1 < reading.top + height;
            if !in_sight || reading.rows(reading.top).nth(height.saturating_sub(1)).is_none() {
                reading.top = at.saturating_sub(height / 3);
            }
            // What comes before it gives it its meaning: it is waited for.
            let room_above = at >= height / 3 || reading.begins();
            if room_above {
                reading.goal = None;
            }
        }
        None => {}
    }
    let Some(reading) = &mut out.reading else { return Vec::new() };
    if reading.asked.is_some() {
        return Vec::new();
    }
    let (len, last) = (reading.len(), reading.len().saturating_sub(height));
    let waits_above = matches!(reading.goal, Some(Goal::Found(_) | Goal::FromEnd(_)));
    let spot = if (reading.top < height || waits_above) && !reading.begins() {
        reading.pages.front().map(|page| Spot::Before(page.start))
    } else if reading.top + 2 * height > len && !reading.ends(out.bytes) {
        reading.pages.back().map(|page| Spot::From(page.next))
    } else {
        None
    };
    if reading.ends(out.bytes) || reading.goal.is_none() {
        reading.top = reading.top.min(last);
    }
    spot.map(|spot| ask(reading, attempt, rows, spot)).unwrap_or_default()
}

/// The row of a line that holds what is looked for, counted from its first one.
fn row_within(reading: &Reading, line: u64, wanted: &Folded) -> usize {
    let from = reading.row_of(line);
    let Some(own) = reading.line_at(from) else { return 0 };
    let rows: Vec<_> = reading.rows(from).take_while(|row| row.line == own).map(|row| (own, &row.row)).collect();
    output::marks(&rows, wanted).iter().position(|marks| !marks.is_empty()).unwrap_or(0)
}

fn ask(reading: &mut Reading, attempt: AttemptId, rows: u16, spot: Spot) -> Vec<Request> {
    reading.asked = Some(spot);
    vec![Request::Send(ToHost::ReadOutput { attempt, cols: reading.cols, rows, spot })]
}

/// A page of an output.
pub(super) fn arrived(run: &mut RunView, mut page: OutputPage) {
    let Some(out) = run.output_of(page.attempt) else { return };
    let Some(reading) = &mut out.reading else { return };
    if reading.asked == Some(page.spot)
        && let Some(fault) = &page.fault
    {
        reading.fault = Some(sanitise_inline(fault));
        reading.asked = None;
        return;
    }
    for span in page.rows.iter_mut().flat_map(|row| &mut row.row) {
        span.text = sanitise_cells(&span.text);
    }
    reading.take(page);
}

/// Begins to look for something, or changes what is looked for.
fn find(out: &mut Output) {
    let from = out.reading.as_ref().and_then(|r| r.line_at(r.top)).unwrap_or(u64::MAX);
    let before = out.reading.clone().map(Box::new);
    let search = out.search.get_or_insert_with(Search::default);
    search.typing = true;
    search.from = from;
    search.before = before;
}

/// Looks for what is typed, from where the search began.
pub(super) fn seek(model: &mut Model) -> Vec<Request> {
    let Some(run) = run_mut(model) else { return Vec::new() };
    run.searches += 1;
    let id = run.searches;
    let out = run.active_mut();
    let (Some(attempt), Some(search)) = (out.attempt, &mut out.search) else { return Vec::new() };
    *search = Search {
        text: search.text.clone(),
        typing: search.typing,
        from: search.from,
        before: search.before.take(),
        id,
        ..Search::default()
    };
    let wanted = search.text.text();
    if wanted.is_empty() {
        search.done = true;
    }
    vec![Request::Send(ToHost::SearchOutput { id, attempt, wanted, from: 0 })]
}

/// What was found of it.
pub(super) fn found(model: &mut Model, answer: OutputFound) {
    let Some(run) = run_mut(model) else { return };
    let Some(out) = run.outputs_mut().find(|out| out.search.as_ref().is_some_and(|s| s.id == answer.id)) else {
        return;
    };
    let Some(search) = &mut out.search else { return };
    let known = search.found.last().copied();
    search.found.extend(answer.lines.into_iter().filter(|line| known.is_none_or(|known| *line > known)));
    search.until = answer.until;
    search.done = answer.done;
    search.more |= answer.more;
    search.fault = answer.fault.map(|fault| sanitise_inline(&fault));
    let first = search.at.is_none();
    if first {
        let after = search.found.iter().position(|line| *line >= search.from);
        let none_after = search.done && !search.found.is_empty();
        // From the end one looks back: the last one is the nearest.
        let around = if search.from == u64::MAX { search.found.len().saturating_sub(1) } else { 0 };
        search.at = after.or(none_after.then_some(around));
    } else if search.done && std::mem::take(&mut search.wants_next) {
        let at = search.at.map_or(0, |at| at + 1);
        search.at = Some(if at < search.found.len() { at } else { 0 });
    } else {
        return;
    }
    show(out);
}

/// Brings the line into sight that the person is at.
fn show(out: &mut Output) {
    let Some(line) = out.search.as_ref().and_then(Search::line) else { return };
    match &mut out.reading {
        Some(reading) if reading.has(line) => reading.goal = Some(Goal::Found(line)),
        Some(reading) => reading.go(Goal::Found(line)),
        None => out.reading = Some(Reading::at(Goal::Found(line))),
    }
}

fn next(model: &mut Model, by: isize) -> Vec<Request> {
    let Some(run) = run_mut(model) else { return Vec::new() };
    let next_id = run.searches + 1;
    let out = run.active_mut();
    let bytes = out.bytes;
    let Some((attempt, search)) = out.attempt.zip(out.search.as_mut()).filter(|(_, s)| !s.text.text().is_empty())
    else {
        refuse(model, Say::NOTHING_SOUGHT);
        return Vec::new();
    };
    let count = search.found.len();
    let at_end = search.at.is_none_or(|at| at + 1 >= count);
    if by > 0 && at_end && search.done && !search.more && search.until < bytes {
        // More was printed since: it is looked through before the search begins anew at the top.
        let (wanted, from) = (search.text.text(), search.until);
        search.done = false;
        search.wants_next = count > 0;
        search.id = next_id;
        run.searches = next_id;
        return vec![Request::Send(ToHost::SearchOutput { id: next_id, attempt, wanted, from })];
    }
    if count == 0 {
        let sentence = if search.done { Say::NOT_IN_OUTPUT } else { Say::STILL_LOOKING };
        refuse(model, sentence);
        return Vec::new();
    }
    search.at = Some(match search.at {
        Some(at) => at.saturating_add(count).saturating_add_signed(by) % count,
        None => 0,
    });
    show(out);
    Vec::new()
}

/// Enter ends the typing; what was found stays.
pub(super) fn accept(out: &mut Output) {
    if let Some(search) = &mut out.search {
        search.typing = false;
        search.before = None;
    }
    out.search.take_if(|search| search.text.text().is_empty());
}

/// Ends the typing of a search, or the search, or the reading; false when there is nothing to end.
pub(super) fn back(out: &mut Output) -> bool {
    if let Some(search) = out.search.take() {
        if search.typing {
            out.reading = search.before.map(|before| *before);
        }
        return true;
    }
    out.reading.take().is_some()
}

/// The field that is typed in.
pub(super) fn field(run: &mut RunView) -> Option<&mut Field> {
    run.active_mut().search.as_mut().filter(|search| search.typing).map(|search| &mut search.text)
}
