//! Repositories, scripts and targets by their names, and program text.

use super::super::syntax::Call;
use super::{Found, Rule, does, sql, unseen, verbs};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};
use crate::runbook::text::Pattern;

static DISCARD: Rule =
    Rule::new("git-discard", Destructive, "作業内容や履歴を捨てます。", "Throws work or history away.");
static GIT: Rule = Rule::new(
    "git-change",
    Changes,
    "リポジトリや共有の内容を変えます。",
    "Changes a repository or what others see of it.",
);
static FORGE: Rule = Rule::new(
    "forge-change",
    Changes,
    "プルリクエスト・課題・リリースを変えます。",
    "Changes pull requests, issues or releases.",
);
static FORGE_DELETE: Rule = Rule::new(
    "forge-delete",
    Destructive,
    "リポジトリやリリースなどを削除します。",
    "Deletes repositories, releases or the like.",
);
static NAMED_RESTORE: Rule = Rule::new(
    "named-restore",
    Destructive,
    "名前からみて、データを上書き・削除するスクリプトです。",
    "By its name this script overwrites or deletes data.",
);
static NAMED_STOP: Rule = Rule::new(
    "named-stop",
    Disruptive,
    "名前からみて、サービスを停止・再起動します。",
    "By its name this stops or restarts a service.",
);
static NAMED_CHANGE: Rule =
    Rule::new("named-change", Changes, "名前からみて、状態を変えます。", "By its name this changes state.");
static CODE_DELETE: Rule =
    Rule::new("code-delete", Destructive, "プログラムの中でデータを削除します。", "Its program text deletes data.");
pub(super) fn look(call: &Call, found: &mut Found) {
    git(call, found);
    named(call, found);
    if matches!(call.program(), "gh" | "glab" | "hub" | "jira") {
        let words = verbs(call, &["-R", "--repo"]);
        let has = |wanted: &[&str]| words.iter().take(3).any(|word| wanted.contains(word));
        found.add_if(has(&["delete", "archive"]), &FORGE_DELETE);
        found.add_if(
            has(&[
                "create", "merge", "close", "edit", "rerun", "approve", "comment", "review", "run", "reopen", "enable",
                "disable", "set", "sync", "cancel", "upload", "transfer", "lock",
            ]) && !(has(&["run"]) && has(&["list", "view", "watch", "download"])),
            &FORGE,
        );
        let sends = call.value_of(&["-X", "--method"]).is_some_and(|method| method != "GET");
        found.add_if(
            has(&["api"]) && (sends || call.has_any(&["-f", "-F", "--field", "--raw-field", "--input"])),
            &FORGE,
        );
    }
}

fn git(call: &Call, found: &mut Found) {
    if call.program() != "git" {
        return;
    }
    let words = verbs(call, &["-C", "-c", "--git-dir", "--work-tree", "-m", "--message", "-b"]);
    let verb = words.first().copied().unwrap_or_default();
    let forced = call.short('f') || call.has_start("--force");
    let discards = match verb {
        "reset" => call.has("--hard"),
        "clean" => forced && !call.short('n'),
        "push" => {
            forced
                || call.has_any(&["--delete", "-d", "--mirror", "--prune"])
                || words.iter().skip(2).any(|word| word.starts_with([':', '+']))
        }
        "branch" => call.short('D'),
        "tag" => call.short('d') || call.has("--delete"),
        "checkout" | "switch" => {
            forced || call.has("--discard-changes") || call.has("--") || words.get(1) == Some(&".")
        }
        "restore" => !call.has("--staged") || call.has("--worktree"),
        "stash" => matches!(words.get(1), Some(&("drop" | "clear"))),
        "filter-branch" | "filter-repo" | "gc" | "prune" => verb != "gc" || call.has_start("--prune"),
        "reflog" => matches!(words.get(1), Some(&("expire" | "delete"))),
        "worktree" => words.get(1) == Some(&"remove"),
        "update-ref" => call.short('d'),
        _ => false,
    };
    found.add_if(discards, &DISCARD);
    let lists = (verb == "branch" && !call.has_any(&["-d", "--delete", "-m", "-M"]) && words.len() < 2)
        || (verb == "tag" && (words.len() == 1 || call.short('l') || call.has("--list")))
        || (verb == "stash" && matches!(words.get(1), Some(&("list" | "show"))));
    found.add_if(
        !lists
            && !discards
            && matches!(
                verb,
                "push"
                    | "merge"
                    | "commit"
                    | "rebase"
                    | "revert"
                    | "cherry-pick"
                    | "tag"
                    | "pull"
                    | "checkout"
                    | "switch"
                    | "stash"
                    | "add"
                    | "reset"
                    | "am"
                    | "apply"
                    | "submodule"
                    | "mv"
                    | "rm"
                    | "branch"
                    | "bisect"
            ),
        &GIT,
    );
}

