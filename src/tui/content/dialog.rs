//! What each dialog says and asks: its title, its text, its choices and its fields.

use std::borrow::Cow;

use ratatui_textarea::TextArea;

use crate::i18n::Language;
use crate::ids::StepId;
use crate::run::event::{Stop, Verdict};
use crate::run::query;
use crate::run::state::RunState;
use crate::runbook::model::TargetKind;
use crate::tui::action::Action;
use crate::tui::content::detail::{self, Pen};
use crate::tui::content::{help, life, outputs, over, plan, server, values, verdict, verify};
use crate::tui::edit::Field;
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::{self, Context};
use crate::tui::model::{BranchAsk, Dialog, Judge, JudgePart, Model, Reason, RunAsk, RunView, Screen, ValueForm};
use crate::tui::text::{Line, fit, prose, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label};

/// A dialog as it is to be drawn.
pub struct Form<'a> {
    /// Its title.
    pub title: String,
    /// It can do harm.
    pub grave: bool,
    /// Its text, which scrolls.
    pub text: Vec<Line>,
    /// The first row of the text.
    pub scroll: usize,
    /// Choices, with the chosen one marked.
    pub choices: Vec<(Cow<'static, str>, Role, bool)>,
    /// The choices are what the keys belong to.
    pub choosing: bool,
    /// Fields.
    pub fields: Vec<Entry<'a>>,
    /// A field of several lines.
    pub area: Option<&'a TextArea<'static>>,
}

/// A field of a dialog.
pub struct Entry<'a> {
    /// What is to be typed.
    pub label: Cow<'a, str>,
    /// What was typed.
    pub field: &'a Field,
    /// It is typed in now.
    pub focus: bool,
    /// What was typed is not shown.
    pub hidden: bool,
}

impl<'a> Entry<'a> {
    fn plain(label: impl Into<Cow<'a, str>>, field: &'a Field, focus: bool) -> Self {
        Self { label: label.into(), field, focus, hidden: false }
    }
}

impl Form<'_> {
    /// Rows below the text: choices, fields, and the problem.
    pub fn fixed_rows(&self) -> usize {
        let area = if self.area.is_some() { 8 } else { 0 };
        self.choices.len() + self.fields.len() + area
    }
}

/// All verdicts, in the order of the choice.
pub const VERDICTS: [Verdict; 4] = [Verdict::Ok, Verdict::Finding, Verdict::Failed, Verdict::Undecided];
/// All ways to stop a command, from mild to grave.
pub const STOPS: [Stop; 3] = [Stop::Interrupt, Stop::Terminate, Stop::Kill];

