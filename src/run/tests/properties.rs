//! What holds for every sequence of commands and observations.

use proptest::prelude::*;
use uuid::Uuid;

use crate::ids::{AttemptId, Digest, StepId};
use crate::run::command::{Command, Observation, Settle};
use crate::run::event::{Ending, Event, Fact, NewDocument, RunbookRef, Stop, Stored, VERSION, Verdict};
use crate::run::query;
use crate::run::state::{Applied, RunState};
use crate::run::testing::{Story, checklist, person, unattended};
use crate::runbook::model::{Caution, CautionLevel, Procedure, Shape};

const WARNING: &str = "FLUSHALL は全キーを消す";

/// The checklist with something of everything that a document can ask of a person.
fn full() -> Procedure {
    let mut procedure = checklist();
    procedure.cautions = vec![Caution { level: CautionLevel::Warning, text: WARNING.into(), line: 1 }];
    procedure.steps[1].blocks[0].shape = Shape::Menu;
    procedure.steps[3].details = vec!["色".into(), "形".into()];
    procedure.steps[3].condition = Some("画面がある場合".into());
    procedure
}

#[derive(Debug, Clone)]
enum Act {
    Run(u128, usize, usize),
    Exit(u128, i32),
    Ask(Command),
    AskUnattended(Command),
    Lose(u32),
    Mark(u128, u64),
    Reopen,
    /// Another text of the document: by each step, whether it is there, as it was, changed, or comes late.
    Renew(Vec<u8>),
}

/// The procedure as another text has it, in which `told` says what became of each step.
fn another(told: &[u8]) -> Procedure {
    let mut procedure = full();
    let mut late = Vec::new();
    for (mut step, told) in std::mem::take(&mut procedure.steps).into_iter().zip(told) {
        step.content = Some(Digest::of(&[*told % 3]));
        match told % 5 {
            0 => {}
            1 => late.push(step),
            _ => procedure.steps.push(step),
        }
    }
    procedure.steps.extend(late);
    procedure
}

/// The document of a run as another text has it.
fn renewed(state: &RunState, told: &[u8]) -> Option<Command> {
    let old = state.runbook()?;
    let runbook = RunbookRef { sha256: Digest::of(told), ..old.clone() };
    let (procedure, was) = (another(told), old.sha256.clone());
    let document = NewDocument { was, runbook, procedure, actions: Vec::new(), guidance: Vec::new() };
    Some(Command::RenewDocument(Box::new(document)))
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let step = || (1usize..=5).prop_map(|n| StepId(format!("step-{n}")));
    let verdict =
        || prop_oneof![Just(Verdict::Ok), Just(Verdict::Finding), Just(Verdict::Failed), Just(Verdict::Undecided)];
    let text = || prop_oneof![Just(String::new()), "\\PC{0,8}"];
    let command = move || {
        prop_oneof![
            (step(), verdict(), proptest::option::of(text()))
                .prop_map(|(step, verdict, comment)| Command::GiveVerdict { step, verdict, comment }),
            (step(), text()).prop_map(|(step, reason)| Command::SkipStep { step, reason }),
            (step(), text()).prop_map(|(step, reason)| Command::RuleOutStep { step, reason }),
            (step(), text(), text(), text()).prop_map(|(step, reason, due, owner)| Command::DeferStep {
                step,
                reason,
                due,
                owner
            }),
            step().prop_map(|step| Command::ReopenStep { step, reason: None }),
            (step(), 0usize..3).prop_map(|(step, rule)| Command::OpenBranch { step, rule }),
            (step(), 0usize..3, any::<bool>()).prop_map(|(step, rule, holds)| Command::AnswerRule {
                step,
                rule,
                holds
            }),
            step().prop_map(|step| Command::ApplyStep { step }),
            (step(), 0usize..3, any::<bool>()).prop_map(|(step, point, done)| Command::TickPoint { step, point, done }),
            (step(), proptest::option::of(0usize..3))
                .prop_map(|(step, command)| Command::ChooseAlternative { step, command }),
            (step(), text())
                .prop_map(|(step, reason)| Command::OverrideStep { step, reason, approver: "佐藤".into() }),
            step().prop_map(|step| Command::AcknowledgeCautions { step, texts: vec![WARNING.to_owned()] }),
            (proptest::option::of(step()), text()).prop_map(|(step, text)| Command::AddNote { step, text }),
            (1u128..6).prop_map(|n| Command::StopAttempt { attempt: AttemptId(Uuid::from_u128(n)), how: Stop::Kill }),
            (proptest::option::of(step()), text(), proptest::option::of(text()), text())
                .prop_map(|(after, title, command, reason)| Command::AddStep { after, title, command, reason }),
            (step(), proptest::option::of(0usize..3), text(), text())
                .prop_map(|(step, command, text, reason)| { Command::ChangeCommand { step, command, text, reason } }),
            (step(), proptest::collection::vec(0usize..3, 0..3), step())
                .prop_map(|(from, commands, to)| { Command::MoveCommands { from, commands, to, reason: None } }),
            (step(), text()).prop_map(|(step, what)| Command::OweRevert { step, what }),
            (1usize..4, text())
                .prop_map(|(number, reason)| Command::SettleRevert { number, how: Settle::Drop { reason } }),
            (step(), text()).prop_map(|(step, text)| Command::SetHold { step, text }),
            (step(), text()).prop_map(|(step, said)| Command::ReleaseHold { step, by: "佐藤".into(), said }),
            Just(Command::SignOff),
            text().prop_map(|reason| Command::CloseRun { ending: Ending::Aborted, reason }),
        ]
    };
    let act = prop_oneof![
        4 => (1u128..6, 1usize..=5, 0usize..3).prop_map(|(a, s, c)| Act::Run(a, s, c)),
        4 => (1u128..6, 0i32..3).prop_map(|(a, c)| Act::Exit(a, c)),
        6 => command().prop_map(Act::Ask),
        1 => command().prop_map(Act::AskUnattended),
        1 => (1u32..3).prop_map(Act::Lose),
        1 => (1u128..6, 0u64..100).prop_map(|(a, b)| Act::Mark(a, b)),
        1 => Just(Act::Reopen),
        2 => proptest::collection::vec(any::<u8>(), 4).prop_map(Act::Renew),
    ];
    proptest::collection::vec(act, 0..40)
}

