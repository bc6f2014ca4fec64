//! What a run owes, what it waits for, and what is read before it goes on.

use pretty_assertions::assert_eq;

use crate::ids::StepId;
use crate::run::command::{Command, Decision, Refusal, Settle};
use crate::run::event::{RunStart, Verdict};
use crate::run::guidance::{self, Pause};
use crate::run::state::RevertEnd;
use crate::run::testing::{Story, checklist, command, person, start_of, step, unattended};
use crate::run::{holds, reverts};
use crate::runbook::model::{Guidance, GuidanceTime, ProcedureKind};

fn id(number: usize) -> StepId {
    StepId(format!("step-{number}"))
}

fn judge(s: &mut Story, number: usize, verdict: Verdict) -> Result<Decision, Refusal> {
    let comment = Some("見た".to_owned());
    s.ask(&person(), Command::GiveVerdict { step: id(number), verdict, comment })
}

fn open(s: &Story) -> Vec<String> {
    reverts::open(&s.state).map(|(_, revert)| revert.what.clone()).collect()
}

fn settle(s: &mut Story, number: usize, how: Settle) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::SettleRevert { number, how })
}

/// Every step is judged, and nothing else stands in the way of a signature.
fn all_judged(s: &mut Story) {
    for number in 1..=s.state.steps.len() {
        judge(s, number, Verdict::Ok).expect("it is judged");
    }
}

fn stopping() -> Story {
    let mut procedure = checklist();
    procedure.steps[1] = step(2, "停止", vec![command("systemctl stop app")]);
    Story::of(procedure)
}

#[test]
fn a_command_that_changes_something_for_a_time_opens_what_must_be_undone() {
    let mut s = stopping();
    s.run(1, "step-2", 0).expect("it starts");
    assert_eq!(open(&s), ["停止したサービスを起動する: systemctl stop app"]);
    s.exit(1, 0);
    s.run(2, "step-2", 0).expect("once more");
    s.exit(2, 0);
    assert_eq!(open(&s).len(), 1, "the same is owed once");
}

#[test]
fn nothing_is_signed_before_what_must_be_undone_is_undone_handed_over_or_nothing() {
    let hand = || Settle::HandOver { reason: "確認中".into(), due: "明朝".into(), owner: "佐藤".into() };
    for how in [Settle::Done { comment: None }, hand(), Settle::Drop { reason: "別系統".into() }] {
        let mut s = stopping();
        s.run(1, "step-2", 0).expect("it starts");
        s.exit(1, 0);
        all_judged(&mut s);
        let refused = s.ask(&person(), Command::SignOff);
        assert!(matches!(&refused, Err(Refusal::RevertsOpen { whats }) if whats.len() == 1), "{refused:?}");
        settle(&mut s, 1, how.clone()).expect("it is settled");
        assert_eq!(settle(&mut s, 1, how.clone()), Err(Refusal::NothingToRevert), "once");
        s.ask(&person(), Command::SignOff).expect("nothing is left");
    }
}

#[test]
fn who_hands_over_says_to_whom_and_until_when_and_who_drops_says_why() {
    let mut s = stopping();
    s.run(1, "step-2", 0).expect("it starts");
    for how in [
        Settle::HandOver { reason: " ".into(), due: "明朝".into(), owner: "佐藤".into() },
        Settle::HandOver { reason: "確認中".into(), due: String::new(), owner: "佐藤".into() },
        Settle::HandOver { reason: "確認中".into(), due: "明朝".into(), owner: String::new() },
        Settle::Drop { reason: String::new() },
    ] {
        assert_eq!(settle(&mut s, 1, how), Err(Refusal::ReasonMissing));
    }
    assert_eq!(open(&s).len(), 1);
}

#[test]
fn a_person_marks_what_no_command_shows() {
    let mut s = Story::of(checklist());
    let owe = |what: &str| Command::OweRevert { step: id(4), what: what.into() };
    assert_eq!(s.ask(&person(), owe(" ")), Err(Refusal::ReasonMissing));
    assert_eq!(s.ask(&unattended(), owe("旗を戻す")), Err(Refusal::NeedsPerson));
    s.ask(&person(), owe("旗を戻す")).expect("it is owed");
    assert_eq!(open(&s), ["旗を戻す"]);
    assert!(!s.state.reverts[0].proposed);
    settle(&mut s, 1, Settle::Done { comment: Some("戻した".into()) }).expect("undone");
    let end = s.state.reverts[0].end.as_ref().map(|(end, _)| end.clone());
    assert_eq!(end, Some(RevertEnd::Done { comment: Some("戻した".into()) }));
}

#[test]
fn what_the_document_says_of_a_step_done_by_hand_is_owed_once_it_is_done() {
    let mut procedure = checklist();
    procedure.steps[3].revert = Some("作業後に元に戻すこと".into());
    let mut s = Story::of(procedure);
    judge(&mut s, 4, Verdict::Failed).expect("judged");
    assert_eq!(open(&s), Vec::<String>::new(), "what failed left nothing");
    s.ask(&person(), Command::ReopenStep { step: id(4), reason: None }).expect("reopened");
    judge(&mut s, 4, Verdict::Ok).expect("judged");
    assert_eq!(open(&s), ["作業後に元に戻すこと"]);
}

fn held() -> Story {
    let mut procedure = checklist();
    procedure.steps[1].hold = Some("責任者の承認を得てから".into());
    Story::of(procedure)
}

