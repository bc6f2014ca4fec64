//! The processes that come from this keeper, also those that left their session: it is their subreaper, so they
//! stay its descendants.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// So long may what is just ending take. Waited for only where something is left.
const ENDING: Duration = Duration::from_millis(30);

/// A process, told apart from a later one with the same number by the time of its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Process {
    pid: i32,
    started: u64,
}

#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: i32,
    started: u64,
    alive: bool,
}

/// Reads the fields after the name, which may hold anything, parentheses too.
fn parse_stat(stat: &str) -> Option<Stat> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    Some(Stat { parent, started, alive: !matches!(state, "Z" | "X" | "x") })
}

fn stat_of(pid: i32) -> Option<Stat> {
    // The name of a process need not be UTF-8.
    parse_stat(&String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/stat")).ok()?))
}

/// All living descendants of this process, without those in `spared` and what comes from them.
pub(super) fn descendants(spared: &HashSet<Process>) -> HashSet<Process> {
    let mut children: HashMap<i32, Vec<(i32, Stat)>> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else { continue };
        if let Some(stat) = stat_of(pid) {
            children.entry(stat.parent).or_default().push((pid, stat));
        }
    }
    let mut found = HashSet::new();
    let mut open = vec![rustix::process::getpid().as_raw_nonzero().get()];
    while let Some(parent) = open.pop() {
        for (pid, stat) in children.remove(&parent).unwrap_or_default() {
            let process = Process { pid, started: stat.started };
            if spared.contains(&process) {
                continue;
            }
            open.push(pid);
            if stat.alive {
                found.insert(process);
            }
        }
    }
    found
}

/// What a command leaves running, with its command line, in the order of its start. What is just ending, as the other end
/// of a pipe does, is looked at once more, and is none of it.
pub(super) fn survivors(spared: &HashSet<Process>) -> Vec<(u32, Vec<u8>)> {
    if descendants(spared).is_empty() {
        return Vec::new();
    }
    std::thread::sleep(ENDING);
    let mut left: Vec<Process> = descendants(spared).into_iter().collect();
    left.sort_unstable_by_key(|process| (process.started, process.pid));
    let named = left.into_iter().filter_map(|process| {
        let line = fs::read(format!("/proc/{}/cmdline", process.pid)).ok()?;
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).filter(|word| !word.is_empty()).collect();
        Some((u32::try_from(process.pid).ok()?, words.join(&b' ')))
    });
    named.collect()
}

/// Sends `signal` to one process; whether it could be sent.
fn send(process: Process, signal: Signal) -> bool {
    let Some(pid) = Pid::from_raw(process.pid) else { return false };
    let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
    // The handle is now that of one process for good: is it still the one that was meant?
    stat_of(process.pid).is_some_and(|stat| stat.started == process.started)
        && pidfd_send_signal(&handle, signal).is_ok()
}

/// Sends `signal` to all [`descendants`], and returns how many could be told.
pub(super) fn signal(spared: &HashSet<Process>, signal: Signal) -> usize {
    let mut meant: Vec<Process> = descendants(spared).into_iter().collect();
    // Parents before their children: a shell must not go on with its next command because this one was ended.
    meant.sort_unstable_by_key(|process| (process.started, process.pid));
    let told = meant.iter().filter(|p| send(**p, signal)).count();
    if signal == Signal::TERM {
        // A stopped process would not notice.
        for process in &meant {
            send(*process, Signal::CONT);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_does_not_confuse_the_reader() {
        let stat = "42 (a ) R 1 (x) S 7 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1";
        assert_eq!(parse_stat(stat), Some(Stat { parent: 7, started: 12345, alive: true }));
        assert_eq!(parse_stat("42 (gone) Z 7 42"), None);
    }
}
