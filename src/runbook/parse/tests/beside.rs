//! Several sources of steps in one section: none of them takes the others away.

use pretty_assertions::assert_eq;

use super::forms::{check, only};
use super::parse;
use crate::runbook::model::{self, Frequency, ProcedureKind};

#[test]
fn an_ordered_list_of_work_stands_beside_tasks_and_check_tables() {
    let cases: [(&str, &[&str]); 7] = [
        (
            "1. Mark the release\n   ```bash\n   git tag v7\n   ```\n2. Push it\n\nAfterwards:\n\n- [ ] Tell the team\n",
            &["ordered_item Mark the release", "ordered_item Push it", "task_item Tell the team"],
        ),
        (
            "- [ ] Tell the team\n\n1. Stop the pump\n2. Start the pump\n",
            &["task_item Tell the team", "ordered_item Stop the pump", "ordered_item Start the pump"],
        ),
        (
            "1. 停止する\n2. 起動する\n\n| No | 確認項目 | 結果 |\n|---|---|---|\n| 1 | 画面が出る | □ |\n",
            &["ordered_item 停止する", "ordered_item 起動する", "table_row 画面が出る"],
        ),
        (
            "- [ ] 施錠する\n\n| No | 確認項目 | 結果 |\n|---|---|---|\n| 1 | 画面が出る | □ |\n",
            &["task_item 施錠する", "table_row 画面が出る"],
        ),
        (
            "- [ ] Look at the pump\n- Restart it\n  ```bash\n  systemctl restart pump\n  ```\n",
            &["task_item Look at the pump", "bullet Restart it"],
        ),
        ("- [ ] Look at the pump\n- The pump is red\n", &["task_item Look at the pump"]),
        ("1. red\n2. blue\n\n- [ ] Choose a colour\n", &["task_item Choose a colour"]),
    ];
    for (text, steps) in cases {
        check(&format!("# T\n\n## 作業手順\n\n{text}"), &[("作業手順", steps)]);
    }
}

#[test]
fn lists_that_only_explain_are_told_by_the_step_beside_them() {
    for (text, details) in [
        ("- The pump is red\n- [ ] Look at the pump\n", &["The pump is red"][..]),
        ("- [ ] Look at the pump\n- The pump is red\n", &["The pump is red"]),
        ("1. red\n2. blue\n\n- [ ] Look at the pump\n", &["red", "blue"]),
        ("- [ ] Look at the pump\n\n1. red\n2. blue\n", &["red", "blue"]),
    ] {
        let (_, procedure) = only(&format!("# T\n\n## Work\n\n{text}"));
        assert_eq!(procedure.steps[0].details, details, "{text}");
    }
}

#[test]
fn what_is_struck_through_is_no_step() {
    for text in [
        "1. ~~Old way~~\n2. New way\n",
        "- [ ] ~~Old way~~\n- [ ] New way\n",
        "- ~~Old way~~\n- New way\n",
        "1. ~~Old~~ ~~way~~。\n2. New way\n",
    ] {
        let (_, procedure) = only(&format!("# T\n\n## Procedure\n\n{text}"));
        let seen: Vec<_> = procedure.steps.iter().map(|step| (step.title.as_str(), step.details.len())).collect();
        assert_eq!(seen, [("New way", 0)], "{text}");
    }
    check("# T\n\n## Procedure\n\n1. ~~Old~~ new way\n", &[("Procedure", &["ordered_item Old new way"])]);
}

