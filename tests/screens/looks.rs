//! Whole screens as they look.

use tejun::ids::AttemptId;
use tejun::ids::StepId;
use tejun::run::event::{AttemptStart, Event};
use uuid::Uuid;

use super::harness::Screen;
use super::sample;

fn first_step_run() -> Vec<Event> {
    let id = |n| AttemptId(Uuid::from_u128(n));
    let mut events = Vec::new();
    for n in 0..2 {
        let step = StepId("s1".into());
        let text = "df -h /var/log".into();
        let attempt = id(n as u128 + 1);
        events.push(Event::AttemptStarted(AttemptStart { attempt, step, command: n, number: 1, lane: 1, text }));
        events.push(Event::AttemptFinished { attempt, finish: sample::finish(0) });
    }
    events.extend(sample::proposal(&StepId("s1".into()), id(2)));
    events
}

#[test]
fn the_picker() {
    insta::assert_snapshot!(Screen::new(80, 14).runbook(sample::runbook(), false).text(), @r#"
     本番  保守手順書                                            tanaka@db01  02:07
    ─ 手順書 ─────────────────────────────────────────────────────────────────── 3 ─
     /srv/ops/runbooks/保守手順書.md
     sha256 e95a2edc459c  未信頼（実行できません）
     定期メンテナンス
       月曜日 02:00 システムチェック  毎週月曜日 02:00   点検  手順  5  コマンド  5
       毎月1日 データベース保守  毎月1日                 手順  手順  1  コマンド  1
     障害対応
       P1 障害の初動  サービス停止時                 障害対応  手順  1  コマンド  0


    ────────────────────────────────────────────────────────────────────────────────

     ⏎ 開く  / 絞込  t 信頼  D 文書  : 探す  ? 助け  q 終了
    "#);
}

#[test]
fn the_run_screen() {
    insta::assert_snapshot!(Screen::new(80, 24).joined().facts(first_step_run()).text(), @r#"
     本番  保守手順書 › 月曜日 02:00 システムチェック       tanaka@db01  0/5  02:07
    ─ 手順 ─────────────────────────────┬─ 詳細 ──────────────────────── J/K 0^ 3v ─
    ► ⊡ 1 ログディスク容量確認 判定待ち │ 1 ログディスク容量確認
      ☐ 2 バックアップ成功確認          │   df -h /var/log
      ☐ 3 キャッシュクリア              │     rc 0  0.4s
      ☐ 4 リストア確認                  │ ▸ du -sh /var/log/backup/
      ☐ 5 結果を関係者に報~  残り 30:00 │     rc 0  0.4s
                                        │
                                        │ 判定基準  提案: 要対応
                                        │   容量 > 80%: ログローテーション実行  93%
                                        │   容量 > 90%: 緊急対応  93%  ◄ 該当
                                        │     "/dev/sda1        50G   46G  3.5G    v
                                        ├─ 出力 - rc 0  0.4s - df -h /var/log ──────
                                        │
                                        │
                                        │
                                        │
                                        │
                                        │
                                        │
                                        │
    ────────────────────────────────────┴───────────────────────────────────────────
     所見 0  延期 0  残り 5                                                /srv/ops
     ⏎ 実行  space 判定  s 省略  d 延期  n メモ  o 出力  S 署名  ? 助け  q 離れる
    "#);
}

#[test]
fn the_run_screen_in_english() {
    insta::assert_snapshot!(Screen::english(120, 40).joined().facts(first_step_run()).text(), @r#"
     LIVE  保守手順書 › 月曜日 02:00 システムチェック                                         tanaka@db01  0/5  0min  02:07
    ─ Steps ──────────────────────────────────────────────┬─ Details ───────────────────────────────────────────────────────
    ► ⊡ 1 ログディスク容量確認                      judge │ 1 ログディスク容量確認
      ☐ 2 バックアップ成功確認                            │   df -h /var/log
      ☐ 3 キャッシュクリア                                │     rc 0  0.4s
      ☐ 4 リストア確認                                    │ ▸ du -sh /var/log/backup/
      ☐ 5 結果を関係者に報告する                 in 30:00 │     rc 0  0.4s
                                                          │
                                                          │ Rules  proposed: finding
                                                          │   容量 > 80%: ログローテーション実行  93%
                                                          │   容量 > 90%: 緊急対応  93%  ◄ applies
                                                          │     "/dev/sda1        50G   46G  3.5G  93% /var/log"
                                                          │
                                                          │ 過去7日分のログは必ず残す。
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          ├─ Output - rc 0  0.4s - df -h /var/log ──────────────────────────
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
                                                          │
    ──────────────────────────────────────────────────────┴─────────────────────────────────────────────────────────────────
     findings 0  deferred 0  left 5                                                                                /srv/ops
     ⏎ run  space judge  s skip  d defer  n note  o output  S sign  b branch  u undo  x n/a  Tab pane  ? help  q leave
    "#);
}

#[test]
fn the_small_run_screen() {
    insta::assert_snapshot!(Screen::new(40, 10).joined().facts(first_step_run()).text(), @r#"
     本番  月曜日 02:00 システ~  0/5  02:07
    [手順]  詳細   出力
    ► ⊡ 1 ログディスク容量確認     判定待ち
      ☐ 2 バックアップ成功確認
      ☐ 3 キャッシュクリア
      ☐ 4 リストア確認
      ☐ 5 結果を関係者に報告する 残り 30:00

     所見 0  延期 0  残り 5        /srv/ops
     ⏎ 実行  space 判定  ? 助け  q 離れる
    "#);
}

#[test]
fn the_judgement() {
    insta::assert_snapshot!(Screen::english(80, 24).joined().facts(first_step_run()).keys(" ").text(), @r#"
     LIVE  保守手順書 › 月曜日 02:00 システムチェック       tanaka@db01  0/5  02:07
    ─ Steps ────────────────────────────┬─ Details ───────────────────── J/K 0^ 3v ─
    ► ⊡ 1 ログディスク容量確認    judge │ 1 ログディスク容量確認
      ☐ 2 バックアップ成功確認          │   df -h /var/log
      ☐ 3 キャッシュクリア              │     rc 0  0.4s
      ☐ ┌─ Verdict ────────────────────────────────────────────────────────────┐
      ☐ │ 1 ログディスク容量確認                                               │
        │                                                                      │
        │ Rules  proposed: finding                                             │
        │   容量 > 80%: ログローテーション実行  93%                            │93%
        │   容量 > 90%: 緊急対応  93%  ◄ applies                               │
        │     "/dev/sda1        50G   46G  3.5G  93% /var/log"                 │   v
        │                                                                      │────
        │ ( ) OK                                                               │
        │ (*) finding                                                          │
        │ ( ) failed                                                           │
        │ ( ) undecided                                                        │
        │ Comment:                                                             │
        └──────────────────────────────────────────────────────────────────────┘
                                        │
                                        │
    ────────────────────────────────────┴───────────────────────────────────────────
     findings 0  deferred 0  left 5                                        /srv/ops
     ⏎ accept  ↓ next choice  Tab next field  Esc back
    "#);
}
