//! What stands before, after and beside the work: conditions, advice, and lists that are no work.

use pretty_assertions::assert_eq;

use super::forms::{check, seen};
use crate::runbook::model::GuidanceTime;
use crate::runbook::parse::parse;

fn guidance(text: &str) -> Vec<(GuidanceTime, String, Vec<String>)> {
    let runbook = parse("a.md", text.as_bytes());
    runbook.guidance.into_iter().map(|said| (said.when, said.title, said.items)).collect()
}

#[test]
fn what_must_be_true_before_and_after_the_work_is_told() {
    for (heading, body, when, items) in [
        (
            "前提条件",
            "- 鍵を持っていること\n- 二人いること\n",
            GuidanceTime::Before,
            vec!["鍵を持っていること", "二人いること"],
        ),
        ("終了条件", "係長が承認したこと。\n", GuidanceTime::After, vec!["係長が承認したこと。"]),
        ("Prerequisites", "- A key\n- Two people\n", GuidanceTime::Before, vec!["A key", "Two people"]),
        ("Exit criteria", "The chief has signed.\n", GuidanceTime::After, vec!["The chief has signed."]),
    ] {
        let text = format!("# 手引き\n\n## {heading}\n\n{body}\n## 手順\n\n1. 開ける\n2. 閉める\n");
        let items: Vec<String> = items.into_iter().map(str::to_owned).collect();
        assert_eq!(guidance(&text), [(when, heading.to_owned(), items)], "{text}");
        check(&text, &[("手順", &["ordered_item 開ける", "ordered_item 閉める"])]);
    }
}

#[test]
fn work_before_after_and_back_is_work() {
    for (heading, first, second) in [
        ("事前準備", "札を掛ける", "鍵を借りる"),
        ("事前確認", "札を見ること", "鍵を見ること"),
        ("作業前", "札を確認する", "鍵を確認する"),
        ("作業後", "札を確認する", "鍵を確認する"),
        ("事後確認", "札", "鍵"),
        ("切り戻し", "札を戻す", "鍵を戻す"),
        ("復旧", "札を戻す", "鍵を戻す"),
        ("Before you start", "Make sure nobody is inside", "Take the key"),
        ("After the work", "Tell the office", "Close the book"),
        ("Rollback", "Restart the old pump", "Open the old gate"),
    ] {
        let steps = [format!("bullet {first}"), format!("bullet {second}")];
        let text = format!("# 手引き\n\n## {heading}\n\n- {first}\n- {second}\n");
        check(&text, &[(heading, &[steps[0].as_str(), steps[1].as_str()])]);
    }
}

#[test]
fn lists_about_the_document_are_no_work() {
    for heading in [
        "目次",
        "改訂履歴",
        "関連ドキュメント",
        "参考資料",
        "用語",
        "用語集",
        "Glossary",
        "See also",
        "References",
        "Changelog",
        "Terms",
    ] {
        for list in ["- 1.0 初版\n- 1.1 追記\n", "- [図](a.md)\n- [表](b.md)\n", "- 扉: 入口\n- 鍵: 開けるもの\n"]
        {
            let text = format!("# 手引き\n\n## {heading}\n\n{list}");
            assert_eq!(seen(&text), [], "{text}");
            assert_eq!(guidance(&text), [], "{text}");
        }
    }
    let prose = "# On call\n\nThe pager is handed over on Monday.\n\n## What we expect\n\nPeople are kind.\n";
    assert_eq!(seen(prose), []);
}
