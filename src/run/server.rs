//! Servers that statements run on: which connections there are, what a server says it is, and which connection a
//! fence means.
//!
//! Pure. What a server says of itself is what a person confirms; the address it was reached by is never part of it.

use serde::{Deserialize, Serialize};

use crate::config::connections::{MAIN, ServerKind};
use crate::ids::AttemptId;
use crate::runbook::model::{Block, ExecutorKind};

/// A connection that the user has set up: its name and its kind, never its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownConnection {
    /// Its name in the settings.
    pub name: String,
    /// What it leads to.
    pub kind: ServerKind,
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

    /// One line that names it: product, address, database, user, and what it does in its cluster.
    pub fn line(&self) -> String {
        let role = match self.role {
            ServerRole::Primary => " primary",
            ServerRole::Replica => " replica",
            ServerRole::Single => "",
        };
        let read_only = if self.read_only { " read-only" } else { "" };
        let user = if self.user.is_empty() { String::new() } else { format!(" as {}", self.user) };
        let database = match self.kind {
            ServerKind::Sqlite => self.database.clone(),
            ServerKind::Postgres | ServerKind::Mysql | ServerKind::Redis => {
                format!("{}/{}", self.place(), self.database)
            }
        };
        format!("{database}{user}  {} {}{role}{read_only}", self.kind.product(), self.version)
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

/// The connection that `block` means: of the kind that its tag names, the one called `main`, else the only one.
///
/// # Errors
/// When there is none, or no single one.
pub fn connection_of<'a>(known: &'a [KnownConnection], block: &Block) -> Result<&'a KnownConnection, NoConnection> {
    use ServerKind::{Mysql, Postgres, Redis, Sqlite};
    let kinds: &[ServerKind] = match (block.executor, block.lang.as_deref().unwrap_or_default()) {
        (ExecutorKind::Redis, _) => &[Redis],
        (ExecutorKind::Sql, "psql" | "pgsql" | "postgresql" | "postgres" | "plpgsql") => &[Postgres],
        (ExecutorKind::Sql, "mysql" | "mariadb") => &[Mysql],
        (ExecutorKind::Sql, "sqlite") => &[Sqlite],
        (ExecutorKind::Sql, "tsql") | (ExecutorKind::Shell | ExecutorKind::Python | ExecutorKind::None, _) => {
            return Err(NoConnection::Unspoken);
        }
        (ExecutorKind::Sql, _) => &[Postgres, Mysql, Sqlite],
    };
    let fitting = || known.iter().filter(|c| kinds.contains(&c.kind));
    if let Some(main) = fitting().find(|c| c.name == MAIN) {
        return Ok(main);
    }
    match (fitting().next(), fitting().nth(1)) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(NoConnection::None),
        (Some(_), Some(_)) => Err(NoConnection::Several),
    }
}
