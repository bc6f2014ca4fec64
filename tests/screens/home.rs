//! The home screen: what is due, the library, runs, records and search.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use pretty_assertions::assert_eq;
use tejun::clock::Zone;
use tejun::i18n::Language;
use tejun::ids::RunId;
use tejun::plan::{Book, Calendar, Done, Duty, Holidays, OpenRun, Outcome, agenda};
use tejun::run::event::Fact;
use tejun::runbook::lexicon::Lexicon;
use tejun::runbook::parse::{Parser, parse, sketch};
use tejun::tui::Opening;
use tejun::tui::backend::Input;
use tejun::tui::model::home::{HomeAsk, HomeNews, Target};
use tejun::tui::model::library::{FoundPlace, Library, ReadBook, Reckoned, Sketched};

use super::harness::{Screen, now};
use super::sample;

const WEEKLY: &str = "# 定期メンテナンス\n\n## 毎週\n\n### 月曜日 02:00 - システムチェック\n\n- [ ] 容量\n- [ ] 控え\n\n### 水曜日 02:00 - セキュリティチェック\n\n- [ ] 更新\n\n## 予定\n\n| 頻度 | 作業 | 優先度 | 所要時間 | 担当者 |\n|---|---|---|---|---|\n| 月次 | バックアップの復元 | 高 | 30分 | DBA |\n";
const HOSTILE: &str = "# \u{1b}[2J\u{202e}危険\n\n## 毎日の点検\n\n- [ ] a\n";

fn library() -> Library {
    let zone = Zone::Named(jiff::tz::TimeZoneDatabase::bundled().get("Asia/Tokyo").expect("it is known"));
    let calendar = Calendar { zone, holidays: Holidays::default(), quarter_start: 1 };
    let shipped = vec![("system-check.ja.md".to_owned(), "はじめての点検".to_owned())];
    Library::new(calendar, vec!["/srv/runbooks".to_owned()], shipped)
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("a time")
}

fn done(procedure: &str, started: &str, outcome: Outcome) -> Done {
    Done {
        run: RunId(uuid::Uuid::from_u128(1)),
        book: Book { path: "/srv/runbooks/weekly.md".into(), title: "定期メンテナンス".into() },
        procedure: procedure.into(),
        started: at(started),
        ended: None,
        operator: "tanaka".into(),
        outcome,
        record: Some("/records/2026-11-09-0200-週次.md".into()),
        findings: Vec::new(),
        failures: Vec::new(),
        deferred: Vec::new(),
        measured: Vec::new(),
        acted: None,
        planned: None,
    }
}

fn open_run() -> OpenRun {
    OpenRun {
        run: sample::run_id(),
        book: Book { path: "/srv/runbooks/weekly.md".into(), title: "定期メンテナンス".into() },
        procedure: "毎週 › 水曜日 02:00 - セキュリティチェック".into(),
        title: "水曜日 02:00 - セキュリティチェック".into(),
        started: at("2026-11-16T01:50:00+09:00"),
        operator: "sato".into(),
        drill: false,
        progress: (1, 3),
        running: 1,
        hosted: true,
    }
}

fn news(news: HomeNews) -> Input {
    Input::Home(Box::new(news))
}

fn empty(w: u16, h: u16) -> Screen {
    Screen::open(w, h, Language::Ja, "dark", Opening::Home(Box::new(library())))
}

/// The home screen with two runbooks, a record and a run, at 2026-11-16 (a Monday) 02:07.
fn home(w: u16, h: u16) -> Screen {
    filled(empty(w, h))
}

/// The same in another language and theme.
pub(super) fn in_theme(size: (u16, u16), language: Language, theme: &str) -> Screen {
    filled(Screen::open(size.0, size.1, language, theme, Opening::Home(Box::new(library()))))
}

/// A runbook as it is read.
fn book(path: &str, text: &str) -> ReadBook {
    ReadBook::of(Parser::new(Lexicon::built_in()).contents(path, text.as_bytes()))
}

