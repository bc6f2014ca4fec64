//! Keys whose agent never answers: what is waited for is said, Ctrl-C ends it, and what is left can be signed later.

use std::os::unix::net::UnixListener;

use super::signing::{Team, beside, said};

/// An agent that takes every question and answers none.
struct Hung {
    socket: String,
    _listens: UnixListener,
}

impl Hung {
    fn beside(team: &Team) -> Self {
        let socket = team.home.dir.path().join("agent");
        Self { _listens: UnixListener::bind(&socket).expect("a socket"), socket: socket.display().to_string() }
    }

    fn variables(&self) -> [(&'static str, &str); 1] {
        [("SSH_AUTH_SOCK", &self.socket)]
    }
}

/// A record that a headless run left, unsigned.
fn unsigned(team: &Team) -> String {
    let run = team.home.tejun(&["run", &team.home.procedure("問題のない点検"), "--headless"]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    team.record().display().to_string()
}

#[test]
fn who_gives_up_an_agent_that_does_not_answer_leaves_the_record_as_it_was_and_can_sign_it_later() {
    let team = Team::new("");
    let (path, hung) = (unsigned(&team), Hung::beside(&team));
    let sign = ["record", "sign", &path, "--key", &team.key_arg("taro")];

    let mut terminal = team.home.terminal_with(80, 24, &sign, &hung.variables());
    terminal.wait_for("鍵の応答を待っています").wait_for("署名されません").keys("<c-c>");

    assert!(!terminal.ended().0.success());
    assert!(!beside(&team.record(), ".sig").exists());
    let signed = team.home.tejun(&sign);
    assert_eq!(signed.status.code(), Some(0), "{signed:?}");
    assert!(!said(&signed).contains("待っています"), "{signed:?}");
    assert_eq!(team.verify(&team.record()).status.code(), Some(0));
}

#[test]
fn who_leaves_the_screen_need_not_wait_for_an_agent_and_is_told_how_to_sign_later() {
    let team = Team::new("");
    let (hung, procedure, key) = (Hung::beside(&team), team.home.procedure("問題のない点検"), team.key_arg("taro"));
    let mut terminal = team.home.terminal_with(100, 30, &["open", &procedure, "--key", &key], &hung.variables());
    terminal.wait_for("開始しますか").keys("y").wait_for("0/2");
    for done in ["1/2", "2/2"] {
        terminal.keys("c<enter>").wait_for("rc 0").keys("<space>").wait_for("コメント");
        terminal.keys("<enter>").wait_without("コメント").wait_for(done);
    }
    terminal.keys("S").wait_for("特記事項").keys("y").wait_for(".md").wait_for("電子署名: まだです").keys("q");
    terminal.wait_for("鍵の応答を待っています").wait_for("tejun record sign").keys("<c-c>");

    let (status, raw) = terminal.ended();

    let screen = String::from_utf8_lossy(&raw);
    assert_eq!(status.code(), Some(130), "{screen}");
    assert!(screen.contains("署名をやめました。記録は保存済みです"), "{screen}");
    assert!(!beside(&team.record(), ".sig").exists());
}

#[test]
fn a_check_that_is_given_up_while_its_key_is_asked_leaves_nothing_behind() {
    let team = Team::new("");
    let (path, hung) = (unsigned(&team), Hung::beside(&team));
    let key = team.key_arg("hanako");
    for words in [&["check"][..], &["add", "-m", "追記"]] {
        let args = [&["record"], words, &[&path, "--key", &key]].concat();

        let mut terminal = team.home.terminal_with(80, 24, &args, &hung.variables());
        terminal.wait_for("鍵の応答を待っています").wait_for("まだ何も書いていません").keys("<c-c>");

        assert!(!terminal.ended().0.success(), "{words:?}");
        let record = team.record();
        let there = std::fs::read_dir(team.home.records()).expect("a folder").flatten().map(|e| e.path());
        let there: Vec<_> = there.filter(|p| p.is_file() && *p != record).collect();
        assert!(there.is_empty(), "{words:?}: {there:?}");
    }
}
