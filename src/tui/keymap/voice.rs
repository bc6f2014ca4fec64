//! Sentences that name keys: each names the key that the person really has.
//!
//! A sentence holds a place such as `{judge}` or `{palette/cancel}`: an action by its name, and the context in which its key
//! is meant; without one it is the run screen, else wherever the action has a key.

use std::borrow::Cow;

use crate::i18n::Language;
use crate::tui::action::Action;
use crate::tui::keymap::{Context, Keymap};

/// How a person is spoken to: in which language, and with which keys.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'k> {
    /// The language.
    pub language: Language,
    /// The person's keys.
    pub keymap: &'k Keymap,
}

impl Voice<'_> {
    /// The one of two texts that is in this language, with the keys that it names.
    pub fn told(self, ja: &'static str, en: &'static str) -> Cow<'static, str> {
        fill(self.language.pick(ja, en), self)
    }

    /// The key of `action` where it is pressed: in `context`, else on the run screen, else wherever it has one. An action
    /// without a key is named by its word, by which the palette finds it.
    pub fn key(self, context: Option<Context>, action: Action) -> String {
        let places = context.into_iter().chain([Context::Run]).chain(Context::ALL.iter().copied());
        let found = places.map(|place| self.keymap.key(place, action)).find(|key| !key.is_empty());
        found.unwrap_or_else(|| match self.language {
            Language::Ja => format!("「{}」", action.word(self.language)),
            Language::En => format!("\"{}\"", action.word(self.language)),
        })
    }
}

/// The sentence with the keys in its places; what is no place stays as it is.
fn fill(text: &'static str, voice: Voice<'_>) -> Cow<'static, str> {
    if !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((place(name)?, after))) {
            Some(((context, action), after)) => {
                out.push_str(&voice.key(context, action));
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The action that a place names, and where its key is meant.
pub fn place(name: &str) -> Option<(Option<Context>, Action)> {
    let (context, name) = match name.split_once('/') {
        Some((context, name)) => (Some(Context::ALL.iter().copied().find(|c| c.name() == context)?), name),
        None => (None, name),
    };
    Some((context, Action::ALL.iter().copied().find(|action| action.name() == name)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keymap::Wish;

    #[test]
    fn a_sentence_names_the_keys_that_the_person_has() {
        let wish = |action: &str, key: &str| Wish { action: action.into(), keys: vec![key.into()], line: 1 };
        let own = Keymap::with(&[wish("judge", "z"), wish("cancel", "C-g")]).expect("they are taken");
        let text = "{judge}, {palette/cancel}, {no such} and {";
        for (keymap, told) in [
            (Keymap::default(), "space, Esc, {no such} and {"),
            (own, "z, C-g, {no such} and {"),
            (Keymap::none(), "\"judge\", \"back\", {no such} and {"),
        ] {
            assert_eq!(Voice { language: Language::En, keymap: &keymap }.told("", text), told);
        }
    }
}
