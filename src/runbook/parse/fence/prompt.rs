//! Prompts: the commands behind them, and what they are shown to print.

use crate::runbook::shell::{self, Follower};
use crate::runbook::text::Pattern;

/// The lines of a fence, told apart.
pub(super) struct Prompted {
    /// The commands without their prompts; where output stood, the line is empty.
    pub(super) lines: Vec<String>,
    /// The lines of output, by their place.
    pub(super) output: Vec<(usize, String)>,
    /// At least one prompt was there.
    pub(super) found: bool,
}

static PROMPT: Pattern = Pattern::new(concat!(
    r"^\s*(?:\([\w.-]+\)\s*)?",
    r"(?:\$>?|❯|➜|λ|[\w.-]+@[\w.-]+(?::[^$#%\s]*)?\s?[$#%]|[\w.-]+:[~/][^$#%\s]*\s?[$#]|~[\w./-]*\s?[$#]",
    r"|(?:sh|bash)-[\d.]+[$#]|\[[^\]\s]*@[^\]]*\]\s?[$#])\s+(\S.*)$",
))
.needing(&["$", "❯", "➜", "λ", "@", ":~", ":/", "~", "sh-"]);

/// A root prompt, which looks like a comment, and `>` or `%`, which look like something else too.
static BARE: Pattern = Pattern::new(r"^\s*([#>%])\s+(\S.*)$").needing(&["#", ">", "%"]);

/// Takes the prompts off. `console` says that a fence shows a session or says nothing of itself.
pub(super) fn split(lines: &[String], console: bool) -> Prompted {
    let sure = lines.iter().any(|line| PROMPT.is_match(line));
    let bare = if sure || !console { None } else { bare_prompt(lines) };
    if !sure && bare.is_none() {
        return Prompted { lines: lines.to_vec(), output: Vec::new(), found: false };
    }
    let command = |line: &str| match bare {
        None => PROMPT.captures(line).map(|found| found[1].to_owned()),
        Some(mark) => BARE
            .captures(line)
            .filter(|found| found[1].starts_with(mark) && shell::starts_with_program(&found[2]))
            .map(|found| found[2].to_owned()),
    };
    let mut kept = Vec::with_capacity(lines.len());
    let mut output = Vec::new();
    let mut open: Option<Follower> = None;
    for (at, line) in lines.iter().enumerate() {
        let begun = command(line);
        let text = match (begun, &open) {
            (Some(command), _) => {
                open = Some(Follower::default());
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
    Prompted { lines: kept, output, found: true }
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
    fn a_comment_is_no_prompt() {
        for (text, console) in [
            ("# systemctl reboot", false),
            ("# free memory\nfree -m", true),
            ("# find the pod that is stuck", true),
            ("# NAMESPACE='<value of the label>'", true),
            ("# 再起動", true),
        ] {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            assert!(!split(&lines, console).found, "{text}");
        }
    }
}
