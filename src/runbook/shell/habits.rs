//! How a call behaves at the terminal: it asks, it never ends, it shows a secret.

use super::syntax::{Call, Input};
use crate::runbook::text::Pattern;

/// It waits for somebody at the keyboard.
pub(super) fn interactive(call: &Call) -> bool {
    let operands = || call.operands().count();
    let yes = call.short('y')
        || call.has("--yes")
        || call.has("--assume-yes")
        || call.has("--assumeyes")
        || call.has("--noconfirm");
    let fed = call.input != Input::Terminal;
    match call.program() {
        "vi" | "vim" | "nvim" | "nano" | "emacs" | "visudo" | "vipw" | "vigr" | "dialog" | "whiptail" | "mc"
        | "tig" | "k9s" | "ncdu" | "sudoedit" | "edquota" | "cfdisk" | "aptitude" | "lazydocker" | "nmtui" | "tmux"
        | "screen" | "pgcli" | "mycli" | "irb" | "pry" | "ipython" | "gdb" | "vimdiff" => !detached(call),
        "passwd" => !fed && !call.has("--stdin") && !call.short('S') && !call.short('l'),
        "fdisk" | "gdisk" | "parted" => !fed && !call.has("-l") && !call.has("-s") && operands() < 2,
        program if program == "$EDITOR" || program == "${EDITOR}" || program == "$VISUAL" => true,
        "ssh-keygen" => !fed && !has_prefix(call, &["-N", "-l", "-R", "-y", "-F", "-lf", "-e", "-E"]),
        "ssh-copy-id" | "ssh-add" => !fed && !call.has("-l") && !call.has("-L") && !call.has("-D"),
        "keytool" => {
            !call.has("-storepass")
                && !call.has("-noprompt")
                && !fed
                && call.has_any(&["-import", "-importcert", "-genkeypair"])
        }
        "gpg" | "gpg2" => {
            call.has_any(&["--edit-key", "--full-generate-key", "--gen-key", "--card-edit"]) && !call.has("--batch")
        }
        "rails" | "bin/rails" => call.has_any(&["console", "c", "dbconsole"]),
        "manage.py" | "./manage.py" => call.has_any(&["shell", "dbshell", "createsuperuser"]) && !call.has("--noinput"),
        "gcloud" => {
            call.has("auth") && call.has("login") && !call.has_start("--cred-file")
                || (call.has("ssh") && !call.has_start("--command"))
                || (call.has("delete") && !call.has("--quiet") && !call.has("-q"))
        }
        "az" | "vault" | "heroku" | "npm" | "gh" if call.has("login") => {
            !fed && !call.has("--service-principal") && !has_prefix(call, &["-method", "--with-token"])
        }
        "sqlplus" | "rman" => !fed && !call.has_start("@") && !has_prefix(call, &["cmdfile", "-V", "-v"]),
        "cqlsh" | "ftp" | "lftp" => !fed && operands() < 2,
        "sshuttle" | "nsupdate" => !fed && operands() < 3,
        "mysql_secure_installation" | "dpkg-reconfigure" | "adduser" | "chfn" => !fed,
        "snap" | "brew" => false,
        "less" | "more" | "man" => !call.captured,
        "read" => !fed,
        "crontab" => call.short('e'),
        "psql" => !fed && !has_prefix(call, &["-c", "--command", "-f", "--file", "-l", "--list", "--version", "-V"]),
        "mysql" | "mariadb" => (!fed && !has_prefix(call, &["-e", "--execute", "--version", "-V"])) || call.has("-p"),
        "sqlite3" => !fed && operands() < 2 && !has_prefix(call, &["--version", "-version", "-cmd"]),
        "redis-cli" => {
            !fed && redis_words(call).is_empty()
                && !has_prefix(
                    call,
                    &[
                        "--bigkeys",
                        "--stat",
                        "--latency",
                        "--scan",
                        "--pipe",
                        "--rdb",
                        "-v",
                        "--version",
                        "--cluster",
                        "--memkeys",
                        "--hotkeys",
                    ],
                )
        }
        "mongosh" | "mongo" => !fed && !has_prefix(call, &["--eval", "--version", "-f", "--file"]),
        "python" | "python3" | "node" | "php" | "bash" | "sh" | "zsh" => !fed && call.args().is_empty(),
        "su" => !fed && !has_prefix(call, &["-c", "--command"]),
        "sudo" => !fed && (call.has("-i") || call.has("-s")) && operands() == 0,
        "pip" | "pip3" => call.has("uninstall") && !yes && !fed,
        "ssh" => operands() < 2 && !call.has("-N") && !call.has("-V") || call.short('t'),
        "telnet" | "sftp" => !fed,
        "openssl" => call.has("s_client") && !fed,
        "docker" | "podman" | "docker-compose" | "kubectl" | "oc" => container_asks(call, yes),
        "apt" | "apt-get" | "yum" | "dnf" | "zypper" | "pacman" => {
            let asks =
                ["install", "upgrade", "dist-upgrade", "full-upgrade", "remove", "purge", "autoremove", "update"];
            let acts = call
                .operands()
                .next()
                .is_some_and(|verb| asks.contains(&verb) && (verb != "update" || !call.program().starts_with("apt")));
            acts && !yes && !fed && !call.has("-qq") && !call.has("--dry-run") && !call.short('s')
        }
        "certbot" => {
            (call.has("certonly") || call.has("run") || call.has("delete"))
                && !call.has("-n")
                && !call.has("--non-interactive")
        }
        "gh" => {
            call.has("create") && !(call.has("--fill") || call.has("-f") || (titled(call) && bodied(call)))
                || call.has("login")
        }
        "git" => {
            call.has("commit") && !call.short('m') && !has_prefix(call, &["--message", "--no-edit", "-F", "-C"])
                || call.has("-i") && call.has("rebase")
        }
        "terraform" | "tofu" => {
            (call.has("apply") || call.has("destroy"))
                && !call.has("-auto-approve")
                && !call.has("--auto-approve")
                && operands() < 2
        }
        "rm" | "cp" | "mv" => call.short('i') && !call.short('f'),
        "aws" => call.has("configure") && operands() < 2,
        _ => false,
    }
}

