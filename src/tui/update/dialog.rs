//! Answers to dialogs: accept, yes, back, the next choice, the next field.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use crate::console::wire::ToHost;
use crate::ids::StepId;
use crate::run::command::Command;
use crate::run::event::Ending;
use crate::run::query::WordsNeeded;
use crate::run::verification::VerificationCommand;
use crate::run::{choices, query};
use crate::runbook::model::TargetKind;
use crate::tui::action::Action;
use crate::tui::backend::Left;
use crate::tui::content::dialog::{STOPS, VERDICTS};
use crate::tui::edit::Field;
use crate::tui::model::{
    Dialog, JudgePart, Model, Reason, Request, RowsAbout, RowsAsk, RunView, Screen, ValueField, ValueForm, VerifyAsk,
};
use crate::tui::update::{
    ask, branch, document, environment, home, life, may_act, open, outputs, palette, pick, plan, reading, run, run_mut,
    tell, verify,
};
use crate::tui::words::Say;

/// Carries an action of this family out.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Request> {
    match action {
        Action::Accept | Action::Confirm | Action::Save => return accept(model),
        Action::Deny => return deny(model),
        Action::Cancel if goes_home(model) => return home::back(model),
        Action::Cancel => cancel(model),
        Action::ChoiceAfter => choose(model, 1),
        Action::ChoiceBefore => choose(model, -1),
        Action::NextField => field(model, 1),
        Action::FieldBefore => field(model, -1),
        Action::EarlierValue | Action::LaterValue | Action::NewLine => in_value(model, action),
        // The other actions belong to other families.
        _ => {}
    }
    Vec::new()
}

/// The scroll of a dialog whose text scrolls.
pub(super) fn scroll_of(dialog: &mut Dialog) -> Option<&mut usize> {
    match dialog {
        Dialog::Help { scroll, .. }
        | Dialog::Danger { scroll, .. }
        | Dialog::Caution { scroll, .. }
        | Dialog::Branch { scroll, .. }
        | Dialog::Verify { scroll, .. }
        | Dialog::Choose { scroll, .. }
        | Dialog::Sign { scroll, .. }
        | Dialog::Trust { scroll }
        | Dialog::Untouched { scroll, .. } => Some(scroll),
        Dialog::Judge(j) => Some(&mut j.scroll),
        Dialog::Output(dialog) => dialog.scroll(),
        Dialog::Form(form) => Some(&mut form.scroll),
        Dialog::Confirm(asked) => Some(&mut asked.scroll),
        Dialog::Values(form) | Dialog::Secrets(form) => Some(&mut form.scroll),
        Dialog::Points { .. }
        | Dialog::Rows(_)
        | Dialog::Edit { .. }
        | Dialog::RunAgain(_)
        | Dialog::Beside(_)
        | Dialog::Doubt(_)
        | Dialog::Write(_)
        | Dialog::Reason { .. }
        | Dialog::Defer { .. }
        | Dialog::Note { .. }
        | Dialog::Stop { .. }
        | Dialog::Join { .. }
        | Dialog::TakeOver
        | Dialog::ResetShell
        | Dialog::Detach
        | Dialog::Palette(_)
        | Dialog::Document(_) => None,
    }
}

/// Nothing is open on the screen that could be closed: what is behind it is the home screen.
fn goes_home(model: &Model) -> bool {
    let bare = match &model.screen {
        Screen::Pick(p) => p.opened.is_none() && !p.filtering && p.filter.is_blank() && !p.starting,
        Screen::Waiting { .. } => true,
        Screen::Home | Screen::Run(_) => false,
    };
    bare && model.home.is_some() && model.dialog.is_none()
}

