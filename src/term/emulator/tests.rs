//! What the emulator shows of a stream.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::*;

fn screen(cols: u16, rows: u16, bytes: &[u8]) -> Emulator {
    let mut emulator = Emulator::new(cols, rows, 100);
    emulator.feed(bytes);
    emulator
}

fn texts(emulator: &Emulator, scroll: usize) -> Vec<String> {
    emulator.rows(scroll).into_iter().map(|row| row.into_iter().map(|span| span.text).collect()).collect()
}

#[test]
fn wide_characters_take_two_columns_and_blanks_at_the_end_are_left_out() {
    let emulator = screen(6, 3, "容量a\r\nb  \r\n".as_bytes());

    assert_eq!(texts(&emulator, 0), ["容量a", "b", ""]);
    assert_eq!(emulator.cursor(), Cursor { row: 2, col: 0, visible: true });
}

#[test]
fn looks_are_those_that_were_asked_for() {
    let emulator = screen(20, 1, b"\x1b[1;31mred\x1b[0m \x1b[48;5;200mbg \x1b[0m\x1b[38;2;1;2;3;7mx");

    let red = Look { fg: Colour::Indexed(1), bold: true, ..Look::default() };
    let bg = Look { bg: Colour::Indexed(200), ..Look::default() };
    let rgb = Look { fg: Colour::Rgb(1, 2, 3), reversed: true, ..Look::default() };
    let span = |text: &str, look| Span { text: text.to_owned(), look };
    assert_eq!(emulator.rows(0), [vec![span("red", red), span(" ", Look::default()), span("bg ", bg), span("x", rgb)]]);
}

#[test]
fn lines_that_went_off_the_top_can_be_scrolled_to() {
    let emulator = screen(10, 2, b"1\r\n2\r\n3\r\n4");

    assert_eq!(emulator.history_len(), 2);
    assert_eq!(texts(&emulator, 0), ["3", "4"]);
    assert_eq!(texts(&emulator, 1), ["2", "3"]);
    assert_eq!(texts(&emulator, 99), ["1", "2"]);
    assert_eq!(emulator.plain_text(), "1\n2\n3\n4\n");
}

#[test]
fn a_wrapped_line_comes_back_whole_after_a_narrow_time() {
    let mut emulator = screen(40, 5, "これは長い行です abc\r\n".as_bytes());

    emulator.resize(10, 5);
    assert_eq!(emulator.plain_text(), "これは長い行です abc\n");
    emulator.resize(40, 5);

    assert_eq!(texts(&emulator, 0)[0], "これは長い行です abc");
}

#[test]
fn only_harmless_questions_are_answered() {
    let mut emulator = Emulator::new(10, 2, 0);
    for question in ["\x1b]52;c;?\x07", "\x1b]10;?\x07", "\x1b[21t", "\x1b[18t", "\x1bP$qm\x1b\\", "\x05", "\x1b[?u"] {
        emulator.feed(question.as_bytes());
        assert_eq!(emulator.replies(), b"", "{question:?}");
    }

    emulator.feed(b"ab\x1b[6n\x1b[5n\x1b[c");

    assert_eq!(emulator.replies(), b"\x1b[1;3R\x1b[0n\x1b[?6c");
    assert_eq!(emulator.replies(), b"");
}

#[test]
fn modes_are_known() {
    let mut emulator = screen(10, 2, b"\x1b[?1049h\x1b[?1h\x1b[?2004h\x1b[?25l");
    assert!(emulator.alt_screen() && emulator.app_cursor_keys() && emulator.bracketed_paste());
    assert!(!emulator.cursor().visible);

    emulator.feed(b"\x1b[?1049l\x1b[?1l\x1b[?2004l\x1b[?25h");

    assert!(!emulator.alt_screen() && !emulator.app_cursor_keys() && !emulator.bracketed_paste());
}

#[test]
fn an_update_that_is_never_ended_can_be_ended_by_the_host() {
    let mut emulator = screen(10, 1, b"\x1b[?2026hlate");
    assert!(emulator.sync_open());
    assert_eq!(texts(&emulator, 0), [""]);

    emulator.stop_sync();

    assert!(!emulator.sync_open());
    assert_eq!(texts(&emulator, 0), ["late"]);
}

#[test]
fn an_unended_string_hides_only_itself() {
    let mut emulator = screen(10, 1, b"a\x1b]0;");
    for _ in 0..100 {
        emulator.feed(&[b'x'; 10_000]);
    }

    emulator.feed(b"\x07b");

    assert_eq!(texts(&emulator, 0), ["ab"]);
}