fn container_asks(call: &Call, yes: bool) -> bool {
    let starts = ["exec", "run", "attach", "debug", "rsh"].iter().any(|verb| call.has(verb));
    let before_command = call.args().iter().take_while(|arg| *arg != "--").take(8);
    let terminal = before_command
        .filter(|arg| matches!(arg.as_str(), "-it" | "-ti" | "--tty" | "-t" | "-i" | "--interactive"))
        .count()
        > 0;
    let detached = call.has("-d") || call.has("--detach");
    let only_stdin = call.has("-i") && !call.has("-t") && call.input != Input::Terminal;
    let compose = call.has("compose") || call.program() == "docker-compose";
    let shell = call.words.last().is_some_and(|word| matches!(word.as_str(), "bash" | "sh" | "/bin/bash" | "/bin/sh"));
    (starts && terminal && !detached && !only_stdin)
        || (compose && call.has("exec") && shell && !call.has("-T"))
        || (call.has("prune") && !call.short('f') && !call.has("--force") && !yes)
        || (matches!(call.program(), "kubectl" | "oc") && call.args().first().is_some_and(|verb| verb == "edit"))
        || (call.has("login") && call.input == Input::Terminal && !call.has("--password-stdin"))
}

/// A session that is started without a terminal, or that is only asked about.
fn detached(call: &Call) -> bool {
    matches!(call.program(), "tmux" | "screen")
        && (call.short('d')
            || call.has_any(&["ls", "-ls", "-X", "kill-session", "send-keys", "has-session", "list-sessions"]))
        || matches!(call.program(), "vim" | "nvim" | "vi" | "emacs")
            && call.has_any(&["-es", "-Es", "--batch", "--headless"])
        || call.program() == "gdb" && call.has("--batch")
}

fn titled(call: &Call) -> bool {
    has_prefix(call, &["--title", "-t"])
}

fn bodied(call: &Call) -> bool {
    has_prefix(call, &["--body", "-b", "-F"])
}

fn has_prefix(call: &Call, options: &[&str]) -> bool {
    call.args().iter().any(|arg| {
        options.iter().any(|option| match option.strip_prefix("--") {
            Some(_) => arg == option || arg.starts_with(&format!("{option}=")),
            None => {
                arg == option
                    || (option.len() == 2
                        && arg.starts_with('-')
                        && !arg.starts_with("--")
                        && arg.ends_with(&option[1..]))
            }
        })
    })
}

/// The words of a `redis-cli` call after its connection options.
pub(super) fn redis_words(call: &Call) -> Vec<String> {
    let mut words = Vec::new();
    let mut args = call.args().iter();
    while let Some(arg) = args.next() {
        if matches!(arg.as_str(), "-h" | "-p" | "-a" | "-n" | "-u" | "-s" | "--user" | "--pass" | "-r" | "-i" | "-x") {
            if arg != "-x" {
                args.next();
            }
        } else if !words.is_empty() || !arg.starts_with('-') {
            words.push(arg.to_uppercase());
        }
    }
    words
}

