//! Names, sizes and surroundings that were made to mislead or to harm, on the real program in a terminal.

use std::path::Path;

use rustix::process::Signal;

use super::terminal::Home;

/// What a terminal would obey, or a reader would not see.
const NAME: &str = "a\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\n\u{202e}\u{200b}b.md";

/// Nothing of [`NAME`] has reached a terminal but as text.
#[track_caller]
fn harmless(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for bad in ["\u{1b}]", "\u{7}", "\u{1b}[2J\u{9b}", "\u{9b}", "\u{202e}", "\u{200b}"] {
        assert!(!text.contains(bad), "{what}: {bad:?} is in {text:?}");
    }
}

/// A home whose only runbook has [`NAME`] for its name, its title and that of its step.
fn named() -> Home {
    let home = Home::new();
    let text = format!("# {0}\n\n## 作業\n- [ ] **{0}**\n  ```bash\n  echo ran\n  ```\n", NAME.replace('\n', ""));
    std::fs::write(home.work().join(NAME), text).expect("a runbook");
    home
}

#[test]
fn d54_what_was_typed_wrongly_is_repeated_as_text_only() {
    let home = Home::new();
    for args in [&["doctor", NAME][..], &["run", "x.md", NAME], &["plan", NAME], &["replay", "x", "--size", NAME]] {
        let (status, raw) = home.terminal(100, 30, args).ended();

        assert_eq!(status.code(), Some(2), "{args:?}");
        harmless(&format!("{args:?}"), &raw);
        assert!(!raw.is_empty(), "{args:?} is refused with a word");
    }
}

#[test]
fn d54_names_of_files_and_people_are_text_in_errors_lists_and_json() {
    let home = named();
    let gone = format!("gone-{NAME}");
    for file in [NAME, &gone] {
        for args in [
            &["trust"][..],
            &["inspect"],
            &["inspect", "--json"],
            &["lint"],
            &["lint", "--json"],
            &["run", "--dry-run"],
            &["run", "--headless", "--operator", NAME],
            &["run", "--json", "--operator", NAME],
            &["verify"],
            &["record", "show"],
        ] {
            let output = home.tejun(&[args, &[file]].concat());
            harmless(&format!("{args:?}"), &[output.stdout, output.stderr].concat());
        }
    }
    for args in [&["runs"][..], &["runs", "--json"], &["record", "list"], &["due"], &["search", "ran"]] {
        let output = home.tejun(args);
        harmless(&format!("{args:?}"), &[output.stdout, output.stderr].concat());
    }
    assert_eq!(home.runs().as_array().map(Vec::len), Some(2), "both runs took place");
}

#[test]
fn d54_names_are_text_in_the_picker_the_run_and_the_home_screen() {
    let home = named();
    home.tejun(&["trust", NAME]);
    home.settings(&format!("[library]\nfolders = [{:?}]\n", home.work().display().to_string()));
    let mut terminal = home.terminal_with(100, 30, &["open", NAME], &[("TEJUN_OPERATOR", NAME)]);
    terminal.wait_for("作業").keys("<enter>").wait_for("開始しますか").keys("y").wait_for("まだ出力は");
    terminal.keys("<enter>").wait_for("rc 0").keys("q").wait_for("離れますか").keys("y");
    harmless("open", &terminal.ended().1);

    let mut terminal = home.terminal(100, 30, &[]);
    terminal.wait_for("実施中 1").keys("<tab>").wait_for("[手順書 1]").wait_for("]0;owned");
    terminal.keys("<tab>").wait_for("[実施中 1]").wait_for("作業 › a␛]0;owned").keys("q");
    harmless("home", &terminal.ended().1);
}

#[test]
fn e55_a_command_with_text_that_is_not_seen_is_shown_with_it_and_waits_for_a_person() {
    let unseen = ["\u{202e}", "\u{200b}", "\u{e0041}", "\u{a0}", "\u{ad}", "a\u{fe0f}", "рm"];
    let commands: Vec<String> = unseen.iter().map(|c| format!("touch marker{c}x")).collect();
    let home = Home::new();
    home.write(&commands.iter().map(String::as_str).collect::<Vec<_>>());

    let alone = home.tejun(&["run", &home.procedure("作業"), "--headless"]);

    let said = String::from_utf8_lossy(&alone.stdout).into_owned();
    assert_eq!((alone.status.code(), said.matches("見えない文字").count()), (Some(3), unseen.len()), "{said}");
    assert_eq!(std::fs::read_dir(home.work()).expect("a folder").count(), 0, "nothing ran");
    let home = Home::new();
    home.write(&["touch mark\u{202e}er"]);
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("作業")]);
    terminal
        .wait_for("開始しますか")
        .keys("y")
        .wait_for("まだ出力は")
        .wait_for("⟨U+202E⟩")
        .keys("<enter>")
        .wait_for("見えない文字や");
    harmless("the screen", &terminal.raw());
    assert_eq!(std::fs::read_dir(home.work()).expect("a folder").count(), 0, "nothing ran yet");
}