#[test]
fn heaps_of_marks_are_cut() {
    let emulator = screen(10, 1, format!("e{}\u{202e}\u{200d}f", "\u{301}".repeat(100_000)).as_bytes());

    let row = &texts(&emulator, 0)[0];
    assert!(row.chars().count() <= MOST_MARKS + 2, "{}", row.chars().count());
    assert!(row.starts_with('e') && row.ends_with('f'));
}

#[test]
fn d49_what_has_felled_other_emulators_changes_only_the_picture() {
    for (cols, bytes, narrow, then) in [
        // A wide character, a narrower screen that cuts it, and an erasure to the end of the line.
        (4, "あああ\u{1b}[1;3H", 3, "\u{1b}[K\u{1b}[1K\u{1b}[2KX"),
        // A wide character where there is one column.
        (2, "日", 1, "本語\u{1b}[@\u{1b}[P\u{1b}[X"),
        // A mark before any letter, a tab at the end, and far away.
        (10, "\u{301}\u{301}\t\t\t\u{1b}[999;999H\t日", 2, "\u{1b}[99999999999999A\u{1b}[999L\u{1b}[999M\u{1b}[0;0r"),
        (
            10,
            "\u{1b}[2;1r\u{1b}[5;3r\u{1b}[?6h\u{1b}[999B\u{1b}M\u{1b}M",
            3,
            "\u{1b}[999S\u{1b}[999T\u{1b}[?1049h\u{1b}c日",
        ),
        (10, "\u{1b}[?1049h日本\u{1b}[999b", 2, "\u{1b}[?1049l\u{1b}[999b\u{1b}[65535C\u{1b}[65535X"),
    ] {
        let mut emulator = screen(cols, 3, bytes.as_bytes());
        for (cols, rows) in [(narrow, 3), (1, 1), (200, 1), (narrow, 50), (narrow, 2)] {
            emulator.resize(cols, rows);
            emulator.feed(then.as_bytes());
            emulator.feed(bytes.as_bytes());
            assert_eq!(emulator.rows(0).len(), usize::from(rows), "{bytes:?} {then:?}");
        }
        emulator.resize(80, 24);
        emulator.feed(b"\x1bc\x1b[?1049l\x1b[r\x1b[?6l\x1b[H\x1b[2Jstill here");
        assert_eq!(texts(&emulator, 0)[0], "still here", "{bytes:?} {then:?}");
    }
}

#[test]
fn a_string_that_is_not_ended_on_its_line_hides_nothing() {
    let emulator = screen(20, 3, b"a\x1b]0;97% used\r\nb");

    assert_eq!(texts(&emulator, 0), ["a0;97% used", "b", ""]);
}

/// Streams of a hostile program, each with the size that the pane has after it.
fn hostile() -> impl Strategy<Value = Vec<(Vec<u8>, u16, u16)>> {
    let sequences = "(\\x1b\\[[0-9;?]{0,6}[@-~]|[あ-んa-z\\t\\r\\n]|\\x1b[\\]P()#%78DEHMc]){0,60}";
    let bytes = prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), sequences.prop_map(String::into_bytes)];
    proptest::collection::vec((bytes, 0_u16..120, 0_u16..60), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_streams_give_clean_rows(
        pieces in hostile()
    ) {
        let mut emulator = Emulator::new(20, 5, 50);
        for (bytes, cols, rows) in pieces {
            emulator.feed(&bytes);
            emulator.resize(cols, rows);
            emulator.replies();
        }
        emulator.stop_sync();
        for row in emulator.rows(3) {
            let text: String = row.into_iter().map(|span| span.text).collect();
            prop_assert!(!text.chars().any(|c| c.is_control() || is_invisible(c)), "{text:?}");
            prop_assert!(text.width() <= emulator.size.cols + 1, "{text:?}");
        }
        emulator.plain_text();
    }

    #[test]
    fn a_screen_that_has_its_history_from_the_start_shows_what_one_shows_whose_history_grows(pieces in hostile()) {
        let mut ours = Emulator::new(20, 5, 50);
        let mut growing = Emulator::new(20, 5, 50);
        let config = Config { scrolling_history: 50, osc52: Osc52::Disabled, ..Config::default() };
        growing.term = Term::new(config, &growing.size, growing.listener.clone());
        for (bytes, cols, rows) in pieces {
            for emulator in [&mut ours, &mut growing] {
                emulator.feed(&bytes);
                emulator.resize(cols, rows);
            }
            prop_assert_eq!(ours.replies(), growing.replies());
            prop_assert_eq!(ours.cursor(), growing.cursor());
            prop_assert_eq!(ours.history_len(), growing.history_len());
            prop_assert_eq!(texts(&ours, 50), texts(&growing, 50));
            prop_assert_eq!(texts(&ours, 0), texts(&growing, 0));
        }
    }
}
