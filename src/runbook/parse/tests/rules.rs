//! Thresholds, events, criteria, cautions and times of single lines.

use pretty_assertions::assert_eq;

use crate::runbook::model::*;
use crate::runbook::parse::{parse, rules, time};

/// Subject, comparison, threshold, unit and action of a rule.
type Seen<'a> = (&'a str, RuleOp, Option<f64>, Option<&'a str>, Option<&'a str>);

#[track_caller]
fn rule(line: &str, expected: Option<Seen<'_>>) {
    let rule = rules::rule(line, 1);
    let seen = rule.as_ref().map(|r| (r.subject.as_str(), r.op, r.value, r.unit.as_deref(), r.action.as_deref()));
    assert_eq!(seen, expected, "{line}");
}

#[test]
fn how_long_ago_something_was_is_no_threshold() {
    rule("古い控えの削除（30日以上前）", None);
    rule("30日以上前の記録: 削除", None);
}

#[test]
fn every_form_of_going_over_has_its_operator_and_leaves_the_action_whole() {
    for (line, op) in [
        ("容量が80%を超えていたら: 連絡", RuleOp::Gt),
        ("容量が80%を超えた場合: 連絡", RuleOp::Gt),
        ("容量が80%を超えている場合は連絡", RuleOp::Gt),
        ("容量が 80％ を超えたら、連絡", RuleOp::Gt),
        ("容量が80%を超過した時は連絡", RuleOp::Gt),
        ("容量80%超過時: 連絡", RuleOp::Gt),
        ("容量が80%超: 連絡", RuleOp::Gt),
        ("容量が80%を上回ったら連絡", RuleOp::Gt),
        ("容量が80%を上回る場合：連絡", RuleOp::Gt),
        ("容量が80%より大きい場合 → 連絡", RuleOp::Gt),
        ("容量＞８０％：連絡", RuleOp::Gt),
        ("容量 > 80% → 連絡", RuleOp::Gt),
        ("容量が80%以上の場合は連絡", RuleOp::Ge),
        ("容量: 80%以上で連絡", RuleOp::Ge),
        ("容量が80%以上になったら連絡", RuleOp::Ge),
        ("容量 ≧ 80%: 連絡", RuleOp::Ge),
        ("容量 >= 80%: 連絡", RuleOp::Ge),
        ("容量が80%を下回ったら: 連絡", RuleOp::Lt),
        ("容量が80%を下回っていれば連絡", RuleOp::Lt),
        ("容量が80%未満なら連絡", RuleOp::Lt),
        ("容量が80%より少ない場合: 連絡", RuleOp::Lt),
        ("容量が80%を割ったら連絡", RuleOp::Lt),
        ("容量 < 80%: 連絡", RuleOp::Lt),
        ("容量が80%以下であれば連絡", RuleOp::Le),
        ("容量 ≦ 80%: 連絡", RuleOp::Le),
        ("容量が80%を超えない場合: 連絡", RuleOp::Le),
    ] {
        rule(line, Some(("容量", op, Some(80.0), Some("%"), Some("連絡"))));
    }
    for (line, op) in [
        ("Usage more than 80%: page", RuleOp::Gt),
        ("If usage exceeds 80%, page", RuleOp::Gt),
        ("Usage is over 80% -> page", RuleOp::Gt),
        ("When usage stays above 80% for 10 minutes: page", RuleOp::Gt),
        ("Usage at least 80%: page", RuleOp::Ge),
        ("Usage 80% or higher: page", RuleOp::Ge),
        ("Usage no less than 80%: page", RuleOp::Ge),
        ("If usage drops below 80%, page", RuleOp::Lt),
        ("Usage less than 80%: page", RuleOp::Lt),
        ("Usage under 80%: page", RuleOp::Lt),
        ("Usage at most 80%: page", RuleOp::Le),
        ("Usage no more than 80%: page", RuleOp::Le),
        ("Usage ≤ 80%: page", RuleOp::Le),
    ] {
        let seen = rules::rule(line, 1).unwrap_or_else(|| panic!("{line}"));
        assert_eq!((seen.subject.to_lowercase().as_str(), seen.op, seen.value), ("usage", op, Some(80.0)), "{line}");
        assert_eq!((seen.unit.as_deref(), seen.action.as_deref()), (Some("%"), Some("page")), "{line}");
    }
}

