//! Hosts and screens that are killed at moments that nobody chose: what was acknowledged is there, and nothing runs twice.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use pretty_assertions::assert_eq;
use tejun::clock::{Clock as _, SystemClock};
use tejun::config::folders::Folders;
use tejun::console::client::Client;
use tejun::console::starter;
use tejun::console::wire::{FromHost, PROTOCOL, Role, ToHost};
use tejun::i18n::Language;
use tejun::ids::{AttemptId, Digest, RunId, Seq};
use tejun::run::command::{Again, Command, Place};
use tejun::run::event::ActorKind;
use tejun::run::state::{Progress, RunState};
use tejun::store::Journal as _;
use tejun::store::sqlite::SqliteJournal;
use tejun::store::verify::check_chain;

use super::terminal::{Home, kill};

/// So many hosts are killed, and so many screens.
const ROUNDS: usize = 200;

/// So many steps, each of which leaves its own mark.
const STEPS: usize = 60;

/// The longest time for which a killed host is let live after it was asked for something.
const LONGEST: u64 = 25_000;

/// Numbers that follow from a seed (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// The seed of this run of the test: a given one, or one that differs each time.
fn seed() -> u64 {
    let given = std::env::var("TEJUN_TEST_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| u64::from(std::process::id()))
}

/// What the outside was told, kept outside.
#[derive(Default)]
struct Auditor {
    notes: BTreeSet<String>,
    attempts: BTreeSet<AttemptId>,
}

impl Auditor {
    fn check(&self, state: &RunState, round: usize) {
        let notes: BTreeSet<String> = state.notes.iter().map(|note| note.text.clone()).collect();
        assert_eq!(self.notes.difference(&notes).collect::<Vec<_>>(), Vec::<&String>::new(), "round {round}");
        let attempts: BTreeSet<AttemptId> = state.attempts.iter().map(|attempt| attempt.start.attempt).collect();
        assert_eq!(self.attempts.difference(&attempts).collect::<Vec<_>>(), Vec::<&AttemptId>::new(), "round {round}");
        assert_eq!(notes.len(), state.notes.len(), "no note is there twice, round {round}");
    }
}

/// How often each step has left its mark.
fn marks(home: &Home) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for line in std::fs::read_to_string(home.work().join("marks")).unwrap_or_default().lines() {
        *found.entry(line.to_owned()).or_default() += 1;
    }
    found
}

fn folders(home: &Home) -> Folders {
    let own = home.dir.path().join("home");
    Folders {
        state: own.join(".local/state/tejun"),
        config: own.join(".config/tejun"),
        data: own.join(".local/share/tejun"),
        cache: own.join(".cache/tejun"),
    }
}

/// The program with the home of the test, for those who start hosts.
fn program(home: &Home) -> PathBuf {
    let path = home.dir.path().join("tejun-at-home");
    let own = home.dir.path().join("home");
    let text = format!("#!/bin/sh\nHOME='{}' exec '{}' \"$@\"\n", own.display(), env!("CARGO_BIN_EXE_tejun"));
    std::fs::write(&path, text).expect("a script");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("it runs");
    path
}

/// A host of the run, and what it says of the run. One that was killed while it came up is followed by the next.
async fn attached(home: &Home, run: RunId) -> (Client, RunState) {
    let (program, folders) = (program(home), folders(home));
    loop {
        let Ok(mut client) = starter::attach(&program, &folders, run, Language::Ja).await else { continue };
        let hello =
            ToHost::Hello { protocol: PROTOCOL, role: Role::Drive, operator: "試験".into(), kind: ActorKind::Person };
        if client.to.send(hello).await.is_err() {
            continue;
        }
        if let Some(FromHost::Welcome { facts, .. }) = client.from.recv().await {
            return (client, RunState::of(&facts));
        }
    }
}

/// What is asked for next: a note, or the first command that was never started.
fn next(state: &RunState, round: usize, dice: &mut Dice) -> Command {
    let busy = state.attempts.iter().any(|attempt| attempt.progress == Progress::Running);
    let started: BTreeSet<_> = state.attempts.iter().map(|attempt| &attempt.start.step).collect();
    let idle = state.plan.iter().find(|step| !started.contains(&step.id));
    match idle.filter(|_| !busy && dice.below(2) == 0) {
        Some(step) => Command::StartAttempt {
            attempt: AttemptId(SystemClock.fresh_id()),
            step: step.id.clone(),
            command: 0,
            shown: Digest::of(step.commands().next().expect("a command").text.as_bytes()),
            again: Again::First,
            typed: Vec::new(),
            place: Place::Main,
            secrets: BTreeMap::new(),
        },
        None => Command::AddNote { step: None, text: format!("round {round}") },
    }
}

