//! From the bytes of a file to text with `\n` line ends.
//!
//! Line numbers survive every repair: what is dropped leaves its line end behind.

use crate::runbook::model::{Diagnostic, DiagnosticSeverity};
use crate::runbook::text::Pattern;

/// How much of a document somebody asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Depth {
    /// What a list shows: what fences hold, and what is said around the steps, is read only where the list depends on it.
    Listed,
    /// Everything.
    #[default]
    Whole,
}

/// The text of a document, ready for the markdown parser.
pub(super) struct Source {
    /// The text, with `\n` line ends and no byte order mark.
    pub(super) text: String,
    /// The byte at which each line starts.
    starts: Vec<usize>,
    /// The number of the first line.
    first: usize,
    /// How much of it is asked for.
    pub(super) depth: Depth,
}

impl Source {
    /// The text with the places of its lines.
    pub(super) fn new(text: String, depth: Depth) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { text, starts, first: 1, depth }
    }

    /// The same text where its first line is the line `first` of another text.
    pub(super) fn starting_at(self, first: usize) -> Self {
        Self { first, ..self }
    }

    /// The 1-based line that holds the byte `at`.
    pub(super) fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).max(1) + self.first - 1
    }
}

/// One finding.
pub(super) fn finding(line: usize, kind: &str, severity: DiagnosticSeverity, message: impl Into<String>) -> Diagnostic {
    Diagnostic { line, kind: kind.to_owned(), severity, message: message.into() }
}

/// Decodes `bytes`, whatever they are.
pub(super) fn decode(bytes: &[u8], diagnostics: &mut Vec<Diagnostic>) -> String {
    let raw = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes, diagnostics),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes, diagnostics),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, diagnostics),
        _ => utf8(bytes, diagnostics),
    };
    // Few documents have a sign to be replaced; a look at many bytes side by side tells.
    let odd = |found: u8, byte: &u8| found | u8::from(*byte == b'\r') | u8::from(*byte == 0);
    if raw.as_bytes().chunks(128).all(|part| part.iter().fold(0, odd) == 0) {
        return raw;
    }
    let text = if raw.contains('\r') { raw.replace("\r\n", "\n").replace('\r', "\n") } else { raw };
    match text.find('\0') {
        None => text,
        Some(at) => {
            let line = text[..at].matches('\n').count() + 1;
            diagnostics.push(finding(
                line,
                "nul",
                DiagnosticSeverity::Error,
                "The file holds NUL bytes; it may not be text.",
            ));
            text.replace('\0', "\u{FFFD}")
        }
    }
}

fn utf8(bytes: &[u8], diagnostics: &mut Vec<Diagnostic>) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
            let message = "The file is not valid UTF-8; unreadable bytes are shown as \u{FFFD}.";
            diagnostics.push(finding(line, "invalid_utf8", DiagnosticSeverity::Error, message));
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, diagnostics: &mut Vec<Diagnostic>) -> String {
    let message = "The file is UTF-16; it is read, but runbooks are best kept in UTF-8.";
    diagnostics.push(finding(1, "utf16", DiagnosticSeverity::Warning, message));
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

static BROKEN_CLOSE: Pattern = Pattern::new(r"^\s*(`{3,}|~{3,})\s*(</?[A-Za-z][^`]*)$");
static TAG_LINE: Pattern = Pattern::new(r"^\s*</?[A-Za-z][\w:-]*(\s[^>]*)?>");

/// Repairs a last fence whose closing line carries a stray tag, and drops the tag lines behind it.
///
/// `open` is the line of the fence that nothing closes. Gives nothing when the document does not end that way.
pub(super) fn repair_tail(text: &str, open: usize) -> Option<(String, usize)> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let close = (open..lines.len()).rev().find(|at| BROKEN_CLOSE.is_match(lines[*at]))?;
    let junk_only = lines[close + 1..].iter().all(|line| line.trim().is_empty() || TAG_LINE.is_match(line));
    if !junk_only {
        return None;
    }
    let fence = BROKEN_CLOSE.captures(lines[close])?.get(1)?;
    lines[close] = &lines[close][..fence.end()];
    for line in &mut lines[close + 1..] {
        *line = "";
    }
    Some((lines.join("\n"), close + 1))
}

