//! The details of a step: commands with how they went, rules beside what was measured, cautions, the document's words.

use chrono::{DateTime, FixedOffset};

use crate::i18n::Language;
use crate::ids::StepId;
use crate::run::event::{ActorKind, Measurement, Outcome};
use crate::run::state::{Attempt, Mark, NO_LANE, Progress, StepState};
use crate::run::values::Prepared;
use crate::run::{choices, query};
use crate::runbook::model::{Block, Caution, CautionLevel, Command, DangerLevel, Rule, Step};
use crate::term::redact::names_a_secret;
use crate::tui::content::{clock, dialog, duration, elapsed, life, owes, plan, server, signs, values, verdict};
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::{Keymap, Voice};
use crate::tui::model::RunView;
use crate::tui::text::{Line, prose, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Label, Say};

/// What the details are written with.
#[derive(Debug, Clone, Copy)]
pub struct Pen<'k> {
    /// The time that is shown.
    pub now: DateTime<FixedOffset>,
    /// The language.
    pub language: Language,
    /// The keys of the person.
    pub keymap: &'k Keymap,
    /// Signs of ASCII only.
    pub ascii: bool,
    /// Columns.
    pub room: usize,
}

impl<'k> Pen<'k> {
    /// How the person is spoken to.
    pub fn voice(self) -> Voice<'k> {
        Voice { language: self.language, keymap: self.keymap }
    }
}

/// The details of the selected step.
pub fn lines(run: &RunView, pen: Pen) -> Vec<Line> {
    let (Some(step), Some(state)) = (run.step(), run.state.steps.get(run.selected)) else {
        return prose(Label::NO_STEPS.text(pen.language), Role::Dim, pen.room, 0);
    };
    let mut out =
        wrap(Line::of(&step.number, Role::Dim).and(" ", Role::Dim).and(step.bare_title(), Role::Title), pen.room, 2);
    mark(state, pen, &mut out);
    out.extend(super::verify::of_step(run, run.selected, pen));
    out.extend(life::origin(run, run.selected, pen));
    out.extend(plan::changes(run, state, pen));
    out.extend(owes::of_step(run, state, step, pen));
    if let Some(procedure) = run.state.procedure() {
        cautions(&step.cautions, state, pen, &mut out);
        commands(run, step, pen, &mut out);
        rules(run, step, state, pen, &mut out);
        words(state, step, pen, &mut out);
        cautions(&procedure.cautions, state, pen, &mut out);
    }
    notes(run, step, pen, &mut out);
    history(state, pen, &mut out);
    out
}

/// What was decided about the step.
fn mark(state: &StepState, pen: Pen, out: &mut Vec<Line>) {
    if let Some(line) = mark_line(&state.mark, pen) {
        out.extend(wrap(line, pen.room, 2));
    }
}

fn mark_line(mark: &Mark, pen: Pen) -> Option<Line> {
    let who = |s: &crate::run::state::Stamp| format!("  {} {}", s.by.operator, clock(s.at));
    let said =
        |line: Line, text: &str| if text.is_empty() { line } else { line.and(": ", Role::Dim).and(text, Role::Text) };
    let line = match mark {
        Mark::Open => return None,
        Mark::Judged { verdict: v, proposed, comment, stamp } => {
            let (word, role) = verdict(*v, pen.language);
            let line = said(Line::of(word, role), comment.as_deref().unwrap_or("")).and(&who(stamp), Role::Dim);
            match life::disagreement(*proposed, *v, pen.language) {
                Some(text) => line.and(&format!("  {text}"), Role::Caution),
                None => line,
            }
        }
        Mark::Overridden { verdict: v, comment, judged, reason, approver, stamp } => {
            let (word, role) = verdict(*v, pen.language);
            let line = said(Line::of(word, role), comment.as_deref().unwrap_or("")).and(&who(judged), Role::Dim);
            let text = format!("  {} ", query::Label::Overridden.words(pen.language));
            let line = said(line.and(&text, Role::Finding).and(approver, Role::Title), reason);
            line.and(&who(stamp), Role::Dim)
        }
        Mark::Skipped { reason, stamp } => {
            said(Line::of(query::Label::Skipped.words(pen.language), Role::Passed), reason).and(&who(stamp), Role::Dim)
        }
        Mark::Deferred { reason, due, owner, stamp } => {
            let line = said(Line::of(query::Label::Deferred.words(pen.language), Role::Passed), reason);
            line.and(&format!("  {due} {owner}"), Role::Waiting).and(&who(stamp), Role::Dim)
        }
        Mark::RuledOut { reason, stamp } => {
            said(Line::of(query::Label::RuledOut.words(pen.language), Role::Passed), reason).and(&who(stamp), Role::Dim)
        }
    };
    Some(line)
}

