//! What stands around the steps.

use pretty_assertions::assert_eq;

use crate::runbook::model::*;
use crate::runbook::parse::parse;

fn read(text: &str) -> Runbook {
    parse("around.md", text.as_bytes())
}

/// Level, name, definition and target of a severity.
type Level<'a> = (&'a str, &'a str, &'a str, Option<u32>);

#[track_caller]
fn severities(text: &str, expected: &[Level<'_>]) {
    let found = read(text).severities;
    let seen: Vec<Level<'_>> =
        found.iter().map(|s| (s.level.as_str(), s.name.as_str(), s.definition.as_str(), s.target_min)).collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn a_table_of_levels_is_a_scale() {
    severities(
        "## 障害レベル定義\n\n| レベル | 定義 | 対応時間 |\n|---|---|---|\n| P1（重大） | 館が開かない | 20 分以内 |\n| P2（高） | 貸出ができない | 即座 |\n| P3（低） | 表示の乱れ | 翌営業日 |\n",
        &[
            ("P1", "重大", "館が開かない", Some(20)),
            ("P2", "高", "貸出ができない", Some(0)),
            ("P3", "低", "表示の乱れ", None),
        ],
    );
    severities(
        "## Severity matrix\n\n| Priority | Label | Response time | Description |\n|---|---|---|---|\n| **SEV1** | Critical | Immediate (< 10 min) | all shops closed |\n| **SEV2** | High | within 2 hours | one shop closed |\n| SEV3 | Low | next business day | cosmetic |\n",
        &[
            ("SEV1", "Critical", "all shops closed", Some(10)),
            ("SEV2", "High", "one shop closed", Some(120)),
            ("SEV3", "Low", "cosmetic", None),
        ],
    );
}

#[test]
fn the_time_of_the_first_answer_is_the_target_and_not_that_of_the_recovery() {
    severities(
        "## 重要度\n\n| 区分 | 例 | 復旧目標 | 対応開始 |\n|---|---|---|---|\n| 緊急 | 全停止 | 2時間 | 即時 |\n| 低 | 警告のみ | - | 翌営業日 |\n",
        &[("緊急", "緊急", "全停止", Some(0)), ("低", "低", "警告のみ", None)],
    );
}

#[test]
fn a_list_under_a_heading_of_severities_is_a_scale() {
    severities(
        "## 重要度の定義\n\n1. 致命的\n   - 入館できない\n   - 火災報知\n2. 軽度\n   - 電球切れ\n",
        &[("1", "致命的", "入館できない、火災報知", None), ("2", "軽度", "電球切れ", None)],
    );
    severities(
        "## Severity levels\n\n- **P1 - Critical**: all tills down\n  - Response time: 15 minutes\n- **P2 - Minor**: one till down\n  - Response time: 4 hours\n",
        &[("P1", "Critical", "all tills down", Some(15)), ("P2", "Minor", "one till down", Some(240))],
    );
    severities(
        "## 障害レベル\n\n- レベル1（緊急）: 全停止、対応時間: 即時\n- レベル2（通常）: 一部停止、対応時間: 3時間以内\n",
        &[
            ("レベル1", "緊急", "全停止、対応時間: 即時", Some(0)),
            ("レベル2", "通常", "一部停止、対応時間: 3時間以内", Some(180)),
        ],
    );
}

#[test]
fn lines_of_a_paragraph_are_a_scale() {
    severities(
        "## Severity definitions\n\n**SEV-1 (Critical)**: nobody can pay. Respond within 5 minutes.\n**SEV-2 (Minor)**: cosmetic. Next business day.\n",
        &[
            ("SEV-1", "Critical", "nobody can pay. Respond within 5 minutes.", Some(5)),
            ("SEV-2", "Minor", "cosmetic. Next business day.", None),
        ],
    );
}

#[test]
fn headings_that_name_levels_are_a_scale() {
    severities(
        "## 障害対応\n\n### レベル1: 緊急（閉館）\n\n**対応時間**: 即座\n\n1. 避難\n\n### レベル2: 高（遅延）\n\n**対応時間**: 6時間以内\n\n1. 連絡\n",
        &[("レベル1", "緊急", "閉館", Some(0)), ("レベル2", "高", "遅延", Some(360))],
    );
    severities(
        "## Incident severities\n\n### SEV1 - Critical\n\nNobody can pay.\n\n### SEV2 - Major\n\nSome cannot pay.\n",
        &[("SEV1", "Critical", "Nobody can pay.", None), ("SEV2", "Major", "Some cannot pay.", None)],
    );
}

#[test]
fn tiers_and_priorities_of_work_are_no_severities() {
    for text in [
        "## エスカレーション\n\n- **レベル1**: 窓口\n- **レベル2**: 館長\n",
        "## エスカレーション連絡先\n\n| レベル | 担当 | 連絡先 | 対応時間 |\n|---|---|---|---|\n| L1 | 窓口 | #desk | 即時 |\n| L2 | 館長 | 電話 | 15分以内 |\n",
        "## 作業一覧\n\n| 優先度 | 作業 | 所要時間 |\n|---|---|---|\n| 高 | 清掃 | 10分 |\n| 高 | 消灯 | 5分 |\n",
        "## 優先度付けの手順\n\n1. 影響を確認\n2. 順番を決定\n",
        "## 障害対応\n\n### P1 障害対応フロー\n\n1. 検知\n\n### P2 障害対応フロー\n\n1. 検知\n",
        "## Findings\n\n| Severity | Count |\n|---|---|\n| High | 3 |\n| Low | 5 |\n",
        "## S3 buckets\n\n### S3 logs\n\n### S4 archive\n",
    ] {
        severities(text, &[]);
    }
}

/// Who is called, after how many minutes, and the words that say so.
type Rung<'a> = (&'a str, Option<u32>, &'a str);

#[track_caller]
fn escalation(text: &str, expected: &[Rung<'_>]) {
    let found = read(text).escalation;
    let seen: Vec<Rung<'_>> = found.iter().map(|r| (r.who.as_str(), r.after_min, r.text.as_str())).collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn ladders_are_read_in_every_form() {
    escalation(
        "## エスカレーションパス\n\n1. 当番（即時）\n2. 係長（10分以内）\n3. 館長（大規模停止時）\n",
        &[("当番", Some(0), "即時"), ("係長", Some(10), "10分以内"), ("館長", None, "大規模停止時")],
    );
    escalation(
        "## Escalation\n\n- **Level 1**: desk clerk\n- **Level 2**: shift lead (after 20 minutes)\n- Level 3: director (only if the press calls)\n",
        &[
            ("desk clerk", None, "Level 1"),
            ("shift lead", Some(20), "after 20 minutes"),
            ("director", None, "only if the press calls"),
        ],
    );
    escalation(
        "## Escalation policy\n\n- 0-10 min: on-call engineer\n- After 30 minutes: platform manager\n",
        &[("on-call engineer", Some(0), "0-10 min"), ("platform manager", Some(30), "After 30 minutes")],
    );
    escalation(
        "## エスカレーション\n\n当番 → 係長（15分） → 館長（1時間）\n",
        &[("当番", None, ""), ("係長", Some(15), "15分"), ("館長", Some(60), "1時間")],
    );
    escalation(
        "## エスカレーション\n\n| 段階 | 担当 | 経過時間 |\n|---|---|---|\n| 1 | 当番 | 0分 |\n| 2 | 係長 | 15分 |\n| 3 | 館長 | 重大な場合 |\n",
        &[("当番", Some(0), "0分"), ("係長", Some(15), "15分"), ("館長", None, "重大な場合")],
    );
    escalation(
        "## 体制\n\n```markdown\n# 連絡\n## エスカレーション\n1. 当番（即時）\n2. 係長（30分以内）\n```\n",
        &[("当番", Some(0), "即時"), ("係長", Some(30), "30分以内")],
    );
    escalation(
        "## エスカレーションルール\n\n- 15分以内に復旧しない場合: 係長\n- 30分経過しても復旧しない場合は館長へ連絡\n",
        &[("係長", Some(15), "15分以内に復旧しない場合"), ("館長", Some(30), "30分経過しても復旧しない場合")],
    );
}

#[test]
fn sentences_under_an_escalation_heading_are_no_ladder() {
    for text in [
        "## Escalation\n\n1. If no issue exists, create one in the tracker and fill it in.\n2. Raise it in the support channel for further help and action.\n",
        "## Escalation path\n\n* Follow the steps in the handbook,\n  starting with the form, to get help.\n",
        "## De-escalation criteria\n\n- Level 1: quiet for an hour\n- Level 2: quiet for a day\n",
        "## Escalation path\n\nDetection → Lead notified → Severity assessed → Legal engaged\n",
        "## 障害対応\n\n- **レベル1**: 全停止\n- **レベル2**: 遅延\n",
    ] {
        escalation(text, &[]);
    }
}

#[track_caller]
fn contacts(text: &str, expected: &[(&str, &str, bool)]) {
    let found = read(text).contacts;
    let seen: Vec<(&str, &str, bool)> = found.iter().map(|c| (c.name.as_str(), c.value.as_str(), c.unset)).collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn contacts_are_read_in_every_form() {
    contacts(
        "## 連絡先\n\n- 警備室: 03-1234-5678\n- **施設係**: xxx-xxxx-xxxx\n- 空調業者: 24時間サポート契約\n- 館長:\n",
        &[
            ("警備室", "03-1234-5678", false),
            ("施設係", "xxx-xxxx-xxxx", true),
            ("空調業者", "24時間サポート契約", false),
            ("館長", "", true),
        ],
    );
    contacts(
        "## Contacts\n\n| Role | Phone | Email |\n|---|---|---|\n| Desk | +81 3-1111-2222 | desk@shop.io |\n| Lead | {{LEAD_PHONE}} | TBD |\n",
        &[("Desk", "+81 3-1111-2222 / desk@shop.io", false), ("Lead", "{{LEAD_PHONE}} / TBD", true)],
    );
    contacts(
        "## 付録\n\n```markdown\n# 緊急連絡先\n\n## 館内\n- 夜警: 内線 110\n\n## 業者\n- 昇降機: <電話番号>\n```\n",
        &[("夜警", "内線 110", false), ("昇降機", "<電話番号>", true)],
    );
    contacts(
        "**問い合わせ先**: desk@example.com\n\n## 手順\n\n1. 見る\n",
        &[("問い合わせ先", "desk@example.com", true)],
    );
    contacts(
        "## 連絡先\n\n### 夜間窓口\n\n- 電話: 090-1234-5678\n- メール: night@library.jp\n- 受付時間: 22時〜6時\n",
        &[("夜間窓口", "090-1234-5678", false), ("夜間窓口", "night@library.jp", false)],
    );
    contacts(
        "## Support contacts\n\n- [Elevator maker](https://lift.io/help)\n- Cleaning crew (cleaning@crew.io)\n",
        &[("Elevator maker", "https://lift.io/help", false), ("Cleaning crew", "cleaning@crew.io", false)],
    );
}

#[test]
fn other_lines_with_colons_are_no_contacts() {
    for text in [
        "## Contact the vendor\n\n1. Open a ticket: use the portal\n",
        "## 設定\n\n- ホスト: db01\n- 管理者: root@localhost\n",
        "## 問い合わせ対応フロー\n\n- 受付: 窓口が受ける\n",
        "## 監視\n\n| メトリクス | 通知チャンネル | 閾値 |\n|---|---|---|\n| 温度 | 大 | 40度 |\n",
    ] {
        contacts(text, &[]);
    }
}

#[track_caller]
fn targets(text: &str, expected: &[(&str, Option<u32>, Option<u32>)]) {
    let found = read(text).recovery_targets;
    let seen: Vec<_> = found.iter().map(|t| (t.service.as_str(), t.rpo_min, t.rto_min)).collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn recovery_targets_are_read_in_every_form() {
    targets(
        "## 復旧目標\n\n| 系統 | RPO | RTO |\n|---|---|---|\n| 貸出 | 30分 | 2時間 |\n| 蔵書 | 7日 | 1時間30分 |\n",
        &[("貸出", Some(30), Some(120)), ("蔵書", Some(10080), Some(90))],
    );
    targets(
        "## 3. 復旧目標\n\n| 項目 | 目標値 | 備考 |\n|---|---|---|\n| RTO（目標復旧時間） | 15分以内 | 1時間では遅い |\n| RPO | 0 | なし |\n",
        &[("復旧目標", Some(0), Some(15))],
    );
    targets("## Shop backend\n\n- RTO: 4 hours\n- RPO: 15 minutes\n", &[("Shop backend", Some(15), Some(240))]);
    targets(
        "## 目標\n\n- 本館: RPO 1時間、RTO 4時間\n- 分館（RTO: 1日 / RPO: 12時間）\n",
        &[("本館", Some(60), Some(240)), ("分館", Some(720), Some(1440))],
    );
    targets("## 目標\n\n- RTO: 2時間、RPO: 15分\n", &[("目標", Some(15), Some(120))]);
    targets(
        "## Objectives\n\nTills — RTO 30 minutes, RPO 5 minutes\nReports — RTO: 8h, RPO: 24h\n",
        &[("Tills", Some(5), Some(30)), ("Reports", Some(1440), Some(480))],
    );
    targets("## 用語\n\n**RPO（Recovery Point Objective）**: 失ってよい時間\n", &[]);
    targets("## 監視\n\n| 指標 | 監視間隔 |\n|---|---|\n| RTO達成率 | 1日 |\n", &[]);
}

#[test]
fn scenarios_have_a_situation_a_goal_and_checks() {
    type Seen<'a> = (&'a str, &'a str, &'a str, &'a str, Option<u32>, Option<u32>);
    let check = |text: &str, expected: &[Seen<'_>]| {
        let found = read(text).scenarios;
        let seen: Vec<_> = found
            .iter()
            .map(|s| (s.title.as_str(), s.situation.as_str(), s.goal.as_str(), s.checks.as_str(), s.rto_min, s.rpo_min))
            .collect();
        assert_eq!(seen, expected, "{text}");
    };
    check(
        "## 訓練\n\n**シナリオ1: 停電**\n- 状況: 主電源の停止\n- 目標: 予備電源への切替（RTO: 30分）\n- 確認項目: 記録の欠落なし（RPO: 0）\n\n**シナリオ2: 漏水**\n- 状況: 書庫の漏水\n- 目標: 避難\n- 確認項目: 全員の無事\n",
        &[
            ("停電", "主電源の停止", "予備電源への切替（RTO: 30分）", "記録の欠落なし（RPO: 0）", Some(30), Some(0)),
            ("漏水", "書庫の漏水", "避難", "全員の無事", None, None),
        ],
    );
    check(
        "## Drill scenarios\n\n### Scenario A - Fire in the archive\n\n- **Situation**: smoke on floor 2\n- **Goal**: everybody out, RTO 2 hours\n- **Success criteria**:\n  - nobody inside\n  - doors closed\n",
        &[(
            "Fire in the archive",
            "smoke on floor 2",
            "everybody out, RTO 2 hours",
            "nobody inside, doors closed",
            Some(120),
            None,
        )],
    );
    check("## シナリオ別の対応\n\n### シナリオA: 本館のみ閉館\n\n1. 掲示する\n2. 施錠する\n", &[]);
}

/// Subject, comparison, threshold, unit and action of a rule.
type Seen<'a> = (&'a str, RuleOp, f64, Option<&'a str>, Option<&'a str>);

#[track_caller]
fn metrics(text: &str, expected: &[Seen<'_>]) {
    let found = read(text).metric_rules;
    let seen: Vec<Seen<'_>> = found
        .iter()
        .map(|r| (r.subject.as_str(), r.op, r.value.unwrap(), r.unit.as_deref(), r.action.as_deref()))
        .collect();
    assert_eq!(seen, expected, "{text}");
    assert!(found.iter().all(|rule| rule.when == RuleSense::Alarm));
}

#[test]
fn thresholds_of_monitoring_are_read_from_tables_and_lists() {
    metrics(
        "## 監視\n\n| メトリクス | 閾値 | アクション |\n|---|---|---|\n| 室温 | >28度 | 換気 |\n| 湿度 | 60%以上 | 除湿 |\n| 電力 | 契約の90% | 節電 |\n",
        &[
            ("室温", RuleOp::Gt, 28.0, Some("度"), Some("換気")),
            ("湿度", RuleOp::Ge, 60.0, Some("%"), Some("除湿")),
            ("電力", RuleOp::Ge, 90.0, Some("%"), Some("節電")),
        ],
    );
    metrics(
        "## Monitoring\n\n| Metric | Warning threshold | Critical threshold |\n|---|---|---|\n| Queue | > 100/min | ≥ 1,000 |\n",
        &[
            ("Queue", RuleOp::Gt, 100.0, Some("/min"), Some("Warning")),
            ("Queue", RuleOp::Ge, 1000.0, None, Some("Critical")),
        ],
    );
    metrics(
        "## 監視項目\n\n- 室温: 30度以上でアラート\n- 失敗率: 1分間で5%以上で警告\n- 5xx率 > 2% が 5分継続 → SEV2\n- 来館者数\n",
        &[
            ("室温", RuleOp::Ge, 30.0, Some("度"), Some("アラート")),
            ("失敗率", RuleOp::Ge, 5.0, Some("%"), Some("警告")),
            ("5xx率", RuleOp::Gt, 2.0, Some("%"), Some("SEV2")),
        ],
    );
    metrics(
        "## Alerts\n\n- Alert when disk usage exceeds 90%\n- Page the owner if queue length is over 500\n",
        &[
            ("disk usage", RuleOp::Gt, 90.0, Some("%"), Some("Alert")),
            ("queue length", RuleOp::Gt, 500.0, None, Some("Page the owner")),
        ],
    );
    metrics(
        "## Alert thresholds\n\n- Disk usage: warn at 80%, page at 90%\n",
        &[
            ("Disk usage", RuleOp::Ge, 80.0, Some("%"), Some("warn")),
            ("Disk usage", RuleOp::Ge, 90.0, Some("%"), Some("page")),
        ],
    );
    metrics(
        "## 監視\n\n- 電力: 警告 70%以上、危険 90%以上\n",
        &[("電力", RuleOp::Ge, 70.0, Some("%"), Some("警告")), ("電力", RuleOp::Ge, 90.0, Some("%"), Some("危険"))],
    );
}

#[test]
fn rules_of_steps_and_targets_are_no_thresholds_of_monitoring() {
    for text in [
        "## 監視の手順\n\n- [ ] 残量を見る\n  - 残量 < 10%: 補充\n",
        "## 概要\n\n- 応答は3秒以内を目指す\n- 会員は100人以上\n",
        "## 判定\n\n- 停止が全体の50%以上\n",
    ] {
        metrics(text, &[]);
    }
}

#[test]
fn a_way_alone_reaches_nobody() {
    let found = read("## 連絡先\n\n| 担当/チーム | 連絡方法 | 連絡先 |\n|---|---|---|\n| 班長 | 電話 | 内線 1234 |\n| 館長 | 電話 | 電話 |\n\n## 緊急連絡先\n\n| 役割 | 連絡方法 |\n|---|---|\n| 守衛 | 電話 |\n").contacts;
    let seen: Vec<_> = found.iter().map(|c| (c.name.as_str(), c.value.as_str(), c.unset)).collect();
    assert_eq!(seen, [("班長", "電話 / 内線 1234", false), ("館長", "電話 / 電話", true), ("守衛", "電話", true)]);
}

#[test]
fn ladders_stand_in_tables_lists_and_headings() {
    let rungs = |text: &str| {
        let runbook = parse("a.md", text.as_bytes());
        runbook.escalation.into_iter().map(|rung| (rung.who, rung.after_min)).collect::<Vec<_>>()
    };
    let is = |seen: Vec<(String, Option<u32>)>, expected: &[(&str, Option<u32>)], text: &str| {
        let expected: Vec<_> = expected.iter().map(|(who, after)| ((*who).to_owned(), *after)).collect();
        assert_eq!(seen, expected, "{text}");
    };
    let expected = [("当番", Some(0)), ("係長", Some(15)), ("館長", Some(60))];
    for header in ["経過時間 | 連絡先 | 手段", "経過 | 対応者 | 手段", "時間 | 連絡先 | 手段", "経過時間 | 担当 | 手段"]
    {
        let rows = "| 0分 | 当番 | 電話 |\n| 15分 | 係長 | 電話 |\n| 1時間経過 | 館長 | 電話 |\n";
        let text = format!("# 手引き\n\n## エスカレーション\n\n| {header} |\n|---|---|---|\n{rows}");
        is(rungs(&text), &expected, &text);
    }
    let expected = [("on call", Some(0)), ("lead", Some(15)), ("director", Some(60))];
    for heading in ["Escalation", "When nobody answers"] {
        let rows = "| 0 min | on call | pager |\n| 15 min | lead | phone |\n| 1 hour | director | phone |\n";
        let text = format!("# T\n\n## {heading}\n\n| Elapsed | Contact | How |\n|---|---|---|\n{rows}");
        is(rungs(&text), &expected, &text);
    }
    let expected = [("係長", Some(15)), ("館長", Some(60))];
    for text in [
        "# 手引き\n\n## エスカレーション\n\n- 15分経過: 係長へ連絡\n- 1時間経過: 館長へ連絡\n",
        "# 手引き\n\n## エスカレーション\n\n### 15分経過\n\n係長へ連絡する。\n\n### 1時間経過\n\n館長へ連絡する。\n",
    ] {
        is(rungs(text), &expected, text);
    }
    let numbers = "# 手引き\n\n## 連絡先\n\n| 役割 | 連絡先 | 時間 |\n|---|---|---|\n| 当番 | 1234 | 終日 |\n| 係長 | 5678 | 平日 |\n";
    is(rungs(numbers), &[], numbers);
}

#[test]
fn what_a_document_says_of_itself_below_its_title_is_no_work() {
    let (document, procedure) = super::forms::only(
        "# 基幹DB 切替手順書\n\n- 文書番号: OPS-DB-014\n- 作成: 運用技術部\n- 対象: db01（主系）\n- 最終更新: 2026-10-15\n\n## 作業\n\n1. 見る\n2. 止める\n",
    );
    assert_eq!(procedure.steps.len(), 2);
    assert_eq!(document.metadata.updated.as_deref(), Some("2026-10-15"));
    // Work that is told with a name and a colon stays work.
    let (_, procedure) = super::forms::only("# 開店手順\n\n- 対象: 棚を拭く\n- 入口: 鍵を開ける\n- 灯り: つける\n");
    assert_eq!(procedure.steps.len(), 3);
}
