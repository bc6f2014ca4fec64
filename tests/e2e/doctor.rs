//! `tejun doctor` sees what is wrong, says why and what to do, and its exit status says whether it gets in the way.

use pretty_assertions::assert_eq;

use super::terminal::Home;

fn looked(home: &Home, line: &str) -> (Option<i32>, Vec<serde_json::Value>) {
    let output = home.tejun_after(line, &["doctor", "--json"]);
    let found = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"));
    (output.status.code(), found)
}

fn state<'a>(found: &'a [serde_json::Value], check: &str) -> (&'a str, &'a serde_json::Value) {
    let finding = found.iter().find(|f| f["check"] == check).unwrap_or_else(|| panic!("{check}: {found:?}"));
    (finding["state"].as_str().expect("a state"), finding)
}

#[test]
fn a_machine_that_is_well_gets_in_nobodys_way() {
    let home = Home::new();
    let trusted = home.tejun(&["trust", &home.runbook().display().to_string()]);
    assert!(trusted.status.success());
    home.tejun(&["run", &home.procedure("問題のない点検"), "--headless"]);

    let (exit, found) = looked(&home, "true");

    for check in ["locale", "bash", "ssh-keygen", "state-folder", "records-folder", "journal", "settings"] {
        assert_eq!(state(&found, check).0, "good", "{check}: {found:?}");
    }
    assert!(state(&found, "journal").1["seen"].as_str().expect("text").contains("SQLite 3."));
    assert_eq!(exit, Some(i32::from(found.iter().any(|f| f["state"] == "bad"))), "{found:?}");
    for finding in found.iter().filter(|f| f["state"] == "bad" || f["state"] == "warning") {
        assert!(!finding["why"].as_str().expect("text").is_empty(), "{finding}");
    }
}

#[test]
fn what_is_wrong_is_named_with_what_to_do() {
    let home = Home::new();
    home.settings("[sign_off]\nkey = \"/no/such/key\"\n[limts]\n");

    let (exit, found) = looked(&home, "export LANG=C; export TEJUN_RECORD_DIR=/proc/nothing");

    assert_eq!(exit, Some(1));
    assert_eq!(state(&found, "locale").0, "warning");
    assert_eq!(state(&found, "records-folder").0, "bad");
    let (settings, finding) = state(&found, "settings");
    assert_eq!(settings, "bad");
    assert!(finding["seen"].as_str().expect("text").contains("line 3"), "{finding}");
}

#[test]
fn a_machine_without_the_programs_is_told_so_in_the_language_of_the_reader() {
    let home = Home::new();

    let (exit, found) = looked(&home, "PATH=/nowhere");

    assert_eq!(exit, Some(1));
    assert_eq!((state(&found, "bash").0, state(&found, "ssh-keygen").0), ("bad", "warning"));
    for check in ["bash", "ssh-keygen"] {
        let seen = state(&found, check).1["seen"].as_str().expect("text");
        assert!(seen.contains("ありません"), "{seen}");
    }
}

#[test]
fn a_damaged_journal_and_an_open_folder_are_seen() {
    let home = Home::new();
    home.tejun(&["trust", &home.runbook().display().to_string()]);
    home.tejun(&["run", &home.procedure("問題のない点検"), "--headless"]);
    home.wait_for_hosts();
    let folder = home.dir.path().join("home/.local/state/tejun");
    let journal = folder.join("journal.db");
    let mut bytes = std::fs::read(&journal).expect("a journal");
    // What lay in the log is gone, and the first page is not what it was.
    for suffix in ["-wal", "-shm"] {
        let _not_there = std::fs::remove_file(folder.join(format!("journal.db{suffix}")));
    }
    bytes[100..4096].fill(0x5a);
    std::fs::write(&journal, &bytes).expect("written");

    let (exit, found) = looked(&home, "true");
    assert_eq!((exit, state(&found, "journal").0), (Some(1), "bad"), "{found:?}");

    let (exit, found) = looked(&home, &format!("chmod go+w {}", folder.display()));
    assert_eq!((exit, state(&found, "state-folder").0), (Some(1), "bad"), "{found:?}");
    assert_ne!(state(&found, "state-folder").1["todo"], "", "what to do is said");
}

#[test]
fn a_small_terminal_is_told_to_grow() {
    let home = Home::new();

    let mut terminal = home.terminal(39, 12, &["doctor"]);

    terminal.wait_for("妨げになるもの");
    assert!(!terminal.ended().0.success());
}

#[test]
fn a_terminal_that_draws_ambiguous_characters_wide_is_asked_or_set_by_hand() {
    let home = Home::new();
    let runbook = home.runbook().display().to_string();
    // The answer says where the cursor is: in the third column, behind one such character.
    for (setting, answer) in [("\"auto\"", "\u{1b}[1;3R"), ("2", "")] {
        home.settings(&format!("ambiguous_width = {setting}\n"));
        let mut terminal = home.terminal(80, 24, &["open", &runbook]);
        terminal.keys(answer).wait_for("- 手順書 -").keys("q");
        assert!(terminal.ended().0.success(), "{setting}");
    }
    home.settings("ambiguous_width = \"auto\"\n");
    let mut terminal = home.terminal(80, 24, &["open", &runbook]);
    terminal.keys("\u{1b}[1;2R").wait_for("─ 手順書 ─").keys("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn the_settings_name_the_language_and_the_theme_of_the_screen() {
    let home = Home::new();
    home.settings("language = \"en\"\ntheme = \"mine.toml\"\n");

    let (_, found) = looked(&home, "true");
    assert!(state(&found, "theme").1["seen"].as_str().expect("text").contains("config.toml, theme: "), "{found:?}");
    assert!(state(&found, "theme").1["why"].as_str().expect("text").contains("No screen opens."), "{found:?}");

    let themes = concat!(env!("CARGO_MANIFEST_DIR"), "/themes/light.toml");
    std::fs::copy(themes, home.dir.path().join("home/.config/tejun/mine.toml")).expect("a theme beside the settings");
    let (_, found) = looked(&home, "true");
    assert!(found.iter().all(|f| f["check"] != "theme"), "{found:?}");
    let (_, found) = looked(&home, "export TEJUN_LANG=ja TEJUN_THEME=no-such");
    assert!(state(&found, "theme").1["why"].as_str().expect("text").contains("画面が開けません"), "{found:?}");
}
