//! Running, stopping and typing into commands.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use std::collections::BTreeMap;

use crate::ids::Digest;
use crate::run::command::{Again, Block, Command, Place, Refusal};
use crate::run::event::Stop;
use crate::run::guidance::Pause;
use crate::run::server::{self, NoConnection, OnServer, Seen};
use crate::run::state::{Attempt, Mark, Progress};
use crate::run::{cautions, holds, query, values};
use crate::runbook::model::{
    Block as DocumentBlock, Command as DocumentCommand, DangerLevel, Placeholder, Step, TargetKind,
};
use crate::runbook::statements::{self, Nature};
use crate::term::Secret;
use crate::term::redact::names_a_secret;
use crate::tui::action::Action;
use crate::tui::content::refusal;
use crate::tui::edit::Field;
use crate::tui::keymap::Voice;
use crate::tui::model::{
    Dialog, Earlier, Model, Pane, Request, RowsAbout, RowsAsk, RunAsk, RunView, Screen, Tone, ValueField, ValueForm,
    VerifyAsk,
};
use crate::tui::update::{ask, environment, flight, may_act, open, plan, refuse, run_mut, say, verify};
use crate::tui::words::Say;

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Request> {
    match action {
        Action::RunCommand => return run_command(model),
        Action::Values => open_values(model),
        Action::ResetShell => reset_shell(model),
        Action::Environment => environment::show(model),
        Action::Connection => choose_connection(model),
        Action::Stop => stop(model),
        Action::TypeInto => type_into(model),
        Action::LeaveTyping => {
            if let Some(run) = run_mut(model) {
                run.typing = None;
                run.focus = if run.second.is_some() { run.focus } else { Pane::List };
            }
        }
        // The other actions belong to other families.
        _ => {}
    }
    Vec::new()
}

/// What comes next on the way to a running command.
pub(super) enum Next {
    Refuse(String),
    Open(Dialog),
    /// The server of this connection has not been seen.
    Look(String),
    Send(RunAsk),
}

fn run_command(model: &mut Model) -> Vec<Request> {
    let Screen::Run(run) = &model.screen else { return Vec::new() };
    let next = next(run, model.voice());
    go(model, next)
}

/// Goes on with a command whose cautions were read, where the person still stands on it.
pub(super) fn after_cautions(model: &mut Model, read: &RunAsk) -> Vec<Request> {
    let here = |run: &mut RunView| run.step().is_some_and(|s| s.id == read.step) && run.command == read.command;
    if model.dialog.is_none() && run_mut(model).is_some_and(here) { run_command(model) } else { Vec::new() }
}

