//! What is wrong with single commands: values to fill in, dangers without a caution, broken syntax, no end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Desk, Severity, rules, say};
use crate::runbook::model::{
    Block, Command, CommandReason, DangerLevel, ExecutorKind, Placeholder, Procedure, Step, TriggerKind,
};
use crate::runbook::parse;
use crate::runbook::shell;
use crate::runbook::text::Pattern;

/// A command and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) procedure: &'a Procedure,
    pub(super) step: &'a Step,
    pub(super) block: &'a Block,
    pub(super) command: &'a Command,
}

/// Every command of every step.
pub(super) fn all<'a>(desk: &Desk<'a>) -> impl Iterator<Item = Standing<'a>> + use<'a> {
    let steps = desk.book.procedures.iter().flat_map(|procedure| procedure.steps.iter().map(move |s| (procedure, s)));
    let blocks = steps.flat_map(|(procedure, step)| step.blocks.iter().map(move |block| (procedure, step, block)));
    blocks.flat_map(|(procedure, step, block)| {
        block.commands.iter().map(move |command| Standing { procedure, step, block, command })
    })
}

/// Every command of the document, those that belong to no step among them.
pub(super) fn everywhere<'a>(desk: &Desk<'a>) -> impl Iterator<Item = &'a Command> + use<'a> {
    let reference = desk.book.reference.iter().flat_map(|r| &r.blocks).flat_map(|b| &b.commands);
    all(desk).map(|at| at.command).chain(reference)
}

/// The place of the command in the text.
pub(super) fn place(desk: &Desk<'_>, command: &Command, needle: &str) -> Range<usize> {
    desk.page.find_or_line(command.line, command.end_line, needle)
}

pub(super) fn check(desk: &mut Desk<'_>) {
    values(desk);
    for at in all(desk) {
        danger(desk, at);
        manner(desk, at);
    }
    for command in everywhere(desk) {
        syntax(desk, command);
    }
}

/// Values to fill in and samples: each name once, where it first matters most.
fn values(desk: &mut Desk<'_>) {
    let mut asked: BTreeMap<&str, (Severity, Range<usize>, String)> = BTreeMap::new();
    let mut samples: BTreeSet<&str> = BTreeSet::new();
    for Standing { command, .. } in all(desk) {
        for value in &command.placeholders {
            let (span, message, severity) = placeholder(desk, command, value);
            if asked.get(value.name.as_str()).is_none_or(|(known, ..)| *known < severity) {
                asked.insert(&value.name, (severity, span, message));
            }
        }
        for value in &command.sample_values {
            let part = command.sample_values.iter().any(|other| other != value && other.contains(value.as_str()));
            if part || !samples.insert(value) {
                continue;
            }
            let span = place(desk, command, value);
            let message =
                say!(desk.language, "例のままと思われる値です: {value}", "this looks like an example: {value}");
            desk.add(&rules::SAMPLE_VALUE, Severity::Note, span, message);
        }
    }
    for (severity, span, message) in asked.into_values() {
        desk.add(&rules::PLACEHOLDER, severity, span, message);
    }
}

fn placeholder(desk: &Desk<'_>, command: &Command, value: &Placeholder) -> (Range<usize>, String, Severity) {
    let (name, language) = (&value.name, desk.language);
    let written = match value.form.as_str() {
        "<>" => format!("<{name}>"),
        "＜＞" => format!("＜{name}＞"),
        _ => name.clone(),
    };
    let span = place(desk, command, &written);
    let ask =
        || (say!(language, "実行時に値を尋ねます: {written}", "asked for when it runs: {written}"), Severity::Note);
    let (message, severity) = match value.form.as_str() {
        "<>" if redirects(&command.text, &written) => (
            say!(
                language,
                "{written} は、貼り付けるとシェルがファイルの入出力と解釈します",
                "pasted into a shell, {written} redirects from and to files"
            ),
            Severity::Warning,
        ),
        "..." => (
            say!(
                language,
                "{written} に何が入るのか分かりません",
                "nobody can tell what belongs in place of {written}"
            ),
            Severity::Warning,
        ),
        "unreadable" => {
            (say!(language, "読めない文字があります", "there is a character that cannot be read"), Severity::Warning)
        }
        _ => ask(),
    };
    (span, message, severity)
}

