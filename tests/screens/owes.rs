//! What a run owes, what it waits for, and what is read before it goes on.

use pretty_assertions::assert_eq;
use tejun::console::wire::{FromHost, Role};
use tejun::run::command::{Command, Settle};
use tejun::run::event::{Event, HoldFact, Mode, RevertFact, Verdict};
use tejun::run::guidance::Pause;
use tejun::runbook::model::{Guidance, GuidanceTime};

use super::harness::{Screen, now};
use super::life::id;
use super::sample;

fn owed(what: &str) -> Event {
    Event::RevertNoted(RevertFact::Owed { step: id("s1"), what: what.into(), proposed: true })
}

fn judged() -> Vec<Event> {
    let given = |step: &str| Event::VerdictGiven { step: id(step), verdict: Verdict::Ok, comment: Some("可".into()) };
    ["s1", "s2", "s3", "s4", "s5"].map(given).to_vec()
}

#[test]
fn what_must_be_undone_stays_on_top_of_the_list_until_it_is() {
    for (w, h) in [(40, 12), (80, 24), (120, 40)] {
        let screen = Screen::new(w, h).joined().facts(vec![owed("DEBUG を戻す")]).shows("! 戻す 1 DEBUG を戻す");
        let screen = screen.keys("jjG").shows("! 戻す 1 DEBUG を戻す");
        let done = Event::RevertNoted(RevertFact::Done { number: 1, comment: None });
        screen.facts(vec![done]).hides("! 戻す 1").keys("gg");
    }
    let many = (1..=5).map(|n| owed(&format!("設定{n}"))).collect();
    let screen = Screen::new(80, 24).joined().facts(many).shows("! 戻す 1 設定1").shows("! 戻す 1 設定2");
    screen.shows("ほか 3 件").shows("戻し 5");
}

#[test]
fn it_is_settled_with_a_key_and_a_few_words() {
    let begun = || Screen::new(80, 24).joined().facts(vec![owed("DEBUG を戻す")]);
    let screen = begun().keys("r").shows("> DEBUG を戻す").keys("<enter>").shows("どうなりましたか");
    let screen = screen.keys("<enter>").shows("元に戻した").keys("<enter>");
    let done = Command::SettleRevert { number: 1, how: Settle::Done { comment: None } };
    assert_eq!(screen.commands(), [&done]);

    let screen = begun().keys("r<enter>j<enter>確認中<enter>明朝<enter>佐藤<enter>");
    let how = Settle::HandOver { reason: "確認中".into(), due: "明朝".into(), owner: "佐藤".into() };
    assert_eq!(screen.commands(), [&Command::SettleRevert { number: 1, how }]);

    let screen = begun().keys("r<enter>jj<enter><enter>").shows("すべての欄").keys("別系統<enter>");
    let how = Settle::Drop { reason: "別系統".into() };
    assert_eq!(screen.commands(), [&Command::SettleRevert { number: 1, how }]);
}

#[test]
fn a_person_says_what_must_be_undone() {
    let owe = Command::OweRevert { step: id("s1"), what: "旗を戻す".into() };
    let screen = Screen::new(80, 24).joined().keys("r").shows("あとで戻すこと").keys("旗を戻す<enter>");
    assert_eq!(screen.commands(), [&owe]);
    let screen = Screen::new(80, 24).joined().facts(vec![owed("他")]).keys("rj<enter>旗を戻す<enter>");
    assert_eq!(screen.commands(), [&owe]);
}

#[test]
fn who_signs_is_asked_first_what_became_of_it() {
    let screen = Screen::new(80, 24).joined().facts(judged()).facts(vec![owed("DEBUG を戻す")]);
    screen.keys("S").shows("どうなりましたか").shows("DEBUG を戻す");
}

fn held() -> Screen {
    let mut procedure = sample::weekly();
    procedure.steps[1].hold = Some("責任者の承認を得てから始める。".into());
    Screen::new(80, 24).welcomed(sample::begun_with(procedure, Mode::Live, now()), Role::Drive)
}

#[test]
fn the_work_stops_at_a_hold_point_until_a_name_is_given() {
    let screen = held()
        .shows("保留")
        .keys("jj<enter>")
        .shows("手順 2 のホールドポイント")
        .shows("始める。")
        .hides("。。")
        .keys("k");

    let screen = screen.shows("ホールドポイント: 責任者の承認").keys("<enter>").shows("ホールドポイントの解除");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("佐藤<enter>電話で承認<enter>");

    let (by, said) = ("佐藤".to_owned(), "電話で承認".to_owned());
    let wanted = Command::ReleaseHold { step: id("s2"), by: by.clone(), said: said.clone() };
    assert_eq!(screen.commands(), [&wanted]);
    let fact = Event::HoldNoted(HoldFact::Released { step: id("s2"), by, said });
    screen.facts(vec![fact]).hides("保留  ").shows("解除 佐藤: 電話で承認").shows("入力 tanaka");
}

#[test]
fn a_person_holds_the_work_at_a_step() {
    let screen = Screen::new(80, 24).joined().keys("H").shows("ここで止める").keys("課長の判断<enter>");
    assert_eq!(screen.commands(), [&Command::SetHold { step: id("s1"), text: "課長の判断".into() }]);
    let fact = Event::HoldNoted(HoldFact::Set { step: id("s1"), text: "課長の判断".into() });
    Screen::new(80, 24).joined().facts(vec![fact]).shows("保留").shows("ホールドポイント: 課長の判断");
}

fn advised(w: u16, h: u16) -> Screen {
    let said = |when, item: &str| Guidance { when, title: "心得".into(), items: vec![item.into()], line: 1 };
    let mut start = sample::start_of(sample::weekly(), Mode::Live);
    start.guidance =
        vec![said(GuidanceTime::Before, "関係者に知らせる"), said(GuidanceTime::During, "FLUSHDB は業務時間外に")];
    start.guidance.push(said(GuidanceTime::After, "監視を戻す"));
    let mut facts = sample::begun(now());
    facts[0] = sample::fact(1, now(), Event::RunStarted(Box::new(start)));
    Screen::new(w, h).welcomed(facts, Role::Drive)
}

#[test]
fn the_advice_is_read_before_the_first_work_and_the_work_goes_on_by_itself() {
    for (w, h) in [(40, 10), (80, 24)] {
        advised(w, h).keys("<enter>").shows("作業の前に読む").keys("<enter>").shows("作業の前に読む");
    }
    let screen =
        advised(80, 24).keys(" ").shows("関係者に知らせる").shows("FLUSHDB は業務時間外に").hides("監視を戻す");

    let screen = screen.keys("y");

    assert_eq!(screen.commands(), [&Command::ReadGuidance { pause: Pause::Begin }]);
    let read = Event::GuidanceRead { pause: Pause::Begin, titles: vec!["心得".into()] };
    let committed = FromHost::Committed { facts: vec![sample::fact(3, now(), read)], done: Some(1) };
    screen.host(committed).shows("判定").shows("( ) NG");
}

#[test]
fn advice_comes_again_at_the_command_that_it_names_and_before_the_signature() {
    let screen = advised(80, 24).keys("jj").shows("案内: FLUSHDB は業務時間外に").keys("<esc>");
    screen.facts(judged()).keys("S").shows("署名の前に読む").shows("監視を戻す");
}