/// The open dialog as it is to be drawn in `room` columns.
pub fn form(model: &Model, room: usize) -> Option<Form<'_>> {
    let dialog = model.dialog.as_ref()?;
    let run = match &model.screen {
        Screen::Run(r) => Some(&**r),
        Screen::Home | Screen::Pick(_) | Screen::Waiting { .. } => None,
    };
    let (language, keymap) = (model.language, &model.keymap);
    let pen = Pen { now: model.now, language, keymap, ascii: model.ascii, room };
    let say = |a: Ask| a.text(pen.voice());
    let plain = |title: Ask, why: Ask| Form {
        title: say(title).into_owned(),
        grave: false,
        text: prose(&say(why), Role::Text, room, 0),
        scroll: 0,
        choices: Vec::new(),
        choosing: false,
        fields: Vec::new(),
        area: None,
    };
    let form = match dialog {
        Dialog::Help { scroll, search, searching } => {
            let sought = *searching || !search.is_blank();
            let entry = Entry::plain(Label::SEARCH.text(language), search, *searching);
            Form {
                title: Label::HELP.text(language).to_owned(),
                text: help::lines(model, &search.text(), room),
                scroll: *scroll,
                fields: if sought { vec![entry] } else { Vec::new() },
                ..plain(Ask::JUDGE, Ask::JUDGE)
            }
        }
        Dialog::RunAgain(ask) => {
            let last = run.and_then(|r| query::last_attempt(&r.state, &ask.step, ask.command));
            let unknown = last.is_some_and(detail::is_unknown);
            let mut form = plain(Ask::AGAIN, if unknown { Ask::AGAIN_UNKNOWN } else { Ask::AGAIN_WHY });
            if run.is_some_and(|r| is_judged(&r.state, &ask.step)) {
                form.text.extend(prose(&say(Ask::JUDGED_WHY), Role::Caution, room, 0));
            }
            form.text.extend(run.map(|r| command(r, ask, pen)).unwrap_or_default());
            form.text.push(Line::empty());
            form.text.push(yes(keymap, pen));
            form
        }
        Dialog::Beside(ask) => {
            let mut form = plain(Ask::BESIDE, Ask::BESIDE_WHY);
            form.text.extend(run.map(|r| command(r, ask, pen)).unwrap_or_default());
            with_yes(form, keymap, pen)
        }
        Dialog::Doubt(ask) => {
            let mut form = plain(Ask::DOUBT, Ask::DOUBT_WHY);
            form.text.extend(run.map(|r| command(r, ask, pen)).unwrap_or_default());
            with_yes(form, keymap, pen)
        }
        Dialog::Write(ask) => {
            let mut form = plain(Ask::WRITE, Ask::WRITE_WHY);
            if run.is_some_and(|r| is_judged(&r.state, &ask.step)) {
                form.text.extend(prose(&say(Ask::JUDGED_WHY), Role::Caution, room, 0));
            }
            form.text.extend(run.map(|r| command(r, ask, pen)).unwrap_or_default());
            form.text.push(Line::empty());
            form.text.extend(ask.on.iter().flat_map(|on| server::place(on, pen)));
            with_yes(form, &model.keymap, pen)
        }
        Dialog::Values(values) => Form {
            text: run.map(|r| values::form_text(r, values, pen)).unwrap_or_default(),
            scroll: values.scroll,
            fields: entries(values, usize::from(model.size.1), pen),
            ..plain(Ask::VALUES, Ask::VALUES)
        },
        Dialog::Secrets(values) => Form {
            text: run.map(|r| values::form_text(r, values, pen)).unwrap_or_default(),
            scroll: values.scroll,
            fields: entries(values, usize::from(model.size.1), pen),
            ..plain(Ask::SECRETS, Ask::SECRETS)
        },
        Dialog::Danger { ask, names, typed, focus, scroll } => Form {
            grave: true,
            text: run.map(|r| danger(r, ask, names, pen)).unwrap_or_default(),
            scroll: *scroll,
            fields: around(typed, *focus, usize::from(model.size.1))
                .map(|(at, field)| Entry {
                    label: danger_label(names, at, language).into(),
                    field,
                    focus: at == *focus,
                    hidden: false,
                })
                .collect(),
            ..plain(Ask::DANGER, Ask::DANGER)
        },
        Dialog::Caution { ask, texts, scroll } => {
            let mut form = plain(Ask::CAUTION, Ask::CAUTION_WHY);
            form.text.push(Line::empty());
            for text in texts {
                form.text.extend(wrap(Line::of("! ", Role::Caution).and(text, Role::Caution), room, 2));
            }
            form.text.extend(run.map(|r| command(r, ask, pen)).unwrap_or_default());
            Form { grave: true, scroll: *scroll, ..with_yes(form, keymap, pen) }
        }
        Dialog::Branch { step, ask, scroll } => {
            let (title, text) = run.map(|r| life::branch(r, step, *ask, pen)).unwrap_or((Ask::BRANCH, Vec::new()));
            let no = !matches!(ask, BranchAsk::Open { .. });
            let mut form = Form { text, scroll: *scroll, ..plain(title, title) };
            form.text.push(Line::empty());
            form.text.push(if no { yes_or_no(keymap, pen) } else { yes(keymap, pen) });
            form
        }
        Dialog::Verify { ask, scroll } => {
            let (title, text) = run.map(|r| verify::question(r, ask, pen)).unwrap_or((Ask::CHECK, Vec::new()));
            let mut form = Form { text, scroll: *scroll, ..plain(title, title) };
            form.text.push(Line::empty());
            let asks = matches!(ask, crate::tui::model::VerifyAsk::Aloud { .. });
            form.text.push(if asks { yes(keymap, pen) } else { yes_or_no(keymap, pen) });
            form
        }
        Dialog::Points { step, at } => Form {
            text: run.map(|r| life::points_to_tick(r, step, *at, pen)).unwrap_or_default(),
            scroll: at.saturating_sub(usize::from(model.size.1 / 3)),
            ..plain(Ask::POINTS, Ask::POINTS)
        },
        Dialog::Choose { step, command, scroll } => {
            let text = run.map(|r| life::alternative(r, step, *command, pen)).unwrap_or_default();
            with_yes(Form { text, scroll: *scroll, ..plain(Ask::CHOOSE, Ask::CHOOSE) }, keymap, pen)
        }
        Dialog::Form(asked) => {
            let (title, text, labels) = life::form(run, &asked.about, pen);
            let fields = asked.fields.iter().zip(labels).enumerate();
            let fields = fields
                .map(|(at, (field, label))| Entry::plain(label.text(language), field, at == asked.focus))
                .collect();
            Form { text, fields, scroll: asked.scroll, ..plain(title, title) }
        }
        Dialog::Edit { step, area, .. } => Form {
            text: run.map(|r| plan::edited(r, step, pen)).unwrap_or_default(),
            area: Some(area),
            ..plain(Ask::EDIT, Ask::EDIT)
        },
        Dialog::Confirm(asked) => {
            let (title, text) = run.map(|r| plan::confirm(r, &asked.about, pen)).unwrap_or((Ask::LINE, Vec::new()));
            with_yes(Form { text, scroll: asked.scroll, ..plain(title, title) }, keymap, pen)
        }
        Dialog::Rows(rows) => Form {
            text: run.map(|r| plan::rows(r, rows, pen)).unwrap_or_default(),
            scroll: rows.at.saturating_sub(usize::from(model.size.1 / 3)),
            choices: plan::scopes(rows, pen),
            ..plain(plan::title(rows), Ask::MOVE)
        },
        Dialog::Judge(j) => Form {
            text: run.map(|r| judge(r, j, pen)).unwrap_or_default(),
            scroll: j.scroll,
            choices: VERDICTS
                .iter()
                .map(|v| {
                    let (word, role) = verdict(*v, language);
                    (word.into(), role, *v == j.choice)
                })
                .collect(),
            choosing: j.part == JudgePart::Choice,
            fields: vec![Entry::plain(Label::COMMENT.text(language), &j.comment, j.part == JudgePart::Comment)],
            ..plain(Ask::JUDGE, Ask::JUDGE)
        },
        Dialog::Reason { about, text } => {
            let reason = || Cow::Borrowed(Label::REASON.text(language));
            let (title, label) = match about {
                Reason::Skip(_) => (Ask::SKIP, reason()),
                Reason::RuleOut(_) => (Ask::RULE_OUT, reason()),
                Reason::Reopen(_) => (Ask::REOPEN, say(Ask::REOPEN_REASON)),
                Reason::Abort => (Ask::ABORT, reason()),
                Reason::Object { .. } => (Ask::OBJECT, reason()),
                Reason::SendBack(_) => (Ask::SEND_BACK, reason()),
                Reason::WorkAlone => (Ask::WORK_ALONE, reason()),
            };
            let body = match about {
                Reason::Skip(step)
                | Reason::RuleOut(step)
                | Reason::Reopen(step)
                | Reason::SendBack(step)
                | Reason::Object { step, .. } => step_title(run, step, pen),
                Reason::WorkAlone => prose(&say(Ask::WORK_ALONE_WHY), Role::Caution, room, 0),
                Reason::Abort => prose(&say(Ask::ABORT_WHY), Role::Caution, room, 0),
            };
            Form {
                grave: *about == Reason::Abort,
                text: body,
                fields: vec![Entry::plain(label, text, true)],
                ..plain(title, title)
            }
        }
        Dialog::Defer { step, fields: [reason, due, owner], focus } => Form {
            text: step_title(run, step, pen),
            fields: vec![
                Entry::plain(Label::REASON.text(language), reason, *focus == 0),
                Entry::plain(Label::DUE.text(language), due, *focus == 1),
                Entry::plain(Label::OWNER.text(language), owner, *focus == 2),
            ],
            ..plain(Ask::DEFER, Ask::DEFER)
        },
        Dialog::Note { step, area } => Form {
            text: step.as_ref().map(|s| step_title(run, s, pen)).unwrap_or_default(),
            area: Some(area),
            ..plain(if step.is_some() { Ask::NOTE } else { Ask::RUN_NOTE }, Ask::NOTE)
        },
        Dialog::Stop { attempt, how } => {
            let text = run.and_then(|r| r.state.attempt(*attempt)).map_or("", |a| a.start.text.as_str());
            let word = |s: Stop| match s {
                Stop::Interrupt => (Ask::INTERRUPT, Role::Text),
                Stop::Terminate => (Ask::TERMINATE, Role::Caution),
                Stop::Kill => (Ask::KILL, Role::Danger),
            };
            Form {
                text: exact(text, room),
                choices: STOPS.iter().map(|s| (say(word(*s).0), word(*s).1, s == how)).collect(),
                choosing: true,
                ..plain(Ask::STOP, Ask::STOP)
            }
        }
        Dialog::Sign { signer, fields, scroll } => Form {
            text: run.map(|r| sign(r, signer, fields, keymap, pen)).unwrap_or_default(),
            scroll: *scroll,
            ..plain(Ask::SIGN, Ask::SIGN)
        },
        Dialog::Untouched { steps, scroll } => {
            let mut form = plain(Ask::UNTOUCHED, Ask::UNTOUCHED_WHY);
            form.text.push(Line::empty());
            form.text.extend(steps.iter().flat_map(|s| detail::open_step(run, s, pen)));
            form.scroll = *scroll;
            form
        }
        Dialog::ResetShell => {
            let mut form = plain(Ask::RESET_SHELL, Ask::RESET_SHELL_WHY);
            let folders =
                run.and_then(|r| Some((query::main_lane(&r.state)?.cwd.clone(), r.state.start()?.cwd.clone())));
            if let Some((now, then)) = folders {
                let text = format!("{now} → {then}");
                form.text.extend(wrap_exact(Line::of(&sanitise_inline(&text), Role::Title), room, 2));
            }
            with_yes(form, keymap, pen)
        }
        // These are drawn by themselves.
        Dialog::Palette(_) | Dialog::Document(_) => return None,
        Dialog::Output(dialog) => return outputs::form(model, dialog, pen),
        Dialog::Join { runs, at, .. } => {
            let mut form = plain(Ask::JOIN, Ask::JOIN_WHY);
            form.text.push(Line::empty());
            let another = say(Ask::ANOTHER);
            let lines = runs.iter().map(|going| going.line.as_str()).chain([&*another]);
            for (number, line) in lines.enumerate() {
                let (mark, role) = if number == *at { ("(*) ", Role::Title) } else { ("( ) ", Role::Text) };
                form.text.extend(wrap_exact(Line::of(mark, role).and(line, role), room, 4));
            }
            Form { scroll: at.saturating_sub(usize::from(model.size.1 / 3)), choosing: true, ..form }
        }
        Dialog::TakeOver => with_yes(plain(Ask::TAKE_OVER, Ask::TAKE_OVER_WHY), keymap, pen),
        Dialog::Detach => with_yes(plain(Ask::DETACH, Ask::DETACH_WHY), keymap, pen),
        Dialog::Trust { scroll } => {
            let mut form = Form { scroll: *scroll, ..plain(Ask::TRUST, Ask::TRUST_WHY) };
            if let Screen::Pick(p) = &model.screen {
                form.text.push(Line::empty());
                form.text.extend(wrap_exact(Line::of(&p.runbook.path, Role::Title), room, 2));
                form.text.extend(wrap_exact(Line::of(&format!("sha256 {}", p.runbook.sha256), Role::Dim), room, 2));
            }
            // The answer stands before what may be long.
            let mut form = with_yes(form, keymap, pen);
            if let Screen::Pick(p) = &model.screen
                && !p.changes.is_empty()
            {
                form.text.push(Line::empty());
                form.text.extend(p.changes.iter().flat_map(|line| {
                    let role = match line.trim_start().chars().next() {
                        Some('-') => Role::Failed,
                        Some('+') => Role::Good,
                        _ => Role::Caution,
                    };
                    wrap_exact(Line::of(line, role), room, 4)
                }));
            }
            form
        }
    };
    Some(close_up(form, usize::from(model.size.1)))
}

