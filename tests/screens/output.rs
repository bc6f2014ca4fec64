//! Outputs: read back, searched, copied, saved, compared, beside each other. The host's own readers answer from a real file.

#![expect(clippy::wildcard_enum_match_arm, reason = "one message among all is looked for")]

use std::path::Path;

use tejun::console::output::{page, search};
use tejun::console::wire::{
    Against, Change, ChangeKind, Compared, Frame, FromHost, OtherOutput, OutputFound, PaneSlot, ToHost,
};
use tejun::exec::Size;
use tejun::ids::{AttemptId, StepId};
use tejun::run::event::{AttemptStart, Event};
use tejun::term::cells::{Look, Row, Span};
use tejun::tui::backend::Input;
use uuid::Uuid;

use super::harness::Screen;

const ATTEMPT: AttemptId = AttemptId(Uuid::from_u128(1));

fn started() -> Event {
    Event::AttemptStarted(AttemptStart {
        attempt: ATTEMPT,
        step: StepId("s1".into()),
        command: 0,
        number: 1,
        lane: 1,
        text: "cat /var/log/app.log".into(),
    })
}

fn row(text: &str) -> Row {
    vec![Span { text: text.to_owned(), look: Look::default() }]
}

/// A run whose first command has printed `text`, of which the last rows are in the picture.
struct Output {
    file: tempfile::NamedTempFile,
    screen: Screen,
    answered: usize,
}

impl Output {
    fn new(w: u16, h: u16, text: &str) -> Self {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let screen = Screen::english(w, h).joined().facts(vec![started()]);
        Self { file, screen, answered: 0 }.answered()
    }

    /// Presses keys and answers all that they ask for.
    fn keys(mut self, keys: &str) -> Self {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let end = if c == '<' { rest.find('>').map_or(1, |at| at + 1) } else { c.len_utf8() };
            self.screen = self.screen.keys(&rest[..end]);
            self = self.answered();
            rest = &rest[end..];
        }
        self
    }

    fn answered(mut self) -> Self {
        while let Some(message) = self.screen.heard.sent.get(self.answered).cloned() {
            self.answered += 1;
            for answer in answers(self.file.path(), message) {
                self.screen = self.screen.host(answer);
            }
        }
        self
    }

    fn append(&mut self, text: &str) {
        use std::io::Write as _;
        let mut file = std::fs::File::options().append(true).open(self.file.path()).expect("opened");
        file.write_all(text.as_bytes()).expect("written");
        self.screen.feed(Input::Host(Box::new(FromHost::Frame(picture(self.file.path(), 20)))));
    }

    #[track_caller]
    fn shows(self, wanted: &str) -> Self {
        let Self { file, screen, answered } = self;
        Self { screen: screen.shows(wanted), file, answered }
    }

    #[track_caller]
    fn hides(self, unwanted: &str) -> Self {
        let Self { file, screen, answered } = self;
        Self { screen: screen.hides(unwanted), file, answered }
    }
}

/// The last rows of the file.
fn picture(path: &Path, rows: u16) -> Frame {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let shown = &lines[lines.len().saturating_sub(rows.into())..];
    Frame {
        number: 1,
        pane: PaneSlot::First,
        attempt: ATTEMPT,
        whole: true,
        rows: (0..).zip(shown.iter().map(|line| row(line))).collect(),
        cursor: None,
        above: 2000,
        below: 0,
        bytes: text.len() as u64,
        app_cursor: false,
        bracketed_paste: false,
    }
}

fn answers(path: &Path, message: ToHost) -> Vec<FromHost> {
    match message {
        ToHost::ReadOutput { attempt, cols, rows, spot } => {
            vec![FromHost::OutputPage(page::read(path, attempt, Size { cols, rows }, spot))]
        }
        ToHost::View { attempt: Some(_), rows, .. } => vec![FromHost::Frame(picture(path, rows))],
        ToHost::SearchOutput { id, wanted, from, .. } => {
            let mut answers = Vec::new();
            let mut tell = |found: search::Found, done| {
                let search::Found { lines, until, more } = found;
                answers.push(FromHost::OutputFound(OutputFound { id, lines, until, done, more, fault: None }));
            };
            let last = search::search(path, &wanted, from, || true, |found| tell(found, false));
            tell(last.expect("it is read"), true);
            answers
        }
        ToHost::Hello { .. }
        | ToHost::Prove { .. }
        | ToHost::TakeOver
        | ToHost::Do { .. }
        | ToHost::View { attempt: None, .. }
        | ToHost::FrameShown { .. }
        | ToHost::Type { .. }
        | ToHost::RenewDocument { .. }
        | ToHost::ReadDocument
        | ToHost::CompareOutput { .. } => Vec::new(),
    }
}

fn lines(count: usize) -> String {
    (1..=count).map(|n| format!("row {n} of the log\r\n")).collect()
}