#[test]
fn a_caution_over_a_part_of_a_procedure_is_of_its_first_step() {
    let parts = [
        "⚠ 利用者へ連絡済みであること。\n\n| No. | 作業内容 | 実行コマンド |\n|---|---|---|\n| 2-1 | 止める | `systemctl stop httpd` |\n",
        "※利用者へ連絡済みであること。\n\n1. 止める\n\n```bash\nsystemctl stop httpd\n```\n",
        "> [!WARNING]\n> 利用者へ連絡済みであること。\n\n- [ ] 止める\n",
        "**警告:** 利用者へ連絡済みであること。\n\n```bash\nsystemctl stop httpd\n```\n",
    ];
    for part in parts {
        let text = format!("# T\n\n## 作業手順\n\n### １．準備\n\n1. 入る\n\n### ２．停止\n\n{part}");
        let (_, procedure) = only(&text);
        let seen: Vec<_> = procedure.steps.iter().map(|step| step.cautions.len()).collect();
        assert_eq!((procedure.cautions.len(), seen), (0, vec![0, 1]), "{text}");
        assert_eq!(procedure.steps[1].cautions[0].text.trim_end_matches('。'), "利用者へ連絡済みであること", "{text}");
    }
}

#[test]
fn the_rows_of_a_timetable_are_steps() {
    let (_, table) = only(
        "# T\n\n## タイムテーブル\n\n| 時刻 | フェーズ | 内容 | 担当 | 所要時間 |\n|---|---|---|---|---|\n| 9:00 | 検知 | 宣言する | 店長 | 5分 |\n| 9:20 | 切替 | 予備へ移す | 係 | 30分 |\n",
    );
    let seen: Vec<_> = table
        .steps
        .iter()
        .map(|step| (step.title.as_str(), step.phase.as_ref().map(|phase| phase.title.as_str()), step.planned_min))
        .collect();
    assert_eq!(seen, [("宣言する", Some("検知"), Some([5, 5])), ("予備へ移す", Some("切替"), Some([30, 30]))]);
    let rows = "|---|---|---|\n| 9:00 | 宣言 | 店長 |\n| 9:20 | 予備へ移行 | 係 |\n";
    for header in ["| 時刻 | 内容 | 担当 |", "| 時刻 | フェーズ | 担当 |", "| Time | Description | Owner |"]
    {
        let text = format!("# T\n\n## タイムテーブル\n\n{header}\n{rows}");
        check(&text, &[("タイムテーブル", &["table_row 宣言", "table_row 予備へ移行"])]);
    }
    for header in ["| 日付 | 内容 | 担当 |", "| 版 | 内容 | 担当 |"] {
        check(&format!("# T\n\n## 履歴\n\n{header}\n{rows}"), &[]);
    }
}

#[test]
fn a_drill_that_is_the_whole_document_is_one_procedure() {
    let text = "# 復旧訓練\n\n## 概要\n\n年に一度行う。\n\n## フェーズ1：検知（10分）\n\n1. 警報を見る\n\n## フェーズ2：切替（30分）\n\n1. 予備へ移す\n\n## 訓練後\n\n- [ ] 記録を書く\n";
    let (_, drill) = only(text);
    assert_eq!((drill.title.as_str(), drill.kind), ("復旧訓練", ProcedureKind::Drill));
    let seen: Vec<_> = drill
        .steps
        .iter()
        .map(|step| (step.title.as_str(), step.phase.as_ref().and_then(|phase| phase.planned_min)))
        .collect();
    assert_eq!(seen, [("警報を見る", Some(10)), ("予備へ移す", Some(30)), ("記録を書く", None)]);
}

#[test]
fn chapters_that_count_on_are_one_sequence_whatever_stands_between_them() {
    let one = "## 1. Confirm\n\n```bash\npg_isready\n```\n\n";
    let two = "## 2. Promote\n\n```bash\npg_ctl promote\n```\n\n";
    let heads = &["numbered_heading 1. Confirm", "numbered_heading 2. Promote"][..];
    for around in ["Overview", "概要", "When to use", "Prerequisites", "Related"] {
        for text in [format!("## {around}\n\nText.\n\n{one}{two}"), format!("{one}{two}## {around}\n\nText.\n")] {
            check(&format!("# F\n\n{text}"), &[("F", heads)]);
        }
    }
    check(
        &format!("# F\n\n{one}{two}## Rollback\n\n```bash\nls\n```\n"),
        &[("F", heads), ("Rollback", &["heading Rollback"])],
    );
    check(
        &format!("# F\n\n{one}{two}## 3. Tell\n\n1. Call the desk\n2. Write it down\n"),
        &[("F", &[heads[0], heads[1], "ordered_item Call the desk", "ordered_item Write it down"])],
    );
    // Numbers that do not count on are no sequence.
    check(
        &format!("# F\n\n## Overview\n\nText.\n\n{one}{}", two.replace("2.", "5.")),
        &[("1. Confirm", &["heading 1. Confirm"]), ("5. Promote", &["heading 5. Promote"])],
    );
}

