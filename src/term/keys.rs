//! What a key is to the program in a pane: the bytes of an xterm.

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character, as the keyboard gave it: with Shift already applied.
    Char(char),
    /// Enter.
    Enter,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Escape.
    Esc,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Insert.
    Insert,
    /// Delete.
    Delete,
    /// A function key, from 1 to 12.
    F(u8),
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyInput {
    /// The key.
    pub key: Key,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift.
    pub shift: bool,
}

impl KeyInput {
    /// A key without modifiers.
    pub fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    /// xterm's number for the modifiers; 1 for none.
    fn modifiers(self) -> u8 {
        1 + u8::from(self.shift) + 2 * u8::from(self.alt) + 4 * u8::from(self.ctrl)
    }
}

/// How the program in the pane wants the arrow keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorKeys {
    /// As `ESC [ A`.
    Normal,
    /// As `ESC O A`, after DECCKM.
    Application,
}

/// The bytes of `input`; none for a key that has none.
pub fn encode(input: KeyInput, cursor_keys: CursorKeys) -> Vec<u8> {
    let letter = |c: char| match (input.modifiers(), cursor_keys) {
        (1, CursorKeys::Normal) => format!("\u{1b}[{c}"),
        (1, CursorKeys::Application) => format!("\u{1b}O{c}"),
        (m, _) => format!("\u{1b}[1;{m}{c}"),
    };
    let number = |n: u8| match input.modifiers() {
        1 => format!("\u{1b}[{n}~"),
        m => format!("\u{1b}[{n};{m}~"),
    };
    let function = |c: char| match input.modifiers() {
        1 => format!("\u{1b}O{c}"),
        m => format!("\u{1b}[1;{m}{c}"),
    };
    let with_alt = |bytes: String| if input.alt { format!("\u{1b}{bytes}") } else { bytes };
    let text = match input.key {
        Key::Char(c) => with_alt(if input.ctrl { control(c).to_string() } else { c.to_string() }),
        Key::Enter => with_alt("\r".to_owned()),
        Key::Tab if input.shift => "\u{1b}[Z".to_owned(),
        Key::Tab => with_alt("\t".to_owned()),
        Key::BackTab => "\u{1b}[Z".to_owned(),
        Key::Backspace => with_alt(if input.ctrl { "\u{8}" } else { "\u{7f}" }.to_owned()),
        Key::Esc => with_alt("\u{1b}".to_owned()),
        Key::Up => letter('A'),
        Key::Down => letter('B'),
        Key::Right => letter('C'),
        Key::Left => letter('D'),
        Key::Home => letter('H'),
        Key::End => letter('F'),
        Key::Insert => number(2),
        Key::Delete => number(3),
        Key::PageUp => number(5),
        Key::PageDown => number(6),
        Key::F(n @ 1..=4) => function(char::from(b'O' + n)),
        Key::F(n @ 5..=12) => number([15, 17, 18, 19, 20, 21, 23, 24][usize::from(n) - 5]),
        Key::F(_) => String::new(),
    };
    text.into_bytes()
}

/// The control character that Ctrl makes of `c`; `c` itself where there is none.
fn control(c: char) -> char {
    let code = match c {
        'a'..='z' | 'A'..='Z' | '@' | '[' | '\\' | ']' | '^' | '_' => u32::from(c) & 0x1f,
        ' ' | '2' => 0,
        '3'..='7' => u32::from(c) - u32::from('3') + 0x1b,
        '/' => 0x1f,
        '8' | '?' => 0x7f,
        c => u32::from(c),
    };
    char::from_u32(code).unwrap_or(c)
}

/// How the program in the pane wants pasted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paste {
    /// As if it were typed.
    Plain,
    /// Between brackets (mode 2004).
    Bracketed,
}

/// The bytes of a pasted text: without control characters, so that it can neither end its brackets nor press keys;
/// line ends are those of the Enter key.
pub fn paste(text: &str, how: Paste) -> Vec<u8> {
    let text = text.replace("\r\n", "\r").replace('\n', "\r");
    let kept: String = text.chars().filter(|c| matches!(c, '\r' | '\t') || !c.is_control()).collect();
    match how {
        Paste::Plain => kept.into_bytes(),
        Paste::Bracketed => format!("\u{1b}[200~{kept}\u{1b}[201~").into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_an_xterm() {
        let plain = KeyInput::plain;
        for (input, mode, bytes) in [
            (plain(Key::Char('あ')), CursorKeys::Normal, "あ"),
            (KeyInput { ctrl: true, ..plain(Key::Char('c')) }, CursorKeys::Normal, "\u{3}"),
            (KeyInput { ctrl: true, ..plain(Key::Char(' ')) }, CursorKeys::Normal, "\0"),
            (KeyInput { ctrl: true, ..plain(Key::Char('\\')) }, CursorKeys::Normal, "\u{1c}"),
            (KeyInput { alt: true, ..plain(Key::Char('x')) }, CursorKeys::Normal, "\u{1b}x"),
            (plain(Key::Enter), CursorKeys::Normal, "\r"),
            (plain(Key::Backspace), CursorKeys::Normal, "\u{7f}"),
            (plain(Key::BackTab), CursorKeys::Normal, "\u{1b}[Z"),
            (plain(Key::Up), CursorKeys::Normal, "\u{1b}[A"),
            (plain(Key::Up), CursorKeys::Application, "\u{1b}OA"),
            (KeyInput { ctrl: true, ..plain(Key::Left) }, CursorKeys::Application, "\u{1b}[1;5D"),
            (KeyInput { shift: true, ..plain(Key::Delete) }, CursorKeys::Normal, "\u{1b}[3;2~"),
            (plain(Key::F(1)), CursorKeys::Normal, "\u{1b}OP"),
            (plain(Key::F(12)), CursorKeys::Normal, "\u{1b}[24~"),
            (plain(Key::F(13)), CursorKeys::Normal, ""),
        ] {
            assert_eq!(String::from_utf8(encode(input, mode)).unwrap(), bytes, "{input:?}");
        }
    }

    #[test]
    fn a_pasted_text_cannot_leave_its_brackets() {
        assert_eq!(paste("ls\u{1b}[201~\nrm\r\n", Paste::Bracketed), b"\x1b[200~ls[201~\rrm\r\x1b[201~");
        assert_eq!(paste("a\u{3}\u{9b}b", Paste::Plain), b"ab");
    }
}