fn next(run: &RunView, voice: Voice<'_>) -> Next {
    let no = |s: Say| Next::Refuse(s.text(voice).into_owned());
    if let Err(sentence) = may_act(run) {
        return no(sentence);
    }
    // Who reads output presses Enter as in a pager: what would run must be in sight.
    if run.zoomed {
        return no(Say::LEAVE_OUTPUT);
    }
    let (Some(step), Some(state)) = (run.step(), run.state.steps.get(run.selected)) else {
        return no(Say::NOTHING_TO_RUN);
    };
    if run.sending(&step.id) {
        return no(Say::STILL_SENDING);
    }
    let Some((block, command)) = step.command(run.command) else { return no(Say::NOTHING_TO_RUN) };
    match state.mark {
        Mark::Open | Mark::Judged { .. } => {}
        Mark::Overridden { .. } | Mark::Skipped { .. } | Mark::Deferred { .. } | Mark::RuledOut { .. } => {
            return no(Say::MARKED);
        }
    }
    let mine = |a: &Attempt| a.start.step == step.id && a.start.command == run.command;
    if query::running(&run.state).any(mine) {
        return no(Say::BUSY);
    }
    if server::needs_server(block)
        && let Err(why) = server::connection_of(&run.state.connections, block)
    {
        return match (why, connections(run)) {
            (NoConnection::Several, Some(dialog)) => Next::Open(dialog),
            _ => Next::Refuse(refusal::blocked(&Block::NoServer { why }, voice)),
        };
    }
    if !query::could_run(&run.state.connections, block, command) {
        return Next::Refuse(refusal::blocked(&Block::NotRunnable { reason: command.reason }, voice));
    }
    if let Some(pause) = plan::pause(run, Pause::Begin, Action::RunCommand) {
        return Next::Open(pause);
    }
    if let Some((by, hold)) = holds::holding(&run.state, &step.id) {
        // At the hold point itself the question is who released it.
        if *by == step.id {
            return Next::Open(plan::release(by.clone()));
        }
        let held = Refusal::Held { by: by.clone(), text: hold.text.clone() };
        return Next::Refuse(refusal::sentence(&held, &run.state, voice));
    }
    let missing = values::missing(&run.state, command);
    if !missing.is_empty() {
        return Next::Open(Dialog::Values(form(&missing, &run.state.values, true, &run.earlier)));
    }
    let ask = asking(run, step, command, BTreeMap::new());
    if let Ok(ready) = values::prepare(&run.state, block, command) {
        let unread = cautions::unread(&run.state, step, &ready);
        if !unread.is_empty() {
            let texts = unread.into_iter().map(|caution| caution.text.clone()).collect();
            return Next::Open(Dialog::Caution { ask, texts, scroll: 0 });
        }
    }
    let wanted = values::secrets(command);
    if wanted.is_empty() {
        return approve(run, ask, voice);
    }
    let fields = wanted.into_iter().map(|secret| ValueField {
        name: secret.name,
        text: Field::default(),
        secret: true,
        sample: false,
        earlier: Vec::new(),
        recalled: None,
    });
    Next::Open(Dialog::Secrets(ValueForm { fields: fields.collect(), focus: 0, needed: true, scroll: 0 }))
}

/// What a person must say yes to before a command is sent. What is sent is what the state makes of it now.
fn approve(run: &RunView, mut ask: RunAsk, voice: Voice<'_>) -> Next {
    let step = run.state.procedure_steps().iter().find(|s| s.id == ask.step);
    let Some((block, command)) = step.and_then(|s| s.command(ask.command)) else {
        return Next::Refuse(Say::NOTHING_TO_RUN.text(voice).into_owned());
    };
    let Ok(ready) = values::prepare(&run.state, block, command) else {
        return Next::Refuse(Say::NO_PLACE.text(voice).into_owned());
    };
    if ready.reason.is_some() {
        return Next::Refuse(refusal::blocked(&Block::NotRunnable { reason: ready.reason }, voice));
    }
    ask.shown = Digest::of(ready.text.as_bytes());
    ask.on = match on_server(run, block, &ready.text, voice) {
        Ok(on) => on,
        Err(next) => return *next,
    };
    if ask.on.is_some() {
        // No shell is needed, however busy it is.
        ask.place = Place::Main;
    }
    let writes = ask.on.as_ref().is_some_and(|on| on.may_write);
    if verify::must_read_aloud(run, &ask.step, ask.command, &ask.shown, writes || !ready.dangers.is_empty()) {
        let (step, command, shown) = (ask.step, ask.command, ask.shown);
        return Next::Open(Dialog::Verify { ask: VerifyAsk::Aloud { step, command, shown }, scroll: 0 });
    }
    let judged = run.state.steps.iter().any(|s| s.id == ask.step && matches!(s.mark, Mark::Judged { .. }));
    if ready.dangers.iter().any(|d| d.level >= DangerLevel::Disruptive) {
        let names = match &ask.on {
            Some(on) => vec![(TargetKind::Database, on.identity.target())],
            None => values::names(&run.state, block.executor, &ready, ask.place),
        };
        let typed = vec![Field::default(); names.len()];
        Next::Open(Dialog::Danger { ask, names, typed, focus: 0, scroll: 0 })
    } else if writes {
        Next::Open(Dialog::Write(ask))
    } else if judged || ask.again == Again::Repeat {
        Next::Open(Dialog::RunAgain(ask))
    } else if !ready.doubts.is_empty() {
        Next::Open(Dialog::Doubt(ask))
    } else if ask.place == Place::Beside {
        Next::Open(Dialog::Beside(ask))
    } else {
        Next::Send(ask)
    }
}

