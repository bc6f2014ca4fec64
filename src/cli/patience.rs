//! Waiting for a key whose answer may never come: what is waited for is said, and Ctrl-C ends it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rustix::termios::LocalModes;

use crate::i18n::Language;

/// How long a key may take before it is said what is waited for: one in an agent answers within a tenth of it.
const PAUSE: Duration = Duration::from_secs(2);

/// Does `work`, which asks a key, and says what is waited for once it takes long; `stands` is what holds when it is given up.
pub(super) fn with_key<T>(language: Language, stands: &str, work: impl FnOnce() -> T) -> T {
    let (done, over) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // Who is asked for a passphrase at the terminal knows what is waited for.
            if over.recv_timeout(PAUSE) == Err(mpsc::RecvTimeoutError::Timeout) && !asks_at_the_terminal() {
                let waits = language.pick(
                    "鍵の応答を待っています。ssh-agent が確認を求めていないか、鍵に触れる必要がないかを見てください。Ctrl-C でやめられます",
                    "waiting for the key: does the ssh-agent ask to confirm, or does the key want a touch? Ctrl-C gives up",
                );
                super::warn(format!("{waits}: {stands}"));
            }
        });
        let answer = work();
        drop(done);
        answer
    })
}

/// Whether a program reads from the terminal without an echo: a passphrase.
fn asks_at_the_terminal() -> bool {
    let modes = std::fs::File::open("/dev/tty").ok().and_then(|tty| rustix::termios::tcgetattr(tty).ok());
    modes.is_some_and(|modes| !modes.local_modes.contains(LocalModes::ECHO))
}

/// Whether Ctrl-C was pressed since, in a process that does not end by it.
#[derive(Debug)]
pub(super) struct Interrupts(Arc<AtomicBool>);

impl Interrupts {
    /// Looks from now on. Asked to end in another way, the process ends at once.
    pub(super) fn watched() -> Self {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let pressed = Arc::new(AtomicBool::new(false));
        // A system without handlers ends by Ctrl-C as it always does.
        let _watched = signal_hook::flag::register(SIGINT, pressed.clone());
        let _ends = signal_hook::flag::register_conditional_shutdown(SIGTERM, 128 + SIGTERM, Arc::new(true.into()));
        Self(pressed)
    }

    /// It was.
    pub(super) fn pressed(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
