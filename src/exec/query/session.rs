//! One connection to a database that speaks SQL, or to Redis: opened, asked who it is, and closed.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Either, Executor as _, Row as _};
use sqlx::{TypeInfo as _, ValueRef as _};

use super::table::Cell;
use super::{PATIENCE, identity, redis};
use crate::config::connections::{Connection, ServerKind};
use crate::run::server::ServerIdentity;

/// A piece of an answer.
#[derive(Debug)]
pub(super) enum Piece {
    /// The next row, with the names of its columns where it is the first of a result.
    Row(Vec<String>, Vec<Cell>),
    /// A result is complete; so many rows were changed.
    Done(u64),
}

/// A connection to a database.
#[derive(Debug)]
pub(super) enum Sql {
    Postgres(Box<PgConnection>),
    Mysql(Box<MySqlConnection>),
    Sqlite(Box<SqliteConnection>, Arc<AtomicBool>),
}

/// An open connection.
pub(super) enum Session {
    /// It speaks SQL.
    Sql(Sql),
    /// It is Redis.
    Redis(redis::Redis),
}

impl Session {
    pub(super) async fn close(self) {
        match self {
            Self::Sql(sql) => sql.close().await,
            Self::Redis(redis) => drop(redis),
        }
    }
}

/// Opens a connection and asks the server who it is, within a few seconds.
pub(super) async fn open(connection: &Connection) -> Result<(Session, ServerIdentity), String> {
    let reach = async {
        match connection.kind {
            ServerKind::Redis => {
                let (redis, identity) = redis::Redis::open(connection).await?;
                Ok((Session::Redis(redis), identity))
            }
            ServerKind::Postgres | ServerKind::Mysql | ServerKind::Sqlite => {
                let mut sql = Sql::open(connection).await.map_err(|e| said(&e))?;
                let identity = identity::of(&mut sql).await.map_err(|e| said(&e))?;
                Ok((Session::Sql(sql), identity))
            }
        }
    };
    match tokio::time::timeout(PATIENCE, reach).await {
        Ok(reached) => reached,
        Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
    }
}

/// An error with its causes.
pub(super) fn said(error: &sqlx::Error) -> String {
    use std::error::Error as _;
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = cause.source();
    }
    text
}

impl Sql {
    pub(super) async fn open(connection: &Connection) -> Result<Self, sqlx::Error> {
        Ok(match connection.kind {
            ServerKind::Mysql => {
                let url = connection.url().replacen("mariadb:", "mysql:", 1);
                let mut options = MySqlConnectOptions::from_str(&url)?.disable_statement_logging();
                if let Some(root) = &connection.root_certificate {
                    options = options.ssl_mode(MySqlSslMode::VerifyIdentity).ssl_ca(root);
                }
                Self::Mysql(Box::new(options.connect().await?))
            }
            ServerKind::Sqlite => {
                let options = SqliteConnectOptions::from_str(connection.url())?.create_if_missing(false);
                let mut conn = options.disable_statement_logging().connect().await?;
                let stopped = Arc::new(AtomicBool::new(false));
                let asked = stopped.clone();
                conn.lock_handle().await?.set_progress_handler(1000, move || !asked.load(Ordering::Relaxed));
                Self::Sqlite(Box::new(conn), stopped)
            }
            ServerKind::Postgres | ServerKind::Redis => {
                let mut options = PgConnectOptions::from_str(connection.url())?.application_name("tejun");
                if let Some(root) = &connection.root_certificate {
                    options = options.ssl_mode(PgSslMode::VerifyFull).ssl_root_cert(root);
                }
                Self::Postgres(Box::new(options.disable_statement_logging().connect().await?))
            }
        })
    }

    pub(super) fn kind(&self) -> ServerKind {
        match self {
            Self::Postgres(_) => ServerKind::Postgres,
            Self::Mysql(_) => ServerKind::Mysql,
            Self::Sqlite(..) => ServerKind::Sqlite,
        }
    }

