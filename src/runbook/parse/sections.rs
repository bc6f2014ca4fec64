//! From the tree of sections to procedures: each section gives the strongest source of steps that it holds.
//!
//! Strongest first: task items, check tables, ordered lists, numbered comments, numbered headings,
//! a heading or a paragraph over commands, bullets where the heading says that there is something to do.

use std::collections::{BTreeMap, BTreeSet};

use super::outline::{self, Section};
use super::source::Depth;
use super::sources::headings;
use super::trail::Trail;
use super::{cautions, choice, fence, ids, phases, sources, step};
use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{
    Caution, CautionLevel, Guidance, GuidanceTime, Procedure, ProcedureKind, Reference, Shape, Step, StepForm, Trigger,
    TriggerKind,
};
use crate::runbook::text::one_line;

/// What the sections of a document give.
#[derive(Default)]
pub(super) struct Harvest {
    depth: Depth,
    pub(super) procedures: Vec<Procedure>,
    pub(super) guidance: Vec<Guidance>,
    pub(super) reference: Vec<Reference>,
    /// The lines of headings that another reader has taken.
    pub(super) taken: Vec<usize>,
    seen: BTreeMap<String, usize>,
}

impl Harvest {
    /// Nothing yet.
    pub(super) fn of(depth: Depth) -> Self {
        Self { depth, ..Self::default() }
    }

    /// Reads a whole document; `title` stands for its top.
    pub(super) fn document(&mut self, root: &Section, title: &str, lexicon: &Lexicon) {
        self.section(root, &Trail::new(lexicon), title);
        self.procedures.sort_by_key(|procedure| procedure.line);
    }

    /// Keeps every fence that no step holds to be read, so that nothing of the document is out of reach.
    pub(super) fn rest(&mut self, root: &Section, title: &str, lexicon: &Lexicon) {
        let held = self.held();
        self.unheld(root, &Trail::new(lexicon), title, &held);
        self.reference.sort_by_key(|reference| reference.line);
    }

    fn unheld(&mut self, section: &Section, above: &Trail<'_>, top: &str, held: &Held) {
        let trail = if section.level > 0 { above.down(section) } else { above.clone() };
        let mut fences = Vec::new();
        fences_below(&section.nodes, &mut fences);
        fences.retain(|fence| !held.holds(fence) && step::admonition(fence).is_none());
        let taken = section.level > 0 && self.taken.contains(&section.line);
        if !fences.is_empty() && !taken {
            let heading_path = if trail.is_empty() { vec![top.to_owned()] } else { trail.titles() };
            let blocks = fences.into_iter().map(|fence| fence::read(fence, fence::Place::Example).block).collect();
            self.reference.push(Reference { heading_path, line: section.line, blocks });
        }
        for child in &section.children {
            self.unheld(child, &trail, top, held);
        }
    }

    /// Where the steps and their fences stand.
    fn held(&self) -> Held {
        let steps = || self.procedures.iter().flat_map(|procedure| &procedure.steps);
        Held {
            steps: steps().map(|step| step.line).collect(),
            blocks: steps().flat_map(|step| &step.blocks).map(|block| block.line).collect(),
        }
    }