/// On a screen that is too low for the whole text, empty lines give way to what must be read.
fn close_up(mut form: Form<'_>, height: usize) -> Form<'_> {
    const LOW: usize = 14;
    if height < LOW && form.text.len() + form.fixed_rows() + 4 > height {
        form.text.retain(|line| !line.pieces.is_empty());
    }
    form
}

/// The fields around the one that is typed in, as many as a third of the screen holds, with their places.
fn around<T>(fields: &[T], focus: usize, height: usize) -> impl Iterator<Item = (usize, &T)> {
    let most = (height / 3).clamp(1, fields.len().max(1));
    let from = focus.saturating_sub(most / 2).min(fields.len().saturating_sub(most));
    fields.iter().enumerate().skip(from).take(most)
}

fn entries<'a>(form: &'a ValueForm, height: usize, pen: Pen) -> Vec<Entry<'a>> {
    around(&form.fields, form.focus, height)
        .map(|(at, field)| {
            let sample = if field.sample { Label::SAMPLE_FIELD.text(pen.language) } else { "" };
            let name = fit(&sanitise_inline(&field.name), pen.room / 3);
            Entry {
                label: format!("{name}{sample}").into(),
                field: &field.text,
                focus: at == form.focus,
                hidden: field.secret,
            }
        })
        .collect()
}

