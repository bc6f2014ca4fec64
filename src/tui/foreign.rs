//! What the screen needs of other rooms, in one place: cleaning of foreign text, and the bytes of keys.
//!
//! Pure. Everything that did not come from this program goes through [`sanitise_inline`] before it is put on screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::term::keys::{CursorKeys, Key, KeyInput, Paste, encode, paste};
use crate::term::sanitise::{inline, is_invisible};

/// How many blanks stand for a TAB in text that is shown.
const TAB: &str = "    ";

/// `text` on one line, with nothing in it that a terminal or a reader could be misled by.
pub fn sanitise_inline(text: &str) -> String {
    inline(&text.replace('\t', TAB))
}

/// The text of an emulator's cells, without what could mislead: nothing takes its place, so that columns stay.
pub fn sanitise_cells(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect()
}

/// The bytes that a terminal sends for a key; nothing for a key that has none.
pub fn key_bytes(key: KeyEvent, app_cursor: bool) -> Vec<u8> {
    let named = match key.code {
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Esc => Key::Esc,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Right => Key::Right,
        KeyCode::Left => Key::Left,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Insert => Key::Insert,
        KeyCode::Delete => Key::Delete,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(n) => Key::F(n),
        KeyCode::Null
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => return Vec::new(),
    };
    let input = KeyInput {
        key: named,
        ctrl: key.modifiers.contains(KeyModifiers::CONTROL),
        alt: key.modifiers.contains(KeyModifiers::ALT),
        shift: key.modifiers.contains(KeyModifiers::SHIFT),
    };
    encode(input, if app_cursor { CursorKeys::Application } else { CursorKeys::Normal })
}

/// A paste as the program in the pane wants it.
pub fn paste_bytes(text: &str, bracketed: bool) -> Vec<u8> {
    paste(text, if bracketed { Paste::Bracketed } else { Paste::Plain })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_mislead_is_shown_and_not_obeyed() {
        assert_eq!(sanitise_inline("a\tb\x1b[2J\u{202e}c\n"), "a    b␛[2J⟨U+202E⟩c␊");
    }

    #[test]
    fn keys_become_the_bytes_of_a_terminal() {
        let key = |code, modifiers| KeyEvent::new(code, modifiers);
        assert_eq!(key_bytes(key(KeyCode::Char('c'), KeyModifiers::CONTROL), false), b"\x03");
        assert_eq!(key_bytes(key(KeyCode::Up, KeyModifiers::NONE), true), b"\x1bOA");
        assert_eq!(key_bytes(key(KeyCode::Char('あ'), KeyModifiers::NONE), false), "あ".as_bytes());
    }

    #[test]
    fn a_paste_cannot_end_its_own_bracket() {
        assert_eq!(paste_bytes("a\x1b[201~b\n", true), b"\x1b[200~a[201~b\r\x1b[201~");
        assert_eq!(paste_bytes("a\r\nb\n", false), b"a\rb\r");
    }
}
