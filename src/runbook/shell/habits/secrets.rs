//! Calls that show a secret, or in which one stands as plain text.

use super::super::syntax::Call;
use crate::runbook::text::Pattern;

static SECRET_FILE: Pattern = Pattern::new(r"(?i)(?:^|/)\.env(?:\.\w+)?$|secret|credential|passw|privkey|private.*key|id_(?:rsa|ed25519|ecdsa)$|\.key$|\.pgpass|\.netrc|/etc/shadow|kubeconfig|\.kube/config").needing(&[".env", "secret", "credential", "passw", "private", "privkey", "id_", ".key", ".pgpass", ".netrc", "shadow", "kube"]);
static SECRET_NAME: Pattern =
    Pattern::new(r"(?i)\$\{?\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY)\w*").needing(&["$"]);

/// It shows a secret on the screen.
pub(in crate::runbook::shell) fn reads_secret(call: &Call) -> bool {
    let sensitive = |word: &str| SECRET_FILE.is_match(word);
    match call.program() {
        "cat" | "less" | "more" | "head" | "tail" | "bat" | "strings" | "base64" | "xxd" => {
            call.operands().any(sensitive)
        }
        "grep" | "egrep" | "sed" | "awk" | "jq" | "yq" => call.operands().skip(1).any(sensitive),
        "env" => call.args().is_empty(),
        "printenv" => true,
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
        "vault" => call.has("read") || call.has("get"),
        "aws" => {
            call.has("get-secret-value")
                || call.has("--with-decryption")
                || call.has("get-login-password") && !call.captured
        }
        "gcloud" => call.has("secrets") && call.has("access"),
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
    let named = args.iter().chain(&call.variables).any(|arg| {
        [&SECRET_OPTION, &SECRET_VARIABLE].iter().any(|pattern| pattern.is_match(arg))
            || BEARER.is_match(arg)
            || URL_SECRET.is_match(arg)
    });
    named
        || behind(&["--password", "--token", "--secret", "--api-key", "--pass", "--passwd"])
        || match call.program() {
            "mysql" | "mysqldump" | "mysqladmin" | "mariadb" | "mariadb-dump" | "mysqlimport" => joined("-p"),
            "curl" => {
                behind(&["-u", "--user"])
                    && call
                        .value_of(&["-u", "--user"])
                        .is_some_and(|user| user.contains(':') && !user.ends_with(':') && !user.contains('$'))
            }
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
