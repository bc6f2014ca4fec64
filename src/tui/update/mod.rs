//! What follows from a key or a message: a changed model, and requests.
//!
//! Pure: no IO. Nothing of the run changes here but by facts that the host has committed. After each input the model
//! is settled: layout, scroll and the wrapped details are right before anything is drawn.

mod branch;
mod dialog;
mod document;
mod environment;
mod home;
mod host;
mod input;
mod life;
mod mark;
mod mouse;
mod navigate;
mod outputs;
mod palette;
mod pick;
mod plan;
mod reading;
mod renewal;
mod run;
mod sign;
mod silence;
mod verify;

use crate::console::wire::{FromHost, PaneSlot, Role, ToHost};
use crate::ids::StepId;
use crate::run::command::Command;
use crate::tui::action::Action;
use crate::tui::backend::{Input, Left};
use crate::tui::content::{self, detail::Pen};
use crate::tui::edit::Field;
use crate::tui::keymap::Voice;
use crate::tui::layout::{self, Layout, Shape};
use crate::tui::model::{
    Dialog, Flight, Link, Model, Opened, Output, Pane, Request, RunView, Said, Screen, Second, Tone,
};
use crate::tui::words::Say;

/// Takes one input in.
pub fn update(model: &mut Model, input: Input) -> Vec<Request> {
    let leaves = matches!(input, Input::Hangup | Input::Asked);
    let mut requests = take(model, input);
    if !leaves {
        requests.extend(settle(model));
    }
    requests
}

/// The same where another input follows before anything is drawn: nothing is settled yet.
pub fn take(model: &mut Model, input: Input) -> Vec<Request> {
    match input {
        Input::Terminal(event) => input::terminal(model, event),
        Input::Hangup => vec![Request::Leave(Left::Hangup)],
        Input::Asked => vec![Request::Leave(sign::left(model))],
        Input::Host(message) => host::message(model, *message),
        Input::HostGone => host::gone(model),
        Input::StartFailed(why) => pick::start_failed(model, &why),
        Input::CopyReady(text) => outputs::copy_ready(model, text),
        Input::Saved { attempt, name, outcome } => {
            outputs::saved(model, attempt, &name, outcome);
            Vec::new()
        }
        Input::GoesOn { procedure, runs } => pick::goes_on(model, procedure, runs),
        Input::KeySignature(now) => host::key_signature(model, now),
        Input::Home(news) => home::news(model, *news),
        Input::Tick => document::look_again(model),
    }
}

/// Carries an action out, as its key does.
pub fn act(model: &mut Model, action: Action) -> Vec<Request> {
    if let Some(requests) = home::act(model, action) {
        return requests;
    }
    if matches!(model.dialog, Some(Dialog::Document(_))) && moves(action) {
        return document::act(model, action);
    }
    match action {
        Action::Down
        | Action::Up
        | Action::PageDown
        | Action::PageUp
        | Action::First
        | Action::Last
        | Action::ToCurrent
        | Action::NextRunning
        | Action::FilterSteps
        | Action::NextPane
        | Action::PaneBefore
        | Action::DetailDown
        | Action::DetailUp
        | Action::Zoom
        | Action::CommandBefore
        | Action::CommandAfter => {
            navigate::act(model, action);
            Vec::new()
        }
        Action::RunCommand
        | Action::ResetShell
        | Action::Environment
        | Action::Connection
        | Action::Values
        | Action::Stop
        | Action::TypeInto
        | Action::LeaveTyping => run::act(model, action),
        Action::Judge
        | Action::Skip
        | Action::Defer
        | Action::RuleOut
        | Action::Reopen
        | Action::Note
        | Action::RunNote => {
            mark::act(model, action);
            Vec::new()
        }
        Action::Branch => {
            branch::act(model);
            Vec::new()
        }
        Action::Override | Action::Choose => {
            life::act(model, action);
            Vec::new()
        }
        Action::AddStep | Action::ChangeCommand | Action::MoveCommand | Action::Revert | Action::Hold => {
            plan::act(model, action);
            Vec::new()
        }
        Action::Verify | Action::WorkAlone => {
            verify::act(model, action);
            Vec::new()
        }
        Action::SignOff | Action::Abort | Action::TakeOver | Action::Detach | Action::Quit => sign::act(model, action),
        Action::Trust | Action::Filter | Action::Open | Action::Start => pick::act(model, action),
        Action::Accept
        | Action::Confirm
        | Action::Cancel
        | Action::Save
        | Action::Deny
        | Action::ChoiceAfter
        | Action::ChoiceBefore
        | Action::NextField
        | Action::FieldBefore
        | Action::EarlierValue
        | Action::LaterValue
        | Action::NewLine => dialog::act(model, action),
        Action::Find | Action::FindNext | Action::FindBefore
            if model.dialog.is_none() && matches!(model.screen, Screen::Run(_)) =>
        {
            reading::act(model, action)
        }
        Action::Difference if matches!(model.dialog, Some(Dialog::Output(_))) => outputs::act(model, action),
        Action::Document
        | Action::Find
        | Action::FindNext
        | Action::FindBefore
        | Action::Difference
        | Action::MakeStep => document::act(model, action),
        Action::Renew => renewal::look(model),
        Action::Copy | Action::SaveOutput | Action::Compare | Action::Split | Action::Panes => {
            outputs::act(model, action)
        }
        // Only the home screen and the player of recordings have them.
        Action::SearchAll
        | Action::Reload
        | Action::Play
        | Action::Faster
        | Action::Slower
        | Action::Forward
        | Action::Rewind
        | Action::PartAfter
        | Action::PartBefore
        | Action::OneOn => Vec::new(),
        Action::Palette => palette::show(model),
        Action::Redraw => vec![Request::Redraw],
        Action::Help => {
            open(model, Dialog::Help { scroll: 0, search: Field::default(), searching: false });
            Vec::new()
        }
    }
}

