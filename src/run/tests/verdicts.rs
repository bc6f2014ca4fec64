//! Outputs held against rules.

use pretty_assertions::assert_eq;

use crate::run::event::{Outcome, Verdict};
use crate::run::testing::{checklist, rule, step, two_in_the_morning};
use crate::run::verdict::{Output, propose, unattended};
use crate::runbook::model::{Rule, RuleOp, RuleSense, Step};

#[track_caller]
fn check(rules: Vec<Rule>, text: &str, code: i32, expected: (Verdict, Option<&str>)) {
    let mut step = step(1, "確認", vec![]);
    step.rules = rules;
    let outcome = Outcome::Exited { code };
    let outputs = [Output { outcome: Some(&outcome), text, complete: true, whole: true }];

    let (verdict, measured) = propose(&step, &outputs, two_in_the_morning());

    let applies = measured.iter().find(|m| m.applies).and_then(|m| step.rules[m.rule].action.clone());
    assert_eq!((verdict, applies.as_deref()), expected, "{measured:?}");
}

fn tiers() -> Vec<Rule> {
    checklist().steps[0].rules.clone()
}

fn df(percent: u32) -> String {
    format!("Filesystem  Size  Used Avail Use% Mounted on\n/dev/sda1   50G   42G  7.5G  {percent}% /var/log\n")
}

#[test]
fn the_highest_tier_that_holds_applies_and_the_border_is_kept() {
    check(tiers(), &df(80), 0, (Verdict::Ok, None));
    check(tiers(), &df(81), 0, (Verdict::Finding, Some("ログ整理")));
    check(tiers(), &df(90), 0, (Verdict::Finding, Some("ログ整理")));
    check(tiers(), &df(93), 0, (Verdict::Finding, Some("緊急対応")));
}

#[test]
fn the_lowest_of_two_lower_bounds_applies() {
    let rules =
        || vec![rule("空き", RuleOp::Lt, Some(30.0), "%", "掃除"), rule("空き", RuleOp::Le, Some(10.0), "%", "増設")];

    check(rules(), "空き 20%\n", 0, (Verdict::Finding, Some("掃除")));
}

#[test]
fn two_candidates_are_not_guessed_between_unless_a_line_names_the_subject() {
    check(tiers(), "a 85%\nb 20%\n", 0, (Verdict::Undecided, None));
    check(tiers(), "容量 85%\nメモリ 20%\n", 0, (Verdict::Finding, Some("ログ整理")));
    check(tiers(), "85% then 85%\n", 0, (Verdict::Finding, Some("ログ整理")));
}

#[test]
fn a_rule_that_cannot_be_read_leaves_the_step_to_a_person() {
    check(tiers(), "no figure here\n", 0, (Verdict::Undecided, None));
}

#[test]
fn an_exit_status_that_no_rule_explains_is_undecided() {
    check(Vec::new(), "", 0, (Verdict::Ok, None));
    check(Vec::new(), "", 1, (Verdict::Undecided, None));
    check(tiers(), &df(10), 1, (Verdict::Undecided, None));
}

#[test]
fn a_failure_rule_reads_the_exit_status() {
    let rules = || vec![rule("失敗時", RuleOp::Event, None, "", "手動バックアップ")];

    check(rules(), "", 0, (Verdict::Ok, None));
    check(rules(), "", 2, (Verdict::Finding, Some("手動バックアップ")));
}

#[test]
fn an_event_that_is_no_failure_is_not_read_from_the_exit_status() {
    let rules = vec![rule("緊急時", RuleOp::Event, None, "", "電話")];

    check(rules, "", 0, (Verdict::Undecided, None));
}

#[test]
fn days_are_counted_from_the_date_of_an_expiry_line() {
    let rules = || vec![rule("期限", RuleOp::Lt, Some(30.0), "日", "更新実行")];

    check(rules(), "            Not After : Dec 10 12:00:00 2026 GMT\n", 0, (Verdict::Finding, Some("更新実行")));
    check(rules(), "            Not After : Feb  1 12:00:00 2027 GMT\n", 0, (Verdict::Ok, None));
    check(rules(), "Expiry Date: 2026-11-25 (VALID)\n", 0, (Verdict::Finding, Some("更新実行")));
    check(rules(), "(VALID: 62 days)\n", 0, (Verdict::Ok, None));
    check(rules(), "(VALID: 6 days)\n(VALID: 62 days)\n", 0, (Verdict::Undecided, None));
}

