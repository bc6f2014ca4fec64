//! Signals to a host that is coming up.

use std::io::{BufRead, BufReader, Write};

use pretty_assertions::assert_eq;
use rustix::process::{Pid, Signal, kill_process};

use super::terminal::{Home, kill};

#[test]
fn a_host_that_is_coming_up_outlives_those_who_ask_it_for_its_socket() {
    let home = Home::new();
    home.tejun(&["trust", &home.runbook().display().to_string()]);
    let mut terminal = home.terminal(80, 24, &["open", &home.procedure("問題のない点検")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("残り");
    for pid in home.processes("host") {
        kill(pid);
    }
    terminal.hang_up();
    let run = home.runs()[0]["run"].as_str().expect("an id").to_owned();
    let lock = home.dir.path().join(format!("home/.local/state/tejun/runs/{run}/host.lock"));

    let mut child = home.spawn(&["host", &run]);
    let order = format!(r#"{{"run":"{run}","task":{{"type":"resume"}}}}"#);
    child.stdin.take().expect("a pipe").write_all(order.as_bytes()).expect("it is told");
    while std::fs::read_to_string(&lock).expect("a lock").trim() != child.id().to_string() {
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::USR1).expect("it is there");
    let mut answer = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut answer).expect("it reads");
    kill(i32::try_from(child.id()).expect("a pid"));
    child.wait().expect("it ends");

    assert!(answer.contains("ready"), "{answer:?}");
}
