//! What the parser promises of every document, however broken. The fuzz target checks the same promises.

use super::model::{Command, ExecutorKind, Runbook, Step};

/// Checks the promises of `runbook`, which was read from the decoded `text`.
pub(crate) fn check(runbook: &Runbook, text: &str) {
    let lines: Vec<&str> = text.split('\n').collect();
    every_line_is_one_of_the_document(runbook, lines.len());
    for step in runbook.procedures.iter().flat_map(|procedure| &procedure.steps) {
        commands_stand_in_the_document(step, &lines);
    }
}

fn every_line_is_one_of_the_document(runbook: &Runbook, count: usize) {
    let inside = |what: &str, line: usize| assert!((1..=count).contains(&line), "{what}: line {line} of {count}");
    for procedure in &runbook.procedures {
        inside("procedure", procedure.line);
        procedure.cautions.iter().for_each(|caution| inside("caution", caution.line));
        for step in &procedure.steps {
            inside("step", step.line);
            step.rules.iter().for_each(|rule| inside("rule", rule.line));
            step.cautions.iter().for_each(|caution| inside("caution", caution.line));
            step.blocks.iter().for_each(|block| inside("block", block.line));
        }
    }
    for reference in &runbook.reference {
        inside("reference", reference.line);
        reference.blocks.iter().for_each(|block| inside("block", block.line));
    }
    runbook.schedule.iter().for_each(|due| inside("due", due.line));
    runbook.severities.iter().for_each(|severity| inside("severity", severity.line));
    runbook.escalation.iter().for_each(|rung| inside("escalation", rung.line));
    runbook.contacts.iter().for_each(|contact| inside("contact", contact.line));
    runbook.recovery_targets.iter().for_each(|target| inside("recovery target", target.line));
    runbook.scenarios.iter().for_each(|scenario| inside("scenario", scenario.line));
    runbook.metric_rules.iter().for_each(|rule| inside("rule", rule.line));
    runbook.guidance.iter().for_each(|guidance| inside("guidance", guidance.line));
    runbook.record_format.iter().for_each(|format| inside("record format", format.line));
    runbook.links.iter().for_each(|link| inside("link", link.line));
    runbook.diagnostics.iter().for_each(|finding| inside("finding", finding.line));
}

fn commands_stand_in_the_document(step: &Step, lines: &[&str]) {
    for block in &step.blocks {
        for command in &block.commands {
            assert!(block.line <= command.line, "the block begins in line {}: {command:?}", block.line);
            assert!(command.line <= command.end_line && command.end_line <= lines.len(), "{command:?}");
            assert!(!command.text.contains(['\r', '\0']), "{command:?}");
            if command.runnable {
                assert!(command.placeholders.is_empty(), "it runs with a value to fill in: {command:?}");
                assert_eq!(block.executor, ExecutorKind::Shell, "{command:?}");
                stands_in_its_lines(command, lines);
            }
        }
    }
}

/// What would run was written where the command says that it stands.
fn stands_in_its_lines(command: &Command, lines: &[&str]) {
    let source = lines.get(command.line - 1..command.end_line).unwrap_or_default();
    for run in command.text.lines().map(str::trim) {
        // The bar of a pipe is escaped in the cell of a table.
        let stands = |line: &&str| line.contains(run) || line.replace("\\|", "|").contains(run);
        assert!(source.iter().any(stands), "{run:?} is none of {source:?}");
    }
}