#[test]
fn a_criterion_that_is_missed_is_a_finding_and_a_soft_one_is_to_be_looked_at() {
    let criterion =
        |soft| Rule {
            when: RuleSense::Normal, soft, action: None, ..rule("成功率", RuleOp::Ge, Some(95.0), "%", "")
        };

    check(vec![criterion(false)], "97.5%\n", 0, (Verdict::Ok, None));
    check(vec![criterion(false)], "94.9%\n", 0, (Verdict::Finding, None));
    check(vec![criterion(true)], "94.9%\n", 0, (Verdict::Undecided, None));
}

#[test]
fn a_figure_inside_a_word_or_a_version_is_no_value() {
    check(tiers(), "v1.85% and x85%\n", 0, (Verdict::Undecided, None));
}

#[test]
fn with_nobody_there_a_threshold_that_was_not_read_is_not_well() {
    let step = &checklist().steps[0];
    let good = Outcome::Exited { code: 0 };
    for text in ["a 20%\nb 95%\n", "no figure\n"] {
        let outputs = [Output { outcome: Some(&good), text, complete: true, whole: true }];
        let (_, measured) = propose(step, &outputs, two_in_the_morning());

        assert_eq!(unattended(step, &outputs, &measured), Verdict::Undecided, "{text}");
    }
}

#[test]
fn a_word_that_the_output_might_hold_is_no_failure_of_the_command() {
    let rules = vec![rule("ERROR がある場合", RuleOp::Event, None, "", "連絡")];

    check(rules, "ERROR something\n", 0, (Verdict::Undecided, None));
}

#[test]
fn with_nobody_there_a_rule_a_status_or_nothing_decides() {
    let step = &checklist().steps[0];
    let (good, bad) = (Outcome::Exited { code: 0 }, Outcome::Exited { code: 1 });
    for (text, outcome, expected) in [
        (df(85), Some(&good), Verdict::Finding),
        (df(85), Some(&bad), Verdict::Finding),
        (df(10), Some(&bad), Verdict::Undecided),
        (df(10), Some(&good), Verdict::Ok),
        (df(10), None, Verdict::Undecided),
    ] {
        let outputs = [Output { outcome, text: &text, complete: true, whole: true }];
        let (_, measured) = propose(step, &outputs, two_in_the_morning());

        assert_eq!(unattended(step, &outputs, &measured), expected, "{text} {outcome:?}");
    }
}

#[test]
fn an_output_of_which_a_part_was_lost_is_never_well_by_itself() {
    let step = step(1, "確認", vec![]);
    let outcome = Outcome::Exited { code: 0 };
    let outputs = [Output { outcome: Some(&outcome), text: "all is well", complete: false, whole: true }];

    assert_eq!(propose(&step, &outputs, two_in_the_morning()).0, Verdict::Undecided);
    assert_eq!(unattended(&step, &outputs, &[]), Verdict::Undecided);
}

#[test]
fn of_an_output_that_was_read_in_part_a_bad_value_counts_and_a_good_one_does_not() {
    let mut looked = step(1, "確認", vec![]);
    let outcome = Outcome::Exited { code: 0 };
    let both = |step: &Step, text: &str| {
        let part = [Output { outcome: Some(&outcome), text, complete: true, whole: false }];
        let (verdict, measured) = propose(step, &part, two_in_the_morning());
        (verdict, unattended(step, &part, &measured))
    };
    assert_eq!(both(&looked, "all is well"), (Verdict::Ok, Verdict::Ok), "nothing is looked for");

    looked.rules = tiers();

    assert_eq!(both(&looked, &df(85)), (Verdict::Finding, Verdict::Finding));
    assert_eq!(both(&looked, &df(10)), (Verdict::Undecided, Verdict::Undecided));
}
