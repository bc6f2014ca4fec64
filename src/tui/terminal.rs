//! The terminal: taken over by a guard, given back whatever happens, and read by threads of its own.
//!
//! A signal that asks the screen to end makes it leave as a key does. Not resilient against SIGKILL of the screen:
//! nothing is, and the run does not mind.

use std::io::{self, BufWriter, Stdout, Write as _};
use std::os::fd::AsFd as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event};
use crossterm::style::Print;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};

use crate::tui::backend::Input;

/// One frame in one write: larger than any screen that a person looks at over a line.
const WRITE_BUFFER: usize = 64 * 1024;

/// The terminal leaves the order of characters alone (ECMA-48, BDSM explicit), and takes it over again.
const ORDER_IS_OURS: &str = "\x1b[8l";
const ORDER_IS_THEIRS: &str = "\x1b[8h";

/// Whether the terminal is ours at this moment.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// The thread that draws: a panic elsewhere does not end the screen.
static OWNER: Mutex<Option<ThreadId>> = Mutex::new(None);
/// Whether the terminal tells us of the mouse.
static MOUSE: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// Whose the mouse is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// The screen hears of it; the terminal's own selection needs Shift.
    Heard,
    /// It is left to the terminal.
    Left,
}

/// The terminal in raw mode on its other screen. Dropping it gives the terminal back.
pub struct Guard {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Guard {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When there is no terminal, or it does not answer; it is as it was then.
    pub fn enter(mouse: Mouse) -> io::Result<Self> {
        install_hook();
        crossterm::terminal::enable_raw_mode()?;
        *OWNER.lock().unwrap_or_else(PoisonError::into_inner) = Some(std::thread::current().id());
        TAKEN.store(true, Ordering::SeqCst);
        let entered =
            crossterm::execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Print(ORDER_IS_OURS))
                .and_then(|()| match mouse {
                    Mouse::Heard => {
                        MOUSE.store(true, Ordering::SeqCst);
                        crossterm::execute!(io::stdout(), EnableMouseCapture)
                    }
                    Mouse::Left => Ok(()),
                })
                .and_then(|()| {
                    Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(WRITE_BUFFER, io::stdout())))
                });
        match entered {
            Ok(terminal) => Ok(Self { terminal }),
            Err(e) => {
                restore();
                Err(e)
            }
        }
    }

    /// What is drawn on.
    pub fn terminal(&mut self) -> &mut Terminal<CrosstermBackend<BufWriter<Stdout>>> {
        &mut self.terminal
    }

    /// Leaves the terminal alone from now on: there is nobody at it any more.
    pub fn forsake(self) {
        TAKEN.store(false, Ordering::SeqCst);
        // What is buffered must not be written to a terminal that is gone.
        std::mem::forget(self);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Puts `text` into the clipboard of the terminal, where it takes it (OSC 52): also over SSH.
pub fn copy(text: &str) {
    // Base64 of a text that a person asked for: nothing in it is a command to the terminal.
    let command = crossterm::clipboard::CopyToClipboard::to_clipboard_from(text);
    let _best_effort = crossterm::execute!(io::stdout(), command);
}

/// Gives the terminal back, once.
fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    if MOUSE.swap(false, Ordering::SeqCst) {
        let _best_effort = crossterm::execute!(out, DisableMouseCapture);
    }
    // Nothing can be done about a terminal that does not take this.
    let _best_effort = crossterm::execute!(out, Print(ORDER_IS_THEIRS), DisableBracketedPaste, LeaveAlternateScreen);
    let _best_effort = crossterm::execute!(out, crossterm::cursor::Show);
    let _best_effort = crossterm::terminal::disable_raw_mode();
    let _best_effort = out.flush();
}

/// A panic gives the terminal back before anything is said; its text goes to the log.
fn install_hook() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if TAKEN.load(Ordering::SeqCst) {
                let owner = *OWNER.lock().unwrap_or_else(PoisonError::into_inner);
                if owner == Some(std::thread::current().id()) {
                    restore();
                }
                tracing::error!(panic = %info, backtrace = %std::backtrace::Backtrace::force_capture(), "the screen panicked");
            } else {
                before(info);
            }
        }));
    });
}

/// A character of ambiguous width: frames are drawn with it.
const AMBIGUOUS: &str = "─";

/// Asks the terminal in how many columns it draws a character of ambiguous width; nothing where it does not say so
/// within two seconds. What is typed meanwhile is kept.
///
/// To be called before [`spawn_readers`], whose thread would take the answer. The character is written concealed, and
/// taken away again.
pub fn ask_ambiguous_width() -> Option<u16> {
    use crossterm::style::{Attribute, SetAttribute};
    use crossterm::terminal::{Clear, ClearType};
    crossterm::terminal::enable_raw_mode().ok()?;
    let conceal = SetAttribute(Attribute::Hidden);
    let column = crossterm::execute!(io::stdout(), Print("\r"), conceal, Print(AMBIGUOUS))
        .and_then(|()| crossterm::cursor::position())
        .map(|(column, _)| column);
    let reset = SetAttribute(Attribute::Reset);
    let _best_effort = crossterm::execute!(io::stdout(), reset, Print("\r"), Clear(ClearType::UntilNewLine));
    let _best_effort = crossterm::terminal::disable_raw_mode();
    column.ok()
}

