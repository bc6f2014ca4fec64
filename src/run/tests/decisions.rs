//! Given a run, when something is asked, then these facts or that refusal.

use pretty_assertions::assert_eq;
use uuid::Uuid;

use crate::ids::{AttemptId, Digest, StepId};
use crate::run::command::{Again, Block, Command, Effect, Observation, Place, Refusal};
use crate::run::environment::EnvironmentChange;
use crate::run::event::{Completion, Ending, Event, Finish, Gap, Stop, Verdict};
use crate::run::query::{self, Execution, Label};
use crate::run::state::Mark;
use crate::run::testing::{Story, checklist, finish, person, start_of, unattended};
use crate::runbook::model::{Target, TargetKind};

fn id(n: u128) -> AttemptId {
    AttemptId(Uuid::from_u128(n))
}

fn step(n: usize) -> StepId {
    StepId(format!("step-{n}"))
}

fn story() -> Story {
    Story::of(checklist())
}

/// Asks for the command with the danger, with these names typed.
fn flush<'a>(typed: impl IntoIterator<Item = &'a str>) -> Command {
    Command::StartAttempt {
        attempt: id(1),
        step: step(3),
        command: 0,
        shown: Digest::of(b"redis-cli FLUSHALL"),
        again: Again::First,
        typed: typed.into_iter().map(str::to_owned).collect(),
        place: Place::Main,
        secrets: Default::default(),
    }
}

fn verdict(n: usize, verdict: Verdict) -> Command {
    Command::GiveVerdict { step: step(n), verdict, comment: Some("見た".into()) }
}

fn skip(n: usize) -> Command {
    Command::SkipStep { step: step(n), reason: "対象外の機器".into() }
}

#[test]
fn a_run_begins_once() {
    let mut s = story();

    let again = s.ask(&person(), Command::StartRun(Box::new(start_of(checklist()))));

    assert_eq!(again, Err(Refusal::Begun));
}

#[test]
fn starting_a_command_gives_the_fact_first_and_the_effect_with_the_same_bytes() {
    let mut s = story();

    let decision = s.run(1, "step-1", 0).expect("it starts");

    let Some(Event::AttemptStarted(start)) = decision.events.first() else { panic!("a start") };
    assert_eq!((start.text.as_str(), start.number, start.lane), ("df -h /", 1, 1));
    assert_eq!(
        decision.effects,
        [Effect::Spawn { attempt: id(1), lane: 1, text: "df -h /".into(), secrets: Vec::new(), changes: Vec::new() }]
    );
    assert_eq!(query::label(&s.state, 0), Label::Running);
}

#[test]
fn asking_twice_with_one_attempt_id_is_asking_once() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");

    let again = s.run(1, "step-1", 0).expect("no refusal");

    assert_eq!((again.events.len(), again.effects.len()), (0, 0));
}

#[test]
fn a_second_command_waits_while_one_runs_in_the_lane() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");

    let refused = s.run(2, "step-2", 0);

    assert_eq!(refused, Err(Refusal::LaneBusy { attempt: id(1), operator: "山田 太郎".into() }));
}

#[test]
fn a_command_that_was_run_before_asks_first_and_is_then_the_second_attempt() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");
    s.exit(1, 0);
    let unaware = Command::StartAttempt {
        attempt: id(2),
        step: step(1),
        command: 0,
        shown: Digest::of(b"df -h /"),
        again: Again::First,
        typed: Vec::new(),
        place: Place::Main,
        secrets: Default::default(),
    };

    assert_eq!(s.ask(&person(), unaware), Err(Refusal::RunBefore { times: 1 }));
    let decision = s.run(3, "step-1", 0).expect("a person who knows may");

    assert!(matches!(&decision.events[..], [Event::AttemptStarted(a)] if a.number == 2));
}

#[test]
fn running_a_judged_step_again_takes_the_judgement_back_and_keeps_it() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");
    s.exit(1, 0);
    s.ask(&person(), verdict(1, Verdict::Ok)).expect("judged");

    s.run(2, "step-1", 0).expect("again");

    assert_eq!(s.state.steps[0].mark, Mark::Open);
    assert!(matches!(s.state.steps[0].earlier[..], [Mark::Judged { verdict: Verdict::Ok, .. }]));
}

#[test]
fn i10_only_the_text_that_was_shown_runs() {
    let mut s = story();
    let other = Command::StartAttempt {
        attempt: id(1),
        step: step(1),
        command: 0,
        shown: Digest::of(b"df -h /; true"),
        again: Again::First,
        typed: Vec::new(),
        place: Place::Main,
        secrets: Default::default(),
    };

    assert_eq!(s.ask(&person(), other), Err(Refusal::NotAsShown));
}

