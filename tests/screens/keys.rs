//! Keys and a mouse of one's own.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use tejun::console::wire::Role;
use tejun::i18n::Language;
use tejun::ids::AttemptId;
use tejun::run::event::{AttemptStart, Event as Fact};
use tejun::tui::Opening;
use tejun::tui::action::Action;
use tejun::tui::backend::Input;
use tejun::tui::keymap::{Keymap, Wish};
use uuid::Uuid;

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

/// Every action on a key that it does not have by itself: a letter of its own, and where text is typed a function key.
fn all_changed() -> (Keymap, impl Fn(Action) -> String) {
    let typed = [
        Action::Accept,
        Action::Cancel,
        Action::NextField,
        Action::FieldBefore,
        Action::PageDown,
        Action::PageUp,
        Action::Redraw,
        Action::Save,
        Action::ChoiceAfter,
        Action::ChoiceBefore,
        Action::LeaveTyping,
        Action::EarlierValue,
        Action::LaterValue,
        Action::NewLine,
    ];
    let letter = |action: Action| {
        let at = Action::ALL.iter().position(|a| *a == action).expect("it is one of them");
        char::from_u32(0x410 + u32::try_from(at).expect("small")).expect("a letter").to_string()
    };
    let wishes: Vec<Wish> = Action::ALL
        .iter()
        .map(|action| {
            let function = typed.iter().position(|a| a == action).map(|at| match at {
                0..12 => format!("F{}", at + 1),
                _ => ["C-b", "C-e"][at - 12].to_owned(),
            });
            Wish {
                action: action.name().into(),
                keys: function.into_iter().chain([letter(*action)]).collect(),
                line: 1,
            }
        })
        .collect();
    (Keymap::with(&wishes).expect("no key is taken twice"), letter)
}

/// Words and turns of a sentence that name a key which nobody has any more.
fn old_keys(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-⏎".contains(c)));
    let named = ["Enter", "⏎", "Esc", "space", "Tab", "S-Tab", "PgDn", "PgUp"];
    // Two of the new keys are such chords.
    let chord = |w: &str| w.strip_prefix("C-").is_some_and(|rest| rest.chars().count() == 1 && !"be".contains(rest));
    let mut found: Vec<String> = words.filter(|w| named.contains(w) || chord(w)).map(str::to_owned).collect();
    for key in ('a'..='z').chain('A'..='Z').chain("/|?+=:".chars()) {
        for turn in
            [" {} で", "。{} で", "、{} で", "（{} で", "には {}。", "press {}", "Press {} ", "with {}.", "({}:"]
        {
            let turn = turn.replace("{}", &key.to_string());
            if text.contains(&turn) {
                found.push(turn);
            }
        }
    }
    found
}

#[test]
fn no_sentence_names_a_key_that_the_person_does_not_have() {
    use tejun::console::wire::{FromHost, Role};
    use tejun::run::command::{Block, Refusal};

    let (keymap, key) = all_changed();
    let id = || tejun::ids::StepId("s1".into());
    let told = |refusal: Refusal| FromHost::Refused { id: 7, seq: tejun::ids::Seq(0), refusal };
    for language in [Language::Ja, Language::En] {
        let open = || Screen::open(100, 30, language, "dark", Opening::Attach).with_keymap(keymap.clone());
        let picked = || {
            let screen = Screen::open(100, 30, language, "dark", Opening::Attach);
            screen.runbook(sample::runbook(), false).with_keymap(keymap.clone())
        };
        let watching = || open().welcomed(sample::begun(super::harness::now()), Role::Watch);
        let attempt = AttemptStart {
            attempt: AttemptId(Uuid::from_u128(5)),
            step: id(),
            command: 0,
            number: 1,
            lane: 1,
            text: "df -h /var/log".into(),
        };
        let running = || open().joined().facts(vec![Fact::AttemptStarted(attempt.clone())]);
        let mut screens: Vec<(String, Screen)> = vec![("gone".into(), open().joined().input(Input::HostGone))];
        // What each action says and asks, where it can be done and where it cannot.
        for action in Action::ALL {
            let keys = key(*action);
            for (name, screen) in
                [("run", open().joined()), ("watch", watching()), ("running", running()), ("list", picked())]
            {
                screens.push((format!("{name}, {}", action.name()), screen.keys(&keys)));
            }
        }
        let refusals = [
            Refusal::RunBefore { times: 2 },
            Refusal::Marked,
            Refusal::NotRunning,
            Refusal::Held { by: id(), text: "待つ".into() },
            Refusal::RevertsOpen { whats: vec!["戻す".into()] },
            Refusal::AttemptOpen { attempt: AttemptId(Uuid::from_u128(5)) },
            Refusal::Blocked { by: Block::NotRunnable { reason: None } },
            Refusal::Blocked { by: Block::Placeholder { names: vec!["host".into()] } },
            Refusal::Blocked { by: Block::NoPlace { name: "host".into() } },
            Refusal::Blocked { by: Block::Unconfirmed },
            Refusal::Blocked { by: Block::NoServer { why: tejun::run::server::NoConnection::None } },
            Refusal::Blocked { by: Block::ServerNotSeen { connection: "main".into(), why: "x".into() } },
            Refusal::Blocked { by: Block::OtherServer { connection: "main".into() } },
            Refusal::Blocked { by: Block::NoLane },
        ];
        for refusal in refusals {
            screens.push((format!("{refusal:?}"), open().joined().host(told(refusal))));
        }
        for (name, screen) in screens {
            let text = screen.text();
            assert_eq!(old_keys(&text), [""; 0], "{name}\n{text}");
            assert!(!text.contains(['{', '}']), "{name}\n{text}");
        }
    }
}

