//! Ids that stay the same as long as the words do.

use std::collections::BTreeMap;

use crate::ids::{Digest, ProcedureId, StepId};
use crate::runbook::model::Step;
use crate::runbook::text::{Pattern, half_width};

/// How often `key` was counted before; counts it.
pub(super) fn count(seen: &mut BTreeMap<String, usize>, key: &str) -> usize {
    let times = seen.entry(key.to_owned()).or_default();
    *times += 1;
    *times - 1
}

static CHAPTER: Pattern = Pattern::new(r"^\s*(?:第?\d+(?:\.\d+)*[章節]?|[A-Z])[.)、:]?\s+|^\s*\d+(?:\.\d+)*[.)、:]\s*");

/// The heading path as one word. Chapter numbers are left out: a chapter that is put in before renumbers the others,
/// and their steps stay what they are.
pub(super) fn path(titles: &[String]) -> String {
    let bare = |title: &String| {
        let half = half_width(title);
        CHAPTER.replace_all(&half, "").into_owned()
    };
    titles.iter().map(bare).collect::<Vec<_>>().join("\u{1f}")
}

/// The id of a procedure by its heading path.
pub(super) fn procedure(path: &str, occurrence: usize) -> ProcedureId {
    ProcedureId(Digest::of(format!("{path}\u{1e}{occurrence}").as_bytes()).short().to_owned())
}

/// The id of a step by its procedure and its title.
pub(super) fn step(procedure: &ProcedureId, title: &str, occurrence: usize) -> StepId {
    StepId(Digest::of(format!("{procedure}\u{1e}{title}\u{1e}{occurrence}").as_bytes()).short().to_owned())
}

/// What the document says of a step, without the lines that it stands on and without what was found out about it.
pub(super) fn content(step: &Step) -> Digest {
    let mut text = String::with_capacity(1024);
    let mut add = |part: &str| {
        text.push_str(part);
        text.push('\u{1e}');
    };
    let fields = [&step.condition, &step.method, &step.expect, &step.owner, &step.priority, &step.planned_text];
    add(&step.title);
    for field in fields {
        add(field.as_deref().unwrap_or("\u{1f}"));
    }
    add(step.phase.as_ref().map_or("\u{1f}", |phase| &phase.title));
    for detail in &step.details {
        add(detail);
    }
    for rule in &step.rules {
        add(&rule.text);
    }
    for caution in &step.cautions {
        add(&caution.text);
    }
    for block in &step.blocks {
        add(block.lang.as_deref().unwrap_or("\u{1f}"));
        if let Some(condition) = &block.condition {
            add(condition);
        }
        for command in &block.commands {
            add(command.label.as_deref().unwrap_or("\u{1f}"));
            add(&command.text);
        }
    }
    Digest::of(text.as_bytes())
}
