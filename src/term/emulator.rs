//! The screen of a pane: bytes in, rows out.
//!
//! Takes any stream: what a program must not do to us (long strings, heaps of combining marks, questions about title,
//! clipboard or colours) is taken out before or after the emulation. Knows no clock: the host ends an overlong
//! synchronised update.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use alacritty_terminal::Term;
use alacritty_terminal::event::{Event, EventListener};
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::term::{Config, Osc52, TermMode};
use alacritty_terminal::vte::ansi::{Color, NamedColor, Processor, Rgb, Timeout};

use super::cells::{Colour, Look, Row, Span};
use super::sanitise::is_invisible;
use super::strings::StringFilter;

/// More marks on one character are not shown.
const MOST_MARKS: usize = 8;

/// The stream is fed in pieces of this size, so that marks cannot pile up between two looks.
const PIECE: usize = 256;

/// Answers that wait to be typed; a program that asks more without reading gets no more.
const MOST_REPLIES: usize = 4096;

/// Where the cursor is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// From the top, from 0.
    pub row: u16,
    /// From the left, from 0.
    pub col: u16,
    /// Whether the program shows it.
    pub visible: bool,
}

/// The emulated terminal of one pane.
pub struct Emulator {
    term: Term<Listener>,
    parser: Processor<Untimed>,
    strings: StringFilter,
    listener: Listener,
    size: Extent,
    scrollback: usize,
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator")
            .field("size", &self.size)
            .field("history", &self.history_len())
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy)]
struct Extent {
    cols: usize,
    rows: usize,
}

impl Extent {
    /// At least what the emulation can do, at most what memory allows.
    fn of(cols: u16, rows: u16) -> Self {
        Self { cols: usize::from(cols.clamp(2, 1000)), rows: usize::from(rows.clamp(1, 500)) }
    }
}

impl Dimensions for Extent {
    fn total_lines(&self) -> usize {
        self.rows
    }

    fn screen_lines(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.cols
    }
}

/// Says only whether an update is open; the host looks at the clock.
#[derive(Debug, Default)]
struct Untimed(bool);

impl Timeout for Untimed {
    fn set_timeout(&mut self, _duration: Duration) {
        self.0 = true;
    }

    fn clear_timeout(&mut self) {
        self.0 = false;
    }

    fn pending_timeout(&self) -> bool {
        self.0
    }
}

/// Collects the answers that a program may get.
#[derive(Debug, Clone, Default)]
struct Listener(Arc<Mutex<Vec<u8>>>);

impl EventListener for Listener {
    fn send_event(&self, event: Event) {
        // Everything else (title, clipboard, colours, bell) has no way to us: this is intentional.
        if let Event::PtyWrite(text) = event
            && is_allowed(&text)
        {
            let mut replies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if replies.len() + text.len() <= MOST_REPLIES {
                replies.extend_from_slice(text.as_bytes());
            }
        }
    }
}

/// Whether `reply` is a device attribute, a status or a position of the cursor: digits that no program can choose.
fn is_allowed(reply: &str) -> bool {
    let Some(rest) = reply.strip_prefix("\u{1b}[") else { return false };
    let rest = rest.trim_start_matches(['?', '>']);
    rest.strip_suffix(['c', 'n', 'R']).is_some_and(|numbers| numbers.chars().all(|c| c.is_ascii_digit() || c == ';'))
}

