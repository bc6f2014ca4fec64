//! The walls of the house: which room may import which, what pure rooms may not touch, and how long a file may be.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Rooms by floor. Imports go down only; rooms on one floor never import each other.
const FLOORS: &[(u8, &[&str])] = &[
    (8, &["cli"]),
    (7, &["tui"]),
    (6, &["console"]),
    (5, &["engine"]),
    (4, &["exec", "store", "live", "vault"]),
    (3, &["record", "plan", "incident", "drill"]),
    (2, &["run"]),
    (1, &["runbook", "term"]),
    (0, &["ids", "clock", "config", "i18n"]),
];

/// The imports on the ground floor: the names of a run's files are made of ids, and settings name a language.
const WITHIN_THE_GROUND_FLOOR: [(&str, &str); 2] = [("config", "ids"), ("config", "i18n")];

/// Rooms that do no IO and know no clock and no randomness (I1).
const PURE: &[&str] = &["runbook", "run", "record", "term", "plan", "incident", "drill"];

/// What a pure room may not name.
const IMPURE: &[&str] = &[
    "tokio::",
    "sqlx::",
    "redis::",
    "std::fs",
    "std::process",
    "std::net",
    "std::env",
    "std::time::Instant",
    "std::time::SystemTime",
    "Utc::now",
    "Local::now",
    "Uuid::new_v4",
    "Uuid::now_v7",
    "rand::",
    "crate::clock",
];

/// What the screen may never import, whatever its floor allows.
const UNSEEN_BY_TUI: &[&str] = &["exec", "store", "live", "vault", "engine"];

/// Lines of code at which a file must be split.
const STOP: usize = 600;

fn floor_of(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(floor, _)| *floor)
}

struct Source {
    path: PathBuf,
    room: String,
    text: String,
}

fn sources() -> Vec<Source> {
    fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).expect("src can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                into.push(path);
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&src, &mut paths);
    let read = paths.into_iter().map(|path| {
        let inside = path.strip_prefix(&src).expect("under src");
        let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let room = first.trim_end_matches(".rs").to_owned();
        let text = std::fs::read_to_string(&path).expect("a source can be read");
        Source { path, room, text }
    });
    read.collect()
}

/// Code without comments and without what is compiled for tests only.
fn code(source: &Source) -> String {
    if is_test(source) {
        return String::new();
    }
    let until = source.text.find("#[cfg(test)]\nmod tests {").unwrap_or(source.text.len());
    let lines = source.text[..until].lines();
    lines.map(|l| if l.trim_start().starts_with("//") { "" } else { l }).collect::<Vec<_>>().join("\n")
}

fn is_test(source: &Source) -> bool {
    source.path.components().any(|c| {
        let name = c.as_os_str().to_string_lossy();
        name == "tests" || name == "tests.rs" || name == "testing.rs"
    })
}

/// The rooms that `code` names after `crate::`, also inside braces.
fn imported(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            rooms.insert(name);
        }
    }
    rooms.retain(|r| !r.is_empty());
    rooms
}

#[test]
fn every_room_stands_on_a_floor() {
    let unknown: Vec<_> = sources()
        .into_iter()
        .filter(|s| !["lib", "main"].contains(&s.room.as_str()) && floor_of(&s.room).is_none())
        .map(|s| s.path)
        .collect();
    assert_eq!(unknown, Vec::<PathBuf>::new());
}

#[test]
fn imports_only_go_down_and_never_sideways() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(floor) = floor_of(&source.room) else { continue };
        for room in imported(&code(&source)) {
            if room == source.room || WITHIN_THE_GROUND_FLOOR.contains(&(&source.room, &room)) {
                continue;
            }
            if let Some(other) = floor_of(&room)
                && other >= floor
            {
                wrong.push(format!("{} imports {room}", source.path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn i1_pure_rooms_do_no_io_and_know_no_clock_and_no_randomness() {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|s| PURE.contains(&s.room.as_str())) {
        let code = code(&source);
        for name in IMPURE.iter().filter(|n| code.contains(**n)) {
            wrong.push(format!("{} names {name}", source.path.display()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_screen_sees_the_run_only_through_messages() {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|s| s.room == "tui") {
        for room in imported(&code(&source)).iter().filter(|r| UNSEEN_BY_TUI.contains(&r.as_str())) {
            wrong.push(format!("{} imports {room}", source.path.display()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn i9_drawing_takes_shared_references_only() {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|s| s.path.to_string_lossy().contains("/tui/view")) {
        if code(&source).contains("&mut Model") {
            wrong.push(source.path);
        }
    }
    assert_eq!(wrong, Vec::<PathBuf>::new());
}

#[test]
fn i11_the_simulator_has_no_way_to_a_process() {
    let simulator = sources().into_iter().find(|s| s.path.ends_with("exec/simulator.rs")).expect("it is there");
    let code = code(&simulator);
    for name in [
        "keeper::",
        "Keepers",
        "Command::new",
        "rustix::process",
        "pty",
        "std::os::unix::process",
        "sqlx",
        "redis::",
        "query::",
    ] {
        assert!(!code.contains(name), "the simulator names {name}");
    }
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<_> = sources().into_iter().filter(|s| !s.text.starts_with("//!")).map(|s| s.path).collect();
    assert_eq!(silent, Vec::<PathBuf>::new());
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|s| (code(&s).lines().filter(|l| !l.trim().is_empty()).count(), s.path))
        .filter(|(lines, _)| *lines > STOP)
        .collect();
    assert_eq!(long, Vec::new());
}

#[test]
fn anyhow_stays_in_the_command_line() {
    let wrong: Vec<_> =
        sources().into_iter().filter(|s| s.room != "cli" && code(s).contains("anyhow")).map(|s| s.path).collect();
    assert_eq!(wrong, Vec::<PathBuf>::new());
}

#[test]
fn every_invariant_at_the_head_of_the_crate_is_named_by_a_test() {
    let head = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("lib.rs");
    let mut tests = String::new();
    for dir in ["src", "tests"] {
        let mut stack = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(dir)];
        while let Some(dir) = stack.pop() {
            for entry in std::fs::read_dir(dir).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    stack.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    tests.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
                }
            }
        }
    }
    let stated: Vec<usize> = (1..=20).filter(|n| head.contains(&format!("**I{n}**"))).collect();
    assert!(stated.len() >= 13, "the invariants stand at the head of lib.rs: {stated:?}");
    let untested: Vec<_> = stated.into_iter().filter(|n| !tests.contains(&format!("fn i{n}_"))).collect();
    assert_eq!(untested, Vec::<usize>::new(), "these invariants have no test that names them");
}

#[test]
fn no_sentence_from_below_the_screen_names_a_key() {
    // Which key does something is the person's own: only the screen knows it.
    let english = regex::Regex::new(r#"(?:[Pp]ress|with|by) (?:[A-Z]|[b-z])(?:[ .,;:)"]|$)"#).expect("a pattern");
    let japanese = regex::Regex::new(r"(?:^|[^A-Za-z0-9_.\-])[A-Za-z] ?(?:で|を押)").expect("a pattern");
    let named: Vec<_> = sources()
        .into_iter()
        .filter(|source| source.room != "tui")
        .flat_map(|source| {
            let lines: Vec<String> = code(&source).lines().map(str::to_owned).collect();
            lines.into_iter().map(move |line| (source.path.clone(), line))
        })
        .filter(|(_, line)| english.is_match(line) || japanese.is_match(line))
        .collect();
    assert_eq!(named, Vec::new());
}
