//! Steps from the items of lists, with the fences that stand between and behind them.

use super::{
    Fence, Item, List, Node, Place, Section, Step, StepForm, Trail, cautions, has_fence, outline, shared, step,
};
use super::{Lexicon, Paragraph, Topic};
use crate::runbook::model::{Caution, CautionLevel};
use crate::runbook::text::one_line;

/// The items of the section's lists that are `wanted`.
pub(super) fn steps(section: &Section, trail: &Trail<'_>, wanted: fn(&Item) -> bool, form: StepForm) -> Vec<Step> {
    let mut reader = Reader {
        lexicon: trail.lexicon,
        section,
        wanted,
        form,
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
    };
    for (at, node) in section.nodes.iter().enumerate() {
        reader.node(at, node);
    }
    reader.done()
}

/// An ordered list of the section asks for something.
pub(super) fn instructs(section: &Section, trail: &Trail<'_>, wanted: fn(&Item) -> bool) -> bool {
    let mut above: Option<&Paragraph> = None;
    section.nodes.iter().any(|node| {
        let lead = above.take();
        match node {
            Node::Paragraph(paragraph) => above = Some(paragraph),
            Node::List(list) => {
                return list.start.is_some() && list.items.iter().any(wanted) && !is_explained(lead, trail.lexicon);
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
    section: &'a Section,
    wanted: fn(&Item) -> bool,
    form: StepForm,
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
}

impl<'a> Reader<'a> {
    fn node(&mut self, at: usize, node: &'a Node) {
        match node {
            Node::Paragraph(paragraph) => return self.paragraph(paragraph),
            Node::List(list) if self.is_source(list) => self.list(list),
            Node::List(list) => {
                if self.cautions_follow.is_none()
                    && let Some(last) = self.steps.last_mut()
                {
                    step::add_list(last, list, self.lexicon);
                }
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
        let explained = self.form == StepForm::OrderedItem && is_explained(self.above, self.lexicon);
        self.cautions_follow.is_none()
            && !explained
            && list.items.iter().any(self.wanted)
            && (self.form == StepForm::TaskItem || list.start.is_some())
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
        let items: Vec<&Item> = list.items.iter().filter(|item| (self.wanted)(item)).collect();
        self.bare = items.iter().all(|item| !has_fence(item));
        let items = items.into_iter().map(|item| step::from_item(item, self.form, self.lexicon));
        let mut read: Vec<Step> = items.filter(|step| !step.title.is_empty()).collect();
        super::alternatives(&mut read);
        for mut made in read {
            made.condition = made.condition.or_else(|| condition.clone());
            made.cautions.splice(0..0, std::mem::take(&mut self.cautions));
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
