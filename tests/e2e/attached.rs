//! Several who attach to one run: what a screen that looks on may not do, and programs of another version.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tejun::console::wire::PROTOCOL;

use super::terminal::{Home, Terminal, kill};

/// One end of the run's socket, for messages that no program of this version would send.
struct Raw(UnixStream);

impl Raw {
    fn attach(home: &Home) -> Self {
        Self(UnixStream::connect(socket(home)).expect("a host"))
    }

    fn say(&mut self, message: &Value) -> &mut Self {
        let text = message.to_string();
        self.0.write_all(&u32::try_from(text.len()).expect("short").to_be_bytes()).expect("heard");
        self.0.write_all(text.as_bytes()).expect("heard");
        self
    }

    /// The next message; nothing when the other end has hung up.
    fn hear(&mut self) -> Option<Value> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).ok()?;
        let mut text = vec![0; u32::from_be_bytes(length) as usize];
        self.0.read_exact(&mut text).expect("whole");
        Some(serde_json::from_slice(&text).expect("JSON"))
    }

    /// The next message of a type.
    fn hear_of(&mut self, wanted: &str) -> Value {
        std::iter::from_fn(|| self.hear()).find(|message| message["type"] == wanted).expect(wanted)
    }
}

fn socket(home: &Home) -> PathBuf {
    let runs = std::fs::read_dir(home.dir.path().join("home/.local/state/tejun/runs")).expect("runs");
    runs.flatten().next().expect("a run").path().join("host.sock")
}

fn hello(protocol: u32) -> Value {
    json!({ "type": "hello", "protocol": protocol, "role": "watch", "operator": "佐藤 花子", "kind": "person" })
}

fn begun(home: &Home) -> Terminal {
    assert!(home.tejun(&["trust", &home.runbook().display().to_string()]).status.success());
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("問題のない点検")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は");
    terminal
}

#[test]
fn what_a_screen_that_looks_on_may_not_do_is_refused_told_and_journalled() {
    let home = Home::new();
    let mut driver = begun(&home);
    let mut watcher = Raw::attach(&home);
    let welcome = watcher.say(&hello(PROTOCOL)).hear_of("welcome");
    assert_eq!(welcome["role"], "watch");

    let note = json!({ "type": "add_note", "step": null, "text": "私が書きました" });
    for id in 1..=3 {
        watcher.say(&json!({ "type": "do", "id": id, "command": note }));
    }
    watcher.say(&json!({ "type": "type", "attempt": "00000000000000000000000000000001", "bytes": [3] }));

    assert_eq!(watcher.hear_of("failed")["id"], 1);
    let mut denied: Vec<Value> = Vec::new();
    while denied.len() < 2 {
        let facts = watcher.hear_of("committed")["facts"].clone();
        denied.extend(facts.as_array().expect("facts").iter().map(|fact| fact["event"].clone()));
    }
    let own = rustix::process::getuid().as_raw();
    let tried: Vec<_> = denied.iter().map(|d| (&d["type"], d["uid"] == own, &d["tried"], &d["times"])).collect();
    let (what, once) = (json!("access_denied"), json!(1));
    let (command, typed) = (json!({ "type": "command", "command": "add_note" }), json!({ "type": "type" }));
    assert_eq!(tried, [(&what, true, &command, &once), (&what, true, &typed, &once)], "a flood is one fact");
    driver.wait_for("閲覧側の画面からの操作を拒否しました");
    driver.keys("q").wait_for("離れますか").keys("y");
    assert!(driver.ended().0.success());
    let notes = watcher.say(&json!({ "type": "take_over" })).hear_of("role_changed");
    assert_eq!(notes["role"], "drive", "the host lives, and serves who may do it");
}

