//! Ending a whole tree.

use tejun::exec::Executor;
use tejun::run::event::{Outcome, Stop};

use super::{Lab, is_alive};

/// Leaves the number of a process that has its own session and ignores polite requests, in `pid`.
const DEAF: &str = "cat >deaf.sh <<'E'\ntrap '' TERM HUP INT\necho $$ >pid.new; mv pid.new pid; echo up >up\nwhile :; do sleep 1; done\nE\n\
                    mkfifo up; (setsid bash deaf.sh >/dev/null 2>&1 </dev/null &); read -r x <up; echo ready\n";

#[tokio::test]
async fn a_kill_reaches_a_process_that_left_its_session() {
    let mut lab = Lab::open().await;

    let attempt = lab.start(&format!("{DEAF}sleep 60")).await;
    lab.see(attempt, "ready").await;
    let pid = std::fs::read_to_string(lab.path("pid")).unwrap();
    assert!(is_alive(&pid));
    lab.keepers.stop(1, attempt, Stop::Kill).await.unwrap();
    let finish = lab.end(attempt).await;

    assert_eq!(finish.outcome, Outcome::Signalled { signal: 9 });
    assert!(!is_alive(&pid));
}

#[tokio::test]
async fn a_termination_asks_first_and_kills_what_is_left() {
    let mut lab = Lab::open().await;

    let attempt = lab.start(&format!("trap 'echo asked; exit 9' TERM\n{DEAF}while :; do sleep 1; done")).await;
    lab.see(attempt, "ready").await;
    let pid = std::fs::read_to_string(lab.path("pid")).unwrap();
    lab.keepers.stop(1, attempt, Stop::Terminate).await.unwrap();
    let finish = lab.end(attempt).await;

    assert!(lab.stored(attempt).contains("asked"));
    assert_eq!(finish.outcome, Outcome::Exited { code: 9 });
    assert!(!is_alive(&pid));
}

#[tokio::test]
async fn what_an_earlier_command_left_running_is_spared() {
    let mut lab = Lab::open().await;
    let server = lab.output("sleep 300 >/dev/null & echo $!").await;

    let attempt = lab.start("sleep 60 & echo ready; wait").await;
    lab.see(attempt, "ready").await;
    lab.keepers.stop(1, attempt, Stop::Terminate).await.unwrap();
    let finish = lab.end(attempt).await;

    assert_eq!(finish.outcome, Outcome::Signalled { signal: 15 });
    assert!(is_alive(&server));
    lab.output(&format!("kill {server}")).await;
}

#[tokio::test]
async fn what_a_command_leaves_running_is_told_and_what_ends_with_it_is_not() {
    let mut lab = Lab::open().await;

    let (_, finish) =
        lab.run("sleep 1000 & disown; setsid sleep 2000 & (true; sleep 4000; true) & (setsid -f sleep 3000); echo over > >(cat)").await;
    let (_, next) = lab.run("true").await;

    let left: Vec<_> = finish.survivors.iter().map(|left| left.command.as_str()).collect();
    assert_eq!(left.iter().filter(|line| line.starts_with("sleep ")).count(), 4, "{left:?}");
    assert_eq!(left.iter().filter(|line| **line == "bash").count(), 1, "a group of commands: {left:?}");
    assert_eq!(left.len(), 5, "{left:?}");
    assert_eq!(next.survivors, [], "they are those of the command that began them");
    for left in &finish.survivors {
        let pid = rustix::process::Pid::from_raw(i32::try_from(left.pid).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }
}
