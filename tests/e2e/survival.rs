//! What a run survives: the terminal, the host, the keeper.

use pretty_assertions::assert_eq;
use rustix::process::Signal;

use super::terminal::{Home, Terminal, kill, make_gate, open_gate};

/// A run whose first command waits at a gate.
fn at_the_gate(home: &Home) -> Terminal {
    at_the_gate_with(home, &[])
}

/// The same where the environment has more.
fn at_the_gate_with(home: &Home, more: &[(&str, &str)]) -> Terminal {
    make_gate(&home.work().join("gate"));
    let trusted = home.tejun(&["trust", &home.runbook().display().to_string()]);
    assert!(trusted.status.success(), "{trusted:?}");
    let mut terminal = home.terminal_with(100, 30, &["run", &home.procedure("待つ作業")], more);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("実行中");
    // The command says that it has begun; only then is something done to the processes.
    terminal.wait_for("waiting");
    terminal
}

fn attempts(home: &Home) -> serde_json::Value {
    home.runs()[0]["attempts"].clone()
}

fn marks(home: &Home) -> usize {
    std::fs::read_to_string(home.work().join("marker")).expect("a marker").lines().count()
}

#[test]
fn a_dropped_terminal_leaves_the_command_alive_and_attach_shows_its_end() {
    let home = Home::new();
    let terminal = at_the_gate(&home);

    terminal.hang_up();
    open_gate(&home.work().join("gate"));
    let mut back = home.terminal(100, 30, &["attach"]);
    back.wait_for("finished").wait_for("rc 0");

    assert_eq!(attempts(&home)[0]["status"], 0);
    assert_eq!(marks(&home), 1);
}

#[test]
fn a_killed_host_is_replaced_by_one_that_adopts_the_keeper() {
    let home = Home::new();
    let terminal = at_the_gate(&home);
    let hosts = home.processes("host");
    assert_eq!(hosts.len(), 1, "one host");

    kill(hosts[0]);
    terminal.hang_up();
    let mut back = home.terminal(100, 30, &["attach"]);
    back.wait_for("実行中");
    open_gate(&home.work().join("gate"));
    back.wait_for("finished").wait_for("rc 0");

    assert_eq!(attempts(&home)[0]["progress"], "exited");
    assert_eq!(marks(&home), 1);
    assert_ne!(home.processes("host"), hosts);
}

#[test]
fn b24_a_socket_that_was_taken_away_under_a_living_host_is_there_again_after_attach() {
    let home = Home::new();
    let terminal = at_the_gate(&home);
    let runs = std::fs::read_dir(home.dir.path().join("home/.local/state/tejun/runs")).expect("runs");
    let socket = runs.flatten().next().expect("a run").path().join("host.sock");

    std::fs::remove_file(&socket).expect("it was there");
    terminal.hang_up();
    let mut back = home.terminal(100, 30, &["attach"]);
    back.wait_for("実行中");
    open_gate(&home.work().join("gate"));
    back.wait_for("finished").wait_for("rc 0");

    assert!(socket.exists());
    assert_eq!((home.processes("host").len(), marks(&home)), (1, 1), "one host, and nothing was run again");
}

#[test]
fn b32_a_run_is_reached_after_the_last_logout_has_taken_the_runtime_folder_away() {
    let home = Home::new();
    let folder = home.dir.path().join("run-user");
    std::fs::create_dir(&folder).expect("a folder");
    let user = [("XDG_RUNTIME_DIR", folder.to_str().expect("ASCII"))];
    let terminal = at_the_gate_with(&home, &user);
    let hosts = home.processes("host");

    terminal.hang_up();
    std::fs::remove_dir_all(&folder).expect("it was there");
    // Once as one who logs in again and has no such folder yet, once with another one.
    for again in [folder.clone(), home.dir.path().join("another")] {
        let user = [("XDG_RUNTIME_DIR", again.to_str().expect("ASCII"))];
        let mut back = home.terminal_with(100, 30, &["attach"], &user);
        back.wait_for("実行中").wait_for("waiting").keys("q").wait_for("離れますか").keys("y");
        assert!(back.ended().0.success());
    }
    open_gate(&home.work().join("gate"));
    let mut back = home.terminal_with(100, 30, &["attach"], &user);
    back.wait_for("finished").wait_for("rc 0");

    assert_eq!((home.processes("host"), marks(&home)), (hosts, 1), "the same host, and nothing was run again");
}

