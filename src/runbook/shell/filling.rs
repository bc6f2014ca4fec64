//! Values in the places of placeholders: as data, quoted for the place where each stands.
//!
//! What a value holds can never become a command, an expansion or a second word: quotes, `;`, newlines and blanks stay
//! what they are. Where the place is read again by another language (`psql -c`, `ssh host '…'`), quoting for the shell
//! is not enough, and a value that is more than a plain name is said to a person ([`Doubt`]).

use std::ops::Range;

use tree_sitter::Node;

use super::syntax::{Script, ShellParser};
use super::values::marked_values;
use crate::i18n::is_invisible;
use crate::runbook::model::{ExecutorKind, Placeholder};
use crate::runbook::text::Pattern;

/// A value may have so many bytes: the kernel passes no longer words than twice as many.
pub const LONGEST_VALUE: usize = 64 * 1024;

/// A command with values in the places of its placeholders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// Byte for byte what runs.
    pub text: String,
    /// Where the values stand in it, with the quotes that were put around them.
    pub places: Vec<Range<usize>>,
    /// What a person must look at before it runs.
    pub doubts: Vec<Doubt>,
}

/// What stands in the place of a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// The value itself.
    Data(&'a str),
    /// The name of a variable that holds it: a secret stands in no text.
    Variable(&'a str),
}

/// Why quoting alone does not make a value harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It begins with `-`, and the program may take it for an option.
    Option {
        /// The name of the placeholder.
        name: String,
    },
    /// A program reads the text around it once more, in a language of its own.
    Inside {
        /// The name of the placeholder.
        name: String,
        /// The program, such as `psql`.
        program: String,
    },
}

impl Doubt {
    /// The placeholder that it is about.
    pub fn name(&self) -> &str {
        match self {
            Self::Option { name } | Self::Inside { name, .. } => name,
        }
    }
}

/// Why a command cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfilled {
    /// These have no value yet.
    #[error("no value for {}", .0.join(", "))]
    Missing(Vec<String>),
    /// The place of the value cannot be told, or no quoting is safe there.
    #[error("the value of {0} cannot be put in safely")]
    NoPlace(String),
}

/// Why a value is no good, whatever the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum BadValue {
    /// It is empty.
    #[error("the value is empty")]
    Empty,
    /// It is too long for a word of a command.
    #[error("the value is longer than {LONGEST_VALUE} bytes")]
    TooLong,
    /// It holds control characters, or such as are not seen.
    #[error("the value holds characters that are not seen")]
    Unseen,
}

/// Checks a value, whatever the command.
///
/// # Errors
/// Why it is no good.
pub fn check_value(value: &str) -> Result<(), BadValue> {
    let unseen = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || is_invisible(c);
    if value.trim().is_empty() {
        Err(BadValue::Empty)
    } else if value.len() > LONGEST_VALUE {
        Err(BadValue::TooLong)
    } else if value.chars().any(unseen) {
        Err(BadValue::Unseen)
    } else {
        Ok(())
    }
}

