//! Which cautions govern a command, and which of them nobody has read yet.
//!
//! Pure. A caution of the step governs each of its commands; one of the whole section governs those that it names. Where
//! it is in doubt whether something is named, it is: a caution too many costs a key, one too few costs data.

use crate::ids::StepId;
use crate::run::command::{Decision, Refusal};
use crate::run::decide::{facts, person};
use crate::run::event::{Actor, Event};
use crate::run::state::{Acknowledged, RunState};
use crate::run::values::Prepared;
use crate::runbook::model::{Caution, CautionLevel, Step};

/// The cautions that govern the command `text` of `step`. Remarks warn of nothing.
pub fn governing<'a>(state: &'a RunState, step: &'a Step, text: &str) -> Vec<&'a Caution> {
    let section = state.procedure().map_or(&[][..], |procedure| &procedure.cautions);
    let named = section.iter().filter(|caution| names(&caution.text, text));
    let mut found: Vec<&Caution> = Vec::new();
    for caution in step.cautions.iter().chain(named).filter(|caution| caution.level != CautionLevel::Note) {
        if !found.iter().any(|known| known.text == caution.text) {
            found.push(caution);
        }
    }
    found
}

/// The cautions that are to be read before a command runs: none where it has no danger.
pub fn unread<'a>(state: &'a RunState, step: &'a Step, ready: &Prepared) -> Vec<&'a Caution> {
    if ready.dangers.is_empty() {
        return Vec::new();
    }
    let mut found = governing(state, step, &ready.text);
    found.retain(|caution| acknowledged(state, &step.id, &caution.text).is_none());
    found
}

/// Who read a caution of a step, and when.
pub fn acknowledged<'a>(state: &'a RunState, step: &StepId, text: &str) -> Option<&'a Acknowledged> {
    state.steps.iter().find(|s| s.id == *step)?.acknowledged.iter().find(|a| a.text == text && !a.void)
}

/// Decides that cautions were read. What was read already is no news.
pub(super) fn acknowledge(
    state: &RunState,
    actor: &Actor,
    id: &StepId,
    texts: Vec<String>,
) -> Result<Decision, Refusal> {
    person(actor)?;
    let no_step = || Refusal::NoSuchStep { step: id.clone() };
    let step = state.procedure_steps().iter().find(|s| s.id == *id).ok_or_else(no_step)?;
    let section = state.procedure().map_or(&[][..], |procedure| &procedure.cautions);
    let known = |text: &String| step.cautions.iter().chain(section).any(|caution| caution.text == *text);
    if !texts.iter().all(known) {
        return Err(Refusal::NoSuchCaution);
    }
    let news = texts.into_iter().filter(|text| acknowledged(state, id, text).is_none());
    Ok(facts(news.map(|text| Event::CautionAcknowledged { step: id.clone(), text }).collect()))
}

/// Whether a caution names something of a command: a word that both hold, and that is no word of plain English.
pub(super) fn names(caution: &str, command: &str) -> bool {
    let japanese = !caution.is_ascii();
    let programs: Vec<String> = command.lines().filter_map(|line| words(line).next()).collect();
    let parts: Vec<String> = words(command).collect();
    words(caution).any(|word| {
        let code = word.contains(['_', '-', '.', '/']) || word.chars().any(|c| c.is_ascii_digit());
        let loud = caution.contains(&word.to_uppercase());
        let telling = japanese || code || loud || programs.contains(&word);
        word.len() >= SHORTEST && telling && parts.contains(&word)
    })
}

/// A shorter word is part of too many commands to name one.
const SHORTEST: usize = 3;

/// The words of ASCII in a text, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    let part = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    let trimmed = text.split(part).map(|word| word.trim_matches(['-', '.', '/']));
    trimmed.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_caution_names_a_command_by_a_word_that_both_hold() {
        for (caution, command, named) in [
            ("FLUSHDB は全キーを削除します", "redis-cli -n 1 FLUSHDB", true),
            ("REINDEX には必ず CONCURRENTLY を付ける", "psql -c 'reindex index concurrently a'", true),
            ("max_connections を変えたら再起動が要る", "psql -c \"ALTER SYSTEM SET max_connections=300\"", true),
            ("FLUSHDB は全キーを削除します", "redis-cli INFO", false),
            ("業務時間内には行わないこと", "systemctl restart nginx", false),
            ("Never use FLUSHALL in production", "redis-cli FLUSHALL", true),
            ("Stop the service and restart it in the window", "systemctl restart nginx", false),
            ("iptables drops every connection", "iptables -F", true),
            ("A db must not be dropped", "dropdb db", false),
        ] {
            assert_eq!(names(caution, command), named, "{caution} / {command}");
        }
    }
}
