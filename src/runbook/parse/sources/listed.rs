//! Steps from the items of lists, with the fences that stand between and behind them.

use super::super::fence;
use super::{
    Fence, Item, List, Node, Place, Section, Step, StepForm, Trail, bullets, cautions, has_command, has_fence, outline,
    shared, step, table,
};
use super::{Lexicon, Paragraph, Topic};
use crate::runbook::model::{Caution, CautionLevel};
use crate::runbook::text::one_line;

/// What of a section gives steps; what does not is told by the step before it.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted {
    /// Items with a box.
    pub(super) tasks: bool,
    /// The items of ordered lists.
    pub(super) ordered: bool,
    /// Bullets that hold a command.
    pub(super) bullets: bool,
    /// The rows of check tables.
    pub(super) tables: bool,
    /// An ordered list must be work by itself, as something stronger stands beside it.
    pub(super) beside: bool,
}

impl Wanted {
    /// Only the items of ordered lists.
    pub(super) const ORDERED: Self = Self { tasks: false, ordered: true, bullets: false, tables: false, beside: false };

    /// What is wanted of one list.
    fn of(self, list: &List, trail: &Trail<'_>) -> Self {
        let ordered = self.ordered && list.start.is_some() && (!self.beside || is_work(list, trail));
        Self { ordered, ..self }
    }

    /// How an item of such a list is a step, if it is one.
    fn form(self, list: &List, item: &Item) -> Option<StepForm> {
        let counted = self.ordered && !item.text.link_only;
        if item.text.struck {
            None
        } else if self.tasks && item.task {
            Some(StepForm::TaskItem)
        } else if counted {
            Some(StepForm::OrderedItem)
        } else {
            (self.bullets && list.start.is_none() && is_command(item)).then_some(StepForm::Bullet)
        }
    }
}

/// The steps of what is wanted of the section, in its order.
pub(super) fn steps(section: &Section, trail: &Trail<'_>, wanted: Wanted) -> Vec<Step> {
    let mut reader = Reader {
        lexicon: trail.lexicon,
        trail,
        section,
        wanted,
        steps: Vec::new(),
        list_from: 0,
        bare: false,
        last_number: 0,
        prose: Vec::new(),
        above: None,
        output_next: false,
        cautions_follow: None,
        cautions: Vec::new(),
        early: Vec::new(),
        unclaimed: Vec::new(),
    };
    for (at, node) in section.nodes.iter().enumerate() {
        reader.node(at, node);
    }
    reader.done()
}

/// An ordered list of the section asks for something.
pub(super) fn instructs(section: &Section, trail: &Trail<'_>) -> bool {
    holds_ordered(section, trail, |list| list.items.iter().any(|item| !item.text.link_only))
}

/// An ordered list of the section is work by itself.
pub(super) fn works(section: &Section, trail: &Trail<'_>) -> bool {
    holds_ordered(section, trail, |list| is_work(list, trail))
}

/// The list holds commands, or every item of it asks for something.
fn is_work(list: &List, trail: &Trail<'_>) -> bool {
    list.items.iter().any(is_command) || bullets::all_work(list, trail)
}

/// An item that holds a command, or is one.
fn is_command(item: &Item) -> bool {
    has_command(item) || item.text.code.as_deref().is_some_and(fence::is_inline_command)
}

/// The section holds an ordered list that is `wanted`, without one that only tells what happens.
fn holds_ordered(section: &Section, trail: &Trail<'_>, wanted: impl Fn(&List) -> bool) -> bool {
    let mut above: Option<&Paragraph> = None;
    section.nodes.iter().any(|node| {
        let lead = above.take();
        match node {
            Node::Paragraph(paragraph) => above = Some(paragraph),
            Node::List(list) => {
                return list.start.is_some() && wanted(list) && !is_explained(lead, trail.lexicon);
            }
            Node::Fence(_) | Node::Table(_) | Node::Quote(_) => {}
        }
        false
    })
}

/// The paragraph over a list says that what stands below happens by itself.
fn is_explained(lead: Option<&Paragraph>, lexicon: &Lexicon) -> bool {
    lead.is_some_and(|paragraph| {
        let text = paragraph.text.trim();
        let last = text.lines().last().unwrap_or_default();
        let said = lexicon.topics(last);
        text.ends_with([':', '：']) && said.has(Topic::Describing) && !said.has(Topic::Asking)
    })
}

