//! Real keepers in a temporary run folder.

mod carrying;
mod evidence;
mod lane;
mod processes;
pub(crate) mod server;
mod survival;

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use tejun::config::folders::RunFolder;
use tejun::exec::keepers::Keepers;
use tejun::exec::{Executor, Lane, Launch, Report, Size};
use tejun::ids::AttemptId;
use tejun::run::environment::EnvironmentChange;
use tejun::run::event::{Finish, Outcome};
use tejun::term::Secret;
use uuid::Uuid;

/// Only a guard against a test that hangs: nothing waits for it.
const GUARD: Duration = Duration::from_secs(10);

const SIZE: Size = Size { cols: 80, rows: 24 };

const EXITED: Outcome = Outcome::Exited { code: 0 };

fn attempt(n: u128) -> AttemptId {
    AttemptId(Uuid::from_u128(n))
}

/// A run folder with a keeper in it.
struct Lab {
    dir: tempfile::TempDir,
    folder: RunFolder,
    keepers: Keepers,
    lane: Lane,
    started: u128,
    ended: HashMap<AttemptId, Finish>,
}

impl Lab {
    /// A lane that starts in the temporary folder.
    async fn open() -> Self {
        Self::with_program(env!("CARGO_BIN_EXE_tejun").into()).await
    }

    /// The same, with a keeper that a wrapper script starts.
    async fn wrapped(wrapper: &str) -> Self {
        let bin = tempfile::tempdir().unwrap().keep();
        let program = bin.join("wrapper");
        std::fs::write(&program, wrapper.replace("@KEEPER@", env!("CARGO_BIN_EXE_tejun"))).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let lab = Self::with_program(program).await;
        std::fs::remove_dir_all(bin).unwrap();
        lab
    }

    async fn with_program(program: PathBuf) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let folder = RunFolder(dir.path().to_owned());
        let mut keepers = Keepers::new(folder.clone(), program);
        let cwd = dir.path().to_str().unwrap();
        let lane = tokio::time::timeout(GUARD, keepers.open_lane(1, cwd, SIZE)).await.unwrap().unwrap();
        Self { dir, folder, keepers, lane, started: 0, ended: HashMap::new() }
    }

    /// The path of a file in the temporary folder.
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    async fn start(&mut self, text: &str) -> AttemptId {
        self.started += 1;
        let attempt = attempt(self.started);
        self.keepers
            .start(1, Launch { attempt, text: text.to_owned(), secrets: Vec::new(), changes: Vec::new() })
            .await
            .unwrap();
        attempt
    }

    async fn start_with(&mut self, text: &str, secret: &str) -> AttemptId {
        self.started += 1;
        let attempt = attempt(self.started);
        let secrets = vec![("TEJUN_SECRET_1".to_owned(), Secret::new(secret.to_owned()))];
        self.keepers.start(1, Launch { attempt, text: text.to_owned(), secrets, changes: Vec::new() }).await.unwrap();
        attempt
    }

    async fn start_changed(&mut self, changes: Vec<EnvironmentChange>, text: &str) -> AttemptId {
        self.started += 1;
        let attempt = attempt(self.started);
        self.keepers.start(1, Launch { attempt, text: text.to_owned(), secrets: Vec::new(), changes }).await.unwrap();
        attempt
    }

    /// The output of a command after what a person changed, with plain line ends.
    async fn changed(&mut self, changes: Vec<EnvironmentChange>, text: &str) -> String {
        let attempt = self.start_changed(changes, text).await;
        let finish = self.end(attempt).await;
        assert_eq!(finish.outcome, EXITED, "{text}: {}", self.stored(attempt));
        self.stored(attempt).replace("\r\n", "\n")
    }

    async fn next(&mut self) -> Report {
        let report = tokio::time::timeout(GUARD, self.keepers.next()).await.expect("a report");
        if let Report::Finished { attempt, finish } = &report {
            self.ended.insert(*attempt, finish.clone());
        }
        report
    }

    /// Waits for the end of an attempt.
    async fn end(&mut self, attempt: AttemptId) -> Finish {
        loop {
            if let Some(finish) = self.ended.get(&attempt) {
                return finish.clone();
            }
            if let Report::LaneLost { why, .. } = self.next().await {
                panic!("the lane is lost: {why}");
            }
        }
    }

    /// What is stored of an attempt so far.
    fn stored(&self, attempt: AttemptId) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.output(attempt)).unwrap_or_default()).into_owned()
    }

    /// Waits until the output of `attempt` holds `text`.
    async fn see(&mut self, attempt: AttemptId, text: &str) {
        while !self.stored(attempt).contains(text) {
            let report = self.next().await;
            assert!(!matches!(report, Report::LaneLost { .. }), "{report:?}");
        }
    }

    /// Runs a command to its end.
    async fn run(&mut self, text: &str) -> (String, Finish) {
        let attempt = self.start(text).await;
        let finish = self.end(attempt).await;
        (self.stored(attempt), finish)
    }

    /// Runs a command that must end well, and returns its output with plain line ends.
    async fn output(&mut self, text: &str) -> String {
        let (output, finish) = self.run(text).await;
        assert_eq!(finish.outcome, EXITED, "{text}: {output}");
        output.replace("\r\n", "\n")
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // A test that failed half-way leaves no process behind.
        if let Some(pid) = i32::try_from(self.lane.keeper).ok().and_then(rustix::process::Pid::from_raw) {
            let _gone = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

/// Whether a process is there, a zombie not counted.
fn is_alive(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()))
        .is_ok_and(|stat| !stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z')))
}
