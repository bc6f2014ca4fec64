//! Odd surroundings: a search path, a time zone and a folder for temporary files that somebody prepared, and a screen that is
//! stopped.

use std::os::unix::fs::PermissionsExt as _;

use pretty_assertions::assert_eq;
use rustix::process::Signal;
use serde_json::Value;

use super::terminal::{Home, kill, make_gate, open_gate};

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

#[test]
fn a_program_that_is_replaced_or_taken_away_while_a_run_lives_goes_on_as_what_runs() {
    for replaced in [false, true] {
        let home = Home::new();
        home.write(&["true; echo first", "echo second"]);
        let program = home.dir.path().join("installed");
        std::fs::copy(env!("CARGO_BIN_EXE_tejun"), &program).expect("the program");
        let mut screen = home.terminal_of(&program, 100, 30, &["run", &home.procedure("作業")]);
        screen.wait_for("開始しますか").keys("y").wait_for("まだ出力は");

        std::fs::remove_file(&program).expect("taken away");
        if replaced {
            std::fs::write(&program, "#!/bin/sh\nexit 1\n").expect("another program");
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("it runs");
        }
        screen.keys("<enter>").wait_for("rc 0");
        home.processes("host").into_iter().for_each(kill);

        screen.wait_for("つなぎ直しました").keys("j<enter>").wait_for("second").wait_for("rc 0");
        screen.keys("q").wait_for("離れますか").keys("y");
        assert!(screen.ended().0.success(), "replaced: {replaced}");
    }
}

#[test]
fn a_home_that_is_no_whole_path_begins_no_run_that_could_run_nothing() {
    let home = Home::new();
    home.write(&["true; echo ran"]);

    for args in [&["run", &home.procedure("作業"), "--headless"][..], &["doctor"]] {
        let output = home.tejun_after("export HOME=somewhere", args);

        let told = [&output.stdout[..], &output.stderr].concat();
        assert!(!output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&told).contains("HOME に絶対パスを設定してください"), "{output:?}");
        assert!(!home.work().join("somewhere").exists(), "nothing is begun there");
    }
}

/// A user whom nobody is: the kernel knows users by their numbers.
const SOMEBODY: u32 = 54_321;

#[test]
fn n133_nothing_that_sudo_leaves_locks_the_user_out() {
    if !rustix::process::geteuid().is_root() {
        // Only root can be what sudo makes of somebody; the rule itself is a table in `cli::opening`.
        eprintln!("left out: this needs root");
        return;
    }
    let home = Home::new();
    home.write(&["true; echo ran"]);
    let root = home.dir.path();
    // The program where everybody reaches it, and everything but what was made so far of the user's own.
    std::fs::remove_dir_all(root.join("home")).expect("made anew");
    std::fs::create_dir(root.join("home")).expect("a folder");
    let program = root.join("tejun");
    std::fs::copy(env!("CARGO_BIN_EXE_tejun"), &program).expect("the program");
    std::fs::set_permissions(root, std::fs::Permissions::from_mode(0o755)).expect("open");
    for name in ["home", "work", "records", "weekly.md"] {
        std::os::unix::fs::chown(root.join(name), Some(SOMEBODY), Some(SOMEBODY)).expect("given away");
    }
    let digest = tejun::ids::Digest::of(&std::fs::read(home.runbook()).expect("a runbook"));
    let run = ["run", &home.procedure("作業"), "--headless", "--trust", &format!("sha256:{}", digest.as_str())];

    let sudo = home.tejun_after(&format!("export SUDO_UID={SOMEBODY}"), &run);
    let said = String::from_utf8_lossy(&sudo.stderr).into_owned();
    assert!(!sudo.status.success() && said.contains("sudo -H tejun"), "{sudo:?}");
    let left: Vec<_> = std::fs::read_dir(root.join("home")).expect("a folder").flatten().collect();
    assert!(left.is_empty(), "{left:?}");

    let program = program.display();
    let as_user =
        format!("set -- setpriv --reuid {SOMEBODY} --regid {SOMEBODY} --clear-groups {program} \"$@\"; exec \"$@\"");
    let own = home.tejun_after(&as_user, &run);
    assert_eq!(own.status.code(), Some(0), "{own:?}");
    home.wait_for_hosts();
}
