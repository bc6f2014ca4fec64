//! Signals: to a run without a screen, and to a host that is coming up.

use std::io::{BufRead, BufReader, Read, Write};

use pretty_assertions::assert_eq;
use rustix::process::{Pid, Signal, kill_process};

use super::terminal::{Home, kill};

/// Reads lines of what the program says until one holds `wanted`.
fn read_until(lines: &mut impl BufRead, wanted: &str) {
    let mut all = String::new();
    while !all.contains(wanted) {
        let got = lines.read_line(&mut all).expect("it reads");
        assert!(got > 0, "waited for {wanted:?}: {all}");
    }
}

#[test]
fn a_second_interrupt_ends_a_command_that_does_not_heed_the_first() {
    let home = Home::new();
    std::fs::write(home.work().join("stubborn.sh"), "trap 'echo told' TERM; echo ready; while sleep 0.1; do :; done\n")
        .expect("written");
    home.write(&["bash stubborn.sh", "touch second"]);
    let file = home.runbook().display().to_string();
    let mut child = home.spawn(&["run", &file, "--headless"]);
    let pid = Pid::from_child(&child);
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));

    read_until(&mut out, "| ready");
    kill_process(pid, Signal::INT).expect("it is there");
    read_until(&mut out, "| told");
    kill_process(pid, Signal::INT).expect("it is there");
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("it reads");
    let status = child.wait().expect("it ends");

    assert_eq!(status.code(), Some(130), "{rest}");
    assert!(!home.work().join("second").exists());
    let (_, record) = home.record();
    assert!(record.lines().next().is_some_and(|l| l.contains("中断") || l.contains("aborted")), "{record}");
}

#[test]
fn an_interrupt_at_the_end_of_a_command_starts_no_other() {
    let home = Home::new();
    std::fs::write(home.work().join("interrupt.sh"), "read -r p <pid; kill -INT $p\n").expect("written");
    home.write(&["bash interrupt.sh", "touch second"]);
    let file = home.runbook().display().to_string();
    super::terminal::make_gate(&home.work().join("pid"));
    let child = home.spawn(&["run", &file, "--headless"]);

    std::fs::write(home.work().join("pid"), format!("{}\n", child.id())).expect("the command reads it");
    let output = child.wait_with_output().expect("it ends");

    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(!home.work().join("second").exists());
}

#[test]
fn much_output_into_a_pipe_that_nobody_reads_for_a_while_leaves_the_run_whole() {
    let home = Home::new();
    home.write(&["seq 20000; touch marker", "echo second"]);
    let file = home.runbook().display().to_string();
    let mut child = home.spawn(&["run", &file, "--headless"]);

    while !home.work().join("marker").exists() {
        assert_eq!(child.try_wait().expect("it can be asked"), None, "the run goes on");
        std::thread::yield_now();
    }
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("it reads");
    let status = child.wait().expect("it ends");

    assert!(out.contains("| 20000\n") && out.contains("| second\n"));
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_host_that_is_coming_up_outlives_those_who_ask_it_for_its_socket() {
    let home = Home::new();
    home.tejun(&["trust", &home.runbook().display().to_string()]);
    let mut terminal = home.terminal(80, 24, &["open", &home.procedure("問題のない点検")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("残り");
    // The screen goes first: it would start another host.
    terminal.hang_up();
    for pid in home.processes("host") {
        kill(pid);
    }
    home.wait_for_hosts();
    let run = home.runs()[0]["run"].as_str().expect("an id").to_owned();
    let lock = home.dir.path().join(format!("home/.local/state/tejun/runs/{run}/host.lock"));

    let mut child = home.spawn(&["host", &run]);
    let order = format!(r#"{{"run":"{run}","task":{{"type":"resume"}}}}"#);
    child.stdin.take().expect("a pipe").write_all(order.as_bytes()).expect("it is told");
    while std::fs::read_to_string(&lock).expect("a lock").trim() != child.id().to_string() {
        assert_eq!(child.try_wait().expect("it can be asked"), None, "the host has the lock or goes on trying");
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::USR1).expect("it is there");
    let mut answer = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut answer).expect("it reads");
    kill(i32::try_from(child.id()).expect("a pid"));
    child.wait().expect("it ends");

    assert!(answer.contains("ready"), "{answer:?}");
}
