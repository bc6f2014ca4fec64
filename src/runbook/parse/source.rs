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
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
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
