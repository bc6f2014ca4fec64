//! The list of steps, narrowed.

use tejun::ids::StepId;
use tejun::run::event::{Event, Verdict};

use super::harness::Screen;

fn id(step: &str) -> StepId {
    StepId(step.into())
}

/// The first step is done, the second has a finding, the third was put off; the fourth is the current one.
fn under_way(screen: Screen) -> Screen {
    screen.joined().facts(vec![
        Event::VerdictGiven { step: id("s1"), verdict: Verdict::Ok, comment: None },
        Event::VerdictGiven { step: id("s2"), verdict: Verdict::Finding, comment: Some("古い".into()) },
        Event::StepDeferred { step: id("s3"), reason: "昼間".into(), due: "11/17".into(), owner: "sato".into() },
    ])
}

fn listed(screen: &Screen) -> Vec<String> {
    let text = screen.text();
    let rows = text.lines().skip(2).take(8).map(|l| l.split('│').next().unwrap_or_default());
    let numbers = rows.filter_map(|l| l.split_whitespace().find(|w| w.parse::<u8>().is_ok()));
    numbers.take_while(|n| n.len() == 1).map(str::to_owned).collect()
}

#[test]
fn one_key_goes_through_the_filters_and_the_title_says_which() {
    let mut screen = under_way(Screen::new(80, 24));
    assert_eq!(listed(&screen), ["1", "2", "3", "4", "5"]);
    for (title, rows) in [
        ("手順: 未完了 2/5", &["4", "5"][..]),
        // The current step is not hidden by any of them.
        ("手順: 所見・NG 1/5", &["2", "4"]),
        ("手順: 延期 1/5", &["3", "4"]),
        ("手順: 自分の分 3/5", &["1", "2", "3", "4"]),
    ] {
        screen = screen.keys("f").shows(title).shows("► ☐ 4");
        assert_eq!(listed(&screen), rows, "{title}");
    }
    screen = screen.keys("f").hides("手順: ");
    assert_eq!(listed(&screen).len(), 5);
    assert!(screen.commands().is_empty());
}

#[test]
fn moving_stays_among_what_is_shown_and_the_details_follow() {
    let screen = under_way(Screen::new(80, 24)).keys("ff").shows("手順: 所見・NG");
    // From the current step up to the finding, and no further.
    let screen = screen.keys("k").shows("最新のファイルの日付を見る").keys("kk").shows("最新のファイルの日付を見る");
    screen.keys("G").shows("pg_restore");
}

#[test]
fn return_to_current_leaves_the_filter() {
    let screen = under_way(Screen::new(80, 24)).keys("ffkc").hides("手順: ").shows("► ☐ 4").shows("pg_restore");
    assert_eq!(listed(&screen).len(), 5);
}

#[test]
fn a_selection_that_does_not_belong_goes_on_to_one_that_does() {
    let screen = under_way(Screen::new(80, 24)).keys("fjf").shows("手順: 所見・NG 1/5");
    assert_eq!(listed(&screen), ["2", "4"]);
    screen.shows("最新のファイルの日付を見る");
}

#[test]
fn a_step_that_is_judged_stays_until_one_moves_on() {
    let screen = under_way(Screen::new(80, 24)).keys("fj").shows("手順: 未完了 2/5");
    let judged = Event::VerdictGiven { step: id("s5"), verdict: Verdict::Ok, comment: None };
    let screen = screen.facts(vec![judged]).shows("手順: 未完了 1/5");
    assert_eq!(listed(&screen), ["4", "5"]);
    assert_eq!(listed(&screen.keys("k")), ["4"]);
}

#[test]
fn the_filter_is_seen_on_a_small_screen_and_in_english() {
    under_way(Screen::english(40, 10)).keys("f").shows("[Steps: to do 2/5]").keys("f").shows("[Steps: findings 1/5]");
}

#[test]
fn phases_stand_only_over_what_is_shown() {
    let mut drill = super::sample::weekly();
    for (step, title) in drill.steps.iter_mut().zip(["準備", "準備", "当日", "当日", "後日"]) {
        step.phase = Some(tejun::runbook::model::Phase { title: title.into(), planned_min: None });
    }
    let facts = super::sample::begun_with(drill, tejun::run::event::Mode::Drill, super::harness::now());
    let screen = Screen::new(80, 24).welcomed(facts, tejun::console::wire::Role::Drive);
    let done = ["s1", "s2"].map(|s| Event::VerdictGiven { step: id(s), verdict: Verdict::Ok, comment: None });
    screen.facts(done.to_vec()).keys("f").hides("準備").shows("当日").shows("後日");
}
