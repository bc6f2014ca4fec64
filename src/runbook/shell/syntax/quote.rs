//! Words as the shell takes them: quotes and escapes off.

/// The value of a word. Expansions such as `$x` stay as they stand.
pub(in crate::runbook::shell) fn bare(word: &str) -> String {
    let word = word.trim();
    if !word.contains(['\'', '"', '\\']) {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' if chars.peek() == Some(&'\'') => {
                chars.next();
                ansi(&mut chars, &mut out);
            }
            '$' if chars.peek() == Some(&'"') => {}
            '\'' => out.extend(chars.by_ref().take_while(|c| *c != '\'')),
            '"' => double(&mut chars, &mut out),
            '\\' => out.extend(chars.next().filter(|c| *c != '\n')),
            other => out.push(other),
        }
    }
    out
}

/// What stands between double quotes.
fn double(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    while let Some(c) = chars.next() {
        match c {
            '"' => return,
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(c @ ('"' | '\\' | '$' | '`')) => out.push(c),
                Some(other) => out.extend(['\\', other]),
            },
            other => out.push(other),
        }
    }
}

/// What stands between `$'` and `'`.
fn ansi(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    while let Some(c) = chars.next() {
        match c {
            '\'' => return,
            '\\' => {
                let Some(escaped) = chars.next() else { return };
                match escaped {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'e' | 'E' => out.push('\u{1b}'),
                    'x' => out.extend(number(chars, 16, 2)),
                    'u' => out.extend(number(chars, 16, 4)),
                    'U' => out.extend(number(chars, 16, 8)),
                    '0'..='7' => {
                        let rest = digits(chars, 8, 2);
                        out.extend(u32::from_str_radix(&format!("{escaped}{rest}"), 8).ok().and_then(char::from_u32));
                    }
                    other => out.push(other),
                }
            }
            other => out.push(other),
        }
    }
}

fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, radix: u32, most: usize) -> Option<char> {
    u32::from_str_radix(&digits(chars, radix, most), radix).ok().and_then(char::from_u32)
}

fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, radix: u32, most: usize) -> String {
    let mut found = String::new();
    while found.len() < most
        && let Some(c) = chars.next_if(|c| c.is_digit(radix))
    {
        found.push(c);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_word_is_what_the_shell_takes_it_for() {
        for (word, value) in [
            ("rm", "rm"),
            ("r\\m", "rm"),
            ("'r'm", "rm"),
            ("\"rm\"", "rm"),
            ("$'rm'", "rm"),
            ("$'\\x72\\155'", "rm"),
            ("$\"rm\"", "rm"),
            ("\"a \\\"b\\\" $x\"", "a \"b\" $x"),
            ("'it'\\''s'", "it's"),
            ("\"half", "half"),
            ("\\", ""),
        ] {
            assert_eq!(bare(word), value, "{word}");
        }
    }
}
