//! What the host says.

use crate::console::wire::{Frame, FromHost, Role};
use crate::ids::RunId;
use crate::run::command::Refusal;
use crate::run::denial::{Denial, Tried};
use crate::run::event::{Event, Fact, Mode};
use crate::run::state::{Applied, Phase, RunState};
use crate::tui::backend::KeySignature;
use crate::tui::content::refusal;
use crate::tui::foreign::{sanitise_cells, sanitise_inline};
use crate::tui::keymap::Voice;
use crate::tui::model::{
    ConfirmAbout, Dialog, Earlier, Flight, Link, Model, Paper, Request, RunView, Screen, Text, Tone,
};
use crate::tui::update::{
    document, navigate, open, outputs, reading, refuse, renewal, run, run_mut, say, tell, verify,
};
use crate::tui::words::{Notice, Say};

/// Takes a message of the host in.
pub(super) fn message(model: &mut Model, message: FromHost) -> Vec<Request> {
    // What the host of a run still says that was left.
    if matches!(model.screen, Screen::Home) {
        return Vec::new();
    }
    match message {
        FromHost::Welcome { run, role, facts, document, outputs, .. } => {
            model.offers_document = document;
            model.offers_outputs = outputs;
            welcome(model, run, role, &facts);
        }
        FromHost::Document(document) => document::arrived(model, document),
        FromHost::OutputPage(page) => {
            if let Some(run) = run_mut(model) {
                reading::arrived(run, page);
            }
        }
        FromHost::OutputFound(found) => reading::found(model, found),
        FromHost::OutputCompared(told) => outputs::compared(model, told),
        FromHost::Proven { key, why } => {
            let language = model.language;
            let (text, tone) = match (key, why) {
                (Some(key), _) => (format!("{}: {}", Notice::KNOWN_BY_KEY.text(language), key.principal), Tone::Plain),
                (None, why) => {
                    (format!("{}: {}", Notice::NOT_KNOWN.text(language), why.unwrap_or_default()), Tone::Problem)
                }
            };
            say(model, &sanitise_inline(&text), tone);
        }
        FromHost::NotWelcome { why } => {
            if let Screen::Pick(p) = &mut model.screen {
                p.starting = false;
                say(model, &why, Tone::Problem);
            } else {
                model.screen = Screen::Waiting { refused: Some(sanitise_inline(&why)), since: model.now, silent: None };
                model.dialog = None;
            }
        }
        FromHost::RoleChanged { role } => role_changed(model, role),
        FromHost::Committed { facts, done } => {
            committed(model, &facts);
            let given = done.map(|_| to_remember(model, &facts)).unwrap_or_default();
            if !given.is_empty() {
                done.and_then(|id| landed(model, id));
                return vec![Request::Remember(given)];
            }
            let renewed = renewal::heard(model, &facts);
            if !renewed.is_empty() {
                done.and_then(|id| landed(model, id));
                return renewed;
            }
            let flight = done.and_then(|id| landed(model, id));
            if let Some(Flight { dialog: Some(Dialog::Caution { ask, .. }), .. }) = &flight {
                return run::after_cautions(model, ask);
            }
            if let Some(Flight { dialog: Some(Dialog::Confirm(asked)), .. }) = flight
                && let ConfirmAbout::Guidance { then, .. } = asked.about
                && model.dialog.is_none()
            {
                return super::act(model, then);
            }
        }
        FromHost::Done { id } => {
            landed(model, id);
            let waiting = Say::STILL_SENDING.text(model.voice());
            model.said.take_if(|s| s.text == waiting);
        }
        FromHost::Refused { id, refusal, .. } => refused(model, id, &refusal),
        FromHost::Failed { id, fault } => {
            let dialog = landed(model, id).and_then(|f| f.dialog);
            back(model, dialog, &fault);
        }
        FromHost::Frame(frame) => {
            if let Some(run) = run_mut(model) {
                take_frame(run, frame);
            }
        }
        FromHost::Trouble { text, .. } => {
            if let Some(run) = run_mut(model) {
                run.trouble = text.map(|t| sanitise_inline(&t));
            }
        }
        // Only for clients without a picture of the output.
        FromHost::Grew { .. } => {}
        FromHost::Goodbye => {
            if let Some(run) = run_mut(model) {
                run.typing = None;
            }
        }
    }
    Vec::new()
}

/// What becomes of the signature with the person's key.
pub(super) fn key_signature(model: &mut Model, now: KeySignature) -> Vec<Request> {
    if let Some(run) = run_mut(model) {
        run.key_signature = Some(now);
    }
    Vec::new()
}

