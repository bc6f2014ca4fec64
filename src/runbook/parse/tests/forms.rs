//! The forms in which steps stand in a document.

use pretty_assertions::assert_eq;

use super::{StepForm, parse};
use crate::runbook::model::{CautionLevel, ProcedureKind, Runbook, TriggerKind};

/// Every step as `form title`, procedure by procedure.
pub(super) fn seen(text: &str) -> Vec<(String, Vec<String>)> {
    let runbook = parse("a.md", text.as_bytes());
    let form = |form: StepForm| serde_json::to_string(&form).unwrap().trim_matches('"').to_owned();
    let steps = |p: &crate::runbook::model::Procedure| {
        p.steps.iter().map(|step| format!("{} {}", form(step.form), step.title)).collect::<Vec<_>>()
    };
    runbook.procedures.iter().map(|p| (p.title.clone(), steps(p))).collect()
}

#[track_caller]
pub(super) fn check(text: &str, expected: &[(&str, &[&str])]) {
    let expected: Vec<(String, Vec<String>)> = expected
        .iter()
        .map(|(title, steps)| ((*title).to_owned(), steps.iter().map(|step| (*step).to_owned()).collect()))
        .collect();
    assert_eq!(seen(text), expected, "{text}");
}

pub(super) fn only(text: &str) -> (Runbook, crate::runbook::model::Procedure) {
    let runbook = parse("a.md", text.as_bytes());
    assert_eq!(runbook.procedures.len(), 1, "{:?}", seen(text));
    let procedure = runbook.procedures[0].clone();
    (runbook, procedure)
}

#[test]
fn a_checklist_in_a_fence_is_one_procedure_with_its_headings_as_phases() {
    let text = "# 手引き\n\n## 棚卸し（毎月）\n\n```markdown\n# 棚卸し\n\n## 倉庫\n- [ ] 数を数える\n- [ ] 札を貼る\n\n## 帳簿\n- [ ] 差を書く\n```\n\n## 次\n\n- [ ] 片付け\n";
    let runbook = parse("a.md", text.as_bytes());
    let stock = &runbook.procedures[0];
    assert_eq!((stock.title.as_str(), stock.kind), ("棚卸し（毎月）", ProcedureKind::Checklist));
    let steps: Vec<_> = stock
        .steps
        .iter()
        .map(|s| (s.line, s.title.as_str(), s.phase.as_ref().map(|p| (p.title.as_str(), p.planned_min))))
        .collect();
    let phase = |title| Some((title, None));
    assert_eq!(
        steps,
        [(9, "数を数える", phase("倉庫")), (10, "札を貼る", phase("倉庫")), (13, "差を書く", phase("帳簿"))]
    );
    // The heading in the fence does not close the outer one.
    assert_eq!(runbook.procedures[1].heading_path, ["次"]);
    assert_eq!(runbook.reference, []);
}

#[test]
fn numbered_headings_in_a_fence_are_phases_of_its_checklist() {
    let text = "# 手引き\n\n## 毎週の棚卸し\n\n```markdown\n## 棚卸しの一覧\n\n### 1. 倉庫\n- [ ] 数を数える\n- [ ] 札を貼る\n\n### 2. 帳簿\n- [ ] 差を書く\n```\n";
    let (_, stock) = only(text);
    let steps: Vec<_> = stock
        .steps
        .iter()
        .map(|s| (s.line, s.title.as_str(), s.phase.as_ref().map(|phase| phase.title.as_str())))
        .collect();
    assert_eq!(
        steps,
        [(9, "数を数える", Some("1. 倉庫")), (10, "札を貼る", Some("1. 倉庫")), (13, "差を書く", Some("2. 帳簿"))]
    );
}

