//! One step: from an item, a row or a fence, with all that hangs on it.

use super::fence::{self, Place};
use super::outline::{Fence, Item, Node, Paragraph, Quote};
use super::{rules, time, words};
use crate::runbook::model::{BlockReason, CautionLevel, CommandReason, ExecutorKind, RuleOp, Step, StepForm};
use crate::runbook::text::{Pattern, half_width, has_any, one_line};
use crate::runbook::{model::Caution, text};

/// A step that has only a title. Its id and number come when its procedure is complete.
pub(super) fn titled(title: &str, line: usize, form: StepForm) -> Step {
    let title = title.trim().to_owned();
    let planned = time::planned(&title);
    Step {
        id: crate::ids::StepId(String::new()),
        number: String::new(),
        line,
        form,
        optional: is_optional(&title),
        shared_block: false,
        condition: condition(&title),
        manual: true,
        phase: None,
        details: Vec::new(),
        blocks: Vec::new(),
        rules: Vec::new(),
        cautions: Vec::new(),
        method: None,
        expect: None,
        owner: None,
        priority: None,
        planned_min: planned.as_ref().map(|(minutes, _)| *minutes),
        planned_text: planned.map(|(_, text)| text),
        deadline: time::deadline(&title),
        title,
    }
}

static CONDITION: Pattern = Pattern::new(r"(?i)^(.+?(?:の場合|場合は?|であれば|なら))\s*[、:,]|[(\[](.+?の場合|必要に応じて|必要な場合|if (?:needed|necessary|required)|only if [^)]+)[)\]]").needing(&["場合", "であれば", "なら", "必要", "if "]);

fn condition(title: &str) -> Option<String> {
    let half = half_width(title);
    let found = CONDITION.captures(&half)?;
    let hit = found.get(1).or_else(|| found.get(2))?;
    Some(time::source_words(title, &half, hit.range()))
}

fn is_optional(title: &str) -> bool {
    let half = half_width(title);
    ["(任意)", "【任意】", "(オプション)", "(必要に応じて)", "(optional)", "[optional]", "(if needed)"]
        .iter()
        .any(|mark| half.to_lowercase().contains(mark))
}

/// The step of a list item.
pub(super) fn from_item(item: &Item, form: StepForm) -> Step {
    let (title, rest) = title_and_rest(&item.text);
    let mut step = titled(&title, item.line, form);
    for line in rest {
        add_line(&mut step, &line, item.line, Standing::Prose);
    }
    add_nodes(&mut step, &item.nodes);
    step
}

/// Where the title of an item's text ends: with its first line when that is bold or a sentence, else with the text.
fn title_and_rest(text: &Paragraph) -> (String, Vec<String>) {
    let Some((first, rest)) = text.text.split_once('\n') else { return (text.text.clone(), Vec::new()) };
    let bold = text.lead.as_deref() == Some(first.trim());
    if bold || first.trim_end().ends_with(['。', '.', ':', '：', '!', '?']) {
        (first.to_owned(), prose_lines(rest))
    } else {
        (one_line(&text.text), Vec::new())
    }
}

/// Running text in one line; lines that each name something and its value stay apart.
fn prose_lines(text: &str) -> Vec<String> {
    let named = text.lines().all(|line| line.contains([':', '：']));
    if named { text.lines().map(str::to_owned).collect() } else { vec![one_line(text)] }
}

/// Whether a line is a point of a list or part of running text, where a sentence with "if" is no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Bullet,
    Prose,
}

/// Hangs the blocks of an item, or of a section, on a step.
pub(super) fn add_nodes(step: &mut Step, nodes: &[Node]) {
    let mut output_next = false;
    for node in nodes {
        match node {
            Node::Paragraph(paragraph) => {
                output_next = announces_output(paragraph);
                if !output_next {
                    for line in prose_lines(&paragraph.text) {
                        add_line(step, &line, paragraph.line, Standing::Prose);
                    }
                }
                continue;
            }
            Node::List(list) => {
                for item in &list.items {
                    add_line(step, &one_line(&item.text.text), item.line, Standing::Bullet);
                    add_nodes(step, &item.nodes);
                }
            }
            Node::Fence(fence) => add_fence(step, fence, if output_next { Place::Output } else { Place::Item }),
            Node::Table(table) => {
                step.details.push(table.header.join(" | "));
                step.details.extend(table.rows.iter().map(|(cells, _)| cells.join(" | ")));
            }
            Node::Quote(quote) => match quote_cautions(quote) {
                found if found.is_empty() => add_nodes(step, &quote.nodes),
                found => step.cautions.extend(found),
            },
        }
        output_next = false;
    }
}

/// True when a paragraph says that the next fence shows output.
pub(super) fn announces_output(paragraph: &Paragraph) -> bool {
    let last = paragraph.text.lines().last().unwrap_or_default().trim_end();
    last.ends_with([':', '：']) && words::is_output(last) || (last.chars().count() < 20 && words::is_output(last))
}

/// The cautions that a GitHub alert, or a quote that begins like a caution, holds.
pub(super) fn quote_cautions(quote: &Quote) -> Vec<Caution> {
    let mut found = Vec::new();
    for node in &quote.nodes {
        let Node::Paragraph(paragraph) = node else { continue };
        let whole = one_line(&paragraph.text);
        if let Some(alert) = &quote.alert {
            found.push(rules::make_caution(alert_level(alert), &whole, quote.line));
        } else if let Some((level, text)) = rules::caution(&whole).filter(|(_, text)| !text.is_empty()) {
            found.push(rules::make_caution(level, &text, quote.line));
        }
    }
    found
}

