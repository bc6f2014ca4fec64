//! Single lines: headings, titles, rules, cautions.

use pretty_assertions::assert_eq;

use super::super::{rules, time};
use crate::runbook::model::*;

#[test]
fn headings_name_occasions() {
    let check = |title: &str, expected: Option<&str>| {
        let rule = time::occasion(title).and_then(|occasion| occasion.rule);
        assert_eq!(rule.as_deref(), expected, "{title}");
    };
    check("金曜日 18:00 - 締め", Some("weekly:fri@18:00"));
    check("終業チェック（毎日 17:30）", Some("daily@17:30"));
    check("毎日１７：３０の確認", Some("daily@17:30"));
    check("第4金曜日 - 棚卸し", Some("monthly:4th-fri"));
    check("毎月25日の締め", Some("monthly:25"));
    check("第2四半期 - 監査", Some("quarter:2"));
    check("Q4 review", Some("quarter:4"));
    check("Every Friday 18:00", Some("weekly:fri@18:00"));
    check("First Monday 9:00 - patches", Some("monthly:1st-mon@09:00"));
    check("On the 15th of each month", Some("monthly:15"));
    check("Nightly jobs", Some("daily"));
    check("月次作業", Some("monthly"));
    check("リリース前チェック", Some("event:リリース前"));
    check("After deployment", Some("event:After deployment"));
    check("コードフリーズ（T-5日）", Some("relative:-5d"));
    check("毎日 9時と17時", Some("daily@09:00,17:00"));
    check("毎日 9:00、13:30、17:00", Some("daily@09:00,13:30,17:00"));
    check("毎日 9・13・17時の巡回", Some("daily@09:00,13:00,17:00"));
    check("毎日午後1時と5時", Some("daily@13:00,17:00"));
    check("毎日 午前9時および午後5時半", Some("daily@09:00,17:30"));
    check("毎週月曜 8:00〜9:00、17:00〜18:00", Some("weekly:mon@08:00,17:00"));
    check("Every day at 9am and 5pm", Some("daily@09:00,17:00"));
    check("Every day at 09:00 and 17:00", Some("daily@09:00,17:00"));
    check("毎日 9時と17時の間", Some("daily@09:00"));
    check("Every day between 09:00 and 17:00", Some("daily@09:00"));
    check("毎日 22:00〜26:00", Some("daily@22:00"));
    check("毎日 25:00 の締め", Some("daily@25:00"));
    check("毎週月曜 26時30分", Some("weekly:mon@26:30"));
    check("毎日24時間", Some("daily"));
    check("毎月25日 10:00（休日の場合は前営業日）", Some("monthly:25/workday-before@10:00"));
    check("毎月末日（土日祝の場合は直前の営業日）", Some("monthly:last/workday-before"));
    check("毎月1日（休業日は翌営業日）", Some("monthly:1/workday-after"));
    check("毎週月曜 9:00（祝日の場合は翌営業日）", Some("weekly:mon/workday-after@09:00"));
    check("Monthly on the 25th (previous business day if a holiday)", Some("monthly:25/workday-before"));
    check("On the 1st of each month; if it is a weekend, the next working day", Some("monthly:1/workday-after"));
    check("年2回（6月・12月）", Some("yearly:06,12"));
    check("年2回（6月1日・12月1日）", Some("yearly:06-1,12-1"));
    check("年4回（3・6・9・12月）", Some("yearly:03,06,09,12"));
    check("毎年7月と1月", Some("yearly:07,01"));
    check("年2回", None);
    check("年3回（6月・12月）", None);
    check("週3回（月・水・金）", Some("weekly:mon,wed,fri"));
    check("週2回: 火曜と木曜 9:00", Some("weekly:tue,thu@09:00"));
    check("月2回（1日・15日）", Some("monthly:1,15"));
    check("週3回", None);
    check("定期作業", None);
    check("サービスが起動しない", None);
}

#[test]
fn titles_carry_deadlines_and_planned_times() {
    let check = |title: &str, expected: Option<(u32, &str)>| {
        let deadline = time::deadline(title);
        assert_eq!(deadline.as_ref().map(|d| (d.min, d.text.as_str())), expected, "{title}");
    };
    check("初動（5分以内）", Some((5, "5分以内")));
    check("報告書（４８時間以内に作成）", Some((2880, "４８時間以内")));
    check("Call the lead (within 15 minutes)", Some((15, "within 15 minutes")));
    check("Within 2 hours: write to users", Some((120, "Within 2 hours")));
    check("最新の控えが24時間以内か確認", None);
    check("対応（1営業日以内）", None);
    assert_eq!(time::planned("復旧（約30分）").map(|(minutes, _)| minutes), Some([30, 30]));
    assert_eq!(time::length("1〜2 時間"), Some([60, 120]));
    assert_eq!(time::length("半日"), None);
}

/// Subject, comparison, threshold, unit and action of a rule.
type Seen<'a> = (&'a str, RuleOp, Option<f64>, Option<&'a str>, &'a str);

#[test]
fn lines_state_rules() {
    let check = |line: &str, expected: Option<Seen<'_>>| {
        let rule = rules::rule(line, 1);
        let seen = rule
            .as_ref()
            .map(|r| (r.subject.as_str(), r.op, r.value, r.unit.as_deref(), r.action.as_deref().unwrap_or("")));
        assert_eq!(seen, expected, "{line}");
    };
    check("残り < 7日: 更新する", Some(("残り", RuleOp::Lt, Some(7.0), Some("日"), "更新する")));
    check("温度：40度以上でアラート", Some(("温度", RuleOp::Ge, Some(40.0), Some("度"), "アラート")));
    check("遅延が3秒を超えた場合: 調査", Some(("遅延", RuleOp::Gt, Some(3.0), Some("秒"), "調査")));
    check("Usage above 90%: clean up", Some(("Usage", RuleOp::Gt, Some(90.0), Some("%"), "clean up")));
    check(
        "Free space < 1.5 GB -> call storage",
        Some(("Free space", RuleOp::Lt, Some(1.5), Some("GB"), "call storage")),
    );
    check(
        "If the copy fails: run it by hand",
        Some(("If the copy fails", RuleOp::Event, None, None, "run it by hand")),
    );
    check("異常時: 連絡", Some(("異常時", RuleOp::Event, None, None, "連絡")));
    check("実施日時: YYYY-MM-DD", None);
    check("手順書: wiki を見る", None);
    check("If it is slow, look. Then go on. If not, stop.", None);
}

#[test]
fn lines_state_cautions() {
    let check = |line: &str, expected: Option<(CautionLevel, &str)>| {
        let caution = rules::caution(line);
        assert_eq!(caution.as_ref().map(|(level, text)| (*level, text.as_str())), expected, "{line}");
    };
    check("注意: 消えます", Some((CautionLevel::Caution, "消えます")));
    check("警告： 戻せません", Some((CautionLevel::Warning, "戻せません")));
    check("※ 夜間のみ", Some((CautionLevel::Note, "夜間のみ")));
    check("⚠️ WARNING: no way back", Some((CautionLevel::Warning, "no way back")));
    check("注意して進める", None);
    check("Notes from last week", None);
}
