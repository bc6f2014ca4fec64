//! Which files are looked at: those that are named, and every markdown file under a folder.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Unread;
use crate::i18n::Language;
use crate::vault::shelf::markdown_under;
use crate::vault::source::{self, MAX_BYTES, SourceError};

/// One document to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// Standard input.
    Standard,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// Its name as the user wrote it, or as it follows from the folder that the user named.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Standard => "-".to_owned(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// The folder from which its links lead.
    pub(super) fn folder(&self) -> PathBuf {
        match self {
            Self::Standard => PathBuf::new(),
            Self::File(path) => path.parent().unwrap_or(Path::new("")).to_owned(),
        }
    }

    /// Its bytes. A file with NUL bytes is read too: that is a finding.
    pub(super) fn read(&self, language: Language) -> Result<Vec<u8>, String> {
        let path = match self {
            Self::Standard => return standard(language),
            Self::File(path) => path,
        };
        match source::read(path) {
            Ok(source) => Ok(source.bytes),
            Err(SourceError::Binary { .. }) => bounded(path, language),
            Err(fault) => Err(fault.told(language)),
        }
    }
}

/// That `name` was not read, and what the system said.
fn not_read(name: impl std::fmt::Display, fault: &std::io::Error, language: Language) -> String {
    match language {
        Language::Ja => format!("{name} を読めませんでした: {fault}"),
        Language::En => format!("failed to read {name}: {fault}"),
    }
}

fn standard(language: Language) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_BYTES).read_to_end(&mut bytes).map_err(|e| not_read("-", &e, language))?;
    Ok(bytes)
}

fn bounded(path: &Path, language: Language) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|e| not_read(path.display(), &e, language))
}

/// The documents that `named` stands for, each once; and what is no document and no folder with documents.
pub(super) fn collect(named: &[PathBuf], language: Language) -> (Vec<Input>, Vec<Unread>) {
    let (mut inputs, mut unread) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    let mut add = |path: PathBuf, inputs: &mut Vec<Input>| {
        if seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            inputs.push(Input::File(path));
        }
    };
    for path in named {
        if path.as_os_str() == "-" {
            if !inputs.contains(&Input::Standard) {
                inputs.push(Input::Standard);
            }
        } else if path.is_dir() {
            let found = markdown_under(path);
            let not_entered = found.unread.iter().map(|(path, fault)| {
                let path = path.to_string_lossy().into_owned();
                Unread { message: not_read(&path, fault, language), path }
            });
            unread.extend(not_entered);
            if found.files.is_empty() {
                let words =
                    language.pick("markdown ファイル (.md) がありません", "no markdown file (.md) in this folder");
                let path = path.to_string_lossy().into_owned();
                unread.push(Unread { message: format!("{path}: {words}"), path });
            }
            found.files.into_iter().for_each(|path| add(path, &mut inputs));
        } else {
            add(path.clone(), &mut inputs);
        }
    }
    (inputs, unread)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_stands_for_the_markdown_under_it_and_links_in_a_circle_end() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path();
        for name in ["b.md", "a/z.md", "a/notes.txt", ".git/x.md", "node_modules/y.md"] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "# x\n").expect("a file");
        }
        std::os::unix::fs::symlink(root, root.join("a/again")).expect("a link");

        let (inputs, unread) = collect(&[root.to_owned(), root.join("b.md"), root.join("a/notes.txt")], Language::En);

        assert_eq!(inputs, ["a/z.md", "b.md", "a/notes.txt"].map(|name| Input::File(root.join(name))));
        assert!(unread.is_empty());
    }

    #[test]
    fn a_folder_without_runbooks_is_said() {
        let home = tempfile::tempdir().expect("a folder");

        let (inputs, unread) = collect(&[home.path().to_owned()], Language::En);

        assert_eq!((inputs.len(), unread.len()), (0, 1));
        assert!(unread[0].message.contains("no markdown file"));
    }
}
