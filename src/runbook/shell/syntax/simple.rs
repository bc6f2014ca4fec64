//! Text of nothing but plain words: most commands of a runbook, which need no grammar to be read.
//!
//! May leave a text to the grammar, and never reads one otherwise than the grammar does.

use std::ops::Range;

use super::calls::Call;

/// What stands in a plain text.
pub(super) struct Simple {
    /// The words of each line that is a call.
    pub(super) calls: Vec<Call>,
    /// Where the lines are that are comments.
    pub(super) comments: Vec<Range<usize>>,
}

/// First words that the language keeps for itself, or that set variables.
const OWN: &[&str] = &[
    "if",
    "then",
    "elif",
    "else",
    "fi",
    "for",
    "select",
    "while",
    "until",
    "do",
    "done",
    "case",
    "esac",
    "in",
    "function",
    "time",
    "coproc",
    "test",
    "declare",
    "typeset",
    "export",
    "readonly",
    "local",
    "unset",
    "unsetenv",
    "let",
    "read",
    "mapfile",
    "readarray",
    "getopts",
];

/// The lines of a text, where each is a comment or a program with plain words behind it.
pub(super) fn read(text: &str) -> Option<Simple> {
    let mut found = Simple { calls: Vec::new(), comments: Vec::new() };
    let mut from = 0;
    for line in text.split('\n') {
        let words = line.trim_start_matches([' ', '\t']);
        if words.starts_with('#') {
            // A comment may go on behind a backslash.
            if words.contains(['\\', '\r']) {
                return None;
            }
            found.comments.push(from + line.len() - words.len()..from + line.len());
        } else if !words.is_empty() {
            found.calls.push(call(words)?);
        }
        from += line.len() + 1;
    }
    (!found.calls.is_empty()).then_some(found)
}

fn call(line: &str) -> Option<Call> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (word, behind) = match rest.as_bytes()[0] {
            quote @ (b'"' | b'\'') => quoted(rest, quote)?,
            _ => {
                let (word, behind) = rest.split_at(rest.find([' ', '\t']).unwrap_or(rest.len()));
                let plain = if words.is_empty() { is_program(word) } else { is_plain(word) };
                (Some(word).filter(|_| plain)?, behind)
            }
        };
        words.push(word.to_owned());
        rest = behind.trim_start_matches([' ', '\t']);
    }
    Some(Call { words, ..Call::default() })
}

/// The text between the quotes that `rest` begins with, where it means nothing but itself and is a word of its own; and
/// what stands behind it.
fn quoted(rest: &str, quote: u8) -> Option<(&str, &str)> {
    let (word, behind) = rest.get(1..)?.split_once(char::from(quote))?;
    let means = |byte: u8| !byte.is_ascii() || byte.is_ascii_control() || matches!(byte, b'$' | b'`' | b'\\' | b'!');
    let apart = behind.is_empty() || behind.starts_with([' ', '\t']);
    let dots = word.trim_matches(['"', '\'']) == "...";
    (apart && !dots && !word.trim().is_empty() && word.trim() == word && !word.bytes().any(means))
        .then_some((word, behind))
}

fn is_program(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '.'))
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'))
        && !word.bytes().all(|byte| byte == b'.')
        && !OWN.contains(&word)
}

fn is_plain(word: &str) -> bool {
    let sign = |byte: u8| matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b',' | b'@' | b'%');
    let option = word.starts_with("--");
    let letters = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || sign(byte) || (option && byte == b'='));
    letters
        && word.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_'))
        && word != "..."
}

#[cfg(test)]
mod tests {
    use super::super::walk;
    use super::super::{Script, ShellParser};
    use proptest::prelude::*;

    #[test]
    fn plain_words_are_read_without_the_grammar_and_all_else_with_it() {
        for (text, plain) in [
            ("df -h", true),
            ("# look\nsudo systemctl stop worker1\n\n  ls -1 /srv", true),
            ("grep -rn \"two words\" ./src --include='*.rs'", false),
            ("grep -rn \"two words\" ./src", true),
            ("git commit -m 'a (b) c'", true),
            ("scp a.txt admin@host:/srv/a.txt", true),
            ("curl --retry=3 http://localhost:80/health", true),
            ("A=1 make", false),
            ("make A=1", false),
            ("echo $HOME", false),
            ("echo \"$HOME\"", false),
            ("echo a; echo b", false),
            ("ls *.md", false),
            ("cat < a", false),
            ("done", false),
            ("read name", false),
            ("echo ...", false),
            ("echo 日本", false),
            ("# only a comment", false),
            ("echo a # said", false),
            ("echo a\\\n  b", false),
            ("", false),
        ] {
            let mut parser = ShellParser::new();
            let script = Script::for_facts(&mut parser, text);
            assert_eq!(script.simple.is_some(), plain, "{text}");
            assert_eq!(script.facts(&mut parser), Script::read(&mut parser, text).facts(&mut parser), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_without_the_grammar_is_what_the_grammar_reads(
            text in "(#[ -~]{0,9}\n|[a-z./]{1,6}( ([-a-zA-Z0-9_./:,@%=]{1,8}|\"[ -~]{0,8}\"|'[ -~]{0,8}')){0,4}\n){1,3}"
        ) {
            let mut parser = ShellParser::new();
            let quick = walk::facts(&Script::for_facts(&mut parser, &text), &mut parser, 0);
            let whole = walk::facts(&Script::read(&mut parser, &text), &mut parser, 0);
            prop_assert_eq!(quick, whole, "{}", text);
        }
    }
}
