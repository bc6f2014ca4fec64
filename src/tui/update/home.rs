//! The home screen: moving in its lists, narrowing them, and opening what is selected.

#![expect(clippy::wildcard_enum_match_arm, reason = "an action of another family does not come here")]

use std::sync::Arc;

use crate::tui::action::Action;
use crate::tui::content::home as content;
use crate::tui::edit::Field;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::home::{Home, HomeAsk, HomeNews, Tab, Target, Typed};
use crate::tui::model::library::Found;
use crate::tui::model::{Dialog, Model, Opening, Paper, Reader, Request, Screen, Text, Tone};
use crate::tui::update::navigate::shifted;
use crate::tui::update::{follow, open, say};
use crate::tui::words::{HomeWords, Say};

/// Carries an action out where it is one of the home screen.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Vec<Request>> {
    if !matches!(model.screen, Screen::Home) || model.dialog.is_some() {
        return None;
    }
    let page = usize::from(model.layout.body.height.saturating_sub(1)).max(1);
    let home = model.home.as_mut()?;
    // What is typed last is still being looked for: the key is for what will be found, not for what is seen.
    if waits(home, action) && home.later(action) {
        return Some(Vec::new());
    }
    match action {
        Action::Down | Action::Up | Action::PageDown | Action::PageUp | Action::First | Action::Last => {
            // First is the first row that opens something; headings stay in sight above it.
            home.select(shifted(home.selected, action, page));
        }
        Action::ChoiceAfter => home.select(home.selected + 1),
        Action::ChoiceBefore => home.select(home.selected.saturating_sub(1)),
        Action::NextPane => show(home, home.tab.moved(1)),
        Action::PaneBefore => show(home, home.tab.moved(Tab::ALL.len() - 1)),
        Action::Filter => home.typing = Some(Typed::Filter),
        Action::SearchAll => {
            home.typing = Some(Typed::Search);
            show(home, Tab::Found);
        }
        Action::Cancel => cancel(home),
        Action::Reload => return Some(vec![Request::Home(HomeAsk::Reload)]),
        Action::Accept if home.typing == Some(Typed::Search) => return Some(search(home)),
        Action::Accept | Action::Open => return Some(open_selected(model)),
        _ => return None,
    }
    Some(Vec::new())
}

/// Whether an action is for a row of the list.
fn waits(home: &Home, action: Action) -> bool {
    match action {
        Action::Accept => home.typing != Some(Typed::Search),
        Action::Down
        | Action::Up
        | Action::PageDown
        | Action::PageUp
        | Action::First
        | Action::Last
        | Action::ChoiceAfter
        | Action::ChoiceBefore
        | Action::Open => true,
        _ => false,
    }
}

fn show(home: &mut Home, tab: Tab) {
    if home.tab != tab {
        home.tab = tab;
        home.leave_list();
    }
}

fn cancel(home: &mut Home) {
    home.typing = None;
    if !home.filter.is_blank() {
        let before = home.chosen();
        home.filter = Field::default();
        let _all_rows_are_there_at_once = home.seek();
        let at = before.and_then(|before| home.place_of(&before)).unwrap_or(0);
        home.select(at);
    }
}

fn search(home: &mut Home) -> Vec<Request> {
    home.typing = None;
    let words = home.search.text().trim().to_owned();
    home.stale = true;
    if words.is_empty() {
        home.library.found = Found::default();
        return Vec::new();
    }
    home.library.found = Found { words: words.clone(), ..Found::default() };
    home.begin();
    vec![Request::Home(HomeAsk::Search(words))]
}

fn open_selected(model: &mut Model) -> Vec<Request> {
    let language = model.language;
    let Some(home) = model.home.as_mut() else { return Vec::new() };
    home.typing = None;
    let Some(target) = home.chosen() else { return Vec::new() };
    if home.opening {
        return Vec::new();
    }
    home.opening = true;
    home.opened_record = match &target {
        Target::Record(path, _) => Some(sanitise_inline(path)),
        Target::Book(..) | Target::Shipped(_) | Target::Run(_) => None,
    };
    say(model, HomeWords::OPENING.text(language), Tone::Plain);
    vec![Request::Home(HomeAsk::Open(target))]
}

/// What was typed changes what is shown.
pub(super) fn typed(home: &mut Home) -> Vec<Request> {
    let asked = if home.typing == Some(Typed::Filter) { home.seek() } else { None };
    asked.map(Request::Home).into_iter().collect()
}

/// The home screen is shown again, and what is behind it is left.
pub(super) fn back(model: &mut Model) -> Vec<Request> {
    model.screen = Screen::Home;
    model.dialog = None;
    model.dialog_problem = None;
    model.paper = Paper::default();
    model.offers_document = false;
    model.offers_outputs = false;
    if let Some(home) = &mut model.home {
        home.opening = false;
    }
    vec![Request::Home(HomeAsk::Leave), Request::Home(HomeAsk::Reload)]
}

