//! Foreign text inside the record: made visible, kept on its line, and never read as markdown.
//!
//! Two places are known: a piece of a line ([`inline`]), and a fence ([`fence`]). What [`inline`] writes, [`unescape`]
//! reads; a `|` or a `]` that stands there without a backslash is the record's own.

use std::fmt::Write as _;

/// Stands where a text has nothing to say.
pub(crate) const NOTHING: &str = "-";
/// Stands between the parts of a line; no escaped text holds it.
pub(crate) const BETWEEN: &str = " | ";

/// `text` on one line, with everything in it to be seen.
pub(crate) fn visible_line(text: &str) -> String {
    let breaks = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    let lines: Vec<&str> = text.split(breaks).map(str::trim).filter(|l| !l.is_empty()).collect();
    let mut out = String::with_capacity(text.len());
    for c in lines.join(" / ").chars() {
        show(if c == '\t' { ' ' } else { c }, &mut out);
    }
    out
}

/// `text` with its lines and tabs as they are, and everything else in it to be seen.
pub(crate) fn visible_block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            _ => show(c, &mut out),
        }
    }
    out
}

/// A control gets its picture (U+2400 and on), any other character that cannot be seen its number.
fn show(c: char, out: &mut String) {
    match c {
        '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\u{7f}' => out.push('\u{2421}'),
        _ if hidden(c) => {
            let _infallible = write!(out, "<U+{:04X}>", u32::from(c));
        }
        _ => out.push(c),
    }
}

/// C1 controls, marks that turn the writing direction, characters without width, tags, line separators.
/// U+200C and U+200D stay: scripts and emoji need them.
fn hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// A foreign text as a part of a line.
pub(crate) fn inline(text: &str) -> String {
    match visible_line(text).as_str() {
        "" => NOTHING.to_owned(),
        // The mark for nothing, said by somebody.
        NOTHING => r"\-".to_owned(),
        seen => escape(seen),
    }
}

/// A foreign text as one word of a line.
pub(crate) fn inline_word(text: &str) -> String {
    inline(&visible_line(text).split_whitespace().collect::<String>())
}

/// Puts a backslash before every character that markdown could read as a mark.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let mark = match c {
            '\\' | '`' | '*' | '[' | ']' | '{' | '}' | '<' | '&' | '~' | '|' | '#' | '$' | '^' => true,
            // Inside a word an underscore marks nothing.
            '_' => !(word(before) && word(chars.peek().copied())),
            _ => false,
        };
        if mark {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// The text that [`inline`] wrote as `raw`.
pub(crate) fn unescape(raw: &str) -> String {
    if raw == NOTHING {
        return String::new();
    }
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {
                out.push(*next);
                chars.next();
            }
            Some(_) | None => out.push(c),
        }
    }
    out
}

/// Writes `text` as a fence that is longer than any run of its character in the text.
pub(crate) fn fence(info: &str, text: &str, out: &mut String) {
    let seen = visible_block(text);
    let (ticks, tildes) = (longest_run(&seen, '`'), longest_run(&seen, '~'));
    let (mark, run) = if ticks <= tildes { ("`", ticks) } else { ("~", tildes) };
    let bar = mark.repeat(3.max(run + 1));
    for part in [&bar, info, "\n", &seen, "\n", &bar, "\n"] {
        out.push_str(part);
    }
}

fn longest_run(text: &str, mark: char) -> usize {
    text.split(|c| c != mark).map(str::len).max().unwrap_or(0)
}

/// A link to a file beside the record. The target can name no other machine and no scheme.
pub(crate) fn link(file: &str) -> String {
    let seen = visible_line(file);
    let mut target = String::new();
    let path = if seen.starts_with("//") { seen.trim_start_matches('/') } else { &seen };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'/' => target.push(char::from(byte)),
            _ => {
                let _infallible = write!(target, "%{byte:02X}");
            }
        }
    }
    format!("[{}]({})", inline(file), if target.is_empty() { "." } else { &target })
}

/// The file of a link that [`link`] wrote.
pub(crate) fn unlink(raw: &str) -> Option<String> {
    // The target holds no bracket, so the last pair is the link's own.
    let (label, _) = raw.strip_prefix('[')?.strip_suffix(')')?.rsplit_once("](")?;
    Some(unescape(label))
}
