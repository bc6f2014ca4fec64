//! Files beside a record: signatures, addenda and checks. None is ever written over.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::atomic::{Folder, Placed};
use super::records::{RecordError, Saved, is_shared};
use crate::ids::Digest;

/// A signature is a few hundred bytes, one of a certificate a few thousand.
const MOST_SIGNATURE: u64 = 64 * 1024;

/// How many addenda a record may have.
const MOST: u32 = 1000;

/// The file of the signature of `path`: the same name and `.sig`.
pub fn signature_of(path: &Path) -> PathBuf {
    with_ending(path, "sig")
}

/// The file of the signature of a record by those who made the check `number`.
pub fn check_signature_of(record: &Path, number: u32) -> PathBuf {
    with_ending(record, &format!("check-{number}.sig"))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// The signature in a file; nothing where there is no such file.
///
/// # Errors
/// When it cannot be read, is no plain file, or is far too long.
pub fn read_signature(path: &Path) -> io::Result<Option<String>> {
    let (folder, name) = place(path)?;
    let file = match folder.read(&name) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    let read = file.take(MOST_SIGNATURE + 1).read_to_string(&mut text)? as u64;
    if read > MOST_SIGNATURE { Err(io::Error::other("too long for a signature")) } else { Ok(Some(text)) }
}

/// Writes a signature to a new file.
///
/// # Errors
/// [`RecordError::Taken`] when it is there already, else what the disk says.
pub fn write_signature(path: &Path, signature: &str) -> Result<(), RecordError> {
    let unwritable = |source| RecordError::Unwritable { path: path.to_owned(), source };
    let (folder, name) = place(path).map_err(unwritable)?;
    // Who may read what it signs may read it.
    let shared = path.to_string_lossy().strip_suffix(".sig").is_some_and(|of| is_shared(Path::new(of)));
    match write(&folder, &name, signature.as_bytes(), shared).map_err(unwritable)? {
        Placed::Done => Ok(()),
        Placed::Taken => Err(RecordError::Taken { path: folder.path().join(name) }),
    }
}

/// Writes a new file, whole or not at all; gives its absolute path.
///
/// # Errors
/// [`RecordError::Taken`] when something has that name, else what the disk says.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<PathBuf, RecordError> {
    let unwritable = |source| RecordError::Unwritable { path: path.to_owned(), source };
    let (folder, name) = place(path).map_err(unwritable)?;
    match write(&folder, &name, bytes, false).map_err(unwritable)? {
        Placed::Done => Ok(folder.path().join(name)),
        Placed::Taken => Err(RecordError::Taken { path: folder.path().join(name) }),
    }
}

/// The same for what is too long to be held: `take` writes it.
///
/// # Errors
/// [`RecordError::Taken`] when something has that name, else what `take` or the disk says; then there is no new file.
pub fn stream_new(
    path: &Path,
    take: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<PathBuf, RecordError> {
    let unwritable = |source| RecordError::Unwritable { path: path.to_owned(), source };
    let (folder, name) = place(path).map_err(unwritable)?;
    let taken = || RecordError::Taken { path: folder.path().join(&name) };
    // Said before the work, and made sure of after it.
    if folder.path().join(&name).symlink_metadata().is_ok() {
        return Err(taken());
    }
    let mut file = folder.begin().map_err(unwritable)?;
    let mut out = io::BufWriter::new(file.file());
    take(&mut out).and_then(|()| io::Write::flush(&mut out)).map_err(unwritable)?;
    drop(out);
    file.finish().map_err(unwritable)?;
    match file.place_new(&name).map_err(unwritable)? {
        Placed::Done => Ok(folder.path().join(&name)),
        Placed::Taken => Err(taken()),
    }
}

/// The file number `number` of a kind such as `addendum` beside `record`: `NAME.addendum-1.md`.
pub fn numbered(record: &Path, kind: &str, number: u32) -> PathBuf {
    record.with_extension(format!("{kind}-{number}.md"))
}

/// The files of a kind beside `record`, from the first on without a gap.
pub fn list(record: &Path, kind: &str) -> Vec<PathBuf> {
    let all = (1..=MOST).map(|number| numbered(record, kind, number));
    all.take_while(|path| path.symlink_metadata().is_ok()).collect()
}

/// A file of a kind beside `record` that stands behind a gap: one before it was taken away.
pub fn behind_a_gap(record: &Path, kind: &str) -> Option<PathBuf> {
    let there = u32::try_from(list(record, kind).len()).unwrap_or(MOST);
    (there + 2..=MOST).map(|number| numbered(record, kind, number)).find(|path| path.symlink_metadata().is_ok())
}

/// Whether `path` is a file beside a record, and none itself.
pub fn is_beside(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let number = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
    let kind = stem.rsplit_once('.').map_or("", |(_, kind)| kind);
    let found = ["addendum-", "check-"].into_iter().find_map(|word| kind.strip_prefix(word));
    found.is_some_and(number)
}

/// Adds a file of a kind beside `record`: `text` makes it from its number and the bytes of the one before it.
///
/// # Errors
/// What `text` says, or [`RecordError`]; then there is no new file.
pub fn add<E: From<RecordError>>(
    record: &Path,
    kind: &str,
    mut text: impl FnMut(u32, Option<&[u8]>) -> Result<Vec<u8>, E>,
) -> Result<(u32, Saved), E> {
    let unwritable = |source| RecordError::Unwritable { path: record.to_owned(), source };
    let (folder, _) = place(record).map_err(unwritable)?;
    // Somebody else may add one meanwhile: then this is the next.
    for _ in 0..MOST {
        let there = list(record, kind);
        let number = u32::try_from(there.len()).unwrap_or(MOST).saturating_add(1);
        if number > MOST {
            break;
        }
        let before = there.last().map(std::fs::read).transpose().map_err(unwritable)?;
        let bytes = text(number, before.as_deref())?;
        let path = numbered(record, kind, number);
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if write(&folder, &name, &bytes, is_shared(record)).map_err(unwritable)? == Placed::Done {
            return Ok((number, Saved { path: folder.path().join(name), digest: Digest::of(&bytes) }));
        }
    }
    Err(RecordError::Crowded { path: folder.path().to_owned(), stem: kind.to_owned() }.into())
}

/// The folder of a file, held open, and the file's name in it.
fn place(path: &Path) -> io::Result<(Folder, String)> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or(io::Error::from(io::ErrorKind::InvalidFilename))?.to_owned();
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((Folder::open(&parent.canonicalize()?)?, name))
}

fn write(folder: &Folder, name: &str, bytes: &[u8], shared: bool) -> io::Result<Placed> {
    let mut file = folder.begin()?;
    file.write(bytes)?;
    if shared {
        file.share()?;
    }
    file.finish()?;
    file.place_new(name)
}
