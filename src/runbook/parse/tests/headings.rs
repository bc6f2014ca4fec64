//! Steps that are headings, and cautions that govern whole chapters.

use pretty_assertions::assert_eq;

use super::forms::{check, only, seen};
use super::parse;
use crate::runbook::model::ProcedureKind;

#[test]
fn numbered_headings_under_work_are_one_sequence_with_what_stands_below_them() {
    let text = "# T\n\n## 入れ替え手順\n\n### 1. 知らせる\n\n画面から利用者に知らせる。\n\n### 2. 止める\n\n1. 受付を止める\n2. 本体を止める\n\n### 3. 確かめる\n\n```bash\nsystemctl status app\n```\n\n### 補足\n\n- 覚え書き\n";
    let (_, procedure) = only(text);
    let seen: Vec<_> = procedure
        .steps
        .iter()
        .map(|step| (step.title.as_str(), step.phase.as_ref().map(|phase| phase.title.as_str()), step.manual))
        .collect();
    assert_eq!(
        seen,
        [
            ("1. 知らせる", None, true),
            ("受付を止める", Some("2. 止める"), true),
            ("本体を止める", Some("2. 止める"), true),
            ("3. 確かめる", None, false),
        ]
    );
    assert_eq!(procedure.kind, ProcedureKind::Sequence);
}

#[test]
fn numbered_chapters_are_no_steps() {
    let text = "# T\n\n## 1. 体制\n\n当番は三人。\n\n## 2. 日々の作業\n\n- [ ] 記録を見る\n\n## 3. 入れ替えの手順\n\n1. 止める\n2. 戻す\n";
    check(
        text,
        &[
            ("2. 日々の作業", &["task_item 記録を見る"]),
            ("3. 入れ替えの手順", &["ordered_item 止める", "ordered_item 戻す"]),
        ],
    );
}

#[test]
fn conditions_with_words_below_them_are_branches() {
    let text = "# T\n\n## Mitigation\n\n### If the node is gone\n\nAsk the owner for another.\n\n### If the disk is full\n\nRemove old files.\n";
    let (_, procedure) = only(text);
    assert_eq!((procedure.title.as_str(), procedure.kind), ("Mitigation", ProcedureKind::Troubleshooting));
    let seen: Vec<_> =
        procedure.steps.iter().map(|step| (step.title.as_str(), step.condition.as_deref(), step.optional)).collect();
    assert_eq!(
        seen,
        [
            ("If the node is gone", Some("If the node is gone"), true),
            ("If the disk is full", Some("If the disk is full"), true)
        ]
    );
    check("# T\n\n## 対処\n\n### つながらない場合\n\n線を見る。\n", &[("対処", &["heading つながらない場合"])]);
}

#[test]
fn cautions_of_a_chapter_without_steps_govern_the_procedures_below() {
    let text = "# T\n\n**Warning**: ask before you begin\n\n## A\n\n### Steps\n\n1. Stop the app\n\n## B\n\n> **Caution**: slow\n\n### Steps\n\n1. Start the app\n";
    let runbook = parse("a.md", text.as_bytes());
    let cautions: Vec<Vec<_>> =
        runbook.procedures.iter().map(|p| p.cautions.iter().map(|c| c.text.as_str()).collect()).collect();
    assert_eq!(cautions, [vec!["ask before you begin"], vec!["ask before you begin", "slow"]]);
}

#[test]
fn a_lone_heading_names_the_document_and_stays_a_section() {
    let text = "## Restore the store\n\n1. Stop the app\n";
    assert_eq!(parse("x.md", text.as_bytes()).title, "Restore the store");
    assert_eq!(seen(text).len(), 1);
}

#[test]
fn the_headings_of_a_document_are_its_structure_and_nothing_inside_code_is_one() {
    for (text, wanted) in [
        ("", &[][..]),
        ("文だけ。\n", &[]),
        ("# A\n\n## **B** c\n\n### D {#d}\n\n## E\n", &[(1, "A", 1), (2, "B c", 3), (3, "D", 5), (2, "E", 7)]),
        ("# A\n\n```bash\n# no heading\n```\n\nB\n---\n", &[(1, "A", 1), (2, "B", 7)]),
        ("## 先\r\n\r\n# 後\r\n", &[(2, "先", 1), (1, "後", 3)]),
        ("# A\n\n■ 準備\n\n- x\n\n■ 作業\n\n- y\n", &[(1, "A", 1), (2, "準備", 3), (2, "作業", 7)]),
    ] {
        let seen: Vec<_> = crate::runbook::parse::headings(text.as_bytes());
        let seen: Vec<_> = seen.iter().map(|heading| (heading.level, heading.title.as_str(), heading.line)).collect();
        assert_eq!(seen, wanted, "{text}");
    }
}

#[test]
fn the_headings_of_a_first_look_are_those_of_the_whole_document() {
    use crate::runbook::parse::{Depth, Section, headings, read_repaired, sketch, source};
    fn gather(section: &Section, found: &mut Vec<(u8, String, usize)>) {
        if section.level > 0 {
            found.push((section.level, section.title.clone(), section.line));
        }
        section.children.iter().for_each(|child| gather(child, found));
    }
    for text in [
        "# A\n\n## B\n\n# C\n",
        "## A\n\n### B\n",
        "### A\n\n## B\n",
        "■ 準備\n\n1. x\n\n**● 作業**\n\n1. y\n\n○ 後\n2. z\n",
        "# A\n\n【手順】\n(1) x\n(2) y\n\n【注意】\n\n- z\n",
        "# A\n\n&#9632; 準備\n\n- x\n",
        "# A\n\n● 準備\n\n<!-- nothing -->\n\n1. x\n\n● 作業\n\n<p>text</p>\n\n1. y\n",
        "# A\n\n● 準備\n\n```\n■ no\n```\n\n1. x\n\n> ■ quoted\n\n| ■ | b |\n|---|---|\n| 1 | 2 |\n",
        "---\ntitle: From the front\n---\n\n## A\n\n## B\n",
        "- # in a list\n- ■ x\n\n[^a]: # in a note\n\n    ```\n    open\n",
        "# A\n\n```bash\nls\n```</content>\n</invoke>\n## no heading\n",
        "# A\n\n- x\n  ```bash\n  ls\n\n## B\n",
        "no heading\n",
    ] {
        let mut whole = Vec::new();
        gather(&read_repaired(source::foreign_fences(text.to_owned()), Depth::Whole, &mut Vec::new()).root, &mut whole);
        let seen: Vec<_> = headings(text.as_bytes()).into_iter().map(|it| (it.level, it.title, it.line)).collect();
        assert_eq!(seen, whole, "{text}");
        assert_eq!(sketch("docs/x.md", text.as_bytes()).title, parse("docs/x.md", text.as_bytes()).title, "{text}");
    }
}