/// The connection to the host ended.
pub(super) fn gone(model: &mut Model) -> Vec<Request> {
    // What was asked of it is answered by nobody: the next one is asked anew.
    model.paper.awaited = false;
    let gone = Say::HOST_GONE.text(model.voice()).into_owned();
    match &mut model.screen {
        Screen::Run(run) => {
            run.link = Link::Gone;
            run.typing = None;
            // What was typed comes back, so that nothing of it is lost.
            let dialog = run.flights.drain(..).find_map(|f| f.dialog);
            if run.state.phase == Phase::Open {
                if model.dialog.is_none() {
                    model.dialog = dialog;
                }
                refuse(model, Say::HOST_GONE);
            }
        }
        Screen::Pick(p) => p.starting = false,
        // The run that was left.
        Screen::Home => {}
        Screen::Waiting { refused, .. } => {
            refused.get_or_insert(gone);
        }
    }
    Vec::new()
}

fn welcome(model: &mut Model, id: RunId, role: Role, facts: &[Fact]) {
    // The host of this very run is back: place, dialog and draft stay as they are.
    if let Screen::Run(run) = &mut model.screen
        && run.state.run == Some(id)
    {
        for fact in facts {
            take_fact(run, fact);
        }
        run.link = Link::Up(role);
        run.told = None;
        run.told_second = None;
        tell(model, Say::BACK);
        return;
    }
    // A run that was started from the picker has the text that was read there.
    if model.offers_document && model.paper.document().is_none() && !matches!(model.paper.text, Text::Unread(_)) {
        model.paper = Paper { text: Text::Offered, ..Paper::default() };
    }
    let mut run = RunView::new(RunState::default(), role);
    run.me.clone_from(&model.operator);
    run.earlier.clone_from(&model.earlier);
    for fact in facts {
        take_fact(&mut run, fact);
    }
    let at = run.current().unwrap_or(0);
    navigate::select(&mut run, at);
    if let Some(running) = run.running().and_then(|a| run.index_of(&a.start.step)) {
        navigate::select(&mut run, running);
    }
    model.dialog = None;
    model.said = None;
    model.screen = Screen::Run(Box::new(run));
    if role == Role::Watch {
        tell(model, Say::WATCHING);
    }
}

fn role_changed(model: &mut Model, role: Role) {
    let Some(run) = run_mut(model) else { return };
    run.link = Link::Up(role);
    let sentence = match role {
        Role::Drive => Say::NOW_DRIVING,
        Role::Watch => {
            run.typing = None;
            Say::NOW_WATCHING
        }
    };
    tell(model, sentence);
}

fn committed(model: &mut Model, facts: &[Fact]) {
    let Some(run) = run_mut(model) else { return };
    let before = run.current();
    let was_open = run.state.phase == Phase::Open;
    let mut gap = false;
    for fact in facts {
        gap |= take_fact(run, fact) == Applied::Gap;
    }
    // Who stands on the current step goes on with it.
    let now = run.current();
    if now != before
        && before == Some(run.selected)
        && let Some(now) = now
    {
        navigate::select(run, now);
    }
    verify::heard(model, facts);
    let Some(run) = run_mut(model) else { return };
    let over = was_open && run.state.phase != Phase::Open;
    if facts.iter().any(|fact| matches!(fact.event, Event::ValuesSet { .. })) {
        tell(model, Say::VALUES_SET);
    }
    for fact in facts {
        if let Event::AccessDenied(denial) = &fact.event {
            say(model, &denied(denial, model.voice()), Tone::Problem);
        }
    }
    let Some(run) = run_mut(model) else { return };
    if over {
        run.typing = None;
        run.zoomed = false;
        run.over_scroll = 0;
        model.dialog = None;
        model.said = None;
    }
    if gap {
        refuse(model, Say::GAP);
    }
}

/// Who was refused what.
fn denied(denial: &Denial, voice: Voice<'_>) -> String {
    let say = match denial.tried {
        Tried::Attach => Say::DENIED_ATTACH,
        Tried::Command { .. } | Tried::Type => Say::DENIED_COMMAND,
    };
    sanitise_inline(&format!("{} {} (uid {})", say.text(voice), denial.user, denial.uid))
}

/// The values that were given by these facts, to be remembered for other runs. What is made up in a drill is not.
fn to_remember(model: &mut Model, facts: &[Fact]) -> Vec<(String, String)> {
    if run_mut(model).is_none_or(|run| run.mode() == Mode::Drill) {
        return Vec::new();
    }
    let mut given = Vec::new();
    for fact in facts {
        if let Event::ValuesSet { values } = &fact.event {
            given.extend(values.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?))));
        }
    }
    for (name, value) in &given {
        note_value(&mut model.earlier, name, value);
    }
    given
}

/// The value that was given last stands first, once.
fn note_value(earlier: &mut Earlier, name: &str, value: &str) {
    let values = earlier.entry(name.to_owned()).or_default();
    values.retain(|known| known != value);
    values.insert(0, value.to_owned());
}

