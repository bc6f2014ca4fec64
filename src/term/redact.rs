//! Takes secrets out of a stream of bytes.
//!
//! The result does not depend on how the stream was split: nothing is decided before enough of it was seen, and
//! only a suffix that may still become a secret is held back. Takes known values, and what shows by its shape: private
//! keys, and passwords in URLs. A known value is found in the forms of `forms` as well, and where line ends or colours break
//! it; not where a program moves the cursor between its letters. How much is held back is bounded, whatever is printed.

use super::forms;
use super::needle::Needle;
use super::shapes::{self, Shape};

/// What stands in the place of a secret.
pub const REPLACEMENT: &[u8] = b"***";

/// Values shorter than this are not taken for secrets: replacing them would destroy output.
pub const SHORTEST_SECRET: usize = 6;

/// The places of so many replacements are told; who prints a secret more often prints nothing else.
pub const MOST_PLACES: usize = 1000;

/// A line of a secret of several lines is a secret itself from this length on; shorter ones may be common words.
const SECRET_LINE: usize = 16;

/// Replaces secrets in a stream. At each place the longest secret that begins there is taken.
#[derive(Clone)]
pub struct Redactor {
    /// The values themselves, from which another redactor is made.
    values: Vec<Vec<u8>>,
    /// The values and their forms, the longest first.
    secrets: Vec<Needle>,
    /// Which of them begin with a byte, in their order.
    begins: Vec<Vec<usize>>,
    first: Box<[bool; 256]>,
    held: Vec<u8>,
    count: u64,
    /// Bytes that came out so far.
    passed: u64,
    /// Where replacements begin in what came out, as long as they are few enough to be told.
    places: Vec<u64>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").field("secrets", &self.secrets.len()).field("held", &self.held.len()).finish()
    }
}

enum At {
    /// No secret begins here.
    Plain,
    /// A secret begins after the first so many bytes, and ends before the second.
    Secret(usize, usize),
    /// More must be seen.
    Unknown,
}

impl Redactor {
    /// A redactor of `secrets`; empty ones are left out.
    pub fn new(values: Vec<Vec<u8>>) -> Self {
        let known = |value: &&Vec<u8>| value.len() >= SHORTEST_SECRET;
        let forms = values.iter().filter(known).flat_map(|value| forms::of(value));
        let mut secrets: Vec<Needle> = forms.map(|form| Needle::new(form, Vec::new())).collect();
        secrets.extend(values.iter().filter(|value| !value.is_empty()).map(|value| {
            let letters = if known(&value) { forms::letters(value) } else { Vec::new() };
            Needle::new(value.clone(), letters)
        }));
        // The longest first: the first complete match is then the one to take.
        secrets.sort_by(|a, b| b.bytes.len().cmp(&a.bytes.len()).then_with(|| a.bytes.cmp(&b.bytes)));
        secrets.dedup_by(|a, b| a.bytes == b.bytes && a.letters.is_empty());
        let mut first = Box::new([false; 256]);
        let mut begins = vec![Vec::new(); 256];
        for (at, secret) in secrets.iter().enumerate() {
            for byte in secret.first_bytes() {
                first[usize::from(byte)] = true;
                begins[usize::from(byte)].push(at);
            }
        }
        for byte in shapes::FIRST {
            first[usize::from(byte)] = true;
        }
        Self { values, secrets, begins, first, held: Vec::new(), count: 0, passed: 0, places: Vec::new() }
    }

    /// The same redactor, which also takes `more` secrets out. To be used between two streams.
    pub fn with(&self, more: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let more = more.into_iter().filter(|secret| secret.len() >= SHORTEST_SECRET);
        Self::new(self.values.iter().cloned().chain(more).collect())
    }

