//! The documented block: heading and fields.

use pretty_assertions::assert_eq;

use super::*;
use crate::record::{documented_fields, file_stem};
use crate::run::testing::unattended;

fn field(story: &Story, name: &str) -> String {
    documented_fields(&story.state).into_iter().find(|(n, _)| n == name).map(|(_, v)| v).unwrap_or_default()
}

#[test]
fn a_weekly_run_gets_the_block_that_the_runbook_shows() {
    let mut story = all_done(weekly_start());
    sign_after(&mut story, TimeDelta::minutes(30));

    assert_eq!(
        block_of(&story),
        "## 2026-11-20 週次保守\n\
         - **実施日時**: 2026-11-20 02:00\n\
         - **担当者**: 山田 太郎\n\
         - **内容**: ログ領域の確認、控えの確認、証明書の期限、負荷の目視\n\
         - **結果**: 成功\n\
         - **所要時間**: 00:30\n\
         - **特記事項**: 使用率85% → 古いログの整理"
    );
}

#[test]
fn an_english_runbook_without_a_format_gets_six_english_fields() {
    let mut story = all_done(english_start());
    sign_after(&mut story, TimeDelta::seconds(1801));

    assert_eq!(
        block_of(&story),
        "## 2026-11-20 Weekly upkeep\n\
         - **Date**: 2026-11-20 02:00\n\
         - **Operator**: Taro Yamada\n\
         - **Work**: Disk, Backup, Certificates, Load\n\
         - **Result**: Success\n\
         - **Duration**: 00:31\n\
         - **Notes**: usage 85% → rotate logs"
    );
}

#[test]
fn the_title_is_the_examples_only_where_the_frequency_is_the_same() {
    let cases = [
        ("週次保守", Some("weekly:mon@02:00"), "毎週の保守", "週次保守"),
        ("週次保守", None, "毎週の保守", "週次保守"),
        ("週次保守", Some("monthly:1st-mon@03:00"), "毎月の保守", "毎月の保守"),
        ("四半期点検", Some("quarter:1"), "第1四半期", "四半期点検"),
        ("年次点検", Some("yearly"), "毎年の点検", "年次点検"),
        ("Daily checks", Some("daily@02:00"), "Every day", "Daily checks"),
        ("保守", Some("weekly:mon"), "毎週の保守", "毎週の保守"),
        ("週次保守", Some("cron:0 2 * * 1"), "夜の保守", "夜の保守"),
    ];
    for (example, rule, top, expected) in cases {
        let mut start = RunStart { record_format: Some(format(example)), ..weekly_start() };
        start.procedure.trigger.rule = rule.map(str::to_owned);
        start.procedure.heading_path = vec![top.into(), "点検".into()];
        let story = Story::begun(start);

        assert_eq!(read_back(&story).title, expected, "{example} {rule:?}");
    }
}

#[test]
fn a_procedure_without_headings_lends_its_own_title() {
    let mut start = start_of(weekly());
    start.procedure.heading_path = Vec::new();

    assert_eq!(read_back(&Story::begun(start)).title, "月曜日 02:00 - 点検");
}

#[test]
fn a_headless_run_with_a_failure_is_unsigned_and_failed() {
    let mut story = Story::begun(weekly_start());
    run_and_exit(&mut story, 1, 1, 0, 0);
    propose(&mut story, 1, 1, Verdict::Finding, vec![reading(1, "93%", true, true)]);
    judge(&mut story, &unattended(), 1, Verdict::Finding, None);
    run_and_exit(&mut story, 2, 2, 0, 1);
    judge(&mut story, &unattended(), 2, Verdict::Undecided, None);
    close(&mut story, &unattended(), Ending::Unsigned, "");

    assert_eq!(
        block_of(&story),
        "## 2026-11-20 週次保守（未署名）\n\
         - **実施日時**: 2026-11-20 02:00\n\
         - **担当者**: 山田 太郎\n\
         - **内容**: ログ領域の確認、控えの確認\n\
         - **結果**: 失敗\n\
         - **所要時間**: 00:09\n\
         - **特記事項**: 未完了 2 件、使用率93% → 当番へ連絡（未対応）、控えの確認: 判定不能"
    );
}

#[test]
fn an_aborted_run_says_so_in_its_heading_and_counts_what_is_left() {
    let mut story = Story::begun(weekly_start());
    note(&mut story, "回線が切れた\nあとで続ける");
    close(&mut story, &person(), Ending::Aborted, "呼び出し");

    assert!(block_of(&story).starts_with("## 2026-11-20 週次保守（中断）\n- **実施日時**"));
    assert_eq!(field(&story, "結果"), "失敗");
    assert_eq!(field(&story, "特記事項"), "未完了 4 件、回線が切れた / あとで続ける");
    assert_eq!(field(&story, "内容"), "月曜日 02:00 - 点検");
}