static RESTORES: Pattern = Pattern::new(
    r"(?i)(?:^|[-_./:])(?:restore|import|reset|wipe|purge|drop|destroy|rollback|recover|truncate|delete|flush|cleanup|prune|uninstall|teardown|nuke)(?:[-_./:]|$)",
)
.needing(&["restore", "import", "reset", "wipe", "purge", "drop", "destroy", "rollback", "recover", "truncate", "delete", "flush", "cleanup", "prune", "uninstall", "teardown", "nuke"]);
static STOPS: Pattern = Pattern::new(
    r"(?i)(?:^|[-_./:])(?:stop|restart|down|shutdown|failover|switchover|kill|reboot|drain|promote)(?:[-_./:]|$)",
)
.needing(&["stop", "restart", "down", "failover", "switchover", "kill", "reboot", "drain", "promote"]);
static CHANGES: Pattern = Pattern::new(
    r"(?i)(?:^|[-_./:])(?:deploy|install|migrate|release|push|start|up|update|upgrade|setup|apply|publish|clean|rotate|renew|scale|provision|create|enable|disable|sync)(?:[-_./:]|$)",
)
.needing(&["deploy", "install", "migrat", "release", "push", "start", "up", "apply", "publish", "clean", "rotate", "renew", "scale", "provision", "create", "able", "sync"]);

/// A script or a target whose name says what it does.
fn named(call: &Call, found: &mut Found) {
    let names: Vec<&str> = match call.program() {
        "make" | "just" | "task" | "rake" | "invoke" | "fab" | "cap" | "mix" => {
            if call.has_any(&["-n", "--dry-run", "-l", "--list", "-T", "-P"]) {
                return;
            }
            verbs(call, &["-C", "-f", "--directory", "--file", "-j"])
        }
        "npm" | "pnpm" | "yarn" | "bun" => {
            let words = verbs(call, &["--prefix", "-C", "--cwd"]);
            let run = words.iter().position(|word| matches!(*word, "run" | "run-script"));
            let known = ["install", "ci", "update", "publish", "exec", "dlx", "start", "test", "uninstall", "audit"];
            match run {
                Some(at) => words.get(at + 1).copied().into_iter().collect(),
                None => words
                    .first()
                    .copied()
                    .filter(|word| call.program() != "npm" && !known.contains(word))
                    .into_iter()
                    .collect(),
            }
        }
        "bash" | "sh" | "zsh" | "source" | "." | "python" | "python3" | "node" | "ruby" | "perl" | "php" => {
            let text = call
                .args()
                .iter()
                .any(|arg| arg.starts_with('-') && !arg.starts_with("--") && arg.ends_with(['c', 'e', 'm']));
            let script = call.operands().next().filter(|_| !text);
            script.map(|script| script.rsplit('/').next().unwrap_or(script)).into_iter().collect()
        }
        program if program.contains('/') || program.ends_with(".sh") || program.ends_with(".py") => {
            let name = program.rsplit('/').next().unwrap_or(program);
            let verb = call.operands().next().filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            std::iter::once(name).chain(verb).collect()
        }
        _ => return,
    };
    let says = |pattern: &Pattern| names.iter().any(|name| pattern.is_match(name));
    let tests = call.has_any(&["--test", "--check", "--list", "--verify", "status"]);
    if tests {
        return;
    }
    if says(&RESTORES) {
        found.add(&NAMED_RESTORE);
    } else if says(&STOPS) {
        found.add(&NAMED_STOP);
    } else if says(&CHANGES) || does(call, &["make"], &["all"]) {
        found.add(&NAMED_CHANGE);
    }
}

static DELETES: Pattern = Pattern::new(
    r"(?x) \bos\.(?:remove|unlink|rmdir|removedirs|truncate)\b | shutil\.(?:rmtree|move) | \.unlink\s*\( | \bunlink\b | \brmtree\b | File\.(?:delete|unlink)
    | FileUtils\.(?:rm|remove|mv) | \bfs\.(?:rm|unlink|rmdir|truncate) | \b(?:rm|unlink|rmdir)Sync\b | \.(?:delete_all|destroy_all|drop_all|delete_many|deleteMany|remove_all|flushall|flushdb|drop_database|dropDatabase|drop_collection|truncate)\b
    | \.(?:delete|destroy|drop)!?\s*\(\s*\) | \.destroy!?\s*$ | \bFile\.write\b.*/etc/ ",
)
.needing(&["remove", "unlink", "rm", "delete", "move", "truncate", "drop", "flush", "destroy", "File.write"]);

/// Program text that deletes, or that holds statements which do.
pub(super) fn program_text(text: &str, found: &mut Found) {
    found.add_if(DELETES.is_match(text), &CODE_DELETE);
    unseen::program_text(text, found);
    let holds =
        ["drop ", "truncate ", "delete from", "update "].iter().any(|words| text.to_lowercase().contains(words));
    if holds {
        text.split(['"', '\'', '`']).for_each(|part| sql::look(part, found));
    }
}
