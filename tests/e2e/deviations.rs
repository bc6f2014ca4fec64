//! What a run does otherwise than its document, through to the record: steps that are added, work that is held, things to
//! be undone, and a document that is changed while the work goes on.

use pretty_assertions::assert_eq;

use super::terminal::{Home, Terminal};

const TEXT: &str = "# 手順書

### 作業
- [ ] **灯りをつける**
  ```bash
  echo on''e
  ```
- [ ] **容量を見る**
  ```bash
  echo small''er
  ```
- [ ] **窓を閉める**
";

fn home() -> Home {
    let home = Home::new();
    std::fs::write(home.runbook(), TEXT).expect("a runbook");
    home
}

fn opened(home: &Home, command: &str) -> Terminal {
    if command == "open" {
        let trusted = home.tejun(&["trust", &home.runbook().display().to_string()]);
        assert!(trusted.status.success(), "{trusted:?}");
    }
    let mut terminal = home.terminal(100, 30, &[command, &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("残り");
    terminal
}

/// Judges the current step as well.
fn judge(terminal: &mut Terminal, comment: &str, next: &str) {
    terminal.keys("c<space>").wait_for("コメント").keys("<tab>").keys(comment).keys("<enter>");
    terminal.wait_without("コメント").wait_for(next);
}

/// Signs the run off, and gives its record.
fn signed(home: &Home, mut terminal: Terminal) -> String {
    terminal.keys("S").wait_for("特記事項").keys("y").wait_for(".md").keys("q");
    let (status, _) = terminal.ended();
    assert!(status.success(), "{status:?}");
    let (path, record) = home.record();
    let verified = home.tejun(&["verify", &path.display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    record
}

/// The line of a record that holds `words`.
#[track_caller]
fn line<'a>(record: &'a str, words: &str) -> &'a str {
    record.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no `{words}` in {record}"))
}

#[test]
fn a_runbook_that_was_changed_is_taken_in_and_only_the_changed_step_is_done_again() {
    let home = home();
    let mut terminal = opened(&home, "open");
    terminal.keys("<enter>").wait_for("one").wait_for("rc 0");
    judge(&mut terminal, "", "1/3");
    terminal.keys("c<enter>").wait_for("smaller").wait_for("rc 0");
    judge(&mut terminal, "", "2/3");
    let text = TEXT.replace("small''er", "large''r").replace("窓を閉める", "戸を閉める");

    // What is changed again between the look and the yes is not taken in, nor is a file that is gone.
    std::fs::write(home.runbook(), TEXT.replace("small''er", "tin''y")).expect("changed");
    terminal.keys("D").wait_for("r で取り込み").keys("r").wait_for("tin''y").keys("r").wait_for("取り込みますか");
    terminal.wait_for("そのまま 2 · 変更 1");
    std::fs::write(home.runbook(), &text).expect("changed again");
    terminal.keys("y").wait_for("また変更された").keys("<esc>").wait_without("取り込みますか");
    terminal.keys("D").wait_for("r で取り込み").keys("r").wait_for("large''r").keys("r").wait_for("取り込みますか");
    std::fs::remove_file(home.runbook()).expect("gone");
    terminal.keys("y").wait_for("weekly.md").wait_for("取り込みますか").keys("<esc>").wait_without("取り込みますか");
    std::fs::write(home.runbook(), &text).expect("back");

    terminal.keys("D").wait_for("r で取り込み").keys("r").wait_for("large''r").keys("r").wait_for("取り込みますか");
    terminal.wait_for("変更 2 容量を見る").wait_for("追加 3 戸を閉める").wait_for("削除 3 窓を閉める");
    terminal
        .wait_for("まだ信頼されていません")
        .keys("y")
        .wait_for("取り込みました")
        .wait_for("1/3")
        .wait_for("戸を閉める");
    terminal.keys("c<enter>").wait_for("larger").wait_for("rc 0");
    judge(&mut terminal, "", "2/3");
    judge(&mut terminal, "", "3/3");
    let record = signed(&home, terminal);

    let taken = line(&record, "実施中に取り込んだ手順書の変更");
    for digest in [TEXT, text.as_str()].map(|text| tejun::ids::Digest::of(text.as_bytes())) {
        assert!(taken.contains(digest.as_str()), "{taken}");
    }
    assert!(taken.contains("山田 太郎"), "{taken}");
    assert!(record.contains("echo small''er") && record.contains("echo large''r"), "both attempts stay: {record}");
    assert!(line(&record, "実施中に手順書から削除された").contains("窓を閉める"));
    assert_eq!(home.runs()[0]["attempts"].as_array().map(Vec::len), Some(3));
    let trusted = home.tejun(&["run", &home.procedure("作業"), "--headless"]);
    assert!(!String::from_utf8_lossy(&trusted.stderr).contains("信頼"), "the yes trusted the new text: {trusted:?}");
}

#[test]
fn a_drill_takes_a_changed_runbook_in_without_trusting_it() {
    let home = home();
    let mut terminal = opened(&home, "drill");
    std::fs::write(home.runbook(), TEXT.replace("窓を閉める", "戸を閉める")).expect("changed");

    terminal.keys("D").wait_for("r で取り込み").keys("r").wait_for("+").keys("r").wait_for("取り込みますか");
    let shown = terminal.screen();
    terminal.keys("y").wait_for("取り込みました").wait_for("戸を閉める");
    terminal.keys("A").wait_for("理由").keys("練習は終わり<enter>").wait_for(".md").keys("q");
    terminal.ended();

    assert!(!shown.contains("信頼"), "{shown}");
    let (_, record) = home.record();
    assert!(record.contains("【訓練】") && record.contains("実施中に取り込んだ手順書の変更"), "{record}");
    let plain = home.tejun(&["run", &home.procedure("作業"), "--headless"]);
    assert!(!plain.status.success(), "nobody trusted it: {plain:?}");
}

/// The work of a run with a step of its own, a hold and something to be undone.
fn deviate(home: &Home, command: &str) -> String {
    let mut terminal = opened(home, command);
    terminal.keys("H").wait_for("⏎ 決定").keys("責任者の承認<enter>").wait_for("ホールドポイント: 責任者の承認");
    terminal.keys("<enter>").wait_for("⏎ 決定").keys("<esc>").wait_without("⏎ 決定");
    let held = home.runs();
    assert_eq!(held[0]["attempts"], serde_json::json!([]), "nothing runs while the work is held");
    terminal.keys("H").wait_for("⏎ 決定").keys("佐藤<enter>電話で了承<enter>").wait_for("解除 佐藤: 電話で了承");
    terminal.keys("<enter>").wait_for("rc 0");
    terminal.keys("+").wait_for("手順を追加する").keys("温度を測る<enter>echo wa''rm<enter>警報が出た<enter>");
    terminal.wait_for("+ 温度を測る");
    terminal.keys("r").wait_for("⏎ 決定").keys("灯りを消す<enter>").wait_without("⏎ 決定").wait_for("灯りを消す");
    judge(&mut terminal, "付いた", "1/4");
    terminal.keys("c<enter>").wait_for("rc 0");
    judge(&mut terminal, "28度", "2/4");
    terminal.keys("c<enter>").wait_for("rc 0");
    judge(&mut terminal, "十分", "3/4");
    judge(&mut terminal, "閉めた", "4/4");
    // What is owed stands in the way of the signature.
    terminal.keys("S").wait_for("元に戻した").keys("<enter>").wait_for("コメント");
    terminal.keys("消した<enter>").wait_without("コメント").wait_without("灯りを消す");
    signed(home, terminal)
}

#[test]
fn an_added_step_a_hold_point_and_what_is_to_be_undone_stand_in_the_record() {
    let home = home();
    let record = deviate(&home, "open");

    assert!(line(&record, "この実施で設けたホールドポイント").contains("責任者の承認"));
    let released = line(&record, "解除（操作者が入力）");
    assert!(released.contains("佐藤") && released.contains("電話で了承"), "{released}");
    assert!(record.contains("### 1+1 温度を測る") && record.contains("echo wa''rm"), "{record}");
    assert!(line(&record, "手順書にない手順を追加").contains("警報が出た"));
    let undone = line(&record, "**戻すこと**");
    assert!(undone.contains("灯りを消す") && undone.contains("戻した") && undone.contains("消した"), "{undone}");
    assert_eq!(std::fs::read_to_string(home.runbook()).expect("a runbook"), TEXT, "the source is never written");
}

#[test]
fn a_drill_practises_the_same_and_its_record_says_so() {
    let home = home();
    let record = deviate(&home, "drill");

    assert!(record.lines().next().is_some_and(|heading| heading.contains("【訓練】")), "{record}");
    for words in ["この実施で設けたホールドポイント", "手順書にない手順を追加", "**戻すこと**"]
    {
        line(&record, words);
    }
}
