//! Finds the markdown under folders, and keeps what a list shows of each runbook by the digest of its content.
//!
//! What is kept is only a help: a file of it that is missing, damaged or of another program is as if there were none.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::Folder;
use super::folder;
use crate::ids::Digest;
use crate::runbook::model::Contents;

/// Folders that hold no runbooks of the one who asks.
const PASSED_OVER: [&str; 3] = ["node_modules", "target", "vendor"];

/// So many files and folders are looked at under one folder: no team has more runbooks, but a home folder has more files.
pub const MOST_ENTRIES: usize = 200_000;

/// The most runbooks of which the contents are kept.
const MOST_KEPT: usize = 10_000;

/// The largest file of kept contents that is read.
const LARGEST: u64 = 256 << 20;

/// The markdown files under a folder.
#[derive(Debug, Default)]
pub struct Found {
    /// The files, by name, folder by folder.
    pub files: Vec<PathBuf>,
    /// Folders that could not be read, and what the system said.
    pub unread: Vec<(PathBuf, io::Error)>,
    /// There was more than is looked at.
    pub cut: bool,
}

/// Every markdown file under `root`, by name; each folder is entered once, however many links lead to it. Hidden folders
/// are passed over.
pub fn markdown_under(root: &Path) -> Found {
    let mut found = Found::default();
    let mut left = MOST_ENTRIES;
    walk(root, &mut BTreeSet::new(), &mut left, &mut found);
    found
}

fn walk(dir: &Path, entered: &mut BTreeSet<PathBuf>, left: &mut usize, found: &mut Found) {
    if !entered.insert(dir.canonicalize().unwrap_or_else(|_| dir.to_owned())) {
        return;
    }
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(fault) => {
            found.unread.push((dir.to_owned(), fault));
            return;
        }
    };
    let mut paths: Vec<PathBuf> = entries.flatten().take(*left).map(|entry| entry.path()).collect();
    *left -= paths.len();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let markdown = path.extension().is_some_and(|ending| ending == "md" || ending == "markdown");
        if path.is_dir() {
            if !name.starts_with('.') && !PASSED_OVER.contains(&name.as_str()) {
                walk(&path, entered, left, found);
            }
        } else if markdown {
            found.files.push(path);
        }
    }
    found.cut |= *left == 0;
}

/// The contents of runbooks by the digest of their bytes.
pub struct Shelf {
    made_by: String,
    kept: BTreeMap<Digest, Contents>,
    used: BTreeSet<Digest>,
    changed: bool,
}

#[derive(Serialize, Deserialize)]
struct File {
    made_by: String,
    kept: BTreeMap<Digest, Contents>,
}

const NAME: &str = "contents.json";

impl Shelf {
    /// What is kept in `dir`; `made_by` names the parser and the words that it read by: what others made is not used.
    pub fn load(dir: &Path, made_by: String) -> Self {
        let kept = read(dir).filter(|file| file.made_by == made_by).map(|file| file.kept).unwrap_or_default();
        Self { made_by, kept, used: BTreeSet::new(), changed: false }
    }

    /// The contents of the runbook with this digest, without a note that somebody uses them.
    pub fn known(&self, digest: &Digest) -> Option<&Contents> {
        self.kept.get(digest)
    }

    /// The contents of the runbook with this digest.
    pub fn contents(&mut self, digest: &Digest) -> Option<&Contents> {
        let contents = self.kept.get(digest)?;
        self.used.insert(digest.clone());
        Some(contents)
    }

    /// Keeps contents.
    pub fn put(&mut self, contents: Contents) {
        self.changed = true;
        self.used.insert(contents.sha256.clone());
        self.kept.insert(contents.sha256.clone(), contents);
    }

    /// Writes what is kept into `dir`, where something is new.
    ///
    /// # Errors
    /// When the folder cannot be made or written; the next program reads the runbooks again.
    pub fn save(mut self, dir: &Path) -> io::Result<()> {
        if !self.changed {
            return Ok(());
        }
        if self.kept.len() > MOST_KEPT {
            let used = std::mem::take(&mut self.used);
            self.kept.retain(|digest, _| used.contains(digest));
        }
        folder::private_dir(dir).map_err(io::Error::other)?;
        let folder = Folder::open(dir)?;
        let mut file = folder.begin()?;
        file.write(&serde_json::to_vec(&File { made_by: self.made_by, kept: self.kept })?)?;
        file.replace(NAME)
    }
}

fn read(dir: &Path) -> Option<File> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let file = Folder::open(dir).ok()?.read(NAME).ok()?;
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}