fn cautions(list: &[Caution], state: &StepState, pen: Pen, out: &mut Vec<Line>) {
    for c in list {
        let (word, role) = match c.level {
            CautionLevel::Caution => (Label::CAUTION, Role::Caution),
            CautionLevel::Warning => (Label::WARNING, Role::Danger),
            CautionLevel::Note => (Label::REMARK, Role::Caution),
        };
        let line = Line::of(&format!("{} ", word.text(pen.language)), role).and(&c.text, role);
        let read = state.acknowledged.iter().find(|a| a.text == c.text);
        let line = match read.map(|a| &a.stamp) {
            Some(s) => {
                let text = format!("  {} {} {}", Label::READ.text(pen.language), s.by.operator, clock(s.at));
                line.and(&text, Role::Dim)
            }
            None => line,
        };
        out.extend(wrap(line, pen.room, 2));
    }
}

fn commands(run: &RunView, step: &Step, pen: Pen, out: &mut Vec<Line>) {
    let all: Vec<(&Block, &Command)> =
        step.blocks.iter().flat_map(|b| b.commands.iter().map(move |c| (b, c))).collect();
    if all.is_empty() {
        out.extend(prose(&Say::MANUAL.text(pen.voice()), Role::Dim, pen.room, 0));
        return;
    }
    for (i, (block, command)) in all.into_iter().enumerate() {
        if command.label.is_some() && i > 0 {
            out.push(Line::empty());
        }
        one_command(run, step, (i, block, command), pen, out);
    }
}

fn is_first(block: &Block, command: &Command) -> bool {
    block.commands.first().is_some_and(|first| std::ptr::eq(first, command))
}

fn one_command(
    run: &RunView,
    step: &Step,
    (index, block, command): (usize, &Block, &Command),
    pen: Pen,
    out: &mut Vec<Line>,
) {
    let chosen = run.command == index;
    if let Some(condition) = block.condition.as_ref().filter(|_| is_first(block, command)) {
        let line = Line::of(&format!("  {}: ", Label::CONDITION.text(pen.language)), Role::Caution);
        out.extend(wrap(line.and(condition, Role::Caution), pen.room, 4));
    }
    if let Some(label) = &command.label {
        out.extend(wrap(Line::of("  # ", Role::Dim).and(label, Role::Dim), pen.room, 4));
    }
    let (mark, role) = if chosen { (signs(pen.ascii).next, Role::CommandNext) } else { (" ", Role::Command) };
    let role = if query::could_run(&run.state.connections, block, command) { role } else { Role::Dim };
    let ready = values::prepared(run, block, command).filter(|ready| !ready.places.is_empty());
    match &ready {
        Some(ready) => {
            let lines = values::text_lines(ready, &format!("{mark} "), role);
            out.extend(lines.into_iter().flat_map(|line| wrap_exact(line, pen.room, 4)));
        }
        None => {
            for (i, text) in command.text.lines().enumerate() {
                let head = if i == 0 { format!("{mark} ") } else { "  ".to_owned() };
                let line = parts(Line::of(&head, Role::Current), text, command, role);
                out.extend(wrap_exact(line, pen.room, 4));
            }
        }
    }
    if let Some(own) = run.state.steps.iter().find(|s| s.id == step.id)
        && !choices::alternatives(step, index).is_empty()
    {
        let (word, role) = if choices::is_chosen(own, step, index) {
            (Label::CHOSEN.text(pen.language).into(), Role::Good)
        } else if choices::passed_over(own, step, index) {
            (Label::PASSED_OVER.text(pen.language).into(), Role::Passed)
        } else {
            (Say::ALTERNATIVE.text(pen.voice()), Role::Dim)
        };
        out.extend(wrap(Line::of(&format!("    {word}"), role), pen.room, 4));
    }
    if !query::could_run(&run.state.connections, block, command) {
        // What a server needs is said in a line of its own.
        let why = block.lang.as_deref().unwrap_or("");
        let text = format!("    {} {why}", Label::NOT_RUN_HERE.text(pen.language));
        out.push(Line::of(&text, Role::Dim));
    }
    out.extend(server::lines(run, block, pen));
    let tries = query::attempts_of(&run.state, &step.id, index).count();
    if let Some(last) = query::last_attempt(&run.state, &step.id, index) {
        out.extend(wrap(outcome(last, tries, pen), pen.room, 4));
        if let Some(left) = survivors(last) {
            let line = Line::of(&format!("    ! {}: ", Label::SURVIVORS.text(pen.language)), Role::Caution);
            out.extend(wrap(line.and(&left, Role::Caution), pen.room, 6));
        }
        if is_unknown(last) && own_mark(run, step).is_none_or(|m| *m == Mark::Open) {
            out.extend(prose(&Say::UNKNOWN_WHY.text(pen.voice()), Role::Unknown, pen.room, 4));
        }
    }
    flags(run, command, ready.as_ref(), pen, out);
    out.extend(owes::of_command(run, &command.text, pen));
}

