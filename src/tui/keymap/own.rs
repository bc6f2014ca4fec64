//! The keys of a person: the program's own, with what `[keys]` in the settings changes.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::i18n::Language;
use crate::tui::action::Action;
use crate::tui::keymap::Context;
use crate::tui::keymap::chord::{Chord, code};
use crate::tui::keymap::tables::tables;

/// The keys of one context.
type Bindings = Vec<(Chord, Action)>;

/// Which key does what, where. A copy is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Arc<Vec<(Context, Bindings)>>,
}

/// Keys for an action, as the settings have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The name of the action.
    pub action: String,
    /// Its keys.
    pub keys: Vec<String>,
    /// The line of the settings.
    pub line: usize,
}

/// Why keys cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFault {
    /// The line of the settings.
    pub line: usize,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong with a line of `[keys]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// No action is called so.
    Action {
        /// What is written.
        name: String,
        /// The names that look like it, else none.
        near: Vec<&'static str>,
    },
    /// It is no key.
    Key {
        /// What is written.
        text: String,
    },
    /// There is no key at all.
    Nothing {
        /// The action.
        action: Action,
    },
    /// The action belongs where text is typed, and the key is a letter.
    Typed {
        /// The action.
        action: Action,
        /// The key.
        key: String,
    },
    /// A question would be answered by Enter.
    Enter {
        /// The action.
        action: Action,
    },
    /// The key does something else in the same place.
    Taken {
        /// The action.
        action: Action,
        /// The key.
        key: String,
        /// What it does.
        by: Action,
    },
}

impl Default for Keymap {
    fn default() -> Self {
        let all = Context::ALL.iter().map(|context| (*context, tables(*context).concat()));
        Self { bindings: Arc::new(all.collect()) }
    }
}

impl Keymap {
    /// No key at all: where nobody is at a screen, sentences name what is to be done by its word.
    pub fn none() -> Self {
        Self { bindings: Arc::default() }
    }

    /// The keys of the program with those of a person: an action's own keys give way to them.
    ///
    /// # Errors
    /// The first line that cannot be followed; nothing of the others holds then.
    pub fn with(wishes: &[Wish]) -> Result<Self, KeyFault> {
        let mut keymap = Self::default();
        let mut changed: Vec<(Action, usize)> = Vec::new();
        for wish in wishes {
            let fault = |kind| KeyFault { line: wish.line, kind };
            let named = Action::ALL.iter().copied().find(|a| a.name() == wish.action);
            let action = named.ok_or_else(|| fault(unknown(&wish.action)))?;
            let mut chords = Vec::new();
            for text in &wish.keys {
                chords.push(Chord::parse(text).ok_or_else(|| fault(FaultKind::Key { text: text.clone() }))?);
            }
            if chords.is_empty() {
                return Err(fault(FaultKind::Nothing { action }));
            }
            keymap.give(action, &chords).map_err(fault)?;
            changed.push((action, wish.line));
        }
        keymap.refuse_double(&changed)?;
        Ok(keymap)
    }

    /// Gives an action keys wherever it has some.
    fn give(&mut self, action: Action, chords: &[Chord]) -> Result<(), FaultKind> {
        let mut given = false;
        for (context, bindings) in Arc::make_mut(&mut self.bindings) {
            if bindings.iter().all(|(_, a)| *a != action) {
                continue;
            }
            // Where text is typed, a letter is text: what is done there keeps its own keys, or takes the others.
            let fit: Vec<Chord> = chords.iter().copied().filter(|c| !(context.takes_text() && c.is_text())).collect();
            if fit.is_empty() {
                continue;
            }
            given = true;
            bindings.retain(|(_, a)| *a != action);
            bindings.extend(fit.into_iter().map(|chord| (chord, action)));
        }
        let enter = code(crossterm::event::KeyCode::Enter);
        if action == Action::Confirm && chords.contains(&enter) {
            return Err(FaultKind::Enter { action });
        }
        match chords.first() {
            Some(first) if !given => Err(FaultKind::Typed { action, key: first.shown() }),
            Some(_) | None => Ok(()),
        }
    }

    /// No key has two meanings in one place.
    fn refuse_double(&self, changed: &[(Action, usize)]) -> Result<(), KeyFault> {
        for (_, bindings) in self.bindings.iter() {
            for (n, (chord, one)) in bindings.iter().enumerate() {
                let Some((_, other)) = bindings[..n].iter().find(|(c, other)| c == chord && other != one) else {
                    continue;
                };
                // The line that is to be changed: of the two, one that was written.
                let line_of = |action: Action| changed.iter().find(|(a, _)| *a == action).map(|(_, line)| *line);
                let (action, line, by) = match (line_of(*one), line_of(*other)) {
                    (Some(line), _) => (*one, line, *other),
                    (None, Some(line)) => (*other, line, *one),
                    (None, None) => continue,
                };
                return Err(KeyFault { line, kind: FaultKind::Taken { action, key: chord.shown(), by } });
            }
        }
        Ok(())
    }

    fn of(&self, context: Context) -> &[(Chord, Action)] {
        self.bindings.iter().find(|(c, _)| *c == context).map_or(&[], |(_, bindings)| bindings)
    }

    /// What `key` does in `context`; nothing when it does nothing there.
    pub fn resolve(&self, context: Context, key: KeyEvent) -> Option<Action> {
        let chord = Chord::of(key)?;
        self.of(context).iter().find(|(c, _)| *c == chord).map(|(_, action)| *action)
    }

    /// The keys of `action` in `context`, as they are shown.
    pub fn keys_in(&self, context: Context, action: Action) -> Vec<String> {
        self.of(context).iter().filter(|(_, a)| *a == action).map(|(c, _)| c.shown()).collect()
    }

    /// The keys of `action` in all contexts, each once.
    pub fn keys(&self, action: Action) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for key in Context::ALL.iter().flat_map(|c| self.keys_in(*c, action)) {
            if !all.contains(&key) {
                all.push(key);
            }
        }
        all
    }

    /// The first key of `action` in `context`, as it is shown.
    pub fn key(&self, context: Context, action: Action) -> String {
        self.keys_in(context, action).into_iter().next().unwrap_or_default()
    }
}

/// A name that no action has, with those that it may stand for.
fn unknown(name: &str) -> FaultKind {
    let dashed = name.to_lowercase().replace('_', "-");
    let names = || Action::ALL.iter().map(|a| a.name());
    let alike = |own: &&str| dashed.len() >= 3 && (own.contains(&dashed) || dashed.contains(*own));
    let near = match names().find(|own| *own == dashed) {
        Some(same) => vec![same],
        None => names().filter(alike).take(4).collect(),
    };
    FaultKind::Action { name: name.to_owned(), near }
}

impl KeyFault {
    /// What is wrong, and what to do.
    pub fn told(&self, language: Language) -> String {
        let inline = crate::tui::foreign::sanitise_inline;
        match (&self.kind, language) {
            (FaultKind::Action { name, near }, Language::Ja) if near.is_empty() => {
                format!("`{}` という操作はありません。? の一覧で名前を確かめてください", inline(name))
            }
            (FaultKind::Action { name, near }, Language::Ja) => {
                format!("`{}` という操作はありません。近いもの: {}", inline(name), near.join(", "))
            }
            (FaultKind::Action { name, near }, Language::En) if near.is_empty() => {
                format!("no action is called `{}`; the help (?) names them all", inline(name))
            }
            (FaultKind::Action { name, near }, Language::En) => {
                format!("no action is called `{}`; perhaps {}", inline(name), near.join(", "))
            }
            (FaultKind::Key { text }, Language::Ja) => format!(
                "`{}` はキーではありません。x, X, space, Enter, PgDn, F5, C-x のように書いてください（C-i・C-m・C-h・C-[ は Tab などと区別できません）",
                inline(text)
            ),
            (FaultKind::Key { text }, Language::En) => format!(
                "`{}` is no key; write x, X, space, Enter, PgDn, F5 or C-x (C-i, C-m, C-h and C-[ cannot be told from Tab and the like)",
                inline(text)
            ),
            (FaultKind::Nothing { action }, Language::Ja) => {
                format!("{} にキーがありません。一つは書くか、行を消してください", action.name())
            }
            (FaultKind::Nothing { action }, Language::En) => {
                format!("{} would have no key; write one, or take the line away", action.name())
            }
            (FaultKind::Typed { action, key }, Language::Ja) => {
                format!(
                    "{} は文字を入力する場所の操作です。`{key}` は文字になります。C-x や F5 のようなキーにしてください",
                    action.name()
                )
            }
            (FaultKind::Typed { action, key }, Language::En) => {
                format!(
                    "{} belongs where text is typed, and `{key}` is text there; take a key such as C-x or F5",
                    action.name()
                )
            }
            (FaultKind::Enter { action }, Language::Ja) => {
                format!("{} を Enter にはできません。続けて押した Enter が問いに答えてしまいます", action.name())
            }
            (FaultKind::Enter { action }, Language::En) => {
                format!(
                    "{} cannot be Enter: one that was meant for something else would answer the question",
                    action.name()
                )
            }
            (FaultKind::Taken { action, key, by }, Language::Ja) => format!(
                "`{key}` は同じ画面で {} のキーでもあります。{} を別のキーにするか、{} にも別のキーを書いてください",
                by.name(),
                action.name(),
                by.name()
            ),
            (FaultKind::Taken { action, key, by }, Language::En) => format!(
                "`{key}` is the key of {} in the same place; take another for {}, or write another for {} as well",
                by.name(),
                action.name(),
                by.name()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(action: &str, keys: &[&str]) -> Wish {
        Wish { action: action.into(), keys: keys.iter().map(|k| (*k).to_owned()).collect(), line: 7 }
    }

    fn refused(wishes: &[Wish]) -> String {
        Keymap::with(wishes).expect_err("it is refused").told(Language::En)
    }

    #[test]
    fn keys_are_changed_where_the_action_has_one_and_nowhere_else() {
        let keymap = Keymap::with(&[wish("judge", &["z", "F5"]), wish("cancel", &["Z", "C-g"])]).expect("it is taken");
        assert_eq!(keymap.keys_in(Context::Run, Action::Judge), ["z", "F5"]);
        assert_eq!(keymap.keys_in(Context::List, Action::Judge), [""; 0]);
        assert_eq!(keymap.keys_in(Context::Question, Action::Cancel), ["Z", "C-g"]);
        // A letter is text in a field.
        assert_eq!(keymap.keys_in(Context::Field, Action::Cancel), ["C-g"]);
    }

    #[test]
    fn two_actions_may_change_their_keys_with_each_other() {
        let keymap = Keymap::with(&[wish("skip", &["d"]), wish("defer", &["s"])]).expect("it is taken");
        assert_eq!(keymap.keys_in(Context::Run, Action::Defer), ["s"]);
    }

    #[test]
    fn what_cannot_be_followed_is_refused_with_what_to_do() {
        for (wishes, told) in [
            (vec![wish("jugde", &["m"])], "no action is called `jugde`; the help"),
            (vec![wish("find_next", &["m"])], "perhaps find-next"),
            (vec![wish("judge", &["C-i"])], "`C-i` is no key"),
            (vec![wish("judge", &[])], "judge would have no key"),
            (vec![wish("save", &["w"])], "save belongs where text is typed"),
            (vec![wish("confirm", &["Enter"])], "confirm cannot be Enter"),
            (vec![wish("skip", &["d"])], "`d` is the key of defer in the same place"),
            (vec![wish("judge", &["j"])], "`j` is the key of down"),
        ] {
            let text = refused(&wishes);
            assert!(text.contains(told), "{text}");
        }
    }
}
