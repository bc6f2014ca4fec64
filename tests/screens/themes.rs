//! Every theme, on every kind of screen, at every size: text can be read, lines stand, and no state is told by colour alone.

use std::collections::BTreeMap;

use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::style::{Color, Modifier, Style};
use tejun::i18n::Language;
use tejun::ids::{AttemptId, StepId};
use tejun::run::event::{AttemptStart, Event, Verdict};
use tejun::tui::theme::Role;
use tejun::tui::{Opening, Theme};
use uuid::Uuid;

use super::harness::Screen;
use super::sample;

/// WCAG 2.1 asks this of large text; a terminal's letters are as large as its user wants them.
const READABLE: f64 = 3.0;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 10)];

/// What `keys` lead to on a run, from the list of steps.
const KEYS: [&str; 22] = [
    "",
    "<enter>",
    "jj<enter>",
    " ",
    "s",
    "d",
    "x",
    "n",
    "u",
    "m",
    "a",
    "+",
    "e",
    "r",
    "H",
    "v",
    "?",
    ":",
    "S",
    "q",
    "o",
    "E",
];

fn events() -> Vec<Event> {
    let step = |n: u8| StepId(format!("s{n}"));
    let attempt = |n: u128| AttemptId(Uuid::from_u128(n));
    let start = |n: u128, s: u8, text: &str| {
        Event::AttemptStarted(AttemptStart {
            attempt: attempt(n),
            step: step(s),
            command: 0,
            number: 1,
            lane: 1,
            text: text.into(),
        })
    };
    vec![
        start(1, 1, "df -h /var/log"),
        Event::AttemptFinished { attempt: attempt(1), finish: sample::finish(0) },
        Event::VerdictGiven { step: step(1), verdict: Verdict::Ok, comment: Some("確認".into()) },
        start(2, 2, "ls -la /backup"),
        Event::AttemptFinished { attempt: attempt(2), finish: sample::finish(2) },
        Event::VerdictGiven { step: step(2), verdict: Verdict::Failed, comment: Some("だめ".into()) },
        Event::StepSkipped { step: step(4), reason: "理由".into() },
        start(3, 5, "tail -f /var/log/syslog"),
    ]
}

/// All screens of a theme at a size, with what they are.
fn screens(theme: &str, (w, h): (u16, u16)) -> Vec<(String, Screen)> {
    let mut out = Vec::new();
    // English is no wider than Japanese: one size of it will do.
    let languages = if (w, h) == SIZES[0] { vec![Language::Ja, Language::En] } else { vec![Language::Ja] };
    for language in languages {
        let open = || Screen::open(w, h, language, theme, Opening::Attach);
        for keys in KEYS {
            out.push((format!("{theme} {w}x{h} run, `{keys}`"), open().joined().keys(keys)));
            let later = open().joined().facts(events()).keys(keys);
            out.push((format!("{theme} {w}x{h} later, `{keys}`"), later));
        }
        for trusted in [false, true] {
            for keys in ["", "<enter>", "t", "/", "/zzz", "?", ":"] {
                let screen = open().runbook(sample::runbook(), trusted).keys(keys);
                out.push((format!("{theme} {w}x{h} list, `{keys}`"), screen));
            }
        }
        let document = open().joined().keys("D").host(super::document::told_same());
        out.push((format!("{theme} {w}x{h} document"), document));
        for keys in ["", "<tab>", "<tab><tab>", "<tab><tab><tab>", "<tab><tab><tab><tab>", "/", "/zzz", "?", ":"] {
            let home = super::home::in_theme((w, h), language, theme).keys(keys);
            out.push((format!("{theme} {w}x{h} home, `{keys}`"), home));
        }
        out.push((format!("{theme} {w}x{h} gone"), open().joined().input(tejun::tui::backend::Input::HostGone)));
    }
    out
}

/// The colour as light: a terminal's own sixteen are taken as xterm has them.
fn rgb(colour: Color) -> Option<[u8; 3]> {
    const BASE: [[u8; 3]; 16] = [
        [0, 0, 0],
        [205, 0, 0],
        [0, 205, 0],
        [205, 205, 0],
        [0, 0, 238],
        [205, 0, 205],
        [0, 205, 205],
        [229, 229, 229],
        [127, 127, 127],
        [255, 0, 0],
        [0, 255, 0],
        [255, 255, 0],
        [92, 92, 255],
        [255, 0, 255],
        [0, 255, 255],
        [255, 255, 255],
    ];
    let of = |n: u8| match n {
        0..=15 => BASE[usize::from(n)],
        16..=231 => {
            let level = |v: u8| if v == 0 { 0 } else { 55 + 40 * v };
            let n = n - 16;
            [level(n / 36), level(n / 6 % 6), level(n % 6)]
        }
        232..=255 => [8 + 10 * (n - 232); 3],
    };
    Some(match colour {
        Color::Reset => return None,
        Color::Rgb(r, g, b) => [r, g, b],
        Color::Indexed(n) => of(n),
        Color::Black => of(0),
        Color::Red => of(1),
        Color::Green => of(2),
        Color::Yellow => of(3),
        Color::Blue => of(4),
        Color::Magenta => of(5),
        Color::Cyan => of(6),
        Color::Gray => of(7),
        Color::DarkGray => of(8),
        Color::LightRed => of(9),
        Color::LightGreen => of(10),
        Color::LightYellow => of(11),
        Color::LightBlue => of(12),
        Color::LightMagenta => of(13),
        Color::LightCyan => of(14),
        Color::White => of(15),
    })
}

