//! The main job on the screen: open, start, run, note, skip, judge, sign.

use pretty_assertions::assert_eq;

use super::terminal::{Home, Terminal};

fn opened(home: &Home, cols: u16, rows: u16, procedure: &str) -> Terminal {
    let trusted = home.tejun(&["trust", &home.runbook().display().to_string()]);
    assert!(trusted.status.success(), "{trusted:?}");
    let mut terminal = home.terminal(cols, rows, &["open", &home.procedure(procedure)]);
    terminal.wait_for("開始しますか").keys("y").wait_for("残り");
    terminal
}

/// Judges the current step with what the dialog proposes.
fn judge_as_proposed(terminal: &mut Terminal, next: &str) {
    terminal.keys("<space>").wait_for("コメント").keys("<enter>").wait_without("コメント").wait_for(next);
}

#[test]
fn a_run_is_started_worked_through_and_signed_and_the_record_holds_all_of_it() {
    let home = Home::new();
    let before = std::fs::read(home.runbook()).expect("a runbook");
    let mut terminal = opened(&home, 100, 30, "朝の点検");

    terminal.keys("<enter>").wait_for("rc 0").wait_for("85%").wait_for("提案: 要対応");
    terminal.keys("n").wait_for("メモ").keys("圧縮を先に行った").keys("<c-s>").wait_without("保存");
    judge_as_proposed(&mut terminal, "1/4");
    terminal.keys("c").keys("s").wait_for("理由").keys("控えは別の班が確認").keys("<enter>").wait_for("2/4");
    terminal.keys("c<enter>").wait_for("first").wait_for("rc 0").keys("<enter>").wait_for("second");
    terminal.wait_for("提案: OK");
    judge_as_proposed(&mut terminal, "3/4");
    terminal.keys("c<enter>").wait_for("rc 1").wait_for("提案: 判定不能");
    judge_as_proposed(&mut terminal, "4/4");
    terminal.keys("S").wait_for("特記事項").keys("y").wait_for("2026").wait_for(".md");
    terminal.keys("q");
    let (status, _) = terminal.ended();

    assert!(status.success(), "{status:?}");
    let (path, record) = home.record();
    let block: Vec<&str> = record.lines().take_while(|l| !l.is_empty()).collect();
    assert!(block[0].ends_with(" 週次点検"), "signed: {block:?}");
    assert_eq!(block[2], "- **担当者**: 山田 太郎");
    assert_eq!(block[4], "- **結果**: 失敗", "an undecided step is not well");
    assert!(block[6].contains("使用率85% → 古いログの整理") && block[6].contains("圧縮を先に行った"), "{block:?}");
    assert!(record.contains("控えは別の班が確認"), "the skip has its reason");
    assert!(record.contains("first") && record.contains("second"));
    assert_eq!(std::fs::read(home.runbook()).expect("a runbook"), before, "the source is never written");
    let verified = home.tejun(&["verify", &path.display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}

#[test]
fn an_untrusted_runbook_is_shown_and_runs_nothing_until_it_is_trusted() {
    let home = Home::new();
    let mut terminal = home.terminal(100, 30, &["open", &home.runbook().display().to_string()]);

    terminal.wait_for("朝の点検").wait_for("未信頼");
    let none = home.runs();
    terminal.keys("q");
    terminal.ended();

    assert_eq!(none, serde_json::json!([]));
}

#[test]
fn a_dangerous_command_waits_for_the_name_of_the_machine() {
    let home = Home::new();
    let mut terminal = opened(&home, 100, 30, "危険な作業");

    terminal.keys("<enter>").wait_for("FLUSHALL").wait_for("ホスト").keys("<enter>").keys("wrong<enter>");
    terminal.keys("<esc>").wait_without("wrong");

    assert_eq!(home.runs()[0]["attempts"], serde_json::json!([]), "nothing was started");
}

#[test]
fn a_second_screen_watches_and_can_take_over() {
    let home = Home::new();
    let mut first = opened(&home, 100, 30, "問題のない点検");

    let mut second = home.terminal(100, 30, &["attach"]);
    second.wait_for("閲覧").keys("<enter>");
    first.keys("<enter>").wait_for("rc 0");
    second.wait_for("rc 0").keys("t").wait_for("引き継ぎますか").keys("y").wait_without("閲覧");
    first.wait_for("閲覧");

    assert_eq!(home.runs()[0]["attempts"].as_array().map(Vec::len), Some(1), "the watcher's key started nothing");
}

#[test]
fn the_terminal_is_given_back_as_it_was() {
    let home = Home::new();
    let mut terminal = opened(&home, 80, 24, "問題のない点検");

    terminal.keys("q").wait_for("画面を離れますか").keys("y");
    let (status, raw) = terminal.ended();

    assert!(status.success());
    let raw = String::from_utf8_lossy(&raw).into_owned();
    let (on, off) = (raw.rfind("\x1b[?1049h"), raw.rfind("\x1b[?1049l"));
    assert!(off > on, "the other screen is left");
    assert!(raw.rfind("\x1b[?2004l") > raw.rfind("\x1b[?2004h"), "brackets around pastes are off");
    assert!(raw.rfind("\x1b[?25h") > raw.rfind("\x1b[?25l"), "the cursor shows");
    let order = (raw.find("\x1b[8l"), raw.rfind("\x1b[8h"));
    assert!(
        order.0.is_some() && order.1 > order.0,
        "the order of what is read from right to left is the terminal's again"
    );
}

#[test]
fn i12_nothing_that_a_runbook_or_a_command_says_reaches_the_terminal_as_a_command() {
    let home = Home::new();
    let hostile = "# 題\u{202e}名\u{1b}]0;owned\u{7}\n\n## 手\u{200b}順\u{1b}[2J\n- [ ] **項\u{1b}]52;c;b3duZWQ=\u{7}目**\n  ```bash\n  \
                   printf '\\033]52;c;b3duZWQ=\\007\\033]0;owned\\007\\033[21t\\033P$q\"p\\033\\\\\\033[c\\033[6n\\342\\200\\256rtl\\n'; echo do\"ne\"\n  ```\n";
    std::fs::write(home.runbook(), hostile).expect("written");
    home.tejun(&["trust", &home.runbook().display().to_string()]);

    let mut terminal = home.terminal(100, 30, &["open", &home.runbook().display().to_string()]);
    terminal.wait_for("手").keys("<enter>").wait_for("開始しますか").keys("y").wait_for("まだ出力は");
    terminal.keys("<enter>").wait_for("done").wait_for("rc 0");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();

    for forbidden in
        ["owned", "b3duZWQ", "\u{1b}]", "\u{1b}P", "\u{1b}[21t", "\u{1b}[c", "\u{1b}[6n", "\u{202e}", "\u{200b}"]
    {
        // The text of the command itself is shown; what it would do to a terminal is not in it.
        let shown_as_text = ["owned", "b3duZWQ"].contains(&forbidden);
        assert!(shown_as_text || !raw.contains(forbidden), "{forbidden:?} reached the terminal");
    }
}

#[test]
fn a_drill_on_the_screen_says_so_and_touches_nothing() {
    let home = Home::new();
    let mut terminal = home.terminal(100, 30, &["drill", &home.procedure("待つ作業")]);

    terminal.wait_for("訓練").wait_for("開始しますか").keys("y").wait_for("まだ出力は");
    terminal.keys("<enter>").wait_for("rc 0").wait_for("訓練");

    assert!(!home.work().join("marker").exists());
    assert_eq!(home.processes("keep"), Vec::<i32>::new(), "a drill has no keeper");
}

#[test]
fn a_deadline_counts_down_beside_its_title() {
    let home = Home::new();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks/incident-first-response.ja.md#連絡を受けたとき");
    let mut terminal = home.terminal(110, 30, &["open", shipped]);

    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").wait_for("残り 4:5").wait_for("14:5");
}

#[test]
fn a_terminal_that_is_too_small_is_told_so_and_recovers() {
    let home = Home::new();
    let mut terminal = opened(&home, 40, 10, "問題のない点検");

    terminal.resize(10, 3).wait_without("時刻の確認");
    terminal.resize(80, 24).wait_for("水曜日 02:00").wait_for("時刻の確認").wait_for("判定");
}

#[test]

fn a_runbook_can_be_looked_at_where_no_log_can_be_written() {
    let home = Home::new();
    let trusted = home.tejun(&["trust", &home.runbook().display().to_string()]);
    assert!(trusted.status.success(), "{trusted:?}");
    std::fs::create_dir(home.dir.path().join("home/.local/state/tejun/log")).expect("in the way of the log");

    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("朝の点検")]);

    terminal.wait_for("開始しますか");
}

