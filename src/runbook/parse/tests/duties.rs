//! Duties that recur, the record format, and what stands at the head of a document.

use pretty_assertions::assert_eq;

use crate::runbook::model::*;
use crate::runbook::parse::parse;

/// Title, frequency, rule, source and line of a duty.
type Seen<'a> = (&'a str, Frequency, Option<&'a str>, DueSource, usize);

#[track_caller]
fn duties(text: &str, expected: &[Seen<'_>]) {
    let runbook = parse("duties.md", text.as_bytes());
    let seen: Vec<Seen<'_>> = runbook
        .schedule
        .iter()
        .map(|due| (due.title.as_str(), due.frequency, due.rule.as_deref(), due.source, due.line))
        .collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn items_that_state_a_period_are_duties() {
    duties(
        "## バックアップ\n\n- フルバックアップ: 週1回\n- 差分バックアップ: 毎日\n- ログ: 1時間ごと\n- 毎日 2:00 に索引を作る\n- 棚卸し（毎月）\n- 保持期間: 30日\n- 毎日の点検は朝に行う。夜は行わない。\n",
        &[
            ("フルバックアップ", Frequency::Weekly, Some("weekly"), DueSource::List, 3),
            ("差分バックアップ", Frequency::Daily, Some("daily"), DueSource::List, 4),
            ("ログ", Frequency::Hourly, Some("hourly"), DueSource::List, 5),
            ("索引を作る", Frequency::Daily, Some("daily@02:00"), DueSource::List, 6),
            ("棚卸し", Frequency::Monthly, Some("monthly"), DueSource::List, 7),
        ],
    );
    duties(
        "## Backups\n\n- Full backup: weekly\n- Snapshots: every 6 hours\n- Every day at 02:00: rotate the logs\n- Retention: 30 days\n",
        &[
            ("Full backup", Frequency::Weekly, Some("weekly"), DueSource::List, 3),
            ("Snapshots", Frequency::Hourly, None, DueSource::List, 4),
            ("rotate the logs", Frequency::Daily, Some("daily@02:00"), DueSource::List, 5),
        ],
    );
}

#[test]
fn a_period_alone_belongs_to_what_stands_above_it() {
    duties(
        "## 索引の作成\n\n- 頻度: 毎日 4:00\n- 保存先: 書庫\n",
        &[("索引の作成", Frequency::Daily, Some("daily@04:00"), DueSource::List, 3)],
    );
    duties("## 連絡\n\n| 関係者 | 頻度 |\n|---|---|\n| 館長 | 毎月 |\n", &[]);
    duties(
        "## 検査\n\n| # | 検査 | 頻度 |\n|---|---|---|\n| 1 | 消火器 | 毎月 |\n| 2 | 消火栓 | 必要時 |\n",
        &[("消火器", Frequency::Monthly, Some("monthly"), DueSource::Table, 5)],
    );
}

#[test]
fn items_under_a_heading_without_a_period_tell_their_own() {
    duties(
        "## 定期作業\n\n- 毎週月曜 9:00 〜 在庫の照合\n- 毎月末: 棚卸し\n",
        &[
            ("定期作業", Frequency::Unspecified, None, DueSource::Heading, 1),
            ("在庫の照合", Frequency::Weekly, Some("weekly:mon@09:00"), DueSource::List, 3),
            ("棚卸し", Frequency::Monthly, Some("monthly:last"), DueSource::List, 4),
        ],
    );
}

#[test]
fn steps_of_a_scheduled_procedure_are_no_duties_of_their_own() {
    duties(
        "## 毎日実施\n\n- [ ] 照明の確認（毎日）\n- [ ] 施錠の確認\n",
        &[("毎日実施", Frequency::Daily, Some("daily"), DueSource::Heading, 1)],
    );
}

#[test]
fn rows_go_on_with_the_frequency_above_them() {
    duties(
        "## 当番\n\n| 頻度 | 作業 | 担当者 |\n|---|---|---|\n| 日次 | 消灯の見回り | 夜番 |\n| | 窓の見回り | 夜番 |\n| 隔週 | 観葉植物 | 全員 |\n",
        &[
            ("消灯の見回り", Frequency::Daily, Some("daily"), DueSource::Table, 5),
            ("窓の見回り", Frequency::Daily, Some("daily"), DueSource::Table, 6),
            ("観葉植物", Frequency::Unspecified, None, DueSource::Table, 7),
        ],
    );
    duties(
        "## Jobs\n\n| Job | Schedule |\n|---|---|\n| index | `0 2 * * 1` |\n| cleanup | every Sunday |\n| import | on request |\n",
        &[
            ("index", Frequency::Weekly, Some("cron:0 2 * * 1"), DueSource::Table, 5),
            ("cleanup", Frequency::Weekly, Some("weekly:sun"), DueSource::Table, 6),
        ],
    );
}

#[test]
fn cron_lines_are_duties_wherever_they_stand() {
    duties(
        "## 設定\n\n- 夜間:\n  ```cron\n  # 夜間の集計\n  30 1 * * * /opt/night.sh\n  ```\n\n```bash\n# /etc/cron.d/weekly\n\n0 4 * * 0 root /usr/local/bin/week.sh\n@reboot /opt/start.sh\n```\n",
        &[
            ("夜間の集計", Frequency::Daily, Some("cron:30 1 * * *"), DueSource::Cron, 6),
            ("/usr/local/bin/week.sh", Frequency::Weekly, Some("cron:0 4 * * 0"), DueSource::Cron, 12),
        ],
    );
}

#[test]
fn to_find_out_what_is_to_be_done_is_not_to_do_it() {
    let linked = |duty: &str| {
        let text = format!(
            "## 当番\n\n| 頻度 | 作業 |\n|---|---|\n| 週次 | {duty} |\n\n## 未使用リソースの特定\n\n1. 一覧を出す\n2. 印を付ける\n"
        );
        parse("duties.md", text.as_bytes()).schedule.iter().any(|due| due.procedure.is_some())
    };
    assert_eq!(["未使用リソース削除", "未使用リソースの特定"].map(linked), [false, true]);
}

#[test]
fn a_duty_is_linked_to_the_procedure_that_plainly_does_it() {
    let text = "## 当番\n\n| 頻度 | 作業 |\n|---|---|\n| 週次 | 書庫の除湿確認 |\n| 週次 | 照明の交換 |\n| 月次 | 書庫の除湿確認 |\n| 随時 | 水槽の水換え |\n| 年次 | 水槽の水換え |\n\n## 毎週の点検\n\n- [ ] 書庫の除湿\n- [ ] 照明の確認\n\n## 水槽の水換え手順\n\n1. 水を抜く\n2. 水を入れる\n";
    let runbook = parse("duties.md", text.as_bytes());
    let title = |id: &crate::ids::ProcedureId| runbook.procedures.iter().find(|p| p.id == *id).unwrap().title.as_str();
    let linked: Vec<_> = runbook
        .schedule
        .iter()
        .filter(|due| due.source == DueSource::Table)
        .map(|due| (due.title.as_str(), due.procedure.as_ref().map(title)))
        .collect();
    assert_eq!(
        linked,
        [
            ("書庫の除湿確認", Some("毎週の点検")),
            ("照明の交換", None),
            ("書庫の除湿確認", None),
            ("水槽の水換え", Some("水槽の水換え手順")),
        ]
    );
}

#[test]
fn the_head_of_a_document_is_read_in_every_form() {
    let check = |text: &str, expected: [Option<&str>; 5]| {
        let m = parse("head.md", text.as_bytes()).metadata;
        let seen = [&m.project, &m.version, &m.created, &m.updated, &m.audience].map(|value| value.as_deref());
        assert_eq!(seen, expected, "{text}");
    };
    check(
        "# 図書館\n\n**バージョン:** 1.2.0\n**最終更新日**: 2026-02-15\n**対象者**: 夜番\n\n## 手順\n",
        [None, Some("1.2.0"), None, Some("2026-02-15"), Some("夜番")],
    );
    check(
        "# 図書館\n\n| 項目 | 内容 |\n|---|---|\n| システム名 | 貸出 |\n| 版数 | 3.0 |\n| 作成日 | 2026-01-01 |\n\n## 手順\n",
        [Some("貸出"), Some("3.0"), Some("2026-01-01"), None, None],
    );
    check(
        "# Library\n\n- **Version**: 2.1\n- Last updated: 2026-03-01\n\n## Steps\n",
        [None, Some("2.1"), None, Some("2026-03-01"), None],
    );
    check(
        "# 図書館\n\n## 文書情報\n\n| 項目 | 内容 |\n|---|---|\n| バージョン | 1.4 |\n| 更新日 | 2026-04-01 |\n",
        [None, Some("1.4"), None, Some("2026-04-01"), None],
    );
    check(
        "---\ntitle: \"Night: the shift\"\nversion: '2.0'\nmeta:\n  audience: night shift\ntags: [a, b]\nupdated: 2026-05-01 # by hand\n---\n\n# Night\n",
        [None, Some("2.0"), None, Some("2026-05-01"), Some("night shift")],
    );
    let front = parse("head.md", b"---\ntitle: \"Night: the shift\"\n---\n\ntext\n");
    assert_eq!(front.title, "Night: the shift");
}

#[test]
fn record_formats_are_read_in_every_form() {
    use FieldMeaning::{Date, Operator, Other, Result, Verifier, Work};
    let check = |text: &str, expected: Option<&[(&str, FieldMeaning)]>| {
        let format = parse("record.md", text.as_bytes()).record_format;
        let fields = format.as_ref().map(|f| f.fields.iter().map(|x| (x.name.as_str(), x.meaning)).collect::<Vec<_>>());
        assert_eq!(fields.as_deref(), expected, "{text}");
    };
    check(
        "## 記録項目\n\n| 項目 | 記入例 |\n|---|---|\n| 実施日時 | YYYY-MM-DD HH:MM |\n| 担当者 | 氏名 |\n| 結果 | 成功/失敗 |\n",
        Some(&[("実施日時", Date), ("担当者", Operator), ("結果", Result)]),
    );
    check(
        "## 作業記録\n\n- 実施日時\n- 担当者\n- 確認者\n- 室温\n",
        Some(&[("実施日時", Date), ("担当者", Operator), ("確認者", Verifier), ("室温", Other)]),
    );
    check(
        "## Maintenance log\n\n```\n- Date: 2026-01-10\n- Operator: night shift\n- Work: dusting\n- Result: done\n```\n",
        Some(&[("Date", Date), ("Operator", Operator), ("Work", Work), ("Result", Result)]),
    );
    check("## 記録の保管\n\n- 書庫に置く\n- 5年で捨てる\n", None);
    check("## 手順\n\n- 担当者: 夜番\n- 結果: 見る\n", None);
}

#[test]
fn tables_name_their_duties_by_the_first_words_and_not_by_how_they_are_done() {
    duties(
        "## 鍵\n\n| 鍵 | 周期 | 担当 | 手順 |\n|---|---|---|---|\n| 金庫 | 年1回 | 係 | 錠前を替える |\n\n## 会\n\n| 会の名 | 頻度 |\n|---|---|\n| 読書会 | 毎週月・木 9:00 |\n| 朝礼 | 毎営業日 |\n\n## 予定\n\n| 作業項目 | 時期 | 担当 |\n|---|---|---|\n| 棚卸し | 四半期 | 係 |\n| 大掃除 | 12月 | 係 |\n",
        &[
            ("金庫", Frequency::Yearly, Some("yearly"), DueSource::Table, 5),
            ("読書会", Frequency::Weekly, Some("weekly:mon,thu@09:00"), DueSource::Table, 11),
            ("朝礼", Frequency::Daily, Some("workdays"), DueSource::Table, 12),
            ("棚卸し", Frequency::Quarterly, Some("quarterly"), DueSource::Table, 18),
        ],
    );
}

#[test]
fn a_day_of_the_week_below_its_name_and_the_time_of_a_regular_work_are_periods() {
    duties(
        "## 週次の作業\n\n| 作業 | 曜日/時刻 | 担当 |\n|---|---|---|\n| 窓拭き | 日曜 10:00 | 係 |\n| 床掃除 | 月曜 | 係 |\n| 戸締まり | 都度 | 係 |\n\n## 定期清掃の時間\n\n**日時**: 毎週土曜日 3:00-5:00\n\n**作業内容**:\n- 床を磨く\n- 窓を磨く\n",
        &[
            ("窓拭き", Frequency::Weekly, Some("weekly:sun@10:00"), DueSource::Table, 5),
            ("床掃除", Frequency::Weekly, Some("weekly:mon"), DueSource::Table, 6),
            ("定期清掃の時間", Frequency::Weekly, Some("weekly:sat@03:00"), DueSource::List, 11),
        ],
    );
}

#[test]
fn a_span_of_the_day_is_due_at_its_begin() {
    for (span, at) in [
        ("3:00-5:00", "03:00"),
        ("3:00-5:00 AM", "03:00"),
        ("3-5 PM", "15:00"),
        ("11 - 1 pm", "11:00"),
        ("10:30~12 AM", "22:30"),
        ("12 AM", "00:00"),
    ] {
        let rule = format!("weekly:sat@{at}");
        duties(
            &format!("## 清掃\n\n日時: 毎週土曜日 {span}\n\n床を磨く。\n"),
            &[("清掃", Frequency::Weekly, Some(&rule), DueSource::List, 3)],
        );
    }
}

#[test]
fn a_line_that_only_says_how_often_makes_its_section_a_duty() {
    duties(
        "## 避難訓練\n\n**頻度**：年1回\n\n外へ出る。\n\n## 見回り\n\n頻度: 都度\n\n## 予定\n\n- 毎月第２火曜日：窓拭き\n- 毎週月・木：水やり\n- 隔週金曜日：新聞の整理\n",
        &[
            ("避難訓練", Frequency::Yearly, Some("yearly"), DueSource::List, 3),
            ("窓拭き", Frequency::Monthly, Some("monthly:2nd-tue"), DueSource::List, 13),
            ("水やり", Frequency::Weekly, Some("weekly:mon,thu"), DueSource::List, 14),
            ("新聞の整理", Frequency::Unspecified, None, DueSource::List, 15),
        ],
    );
    duties(
        "## 毎週の作業\n\n### 床掃除\n\n頻度: 毎日 7:00\n\n1. 掃く\n2. 拭く\n",
        &[("床掃除", Frequency::Daily, Some("daily@07:00"), DueSource::List, 5)],
    );
}

#[test]
fn a_cron_line_says_on_which_day_a_test_of_the_date_lets_its_command_go_on() {
    for (command, day) in [
        (r#"root [ "$(date '+\%u')" = "1" ] && /opt/monthly.sh"#, Some("mon")),
        (r#"[ $(date +\%u) -eq 7 ] && /opt/monthly.sh"#, Some("sun")),
        (r#"[ "$(date +\%w)" = 0 ] && /opt/monthly.sh"#, Some("sun")),
        (r#"test $(date +\%a) = Tue && /opt/monthly.sh"#, Some("tue")),
        (r#"[[ `date +\%u` == 3 ]] && /opt/monthly.sh"#, Some("wed")),
        (r#"[ "$(date +\%d)" = 1 ] && /opt/monthly.sh"#, None),
        (r#"[ "$(date +\%u)" != 1 ] && /opt/monthly.sh"#, None),
        (r#"[ "$(date +\%u)" = 1 ] || /opt/monthly.sh"#, None),
        ("/opt/monthly.sh", None),
    ] {
        let runbook = parse("duties.md", format!("## 定期\n\n```cron\n0 3 1-7 * * {command}\n```\n").as_bytes());
        let seen: Vec<_> = runbook.schedule.iter().map(|due| (due.rule.as_deref(), due.only_on.as_deref())).collect();
        assert_eq!(seen, [(Some("cron:0 3 1-7 * *"), day)], "{command}");
    }
}

#[test]
fn a_duty_is_done_by_no_step_that_shares_a_word_and_says_another_thing() {
    let text = "## 週次作業\n\n- バックアップテスト\n- 索引の作り直し\n\n## 予定\n\n- フルバックアップ: 週1回\n- 索引作り直し: 週1回\n";
    let runbook = parse("duties.md", text.as_bytes());
    let linked: Vec<_> = runbook
        .schedule
        .iter()
        .filter(|due| due.source == DueSource::List)
        .map(|due| (due.title.as_str(), due.procedure.is_some()))
        .collect();
    assert_eq!(linked, [("フルバックアップ", false), ("索引作り直し", true)]);
}

#[test]
fn a_heading_plans_what_it_says_itself_or_what_its_steps_do() {
    for (text, planned) in [
        ("## 毎日 09:00 - 点検（10分）\n\n- [ ] 見る\n", Some([10, 10])),
        (
            "## 月次作業\n\n| 作業 | 所要時間 |\n|---|---|\n| 統計の更新 | 30 分 |\n| 更新の適用 | 1〜2 時間 |\n",
            Some([90, 150]),
        ),
        ("## 毎日 09:00 - 点検\n\n- [ ] 見る\n", None),
    ] {
        let runbook = parse("duties.md", text.as_bytes());
        let seen: Vec<_> = runbook.schedule.iter().map(|due| due.planned_min).collect();
        assert_eq!(seen, [planned], "{text}");
    }
}