/// Whether the rows of a list are other ones after such news.
fn shows(tab: Tab, news: &HomeNews) -> bool {
    match news {
        // The rows of before stay until there are others.
        HomeNews::Begun
        | HomeNews::Opened(_)
        | HomeNews::Reached
        | HomeNews::Record { .. }
        | HomeNews::Sought { .. }
        | HomeNews::Failed(_) => false,
        HomeNews::Sketched(_) | HomeNews::Books(_) | HomeNews::Unread(_) => tab == Tab::Library,
        HomeNews::Reckoned(_) => tab == Tab::Due,
        HomeNews::BooksRead => matches!(tab, Tab::Due | Tab::Library),
        HomeNews::Past { .. } => tab != Tab::Found,
        HomeNews::Found { .. } | HomeNews::SearchOver { .. } => tab == Tab::Found,
    }
}

/// Takes news in.
pub(super) fn news(model: &mut Model, news: HomeNews) -> Vec<Request> {
    let Some(home) = model.home.as_mut() else { return Vec::new() };
    home.stale |= shows(home.tab, &news);
    let library = &mut home.library;
    match news {
        HomeNews::Begun => {
            library.books.clear();
            library.sketched.clear();
            library.unread.clear();
            (library.books_read, library.past_read) = (false, false);
        }
        HomeNews::Sketched(sketched) => {
            library.sketched.extend(sketched.into_iter().map(|book| (book.path.clone(), Arc::new(book))));
        }
        HomeNews::Books(books) => {
            for book in books {
                library.sketched.remove(&book.contents.path);
                library.books.push(Arc::new(book));
            }
        }
        HomeNews::Reckoned(reckoned) => library.reckoned = reckoned,
        HomeNews::Unread(why) => library.unread.push(sanitise_inline(&why)),
        HomeNews::BooksRead => {
            library.books_read = true;
            library.sketched.clear();
        }
        HomeNews::Past { done, open } => (library.done, library.open, library.past_read) = (done, open, true),
        HomeNews::Opened(opening) => return opened(model, *opening),
        HomeNews::Reached => {
            home.opening = false;
            if matches!(model.screen, Screen::Home) {
                model.screen = Screen::waiting(model.now);
                model.said = None;
            }
        }
        HomeNews::Record { text, line } => {
            home.opening = false;
            if matches!(model.screen, Screen::Home) {
                model.said = None;
                model.paper = Paper {
                    text: Text::There(Box::new(crate::tui::document::Document::of(&text))),
                    ..Paper::default()
                };
                open(model, Dialog::Document(Box::new(Reader::at(line))));
            }
        }
        HomeNews::Found { words, places } if words == library.found.words => library.found.places.extend(places),
        HomeNews::Sought { number, hits } => {
            let (then, next) = home.found(number, hits);
            let mut asked: Vec<Request> = next.map(Request::Home).into_iter().collect();
            asked.extend(then.into_iter().flat_map(|action| act(model, action).unwrap_or_default()));
            return asked;
        }
        HomeNews::SearchOver { words, cut } if words == library.found.words => {
            library.found.over = true;
            library.found.cut = cut;
        }
        // Of a search that was given up.
        HomeNews::Found { .. } | HomeNews::SearchOver { .. } => {}
        HomeNews::Failed(why) => {
            home.opening = false;
            let text = if why.is_empty() { Say::NOTHING_FITS.text(model.voice()).into_owned() } else { why };
            say(model, &text, Tone::Problem);
        }
    }
    Vec::new()
}

fn opened(model: &mut Model, opening: Opening) -> Vec<Request> {
    if let Some(home) = &mut model.home {
        home.opening = false;
    }
    if matches!(model.screen, Screen::Home) {
        model.said = None;
        model.show(opening);
    }
    Vec::new()
}

/// Makes the rows anew where something has changed, and keeps the selected one in sight.
pub(super) fn settle(model: &mut Model) -> Vec<Request> {
    if !matches!(model.screen, Screen::Home) {
        return Vec::new();
    }
    let body = model.layout.body;
    let room = usize::from(body.width);
    let (now, language, ascii) = (model.now, model.language, model.ascii);
    let keymap = model.keymap.clone();
    let Some(home) = model.home.as_mut() else { return Vec::new() };
    let minute = now - chrono::TimeDelta::seconds(i64::from(chrono::Timelike::second(&now)));
    let known = home.made_for.map(|(room, at)| (room, at.timestamp() / 60));
    let wanted = (room, minute.timestamp() / 60);
    let another_minute = known.is_some_and(|(_, at)| at != wanted.1);
    let mut asked = Vec::new();
    if home.stale || known != Some(wanted) {
        let rows = content::items(home, content::Pen { now, language, keymap: &keymap, ascii, room });
        asked.extend(home.offer(rows).map(Request::Home));
        home.stale = false;
        home.made_for = Some((room, minute));
    }
    let height = usize::from(body.height);
    let at = home.selected;
    // The headings over the selected row are shown with it.
    let top = (0..at).rev().take_while(|i| home.row(*i).is_some_and(|row| !row.opens())).last().unwrap_or(at);
    let top = if at - top < height { top } else { at };
    home.scroll = follow(home.scroll, top, at, height, home.hits.len());
    asked.extend(another_minute.then_some(Request::Home(HomeAsk::Reckon)));
    asked
}
