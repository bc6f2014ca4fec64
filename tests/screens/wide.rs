//! On a terminal that draws characters of ambiguous width in two columns, as many do where Japanese is read: every
//! character is where the program believes it to be, and no row is longer than the screen.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use ratatui::backend::CrosstermBackend;
use ratatui::buffer::CellWidth as _;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use tejun::console::wire::{Frame, FromHost, PaneSlot, Role};
use tejun::i18n::Language;
use tejun::ids::{AttemptId, StepId};
use tejun::run::event::{AttemptStart, Event, Fact};
use tejun::term::cells::{Look, Span};
use tejun::tui::text::measure_as;
use tejun::tui::theme::Ambiguous;
use tejun::tui::{Opening, Theme, view};
use unicode_width::UnicodeWidthChar as _;
use uuid::Uuid;

use super::harness::{Screen, now};
use super::sample;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 10)];

const ATTEMPT: AttemptId = AttemptId(Uuid::from_u128(1));

/// Bytes on their way to the terminal.
#[derive(Clone, Default)]
struct Line(Arc<Mutex<Vec<u8>>>);

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is seen in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Glyph {
    /// A character, or nothing.
    Text(String),
    /// The right half of the one before.
    Half,
}

/// The screen of a terminal that draws ambiguous characters wide, as far as the program uses one.
struct Glass {
    ambiguous: Ambiguous,
    cols: usize,
    rows: Vec<Vec<Glyph>>,
    at: (usize, usize),
    /// What did not fit into its row.
    over: Vec<String>,
}

impl Glass {
    fn new((w, h): (u16, u16), ambiguous: Ambiguous) -> Self {
        let blank = vec![Glyph::Text(" ".into()); usize::from(w)];
        Self { ambiguous, cols: usize::from(w), rows: vec![blank; usize::from(h)], at: (0, 0), over: Vec::new() }
    }

    /// The columns that a character takes.
    fn wide(&self, c: char) -> usize {
        let wide = match self.ambiguous {
            Ambiguous::Wide if ('α'..='ω').contains(&c) => Some(2),
            Ambiguous::Wide => c.width_cjk(),
            Ambiguous::Narrow => c.width(),
        };
        wide.unwrap_or(0)
    }

    /// What stands in some columns of a row.
    fn seen(&self, columns: Range<usize>, y: usize) -> String {
        let glyphs = self.rows[y][columns].iter().map(|glyph| match glyph {
            Glyph::Text(text) => text.as_str(),
            Glyph::Half => "",
        });
        glyphs.collect()
    }

    fn feed(&mut self, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c != '\u{1b}' {
                self.put(c);
                continue;
            }
            assert_eq!(rest.next(), Some('['), "only such sequences are known here");
            let mut numbers = String::new();
            for c in rest.by_ref() {
                match c {
                    'H' => self.moved(&numbers),
                    c if c.is_ascii_alphabetic() => {}
                    c => {
                        numbers.push(c);
                        continue;
                    }
                }
                break;
            }
        }
    }

    fn moved(&mut self, numbers: &str) {
        let parts: Vec<&str> = numbers.split(';').collect();
        if let [row, column] = parts[..]
            && let (Ok(row), Ok(column)) = (row.parse::<usize>(), column.parse::<usize>())
        {
            self.at = (column - 1, row - 1);
        }
    }

    fn put(&mut self, c: char) {
        let wide = self.wide(c);
        let (x, y) = self.at;
        if wide == 0 {
            let before = self.rows[y][..x].iter_mut().rev().find_map(|glyph| match glyph {
                Glyph::Text(text) => Some(text),
                Glyph::Half => None,
            });
            before.expect("a mark follows its character").push(c);
            return;
        }
        if x + wide > self.cols {
            self.over.push(format!("{c:?} at {x},{y}"));
            return;
        }
        for column in x..x + wide {
            self.clear(column, y);
        }
        self.rows[y][x] = Glyph::Text(c.to_string());
        for half in x + 1..x + wide {
            self.rows[y][half] = Glyph::Half;
        }
        self.at = (x + wide, y);
    }

    /// Half of a character does not stay alone.
    fn clear(&mut self, x: usize, y: usize) {
        let blank = || Glyph::Text(" ".into());
        let first = (0..=x).rev().find(|column| self.rows[y][*column] != Glyph::Half).unwrap_or(0);
        let last = (x + 1..self.cols).take_while(|column| self.rows[y][*column] == Glyph::Half).last().unwrap_or(x);
        self.rows[y][first..=last].fill_with(blank);
    }
}

struct Both {
    screen: Screen,
    terminal: Terminal<CrosstermBackend<Line>>,
    line: Line,
    glass: Glass,
    name: String,
}

impl Both {
    fn new(size: (u16, u16), language: Language, opening: impl FnOnce(Screen) -> Screen) -> Self {
        Self::drawn(Ambiguous::Wide, size, language, opening)
    }

