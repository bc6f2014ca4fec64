//! Conditions, thresholds and alternatives, and what is only shown as an example.

use pretty_assertions::assert_eq;

use super::forms::{check, only};
use crate::runbook::model::{Block, ProcedureKind, RuleOp, Step};

/// Title, condition and whether the step need not be done.
fn branches(steps: &[Step]) -> Vec<(&str, Option<&str>, bool)> {
    steps.iter().map(|step| (step.title.as_str(), step.condition.as_deref(), step.optional)).collect()
}

/// Subject, comparison, value, unit and action of the rules.
type Ruled<'a> = (&'a str, RuleOp, Option<f64>, Option<&'a str>, Option<&'a str>);

fn ruled(step: &Step) -> Vec<Ruled<'_>> {
    let seen = step.rules.iter();
    seen.map(|r| (r.subject.as_str(), r.op, r.value, r.unit.as_deref(), r.action.as_deref())).collect()
}

#[test]
fn ordered_work_under_an_example_is_work_and_sample_texts_are_not() {
    let work = "1. 待ち行列を確認する\n2. ワーカーを再起動する\n3. 5分待つ\n";
    let steps: &[&str] =
        &["ordered_item 待ち行列を確認する", "ordered_item ワーカーを再起動する", "ordered_item 5分待つ"];
    for heading in ["例: 詰まったときの動き", "例", "実施例"] {
        check(&format!("# 手引き\n\n## {heading}\n\n{work}"), &[(heading, steps)]);
    }
    check(&format!("# 手引き\n\n## 例\n\n### 詰まったとき\n\n{work}"), &[("詰まったとき", steps)]);
    for heading in ["記入例", "連絡メッセージの例", "作業報告の例"] {
        check(&format!("# 手引き\n\n## {heading}\n\n{work}"), &[]);
    }
    check("# 手引き\n\n## 例\n\n1. 9:00 検知\n2. 9:20 復旧\n", &[]);
    let work = "1. Drain the queue\n2. Restart the worker\n";
    let steps: &[&str] = &["ordered_item Drain the queue", "ordered_item Restart the worker"];
    check(&format!("# T\n\n## Example: a stuck worker\n\n{work}"), &[("Example: a stuck worker", steps)]);
    for heading in ["Sample message", "Example log entry", "Template"] {
        check(&format!("# T\n\n## {heading}\n\n1. We look into it\n2. It is back\n"), &[]);
    }
}

#[test]
fn a_list_of_conditions_is_a_choice_and_none_of_its_items_counts() {
    for text in [
        "# 手引き\n\n## 対処\n\n当てはまるものを行う。\n\n- 画面が白い場合: 端末を替える\n- 音が出ない場合は線を見る\n",
        "# T\n\n## Mitigation\n\nChoose what fits:\n\n- If the screen is white: change it\n- When the sound is gone, look at the wire\n",
        "# T\n\n## Mitigation\n\n1. If the screen is white: change it\n2. If the sound is gone, look at the wire\n",
    ] {
        let (_, procedure) = only(text);
        assert_eq!(procedure.kind, ProcedureKind::Troubleshooting, "{text}");
        assert!(procedure.steps.iter().all(|step| step.optional && step.condition.is_some()), "{text}");
    }
    // A condition over all of them, or of one alone, leaves them what they are.
    let (_, procedure) =
        only("# T\n\n## Mitigation\n\nIf the screen is white:\n\n- Change the cable\n- Restart the screen\n");
    assert!(procedure.steps.iter().all(|step| !step.optional && step.condition.is_some()));
    let (_, procedure) = only("# T\n\n## Steps\n\n1. Look\n2. If it is white, change it\n");
    assert_eq!(
        branches(&procedure.steps),
        [("Look", None, false), ("If it is white, change it", Some("If it is white"), false)]
    );
}

#[test]
fn work_for_some_cases_only_has_them_as_its_condition() {
    for (title, condition) in [
        ("再起動（カーネル更新時のみ）", Some("カーネル更新時のみ")),
        ("（障害時のみ）旧主系の隔離", Some("障害時のみ")),
        ("【初回のみ】鍵の登録", Some("初回のみ")),
        ("台帳の締め（月末のみ）", Some("月末のみ")),
        ("水位が下がらない場合のみ、弁を開ける", Some("水位が下がらない場合のみ")),
        ("水位が 90% を下回らない場合のみ、弁を開ける", Some("水位が 90% を下回らない場合のみ")),
        ("夜間に限り弁を開ける", None),
        ("障害時に限り弁を開ける", Some("障害時に限り")),
        ("弁の点検（係長のみ）", None),
        ("弁を開ける（必要時）", Some("必要時")),
        ("日時のみ記録する", None),
    ] {
        let (_, procedure) = only(&format!("# 手引き\n\n## 手順\n\n1. 見る\n2. {title}\n"));
        assert_eq!(procedure.steps[1].condition.as_deref(), condition, "{title}");
    }
}

