//! One step: from an item, a row or a fence, with all that hangs on it.

use super::choice::Above;
use super::fence::{self, Place};
use super::outline::{Fence, Item, List, Node, Paragraph};
use super::{cautions, rules, sources, time};
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Caution, Rule, RuleOp, Step, StepForm};
use crate::runbook::text::{Pattern, half_width, one_line};

/// A step that has only a title. Its id and number come when its procedure is complete.
pub(super) fn titled(title: &str, line: usize, form: StepForm) -> Step {
    let title = title.trim().to_owned();
    let planned = time::planned(&title);
    Step {
        condition: condition(&title),
        planned_min: planned.as_ref().map(|(minutes, _)| *minutes),
        planned_text: planned.map(|(_, text)| text),
        deadline: time::deadline(&title),
        ..Step::titled(title, line, form)
    }
}

static CONDITION: Pattern = Pattern::new(concat!(
    r"(?i)^(?:[0-9A-Za-z]{1,2}[.)]\s*)?(?:",
    r"(.+?(?:場合|であれば|なら|したら|出たら|れたら|(?:の|る|た|ない)際|(?:の|る|た|い)とき)|.*?(?:失敗|異常|NG|エラー|障害)時)(?:には|は|に)?(?:\([^)]*\))?\s*(?:[、:,]|$)",
    r"|([^、。,:]+?(?:場合|(?:の|る|た|い)とき|(?:の|る|た|ない)際))(?:には|は)\s*\S",
    r"|([^、。,:()\[\]【】]*?(?:場合|とき|[^日]時|際|初回)に?(?:のみ|だけ|限り))\s*(?:[、,:]|\S)",
    r"|((?:if|when|in case|unless)\s(?:[^,:(]|\([^)]*\)){3,160}?)\s*(?:[,:]|$))",
    r"|[(\[【]([^()\[\]【】]*?(?:場合|とき|時|際|回|日|月[初末])に?(?:のみ|だけ|限り|限る|限定))[)\]】]",
    r"|[(\[](.+?の場合|必要に応じて|必要時|必要な場合|該当する場合|if (?:needed|necessary|required)|only if [^)]+|if [^)]{3,60})[)\]]",
    r"|((?:this step is )?(?:only (?:required|needed|necessary)|skip this (?:step|section)) if [^.]{3,100})",
))
.needing(&[
    "場合", "であれば", "なら", "たら", "際", "とき", "時", "必要", "のみ", "だけ", "限", "if ", "when ", "case ", "unless ",
]);

/// The condition that a title states.
pub(super) fn condition(title: &str) -> Option<String> {
    let half = half_width(title);
    let found = CONDITION.captures(&half);
    if let Some(hit) = found.as_ref().and_then(|found| found.iter().skip(1).flatten().next()) {
        let pointing = ["この", "その", "いずれの", "どちらの", "多くの", "通常の"]
            .iter()
            .any(|word| hit.as_str().strip_prefix(word).is_some_and(|rest| matches!(rest, "場合" | "とき" | "際")));
        return (!pointing).then(|| time::source_words(title, &half, hit.range()));
    }
    rules::condition(title)
}

/// The condition that a paragraph such as `If the pod is gone:` puts on what stands below it.
pub(super) fn condition_over(text: &str) -> Option<String> {
    let text = text.trim();
    let whole = text.trim_end_matches([':', '：', '、']);
    let stated = condition(text)?;
    // Words that go on behind the condition say what to do, and are no heading of it.
    (text.ends_with([':', '：', '、']) && stated.chars().count() + 2 >= whole.chars().count()).then_some(stated)
}

