//! The forms in which programs write a secret: in base64 and hexadecimal, in a URL, in JSON, in HTML, in quotes of the shell.
//!
//! In base64 the letters lose their places, so such a form is a text of its own ([`of`]). All other encodings write letter
//! by letter, and no two of them agree which letters need it: [`letters`] gives every way for each.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A form of fewer bytes could be anything.
const SHORTEST: usize = 8;

/// The ways in which one letter is written; the first one is the letter itself.
pub(super) type Letter = Vec<Vec<u8>>;

/// The forms of `secret` in which its letters are not found, each once.
pub(super) fn of(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut add = |form: Vec<u8>| {
        if form.len() >= SHORTEST && form != secret && !found.contains(&form) {
            found.push(form);
        }
    };
    // Three bytes become four letters, so it matters what stands before it: only the letters that it alone decides.
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret);
        let from = (before * 8).div_ceil(6);
        let until = bytes.len() * 8 / 6;
        for letters in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            add(letters.as_bytes().get(from..until).unwrap_or_default().to_vec());
        }
    }
    add(each_byte(secret, |byte| format!("{byte:02x}")));
    add(each_byte(secret, |byte| format!("{byte:02X}")));
    found
}

/// The letters of `secret` with the ways in which each is written; empty where none has another way than itself.
pub(super) fn letters(secret: &[u8]) -> Vec<Letter> {
    let mut letters = Vec::new();
    for part in secret.utf8_chunks() {
        letters.extend(part.valid().chars().map(ways));
        letters.extend(part.invalid().iter().map(|byte| ways_of_bytes(&[*byte])));
    }
    if letters.iter().all(|ways| ways.len() == 1) { Vec::new() } else { letters }
}

fn ways(c: char) -> Letter {
    let mut buffer = [0; 4];
    let bytes = c.encode_utf8(&mut buffer).as_bytes();
    // What nobody needs to write in another way.
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
        return vec![bytes.to_vec()];
    }
    let mut ways = ways_of_bytes(bytes);
    let mut add = |way: String| {
        if !ways.iter().any(|known| known == way.as_bytes()) {
            ways.push(way.into_bytes());
        }
    };
    // JSON, and JSON in a string of JSON.
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units);
    for escape in ["\\u", "\\\\u"] {
        add(units.iter().map(|unit| format!("{escape}{unit:04x}")).collect());
        add(units.iter().map(|unit| format!("{escape}{unit:04X}")).collect());
    }
    let number = u32::from(c);
    match number {
        0x80..=0xff => add(format!("\\x{number:02x}")),
        0x1_0000.. => add(format!("\\U{number:08x}")),
        _ => {}
    }
    for entity in [format!("&#{number};"), format!("&#x{number:x};"), format!("&#x{number:X};")] {
        add(entity);
    }
    let named = match c {
        // With the pictures that stand for controls in the tables of servers.
        '\n' => &["\\n", "\\\\n", "\r\n", "␊", "␍␊"][..],
        '\r' => &["\\r", "\\\\r", "␍"],
        '\t' => &["\\t", "\\\\t", "␉"],
        ' ' => &["+", "\\ "],
        '"' => &["\\\"", "\\\\\\\"", "\"\"", "&quot;"],
        '\\' => &["\\\\", "\\\\\\\\"],
        '&' => &["\\&", "&amp;"],
        '<' => &["\\<", "&lt;"],
        '>' => &["\\>", "&gt;"],
        '\'' => &["\\'", "'\\''", "'\"'\"'", "''", "&apos;"],
        _ => &[],
    };
    named.iter().for_each(|way| add((*way).to_owned()));
    if c.is_ascii_punctuation() {
        add(format!("\\{c}"));
    }
    ways
}

/// A letter of these bytes: as they are, as in a URL, and with the numbers of bytes that a shell or Python writes.
fn ways_of_bytes(bytes: &[u8]) -> Letter {
    let mut ways = vec![bytes.to_vec()];
    ways.push(each_byte(bytes, |byte| format!("%{byte:02X}")));
    ways.push(each_byte(bytes, |byte| format!("%{byte:02x}")));
    ways.push(each_byte(bytes, |byte| format!("%25{byte:02X}")));
    ways.push(each_byte(bytes, |byte| format!("\\{byte:03o}")));
    ways.push(each_byte(bytes, |byte| format!("\\x{byte:02x}")));
    ways.dedup();
    ways
}

fn each_byte(bytes: &[u8], write: impl Fn(u8) -> String) -> Vec<u8> {
    bytes.iter().flat_map(|byte| write(*byte).into_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_known_whatever_stands_around_the_secret() {
        let secret = "hunter2-is-long";
        let forms: Vec<String> =
            of(secret.as_bytes()).into_iter().map(|form| String::from_utf8(form).expect("text")).collect();
        for (before, after) in [("", ""), ("a", "b"), ("ab", ""), ("user:", "\n"), ("abcd", "xyz")] {
            let text = STANDARD_NO_PAD.encode(format!("{before}{secret}{after}"));
            assert!(forms.iter().any(|form| text.contains(form.as_str())), "{text}");
        }
    }

    #[test]
    fn a_short_form_is_none() {
        assert!(of(b"abcdef").iter().all(|form| form.len() >= SHORTEST));
    }

    #[test]
    fn a_secret_of_plain_letters_is_written_in_one_way() {
        assert_eq!(letters(b"ghp_0aB-c.d"), Vec::<Letter>::new());
    }

    #[test]
    fn every_way_of_a_letter_is_another_text() {
        for secret in ["p&'\"\\ <>\n\t+é日😀", "%"] {
            for ways in letters(secret.as_bytes()) {
                let different: std::collections::BTreeSet<_> = ways.iter().collect();
                assert_eq!(different.len(), ways.len(), "{ways:?}");
            }
        }
    }
}
