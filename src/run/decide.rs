//! Decides commands and observations against the state of a run.
//!
//! Pure: no IO, no clock. Whatever is decided here, [`RunState::apply`] accepts. Effects come only from here, so a
//! replay never repeats one.

use std::collections::BTreeMap;

use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, StepId};
use crate::run::command::{Again, Block, Command, Decision, Effect, Observation, Place, Refusal};
use crate::run::event::{Actor, ActorKind, AttemptStart, Ending, Event, Verdict};
use crate::run::guidance::Pause;
use crate::run::query::WordsNeeded;
use crate::run::server::{self, ConnectionUse, KnownConnection, NoConnection, OnServer, Seen};
use crate::run::state::{LaneState, Mark, NO_LANE, Phase, Progress, RunState};
use crate::run::values::Prepared;
use crate::run::{
    branches, cautions, choices, deviations, environment, guidance, holds, query, renewal, reverts, values,
    verification,
};
use crate::runbook::model::{Block as DocumentBlock, Danger, DangerLevel};
use crate::runbook::shell::filling::{BadValue, Unfilled, check_value};
use crate::runbook::statements::{self, Nature};
use crate::term::Secret;
use crate::term::redact::names_a_secret;

/// Decides `command` of `actor`.
///
/// # Errors
/// A [`Refusal`] that says why; nothing follows from it.
pub fn decide(state: &RunState, actor: &Actor, command: Command) -> Result<Decision, Refusal> {
    if let Command::StartRun(start) = command {
        return if state.started.is_some() { Err(Refusal::Begun) } else { Ok(facts(vec![Event::RunStarted(start)])) };
    }
    if state.started.is_none() {
        return Err(Refusal::NotBegun);
    }
    if let Command::StartAttempt { attempt, .. } | Command::RunStatements { attempt, .. } = &command
        && state.attempt(*attempt).is_some()
    {
        return Ok(Decision::default());
    }
    if state.phase != Phase::Open {
        return Err(Refusal::Over);
    }
    match command {
        Command::StartRun(_) => Err(Refusal::Begun),
        Command::StartAttempt { attempt, step, command, shown, again, typed, place, secrets } => {
            let on = None;
            start_attempt(state, actor, Asked { attempt, step, command, shown, again, typed, place, secrets, on })
        }
        Command::RunStatements { attempt, step, command, shown, again, typed, on } => start_attempt(
            state,
            actor,
            Asked {
                attempt,
                step,
                command,
                shown,
                again,
                typed,
                place: Place::Main,
                secrets: BTreeMap::new(),
                on: Some(*on),
            },
        ),
        Command::ChooseConnection { connection } => match state.connections.iter().find(|c| c.name == connection) {
            Some(known) if known.chosen => Ok(Decision::default()),
            Some(_) => Ok(Decision {
                events: vec![Event::ConnectionChosen { connection: connection.clone() }],
                effects: vec![Effect::Look { connection }],
            }),
            None => Err(Refusal::Blocked { by: Block::NoServer { why: NoConnection::None } }),
        },
        Command::LookAtServer { connection } => match state.connections.iter().any(|c| c.name == connection) {
            true => Ok(Decision { events: Vec::new(), effects: vec![Effect::Look { connection }] }),
            false => Err(Refusal::Blocked { by: Block::NoServer { why: NoConnection::None } }),
        },
        Command::StopAttempt { attempt, how } => {
            let a = state.attempt(attempt).filter(|a| a.progress == Progress::Running).ok_or(Refusal::NotRunning)?;
            Ok(Decision {
                events: vec![Event::StopAsked { attempt, how }],
                effects: vec![Effect::Stop { attempt, lane: a.start.lane, how }],
            })
        }
        Command::GiveVerdict { step, verdict, comment } => give_verdict(state, actor, step, verdict, comment),
        Command::SkipStep { step, reason } => {
            markable(state, &step)?;
            Ok(facts(vec![Event::StepSkipped { step, reason: needed(reason)? }]))
        }
        Command::DeferStep { step, reason, due, owner } => {
            markable(state, &step)?;
            Ok(facts(vec![Event::StepDeferred {
                step,
                reason: needed(reason)?,
                due: needed(due)?,
                owner: needed(owner)?,
            }]))
        }
        Command::RuleOutStep { step, reason } => {
            markable(state, &step)?;
            Ok(facts(vec![Event::StepRuledOut { step, reason: needed(reason)? }]))
        }
        Command::OverrideStep { step, reason, approver } => override_step(state, actor, step, reason, approver),
        Command::ReopenStep { step, reason } => match marked(state, &step)? {
            Mark::Open => Err(Refusal::NotMarked),
            Mark::Judged { .. }
            | Mark::Overridden { .. }
            | Mark::Skipped { .. }
            | Mark::Deferred { .. }
            | Mark::RuledOut { .. } => {
                Ok(facts(vec![Event::StepReopened { step, reason: reason.and_then(|r| needed(r).ok()) }]))
            }
        },
        Command::AcknowledgeCautions { step, texts } => cautions::acknowledge(state, actor, &step, texts),
        Command::AnswerRule { step, rule, holds } => branches::answer(state, actor, step, rule, holds),
        Command::OpenBranch { step, rule } => branches::open(state, actor, &step, rule),
        Command::AddStep { after, title, command, reason } => {
            deviations::add(state, actor, after, (title, command, reason))
        }
        Command::AddLine { after, line, step } => deviations::add_line(state, actor, after, line, *step),
        Command::ChangeCommand { step, command, text, reason } => {
            deviations::change_command(state, actor, step, command, (text, reason))
        }
        Command::MoveCommands { from, commands, to, reason } => {
            deviations::move_commands(state, actor, from, commands, (to, reason))
        }
        Command::RenewDocument(document) => renewal::renew(state, actor, document),
        Command::OweRevert { step, what } => reverts::owe(state, actor, step, what),
        Command::SettleRevert { number, how } => reverts::settle(state, actor, number, how),
        Command::SetHold { step, text } => holds::set(state, actor, step, text),
        Command::ReleaseHold { step, by, said } => holds::release(state, actor, step, (by, said)),
        Command::ReadGuidance { pause } => guidance::acknowledge(state, actor, pause),
        Command::ApplyStep { step } => branches::apply_step(state, actor, step),
        Command::TickPoint { step, point, done } => choices::tick(state, actor, step, point, done),
        Command::ChooseAlternative { step, command } => choices::choose(state, actor, step, command),
        Command::SetValues { values } => set_values(state, values),
        Command::AddNote { step, text } => {
            if let Some(step) = &step {
                marked(state, step)?;
            }
            Ok(facts(vec![Event::NoteAdded { step, text: needed(text)? }]))
        }
        Command::ChangeEnvironment { change } => environment::change(state, change),
        Command::ResetShell => {
            let lane = query::main_lane(state).ok_or(Refusal::Blocked { by: Block::NoLane })?.lane;
            if let Some(busy) = query::running(state).find(|a| a.start.lane == lane) {
                return Err(Refusal::AttemptOpen { attempt: busy.start.attempt });
            }
            Ok(Decision { events: vec![Event::LaneReset { lane }], effects: vec![Effect::Renew { lane }] })
        }
        Command::Verification(command) => verification::decide(state, actor, command),
        Command::TakeOver => Ok(facts(vec![Event::DriverChanged])),
        Command::SignOff => sign_off(state, actor),
        Command::CloseRun { ending, reason } => close(state, ending, reason),
    }
}