#[test]
fn the_footer_names_arrows_by_signs_or_in_the_words_of_the_person() {
    let judging = |theme, language| Screen::open(80, 24, language, theme, Opening::Attach).joined().keys(" ");
    judging("dark", Language::Ja).shows("↓ 次の選択").hides("Down");
    judging("mono", Language::Ja).shows("下 次の選択").hides("Down");
    judging("mono", Language::En).shows("Down next choice");
}

#[test]
fn the_end_of_a_line_in_a_field_is_shown_in_ascii_where_the_screen_is() {
    for (theme, shown, hidden) in [("dark", "shop↵lines", "^J"), ("mono", "shop^Jlines", "↵")] {
        let screen = Screen::open(80, 24, Language::En, theme, Opening::Attach).joined();
        screen.keys("v<up><up>").shows(shown).hides(hidden);
    }
}

#[test]
fn the_footer_offers_nothing_that_does_nothing_here() {
    let joined = || Screen::new(120, 40).joined();
    joined().shows("⏎ 実行").keys("o").shows("o 戻る").hides("⏎ 実行").keys("o").shows("⏎ 実行");
    joined().keys("s").shows("⏎ 決定").hides("次の欄");
    joined().keys("d").shows("Tab 次の欄");
}

#[test]
fn a_number_that_the_title_has_as_well_is_shown_once() {
    for (number, title, shown) in [
        ("3", "3. 表を作る", "3 表を作る"),
        ("3", "3）表を作る", "3 表を作る"),
        ("3", "30. 表を作る", "3 30. 表を作る"),
        ("3", "3 台を止める", "3 3 台を止める"),
        ("3", "3.", "3 3."),
    ] {
        let mut procedure = sample::weekly();
        procedure.steps = vec![sample::step("s1", number, title, Vec::new())];
        let facts = sample::begun_with(procedure, tejun::run::event::Mode::Live, super::harness::now());
        Screen::new(80, 24).welcomed(facts, Role::Drive).shows(&format!("☐ {shown}  ")).shows(&format!("│ {shown}\n"));
    }
}

#[test]
fn what_is_cut_says_that_there_is_more() {
    let opened = Screen::new(40, 10).runbook(sample::runbook(), true).keys("<enter>");
    let marks = |screen: &Screen| {
        let column = |y: u16| screen.buffer()[(39, y)].symbol().to_owned();
        (0..10).map(column).filter(|sign| sign == "v" || sign == "^").collect::<String>()
    };
    assert_eq!(marks(&opened), "v");
    assert_eq!(marks(&opened.keys("j")), "^v");
    // Empty lines give way on a low screen, and the list of steps says how many are out of sight.
    Screen::new(40, 8).joined().shows("0^ 1v");
    let low = Screen::new(40, 10).joined().keys("v");
    low.shows("pg_restore -d <db_name>").shows("db_name:");
    let palette = Screen::new(80, 24).joined().keys(":");
    let edge: String = (0..24).map(|y| palette.buffer()[(75, y)].symbol()).collect();
    assert!(edge.contains("│v┘"), "{edge}");
}
