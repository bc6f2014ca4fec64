//! `tejun` alone: from what is due to a run, and back.

use super::terminal::{Home, kill};

const BOOK: &str = "# 当番表\n\n## 毎日の点検\n\n- [ ] **時刻**\n  ```bash\n  echo needle-in-output\n  ```\n";

fn with_book() -> Home {
    let home = Home::new();
    let books = home.dir.path().join("books");
    std::fs::create_dir(&books).expect("a folder");
    std::fs::write(books.join("roster.md"), BOOK).expect("a runbook");
    home.settings(&format!("[library]\nfolders = [{:?}]\n", books.display().to_string()));
    let trusted = home.tejun(&["trust", &books.join("roster.md").display().to_string()]);
    assert!(trusted.status.success(), "{trusted:?}");
    home
}

#[test]
fn what_is_due_is_opened_run_signed_and_done_without_leaving_the_console() {
    let home = with_book();
    let mut terminal = home.terminal(100, 30, &[]);
    terminal.wait_for("今日").wait_for("毎日の点検").wait_for("記録なし");

    terminal.keys("<enter>").wait_for("開始しますか").keys("y").wait_for("残り");
    // A run is left, goes on, and is joined again from the list.
    terminal.keys("q").wait_for("離れ").keys("y").wait_for("実施中 1");
    terminal.keys("<tab><tab>").wait_for("[実施中 1]").wait_for("0/1").keys("<enter>").wait_for("残り");
    terminal.keys("<enter>").wait_for("rc 0").keys("<space>").wait_for("コメント").keys("<enter>").wait_for("1/1");
    terminal.keys("S").wait_for("特記事項").keys("y").wait_for(".md").keys("q");
    // Tomorrow is next, and the record is read here.
    terminal.wait_for("記録 1").keys("<tab>").wait_for("[記録 1]").wait_for("成功").keys("<enter>").wait_for("担当者");
    terminal.keys("q").wait_without("担当者").keys("sneedle-in<enter>").wait_for("証跡").wait_for("needle-in-output");
    terminal.keys("<tab>").wait_for("次回").keys("q");
    let (status, _) = terminal.ended();
    assert!(status.success(), "{status:?}");
    home.record();
}

#[test]
fn a_signed_run_whose_host_died_before_the_record_was_saved_is_finished_from_the_list_of_records() {
    let home = with_book();
    let (records, aside) = (home.records(), home.dir.path().join("aside"));
    let mut terminal = home.terminal(100, 30, &[]);
    terminal
        .wait_for("毎日の点検")
        .wait_for("記録なし")
        .keys("<enter>")
        .wait_for("開始しますか")
        .keys("y")
        .wait_for("残り");
    terminal.keys("<enter>").wait_for("rc 0").keys("<space>").wait_for("コメント").keys("<enter>").wait_for("1/1");
    std::fs::create_dir_all(&records).expect("a folder");
    std::fs::rename(&records, &aside).expect("taken away");
    std::fs::write(&records, "no folder").expect("in its place");
    terminal.keys("S").wait_for("特記事項").keys("y").wait_for("記録を書いています");
    terminal.hang_up();
    home.processes("host").into_iter().for_each(kill);
    home.wait_for_hosts();
    std::fs::remove_file(&records).expect("away");
    std::fs::rename(&aside, &records).expect("back");

    let mut terminal = home.terminal(100, 30, &[]);
    terminal.wait_for("記録 1").keys("<tab><tab><tab>").wait_for("記録未保存").keys("<enter>");

    terminal.wait_for("署名済み").wait_for(".md").keys("q").wait_for("成功").wait_without("記録未保存").keys("q");
    let (status, _) = terminal.ended();
    assert!(status.success(), "{status:?}");
    home.record();
}

#[test]
fn a_library_that_is_empty_offers_the_runbooks_that_come_with_the_program() {
    let home = Home::new();
    let mut terminal = home.terminal(80, 24, &[]);
    terminal.wait_for("[library]").keys("<tab>").wait_for("付属する手順書").wait_for("system-check.ja.md");
    terminal.keys("<enter>").wait_for("信頼済").keys("<esc>").wait_for("付属する手順書").keys("q");
    let (status, _) = terminal.ended();
    assert!(status.success(), "{status:?}");
}

#[test]
fn words_are_found_in_records_and_their_outputs() {
    let home = with_book();
    let book = home.dir.path().join("books/roster.md").display().to_string();
    assert!(home.tejun(&["run", &format!("{book}#毎日の点検"), "--headless"]).status.success());

    let found = home.tejun(&["search", "NEEDLE-in", "--json"]);

    assert_eq!(found.status.code(), Some(0), "{found:?}");
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).expect("json");
    let hits = found["hits"].as_array().expect("hits");
    assert!(hits.iter().any(|hit| hit["output"] == true) && hits.iter().any(|hit| hit["output"] == false), "{found:#}");
    assert_eq!(home.tejun(&["search", "そのような言葉はない"]).status.code(), Some(1));
    let told = home.tejun(&["search", "needle-in"]);
    assert!(String::from_utf8_lossy(&told.stdout).contains("needle-in-output"), "{told:?}");
}
