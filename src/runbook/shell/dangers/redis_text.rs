//! Commands of a Redis server.

use super::super::habits::redis_words;
use super::super::syntax::Call;
use super::{Found, Rule};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

static FLUSH: Rule = Rule::new(
    "redis-flush",
    Destructive,
    "Redis のキーをすべて削除します。",
    "Deletes every key of the Redis database.",
);
static DELETE: Rule = Rule::new("redis-delete", Destructive, "Redis のキーを削除します。", "Deletes Redis keys.");
static FAILOVER: Rule = Rule::new(
    "redis-failover",
    Disruptive,
    "Redis を停止するか、主系を切り替えます。",
    "Stops a Redis server or makes another one the master.",
);
static BLOCKS: Rule = Rule::new(
    "redis-block",
    Disruptive,
    "接続を切断するか、応答を止めます。",
    "Cuts clients off or keeps the server from answering.",
);
static CHANGE: Rule = Rule::new(
    "redis-config",
    Changes,
    "Redis の設定やデータを変えます。",
    "Changes the running Redis configuration or its data.",
);
static IMPORT: Rule = Rule::new(
    "database-restore",
    Destructive,
    "今あるデータの上にバックアップやファイルの内容を書き込みます。",
    "Writes a backup over the data that is there.",
);

pub(super) fn look(call: &Call, found: &mut Found) {
    if !matches!(call.program(), "redis-cli" | "valkey-cli" | "keydb-cli") {
        return;
    }
    found.add_if(call.has("--pipe"), &IMPORT);
    found.add_if(call.has("--cluster") && call.has_any(&["del-node", "reset", "fix"]), &DELETE);
    found.add_if(call.has("--cluster") && call.has_any(&["rebalance", "reshard", "add-node", "create"]), &CHANGE);
    found.add_if(call.has("--eval"), &CHANGE);
    command(&redis_words(call), found);
    if let Some(text) = &call.stdin {
        lines(text, found);
    }
}

/// Looks at each line of a text for a Redis server.
pub(super) fn lines(text: &str, found: &mut Found) {
    for line in text.lines() {
        let line = line.rsplit_once("> ").map_or(line, |(_, command)| command);
        let words: Vec<String> =
            line.split_whitespace().map(|word| word.trim_matches(['"', '\'']).to_uppercase()).collect();
        if !line.trim_start().starts_with('#') {
            command(&words, found);
        }
    }
}

fn command(words: &[String], found: &mut Found) {
    let Some(first) = words.first() else { return };
    let second = words.get(1).map_or("", String::as_str);
    match (first.as_str(), second) {
        ("FLUSHALL" | "FLUSHDB", _) => found.add(&FLUSH),
        ("CLUSTER", "RESET" | "FLUSHSLOTS" | "FORGET") | ("FUNCTION", "FLUSH" | "RESTORE") => found.add(&FLUSH),
        (
            "DEL" | "UNLINK" | "GETDEL" | "HDEL" | "ZREM" | "SREM" | "LREM" | "LTRIM" | "XDEL" | "XTRIM"
            | "ZREMRANGEBYSCORE" | "ZREMRANGEBYRANK" | "SPOP" | "RESTORE",
            _,
        ) => found.add(&DELETE),
        ("SCRIPT", "FLUSH") | ("ACL", "DELUSER") | ("XGROUP", "DESTROY") => found.add(&DELETE),
        ("SENTINEL" | "CLUSTER", "FAILOVER") | ("REPLICAOF" | "SLAVEOF" | "SHUTDOWN" | "FAILOVER", _) => {
            found.add(&FAILOVER)
        }
        ("CLIENT", "KILL" | "PAUSE") | ("SAVE" | "KEYS" | "MIGRATE", _) | ("SCRIPT" | "FUNCTION", "KILL") => {
            found.add(&BLOCKS)
        }
        ("DEBUG", word) => found.add(if word == "RELOAD" || word == "FLUSHALL" { &FLUSH } else { &BLOCKS }),
        ("EVAL" | "EVALSHA" | "FCALL", _) => {
            let deletes = words.iter().any(|word| ["DEL", "FLUSH", "UNLINK"].iter().any(|verb| word.contains(verb)));
            found.add(if deletes { &DELETE } else { &CHANGE });
        }
        (
            "SET" | "MSET" | "HSET" | "EXPIRE" | "PEXPIRE" | "PERSIST" | "RENAME" | "MOVE" | "BGREWRITEAOF" | "BGSAVE"
            | "INCR" | "SETEX" | "LPUSH" | "RPUSH" | "SADD" | "ZADD" | "XADD" | "PUBLISH",
            _,
        )
        | ("CONFIG", "SET" | "REWRITE" | "RESETSTAT")
        | ("ACL", "SETUSER" | "LOAD")
        | ("SENTINEL", "SET" | "RESET" | "REMOVE" | "MONITOR")
        | ("CLUSTER", "MEET" | "SETSLOT" | "ADDSLOTS" | "DELSLOTS" | "REPLICATE") => found.add(&CHANGE),
        _ => {}
    }
}
