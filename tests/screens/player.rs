//! A recording that is played: keys in, the place in time and the picture out.

use std::io;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use pretty_assertions::assert_eq;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::CellWidth as _;
use tejun::i18n::Language;
use tejun::tui::Theme;
use tejun::tui::keymap::{Keymap, Wish};
use tejun::tui::player::{Moment, Part, Player, Tape};
use tejun::tui::view::player::draw;

struct Lines(Vec<Vec<u8>>);

impl Tape for Lines {
    fn read(&mut self, moment: &Moment) -> io::Result<Vec<u8>> {
        let from = usize::try_from(moment.offset).expect("small");
        Ok(self.0[moment.part][from..from + moment.bytes].to_vec())
    }
}

/// Two commands: one line every ten seconds, and one that says two words at its end.
fn tape() -> (Lines, Vec<Part>, Vec<Moment>) {
    let first: Vec<u8> = (1..=6).flat_map(|n| format!("行 {n} ready\r\n").into_bytes()).collect();
    let second = "\u{1b}]0;title\u{7}エラー: disk full\r\n".as_bytes().to_vec();
    let line = first.len() / 6;
    let mut moments: Vec<Moment> = (0..6u32)
        .map(|n| Moment { ms: u64::from(n) * 10_000, part: 0, offset: u64::from(n) * line as u64, bytes: line })
        .collect();
    moments.push(Moment { ms: 70_000, part: 1, offset: 0, bytes: second.len() });
    let part = |title: &str, text: &str, from, until| Part {
        title: title.to_owned(),
        text: text.to_owned(),
        end: "rc 0".to_owned(),
        from,
        until,
        clock: "2026-11-16 02:00:00".to_owned(),
    };
    let parts = vec![part("1 容量", "df -h", 0, 60_000), part("2 控え", "ls /backup", 62_000, 75_000)];
    (Lines(vec![first, second]), parts, moments)
}