/// Decides what the host reports of its own effects. What is known already gives no fact.
pub fn observe(state: &RunState, observation: Observation) -> Vec<Event> {
    let running = |id: AttemptId| state.attempt(id).is_some_and(|a| a.progress == Progress::Running);
    match observation {
        Observation::HostStarted { pid, adopted } => vec![Event::HostStarted { pid, adopted }],
        Observation::LaneOpened { lane, keeper, shell, cwd, set } => {
            vec![Event::LaneOpened { lane, keeper, shell, cwd, set }]
        }
        Observation::LaneLost { lane, why } => {
            if !state.lanes.iter().any(|l| l.lane == lane && !l.lost) {
                return Vec::new();
            }
            let lost = state.attempts.iter().filter(|a| a.start.lane == lane && a.progress == Progress::Running);
            let lost = lost.map(|a| Event::AttemptLost { attempt: a.start.attempt, why: why.clone() });
            lost.chain([Event::LaneLost { lane, why: why.clone() }]).collect()
        }
        Observation::OutputMarked { attempt, bytes } => {
            let news = running(attempt) && state.attempt(attempt).is_some_and(|a| bytes > a.bytes);
            if news { vec![Event::OutputMarked { attempt, bytes }] } else { Vec::new() }
        }
        Observation::AttemptFinished { attempt, finish } => match state.attempt(attempt).map(|a| &a.progress) {
            // An exit file that turns up later ends the not knowing.
            Some(Progress::Running | Progress::Lost { .. }) => vec![Event::AttemptFinished { attempt, finish }],
            Some(Progress::Finished { .. }) | None => Vec::new(),
        },
        Observation::AttemptLost { attempt, why } => {
            if running(attempt) {
                vec![Event::AttemptLost { attempt, why }]
            } else {
                Vec::new()
            }
        }
        Observation::VerdictProposed { step, attempt, verdict, measured } => {
            let open = state.phase == Phase::Open
                && state.steps.iter().any(|s| {
                    s.id == step && s.proposal.as_ref().is_none_or(|p| p.attempt != attempt || p.measured != measured)
                });
            if open { vec![Event::VerdictProposed { step, attempt, verdict, measured }] } else { Vec::new() }
        }
        // The record of a run that is over tells of nothing that came later.
        Observation::AccessDenied(denial) => match state.phase {
            Phase::Open => vec![Event::AccessDenied(denial)],
            Phase::Signed { .. } | Phase::Closed { .. } => Vec::new(),
        },
        Observation::ConnectionsKnown { connections } => {
            let plain =
                |known: &[KnownConnection]| -> Vec<_> { known.iter().map(|c| (c.name.clone(), c.kind)).collect() };
            match plain(&connections) == plain(&state.connections) {
                true => Vec::new(),
                false => vec![Event::ConnectionsKnown { connections }],
            }
        }
        Observation::ConnectionSeen { connection, seen } => match state.servers.get(&connection) == Some(&seen) {
            true => Vec::new(),
            false => vec![Event::ConnectionSeen { connection, seen }],
        },
        Observation::LogAppended { path, fault } => match state.log {
            Some(_) => Vec::new(),
            None => vec![Event::LogAppended { path, fault }],
        },
        Observation::RecordSaved { path, sha256 } => {
            if state.record.is_some() {
                Vec::new()
            } else {
                vec![Event::RecordSaved { path, sha256 }]
            }
        }
    }
}