#[test]
fn a_runbook_can_be_looked_at_where_no_record_can_be_written_and_a_run_is_refused() {
    let home = Home::new();
    home.tejun(&["trust", &home.runbook().display().to_string()]);
    let file = home.work().join("a-file");
    std::fs::write(&file, "x").expect("written");
    let records = file.display().to_string();

    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("待つ作業"), "--record-dir", &records]);
    terminal.wait_for("開始しますか").keys("y").wait_for("a-file");

    assert_eq!(home.runs(), serde_json::json!([]));
    assert!(!home.work().join("marker").exists());
}

#[test]
fn what_only_a_run_without_a_screen_can_do_is_refused_on_a_screen() {
    let home = Home::new();

    let mut terminal = home.terminal(200, 30, &["run", &home.procedure("朝の点検"), "--only", "3"]);
    terminal.wait_for("--headless");
    let (status, _) = terminal.ended();

    assert_eq!(status.code(), Some(2));
    assert_eq!(home.runs(), serde_json::json!([]));
}

#[test]
fn a_procedure_that_goes_on_is_joined_by_a_second_screen_and_refused_to_a_run_without_one() {
    let home = Home::new();
    let mut first = opened(&home, 100, 30, "朝の点検");
    first.keys("s").wait_for("理由").keys("別の班が確認<enter>").wait_for("1/4");

    let refused = home.tejun(&["run", &home.procedure("朝の点検"), "--headless"]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("tejun attach") && said.contains("--another"), "it says how to go on: {said}");
    assert_eq!(home.runs().as_array().map(Vec::len), Some(1), "nothing was begun");

    let mut second = home.terminal(100, 30, &["open", &home.procedure("朝の点検")]);
    second.wait_for("開始しますか").keys("y").wait_for("すでに実施中です").keys("<enter>");
    second.wait_for("1/4").wait_for("閲覧");
    second.keys("q").wait_for("離れますか").keys("y");
    second.ended();

    let another = home.tejun(&["run", &home.procedure("朝の点検"), "--headless", "--another"]);
    assert_eq!(another.status.code(), Some(1), "{another:?}");
    assert_eq!(home.runs().as_array().map(Vec::len), Some(2));
    first.keys("q").wait_for("離れますか");
}
