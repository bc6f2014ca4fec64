//! Forms of Japanese manuals that markdown does not know.

use pretty_assertions::assert_eq;

use super::forms::{check, only};

#[test]
fn numbered_lines_are_steps_however_they_are_numbered() {
    for (one, two) in [
        ("（1）", "（2）"),
        ("(1) ", "(2) "),
        ("①", "②"),
        ("１．", "２．"),
        ("１）", "２）"),
        ("ア．", "イ．"),
        ("1-1 ", "1-2 "),
        ("1.1 ", "1.2 "),
        ("【手順1】", "【手順2】"),
        ("手順1：", "手順2："),
        ("STEP1: ", "STEP2: "),
        ("・", "・"),
    ] {
        for between in ["\n", "\n\n"] {
            let text = format!("# T\n\n## 入れ替え手順\n\n{one}受付を止める{between}{two}本体を止める\n");
            let form = if one == "・" { "bullet" } else { "ordered_item" };
            let steps = [format!("{form} 受付を止める"), format!("{form} 本体を止める")];
            check(&text, &[("入れ替え手順", &[&steps[0], &steps[1]])]);
        }
    }
}

#[test]
fn amounts_and_running_text_are_no_numbers_of_steps() {
    check("# T\n\n## 入れ替え手順\n\n1.5 GB の空きがいる。\n\n2.5 GB あればなおよい。\n", &[]);
    check("# T\n\n## 概要\n\n①速い\n②軽い\n", &[]);
}

#[test]
fn what_stands_between_numbered_lines_belongs_to_the_line_above() {
    let text = "# T\n\n## 再起動の手順\n\n（1）止める\n\n```bash\nsystemctl stop app\n```\n\n画面が消えること。\n\n（2）動かす\n\n```bash\nsystemctl start app\n```\n";
    let (_, procedure) = only(text);
    let seen: Vec<_> = procedure
        .steps
        .iter()
        .map(|step| (step.line, step.title.as_str(), step.commands().count(), step.details.len()))
        .collect();
    assert_eq!(seen, [(5, "止める", 1, 1), (13, "動かす", 1, 0)]);
}

#[test]
fn boxes_that_markdown_does_not_know_are_task_items() {
    for lines in [
        "□ 灯りを消す\n□ 鍵を掛ける",
        "- □ 灯りを消す\n- ☐ 鍵を掛ける",
        "- ［　］灯りを消す\n- [　] 鍵を掛ける",
        "1. □ 灯りを消す\n2. □ 鍵を掛ける",
    ] {
        check(
            &format!("# T\n\n## 終業（毎日）\n\n{lines}\n"),
            &[("終業（毎日）", &["task_item 灯りを消す", "task_item 鍵を掛ける"])],
        );
    }
}

#[test]
fn a_line_with_a_square_stands_over_a_part_like_a_heading() {
    let text = "# T\n\n■ 停止手順\n\n1. 受付を止める\n\n◆ 起動手順\n\n1. 本体を動かす\n\n【注意】\n\n【確認】\n\n1. 画面を見る\n";
    check(
        text,
        &[
            ("停止手順", &["ordered_item 受付を止める"]),
            ("起動手順", &["ordered_item 本体を動かす"]),
            ("確認", &["ordered_item 画面を見る"]),
        ],
    );
}

#[test]
fn a_time_chart_and_a_table_with_commands_are_checklists() {
    check(
        "# T\n\n## 切替の日\n\n| 時刻 | 作業 | 担当 | 確認 |\n|---|---|---|---|\n| 21:00 | 受付を止める | 佐藤 | |\n| 22:00 | 切り替える | 鈴木 | |\n",
        &[("切替の日", &["table_row 受付を止める", "table_row 切り替える"])],
    );
    let (_, procedure) = only(
        "# T\n\n## 入れ替え\n\n| ＮＯ | 作業内容 | 実行コマンド | 確認結果 |\n|---|---|---|---|\n| 1 | 止める | `systemctl stop app` | 止まること |\n| 2 | 画面で見る | 画面から | 出ること |\n\n```bash\n# 後片付け\nrm -rf /srv/tmp/app\n```\n",
    );
    let seen: Vec<_> = procedure
        .steps
        .iter()
        .map(|step| (step.title.as_str(), step.expect.as_deref(), step.commands().count(), step.optional))
        .collect();
    assert_eq!(
        seen,
        [
            ("止める", Some("止まること"), 1, false),
            ("画面で見る", Some("出ること"), 0, false),
            ("後片付け", None, 1, true)
        ]
    );
    assert_eq!(procedure.steps[0].commands().next().map(|c| (c.line, c.dangers.len())), Some((7, 1)));
}

#[test]
fn conditions_are_found_in_every_wording() {
    for (title, condition) in [
        ("応答がない場合は、再起動する", Some("応答がない場合")),
        ("応答がない場合（夜間）: 再起動する", Some("応答がない場合")),
        ("失敗時：やり直す", Some("失敗時")),
        ("警告が出たら、当番に知らせる", Some("警告が出たら")),
        ("B. 解消しない場合は、本部に知らせる", Some("解消しない場合")),
        ("再起動する（必要に応じて）", Some("必要に応じて")),
        ("再起動する", None),
    ] {
        let (_, procedure) = only(&format!("# T\n\n## 手順\n\n1. {title}\n"));
        assert_eq!(procedure.steps[0].condition.as_deref(), condition, "{title}");
    }
}
