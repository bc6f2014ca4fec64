//! From the tree of sections to procedures: each section gives the strongest source of steps that it holds.
//!
//! Strongest first: task items, check tables, ordered lists, numbered comments, numbered headings,
//! a heading or a paragraph over commands, bullets where the heading says that there is something to do.

use std::collections::BTreeMap;

use super::outline::{Node, Section};
use super::{fence, ids, rules, sources, step, time, words};
use crate::runbook::model::{
    Caution, Guidance, GuidanceTime, Procedure, ProcedureKind, Reference, Shape, Step, StepForm, Trigger, TriggerKind,
};
use crate::runbook::text::{has_any, one_line};

/// What the sections of a document give.
#[derive(Default)]
pub(super) struct Harvest {
    pub(super) procedures: Vec<Procedure>,
    pub(super) guidance: Vec<Guidance>,
    pub(super) reference: Vec<Reference>,
    /// The lines of headings that another reader has taken.
    pub(super) taken: Vec<usize>,
    seen: BTreeMap<String, usize>,
}

impl Harvest {
    /// Reads a section and everything below it. `above` are the headings above it.
    pub(super) fn section(&mut self, section: &Section, above: &[String], fallback: &str) {
        let title = if section.level == 0 { fallback } else { &section.title };
        let mut path = above.to_vec();
        if section.level > 0 {
            path.push(title.to_owned());
        }
        if self.taken.contains(&section.line) && section.level > 0 {
            return self.children(section, &path, fallback);
        }
        if section.level > 0 && words::is_guidance(title) && self.guide(section) {
            return;
        }
        let own_path = if path.is_empty() { vec![title.to_owned()] } else { path.clone() };
        if let Some(steps) = sources::numbered_headings(section) {
            self.procedure(section, &own_path, steps);
            self.leftover(section, &own_path);
            return;
        }
        let steps = sources::steps(section, &own_path);
        if steps.is_empty() {
            self.leftover(section, &own_path);
        } else {
            self.procedure(section, &own_path, steps);
        }
        self.children(section, &path, fallback);
    }

    fn children(&mut self, section: &Section, path: &[String], fallback: &str) {
        for child in &section.children {
            self.section(child, path, fallback);
        }
    }

    /// Fences that belong to no step are kept to be read.
    fn leftover(&mut self, section: &Section, path: &[String]) {
        let admonitions = |fence: &&super::outline::Fence| step::admonition(fence).is_none();
        let place = fence::Place::Example;
        let blocks: Vec<_> =
            section.fences().filter(admonitions).map(|fence| fence::read(fence, place).block).collect();
        if !blocks.is_empty() {
            self.reference.push(Reference { heading_path: path.to_vec(), line: section.line, blocks });
        }
    }

    /// Reads advice for any run; gives false where the section holds steps.
    fn guide(&mut self, section: &Section) -> bool {
        let tasks = |section: &Section| section.lists().any(|list| list.items.iter().any(|item| item.task));
        if tasks(section)
            || section.children.iter().any(|child| tasks(child) || child.fences().count() > 0)
            || section.fences().count() > 0
        {
            return false;
        }
        for part in std::iter::once(section).chain(&section.children) {
            let items: Vec<String> =
                part.lists().flat_map(|list| &list.items).map(|item| one_line(&item.text.text)).collect();
            if let Some(first) = items.first() {
                let when = guidance_time(&part.title, first);
                self.guidance.push(Guidance { when, title: part.title.clone(), items, line: part.line });
            }
        }
        true
    }

    fn procedure(&mut self, section: &Section, path: &[String], mut steps: Vec<Step>) {
        let title = path.last().cloned().unwrap_or_default();
        let key = path.join("\u{1f}");
        let occurrence = ids::count(&mut self.seen, &key);
        let id = ids::procedure(&key, occurrence);
        let mut titles = BTreeMap::new();
        for (at, step) in steps.iter_mut().enumerate() {
            step.number = (at + 1).to_string();
            step.manual = !step::could_run(step);
            let occurrence = ids::count(&mut titles, &step.title);
            step.id = ids::step(&id, &step.title, occurrence);
        }
        let trigger = trigger(path);
        let kind = kind(path, &trigger, &steps);
        let cautions = cautions(section);
        let line = section.line;
        self.procedures.push(Procedure {
            id,
            title,
            heading_path: path.to_vec(),
            line,
            kind,
            trigger,
            cautions,
            steps,
        });
    }
}