fn accept(model: &mut Model) -> Vec<Request> {
    if let Screen::Pick(p) = &mut model.screen
        && p.filtering
        && model.dialog.is_none()
    {
        p.filtering = false;
        return Vec::new();
    }
    if model.dialog.is_none()
        && let Some(run) = run_mut(model)
    {
        reading::accept(run.active_mut());
        return Vec::new();
    }
    // Enter ends the typing of a search, and the match stays.
    if matches!(&model.dialog, Some(Dialog::Document(reader)) if reader.picking.is_some()) {
        return document::take_line(model);
    }
    if let Some(Dialog::Document(reader)) = &mut model.dialog {
        reader.searching = false;
        return Vec::new();
    }
    if let Some(Dialog::Help { searching, .. }) = &mut model.dialog {
        *searching = false;
        return Vec::new();
    }
    // Enter goes to the next empty field before it accepts.
    if let Some(Dialog::Values(form) | Dialog::Secrets(form)) = &mut model.dialog
        && let Some(next) = form.fields.iter().skip(form.focus + 1).position(|field| field.text.is_blank())
    {
        form.focus += next + 1;
        form.scroll = 0;
        return Vec::new();
    }
    if let Some(Dialog::Danger { typed, focus, .. }) = &mut model.dialog
        && let Some(next) = typed.iter().skip(*focus + 1).position(Field::is_blank)
    {
        *focus += next + 1;
        return Vec::new();
    }
    if let Some(Dialog::Form(form)) = &mut model.dialog
        && let Some(next) = form.fields.iter().skip(form.focus + 1).position(Field::is_blank)
    {
        form.focus += next + 1;
        return Vec::new();
    }
    if matches!(model.dialog, Some(Dialog::Output(_))) {
        return outputs::accept(model);
    }
    let Some(dialog) = model.dialog.take() else { return Vec::new() };
    if let Dialog::Secrets(form) = dialog {
        return secrets(model, form);
    }
    if let Dialog::Palette(palette) = &dialog {
        return palette::take(model, palette);
    }
    if let Dialog::Points { step, at } = dialog {
        return tick(model, step, at);
    }
    if let Dialog::Rows(RowsAsk { about: RowsAbout::Environment, at }) = dialog {
        if let Some(form) = run_mut(model).and_then(|run| environment::form(run, at)) {
            open(model, Dialog::Form(form));
        }
        return Vec::new();
    }
    if let Dialog::Join { procedure, runs, at } = dialog {
        return pick::join(model, procedure, runs.get(at).map(|going| going.run));
    }
    if let Dialog::Rows(rows) = &dialog
        && let Some(further) = plan::further(rows)
    {
        model.dialog_problem = None;
        model.dialog = Some(further);
        return Vec::new();
    }
    if let Dialog::Edit { step, command, area } = dialog {
        plan::edited(model, step, command, area);
        return Vec::new();
    }
    match &dialog {
        Dialog::Trust { .. } => return vec![Request::Trust],
        Dialog::Detach if model.home.is_some() => return home::back(model),
        Dialog::Detach => return vec![Request::Leave(Left::Detached)],
        Dialog::TakeOver => return vec![Request::Send(ToHost::TakeOver)],
        Dialog::Help { .. }
        | Dialog::Untouched { .. }
        | Dialog::RunAgain(_)
        | Dialog::Beside(_)
        | Dialog::ResetShell
        | Dialog::Doubt(_)
        | Dialog::Write(_)
        | Dialog::Values(_)
        | Dialog::Secrets(_)
        | Dialog::Danger { .. }
        | Dialog::Caution { .. }
        | Dialog::Branch { .. }
        | Dialog::Verify { .. }
        | Dialog::Points { .. }
        | Dialog::Join { .. }
        | Dialog::Choose { .. }
        | Dialog::Form(_)
        | Dialog::Edit { .. }
        | Dialog::Rows(_)
        | Dialog::Confirm(_)
        | Dialog::Judge(_)
        | Dialog::Reason { .. }
        | Dialog::Defer { .. }
        | Dialog::Note { .. }
        | Dialog::Stop { .. }
        | Dialog::Palette(_)
        | Dialog::Document(_)
        | Dialog::Output(_)
        | Dialog::Sign { .. } => {}
    }
    let Some(run) = run_mut(model) else { return Vec::new() };
    match answer(run, dialog) {
        Ok(requests) => {
            model.dialog_problem = None;
            requests
        }
        Err(problem) => {
            let (dialog, sentence) = *problem;
            model.dialog = Some(dialog);
            model.dialog_problem = Some(sentence.text(model.voice()).into_owned());
            Vec::new()
        }
    }
}

/// Goes on with the command whose secrets were typed; nothing of them stays here.
fn secrets(model: &mut Model, form: ValueForm) -> Vec<Request> {
    let Screen::Run(view) = &model.screen else { return Vec::new() };
    match run::with_secrets(view, form, model.voice()) {
        Ok(next) => {
            model.dialog_problem = None;
            run::go(model, next)
        }
        Err(problem) => {
            let (dialog, sentence) = *problem;
            model.dialog = Some(dialog);
            model.dialog_problem = Some(sentence.text(model.voice()).into_owned());
            Vec::new()
        }
    }
}

