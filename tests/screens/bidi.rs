//! Prose from right to left beside commands: the prose is read, and a command stays what it is.

use pretty_assertions::assert_eq;
use tejun::console::wire::Role;
use tejun::ids::Digest;
use tejun::run::command::Command;
use tejun::run::event::Mode;
use tejun::runbook::model::Procedure;

use super::harness::{Screen, now};
use super::sample;

/// As its bytes go.
const COMMAND: &str = "ls -la אבג /srv/דה";

fn screen() -> Screen {
    let step = sample::step("s1", "1", "בדיקת docker שבועית", vec![sample::command(COMMAND)]);
    let procedure = Procedure { steps: vec![step], ..sample::weekly() };
    Screen::new(120, 40).welcomed(sample::begun_with(procedure, Mode::Live, now()), Role::Drive)
}

#[test]
fn l121_prose_is_read_from_right_to_left_and_a_command_stands_as_its_bytes_go() {
    screen().shows("תיעובש docker תקידב").shows(COMMAND);
}

#[test]
fn l121_what_is_copied_and_what_runs_are_the_bytes() {
    let screen = screen().keys("Y");
    assert_eq!(screen.heard.copied, [COMMAND]);
    let screen = screen.keys("<enter>");
    let [Command::StartAttempt { shown, .. }] = &screen.commands()[..] else { panic!("not one command") };
    assert_eq!(*shown, Digest::of(COMMAND.as_bytes()));
}