/// Whether an action moves about in what is read.
fn moves(action: Action) -> bool {
    const MOVES: [Action; 7] =
        [Action::Down, Action::Up, Action::PageDown, Action::PageUp, Action::First, Action::Last, Action::ToCurrent];
    MOVES.contains(&action)
}

/// What became of a wish to trust the document.
pub fn trusted(model: &mut Model, answer: Result<(), String>) {
    match answer {
        Ok(()) => {
            if let Screen::Pick(p) = &mut model.screen {
                p.trusted = true;
            }
            tell(model, Say::TRUSTED);
        }
        Err(why) => say(model, &why, Tone::Problem),
    }
    settle(model);
}

/// What became of the question whether a changed document is trusted: what is to be agreed to is shown.
pub fn renewal_looked_at(model: &mut Model, trusted: bool) {
    renewal::ask(model, trusted);
    settle(model);
}

/// A changed document could not be trusted: nothing of it is taken in.
pub fn renewal_refused(model: &mut Model, id: u64, why: &str) {
    host::message(model, FromHost::Failed { id, fault: why.to_owned() });
    settle(model);
}

/// Tells the person one of our own sentences.
fn tell(model: &mut Model, sentence: Say) {
    let text = sentence.text(model.voice());
    say(model, &text, Tone::Plain);
}

/// Tells the person something.
fn say(model: &mut Model, text: &str, tone: Tone) {
    model.said = Some(Said { text: crate::tui::foreign::sanitise_inline(text), tone });
}

fn refuse(model: &mut Model, sentence: Say) {
    let text = sentence.text(model.voice());
    say(model, &text, Tone::Problem);
}

fn open(model: &mut Model, dialog: Dialog) {
    model.dialog_problem = None;
    model.dialog = Some(dialog);
}

fn run_mut(model: &mut Model) -> Option<&mut RunView> {
    match &mut model.screen {
        Screen::Run(r) => Some(r),
        Screen::Home | Screen::Pick(_) | Screen::Waiting { .. } => None,
    }
}

/// Whether the person may act on the run now, and the sentence when not.
fn may_act(run: &RunView) -> Result<(), Say> {
    match run.link {
        Link::Gone => Err(Say::GONE),
        Link::Up(Role::Watch) => Err(Say::WATCHING),
        Link::Up(Role::Drive) if run.state.phase != crate::run::state::Phase::Open => Err(Say::OVER),
        Link::Up(Role::Drive) => Ok(()),
    }
}

