//! Steps from commands: under a heading, under a paragraph that names them, or in the items of a plain list.

use super::super::choice::{self, Above};
use super::super::fence;
use super::{
    Fence, Item, Node, Place, Section, Step, StepForm, Topic, Trail, cautions, has_command, outline, shared, step,
};
use super::{Lexicon, Paragraph};
use crate::runbook::model::{Caution, CautionLevel};
use crate::runbook::shell;
use crate::runbook::text::{Pattern, one_line};

/// The steps that the commands of a section make; nothing where it holds none.
pub(super) fn steps(section: &Section, trail: &Trail<'_>) -> Vec<Step> {
    let work = trail.is_work();
    let settings = settings(section, trail.title());
    let runs = |fence: &&Fence| !settings.contains(&fence.line) && makes_step(fence, work);
    let fences: Vec<&Fence> = section.fences().filter(runs).collect();
    let in_lists = section.lists().any(|list| list.items.iter().any(has_command));
    if fences.is_empty() && !in_lists {
        return Vec::new();
    }
    if let ([only], false) = (&fences[..], in_lists) {
        let numbered = shared::numbered_comments(only);
        if !numbered.is_empty() {
            return numbered;
        }
        let named = section.nodes.iter().any(|node| matches!(node, Node::Paragraph(p) if names(p, trail.lexicon)));
        let by_paragraph = named || is_bare(trail) && is_introduced(section, trail.lexicon);
        if !by_paragraph {
            let mut made = step::titled(trail.title(), section.line.max(1), StepForm::Heading);
            attach_all(&mut made, section, trail.lexicon);
            return vec![made];
        }
    }
    let mut walk = Walk {
        trail,
        work,
        settings,
        steps: Vec::new(),
        above: Vec::new(),
        cautions: Vec::new(),
        cautions_follow: None,
        notes: Vec::new(),
        early: Vec::new(),
    };
    for (at, node) in section.nodes.iter().enumerate() {
        walk.node(node, section.nodes.get(at + 1));
    }
    walk.done()
}

/// The lines of the fences that show what stands in a file of settings, which the heading or the words above name.
fn settings(section: &Section, title: &str) -> Vec<usize> {
    let titled = shell::names_settings(title);
    let mut above = None;
    let mut found = Vec::new();
    for node in &section.nodes {
        if let Node::Fence(fence) = node
            && (titled || above.is_some_and(|above: &Paragraph| shell::names_settings(&above.text)))
            && shell::is_settings(&fence.lines)
        {
            found.push(fence.line);
        }
        above = if let Node::Paragraph(paragraph) = node { Some(paragraph) } else { None };
    }
    found
}

/// The fence may run, or holds a query that a person is to ask elsewhere.
fn makes_step(fence: &Fence, work: bool) -> bool {
    let query = || matches!(fence::lang(fence), Some("promql" | "logql" | "kql" | "kusto" | "lucene"));
    step::executable(fence) || (work && query())
}

/// The heading says nothing but that there is something to do.
fn is_bare(trail: &Trail<'_>) -> bool {
    trail.lexicon.is_word(trail.title(), &[Topic::Procedural, Topic::Activity])
}

/// A paragraph stands just above the command.
fn is_introduced(section: &Section, lexicon: &Lexicon) -> bool {
    section.nodes.windows(2).any(|pair| {
        matches!(pair, [Node::Paragraph(above), Node::Fence(fence)]
            if step::executable(fence) && cautions::of_paragraph(lexicon, above).is_none())
    })
}

/// A paragraph that is the name of the fence below it: bold words, or words that end in a colon.
fn names(paragraph: &Paragraph, lexicon: &Lexicon) -> bool {
    let text = paragraph.text.trim();
    let bold = paragraph.lead.as_deref().is_some_and(|lead| lead.chars().count() + 2 >= text.chars().count());
    (bold || text.ends_with([':', '：']))
        && cautions::over_list(lexicon, paragraph).is_none()
        && cautions::of_paragraph(lexicon, paragraph).is_none()
        && !step::announces_output(paragraph, lexicon)
}

static FIELD: Pattern = Pattern::new(r"^[^\s:：][^:：]{0,11}[:：]\s*\S").needing(&[":", "："]);