struct Asked {
    attempt: AttemptId,
    step: StepId,
    command: usize,
    shown: Digest,
    again: Again,
    typed: Vec<String>,
    place: Place,
    secrets: BTreeMap<String, Secret>,
    on: Option<OnServer>,
}

fn start_attempt(state: &RunState, actor: &Actor, asked: Asked) -> Result<Decision, Refusal> {
    let no_step = || Refusal::NoSuchStep { step: asked.step.clone() };
    let step = state.procedure_steps().iter().find(|s| s.id == asked.step).ok_or_else(no_step)?;
    let (block, command) = step.command(asked.command).ok_or(Refusal::NoSuchCommand { command: asked.command })?;
    match marked(state, &asked.step)? {
        Mark::Open | Mark::Judged { .. } => {}
        Mark::Overridden { .. } | Mark::Skipped { .. } | Mark::Deferred { .. } | Mark::RuledOut { .. } => {
            return Err(Refusal::Marked);
        }
    }
    let blocked = |by: Block| Refusal::Blocked { by };
    if server::needs_server(block)
        && let Err(why) = server::connection_of(&state.connections, block)
    {
        return Err(blocked(Block::NoServer { why }));
    }
    if !query::could_run(&state.connections, block, command) {
        return Err(blocked(Block::NotRunnable { reason: command.reason }));
    }
    let ready = values::prepare(state, block, command).map_err(|unfilled| {
        blocked(match unfilled {
            Unfilled::Missing(names) => Block::Placeholder { names },
            Unfilled::NoPlace(name) => Block::NoPlace { name },
        })
    })?;
    if let Some(reason) = ready.reason {
        return Err(blocked(Block::NotRunnable { reason: Some(reason) }));
    }
    // A statement has no variables that a secret could stand in.
    if let Some(secret) = ready.secrets.first().filter(|_| server::needs_server(block)) {
        return Err(blocked(Block::NoPlace { name: secret.name.clone() }));
    }
    let without: Vec<String> =
        ready.secrets.iter().filter(|s| !asked.secrets.contains_key(&s.name)).map(|s| s.name.clone()).collect();
    if !without.is_empty() {
        return Err(blocked(Block::Placeholder { names: without }));
    }
    let empty = ready.secrets.iter().find(|s| asked.secrets.get(&s.name).is_none_or(|value| value.reveal().is_empty()));
    if let Some(empty) = empty {
        return Err(Refusal::BadValue { name: empty.name.clone(), why: BadValue::Empty });
    }
    if let Some(doubt) = ready.doubts.first().filter(|_| actor.kind == ActorKind::Unattended) {
        return Err(blocked(Block::Doubt { name: doubt.name().to_owned() }));
    }
    if Digest::of(ready.text.as_bytes()) != asked.shown {
        return Err(Refusal::NotAsShown);
    }
    guidance::heeded(state, actor, Pause::Begin)?;
    holds::released(state, &asked.step)?;
    let times = query::attempts_of(state, &asked.step, asked.command).count();
    let known = query::last_attempt(state, &asked.step, asked.command).is_some();
    if known && asked.again == Again::First {
        return Err(Refusal::RunBefore { times: u32::try_from(times).unwrap_or(u32::MAX) });
    }
    let unread = cautions::unread(state, step, &ready);
    if actor.kind == ActorKind::Person && !unread.is_empty() {
        return Err(blocked(Block::Caution { texts: unread.into_iter().map(|c| c.text.clone()).collect() }));
    }
    let writes = server::needs_server(block) && !query::only_reads(state, block, &ready.text);
    let dangerous = writes || !ready.dangers.is_empty();
    verification::agreed(state, actor, (&asked.step, asked.command), &asked.shown, dangerous)?;
    let on = match server::needs_server(block) {
        true => Some(on_server(state, actor, (block, &ready), &asked)?),
        false => None,
    };
    let lane = match on {
        Some(_) => free(state, NO_LANE)?,
        None => {
            let names = values::names(state, block.executor, &ready, asked.place).into_iter().map(|(_, name)| name);
            let names = names.collect();
            confirmed(actor, &ready.dangers, names, &asked.typed)?;
            lane_for(state, asked.place)?
        }
    };
    let mut events = Vec::new();
    if matches!(marked(state, &asked.step)?, Mark::Judged { .. }) {
        events.push(Event::StepReopened { step: asked.step.clone(), reason: None });
    }
    if let Some(on) = &on {
        events.push(Event::ConnectionUsed(ConnectionUse { attempt: asked.attempt, on: on.clone() }));
    }
    events.extend(branches::applied_by_work(state, &asked.step));
    events.extend(reverts::owed_by_work(state, &asked.step, Some(&ready.text)));
    events.push(Event::AttemptStarted(AttemptStart {
        attempt: asked.attempt,
        step: asked.step,
        command: asked.command,
        number: u32::try_from(times).unwrap_or(u32::MAX).saturating_add(1),
        lane,
        text: ready.text.clone(),
    }));
    let secrets =
        ready.secrets.into_iter().filter_map(|s| Some((s.variable, asked.secrets.get(&s.name)?.clone()))).collect();
    let (attempt, text) = (asked.attempt, ready.text);
    let effect = match on {
        Some(on) => Effect::Query { attempt, text, on },
        None => {
            let own = state.lanes.iter().find(|l| l.lane == lane);
            let changes = own.map(|l| l.pending.clone()).unwrap_or_default();
            Effect::Spawn { attempt, lane, text, secrets, changes }
        }
    };
    Ok(Decision { events, effects: vec![effect] })
}

