//! The executor of drills: it writes down what would have run, and has no way to a process.
//!
//! Its evidence lies where that of a live run would, so that a drill is read, judged and recorded in the same way.

use std::collections::{HashMap, VecDeque};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

use super::exit::{self, ExitFile, could_not_start};
use super::{Adopted, ExecError, Executor, Lane, Launch, Report, Size, Statements};
use crate::config::connections::{MAIN, ServerKind};
use crate::config::folders::RunFolder;
use crate::i18n::Language;
use crate::ids::{AttemptId, Digest};
use crate::run::event::{Carry, Finish, Outcome, Stop};
use crate::run::server::{KnownConnection, Seen, ServerIdentity, ServerRole};
use crate::run::state::NO_LANE;
use crate::term::{Breaks, sanitise};

crate::messages! {
    /// What a simulated command says.
    Words {
        SIMULATED: "［訓練］ このコマンドは実行していません。出力は模擬です。",
                   "Drill: this command was not run. Its output is simulated.";
        WOULD_RUN: "実行するはずだったコマンド:", "What would have run:";
    }
}

/// Pretends to run commands: each ends well at once.
#[derive(Debug)]
pub struct Simulator {
    folder: RunFolder,
    language: Language,
    folders: HashMap<u32, String>,
    reports: VecDeque<Report>,
}

impl Simulator {
    /// A simulator that writes its evidence into `folder`, in `language`.
    pub fn new(folder: RunFolder, language: Language) -> Self {
        Self { folder, language, folders: HashMap::new(), reports: VecDeque::new() }
    }

    /// What the pane shows instead of output, with the line ends of a terminal.
    fn output(&self, text: &str) -> String {
        let mut output =
            format!("{}\r\n{}\r\n", Words::SIMULATED.text(self.language), Words::WOULD_RUN.text(self.language));
        for line in text.lines() {
            output.push_str("  | ");
            output.push_str(&sanitise(line, Breaks::Show));
            output.push_str("\r\n");
        }
        output
    }

    fn pretend(&mut self, lane: u32, launch: &Launch) {
        let attempt = launch.attempt;
        let finish = self.simulate(lane, launch).unwrap_or_else(|e| could_not_start(&e.to_string()));
        if finish.bytes > 0 {
            self.reports.push_back(Report::Output { attempt, bytes: finish.bytes });
        }
        self.reports.push_back(Report::Finished { attempt, finish });
    }

    fn simulate(&self, lane: u32, launch: &Launch) -> io::Result<Finish> {
        if let Some(finish) = exit::exit_file(&self.folder, launch.attempt)? {
            return Ok(finish);
        }
        let output = self.output(&launch.text);
        let create = |path| OpenOptions::new().append(true).create_new(true).mode(0o600).open(path);
        let mut file = create(self.folder.output(launch.attempt))?;
        file.write_all(output.as_bytes())?;
        file.sync_all()?;
        // One entry: everything came at the beginning.
        create(self.folder.index(launch.attempt))?.write_all(&[0; 24])?;
        let finish = Finish {
            outcome: Outcome::Exited { code: 0 },
            bytes: u64::try_from(output.len()).unwrap_or(u64::MAX),
            sha256: Digest::of(output.as_bytes()),
            gaps: Vec::new(),
            redactions: 0,
            redacted_at: Vec::new(),
            duration_ms: 0,
            carry: Carry::Carried {
                cwd: self.folders.get(&lane).cloned().unwrap_or_default(),
                dropped: Vec::new(),
                changed: Vec::new(),
            },
            survivors: Vec::new(),
        };
        exit::write(&self.folder, &ExitFile { attempt: launch.attempt, finish: finish.clone(), pipeline: vec![0] })?;
        Ok(finish)
    }
}

/// The connections of a drill: whatever a fence is written in has one, and nobody opens it.
pub fn connections() -> Vec<KnownConnection> {
    let kinds = [ServerKind::Postgres, ServerKind::Mysql, ServerKind::Sqlite, ServerKind::Redis];
    kinds.map(|kind| KnownConnection::new(simulated(kind), kind)).to_vec()
}

/// The name of a connection that nobody opens. The one for plain SQL is the main one.
fn simulated(kind: ServerKind) -> &'static str {
    match kind {
        ServerKind::Postgres => MAIN,
        ServerKind::Mysql => "mysql",
        ServerKind::Sqlite => "sqlite",
        ServerKind::Redis => "redis",
    }
}

