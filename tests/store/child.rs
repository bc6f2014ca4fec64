//! Runs a test again in a process of its own: for what belongs to a whole process, and for what is killed.

use std::process::{Command, Stdio};

const CHILD: &str = "TEJUN_TEST_CHILD";

/// A command that runs the test named `test` of this binary, under `umask`, where [`is_child`] says true.
#[expect(
    clippy::disallowed_methods,
    reason = "a umask and a kill concern a whole process, so the test starts itself in another"
)]
pub(crate) fn child(test: &str, umask: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "umask \"$1\" && exec \"$0\" --exact \"$2\" --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .args([umask, test])
        .env(CHILD, "1")
        .stdin(Stdio::null());
    command
}

/// Whether this is the process that [`child`] started.
pub(crate) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs `body` in a process with this umask. `test` is the full name of the test that calls this.
pub(crate) fn under_umask(umask: &str, test: &str, body: fn()) {
    if is_child() {
        return body();
    }
    let output = child(test, umask).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "under umask {umask}:\n{text}\n{errors}");
}
