//! Real servers, started by the tests in temporary folders and ended with them.

mod mysql;
mod postgres;
mod redis;
mod sqlite;
mod tls;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tejun::config::connections::{Connection, Connections};
use tejun::config::folders::RunFolder;
use tejun::exec::query::Queries;
use tejun::exec::{Report, Statements};
use tejun::ids::AttemptId;
use tejun::run::event::{Finish, Outcome};
use tejun::run::server::{OnServer, Seen, ServerIdentity};

/// Only a guard against a test that hangs: nothing waits for it.
pub(crate) const GUARD: Duration = Duration::from_secs(60);

/// A port that nobody listens on at this moment.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

/// A command that does not run as root: some servers refuse to.
#[expect(clippy::disallowed_methods, reason = "the test starts a server of its own")]
fn unprivileged(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]).arg(program);
    command
}

/// A server process that ends with the value.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) dir: tempfile::TempDir,
    pub(crate) port: u16,
}

impl Server {
    /// A PostgreSQL with a user `tejun` whose password is `hunter22-pg`.
    pub(crate) fn postgres() -> Self {
        Self::postgres_with(|_| Vec::new())
    }

    /// The same with more options, which may name files of its folder.
    pub(crate) fn postgres_with(options: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let initdb = std::fs::read_dir("/usr/lib/postgresql")
            .expect("PostgreSQL is installed: scripts/test does it")
            .flatten()
            .map(|version| version.path().join("bin/initdb"))
            .find(|path| path.exists())
            .expect("initdb is under /usr/lib/postgresql");
        let dir = shared_dir();
        let data = dir.path().join("data");
        let password = dir.path().join("password");
        std::fs::write(&password, "hunter22-pg").expect("a file");
        std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).expect("ours");
        let made = unprivileged(&initdb)
            .args(["--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8", "--username=tejun"])
            .args(["--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile"])
            .arg(&password)
            .arg("-D")
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = free_port();
        let child = unprivileged(&initdb.with_file_name("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=20", "-p"])
            .arg(port.to_string())
            .args(options(dir.path()).iter().flat_map(|option| ["-c", option]))
            .arg("-k")
            .arg(dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(dir.path().join("log")).expect("a log"))
            .spawn()
            .expect("postgres runs");
        let server = Self { child, dir, port };
        let log = server.dir.path().join("log");
        wait_until("PostgreSQL is up", || {
            std::fs::read_to_string(&log).is_ok_and(|text| text.contains("ready to accept connections"))
        });
        server
    }

    /// A MariaDB with a database `app` and a user `tejun` whose password is `hunter22-my`.
    pub(crate) fn mariadb() -> Self {
        Self::mariadb_with(|_| Vec::new())
    }

    /// The same with more options, which may name files of its folder.
    pub(crate) fn mariadb_with(options: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let dir = shared_dir();
        let data = dir.path().join("data");
        let made = unprivileged(Path::new("mariadb-install-db"))
            .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"])
            .arg(format!("--datadir={}", data.display()))
            .output()
            .expect("mariadb-server is installed: scripts/test does it");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let begin = dir.path().join("begin.sql");
        let users = "create user tejun@127.0.0.1 identified by 'hunter22-my'; grant all on *.* to tejun@127.0.0.1;";
        std::fs::write(&begin, format!("create database app;\n{}\n", users.replace("; ", ";\n"))).expect("a file");
        std::fs::set_permissions(&begin, std::fs::Permissions::from_mode(0o644)).expect("ours");
        let port = free_port();
        let child = unprivileged(Path::new("mariadbd"))
            .args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-log-bin"])
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", dir.path().join("s").display()))
            .arg(format!("--init-file={}", begin.display()))
            .arg(format!("--port={port}"))
            .args(options(dir.path()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(dir.path().join("log")).expect("a log"))
            .spawn()
            .expect("mariadbd runs");
        let server = Self { child, dir, port };
        let log = server.dir.path().join("log");
        wait_until("MariaDB is up", || {
            std::fs::read_to_string(&log).is_ok_and(|text| text.contains("ready for connections"))
        });
        server
    }

    pub(crate) fn mariadb_url(&self) -> String {
        format!("mysql://tejun:hunter22-my@127.0.0.1:{}/app", self.port)
    }

    /// Ends the server in the way that nobody can answer.
    pub(crate) fn kill(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }

    /// A Redis with the password `hunter22-redis`.
    pub(crate) fn redis() -> Self {
        Self::redis_with(|_, _| Vec::new())
    }

    /// The same with more options, which may name files of its folder and its port.
    pub(crate) fn redis_with(options: impl FnOnce(&Path, u16) -> Vec<String>) -> Self {
        let dir = shared_dir();
        let port = free_port();
        let child = unprivileged(Path::new("redis-server"))
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--requirepass", "hunter22-redis"])
            .arg("--dir")
            .arg(dir.path())
            .args(options(dir.path(), port))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed: scripts/test does it");
        let server = Self { child, dir, port };
        wait_until("Redis is up", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        server
    }

    pub(crate) fn postgres_url(&self) -> String {
        format!("postgres://tejun:hunter22-pg@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn redis_url(&self) -> String {
        format!("redis://:hunter22-redis@127.0.0.1:{}/3", self.port)
    }

    /// Ends the server at once, as a crash does.
    pub(crate) fn crash(&mut self) {
        // The children of PostgreSQL go with it.
        let pid = rustix::process::Pid::from_child(&self.child);
        let _gone = rustix::process::kill_process(pid, rustix::process::Signal::QUIT);
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && began.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(20));
        }
        // One that was started by somebody who ignores the signal ignores it as well.
        let _ended_already = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.crash();
        self.kill();
    }
}

