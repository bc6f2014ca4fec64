//! Numbers and signs before steps, and what stands in the lines below a title.

use pretty_assertions::assert_eq;

use super::forms::{check, only, seen};

#[test]
fn every_mark_makes_a_list_of_steps_also_across_fences() {
    let fence = "```bash\nls\n```";
    for [one, two, three] in [
        ["1-1. ", "1-2. ", "1-3. "],
        ["1-1 ", "1-2 少しの間、", "1-3 "],
        ["1.1 ", "1.2 少しの間、", "1.3 "],
        ["(1) ", "(2) ", "(3) "],
        ["（1）", "（2）", "（3）"],
        ["①", "②", "③"],
        ["１．", "２．", "３．"],
        ["手順1：", "手順2：", "手順3："],
        ["STEP1: ", "STEP2: ", "STEP3: "],
        ["【手順１】", "【手順２】", "【手順３】"],
        ["（ア）", "（イ）", "（ウ）"],
        ["A. ", "B. ", "C. "],
        ["a) ", "b) ", "c) "],
        ["I. ", "II. ", "III. "],
    ] {
        let text =
            format!("# 手引き\n\n## 手順\n\n{one}DBを止める\n{fence}\n\n{two}30分待つ\n{fence}\n\n{three}DBを起こす\n");
        let waits =
            if two.ends_with('、') { "ordered_item 少しの間、30分待つ" } else { "ordered_item 30分待つ" };
        check(&text, &[("手順", &["ordered_item DBを止める", waits, "ordered_item DBを起こす"])]);
        let (_, procedure) = only(&text);
        assert_eq!(procedure.steps.iter().map(|step| step.commands().count()).collect::<Vec<_>>(), [1, 1, 0], "{text}");
    }
    for [one, two] in [["・", "・"], ["●", "●"], ["◇", "◇"]] {
        check(
            &format!("# 手引き\n\n## 手順\n\n{one}DBを止める\n{two}DBを起こす\n"),
            &[("手順", &["bullet DBを止める", "bullet DBを起こす"])],
        );
    }
}

#[test]
fn an_amount_or_a_sentence_at_the_beginning_of_a_line_is_no_mark() {
    for line in ["1.5 GB を空ける", "1-2 分で終わる", "2.30倍になる", "B. Moore wrote it"] {
        let text = format!("# 手引き\n\n## 手順\n\n{line}\n{line}\n");
        assert_eq!(seen(&text), [], "{line}");
    }
}

#[test]
fn marked_lines_inside_an_item_hang_on_it() {
    let (_, procedure) = only(
        "# T\n\n## Procedure\n\n1. Prepare\n2. Promote\n   a. Check the lag\n\n      ```bash\n      df -h\n      ```\n   b. Promote it\n\n      ```bash\n      uptime\n      ```\n3. 片付ける\n   ① 札を外す\n   ② 記録する\n4. Since release\n   4.19 and up to\n   4.20 it is so\n",
    );
    let seen: Vec<_> = procedure
        .steps
        .iter()
        .map(|step| (step.title.as_str(), step.details.clone(), step.commands().count()))
        .collect();
    let details = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        seen,
        [
            ("Prepare", vec![], 0),
            ("Promote", details(&["Check the lag", "Promote it"]), 2),
            ("片付ける", details(&["札を外す", "記録する"]), 0),
            ("Since release 4.19 and up to 4.20 it is so", vec![], 0),
        ]
    );
}

#[test]
fn a_drawn_line_over_marked_lines_is_a_heading() {
    check(
        "# 手引き\n\n■ 異常時の対応\n\n●止まった場合\n１．記録を見る\n２．30分を超えたら係を呼ぶ\n\n●遅れた場合\n１．順番を見る\n２．待つ\n\n■ 片付け作業\n・札を外す\n・灯りを消す\n",
        &[
            ("止まった場合", &["ordered_item 記録を見る", "ordered_item 30分を超えたら係を呼ぶ"]),
            ("遅れた場合", &["ordered_item 順番を見る", "ordered_item 待つ"]),
            ("片付け作業", &["bullet 札を外す", "bullet 灯りを消す"]),
        ],
    );
    check(
        "# 手引き\n\n## 対応\n\n● 止まった場合\n\n1. 記録を見る\n2. 係を呼ぶ\n\n● 遅れた場合\n\n1. 順番を見る\n2. 待つ\n",
        &[
            ("止まった場合", &["ordered_item 記録を見る", "ordered_item 係を呼ぶ"]),
            ("遅れた場合", &["ordered_item 順番を見る", "ordered_item 待つ"]),
        ],
    );
}

#[test]
fn a_line_that_says_something_of_its_own_is_no_part_of_the_title() {
    let (_, procedure) = only(
        "# 手引き\n\n## 手順\n\n1. 控えを取得する\n   棚の左から順に\n   期待値: 赤い札が出ること\n2. 札を確認する\n   ※一枚ずつ\n3. Take a copy\n   of the door key\n   Expected: two keys\n4. 扉を確認する\n   場合によっては外す\n\n【手順】札を掛ける。\n",
    );
    let seen: Vec<_> =
        procedure.steps.iter().map(|step| (step.title.as_str(), step.expect.as_deref(), step.cautions.len())).collect();
    assert_eq!(
        seen,
        [
            ("控えを取得する", Some("赤い札が出ること"), 0),
            ("札を確認する", None, 1),
            ("Take a copy of the door key", Some("two keys"), 0),
            ("扉を確認する 場合によっては外す", None, 0),
        ]
    );
}

#[test]
fn what_is_expected_is_read_in_every_form() {
    for (line, expected) in [
        ("期待結果: 赤い札が出ること", "赤い札が出ること"),
        ("【期待結果】赤い札が出ること", "赤い札が出ること"),
        ("→ 期待値：200", "200"),
        ("判定基準: 3枚以上", "3枚以上"),
        ("**期待結果**: 札が出る", "札が出る"),
        ("Expected result: a red card", "a red card"),
    ] {
        for text in [
            format!("# 手引き\n\n## 手順\n\n1. 札を見る\n\n   ```bash\n   ls\n   ```\n\n   {line}\n"),
            format!("# 手引き\n\n## 手順\n\n1. 札を見る\n   - {line}\n"),
            format!("# 手引き\n\n## 手順\n\n手順1: 札を見る\n\n```bash\nls\n```\n\n{line}\n\n手順2: 閉める\n"),
            format!("# 手引き\n\n## 札を見る\n\n```bash\nls\n```\n\n{line}\n"),
        ] {
            let runbook = crate::runbook::parse::parse("a.md", text.as_bytes());
            assert_eq!(runbook.procedures[0].steps[0].expect.as_deref(), Some(expected), "{text}");
        }
    }
}

#[test]
fn a_step_need_not_be_done_where_its_title_says_so() {
    for (title, optional) in [
        ("札を外す（任意）", true),
        ("【任意】札を外す", true),
        ("任意: 札を外す", true),
        ("必要に応じて札を外す", true),
        ("または札を外す", true),
        ("任意の札を外す", false),
        ("Take off the card (optional)", true),
        ("Optional: take off the card", true),
        ("Optionally take off the card", true),
        ("Alternatively, take off the card", true),
        ("Take off the optional card", false),
    ] {
        let (_, procedure) = only(&format!("# T\n\n## 手順\n\n1. 見る\n2. {title}\n"));
        assert_eq!(procedure.steps[1].optional, optional, "{title}");
    }
}