/// What is due of the runbooks, as it is reckoned beside the screen.
fn reckoned(books: &[ReadBook], done: &[Done]) -> Input {
    let duties: Vec<Duty> = books.iter().flat_map(|book| Duty::all_of(&book.contents)).collect();
    news(HomeNews::Reckoned(Arc::new(Reckoned::of(agenda(&library().calendar, &duties, done, now())))))
}

fn filled(empty: Screen) -> Screen {
    let books = vec![book("/srv/runbooks/weekly.md", WEEKLY), book("/srv/runbooks/x.md", HOSTILE)];
    let monday = "毎週 › 月曜日 02:00 - システムチェック";
    let done = vec![done(monday, "2026-11-08T17:00:00+00:00", Outcome::Findings)];
    let due = reckoned(&books, &done);
    let past = HomeNews::Past { done, open: vec![open_run()] };
    empty
        .input(news(HomeNews::Begun))
        .input(news(HomeNews::Books(books)))
        .input(news(HomeNews::Unread("/srv/runbooks/broken.md は UTF-8 ではありません".into())))
        .input(news(HomeNews::BooksRead))
        .input(news(past))
        .input(due)
}

#[test]
fn what_is_due_stands_first_the_most_urgent_on_top() {
    let screen = home(80, 24)
        .shows("[期限 !2]")
        .shows("期限超過")
        .shows("11-16 (月) 02:00")
        .shows("月曜日 02:00 - システムチェック")
        // By the clocks of the team, whatever the machine of that run showed.
        .shows("11-09 対応あり")
        .shows("今日")
        .shows("期間内")
        .shows("バックアップの復元")
        .shows("高  30分")
        .shows("読めないもの 1 件");
    let text = screen.text();
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    assert!(place("期限超過") < place("今日") && place("今日") < place("期間内"), "{text}");
    // A duty that is being done is marked as such.
    screen.shows("↻ 11-11 (水) 02:00");
}

#[test]
fn the_time_at_the_top_is_that_of_the_clocks_by_which_the_list_is_written() {
    let mut far = library();
    far.calendar.zone =
        Zone::Named(jiff::tz::TimeZoneDatabase::bundled().get("America/New_York").expect("it is known"));
    // The machine shows 02:07.
    let top = |library: Library| {
        let screen = Screen::open(80, 24, Language::Ja, "dark", Opening::Home(Box::new(library)));
        screen.text().lines().next().map(|line| line.trim_end().to_owned()).unwrap_or_default()
    };
    let (there, here) = (top(far), top(library()));
    assert!(there.ends_with("12:07") && here.ends_with("02:07"), "{there:?} {here:?}");
}

#[test]
fn it_is_read_at_every_size_and_in_english() {
    home(120, 40).shows("定期メンテナンス").shows("DBA").shows("前回 2026-11-09 02:00 対応あり");
    home(40, 10).shows("[期限 !2]").shows("! 11-16 月曜日 02:00").keys("<tab>").shows("[手順書 2]");
    let english = Screen::open(80, 24, Language::En, "mono", Opening::Home(Box::new(library())));
    english.shows("[Due]").shows("reading runbooks").input(news(HomeNews::BooksRead)).shows("[library]");
}

#[test]
fn lists_are_gone_through_with_one_key_and_headings_are_passed_over() {
    let screen = home(80, 24).keys("<tab>").shows("[手順書 2]").shows("/srv/runbooks").shows("weekly.md");
    let screen = screen.keys("<tab>").shows("[実施中 1]").shows("1/3  sato").keys("<tab>").shows("[記録 1]");
    screen.shows("2026-11-09 02:00").shows("対応あり  tanaka").keys("<tab>").shows("s で").keys("<tab>").shows("[期限");
}

#[test]
fn a_procedure_is_opened_in_one_key_from_where_it_is_due() {
    let screen = home(80, 24).keys("<enter>");
    let [HomeAsk::Open(Target::Book(path, Some(_)))] = &screen.heard.asked[..] else {
        panic!("{:?}", screen.heard.asked)
    };
    assert_eq!(path, "/srv/runbooks/weekly.md");
    // A second key does not open it twice.
    let screen = screen.shows("開いています").keys("<enter>");
    assert_eq!(screen.heard.asked.len(), 1);
}