impl Executor for Simulator {
    const MODE: crate::run::event::Mode = crate::run::event::Mode::Drill;

    async fn open_lane(&mut self, lane: u32, cwd: &str, _size: Size) -> Result<Lane, ExecError> {
        match DirBuilder::new().mode(0o700).create(self.folder.evidence()) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => {
                let why = format!("its folder of evidence: {e}");
                return Err(ExecError::OpenLane { lane, why, source: Some(e) });
            }
            Ok(()) | Err(_) => {}
        }
        self.folders.insert(lane, cwd.to_owned());
        Ok(Lane { lane, keeper: 0, shell: "(simulated)".to_owned(), cwd: cwd.to_owned(), set: None })
    }

    async fn adopt(&mut self) -> Vec<Adopted> {
        Vec::new() // Nothing goes on without its host.
    }

    async fn start(&mut self, lane: u32, launch: Launch) -> Result<(), ExecError> {
        self.pretend(lane, &launch);
        Ok(())
    }

    async fn input(&mut self, _lane: u32, _bytes: Vec<u8>) -> Result<(), ExecError> {
        Ok(())
    }

    async fn resize(&mut self, _lane: u32, _size: Size) -> Result<(), ExecError> {
        Ok(())
    }

    async fn stop(&mut self, _lane: u32, _attempt: AttemptId, _how: Stop) -> Result<(), ExecError> {
        Ok(()) // It has ended already.
    }

    fn connections(&self) -> Vec<KnownConnection> {
        connections()
    }

    fn look(&mut self, connection: &str) {
        let Some(known) = self.connections().into_iter().find(|c| c.name == connection) else { return };
        let identity = ServerIdentity {
            kind: known.kind,
            host: "(simulated)".to_owned(),
            port: None,
            database: "drill".to_owned(),
            user: String::new(),
            version: String::new(),
            role: ServerRole::Single,
            read_only: false,
            instance: String::new(),
            unencrypted: false,
        };
        self.reports.push_back(Report::Seen { connection: known.name, seen: Seen::Server { identity } });
    }

    fn query(&mut self, statements: Statements) {
        self.pretend(
            NO_LANE,
            &Launch { attempt: statements.attempt, text: statements.text, secrets: Vec::new(), changes: Vec::new() },
        );
    }

    async fn close_lane(&mut self, lane: u32) {
        self.folders.remove(&lane);
    }

    async fn next(&mut self) -> Report {
        match self.reports.pop_front() {
            Some(report) => report,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTEMPT: AttemptId = AttemptId(uuid::Uuid::from_u128(1));
    const SIZE: Size = Size { cols: 80, rows: 24 };

    #[tokio::test]
    async fn a_simulated_command_leaves_evidence_that_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let folder = RunFolder(dir.path().to_owned());
        let mut simulator = Simulator::new(folder.clone(), Language::Ja);
        simulator.open_lane(1, "/srv", SIZE).await.unwrap();
        let launch = Launch {
            attempt: ATTEMPT,
            text: "rm -rf /\necho \u{1b}[2J".to_owned(),
            secrets: Vec::new(),
            changes: Vec::new(),
        };

        simulator.start(1, launch.clone()).await.unwrap();
        simulator.start(1, launch).await.unwrap();

        let stored = std::fs::read_to_string(folder.output(ATTEMPT)).unwrap();
        assert!(stored.starts_with("［訓練］") && stored.ends_with("  | rm -rf /\r\n  | echo ␛[2J\r\n"), "{stored}");
        let bytes = u64::try_from(stored.len()).unwrap();
        assert_eq!(simulator.next().await, Report::Output { attempt: ATTEMPT, bytes });
        let Report::Finished { finish, .. } = simulator.next().await else { panic!("no end") };
        assert_eq!((&finish.outcome, &finish.sha256), (&Outcome::Exited { code: 0 }, &Digest::of(stored.as_bytes())));
        assert_eq!(exit::exit_file(&folder, ATTEMPT).unwrap(), Some(finish.clone()));
        simulator.next().await;
        assert_eq!(simulator.next().await, Report::Finished { attempt: ATTEMPT, finish });
    }
}