fn release(s: &mut Story, by: &str) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::ReleaseHold { step: id(2), by: by.into(), said: "電話で承認".into() })
}

#[test]
fn nothing_is_run_or_called_done_past_a_hold_point_before_somebody_releases_it() {
    let mut s = held();
    let by_two = |refused: Result<Decision, Refusal>| matches!(refused, Err(Refusal::Held { by, .. }) if by == id(2));
    s.run(1, "step-1", 0).expect("what stands before it is free");
    s.exit(1, 0);
    assert!(by_two(s.run(2, "step-2", 0)), "the step itself");
    assert!(by_two(s.run(2, "step-3", 0)), "a step behind it");
    assert!(by_two(judge(&mut s, 4, Verdict::Ok)));
    judge(&mut s, 4, Verdict::Failed).expect("that it failed may be said");

    assert_eq!(release(&mut s, "山田 太郎"), Err(Refusal::OwnApproval), "nobody releases their own work");
    assert_eq!(release(&mut s, " "), Err(Refusal::ReasonMissing));
    release(&mut s, "佐藤").expect("released");

    s.run(2, "step-2", 0).expect("it goes on");
    let hold = s.state.steps[1].hold.as_ref().and_then(|hold| hold.released.as_ref()).expect("released");
    assert_eq!(
        (hold.by.as_str(), hold.said.as_str(), hold.stamp.by.operator.as_str()),
        ("佐藤", "電話で承認", "山田 太郎")
    );
    assert_eq!(release(&mut s, "佐藤"), Err(Refusal::NotHeld));
}

#[test]
fn a_hold_point_is_passed_by_no_skip_and_holds_nothing_where_it_does_not_apply() {
    let mut s = held();
    s.ask(&person(), Command::SkipStep { step: id(2), reason: "急ぎ".into() }).expect("skipped");
    assert!(matches!(s.run(1, "step-3", 0), Err(Refusal::Held { .. })), "a skip releases nothing");
    release(&mut s, "佐藤").expect("it can be released all the same");
    s.run(1, "step-3", 0).expect("released");

    let mut s = held();
    s.ask(&person(), Command::RuleOutStep { step: id(2), reason: "対象外".into() }).expect("ruled out");
    s.run(1, "step-3", 0).expect("it does not apply this time");
}

#[test]
fn among_alternatives_a_hold_point_holds_its_own_step_alone() {
    let mut procedure = checklist();
    procedure.kind = ProcedureKind::Menu;
    procedure.steps[1].hold = Some("承認後に".into());
    let mut s = Story::of(procedure);
    s.run(1, "step-3", 0).expect("another one");
    s.exit(1, 0);
    assert!(matches!(s.run(2, "step-2", 0), Err(Refusal::Held { .. })));
}

#[test]
fn a_person_makes_a_step_a_hold_point_and_a_run_without_one_stops_there() {
    let mut s = Story::of(checklist());
    let set = Command::SetHold { step: id(1), text: "課長の判断".into() };
    s.ask(&person(), set.clone()).expect("set");
    assert_eq!(s.ask(&person(), set).map(|d| d.events), Ok(Vec::new()), "it is one already");
    assert_eq!(holds::holding(&s.state, &id(4)).map(|(by, _)| by.clone()), Some(id(1)));
    let nobody = Command::ReleaseHold { step: id(1), by: "佐藤".into(), said: "可".into() };
    assert_eq!(s.ask(&unattended(), nobody), Err(Refusal::NeedsPerson));
}

fn advised() -> RunStart {
    let said = |when, item: &str| Guidance { when, title: "心得".into(), items: vec![item.into()], line: 1 };
    let mut start = start_of(checklist());
    start.guidance = vec![
        said(GuidanceTime::Before, "関係者に知らせる"),
        said(GuidanceTime::During, "FLUSHALL は業務時間外に"),
        said(GuidanceTime::After, "監視を戻す"),
    ];
    start
}

#[test]
fn the_advice_is_read_before_the_work_and_before_the_signature() {
    let mut s = Story::begun(advised());
    assert_eq!(s.run(1, "step-1", 0), Err(Refusal::Unread { pause: Pause::Begin }));
    assert_eq!(judge(&mut s, 4, Verdict::Ok), Err(Refusal::Unread { pause: Pause::Begin }));
    s.ask(&person(), Command::ReadGuidance { pause: Pause::Begin }).expect("read");
    assert_eq!(s.ask(&person(), Command::ReadGuidance { pause: Pause::Begin }).map(|d| d.events), Ok(Vec::new()));
    all_judged(&mut s);
    assert_eq!(s.ask(&person(), Command::SignOff), Err(Refusal::Unread { pause: Pause::End }));
    s.ask(&person(), Command::ReadGuidance { pause: Pause::End }).expect("read");
    s.ask(&person(), Command::SignOff).expect("signed");
}

#[test]
fn a_run_without_a_person_has_nobody_who_reads() {
    let mut s = Story::begun(advised());
    let verdict = Command::GiveVerdict { step: id(4), verdict: Verdict::Ok, comment: None };
    s.ask(&unattended(), verdict).expect("nobody is asked");
}

#[test]
fn advice_for_the_time_of_the_work_comes_again_where_it_is_meant() {
    let s = Story::begun(advised());
    assert_eq!(guidance::naming(&s.state, "redis-cli FLUSHALL").collect::<Vec<_>>(), ["FLUSHALL は業務時間外に"]);
    assert_eq!(guidance::naming(&s.state, "df -h").count(), 0);
}