impl Emulator {
    /// An empty screen that keeps `scrollback` lines that went off its top.
    pub fn new(cols: u16, rows: u16, scrollback: usize) -> Self {
        let size = Extent::of(cols, rows);
        let listener = Listener::default();
        Self {
            term: fresh(size, scrollback, &listener),
            parser: Processor::new(),
            strings: StringFilter::default(),
            listener,
            size,
            scrollback,
        }
    }

    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut kept = Vec::with_capacity(bytes.len());
        self.strings.push(bytes, &mut kept);
        for piece in kept.chunks(PIECE) {
            self.guarded(|term, parser| parser.advance(term, piece));
            self.prune_marks();
        }
    }

    /// What the program asked and is to be typed for it; each answer is given once.
    pub fn replies(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.listener.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the program began an update that is not to be shown before its end.
    pub fn sync_open(&self) -> bool {
        self.parser.sync_timeout().pending_timeout()
    }

    /// Ends such an update, because it took too long.
    pub fn stop_sync(&mut self) {
        self.guarded(|term, parser| parser.stop_sync(term));
    }

    /// The pane has another size.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.size = Extent::of(cols, rows);
        let size = self.size;
        self.guarded(|term, _| term.resize(size));
    }

    /// The rows that are seen when the pane is scrolled back by `scroll` lines.
    pub fn rows(&self, scroll: usize) -> Vec<Row> {
        let back = to_line(scroll.min(self.history_len()));
        (0..to_line(self.size.rows)).map(|row| self.row(Line(row - back))).collect()
    }

    /// All rows, from the oldest that is kept to the last one of the screen.
    pub fn all_rows(&self) -> Vec<Row> {
        (-to_line(self.history_len())..to_line(self.size.rows)).map(|line| self.row(Line(line))).collect()
    }

    /// The row of the cursor among [`Emulator::all_rows`].
    pub fn cursor_row(&self) -> usize {
        self.history_len() + usize::from(self.cursor().row)
    }

    /// Where the cursor is when the pane is not scrolled back.
    pub fn cursor(&self) -> Cursor {
        let point = self.term.grid().cursor.point;
        Cursor {
            row: u16::try_from(point.line.0).unwrap_or(0),
            col: u16::try_from(point.column.0).unwrap_or(0),
            visible: self.has(TermMode::SHOW_CURSOR),
        }
    }

    /// Lines that went off the top and are kept.
    pub fn history_len(&self) -> usize {
        self.term.grid().history_size()
    }

    /// Whether a full-screen program has the other screen.
    pub fn alt_screen(&self) -> bool {
        self.has(TermMode::ALT_SCREEN)
    }

    /// Whether the arrow keys are to be those of an application.
    pub fn app_cursor_keys(&self) -> bool {
        self.has(TermMode::APP_CURSOR)
    }

    /// Whether pasted text is to be put in brackets.
    pub fn bracketed_paste(&self) -> bool {
        self.has(TermMode::BRACKETED_PASTE)
    }

    /// The text of history and screen; a line that was wrapped is one line. Blank lines at the end are left out.
    pub fn plain_text(&self) -> String {
        let mut text = String::new();
        for line in -to_line(self.history_len())..to_line(self.size.rows) {
            text.extend(self.row(Line(line)).into_iter().map(|span| span.text));
            let last = &self.term.grid()[Line(line)][Column(self.term.columns() - 1)];
            if !last.flags.contains(Flags::WRAPLINE) {
                text.push('\n');
            }
        }
        text.truncate(text.trim_end_matches('\n').len());
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    fn has(&self, mode: TermMode) -> bool {
        self.term.mode().contains(mode)
    }

    /// Does `work`; a fault in the emulation costs the screen its content, and nobody anything else.
    fn guarded(&mut self, work: impl FnOnce(&mut Term<Listener>, &mut Processor<Untimed>)) {
        let (term, parser) = (&mut self.term, &mut self.parser);
        if catch_unwind(AssertUnwindSafe(|| work(term, parser))).is_err() {
            self.term = fresh(self.size, self.scrollback, &self.listener);
            self.parser = Processor::new();
        }
    }

    /// Takes heaps of marks from the character that was written last.
    fn prune_marks(&mut self) {
        let grid = self.term.grid_mut();
        let point = grid.cursor.point;
        for back in 0..=2 {
            let column = Column(point.column.0.saturating_sub(back));
            let cell = &mut grid[point.line][column];
            if cell.zerowidth().is_some_and(|marks| marks.len() > 2 * MOST_MARKS) {
                cell.extra = None;
            }
        }
    }

    fn row(&self, line: Line) -> Row {
        let mut row: Row = Vec::new();
        let cells = &self.term.grid()[line];
        for column in 0..self.term.columns() {
            let cell = &cells[Column(column)];
            if cell.flags.contains(Flags::WIDE_CHAR_SPACER) {
                continue;
            }
            let look = look_of(cell);
            match row.last_mut() {
                Some(span) if span.look == look => write_cell(cell, &mut span.text),
                Some(_) | None => {
                    let mut text = String::new();
                    write_cell(cell, &mut text);
                    row.push(Span { text, look });
                }
            }
        }
        let wrapped = cells[Column(self.term.columns() - 1)].flags.contains(Flags::WRAPLINE);
        while let Some(span) = row.last_mut().filter(|span| !wrapped && is_blank_when_empty(span.look)) {
            span.text.truncate(span.text.trim_end_matches(' ').len());
            if !span.text.is_empty() {
                break;
            }
            row.pop();
        }
        row
    }
}

