//! The second person at the screen: reading aloud, answering, checking, working alone.

use pretty_assertions::assert_eq;
use tejun::config::sign_off::SecondPerson;
use tejun::console::wire::{FromHost, Role};
use tejun::ids::Digest;
use tejun::run::command::Command;
use tejun::run::event::{Event, Fact, Mode, Verdict};
use tejun::run::verification::{KeyHolder, VerificationCommand, VerificationEvent};

use super::harness::{Screen, now};
use super::life::id;
use super::sample;

fn begun(second_person: SecondPerson) -> Vec<Fact> {
    let mut facts = sample::begun_with(sample::weekly(), Mode::Live, now());
    for fact in &mut facts {
        if let Event::RunStarted(start) = &mut fact.event {
            start.second_person = second_person;
        }
    }
    facts
}

fn first_text() -> String {
    sample::weekly().steps[0].commands().next().expect("a command").text.clone()
}

fn aloud() -> Event {
    Event::Verification(VerificationEvent::ReadAloud { step: id("s1"), command: 0, text: first_text() })
}

fn asked(screen: &Screen) -> Vec<VerificationCommand> {
    let commands = screen.commands().into_iter();
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these are looked at")]
    let asked = commands.filter_map(|command| match command {
        Command::Verification(asked) => Some(asked.clone()),
        _ => None,
    });
    asked.collect()
}

#[test]
fn a_command_is_read_aloud_before_it_runs_and_runs_after_the_yes() {
    let screen = Screen::new(80, 24).welcomed(begun(SecondPerson::Every), Role::Drive);
    let shown = Digest::of(first_text().as_bytes());

    let screen = screen.keys("<enter>").shows("読み上げ確認").shows(&first_text()).shows("db01").keys("<enter>");
    assert_eq!(screen.commands().len(), 0, "Enter alone answers nothing");
    let screen = screen.keys("y");
    assert_eq!(asked(&screen), [VerificationCommand::ReadAloud { step: id("s1"), command: 0, shown: shown.clone() }]);
    let screen = screen.facts(vec![aloud()]).shows("「はい」を待っています").host(FromHost::Done { id: 1 });
    let yes = VerificationEvent::Confirmed { step: id("s1"), command: 0, shown };
    let screen = screen.facts(vec![Event::Verification(yes)]).shows("はい。Enter で実行できます").keys("<enter>");
    assert!(matches!(screen.commands().last(), Some(Command::StartAttempt { .. })), "{:?}", screen.commands());
}

#[test]
fn who_looks_on_is_asked_and_answers_with_yes_or_with_a_reason() {
    let watching = || Screen::new(80, 24).welcomed(begun(SecondPerson::Every), Role::Watch).facts(vec![aloud()]);
    let shown = Digest::of(first_text().as_bytes());

    let screen = watching().shows("実行してよいですか").shows(&first_text()).keys("y");
    assert_eq!(asked(&screen), [VerificationCommand::Confirm { step: id("s1"), command: 0, shown: shown.clone() }]);
    let screen = watching().keys("n").shows("いいえ（理由）").keys("<enter>").shows("理由を入力してください");
    let screen = screen.keys("別のホスト<enter>");
    let reason = "別のホスト".to_owned();
    assert_eq!(asked(&screen), [VerificationCommand::Object { step: id("s1"), command: 0, shown, reason }]);
}

#[test]
fn a_question_that_was_answered_meanwhile_goes_away() {
    let shown = Digest::of(first_text().as_bytes());
    let yes = VerificationEvent::Confirmed { step: id("s1"), command: 0, shown };

    let screen = Screen::new(80, 24).welcomed(begun(SecondPerson::Every), Role::Watch).facts(vec![aloud()]);

    screen.facts(vec![Event::Verification(yes)]).hides("実行してよいですか");
}

#[test]
fn who_looks_on_checks_a_step_that_is_marked() {
    let judged = Event::VerdictGiven { step: id("s1"), verdict: Verdict::Ok, comment: None };
    let screen = Screen::new(80, 24).welcomed(begun(SecondPerson::Independent), Role::Watch);
    let screen =
        screen.keys("V").shows("確認するものがありません").facts(vec![judged]).keys("g").shows("第二者確認 待ち");

    let screen = screen.keys("V").shows("あるべき状態").keys("y");

    assert_eq!(asked(&screen), [VerificationCommand::Check { step: id("s1"), agrees: true, comment: None }]);
    let sent = VerificationEvent::Checked { step: id("s1"), agrees: false, comment: Some("画面が違う".into()) };
    screen.facts(vec![Event::Verification(sent)]).shows("差戻し").shows("画面が違う");
}

#[test]
fn working_alone_is_said_with_a_reason_and_stands_before_the_signature() {
    let screen = Screen::new(100, 30).welcomed(begun(SecondPerson::Every), Role::Drive);

    let screen = screen.keys("W").shows("特記事項に残ります").keys("夜間で要員なし<enter>");

    let reason = "夜間で要員なし".to_owned();
    assert_eq!(asked(&screen), [VerificationCommand::WorkAlone { reason: reason.clone() }]);
    let screen = screen.facts(vec![Event::Verification(VerificationEvent::WorkedAlone { reason })]);
    let screen = screen.keys("<enter>");
    assert!(matches!(screen.commands().last(), Some(Command::StartAttempt { .. })), "it runs");
}

#[test]
fn the_screen_says_by_which_key_the_person_is_known() {
    let key = KeyHolder { principal: "taro@example.com".into(), fingerprint: "SHA256:abc".into() };
    let screen = Screen::new(80, 24).joined();

    let screen = screen.host(FromHost::Proven { key: Some(key), why: None }).shows("taro@example.com");

    screen.host(FromHost::Proven { key: None, why: Some("no agent".into()) }).shows("no agent");
}

#[test]
fn the_question_fits_a_small_screen() {
    let screen = Screen::new(40, 10).welcomed(begun(SecondPerson::Every), Role::Watch).facts(vec![aloud()]);

    insta::assert_snapshot!(screen.text(), @r#"
     閲覧  本番  月曜日 02:00 ~  0/5  02:07
    ┌─ 確認: このコマンドを実行してよい~ ──┐
    │ tanaka  02:07                        │
    │ 1 ログディスク容量確認               │
    │ ホスト db01  ユーザー ops            │
    │ フォルダ /srv/ops                    │
    │   df -h /var/log                     │
    │ ホスト・対象・コマンドを自分の目で確v│
    └──────────────────────────────────────┘
     y はい  n いいえ  Esc 戻る
    "#);
}