#[test]
fn a_danger_wants_the_name_of_the_machine_and_no_look_alike() {
    for (typed, allowed) in [
        (None, false),
        (Some(""), false),
        (Some("DB01"), false),
        (Some("db01 "), false),
        (Some("ԁb01"), false),
        (Some("db01"), true),
    ] {
        let mut s = story();
        let asked = flush(typed);

        let answer = s.ask(&person(), asked);

        assert_eq!(answer.is_ok(), allowed, "{typed:?}: {answer:?}");
    }
}

#[test]
fn a_danger_elsewhere_wants_the_name_of_every_place_and_of_no_other() {
    let (host, database) = (Target::named(TargetKind::Host, "web1"), Target::named(TargetKind::Database, "app"));
    let here = Target::here();
    let cases: [(&[&Target], &[&str], bool); 8] = [
        (&[&host], &["db01"], false),
        (&[&host], &["wеb1"], false),
        (&[&host], &["web1"], true),
        (&[&here, &host], &["web1"], false),
        (&[&here, &host], &["web1", "db01"], false),
        (&[&here, &host], &["db01", "web1"], true),
        (&[&host, &database], &["web1"], false),
        (&[&host, &database], &["web1", "app"], true),
    ];
    for (targets, typed, allowed) in cases {
        let mut procedure = checklist();
        procedure.steps[2].blocks[0].commands[0].targets = targets.iter().map(|target| (*target).clone()).collect();
        let mut s = Story::of(procedure);
        let asked = flush(typed.iter().copied());

        let answer = s.ask(&person(), asked);

        assert_eq!(answer.is_ok(), allowed, "{targets:?} {typed:?}: {answer:?}");
    }
}

#[test]
fn e63_what_destroys_with_an_empty_variable_runs_only_where_a_person_says_that_it_is_empty() {
    let text = "rm -rf \"$DIR\"/x \"$HOME\" ${OLD:-old}";
    let story = |began_with: Option<&[&str]>| {
        let mut procedure = checklist();
        procedure.steps[2].blocks[0].commands[0].text = text.into();
        let mut s = Story::of(procedure);
        let set = began_with.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        s.see(Observation::LaneOpened { lane: 1, keeper: 77, shell: "/bin/bash".into(), cwd: "/srv".into(), set });
        s
    };
    let run = |s: &mut Story, number: u128, typed: &[&str]| {
        let asked = Command::StartAttempt {
            attempt: id(number),
            step: step(3),
            command: 0,
            shown: Digest::of(text.as_bytes()),
            again: Again::Repeat,
            typed: typed.iter().map(|name| (*name).to_owned()).collect(),
            place: Place::Main,
            secrets: Default::default(),
        };
        let started = s.ask(&person(), asked).is_ok();
        if started {
            s.exit(number, 0);
        }
        started
    };
    let change =
        |s: &mut Story, change| s.ask(&person(), Command::ChangeEnvironment { change }).expect("it is changed");
    let set = |value: &str| EnvironmentChange::Set { name: "DIR".into(), value: value.into() };

    let mut s = story(Some(&["PATH"]));
    assert!(!run(&mut s, 1, &["db01"]), "nobody said that it is empty");
    assert!(!run(&mut s, 1, &["db01", "DIR=''"]), "byte for byte");
    assert!(run(&mut s, 1, &["db01", "DIR=\"\""]));
    change(&mut s, set("/srv/old"));
    assert!(!run(&mut s, 2, &["db01", "DIR=\"\""]), "it is not empty any more");
    assert!(run(&mut s, 2, &["db01"]));
    change(&mut s, EnvironmentChange::Remove { name: "DIR".into() });
    assert!(!run(&mut s, 3, &["db01"]));

    assert!(run(&mut story(Some(&["DIR"])), 1, &["db01"]), "it is set where the run began");
    // A run that an older program began: the dialog warns, and no more is known.
    assert!(run(&mut story(None), 1, &["db01"]));
}

#[test]
fn a_danger_is_never_run_unattended_whatever_is_typed() {
    let mut s = story();
    let asked = Command::StartAttempt {
        attempt: id(1),
        step: step(3),
        command: 0,
        shown: Digest::of(b"redis-cli FLUSHALL"),
        again: Again::First,
        typed: vec!["db01".into()],
        place: Place::Main,
        secrets: Default::default(),
    };

    let answer = s.ask(&unattended(), asked);

    assert!(matches!(answer, Err(Refusal::Blocked { by: Block::Danger { .. } })), "{answer:?}");
}