#[test]
fn numbers_and_units_are_read_as_written() {
    rule("件数 >= 1,500件: 停止", Some(("件数", RuleOp::Ge, Some(1500.0), Some("件"), Some("停止"))));
    rule("遅延 > 0.5秒: 調査", Some(("遅延", RuleOp::Gt, Some(0.5), Some("秒"), Some("調査"))));
    rule("待ち行列が100件/分を超えたら増設", Some(("待ち行列", RuleOp::Gt, Some(100.0), Some("件/分"), Some("増設"))));
    rule("Latency > 250 ms: scale", Some(("Latency", RuleOp::Gt, Some(250.0), Some("ms"), Some("scale"))));
    rule("Certificate < 14 days: renew", Some(("Certificate", RuleOp::Lt, Some(14.0), Some("days"), Some("renew"))));
    rule("室温が－５度以下なら暖房", Some(("室温", RuleOp::Le, Some(-5.0), Some("度"), Some("暖房"))));
    rule("失敗率: 5分間で3%以上で連絡", Some(("失敗率", RuleOp::Ge, Some(3.0), Some("%"), Some("連絡"))));
    rule("応答 > 2秒（5分平均）: 調査", Some(("応答", RuleOp::Gt, Some(2.0), Some("秒"), Some("調査"))));
    // What is no measurement is left alone.
    rule("v1.0.0 以上: 継続", None);
    rule("バージョン 3.2 以上: 継続", None);
    rule("Release 2.4 or higher: go on", None);
    rule("空き 50%以下: 黄色", None);
    rule("Free space < 20%: red", None);
    rule("「80%以上で連絡」と書いた紙: 外す", None);
    rule("DR-FO-001と同一: 省く", None);
    rule("2つが復旧済み: 続ける", None);
    // A range is left alone.
    rule("容量 80〜90%: 監視", None);
    rule("容量が70%〜80%以上: 監視", None);
}

#[test]
fn events_are_short_lines_about_something_that_happens() {
    rule("失敗時: 手で実行", Some(("失敗時", RuleOp::Event, None, None, Some("手で実行"))));
    rule("起動しない場合は再起動する", Some(("起動しない場合", RuleOp::Event, None, None, Some("再起動する"))));
    rule("エラーが出たら、係長に連絡", Some(("エラーが出たら", RuleOp::Event, None, None, Some("係長に連絡"))));
    rule("応答がなければ → 再送", Some(("応答がなければ", RuleOp::Event, None, None, Some("再送"))));
    rule("On failure: run it by hand", Some(("On failure", RuleOp::Event, None, None, Some("run it by hand"))));
    rule("If the door is open, close it", Some(("If the door is open", RuleOp::Event, None, None, Some("close it"))));
    for none in [
        "If possible, walk",
        "If necessary: call a porter",
        "可能であれば、歩く",
        "必要な場合は、係を呼ぶ",
        "実施日時: 2024-01-08 10:00",
        "10時: 開館",
        "随時: 更新",
        "所要時間: 30分",
        "バージョン: 3.9以上",
        "最終更新: 2024-01-08",
        "全体の流れを説明した資料がある場合、その資料を読む。読んだら閉じる。",
        "https://example.com/a?b=1: 参照",
        "開館時間は 9:00 です",
        "a -> b",
    ] {
        rule(none, None);
    }
}

#[test]
fn wishes_are_soft_and_what_is_well_is_normal() {
    let sense = |line: &str| rules::rule(line, 1).map(|rule| (rule.when, rule.soft));
    assert_eq!(sense("空き 20% 以上: 正常"), Some((RuleSense::Normal, false)));
    assert_eq!(sense("応答は3秒未満であること"), Some((RuleSense::Normal, false)));
    assert_eq!(sense("空き < 10%: 補充が望ましい"), Some((RuleSense::Alarm, true)));
    assert_eq!(sense("空き < 10%: 補充"), Some((RuleSense::Alarm, false)));
}

