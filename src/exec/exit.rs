//! The exit file of an attempt: how it ended, on disk before anybody is told.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

use serde::{Deserialize, Serialize};

use crate::config::folders::RunFolder;
use crate::ids::{AttemptId, Digest};
use crate::run::event::{Carry, Finish, Outcome};

/// What an exit file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitFile {
    /// Whose it is.
    pub attempt: AttemptId,
    /// How it ended.
    pub finish: Finish,
    /// The exit status of each part of the command's last pipeline, where the shell told.
    #[serde(default)]
    pub pipeline: Vec<i32>,
}

/// How `attempt` ended, when its keeper lived to write it down.
///
/// # Errors
/// When the file is there and cannot be read, or is not an exit file of this attempt.
pub fn exit_file(folder: &RunFolder, attempt: AttemptId) -> io::Result<Option<Finish>> {
    Ok(read(folder, attempt)?.map(|exit| exit.finish))
}

/// The whole exit file of `attempt`.
///
/// # Errors
/// As [`exit_file`].
pub fn read(folder: &RunFolder, attempt: AttemptId) -> io::Result<Option<ExitFile>> {
    let text = match fs::read(folder.exit(attempt)) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let exit: ExitFile = serde_json::from_slice(&text)?;
    if exit.attempt != attempt {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the exit file is that of another attempt"));
    }
    Ok(Some(exit))
}

/// Writes the exit file: to another name, synced, renamed, and its folder synced.
pub(crate) fn write(folder: &RunFolder, exit: &ExitFile) -> io::Result<()> {
    let path = folder.exit(exit.attempt);
    let new = path.with_extension("exit.new");
    match fs::remove_file(&new) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        Ok(()) | Err(_) => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(&serde_json::to_vec(exit)?)?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    fs::File::open(folder.evidence())?.sync_all()
}

/// The end of an attempt that did not begin.
pub(crate) fn could_not_start(why: &str) -> Finish {
    Finish {
        outcome: Outcome::CouldNotStart { why: why.to_owned() },
        bytes: 0,
        sha256: Digest::of(b""),
        gaps: Vec::new(),
        redactions: 0,
        redacted_at: Vec::new(),
        duration_ms: 0,
        carry: Carry::Ended,
        survivors: Vec::new(),
    }
}