#[test]
fn what_is_typed_narrows_the_list_and_enter_opens_the_best() {
    let screen = home(80, 24).keys("<tab>/ｾｷｭﾘﾃｨ").shows("セキュリティチェック").hides("システムチェック");
    let screen = screen.keys("<enter>");
    assert!(matches!(&screen.heard.asked[..], [HomeAsk::Open(Target::Book(_, Some(_)))]), "{:?}", screen.heard.asked);
    home(80, 24).keys("<tab>/zzz").shows("一致するものがありません").keys("<esc>").shows("システムチェック");
}

#[test]
fn a_runbook_is_left_to_the_home_screen() {
    let mut book = parse("/srv/runbooks/weekly.md", WEEKLY.as_bytes());
    book.path = "/srv/runbooks/weekly.md".into();
    let opening = || Opening::Pick {
        runbook: Box::new(book.clone()),
        text: WEEKLY.to_owned(),
        trusted: true,
        changes: Vec::new(),
        wanted: Some(book.procedures[0].id.clone()),
        place: sample::place(false),
    };
    let screen = home(80, 24).keys("<enter>").input(news(HomeNews::Opened(Box::new(opening())))).shows("この手順書で");
    let screen = screen.keys("<esc><esc>").shows("[期限 !2]");
    assert_eq!(screen.heard.asked[1..], [HomeAsk::Leave, HomeAsk::Reload]);
    home(80, 24).keys("<enter>").input(news(HomeNews::Opened(Box::new(opening())))).keys("q").shows("[期限 !2]");
}

#[test]
fn a_run_is_joined_and_left_and_what_its_host_says_later_changes_nothing() {
    let screen = home(80, 24).keys("<tab><tab><enter>");
    assert_eq!(screen.heard.asked, [HomeAsk::Open(Target::Run(sample::run_id()))]);
    let facts: Vec<Fact> = sample::begun(now());
    let screen = screen.input(news(HomeNews::Reached)).welcomed(facts.clone(), tejun::console::wire::Role::Drive);
    let screen = screen.hides("[実施中").keys("qy").shows("[実施中 1]");
    assert_eq!(screen.heard.asked[1..], [HomeAsk::Leave, HomeAsk::Reload]);
    screen.welcomed(facts, tejun::console::wire::Role::Drive).shows("[実施中 1]").keys("q").left();
}

#[test]
fn a_record_is_read_rendered_and_left() {
    let screen = home(80, 24).keys("<tab><tab><tab><enter>");
    let path = "/records/2026-11-09-0200-週次.md";
    assert_eq!(screen.heard.asked, [HomeAsk::Open(Target::Record(path.into(), None))]);
    let text = "## 2026-11-09 週次メンテナンス\n\n- **結果**: 成功\n".to_owned();
    let screen = screen.input(news(HomeNews::Record { text, line: Some(3) })).shows("週次メンテナンス").shows("成功");
    let screen = screen.shows("2026-11-09-0200").hides("行を手順に").hides("現在へ");
    screen.keys("q").shows("[記録 1]");
}

#[test]
fn a_run_whose_host_died_before_its_record_was_saved_is_told_among_the_records_and_opened_there() {
    for (size, words) in [((80, 24), "記録未保存  tanaka"), ((40, 10), "記録未保存")] {
        let unsaved = Done { record: None, ..done("毎週", "2026-11-16T02:00:00+09:00", Outcome::Well) };
        let (saved, run) = (done("毎日", "2026-11-15T02:00:00+09:00", Outcome::Well), unsaved.run);
        let past = HomeNews::Past { done: vec![saved, unsaved], open: Vec::new() };
        let screen = empty(size.0, size.1).input(news(HomeNews::Begun)).input(news(past));

        let screen = screen.keys("<tab><tab><tab>").shows(words).keys("<enter>");

        assert_eq!(screen.heard.asked, [HomeAsk::Open(Target::Run(run))], "{size:?}");
    }
}

