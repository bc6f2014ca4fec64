//! What the parser reported, and what is wrong with fences, headings, links and marks of unfinished work.

use super::page::{Page, anchors, fold_anchor, has_labels, unescape};
use super::{Desk, Severity, Target, rules, say};
use crate::i18n::Language;
use crate::runbook::model::{Diagnostic, DiagnosticSeverity, StepForm};
use crate::runbook::shell;
use crate::runbook::text::Pattern;

/// What the parser could not read, in the language of the reader.
pub fn sentence(found: &Diagnostic, language: Language) -> String {
    match found.kind.as_str() {
        "unclosed_fence" => say!(language, "このコードブロックは閉じられていません", "nothing closes this code block"),
        "broken_fence_end" => say!(
            language,
            "コードブロックの終わりの行に余分な文字があります",
            "the line that closes this code block carries stray text"
        ),
        "invalid_utf8" => say!(language, "UTF-8 として読めないバイトがあります", "these bytes are no UTF-8"),
        "nul" => say!(language, "NUL バイトがあります", "the file holds NUL bytes"),
        "utf16" => say!(language, "このファイルは UTF-16 です", "the file is UTF-16"),
        "html_unread" => say!(
            language,
            "HTML か他のプログラムの記法があり、手順が見つかりません。読み取るのは markdown だけです",
            "it holds HTML or the markup of another program, and no steps were found; only markdown is read"
        ),
        _ => found.message.clone(),
    }
}

/// Passes on what the parser could not read.
pub(super) fn diagnostics(desk: &mut Desk<'_>) {
    let (book, language) = (desk.book, desk.language);
    for found in &book.diagnostics {
        let rule = match found.kind.as_str() {
            "unclosed_fence" => &rules::UNCLOSED_FENCE,
            "broken_fence_end" => &rules::BROKEN_FENCE_END,
            "invalid_utf8" => &rules::INVALID_UTF8,
            "nul" => &rules::NUL,
            "utf16" => &rules::UTF16,
            _ => &rules::READING,
        };
        let message = sentence(found, language);
        let severity = match found.severity {
            _ if rule.id != rules::READING.id => rule.severity,
            DiagnosticSeverity::Error => Severity::Error,
            DiagnosticSeverity::Warning => Severity::Warning,
            DiagnosticSeverity::Note => Severity::Note,
        };
        desk.add(rule, severity, desk.page.words(found.line), message);
    }
}

/// Everything that can be seen in the markdown.
pub(super) fn check(desk: &mut Desk<'_>) {
    links(desk);
    headings(desk);
    fences(desk);
    empty_steps(desk);
    unfinished(desk);
    let any = desk.book.procedures.iter().any(|procedure| !procedure.steps.is_empty());
    if !any {
        let message =
            say!(desk.language, "この文書には実行できる手順がありません", "nothing in this document can be done");
        let first = (1..=desk.page.len()).find(|line| !desk.page.line(*line).trim().is_empty()).unwrap_or(1);
        desk.add(&rules::NO_STEPS, Severity::Note, desk.page.words(first), message);
    }
}

static ELSEWHERE: Pattern = Pattern::new(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:|//|/)|\{\{|\{%|<|\$");

fn links(desk: &mut Desk<'_>) {
    let (page, language) = (desk.page, desk.language);
    let own = anchors(page);
    let labels = has_labels(page);
    for link in &page.links {
        let target = link.target.trim();
        if target.is_empty() || ELSEWHERE.is_match(target) {
            continue;
        }
        let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
        let file = unescape(file.split('?').next().unwrap_or(file));
        // A label such as `howto:restore` belongs to a whole site.
        let label = labels || anchor.contains(':');
        let anchor = if label { String::new() } else { fold_anchor(&unescape(anchor)) };
        let found = if file.is_empty() { Target::There } else { (desk.follow)(&file) };
        let lost = match &found {
            Target::Missing => {
                Some(say!(language, "リンク先 {file} がありません", "there is no {file}, where this link leads"))
            }
            _ if anchor.is_empty() => None,
            Target::There if file.is_empty() && !own.contains(&anchor) => Some(say!(
                language,
                "リンク先の見出し {target} がこの文書にありません",
                "no heading of this document is reached by {target}"
            )),
            Target::Text(text) if !anchors(&Page::read(text.clone())).contains(&anchor) => Some(say!(
                language,
                "リンク先の見出し {target} がその文書にありません",
                "no heading of that document is reached by {target}"
            )),
            Target::There | Target::Text(_) | Target::Unknown => None,
        };
        if let Some(message) = lost {
            // Without its heading the right page still opens.
            let severity = if found == Target::Missing { Severity::Warning } else { Severity::Note };
            desk.add(&rules::DEAD_LINK, severity, link.span.clone(), message);
        }
    }
}

fn headings(desk: &mut Desk<'_>) {
    let page = desk.page;
    for pair in page.headings.windows(2) {
        let [before, heading] = pair else { continue };
        let (above, level) = (before.level, heading.level);
        if level > above + 1 {
            let message = say!(
                desk.language,
                "見出しが {above} 段目から {level} 段目へ飛んでいます",
                "this heading is of level {level}, the one before it of level {above}"
            );
            desk.add(&rules::HEADING_SKIP, Severity::Note, heading.span.clone(), message);
        }
    }
}

static OUTPUT_FOLLOWS: Pattern = Pattern::new(
    r"(?i)出力|表示され|実行結果|期待|ログ例|レスポンス|\boutput\b|\bresult\b|\bshould (?:see|return|look)|\blooks? like\b|\bexample\b.*:$|\bresponse\b|\bprints?\b|\breturns?\b",
);
static PROMPTED: Pattern = Pattern::new(r"^\s*(?:\$|❯|[\w.-]+@[\w.-]+[^$#]*[$#])\s+\S");

fn fences(desk: &mut Desk<'_>) {
    let page = desk.page;
    for fence in &page.fences {
        let code = (fence.first..=fence.last).map(|line| page.line(line)).find(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        });
        if fence.tag.is_some() || !fence.fenced {
            continue;
        }
        let before = (1..fence.line).rev().map(|line| page.line(line).trim()).find(|line| !line.is_empty());
        if before.is_some_and(|line| OUTPUT_FOLLOWS.is_match(line)) {
            continue;
        }
        if code.is_some_and(|line| PROMPTED.is_match(line) || looks_like_command(line)) {
            let message = say!(
                desk.language,
                "コマンドのようですが、言語の指定がありません",
                "these look like commands, and the block has no tag"
            );
            desk.add(&rules::UNTAGGED_FENCE, Severity::Note, page.words(fence.line), message);
        }
    }
}