/// The lines of a paragraph that tells one field a line, 症状: …, 原因: …, up to the last, which names what is below.
fn labelled(paragraph: &Paragraph) -> Option<(&str, &str)> {
    let (told, label) = paragraph.text.trim_end().rsplit_once('\n')?;
    let named = label.ends_with([':', '：']) || label.chars().count() <= 12;
    (named && told.lines().all(|line| FIELD.is_match(line.trim()))).then_some((told, label))
}

/// Hangs everything under a heading on its one step.
fn attach_all(made: &mut Step, section: &Section, lexicon: &Lexicon) {
    let mut above = Above::of(made);
    let mut output_next = false;
    // Cautions before the command are the section's; they are not told twice.
    let mut begun = false;
    let mut cautions_follow = false;
    for node in &section.nodes {
        match node {
            Node::Paragraph(paragraph) => {
                output_next = step::announces_output(paragraph, lexicon);
                cautions_follow = cautions::over_list(lexicon, paragraph).is_some();
                match cautions::of_paragraph(lexicon, paragraph) {
                    Some(caution) if begun => made.cautions.push(caution),
                    Some(_) => {}
                    None if output_next || cautions_follow => {}
                    None => {
                        above.says(&one_line(&paragraph.text), made);
                        step::add_prose(made, paragraph, lexicon);
                    }
                }
                continue;
            }
            Node::Fence(fence) => {
                begun |= step::admonition(fence).is_none();
                let from = made.blocks.len();
                step::add_fence(made, fence, if output_next { Place::Output } else { Place::Heading });
                above.hung(from, made);
            }
            Node::List(_) if cautions_follow => {}
            Node::List(list) => step::add_list(made, list, lexicon),
            Node::Quote(quote) if begun => made.cautions.extend(cautions::of_quote(lexicon, quote)),
            Node::Table(_) | Node::Quote(_) => {}
        }
        output_next = false;
        cautions_follow = false;
    }
    above.settle(made);
}

/// One step for each fence that may run, named by the paragraph above it, else by the heading.
struct Walk<'a> {
    trail: &'a Trail<'a>,
    /// A heading says that there is something to do.
    work: bool,
    /// The lines of the fences that hold what stands in a file.
    settings: Vec<usize>,
    steps: Vec<Step>,
    /// The paragraphs since the last step.
    above: Vec<&'a Paragraph>,
    /// Cautions for the step that comes next.
    cautions: Vec<Caution>,
    cautions_follow: Option<CautionLevel>,
    /// What else stands above the next step.
    notes: Vec<&'a Node>,
    /// Fences to be read that stand before the first step.
    early: Vec<&'a Fence>,
}

impl<'a> Walk<'a> {
    fn node(&mut self, node: &'a Node, next: Option<&Node>) {
        match node {
            Node::Paragraph(paragraph) => {
                self.cautions_follow = cautions::over_list(self.trail.lexicon, paragraph);
                match cautions::of_paragraph(self.trail.lexicon, paragraph) {
                    Some(caution) if !self.steps.is_empty() => self.cautions.push(caution),
                    Some(_) => {}
                    None if self.cautions_follow.is_none() => self.above.push(paragraph),
                    None => {}
                }
                return;
            }
            Node::Fence(fence) => self.fence(fence),
            Node::List(_) if self.cautions_follow.is_some() => {}
            Node::List(list) if list.items.iter().any(has_command) => {
                for item in &list.items {
                    self.item(item);
                }
            }
            // A fence right below a list belongs to its last item, as if it were indented.
            Node::List(list) if matches!(next, Some(Node::Fence(fence)) if makes_step(fence, self.work)) => {
                for item in &list.items {
                    self.item(item);
                }
            }
            Node::List(_) => self.notes.push(node),
            Node::Quote(quote) if !self.steps.is_empty() => {
                self.cautions.extend(cautions::of_quote(self.trail.lexicon, quote))
            }
            Node::Table(_) | Node::Quote(_) => {}
        }
        self.cautions_follow = None;
    }

    fn item(&mut self, item: &'a Item) {
        if item.text.link_only {
            return;
        }
        let mut made = step::from_item(item, StepForm::Bullet, self.trail.lexicon);
        if !made.title.is_empty() {
            self.lead_in(&mut made, 0);
            self.steps.push(made);
        }
    }

