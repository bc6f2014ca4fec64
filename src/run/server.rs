//! Servers that statements run on: which connections there are, what a server says it is, and which connection a
//! fence means.
//!
//! Pure. What a server says of itself is what a person confirms; the address it was reached by is never part of it.

use serde::{Deserialize, Serialize};

use crate::config::connections::{MAIN, ServerKind};
use crate::i18n::Language;
use crate::ids::AttemptId;
use crate::runbook::model::{Block, ExecutorKind};

/// A connection that the user has set up: its name and its kind, never its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownConnection {
    /// Its name in the settings.
    pub name: String,
    /// What it leads to.
    pub kind: ServerKind,
    /// A person chose it for this run.
    #[serde(default)]
    pub chosen: bool,
}

impl KnownConnection {
    /// A connection that nobody has chosen yet.
    pub fn new(name: &str, kind: ServerKind) -> Self {
        Self { name: name.to_owned(), kind, chosen: false }
    }
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerIdentity {
    /// What it is.
    pub kind: ServerKind,
    /// Its own address, or how it is reached where it tells none.
    pub host: String,
    /// Its own port.
    pub port: Option<u16>,
    /// The database: its name, the path of the file, or the number.
    pub database: String,
    /// The user or role that statements run as.
    pub user: String,
    /// Its version.
    pub version: String,
    /// Whether it is the one that takes writes.
    pub role: ServerRole,
    /// It refuses writes.
    pub read_only: bool,
    /// What tells this installation from a copy at the same address, where the server tells it.
    pub instance: String,
    /// What is said to it goes over a network as anybody there can read it.
    #[serde(default)]
    pub unencrypted: bool,
}

/// Whether a server takes writes or follows one that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerRole {
    /// Nothing follows from replication: it is the one that takes writes.
    Primary,
    /// It follows another one.
    Replica,
    /// There is no such thing.
    Single,
}

impl ServerIdentity {
    /// What is typed to confirm that this is meant.
    pub fn target(&self) -> String {
        match self.kind {
            ServerKind::Redis => format!("{}/{}", self.place(), self.database),
            ServerKind::Sqlite => self.database.rsplit('/').next().unwrap_or_default().to_owned(),
            ServerKind::Postgres | ServerKind::Mysql => self.database.clone(),
        }
    }

    /// Its address.
    pub fn place(&self) -> String {
        match self.port {
            Some(port) if self.host.contains(':') => format!("[{}]:{port}", self.host),
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The same for a person at the screen: in words of the language, and without what a packager wrote behind the
    /// version.
    pub fn told(&self, language: Language) -> String {
        let role = match self.role {
            ServerRole::Primary => language.pick(" プライマリ", " primary"),
            ServerRole::Replica => language.pick(" レプリカ", " replica"),
            ServerRole::Single => "",
        };
        let read_only = if self.read_only { language.pick(" 読み取り専用", " read-only") } else { "" };
        let user = match (self.user.as_str(), language) {
            ("", _) => String::new(),
            (user, Language::Ja) => format!("  利用者 {user}"),
            (user, Language::En) => format!(" as {user}"),
        };
        let version = self.version.split(" (").next().unwrap_or_default();
        let open = if self.unencrypted { language.pick(" 暗号化なし", " not encrypted") } else { "" };
        format!("{}{user}  {} {version}{role}{read_only}{open}", self.where_it_is(), self.kind.product())
    }

    /// One line that names it: product, address, database, user, and what it does in its cluster.
    pub fn line(&self) -> String {
        let role = match self.role {
            ServerRole::Primary => " primary",
            ServerRole::Replica => " replica",
            ServerRole::Single => "",
        };
        let read_only = if self.read_only { " read-only" } else { "" };
        let user = if self.user.is_empty() { String::new() } else { format!(" as {}", self.user) };
        let open = if self.unencrypted { " not encrypted" } else { "" };
        format!("{}{user}  {} {}{role}{read_only}{open}", self.where_it_is(), self.kind.product(), self.version)
    }

    /// Its address and its database.
    fn where_it_is(&self) -> String {
        match self.kind {
            ServerKind::Sqlite => self.database.clone(),
            ServerKind::Postgres | ServerKind::Mysql | ServerKind::Redis => {
                format!("{}/{}", self.place(), self.database)
            }
        }
    }
}

/// What came of a look at a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Seen {
    /// It answered.
    Server {
        /// What it says it is.
        identity: ServerIdentity,
    },
    /// It did not.
    Unreachable {
        /// What happened.
        why: String,
    },
}

/// The server that a person saw when they asked for statements to be run, and what they agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnServer {
    /// The name of the connection.
    pub connection: String,
    /// What was shown.
    pub identity: ServerIdentity,
    /// The person agreed that something is written.
    pub may_write: bool,
}