#[test]
fn a_drill_is_one_procedure_with_phases_whether_in_a_fence_or_not() {
    let inner = "## 準備（2週間前）\n- [ ] 日を決める\n\n## 当日（2時間）\n\n### フェーズ1: 気づく（10分）\n- [ ] 警報を見る\n\n### フェーズ2: 戻す（1時間）\n- [ ] 控えから戻す\n- [ ] 確かめる\n";
    let fenced = format!("# 手引き\n\n## 復旧の訓練\n\n```markdown\n# 進め方\n\n{inner}```\n");
    let open = format!("# 手引き\n\n## 復旧の訓練\n\n{}", inner.replace("## ", "### "));
    for text in [fenced, open] {
        let (_, drill) = only(&text);
        assert_eq!((drill.kind, drill.trigger.kind), (ProcedureKind::Drill, TriggerKind::Drill));
        let phases: Vec<_> =
            drill.steps.iter().map(|step| step.phase.as_ref().and_then(|phase| phase.planned_min)).collect();
        assert_eq!(phases, [None, Some(10), Some(60), Some(60)], "{text}");
    }
}

#[test]
fn stages_with_deadlines_in_their_headings_are_one_flow() {
    let text = "# 手引き\n\n## 障害時の対応\n\n### 1. 初動（5分以内）\n\n1. 状況を見る\n2. 当番に知らせる\n\n### 2. 切り分け（15分以内）\n\n1. 記録を見る\n";
    let (_, flow) = only(text);
    assert_eq!(flow.kind, ProcedureKind::Flow);
    let seen: Vec<_> = flow
        .steps
        .iter()
        .map(|step| (step.title.as_str(), step.deadline.as_ref().map(|deadline| deadline.min)))
        .collect();
    assert_eq!(seen, [("状況を見る", Some(5)), ("当番に知らせる", Some(5)), ("記録を見る", Some(15))]);
}

#[test]
fn dated_checklists_of_other_work_are_procedures_of_their_own() {
    let text = "# 手引き\n\n## 公開の準備\n\n### 3日前の確認（T-3日）\n\n- [ ] 試す\n\n### 前日の確認（T-1日）\n\n- [ ] 知らせる\n";
    check(text, &[("3日前の確認（T-3日）", &["task_item 試す"]), ("前日の確認（T-1日）", &["task_item 知らせる"])]);
}

#[test]
fn plain_fences_hold_flows_and_boxes_and_their_numbers_are_never_commands() {
    check(
        "# 手引き\n\n## 終業の点検（毎日 18:00）\n\n```\n見るもの:\n  [ ] 残った依頼\n  [ ] 明日の予定\n```\n",
        &[("終業の点検（毎日 18:00）", &["task_item 残った依頼", "task_item 明日の予定"])],
    );
    let text = "# 手引き\n\n## 停止時の対応手順\n\n```\n手順:\n1. 様子を見る\n   tool show \\\n     --name main\n\n2. 起こす:\n   a. 数が足りない → 増やす\n```\n";
    let (_, flow) = only(text);
    let seen: Vec<_> = flow.steps.iter().map(|step| (step.title.as_str(), step.details.clone(), step.manual)).collect();
    assert_eq!(
        seen,
        [
            ("様子を見る", vec!["tool show --name main".to_owned()], true),
            ("起こす", vec!["a. 数が足りない → 増やす".to_owned()], true)
        ]
    );
}

#[test]
fn tables_of_steps_are_checklists_and_tables_of_facts_are_not() {
    check(
        "# 試験\n\n## 切り替えの試験\n\n| 番号 | 操作 | 確認事項 |\n|---|---|---|\n| 1 | 片方を止める | もう片方が応える |\n| 2 | 戻す | 両方が応える |\n\n## 判定基準\n\n| 項目 | 合格基準 |\n|---|---|\n| 時間 | 5分以内 |\n\n## 構成\n\n| 項目 | 内容 |\n|---|---|\n| 台数 | 3 |\n",
        &[("切り替えの試験", &["table_row 片方を止める", "table_row 戻す"])],
    );
    check(
        "# Test\n\n## Checks\n\n| # | Step | Expected | OK? |\n|---|---|---|---|\n| 1 | Open the page | It loads | [ ] |\n",
        &[("Checks", &["table_row Open the page"])],
    );
}