#[test]
fn an_unfilled_placeholder_blocks_its_command() {
    let mut procedure = checklist();
    procedure.steps[0].blocks[0].commands[0].placeholders =
        vec![crate::runbook::model::Placeholder { name: "pod-name".into(), form: "<>".into() }];
    let mut s = Story::of(procedure);

    let answer = s.run(1, "step-1", 0);

    assert_eq!(answer, Err(Refusal::Blocked { by: Block::Placeholder { names: vec!["pod-name".into()] } }));
}

#[test]
fn sign_off_is_refused_while_a_step_is_untouched_and_names_it() {
    let mut s = story();
    s.ask(&person(), skip(1)).expect("skipped");
    s.ask(&person(), skip(3)).expect("skipped");

    let answer = s.ask(&person(), Command::SignOff);

    assert_eq!(answer, Err(Refusal::Untouched { steps: vec![step(2), step(4)] }));
}

#[test]
fn sign_off_is_refused_while_an_attempt_is_open() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");

    assert_eq!(s.ask(&person(), Command::SignOff), Err(Refusal::AttemptOpen { attempt: id(1) }));
    assert_eq!(s.ask(&person(), verdict(1, Verdict::Ok)), Err(Refusal::AttemptOpen { attempt: id(1) }));
}

#[test]
fn the_signature_says_which_kind_of_complete_it_is() {
    let defer =
        Command::DeferStep {
            step: step(4), reason: "画面停止中".into(), due: "来週".into(), owner: "佐藤".into()
        };
    for (last, completion) in [
        (verdict(4, Verdict::Ok), Completion::Complete),
        (verdict(4, Verdict::Finding), Completion::Complete),
        (verdict(4, Verdict::Failed), Completion::Failed),
        (verdict(4, Verdict::Undecided), Completion::Failed),
        (defer, Completion::WithDeferred { steps: 1 }),
    ] {
        let mut s = story();
        for n in 1..=3 {
            s.ask(&person(), skip(n)).expect("skipped");
        }
        s.ask(&person(), last).expect("marked");

        let decision = s.ask(&person(), Command::SignOff).expect("signed");

        assert_eq!(decision.events, [Event::RunSigned { completion }]);
        assert_eq!(decision.effects, [Effect::WriteRecord]);
        assert_eq!(s.ask(&person(), skip(1)), Err(Refusal::Over), "a signed run is not changed");
    }
}

#[test]
fn marks_need_a_reason_and_are_taken_back_before_another_is_made() {
    let mut s = story();
    let blank = Command::SkipStep { step: step(1), reason: "  \n".into() };

    assert_eq!(s.ask(&person(), blank), Err(Refusal::ReasonMissing));
    s.ask(&person(), skip(1)).expect("skipped");
    assert_eq!(s.ask(&person(), verdict(1, Verdict::Ok)), Err(Refusal::Marked));
    s.ask(&person(), Command::ReopenStep { step: step(1), reason: None }).expect("reopened");
    s.ask(&person(), verdict(1, Verdict::Ok)).expect("judged");

    assert_eq!(query::label(&s.state, 0), Label::Done);
}

#[test]
fn a_step_whose_commands_were_not_run_is_called_well_only_with_words() {
    let mut s = story();
    let silent = Command::GiveVerdict { step: step(1), verdict: Verdict::Ok, comment: None };
    let manual = Command::GiveVerdict { step: step(4), verdict: Verdict::Ok, comment: None };

    assert_eq!(s.ask(&person(), silent), Err(Refusal::ReasonMissing));
    assert!(s.ask(&person(), manual).is_ok(), "a step without commands needs none");
}

#[test]
fn a_step_of_whose_output_a_part_is_missing_is_called_well_only_with_words() {
    for (gaps, answer) in [(vec![], true), (vec![Gap { at: 4096, bytes: 7 }], false)] {
        let mut s = story();
        for (command, attempt) in (0..s.state.procedure_steps()[0].commands().count()).zip(1..) {
            s.run(attempt, "step-1", command).expect("it starts");
            let finish = Finish { gaps: gaps.clone(), ..finish(0) };
            s.see(Observation::AttemptFinished { attempt: id(attempt), finish });
        }

        let silent = Command::GiveVerdict { step: step(1), verdict: Verdict::Ok, comment: None };
        assert_eq!(s.ask(&person(), silent).is_ok(), answer, "{gaps:?}");
        assert_eq!(s.ask(&person(), verdict(1, Verdict::Ok)).is_ok(), !answer, "with words it is");
    }
}

#[test]
fn a_lost_lane_leaves_the_outcome_unknown_and_nothing_runs_again_by_itself() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");

    s.see(Observation::LaneLost { lane: 1, why: "keeper 77 is gone".into() });

    assert_eq!(query::label(&s.state, 0), Label::OutcomeUnknown);
    assert_eq!(query::next_command(&s.state, &s.state.procedure_steps()[0]), None);
    assert_eq!(s.run(2, "step-1", 0), Err(Refusal::Blocked { by: Block::NoLane }));
}