/// Where the statements of an attempt ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionUse {
    /// Which attempt.
    pub attempt: AttemptId,
    /// On what.
    pub on: OnServer,
}

/// Why a fence has no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoConnection {
    /// None of the kind is set up.
    None,
    /// Several are, and none is called `main`.
    Several,
    /// Nothing of ours speaks what the fence is written in.
    Unspoken,
}

/// Whether statements of `block` are for a server.
pub fn needs_server(block: &Block) -> bool {
    matches!(block.executor, ExecutorKind::Sql | ExecutorKind::Redis)
}

/// The connections that `block` could run on: those of the kind that its tag names.
pub fn fitting<'a>(known: &'a [KnownConnection], block: &Block) -> Vec<&'a KnownConnection> {
    kinds_of(block)
        .map_or_else(|_unspoken| Vec::new(), |kinds| known.iter().filter(|c| kinds.contains(&c.kind)).collect())
}

/// Makes `name` the one that was chosen, of all that speak the same language.
pub(crate) fn choose(known: &mut [KnownConnection], name: &str) {
    let is_redis = |c: &KnownConnection| c.kind == ServerKind::Redis;
    let Some(family) = known.iter().find(|c| c.name == name).map(is_redis) else { return };
    known.iter_mut().filter(|c| is_redis(c) == family).for_each(|c| c.chosen = c.name == name);
}

/// The connection that `block` means: of the kind that its tag names, the one that was chosen for the run, else the one
/// called `main`, else the only one.
///
/// # Errors
/// When there is none, or no single one.
pub fn connection_of<'a>(known: &'a [KnownConnection], block: &Block) -> Result<&'a KnownConnection, NoConnection> {
    kinds_of(block)?;
    let fitting = fitting(known, block);
    let named = fitting.iter().find(|c| c.chosen).or_else(|| fitting.iter().find(|c| c.name == MAIN));
    if let Some(named) = named {
        return Ok(named);
    }
    match fitting.as_slice() {
        [only] => Ok(only),
        [] => Err(NoConnection::None),
        _ => Err(NoConnection::Several),
    }
}

/// What a fence could run on, by its tag.
fn kinds_of(block: &Block) -> Result<&'static [ServerKind], NoConnection> {
    use ServerKind::{Mysql, Postgres, Redis, Sqlite};
    Ok(match (block.executor, block.lang.as_deref().unwrap_or_default()) {
        (ExecutorKind::Redis, _) => &[Redis],
        (ExecutorKind::Sql, "psql" | "pgsql" | "postgresql" | "postgres" | "plpgsql") => &[Postgres],
        (ExecutorKind::Sql, "mysql" | "mariadb") => &[Mysql],
        (ExecutorKind::Sql, "sqlite") => &[Sqlite],
        (ExecutorKind::Sql, "tsql") | (ExecutorKind::Shell | ExecutorKind::Python | ExecutorKind::None, _) => {
            return Err(NoConnection::Unspoken);
        }
        (ExecutorKind::Sql, _) => &[Postgres, Mysql, Sqlite],
    })
}