#[test]
fn who_drove_drives_on_when_a_host_dies_and_who_looked_on_looks_on() {
    let home = Home::new();
    let mut driver = begun(&home);
    let mut watchers = [0, 1, 2].map(|_| home.terminal(100, 30, &["attach"]));
    for watcher in &mut watchers {
        watcher.wait_for("閲覧");
    }

    for _ in 0..3 {
        home.processes("host").into_iter().for_each(kill);
        driver.wait_for("つなぎ直しました").keys("j").wait_without("つなぎ直しました").wait_without("閲覧");
        for watcher in &mut watchers {
            watcher.wait_for("つなぎ直しました").keys("j").wait_without("つなぎ直しました").wait_for("閲覧");
        }
    }

    driver.keys("c<enter>").wait_for("rc 0");
}

#[test]
fn a_program_of_another_version_is_turned_away_and_the_run_goes_on() {
    let home = Home::new();
    let mut driver = begun(&home);

    let other = json!({ "type": "hello", "protocol": PROTOCOL + 1, "who": "somebody of next year" });
    for hello in [hello(PROTOCOL - 1), hello(PROTOCOL + 1), other] {
        let mut raw = Raw::attach(&home);
        let answer = raw.say(&hello).hear().expect("an answer");

        assert_eq!(answer["type"], "not_welcome", "{hello}");
        let why = answer["why"].as_str().expect("words");
        assert!(why.contains("実施には触れていません") && why.contains(env!("CARGO_PKG_VERSION")), "{why}");
    }

    driver.keys("<enter>").wait_for("rc 0");
}

#[test]
fn a_host_of_another_version_is_left_alone_and_its_run_is_taken_up_later() {
    let home = Home::new();
    let driver = begun(&home);
    let socket = socket(&home);
    kill(home.processes("host")[0]);
    driver.hang_up();
    home.processes("host").into_iter().for_each(kill);
    // A host of another program: it holds the lock of the run, and listens.
    std::fs::remove_file(&socket).expect("the socket of the one that died");
    let held = std::fs::File::open(socket.with_file_name("host.lock")).expect("a lock");
    held.lock().expect("nobody holds it");
    let listener = UnixListener::bind(socket).expect("a socket");
    let welcomes = [
        json!({ "type": "welcome", "protocol": PROTOCOL + 1, "tejun": "9.8.7", "something": "else" }),
        json!({ "type": "greetings", "from": "afar" }),
        json!({ "type": "not_welcome", "why": "版が異なります（9.8.7）" }),
    ];
    let fake = std::thread::spawn(move || {
        let mut heard = Vec::new();
        for welcome in welcomes {
            let mut raw = Raw(listener.accept().expect("a client").0);
            heard.push(raw.hear().expect("a hello")["protocol"].clone());
            raw.say(&welcome);
            assert_eq!(raw.hear(), None, "it hangs up and says nothing else");
        }
        heard
    });

    for told in ["9.8.7", "（? と 1）", "版が異なります（9.8.7）"] {
        let mut screen = home.terminal(100, 30, &["attach"]);
        screen.wait_for(told).keys("q");
        screen.ended();
    }
    assert_eq!(fake.join().expect("it served all"), vec![json!(PROTOCOL); 3]);

    drop(held);
    let mut back = home.terminal(100, 30, &["attach"]);
    back.wait_for("まだ出力は").keys("<enter>").wait_for("rc 0");
}

/// What another user hears who connects to the run's socket; or why there is nobody to hear.
#[expect(clippy::disallowed_methods, reason = "the test plays another user")]
fn as_nobody(home: &Home) -> String {
    let script = "my $host = IO::Socket::UNIX->new(Peer => $ARGV[0]) or do { print qq(out: $!); exit };\n\
        local $/; print scalar <$host>;";
    let heard = std::process::Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "perl", "-MIO::Socket::UNIX", "-e", script])
        .arg(socket(home))
        .env("LC_ALL", "C")
        .output()
        .expect("setpriv and perl are part of the system");
    assert!(heard.status.success(), "{heard:?}");
    String::from_utf8_lossy(&heard.stdout).into_owned()
}