struct Reader<'a> {
    lexicon: &'a Lexicon,
    trail: &'a Trail<'a>,
    section: &'a Section,
    wanted: Wanted,
    steps: Vec<Step>,
    /// Where the steps of the list that was read last begin.
    list_from: usize,
    /// No item of that list has a fence, and no fence was shared among them yet.
    bare: bool,
    /// The number of the last item, as the list counts.
    last_number: u64,
    /// Paragraphs since the last item that have named nothing yet.
    prose: Vec<&'a Paragraph>,
    /// The paragraph that stands just above.
    above: Option<&'a Paragraph>,
    output_next: bool,
    cautions_follow: Option<CautionLevel>,
    /// Cautions for the step that comes next.
    cautions: Vec<Caution>,
    /// Fences to be read that stand before the first step.
    early: Vec<&'a Fence>,
    /// What stands before the first step and is none itself: the first step tells it.
    unclaimed: Vec<String>,
}

impl<'a> Reader<'a> {
    fn node(&mut self, at: usize, node: &'a Node) {
        match node {
            Node::Paragraph(paragraph) => return self.paragraph(paragraph),
            Node::List(list) if self.is_source(list) => self.list(list),
            Node::List(_) if self.cautions_follow.is_some() => {}
            Node::List(list) => self.explain(list.items.iter()),
            Node::Table(table) if self.wanted.tables && table::is_checklist(table, self.trail) => {
                let rows = table::rows(table, self.lexicon);
                self.tell();
                self.list_from = self.steps.len();
                self.bare = true;
                self.take(rows);
            }
            Node::Fence(fence) => self.fence(at, fence),
            Node::Quote(quote) if !self.steps.is_empty() => {
                self.cautions.extend(cautions::of_quote(self.lexicon, quote))
            }
            Node::Table(_) | Node::Quote(_) => {}
        }
        self.above = None;
        self.output_next = false;
        self.cautions_follow = None;
    }

    fn is_source(&self, list: &List) -> bool {
        let wanted = self.wanted.of(list, self.trail);
        let forms = || list.items.iter().filter_map(|item| wanted.form(list, item));
        let explained = is_explained(self.above, self.lexicon);
        self.cautions_follow.is_none() && forms().any(|form| form == StepForm::TaskItem || !explained)
    }