#[test]
fn e58_what_stands_where_nobody_looks_is_counted_and_not_run_alone() {
    let home = Home::new();
    home.write(&[
        &format!("echo one{}  touch hidden-below", "\n".repeat(200)),
        &format!("echo two{}; touch hidden-right", " ".repeat(300)),
    ]);
    let seen = std::fs::read_to_string(home.runbook()).expect("a runbook");
    let unseen = "\n<!--\n- [ ] **三**\n  ```bash\n  touch hidden-comment\n  ```\n-->\n\n[//]: # (touch hidden-link)\n\n\
                  <details><summary>x</summary>\n\n- [ ] **四**\n  ```bash\n  echo folded\n  ```\n\n</details>\n";
    std::fs::write(home.runbook(), seen + unseen).expect("a runbook");
    home.tejun(&["trust", &home.runbook().display().to_string()]);

    let output = home.tejun(&["run", &home.procedure("作業"), "--headless"]);

    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!((output.status.code(), said.matches("危険なコマンド: hidden-text").count()), (Some(3), 2), "{said}");
    assert!(said.contains("| folded") && !said.contains("hidden-comment") && !said.contains("hidden-link"), "{said}");
    assert_eq!(std::fs::read_dir(home.work()).expect("a folder").count(), 0, "nothing hidden ran");
}

#[test]
fn e60_trust_follows_neither_a_link_that_took_the_place_of_the_file_nor_a_copy() {
    let home = Home::new();
    home.write(&["touch marker"]);
    let (file, text) = (home.runbook(), std::fs::read(home.runbook()).expect("a runbook"));
    let elsewhere = home.dir.path().join("elsewhere.md");
    std::fs::write(&elsewhere, String::from_utf8_lossy(&text).replace("marker", "other")).expect("another runbook");
    let copy = home.dir.path().join("copy.md");
    std::fs::write(&copy, &text).expect("a copy");
    std::fs::remove_file(&file).expect("it is there");

    for (to, name) in [(&elsewhere, &file), (&copy, &file), (&copy, &copy)] {
        if name == &file {
            let _first = std::fs::remove_file(&file);
            std::os::unix::fs::symlink(to, &file).expect("a link");
        }
        let output = home.tejun(&["run", &format!("{}#作業", name.display()), "--headless"]);
        assert_eq!(output.status.code(), Some(3), "{}: {output:?}", to.display());
    }

    assert_eq!(std::fs::read_dir(home.work()).expect("a folder").count(), 0, "nothing ran");
}

#[test]
fn e63_what_destroys_with_an_empty_variable_waits_for_its_value_or_for_the_word_that_it_is_empty() {
    let home = Home::new();
    home.write(&["rm -rf ./kept\"$DIR\"/x", "DIR=./folder"]);
    let inside = home.work().join("kept/x");
    std::fs::create_dir_all(&inside).expect("a folder");

    let alone = home.tejun(&["run", &home.procedure("作業"), "--headless", "--only", "1"]);
    assert_eq!(alone.status.code(), Some(3), "{alone:?}");

    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>");
    terminal.wait_for("$DIR: 空です").wait_for("空の変数 DIR=\"\"");
    // The name of the machine alone is not enough.
    terminal.keys(&format!("{machine}<enter><enter>")).wait_for("名前が一致しません");
    assert!(inside.exists(), "nothing ran");
    terminal.keys("<esc>").wait_without("$DIR: ");
    terminal.keys("j<enter>").wait_for("rc 0").keys("k<enter>").wait_for("$DIR = ./folder").keys("<esc>");
    // Said in words, it runs as it stands.
    let home = Home::new();
    home.write(&["rm -rf ./kept\"$DIR\"/x"]);
    let inside = home.work().join("kept/x");
    std::fs::create_dir_all(&inside).expect("a folder");
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("$DIR: 空です");
    terminal.keys(&format!("{machine}<tab>DIR=\"\"<enter>")).wait_for("rc 0");
    assert!(!inside.exists(), "it ran");
}

#[test]
fn k115_after_a_storm_of_sizes_under_a_flood_the_command_knows_the_last_one() {
    let home = Home::new();
    home.write(&["n=0; while read -r x; do seq 1 100000; n=$((n+1)); echo \"$n: $(stty size)\"; done"]);
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("実行中 0:");
    terminal.keys("oi").wait_for("入力中").keys("<enter>");

    for n in 0..100u16 {
        let (cols, rows) =
            [(1, 1), (2, 1), (10, 3), (20, 5), (80, 24), (1000, 500), (3, 500), (1000, 1)][n as usize % 8];
        terminal.resize(cols + n % 3, rows);
    }
    terminal.resize(100, 30).wait_for("入力中").wait_for("\n1: ").keys("<enter>").wait_for("\n2: 25 100");

    assert!(!String::from_utf8_lossy(&terminal.raw()).contains("panicked"));
    terminal.keys("<c-d>").wait_for("終了しました");
}