#[test]
fn i5_with_host_and_keeper_killed_the_outcome_is_unknown_and_nothing_runs_again() {
    let home = Home::new();
    let mut terminal = at_the_gate(&home);
    terminal.keys("n").wait_for("メモ").keys("電源の警告音").keys("<c-s>");
    // The note stands in the details once its fact is durable; in the dialog it stood before.
    terminal.wait_without("メモ（手順）").wait_for("電源の警告音");

    for word in ["host", "keep"] {
        for pid in home.processes(word) {
            kill(pid);
        }
    }
    terminal.hang_up();
    let mut back = home.terminal(100, 30, &["attach"]);
    back.wait_for("結果不明").wait_for("電源の警告音");

    assert_eq!(attempts(&home)[0]["progress"], "unknown");
    assert_eq!(marks(&home), 1, "nothing was run again");
}

#[test]
fn a_ticket_that_is_bound_to_the_terminal_session_is_asked_for_once() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let ticket = home.work().join("ticket");
    // As sudo does: the ticket holds for a terminal and its session.
    let script = "#!/bin/bash\n\
        set -- \"$1\" \"$(cut -d' ' -f6,7 /proc/$$/stat)\"\n\
        if [ \"$(cat ticket.session 2>/dev/null)\" != \"$2\" ]; then\n\
          printf 'PASSWORD for %s: ' \"$1\" > /dev/tty; read -rs word < /dev/tty; echo \"$2\" > ticket.session\n\
        fi\n\
        echo \"$1 passed\"\n";
    std::fs::write(&ticket, script).expect("written");
    std::fs::set_permissions(&ticket, std::fs::Permissions::from_mode(0o700)).expect("executable");
    home.tejun(&["trust", &home.runbook().display().to_string()]);

    let mut terminal = home.terminal(100, 30, &["run", &home.procedure("券の作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("PASSWORD for one");
    terminal
        .keys("i")
        .wait_for("入力")
        .keys("s3cret<enter>")
        .wait_for("one passed")
        .wait_for("終了しました")
        .keys("<esc>");
    terminal.wait_without("入力中").keys("j<enter>").wait_for("two passed");

    assert!(!terminal.screen().contains("PASSWORD for two"), "{}", terminal.screen());
    assert!(!terminal.screen().contains("s3cret"));
}

#[test]
fn a_screen_that_is_told_to_end_gives_the_terminal_back_and_the_command_goes_on() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let home = Home::new();
        let terminal = at_the_gate(&home);

        terminal.signal(signal);
        let (status, raw) = terminal.ended();

        assert_eq!(status.code(), Some(0), "{signal:?}");
        assert!(String::from_utf8_lossy(&raw).contains("\u{1b}[?1049l"), "{signal:?}: the other screen was left");
        assert_eq!(attempts(&home)[0]["progress"], "running", "{signal:?}");
        open_gate(&home.work().join("gate"));
    }
}

#[test]
fn a_vanished_terminal_ends_the_screen_and_not_the_run() {
    let home = Home::new();
    let terminal = at_the_gate(&home);

    let status = terminal.hang_up();

    assert!(status.code().is_some() || status.success() || !home.processes("host").is_empty(), "{status:?}");
    assert_eq!(home.processes("host").len(), 1);
    assert_eq!(attempts(&home)[0]["progress"], "running");
    open_gate(&home.work().join("gate"));
}

