//! Steps that are added to a run, commands that are changed in it, and commands that belong to another step.

use pretty_assertions::assert_eq;

use crate::ids::{Digest, StepId};
use crate::run::command::{Again, Block, Command, Decision, Place, Refusal};
use crate::run::event::{Event, Verdict};
use crate::run::query::{self, Label};
use crate::run::state::{Changed, Origin};
use crate::run::testing::{Story, checklist, command, person, step, unattended};
use crate::runbook::model::{CommandReason, DangerLevel};

fn id(number: usize) -> StepId {
    StepId(format!("step-{number}"))
}

fn add(s: &mut Story, after: usize, title: &str, command: &str, reason: &str) -> Result<StepId, Refusal> {
    let command = Some(command.to_owned()).filter(|c| !c.is_empty());
    let (title, reason) = (title.to_owned(), reason.to_owned());
    s.ask(&person(), Command::AddStep { after: Some(id(after)), title, command, reason })?;
    let added = s.state.steps.iter().rev().filter(|s| matches!(s.origin, Origin::Added { .. }));
    Ok(added.max_by_key(|s| s.id.0.len()).expect("it is there").id.clone())
}

fn change(s: &mut Story, step: StepId, command: Option<usize>, text: &str) -> Result<Decision, Refusal> {
    let (text, reason) = (text.to_owned(), "打ち間違い".to_owned());
    s.ask(&person(), Command::ChangeCommand { step, command, text, reason })
}

fn shift(s: &mut Story, from: usize, commands: Vec<usize>, to: usize) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::MoveCommands { from: id(from), commands, to: id(to), reason: None })
}

fn numbers(s: &Story) -> Vec<String> {
    s.state.plan.iter().map(|step| step.number.clone()).collect()
}

fn texts(s: &Story, step: usize) -> Vec<&str> {
    s.state.plan.iter().filter(|p| p.id == id(step)).flat_map(|p| p.commands()).map(|c| c.text.as_str()).collect()
}

fn run(s: &mut Story, attempt: u128, step: &StepId) -> Result<Decision, Refusal> {
    s.run(attempt, step.as_str(), 0)
}

#[test]
fn an_added_step_stands_behind_the_one_that_it_was_added_to_and_counts() {
    let mut s = Story::of(checklist());

    let added = add(&mut s, 2, "温度確認", "sensors", "冷却装置の警報").expect("it is added");

    assert_eq!(numbers(&s), ["1", "2", "2+1", "3", "4"]);
    assert_eq!(query::progress(&s.state), (0, 5));
    assert!(query::untouched(&s.state).contains(&added), "it must be marked before the run is signed");
    run(&mut s, 1, &added).expect("it runs as any");
    s.exit(1, 0);
    assert_eq!(query::label(&s.state, 2), Label::AwaitsVerdict);
}

#[test]
fn further_steps_come_behind_those_that_were_added_before() {
    let mut s = Story::of(checklist());
    add(&mut s, 2, "一つ目", "", "必要").expect("it is added");
    add(&mut s, 2, "二つ目", "", "必要").expect("it is added");

    assert_eq!(numbers(&s), ["1", "2", "2+1", "2+2", "3", "4"]);
    let first = s.state.steps[2].id.clone();
    let nested = Command::AddStep { after: Some(first), title: "中".into(), command: None, reason: "必要".into() };
    s.ask(&person(), nested).expect("it is added");
    assert_eq!(numbers(&s), ["1", "2", "2+1", "2+1+1", "2+2", "3", "4"]);
    let front = Command::AddStep { after: None, title: "最初".into(), command: None, reason: "必要".into() };
    s.ask(&person(), front).expect("it is added");
    assert_eq!(numbers(&s)[0], "0+1");
    let ids: std::collections::BTreeSet<_> = s.state.steps.iter().map(|s| &s.id).collect();
    assert_eq!(ids.len(), s.state.steps.len(), "every step has an id of its own");
}

