//! Floods, and output that was made to mislead or to harm.

use std::path::PathBuf;

use super::terminal::{Home, Terminal};

fn run_of(home: &Home, commands: &[&str]) -> Terminal {
    home.write(commands);
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は");
    terminal
}

/// The evidence of the only attempt.
pub(super) fn evidence(home: &Home) -> Vec<u8> {
    let runs = home.dir.path().join("home/.local/state/tejun/runs");
    let folders = std::fs::read_dir(runs).expect("runs").flatten().map(|run| run.path().join("evidence"));
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).expect("evidence").flatten());
    let outs: Vec<PathBuf> = files.map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "out")).collect();
    let [out] = &outs[..] else { panic!("one output: {outs:?}") };
    std::fs::read(out).expect("it can be read")
}

/// The most memory that a process of the program ever had, in megabytes.
fn most_memory(home: &Home, word: &str) -> u64 {
    let status = home.processes(word).into_iter().map(|pid| std::fs::read_to_string(format!("/proc/{pid}/status")));
    let peaks = status.flatten().filter_map(|s| {
        let line = s.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok()
    });
    peaks.max().expect("it runs") / 1024
}

#[test]
fn c38_a_flood_without_line_ends_is_stored_to_the_byte_and_costs_no_memory() {
    let home = Home::new();
    let mut terminal = run_of(&home, &["head -c 30000000 /dev/zero | tr '\\0' x; echo; echo end $((3+4))"]);
    terminal.keys("<enter>").wait_for("end 7").wait_for("rc 0");

    let stored = evidence(&home);
    assert_eq!(stored.len(), 30_000_000 + "\r\nend 7\r\n".len());
    assert!(stored[..30_000_000].iter().all(|b| *b == b'x'));
    for word in ["host", "keep", "open"] {
        let peak = most_memory(&home, word);
        assert!(peak < 120, "{word} had {peak} MB");
    }
}

#[test]
fn c39_a_flood_is_stopped_and_its_end_is_a_fact() {
    let home = Home::new();
    let mut terminal = run_of(&home, &["yes 氾濫"]);
    terminal.keys("<enter>").wait_for("実行中 0:").wait_for("│氾濫").keys("<c-c>").wait_for("止める").keys("<enter>");
    terminal.wait_for("signal 2").wait_without("実行中 0:");

    let runs = home.runs();
    assert_ne!(runs[0]["attempts"][0]["progress"], "running", "{runs}");
}

#[test]
fn k118_over_a_slow_line_keys_work_in_a_flood_and_nothing_piles_up() {
    let home = Home::new();
    super::terminal::make_gate(&home.work().join("done"));
    let mut terminal = run_of(&home, &["until [ -e enough ]; do seq 1 20000; done; seq 1 1000000; echo over > done"]);
    terminal.keys("<enter>").wait_for("実行中 0:").wait_for("1999");

    // Between a key and what it does the line carries no more than what it held already, and the picture after that.
    terminal.slow_down();
    for (keys, wanted) in [("n", "メモ（手順）"), ("遅い回線", "遅い回線"), ("<esc>", "? 助け")] {
        let bytes = terminal.keys(keys).take(1024, wanted);
        assert!(bytes < 64 * 1024, "{bytes} bytes went before {keys:?} was seen");
    }
    // The line takes nothing at all: the command goes on, and nobody keeps for the screen what it prints.
    std::fs::write(home.work().join("enough"), "").expect("a file");
    assert_eq!(std::fs::read_to_string(home.work().join("done")).expect("it came to its end"), "over\n");
    for word in ["host", "keep", "open"] {
        let peak = most_memory(&home, word);
        assert!(peak < 120, "{word} had {peak} MB");
    }
    terminal.speed_up().wait_for("rc 0").wait_for("1000000");
}

