//! The comment lines of a shell text, told without a parser where the text is plain.
//!
//! A text is plain when every line of it is a whole: no quote, bracket, heredoc, loop or continuation goes on to the
//! next line. Then every line that begins with `#` is a comment outside of all constructs.

use std::collections::BTreeSet;

/// Words that open a construct which may go on over lines.
const OPENERS: &[&str] =
    &["if", "for", "while", "until", "case", "select", "function", "then", "do", "else", "elif", "coproc", "[["];

/// The lines, counted from 0, that hold only a comment; nothing where the text is not plain.
pub(super) fn plain_comments(lines: &[String]) -> Option<BTreeSet<usize>> {
    let mut found = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        let text = line.trim();
        if text.starts_with('#') {
            found.insert(at);
        } else if !text.is_empty() && !is_whole(text) {
            return None;
        }
    }
    Some(found)
}

/// Nothing that the line opens goes on behind it.
fn is_whole(line: &str) -> bool {
    let mut chars = line.chars().peekable();
    let (mut round, mut curly, mut ticks) = (0_i32, 0_i32, 0_u32);
    // What stands before decides whether a word is a keyword and whether `#` begins a comment.
    let mut before = ' ';
    let mut at_command = true;
    let mut word = String::new();
    while let Some(c) = chars.next() {
        if c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')') {
            if at_command && !word.is_empty() {
                if OPENERS.contains(&word.as_str()) {
                    return false;
                }
                at_command = false;
            }
            word.clear();
            at_command |= !c.is_whitespace() && c != ')';
        } else {
            word.push(c);
        }
        match c {
            '\'' if !chars.by_ref().any(|next| next == '\'') => return false,
            '"' if !closes(&mut chars) => return false,
            '\\' if chars.next().is_none() => return false,
            '#' if before.is_whitespace() || matches!(before, ';' | '&' | '|' | '(') => break,
            '<' if chars.peek() == Some(&'<') => {
                chars.next();
                if chars.next() != Some('<') {
                    return false;
                }
            }
            '(' => round += 1,
            ')' => round -= 1,
            '{' => curly += 1,
            '}' => curly -= 1,
            '`' => ticks += 1,
            _ => {}
        }
        if round < 0 || curly < 0 {
            return false;
        }
        if !c.is_whitespace() {
            before = c;
        } else if before != '&' && before != '|' {
            before = ' ';
        }
    }
    let opens = at_command && OPENERS.contains(&word.as_str());
    !opens && round == 0 && curly == 0 && ticks % 2 == 0 && !joins(line)
}

/// The rest of `chars` closes a double quote.
fn closes(chars: &mut impl Iterator<Item = char>) -> bool {
    while let Some(c) = chars.next() {
        match c {
            '"' => return true,
            '\\' => {
                chars.next();
            }
            _ => {}
        }
    }
    false
}

/// The line ends with an operator that the next line goes on.
fn joins(line: &str) -> bool {
    let code = line.split(" #").next().unwrap_or(line).trim_end();
    code.ends_with('|') || code.ends_with("&&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(text: &str) -> Option<Vec<usize>> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        plain_comments(&lines).map(|found| found.into_iter().collect())
    }

    #[test]
    fn comment_lines_of_plain_text_are_told_without_a_parser() {
        for (text, found) in [
            ("# a\nls -l\n\n  # b\ndf", vec![0, 3]),
            ("echo \"it's\" # don't\n# x", vec![1]),
            ("echo $# ${#x} a#b\n# x", vec![1]),
            ("find . -exec rm {} \\;\n# x", vec![1]),
            ("wc <<< \"a\"\n# x", vec![1]),
            ("echo for if\n# x", vec![1]),
            ("d=$(date +%F)\n# x", vec![1]),
            ("ls -1", vec![]),
        ] {
            assert_eq!(comments(text), Some(found), "{text}");
        }
    }

    #[test]
    fn what_goes_on_over_lines_is_left_to_the_parser() {
        for text in [
            "echo 'a\n# b'",
            "echo \"a\n# b\"",
            "ls \\\n# b",
            "cat <<EOF\n# b\nEOF",
            "for x in 1\ndo\n# b\ndone",
            "ls; if true; then\n# b\nfi",
            "x=$(\n# b\nls)",
            "f() {\n# b\n}",
            "(\n# b\n)",
            "case x in\na)\n# b\n;;\nesac",
            "ls |\n# b\nwc",
            "ls && # why\n# b\nwc",
            "x=`\n# b\nls`",
        ] {
            assert_eq!(comments(text), None, "{text}");
        }
    }
}