/// Puts what `value` gives in the places of `placeholders`.
///
/// # Errors
/// [`Unfilled`] where a value is missing, or where its place cannot be told.
pub fn fill<'a>(
    executor: ExecutorKind,
    text: &str,
    placeholders: &[Placeholder],
    value: &dyn Fn(&str) -> Option<Value<'a>>,
) -> Result<Filled, Unfilled> {
    let missing: Vec<String> =
        placeholders.iter().filter(|p| value(&p.name).is_none()).map(|p| p.name.clone()).collect();
    if !missing.is_empty() {
        return Err(Unfilled::Missing(missing));
    }
    let shell = executor == ExecutorKind::Shell;
    let places = places(text, placeholders, shell)?;
    let mut masked = text.to_owned();
    for (range, _) in &places {
        masked.replace_range(range.clone(), &"q".repeat(range.len()));
    }
    let mut parser = ShellParser::new();
    let script = shell.then(|| Script::read(&mut parser, &masked));
    let mut filled = Filled { text: String::with_capacity(text.len()), ..Filled::default() };
    let mut from = 0;
    for (range, name) in &places {
        let spot = script.as_ref().map_or(Spot::plain(), |script| Spot::at(script, range.start));
        if spot.quoting == Quoting::Comment {
            continue;
        }
        let (written, plain, option) = match value(name).unwrap_or(Value::Data("")) {
            Value::Data(value) => (spot.quoting.write(value), is_plain(value), value.starts_with('-')),
            Value::Variable(variable) => (spot.quoting.refer(variable), false, false),
        };
        let written = written.ok_or_else(|| Unfilled::NoPlace(name.clone()))?;
        filled.text.push_str(text.get(from..range.start).unwrap_or_default());
        let start = filled.text.len();
        filled.text.push_str(&written);
        filled.places.push(start..filled.text.len());
        from = range.end;
        if option && spot.starts_word {
            filled.doubts.push(Doubt::Option { name: name.clone() });
        }
        if let Some(program) = spot.inside.filter(|_| !plain) {
            filled.doubts.push(Doubt::Inside { name: name.clone(), program });
        }
    }
    filled.text.push_str(text.get(from..).unwrap_or_default());
    Ok(filled)
}

static UNSET_SECRET: Pattern =
    Pattern::new(r"(?m)^\s*(?:export\s+)?(\w+)=['\x22]?([^\s'\x22]*\*{4,})").needing(&["****"]);

/// Every place of every placeholder, in order and without overlap.
fn places(text: &str, placeholders: &[Placeholder], braces: bool) -> Result<Vec<(Range<usize>, String)>, Unfilled> {
    let marked = marked_values(text, braces || !text.contains("}}"));
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    for placeholder in placeholders {
        let name = &placeholder.name;
        let ranges: Vec<Range<usize>> = match placeholder.form.as_str() {
            "unreadable" => Vec::new(),
            "#" => assigned(text, name).into_iter().collect(),
            "..." => literal(text, "...").chain(literal(text, "…")).collect(),
            _ => {
                let written = marked.iter().filter(|(_, known, _)| known == name).map(|(range, ..)| range.clone());
                let mut ranges: Vec<_> = written.collect();
                if ranges.is_empty() {
                    let starred = UNSET_SECRET.captures_iter(text).filter(|hit| &hit[1] == name);
                    ranges.extend(starred.filter_map(|hit| hit.get(2).map(|value| value.range())));
                }
                if ranges.is_empty() {
                    ranges = literal(text, name).collect();
                    // A plain word is the value only where it stands in its marks: `service [service] stop`.
                    let bracketed =
                        |range: &Range<usize>| text.get(range.clone()).is_some_and(|at| at.starts_with('['));
                    if name.is_ascii() && ranges.iter().any(bracketed) {
                        ranges.retain(bracketed);
                    }
                }
                ranges
            }
        };
        if ranges.is_empty() {
            return Err(Unfilled::NoPlace(name.clone()));
        }
        found.extend(ranges.into_iter().map(|range| (range, name.clone())));
    }
    found.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
    let mut end = 0;
    found.retain(|(range, _)| {
        let free = range.start >= end;
        end = end.max(range.end);
        free
    });
    Ok(found)
}

/// Where `word` stands in `text` with its marks around it, and is no part of a longer word.
fn literal<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let around = [
        ('【', '】'),
        ('[', ']'),
        ('（', '）'),
        ('「', '」'),
        ('《', '》'),
        ('«', '»'),
        ('｛', '｝'),
        ('〔', '〕'),
        ('%', '%'),
    ];
    text.match_indices(word).filter_map(move |(at, _)| {
        let end = at + word.len();
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(end..)?.chars().next();
        let first = word.chars().next();
        if (joins(first) && joins(before) && first.is_some_and(|c| c.is_ascii()))
            || (joins(word.chars().next_back()) && joins(after) && after.is_some_and(|c| c.is_ascii()))
        {
            return None;
        }
        // Marks that no shell knows go with the name that stands in them.
        let marks = around.iter().find(|(open, close)| before == Some(*open) && after == Some(*close));
        let at_signs = text.get(..at)?.ends_with("@@") && text.get(end..)?.starts_with("@@");
        Some(match marks {
            Some((open, close)) => at - open.len_utf8()..end + close.len_utf8(),
            None if at_signs => at - 2..end + 2,
            None => at..end,
        })
    })
}