    /// Reads a section and everything below it. `above` is the way to the section above.
    fn section(&mut self, section: &Section, above: &Trail<'_>, top: &str) {
        let trail = if section.level > 0 { above.down(section) } else { above.clone() };
        let named = if trail.is_empty() { trail.named(top) } else { trail.clone() };
        if section.level > 0 && self.taken.contains(&section.line) {
            return self.children(section, &trail, top);
        }
        let from = self.procedures.len();
        if section.level > 0 && trail.own().has(Topic::Guidance) && self.guide(section, &trail) {
            return;
        }
        if let Some(joined) = headings::joined(section, &named) {
            self.procedure(section, &named, joined.steps);
            for child in section.children.iter().filter(|child| !joined.lines.contains(&child.line)) {
                self.section(child, &trail, top);
            }
            return self.advise(section, from, &trail);
        }
        if let Some((steps, lines)) = phases::drill_document(section, &named) {
            self.procedure(section, &named, steps);
            for child in section.children.iter().filter(|child| !lines.contains(&child.line)) {
                self.section(child, &trail, top);
            }
            return;
        }
        if let Some(steps) = phases::phased(section, &named) {
            return self.procedure(section, &named, steps);
        }
        self.documents(section, &named);
        let steps = sources::steps(section, &named);
        let governs = steps.is_empty() && self.depth == Depth::Whole;
        let trail = if governs { trail.warned(grave(cautions::of_section(named.lexicon, section))) } else { trail };
        if !steps.is_empty() {
            self.procedure(section, &named, steps);
        }
        let own = self.procedures.len() > from;
        if !own && section.level > 0 {
            self.conditions(section, &trail);
        }
        self.children(section, &trail, top);
        if !own {
            self.branches(section, &named, from);
        }
        self.advise(section, from, &trail);
    }

    /// Headings with only words below them: conditions of the section's work, and numbered steps by hand.
    fn branches(&mut self, section: &Section, trail: &Trail<'_>, from: usize) {
        if !trail.is_work() || trail.is_background() || trail.names() {
            return;
        }
        let made: BTreeSet<usize> = self.procedures.iter().skip(from).map(|procedure| procedure.line).collect();
        let silent = |child: &&Section| !made.contains(&child.line);
        let children: Vec<&Section> = section.children.iter().filter(silent).collect();
        let branches: Vec<Step> = children.iter().filter_map(|child| headings::branch(child, trail)).collect();
        if !branches.is_empty() {
            self.procedure(section, trail, branches);
        }
        for child in children {
            if let Some(step) = headings::by_hand(child, trail) {
                self.procedure(child, &trail.down(child), vec![step]);
            }
        }
    }

    fn children(&mut self, section: &Section, trail: &Trail<'_>, top: &str) {
        for child in &section.children {
            self.section(child, trail, top);
        }
    }

    /// Documents that stand in fences of the section: one with task items is a procedure of its own.
    fn documents(&mut self, section: &Section, trail: &Trail<'_>) {
        if trail.own().has(Topic::Example) && !trail.own().has(Topic::Procedural) {
            return;
        }
        for fence in section.fences() {
            if let Some(document) = outline::nested(fence)
                && let Some(steps) = phases::document(document, trail)
            {
                self.procedure(section, trail, steps);
            }
        }
    }

    /// Reads advice for any run; gives false where the section holds steps, or cautions of the section above.
    fn guide(&mut self, section: &Section, trail: &Trail<'_>) -> bool {
        let tasks = |section: &Section| section.lists().any(|list| list.items.iter().any(|item| item.task));
        if tasks(section)
            || section.children.iter().any(|child| tasks(child) || child.fences().count() > 0)
            || section.fences().count() > 0
        {
            return false;
        }
        if trail.titles().len() > 1 && section.children.is_empty() {
            // Cautions of a chapter; the chapter takes them when its procedures are known.
            return true;
        }
        for part in std::iter::once(section).chain(&section.children) {
            let items: Vec<String> =
                part.lists().flat_map(|list| &list.items).map(|item| one_line(&item.text.text)).collect();
            if let Some(first) = items.first() {
                let when = guidance_time(trail.lexicon, &part.title, first);
                self.guidance.push(Guidance { when, title: part.title.clone(), items, line: part.line });
            }
        }
        true
    }