#[test]
fn c42_a_host_without_room_for_descriptors_runs_or_says_why_not() {
    for limit in [12, 16, 19, 20, 21, 22, 23, 24, 32, 48] {
        let home = Home::new();
        home.write(&["echo ran $((3+4))"]);
        let output = home.tejun_after(&format!("ulimit -n {limit}"), &["run", &home.procedure("作業"), "--headless"]);
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.code().is_some(), "{limit}: it ended by itself: {output:?}");
        assert!(!said.contains("panicked"), "{limit}: {said}");
        assert!(said.contains("ran 7") || !said.trim().is_empty() && !output.status.success(), "{limit}: {said}");
    }
}

#[test]
fn c41_a_line_that_is_written_over_is_stored_whole_and_read_as_what_was_left_of_it() {
    let home = Home::new();
    home.write(&["seq -s $'\\r' 1 100000"]);

    let output = home.tejun(&["run", &home.procedure("作業"), "--headless"]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let (path, record) = home.record();
    assert!(record.contains("\n```text\n100000\n```\n"), "{record}");
    let digits: u64 = (1..=100_000u64).map(|n| u64::from(n.ilog10()) + 2).sum();
    assert!(record.contains(&format!("**出力**: {} bytes", digits + 1)), "{record}");
    assert_eq!(home.tejun(&["verify", &path.display().to_string()]).status.code(), Some(0));
}

#[test]
fn c42_a_system_without_room_for_processes_starts_nothing_and_says_why() {
    let home = Home::new();
    home.write(&["echo ran $((3+4)) >> \"$HOME/marks\""]);
    // The command itself starts nothing: a shell that cannot fork tries again for half a minute.
    // Root may have as many as it likes, so another user is tried, one that has none yet; anybody else has some already.
    let other = rustix::process::getuid().is_root().then(|| 20_000 + std::process::id() % 40_000);
    let line = |limit: u32| match other {
        Some(uid) => {
            let home = home.dir.path().display();
            let caps = "--inh-caps=+dac_override --ambient-caps=+dac_override";
            let limited = format!("bash -c 'ulimit -u {limit}; exec \"$0\" \"$@\"'");
            format!("chown -R {uid} {home}; set -- setpriv --reuid {uid} {caps} {limited} \"$0\" \"$@\"; exec \"$@\"")
        }
        None => format!("ulimit -u {limit}"),
    };
    let marks = home.dir.path().join("home/marks");
    for limit in [1, 2, 12, 14] {
        let output = home.tejun_after(&line(limit), &["run", &home.procedure("作業"), "--headless", "--another"]);

        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let ran = std::fs::read_to_string(&marks).unwrap_or_default();
        assert!(output.status.code().is_some(), "{limit}: it ended by itself: {output:?}");
        assert!(!said.contains("panicked"), "{limit}: {said}");
        assert!(ran == "ran 7\n" || ran.is_empty() && !output.status.success(), "{limit}: {ran:?} {said}");
        assert!(!said.trim().is_empty(), "{limit}");
        let _nothing_ran = std::fs::remove_file(&marks);
    }
    // What was begun with too little room may wait for a screen.
    for entry in std::fs::read_dir("/proc").expect("proc").flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let owner = std::os::unix::fs::MetadataExt::uid(&entry.metadata().expect("it is there"));
        if other == Some(owner) {
            super::terminal::kill(pid);
        }
    }
}

