//! Tools that no table knows: the verb that a call begins with says what it does.

use super::super::syntax::Call;
use super::{Found, Rule, verbs};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

static DELETE: Rule =
    Rule::new("tool-delete", Destructive, "動詞からみて、何かを削除します。", "By its verb this deletes something.");
static DISRUPT: Rule = Rule::new(
    "tool-disrupt",
    Disruptive,
    "動詞からみて、何かを停止・再起動・切り替えします。",
    "By its verb this stops, restarts or fails over something.",
);
static RESTORE: Rule = Rule::new(
    "tool-restore",
    Destructive,
    "動詞からみて、データを書き戻すか、前の状態に戻します。",
    "By its verb this writes data back or takes changes back.",
);
static CHANGE: Rule =
    Rule::new("tool-change", Changes, "動詞からみて、状態を変えます。", "By its verb this changes state.");
static NONE_LEFT: Rule = Rule::new("scale-to-none", Disruptive, "稼働する数を 0 にします。", "Leaves none running.");

/// Programs whose first words are no verbs, or whose verbs have a table that says what is harmless.
const OTHERS: &[&str] = &[
    "git",
    "gh",
    "glab",
    "hub",
    "jira",
    "kubectl",
    "oc",
    "k",
    "docker",
    "podman",
    "nerdctl",
    "docker-compose",
    "crictl",
    "systemctl",
    "service",
    "aws",
    "gcloud",
    "az",
    "redis-cli",
    "valkey-cli",
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "mongosh",
    "mongo",
    "apt",
    "apt-get",
    "apt-cache",
    "yum",
    "dnf",
    "npm",
    "pnpm",
    "yarn",
    "pip",
    "pip3",
    "brew",
    "terraform",
    "tofu",
    "tf",
    "terragrunt",
    "echo",
    "printf",
    "cat",
    "less",
    "more",
    "head",
    "tail",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "find",
    "fd",
    "awk",
    "gawk",
    "sed",
    "jq",
    "yq",
    "ls",
    "ll",
    "stat",
    "file",
    "wc",
    "sort",
    "uniq",
    "cut",
    "tr",
    "diff",
    "which",
    "whereis",
    "type",
    "man",
    "apropos",
    "whatis",
    "help",
    "info",
    "history",
    "test",
    "[",
    "[[",
    "cd",
    "pushd",
    "export",
    "unset",
    "set",
    "declare",
    "local",
    "readonly",
    "alias",
    "read",
    "source",
    ".",
    "eval",
    "trap",
    "sudo",
    "doas",
    "env",
    "time",
    "timeout",
    "nohup",
    "nice",
    "ionice",
    "watch",
    "xargs",
    "parallel",
    "ssh",
    "bash",
    "sh",
    "zsh",
    "python",
    "python3",
    "node",
    "ruby",
    "perl",
    "php",
    "go",
    "cargo",
    "make",
    "mkdir",
    "touch",
    "tar",
    "gzip",
    "gunzip",
    "zip",
    "unzip",
    "curl",
    "wget",
    "http",
    "httpie",
    "ping",
    "dig",
    "nslookup",
    "host",
    "logger",
    "tee",
    "date",
    "sleep",
    "journalctl",
    "ps",
    "pgrep",
    "top",
    "df",
    "du",
    "id",
    "getent",
    "for",
    "if",
    "while",
    "until",
    "case",
    "return",
    "exit",
    "kill",
    "pkill",
    "su",
    "exec",
    "command",
    "openssl",
    "ip",
    "vi",
    "vim",
    "nano",
    "emacs",
    "promtool",
    "amtool",
    "base64",
    "column",
    "cp",
    "mv",
    "ln",
    "rsync",
    "scp",
    "sysctl",
    "crontab",
    "at",
    "mail",
    "getopts",
    "xxd",
    "cmp",
    "tree",
    "lsof",
    "nc",
    "telnet",
    "iostat",
];

/// First words behind which a second one is only asked about.
const READS: &[&str] = &[
    "list",
    "ls",
    "get",
    "show",
    "describe",
    "status",
    "view",
    "info",
    "help",
    "logs",
    "log",
    "inspect",
    "search",
    "explain",
    "history",
    "check",
    "diff",
    "version",
    "print",
    "cat",
    "read",
    "find",
    "query",
    "watch",
    "plan",
    "test",
    "validate",
    "verify",
    "config-test",
    "can-i",
    "man",
];

/// Options of many tools that take the next word.
const VALUED: &[&str] = &[
    "-n",
    "--namespace",
    "-p",
    "--project",
    "--profile",
    "--context",
    "-c",
    "--config",
    "-f",
    "--file",
    "-e",
    "--env",
    "--region",
    "-u",
    "--user",
    "-o",
    "--output",
    "-H",
    "--host",
    "--cluster",
    "--url",
    "--server",
];