static CODE_OPENS: Pattern =
    Pattern::new(r"^(\s*)\{(?:code|noformat)(?::([^}]*))?\}\s*$").needing(&["{code", "{noformat"]);
static CODE_CLOSES: Pattern = Pattern::new(r"^\s*\{(?:code|noformat)\}\s*$").needing(&["{code", "{noformat"]);
static PRE_OPENS: Pattern =
    Pattern::new(r#"^\s*<pre[^>]*>\s*<code(?:\s+class="(?:language-|lang-)?([\w+-]*)[^"]*")?\s*>(.*)$"#)
        .needing(&["<pre"]);
const PRE_CLOSES: &str = "</code></pre>";

/// Turns `{code:bash}` and `<pre><code class="language-bash">` into the lines of fences; every other line stays as it is
/// and where it is. Code that holds marks of HTML is left alone, as it is not what the reader sees.
pub(super) fn foreign_fences(text: String) -> String {
    if !["{code", "{noformat", "<pre"].iter().any(|mark| text.contains(mark)) {
        return text;
    }
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let mut at = 0;
    let mut fenced = false;
    while at < lines.len() {
        fenced ^= is_fence(&lines[at]);
        let end = if fenced { None } else { code_block(&mut lines, at).or_else(|| pre_block(&mut lines, at)) };
        at = end.unwrap_or(at) + 1;
    }
    lines.join("\n")
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~")
}

/// Rewrites the block that `{code}` opens at `at`; gives its last line.
fn code_block(lines: &mut [String], at: usize) -> Option<usize> {
    let found = CODE_OPENS.captures(&lines[at])?;
    let indent = found[1].to_owned();
    let said = found.get(2).map_or("", |said| said.as_str());
    let tag = said.split('|').find(|word| !word.contains('=')).unwrap_or_default().to_owned();
    let end = (at + 1..lines.len())
        .take_while(|end| !is_fence(&lines[*end]))
        .find(|end| CODE_CLOSES.is_match(&lines[*end]))?;
    lines[at] = format!("{indent}```{tag}");
    lines[end] = format!("{indent}```");
    Some(end)
}

/// Rewrites the block that `<pre><code>` opens at `at`, where blank lines around it have room for the marks of a fence.
fn pre_block(lines: &mut [String], at: usize) -> Option<usize> {
    let found = PRE_OPENS.captures(&lines[at])?;
    let tag = found.get(1).map_or("", |tag| tag.as_str()).to_owned();
    let first = found[2].to_owned();
    let blank = |lines: &[String], at: usize| lines.get(at).is_some_and(|line| line.trim().is_empty());
    let end = (at..lines.len())
        .take_while(|end| !is_fence(&lines[*end]))
        .find(|end| lines[*end].trim_end().ends_with(PRE_CLOSES))?;
    let whole = if end == at { first.trim_end() } else { lines[end].trim_end() };
    let last = whole.strip_suffix(PRE_CLOSES)?.to_owned();
    let inside = if end == at { Vec::new() } else { lines[at + 1..end].to_vec() };
    let plain = |line: &String| !line.contains(['<', '&', '`']);
    if !(inside.iter().all(plain) && plain(&last) && (end == at || plain(&first))) {
        return None;
    }
    let open =
        if end > at && first.trim().is_empty() { at } else { at.checked_sub(1).filter(|at| blank(lines, *at))? };
    let close = if end > at && last.trim().is_empty() { end } else { Some(end + 1).filter(|at| blank(lines, *at))? };
    if open < at && end > at {
        lines[at] = first;
    }
    if close > end {
        lines[end] = last;
    }
    lines[open] = format!("```{tag}");
    lines[close] = "```".to_owned();
    Some(close)
}

static MARKUP: Pattern =
    Pattern::new(r"(?i)<(?:table|tr|td|ol|ul|li|pre)[\s>]|^\s*\{(?:code|noformat|panel|tasklist)[:}]")
        .needing(&["<", "{"]);

/// The first line, outside of fences, of steps that may stand in HTML or in the markup of another program.
pub(super) fn unread_markup(text: &str) -> Option<usize> {
    let mut fenced = false;
    text.split('\n')
        .position(|line| {
            fenced ^= is_fence(line);
            !fenced && MARKUP.is_match(line)
        })
        .map(|at| at + 1)
}
