//! `tejun` alone: the home screen, and what it asks for.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::cli::args::Place;
use crate::cli::exit::{Exit, Fault};
use crate::cli::library::{Past, Read, Team, here, search};
use crate::cli::opening::{self, SHIPPED, SHIPPED_NAMES};
use crate::cli::screen::{Down, Wires, Wishes};
use crate::cli::{runs, screen};
use crate::clock::{Clock as _, SystemClock};
use crate::console::starter;
use crate::console::wire::Role;
use crate::i18n::Language;
use crate::ids::RunId;
use crate::plan::{Done, Duty, agenda};
use crate::run::event::Mode;
use crate::runbook::model::Contents;
use crate::runbook::parse::parse;
use crate::tui::Opening;
use crate::tui::backend::Input;
use crate::tui::model::home::{HomeAsk, HomeNews, Target};
use crate::tui::model::library::{FoundPlace, Library, ReadBook, Reckoned, Sketched};
use crate::tui::model::seek::Seek;

/// The home screen where there is a terminal, else what goes on in a few lines.
pub(super) fn console(place: &Place, language: Language) -> anyhow::Result<Exit> {
    use std::io::IsTerminal as _;
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return runs::overview(language);
    }
    let team = Team::of_user(place.record_dir.as_deref(), language)?;
    let folders = team.roots.iter().map(|root| root.to_string_lossy().into_owned()).collect();
    let title = |(name, bytes): (&&str, &&[u8])| ((*name).to_owned(), parse(name, bytes).title);
    let shipped = SHIPPED_NAMES.iter().zip(SHIPPED).map(title).collect();
    let library = Library::new(team.calendar.clone(), folders, shipped);
    screen::show_home(Opening::Home(Box::new(library)), team, place, language)
}

/// What the home screen works with.
pub(super) struct Desk {
    pub(super) team: Team,
    pub(super) place: Place,
    pub(super) language: Language,
    pub(super) inputs: Sender<Input>,
    /// Which reading and which search is the last that was asked for: what an older one says is not passed on.
    reading: Arc<Mutex<u64>>,
    searching: Arc<Mutex<u64>>,
    seeking: Arc<Mutex<u64>>,
    /// What the last reading came upon. Who holds it reckons, and the screen never does.
    known: Mutex<Known>,
}

/// What is held against each other to say what is due.
#[derive(Default)]
struct Known {
    /// The reading that it is of.
    reading: u64,
    duties: Vec<Duty>,
    done: Vec<Done>,
}

/// Passes on what one reading or search says, as long as it is the last one.
#[derive(Clone)]
struct Voice {
    inputs: Sender<Input>,
    turn: Arc<Mutex<u64>>,
    own: u64,
}

impl Voice {
    fn next(turn: &Arc<Mutex<u64>>, inputs: &Sender<Input>) -> Self {
        let mut last = turn.lock().unwrap_or_else(PoisonError::into_inner);
        *last += 1;
        Self { inputs: inputs.clone(), turn: turn.clone(), own: *last }
    }

    /// Whether it is still the last one.
    fn is_last(&self) -> bool {
        *self.turn.lock().unwrap_or_else(PoisonError::into_inner) == self.own
    }

    /// Whether it is still wanted to go on.
    fn say(&self, news: HomeNews) -> bool {
        let last = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        *last == self.own && self.inputs.send(Input::Home(Box::new(news))).is_ok()
    }
}

/// Does `work` beside the screen; where the system gives no thread for it, the screen says so.
fn beside(voice: &Voice, language: Language, work: impl FnOnce() + Send + 'static) {
    if let Err(why) = std::thread::Builder::new().spawn(work) {
        let said = language.pick(
            "システムがスレッドを作れないため、読んでいません。余裕ができたら読み直してください",
            "the system gives no thread, so nothing was read. Read again once it has room",
        );
        voice.say(HomeNews::Failed(format!("{said} ({why})")));
    }
}

/// So many runbooks are handed on at once.
const BATCH: usize = 40;

/// So many runbooks that were only looked at are handed on at once: they come quickly, and each time the list is made anew.
const SKETCHES: usize = 250;

/// What is due is reckoned anew after so many runbooks, while they are being read.
const RECKONED: usize = 200;

/// The most places that a search tells.
const MOST_FOUND: usize = 1000;

impl Desk {
    pub(super) fn new(team: Team, place: Place, language: Language, inputs: Sender<Input>) -> Self {
        let known = Mutex::default();
        let (reading, searching, seeking) = (Arc::default(), Arc::default(), Arc::default());
        Self { team, place, language, inputs, reading, searching, seeking, known }
    }

    /// Says something to the screen. A screen that is gone needs to hear nothing.
    pub(super) fn say(&self, news: HomeNews) {
        let _screen_is_gone = self.inputs.send(Input::Home(Box::new(news)));
    }