fn own_mark<'a>(run: &'a RunView, step: &Step) -> Option<&'a Mark> {
    run.state.steps.iter().find(|s| s.id == step.id).map(|s| &s.mark)
}

/// A step without a mark, with how far it has come.
pub(super) fn open_step(run: Option<&RunView>, step: &StepId, pen: Pen) -> Vec<Line> {
    let steps = || run.into_iter().flat_map(|r| r.state.steps.iter().enumerate().map(move |(i, s)| (r, i, s)));
    let label = steps().find(|(_, _, s)| s.id == *step).map(|(r, i, _)| query::label(&r.state, i));
    let mut lines = dialog::step_title(run, step, pen);
    if let (Some(last), Some(label)) = (lines.pop(), label) {
        lines.extend(wrap(last.and(&format!("  {}", label.words(pen.language)), Role::Waiting), pen.room, 2));
    }
    lines
}

/// Whether nobody knows how an attempt ended.
pub(super) fn is_unknown(attempt: &Attempt) -> bool {
    matches!(attempt.progress, Progress::Lost { .. })
}

/// A line of a command with its placeholders and sample values marked.
pub(super) fn parts(mut line: Line, text: &str, command: &Command, role: Role) -> Line {
    let marked: Vec<&str> = command
        .placeholders
        .iter()
        .map(|p| p.name.as_str())
        .chain(command.sample_values.iter().map(String::as_str))
        .filter(|m| !m.is_empty())
        .collect();
    let mut rest = text;
    while let Some((at, found)) =
        marked.iter().filter_map(|m| rest.find(m).map(|at| (at, *m))).min_by_key(|(at, m)| (*at, usize::MAX - m.len()))
    {
        line = line.and(&rest[..at], role).and(found, Role::Placeholder);
        rest = &rest[at + found.len()..];
    }
    line.and(rest, role)
}