#[test]
fn headings_about_something_else_hold_no_steps_and_headings_about_work_do() {
    let list = "\n\n- Check the queue\n- Restart the worker\n\n";
    let facts = "\n\n- Queue depth\n- Worker count\n\n";
    for (heading, list, steps) in [
        ("Mitigation", list, true),
        ("Mitigation", facts, true),
        ("Adding a worker", list, true),
        ("Adding a worker", facts, false),
        ("Impact", list, false),
        ("Key metrics", list, false),
        ("Related runbooks", list, false),
        ("Service owners", list, false),
    ] {
        let text = format!("# T\n\n## {heading}{list}");
        assert_eq!(!seen(&text).is_empty(), steps, "{heading}: {list}");
    }
}

#[test]
fn links_and_contents_are_no_steps() {
    check(
        "# T\n\n## Mitigation\n\n- See [the guide](guide.md)\n- Refer to the [docs](a.md) for more details\n- Restart the [worker](w.md) by hand\n\n## 目次\n\n1. [始め](#a)\n2. [終わり](#b)\n",
        &[("Mitigation", &["bullet Restart the worker by hand"])],
    );
}

#[test]
fn commands_are_named_by_their_paragraph_where_the_heading_says_too_little() {
    check(
        "# T\n\n## Diagnosis\n\nLook at the nodes.\n\n```bash\nkubectl get nodes\n```\n",
        &[("Diagnosis", &["paragraph Look at the nodes."])],
    );
    check(
        "# T\n\n## Look at the nodes\n\nThey may be gone.\n\n```bash\nkubectl get nodes\n```\n",
        &[("Look at the nodes", &["heading Look at the nodes"])],
    );
    check(
        "# T\n\n## Diagnosis\n\n- Check the pods:\n  ```bash\n  kubectl get pods\n  ```\n- Check the nodes:\n  ```bash\n  kubectl get nodes\n  ```\n",
        &[("Diagnosis", &["bullet Check the pods", "bullet Check the nodes"])],
    );
}

#[test]
fn a_command_behind_a_list_with_words_of_its_own_is_a_step_that_does_not_count() {
    let text = "# T\n\n## Steps\n\n1. Tell the team\n2. Stop the worker\n\nTo list the queues, run:\n\n```bash\nrabbitmqctl list_queues\n```\n";
    let (_, procedure) = only(text);
    let seen: Vec<_> = procedure.steps.iter().map(|step| (step.title.as_str(), step.optional)).collect();
    assert_eq!(seen, [("Tell the team", false), ("Stop the worker", false), ("To list the queues, run", true)]);
}

#[test]
fn a_condition_over_a_list_is_the_condition_of_its_steps() {
    let (_, procedure) = only(
        "# T\n\n## Mitigation\n\nIf the pod is gone (or stuck, or lost):\n\n1. Look at the events\n\n必要な場合:\n\n2. Restart it\n",
    );
    let seen: Vec<_> = procedure.steps.iter().map(|step| step.condition.as_deref()).collect();
    assert_eq!(seen, [Some("If the pod is gone (or stuck, or lost)"), Some("必要な場合")]);
}

#[test]
fn cautions_govern_what_stands_below_them() {
    let text = "# T\n\n## Steps\n\n> **Warning**: everything stops\n\n1. Stop the worker\n\n**Caution**: the queue is lost\n\n2. Empty the queue\n\n!!! danger \"No way back\"\n    It cannot be undone.\n\n3. Start the worker\n";
    let (_, procedure) = only(text);
    let texts = |cautions: &[crate::runbook::model::Caution]| {
        cautions.iter().map(|caution| (caution.level, caution.text.clone())).collect::<Vec<_>>()
    };
    assert_eq!(texts(&procedure.cautions), [(CautionLevel::Warning, "everything stops".to_owned())]);
    let steps: Vec<_> = procedure.steps.iter().map(|step| texts(&step.cautions)).collect();
    assert_eq!(
        steps,
        [
            vec![],
            vec![(CautionLevel::Caution, "the queue is lost".to_owned())],
            vec![(CautionLevel::Warning, "No way back It cannot be undone.".to_owned())],
        ]
    );
}

