//! What the screen needs of other rooms, in one place: cleaning of foreign text, and the bytes of keys.
//!
//! Pure. Everything that did not come from this program goes through [`sanitise_inline`] before it is put on screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// How many blanks stand for a TAB in text that is shown.
const TAB: &str = "    ";

/// `text` on one line, with nothing in it that a terminal or a reader could be misled by.
pub fn sanitise_inline(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => clean.push_str(TAB),
            '\u{0}'..='\u{1f}' => clean.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\u{7f}' => clean.push('\u{2421}'),
            '\u{80}'..='\u{9f}' | '\u{fff9}'..='\u{fffb}' => clean.push('\u{fffd}'),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{206f}'
            | '\u{61c}'
            | '\u{feff}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{e0000}'..='\u{e0fff}' => clean.push('\u{fffd}'),
            c => clean.push(c),
        }
    }
    clean
}

/// The text of an emulator's cells, without what could mislead: nothing takes its place, so that columns stay.
pub fn sanitise_cells(text: &str) -> String {
    let plain = |c: &char| {
        let mut shown = sanitise_inline(c.encode_utf8(&mut [0; 4])).chars().collect::<Vec<_>>();
        shown.pop() == Some(*c) && shown.is_empty()
    };
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
        return text.to_owned();
    }
    text.chars().filter(plain).collect()
}

/// The bytes that a terminal sends for a key; nothing for a key that has none.
pub fn key_bytes(key: KeyEvent, app_cursor: bool) -> Vec<u8> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let mut bytes = match key.code {
        KeyCode::Char(c) if control => control_byte(c).map(|b| vec![b]).unwrap_or_default(),
        KeyCode::Char(c) => c.to_string().into_bytes(),
        KeyCode::Enter => b"\r".to_vec(),
        KeyCode::Tab => b"\t".to_vec(),
        KeyCode::BackTab => b"\x1b[Z".to_vec(),
        KeyCode::Backspace => b"\x7f".to_vec(),
        KeyCode::Esc => b"\x1b".to_vec(),
        KeyCode::Up => cursor(b'A', app_cursor),
        KeyCode::Down => cursor(b'B', app_cursor),
        KeyCode::Right => cursor(b'C', app_cursor),
        KeyCode::Left => cursor(b'D', app_cursor),
        KeyCode::Home => cursor(b'H', app_cursor),
        KeyCode::End => cursor(b'F', app_cursor),
        KeyCode::Insert => b"\x1b[2~".to_vec(),
        KeyCode::Delete => b"\x1b[3~".to_vec(),
        KeyCode::PageUp => b"\x1b[5~".to_vec(),
        KeyCode::PageDown => b"\x1b[6~".to_vec(),
        KeyCode::F(n) => function_key(n),
        KeyCode::Null => vec![0],
        KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => Vec::new(),
    };
    if key.modifiers.contains(KeyModifiers::ALT) && !bytes.is_empty() {
        bytes.insert(0, 0x1b);
    }
    bytes
}

/// A paste as the program in the pane wants it.
pub fn paste_bytes(text: &str, bracketed: bool) -> Vec<u8> {
    if bracketed {
        // The end mark inside a paste would end it early and turn the rest into keys.
        let inner = text.replace("\x1b[201~", "");
        [b"\x1b[200~".as_slice(), inner.as_bytes(), b"\x1b[201~"].concat()
    } else {
        text.replace("\r\n", "\r").replace('\n', "\r").into_bytes()
    }
}

fn cursor(letter: u8, app_cursor: bool) -> Vec<u8> {
    vec![0x1b, if app_cursor { b'O' } else { b'[' }, letter]
}

fn control_byte(c: char) -> Option<u8> {
    let c = c.to_ascii_lowercase();
    match c {
        'a'..='z' => Some(u8::try_from(u32::from(c)).ok()? - b'a' + 1),
        ' ' | '@' | '2' => Some(0),
        '[' | '3' => Some(0x1b),
        '\\' | '4' => Some(0x1c),
        ']' | '5' => Some(0x1d),
        '^' | '6' => Some(0x1e),
        '_' | '7' => Some(0x1f),
        _ => None, // The open set of characters: the others have no control form.
    }
}

fn function_key(n: u8) -> Vec<u8> {
    let tail: &[u8] = match n {
        1 => b"OP",
        2 => b"OQ",
        3 => b"OR",
        4 => b"OS",
        5 => b"[15~",
        6 => b"[17~",
        7 => b"[18~",
        8 => b"[19~",
        9 => b"[20~",
        10 => b"[21~",
        11 => b"[23~",
        12 => b"[24~",
        _ => return Vec::new(), // Terminals disagree about the others.
    };
    [b"\x1b".as_slice(), tail].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_mislead_is_shown_and_not_obeyed() {
        assert_eq!(sanitise_inline("a\tb\x1b[2J\u{202e}c\n"), "a    b␛[2J\u{fffd}c␊");
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
        assert_eq!(paste_bytes("a\x1b[201~b\n", true), b"\x1b[200~ab\n\x1b[201~");
        assert_eq!(paste_bytes("a\r\nb\n", false), b"a\rb\r");
    }
}
