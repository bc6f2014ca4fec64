//! Prompts: the commands behind them, and what they are shown to print.

use crate::runbook::shell::{self, Follower, Group};
use crate::runbook::text::Pattern;

/// The lines of a fence, told apart.
pub(super) struct Prompted {
    /// The commands without their prompts; where output stood, the line is empty.
    pub(super) lines: Vec<String>,
    /// The lines of output, by their place.
    pub(super) output: Vec<(usize, String)>,
    /// The hosts and shells that prompts name, by the lines of their commands.
    pub(super) named: Vec<(usize, String)>,
    /// At least one prompt was there.
    pub(super) found: bool,
}

impl Prompted {
    /// Parts each group where output stood between its commands: what was typed before it is a command of its own, and
    /// what was typed behind it another. Lines for a shell that the group opens stay with what opens it.
    pub(super) fn at_output(&self, groups: Vec<Group>) -> Vec<Group> {
        let part = |group: Group| {
            let cuts = self.cuts(&group);
            if cuts.is_empty() || shell::goes_elsewhere(&group.text) { vec![group] } else { parted(&group, &cuts) }
        };
        if self.output.is_empty() { groups } else { groups.into_iter().flat_map(part).collect() }
    }

    /// The lines of a group's text on which it begins again behind output.
    fn cuts(&self, group: &Group) -> Vec<usize> {
        let printed = |at: usize| {
            let found = self.output.binary_search_by_key(&at, |(place, _)| *place);
            found.ok().and_then(|found| self.output.get(found)).map(|(_, line)| !blank(line))
        };
        let mut found = Vec::new();
        let mut behind = false;
        for (at, _) in group.text.split('\n').enumerate() {
            match printed(group.first + at) {
                Some(full) => behind |= full,
                None => {
                    if std::mem::take(&mut behind) && at > 0 {
                        found.push(at);
                    }
                }
            }
        }
        found
    }
}

/// The parts of a group that begin at `cuts`, without the blank lines at their ends.
fn parted(group: &Group, cuts: &[usize]) -> Vec<Group> {
    let lines: Vec<&str> = group.text.split('\n').collect();
    let ends = cuts.iter().copied().chain([lines.len()]);
    let mut from = 0;
    let mut found = Vec::new();
    for until in ends {
        let all = lines.get(from..until).unwrap_or_default();
        let kept = all.iter().rposition(|line| !blank(line)).map_or(0, |last| last + 1);
        let text = all.get(..kept).unwrap_or_default().join("\n");
        let (first, last) = (group.first + from, group.first + from + kept.saturating_sub(1));
        found.push(match from {
            0 => Group { text, last, output: None, ..group.clone() },
            _ => Group { text, first, last, goes_on: true, ..Group::default() },
        });
        from = until;
    }
    if let Some(last) = found.last_mut() {
        last.output.clone_from(&group.output);
    }
    found
}

static PROMPT: Pattern = Pattern::new(concat!(
    r"^\s*(?:\([\w.-]+\)\s*)?",
    r"(?:\$>?|❯|➜|λ|[\w.-]+@[\w.-]+(?::[^$#%\s]*)?\s?[$#%]|[\w.-]+:[~/][^$#%\s]*\s?[$#]|~[\w./-]*\s?[$#]",
    r"|(?:sh|bash)-[\d.]+[$#]|\[[^\]\s]*@[^\]]*\]\s?[$#])\s+(\S.*)$",
))
.needing(&["$", "❯", "➜", "λ", "@", ":~", ":/", "~", "sh-"]);

/// The host or the shell that a prompt names.
static NAMED: Pattern =
    Pattern::new(r"@([\w<{][\w.<>{}-]*)|^\s*(?:\([\w.-]+\)\s*)?(?:([\w.-]+):[~/]|((?:sh|bash)-[\d.]+[$#]))")
        .needing(&["@", ":~", ":/", "sh-"]);

/// Names of hosts that stand for whichever machine the reader sits at.
const ANY_HOST: &[&str] = &[
    "host",
    "hostname",
    "localhost",
    "server",
    "servername",
    "machine",
    "computer",
    "pc",
    "laptop",
    "desktop",
    "workstation",
    "local",
    "example",
    "myhost",
    "my-host",
    "yourhost",
    "your-host",
    "myserver",
    "my-server",
    "yourserver",
    "your-server",
    "mymachine",
    "my-machine",
    "linux",
    "ubuntu",
    "debian",
    "centos",
    "fedora",
    "xxx",
];

