//! The second person: who agreed and who checked, or why nobody did.

use crate::config::sign_off::SecondPerson;
use crate::record::escape::{BETWEEN, inline};
use crate::record::render::page::Page;
use crate::record::words::{self, Words};
use crate::run::query::{self, Verification};
use crate::run::state::{Mark, RunState, StepState};
use crate::run::verification;

/// The names of those who agreed or checked.
pub(crate) fn verifiers(state: &RunState, join: &str) -> String {
    verification::verifiers(state).iter().map(|by| by.operator.as_str()).collect::<Vec<_>>().join(join)
}

/// The names of those who approved of overrides, each once.
pub(crate) fn approvers(state: &RunState, join: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for step in &state.steps {
        if let Mark::Overridden { approver, .. } = &step.mark
            && !names.contains(&approver.as_str())
        {
            names.push(approver);
        }
    }
    names.join(join)
}

/// Writes the lines of the whole run.
pub(crate) fn of_run(state: &RunState, page: &mut Page) {
    let join = page.say(Words::JOIN);
    page.text(Words::VERIFIER, &verifiers(state, join));
    page.text(Words::APPROVER, &approvers(state, join));
    let policy = verification::policy(state);
    if policy != SecondPerson::None || !state.verification.checks.is_empty() || !state.verification.aloud.is_empty() {
        let axes = (0..state.steps.len()).filter_map(|i| query::axes(state, i)).map(|a| a.verification);
        let axes: Vec<Verification> = axes.collect();
        let count = |wanted| axes.iter().filter(|found| **found == wanted).count();
        let parts = [
            words::second_person(policy, page.language()).to_owned(),
            format!("{} {}", page.say(Words::CHECK_DONE), count(Verification::Done)),
            format!("{} {}", page.say(Words::CHECK_AWAITED), count(Verification::Awaited)),
            format!("{} {}", page.say(Words::SENT_BACK), count(Verification::SentBack)),
        ];
        page.fact(Words::SECOND_PERSON, &parts.join(BETWEEN));
    }
    if let Some((reason, stamp)) = &state.verification.alone {
        page.fact(Words::ALONE, &[page.stamp(stamp), inline(reason)].join(BETWEEN));
    }
}

/// Writes the lines of one step.
pub(crate) fn of_step(state: &RunState, step: &StepState, page: &mut Page) {
    for aloud in state.verification.aloud.iter().filter(|a| a.step == step.id) {
        let command = format!("{} {}", page.say(Words::COMMAND), aloud.command.saturating_add(1));
        let mut parts = vec![command, page.stamp(&aloud.stamp)];
        match &aloud.answer {
            None => parts.push(page.say(Words::NO_ANSWER).to_owned()),
            Some(answer) => {
                parts.push(page.say(if answer.agrees { Words::YES } else { Words::NO }).to_owned());
                parts.push(page.stamp(&answer.stamp));
                parts.push(inline(answer.reason.as_deref().unwrap_or_default()));
            }
        }
        page.fact(Words::READ_ALOUD, &parts.join(BETWEEN));
    }
    for check in state.verification.checks.iter().filter(|c| c.step == step.id) {
        let word = match (check.agrees, check.void) {
            (true, false) => Words::CHECK_DONE,
            (false, false) => Words::SENT_BACK,
            (true, true) => Words::CHECK_DONE_VOID,
            (false, true) => Words::SENT_BACK_VOID,
        };
        let comment = inline(check.comment.as_deref().unwrap_or_default());
        page.fact(Words::CHECKED, &[page.say(word), &page.stamp(&check.stamp), &comment].join(BETWEEN));
    }
}