#[test]
fn a_time_to_be_done_within_is_a_deadline_and_no_condition() {
    let text = "# T\n\n## Response\n\n1. Acknowledge the page within 5 minutes.\n2. Write the review within 3 business days. Owner: IC\n3. 検知から10分以内に一次報告\n4. 5分以内に復旧しない場合は上長へ連絡\n";
    let (_, procedure) = only(text);
    let seen: Vec<_> = procedure
        .steps
        .iter()
        .map(|step| (step.deadline.as_ref().map(|deadline| deadline.min), step.condition.as_deref(), step.rules.len()))
        .collect();
    let waits = Some("5分以内に復旧しない場合");
    assert_eq!(seen, [(Some(5), None, 0), (None, None, 0), (Some(10), None, 0), (None, waits, 0)]);

    let text = "# Failover runbook\n\n## When to use\n\n- Use it when nothing was promoted within 60 seconds.\n- Page 2 is open\n\n## Procedure\n\n1. Promote\n";
    let (runbook, procedure) = only(text);
    assert_eq!((procedure.title.as_str(), runbook.metric_rules.len()), ("Procedure", 0));
}

#[test]
fn a_column_of_cautions_warns_at_its_row() {
    let text = "# T\n\n## 作業手順\n\n| 手順 | コマンド | 注意 |\n|---|---|---|\n| 退避 | `cp -a /a /b` | 上書きに気を付ける |\n| 配置 | `ls` | ⚠ 権限は 600 |\n";
    let (_, procedure) = only(text);
    let seen: Vec<_> = procedure.steps.iter().map(|step| step.cautions.len()).collect();
    assert_eq!(seen, [1, 1]);
}

#[test]
fn a_line_under_the_title_says_how_often_the_document_is_due() {
    for (line, frequency) in [
        ("実施頻度：半年に1回（4月・10月の第2土曜日）", Frequency::Unspecified),
        ("更新頻度：毎年 3月（有効期限の30日前まで）", Frequency::Yearly),
        ("点検頻度: 毎月", Frequency::Monthly),
    ] {
        let runbook = parse("a.md", format!("# 証明書の更新\n\n{line}\n\n## 手順\n\n1. 更新する\n").as_bytes());
        let seen: Vec<_> = runbook.schedule.iter().map(|due| (due.title.as_str(), due.frequency)).collect();
        assert_eq!(seen, [("証明書の更新", frequency)], "{line}");
    }
}

#[test]
fn what_is_said_before_the_first_item_is_told_with_it() {
    for list in ["1. Drain\n2. Delete\n", "- [ ] Drain\n- [ ] Delete\n", "- Drain it\n- Delete it\n"] {
        let (_, procedure) = only(&format!("# T\n\n## Upgrade procedure\n\nFor each node group:\n\n{list}"));
        assert_eq!(procedure.steps[0].details, ["For each node group:"], "{list}");
        assert!(procedure.steps[1].details.is_empty(), "{list}");
    }
}

