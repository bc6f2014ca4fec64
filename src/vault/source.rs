//! Reads a runbook file, once: what is run later is these bytes, and the file is never opened again.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::i18n::Language;
use crate::ids::Digest;

/// The largest runbook that is read, in bytes. A thousand times the size of a long one; past it the file is refused,
/// because it is no document that a person could have checked.
pub const MAX_BYTES: u64 = 16 << 20;

/// A runbook file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Everything that the file held.
    pub bytes: Vec<u8>,
    /// The digest of the bytes.
    pub digest: Digest,
    /// Where the file really lies, without links.
    pub canonical: PathBuf,
}

/// Why a runbook was not read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is no such file.
    #[error("there is no file {path}; check the name")]
    Missing {
        /// Which.
        path: PathBuf,
    },
    /// It is a folder.
    #[error("{path} is a folder; name a markdown file in it")]
    Folder {
        /// Which.
        path: PathBuf,
    },
    /// It is a pipe, a socket or a device.
    #[error("{path} is {kind}, not a file; save the runbook as a file first")]
    NotAFile {
        /// Which.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// It may not be read.
    #[error("no permission to read {path}; ask its owner for access")]
    Denied {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is larger than [`MAX_BYTES`].
    #[error("{path} is larger than {} MiB; split the runbook", MAX_BYTES >> 20)]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// It holds NUL bytes, which no text has.
    #[error("{path} is not UTF-8 text (a NUL byte at offset {at}); save it as UTF-8, or name another file")]
    Binary {
        /// Which.
        path: PathBuf,
        /// The offset of the first NUL byte.
        at: usize,
    },
    /// The name led to another file when it was looked at again.
    #[error("{path} was exchanged while it was read; open it again")]
    Exchanged {
        /// Which.
        path: PathBuf,
    },
    /// Reading failed.
    #[error("failed to read {path}; check the disk and the name, then open it again")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl SourceError {
    /// What happened and what to do, with what the system said, in the language of the user.
    pub fn told(&self, language: Language) -> String {
        let cause = std::error::Error::source(self).map(|cause| format!(": {cause}")).unwrap_or_default();
        let words = match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::Ja, Self::Missing { path }) => {
                format!("{} というファイルはありません。名前を確認してください", path.display())
            }
            (Language::Ja, Self::Folder { path }) => {
                format!("{} はフォルダです。中の markdown ファイルを指定してください", path.display())
            }
            (Language::Ja, Self::NotAFile { path, kind }) => {
                let kind = match *kind {
                    "a pipe" => "パイプ",
                    "a socket" => "ソケット",
                    _ => "デバイス",
                };
                format!("{} は{kind}で、ファイルではありません。先に手順書をファイルに保存してください", path.display())
            }
            (Language::Ja, Self::Denied { path, .. }) => {
                format!("{} を読む権限がありません。持ち主に権限を求めてください", path.display())
            }
            (Language::Ja, Self::TooLarge { path }) => {
                format!("{} は {} MiB より大きいファイルです。手順書を分けてください", path.display(), MAX_BYTES >> 20)
            }
            (Language::Ja, Self::Binary { path, at }) => format!(
                "{} は UTF-8 のテキストではありません（{at} バイト目に NUL）。UTF-8 で保存するか、別のファイルを指定してください",
                path.display()
            ),
            (Language::Ja, Self::Exchanged { path }) => {
                format!("{} は読んでいる間に入れ替わりました。もう一度開いてください", path.display())
            }
            (Language::Ja, Self::Io { path, .. }) => {
                format!("{} を読めませんでした。ディスクと名前を確認して、もう一度開いてください", path.display())
            }
        };
        words + &cause
    }
}

/// Reads the runbook at `path`. Never waits for the other end of a pipe.
///
/// # Errors
/// [`SourceError`], which says what to do.
pub fn read(path: &Path) -> Result<Source, SourceError> {
    let failed = |source| explain(path, source);
    // Looked at before it is opened: opening a device can have an effect.
    refuse_other_kinds(path, &fs::metadata(path).map_err(failed)?)?;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(i32::try_from(flags.bits()).unwrap_or_default())
        .open(path)
        .map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    refuse_other_kinds(path, &meta)?;
    let bytes = read_all(path, &mut file)?;
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err(SourceError::Binary { path: path.to_owned(), at });
    }
    let canonical = path.canonicalize().map_err(failed)?;
    let named = fs::symlink_metadata(&canonical).map_err(failed)?;
    if (named.dev(), named.ino()) != (meta.dev(), meta.ino()) {
        return Err(SourceError::Exchanged { path: path.to_owned() });
    }
    Ok(Source { digest: Digest::of(&bytes), bytes, canonical })
}

fn read_all(path: &Path, file: &mut File) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|source| explain(path, source))?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len <= MAX_BYTES) {
        Ok(bytes)
    } else {
        Err(SourceError::TooLarge { path: path.to_owned() })
    }
}

fn refuse_other_kinds(path: &Path, meta: &Metadata) -> Result<(), SourceError> {
    let (path, kind) = (path.to_owned(), meta.file_type());
    if kind.is_dir() {
        return Err(SourceError::Folder { path });
    }
    if kind.is_file() {
        return Ok(());
    }
    let kind = if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    };
    Err(SourceError::NotAFile { path, kind })
}

fn explain(path: &Path, source: io::Error) -> SourceError {
    let path = path.to_owned();
    let kind = source.kind();
    if matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
        SourceError::Missing { path }
    } else if kind == io::ErrorKind::PermissionDenied {
        SourceError::Denied { path, source }
    } else {
        SourceError::Io { path, source }
    }
}