/// The thread that reads keys. Two that read one terminal take each other's keys: before another program asks there for
/// something, such as a passphrase, this one is stopped.
pub struct Keys {
    thread: JoinHandle<()>,
    over: Arc<AtomicBool>,
}

/// How often a reader is woken, how long each time, until it is left alone: it then blocks in a terminal that is gone.
const WAKES: u32 = 100;
const WAKE: Duration = Duration::from_millis(10);

impl Keys {
    /// Stops reading. Keys that were typed and not read yet are left to who reads next.
    pub fn stop(self) {
        self.over.store(true, Ordering::Release);
        for _ in 0..WAKES {
            if self.thread.is_finished() {
                return;
            }
            // A new size is the one thing that wakes it without a key.
            let _no_handler = signal_hook::low_level::raise(SIGWINCH);
            std::thread::sleep(WAKE);
        }
    }
}

/// Starts the threads that read the terminal and watch whether it is still there. They are never joined: they block
/// in the kernel, and end with the process, or with [`Keys::stop`].
///
/// # Errors
/// When a thread cannot be started.
pub fn spawn_readers(sender: Sender<Input>) -> io::Result<Keys> {
    let (keys, over) = (sender.clone(), Arc::new(AtomicBool::new(false)));
    let stopped = over.clone();
    let thread = std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        let mut typed = Typed { from: Own, pasted: false };
        while !stopped.load(Ordering::Acquire) {
            match typed.next() {
                Ok(event) => {
                    if keys.send(Input::Terminal(event)).is_err() {
                        return;
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    let _nobody_listens = keys.send(Input::Hangup);
                    return;
                }
            }
        }
    })?;
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM, SIGQUIT])?;
    let asked = sender.clone();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            let left = if is_gone() { Input::Hangup } else { Input::Asked };
            if asked.send(left).is_err() {
                return;
            }
        }
    })?;
    std::thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
        watch(&sender);
    })?;
    Ok(Keys { thread, over })
}

/// What is there so soon after a paste came with it: no hand is so quick.
const WITH_PASTE: Duration = Duration::from_millis(25);

/// Where the events of a terminal come from.
trait Events {
    /// The next event; waits for it.
    fn read(&mut self) -> io::Result<Event>;
    /// Whether another one is there, or comes at once.
    fn more(&mut self) -> io::Result<bool>;
}

/// The terminal of this process.
struct Own;

impl Events for Own {
    fn read(&mut self) -> io::Result<Event> {
        crossterm::event::read()
    }

    fn more(&mut self) -> io::Result<bool> {
        crossterm::event::poll(WITH_PASTE)
    }
}

/// The events of a terminal without the keys that came in a paste: a text that holds the end of the brackets itself
/// would press them.
struct Typed<E> {
    from: E,
    pasted: bool,
}

impl<E: Events> Typed<E> {
    fn next(&mut self) -> io::Result<Event> {
        loop {
            self.pasted = self.pasted && self.from.more()?;
            let event = self.from.read()?;
            if !self.pasted || !matches!(event, Event::Key(_) | Event::Mouse(_)) {
                self.pasted = self.pasted || matches!(event, Event::Paste(_));
                return Ok(event);
            }
        }
    }
}

/// Whether nobody is at the terminal any more. The kernel hangs its descriptors up before it signals.
fn is_gone() -> bool {
    rustix::termios::tcgetwinsize(io::stdin()).is_err()
}

/// Blocks until the terminal is gone. An empty set of events: only a hang-up or an error ends the wait.
fn watch(sender: &Sender<Input>) {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdin = io::stdin();
    loop {
        let mut fds = [PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::empty())];
        match poll(&mut fds, None) {
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) | Err(_) => {
                let _nobody_listens = sender.send(Input::Hangup);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use crossterm::event::{KeyCode, KeyEvent};

    use super::*;

    /// Events, and the pauses between them.
    struct Script(VecDeque<Option<Event>>);

    impl Events for Script {
        fn read(&mut self) -> io::Result<Event> {
            let next = std::iter::from_fn(|| self.0.pop_front()).flatten().next();
            next.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        }

        fn more(&mut self) -> io::Result<bool> {
            Ok(self.0.front().is_some_and(Option::is_some))
        }
    }

    #[test]
    fn keys_that_come_within_a_paste_are_not_pressed() {
        let key = |c| Some(Event::Key(KeyEvent::from(KeyCode::Char(c))));
        let paste = |text: &str| Some(Event::Paste(text.to_owned()));
        let resized = Some(Event::Resize(80, 24));
        let script = [
            key('a'),
            paste("ls"),
            key('y'),
            resized.clone(),
            key('y'),
            paste("rm"),
            key('y'),
            None,
            key('b'),
            key('c'),
        ];
        let mut typed = Typed { from: Script(script.into()), pasted: false };

        let got: Vec<Event> = std::iter::from_fn(|| typed.next().ok()).collect();

        let wanted = [key('a'), paste("ls"), resized, paste("rm"), key('b'), key('c')];
        assert_eq!(got, wanted.into_iter().flatten().collect::<Vec<_>>());
    }
}