/// The value that is assigned to `name`, up to the blank before a comment.
fn assigned(text: &str, name: &str) -> Option<Range<usize>> {
    let lead = format!("{name}=");
    let at = text
        .match_indices(&lead)
        .find(|(at, _)| text.get(..*at).is_none_or(|before| before.ends_with(['\n', ' ', '\t']) || before.is_empty()))?
        .0
        + lead.len();
    let rest = text.get(at..)?;
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest.get(1..)?.find(quote).map(|end| 0..end + 2)?,
        _ => 0..rest.find(char::is_whitespace).unwrap_or(rest.len()),
    };
    (!value.is_empty()).then_some(at + value.start..at + value.end)
}

/// How a value is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    /// A word, or a part of one.
    Bare,
    /// Between `'`.
    Single,
    /// Between `"`.
    Double,
    /// Between `$'` and `'`.
    Ansi,
    /// The text of a heredoc in which the shell expands.
    Expanded,
    /// The text of a heredoc in which it does not.
    Verbatim,
    /// Nowhere that quotes are known to work: only a plain name may stand there.
    Plain,
    /// Nothing is read there.
    Comment,
}

/// A value that no quoting and no language takes for more than a name.
fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '@' | '%' | '+' | ',');
    !value.is_empty() && value.chars().all(plain) && !value.starts_with('-')
}

impl Quoting {
    /// The value of a variable, as one word or a part of one.
    fn refer(self, variable: &str) -> Option<String> {
        match self {
            Self::Bare => Some(format!("\"${{{variable}}}\"")),
            Self::Single => Some(format!("'\"${{{variable}}}\"'")),
            Self::Ansi => Some(format!("'\"${{{variable}}}\"$'")),
            Self::Double | Self::Expanded => Some(format!("${{{variable}}}")),
            Self::Verbatim | Self::Plain | Self::Comment => None,
        }
    }

