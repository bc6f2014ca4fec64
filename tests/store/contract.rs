//! What every journal promises. A store runs [`suite`] over places of its own kind; the suite knows none of them.

use std::future::Future;
use std::sync::Arc;

use pretty_assertions::assert_eq;
use tejun::ids::{Digest, RunId, Seq};
use tejun::run::event::{Event, Fact, Stored};
use tejun::store::verify::check_chain;
use tejun::store::{AppendError, Journal};
use tokio::sync::Barrier;

use super::facts::{Tail, note, run_started, start};

/// Somewhere a journal can be opened again and again; empty at first.
pub(crate) trait Place: Send + Sync + 'static {
    /// The journal that lies there.
    type J: Journal;

    /// A handle of its own, as another process would have.
    fn open(&self) -> impl Future<Output = Self::J> + Send;
}

/// Holds a store to the contract; `make` gives a fresh place each time.
pub(crate) async fn suite<P: Place>(make: impl Fn() -> P) {
    what_was_appended_is_loaded(&make()).await;
    an_empty_journal_has_nothing(&make()).await;
    a_writer_that_is_behind_is_told_where_the_run_is(&make()).await;
    the_same_facts_twice_are_stored_once(&make()).await;
    facts_that_do_not_follow_are_refused_whole(&make()).await;
    an_id_stands_in_one_place_only(&make()).await;
    a_command_is_claimed_once(&make()).await;
    many_writers_start_each_command_exactly_once(Arc::new(make())).await;
    two_handles_lose_nothing(Arc::new(make())).await;
    facts_of_one_moment_keep_their_order(&make()).await;
    a_caller_that_goes_away_leaves_all_or_nothing(&make()).await;
    the_newest_run_is_listed_first(&make()).await;
    a_runbook_comes_back_byte_for_byte(&make()).await;
}

async fn all<J: Journal>(journal: &J, run: RunId) -> Vec<Stored> {
    journal.load(run, Seq(0)).await.expect("the run is readable")
}

fn encoded(facts: &[Fact]) -> Vec<Stored> {
    facts.iter().map(|fact| Stored::encode(fact).expect("a fact is JSON")).collect()
}

async fn what_was_appended_is_loaded<P: Place>(place: &P) {
    let mut tail = Tail::new(1);
    let begin =
        vec![tail.fact(run_started()), tail.fact(note("開始 🗾 が\u{3099} \u{1b}[31m\u{202e} \"引用\" \\ \n\t"))];
    let rest = tail.notes(&["その後", ""]);
    let journal = place.open().await;

    let stored = journal.append(tail.run, Seq(0), &begin).await.expect("the first facts");
    assert_eq!(stored, encoded(&begin));
    journal.append(tail.run, Seq(2), &rest).await.expect("the next facts");

    let every = [encoded(&begin), encoded(&rest)].concat();
    let again = place.open().await;
    assert_eq!(all(&journal, tail.run).await, every);
    assert_eq!(all(&again, tail.run).await, every, "opened again");
    assert_eq!(journal.load(tail.run, Seq(3)).await.expect("the end"), every[3..]);
    assert_eq!(journal.load(tail.run, Seq(4)).await.expect("nothing"), []);
    assert_eq!(journal.load(tail.run, Seq(u64::MAX)).await.expect("nothing"), []);
    assert_eq!(check_chain(tail.run, &every), Ok(tail.prev));
    assert_eq!(every[1].decode().expect("readable"), begin[1]);
}

async fn an_empty_journal_has_nothing<P: Place>(place: &P) {
    let journal = place.open().await;
    let tail = Tail::new(1);

    assert_eq!(all(&journal, tail.run).await, []);
    assert_eq!(journal.runs().await.expect("a list"), []);
    assert_eq!(journal.runbook(&Digest::of(b"")).await.expect("no runbook"), None);
    assert_eq!(journal.append(tail.run, Seq(0), &[]).await.expect("nothing to do"), []);
}

