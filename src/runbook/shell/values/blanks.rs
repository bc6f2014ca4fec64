//! Words that stand for a value which the author left open: `xxx`, `X.Y.Z`, `YYYYMMDD`, `CLUSTER_NAME`.

use super::super::syntax::Call;
use crate::runbook::text::Pattern;

static BLANK: Pattern = Pattern::new(concat!(
    r"(?:^|[-_./=:@])(?:x{2,}|X{2,}|[vV]?X\.Y(?:\.Z)?|[vV]?\d*\.?[xX](?:\.[xX]){1,3}|(?:\d{1,3}\.){2,3}[xX]+",
    r"|YYYY[-_/]?MM[-_/]?DD\w*|HH:?MM(?::?SS)?)(?:$|[-_./:@,])",
))
.needing(&["xx", "X", "x.x", ".x", "YYYY", "HH"]);

/// Programs whose words are texts, names of variables or programs of their own.
const FREE: &[&str] = &[
    "echo",
    "printf",
    "export",
    "unset",
    "read",
    "declare",
    "local",
    "readonly",
    "printenv",
    "env",
    "set",
    "trap",
    "kill",
    "pkill",
    "test",
    "[",
    "[[",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "sed",
    "awk",
    "gawk",
    "jq",
    "yq",
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "redis-cli",
    "date",
    "logger",
    "date",
    "make",
    "git",
    "strftime",
    "tr",
    "cut",
    "column",
    "mongosh",
    "clickhouse-client",
];

/// Options behind which the name of a variable stands.
const NAMES_FOLLOW: &[&str] =
    &["-e", "--env", "--build-arg", "-v", "--variable", "-var", "--from-literal", "--set", "-u", "--filter", "-o"];

/// Endings of shouted words that name a value.
const ENDINGS: &[&str] = &[
    "_NAME",
    "_ID",
    "_ARN",
    "_IP",
    "_HOST",
    "_HOSTNAME",
    "_URL",
    "_ADDRESS",
    "_VERSION",
    "_BUCKET",
    "_REGION",
    "_ZONE",
    "_PROJECT",
    "_CLUSTER",
    "_NAMESPACE",
    "_POD",
    "_NODE",
    "_TAG",
    "_FILE",
    "_PATH",
    "_USER",
    "_USERNAME",
    "_NUMBER",
    "_DOMAIN",
];

/// Shouted words that name a value where a resource is called for.
const NOUNS: &[&str] = &[
    "NAMESPACE",
    "POD",
    "PODNAME",
    "HOST",
    "HOSTNAME",
    "USERNAME",
    "BUCKET",
    "CLUSTER",
    "CONTAINER",
    "DEPLOYMENT",
    "NODE",
    "NODENAME",
    "IPADDRESS",
    "SERVICENAME",
    "FILENAME",
    "PROJECT",
    "SERVER",
];

/// Programs that are told which resource they are to look at.
const CALLS_FOR_RESOURCE: &[&str] = &[
    "kubectl",
    "oc",
    "helm",
    "docker",
    "podman",
    "ssh",
    "scp",
    "systemctl",
    "journalctl",
    "ping",
    "dig",
    "gcloud",
    "aws",
    "az",
    "velero",
    "argocd",
];

/// Adds what the words of a call leave open.
pub(super) fn of_call(call: &Call, add: &mut dyn FnMut(&str, &str)) {
    let program = call.program();
    if FREE.contains(&program) && !matches!(program, "git" | "make") {
        return;
    }
    let mut before = "";
    for word in call.args() {
        let plain = !word.contains(char::is_whitespace) && !word.contains(['$', '{', '%', '+', '*']);
        if plain {
            let value = word
                .split_once('=')
                .filter(|(option, _)| option.starts_with("--"))
                .map_or(word.as_str(), |(_, value)| value);
            let open = value.ends_with("...")
                && value.len() > 3
                && !value.starts_with('.')
                && program != "git"
                && program != "go";
            // A branch may be called after an example; a version is to be filled in.
            let named = program == "git" && !value.contains("X.Y") && !value.contains("YYYY");
            if !value.starts_with('-') && !named && BLANK.is_match(value) {
                add(value, "xx");
            } else if open || (value.ends_with('…') && value.chars().count() > 1) {
                add("...", "...");
            } else if !FREE.contains(&program) && !NAMES_FOLLOW.contains(&before) && is_shouted(program, value) {
                add(last_part(value), "word");
            }
        }
        before = word;
    }
}

/// A word in capitals that names what is to be filled in.
fn is_shouted(program: &str, word: &str) -> bool {
    let word = last_part(word);
    let capitals = word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    capitals
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && (ENDINGS.iter().any(|ending| word.ends_with(ending))
            || (CALLS_FOR_RESOURCE.contains(&program) && NOUNS.contains(&word)))
}

fn last_part(word: &str) -> &str {
    word.rsplit(['@', '/', ':']).next().unwrap_or(word)
}