    fn drawn(
        ambiguous: Ambiguous,
        (w, h): (u16, u16),
        language: Language,
        opening: impl FnOnce(Screen) -> Screen,
    ) -> Self {
        let theme = Theme::named("dark").unwrap().drawn(ambiguous);
        let screen = opening(Screen::in_theme(w, h, language, theme, Opening::Attach));
        let line = Line::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, w, h));
        let terminal =
            Terminal::with_options(CrosstermBackend::new(line.clone()), TerminalOptions { viewport }).unwrap();
        let name = format!("{w}x{h} {language:?}");
        Self { screen, terminal, line, glass: Glass::new((w, h), ambiguous), name }.checked()
    }

    fn keys(mut self, keys: &str) -> Self {
        self.name.push_str(keys);
        self.screen = self.screen.keys(keys);
        self.checked()
    }

    fn host(mut self, message: FromHost) -> Self {
        self.screen = self.screen.host(message);
        self.checked()
    }

    /// Draws what changed, and compares what is seen with what was meant.
    fn checked(mut self) -> Self {
        measure_as(self.glass.ambiguous);
        let (model, theme) = (&self.screen.model, &self.screen.settings.theme);
        let meant = self.terminal.draw(|frame| view::draw(model, theme, frame)).unwrap().buffer.clone();
        let bytes = std::mem::take(&mut *self.line.0.lock().unwrap());
        self.glass.feed(&bytes);
        assert!(self.glass.over.is_empty(), "{}: {:?}\n{}", self.name, self.glass.over, self.screen.text());
        for y in 0..meant.area.height {
            let mut x = 0;
            while x < meant.area.width {
                let cell = &meant[(x, y)];
                let columns = usize::from(x)..usize::from(x + cell.cell_width().max(1));
                let seen = self.glass.seen(columns, usize::from(y));
                assert_eq!(seen, cell.symbol(), "{} at {x},{y}\n{}", self.name, self.screen.text());
                x += cell.cell_width().max(1);
            }
            assert_eq!(x, meant.area.width, "{} row {y}\n{}", self.name, self.screen.text());
        }
        self
    }
}

/// The facts of a run whose document is full of such characters.
fn facts() -> Vec<Fact> {
    let mut procedure = sample::weekly();
    procedure.title = "①月曜日 → システムチェック…（α）".into();
    for step in &mut procedure.steps {
        step.title = format!("①{}②→③…※○×−＝ﾊﾞｯｸｱｯﾌﾟ①②③④⑤⑥⑦⑧⑨⑩", step.title);
        for block in &mut step.blocks {
            for command in &mut block.commands {
                command.text.push_str(" # ①→②…「※」 α±β ○●◎ ───── 円");
            }
        }
        for rule in &mut step.rules {
            rule.text = format!("※{} → ①", rule.text);
        }
    }
    let mut facts = sample::begun_with(procedure, tejun::run::event::Mode::Live, now());
    let start = AttemptStart {
        attempt: ATTEMPT,
        step: StepId("s1".into()),
        command: 0,
        number: 1,
        lane: 1,
        text: "systemctl status ①".into(),
    };
    facts.push(sample::fact(3, now(), Event::AttemptStarted(start)));
    facts
}

fn picture(cursor: Option<(u16, u16)>) -> FromHost {
    let texts = [
        "● nginx.service - ①…    Loaded: loaded",
        "├─4711 nginx: master     └─4712 α worker",
        "█████████░░░░  70%",
        "①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①①",
        "日本語①と②",
    ];
    let row = |text: &str| vec![Span { text: text.to_owned(), look: Look::default() }];
    FromHost::Frame(Frame {
        number: 1,
        pane: PaneSlot::default(),
        attempt: ATTEMPT,
        whole: true,
        rows: texts.iter().enumerate().map(|(at, text)| (u16::try_from(at).unwrap(), row(text))).collect(),
        cursor,
        above: 0,
        below: 0,
        bytes: 300,
        app_cursor: false,
        bracketed_paste: false,
    })
}

#[test]
fn every_character_is_where_it_is_meant_to_be_on_every_screen() {
    for size in SIZES {
        // English is no wider than Japanese: one size of it will do.
        let languages = if size == SIZES[0] { vec![Language::Ja, Language::En] } else { vec![Language::Ja] };
        for language in languages {
            let joined =
                || Both::new(size, language, |screen| screen.welcomed(facts(), Role::Drive)).host(picture(None));
            for keys in [
                "j",
                "jj<enter>",
                "o",
                "o|",
                "n①→②",
                "e",
                "+①…",
                "s①理由…",
                "d",
                "v",
                "?",
                ":①",
                "S",
                "D",
                "E",
                "r",
                "H",
                "q",
                "p",
            ] {
                joined().keys(keys).keys("<esc>").keys("j");
            }
            let list = Both::new(size, language, |screen| screen.runbook(sample::runbook(), false));
            list.keys("/①").keys("<esc>").keys("<enter>").keys("t");
        }
    }
}

#[test]
fn a_terminal_that_draws_them_narrow_shows_half_width_kana_with_their_sound_marks_in_place() {
    let open = |screen: Screen| screen.welcomed(facts(), Role::Drive);
    let both = Both::drawn(Ambiguous::Narrow, (80, 24), Language::Ja, open).host(picture(Some((3, 1))));
    both.keys("j").keys("o").keys("o").keys("nﾊﾞｯｸｱｯﾌﾟ①→").keys("<esc>").keys("?").keys("<esc>").keys(":ﾊﾞ");
}

#[test]
fn a_screen_that_changes_from_one_size_to_another_leaves_nothing_behind() {
    let both = Both::new(SIZES[0], Language::Ja, |screen| screen.welcomed(facts(), Role::Drive)).host(picture(None));
    both.keys("jj").keys("kk").keys("<tab><tab>").keys("o").keys("o").keys("?").keys("<pgdn>").keys("<esc>").keys("gg");
}

#[test]
fn the_borders_and_marks_of_the_program_are_those_of_ascii() {
    let both = Both::new((80, 24), Language::Ja, |screen| screen.joined()).keys("s");
    let text = both.screen.text();
    assert!(text.contains("+---") && !text.contains('─') && !text.contains('│'), "{text}");
}
