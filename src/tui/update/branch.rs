//! Branches: opening the action of a rule, saying whether a condition holds, and going to what was opened.

use crate::run::branches::{self, Branch};
use crate::run::command::Command;
use crate::run::state::{Mark, Origin};
use crate::tui::content::life;
use crate::tui::model::{BranchAsk, Dialog, Model, RunView};
use crate::tui::update::{may_act, navigate, open, refuse, run_mut};
use crate::tui::words::Say;

/// Opens what the selected step has to ask; where nothing is left to ask, goes to the branch, or back from it.
pub(super) fn act(model: &mut Model) {
    let Some(run) = run_mut(model) else { return };
    match next(run) {
        Ok(Next::Ask(dialog)) => open(model, *dialog),
        Ok(Next::Go(index)) => navigate::select(run, index),
        Err(sentence) => refuse(model, sentence),
    }
}

enum Next {
    Ask(Box<Dialog>),
    Go(usize),
}

fn next(run: &RunView) -> Result<Next, Say> {
    let (Some(step), Some(own)) = (run.step(), run.state.steps.get(run.selected)) else {
        return Err(Say::NO_BRANCH);
    };
    let ask = |ask: BranchAsk| {
        may_act(run).map(|()| Next::Ask(Box::new(Dialog::Branch { step: step.id.clone(), ask, scroll: 0 })))
    };
    if own.mark == Mark::Open && branches::condition(&run.state, step).is_some() && own.applied.is_none() {
        return ask(BranchAsk::Applies);
    }
    let all = branches::of(&run.state, step);
    let first = |wanted: &Branch| all.iter().find(|(_, _, branch)| branch == wanted).map(|(rule, ..)| *rule);
    if let Some(rule) = first(&Branch::Applies) {
        return ask(BranchAsk::Open { rule });
    }
    if let Some(rule) = first(&Branch::Unknown) {
        return ask(BranchAsk::Answer { rule });
    }
    let opened = all.iter().find_map(|(_, _, branch)| match branch {
        Branch::Opened(id) => run.index_of(id),
        Branch::Unknown | Branch::No | Branch::Applies => None,
    });
    let back = match &own.origin {
        Origin::Branch { of, .. } => run.index_of(of),
        Origin::Added { after, .. } => after.as_ref().and_then(|after| run.index_of(after)),
        Origin::Document => None,
    };
    opened.or(back).map(Next::Go).ok_or(Say::NO_BRANCH)
}

/// What a yes asks of the host.
pub(super) fn yes(step: crate::ids::StepId, ask: BranchAsk) -> Command {
    match ask {
        BranchAsk::Open { rule } => Command::OpenBranch { step, rule },
        BranchAsk::Answer { rule } => Command::AnswerRule { step, rule, holds: true },
        BranchAsk::Applies => Command::ApplyStep { step },
    }
}

/// What a no asks of the host; nothing where there is only a yes.
pub(super) fn no(
    run: &RunView,
    step: crate::ids::StepId,
    ask: BranchAsk,
    language: crate::i18n::Language,
) -> Option<Command> {
    match ask {
        BranchAsk::Open { .. } => None,
        BranchAsk::Answer { rule } => Some(Command::AnswerRule { step, rule, holds: false }),
        BranchAsk::Applies => {
            let reason = life::does_not_hold(run, &step, language);
            Some(Command::RuleOutStep { step, reason })
        }
    }
}