/// What an answered dialog asks of the host; the dialog itself when the answer will not do.
fn answer(run: &mut RunView, dialog: Dialog) -> Result<Vec<Request>, Box<(Dialog, Say)>> {
    // The second person looks on; the host decides whether it is one.
    let second = matches!(
        dialog,
        Dialog::Verify { ask: VerifyAsk::Answer { .. } | VerifyAsk::Check(_), .. }
            | Dialog::Reason { about: Reason::Object { .. } | Reason::SendBack(_), .. }
    );
    if let Err(sentence) = may_act(run).map_or_else(|e| if second { Ok(()) } else { Err(e) }, Ok) {
        return Err(Box::new((dialog, sentence)));
    }
    let kept = dialog.clone();
    let no = |say: Say| Err(Box::new((kept.clone(), say)));
    let (step, command) = match dialog {
        Dialog::RunAgain(wanted) | Dialog::Beside(wanted) | Dialog::Doubt(wanted) | Dialog::Write(wanted) => {
            return Ok(run::send(run, wanted, Vec::new(), None));
        }
        Dialog::Values(form) => {
            if form.needed && form.fields.iter().any(|field| field.text.is_blank()) {
                return no(Say::FIELD_MISSING);
            }
            let given = |field: &ValueField| (!field.text.is_blank()).then(|| field.text.text());
            let values = form.fields.iter().map(|field| (field.name.clone(), given(field))).collect();
            (None, Command::SetValues { values })
        }
        Dialog::Danger { ask: wanted, names, typed, .. } => {
            let typed: Vec<String> = typed.iter().map(Field::text).collect();
            if let Some(wrong) = names.iter().zip(&typed).position(|((_, name), typed)| name != typed) {
                let sentence = match (&wanted.on, names.as_slice()) {
                    (Some(_), _) => Say::WRONG_DATABASE,
                    (None, [(TargetKind::Machine, _)]) => Say::WRONG_TARGET,
                    (None, _) => Say::WRONG_NAME,
                };
                let mut kept = kept;
                if let Dialog::Danger { focus, .. } = &mut kept {
                    *focus = wrong;
                }
                return Err(Box::new((kept, sentence)));
            }
            return Ok(run::send(run, wanted, typed, Some(kept)));
        }
        Dialog::Caution { ask, texts, .. } => {
            (Some(ask.step.clone()), Command::AcknowledgeCautions { step: ask.step, texts })
        }
        Dialog::Choose { step, command, .. } => (Some(step.clone()), Command::ChooseAlternative { step, command }),
        Dialog::Rows(rows) => match plan::chosen(run, rows) {
            Ok(answer) => answer,
            Err(sentence) => return no(sentence),
        },
        Dialog::Confirm(asked) => return Ok(plan::agreed(run, asked)),
        Dialog::Form(form) => match life::answer(form) {
            Ok(answer) => answer,
            Err(sentence) => return no(sentence),
        },
        Dialog::Branch { step, ask, .. } => (Some(step.clone()), branch::yes(step, ask)),
        Dialog::Verify { ask, .. } => return Ok(verify::yes(run, ask, kept)),
        Dialog::Judge(j) => {
            let comment = (!j.comment.is_blank()).then(|| j.comment.text());
            if let Some(why) = query::words_needed(&run.state, &j.step, j.choice).filter(|_| comment.is_none()) {
                let mut j = j;
                j.part = JudgePart::Comment;
                let sentence = match why {
                    WordsNeeded::Unrun => Say::REASON_MISSING,
                    WordsNeeded::OutputMissing => Say::OUTPUT_MISSING,
                    WordsNeeded::PointsLeft => Say::POINTS_LEFT,
                    WordsNeeded::Disagrees => Say::DISAGREES,
                };
                return Err(Box::new((Dialog::Judge(j), sentence)));
            }
            (Some(j.step.clone()), Command::GiveVerdict { step: j.step, verdict: j.choice, comment })
        }
        Dialog::Reason { about, text } => {
            let reason = text.text();
            match about {
                Reason::Reopen(step) => {
                    let reason = (!text.is_blank()).then_some(reason);
                    (Some(step.clone()), Command::ReopenStep { step, reason })
                }
                _ if text.is_blank() => return no(Say::REASON_MISSING), // All others need a reason.
                Reason::Skip(step) => (Some(step.clone()), Command::SkipStep { step, reason }),
                Reason::RuleOut(step) => (Some(step.clone()), Command::RuleOutStep { step, reason }),
                Reason::Abort => (None, Command::CloseRun { ending: Ending::Aborted, reason }),
                Reason::Object { step, command, shown } => {
                    let no = VerificationCommand::Object { step: step.clone(), command, shown, reason };
                    (Some(step), Command::Verification(no))
                }
                Reason::SendBack(step) => {
                    let no = VerificationCommand::Check { step: step.clone(), agrees: false, comment: Some(reason) };
                    (Some(step), Command::Verification(no))
                }
                Reason::WorkAlone => (None, Command::Verification(VerificationCommand::WorkAlone { reason })),
            }
        }
        Dialog::Defer { step, fields, .. } => {
            if fields.iter().any(Field::is_blank) {
                return no(Say::FIELD_MISSING);
            }
            let [reason, due, owner] = fields.map(|f| f.text());
            (Some(step.clone()), Command::DeferStep { step, reason, due, owner })
        }
        Dialog::Note { step, area } => {
            let text = area.lines().join("\n");
            if text.trim().is_empty() {
                return no(Say::FIELD_MISSING);
            }
            // A note on its way holds nothing else up.
            (None, Command::AddNote { step, text })
        }
        Dialog::Stop { attempt, how } => (None, Command::StopAttempt { attempt, how }),
        Dialog::Sign { .. } => (None, Command::SignOff),
        Dialog::ResetShell => (None, Command::ResetShell),
        // These ask nothing of the run.
        Dialog::Help { .. }
        | Dialog::Untouched { .. }
        | Dialog::Secrets(_)
        | Dialog::Points { .. }
        | Dialog::Edit { .. }
        | Dialog::Join { .. }
        | Dialog::TakeOver
        | Dialog::Detach
        | Dialog::Palette(_)
        | Dialog::Document(_)
        | Dialog::Output(_)
        | Dialog::Trust { .. } => {
            return Ok(Vec::new());
        }
    };
    let on_its_way = step.as_ref().is_some_and(|s| run.sending(s));
    if on_its_way {
        return no(Say::STILL_SENDING);
    }
    Ok(ask(run, step, command, Some(kept)))
}

