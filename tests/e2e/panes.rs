//! Programs in panes, and their output afterwards.

use super::terminal::{Home, Terminal};

/// A run of these commands, on its screen.
fn run_of(home: &Home, cols: u16, rows: u16, commands: &[&str]) -> Terminal {
    home.write(commands);
    let mut terminal = home.terminal(cols, rows, &["open", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は");
    terminal
}

#[test]
fn all_of_a_long_output_is_scrolled_back_and_searched() {
    let home = Home::new();
    let mut terminal = run_of(&home, 100, 30, &["seq 1 30000 | sed 's/$/ 行目/'; echo \"done $((3+4))\""]);
    terminal.keys("<enter>").wait_for("rc 0").wait_for("done 7");

    terminal.keys("og").wait_for("\n1 行目").wait_for("0%");
    terminal.keys("/12345 行目").wait_for("1/1").wait_for("\n12345 行目");
    terminal.keys("<enter>").keys("/<c-u>ＤＯＮＥ").wait_for("1/1").wait_for("done 7").keys("<enter>");
    terminal
        .keys("n")
        .wait_for("1/1")
        .keys("<esc>")
        .wait_without("検索:")
        .keys("k")
        .wait_for("29980 行目")
        .keys("<esc>");
    terminal.wait_without("%").wait_for("30000 行目");
}
