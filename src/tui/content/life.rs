//! What happens to a step besides its commands, as text: its branches, and the questions about them.

use crate::i18n::Language;
use crate::ids::StepId;
use crate::run::branches::{self, Branch};
use crate::run::choices;
use crate::run::event::Verdict;
use crate::run::query;
use crate::run::state::{Origin, StepState};
use crate::runbook::model::{Rule, Step};
use crate::tui::action::Action;
use crate::tui::content::detail::Pen;
use crate::tui::content::dialog::step_title;
use crate::tui::content::{clock, environment, owes, plan, signs, verdict};
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::{BranchAsk, FormAbout, RunView};
use crate::tui::text::{Line, fit, prose, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label};

/// The lines below a rule with an action: what became of it, and the key that opens it.
pub fn below_rule(run: &RunView, step: &Step, at: usize, rule: &Rule, pen: Pen) -> Vec<Line> {
    let Some(action) = branches::action(rule) else { return Vec::new() };
    let all = branches::of(&run.state, step);
    let Some((.., branch)) = all.iter().find(|(place, ..)| *place == at) else { return Vec::new() };
    let answer = run.state.steps.iter().find(|s| s.id == step.id).and_then(|s| s.answers.get(&at));
    let said = answer.map(|a| format!("  {} {}", a.stamp.by.operator, clock(a.stamp.at))).unwrap_or_default();
    let head = Line::of("    ", Role::Dim).and(&format!("{} ", signs(pen.ascii).follows), Role::Dim);
    let line = match branch {
        Branch::Unknown => return Vec::new(),
        Branch::No => head.and(Label::NOT_APPLICABLE.text(pen.language), Role::Passed).and(&said, Role::Dim),
        Branch::Applies => {
            let key = Action::Branch.word(pen.language);
            head.and(action, Role::Finding)
                .and(&format!("  {key} "), Role::Key)
                .and(Label::OPENS_BRANCH.text(pen.language), Role::KeyText)
        }
        Branch::Opened(id) => {
            let number = run.state.procedure_steps().iter().find(|s| s.id == *id).map_or("", |s| s.number.as_str());
            head.and(&format!("{number} {action}"), Role::Title).and(&said, Role::Dim)
        }
    };
    wrap(line, pen.room, 6)
}

/// What a step of this run has to do with another: the rule that it is the action of, or the condition that it has.
pub fn origin(run: &RunView, index: usize, pen: Pen) -> Vec<Line> {
    let (Some(own), Some(step)) = (run.state.steps.get(index), run.state.procedure_steps().get(index)) else {
        return Vec::new();
    };
    if let Origin::Branch { of, .. } = &own.origin {
        let number = run.state.procedure_steps().iter().find(|s| s.id == *of).map_or("", |s| s.number.as_str());
        let text = match pen.language {
            Language::Ja => format!("手順 {number} の分岐"),
            Language::En => format!("branch of step {number}"),
        };
        let mut line = Line::of(&text, Role::Finding);
        if let Some(stamp) = &own.applied {
            line = line.and(&format!("  {} {}", stamp.by.operator, clock(stamp.at)), Role::Dim);
        }
        return wrap(line, pen.room, 2);
    }
    if let Some(lines) = plan::origin(own, pen) {
        return lines;
    }
    if branches::condition(&run.state, step).is_none() {
        return Vec::new();
    }
    match &own.applied {
        Some(stamp) => {
            let text = format!("  {} {}", stamp.by.operator, clock(stamp.at));
            let line = Line::of(Label::DOES_APPLY.text(pen.language), Role::Finding).and(&text, Role::Dim);
            wrap(line, pen.room, 2)
        }
        None if query::label(&run.state, index) == query::Label::Conditional => {
            let key = Action::Branch.word(pen.language);
            let line = Line::of(Label::ONLY_IF.text(pen.language), Role::Caution)
                .and(&format!("  {key} "), Role::Key)
                .and(Label::ASKS_CONDITION.text(pen.language), Role::KeyText);
            wrap(line, pen.room, 2)
        }
        None => Vec::new(),
    }
}

