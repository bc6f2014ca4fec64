//! What happens to a step besides its commands: branches, conditions, disagreement.

use pretty_assertions::assert_eq;
use tejun::console::wire::Role;
use tejun::ids::{AttemptId, StepId};
use tejun::run::command::Command;
use tejun::run::event::{AttemptStart, Event, Mode, Verdict};
use tejun::runbook::model::{CommandReason, Placeholder, Procedure};
use uuid::Uuid;

use super::harness::{Screen, now};
use super::sample;

pub(crate) fn id(step: &str) -> StepId {
    StepId(step.into())
}

/// The weekly check with actions in its rules.
fn weekly() -> Procedure {
    let mut procedure = sample::weekly();
    for (rule, action) in procedure.steps[0].rules.iter_mut().zip(["ログローテーション実行", "緊急対応"])
    {
        rule.action = Some(action.into());
    }
    procedure.steps[4].condition = Some("異常があった場合".into());
    procedure
}

fn begun(w: u16, h: u16) -> Screen {
    Screen::new(w, h).welcomed(sample::begun_with(weekly(), Mode::Live, now()), Role::Drive)
}

/// 93 % was measured: the second rule applies.
fn measured() -> Vec<Event> {
    let attempt = AttemptId(Uuid::from_u128(1));
    let mut events = Vec::new();
    for command in 0..2 {
        let attempt = AttemptId(Uuid::from_u128(command as u128 + 1));
        let text = "df".into();
        let start = AttemptStart { attempt, step: id("s1"), command, number: 1, lane: 1, text };
        events.push(Event::AttemptStarted(start));
        events.push(Event::AttemptFinished { attempt, finish: sample::finish(0) });
    }
    events.extend(sample::proposal(&id("s1"), attempt));
    events
}

fn opened() -> Event {
    let mut step = sample::step("s1+1", "1-1", "緊急対応", Vec::new());
    step.condition = Some("容量 > 90%: 緊急対応".into());
    Event::BranchOpened { of: id("s1"), rule: 1, step: Box::new(step) }
}

#[test]
fn a_rule_that_applies_is_opened_as_a_step_with_a_key() {
    let screen = begun(120, 40).facts(measured()).shows("→ 緊急対応  分岐 手順として開く").shows("→ 該当なし");

    let screen = screen.keys("b").shows("分岐を手順として開きますか").shows("手作業の手順になります").keys("<enter>");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("y");

    assert_eq!(screen.commands(), [&Command::OpenBranch { step: id("s1"), rule: 1 }]);
    let screen = screen.facts(vec![opened()]).shows("1-1 緊急対応").shows("0/5");
    screen.keys("b").shows("手順 1 の分岐").keys("b").shows("判定基準");
}

#[test]
fn a_branch_that_comes_in_leaves_the_selection_on_its_step() {
    let screen = begun(80, 24).facts(measured()).keys("jj").shows("redis-cli FLUSHDB").facts(vec![opened()]);
    screen.shows("redis-cli FLUSHDB").keys("kk").shows("手順 1 の分岐");
}

#[test]
fn the_form_of_values_asks_what_the_step_of_a_branch_asks() {
    let mut rotate = sample::command("logrotate -f <branch_conf>");
    let name = "branch_conf".to_owned();
    rotate.placeholders = vec![Placeholder { name, form: "<>".into() }];
    let step = Box::new(sample::step("s1+1", "1-1", "緊急対応", vec![rotate]));
    let branch = Event::BranchOpened { of: id("s1"), rule: 1, step };

    let screen = begun(100, 30).facts(measured()).keys("v").shows("db_name").hides("branch_conf");

    screen.keys("<esc>").facts(vec![branch]).keys("v").shows("db_name").shows("branch_conf");
}

#[test]
fn the_form_of_values_shows_the_command_of_the_field_that_is_typed_in() {
    let lines: String = (1..20).map(|n| format!("\nline {n}")).collect();
    let mut rotate = sample::command(&format!("logrotate <branch_conf>{lines}"));
    rotate.placeholders = vec![Placeholder { name: "branch_conf".to_owned(), form: "<>".into() }];
    let step = Box::new(sample::step("s1+1", "1-1", "緊急対応", vec![rotate]));
    let branch = Event::BranchOpened { of: id("s1"), rule: 1, step };

    let screen = begun(80, 24).facts(measured()).facts(vec![branch]).keys("v");

    let screen = screen.keys("a.conf").shows("logrotate a.conf").hides("pg_restore -d");
    screen.keys("<tab>shop").shows("pg_restore -d shop").keys("<tab>").shows("logrotate a.conf");
}

