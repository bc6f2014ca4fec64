//! The chain check names the first fact that does not fit.

use pretty_assertions::assert_eq;
use tejun::ids::{Digest, RunId, Seq};
use tejun::run::event::Stored;
use tejun::store::verify::{ChainFault, check_chain, check_rows};

use super::facts::{Tail, run_started};

fn five() -> (RunId, Vec<Stored>, Digest) {
    let mut tail = Tail::new(1);
    let mut facts = vec![tail.fact(run_started())];
    facts.extend(tail.notes(&["二", "三", "四", "五"]));
    (tail.run, facts.iter().map(|f| Stored::encode(f).unwrap()).collect(), tail.prev)
}

/// Changes five sound facts and expects what the check says of them.
fn check(change: impl FnOnce(&mut Vec<Stored>), expected: Result<(), ChainFault>) {
    let (run, mut facts, head) = five();
    change(&mut facts);
    assert_eq!(check_chain(run, &facts), expected.map(|()| head));
}

#[test]
fn a_sound_run_gives_its_head() {
    check(|_| {}, Ok(()));
}

#[test]
fn a_run_without_facts_is_named() {
    check(Vec::clear, Err(ChainFault::Empty));
}

#[test]
fn a_missing_fact_is_named() {
    check(|facts| drop(facts.remove(0)), Err(ChainFault::Missing { at: Seq(1) }));
    check(|facts| drop(facts.remove(2)), Err(ChainFault::Missing { at: Seq(3) }));
}

#[test]
fn a_fact_out_of_order_is_named() {
    check(|facts| facts.swap(1, 2), Err(ChainFault::Missing { at: Seq(2) }));
    check(|facts| facts.insert(3, facts[1].clone()), Err(ChainFault::OutOfOrder { at: Seq(2) }));
}

#[test]
fn a_changed_fact_is_named_and_not_the_one_after_it() {
    check(|facts| facts[2].text = facts[2].text.replace('三', "参"), Err(ChainFault::Changed { at: Seq(3) }));
    check(|facts| facts[0].text = facts[0].text.replace("web-01", "web-02"), Err(ChainFault::Changed { at: Seq(1) }));
}

#[test]
fn a_fact_with_another_prev_is_named_itself() {
    let forge = |text: &str| text.replace("\"prev\":\"", "\"prev\":\"0");
    check(|facts| facts[2].text = forge(&facts[2].text), Err(ChainFault::Changed { at: Seq(3) }));
    check(|facts| facts[4].text = forge(&facts[4].text), Err(ChainFault::Unlinked { at: Seq(5) }));
}

#[test]
fn a_damaged_fact_is_named() {
    check(|facts| facts[3].text.truncate(20), Err(ChainFault::Damaged { at: Seq(4) }));
}

#[test]
fn a_fact_of_another_run_place_or_id_is_named() {
    let (_, facts, _) = five();
    assert_eq!(check_chain(Tail::new(2).run, &facts), Err(ChainFault::Misplaced { at: Seq(1) }));
    check(|facts| facts[1].id = facts[2].id, Err(ChainFault::Misplaced { at: Seq(2) }));
    check(|facts| facts[1].text = facts[2].text.clone(), Err(ChainFault::Misplaced { at: Seq(2) }));
}

#[test]
fn a_fact_of_a_newer_program_is_checked_as_well() {
    let (run, mut facts, _) = five();
    let newer = facts[4].text.replace("note_added", "teleported").replace("\"version\":1", "\"version\":99");
    facts[4].text = newer;
    assert_eq!(check_chain(run, &facts), Ok(facts[4].digest()));
}

#[test]
fn a_change_of_the_last_fact_is_seen_by_the_digests() {
    let (run, mut facts, _) = five();
    let digests: Vec<Digest> = facts.iter().map(Stored::digest).collect();
    facts[4].text = facts[4].text.replace('五', "伍");

    assert!(check_chain(run, &facts).is_ok());
    assert_eq!(check_rows(run, &facts, &digests), Err(ChainFault::Changed { at: Seq(5) }));
}
