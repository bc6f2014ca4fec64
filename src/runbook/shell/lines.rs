//! The comment lines of a shell text that stand outside every construct, told by one look at each character.
//!
//! Quotes, brackets, heredocs, loops and continuations are followed over lines. A text in which one of them is never
//! closed is left to the parser, which knows how to go on behind an error.

use std::collections::BTreeSet;

/// What is open where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Single,
    Double,
    Tick,
    Paren,
    Arithmetic,
    Parameter,
    Brace,
    If,
    Loop,
    Case,
}

/// The lines, counted from 0, that hold only a comment outside of all constructs; nothing where one is never closed.
pub(super) fn comment_lines(lines: &[String]) -> Option<BTreeSet<usize>> {
    let mut reader = Reader::default();
    let mut found = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        if reader.line(line)? {
            found.insert(at);
        }
    }
    (reader.open.is_empty() && reader.heredocs.is_empty()).then_some(found)
}

/// The lines on which a command begins: not comments, and not what goes on from the line before.
pub(super) fn command_starts(lines: &[impl AsRef<str>]) -> Vec<usize> {
    let mut reader = Reader::default();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.as_ref();
        let fresh = !reader.goes_on();
        let Some(comment) = reader.line(line) else { return found };
        if fresh && !comment && !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            found.push(at);
        }
    }
    found
}

/// Follows a text line by line, to tell whether it goes on behind the last one.
#[derive(Default)]
pub(super) struct Reader {
    open: Vec<Open>,
    /// The end words of heredocs whose text comes next, and whether tabs before them are left out.
    heredocs: Vec<(String, bool)>,
    /// The line before ends with `\\`.
    escaped: bool,
    /// The line before ends with an operator.
    joined: bool,
    at_command: bool,
    word: String,
}

impl Reader {
    /// The next line belongs to what was read.
    pub(super) fn goes_on(&self) -> bool {
        self.escaped || self.joined || !self.open.is_empty() || !self.heredocs.is_empty()
    }

    /// Reads a line; true when it is a comment outside of all constructs. Nothing where the text makes no sense.
    pub(super) fn line(&mut self, line: &str) -> Option<bool> {
        if let Some((end, tabs)) = self.heredocs.first() {
            let text = if *tabs { line.trim_start_matches('\t') } else { line };
            if text == end {
                self.heredocs.remove(0);
            }
            return Some(false);
        }
        let quoted = matches!(self.open.last(), Some(Open::Single | Open::Double));
        if line.trim_start().starts_with('#') && !self.escaped && !quoted {
            return Some(self.open.is_empty() && !self.joined);
        }
        if line.trim().is_empty() {
            self.escaped = false;
            return Some(false);
        }
        self.at_command |= !self.escaped;
        self.escaped = false;
        self.code(line)?;
        Some(false)
    }