#[test]
fn a_search_tells_what_it_finds_and_what_an_older_one_says_is_dropped() {
    let place = |text: &str, line| FoundPlace {
        record: "/records/a.md".into(),
        title: "2026-11-09 週次".into(),
        line,
        text: text.into(),
    };
    let screen = home(80, 24).keys("s容量<enter>").shows("探しています");
    assert_eq!(screen.heard.asked, [HomeAsk::Search("容量".into())]);
    let screen = screen
        .input(news(HomeNews::Found { words: "古い".into(), places: vec![place("old", None)] }))
        .input(news(HomeNews::Found { words: "容量".into(), places: vec![place("容量 85%", Some(12))] }))
        .input(news(HomeNews::Found { words: "容量".into(), places: vec![place("容量 93%", None)] }))
        .input(news(HomeNews::SearchOver { words: "容量".into(), cut: true }))
        .shows("[全文検索 2]")
        .shows("12 容量 85%")
        .shows("証跡 容量 93%")
        .shows("一致が多いため")
        .hides("old");
    let screen = screen.keys("<enter>");
    assert_eq!(screen.heard.asked[1..], [HomeAsk::Open(Target::Record("/records/a.md".into(), Some(12)))]);
}

#[test]
fn an_empty_library_says_what_to_write_and_offers_what_comes_with_the_program() {
    let screen = empty(80, 24).input(news(HomeNews::Begun)).input(news(HomeNews::BooksRead));
    let screen = screen.shows("[library]").keys("<tab>").shows("tejun に付属する手順書").shows("はじめての点検");
    let screen = screen.keys("<enter>");
    assert_eq!(screen.heard.asked, [HomeAsk::Open(Target::Shipped("system-check.ja.md".into()))]);
    screen.input(news(HomeNews::Failed("開けません".into()))).shows("開けません").keys("<enter>");
}

#[test]
fn nothing_that_a_runbook_says_reaches_the_terminal_unseen() {
    let text = home(120, 40).keys("<tab>").text();
    assert!(text.contains("␛[2J⟨U+202E⟩危険"), "{text}");
    assert!(text.contains("broken.md は UTF-8"), "{text}");
}

#[test]
fn a_runbook_can_be_found_by_its_sections_and_opened_before_it_is_read_whole() {
    let path = "/srv/runbooks/weekly.md";
    let first = Sketched::of(path.into(), &sketch(path, WEEKLY.as_bytes()));
    let hostile = Sketched::of("/srv/runbooks/x.md".into(), &sketch("x.md", HOSTILE.as_bytes()));
    let screen = empty(80, 24).input(news(HomeNews::Begun)).input(news(HomeNews::Sketched(vec![first, hostile])));
    let screen = screen.shows("手順書を読んでいます… 0/2 件").keys("<tab>").shows("[手順書 2]").shows("weekly.md");
    let screen = screen.shows("␛[2J⟨U+202E⟩危険").hides("付属").keys("/月曜日<enter>");
    assert_eq!(screen.heard.asked, [HomeAsk::Open(Target::Book(path.into(), None))]);
    // What was found stays selected when the whole comes, and is listed once.
    let screen = empty(80, 24)
        .keys("<tab>")
        .input(news(HomeNews::Sketched(vec![Sketched::of(path.into(), &sketch(path, WEEKLY.as_bytes()))])))
        .input(news(HomeNews::Books(vec![book(path, WEEKLY)])))
        .shows("[手順書 1]")
        .shows("手順書を読んでいます… 1 件");
    assert_eq!(screen.text().matches("weekly.md").count(), 1);
    let left = Sketched::of("/srv/gone.md".into(), &sketch("/srv/gone.md", b"# Gone"));
    screen.input(news(HomeNews::Sketched(vec![left]))).shows("Gone").input(news(HomeNews::BooksRead)).hides("Gone");
}

