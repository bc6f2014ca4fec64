//! Splits a fence into groups: the commands under one comment, up to the next comment outside a construct.

use std::collections::BTreeSet;

use super::syntax::{Script, ShellParser};
use super::{lines, printed};
use crate::runbook::text::{Pattern, half_width};

/// The lines under one comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The comment above: of several, the last numbered one, else the first.
    pub label: Option<String>,
    /// All comments above, without their marks.
    pub comments: Vec<String>,
    /// The number of the label, such as `1`.
    pub number: Option<String>,
    /// What a comment says the commands print.
    pub expect: Option<String>,
    /// What stands behind the commands as their output.
    pub output: Option<String>,
    /// It is output, or output stands among its commands and cannot be told from them.
    pub prints: bool,
    /// Nothing but comments.
    pub comments_only: bool,
    /// The whole text is a script with a `#!` line.
    pub script: bool,
    /// It goes on from the group before it, behind what that one printed.
    pub goes_on: bool,
    /// The first line of `text`, counted from 0 in the fence.
    pub first: usize,
    /// The last line of `text`.
    pub last: usize,
    /// Byte for byte what would run.
    pub text: String,
}

static NUMBERED: Pattern = Pattern::new(concat!(
    r"(?i)^(?:(?:step|手順|ステップ|フェーズ|phase)\s*\(?(\d{1,2})\)?(?:\s*[-–—.:)、]\s*|\s+)|\(?(\d{1,2})(?:[.)、]\s*|:\s+))",
    r"(\D.*)$",
));
static CIRCLED: Pattern = Pattern::new(r"^([①-⑳])\s*(.+)$");
static EXPECTED: Pattern =
    Pattern::new(r"(?i)^(?:期待(?:結果|値|出力|される(?:出力|結果|値))?|出力例|実行結果|結果|expected(?: (?:output|result))?|output)\s*[:：]\s*(.+)$")
        .needing(&[":", "："]);

/// Right below a command it says what that one shows: `# → 1GB 以上あれば続行`.
static SHOWN: Pattern = Pattern::new(r"^(?:→|⇒|例\s*[:：])\s*(.+)$").needing(&["→", "⇒", "例"]);

/// At the end of the fence as well: `# 成功すると "Saved." が表示される`.
static TELLS: Pattern =
    Pattern::new(r"(?:が|と)(?:表示|出力)され(?:る|ます)[。.]?$").needing(&["表示され", "出力され"]);

/// The number and the words of a comment such as `1. Stop the service`.
pub(super) fn numbered(comment: &str) -> Option<(String, String)> {
    // Most comments bear no number, which their first letter tells.
    let counts = |c: char| c.is_ascii_digit() || matches!(c, '(' | '（' | '０'..='９' | '①'..='⑳');
    let named =
        |c: char| matches!(c, 's' | 'S' | 'p' | 'P' | 'ｓ' | 'Ｓ' | 'ｐ' | 'Ｐ' | '手' | 'ス' | 'フ' | '\u{17f}');
    if !comment.starts_with(|c| counts(c) || named(c)) {
        return None;
    }
    if let Some(found) = plainly_numbered(comment) {
        return Some(found);
    }
    if let Some(found) = CIRCLED.captures(comment) {
        let number = found[1].chars().next().map_or(0, |c| c as u32 - '①' as u32 + 1);
        return Some((number.to_string(), found[2].to_owned()));
    }
    // Byte offsets of the half-width form do not fit the original, so the words are cut by characters.
    let half = half_width(comment);
    let found = NUMBERED.captures(&half)?;
    let number = found.get(1).or_else(|| found.get(2))?.as_str().to_owned();
    let words = found.get(3)?.as_str().chars().count();
    let all = comment.chars().count();
    Some((number, comment.chars().skip(all - words).collect::<String>().trim().to_owned()))
}

/// The same of `1. …` and `1) …`, which nearly all are.
fn plainly_numbered(comment: &str) -> Option<(String, String)> {
    let rest = comment.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = comment.get(..comment.len() - rest.len()).filter(|digits| matches!(digits.len(), 1 | 2))?;
    let words = rest.strip_prefix(['.', ')', '、'])?.trim();
    let worded = words.starts_with(|c: char| !c.is_numeric()) && !words.contains('\n');
    worded.then(|| (digits.to_owned(), words.to_owned()))
}

/// Splits the lines of a fence.
pub fn split(lines: &[String]) -> Vec<Group> {
    let last = lines.iter().rposition(|line| !line.trim().is_empty());
    let Some(last) = last else { return Vec::new() };
    let lines = &lines[..=last];
    if let Some(first) = script_start(lines) {
        return vec![whole_script(lines, first)];
    }
    let comment_lines = comment_lines(lines);
    let code = |at: &usize| !comment_lines.contains(at) && lines.get(*at).is_some_and(|line| !line.trim().is_empty());
    let mut splitter = Splitter {
        lines,
        last_code: (0..lines.len()).rev().find(code).unwrap_or_default(),
        done: Vec::new(),
        comments: Vec::new(),
        gap: false,
        code: None,
        expect: None,
        shown: false,
        printing: None,
    };
    for (at, line) in lines.iter().enumerate() {
        if comment_lines.contains(&at) {
            splitter.comment(line, at);
            splitter.note_comment_line(at);
        } else if let Some(printed) = &mut splitter.printing {
            printed.push(line);
        } else if line.trim().is_empty() {
            splitter.gap = true;
        } else {
            splitter.code(at);
        }
    }
    splitter.close();
    splitter.done
}