    /// Keeps what must be true before the work, or at its end, where it is no list of steps.
    fn conditions(&mut self, section: &Section, trail: &Trail<'_>) {
        let when = match trail.own() {
            own if own.has(Topic::Prerequisite) => GuidanceTime::Before,
            own if own.has(Topic::Completion) => GuidanceTime::After,
            _ => return,
        };
        let listed = section.lists().flat_map(|list| &list.items).filter(|item| !item.text.link_only);
        let mut items: Vec<String> = listed.map(|item| one_line(&item.text.text)).collect();
        if items.is_empty() && when == GuidanceTime::After {
            let prose = section.nodes.iter().filter_map(|node| match node {
                outline::Node::Paragraph(text) if !text.link_only => Some(one_line(&text.text)),
                outline::Node::Paragraph(_) | outline::Node::List(_) | outline::Node::Fence(_) => None,
                outline::Node::Table(_) | outline::Node::Quote(_) => None,
            });
            items.extend(prose);
        }
        items.retain(|item| !item.is_empty());
        if !items.is_empty() {
            self.guidance.push(Guidance { when, title: section.title.clone(), items, line: section.line });
        }
    }

    /// Gives the cautions of a section's 注意事項 to the procedures of the section, which begin at `from`.
    fn advise(&mut self, section: &Section, from: usize, trail: &Trail<'_>) {
        if trail.is_empty() || self.depth == Depth::Listed {
            return;
        }
        for child in &section.children {
            if !trail.lexicon.says(&child.title, Topic::Guidance) || !child.children.is_empty() {
                continue;
            }
            let found = cautions::of_guidance(trail.lexicon, child);
            let mut procedures = self.procedures[from..].iter_mut().filter(|p| p.line != child.line).peekable();
            if procedures.peek().is_none() {
                let items: Vec<String> = found.into_iter().map(|caution| caution.text).collect();
                if let Some(first) = items.first() {
                    let when = guidance_time(trail.lexicon, &child.title, first);
                    self.guidance.push(Guidance { when, title: child.title.clone(), items, line: child.line });
                }
                continue;
            }
            for procedure in procedures {
                procedure.cautions.extend(found.iter().cloned());
            }
        }
    }

    fn procedure(&mut self, section: &Section, trail: &Trail<'_>, mut steps: Vec<Step>) {
        let path = trail.titles();
        let key = ids::path(&path);
        let occurrence = ids::count(&mut self.seen, &key);
        let id = ids::procedure(&key, occurrence);
        let mut cautions = Vec::new();
        match self.depth {
            Depth::Whole => {
                let mut titles = BTreeMap::new();
                for (at, step) in steps.iter_mut().enumerate() {
                    step.number = (at + 1).to_string();
                    step.manual = !step.could_run();
                    step::read_title(step, trail.lexicon);
                    let occurrence = ids::count(&mut titles, &step.title);
                    step.id = ids::step(&id, &step.title, occurrence);
                }
                cautions.extend_from_slice(trail.cautions());
                cautions.extend(cautions::of_section(trail.lexicon, section));
            }
            // Only of branches it is asked whether they may be left out.
            Depth::Listed => {
                let branches = steps.iter_mut().filter(|step| step.condition.is_some());
                branches.for_each(|step| step::read_title(step, trail.lexicon));
            }
        }
        let trigger = trigger(trail);
        let kind = if one_of(section, &steps) { ProcedureKind::Menu } else { kind(trail, &trigger, &steps) };
        self.procedures.push(Procedure {
            id,
            title: path.last().cloned().unwrap_or_default(),
            heading_path: path,
            line: section.line,
            kind,
            trigger,
            cautions,
            steps,
        });
    }
}

/// What governs everything below; a remark does not.
fn grave(mut cautions: Vec<Caution>) -> Vec<Caution> {
    cautions.retain(|caution| caution.level != CautionLevel::Note);
    cautions
}

/// The fences of blocks, also those in lists and quotes.
fn fences_below<'a>(nodes: &'a [outline::Node], found: &mut Vec<&'a outline::Fence>) {
    for node in nodes {
        match node {
            outline::Node::Fence(fence) => found.push(fence),
            outline::Node::List(list) => list.items.iter().for_each(|item| fences_below(&item.nodes, found)),
            outline::Node::Quote(quote) => fences_below(&quote.nodes, found),
            outline::Node::Paragraph(_) | outline::Node::Table(_) => {}
        }
    }
}

/// The lines of all steps, and of the fences that they hold.
struct Held {
    steps: BTreeSet<usize>,
    blocks: BTreeSet<usize>,
}