/// How an attempt went: status, time, and which attempt it was.
pub fn outcome(attempt: &Attempt, tries: usize, pen: Pen) -> Line {
    let mut line = Line::of("    ", Role::Dim);
    line = match &attempt.progress {
        Progress::Running => line
            .and(&format!("{} ", Label::RUNNING.text(pen.language)), Role::Running)
            .and(&elapsed(pen.now - attempt.stamp.at), Role::Running),
        Progress::Lost { why, .. } => {
            let unknown = query::Label::OutcomeUnknown.words(pen.language);
            line.and(&format!("{unknown}: "), Role::Unknown).and(why, Role::Unknown)
        }
        Progress::Finished { finish, .. } => {
            let time = format!("  {}", duration(finish.duration_ms));
            let lost = finish.gaps.iter().fold(0, |all: u64, gap| all.saturating_add(gap.bytes));
            let shown = match &finish.outcome {
                Outcome::Exited { code: 0 } => line.and("rc 0", Role::Good),
                Outcome::Exited { code } => line.and(&format!("rc {code}"), Role::Finding),
                // No signal ends a statement: the server was asked to.
                Outcome::Signalled { .. } if attempt.start.lane == NO_LANE => {
                    line.and(Label::CANCELLED.text(pen.language), Role::Failed)
                }
                Outcome::Signalled { signal } => line.and(&format!("signal {signal}"), Role::Failed),
                Outcome::CouldNotStart { why } => line.and(why, Role::Failed),
            }
            .and(&time, Role::Dim);
            match finish.gaps.first() {
                Some(gap) => {
                    let text = format!("  ! {}: {lost} bytes @{}", Label::INCOMPLETE.text(pen.language), gap.at);
                    shown.and(&text, Role::Failed)
                }
                None => shown,
            }
        }
    };
    if query::may_lack_memory(attempt) {
        line = line.and(&format!("  ! {}", Label::PERHAPS_NO_MEMORY.text(pen.language)), Role::Failed);
    }
    if attempt.stops.iter().any(|(_, stamp)| stamp.by.kind == ActorKind::Host) {
        line = line.and(&format!("  ! {}", Label::OVER_TIME.text(pen.language)), Role::Failed);
    }
    if tries > 1 {
        let text = match pen.language {
            Language::Ja => format!("  {tries}{}", Label::ATTEMPT.ja),
            Language::En => format!("  {} {tries}", Label::ATTEMPT.en),
        };
        line = line.and(&text, Role::Waiting);
    }
    line
}