#[test]
fn an_exit_file_that_turns_up_later_ends_the_not_knowing() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");
    s.see(Observation::AttemptLost { attempt: id(1), why: "keeper 77 is gone".into() });

    s.exit(1, 3);

    assert_eq!(query::execution(&s.state, &s.state.procedure_steps()[0]), Execution::Ended { code: 3 });
}

#[test]
fn a_stop_is_a_fact_before_it_is_a_signal_and_only_for_what_runs() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");

    let decision = s.ask(&person(), Command::StopAttempt { attempt: id(1), how: Stop::Terminate }).expect("asked");
    s.exit(1, 143);

    assert_eq!(decision.events, [Event::StopAsked { attempt: id(1), how: Stop::Terminate }]);
    assert_eq!(s.ask(&person(), Command::StopAttempt { attempt: id(1), how: Stop::Kill }), Err(Refusal::NotRunning));
}

#[test]
fn an_aborted_run_needs_a_reason_and_is_a_failure() {
    let mut s = story();
    let close = |reason: &str| Command::CloseRun { ending: Ending::Aborted, reason: reason.into() };

    assert_eq!(s.ask(&person(), close("")), Err(Refusal::ReasonMissing));
    s.ask(&person(), close("切り戻し")).expect("closed");

    assert!(query::failed(&s.state));
}

#[test]
fn the_current_step_is_the_next_open_one_and_wraps_around() {
    let mut s = story();
    s.ask(&person(), skip(2)).expect("skipped");

    assert_eq!(query::current(&s.state, 1), Some(2));
    s.ask(&person(), skip(3)).expect("skipped");
    s.ask(&person(), skip(4)).expect("skipped");
    assert_eq!(query::current(&s.state, 2), Some(0));
    assert_eq!(query::progress(&s.state), (3, 4));
}

#[test]
fn a_finding_that_a_person_acted_on_is_a_success_and_one_that_nobody_saw_is_not() {
    for (actor, failed) in [(person(), false), (unattended(), true)] {
        let mut s = story();
        for n in 2..=4 {
            s.ask(&person(), skip(n)).expect("skipped");
        }
        s.ask(&actor, verdict(1, Verdict::Finding)).expect("judged");

        assert_eq!(query::failed(&s.state), failed);
    }
}

#[test]
fn an_unknown_step_command_or_attempt_is_refused_by_name() {
    let mut s = story();

    assert_eq!(s.ask(&person(), skip(9)), Err(Refusal::NoSuchStep { step: step(9) }));
    assert_eq!(s.run(1, "step-1", 7), Err(Refusal::NoSuchCommand { command: 7 }));
    assert_eq!(s.ask(&person(), Command::StopAttempt { attempt: id(5), how: Stop::Kill }), Err(Refusal::NotRunning));
}

#[test]
fn a_second_command_may_run_in_a_shell_beside_the_busy_one() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");
    let beside = |n: u128| Command::StartAttempt {
        attempt: id(n),
        step: step(2),
        command: 0,
        shown: Digest::of(s_text(2).as_bytes()),
        again: Again::First,
        typed: vec!["db01".into()],
        place: Place::Beside,
        secrets: Default::default(),
    };
    assert_eq!(s.ask(&person(), beside(2)), Err(Refusal::Blocked { by: Block::NoLane }), "the engine opens one");

    s.see(Observation::LaneOpened { lane: 2, keeper: 8, shell: "/bin/bash".into(), cwd: "/srv".into(), set: None });
    let decision = s.ask(&person(), beside(2)).expect("it starts beside");

    assert!(matches!(&decision.events[..], [Event::AttemptStarted(a)] if a.lane == 2));
    s.exit(1, 0);
    s.exit(2, 0);
    let next = s.run(3, "step-2", 1).expect("the next one");
    assert!(matches!(&next.events[..], [Event::AttemptStarted(a)] if a.lane == 1), "in the run's own shell again");
}

fn s_text(step: usize) -> String {
    checklist().steps[step - 1].command(0).map(|(_, c)| c.text.clone()).unwrap_or_default()
}

#[test]
fn a_fresh_shell_is_given_only_while_nothing_runs_in_the_old_one() {
    let mut s = story();
    s.run(1, "step-1", 0).expect("it starts");
    assert_eq!(s.ask(&person(), Command::ResetShell), Err(Refusal::AttemptOpen { attempt: id(1) }));
    s.exit(1, 0);

    let decision = s.ask(&person(), Command::ResetShell).expect("nothing runs");

    assert_eq!(decision.effects, [Effect::Renew { lane: 1 }]);
    assert!(query::main_lane(&s.state).is_none(), "until the new one is open");
}