static ONLY_THEN: Pattern = Pattern::new(concat!(
    r"(?i)^(?:",
    // 障害による切替の場合のみ実施する。
    r"(?:[※・]\s*)?([^。]+?(?:場合|とき|時|際)に?(?:のみ|だけ|限り))[、,]?\s*(?:(?:本|この|当該|以下の?|次の|下記の?)\s*)?",
    r"(?:手順|作業|項目?|操作|コマンド|ステップ|内容)?(?:を|は|が)?\s*(?:実施|実行|行[うい]|対応|必要|適用)[^。]{0,14}",
    // 更新がない場合は本手順を省略する。
    r"|([^。]+?(?:場合|とき|時|際)は?[、,]?\s*(?:本|この|当該)\s*(?:手順|作業|項|操作|コマンド|ステップ)[^。]{0,6}?(?:スキップ|省略|飛ば|不要|行わない|実施しない|実施不要)[^。]{0,8})",
    r"|((?:only\s+)?(?:do|perform|run|execute|carry out|follow|complete|apply) (?:this|the following)(?: \w+)?,? (?:only )?(?:if|when|in case)\s[^.]{3,120})",
    r"|(this (?:step|section|part|command) (?:only applies|applies only|is only (?:for|needed|required|necessary)|is (?:needed|required|necessary) only)\s[^.]{3,120})",
    r"|(skip this (?:step|section|part)?\s*(?:if|when|unless)\s[^.]{3,120})",
    r")[。.]?$",
))
.needing(&["のみ", "だけ", "限り", "場合", "とき", "時", "際", "this ", "following"]);

/// The condition that a sentence below a title puts on the whole step: 「障害時のみ実施する」, `Skip this step if …`.
fn condition_below(text: &str) -> Option<String> {
    let half = half_width(text);
    let found = ONLY_THEN.captures(&half)?;
    let hit = found.iter().skip(1).flatten().next()?;
    // English says it only where it says "only", or to skip.
    let said =
        !hit.as_str().is_ascii() || ["only", "skip"].iter().any(|word| hit.as_str().to_lowercase().contains(word));
    said.then(|| time::source_words(text, &half, hit.range()))
}

/// The condition that a whole heading states: `If the node is gone`, 「接続できない場合」.
pub(super) fn condition_heading(title: &str) -> Option<String> {
    let half = half_width(title);
    let found = CONDITION_HEADING.captures(&half)?;
    let hit = found.get(1)?;
    Some(time::source_words(title, &half, hit.range()))
}

static CONDITION_HEADING: Pattern = Pattern::new(concat!(
    r"(?i)^(?:\(?[0-9a-z]{1,2}[.)]\s*)?",
    r"((?:if|when|in case|unless)\s.+?|.+?(?:場合|とき|時|際))(?:の(?:対応|対処|手順|処置))?\s*[:.。]?$",
))
.needing(&["if ", "when ", "case ", "unless ", "場合", "とき", "時", "際"]);

static BRACKETED: Pattern = Pattern::new(r"[(\[【]([^()\[\]【】]{1,20})[)\]】]").needing(&["(", "[", "【"]);

/// The title says that the step need not be done, or that it is another way.
fn is_optional(lexicon: &Lexicon, title: &str) -> bool {
    let half = half_width(title);
    let word = |text: &str| lexicon.is_word(text, &[Topic::Optional]);
    if BRACKETED.captures_iter(&half).any(|found| found.get(1).is_some_and(|inside| word(inside.as_str()))) {
        return true;
    }
    if let Some((topic, end)) = lexicon.leading(&half, &[Topic::Optional, Topic::Alternative]) {
        let behind = half.get(end..).unwrap_or_default();
        let adverb = half.get(..end).is_some_and(|word| word.ends_with("ly") || word.ends_with('て'));
        return topic == Topic::Alternative || adverb || behind.starts_with(':') || behind.starts_with(" -");
    }
    lexicon.says(title, Topic::Skippable)
}

/// A paragraph of more letters is told in the details, and a sentence of it names the step.
const LONG: usize = 140;

static SENTENCE_END: Pattern = Pattern::new(r"[。！？]|[.!?:](?:\s|$)");

