//! Commands as inline code.

use pretty_assertions::assert_eq;

use super::forms::only;
use crate::runbook::model::Step;

/// The titles of the steps with the commands that each can run.
fn steps(body: &str) -> Vec<(String, Vec<String>)> {
    let (_, procedure) = only(&format!("# T\n\n## Steps\n\n{body}\n"));
    fn texts(step: &Step) -> Vec<String> {
        step.commands().filter(|command| command.runnable).map(|command| command.text.clone()).collect()
    }
    procedure.steps.iter().map(|step| (step.title.clone(), texts(step))).collect()
}

fn check(body: &str, expected: &[(&str, &[&str])]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(title, texts)| ((*title).to_owned(), texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()))
        .collect();
    assert_eq!(steps(body), expected, "{body}");
}

#[test]
fn an_item_that_is_one_command_as_inline_code_can_run_it() {
    check(
        "- `systemctl status nginx`\n- `df -h`",
        &[("systemctl status nginx", &["systemctl status nginx"]), ("df -h", &["df -h"])],
    );
    check(
        "1. `df -h`\n2. `systemctl stop app`",
        &[("df -h", &["df -h"]), ("systemctl stop app", &["systemctl stop app"])],
    );
    check("- [ ] `df -h`\n- [ ] Look at the graph", &[("df -h", &["df -h"]), ("Look at the graph", &[])]);
    check(
        "1. Look at the disk\n\n   `df -h`\n\n2. Tell the team",
        &[("Look at the disk", &["df -h"]), ("Tell the team", &[])],
    );
}

#[test]
fn inline_code_that_is_no_command_or_stands_in_a_sentence_is_text() {
    check(
        "1. `web-server`\n2. `/etc/hosts`\n3. `kubectl`\n4. Run `df -h`\n5. `df -h`: look at it\n6. `fleetctl --check web`\n7. `error: disk full`",
        &[
            ("web-server", &[]),
            ("/etc/hosts", &[]),
            ("kubectl", &[]),
            ("Run df -h", &[]),
            ("df -h: look at it", &[]),
            ("fleetctl --check web", &[]),
            ("error: disk full", &[]),
        ],
    );
    check("1. `df -h <mount>`\n2. `df\n   -h`", &[("df -h <mount>", &[]), ("df -h", &[])]);
}

#[test]
fn a_paragraph_that_is_one_command_as_inline_code_is_a_code_block() {
    check("Look at the disk:\n\n`df -h`", &[("Look at the disk", &["df -h"])]);
}

#[test]
fn indented_code_with_commands_is_read_like_a_fence_without_a_tag() {
    check("Look at the disk:\n\n    df -h\n    free -m", &[("Look at the disk", &["df -h\nfree -m"])]);
    check(
        "Look at the pods:\n\n    kubectl get pods\n    NAME   READY\n    web-0  1/1",
        &[("Look at the pods", &["kubectl get pods"])],
    );
}