#[test]
fn a_sentence_below_a_step_says_when_it_is_to_be_done_at_all() {
    for (said, condition) in [
        ("障害による切替の場合のみ実施する。", Some("障害による切替の場合のみ")),
        ("障害時に限り、以下を実行すること。", Some("障害時に限り")),
        ("本作業は初期化したときだけ行う。", Some("本作業は初期化したときだけ")),
        ("更新がない場合は本手順を省略する。", Some("更新がない場合は本手順を省略する")),
        ("異常時のみメールが送られる。", None),
        ("Perform this step only if the node is gone.", Some("Perform this step only if the node is gone")),
        ("Skip this step if the node is up.", Some("Skip this step if the node is up")),
        ("Run this command when you are ready.", None),
    ] {
        let (_, procedure) = only(&format!(
            "# 手引き\n\n## 作業手順\n\n### 1. 見る\n\n```bash\ndf -h\n```\n\n### 2. 止める\n\n{said}\n\n```bash\nls\n```\n"
        ));
        assert_eq!(procedure.steps[1].condition.as_deref(), condition, "{said}");
        assert!(procedure.steps[1].details.contains(&said.to_owned()), "{said}");
    }
}

/// For each fence of a step: the label of its first command, whether it is one of several, and its condition.
fn fences(step: &Step) -> Vec<(Option<&str>, bool, Option<&str>)> {
    fn label(block: &Block) -> Option<&str> {
        block.commands.first().and_then(|command| command.label.as_deref())
    }
    step.blocks.iter().map(|block| (label(block), block.alternative, block.condition.as_deref())).collect()
}

#[test]
fn fences_of_which_one_is_to_be_taken_are_alternatives() {
    let two = "案A: 自動\n\n```bash\ndf -h\n```\n\n案B: 手動\n\n```bash\ndu -sh .\n```\n";
    let items = "- 案A: 自動\n```bash\ndf -h\n```\n- 案B: 手動\n```bash\ndu -sh .\n```\n";
    let nested = "- 案A: 自動\n  ```bash\n  df -h\n  ```\n- 案B: 手動\n  ```bash\n  du -sh .\n  ```\n";
    let chosen = [(Some("案A: 自動"), true, None), (Some("案B: 手動"), true, None)];
    for said in ["次のいずれかを実施する。", "以下のどちらかの方法で戻す。", "Do one of the following."]
    {
        for fenced in [two, items, nested] {
            let text = format!(
                "# 手引き\n\n## 作業手順\n\n### 1. 見る\n\n```bash\nls\n```\n\n### 2. 戻す\n\n{said}\n\n{fenced}"
            );
            let (_, procedure) = only(&text);
            assert_eq!(fences(&procedure.steps[1]), chosen, "{text}");
        }
    }
    for said in ["次のいずれかに該当する場合は止める。", "いずれも実施する。", "両方を実施する。"]
    {
        let text =
            format!("# 手引き\n\n## 作業手順\n\n### 1. 見る\n\n```bash\nls\n```\n\n### 2. 戻す\n\n{said}\n\n{two}");
        let (_, procedure) = only(&text);
        assert_eq!(fences(&procedure.steps[1]), [(None, false, None), (None, false, None)], "{said}");
    }
    let (_, procedure) = only(&format!("# 手引き\n\n## 切り戻し\n\n以下のどちらかの方法で切り戻す。\n\n{two}"));
    assert_eq!(procedure.kind, ProcedureKind::Menu);
    assert_eq!(branches(&procedure.steps), [("案A: 自動", None, false), ("案B: 手動", None, false)]);
}

