//! Actions of rules become steps, and steps with a condition count only where somebody says so.

use pretty_assertions::assert_eq;
use uuid::Uuid;

use crate::ids::{AttemptId, StepId};
use crate::run::branches::{self, Branch};
use crate::run::command::{Command, Decision, Observation, Refusal};
use crate::run::event::{Event, Measurement, PlannedAction, RunStart, Verdict};
use crate::run::query::{self, Label};
use crate::run::state::{Mark, Origin};
use crate::run::testing::{Story, checklist, command, person, start_of, step, unattended};

fn id(number: usize) -> StepId {
    StepId(format!("step-{number}"))
}

/// The disk was looked at: 85 %, the first of two rules applies.
fn measured(start: RunStart) -> Story {
    let mut s = Story::begun(start);
    s.run(1, "step-1", 0).expect("it starts");
    s.exit(1, 0);
    let reading = |rule, holds| Measurement {
        rule,
        value: Some(85.0),
        shown: "85%".into(),
        matched: "85%".into(),
        holds,
        applies: holds,
    };
    let measured = vec![reading(0, true), reading(1, false)];
    let attempt = AttemptId(Uuid::from_u128(1));
    s.see(Observation::VerdictProposed { step: id(1), attempt, verdict: Verdict::Finding, measured });
    s
}

fn open(s: &mut Story, rule: usize) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::OpenBranch { step: id(1), rule })
}

fn answer(s: &mut Story, rule: usize, holds: bool) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::AnswerRule { step: id(1), rule, holds })
}

fn judge(s: &mut Story, number: usize, verdict: Verdict, comment: Option<&str>) -> Result<Decision, Refusal> {
    let comment = comment.map(str::to_owned);
    s.ask(&person(), Command::GiveVerdict { step: id(number), verdict, comment })
}

fn states(s: &Story) -> Vec<Branch> {
    branches::of(&s.state, &s.state.plan[0]).into_iter().map(|(.., branch)| branch).collect()
}

#[test]
fn a_rule_that_applies_opens_its_action_behind_its_step_and_the_other_does_not_apply() {
    let mut s = measured(start_of(checklist()));
    assert_eq!(states(&s), [Branch::Applies, Branch::No]);

    open(&mut s, 0).expect("it applies");

    let titles: Vec<&str> = s.state.plan.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(titles, ["ディスク確認", "ログ整理", "負荷確認", "キャッシュ消去", "画面の目視"]);
    let branch = &s.state.plan[1];
    assert_eq!((branch.number.as_str(), branch.manual), ("1-1", true));
    assert_eq!(s.state.steps[1].origin, Origin::Branch { of: id(1), rule: 0 });
    assert_eq!(states(&s), [Branch::Opened(branch.id.clone()), Branch::No]);
    assert_eq!(query::progress(&s.state), (0, 5), "it counts");
    assert!(query::untouched(&s.state).contains(&branch.id));
    assert_eq!(open(&mut s, 1), Err(Refusal::RuleDoesNotApply));
    assert_eq!(open(&mut s, 0).map(|d| d.events), Ok(Vec::new()), "once is enough");
}

#[test]
fn a_branch_runs_what_the_document_has_under_its_name() {
    let mut start = start_of(checklist());
    let work = step(7, "ログ整理", vec![command("logrotate -f /etc/logrotate.conf")]);
    start.actions =
        vec![PlannedAction { action: "ログ整理".into(), from: "ログ整理の手順".into(), step: work }];
    let mut s = measured(start);
    open(&mut s, 0).expect("it applies");

    let branch = s.state.plan[1].id.0.clone();
    let decision = s.run(2, &branch, 0).expect("it runs");

    assert!(matches!(&decision.events[..], [Event::AttemptStarted(a)] if a.text.starts_with("logrotate")));
}

#[test]
fn what_could_not_be_read_is_asked_and_a_yes_opens_the_branch() {
    let mut s = Story::of(checklist());
    assert_eq!(states(&s), [Branch::Unknown, Branch::Unknown]);

    assert_eq!(open(&mut s, 0), Err(Refusal::RuleDoesNotApply), "not before somebody knows");
    let no = answer(&mut s, 1, false).expect("asked");
    let yes = answer(&mut s, 0, true).expect("asked");

    assert_eq!(no.events, [Event::RuleAnswered { step: id(1), rule: 1, holds: false }]);
    assert!(matches!(&yes.events[..], [Event::RuleAnswered { holds: true, .. }, Event::BranchOpened { .. }]));
    assert!(matches!(&states(&s)[..], [Branch::Opened(_), Branch::No]));
    assert_eq!(answer(&mut s, 1, true), Err(Refusal::RuleRead));
}