#[test]
fn who_starts_sees_what_is_for_some_cases_only_and_of_what_one_is_chosen() {
    let mut runbook = sample::runbook();
    let mut back = sample::step("b1", "1", "戻す", vec![sample::command("true a")]);
    let mut other = sample::step("b1", "1", "戻す", vec![sample::command("true b")]).blocks;
    back.condition = Some("障害時のみ".into());
    back.blocks[0].alternative = true;
    back.blocks[0].commands[0].label = Some("案A 自動".into());
    other[0].condition = Some("起動しない場合".into());
    back.blocks.extend(other);
    runbook.procedures.truncate(1);
    runbook.procedures[0].steps = vec![back];

    let screen = Screen::new(80, 30).runbook(runbook, true).keys("<enter>");

    screen.shows("条件: 障害時のみ").shows("# 案A 自動").shows("条件: 起動しない場合");
}

#[test]
fn a_value_that_could_not_be_read_is_asked_yes_or_no() {
    let screen = begun(80, 24).keys("b").shows("この規則に該当しますか").keys("n");
    assert_eq!(screen.commands(), [&Command::AnswerRule { step: id("s1"), rule: 0, holds: false }]);
    let screen = begun(80, 24).keys("by");
    assert_eq!(screen.commands(), [&Command::AnswerRule { step: id("s1"), rule: 0, holds: true }]);
}

#[test]
fn a_step_with_a_condition_waits_for_a_yes_and_a_no_rules_it_out() {
    let screen = begun(80, 24).shows("◇ 5").shows("条件付き").keys("G").shows("条件に該当するときだけ");
    let screen = screen.keys("b").shows("異常があった場合").keys("y");
    assert_eq!(screen.commands(), [&Command::ApplyStep { step: id("s5") }]);
    let screen = screen.facts(vec![Event::StepApplied { step: id("s5") }]);
    screen.shows("☐ 5").shows("該当あり");
    let screen = begun(80, 24).keys("Gbn");
    let reason = "条件に該当しない: 異常があった場合".into();
    assert_eq!(screen.commands(), [&Command::RuleOutStep { step: id("s5"), reason }]);
}

#[test]
fn who_disagrees_with_the_rules_is_asked_why_and_both_are_shown() {
    let screen = begun(120, 40).facts(measured()).keys(" k").shows("規則の提案は 要対応（不一致）");
    let screen = screen.keys("<enter>").shows("提案と異なる判定です");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("一時的<enter>");
    let comment = Some("一時的".to_owned());
    let wanted = Command::GiveVerdict { step: id("s1"), verdict: Verdict::Ok, comment: comment.clone() };
    assert_eq!(screen.commands(), [&wanted]);
    let given = Event::VerdictGiven { step: id("s1"), verdict: Verdict::Ok, comment };
    screen.facts(vec![given]).keys("k").shows("規則の提案は 要対応（不一致）");
}

#[test]
fn the_questions_fit_every_screen() {
    for (w, h) in [(40, 10), (80, 24), (120, 40)] {
        begun(w, h).keys("b").shows("該当しますか").keys("n");
    }
}

#[test]
fn a_failed_step_is_accepted_with_reason_and_approver() {
    let failed = Event::VerdictGiven { step: id("s1"), verdict: Verdict::Failed, comment: None };
    let screen = begun(80, 24).keys("a").shows("だけです").facts(vec![failed]).keys("k");

    let screen = screen.keys("a").shows("上書き承認").keys("影響なし<enter>").keys("<enter>").shows("すべての欄");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("佐藤<enter>");

    let (reason, approver) = ("影響なし".to_owned(), "佐藤".to_owned());
    let wanted = Command::OverrideStep { step: id("s1"), reason: reason.clone(), approver: approver.clone() };
    assert_eq!(screen.commands(), [&wanted]);
    let fact = Event::StepOverridden { step: id("s1"), reason, approver };
    screen.facts(vec![fact]).shows("⊕ 1").shows("上書き承認 佐藤");
}