#[test]
fn criteria_are_what_is_normal() {
    let check = |text: &str, expected: Option<(RuleOp, f64, Option<&str>, bool)>| {
        let rule = rules::criterion("x", text, 1);
        let seen = rule.as_ref().map(|r| (r.op, r.value.unwrap(), r.unit.as_deref(), r.soft));
        assert_eq!(seen, expected, "{text}");
        assert!(rule.is_none_or(|rule| rule.when == RuleSense::Normal));
    };
    check("200 OK", Some((RuleOp::Eq, 200.0, None, false)));
    check("HTTP 200", Some((RuleOp::Eq, 200.0, None, false)));
    check("95% 以上", Some((RuleOp::Ge, 95.0, Some("%"), false)));
    check("0 件が理想", Some((RuleOp::Eq, 0.0, Some("件"), true)));
    check("80% 未満", Some((RuleOp::Lt, 80.0, Some("%"), false)));
    check("30日以内", Some((RuleOp::Le, 30.0, Some("日"), false)));
    check("3台以上であること", Some((RuleOp::Ge, 3.0, Some("台"), false)));
    check("less than 5 errors", Some((RuleOp::Lt, 5.0, Some("errors"), false)));
    check("ideally 0 errors", Some((RuleOp::Eq, 0.0, Some("errors"), true)));
    for none in [
        "エラーがないこと",
        "50%以下: 黄色、20%以下: 赤",
        "AB-CD-001と同一",
        "2つが復旧済み",
        "Running であること",
        "v1.2.3 が表示される",
        "2024-01-08 の記録がある",
        "1〜3台",
        "OK",
    ] {
        check(none, None);
    }
}

#[test]
fn cautions_are_known_by_their_first_word_and_its_mark() {
    use CautionLevel::{Caution, Note, Warning};
    let check = |line: &str, expected: Option<(CautionLevel, &str)>| {
        let caution = rules::caution(line);
        assert_eq!(caution.as_ref().map(|(level, text)| (*level, text.as_str())), expected, "{line}");
    };
    check("WARNING: data is lost", Some((Warning, "data is lost")));
    check("CAUTION - the door is heavy", Some((Caution, "the door is heavy")));
    check("Important! Lock the door", Some((Caution, "Lock the door")));
    check("Note: nobody is there at night", Some((Note, "nobody is there at night")));
    check("NB the lift is slow", Some((Note, "the lift is slow")));
    check("注意：消えます", Some((Caution, "消えます")));
    check("【注意】消えます", Some((Caution, "消えます")));
    check("[注意] 消えます", Some((Caution, "消えます")));
    check("《重要》鍵を返す", Some((Caution, "鍵を返す")));
    check("（注）夜間のみ", Some((Note, "夜間のみ")));
    check("注1) 夜間のみ", Some((Note, "夜間のみ")));
    check("※夜間のみ", Some((Note, "夜間のみ")));
    check("警告！戻せません", Some((Warning, "戻せません")));
    check("⚠️ 戻せません", Some((Caution, "戻せません")));
    check("🚨 すべて消えます", Some((Warning, "すべて消えます")));
    check("⚠️ **警告**: 戻せません".replace("**", "").as_str(), Some((Warning, "戻せません")));
    check("Note\nNobody is there", Some((Note, "Nobody is there")));
    check("注意", Some((Caution, "")));
    check("注意事項:", Some((Caution, "")));
    check("絶対に電源を切らないでください", Some((Warning, "絶対に電源を切らないでください")));
    check("Do not pull the plug.", Some((Caution, "Do not pull the plug.")));
    check("Never pull the plug", Some((Warning, "Never pull the plug")));
    check("火気厳禁", Some((Warning, "火気厳禁")));
    check("★注意★ 床が濡れています", Some((Caution, "床が濡れています")));
    check("■注意■床が濡れています", Some((Caution, "床が濡れています")));
    check("＜警告＞ 床が濡れています", Some((Warning, "床が濡れています")));
    check("［重要］床が濡れています", Some((Caution, "床が濡れています")));
    check("【禁止事項】走ること", Some((Warning, "走ること")));
    check("【補足】床は朝に乾く", Some((Note, "床は朝に乾く")));
    check("⚠️注意⚠️ 床が濡れています", Some((Caution, "床が濡れています")));
    check("⚠ 床が濡れています", Some((Caution, "床が濡れています")));
    check("　※ 床が濡れています", Some((Note, "床が濡れています")));
    check("※1 床が濡れています", Some((Note, "床が濡れています")));
    check("※２：床が濡れています", Some((Note, "床が濡れています")));
    check("※1台ずつ拭く", Some((Note, "1台ずつ拭く")));
    check("Notice: the floor is wet", Some((Note, "the floor is wet")));
    check("Note that the floor is wet.", Some((Note, "Note that the floor is wet.")));
    check("Please be aware that the floor is wet.", Some((Note, "Please be aware that the floor is wet.")));
    check("You should not run here!", Some((Caution, "You should not run here!")));
    check("You must never run here", Some((Warning, "You must never run here")));
    check("This is a destructive act.", Some((Warning, "This is a destructive act.")));
    check("The wipe cannot be undone.", Some((Warning, "The wipe cannot be undone.")));
    check("捨てた本は元に戻せません。", Some((Warning, "捨てた本は元に戻せません。")));
    check("床を拭く。注意：滑ります。", Some((Caution, "床を拭く。注意：滑ります。")));
    for none in [
        "注意して進める",
        "重要度: 高",
        "注文を確認: 済",
        "Notes from last week",
        "Note taking is the scribe's job",
        "Important dates are on the wall",
        "Warning signs of a fire",
        "警告灯を確認",
        "An important sentence: read it",
        "禁止事項を読む",
        "You should not see any puddle",
        "Don't worry about the puddle",
        "Please note the number on the door",
        "Take notes of what was said",
        "If the wipe cannot be undone, stop: call the lead",
        "The wipe is not destructive",
        "元に戻せない場合は係長を呼ぶ",
        "★おすすめ★ の棚",
        "本を戻す。補足資料を読む。",
    ] {
        check(none, None);
    }
}

