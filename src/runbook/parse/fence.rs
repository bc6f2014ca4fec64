//! From a fence of the document to a block with its commands.
//!
//! A fence is only ever run by the shell when its tag says so and its content does not say otherwise.
//! It is read in full only where somebody asks for its commands: that they make a step most fences tell at first sight.

use std::sync::OnceLock;

use super::outline::Fence;
use super::source::Depth;
use crate::runbook::forbidden;
use crate::runbook::model::{Block, BlockReason, Caution, CautionLevel, Command, CommandReason, ExecutorKind, Shape};
use crate::runbook::shell::{self, Group};
use crate::runbook::text::Pattern;

mod kind;
mod prompt;

use prompt::Prompted;

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
#[derive(Clone)]
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

/// What a fence is wherever it stands: each part is found once, when somebody asks.
pub(super) struct Parts {
    lang: Option<String>,
    kind: ExecutorKind,
    untagged: bool,
    /// The fence as text for the shell.
    shell: OnceLock<Option<Shell>>,
    /// Its tag says shell, and its lines stand behind no prompt.
    bare: OnceLock<bool>,
    /// Under a heading its commands make a step.
    executable: OnceLock<bool>,
}

/// A fence for the shell, before its place is known.
struct Shell {
    reading: Reading,
    repl: bool,
    /// A session in which nothing looks like a command.
    unknown: bool,
    /// What commands print stands among them.
    printed: bool,
}

/// The language that a fence's info string names.
pub(super) fn lang(fence: &Fence) -> Option<&str> {
    parts(fence).lang.as_deref()
}

/// The shell or a database may run what stands in the fence.
pub(super) fn executable(fence: &Fence) -> bool {
    if fence.forbidden.is_some() {
        return false;
    }
    let parts = parts(fence);
    *parts.executable.get_or_init(|| {
        let plain = parts.is_bare(fence) && shell::is_plainly_run(&fence.lines);
        debug_assert!(!plain || could_run(fence, parts), "plainly run, but refused: {:?}", fence.lines);
        plain || could_run(fence, parts)
    })
}

/// Inline code is a command: a known program with something to do, as a fence without a tag would have to show it.
pub(super) fn is_inline_command(code: &str) -> bool {
    let lines = [code.to_owned()];
    code.split_whitespace().count() > 1 && !code.contains("...") && kind::all_commands(&lines)
}

fn parts(fence: &Fence) -> &Parts {
    fence.read.get_or_init(|| {
        let lang = kind::lang(fence);
        let mut kind = kind::executor(lang.as_deref());
        if kind == ExecutorKind::Python && bare(fence, |fence| kind::shell_in_disguise(&fence.lines)) {
            kind = ExecutorKind::None;
        }
        let untagged = kind::is_untagged(lang.as_deref());
        Box::new(Parts {
            lang,
            kind,
            untagged,
            shell: OnceLock::new(),
            bare: OnceLock::new(),
            executable: OnceLock::new(),
        })
    })
}

impl Parts {
    fn is_bare(&self, fence: &Fence) -> bool {
        *self.bare.get_or_init(|| {
            let console = kind::is_console(self.lang.as_deref());
            let options = kind::without_options(fence).is_some();
            self.kind == ExecutorKind::Shell && !console && !options && prompt::has_none(&fence.lines)
        })
    }

    /// The fence as text for the shell; nothing where it is none.
    fn shell(&self, fence: &Fence) -> Option<&Shell> {
        let found = self.shell.get_or_init(|| {
            if self.kind != ExecutorKind::Shell && !self.untagged {
                return None;
            }
            bare(fence, |fence| {
                let console = kind::is_console(self.lang.as_deref());
                let prompts = console || (self.untagged && !prompt::is_configuration(&fence.lines));
                let prompted = prompt::split(&fence.lines, prompts);
                let shell = self.kind == ExecutorKind::Shell || is_session(&fence.lines, &prompted);
                shell.then(|| read_shell(fence, self.lang.clone(), &prompted))
            })
        });
        found.as_ref()
    }
}