fn with_yes<'a>(mut form: Form<'a>, keymap: &keymap::Keymap, pen: Pen) -> Form<'a> {
    form.text.push(Line::empty());
    form.text.push(yes(keymap, pen));
    form
}

fn yes(keymap: &keymap::Keymap, pen: Pen) -> Line {
    let key = |action| format!(" {} ", keymap.key(Context::Question, action));
    Line::of(&key(Action::Confirm), Role::Key)
        .and(&format!("{}   ", Action::Confirm.word(pen.language)), Role::KeyText)
        .and(key(Action::Cancel).trim_start(), Role::Key)
        .and(Action::Cancel.word(pen.language), Role::KeyText)
}

fn yes_or_no(keymap: &keymap::Keymap, pen: Pen) -> Line {
    let mut line = Line::empty();
    for action in [Action::Confirm, Action::Deny, Action::Cancel] {
        let key = keymap.key(Context::YesNo, action);
        line = line.and(&format!(" {key} "), Role::Key).and(&format!("{}  ", action.word(pen.language)), Role::KeyText);
    }
    line
}

fn is_judged(state: &RunState, step: &StepId) -> bool {
    state.steps.iter().any(|s| s.id == *step && matches!(s.mark, crate::run::state::Mark::Judged { .. }))
}

pub(super) fn step_title(run: Option<&RunView>, step: &StepId, pen: Pen) -> Vec<Line> {
    let found = run.and_then(|r| r.state.procedure_steps().iter().find(|s| s.id == *step));
    let line = found.map(|s| Line::of(&format!("{} ", s.number), Role::Dim).and(s.bare_title(), Role::Title));
    line.map(|l| wrap(l, pen.room, 2)).unwrap_or_default()
}

