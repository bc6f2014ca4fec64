//! The second person: reading aloud, agreeing, checking, and working alone.

use pretty_assertions::assert_eq;

use crate::config::sign_off::SecondPerson;
use crate::ids::{AttemptId, Digest, StepId};
use crate::run::command::{Block, Command, Decision, Refusal};
use crate::run::event::{Actor, Event, RunStart, Verdict};
use crate::run::query::{self, Verification};
use crate::run::testing::{Story, checklist, person, start_of, unattended};
use crate::run::verification::{KeyHolder, VerificationCommand as Ask, same_person, verifiers, waiting};

fn story(second_person: SecondPerson) -> Story {
    Story::begun(RunStart { second_person, ..start_of(checklist()) })
}

fn id(number: usize) -> StepId {
    StepId(format!("step-{number}"))
}

/// Another user of the machine.
fn verifier() -> Actor {
    Actor { uid: 1001, user: "sato".into(), operator: "佐藤 花子".into(), ..person() }
}

fn with_key(actor: Actor, principal: &str, fingerprint: &str) -> Actor {
    let key = KeyHolder { principal: principal.into(), fingerprint: fingerprint.into() };
    Actor { key: Some(key), ..actor }
}

fn ask(s: &mut Story, by: &Actor, ask: Ask) -> Result<Decision, Refusal> {
    s.ask(by, Command::Verification(ask))
}

fn read_aloud(s: &mut Story, number: usize, text: &str) {
    let shown = Digest::of(text.as_bytes());
    ask(s, &person(), Ask::ReadAloud { step: id(number), command: 0, shown }).expect("read aloud");
}

fn confirm(number: usize, text: &str) -> Ask {
    Ask::Confirm { step: id(number), command: 0, shown: Digest::of(text.as_bytes()) }
}

const UNCONFIRMED: Refusal = Refusal::Blocked { by: Block::Unconfirmed };

#[test]
fn a_command_runs_once_after_the_second_persons_yes_to_its_very_bytes() {
    let mut s = story(SecondPerson::Every);
    assert_eq!(s.run(1, "step-1", 0), Err(UNCONFIRMED));

    read_aloud(&mut s, 1, "df -h /");
    assert_eq!(s.run(1, "step-1", 0), Err(UNCONFIRMED), "nobody has answered yet");
    assert_eq!(ask(&mut s, &verifier(), confirm(1, "df -h /var")), Err(Refusal::NotAsShown), "other bytes");
    ask(&mut s, &verifier(), confirm(1, "df -h /")).expect("agreed");
    s.run(1, "step-1", 0).expect("it runs");
    s.exit(1, 0);

    assert_eq!(s.run(2, "step-1", 0), Err(UNCONFIRMED), "the next start needs another yes");
    assert_eq!(s.state.verification.aloud[0].used, Some(AttemptId(uuid::Uuid::from_u128(1))));
    assert_eq!(verifiers(&s.state).iter().map(|a| a.operator.as_str()).collect::<Vec<_>>(), ["佐藤 花子"]);
}

#[test]
fn a_no_needs_a_reason_and_lets_nothing_run() {
    let mut s = story(SecondPerson::Every);
    read_aloud(&mut s, 1, "df -h /");
    let no =
        |reason: &str| Ask::Object { step: id(1), command: 0, shown: Digest::of(b"df -h /"), reason: reason.into() };

    assert_eq!(ask(&mut s, &verifier(), no(" ")), Err(Refusal::ReasonMissing));
    ask(&mut s, &verifier(), no("別のホスト")).expect("heard");

    assert_eq!(s.run(1, "step-1", 0), Err(UNCONFIRMED));
    assert_eq!(ask(&mut s, &verifier(), confirm(1, "df -h /")), Err(Refusal::NotAsShown), "it was answered");
    assert_eq!(waiting(&s.state), None);
    read_aloud(&mut s, 1, "df -h /");
    assert!(waiting(&s.state).is_some(), "it can be read aloud again");
}

#[test]
fn dangerous_commands_alone_are_read_aloud_where_the_policy_says_so() {
    let mut s = story(SecondPerson::Dangerous);

    s.run(1, "step-1", 0).expect("it only looks");
    s.exit(1, 0);
    assert_eq!(s.run(2, "step-3", 0), Err(UNCONFIRMED));
    for policy in [SecondPerson::None, SecondPerson::Independent] {
        story(policy).run(1, "step-3", 0).expect("nobody has to agree");
    }
}

