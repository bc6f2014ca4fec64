//! Counts what was refused, so that the journal tells of it and cannot be flooded with it.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::machine;
use crate::run::command::Command;
use crate::run::denial::{Denial, Tried};

/// The shortest time between two facts that tell of the same; what is tried meanwhile is counted.
const PACE: Duration = Duration::from_secs(60);

/// So many kinds of attempts are told apart; whatever comes besides is only logged.
const MOST: usize = 100;

/// What was refused since this host has the run.
#[derive(Debug, Default)]
pub(super) struct Denials {
    known: BTreeMap<(u32, Tried), Known>,
}

#[derive(Debug)]
struct Known {
    told: Instant,
    since: u32,
}

impl Denials {
    /// Takes an attempt down; gives what is to be told of it now, if anything.
    pub(super) fn note(&mut self, uid: u32, tried: Tried, now: Instant) -> Option<Denial> {
        let user = machine::user_name(uid);
        tracing::warn!(uid, user, ?tried, "refused because of who tried it");
        let room = self.known.len() < MOST;
        let times = match self.known.get_mut(&(uid, tried.clone())) {
            Some(known) if now < known.told + PACE => {
                known.since = known.since.saturating_add(1);
                return None;
            }
            Some(known) => {
                known.told = now;
                std::mem::take(&mut known.since).saturating_add(1)
            }
            None if !room => return None,
            None => {
                self.known.insert((uid, tried.clone()), Known { told: now, since: 0 });
                1
            }
        };
        Some(Denial { uid, user, tried, times })
    }
}

/// The name of a command, as it goes over the socket.
pub(super) fn name_of(command: &Command) -> String {
    let told = serde_json::to_value(command).unwrap_or_default();
    told.get("type").and_then(|name| name.as_str()).unwrap_or("?").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_attempt_is_told_at_once_and_a_flood_of_them_once_a_minute_with_their_number() {
        let mut denials = Denials::default();
        let begun = Instant::now();
        let mut note = |uid, seconds| {
            let denial = denials.note(uid, Tried::Attach, begun + Duration::from_secs(seconds));
            denial.map(|denial| (denial.uid, denial.times))
        };

        assert_eq!(note(7, 0), Some((7, 1)));
        assert_eq!([note(7, 1), note(7, 59)], [None, None]);
        assert_eq!(note(8, 59), Some((8, 1)), "another user is told apart");
        assert_eq!(note(7, 60), Some((7, 3)));
        assert_eq!([note(7, 61), note(7, 120)], [None, Some((7, 2))]);
    }

    #[test]
    fn no_more_is_kept_however_many_try() {
        let mut denials = Denials::default();
        let now = Instant::now();

        let told = (0..1000).filter(|uid| denials.note(*uid, Tried::Type, now).is_some()).count();

        assert_eq!((told, denials.known.len()), (MOST, MOST));
    }
}