#[test]
fn sub_points_are_ticked_one_by_one_and_the_list_stays_open() {
    let mut procedure = weekly();
    procedure.steps[4].details = vec!["課長に電話".into(), "日報に記入".into()];
    let facts = sample::begun_with(procedure, Mode::Live, now());
    let screen = Screen::new(80, 24).welcomed(facts, Role::Drive).keys("G").shows("[ ] 課長に電話");

    let screen = screen.keys("m").shows("小項目").keys("<enter>");

    assert_eq!(screen.commands(), [&Command::TickPoint { step: id("s5"), point: 0, done: true }]);
    let ticked = sample::fact(3, now(), Event::PointTicked { step: id("s5"), point: 0, text: "課長に電話".into() });
    let screen = screen.host(tejun::console::wire::FromHost::Committed { facts: vec![ticked], done: Some(1) });
    let screen = screen.shows("小項目").shows("[x] 課長に電話").keys("<enter>");
    assert_eq!(screen.commands().last(), Some(&&Command::TickPoint { step: id("s5"), point: 1, done: true }));
    screen.keys("k<enter>").shows("応答を待っています").keys("<esc>").hides("⏎ でチェック");
}

#[test]
fn one_of_several_commands_is_chosen_and_the_others_do_not_apply() {
    let mut procedure = weekly();
    procedure.steps[0].blocks[0].shape = tejun::runbook::model::Shape::Menu;
    let facts = sample::begun_with(procedure, Mode::Live, now());
    let screen = Screen::new(120, 40).welcomed(facts, Role::Drive).shows("選択肢の一つ");

    let screen = screen.keys("lm").shows("この選択肢で行いますか").shows("du -sh").keys("y");

    assert_eq!(screen.commands(), [&Command::ChooseAlternative { step: id("s1"), command: Some(1) }]);
    let chosen = Event::AlternativeChosen { step: id("s1"), command: Some(1) };
    screen.facts(vec![chosen]).shows("該当なし（別の選択肢を選択）");
}

#[test]
fn what_is_wrong_with_a_dialog_is_seen_on_the_smallest_screen() {
    let judged = |w, h| Screen::new(w, h).joined().keys(" <enter>").shows("OK にするには");
    judged(80, 24).shows("理由を入力してください。").shows("( ) 判定不能");
    // Neither what is wrong nor the field that is typed in may be missing.
    Screen::new(40, 10)
        .joined()
        .keys(" <enter>")
        .shows("理由を入力してください。")
        .keys("確認")
        .shows("コメント: 確認");
}

#[test]
fn the_field_that_is_typed_in_is_seen_however_many_there_are() {
    let mut procedure = sample::weekly();
    let mut command = sample::command("mv <n1> <n2> <n3> <n4> <n5> <n6> <n7> <n8> <n9>");
    let placeholder = |n| Placeholder { name: format!("n{n}"), form: "<>".into() };
    (command.runnable, command.reason) = (false, Some(CommandReason::Placeholder));
    command.placeholders = (1..=9).map(placeholder).collect();
    procedure.steps = vec![sample::step("s1", "1", "移す", vec![command])];
    let facts = sample::begun_with(procedure, Mode::Live, now());
    let mut screen = Screen::new(40, 10).welcomed(facts, Role::Drive).keys("<enter>").shows("n1:");
    for n in 1..=9 {
        screen = screen.keys(&format!("v{n}x")).shows(&format!("n{n}: v{n}x"));
        let (_, row) = screen.cursor();
        let text = screen.text();
        let typed = text.lines().nth(usize::from(row)).unwrap_or_default();
        assert!(typed.contains(&format!("v{n}x")), "the cursor stands where one types:\n{text}");
        screen = if n < 9 { screen.keys("<tab>") } else { screen };
    }
    screen.keys("<tab>").shows("n1: v1x");
}

#[test]
fn of_a_command_whose_end_nobody_knows_the_screen_says_what_may_be_so_and_what_to_do() {
    let attempt = AttemptId(Uuid::from_u128(1));
    let text = "df -h /".into();
    let start = AttemptStart { attempt, step: id("s1"), command: 0, number: 1, lane: 1, text };
    let lost = Event::AttemptLost { attempt, why: "終わり方が残っていません".into() };
    let screen = begun(80, 40).facts(vec![Event::AttemptStarted(start), lost]);

    let screen = screen.shows("結果不明: 終わり方が残っていません").shows("自動では再実行しません");
    // It is not said to have been run: nobody knows that.
    let screen = screen.keys("<enter>").shows("前回の結果は不明です").hides("実行済みです").keys("<esc>");
    // Nor is it said that nothing was begun.
    screen.keys("S").shows("判定のない手順があります").shows("結果不明").shows("未着手").hides("未着手の手順が");
}
