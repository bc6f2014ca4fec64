//! Fences that several steps share: groups matched to items, and numbered comments that are steps themselves.

use super::super::fence::{self, Place, Reading, settle};
use super::{Fence, matching, step};
use crate::runbook::model::{Block, Shape, Step, StepForm};
use crate::runbook::shell;

/// A group of the fence names one of the steps.
pub(super) fn any_match(steps: &[Step], fence: &Fence) -> bool {
    let titles: Vec<&str> = steps.iter().map(|step| step.title.as_str()).collect();
    matching::assign(&titles, &fence::read(fence, Place::Item).groups).iter().any(Option::is_some)
}

/// Gives each step from `from` on the groups of the fence that its title names; what fits none makes a last step.
pub(super) fn share(steps: &mut Vec<Step>, from: usize, fence: &Fence) {
    let reading = fence::read(fence, Place::Item);
    let titles: Vec<&str> = steps[from..].iter().map(|step| step.title.as_str()).collect();
    let owners = matching::assign(&titles, &reading.groups);
    for (at, step) in steps[from..].iter_mut().enumerate() {
        give(step, &reading, &owners, Some(at));
    }
    if owners.contains(&None) {
        let labels: Vec<&str> = reading
            .groups
            .iter()
            .zip(&owners)
            .filter(|(_, owner)| owner.is_none())
            .filter_map(|(group, _)| group.label.as_deref())
            .collect();
        let title = if labels.is_empty() {
            reading.block.commands.first().and_then(|c| c.text.lines().next()).unwrap_or_default().to_owned()
        } else {
            labels.join("、")
        };
        let mut rest = step::titled(&title, fence.line, StepForm::Paragraph);
        give(&mut rest, &reading, &owners, None);
        rest.optional = true;
        steps.push(rest);
    }
}

/// Hangs the part of a shared fence that belongs to `owner` on a step.
fn give(step: &mut Step, reading: &Reading, owners: &[Option<usize>], owner: Option<usize>) {
    let mine: Vec<usize> = owners.iter().enumerate().filter(|(_, of)| **of == owner).map(|(at, _)| at).collect();
    if mine.is_empty() {
        return;
    }
    step.shared_block = true;
    step.blocks.push(part(&reading.block, reading, &mine, Shape::Sequence));
    for at in mine {
        let group = &reading.groups[at];
        let said = group.comments.iter().filter(|comment| Some(*comment) != group.label.as_ref());
        step.details.extend(said.cloned());
    }
}

/// The block with only the commands at `places`.
fn part(whole: &Block, reading: &Reading, places: &[usize], several: Shape) -> Block {
    let comments_only = places.iter().all(|at| reading.groups.get(*at).is_some_and(|group| group.comments_only));
    let mut block = whole.clone();
    block.commands = if comments_only {
        Vec::new()
    } else {
        places.iter().filter_map(|at| whole.commands.get(*at).cloned()).collect()
    };
    block.shape = match block.commands.len() {
        0 => Shape::CommentsOnly,
        1 => Shape::Single,
        _ if whole.shape == Shape::Menu => Shape::Menu,
        _ => several,
    };
    settle(&mut block);
    block
}

/// One step for each numbered comment of a fence without a `#!` line; nothing where fewer than two are numbered.
pub(super) fn numbered_comments(fence: &Fence) -> Vec<Step> {
    if fence.lines.iter().filter(|line| may_number(line)).count() < 2 {
        return Vec::new();
    }
    let reading = fence::hung(fence, Place::Heading);
    let numbered = reading.groups.iter().filter(|group| group.number.is_some()).count();
    if numbered < 2 || reading.block.shape == Shape::Script || reading.block.commands.is_empty() {
        return Vec::new();
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, group) in reading.groups.iter().enumerate() {
        if steps.is_empty() && group.number.is_none() && only_speaks(&group.text) {
            open.push(at);
            continue;
        }
        if group.number.is_some() || steps.is_empty() {
            let label = group.label.clone().unwrap_or_else(|| group.text.lines().next().unwrap_or_default().to_owned());
            let title = shell::numbered(&label).map_or(label.clone(), |(_, words)| words);
            if !steps.is_empty() {
                close(&mut steps, &reading, &mut open);
            }
            let mut made = step::titled(&title, fence.first + group.first, StepForm::ScriptComment);
            // A group in front of the numbered ones is something else that the section offers.
            made.optional |= group.number.is_none();
            steps.push(made);
        }
        open.push(at);
    }
    close(&mut steps, &reading, &mut open);
    steps
}

/// A comment that bears a number may stand on the line, behind a prompt or not.
fn may_number(line: &str) -> bool {
    let words = |(_, rest): (&str, &str)| {
        shell::numbered(rest.trim_start_matches(|c: char| c.is_whitespace() || "=-*#─━".contains(c))).is_some()
    };
    line.split_once('#').is_some_and(words)
}

/// The lines only announce what comes, or set up the shell for it.
fn only_speaks(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    lines.peek().is_some() && lines.all(|line| line.starts_with("echo ") || line.starts_with("set -"))
}

/// Gives the last step the groups that were read for it.
fn close(steps: &mut [Step], reading: &Reading, open: &mut Vec<usize>) {
    let places = std::mem::take(open);
    let Some(step) = steps.last_mut() else { return };
    for at in &places {
        let group = &reading.groups[*at];
        step.details.extend(group.comments.iter().filter(|comment| Some(*comment) != group.label.as_ref()).cloned());
        let line = group.first;
        step.cautions.extend(reading.cautions.iter().filter(|caution| caution.line == reading.first + line).cloned());
        step.expect = step.expect.take().or_else(|| group.expect.clone());
    }
    step.blocks.push(part(&reading.block, reading, &places, Shape::Sequence));
}
