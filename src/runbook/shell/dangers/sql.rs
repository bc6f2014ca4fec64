//! Statements of SQL, wherever they stand.

use super::{Found, Rule};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

static DROP: Rule = Rule::new(
    "sql-drop",
    Destructive,
    "行・テーブル・データベースを削除します。",
    "Deletes rows, tables or databases.",
);
static UPDATE_ALL: Rule =
    Rule::new("sql-update-all", Destructive, "条件なしで全行を上書きします。", "Writes over every row of a table.");
static LOCK: Rule = Rule::new(
    "sql-lock",
    Disruptive,
    "テーブルをロックするか、接続を切断します。",
    "Locks tables or cuts connections.",
);
static ALTER: Rule =
    Rule::new("sql-alter", Changes, "データベースの行や設定を変えます。", "Changes rows or settings of the database.");
static IMPORT: Rule = Rule::new(
    "database-restore",
    Destructive,
    "今あるデータの上にバックアップやファイルの内容を書き込みます。",
    "Writes a backup over the data that is there.",
);

/// What can be dropped.
const THINGS: &[&str] = &[
    "TABLE",
    "TABLES",
    "DATABASE",
    "SCHEMA",
    "INDEX",
    "VIEW",
    "USER",
    "ROLE",
    "COLUMN",
    "SEQUENCE",
    "TYPE",
    "FUNCTION",
    "EXTENSION",
    "TABLESPACE",
    "MATERIALIZED",
    "CONSTRAINT",
    "TRIGGER",
    "PARTITION",
    "OWNED",
    "PUBLICATION",
    "SUBSCRIPTION",
    "KEYSPACE",
    "EVENT",
    "PROCEDURE",
    "DOMAIN",
    "POLICY",
    "SERVER",
    "IF",
    "PRIMARY",
    "FOREIGN",
];

/// Looks at every statement of `text`.
pub(super) fn look(text: &str, found: &mut Found) {
    for statement in statements(text) {
        one(&statement, found);
    }
}

/// The dangers of one statement, given as its words in capitals.
fn one(words: &[String], found: &mut Found) {
    let Some(first) = words.first().map(String::as_str) else { return };
    let has = |word: &str| words.iter().any(|known| known == word);
    let pair = |a: &str, b: &str| words.windows(2).any(|two| two[0] == a && two[1] == b);
    let drops = words.windows(2).any(|two| two[0] == "DROP" && THINGS.contains(&two[1].as_str()));
    let deletes = pair("DELETE", "FROM") || (first == "DELETE" && has("FROM"));
    let purges =
        pair("PURGE", "BINARY") || pair("RESET", "MASTER") || has("PG_DROP_REPLICATION_SLOT") || has("LO_UNLINK");
    found.add_if(drops || deletes || purges || first == "TRUNCATE" || pair("THEN", "TRUNCATE"), &DROP);
    let updates = first == "UPDATE" && has("SET")
        || (has("UPDATE") && has("SET") && (first == "WITH" || first == "EXPLAIN" || first == "DO"));
    found.add_if(updates && !has("WHERE"), &UPDATE_ALL);
    let locks = pair("VACUUM", "FULL")
        || first == "REINDEX"
        || (first == "CLUSTER" && words.len() < 5)
        || pair("LOCK", "TABLE")
        || pair("LOCK", "TABLES")
        || pair("READ", "LOCK")
        || ["PG_TERMINATE_BACKEND", "PG_CANCEL_BACKEND", "PG_PROMOTE"].iter().any(|word| has(word))
        || (first == "KILL" && words.len() < 4)
        || (first == "SHUTDOWN" && words.len() < 3)
        || ["SLAVE", "REPLICA"].iter().any(|word| pair("STOP", word) || pair("RESET", word))
        || pair("GROUP_REPLICATION", "STOP");
    found.add_if(locks, &LOCK);
    let writes = matches!(
        first,
        "INSERT"
            | "ALTER"
            | "CREATE"
            | "GRANT"
            | "REVOKE"
            | "REPLACE"
            | "MERGE"
            | "COMMENT"
            | "REFRESH"
            | "RENAME"
            | "OPTIMIZE"
            | "UPSERT"
            | "REASSIGN"
            | "START"
            | "CHANGE"
            | "CALL"
            | "CHECKPOINT"
    ) && words.len() > 1
        || pair("INSERT", "INTO")
        || pair("SET", "GLOBAL")
        || pair("SET", "PERSIST")
        || pair("ALTER", "SYSTEM")
        || [
            "PG_RELOAD_CONF",
            "PG_SWITCH_WAL",
            "PG_STAT_RESET",
            "PG_STAT_STATEMENTS_RESET",
            "SETVAL",
            "PG_ROTATE_LOGFILE",
        ]
        .iter()
        .any(|word| has(word));
    let begins = first == "START" && has("TRANSACTION");
    found.add_if((writes && !begins) || updates, &ALTER);
    let imports = matches!(first, "\\I" | "\\IR" | "SOURCE" | "\\." | ".READ" | ".RESTORE" | ".IMPORT")
        && words.len() > 1
        || pair("LOAD", "DATA")
        || (matches!(first, "COPY" | "\\COPY") && has("FROM"));
    found.add_if(imports, &IMPORT);
}

/// The statements of a text: their words in capitals, without comments and without the values between quotes.
fn statements(text: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    // A statement that is built from text says in quotes what it does.
    let built = ["execute", "prepare"].iter().any(|name| text.to_lowercase().contains(name));
    let flush = |word: &mut String, words: &mut Vec<String>| {
        if !word.is_empty() {
            words.push(std::mem::take(word).to_uppercase());
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '\'' if !built => {
                flush(&mut word, &mut words);
                while let Some(next) = chars.next() {
                    if next == '\'' && chars.next_if_eq(&'\'').is_none() {
                        break;
                    }
                }
            }
            '-' if chars.peek() == Some(&'-') => {
                flush(&mut word, &mut words);
                chars.by_ref().take_while(|next| *next != '\n').for_each(drop);
            }
            '/' if chars.peek() == Some(&'*') => {
                flush(&mut word, &mut words);
                let mut before = ' ';
                for next in chars.by_ref() {
                    if before == '*' && next == '/' {
                        break;
                    }
                    before = next;
                }
            }
            ';' => {
                flush(&mut word, &mut words);
                all.push(std::mem::take(&mut words));
            }
            // A command of the client ends with its line.
            '\n' if words.first().map_or(word.as_str(), String::as_str).starts_with(['\\', '.']) => {
                flush(&mut word, &mut words);
                all.push(std::mem::take(&mut words));
            }
            '\\' | '.' if word.is_empty() && words.is_empty() => word.push(c),
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            _ => flush(&mut word, &mut words),
        }
    }
    flush(&mut word, &mut words);
    all.push(words);
    all.retain(|statement| !statement.is_empty());
    all
}
