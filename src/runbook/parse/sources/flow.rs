//! Flows that are drawn as text in a fence: numbered lines with arrows between them. Never a command.

use super::super::outline::{Fence, Section};
use super::super::{fence, words};
use super::step;
use crate::runbook::model::{Step, StepForm};
use crate::runbook::shell;

/// The lines of a drawn flow as steps; nothing where fewer than two lines are numbered.
pub(super) fn steps(section: &Section, title: &str) -> Vec<Step> {
    section.fences().map(|fence| lines(fence, title)).find(|steps| steps.len() >= 2).unwrap_or_default()
}

fn lines(fence: &Fence, title: &str) -> Vec<Step> {
    let plain = matches!(fence::lang(fence).as_deref(), None | Some("text" | "txt"));
    let arrows = fence.lines.iter().any(|line| matches!(line.trim(), "↓" | "▼" | "|" | "│" | "v" | "⬇"));
    if !plain || !(arrows || words::is_procedural(title)) {
        return Vec::new();
    }
    let mut steps: Vec<Step> = Vec::new();
    for (at, line) in fence.lines.iter().enumerate() {
        let text = line.trim();
        if let Some((_, words)) = shell::numbered(text) {
            steps.push(step::titled(&words, fence.first + at, StepForm::FlowLine));
        } else if let Some(point) = text.strip_prefix(['-', '・', '*'])
            && let Some(last) = steps.last_mut()
        {
            last.details.push(point.trim().to_owned());
        }
    }
    steps
}
