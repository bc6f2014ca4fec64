//! What a text is, whatever its fence's tag says: commands, cron lines, configuration, output.

use super::programs::is_program;
use crate::runbook::model::CommandReason;
use crate::runbook::text::Pattern;

static CRON_FIELD: Pattern = Pattern::new(
    r"(?i)^(?:\*|\d+|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|[\d*/,-]+)(?:[-,/][\w*/,-]+)*$",
);

/// The fields of a cron line and what it runs: five fields or an `@daily` word, then a command.
pub(super) fn cron_line(line: &str) -> Option<(String, String)> {
    // Few lines begin like one.
    line.trim_start().bytes().next().filter(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'@'))?;
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
/// A metric held against a number, or the labels of a log's stream.
static METRIC: Pattern =
    Pattern::new(r#"^\s*(?:[a-z_][\w:]*\s*(?:(?:==|!=|>=|<=)\s*|[<>]\s+)-?[\d.]+\s*$|\{\s*\w+\s*(?:=~|!~|!=|=)\s*")"#)
        .needing(&["=", "<", ">"]);
static FUNCTION: Pattern = Pattern::new(r"^\s*(?:function\s+)?[\w-]+\s*\(\)").needing(&["("]);
static REPL: Pattern = Pattern::new(r"^\s*(?:mysql>|MariaDB \[.*\]>|\w*=[#>]|>>>|irb\(.*\).*>|redis[\w.:]*>|\d+\.\d+\.\d+\.\d+:\d+>|sqlite>|mongo\w*>|[\w.-]+(?:/[\w.-]+)+>|(?:SQL|RMAN|ASMCMD|DGMGRL|ftp|sftp|gpg|nsupdate|cqlsh|hive|ceph|etcd|vtysh|parted|fdisk)>)(?:\s|$)").needing(&[">", "=#"]);

static NO_PROGRAM: Pattern = Pattern::new(
    r"^\s*(?:--|`|\[[a-z]+\]\s|[\w-]+>\s|(?:git\+)?https?://|[～├└│→]|\w+\s+[*/+-]\s+on\s*\(|\w+=\S+\s+\d+\s\d\d:\d\d)",
)
.needing(&["--", "`", "]", ">", "://", "～", "├", "└", "│", "→", "on", "="]);
static COLUMNS: Pattern = Pattern::new(r"^\s*[A-Z][a-z]+\s{2,}\S");

static SETTING: Pattern = Pattern::new(r"^[A-Za-z_]\w*=[^;|&`$()]*$").needing(&["="]);

/// The text names a file of settings.
pub(super) fn names_settings(text: &str) -> bool {
    CONFIG_FILE.is_match(text) || text.contains(".env")
}

/// Nothing but `NAME=value`, blank lines and comments: what a file of settings holds, and a shell would take as well.
pub(super) fn is_settings(lines: &[impl AsRef<str>]) -> bool {
    let told = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let mut told = lines.iter().map(|line| line.as_ref().trim()).filter(told).peekable();
    told.peek().is_some() && told.all(|line| SETTING.is_match(line))
}

/// Quotes or backticks that nothing closes. In the text of a heredoc they mean nothing, so that it is left alone.
pub(super) fn unclosed_quote(text: &str) -> bool {
    // Most lines have no quote at all.
    if !text.bytes().any(|byte| matches!(byte, b'\'' | b'"' | b'`')) || text.contains("<<") {
        return false;
    }
    let mut open: Option<char> = None;
    let mut ticks = 0;
    let mut before = '\n';
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (open, c) {
            // Between `$'` and `'` a quote may be escaped.
            (Some('$'), '\'') | (Some('\''), '\'') => open = None,
            (Some('\''), _) => {}
            (Some('$'), other) if other != '\\' => {}
            (_, '\\') => {
                chars.next();
            }
            (Some(quote), c) if quote == c => open = None,
            (_, '`') => ticks += 1,
            (None, '\'') if before == '$' => open = Some('$'),
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
    let word = first.split_whitespace().next().unwrap_or_default();
    let query = (QUERY.is_match(first) || METRIC.is_match(first)) && !FUNCTION.is_match(first) && !is_program(word);
    let output = is_no_command(first);
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
    line.bytes().any(|byte| matches!(byte, b'>' | b'#')) && REPL.is_match(line)
}

static DEVICE: Pattern = Pattern::new(
    r"(?i)^\s*(?:\[edit[^\]]*\]|(?:[\w.@()/:-]*[#>]\s*)?(?:commit(?:\s+(?:check|and-quit|confirmed(?:\s+\d+)?))?|conf(?:igure)?\s+t(?:erm(?:inal)?)?|show\s+(?:running-config|startup-config|configuration)\b.*|copy\s+running-config\s.*|write\s+memory))\s*$",
)
.needing(&["edit", "commit", "conf", "memory", "COMMIT"]);

/// The lines are typed at a router or a firewall, whose words are no programs of a shell. In a heredoc they are text.
pub(super) fn is_device(lines: &[String]) -> bool {
    !lines.iter().any(|line| line.contains("<<")) && lines.iter().any(|line| DEVICE.is_match(line))
}

/// The program that a line starts with is one that operators are known to use.
pub(super) fn starts_with_program(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| is_assignment(word));
    let Some(first) = words.next() else { return ASSIGNMENT.is_match(line.trim()) };
    let first = first.trim_start_matches(['(', '!']).trim_end_matches(';');
    (first.starts_with("./") || first.strip_prefix('/').is_some_and(|path| path.contains('/')) || is_program(first))
        && !is_sentence(line)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Words that stand in sentences and hardly in commands.
const PROSE: &[&str] = &[
    "the", "a", "an", "is", "are", "was", "to", "of", "and", "that", "this", "these", "with", "your", "it", "be",
    "should", "sure", "when", "which", "will", "has", "have", "been", "by", "you", "we", "our", "their", "not", "all",
    "any", "as", "into", "if", "there", "here",
];

/// Words in a row that make a sentence.
fn is_sentence(line: &str) -> bool {
    let line = line.trim();
    let line = line.split(" #").next().unwrap_or(line);
    if line.contains(['"', '\'', '|', '>', '<', '$', ';', '\\', '`', '=', '*', '{', '[']) {
        return false;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.len() < 3 || words.iter().any(|word| word.starts_with(['-', '/', '.', '~']) || word.contains(['/', '@'])) {
        return false;
    }
    let prose = words
        .iter()
        .skip(1)
        .filter(|word| PROSE.contains(&word.to_lowercase().trim_end_matches([',', '.', ':'])))
        .count();
    prose >= 2 || (prose == 1 && words.len() >= 4) || (line.ends_with(['.', ':', '?']) && words.len() >= 4)
}

/// The line is part of a command line by its looks.
pub(super) fn looks_like_command(line: &str) -> bool {
    let line = line.trim();
    let first = line.split_whitespace().next().unwrap_or_default();
    starts_with_program(line)
        || is_assignment(first)
        || first.starts_with('$') && first.len() > 1
        || matches!(first, "done" | "fi" | "esac" | "then" | "do" | "else" | "}" | ")" | ";;")
        || FUNCTION.is_match(line)
}

static SHAPE: Pattern = Pattern::new(
    r"^\s*[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*(?:\s+[\w.-]+)*?\s+(?:--?[A-Za-z][\w-]*(?:=\S+)?|\.{0,2}/[\w.-]+\S*|[\w-]+=\S+)(?:\s.*)?$",
)
.needing(&["-", "/", "="]);

/// The line has the shape of a command, whatever its program: a word in small letters, then options, paths or values.
pub(super) fn has_command_shape(line: &str) -> bool {
    SHAPE.is_match(line)
        && line.is_ascii()
        && !line.contains("  ")
        && !line.trim_end().ends_with(['.', ':', ','])
        && !line.contains([':', '|'])
        && !line.split_whitespace().any(|word| PROSE.contains(&word))
        && !is_no_command(line)
}

static LISTING: Pattern = Pattern::new(
    r"^\s*(?:total \d+$|[-dlbcps](?:[r-][w-][xsStT-]){3}|[A-Z][A-Z0-9_-]+(?:\([A-Z]+\))?(?:\s{2,}|\t+)[A-Z%#]|[A-Z]{3,}(?:\s+[A-Z%][A-Z/%-]+){2,}\s*$|HTTP/\d|\d+ rows?\b|\(\d+ rows?\)|[-+=]{4,}|\+-|\|\s|Filesystem\s|[\w-]+\s{2,}\d+/\d+\s{2,})",
);
/// The names of columns, in capitals.
static HEADER: Pattern = Pattern::new(r"^\s*[A-Z][A-Z0-9_-]+(?:\([A-Z]+\))?(?:\s+[A-Z%#][A-Z0-9%/_()-]*)+\s*$");

/// The line names the columns of what follows.
pub(super) fn is_header(line: &str) -> bool {
    HEADER.is_match(line)
}

static STATEMENT: Pattern = Pattern::new(
    r"^\s*(?:(?:SELECT|EXPLAIN|VACUUM|REINDEX|ANALYZE|TRUNCATE|WITH|BEGIN|COMMIT|ROLLBACK|SHOW|GRANT|REVOKE|USE)\b|(?i:select\s+(?:\*|[\w.]+\s*(?:\(|,|from\b|as\b))|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(?:table|index|unique|user|role|database|extension|materialized|view)|alter\s+(?:table|system|database|user|role|index)|drop\s+(?:table|index|database|user|role|view)|set\s+(?:global|session)\s))",
);
static PROGRAM_TEXT: Pattern = Pattern::new(
    r"^\s*(?:(?:from\s+[\w.]+\s+)?import\s+[\w.{*]+(?:\s+as\s|\s*,|\s*$|\s+from)|def\s+\w+\s*\(|class\s+\w+.*[:{]\s*$|(?:const|let|var)\s+\w+\s*=|#include|package\s+\w+;?$|@\w+|\w+\s*:=\s|\w+ = \S)",
);
static WORDS: Pattern =
    Pattern::new(r"^\s*(?:[A-Z][a-z]+(?:[ :,.]|$)|[A-Z][A-Z0-9_]+(?:\s|$|/)|[\w./ -]{1,40}:\s+\S|[\w./-]+:$)");

/// The line is what a program prints, a sentence, data, or a diagram.
pub(super) fn is_no_command(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    if plain_call(line, first) {
        return is_sentence(line);
    }
    let foreign = first.chars().next().is_some_and(|c| !c.is_ascii() && c != '“' && c != '‘' && c != '–' && c != '—');
    let known = is_program(first) || is_assignment(first);
    let quoted = first.starts_with(['"', '\'']);
    (foreign && !is_full_width(first))
        || LISTING.is_match(line)
        || STATEMENT.is_match(line)
        || PROGRAM_TEXT.is_match(line)
        || (!known && !quoted && !first.contains(['$', '/', '=', '<', '{', '(']) && WORDS.is_match(line))
        || NO_PROGRAM.is_match(line)
        || LOG_LINE.is_match(line)
        || COLUMNS.is_match(line)
        || REPL.is_match(line)
        || data(line)
        || is_quotation(line)
        || is_header(line)
        || is_sentence(line)
}

/// A command by its looks alone: a known program with what no other text has behind it.
pub(super) fn is_plain_call(line: &str) -> bool {
    plain_call(line, line.split_whitespace().next().unwrap_or_default()) && !is_sentence(line)
}

/// The line begins with a program that is no word of another language, and no sign of one follows: a sentence is all
/// that it could be besides a command.
fn plain_call(line: &str, first: &str) -> bool {
    let other =
        matches!(first, "select" | "set" | "let" | "import" | "function" | "type" | "with" | "exec" | "declare");
    let second = line.split_whitespace().nth(1).unwrap_or_default();
    is_program(first)
        && !other
        && first.starts_with(|c: char| c.is_ascii_lowercase())
        && !matches!(second, "=" | ":=" | "*" | "/" | "+" | "-")
        && !(second.contains('/') && second.starts_with(|c: char| c.is_numeric()))
}

/// A sentence between quotes, which is no program's name.
fn is_quotation(line: &str) -> bool {
    let line = line.trim();
    let inner = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let inner = inner.or_else(|| line.strip_prefix('“').and_then(|rest| rest.strip_suffix('”')));
    inner.is_some_and(|inner| {
        !inner.contains(['"', '$', '`', '\\'])
            && !inner.starts_with(['/', '.', '~'])
            && inner.split_whitespace().count() > 2
    })
}

/// Letters of double width that were meant as common ones.
fn is_full_width(word: &str) -> bool {
    word.chars().all(|c| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}') || c.is_ascii())
        || word.starts_with(['＜', '【', '○', '●', '×'])
}
