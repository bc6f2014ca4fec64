//! Keys and a mouse of one's own.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use tejun::tui::backend::Input;
use tejun::tui::keymap::{Keymap, Wish};

use super::harness::Screen;
use super::sample;

fn wish(action: &str, keys: &[&str]) -> Wish {
    Wish { action: action.into(), keys: keys.iter().map(|k| (*k).to_owned()).collect(), line: 1 }
}

fn with_keys(screen: Screen, wishes: &[Wish]) -> Screen {
    screen.with_keymap(Keymap::with(wishes).expect("the keys are taken"))
}

#[test]
fn a_key_of_ones_own_does_what_it_says_and_the_old_one_nothing() {
    let screen = with_keys(Screen::new(80, 24).joined(), &[wish("judge", &["z"]), wish("confirm", &["F5"])]);
    let screen = screen.shows("z 判定").hides("space 判定").keys(" ").hides("判定 ─").keys("z").shows("( ) NG");
    screen.keys("<esc>q").shows(" F5 はい").keys("y").shows(" F5 はい").keys("<f5>").left();
}

#[test]
fn help_and_palette_show_the_keys_that_one_has() {
    let wishes = [wish("skip", &["z", "F7"])];
    with_keys(Screen::new(80, 24).joined(), &wishes).keys("?").shows("z F7");
    with_keys(Screen::english(80, 24).joined(), &wishes).keys(":skip").shows("z F7");
}

fn mouse(kind: MouseEventKind, column: u16, row: u16) -> Input {
    Input::Terminal(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

const CLICK: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

#[test]
fn a_click_selects_a_step_and_changes_nothing_of_the_run() {
    let screen = Screen::new(80, 24).joined().input(mouse(CLICK, 5, 3)).shows("最新のファイルの日付を見る");
    assert!(screen.commands().is_empty());
    // Below the last step there is nothing to select; a dialog is not answered by a click.
    let screen = screen.input(mouse(CLICK, 5, 15)).shows("最新のファイルの日付を見る");
    let screen = screen.keys("q").input(mouse(CLICK, 12, 12)).shows("画面を離れますか");
    assert!(screen.commands().is_empty());
}

#[test]
fn the_wheel_scrolls_what_it_is_over() {
    let screen = Screen::new(80, 24).joined().input(mouse(MouseEventKind::ScrollDown, 5, 3));
    let screen = screen.shows("最新のファイルの日付を見る").input(mouse(MouseEventKind::ScrollUp, 5, 3));
    screen.shows("du -sh").keys("D").host(super::document::told_same()).input(mouse(MouseEventKind::ScrollDown, 5, 3));
    let list = Screen::new(80, 14).runbook(sample::runbook(), true).input(mouse(CLICK, 5, 6)).keys("<enter>");
    list.shows("毎月1日 データベース保守 ─");
}