#[test]
fn a_drill_says_so_in_heading_and_file_name() {
    let mut ja = all_done(drill(weekly_start()));
    sign_after(&mut ja, TimeDelta::minutes(30));
    let mut en = all_done(drill(english_start()));
    close(&mut en, &person(), Ending::Unsigned, "");

    assert!(block_of(&ja).starts_with("## 2026-11-20 【訓練】週次保守\n"));
    assert_eq!(file_stem(&ja.state), "2026-11-20-0200-訓練-週次保守");
    assert!(block_of(&en).starts_with("## 2026-11-20 \\[DRILL\\] Weekly upkeep (unsigned)\n"));
    assert_eq!(file_stem(&en.state), "2026-11-20-0200-drill-Weekly upkeep");
}

#[test]
fn a_live_run_is_named_by_its_local_start_and_title() {
    assert_eq!(file_stem(&Story::begun(weekly_start()).state), "2026-11-20-0200-週次保守");
}

#[test]
fn a_duration_is_rounded_up_and_written_in_full() {
    for (taken, shown) in [
        (TimeDelta::minutes(30), "00:30"),
        (TimeDelta::milliseconds(1_800_001), "00:31"),
        (TimeDelta::minutes(59) + TimeDelta::seconds(59), "01:00"),
        (TimeDelta::hours(99) + TimeDelta::minutes(59), "99:59"),
        (TimeDelta::hours(123) + TimeDelta::seconds(1), "123:01"),
        (TimeDelta::hours(-1), "00:00"),
    ] {
        let mut story = all_done(weekly_start());
        sign_after(&mut story, taken);

        assert_eq!(field(&story, "所要時間"), shown, "{taken}");
    }
}

#[test]
fn a_finding_that_a_person_gave_is_a_success_and_one_that_nobody_acted_on_is_not() {
    for (by, result, remark) in [
        (person(), "成功", "使用率85% → 古いログの整理"),
        (unattended(), "失敗", "使用率85% → 古いログの整理（未対応）"),
    ] {
        let mut start = weekly_start();
        start.procedure.steps.truncate(1);
        let mut story = Story::begun(start);
        run_and_exit(&mut story, 1, 1, 0, 0);
        propose(&mut story, 1, 1, Verdict::Finding, vec![reading(0, "85%", true, true)]);
        judge(&mut story, &by, 1, Verdict::Finding, None);

        assert_eq!((field(&story, "結果").as_str(), field(&story, "特記事項").as_str()), (result, remark));
    }
}

#[test]
fn an_event_rule_names_its_step_and_a_finding_without_a_rule_its_comment() {
    let mut story = Story::begun(weekly_start());
    run_and_exit(&mut story, 1, 2, 0, 2);
    propose(&mut story, 1, 2, Verdict::Finding, vec![reading(0, "exit 2", true, true)]);
    judge(&mut story, &person(), 2, Verdict::Finding, None);
    judge(&mut story, &person(), 3, Verdict::Finding, Some("残り 20 日"));
    judge(&mut story, &person(), 4, Verdict::Failed, None);

    assert_eq!(
        field(&story, "特記事項"),
        "未完了 1 件、控えの確認: 失敗 → 手で控えを取る、証明書の期限: 残り 20 日、負荷の目視: 失敗"
    );
}

#[test]
fn a_run_with_nothing_to_note_says_none() {
    let mut start = weekly_start();
    start.procedure.steps.drain(..3);
    let mut story = Story::begun(start);
    judge(&mut story, &person(), 4, Verdict::Ok, None);

    assert_eq!(field(&story, "特記事項"), "なし");
}

#[test]
fn the_documents_own_names_and_order_are_kept_and_what_nobody_knows_is_a_dash() {
    let mut own = format("週次保守");
    own.heading = "# {title} ({date})".into();
    own.fields.reverse();
    own.fields.push(RecordField { name: "確認者".into(), meaning: FieldMeaning::Verifier, format: None });
    own.fields.push(RecordField { name: "天気*".into(), meaning: FieldMeaning::Other, format: None });
    let story = Story::begun(RunStart { record_format: Some(own), ..weekly_start() });

    let block = block_of(&story);
    assert!(block.starts_with("# 週次保守（未署名） (2026-11-20)\n- **特記事項**: 未完了 4 件\n"), "{block}");
    assert!(block.ends_with("- **確認者**: -\n- **天気\\***: -"), "{block}");
    assert_eq!(read_back(&story).fields.last().map(|f| f.value.as_str()), Some("-"));
}

#[test]
fn a_run_without_its_first_fact_has_no_record() {
    let state = RunState::default();

    assert_eq!((rendered(&state, &[], &[]), file_stem(&state)), (String::new(), String::new()));
    assert_eq!(documented_fields(&state), Vec::new());
}
