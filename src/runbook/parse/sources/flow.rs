//! Flows that are drawn as text in a fence: numbered lines with arrows between them. Never a command.

use super::super::fence;
use super::super::outline::{Fence, Section};
use super::{Trail, step};
use crate::runbook::model::{Step, StepForm};
use crate::runbook::shell;

/// The lines of a drawn flow as steps; nothing where fewer than two lines are numbered.
pub(super) fn steps(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let work = trail.is_work();
    section.fences().map(|fence| lines(fence, work)).find(|steps| steps.len() >= 2).unwrap_or_default()
}

fn lines(fence: &Fence, work: bool) -> Vec<Step> {
    let plain = matches!(fence::lang(fence).as_deref(), None | Some("text" | "txt"));
    let arrows = fence.lines.iter().any(|line| matches!(line.trim(), "↓" | "▼" | "|" | "│" | "v" | "⬇"));
    if !plain || !(arrows || work) {
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
