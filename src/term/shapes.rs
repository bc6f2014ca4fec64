//! Secrets that show by their shape: a private key in PEM (also indented, quoted, or in a string of JSON), and the password
//! in a URL.

/// More than the longest key that is in use; what follows a key that was cut off is not hidden for ever.
const LONGEST_KEY: usize = 16 * 1024;

/// Longer names and passwords in a URL are not looked for.
const LONGEST_PART: usize = 256;

/// What begins at a place of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing secret.
    None,
    /// More must be seen.
    Unknown,
    /// A secret from the first to before the second offset; what is before it stays.
    Found(usize, usize),
}

/// The bytes that a shape can begin with.
pub(super) const FIRST: [u8; 2] = [b'-', b':'];

/// What begins with `rest`. The answer for a longer `rest` is the same, unless it is [`Shape::Unknown`].
pub(super) fn look(rest: &[u8], at_end: bool) -> Shape {
    let shape = match rest.first() {
        Some(b'-') => key(rest),
        Some(b':') => password(rest, at_end),
        Some(_) | None => Shape::None,
    };
    if at_end && shape == Shape::Unknown { key_at_end(rest) } else { shape }
}

/// Compares `rest` with `wanted` as far as both go.
fn begins(rest: &[u8], wanted: &[u8]) -> bool {
    let len = rest.len().min(wanted.len());
    rest[..len] == wanted[..len]
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// The length of `-----BEGIN … PRIVATE KEY-----` or the same with END; nothing when more must be seen.
fn line_len(rest: &[u8], head: &[u8]) -> Option<Result<usize, ()>> {
    if !begins(rest, head) {
        return Some(Err(()));
    }
    let label = rest.get(head.len()..)?;
    let len = label.iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b' ').count();
    if len > 64 {
        return Some(Err(()));
    }
    let after = &label[len..];
    if !begins(after, DASHES) {
        return Some(Err(()));
    }
    if after.len() < DASHES.len() {
        return None;
    }
    Some(if label[..len].ends_with(b"PRIVATE KEY") { Ok(head.len() + len + DASHES.len()) } else { Err(()) })
}