#[test]
fn b29_another_user_is_kept_out_by_the_modes_and_by_who_they_are_and_the_attempt_is_journalled() {
    if !rustix::process::geteuid().is_root() {
        // Only root can be somebody else as well; the rule itself is in `console::connection`.
        eprintln!("left out: this needs root");
        return;
    }
    let home = Home::new();
    let _driver = begun(&home);

    let kept_out = as_nobody(&home);
    let run = socket(&home).parent().expect("a run").to_owned();
    for folder in run.ancestors().take_while(|folder| folder.starts_with(home.dir.path())) {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).expect("ours");
    }
    std::fs::set_permissions(socket(&home), std::fs::Permissions::from_mode(0o777)).expect("ours");
    let refused = as_nobody(&home);

    assert_eq!(kept_out, "out: Permission denied");
    assert!(refused.contains("この実施は別の利用者のものです"), "{refused}");
    let mut looks_on = Raw::attach(&home);
    // Rather a test that fails than one that waits for ever.
    looks_on.0.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
    looks_on.say(&hello(PROTOCOL));
    let told = |message: Value| {
        let text = message.to_string();
        text.contains("access_denied") && text.contains("65534")
    };
    assert!(std::iter::from_fn(|| looks_on.hear()).any(told), "it stands in the journal");
}

/// Who belongs to the run, let in as soon as there is room between those who do not.
fn let_in(home: &Home) -> (Raw, Value) {
    loop {
        let mut raw = Raw::attach(home);
        let text = hello(PROTOCOL).to_string();
        let length = u32::try_from(text.len()).expect("short").to_be_bytes();
        // Where there is no room it is told so, and nobody hears it out.
        let _not_heard = raw.0.write_all(&[&length, text.as_bytes()].concat());
        let heard = std::iter::from_fn(|| raw.hear()).find(|message| message["type"] == "welcome");
        if let Some(welcome) = heard {
            return (raw, welcome);
        }
    }
}

/// The most memory that a process ever had, in kilobytes.
fn peak(process: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it lives");
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.expect("the system says so")
}

#[test]
fn b34_nonsense_slow_and_ten_thousand_on_the_socket_leave_the_run_and_who_belongs_there_alone() {
    const MANY: usize = 10_000;
    /// So many are held open at one time, and say no more.
    const HELD: usize = 48;
    let home = Home::new();
    let mut driver = begun(&home);
    let hosts = home.processes("host");
    let (mut looks_on, _) = let_in(&home);
    let before = peak(hosts[0]);
    let length = |bytes: u32| bytes.to_be_bytes().to_vec();
    // Half a message, of which nothing more comes.
    let half = [length(4000), b"{\"type\":\"hello\"".to_vec()].concat();
    let shapes = [
        half,
        length(u32::MAX),
        [length(3), vec![0xff, 0x00, 0xfe]].concat(),
        [length(2), b"{}".to_vec()].concat(),
        vec![0x5a; 100],
        Vec::new(),
    ];

    let mut held: VecDeque<Raw> = VecDeque::new();
    for (count, bytes) in shapes.iter().cycle().take(MANY).enumerate() {
        let mut raw = Raw::attach(&home);
        // The host may have hung up on it before all was said.
        let _not_heard = raw.0.write_all(bytes);
        if count % shapes.len() == 1 {
            // Who talks nonsense is hung up on; what was said so far is no answer to anything.
            while raw.hear().is_some() {}
        }
        held.push_back(raw);
        if held.len() > HELD {
            held.pop_front();
        }
        if count % 1000 == 999 {
            assert_eq!(let_in(&home).1["role"], "watch", "after {count}");
        }
    }

    driver.keys("<enter>").wait_for("rc 0");
    looks_on.hear_of("committed");
    assert_eq!(home.processes("host"), hosts, "the same host");
    let more = peak(hosts[0]) - before;
    assert!(more < 64 * 1024, "{more} kB more than before");
}
