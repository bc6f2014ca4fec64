//! Connections to servers that the user has set up: `[connections.NAME]` in the settings.
//!
//! Only the user's own settings make one; a document and a project never do. What is printed of a connection is its
//! name and its kind: the address may hold a password.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The name of the connection that is taken where several are set up.
pub const MAIN: &str = "main";

/// What kind of server a connection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerKind {
    /// PostgreSQL.
    Postgres,
    /// MySQL or MariaDB.
    Mysql,
    /// A file of SQLite.
    Sqlite,
    /// Redis.
    Redis,
}

impl ServerKind {
    /// The kind that the scheme of an address names.
    pub fn of_url(url: &str) -> Option<Self> {
        match url.split(':').next()? {
            "postgres" | "postgresql" => Some(Self::Postgres),
            "mysql" | "mariadb" => Some(Self::Mysql),
            "sqlite" => Some(Self::Sqlite),
            "redis" | "rediss" | "redis+unix" | "unix" => Some(Self::Redis),
            _ => None,
        }
    }

    /// How the product is called.
    pub fn product(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Sqlite => "SQLite",
            Self::Redis => "Redis",
        }
    }

    /// Whether it understands SQL.
    pub fn speaks_sql(self) -> bool {
        match self {
            Self::Postgres | Self::Mysql | Self::Sqlite => true,
            Self::Redis => false,
        }
    }
}

/// One connection as it is set up. It cannot be printed with its address.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// What it leads to.
    pub kind: ServerKind,
    /// How many seconds a statement may take; the server's own rule where there is none.
    pub timeout_s: Option<u64>,
    /// The file of the certificates that the server's must be signed by, in PEM. Where one is named nothing is sent that is
    /// not encrypted, or to a server that is another one than the address says.
    pub root_certificate: Option<PathBuf>,
    url: String,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("kind", &self.kind).field("url", &"hidden").finish_non_exhaustive()
    }
}

impl Connection {
    /// A connection to `url`; nothing where its scheme is not known.
    pub fn to(url: &str) -> Option<Self> {
        ServerKind::of_url(url).map(|kind| Self { kind, timeout_s: None, root_certificate: None, url: url.to_owned() })
    }

    /// The address, for the one who connects.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The passwords in the address, as they are written and as they are meant. Nothing else may show them.
    pub fn passwords(&self) -> Vec<String> {
        let rest = self.url.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let of_user =
            authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let named = query.split('&').filter_map(|pair| pair.split_once('='));
        let of_query = named.filter(|(name, _)| ["pass", "pwd", "secret", "key"].iter().any(|w| name.contains(w)));
        let mut all: Vec<String> = Vec::new();
        for written in of_user.into_iter().chain(of_query.map(|(_, value)| value)) {
            all.push(written.to_owned());
            all.push(decoded(written));
        }
        all.retain(|password| !password.is_empty());
        all.sort();
        all.dedup();
        all
    }
}

/// `%41` is `A`.
fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        match rest.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = &rest[2..];
            }
            None => out.push(b'%'),
        }
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

/// All connections by name.
pub type Connections = BTreeMap<String, Connection>;

/// A table `[connections.NAME]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: String,
    timeout: Option<String>,
    root_certificate: Option<PathBuf>,
}

/// Reads the tables; a fault never quotes what was written.
pub(crate) fn read<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Connections, D::Error> {
    use serde::de::Error as _;
    let written = BTreeMap::<String, Written>::deserialize(from)?;
    let mut all = Connections::new();
    for (name, Written { url, timeout, root_certificate }) in written {
        let Some(connection) = Connection::to(&url) else {
            return Err(D::Error::custom(format!(
                "the url of connection `{name}` must begin with postgres://, mysql://, sqlite: or redis://"
            )));
        };
        let timeout_s = timeout.map(|time| humantime::parse_duration(&time).map(|t| t.as_secs().max(1))).transpose();
        let timeout_s = timeout_s.map_err(|_| {
            D::Error::custom(format!("the timeout of connection `{name}` is no time; write 90s, 30m or 1h"))
        })?;
        if root_certificate.as_ref().is_some_and(|file| !file.is_absolute()) {
            return Err(D::Error::custom(format!("the root_certificate of connection `{name}` must begin with /")));
        }
        let encrypted = connection.kind != ServerKind::Sqlite
            && (connection.kind != ServerKind::Redis || url.starts_with("rediss://"));
        if root_certificate.is_some() && !encrypted {
            return Err(D::Error::custom(format!(
                "connection `{name}` has a root_certificate: its url must begin with postgres://, mysql:// or rediss://"
            )));
        }
        all.insert(name, Connection { timeout_s, root_certificate, ..connection });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_says_what_it_is() {
        for (url, kind) in [
            ("postgres://db/app", Some(ServerKind::Postgres)),
            ("postgresql://db/app", Some(ServerKind::Postgres)),
            ("mysql://db/app", Some(ServerKind::Mysql)),
            ("sqlite:/var/lib/app.db", Some(ServerKind::Sqlite)),
            ("sqlite::memory:", Some(ServerKind::Sqlite)),
            ("rediss://cache:6380/2", Some(ServerKind::Redis)),
            ("http://db", None),
            ("", None),
        ] {
            assert_eq!(ServerKind::of_url(url), kind, "{url}");
        }
    }

    #[test]
    fn a_root_certificate_is_only_taken_where_the_address_can_be_encrypted() {
        let read = |url: &str, file: &str| {
            let text = format!("[connections.main]\nurl = \"{url}\"\nroot_certificate = \"{file}\"\n");
            crate::config::settings::Settings::read(&text).map(|s| s.connections["main"].root_certificate.clone())
        };
        for url in ["postgres://db/app", "mysql://db/app", "rediss://cache"] {
            assert_eq!(read(url, "/etc/ca.pem"), Ok(Some(PathBuf::from("/etc/ca.pem"))), "{url}");
            assert!(read(url, "ca.pem").expect_err(url).to_string().contains("must begin with /"));
        }
        for url in ["redis://cache", "sqlite:/srv/a.db"] {
            let error = read(url, "/etc/ca.pem").expect_err(url).to_string();
            assert!(error.contains("rediss://"), "{error}");
        }
    }

    #[test]
    fn passwords_are_known_as_written_and_as_meant_and_never_printed() {
        for (url, expected) in [
            ("postgres://app:s%40fe-1@db:5432/x", vec!["s%40fe-1", "s@fe-1"]),
            ("redis://:only-this@cache", vec!["only-this"]),
            ("postgres://app@db/x?password=in-query&sslmode=require", vec!["in-query"]),
            ("postgres://app:a@b:c@db/x", vec!["a@b:c"]),
            ("sqlite:/var/x.db", vec![]),
            ("postgres://app@db/x", vec![]),
        ] {
            let connection = Connection::to(url).expect(url);
            assert_eq!(connection.passwords(), expected, "{url}");
            let printed = format!("{connection:?}");
            assert!(expected.iter().all(|p| !printed.contains(p)), "{printed}");
        }
    }
}
