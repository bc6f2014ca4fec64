//! A screen driven as the loop drives it, with a backend that writes down what it is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::CellWidth as _;
use tejun::clock::TestClock;
use tejun::console::wire::{FromHost, Role, ToHost};
use tejun::i18n::Language;
use tejun::ids::{AttemptId, Digest, ProcedureId, RunId};
use tejun::run::command::Command;
use tejun::run::event::{Event, Fact};
use tejun::runbook::model::Runbook;
use tejun::tui::backend::{Backend, Beside, Input};
use tejun::tui::drive::{self, Turn};
use tejun::tui::keymap::Keymap;
use tejun::tui::model::Model;
use tejun::tui::model::home::HomeAsk;
use tejun::tui::{Opening, Settings, Theme};
use uuid::Uuid;

use super::sample;

#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) sent: Vec<ToHost>,
    pub(crate) started: Vec<(ProcedureId, Beside)>,
    pub(crate) joined: Vec<RunId>,
    pub(crate) trusted: usize,
    /// The texts that are trusted before anybody is asked.
    pub(crate) known: Vec<Digest>,
    /// The texts that were trusted by a yes.
    pub(crate) texts_trusted: Vec<Digest>,
    pub(crate) remembered: Vec<(String, String)>,
    pub(crate) copied: Vec<String>,
    pub(crate) copies_asked: Vec<AttemptId>,
    pub(crate) saves: Vec<(AttemptId, String)>,
    pub(crate) asked: Vec<HomeAsk>,
    ids: u128,
}

impl Backend for Heard {
    fn trust(&mut self) -> Result<(), String> {
        self.trusted += 1;
        Ok(())
    }

    fn trusts(&mut self, _path: &str, sha256: &Digest) -> bool {
        self.known.contains(sha256)
    }

    fn trust_text(&mut self, path: &str, shown: &Digest) -> Result<(), String> {
        if path.starts_with("/gone/") {
            return Err("the list cannot be written".into());
        }
        self.texts_trusted.push(shown.clone());
        Ok(())
    }

    fn start(&mut self, procedure: &ProcedureId, beside: Beside) {
        self.started.push((procedure.clone(), beside));
    }

    fn join(&mut self, run: RunId) {
        self.joined.push(run);
    }

    fn send(&mut self, message: ToHost) {
        self.sent.push(message);
    }

    fn remember(&mut self, values: Vec<(String, String)>) {
        self.remembered.extend(values);
    }

    fn copy(&mut self, text: &str) {
        self.copied.push(text.to_owned());
    }

    fn copy_output(&mut self, attempt: AttemptId) {
        self.copies_asked.push(attempt);
    }

    fn save_output(&mut self, attempt: AttemptId, name: &str) {
        self.saves.push((attempt, name.to_owned()));
    }

    fn home(&mut self, ask: HomeAsk) {
        self.asked.push(ask);
    }

    fn fresh_id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }
}

pub(crate) fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-16T02:07:31+09:00").unwrap()
}

pub(crate) struct Screen {
    size: (u16, u16),
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<TestClock>,
    terminal: Terminal<TestBackend>,
    pub(crate) model: Model,
    pub(crate) heard: Heard,
    pub(crate) turn: Turn,
    seq: u64,
}

impl Screen {
    pub(crate) fn new(w: u16, h: u16) -> Self {
        Self::open(w, h, Language::Ja, "dark", Opening::Attach)
    }

    pub(crate) fn english(w: u16, h: u16) -> Self {
        Self::open(w, h, Language::En, "dark", Opening::Attach)
    }

    pub(crate) fn open(w: u16, h: u16, language: Language, theme: &str, opening: Opening) -> Self {
        Self::in_theme(w, h, language, Theme::named(theme).unwrap(), opening)
    }

    pub(crate) fn in_theme(w: u16, h: u16, language: Language, theme: Theme, opening: Opening) -> Self {
        let clock = Arc::new(TestClock::at(now()));
        let settings = Settings {
            language,
            theme,
            keymap: Keymap::default(),
            mouse: false,
            clipboard: true,
            clock: clock.clone(),
            operator: "tanaka".to_owned(),
            earlier: BTreeMap::from([("db_name".to_owned(), vec!["app".to_owned(), "shop\nlines".to_owned()])]),
            preview: |_| vec![("内容".to_owned(), "システムチェック".to_owned())],
        };
        let model = Model::new(opening, &settings, (w, h));
        let terminal = Terminal::new(TestBackend::new(w, h)).unwrap();
        let heard = Heard::default();
        let mut screen = Self { size: (w, h), settings, clock, terminal, model, heard, turn: Turn::On, seq: 0 };
        screen.draw();
        screen
    }

    /// The same with other keys.
    pub(crate) fn with_keymap(mut self, keymap: Keymap) -> Self {
        self.model.keymap = keymap;
        self.input(Input::Tick)
    }

    /// The screen was left.
    pub(crate) fn left(&self) {
        assert!(matches!(self.turn, Turn::Left(_)), "{}", self.text());
    }

    /// The picker of a document.
    pub(crate) fn runbook(self, runbook: Runbook, trusted: bool) -> Self {
        let (w, h) = self.size;
        let (text, place) = (sample::TEXT.to_owned(), sample::place(false));
        let opening =
            Opening::Pick { runbook: Box::new(runbook), text, trusted, changes: Vec::new(), wanted: None, place };
        Self::in_theme(w, h, self.settings.language, self.settings.theme, opening)
    }