#[test]
fn d45_questions_and_strings_of_a_program_reach_no_terminal_and_only_harmless_ones_are_answered() {
    let home = Home::new();
    let asks = concat!(
        r"\033]52;c;b3duZWQ=\a\033]52;c;?\a\033]0;TITLE\a\033]2;TITLE\a\033[21t\033[20t\033P$qm\033\\\033[c\033[>c\033[6n",
        r"\033[5n\033]10;?\a\033]11;?\a\033]4;1;?\a\005\033GQ\033Ptmux;\033\033]52;c;eA==\a\033\\\033]8;;javascript:x\aLINK",
        r"\033]8;;\a\033[?1000h\033[?1006h\033[>1u\033[?2004h\033[?1049h\033[3J\033c",
    );
    let command = format!("stty -icanon -echo min 0 time 20; printf '{asks}'; cat -v; echo; echo over $((3+4))");
    let mut terminal = run_of(&home, &[&command]);
    terminal.keys("<enter>").wait_for("over 7").wait_for("rc 0");
    terminal.keys("q").wait_for("画面を離れますか").keys("y");
    let (_, raw) = terminal.ended();

    let raw = String::from_utf8_lossy(&raw);
    for unseen in [
        "\u{1b}]",
        "\u{1b}P",
        "\u{5}",
        "\u{1b}[21t",
        "\u{1b}[?1000h",
        "\u{1b}[?1006h",
        "\u{1b}[>1u",
        "\u{1b}[3J",
        "\u{1b}c",
    ] {
        assert!(!raw.contains(unseen), "{unseen:?} reached the terminal");
    }
    let answers = String::from_utf8_lossy(&evidence(&home)).into_owned();
    for answer in answers.split("^[").skip(1) {
        let answer = answer.split(['\r', '\n']).next().unwrap_or_default();
        let harmless = answer.strip_prefix('[').is_some_and(|rest| {
            rest.trim_start_matches(['?', '>'])
                .trim_end_matches(['c', 'n', 'R'])
                .chars()
                .all(|c| c.is_ascii_digit() || c == ';')
        });
        assert!(harmless, "{answer:?} was answered in {answers:?}");
    }
}

#[test]
fn d47_a_picture_of_a_dialog_stays_in_its_pane_and_decides_nothing() {
    let home = Home::new();
    let fake = r"printf '\033[2J\033[1;1H\033[42m PASS\105D 提案: OK \033[0m\033[99;1H y はい\033[?25l'; exit 3";
    let mut terminal = run_of(&home, &[fake]);
    // The command's own text does not hold the word: it stands on the screen once the picture does.
    terminal.keys("<enter>").wait_for("rc 3").wait_for("判定不能").wait_for("PASSED");

    let screen = terminal.screen();
    let rows: Vec<&str> = screen.lines().collect();
    assert!(rows[0].contains("手順書") && !rows[0].contains("PASSED"), "{screen}");
    let painted = rows.iter().rposition(|row| row.contains("PASSED 提案: OK")).expect("it is shown");
    let title = rows.iter().position(|row| row.contains("─ 出力")).expect("the pane has a title");
    assert!(painted > title, "it stands in the pane: {screen}");
}

#[test]
fn d48_a_string_without_end_and_modes_left_on_hide_nothing_that_comes_later() {
    let home = Home::new();
    let first = r"printf '\033]0;'; head -c 5000000 /dev/zero | tr '\0' x; printf '\033\\\033[?1049h\033[?1003h\033[?25l\033[8m\033(0'; echo first $((3+4))";
    let mut terminal = run_of(&home, &[first, "echo second $((5+4)) 後で見える"]);
    terminal.keys("<enter>").wait_for("rc 0").keys("j<enter>").wait_for("second 9 後で見える");
    assert!(most_memory(&home, "host") < 120);
    terminal.keys("q").wait_for("画面を離れますか").keys("y");
    let (_, raw) = terminal.ended();

    let raw = String::from_utf8_lossy(&raw);
    assert!(
        !raw.contains("\u{1b}[?1003h") && raw.rfind("\u{1b}[?25h") > raw.rfind("\u{1b}[?25l"),
        "modes are as before"
    );
}

#[test]
fn d50_bytes_that_are_no_text_are_stored_as_they_came() {
    let home = Home::new();
    let mut terminal = run_of(&home, &[r"printf 'a\xff\xfe\x00\xed\xa0\x80\xf8z\n'; echo 次 $((3+4))"]);
    terminal.keys("<enter>").wait_for("次 7").wait_for("rc 0");

    assert_eq!(evidence(&home), b"a\xff\xfe\x00\xed\xa0\x80\xf8z\r\n\xe6\xac\xa1 7\r\n");
    assert!(terminal.screen().contains('\u{fffd}'), "what cannot be shown is seen to be there");
}
