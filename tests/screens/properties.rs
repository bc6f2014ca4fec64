//! What holds whatever comes: no panic, no control character, borders that stand.

use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use tejun::i18n::Language;
use tejun::ids::{AttemptId, StepId};
use tejun::run::event::{AttemptStart, Event, Verdict};
use tejun::tui::action::Action;
use tejun::tui::backend::Input;
use tejun::tui::keymap::{self, Context};
use tejun::tui::{Opening, Theme};
use uuid::Uuid;

use super::harness::{Screen, now};
use super::sample;

#[derive(Debug, Clone)]
enum Poke {
    Key(KeyCode, bool),
    Size(u16, u16),
    Paste(String),
    Fact(u8, u8),
}

fn poke() -> impl Strategy<Value = Poke> {
    let codes = prop_oneof![
        8 => proptest::char::range(' ', '~').prop_map(KeyCode::Char),
        2 => Just(KeyCode::Enter),
        1 => Just(KeyCode::Esc),
        1 => Just(KeyCode::Tab),
        1 => Just(KeyCode::Char('漢')),
        1 => Just(KeyCode::Left),
        1 => Just(KeyCode::Backspace),
        1 => Just(KeyCode::PageDown),
    ];
    prop_oneof![
        10 => (codes, proptest::bool::weighted(0.1)).prop_map(|(c, control)| Poke::Key(c, control)),
        2 => (1u16..200, 1u16..60).prop_map(|(w, h)| Poke::Size(w, h)),
        1 => ".{0,20}".prop_map(Poke::Paste),
        3 => (0u8..14, 0u8..5).prop_map(|(what, step)| Poke::Fact(what, step)),
    ]
}

fn event(what: u8, step: u8, n: u128) -> Event {
    let id = StepId(format!("s{}", step + 1));
    let attempt = AttemptId(Uuid::from_u128(n / 2 + 1000));
    match what {
        0 => Event::AttemptStarted(AttemptStart {
            attempt,
            step: id,
            command: 0,
            number: 1,
            lane: 1,
            text: "x\ty\n漢字".into(),
        }),
        1 => Event::AttemptFinished { attempt, finish: sample::finish(2) },
        2 => Event::AttemptLost { attempt, why: "電源断".into() },
        3 => Event::VerdictGiven { step: id, verdict: Verdict::Failed, comment: Some("だめ".into()) },
        4 => Event::StepReopened { step: id, reason: None },
        5 => Event::NoteAdded { step: Some(id), text: "メモ\n二行".into() },
        6 => Event::StepSkipped { step: id, reason: "理由".into() },
        11 => Event::PointTicked { step: id, point: 0, text: "点".into() },
        12 => Event::AlternativeChosen { step: id, command: (step > 2).then_some(0) },
        8 => Event::StepApplied { step: id },
        9 => Event::RuleAnswered { step: id, rule: 0, holds: true },
        10 => {
            let new = sample::step(&format!("s{}+1", step + 1), "1-1", "分岐", Vec::new());
            Event::BranchOpened { of: id, rule: 0, step: Box::new(new) }
        }
        7 => Event::CautionAcknowledged { step: id, text: "業務時間内には行わないこと".into() },
        _ => sample::proposal(&StepId("s1".into()), attempt).unwrap(),
    }
}