/// The lane, where nothing runs in it.
fn free(state: &RunState, lane: u32) -> Result<u32, Refusal> {
    match query::running(state).find(|a| a.start.lane == lane) {
        Some(running) => {
            Err(Refusal::LaneBusy { attempt: running.start.attempt, operator: running.stamp.by.operator.clone() })
        }
        None => Ok(lane),
    }
}

/// The shell for a command. Where the one that is asked for is not there the engine opens it, and asks again.
fn lane_for(state: &RunState, place: Place) -> Result<u32, Refusal> {
    let none = || Refusal::Blocked { by: Block::NoLane };
    let main = query::main_lane(state).ok_or_else(none)?;
    match place {
        Place::Main => free(state, main.lane),
        Place::Beside => {
            let unused = |lane: &&LaneState| !lane.lost && lane.lane != main.lane && free(state, lane.lane).is_ok();
            state.lanes.iter().find(unused).map(|lane| lane.lane).ok_or_else(none)
        }
    }
}

/// Where statements run: on the server that the person saw, which is still the one that was last seen. Who writes must
/// have agreed to it.
fn on_server(
    state: &RunState,
    actor: &Actor,
    (block, ready): (&DocumentBlock, &Prepared),
    asked: &Asked,
) -> Result<OnServer, Refusal> {
    let blocked = |by| Refusal::Blocked { by };
    let connection =
        server::connection_of(&state.connections, block).map_err(|why| blocked(Block::NoServer { why }))?;
    let identity = match state.servers.get(&connection.name) {
        Some(Seen::Server { identity }) => identity,
        unseen @ (Some(Seen::Unreachable { .. }) | None) => {
            let why = match unseen {
                Some(Seen::Unreachable { why }) => why.clone(),
                Some(Seen::Server { .. }) | None => "nobody has looked yet".to_owned(),
            };
            return Err(blocked(Block::ServerNotSeen { connection: connection.name.clone(), why }));
        }
    };
    let other = || blocked(Block::OtherServer { connection: connection.name.clone() });
    let shown = asked.on.as_ref().filter(|on| on.connection == connection.name && on.identity == *identity);
    let shown = shown.ok_or_else(other)?;
    let writes = statements::nature(&ready.text, connection.kind) == Nature::Writes;
    let dangers = query::dangers_on_server(&ready.dangers, writes, state.start().map_or(Language::Ja, |s| s.language));
    confirmed(actor, &dangers, vec![identity.target()], &asked.typed)?;
    if writes && !shown.may_write {
        return Err(blocked(Block::Danger { dangers, targets: vec![identity.target()] }));
    }
    Ok(OnServer { may_write: writes, ..shown.clone() })
}

