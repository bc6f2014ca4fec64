//! What is due, by the schedules of runbooks and the records.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::terminal::Home;

const BOOK: &str = "# 当番表\n\n## 毎日の点検\n\n- [ ] **時刻**\n  ```bash\n  date\n  ```\n\n## 予定\n\n| 頻度 | 作業 | 担当者 | 所要時間 | 優先度 |\n|---|---|---|---|---|\n| 週次 | 窓の清掃 | 夜番 | 20分 | 高 |\n";

fn with_book() -> Home {
    let home = Home::new();
    std::fs::write(home.runbook(), BOOK).expect("a runbook");
    home.settings(&format!("[library]\nfolders = [{:?}]\n", home.dir.path().join("books").display().to_string()));
    std::fs::create_dir(home.dir.path().join("books")).expect("a folder");
    std::fs::rename(home.runbook(), home.dir.path().join("books/roster.md")).expect("moved");
    home
}

fn due(home: &Home) -> Value {
    let output = home.tejun(&["due", "--json"]);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

fn duty<'a>(due: &'a Value, title: &str) -> &'a Value {
    let duties = due["duties"].as_array().expect("duties");
    duties.iter().find(|d| d["title"] == title).unwrap_or_else(|| panic!("{title}: {due:#}"))
}

#[test]
fn what_was_run_is_done_until_its_next_time() {
    let home = with_book();
    let book = home.dir.path().join("books/roster.md").display().to_string();
    let before = due(&home);
    assert_eq!(duty(&before, "毎日の点検")["state"], "today");
    assert_eq!(duty(&before, "毎日の点検")["last"], Value::Null);
    let windows = duty(&before, "窓の清掃");
    assert_eq!(
        json!([windows["owner"], windows["planned_min"], windows["priority"], windows["rank"], windows["tracked"]]),
        json!(["夜番", [20, 20], "高", "high", false])
    );

    assert!(home.tejun(&["trust", &book]).status.success());
    let run = home.tejun(&["run", &format!("{book}#毎日の点検"), "--headless"]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");

    let after = due(&home);
    let daily = duty(&after, "毎日の点検");
    assert_eq!(daily["state"], "next");
    assert_eq!(daily["last"]["outcome"], "well");
    assert_eq!(daily["last"]["operator"], "山田 太郎");
    // The record is the team's: without the journal it says the same.
    std::fs::remove_dir_all(home.dir.path().join("home/.local/state/tejun")).expect("removed");
    assert_eq!(duty(&due(&home), "毎日の点検")["state"], "next");
}

#[test]
fn a_report_tells_of_this_month_and_of_another_one() {
    let home = with_book();
    let book = home.dir.path().join("books/roster.md").display().to_string();
    assert!(home.tejun(&["trust", &book]).status.success());
    assert!(home.tejun(&["run", &format!("{book}#毎日の点検"), "--headless"]).status.success());

    let output = home.tejun(&["report", "monthly"]);

    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text.starts_with("# 月次報告 20"), "{text}");
    assert!(text.contains("| 毎日の点検 | 山田 太郎 | 成功 |"), "{text}");
    let before = home.tejun(&["report", "weekly", "--week", "2020-W10", &book]);
    assert!(String::from_utf8_lossy(&before.stdout).starts_with("# 週次報告 2020-W10"), "{before:?}");
    let wrong = home.tejun(&["report", "monthly", "--month", "November"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--month 2026-11"), "{wrong:?}");
}

#[test]
fn a_drill_does_no_duty() {
    let home = with_book();
    let book = home.dir.path().join("books/roster.md").display().to_string();
    let drill = home.tejun(&["drill", &format!("{book}#毎日の点検"), "--headless"]);
    assert!(drill.status.code().is_some_and(|code| code != 2 && code != 5), "{drill:?}");
    assert_eq!(duty(&due(&home), "毎日の点検")["state"], "today");
}

#[test]
fn the_list_is_told_in_groups_and_broken_files_are_said() {
    let home = with_book();
    std::fs::write(home.dir.path().join("books/broken.md"), b"# a\0b").expect("a file");
    std::fs::write(
        home.records().join("2026-01-01-broken.md"),
        "## 2026-01-01 作業\n- **結果**: 成功\n\n## 詳細\n\nx\n",
    )
    .expect("a file");

    let output = home.tejun(&["due"]);

    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    for words in ["今日", "毎日の点検", "記録なし", "期間内", "窓の清掃", "優先度 高", "夜番", "20分", "日ごとの予定"]
    {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert!(err.contains("broken.md") && err.contains("2026-01-01-broken.md"), "{err}");
}

#[test]
fn the_columns_stand_straight_where_the_terminal_draws_ambiguous_characters_wide() {
    use tejun::tui::text::cells_as;
    use tejun::tui::theme::Ambiguous;
    use unicode_segmentation::UnicodeSegmentation as _;
    let home = with_book();
    let book = home.dir.path().join("books/roster.md");
    let rows = "| 週次 | ①→②の交換 | 夜番 | 20分 | 高 |\n| 週次 | abc | 夜番 | 20分 | 高 |\n";
    std::fs::write(&book, format!("{BOOK}{rows}")).expect("a runbook");
    let own = std::fs::read_to_string(home.dir.path().join("home/.config/tejun/config.toml")).expect("settings");

    for (set, drawn) in [("2", Ambiguous::Wide), ("1", Ambiguous::Narrow), ("\"auto\"", Ambiguous::Narrow)] {
        home.settings(&format!("ambiguous_width = {set}\n{own}"));
        let output = home.tejun(&["due"]);
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let column = |words: &str| {
            let line = out.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}: {out}"));
            let before = line.split("当番表").next().expect("a part");
            before.graphemes(true).map(|letter| cells_as(letter, drawn)).sum::<usize>()
        };
        assert_eq!((column("①→②の交換"), column("abc")), (column("窓の清掃"), column("窓の清掃")), "{set}: {out}");
    }
    let list = home.tejun(&["record", "list"]);
    assert!(list.status.success(), "{list:?}");
}

#[test]
fn without_folders_it_says_what_to_write() {
    let home = Home::new();
    let output = home.tejun(&["due"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("[library]"), "{output:?}");
    let named = home.tejun(&["due", &home.runbook().display().to_string()]);
    assert!(String::from_utf8_lossy(&named.stdout).contains("朝の点検"), "{named:?}");
}

#[test]
fn the_calendar_file_holds_nothing_but_events() {
    let home = with_book();
    let output = home.tejun(&["due", "--ics", "--days", "20"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let file = String::from_utf8(output.stdout).expect("text");
    assert!(file.starts_with("BEGIN:VCALENDAR\r\n") && file.ends_with("END:VCALENDAR\r\n"), "{file:?}");
    assert!(file.lines().count() == file.matches("\r\n").count());
    assert!(file.matches("SUMMARY:毎日の点検").count() >= 20);
    assert_eq!(file.matches("SUMMARY:窓の清掃").count(), file.matches("PRIORITY:1").count());
}

#[test]
fn settings_that_are_wrong_are_named() {
    let home = with_book();
    for (settings, named) in [
        ("[calendar]\ntimezone = \"Nowhere\"\n", "time zone"),
        ("[calendar]\nholidays = [\"someday\"]\n", "someday"),
        ("[calendar]\nholidays = \"gone.csv\"\n", "gone.csv"),
    ] {
        home.settings(settings);
        let output = home.tejun(&["due"]);
        assert_eq!(output.status.code(), Some(2), "{settings}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(named), "{output:?}");
    }
}
