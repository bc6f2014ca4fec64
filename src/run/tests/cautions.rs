//! Cautions are read before the command that they govern.

use pretty_assertions::assert_eq;

use crate::ids::StepId;
use crate::run::command::{Block, Command, Decision, Refusal};
use crate::run::event::Event;
use crate::run::testing::{Story, checklist, command, person, step, unattended};
use crate::runbook::model::{Caution, CautionLevel, Danger, DangerLevel, Procedure};

const OWN: &str = "業務時間内には行わないこと";
const SECTION: &str = "FLUSHALL は全キーを消す";

fn caution(level: CautionLevel, text: &str) -> Caution {
    Caution { level, text: text.into(), line: 1 }
}

/// The third step is dangerous, warned of by itself and by the section.
fn warned() -> Procedure {
    let mut procedure = checklist();
    procedure.steps[2].cautions = vec![caution(CautionLevel::Caution, OWN), caution(CautionLevel::Note, "目安は1分")];
    procedure.steps[0].cautions = vec![caution(CautionLevel::Warning, "読むだけ")];
    procedure.cautions =
        vec![caution(CautionLevel::Warning, SECTION), caution(CautionLevel::Caution, "CONCURRENTLY を付ける")];
    procedure
}

fn read(story: &mut Story, texts: &[&str]) -> Result<Decision, Refusal> {
    let texts = texts.iter().map(|t| (*t).to_owned()).collect();
    story.ask(&person(), Command::AcknowledgeCautions { step: StepId("step-3".into()), texts })
}

#[test]
fn a_dangerous_command_waits_until_the_cautions_of_its_step_and_those_that_name_it_were_read() {
    let mut s = Story::of(warned());
    let blocked = |texts: &[&str]| {
        let texts = texts.iter().map(|t| (*t).to_owned()).collect();
        Err(Refusal::Blocked { by: Block::Caution { texts } })
    };

    assert_eq!(s.run(1, "step-3", 0), blocked(&[OWN, SECTION]));
    read(&mut s, &[OWN]).expect("it was shown");
    assert_eq!(s.run(1, "step-3", 0), blocked(&[SECTION]));
    read(&mut s, &[SECTION]).expect("it was shown");
    assert!(s.run(1, "step-3", 0).is_ok());
    s.exit(1, 0);
    assert!(s.run(2, "step-3", 0).is_ok(), "it is asked once");
}

#[test]
fn the_cautions_of_a_command_go_with_it_to_another_step() {
    let mut s = Story::of(warned());
    let (from, to) = (StepId("step-3".into()), StepId("step-1".into()));
    s.ask(&person(), Command::MoveCommands { from, commands: vec![0], to, reason: None }).expect("it is moved");
    let last = s.state.plan[0].commands().count() - 1;

    let texts = vec!["読むだけ".to_owned(), OWN.to_owned(), SECTION.to_owned()];
    assert_eq!(s.run(1, "step-1", last), Err(Refusal::Blocked { by: Block::Caution { texts } }));
    assert!(s.run(2, "step-1", 0).is_ok(), "what has no danger asks nothing there either");
}

#[test]
fn a_command_without_a_danger_asks_nothing() {
    let mut s = Story::of(warned());

    assert!(s.run(1, "step-1", 0).is_ok());
}

#[test]
fn the_mildest_danger_is_enough() {
    let mut changes = command("systemctl reload nginx");
    changes.dangers = vec![Danger { rule: "reload".into(), level: DangerLevel::Changes, why: "変わる".into() }];
    let mut one = step(1, "再読込", vec![changes]);
    one.cautions = vec![caution(CautionLevel::Caution, OWN)];
    let mut s = Story::of(Procedure { steps: vec![one], ..checklist() });

    assert_eq!(s.run(1, "step-1", 0), Err(Refusal::Blocked { by: Block::Caution { texts: vec![OWN.into()] } }));
}

#[test]
fn to_have_read_is_a_fact_with_the_words_and_reading_twice_is_no_news() {
    let mut s = Story::of(warned());

    let first = read(&mut s, &[OWN]).expect("read");
    let second = read(&mut s, &[OWN]).expect("read");

    let wanted = Event::CautionAcknowledged { step: StepId("step-3".into()), text: OWN.into() };
    assert_eq!((first.events, second.events), (vec![wanted], Vec::new()));
    assert_eq!(s.state.steps[2].acknowledged[0].stamp.by, person());
}

#[test]
fn only_a_person_reads_and_only_what_is_there() {
    let mut s = Story::of(warned());
    let asked = Command::AcknowledgeCautions { step: StepId("step-3".into()), texts: vec![OWN.into()] };

    assert_eq!(s.ask(&unattended(), asked), Err(Refusal::NeedsPerson));
    assert_eq!(read(&mut s, &["別の文"]), Err(Refusal::NoSuchCaution));
    let danger = s.ask(&unattended(), start());
    assert!(matches!(danger, Err(Refusal::Blocked { by: Block::Danger { .. } })), "{danger:?}");
}

fn start() -> Command {
    Command::StartAttempt {
        attempt: crate::ids::AttemptId(uuid::Uuid::from_u128(9)),
        step: StepId("step-3".into()),
        command: 0,
        shown: crate::ids::Digest::of(b"redis-cli FLUSHALL"),
        again: crate::run::command::Again::First,
        place: Default::default(),
        typed: Vec::new(),
        secrets: Default::default(),
    }
}
