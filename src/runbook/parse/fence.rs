//! From a fence of the document to a block with its commands.
//!
//! A fence is only ever run by the shell when its tag says so and its content does not say otherwise.

use super::outline::Fence;
use crate::runbook::model::{Block, BlockReason, Caution, CautionLevel, Command, CommandReason, ExecutorKind, Shape};
use crate::runbook::shell::{self, Group};
use crate::runbook::text::Pattern;

/// Where a fence stands; it decides how its groups relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In an item, or matched to one.
    Item,
    /// Under a heading or a paragraph.
    Heading,
    /// Under a heading that says example.
    Example,
    /// After words that say that output follows.
    Output,
}

/// A fence, read.
pub(super) struct Reading {
    pub(super) block: Block,
    /// The groups that the commands came from; empty where the fence is no shell text.
    pub(super) groups: Vec<Group>,
    /// What the comments of a fence without commands, or of a script, say.
    pub(super) points: Vec<String>,
    /// What a comment says the commands print.
    pub(super) expect: Option<String>,
    /// Warnings in comments.
    pub(super) cautions: Vec<Caution>,
    /// The source line of the first content line.
    pub(super) first: usize,
}

/// The language that a fence's info string names.
pub(super) fn lang(fence: &Fence) -> Option<String> {
    let mut words = fence.info.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let first = words.next()?;
    let named = if matches!(first, "{code}" | "{code-block}" | "{code-cell}") { words.next()? } else { first };
    Some(named.trim_start_matches(['{', '.']).trim_end_matches('}').to_lowercase())
}

/// What would run a fence of this language.
fn executor(lang: Option<&str>) -> ExecutorKind {
    match lang.unwrap_or_default() {
        "bash" | "sh" | "shell" | "zsh" | "console" | "shell-session" | "shellsession" => ExecutorKind::Shell,
        "sql" | "psql" | "pgsql" | "postgresql" | "mysql" => ExecutorKind::Sql,
        "redis" => ExecutorKind::Redis,
        "python" | "py" | "python3" => ExecutorKind::Python,
        _ => ExecutorKind::None,
    }
}

/// Reads a fence.
pub(super) fn read(fence: &Fence, place: Place) -> Reading {
    let lang = lang(fence);
    let kind = executor(lang.as_deref());
    if kind == ExecutorKind::Shell && place != Place::Output {
        return read_shell(fence, lang, place);
    }
    let text = fence.lines.join("\n").trim_end().to_owned();
    let connected =
        matches!(kind, ExecutorKind::Sql | ExecutorKind::Redis | ExecutorKind::Python) && place != Place::Output;
    let (shape, reason) = match place {
        Place::Output => (Shape::ExpectedOutput, BlockReason::Output),
        Place::Example => (Shape::Reference, BlockReason::NotExecutable),
        Place::Item | Place::Heading if connected => (Shape::Single, BlockReason::NotConfigured),
        Place::Item | Place::Heading => (Shape::Reference, BlockReason::NotExecutable),
    };
    let mut commands = Vec::new();
    if !text.is_empty() {
        let mut command = plain(fence, text);
        command.reason = (!connected).then_some(CommandReason::Config);
        commands.push(command);
    }
    let executor = if connected { kind } else { ExecutorKind::None };
    let block = Block {
        line: fence.line,
        lang,
        executor,
        shape,
        runnable: false,
        reason: Some(reason),
        whole_runnable: false,
        commands,
    };
    Reading { block, groups: Vec::new(), points: Vec::new(), expect: None, cautions: Vec::new(), first: fence.first }
}

fn plain(fence: &Fence, text: String) -> Command {
    Command {
        label: None,
        line: fence.first,
        end_line: fence.first + text.matches('\n').count(),
        text,
        ..Command::default()
    }
}

fn read_shell(fence: &Fence, lang: Option<String>, place: Place) -> Reading {
    let console = matches!(lang.as_deref(), Some("console" | "shell-session" | "shellsession"));
    let (lines, prompted) = without_prompts(&fence.lines);
    let groups = shell::split(&lines);
    let cautions = groups.iter().flat_map(|group| group_cautions(group, fence.first)).collect();
    let expect = groups.iter().find_map(|group| group.expect.clone());
    let script = groups.iter().any(|group| group.script);
    let mut block = Block {
        line: fence.line,
        lang,
        executor: ExecutorKind::Shell,
        shape: Shape::CommentsOnly,
        runnable: false,
        reason: Some(BlockReason::CommentsOnly),
        whole_runnable: false,
        commands: Vec::new(),
    };
    if groups.iter().all(|group| group.comments_only) {
        let points = groups.iter().flat_map(|group| group.comments.clone()).collect();
        return Reading { block, groups, points, expect, cautions, first: fence.first };
    }
    block.commands = groups.iter().map(|group| shell::command(group, fence.first)).collect();
    let repl = fence.lines.iter().any(|line| shell::is_repl(line));
    let unknown = console && !prompted && !first_code(&lines).is_some_and(shell::starts_with_program);
    if repl || unknown || place == Place::Example {
        for command in &mut block.commands {
            command.runnable = false;
            command.reason.get_or_insert(CommandReason::Config);
        }
    }
    block.shape = match place {
        Place::Example | Place::Output => Shape::Reference,
        Place::Item | Place::Heading => shape(&groups, place),
    };
    settle(&mut block);
    if repl {
        block.reason = Some(BlockReason::Repl);
    } else if unknown {
        block.reason = Some(BlockReason::Output);
    }
    let points = if script { script_points(&groups) } else { Vec::new() };
    Reading { block, groups, points, expect, cautions, first: fence.first }
}