static OPTION_OR_PATH: Pattern = Pattern::new(
    r"\s-{1,2}[A-Za-z]|\s[\w.]*/\S|\s\|\s|\s(?:get|logs|describe|apply|delete|status|restart|start|stop|install|exec|run|ps|pull|push)\b",
);

/// The line begins with a program that operators use, and goes on as a command does.
fn looks_like_command(line: &str) -> bool {
    let line = line.trim();
    shell::starts_with_program(line)
        && !line.contains(['→', '│', '├', '└'])
        && (OPTION_OR_PATH.is_match(line) || line.split_whitespace().count() == 2)
        && !line.ends_with(['.', '。', ':'])
}

static EMPTY_TASK: Pattern =
    Pattern::new(r"^\s*(?:>\s*)*(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s*(?:[*_`]*)\s*$").needing(&["["]);

fn empty_steps(desk: &mut Desk<'_>) {
    let (page, book) = (desk.page, desk.book);
    for line in (1..=page.len()).filter(|line| !page.in_code(*line) && EMPTY_TASK.is_match(page.line(*line))) {
        let indent = |line: &str| line.len() - line.trim_start().len();
        // An item whose words stand on the lines below is not empty.
        let below = page.line(line + 1);
        if !below.trim().is_empty() && indent(below) > indent(page.line(line)) {
            continue;
        }
        let message = say!(desk.language, "このチェック項目には何も書かれていません", "this task item says nothing");
        desk.add(&rules::EMPTY_STEP, Severity::Warning, page.words(line), message);
    }
    for step in book.procedures.iter().flat_map(|procedure| &procedure.steps) {
        let heading = matches!(step.form, StepForm::NumberedHeading | StepForm::Heading);
        let silent =
            step.details.is_empty() && step.blocks.is_empty() && step.rules.is_empty() && step.cautions.is_empty();
        let at = page.heading_at(step.line);
        let bare = at.is_some_and(|at| {
            let next = page.headings.get(at + 1).map_or(page.len() + 1, |next| next.line);
            let deeper = page.headings.get(at + 1).zip(page.headings.get(at)).is_some_and(|(n, h)| n.level > h.level);
            !deeper && (step.line + 1..next).all(|line| page.line(line).trim().trim_matches('-').is_empty())
        });
        if heading && silent && bare {
            let title = &step.title;
            let message = say!(
                desk.language,
                "項目「{title}」には題名しかありません",
                "the step “{title}” is a title and nothing else"
            );
            desk.add(&rules::STEP_WITHOUT_ACTION, Severity::Note, page.words(step.line), message);
        }
    }
}

static UNFINISHED: Pattern = Pattern::new(
    r"\b(?:TODO|FIXME|TBD)\b|要記載|要追記|記載予定|追記予定|作成予定|執筆中|後日記載|後で書く|未記載|未執筆|未定(?:$|[^義型数期])",
)
.needing(&["TODO", "FIXME", "TBD", "要", "予定", "執筆", "後", "未"]);

fn unfinished(desk: &mut Desk<'_>) {
    let page = desk.page;
    for line in 1..=page.len() {
        let text = page.line(line);
        if let Some(hit) = UNFINISHED.find(text) {
            let words = hit.as_str().strip_prefix("未定").map_or(hit.as_str(), |_| "未定");
            // In code a word such as TODO may be part of what is searched for or printed.
            let in_code = page.in_code(line)
                && !text.get(..hit.start()).is_some_and(|before| {
                    before.contains(['#', ';']) || before.contains("//") || before.contains("--")
                });
            let before = text.get(..hit.start()).unwrap_or_default();
            let quoted = before.matches('`').count() % 2 == 1 || before.ends_with("](#") || before.ends_with("](");
            if in_code || quoted {
                continue;
            }
            let at = page.range(line).start + hit.start();
            let message = say!(desk.language, "書きかけの印「{words}」が残っています", "“{words}” is left here");
            desk.add(&rules::TODO_LEFT, Severity::Note, at..at + words.len(), message);
        }
    }
}
