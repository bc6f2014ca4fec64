//! Hosts that go and come, and keepers that die.

use std::io::Write;
use std::os::unix::net::UnixStream;

use tejun::config::folders::RunFolder;
use tejun::exec::keepers::Keepers;
use tejun::exec::{Adopted, Executor, Launch, Report};
use tejun::run::event::Outcome;

use super::{EXITED, Lab, attempt};

impl Lab {
    /// A new host takes the run in hand.
    async fn change_host(&mut self) -> Vec<Adopted> {
        self.keepers = Keepers::new(self.folder.clone(), "/nowhere".into());
        self.keepers.adopt().await
    }
}

#[tokio::test]
async fn a_new_host_takes_a_running_command_in_hand() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("mkfifo gate; echo before; read -r x <gate; echo after").await;
    lab.see(attempt, "before").await;
    let adopted = lab.change_host().await;
    std::fs::write(lab.path("gate"), "go\n").unwrap();
    let finish = lab.end(attempt).await;

    assert_eq!(adopted, [Adopted { lane: lab.lane.clone(), running: Some((attempt, 8)) }]);
    assert_eq!(finish.outcome, EXITED);
    assert_eq!(lab.stored(attempt), "before\r\nafter\r\n");
}

#[tokio::test]
async fn an_end_that_no_host_saw_is_told_to_the_next() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("echo before; read -r x <gate").await;
    lab.end(attempt).await;
    // The end was handed out, and the keeper was not told that anybody took note.
    lab.ended.clear();
    lab.change_host().await;

    assert_eq!(lab.end(attempt).await.outcome, Outcome::Exited { code: 1 });
}

#[tokio::test]
async fn an_end_that_the_disk_does_not_take_is_told_to_every_host_until_it_does() {
    let mut lab = Lab::open().await;
    // Something has the name of the unfinished exit file, and cannot be taken away.
    let obstacle = lab.folder.exit(attempt(1)).with_extension("exit.new");
    std::fs::create_dir(&obstacle).unwrap();

    let attempt = lab.start("echo done; exit 3").await;
    lab.see(attempt, "done").await;
    let finish = lab.end(attempt).await;
    // The next call tells the keeper that the end was taken note of; that host is then gone before it wrote it down.
    let (_, other) = lab.run("true").await;
    lab.ended.clear();
    let adopted = lab.change_host().await;
    let again = lab.end(attempt).await;
    std::fs::remove_dir(&obstacle).unwrap();
    while tejun::exec::exit_file(&lab.folder, attempt).unwrap().is_none() {
        tokio::task::yield_now().await;
    }

    assert_eq!((finish.outcome.clone(), other.outcome), (Outcome::Exited { code: 3 }, EXITED));
    assert_eq!(adopted[0].running, Some((attempt, finish.bytes)), "the new host must not take it for lost");
    assert_eq!(again, finish);
}

#[tokio::test]
async fn a_keeper_whose_socket_was_taken_away_is_found_by_the_next_host() {
    let mut lab = Lab::open().await;
    let attempt = lab.start("mkfifo gate; echo before; read -r x <gate; echo after").await;
    lab.see(attempt, "before").await;
    let socket = lab.path(&RunFolder::lane_socket(1));

    std::fs::remove_file(&socket).unwrap();
    lab.keepers = Keepers::new(lab.folder.clone(), "/nowhere".into());
    tokio::time::timeout(super::GUARD, async {
        while !socket.exists() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the keeper makes it anew");
    let adopted = lab.keepers.adopt().await;
    std::fs::write(lab.path("gate"), "go\n").unwrap();

    assert_eq!(adopted.len(), 1);
    assert_eq!(lab.end(attempt).await.outcome, EXITED);
}

#[tokio::test]
async fn a_keeper_that_is_killed_loses_the_lane() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("echo ready; kill -9 $PPID; sleep 60").await;
    let report = loop {
        match lab.next().await {
            Report::Output { .. } | Report::Lost { .. } | Report::Seen { .. } => {}
            report @ (Report::Finished { .. } | Report::LaneLost { .. }) => break report,
        }
    };

    assert!(matches!(report, Report::LaneLost { lane: 1, .. }), "{report:?}");
    assert_eq!(tejun::exec::exit_file(&lab.folder, attempt).unwrap(), None);
    assert_eq!(lab.change_host().await, []);
}

#[tokio::test]
async fn the_same_attempt_runs_once() {
    let mut lab = Lab::open().await;

    let first = lab.start("echo ran >>count; read -r x").await;
    let again =
        Launch { attempt: first, text: "echo ran >>count".to_owned(), secrets: Vec::new(), changes: Vec::new() };
    lab.keepers.start(1, again.clone()).await.unwrap();
    let second = lab.start("echo other").await;
    let refused = lab.end(second).await;
    lab.keepers.input(1, b"\n".to_vec()).await.unwrap();
    lab.end(first).await;
    lab.keepers.start(1, again).await.unwrap();
    lab.output("true").await;

    assert!(matches!(refused.outcome, Outcome::CouldNotStart { .. }), "{refused:?}");
    assert_eq!(std::fs::read_to_string(lab.path("count")).unwrap(), "ran\n");
}

#[tokio::test]
async fn an_attempt_whose_end_is_unknown_is_not_run_again() {
    let mut lab = Lab::open().await;
    std::fs::write(lab.folder.output(attempt(1)), "half").unwrap();

    let (_, finish) = lab.run("echo again").await;

    assert!(matches!(finish.outcome, Outcome::CouldNotStart { .. }), "{finish:?}");
    assert_eq!(tejun::exec::exit_file(&lab.folder, attempt(1)).unwrap(), None);
}

#[tokio::test]
async fn a_closed_lane_ends_its_keeper_when_nothing_runs() {
    let mut lab = Lab::open().await;
    let attempt = lab.start("mkfifo gate; echo ready; read -r x <gate; echo last").await;
    lab.see(attempt, "ready").await;

    lab.keepers.close_lane(1).await;
    std::fs::write(lab.path("gate"), "go\n").unwrap();
    let finish = lab.end(attempt).await;

    assert_eq!(finish.outcome, EXITED);
    let socket = lab.path(&RunFolder::lane_socket(1));
    tokio::time::timeout(super::GUARD, async {
        while UnixStream::connect(&socket).is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn nonsense_on_the_socket_harms_nobody() {
    let mut lab = Lab::open().await;
    let attempt = lab.start("echo ready; read -r x; echo \"<$x>\"").await;
    lab.see(attempt, "ready").await;

    for nonsense in [&[0xff; 64][..], b"\x04\0\0\0nope", b"\x01\0\0"] {
        let mut stream = UnixStream::connect(lab.path(&RunFolder::lane_socket(1))).unwrap();
        stream.write_all(nonsense).unwrap();
    }
    lab.keepers.input(1, b"fine\n".to_vec()).await.unwrap();
    // Whoever connected last has the line: the host comes back by itself.
    let finish = lab.end(attempt).await;

    assert_eq!(finish.outcome, EXITED);
    assert!(lab.stored(attempt).ends_with("<fine>\r\n"), "{}", lab.stored(attempt));
}

#[tokio::test]
async fn a_folder_so_deep_that_its_socket_has_no_name_works() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("d".repeat(200));
    std::fs::create_dir(&deep).unwrap();
    std::fs::set_permissions(&deep, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let mut keepers = Keepers::new(RunFolder(deep), env!("CARGO_BIN_EXE_tejun").into());

    let lane = keepers.open_lane(1, "/", super::SIZE).await.unwrap();

    let pid = rustix::process::Pid::from_raw(lane.keeper.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}
