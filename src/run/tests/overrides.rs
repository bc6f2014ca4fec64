//! 上書き承認: what failed is accepted with a reason and the name of another person.

use pretty_assertions::assert_eq;

use crate::ids::StepId;
use crate::run::command::{Command, Decision, Refusal};
use crate::run::event::{Completion, Event, Verdict};
use crate::run::query::{self, Label};
use crate::run::state::Mark;
use crate::run::testing::{Story, checklist, person, unattended};

fn id(number: usize) -> StepId {
    StepId(format!("step-{number}"))
}

fn judged(verdict: Verdict) -> Story {
    let mut s = Story::of(checklist());
    for number in 2..=4 {
        s.ask(&person(), Command::SkipStep { step: id(number), reason: "対象外".into() }).expect("skipped");
    }
    s.ask(&person(), Command::GiveVerdict { step: id(1), verdict, comment: Some("見た".into()) }).expect("judged");
    s
}

fn accept(s: &mut Story, reason: &str, approver: &str) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::OverrideStep { step: id(1), reason: reason.into(), approver: approver.into() })
}

#[test]
fn what_failed_or_could_not_be_judged_is_accepted_and_the_run_says_so() {
    for verdict in [Verdict::Failed, Verdict::Undecided] {
        let mut s = judged(verdict);
        assert!(query::failed(&s.state));

        accept(&mut s, " 影響なし ", "佐藤 花子").expect("accepted");

        assert!(!query::failed(&s.state));
        assert_eq!(query::label(&s.state, 0), Label::Overridden);
        let signed = s.ask(&person(), Command::SignOff).expect("signed").events;
        assert_eq!(signed, [Event::RunSigned { completion: Completion::WithOverrides { steps: 1, deferred: 0 } }]);
    }
}

#[test]
fn all_else_is_not_accepted_by_override() {
    for verdict in [Verdict::Ok, Verdict::Finding] {
        assert_eq!(accept(&mut judged(verdict), "理由", "佐藤"), Err(Refusal::NothingToOverride));
    }
    assert_eq!(accept(&mut Story::of(checklist()), "理由", "佐藤"), Err(Refusal::NothingToOverride));
}

#[test]
fn an_override_needs_a_reason_and_somebody_else() {
    let mut s = judged(Verdict::Failed);

    assert_eq!(accept(&mut s, " ", "佐藤"), Err(Refusal::ReasonMissing));
    assert_eq!(accept(&mut s, "理由", ""), Err(Refusal::ReasonMissing));
    for own in ["山田 太郎", "山田太郎", " Yamada"] {
        assert_eq!(accept(&mut s, "理由", own), Err(Refusal::OwnApproval), "{own}");
    }
    let nobody = Command::OverrideStep { step: id(1), reason: "理由".into(), approver: "佐藤".into() };
    assert_eq!(s.ask(&unattended(), nobody), Err(Refusal::NeedsPerson));
}

#[test]
fn an_override_that_is_taken_back_leaves_itself_and_the_verdict_in_the_history() {
    let mut s = judged(Verdict::Failed);
    accept(&mut s, "影響なし", "佐藤").expect("accepted");
    assert_eq!(accept(&mut s, "影響なし", "佐藤"), Err(Refusal::NothingToOverride), "once");

    s.ask(&person(), Command::ReopenStep { step: id(1), reason: None }).expect("taken back");

    assert_eq!(s.state.steps[0].mark, Mark::Open);
    let kept = &s.state.steps[0].earlier[..];
    assert!(matches!(kept, [Mark::Judged { verdict: Verdict::Failed, .. }, Mark::Overridden { .. }]), "{kept:?}");
}