/// Ticks a sub-point, or clears it; the list stays open at the next one.
fn tick(model: &mut Model, step: StepId, at: usize) -> Vec<Request> {
    let Some(run) = run_mut(model) else { return Vec::new() };
    let requests = match (may_act(run), run.sending(&step)) {
        (Err(sentence), _) => Err(sentence),
        (Ok(()), true) => Err(Say::STILL_SENDING),
        (Ok(()), false) => {
            let done = run.state.steps.iter().any(|s| s.id == step && !s.ticked.contains_key(&at));
            Ok(ask(run, Some(step.clone()), Command::TickPoint { step: step.clone(), point: at, done }, None))
        }
    };
    let last = run.state.procedure_steps().iter().find(|s| s.id == step);
    let last = last.map_or(0, |s| choices::points(s).len().saturating_sub(1));
    let next = if requests.is_ok() { (at + 1).min(last) } else { at };
    model.dialog_problem = requests.as_ref().err().map(|s| s.text(model.voice()).into_owned());
    model.dialog = Some(Dialog::Points { step, at: next });
    requests.unwrap_or_default()
}

/// Answers with no.
fn deny(model: &mut Model) -> Vec<Request> {
    let language = model.language;
    let Some(dialog) = model.dialog.take() else { return Vec::new() };
    if let Dialog::Verify { ask, .. } = dialog {
        model.dialog_problem = None;
        model.dialog = verify::no(ask);
        return Vec::new();
    }
    let Some(run) = run_mut(model) else { return Vec::new() };
    let Dialog::Branch { step, ask: asked, .. } = dialog.clone() else { return Vec::new() };
    let problem = match (may_act(run), run.sending(&step), branch::no(run, step.clone(), asked, language)) {
        (Err(sentence), ..) => sentence,
        (Ok(()), true, _) => Say::STILL_SENDING,
        (Ok(()), false, None) => return Vec::new(),
        (Ok(()), false, Some(command)) => return ask(run, Some(step), command, Some(dialog)),
    };
    model.dialog_problem = Some(problem.text(model.voice()).into_owned());
    model.dialog = Some(dialog);
    Vec::new()
}