/// The host or the shell that the prompt of a line names, where it is no name for just any machine.
fn named(line: &str, command: &str) -> Option<String> {
    let prompt = line.trim_end().strip_suffix(command.trim_end())?;
    let found = NAMED.captures(prompt)?;
    let name = found.get(1).or_else(|| found.get(2)).or_else(|| found.get(3))?.as_str();
    let bare = name.trim_matches(['<', '>', '{', '}', '.']).to_ascii_lowercase();
    let first = bare.split('.').next().unwrap_or_default();
    (!first.is_empty() && !ANY_HOST.contains(&first)).then(|| name.to_owned())
}

/// A root prompt, which looks like a comment, and `>` or `%`, which look like something else too.
static BARE: Pattern = Pattern::new(r"^\s*([#>%])\s+(\S.*)$").needing(&["#", ">", "%"]);

/// Takes the prompts off. `console` says that a fence shows a session or says nothing of itself.
pub(super) fn split(lines: &[String], console: bool) -> Prompted {
    let sure = lines.iter().any(|line| is_prompted(line));
    let bare = if sure || !console { None } else { bare_prompt(lines) };
    let rooted = root_lines(lines, sure);
    if !sure && bare.is_none() {
        let all = !rooted.is_empty() && lines.iter().enumerate().all(|(at, line)| blank(line) || rooted.contains(&at));
        let bare = |(at, line): (usize, &String)| match rooted.contains(&at).then(|| root(line)).flatten() {
            Some(command) => command.to_owned(),
            None => line.clone(),
        };
        let lines = lines.iter().enumerate().map(bare).collect();
        return Prompted { lines, output: Vec::new(), named: Vec::new(), found: all };
    }
    let command = |at: usize, line: &str| match bare {
        None if rooted.contains(&at) => root(line).map(str::to_owned),
        None => PROMPT.captures(line).map(|found| found[1].to_owned()),
        Some(mark) => BARE
            .captures(line)
            .filter(|found| found[1].starts_with(mark) && shell::starts_with_program(&found[2]))
            .map(|found| found[2].to_owned()),
    };
    let mut kept = Vec::with_capacity(lines.len());
    let (mut output, mut hosts) = (Vec::new(), Vec::new());
    let mut open: Option<Follower> = None;
    for (at, line) in lines.iter().enumerate() {
        let begun = command(at, line);
        let text = match (begun, &open) {
            (Some(command), _) => {
                open = Some(Follower::default());
                hosts.extend(named(line, &command).map(|name| (at, name)));
                command
            }
            (None, Some(_)) => line.strip_prefix("> ").unwrap_or(if line == ">" { "" } else { line }).to_owned(),
            (None, None) if line.trim_start().starts_with('#') => line.clone(),
            (None, None) => {
                output.push((at, line.clone()));
                String::new()
            }
        };
        if open.as_mut().is_some_and(|follower| !follower.goes_on(&text)) {
            open = None;
        }
        kept.push(text);
    }
    Prompted { lines: kept, output, named: hosts, found: true }
}

/// No line of a fence whose tag says shell stands behind a prompt.
pub(super) fn has_none(lines: &[String]) -> bool {
    !lines.iter().any(|line| is_prompted(line) || root(line).is_some())
}

fn is_prompted(line: &str) -> bool {
    could_be_prompted(line) && PROMPT.is_match(line)
}

/// A sign that ends a prompt stands in the line, and blank space behind it; no prompt begins as a comment does.
fn could_be_prompted(line: &str) -> bool {
    let sign = |pair: &[u8]| matches!(pair, [b'$' | b'#' | b'%', b' ' | b'\t' | b'>'] | [128..=255, b' ' | b'\t']);
    line.as_bytes().windows(2).any(sign) && !line.trim_start().starts_with('#')
}

fn blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// Programs whose names are also words of a sentence: behind a `#` they need an argument that no sentence has.
const WORDS: &[&str] = &[
    "find", "make", "test", "watch", "sort", "top", "go", "at", "cat", "cut", "date", "diff", "head", "tail", "host",
    "join", "kill", "last", "less", "more", "move", "split", "time", "touch", "who", "which", "w", "yes", "free",
    "function", "type", "wait", "read", "set", "source", "install", "just", "task", "vault", "file", "history", "exit",
    "if", "for", "while", "case", "select", "until", "return", "mount", "service", "salt", "route", "env", "id",
    "paste", "tree", "screen", "script", "next", "node", "black", "act", "age", "at", "command", "compose", "convert",
    "dialog", "dig", "alert", "eval", "exec", "expand", "fly", "func", "flux", "info", "jobs", "key", "let", "local",
    "locate", "man", "nice", "open", "patch", "print", "puppet", "requests", "rev", "run", "rule", "shift", "stat",
    "sum", "tag", "true", "false", "unset", "update", "up", "export", "import", "lock", "batch", "kind", "rook",
    "rosa", "ship", "spin", "stern", "column", "alias", "bind", "break", "continue", "declare", "trap", "umask",
    "nohup", "nova", "nats", "nano",
];

