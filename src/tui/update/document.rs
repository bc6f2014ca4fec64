//! Reading the document: opening it, moving, searching, and what the host says of it.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use chrono::TimeDelta;

use crate::console::wire::{self, FileNow, ToHost};
use crate::run::state::Phase;
use crate::tui::action::Action;
use crate::tui::content::{self, document as page};
use crate::tui::document::Document;
use crate::tui::foreign::sanitise_inline;
use crate::tui::layout::{self, Layout};
use crate::tui::model::{ConfirmAbout, ConfirmAsk, Dialog, Link, Model, Page, Reader, Request, Screen, Text};
use crate::tui::update::navigate::shifted;
use crate::tui::update::{follow, may_act, open, refuse, renewal, run_mut};
use crate::tui::words::Say;

/// How often the host is asked whether the file has changed: soon enough for who is about to run its next command, and
/// no burden to the disk.
const LOOKED_EVERY: TimeDelta = TimeDelta::seconds(60);

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Request> {
    if action == Action::Document {
        let line = page::here(model);
        return show(model, line);
    }
    let changed = model.paper.is_changed();
    let current = page::current(model).or_else(|| page::here(model));
    let page = usize::from(layout::reader(model.layout, 0).height.saturating_sub(1)).max(1);
    if let Some(Dialog::Help { searching, .. }) = &mut model.dialog {
        *searching = action == Action::Find;
        return Vec::new();
    }
    let Some(Dialog::Document(reader)) = &mut model.dialog else { return Vec::new() };
    match action {
        Action::Difference if !changed => refuse(model, Say::NOT_CHANGED),
        Action::Difference => {
            let other = match reader.page {
                Page::Text => Page::Difference,
                Page::Difference => Page::Text,
            };
            let goal = if other == Page::Text { current } else { None };
            **reader = Reader { page: other, search: reader.search.clone(), ..Reader::at(goal) };
        }
        Action::Find => {
            reader.searching = true;
            reader.from = reader.scroll;
            reader.picking = None;
        }
        Action::MakeStep => return pick(model),
        Action::FindNext => next(model, 1),
        Action::FindBefore => next(model, -1),
        Action::ToCurrent => reader.goal = current,
        _ => match reader.picking {
            Some(row) => reader.picking = Some(shifted(row, action, page).min(reader.rows.len().saturating_sub(1))),
            None => reader.scroll = shifted(reader.scroll, action, page),
        },
    }
    Vec::new()
}

/// Opens the document at a line.
pub(super) fn show(model: &mut Model, line: Option<usize>) -> Vec<Request> {
    let requests = need(model);
    open(model, Dialog::Document(Box::new(Reader::at(line))));
    requests
}

/// Begins to choose the line that becomes a step; the second time, takes the one that is chosen.
fn pick(model: &mut Model) -> Vec<Request> {
    let wanted = current_row(model);
    let refused = match run_mut(model) {
        None => Some(Say::NO_RUN_YET),
        Some(run) => may_act(run).err(),
    };
    let Some(Dialog::Document(reader)) = &mut model.dialog else { return Vec::new() };
    if reader.picking.is_some() {
        return take_line(model);
    }
    let problem = refused.or((reader.page != Page::Text).then_some(Say::OLD_TEXT_ONLY));
    match problem {
        Some(sentence) => refuse(model, sentence),
        None => {
            reader.searching = false;
            reader.picking = wanted.or(Some(reader.scroll)).filter(|row| *row < reader.rows.len());
        }
    }
    Vec::new()
}

/// The row that the choice of a line begins with: what was found, the current step's, else the first in sight.
fn current_row(model: &Model) -> Option<usize> {
    let Some(Dialog::Document(reader)) = &model.dialog else { return None };
    let height = usize::from(layout::reader(model.layout, 0).height).max(1);
    let found = reader.at.and_then(|at| reader.found.get(at).copied());
    let step = || page::here(model).and_then(|line| reader.row_of(line));
    found.or_else(step).filter(|row| (reader.scroll..reader.scroll + height).contains(row))
}

/// Asks whether the chosen line becomes a step, with what would run.
pub(super) fn take_line(model: &mut Model) -> Vec<Request> {
    let Some(Dialog::Document(reader)) = &model.dialog else { return Vec::new() };
    let Some(line) = reader.picking.and_then(|row| reader.rows.get(row)).map(|row| row.source) else {
        return Vec::new();
    };
    let runbook = crate::runbook::parse::parse("", model.paper.source.as_bytes());
    let Some(step) = crate::runbook::lines::step_at(&runbook, line, &page::words(&model.paper, line)) else {
        refuse(model, Say::EMPTY_LINE);
        return Vec::new();
    };
    let Some(run) = run_mut(model) else { return Vec::new() };
    let after = run.step().map(|step| step.id.clone());
    let about = ConfirmAbout::Line { after, line, step: Box::new(step) };
    open(model, Dialog::Confirm(ConfirmAsk { about, scroll: 0 }));
    Vec::new()
}

/// Sees to it that the text is here, or on its way. What its file is now is asked for anew each time.
pub(super) fn need(model: &mut Model) -> Vec<Request> {
    match std::mem::take(&mut model.paper.text) {
        Text::Unread(text) => {
            model.paper.text = Text::There(Box::new(Document::of(&text)));
            model.paper.source = text;
        }
        Text::Offered => model.paper.text = Text::Asked,
        other => model.paper.text = other,
    }
    if model.offers_document && run_mut(model).is_some() { vec![ask(model)] } else { Vec::new() }
}

fn ask(model: &mut Model) -> Request {
    model.paper.asked = Some(model.now);
    model.paper.awaited = true;
    Request::Send(ToHost::ReadDocument)
}

