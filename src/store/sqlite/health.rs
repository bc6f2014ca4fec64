//! Which failures pass and which are final.
//!
//! Decided by SQLite's extended result code:
//!
//! | code | fault | why |
//! |---|---|---|
//! | `FULL`; `IOERR_SHMSIZE`; `IOERR_WRITE` at the process's file size limit | [`Fault::Full`] | refused before the commit, nothing was promised; the same write works once there is room |
//! | any other `IOERR` (also a failed sync), `CORRUPT`, `NOTADB` | [`Fault::Broken`] | final: after a failed sync the kernel may call the lost pages clean |
//! | `BUSY`, `LOCKED`; no connection in time | [`Fault::Busy`] | another writer |
//! | anything else | [`Fault::Refused`] | the transaction was rolled back, and the file is as it was |

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::place::with_suffix;
use crate::store::fault::Fault;

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const NOTADB: i32 = 26;
const IOERR_WRITE: i32 = IOERR | (3 << 8);
const IOERR_SHMSIZE: i32 = IOERR | (19 << 8);

/// How near to the file size limit a file must be for a failed write to be put down to the limit: more than a frame of
/// the log (a page of 4096 bytes and its header) and than what the log grows by in one transaction of ordinary size.
const LIMIT_SLACK: u64 = 1 << 20;

/// Remembers the first final failure of a journal handle.
#[derive(Debug)]
pub(super) struct Health {
    path: PathBuf,
    first: OnceLock<Fault>,
}

impl Health {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), first: OnceLock::new() }
    }

    /// Refuses when an earlier write failed for good.
    pub(super) fn check(&self) -> Result<(), Fault> {
        self.first.get().map_or(Ok(()), |first| Err(first.clone()))
    }

    /// What a failed write means; a final failure is remembered, and the first one is returned ever after.
    pub(super) fn note(&self, error: sqlx::Error) -> Fault {
        let fault = classify(error, || self.at_size_limit());
        if matches!(fault, Fault::Broken(_)) { self.first.get_or_init(|| fault).clone() } else { fault }
    }

    fn at_size_limit(&self) -> bool {
        let Some(limit) = rustix::process::getrlimit(rustix::process::Resource::Fsize).current else { return false };
        ["", "-wal"].iter().any(|suffix| {
            let size = std::fs::metadata(with_suffix(&self.path, suffix)).map_or(0, |m| m.len());
            size.saturating_add(LIMIT_SLACK) >= limit
        })
    }
}

/// What a failure means. Pure, apart from asking `at_size_limit` where it matters.
pub(super) fn classify(error: sqlx::Error, at_size_limit: impl FnOnce() -> bool) -> Fault {
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|code| code.parse::<i32>().ok());
    let timed_out = matches!(error, sqlx::Error::PoolTimedOut);
    let io = matches!(error, sqlx::Error::Io(_));
    let cause = Arc::new(error);
    match code {
        Some(IOERR_SHMSIZE) => Fault::Full(cause),
        Some(IOERR_WRITE) if at_size_limit() => Fault::Full(cause),
        Some(code) => match code & 0xff {
            FULL => Fault::Full(cause),
            IOERR | CORRUPT | NOTADB => Fault::Broken(cause),
            BUSY | LOCKED => Fault::Busy(cause),
            _ => Fault::Refused(cause),
        },
        None if io => Fault::Broken(cause),
        None if timed_out => Fault::Busy(cause),
        None => Fault::Refused(cause),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::error::Error;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("code {0}")]
    struct Coded(i32);

    impl sqlx::error::DatabaseError for Coded {
        fn message(&self) -> &str {
            "made up"
        }
        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.to_string().into())
        }
        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }
        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }
        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }
        fn kind(&self) -> sqlx::error::ErrorKind {
            sqlx::error::ErrorKind::Other
        }
    }

    fn coded(code: i32) -> sqlx::Error {
        sqlx::Error::Database(Box::new(Coded(code)))
    }

    #[test]
    fn a_full_disk_passes_and_a_failed_sync_does_not() {
        for (code, at_limit, passes) in [
            (13, false, true),    // FULL
            (4874, false, true),  // IOERR_SHMSIZE
            (778, true, true),    // IOERR_WRITE at the file size limit
            (778, false, false),  // IOERR_WRITE
            (1034, false, false), // IOERR_FSYNC
            (1290, false, false), // IOERR_DIR_FSYNC
            (10, false, false),   // IOERR
            (11, false, false),   // CORRUPT
            (26, false, false),   // NOTADB
            (5, false, true),     // BUSY
            (517, false, true),   // BUSY_SNAPSHOT
            (8, false, true),     // READONLY
        ] {
            assert_eq!(classify(coded(code), || at_limit).passes(), passes, "code {code}");
        }
    }

    #[test]
    fn the_first_failed_sync_is_told_ever_after() {
        let health = Health::new(Path::new("/nowhere/journal.db"));

        let full = health.note(coded(13));
        assert!(full.passes() && health.check().is_ok());
        health.note(coded(1034));
        let later = health.note(coded(1290));

        assert_eq!(later.source().map(ToString::to_string).as_deref(), Some("error returned from database: code 1034"));
        assert_eq!(
            health.check().map_err(|f| f.source().map(ToString::to_string)),
            Err(later.source().map(ToString::to_string))
        );
    }
}