async fn a_writer_that_is_behind_is_told_where_the_run_is<P: Place>(place: &P) {
    let journal = place.open().await;
    let mut tail = Tail::new(1);
    let mut behind = tail.clone();
    let mut ahead = tail.clone();
    ahead.seq = Seq(7);
    journal.append(tail.run, Seq(0), &tail.notes(&["一", "二"])).await.expect("the first");

    let late = journal.append(behind.run, Seq(0), &behind.notes(&["私も"])).await;
    let early = journal.append(ahead.run, Seq(7), &ahead.notes(&["先"])).await;

    assert!(matches!(late, Err(AppendError::Conflict { expected: Seq(0), actual: Seq(2) })), "{late:?}");
    assert!(matches!(early, Err(AppendError::Conflict { expected: Seq(7), actual: Seq(2) })), "{early:?}");
    assert_eq!(all(&journal, tail.run).await.len(), 2);
}

async fn the_same_facts_twice_are_stored_once<P: Place>(place: &P) {
    let journal = place.open().await;
    let mut tail = Tail::new(1);
    let facts = vec![tail.fact(run_started()), tail.fact(start(0))];
    let first = journal.append(tail.run, Seq(0), &facts).await.expect("the first time");

    let second = place.open().await.append(tail.run, Seq(0), &facts).await.expect("the second time");
    journal.append(tail.run, Seq(2), &tail.notes(&["続き"])).await.expect("more");
    let third = journal.append(tail.run, Seq(0), &facts).await.expect("the third time, much later");
    let mut longer = Tail::behind(tail.run, &first);
    let overlapping = [facts[1].clone(), longer.fact(note("別"))];
    let overlap = journal.append(tail.run, Seq(1), &overlapping).await;

    assert_eq!((&second, &third), (&first, &first));
    assert!(matches!(overlap, Err(AppendError::Conflict { expected: Seq(1), actual: Seq(3) })), "{overlap:?}");
    assert_eq!(all(&journal, tail.run).await.len(), 3);
}

async fn facts_that_do_not_follow_are_refused_whole<P: Place>(place: &P) {
    let journal = place.open().await;
    let mut tail = Tail::new(1);
    journal.append(tail.run, Seq(0), &tail.notes(&["一"])).await.expect("the first");
    let good = tail.clone().notes(&["二", "三", "四"]);

    let mut gap = good.clone();
    gap.remove(1);
    let mut relinked = good.clone();
    relinked[2].prev = Digest::of(b"something else");
    let mut unlinked = good.clone();
    unlinked[0].prev = Digest::of(b"");
    let mut other_run = good.clone();
    other_run[1].run = Tail::new(2).run;
    for (facts, at) in [(gap, 4), (relinked, 4), (unlinked, 2), (other_run, 3)] {
        let refused = journal.append(tail.run, Seq(1), &facts).await;
        assert!(matches!(refused, Err(AppendError::Broken { at: Seq(a) }) if a == at), "{at}: {refused:?}");
    }

    assert_eq!(all(&journal, tail.run).await.len(), 1);
    journal.append(tail.run, Seq(1), &good).await.expect("the right ones");
}

async fn an_id_stands_in_one_place_only<P: Place>(place: &P) {
    let journal = place.open().await;
    let (mut one, mut two) = (Tail::new(1), Tail::new(2));
    let first = one.notes(&["一"]);
    journal.append(one.run, Seq(0), &first).await.expect("the first");

    let mut other = two.notes(&["二"]);
    other[0].id = first[0].id;
    let refused = journal.append(two.run, Seq(0), &other).await;

    assert!(matches!(refused, Err(AppendError::Broken { at: Seq(1) })), "{refused:?}");
    assert_eq!(all(&journal, two.run).await, []);
}