#[test]
fn names_do_not_make_two_people_of_one() {
    let renamed = Actor { operator: "別人".into(), user: "root".into(), ..person() };
    let superuser = Actor { uid: 0, ..verifier() };
    let keyed = with_key(person(), "taro@example.com", "SHA256:a");
    for other in [renamed, superuser, keyed.clone()] {
        let mut s = story(SecondPerson::Every);
        read_aloud(&mut s, 1, "df -h /");
        assert_eq!(ask(&mut s, &other, confirm(1, "df -h /")), Err(Refusal::SamePerson), "{other:?}");
    }
    let table = [
        (with_key(person(), "hanako@example.com", "SHA256:b"), false),
        (with_key(verifier(), "taro@example.com", "SHA256:b"), true),
        (with_key(verifier(), "hanako@example.com", "SHA256:a"), true),
    ];
    for (other, same) in table {
        assert_eq!(same_person(&keyed, &other), same, "{other:?}");
    }
}

#[test]
fn who_agreed_does_not_run_it_after_taking_the_wheel() {
    let mut s = story(SecondPerson::Every);
    read_aloud(&mut s, 1, "df -h /");
    ask(&mut s, &verifier(), confirm(1, "df -h /")).expect("agreed");
    s.ask(&verifier(), Command::TakeOver).expect("taken over");

    let start = Command::StartAttempt {
        attempt: AttemptId(uuid::Uuid::from_u128(1)),
        step: id(1),
        command: 0,
        shown: Digest::of(b"df -h /"),
        again: crate::run::command::Again::First,
        typed: Vec::new(),
        place: crate::run::command::Place::Main,
        secrets: Default::default(),
    };
    assert_eq!(s.ask(&verifier(), start), Err(Refusal::SamePerson));
}

#[test]
fn working_alone_needs_a_reason_and_a_person() {
    let mut s = story(SecondPerson::Every);
    let alone = |reason: &str| Ask::WorkAlone { reason: reason.into() };

    assert_eq!(ask(&mut s, &person(), alone("  ")), Err(Refusal::ReasonMissing));
    assert_eq!(ask(&mut s, &unattended(), alone("夜間")), Err(Refusal::NeedsPerson));
    ask(&mut s, &person(), alone("夜間の障害対応")).expect("said");

    s.run(1, "step-1", 0).expect("it runs");
    assert_eq!(s.state.verification.alone.as_ref().map(|(reason, _)| reason.as_str()), Some("夜間の障害対応"));
}

#[test]
fn a_step_is_checked_by_another_person_after_it_is_marked() {
    let mut s = story(SecondPerson::Independent);
    let check = |agrees, comment: Option<&str>| Ask::Check { step: id(4), agrees, comment: comment.map(str::to_owned) };
    let verification = |s: &Story| query::axes(&s.state, 3).expect("there").verification;
    assert_eq!(ask(&mut s, &verifier(), check(true, None)), Err(Refusal::NotMarked));
    s.ask(&person(), Command::GiveVerdict { step: id(4), verdict: Verdict::Ok, comment: None }).expect("judged");
    assert_eq!(verification(&s), Verification::Awaited);

    assert_eq!(ask(&mut s, &person(), check(true, None)), Err(Refusal::SamePerson));
    assert_eq!(ask(&mut s, &verifier(), check(false, None)), Err(Refusal::ReasonMissing));
    ask(&mut s, &verifier(), check(false, Some("画面が違う"))).expect("sent back");
    assert_eq!(verification(&s), Verification::SentBack);
    for number in 1..=3 {
        s.ask(&person(), Command::SkipStep { step: id(number), reason: "対象外".into() }).expect("skipped");
    }
    assert_eq!(s.ask(&person(), Command::SignOff), Err(Refusal::SentBack { steps: vec![id(4)] }));

    s.ask(&person(), Command::ReopenStep { step: id(4), reason: None }).expect("reopened");
    s.ask(&person(), Command::GiveVerdict { step: id(4), verdict: Verdict::Ok, comment: None }).expect("judged");
    assert_eq!(verification(&s), Verification::Awaited, "what was checked is not what is there");
    ask(&mut s, &verifier(), check(true, None)).expect("checked");
    assert_eq!(verification(&s), Verification::Done);
    s.ask(&person(), Command::SignOff).expect("signed");
}

#[test]
fn facts_of_the_second_person_are_read_back_as_they_were_stored() {
    let mut s = story(SecondPerson::Every);
    read_aloud(&mut s, 1, "df -h /");
    ask(&mut s, &with_key(verifier(), "hanako@example.com", "SHA256:b"), confirm(1, "df -h /")).expect("agreed");

    for fact in &s.facts {
        let stored = crate::run::event::Stored::encode(fact).expect("encoded");
        assert_eq!(&stored.decode().expect("decoded"), fact);
    }
    assert!(s.facts.iter().any(|f| matches!(f.event, Event::Verification(_)) && f.actor.key.is_some()));
}