/// The command behind `# `, when it can be nothing but one typed at root's prompt.
fn root(line: &str) -> Option<&str> {
    let command = line.trim_start().strip_prefix("# ")?.trim();
    let mut words = command.split_whitespace();
    let program = words.next()?;
    // Most comments are sentences.
    if !program.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_./".contains(c)) {
        return None;
    }
    let option = |word: &str| word.starts_with(['-', '/', '"', '\'', '$']) || word.contains(['=', '/', '.']);
    let mut arguments = words.clone().peekable();
    let told = arguments.peek().is_some();
    let sentence = command.ends_with([':', '.', '。', '?']) || command.contains(" - ");
    let path = program.starts_with('/') && program.matches('/').count() > 1;
    let known = shell::starts_with_program(command) && (path || !program.contains('/'));
    // Words of another language say what is done, and are hardly given to a program.
    let spoken = words.clone().next().is_some_and(|word| !word.is_ascii());
    let named = path || !WORDS.contains(&program) || words.any(option);
    (known && told && !sentence && !spoken && named).then_some(command)
}

static SETTING: Pattern = Pattern::new(
    r"^\s*(?:[A-Za-z][\w.-]*\s+=\s.*|[a-z][\w.-]*:\s+\S.*|[A-Z][A-Za-z0-9]+[ \t]\S+(?:[ \t]\S+){0,2}|(?:\d{1,3}\.){3}\d{1,3}(?:/\d+)?\s+\S.*)$",
);
static FIELD: Pattern = Pattern::new(r"^\s*[A-Z][\w -]*:\s+\S.*$");

/// The lines are configuration below a comment, not what a prompt of root and its output look like.
pub(super) fn is_configuration(lines: &[String]) -> bool {
    let mut full = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    let Some(comment) = full.next().and_then(|first| first.strip_prefix('#')).filter(|rest| !rest.starts_with('!'))
    else {
        return false;
    };
    let comment = comment.trim();
    let rest: Vec<&str> = full.filter(|line| !line.starts_with('#')).collect();
    if rest.is_empty() {
        return false;
    }
    let path = comment.starts_with('/') && !comment.contains(char::is_whitespace);
    let option = |word: &str| word.starts_with(['-', '/', '"', '\'', '$']) || word.contains(['/', '=', '|']);
    // A command that no sentence could be has output below it.
    let typed = comment.split_whitespace().skip(1).any(option);
    let command = root(&format!("# {comment}")).is_some();
    let set =
        |line: &&str| SETTING.is_match(line) || shell::cron_line(line).is_some() || (!command && FIELD.is_match(line));
    path || (!typed && rest.iter().all(set))
}

/// The lines that stand behind a root prompt: all of a fence, or those below a line that makes root or goes elsewhere.
fn root_lines(lines: &[String], sure: bool) -> Vec<usize> {
    let full = |line: &String| !blank(line);
    if !lines.iter().any(|line| root(line).is_some()) {
        return Vec::new();
    }
    if !sure && lines.iter().filter(|line| full(line)).all(|line| root(line).is_some()) {
        return (0..lines.len()).filter(|at| lines.get(*at).is_some_and(full)).collect();
    }
    let mut found = Vec::new();
    let mut open = false;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| full(line)) {
        let command = PROMPT.captures(line).map(|found| found[1].to_owned());
        if open && root(line).is_some() {
            found.push(at);
        } else {
            open = command.is_some() || shell::opens_shell(line.trim());
        }
    }
    found
}

/// The sign that stands as a prompt: before known programs, and where no line without it is a command.
fn bare_prompt(lines: &[String]) -> Option<char> {
    let commands = |mark: char| {
        lines.iter().filter(move |line| {
            BARE.captures(line).is_some_and(|found| found[1].starts_with(mark) && shell::starts_with_program(&found[2]))
        })
    };
    let plain = lines.iter().any(|line| shell::starts_with_program(line));
    ['#', '>', '%'].into_iter().find(|mark| !plain && commands(*mark).next().is_some())
}

