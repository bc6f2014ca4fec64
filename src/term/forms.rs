//! The forms in which programs write a secret: in base64, in a URL, in JSON, in quotes of the shell.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A form of fewer bytes could be anything.
const SHORTEST: usize = 8;

/// Every form of `secret` but itself, each once.
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
    add(in_url(secret, false));
    add(in_url(secret, true));
    let json = std::str::from_utf8(secret).ok().and_then(|text| serde_json::to_string(text).ok());
    let inside = json.as_deref().and_then(|json| json.get(1..json.len() - 1));
    inside.into_iter().for_each(|inside| add(inside.as_bytes().to_vec()));
    as_a_shell_writes(secret).into_iter().for_each(&mut add);
    found
}

/// The value within quotes and behind backslashes, as `set -x`, `declare -p` and `printf %q` write it; only where that
/// is another text.
fn as_a_shell_writes(value: &[u8]) -> Vec<Vec<u8>> {
    let escaped = |special: &[u8], escape: &[u8]| {
        let mut out = Vec::with_capacity(value.len() + 8);
        for b in value {
            if special.contains(b) {
                out.extend_from_slice(escape);
            }
            out.push(*b);
        }
        out
    };
    let mut ways =
        vec![escaped(b"'", b"'\\'"), escaped(b"\"\\$`", b"\\"), escaped(b" \t'\"\\|&;()<>!{}*[?]^$`,", b"\\")];
    ways.retain(|way| way != value);
    ways
}

/// As it stands in a URL, its letters in hexadecimal of one case or the other.
fn in_url(secret: &[u8], lower: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(secret.len() * 3);
    for byte in secret {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(*byte),
            _ if lower => out.extend_from_slice(format!("%{byte:02x}").as_bytes()),
            _ => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(secret: &str) -> Vec<String> {
        of(secret.as_bytes()).into_iter().map(|form| String::from_utf8(form).expect("text")).collect()
    }

    #[test]
    fn base64_is_known_whatever_stands_around_the_secret() {
        let secret = "hunter2-is-long";
        for (before, after) in [("", ""), ("a", "b"), ("ab", ""), ("user:", "\n"), ("abcd", "xyz")] {
            let text = STANDARD_NO_PAD.encode(format!("{before}{secret}{after}"));
            assert!(forms(secret).iter().any(|form| text.contains(form.as_str())), "{text}");
        }
    }

    #[test]
    fn urls_json_and_quotes_are_known() {
        let forms = forms("p@ss/w\"o'rd$1");
        for form in ["p%40ss%2Fw%22o%27rd%241", "p%40ss%2fw%22o%27rd%241", "p@ss/w\\\"o'rd$1", r#"p@ss/w"o'\''rd$1"#] {
            assert!(forms.iter().any(|known| known == form), "{form} is none of {forms:?}");
        }
    }

    #[test]
    fn a_short_form_is_none() {
        assert!(forms("abcdef").iter().all(|form| form.len() >= SHORTEST));
    }
}
