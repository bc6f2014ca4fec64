//! The values that were given for placeholders on this machine, so that a form can call them back.
//!
//! A convenience: a file that is damaged or not ours is as none, and is written anew. Secrets never come here: the host
//! takes none, and what it did not take is not remembered. Bounded in every direction.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::atomic::Folder;
use super::folder::private_dir;

/// So many values are kept of one name: more are not looked through by a key.
const MOST_VALUES: usize = 20;

/// So many names are kept; the ones that were used longest ago go first.
const MOST_NAMES: usize = 200;

/// A longer value is not kept, in bytes: nobody recognises it in a field of one row.
const LONGEST: usize = 2000;

/// The largest file that is read, in bytes: somewhat more than all bounds together make in practice.
const MAX_BYTES: u64 = 4 << 20;

/// One name with its values, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    name: String,
    values: Vec<String>,
}

#[derive(Default, Serialize, Deserialize)]
struct List {
    /// The name that was used last stands first.
    names: Vec<Known>,
}

/// The values by name, the newest first; none where the file says nothing.
pub fn recall(file: &Path) -> BTreeMap<String, Vec<String>> {
    load(file).names.into_iter().map(|known| (known.name, known.values)).collect()
}

/// Remembers values by their names, the ones that were given last.
///
/// # Errors
/// What the system said; nothing but the convenience is lost then.
pub fn remember(file: &Path, news: &[(String, String)]) -> io::Result<()> {
    let name = file.file_name().and_then(|name| name.to_str()).ok_or(io::ErrorKind::InvalidFilename)?;
    let folder = file.parent().ok_or(io::ErrorKind::InvalidFilename)?;
    private_dir(folder).map_err(io::Error::other)?;
    let folder = Folder::open(folder)?;
    // Two screens may remember at the same time.
    folder.lock()?;
    let mut list = load(file);
    for (name, value) in news.iter().filter(|(_, value)| value.len() <= LONGEST) {
        let at = list.names.iter().position(|known| known.name == *name);
        let mut known = at.map(|at| list.names.remove(at)).unwrap_or(Known { name: name.clone(), values: Vec::new() });
        known.values.retain(|old| old != value);
        known.values.insert(0, value.clone());
        known.values.truncate(MOST_VALUES);
        list.names.insert(0, known);
    }
    list.names.truncate(MOST_NAMES);
    let mut written = folder.begin()?;
    written.write(&serde_json::to_vec(&list)?)?;
    written.finish()?;
    written.replace(name)
}

fn load(file: &Path) -> List {
    let read = || -> io::Result<List> {
        let name = file.file_name().and_then(|name| name.to_str()).ok_or(io::ErrorKind::InvalidFilename)?;
        let folder = file.parent().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut text = Vec::new();
        Folder::open(folder)?.read(name)?.take(MAX_BYTES).read_to_end(&mut text)?;
        Ok(serde_json::from_slice(&text)?)
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use pretty_assertions::assert_eq;

    use super::*;

    fn place() -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700)).expect("ours alone");
        let file = dir.path().join("values.json");
        (dir, file)
    }

    fn told(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn the_newest_value_stands_first_once_and_the_file_is_for_the_owner_alone() {
        let (_dir, file) = place();
        assert_eq!(recall(&file), BTreeMap::new());
        for value in ["app", "shop\nline", "app"] {
            remember(&file, &told("db_name", value)).expect("it is written");
        }
        remember(&file, &told("host", "db01")).expect("it is written");

        let known = recall(&file);
        assert_eq!(known["db_name"], ["app", "shop\nline"]);
        assert_eq!(known["host"], ["db01"]);
        assert_eq!(std::fs::metadata(&file).expect("there").mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let (_dir, file) = place();
        let many: Vec<_> = (0..MOST_NAMES + 5).map(|n| (format!("name{n}"), "x".to_owned())).collect();
        remember(&file, &many).expect("it is written");
        let values: Vec<_> = (0..MOST_VALUES + 5).map(|n| ("one".to_owned(), n.to_string())).collect();
        remember(&file, &values).expect("it is written");
        remember(&file, &told("long", &"x".repeat(LONGEST + 1))).expect("it is written");

        let known = recall(&file);
        assert_eq!((known.len(), known["one"].len(), known.contains_key("long")), (MOST_NAMES, MOST_VALUES, false));
        assert_eq!(known["one"][0], (MOST_VALUES + 4).to_string());
        assert!(!known.contains_key("name0"), "the oldest went first");
    }

    #[test]
    fn a_damaged_file_is_as_none_and_a_link_is_not_followed() {
        let (dir, file) = place();
        std::fs::write(&file, b"{ no").expect("written");
        assert_eq!(recall(&file), BTreeMap::new());
        remember(&file, &told("db_name", "app")).expect("it is written anew");
        assert_eq!(recall(&file)["db_name"], ["app"]);

        let other = dir.path().join("other");
        std::fs::write(&other, br#"{"names":[{"name":"a","values":["b"]}]}"#).expect("written");
        std::fs::remove_file(&file).expect("gone");
        std::os::unix::fs::symlink(&other, &file).expect("a link");
        assert_eq!(recall(&file), BTreeMap::new());
    }
}
