//! Characters that are printed without being seen, or that look like others.

use super::{Desk, Severity, rules, say};
use crate::i18n::{is_false_space, is_invisible};

/// Looks at every character of the document: one finding for each line.
pub(super) fn check(desk: &mut Desk<'_>) {
    let page = desk.page;
    for line in 1..=page.len() {
        let text = page.line(line);
        if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control() && b != b'\t') {
            continue;
        }
        let start = page.range(line).start;
        let unseen = unseen(text);
        if let Some((first, _)) = unseen.first() {
            let first = *first;
            let names = names(unseen.iter().map(|(_, c)| *c));
            let end = unseen
                .iter()
                .scan(first, |next, (at, c)| {
                    (*at == *next).then(|| {
                        *next += c.len_utf8();
                        *next
                    })
                })
                .last();
            let message = say!(
                desk.language,
                "目に見えない文字があります: {names}",
                "there are characters that are not seen: {names}"
            );
            desk.add(&rules::HIDDEN_TEXT, Severity::Error, start + first..start + end.unwrap_or(first), message);
        }
        if page.in_code(line) {
            false_spaces(desk, line);
        }
    }
}

/// The characters of `text` that nobody sees, and where they are.
fn unseen(text: &str) -> Vec<(usize, char)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |n: Option<usize>| n.and_then(|n| chars.get(n)).map(|(_, c)| *c);
    let symbol = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_alphanumeric() && !c.is_control());
    let fine = |n: usize, c: char| {
        let (before, after) = (at(n.checked_sub(1)), at(Some(n + 1)));
        match c {
            '\t' => true,
            // The look of a symbol, a digit on a key, and symbols that are joined into one.
            '\u{FE0E}' | '\u{FE0F}' => symbol(before) || after == Some('\u{20E3}'),
            '\u{200D}' => symbol(before) && symbol(after),
            c => !c.is_control() && !is_invisible(c),
        }
    };
    chars.iter().enumerate().filter(|(n, (_, c))| !fine(*n, *c)).map(|(_, found)| *found).collect()
}

fn names(chars: impl Iterator<Item = char>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for c in chars {
        let name = format!("U+{:04X}", u32::from(c));
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.join(", ")
}

/// In a command, a space that is none makes one word of two.
fn false_spaces(desk: &mut Desk<'_>, line: usize) {
    let page = desk.page;
    let shell = page
        .fence_at(line)
        .and_then(|fence| fence.tag.as_deref())
        .is_some_and(|tag| matches!(tag, "bash" | "sh" | "shell" | "zsh" | "console" | "sql"));
    let text = page.line(line);
    let false_space = |c: char| is_false_space(c) || c == '\u{3000}';
    let Some((at, c)) = text.char_indices().find(|(_, c)| false_space(*c)) else { return };
    let before = text.get(..at).unwrap_or_default();
    // In a comment or between quotes it is a word like any other.
    let words = before.contains('#') || before.contains(['"', '\'']);
    if shell && !words {
        let name = names(std::iter::once(c));
        let start = page.range(line).start + at;
        let message = say!(
            desk.language,
            "空白に見えて空白ではない文字があります: {name}",
            "there is a character that looks like a space and is none: {name}"
        );
        desk.add(&rules::HIDDEN_TEXT, Severity::Error, start..start + c.len_utf8(), message);
    }
}
