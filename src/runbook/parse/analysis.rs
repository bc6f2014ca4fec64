//! The second pass: what each command needs and may do, filled in when the structure of the document is known.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{fence, ids};
use crate::i18n::Language;
use crate::runbook::model::{
    Block, Command, CommandReason, Danger, DangerLevel, ExecutorKind, Procedure, ProcedureKind, Reference, Shape,
};
use crate::runbook::shell::{self, Analyst, Findings};

/// The danger of a command that is meant for another shell or host.
const OTHER_SHELL: &str = "other-shell";

/// Looks at every command of a document, once for each text.
pub(super) fn analyse(
    analyst: &mut Analyst,
    language: Language,
    procedures: &mut [Procedure],
    references: &mut [Reference],
) {
    for procedure in procedures {
        let mut set = BTreeSet::new();
        let mut elsewhere = Elsewhere::default();
        for step in &mut procedure.steps {
            for block in &mut step.blocks {
                look(analyst, language, block, &mut set);
                if block.executor == ExecutorKind::Shell && procedure.kind != ProcedureKind::Menu {
                    block.commands.iter_mut().for_each(|command| elsewhere.meet(command, language));
                }
            }
            step.manual = !step.could_run();
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

/// What an earlier step of the procedure has opened: another shell, another host.
#[derive(Default)]
struct Elsewhere {
    opened_by: Option<String>,
}

impl Elsewhere {
    /// A command behind an opener may be meant for what was opened; whoever runs it here is told.
    fn meet(&mut self, command: &mut Command, language: Language) {
        let lines: Vec<&str> = command.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.iter().all(|line| matches!(*line, "exit" | "logout")) {
            self.opened_by = None;
            return;
        }
        let program = |line: &&str| line.split_whitespace().next().unwrap_or_default().to_owned();
        // The one who names the opener again is back here.
        let here = lines.first().map(program) == self.opened_by;
        let opens = lines.last().filter(|line| shell::opens_shell(line)).map(program);
        if self.opened_by.is_some() && !here {
            let why = language.pick(
                "前の手順が別のシェルやホストを開いています。そこで実行するコマンドかもしれません。",
                "An earlier step opens another shell or host; this may be meant for there.",
            );
            mark(command, why.to_owned());
        }
        if opens.is_some() {
            self.opened_by = opens;
        }
    }
}

/// Says once of a command that could run that it may be meant for another shell.
fn mark(command: &mut Command, why: String) {
    let could_run = matches!(command.reason, None | Some(CommandReason::Placeholder));
    let marked = command.dangers.iter().any(|danger| danger.rule == OTHER_SHELL);
    if could_run && !marked {
        command.dangers.push(Danger { rule: OTHER_SHELL.to_owned(), level: DangerLevel::Changes, why });
    }
}

/// A command whose prompt names another host or shell would run here.
fn meant_elsewhere(command: &mut Command, language: Language) {
    let Some(host) = command.prompt_of.clone() else { return };
    let why = match language {
        Language::Ja => format!("プロンプトは {host} のものです。このまま実行すると、ここで実行されます。"),
        Language::En => format!("Its prompt is that of {host}; run from here, it runs here."),
    };
    mark(command, why);
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
    meant_elsewhere(command, language);
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
    fn what_stands_behind_a_step_that_opens_another_shell_is_marked_until_it_is_left() {
        let text = "# T\n\n## Steps\n\n1. Go in\n   ```bash\n   oc debug node/x\n   ```\n2. Look\n   ```bash\n   podman images\n   ```\n3. Go in again\n   ```bash\n   oc debug node/y\n   ```\n4. Leave\n   ```bash\n   exit\n   ```\n5. Look\n   ```bash\n   podman images\n   ```\n";
        let runbook = crate::runbook::parse::parse("a.md", text.as_bytes());
        let marked = |command: &Command| command.dangers.iter().any(|danger| danger.rule == "other-shell");
        let seen: Vec<_> = runbook.procedures[0].steps.iter().map(|step| step.commands().any(marked)).collect();
        assert_eq!(seen, [false, true, false, false, false]);
    }

    #[test]
    fn a_command_behind_the_prompt_of_another_host_is_marked_with_its_name() {
        for (line, host) in [
            ("[root@db01 ~]# systemctl status app", Some("db01")),
            ("[root@db01 ~]# systemctl stop <unit>", Some("db01")),
            ("sh-5.1# df -h", Some("sh-5.1#")),
            ("user@host:~$ df -h", None),
            ("$ df -h", None),
        ] {
            let text = format!("# T\n\n## Steps\n\n1. Look\n   ```console\n   {line}\n   ```\n");
            let runbook = crate::runbook::parse::parse("a.md", text.as_bytes());
            let command = runbook.procedures[0].steps[0].commands().next().unwrap();
            let marks: Vec<_> = command.dangers.iter().filter(|danger| danger.rule == OTHER_SHELL).collect();
            assert_eq!(marks.len(), usize::from(host.is_some()), "{line}");
            assert!(marks.iter().all(|danger| danger.why.contains(host.unwrap_or_default())), "{line}");
        }
    }

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