/// A danger is confirmed by typing the names of all places where it acts, byte for byte, and never by a run without a
/// person.
fn confirmed(actor: &Actor, dangers: &[Danger], targets: Vec<String>, typed: &[String]) -> Result<(), Refusal> {
    let as_typed = targets == typed;
    let blocked = || Refusal::Blocked { by: Block::Danger { dangers: dangers.to_vec(), targets } };
    match actor.kind {
        ActorKind::Unattended if !dangers.is_empty() => Err(blocked()),
        ActorKind::Unattended | ActorKind::Person | ActorKind::Host => {
            let grave = dangers.iter().any(|d| d.level >= DangerLevel::Disruptive);
            if grave && !as_typed { Err(blocked()) } else { Ok(()) }
        }
    }
}

fn give_verdict(
    state: &RunState,
    actor: &Actor,
    step: StepId,
    verdict: Verdict,
    comment: Option<String>,
) -> Result<Decision, Refusal> {
    markable(state, &step)?;
    guidance::heeded(state, actor, Pause::Begin)?;
    if matches!(verdict, Verdict::Ok | Verdict::Finding) {
        holds::released(state, &step)?;
    }
    let comment = comment.and_then(|c| needed(c).ok());
    let silent = query::words_needed(state, &step, verdict).filter(|_| comment.is_none());
    // Only a person disagrees with the rules; what judges unattended goes by them.
    if silent.is_some_and(|why| actor.kind == ActorKind::Person || why != WordsNeeded::Disagrees) {
        return Err(Refusal::ReasonMissing);
    }
    let done = matches!(verdict, Verdict::Ok | Verdict::Finding);
    let owed = if done { reverts::owed_by_hand(state, &step) } else { Vec::new() };
    let applied = branches::applied_by_work(state, &step);
    Ok(facts(applied.into_iter().chain(owed).chain([Event::VerdictGiven { step, verdict, comment }]).collect()))
}

/// 上書き承認: with a reason, and the name of somebody else who approves.
fn override_step(
    state: &RunState,
    actor: &Actor,
    step: StepId,
    reason: String,
    approver: String,
) -> Result<Decision, Refusal> {
    person(actor)?;
    match marked(state, &step)? {
        Mark::Judged { verdict: Verdict::Failed | Verdict::Undecided, .. } => {}
        Mark::Judged { verdict: Verdict::Ok | Verdict::Finding, .. }
        | Mark::Open
        | Mark::Overridden { .. }
        | Mark::Skipped { .. }
        | Mark::Deferred { .. }
        | Mark::RuledOut { .. } => return Err(Refusal::NothingToOverride),
    }
    let (reason, approver) = (needed(reason)?, another(actor, approver)?);
    Ok(facts(vec![Event::StepOverridden { step, reason, approver }]))
}