#[test]
fn a_caution_in_brackets_of_a_title_is_found() {
    let aside = |title: &str| rules::aside(title).map(|(_, text)| text);
    assert_eq!(aside("初期化（注意: 全データ削除）").as_deref(), Some("全データ削除"));
    assert_eq!(aside("Reset (warning: wipes the disk)").as_deref(), Some("wipes the disk"));
    assert_eq!(aside("初期化（所要時間: 5分）"), None);
    assert_eq!(aside("床を拭く　※夜間のみ").as_deref(), Some("夜間のみ"));
    assert_eq!(aside("床を拭く※夜間のみ"), None);
    assert_eq!(aside("床を拭く。注意：滑ります。").as_deref(), Some("滑ります。"));
    assert_eq!(aside("床を拭く。【重要】長靴を履く").as_deref(), Some("長靴を履く"));
    assert_eq!(aside("床を拭く。所要：5分"), None);
}

#[test]
fn a_paragraph_a_quote_or_a_title_states_a_caution_of_what_it_governs() {
    let check = |body: &str, expected: Option<(CautionLevel, &str)>| {
        let text = format!("# Floor\n\n## Cleaning\n\n{body}\n\n1. Fill the bucket\n2. Wipe\n");
        let runbook = parse("floor.md", text.as_bytes());
        let found = runbook.procedures[0].cautions.first().map(|caution| (caution.level, caution.text.as_str()));
        assert_eq!(found, expected, "{body}");
    };
    use CautionLevel::{Caution, Note, Warning};
    check("> **Note**\n> The floor is wet.", Some((Note, "The floor is wet.")));
    check("> **Warning** The floor is wet.", Some((Warning, "The floor is wet.")));
    check("> **Notice:** The floor is wet.", Some((Note, "The floor is wet.")));
    check("> 【重要】床が濡れています。", Some((Caution, "床が濡れています。")));
    check("> ⚠️ 床が濡れています。", Some((Caution, "床が濡れています。")));
    check("> 注意\n> 床が濡れています。", Some((Caution, "床が濡れています。")));
    check("**注意** 床が濡れています。", Some((Caution, "床が濡れています。")));
    check("**必ず長靴を履くこと。**", Some((Caution, "必ず長靴を履くこと。")));
    check("**Always wear boots.**", Some((Caution, "Always wear boots.")));
    check(":::note warn\n床が濡れています。\n:::", Some((Warning, "床が濡れています。")));
    check("!!! warning \"注意\"\n    床が濡れています。", Some((Warning, "床が濡れています。")));
    check("> [!NOTE]\n> 床が濡れています。", Some((Note, "床が濡れています。")));
    check("Note that nobody has wiped\nhere before.", Some((Note, "Note that nobody has wiped here before.")));
    check("This is a *destructive* act.", Some((Warning, "This is a destructive act.")));
    check("> Is the floor wet?", None);
    check("必ず長靴を履く人がいる。", None);
    check("Take a note of the number.", None);

    let titled = parse("floor.md", b"# You should not do this!\n\n## Never do this at noon\n\n1. Fill\n2. Wipe\n");
    let found: Vec<_> = titled.procedures[0].cautions.iter().map(|c| (c.level, c.text.as_str(), c.line)).collect();
    assert_eq!(found, [(Warning, "Never do this at noon", 3), (Caution, "You should not do this!", 1)]);
}

