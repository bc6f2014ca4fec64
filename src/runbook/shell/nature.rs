//! What a text is, whatever its fence's tag says: commands, cron lines, configuration, output.

use crate::runbook::model::CommandReason;
use crate::runbook::text::Pattern;

static CRON_FIELD: Pattern = Pattern::new(
    r"(?i)^(?:\*|\d+|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|[\d*/,-]+)(?:[-,/][\w*/,-]+)*$",
);

/// The fields of a cron line and what it runs: five fields or an `@daily` word, then a command.
pub(super) fn cron_line(line: &str) -> Option<(String, String)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let first = words.first()?;
    if let Some(word) = first.strip_prefix('@') {
        let known =
            ["reboot", "hourly", "daily", "midnight", "weekly", "monthly", "yearly", "annually"].contains(&word);
        return (known && words.len() > 1).then(|| ((*first).to_owned(), words[1..].join(" ")));
    }
    let fields = words.get(..5)?;
    let timed = fields[..2].iter().all(|f| f.starts_with(|c: char| c == '*' || c.is_ascii_digit()))
        && fields.iter().all(|field| CRON_FIELD.is_match(field));
    (timed && words.len() > 5).then(|| (fields.join(" "), words[5..].join(" ")))
}

static YAML_LINE: Pattern = Pattern::new(r"^\s*(?:- )?[\w./-]+:(?:\s+\S.*)?$").needing(&[":"]);
static YAML_ITEM: Pattern = Pattern::new(r"^\s*-(?:\s|$)").needing(&["-"]);
static INI_LINE: Pattern = Pattern::new(r#"^\s*(?:\[[\w. :-]+\]|[A-Za-z][\w.-]*\s+=\s.*)$"#).needing(&["=", "["]);
static ASSIGNMENT: Pattern =
    Pattern::new(r"^[A-Za-z_]\w*=\S*$|^[A-Za-z_]\w*=(?:'[^']*'|\x22[^\x22$`]*\x22)$").needing(&["="]);
static CONFIG_FILE: Pattern = Pattern::new(
    r"(?:^|[\s/])[\w./-]*\.(?:env|conf|cfg|ini|ya?ml|toml|properties|json)(?:\.\w+)?\b|(?:^|\s)\.env\b|/etc/\S+",
)
.needing(&[".", "/etc/"]);
static LOG_LINE: Pattern = Pattern::new(r"^\s*(?:\[?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}|\[?(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL)[\]:]|(?:Error|Warning|error):\s)").needing(&[":", "]"]);
static QUERY: Pattern = Pattern::new(r"^\s*[a-z_][\w:]*\s*(?:\(\S.*|\{[^}]*=.*\}.*)$").needing(&["(", "{"]);
static FUNCTION: Pattern = Pattern::new(r"^\s*(?:function\s+)?[\w-]+\s*\(\)").needing(&["("]);
static REPL: Pattern = Pattern::new(r"^\s*(?:mysql>|MariaDB \[.*\]>|\w*=[#>]|>>>|irb\(.*\).*>|redis[\w.:]*>|\d+\.\d+\.\d+\.\d+:\d+>|sqlite>|mongo\w*>)\s").needing(&[">", "=#"]);

static NO_PROGRAM: Pattern = Pattern::new(
    r"^\s*(?:--|`|\[[a-z]+\]\s|[\w-]+>\s|(?:git\+)?https?://|[～├└│→]|\w+\s+[*/+-]\s+on\s*\(|\w+=\S+\s+\d+\s\d\d:\d\d)",
)
.needing(&["--", "`", "]", ">", "://", "～", "├", "└", "│", "→", "on", "="]);
static COLUMNS: Pattern = Pattern::new(r"^\s*[A-Z][a-z]+\s{2,}\S");

/// Quotes or backticks that nothing closes. In the text of a heredoc they mean nothing, so that it is left alone.
pub(super) fn unclosed_quote(text: &str) -> bool {
    if text.contains("<<") {
        return false;
    }
    let mut open: Option<char> = None;
    let mut ticks = 0;
    let mut before = '\n';
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (open, c) {
            (Some('\''), '\'') => open = None,
            (Some('\''), _) => {}
            (_, '\\') => {
                chars.next();
            }
            (Some(quote), c) if quote == c => open = None,
            (_, '`') => ticks += 1,
            (None, '"' | '\'') => open = Some(c),
            (None, '#') if before.is_whitespace() => {
                for skipped in chars.by_ref() {
                    if skipped == '\n' {
                        break;
                    }
                }
            }
            _ => {}
        }
        before = c;
    }
    open.is_some() || ticks % 2 == 1
}

