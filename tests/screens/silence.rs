//! A host that does not answer is said after a while, with what is safe and what to do.

use std::time::Duration;

use tejun::console::wire::{Document, FileNow, FromHost};
use tejun::i18n::Language;
use tejun::run::event::Event;
use tejun::tui::Opening;
use tejun::tui::backend::Input;

use super::harness::Screen;

fn later(screen: Screen, seconds: u64) -> Screen {
    screen.clock.advance(Duration::from_secs(seconds));
    screen.input(Input::Tick)
}

fn joined() -> Screen {
    let document = Document { text: Some(String::new()), fault: None, file: FileNow::Same };
    let asked = Screen::new(80, 24).joined().input(Input::Tick);
    asked.host(FromHost::Document(document)).facts(vec![Event::HostStarted { pid: 4711, adopted: Vec::new() }])
}

#[test]
fn a_command_that_is_not_answered_says_so_with_the_process_and_what_is_safe() {
    let screen = later(joined().keys("<enter>").shows("送信中"), 9).hides("応答がありません");

    let screen = later(screen, 2).shows("(pid 4711)").shows("11 秒応答がありません").shows("無事です").hides("kill");
    let screen = later(screen, 20).shows("31 秒").shows("kill -9 4711").shows("引き継ぎます");

    screen.host(FromHost::Done { id: 1 }).hides("応答がありません");
}

#[test]
fn a_host_that_stands_still_while_nobody_asks_for_anything_is_seen_as_well() {
    let screen = later(joined(), 61).hides("応答がありません");

    let screen = later(screen, 12).shows("12 秒応答がありません");

    screen.input(Input::HostGone).hides("応答がありません");
}

#[test]
fn who_waits_for_a_run_that_does_not_answer_is_told_what_to_do() {
    for (language, waits, told) in
        [(Language::Ja, "10 秒応答がありません", "kill -9 PID"), (Language::En, "not answered for 10 s", "tejun host")]
    {
        let screen = Screen::open(80, 24, language, "dark", Opening::Attach);
        let screen = later(screen, 10).shows(waits);
        later(screen, 25).shows(told).joined().hides(told);
    }
}