/// The shell for the next command: the run's own, or one beside it while that one is busy.
fn place(run: &RunView) -> Place {
    let main = query::main_lane(&run.state).map(|lane| lane.lane);
    let busy = query::running(&run.state).any(|attempt| Some(attempt.start.lane) == main);
    if busy { Place::Beside } else { Place::Main }
}

/// The server that a command of `block` runs on, as it was last seen; nothing where a shell runs it.
fn on_server(
    run: &RunView,
    block: &DocumentBlock,
    text: &str,
    voice: Voice<'_>,
) -> Result<Option<OnServer>, Box<Next>> {
    if !server::needs_server(block) {
        return Ok(None);
    }
    let refused = |by: Block| Box::new(Next::Refuse(refusal::blocked(&by, voice)));
    let connection =
        server::connection_of(&run.state.connections, block).map_err(|why| refused(Block::NoServer { why }))?;
    let Some(identity) = run.state.server(&connection.name) else {
        return Err(Box::new(Next::Look(connection.name.clone())));
    };
    let may_write = statements::nature(text, connection.kind) == Nature::Writes;
    Ok(Some(OnServer { connection: connection.name.clone(), identity: identity.clone(), may_write }))
}

/// Goes on with a command whose secrets were typed.
pub(super) fn with_secrets(run: &RunView, form: ValueForm, voice: Voice<'_>) -> Result<Next, Box<(Dialog, Say)>> {
    if form.fields.iter().any(|field| field.text.text().is_empty()) {
        return Err(Box::new((Dialog::Secrets(form), Say::FIELD_MISSING)));
    }
    let found = run.step().and_then(|step| Some((step, step.command(run.command)?.1)));
    let Some((step, command)) = found else {
        return Ok(Next::Refuse(Say::NOTHING_TO_RUN.text(voice).into_owned()));
    };
    let secrets = form.fields.into_iter().map(|field| (field.name, Secret::new(field.text.text()))).collect();
    Ok(approve(run, asking(run, step, command, secrets), voice))
}

/// What is asked of the host for the selected command of `step`, as the screen shows it now.
fn asking(run: &RunView, step: &Step, command: &DocumentCommand, secrets: BTreeMap<String, Secret>) -> RunAsk {
    let again = match query::last_attempt(&run.state, &step.id, run.command) {
        Some(_) => Again::Repeat,
        None => Again::First,
    };
    let shown = Digest::of(command.text.as_bytes());
    RunAsk { step: step.id.clone(), command: run.command, shown, again, place: place(run), secrets, on: None }
}

/// A form for `asked`, with the values that are known; a sample stands in its field, to be left or changed.
fn form(asked: &[Placeholder], known: &BTreeMap<String, String>, needed: bool, earlier: &Earlier) -> ValueForm {
    let fields = asked.iter().filter(|placeholder| !names_a_secret(&placeholder.name)).map(|placeholder| {
        let sample = placeholder.form == values::SAMPLE;
        let text = known.get(&placeholder.name).or(sample.then_some(&placeholder.name));
        ValueField {
            name: placeholder.name.clone(),
            text: Field::of_lines(text.map_or("", String::as_str)),
            secret: false,
            sample,
            // What stands there already is no news.
            earlier: earlier
                .get(&placeholder.name)
                .into_iter()
                .flatten()
                .filter(|v| Some(*v) != text)
                .cloned()
                .collect(),
            recalled: None,
        }
    });
    ValueForm { fields: fields.collect(), focus: 0, needed, scroll: 0 }
}

/// The list of connections for the selected command, where there are several.
fn connections(run: &RunView) -> Option<Dialog> {
    let (block, _) = run.step()?.command(run.command)?;
    let fitting = server::fitting(&run.state.connections, block);
    let at = fitting.iter().position(|connection| connection.chosen).unwrap_or(0);
    let names: Vec<String> = fitting.iter().map(|connection| connection.name.clone()).collect();
    (names.len() > 1).then(|| Dialog::Rows(RowsAsk { about: RowsAbout::Connection { names }, at }))
}

