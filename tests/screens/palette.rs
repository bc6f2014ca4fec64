//! The palette: everything is found by a part of its name.

use tejun::ids::StepId;
use tejun::run::command::Command;
use tejun::run::event::Verdict;

use super::harness::Screen;
use super::sample;

#[test]
fn an_action_is_found_by_a_part_of_its_name_in_either_language() {
    for query in ["延期", "えんき", "defer", "ＤＥＦＥＲ"] {
        let screen = Screen::new(80, 24).joined().keys(&format!(":{query}"));
        if query == "えんき" {
            // Kanji are not read out: nothing is guessed.
            screen.shows("一致するものがありません");
            continue;
        }
        let screen = screen.shows("手順を延期する").keys("<enter>").shows("期限");
        assert!(screen.commands().is_empty());
    }
    Screen::english(80, 24).joined().keys("<c-p>put off<enter>").shows("Put the step off");
}

#[test]
fn a_step_is_found_by_its_number_or_its_title_whatever_the_width_or_the_kana() {
    for query in ["ばっくあっぷ", "ﾊﾞｯｸｱｯﾌﾟ", "2 成功", "確認 バック"] {
        let screen = Screen::new(80, 24).joined().keys(&format!(":{query}<enter>"));
        screen.shows("最新のファイルの日付を見る").hides("探す  ");
    }
}

#[test]
fn esc_closes_the_palette_and_nothing_has_happened() {
    let screen = Screen::new(80, 24).joined().keys(":skip<esc>").hides("探す  ");
    assert!(screen.commands().is_empty() && screen.model.dialog.is_none());
}

#[test]
fn a_command_from_the_palette_goes_the_way_of_its_key() {
    let screen = Screen::new(80, 24).joined().keys(":run-command").shows("df -h /var/log");
    let screen = screen.keys("<enter>");
    assert!(matches!(screen.commands()[..], [Command::StartAttempt { .. }]));
    // A dangerous one asks as it always does, whoever calls it: first that its caution is read.
    let screen = Screen::new(80, 24).joined().keys("jj:run-command<enter>").shows("実行の前に注意を読む");
    assert!(screen.commands().is_empty());
    // What Enter refuses in the full output is refused here too.
    let screen = Screen::new(80, 24).joined().keys("o:run-command<enter>").shows("全画面");
    assert!(screen.commands().is_empty());
}

#[test]
fn the_judgement_from_the_palette_is_the_judgement() {
    let screen = Screen::new(80, 24).joined().keys("jjjj:judge<enter><enter>");
    let step = StepId("s5".into());
    assert_eq!(screen.commands(), [&Command::GiveVerdict { step, verdict: Verdict::Ok, comment: None }]);
}

#[test]
fn procedures_are_found_from_the_picker() {
    let screen = Screen::new(80, 24).runbook(sample::runbook(), true).keys(":p1 初動<enter>");
    screen.shows("この手順書で実施を開始しますか").shows("影響範囲を確認する");
}

#[test]
fn the_selected_one_moves_goes_round_and_stays_in_sight() {
    for (w, h) in [(80, 24), (40, 10)] {
        let screen = Screen::english(w, h).joined().keys(":<up>");
        let text = screen.text();
        assert!(text.lines().any(|l| l.contains("▸ 5 結果を関係者に報告する")), "{text}");
        let screen = screen.keys("<down>");
        let text = screen.text();
        assert!(text.lines().any(|l| l.contains("▸ run")), "{text}");
    }
}

#[test]
fn what_a_paste_brings_is_looked_for() {
    let paste = tejun::tui::backend::Input::Terminal(crossterm::event::Event::Paste("abort\n".into()));
    Screen::english(80, 24).joined().keys(":").input(paste).shows("▸ abort");
}

#[test]
fn the_palette() {
    let text = Screen::new(80, 24).joined().keys(":確認").text();
    let top: Vec<&str> = text.lines().skip(1).take(6).collect();
    insta::assert_snapshot!(top.join("\n"), @r#"
    ─ 手┌─ 探す  5 ────────────────────────────────────────────────────────────┐────
    ► ☐ │ > 確認                                                               │
      ☐ │ ▸ 確認  第二者として答える・手順を確認する（閲覧側で使う）         V │
      ☐ │   一人作業  確認者なしで行う理由を記録する                         W │
      ☐ │   1 ログディスク容量確認                                        手順 │
      ☐ │   2 バックアップ成功確認                                        手順 │
    "#);
}

#[test]
fn the_small_palette() {
    insta::assert_snapshot!(Screen::english(40, 10).joined().keys(":journal").text(), @r#"
     LIVE  月曜日 02:00 システ~  0/5  02:07
    ┌─ Find  1 ────────────────────────────┐
    │ > journal                            │
    │ ▸ undo  Take a mark back; what i~  u │
    │                                      │
    │                                      │
    │                                      │
    │                                      │
    └──────────────────────────────────────┘
     ⏎ accept  ↑ choice before  Esc back
    "#);
}