const DELETES: &[&str] = &[
    "delete",
    "del",
    "rm",
    "remove",
    "destroy",
    "purge",
    "drop",
    "wipe",
    "erase",
    "uninstall",
    "truncate",
    "teardown",
    "nuke",
];
const RESTORES: &[&str] = &["restore", "rollback", "recover"];
const DISRUPTS: &[&str] = &[
    "restart",
    "stop",
    "disable",
    "drain",
    "evict",
    "failover",
    "switchover",
    "promote",
    "maint",
    "maintenance",
    "shutdown",
    "reboot",
    "poweroff",
    "powercycle",
    "halt",
    "hup",
    "kill",
    "pause",
    "suspend",
    "cordon",
];
const ALTERS: &[&str] = &[
    "deploy",
    "create",
    "add",
    "update",
    "set",
    "edit",
    "import",
    "attach",
    "detach",
    "enable",
    "resume",
    "apply",
    "upgrade",
    "migrate",
    "patch",
    "unset",
    "addvolume",
    "removevolume",
    "uncordon",
    "unpause",
    "grant",
    "revoke",
];

/// Tools that name a group or two of things before the verb.
const GROUPED: &[&str] = &["ceph", "odf", "rbd", "rados", "radosgw-admin", "knife", "cephadm", "openstack"];

/// The word asks about something.
pub(super) fn reads(word: &str) -> bool {
    READS.contains(&word)
}

/// The script of the team that an interpreter is given.
fn script_of(call: &Call) -> Option<&str> {
    let interpreter =
        matches!(call.program(), "bash" | "sh" | "zsh" | "python" | "python3" | "node" | "ruby" | "perl" | "php");
    let first = call.args().first().filter(|_| interpreter)?;
    (!first.starts_with('-') && first.contains(['.', '/'])).then_some(first.as_str())
}

/// An option that is a grave word by itself.
fn grave(word: &str) -> bool {
    matches!(word, "poweroff" | "reboot" | "shutdown") || DELETES.contains(&word) || RESTORES.contains(&word)
}

pub(super) fn look(call: &Call, nothing_found: bool, found: &mut Found) {
    let none = |options: &[&str]| call.value_of(options) == Some("0");
    if none(&["--replicas", "--max-replicas", "--desired-count", "--max-instances", "--min-replicas"]) {
        found.add(&NONE_LEFT);
    }
    let program = call.program();
    let script = script_of(call);
    // Nobody knows where such a program takes its verb; its name is not all that it says.
    let unknown = script.is_some() || program.contains('/') || !super::super::programs::is_program(program);
    let tries = unknown && call.has_any(&["--test", "--check", "--list", "--verify", "--plan"]);
    if !(nothing_found || unknown)
        || tries
        || script.is_none() && OTHERS.contains(&program)
        || program.contains(['$', '=', '('])
    {
        return;
    }
    let words: Vec<&str> = verbs(call, VALUED).into_iter().skip(usize::from(script.is_some())).collect();
    let plain = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'));
    let count = if unknown { usize::MAX } else { usize::from(GROUPED.contains(&program)) * 2 + 2 };
    let first: &str = words.first().copied().filter(|word| plain(word)).unwrap_or_default();
    // The parts of the tool's own name and of its first word: `admin-disable-user`, `pool-remove`.
    let mut said: Vec<&str> = first.split(['-', '_', ':']).collect();
    if !super::super::programs::is_program(program) && !program.contains(['/', '.']) {
        // A word without parts is the verb itself: `restart web`.
        let parts = program.split(['-', '_']);
        said.extend(parts.skip(usize::from(program.contains(['-', '_']))));
    }
    if !READS.contains(&first) {
        let more = words.iter().take(count).skip(1).copied().filter(|word| plain(word));
        said.extend(more.map(|word| word.split_once('-').map_or(word, |(verb, _)| verb)));
        let options = call.args().iter().filter_map(|arg| arg.strip_prefix("--")).filter(|_| unknown);
        said.extend(options.map(|option| option.split('=').next().unwrap_or(option)).filter(|word| grave(word)));
    }
    let any = |wanted: &[&str]| said.iter().any(|word| wanted.contains(word));
    let worst = found.0.iter().map(|rule| rule.level).max();
    if worst == Some(Destructive) {
        // Nothing worse could be said.
    } else if any(DELETES) {
        found.add(&DELETE);
    } else if any(RESTORES) {
        found.add(&RESTORE);
    } else if worst == Some(Disruptive) {
        // Its name has said as much.
    } else if any(DISRUPTS) || (GROUPED.contains(&program) && any(&["out", "down", "fail"])) {
        found.add(&DISRUPT);
    } else if !nothing_found {
        // Its name has said as much.
    } else if any(ALTERS)
        || said.iter().any(|word| {
            word.starts_with("deploy") && *word != "deployer" && *word != "deployment" && *word != "deployments"
        })
    {
        found.add(&CHANGE);
    }
}