fn fresh(size: Extent, scrollback: usize, listener: &Listener) -> Term<Listener> {
    let config = Config { scrolling_history: scrollback, osc52: Osc52::Disabled, ..Config::default() };
    // A grid whose history begins to grow takes a thousand rows at once, however few it may keep. One that was higher
    // has its rows already. The other screen keeps no history and needs none.
    let high = Extent { rows: size.rows + scrollback, ..size };
    let mut term = Term::new(config, &high, listener.clone());
    term.resize(size);
    term.swap_alt();
    term.grid_mut().truncate();
    term.swap_alt();
    term
}

fn to_line(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// Whether a blank of this look is not seen.
fn is_blank_when_empty(look: Look) -> bool {
    look.bg == Colour::Default && !look.reversed && !look.underlined && !look.struck
}

fn write_cell(cell: &Cell, text: &mut String) {
    let wide = cell.flags.contains(Flags::WIDE_CHAR);
    if cell.flags.contains(Flags::HIDDEN) {
        text.push_str(if wide { "  " } else { " " });
        return;
    }
    match cell.c {
        // A tab lies in the cells that it jumps over.
        c if c.is_control() => text.push(' '),
        c if is_invisible(c) => text.push_str(if wide { "\u{fffd} " } else { "\u{fffd}" }),
        c => text.push(c),
    }
    // Marks that join or change their neighbours would change how many columns the text has.
    text.extend(
        cell.zerowidth().into_iter().flatten().filter(|c| !is_invisible(**c) && !c.is_control()).take(MOST_MARKS),
    );
}

fn look_of(cell: &Cell) -> Look {
    let has = |flags: Flags| cell.flags.intersects(flags);
    Look {
        fg: colour_of(cell.fg),
        bg: colour_of(cell.bg),
        bold: has(Flags::BOLD),
        dim: has(Flags::DIM) || matches!(cell.fg, Color::Named(name) if is_dim(name)),
        italic: has(Flags::ITALIC),
        underlined: has(Flags::ALL_UNDERLINES),
        reversed: has(Flags::INVERSE),
        struck: has(Flags::STRIKEOUT),
    }
}

fn is_dim(name: NamedColor) -> bool {
    (NamedColor::DimBlack as usize..=NamedColor::DimWhite as usize).contains(&(name as usize))
}

fn colour_of(colour: Color) -> Colour {
    match colour {
        Color::Spec(Rgb { r, g, b }) => Colour::Rgb(r, g, b),
        Color::Indexed(index) => Colour::Indexed(index),
        Color::Named(name) => {
            let name = if is_dim(name) { name.to_bright() } else { name };
            // The first sixteen are numbered as the palette is; the others are the terminal's own colours.
            u8::try_from(name as usize).ok().filter(|n| *n < 16).map_or(Colour::Default, Colour::Indexed)
        }
    }
}

#[cfg(test)]
mod tests;
