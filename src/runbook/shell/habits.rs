//! How a call behaves at the terminal: it asks, it never ends, it shows a secret.

use super::syntax::{Call, Input};

mod endless;
mod secrets;

pub(super) use endless::{loops_forever, never_end};
pub(super) use secrets::{reads_secret, shows_secret};

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
            let asks = ["--edit-key", "--full-generate-key", "--gen-key", "--card-edit", "--symmetric", "-c"];
            call.has_any(&asks) && !call.has_any(&["--batch", "--passphrase-file", "--passphrase-fd"])
        }
        "rails" | "bin/rails" | "gitlab-rails" => call.has_any(&["console", "c", "dbconsole"]),
        "manage.py" | "./manage.py" => call.has_any(&["shell", "dbshell", "createsuperuser"]) && !call.has("--noinput"),
        "gcloud" => {
            call.has("auth") && call.has("login") && !call.has_start("--cred-file")
                || call.args().first().is_some_and(|verb| verb == "init")
                || (call.has("ssh") && !call.has_start("--command"))
                || call.has("sql") && call.has("connect")
                || (call.has("delete") && !call.has("--quiet") && !call.has("-q"))
        }
        "az" | "vault" | "heroku" | "npm" | "gh" | "cloudflared" if call.has("login") => {
            !fed && !call.has("--service-principal") && !has_prefix(call, &["-method", "--with-token"])
        }
        "sqlplus" | "rman" => !fed && !call.has_start("@") && !has_prefix(call, &["cmdfile", "-V", "-v"]),
        "cqlsh" => !fed && operands() < 2 && !has_prefix(call, &["-e", "--execute", "-f", "--file", "--version"]),
        "ftp" | "lftp" => !fed && operands() < 2 && !call.short('c') && !call.short('e'),
        "sftp" => !fed && !call.short('b'),
        "nc" | "ncat" | "netcat" => !fed && operands() > 0 && !call.short('l') && !call.short('z'),
        "tee" => !fed && operands() > 0,
        "cat" => !fed && operands() == 0 && !call.has_start("--"),
        "minicom" | "cu" | "picocom" | "lnav" | "kafka-console-producer" | "kafka-console-producer.sh" => !fed,
        "ipmitool" => call.has("sol") && call.has("activate"),
        "kinit" => !fed && !has_prefix(call, &["-k", "-kt", "-t", "-R", "-X"]) && !call.short('k'),
        "htpasswd" => !fed && !call.short('b') && !call.short('i') && !call.short('D') && !call.short('v'),
        "cryptsetup" => {
            !fed && call.has_any(&["open", "luksOpen", "luksFormat", "luksAddKey", "luksChangeKey"])
                && !call.has_start("--key-file")
                && !call.short('d')
        }
        "ansible" | "ansible-playbook" => {
            call.has_any(&["-K", "-k", "--ask-become-pass", "--ask-pass", "--ask-vault-pass", "--ask-vault-password"])
                || call.has("--step")
        }
        "ansible-vault" => {
            !fed && !call.has_start("--vault-password-file")
                && !call.has_start("--vault-id")
                && call.has_any(&["edit", "view", "encrypt", "decrypt", "create", "rekey", "encrypt_string"])
        }
        "dmesg" => call.short('H') || call.has("--human"),
        "helm" => call.has("login") && !call.has("--password-stdin") && !has_prefix(call, &["-p", "--password"]),
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
        "python" | "python3" | "node" | "php" | "bash" | "sh" | "zsh" => {
            !fed && (call.args().is_empty() || call.args().first().is_some_and(|first| first == "-i"))
        }
        "su" => !fed && !has_prefix(call, &["-c", "--command"]),
        "sudo" => !fed && (call.has("-i") || call.has("-s")) && operands() == 0,
        "pip" | "pip3" => call.has("uninstall") && !yes && !fed,
        "ssh" => operands() < 2 && !call.has("-N") && !call.has("-V") || call.short('t'),
        "telnet" => !fed,
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
                || call.has_any(&["-p", "--patch", "-i", "--interactive"])
                    && call.has_any(&["add", "checkout", "stash", "reset", "clean"])
        }
        "terraform" | "tofu" => {
            (call.has("apply") || call.has("destroy"))
                && !call.has("-auto-approve")
                && !call.has("--auto-approve")
                && operands() < 2
        }
        "rm" | "cp" | "mv" => call.short('i') && !call.short('f'),
        "aws" => call.has("configure") && operands() < 2 || call.has("sso") && call.has("login"),
        "openssl" => {
            let source = has_prefix(call, &["-pass", "-passin", "-passout"]) || call.has_start("-pass");
            let ciphers = ["-des3", "-aes128", "-aes256"];
            !fed && !source
                && (call.has_any(&["enc", "pkcs12"]) && !call.has_any(&["-k", "-kfile", "-K", "-base64", "-nokeys"])
                    || call.has_any(&["genrsa", "genpkey"]) && call.has_any(&ciphers))
                || call.has("s_client") && !fed
        }
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