/// A folder that a server of another user may write to.
fn shared_dir() -> tempfile::TempDir {
    let dir = tempfile::Builder::new().prefix("srv").tempdir_in("/tmp").expect("a folder");
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o777)).expect("ours");
    dir
}

pub(crate) fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < GUARD, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Connections over a run folder.
struct Lab {
    _dir: tempfile::TempDir,
    folder: RunFolder,
    queries: Queries,
    started: u128,
}

impl Lab {
    /// A lab with the connection `main`.
    fn over(url: &str) -> Self {
        Self::with(Connection::to(url).expect("an address"))
    }

    fn with(connection: Connection) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = RunFolder(dir.path().to_owned());
        std::fs::create_dir(folder.evidence()).expect("a folder");
        let connections = Connections::from([("main".to_owned(), connection)]);
        let queries = Queries::new(folder.clone(), connections, Vec::new());
        Self { _dir: dir, folder, queries, started: 0 }
    }

    async fn next(&mut self) -> Report {
        tokio::time::timeout(GUARD, self.queries.next()).await.expect("a report")
    }

    /// Who the server says it is.
    async fn identity(&mut self) -> ServerIdentity {
        match self.seen().await {
            Seen::Server { identity } => identity,
            Seen::Unreachable { why } => panic!("{why}"),
        }
    }

    async fn seen(&mut self) -> Seen {
        self.queries.look("main");
        loop {
            if let Report::Seen { seen, .. } = self.next().await {
                return seen;
            }
        }
    }

    fn start(&mut self, text: &str, identity: ServerIdentity, may_write: bool) -> AttemptId {
        self.started += 1;
        let attempt = AttemptId(uuid::Uuid::from_u128(self.started));
        let on = OnServer { connection: "main".to_owned(), identity, may_write };
        self.queries.start(Statements { attempt, text: text.to_owned(), on });
        attempt
    }

    /// Waits until the attempt is over.
    async fn end(&mut self) -> Result<Finish, String> {
        loop {
            match self.next().await {
                Report::Finished { finish, .. } => return Ok(finish),
                Report::Lost { why, .. } => return Err(why),
                Report::Output { .. } | Report::Seen { .. } | Report::LaneLost { .. } => {}
            }
        }
    }

    fn stored(&self, attempt: AttemptId) -> String {
        std::fs::read_to_string(self.folder.output(attempt)).unwrap_or_default().replace("\r\n", "\n")
    }

    /// Waits until the output of `attempt` holds `text`.
    async fn see(&self, attempt: AttemptId, text: &str) {
        let began = Instant::now();
        while !self.stored(attempt).contains(text) {
            assert!(began.elapsed() < GUARD, "{text}: {}", self.stored(attempt));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn run(&mut self, text: &str, may_write: bool) -> (String, Result<Finish, String>) {
        let identity = self.identity().await;
        let attempt = self.start(text, identity, may_write);
        let finish = self.end().await;
        (self.stored(attempt), finish)
    }

    /// Runs what must end well.
    async fn output(&mut self, text: &str) -> String {
        let (output, finish) = self.run(text, false).await;
        assert_eq!(finish.map(|f| f.outcome), Ok(Outcome::Exited { code: 0 }), "{text}: {output}");
        without_times(&output)
    }

    /// Runs what must end with the server's refusal.
    async fn refused(&mut self, text: &str, may_write: bool) -> String {
        let (output, finish) = self.run(text, may_write).await;
        assert_eq!(finish.map(|f| f.outcome), Ok(Outcome::Exited { code: 1 }), "{text}: {output}");
        without_times(&output)
    }

    /// Every file of the run, as one text.
    fn all_files(&self) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(self.folder.evidence()).expect("a folder").flatten() {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap_or_default()));
        }
        all
    }
}

/// The output without the line of the server and with every time as 0.
fn without_times(output: &str) -> String {
    let shown = output.lines().skip(1).map(|line| match line.strip_suffix(" ms)").and_then(|l| l.rsplit_once(' ')) {
        Some((head, _)) => format!("{head} 0 ms)"),
        None => line.to_owned(),
    });
    shown.map(|l| l + "\n").collect()
}

fn path_of(dir: &tempfile::TempDir, name: &str) -> PathBuf {
    dir.path().join(name)
}