#[test]
fn code_in_the_markup_of_other_programs_is_read_and_other_markup_is_named() {
    let command = |text: &str| {
        let runbook = parse("a.md", text.as_bytes());
        let commands: Vec<_> = runbook
            .procedures
            .iter()
            .flat_map(|p| &p.steps)
            .flat_map(model::Step::commands)
            .map(|command| (command.line, command.text.clone()))
            .collect();
        (commands, runbook.diagnostics.into_iter().map(|found| found.kind).collect::<Vec<_>>())
    };
    let ping = |line| (vec![(line, "redis-cli ping".to_owned())], Vec::<String>::new());
    let unread = (Vec::new(), vec!["html_unread".to_owned()]);
    for (text, expected) in [
        ("{code:bash}\nredis-cli ping\n{code}\n", ping(6)),
        ("{code:title=x|bash}\nredis-cli ping\n{code}\n", ping(6)),
        ("<pre><code class=\"language-bash\">redis-cli ping\n</code></pre>\n", ping(5)),
        ("<pre><code class=\"language-bash\">\nredis-cli ping\n</code></pre>\n", ping(6)),
        ("<pre><code class=\"language-bash\">redis-cli ping</code></pre>\n\nText.\n", ping(5)),
        ("<pre><code class=\"language-bash\">redis-cli &lt;x&gt;\n</code></pre>\n", unread.clone()),
        ("<table>\n<tr><td>Flush</td></tr>\n</table>\n", unread.clone()),
        ("{code:bash}\nnever closed\n", unread),
        ("Only words.\n", (Vec::new(), Vec::new())),
        ("```html\n<table>\n```\n", (Vec::new(), Vec::new())),
    ] {
        assert_eq!(command(&format!("# T\n\n## Procedure\n\n{text}")), expected, "{text}");
    }
}

#[test]
fn of_fields_that_stand_above_a_command_the_last_names_it() {
    let (_, procedure) = only(
        "# 手引き\n\n## トラブルシューティング\n\n### 灯りが点かない\n\n**症状**: 廊下が暗い  \n**原因**: 電球が切れた  \n**対処**:\n```bash\nls /srv/lamps\n```\n",
    );
    let step = &procedure.steps[0];
    assert_eq!((step.title.as_str(), step.commands().count()), ("対処", 1));
    assert_eq!(step.details, ["症状: 廊下が暗い", "原因: 電球が切れた"]);
}

#[test]
fn what_a_word_announces_as_the_expected_output_is_never_run() {
    for word in ["期待出力", "期待される出力", "出力例"] {
        let (_, procedure) =
            only(&format!("# T\n\n## 手順\n\n### 見る\n\n```bash\nls /srv\n```\n\n**{word}**:\n```\nls a b\n```\n"));
        let commands: Vec<_> = procedure.steps[0].commands().filter(|command| command.runnable).collect();
        assert_eq!(commands.iter().map(|command| command.text.as_str()).collect::<Vec<_>>(), ["ls /srv"], "{word}");
    }
}

#[test]
fn a_caution_in_a_comment_keeps_its_brackets() {
    for (comment, caution) in [
        ("※ 環境変数で渡す（引数は見えるため禁止）", "環境変数で渡す（引数は見えるため禁止）"),
        ("止める（注意: 利用者に知らせる）", "利用者に知らせる"),
    ] {
        let (_, procedure) = only(&format!("# T\n\n## 手順\n\n### 渡す\n\n```bash\n# {comment}\nls /srv\n```\n"));
        let found: Vec<_> = procedure.steps[0].cautions.iter().map(|caution| caution.text.as_str()).collect();
        assert_eq!(found, [caution], "{comment}");
    }
}

#[test]
fn what_stands_in_a_file_of_settings_is_not_run() {
    let env = "```bash\n# 接続先\nDB_URL=sqlite:///./a.db  # 開発\n\nLOG_LEVEL=INFO\n```\n";
    for text in [
        format!("# T\n\n## 設定\n\n### サーバー (.env)\n\n{env}"),
        format!("# T\n\n## 設定手順\n\n### 値を書く\n\n`/srv/app/.env` に書く:\n\n{env}"),
    ] {
        let book = parse("t.md", text.as_bytes());
        let steps = book.procedures.iter().flat_map(|procedure| &procedure.steps);
        assert_eq!(steps.flat_map(model::Step::commands).filter(|command| command.runnable).count(), 0, "{text}");
    }
    let (_, procedure) = only(&format!("# T\n\n## 手順\n\n### 値を決める\n\n{env}"));
    assert!(
        procedure.steps[0].commands().any(|command| command.runnable),
        "where no file is named it is for the shell"
    );
}
