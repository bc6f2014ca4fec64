//! Secrets that show by their shape: a private key in PEM, and the password in a URL.

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
        Some(b':') => password(rest),
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
    while at < LONGEST_KEY {
        match rest.get(at) {
            None => return Shape::Unknown,
            Some(b'-') => match line_len(&rest[at..], END) {
                None => return Shape::Unknown,
                Some(Ok(len)) => return Shape::Found(0, at + len),
                Some(Err(())) => at += 1,
            },
            Some(b' ') if rest[at - 1] == b':' => at += 1,
            Some(b) if b.is_ascii_alphanumeric() || b"+/=\r\n:,".contains(b) => at += 1,
            // A key that was cut off.
            Some(_) => break,
        }
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

/// `://name:password@`, where the name may be empty.
fn password(rest: &[u8]) -> Shape {
    const HEAD: &[u8] = b"://";
    if !begins(rest, HEAD) {
        return Shape::None;
    }
    let part = |from: usize, ends: &[u8]| -> Result<(usize, u8), Shape> {
        for at in from..from + LONGEST_PART {
            match rest.get(at) {
                None => return Err(Shape::Unknown),
                Some(b) if ends.contains(b) => return Ok((at, *b)),
                Some(b) if b.is_ascii_whitespace() || b.is_ascii_control() || b"/'\"<>?#".contains(b) => break,
                Some(_) => {}
            }
        }
        Err(Shape::None)
    };
    let colon = match part(HEAD.len(), b":@") {
        Ok((at, b':')) => at,
        Ok(_) => return Shape::None,
        Err(shape) => return shape,
    };
    match part(colon + 1, b"@") {
        Ok((at, _)) if at > colon + 1 => Shape::Found(colon + 1, at),
        Ok(_) => Shape::None,
        Err(shape) => shape,
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
