//! What stands around the steps: severities, the escalation ladder, contacts, recovery targets, scenarios, thresholds.
//!
//! Every reader sees every section once, with the headings above it; a document that is shown in a fence of markdown
//! is read like the rest. A reader takes only what has the shape of its own matter: a wrong contact or a wrong level
//! is worse than a missing one, because somebody may act on it at night.

use std::collections::BTreeSet;

use super::outline::{self, Node, Section};
use super::rules;
use crate::runbook::lexicon::{Lexicon, Topic, Topics};
use crate::runbook::model::{Contact, EscalationRung, Procedure, RecoveryTarget, Rule, Scenario, Severity};
use crate::runbook::text::half_width;

mod columns;
mod contact;
mod entry;
mod escalation;
mod metric;
mod recovery;
mod scenario;
mod severity;

pub(super) use columns::{Columns, cell, tables};
pub(super) use entry::{Entry, entries, named};

/// What was found around the steps, each in the order of its lines.
#[derive(Debug, Default)]
pub(super) struct Around {
    pub(super) severities: Vec<Severity>,
    pub(super) escalation: Vec<EscalationRung>,
    pub(super) contacts: Vec<Contact>,
    pub(super) recovery_targets: Vec<RecoveryTarget>,
    pub(super) scenarios: Vec<Scenario>,
    pub(super) metric_rules: Vec<Rule>,
}

/// A section with what a reader must know of its surroundings.
pub(super) struct Place<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) section: &'a Section,
    /// The headings from the outermost to this one.
    pub(super) path: &'a [String],
    /// What each of them speaks of.
    pub(super) heads: &'a [Head],
    /// The lines of steps, and of the sections that hold them.
    pub(super) steps: &'a Steps,
    /// What the links of the document point to: words, target, line.
    pub(super) links: &'a [(String, String, usize)],
}

/// What a heading speaks of, looked up once for all that stands below it.
pub(super) struct Head {
    title: String,
    /// The topics of the heading.
    pub(super) topics: Topics,
    /// The topics of its words, wherever these stand in it.
    pub(super) words: Topics,
}

impl Head {
    fn of(lexicon: &Lexicon, title: &str) -> Self {
        let words = lexicon.mentioned(&half_width(title));
        // A heading without a word of the lexicon has no topic.
        let topics = if words == Topics::default() { words } else { lexicon.topics(title) };
        Self { title: title.to_owned(), topics, words }
    }
}

/// Where the steps of a document stand.
#[derive(Default)]
pub(super) struct Steps {
    lines: BTreeSet<usize>,
    sections: BTreeSet<usize>,
}

impl Place<'_> {
    /// The heading of the section.
    pub(super) fn title(&self) -> &str {
        &self.section.title
    }

    /// What the heading of the section speaks of; the document itself has none.
    pub(super) fn own(&self) -> Option<&Head> {
        self.heads.last().filter(|_| self.section.level > 0)
    }

    /// A heading, this one or one above, holds a word of `topic`.
    pub(super) fn under(&self, topic: Topic) -> bool {
        self.heads.iter().any(|head| head.words.has(topic))
    }

    /// This heading or the one above it is about `topic`.
    pub(super) fn about(&self, topic: Topic) -> bool {
        self.heads.iter().rev().take(2).any(|head| head.topics.has(topic))
    }

    /// The line is one of a step.
    pub(super) fn is_step(&self, line: usize) -> bool {
        self.steps.lines.contains(&line)
    }

    /// The section is a procedure.
    pub(super) fn is_procedure(&self) -> bool {
        self.steps.sections.contains(&self.section.line)
    }
}

/// The text holds a word of `topic`, wherever it stands.
pub(super) fn mentions(lexicon: &Lexicon, text: &str, topic: Topic) -> bool {
    lexicon.find(&half_width(text), topic).is_some()
}

/// Reads what stands around the steps of `procedures`.
pub(super) fn read(
    lexicon: &Lexicon,
    root: &Section,
    procedures: &[Procedure],
    links: &[(String, String, usize)],
) -> Around {
    let steps = Steps {
        lines: procedures.iter().flat_map(|procedure| &procedure.steps).map(|step| step.line).collect(),
        sections: procedures.iter().map(|procedure| procedure.line).collect(),
    };
    let mut found = Around::default();
    let mut heads: Vec<Head> = Vec::new();
    visit(root, &[], &mut |section, path| {
        let same = heads.iter().zip(path).take_while(|(head, title)| head.title == **title).count();
        heads.truncate(same);
        heads.extend(path.iter().skip(same).map(|title| Head::of(lexicon, title)));
        let place = Place { lexicon, section, path, heads: &heads, steps: &steps, links };
        severity::read(&place, &mut found.severities);
        escalation::read(&place, &mut found.escalation);
        contact::read(&place, &mut found.contacts);
        recovery::read(&place, &mut found.recovery_targets);
        scenario::read(&place, &mut found.scenarios);
        metric::read(&place, &mut found.metric_rules);
    });
    // A document in a fence was read before the headings that follow it.
    found.severities.sort_by_key(|severity| severity.line);
    found.escalation.sort_by_key(|rung| rung.line);
    found.contacts.sort_by_key(|contact| contact.line);
    found.recovery_targets.sort_by_key(|target| target.line);
    found.scenarios.sort_by_key(|scenario| scenario.line);
    found.metric_rules.sort_by_key(|rule| rule.line);
    found
}

/// Gives each step, and each procedure, the caution that its title states: `初期化（注意: 全データ削除）`, `Do not …!`.
///
/// What the title of the document, which stands in `line`, forbids holds for every procedure.
pub(super) fn caution_titles(lexicon: &Lexicon, title: &str, line: usize, procedures: &mut [Procedure]) {
    let of_all = rules::caution_with(lexicon, title).filter(|(_, text)| !text.is_empty());
    for procedure in procedures {
        let own = rules::caution_with(lexicon, &procedure.title).filter(|(_, text)| !text.is_empty());
        let titled = [of_all.as_ref().map(|said| (said, line)), own.as_ref().map(|said| (said, procedure.line))];
        for ((level, text), line) in titled.into_iter().flatten() {
            if !procedure.cautions.iter().any(|known| known.text == *text) {
                procedure.cautions.insert(0, rules::make_caution(*level, text, line));
            }
        }
        for step in &mut procedure.steps {
            if let Some((level, text)) = rules::aside_with(lexicon, &step.title)
                && !step.cautions.iter().any(|known| known.text == text)
            {
                step.cautions.push(rules::make_caution(level, &text, step.line));
            }
        }
    }
}

/// Shows every section to `see`, with the headings down to it; documents in fences come where they stand.
pub(super) fn visit(section: &Section, above: &[String], see: &mut dyn FnMut(&Section, &[String])) {
    let mut path = above.to_vec();
    if section.level > 0 {
        path.push(section.title.clone());
    }
    see(section, &path);
    inner(&section.nodes, &path, see);
    for child in &section.children {
        visit(child, &path, see);
    }
}

fn inner(nodes: &[Node], path: &[String], see: &mut dyn FnMut(&Section, &[String])) {
    for node in nodes {
        match node {
            Node::Fence(fence) => {
                if let Some(document) = outline::nested(fence) {
                    visit(document, path, see);
                }
            }
            Node::List(list) => list.items.iter().for_each(|item| inner(&item.nodes, path, see)),
            Node::Quote(quote) => inner(&quote.nodes, path, see),
            Node::Paragraph(_) | Node::Table(_) => {}
        }
    }
}