    fn write(self, value: &str) -> Option<String> {
        let escaped = |signs: &[char]| {
            let mut out = String::with_capacity(value.len() + 8);
            for c in value.chars() {
                if signs.contains(&c) {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        };
        match self {
            Self::Bare if is_plain(value) => Some(value.to_owned()),
            Self::Bare => Some(format!("'{}'", value.replace('\'', r"'\''"))),
            Self::Single => Some(value.replace('\'', r"'\''")),
            Self::Double => Some(escaped(&['\\', '"', '$', '`'])),
            Self::Ansi => Some(escaped(&['\\', '\''])),
            Self::Expanded => Some(escaped(&['\\', '$', '`'])).filter(|_| !value.contains('\n')),
            Self::Verbatim => Some(value.to_owned()).filter(|_| !value.contains('\n')),
            Self::Plain => is_plain(value).then(|| value.to_owned()),
            Self::Comment => None,
        }
    }
}

/// The place of a value in a command.
struct Spot {
    quoting: Quoting,
    /// Nothing of the word stands before it.
    starts_word: bool,
    /// The program that reads the text around it once more.
    inside: Option<String>,
}

impl Spot {
    fn plain() -> Self {
        Self { quoting: Quoting::Plain, starts_word: false, inside: None }
    }

    fn at(script: &Script, at: usize) -> Self {
        let Some(leaf) = script.node_at(at) else { return Self::plain() };
        let above: Vec<Node<'_>> = std::iter::successors(Some(leaf), Node::parent).collect();
        let quoting = above.iter().find_map(|node| quoting(script, *node)).unwrap_or(Quoting::Bare);
        let before = script.masked.get(..at).and_then(|text| text.chars().next_back());
        let opened = matches!(quoting, Quoting::Single | Quoting::Double | Quoting::Ansi);
        let opens = |c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | '<' | '>');
        let starts_word = before.is_none_or(|c| opens(c) || (opened && matches!(c, '"' | '\'')));
        Self { quoting, starts_word, inside: inside(script, &above, at) }
    }
}

/// What a node says of the quoting of what stands in it.
fn quoting(script: &Script, node: Node<'_>) -> Option<Quoting> {
    match node.kind() {
        "comment" => Some(Quoting::Comment),
        "raw_string" => Some(Quoting::Single),
        "string" => Some(Quoting::Double),
        "ansi_c_string" => Some(Quoting::Ansi),
        "heredoc_body" => {
            let start = node.parent().and_then(|redirect| {
                let mut cursor = redirect.walk();
                redirect.children(&mut cursor).find(|child| child.kind() == "heredoc_start")
            });
            let quoted = start.is_none_or(|start| script.slice(start).contains(['\'', '"', '\\']));
            Some(if quoted { Quoting::Verbatim } else { Quoting::Expanded })
        }
        "expansion"
        | "arithmetic_expansion"
        | "subscript"
        | "heredoc_start"
        | "c_style_for_statement"
        | "ERROR"
        | "regex"
        | "extglob_pattern"
        | "function_definition_name" => Some(Quoting::Plain),
        "command_substitution"
        | "process_substitution"
        | "command"
        | "variable_assignment"
        | "file_redirect"
        | "array"
        | "case_item"
        | "test_command"
        | "for_statement" => Some(Quoting::Bare),
        _ => None,
    }
}

/// Programs that only print, or keep, the words that they are given.
const KEEPERS: &[&str] = &["echo", "printf", "logger", "wall", "git", "gh", "mail", "export", "cat", "tee"];

/// Words before the program that is meant.
const WRAPPERS: &[&str] = &["sudo", "doas", "env", "time", "nohup", "nice", "ionice", "exec", "command", "stdbuf"];

/// Options behind which a text of another language stands.
const LANGUAGES: &[&str] = &["-c", "-e", "--eval", "--command", "--execute", "--query", "--expression"];

/// The program that reads the text around a value in a language of its own.
fn inside(script: &Script, above: &[Node<'_>], at: usize) -> Option<String> {
    let command = above.iter().find(|node| matches!(node.kind(), "command" | "redirected_statement"))?;
    let program = program(script.slice(*command)).filter(|name| !KEEPERS.contains(&name.as_str()))?;
    if above.iter().any(|node| node.kind() == "heredoc_body") {
        return Some(program);
    }
    let before = script.masked.get(command.start_byte()..at).unwrap_or_default();
    let option = before.trim_end_matches(['"', '\'', '=']).split_whitespace().next_back().unwrap_or_default();
    if LANGUAGES.contains(&option) && !matches!(program.as_str(), "grep" | "ssh" | "docker" | "kubectl" | "oc") {
        return Some(program);
    }
    let text = above.iter().find(|node| matches!(node.kind(), "string" | "raw_string" | "ansi_c_string"))?;
    // A text with blanks and signs is more than a word.
    let spoken = |c: char| c.is_whitespace() || "{}()[];|&<>=?*".contains(c);
    script.slice(*text).trim_matches(['"', '\'']).contains(spoken).then_some(program)
}

/// The program that a command starts, without its folder and what stands before it.
fn program(command: &str) -> Option<String> {
    let mut words = command.split_whitespace().filter(|word| !word.contains('='));
    let mut word = words.next()?;
    while WRAPPERS.contains(&word) || word.starts_with('-') {
        // The options of wrappers that take a word of their own.
        if matches!(word, "-u" | "-g" | "-n" | "-h" | "-C") {
            words.next();
        }
        word = words.next()?;
    }
    Some(word.rsplit('/').next().unwrap_or(word).trim_matches(['"', '\'']).to_owned())
}

#[cfg(test)]
mod tests;
