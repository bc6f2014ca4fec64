//! Odd surroundings: a search path, a time zone and a folder for temporary files that somebody prepared, and a screen that is
//! stopped.

use std::os::unix::fs::PermissionsExt as _;

use pretty_assertions::assert_eq;
use rustix::process::Signal;
use serde_json::Value;

use super::terminal::{Home, make_gate, open_gate};

fn json_lines(output: &std::process::Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn n132_programs_that_lie_in_the_working_folder_are_not_taken_for_those_of_the_system() {
    let home = Home::new();
    home.write(&["true; echo ran"]);
    for name in ["bash", "sh", "ssh-keygen", "env"] {
        let path = home.work().join(name);
        std::fs::write(&path, "#!/bin/sh\n: > /proc/self/cwd/fooled\nexit 0\n").expect("a program");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it runs");
    }

    let output = home.tejun_after("PATH=.:$PATH", &["run", &home.procedure("作業"), "--headless", "--json"]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let lines = json_lines(&output);
    let lane = lines.iter().find(|line| line["event"]["type"] == "lane_opened").expect("a lane");
    assert!(lane["event"]["shell"].as_str().is_some_and(|shell| shell.starts_with('/')), "{lane}");
    let (record, _) = home.record();
    let verified = home.tejun_after("PATH=.:$PATH", &["verify", &record.display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(!home.work().join("fooled").exists(), "one of them was run");
}

#[test]
fn n131_commands_run_where_there_is_no_folder_for_temporary_files() {
    for line in ["export TMPDIR=/nowhere/at/all", "unset TMPDIR"] {
        let home = Home::new();
        home.write(&["true; echo ran"]);

        let output = home.tejun_after(line, &["run", &home.procedure("作業"), "--headless"]);

        assert_eq!(output.status.code(), Some(0), "{line}: {output:?}");
    }
}

#[test]
fn j113_a_time_zone_that_is_none_is_utc_and_an_instant_is_the_same_in_all_of_them() {
    for zone in [":/etc/shadow", "../../etc/passwd", "Nowhere/City", "\u{1b}[31m"] {
        let home = Home::new();
        home.write(&["true; echo ran"]);

        let output = home.tejun_after(&format!("export TZ='{zone}'"), &["run", &home.procedure("作業"), "--headless"]);

        assert_eq!(output.status.code(), Some(0), "{zone:?}: {output:?}");
        let (record, text) = home.record();
        assert!(text.contains("+00:00"), "{zone:?}: {text}");
        let read = |zone: &str| {
            let shown = ["record", "show", "--json", &record.display().to_string()];
            let output = home.tejun_after(&format!("export TZ='{zone}'"), &shown);
            let record: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            record["started"].clone()
        };
        assert_eq!(read("Asia/Tokyo"), read("America/St_Johns"));
    }
}

#[test]
fn b23_a_screen_that_is_stopped_holds_no_command_up_and_shows_its_end_when_it_goes_on() {
    let home = Home::new();
    home.write(&["read -r go < gate; seq 1 400000; echo over > done"]);
    for gate in ["gate", "done"] {
        make_gate(&home.work().join(gate));
    }
    let mut screen = home.terminal(100, 30, &["run", &home.procedure("作業")]);
    screen.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("実行中");

    screen.signal(Signal::STOP);
    open_gate(&home.work().join("gate"));
    let over = std::fs::read_to_string(home.work().join("done")).expect("the command came to its end");
    screen.signal(Signal::CONT);

    assert_eq!(over, "over\n");
    screen.wait_for("rc 0").wait_for("400000");
    let attempt = home.runs()[0]["attempts"][0].clone();
    // Every number with the carriage return that the terminal puts before a line feed.
    let digits: u64 = (1..=400_000u64).map(|n| u64::from(n.ilog10()) + 3).sum();
    assert_eq!(attempt["bytes"], digits);
}