/// Time passed: while the run is open, the host looks now and then whether the file says something else.
pub(super) fn look_again(model: &mut Model) -> Vec<Request> {
    let open = matches!(&model.screen, Screen::Run(run) if run.state.phase == Phase::Open && run.link != Link::Gone);
    let due = model.paper.asked.is_none_or(|asked| model.now - asked >= LOOKED_EVERY);
    let read = matches!(model.dialog, Some(Dialog::Document(_)));
    if open && due && !read && model.offers_document && !model.paper.awaited { vec![ask(model)] } else { Vec::new() }
}

/// What the host says of the document.
pub(super) fn arrived(model: &mut Model, document: wire::Document) {
    let wire::Document { text, fault, mut file } = document;
    model.paper.awaited = false;
    match (text, fault) {
        (Some(text), _) => {
            if model.paper.document().is_none() || model.paper.source != text {
                model.paper.text = Text::There(Box::new(Document::of(&text)));
                model.paper.source = text;
            }
        }
        (None, why) => model.paper.text = Text::Refused(sanitise_inline(&why.unwrap_or_default())),
    }
    match &mut file {
        FileNow::Unread { why } => *why = sanitise_inline(why),
        FileNow::Changed { difference, offer, .. } => {
            for change in difference {
                change.text = sanitise_inline(&change.text);
            }
            if let Some(offer) = offer {
                renewal::made_harmless(offer);
            }
        }
        FileNow::Same => {}
    }
    model.paper.file = Some(file);
    let changed = model.paper.is_changed();
    match &mut model.dialog {
        Some(Dialog::Document(reader)) => {
            let line = reader.goal.or(Some(reader.line()).filter(|line| *line > 0));
            let page = if changed { reader.page } else { Page::Text };
            reader.width = 0;
            reader.goal = line;
            reader.page = page;
        }
        Some(Dialog::Palette(_)) => {
            let entries = content::palette::entries(model);
            if let Some(Dialog::Palette(palette)) = &mut model.dialog {
                palette.offer(entries);
            }
        }
        // Nothing that is open shows it.
        Some(_) | None => {}
    }
}

/// Makes the rows for the width that there is, and keeps the place.
pub(super) fn settle(model: &mut Model) {
    let (language, ascii) = (model.language, model.ascii);
    let room = usize::from(model.layout.body.width).saturating_sub(page::GUTTER + 1).max(1);
    let Some(Dialog::Document(reader)) = &model.dialog else { return };
    let banner = page::banner(model, reader.page, room).len();
    let height = usize::from(layout::reader(model.layout, banner).height).max(1);
    let paper = &model.paper;
    let Some(Dialog::Document(reader)) = &mut model.dialog else { return };
    if reader.width != room {
        let line = reader.goal.or((reader.width > 0).then(|| reader.line()));
        reader.rows = page::rows(paper, reader.page, language, ascii, room);
        reader.width = room;
        reader.found = page::found(&reader.rows, &reader.search.text());
        reader.at = None;
        reader.goal = line;
        reader.picking = None;
    }
    let waits = reader.page == Page::Text && paper.document().is_none();
    if !waits && let Some(line) = reader.goal.take() {
        // What stands above the line gives it its meaning: some of it stays in sight.
        reader.scroll = reader.row_of(line).unwrap_or(0).saturating_sub(height / 4);
    }
    reader.scroll = reader.scroll.min(reader.rows.len().saturating_sub(height));
    if let Some(row) = reader.picking {
        reader.scroll = follow(reader.scroll, row, row, height, reader.rows.len());
    }
    if let Some(row) = reader.at.and_then(|at| reader.found.get(at).copied()).filter(|_| reader.searching) {
        reader.scroll = follow(reader.scroll, row, row, height, reader.rows.len());
    }
}

/// Looks for what is typed, from where the search began.
pub(super) fn seek(reader: &mut Reader) {
    reader.found = page::found(&reader.rows, &reader.search.text());
    let at = reader.found.iter().position(|row| *row >= reader.from);
    reader.at = at.or((!reader.found.is_empty()).then_some(0));
    if reader.at.is_none() {
        reader.scroll = reader.from;
    }
}

fn next(model: &mut Model, by: isize) {
    let layout: Layout = model.layout;
    let Some(Dialog::Document(reader)) = &mut model.dialog else { return };
    let count = reader.found.len();
    if count == 0 {
        let sentence = if reader.search.is_blank() { Say::NOTHING_SOUGHT } else { Say::NOTHING_FOUND };
        refuse(model, sentence);
        return;
    }
    let at = match reader.at {
        Some(at) => at.saturating_add(count).saturating_add_signed(by) % count,
        // The rows were made anew: on from what is in sight.
        None => reader.found.iter().position(|row| *row >= reader.scroll).unwrap_or(0),
    };
    reader.at = Some(at);
    let row = reader.found.get(at).copied().unwrap_or(0);
    let height = usize::from(layout::reader(layout, 0).height).max(1);
    if row < reader.scroll || row + 2 >= reader.scroll + height {
        reader.scroll = row.saturating_sub(height / 3);
    }
}

/// Ends the typing of a search, or the search, or the reading; false when the view is to be closed.
pub(super) fn back(reader: &mut Reader) -> bool {
    if reader.picking.take().is_some() {
        return true;
    }
    if reader.searching {
        reader.searching = false;
        reader.search = crate::tui::edit::Field::default();
        reader.scroll = reader.from;
        seek(reader);
        return true;
    }
    if reader.page == Page::Difference {
        *reader = Reader { search: reader.search.clone(), ..Reader::default() };
        return true;
    }
    false
}