/// The name that a paragraph gives to the command below it.
pub(super) fn sentence(text: &str) -> String {
    let whole = text.trim().trim_end_matches([':', '：']).trim();
    if whole.chars().count() <= LONG {
        return whole.to_owned();
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for end in SENTENCE_END.find_iter(whole) {
        parts.push(whole.get(from..end.end()).unwrap_or_default().trim());
        from = end.end();
    }
    parts.push(whole.get(from..).unwrap_or_default().trim());
    parts.retain(|part| part.chars().filter(|c| c.is_alphanumeric()).count() > 3);
    // The sentence that leads to the command, when it ends in a colon; else the first.
    let named = if text.trim_end().ends_with([':', '：']) { parts.last() } else { parts.first() };
    named.map_or(whole, |part| part.trim_end_matches([':', '：'])).to_owned()
}

/// Keeps a paragraph that only lent a sentence to the step's title.
pub(super) fn add_rest(step: &mut Step, paragraph: &Paragraph) {
    if sentence(&one_line(&paragraph.text)).chars().count() + 1 < one_line(&paragraph.text).trim().chars().count() {
        step.details.push(one_line(&paragraph.text));
    }
}

/// Hangs a paragraph on a step, line by line where its lines name things.
pub(super) fn add_prose(step: &mut Step, paragraph: &Paragraph, lexicon: &Lexicon) {
    add_text(step, &paragraph.text, paragraph.line, lexicon);
}

/// Hangs prose that stands at `line` on a step.
pub(super) fn add_text(step: &mut Step, text: &str, line: usize, lexicon: &Lexicon) {
    for words in prose_lines(text, lexicon) {
        add_line(step, &words, line, (Standing::Prose, lexicon));
    }
}

/// Hangs the items of a list on a step.
pub(super) fn add_list(step: &mut Step, list: &List, lexicon: &Lexicon) {
    add_items(step, list, &mut Above::default(), lexicon);
}

fn add_items(step: &mut Step, list: &List, above: &mut Above, lexicon: &Lexicon) {
    for item in &list.items {
        let from = step.blocks.len();
        above.says(&one_line(&item.text.text), step);
        add_item(step, item, lexicon);
        above.hung(from, step);
    }
}

/// Hangs one item on a step.
pub(super) fn add_item(step: &mut Step, item: &Item, lexicon: &Lexicon) {
    add_line(step, &one_line(&item.text.text), item.line, (Standing::Bullet, lexicon));
    hang(step, &item.nodes, Above::default(), lexicon);
}

/// The step of a list item; its title is empty where the item says nothing.
pub(super) fn from_item(item: &Item, form: StepForm, lexicon: &Lexicon) -> Step {
    let (title, rest) = title_and_rest(&item.text, lexicon);
    let mut step = titled(title.trim_end_matches([':', '：']), item.line, form);
    for line in rest {
        add_line(&mut step, &line, item.line, (Standing::Prose, lexicon));
    }
    if let Some(code) = item.text.code.as_deref().filter(|code| fence::is_inline_command(code)) {
        add_fence(&mut step, &Fence::of_line(code.to_owned(), item.text.line.max(item.line)), Place::Item);
    }
    add_nodes(&mut step, &item.nodes, lexicon);
    if step.title.is_empty() {
        let first = if step.details.is_empty() {
            step.commands().next().and_then(|command| command.text.lines().next()).unwrap_or_default().to_owned()
        } else {
            step.details.remove(0)
        };
        step.title = first;
    }
    step
}

/// Where the title of an item's text ends: with its first line when that is bold or a sentence, before a line that says
/// something of its own, else with the text.
fn title_and_rest(text: &Paragraph, lexicon: &Lexicon) -> (String, Vec<String>) {
    let Some((first, rest)) = text.text.split_once('\n') else { return (text.text.clone(), Vec::new()) };
    let bold = text.lead.as_deref() == Some(first.trim());
    if bold || first.trim_end().ends_with(['。', '.', ':', '：', '!', '?']) || is_whole(first, rest, lexicon) {
        return (first.to_owned(), prose_lines(rest, lexicon));
    }
    let lines: Vec<&str> = text.text.lines().collect();
    match (1..lines.len()).find(|at| stands_apart(lines[*at], lexicon)) {
        Some(at) => (one_line(&lines[..at].join("\n")), prose_lines(&lines[at..].join("\n"), lexicon)),
        None => (one_line(&text.text), Vec::new()),
    }
}

/// A Japanese line that ends with its verb is a sentence, unless the next line takes it up.
fn is_whole(first: &str, rest: &str, lexicon: &Lexicon) -> bool {
    let verb = first.trim_end().ends_with(|c: char| matches!(c, 'ぁ'..='ん')) && lexicon.says(first, Topic::Action);
    let taken_up = ["場合", "とき", "時", "際", "こと", "ため", "もの", "よう", "と", "が", "の"];
    verb && !taken_up.iter().any(|word| rest.trim_start().starts_with(word))
}

/// A line that is an expectation, a caution or a field and does not go on from the one before it.
fn stands_apart(line: &str, lexicon: &Lexicon) -> bool {
    let line = line.trim();
    rules::expectation(line, lexicon).is_some()
        || rules::whole_caution_with(lexicon, line).is_some()
        || FIELD.is_match(&half_width(line))
}

/// Running text in one line; lines that each name something and its value, or say something of their own, stay apart.
fn prose_lines(text: &str, lexicon: &Lexicon) -> Vec<String> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    let named = text.lines().all(|line| line.contains([':', '：']));
    for line in text.lines() {
        match parts.last_mut().filter(|_| !named && !stands_apart(line, lexicon)) {
            Some(part) => part.push(line),
            None => parts.push(vec![line]),
        }
    }
    parts.into_iter().map(|part| one_line(&part.join("\n"))).collect()
}