#[test]
fn scrolling_back_reaches_the_first_line_of_any_output() {
    let output = Output::new(80, 24, &lines(50_000)).keys("o").shows("row 50000 ");

    let output = output.keys("k").hides("row 50000 ").shows("row 49999 ");
    let output = output.keys("<pgup><pgup>").hides("row 49990 ").shows("row 49950 ");
    let output = output.keys("g").shows("row 1 of").shows("0%");
    let output = output.keys(&"<pgdn>".repeat(200)).shows("row 3601 of").hides("row 3600 of");
    let output = output.keys("jjk").shows("row 3602 of").hides("row 3601 of");

    output.keys("G").shows("row 50000 ").hides("%");
}

#[test]
fn what_is_read_back_stays_where_it_is_while_more_is_printed() {
    let mut output = Output::new(80, 24, &lines(3000)).keys("o<pgup>").shows("row 2970 ");
    let before = output.screen.text();

    output.append(&lines(100));
    let output = output.keys("<c-l>");

    let body = |text: &str| text.lines().skip(2).take(20).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(body(&output.screen.text()), body(&before));
    let output = output.keys(&"<pgdn>".repeat(4)).shows("row 40 of");
    output.keys(&"<pgdn>".repeat(4)).hides("100%").hides("99%");
}

#[test]
fn scrolled_down_to_its_end_an_output_is_followed_again() {
    let output = Output::new(80, 24, &lines(200)).keys("okkk").shows("97%");
    output.keys("jjj").hides("%").shows("row 200 ");
}

#[test]
fn a_search_goes_through_all_of_the_output_and_counts() {
    let mut text = lines(20_000);
    text.insert_str(0, "ＥＲＲＯＲ at the very top\r\n");
    text.push_str("\u{1b}[31merror: disk\u{1b}[0m\r\n");
    text.push_str(&lines(500));
    let output = Output::new(80, 24, &text).keys("/error<enter>").shows("2/2").shows("error: disk");

    let output = output.keys("n").shows("1/2").shows("ＥＲＲＯＲ at the very top");
    let output = output.keys("N").shows("2/2").shows("error: disk");
    let output = output.keys("<esc>").hides("2/2").shows("error: disk");

    output.keys("<esc>").hides("error: disk").shows("row 500 ");
}

#[test]
fn a_search_knows_no_special_letters_and_says_when_nothing_is_found() {
    let text = format!("{}100% (ok) [a-z]*\r\n", lines(30));
    let output = Output::new(80, 24, &text).keys("/[a-z]*<enter>").shows("1/1");
    let output = output.keys("/<bs><bs><bs><bs><bs><bs>100% (<enter>").shows("1/1");
    let output = output.keys("/)).*<enter>").shows("0/0").keys("n").shows("It is not in the output.");
    output.keys("<esc>").hides("0/0");
}

#[test]
fn a_search_of_japanese_finds_what_the_end_of_a_row_breaks() {
    let text = format!("{}{}バックアップ失敗\r\n{}", lines(300), "あ".repeat(18), lines(300));
    let output = Output::new(40, 12, &text).keys("/ﾊﾞｯｸｱｯﾌﾟ失敗<enter>").shows("1/1");
    output.shows("バッ\nクアップ失敗");
}

#[test]
fn a_search_that_is_given_up_goes_back_to_where_it_began() {
    let output = Output::new(80, 24, &lines(3000)).keys("o<pgup>").shows("row 2965 ");
    let output = output.keys("/row 17 ").shows("1/1").shows("row 17 ");
    output.keys("<esc>").shows("row 2965 ").hides("row 17 ");
}

#[test]
fn what_was_printed_since_is_found_by_the_next_match() {
    let mut output = Output::new(80, 24, &format!("{}needle one\r\n", lines(40))).keys("/needle<enter>").shows("1/1");
    output.append("needle two\r\n");
    output.keys("n").shows("2/2").shows("needle two").keys("n").shows("1/2");
}

#[test]
fn keys_of_the_run_do_nothing_while_an_output_is_searched() {
    let output = Output::new(80, 24, &lines(40)).keys("/row 7 <enter>").keys("<enter> sdxmau");
    assert_eq!(output.screen.commands().len(), 0);
    assert!(output.screen.model.dialog.is_none());
}

#[test]
fn a_new_width_keeps_the_place() {
    let mut output =
        Output::new(100, 24, &lines(3000)).keys("og").keys(&"<pgdn>".repeat(30)).shows("row 541 ").hides("row 540 ");
    let size = crossterm::event::Event::Resize(60, 20);
    output.screen.feed(Input::Terminal(size));
    output.keys("<c-l>").shows("row 541 ").hides("row 540 ");
}