    /// Gives a step what stands above it, but for the last `named` paragraphs, which named it.
    fn lead_in(&mut self, made: &mut Step, named: usize) {
        let above = std::mem::take(&mut self.above);
        made.cautions.splice(0..0, std::mem::take(&mut self.cautions));
        // What stands behind a command explains it; only the first step has what stands above.
        let told = above.len().saturating_sub(named);
        let owner = self.steps.last_mut().unwrap_or(made);
        for paragraph in &above[..told] {
            step::add_prose(owner, paragraph, self.trail.lexicon);
        }
        for node in std::mem::take(&mut self.notes) {
            if let Node::List(list) = node {
                step::add_list(owner, list, self.trail.lexicon);
            }
        }
    }

    fn fence(&mut self, fence: &'a Fence) {
        if let Some(caution) = step::admonition(fence) {
            if !self.steps.is_empty() {
                self.cautions.push(caution);
            }
            return;
        }
        if outline::holds_document(fence) {
            return;
        }
        let lexicon = self.trail.lexicon;
        let output = self.above.last().is_some_and(|above| step::announces_output(above, lexicon));
        let settings = self.settings.contains(&fence.line);
        if output || settings || !makes_step(fence, self.work) {
            let place = match (output, settings) {
                (true, _) => Place::Output,
                (false, true) => Place::Example,
                (false, false) => Place::Heading,
            };
            if output || fence.forbidden.is_some() {
                self.above.pop();
            }
            match self.steps.last_mut() {
                Some(last) => step::add_fence(last, fence, place),
                None => self.early.push(fence),
            }
        } else if let Some(last) = self.steps.last_mut().filter(|_| self.above.is_empty()) {
            last.cautions.append(&mut self.cautions);
            step::add_fence(last, fence, Place::Heading);
        } else {
            let at = self.naming();
            let behind = self.above.split_off(at.map_or(self.above.len(), |at| at + 1));
            let named = self.above.last().copied();
            let labelled = named.and_then(|paragraph| labelled(paragraph));
            let (name, line, form) = match named {
                Some(paragraph) => {
                    let words = labelled.map_or(paragraph.text.as_str(), |(_, label)| label);
                    (step::sentence(&one_line(words)), paragraph.line, StepForm::Paragraph)
                }
                None => (self.trail.title().to_owned(), fence.line, StepForm::Heading),
            };
            let mut made = step::titled(&name, line, form);
            if let Some(paragraph) = named {
                made.condition = made.condition.or_else(|| step::condition_over(&one_line(&paragraph.text)));
                match labelled {
                    Some((told, _)) => step::add_text(&mut made, told, paragraph.line, lexicon),
                    None => step::add_rest(&mut made, paragraph),
                }
            }
            for paragraph in behind {
                step::add_prose(&mut made, paragraph, self.trail.lexicon);
            }
            self.lead_in(&mut made, 1);
            for early in std::mem::take(&mut self.early) {
                step::add_fence(&mut made, early, Place::Heading);
            }
            step::add_fence(&mut made, fence, Place::Heading);
            self.steps.push(made);
        }
    }

    /// Which of the paragraphs above names the command: the last that asks for something, else the last. One that
    /// offers several ways names none of them.
    fn naming(&self) -> Option<usize> {
        let asks = |paragraph: &&Paragraph| {
            let text = paragraph.text.trim();
            let last = self.above.last().is_some_and(|last| last.line == paragraph.line);
            if !last && choice::offers(text) {
                return false;
            }
            text.ends_with([':', '：', '?', '？']) || self.trail.lexicon.says(text, Topic::Action)
        };
        self.above.iter().rposition(asks).or(self.above.len().checked_sub(1))
    }

    fn done(mut self) -> Vec<Step> {
        let above = std::mem::take(&mut self.above);
        let notes = std::mem::take(&mut self.notes);
        if let Some(last) = self.steps.last_mut() {
            last.cautions.append(&mut self.cautions);
            for paragraph in above {
                step::add_prose(last, paragraph, self.trail.lexicon);
            }
            for node in notes {
                if let Node::List(list) = node {
                    step::add_list(last, list, self.trail.lexicon);
                }
            }
        }
        self.steps
    }
}