fn alert_level(alert: &str) -> CautionLevel {
    match alert {
        "warning" | "danger" | "error" => CautionLevel::Warning,
        "caution" | "important" | "attention" => CautionLevel::Caution,
        _ => CautionLevel::Note,
    }
}

/// The caution of an admonition fence such as `{warning}`.
pub(super) fn admonition(fence: &Fence) -> Option<Caution> {
    let name = fence.info.strip_prefix('{')?.split('}').next()?;
    let known = matches!(
        name,
        "note" | "tip" | "hint" | "important" | "warning" | "caution" | "danger" | "attention" | "error" | "admonition"
    );
    let text = text::one_line(
        &fence.lines.iter().filter(|line| !line.starts_with(':')).cloned().collect::<Vec<_>>().join("\n"),
    );
    known.then(|| rules::make_caution(alert_level(name), &text, fence.line))
}

static FIELD: Pattern = Pattern::new(r"(?i)^(?:(担当者?|owner|assignee)|(優先度|priority)|(所要時間|目安時間|duration|estimate)|(確認方法|方法|how to check|method))\s*[:]\s*(\S.*)$").needing(&["担当", "owner", "assignee", "優先度", "priority", "所要時間", "目安時間", "duration", "estimate", "方法", "how to check", "method"]);

/// Puts a line that names an owner, a priority, a duration or a method into its field.
fn add_field(step: &mut Step, line: &str) -> bool {
    let half = half_width(line);
    let Some(found) = FIELD.captures(&half) else { return false };
    let value = found.get(5).map_or_else(String::new, |hit| time::source_words(line, &half, hit.range()));
    if found.get(1).is_some() {
        step.owner = Some(value);
    } else if found.get(2).is_some() {
        step.priority = Some(value);
    } else if found.get(3).is_some() {
        step.planned_min = time::length(&value);
        step.planned_text = Some(value);
    } else {
        step.method = Some(value);
    }
    true
}

/// Puts a line of text where it belongs: a field, a caution, an expectation, a rule, else a detail.
fn add_line(step: &mut Step, line: &str, at: usize, standing: Standing) {
    let line = line.trim();
    if line.is_empty() || add_field(step, line) {
        return;
    }
    if let Some((level, text)) = rules::caution(line).filter(|(_, text)| !text.is_empty()) {
        step.cautions.push(rules::make_caution(level, &text, at));
    } else if let Some(expected) = rules::expectation(line) {
        step.rules.extend(rules::criterion(&step.title, &expected, at));
        step.expect.get_or_insert(expected);
    } else if let Some(rule) =
        rules::rule(line, at).filter(|rule| standing == Standing::Bullet || rule.op != RuleOp::Event)
    {
        step.rules.push(rule);
    } else {
        step.details.push(line.to_owned());
    }
}

/// Hangs a fence on a step.
pub(super) fn add_fence(step: &mut Step, fence: &Fence, place: Place) {
    if let Some(caution) = admonition(fence) {
        step.cautions.push(caution);
        return;
    }
    if let Some(stages) = arrow_stages(fence) {
        step.details.extend(stages);
        return;
    }
    let reading = fence::read(fence, place);
    step.details.extend(reading.points);
    step.cautions.extend(reading.cautions);
    step.expect = step.expect.take().or(reading.expect);
    step.blocks.push(reading.block);
}

/// The stages of a fence that holds one line such as `検知 → 判定 → 連絡`.
fn arrow_stages(fence: &Fence) -> Option<Vec<String>> {
    if !matches!(fence::lang(fence).as_deref(), None | Some("text" | "txt")) {
        return None;
    }
    let mut lines = fence.lines.iter().filter(|line| !line.trim().is_empty());
    let (Some(only), None) = (lines.next(), lines.next()) else { return None };
    let stages: Vec<String> =
        only.split(['→', '⇒']).map(|stage| stage.trim().to_owned()).filter(|stage| !stage.is_empty()).collect();
    (stages.len() > 1).then_some(stages)
}

/// A command of the step could run once values are filled in and connections configured.
pub(super) fn could_run(step: &Step) -> bool {
    step.blocks.iter().any(|block| {
        let connected = matches!(block.executor, ExecutorKind::Sql | ExecutorKind::Redis | ExecutorKind::Python);
        let shell = block.executor == ExecutorKind::Shell;
        connected
            || (shell && block.commands.iter().any(|c| c.runnable || c.reason == Some(CommandReason::Placeholder)))
    })
}

/// A fence of the section makes a step: the shell or a database may run it. Program text is only to be read.
pub(super) fn executable(fence: &Fence) -> bool {
    let block = fence::read(fence, Place::Heading).block;
    let refused =
        matches!(block.reason, Some(BlockReason::Output | BlockReason::Cron | BlockReason::Config | BlockReason::Repl));
    matches!(block.executor, ExecutorKind::Shell | ExecutorKind::Sql | ExecutorKind::Redis)
        && !block.commands.is_empty()
        && !refused
}

/// True when words such as 注意 stand alone over a list of cautions.
pub(super) fn caution_heading(text: &str) -> Option<CautionLevel> {
    let text = text.trim();
    rules::caution(text)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(level, _)| level)
        .or_else(|| has_any(text, &["注意事項"]).then_some(CautionLevel::Caution).filter(|_| text.chars().count() < 12))
}
