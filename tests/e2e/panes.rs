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

#[test]
fn an_output_is_saved_where_the_person_says() {
    let home = Home::new();
    let mut terminal = run_of(&home, 100, 30, &["printf '\\033[31m%s\\033[0m\\n' 容量; seq 3"]);
    terminal
        .keys("<enter>")
        .wait_for("rc 0")
        .keys("w")
        .wait_for("出力の保存")
        .keys("<enter>")
        .wait_for("出力を保存しました");
    terminal.keys("w").wait_for("出力の保存").keys("<enter>").wait_for("既にあります").keys("<esc>");

    let saved: Vec<_> = std::fs::read_dir(home.work()).expect("a folder").flatten().map(|e| e.path()).collect();
    assert_eq!(saved.len(), 1, "{saved:?}");
    assert_eq!(std::fs::read_to_string(&saved[0]).expect("it is there"), "容量\n1\n2\n3\n");
}

#[test]
fn an_output_is_compared_with_the_attempt_before_and_with_the_run_before() {
    let home = Home::new();
    std::fs::write(home.work().join("usage"), "/var 80%\n/home 10%\n").expect("written");
    let mut terminal = run_of(&home, 100, 30, &["cat usage"]);
    terminal.keys("<enter>").wait_for("/var 80%").wait_for("rc 0").keys("A").wait_for("理由").keys("済<enter>");
    terminal.wait_for(".md").keys("q");
    terminal.ended();

    std::fs::write(home.work().join("usage"), "/var 93%\n/home 10%\n").expect("written");
    let mut terminal = home.terminal(100, 30, &["open", &home.procedure("作業")]);
    terminal
        .wait_for("開始しますか")
        .keys("y")
        .wait_for("まだ出力は")
        .keys("<enter>")
        .wait_for("/var 93%")
        .wait_for("rc 0");
    terminal.keys("=").wait_for("前回の実施").wait_for("- /var 80%").wait_for("+ /var 93%");
    terminal.keys("d").wait_for("前の回がありません").keys("<esc>").wait_without("前の回がありません");

    std::fs::write(home.work().join("usage"), "/var 93%\n/home 55%\n").expect("written");
    terminal.keys("<enter>").wait_for("もう一度").keys("y").wait_for("/home 55%");
    terminal.keys("=").wait_for("1回目").wait_for("- /home 10%").wait_for("+ /home 55%");
}

#[test]
fn two_commands_run_side_by_side_and_each_takes_its_own_keys() {
    let home = Home::new();
    let mut terminal =
        run_of(&home, 120, 30, &["read -r line; echo \"first got $line\"", "read -r line; echo \"second got $line\""]);
    terminal.keys("<enter>").wait_for("実行中 0:").keys("j<enter>").wait_for("並行して").keys("y");
    terminal.wait_for("実行中 0:").keys("p").wait_for("出力の一覧").wait_for(" 2  実行中").keys("k<enter>");
    terminal.wait_without("出力の一覧");
    terminal.keys("|").wait_for("┬");
    terminal
        .keys("i")
        .wait_for("入力中")
        .keys("one<enter>")
        .wait_for("first got one")
        .keys("<c-]>")
        .wait_without("入力中");
    terminal.keys("<tab>i").wait_for("入力中").keys("two<enter>").wait_for("second got two");

    let screen = terminal.screen();
    assert!(screen.lines().any(|l| l.contains("first got one") && l.contains("second got two")), "{screen}");
}

#[test]
fn top_fills_its_pane_takes_keys_and_is_left_as_it_came() {
    let home = Home::new();
    let mut terminal = run_of(&home, 100, 30, &["top -d 1"]);
    terminal.keys("<enter>").wait_for("load average").wait_for("PID USER").keys("o").wait_for("Tasks:");
    terminal
        .keys("i")
        .wait_for("入力中")
        .keys("q")
        .wait_for("終了しました")
        .keys("<esc>")
        .wait_without("入力中")
        .wait_for("rc 0");
}

#[test]
fn less_is_paged_and_searched_in_its_pane() {
    let home = Home::new();
    let text: String = (1..=500).map(|n| format!("行 {n} 番目\n")).collect();
    std::fs::write(home.work().join("log"), text).expect("written");
    let mut terminal = run_of(&home, 80, 24, &["LESSCHARSET=utf-8 less log"]);
    terminal.keys("<enter>").wait_for("行 1 番目").keys("o").wait_for("行 18 番目").keys("i").wait_for("入力中");
    terminal.keys("G").wait_for("行 500 番目").wait_for("(END)").keys("g/250<enter>").wait_for("\n行 250 番目");
    terminal.keys("q").wait_for("終了しました").keys("<esc>").wait_without("入力中").wait_for("rc 0");
}

