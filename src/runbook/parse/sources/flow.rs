//! Flows and checklists that are written as plain text in a fence: numbered lines, arrows, boxes. Never a command.

use super::super::fence;
use super::super::outline::{Fence, Section};
use super::{Trail, step};
use crate::runbook::model::{Step, StepForm};
use crate::runbook::shell;

/// The boxes, else the numbered lines, of the section's plain fences as steps; nothing where there are fewer than two.
pub(super) fn steps(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let work = trail.is_work();
    let mut plain = section.fences().filter(|fence| is_plain(fence));
    plain.find_map(|fence| boxes(fence).or_else(|| drawn(fence, work))).unwrap_or_default()
}

fn is_plain(fence: &Fence) -> bool {
    matches!(fence::lang(fence), None | Some("text" | "txt" | "plain" | "plaintext"))
}

/// A line that only leads from one stage to the next.
fn is_arrow(line: &str) -> bool {
    matches!(line.trim(), "↓" | "▼" | "|" | "│" | "v" | "V" | "⬇" | "⇓" | "↓↓")
}

/// The words behind a box such as `[ ]`.
fn boxed(line: &str) -> Option<&str> {
    let text = line.trim_start().trim_start_matches(['-', '*', '・']).trim_start();
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let text = behind.strip_prefix(['.', ')']).filter(|_| behind.len() < text.len()).map_or(text, str::trim_start);
    ["[ ]", "[x]", "[X]", "□", "☐", "☑"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))
        .map(str::trim)
        .filter(|words| !words.is_empty())
}

/// The words of the boxes that a plain fence holds.
pub(in crate::runbook::parse) fn box_lines(fence: &Fence) -> Option<Vec<String>> {
    let found: Vec<String> = fence.lines.iter().filter_map(|line| boxed(line)).map(str::to_owned).collect();
    (is_plain(fence) && !found.is_empty()).then_some(found)
}

fn boxes(fence: &Fence) -> Option<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut indent = None;
    for (at, line) in fence.lines.iter().enumerate() {
        let depth = line.len() - line.trim_start().len();
        let outer = indent.is_none_or(|outer| depth <= outer);
        match (boxed(line), steps.last_mut()) {
            (Some(words), _) if outer => {
                indent.get_or_insert(depth);
                steps.push(step::titled(words, fence.first + at, StepForm::TaskItem));
            }
            (Some(words), Some(last)) => last.details.push(words.to_owned()),
            // What stands further in than a box belongs to it.
            (None, Some(last)) if !outer && !line.trim().is_empty() => last.details.push(point(line.trim()).to_owned()),
            _ => {}
        }
    }
    (steps.len() >= 2).then_some(steps)
}

fn drawn(fence: &Fence, work: bool) -> Option<Vec<Step>> {
    if !work && !fence.lines.iter().any(|line| is_arrow(line)) {
        return None;
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut indent = None;
    let mut goes_on = false;
    for (at, line) in fence.lines.iter().enumerate() {
        let text = line.trim();
        let depth = line.len() - line.trim_start().len();
        // Numbers further in are points of the stage.
        let stage = shell::numbered(text).filter(|_| indent.is_none_or(|outer| depth <= outer));
        if let Some((_, words)) = stage {
            indent.get_or_insert(depth);
            steps.push(step::titled(words.trim_end_matches([':', '：']), fence.first + at, StepForm::FlowLine));
            goes_on = false;
        } else if let Some(last) = steps.last_mut()
            && !text.is_empty()
            && !is_arrow(text)
        {
            match last.details.last_mut().filter(|_| goes_on) {
                Some(detail) => *detail = format!("{} {text}", detail.trim_end_matches('\\').trim_end()),
                None => last.details.push(boxed(text).unwrap_or_else(|| point(text)).to_owned()),
            }
            goes_on = text.ends_with('\\');
        }
    }
    (steps.len() >= 2).then_some(steps)
}

/// A line without the mark of a point.
fn point(text: &str) -> &str {
    ["- ", "* ", "・", "• "].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text).trim()
}