#[test]
fn advice_under_a_chapter_is_a_caution_of_its_procedures_and_alone_it_is_guidance() {
    let text = "# T\n\n## 入れ替え\n\n### 手順\n\n1. 止める\n\n### 注意事項\n\n- 控えを取ってから始める\n\n## 注意事項\n\n- 事前に知らせる\n";
    let runbook = parse("a.md", text.as_bytes());
    let cautions: Vec<_> = runbook.procedures[0].cautions.iter().map(|caution| caution.text.as_str()).collect();
    assert_eq!(cautions, ["控えを取ってから始める"]);
    let guidance: Vec<_> = runbook.guidance.iter().map(|guidance| guidance.items.clone()).collect();
    assert_eq!(guidance, [["事前に知らせる"]]);
}

#[test]
fn marks_of_other_tools_are_not_shown() {
    let text = "# T\n\n(restore)=\n\n## Steps {#steps}\n\n<!-- hidden -->\n\n{{< toc >}}\n\n:::{warning}\nMind the gap.\n:::\n\n1. Go[^1]\n\n[^1]: a footnote\n";
    let (_, procedure) = only(text);
    assert_eq!((procedure.title.as_str(), procedure.steps[0].title.as_str()), ("Steps", "Go"));
    assert_eq!(procedure.cautions[0].text, "Mind the gap.");
}

#[test]
fn words_between_items_stay_with_the_item_above() {
    let (_, procedure) = only(
        "# T\n\n## Steps\n\n1. Stop the app\n\nIt takes a minute.\n\n2. Start the app\n\nThe page must load again.\n",
    );
    let details: Vec<_> = procedure.steps.iter().map(|step| step.details.clone()).collect();
    assert_eq!(details, [["It takes a minute."], ["The page must load again."]]);
}

#[test]
fn a_list_that_describes_is_no_list_of_steps() {
    for (lead, steps) in [("Do one of the following:", true), ("These tools are all part of the cluster:", false)] {
        let text = format!("# T\n\n## Mitigation\n\n{lead}\n\n- The scheduler\n- The controller\n");
        assert_eq!(!seen(&text).is_empty(), steps, "{lead}");
    }
}

#[test]
fn a_list_of_what_happens_by_itself_is_no_list_of_steps() {
    for (lead, steps) in [
        ("次の順に作業する:", true),
        ("処理は次の順で実行される:", false),
        ("Do the following:", true),
        ("The following happens automatically:", false),
    ] {
        let text = format!("# T\n\n## Rollback\n\n{lead}\n\n1. stop\n2. start\n");
        assert_eq!(!seen(&text).is_empty(), steps, "{lead}");
    }
}

#[test]
fn instructions_in_order_are_steps_whatever_stands_over_them() {
    check(
        "# T\n\n## Reference\n\n1. Open the console\n2. Restart the job\n",
        &[("Reference", &["ordered_item Open the console", "ordered_item Restart the job"])],
    );
    check("# T\n\n## Reference\n\n1. The console\n2. The job\n", &[]);
}

#[test]
fn a_query_under_its_paragraph_is_a_step_by_hand_and_a_fence_below_a_list_belongs_to_its_last_item() {
    check(
        "# T\n\n## Diagnosis\n\nAsk for the rate of errors:\n\n```promql\nrate(errors_total[5m]) > 1\n```\n",
        &[("Diagnosis", &["paragraph Ask for the rate of errors"])],
    );
    let (_, procedure) = only(
        "# T\n\n## Clean-up\n\n- Remove old images\n\n```bash\ndocker image prune -f\n```\n\n- Look at the disk\n\n```bash\ndf -h\n```\n",
    );
    let seen: Vec<_> = procedure.steps.iter().map(|step| (step.title.as_str(), step.commands().count())).collect();
    assert_eq!(seen, [("Remove old images", 1), ("Look at the disk", 1)]);
}

#[test]
fn every_fence_is_in_reach() {
    let text = "# T\n\n## Overview\n\n```bash\nls\n```\n\n## Steps\n\n- [ ] Look\n  > ```yaml\n  > a: 1\n  > ```\n\n```ini\n[a]\n```\n\n## Notes\n\n- like this\n  ```text\n  x\n  ```\n";
    let runbook = parse("a.md", text.as_bytes());
    let steps = runbook.procedures.iter().flat_map(|p| &p.steps).flat_map(|step| &step.blocks);
    let kept = runbook.reference.iter().flat_map(|reference| &reference.blocks);
    let mut lines: Vec<_> = steps.chain(kept).map(|block| block.line).collect();
    lines.sort_unstable();
    assert_eq!(lines, [5, 12, 16, 23]);
}

