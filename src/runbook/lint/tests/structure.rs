//! Fences, headings, links, names, unfinished work, people.

use pretty_assertions::assert_eq;

use super::super::Severity::{Error, Note, Warning};
use super::super::*;
use super::{check, found, marked, report};
use crate::runbook::model::{Contact, Severity};

#[test]
fn a_code_block_that_nothing_closes() {
    check("unclosed-fence", "# A\n\n```bash\nls\n\n## B\n", &[(3, Error)]);
    check("unclosed-fence", "# A\n\n```bash\nls\n```\n\n## B\n", &[]);
    check("broken-fence-end", "# A\n\n```bash\nls\n```</div>\n", &[(5, Warning)]);
    check("broken-fence-end", "# A\n\n```bash\nls\n```  \n", &[]);
}

#[test]
fn what_is_no_utf8_text() {
    let kinds = |bytes: &[u8]| {
        let report = lint("a.md", bytes, &|_| Target::Unknown, Language::En);
        report.findings.iter().map(|f| (f.rule.id, f.severity)).filter(|(id, _)| *id != "no-steps").collect::<Vec<_>>()
    };
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("# A\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();

    assert_eq!(kinds(b"# A\n\nx\xFF\n"), [("invalid-utf8", Error)]);
    assert_eq!(kinds(&utf16), [("utf16", Error)]);
    assert_eq!(kinds(b"PNG\0\0\x01\x02"), [("nul", Error)], "nothing else is said of what is no text");
    assert_eq!(kinds("# 題\n".as_bytes()), []);
}

#[test]
fn a_link_that_leads_nowhere() {
    check("dead-link", "# A\n\n[x](gone.md) and [y](sub/gone.md#part)\n", &[(3, Warning), (3, Warning)]);
    check("dead-link", "# A\n\n![plan](gone.png)\n", &[(3, Warning)]);
    check("dead-link", "# A\n\n[x](#not-here)\n", &[(3, Note)]);
    check("dead-link", "# A\n\n[x](there.md#start-it)\n", &[(3, Note)]);
    assert_eq!(marked("dead-link", "# A\n\nSee [the plan](gone.md).\n"), "[the plan](gone.md)");
}

#[test]
fn a_link_that_leads_somewhere() {
    for link in [
        "[x](there.md)",
        "[x](there.md#stop-it)",
        "![x](picture.png)",
        "[x](https://example.net/gone.md)",
        "[x](mailto:a@example.net)",
        "[x](/from/the/root.md)",
        "[x](#b-手順-その1)",
        "[x](#named)",
        "`[x](gone.md)`",
        "[x](#howto:restore)",
        "[x]({{ url }})",
    ] {
        check("dead-link", &format!("# A\n\n{link}\n\n## B. 手順 (その1)\n\n<a id=\"named\"></a>\n"), &[]);
    }
    check("dead-link", "# A\n\n(here)=\n## B\n\n[x](#elsewhere-on-the-site)\n", &[]);
}

#[test]
fn names_that_stand_for_two_things() {
    let two = "# A\n\n## Weekly\n\n- [ ] a\n- [ ] b\n\n## Weekly\n\n- [ ] c\n- [ ] d\n";
    check("duplicate-title", two, &[(8, Warning)]);
    check("duplicate-title", "# A\n\n## B\n\nx\n\n## B\n\ny\n", &[(7, Note)]);
    check("duplicate-title", "# A\n\n## B\n\n### Notes\n\n## C\n\n### Notes\n", &[]);
    check("duplicate-title", "# A\n\n## B\n\n- [ ] look\n- [ ] wait\n- [ ] look\n", &[(7, Note)]);
    check("duplicate-title", "# A\n\n## B\n\n- [ ] look\n\n## C\n\n- [ ] look\n", &[]);
    assert_eq!(report(two).findings.iter().find(|f| f.rule.id == "duplicate-title").expect("one").related[0].line, 3);
}

#[test]
fn steps_that_say_nothing() {
    check("empty-step", "# A\n\n- [ ] \n- [x] done\n", &[(3, Warning)]);
    check("empty-step", "# A\n\n1. [ ]\n", &[(3, Warning)]);
    check("empty-step", "# A\n\n- [ ] look\n- []\n\n```text\n- [ ] \n```\n", &[]);
    let bare = "# A\n\n## Move\n\n### Step 1: Stop\n\n### Step 2: Copy\n\n```bash\ncp -r a b\n```\n\n### Step 3: Start\n\n```bash\ndate\n```\n";
    check("step-without-action", bare, &[(5, Note)]);
    check("step-without-action", &bare.replace("Stop\n", "Stop\n\nCall the users first.\n"), &[]);
}

#[test]
fn documents_without_anything_to_do() {
    check("no-steps", "# Notes\n\nOnly words.\n", &[(1, Note)]);
    check("no-steps", "", &[(1, Note)]);
    check("no-steps", "# Notes\n\n- [ ] look\n", &[]);
}

#[test]
fn marks_of_unfinished_work() {
    check("todo-left", "# A\n\nTODO: write\n担当は未定\n戻し方は要記載。\n", &[(3, Note), (4, Note), (5, Note)]);
    check("todo-left", "# A\n\n```bash\nls # TODO: more\n```\n", &[(4, Note)]);
    check("todo-left", "# A\n\n未定義の値と `TODO` と TODOLIST\n\n```bash\ngrep TODO notes\n```\n", &[]);
}

#[test]
fn headings_that_skip_a_level() {
    check("heading-skip", "# A\n\n## B\n\n#### C\n", &[(5, Note)]);
    check("heading-skip", "## A\n\n### B\n\n#### C\n\n## D\n", &[]);
}

#[test]
fn commands_in_a_block_without_a_tag() {
    check("untagged-fence", "# A\n\n```\nsystemctl status nginx\n```\n", &[(3, Note)]);
    check("untagged-fence", "# A\n\n```\n$ ls -la\n```\n", &[(3, Note)]);
    check("untagged-fence", "# A\n\n出力例:\n\n```\n$ ls -la\n```\n", &[]);
    check("untagged-fence", "# A\n\n```\nウェブ → アプリ → DB\n```\n", &[]);
    check("untagged-fence", "# A\n\n```text\nls -la\n```\n", &[]);
    check("untagged-fence", "# A\n\n```\nmake sure that all is well.\n```\n", &[]);
}

#[test]
fn contacts_that_were_never_filled_in() {
    let text = "# A\n\n## 連絡先\n\n- 当番: xxx-xxxx-xxxx\n- 本社: 03-XXXX-XXXX\n- 支社: 06-1234-5678\n- 予備: 000-0000-0000\n";
    check("contact-unset", text, &[(5, Warning), (6, Warning), (8, Warning)]);
    assert_eq!(marked("contact-unset", text), "xxx-xxxx-xxxx");
    check("contact-unset", "# A\n\nnode xxxxxxx-xxxxxx-xxxxxx-xxxxx drained, id ax-xxxx-xxxxb\n", &[]);
}

#[test]
fn deadlines_that_go_backwards() {
    let flow = |second: u32| {
        format!("# A\n\n## 障害の対応\n\n1. 一報（15分以内）\n2. 調査（{second}分以内）\n3. 報告（60分以内）\n")
    };
    check("deadline-sum", &flow(10), &[(6, Note)]);
    check("deadline-sum", &flow(15), &[]);
    check("deadline-sum", &flow(30), &[]);
}

/// What a check finds when the parser has read `change` too.
fn found_in(text: &str, change: impl FnOnce(&mut Runbook), check: fn(&mut Desk<'_>)) -> Vec<(&'static str, usize)> {
    let mut book = parse::parse("a.md", text.as_bytes());
    change(&mut book);
    let page = Page::read(text.to_owned());
    let mut desk = Desk {
        page: &page,
        book: &book,
        language: Language::En,
        follow: &|_| Target::Unknown,
        findings: Vec::new(),
        secrets: Vec::new(),
    };
    check(&mut desk);
    desk.findings.iter().map(|f| (f.rule.id, f.line)).collect()
}

#[test]
fn deadlines_past_the_target_of_their_severity() {
    let severity = |target_min| Severity {
        level: "P1".to_owned(),
        name: "重大".to_owned(),
        definition: "止まった".to_owned(),
        target_min: Some(target_min),
        target_text: None,
        line: 3,
    };
    let found = |heading: &str, target| {
        let text = format!("# A\n\n- P1\n\n## {heading}\n\n1. 障害の一報（15分以内）\n2. 復旧（60分以内）\n");
        found_in(&text, |book| book.severities.push(severity(target)), people::check)
    };
    assert_eq!(found("P1 障害の対応", 30), [("deadline-sum", 8)]);
    assert_eq!(found("P1 障害の対応", 60), []);
    assert_eq!(found("P10 障害の対応", 30), []);
}

#[test]
fn contacts_that_the_parser_knows_to_be_unset() {
    let contact = |unset| Contact { name: "当番".to_owned(), value: "（社内）".to_owned(), unset, line: 5 };
    let found = |unset| {
        let text = "# A\n\n## 連絡先\n\n- 当番: （社内）\n";
        found_in(text, |book| book.contacts = vec![contact(unset)], people::check)
    };
    assert_eq!(found(true), [("contact-unset", 5)]);
    assert_eq!(found(false), []);
}

#[test]
fn reactions_that_nothing_describes() {
    let text =
        "# A\n\n## 点検\n\n- [ ] 容量\n  - 容量 > 90%: 退避計画フロー実行\n  - 容量 > 80%: 確認する\n- [ ] 負荷\n";
    check("rule-without-action", text, &[(6, Note)]);
    check("rule-without-action", &format!("{text}\n## 退避計画フロー\n\n- [ ] 移す\n"), &[]);
    check("rule-without-action", &text.replace("退避計画フロー実行", "早急に対応"), &[]);
}

#[test]
fn what_the_parser_says_and_no_rule_knows_is_passed_on() {
    assert_eq!(found("reading", "# A\n\n- [ ] x\n"), []);
}
