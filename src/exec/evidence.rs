//! The evidence file of an attempt: the redacted stream as it is stored, its index and its digest.
//!
//! A file that cannot take a write makes a gap: the bytes are counted and dropped, and the next write tries again.
//! A failed sync is final: the whole file is then reported as a gap, since nobody knows what is on disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::Digest as _;

use crate::config::folders::RunFolder;
use crate::ids::{AttemptId, Digest};
use crate::run::event::Gap;
use crate::term::Redactor;

/// So many bytes of output get one entry of the index.
const INDEX_STEP: u64 = 64 * 1024;

/// A silence of this length gets an entry of its own: a replay shows it.
const PAUSE: Duration = Duration::from_millis(100);

/// More output of children that outlive their command is dropped: nobody watches it grow.
const MOST_LATE: u64 = 64 * 1024 * 1024;

/// Opens a file that was not there, that only its owner may read, and that only grows.
fn create(path: &Path, exclusive: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    if exclusive {
        options.create_new(true);
    } else {
        options.create(true);
    }
    let file = options.open(path)?;
    // Whatever the umask of the operator took away.
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

/// The evidence of one running attempt.
#[derive(Debug)]
pub(in crate::exec) struct Evidence {
    out: File,
    index: Option<File>,
    redactor: Redactor,
    pending: Vec<u8>,
    started: Instant,
    stored: u64,
    lines: u64,
    hash: sha2::Sha256,
    gaps: Vec<Gap>,
    indexed: Option<(u64, Instant)>,
    /// No more bytes than these are stored.
    limit: u64,
}

/// What an evidence file was when it was closed.
#[derive(Debug)]
pub(in crate::exec) struct Closed {
    pub(in crate::exec) bytes: u64,
    pub(in crate::exec) sha256: Digest,
    pub(in crate::exec) gaps: Vec<Gap>,
    pub(in crate::exec) redactions: u64,
    pub(in crate::exec) redacted_at: Vec<u64>,
}

impl Evidence {
    /// Creates the files of `attempt`; refuses when its evidence is there already.
    pub(in crate::exec) fn create(folder: &RunFolder, attempt: AttemptId, redactor: Redactor) -> io::Result<Self> {
        Ok(Self {
            out: create(&folder.output(attempt), true)?,
            // The index only makes a replay better: its faults are passed over.
            index: create(&folder.index(attempt), true).ok(),
            redactor,
            pending: Vec::new(),
            started: Instant::now(),
            stored: 0,
            lines: 0,
            hash: sha2::Sha256::new(),
            gaps: Vec::new(),
            indexed: None,
            limit: u64::MAX,
        })
    }

    /// The same, that stores no more than `limit` bytes; what goes past them is a gap.
    pub(in crate::exec) fn limited(self, limit: Option<NonZeroU64>) -> Self {
        Self { limit: limit.map_or(u64::MAX, NonZeroU64::get), ..self }
    }

    /// Bytes in the file.
    pub(in crate::exec) fn stored(&self) -> u64 {
        self.stored
    }

    /// How long the attempt has been running.
    pub(in crate::exec) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Takes output from the terminal; [`Evidence::store`] writes it.
    pub(in crate::exec) fn push(&mut self, bytes: &[u8]) {
        self.redactor.push(bytes, &mut self.pending);
    }

    /// Writes what was taken.
    pub(in crate::exec) fn store(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        self.mark();
        let room = usize::try_from(self.limit.saturating_sub(self.stored)).unwrap_or(usize::MAX);
        let (mut rest, past) = pending.split_at(pending.len().min(room));
        while !rest.is_empty() {
            match self.out.write(rest) {
                Ok(n) if n > 0 => {
                    let (written, left) = rest.split_at(n.min(rest.len()));
                    self.hash.update(written);
                    self.stored += u64::try_from(written.len()).unwrap_or(0);
                    self.lines += u64::try_from(written.iter().filter(|b| **b == b'\n').count()).unwrap_or(0);
                    rest = left;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => {
                    self.lose(u64::try_from(rest.len()).unwrap_or(u64::MAX));
                    break;
                }
            }
        }
        if !past.is_empty() {
            self.lose(u64::try_from(past.len()).unwrap_or(u64::MAX));
        }
        self.pending = pending;
        self.pending.clear();
    }

    fn lose(&mut self, bytes: u64) {
        match self.gaps.last_mut() {
            Some(gap) if gap.at == self.stored => gap.bytes += bytes,
            Some(_) | None => self.gaps.push(Gap { at: self.stored, bytes }),
        }
    }

    /// Adds an entry to the index, where one is due.
    fn mark(&mut self) {
        let now = Instant::now();
        let due = match self.indexed {
            None => true,
            Some((offset, at)) => self.stored - offset >= INDEX_STEP || now.duration_since(at) >= PAUSE,
        };
        let Some(index) = self.index.as_mut().filter(|_| due) else { return };
        let ms = u64::try_from(now.duration_since(self.started).as_millis()).unwrap_or(u64::MAX);
        let mut entry = [0; 24];
        entry[..8].copy_from_slice(&self.stored.to_le_bytes());
        entry[8..16].copy_from_slice(&self.lines.to_le_bytes());
        entry[16..].copy_from_slice(&ms.to_le_bytes());
        if index.write_all(&entry).is_err() {
            // A torn entry would shift all that follow: the index ends here.
            self.index = None;
        }
        self.indexed = Some((self.stored, now));
    }

    /// The attempt ended: stores what was held back, and syncs.
    pub(in crate::exec) fn close(mut self) -> Closed {
        self.redactor.flush(&mut self.pending);
        self.store();
        // Where they are in the file: what a gap swallowed is not in it.
        let redacted_at = self.redactor.places().iter().map(|at| in_file(*at, &self.gaps)).collect();
        if self.out.sync_all().is_err() {
            self.gaps = vec![Gap { at: 0, bytes: self.stored + self.gaps.iter().map(|g| g.bytes).sum::<u64>() }];
        }
        Closed {
            bytes: self.stored,
            sha256: Digest::from_raw(&self.hash.finalize()),
            gaps: self.gaps,
            redactions: self.redactor.count(),
            redacted_at,
        }
    }
}

/// Where the byte number `at` of the stream is in a file that lacks `gaps`; the place of the gap where it is missing itself.
fn in_file(at: u64, gaps: &[Gap]) -> u64 {
    let mut lost = 0;
    for gap in gaps {
        if at < gap.at + lost {
            break;
        }
        if at < gap.at + lost + gap.bytes {
            return gap.at;
        }
        lost += gap.bytes;
    }
    at - lost
}

/// Output that came after the attempt was over.
#[derive(Debug)]
pub(in crate::exec) struct Late {
    file: Option<File>,
    redactor: Redactor,
    written: u64,
}

impl Late {
    /// Late output of `attempt`; the file is made when there is some.
    pub(in crate::exec) fn new(redactor: Redactor) -> Self {
        Self { file: None, redactor, written: 0 }
    }

    /// Appends `bytes`; what cannot be written is lost, as nobody waits for it.
    pub(in crate::exec) fn push(&mut self, folder: &RunFolder, attempt: AttemptId, bytes: &[u8]) {
        if bytes.is_empty() || self.written >= MOST_LATE {
            return;
        }
        if self.file.is_none() {
            self.file = create(&folder.late(attempt), false).ok();
        }
        let mut out = Vec::with_capacity(bytes.len());
        self.redactor.push(bytes, &mut out);
        self.put(&out);
    }

    fn put(&mut self, bytes: &[u8]) {
        if let Some(file) = self.file.as_mut()
            && file.write_all(bytes).is_ok()
        {
            self.written += u64::try_from(bytes.len()).unwrap_or(0);
        }
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        let mut out = Vec::new();
        self.redactor.flush(&mut out);
        self.put(&out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, RunFolder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = RunFolder(dir.path().to_owned());
        std::fs::create_dir(folder.evidence()).unwrap();
        (dir, folder)
    }

    const ATTEMPT: AttemptId = AttemptId(uuid::Uuid::from_u128(1));

    #[test]
    fn stored_bytes_their_digest_and_their_index_agree() {
        let (_dir, folder) = folder();
        let mut evidence = Evidence::create(&folder, ATTEMPT, Redactor::new(vec![b"hunter22".to_vec()])).unwrap();

        for chunk in [&b"one\npass hun"[..], b"ter22\n\xff", &[b'x'; 70_000], b"end"] {
            evidence.push(chunk);
            evidence.store();
        }
        let closed = evidence.close();

        let stored = std::fs::read(folder.output(ATTEMPT)).unwrap();
        assert!(stored.starts_with(b"one\npass ***\n\xffxxx") && stored.ends_with(b"xend"));
        assert_eq!(closed.bytes, u64::try_from(stored.len()).unwrap());
        assert_eq!(closed.sha256, Digest::of(&stored));
        assert_eq!((closed.gaps, closed.redactions, closed.redacted_at), (Vec::new(), 1, vec![9]));
        assert_eq!(stored[9..12], *b"***");
        let index = std::fs::read(folder.index(ATTEMPT)).unwrap();
        assert!(index.len() >= 48 && index.len() % 24 == 0, "{}", index.len());
    }

    #[test]
    fn evidence_that_is_there_is_never_written_over() {
        let (_dir, folder) = folder();
        std::fs::write(folder.output(ATTEMPT), "earlier").unwrap();

        let refused = Evidence::create(&folder, ATTEMPT, Redactor::new(Vec::new()));

        assert_eq!(refused.err().map(|e| e.kind()), Some(io::ErrorKind::AlreadyExists));
    }

    #[test]
    fn a_place_in_the_stream_is_a_place_in_the_file_without_what_is_missing_before_it() {
        let gaps = [Gap { at: 10, bytes: 5 }, Gap { at: 20, bytes: 100 }];
        let places = [0, 9, 10, 14, 15, 24, 25, 124, 125].map(|at| in_file(at, &gaps));
        assert_eq!(places, [0, 9, 10, 10, 10, 19, 20, 20, 20]);
    }

    #[test]
    fn past_its_limit_an_output_is_counted_and_not_stored() {
        let (_dir, folder) = folder();
        let evidence = Evidence::create(&folder, ATTEMPT, Redactor::new(Vec::new())).unwrap();
        let mut evidence = evidence.limited(NonZeroU64::new(8));

        for chunk in [&b"12345"[..], b"678901", b"2345"] {
            evidence.push(chunk);
            evidence.store();
        }
        let closed = evidence.close();

        assert_eq!(std::fs::read(folder.output(ATTEMPT)).unwrap(), b"12345678");
        assert_eq!(closed.gaps, [Gap { at: 8, bytes: 7 }]);
        assert_eq!((closed.bytes, closed.sha256), (8, Digest::of(b"12345678")));
    }

    #[test]
    fn a_full_disk_makes_one_gap_with_its_offset() {
        let (_dir, folder) = folder();
        let mut evidence = Evidence::create(&folder, ATTEMPT, Redactor::new(Vec::new())).unwrap();
        evidence.push(b"before");
        evidence.store();
        let good = std::mem::replace(&mut evidence.out, OpenOptions::new().append(true).open("/dev/full").unwrap());

        evidence.push(b"lost");
        evidence.store();
        evidence.push(b"lost too");
        evidence.store();
        evidence.out = good;
        evidence.push(b"after");
        evidence.store();
        let closed = evidence.close();

        assert_eq!(closed.gaps, [Gap { at: 6, bytes: 12 }]);
        assert_eq!(std::fs::read(folder.output(ATTEMPT)).unwrap(), b"beforeafter");
        assert_eq!(closed.sha256, Digest::of(b"beforeafter"));
    }
}