/// Makes the first sync of the host's journal fail, as a disk that dies does; the kernel then says that all is well.
fn fail_one_sync(host: i32) -> std::process::Child {
    #[expect(clippy::disallowed_methods, reason = "the test injects the fault")]
    let mut strace = std::process::Command::new("strace");
    strace.args(["-f", "-p", &host.to_string(), "-e", "trace=fsync,fdatasync"]);
    strace.args(["-e", "inject=fsync,fdatasync:error=EIO:when=1"]).stderr(std::process::Stdio::piped());
    let mut strace = strace.spawn().expect("scripts/test installs strace");
    let mut said = std::io::BufReader::new(strace.stderr.take().expect("piped"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).expect("strace speaks");
    assert!(line.contains("attached"), "{line}");
    // What it says later has to go somewhere.
    std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
    strace
}

#[test]
fn i3_the_first_failed_sync_is_final_for_the_host_and_the_next_one_knows_how_the_command_ended() {
    let home = Home::new();
    let mut terminal = at_the_gate(&home);
    let hosts = home.processes("host");
    let mut strace = fail_one_sync(hosts[0]);

    open_gate(&home.work().join("gate"));
    terminal.wait_for("ここではもう書きません");
    assert_eq!(attempts(&home)[0]["progress"], "running", "nothing is pretended");
    strace.kill().expect("it ends");
    strace.wait().expect("it ends");
    terminal.hang_up();
    let mut back = home.terminal(100, 30, &["attach"]);
    back.wait_for("finished").wait_for("rc 0");

    assert_eq!(attempts(&home)[0]["progress"], "exited");
    assert_eq!(marks(&home), 1, "nothing was run again");
    assert!(!home.processes("host").contains(&hosts[0]), "the host that writes no more is gone");
}

#[test]
fn a_run_without_a_screen_ends_when_its_host_writes_no_more_and_says_how_to_go_on() {
    let home = Home::new();
    make_gate(&home.work().join("gate"));
    home.write(&["echo begun; cat gate; echo over"]);
    let mut run = home.spawn(&["run", &home.procedure("作業"), "--headless"]);
    let mut out = std::io::BufReader::new(run.stdout.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("| begun") {
        line.clear();
        assert_ne!(std::io::BufRead::read_line(&mut out, &mut line).expect("it speaks"), 0, "it ended");
    }
    let mut strace = fail_one_sync(home.processes("host")[0]);

    open_gate(&home.work().join("gate"));
    let ended = run.wait_with_output().expect("it ends");

    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(5), "{said}");
    assert!(said.contains("ここではもう書きません") && said.contains("tejun attach"), "{said}");
    strace.kill().expect("it ends");
    strace.wait().expect("it ends");
}

/// How large the host's files may grow: what a disk without space is to it.
fn room_for(host: i32, most: Option<u64>) {
    let host = rustix::process::Pid::from_raw(host);
    let limit = rustix::process::Rlimit { current: most, maximum: None };
    rustix::process::prlimit(host, rustix::process::Resource::Fsize, limit).expect("a limit");
}

#[test]
fn a10_a12_a_host_without_room_starts_nothing_leaves_what_runs_alive_and_goes_on_by_itself_when_there_is_room() {
    let home = Home::new();
    let mut terminal = at_the_gate(&home);
    let hosts = home.processes("host");

    room_for(hosts[0], Some(1));
    terminal.keys("n").wait_for("メモ").keys("電源の警告音").keys("<c-s>").wait_for("空きがなく");
    // The note comes back into its dialog with the reason, and can be sent again later.
    terminal.wait_for("この操作は行われていません").keys("<esc>").wait_without("メモ（手順）");
    assert_eq!(attempts(&home)[0]["progress"], "running", "it lives");
    open_gate(&home.work().join("gate"));
    // Its end is seen, and waits for the disk.
    terminal.wait_for("finished");
    assert_eq!(attempts(&home)[0]["progress"], "running", "what is readable is what was saved");

    room_for(hosts[0], None);
    terminal.wait_without("空きがなく").wait_for("rc 0");
    assert_eq!(attempts(&home)[0]["progress"], "exited");
    assert_eq!((home.processes("host"), marks(&home)), (hosts, 1), "the same host, and nothing was run again");
}

/// A group of processes that may use 32 MB of memory; why there can be none here where there is none.
struct LittleMemory(std::path::PathBuf);

impl LittleMemory {
    fn new() -> Result<Self, String> {
        let name = format!("tejun-test-{}", std::process::id());
        let told = |fault: std::io::Error| fault.to_string();
        // The second version of control groups, then the first.
        for (parent, limits) in [
            ("/sys/fs/cgroup", &[("memory.max", "33554432"), ("memory.swap.max", "0")][..]),
            ("/sys/fs/cgroup/memory", &[("memory.limit_in_bytes", "33554432")][..]),
        ] {
            let group = Self(std::path::Path::new(parent).join(&name));
            if std::fs::create_dir(&group.0).is_err() || !group.0.join(limits[0].0).exists() {
                continue;
            }
            std::fs::write(group.0.join(limits[0].0), limits[0].1).map_err(told)?;
            for (file, value) in &limits[1..] {
                let _no_swap_here = std::fs::write(group.0.join(file), value);
            }
            return Ok(group);
        }
        Err("no memory group can be made".to_owned())
    }
}

impl Drop for LittleMemory {
    fn drop(&mut self) {
        let _busy = std::fs::remove_dir(&self.0);
    }
}

#[test]
fn b35_a_command_that_is_killed_for_want_of_memory_is_told_so_and_the_run_goes_on() {
    let group = LittleMemory::new();
    // The shell of the command is killed; then a program of it, and the shell says 137.
    let mut programs = vec!["kill -9 $PPID".to_owned(), "kill -9 $$".to_owned()];
    match &group {
        Ok(group) => programs.push(format!(
            "echo $$ > {}/cgroup.procs || exit; x=$(head -c 300000000 /dev/zero | tr '\\0' a); echo ${{#x}}",
            group.0.display()
        )),
        Err(why) => eprintln!("without a real lack of memory: {why}"),
    }
    for program in &programs {
        let home = Home::new();
        std::fs::write(home.work().join("program"), format!("{program}\n")).expect("a program");
        home.write(&["bash ./program"]);

        let output = home.tejun(&["run", &home.procedure("作業"), "--headless"]);

        assert_eq!(output.status.code(), Some(1), "{program}: {output:?}");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("強制終了（メモリ不足の可能性）"), "{program}: {said}");
        let (record, text) = home.record();
        assert!(text.contains("強制終了（メモリ不足の可能性）"), "{program}: {text}");
        let verified = home.tejun(&["verify", &record.display().to_string()]);
        assert_eq!(verified.status.code(), Some(0), "{program}: {verified:?}");
        home.wait_for_hosts();
    }
}

