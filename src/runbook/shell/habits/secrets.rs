//! Calls that show a secret, or in which one stands as plain text.

use super::super::syntax::Call;
use crate::runbook::text::Pattern;

static SECRET_FILE: Pattern = Pattern::new(r"(?i)(?:^|/)\.env(?:\.\w+)?$|secret|credential|passw|privkey|private.*key|id_(?:rsa|ed25519|ecdsa)$|\.key$|\.pgpass|\.netrc|/etc/shadow|kubeconfig|\.kube/config|/etc/kubernetes/\w+\.conf|/proc/\w+/environ").needing(&["environ", ".env", "secret", "credential", "passw", "private", "privkey", "id_", ".key", ".pgpass", ".netrc", "shadow", "kube"]);
static SECRET_NAME: Pattern =
    Pattern::new(r"(?i)\$\{?\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY)\w*").needing(&["$"]);

static NAME: Pattern = Pattern::new(r"(?i)PASSWORD|PASSWD|SECRET|TOKEN|KEY|CREDENTIAL");

/// It shows a secret on the screen.
pub(in crate::runbook::shell) fn reads_secret(call: &Call) -> bool {
    let sensitive = |word: &str| SECRET_FILE.is_match(word);
    match call.program() {
        "cat" | "less" | "more" | "head" | "tail" | "bat" | "strings" | "base64" | "xxd" | "xargs" => {
            call.operands().any(sensitive)
        }
        "grep" | "egrep" | "sed" | "awk" | "jq" | "yq" => call.operands().skip(1).any(sensitive),
        "env" => call.args().is_empty(),
        "printenv" => call.operands().next().is_none() || call.operands().any(|name| NAME.is_match(name)),
        "set" => call.args().is_empty(),
        "echo" | "printf" => !call.captured && call.args().iter().any(|arg| SECRET_NAME.is_match(arg)),
        "systemctl" => {
            call.has("show") && call.args().iter().any(|arg| arg.contains("Environment"))
                || call.has("show-environment")
        }
        "kubectl" | "oc" => {
            let secret =
                call.args().iter().any(|arg| arg == "secret" || arg == "secrets" || arg.starts_with("secret/"));
            (secret
                && (call.has("get")
                    && call.args().iter().any(|arg| arg.starts_with("-o") || arg.starts_with("--output"))
                    || call.has("extract")))
                || (call.has("config") && call.has("--raw"))
        }
        "vault" | "bao" => call.has_any(&["read", "get", "unwrap"]) || call.has("token") && call.has("create"),
        "op" | "bw" => call.has_any(&["read", "get", "export"]),
        "pass" | "gopass" | "lpass" => call
            .operands()
            .next()
            .is_some_and(|verb| !matches!(verb, "ls" | "list" | "insert" | "generate" | "git" | "rm")),
        "security" => {
            call.args().first().is_some_and(|verb| verb.starts_with("find-")) && (call.short('w') || call.short('g'))
        }
        "az" => {
            call.has("secret") && call.has("show")
                || call.has("get-access-token") && !call.captured
                || call.has("keys") && call.has("list")
        }
        "ansible-vault" => call.has("view"),
        "age" | "rage" => call.short('d') && !call.short('o') || call.has("--decrypt"),
        "openssl" => {
            call.has_any(&["rsa", "pkey", "ec"]) && !call.has_any(&["-noout", "-out", "-check", "-pubout", "-pubin"])
        }
        "wg" => call.has("showconf"),
        "kubeadm" => call.has("token") && call.has_any(&["create", "list"]),
        "argocd" => call.has("initial-password"),
        "heroku" => call.operands().next() == Some("config"),
        "rails" | "bin/rails" => call.has_start("credentials:show"),
        "terraform" | "tofu" => {
            call.has("output")
                && (call.has_any(&["-json", "-raw", "--json", "--raw"])
                    || call.operands().any(|name| NAME.is_match(name)))
        }
        "aws" => {
            call.has("get-secret-value")
                || call.has("--with-decryption")
                || call.has_any(&["get-login-password", "get-session-token", "assume-role"]) && !call.captured
                || call.has("create-access-key")
        }
        "gcloud" => {
            call.has("secrets") && call.has("access")
                || call.has_any(&["print-access-token", "print-identity-token"]) && !call.captured
        }
        "gh" => call.has("auth") && call.has("token"),
        "docker" => {
            call.has("config") && call.has("compose")
                || call.has("inspect") && call.args().iter().any(|arg| arg.contains(".Env"))
        }
        "sops" => call.short('d') || call.has("--decrypt"),
        "gpg" => call.has("--export-secret-keys") || call.has("--decrypt") || call.short('d'),
        _ => false,
    }
}