#[test]
fn what_a_person_typed_has_the_dangers_values_and_refusals_of_a_command_of_the_document() {
    let mut s = Story::of(checklist());
    add(&mut s, 1, "消去", "rm -rf /var/tmp/x", "容量").expect("it is added");
    let dangers = &s.state.plan[1].commands().next().expect("a command").dangers;
    assert!(dangers.iter().any(|d| d.level == DangerLevel::Destructive), "{dangers:?}");

    add(&mut s, 1, "復元", "pg_restore -d <db_name> a.dump", "復旧").expect("it is added");
    let restore = s.state.plan[2].commands().next().expect("a command");
    assert_eq!(restore.placeholders.first().map(|p| p.name.as_str()), Some("db_name"));

    for (text, reason) in [
        ("echo 'open", CommandReason::Syntax),
        ("cat /etc/pass\u{200b}wd", CommandReason::Hidden),
        ("# 何もしない", CommandReason::CommentsOnly),
    ] {
        let refused = add(&mut s, 1, "題名", text, "理由");
        assert_eq!(refused, Err(Refusal::Blocked { by: Block::NotRunnable { reason: Some(reason) } }), "{text}");
    }
}

#[test]
fn i10_a_typed_command_runs_only_as_it_was_shown_and_a_danger_is_confirmed() {
    let mut s = Story::of(checklist());
    let added = add(&mut s, 1, "消去", "rm -rf /var/tmp/x", "容量").expect("it is added");
    let start = |shown: &str, typed: Option<&str>| Command::StartAttempt {
        attempt: crate::ids::AttemptId(uuid::Uuid::from_u128(9)),
        step: added.clone(),
        command: 0,
        shown: Digest::of(shown.as_bytes()),
        again: Again::First,
        typed: typed.map(str::to_owned).into_iter().collect(),
        place: Place::Main,
        secrets: Default::default(),
    };

    assert_eq!(s.ask(&person(), start("rm -rf /var/tmp/y", Some("db01"))), Err(Refusal::NotAsShown));
    let unconfirmed = s.ask(&person(), start("rm -rf /var/tmp/x", None));
    assert!(matches!(unconfirmed, Err(Refusal::Blocked { by: Block::Danger { .. } })), "{unconfirmed:?}");
    s.ask(&person(), start("rm -rf /var/tmp/x", Some("db01"))).expect("it was shown and confirmed");
}

#[test]
fn a_deviation_needs_a_title_a_reason_and_a_person() {
    let mut s = Story::of(checklist());
    assert_eq!(add(&mut s, 1, " ", "", "理由"), Err(Refusal::ReasonMissing));
    assert_eq!(add(&mut s, 1, "題名", "", " "), Err(Refusal::ReasonMissing));
    assert_eq!(add(&mut s, 9, "題名", "", "理由"), Err(Refusal::NoSuchStep { step: id(9) }));
    let nobody = Command::AddStep { after: None, title: "題名".into(), command: None, reason: "理由".into() };
    assert_eq!(s.ask(&unattended(), nobody), Err(Refusal::NeedsPerson));
}

#[test]
fn a_changed_command_has_not_been_run_whatever_the_one_before_it_gave() {
    let mut s = Story::of(checklist());
    s.run(1, "step-1", 0).expect("it starts");
    s.exit(1, 2);

    change(&mut s, id(1), Some(0), "df -h /var").expect("it is changed");

    assert_eq!(texts(&s, 1), ["df -h /var"]);
    assert_eq!(query::unrun_commands(&s.state, &id(1)), 1);
    assert_eq!(query::label(&s.state, 0), Label::Untouched);
    let what = &s.state.steps[0].changes[0].what;
    assert_eq!(*what, Changed::Command { command: 0, was: "df -h /".into(), to: "df -h /var".into() });
    let decided = s.run(2, "step-1", 0).expect("nobody asks whether to run it again");
    let Some(Event::AttemptStarted(start)) = decided.events.last() else { panic!("it is started") };
    assert_eq!((start.number, start.text.as_str()), (2, "df -h /var"), "the attempts of a place are counted on");
}