fn key(player: &mut Player<'_>, code: KeyCode) -> bool {
    player.key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn picture(player: &Player<'_>, cols: u16, rows: u16, theme: &str) -> String {
    let mut terminal = Terminal::new(TestBackend::new(cols, rows)).expect("a screen");
    let theme = Theme::named(theme).expect("a theme");
    terminal.draw(|frame| draw(player, &theme, frame)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let line = |y: u16| {
        let (mut x, mut row) = (0, String::new());
        while x < cols {
            let symbol = buffer[(x, y)].symbol();
            row.push_str(symbol);
            x += symbol.cell_width().max(1);
        }
        row.trim_end().to_owned()
    };
    (0..rows).map(line).collect::<Vec<_>>().join("\n")
}

fn seen(player: &Player<'_>) -> String {
    player
        .rows()
        .iter()
        .map(|row| row.iter().map(|s| s.text.as_str()).collect::<String>())
        .collect::<Vec<_>>()
        .join("\n")
}

fn with(check: impl FnOnce(&mut Player<'_>)) {
    let (mut lines, parts, moments) = tape();
    check(&mut Player::new("点検".into(), parts, moments, &mut lines, (80, 20), Language::Ja));
}

#[test]
fn it_goes_on_with_time_and_back_and_forth_by_keys() {
    with(|player| {
        player.advance(25_000);
        assert!(seen(player).contains("行 3 ready") && !seen(player).contains("行 4"));
        key(player, KeyCode::Left);
        key(player, KeyCode::Left);
        assert_eq!(player.at, 15_000);
        assert!(seen(player).contains("行 2 ready") && !seen(player).contains("行 3"));
        key(player, KeyCode::Char(']'));
        assert_eq!((player.at, player.part), (62_000, 1));
        assert_eq!(seen(player).trim(), "", "the next command begins on an empty screen");
        key(player, KeyCode::End);
        assert!(seen(player).contains("エラー: disk full"));
        key(player, KeyCode::Char('['));
        key(player, KeyCode::Char('['));
        assert_eq!((player.at, player.part), (0, 0));
        assert!(!key(player, KeyCode::Char('q')), "q leaves");
    });
}

#[test]
fn it_stands_still_and_goes_faster_and_slower() {
    with(|player| {
        key(player, KeyCode::Char(' '));
        assert!(player.paused);
        for _ in 0..20 {
            key(player, KeyCode::Char('+'));
        }
        assert_eq!(player.speed(), 64.0);
        for _ in 0..20 {
            key(player, KeyCode::Char('-'));
        }
        assert_eq!(player.speed(), 0.25);
        player.set_speed(Some(3.7));
        assert_eq!(player.speed(), 4.0);
        key(player, KeyCode::Char('.'));
        assert_eq!(player.at, 0);
        key(player, KeyCode::Char('.'));
        assert_eq!(player.at, 10_000, "one piece further");
    });
}

#[test]
fn what_is_looked_for_is_gone_to_in_time_whatever_its_case_and_width() {
    with(|player| {
        key(player, KeyCode::Char('/'));
        for c in "ＤＩＳＫ".chars() {
            key(player, KeyCode::Char(c));
        }
        key(player, KeyCode::Enter);
        assert_eq!((player.at, player.part, player.paused), (70_000, 1, true));
        key(player, KeyCode::Char('n'));
        assert!(player.said.is_some(), "there is no other");
        key(player, KeyCode::Home);
        key(player, KeyCode::Char('/'));
        for c in "ready".chars() {
            key(player, KeyCode::Char(c));
        }
        key(player, KeyCode::Enter);
        assert_eq!(player.at, 10_000, "the next place after this one");
    });
}

/// A command that prints 5000 lines in one moment.
fn flood(check: impl FnOnce(&mut Player<'_>)) {
    let printed: Vec<u8> = (1..=5000).flat_map(|n| format!("row {n} of many\r\n").into_bytes()).collect();
    let moments = [(0, 40_000), (40_000, printed.len() - 40_000)];
    let moments = moments.map(|(offset, bytes)| Moment { ms: 0, part: 0, offset: offset as u64, bytes }).to_vec();
    let (title, text, end) = ("1 flood".to_owned(), "seq".to_owned(), "rc 0".to_owned());
    let part = Part { title, text, end, from: 0, until: 90, clock: "2026-11-16 02:00:00".to_owned() };
    let mut tape = Lines(vec![printed]);
    let mut player = Player::new("洪水".to_owned(), vec![part], moments, &mut tape, (40, 6), Language::Ja);
    player.advance(0);
    check(&mut player);
}

#[test]
fn what_is_found_in_a_flood_is_seen_and_looked_for_from_the_beginning_after_the_end() {
    flood(|player| {
        key(player, KeyCode::End);
        assert!(seen(player).contains("row 5000 of"));
        key(player, KeyCode::Char('/'));
        for c in "row 23".chars() {
            key(player, KeyCode::Char(c));
        }

        key(player, KeyCode::Enter);

        assert!(seen(player).contains("row 23 of") && !seen(player).contains("row 24 of"), "{}", seen(player));
        assert!(player.said.as_ref().is_some_and(|said| said.contains("先頭から")), "{:?}", player.said);
        for wanted in ["row 230 of", "row 231 of", "row 232 of"] {
            key(player, KeyCode::Char('n'));
            assert!(seen(player).lines().last().is_some_and(|row| row.contains(wanted)), "{wanted}: {}", seen(player));
        }
        for _ in 233..=239 {
            key(player, KeyCode::Char('n'));
        }
        key(player, KeyCode::Char('n'));
        assert!(seen(player).contains("row 2300 of") && !seen(player).contains("row 2301 of"), "{}", seen(player));
        key(player, KeyCode::End);
        assert!(seen(player).contains("row 5000 of") && seen(player).contains("row 4999 of"), "{}", seen(player));
    });
}

#[test]
fn the_list_of_keys_is_read_to_its_end_on_a_small_screen() {
    flood(|player| {
        player.screen = (40, 6);
        key(player, KeyCode::Char('?'));
        let mut read = String::new();
        while player.helps {
            read.push_str(&picture(player, 40, 10, "dark"));
            key(player, KeyCode::Down);
        }

        for word in ["先頭へ", "次の一致へ", "5 秒戻す", "画面を閉じる"] {
            assert!(read.contains(word), "{word}: {read}");
        }
        key(player, KeyCode::Char('?'));
        assert!(picture(player, 40, 10, "dark").contains("先頭へ"), "from its beginning again");
        assert!(key(player, KeyCode::Esc) && !player.helps, "the picture is back, and nothing is left");
    });
}

#[test]
fn the_picture() {
    with(|player| {
        player.advance(21_000);
        insta::assert_snapshot!(picture(player, 80, 10, "dark"), @r#"
         1 容量                                                                     1/2
         $ df -h
        行 1 ready
        行 2 ready
        行 3 ready



         00:00:21 / 00:01:15  再生中  ×1 2026-11-16 02:00:00 ━━━━━━━───────────────────
         space 再生・停止  / 検索  ] 次のコマンドへ  ← 5秒戻る  + 速く  ? 助け  q 終了
        "#);
    });
}

#[test]
fn it_is_drawn_at_every_size() {
    with(|player| {
        player.advance(75_000);
        for (cols, rows) in [(1, 1), (20, 4), (40, 10), (120, 40), (300, 3)] {
            for theme in ["dark", "light", "mono"] {
                picture(player, cols, rows, theme);
            }
        }
    });
}

#[test]
fn its_keys_are_those_of_the_person_and_the_help_names_them() {
    let wish = |action: &str, keys: &str| Wish { action: action.into(), keys: vec![keys.into()], line: 1 };
    let own = Keymap::with(&[wish("play", "z"), wish("help", "F1"), wish("quit", "F10")]).expect("they are taken");
    let (mut lines, parts, moments) = tape();
    let size = (80, 20);
    let mut player = Player::new("点検".into(), parts, moments, &mut lines, size, Language::Ja).with_keymap(own);
    assert!(picture(&player, 80, 20, "dark").contains("z 再生・停止"));
    key(&mut player, KeyCode::Char(' '));
    assert!(!player.paused, "the old key does nothing");
    key(&mut player, KeyCode::Char('z'));
    assert!(player.paused);
    key(&mut player, KeyCode::F(1));
    let help = picture(&player, 80, 30, "mono");
    for (keys, what) in
        [("z ", "再生を止める"), ("+ = Up", "再生を速くする"), (". ", "一つだけ進める"), ("F10", "画面を閉じる")]
    {
        assert!(help.lines().any(|line| line.contains(keys) && line.contains(what)), "{keys} {what}\n{help}");
    }
    assert!(key(&mut player, KeyCode::Esc), "any key goes back from the help");
    assert!(!picture(&player, 80, 30, "mono").contains("再生を速くする"));
    assert!(!key(&mut player, KeyCode::F(10)));
}