/// A shell would read `<name>` as two redirections: it stands outside quotes and a word follows.
fn redirects(text: &str, written: &str) -> bool {
    text.match_indices(written).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + written.len()..).unwrap_or_default();
        let word = after.trim_start_matches([' ', '\t']).chars().next();
        let word = word.is_some_and(|c| !c.is_whitespace() && !"|;&)#\"'`\\<>".contains(c));
        word && !written.contains(' ')
            && open_quote(before).is_none()
            && !before.lines().next_back().unwrap_or_default().contains(" #")
    })
}

/// The quote that is open at the end of `text`.
pub(super) fn open_quote(text: &str) -> Option<char> {
    let mut open = None;
    let mut before = '\n';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (open, c) {
            (None | Some('"'), '\\') => {
                chars.next();
            }
            (None, '#') if before.is_whitespace() => while chars.next_if(|c| *c != '\n').is_some() {},
            (None, '"' | '\'') => open = Some(c),
            (Some(quote), c) if quote == c => open = None,
            _ => {}
        }
        before = c;
    }
    open
}

/// The gravest danger of a command.
pub(super) fn gravest(command: &Command) -> Option<DangerLevel> {
    // What is not seen has a rule of its own.
    command.dangers.iter().filter(|danger| !danger.rule.starts_with("hidden")).map(|danger| danger.level).max()
}

/// The place of the line that is dangerous, in a command of several lines.
pub(super) fn dangerous_line(desk: &Desk<'_>, command: &Command, rule: &str) -> Range<usize> {
    line_with(desk, command, |line| line.dangers.iter().any(|danger| danger.rule == rule))
}

/// The part of a command of which `wanted` holds by itself: a line, or what stands between `&&` or `;` in it. Else its
/// first line that is no comment.
fn line_with(desk: &Desk<'_>, command: &Command, wanted: impl Fn(&Command) -> bool) -> Range<usize> {
    let code = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with(['#', '-']);
    let tag = desk.page.fence_at(command.line).and_then(|fence| fence.tag.as_deref()).unwrap_or("bash");
    // The parser says of a line by itself what it would say of a document of that line.
    let alone = |line: &str| {
        let book = parse::parse("", format!("# A\n\n## B\n\n```{tag}\n{line}\n```\n").as_bytes());
        let mut blocks = book.procedures.iter().flat_map(|p| &p.steps).flat_map(|s| &s.blocks);
        blocks.any(|block| block.commands.iter().any(&wanted))
    };
    let lines = || command.text.lines().enumerate().filter(|(_, line)| code(line));
    let several = command.line < command.end_line;
    let Some((at, text)) = lines().find(|(_, line)| several && alone(line)).or(lines().next()) else {
        return desk.page.words(command.line);
    };
    let line = command.line + at;
    let parts = parts(text);
    let part = parts.iter().find(|part| parts.len() > 1 && alone(part));
    part.and_then(|part| desk.page.find(line, line, part)).unwrap_or_else(|| desk.page.words(line))
}

/// What stands between `&&`, `||` and `;` in a line, outside quotes.
fn parts(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, mark) in line.match_indices(['&', '|', ';']) {
        let double = line.get(at + 1..).is_some_and(|rest| rest.starts_with(mark));
        if at >= from && (mark == ";" || double) && open_quote(line.get(..at).unwrap_or_default()).is_none() {
            found.push(line.get(from..at).unwrap_or_default().trim());
            from = at + if double { 2 } else { 1 };
        }
    }
    found.push(line.get(from..).unwrap_or_default().trim());
    found
}

static AGE_LIMIT: Pattern =
    Pattern::new(r"^[^|;&]*\bfind\b[^|;&]*-[mac](?:time|min)\s+\+\d+[^;&]*$").needing(&["find"]);