    /// A run of the sample that was just joined.
    pub(crate) fn joined(self) -> Self {
        self.welcomed(sample::begun(now()), Role::Drive)
    }

    pub(crate) fn welcomed(mut self, facts: Vec<Fact>, role: Role) -> Self {
        self.seq = u64::try_from(facts.len()).unwrap();
        let run = sample::run_id();
        self.host(FromHost::Welcome {
            protocol: 1,
            run,
            role,
            tejun: "0.1.0".into(),
            facts,
            document: true,
            outputs: true,
            challenge: None,
        })
    }

    /// What a host says that took the run up again.
    pub(crate) fn welcome_again(&self) -> FromHost {
        let (run, facts) = (sample::run_id(), sample::begun(now()));
        FromHost::Welcome {
            protocol: 1,
            run,
            role: Role::Drive,
            tejun: "0.1.0".into(),
            facts,
            document: true,
            outputs: true,
            challenge: None,
        }
    }

    pub(crate) fn host(self, message: FromHost) -> Self {
        self.input(Input::Host(Box::new(message)))
    }

    /// Facts that the host has committed.
    pub(crate) fn facts(mut self, events: Vec<Event>) -> Self {
        let mut facts = Vec::new();
        for event in events {
            self.seq += 1;
            facts.push(sample::fact(self.seq, now(), event));
        }
        self.host(FromHost::Committed { facts, done: None })
    }

    pub(crate) fn input(mut self, input: Input) -> Self {
        self.feed(input);
        self
    }

    pub(crate) fn feed(&mut self, input: Input) {
        if let Input::Terminal(TerminalEvent::Resize(w, h)) = &input {
            self.terminal.backend_mut().resize(*w, *h);
            self.size = (*w, *h);
        }
        self.feed_all(vec![input]);
    }

    /// Inputs that came together.
    pub(crate) fn feed_all(&mut self, mut batch: Vec<Input>) {
        self.turn = drive::take_in(&mut self.model, &self.settings, &mut self.heard, &mut batch);
        self.draw();
    }

    fn draw(&mut self) {
        drive::draw(&mut self.terminal, &mut self.model, &self.settings, &mut self.heard).unwrap();
    }

    /// Keys: letters as they stand, others in angles, such as `<enter>`, `<c-c>`.
    pub(crate) fn keys(mut self, keys: &str) -> Self {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let (key, used) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                Some((name, _)) => (named(name), name.len() + 2),
                None => (KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE), c.len_utf8()),
            };
            self.feed(Input::Terminal(TerminalEvent::Key(key)));
            rest = &rest[used..];
        }
        self
    }

    /// Whose output is shown.
    pub(crate) fn model_output(&self) -> Option<tejun::ids::AttemptId> {
        match &self.model.screen {
            tejun::tui::model::Screen::Run(run) => run.output.attempt,
            tejun::tui::model::Screen::Home
            | tejun::tui::model::Screen::Pick(_)
            | tejun::tui::model::Screen::Waiting { .. } => None,
        }
    }

    /// The commands that were sent, in order.
    pub(crate) fn commands(&self) -> Vec<&Command> {
        self.heard
            .sent
            .iter()
            .filter_map(|m| match m {
                ToHost::Do { command, .. } => Some(command),
                ToHost::Hello { .. }
                | ToHost::Prove { .. }
                | ToHost::TakeOver
                | ToHost::ReadDocument
                | ToHost::RenewDocument { .. }
                | ToHost::ReadOutput { .. }
                | ToHost::SearchOutput { .. }
                | ToHost::CompareOutput { .. }
                | ToHost::View { .. }
                | ToHost::FrameShown { .. }
                | ToHost::Type { .. } => None,
            })
            .collect()
    }

    /// The screen as text; the hidden halves of wide characters are left out.
    pub(crate) fn text(&self) -> String {
        let buffer = self.terminal.backend().buffer();
        let mut text = String::new();
        for y in 0..buffer.area.height {
            let mut x = 0;
            let mut row = String::new();
            while x < buffer.area.width {
                let cell = &buffer[(x, y)];
                row.push_str(cell.symbol());
                x += cell.cell_width().max(1);
            }
            text.push_str(row.trim_end());
            text.push('\n');
        }
        text
    }

    pub(crate) fn shows(self, wanted: &str) -> Self {
        assert!(self.text().contains(wanted), "`{wanted}` is not on the screen:\n{}", self.text());
        self
    }

    pub(crate) fn hides(self, unwanted: &str) -> Self {
        assert!(!self.text().contains(unwanted), "`{unwanted}` is on the screen:\n{}", self.text());
        self
    }

    /// Where the terminal's cursor stands.
    pub(crate) fn cursor(&mut self) -> (u16, u16) {
        let at = self.terminal.get_cursor_position().unwrap();
        (at.x, at.y)
    }

    pub(crate) fn buffer(&self) -> &ratatui::buffer::Buffer {
        self.terminal.backend().buffer()
    }
}

fn named(name: &str) -> KeyEvent {
    if let Some(c) = name.strip_prefix("c-") {
        return KeyEvent::new(KeyCode::Char(c.chars().next().unwrap()), KeyModifiers::CONTROL);
    }
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "bs" => KeyCode::Backspace,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "pgdn" => KeyCode::PageDown,
        "pgup" => KeyCode::PageUp,
        "f5" => KeyCode::F(5),
        "f12" => KeyCode::F(12),
        other => panic!("no key is called {other}"),
    };
    KeyEvent::new(code, KeyModifiers::NONE)
}