/// Asks the host for something; the dialog that it came from comes back if the answer is no.
fn ask(run: &mut RunView, step: Option<StepId>, command: Command, dialog: Option<Dialog>) -> Vec<Request> {
    let id = flight(run, step, dialog);
    vec![Request::Do { id, command }]
}

fn flight(run: &mut RunView, step: Option<StepId>, dialog: Option<Dialog>) -> u64 {
    let id = run.next_id;
    run.next_id += 1;
    run.flights.push(Flight { id, step, dialog });
    id
}

/// Settles layout, scroll and wrapped text, and tells the host what its pane shows now.
pub fn settle(model: &mut Model) -> Vec<Request> {
    silence::settle(model);
    let (size, language, ascii, now) = (model.size, model.language, model.ascii, model.now);
    let (trouble, shape) = match &model.screen {
        Screen::Run(r) => {
            let room = usize::from(size.0.saturating_sub(1)).max(1);
            let rows = r.banner().map_or(0, |t| crate::tui::text::width(t).div_ceil(room).min(3));
            (u16::try_from(rows).unwrap_or(3), shape(r))
        }
        Screen::Home | Screen::Pick(_) | Screen::Waiting { .. } => (0, Shape::Panes),
    };
    model.layout = Layout::of(size, trouble, shape);
    if let Screen::Run(run) = &model.screen
        && shape == Shape::Panes
    {
        let owed = content::owes::on_top(run, language, usize::from(model.layout.list.width)).len();
        model.layout.pin(owed);
    }
    settle_dialog(model);
    let asked = home::settle(model);
    let layout = model.layout;
    let keymap = model.keymap.clone();
    let voice = Voice { language, keymap: &keymap };
    match &mut model.screen {
        Screen::Home | Screen::Waiting { .. } => asked,
        Screen::Pick(p) => {
            let count = p.matching().len();
            p.selected = p.selected.min(count.saturating_sub(1));
            let room = usize::from(layout.body.width);
            let rows = content::pick::rows(p, language, room);
            let at = rows.iter().position(|r| r.item == Some(p.selected)).unwrap_or(0);
            let height = usize::from(layout.body.height.saturating_sub(2));
            // The heading over the selected procedure is shown with it.
            let top = if at > 0 && rows.get(at - 1).is_some_and(|r| r.item.is_none()) { at - 1 } else { at };
            p.scroll = follow(p.scroll, top, at, height, rows.len());
            if let Some(Opened { procedure, scroll }) = p.opened {
                let rows = p
                    .runbook
                    .procedures
                    .get(procedure)
                    .map_or(0, |proc| content::pick::opened(p, proc, voice, room).len());
                let scroll = scroll.min(rows.saturating_sub(usize::from(layout.body.height)));
                p.opened = Some(Opened { procedure, scroll });
            }
            Vec::new()
        }
        Screen::Run(r) => {
            r.selected = r.selected.min(r.state.steps.len().saturating_sub(1));
            let height = usize::from(layout.list.height);
            let (from, row, rows) = r.selected_rows();
            r.list_scroll = follow(r.list_scroll, from, row, height, rows);
            let room = usize::from(layout.detail.width.saturating_sub(2)).max(4);
            r.detail = content::detail::lines(r, Pen { now, language, keymap: &keymap, ascii, room });
            r.detail_scroll = r.detail_scroll.min(r.detail.len().saturating_sub(usize::from(layout.detail.height)));
            let over = content::over::lines(r, language, ascii, usize::from(layout.body.width)).len();
            r.over_scroll = r.over_scroll.min(over.saturating_sub(usize::from(layout.body.height)));
            // Keys that were meant for a command that has just ended must not become keys of this screen: typing lasts
            // until the person leaves it.
            let ended = r.typing_is_over();
            let requests = settle_output(r, layout);
            if ended {
                tell(model, Say::STEP_ENDED);
            }
            requests
        }
    }
}

fn shape(run: &RunView) -> Shape {
    match (run.zoomed, &run.second) {
        (false, _) => Shape::Panes,
        (true, None) => Shape::Zoomed,
        (true, Some(Second::Step)) => Shape::WithStep,
        (true, Some(Second::Output(_))) => Shape::TwoOutputs,
    }
}

