//! The second pass: what each command needs and may do, filled in when the structure of the document is known.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{fence, ids, step};
use crate::i18n::Language;
use crate::runbook::model::{Block, Command, CommandReason, ExecutorKind, Procedure, Reference, Shape};
use crate::runbook::shell::{Analyst, Findings};

/// Looks at every command of a document, once for each text.
pub(super) fn analyse(
    analyst: &mut Analyst,
    language: Language,
    procedures: &mut [Procedure],
    references: &mut [Reference],
) {
    for procedure in procedures {
        let mut set = BTreeSet::new();
        for step in &mut procedure.steps {
            for block in &mut step.blocks {
                look(analyst, language, block, &mut set);
            }
            step.manual = !step::could_run(step);
            step.content = Some(ids::content(step));
        }
    }
    for reference in references {
        let mut set = BTreeSet::new();
        for block in &mut reference.blocks {
            look(analyst, language, block, &mut set);
        }
    }
}

/// Fills in the commands of a block. `set` are the variables that earlier commands of the procedure have set.
fn look(analyst: &mut Analyst, language: Language, block: &mut Block, set: &mut BTreeSet<String>) {
    let executor = block.executor;
    // A script has a shell of its own: what it sets is gone when it ends.
    let stays = executor == ExecutorKind::Shell && block.shape != Shape::Script;
    let mut earlier = BTreeSet::new();
    let mut leans = false;
    for command in &mut block.commands {
        let found = fill(analyst, language, executor, command, stays.then_some(&mut *set));
        leans |= found.uses.iter().any(|name| earlier.contains(name));
        earlier.extend(found.sets.iter().cloned());
    }
    // What takes up the values of another is no alternative to it.
    if leans && block.shape == Shape::Menu && !fence::offers_choice(block) {
        block.shape = Shape::Sequence;
    }
    // What the structure has refused as a whole keeps its reason.
    if block.runnable {
        fence::settle(block);
    }
}

fn fill(
    analyst: &mut Analyst,
    language: Language,
    executor: ExecutorKind,
    command: &mut Command,
    set: Option<&mut BTreeSet<String>>,
) -> Arc<Findings> {
    let found = analyst.look(executor, &command.text);
    found.fill(command, executor, language);
    let could_run = matches!(command.reason, None | Some(CommandReason::Placeholder));
    if let Some(set) = set.filter(|_| could_run) {
        command.environment.retain(|name| !set.contains(name));
        set.extend(found.sets.iter().cloned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::parse::outline::Fence;

    #[test]
    fn groups_that_take_up_what_an_earlier_one_has_set_are_a_sequence() {
        for (text, shape) in [
            ("# look\nPOD=$(kubectl get pod -o name)\n# restart\nkubectl delete $POD", Shape::Sequence),
            ("# one\nA=1\necho $A\n# other\nA=2\necho $A", Shape::Menu),
            ("# one\nA=1\n# または\necho $A", Shape::Menu),
            ("# one\ndf -h\n# other\nfree -m", Shape::Menu),
        ] {
            let fence =
                Fence { info: "bash".to_owned(), lines: text.lines().map(str::to_owned).collect(), ..Fence::default() };
            let mut block = fence::read(&fence, fence::Place::Heading).block;
            look(&mut Analyst::default(), Language::En, &mut block, &mut BTreeSet::new());
            assert_eq!(block.shape, shape, "{text}");
        }
    }
}
