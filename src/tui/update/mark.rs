//! Judging, leaving out, putting off, ruling out, taking back, and notes: each begins with a dialog.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use ratatui::style::Style;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};

use crate::run::event::Verdict;
use crate::run::guidance::Pause;
use crate::run::query::{self, Execution};
use crate::run::state::{Mark, Progress};
use crate::tui::action::Action;
use crate::tui::edit::Field;
use crate::tui::model::{Dialog, Judge, JudgePart, Model, Reason, RunView};
use crate::tui::update::{may_act, open, plan, refuse, run_mut};
use crate::tui::words::Say;

/// Opens the dialog of an action of this family.
pub(super) fn act(model: &mut Model, action: Action) {
    let Some(run) = run_mut(model) else { return };
    match dialog(run, action) {
        Ok(Some(dialog)) => open(model, dialog),
        Ok(None) => {}
        Err(sentence) => refuse(model, sentence),
    }
}

fn dialog(run: &mut RunView, action: Action) -> Result<Option<Dialog>, Say> {
    may_act(run)?;
    let step = run.step().map(|s| s.id.clone());
    let dialog = match action {
        Action::RunNote => note(run, None),
        Action::Note => note(run, Some(step.ok_or(Say::NO_SUCH_STEP)?)),
        Action::Reopen => {
            let step = step.ok_or(Say::NO_SUCH_STEP)?;
            match run.state.steps.get(run.selected).map(|s| &s.mark) {
                None | Some(Mark::Open) => return Err(Say::NOT_MARKED),
                Some(
                    Mark::Judged { .. }
                    | Mark::Overridden { .. }
                    | Mark::Skipped { .. }
                    | Mark::Deferred { .. }
                    | Mark::RuledOut { .. },
                ) => {}
            }
            Dialog::Reason { about: Reason::Reopen(step), text: Field::default() }
        }
        Action::Judge | Action::Skip | Action::Defer | Action::RuleOut => {
            let step = step.ok_or(Say::NO_SUCH_STEP)?;
            markable(run)?;
            let text = Field::default();
            if action == Action::Judge
                && let Some(pause) = plan::pause(run, Pause::Begin, action)
            {
                return Ok(Some(pause));
            }
            match action {
                Action::Skip => Dialog::Reason { about: Reason::Skip(step), text },
                Action::RuleOut => Dialog::Reason { about: Reason::RuleOut(step), text },
                Action::Defer => Dialog::Defer { step, fields: Default::default(), focus: 0 },
                // The outer match leaves only the judgement.
                _ => Dialog::Judge(Judge {
                    choice: proposed(run),
                    step,
                    comment: text,
                    part: JudgePart::Choice,
                    scroll: 0,
                }),
            }
        }
        // The other actions belong to other families.
        _ => return Ok(None),
    };
    Ok(Some(dialog))
}

/// A step can be marked when it has no mark and nothing of it runs. What is on its way is looked at when the dialog is
/// answered: a key is not lost to an answer that comes in this moment.
fn markable(run: &RunView) -> Result<(), Say> {
    let state = run.state.steps.get(run.selected).ok_or(Say::NO_SUCH_STEP)?;
    if state.mark != Mark::Open {
        return Err(Say::MARKED);
    }
    let runs = run.state.attempts.iter().any(|a| a.start.step == state.id && a.progress == Progress::Running);
    if runs { Err(Say::STEP_RUNS) } else { Ok(()) }
}

/// The verdict that the dialog begins with: of the rules, else of the exit status. A person decides.
fn proposed(run: &RunView) -> Verdict {
    let (Some(step), Some(state)) = (run.step(), run.state.steps.get(run.selected)) else { return Verdict::Ok };
    if let Some(p) = &state.proposal {
        return p.verdict;
    }
    match query::execution(&run.state, step) {
        Execution::Ended { code: 0 } | Execution::Manual | Execution::NotRun | Execution::Partly => Verdict::Ok,
        Execution::Ended { .. }
        | Execution::Signalled { .. }
        | Execution::CouldNotStart
        | Execution::Unknown
        | Execution::Running => Verdict::Undecided,
    }
}

/// A note: the one that was left unfinished, when it is about the same.
fn note(run: &mut RunView, step: Option<crate::ids::StepId>) -> Dialog {
    if let Some(draft) = run.draft.take_if(|d| matches!(d, Dialog::Note { step: s, .. } if *s == step)) {
        return draft;
    }
    Dialog::Note { step, area: area(Vec::new()) }
}

/// A field of several lines with `lines` in it.
pub(super) fn area(lines: Vec<String>) -> Box<TextArea<'static>> {
    let mut area = TextArea::new(lines);
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.set_cursor_line_style(Style::default());
    area.move_cursor(CursorMove::Bottom);
    area.move_cursor(CursorMove::End);
    Box::new(area)
}