impl Held {
    /// A step holds the fence, or was read from its lines.
    fn holds(&self, fence: &outline::Fence) -> bool {
        self.blocks.contains(&fence.line)
            || self.steps.range(fence.line..=fence.first + fence.lines.len()).next().is_some()
            || sources::box_lines(fence).is_some()
            || step::arrow_stages(fence).is_some()
    }
}

fn guidance_time(lexicon: &Lexicon, title: &str, first: &str) -> GuidanceTime {
    let (title, first) = (lexicon.topics(title), lexicon.topics(first));
    if title.has(Topic::After) {
        GuidanceTime::After
    } else if title.has(Topic::Before) || (first.has(Topic::Before) && !title.has(Topic::During)) {
        GuidanceTime::Before
    } else {
        GuidanceTime::During
    }
}

fn trigger(trail: &Trail<'_>) -> Trigger {
    let mut occasions = trail.occasions();
    let own = occasions.next().flatten();
    let said = match own {
        Some(own) if own.rule.is_some() => Some(own),
        own => occasions.flatten().find(|above| above.rule.is_some()).or(own),
    };
    let incident = trail.any(Topic::Incident);
    if trail.any(Topic::Drill) {
        let (text, rule) = said.map_or((String::new(), None), |said| (said.text, said.rule));
        return Trigger { kind: TriggerKind::Drill, text, rule };
    }
    if let Some(said) = said.filter(|said| said.rule.is_some() || !incident) {
        return Trigger { kind: said.kind, text: said.text, rule: said.rule };
    }
    let kind =
        if incident || trail.any(Topic::Troubleshooting) { TriggerKind::Incident } else { TriggerKind::OnDemand };
    Trigger { kind, text: String::new(), rule: None }
}

/// The words before the steps of a section say that one of them is to be taken.
fn one_of(section: &Section, steps: &[Step]) -> bool {
    let first = steps.iter().map(|step| step.line).min().unwrap_or_default();
    let offers = |node: &outline::Node| match node {
        outline::Node::Paragraph(paragraph) => paragraph.line < first && choice::offers(&one_line(&paragraph.text)),
        outline::Node::List(_) | outline::Node::Fence(_) | outline::Node::Table(_) | outline::Node::Quote(_) => false,
    };
    let ticked = |step: &Step| matches!(step.form, StepForm::TaskItem | StepForm::TableRow | StepForm::NumberedHeading);
    steps.len() >= 2 && !steps.iter().any(ticked) && section.nodes.iter().any(offers)
}

fn kind(trail: &Trail<'_>, trigger: &Trigger, steps: &[Step]) -> ProcedureKind {
    let deadlines = steps.iter().filter(|step| step.deadline.is_some()).count();
    let form = |wanted: StepForm| steps.iter().any(|step| step.form == wanted);
    let branches = !steps.is_empty() && steps.iter().all(|step| step.condition.is_some() && step.optional);
    let menu = |step: &Step| step.blocks.iter().any(|block| block.shape == Shape::Menu);
    if trail.any(Topic::Drill) {
        ProcedureKind::Drill
    } else if form(StepForm::FlowLine) || (trigger.kind == TriggerKind::Incident && deadlines >= 2) {
        ProcedureKind::Flow
    } else if form(StepForm::TaskItem) || form(StepForm::TableRow) && !form(StepForm::NumberedHeading) {
        ProcedureKind::Checklist
    } else if branches || trail.any(Topic::Troubleshooting) && !form(StepForm::ScriptComment) {
        ProcedureKind::Troubleshooting
    } else if form(StepForm::Bullet) {
        ProcedureKind::Checklist
    } else if form(StepForm::OrderedItem) || form(StepForm::NumberedHeading) || form(StepForm::ScriptComment) {
        ProcedureKind::Sequence
    } else if steps.iter().any(menu) {
        ProcedureKind::Menu
    } else {
        ProcedureKind::Sequence
    }
}
