//! Signals of the keeper: all are caught, none does anything.
//!
//! What is caught here begins anew with its default in a command, even when whoever started the keeper ignored it;
//! and a caught signal does not end the keeper.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::{FORBIDDEN, SIGBUS, SIGCHLD};

/// Catches every signal that can be caught and that the faults of a program itself do not raise. The result becomes readable when a child has ended.
pub(super) fn handle_all() -> io::Result<UnixStream> {
    let caught = Arc::new(AtomicBool::new(false));
    // 32 and 33 belong to the C library; the last is that of the kernel.
    for signal in (1..32).chain(34..=64).filter(|s| !FORBIDDEN.contains(s) && *s != SIGBUS) {
        signal_hook::flag::register(signal, Arc::clone(&caught))?;
    }
    let (ours, of_handler) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    signal_hook::low_level::pipe::register(SIGCHLD, of_handler)?;
    SigSet::empty().thread_set_mask()?;
    Ok(ours)
}

/// Does `work` on a terminal whose foreground is another process group: the kernel would ask for that with SIGTTOU,
/// unless it is blocked. Not blocked all the time, because a command would begin with it blocked.
pub(super) fn from_background<T>(work: impl FnOnce() -> T) -> T {
    let mut mask = SigSet::empty();
    mask.add(Signal::SIGTTOU);
    // Changing the mask of the own thread cannot fail.
    let _blocked = mask.thread_block();
    let result = work();
    let _unblocked = mask.thread_unblock();
    result
}