/// Whether a line is a point of a list or part of running text, where a sentence with "if" is no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Bullet,
    Prose,
}

/// Hangs the blocks of an item, or of a section, on a step.
pub(super) fn add_nodes(step: &mut Step, nodes: &[Node], lexicon: &Lexicon) {
    hang(step, nodes, Above::of(step), lexicon);
}

fn hang(step: &mut Step, nodes: &[Node], mut above: Above, lexicon: &Lexicon) {
    let mut output_next = false;
    let mut cautions_follow = None;
    for node in nodes {
        match node {
            Node::Paragraph(paragraph) => {
                output_next = announces_output(paragraph, lexicon);
                cautions_follow = cautions::over_list(lexicon, paragraph);
                if !output_next && cautions_follow.is_none() {
                    above.says(&one_line(&paragraph.text), step);
                    add_prose(step, paragraph, lexicon);
                }
                continue;
            }
            Node::List(list) => match cautions_follow {
                Some(level) => step.cautions.extend(
                    list.items.iter().map(|item| rules::make_caution(level, &one_line(&item.text.text), item.line)),
                ),
                None => add_items(step, list, &mut above, lexicon),
            },
            Node::Fence(fence) => {
                let from = step.blocks.len();
                add_fence(step, fence, if output_next { Place::Output } else { Place::Item });
                above.hung(from, step);
            }
            Node::Table(table) => {
                step.details.push(table.header.join(" | "));
                step.details.extend(table.rows.iter().map(|(cells, _)| cells.join(" | ")));
            }
            Node::Quote(quote) => match cautions::of_quote(lexicon, quote) {
                found if found.is_empty() => add_nodes(step, &quote.nodes, lexicon),
                found => step.cautions.extend(found),
            },
        }
        output_next = false;
        cautions_follow = None;
    }
    above.settle(step);
}

/// True when a paragraph says that the next fence shows output.
pub(super) fn announces_output(paragraph: &Paragraph, lexicon: &Lexicon) -> bool {
    let last = paragraph.text.lines().last().unwrap_or_default().trim();
    let short = last.ends_with([':', '：']) || last.chars().count() < SHORT;
    // What is expected may be said in the line itself.
    let said = || lexicon.says(last, Topic::Output) && rules::expectation(last, lexicon).is_none();
    (short && said()) || lexicon.is_word(last, &[Topic::OutputWord])
}