#[test]
fn work_is_not_lost_in_the_caution_behind_it() {
    let text = "# Floor\n\n## Cleaning work\n\nFill the bucket. Note: it leaks.\n\n```sh\necho fill\n```\n\n床を拭く。注意：滑ります。\n\n```sh\necho wipe\n```\n\n水を捨てる。元に戻せません。\n\n```sh\necho pour\n```\n";
    let runbook = parse("floor.md", text.as_bytes());
    let steps = &runbook.procedures[0].steps;
    let seen: Vec<_> = steps
        .iter()
        .map(|step| (step.title.chars().take(6).collect::<String>(), step.commands().count(), step.cautions.len()))
        .collect();
    assert_eq!(
        seen,
        [("Fill t".to_owned(), 1, 1), ("床を拭く。注".to_owned(), 1, 1), ("水を捨てる。".to_owned(), 1, 1)]
    );
}

#[test]
fn occasions_have_a_rule_where_the_grammar_has_one() {
    let check = |title: &str, rule: Option<&str>, frequency: Option<Frequency>| {
        let found = time::occasion(title);
        let seen = found.as_ref().map(|occasion| (occasion.rule.as_deref(), occasion.frequency));
        assert_eq!(seen, Some((rule, frequency)), "{title}");
    };
    use Frequency::{Daily, Hourly, Monthly, Quarterly, Unspecified, Weekly, Yearly};
    for (title, rule, frequency) in [
        ("毎月第2火曜日", "monthly:2nd-tue", Monthly),
        ("毎月最終金曜日 18:00", "monthly:last-fri@18:00", Monthly),
        ("毎月1日実施", "monthly:1", Monthly),
        ("毎日 9時", "daily@09:00", Daily),
        ("毎日 9時30分の点検", "daily@09:30", Daily),
        ("毎日午前3時に実行", "daily@03:00", Daily),
        ("毎日 午後3時半", "daily@15:30", Daily),
        ("毎週月曜 17:30", "weekly:mon@17:30", Weekly),
        ("週次（毎週月曜日 10:00）", "weekly:mon@10:00", Weekly),
        ("毎週日曜日", "weekly:sun", Weekly),
        ("毎日９時", "daily@09:00", Daily),
        ("毎週(金) 棚卸し", "weekly:fri", Weekly),
        ("every Tuesday at 03:00", "weekly:tue@03:00", Weekly),
        ("Every Friday at 5pm", "weekly:fri@17:00", Weekly),
        ("1時間ごと", "hourly", Hourly),
        ("3ヶ月ごとの見直し", "quarterly", Quarterly),
        ("四半期ごと", "quarterly", Quarterly),
        ("第3四半期", "quarter:3", Yearly),
        ("年に1回", "yearly", Yearly),
        ("毎年2月29日 - 閏日の点検", "yearly:02-29", Yearly),
        ("年次（4月1日 09:00）の棚卸し", "yearly:04-1@09:00", Yearly),
        ("毎年4月1日と10月1日", "yearly:04-1,10-1", Yearly),
        ("毎年４月の第１月曜日", "yearly:04-1st-mon", Yearly),
        ("毎年3月末営業日 17:00", "yearly:03-last-workday@17:00", Yearly),
        ("毎年12月末の棚卸し", "yearly:12-last", Yearly),
        ("毎年4月", "yearly:04", Yearly),
        ("毎年4月〜6月", "yearly", Yearly),
        ("every year on April 1 at 09:00", "yearly:04-1@09:00", Yearly),
        ("Annually, in September", "yearly:09", Yearly),
        ("annually on the 31st of December", "yearly:12-31", Yearly),
        ("annual review of access", "yearly", Yearly),
        ("once a month", "monthly", Monthly),
    ] {
        check(title, Some(rule), Some(frequency));
    }
    for (title, rule, frequency) in [
        ("第2・第4水曜日", "monthly:2nd-wed,4th-wed", Monthly),
        ("第1、第2、第3金曜日 10:00", "monthly:1st-fri,2nd-fri,3rd-fri@10:00", Monthly),
        ("毎月第1・3月曜", "monthly:1st-mon,3rd-mon", Monthly),
        ("毎月第一月曜日 03:00", "monthly:1st-mon@03:00", Monthly),
        ("第一・第三金曜日", "monthly:1st-fri,3rd-fri", Monthly),
        ("第1週目の水曜日", "monthly:1st-wed", Monthly),
        ("毎月第1月曜日 - 四半期レビューの準備", "monthly:1st-mon", Monthly),
        ("第二四半期", "quarter:2", Yearly),
        ("1月、4月、7月、10月の第2火曜日", "yearly:01-2nd-tue,04-2nd-tue,07-2nd-tue,10-2nd-tue", Quarterly),
        (
            "3・6・9・12月の最終営業日 17:00",
            "yearly:03-last-workday,06-last-workday,09-last-workday,12-last-workday@17:00",
            Quarterly,
        ),
        ("奇数月の第2土曜日", "yearly:01-2nd-sat,03-2nd-sat,05-2nd-sat,07-2nd-sat,09-2nd-sat,11-2nd-sat", Unspecified),
        ("偶数月1日", "yearly:02-1,04-1,06-1,08-1,10-1,12-1", Unspecified),
        ("4月第1月曜日 - 年度初めの点検", "yearly:04-1st-mon", Yearly),
        ("first Monday of April", "yearly:04-1st-mon", Yearly),
        ("毎週月曜から金曜 09:00", "weekly:mon,tue,wed,thu,fri@09:00", Weekly),
        ("月曜日から水曜日まで", "weekly:mon,tue,wed", Weekly),
        ("営業日 17:30", "workdays@17:30", Daily),
        ("first and third Monday 9:00", "monthly:1st-mon,3rd-mon@09:00", Monthly),
        ("1st, 3rd and last Fri", "monthly:1st-fri,3rd-fri,last-fri", Monthly),
        ("毎月末", "monthly:last", Monthly),
        ("毎月最終日 23:00", "monthly:last@23:00", Monthly),
        ("月末営業日", "monthly:last-workday", Monthly),
        ("毎月第3営業日 10:00", "monthly:3rd-workday@10:00", Monthly),
        ("毎月の第二営業日", "monthly:2nd-workday", Monthly),
        ("月初の第1営業日", "monthly:1st-workday", Monthly),
        ("first business day of the month", "monthly:1st-workday", Monthly),
        ("last working day of each month", "monthly:last-workday", Monthly),
        ("the last day of each month", "monthly:last", Monthly),
        ("month-end close", "monthly:last", Monthly),
        ("毎月初日", "monthly:1", Monthly),
        ("毎月1日と15日", "monthly:1,15", Monthly),
        ("毎月5日・10日・25日 8:30", "monthly:5,10,25@08:30", Monthly),
        ("1st and 15th of each month", "monthly:1,15", Monthly),
        ("毎週月・木曜", "weekly:mon,thu", Weekly),
        ("毎週月木", "weekly:mon,thu", Weekly),
        ("毎週月・水・金 8:00", "weekly:mon,wed,fri@08:00", Weekly),
        ("月・水・金曜日の点検", "weekly:mon,wed,fri", Weekly),
        ("月曜日、水曜日と土曜日", "weekly:mon,wed,sat", Weekly),
        ("月〜金曜 9:00", "weekly:mon,tue,wed,thu,fri@09:00", Weekly),
        ("土〜月曜日", "weekly:sat,sun,mon", Weekly),
        ("Mondays and Thursdays", "weekly:mon,thu", Weekly),
        ("Mon, Wed and Fri at 07:00", "weekly:mon,wed,fri@07:00", Weekly),
        ("Monday to Friday", "weekly:mon,tue,wed,thu,fri", Weekly),
        ("平日 9:00", "workdays@09:00", Daily),
        ("毎営業日", "workdays", Daily),
        ("weekdays at 9:00", "workdays@09:00", Daily),
    ] {
        check(title, Some(rule), Some(frequency));
        let read = crate::plan::rule::Rule::read(Some(rule), Frequency::Unspecified);
        assert_ne!(read, crate::plan::rule::Rule::Irregular, "{rule} is read back");
    }
    for (title, frequency) in [
        ("月初の締め", Monthly),
        ("毎月25日の3営業日前", Monthly),
        ("毎月最終日の前日", Monthly),
        ("毎月第1土曜日の翌日 02:00", Monthly),
        ("月末締め後", Monthly),
        ("the Wednesday after the second Tuesday of each month", Monthly),
        ("各四半期の初月 第1月曜日", Quarterly),
        ("first Monday of each quarter", Quarterly),
        ("月末の第2営業日", Monthly),
        ("1日2回", Daily),
        ("週2回", Weekly),
        ("6時間ごと", Hourly),
        ("隔週", Unspecified),
        ("隔週金曜日", Unspecified),
        ("隔週の月・木曜", Unspecified),
        ("every other Friday", Unspecified),
        ("３０分ごと", Unspecified),
        ("半年ごと", Unspecified),
        ("年2回", Unspecified),
        ("bi-weekly", Unspecified),
    ] {
        check(title, None, Some(frequency));
    }
    for (title, rule) in [
        ("事前準備（1週間前）", "relative:-1w"),
        ("訓練後（1週間以内）", "relative:+1w"),
        ("コードフリーズ（T-5日）", "relative:-5d"),
        ("切替の3日後", "relative:+3d"),
        ("2 days before the move", "relative:-2d"),
        ("前日の準備", "relative:-1d"),
        ("リリース3営業日前", "relative:-3b"),
        ("リリースの翌営業日", "relative:+1b"),
        ("障害発生後3営業日以内", "relative:+3b"),
        ("再発防止の報告（復旧後2週間以内）", "relative:+2w"),
        ("デプロイ後チェック", "event:デプロイ後"),
        ("Before every release", "event:Before every release"),
    ] {
        check(title, Some(rule), None);
    }
    for none in
        ["24時間対応の窓口", "日本語の手順", "月の満ち欠け", "Sunflower service", "サービスが起動しない", "3時間の訓練"]
    {
        assert_eq!(time::occasion(none), None, "{none}");
    }
}