fn danger(desk: &mut Desk<'_>, at: Standing<'_>) {
    let Standing { procedure, step, block, command } = at;
    let announced = !step.cautions.is_empty() || !procedure.cautions.is_empty();
    let runs = matches!(block.executor, ExecutorKind::Shell | ExecutorKind::Sql | ExecutorKind::Redis);
    if announced || !runs || matches!(command.reason, Some(CommandReason::Config | CommandReason::Cron)) {
        return;
    }
    let Some(gravest) = gravest(command) else { return };
    let Some(danger) = command.dangers.iter().find(|danger| danger.level == gravest) else { return };
    let (name, language) = (&danger.rule, desk.language);
    let (severity, message) = match gravest {
        DangerLevel::Changes => return,
        DangerLevel::Disruptive => (
            Severity::Note,
            say!(
                language,
                "サービスを止めるか切り替えるコマンドに注意書きがありません（{name}）",
                "this stops, restarts or fails over a service, and no caution says so ({name})"
            ),
        ),
        DangerLevel::Destructive => (
            // What looks at the age of each file was written with a limit in mind.
            if AGE_LIMIT.is_match(&command.text) { Severity::Note } else { Severity::Warning },
            say!(
                language,
                "データを失うか上書きするコマンドに注意書きがありません（{name}）",
                "this can lose or overwrite data, and no caution says so ({name})"
            ),
        ),
    };
    let span = dangerous_line(desk, command, name);
    desk.add(&rules::DANGER_WITHOUT_CAUTION, severity, span, message);
}

fn manner(desk: &mut Desk<'_>, at: Standing<'_>) {
    let Standing { procedure, command, .. } = at;
    let shell = command.reason.is_none() || command.reason == Some(CommandReason::Placeholder);
    if !shell {
        return;
    }
    let limited = command.text.split(|c: char| c.is_whitespace() || "|;&(".contains(c)).any(|word| word == "timeout");
    if command.never_ends && !limited {
        let message = say!(desk.language, "止めるまで終わりません", "this runs until it is stopped");
        let span = line_with(desk, command, |line| line.never_ends);
        desk.add(&rules::NEVER_ENDS, Severity::Note, span, message);
    }
    if command.interactive && procedure.trigger.kind == TriggerKind::Schedule {
        let message =
            say!(desk.language, "定期作業の中で入力を待ちます", "in a scheduled procedure, this waits for input");
        let span = line_with(desk, command, |line| line.interactive);
        desk.add(&rules::INTERACTIVE, Severity::Note, span, message);
    }
}

/// A command that a shell would refuse.
fn syntax(desk: &mut Desk<'_>, command: &Command) {
    let shell = desk.page.fence_at(command.line).and_then(|fence| fence.tag.as_deref());
    let shell = shell.is_some_and(|tag| matches!(tag, "bash" | "sh" | "shell" | "zsh"));
    // By its name: the parser says it where it knows.
    let said = serde_json::to_value(command.reason).ok().is_some_and(|reason| reason == "syntax");
    let program = command.text.lines().next().is_some_and(shell::starts_with_program);
    let torn = command.reason == Some(CommandReason::Config) && program && !command.text.contains("<<");
    let open = open_quote(&command.text).filter(|_| torn || said);
    if !shell || !(said || open.is_some()) {
        return;
    }
    let message = match open {
        Some(quote) => say!(desk.language, "引用符 {quote} が閉じられていません", "nothing closes the quote {quote}"),
        None => say!(desk.language, "シェルはこのコマンドを受け付けません", "a shell refuses this command"),
    };
    let span = last_quote(desk, command, open);
    desk.add(&rules::SYNTAX, Severity::Warning, span, message);
}

/// The words from the quote that is open to the end of its line.
fn last_quote(desk: &Desk<'_>, command: &Command, open: Option<char>) -> Range<usize> {
    let whole = desk.page.words(command.line);
    let Some(quote) = open else { return whole };
    // The quote that stays open is the first one from which on none is closed.
    let at = command.text.match_indices(quote).map(|(at, _)| at).find(|at| {
        let after = command.text.get(at + 1..).unwrap_or_default();
        open_quote(command.text.get(..*at).unwrap_or_default()).is_none() && !after.contains(quote)
    });
    let Some(at) = at else { return whole };
    let before = command.text.get(..at).unwrap_or_default();
    let line = command.line + before.matches('\n').count();
    let tail = command.text.get(at..).unwrap_or_default().lines().next().unwrap_or_default();
    desk.page.find(line, line, tail).unwrap_or(whole)
}