#[test]
fn a_command_is_added_to_a_step_that_is_done_by_hand() {
    let mut s = Story::of(checklist());
    change(&mut s, id(4), None, "curl -sI https://localhost/").expect("it is added");
    assert_eq!(texts(&s, 4), ["curl -sI https://localhost/"]);
    assert!(!s.state.plan[3].manual);
    s.run(1, "step-4", 0).expect("it runs");
}

#[test]
fn the_same_text_is_no_change_and_a_marked_or_running_step_is_left_alone() {
    let mut s = Story::of(checklist());
    assert_eq!(change(&mut s, id(1), Some(0), "df -h /").map(|d| d.events), Ok(Vec::new()));
    assert_eq!(change(&mut s, id(1), Some(7), "ls"), Err(Refusal::NoSuchCommand { command: 7 }));
    s.run(1, "step-1", 0).expect("it starts");
    assert!(change(&mut s, id(1), Some(0), "ls").is_err(), "it runs");
    s.exit(1, 0);
    s.ask(&person(), Command::GiveVerdict { step: id(1), verdict: Verdict::Ok, comment: None }).expect("judged");
    assert_eq!(change(&mut s, id(1), Some(0), "ls"), Err(Refusal::Marked));
}

#[test]
fn commands_go_to_the_step_that_they_belong_to_and_both_sides_say_so() {
    let mut s = Story::of(checklist());

    shift(&mut s, 2, vec![1], 4).expect("it moves");

    assert_eq!((texts(&s, 2), texts(&s, 4)), (vec!["uptime"], vec!["free -h"]));
    assert!(!s.state.plan[3].manual, "it has something to run now");
    let moved = vec!["free -h".to_owned()];
    assert_eq!(s.state.steps[1].changes[0].what, Changed::WentTo { step: id(4), texts: moved.clone() });
    assert_eq!(s.state.steps[3].changes[0].what, Changed::CameFrom { step: id(2), texts: moved });
    shift(&mut s, 2, vec![0], 4).expect("it moves");
    assert_eq!((texts(&s, 2), texts(&s, 4)), (Vec::new(), vec!["free -h", "uptime"]));
    assert!(s.state.plan[1].manual, "nothing is left to run");
    s.run(1, "step-4", 1).expect("it runs where it is now");
}

#[test]
fn commands_that_were_run_stay_where_they_ran() {
    let mut s = Story::of(checklist());
    s.run(1, "step-2", 0).expect("it starts");
    s.exit(1, 0);
    assert_eq!(shift(&mut s, 2, vec![1], 4), Err(Refusal::RunAlready));
    assert_eq!(shift(&mut s, 3, vec![4], 4), Err(Refusal::NoSuchCommand { command: 4 }));
    assert_eq!(shift(&mut s, 3, vec![0], 3).map(|d| d.events), Ok(Vec::new()));
    shift(&mut s, 3, vec![0], 2).expect("a step whose own were run may get more");
    assert_eq!(texts(&s, 2), ["uptime", "free -h", "redis-cli FLUSHALL"]);
    let refused = s.ask(
        &unattended(),
        Command::StartAttempt {
            attempt: crate::ids::AttemptId(uuid::Uuid::from_u128(5)),
            step: id(2),
            command: 2,
            shown: Digest::of(b"redis-cli FLUSHALL"),
            again: Again::First,
            typed: Vec::new(),
            place: Place::Main,
            secrets: Default::default(),
        },
    );
    assert!(matches!(refused, Err(Refusal::Blocked { by: Block::Danger { .. } })), "its danger went with it");
}

#[test]
fn a_line_of_the_document_needs_no_reason_and_is_looked_at_anew() {
    let mut s = Story::of(checklist());
    let mut found = step(1, "ログを消す", vec![command("rm -rf /var/log/old")]);
    found.blocks[0].commands[0].dangers.clear();
    let line = Command::AddLine { after: Some(id(1)), line: 42, step: Box::new(found) };

    s.ask(&person(), line).expect("it is added");

    assert!(matches!(s.state.steps[1].origin, Origin::Added { line: Some(42), reason: None, .. }));
    let command = s.state.plan[1].commands().next().expect("a command");
    assert!(command.dangers.iter().any(|d| d.level == DangerLevel::Destructive), "a client takes no danger away");
}
