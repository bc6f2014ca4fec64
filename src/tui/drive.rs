//! The loop of the screen: all that waits is taken in, then it is drawn once.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use chrono::Timelike as _;
use ratatui::Terminal;
use ratatui::backend::Backend as Surface;

use crate::console::wire::ToHost;
use crate::ids::AttemptId;
use crate::run::command::Command;
use crate::tui::backend::{Backend, Input, Left};
use crate::tui::model::{Model, Opening, Request, RunAsk, Screen, Settings};
use crate::tui::terminal::{Guard, Mouse};
use crate::tui::{text, update, view};

/// Why the screen could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// The terminal could not be taken over.
    #[error("failed to take over the terminal; is this one?")]
    Enter(#[source] io::Error),
    /// The terminal could not be drawn on.
    #[error("failed to draw on the terminal; the run goes on, `tejun attach` returns to it")]
    Draw(#[source] io::Error),
}

/// Shows the screen until the person leaves it. The terminal is given back before this returns; after
/// [`Left::Hangup`] it is not touched, and the caller leaves by `process::exit`.
///
/// `inputs` is fed by [`crate::tui::terminal::spawn_readers`] and by the backend.
///
/// # Errors
/// When the terminal cannot be taken over or drawn on.
pub fn run(
    opening: Opening,
    settings: Settings,
    backend: &mut dyn Backend,
    inputs: Receiver<Input>,
) -> Result<Left, TuiError> {
    let mut guard = Guard::enter(if settings.mouse { Mouse::Heard } else { Mouse::Left }).map_err(TuiError::Enter)?;
    let size = guard.terminal().size().map_err(TuiError::Enter)?;
    let model = Model::new(opening, &settings, (size.width, size.height));
    let left = drive(guard.terminal(), model, &settings, backend, &inputs).map_err(TuiError::Draw)?;
    if left == Left::Hangup {
        guard.forsake();
    }
    Ok(left)
}

/// The loop over any surface.
fn drive<S>(
    terminal: &mut Terminal<S>,
    mut model: Model,
    settings: &Settings,
    backend: &mut dyn Backend,
    inputs: &Receiver<Input>,
) -> io::Result<Left>
where
    S: Surface<Error = io::Error>,
{
    let mut batch = Vec::new();
    loop {
        draw(terminal, &mut model, settings, backend)?;
        match inputs.recv_timeout(until_next_tick(&model, settings)) {
            Ok(input) => batch.push(input),
            Err(RecvTimeoutError::Timeout) => batch.push(Input::Tick),
            // Nobody can say anything any more.
            Err(RecvTimeoutError::Disconnected) => return Ok(Left::Hangup),
        }
        batch.extend(inputs.try_iter());
        match take_in(&mut model, settings, backend, &mut batch) {
            Turn::Left(left) => return Ok(left),
            // Not `Terminal::clear`: it asks the terminal where the cursor is, and the thread that reads keys would
            // swallow the answer.
            Turn::Anew => {
                let size = terminal.size()?;
                terminal.resize(ratatui::layout::Rect::new(0, 0, size.width, size.height))?;
            }
            Turn::On => {}
        }
    }
}

/// What comes after a batch of inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// It is drawn.
    On,
    /// It is drawn from nothing.
    Anew,
    /// The screen is left.
    Left(Left),
}

/// Takes a batch of inputs in, keys first, and carries out what follows.
pub fn take_in(model: &mut Model, settings: &Settings, backend: &mut dyn Backend, batch: &mut Vec<Input>) -> Turn {
    text::measure_as(settings.theme.ambiguous);
    // Keys go first: whoever presses C-c in a flood is heard. Among themselves all stay in order.
    batch.sort_by_key(|i| match i {
        Input::Hangup | Input::Asked => 0,
        Input::Terminal(_) => 1,
        Input::Host(_)
        | Input::HostGone
        | Input::StartFailed(_)
        | Input::CopyReady(_)
        | Input::Saved { .. }
        | Input::GoesOn { .. }
        | Input::KeySignature(_)
        | Input::Home(_)
        | Input::Tick => 2,
    });
    let mut turn = Turn::On;
    let mut inputs = batch.drain(..).peekable();
    while let Some(input) = inputs.next() {
        model.now = settings.clock.now();
        // What comes in quick succession for the home screen makes its rows anew once.
        let more = matches!((&input, inputs.peek()), (Input::Home(_), Some(Input::Home(_))));
        let requests = if more { update::take(model, input) } else { update::update(model, input) };
        for request in requests {
            match request {
                Request::Leave(left) => return Turn::Left(left),
                Request::Redraw => turn = Turn::Anew,
                Request::Trust => {
                    let answer = backend.trust();
                    update::trusted(model, answer);
                }
                Request::LookAtTrust { path, sha256 } => {
                    let trusted = backend.trusts(&path, &sha256);
                    update::renewal_looked_at(model, trusted);
                }
                Request::TrustAndRenew { id, path, shown } => match backend.trust_text(&path, &shown) {
                    Ok(()) => backend.send(ToHost::RenewDocument { id, shown }),
                    Err(why) => update::renewal_refused(model, id, &why),
                },
                Request::Remember(values) => backend.remember(values),
                Request::Copy(text) => backend.copy(&text),
                Request::CopyOutput { attempt } => backend.copy_output(attempt),
                Request::SaveOutput { attempt, name } => backend.save_output(attempt, &name),
                Request::Start(procedure, beside) => backend.start(&procedure, beside),
                Request::Join(run) => backend.join(run),
                Request::Send(message) => backend.send(message),
                Request::Home(ask) => backend.home(ask),
                Request::Do { id, command } => backend.send(ToHost::Do { id, command }),
                Request::Attempt { id, ask, typed } => {
                    let attempt = AttemptId(backend.fresh_id());
                    let RunAsk { step, command, shown, again, place, secrets, on } = ask;
                    let command = match on {
                        Some(on) => {
                            let on = Box::new(on);
                            Command::RunStatements { attempt, step, command, shown, again, typed, on }
                        }
                        None => Command::StartAttempt { attempt, step, command, shown, again, typed, place, secrets },
                    };
                    backend.send(ToHost::Do { id, command });
                }
            }
        }
    }
    turn
}

/// Draws, and tells the host that its frame is on the screen.
pub fn draw<S: Surface>(
    terminal: &mut Terminal<S>,
    model: &mut Model,
    settings: &Settings,
    backend: &mut dyn Backend,
) -> Result<(), S::Error> {
    text::measure_as(settings.theme.ambiguous);
    let drawn: &Model = model;
    terminal.draw(|frame| view::draw(drawn, &settings.theme, frame))?;
    if let Screen::Run(run) = &mut model.screen {
        for number in run.unshown.drain(..) {
            backend.send(ToHost::FrameShown { number });
        }
    }
    Ok(())
}

/// How long nothing on the screen changes by itself: to the next second while seconds are shown, else to the minute.
fn until_next_tick(model: &Model, settings: &Settings) -> Duration {
    let now = settings.clock.now();
    let into_second = u64::from(now.nanosecond() / 1_000_000).min(999);
    let to_second = 1000 - into_second;
    if model.shows_seconds() {
        Duration::from_millis(to_second)
    } else {
        Duration::from_millis(u64::from(59 - now.second().min(59)) * 1000 + to_second)
    }
}