    /// Reads runbooks, records and journal, beside the screen.
    pub(super) fn reload(self: &Arc<Self>, runtime: &tokio::runtime::Handle) {
        let voice = Voice::next(&self.reading, &self.inputs);
        voice.say(HomeNews::Begun);
        let (desk, own, handle) = (self.clone(), voice.clone(), runtime.clone());
        beside(&voice, self.language, move || desk.read_past(&own, &handle));
        let (desk, own) = (self.clone(), voice.clone());
        beside(&voice, self.language, move || desk.read_books(&own));
    }

    /// What this reading has come upon; nothing of one before it.
    fn known(&self, voice: &Voice) -> MutexGuard<'_, Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.reading < voice.own {
            *known = Known { reading: voice.own, ..Known::default() };
        }
        known
    }

    fn read_books(&self, voice: &Voice) {
        let roots = if self.team.roots.is_empty() { here() } else { self.team.roots.clone() };
        let (mut sketches, mut books, mut count) = (Vec::new(), Vec::new(), 0);
        self.team.sketch(&roots, self.language, |read| match read {
            Read::Unread(one) => voice.say(HomeNews::Unread(one.message)),
            Read::Sketched(path, sketch) => {
                sketches.push(Sketched::of(path, &sketch));
                sketches.len() < SKETCHES || voice.say(HomeNews::Sketched(std::mem::take(&mut sketches)))
            }
            Read::Book(contents) => {
                books.push(contents);
                if books.len() < BATCH {
                    return true;
                }
                let all = count + books.len();
                let reckons = all / RECKONED != std::mem::replace(&mut count, all) / RECKONED;
                (sketches.is_empty() || voice.say(HomeNews::Sketched(std::mem::take(&mut sketches))))
                    && self.hand_on(std::mem::take(&mut books), voice)
                    && (!reckons || self.reckon(voice))
            }
        });
        if self.hand_on(books, voice) && self.reckon(voice) {
            voice.say(HomeNews::BooksRead);
        }
    }

    /// Hands runbooks on, and keeps what is due of them. Whether it is still wanted to go on.
    fn hand_on(&self, books: Vec<Contents>, voice: &Voice) -> bool {
        let duties: Vec<Duty> = books.iter().flat_map(Duty::all_of).collect();
        let books = books.into_iter().map(ReadBook::of).collect();
        let mut known = self.known(voice);
        let wanted = voice.say(HomeNews::Books(books));
        if wanted {
            known.duties.extend(duties);
        }
        wanted
    }

    /// Says what is due, as it is now. Whether it is still wanted to go on.
    fn reckon(&self, voice: &Voice) -> bool {
        let known = self.known(voice);
        let agenda = agenda(&self.team.calendar, &known.duties, &known.done, SystemClock.now());
        voice.say(HomeNews::Reckoned(Arc::new(Reckoned::of(agenda))))
    }

    /// The same once more, for the last reading.
    fn reckon_again(&self) {
        let own = *self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        self.reckon(&Voice { inputs: self.inputs.clone(), turn: self.reading.clone(), own });
    }

    fn read_past(&self, voice: &Voice, runtime: &tokio::runtime::Handle) {
        let past = runtime.block_on(Past::read(&self.team.folders, &self.team.records, self.language));
        for one in past.unread {
            voice.say(HomeNews::Unread(one.message));
        }
        let mut known = self.known(voice);
        if !voice.say(HomeNews::Past { done: past.done.clone(), open: past.open }) {
            return;
        }
        known.done = past.done;
        drop(known);
        self.reckon(voice);
    }

    /// Looks beside the screen for what a list is narrowed to. Where the system gives no thread for it the screen waits.
    fn seek(&self, seek: Seek) {
        let voice = Voice::next(&self.seeking, &self.inputs);
        let look = move |seek: &Seek| {
            if let Some(hits) = seek.hits(|| voice.is_last()) {
                voice.say(HomeNews::Sought { number: seek.number, hits });
            }
        };
        let (other, its) = (look.clone(), seek.clone());
        if std::thread::Builder::new().spawn(move || other(&its)).is_err() {
            look(&seek);
        }
    }

    /// Looks for words beside the screen.
    pub(super) fn search(self: &Arc<Self>, words: String) {
        let own = Voice::next(&self.searching, &self.inputs);
        let (desk, voice) = (self.clone(), own.clone());
        beside(&own, self.language, move || {
            let mut count = 0;
            // One that came after it is not kept waiting by what this one still has to read.
            let wanted = || voice.is_last();
            let mut unread = search(&desk.team.records, &words, desk.language, wanted, |hit| {
                count += 1;
                let place = FoundPlace {
                    record: hit.record.to_string_lossy().into_owned(),
                    title: hit.title.clone(),
                    line: (!hit.is_output()).then_some(hit.line),
                    text: hit.text,
                };
                count <= MOST_FOUND && voice.say(HomeNews::Found { words: words.clone(), places: vec![place] })
            });
            let cut = count > MOST_FOUND;
            voice.say(HomeNews::SearchOver { words, cut });
            if let Some(fault) = unread.pop() {
                voice.say(HomeNews::Failed(fault));
            }
        });
    }

    /// Shows a record.
    pub(super) fn record(&self, path: &str, line: Option<usize>) {
        let news = match crate::vault::source::read(Path::new(path)) {
            Ok(source) => HomeNews::Record { text: crate::runbook::parse::text(&source.bytes), line },
            Err(fault) => HomeNews::Failed(fault.told(self.language)),
        };
        self.say(news);
    }

    /// Opens a runbook: what is shown of it, and what a run of it is started from.
    pub(super) fn open(&self, target: &Target) -> Result<(Opening, screen::Ground), Fault> {
        let (path, wanted) = match target {
            Target::Book(path, wanted) => (PathBuf::from(path), wanted.clone()),
            Target::Shipped(name) => (self.shipped(name)?, None),
            Target::Run(_) | Target::Record(..) => return Err(Fault::usage("this is no runbook")),
        };
        let opened = opening::open(&path.to_string_lossy(), self.language)?;
        let standing = opening::standing(&self.place, &opened, &self.team.folders, self.language)?;
        let trusted = opening::trusted(&opened, &self.team.folders)?;
        let opening =
            screen::pick(&opened, &standing, &self.team.folders, (Mode::Live, trusted), wanted, self.language)?;
        Ok((opening, (opened, standing, Mode::Live)))
    }

    /// The file of a runbook that comes with the program, in the data folder; written where there is none.
    fn shipped(&self, name: &str) -> Result<PathBuf, Fault> {
        let dir = self.team.folders.data.join("runbooks");
        let path = dir.join(name);
        if path.exists() {
            return Ok(path);
        }
        let found = SHIPPED_NAMES.iter().zip(SHIPPED).find(|(known, _)| **known == name);
        let (_, bytes) = found.ok_or_else(|| Fault::usage("no such runbook comes with tejun"))?;
        let written = std::fs::create_dir_all(&dir).and_then(|()| std::fs::write(&path, bytes));
        let head = self.language.pick("付属の手順書を書き出せません", "the runbook could not be written");
        written.map_err(|fault| Fault::not_written(format!("{head}: {}: {fault}", path.display())))?;
        Ok(path)
    }
}