    /// Takes the next `bytes` of the stream, and appends to `out` what is decided.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let before = out.len();
        if self.held.is_empty() {
            let done = self.scan(bytes, out, false, before);
            self.held.extend_from_slice(&bytes[done..]);
        } else {
            let mut all = std::mem::take(&mut self.held);
            all.extend_from_slice(bytes);
            let done = self.scan(&all, out, false, before);
            all.drain(..done);
            self.held = all;
        }
        self.passed += (out.len() - before) as u64;
    }

    /// The stream ends: appends what was held back.
    pub fn flush(&mut self, out: &mut Vec<u8>) {
        let (held, before) = (std::mem::take(&mut self.held), out.len());
        self.scan(&held, out, true, before);
        self.passed += (out.len() - before) as u64;
    }

    /// How many secrets were replaced.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Where in what came out the replacements begin, in their order: the first [`MOST_PLACES`] of them.
    pub fn places(&self) -> &[u64] {
        &self.places
    }

    /// How many bytes are held back.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Decides as much of `bytes` as can be decided, and returns how many bytes that is.
    /// What `out` held `before` is of earlier calls.
    fn scan(&mut self, bytes: &[u8], out: &mut Vec<u8>, at_end: bool, before: usize) -> usize {
        let mut from = 0;
        loop {
            let rest = &bytes[from..];
            let Some(skip) = rest.iter().position(|b| self.first[usize::from(*b)]) else {
                out.extend_from_slice(rest);
                return bytes.len();
            };
            out.extend_from_slice(&rest[..skip]);
            from += skip;
            match self.look(&bytes[from..], at_end) {
                At::Plain => {
                    out.push(bytes[from]);
                    from += 1;
                }
                At::Secret(begin, end) => {
                    out.extend_from_slice(&bytes[from..from + begin]);
                    if self.places.len() < MOST_PLACES {
                        self.places.push(self.passed + (out.len() - before) as u64);
                    }
                    out.extend_from_slice(REPLACEMENT);
                    self.count += 1;
                    from += end;
                }
                At::Unknown => return from,
            }
        }
    }

    fn look(&self, rest: &[u8], at_end: bool) -> At {
        let begins = rest.first().map_or(&[][..], |byte| &self.begins[usize::from(*byte)]);
        for secret in begins.iter().map(|at| &self.secrets[*at]) {
            let found = secret.compare(rest);
            match found.whole {
                _ if found.so_far && !at_end => return At::Unknown,
                Some(end) => return At::Secret(0, end),
                None => {}
            }
        }
        match shapes::look(rest, at_end) {
            Shape::None => At::Plain,
            Shape::Unknown => At::Unknown,
            Shape::Found(begin, end) => At::Secret(begin, end),
        }
    }
}

