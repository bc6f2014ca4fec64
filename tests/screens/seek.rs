//! Narrowing a long list: it is searched beside the screen, and what one text found is never taken for another's.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use tejun::clock::Zone;
use tejun::i18n::Language;
use tejun::plan::{Calendar, Holidays};
use tejun::runbook::parse::sketch;
use tejun::tui::Opening;
use tejun::tui::backend::Input;
use tejun::tui::model::home::{HomeAsk, HomeNews, Target};
use tejun::tui::model::library::{FoundPlace, Library, Sketched};
use tejun::tui::model::seek::{AT_ONCE, Seek};

use super::harness::Screen;

fn news(news: HomeNews) -> Input {
    Input::Home(Box::new(news))
}

fn empty() -> Screen {
    let zone = Zone::Named(jiff::tz::TimeZoneDatabase::bundled().get("Asia/Tokyo").expect("it is known"));
    let calendar = Calendar { zone, holidays: Holidays::default(), quarter_start: 1 };
    let library = Library::new(calendar, vec!["/srv/runbooks".to_owned()], Vec::new());
    Screen::open(80, 24, Language::Ja, "dark", Opening::Home(Box::new(library)))
}

fn path(number: usize) -> String {
    format!("/srv/runbooks/{number:05}.md")
}

fn book(number: usize) -> Sketched {
    let title = format!("# 点検 {number:05}\n");
    Sketched::of(path(number), &sketch("x.md", title.as_bytes()))
}

fn books(from: usize, count: usize) -> Input {
    news(HomeNews::Sketched((from..from + count).map(book).collect()))
}

/// The list of more runbooks than are searched at once.
fn long() -> Screen {
    empty().keys("<tab>").input(books(0, AT_ONCE + 1)).shows("点検 00000")
}

/// The searches that were asked for.
fn asked(screen: &Screen) -> Vec<Seek> {
    let one = |ask: &HomeAsk| match ask {
        HomeAsk::Seek(seek) => Some(seek.clone()),
        HomeAsk::Reload | HomeAsk::Open(_) | HomeAsk::Search(_) | HomeAsk::Leave | HomeAsk::Reckon => None,
    };
    screen.heard.asked.iter().filter_map(one).collect()
}

fn opened(screen: &Screen) -> Vec<Target> {
    let one = |ask: &HomeAsk| if let HomeAsk::Open(target) = ask { Some(target.clone()) } else { None };
    screen.heard.asked.iter().filter_map(one).collect()
}

fn answer(seek: &Seek) -> Input {
    news(HomeNews::Sought { number: seek.number, hits: seek.hits(|| true).expect("somebody wants to know") })
}

#[test]
fn a_short_list_is_searched_at_once() {
    let screen = empty().keys("<tab>").input(books(0, AT_ONCE - 1)).keys("/00042").shows("点検 00042").hides("00043");
    assert_eq!(asked(&screen), []);
}

#[test]
fn what_is_typed_is_echoed_before_anything_is_found() {
    let screen = long().keys("/00042").shows("00042").shows("探しています");
    let typed: Vec<String> = asked(&screen).iter().map(|seek| seek.typed.clone()).collect();
    assert_eq!(typed, ["0", "00", "000", "0004", "00042"]);
    let last = asked(&screen).pop().expect("it was asked for");
    screen.input(answer(&last)).shows("点検 00042").hides("点検 00043").hides("探しています");
}

#[test]
fn what_another_text_found_is_not_told_as_what_was_looked_for() {
    let screen = long().keys("/00042");
    let asked = asked(&screen);
    let (last, older) = asked.split_last().expect("it was asked for");
    let before = screen.text();
    let screen = older.iter().fold(screen, |screen, seek| screen.input(answer(seek)));
    assert_eq!(screen.text(), before);
    // Rows of before stand there, but none of them is selected.
    let screen = screen.shows("点検 00000").hides("▸").input(answer(last)).keys("5").shows("探しています");
    screen.shows("点検 00042").hides("一致するものがありません");
}

#[test]
fn keys_are_for_what_will_be_found_and_not_for_what_is_seen() {
    let screen = long().keys("/0004<down><down><enter>");
    assert_eq!(opened(&screen), []);
    let last = asked(&screen).pop().expect("it was asked for");
    let hits = last.hits(|| true).expect("somebody wants to know");
    let third = last.rows[hits[2].row].target();
    let screen = screen.input(answer(&last));
    assert_eq!(opened(&screen).pop(), third);
}

#[test]
fn keys_that_were_for_another_text_are_forgotten() {
    let screen = long().keys("/0004<down><enter>2");
    let asked = asked(&screen);
    let screen = asked.iter().fold(screen, |screen, seek| screen.input(answer(seek)));
    assert_eq!(opened(&screen), []);
}

#[test]
fn more_rows_that_come_meanwhile_are_searched_too_and_the_selected_one_stays() {
    let screen = long().keys("/0004");
    let last = asked(&screen).pop().expect("it was asked for");
    let screen = screen.input(answer(&last)).keys("<down>");
    let chosen = |screen: &Screen| screen.model.home.as_ref().and_then(|home| home.chosen());
    let before = chosen(&screen);
    // What stands there was found by the very text that is typed: it can be used until the rest is there.
    let screen = screen.input(books(10_004, 2)).hides("探しています");
    assert_eq!(chosen(&screen), before);
    let last = asked(&screen).pop().expect("it was asked for");
    let screen = screen.input(answer(&last));
    assert_eq!(chosen(&screen), before);
    let found = Target::Book(path(10_004), None);
    assert!(screen.model.home.as_ref().is_some_and(|home| home.place_of(&found).is_some()));
}

#[test]
fn rows_that_keep_coming_do_not_keep_a_search_from_its_end() {
    let screen = long().keys("/0004");
    let first = asked(&screen).pop().expect("it was asked for");
    let screen = (0..5).fold(screen, |screen, more| screen.input(books(10_000 + more, 1)));
    assert_eq!(asked(&screen).pop().as_ref(), Some(&first));
    let screen = screen.input(answer(&first)).shows("点検 00040").hides("探しています");
    // Then all that came is looked through, at once.
    let last = asked(&screen).pop().expect("it was asked for");
    assert_eq!((last.typed.as_str(), last.rows.len()), ("0004", first.rows.len() + 5));
    let searches = asked(&screen).len();
    assert_eq!(asked(&screen.input(answer(&last))).len(), searches);
}

#[test]
fn a_search_that_was_given_up_takes_no_answer() {
    let screen = long().keys("/0004<esc>");
    let last = asked(&screen).pop().expect("it was asked for");
    screen.hides("探しています").input(answer(&last)).shows("点検 00000").shows("点検 00001");
}

#[test]
fn nobody_looks_on_for_what_nobody_wants() {
    let seek = asked(&long().keys("/1")).pop().expect("it was asked for");
    assert_eq!(seek.hits(|| false), None);
    let again = Seek { rows: Arc::default(), ..seek };
    assert_eq!(again.hits(|| true), Some(Vec::new()));
}

#[test]
fn a_thousand_places_that_are_told_together_are_all_there() {
    let place = |line: usize| FoundPlace {
        record: "/records/a.md".into(),
        title: "週次".into(),
        line: Some(line),
        text: format!("行 {line}"),
    };
    let mut screen = empty().keys("s行<enter>");
    let found = |line| news(HomeNews::Found { words: "行".into(), places: vec![place(line)] });
    screen.feed_all((1..=1000).map(found).collect());
    screen.shows("[全文検索 1000]").shows("行 1").keys("G").shows("行 1000");
}