#[test]
fn what_was_measured_is_not_asked_and_nobody_answers_for_a_person() {
    let mut s = measured(start_of(checklist()));

    assert_eq!(answer(&mut s, 0, false), Err(Refusal::RuleRead));
    let asked = Command::OpenBranch { step: id(1), rule: 0 };
    assert_eq!(s.ask(&unattended(), asked), Err(Refusal::NeedsPerson));
    assert_eq!(answer(&mut s, 9, true), Err(Refusal::NoSuchRule));
}

#[test]
fn a_step_with_a_condition_counts_only_once_somebody_says_that_it_holds() {
    let mut procedure = checklist();
    procedure.steps[3].condition = Some("画面がある場合".into());
    let mut s = Story::of(procedure);
    for number in 1..=3 {
        judge(&mut s, number, Verdict::Ok, Some("見た")).expect("judged");
    }
    assert_eq!((query::untouched(&s.state), query::progress(&s.state)), (Vec::new(), (3, 3)));
    assert_eq!(query::label(&s.state, 3), Label::Conditional);
    assert_eq!(query::current(&s.state, 0), None);

    s.ask(&person(), Command::ApplyStep { step: id(4) }).expect("it applies");

    assert_eq!((query::untouched(&s.state), query::label(&s.state, 3)), (vec![id(4)], Label::Untouched));
}

#[test]
fn a_branch_that_nobody_said_applies_is_not_applicable_once_the_run_is_signed() {
    let mut procedure = checklist();
    procedure.steps[3].condition = Some("画面がある場合".into());
    let mut s = Story::of(procedure);
    for number in 1..=3 {
        judge(&mut s, number, Verdict::Ok, Some("見た")).expect("judged");
    }

    s.ask(&person(), Command::SignOff).expect("nothing is left");

    assert_eq!(query::label(&s.state, 3), Label::RuledOut);
}

#[test]
fn who_works_on_a_step_with_a_condition_says_by_that_that_it_holds() {
    let mut procedure = checklist();
    procedure.steps[0].condition = Some("容量が減った場合".into());
    let mut s = Story::of(procedure);

    let decision = s.run(1, "step-1", 0).expect("it starts");

    assert!(matches!(&decision.events[..], [Event::StepApplied { .. }, Event::AttemptStarted(_)]));
}

#[test]
fn a_condition_of_all_steps_is_one_of_the_procedure_that_was_started_knowing_it() {
    let mut procedure = checklist();
    for step in &mut procedure.steps {
        step.condition = Some("画面が白い場合".into());
    }

    assert_eq!(query::untouched(&Story::of(procedure).state).len(), 4);
}

#[test]
fn who_disagrees_with_the_rules_says_why_and_both_verdicts_are_kept() {
    let mut s = measured(start_of(checklist()));

    assert_eq!(judge(&mut s, 1, Verdict::Ok, None), Err(Refusal::ReasonMissing));
    judge(&mut s, 1, Verdict::Ok, Some("一時的")).expect("with words");

    let Mark::Judged { verdict, proposed, .. } = &s.state.steps[0].mark else { panic!("judged") };
    assert_eq!((*verdict, *proposed), (Verdict::Ok, Some(Verdict::Finding)));
}

#[test]
fn an_action_names_the_one_procedure_or_step_that_is_called_so() {
    let text = |more: &str| {
        format!(
            "# 手引き\n\n## 点検\n\n- [ ] ディスク確認\n  - 容量 > 80%: ログ整理を実行\n  - 容量 > 90%: 緊急対応\n\n\
             ## ログ整理手順\n\n1. 圧縮する\n\n```bash\ngzip /var/log/app.log\n```\n\n2. 消す\n\n```bash\nls /var/log\n```\n{more}"
        )
    };
    let planned = |more: &str| {
        let source = text(more);
        let runbook = crate::runbook::parse::parse("a.md", source.as_bytes());
        let found = branches::planned(&runbook, &runbook.procedures[0]);
        let plain = found.into_iter().map(|p| {
            let texts = p.step.commands().map(|c| c.text.clone()).collect::<Vec<_>>().join("; ");
            (p.action, p.from, texts)
        });
        plain.collect::<Vec<_>>()
    };

    let wanted =
        ("ログ整理を実行".to_owned(), "ログ整理手順".to_owned(), "gzip /var/log/app.log; ls /var/log".to_owned());
    assert_eq!(planned(""), [wanted]);
    let second = "\n## 別の章\n\n- [ ] ログ整理\n\n```bash\ntrue\n```\n";
    assert_eq!(planned(second), [], "two are meant, so none is");
}