#[test]
fn k117_a_danger_is_seen_and_confirmed_whatever_the_terminal_says_of_itself() {
    for other in [
        &[("TERM", "dumb")][..],
        &[("TERM", ""), ("LANG", "C"), ("TEJUN_LANG", "ja")],
        &[("TERM", "linux"), ("NO_COLOR", "1"), ("LC_ALL", "tr_TR.UTF-8"), ("TEJUN_LANG", "ja")],
    ] {
        let home = Home::new();
        home.write(&["rm -rf ./folder"]);
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        std::fs::create_dir(home.work().join("folder")).expect("a folder");
        let mut terminal = home.terminal_with(100, 30, &["open", &home.procedure("作業")], other);
        terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("危険");
        terminal
            .wait_for("ホスト名をそのまま")
            .keys(&format!("{}<enter>", host.replacen(['a', 'e', 'o', 'i', 'v'], "а", 1) + "x"))
            .wait_for("一致しません");
        assert!(home.work().join("folder").exists(), "{other:?}");
        terminal.keys(&format!("<c-u>{host}<enter>")).wait_for("rc 0");

        assert!(!home.work().join("folder").exists(), "{other:?}");
    }
}

#[test]
fn g79_a_secret_that_was_typed_is_only_in_the_environment_of_the_command_that_asked() {
    let home = Home::new();
    home.write(&["test -n <db_password> && echo given $((3+4)); read -r x"]);
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("秘密の値の入力");
    terminal.keys("true").wait_for("伏せられません").keys("<c-u>hunter22&x").wait_without("伏せられません");
    terminal.keys("<enter>").wait_for("given 7");

    let (mut given, mut argued) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir("/proc").expect("proc").flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let holds = |name: &str| {
            let bytes = std::fs::read(entry.path().join(name)).unwrap_or_default();
            bytes.windows(10).any(|w| w == b"hunter22&x")
        };
        given.extend(holds("environ").then_some(pid));
        argued.extend(holds("cmdline").then_some(pid));
    }
    terminal.keys("i").wait_for("入力中").keys("<enter>").wait_for("終了しました");

    let ours = [home.processes("open"), home.processes("host"), home.processes("keep")].concat();
    assert_eq!(argued, Vec::<i32>::new(), "it is no argument");
    assert!(!given.is_empty() && ours.iter().all(|pid| !given.contains(pid)), "{given:?} of {ours:?}");
    assert_eq!(holding(home.dir.path(), b"hunter22&x"), Vec::<std::path::PathBuf>::new());
    harmless("the screen", &terminal.raw());
    assert!(!String::from_utf8_lossy(&terminal.raw()).contains("hunter22"), "it was never drawn");
}

#[test]
fn g81_the_password_of_a_connection_is_masked_in_what_a_command_prints_too() {
    let home = Home::new();
    let url = "postgres://app:p%40ss%2Fw0rd@127.0.0.1:1/db";
    home.settings(&format!("[connections.main]\nurl = \"{url}\"\n"));
    std::fs::write(home.work().join("printed"), format!("{url}\nw: p@ss/w0rd\nj: p@ss\\/w0rd\n")).expect("a file");
    home.write(&["cat printed; cat \"$HOME/.config/tejun/config.toml\""]);

    let output = home.tejun(&["run", &home.procedure("作業"), "--headless"]);

    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(said.contains("| w: ***\n") && said.contains("| j: ***\n"), "{said}");
    for part in ["w0rd", "p%40ss"] {
        assert!(!said.contains(part), "{said}");
        for folder in ["home/.local", "records"] {
            assert_eq!(holding(&home.dir.path().join(folder), part.as_bytes()), Vec::<std::path::PathBuf>::new());
        }
    }
}

#[test]
fn g83_what_was_typed_unseen_is_in_no_file_whatever_ends_a_process() {
    let home = Home::new();
    home.write(&["read -rs -p \"password $((3+4)): \" word; echo; echo letters ${#word}; read -r x"]);
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("password 7:");
    terminal.keys("i").wait_for("入力中").keys("hunter22<enter>").wait_for("letters 8");

    // The signal that asks a process for a core: neither of those that saw the password ends by it.
    let (host, keeper) = (home.processes("host"), home.processes("keep"));
    for pid in host.iter().chain(&keeper) {
        let pid = rustix::process::Pid::from_raw(*pid).expect("a process");
        rustix::process::kill_process(pid, Signal::QUIT).expect("it is there");
    }
    terminal.keys("<enter>").wait_for("終了しました");

    assert_eq!((home.processes("host"), home.processes("keep")), (host, keeper));
    assert_eq!(holding(home.dir.path(), b"hunter22"), Vec::<std::path::PathBuf>::new());
}

/// The files below `folder` that hold `wanted`.
fn holding(folder: &Path, wanted: &[u8]) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("a kind"));
        if kind.is_dir() {
            found.extend(holding(&path, wanted));
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).unwrap_or_default();
            found.extend(bytes.windows(wanted.len()).any(|w| w == wanted).then_some(path));
        }
    }
    found
}
