//! Keys, pastes and sizes from the terminal.

use crossterm::event::{Event, KeyEvent, KeyEventKind};

use crate::console::wire::ToHost;
use crate::tui::action::Action;
use crate::tui::foreign::{key_bytes, paste_bytes, sanitise_inline};
use crate::tui::keymap::Context;
use crate::tui::model::{Dialog, JudgePart, Model, Request, Screen};
use crate::tui::update::{act, document, home, mouse, reading, refuse, run_mut};
use crate::tui::words::Say;

/// Takes an event of the terminal in.
pub(super) fn terminal(model: &mut Model, event: Event) -> Vec<Request> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(model, key),
        Event::Key(_) | Event::FocusGained | Event::FocusLost => Vec::new(),
        Event::Mouse(event) => mouse::mouse(model, event),
        Event::Paste(text) => paste(model, &text),
        Event::Resize(w, h) => {
            model.size = (w, h);
            vec![Request::Redraw]
        }
    }
}

fn key(model: &mut Model, key: KeyEvent) -> Vec<Request> {
    let context = model.context();
    model.said = None;
    if let Some(action) = model.keymap.resolve(context, key) {
        return act(model, action);
    }
    let over = run_mut(model).is_some_and(|run| run.typing_is_over());
    match context {
        Context::Typing if over && model.keymap.resolve(Context::Run, key) == Some(Action::Cancel) => {
            act(model, Action::LeaveTyping)
        }
        Context::Typing => typed(model, |app_cursor, _| key_bytes(key, app_cursor)),
        Context::Field | Context::Value | Context::Palette => {
            model.dialog_problem = None;
            if let Some(field) = field(model) {
                field.key(key);
            }
            if let Screen::Pick(p) = &mut model.screen
                && p.filtering
            {
                p.selected = 0;
            }
            typed_in(model)
        }
        Context::Note => {
            if let Some(Dialog::Note { area, .. } | Dialog::Edit { area, .. }) = &mut model.dialog {
                area.input(key);
            }
            Vec::new()
        }
        Context::Home
        | Context::List
        | Context::Notice
        | Context::Start
        | Context::Run
        | Context::Over
        | Context::Output
        | Context::Panes
        | Context::Comparison
        | Context::Document
        | Context::Lines
        | Context::Help
        | Context::Reading
        | Context::Question
        | Context::YesNo
        | Context::Choice
        | Context::Player => Vec::new(),
    }
}

fn paste(model: &mut Model, text: &str) -> Vec<Request> {
    match model.context() {
        Context::Typing => return typed(model, |_, bracketed| paste_bytes(text, bracketed)),
        Context::Field | Context::Value | Context::Palette => {
            // The name that confirms a danger is typed, never pasted.
            if matches!(model.dialog, Some(Dialog::Danger { .. })) {
                model.dialog_problem = Some(Say::TYPE_IT.text(model.voice()).into_owned());
            } else if let Some(field) = field(model) {
                field.insert(text);
                return typed_in(model);
            }
        }
        Context::Note => {
            if let Some(Dialog::Note { area, .. } | Dialog::Edit { area, .. }) = &mut model.dialog {
                let lines: Vec<String> =
                    text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(sanitise_inline).collect();
                area.insert_str(lines.join("\n"));
            }
        }
        Context::Home
        | Context::List
        | Context::Notice
        | Context::Start
        | Context::Run
        | Context::Over
        | Context::Output
        | Context::Panes
        | Context::Comparison
        | Context::Document
        | Context::Lines
        | Context::Help
        | Context::Reading
        | Context::Question
        | Context::YesNo
        | Context::Choice
        | Context::Player => refuse(model, Say::PASTE_IGNORED),
    }
    Vec::new()
}

/// Sends bytes to the terminal that the person is typing into.
fn typed(model: &mut Model, bytes: impl FnOnce(bool, bool) -> Vec<u8>) -> Vec<Request> {
    let Some(run) = run_mut(model) else { return Vec::new() };
    let Some(attempt) = run.typing.filter(|_| !run.typing_is_over()) else { return Vec::new() };
    let Some(out) = run.output_of(attempt) else { return Vec::new() };
    let bytes = bytes(out.app_cursor, out.bracketed_paste);
    // Who types wants to see what comes of it.
    out.scroll = 0;
    out.reading = None;
    if bytes.is_empty() { Vec::new() } else { vec![Request::Send(ToHost::Type { attempt, bytes })] }
}

/// What follows at once from another text in the field.
fn typed_in(model: &mut Model) -> Vec<Request> {
    if let Some(Dialog::Palette(palette)) = &mut model.dialog {
        palette.seek();
    }
    if let Some(Dialog::Document(reader)) = &mut model.dialog {
        document::seek(reader);
    }
    if let Some(Dialog::Help { scroll, .. }) = &mut model.dialog {
        *scroll = 0;
    }
    if model.dialog.is_none() && run_mut(model).is_some() {
        return reading::seek(model);
    }
    if model.dialog.is_none() && matches!(model.screen, Screen::Home) {
        return model.home.as_mut().map(|home| home::typed(home)).unwrap_or_default();
    }
    Vec::new()
}

/// The field that is typed in.
fn field(model: &mut Model) -> Option<&mut crate::tui::edit::Field> {
    match &mut model.dialog {
        Some(Dialog::Danger { typed, focus, .. }) => typed.get_mut(*focus),
        Some(Dialog::Reason { text, .. }) => Some(text),
        Some(Dialog::Palette(palette)) => Some(&mut palette.query),
        Some(Dialog::Help { search, .. }) => Some(search),
        Some(Dialog::Output(dialog)) => dialog.field(),
        Some(Dialog::Document(reader)) if reader.searching => Some(&mut reader.search),
        Some(Dialog::Values(form) | Dialog::Secrets(form)) => {
            let at = form.focus;
            form.fields.get_mut(at).map(|field| &mut field.text)
        }
        Some(Dialog::Defer { fields, focus, .. }) => fields.get_mut(*focus),
        Some(Dialog::Form(form)) => form.fields.get_mut(form.focus),
        Some(Dialog::Judge(j)) => match j.part {
            JudgePart::Choice => None,
            JudgePart::Comment => Some(&mut j.comment),
        },
        Some(
            Dialog::Document(_)
            | Dialog::RunAgain(_)
            | Dialog::Beside(_)
            | Dialog::Doubt(_)
            | Dialog::Write(_)
            | Dialog::Caution { .. }
            | Dialog::Branch { .. }
            | Dialog::Verify { .. }
            | Dialog::Points { .. }
            | Dialog::Choose { .. }
            | Dialog::Note { .. }
            | Dialog::Edit { .. }
            | Dialog::Rows(_)
            | Dialog::Confirm(_)
            | Dialog::Stop { .. }
            | Dialog::Sign { .. }
            | Dialog::Untouched { .. }
            | Dialog::Join { .. }
            | Dialog::TakeOver
            | Dialog::ResetShell
            | Dialog::Detach
            | Dialog::Trust { .. },
        ) => None,
        None => match &mut model.screen {
            Screen::Home => model.home.as_mut().and_then(|home| home.field()),
            Screen::Pick(p) if p.filtering => Some(&mut p.filter),
            Screen::Run(run) => reading::field(run),
            Screen::Pick(_) | Screen::Waiting { .. } => None,
        },
    }
}