/// The commands of the fence make a step, as far as a full reading tells.
fn could_run(fence: &Fence, parts: &Parts) -> bool {
    if let Some(shell) = parts.shell(fence) {
        let block = placed(shell, Place::Heading).block;
        let refused = matches!(
            block.reason,
            Some(BlockReason::Output | BlockReason::Cron | BlockReason::Config | BlockReason::Repl)
        );
        return !block.commands.is_empty() && !refused;
    }
    bare(fence, |fence| match parts.kind {
        ExecutorKind::Sql => !statements(fence).is_empty(),
        ExecutorKind::Redis => fence.lines.iter().any(|line| !line.trim().is_empty()),
        ExecutorKind::Shell | ExecutorKind::Python | ExecutorKind::None => false,
    })
}

/// Looks at a fence without the options of a directive.
fn bare<T>(fence: &Fence, look: impl FnOnce(&Fence) -> T) -> T {
    let bare = kind::without_options(fence);
    look(bare.as_ref().unwrap_or(fence))
}

/// Reads a fence.
pub(super) fn read(fence: &Fence, place: Place) -> Reading {
    let Some(words) = &fence.forbidden else { return read_at(fence, place) };
    let mut reading = read_at(fence, if place == Place::Output { place } else { Place::Example });
    reading.cautions.push(Caution { level: CautionLevel::Caution, text: words.clone(), line: fence.line });
    reading
}

fn read_at(fence: &Fence, place: Place) -> Reading {
    let parts = parts(fence);
    let runs = place != Place::Output && (parts.kind == ExecutorKind::Shell || place != Place::Example);
    match Some(parts).filter(|_| runs).and_then(|parts| parts.shell(fence)) {
        Some(shell) => placed(shell, place),
        None => {
            let kind = if parts.untagged { ExecutorKind::None } else { parts.kind };
            read_other(fence, parts.lang.clone(), kind, place)
        }
    }
}

/// Reads a fence that hangs on a step: of one that is only listed no more than its shape and its first command.
pub(super) fn hung(fence: &Fence, place: Place) -> Reading {
    let parts = parts(fence);
    let listed = fence.depth == Depth::Listed && place != Place::Output && parts.is_bare(fence);
    if !listed || parts.shell.get().is_some() {
        return read(fence, place);
    }
    // Without a comment all is one group.
    let alone = !fence.lines.iter().any(|line| line.contains('#'));
    let groups = if alone { Vec::new() } else { shell::split(&fence.lines) };
    let text = if alone { first_code(&fence.lines) } else { groups.first().map(|group| group.text.as_str()) };
    let told = |group: &Group| group.comments_only || group.script;
    let Some(text) = text.filter(|_| !groups.iter().any(told)) else { return read(fence, place) };
    let shape = match place {
        Place::Example | Place::Output => Shape::Reference,
        Place::Item | Place::Heading if alone => Shape::Single,
        Place::Item | Place::Heading => shape(&groups, place),
    };
    let commands = vec![plain(fence.first, text.to_owned())];
    let executor = ExecutorKind::Shell;
    let (line, lang) = (fence.line, parts.lang.clone());
    let block = Block {
        line,
        lang,
        executor,
        shape,
        runnable: false,
        reason: None,
        whole_runnable: false,
        commands,
        alternative: false,
        condition: None,
    };
    Reading { block, groups, points: Vec::new(), expect: None, cautions: Vec::new(), first: fence.first }
}

/// A fence without a tag whose lines are commands, with or without prompts.
fn is_session(lines: &[String], prompted: &Prompted) -> bool {
    // A `#` that was taken off was root's prompt; one that stayed begins a comment.
    let comment = |(at, line): (usize, &String)| {
        line.trim().is_empty() || (line.trim_start().starts_with('#') && prompted.lines.get(at) == Some(line))
    };
    let first = lines.iter().enumerate().position(|numbered| !comment(numbered));
    let leads = |at: usize| !prompted.output.iter().any(|(place, _)| *place == at);
    if prompted.found { first.is_none_or(leads) } else { kind::all_commands(lines) || kind::one_with_output(lines) }
}