/// The output pane belongs to the shown attempt; the host is told of its size and place.
fn settle_output(r: &mut RunView, layout: Layout) -> Vec<Request> {
    let attempt = r.shown_attempt().map(|a| a.start.attempt);
    if r.output.attempt != attempt {
        r.output = Output { attempt, ..Output::default() };
    }
    if layout.kind == layout::Kind::TooSmall || matches!(r.link, Link::Gone) {
        return Vec::new();
    }
    let area = layout.output;
    let mut requests = settle_second(r, layout);
    requests.extend(reading::settle(&mut r.output, area.width.max(2), area.height.max(1)));
    let wanted = (attempt, area.width.max(2), area.height.max(1), r.output.scroll);
    if r.told == Some(wanted) {
        return requests;
    }
    r.told = Some(wanted);
    let (attempt, cols, rows, scroll) = wanted;
    requests.push(Request::Send(ToHost::View { pane: PaneSlot::First, attempt, cols, rows, scroll }));
    requests
}

/// The same for the output beside it.
fn settle_second(r: &mut RunView, layout: Layout) -> Vec<Request> {
    let (area, focus) = (layout.second, r.focus);
    let shown = match &mut r.second {
        Some(Second::Output(second)) if r.zoomed && second.attempt != r.output.attempt => Some(second),
        Some(Second::Output(_)) => {
            // The same output twice says no more than once.
            r.second = None;
            r.focus = if focus == Pane::Second { Pane::Output } else { focus };
            None
        }
        Some(Second::Step) | None => None,
    };
    let (cols, rows) = (area.width.max(2), area.height.max(1));
    let mut requests = Vec::new();
    let wanted = match shown {
        Some(second) => {
            requests = reading::settle(second, cols, rows);
            (second.attempt, cols, rows, 0)
        }
        None if r.told_second.is_none_or(|(attempt, ..)| attempt.is_none()) => return requests,
        None => (None, cols, rows, 0),
    };
    if r.told_second != Some(wanted) {
        r.told_second = Some(wanted);
        let (attempt, cols, rows, scroll) = wanted;
        requests.push(Request::Send(ToHost::View { pane: PaneSlot::Second, attempt, cols, rows, scroll }));
    }
    requests
}

fn settle_dialog(model: &mut Model) {
    document::settle(model);
    outputs::settle(model);
    if let Some(Dialog::Palette(palette)) = &mut model.dialog {
        let height = usize::from(layout::inside(layout::palette(model.size)).height.saturating_sub(1));
        palette.scroll = follow(palette.scroll, palette.selected, palette.selected, height, palette.hits.len());
    }
    let Some((len, room)) = dialog_rows(model) else { return };
    let most = len.saturating_sub(room);
    if let Some(scroll) = model.dialog.as_mut().and_then(dialog::scroll_of) {
        *scroll = (*scroll).min(most);
    }
}

/// Rows of the open dialog's text, and how many of them are seen.
fn dialog_rows(model: &Model) -> Option<(usize, usize)> {
    let room = usize::from(layout::dialog(model.size, 1).width.saturating_sub(4)).max(4);
    let form = content::dialog::form(model, room)?;
    let problem = usize::from(model.dialog_problem.is_some()) * 2;
    let fixed = form.fixed_rows() + problem;
    let all = u16::try_from(form.text.len() + fixed).unwrap_or(u16::MAX);
    let inner = usize::from(layout::dialog(model.size, all).height.saturating_sub(2));
    Some((form.text.len(), inner.saturating_sub(fixed).max(1)))
}

/// The scroll with which the rows from `top` to `bottom` are seen in `height` rows.
fn follow(scroll: usize, top: usize, bottom: usize, height: usize, rows: usize) -> usize {
    let height = height.max(1);
    let scroll = if top < scroll { top } else { scroll };
    let scroll = if bottom >= scroll + height { bottom + 1 - height } else { scroll };
    scroll.min(rows.saturating_sub(height))
}

/// The pane that the move keys belong to.
fn moving_pane(run: &RunView) -> Pane {
    match (run.zoomed, &run.second, run.focus) {
        (false, _, focus) => focus,
        (true, Some(Second::Step), Pane::Detail) => Pane::Detail,
        (true, Some(Second::Output(_)), Pane::Second) => Pane::Second,
        (true, ..) => Pane::Output,
    }
}
