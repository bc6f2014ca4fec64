//! Work for many files on all cores, of which the results come in the order of the files.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;

/// Does `work` for each item, on as many threads as the machine has cores, and hands what came of it to `take`: in the
/// order of the items, and no further once `take` says that it is enough. True when it never did.
pub(super) fn in_order<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(R) -> bool,
) -> bool {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    if threads < 2 {
        return items.iter().all(|item| take(work(item)));
    }
    let (next, enough) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (tell, told) = channel();
    std::thread::scope(|scope| {
        let mut hands = 0;
        for _ in 0..threads {
            let (tell, next, enough, work) = (tell.clone(), &next, &enough, &work);
            let hand = std::thread::Builder::new().spawn_scoped(scope, move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at).filter(|_| !enough.load(Ordering::Relaxed)) else { return };
                    if tell.send((at, work(item))).is_err() {
                        return;
                    }
                }
            });
            hands += usize::from(hand.is_ok());
        }
        drop(tell);
        if hands == 0 {
            // The system gives no more threads.
            return items.iter().all(|item| take(work(item)));
        }
        let (mut early, mut due) = (BTreeMap::new(), 0);
        for (at, result) in told {
            early.insert(at, result);
            while let Some(result) = early.remove(&due) {
                due += 1;
                if !take(result) {
                    enough.store(true, Ordering::Relaxed);
                    return false;
                }
            }
        }
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_and_end_where_it_is_enough() {
        let items: Vec<usize> = (0..500).collect();
        for (most, all) in [(500, true), (0, false), (7, false)] {
            let mut seen = Vec::new();
            let whole = in_order(
                &items,
                |item| item * 2,
                |result| {
                    seen.push(result);
                    seen.len() <= most
                },
            );
            assert_eq!(whole, all);
            assert_eq!(seen, items.iter().map(|item| item * 2).take(most + 1).collect::<Vec<_>>());
        }
        assert!(in_order(&[] as &[usize], |item| *item, |_| false), "nothing is taken of nothing");
    }
}
