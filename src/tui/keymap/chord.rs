//! A key with what is held down: as it comes, as it is shown, as it is written in the settings.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with what is held down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chord {
    code: KeyCode,
    control: bool,
}

pub(super) const fn k(c: char) -> Chord {
    Chord { code: KeyCode::Char(c), control: false }
}

pub(super) const fn ctrl(c: char) -> Chord {
    Chord { code: KeyCode::Char(c), control: true }
}

pub(super) const fn code(code: KeyCode) -> Chord {
    Chord { code, control: false }
}

/// Keys that are not letters, as they are shown and written.
const NAMED: [(&str, KeyCode); 13] = [
    ("space", KeyCode::Char(' ')),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("S-Tab", KeyCode::BackTab),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
];

/// What a terminal sends for another key as well: these never come.
const NEVER_COME: [char; 4] = ['i', 'm', 'h', '['];

impl Chord {
    /// The key of an event; nothing for one that is held with Alt.
    pub(super) fn of(key: KeyEvent) -> Option<Self> {
        if key.modifiers.contains(KeyModifiers::ALT) {
            return None;
        }
        Some(Self { code: key.code, control: key.modifiers.contains(KeyModifiers::CONTROL) })
    }

    /// The key that is written as `text`, as the help shows it: `x`, `X`, `space`, `PgDn`, `F5`, `C-x`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some((_, named)) = NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Some(code(*named));
        }
        let one = |text: &str| {
            let mut chars = text.chars();
            chars.next().filter(|c| chars.next().is_none() && !c.is_control() && !c.is_whitespace())
        };
        if let Some(held) = text.strip_prefix("C-").or_else(|| text.strip_prefix("Ctrl-")) {
            let c = one(held)?.to_ascii_lowercase();
            return (c.is_ascii_lowercase() || "]\\^_".contains(c))
                .then(|| ctrl(c))
                .filter(|_| !NEVER_COME.contains(&c));
        }
        let function = text.strip_prefix('F').and_then(|n| n.parse::<u8>().ok()).filter(|n| (1..=12).contains(n));
        function.map(|n| code(KeyCode::F(n))).or_else(|| one(text).map(k))
    }

    /// It is a letter, a digit or a sign: where text is typed, it is text.
    pub(super) fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.control
    }

    /// As it is shown.
    pub(super) fn shown(self) -> String {
        if let Some((name, _)) = NAMED.iter().find(|(_, named)| *named == self.code) {
            return (*name).to_owned();
        }
        let name = if let KeyCode::Char(c) = self.code {
            c.to_string()
        } else if let KeyCode::F(n) = self.code {
            format!("F{n}")
        } else {
            // No table uses another key.
            String::new()
        };
        if self.control { format!("C-{name}") } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_shown() {
        for text in ["x", "X", "/", "ア", "space", "Enter", "S-Tab", "PgDn", "F5", "C-x", "C-]"] {
            assert_eq!(Chord::parse(text).map(Chord::shown).as_deref(), Some(text));
        }
        for text in ["", "xy", "C-", "C-i", "C-m", "F13", "Alt-x", "C-ア", "\t"] {
            assert_eq!(Chord::parse(text), None, "{text:?}");
        }
    }
}