#[test]
fn deadlines_count_from_the_start() {
    let check = |title: &str, expected: Option<(u32, &str)>| {
        let deadline = time::deadline(title);
        assert_eq!(deadline.as_ref().map(|d| (d.min, d.text.as_str())), expected, "{title}");
    };
    check("通知（T+2〜5分）", Some((5, "T+2〜5分")));
    check("復旧（30分を目標）", Some((30, "30分を目標")));
    check("報告（48時間以内に作成）", Some((2880, "48時間以内")));
    check("連絡（1時間30分以内）", Some((90, "1時間30分以内")));
    check("連絡（即座）", Some((0, "即座")));
    check("Call the lead (immediately)", Some((0, "immediately")));
    check("Call the lead (max 15 min)", Some((15, "15 min")));
    check("5分以内に連絡する", Some((5, "5分以内")));
    check("連絡: 10分以内", Some((10, "10分以内")));
    check("Step 2: 通知 （T+2~5分）", Some((5, "T+2~5分")));
    check("切替（T+6分）", Some((6, "T+6分")));
    check("T+2〜5分", Some((5, "T+2〜5分")));
    check("起動を待つ（5 分以内に開かなければ失敗）", None);
    check("15分以内に復旧できない場合", None);
    check("Wait for the door (fail if not open within 5 minutes)", None);
    check("連絡（1営業日以内）", None);
    check("復旧（約30分）", None);
    check("Open by 10:00", None);
    check("控えが24時間以内か確認", None);
}

#[test]
fn lengths_of_time_are_minutes() {
    for (text, expected) in [
        ("30 分", Some([30, 30])),
        ("1〜2 時間", Some([60, 120])),
        ("1時間30分", Some([90, 90])),
        ("90min", Some([90, 90])),
        ("1.5h", Some([90, 90])),
        ("1h30m", Some([90, 90])),
        ("約10分", Some([10, 10])),
        ("30分〜1時間", Some([30, 60])),
        ("15-20分", Some([15, 20])),
        ("about 2 hours", Some([120, 120])),
        ("2時間半", Some([150, 150])),
        ("半日", None),
        ("2日", None),
        ("3 hosts", None),
        ("1営業日", None),
    ] {
        assert_eq!(time::length(text), expected, "{text}");
    }
    for (title, expected) in [
        ("復旧（1時間30分）", Some([90, 90])),
        ("復旧（目安: 20分）", Some([20, 20])),
        ("Restore (~15 minutes)", Some([15, 15])),
        ("Restore (30-45 min)", Some([30, 45])),
        ("復旧（30分を目標）", None),
        ("復旧（5分以内）", None),
    ] {
        assert_eq!(time::planned(title).map(|(minutes, _)| minutes), expected, "{title}");
    }
}