fn key(rest: &[u8]) -> Shape {
    let mut at = match line_len(rest, BEGIN) {
        None => return Shape::Unknown,
        Some(Err(())) => return Shape::None,
        Some(Ok(len)) => len,
    };
    // What YAML, a mail or a log puts before each line.
    let mut before_line = false;
    while at < LONGEST_KEY {
        let Some(byte) = rest.get(at) else { return Shape::Unknown };
        match byte {
            b'-' => match line_len(&rest[at..], END) {
                None => return Shape::Unknown,
                Some(Ok(len)) => return Shape::Found(0, at + len),
                Some(Err(())) => at += 1,
            },
            b' ' if rest[at - 1] == b':' => at += 1,
            b'>' | b'|' | b'#' if before_line => {
                at += 1;
                continue;
            }
            b' ' | b'\t' => {
                let blanks = rest[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                match rest.get(at + blanks) {
                    None => return Shape::Unknown,
                    // Before a line, or what fills a column of a table up.
                    Some(b'+' | b'|' | b'\r' | b'\n') => at += blanks,
                    Some(_) if before_line => at += blanks,
                    Some(_) => break,
                }
                continue;
            }
            b'|' if rest.get(at + 1).is_none_or(|b| matches!(b, b'\r' | b'\n')) => at += 1,
            // The pictures of controls, in the tables of servers.
            0xe2 => match rest.get(at..at + 3) {
                None => return Shape::Unknown,
                Some([_, 0x90, 0x89 | 0x8a | 0x8d]) => at += 3,
                Some(_) => break,
            },
            // Line ends and the signs of base64, as a string of JSON writes them.
            b'\\' => match rest.get(at + 1) {
                None => return Shape::Unknown,
                Some(b'n' | b'r' | b'u' | b'/' | b'\\') => at += 1,
                Some(_) => break,
            },
            b if b.is_ascii_alphanumeric() || b"+/=\r\n:,".contains(b) => at += 1,
            // A key that was cut off.
            _ => break,
        }
        before_line = matches!(byte, b'\r' | b'\n');
    }
    Shape::Found(0, at)
}

/// The stream ends within what may have been a key.
fn key_at_end(rest: &[u8]) -> Shape {
    match line_len(rest, BEGIN) {
        Some(Ok(_)) => Shape::Found(0, rest.len()),
        Some(Err(())) | None => Shape::None,
    }
}

/// `://name:password@`, where the name may be empty. The last `@` before the host ends the password; one with a `/`, `?` or
/// `#` in it is none where the port of a host could stand in its place.
fn password(rest: &[u8], at_end: bool) -> Shape {
    const HEAD: &[u8] = b"://";
    if !begins(rest, HEAD) {
        return Shape::None;
    }
    let ends = |b: u8| b.is_ascii_whitespace() || b.is_ascii_control() || b"'\"<>`".contains(&b);
    let mut colon = None;
    let mut last = None;
    let mut host_or_port = true;
    let most = HEAD.len() + 2 * LONGEST_PART;
    for at in HEAD.len()..most {
        match rest.get(at) {
            None if at_end => break,
            None => return Shape::Unknown,
            Some(b'@') => {
                if colon.is_none() {
                    return Shape::None;
                }
                last = Some(at);
                host_or_port = true;
            }
            Some(b':') if colon.is_none() => colon = Some(at),
            Some(b'[') if at == HEAD.len() => return Shape::None,
            // Here the path begins, unless no port stands before it.
            Some(b'/' | b'?' | b'#') if host_or_port => break,
            Some(b) if ends(*b) => break,
            Some(b) => {
                let in_password = colon.is_some() && last.is_none();
                host_or_port = host_or_port && (!in_password || b.is_ascii_digit());
            }
        }
    }
    match (colon, last) {
        (Some(colon), Some(last)) if last > colon + 1 => Shape::Found(colon + 1, last),
        _ => Shape::None,
    }
}

#[cfg(test)]
mod tests {
    use crate::term::Redactor;

    #[test]
    fn keys_and_passwords_are_hidden_wherever_the_stream_is_split() {
        let pem =
            "-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n\r\nMIIE+/=\r\n-----END RSA PRIVATE KEY-----";
        for (text, shown) in [
            (format!("a\n{pem}\nb"), "a\n***\nb"),
            ("-----BEGIN CERTIFICATE-----\nAAA\n".to_owned(), "-----BEGIN CERTIFICATE-----\nAAA\n"),
            ("-----BEGIN PRIVATE KEY-----\nMIIE\n$ ls".to_owned(), "***$ ls"),
            ("-----BEGIN PRIVATE KEY-----\nMIIE".to_owned(), "***"),
            ("postgres://app:s3cret@db/x".to_owned(), "postgres://app:***@db/x"),
            ("redis://:s3cret@db".to_owned(), "redis://:***@db"),
            ("http://host:8080/a@b http://host:80".to_owned(), "http://host:8080/a@b http://host:80"),
            ("a::b ---- ://".to_owned(), "a::b ---- ://"),
            ("postgres://app:p@ss@db/x?a=b@c".to_owned(), "postgres://app:***@db/x?a=b@c"),
            ("mysql://app:pa/s#s?w@db 'amqp://u:12/3@h'".to_owned(), "mysql://app:***@db 'amqp://u:12/3@h'"),
            ("http://[::1]:80/a@b https://git@host/a:b@c".to_owned(), "http://[::1]:80/a@b https://git@host/a:b@c"),
            ("redis://u:s3cret@".to_owned(), "redis://u:***@"),
            (
                r#"{"key": "-----BEGIN PRIVATE KEY-----\nMIIE+\/\u002b=\n-----END PRIVATE KEY-----\n", "x": 1}"#.to_owned(),
                r#"{"key": "***\n", "x": 1}"#,
            ),
            (
                " -----BEGIN PRIVATE KEY-----      +\r\n MIIE+/=               +\r\n AAA= | x\n".to_owned(),
                " ***| x\n",
            ),
            (
                " -----BEGIN PRIVATE KEY-----+\r\n MIIE   +\r\n -----END PRIVATE KEY-----\r\n(1 row)".to_owned(),
                " ***\r\n(1 row)",
            ),
            ("-----BEGIN PRIVATE KEY-----␍␊MIIE␊-----END PRIVATE KEY-----␊ | 1".to_owned(), "***␊ | 1"),
            (
                "key: |\r\n  -----BEGIN EC PRIVATE KEY-----\r\n  MIIE\r\n\tAAA=\r\n> -----END EC PRIVATE KEY-----\r\nb: 1"
                    .to_owned(),
                "key: |\r\n  ***\r\nb: 1",
            ),
        ] {
            for at in 0..=text.len() {
                let mut redactor = Redactor::new(Vec::new());
                let mut out = Vec::new();
                redactor.push(&text.as_bytes()[..at], &mut out);
                redactor.push(&text.as_bytes()[at..], &mut out);
                redactor.flush(&mut out);
                assert_eq!(String::from_utf8(out).unwrap(), shown, "split at {at}");
            }
        }
    }
}