/// A fence that no shell runs.
fn read_other(fence: &Fence, lang: Option<String>, kind: ExecutorKind, place: Place) -> Reading {
    let connected =
        matches!(kind, ExecutorKind::Sql | ExecutorKind::Redis | ExecutorKind::Python) && place != Place::Output;
    let mut commands = match kind {
        ExecutorKind::Sql => statements(fence),
        ExecutorKind::Shell | ExecutorKind::Redis | ExecutorKind::Python | ExecutorKind::None => {
            let text = fence.lines.join("\n").trim_end().to_owned();
            let whole = Command { end_line: fence.first + text.matches('\n').count(), ..plain(fence.first, text) };
            Some(whole).filter(|command| !command.text.is_empty()).into_iter().collect()
        }
    };
    for command in &mut commands {
        command.reason = (!connected).then_some(CommandReason::Config);
    }
    let several = commands.len() > 1;
    let (shape, reason) = match place {
        Place::Output => (Shape::ExpectedOutput, BlockReason::Output),
        Place::Example => (Shape::Reference, BlockReason::NotExecutable),
        Place::Item if connected && several => (Shape::Sequence, BlockReason::NotConfigured),
        Place::Heading if connected && several => (Shape::Menu, BlockReason::NotConfigured),
        Place::Item | Place::Heading if connected => (Shape::Single, BlockReason::NotConfigured),
        Place::Item | Place::Heading => (Shape::Reference, BlockReason::NotExecutable),
    };
    let block = Block {
        line: fence.line,
        lang,
        executor: if connected { kind } else { ExecutorKind::None },
        shape,
        runnable: false,
        reason: Some(reason),
        whole_runnable: false,
        commands,
        alternative: false,
        condition: None,
    };
    Reading { block, groups: Vec::new(), points: Vec::new(), expect: None, cautions: Vec::new(), first: fence.first }
}

fn plain(line: usize, text: String) -> Command {
    Command { line, end_line: line, text, ..Command::default() }
}

/// The statements of an SQL fence, in groups under their `--` comments.
fn statements(fence: &Fence) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    let mut label: Option<String> = None;
    let mut open: Option<Command> = None;
    for (at, line) in fence.lines.iter().enumerate() {
        let line_number = fence.first + at;
        let comment = line.trim().strip_prefix("--").map(|words| words.trim_matches(['-', '=', ' ', '\t']));
        let ended = open.as_ref().is_none_or(|command| command.text.trim_end().ends_with(';'));
        match comment {
            Some(words) if ended => {
                found.extend(open.take());
                if !words.is_empty() && label.is_none() {
                    label = Some(words.to_owned());
                }
            }
            _ if open.is_none() && line.trim().is_empty() => {}
            _ => match &mut open {
                Some(command) => {
                    command.text.push('\n');
                    command.text.push_str(line);
                    if !line.trim().is_empty() {
                        command.end_line = line_number;
                    }
                }
                None => open = Some(Command { label: label.take(), ..plain(line_number, line.clone()) }),
            },
        }
    }
    found.extend(open.take());
    for command in &mut found {
        command.text.truncate(command.text.trim_end().len());
    }
    found
}

fn read_shell(fence: &Fence, lang: Option<String>, prompted: &Prompted) -> Shell {
    let console = kind::is_console(lang.as_deref());
    let lines = &prompted.lines;
    let groups = prompted.at_output(shell::split(lines));
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
        alternative: false,
        condition: None,
    };
    if groups.iter().all(|group| group.comments_only) {
        let points = groups.iter().flat_map(|group| group.comments.clone()).collect();
        let reading = Reading { block, groups, points, expect, cautions, first: fence.first };
        return Shell { reading, repl: false, unknown: false, printed: false };
    }
    block.commands = groups.iter().map(|group| shell::command(group, fence.first)).collect();
    for (at, command) in block.commands.iter_mut().enumerate() {
        let from = groups.get(at).map_or(0, |group| group.first);
        let until = groups.get(at + 1).map_or(usize::MAX, |group| group.first);
        let shown = prompt::expected(&prompted.output, from, until);
        command.expected_output = command.expected_output.take().or(shown);
        let comments = groups.get(at).map_or(&[][..], |group| &group.comments);
        command.dangers.extend(comments.iter().any(|text| forbidden::in_comment(text)).then(shell::forbidden));
        command.prompt_of = prompt::hosts(&prompted.named, from, until);
    }
    let repl = fence.lines.iter().any(|line| shell::is_repl(line)) || shell::is_device(&fence.lines);
    let unknown = console && !prompted.found && !first_code(lines).is_some_and(shell::starts_with_program);
    let printed = groups.iter().any(|group| group.prints);
    let points = if script { script_points(&groups) } else { Vec::new() };
    let reading = Reading { block, groups, points, expect, cautions, first: fence.first };
    Shell { reading, repl, unknown, printed }
}

