//! Evidence of runs that are over, compressed: `X.out` becomes `X.out.zst`, and readers find either.
//!
//! The plain file goes only after the compressed one was read back from disk and found to hold the same bytes. A crash
//! leaves one of them whole, or both; doing it again ends it. Digests are always of the uncompressed bytes.

use std::fs::File;
use std::io::{self, Read, Seek as _, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::atomic::{Folder, Placed, stream};
use crate::ids::Digest;

/// Below this size a file gains nothing that is worth its work.
const WORTH_IT: u64 = 4096;

/// Fast enough that a gigabyte takes seconds; text shrinks to a tenth and less.
const LEVEL: i32 = 3;

/// How much memory a file may ask of its reader, as a power of two: what a level of ours never exceeds.
const WINDOW: u32 = 27;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packed {
    /// It is compressed: so many bytes were so many before.
    Done {
        /// Bytes on disk now.
        now: u64,
        /// Bytes before.
        before: u64,
    },
    /// It stays as it is: it is small, or was compressed already.
    AsItWas,
    /// It stays as it is, because it is not what the journal says.
    Differs,
}

/// The compressed form of `path`.
pub fn packed(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".zst");
    name.into()
}

/// Compresses the evidence at `path`, and takes the plain file away. `expected` is what the journal says of it.
///
/// # Errors
/// When the disk refuses; the plain file is then still there.
pub fn compress(path: &Path, expected: Option<&Digest>) -> io::Result<Packed> {
    let (folder, name) = place(path)?;
    let mut from = match folder.read(&name) {
        Ok(from) => from,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Packed::AsItWas),
        Err(error) => return Err(error),
    };
    let before = from.metadata()?.len();
    let target = format!("{name}.zst");
    if before < WORTH_IT && folder.read(&target).is_err() {
        return Ok(Packed::AsItWas);
    }
    let mut hash = Sha256::new();
    let mut to = folder.begin()?;
    {
        let mut encoder = zstd::stream::write::Encoder::new(Into(&mut to), LEVEL)?;
        encoder.include_checksum(true)?;
        stream(&mut from, |piece| {
            hash.update(piece);
            encoder.write_all(piece)
        })?;
        encoder.finish()?;
    }
    let digest = Digest::from_raw(&hash.finalize());
    if expected.is_some_and(|expected| *expected != digest) {
        return Ok(Packed::Differs);
    }
    to.finish()?;
    if to.place_new(&target)? == Placed::Taken {
        // Left by a crash between the two: it counts only if it holds the same.
        folder.remove(&target)?;
        to.place_new(&target)?;
    }
    let written = folder.read(&target)?;
    let now = written.metadata()?.len();
    if sum(decoder(written)?)? != (before, digest) {
        folder.remove(&target)?;
        return Err(io::Error::other("the compressed evidence does not read back; the plain file stays"));
    }
    folder.remove(&name)?;
    Ok(Packed::Done { now, before })
}

/// Opens the evidence at `path`, compressed or not.
///
/// # Errors
/// When there is neither, or it is no plain file.
pub fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let (folder, name) = place(path)?;
    match folder.read(&name) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Box::new(decoder(folder.read(&format!("{name}.zst"))?)?))
        }
        Err(error) => Err(error),
    }
}

/// The evidence whose plain file is gone, unpacked into a file that nobody else sees and that goes when it is closed: it can
/// be read from any place.
///
/// # Errors
/// When it cannot be read, or there is no room beside it.
pub fn unpacked(path: &Path) -> io::Result<File> {
    let (folder, name) = place(path)?;
    let mut from = decoder(folder.read(&format!("{name}.zst"))?)?;
    let mut to = tempfile::tempfile_in(folder.path())?;
    io::copy(&mut from, &mut to)?;
    to.seek(io::SeekFrom::Start(0))?;
    Ok(to)
}

/// Whether the evidence at `path` is there, compressed or not.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok() || packed(path).symlink_metadata().is_ok()
}

fn decoder(file: File) -> io::Result<zstd::stream::read::Decoder<'static, io::BufReader<File>>> {
    let mut decoder = zstd::stream::read::Decoder::new(file)?;
    decoder.window_log_max(WINDOW)?;
    Ok(decoder)
}

fn sum(mut from: impl Read) -> io::Result<(u64, Digest)> {
    let (mut bytes, mut hash, mut piece) = (0, Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match from.read(&mut piece)? {
            0 => return Ok((bytes, Digest::from_raw(&hash.finalize()))),
            n => {
                bytes += n as u64;
                hash.update(&piece[..n]);
            }
        }
    }
}

fn place(path: &Path) -> io::Result<(Folder, String)> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or(io::Error::from(io::ErrorKind::InvalidFilename))?.to_owned();
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((Folder::open(&parent.canonicalize()?)?, name))
}

/// Writes into a file that has no name yet.
struct Into<'a, 'f>(&'a mut super::atomic::Unfinished<'f>);

impl Write for Into<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
