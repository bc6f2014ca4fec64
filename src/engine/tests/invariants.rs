//! The invariants that the dispatcher stands for.

use pretty_assertions::assert_eq;
use uuid::Uuid;

use crate::config::folders::RunFolder;
use crate::engine::tests::bench::{Bench, RUN, attempt, run_disk_check};
use crate::engine::tests::fakes::{Asked, FakeExecutor, Rival};
use crate::engine::{Engine, EngineError};
use crate::exec::simulator::Simulator;
use crate::exec::{Adopted, Executor, Lane, Report};
use crate::ids::{Digest, EventId, StepId};
use crate::run::command::{Command, Place, Refusal};
use crate::run::event::{Event, Fact, Mode, RunStart, Stored, VERSION};
use crate::run::query::{self, Label};
use crate::run::testing::{finish, person};

#[tokio::test]
async fn i2_a_start_is_durable_before_the_command_is_started() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;

    engine.command(&person(), run_disk_check(9)).await.expect("it starts");

    assert_eq!(bench.executor.asked(), [Asked::Start(attempt(9), "df -h /".into(), 1)]);
}

#[tokio::test]
async fn i2_a_start_that_was_journalled_and_never_sent_is_unknown_and_not_sent_later() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    bench.executor.asked.lock().expect("whole").clear();
    drop(engine);
    let lane = Lane { lane: 1, keeper: 71, shell: "/bin/bash".into(), cwd: "/srv".into(), set: None };
    bench.executor.living.lock().expect("whole").push(Adopted { lane, running: None });

    let engine = bench.resume().await.expect("it resumes");

    assert_eq!(query::label(engine.state(), 0), Label::OutcomeUnknown);
    assert_eq!(bench.executor.asked(), []);
}

#[tokio::test]
async fn i3_a_journal_that_fails_starts_nothing_and_leaves_what_runs_alive() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    bench.journal.plan(|p| p.journal_is_full = true);
    let before = bench.executor.asked();

    let note = engine.command(&person(), Command::AddNote { step: None, text: "x".into() }).await;
    engine.report(Report::Finished { attempt: attempt(9), finish: finish(0) }).await;
    let next = engine.command(&person(), run_disk_check(10)).await;

    assert!(matches!(note, Err(EngineError::Journal(_))), "{note:?}");
    assert!(matches!(next, Err(EngineError::Journal(_))), "{next:?}");
    assert_eq!(bench.executor.asked(), before, "nothing was started, stopped or closed");
    assert!(engine.trouble().is_some(), "a banner says so");
}

#[tokio::test]
async fn i3_what_was_seen_meanwhile_is_appended_when_the_journal_works_again() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    bench.journal.plan(|p| p.journal_is_full = true);
    engine.report(Report::Finished { attempt: attempt(9), finish: finish(0) }).await;

    bench.journal.plan(|p| p.journal_is_full = false);
    engine.retry().await;

    let finished = |f: &Fact| matches!(&f.event, Event::AttemptFinished { attempt: a, .. } if *a == attempt(9));
    assert_eq!(bench.journal.facts(RUN).iter().filter(|f| finished(f)).count(), 1);
    assert_eq!(engine.trouble(), None);
}

#[tokio::test]
async fn i4_a_finish_carries_length_digest_gaps_and_redactions_as_the_keeper_stored_them() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");

    engine.report(Report::Finished { attempt: attempt(9), finish: finish(7) }).await;

    let facts = bench.journal.facts(RUN);
    let stored = facts
        .iter()
        .find_map(|f| if let Event::AttemptFinished { finish, .. } = &f.event { Some(finish.clone()) } else { None });
    assert_eq!(stored, Some(finish(7)));
}

#[tokio::test]
async fn i5_a_start_without_a_finish_is_unknown_and_is_never_run_again_by_itself() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    drop(engine);
    let before = bench.executor.asked();

    let mut engine = bench.resume().await.expect("it resumes");
    let again = engine.command(&person(), run_disk_check(9)).await;

    assert_eq!(query::label(engine.state(), 0), Label::OutcomeUnknown);
    assert!(again.is_ok(), "the same request is the same attempt");
    assert_eq!(bench.executor.asked(), before);
}

#[tokio::test]
async fn i5_a_living_keeper_is_adopted_and_its_attempt_goes_on() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    drop(engine);
    let lane = Lane { lane: 1, keeper: 71, shell: "/bin/bash".into(), cwd: "/srv".into(), set: None };
    bench.executor.living.lock().expect("whole").push(Adopted { lane, running: Some((attempt(9), 100)) });

    let mut engine = bench.resume().await.expect("it resumes");
    let label = query::label(engine.state(), 0);
    engine.report(Report::Finished { attempt: attempt(9), finish: finish(0) }).await;

    assert_eq!(label, Label::Running);
    assert_eq!(query::label(engine.state(), 0), Label::AwaitsVerdict);
}

#[tokio::test]
async fn i6_who_is_second_at_the_journal_decides_anew_and_starts_nothing() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    bench.journal.plan(|p| {
        p.rival = Some(Rival(Box::new(|stored: &[Stored]| {
            let last = stored.last().expect("a fact");
            let mut theirs = last.decode().expect("it decodes");
            theirs.seq = theirs.seq.next();
            theirs.id = EventId(Uuid::from_u128(999));
            theirs.prev = last.digest();
            theirs.version = VERSION;
            theirs.event = Event::AttemptStarted(crate::run::event::AttemptStart {
                attempt: attempt(50),
                step: StepId("step-1".into()),
                command: 0,
                number: 1,
                lane: 1,
                text: "df -h /".into(),
            });
            vec![theirs]
        })));
    });

    let second = engine.command(&person(), run_disk_check(9)).await;

    assert!(matches!(second, Err(EngineError::Refused(Refusal::RunBefore { times: 1 }))), "{second:?}");
    assert_eq!(bench.executor.asked(), [], "their start is theirs to carry out");
}