async fn a_command_is_claimed_once<P: Place>(place: &P) {
    let journal = place.open().await;
    let mut tail = Tail::new(1);
    let first = tail.fact(start(0));
    journal.append(tail.run, Seq(0), std::slice::from_ref(&first)).await.expect("the claim");
    let before = tail.clone();

    let duplicate = [tail.fact(note("先に")), tail.fact(start(0))];
    let refused = journal.append(tail.run, Seq(1), &duplicate).await;
    tail = before.clone();
    let same_attempt = [tail.fact(Event::clone(&first.event))];
    let repeated = journal.append(tail.run, Seq(1), &same_attempt).await;

    assert!(matches!(refused, Err(AppendError::Claimed)), "{refused:?}");
    assert!(matches!(repeated, Err(AppendError::Claimed)), "{repeated:?}");
    assert_eq!(all(&journal, tail.run).await.len(), 1, "the note before the refused claim is not kept either");

    tail = before;
    let Event::AttemptStarted(mut again) = start(0) else { panic!("start makes a start") };
    again.number = 2;
    let next = [tail.fact(Event::AttemptStarted(again)), tail.fact(start(1))];
    journal.append(tail.run, Seq(1), &next).await.expect("the second try, and another command");
    let mut other = Tail::new(2);
    journal.append(other.run, Seq(0), &[other.fact(start(0))]).await.expect("the same command of another run");
}