pub(super) fn exact(text: &str, room: usize) -> Vec<Line> {
    text.lines().flat_map(|l| wrap_exact(Line::of("  ", Role::Text).and(l, Role::CommandNext), room, 4)).collect()
}

fn command(run: &RunView, ask: &RunAsk, pen: Pen) -> Vec<Line> {
    let step = run.state.procedure_steps().iter().find(|s| s.id == ask.step);
    let Some((block, command)) = step.and_then(|s| s.command(ask.command)) else { return Vec::new() };
    let mut out = vec![Line::empty()];
    match values::prepared(run, block, command).filter(|ready| !ready.places.is_empty()) {
        Some(ready) => {
            let lines = values::text_lines(&ready, "  ", Role::Command);
            out.extend(lines.into_iter().flat_map(|line| wrap_exact(line, pen.room, 4)));
            out.extend(values::doubts(&ready, pen));
        }
        None => out.extend(exact(&command.text, pen.room)),
    }
    let tries = query::attempts_of(&run.state, &ask.step, ask.command).count();
    if let Some(last) = query::last_attempt(&run.state, &ask.step, ask.command) {
        out.extend(wrap(detail::outcome(last, tries, pen), pen.room, 4));
    }
    out
}

/// What the name at this place is of, with its number where there are several.
fn danger_label(names: &[(TargetKind, String)], at: usize, language: Language) -> String {
    let label = match names.get(at).map(|(kind, _)| *kind) {
        Some(TargetKind::Machine | TargetKind::Host) | None => Label::HOST,
        Some(TargetKind::Database) => Label::DATABASE,
        Some(TargetKind::Other) => Label::TARGET,
        Some(TargetKind::Empty) => Label::EMPTY,
    };
    match names.len() {
        0 | 1 => label.text(language).to_owned(),
        _ => format!("{} {}", at + 1, label.text(language)),
    }
}

