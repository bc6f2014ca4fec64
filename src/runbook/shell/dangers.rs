//! What a call may destroy, disrupt or change.

use super::habits::redis_words;
use super::syntax::{Call, Input};
use crate::runbook::model::{Danger, DangerLevel};
use crate::runbook::text::Pattern;

mod data;
mod hidden;
mod operations;

/// One rule: which calls it knows, and what can happen.
struct DangerRule {
    id: &'static str,
    level: DangerLevel,
    why: &'static str,
    matches: fn(&Call) -> bool,
}

/// The dangers of the calls and of what is hidden in `text`, each rule once, the gravest first.
pub(super) fn dangers(text: &str, calls: &[Call]) -> Vec<Danger> {
    let mut found: Vec<Danger> = hidden::hidden(text).into_iter().collect();
    for call in calls {
        for rule in data::DATA.iter().chain(operations::OPERATIONS) {
            if (rule.matches)(call) && !found.iter().any(|danger| danger.rule == rule.id) {
                found.push(Danger { rule: rule.id.to_owned(), level: rule.level, why: rule.why.to_owned() });
            }
        }
    }
    found.sort_by_key(|danger| std::cmp::Reverse(danger.level));
    found
}

/// The program is one of `programs` and one of `verbs` is an argument.
fn does(call: &Call, programs: &[&str], verbs: &[&str]) -> bool {
    programs.contains(&call.program()) && verbs.iter().any(|verb| call.has(verb))
}

static DROPS: Pattern =
    Pattern::new(r"(?i)\b(?:drop\s+(?:table|database|schema|index|view|user|role|column)|truncate\b|delete\s+from)");
static LOCKS: Pattern = Pattern::new(
    r"(?i)\b(?:vacuum\s+\(?full|reindex|cluster|lock\s+table|pg_terminate_backend|pg_promote|kill\s+\d|switchover|failover)\b",
);
static ALTERS: Pattern = Pattern::new(
    r"(?i)\b(?:update\s+\S+\s+set|insert\s+into|alter\s+\w+|create\s+\w+|grant|revoke|pg_reload_conf|set\s+global)\b",
);

fn sql(call: &Call, pattern: &Pattern) -> bool {
    matches!(call.program(), "psql" | "mysql" | "mariadb" | "sqlite3" | "mongosh" | "mongo" | "clickhouse-client")
        && call.args().iter().any(|arg| pattern.is_match(arg))
}

static RESTORES: Pattern =
    Pattern::new(r"(?i)(?:^|[-_./:])(?:restore|import|reset|wipe|purge|drop|destroy|rollback|recover)(?:[-_./:]|$)")
        .needing(&["restore", "import", "reset", "wipe", "purge", "drop", "destroy", "rollback", "recover"]);

/// A script or a make target whose name says that it overwrites data.
fn named_restore(call: &Call) -> bool {
    let names = |word: &str| RESTORES.is_match(word);
    match call.program() {
        "make" | "just" | "task" | "rake" => call.operands().any(names),
        "npm" | "pnpm" | "yarn" => call.operands().any(names),
        "bash" | "sh" | "zsh" | "source" | "." | "python" | "python3" | "node" | "ruby" => {
            call.operands().next().is_some_and(|script| names(script.rsplit('/').next().unwrap_or(script)))
        }
        program => {
            (program.contains('/') || program.ends_with(".sh")) && names(program.rsplit('/').next().unwrap_or(program))
        }
    }
}

/// A dump is fed into a database.
fn feeds_database(call: &Call) -> bool {
    let asks_only = call.args().iter().any(|arg| matches!(arg.as_str(), "-c" | "-e" | "--command" | "--execute"));
    let fed = call.input != Input::Terminal && !asks_only;
    match call.program() {
        "psql" | "mysql" | "mariadb" | "sqlite3" => fed,
        "redis-cli" => call.has("--pipe"),
        _ => false,
    }
}

fn redis(call: &Call, commands: &[&str]) -> bool {
    if call.program() != "redis-cli" {
        return false;
    }
    let words = redis_words(call);
    let pair = words.iter().take(2).cloned().collect::<Vec<_>>().join(" ");
    commands.iter().any(|command| {
        if command.contains(' ') { pair == *command } else { words.first().is_some_and(|word| word == command) }
    })
}

/// The dangers of SQL text.
pub(super) fn sql_dangers(text: &str) -> Vec<Danger> {
    let words = vec!["psql".to_owned(), text.to_owned()];
    dangers("", &[Call { words, ..Call::default() }])
}