    /// Items that are no steps are told by the step before them, or by the first one.
    fn explain<'b>(&mut self, items: impl Iterator<Item = &'b Item>) {
        for item in items.filter(|item| !item.text.struck) {
            match self.steps.last_mut() {
                Some(last) => step::add_item(last, item, self.lexicon),
                None => {
                    let mut told = step::titled("", item.line, StepForm::Bullet);
                    step::add_item(&mut told, item, self.lexicon);
                    self.unclaimed.append(&mut told.details);
                }
            }
        }
    }

    fn paragraph(&mut self, paragraph: &'a Paragraph) {
        self.output_next = step::announces_output(paragraph, self.lexicon);
        self.cautions_follow = cautions::over_list(self.lexicon, paragraph);
        if let Some(caution) = cautions::of_paragraph(self.lexicon, paragraph) {
            // Those before the first step are the section's.
            if !self.steps.is_empty() {
                self.cautions.push(caution);
            }
        } else if self.cautions_follow.is_none() {
            self.above = Some(paragraph);
            if !self.steps.is_empty() && !self.output_next && !paragraph.link_only {
                self.prose.push(paragraph);
            }
        }
    }

    /// Tells the last step what stands behind it.
    fn tell(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        if let Some(last) = self.steps.last_mut() {
            for paragraph in prose {
                step::add_prose(last, paragraph, self.lexicon);
            }
        }
    }

    fn list(&mut self, list: &List) {
        self.list_from = self.steps.len();
        let condition = self.above.and_then(|paragraph| step::condition_over(&one_line(&paragraph.text)));
        if condition.is_some() {
            self.prose.pop();
        }
        self.tell();
        self.last_number = list.start.unwrap_or_default() + list.items.len() as u64 - u64::from(list.start.is_some());
        let wanted = self.wanted.of(list, self.trail);
        self.bare = list.items.iter().all(|item| wanted.form(list, item).is_none() || !has_fence(item));
        let mut read: Vec<Step> = Vec::new();
        for item in &list.items {
            match wanted.form(list, item) {
                Some(form) => {
                    read.extend(Some(step::from_item(item, form, self.lexicon)).filter(|step| !step.title.is_empty()))
                }
                None if item.text.link_only || item.text.struck => {}
                None => match read.last_mut() {
                    Some(last) => step::add_item(last, item, self.lexicon),
                    None => self.explain(std::iter::once(item)),
                },
            }
        }
        super::alternatives(&mut read);
        for made in &mut read {
            made.condition = made.condition.take().or_else(|| condition.clone());
        }
        self.take(read);
    }

    /// Keeps steps, with what waits for the first of them.
    fn take(&mut self, read: Vec<Step>) {
        for mut made in read {
            made.cautions.splice(0..0, std::mem::take(&mut self.cautions));
            made.details.splice(0..0, std::mem::take(&mut self.unclaimed));
            for fence in std::mem::take(&mut self.early) {
                step::add_fence(&mut made, fence, Place::Item);
            }
            self.steps.push(made);
        }
    }

    fn fence(&mut self, at: usize, fence: &'a Fence) {
        if let Some(caution) = step::admonition(fence) {
            if !self.steps.is_empty() {
                self.cautions.push(caution);
            }
            return;
        }
        if outline::holds_document(fence) {
            return;
        }
        let several = self.steps.len() - self.list_from > 1;
        let goes_on = self.goes_on(at);
        if self.output_next || !step::executable(fence) {
            let place = if self.output_next { Place::Output } else { Place::Item };
            if fence.forbidden.is_some() && self.above.is_some() {
                self.prose.pop();
            }
            match self.steps.last_mut() {
                Some(last) => step::add_fence(last, fence, place),
                None => self.early.push(fence),
            }
        } else if self.steps.is_empty() {
            self.apart(fence);
        } else if goes_on || (!several && self.above.is_none()) {
            self.attach(fence);
        } else if self.bare && (self.above.is_none() || shared::any_match(&self.steps[self.list_from..], fence)) {
            shared::share(&mut self.steps, self.list_from, fence);
            self.bare = false;
        } else if self.above.is_some() {
            self.apart(fence);
        } else {
            self.attach(fence);
        }
    }

    fn attach(&mut self, fence: &Fence) {
        self.tell();
        if let Some(last) = self.steps.last_mut() {
            last.cautions.append(&mut self.cautions);
            step::add_fence(last, fence, Place::Item);
        }
    }

    /// A fence that belongs to no item stays reachable as a step that does not count.
    fn apart(&mut self, fence: &Fence) {
        if self.above.is_some() {
            self.prose.pop();
        }
        self.tell();
        let name = self.above.map(|paragraph| step::sentence(&one_line(&paragraph.text)));
        let line = self.above.map_or(fence.line, |paragraph| paragraph.line);
        let mut made = step::titled(&name.unwrap_or_else(|| self.section.title.clone()), line, StepForm::Paragraph);
        made.optional = true;
        made.cautions.append(&mut self.cautions);
        step::add_fence(&mut made, fence, Place::Item);
        self.steps.push(made);
        self.list_from = self.steps.len();
    }

    /// An ordered list goes on behind the fence at `at`.
    fn goes_on(&self, at: usize) -> bool {
        let behind = self.section.nodes.get(at + 1..).unwrap_or_default();
        let next = behind.iter().find_map(|node| if let Node::List(list) = node { list.start } else { None });
        // Of a list whose every number is 1 each part has one item.
        let lone = self.steps.len() - self.list_from == 1;
        next.is_some_and(|start| (start > 1 && start == self.last_number + 1) || (start == 1 && lone))
    }

    fn done(mut self) -> Vec<Step> {
        self.tell();
        if let Some(last) = self.steps.last_mut() {
            last.cautions.append(&mut self.cautions);
        }
        self.steps
    }
}