#[test]
fn b35_a_command_that_a_person_killed_lacks_no_memory() {
    let home = Home::new();
    let mut terminal = at_the_gate(&home);

    terminal.keys("<c-c>").wait_for("強制終了").keys("jj<enter>").wait_for("signal 9");

    assert!(!terminal.screen().contains("メモリ不足"), "{}", terminal.screen());
}

#[test]
fn who_lives_on_after_a_command_is_told_and_what_it_prints_late_is_in_the_record() {
    let home = Home::new();
    let gate = home.work().join("gate");
    make_gate(&gate);
    home.write(&["(read -r x < gate; echo おそい出力; echo told > told; exec sleep 1000) & disown; echo begun"]);
    let mut terminal = home.terminal(100, 30, &["run", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("残ったプロセス");

    open_gate(&gate);
    terminal.keys(" ").wait_for("コメント").keys("<enter>").wait_for("1/1");
    while !home.work().join("told").exists() {
        std::thread::yield_now();
    }
    terminal.keys("S").wait_for("署名して終えますか").wait_for("残ったプロセス").keys("y").wait_for("記録");
    home.wait_for_hosts();

    let (record, text) = home.record();
    assert!(text.contains("残ったプロセス"), "{text}");
    let beside = record.with_extension("evidence");
    let late = std::fs::read_dir(&beside)
        .expect("evidence")
        .flatten()
        .find(|e| e.file_name().to_string_lossy().contains("終了後の出力"));
    let late = std::fs::read_to_string(late.expect("what came late").path()).expect("text");
    assert_eq!(late, "おそい出力\r\n");
    let verified = home.tejun(&["verify", &record.display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    let pid = text.split("pid ").nth(1).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    kill(pid.and_then(|pid| pid.parse().ok()).expect("a number"));
}