/// What a command left running, where it left something.
pub(super) fn survivors(attempt: &Attempt) -> Option<String> {
    let Progress::Finished { finish, .. } = &attempt.progress else { return None };
    let named = finish.survivors.iter().map(|left| format!("{} (pid {})", sanitise_inline(&left.command), left.pid));
    Some(named.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
}

fn flags(run: &RunView, command: &Command, ready: Option<&Prepared>, pen: Pen, out: &mut Vec<Line>) {
    let mut flag = |text: String, role: Role| out.extend(wrap(Line::of(&text, role), pen.room, 4));
    let word = |l: Label| l.text(pen.language);
    for d in ready.map_or(&command.dangers, |ready| &ready.dangers) {
        let (level, role) = match d.level {
            DangerLevel::Changes => (Label::CHANGES, Role::Caution),
            DangerLevel::Disruptive => (Label::DISRUPTS, Role::Danger),
            DangerLevel::Destructive => (Label::DESTROYS, Role::Danger),
        };
        flag(format!("    ! {}: {}", word(level), d.why), role);
    }
    let known = |name: &str| run.state.values.contains_key(name);
    let named = |secret: bool| {
        let names = command.placeholders.iter().map(|p| p.name.as_str());
        names.filter(|name| names_a_secret(name) == secret && !known(name)).collect::<Vec<_>>()
    };
    let secrets = named(true);
    if !secrets.is_empty() {
        flag(format!("    ? {}: {}", word(Label::SECRET_ASKED), secrets.join(", ")), Role::Placeholder);
    }
    let names = named(false);
    if !names.is_empty() {
        flag(format!("    ! {}: {}", word(Label::PLACEHOLDER), names.join(", ")), Role::Placeholder);
    }
    let samples: Vec<&str> = command.sample_values.iter().map(String::as_str).filter(|name| !known(name)).collect();
    if !samples.is_empty() {
        flag(format!("    ? {}: {}", word(Label::SAMPLE), samples.join(", ")), Role::Placeholder);
    }
    for (is, label) in [
        (command.interactive, Label::INTERACTIVE),
        (command.never_ends, Label::NEVER_ENDS),
        (command.reads_secret, Label::SECRET),
    ] {
        if is {
            flag(format!("    - {}", word(label)), Role::Caution);
        }
    }
}

/// The rules of a step, each beside what was measured.
pub fn rules(run: &RunView, step: &Step, state: &StepState, pen: Pen, out: &mut Vec<Line>) {
    let list = &step.rules;
    if list.is_empty() && state.proposal.is_none() {
        return;
    }
    out.push(Line::empty());
    // Without a rule the proposal stands alone.
    let mut head = match list.is_empty() {
        true => Line::empty(),
        false => Line::of(&format!("{}  ", Label::RULES.text(pen.language)), Role::Dim),
    };
    if let Some(p) = &state.proposal {
        let (word, role) = verdict(p.verdict, pen.language);
        head = head.and(&format!("{}: ", Label::PROPOSED.text(pen.language)), Role::Dim).and(word, role);
    }
    out.push(head);
    for (i, rule) in list.iter().enumerate() {
        let measured = state.proposal.as_ref().and_then(|p| p.measured.iter().find(|m| m.rule == i));
        out.extend(wrap(rule_line(rule, measured, pen), pen.room, 4));
        if let Some(m) = measured.filter(|m| m.applies && !m.matched.trim().is_empty()) {
            let line = Line::of("    \"", Role::Dim).and(m.matched.trim(), Role::Measured).and("\"", Role::Dim);
            out.extend(wrap(line, pen.room, 4));
        }
        out.extend(life::below_rule(run, step, i, rule, pen));
    }
}

fn rule_line(rule: &Rule, measured: Option<&Measurement>, pen: Pen) -> Line {
    let role = match measured {
        Some(m) if m.applies => Role::Title,
        Some(_) | None => Role::Text,
    };
    let mut line = Line::of("  ", Role::Text).and(&rule.text, role);
    if let Some(m) = measured {
        line = line.and(&format!("  {}", m.shown), if m.holds { Role::Measured } else { Role::Dim });
        if m.applies {
            let text = format!("  {} {}", signs(pen.ascii).applies, Label::APPLIES.text(pen.language));
            line = line.and(&text, Role::Measured);
        }
    }
    line
}

/// The document's own words about the step.
fn words(state: &StepState, step: &Step, pen: Pen, out: &mut Vec<Line>) {
    let deadline = step.deadline.as_ref().map(|d| d.text.clone());
    let phase = step.phase.as_ref().map(|p| p.title.clone());
    let optional = step.optional.then(|| Label::OPTIONAL.text(pen.language).to_owned());
    let pairs = [
        (Label::CONDITION, step.condition.clone().or(optional)),
        (Label::PHASE, phase),
        (Label::METHOD, step.method.clone()),
        (Label::EXPECT, step.expect.clone()),
        (Label::DEADLINE, deadline),
        (Label::OWNER, step.owner.clone()),
        (Label::PRIORITY, step.priority.clone()),
        (Label::PLANNED, step.planned_text.clone()),
    ];
    if pairs.iter().any(|(_, v)| v.is_some()) || !step.details.is_empty() || step.shared_block {
        out.push(Line::empty());
    }
    for (label, value) in pairs {
        if let Some(value) = value {
            let line = Line::of(&format!("{}: ", label.text(pen.language)), Role::Dim).and(&value, Role::Text);
            out.extend(wrap(line, pen.room, 2));
        }
    }
    out.extend(life::points(state, step, pen));
    for d in step.details.iter().filter(|_| choices::points(step).is_empty()) {
        out.extend(prose(d, Role::Text, pen.room, 2));
    }
    if step.shared_block {
        out.extend(prose(Label::SHARED.text(pen.language), Role::Dim, pen.room, 2));
    }
}

fn notes(run: &RunView, step: &Step, pen: Pen, out: &mut Vec<Line>) {
    let mut of_step = run.state.notes.iter().filter(|n| n.step.as_ref() == Some(&step.id)).peekable();
    if of_step.peek().is_none() {
        return;
    }
    out.push(Line::empty());
    out.push(Line::of(Label::NOTES.text(pen.language), Role::Dim));
    for n in of_step {
        let stamp = format!("  {} {}  ", clock(n.stamp.at), n.stamp.by.operator);
        let mut rows = n.text.lines();
        let first = Line::of(&stamp, Role::Dim).and(rows.next().unwrap_or(""), Role::Text);
        out.extend(wrap(first, pen.room, 4));
        for row in rows {
            out.extend(wrap(Line::of("    ", Role::Text).and(row, Role::Text), pen.room, 4));
        }
    }
}

fn history(state: &StepState, pen: Pen, out: &mut Vec<Line>) {
    if state.earlier.is_empty() {
        return;
    }
    out.push(Line::empty());
    out.push(Line::of(Label::HISTORY.text(pen.language), Role::Dim));
    for line in state.earlier.iter().filter_map(|m| mark_line(m, pen)) {
        let line = Line { pieces: line.pieces, ..Line::empty() };
        out.extend(wrap(line, pen.room, 2));
    }
}
