//! Who a database says it is.

use super::session::Sql;
use crate::config::connections::ServerKind;
use crate::run::server::{ServerIdentity, ServerRole};

/// Nothing that a server says of itself is longer; more is cut.
const LONGEST: usize = 200;

type Answer = Option<Vec<Option<String>>>;

/// The value at `at` of an answer, of bounded length.
fn at(answer: &Answer, at: usize) -> String {
    let value = answer.as_ref().and_then(|row| row.get(at)).and_then(Clone::clone).unwrap_or_default();
    value.chars().take(LONGEST).collect()
}

fn yes(value: &str) -> bool {
    matches!(value, "t" | "true" | "on" | "1" | "ON")
}

/// Asks the server who it is.
pub(super) async fn of(sql: &mut Sql) -> Result<ServerIdentity, sqlx::Error> {
    match sql.kind() {
        ServerKind::Mysql => mysql(sql).await,
        ServerKind::Sqlite => sqlite(sql).await,
        ServerKind::Postgres | ServerKind::Redis => postgres(sql).await,
    }
}

async fn postgres(sql: &mut Sql) -> Result<ServerIdentity, sqlx::Error> {
    let answer = sql
        .first(
            "SELECT coalesce(host(inet_server_addr()), '[local]'), current_setting('port'), current_database(), \
             current_user, current_setting('server_version'), pg_is_in_recovery(), \
             current_setting('default_transaction_read_only'), inet_client_addr() IS NOT DISTINCT FROM inet_server_addr()",
        )
        .await?;
    // A server that is old, or another product with the same protocol, says nothing of it.
    let encrypted = sql.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").await.unwrap_or_default();
    // Not everybody may ask for it, and an old server has no such thing.
    let instance = sql.first("SELECT system_identifier FROM pg_control_system()").await.unwrap_or_default();
    let replica = yes(&at(&answer, 5));
    Ok(ServerIdentity {
        kind: ServerKind::Postgres,
        host: at(&answer, 0),
        port: at(&answer, 1).parse().ok(),
        database: at(&answer, 2),
        user: at(&answer, 3),
        version: at(&answer, 4),
        role: if replica { ServerRole::Replica } else { ServerRole::Primary },
        read_only: replica || yes(&at(&answer, 6)),
        instance: at(&instance, 0),
        unencrypted: !yes(&at(&answer, 7)) && at(&encrypted, 0) == "f",
    })
}

async fn mysql(sql: &mut Sql) -> Result<ServerIdentity, sqlx::Error> {
    let answer = sql
        .first("SELECT @@hostname, @@port, DATABASE(), CURRENT_USER(), VERSION(), @@global.read_only, USER()")
        .await?;
    let cipher = sql.first("SHOW SESSION STATUS LIKE 'Ssl_cipher'").await.unwrap_or_default();
    // Whom it sees at the other end.
    let from = at(&answer, 6);
    let here = from.rsplit('@').next().is_some_and(|host| ["localhost", "127.0.0.1", "::1"].contains(&host));
    let instance = sql.first("SELECT @@server_uuid").await.unwrap_or_default();
    let mut role = ServerRole::Single;
    for ask in ["SHOW REPLICA STATUS", "SHOW SLAVE STATUS"] {
        // Who may not ask, or a server that knows another word, leaves it open.
        if let Ok(follows) = sql.first(ask).await {
            role = if follows.is_some() { ServerRole::Replica } else { ServerRole::Primary };
            break;
        }
    }
    Ok(ServerIdentity {
        kind: ServerKind::Mysql,
        host: at(&answer, 0),
        port: at(&answer, 1).parse().ok(),
        database: at(&answer, 2),
        user: at(&answer, 3),
        version: at(&answer, 4),
        role,
        read_only: yes(&at(&answer, 5)),
        instance: at(&instance, 0),
        unencrypted: !here && cipher.is_some() && at(&cipher, 1).is_empty(),
    })
}

async fn sqlite(sql: &mut Sql) -> Result<ServerIdentity, sqlx::Error> {
    let file = sql.first("SELECT file FROM pragma_database_list WHERE name = 'main'").await?;
    let version = sql.first("SELECT sqlite_version()").await?;
    let file = at(&file, 0);
    Ok(ServerIdentity {
        kind: ServerKind::Sqlite,
        host: String::new(),
        port: None,
        database: if file.is_empty() { ":memory:".to_owned() } else { file },
        user: String::new(),
        version: at(&version, 0),
        role: ServerRole::Single,
        read_only: false,
        instance: String::new(),
        unencrypted: false,
    })
}