#[test]
fn a_file_that_cannot_be_read_is_said_and_the_run_goes_on() {
    let mut output = Output::new(80, 24, &lines(300));
    output.file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::remove_file(output.file.path()).expect("removed");
    output.keys("o<pgup>").shows("cannot be read").keys("<esc>").hides("cannot be read");
}

fn second_started() -> Event {
    Event::AttemptStarted(AttemptStart {
        attempt: AttemptId(Uuid::from_u128(2)),
        step: StepId("s2".into()),
        command: 0,
        number: 1,
        lane: 2,
        text: "tail -f /var/log/backup.log".into(),
    })
}

fn frame_of(attempt: u128, pane: PaneSlot, text: &str) -> FromHost {
    FromHost::Frame(Frame {
        number: 50,
        pane,
        attempt: AttemptId(Uuid::from_u128(attempt)),
        whole: true,
        rows: vec![(0, row(text))],
        cursor: None,
        above: 0,
        below: 0,
        bytes: 3,
        app_cursor: false,
        bracketed_paste: false,
    })
}

#[test]
fn the_text_of_a_command_is_copied_before_it_ran_and_behind_its_output() {
    let screen = Screen::new(80, 24).joined().keys("Y").shows("クリップボードへ送りました（1 行");
    assert_eq!(screen.heard.copied, ["df -h /var/log"]);
    let shown = Output::new(80, 24, &lines(5)).keys("Yjj").shows("(*) what was run").keys("<enter>");
    let Event::AttemptStarted(start) = started() else { panic!("it is a start") };
    assert_eq!(shown.screen.heard.copied, [start.text]);
}

#[test]
fn nothing_goes_to_the_clipboard_where_the_settings_do_not_allow_it() {
    let mut output = Output::new(80, 24, &lines(5));
    output.screen.model.clipboard = false;
    let output = output.keys("Y").shows("clipboard = true").shows("nothing was sent");
    assert!(output.screen.heard.copied.is_empty() && output.screen.model.dialog.is_none());
}

#[test]
fn what_is_seen_or_all_of_it_is_copied_when_the_person_asks() {
    let text = format!("{}{}\r\n", lines(3), "あ".repeat(60));
    let output = Output::new(80, 24, &text).keys("ogY").shows("Copy output").keys("<enter>").shows("4 lines");
    let wanted = format!("{}{}", lines(3).replace('\r', ""), "あ".repeat(60));
    assert_eq!(output.screen.heard.copied, [wanted], "a line that a row's end broke is one again");

    let output = output.keys("Yj<enter>");
    assert_eq!(output.screen.heard.copies_asked, [ATTEMPT]);
    let mut output = output;
    output.screen.feed(Input::CopyReady(Ok("all of it".into())));
    assert_eq!(output.screen.heard.copied.last().map(String::as_str), Some("all of it"));
    output.screen.feed(Input::CopyReady(Err("cannot be read".into())));
    assert_eq!(output.screen.heard.copied.len(), 2);
    output.shows("cannot be read");
}

#[test]
fn an_output_is_saved_under_a_name_that_is_asked_for() {
    let mut output = Output::new(80, 24, &lines(5)).keys("w").shows("1-ログディスク容量確認-1-1.txt").keys("<enter>");
    assert_eq!(output.screen.heard.saves, [(ATTEMPT, "1-ログディスク容量確認-1-1.txt".to_owned())]);

    let taken = Err("it is there already".to_owned());
    output.screen.feed(Input::Saved { attempt: ATTEMPT, name: "x.txt".into(), outcome: taken });
    let mut output = output.shows("it is there already").shows("x.txt").keys("<bs><bs><bs><bs>y<enter>");
    assert_eq!(output.screen.heard.saves.last(), Some(&(ATTEMPT, "xy".to_owned())));
    let outcome = Ok("The output was saved: /tmp/xy".to_owned());
    output.screen.feed(Input::Saved { attempt: ATTEMPT, name: "xy".into(), outcome });
    output.shows("The output was saved").keys("w<c-u><enter>").shows("Fill in all fields");
}