    fn code(&mut self, line: &str) -> Option<()> {
        let quoted = matches!(self.open.last(), Some(Open::Single | Open::Double));
        if !quoted && !line.bytes().any(is_sign) {
            return self.words(line);
        }
        let mut chars = line.chars().peekable();
        let mut before = ' ';
        let mut operator = String::new();
        while let Some(c) = chars.next() {
            match self.open.last() {
                Some(Open::Single) => {
                    if c == '\'' {
                        self.open.pop();
                    }
                    continue;
                }
                Some(Open::Double) if !matches!(c, '"' | '\\' | '$' | '`') => continue,
                _ => {}
            }
            let inside = matches!(self.open.last(), Some(Open::Double));
            if !inside && (c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')')) {
                self.end_word()?;
                self.at_command |= !c.is_whitespace();
            }
            match c {
                '\\' => {
                    self.escaped = chars.next().is_none();
                    self.word.push('x');
                }
                '#' if !inside && (before.is_whitespace() || matches!(before, ';' | '&' | '|' | '(')) => break,
                '$' => match chars.peek() {
                    Some('{') => {
                        chars.next();
                        self.open.push(Open::Parameter);
                    }
                    Some('(') => {
                        chars.next();
                        self.paren(&mut chars);
                    }
                    Some('\'') if !inside => {
                        chars.next();
                        ansi(&mut chars)?;
                    }
                    Some('#' | '$') => {
                        chars.next();
                    }
                    _ => {}
                },
                '}' if self.open.last() == Some(&Open::Parameter) => {
                    self.open.pop();
                }
                '"' if inside => {
                    self.open.pop();
                }
                '"' => self.open.push(Open::Double),
                '\'' => self.open.push(Open::Single),
                '`' if self.open.last() == Some(&Open::Tick) => {
                    self.open.pop();
                }
                '`' => self.open.push(Open::Tick),
                '(' => self.paren(&mut chars),
                ')' => self.close(&mut chars)?,
                '<' if !inside && chars.peek() == Some(&'<') => self.heredoc(&mut chars),
                c if !c.is_whitespace() && !matches!(c, ';' | '|' | '&') => self.word.push(c),
                _ => {}
            }
            if matches!(c, '|' | '&') {
                operator.push(c);
            } else if !c.is_whitespace() {
                operator.clear();
            }
            before = c;
        }
        if !matches!(self.open.last(), Some(Open::Single | Open::Double)) && !self.escaped {
            self.end_word()?;
        }
        self.joined = operator.ends_with('|') || operator.ends_with("&&");
        Some(())
    }

    /// Reads a line that holds nothing but words.
    fn words(&mut self, line: &str) -> Option<()> {
        // What goes on from the line before belongs to its last word.
        if line.starts_with(char::is_whitespace) {
            self.end_word()?;
        }
        for word in line.split_whitespace() {
            self.word.push_str(word);
            self.end_word()?;
        }
        self.joined = false;
        Some(())
    }

    fn paren(&mut self, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        if chars.peek() == Some(&'(') {
            chars.next();
            self.open.push(Open::Arithmetic);
        } else {
            self.open.push(Open::Paren);
        }
        self.at_command = true;
    }

    fn close(&mut self, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<()> {
        match self.open.last() {
            Some(Open::Paren) => {
                self.open.pop();
            }
            Some(Open::Arithmetic) => {
                self.open.pop();
                if chars.next_if_eq(&')').is_none() {
                    self.open.push(Open::Paren);
                }
            }
            // The end of a pattern.
            Some(Open::Case) => {}
            _ => return None,
        }
        Some(())
    }

    fn heredoc(&mut self, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        chars.next();
        if self.open.contains(&Open::Arithmetic) || chars.next_if_eq(&'<').is_some() {
            return;
        }
        let tabs = chars.next_if_eq(&'-').is_some();
        while chars.next_if(|c| *c == ' ').is_some() {}
        let mut end = String::new();
        while let Some(c) = chars.next_if(|c| !c.is_whitespace() && !matches!(c, ';' | '|' | '&' | ')' | '>' | '<')) {
            if !matches!(c, '\'' | '"' | '\\') {
                end.push(c);
            }
        }
        if !end.is_empty() {
            self.heredocs.push((end, tabs));
        }
    }

    /// A word is complete: it may open or close a construct.
    fn end_word(&mut self) -> Option<()> {
        if self.word.is_empty() {
            return Some(());
        }
        let opened = match self.word.as_str() {
            "{" => Some(Open::Brace),
            _ if !self.at_command => None,
            "if" => Some(Open::If),
            "for" | "while" | "until" | "select" => Some(Open::Loop),
            "case" => Some(Open::Case),
            _ => None,
        };
        let closed = match self.word.as_str() {
            _ if !self.at_command => None,
            "}" => Some(Open::Brace),
            "fi" => Some(Open::If),
            "done" => Some(Open::Loop),
            "esac" => Some(Open::Case),
            _ => None,
        };
        if closed.is_some() && self.open.pop() != closed {
            return None;
        }
        self.open.extend(opened);
        let goes_on = matches!(
            self.word.as_str(),
            "then" | "do" | "else" | "elif" | "if" | "while" | "until" | "{" | "!" | "time"
        );
        self.at_command &= goes_on;
        self.word.clear();
        Some(())
    }
}

/// The byte may quote, open, close, join or part something.
fn is_sign(byte: u8) -> bool {
    matches!(byte, b'\\' | b'#' | b'$' | b'}' | b'"' | b'\'' | b'`' | b'(' | b')' | b'<' | b'|' | b'&' | b';')
}

/// Passes over what stands between `$'` and `'`.
fn ansi(chars: &mut impl Iterator<Item = char>) -> Option<()> {
    loop {
        match chars.next()? {
            '\'' => return Some(()),
            '\\' => {
                chars.next();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(text: &str) -> Option<Vec<usize>> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        comment_lines(&lines).map(|found| found.into_iter().collect())
    }

    #[test]
    fn comment_lines_are_told_without_a_parser() {
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
    fn comments_inside_constructs_are_none_of_the_outside() {
        for text in [
            "echo 'a\n# b'",
            "echo \"a\n# b\"",
            "ls \\\n# b",
            "cat <<EOF\n# b\nEOF",
            "cat <<-'E' | wc\n# b\n\tE",
            "for x in 1\ndo\n# b\ndone",
            "ls; if true; then\n# b\nfi",
            "x=$(\n# b\nls)",
            "f() {\n# b\n}",
            "function f {\n# b\n}",
            "(\n# b\n)",
            "case x in\na)\n# b\n;;\n(b) ls;;\nesac",
            "ls |\n# b\nwc",
            "ls && # why\n# b\nwc",
            "x=`\n# b\nls`",
            "echo \"$(date \"+%F\")\n# b\"",
            "while read x; do if a; then\n# b\nfi; done < f",
        ] {
            assert_eq!(comments(text), Some(vec![]), "{text}");
            assert_eq!(comments(&format!("{text}\n# c")), Some(vec![text.matches('\n').count() + 1]), "{text}");
        }
    }

    #[test]
    fn what_is_never_closed_is_left_to_the_parser() {
        for text in ["echo 'a\n# b", "if true\n# b", "cat <<EOF\n# b", "ls )\n# b", "(\n# b", "done\n# b", "x=${a\n# b"]
        {
            assert_eq!(comments(text), None, "{text}");
        }
    }
}