/// A fence for the shell, where it stands.
fn placed(shell: &Shell, place: Place) -> Reading {
    let mut reading = shell.reading.clone();
    let block = &mut reading.block;
    if block.commands.is_empty() {
        return reading;
    }
    if shell.repl || shell.unknown || place == Place::Example {
        for command in &mut block.commands {
            command.runnable = false;
            command.reason.get_or_insert(CommandReason::Config);
        }
    }
    block.shape = match place {
        Place::Example | Place::Output => Shape::Reference,
        Place::Item | Place::Heading => shape(&reading.groups, place),
    };
    settle(block);
    if shell.repl {
        block.reason = Some(BlockReason::Repl);
    } else if shell.unknown || (shell.printed && !block.runnable) {
        block.reason = Some(BlockReason::Output);
    }
    reading
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

/// A label says that its commands stand for those before them.
pub(super) fn offers_choice(block: &Block) -> bool {
    block.commands.iter().any(|command| command.label.as_deref().is_some_and(|label| ALTERNATIVE.is_match(label)))
}

fn shape(groups: &[Group], place: Place) -> Shape {
    if groups.iter().any(|group| group.script) {
        Shape::Script
    } else if groups.len() == 1 {
        Shape::Single
    } else if groups.iter().any(|group| group.label.as_deref().is_some_and(|label| ALTERNATIVE.is_match(label))) {
        Shape::Menu
    } else if place == Place::Item || groups.iter().any(|group| group.number.is_some() || group.goes_on) {
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
    } else if reasons(CommandReason::Output) {
        Some(BlockReason::Output)
    } else if reasons(CommandReason::Elsewhere) {
        Some(BlockReason::Elsewhere)
    } else if reasons(CommandReason::Syntax) {
        Some(BlockReason::Syntax)
    } else if reasons(CommandReason::Hidden) {
        Some(BlockReason::Hidden)
    } else {
        Some(BlockReason::CommentsOnly)
    };
    block.whole_runnable =
        all && block.runnable && matches!(block.shape, Shape::Single | Shape::Script | Shape::Sequence);
}

static COMMENT_CAUTION: Pattern =
    Pattern::new(r"(?i)(?:(注意|caution|※)|(警告|危険|warning|danger))\s*[:：]?\s*((?:[^（(）)]|[（(][^）)]*[）)])+)")
        .needing(&["注意", "caution", "※", "警告", "危険", "warning", "danger"]);

fn group_cautions(group: &Group, first: usize) -> Vec<Caution> {
    let line = first + group.first;
    let trailing = group.text.lines().filter_map(|text| text.split_once(" #").map(|(_, comment)| comment.trim()));
    let comments = group.comments.iter().map(String::as_str).chain(trailing);
    comments
        .filter_map(|comment| {
            if forbidden::in_comment(comment) {
                return Some(Caution { level: CautionLevel::Warning, text: comment.to_owned(), line });
            }
            let found = COMMENT_CAUTION.captures(comment)?;
            let level = if found.get(2).is_some() { CautionLevel::Warning } else { CautionLevel::Caution };
            Some(Caution { level, text: found[3].trim().to_owned(), line })
        })
        .collect()
}

/// The shell or a connection runs fences of this tag.
pub(super) fn runs_by_itself(tag: &str) -> bool {
    matches!(kind::executor(Some(tag)), ExecutorKind::Shell | ExecutorKind::Sql | ExecutorKind::Redis)
}

#[cfg(test)]
mod tests;