    /// Sends a text; its answer comes piece by piece, each value cut to what can be shown. The server itself writes the
    /// values as text: the protocol without preparation is used on purpose.
    pub(super) fn send(&mut self, sql: &str) -> BoxStream<'_, Result<Piece, sqlx::Error>> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Postgres(conn) => {
                query.fetch_many(&mut **conn).map_ok(|e| piece(e, |d| d.rows_affected(), pg)).boxed()
            }
            Self::Mysql(conn) => {
                query.fetch_many(&mut **conn).map_ok(|e| piece(e, |d| d.rows_affected(), mysql)).boxed()
            }
            Self::Sqlite(conn, _) => {
                query.fetch_many(&mut **conn).map_ok(|e| piece(e, |d| d.rows_affected(), sqlite)).boxed()
            }
        }
    }

    /// Sends a text of our own and passes over its answer.
    pub(super) async fn tell(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        let mut answer = self.send(sql);
        while answer.try_next().await?.is_some() {}
        Ok(())
    }

    /// The first row of an answer.
    pub(super) async fn first(&mut self, sql: &str) -> Result<Option<Vec<Option<String>>>, sqlx::Error> {
        let mut answer = self.send(sql);
        let mut first = None;
        while let Some(piece) = answer.try_next().await? {
            if let Piece::Row(_, cells) = piece
                && first.is_none()
            {
                first = Some(cells.iter().map(|c| c.value().map(str::to_owned)).collect());
            }
        }
        Ok(first)
    }

    /// The names of the columns that a query gives: an answer without rows does not tell them.
    pub(super) async fn columns(&mut self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        use sqlx::Statement as _;
        let sql = sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(sql.to_owned()));
        Ok(match self {
            Self::Postgres(conn) => conn.prepare(sql).await?.columns().iter().map(|c| c.name().to_owned()).collect(),
            Self::Mysql(conn) => conn.prepare(sql).await?.columns().iter().map(|c| c.name().to_owned()).collect(),
            Self::Sqlite(conn, _) => conn.prepare(sql).await?.columns().iter().map(|c| c.name().to_owned()).collect(),
        })
    }

    pub(super) async fn close(self) {
        let closed = async {
            match self {
                Self::Postgres(conn) => conn.close().await,
                Self::Mysql(conn) => conn.close().await,
                Self::Sqlite(conn, _) => conn.close().await,
            }
        };
        // A server that does not say goodbye sees the connection end.
        let _gone = tokio::time::timeout(PATIENCE, closed).await;
    }
}

fn piece<D, R: sqlx::Row>(
    part: Either<D, R>,
    changed: fn(&D) -> u64,
    cell: fn(&R, usize) -> Result<Cell, sqlx::Error>,
) -> Piece {
    match part {
        Either::Left(done) => Piece::Done(changed(&done)),
        Either::Right(row) => {
            let names = row.columns().iter().map(|c| c.name().to_owned()).collect();
            let unread = |e: sqlx::Error| Cell::text(format!("({e})").as_bytes());
            let cells = (0..row.len()).map(|i| cell(&row, i).unwrap_or_else(unread)).collect();
            Piece::Row(names, cells)
        }
    }
}

fn pg(row: &PgRow, i: usize) -> Result<Cell, sqlx::Error> {
    let value = row.try_get_raw(i)?;
    if value.is_null() {
        return Ok(Cell::null());
    }
    value.as_bytes().map(Cell::text).map_err(sqlx::Error::Decode)
}

fn mysql(row: &MySqlRow, i: usize) -> Result<Cell, sqlx::Error> {
    let value = row.try_get_raw(i)?;
    if value.is_null() {
        return Ok(Cell::null());
    }
    let bytes = <&[u8] as sqlx::Decode<sqlx::MySql>>::decode(value).map_err(sqlx::Error::Decode)?;
    Ok(if std::str::from_utf8(bytes).is_ok() { Cell::text(bytes) } else { Cell::blob(bytes) })
}

fn sqlite(row: &SqliteRow, i: usize) -> Result<Cell, sqlx::Error> {
    let value = row.try_get_raw(i)?;
    if value.is_null() {
        return Ok(Cell::null());
    }
    if value.type_info().name() == "BLOB" {
        return <&[u8] as sqlx::Decode<sqlx::Sqlite>>::decode(value).map(Cell::blob).map_err(sqlx::Error::Decode);
    }
    <&str as sqlx::Decode<sqlx::Sqlite>>::decode(value)
        .map(|text| Cell::text(text.as_bytes()))
        .map_err(sqlx::Error::Decode)
}