/// Where it acts stands first: that is seen on the smallest screen too, before anything is scrolled.
fn danger(run: &RunView, ask: &RunAsk, names: &[(TargetKind, String)], pen: Pen) -> Vec<Line> {
    let step = run.state.procedure_steps().iter().find(|s| s.id == ask.step);
    let Some((block, found)) = step.and_then(|s| s.command(ask.command)) else { return Vec::new() };
    let elsewhere = ask.on.is_none() && !matches!(names, [(TargetKind::Machine, _)]);
    let mut out = Vec::new();
    if elsewhere {
        out.extend(prose(&Ask::ACTS_ON.text(pen.voice()), Role::Caution, pen.room, 0));
        for (at, (_, name)) in names.iter().enumerate() {
            let line = format!("  {} {}", danger_label(names, at, pen.language), sanitise_inline(name));
            out.extend(wrap_exact(Line::of(&line, Role::Danger), pen.room, 4));
        }
    }
    out.extend(match &ask.on {
        Some(on) => server::place(on, pen),
        None => danger_place(run, pen),
    });
    let ready = values::prepared(run, block, found);
    for d in ready.as_ref().map_or(&found.dangers, |ready| &ready.dangers) {
        out.extend(wrap(Line::of("! ", Role::Danger).and(&d.why, Role::Danger), pen.room, 2));
    }
    out.extend(command(run, ask, pen));
    out.extend(variables(run, &found.environment, names, pen));
    out.push(Line::empty());
    if names.iter().any(|(kind, _)| *kind == TargetKind::Empty) {
        out.extend(prose(&Ask::EMPTY.text(pen.voice()), Role::Caution, pen.room, 0));
    }
    let ask = match (&ask.on, elsewhere) {
        (Some(_), _) => Ask::TYPE_DATABASE,
        (None, true) => Ask::TYPE_NAMES,
        (None, false) => Ask::TYPE_TARGET,
    };
    out.extend(prose(&ask.text(pen.voice()), Role::Caution, pen.room, 0));
    out
}

/// Who would run a command, on which machine and in which folder.
fn danger_place(run: &RunView, pen: Pen) -> Vec<Line> {
    let mut out = Vec::new();
    let Some(start) = run.state.start() else { return out };
    if let Some(environment) = &start.environment {
        let role = if environment.production { Role::Danger } else { Role::Title };
        let place = format!("{} {}", Label::ENVIRONMENT.text(pen.language), sanitise_inline(&environment.name));
        out.extend(wrap(Line::of(&place, role), pen.room, 2));
    }
    let (user, host) = (Label::USER.text(pen.language), Label::HOST.text(pen.language));
    let place = format!("{user} {}  {host} {}", start.user, start.host);
    out.extend(wrap(Line::of(&place, Role::Title), pen.room, 2));
    // What `cd` of an earlier command left: a relative path means this folder.
    let folder = query::main_lane(&run.state).map_or(start.cwd.as_str(), |lane| lane.cwd.as_str());
    let place = format!("{} {folder}", Label::FOLDER.text(pen.language));
    out.extend(wrap(Line::of(&place, Role::Title), pen.room, 2));
    out
}

