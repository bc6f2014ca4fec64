//! Finds the ends of statements as the server itself would: quotes, dollar quotes, comments and bodies kept whole.

use super::Statement;
use crate::config::connections::ServerKind;

/// Splits `text` into statements; empty ones are left out.
pub fn split(text: &str, kind: ServerKind) -> Vec<Statement> {
    let mut scan = Scan {
        text,
        at: 0,
        kind,
        from: 0,
        word: String::new(),
        words: Vec::new(),
        unclear: false,
        body: Body::default(),
        found: Vec::new(),
    };
    scan.all();
    scan.found
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    kind: ServerKind,
    /// Where the statement begins.
    from: usize,
    word: String,
    words: Vec<String>,
    unclear: bool,
    body: Body,
    found: Vec<Statement>,
}

/// The body of a routine: a semicolon within it ends no statement.
#[derive(Default)]
struct Body {
    depth: usize,
    /// The word after `END` that belongs to it, as in `END IF`.
    after_end: bool,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn all(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            let mysql = self.kind == ServerKind::Mysql;
            let rest = self.rest();
            match c {
                '\'' => self.string(),
                '"' => self.quoted('"', mysql),
                '`' if self.kind != ServerKind::Postgres => self.quoted('`', false),
                '[' if self.kind == ServerKind::Sqlite => self.quoted(']', false),
                '-' if starts_comment(rest, mysql) => self.line_comment(),
                '#' if mysql => self.line_comment(),
                '/' if rest.starts_with("/*") => self.comment(),
                '$' if self.kind == ServerKind::Postgres && self.word.is_empty() => self.dollar(),
                ';' => {
                    // The last word may be the one that ends a body.
                    self.end_word();
                    self.body.after_end = false;
                    if self.body.depth == 0 {
                        self.end_statement(self.at);
                        self.from = self.at + 1;
                    }
                    self.at += 1;
                }
                // A command of the client ends with its line.
                '\n' if self.is_client() => {
                    self.end_word();
                    self.end_statement(self.at);
                    self.at += 1;
                    self.from = self.at;
                }
                '\\' | '.' if self.word.is_empty() && self.words.is_empty() => self.push(c),
                c if c.is_alphanumeric() || c == '_' || (c == '$' && !self.word.is_empty()) => self.push(c),
                c => {
                    self.end_word();
                    self.at += c.len_utf8();
                }
            }
        }
        self.end_word();
        if self.body.depth > 0 {
            self.unclear = true;
        }
        self.end_statement(self.text.len());
    }

    fn is_client(&self) -> bool {
        self.words.first().unwrap_or(&self.word).starts_with(['\\', '.'])
    }

    fn push(&mut self, c: char) {
        self.word.push(c);
        self.at += c.len_utf8();
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word).to_uppercase();
        self.in_body(&word);
        self.words.push(word);
    }

    /// Counts the constructs of a routine's body.
    fn in_body(&mut self, word: &str) {
        let belongs = std::mem::take(&mut self.body.after_end);
        let creates = self.words.first().is_some_and(|w| w == "CREATE");
        if !creates {
            return;
        }
        let routine =
            || self.words.iter().take(8).any(|w| matches!(w.as_str(), "FUNCTION" | "PROCEDURE" | "TRIGGER" | "EVENT"));
        let before = self.words.last().map_or("", String::as_str);
        match (self.kind, word) {
            (ServerKind::Postgres, "ATOMIC") if before == "BEGIN" && routine() => self.body.depth += 1,
            (ServerKind::Sqlite | ServerKind::Mysql, "BEGIN") if routine() => self.body.depth += 1,
            (_, "CASE") if self.body.depth > 0 && !belongs => self.body.depth += 1,
            (ServerKind::Mysql, "IF" | "LOOP" | "WHILE" | "REPEAT") if self.body.depth > 0 && !belongs => {
                // `IF(a, b, c)` is a function, and `IF EXISTS` a condition of another statement.
                let rest = self.rest().trim_start().to_ascii_uppercase();
                let other = rest.starts_with('(') || rest.starts_with("EXISTS") || rest.starts_with("NOT EXISTS");
                self.body.depth += usize::from(word != "IF" || !other);
            }
            (_, "END") if self.body.depth > 0 => {
                self.body.depth -= 1;
                self.body.after_end = true;
            }
            _ => {}
        }
    }

    fn end_statement(&mut self, until: usize) {
        let words = std::mem::take(&mut self.words);
        let unclear = std::mem::take(&mut self.unclear);
        let part = self.text.get(self.from..until).unwrap_or_default();
        if !words.is_empty() || unclear {
            let lead = part.len() - part.trim_start().len();
            let line = self.text.get(..self.from + lead).map_or(1, |before| before.matches('\n').count() + 1);
            self.found.push(Statement { text: part.trim().to_owned(), line, words, unclear, kind: self.kind });
        }
    }

    /// Goes on behind `end`; a text that has none goes on to its end, and is unclear.
    fn behind(&mut self, from: usize, end: Option<usize>) {
        match end {
            Some(end) => self.at = from + end,
            None => {
                self.at = self.text.len();
                self.unclear = true;
            }
        }
    }

    /// A value between single quotes.
    fn string(&mut self) {
        let escapes = match self.kind {
            ServerKind::Mysql => true,
            ServerKind::Postgres => self.word.eq_ignore_ascii_case("e"),
            ServerKind::Sqlite | ServerKind::Redis => false,
        };
        // `E'…'`: the letter belongs to the value.
        if matches!(self.word.to_ascii_lowercase().as_str(), "e" | "b" | "x" | "n" | "u") {
            self.word.clear();
        }
        self.end_word();
        let from = self.at;
        self.quoted('\'', escapes);
        // A server may be set up to take a backslash for itself.
        if self.kind == ServerKind::Mysql && self.text.get(from..self.at).is_some_and(|t| t.contains('\\')) {
            self.unclear = true;
        }
    }

    fn quoted(&mut self, quote: char, escapes: bool) {
        self.end_word();
        let from = self.at + 1;
        let inside = self.text.get(from..).unwrap_or_default();
        let mut chars = inside.char_indices().peekable();
        let mut end = None;
        while let Some((i, c)) = chars.next() {
            if escapes && c == '\\' {
                chars.next();
            } else if c == quote && chars.next_if(|(_, next)| *next == quote && quote != ']').is_none() {
                end = Some(i + quote.len_utf8());
                break;
            }
        }
        self.behind(from, end);
    }

    fn line_comment(&mut self) {
        self.end_word();
        let end = self.rest().find('\n').unwrap_or(self.rest().len());
        self.at += end;
    }

    /// `/* … */`, nested where the server nests them. MySQL and MariaDB run what some comments hold.
    fn comment(&mut self) {
        self.end_word();
        let rest = self.rest();
        let runs = self.kind == ServerKind::Mysql && (rest.starts_with("/*!") || rest.starts_with("/*M!"));
        let nests = self.kind == ServerKind::Postgres;
        let from = self.at;
        let (mut depth, mut i, mut end) = (0usize, 0usize, None);
        let bytes = rest.as_bytes();
        while i + 1 < bytes.len() {
            match (bytes[i], bytes[i + 1]) {
                (b'/', b'*') if depth == 0 || nests => {
                    depth += 1;
                    i += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    i += 2;
                    if depth == 0 {
                        end = Some(i);
                        break;
                    }
                }
                _ => i += 1,
            }
        }
        self.unclear |= runs;
        self.behind(from, end);
    }

    /// `$tag$ … $tag$`, or a parameter such as `$1`.
    fn dollar(&mut self) {
        let rest = self.rest();
        let tag = rest[1..].find('$').map(|end| &rest[..end + 2]);
        let is_tag = |tag: &&str| {
            let name = &tag[1..tag.len() - 1];
            !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        match tag.filter(is_tag) {
            Some(tag) => {
                let inside = self.at + tag.len();
                let end = self.text.get(inside..).and_then(|t| t.find(tag)).map(|end| end + tag.len());
                self.behind(inside, end);
            }
            None => self.at += 1,
        }
    }
}

/// Two dashes; for MySQL only before a space or the end of the line.
fn starts_comment(rest: &str, mysql: bool) -> bool {
    let Some(behind) = rest.strip_prefix("--") else { return false };
    !mysql || behind.chars().next().is_none_or(|c| c.is_whitespace() || c.is_control())
}