/// Lives a story; [`Story`] itself holds that the state accepts whatever was decided.
fn live(acts: Vec<Act>) -> Story {
    let mut story = Story::of(full());
    for act in acts {
        match act {
            Act::Run(id, step, command) => drop(story.run(id, &format!("step-{step}"), command)),
            Act::Exit(id, code) => story.exit(id, code),
            Act::Ask(command) => drop(story.ask(&person(), command)),
            Act::Renew(told) => {
                if let Some(command) = renewed(&story.state, &told) {
                    drop(story.ask(&person(), command));
                }
            }
            Act::AskUnattended(command) => drop(story.ask(&unattended(), command)),
            Act::Lose(lane) => story.see(Observation::LaneLost { lane, why: "gone".into() }),
            Act::Mark(id, bytes) => {
                story.see(Observation::OutputMarked { attempt: AttemptId(Uuid::from_u128(id)), bytes });
            }
            Act::Reopen => story.see(Observation::LaneOpened {
                lane: 2,
                keeper: 78,
                shell: "/bin/bash".into(),
                cwd: "/".into(),
                set: None,
            }),
        }
    }
    story
}

proptest! {
    #[test]
    fn a_replay_equals_the_live_run(acts in acts()) {
        let story = live(acts);

        prop_assert_eq!(RunState::of(&story.facts), story.state);
    }

    #[test]
    fn duplicates_are_harmless_wherever_they_come(acts in acts(), again in 0usize..60) {
        let story = live(acts);
        let mut state = RunState::default();

        for (i, fact) in story.facts.iter().enumerate() {
            prop_assert_eq!(state.apply(fact), Applied::Yes);
            let earlier = &story.facts[again.min(i)];
            prop_assert_eq!(state.apply(earlier), Applied::Duplicate);
        }

        prop_assert_eq!(state, story.state);
    }

    #[test]
    fn a_missing_fact_is_said_and_changes_nothing(acts in acts(), gap in 0usize..60) {
        let story = live(acts);
        let gap = gap % (story.facts.len() - 1);
        let mut state = RunState::of(&story.facts[..gap]);
        let before = state.clone();

        prop_assert_eq!(state.apply(&story.facts[gap + 1]), Applied::Gap);
        prop_assert_eq!(state, before);
    }

    #[test]
    fn a_fact_survives_its_stored_form_byte_for_byte(acts in acts()) {
        for fact in live(acts).facts {
            let stored = Stored::encode(&fact).expect("it encodes");
            let back: Fact = stored.decode().expect("it decodes");
            prop_assert_eq!(&Stored::encode(&back).expect("it encodes"), &stored);
            prop_assert_eq!(back, fact);
        }
    }

    #[test]
    fn every_state_can_be_explained(acts in acts()) {
        let state = live(acts).state;

        for index in 0..=state.steps.len() {
            let words = query::label(&state, index).words(crate::i18n::Language::Ja);
            prop_assert!(!words.is_empty());
            prop_assert_eq!(query::axes(&state, index).is_some(), index < state.steps.len());
        }
        let ids: Vec<_> = state.plan.iter().map(|step| step.id.clone()).collect();
        prop_assert_eq!(&ids, &state.steps.iter().map(|step| step.id.clone()).collect::<Vec<_>>());
        prop_assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
        for gone in &state.gone {
            prop_assert!(!ids.contains(&gone.own.id), "a step is in the document or is gone");
        }
        let (done, all) = query::progress(&state);
        prop_assert!(done <= all);
        prop_assert!(query::duration(&state) >= chrono::TimeDelta::zero());
    }

    #[test]
    fn no_command_with_a_danger_starts_before_its_cautions_were_read(acts in acts()) {
        // Commands move from step to step; what warns of the one with the danger is read where it runs.
        let mut read = std::collections::BTreeSet::new();
        for fact in live(acts).facts {
            if let Event::CautionAcknowledged { step, .. } = &fact.event {
                read.insert(step.clone());
            }
            if let Event::AttemptStarted(start) = &fact.event {
                prop_assert!(read.contains(&start.step) || !start.text.contains("FLUSHALL"), "{}", start.text);
            }
        }
    }

    #[test]
    fn at_most_one_attempt_runs_in_a_lane(acts in acts()) {
        let state = live(acts).state;
        for lane in &state.lanes {
            let running = state.attempts.iter().filter(|a| {
                a.start.lane == lane.lane && a.progress == crate::run::state::Progress::Running
            });
            prop_assert!(running.count() <= 1);
        }
    }
}

#[test]
fn an_event_of_a_newer_version_is_not_read_and_says_so() {
    let story = Story::of(checklist());
    let mut stored = Stored::encode(&story.facts[0]).expect("it encodes");
    stored.text = stored.text.replacen(&format!("\"version\":{VERSION}"), "\"version\":99", 1);

    let why = stored.decode().expect_err("newer").to_string();

    assert!(why.contains("version 99"), "{why}");
}
