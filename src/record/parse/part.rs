//! What stands under a heading, and the values of its bullets.

use chrono::{DateTime, FixedOffset};

use super::ParseFault;
use super::lines::{Form, Item};
use crate::i18n::Language;
use crate::record::escape::{BETWEEN, NOTHING, unescape};
use crate::record::model::{KeyRecord, Who};
use crate::record::words::{TIME, Words};
use crate::run::event::ActorKind;

/// What stands under one heading.
pub(crate) struct Part<'a> {
    /// The line of the heading, from 1.
    pub(crate) line: usize,
    /// The heading, still escaped.
    pub(crate) raw: &'a str,
    /// The pieces up to the next heading of its level.
    pub(crate) items: &'a [Item<'a>],
    /// The record's language.
    pub(crate) language: Language,
}

impl<'a> Part<'a> {
    /// The part of `items` under the heading `raw`.
    pub(crate) fn find(items: &'a [Item<'a>], level: usize, raw: &str, language: Language) -> Option<Self> {
        parts(items, level, language).find(|p| p.raw == raw)
    }

    /// The parts under headings one level down.
    pub(crate) fn split(&self, level: usize) -> impl Iterator<Item = Part<'a>> {
        parts(self.items, level, self.language)
    }

    /// The bullets before the next heading.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value<'a>> {
        let language = self.language;
        let own = self.items.iter().take_while(|i| !matches!(i.form, Form::Heading { .. }));
        own.filter_map(move |i| match i.form {
            Form::Bullet { name, raw } => Some(Value { line: i.line, name, raw, language }),
            Form::Heading { .. } | Form::Fence(_) => None,
        })
    }

    /// The bullets of this name.
    pub(crate) fn all(&self, words: Words) -> impl Iterator<Item = Value<'a>> {
        let name = words.text(self.language);
        self.values().filter(move |v| v.name == name)
    }

    /// The first bullet of this name.
    pub(crate) fn one(&self, words: Words) -> Result<Value<'a>, ParseFault> {
        self.all(words).next().ok_or_else(|| self.missing(words))
    }

    /// The fault that this name is missing.
    pub(crate) fn missing(&self, words: Words) -> ParseFault {
        ParseFault::Missing { line: self.line, name: words.text(self.language).to_owned() }
    }
}

/// The parts of `items` under each heading of a level.
pub(crate) fn parts<'a>(items: &'a [Item<'a>], level: usize, language: Language) -> impl Iterator<Item = Part<'a>> {
    items.iter().enumerate().filter_map(move |(index, item)| match item.form {
        Form::Heading { level: l, raw } if l == level => {
            let rest = &items[index + 1..];
            let end = rest.iter().position(|i| matches!(i.form, Form::Heading { level: l, .. } if l <= level));
            let items = &rest[..end.unwrap_or(rest.len())];
            Some(Part { line: item.line, raw, items, language })
        }
        Form::Heading { .. } | Form::Bullet { .. } | Form::Fence(_) => None,
    })
}

/// The value of a bullet, or a part of it.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    /// Its line, from 1.
    pub(crate) line: usize,
    /// The bullet's name, still escaped.
    pub(crate) name: &'a str,
    /// The text, still escaped.
    pub(crate) raw: &'a str,
    /// The record's language.
    pub(crate) language: Language,
}

impl<'a> Value<'a> {
    /// The text, as it was shown.
    pub(crate) fn text(&self) -> String {
        unescape(self.raw)
    }

    /// The text, where there is one.
    pub(crate) fn maybe(&self) -> Option<String> {
        (self.raw != NOTHING).then(|| self.text())
    }

    /// Reads it, where there is something.
    pub(crate) fn optional<T>(&self, read: impl Fn(&Self) -> Result<T, ParseFault>) -> Result<Option<T>, ParseFault> {
        if self.raw == NOTHING { Ok(None) } else { read(self).map(Some) }
    }

    /// Reads it still escaped.
    pub(crate) fn read<T>(&self, read: impl Fn(&'a str) -> Option<T>) -> Result<T, ParseFault> {
        read(self.raw).ok_or_else(|| self.unreadable())
    }

    /// Reads a number.
    pub(crate) fn number(&self) -> Result<u64, ParseFault> {
        self.read(|raw| raw.parse().ok())
    }

    /// Reads a number before its unit.
    pub(crate) fn count(&self, unit: &str) -> Result<u64, ParseFault> {
        self.read(|raw| raw.strip_suffix(unit)?.parse().ok())
    }

    /// Reads a time.
    pub(crate) fn time(&self) -> Result<DateTime<FixedOffset>, ParseFault> {
        self.read(|raw| DateTime::parse_from_str(raw, TIME).ok())
    }

    /// Its parts.
    pub(crate) fn parts(&self) -> Parts<'a> {
        Parts { whole: *self, rest: self.raw.split(BETWEEN).collect::<Vec<_>>().into_iter() }
    }

    /// The fault that it cannot be read.
    pub(crate) fn unreadable(&self) -> ParseFault {
        ParseFault::Unreadable { line: self.line, name: unescape(self.name) }
    }
}

/// The parts of a value, from the left.
pub(crate) struct Parts<'a> {
    whole: Value<'a>,
    rest: std::vec::IntoIter<&'a str>,
}

impl<'a> Parts<'a> {
    /// The next part.
    pub(crate) fn next(&mut self) -> Result<Value<'a>, ParseFault> {
        let raw = self.rest.next().ok_or_else(|| self.whole.unreadable())?;
        Ok(Value { raw, ..self.whole })
    }

    /// `operator | user(uid)` or `operator | user(uid, kind)`.
    pub(crate) fn who(&mut self) -> Result<Who, ParseFault> {
        let operator = self.next()?.text();
        let language = self.whole.language;
        let (user, uid, kind, key) = self.next()?.read(|raw| {
            let (user, ids) = raw.strip_suffix(')')?.rsplit_once('(')?;
            let (uid, kind, key) = match ids.split_once(", ") {
                None => (ids, ActorKind::Person, None),
                Some((uid, word)) if word == Words::UNATTENDED.text(language) => (uid, ActorKind::Unattended, None),
                Some((uid, word)) if word == Words::HOST_ACTOR.text(language) => (uid, ActorKind::Host, None),
                Some((uid, key)) => {
                    let (principal, fingerprint) = key.split_once(' ')?;
                    let (principal, fingerprint) = (unescape(principal), unescape(fingerprint));
                    (uid, ActorKind::Person, Some(KeyRecord { principal, fingerprint }))
                }
            };
            Some((unescape(user), uid.parse().ok()?, kind, key))
        })?;
        Ok(Who { operator, user, uid, kind, key })
    }
}