fn cancel(model: &mut Model) {
    model.dialog_problem = None;
    if let Some(Dialog::Document(reader)) = &mut model.dialog
        && document::back(reader)
    {
        return;
    }
    if let Some(Dialog::Help { search, searching: searching @ true, .. }) = &mut model.dialog {
        (*search, *searching) = (crate::tui::edit::Field::default(), false);
        return;
    }
    if let Some(dialog) = model.dialog.take() {
        let unfinished =
            matches!(&dialog, Dialog::Note { area, .. } if area.lines().iter().any(|l| !l.trim().is_empty()));
        if unfinished && let Some(run) = run_mut(model) {
            run.draft = Some(dialog);
            tell(model, Say::DRAFT);
        }
        return;
    }
    match &mut model.screen {
        Screen::Pick(p) if p.filtering || !p.filter.text().is_empty() => {
            p.filtering = false;
            if p.opened.take().is_none() {
                p.filter = crate::tui::edit::Field::default();
            }
        }
        Screen::Pick(p) => {
            if !p.starting {
                p.opened = None;
            }
        }
        Screen::Run(r) => {
            if reading::back(r.active_mut()) {
                return;
            }
            r.zoomed = false;
            r.focus = crate::tui::model::Pane::List;
            r.output.scroll = 0;
        }
        Screen::Home | Screen::Waiting { .. } => {}
    }
}

fn choose(model: &mut Model, by: isize) {
    if let Some(Dialog::Points { step, at }) = &model.dialog
        && let Screen::Run(run) = &model.screen
    {
        let count = run.state.procedure_steps().iter().find(|s| s.id == *step).map_or(0, |s| choices::points(s).len());
        let (step, at) = (step.clone(), at.saturating_add_signed(by).min(count.saturating_sub(1)));
        model.dialog = Some(Dialog::Points { step, at });
        return;
    }
    let outputs = outputs::count(model);
    match &mut model.dialog {
        Some(Dialog::Output(dialog)) => outputs::choose(dialog, outputs, by),
        Some(Dialog::Judge(j)) => j.choice = beside(&VERDICTS, j.choice, by),
        Some(Dialog::Palette(p)) => {
            palette::step(p, if by > 0 { Action::ChoiceAfter } else { Action::ChoiceBefore }, 1);
        }
        Some(Dialog::Rows(_)) => plan::choose(model, by),
        Some(Dialog::Join { runs, at, .. }) => *at = at.saturating_add_signed(by).min(runs.len()),
        Some(Dialog::Stop { how, .. }) => *how = beside(&STOPS, *how, by),
        // No other dialog has choices.
        Some(_) | None => {}
    }
}

fn beside<T: Copy + PartialEq>(all: &[T], chosen: T, by: isize) -> T {
    let at = all.iter().position(|c| *c == chosen).unwrap_or(0);
    let at = at.saturating_add_signed(by).min(all.len().saturating_sub(1));
    all.get(at).copied().unwrap_or(chosen)
}

/// What is done within the field of a value.
fn in_value(model: &mut Model, action: Action) {
    let Some(Dialog::Values(form)) = &mut model.dialog else { return };
    let Some(field) = form.fields.get_mut(form.focus) else { return };
    match action {
        Action::EarlierValue => field.recall_earlier(),
        Action::LaterValue => field.recall_later(),
        _ => field.text.new_line(),
    }
    model.dialog_problem = None;
}

fn field(model: &mut Model, by: isize) {
    match &mut model.dialog {
        Some(Dialog::Judge(j)) => {
            j.part = match j.part {
                JudgePart::Choice => JudgePart::Comment,
                JudgePart::Comment => JudgePart::Choice,
            };
        }
        Some(Dialog::Defer { focus, fields, .. }) => {
            let count = fields.len();
            *focus = focus.saturating_add(count).saturating_add_signed(by) % count;
        }
        Some(Dialog::Danger { focus, typed, .. }) => {
            let count = typed.len().max(1);
            *focus = focus.saturating_add(count).saturating_add_signed(by) % count;
        }
        Some(Dialog::Form(form)) => {
            let count = form.fields.len().max(1);
            form.focus = form.focus.saturating_add(count).saturating_add_signed(by) % count;
        }
        Some(Dialog::Values(form) | Dialog::Secrets(form)) => {
            form.scroll = 0;
            let count = form.fields.len().max(1);
            form.focus = form.focus.saturating_add(count).saturating_add_signed(by) % count;
        }
        Some(Dialog::Rows(_)) => plan::other_scope(model),
        // No other dialog has a second field.
        Some(_) | None => {}
    }
}
