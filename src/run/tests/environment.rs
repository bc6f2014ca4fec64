//! The folder and the variables of the shell: what commands made of them, and what a person changes.

use pretty_assertions::assert_eq;
use uuid::Uuid;

use crate::ids::AttemptId;
use crate::run::command::{Command, Decision, Effect, Observation, Refusal};
use crate::run::environment::{EnvironmentChange, SetBy, VariableChange};
use crate::run::event::{Carry, Finish};
use crate::run::query::main_lane;
use crate::run::testing::{Story, checklist, finish, person};
use crate::runbook::shell::filling::BadValue;

fn set(name: &str, value: &str) -> EnvironmentChange {
    EnvironmentChange::Set { name: name.into(), value: value.into() }
}

fn remove(name: &str) -> EnvironmentChange {
    EnvironmentChange::Remove { name: name.into() }
}

fn folder(path: &str) -> EnvironmentChange {
    EnvironmentChange::Folder { path: path.into() }
}

fn change(story: &mut Story, change: EnvironmentChange) -> Result<Decision, Refusal> {
    story.ask(&person(), Command::ChangeEnvironment { change })
}

fn left(story: &mut Story, id: u128, cwd: &str, changed: &[(&str, Option<&str>)]) {
    let changed = changed.iter().map(|(name, value)| VariableChange {
        name: (*name).into(),
        value: value.map(str::to_owned),
        cut: false,
    });
    let carry = Carry::Carried { cwd: cwd.into(), dropped: vec!["MY_TOKEN".into()], changed: changed.collect() };
    let attempt = AttemptId(Uuid::from_u128(id));
    story.see(Observation::AttemptFinished { attempt, finish: Finish { carry, ..finish(0) } });
}

fn shown(story: &Story) -> Vec<(String, Option<String>, bool)> {
    let lane = main_lane(&story.state).expect("a shell");
    let row =
        |v: &crate::run::environment::Variable| (v.name.clone(), v.value.clone(), matches!(v.by, SetBy::Person(_)));
    lane.variables.iter().map(row).collect()
}

#[test]
fn what_commands_and_persons_did_to_variables_is_known_with_who_did_it() {
    let mut s = Story::of(checklist());
    s.run(1, "step-1", 0).expect("it starts");
    left(&mut s, 1, "/srv/a", &[("B", Some("1")), ("A", Some("x"))]);
    s.run(2, "step-1", 0).expect("it starts");
    left(&mut s, 2, "/srv/b", &[("B", None)]);
    change(&mut s, set("A", "y")).expect("a variable");

    assert_eq!(shown(&s), [("A".into(), Some("y".into()), true), ("B".into(), None, false)]);
    let lane = main_lane(&s.state).expect("a shell");
    assert_eq!((lane.cwd.as_str(), lane.dropped.as_slice()), ("/srv/b", &["MY_TOKEN".to_owned()][..]));
}

#[test]
fn what_a_person_changed_goes_with_the_next_command_and_with_no_other() {
    let mut s = Story::of(checklist());
    s.run(1, "step-1", 0).expect("it starts");
    change(&mut s, set("A", "1")).expect("while a command runs");
    change(&mut s, folder("logs")).expect("a folder");
    left(&mut s, 1, "/srv/a", &[]);
    let lane = main_lane(&s.state).expect("a shell");
    assert!(lane.cwd.ends_with("/logs"), "the folder that was chosen, not the one that was left: {}", lane.cwd);
    let cwd = lane.cwd.clone();

    let next = s.run(2, "step-1", 0).expect("it starts");
    left(&mut s, 2, "/srv/a", &[]);
    let after = s.run(3, "step-1", 0).expect("it starts");

    let changes = |decision: &Decision| match &decision.effects[..] {
        [Effect::Spawn { changes, .. }] => changes.clone(),
        other => panic!("one start: {other:?}"),
    };
    assert_eq!(changes(&next), [set("A", "1"), folder(&cwd)]);
    assert_eq!(changes(&after), []);
}

#[test]
fn names_that_no_shell_has_secrets_and_unseen_values_are_refused() {
    let mut s = Story::of(checklist());
    s.run(1, "step-1", 0).expect("it starts");
    let not = |name: &str| Err(Refusal::NotAVariable { name: name.into() });

    for name in ["", "1A", "A-B", "A=B", "A;id", "日本", "PWD", "BASH_ENV", "SHELLOPTS", "TEJUN_SECRET_1"] {
        assert_eq!(change(&mut s, set(name, "x")), not(name), "{name}");
        assert_eq!(change(&mut s, remove(name)), not(name), "{name}");
    }
    assert_eq!(change(&mut s, set("DB_PASSWORD", "x")), Err(Refusal::SecretValue { name: "DB_PASSWORD".into() }));
    assert!(change(&mut s, remove("DB_PASSWORD")).is_ok(), "to take one away tells nothing");
    let unseen = Err(Refusal::BadValue { name: "A".into(), why: BadValue::Unseen });
    assert_eq!(change(&mut s, set("A", "x\u{1b}[2J")), unseen);
}

#[test]
fn a_fresh_shell_has_no_changes() {
    let mut s = Story::of(checklist());
    s.run(1, "step-1", 0).expect("it starts");
    left(&mut s, 1, "/srv/a", &[("A", Some("x"))]);
    change(&mut s, set("B", "1")).expect("a variable");

    s.ask(&person(), Command::ResetShell).expect("nothing runs");
    s.see(Observation::LaneOpened { lane: 2, keeper: 9, shell: "/bin/bash".into(), cwd: "/srv".into(), set: None });

    assert_eq!(shown(&s), []);
}