fn guidance_time(title: &str, first: &str) -> GuidanceTime {
    let before = ["準備", "事前", "開始前", "作業前", "before", "preparation", "prepare", "prerequisite"];
    let after = ["完了", "終了", "事後", "作業後", "実施後", "after", "completion", "closing", "finish"];
    if has_any(title, &after) {
        GuidanceTime::After
    } else if has_any(title, &before) || (has_any(first, &before) && !has_any(title, &["中", "during", "while"])) {
        GuidanceTime::Before
    } else {
        GuidanceTime::During
    }
}

/// The cautions that stand in the section and in no step.
fn cautions(section: &Section) -> Vec<Caution> {
    let mut found = Vec::new();
    let mut list_follows = None;
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => {
                let whole = one_line(&paragraph.text);
                list_follows = step::caution_heading(&whole);
                if let Some((level, text)) = rules::caution(&whole).filter(|(_, text)| !text.is_empty()) {
                    found.push(rules::make_caution(level, &text, paragraph.line));
                }
                continue;
            }
            Node::List(list) => {
                if let Some(level) = list_follows {
                    found.extend(
                        list.items.iter().map(|item| rules::make_caution(level, &one_line(&item.text.text), item.line)),
                    );
                }
            }
            Node::Quote(quote) => found.extend(step::quote_cautions(quote)),
            Node::Fence(fence) => found.extend(step::admonition(fence)),
            Node::Table(_) => {}
        }
        list_follows = None;
    }
    found
}

fn trigger(path: &[String]) -> Trigger {
    let own = path.last().and_then(|title| time::occasion(title));
    let named = |occasion: &time::Occasion| occasion.rule.is_some();
    let above = || path.iter().rev().skip(1).filter_map(|title| time::occasion(title)).find(|o| o.rule.is_some());
    let whole = path.join(" ");
    let said = match own {
        Some(own) if named(&own) => Some(own),
        own => above().or(own),
    };
    if let Some(said) = said.filter(|said| said.rule.is_some() || !words::is_incident(&whole)) {
        return Trigger { kind: said.kind, text: said.text, rule: said.rule };
    }
    let kind = if words::is_incident(&whole) || words::is_troubleshooting(&whole) {
        TriggerKind::Incident
    } else if words::is_drill(&whole) {
        TriggerKind::Drill
    } else {
        TriggerKind::OnDemand
    };
    Trigger { kind, text: String::new(), rule: None }
}

fn kind(path: &[String], trigger: &Trigger, steps: &[Step]) -> ProcedureKind {
    let deadlines = steps.iter().filter(|step| step.deadline.is_some()).count();
    let form = |wanted: StepForm| steps.iter().any(|step| step.form == wanted);
    let menu = |step: &Step| step.blocks.iter().any(|block| block.shape == Shape::Menu);
    if form(StepForm::FlowLine) || (trigger.kind == TriggerKind::Incident && deadlines >= 2) {
        ProcedureKind::Flow
    } else if form(StepForm::TaskItem) || form(StepForm::TableRow) || form(StepForm::Bullet) {
        ProcedureKind::Checklist
    } else if path.iter().any(|title| words::is_troubleshooting(title)) && !form(StepForm::ScriptComment) {
        ProcedureKind::Troubleshooting
    } else if form(StepForm::OrderedItem) || form(StepForm::NumberedHeading) || form(StepForm::ScriptComment) {
        ProcedureKind::Sequence
    } else if steps.iter().any(menu) {
        ProcedureKind::Menu
    } else {
        ProcedureKind::Sequence
    }
}