/// Starts `command` without looking whether somebody did already; true for the one that may run it.
async fn force_start<J: Journal>(journal: &J, run: RunId, command: usize) -> bool {
    let event = start(command);
    loop {
        let mut tail = Tail::behind(run, &all(journal, run).await);
        let at = tail.seq;
        match journal.append(run, at, &[tail.fact(event.clone())]).await {
            Ok(_) => return true,
            Err(AppendError::Claimed) => return false,
            Err(AppendError::Conflict { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn many_writers_start_each_command_exactly_once<P: Place>(place: Arc<P>) {
    const COMMANDS: usize = 60;
    const WRITERS: usize = 2;
    let barrier = Arc::new(Barrier::new(WRITERS));
    let run = Tail::new(1).run;

    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (place, barrier) = (Arc::clone(&place), Arc::clone(&barrier));
            tokio::spawn(async move {
                let journal = place.open().await;
                let mut won = Vec::new();
                for command in 0..COMMANDS {
                    barrier.wait().await;
                    won.push(force_start(&journal, run, command).await);
                }
                won
            })
        })
        .collect();
    let mut starts = [0; COMMANDS];
    for writer in writers {
        for (command, won) in writer.await.expect("a writer").into_iter().enumerate() {
            starts[command] += usize::from(won);
        }
    }

    assert_eq!(starts, [1; COMMANDS]);
    let stored = all(&place.open().await, run).await;
    assert_eq!(stored.len(), COMMANDS);
    assert!(check_chain(run, &stored).is_ok());
}

async fn two_handles_lose_nothing<P: Place>(place: Arc<P>) {
    const EACH: usize = 150;
    let run = Tail::new(1).run;

    let writers: Vec<_> = (0..2)
        .map(|writer| {
            let place = Arc::clone(&place);
            tokio::spawn(async move {
                let journal = place.open().await;
                let mut acknowledged = Vec::new();
                while acknowledged.len() < EACH {
                    let mut tail = Tail::behind(run, &all(&journal, run).await);
                    let at = tail.seq;
                    match journal.append(run, at, &tail.notes(&[&format!("書き手 {writer}")])).await {
                        Ok(stored) => acknowledged.extend(stored),
                        Err(AppendError::Conflict { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
                acknowledged
            })
        })
        .collect();
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.expect("a writer"));
    }

    acknowledged.sort_by_key(|stored| stored.seq);
    let stored = all(&place.open().await, run).await;
    assert_eq!(stored, acknowledged);
    assert!(check_chain(run, &stored).is_ok());
}

async fn facts_of_one_moment_keep_their_order<P: Place>(place: &P) {
    const MANY: usize = 1000;
    let mut tail = Tail::new(1);
    let texts: Vec<String> = (0..MANY).map(|n| n.to_string()).collect();
    let journal = place.open().await;

    let mut facts = Vec::new();
    for text in &texts {
        tail.at = 0;
        facts.extend(tail.notes(&[text]));
    }
    assert!(facts.iter().all(|fact| fact.at == facts[0].at), "one moment");
    for (at, some) in facts.chunks(250).enumerate() {
        journal.append(tail.run, Seq(at as u64 * 250), some).await.expect("facts");
    }

    let stored = all(&place.open().await, tail.run).await;
    assert_eq!(stored, encoded(&facts));
    let ids: std::collections::BTreeSet<_> = facts.iter().map(|fact| fact.id).collect();
    assert_eq!(ids.len(), MANY);
    assert!(check_chain(tail.run, &stored).is_ok());
}

async fn a_caller_that_goes_away_leaves_all_or_nothing<P: Place>(place: &P) {
    let journal = place.open().await;
    let run = Tail::new(1).run;

    for polls in 0..100_u32 {
        let mut tail = Tail::behind(run, &all(&journal, run).await);
        let at = tail.seq;
        let facts = tail.notes(&["一", "二"]);
        let mut append = Box::pin(journal.append(run, at, &facts));
        for _ in 0..=polls % 4 {
            if futures_util::poll!(&mut append).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(append);
    }

    let mut tail = loop {
        // Whatever the last abandoned write does, the journal takes the next one.
        let mut tail = Tail::behind(run, &all(&journal, run).await);
        let at = tail.seq;
        match journal.append(run, at, &tail.notes(&["終わり"])).await {
            Ok(_) => break tail,
            Err(AppendError::Conflict { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    };
    let stored = all(&journal, run).await;
    assert_eq!(check_chain(run, &stored), Ok(tail.prev.clone()));
    assert_eq!(stored.len() % 2, 1, "each pair is there whole or not at all");
    let at = tail.seq;
    journal.append(run, at, &tail.notes(&["次"])).await.expect("the journal is sound");
}

async fn the_newest_run_is_listed_first<P: Place>(place: &P) {
    let journal = place.open().await;
    let mut first_facts = Vec::new();
    for (run, at) in [(5, 100), (3, 300), (4, 200), (6, 200)] {
        let mut tail = Tail::new(run);
        tail.at = at;
        let facts = vec![tail.fact(run_started()), tail.fact(note("記"))];
        let stored = journal.append(tail.run, Seq(0), &facts).await.expect("a run");
        first_facts.push((run, stored[0].clone()));
    }

    let lines = journal.runs().await.expect("the list");

    let listed: Vec<u128> = lines.iter().map(|line| line.run.0.as_u128()).collect();
    assert_eq!(listed, [3, 6, 4, 5], "by the time of the first fact, then by id");
    for line in &lines {
        assert!(first_facts.contains(&(line.run.0.as_u128(), line.first.clone())));
        assert_eq!(line.last, Seq(2));
    }
}

async fn a_runbook_comes_back_byte_for_byte<P: Place>(place: &P) {
    let journal = place.open().await;
    let bytes = [&b"\xef\xbb\xbf# \x00\r\n\xff"[..], "手順".as_bytes()].concat();

    let digest = journal.keep_runbook(&bytes).await.expect("kept");
    let again = journal.keep_runbook(&bytes).await.expect("kept twice");
    let empty = journal.keep_runbook(b"").await.expect("an empty one");

    assert_eq!((&digest, &again), (&Digest::of(&bytes), &digest));
    let reopened = place.open().await;
    assert_eq!(reopened.runbook(&digest).await.expect("read"), Some(bytes));
    assert_eq!(reopened.runbook(&empty).await.expect("read"), Some(Vec::new()));
    assert_eq!(reopened.runbook(&Digest::of(b"another")).await.expect("read"), None);
}