#[test]
fn what_changed_from_an_earlier_output_is_read_with_signs_and_says_how_much_was_compared() {
    let change = |kind, line, text: &str| Change { kind, line, text: text.to_owned() };
    let mut told = Compared {
        attempt: ATTEMPT,
        with: Against::Run,
        other: Some(OtherOutput { run: Some(super::sample::run_id()), number: 1, at: super::harness::now(), bytes: 9 }),
        text_differs: true,
        difference: vec![
            change(ChangeKind::Kept, 1, "Filesystem"),
            change(ChangeKind::Taken, 2, "/var 80%"),
            change(ChangeKind::Added, 2, "/var 93%\u{1b}[2J"),
        ],
        cut: true,
        shortened: true,
        fault: None,
    };
    let output = Output::new(80, 24, &lines(5)).keys("=").shows("Comparing");
    let asked = |output: &Output| {
        let asks = output.screen.heard.sent.iter().rev().find_map(|m| match m {
            ToHost::CompareOutput { with, .. } => Some(*with),
            _ => None,
        });
        asks.expect("it was asked")
    };
    assert_eq!(asked(&output), Against::Run, "there is no attempt before the first one");
    let mut output = output;
    output.screen.feed(Input::Host(Box::new(FromHost::OutputCompared(told.clone()))));
    let output = output.shows("the run of 2026-11-16 02:07").shows("2 - /var 80%").shows("2 + /var 93%␛[2J");
    let output = output.shows("not the same to the byte").shows("only the last MiB").shows("only so much of it");

    let mut output = output.keys("d").shows("Comparing");
    assert_eq!(asked(&output), Against::Attempt);
    // The answer to the question before does not come in between.
    output.screen.feed(Input::Host(Box::new(FromHost::OutputCompared(told.clone()))));
    let mut output = output.shows("Comparing");
    told = Compared { with: Against::Attempt, other: None, difference: Vec::new(), ..told };
    output.screen.feed(Input::Host(Box::new(FromHost::OutputCompared(told))));
    output.shows("no earlier attempt").keys("<esc>").hides("no earlier attempt");
}

#[test]
fn two_outputs_stand_side_by_side_where_there_is_room_else_one_over_the_other() {
    for (w, h, beside) in [(120, 30, true), (80, 24, false), (40, 12, false)] {
        let screen = Screen::english(w, h).joined().facts(vec![started(), second_started()]).keys("g");
        let screen = screen.host(frame_of(1, PaneSlot::First, "AAA first")).keys("|");
        let size = |slot| {
            screen.heard.sent.iter().rev().find_map(|m| match m {
                ToHost::View { pane, attempt: Some(a), cols, rows, .. } if *pane == slot => Some((a.0, *cols, *rows)),
                _ => None,
            })
        };
        let (first, second) = (size(PaneSlot::First), size(PaneSlot::Second).expect("it is asked for"));
        assert_eq!(second.0, Uuid::from_u128(2));
        assert_eq!(first.map(|(_, c, r)| (c, r)), Some((second.1, second.2)), "both programs have one size");
        let screen = screen.host(frame_of(2, PaneSlot::Second, "BBB second")).shows("AAA first").shows("BBB second");
        let together = screen.text().lines().any(|l| l.contains("AAA") && l.contains("BBB"));
        assert_eq!(together, beside, "{}", screen.text());

        let screen = screen.keys("|").shows("Details").shows("AAA first").hides("BBB second");
        screen.keys("|").hides("Details").shows("AAA first").keys("o").shows("Steps");
    }
    let small = Screen::english(40, 10).joined().facts(vec![started()]).keys("|");
    small.shows("There is no room");
}

#[test]
fn keys_go_to_the_output_that_has_the_focus() {
    let screen = Screen::english(120, 30).joined().facts(vec![started(), second_started()]).keys("g|");
    let screen = screen.host(frame_of(2, PaneSlot::Second, "BBB second")).keys("<tab>ix<c-]>");
    let typed = screen.heard.sent.iter().rev().find_map(|m| match m {
        ToHost::Type { attempt, bytes } => Some((attempt.0, bytes.clone())),
        _ => None,
    });
    assert_eq!(typed, Some((Uuid::from_u128(2), b"x".to_vec())));
    let screen = screen.keys("<tab>iy<c-]>");
    let last = screen.heard.sent.iter().rev().find_map(|m| match m {
        ToHost::Type { attempt, .. } => Some(attempt.0),
        _ => None,
    });
    assert_eq!(last, Some(Uuid::from_u128(1)));
}

#[test]
fn an_output_is_chosen_from_the_list_of_what_runs_and_ran() {
    let ended = Event::AttemptFinished { attempt: ATTEMPT, finish: super::sample::finish(0) };
    let again = Event::AttemptStarted(AttemptStart {
        attempt: AttemptId(Uuid::from_u128(3)),
        step: StepId("s1".into()),
        command: 0,
        number: 2,
        lane: 1,
        text: "cat /var/log/app.log".into(),
    });
    let screen = Screen::english(100, 24).joined().facts(vec![started(), ended, second_started(), again]);
    let screen = screen.keys("p").shows("Outputs").shows("tail -f").shows("rc 0").shows("running 0:00");
    let screen = screen.keys("jj<enter>");
    assert_eq!(screen.model_output(), Some(ATTEMPT), "an earlier attempt is seen again");
    let screen = screen.keys("pk|").host(frame_of(2, PaneSlot::Second, "BBB second"));
    assert_eq!(screen.model_output(), Some(ATTEMPT));
    Screen::english(80, 24).joined().keys("p").shows("No output yet.");
    drop(screen);
}