/// Says that a judgement is not what the rules proposed.
pub fn disagreement(proposed: Option<Verdict>, given: Verdict, language: Language) -> Option<String> {
    let proposed = proposed.filter(|p| *p != given)?;
    let (word, _) = verdict(proposed, language);
    Some(match language {
        Language::Ja => format!("規則の提案は {word}（不一致）"),
        Language::En => format!("the rules proposed {word}: a disagreement"),
    })
}

/// The reason of a step whose condition does not hold.
pub fn does_not_hold(run: &RunView, step: &StepId, language: Language) -> String {
    let found = run.state.procedure_steps().iter().find(|s| s.id == *step);
    let condition = found.and_then(|s| s.condition.as_deref()).unwrap_or_default();
    match language {
        Language::Ja => format!("条件に該当しない: {condition}"),
        Language::En => format!("its condition does not hold: {condition}"),
    }
}

/// The title and the text of a question about a branch.
pub fn branch(run: &RunView, step: &StepId, ask: BranchAsk, pen: Pen) -> (Ask, Vec<Line>) {
    let Some(step) = run.state.procedure_steps().iter().find(|s| s.id == *step) else {
        return (Ask::BRANCH, Vec::new());
    };
    let mut out =
        wrap(Line::of(&format!("{} ", step.number), Role::Dim).and(step.bare_title(), Role::Title), pen.room, 2);
    out.push(Line::empty());
    let title = match ask {
        BranchAsk::Applies => {
            out.extend(wrap(Line::of(step.condition.as_deref().unwrap_or(""), Role::Caution), pen.room, 2));
            Ask::APPLIES
        }
        BranchAsk::Answer { rule } | BranchAsk::Open { rule } => {
            let Some(rule) = step.rules.get(rule) else { return (Ask::BRANCH, out) };
            out.extend(wrap(Line::of(&rule.text, Role::Caution), pen.room, 2));
            work(run, branches::action(rule).unwrap_or_default(), pen, &mut out);
            if matches!(ask, BranchAsk::Open { .. }) { Ask::BRANCH } else { Ask::HOLDS }
        }
    };
    out.push(Line::empty());
    let why = match ask {
        BranchAsk::Applies => Ask::APPLIES_WHY,
        BranchAsk::Answer { .. } => Ask::HOLDS_WHY,
        BranchAsk::Open { .. } => Ask::BRANCH_WHY,
    };
    out.extend(prose(&why.text(pen.voice()), Role::Text, pen.room, 0));
    (title, out)
}

/// What an action would run.
fn work(run: &RunView, action: &str, pen: Pen, out: &mut Vec<Line>) {
    let planned = run.state.actions().iter().find(|planned| planned.action == action);
    let line = Line::of(&format!("{} ", signs(pen.ascii).follows), Role::Dim).and(action, Role::Title);
    out.extend(wrap(line, pen.room, 2));
    match planned {
        None => out.extend(prose(Label::BY_HAND.text(pen.language), Role::Dim, pen.room, 2)),
        Some(planned) => {
            out.extend(wrap(Line::of("  # ", Role::Dim).and(&planned.from, Role::Dim), pen.room, 4));
            for text in planned.step.commands().flat_map(|command| command.text.lines()) {
                out.extend(wrap_exact(Line::of("  ", Role::Text).and(text, Role::Command), pen.room, 4));
            }
        }
    }
}