static BEARER: Pattern = Pattern::new(r"(?i)\b(?:authorization|x-api-key|private-token|x-vault-token)\s*:\s*(?:(?:bearer|basic|token)\s+)?([^\s$<{\x22']{8,})")
    .needing(&["authorization", "x-api-key", "private-token", "x-vault-token"]);
static URL_SECRET: Pattern = Pattern::new(r"\w+://[^\s/:@$<{]+:([^\s/@$<{]+)@").needing(&["://"]);
static SECRET_OPTION: Pattern =
    Pattern::new(r"(?i)^--?(?:\w+-)*(?:password|passwd|pass|token|secret|api-?key|access-?key)=([^$<{]\S*)$")
        .needing(&["pass", "token", "secret", "key"]);
static SECRET_VARIABLE: Pattern = Pattern::new(
    r"(?i)^\w*(?:PASSWORD|PASSWD|PGPASSWORD|_PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY)\w*=['\x22]?([^$<{'\x22\s]\S*)",
)
.needing(&["pass", "pwd", "secret", "token", "key"]);

/// A secret stands in the call as plain text.
pub(in crate::runbook::shell) fn shows_secret(call: &Call) -> bool {
    let args = call.args();
    let plain =
        |value: &str| !value.is_empty() && !value.starts_with(['$', '<', '{', '-', '*']) && !value.starts_with("xxx");
    let behind = |options: &[&str]| call.value_of(options).is_some_and(plain);
    let joined = |start: &str| args.iter().any(|arg| arg.strip_prefix(start).is_some_and(plain));
    // There the option names a secret, and does not hold it.
    let names = matches!(call.program(), "gcloud" | "kubectl" | "oc" | "docker" | "podman" | "az");
    let named = args.iter().filter(|arg| !(names && arg.starts_with("--secret="))).chain(&call.variables).any(|arg| {
        // Most words have neither of the signs that stand between a name and its value.
        (arg.contains('=') && [&SECRET_OPTION, &SECRET_VARIABLE].iter().any(|pattern| pattern.is_match(arg)))
            || (arg.contains(':') && (BEARER.is_match(arg) || URL_SECRET.is_match(arg)))
    });
    named
        || behind(&["--password", "--http-password", "--token"])
        || !names && behind(&["--secret", "--api-key", "--pass", "--passwd"])
        || match call.program() {
            "mysql" | "mysqldump" | "mysqladmin" | "mariadb" | "mariadb-dump" | "mysqlimport" => joined("-p"),
            "curl" => {
                let joined = args.iter().find_map(|arg| arg.strip_prefix("-u")).filter(|user| !user.is_empty());
                joined.or_else(|| call.value_of(&["-u", "--user", "--proxy-user"])).is_some_and(|user| {
                    plain(user) && user.contains(':') && !user.ends_with(':') && !user.contains('$')
                })
            }
            "ldapsearch" | "ldapmodify" | "ldapadd" | "ldapdelete" | "ldappasswd" => behind(&["-w"]),
            "ipmitool" => behind(&["-P"]),
            "smbclient" | "mount.cifs" | "rpcclient" => call
                .value_of(&["-U", "--user"])
                .and_then(|user| user.split_once('%'))
                .is_some_and(|(_, word)| plain(word)),
            "redis-cli" | "valkey-cli" => behind(&["-a", "--pass"]),
            "sshpass" => joined("-p") || behind(&["-p"]),
            "mongo" | "mongosh" | "mongodump" | "mongorestore" | "docker" | "podman" | "rabbitmqadmin" => {
                behind(&["-p"]) && (call.has("login") || !matches!(call.program(), "docker" | "podman"))
            }
            "htpasswd" => call.short('b'),
            "openssl" => args.iter().any(|arg| arg.strip_prefix("pass:").is_some_and(plain)),
            _ => false,
        }
}