/// Replaces `secrets` in a text that is complete.
pub fn redact_text(secrets: &[Vec<u8>], text: &str) -> String {
    let mut redactor = Redactor::new(secrets.to_vec());
    let mut out = Vec::with_capacity(text.len());
    redactor.push(text.as_bytes(), &mut out);
    redactor.flush(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether a variable of this name is expected to hold a secret.
pub fn names_a_secret(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "PASS",
        "PASSWD",
        "PASSWORD",
        "PASSPHRASE",
        "PWD",
        "SECRET",
        "TOKEN",
        "CREDENTIAL",
        "CREDENTIALS",
        "APIKEY",
        "PRIVATE",
        "SECRETS",
        "TOKENS",
        "PASSWORDS",
    ];
    let japanese = ["パスワード", "パスフレーズ", "暗証", "秘密", "トークン", "シークレット", "秘匿"];
    if japanese.iter().any(|word| name.contains(word)) {
        return true;
    }
    let name = name.to_uppercase();
    if name == "PWD" || name == "OLDPWD" {
        return false;
    }
    let parts = || name.split(['_', '-', '.']);
    parts().any(|part| WORDS.contains(&part))
        || ["PASSWORD", "PASSWD", "SECRET", "CREDENTIAL", "APIKEY", "TOKEN"].iter().any(|w| name.contains(w))
        || ["API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "SIGNING_KEY", "ENCRYPTION_KEY"].iter().any(|w| name.contains(w))
}

/// The secrets among the variables of an environment: values that are long enough and not a mere switch or number,
/// of variables whose names look like a secret's.
///
/// One of several lines is given also with the line ends that a terminal writes, and line by line.
pub fn secrets_of_env(env: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<Vec<u8>> {
    let mut secrets = Vec::new();
    for (name, value) in env {
        let value = value.trim_ascii().to_vec();
        if !names_a_secret(&name) || !worth_hiding(&value) {
            continue;
        }
        if value.contains(&b'\n') {
            let lines = value.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
            secrets.extend(lines.filter(|l| l.len() >= SECRET_LINE && !l.starts_with(b"-----")).map(<[u8]>::to_vec));
            let mut crlf = Vec::with_capacity(value.len() + 8);
            for b in value.iter().filter(|b| **b != b'\r') {
                if *b == b'\n' {
                    crlf.push(b'\r');
                }
                crlf.push(*b);
            }
            secrets.push(crlf);
        }
        secrets.push(value);
    }
    secrets
}

fn worth_hiding(value: &[u8]) -> bool {
    // A path names where a secret is kept (`…_TOKEN_FILE`), and a number this short is a limit or a time.
    let number = value.len() < 9 && value.iter().all(u8::is_ascii_digit);
    let path = value.starts_with(b"/") && value.iter().filter(|b| **b == b'/').count() > 1 && !value.contains(&b'=');
    let switch = [&b"disabled"[..], b"enabled", b"default", b"required", b"optional"]
        .iter()
        .any(|w| value.eq_ignore_ascii_case(w));
    value.len() >= SHORTEST_SECRET && !number && !path && !switch
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn redact(secrets: &[&str], chunks: &[&[u8]]) -> (String, u64) {
        let mut redactor = Redactor::new(secrets.iter().map(|s| s.as_bytes().to_vec()).collect());
        let mut out = Vec::new();
        for chunk in chunks {
            redactor.push(chunk, &mut out);
        }
        redactor.flush(&mut out);
        assert_eq!(redactor.held(), 0);
        (String::from_utf8_lossy(&out).into_owned(), redactor.count())
    }

    #[test]
    fn secrets_are_replaced_wherever_the_stream_is_split() {
        for (secrets, text, expected) in [
            (vec!["hunter22"], "pass=hunter22\n", "pass=***\n"),
            (vec!["abc", "abcdef"], "abcdex abcdef", "***dex ***"),
            (vec!["aab"], "aaab", "a***"),
            (vec![], "anything", "anything"),
            (vec![""], "anything", "anything"),
            (vec!["abab"], "ababab", "***ab"),
            (vec!["hunter22-is-long"], "hunter22\r\n-is-long", "***"),
            (vec!["hunter22-is-long"], "hunter22\r\n-is-short", "hunter22\r\n-is-short"),
            (vec!["hunter22"], "aHVudGVyMjI= dXNlcjpodW50ZXIyMg==", "***I= dXNlcjp***g=="),
            (vec!["p@ss w0rd"], "p%40ss%20w0rd p%40ss%20w1rd", "*** p%40ss%20w1rd"),
            (vec!["hunter22-is-long"], "hunter\r\n\r\n\r\n\r\n22-is-long", "hunter\r\n\r\n\r\n\r\n22-is-long"),
            (vec!["p&ss-w<rd-long"], "p\\u0026ss-\r\nw\\u003crd-long", "***"),
            (vec!["secret'"], "'secret'\\''' secret' secret''", "'***' *** ***"),
            (
                vec!["hunter22"],
                "hun\x1b[01;31m\x1b[Kter\x1b[m\x1b[K22 hunt\ner22 hun\x1b[2Cter22",
                "*** *** hun\x1b[2Cter22",
            ),
            (vec!["p&ss-word"], "p\x1b[1m&amp;\x1b[0mss-word", "***"),
            (vec!["two\nlines"], "two\r\nlines two␊lines two\\nlines two\nliness", "*** *** *** ***s"),
            (vec!["secret&"], "secret& secret&amp; secret&am", "*** *** ***am"),
        ] {
            for at in 0..=text.len() {
                let (left, right) = text.as_bytes().split_at(at);
                assert_eq!(redact(&secrets, &[left, right]).0, expected, "{text} split at {at}");
            }
        }
    }

    #[test]
    fn only_what_may_become_a_secret_is_held_back() {
        let mut redactor = Redactor::new(vec![b"secret".to_vec()]);
        let mut out = Vec::new();

        redactor.push(b"a sec", &mut out);

        assert_eq!((out.as_slice(), redactor.held()), (&b"a "[..], 3));
        redactor.push(b"ond", &mut out);
        assert_eq!((out.as_slice(), redactor.held()), (&b"a second"[..], 0));
    }

    #[test]
    fn names_tell_secrets_from_other_variables() {
        for name in ["PGPASSWORD", "DB_PASS", "API_KEY", "github_token", "AWS_SECRET_ACCESS_KEY", "SSH_PRIVATE_KEY"] {
            assert!(names_a_secret(name), "{name}");
        }
        for name in ["PATH", "PWD", "OLDPWD", "COMPASS", "KEYBOARD", "PASSAGE"] {
            assert!(!names_a_secret(name), "{name}");
        }
    }

    #[test]
    fn trivial_values_are_not_taken_for_secrets() {
        let secrets = |value: &str| secrets_of_env([("DB_PASSWORD".to_owned(), value.as_bytes().to_vec())]);

        for value in ["", "a", "true", "none", "12345678", "/run/secrets/db"] {
            assert_eq!(secrets(value), Vec::<Vec<u8>>::new(), "{value}");
        }
        assert_eq!(secrets("hunter22"), vec![b"hunter22".to_vec()]);
        assert_eq!(secrets("one1\ntwo2\n"), vec![b"one1\r\ntwo2".to_vec(), b"one1\ntwo2".to_vec()]);
    }

    #[test]
    fn a_secret_is_found_as_a_shell_writes_it() {
        let pem = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nshort\n-----END KEY-----";
        let secrets = secrets_of_env([
            ("DB_PASSWORD".to_owned(), b"hunter2's $3cret".to_vec()),
            ("TLS_PRIVATE_KEY".to_owned(), pem.into()),
        ]);

        let written = "++ echo 'pw=hunter2'\\''s $3cret'\ndeclare -x P=\"hunter2's \\$3cret\"\nhunter2\\'s\\ \\$3cret\n\
                       MIIEvQIBADANBgkqhkiG9w0BAQ short";
        let shown = redact_text(&secrets, written);

        assert_eq!(shown, "++ echo 'pw=***'\ndeclare -x P=\"***\"\n***\n*** short");
    }

    #[test]
    fn a_secret_is_found_as_programs_encode_it() {
        let secret = "p&ss<w>\"rd/é 日\\%x'";
        for written in [
            // serde_json, Go, Python, PHP, .NET; a string of JSON in JSON.
            r#"p&ss<w>\"rd/é 日\\%x'"#,
            r#"p\u0026ss\u003cw\u003e\"rd/é 日\\%x'"#,
            r#"p&ss<w>\"rd/\u00e9 \u65e5\\%x'"#,
            r#"p&ss<w>\"rd\/\u00e9 \u65e5\\%x'"#,
            r#"p\u0026ss\u003Cw\u003E\u0022rd/\u00E9 \u65E5\\%x\u0027"#,
            r#"p&ss<w>\\\"rd/é 日\\\\%x'"#,
            // Python's `quote` and `quote_plus`, JavaScript's `encodeURIComponent`, Go's user part of a URL; encoded twice.
            "p%26ss%3Cw%3E%22rd/%C3%A9%20%E6%97%A5%5C%25x%27",
            "p%26ss%3Cw%3E%22rd%2F%C3%A9+%E6%97%A5%5C%25x%27",
            "p%26ss%3Cw%3E%22rd%2F%C3%A9%20%E6%97%A5%5C%25x'",
            "p&ss%3cw%3e%22rd%2f%c3%a9%20%e6%97%a5%5c%25x%27",
            "p%2526ss%253Cw%253E%2522rd%252F%25C3%25A9%2520%25E6%2597%25A5%255C%2525x%2527",
            // HTML.
            "p&amp;ss&lt;w&gt;&quot;rd/é 日\\%x&#39;",
            "p&amp;ss&lt;w&gt;&#34;rd/é 日\\%x&#x27;",
            // `declare -p`, `set -x` and `printf %q` of bash, with letters of another alphabet and without them.
            r#"p&ss<w>"rd/\303\251 \346\227\245\\%x\'"#,
            r#"p\&ss\<w\>\"rd/é\ 日\\%x\'"#,
            r#"p&ss<w>\"rd/é 日\\%x'"#,
            r#"p&ss<w>"rd/é 日\%x'\''"#,
            // Python's `repr` of bytes, `xxd -p`.
            r#"p&ss<w>"rd/\xc3\xa9 \xe6\x97\xa5\\%x\'"#,
            "702673733c773e2272642fc3a920e697a55c257827",
        ] {
            assert_eq!(redact(&[secret], &[b"[", written.as_bytes(), b"]"]).0, "[***]", "{written}");
        }
    }

    #[test]
    fn what_is_held_back_is_bounded_whatever_is_printed() {
        let odd = b"\\\\\\\\\\\\'''&&&%%%  \n\n".to_vec();
        for piece in [
            "a\n",
            "\r\n",
            "\x1b[1;2",
            "a\x1b[m",
            "\\",
            "'",
            "&amp;",
            "%25",
            "%2525",
            "+",
            "-----BEGIN PRIVATE KEY-----\n",
            "://a:",
        ] {
            let mut redactor = Redactor::new(vec![b"a-secret-of-many-letters".to_vec(), odd.clone()]);
            let mut out = Vec::new();
            for _ in 0..2000 {
                redactor.push(piece.as_bytes(), &mut out);
                assert!(redactor.held() < 17_000, "{piece:?}: {} bytes", redactor.held());
            }
        }
    }

    #[test]
    fn a_whole_text_is_redacted_at_once() {
        assert_eq!(redact_text(&[b"hunter22".to_vec()], "秘密 hunter22"), "秘密 ***");
    }

    proptest! {
        #[test]
        fn the_result_does_not_depend_on_the_split(
            secrets in proptest::collection::vec("[ab]{1,5}|[a&'\\\\%]{6,9}", 0..4),
            text in "([abc]|[a&'\\\\%]{1,4}|amp;|25|://|[@:/ ]|-----BEGIN PRIVATE KEY-----|-----END PRIVATE KEY-----){0,40}",
            cuts in proptest::collection::vec(0_usize..600, 0..6),
        ) {
            let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(text.len())).collect();
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut from = 0;
            for cut in cuts {
                chunks.push(&text.as_bytes()[from..cut]);
                from = cut;
            }
            chunks.push(&text.as_bytes()[from..]);
            prop_assert_eq!(redact(&secrets, &chunks), redact(&secrets, &[text.as_bytes()]));
            let mut redactor = Redactor::new(secrets.iter().map(|s| s.as_bytes().to_vec()).collect());
            let mut all = Vec::new();
            for chunk in chunks {
                // What is written away between two pieces makes no difference to the places.
                let mut out = vec![b'x'; 3];
                redactor.push(chunk, &mut out);
                all.extend_from_slice(&out[3..]);
            }
            redactor.flush(&mut all);
            prop_assert_eq!(redactor.places().len() as u64, redactor.count());
            for place in redactor.places() {
                let place = usize::try_from(*place).expect("small");
                prop_assert_eq!(&all[place..place + REPLACEMENT.len()], REPLACEMENT);
            }
        }
    }
}