/// The title, the text and the names of the fields of a form.
pub fn form(run: Option<&RunView>, about: &FormAbout, pen: Pen) -> (Ask, Vec<Line>, Vec<Label>) {
    match about {
        FormAbout::Override(step) => {
            let mut text = step_title(run, step, pen);
            text.extend(prose(&Ask::OVERRIDE_WHY.text(pen.voice()), Role::Caution, pen.room, 0));
            (Ask::OVERRIDE, text, vec![Label::REASON, Label::APPROVER])
        }
        FormAbout::Owe(step) => {
            let mut text = step_title(run, step, pen);
            text.extend(prose(&Ask::REVERT_OWE_WHY.text(pen.voice()), Role::Caution, pen.room, 0));
            (Ask::REVERT_OWE, text, vec![Label::WHAT_TO_REVERT])
        }
        FormAbout::Undone(number) => (Ask::REVERT_DONE, owes::what(run, *number, pen), vec![Label::COMMENT_FREE]),
        FormAbout::HandOver(number) => {
            let labels = vec![Label::REASON, Label::DUE, Label::OWNER];
            (Ask::REVERT_HAND, owes::what(run, *number, pen), labels)
        }
        FormAbout::DropRevert(number) => (Ask::REVERT_DROP, owes::what(run, *number, pen), vec![Label::REASON]),
        FormAbout::SetHold(step) => {
            let mut text = step_title(run, step, pen);
            text.extend(prose(&Ask::HOLD_SET_WHY.text(pen.voice()), Role::Caution, pen.room, 0));
            (Ask::HOLD_SET, text, vec![Label::WAITS_FOR])
        }
        FormAbout::Release(step) => {
            let mut text = step_title(run, step, pen);
            text.extend(run.map(|run| owes::hold(run, step, pen)).unwrap_or_default());
            text.extend(prose(&Ask::HOLD_RELEASE_WHY.text(pen.voice()), Role::Caution, pen.room, 0));
            (Ask::HOLD_RELEASE, text, vec![Label::RELEASED_BY, Label::SAID])
        }
        FormAbout::AddStep { after } => plan::added(run, after.as_ref(), pen),
        FormAbout::ChangeCommand { step, command, text } => plan::changed(run, step, *command, text, pen),
        FormAbout::Environment(about) => environment::form(run, about, pen),
    }
}

/// The sub-points of a step, each with its tick.
pub fn points(own: &StepState, step: &Step, pen: Pen) -> Vec<Line> {
    let all = choices::points(step).iter().enumerate();
    all.flat_map(|(at, text)| wrap(point(own, at, text), pen.room, 4)).collect()
}

fn point(own: &StepState, at: usize, text: &str) -> Line {
    let ticked = own.ticked.get(&at);
    let (sign, role) = if ticked.is_some() { ("[x] ", Role::Good) } else { ("[ ] ", Role::Dim) };
    let line = Line::of(sign, role).and(text, Role::Text);
    match ticked {
        Some(stamp) => line.and(&format!("  {} {}", stamp.by.operator, clock(stamp.at)), Role::Dim),
        None => line,
    }
}

/// The sub-points, one row each, with the one marked that the keys belong to.
pub fn points_to_tick(run: &RunView, step: &StepId, at: usize, pen: Pen) -> Vec<Line> {
    let Some(index) = run.index_of(step) else { return Vec::new() };
    let (Some(own), Some(step)) = (run.state.steps.get(index), run.state.procedure_steps().get(index)) else {
        return Vec::new();
    };
    let all = choices::points(step).iter().enumerate();
    all.map(|(i, text)| {
        let text = fit(&sanitise_inline(text), pen.room.saturating_sub(4));
        Line { row: (i == at).then_some(Role::Selected), ..point(own, i, &text) }
    })
    .collect()
}

/// What would be chosen, and what would be passed over.
pub fn alternative(run: &RunView, step: &StepId, command: Option<usize>, pen: Pen) -> Vec<Line> {
    let mut out = step_title(Some(run), step, pen);
    let Some(step) = run.state.procedure_steps().iter().find(|s| s.id == *step) else { return out };
    if let Some((_, chosen)) = command.and_then(|command| step.command(command)) {
        out.extend(chosen.text.lines().flat_map(|text| wrap_exact(Line::of(text, Role::Command), pen.room, 4)));
    }
    out.push(Line::empty());
    out.extend(prose(&Ask::CHOOSE_WHY.text(pen.voice()), Role::Text, pen.room, 0));
    out
}
