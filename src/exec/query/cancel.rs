//! Asks a server, over a second connection, to give up what the first one runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::PATIENCE;
use super::session::{Sql, said};
use crate::config::connections::Connection;
use crate::run::event::Stop;

/// How the statement of a session is given up.
#[derive(Debug, Clone)]
pub(super) enum Canceller {
    /// By the number that the server knows the session by.
    Postgres(Connection, String),
    /// The same.
    Mysql(Connection, String),
    /// It looks at this while it works.
    Sqlite(Arc<AtomicBool>),
}

impl Canceller {
    /// What gives up the statements of `sql`.
    pub(super) async fn of(sql: &mut Sql, connection: &Connection) -> Result<Self, sqlx::Error> {
        let ask = match sql {
            Sql::Sqlite(_, stopped) => return Ok(Self::Sqlite(stopped.clone())),
            Sql::Postgres(_) => "SELECT pg_backend_pid()",
            Sql::Mysql(_) => "SELECT CONNECTION_ID()",
        };
        let answer = sql.first(ask).await?;
        let number = answer.and_then(|row| row.into_iter().next().flatten()).unwrap_or_default();
        // It becomes a part of a statement: nothing but a number may.
        let number = number.parse::<u64>().map_err(|e| sqlx::Error::Decode(e.into()))?.to_string();
        Ok(match sql {
            Sql::Mysql(_) => Self::Mysql(connection.clone(), number),
            Sql::Postgres(_) | Sql::Sqlite(..) => Self::Postgres(connection.clone(), number),
        })
    }

    /// Asks the server to give up; what went wrong where it could not be asked.
    pub(super) async fn cancel(&self, how: Stop) -> Result<(), String> {
        let (connection, ask) = match self {
            Self::Sqlite(stopped) => {
                stopped.store(true, Ordering::Relaxed);
                return Ok(());
            }
            Self::Postgres(connection, number) => {
                let function = match how {
                    Stop::Interrupt | Stop::Terminate => "pg_cancel_backend",
                    Stop::Kill => "pg_terminate_backend",
                };
                (connection, format!("SELECT {function}({number})"))
            }
            Self::Mysql(connection, number) => {
                let what = match how {
                    Stop::Interrupt | Stop::Terminate => "KILL QUERY",
                    Stop::Kill => "KILL CONNECTION",
                };
                (connection, format!("{what} {number}"))
            }
        };
        let asked = async {
            let mut second = Sql::open(connection).await?;
            let asked = second.tell(&ask).await;
            second.close().await;
            asked
        };
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(asked) => asked.map_err(|e| said(&e)),
            Err(_) => Err("no answer".to_owned()),
        }
    }
}