#[test]
fn a_word_in_angle_brackets_is_text_and_a_tag_is_not() {
    check(
        "# T\n\n## Steps\n\n1. Restart <pod-name> in <b>prod</b><br>now\n",
        &[("Steps", &["ordered_item Restart <pod-name> in prod now"])],
    );
}

#[test]
fn headings_that_count_within_their_chapter_are_its_steps() {
    let step = |number: &str, title: &str| format!("### {number} {title}\n\n```bash\nls {number}\n```\n\n");
    let chapter = |title: &str, steps: &[(&str, &str)]| {
        let steps: String = steps.iter().map(|(number, title)| step(number, title)).collect();
        format!("# 手引き\n\n## 1. 概要\n\n弁の話。\n\n## {title}\n\n{steps}")
    };
    check(
        &chapter("4. 作業手順", &[("4.1", "監視の抑止"), ("4.2", "切り離し"), ("4.3", "適用")]),
        &[(
            "4. 作業手順",
            &["numbered_heading 4.1 監視の抑止", "numbered_heading 4.2 切り離し", "numbered_heading 4.3 適用"],
        )],
    );
    // A table of checks among them leaves it a sequence, which ends at its first failure.
    let (_, procedure) = only(&format!(
        "{}### 4.3 確認\n\n| 確認内容 | コマンド | 期待結果 |\n|---|---|---|\n| 弁 | `ls v` | 閉 |\n| 灯 | `ls l` | 緑 |\n",
        chapter("4. 作業手順", &[("4.1", "監視の抑止"), ("4.2", "切り離し")])
    ));
    assert_eq!((procedure.steps.len(), procedure.kind), (4, ProcedureKind::Sequence));
    // Procedures of their own, chapters of an operations manual, and numbers that do not count on.
    let apart = |title: &str, steps: &[(&str, &str)]| {
        let procedures = seen(&chapter(title, steps));
        assert_eq!(procedures.len(), steps.len(), "{title}: {steps:?}");
    };
    apart("4. 作業手順", &[("4.1", "起動手順"), ("4.2", "停止手順")]);
    apart("4. 運用手順", &[("4.1", "起動"), ("4.2", "停止")]);
    apart("4. 作業手順", &[("4.1", "起動"), ("4.3", "停止")]);
    let several = seen(
        "# 手引き\n\n## 4. 作業手順\n\n### 4.1 見る\n\n```bash\nls\n```\n\n### 4.2 調べる\n\n負荷を見る。\n\n```bash\nuptime\n```\n\n空きを見る。\n\n```bash\ndf -h\n```\n",
    );
    assert_eq!(several.iter().map(|(_, steps)| steps.len()).collect::<Vec<_>>(), [1, 2]);
    let numbered = seen(
        "# 手引き\n\n## 4. 作業手順\n\n### 4.1 見る\n\n```bash\nls\n```\n\n### 4.2 調べる\n\n```bash\n# 1. 負荷\nuptime\n# 2. 空き\ndf -h\n```\n",
    );
    assert_eq!(numbered.iter().map(|(_, steps)| steps.len()).collect::<Vec<_>>(), [1, 2]);
    apart("4. 作業手順", &[("4.1", "起動"), ("4.2", "毎日 17:30 の停止")]);
}

#[test]
fn the_way_back_from_a_sequence_is_gone_only_where_somebody_says_so() {
    for (title, condition) in [
        ("切り戻し", Some("切り戻し")),
        ("ロールバック手順（異常時）", Some("ロールバック手順")),
        ("Rollback", Some("Rollback")),
        ("切り戻し可否の判断", None),
        ("ロールバック計画の確認", None),
    ] {
        let (_, procedure) = only(&format!(
            "# 手引き\n\n## 作業手順\n\n### 1. 見る\n\n```bash\nls\n```\n\n### 2. {title}\n\n```bash\ndf -h\n```\n"
        ));
        assert_eq!(procedure.steps[1].condition.as_deref(), condition, "{title}");
    }
}
