//! Servers of data whose clients have words of their own: recovery managers, rings, caches, replicated disks.

use super::super::syntax::{Call, Input};
use super::{Found, Rule};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};
use crate::runbook::text::Pattern;

static RESTORE: Rule = Rule::new(
    "backup-restore",
    Destructive,
    "今あるデータの上にバックアップを書き戻します。",
    "Writes a backup over the data that is there.",
);
static PRUNE: Rule = Rule::new("backup-prune", Destructive, "バックアップを削除します。", "Deletes backups.");
static SCRIPT: Rule = Rule::new(
    "unseen-script",
    Disruptive,
    "ここに書かれていないスクリプトをデータベースで実行します。",
    "Runs a script on the database that does not stand here.",
);
static SWITCH: Rule = Rule::new(
    "database-promote",
    Disruptive,
    "主系の切り替えや停止を行います。",
    "Makes a standby the primary, or stops a server.",
);
static DROP: Rule =
    Rule::new("database-drop", Destructive, "データベースやユーザーを削除します。", "Deletes a database or a user.");
static LEAVES: Rule = Rule::new(
    "member-remove",
    Destructive,
    "クラスターからノードやその持つデータを外します。",
    "Takes a node and what it holds out of the cluster.",
);
static EMPTIES: Rule = Rule::new("cache-flush", Destructive, "キャッシュの内容を消します。", "Empties a cache.");
static UNUSED: Rule = Rule::new("server-disable", Disruptive, "サーバーを切り離します。", "Takes a server out of use.");
static CHANGE: Rule = Rule::new("store-change", Changes, "保存された値を変えます。", "Changes stored values.");

static RESTORES: Pattern = Pattern::new(
    r"(?im)(?:^|[;{(=/_'\x22\s-])(?:restore|recover|flashback|duplicate\s+(?:target|database)|switch\s+(?:database|datafile)|reset\s+database|open\s+resetlogs)",
)
.needing(&["restore", "recover", "flashback", "duplicate", "switch", "reset"]);
static ASKS: Pattern =
    Pattern::new(r"(?i)\b(?:restore|recover)\b[^;\n]*\b(?:validate|preview)\b").needing(&["validate", "preview"]);
static DELETES: Pattern =
    Pattern::new(r"(?im)(?:^|[;{(=/_'\x22\s-])(?:delete|drop|crosscheck\b.*\bdelete)\b").needing(&["delete", "drop"]);

pub(super) fn look(call: &Call, found: &mut Found) {
    match call.program() {
        "rman" => rman(call, found),
        "dgmgrl" => {
            let said = |words: &[&str]| {
                texts(call).any(|text| words.iter().any(|word| text.to_ascii_lowercase().contains(word)))
            };
            found.add_if(said(&["switchover", "failover", "reinstate", "convert database", "shutdown"]), &SWITCH);
            found.add_if(said(&["edit ", "enable ", "disable ", "remove "]), &CHANGE);
        }
        "pg_dropcluster" => found.add(&DROP),
        "nodetool" => {
            found.add_if(call.has_any(&["removenode", "decommission", "assassinate", "clearsnapshot"]), &LEAVES);
            found.add_if(
                call.has_any(&["disablegossip", "disablebinary", "stopdaemon", "disablethrift", "drain"]),
                &UNUSED,
            );
            found.add_if(call.has_any(&["cleanup", "compact", "scrub", "rebuild", "refresh", "move"]), &CHANGE);
        }
        "drbdadm" | "drbdsetup" => {
            found.add_if(call.has_any(&["invalidate", "invalidate-remote", "create-md", "wipe-md"]), &LEAVES);
            found.add_if(
                call.has_any(&["down", "disconnect", "detach", "secondary", "primary", "suspend-io", "outdate"]),
                &SWITCH,
            );
        }
        "memcached-tool" | "memflush" => {
            found.add_if(call.program() == "memflush" || call.has_any(&["flush", "flush_all"]), &EMPTIES);
        }
        "varnishadm" => found.add_if(call.has_any(&["ban", "ban.url", "stop", "vcl.use", "param.set"]), &CHANGE),
        "nc" | "ncat" | "netcat" | "telnet" | "socat" => {
            let fed = call.stdin.as_deref().unwrap_or_default().to_ascii_lowercase();
            found.add_if(fed.contains("flush_all"), &EMPTIES);
            found.add_if(
                ["disable ", "shutdown", "set server", "del server"].iter().any(|word| fed.contains(word)),
                &UNUSED,
            );
        }
        _ => {}
    }
}

/// What is handed to a call as text: its arguments and what it is fed.
fn texts(call: &Call) -> impl Iterator<Item = &str> {
    call.args().iter().map(String::as_str).chain(call.stdin.as_deref())
}

fn rman(call: &Call, found: &mut Found) {
    if call.has_any(&["-V", "-v", "-help"]) {
        return;
    }
    let texts: Vec<&str> = texts(call).collect();
    let deletes = texts.iter().any(|text| DELETES.is_match(text));
    let restores = texts.iter().any(|text| RESTORES.is_match(&ASKS.replace_all(text, "")));
    found.add_if(restores, &RESTORE);
    found.add_if(deletes, &PRUNE);
    let file = call.args().iter().any(|arg| arg.starts_with('@') || arg.to_ascii_lowercase().starts_with("cmdfile"));
    let fed = call.input != Input::Terminal && call.stdin.is_none();
    found.add_if(!restores && !deletes && (file || fed), &SCRIPT);
}