/// Takes one fact in, and moves on with it where it is about the selected step.
fn take_fact(run: &mut RunView, fact: &Fact) -> Applied {
    let place = |run: &RunView, at: usize| run.state.steps.get(at).map(|s| s.id.clone());
    let (selected, from) = (place(run, run.selected), place(run, run.from));
    let applied = run.state.apply(fact);
    if applied != Applied::Yes {
        return applied;
    }
    match &fact.event {
        Event::HostStarted { pid, .. } => run.host = Some(*pid),
        Event::ValuesSet { values } => {
            for (name, value) in values {
                if let Some(value) = value {
                    note_value(&mut run.earlier, name, value);
                }
            }
        }
        Event::AttemptStarted(start) => {
            if let Some(i) = run.index_of(&start.step) {
                run.from = i;
                if i == run.selected {
                    run.command = start.command;
                    run.pinned = None;
                }
            }
        }
        Event::AttemptFinished { attempt, .. } => {
            let of_selected = run.state.attempt(*attempt).and_then(|a| run.index_of(&a.start.step));
            if of_selected == Some(run.selected) {
                let shown = run.command;
                navigate::next_command(run);
                // The output of what has just ended stays where nothing is left to run.
                if run.step().is_some_and(|s| crate::run::query::next_command(&run.state, s).is_none()) {
                    run.command = shown;
                }
            }
        }
        Event::VerdictGiven { step, .. }
        | Event::StepSkipped { step, .. }
        | Event::StepDeferred { step, .. }
        | Event::StepRuledOut { step, .. }
        | Event::StepOverridden { step, .. }
        | Event::StepReopened { step, .. } => {
            if let Some(i) = run.index_of(step) {
                run.from = i;
            }
        }
        // Who stands behind the place keeps standing on the same step.
        Event::BranchOpened { .. } | Event::PlanChanged(_) => {
            run.selected = selected.and_then(|id| run.index_of(&id)).unwrap_or(run.selected);
            run.from = from.and_then(|id| run.index_of(&id)).unwrap_or(run.from);
            let commands = run.step().map_or(0, |step| step.commands().count());
            run.command = run.command.min(commands.saturating_sub(1));
        }
        Event::RunStarted(_)
        | Event::DriverChanged
        | Event::AccessDenied(_)
        | Event::AddedBeside { .. }
        | Event::Verification(_)
        | Event::ConnectionsKnown { .. }
        | Event::ConnectionSeen { .. }
        | Event::ConnectionUsed(_)
        | Event::LaneOpened { .. }
        | Event::LaneLost { .. }
        | Event::LaneReset { .. }
        | Event::OutputMarked { .. }
        | Event::AttemptLost { .. }
        | Event::StopAsked { .. }
        | Event::VerdictProposed { .. }
        | Event::CautionAcknowledged { .. }
        | Event::RuleAnswered { .. }
        | Event::StepApplied { .. }
        | Event::RevertNoted(_)
        | Event::HoldNoted(_)
        | Event::GuidanceRead { .. }
        | Event::PointTicked { .. }
        | Event::PointCleared { .. }
        | Event::AlternativeChosen { .. }
        | Event::NoteAdded { .. }
        | Event::RunSigned { .. }
        | Event::RunClosed { .. }
        | Event::ConnectionChosen { .. }
        | Event::EnvironmentChanged { .. }
        | Event::LogAppended { .. }
        | Event::RecordSaved { .. } => {}
    }
    applied
}

fn landed(model: &mut Model, id: u64) -> Option<Flight> {
    let run = run_mut(model)?;
    let at = run.flights.iter().position(|f| f.id == id)?;
    Some(run.flights.remove(at))
}

fn refused(model: &mut Model, id: u64, why: &Refusal) {
    let dialog = landed(model, id).and_then(|f| f.dialog);
    let Screen::Run(run) = &model.screen else { return };
    if let Refusal::Untouched { steps } = why {
        let steps = steps.clone();
        open(model, Dialog::Untouched { steps, scroll: 0 });
        return;
    }
    let sentence = refusal::sentence(why, &run.state, model.voice());
    back(model, dialog, &sentence);
}

/// Brings a dialog back with the reason why it did not go through.
fn back(model: &mut Model, dialog: Option<Dialog>, why: &str) {
    match dialog {
        Some(dialog) if model.dialog.is_none() => {
            open(model, dialog);
            model.dialog_problem = Some(sanitise_inline(why));
        }
        Some(_) | None => say(model, why, Tone::Problem),
    }
}

fn take_frame(run: &mut RunView, frame: Frame) {
    run.unshown.push(frame.number);
    let Some(output) = run.output_of(frame.attempt) else { return };
    if frame.whole {
        output.rows.clear();
    }
    for (at, mut row) in frame.rows {
        let at = usize::from(at);
        if output.rows.len() <= at {
            output.rows.resize(at + 1, Vec::new());
        }
        for span in &mut row {
            span.text = sanitise_cells(&span.text);
        }
        output.rows[at] = row;
    }
    output.cursor = frame.cursor;
    output.above = frame.above;
    output.below = frame.below;
    output.bytes = frame.bytes;
    output.app_cursor = frame.app_cursor;
    output.bracketed_paste = frame.bracketed_paste;
}
