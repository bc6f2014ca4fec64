//! Statements for a server: how a text splits into them, and whether one only reads.
//!
//! Whatever is in doubt writes: a statement that is taken for a reading one is sent in a transaction that cannot write,
//! one that is taken for a writing one needs the consent of a person.

pub mod redis_text;
pub mod sql;

use crate::config::connections::ServerKind;

/// What a statement does, as far as its words say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// It only reads.
    Reads,
    /// It writes, or may.
    Writes,
}

/// Whether anything in `text` writes or may, on a server of this kind.
pub fn nature(text: &str, kind: ServerKind) -> Nature {
    match kind {
        ServerKind::Redis => {
            redis_text::lines(text).iter().map(redis_text::Line::nature).max().unwrap_or(Nature::Reads)
        }
        ServerKind::Postgres | ServerKind::Mysql | ServerKind::Sqlite => {
            sql::split(text, kind).iter().map(sql::Statement::nature).max().unwrap_or(Nature::Reads)
        }
    }
}