#[tokio::test]
async fn i7_a_run_with_facts_of_a_newer_program_is_left_alone() {
    let bench = Bench::new();
    drop(bench.begin().await);
    let before = bench.journal.facts(RUN).len();
    let newer = Stored {
        seq: crate::ids::Seq(before as u64 + 1),
        id: EventId(Uuid::from_u128(1000)),
        text: r#"{"version":99,"event":{"type":"never_heard_of"}}"#.into(),
    };
    bench.journal.insert(newer, RUN);

    let resumed = bench.resume().await;

    assert!(matches!(resumed, Err(EngineError::Unreadable(_))));
    assert_eq!(bench.executor.asked(), []);
}

#[tokio::test]
async fn i8_a_secret_in_a_note_or_a_reason_never_reaches_the_journal() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    let step = StepId("step-4".into());

    let note = Command::AddNote { step: None, text: "the password is hunter2-secret, really".into() };
    engine.command(&person(), note).await.expect("noted");
    let skip = Command::SkipStep { step, reason: "hunter2-secret".into() };
    engine.command(&person(), skip).await.expect("skipped");

    let add = |title: &str, command: &str| Command::AddStep {
        after: None,
        title: title.into(),
        command: Some(command.into()),
        reason: "hunter2-secret".into(),
    };
    let typed = engine.command(&person(), add("login", "mysql -phunter2-secret")).await;
    assert!(matches!(typed, Err(EngineError::Refused(Refusal::TypedSecret))), "{typed:?}");
    engine.command(&person(), add("hunter2-secret", "mysql -p")).await.expect("added");

    let all = serde_json::to_string(&bench.journal.facts(RUN)).expect("it encodes");
    assert!(!all.contains("hunter2"), "{all}");
}

#[tokio::test]
async fn a_drill_measures_nothing_in_what_it_pretends() {
    let bench = Bench::new();
    let mut start = RunStart { mode: Mode::Drill, ..bench.start() };
    start.procedure.steps[0].blocks[0].commands[0].text = "echo 容量 95%".into();
    let simulator = Simulator::new(RunFolder(bench.dir.path().to_owned()), crate::i18n::Language::Ja);
    let mut engine = Engine::begin(bench.with(simulator), RUN, &person(), start).await.expect("it begins");
    let run = Command::StartAttempt {
        attempt: attempt(9),
        step: StepId("step-1".into()),
        command: 0,
        shown: Digest::of("echo 容量 95%".as_bytes()),
        again: crate::run::command::Again::First,
        typed: Vec::new(),
        place: Place::Main,
        secrets: Default::default(),
    };
    engine.command(&person(), run).await.expect("it starts");
    while engine.state().steps[0].proposal.is_none() {
        let report = engine.next_report().await;
        engine.report(report).await;
    }

    let proposal = engine.state().steps[0].proposal.clone().expect("a proposal");
    assert_eq!((proposal.verdict, proposal.measured), (crate::run::event::Verdict::Undecided, vec![]));
}

#[tokio::test]
async fn i11_a_live_executor_refuses_a_drill_and_a_simulator_a_live_run() {
    let bench = Bench::new();
    let drill = RunStart { mode: Mode::Drill, ..bench.start() };

    let live = Engine::begin(bench.with(bench.executor.clone()), RUN, &person(), drill).await.err();
    let simulator = Simulator::new(RunFolder(bench.dir.path().to_owned()), crate::i18n::Language::Ja);
    let simulated = Engine::begin(bench.with(simulator), RUN, &person(), bench.start()).await.err();

    assert!(matches!(live, Some(EngineError::WrongMode { run: Mode::Drill, executor: Mode::Live })));
    assert!(matches!(simulated, Some(EngineError::WrongMode { run: Mode::Live, executor: Mode::Drill })));
    assert_eq!(bench.journal.facts(RUN), []);
    assert_eq!((FakeExecutor::MODE, Simulator::MODE), (Mode::Live, Mode::Drill));
}

#[tokio::test]
async fn a_verdict_is_proposed_from_the_stored_output_once_the_step_has_ended() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    let output = RunFolder(bench.dir.path().to_owned()).output(attempt(9));
    std::fs::write(output, "/dev/sda1 50G 46G 3G 93% /\n").expect("evidence");

    engine.report(Report::Finished { attempt: attempt(9), finish: finish(0) }).await;

    let proposal = engine.state().steps[0].proposal.clone().expect("a proposal");
    assert_eq!(proposal.verdict, crate::run::event::Verdict::Finding);
    assert_eq!(
        proposal.measured.iter().map(|m| (m.shown.as_str(), m.applies)).collect::<Vec<_>>(),
        [("93%", false), ("93%", true)]
    );
}

#[tokio::test]
async fn signing_closes_the_lanes_and_saves_the_record_with_its_digest() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    for n in 1..=4 {
        let skip = Command::SkipStep { step: StepId(format!("step-{n}")), reason: "今回は対象外".into() };
        engine.command(&person(), skip).await.expect("skipped");
    }

    engine.command(&person(), Command::SignOff).await.expect("signed");

    let saved = engine.state().record.clone().expect("a record");
    let bytes = std::fs::read(&saved.path).expect("it is there");
    assert_eq!(Digest::of(&bytes), saved.sha256);
    assert_eq!(bench.executor.asked(), [Asked::Close(1)]);
    assert!(engine.is_finished());
}