fn choose_connection(model: &mut Model) {
    let Some(run) = run_mut(model) else { return };
    let refused = match (may_act(run), connections(run)) {
        (Err(sentence), _) => sentence,
        (Ok(()), Some(dialog)) => return open(model, dialog),
        (Ok(()), None) => Say::ONE_CONNECTION,
    };
    refuse(model, refused);
}

fn open_values(model: &mut Model) {
    let Some(run) = run_mut(model) else { return };
    let asked = values::asked_by(&run.state.plan);
    let form = form(&asked, &run.state.values, false, &run.earlier);
    match may_act(run) {
        Err(sentence) => refuse(model, sentence),
        Ok(()) if form.fields.is_empty() => refuse(model, Say::NO_VALUES),
        Ok(()) => open(model, Dialog::Values(form)),
    }
}

/// Carries out what comes next.
pub(super) fn go(model: &mut Model, next: Next) -> Vec<Request> {
    match next {
        Next::Refuse(sentence) => say(model, &sentence, Tone::Problem),
        Next::Open(dialog) => open(model, dialog),
        Next::Look(connection) => {
            let looking = Say::LOOKING.text(model.voice()).into_owned();
            let Some(run) = run_mut(model) else { return Vec::new() };
            let why = match run.state.servers.get(&connection) {
                Some(Seen::Unreachable { why }) => why.clone(),
                Some(Seen::Server { .. }) | None => looking,
            };
            let requests = ask(run, None, Command::LookAtServer { connection: connection.clone() }, None);
            let sentence = refusal::blocked(&Block::ServerNotSeen { connection, why }, model.voice());
            say(model, &sentence, Tone::Problem);
            return requests;
        }
        Next::Send(ask) => return run_mut(model).map(|run| send(run, ask, Vec::new(), None)).unwrap_or_default(),
    }
    Vec::new()
}

/// Asks for the command; the loop mints the attempt's id.
pub(super) fn send(run: &mut RunView, ask: RunAsk, typed: Vec<String>, dialog: Option<Dialog>) -> Vec<Request> {
    let id = flight(run, Some(ask.step.clone()), dialog);
    vec![Request::Attempt { id, ask, typed }]
}

fn reset_shell(model: &mut Model) {
    let Some(run) = run_mut(model) else { return };
    match may_act(run) {
        Err(sentence) => refuse(model, sentence),
        Ok(()) => open(model, Dialog::ResetShell),
    }
}

fn stop(model: &mut Model) {
    let Some(run) = run_mut(model) else { return };
    // The one that is looked at, else the only one.
    let shown = run.looked_at().filter(|a| a.progress == Progress::Running);
    let mut running = query::running(&run.state);
    let only = running.next().filter(|_| running.next().is_none());
    let attempt = shown.or(only).map(|a| a.start.attempt);
    drop(running);
    let refused = match (may_act(run), attempt) {
        (Err(sentence), _) => sentence,
        (Ok(()), None) => Say::NOT_RUNNING,
        (Ok(()), Some(attempt)) => {
            open(model, Dialog::Stop { attempt, how: Stop::Interrupt });
            return;
        }
    };
    refuse(model, refused);
}

fn type_into(model: &mut Model) {
    let Some(run) = run_mut(model) else { return };
    let shown = run.looked_at().filter(|a| a.progress == Progress::Running).map(|a| a.start.attempt);
    let refused = match (may_act(run), shown) {
        (Err(sentence), _) => sentence,
        (Ok(()), None) => Say::NOT_SHOWN_RUNNING,
        (Ok(()), Some(attempt)) => {
            run.typing = Some(attempt);
            if run.focus != Pane::Second {
                run.focus = Pane::Output;
            }
            let out = run.active_mut();
            (out.scroll, out.reading, out.search) = (0, None, None);
            return;
        }
    };
    refuse(model, refused);
}
