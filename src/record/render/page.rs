//! A page of markdown that grows by headings, bullets and fences, each at the left edge.
//!
//! Nothing is nested: so no text can end what it stands in.

use chrono::{DateTime, FixedOffset};

use crate::i18n::Language;
use crate::record::escape::{self, BETWEEN, inline, inline_word};
use crate::record::words::{TIME, Words};
use crate::run::event::{Actor, ActorKind};
use crate::run::state::Stamp;

/// The page.
#[derive(Debug)]
pub(crate) struct Page {
    language: Language,
    text: String,
    last: Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    /// A heading whose bullets follow at once.
    TightHeading,
    Heading,
    Bullet,
    Fence,
}

impl Page {
    /// An empty page.
    pub(crate) fn new(language: Language) -> Self {
        Self { language, text: String::new(), last: Last::Nothing }
    }

    /// The words in the page's language.
    pub(crate) fn say(&self, words: Words) -> &'static str {
        words.text(self.language)
    }

    /// The page's language.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The first heading: nothing stands between it and its bullets. `raw` is markdown.
    pub(crate) fn first_heading(&mut self, level: usize, raw: &str) {
        self.heading(level, raw);
        self.last = Last::TightHeading;
    }

    /// A heading. `raw` is markdown.
    pub(crate) fn heading(&mut self, level: usize, raw: &str) {
        if self.last != Last::Nothing {
            self.text.push('\n');
        }
        for part in [&"#".repeat(level), " ", raw, "\n"] {
            self.text.push_str(part);
        }
        self.last = Last::Heading;
    }

    /// A bullet with a name of the record's own. `raw` is markdown.
    pub(crate) fn fact(&mut self, name: Words, raw: &str) {
        self.bullet(self.say(name), raw);
    }

    /// A bullet with a name of the record's own and a foreign text.
    pub(crate) fn text(&mut self, name: Words, text: &str) {
        self.fact(name, &inline(text));
    }

    /// A bullet. `name` and `raw` are markdown.
    pub(crate) fn bullet(&mut self, name: &str, raw: &str) {
        if matches!(self.last, Last::Heading | Last::Fence) {
            self.text.push('\n');
        }
        for part in ["- **", name, "**: ", raw, "\n"] {
            self.text.push_str(part);
        }
        self.last = Last::Bullet;
    }

    /// A fence.
    pub(crate) fn fence(&mut self, info: &str, text: &str) {
        self.text.push('\n');
        escape::fence(info, text, &mut self.text);
        self.last = Last::Fence;
    }

    /// When and who.
    pub(crate) fn stamp(&self, stamp: &Stamp) -> String {
        [time(stamp.at), self.who(&stamp.by)].join(BETWEEN)
    }

    /// What the person is called, then the user with its id, and whether nobody was there.
    pub(crate) fn who(&self, actor: &Actor) -> String {
        let user = inline(&actor.user);
        let user = match actor.kind {
            ActorKind::Person => match &actor.key {
                None => format!("{user}({})", actor.uid),
                Some(key) => {
                    format!("{user}({}, {} {})", actor.uid, key_word(&key.principal), key_word(&key.fingerprint))
                }
            },
            ActorKind::Unattended => format!("{user}({}, {})", actor.uid, self.say(Words::UNATTENDED)),
            ActorKind::Host => format!("{user}({}, {})", actor.uid, self.say(Words::HOST_ACTOR)),
        };
        [inline(&actor.operator), user].join(BETWEEN)
    }

    /// The markdown.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// A word of a key: it holds nothing that ends it.
fn key_word(word: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '(' | ')' | ',' | '|') { c } else { '_' };
    inline_word(&word.chars().map(plain).collect::<String>())
}

/// A time with its zone offset.
pub(crate) fn time(at: DateTime<FixedOffset>) -> String {
    at.format(TIME).to_string()
}