#[test]
fn a_fence_below_words_that_tell_a_case_counts_in_that_case_only() {
    for (said, condition) in [
        ("失敗した場合:", Some("失敗した場合")),
        ("起動しない場合は以下を実行する。", Some("起動しない場合")),
        ("If it fails, run the following.", Some("If it fails")),
        ("以下を実行する。", None),
    ] {
        let text = format!(
            "# 手引き\n\n## 作業手順\n\n### 1. 見る\n\n```bash\nls\n```\n\n### 2. 起こす\n\n```bash\ndf -h\n```\n\n{said}\n\n```bash\ndu -sh .\n```\n"
        );
        let (_, procedure) = only(&text);
        assert_eq!(fences(&procedure.steps[1]), [(None, false, None), (None, false, condition)], "{said}");
    }
    // The only fence of a step: the step counts in that case only. Cases with a fence each: one of them is taken.
    let start = "# 手引き\n\n## 作業手順\n\n### 1. 見る\n\n```bash\nls\n```\n\n### 2. 起こす\n\n";
    let (_, procedure) = only(&format!("{start}起動しない場合は以下を実行する。\n\n```bash\ndf -h\n```\n"));
    assert_eq!(procedure.steps[1].condition.as_deref(), Some("起動しない場合"));
    let (_, procedure) = only(&format!(
        "{start}A. 広げられる場合\n\n```bash\ndf -h\n```\n\nB. 広げられない場合\n\n```bash\ndu -sh .\n```\n"
    ));
    assert_eq!(
        fences(&procedure.steps[1]),
        [(Some("広げられる場合"), true, None), (Some("広げられない場合"), true, None)]
    );
}

#[test]
fn conditions_below_a_step_are_its_rules() {
    let (_, procedure) = only(
        "# 手引き\n\n## 手順\n\n1. 水位を確認する\n   - 正常の場合: 次へ進む\n   - 80%以上の場合は排水する\n   - 90%超: 係長を呼ぶ\n   - 30分以内に記録する\n2. 蓋を閉める\n",
    );
    assert_eq!(procedure.steps.len(), 2);
    assert_eq!(
        ruled(&procedure.steps[0]),
        [
            ("正常の場合", RuleOp::Event, None, None, Some("次へ進む")),
            ("水位を確認する", RuleOp::Ge, Some(80.0), Some("%"), Some("排水する")),
            ("水位を確認する", RuleOp::Gt, Some(90.0), Some("%"), Some("係長を呼ぶ")),
        ]
    );
    assert_eq!(procedure.steps[0].details, ["30分以内に記録する"]);
}

#[test]
fn a_threshold_in_a_title_is_its_condition_and_a_rule() {
    for (title, condition, rule) in [
        ("80%以上の場合は水を抜く", Some("80%以上の場合"), Some(("", RuleOp::Ge, 80.0, Some("%"), "水を抜く"))),
        (
            "水位が80%を超える場合、水を抜く",
            Some("水位が80%を超える場合"),
            Some(("水位", RuleOp::Gt, 80.0, Some("%"), "水を抜く")),
        ),
        (
            "水位が20%未満なら水を足す",
            Some("水位が20%未満なら"),
            Some(("水位", RuleOp::Lt, 20.0, Some("%"), "水を足す")),
        ),
        (
            "水温が３０度を超えたら止める",
            Some("水温が３０度を超えたら"),
            Some(("水温", RuleOp::Gt, 30.0, Some("度"), "止める")),
        ),
        ("水位 > 80%: 水を抜く", Some("水位 > 80%"), Some(("水位", RuleOp::Gt, 80.0, Some("%"), "水を抜く"))),
        (
            "If the level is above 90%, open the gate",
            Some("If the level is above 90%"),
            Some(("level", RuleOp::Gt, 90.0, Some("%"), "open the gate")),
        ),
        (
            "Open the gate if the level exceeds 90%",
            Some("if the level exceeds 90%"),
            Some(("level", RuleOp::Gt, 90.0, Some("%"), "Open the gate")),
        ),
        (
            "When the pump runs for more than 10 minutes, stop it",
            Some("When the pump runs for more than 10 minutes"),
            Some(("pump runs for", RuleOp::Gt, 10.0, Some("minutes"), "stop it")),
        ),
        (
            "Tell the office if it reached >500 readers",
            Some("if it reached >500 readers"),
            Some(("it reached", RuleOp::Gt, 500.0, None, "Tell the office")),
        ),
        ("蓋が開かない場合は係を呼ぶ", Some("蓋が開かない場合"), None),
        ("この場合は係を呼ぶ", None, None),
        ("5分以内に係を呼ぶ", None, None),
        ("水位を見て、高い場合は係を呼ぶ", None, None),
        ("Call the office within 5 minutes", None, None),
    ] {
        let (_, procedure) = only(&format!("# T\n\n## Steps\n\n1. Look\n2. {title}\n"));
        let step = &procedure.steps[1];
        assert_eq!(step.condition.as_deref(), condition, "{title}");
        let rule: Vec<Ruled<'_>> = rule
            .into_iter()
            .map(|(subject, op, value, unit, action)| (subject, op, Some(value), unit, Some(action)))
            .collect();
        assert_eq!(ruled(step), rule, "{title}");
    }
}