fn luminance(colour: [u8; 3]) -> f64 {
    let part = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = colour.map(part);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The grounds that a colour without one may stand on: those of the usual terminals, dark and light.
fn grounds(bg: Color) -> Vec<[u8; 3]> {
    rgb(bg).map_or_else(|| vec![[0, 0, 0], [40, 42, 54], [253, 246, 227], [255, 255, 255]], |own| vec![own])
}

/// A line or a sign of decoration, which need not be read.
fn is_line(symbol: &str) -> bool {
    symbol.chars().all(|c| "─│┌┐└┘├┤┬┴┼━".contains(c) || c == ' ')
}

/// The letters of a screen that are hardly seen: what they are, and on what.
fn hardly_seen(name: &str, theme: &str, screen: &Screen, out: &mut BTreeMap<String, String>) {
    let buffer = screen.buffer();
    for (at, cell) in buffer.content().iter().enumerate() {
        if is_line(cell.symbol()) {
            continue;
        }
        let reversed = cell.modifier.contains(Modifier::REVERSED);
        let (fg, bg) = if reversed { (cell.bg, cell.fg) } else { (cell.fg, cell.bg) };
        let Some(ink) = rgb(fg) else { continue };
        for ground in grounds(bg) {
            let ratio = contrast(ink, ground);
            if ratio < READABLE {
                let (x, y) = buffer.pos_of(at);
                let what = format!("{theme}: {fg:?} on {bg:?} as on {ground:?}: {ratio:.2}");
                out.entry(what).or_insert_with(|| format!("{name} at {x},{y}\n{}", screen.text()));
            }
        }
    }
}

#[test]
fn text_can_be_read_on_its_ground_in_every_theme() {
    let mut bad = BTreeMap::new();
    for theme in Theme::names() {
        for size in [SIZES[0], SIZES[2]] {
            for (name, screen) in screens(theme, size) {
                hardly_seen(&name, theme, &screen, &mut bad);
            }
        }
    }
    let what: Vec<&String> = bad.keys().collect();
    assert!(bad.is_empty(), "{what:#?}\n{}", bad.values().next().map_or("", String::as_str));
}

/// The width of a row as a terminal advances by it.
fn row_width(buffer: &Buffer, y: u16) -> u16 {
    let mut x = 0;
    while x < buffer.area.width {
        x += buffer[(x, y)].cell_width().max(1);
    }
    x
}

#[test]
fn no_row_is_longer_than_the_screen_and_dialogs_keep_both_borders() {
    // Where things stand does not hang on colours.
    for theme in ["dark", "mono"] {
        for size in SIZES {
            for (name, screen) in screens(theme, size) {
                let buffer = screen.buffer();
                for y in 0..buffer.area.height {
                    assert_eq!(row_width(buffer, y), buffer.area.width, "{name}, row {y}\n{}", screen.text());
                }
                for (x, top) in corners(buffer) {
                    let below = (top + 1..buffer.area.height).map(|y| buffer[(x, y)].symbol());
                    let edge: Vec<&str> = below.take_while(|symbol| *symbol != "└").collect();
                    assert!(edge.iter().all(|symbol| *symbol == "│"), "{name}: {edge:?}\n{}", screen.text());
                }
            }
        }
    }
}

/// The upper left corners of dialogs; in ASCII a corner looks like a joint of panes.
fn corners(buffer: &Buffer) -> Vec<(u16, u16)> {
    let all = (0..buffer.area.height).flat_map(|y| (0..buffer.area.width).map(move |x| (x, y)));
    all.filter(|at| buffer[*at].symbol() == "┌").collect()
}

#[test]
fn a_screen_in_ascii_draws_nothing_of_its_own_that_is_of_ambiguous_width() {
    // What stands in the document, and the words of Japanese, are not the program's lines and signs.
    let own = "─│┌┐└┘├┤┬┴┼━►▸◄→←↑↓☐◫↻⁇⊡✔✘⊕⊘◇»●·×⏎•◆■□▶◀";
    for size in SIZES {
        for (name, screen) in screens("mono", size) {
            for cell in screen.buffer().content() {
                let drawn = cell.symbol().chars().any(|c| own.contains(c));
                assert!(!drawn, "{name}: {:?}\n{}", cell.symbol(), screen.text());
            }
        }
    }
}

#[test]
fn in_every_theme_the_selected_row_and_the_marks_of_the_header_can_be_told_apart() {
    for name in Theme::names() {
        let theme = Theme::named(name).unwrap();
        let plain = theme.style(Role::Text);
        for role in [Role::Selected, Role::ModeLive, Role::ModeDrill, Role::Trouble, Role::FieldFocus, Role::Typing] {
            let style = theme.style(role);
            let differs = |s: Style| (s.bg, s.add_modifier) != (plain.bg, plain.add_modifier);
            assert!(differs(style), "{name}: {role:?} looks like plain text");
        }
        let modes = [Role::ModeLive, Role::ModeDrill, Role::ModeWatch].map(|role| theme.style(role));
        // Their words tell them apart as well; where there is colour, so does the colour.
        if modes.iter().any(|style| style.bg.is_some()) {
            assert!(modes[0] != modes[1] && modes[1] != modes[2], "{name}");
        }
    }
}
