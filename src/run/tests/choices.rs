//! Sub-points are ticked one by one; of alternatives one is chosen and the others do not count.

use pretty_assertions::assert_eq;

use crate::ids::StepId;
use crate::run::choices;
use crate::run::command::{Command, Decision, Refusal};
use crate::run::event::{Event, Verdict};
use crate::run::query::{self, Execution, Label};
use crate::run::testing::{Story, checklist, command, person, step, unattended};
use crate::runbook::model::{Procedure, ProcedureKind, Shape};

fn id(number: usize) -> StepId {
    StepId(format!("step-{number}"))
}

/// The fourth step has three sub-points; the second has two commands to choose from.
fn choosing() -> Procedure {
    let mut procedure = checklist();
    procedure.steps[3].details = vec!["色".into(), "形".into(), "音".into()];
    procedure.steps[1].blocks[0].shape = Shape::Menu;
    procedure
}

fn tick(s: &mut Story, point: usize, done: bool) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::TickPoint { step: id(4), point, done })
}

fn choose(s: &mut Story, number: usize, command: Option<usize>) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::ChooseAlternative { step: id(number), command })
}

fn well(s: &mut Story, number: usize) -> Result<Decision, Refusal> {
    s.ask(&person(), Command::GiveVerdict { step: id(number), verdict: Verdict::Ok, comment: None })
}

#[test]
fn a_sub_point_is_ticked_and_cleared_and_twice_is_no_news() {
    let mut s = Story::of(choosing());

    let first = tick(&mut s, 1, true).expect("ticked").events;
    assert_eq!(first, [Event::PointTicked { step: id(4), point: 1, text: "形".into() }]);
    assert_eq!(tick(&mut s, 1, true).map(|d| d.events), Ok(Vec::new()));
    assert_eq!(s.state.steps[3].ticked[&1].by, person());
    tick(&mut s, 1, false).expect("cleared");

    assert!(s.state.steps[3].ticked.is_empty());
    assert_eq!(tick(&mut s, 3, true), Err(Refusal::NoSuchPoint));
    let nobody = Command::TickPoint { step: id(4), point: 0, done: true };
    assert_eq!(s.ask(&unattended(), nobody), Err(Refusal::NeedsPerson));
}

#[test]
fn a_step_of_which_only_some_points_are_ticked_is_called_well_only_with_words() {
    let mut s = Story::of(choosing());
    tick(&mut s, 0, true).expect("ticked");

    assert_eq!(well(&mut s, 4), Err(Refusal::ReasonMissing));
    tick(&mut s, 1, true).expect("ticked");
    tick(&mut s, 2, true).expect("ticked");
    assert!(well(&mut s, 4).is_ok());
    assert_eq!(tick(&mut s, 2, false), Err(Refusal::Marked), "a marked step is not changed");
}

#[test]
fn the_alternatives_that_were_passed_over_are_not_missing() {
    let mut s = Story::of(choosing());
    choose(&mut s, 2, Some(1)).expect("chosen");
    assert_eq!(query::next_command(&s.state, &s.state.plan[1]), Some(1));

    s.run(1, "step-2", 1).expect("it starts");
    s.exit(1, 0);

    assert_eq!(query::execution(&s.state, &s.state.plan[1]), Execution::Ended { code: 0 });
    assert!(well(&mut s, 2).is_ok(), "nothing is left to run");
}

#[test]
fn of_whole_fences_that_are_alternatives_one_is_chosen_by_any_of_its_commands() {
    let mut procedure = checklist();
    let mut two = step(2, "戻す", vec![command("a1"), command("a2")]);
    let other = step(2, "戻す", vec![command("b1"), command("b2")]);
    two.blocks.extend(other.blocks);
    two.blocks.iter_mut().for_each(|block| block.alternative = true);
    procedure.steps[1] = two;
    let mut s = Story::of(procedure);
    assert_eq!(query::next_command(&s.state, &s.state.plan[1]), Some(0));

    choose(&mut s, 2, Some(3)).expect("chosen");

    let (own, plan) = (&s.state.steps[1], &s.state.plan[1]);
    assert_eq!([0, 1, 2, 3].map(|at| choices::is_chosen(own, plan, at)), [false, false, true, true]);
    assert_eq!([0, 1, 2, 3].map(|at| choices::passed_over(own, plan, at)), [true, true, false, false]);
    assert_eq!(choices::wanted_commands(&s.state, plan), [2, 3]);
    choose(&mut s, 2, Some(0)).expect("chosen anew");
    assert_eq!(choices::wanted_commands(&s.state, &s.state.plan[1]), [0, 1]);
}

#[test]
fn a_fence_for_some_case_only_is_not_missing_and_counts_once_it_ran() {
    let mut procedure = checklist();
    let mut two = step(2, "起こす", vec![command("start")]);
    let mut other = step(2, "起こす", vec![command("repair")]).blocks;
    other.iter_mut().for_each(|block| block.condition = Some("起動しない場合".into()));
    two.blocks.extend(other);
    procedure.steps[1] = two;
    let mut s = Story::of(procedure);
    s.run(1, "step-2", 0).expect("it starts");
    s.exit(1, 0);
    assert_eq!(query::execution(&s.state, &s.state.plan[1]), Execution::Ended { code: 0 });
    assert_eq!(query::unrun_commands(&s.state, &id(2)), 0);

    s.run(2, "step-2", 1).expect("it starts");
    s.exit(2, 7);

    assert_eq!(query::execution(&s.state, &s.state.plan[1]), Execution::Ended { code: 7 });
}

#[test]
fn a_choice_is_made_anew_and_nothing_else_is_offered() {
    let mut s = Story::of(choosing());
    choose(&mut s, 2, Some(1)).expect("chosen");
    assert_eq!(choose(&mut s, 2, Some(1)).map(|d| d.events), Ok(Vec::new()));

    choose(&mut s, 2, Some(0)).expect("chosen anew");

    assert_eq!(s.state.steps[1].chosen.keys().collect::<Vec<_>>(), [&0]);
    assert_eq!(choose(&mut s, 1, Some(0)), Err(Refusal::NoAlternative));
    assert_eq!(choose(&mut s, 1, None), Err(Refusal::NoAlternative));
}

#[test]
fn of_steps_that_are_alternatives_the_chosen_one_counts_and_the_others_do_not_apply() {
    let steps = vec![step(1, "全部戻す", vec![command("true")]), step(2, "一つ戻す", vec![command("true")])];
    let mut s = Story::of(Procedure { kind: ProcedureKind::Menu, steps, ..checklist() });
    assert_eq!(query::untouched(&s.state), []);

    choose(&mut s, 2, None).expect("chosen");

    assert_eq!((query::untouched(&s.state), query::progress(&s.state)), (vec![id(2)], (0, 1)));
    assert_eq!([0, 1].map(|i| query::label(&s.state, i)), [Label::RuledOut, Label::Untouched]);
    choose(&mut s, 1, None).expect("chosen anew");
    assert_eq!(query::untouched(&s.state), [id(1)]);
}
