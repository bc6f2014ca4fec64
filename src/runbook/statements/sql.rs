//! Statements of SQL: where each ends, whether it only reads, and what it does to a transaction.

use super::Nature;
use crate::config::connections::ServerKind;

mod scan;
mod words;

pub use scan::split;

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its text, without the semicolon.
    pub text: String,
    /// The line of the text that it begins on, from 1.
    pub line: usize,
    /// Its words in capitals, without what stands in quotes and comments.
    words: Vec<String>,
    /// A quote or a comment does not end, or the server may read it in another way.
    unclear: bool,
    kind: ServerKind,
}

/// What a statement does to the transaction that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// It begins one.
    Begin,
    /// It ends one and keeps what was done.
    Commit,
    /// It ends one and takes back what was done.
    Rollback,
    /// It keeps what was done before, as a side effect.
    Implicit,
    /// Nothing.
    None,
}

impl Statement {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
    }

    fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    fn second(&self) -> &str {
        self.words.get(1).map_or("", String::as_str)
    }

    fn pair(&self, a: &str, b: &str) -> bool {
        self.words.windows(2).any(|two| two[0] == a && two[1] == b)
    }

    /// Whether it only reads.
    pub fn nature(&self) -> Nature {
        if self.unclear || !self.only_reads() { Nature::Writes } else { Nature::Reads }
    }

    fn only_reads(&self) -> bool {
        match self.first() {
            "SELECT" | "VALUES" | "TABLE" | "WITH" => self.query_reads(),
            "SHOW" | "DESCRIBE" | "DESC" => true,
            "EXPLAIN" => !self.has("ANALYZE") && !self.has("ANALYSE") || self.query_reads(),
            "PRAGMA" => self.pragma_reads(),
            "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" => {
                !self.pair("READ", "WRITE")
                    && self.control() != Control::Implicit
                    && self.second() != "SLAVE"
                    && self.second() != "REPLICA"
                    && self.second() != "PREPARED"
            }
            "SET" => self.setting_is_harmless(),
            _ => false,
        }
    }

    /// No word of it writes, locks or calls what does.
    fn query_reads(&self) -> bool {
        let verbs = ["INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "REPLACE", "CREATE", "REFRESH", "EXECUTE"];
        // `replace(a, b, c)` is a function; as a verb it begins the statement.
        let verb = self.words.iter().any(|w| verbs.contains(&w.as_str()) && w != "REPLACE");
        let locks =
            self.pair("FOR", "SHARE") || self.pair("FOR", "KEY") || self.pair("FOR", "NO") || self.pair("IN", "SHARE");
        !verb && !locks && !self.words.iter().any(|w| words::calls_for_change(w))
    }

    fn pragma_reads(&self) -> bool {
        let known = words::READING_PRAGMAS.contains(&self.second());
        let plain = self.words.len() == 2 && words::PLAIN_PRAGMAS.contains(&self.second());
        !self.text.contains('=') && (known || (plain && !self.text.contains('(')))
    }

    /// A setting of this session alone, that does not change who it is or what it may do.
    fn setting_is_harmless(&self) -> bool {
        let grave = ["GLOBAL", "PERSIST", "PERSIST_ONLY", "ROLE", "AUTHORIZATION", "CHARACTERISTICS", "PASSWORD"];
        let grave = self.words.iter().any(|w| grave.contains(&w.as_str()) || w.contains("READ_ONLY"));
        !grave && !self.pair("READ", "WRITE") && !self.text.contains('@')
    }

    /// It asks for rows, and sets nothing.
    pub fn gives_rows(&self) -> bool {
        !matches!(self.first(), "SET" | "SAVEPOINT" | "RELEASE" | "ROLLBACK")
    }

    /// The beginning of a transaction, made one that cannot write.
    pub fn begin_read_only(&self) -> String {
        match self.kind {
            ServerKind::Postgres if !self.has("ONLY") => format!("{} READ ONLY", self.text),
            ServerKind::Mysql if !self.has("ONLY") => "START TRANSACTION READ ONLY".to_owned(),
            ServerKind::Postgres | ServerKind::Mysql | ServerKind::Sqlite | ServerKind::Redis => self.text.clone(),
        }
    }

    /// What it does to the transaction.
    pub fn control(&self) -> Control {
        match (self.first(), self.second()) {
            ("BEGIN", _) | ("START", "TRANSACTION") => Control::Begin,
            ("COMMIT", "PREPARED") | ("ROLLBACK", "TO" | "PREPARED") => Control::None,
            ("ROLLBACK", _) if self.has("TO") => Control::None,
            ("COMMIT" | "END", _) => Control::Commit,
            ("ROLLBACK" | "ABORT", _) => Control::Rollback,
            ("PREPARE", "TRANSACTION") => Control::Commit,
            (
                "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "RENAME" | "GRANT" | "REVOKE" | "LOCK" | "UNLOCK"
                | "ANALYZE" | "OPTIMIZE" | "REPAIR" | "FLUSH" | "LOAD" | "INSTALL" | "UNINSTALL",
                _,
            ) if self.kind == ServerKind::Mysql => Control::Implicit,
            _ => Control::None,
        }
    }

    /// Why it is not sent.
    pub fn refused(&self) -> Option<&'static str> {
        let pipes = (self.has("STDIN") || self.has("STDOUT")) && self.first() == "COPY";
        match self.first() {
            first if first.starts_with(['\\', '.']) => Some("it is a command of the client, and no statement"),
            "DELIMITER" | "SOURCE" => Some("it is a command of the client, and no statement"),
            "USE" => Some("the database is the one that was shown; set up another connection for another one"),
            _ if pipes => Some("it needs a client that sends or takes a file"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