/// A line that only names what follows is shorter than this.
const SHORT: usize = 40;

/// The caution of an admonition fence such as `{warning}`.
pub(super) fn admonition(fence: &Fence) -> Option<Caution> {
    let name = fence.info.strip_prefix('{')?.split('}').next()?;
    let known = matches!(
        name,
        "note" | "tip" | "hint" | "important" | "warning" | "caution" | "danger" | "attention" | "error" | "admonition"
    );
    let text =
        one_line(&fence.lines.iter().filter(|line| !line.starts_with(':')).cloned().collect::<Vec<_>>().join("\n"));
    known.then(|| rules::make_caution(cautions::level(name), &text, fence.line))
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
fn add_line(step: &mut Step, line: &str, at: usize, (standing, lexicon): (Standing, &Lexicon)) {
    let line = line.trim();
    if line.is_empty() || add_field(step, line) {
        return;
    }
    if standing == Standing::Prose && step.condition.is_none() {
        step.condition = condition_below(line);
    }
    if let Some((level, text)) = rules::caution_with(lexicon, line).filter(|(_, text)| !text.is_empty()) {
        step.cautions.push(rules::make_caution(level, &text, at));
    } else if let Some(expected) = rules::expectation(line, lexicon) {
        step.rules.extend(rules::criterion_with(lexicon, &step.title, &expected, at));
        step.expect.get_or_insert(expected);
    } else if let Some(rule) = rule_below(step, line, at, (standing, lexicon)) {
        step.rules.push(rule);
    } else {
        step.details.push(line.to_owned());
    }
}

/// The rule in a line below a step; a point may leave out what the step looks at.
fn rule_below(step: &Step, line: &str, at: usize, (standing, lexicon): (Standing, &Lexicon)) -> Option<Rule> {
    let point = standing == Standing::Bullet;
    let about = point.then_some(step.title.as_str());
    rules::rule_with(lexicon, line, about, at).filter(|rule| point || rule.op != RuleOp::Event)
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
    if let Some(points) = sources::box_lines(fence) {
        step.details.extend(points);
        return;
    }
    let reading = fence::hung(fence, place);
    step.details.extend(reading.points);
    for caution in reading.cautions {
        if !step.cautions.iter().any(|known| known.text == caution.text) {
            step.cautions.push(caution);
        }
    }
    step.expect = step.expect.take().or(reading.expect);
    step.blocks.push(reading.block);
}

/// The stages of a fence that holds one line such as `検知 → 判定 → 連絡`.
pub(super) fn arrow_stages(fence: &Fence) -> Option<Vec<String>> {
    if !matches!(fence::lang(fence), None | Some("text" | "txt")) {
        return None;
    }
    let mut lines = fence.lines.iter().filter(|line| !line.trim().is_empty());
    let (Some(only), None) = (lines.next(), lines.next()) else { return None };
    let stages: Vec<String> =
        only.split(['→', '⇒']).map(|stage| stage.trim().to_owned()).filter(|stage| !stage.is_empty()).collect();
    (stages.len() > 1).then_some(stages)
}

/// Gives a step what only its title says: that it need not be done, and a rule such as
/// `If usage is above 90%, page the lead`.
pub(super) fn read_title(step: &mut Step, lexicon: &Lexicon) {
    step.optional |= is_optional(lexicon, &step.title);
    let spoken = !matches!(step.form, StepForm::ScriptComment | StepForm::Heading | StepForm::NumberedHeading);
    if !spoken || step.deadline.is_some() {
        return;
    }
    if let Some(rule) = rules::of_title(lexicon, &step.title, step.line) {
        step.rules.insert(0, rule);
    }
}

/// A fence of the section makes a step: the shell or a database may run it. Program text is only to be read.
pub(super) fn executable(fence: &Fence) -> bool {
    fence::executable(fence)
}
