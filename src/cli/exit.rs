//! Exit codes, and how a fault is told: what happened, what is safe, what to do next.

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use crate::config::folders::Folders;
use crate::config::settings::Settings;
use crate::i18n::Language;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done and well.
    Well,
    /// Something was left undone.
    Undone,
    /// A step failed, or there is a finding.
    Failed,
    /// Refused: not trusted, dangerous, owned by another.
    Refused,
    /// The journal, the evidence or the record could not be written.
    NotWritten,
    /// Wrong usage, or a file that cannot be read.
    Usage,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The number that the program exits with.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Undone => 4,
            Self::NotWritten => 5,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// A fault with the exit code that belongs to it.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub(super) struct Fault {
    /// What happened, what is safe, what to do next.
    pub(super) text: String,
    /// The exit code.
    pub(super) exit: Exit,
}

impl Fault {
    /// A fault of usage or of a file that cannot be read.
    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self { text: text.into(), exit: Exit::Usage }
    }

    /// A refusal.
    pub(super) fn refused(text: impl Into<String>) -> Self {
        Self { text: text.into(), exit: Exit::Refused }
    }

    /// Something that could not be written.
    pub(super) fn not_written(text: impl Into<String>) -> Self {
        Self { text: text.into(), exit: Exit::NotWritten }
    }
}

/// Tells a fault on standard error and gives its exit code. Names out of files and arguments cannot harm the terminal.
pub(super) fn explain(fault: &anyhow::Error) -> Exit {
    let lines: Vec<String> =
        super::told::chain(fault.as_ref(), language()).lines().map(crate::term::sanitise::inline).collect();
    super::warn(format!("tejun: {}", lines.join("\n  ")));
    fault.downcast_ref::<Fault>().map_or(Exit::NotWritten, |f| f.exit)
}

/// Why standard output did not take what was written to it, until it was told.
static UNSAID: Mutex<Option<String>> = Mutex::new(None);

/// Takes note that standard output did not take something.
pub(super) fn not_said(fault: &std::io::Error) {
    UNSAID.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| fault.to_string());
}

/// Says that standard output is not whole, where that is so, and gives the exit code that belongs to it.
pub(super) fn explain_unsaid() -> Exit {
    let Some(why) = UNSAID.lock().unwrap_or_else(PoisonError::into_inner).take() else { return Exit::Well };
    super::warn(match language() {
        Language::Ja => format!(
            "tejun: 標準出力に書き込めず、出力は途中までです: {why}\n  実施と記録には影響しません。空きを作り、出力先を変えてもう一度お試しください"
        ),
        Language::En => format!(
            "tejun: standard output could not be written, and is not whole: {why}\n  Runs and records are not touched by it. Free some space or write elsewhere, and try again"
        ),
    });
    Exit::NotWritten
}

/// Whether the system gives `count` more threads at once.
pub(super) fn ask_for_threads(count: usize) -> std::io::Result<()> {
    let (mut gates, mut hands) = (Vec::new(), Vec::new());
    let mut given = Ok(());
    for _ in 0..count {
        let (gate, closed) = std::sync::mpsc::channel::<()>();
        match std::thread::Builder::new().spawn(move || closed.recv().is_ok()) {
            Ok(hand) => hands.push(hand),
            Err(why) => given = Err(why),
        }
        gates.push(gate);
    }
    drop(gates);
    for hand in hands {
        let _ended = hand.join();
    }
    given
}

/// What the last panic was, until it was told.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// From now on a fault of the program itself goes to the log and is told in a sentence, where the whole of it ends.
pub(super) fn take_panics() {
    std::panic::set_hook(Box::new(|info| {
        tracing::error!(panic = %info, backtrace = %std::backtrace::Backtrace::capture(), "a fault of the program itself");
        let what = info.payload_as_str().unwrap_or_default();
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("{what} ({place})"));
    }));
}

/// Tells the panic that ended the program, and gives its exit code.
pub(super) fn explain_panic() -> Exit {
    let what = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    let what = crate::term::sanitise::inline(&what.unwrap_or_default());
    super::warn(match language() {
        Language::Ja => format!(
            "tejun: 続けられない問題で終わりました: {what}\n  実行中のコマンドとその記録は別のプロセスにあり、失われません。tejun runs で確かめ、tejun attach で戻れます"
        ),
        Language::En => format!(
            "tejun: ended by a fault that it cannot go on with: {what}\n  Commands that run, and what is recorded of them, are in processes of their own and are safe. Look with tejun runs; tejun attach goes back"
        ),
    });
    Exit::NotWritten
}

/// The language of messages: the one of `TEJUN_LANG`, of the settings, or of the locale.
pub(super) fn language() -> Language {
    static SET: std::sync::OnceLock<Option<Language>> = std::sync::OnceLock::new();
    let of = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    if let Some(asked) = of("TEJUN_LANG") {
        return Language::of_locale(&asked);
    }
    SET.get_or_init(set_language).unwrap_or_else(|| {
        let locale = of("LC_ALL").or_else(|| of("LC_MESSAGES")).or_else(|| of("LANG"));
        Language::of_locale(locale.as_deref().unwrap_or_default())
    })
}

/// What the settings say. Settings that cannot be read say nothing here: who needs them tells what is wrong.
fn set_language() -> Option<Language> {
    let text = std::fs::read_to_string(Folders::of_user()?.settings()).ok()?;
    Settings::read(&text).ok()?.language
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_several_hold_five_goes_before_three_before_one_before_four() {
        let mut all = [Exit::Undone, Exit::NotWritten, Exit::Failed, Exit::Well, Exit::Refused];
        all.sort();
        assert_eq!(all, [Exit::Well, Exit::Undone, Exit::Failed, Exit::Refused, Exit::NotWritten]);
    }
}