/// What the variables of a command hold, as far as the run knows: one that is not set makes another target of it.
fn variables(run: &RunView, used: &[String], names: &[(TargetKind, String)], pen: Pen) -> Vec<Line> {
    let lane = query::main_lane(&run.state);
    let known = lane.map_or(&[][..], |lane| lane.variables.as_slice());
    let began_with = lane.and_then(|lane| lane.set.as_ref());
    let empty = names.iter().filter(|(kind, _)| *kind == TargetKind::Empty);
    let empty: Vec<&str> = empty.filter_map(|(_, typed)| typed.strip_suffix("=\"\"")).collect();
    let others = used.iter().map(String::as_str).filter(|name| !empty.contains(name));
    let mut out = Vec::new();
    for name in empty.iter().copied().chain(others) {
        let value = known.iter().rev().find(|v| v.name == name).map(|v| v.value.as_deref().unwrap_or_default());
        let line = match value.filter(|value| !value.is_empty()) {
            _ if empty.contains(&name) => {
                let why = pen.language.pick("空です。空として実行されます", "empty, and it is run as such");
                Line::of(&format!("! ${name}: {why}"), Role::Danger)
            }
            Some(value) => Line::of(&format!("${name} = {}", sanitise_inline(value)), Role::Title),
            None if value.is_none() && began_with.is_some_and(|set| set.iter().any(|known| known == name)) => {
                let why = pen.language.pick("開始時の環境で設定されています", "set where the run began");
                Line::of(&format!("${name}: {why}"), Role::Title)
            }
            None => {
                let why = pen.language.pick(
                    "この実施では設定されていません。開始時の環境にもなければ、空として実行されます",
                    "not set in this run; unless it was set where the run began, it is empty",
                );
                Line::of(&format!("! ${name}: {why}"), Role::Caution)
            }
        };
        out.extend(wrap(line, pen.room, 2));
    }
    out
}

fn judge(run: &RunView, j: &Judge, pen: Pen) -> Vec<Line> {
    let mut out = step_title(Some(run), &j.step, pen);
    let Some(index) = run.index_of(&j.step) else { return out };
    let (Some(step), Some(state)) = (run.state.procedure_steps().get(index), run.state.steps.get(index)) else {
        return out;
    };
    detail::rules(run, step, state, pen, &mut out);
    if state.proposal.is_none() && !step.rules.is_empty() {
        out.extend(prose(&Ask::NO_PROPOSAL.text(pen.voice()), Role::Dim, pen.room, 0));
    }
    if let Some(said) = life::disagreement(state.proposal.as_ref().map(|p| p.verdict), j.choice, pen.language) {
        out.push(Line::empty());
        let text = format!("{said} {}", &Ask::DISAGREES.text(pen.voice()));
        out.extend(prose(&text, Role::Caution, pen.room, 0));
    }
    if query::unrun_commands(&run.state, &j.step) > 0 {
        out.push(Line::empty());
        out.extend(prose(&Ask::COMMENT_NEEDED.text(pen.voice()), Role::Caution, pen.room, 0));
    }
    if query::lost_output(&run.state, &j.step) {
        out.push(Line::empty());
        out.extend(prose(&Ask::OUTPUT_MISSING.text(pen.voice()), Role::Caution, pen.room, 0));
    }
    out.push(Line::empty());
    out
}

fn sign(run: &RunView, signer: &str, fields: &[(String, String)], keymap: &keymap::Keymap, pen: Pen) -> Vec<Line> {
    let (word, role) = over::completion(query::completion(&run.state), pen.language);
    let pair = |label: &str, value: &str, role: Role| {
        wrap(Line::of(&format!("{label}: "), Role::Dim).and(value, role), pen.room, 2)
    };
    let mut out = pair(Label::COMPLETION.text(pen.language), &word, role);
    out.extend(pair(Label::WHO_SIGNS.text(pen.language), signer, Role::Title));
    out.extend(verify::of_run(run, pen));
    out.extend(over::left_running(run, pen));
    out.extend(prose(&Ask::SIGN_WHY.text(pen.voice()), Role::Caution, pen.room, 0));
    out.push(yes(keymap, pen));
    out.push(Line::empty());
    for (name, value) in fields {
        let mut rows = value.lines();
        out.extend(pair(name, rows.next().unwrap_or(""), Role::Text));
        for row in rows {
            out.extend(wrap(Line::of("  ", Role::Text).and(row, Role::Text), pen.room, 2));
        }
    }
    if fields.is_empty() {
        out.extend(prose(crate::tui::words::Notice::NO_PREVIEW.text(pen.language), Role::Dim, pen.room, 0));
    }
    out
}
