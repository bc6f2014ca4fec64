//! Makes a text that is not ours safe to show: nothing in it moves the cursor, changes the direction of writing or
//! stays unseen.
//!
//! Used once, where such a text enters the state of the screen. What is shown is not what is stored or run.

use std::borrow::Cow;

/// What becomes of the ends of lines and of tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaks {
    /// They are kept: the caller lays out lines.
    Keep,
    /// They are shown as signs: the text stays on one line.
    Show,
}

pub use crate::i18n::{is_false_space, is_invisible};

/// The text on one line, harmless: as [`sanitise`] with [`Breaks::Show`].
pub fn inline(text: &str) -> String {
    sanitise(text, Breaks::Show).into_owned()
}

/// Shows every control character as its sign (`␛`) and every other character that would not be seen as its number
/// (`⟨U+202E⟩`).
///
/// A selector of the look of a symbol (`⚠` as a picture) is left out: only the number of columns depends on it.
pub fn sanitise(text: &str, breaks: Breaks) -> Cow<'_, str> {
    let fine = |c: char| match c {
        '\n' | '\t' => breaks == Breaks::Keep,
        c => !c.is_control() && !is_invisible(c) && !is_false_space(c),
    };
    if text.chars().all(fine) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    for c in text.chars() {
        let symbol = before.is_some_and(|b: char| !b.is_ascii() && !b.is_alphanumeric() && !is_invisible(b));
        match c {
            c if fine(c) => out.push(c),
            '\u{FE0E}' | '\u{FE0F}' if symbol => {}
            '\u{7F}' => out.push('␡'),
            c if c < ' ' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}')),
            c => {
                use std::fmt::Write as _;
                let _infallible = write!(out, "⟨U+{:04X}⟩", u32::from(c));
            }
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_not_be_seen_is_shown() {
        for (text, shown) in [
            ("容量 85% /var/log é", "容量 85% /var/log é"),
            ("\u{1b}[2J", "␛[2J"),
            ("a\nb\tc\r", "a␊b␉c␍"),
            ("x\u{202e}y", "x⟨U+202E⟩y"),
            ("\u{9b}31m\u{7f}", "⟨U+009B⟩31m␡"),
            ("rm\u{a0}-rf\u{200b}", "rm⟨U+00A0⟩-rf⟨U+200B⟩"),
            ("tag\u{e0041}", "tag⟨U+E0041⟩"),
            ("⚠\u{fe0f} 注意", "⚠ 注意"),
            ("a\u{fe0f}", "a⟨U+FE0F⟩"),
            ("rm\u{2800}x\u{fffc}", "rm⟨U+2800⟩x⟨U+FFFC⟩"),
        ] {
            assert_eq!(sanitise(text, Breaks::Show), shown);
        }
        assert_eq!(sanitise("a\n\tb\r", Breaks::Keep), "a\n\tb␍");
    }

    proptest! {
        #[test]
        fn nothing_unseen_is_left(text in "\\PC*|.*") {
            let shown = sanitise(&text, Breaks::Show);
            prop_assert!(!shown.chars().any(|c| c.is_control() || is_invisible(c)));
            prop_assert_eq!(sanitise(&shown, Breaks::Show), shown.clone());
        }
    }
}