#[test]
fn i2_of_two_hundred_hosts_killed_at_any_moment_none_loses_what_it_acknowledged_and_no_command_runs_twice() {
    let seed = seed();
    let says = format!("TEJUN_TEST_SEED={seed}");
    let home = Home::new();
    let steps: Vec<String> = (0..STEPS).map(|n| format!("echo {n} >> marks # {n}")).collect();
    let items = steps.iter().enumerate().map(|(n, c)| format!("- [ ] step {n}\n  ```bash\n  {c}\n  ```\n"));
    std::fs::write(home.runbook(), format!("# T\n\n### 作業\n{}", items.collect::<String>())).expect("a runbook");
    assert!(home.tejun(&["trust", &home.runbook().display().to_string()]).status.success());
    let mut terminal = home.terminal(100, 30, &["run", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は");
    terminal.hang_up();
    let run: RunId = serde_json::from_value(home.runs()[0]["run"].clone()).expect("an id");

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut dice = Dice(seed);
    let mut auditor = Auditor::default();
    let last = runtime.block_on(async {
        for round in 0..ROUNDS {
            let (mut client, state) = attached(&home, run).await;
            auditor.check(&state, round);
            let command = next(&state, round, &mut dice);
            let note = if let Command::AddNote { text, .. } = &command { Some(text.clone()) } else { None };
            let attempt = if let Command::StartAttempt { attempt, .. } = &command { Some(*attempt) } else { None };
            let _gone_already = client.to.send(ToHost::Do { id: 1, command }).await;
            let until = tokio::time::Instant::now() + Duration::from_micros(dice.below(LONGEST));
            while let Ok(Some(message)) = tokio::time::timeout_at(until, client.from.recv()).await {
                let done = matches!(message, FromHost::Committed { done: Some(1), .. } | FromHost::Done { id: 1 });
                if done {
                    auditor.notes.extend(note.clone());
                    auditor.attempts.extend(attempt);
                }
            }
            home.processes("host").into_iter().for_each(kill);
        }
        attached(&home, run).await.1
    });
    auditor.check(&last, ROUNDS);

    assert!(auditor.notes.len() + auditor.attempts.len() > ROUNDS / 4, "{says}: enough was acknowledged to tell");
    let marks = marks(&home);
    assert!(marks.values().all(|count| *count == 1), "{says}: {marks:?}");
    let ended = last.attempts.iter().filter(|attempt| matches!(attempt.progress, Progress::Finished { .. })).count();
    assert!(ended <= marks.len(), "{says}: {ended} ended and {} left a mark", marks.len());
    runtime.block_on(async {
        let journal = SqliteJournal::open(&folders(&home).journal()).await.expect("the journal opens");
        let facts = journal.load(run, Seq(0)).await.expect("it is read");
        check_chain(run, &facts).unwrap_or_else(|fault| panic!("{says}: {fault}"));
    });
    println!("{says}: {} notes, {} starts, {ended} ended", auditor.notes.len(), auditor.attempts.len());
}

#[test]
fn a_screen_that_is_killed_two_hundred_times_in_the_middle_of_a_step_changes_nothing_of_it() {
    const FIRST: usize = 20_000;
    let seed = seed();
    let home = Home::new();
    let gate = home.work().join("gate");
    super::terminal::make_gate(&gate);
    home.write(&[&format!("seq 1 {FIRST}; cat gate; echo over >> marks")]);
    let mut terminal = home.terminal(100, 30, &["run", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("19999");
    terminal.hang_up();
    let mut dice = Dice(seed);
    let attempts = || {
        let mut attempts = home.runs()[0]["attempts"].clone();
        // The output grows.
        attempts[0].as_object_mut().expect("one attempt").remove("bytes");
        attempts
    };
    let before = attempts();

    // Output goes on under every screen.
    let mut feed = std::fs::File::options().write(true).open(&gate).expect("the command reads");
    for round in 1..=ROUNDS {
        let mut screen = home.terminal(80, 24, &["attach"]);
        screen.keys("jkjk");
        writeln!(feed, "{}", FIRST + round).expect("the command lives");
        // The first frame alone is longer.
        screen.kill_after(usize::try_from(dice.below(2_000)).expect("it fits"));
    }

    assert_eq!(attempts(), before, "TEJUN_TEST_SEED={seed}");
    drop(feed);
    let mut back = home.terminal(100, 30, &["attach"]);
    back.wait_for("判定待ち").wait_for("rc 0");
    assert_eq!(marks(&home), BTreeMap::from([("over".to_owned(), 1)]), "TEJUN_TEST_SEED={seed}");
    let whole: String = (1..=FIRST + ROUNDS).map(|number| format!("{number}\r\n")).collect();
    assert!(
        super::floods::evidence(&home) == whole.as_bytes(),
        "TEJUN_TEST_SEED={seed}: no byte is lost or there twice"
    );
}
