//! What a fence is, by its tag and by what stands in it.

use crate::runbook::model::ExecutorKind;
use crate::runbook::parse::outline::Fence;
use crate::runbook::shell;

/// The language that a fence's info string names.
pub(super) fn lang(fence: &Fence) -> Option<String> {
    let mut words = fence.info.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let first = words.next()?;
    let named =
        if matches!(first, "{code}" | "{code-block}" | "{code-cell}" | "{sourcecode}") { words.next()? } else { first };
    let named = named.trim_start_matches(['{', '.']).trim_end_matches('}');
    let named = named.strip_prefix("language-").unwrap_or(named);
    let end = named.find(['{', ':', '=', '[']).unwrap_or(named.len());
    Some(named.get(..end).filter(|name| !name.is_empty()).unwrap_or(named).to_lowercase())
}

/// The fence without the options of a directive, such as `:linenos:`; nothing where it has none.
pub(super) fn without_options(fence: &Fence) -> Option<Fence> {
    let option =
        |line: &str| line.strip_prefix(':').is_some_and(|rest| rest.contains(':') && !rest.starts_with([' ', ':']));
    if !fence.info.trim_start().starts_with('{') || !fence.lines.first().is_some_and(|line| option(line)) {
        return None;
    }
    let many = fence.lines.iter().take_while(|line| option(line)).count();
    let lines = fence.lines.iter().enumerate().map(|(at, line)| if at < many { String::new() } else { line.clone() });
    let (line, first, indented) = (fence.line, fence.first, fence.indented);
    Some(Fence { info: fence.info.clone(), lines: lines.collect(), line, first, indented, ..Fence::default() })
}

/// What would run a fence of this language.
pub(super) fn executor(lang: Option<&str>) -> ExecutorKind {
    match lang.unwrap_or_default() {
        "bash" | "sh" | "shell" | "zsh" | "console" | "shell-session" | "shellsession" | "shel" | "ksh" | "dash"
        | "bash-session" | "sh-session" | "shellscript" | "shell-script" | "terminal" | "ash" | "fish" => {
            ExecutorKind::Shell
        }
        "sql" | "psql" | "pgsql" | "postgresql" | "postgres" | "plpgsql" | "mysql" | "mariadb" | "sqlite" | "tsql" => {
            ExecutorKind::Sql
        }
        "redis" => ExecutorKind::Redis,
        "python" | "py" | "python3" => ExecutorKind::Python,
        _ => ExecutorKind::None,
    }
}

/// The fence shows a session at a terminal.
pub(super) fn is_console(lang: Option<&str>) -> bool {
    matches!(lang, Some("console" | "shell-session" | "shellsession" | "bash-session" | "sh-session" | "terminal"))
}

/// The tag says nothing of what stands in the fence.
pub(super) fn is_untagged(lang: Option<&str>) -> bool {
    matches!(lang, None | Some("cmd"))
}

/// Every command line of the text looks like one: what a fence without a tag must show. Beside lines that begin with a
/// known program, a word that nobody knows counts as one where it is handed what only programs are.
pub(super) fn all_commands(lines: &[String]) -> bool {
    let starts = shell::command_starts(lines);
    let code: Vec<&String> = starts.iter().filter_map(|at| lines.get(*at)).collect();
    let known = |line: &String| shell::looks_like_command(line) && !shell::is_no_command(line);
    let first = code.first().is_some_and(|line| shell::starts_with_program(line) || shell::has_command_shape(line));
    first
        && code.iter().any(|line| shell::starts_with_program(line))
        && code.iter().all(|line| known(line) || shell::has_command_shape(line))
}

/// A command and what it prints: nothing but that.
pub(super) fn one_with_output(lines: &[String]) -> bool {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let comment = |line: &&str| line.trim_start().starts_with('#');
    !lines.iter().any(comment) && shell::output_of_one(&lines).is_some()
}

/// A text for the shell under the tag of a programming language.
pub(super) fn shell_in_disguise(lines: &[String]) -> bool {
    let mut code = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = code.clone().next();
    let installs = |line: &str| {
        ["pip ", "pip3 ", "$ ", "python ", "python3 ", "poetry ", "uv "].iter().any(|start| line.starts_with(start))
    };
    first.is_some() && code.all(installs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_names_the_language() {
        for (info, expected) in [
            ("bash", Some("bash")),
            ("Bash title=x", Some("bash")),
            ("{code} bash", Some("bash")),
            ("{code-block} shell", Some("shell")),
            ("{.sh}", Some("sh")),
            ("bash{1,2}", Some("bash")),
            ("", None),
        ] {
            let fence = Fence { info: info.to_owned(), ..Fence::default() };
            assert_eq!(lang(&fence).as_deref(), expected, "{info}");
        }
    }

    #[test]
    fn without_a_tag_only_what_is_plainly_commands_is_taken_for_them() {
        for (text, expected) in [
            ("kubectl get pods", true),
            ("# look\ndf -h\nfree -m", true),
            ("cd /srv/app\n./run.sh --now", true),
            ("for i in 1 2; do\n  echo $i\ndone", true),
            ("curl -s localhost \\\n  -H 'a: b'", true),
            ("NAME   READY\nweb    1/1", false),
            ("ls -l\ntotal 4\n-rw-r--r-- 1 a a 1 Jan 1 x", false),
            ("web -> db", false),
            ("検知 → 連絡", false),
            ("find the pod that is stuck", false),
            ("key: value", false),
            ("{\"a\": 1}", false),
            ("SELECT * FROM t;", false),
            ("some words only", false),
        ] {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            assert_eq!(all_commands(&lines), expected, "{text}");
        }
    }
}