/// What Enter would open.
fn chosen(screen: &Screen) -> Option<Target> {
    screen.model.home.as_ref().and_then(|home| home.chosen())
}

const MORNING: &str = "# 朝\n\n## 毎日 01:00 点検\n\n- [ ] a\n";

#[test]
fn what_is_selected_stays_selected_while_more_is_read() {
    let screen = home(80, 24).keys("<tab>jj");
    let before = chosen(&screen);
    let screen = screen.input(news(HomeNews::Books(vec![book("/srv/runbooks/a.md", MORNING)])));
    assert!(before.is_some());
    assert_eq!(before, chosen(&screen));
}

#[test]
fn what_was_selected_is_selected_again_when_it_comes_back_in_a_new_reading() {
    let screen = home(80, 24).keys("<tab>jj");
    let before = chosen(&screen);
    let first = book("/srv/runbooks/a.md", MORNING);
    let again = |screen: Screen| screen.input(news(HomeNews::Begun)).input(news(HomeNews::Books(vec![first.clone()])));
    let screen = again(screen);
    assert_ne!(before, chosen(&screen));
    let screen = screen.input(news(HomeNews::Books(vec![book("/srv/runbooks/weekly.md", WEEKLY)])));
    assert_eq!(before, chosen(&screen));
    // Who has gone elsewhere meanwhile stays there.
    let screen = again(screen).keys("k");
    let elsewhere = chosen(&screen);
    let screen = screen.input(news(HomeNews::Books(vec![book("/srv/runbooks/weekly.md", WEEKLY)])));
    assert_eq!(elsewhere, chosen(&screen));
}

#[test]
fn what_is_typed_while_more_is_read_finds_what_came_and_keeps_what_was_found() {
    let screen = empty(80, 24).keys("<tab>/セキュ").shows("一致するものがありません");
    let screen = screen.input(news(HomeNews::Books(vec![book("/srv/runbooks/weekly.md", WEEKLY)])));
    let screen = screen.shows("セキュリティチェック");
    let before = chosen(&screen);
    let other = "# 別\n\n## 毎週 水曜日 04:00 - セキュ\n\n- [ ] a\n";
    let screen = screen.input(news(HomeNews::Books(vec![book("/srv/runbooks/a.md", other)]))).shows("別");
    assert_eq!(before, chosen(&screen));
    screen.keys("<esc>").shows("[手順書 2]").shows("システムチェック");
}

#[test]
fn what_is_due_is_reckoned_beside_the_screen_once_in_a_minute() {
    let screen = home(80, 24).input(Input::Tick);
    assert_eq!(screen.heard.asked, []);
    screen.clock.advance(std::time::Duration::from_secs(30));
    let screen = screen.input(Input::Tick).input(Input::Tick);
    assert_eq!(screen.heard.asked, [HomeAsk::Reckon]);
    // Until the answer comes the list stays as it is, and keys are heard.
    let screen = screen.shows("[期限 !2]").keys("j").shows("期限超過").input(reckoned(&[], &[])).shows("[期限]");
    screen.shows("定期作業の書かれた");
}

#[test]
fn of_two_duties_of_one_procedure_the_selected_one_stays_selected() {
    let twice = book(
        "/srv/runbooks/a.md",
        "# 朝\n\n## 点検\n\n- [ ] a\n\n## 予定\n\n| 頻度 | 作業 |\n|---|---|\n| 毎日 | 点検 |\n| 毎週 | 点検 |\n",
    );
    let books = [twice];
    let due = reckoned(&books, &[]);
    let at = |screen: &Screen| screen.model.home.as_ref().map(|home| (home.selected, home.chosen()));
    let screen = empty(80, 24).input(news(HomeNews::Books(books.into()))).input(due.clone());
    let first = at(&screen);
    let screen = screen.keys("j");
    let second = at(&screen);
    assert_ne!(first, second);
    assert_eq!(first.map(|(_, target)| target), second.clone().map(|(_, target)| target), "both open one procedure");
    assert_eq!(at(&screen.input(due)), second);
}