#[test]
fn a_password_is_typed_unseen_and_stands_nowhere() {
    let home = Home::new();
    let ask = "read -rs -p \"password $((3+4)): \" word; echo; echo \"letters: ${#word}\"; cat";
    let mut terminal = run_of(&home, 80, 24, &[ask]);
    terminal.keys("<enter>").wait_for("password 7:").keys("i").wait_for("入力中").keys("hunter22<enter>");
    terminal.wait_for("letters: 8");
    let screen = terminal.screen();
    terminal.keys("<c-d>").wait_for("終了しました").keys("<esc>").wait_without("入力中").wait_for("rc 0");

    assert!(!screen.contains("hunter22"), "{screen}");
    assert!(!contains(&terminal.raw(), b"hunter22"), "it was never drawn");
    assert_eq!(files_with(&home.dir.path().join("home"), b"hunter22"), Vec::<std::path::PathBuf>::new());
}

#[test]
fn b21_a_password_that_is_asked_for_when_the_line_drops_is_asked_for_still_and_answered_by_nobody_else() {
    let home = Home::new();
    let ask = "read -rs -p \"password $((3+4)): \" word; echo; echo \"letters: ${#word}\"";
    let mut terminal = run_of(&home, 80, 24, &[ask]);
    terminal.keys("<enter>").wait_for("password 7:").keys("i").wait_for("入力中");
    terminal.hang_up();

    let mut back = home.terminal(80, 24, &["attach"]);
    back.wait_for("password 7:").wait_for("実行中");
    assert_eq!(home.runs()[0]["attempts"][0]["progress"], "running", "nothing answered it");
    back.keys("i").wait_for("入力中").keys("hunter22<enter>").wait_for("letters: 8").wait_for("終了しました");
    back.keys("<esc>").wait_without("入力中").wait_for("rc 0");

    assert!(!back.screen().contains("hunter22"), "{}", back.screen());
    assert!(!contains(&back.raw(), b"hunter22"), "it was never drawn");
    assert_eq!(files_with(home.dir.path(), b"hunter22"), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_progress_bar_shows_where_it_is_and_leaves_one_line() {
    let home = Home::new();
    let bar = "for i in $(seq 1 100000); do printf '\\r%6d/100000 [%s]' $i '####'; done; echo; cat";
    let mut terminal = run_of(&home, 80, 24, &[bar]);
    terminal.keys("<enter>").wait_for("100000/100000 [####]");
    let rows = terminal.screen().lines().filter(|l| l.contains("00/100000 [####]")).count();
    terminal
        .keys("i")
        .wait_for("入力中")
        .keys("<c-d>")
        .wait_for("終了しました")
        .keys("<esc>")
        .wait_without("入力中")
        .wait_for("rc 0");

    assert_eq!(rows, 1);
    terminal.keys("w").wait_for("出力の保存").keys("<c-u>bar.txt<enter>").wait_for("出力を保存しました");
    let text = std::fs::read_to_string(home.work().join("bar.txt")).expect("saved");
    assert_eq!(text, "100000/100000 [####]\n");
}

#[test]
fn a_program_learns_its_new_size_and_wide_text_is_broken_anew() {
    let home = Home::new();
    let wide = "手順書の出力は端末の幅に合わせて折り返されます";
    let watch = format!("echo {wide}{wide}; while read -r x; do echo size $(stty size); done");
    let mut terminal = run_of(&home, 100, 30, &[&watch]);
    terminal
        .keys("<enter>")
        .wait_for("実行中 0:")
        .keys("oi")
        .wait_for("入力中")
        .keys("<enter>")
        .wait_for("size 25 100");
    terminal.resize(60, 20).wait_for("\n端末の幅に合わせて折り返されます");
    terminal.keys("<enter>").wait_for("size 16 60");
    terminal.resize(40, 10).wait_for("入力中").keys("<enter>").wait_for("size 6 40");
    terminal.resize(100, 30).wait_for(&format!("{wide}{wide}")).keys("<enter><c-d>").wait_for("終了しました");
    terminal.keys("<esc>").wait_without("入力中").wait_for("rc 0");
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|w| w == wanted)
}

/// The files below a folder that hold `wanted`.
fn files_with(folder: &std::path::Path, wanted: &[u8]) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("a kind"));
        if kind.is_dir() {
            found.extend(files_with(&path, wanted));
        } else if kind.is_file() && contains(&std::fs::read(&path).unwrap_or_default(), wanted) {
            found.push(path);
        }
    }
    found
}
