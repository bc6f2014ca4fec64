//! What is made good after a journal that failed for a while, and after a host that died at a bad moment.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use pretty_assertions::assert_eq;

use crate::clock::TestClock;
use crate::config::folders::RunFolder;
use crate::engine::tests::bench::{Bench, RUN, attempt, run_disk_check};
use crate::engine::tests::fakes::{Asked, FakeExecutor, MemoryJournal};
use crate::engine::{Engine, Resources};
use crate::exec::{Adopted, Lane, Report};
use crate::ids::StepId;
use crate::run::command::Command;
use crate::run::event::{Event, Fact, Verdict};
use crate::run::testing::{finish, person, two_in_the_morning};

#[tokio::test]
async fn j111_a_clock_that_is_set_takes_nothing_from_the_time_that_a_command_has_had() {
    let bench = Bench::new();
    let clock = Arc::new(TestClock::at(two_in_the_morning()));
    let with = Resources { clock: clock.clone(), ..bench.with(bench.executor.clone()) };
    let mut engine = Engine::begin(with, RUN, &person(), bench.start()).await.expect("it begins");
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    let begun = engine.take_news().pop().expect("a fact");
    assert!(matches!(begun.event, Event::AttemptStarted(_)));

    clock.advance(Duration::from_secs(300));
    for by in [TimeDelta::hours(-2), TimeDelta::days(3653)] {
        clock.set(begun.at + by);
        assert_eq!(engine.time_since(&begun), Duration::from_secs(300), "{by}");
    }

    // Of a fact from before the machine was started anew only the clock is known.
    let before = Fact { boot: "another".into(), ..begun.clone() };
    for (by, passed) in [(-7200, 0), (60, 60)] {
        clock.set(begun.at + TimeDelta::seconds(by));
        assert_eq!(engine.time_since(&before), Duration::from_secs(passed));
    }
}

/// Skips every step, so that the run can be signed.
async fn skip_all(engine: &mut Engine<MemoryJournal, FakeExecutor>) {
    for n in 1..=4 {
        let skip = Command::SkipStep { step: StepId(format!("step-{n}")), reason: "今回は対象外".into() };
        engine.command(&person(), skip).await.expect("skipped");
    }
}

fn is_record_saved(event: &Event) -> bool {
    matches!(event, Event::RecordSaved { .. })
}

fn is_proposal(event: &Event) -> bool {
    matches!(event, Event::VerdictProposed { .. })
}

/// The names in the folder for records.
fn saved(bench: &Bench) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(bench.dir.path().join("records")) else { return Vec::new() };
    let mut names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn write_output(bench: &Bench) {
    let output = RunFolder(bench.dir.path().to_owned()).output(attempt(9));
    std::fs::write(output, "/dev/sda1 50G 46G 3G 93% /\n").expect("evidence");
}

#[tokio::test]
async fn a_run_that_was_signed_and_whose_record_was_not_saved_gets_it_from_the_next_host() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    skip_all(&mut engine).await;
    bench.journal.plan(|p| p.no_room_for = Some(is_record_saved));
    engine.command(&person(), Command::SignOff).await.expect("signed");
    drop(engine);
    bench.journal.plan(|p| p.no_room_for = None);
    let lane = Lane { lane: 1, keeper: 71, shell: "/bin/bash".into(), cwd: "/srv".into(), set: None };
    bench.executor.living.lock().expect("whole").push(Adopted { lane, running: None });

    let engine = bench.resume().await.expect("it resumes");

    assert!(engine.is_finished());
    assert_eq!(bench.executor.asked().last(), Some(&Asked::Close(1)), "its keeper does not stay behind");
}

#[tokio::test]
async fn a_run_that_is_over_gets_no_further_fact_from_a_host_that_takes_it_up() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    skip_all(&mut engine).await;
    engine.command(&person(), Command::SignOff).await.expect("signed");
    drop(engine);
    let before = bench.journal.facts(RUN);

    let engine = bench.resume().await.expect("it resumes");

    assert!(engine.is_finished());
    assert_eq!(bench.journal.facts(RUN), before);
}

