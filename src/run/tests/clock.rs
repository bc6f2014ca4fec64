//! A clock that is set while a run goes on.

use chrono::TimeDelta;

use crate::run::clock_step::ClockStep;
use crate::run::query;
use crate::run::state::RunState;
use crate::run::testing::{Story, checklist, two_in_the_morning};

#[test]
fn j111_a_clock_that_is_set_is_noted_and_takes_nothing_from_the_order_or_the_length_of_a_run() {
    let ten_years = TimeDelta::days(3653);
    for by in [TimeDelta::hours(-2), ten_years, TimeDelta::minutes(-1), TimeDelta::minutes(1)] {
        let mut story = Story::of(checklist());
        let before = story.at;
        story.at += by;
        story.run(1, "step-1", 0).expect("it starts");
        story.exit(1, 0);

        let noted = [ClockStep { at: before + by, by_ms: by.num_milliseconds() }];
        assert_eq!(story.state.clock_steps, noted, "{by}");
        assert!(query::duration(&story.state) >= TimeDelta::zero(), "{by}");
        let sequence: Vec<u64> = story.facts.iter().map(|fact| fact.seq.0).collect();
        assert!(sequence.iter().copied().eq(1..=sequence.len() as u64), "{by}: {sequence:?}");
        assert_eq!(RunState::of(&story.facts), story.state);
    }
}

#[test]
fn j111_small_corrections_and_a_restart_of_the_machine_are_no_steps() {
    let mut story = Story::of(checklist());
    story.at += TimeDelta::seconds(59);
    story.run(1, "step-1", 0).expect("it starts");
    assert_eq!(story.state.clock_steps, []);

    let mut facts = story.facts.clone();
    for fact in facts.iter_mut().skip(2) {
        fact.boot = "another".into();
        fact.at = two_in_the_morning() + TimeDelta::days(9);
    }
    assert_eq!(RunState::of(&facts).clock_steps, []);
}