fn clean(screen: &Screen) {
    for cell in screen.buffer().content() {
        assert!(!cell.symbol().chars().any(char::is_control), "{:?}", cell.symbol());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_comes_makes_the_screen_fall_over(pokes in proptest::collection::vec(poke(), 1..60), picker: bool) {
        let mut screen = Screen::new(80, 24);
        screen = if picker { screen.runbook(sample::runbook(), false) } else { screen.joined() };
        for (n, p) in pokes.into_iter().enumerate() {
            screen = match p {
                Poke::Key(code, control) => {
                    let held = if control { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
                    screen.input(Input::Terminal(TerminalEvent::Key(KeyEvent::new(code, held))))
                }
                Poke::Size(w, h) => screen.input(Input::Terminal(TerminalEvent::Resize(w, h))),
                Poke::Paste(text) => screen.input(Input::Terminal(TerminalEvent::Paste(text))),
                Poke::Fact(what, step) if !picker => screen.facts(vec![event(what, step, n as u128)]),
                Poke::Fact(..) => screen.input(Input::Tick),
            };
            clean(&screen);
        }
    }
}

#[test]
fn every_size_is_drawn() {
    let sizes = [(1, 1), (2, 1), (10, 3), (20, 5), (20, 6), (40, 10), (72, 14), (80, 24), (120, 40), (1000, 500)];
    for (w, h) in sizes {
        for keys in ["", "<enter>", " ", "jj<enter>", "n", "?", "S", "d", "o", "<tab><tab>"] {
            clean(&Screen::new(w, h).joined().keys(keys));
            clean(&Screen::english(w, h).runbook(sample::runbook(), true).keys(keys));
        }
    }
}

#[test]
fn i12_hostile_text_stays_text_and_borders_stand() {
    let hostile = "\x1b[2J\x1b]0;x\x07\u{202e}txt\u{200b}\t👨‍👩‍👧 ｶﾞ e\u{301}\u{301} 日本\u{9b}31m";
    let mut procedure = sample::weekly();
    procedure.title = hostile.into();
    for step in &mut procedure.steps {
        step.title = hostile.into();
        step.details = vec![hostile.into()];
        for c in step.blocks.iter_mut().flat_map(|b| &mut b.commands) {
            c.text = format!("echo {hostile}\n{hostile}");
            c.label = Some(hostile.into());
        }
    }
    let mut runbook = sample::runbook();
    runbook.title = hostile.into();
    runbook.path = hostile.into();
    runbook.procedures = vec![procedure.clone()];
    for (w, h) in [(40, 10), (80, 24), (81, 24), (120, 40)] {
        clean(&Screen::new(w, h).runbook(runbook.clone(), false).keys("<enter>"));
        let facts = sample::begun_with(procedure.clone(), tejun::run::event::Mode::Live, now());
        let screen = Screen::new(w, h).welcomed(facts, tejun::console::wire::Role::Drive);
        clean(&screen);
        if w >= 80 {
            let x = screen.model.layout.list.right();
            for y in screen.model.layout.list.top()..screen.model.layout.list.bottom() {
                let symbol = screen.buffer()[(x, y)].symbol().to_owned();
                assert!(symbol == "│" || symbol == "├", "{w}x{h} row {y}: {symbol:?}\n{}", screen.text());
            }
        }
    }
}

#[test]
fn d49_rows_that_have_felled_other_screens_are_drawn_at_any_size() {
    use tejun::console::wire::{Frame, FromHost, PaneSlot};
    use tejun::term::cells::{Look, Span};
    let attempt = AttemptId(Uuid::from_u128(7));
    let started = Event::AttemptStarted(AttemptStart {
        attempt,
        step: StepId("s1".into()),
        command: 0,
        number: 1,
        lane: 1,
        text: "cat hostile".into(),
    });
    let hostile = ["\t", "日", "\u{301}a", "e\u{301}\u{301}", "👨‍👩‍👧", "🇯🇵🇯", "ｶﾞﾞ", "ก็็็็็", "العربية", "\u{fffd}", "", "a日"];
    let rows = |from: usize| -> Vec<(u16, Vec<Span>)> {
        let row = |n: usize| {
            let spans = (0..40).map(|i| hostile[(from + n + i) % hostile.len()]);
            spans.map(|text| Span { text: text.to_owned(), look: Look::default() }).collect()
        };
        (0..30u16).map(|n| (n, row(usize::from(n)))).collect()
    };
    let mut screen = Screen::new(80, 24).joined().facts(vec![started]);
    for (n, (w, h)) in
        [(80, 24), (2, 30), (1, 1), (3, 9), (40, 10), (41, 11), (200, 60), (81, 24)].into_iter().enumerate()
    {
        screen = screen.input(Input::Terminal(TerminalEvent::Resize(w, h)));
        for keys in ["", "o", "|", "<esc>"] {
            screen = screen.keys(keys).host(FromHost::Frame(Frame {
                number: n as u64 + 100,
                pane: PaneSlot::First,
                attempt,
                whole: true,
                rows: rows(n),
                cursor: None,
                above: 0,
                below: 0,
                bytes: 3,
                app_cursor: false,
                bracketed_paste: false,
            }));
            clean(&screen);
        }
    }
}

#[test]
fn a_dialog_over_japanese_text_keeps_its_left_border() {
    for w in 72..100 {
        let screen = Screen::new(w, 24).joined().keys("j ");
        let borders = screen.text().lines().filter(|l| l.contains("│ ( ) ") || l.contains("│ (*) ")).count();
        assert_eq!(borders, 4, "{w}\n{}", screen.text());
    }
}

#[test]
fn the_help_lists_every_action() {
    for language in [Language::Ja, Language::En] {
        let mut seen = String::new();
        let mut screen = Screen::open(100, 20, language, "dark", Opening::Attach).joined().keys("?");
        for _ in 0..12 {
            seen.push_str(&screen.text());
            screen = screen.keys("<pgdn>");
        }
        for action in Action::ALL {
            assert!(seen.contains(action.doc(language)), "{}", action.name());
        }
    }
}

#[test]
fn the_footer_keeps_help_and_the_way_out_in_80_columns() {
    for language in [Language::Ja, Language::En] {
        for w in [40, 80] {
            let text = Screen::open(w, 24, language, "dark", Opening::Attach).joined().text();
            let footer = text.lines().last().unwrap();
            assert!(footer.contains('?') && footer.contains('q'), "{footer}");
        }
    }
    assert!(!keymap::footer(Context::Run).is_empty());
}

#[test]
fn without_colour_every_state_has_its_own_sign() {
    use tejun::run::query::Label::*;
    let labels = [
        Untouched,
        UnderWay,
        Running,
        OutcomeUnknown,
        AwaitsVerdict,
        Done,
        DoneWithFinding,
        Failed,
        Undecided,
        Skipped,
        Deferred,
        RuledOut,
    ];
    for ascii in [false, true] {
        let signs: std::collections::BTreeSet<_> =
            labels.iter().map(|l| tejun::tui::content::glyph(*l, ascii).0).collect();
        assert_eq!(signs.len(), labels.len(), "ascii: {ascii}");
    }
}

#[test]
fn the_monochrome_screen_sends_no_colour_and_only_ascii_lines() {
    for theme in Theme::names() {
        let screen = Screen::open(80, 24, Language::En, theme, Opening::Attach).joined().keys("jj<enter>");
        clean(&screen);
        if theme == "light" {
            assert!(screen.buffer().content().iter().all(|c| c.bg != ratatui::style::Color::Reset));
        }
        if theme == "mono" {
            for cell in screen.buffer().content() {
                assert_eq!((cell.fg, cell.bg), (ratatui::style::Color::Reset, ratatui::style::Color::Reset));
                assert!(!"─│┌┐└┘├┬┴►▸".contains(cell.symbol()) || cell.symbol() == " ", "{}", cell.symbol());
            }
        }
    }
}