fn script_points(groups: &[Group]) -> Vec<String> {
    groups
        .iter()
        .flat_map(|group| &group.comments)
        .filter(|comment| shell::numbered(comment).is_some())
        .cloned()
        .collect()
}

fn first_code(lines: &[String]) -> Option<&str> {
    lines.iter().map(|line| line.trim()).find(|line| !line.is_empty() && !line.starts_with('#'))
}

static ALTERNATIVE: Pattern = Pattern::new(r"(?i)^(?:または|又は|もしくは|あるいは|or\b|alternatively\b)");

fn shape(groups: &[Group], place: Place) -> Shape {
    if groups.iter().any(|group| group.script) {
        Shape::Script
    } else if groups.len() == 1 {
        Shape::Single
    } else if groups.iter().any(|group| group.label.as_deref().is_some_and(|label| ALTERNATIVE.is_match(label))) {
        Shape::Menu
    } else if place == Place::Item || groups.iter().any(|group| group.number.is_some()) {
        Shape::Sequence
    } else {
        Shape::Menu
    }
}

/// Sets what follows from the commands of a shell block and its shape.
pub(super) fn settle(block: &mut Block) {
    let all = block.commands.iter().all(|command| command.runnable);
    let reasons = |reason: CommandReason| block.commands.iter().any(|command| command.reason == Some(reason));
    block.runnable = block.commands.iter().any(|command| command.runnable);
    block.reason = if block.runnable || reasons(CommandReason::Placeholder) {
        None
    } else if reasons(CommandReason::Cron) {
        Some(BlockReason::Cron)
    } else if reasons(CommandReason::Config) {
        Some(BlockReason::Config)
    } else {
        Some(BlockReason::CommentsOnly)
    };
    block.whole_runnable =
        all && block.runnable && matches!(block.shape, Shape::Single | Shape::Script | Shape::Sequence);
}

static PROMPT: Pattern = Pattern::new(r"^\s*(?:\$>?|❯|[\w.-]+@[\w.-]+(?::[^$#\s]*)?\s?[$#]|[\w.-]+:[~/][^$#\s]*[$#]|(?:sh|bash)-[\d.]+[$#]|\[[^\]\s]*@[^\]]*\]\s?[$#])\s+(\S.*)$").needing(&["$", "❯", "@", ":~", ":/", "sh-"]);
static HEREDOC: Pattern = Pattern::new(r#"<<-?\s*['"]?(\w+)['"]?"#).needing(&["<<"]);

/// The lines of a fence whose commands stand behind prompts, with the prompts off and the output blanked out.
fn without_prompts(lines: &[String]) -> (Vec<String>, bool) {
    if !lines.iter().any(|line| PROMPT.is_match(line)) {
        return (lines.to_vec(), false);
    }
    let mut goes_on = false;
    let mut heredoc: Option<String> = None;
    let mut kept = Vec::with_capacity(lines.len());
    for line in lines {
        if let Some(end) = &heredoc {
            if line.trim() == end {
                heredoc = None;
            }
            kept.push(line.clone());
            continue;
        }
        let command = match PROMPT.captures(line) {
            Some(found) => found[1].to_owned(),
            None if goes_on => line.strip_prefix("> ").unwrap_or(line).to_owned(),
            None if line.trim_start().starts_with('#') => line.clone(),
            None => String::new(),
        };
        goes_on = command.trim_end().ends_with('\\');
        heredoc = HEREDOC.captures(&command).map(|found| found[1].to_owned());
        kept.push(command);
    }
    (kept, true)
}

static COMMENT_CAUTION: Pattern =
    Pattern::new(r"(?i)(?:(注意|caution|※)|(警告|危険|warning|danger))\s*[:：]?\s*([^）)]+)")
        .needing(&["注意", "caution", "※", "警告", "危険", "warning", "danger"]);

fn group_cautions(group: &Group, first: usize) -> Vec<Caution> {
    let line = first + group.first;
    let trailing = group.text.lines().filter_map(|text| text.split_once(" #").map(|(_, comment)| comment.trim()));
    let comments = group.comments.iter().map(String::as_str).chain(trailing);
    comments
        .filter_map(|comment| {
            let found = COMMENT_CAUTION.captures(comment)?;
            let level = if found.get(2).is_some() { CautionLevel::Warning } else { CautionLevel::Caution };
            Some(Caution { level, text: found[3].trim().to_owned(), line })
        })
        .collect()
}