/// The hosts and shells that the prompts of the lines at `from` and before `until` name.
pub(super) fn hosts(named: &[(usize, String)], from: usize, until: usize) -> Option<String> {
    let mut names: Vec<&str> =
        named.iter().filter(|(at, _)| (from..until).contains(at)).map(|(_, name)| name.as_str()).collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The output that stands behind the command at `from` and before the next one.
pub(super) fn expected(output: &[(usize, String)], from: usize, until: usize) -> Option<String> {
    let lines: Vec<&str> =
        output.iter().filter(|(at, _)| (from..until).contains(at)).map(|(_, line)| line.as_str()).collect();
    let text = lines.join("\n");
    (!text.trim().is_empty()).then(|| text.trim_matches('\n').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, console: bool) -> (Vec<String>, Vec<String>) {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let found = split(&lines, console);
        let kept = found.lines.into_iter().filter(|line| !line.is_empty()).collect();
        (kept, found.output.into_iter().map(|(_, line)| line).collect())
    }

    #[test]
    fn prompts_are_taken_off_and_what_follows_is_output() {
        for (text, commands, output) in [
            ("$ ls\na\nb", &["ls"][..], &["a", "b"][..]),
            ("$> ls", &["ls"], &[]),
            ("❯ ls -l", &["ls -l"], &[]),
            ("ops@web1:~$ df -h", &["df -h"], &[]),
            ("ops@web1:/srv/app# df", &["df"], &[]),
            ("[root@web1 ~]# df", &["df"], &[]),
            ("(venv) ops@web1:~$ pip list", &["pip list"], &[]),
            ("sh-4.4# df", &["df"], &[]),
            ("~/app $ make", &["make"], &[]),
            ("$ ls \\\n> -l\nout", &["ls \\", "-l"], &["out"]),
            ("$ cat <<EOF\n> a\n> EOF\na", &["cat <<EOF", "a", "EOF"], &["a"]),
            ("# first\n$ ls\nout", &["# first", "ls"], &["out"]),
            ("# systemctl reboot", &["systemctl reboot"], &[]),
            ("> kubectl get pods\nNAME  READY", &["kubectl get pods"], &["NAME  READY"]),
        ] {
            let (kept, rest) = seen(text, true);
            assert_eq!(
                (
                    kept.iter().map(String::as_str).collect::<Vec<_>>(),
                    rest.iter().map(String::as_str).collect::<Vec<_>>()
                ),
                (commands.to_vec(), output.to_vec()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_prompt_names_another_host_or_shell_unless_any_machine_is_meant() {
        for (text, name) in [
            ("[root@db01 ~]# df", Some("db01")),
            ("user@web1:~$ df", Some("web1")),
            ("(venv) user@web1.example.com:/srv/app$ df", Some("web1.example.com")),
            ("sh-5.1# df", Some("sh-5.1#")),
            ("bash-4.2$ df", Some("bash-4.2$")),
            ("db01:~ # df", Some("db01")),
            ("[root@<node> ~]# df", Some("<node>")),
            ("root@web1:~# df\nout\nroot@web1:~# rm x\nroot@db1:~# ls", Some("web1, db1")),
            ("$ df", None),
            ("# systemctl stop app", None),
            ("❯ df", None),
            ("~/app $ make", None),
            ("user@host:~$ df", None),
            ("user@localhost:~$ df", None),
            ("[user@server ~]$ df", None),
            ("root@hostname.example.com:~# df", None),
            ("[root@<host> ~]# df", None),
            ("$ ssh app@web1 uptime", None),
        ] {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let found = split(&lines, true);
            assert_eq!(hosts(&found.named, 0, lines.len()).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn a_prompt_of_root_is_told_from_a_comment_by_all_that_stands_around_it() {
        for (text, commands) in [
            ("# systemctl reboot", &["systemctl reboot"][..]),
            ("# systemctl stop app\n# rm -rf /srv/app/tmp", &["systemctl stop app", "rm -rf /srv/app/tmp"]),
            ("# /opt/app/bin/stop now\n\n# find /srv -name x", &["/opt/app/bin/stop now", "find /srv -name x"]),
            ("sudo -i\n# systemctl stop app", &["sudo -i", "systemctl stop app"]),
            ("$ sudo su -\n# systemctl stop app", &["sudo su -", "systemctl stop app"]),
            ("$ ls\n# then look at the disk\n$ df", &["ls", "# then look at the disk", "df"]),
            ("ls\n# df -h shows more\ndf -h", &["ls", "# df -h shows more", "df -h"]),
        ] {
            assert_eq!(seen(text, false).0, commands, "{text}");
        }
    }

    #[test]
    fn a_comment_is_no_prompt() {
        for (text, console) in [
            ("# free memory\nfree -m", true),
            ("# find unused images", false),
            ("# make the release", false),
            ("# kubectl で確認する", false),
            ("# docker:", false),
            ("# systemctl", false),
            ("# restart\n# systemctl reboot", false),
            ("# find the pod that is stuck", true),
            ("# NAMESPACE='<value of the label>'", true),
            ("# 再起動", true),
        ] {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            assert!(!split(&lines, console).found, "{text}");
        }
    }
}
