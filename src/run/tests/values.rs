//! Values of a run: given once, put in as data, journalled unless they are secret.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use uuid::Uuid;

use crate::ids::{AttemptId, Digest, StepId};
use crate::run::command::{Again, Block, Command, Decision, Effect, Place, Refusal};
use crate::run::event::{Actor, Event};
use crate::run::testing::{Story, checklist, command, person, step, unattended};
use crate::runbook::model::{CommandReason, Placeholder, Procedure};
use crate::runbook::shell::filling::BadValue;
use crate::term::Secret;

fn asking(text: &str, names: &[&str]) -> Procedure {
    let mut asked = command(text);
    asked.runnable = false;
    asked.reason = Some(CommandReason::Placeholder);
    let placeholder = |name: &&str| Placeholder { name: (*name).to_owned(), form: "<>".to_owned() };
    asked.placeholders = names.iter().map(placeholder).collect();
    Procedure { steps: vec![step(1, "入れ替え", vec![asked])], ..checklist() }
}

fn set(story: &mut Story, name: &str, value: Option<&str>) -> Result<Decision, Refusal> {
    let values = BTreeMap::from([(name.to_owned(), value.map(str::to_owned))]);
    story.ask(&person(), Command::SetValues { values })
}

fn start(story: &mut Story, actor: &Actor, shown: &str, secrets: &[(&str, &str)]) -> Result<Decision, Refusal> {
    let secrets = secrets.iter().map(|(name, value)| ((*name).to_owned(), Secret::new((*value).to_owned()))).collect();
    let attempt = AttemptId(Uuid::from_u128(1));
    let shown = Digest::of(shown.as_bytes());
    let asked = Command::StartAttempt {
        attempt,
        step: StepId("step-1".to_owned()),
        command: 0,
        shown,
        again: Again::First,
        typed: Vec::new(),
        place: Place::Main,
        secrets,
    };
    story.ask(actor, asked)
}

#[test]
fn a_command_waits_for_its_values_and_runs_with_them_quoted() {
    let mut story = Story::of(asking("ls /srv/<name>", &["name"]));
    let waits = start(&mut story, &person(), "ls /srv/<name>", &[]);
    assert_eq!(waits, Err(Refusal::Blocked { by: Block::Placeholder { names: vec!["name".to_owned()] } }));

    set(&mut story, "name", Some("a; id")).expect("it is asked for");
    let decision = start(&mut story, &person(), "ls /srv/'a; id'", &[]).expect("it has its value");

    let [Event::AttemptStarted(started)] = &decision.events[..] else { panic!("one start") };
    assert_eq!(started.text, "ls /srv/'a; id'");
    assert!(matches!(&decision.effects[..], [Effect::Spawn { text, .. }] if *text == started.text));
}

#[test]
fn i10_what_was_shown_with_another_value_does_not_run() {
    let mut story = Story::of(asking("ls <name>", &["name"]));
    set(&mut story, "name", Some("a")).expect("a value");
    set(&mut story, "name", Some("b")).expect("another");

    assert_eq!(start(&mut story, &person(), "ls a", &[]), Err(Refusal::NotAsShown));
}

#[test]
fn a_value_is_taken_back_and_a_value_that_stays_the_same_is_no_news() {
    let mut story = Story::of(asking("ls <name>", &["name"]));
    set(&mut story, "name", Some("a")).expect("a value");

    assert_eq!(set(&mut story, "name", Some("a")).map(|decision| decision.events.len()), Ok(0));
    set(&mut story, "name", None).expect("taken back");
    assert!(story.state.values.is_empty());
}

#[test]
fn values_that_nobody_asks_for_or_that_are_no_good_are_refused() {
    let mut story = Story::of(asking("ls <name> <db_password>", &["name", "db_password"]));
    for (name, value, refusal) in [
        ("other", "x", Refusal::NoSuchValue { name: "other".to_owned() }),
        ("name", " ", Refusal::BadValue { name: "name".to_owned(), why: BadValue::Empty }),
        ("name", "a\u{1b}[2J", Refusal::BadValue { name: "name".to_owned(), why: BadValue::Unseen }),
        ("db_password", "hunter22", Refusal::SecretValue { name: "db_password".to_owned() }),
    ] {
        assert_eq!(set(&mut story, name, Some(value)), Err(refusal), "{name}={value:?}");
    }
}

#[test]
fn a_value_that_makes_a_command_dangerous_is_confirmed_like_any_danger() {
    let mut story = Story::of(asking("systemctl <action> nginx", &["action"]));
    set(&mut story, "action", Some("stop")).expect("a value");

    let refused = start(&mut story, &person(), "systemctl stop nginx", &[]);

    assert!(matches!(refused, Err(Refusal::Blocked { by: Block::Danger { .. } })), "{refused:?}");
}

#[test]
fn a_value_that_says_where_a_danger_acts_is_the_name_that_is_typed() {
    let mut story = Story::of(asking("ssh <host> reboot", &["host"]));
    set(&mut story, "host", Some("web1")).expect("a value");

    let refused = start(&mut story, &person(), "ssh web1 reboot", &[]);

    let Err(Refusal::Blocked { by: Block::Danger { targets, .. } }) = refused else { panic!("{refused:?}") };
    assert_eq!(targets, ["web1"]);
}

#[test]
fn with_nobody_there_a_value_that_may_mean_more_does_not_run() {
    let mut story = Story::of(asking("ls <name>", &["name"]));
    set(&mut story, "name", Some("-la")).expect("a value");

    let refused = start(&mut story, &unattended(), "ls '-la'", &[]);
    assert_eq!(refused, Err(Refusal::Blocked { by: Block::Doubt { name: "name".to_owned() } }));
    assert!(start(&mut story, &person(), "ls '-la'", &[]).is_ok());
}

#[test]
fn i8_a_secret_reaches_the_command_and_no_fact() {
    let mut story = Story::of(asking("login -p<password>", &["password"]));
    let shown = "login -p\"${TEJUN_SECRET_1}\"";
    let waits = start(&mut story, &person(), shown, &[]);
    assert_eq!(waits, Err(Refusal::Blocked { by: Block::Placeholder { names: vec!["password".to_owned()] } }));

    let decision = start(&mut story, &person(), shown, &[("password", "hunter22")]).expect("it has its secret");

    let [Effect::Spawn { secrets, .. }] = &decision.effects[..] else { panic!("one start") };
    assert_eq!(secrets[..], [("TEJUN_SECRET_1".to_owned(), Secret::new("hunter22".to_owned()))]);
    assert!(!serde_json::to_string(&decision.events).expect("JSON").contains("hunter22"));
    assert!(!format!("{decision:?}").contains("hunter22"), "no log shows it");
}
