//! Reading an output back and searching it: the screen asks, the host's own readers answer from a real file.

use std::path::Path;

use tejun::console::output::{page, search};
use tejun::console::wire::{Frame, FromHost, OutputFound, PaneSlot, ToHost};
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
            let last = search::search(path, &wanted, from, |found| {
                tell(found, false);
                true
            });
            tell(last.expect("it is read"), true);
            answers
        }
        ToHost::Hello { .. }
        | ToHost::TakeOver
        | ToHost::Do { .. }
        | ToHost::View { attempt: None, .. }
        | ToHost::FrameShown { .. }
        | ToHost::Type { .. }
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