#[tokio::test]
async fn i3_a_record_that_cannot_be_journalled_yet_is_not_written_again_and_again() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    skip_all(&mut engine).await;
    bench.journal.plan(|p| p.no_room_for = Some(is_record_saved));
    engine.command(&person(), Command::SignOff).await.expect("signed");

    engine.retry().await;
    engine.retry().await;
    let meanwhile = saved(&bench).len();
    bench.journal.plan(|p| p.no_room_for = None);
    engine.retry().await;

    assert_eq!((meanwhile, saved(&bench).len()), (1, 1));
    assert!(engine.is_finished());
    assert_eq!(bench.journal.facts(RUN).iter().filter(|f| is_record_saved(&f.event)).count(), 1);
}

#[tokio::test]
async fn a_record_that_finds_no_room_leaves_nothing_behind_and_is_saved_under_its_own_name_later() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    write_output(&bench);
    engine.report(Report::Finished { attempt: attempt(9), finish: finish(0) }).await;
    skip_all(&mut engine).await;
    // Evidence that is a folder cannot be copied, as on a disk that fails.
    let output = RunFolder(bench.dir.path().to_owned()).output(attempt(9));
    std::fs::remove_file(&output).expect("away");
    std::fs::create_dir(&output).expect("a folder");
    engine.command(&person(), Command::SignOff).await.expect("signed");
    engine.retry().await;
    let meanwhile = (saved(&bench), engine.trouble().is_some());
    std::fs::remove_dir(&output).expect("away");
    write_output(&bench);

    engine.retry().await;

    assert_eq!(meanwhile, (Vec::new(), true));
    let names = saved(&bench);
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(!names.iter().any(|n| n.contains("-2.")), "{names:?}");
}

#[tokio::test]
async fn i3_a_verdict_is_proposed_when_the_journal_works_again() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    write_output(&bench);
    bench.journal.plan(|p| p.journal_is_full = true);
    engine.report(Report::Finished { attempt: attempt(9), finish: finish(0) }).await;

    bench.journal.plan(|p| p.journal_is_full = false);
    engine.retry().await;

    assert_eq!(engine.state().steps[0].proposal.as_ref().map(|p| p.verdict), Some(Verdict::Finding));
}

#[tokio::test]
async fn i3_a_verdict_is_proposed_before_the_next_command_is_decided() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    write_output(&bench);
    bench.journal.plan(|p| p.journal_is_full = true);
    engine.report(Report::Finished { attempt: attempt(9), finish: finish(0) }).await;

    bench.journal.plan(|p| p.journal_is_full = false);
    engine.command(&person(), Command::AddNote { step: None, text: "x".into() }).await.expect("noted");

    assert_eq!(engine.state().steps[0].proposal.as_ref().map(|p| p.verdict), Some(Verdict::Finding));
}

#[tokio::test]
async fn a_verdict_that_a_dying_host_did_not_propose_is_proposed_by_the_next() {
    let bench = Bench::new();
    let mut engine = bench.begin().await;
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");
    write_output(&bench);
    bench.journal.plan(|p| p.no_room_for = Some(is_proposal));
    engine.report(Report::Finished { attempt: attempt(9), finish: finish(0) }).await;
    drop(engine);
    bench.journal.plan(|p| p.no_room_for = None);

    let engine = bench.resume().await.expect("it resumes");

    assert_eq!(engine.state().steps[0].proposal.as_ref().map(|p| p.verdict), Some(Verdict::Finding));
}

#[tokio::test]
async fn a_lane_that_a_dying_host_opened_and_did_not_journal_is_taken_in_use() {
    let bench = Bench::new();
    bench.journal.plan(|p| p.no_room_for = Some(|e| matches!(e, Event::LaneOpened { .. })));
    drop(bench.begin().await);
    bench.journal.plan(|p| p.no_room_for = None);
    let lane = Lane { lane: 1, keeper: 71, shell: "/bin/bash".into(), cwd: "/srv".into(), set: None };
    bench.executor.living.lock().expect("whole").push(Adopted { lane, running: None });

    let mut engine = bench.resume().await.expect("it resumes");
    engine.command(&person(), run_disk_check(9)).await.expect("it starts");

    assert_eq!(bench.executor.asked(), [Asked::Start(attempt(9), "df -h /".into(), 1)]);
    assert_eq!(engine.state().lanes.iter().map(|l| (l.lane, l.keeper)).collect::<Vec<_>>(), [(1, 71)]);
}