/// It runs until somebody stops it.
pub(super) fn never_ends(call: &Call) -> bool {
    if call.background || call.cut_short {
        return false;
    }
    let follows = call.short('f') || has_prefix(call, &["--follow"]);
    let numbers = call.operands().filter(|word| word.parse::<f64>().is_ok()).count();
    match call.program() {
        "tail" => call.short('f') || call.short('F') || has_prefix(call, &["--follow"]),
        "journalctl" => follows,
        "aws" => call.has("logs") && call.has("tail") && follows,
        "gcloud" => call.has("tail"),
        "az" => call.has("tail"),
        "heroku" => call.has("logs") && call.has_any(&["--tail", "-t"]),
        "watch" | "htop" | "atop" | "btop" | "glances" | "yes" | "nodemon" | "iotop" | "iftop" | "nethogs"
        | "stern" | "mongostat" | "mongotop" | "nload" | "bmon" => {
            !(call.short('n') && call.program() == "iotop" || call.has("--no-follow"))
        }
        "tcpdump" | "tshark" | "strace" => !call.short('c') && (call.program() != "strace" || call.short('p')),
        "inotifywait" => call.short('m'),
        "nc" | "ncat" | "socat" => call.short('l') || call.has_start("TCP-LISTEN"),
        "kafka-console-consumer" | "kafka-console-consumer.sh" => !call.has("--max-messages"),
        "celery" | "sidekiq" | "puma" | "vite" | "next" | "webpack-dev-server" | "prometheus" | "redis-server" => !call
            .has_any(&[
                "inspect",
                "status",
                "purge",
                "control",
                "call",
                "build",
                "--version",
                "-v",
                "--daemonize",
                "-d",
            ]),
        "rails" | "bin/rails" => call.has_any(&["server", "s"]) && !call.short('d'),
        "manage.py" | "./manage.py" => call.has("runserver"),
        "dstat" | "nmon" => numbers < 2,
        "less" => call.has("+F"),
        "top" => !(call.short('n') || call.args().iter().any(|arg| arg.starts_with("-bn") || arg == "-v")),
        "ping" | "ping6" => !call.short('c'),
        "vmstat" | "iostat" | "mpstat" | "pidstat" | "sar" => numbers == 1,
        "dmesg" => call.short('w') || call.has("--follow"),
        "docker" | "podman" | "docker-compose" => {
            let compose = call.has("compose") || call.program() == "docker-compose";
            (call.has("logs") && follows_after(call, "logs"))
                || (call.has("stats") && !call.has("--no-stream"))
                || (call.has("events") && !has_prefix(call, &["--until"]))
                || (compose && call.has("up") && !call.short('d') && !call.has("--detach") && !call.has("--wait"))
        }
        "kubectl" | "oc" => {
            (call.has("logs") && follows_after(call, "logs"))
                || call.has("port-forward")
                || call.has("proxy")
                || (call.has_any(&["get", "events"]) && call.has_any(&["-w", "--watch", "--watch-only"]))
                || call.has("attach")
        }
        "tsc" | "jest" | "vitest" => call.has("--watch") || call.has("-w"),
        "node" => has_prefix(call, &["--inspect", "--inspect-brk"]),
        "uvicorn" | "gunicorn" | "flask" | "hypercorn" => !call.has("--version") && !call.has("--help"),
        "npm" | "pnpm" | "yarn" => call.has("dev") || call.has("start") || call.has("serve") || call.has("--watch"),
        "redis-cli" => {
            redis_words(call)
                .first()
                .is_some_and(|word| matches!(word.as_str(), "MONITOR" | "SUBSCRIBE" | "PSUBSCRIBE"))
                || call.has("--stat")
                || call.has("--latency")
        }
        "sleep" => call.has("infinity"),
        "ssh" => call.has("-N"),
        "python" | "python3" => call.has("http.server"),
        _ => false,
    }
}

fn follows_after(call: &Call, verb: &str) -> bool {
    let after = call.args().iter().skip_while(|arg| *arg != verb);
    after.into_iter().any(|arg| {
        matches!(arg.as_str(), "-f" | "--follow" | "--follow=true")
            || (arg.starts_with('-') && !arg.starts_with("--") && arg.contains('f') && arg.len() <= 3)
    })
}

static FOREVER: Pattern = Pattern::new(r"(?m)^\s*while\s+(?:true|:|\[\s*1\s*\])\s*(?:;|$)").needing(&["while"]);
static LEAVES: Pattern = Pattern::new(r"\b(?:break|exit|return)\b");

/// A loop without a condition that nothing leaves.
pub(super) fn loops_forever(text: &str) -> bool {
    FOREVER.is_match(text) && !LEAVES.is_match(text)
}

static SECRET_FILE: Pattern = Pattern::new(r"(?i)(?:^|/)\.env(?:\.\w+)?$|secret|credential|passw|privkey|private.*key|id_(?:rsa|ed25519|ecdsa)$|\.key$|\.pgpass|\.netrc|/etc/shadow|kubeconfig|\.kube/config").needing(&[".env", "secret", "credential", "passw", "private", "privkey", "id_", ".key", ".pgpass", ".netrc", "shadow", "kube"]);
static SECRET_NAME: Pattern =
    Pattern::new(r"(?i)\$\{?\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY)\w*").needing(&["$"]);

/// It shows a secret on the screen.
pub(super) fn reads_secret(call: &Call) -> bool {
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
pub(super) fn shows_secret(call: &Call) -> bool {
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