/// The line that says which shell runs a script: before it stand only blank lines and comments.
fn script_start(lines: &[impl AsRef<str>]) -> Option<usize> {
    let told = |line: &str| line.starts_with("#!/") || line.starts_with("#! /");
    let before = |line: &str| line.trim().is_empty() || line.starts_with('#');
    let at = lines.iter().position(|line| told(line.as_ref()) || !before(line.as_ref()))?;
    lines.get(at).filter(|line| told(line.as_ref())).map(|_| at)
}

/// The text is a script, which says which shell runs it.
pub(super) fn is_script(text: &str) -> bool {
    text.starts_with("#!")
}

/// The lines that hold only a comment which stands outside every construct.
fn comment_lines(lines: &[String]) -> BTreeSet<usize> {
    // Most fences have no comment line, and few of the others need a parser to find theirs.
    if !lines.iter().any(|line| line.trim_start().starts_with('#')) {
        return BTreeSet::new();
    }
    lines::comment_lines(lines)
        .unwrap_or_else(|| Script::read(&mut ShellParser::new(), &lines.join("\n")).comment_lines())
}

fn whole_script(lines: &[String], first: usize) -> Group {
    let text = lines[first..].join("\n");
    let comments = comment_lines(&lines[first..]);
    let comments = comments.iter().filter(|at| **at > 0).filter_map(|at| words(&lines[first + at])).collect();
    Group { script: true, comments, first, last: lines.len() - 1, text, ..Group::default() }
}

/// The words of a comment line; nothing when it is only decoration.
fn words(line: &str) -> Option<String> {
    let words = line.trim().trim_start_matches('#').trim_matches(|c: char| c.is_whitespace() || "=-*#─━".contains(c));
    (!words.is_empty()).then(|| words.to_owned())
}

/// The comment on a line says what `says` looks for.
pub(super) fn comment_says(line: &str, says: fn(&str) -> bool) -> bool {
    words(line).is_some_and(|words| says(&words))
}

struct Splitter<'a> {
    lines: &'a [String],
    /// The last line that is neither blank nor a comment.
    last_code: usize,
    done: Vec<Group>,
    /// The comments of the open group, each with its line.
    comments: Vec<(usize, String)>,
    /// A blank line stands after the last comment.
    gap: bool,
    code: Option<(usize, usize)>,
    expect: Option<String>,
    /// A comment below the code said what it shows.
    shown: bool,
    /// The lines of output that a comment has announced.
    printing: Option<Vec<&'a str>>,
}

impl Splitter<'_> {
    fn comment(&mut self, line: &str, at: usize) {
        let Some(words) = words(line) else { return };
        if let Some(found) = EXPECTED.captures(&words) {
            // Before a command it says what that one is to print.
            self.expect = found.get(1).map(|text| text.as_str().to_owned());
            return;
        }
        let below = SHOWN.captures(&words).filter(|_| !self.gap).and_then(|found| found.get(1));
        let told = || TELLS.is_match(&words) && at > self.last_code;
        let shown = below.map(|text| text.as_str()).or_else(|| told().then_some(words.as_str()));
        if let Some(shown) = shown.filter(|_| self.code.is_some()) {
            self.expect = Some(self.expect.take().map_or_else(|| shown.to_owned(), |said| format!("{said} / {shown}")));
            self.shown = true;
            return;
        }
        if self.code.is_some() && self.printing.is_none() && printed::announced(&words) {
            self.printing = Some(Vec::new());
            return;
        }
        let second_number = numbered(&words).is_some() && self.comments.iter().any(|(_, c)| numbered(c).is_some());
        if self.code.is_some() || (self.gap && !self.comments.is_empty()) || second_number {
            self.close();
        }
        self.gap = false;
        self.comments.push((usize::MAX, words));
    }

    fn note_comment_line(&mut self, at: usize) {
        if let Some(last) = self.comments.last_mut()
            && last.0 == usize::MAX
        {
            last.0 = at;
        }
    }

    fn code(&mut self, at: usize) {
        if self.shown {
            self.close();
        }
        self.gap = false;
        let first = self.code.map_or(at, |(first, _)| first);
        self.code = Some((first, at));
    }

    fn close(&mut self) {
        let comments = std::mem::take(&mut self.comments);
        let code = self.code.take();
        let expect = self.expect.take();
        self.shown = false;
        let output = self.printing.take().map(|lines| lines.join("\n")).filter(|text| !text.trim().is_empty());
        let before = self.done.is_empty();
        let span = code.or_else(|| Some((comments.first()?.0, comments.last()?.0)));
        let Some((first, last)) = span else { return };
        let label =
            comments.iter().rev().find(|(_, c)| numbered(c).is_some()).or(comments.first()).map(|(_, c)| c.clone());
        let number = label.as_deref().and_then(numbered).map(|(number, _)| number);
        if code.is_none() && number.is_none() && before && comments.len() == 1 && last + 1 < self.lines.len() {
            // A title over the whole fence; it labels nothing.
            return;
        }
        let text = self.lines.get(first..=last).unwrap_or_default().join("\n");
        let comments = comments.into_iter().map(|(_, c)| c).collect();
        let mut group = Group {
            label,
            comments,
            number,
            expect,
            output: output.map(|text| text.trim_matches('\n').to_owned()),
            prints: false,
            comments_only: code.is_none(),
            script: false,
            goes_on: false,
            first,
            last,
            text,
        };
        printed::tell_apart(&mut group);
        self.done.push(group);
    }
}
