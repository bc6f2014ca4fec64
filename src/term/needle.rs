//! One secret beside a stream: every way in which its letters are written, also where line ends or colours stand between them.

use super::forms::Letter;

/// How a stream goes on beside a secret.
#[derive(Clone, Copy, Default)]
pub(super) struct Compared {
    /// It is the secret, up to this byte.
    pub(super) whole: Option<usize>,
    /// It ends where it may still become the secret, or a longer way to write it.
    pub(super) so_far: bool,
}

/// A secret of so many bytes is known where line ends break it, as a narrow terminal or `base64` does, or colours, as `grep`
/// does.
const BROKEN: usize = 8;

/// So many line ends and colours in a row break it, and no more.
const MOST_BREAKS: usize = 4;

/// A longer sequence is no colour.
const LONGEST_COLOUR: usize = 24;

/// What stands between two letters of a secret.
enum Break {
    /// Nothing that could.
    None,
    /// A line end or a colour of so many bytes.
    Whole(usize),
    /// What may become one.
    SoFar,
}

impl Break {
    fn at(rest: &[u8], from: usize) -> Self {
        match rest.get(from) {
            Some(b'\r' | b'\n') => return Self::Whole(1),
            Some(0x1b) => {}
            Some(_) | None => return Self::None,
        }
        let sequence = rest.get(from..).unwrap_or_default();
        for (at, byte) in sequence.iter().enumerate().skip(1).take(LONGEST_COLOUR) {
            match byte {
                b'[' if at == 1 => {}
                b'0'..=b'9' | b';' | b':' if at > 1 => {}
                // Colours, and what `grep` erases behind each.
                b'm' | b'K' if at > 1 => return Self::Whole(at + 1),
                _ => return Self::None,
            }
        }
        if sequence.len() > LONGEST_COLOUR { Self::None } else { Self::SoFar }
    }
}

/// So many ways to read what was seen are followed at once.
const MOST_READINGS: usize = 8;

/// What is looked for.
#[derive(Clone)]
pub(super) struct Needle {
    /// The secret itself.
    pub(super) bytes: Vec<u8>,
    /// The ways in which each letter is written; empty where it is written as it is.
    pub(super) letters: Vec<Letter>,
    /// Where the first letter is a single byte: the bytes that may come next. Most of what begins like a secret is none.
    next: Option<Box<[bool; 256]>>,
}

impl Needle {
    /// The secret `bytes`, whose `letters` are written in these ways.
    pub(super) fn new(bytes: Vec<u8>, letters: Vec<Letter>) -> Self {
        let mut next = None;
        if let [first, second, ..] = &letters[..]
            && matches!(&first[..], [way] if way.len() == 1)
        {
            let mut set = Box::new([false; 256]);
            for byte in second.iter().filter_map(|way| way.first()).chain(b"\r\n\x1b") {
                set[usize::from(*byte)] = true;
            }
            next = Some(set);
        }
        Self { bytes, letters, next }
    }

    /// The bytes that it can begin with, each once.
    pub(super) fn first_bytes(&self) -> Vec<u8> {
        let ways = self.letters.first().map_or(std::slice::from_ref(&self.bytes), Vec::as_slice);
        let mut first: Vec<u8> = ways.iter().filter_map(|way| way.first().copied()).collect();
        first.sort_unstable();
        first.dedup();
        first
    }

    /// How a stream that goes on with `rest` goes on beside it.
    pub(super) fn compare(&self, rest: &[u8]) -> Compared {
        let breaks = self.bytes.len() >= BROKEN;
        if self.letters.is_empty() {
            return compare(rest, 0, &self.bytes, breaks);
        }
        if let (Some(next), Some(byte)) = (&self.next, rest.get(1))
            && !next[usize::from(*byte)]
        {
            return Compared::default();
        }
        let (mut readings, mut so_far) = (Readings::of(0), false);
        for (done, ways) in self.letters.iter().enumerate() {
            let mut next = Readings::default();
            for at in readings.iter() {
                let mut left = if breaks && done > 0 { MOST_BREAKS } else { 0 };
                let mut from = at;
                loop {
                    for way in ways {
                        let found = compare(rest, from, way, breaks);
                        so_far |= found.so_far;
                        found.whole.into_iter().for_each(|end| next.add(end));
                    }
                    match Break::at(rest, from) {
                        Break::Whole(len) if left > 0 => from += len,
                        Break::SoFar if left > 0 => {
                            so_far = true;
                            break;
                        }
                        Break::Whole(_) | Break::SoFar | Break::None => break,
                    }
                    left -= 1;
                }
            }
            readings = next;
        }
        Compared { whole: readings.iter().max(), so_far }
    }
}

/// Places up to which a stream can be read as the first letters of a secret.
#[derive(Default)]
struct Readings {
    ends: [usize; MOST_READINGS],
    len: usize,
}

impl Readings {
    fn of(end: usize) -> Self {
        let mut readings = Self::default();
        readings.add(end);
        readings
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        self.ends.iter().take(self.len).copied()
    }

    fn add(&mut self, end: usize) {
        if !self.iter().any(|known| known == end)
            && let Some(place) = self.ends.get_mut(self.len)
        {
            *place = end;
            self.len += 1;
        }
    }
}

/// Compares the stream from `from` on with `wanted`; with `breaks`, also where line ends stand between its bytes.
fn compare(rest: &[u8], from: usize, wanted: &[u8], breaks: bool) -> Compared {
    let mut at = from;
    for (done, wanted) in wanted.iter().enumerate() {
        if breaks && done > 0 {
            for _ in 0..MOST_BREAKS {
                match Break::at(rest, at) {
                    _ if rest.get(at) == Some(wanted) => break,
                    Break::Whole(len) => at += len,
                    Break::SoFar => return Compared { whole: None, so_far: true },
                    Break::None => break,
                }
            }
        }
        match rest.get(at) {
            None => return Compared { whole: None, so_far: true },
            Some(byte) if byte == wanted => at += 1,
            Some(_) => return Compared::default(),
        }
    }
    Compared { whole: Some(at), so_far: false }
}
