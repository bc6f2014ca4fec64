//! The headings above a section and what they speak of.

use super::outline::Section;
use super::time::{self, Occasion};
use crate::runbook::lexicon::{Lexicon, Topic, Topics};
use crate::runbook::model::Caution;

/// The way from the document's title down to a section.
#[derive(Clone)]
pub(super) struct Trail<'a> {
    /// The words to read headings by.
    pub(super) lexicon: &'a Lexicon,
    headings: Vec<Heading<'a>>,
    /// Cautions of sections above that hold no steps themselves.
    cautions: Vec<Caution>,
}

/// A heading on the way.
#[derive(Clone, Copy)]
struct Heading<'a> {
    title: &'a str,
    topics: Topics,
    /// The section that it stands over; nothing for the name of the document.
    section: Option<&'a Section>,
}

/// Topics of sections whose lists define or name something and are no work.
const NAMING: &[Topic] = &[Topic::Definition, Topic::Escalation, Topic::Contact, Topic::Inventory, Topic::Example];

impl<'a> Trail<'a> {
    /// The way that has not begun.
    pub(super) fn new(lexicon: &'a Lexicon) -> Self {
        Self { lexicon, headings: Vec::new(), cautions: Vec::new() }
    }

    /// The way to a section below.
    pub(super) fn down<'b>(&self, section: &'b Section) -> Trail<'b>
    where
        'a: 'b,
    {
        let topics = section.topics(self.lexicon);
        self.with(Heading { title: &section.title, topics, section: Some(section) })
    }

    /// The way to what has no heading of its own, under the name of the document.
    pub(super) fn named<'b>(&self, title: &'b str) -> Trail<'b>
    where
        'a: 'b,
    {
        self.with(Heading { title, topics: self.lexicon.topics(title), section: None })
    }

    fn with<'b>(&self, heading: Heading<'b>) -> Trail<'b>
    where
        'a: 'b,
    {
        let mut headings: Vec<Heading<'b>> = Vec::with_capacity(self.headings.len() + 1);
        headings.extend(self.headings.iter().copied());
        headings.push(heading);
        Trail { lexicon: self.lexicon, headings, cautions: self.cautions.clone() }
    }

    /// The same way, with cautions that govern everything below.
    pub(super) fn warned(mut self, cautions: Vec<Caution>) -> Self {
        self.cautions.extend(cautions);
        self
    }

    /// The cautions of the sections above.
    pub(super) fn cautions(&self) -> &[Caution] {
        &self.cautions
    }

    /// The headings from the top down.
    pub(super) fn titles(&self) -> Vec<String> {
        self.headings.iter().map(|heading| heading.title.to_owned()).collect()
    }

    /// The section's own heading.
    pub(super) fn title(&self) -> &'a str {
        self.headings.last().map_or("", |heading| heading.title)
    }

    /// No heading stands above.
    pub(super) fn is_empty(&self) -> bool {
        self.headings.is_empty()
    }

    /// The occasions that the headings name, from the section's own upwards; nothing where one names none.
    pub(super) fn occasions(&self) -> impl Iterator<Item = Option<Occasion>> + '_ {
        self.headings.iter().rev().map(|heading| match heading.section {
            Some(section) => section.occasion(self.lexicon).cloned(),
            None => time::occasion_with(self.lexicon, heading.title),
        })
    }

    /// What the section's own heading speaks of.
    pub(super) fn own(&self) -> Topics {
        self.headings.last().map(|heading| heading.topics).unwrap_or_default()
    }

    /// A heading speaks of `topic`.
    pub(super) fn any(&self, topic: Topic) -> bool {
        self.headings.iter().any(|heading| heading.topics.has(topic))
    }

    /// The nearest heading that speaks of work or of one of `topics` speaks of the latter.
    fn nearest(&self, topics: &[Topic]) -> bool {
        self.headings
            .iter()
            .rev()
            .map(|heading| heading.topics)
            .map(|said| (said.any(topics), said.any(&[Topic::Procedural, Topic::Activity, Topic::Action])))
            .find(|(named, work)| *named || *work)
            .is_some_and(|(named, _)| named)
    }

    /// The section is about the document or the system.
    pub(super) fn is_background(&self) -> bool {
        self.nearest(&[Topic::Background])
    }

    /// The section shows how something could look or be done.
    pub(super) fn is_example(&self) -> bool {
        self.nearest(&[Topic::Example])
    }

    /// The lists of the section define or name something.
    pub(super) fn names(&self) -> bool {
        self.nearest(NAMING) || self.own().has(Topic::Scenario) && !self.own().has(Topic::Procedural)
    }

    /// A heading says that there is something to do.
    pub(super) fn is_work(&self) -> bool {
        self.any(Topic::Procedural)
    }
}
