//! `[library]`: where a user's runbooks and records are.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where a user's runbooks and records are. A name that begins with `~/` lies in the home folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Library {
    /// `folders = ["~/runbooks"]`: folders of runbooks.
    pub folders: Vec<String>,
    /// `records = ["/srv/records"]`: folders of records, beside the program's own.
    pub records: Vec<String>,
}

/// The path that `written` means, for a user whose home folder is `home`.
pub fn expanded(written: &str, home: Option<&Path>) -> PathBuf {
    match (written.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        (None, Some(home)) if written == "~" => home.to_owned(),
        _ => PathBuf::from(written),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_folder_where_it_stands_alone_or_first() {
        let home = Path::new("/home/sato");
        for (written, path) in [
            ("~/runbooks", "/home/sato/runbooks"),
            ("~", "/home/sato"),
            ("~tanaka/x", "~tanaka/x"),
            ("/srv/~/x", "/srv/~/x"),
            ("docs", "docs"),
        ] {
            assert_eq!(expanded(written, Some(home)), PathBuf::from(path), "{written}");
        }
        assert_eq!(expanded("~/x", None), PathBuf::from("~/x"));
    }
}
