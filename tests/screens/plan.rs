//! What a run does otherwise than its document: steps that are added, commands that are changed or moved.

use pretty_assertions::assert_eq;
use tejun::console::wire::Role;
use tejun::run::command::Command;
use tejun::run::event::{Event, PlanChange};

use super::harness::Screen;
use super::life::id;
use super::sample;

fn added() -> Event {
    let step = sample::step("s1+added1", "1+1", "温度確認", vec![sample::command("sensors")]);
    Event::PlanChanged(PlanChange::StepAdded {
        after: Some(id("s1")),
        line: None,
        step: Box::new(step),
        reason: Some("警報".into()),
    })
}

#[test]
fn a_step_is_added_with_title_command_and_reason() {
    let screen = Screen::new(80, 24).joined().keys("+").shows("手順を追加する").shows("1 ログディスク容量確認");

    let screen = screen.keys("温度確認<enter>sensors<enter><enter>").shows("すべての欄");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("警報<enter>");

    let (title, command) = ("温度確認".to_owned(), Some("sensors".to_owned()));
    let wanted = Command::AddStep { after: Some(id("s1")), title, command, reason: "警報".into() };
    assert_eq!(screen.commands(), [&wanted]);
    screen
        .facts(vec![added()])
        .shows("+ 温度確認")
        .shows("追加")
        .keys("j")
        .shows("この実施で追加: 警報")
        .shows("tanaka");
}

#[test]
fn the_command_of_an_added_step_may_stay_empty() {
    let screen = Screen::new(80, 24).joined().keys("+電話<enter><enter>連絡<enter>");
    let wanted =
        Command::AddStep { after: Some(id("s1")), title: "電話".into(), command: None, reason: "連絡".into() };
    assert_eq!(screen.commands(), [&wanted]);
}

#[test]
fn a_command_is_changed_after_what_it_was_and_what_it_may_do_were_shown() {
    let screen = Screen::new(120, 40).joined().keys("e").shows("コマンドを書く").shows("df -h /var/log");

    let screen = screen.keys("<c-a><c-k>rm -rf /var/log/x<c-s>");
    let screen = screen.shows("- df -h /var/log").shows("+ rm -rf /var/log/x").shows("! ").keys("空きなし<enter>");

    let wanted = Command::ChangeCommand {
        step: id("s1"),
        command: Some(0),
        text: "rm -rf /var/log/x".into(),
        reason: "空きなし".into(),
    };
    assert_eq!(screen.commands(), [&wanted]);
}

#[test]
fn a_text_that_no_shell_takes_stays_in_the_hands_of_who_wrote_it() {
    let screen = Screen::new(80, 24).joined().keys("e '<c-s>").shows("シェルの文法").shows("コマンドを書く");
    screen.keys("<bs><bs><c-s>").shows("コマンドを変える").keys("<esc>").hides("コマンドを変える");
}

#[test]
fn a_command_goes_to_the_step_that_it_belongs_to() {
    let screen =
        Screen::new(80, 24).joined().keys("M").shows("どの手順のコマンドですか").shows("(*) 選んだコマンドだけ");

    let screen = screen.keys("k<enter>").shows("もとの手順です");
    let screen = screen.keys("jj<tab>").shows("(*) このブロック").keys("<enter>");

    let wanted = Command::MoveCommands { from: id("s1"), commands: vec![0, 1], to: id("s3"), reason: None };
    assert_eq!(screen.commands(), [&wanted]);
    let fact = PlanChange::CommandsMoved { from: id("s1"), commands: vec![0, 1], to: id("s3"), reason: None };
    let screen = screen.facts(vec![Event::PlanChanged(fact)]).shows("~ ログディスク").shows("手順 3 へ移した");
    screen.keys("jj").shows("手順 1 から移したコマンド").shows("df -h /var/log");
}

#[test]
fn who_looks_on_changes_nothing() {
    for key in ["+", "e", "M"] {
        let screen = Screen::new(80, 24).welcomed(sample::begun(super::harness::now()), Role::Watch).keys(key);
        assert_eq!(screen.shows("閲覧中です").commands().len(), 0);
    }
}

#[test]
fn a_step_that_comes_in_above_leaves_the_selection_on_its_step() {
    let screen = Screen::new(80, 24).joined().keys("jj").shows("redis-cli FLUSHDB").facts(vec![added()]);
    screen.shows("redis-cli FLUSHDB");
}

#[test]
fn the_forms_fit_a_small_screen() {
    for (w, h) in [(40, 10), (80, 24), (120, 40)] {
        Screen::new(w, h).joined().keys("+").shows("題名").shows("理由");
        Screen::new(w, h).joined().keys("e").shows("df -h");
        Screen::new(w, h).joined().keys("M").shows("選んだコマンド");
    }
}