/// Does what the home screen asks for.
pub(super) fn carry_out(wires: &Wires, ask: HomeAsk) {
    let Some(desk) = wires.desk.clone() else { return };
    match ask {
        HomeAsk::Reload => desk.reload(&wires.runtime),
        HomeAsk::Search(words) => desk.search(words),
        HomeAsk::Seek(seek) => desk.seek(seek),
        HomeAsk::Leave => wires.line.leave(),
        HomeAsk::Reckon => {
            wires.runtime.spawn_blocking(move || desk.reckon_again());
        }
        HomeAsk::Open(Target::Run(run)) => go_back_to(wires, desk, run),
        HomeAsk::Open(Target::Record(path, line)) => {
            wires.runtime.spawn_blocking(move || desk.record(&path, line));
        }
        HomeAsk::Open(target) => {
            let (down, now) = (wires.down.clone(), wires.down());
            wires.runtime.spawn_blocking(move || match desk.open(&target) {
                Ok((opening, ground)) => {
                    let next = Down {
                        folders: now.folders.clone(),
                        operator: now.operator.clone(),
                        source: Some(ground),
                        wishes: Wishes::default(),
                        key: now.key.clone(),
                        role: Role::Drive,
                        language: now.language,
                    };
                    *down.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
                    desk.say(HomeNews::Opened(Box::new(opening)));
                }
                Err(fault) => desk.say(HomeNews::Failed(fault.text)),
            });
        }
    }
}

/// Joins a run that goes on; its host is started anew where it died.
fn go_back_to(wires: &Wires, desk: Arc<Desk>, run: RunId) {
    let pump = wires.pump();
    let task = wires.runtime.spawn(async move {
        let folders = desk.team.folders.clone();
        let exe = match opening::own_program() {
            Ok(exe) => exe,
            Err(fault) => return desk.say(HomeNews::Failed(fault.text)),
        };
        match starter::attach(&exe, &folders, run, desk.language).await {
            Ok(client) => {
                desk.say(HomeNews::Reached);
                pump.go(client, folders, run).await;
            }
            // It had nothing left to do but to save the record, and went.
            Err(fault) => {
                desk.say(HomeNews::Reached);
                if !pump.tell_end(&folders, run).await {
                    desk.say(HomeNews::Failed(opening::chain(&fault)));
                }
            }
        }
    });
    wires.line.follow(Some(task.abort_handle()));
}