/// The name of somebody else.
pub(super) fn another(actor: &Actor, name: String) -> Result<String, Refusal> {
    let name = needed(name)?;
    let plain = |name: &str| name.split_whitespace().collect::<String>().to_lowercase();
    let own = [&actor.operator, &actor.user].into_iter().any(|own| plain(own) == plain(&name));
    if own { Err(Refusal::OwnApproval) } else { Ok(name) }
}

fn set_values(state: &RunState, values: BTreeMap<String, Option<String>>) -> Result<Decision, Refusal> {
    let known = values::asked_by(&state.plan);
    for (name, value) in &values {
        if !known.iter().any(|placeholder| placeholder.name == *name) {
            return Err(Refusal::NoSuchValue { name: name.clone() });
        }
        if let Some(why) = value.as_deref().and_then(|value| check_value(value).err()) {
            return Err(Refusal::BadValue { name: name.clone(), why });
        }
        if value.is_some() && names_a_secret(name) {
            return Err(Refusal::SecretValue { name: name.clone() });
        }
    }
    let news =
        values.into_iter().filter(|(name, value)| state.values.get(name) != value.as_ref()).collect::<BTreeMap<_, _>>();
    Ok(if news.is_empty() { Decision::default() } else { facts(vec![Event::ValuesSet { values: news }]) })
}

fn sign_off(state: &RunState, actor: &Actor) -> Result<Decision, Refusal> {
    no_attempt_open(state)?;
    let steps = query::untouched(state);
    if !steps.is_empty() {
        return Err(Refusal::Untouched { steps });
    }
    let steps = query::sent_back(state);
    if !steps.is_empty() {
        return Err(Refusal::SentBack { steps });
    }
    let whats: Vec<String> = reverts::open(state).map(|(_, revert)| revert.what.clone()).collect();
    if !whats.is_empty() {
        return Err(Refusal::RevertsOpen { whats });
    }
    guidance::heeded(state, actor, Pause::End)?;
    Ok(Decision {
        events: vec![Event::RunSigned { completion: query::completion(state) }],
        effects: vec![Effect::WriteRecord],
    })
}

fn close(state: &RunState, ending: Ending, reason: String) -> Result<Decision, Refusal> {
    no_attempt_open(state)?;
    let reason = match ending {
        Ending::Aborted => needed(reason)?,
        Ending::Unsigned => reason,
    };
    Ok(Decision { events: vec![Event::RunClosed { ending, reason }], effects: vec![Effect::WriteRecord] })
}

pub(super) fn no_attempt_open(state: &RunState) -> Result<(), Refusal> {
    match state.attempts.iter().find(|a| a.progress == Progress::Running) {
        Some(a) => Err(Refusal::AttemptOpen { attempt: a.start.attempt }),
        None => Ok(()),
    }
}

fn marked<'a>(state: &'a RunState, step: &StepId) -> Result<&'a Mark, Refusal> {
    let found = state.steps.iter().find(|s| s.id == *step);
    found.map(|s| &s.mark).ok_or_else(|| Refusal::NoSuchStep { step: step.clone() })
}

/// Only a person may do it.
pub(super) fn person(actor: &Actor) -> Result<(), Refusal> {
    match actor.kind {
        ActorKind::Person => Ok(()),
        ActorKind::Unattended | ActorKind::Host => Err(Refusal::NeedsPerson),
    }
}

/// A step can be marked when it has no mark and nothing of it runs.
fn markable(state: &RunState, step: &StepId) -> Result<(), Refusal> {
    if *marked(state, step)? != Mark::Open {
        return Err(Refusal::Marked);
    }
    let open = state.attempts.iter().find(|a| a.start.step == *step && a.progress == Progress::Running);
    open.map_or(Ok(()), |a| Err(Refusal::AttemptOpen { attempt: a.start.attempt }))
}

pub(super) fn needed(text: String) -> Result<String, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() { Err(Refusal::ReasonMissing) } else { Ok(trimmed.to_owned()) }
}

pub(super) fn facts(events: Vec<Event>) -> Decision {
    Decision { events, effects: Vec::new() }
}