/// Why a group of a shell fence is not to be run, whatever its values.
pub(super) fn refuse(text: &str, comments: &[String]) -> Option<CommandReason> {
    let lines: Vec<&str> =
        text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).collect();
    if lines.is_empty() {
        return Some(CommandReason::CommentsOnly);
    }
    if lines.iter().any(|line| cron_line(line).is_some()) {
        return Some(CommandReason::Cron);
    }
    let yaml = lines.iter().all(|line| YAML_LINE.is_match(line) || YAML_ITEM.is_match(line));
    let ini = lines.iter().all(|line| INI_LINE.is_match(line) && !line.trim_start().starts_with("[ "));
    let names_file = comments.iter().any(|comment| CONFIG_FILE.is_match(comment));
    let edit = names_file && lines.iter().all(|line| ASSIGNMENT.is_match(line.trim()));
    let first = lines.first().copied().unwrap_or_default();
    let query = QUERY.is_match(first) && !FUNCTION.is_match(first);
    let output = NO_PROGRAM.is_match(first)
        || COLUMNS.is_match(first)
        || LOG_LINE.is_match(first)
        || data(first)
        || REPL.is_match(first);
    (yaml || ini || edit || query || output).then_some(CommandReason::Config)
}

/// The line begins a JSON text, a diagram or a list of arrows.
fn data(line: &str) -> bool {
    let line = line.trim();
    let json = (line == "{" || line == "[" || line.starts_with("{\"")) && !line.ends_with(';');
    json || line.starts_with(['→', '↓', '│', '┌', '├', '└', '|', '>'])
}

/// A line of an interactive program, such as `mysql> …`.
pub(super) fn is_repl(line: &str) -> bool {
    REPL.is_match(line)
}

/// Programs that operators are known to use: enough to tell a command from output where no prompt does.
const PROGRAMS: &[&str] = &[
    "ls",
    "cd",
    "cat",
    "cp",
    "mv",
    "rm",
    "mkdir",
    "touch",
    "chmod",
    "chown",
    "ln",
    "find",
    "grep",
    "egrep",
    "sed",
    "awk",
    "sort",
    "uniq",
    "head",
    "tail",
    "less",
    "wc",
    "cut",
    "tr",
    "xargs",
    "tee",
    "diff",
    "df",
    "du",
    "free",
    "top",
    "htop",
    "ps",
    "kill",
    "pkill",
    "uptime",
    "who",
    "w",
    "id",
    "date",
    "echo",
    "printf",
    "export",
    "source",
    "env",
    "printenv",
    "sudo",
    "su",
    "ssh",
    "scp",
    "rsync",
    "curl",
    "wget",
    "ping",
    "dig",
    "nslookup",
    "host",
    "ip",
    "ss",
    "netstat",
    "traceroute",
    "nc",
    "telnet",
    "openssl",
    "systemctl",
    "service",
    "journalctl",
    "dmesg",
    "mount",
    "umount",
    "lsblk",
    "fdisk",
    "crontab",
    "apt",
    "apt-get",
    "yum",
    "dnf",
    "rpm",
    "dpkg",
    "snap",
    "brew",
    "pip",
    "pip3",
    "python",
    "python3",
    "node",
    "npm",
    "npx",
    "pnpm",
    "yarn",
    "make",
    "git",
    "gh",
    "docker",
    "docker-compose",
    "podman",
    "kubectl",
    "oc",
    "helm",
    "kustomize",
    "argocd",
    "terraform",
    "ansible",
    "ansible-playbook",
    "aws",
    "gcloud",
    "az",
    "psql",
    "pg_dump",
    "pg_restore",
    "pg_ctl",
    "mysql",
    "mysqldump",
    "redis-cli",
    "mongosh",
    "mongo",
    "mongodump",
    "mongorestore",
    "sqlite3",
    "vault",
    "consul",
    "jq",
    "yq",
    "tar",
    "gzip",
    "gunzip",
    "zcat",
    "zip",
    "unzip",
    "sh",
    "bash",
    "vi",
    "vim",
    "nano",
    "watch",
    "iostat",
    "vmstat",
    "lsof",
    "strace",
    "tcpdump",
    "iptables",
    "ufw",
    "certbot",
    "nginx",
    "logrotate",
    "hostname",
    "uname",
    "for",
    "while",
    "if",
    "test",
    "set",
    "read",
    "time",
    "knife",
    "bundle",
    "rails",
    "java",
    "mvn",
    "go",
    "cargo",
    "php",
    "composer",
    "etcdctl",
    "rook",
    "ceph",
    "velero",
    "sops",
    "base64",
];

/// The program that a line starts with is one that operators are known to use.
pub(super) fn starts_with_program(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| word.contains('=') && !word.starts_with('='));
    let Some(first) = words.next() else { return ASSIGNMENT.is_match(line.trim()) };
    first.starts_with("./") || first.starts_with('/') || PROGRAMS.contains(&first)
}
