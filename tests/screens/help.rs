//! The help: what can be done here first, and a search in it.

use tejun::tui::backend::Input;

use super::harness::Screen;
use super::sample;

#[test]
fn what_can_be_done_here_comes_first() {
    let screen = Screen::new(80, 24).joined().keys("?");
    let text = screen.text();
    let first = text.lines().position(|l| l.contains("ここでできること")).expect("the group");
    assert!(text.lines().nth(first + 1).is_some_and(|l| l.contains("Enter") && l.contains("run-command")), "{text}");
    let screen = screen.hides("ほかの場所でできること").keys("G").shows("記号").keys("<esc>").hides("記号");
    assert!(screen.commands().is_empty());
    // In the picker other things come first.
    Screen::english(80, 24).runbook(sample::runbook(), true).keys("?").shows("Open the procedure");
}

#[test]
fn the_help_is_searched_in_words_keys_and_names() {
    for query in ["延期 理由", "defer", "ＤＥＦＥＲ"] {
        let screen = Screen::new(80, 24).joined().keys(&format!("?/{query}"));
        screen
            .shows("手順を延期する")
            .hides("手順を省略する")
            .keys("<enter>")
            .shows("検索")
            .keys("<esc>")
            .hides("検索");
    }
    let screen = Screen::english(40, 10).joined().keys("?/C-c").shows("Stop the running");
    screen.keys("<esc>").shows("Here").keys("/nowhere").shows("Nothing fits").keys("<esc><esc>").hides("Here");
}

#[test]
fn a_search_types_text_and_presses_no_key() {
    let screen = Screen::new(80, 24).joined().keys("?/qsd y").shows("qsd y");
    assert!(screen.commands().is_empty());
    let paste = Input::Terminal(crossterm::event::Event::Paste("skip".into()));
    Screen::english(80, 24).joined().keys("?/").input(paste).shows("Leave the step out");
}
